//! Numbering boxes depth first from the outputs (rule 3 of the normal form), without recursion.

use super::normal_form::{NormalBox, NormalForm, Source};
use super::opened::Opened;

/// Not met yet, or not met at all.
const UNSEEN: u32 = u32::MAX;
/// Met, but what it depends on is not numbered yet.
const OPEN: u32 = u32::MAX - 1;

/// Numbers boxes, and returns the new number of each. `outputs` are the boxes at the outputs; `input(b, k)` is the box
/// at input k of box b, if it is one, and `None` after the last input. `done(b, place)` is called for each box in the
/// order of the new numbers, when those of its inputs are known and what was read of it is still at hand.
fn numbering(
    boxes: usize,
    outputs: impl Iterator<Item = Option<u32>>,
    input: impl Fn(u32, usize) -> Option<Option<u32>>,
    mut done: impl FnMut(u32, &[u32]),
) -> Vec<u32> {
    let mut place = vec![UNSEEN; boxes];
    let mut numbered = 0;
    // A box and its next input.
    let mut stack: Vec<(u32, u32)> = Vec::new();
    for first in outputs.flatten() {
        if place[first as usize] == UNSEEN {
            place[first as usize] = OPEN;
            stack.push((first, 0));
        }
        while let Some((number, next)) = stack.last_mut() {
            let Some(above) = input(*number, *next as usize) else {
                place[*number as usize] = numbered;
                numbered += 1;
                done(*number, &place);
                stack.pop();
                continue;
            };
            *next += 1;
            if let Some(above) = above
                && place[above as usize] == UNSEEN
            {
                place[above as usize] = OPEN;
                stack.push((above, 0));
            }
        }
    }
    place
}

/// The normal form of an opened diagram.
pub(super) fn number(opened: Opened) -> NormalForm {
    let mut boxes = Vec::with_capacity(opened.len());
    let place = numbering(
        opened.len(),
        opened.outputs.iter().map(|wire| wire.producer()),
        |number, input| opened.given(number).get(input).map(|wire| wire.producer()),
        |number, place| {
            let op = opened.ops[opened.kind(number) as usize].clone();
            boxes.push(NormalBox { op, inputs: opened.given(number).iter().map(|wire| wire.source(place)).collect() });
        },
    );
    let outputs = opened.outputs.iter().map(|wire| wire.source(&place)).collect();
    NormalForm { inputs: opened.inputs, boxes, outputs }
}

/// The normal form of some of the outputs of a diagram in normal form: what only the others need is not met.
pub(super) fn marginal(form: &NormalForm, outputs: &[usize]) -> NormalForm {
    let producer = |source: &Source| match source {
        Source::Port(b, _) => Some(*b),
        Source::Input(_) => None,
    };
    let moved = |source: &Source, place: &[u32]| match source {
        Source::Port(b, port) => Source::Port(place[*b as usize], *port),
        input => *input,
    };
    let mut boxes = Vec::new();
    let place = numbering(
        form.boxes.len(),
        outputs.iter().map(|o| producer(&form.outputs[*o])),
        |number, input| form.boxes[number as usize].inputs.get(input).map(producer),
        |number, place| {
            let NormalBox { op, inputs } = &form.boxes[number as usize];
            boxes.push(NormalBox { op: op.clone(), inputs: inputs.iter().map(|s| moved(s, place)).collect() });
        },
    );
    let outputs = outputs.iter().map(|o| moved(&form.outputs[*o], &place)).collect();
    NormalForm { inputs: form.inputs.clone(), boxes, outputs }
}
