//! What can be wrong with measures.

use miette::Diagnostic;
use thiserror::Error;

use crate::base::span::Span;

/// A fault in a measure.
#[derive(Debug, Clone, Error, Diagnostic)]
#[allow(missing_docs, reason = "the fields are the parts of the sentence above them")]
pub enum MeasureError {
    #[error("no divergence is called `{name}`")]
    #[diagnostic(code("check::unknown_divergence"))]
    UnknownDivergence {
        name: String,
        #[label("the name of a divergence is wanted here")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("{what}")]
    #[diagnostic(code("check::weights"))]
    Weights {
        what: String,
        found: String,
        #[label("{found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("{what}")]
    #[diagnostic(code("check::order"))]
    Order {
        what: String,
        found: String,
        #[label("{found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("`{word}` is of {wanted}")]
    #[diagnostic(code("check::measure_form"))]
    Form {
        word: String,
        wanted: &'static str,
        found: String,
        #[label("here it is of {found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("{what}")]
    #[diagnostic(code("check::matrix_form"))]
    Matrix {
        what: String,
        found: String,
        #[label("{found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("this has a value for each input, and one number is wanted here")]
    #[diagnostic(code("check::value_for_each_input"))]
    EachInput {
        found: String,
        #[label("a value for each input of {found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("{what}")]
    #[diagnostic(code("check::unit"))]
    Unit {
        what: String,
        found: String,
        #[label("{found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Features(#[from] super::features_error::FeaturesError),
}
