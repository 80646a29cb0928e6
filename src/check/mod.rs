//! Tree to terms: names become ids, every diagram gets its two ends, every row is summed.

pub mod types;
pub mod value;
pub mod form;
pub mod term;
pub mod scalar;
pub mod partial;
pub mod rows;
pub mod facts;
pub mod signature;
pub mod open_rows;
pub mod for_all;
pub mod study;
pub mod obligation;
pub mod error;
pub mod theory_error;
mod checker;
mod points;
mod formulas;
mod counts;
mod objects;
mod kernels;
mod boxes;
mod sketch;
mod infer;
mod operations;
mod causal;
mod wirings;
mod open;
mod claims;
mod theories;
mod proofs;
mod models;
mod events;
pub mod program;

pub use events::{event_fault, event_value, not_an_event};
pub use program::{check_expression, check_file};
