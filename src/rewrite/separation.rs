//! d-separation of outputs, read off the wiring.
//!
//! 1. All outputs but those asked for are discarded, and what only they need (so only ancestors are left).
//! 2. The wires that are known, and the inputs, are cut.
//! 3. If no path of boxes and wires joins two groups, they are independent given the known wires and the inputs, in
//!    every Markov category with conditionals, whatever the boxes are (Fritz and Klingler, "The d-separation criterion
//!    in categorical probability", 2023). For finite sets: with the known wires fixed, the product of the boxes splits
//!    into a factor for each connected part.
//!
//! Two wires meet in a box exactly if both are at its ports, so this is the moral graph of the ancestors without ever
//! writing it down; the time is linear in the diagram.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::normal_form::{NormalForm, Source};

/// A path between two groups of outputs that stays open: the numbers of the groups, and of the boxes on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPath {
    /// The groups at its ends.
    pub ends: [usize; 2],
    /// The boxes on the way.
    pub boxes: Vec<usize>,
}

/// An open path between two of the groups, if there is one. `form` has no other outputs than those of the groups and
/// the known ones: `groups[k]` and `known` are numbers of outputs.
pub fn open_path(form: &NormalForm, groups: &[Vec<usize>], known: &[usize]) -> Option<OpenPath> {
    // 2.
    let known_wires: rustc_hash::FxHashSet<Source> = known.iter().map(|k| form.outputs[*k]).collect();
    let is_cut = |source: &Source| matches!(source, Source::Input(_)) || known_wires.contains(source);
    let mut users: FxHashMap<Source, Vec<usize>> = FxHashMap::default();
    for (b, node) in form.boxes.iter().enumerate() {
        for source in &node.inputs {
            users.entry(*source).or_default().push(b);
        }
    }
    // The wires of a box, cut ones left out: its inputs, and those of its outputs that are used or asked for.
    let mut ports: Vec<Vec<Source>> = form.boxes.iter().map(|b| b.inputs.to_vec()).collect();
    let used = users.keys().copied().chain(form.outputs.iter().copied()).collect::<rustc_hash::FxHashSet<_>>();
    let mut used: Vec<Source> = used.into_iter().collect();
    used.sort_by_key(|s| match s {
        Source::Input(i) => (0, *i, 0),
        Source::Port(b, p) => (1, *b, *p),
    });
    for source in &used {
        if let Source::Port(b, _) = source {
            ports[*b as usize].push(*source);
        }
    }
    // 3. From each group in turn, breadth first, so that the path is a shortest one.
    for (start, group) in groups.iter().enumerate() {
        let mut from: FxHashMap<Source, Option<usize>> = FxHashMap::default();
        let mut entered: Vec<Option<Source>> = vec![None; form.boxes.len()];
        let mut queue: VecDeque<Source> = VecDeque::new();
        for output in group {
            let source = form.outputs[*output];
            if !is_cut(&source) && from.insert(source, None).is_none() {
                queue.push_back(source);
            }
        }
        while let Some(wire) = queue.pop_front() {
            let target = groups
                .iter()
                .enumerate()
                .position(|(g, outputs)| g != start && outputs.iter().any(|o| form.outputs[*o] == wire));
            if let Some(target) = target {
                let mut boxes = Vec::new();
                let mut at = wire;
                while let Some(Some(b)) = from.get(&at) {
                    boxes.push(*b);
                    match entered[*b] {
                        Some(before) => at = before,
                        None => break,
                    }
                }
                boxes.reverse();
                return Some(OpenPath { ends: [start, target], boxes });
            }
            let producer = match wire {
                Source::Port(b, _) => Some(b as usize),
                Source::Input(_) => None,
            };
            let around = producer.into_iter().chain(users.get(&wire).into_iter().flatten().copied());
            for b in around {
                if entered[b].is_some() {
                    continue;
                }
                entered[b] = Some(wire);
                for next in &ports[b] {
                    if !is_cut(next) && !from.contains_key(next) {
                        from.insert(*next, Some(b));
                        queue.push_back(*next);
                    }
                }
            }
        }
    }
    None
}
