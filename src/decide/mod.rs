//! Obligations to answers: claims are decided, with a witness where they fail; expressions are evaluated.

pub mod answer;
mod equality;
mod counterexample;
mod structure;
mod separation;
mod criteria;
mod positivity;
mod independence;
mod chains;
mod laws;
pub mod obligations;

pub use obligations::answer;
