//! Where a diagram occurs in another one.
//!
//! 1. Boxes go to boxes of the same kernel, ports to ports; what the pattern's inputs stand for may be used elsewhere, and
//!    two of them may be the same wire. Boxes that are not deterministic go to different boxes; deterministic ones may
//!    meet, for equal ones have been merged in the target.
//! 2. A wire inside of the pattern may be used outside only if all that it comes from is deterministic: then that part
//!    stays, which is the same as copying it first. For other boxes the step would be unsound: in `coin ; copy ;
//!    (not * id)` the part `coin ; not` cannot be replaced by `coin`.
//! 3. No path leaves the occurrence and comes back (convexity): the wires would run in a circle through the hole.
//! 4. Whoever uses an output may stay with the old wire where that wire stays, or comes from outside; where two outputs
//!    of the pattern are the same wire, each user chooses one. All choices are tried, up to a bound.
//!
//! Every occurrence is verified: with the pattern in the hole, the context has the normal form of the target. So a fault
//! here could miss an occurrence, but could not make a wrong one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::context::{Context, HOLE};
use super::graph::{Determinism, object_of};
use super::normal_form::{NormalForm, Op, Source};
use crate::check::signature::Signature;

/// Most ways in which the users of outputs may choose, for one occurrence.
const CHOICES: usize = 64;

/// Most occurrences that are looked at, for one pattern and target.
const OCCURRENCES: usize = 4096;

/// What the nearest occurrence lacked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Miss {
    /// The target has no such box.
    NoBox(String),
    /// So many boxes of the pattern were found; the next one is this, and is wired like that.
    Wiring {
        /// Boxes found.
        found: usize,
        /// Boxes of the pattern.
        of: usize,
        /// What did not fit.
        why: String,
    },
    /// A path leaves the occurrence and comes back.
    NotConvex,
    /// A wire inside is used outside, and comes from this box, which is not deterministic.
    Shared(String),
}

/// Everything that the search for occurrences needs.
pub(super) struct Matcher<'a> {
    /// What is declared.
    pub(super) sig: &'a Signature,
    /// Which boxes are deterministic.
    pub(super) deterministic: &'a Determinism,
    /// Where the pattern is looked for.
    pub(super) target: &'a NormalForm,
    /// The boxes of the target by kernel.
    by_op: FxHashMap<&'a Op, Vec<u32>>,
}

/// A partial occurrence.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Partial {
    image: Vec<Option<u32>>,
    inputs: Vec<Option<Source>>,
}

impl<'a> Matcher<'a> {
    /// Prepares a target.
    pub(super) fn new(sig: &'a Signature, deterministic: &'a Determinism, target: &'a NormalForm) -> Matcher<'a> {
        let mut by_op: FxHashMap<&Op, Vec<u32>> = FxHashMap::default();
        for (b, node) in target.boxes.iter().enumerate() {
            by_op.entry(&node.op).or_default().push(b as u32);
        }
        Matcher { sig, deterministic, target, by_op }
    }

    /// The contexts in which a pattern occurs; what the nearest miss lacked goes to `miss`.
    pub(super) fn contexts(&self, pattern: &NormalForm, miss: &mut Option<Miss>) -> Vec<Context> {
        let mut contexts = Vec::new();
        let mut seen: FxHashSet<Partial> = FxHashSet::default();
        let mut open =
            vec![Partial { image: vec![None; pattern.boxes.len()], inputs: vec![None; pattern.inputs.len()] }];
        let mut looked = 0;
        // The candidates of a box are pushed last first, so that occurrences come in the order of the target's boxes.
        while let Some(partial) = open.pop() {
            looked += 1;
            if looked > OCCURRENCES {
                break;
            }
            let root = pattern.outputs.iter().find_map(|s| match s {
                Source::Port(b, _) if partial.image[*b as usize].is_none() => Some(*b),
                _ => None,
            });
            if let Some(root) = root {
                let op = &pattern.boxes[root as usize].op;
                let candidates = self.by_op.get(op).map_or(&[][..], |c| c);
                if candidates.is_empty() {
                    note(miss, Miss::NoBox(super::difference::op_name(self.sig, op)));
                }
                for candidate in candidates.iter().rev() {
                    if let Some(next) = self.place(pattern, &partial, root, *candidate, miss) {
                        open.push(next);
                    }
                }
                continue;
            }
            // An input that the pattern does not use may be any wire of its object.
            if let Some(free) = partial.inputs.iter().position(Option::is_none) {
                let object = pattern.inputs[free];
                let mut wires: Vec<Source> =
                    self.wires().filter(|w| object_of(self.sig, self.target, *w) == object).collect();
                wires.reverse();
                for wire in wires {
                    let mut next = partial.clone();
                    next.inputs[free] = Some(wire);
                    open.push(next);
                }
                continue;
            }
            if seen.insert(partial.clone()) {
                self.cut(pattern, &partial, &mut contexts, miss);
            }
        }
        contexts
    }

    /// All wires of the target.
    fn wires(&self) -> impl Iterator<Item = Source> + '_ {
        let inputs = (0..self.target.inputs.len() as u32).map(Source::Input);
        let ports = self.target.boxes.iter().enumerate().flat_map(|(b, node)| {
            let count = node.op.ends(self.sig).1.len() as u32;
            (0..count).map(move |port| Source::Port(b as u32, port))
        });
        inputs.chain(ports)
    }

