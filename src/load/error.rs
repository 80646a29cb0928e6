//! What can be wrong with files.

use miette::Diagnostic;
use thiserror::Error;

use super::bif::error::BifError;
use crate::base::span::Span;
use crate::syntax::error::SyntaxError;

/// A fault found while loading files.
#[derive(Debug, Clone, Error, Diagnostic)]
pub enum LoadError {
    /// The file does not exist or cannot be opened.
    #[error("cannot read `{path}`: {reason}")]
    #[diagnostic(code("source::unreadable"))]
    Unreadable {
        /// The path as it was looked for.
        path: String,
        /// What the system says.
        reason: String,
        /// The import that asks for it; none for a file of the command line.
        #[label("asked for here")]
        span: Option<Span>,
        /// How to mend it.
        #[help]
        help: Option<String>,
    },
    /// The file is not text.
    #[error("`{path}` is not UTF-8 text: in line {line}, column {column}, it has the byte 0x{byte:02x}")]
    #[diagnostic(code("source::not_utf8"), help("save the file as UTF-8; all that stands before this byte is fine"))]
    NotUtf8 {
        /// The path.
        path: String,
        /// Line of the first bad byte.
        line: usize,
        /// Its column, in characters.
        column: usize,
        /// The byte.
        byte: u8,
        /// The import that asks for it.
        #[label("asked for here")]
        span: Option<Span>,
    },
    /// The file is larger than a program may be.
    #[error("`{path}` is larger than {limit_mb} MB")]
    #[diagnostic(
        code("source::too_large"),
        help(
            "a program is at most {limit_mb} MB; put data into a table of counts (`from counts \"x.csv\"`) or a list of points (`object V from \"v.txt\"`)"
        )
    )]
    TooLarge {
        /// The path.
        path: String,
        /// The limit in megabytes.
        limit_mb: u64,
        /// The import that asks for it.
        #[label("asked for here")]
        span: Option<Span>,
    },
    /// The file says nothing.
    #[error("`{path}` declares nothing and asks nothing")]
    #[diagnostic(
        code("source::empty"),
        help("a program has at least one item, for example `object Coin = {{ heads, tails }}`")
    )]
    Empty {
        /// The path.
        path: String,
        /// The import that asks for it.
        #[label("asked for here")]
        span: Option<Span>,
    },
    /// Files import each other in a circle.
    #[error("`{path}` imports itself")]
    #[diagnostic(code("source::cyclic_import"), help("the circle is {circle}; move what both need into a third file"))]
    CyclicImport {
        /// The path.
        path: String,
        /// The circle in words.
        circle: String,
        /// The import that closes it.
        #[label("this import closes the circle")]
        span: Span,
    },
    /// A kind of file that cannot be imported.
    #[error("a file like `{path}` cannot be imported")]
    #[diagnostic(
        code("source::import_kind"),
        help("programs (`.mc`) and Bayesian networks (`.bif`) can be imported; the end of the name says which it is")
    )]
    ImportKind {
        /// The path.
        path: String,
        /// The import.
        #[label("neither `.mc` nor `.bif`")]
        span: Span,
    },
    /// A Bayesian network with a fault, or an import of one.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Bif(#[from] BifError),
    /// All texts together are too long.
    #[error("the files of this program are too large together")]
    #[diagnostic(code("source::too_large_together"), help("all texts together must stay below 4 GB"))]
    TooLargeTogether,
    /// A file with a fault of syntax.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Syntax(#[from] SyntaxError),
}
