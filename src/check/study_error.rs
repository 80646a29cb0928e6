//! What can be wrong with claims about sequences, states on numbers and tables, and with new laws.

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

    #[error("{found} is no length for a sequence whose first steps these are")]
    #[diagnostic(
        code("check::length"),
        help("in `extendible p to N` the steps of p are the first of N: here N is an integer, and at least {least}")
    )]
    Length {
        found: String,
        least: usize,
        #[label("this is {found}")]
        span: Span,
    },

    #[error("states are ordered to order 1 or 2")]
    #[diagnostic(
        code("check::dominance_order"),
        help("order 1 is about all utilities that increase, order 2 about those that are concave too")
    )]
    Order {
        found: String,
        #[label("this is {found}")]
        span: Span,
    },

    #[error("`{word}` compares states on numbers here")]
    #[diagnostic(
        code("check::not_numbers"),
        help(
            "this needs an object whose points are integers, such as `0..10` or `{{ -1, 0, 3 }}`; a kernel behind the state says what its points are worth: `p ; worth`"
        )
    )]
    NotNumbers {
        word: &'static str,
        found: String,
        #[label("this is a state on {found}, whose points are no numbers")]
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
