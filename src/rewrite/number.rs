//! Numbering boxes depth first from the outputs (rule 3 of the normal form), without recursion.

use super::normal_form::{NormalBox, NormalForm};
use super::opened::Opened;

/// Not met yet.
const UNSEEN: u32 = u32::MAX;
/// Met, but what it depends on is not numbered yet.
const OPEN: u32 = u32::MAX - 1;

/// The normal form of an opened diagram.
pub(super) fn number(opened: Opened) -> NormalForm {
    let mut place = vec![UNSEEN; opened.len()];
    let mut order: Vec<u32> = Vec::with_capacity(opened.len());
    // A box and its next input.
    let mut stack: Vec<(u32, u32)> = Vec::new();
    for wire in &opened.outputs {
        if let Some(first) = wire.producer()
            && place[first as usize] == UNSEEN
        {
            place[first as usize] = OPEN;
            stack.push((first, 0));
        }
        while let Some((number, input)) = stack.last_mut() {
            let Some(wire) = opened.given(*number).get(*input as usize) else {
                place[*number as usize] = order.len() as u32;
                order.push(*number);
                stack.pop();
                continue;
            };
            *input += 1;
            if let Some(next) = wire.producer()
                && place[next as usize] == UNSEEN
            {
                place[next as usize] = OPEN;
                stack.push((next, 0));
            }
        }
    }
    let boxes = order
        .iter()
        .map(|number| NormalBox {
            op: opened.ops[opened.kind(*number) as usize].clone(),
            inputs: opened.given(*number).iter().map(|wire| wire.source(&place)).collect(),
        })
        .collect();
    let outputs = opened.outputs.iter().map(|wire| wire.source(&place)).collect();
    NormalForm { inputs: opened.inputs, boxes, outputs }
}
