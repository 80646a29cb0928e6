//! Boxes of a network that always agree become one: a deterministic kernel, or a point, twice on the same wires.

use rustc_hash::FxHashMap;

use super::network::Network;
use crate::check::types::KernelId;
use crate::diagram::graph::Label;

/// What makes two boxes the same.
#[derive(PartialEq, Eq, Hash)]
enum Same {
    Kernel(KernelId, Vec<usize>),
    Point(u64, Vec<u64>),
}

/// The network with boxes that always agree taken as one (naturality of copying). Its wires keep their numbers.
pub(super) fn merged(net: Network, mut is_deterministic: impl FnMut(KernelId) -> bool) -> Network {
    let mut stands_for: Vec<usize> = (0..net.wires.len()).collect();
    let mut known: FxHashMap<Same, usize> = FxHashMap::default();
    let mut boxes = Vec::with_capacity(net.boxes.len());
    for mut b in net.boxes {
        b.inputs.iter_mut().for_each(|w| *w = stands_for[*w]);
        let key = match &b.label {
            // Which inputs are needed is the same for all boxes of one kernel: all.
            Label::Kernel(id) if is_deterministic(*id) => Some(Same::Kernel(*id, b.inputs.clone())),
            Label::Point(p) => Some(Same::Point(*p, b.cod.clone())),
            _ => None,
        };
        let Some(key) = key else {
            boxes.push(b);
            continue;
        };
        let first = *known.entry(key).or_insert(boxes.len());
        if first == boxes.len() {
            boxes.push(b);
            continue;
        }
        let kept: &mut super::network::NetBox = &mut boxes[first];
        for (own, other) in kept.outputs.iter_mut().zip(&b.outputs) {
            match (&own, other) {
                (Some(own), Some(other)) => stands_for[*other] = *own,
                (None, Some(_)) => *own = *other,
                _ => {}
            }
        }
    }
    let outputs = net.outputs.iter().map(|w| stands_for[*w]).collect();
    Network { wires: net.wires, boxes, inputs: net.inputs, outputs }
}
