//! Answers and errors to what people and programs read. The only stage that knows all kinds of errors.

mod excerpt;
pub mod failure;
pub mod outcome;
mod style;
mod words;
mod plans;
mod table;
pub mod network;
mod laws;
mod matrix;
mod directions;
mod measure;
mod features;
mod real_table;
mod study;
mod json_study;
mod versions;
mod spectral;
pub mod human;
pub mod json;
pub mod plot;
pub mod lm_rows;
pub mod lm_text;
pub mod lm_json;
pub mod lm_html;
pub mod lm_training;
pub mod explain;

pub use measure::Digits;
pub use style::Style;
