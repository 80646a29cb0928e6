//! Expressions with a number as value.

use std::sync::Arc;

use super::term::{Event, Term};
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::syntax::ast::Operator;

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
    Named(Arc<Scalar>),
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
