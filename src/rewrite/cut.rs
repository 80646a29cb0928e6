//! An occurrence is cut out of a diagram: what is left is a context, in each way in which the rest can go on.
//!
//! Whoever used a wire of the occurrence may now take
//!
//! 1. an output of the hole that is this wire (if several are, any of them),
//! 2. the wire itself, where it comes from outside of the occurrence,
//! 3. a copy of the box that it comes from, if that is deterministic, with inputs found in the same three ways.
//!
//! Boxes that are not deterministic cannot be copied: in `coin ; copy ; (not * id)` the part `coin ; not` is not to be
//! replaced by `coin`. Deterministic boxes outside that use the occurrence are also taken apart, one copy for each use,
//! because two such boxes that used different outputs have been merged where the outputs were equal; this is given up
//! where there would be too many ways. What feeds the hole must not come out of it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::context::{Context, HOLE};
use super::matching::{Matcher, Miss};
use super::normal_form::{NormalBox, NormalForm, Source};

/// Most ways in which the rest may go on, for one occurrence.
const WAYS: usize = 64;

/// Most ways if boxes outside are taken apart.
const WAYS_APART: usize = 8;

/// How deep copied boxes may be stacked.
const DEEP: usize = 500;

/// Where a pattern occurs: the box of the target for each of its boxes, the wire for each of its inputs.
pub(super) struct Occurrence {
    pub(super) image: Vec<u32>,
    pub(super) hole: Vec<Source>,
}

/// What is known of the boxes of the target for an occurrence.
struct Cut<'m> {
    target: &'m NormalForm,
    /// Whether a box belongs to the occurrence.
    inside: FxHashSet<u32>,
    /// The outputs of the hole that are a wire.
    outputs: FxHashMap<Source, Vec<u32>>,
    /// For boxes that can be copied: in how many ways, in how many of them nothing comes out of the hole, how deep.
    copies: FxHashMap<u32, Copies>,
}

#[derive(Clone, Copy)]
struct Copies {
    ways: usize,
    /// Whether there is a way in which nothing comes out of the hole.
    pure: bool,
    depth: usize,
}

/// Who uses a wire.
enum User {
    /// An input port of a box that stays.
    Box(u32, usize),
    /// An output of the diagram.
    Output(usize),
}

impl Matcher<'_> {
    /// Visits the contexts of an occurrence, which are to be verified; if there is none, what it lacks goes to `miss`. The
    /// return value counts the boxes that were looked at.
    pub(super) fn cut(
        &self,
        pattern: &NormalForm,
        found: &Occurrence,
        miss: &mut Option<Miss>,
        visit: &mut dyn FnMut(&Context),
    ) -> usize {
        let wire = |source: &Source| match *source {
            Source::Input(i) => found.hole[i as usize],
            Source::Port(b, port) => Source::Port(found.image[b as usize], port),
        };
        let mut outputs: FxHashMap<Source, Vec<u32>> = FxHashMap::default();
        for (j, source) in pattern.outputs.iter().enumerate() {
            outputs.entry(wire(source)).or_default().push(j as u32);
        }
        let inside = found.image.iter().copied().collect();
        let mut cut = Cut { target: self.target, inside, outputs, copies: FxHashMap::default() };
        let mut looked = 0;
        for apart in [true, false] {
            cut.find_copies(self, apart);
            let users = cut.users();
            looked += self.target.boxes.len();
            if let Some((_, source)) = users.iter().find(|(_, s)| cut.ways(*s) == 0) {
                self.note(miss, Miss::Shared(self.culprit(&cut, *source)));
                return looked;
            }
            if !found.hole.iter().all(|s| cut.pure(*s)) {
                self.note(miss, Miss::NotConvex);
                return looked;
            }
            let ways = users.iter().map(|(_, s)| cut.ways(*s)).fold(1, usize::saturating_mul);
            if ways > WAYS_APART && apart && cut.taken_apart() {
                continue;
            }
            for way in 0..ways.min(WAYS) {
                let Some((boxes, ends, hole)) = cut.way(&users, &found.hole, way) else { continue };
                looked += boxes.len();
                match Context::new(self.target.inputs.clone(), boxes, ends, hole) {
                    None => self.note(miss, Miss::NotConvex),
                    Some(context) => visit(&context),
                }
            }
            break;
        }
        looked
    }

    /// The box because of which a wire inside cannot be used outside.
    fn culprit(&self, cut: &Cut<'_>, mut source: Source) -> String {
        while let Source::Port(b, _) = source {
            let node = &self.target.boxes[b as usize];
            let lacking = node.inputs.iter().find(|s| cut.ways(**s) == 0);
            match lacking {
                Some(above) if self.deterministic.holds(&node.op) => source = *above,
                _ => return super::difference::op_name(self.sig, &node.op),
            }
        }
        String::new()
    }
}

