//! The whole way in one place: text, Ast, Term, Diagram, kernel, answer, report.

pub mod pipeline;
pub mod command;
pub mod documents;
pub mod convert;

pub use pipeline::{Options, Session};
