//! The part of the tree that is inside of items: formulas, expressions and claims.

use super::ast::{Ident, Label, Parameter, Pattern, PointExpr, Spanned};
use super::matrix::MatrixCall;
use super::measure::{Call, Divergence, Measure, Unit};
use super::study::{Derived, Study};
use crate::base::name::Name;
use crate::base::span::Span;
use crate::number::ratio::Ratio;

/// A formula: a value computed from named values.
#[derive(Debug, Clone)]
pub struct Formula {
    /// What it is.
    pub kind: FormulaKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of formulas.
#[derive(Debug, Clone, PartialEq)]
pub enum FormulaKind {
    /// An exact number.
    Number(Ratio),
    /// `true`, `false`
    Truth(bool),
    /// A variable, a parameter, a `let`, or a point.
    Name(Name),
    /// `"the cat"`
    Text(Name),
    /// `A.a`
    Dotted(Ident, Label),
    /// `#1`
    Wire(usize),
    /// `(a, b)`
    Tuple(Vec<Formula>),
    /// `- a`
    Negative(Box<Formula>),
    /// `not a`
    Not(Box<Formula>),
    /// A chain of operators of one strength, from left to right.
    Chain(Box<Formula>, Vec<(Operator, Formula)>),
    /// `a < b`
    Compare(Box<Formula>, Relation, Box<Formula>),
    /// `min(a, b)`
    Call(Ident, Vec<Formula>),
    /// `if … then … else if … then … else …`
    If(Vec<(Formula, Formula)>, Box<Formula>),
    /// `match x { a -> …, _ -> … }`
    Match(Box<Formula>, Vec<(Pattern, Formula)>),
    /// `{ x: 1 - e, 1 - x: e }`
    Law(Vec<(Formula, FormulaWeight)>),
    /// `uniform`, `uniform { a, b }`
    Uniform(Option<Vec<PointExpr>>),
}

/// The weight of an outcome in a formula.
#[derive(Debug, Clone, PartialEq)]
pub enum FormulaWeight {
    /// No weight: all of the mass.
    All,
    /// `rest`
    Rest,
    /// A number
    Formula(Formula),
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Operator {
    Or,
    And,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}

/// Comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Relation {
    Equal,
    NotEqual,
    LessEqual,
    GreaterEqual,
    Less,
    Greater,
}

impl Relation {
    /// Whether an order of two values fits.
    pub fn admits(self, order: std::cmp::Ordering) -> bool {
        match self {
            Relation::Equal => order.is_eq(),
            Relation::NotEqual => order.is_ne(),
            Relation::LessEqual => order.is_le(),
            Relation::GreaterEqual => order.is_ge(),
            Relation::Less => order.is_lt(),
            Relation::Greater => order.is_gt(),
        }
    }
}

/// A diagram or a scalar, as written.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// An exact number.
    Number(Ratio),
    /// `f`, `bsc[1/10]`, `copy[A]`, `uniform[A]`
    Named(Ident, Option<Vec<Formula>>),
    /// `f ; g ; h`
    Seq(Vec<Expr>),
    /// `a + b - c`
    Sum(Box<Expr>, Vec<(Operator, Expr)>),
    /// `f * g`, `a / b`
    Product(Box<Expr>, Vec<(Operator, Expr)>),
    /// `- a`
    Negative(Box<Expr>),
    /// `P^n`
    Power(Box<Expr>, Box<Formula>),
    /// `<f, g>`
    Pair(Vec<Expr>),
    /// `marginal(d, w, o)`
    Marginal(Box<Expr>, Vec<Wire>),
    /// `cond(d, o given t)`
    Cond(Box<Expr>, Vec<Wire>, Vec<Wire>),
    /// `bayes(f, p)`
    Bayes(Box<Expr>, Box<Expr>),
    /// `observe(d, o = cured)`
    Observe(Box<Expr>, Formula),
    /// `weigh(d, match x { a -> 9/10  b -> 1/5 })`
    Weigh(Box<Expr>, Formula),
    /// `jeffrey(d, x ~ q)`
    Jeffrey(Box<Expr>, Vec<Wire>, Box<Expr>),
    /// `do(d, box := kernel)`
    Do(Box<Expr>, Vec<(Ident, Expr)>),
    /// `effect(d, y given do x)`
    Effect(Box<Expr>, Vec<Wire>, Vec<Wire>),
    /// `adjust(d, y given x over z)`, `adjust(d, y given x through m)`; without `over`, over nothing
    Adjust {
        /// The diagram.
        of: Box<Expr>,
        /// The wires that are acted on.
        targets: Vec<Wire>,
        /// The wires that are set.
        given: Vec<Wire>,
        /// Which formula.
        door: Door,
        /// What it is adjusted over, or goes through.
        by: Vec<Wire>,
    },
    /// `support(p)`
    Support(Box<Expr>),
    /// `comb(d, a then c around b)`
    Comb {
        /// The diagram.
        of: Box<Expr>,
        /// What comes out before the gap.
        before: Vec<Wire>,
        /// What comes out after it.
        after: Vec<Wire>,
        /// What is given back in the gap.
        around: Vec<Wire>,
    },
    /// `minimal(p)`, `stationary(P)` and their relatives; the labelling of `lumping(P, s)`, and the identity
    /// of the object K of `stationary(P, K)` and `absorption(P, K)`
    Derived(Derived, Box<Expr>, Option<Box<Expr>>),
    /// `period(P)`
    Period(Box<Expr>),
    /// `point(A.a)`
    Point(PointExpr),
    /// `prob(event | event in d)`
    Prob(Formula, Option<Formula>, Box<Expr>),
    /// `E(value | event) in d`
    Expect(Formula, Option<Formula>, Box<Expr>),
    /// `H(x | y) in p`, `D[KL](p || q)`
    Measure(Box<Measure>),
    /// `log(2)`
    Call(Spanned<Call>, Vec<Expr>),
    /// `[1, 2]`, `[[1, 2], [2, 1]]`
    List(Vec<Expr>),
    /// `similarity[BC](f)`, `rank(M)`
    Matrix(Box<MatrixCall>),
    /// `3/2 bits`
    Unit(Box<Expr>, Spanned<Unit>),
}

