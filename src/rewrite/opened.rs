//! A diagram with all sub-diagrams opened, in a few long arrays: nothing is allocated for a single box.

use super::normal_form::{Op, Source};
use crate::check::types::ObjectId;

/// Where a wire comes from, in one word: the box above, the port below; or the number of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wire(u64);

/// Stands in the place of the box for an input.
const INPUT: u64 = u32::MAX as u64;

impl Wire {
    /// No wire, because nobody needs it. Boxes are fewer than this one's number says.
    pub(super) const UNNEEDED: Wire = Wire((INPUT - 1) << 32);
    /// No wire yet, but one that is needed.
    pub(super) const AWAITED: Wire = Wire((INPUT - 2) << 32);

    /// An input.
    pub(super) fn input(number: u32) -> Wire {
        Wire(INPUT << 32 | u64::from(number))
    }

    /// A port of a box.
    pub(super) fn port(number: u32, port: u32) -> Wire {
        Wire(u64::from(number) << 32 | u64::from(port))
    }

    /// The box that it comes from, if it is not an input.
    pub(super) fn producer(self) -> Option<u32> {
        let number = self.0 >> 32;
        (number != INPUT).then_some(number as u32)
    }

    /// The same place, with boxes numbered anew.
    pub(super) fn source(self, place: &[u32]) -> Source {
        match self.producer() {
            None => Source::Input(self.0 as u32),
            Some(number) => Source::Port(place[number as usize], self.0 as u32),
        }
    }
}

/// A diagram with all sub-diagrams opened.
pub(super) struct Opened {
    /// Objects of the inputs.
    pub(super) inputs: Vec<ObjectId>,
    /// What boxes are, each kind once.
    pub(super) ops: Vec<Op>,
    /// Boxes, each after those that it depends on: the number of its kind, and where its input wires begin.
    boxes: Vec<(u32, usize)>,
    /// The input wires of all boxes, one after the other.
    given: Vec<Wire>,
    /// The wires of the outputs.
    pub(super) outputs: Vec<Wire>,
}

impl Opened {
    /// A diagram with these inputs, without boxes.
    pub(super) fn new(inputs: Vec<ObjectId>) -> Opened {
        Opened { inputs, ops: Vec::new(), boxes: Vec::new(), given: Vec::new(), outputs: Vec::new() }
    }

    /// Number of boxes.
    pub(super) fn len(&self) -> usize {
        self.boxes.len()
    }

    /// The number of a box's kind.
    pub(super) fn kind(&self, number: u32) -> u32 {
        self.boxes[number as usize].0
    }

    /// The input wires of a box.
    pub(super) fn given(&self, number: u32) -> &[Wire] {
        let start = self.boxes[number as usize].1;
        match self.boxes.get(number as usize + 1) {
            Some((_, end)) => &self.given[start..*end],
            None => &self.given[start..],
        }
    }

    /// Adds a box; its number.
    pub(super) fn add(&mut self, kind: u32, inputs: impl Iterator<Item = Wire>) -> u32 {
        self.boxes.push((kind, self.given.len()));
        self.given.extend(inputs);
        self.boxes.len() as u32 - 1
    }

    /// Takes the last box away again.
    pub(super) fn take_back(&mut self) {
        if let Some((_, start)) = self.boxes.pop() {
            self.given.truncate(start);
        }
    }
}

/// Deterministic boxes by kind and input wires: a table of their numbers, open addressing.
#[derive(Default)]
pub(super) struct Merged {
    slots: Vec<u32>,
    used: usize,
}

const EMPTY: u32 = u32::MAX;

impl Merged {
    /// An earlier box of the same kind with the same inputs as the last one; if there is none, the last one is kept.
    pub(super) fn find_or_keep(&mut self, opened: &Opened) -> Option<u32> {
        if self.used * 2 >= self.slots.len() {
            let size = (self.slots.len() * 2).max(16);
            let before = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
            for number in before.into_iter().filter(|n| *n != EMPTY) {
                let at = self.search(opened, number);
                self.slots[at] = number;
            }
        }
        let last = opened.len() as u32 - 1;
        let at = self.search(opened, last);
        if self.slots[at] != EMPTY {
            return Some(self.slots[at]);
        }
        self.slots[at] = last;
        self.used += 1;
        None
    }

    /// The slot of a box like this one, or the free slot where it belongs.
    fn search(&self, opened: &Opened, number: u32) -> usize {
        let (kind, given) = (opened.kind(number), opened.given(number));
        let mix = |hash: u64, word: u64| (hash.rotate_left(26) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = given.iter().fold(mix(0, u64::from(kind)), |hash, wire| mix(hash, wire.0));
        let mask = self.slots.len() - 1;
        // The high bits depend on every word.
        let mut at = (hash >> 32) as usize & mask;
        loop {
            let there = self.slots[at];
            if there == EMPTY || opened.kind(there) == kind && opened.given(there) == given {
                return at;
            }
            at = (at + 1) & mask;
        }
    }
}
