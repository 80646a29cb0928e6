//! Claims of statistics, of experiments and of chains, and kernels that are computed from others.

use super::ast::Spanned;
use super::expr::{Expr, Formula};
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
    /// `p dominates q to order 2`
    Ordered(Expr, Expr, Formula),
    /// `q spreads p`
    Spreads(Expr, Expr),
    /// `irreducible P`
    Irreducible(Expr),
    /// `aperiodic P`
    Aperiodic(Expr),
    /// `lumpable P by s`
    Lumpable(Expr, Expr),
    /// `markov p`
    Markov(Expr),
    /// `idempotent e`
    Idempotent(Expr),
    /// `homogeneous p`
    Homogeneous(Expr),
    /// `exchangeable p`
    Exchangeable(Expr),
    /// `extendible p to 10`
    Extendible(Expr, Formula),
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
            Study::Dominates(..) | Study::Ordered(..) => "dominates",
            Study::Spreads(..) => "spreads",
            Study::Irreducible(..) => "irreducible",
            Study::Aperiodic(..) => "aperiodic",
            Study::Lumpable(..) => "lumpable",
            Study::Markov(_) => "markov",
            Study::Idempotent(_) => "idempotent",
            Study::Homogeneous(_) => "homogeneous",
            Study::Exchangeable(_) => "exchangeable",
            Study::Extendible(..) => "extendible",
            Study::Equivalence(..) => "equivalence",
        }
    }

    /// From the first diagram to the last.
    pub fn span(&self) -> Span {
        match self {
            Study::Complete(p)
            | Study::Irreducible(p)
            | Study::Aperiodic(p)
            | Study::Idempotent(p)
            | Study::Markov(p)
            | Study::Homogeneous(p)
            | Study::Exchangeable(p) => p.span,
            Study::Sufficient(a, b) | Study::Ancillary(a, b) | Study::Lumpable(a, b) | Study::Spreads(a, b) => {
                a.span.to(b.span)
            }
            Study::Ordered(a, _, order) => a.span.to(order.span),
            Study::Extendible(p, count) => p.span.to(count.span),
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
    /// `stationary(P)`: the stationary state. `stationary(P, K)`: that of each closed class.
    Stationary,
    /// `limit(P)`: where the mean of the powers tends.
    Limit,
    /// `absorption(P)`, `absorption(P, K)`: into which closed class a chain gets.
    Absorption,
    /// `lumping(P, s)`: the coarsest lumping that refines a labelling.
    Lumping,
    /// `jeffrey(d, x ~ q)`: the law of some outputs, which come first, is replaced, and the others follow.
    Jeffrey,
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
            Derived::Jeffrey => "jeffrey",
        }
    }
}