/// An output wire: a name, or `#1` for the first.
pub type Wire = Ident;

/// The two criteria by which an effect can be computed from what is observed, and their formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Causes common to both are held fixed.
    Back,
    /// What lies between them is followed.
    Front,
}

/// `check …`
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// `[Rel]`
    pub category: Option<Ident>,
    /// `not`
    pub negated: bool,
    /// What is claimed.
    pub claim: Claim,
}

/// What a check claims.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// `f == g under p`, `a < b`
    Compare(Expr, Relation, Expr, Option<Expr>),
    /// `deterministic f under p`
    Deterministic(Expr, Option<Expr>),
    /// `independent x, y given z in p`
    Independent {
        /// At least two groups of wires.
        groups: Vec<Vec<Wire>>,
        /// What is known.
        given: Vec<Wire>,
        /// The diagram whose outputs they are.
        within: Expr,
    },
    /// `separated x, y given z in d`
    Separated {
        /// At least two groups of wires.
        groups: Vec<Vec<Wire>>,
        /// What is known.
        given: Vec<Wire>,
        /// The diagram whose outputs they are.
        within: Expr,
    },
    /// `backdoor z for x -> y in d`, `frontdoor m for x -> y in d`
    Criterion {
        /// Which of the two.
        door: Door,
        /// The wires in front of `for`; none for a back door that is closed by itself.
        by: Vec<Wire>,
        /// The wires that are set.
        from: Vec<Wire>,
        /// The wires that are acted on.
        to: Vec<Wire>,
        /// The diagram whose outputs they are.
        within: Expr,
    },
    /// `identifiable y given do x in d`
    Identifiable {
        /// The wires that are acted on.
        to: Vec<Wire>,
        /// The wires that are set.
        from: Vec<Wire>,
        /// The diagram whose outputs they are.
        within: Expr,
    },
    /// `stationary p for P`
    Stationary(Expr, Expr),
    /// `reversible P under p`
    Reversible(Expr, Expr),
    /// A claim of statistics, of experiments or of chains.
    Study(Study),
    /// `law C of JS`: whether a law is one of a divergence
    DivergenceLaw(Ident, Divergence),
    /// `semidefinite [[1, x], [x, 1]]`
    Semidefinite(Ident, Expr),
    /// `laws A, f`; empty for everything declared
    Laws(Vec<Expr>),
    /// `forall e: Prob. claim`; the claim is none of these itself.
    ForAll(Vec<Parameter>, Box<Claim>),
}
