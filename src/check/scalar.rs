//! Expressions with a number as value.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::matrix::MatrixNumber;
use super::measure::Measure;
use super::term::{Event, Term};
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::number::real::Real;
use crate::syntax::ast::{Call, Operator, Unit};

/// A number, or a way to compute one from a diagram.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// What it is.
    pub kind: ScalarKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of scalars.
#[derive(Debug, Clone)]
pub enum ScalarKind {
    /// A number.
    Number(Ratio),
    /// A scalar with a name.
    Named(Arc<NamedScalar>),
    /// A parameter of the claim that this stands in, by its number. The claim is evaluated at values of its
    /// parameters, which stand there as numbers, so this is never evaluated itself.
    Parameter(usize),
    /// `- a`
    Negative(Box<Scalar>),
    /// Operators of one strength, from left to right.
    Chain(Box<Scalar>, Vec<(Operator, Scalar)>),
    /// `prob(event | given in d)`
    Probability {
        /// The event.
        event: Event,
        /// What is known.
        given: Option<Event>,
        /// The state.
        of: Arc<Term>,
    },
    /// `period(P)`
    Period(Arc<Term>),
    /// `H(x) in p`
    Measure(Box<Measure>),
    /// `rank(M)`
    Matrix(Box<MatrixNumber>),
    /// `log(2)`
    Call(Call, Vec<Scalar>),
    /// `3/2 bits`: a number of these
    Unit(Box<Scalar>, Unit),
    /// `infinity`
    Infinity,
    /// `E(value | given) in d`
    Expectation {
        /// The value.
        value: Event,
        /// What is known.
        given: Option<Event>,
        /// The state.
        of: Arc<Term>,
    },
}

/// What kind of quantity a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// A pure number.
    Plain,
    /// A logarithm, counted in nats or bits.
    Information,
    /// A product, a quotient or a root of information.
    Other,
}

/// A number with a name, with what its form tells: names that use each other twice would else be looked through twice as
/// often at every step.
#[derive(Debug, Clone)]
pub struct NamedScalar {
    scalar: Scalar,
    rational: bool,
    unit: Option<Unit>,
    dimension: Dimension,
    /// Its value, once it is known that it needs no model.
    pub(super) constant: OnceLock<Real>,
}

impl NamedScalar {
    /// Gives a number a name.
    pub fn new(scalar: Scalar) -> Arc<NamedScalar> {
        let (rational, unit, dimension) = (scalar.is_rational(), scalar.unit(), scalar.dimension());
        Arc::new(NamedScalar { scalar, rational, unit, dimension, constant: OnceLock::new() })
    }
}

impl Deref for NamedScalar {
    type Target = Scalar;

    fn deref(&self) -> &Scalar {
        &self.scalar
    }
}

impl Scalar {
    /// Whether its value is rational by its form.
    pub fn is_rational(&self) -> bool {
        match &self.kind {
            ScalarKind::Number(_)
            | ScalarKind::Parameter(_)
            | ScalarKind::Probability { .. }
            | ScalarKind::Period(_)
            | ScalarKind::Expectation { .. } => true,
            ScalarKind::Named(inner) => inner.rational,
            ScalarKind::Negative(inner) => inner.is_rational(),
            ScalarKind::Chain(first, rest) => first.is_rational() && rest.iter().all(|(_, s)| s.is_rational()),
            ScalarKind::Call(call, items) => {
                matches!(call, Call::Abs | Call::Min | Call::Max) && items.iter().all(Scalar::is_rational)
            }
            ScalarKind::Measure(_) | ScalarKind::Matrix(_) | ScalarKind::Unit(..) | ScalarKind::Infinity => false,
        }
    }

    /// Whether a unit is written in it.
    pub fn unit(&self) -> Option<Unit> {
        match &self.kind {
            ScalarKind::Unit(_, unit) => Some(*unit),
            ScalarKind::Named(inner) => inner.unit,
            ScalarKind::Negative(inner) => inner.unit(),
            ScalarKind::Chain(first, rest) => first.unit().or_else(|| rest.iter().find_map(|(_, s)| s.unit())),
            ScalarKind::Call(_, items) => items.iter().find_map(Scalar::unit),
            _ => None,
        }
    }

    /// What kind of quantity it is. Pure numbers may be added to information, which is then counted in nats.
    pub fn dimension(&self) -> Dimension {
        let joined = |a: Dimension, b: Dimension| match (a, b) {
            (Dimension::Other, _) | (_, Dimension::Other) => Dimension::Other,
            (Dimension::Plain, Dimension::Plain) => Dimension::Plain,
            _ => Dimension::Information,
        };
        match &self.kind {
            ScalarKind::Measure(m) if m.has_unit() => Dimension::Information,
            ScalarKind::Unit(..) | ScalarKind::Call(Call::Log, _) => Dimension::Information,
            ScalarKind::Call(Call::Exp, _) => Dimension::Plain,
            ScalarKind::Named(inner) => inner.dimension,
            ScalarKind::Negative(inner) => inner.dimension(),
            ScalarKind::Call(Call::Sqrt, items) => match items.iter().all(|s| s.dimension() == Dimension::Plain) {
                true => Dimension::Plain,
                false => Dimension::Other,
            },
            ScalarKind::Call(_, items) => items.iter().map(Scalar::dimension).fold(Dimension::Plain, joined),
            ScalarKind::Chain(first, rest) => rest.iter().fold(first.dimension(), |left, (op, item)| {
                let right = item.dimension();
                match op {
                    Operator::Add | Operator::Subtract => joined(left, right),
                    Operator::Multiply if left == Dimension::Plain => right,
                    Operator::Multiply | Operator::Divide if right == Dimension::Plain => left,
                    Operator::Divide if left == Dimension::Information && left == right => Dimension::Plain,
                    _ if left == Dimension::Plain && right == Dimension::Plain => Dimension::Plain,
                    _ => Dimension::Other,
                }
            }),
            _ => Dimension::Plain,
        }
    }
}
