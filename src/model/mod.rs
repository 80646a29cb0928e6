//! Diagram to kernel: what a diagram computes, in a category where that can be written down. One folder per category.

pub mod error;
pub mod finstoch;
pub mod real;
