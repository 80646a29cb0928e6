//! FinStoch over the reals: finite sets and stochastic matrices whose entries are real numbers with certified enclosures.
//!
//! What has rational rows is evaluated over the rationals, by the engine of [`super::finstoch`]. Only what depends on a
//! softmax with irrational entries comes here. Entries are kept as formulas ([`Real`](crate::number::real::Real)), so
//! that what is equal by algebra stays equal, and so that every precision can be asked for.

pub mod kernel;
mod update;
pub mod evaluate;
pub mod scalar;
