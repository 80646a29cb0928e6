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

use rustc_hash::{FxHashMap, FxHashSet};

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
    let net = Net::new(form, groups, known);
    // 3. From each group in turn, breadth first, so that the path is a shortest one. What one group reached without
    // meeting another belongs to it alone.
    let mut from: FxHashMap<Source, Option<usize>> = FxHashMap::default();
    let mut entered: Vec<Option<Source>> = vec![None; form.boxes.len()];
    for (start, group) in groups.iter().enumerate() {
        let mut queue: VecDeque<Source> = VecDeque::new();
        for output in group {
            let source = form.outputs[*output];
            if !net.is_cut(&source) && from.insert(source, None).is_none() {
                queue.push_back(source);
            }
        }
        while let Some(wire) = queue.pop_front() {
            if let Some(end) = net.other_group(&wire, start) {
                return Some(net.between_two(start, end, way(&from, &entered, wire)));
            }
            for b in net.around(&wire) {
                if entered[b].is_some() {
                    continue;
                }
                entered[b] = Some(wire);
                for next in &net.ports[b] {
                    if !net.is_cut(next) && !from.contains_key(next) {
                        from.insert(*next, Some(b));
                        queue.push_back(*next);
                    }
                }
            }
        }
    }
    None
}

/// The boxes on the way to a wire.
fn way(from: &FxHashMap<Source, Option<usize>>, entered: &[Option<Source>], mut wire: Source) -> Vec<usize> {
    let mut boxes = Vec::new();
    while let Some(Some(b)) = from.get(&wire) {
        boxes.push(*b);
        match entered[*b] {
            Some(before) => wire = before,
            None => break,
        }
    }
    boxes.reverse();
    boxes
}

/// Boxes and wires, and which of them are asked about.
struct Net<'f> {
    form: &'f NormalForm,
    groups: &'f [Vec<usize>],
    known: &'f [usize],
    known_wires: FxHashSet<Source>,
    /// The groups of each output wire.
    members: FxHashMap<Source, Vec<usize>>,
    /// The boxes that a wire goes into.
    users: FxHashMap<Source, Vec<usize>>,
    /// The wires of a box: its inputs, and those of its outputs that are used or asked for.
    ports: Vec<Vec<Source>>,
}

impl<'f> Net<'f> {
    fn new(form: &'f NormalForm, groups: &'f [Vec<usize>], known: &'f [usize]) -> Net<'f> {
        let known_wires = known.iter().map(|k| form.outputs[*k]).collect();
        let mut members: FxHashMap<Source, Vec<usize>> = FxHashMap::default();
        for (g, outputs) in groups.iter().enumerate() {
            outputs.iter().for_each(|o| members.entry(form.outputs[*o]).or_default().push(g));
        }
        let mut users: FxHashMap<Source, Vec<usize>> = FxHashMap::default();
        let mut ports: Vec<Vec<Source>> = form.boxes.iter().map(|b| b.inputs.to_vec()).collect();
        for (b, node) in form.boxes.iter().enumerate() {
            node.inputs.iter().for_each(|source| users.entry(*source).or_default().push(b));
        }
        let mut used: Vec<Source> = users.keys().copied().chain(form.outputs.iter().copied()).collect();
        used.sort_by_key(|s| match s {
            Source::Input(i) => (0, *i, 0),
            Source::Port(b, p) => (1, *b, *p),
        });
        used.dedup();
        for source in &used {
            if let Source::Port(b, _) = source {
                ports[*b as usize].push(*source);
            }
        }
        Net { form, groups, known, known_wires, members, users, ports }
    }

    // 2.
    fn is_cut(&self, source: &Source) -> bool {
        matches!(source, Source::Input(_)) || self.known_wires.contains(source)
    }

    /// A group other than `own` that a wire belongs to.
    fn other_group(&self, wire: &Source, own: usize) -> Option<usize> {
        self.members.get(wire)?.iter().copied().find(|g| *g != own)
    }

    /// The boxes with a wire at one of their ports.
    fn around(&self, wire: &Source) -> impl Iterator<Item = usize> {
        let producer = match wire {
            Source::Port(b, _) => Some(*b as usize),
            Source::Input(_) => None,
        };
        producer.into_iter().chain(self.users.get(wire).into_iter().flatten().copied())
    }

    /// A path may lead through what only a third group needs. Then it is open between its start and that group, with
    /// the others discarded, and not between its ends: it turns off at the first box that neither its start nor the
    /// known wires need, and goes down to an output of a group. (No known wire is below that box.)
    fn between_two(&self, start: usize, end: usize, mut boxes: Vec<usize>) -> OpenPath {
        let mut needed = vec![false; self.form.boxes.len()];
        let mark = |source: &Source, needed: &mut Vec<bool>| {
            if let Source::Port(b, _) = source {
                needed[*b as usize] = true;
            }
        };
        self.groups[start].iter().chain(self.known).for_each(|o| mark(&self.form.outputs[*o], &mut needed));
        for b in (0..self.form.boxes.len()).rev() {
            if needed[b] {
                self.form.boxes[b].inputs.iter().for_each(|s| mark(s, &mut needed));
            }
        }
        let Some(turn) = boxes.iter().position(|b| !needed[*b]) else {
            return OpenPath { ends: [start, end], boxes };
        };
        boxes.truncate(turn + 1);
        // Downwards, breadth first: for each box, the one above it.
        let mut above: FxHashMap<usize, usize> = FxHashMap::default();
        let mut queue = VecDeque::from([boxes[turn]]);
        while let Some(b) = queue.pop_front() {
            let own = self.ports[b].iter().filter(|s| matches!(s, Source::Port(p, _) if *p as usize == b));
            for wire in own {
                if let Some(end) = self.other_group(wire, start) {
                    let mut down = vec![b];
                    while let Some(before) = above.get(&down[down.len() - 1]) {
                        down.push(*before);
                    }
                    boxes.extend(down.into_iter().rev().skip(1));
                    return OpenPath { ends: [start, end], boxes };
                }
                for user in self.users.get(wire).into_iter().flatten() {
                    if *user != boxes[turn] && !above.contains_key(user) {
                        above.insert(*user, b);
                        queue.push_back(*user);
                    }
                }
            }
        }
        // Every box has a path to an output, so one was found.
        OpenPath { ends: [start, end], boxes }
    }
}
