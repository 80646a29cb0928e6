//! Language models as they are: a head, hidden states, tokens. Sums over states, and what they say.
//!
//! Everything here is measured in floats on data, so nothing is exact in the sense of the rest of mcheck: results are
//! called *estimate* or *bound*, and no verdict rests on them. What is exact is how sums are joined: totals are integers
//! ([`exact_sum`]), so that parts computed by threads, shards or machines add up to the same result to the last bit.
//!
//! ```text
//! files ─find→ tensors ─inputs→ blocks ─block→ sums ─pass→ totals ─analysis→ what the report says
//!                                                     │      ↑
//!                                                     partial (files)
//! ```
//!
//! - [`element`], [`tensor`], [`safe`], [`npy`], [`columns`], [`find`], `series`: numbers in files, and which of them are meant.
//! - [`inputs`]: the tensors of a run, checked against each other, in blocks at fixed places.
//! - [`real`], [`head`], [`block`]: what is computed from a block.
//! - [`cells`], [`draft`]: what later tokens add.
//! - [`totals`], [`pass`], [`partial`]: sums over blocks, by threads and by shards.
//! - [`spectrum`], [`surrogate`], [`analysis`]: from sums to results.
//! - [`run`]: the way from files to results in one place.
//! - [`train`]: a small model of our own, from a text.
//! - [`spectral`]: a finite table of next-token laws, the best log-bilinear model of rank d for it, and how far its
//!   features span the space that spectral contrastive learning finds.

pub mod error;
pub mod element;
pub mod tensor;
pub mod safe;
pub mod npy;
pub mod columns;
mod series;
pub mod find;
pub mod real;
pub mod inputs;
pub mod head;
pub mod exact_sum;
pub mod draft;
pub mod totals;
pub mod cells;
pub mod block;
pub mod pass;
pub mod partial;
pub mod spectrum;
pub mod surrogate;
pub mod analysis;
pub mod run;
pub mod train;
pub mod spectral;
