//! What can be wrong with abstract parts, theories, proofs and models.

use miette::Diagnostic;
use thiserror::Error;

use crate::base::span::Span;

/// A fault in a theory, or in the use of what is abstract.
#[derive(Debug, Clone, Error, Diagnostic)]
#[allow(missing_docs, reason = "the fields are the parts of the sentence above them")]
pub enum TheoryError {
    #[error("the kernel `{kernel}` has rows, but the object `{object}` has no points")]
    #[diagnostic(
        code("check::abstract_rows"),
        help(
            "`{object}` is abstract: leave the rows out, and `{kernel}` stands for any kernel; or give `{object}` points"
        )
    )]
    AbstractRows {
        kernel: String,
        object: String,
        #[label("its rows would list points of `{object}`")]
        span: Span,
    },

    #[error("{what} needs the points of `{object}`, which is abstract")]
    #[diagnostic(code("check::abstract_points"))]
    AbstractPoints {
        what: String,
        object: String,
        #[label("`{object}` has no points")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("an abstract kernel has no parameters")]
    #[diagnostic(
        code("check::abstract_family"),
        help("parameters choose among rows, and `{kernel}` has none: drop the brackets, or give it rows")
    )]
    AbstractFamily {
        kernel: String,
        #[label("no rows depend on these")]
        span: Span,
    },

    #[error("{what} cannot stand in {place}")]
    #[diagnostic(code("check::statement"))]
    Statement {
        what: String,
        place: String,
        #[label("{what}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("`{name}` of the theory `{theory}` is not given")]
    #[diagnostic(code("check::model_part_missing"))]
    ModelMissing {
        name: String,
        theory: String,
        #[label("this model leaves it open")]
        span: Span,
        #[label("declared here")]
        declared: Span,
        #[help]
        help: Option<String>,
    },

    #[error("the theory `{theory}` has no abstract object or kernel `{name}`")]
    #[diagnostic(code("check::model_part_unknown"))]
    ModelUnknown {
        name: String,
        theory: String,
        #[label("a model gives the abstract parts of its theory, and nothing else")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("`{name}` is given twice")]
    #[diagnostic(code("check::model_part_twice"), help("a model gives each part once; remove one of the two"))]
    ModelTwice {
        name: String,
        #[label("given again here")]
        span: Span,
        #[label("first given here")]
        first: Span,
    },

    #[error("the object `{name}` must be one finite object, and this is {found}")]
    #[diagnostic(
        code("check::model_object"),
        help("a product has several wires where the theory has one: declare one object with all the points")
    )]
    ModelObject {
        name: String,
        found: String,
        #[label("this is {found}")]
        span: Span,
    },

    #[error("in the model `{model}`, a statement of `{theory}` has no meaning")]
    #[diagnostic(
        code("check::model_statement"),
        help(
            "the model gives something with which the statement has no meaning: give something else, or say in the theory what is meant (a point in full, for example: `A.x`)"
        )
    )]
    ModelStatement {
        model: String,
        theory: String,
        #[label("with what this model gives")]
        span: Span,
        #[label("{why}")]
        statement: Span,
        why: String,
    },

    #[error("{found} for {wanted}")]
    #[diagnostic(code("check::witness_count"))]
    WitnessCount {
        found: String,
        wanted: String,
        #[label("{found}")]
        span: Span,
        #[help]
        help: Option<String>,
    },
}
