//! What can be wrong with declared vectors, and with kernels by their logits.

use miette::Diagnostic;
use thiserror::Error;

use super::error::CheckError;
use super::measure_error::MeasureError;
use crate::base::span::Span;

/// A fault of this kind.
#[derive(Debug, Clone, Error, Diagnostic)]
#[allow(missing_docs, reason = "the fields are the parts of the sentence above them")]
pub enum FeaturesError {
    #[error("{what}")]
    #[diagnostic(code("check::vector_shape"))]
    Shape {
        what: String,
        found: String,
        #[label("{found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("`{features}` has no vector for {shown}")]
    #[diagnostic(code("check::missing_vector"), help("every point of {object} has exactly one vector; add {example}"))]
    Missing {
        features: String,
        shown: String,
        object: String,
        example: String,
        #[label("no vector for {shown}")]
        span: Span,
    },

    #[error("the point {point} has two vectors")]
    #[diagnostic(code("check::doubled_vector"), help("every point has exactly one vector; remove one of the two"))]
    Doubled {
        point: String,
        #[label("{point} again here")]
        span: Span,
        #[label("{point} already has this vector")]
        first: Span,
    },

    #[error("{what}")]
    #[diagnostic(code("check::coordinate"))]
    Coordinate {
        what: String,
        found: String,
        #[label("{found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("{what}")]
    #[diagnostic(code("check::softmax"))]
    Softmax {
        what: String,
        found: String,
        #[label("{found}")]
        span: Span,
        declared: String,
        #[label("{declared}")]
        other: Option<Span>,
        #[help]
        help: Option<String>,
    },
}

/// Vectors and logits are made of the same numbers as measures.
impl From<FeaturesError> for CheckError {
    fn from(error: FeaturesError) -> CheckError {
        MeasureError::from(error).into()
    }
}
