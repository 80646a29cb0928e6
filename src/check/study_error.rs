//! What can be wrong with claims about sequences and about tables.

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
    #[error("a model of rank {rank} is asked for, {}", range(*most))]
    #[diagnostic(
        code("check::rank_range"),
        help(
            "a table with N contexts and V tokens has at most min(N, V) − 1 directions in which contexts differ; the rank is at least 1 and at most that"
        )
    )]
    RankRange {
        rank: u64,
        most: u64,
        dom: String,
        cod: String,
        #[label("this is the rank")]
        span: Span,
        #[label("a table from {dom} to {cod}")]
        data: Span,
    },
}

fn range(most: u64) -> String {
    match most {
        0 => "but this table has one context or one token only, and nothing to compare".to_string(),
        1 => "but for this table it can only be 1".to_string(),
        most => format!("but for this table it is between 1 and {most}"),
    }
}
