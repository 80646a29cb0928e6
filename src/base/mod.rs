//! What every stage may use and what knows nothing of probability: places in texts, names, indices, interruption.

pub mod span;
pub mod source;
pub mod index;
pub mod name;
pub mod files;
pub mod interrupt;