impl Cut<'_> {
    /// In how many ways a wire can be had.
    fn ways(&self, source: Source) -> usize {
        let outputs = self.outputs.get(&source).map_or(0, Vec::len);
        outputs.saturating_add(self.own_ways(source))
    }

    fn own_ways(&self, source: Source) -> usize {
        match source {
            Source::Port(b, _) => match self.copies.get(&b) {
                Some(copies) => copies.ways,
                None => usize::from(!self.inside.contains(&b)),
            },
            Source::Input(_) => 1,
        }
    }

    /// Whether a wire can be had so that nothing comes out of the hole, as far as copies go.
    fn pure(&self, source: Source) -> bool {
        match source {
            Source::Port(b, _) => match self.copies.get(&b) {
                Some(copies) => copies.pure,
                None => !self.inside.contains(&b),
            },
            Source::Input(_) => true,
        }
    }

    /// Finds the boxes that can be copied: deterministic ones inside, and with `apart` those outside that depend on
    /// what has several ways.
    fn find_copies(&mut self, matcher: &Matcher<'_>, apart: bool) {
        self.copies.clear();
        // Boxes come after those that they depend on.
        for (b, node) in self.target.boxes.iter().enumerate() {
            let b = b as u32;
            if !matcher.deterministic.holds(&node.op) {
                continue;
            }
            let inside = self.inside.contains(&b);
            let several = apart && node.inputs.iter().any(|s| self.ways(*s) > 1);
            if !(inside || several) {
                continue;
            }
            let depth = |s: &Source| match s {
                Source::Port(c, _) => self.copies.get(c).map_or(0, |c| c.depth),
                Source::Input(_) => 0,
            };
            let copies = Copies {
                ways: node.inputs.iter().map(|s| self.ways(*s)).fold(1, usize::saturating_mul),
                pure: node.inputs.iter().all(|s| self.pure(*s)),
                depth: 1 + node.inputs.iter().map(depth).max().unwrap_or(0),
            };
            if copies.ways > 0 && copies.depth <= DEEP {
                self.copies.insert(b, copies);
            }
        }
    }

    /// Whether boxes outside are copied.
    fn taken_apart(&self) -> bool {
        self.copies.keys().any(|b| !self.inside.contains(b))
    }

    fn stays(&self, b: u32) -> bool {
        !self.inside.contains(&b) && !self.copies.contains_key(&b)
    }

    /// Every use of a wire by what stays.
    fn users(&self) -> Vec<(User, Source)> {
        let boxes = self.target.boxes.iter().enumerate().filter(|(b, _)| self.stays(*b as u32));
        let ports = boxes
            .flat_map(|(b, node)| node.inputs.iter().enumerate().map(move |(port, s)| (User::Box(b as u32, port), *s)));
        ports.chain(self.target.outputs.iter().enumerate().map(|(k, s)| (User::Output(k), *s))).collect()
    }

    /// One of the ways: the boxes, the outputs, and what feeds the hole; `None` if nothing comes out of the hole.
    fn way(
        &self,
        users: &[(User, Source)],
        hole: &[Source],
        way: usize,
    ) -> Option<(Vec<NormalBox>, Vec<Source>, Vec<Source>)> {
        // Boxes that stay keep their numbers; the places of the others are filled by what nothing comes from.
        let mut boxes = self.target.boxes.clone();
        let mut ends = self.target.outputs.clone();
        let mut rest = way;
        let mut used = false;
        for (user, source) in users {
            let ways = self.ways(*source);
            let taken = self.take(*source, rest % ways, &mut boxes, &mut used);
            rest /= ways;
            match user {
                User::Box(b, port) => boxes[*b as usize].inputs[*port] = taken,
                User::Output(k) => ends[*k] = taken,
            }
        }
        if !used {
            return None;
        }
        let hole = hole.iter().map(|s| self.take_pure(*s, &mut boxes)).collect();
        Some((boxes, ends, hole))
    }

    /// A wire in one of its ways.
    fn take(&self, source: Source, way: usize, boxes: &mut Vec<NormalBox>, used: &mut bool) -> Source {
        let outputs = self.outputs.get(&source).map_or(&[][..], |o| o);
        if let Some(j) = outputs.get(way) {
            *used = true;
            return Source::Port(HOLE, *j);
        }
        let mut rest = way - outputs.len();
        let Source::Port(b, port) = source else { return source };
        if !self.copies.contains_key(&b) {
            return source;
        }
        let node = &self.target.boxes[b as usize];
        let mut inputs = Vec::with_capacity(node.inputs.len());
        for input in &node.inputs {
            let ways = self.ways(*input);
            inputs.push(self.take(*input, rest % ways, boxes, used));
            rest /= ways;
        }
        boxes.push(NormalBox { op: node.op.clone(), inputs: inputs.into() });
        Source::Port(boxes.len() as u32 - 1, port)
    }

    /// A wire such that nothing comes out of the hole, as far as copies go.
    fn take_pure(&self, source: Source, boxes: &mut Vec<NormalBox>) -> Source {
        match source {
            Source::Port(b, port) if self.copies.contains_key(&b) => {
                let node = &self.target.boxes[b as usize];
                let inputs = node.inputs.iter().map(|s| self.take_pure(*s, boxes)).collect();
                boxes.push(NormalBox { op: node.op.clone(), inputs });
                Source::Port(boxes.len() as u32 - 1, port)
            }
            _ => source,
        }
    }
}
