//! Opening sub-diagrams, without recursion, pruning and merging on the way (rules 1 and 2 of the normal form).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::normal_form::{NormalForm, Op, Seen, Source, TooLarge, is_deterministic};
use crate::base::index::Id;
use crate::check::signature::Signature;
use crate::check::types::{KernelId, ObjectId};
use crate::diagram::graph::{Diagram, DiagramId, Label};
use crate::diagram::library::Library;

/// A diagram with all sub-diagrams opened.
pub(super) struct Opened {
    /// Objects of the inputs.
    pub(super) inputs: Vec<ObjectId>,
    /// Boxes, each after those that it depends on.
    pub(super) boxes: Vec<OpenBox>,
    /// Where each wire comes from.
    pub(super) wires: Vec<Source>,
    /// The wires of the outputs.
    pub(super) outputs: Vec<u32>,
}

/// A box with the numbers of its input wires.
pub(super) struct OpenBox {
    pub(super) op: Op,
    pub(super) inputs: Vec<u32>,
}

/// No wire: nothing needs it.
const NONE: u32 = u32::MAX;

/// A diagram that is being opened.
struct Frame<'l> {
    id: DiagramId,
    diagram: &'l Diagram,
    live: Vec<bool>,
    place: Vec<u32>,
    next: usize,
    /// How many more times it is run, each on the outputs of the one before.
    again: u64,
    /// Which outputs the caller needs.
    wanted: Vec<bool>,
}

/// Opens a diagram; with `merge`, equal deterministic boxes on equal inputs become one, and the kernels named there count
/// as deterministic too.
pub(super) fn open(
    sig: &Signature,
    lib: &Library,
    id: DiagramId,
    merge: Option<&[KernelId]>,
) -> Result<Opened, TooLarge> {
    let diagram = lib.get(id);
    let mut out =
        Opened { inputs: diagram.dom().factors().to_vec(), boxes: Vec::new(), wires: Vec::new(), outputs: Vec::new() };
    let mut merged: FxHashMap<(Op, Vec<u32>), Vec<u32>> = FxHashMap::default();
    let mut deterministic: Vec<Option<bool>> = vec![None; sig.kernels.len()];
    merge.unwrap_or(&[]).iter().for_each(|k| deterministic[k.number()] = Some(true));
    let inputs: Vec<u32> = (0..diagram.inputs().len() as u32).collect();
    out.wires.extend(inputs.iter().map(|i| Source::Input(*i)));
    let mut frames = vec![frame(lib, id, &inputs, vec![true; diagram.outputs().len()], 1)];
    while let Some(top) = frames.last_mut() {
        if top.next == top.diagram.box_count() {
            let outputs: Vec<u32> = top.diagram.outputs().iter().map(|w| top.place[w.number()]).collect();
            if top.again > 1 {
                let (id, again, wanted) = (top.id, top.again - 1, top.wanted.clone());
                *top = frame(lib, id, &outputs, wanted, again);
                continue;
            }
            frames.pop();
            match frames.last_mut() {
                None => out.outputs = outputs,
                Some(caller) => caller.returned(&outputs),
            }
            continue;
        }
        let node = top.diagram.node(crate::diagram::graph::BoxId::from_number(top.next));
        let wanted: Vec<bool> = node.outputs.iter().map(|w| top.live[w.number()]).collect();
        // 1.
        if !wanted.contains(&true) {
            top.next += 1;
            continue;
        }
        let inputs: Vec<u32> = node.inputs.iter().map(|w| top.place[w.number()]).collect();
        let op = match &node.label {
            Label::Call(inner) => {
                let inner = frame(lib, *inner, &inputs, wanted, 1);
                frames.push(inner);
                continue;
            }
            Label::Power(inner, n) => {
                let inner = frame(lib, *inner, &inputs, wanted, *n);
                frames.push(inner);
                continue;
            }
            Label::Kernel(id) => Op::Kernel(*id),
            Label::Uniform => Op::Uniform(node.cod.clone()),
            Label::Point(p) => Op::Point(node.cod.clone(), *p),
            Label::Conditional { of, targets, given } => Op::Conditional(
                Arc::new(NormalForm::assuming(sig, lib, *of, merge.unwrap_or(&[]))?),
                targets.clone(),
                given.clone(),
            ),
            Label::Observed { of, event } => {
                Op::Observed(Arc::new(NormalForm::assuming(sig, lib, *of, merge.unwrap_or(&[]))?), Seen(event.clone()))
            }
        };
        // 2.
        let merges = match &op {
            _ if merge.is_none() => false,
            Op::Kernel(id) => is_deterministic(sig, *id, &mut deterministic),
            Op::Point(..) => true,
            _ => false,
        };
        let ports = node.outputs.len();
        let outputs = if merges {
            let key = (op.clone(), inputs.clone());
            match merged.get(&key) {
                Some(found) => found.clone(),
                None => {
                    let made = out.add(op, inputs, ports);
                    merged.insert(key, made.clone());
                    made
                }
            }
        } else {
            out.add(op, inputs, ports)
        };
        top.returned(&outputs);
    }
    Ok(out)
}

fn frame<'l>(lib: &'l Library, id: DiagramId, inputs: &[u32], wanted: Vec<bool>, again: u64) -> Frame<'l> {
    let diagram = lib.get(id);
    let mut live = vec![false; diagram.wire_count()];
    for (wire, wanted) in diagram.outputs().iter().zip(&wanted) {
        // Before the last run, all outputs are inputs of the next.
        live[wire.number()] |= *wanted || again > 1;
    }
    for (_, node) in diagram.boxes().rev() {
        if node.outputs.iter().any(|w| live[w.number()]) {
            node.inputs.iter().for_each(|w| live[w.number()] = true);
        }
    }
    let mut place = vec![NONE; diagram.wire_count()];
    diagram.inputs().iter().zip(inputs).for_each(|(w, given)| place[w.number()] = *given);
    Frame { id, diagram, live, place, next: 0, again, wanted }
}

impl Frame<'_> {
    /// The box at `next` is done, and yields these wires.
    fn returned(&mut self, outputs: &[u32]) {
        let node = self.diagram.node(crate::diagram::graph::BoxId::from_number(self.next));
        node.outputs.iter().zip(outputs).for_each(|(w, made)| self.place[w.number()] = *made);
        self.next += 1;
    }
}

impl Opened {
    fn add(&mut self, op: Op, inputs: Vec<u32>, ports: usize) -> Vec<u32> {
        let b = self.boxes.len() as u32;
        self.boxes.push(OpenBox { op, inputs });
        (0..ports as u32)
            .map(|port| {
                self.wires.push(Source::Port(b, port));
                self.wires.len() as u32 - 1
            })
            .collect()
    }
}
