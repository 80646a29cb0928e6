//! What can go wrong in a model.

use miette::Diagnostic;
use thiserror::Error;

use crate::base::interrupt::Stopped;
use crate::base::span::Span;
use crate::check::error::CheckError;
use crate::check::signature::Kernel;

/// A fault found while evaluating.
#[derive(Debug, Clone, Error, Diagnostic)]
pub enum ModelError {
    /// Conditioning on what cannot happen.
    #[error("the event that is conditioned on has probability 0{at}")]
    #[diagnostic(
        code("model::null_event"),
        help(
            "there is no posterior of an impossible observation: check the event, or the zeros of the kernels that lead to it"
        )
    )]
    NullEvent {
        /// The input, with a preposition, where there is one.
        at: String,
        /// The event.
        #[label("this has probability 0{at}")]
        span: Span,
    },
    /// Soft evidence that leaves nothing, or speaks of what cannot happen.
    #[error("{what}")]
    #[diagnostic(
        code("model::null_update"),
        help("soft evidence moves probability between things that can happen; it cannot make possible what is not")
    )]
    NullUpdate {
        /// What is found.
        what: String,
        /// The evidence.
        #[label("{what}")]
        span: Span,
    },
    /// A result that does not fit.
    #[error("{what} is too large: {size}")]
    #[diagnostic(
        code("model::too_large"),
        help("ask for less at once: take marginals early, split a wide diagram, or use smaller objects")
    )]
    TooLarge {
        /// What.
        what: String,
        /// How large.
        size: String,
        /// The item that asks for it.
        #[label("asked for here")]
        span: Span,
    },
    /// A chain with several stationary states has no stationary state.
    #[error("this chain has {count} stationary states, one for each closed class of states")]
    #[diagnostic(
        code("model::several_stationary"),
        help(
            "`eval stationary(P)` lists them; a row of `limit(P)` is the mixture of them that the chain tends to from there"
        )
    )]
    SeveralStationary {
        /// How many.
        count: usize,
        /// A state of each class, in words.
        classes: String,
        /// What asks for it.
        #[label("there are closed classes around {classes}")]
        span: Span,
    },
    /// The closed classes of a chain are to be the points of an object with another number of points.
    #[error("{object} has {points} point{}, but this chain has {count} closed class{}", if points == "1" { "" } else { "s" }, if *count == 1 { "" } else { "es" })]
    #[diagnostic(
        code("model::class_count"),
        help("name an object with one point for each closed class; they are taken in the order of their first states")
    )]
    ClassCount {
        /// The object.
        object: String,
        /// How many points it has.
        points: String,
        /// How many classes there are.
        count: usize,
        /// A state of each class, in words.
        classes: String,
        /// What asks for it.
        #[label("there are closed classes around {classes}")]
        span: Span,
    },
    /// A statistic that is not a function.
    #[error("a {role} must be deterministic, but from {input} this one goes to {first} and to {second}")]
    #[diagnostic(
        code("model::not_deterministic"),
        help(
            "a statistic says for each outcome what is kept of it: make it a function; noisy experiments are compared by `f dominates g`"
        )
    )]
    NotDeterministic {
        /// What it is used as.
        role: &'static str,
        /// An input.
        input: String,
        /// An outcome.
        first: String,
        /// Another.
        second: String,
        /// The statistic.
        #[label("{input} goes to {first} and to {second}, both with positive probability")]
        span: Span,
    },
    /// Something abstract has no rows to compute with.
    #[error("{what} is abstract: there is nothing to compute with")]
    #[diagnostic(
        code("model::abstract"),
        help(
            "equations of abstract diagrams are decided by `check f == g`; for numbers give {what} points or rows, or a `model` of the theory"
        )
    )]
    Abstract {
        /// The object or kernel: "the kernel `f`".
        what: String,
        /// The item that asks for it.
        #[label("this needs it")]
        span: Span,
    },
    /// A matrix that must be symmetric.
    #[error("this matrix is not symmetric: its entries ({row}, {column}) and ({column}, {row}) differ")]
    #[diagnostic(
        code("model::not_symmetric"),
        help("eigenvalues are those of symmetric matrices: `(M + transpose(M)) / 2` is the symmetric part of a form")
    )]
    NotSymmetric {
        /// A row, from 1.
        row: usize,
        /// A column, from 1.
        column: usize,
        /// The matrix.
        #[label("not symmetric")]
        span: Span,
    },
    /// A softmax has no rational rows to compute with.
    #[error("{what} is a softmax with irrational entries, and this question needs exact ones")]
    #[diagnostic(
        code("model::inexact"),
        help(
            "give it rational weights, or logits that differ by logarithms of rationals such as `log(3)`; of other logits the entries, measures and comparisons of measures are known by certified enclosures"
        )
    )]
    Inexact {
        /// The kernel: "the kernel `head`".
        what: String,
        /// The item that asks for it.
        #[label("this needs it")]
        span: Span,
    },
    /// An operation on numbers has no value.
    #[error("{what}")]
    #[diagnostic(
        code("model::undefined"),
        help(
            "`infinity` is a value, and `0 * log(0)` inside of a measure is 0; what else is not defined has no value"
        )
    )]
    Undefined {
        /// What has no value.
        what: String,
        /// The operation.
        #[label("in this")]
        span: Span,
    },
    /// A formula over outputs has no value.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Formula(CheckError),
    /// Whether the claim is true is not known: this is an answer, and no fault.
    #[error("{why}")]
    Undecided {
        /// Why, as a sentence without its end.
        why: String,
        /// The part of the text that this speaks of.
        span: Option<Span>,
    },
    /// Stopped by the user or by the clock.
    #[error("stopped: {}", stopped_words(*.0))]
    #[diagnostic(code("model::stopped"))]
    Stopped(Stopped),
}

fn stopped_words(stopped: Stopped) -> &'static str {
    match stopped {
        Stopped::ByUser => "you asked for it",
        Stopped::TimeOver => "the time limit is over",
    }
}

impl From<Stopped> for ModelError {
    fn from(stopped: Stopped) -> ModelError {
        ModelError::Stopped(stopped)
    }
}

impl ModelError {
    /// The error for a kernel that has no rational rows; `span` is the item that asks for it.
    pub fn without_rows(kernel: &Kernel, span: Span) -> ModelError {
        let what = format!("the kernel `{}`", kernel.name);
        match kernel.is_abstract() {
            true => ModelError::Abstract { what, span },
            false => ModelError::Inexact { what, span },
        }
    }

    /// Whether something is divided by a probability that is 0.
    pub fn is_null(&self) -> bool {
        matches!(self, ModelError::NullEvent { .. } | ModelError::NullUpdate { .. })
    }

    /// Whether it is the numbers in kernels that leave something without a value, so that other numbers may not.
    pub fn is_about_values(&self) -> bool {
        use ModelError::{Abstract, Inexact, Stopped, TooLarge};
        !matches!(self, TooLarge { .. } | Abstract { .. } | Inexact { .. } | Stopped(_))
    }
}
