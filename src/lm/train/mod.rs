//! A small language model, trained from a text within seconds, and watched while it is trained.
//!
//! - [`text`]: a text as tokens: its most frequent words, ends of sentences, and one token for all other words.
//! - [`model`]: the log-bilinear model of rank `d` over the `n` tokens before, and its training.
//! - [`table`]: the canonical functions of pairs of neighbours, which the spectral theory of the loss speaks of.
//! - [`watch`]: what is measured on held out text after some steps, and the training as a whole.
//! - [`mod@write`]: the model and its states as files that `mcheck lm analyse` reads.

pub mod text;
pub mod model;
pub mod table;
pub mod watch;
pub mod write;
