//! A file and all that it imports, read and parsed, each once, in the order in which they depend on each other.

pub mod program;
pub mod error;

pub use program::{LoadedFile, Loader, read_text};
