//! What a theory assumes and proves, resolved: facts, and the plans of their proofs.

use std::path::PathBuf;
use std::sync::Arc;

use super::signature::Entity;
use super::term::{Term, TermKind};
use super::types::{FactId, KernelId, TheoryId, Type};
use crate::base::name::Name;
use crate::base::span::Span;
use crate::syntax::ast::TheoryDecl;

/// A theory: abstract objects and kernels, what is assumed of them, and what follows.
#[derive(Debug, Clone)]
pub struct Theory {
    /// Its name.
    pub name: Name,
    /// The theory that it adds to.
    pub base: Option<TheoryId>,
    /// The declaration, which a model reads again with its own objects and kernels.
    pub decl: Arc<TheoryDecl>,
    /// Where relative paths in it start.
    pub directory: PathBuf,
    /// What it declares, with what its base declares.
    pub names: Vec<(Name, Entity, Span)>,
    /// Its facts in order, those of its base first.
    pub facts: Vec<FactId>,
}

/// An axiom or a theorem.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its name.
    pub name: Name,
    /// Whether it is assumed; else it must be proved.
    pub axiom: bool,
    /// What it says.
    pub statement: Statement,
    /// What it says as an equation; `None` for a conditional independence whose conditionals have no names.
    pub equation: Option<(Term, Term)>,
    /// How it is proved; none for an axiom.
    pub plan: Option<Arc<Plan>>,
    /// Its declaration.
    pub span: Span,
}

/// What a fact says.
#[derive(Debug, Clone)]
pub enum Statement {
    /// `f == g`
    Equal {
        /// The left diagram.
        left: Term,
        /// The right diagram.
        right: Term,
    },
    /// `f == g under p`
    AlmostSurely {
        /// The left kernel.
        left: Term,
        /// The right kernel.
        right: Term,
        /// A diagram into their domain.
        under: Term,
    },
    /// `deterministic f`; the kernel, if f is one alone
    Deterministic {
        /// The diagram.
        of: Term,
        /// A diagram into its domain.
        under: Option<Term>,
        /// The kernel that it is, if it is one alone and there is no `under`.
        kernel: Option<KernelId>,
    },
    /// `independent x, y given z in p`
    Independent(Separation),
}

/// Groups of outputs of a diagram, and what is known.
#[derive(Debug, Clone)]
pub struct Separation {
    /// The diagram.
    pub of: Term,
    /// Groups of outputs, with their names.
    pub groups: Vec<(String, Vec<usize>)>,
    /// What is known, with its name.
    pub given: Vec<(String, Vec<usize>)>,
}

/// A theorem with its proof, ready to be checked.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where the calculation starts.
    pub start: Term,
    /// Where it must end.
    pub goal: Goal,
    /// The way.
    pub stages: Vec<Stage>,
    /// The facts that may be used, in order.
    pub scope: Vec<FactId>,
}

/// Where a calculation must end.
#[derive(Debug, Clone)]
pub enum Goal {
    /// At this diagram.
    Diagram(Term),
    /// At a diagram in which groups of outputs are separated, given others: numbers of outputs, and the names of the
    /// groups.
    Separated {
        /// The groups.
        groups: Vec<(String, Vec<usize>)>,
        /// What is known.
        given: Vec<(String, Vec<usize>)>,
    },
}

/// From one diagram to the next.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The next diagram; `None` where the goal is meant.
    pub to: Option<Term>,
    /// Why they are equal.
    pub why: Why,
    /// The line.
    pub span: Span,
}

/// Why two diagrams are equal.
#[derive(Debug, Clone)]
pub enum Why {
    /// They have the same normal form.
    Structure,
    /// By a search that looks at no more diagrams than this.
    Auto(u64),
    /// By rewrites, one after the other.
    Steps(Vec<PlanStep>),
}

/// A rewrite.
#[derive(Debug, Clone)]
pub struct PlanStep {
    /// What is used.
    pub rule: PlanRule,
    /// How it is written, without sign and place.
    pub text: String,
    /// Whether the equation is read from right to left.
    pub reversed: bool,
    /// Which of the places where it applies, from 1.
    pub at: Option<u64>,
    /// The step.
    pub span: Span,
}

/// What a rewrite uses.
#[derive(Debug, Clone)]
pub enum PlanRule {
    /// A fact as an equation.
    Fact(FactId),
    /// `causality(a)`: an almost-sure equation, wherever its domain has the law of its state.
    Dilation(FactId),
    /// A rule that some Markov categories have: from the premise follows the equation.
    Horn {
        /// What it is called.
        name: &'static str,
        /// What must be known.
        premise: Premise,
        /// What follows.
        conclusion: Box<(Term, Term)>,
    },
}

