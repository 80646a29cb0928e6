//! Diagrams on the way to their normal form: boxes in any order, some discarded, some that could be merged.
//!
//! The same normal form as in `normal_form`, for diagrams that rewriting makes: one walk from the outputs, depth first,
//! prunes, finds circles, merges deterministic boxes and numbers. Merging on the way does not change the numbering: when
//! a second box of a class is met, everything above it has been met with the first.

use rustc_hash::FxHashMap;

use super::normal_form::{NormalBox, NormalForm, Op, Source};
use crate::check::signature::Signature;
use crate::check::types::{KernelId, ObjectId};

/// Which boxes are deterministic: the kernels that are, and those that an axiom says to be.
#[derive(Debug, Clone, Default)]
pub struct Determinism {
    kernels: rustc_hash::FxHashSet<KernelId>,
}

impl Determinism {
    /// The kernels of a signature that are deterministic, and some more.
    pub fn of(sig: &Signature, assumed: &[KernelId]) -> Determinism {
        let own = sig.kernels.iter().filter(|(_, k)| k.is_deterministic()).map(|(id, _)| id);
        Determinism { kernels: own.chain(assumed.iter().copied()).collect() }
    }

    /// Whether a box is deterministic.
    pub fn holds(&self, op: &Op) -> bool {
        match op {
            Op::Kernel(id) => self.kernels.contains(id),
            Op::Point(..) => true,
            _ => false,
        }
    }
}

/// A diagram whose boxes are in no particular order.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    /// Objects of the inputs.
    pub(super) inputs: Vec<ObjectId>,
    /// The boxes.
    pub(super) boxes: Vec<NormalBox>,
    /// Where the outputs come from.
    pub(super) outputs: Vec<Source>,
}

impl Graph {
    /// The normal form; `None` if the wires run in a circle.
    pub(super) fn normal_form(&self, deterministic: &Determinism) -> Option<NormalForm> {
        const UNSEEN: u32 = u32::MAX;
        const OPEN: u32 = u32::MAX - 1;
        let mut place = vec![UNSEEN; self.boxes.len()];
        let mut boxes: Vec<NormalBox> = Vec::new();
        let mut merged: FxHashMap<NormalBox, u32> = FxHashMap::default();
        // (box, next input port)
        let mut stack: Vec<(u32, usize)> = Vec::new();
        let moved = |source: &Source, place: &[u32]| match *source {
            Source::Port(b, port) => Source::Port(place[b as usize], port),
            input => input,
        };
        for output in &self.outputs {
            if let Source::Port(b, _) = *output
                && place[b as usize] == UNSEEN
            {
                place[b as usize] = OPEN;
                stack.push((b, 0));
            }
            while let Some((b, port)) = stack.last_mut() {
                let node = &self.boxes[*b as usize];
                if let Some(source) = node.inputs.get(*port) {
                    *port += 1;
                    if let Source::Port(next, _) = *source {
                        match place[next as usize] {
                            UNSEEN => {
                                place[next as usize] = OPEN;
                                stack.push((next, 0));
                            }
                            OPEN => return None,
                            _ => {}
                        }
                    }
                    continue;
                }
                let done =
                    NormalBox { op: node.op.clone(), inputs: node.inputs.iter().map(|s| moved(s, &place)).collect() };
                let fresh = boxes.len() as u32;
                place[*b as usize] = match deterministic.holds(&done.op) {
                    true => *merged.entry(done.clone()).or_insert(fresh),
                    false => fresh,
                };
                if place[*b as usize] == fresh {
                    boxes.push(done);
                }
                stack.pop();
            }
        }
        let outputs = self.outputs.iter().map(|s| moved(s, &place)).collect();
        Some(NormalForm { inputs: self.inputs.clone(), boxes, outputs })
    }
}

impl NormalForm {
    /// The normal form of a diagram given by boxes in any order; `None` if its wires run in a circle.
    pub fn of_boxes(
        inputs: Vec<ObjectId>,
        boxes: Vec<NormalBox>,
        outputs: Vec<Source>,
        deterministic: &Determinism,
    ) -> Option<NormalForm> {
        Graph { inputs, boxes, outputs }.normal_form(deterministic)
    }
}

/// The object that a wire carries.
pub(super) fn object_of(sig: &Signature, form: &NormalForm, source: Source) -> ObjectId {
    match source {
        Source::Input(i) => form.inputs[i as usize],
        Source::Port(b, port) => form.boxes[b as usize].op.ends(sig).1.factors()[port as usize],
    }
}
