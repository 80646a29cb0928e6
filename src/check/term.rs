//! Terms: diagrams as written, with every name resolved and every end typed.
//!
//! What can no longer be wrong here: names, types, and the rows of kernels. What can: conditioning on an event of
//! probability zero, and the size of a result.

use std::sync::Arc;

use super::form::Form;
use super::signature::Group;
use super::types::{DefinitionId, FamilyId, KernelId, Type};
use crate::base::span::Span;
use crate::syntax::ast::{Derived, Door};

/// A typed diagram.
#[derive(Debug, Clone)]
pub struct Term {
    /// What it is.
    pub kind: TermKind,
    /// Domain.
    pub dom: Type,
    /// Codomain.
    pub cod: Type,
    /// Names of its outputs, where they have any.
    pub outputs: Vec<Group>,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of terms.
#[derive(Debug, Clone)]
pub enum TermKind {
    /// `id`
    Identity,
    /// `copy`
    Copy,
    /// `del`
    Discard,
    /// `swap`; the number of factors of the first of the two objects
    Swap(usize),
    /// `f ; g`
    Seq(Vec<Term>),
    /// `f * g`
    Par(Vec<Term>),
    /// `<f, g>`
    Pair(Vec<Term>),
    /// A kernel.
    Kernel(KernelId),
    /// A declared diagram.
    Diagram(DefinitionId),
    /// The uniform state.
    Uniform,
    /// A point.
    Point(u64),
    /// `P^n`
    Power(Box<Term>, u64),
    /// `marginal(d, …)`: these outputs, in this order.
    Marginal(Box<Term>, Vec<usize>),
    /// `cond(d, … given …)`: from the given outputs and the inputs of `d` to the others.
    Conditional {
        /// The joint diagram.
        of: Box<Term>,
        /// Outputs that are drawn.
        targets: Vec<usize>,
        /// Outputs that are known.
        given: Vec<usize>,
    },
    /// `bayes(f, p)`
    Inverse {
        /// The kernel to be inverted.
        kernel: Box<Term>,
        /// The prior.
        prior: Box<Term>,
    },
    /// `observe(d, event)`, `weigh(d, weight)`
    Observe {
        /// The diagram.
        of: Box<Term>,
        /// What is seen.
        event: Arc<Event>,
    },
    /// `effect(d, y given do x)`: from wires that are set by hand, and the inputs of `d`, to others.
    Effect {
        /// The diagram.
        of: Box<Term>,
        /// Outputs that are kept.
        targets: Vec<usize>,
        /// Outputs whose wires are cut.
        set: Vec<usize>,
    },
    /// `adjust(d, y given x over z)`, `adjust(d, y given x through m)`: what should be the effect, by a formula.
    Adjust {
        /// The diagram.
        of: Box<Term>,
        /// Outputs that are acted on.
        targets: Vec<usize>,
        /// Outputs that are set.
        given: Vec<usize>,
        /// Which formula.
        door: Door,
        /// Outputs that are adjusted over, or that the effect goes through.
        by: Vec<usize>,
    },
    /// `comb(d, a then c around b)`: from `b`, and the inputs of `d`, to `a` and `c`.
    Comb {
        /// The diagram.
        of: Box<Term>,
        /// Outputs that come before the gap.
        before: Vec<usize>,
        /// Outputs that come after it.
        after: Vec<usize>,
        /// Outputs that are given back in the gap.
        around: Vec<usize>,
    },
    /// `minimal(p)`, `stationary(P)` and their relatives: computed from a kernel as a whole.
    Derived {
        /// What is computed.
        what: Derived,
        /// From what.
        of: Box<Term>,
        /// The labelling of `lumping(P, s)`; the identity of the object of classes of `absorption(P, K)`.
        by: Option<Box<Term>>,
    },
    /// `do(d, box := kernel)`
    Surgery {
        /// The diagram.
        of: Box<Term>,
        /// What is replaced by what.
        steps: Vec<(Target, Term)>,
    },
}

/// What surgery replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Every box of a kernel, whatever its parameters.
    Kernel(FamilyId),
    /// Every use of a diagram.
    Diagram(DefinitionId),
}

/// A formula over the outputs of a diagram.
#[derive(Debug, Clone)]
pub struct Event {
    /// The formula; its variables are numbered as in `variables`.
    pub form: Form,
    /// For each variable, the outputs that it stands for.
    pub variables: Vec<Vec<usize>>,
    /// Whether it is no event, but a weight for each point: `weigh(d, …)`.
    pub weighs: bool,
}

impl Event {
    /// The outputs that matter, in increasing order.
    pub fn outputs(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.variables.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The same event about a choice of outputs, increasing, by their places in it.
    pub fn among(&self, places: &[usize]) -> Event {
        let place = |o: &usize| places.binary_search(o).unwrap_or(0);
        let variables = self.variables.iter().map(|outputs| outputs.iter().map(place).collect()).collect();
        Event { form: self.form.clone(), variables, weighs: self.weighs }
    }
}

/// A diagram written with wires. Wires are numbered: the inputs first, then what each draw yields.
#[derive(Debug, Clone)]
pub struct Wiring {
    /// Number of input wires.
    pub inputs: usize,
    /// The draws in order.
    pub draws: Vec<DrawnBox>,
    /// The returned wires.
    pub returns: Vec<usize>,
}

/// One draw.
#[derive(Debug, Clone)]
pub struct DrawnBox {
    /// What is drawn from.
    pub source: Term,
    /// The wires that it is given.
    pub inputs: Vec<usize>,
}
