//! mcheck
pub mod base;
pub mod number;
pub mod syntax;
pub mod load;
pub mod check;
pub mod diagram;
pub mod model;
pub mod decide;
pub mod report;
pub mod session;
pub mod cli;
