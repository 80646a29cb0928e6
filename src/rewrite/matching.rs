//! Where a diagram occurs in another one.
//!
//! 1. Boxes go to boxes of the same kernel, ports to ports; what the pattern's inputs stand for may be used elsewhere, and
//!    two of them may be the same wire. Boxes that are not deterministic go to different boxes; deterministic ones may
//!    meet, for equal ones have been merged in the target.
//! 2. The occurrence is cut out (`cut`): a wire inside may be used outside only if it can be made again there.
//! 3. No path leaves the occurrence and comes back (convexity): the wires would run in a circle through the hole.
//!
//! An input that the pattern does not use may be any wire of the target; none is invented for it.
//!
//! Every occurrence is verified before it is used: with the pattern in the hole, the context has the normal form of the
//! target. So a fault here could miss an occurrence, but could not make a wrong one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::context::Context;
use super::cut::Occurrence;
use super::graph::{Determinism, object_of};
use super::normal_form::{NormalForm, Op, Source};
use crate::check::signature::Signature;

/// Most occurrences that are looked at, for one pattern and target.
const OCCURRENCES: usize = 4096;

/// Most boxes that are looked at while occurrences are cut out, for one pattern and target.
const WORK: usize = 1 << 24;

/// Most boxes of all that one pattern and target lead to.
const RESULTS: usize = 1 << 20;

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

    /// Everything that comes from putting `to` where `from` stands, without repetitions and in a fixed order, if `admits`
    /// allows the context; what the nearest miss lacked goes to `miss`.
    pub(super) fn rewrites(
        &self,
        [from, to]: [&NormalForm; 2],
        admits: &mut dyn FnMut(&Context) -> bool,
        seen: &mut FxHashSet<NormalForm>,
        miss: &mut Option<Miss>,
    ) -> Vec<NormalForm> {
        let (mut results, mut kept) = (Vec::new(), 0);
        self.contexts(from, miss, &mut |context| {
            let Some(result) = context.fill(to, self.deterministic) else { return };
            let new = kept < RESULTS && result != *self.target && !seen.contains(&result);
            if new && self.verified(context, from) && admits(context) {
                kept += 1 + result.boxes.len();
                seen.insert(result.clone());
                results.push(result);
            }
        });
        results
    }

    /// Whether a pattern occurs in some context with a property.
    pub(super) fn occurs(&self, pattern: &NormalForm, admits: &dyn Fn(&Context) -> bool) -> bool {
        let mut found = false;
        self.contexts(pattern, &mut None, &mut |context| {
            found = found || admits(context) && self.verified(context, pattern);
        });
        found
    }

    /// Whether a context with a pattern in its hole is the target. Soundness rests on this alone.
    fn verified(&self, context: &Context, pattern: &NormalForm) -> bool {
        context.fill(pattern, self.deterministic).as_ref() == Some(self.target)
    }

    /// The contexts in which a pattern may occur, not yet verified.
    fn contexts(&self, pattern: &NormalForm, miss: &mut Option<Miss>, visit: &mut dyn FnMut(&Context)) {
        let mut seen: FxHashSet<Partial> = FxHashSet::default();
        let mut open =
            vec![Partial { image: vec![None; pattern.boxes.len()], inputs: vec![None; pattern.inputs.len()] }];
        let (mut looked, mut work) = (0, 0);
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
                    self.note(miss, Miss::NoBox(super::difference::op_name(self.sig, op)));
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
                let (image, hole) = (partial.image.into_iter().flatten(), partial.inputs.into_iter().flatten());
                let found = Occurrence { image: image.collect(), hole: hole.collect() };
                work += self.cut(pattern, &found, miss, visit);
                if work > WORK {
                    break;
                }
            }
        }
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
                    self.note(miss, Miss::Wiring { found: found(&next), of: pattern.boxes.len(), why });
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
                self.note(miss, Miss::Wiring { found: found(&next), of: pattern.boxes.len(), why });
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
                self.note(miss, Miss::Wiring { found: found(&next), of: pattern.boxes.len(), why });
                return None;
            }
        }
        Some(next)
    }

    /// Keeps the nearest miss.
    pub(super) fn note(&self, best: &mut Option<Miss>, miss: Miss) {
        if best.as_ref().is_none_or(|b| *b < miss) {
            *best = Some(miss);
        }
    }
}
