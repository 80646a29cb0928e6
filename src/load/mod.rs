//! A file and all that it imports, read and parsed, each once, in the order in which they depend on each other.

pub mod bif;
pub mod program;
pub mod error;

pub use program::{Content, LoadedFile, Loader, read_network_file, read_text};