    /// 1. Places a box of the pattern, and all that it comes from.
    fn place(
        &self,
        pattern: &NormalForm,
        partial: &Partial,
        root: u32,
        candidate: u32,
        miss: &mut Option<Miss>,
    ) -> Option<Partial> {
        let mut next = partial.clone();
        let mut open = vec![(root, candidate)];
        let found = |p: &Partial| p.image.iter().flatten().count();
        let name = |op: &Op| super::difference::op_name(self.sig, op);
        while let Some((b, at)) = open.pop() {
            let (node, here) = (&pattern.boxes[b as usize], &self.target.boxes[at as usize]);
            match next.image[b as usize] {
                Some(image) if image == at => continue,
                Some(_) => {
                    let why =
                        format!("the wires of `{}` come from one box in the rule, and from two here", name(&node.op));
                    note(miss, Miss::Wiring { found: found(&next), of: pattern.boxes.len(), why });
                    return None;
                }
                None => {}
            }
            let taken = next.image.contains(&Some(at)) && !self.deterministic.holds(&node.op);
            if node.op != here.op || taken {
                let why = match taken {
                    true => format!("the rule draws `{}` twice, and here it is drawn once", name(&node.op)),
                    false => format!("where the rule has `{}`, here is `{}`", name(&node.op), name(&here.op)),
                };
                note(miss, Miss::Wiring { found: found(&next), of: pattern.boxes.len(), why });
                return None;
            }
            next.image[b as usize] = Some(at);
            for (port, (wanted, got)) in node.inputs.iter().zip(&here.inputs).enumerate() {
                let why = match (*wanted, *got) {
                    (Source::Input(i), got) => match next.inputs[i as usize] {
                        None => {
                            next.inputs[i as usize] = Some(got);
                            continue;
                        }
                        Some(before) if before == got => continue,
                        Some(_) => {
                            format!(
                                "input {} of `{}` is a wire used before in the rule, and another one here",
                                port + 1,
                                name(&node.op)
                            )
                        }
                    },
                    (Source::Port(c, p), Source::Port(d, q)) if p == q => {
                        open.push((c, d));
                        continue;
                    }
                    (Source::Port(c, p), Source::Port(d, q)) => format!(
                        "input {} of `{}` is output {} of `{}` in the rule, and output {} of `{}` here",
                        port + 1,
                        name(&node.op),
                        p + 1,
                        name(&pattern.boxes[c as usize].op),
                        q + 1,
                        name(&self.target.boxes[d as usize].op)
                    ),
                    (Source::Port(c, _), Source::Input(i)) => format!(
                        "input {} of `{}` comes from `{}` in the rule, and from input {} here",
                        port + 1,
                        name(&node.op),
                        name(&pattern.boxes[c as usize].op),
                        i + 1
                    ),
                };
                note(miss, Miss::Wiring { found: found(&next), of: pattern.boxes.len(), why });
                return None;
            }
        }
        Some(next)
    }

