//! What can be wrong with claims about sequences, and with new laws.

use miette::Diagnostic;
use thiserror::Error;

use crate::base::span::Span;

/// A fault of this kind.
#[derive(Debug, Clone, Error, Diagnostic)]
#[allow(missing_docs, reason = "the fields are the parts of the sentence above them")]
pub enum StudyError {
    #[error("`{word}` is about a sequence of outputs of one kind")]
    #[diagnostic(
        code("check::not_a_power"),
        help("this needs a diagram into a power `X^n`; `marginal(p, …)` chooses outputs and their order")
    )]
    NotAPower {
        word: &'static str,
        found: String,
        #[label("this ends in {found}, which is no power")]
        span: Span,
    },

    #[error("the new law must be a state `{wanted}`, or a kernel from the inputs of the diagram, but is `{found}`")]
    #[diagnostic(
        code("check::new_law"),
        help("`jeffrey(d, x ~ q)` replaces the law of x by q; name in front of `~` what the new law is a law of")
    )]
    NewLaw {
        wanted: String,
        found: String,
        #[label("this is `{found}`")]
        span: Span,
    },
}
