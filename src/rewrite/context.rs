//! A diagram with a hole: what stays when one side of an equation is cut out of it.

use super::graph::{Determinism, Graph};
use super::normal_form::{NormalBox, NormalForm, Source};
use crate::check::types::ObjectId;

/// The number that stands for the hole where a box is asked for.
pub(super) const HOLE: u32 = u32::MAX;

/// A diagram with a hole. The hole has inputs and outputs like a box; the wires do not run in a circle through it.
#[derive(Debug, Clone)]
pub struct Context {
    inputs: Vec<ObjectId>,
    boxes: Vec<NormalBox>,
    outputs: Vec<Source>,
    hole: Vec<Source>,
}

impl Context {
    /// A context; `None` if its wires run in a circle through the hole.
    pub(super) fn new(
        inputs: Vec<ObjectId>,
        boxes: Vec<NormalBox>,
        outputs: Vec<Source>,
        hole: Vec<Source>,
    ) -> Option<Context> {
        // Without the hole there is no circle: the boxes are those of a diagram.
        let mut seen = vec![false; boxes.len()];
        let mut open: Vec<Source> = hole.clone();
        while let Some(source) = open.pop() {
            match source {
                Source::Port(HOLE, _) => return None,
                Source::Port(b, _) if !seen[b as usize] => {
                    seen[b as usize] = true;
                    open.extend(boxes[b as usize].inputs.iter().copied());
                }
                _ => {}
            }
        }
        Some(Context { inputs, boxes, outputs, hole })
    }

    /// The diagram with another one in the hole, of the type of the hole, in normal form.
    pub fn fill(&self, form: &NormalForm, deterministic: &Determinism) -> Option<NormalForm> {
        let first = self.boxes.len() as u32;
        let inner = |source: &Source| match *source {
            Source::Input(i) => self.hole[i as usize],
            Source::Port(b, port) => Source::Port(first + b, port),
        };
        let outer = |source: &Source| match *source {
            Source::Port(HOLE, j) => inner(&form.outputs[j as usize]),
            source => source,
        };
        let own = self.boxes.iter().map(|b| (b, true));
        let boxes = own
            .chain(form.boxes.iter().map(|b| (b, false)))
            .map(|(b, own)| NormalBox {
                op: b.op.clone(),
                inputs: b.inputs.iter().map(|s| if own { outer(s) } else { inner(s) }).collect(),
            })
            .collect();
        let outputs = self.outputs.iter().map(outer).collect();
        Graph { inputs: self.inputs.clone(), boxes, outputs }.normal_form(deterministic)
    }

    /// The law of the wires that enter the hole, in normal form: everything else is discarded.
    pub(super) fn law_of_hole(&self, deterministic: &Determinism) -> Option<NormalForm> {
        // No wire that enters the hole comes from it.
        let graph = Graph { inputs: self.inputs.clone(), boxes: self.boxes.clone(), outputs: self.hole.clone() };
        graph.normal_form(deterministic)
    }

    /// Whether the outputs of the diagram are those of the hole, each once and in order.
    pub(super) fn ends_in_hole(&self) -> bool {
        self.outputs.iter().enumerate().all(|(j, s)| *s == Source::Port(HOLE, j as u32))
    }
}
