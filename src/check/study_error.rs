//! What can be wrong with claims about sequences.

use miette::Diagnostic;
use thiserror::Error;

use crate::base::span::Span;

/// A fault in a claim of this kind.
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
}
