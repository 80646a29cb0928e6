//! Bayesian networks in BIF, the format of the bnlearn repository: a text becomes nodes with exact rows, and those a
//! program.
//!
//! text ─blocks→ what is written ─network→ nodes, each row exactly once and summing to 1 ─program→ a text of mcheck

mod lexer;
mod blocks;
mod faults;
mod scope;
mod rows;
mod names;
mod network;
mod program;
pub mod error;

pub use network::{Network, Node, Summary, read_network};
pub use program::print_network;

/// What to do with a row that does not sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// Divide it by its sum.
    Scale,
    /// Put the difference on its largest entry: denominators stay small.
    Largest,
}

impl Repair {
    /// The repair that a program asks for by this word.
    pub fn find(word: &str) -> Option<Repair> {
        [Repair::Scale, Repair::Largest].into_iter().find(|r| r.word() == word)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Repair::Scale => "scale",
            Repair::Largest => "largest",
        }
    }
}
