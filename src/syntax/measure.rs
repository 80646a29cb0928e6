//! Measures of information, and functions of numbers, as written.

use super::ast::Ident;
use super::expr::{Expr, Formula, Wire};
use crate::number::ratio::Ratio;

/// `H(x | y) in p`, `D[renyi 2](p || q)`, `sup H[KL](k)`
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Whether the largest value over all inputs is asked for.
    pub sup: bool,
    /// `H`, `I`, `D`, `TC`, …
    pub word: Ident,
    /// What stands in brackets behind it.
    pub bracket: Option<Divergence>,
    /// What it is of.
    pub of: MeasureOf,
}

/// `KL`, `renyi 1/2`; behind `renyi` and `tsallis` the order alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Divergence {
    /// Its name.
    pub name: Option<Ident>,
    /// Its order.
    pub order: Option<Formula>,
}

/// What a measure is of.
#[derive(Debug, Clone, PartialEq)]
pub enum MeasureOf {
    /// `(x, (y, z) ; w | v) in p`
    Wires {
        /// Separated by `;`, each a list of groups separated by `,`.
        parts: Vec<Vec<Vec<Wire>>>,
        /// What is known.
        given: Vec<Wire>,
        /// The state.
        within: Box<Expr>,
    },
    /// `(p, q)`
    Diagrams(Vec<Expr>),
}

/// A function of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// The natural logarithm.
    Log,
    /// The exponential.
    Exp,
    /// The square root.
    Sqrt,
    /// The absolute value.
    Abs,
    /// The least of its arguments.
    Min,
    /// The greatest of its arguments.
    Max,
}

impl Call {
    /// The function with this name.
    pub fn find(word: &str) -> Option<Call> {
        [Call::Log, Call::Exp, Call::Sqrt, Call::Abs, Call::Min, Call::Max].into_iter().find(|c| c.word() == word)
    }

    /// Its value at rationals, where that is rational by its form.
    pub fn rational(self, values: Vec<Ratio>) -> Option<Ratio> {
        let values = values.into_iter();
        match self {
            Call::Min => values.reduce(|a, b| if b < a { b } else { a }),
            Call::Max => values.reduce(|a, b| if b > a { b } else { a }),
            Call::Abs => values.map(|v| v.abs()).next(),
            Call::Log | Call::Exp | Call::Sqrt => None,
        }
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Call::Log => "log",
            Call::Exp => "exp",
            Call::Sqrt => "sqrt",
            Call::Abs => "abs",
            Call::Min => "min",
            Call::Max => "max",
        }
    }
}

/// What information is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Logarithms to base e.
    Nats,
    /// Logarithms to base 2.
    Bits,
}

impl From<Unit> for crate::number::approximate::Unit {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Nats => Self::Nats,
            Unit::Bits => Self::Bits,
        }
    }
}

impl Unit {
    /// The unit with this name.
    pub fn find(word: &str) -> Option<Unit> {
        [Unit::Nats, Unit::Bits].into_iter().find(|u| u.word() == word)
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Nats => "nats",
            Unit::Bits => "bits",
        }
    }
}
