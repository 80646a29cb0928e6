//! FinStoch: finite sets and stochastic matrices, over the rationals.
//!
//! Copies, discards and swaps are index operations, never matrices; what is discarded is never computed; and masses
//! are added up as soon as a wire is no longer needed.

mod space;
pub mod kernel;
mod network;
mod merge;
mod frontier;
mod contract;
mod factor;
mod join;
mod bucket;
mod order;
mod elimination;
pub mod plan;
mod condition;
pub mod statistics;
pub mod chain;
mod derived;
mod evidence;
pub(in crate::model) mod soft;
mod slice;
mod given;
mod solve;
pub mod version;
pub mod reach;
pub mod settle;
pub mod corners;
pub mod evaluate;
pub mod scalar;
