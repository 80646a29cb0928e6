//! Obligations to answers: claims are decided, with a witness where they fail; expressions are evaluated.

pub mod answer;
mod equality;
mod counterexample;
mod structure;
mod separation;
mod independence;
mod chains;
mod laws;
mod degree;
mod grid;
mod trials;
mod every_parameter;
pub mod obligations;

pub use obligations::answer;
