//! Obligations to answers: claims are decided, with a witness where they fail; expressions are evaluated.

pub mod answer;
mod equality;
mod counterexample;
mod structure;
mod separation;
mod independence;
mod chains;
mod laws;
mod steps;
mod prover;
mod proofs;
mod models;
pub mod obligations;

pub use obligations::answer;
