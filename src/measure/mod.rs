//! Measures of information, as exact values.
//!
//! A state is a tensor of integers over one denominator, which stays as it is through all marginals: the logarithms of
//! a chain rule then have equal arguments on both sides and cancel one by one, with nothing factored.

pub mod table;
mod components;
mod entropy;
mod cells;
mod divergence;
mod joints;
mod real_table;
mod real_divergence;
mod inexact;
pub mod evaluate;
mod numbers;
pub mod matrices;
mod matrix_numbers;
