//! Diagram to normal form: equality in every Markov category, without looking at any number but zero and one.

pub mod normal_form;
pub mod sources;
mod opened;
mod opened_size;
mod expand;
mod number;
pub mod difference;
pub mod separation;
pub mod graph;
pub mod context;
mod cut;
pub mod matching;
pub mod rule;
pub mod dilation;
pub mod search;
pub mod show;
pub mod criteria;

pub use normal_form::{NormalForm, TooLarge};
