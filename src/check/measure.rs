//! Measures of information, resolved: what they are of, and which divergence they are made with.

use std::fmt;

use super::term::Term;
use super::types::Type;
use crate::base::span::Span;
use crate::number::ratio::Ratio;

/// A measure with everything in it resolved; types fit, and wires are not named twice.
#[derive(Debug, Clone)]
pub struct Measure {
    /// What it is.
    pub kind: MeasureKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of measures. Wires are places of outputs of a state.
#[derive(Debug, Clone)]
pub enum MeasureKind {
    /// `H(x | y) in p`
    Entropy {
        /// What is uncertain.
        of: Vec<usize>,
        /// What is known.
        given: Vec<usize>,
        /// The state.
        within: Term,
    },
    /// `renyi[2](p)`, `tsallis[2](p)`
    OrderedEntropy {
        /// Which of the two.
        family: Family,
        /// The order.
        order: Order,
        /// What is uncertain.
        of: Vec<usize>,
        /// The state.
        within: Term,
    },
    /// `I(x ; y | z) in p`, co-information for more than two groups
    Information {
        /// At least two groups.
        groups: Vec<Vec<usize>>,
        /// What is known.
        given: Vec<usize>,
        /// The state.
        within: Term,
    },
    /// `I[D](x ; y) in p`: how far the joint law is from the product of its marginals
    DivergenceFromProduct {
        /// The divergence.
        divergence: Divergence,
        /// Two groups.
        groups: [Vec<usize>; 2],
        /// The state.
        within: Term,
    },
    /// `TC(x, y, z) in p`
    TotalCorrelation {
        /// At least two groups.
        groups: Vec<Vec<usize>>,
        /// What is known.
        given: Vec<usize>,
        /// The state.
        within: Term,
    },
    /// `DTC(x, y, z) in p`
    DualTotalCorrelation {
        /// At least two groups.
        groups: Vec<Vec<usize>>,
        /// What is known.
        given: Vec<usize>,
        /// The state.
        within: Term,
    },
    /// `GK(x ; y) in p`: the entropy of what each of two groups determines (Gács and Körner)
    Common {
        /// Two groups.
        groups: [Vec<usize>; 2],
        /// What is known.
        given: Vec<usize>,
        /// The state.
        within: Term,
    },
    /// `CE(p, q)`, `NLL(data, model, p)`
    CrossEntropy {
        /// What happens.
        data: Term,
        /// What is expected.
        model: Term,
        /// The law of the inputs.
        prior: Option<Term>,
    },
    /// `BC(p, q)`: the sum of `sqrt(p(x) q(x))`
    Overlap(Term, Term),
    /// `D[KL](p || q)` and its versions for kernels
    Divergence {
        /// The divergence.
        divergence: Divergence,
        /// From here.
        left: Term,
        /// To here.
        right: Term,
        /// What is done with the inputs.
        inputs: Inputs,
    },
    /// `H[KL](k)` and its versions: how far a kernel is from a deterministic one (Perrone)
    Categorical {
        /// The divergence.
        divergence: Divergence,
        /// The kernel.
        of: Term,
        /// What is done with the inputs.
        inputs: Inputs,
    },
}

/// What becomes of a measure that has a value for each input.
#[derive(Debug, Clone)]
pub enum Inputs {
    /// There are none.
    None,
    /// All values are shown.
    Each,
    /// The largest value.
    Sup,
    /// The mean value under a state.
    Mean(Term),
}

/// The two families of entropies with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `log(sum p^a) / (1 - a)`
    Renyi,
    /// `(sum p^a - 1) / (1 - a)`
    Tsallis,
}

/// The order of an entropy or a divergence: at least 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// A number.
    Finite(Ratio),
    /// The limit of large orders.
    Infinite,
}

/// How far one law is from another. `p` is the first of the two, `q` the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Divergence {
    /// Relative entropy: `sum p log(p/q)`.
    Kl,
    /// Relative entropy of `q` from `p`.
    ReverseKl,
    /// `KL(p, q) + KL(q, p)`.
    Jeffreys,
    /// Relative entropy from the mean: `sum p log(2p/(p+q))`.
    K,
    /// `(K(p, q) + K(q, p)) / 2`.
    Js,
    /// `sum |p - q| / 2`.
    Tv,
    /// `sum (p - q)^2 / q`.
    Chi2,
    /// `sum (p - q)^2 / p`.
    Neyman,
    /// `sum (sqrt p - sqrt q)^2 = 2 (1 - BC)`.
    Hellinger2,
    /// The square root of that.
    Hellinger,
    /// `-log BC`.
    Bhattacharyya,
    /// `sum (p - q)^2 / (2 (p + q))`.
    LeCam,
    /// `sum |p - q|^k / q^(k-1)`, for an integer k ≥ 1.
    Vajda(u32),
    /// `log(sum p^a q^(1-a)) / (a - 1)`.
    Renyi(Order),
    /// `(sum p^a q^(1-a) - 1) / (a - 1)`.
    Tsallis(Ratio),
}