/// What a Horn rule needs.
#[derive(Debug, Clone)]
pub enum Premise {
    /// `deterministic f`, with the diagram that it is almost sure for.
    Deterministic(Term, Option<Term>),
    /// Two diagrams are equal.
    Equal(Box<(Term, Term)>),
}

/// How many diagrams `by auto` looks at if no number is given.
pub const AUTO_BUDGET: u64 = 20_000;

// ------------------------------------------------------------------------------------------ terms made from terms

/// `f ; g`
pub(super) fn then(f: Term, g: Term) -> Term {
    let (dom, cod, span) = (f.dom.clone(), g.cod.clone(), f.span.to(g.span));
    Term { kind: TermKind::Seq(vec![f, g]), dom, cod, outputs: Vec::new(), span }
}

/// `<f, g, …>`, of at least one part
pub(super) fn paired(parts: Vec<Term>) -> Term {
    let dom = parts[0].dom.clone();
    let cod = Type::product(parts.iter().map(|t| &t.cod));
    let span = parts.iter().map(|t| t.span).reduce(Span::to).unwrap_or_default();
    Term { kind: TermKind::Pair(parts), dom, cod, outputs: Vec::new(), span }
}

/// `f * g * …`
pub(super) fn beside(parts: Vec<Term>) -> Term {
    let dom = Type::product(parts.iter().map(|t| &t.dom));
    let cod = Type::product(parts.iter().map(|t| &t.cod));
    let span = parts.iter().map(|t| t.span).reduce(Span::to).unwrap_or_default();
    Term { kind: TermKind::Par(parts), dom, cod, outputs: Vec::new(), span }
}

/// `id[A]`
pub(super) fn identity(t: &Type, span: Span) -> Term {
    Term { kind: TermKind::Identity, dom: t.clone(), cod: t.clone(), outputs: Vec::new(), span }
}

/// `copy[A]`
pub(super) fn copy(t: &Type, span: Span) -> Term {
    Term { kind: TermKind::Copy, dom: t.clone(), cod: Type::product([t, t]), outputs: Vec::new(), span }
}

/// `del[A]`
pub(super) fn discard(t: &Type, span: Span) -> Term {
    Term { kind: TermKind::Discard, dom: t.clone(), cod: Type::unit(), outputs: Vec::new(), span }
}

/// `f ; copy` and `<f, f>`, both after `p ; <id, …>` if there is a p.
pub fn determinism(of: &Term, under: Option<&Term>) -> (Term, Term) {
    let copied = then(of.clone(), copy(&of.cod, of.span));
    let twice = paired(vec![of.clone(), of.clone()]);
    match under {
        None => (copied, twice),
        Some(p) => (graph_under(p, &copied), graph_under(p, &twice)),
    }
}

/// The joint of the groups, and the pair of their marginals; what is known is left out.
pub fn independence(s: &Separation) -> (Term, Term) {
    let places = s.groups.iter().flat_map(|(_, p)| p.iter().copied()).collect();
    let parts = s.groups.iter().map(|(_, p)| outputs_of(&s.of, p.clone())).collect();
    (outputs_of(&s.of, places), paired(parts))
}

/// The joint of what is known and the groups of a state, and the law of what is known followed by the conditionals of the
/// groups side by side: they are equal where the groups are independent given it. `None` for what is no state.
pub fn conditional_independence(s: &Separation) -> Option<(Term, Term)> {
    if !s.of.dom.is_empty() {
        return None;
    }
    let given: Vec<usize> = s.given.iter().flat_map(|(_, p)| p.iter().copied()).collect();
    let known = outputs_of(&s.of, given.clone());
    let conditional = |targets: &[usize]| {
        let cod = outputs_of(&s.of, targets.to_vec()).cod;
        let kind =
            TermKind::Conditional { of: Box::new(s.of.clone()), targets: targets.to_vec(), given: given.clone() };
        Term { kind, dom: known.cod.clone(), cod, outputs: Vec::new(), span: s.of.span }
    };
    let apart = paired(s.groups.iter().map(|(_, p)| conditional(p)).collect());
    let places = given.iter().copied().chain(s.groups.iter().flat_map(|(_, p)| p.iter().copied())).collect();
    Some((outputs_of(&s.of, places), graph_under(&known, &apart)))
}

/// `p ; <id, f>`
pub fn graph_under(p: &Term, f: &Term) -> Term {
    then(p.clone(), paired(vec![identity(&f.dom, f.span), f.clone()]))
}

/// These outputs of a diagram, in this order.
pub(super) fn outputs_of(of: &Term, places: Vec<usize>) -> Term {
    let cod = Type::new(places.iter().map(|p| of.cod.factors()[*p]).collect::<Vec<_>>());
    let (dom, span) = (of.dom.clone(), of.span);
    Term { kind: TermKind::Marginal(Box::new(of.clone()), places), dom, cod, outputs: Vec::new(), span }
}
