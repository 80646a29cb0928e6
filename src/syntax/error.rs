//! What can be wrong with the syntax.

use miette::Diagnostic;
use thiserror::Error;

use crate::base::span::Span;

/// A fault found while reading a text. Pest does not recover, so a text has at most one of the first kind.
#[derive(Debug, Clone, Error, Diagnostic)]
pub enum SyntaxError {
    /// The text does not follow the grammar.
    #[error("{found} is not expected here")]
    #[diagnostic(code("syntax::unexpected"))]
    Unexpected {
        /// What was found.
        found: String,
        /// What could stand there, in words.
        expected: String,
        /// Where.
        #[label("expected {expected}")]
        span: Span,
        /// How to mend it.
        #[help]
        help: Option<String>,
    },
    /// A bracket has no partner.
    #[error("this `{bracket}` is never closed")]
    #[diagnostic(code("syntax::unclosed"))]
    Unclosed {
        /// The bracket.
        bracket: char,
        /// Where it opens.
        #[label("opened here; a `{closer}` is missing")]
        span: Span,
        /// What would close it.
        closer: char,
        /// Another closing bracket that stands where this one should be closed.
        #[label("this closes something else")]
        instead: Option<Span>,
    },
    /// A string runs to the end of its line.
    #[error("this string is never closed")]
    #[diagnostic(
        code("syntax::unclosed_string"),
        help("a string ends with `\"` on the line where it began; write `\\\"` for a quotation mark inside")
    )]
    UnclosedString {
        /// Where it opens.
        #[label("no closing `\"` on this line")]
        span: Span,
    },
    /// Brackets, conditionals or signs are nested too deeply.
    #[error("this is nested more than {limit} deep")]
    #[diagnostic(
        code("syntax::too_deep"),
        help(
            "brackets, conditionals and signs nest at most {limit} deep; give inner parts a name, with `let` or `diagram`, and use the names here"
        )
    )]
    TooDeep {
        /// The limit.
        limit: usize,
        /// The first one beyond it.
        #[label("level {} begins here", limit + 1)]
        span: Span,
    },
    /// A number that cannot be held.
    #[error("the exponent of this number is too large")]
    #[diagnostic(
        code("syntax::number_too_large"),
        help("numbers are exact, so every digit is kept: exponents go up to {limit}")
    )]
    NumberTooLarge {
        /// The limit.
        limit: i64,
        /// Where.
        #[label("written out, this number would fill the memory")]
        span: Span,
    },
    /// An exponent of a product or power that does not fit.
    #[error("this exponent is too large")]
    #[diagnostic(code("syntax::exponent_too_large"), help("an exponent is a natural number below 2^32"))]
    ExponentTooLarge {
        /// Where.
        #[label("not a number of steps or factors that can be carried out")]
        span: Span,
    },
}