    /// 2. to 4. Cuts an occurrence out, in all ways.
    fn cut(&self, pattern: &NormalForm, found: &Partial, contexts: &mut Vec<Context>, miss: &mut Option<Miss>) {
        let image: FxHashSet<u32> = found.image.iter().flatten().copied().collect();
        let hole: Vec<Source> = found.inputs.iter().flatten().copied().collect();
        let wire = |source: &Source| match *source {
            Source::Input(i) => hole[i as usize],
            Source::Port(b, port) => Source::Port(found.image[b as usize].unwrap_or(HOLE), port),
        };
        // Which outputs of the pattern each wire of the target is.
        let mut outputs: FxHashMap<Source, Vec<u32>> = FxHashMap::default();
        for (j, source) in pattern.outputs.iter().enumerate() {
            outputs.entry(wire(source)).or_default().push(j as u32);
        }
        let stays = self.remaining(pattern, found);
        let mut users: Vec<(User, Source, Vec<Option<u32>>)> = Vec::new();
        let all = self.users().chain((0..hole.len()).map(|i| (User::Hole, hole[i])));
        for (user, source) in all {
            if let User::Box(b, _) = user
                && image.contains(&b)
            {
                continue;
            }
            let inside = matches!(source, Source::Port(b, _) if image.contains(&b));
            let may_stay = match source {
                Source::Port(b, _) if inside => stays.contains(&b),
                _ => true,
            };
            let mut choices: Vec<Option<u32>> = Vec::new();
            if !matches!(user, User::Hole) {
                choices.extend(outputs.get(&source).into_iter().flatten().map(|j| Some(*j)));
            }
            if may_stay {
                choices.push(None);
            }
            match (choices.is_empty(), source) {
                (true, Source::Port(b, _)) => {
                    let name = super::difference::op_name(self.sig, &self.target.boxes[b as usize].op);
                    note(miss, if matches!(user, User::Hole) { Miss::NotConvex } else { Miss::Shared(name) });
                    return;
                }
                _ if choices != [None] => users.push((user, source, choices)),
                _ => {}
            }
        }
        let ways = users.iter().map(|(_, _, c)| c.len()).fold(1usize, |a, b| a.saturating_mul(b)).min(CHOICES);
        for way in 0..ways {
            let mut rest = way;
            let chosen: Vec<Option<u32>> = users
                .iter()
                .map(|(_, _, c)| {
                    let choice = c[rest % c.len()];
                    rest /= c.len();
                    choice
                })
                .collect();
            if chosen.iter().all(Option::is_none) {
                continue;
            }
            let mut boxes = self.target.boxes.clone();
            let mut ends = self.target.outputs.clone();
            for ((user, _, _), choice) in users.iter().zip(&chosen) {
                let Some(j) = choice else { continue };
                match user {
                    User::Box(b, port) => boxes[*b as usize].inputs[*port] = Source::Port(HOLE, *j),
                    User::Output(k) => ends[*k] = Source::Port(HOLE, *j),
                    User::Hole => {}
                }
            }
            match Context::new(self.target.inputs.clone(), boxes, ends, hole.clone()) {
                None => note(miss, Miss::NotConvex),
                Some(context) => {
                    if context.fill(pattern, self.deterministic).as_ref() == Some(self.target) {
                        contexts.push(context);
                    }
                }
            }
        }
    }

    /// 2. The boxes of an occurrence that may stay: they and all that they come from inside of it are deterministic.
    fn remaining(&self, pattern: &NormalForm, found: &Partial) -> FxHashSet<u32> {
        let mut firm = vec![false; pattern.boxes.len()];
        let mut stays = FxHashSet::default();
        // Boxes come after those that they depend on.
        for (b, node) in pattern.boxes.iter().enumerate() {
            let above = node
                .inputs
                .iter()
                .all(|s| matches!(s, Source::Input(_)) || matches!(s, Source::Port(c, _) if firm[*c as usize]));
            firm[b] = above && self.deterministic.holds(&node.op);
            if firm[b] {
                stays.extend(found.image[b]);
            }
        }
        stays
    }

    /// Every use of a wire of the target.
    fn users(&self) -> impl Iterator<Item = (User, Source)> + '_ {
        let boxes =
            self.target.boxes.iter().enumerate().flat_map(|(b, node)| {
                node.inputs.iter().enumerate().map(move |(port, s)| (User::Box(b as u32, port), *s))
            });
        boxes.chain(self.target.outputs.iter().enumerate().map(|(k, s)| (User::Output(k), *s)))
    }
}

/// Who uses a wire.
enum User {
    /// An input port of a box.
    Box(u32, usize),
    /// An output of the diagram.
    Output(usize),
    /// An input of the hole.
    Hole,
}

/// Keeps the nearest miss.
fn note(best: &mut Option<Miss>, miss: Miss) {
    if best.as_ref().is_none_or(|b| *b < miss) {
        *best = Some(miss);
    }
}
