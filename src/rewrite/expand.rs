//! Opening sub-diagrams, without recursion, pruning and merging on the way (rules 1 and 2 of the normal form).
//!
//! The diagrams that are being opened lie on a stack, and their wires on another: opening a sub-diagram of a few boxes
//! a million times allocates nothing.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::normal_form::{NormalForm, Op, Seen, TooLarge, is_deterministic};
use super::opened::{Merged, Opened, Wire};
use crate::base::index::Id;
use crate::check::signature::Signature;
use crate::check::types::KernelId;
use crate::diagram::graph::{BoxId, BoxNode, Diagram, DiagramId, Label};
use crate::diagram::library::Library;

/// A diagram that is being opened.
struct Frame<'l> {
    diagram: &'l Diagram,
    /// Where its wires begin on the stack of wires.
    wires: usize,
    /// Where it begins on the stack of wanted outputs.
    wanted: usize,
    next: usize,
    /// How many more times it is run, each on the outputs of the one before.
    again: u64,
}

/// Diagrams being opened, and what was made of them so far.
struct Opening<'l> {
    sig: &'l Signature,
    lib: &'l Library,
    inner: &'l mut Inner,
    merge: Merge<'l>,
    out: Opened,
    merged: Merged,
    kinds: Kinds,
    frames: Vec<Frame<'l>>,
    /// Where the wires of all frames come from: those of the last frame are on top.
    wires: Vec<Wire>,
    /// Which outputs each frame's caller needs.
    wanted: Vec<bool>,
    /// Inputs on their way into a frame, or back from it to its next run.
    passed: Vec<Wire>,
}

/// Whether equal deterministic boxes on equal inputs become one; and kernels that count as deterministic, besides those
/// that are.
pub(super) type Merge<'m> = Option<&'m [KernelId]>;

/// Opens a diagram.
pub(super) fn open<'l>(
    sig: &'l Signature,
    lib: &'l Library,
    id: DiagramId,
    merge: Merge<'l>,
    inner: &'l mut Inner,
) -> Result<Opened, TooLarge> {
    let diagram = lib.get(id);
    let mut deterministic = vec![None; sig.kernels.len()];
    merge.unwrap_or(&[]).iter().for_each(|k| deterministic[k.number()] = Some(true));
    let mut opening = Opening {
        sig,
        lib,
        inner,
        merge,
        out: Opened::new(diagram.dom().factors().to_vec()),
        merged: Merged::default(),
        kinds: Kinds { deterministic, ..Kinds::default() },
        frames: Vec::new(),
        wires: Vec::new(),
        wanted: vec![true; diagram.outputs().len()],
        passed: (0..diagram.inputs().len() as u32).map(Wire::input).collect(),
    };
    opening.enter(diagram, 0, 1);
    while opening.step()? {}
    Ok(opening.out)
}

impl<'l> Opening<'l> {
    /// Begins a diagram on the inputs in `passed`; its wanted outputs are on their stack already.
    fn enter(&mut self, diagram: &'l Diagram, wanted: usize, again: u64) {
        let frame = Frame { diagram, wires: self.wires.len(), wanted, next: 0, again };
        self.wires.resize(frame.wires + diagram.wire_count(), Wire::UNNEEDED);
        self.start_run(&frame);
        self.frames.push(frame);
    }

    /// Marks what a run needs, backwards from its outputs, and puts its inputs in their places.
    fn start_run(&mut self, frame: &Frame<'_>) {
        let wires = &mut self.wires[frame.wires..];
        for (wire, wanted) in frame.diagram.outputs().iter().zip(&self.wanted[frame.wanted..]) {
            // Before the last run, all outputs are inputs of the next.
            if *wanted || frame.again > 1 {
                wires[wire.number()] = Wire::AWAITED;
            }
        }
        for (_, node) in frame.diagram.boxes().rev() {
            if node.outputs.iter().any(|w| wires[w.number()] == Wire::AWAITED) {
                node.inputs.iter().for_each(|w| wires[w.number()] = Wire::AWAITED);
            }
        }
        for (wire, given) in frame.diagram.inputs().iter().zip(&self.passed) {
            wires[wire.number()] = *given;
        }
    }

    /// The next box, or the end of a diagram; `false` at the end of all.
    fn step(&mut self) -> Result<bool, TooLarge> {
        let Some(top) = self.frames.last_mut() else { return Ok(false) };
        if top.next == top.diagram.box_count() {
            self.leave();
            return Ok(true);
        }
        let (diagram, base) = (top.diagram, top.wires);
        let node = diagram.node(BoxId::from_number(top.next));
        top.next += 1;
        // 1.
        if node.outputs.iter().all(|w| self.wires[base + w.number()] == Wire::UNNEEDED) {
            return Ok(true);
        }
        if let Label::Call(inner) | Label::Power(inner, _) = &node.label {
            let runs = if let Label::Power(_, n) = &node.label { *n } else { 1 };
            self.passed.clear();
            self.passed.extend(node.inputs.iter().map(|w| self.wires[base + w.number()]));
            let wanted = self.wanted.len();
            self.wanted.extend(node.outputs.iter().map(|w| self.wires[base + w.number()] != Wire::UNNEEDED));
            self.enter(self.lib.get(*inner), wanted, runs);
            return Ok(true);
        }
        let kind = self.kind(node)?;
        let mut number = self.out.add(kind, node.inputs.iter().map(|w| self.wires[base + w.number()]));
        // 2.
        if self.merge.is_some()
            && self.kinds.merges[kind as usize]
            && let Some(earlier) = self.merged.find_or_keep(&self.out)
        {
            self.out.take_back();
            number = earlier;
        }
        for (port, wire) in node.outputs.iter().enumerate() {
            self.wires[base + wire.number()] = Wire::port(number, port as u32);
        }
        Ok(true)
    }

