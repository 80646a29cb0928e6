//! Equations as rewrite rules on diagrams.
//!
//! An equation between diagrams with several outputs holds for every choice of them: the other outputs are discarded on
//! both sides. Diagrams in normal form have lost what they discard, so a rule is tried with every choice (all of them
//! up to six outputs; beyond, all outputs, all but one, and each alone).

use rustc_hash::FxHashSet;

use super::graph::Determinism;
use super::matching::{Matcher, Miss};
use super::normal_form::NormalForm;
use crate::check::signature::Signature;

/// Up to how many outputs all choices of them are tried.
const ALL_CHOICES: usize = 6;

/// An equation, read in either direction.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What it is called.
    pub name: String,
    /// Both sides for each choice of outputs, all outputs first; only where the sides differ.
    variants: Vec<[NormalForm; 2]>,
}

impl Rule {
    /// The rule of an equation between normal forms of the same type.
    pub fn new(name: String, left: &NormalForm, right: &NormalForm, deterministic: &Determinism) -> Rule {
        let outputs = left.outputs.len();
        let mut variants = Vec::new();
        let mut seen = FxHashSet::default();
        for choice in choices(outputs) {
            let side = |form: &NormalForm| {
                let part = form.marginal(&choice);
                NormalForm::of_boxes(part.inputs, part.boxes, part.outputs, deterministic)
            };
            let (Some(l), Some(r)) = (side(left), side(right)) else { continue };
            if l != r && seen.insert((l.clone(), r.clone())) {
                variants.push([l, r]);
            }
        }
        Rule { name, variants }
    }

    /// Whether the equation says nothing: both sides have the same normal form.
    pub fn is_trivial(&self) -> bool {
        self.variants.is_empty()
    }

    /// Both sides, with these outputs or fewer.
    pub(super) fn variants(&self) -> &[[NormalForm; 2]] {
        &self.variants
    }

    /// Everything that one use of the rule makes of a diagram, without repetitions, in a fixed order; and what the nearest
    /// place lacked, if there is none.
    pub fn apply(
        &self,
        sig: &Signature,
        deterministic: &Determinism,
        target: &NormalForm,
        reversed: bool,
    ) -> Result<Vec<NormalForm>, Option<Miss>> {
        let matcher = Matcher::new(sig, deterministic, target);
        let mut miss = None;
        let mut seen = FxHashSet::default();
        let mut all = Vec::new();
        for variant in &self.variants {
            let sides = if reversed { [&variant[1], &variant[0]] } else { [&variant[0], &variant[1]] };
            all.extend(matcher.rewrites(sides, &mut |_| true, &mut seen, &mut miss));
        }
        if all.is_empty() { Err(miss) } else { Ok(all) }
    }
}

/// The choices of outputs that a rule is tried with.
fn choices(outputs: usize) -> Vec<Vec<usize>> {
    let all: Vec<usize> = (0..outputs).collect();
    if outputs <= ALL_CHOICES {
        let mut sets: Vec<Vec<usize>> =
            (1..1usize << outputs).map(|set| all.iter().copied().filter(|j| set >> j & 1 == 1).collect()).collect();
        sets.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        return sets;
    }
    let but = |k: usize| all.iter().copied().filter(|j| *j != k).collect();
    let mut sets = vec![all.clone()];
    sets.extend(all.iter().map(|k| but(*k)));
    sets.extend(all.iter().map(|k| vec![*k]));
    sets
}
