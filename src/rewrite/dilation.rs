//! Almost-sure equations in causal categories, used wherever their domain has the law of their state.
//!
//! From `f == g under p` follows, in a causal Markov category, that f and g do the same to the first part of any joint
//! whose first part has the law p: `pi ; (f * id) == pi ; (g * id)` for every dilation pi of p. (D6 of Fritz 2020,
//! Definition 11.31, with `pi ; <p1, id>`: the premise is `f == g under p`, discarding gives the conclusion.) The law may
//! be `q ; p` for any q, for then `f == g under q ; p`. An ordinary rewrite would need p itself in the place.

use rustc_hash::FxHashSet;

use super::context::Context;
use super::graph::Determinism;
use super::matching::{Matcher, Miss};
use super::normal_form::NormalForm;
use super::rule::Rule;
use crate::check::signature::Signature;

/// An almost-sure equation with its state.
#[derive(Debug, Clone)]
pub struct Dilation {
    /// The equation of the kernels.
    pub rule: Rule,
    /// The law of their inputs.
    pub law: NormalForm,
}

impl Dilation {
    /// Everything that one use makes of a diagram. The second part of an error says that the kernel was found, but
    /// on wires with another law.
    pub fn apply(
        &self,
        sig: &Signature,
        deterministic: &Determinism,
        target: &NormalForm,
        reversed: bool,
    ) -> Result<Vec<NormalForm>, (Option<Miss>, bool)> {
        let matcher = Matcher::new(sig, deterministic, target);
        let mut miss = None;
        let mut other_law = false;
        let mut seen = FxHashSet::default();
        let mut all = Vec::new();
        for variant in self.rule.variants() {
            let sides = if reversed { [&variant[1], &variant[0]] } else { [&variant[0], &variant[1]] };
            let mut admits = |context: &Context| {
                let law = context.law_of_hole(deterministic);
                let admitted = law.is_some_and(|law| self.is_law(sig, deterministic, &law));
                other_law |= !admitted;
                admitted
            };
            all.extend(matcher.rewrites(sides, &mut admits, &mut seen, &mut miss));
        }
        if all.is_empty() { Err((miss, other_law)) } else { Ok(all) }
    }

    /// Whether some wires have the law `q ; p`.
    fn is_law(&self, sig: &Signature, deterministic: &Determinism, law: &NormalForm) -> bool {
        Matcher::new(sig, deterministic, law).occurs(&self.law, &Context::ends_in_hole)
    }
}
