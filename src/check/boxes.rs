//! Which boxes a diagram has, looked for through everything that it is made of.

use rustc_hash::FxHashSet;

use super::checker::Checker;
use super::signature::DefinitionBody;
use super::term::{Target, Term, TermKind};

impl Checker<'_> {
    /// The kernels and diagrams that occur in a term, however deep.
    pub(super) fn boxes(&self, term: &Term) -> FxHashSet<Target> {
        let mut found = FxHashSet::default();
        let mut open: Vec<&Term> = vec![term];
        while let Some(term) = open.pop() {
            match &term.kind {
                TermKind::Kernel(id) => {
                    found.insert(Target::Kernel(self.sig.kernels[*id].family));
                }
                TermKind::Diagram(id) => {
                    if found.insert(Target::Diagram(*id)) && !self.sig.definitions[*id].sealed {
                        match &self.sig.definitions[*id].body {
                            DefinitionBody::Term(term) => open.push(term),
                            DefinitionBody::Wiring(w) => open.extend(w.draws.iter().map(|d| &d.source)),
                        }
                    }
                }
                TermKind::Seq(items) | TermKind::Par(items) | TermKind::Pair(items) => open.extend(items),
                TermKind::Power(of, _) | TermKind::Marginal(of, _) => open.push(of),
                // What is conditioned, inverted or observed is a new kernel, whose insides surgery does not reach.
                TermKind::Conditional { .. } | TermKind::Inverse { .. } | TermKind::Observe { .. } => {}
                // So is what was computed from a diagram by cutting it, by a formula, or as a whole.
                TermKind::Effect { .. }
                | TermKind::Adjust { .. }
                | TermKind::Comb { .. }
                | TermKind::Derived { .. } => {}
                TermKind::Surgery { of, steps } => {
                    open.push(of);
                    open.extend(steps.iter().map(|(_, t)| t));
                }
                TermKind::Identity
                | TermKind::Copy
                | TermKind::Discard
                | TermKind::Swap(_)
                | TermKind::Uniform
                | TermKind::Point(_) => {}
            }
        }
        found
    }
}
