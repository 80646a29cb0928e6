//! Obligations to answers: claims are decided, with a witness where they fail; expressions are evaluated.

pub mod evidence;
pub mod measures;
pub mod divergence_laws;
pub mod semidefinite;
pub mod answer;
mod equality;
mod counterexample;
pub mod tree_model;
mod fewer_outputs;
mod structure;
mod separation;
mod criteria;
mod positivity;
mod two_models;
mod identifiable;
mod independence;
mod chains;
mod sequences;
mod extension;
mod orders;
mod statistics;
mod experiments;
mod equivalence;
mod study;
mod laws;
mod steps;
mod prover;
mod proofs;
mod models;
mod degree;
mod grid;
mod trials;
mod versions;
mod every_parameter;
pub mod obligations;

pub use obligations::answer;
