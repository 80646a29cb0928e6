//! Diagram to normal form: equality in every Markov category, without looking at any number but zero and one.

pub mod normal_form;
mod expand;
pub mod difference;
pub mod separation;
pub mod criteria;

pub use normal_form::{NormalForm, TooLarge};