impl Divergence {
    /// The divergences without an order, by their names.
    pub const PLAIN: [(&'static str, Divergence); 12] = [
        ("KL", Divergence::Kl),
        ("reverse_KL", Divergence::ReverseKl),
        ("jeffreys", Divergence::Jeffreys),
        ("K", Divergence::K),
        ("JS", Divergence::Js),
        ("TV", Divergence::Tv),
        ("chi2", Divergence::Chi2),
        ("neyman", Divergence::Neyman),
        ("hellinger2", Divergence::Hellinger2),
        ("hellinger", Divergence::Hellinger),
        ("bhattacharyya", Divergence::Bhattacharyya),
        ("lecam", Divergence::LeCam),
    ];

    /// The names of those with an order.
    pub const ORDERED: [&'static str; 3] = ["renyi", "tsallis", "vajda"];

    /// Whether its values are logarithms, which have a unit.
    pub fn has_unit(&self) -> bool {
        match self {
            Divergence::Kl
            | Divergence::ReverseKl
            | Divergence::Jeffreys
            | Divergence::K
            | Divergence::Js
            | Divergence::Bhattacharyya
            | Divergence::Renyi(_) => true,
            Divergence::Tsallis(order) => order.is_one(),
            Divergence::Tv
            | Divergence::Chi2
            | Divergence::Neyman
            | Divergence::Hellinger2
            | Divergence::Hellinger
            | Divergence::LeCam
            | Divergence::Vajda(_) => false,
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Finite(order) => write!(f, "{order}"),
            Order::Infinite => f.write_str("infinity"),
        }
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Divergence::Renyi(order) => write!(f, "renyi {order}"),
            Divergence::Tsallis(order) => write!(f, "tsallis {order}"),
            Divergence::Vajda(order) => write!(f, "vajda {order}"),
            plain => {
                let name = Divergence::PLAIN.iter().find(|(_, d)| d == plain).map_or("", |(name, _)| name);
                f.write_str(name)
            }
        }
    }
}

impl Measure {
    /// Whether its values are logarithms, which have a unit.
    pub fn has_unit(&self) -> bool {
        match &self.kind {
            MeasureKind::DivergenceFromProduct { divergence, .. }
            | MeasureKind::Divergence { divergence, .. }
            | MeasureKind::Categorical { divergence, .. } => divergence.has_unit(),
            MeasureKind::OrderedEntropy { family: Family::Tsallis, order, .. } => {
                matches!(order, Order::Finite(order) if order.is_one())
            }
            MeasureKind::Overlap(..) => false,
            _ => true,
        }
    }

    /// The object of its inputs; the unit where it has none.
    pub fn inputs(&self) -> Type {
        match &self.kind {
            MeasureKind::Divergence { left: of, .. } | MeasureKind::Categorical { of, .. } => of.dom.clone(),
            _ => Type::unit(),
        }
    }

    /// Whether it has a value for each input, and not one.
    pub fn is_for_each_input(&self) -> bool {
        matches!(
            self.kind,
            MeasureKind::Divergence { inputs: Inputs::Each, .. }
                | MeasureKind::Categorical { inputs: Inputs::Each, .. }
        )
    }
}

/// A law that a divergence may have. The value for two kernels is the largest one over their inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DivergenceLaw {
    /// (T): `D(f * h, f' * h') <= D(f, f') + D(h, h')`
    Tensor,
    /// (C): `D(f ; g, f' ; g') <= D(f, f') + D(g, g')`, with `g` keeping what it was given
    Composition,
    /// DPI: `D(p ; k, q ; k) <= D(p, q)`
    Processing,
}

impl DivergenceLaw {
    /// All of them.
    pub const ALL: [DivergenceLaw; 3] = [DivergenceLaw::Tensor, DivergenceLaw::Composition, DivergenceLaw::Processing];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            DivergenceLaw::Tensor => "T",
            DivergenceLaw::Composition => "C",
            DivergenceLaw::Processing => "DPI",
        }
    }
}
