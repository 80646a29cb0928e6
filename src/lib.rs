//! mcheck
pub mod base;
pub mod number;
pub mod syntax;
