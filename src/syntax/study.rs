//! Claims of statistics, of experiments and of chains, and kernels that are computed from others.

use super::ast::Spanned;
use super::expr::Expr;
use crate::base::span::Span;

/// A claim about a statistical model, an experiment or a chain, as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Study {
    /// `sufficient s for p`
    Sufficient(Expr, Expr),
    /// `complete p`
    Complete(Expr),
    /// `ancillary a for p`
    Ancillary(Expr, Expr),
    /// `f dominates g`, `f dominates g under m`
    Dominates(Expr, Expr, Option<Expr>),
    /// `irreducible P`
    Irreducible(Expr),
    /// `aperiodic P`
    Aperiodic(Expr),
    /// `lumpable P by s`
    Lumpable(Expr, Expr),
    /// `markov p`
    Markov(Expr),
    /// `exchangeable p`
    Exchangeable(Expr),
    /// `equivalence data under mu rank 2`
    Equivalence(Expr, Expr, Spanned<u64>),
}

impl Study {
    /// The word that says what is claimed.
    pub fn word(&self) -> &'static str {
        match self {
            Study::Sufficient(..) => "sufficient",
            Study::Complete(..) => "complete",
            Study::Ancillary(..) => "ancillary",
            Study::Dominates(..) => "dominates",
            Study::Irreducible(..) => "irreducible",
            Study::Aperiodic(..) => "aperiodic",
            Study::Lumpable(..) => "lumpable",
            Study::Markov(_) => "markov",
            Study::Exchangeable(_) => "exchangeable",
            Study::Equivalence(..) => "equivalence",
        }
    }

    /// From the first diagram to the last.
    pub fn span(&self) -> Span {
        match self {
            Study::Complete(p)
            | Study::Irreducible(p)
            | Study::Aperiodic(p)
            | Study::Markov(p)
            | Study::Exchangeable(p) => p.span,
            Study::Sufficient(a, b) | Study::Ancillary(a, b) | Study::Lumpable(a, b) => a.span.to(b.span),
            Study::Equivalence(data, _, rank) => data.span.to(rank.span),
            Study::Dominates(f, g, None) => f.span.to(g.span),
            Study::Dominates(f, _, Some(m)) => f.span.to(m.span),
        }
    }
}

/// What is computed from a kernel as a whole: a new kernel or state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Derived {
    /// `minimal(p)`: the minimal sufficient statistic.
    Minimal,
    /// `stationary(P)`: the stationary state.
    Stationary,
    /// `limit(P)`: where the mean of the powers tends.
    Limit,
    /// `absorption(P)`: into which closed class a chain gets.
    Absorption,
    /// `lumping(P, s)`: the coarsest lumping that refines a labelling.
    Lumping,
}

impl Derived {
    /// The word that it is written with.
    pub fn word(self) -> &'static str {
        match self {
            Derived::Minimal => "minimal",
            Derived::Stationary => "stationary",
            Derived::Limit => "limit",
            Derived::Absorption => "absorption",
            Derived::Lumping => "lumping",
        }
    }
}