    /// The diagram on top is done: it runs again, or its outputs go to the one that called it.
    fn leave(&mut self) {
        let Some(mut frame) = self.frames.pop() else { return };
        self.passed.clear();
        self.passed.extend(frame.diagram.outputs().iter().map(|w| self.wires[frame.wires + w.number()]));
        if frame.again > 1 {
            frame.again -= 1;
            frame.next = 0;
            self.wires[frame.wires..].fill(Wire::UNNEEDED);
            self.start_run(&frame);
            self.frames.push(frame);
            return;
        }
        self.wires.truncate(frame.wires);
        self.wanted.truncate(frame.wanted);
        match self.frames.last() {
            None => self.out.outputs.clone_from(&self.passed),
            Some(caller) => {
                let node = caller.diagram.node(BoxId::from_number(caller.next - 1));
                for (wire, made) in node.outputs.iter().zip(&self.passed) {
                    self.wires[caller.wires + wire.number()] = *made;
                }
            }
        }
    }
}

/// Kinds of boxes, each with a number.
#[derive(Default)]
struct Kinds {
    kernels: FxHashMap<KernelId, u32>,
    others: FxHashMap<Op, u32>,
    /// For each kind, whether it is deterministic.
    merges: Vec<bool>,
    /// For each kernel, once it was asked.
    deterministic: Vec<Option<bool>>,
}

impl Opening<'_> {
    /// The number of a box's kind.
    fn kind(&mut self, node: &BoxNode) -> Result<u32, TooLarge> {
        let op = match &node.label {
            Label::Kernel(id) => {
                if let Some(known) = self.kinds.kernels.get(id) {
                    return Ok(*known);
                }
                self.kinds.kernels.insert(*id, self.out.ops.len() as u32);
                Op::Kernel(*id)
            }
            Label::Point(point) => Op::Point(node.cod.clone(), *point),
            Label::Conditional { of, targets, given } => {
                Op::Conditional(self.inner.form(self.sig, self.lib, *of, self.merge)?, targets.clone(), given.clone())
            }
            Label::Observed { of, event } => {
                Op::Observed(self.inner.form(self.sig, self.lib, *of, self.merge)?, Seen(event.clone()))
            }
            Label::Derived { what, of, by, .. } => {
                let of = self.inner.form(self.sig, self.lib, *of, self.merge)?;
                let by = by.map(|by| self.inner.form(self.sig, self.lib, by, self.merge)).transpose()?;
                Op::Derived(*what, of, by)
            }
            // Calls and powers have been entered, so that only one kind is left.
            Label::Uniform | Label::Call(_) | Label::Power(..) => Op::Uniform(node.cod.clone()),
        };
        if !matches!(op, Op::Kernel(_)) {
            if let Some(known) = self.kinds.others.get(&op) {
                return Ok(*known);
            }
            self.kinds.others.insert(op.clone(), self.out.ops.len() as u32);
        }
        self.kinds.merges.push(match &op {
            Op::Kernel(id) => is_deterministic(self.sig, *id, &mut self.kinds.deterministic),
            Op::Point(..) => true,
            _ => false,
        });
        self.out.ops.push(op);
        Ok(self.out.ops.len() as u32 - 1)
    }
}

/// Normal forms of the diagrams that are conditioned: each is made once, and equal ones are stored once, so that they
/// are compared by their addresses, however deep conditionals of conditionals go.
#[derive(Default)]
pub(super) struct Inner {
    of: FxHashMap<DiagramId, Arc<NormalForm>>,
    equal: FxHashSet<Arc<NormalForm>>,
}

impl Inner {
    fn form(
        &mut self,
        sig: &Signature,
        lib: &Library,
        id: DiagramId,
        merge: Merge<'_>,
    ) -> Result<Arc<NormalForm>, TooLarge> {
        if let Some(known) = self.of.get(&id) {
            return Ok(known.clone());
        }
        let made = Arc::new(NormalForm::with(sig, lib, id, merge.or(Some(&[])), self)?);
        let kept = match self.equal.get(&made) {
            Some(earlier) => earlier.clone(),
            None => {
                self.equal.insert(made.clone());
                made
            }
        };
        self.of.insert(id, kept.clone());
        Ok(kept)
    }
}
