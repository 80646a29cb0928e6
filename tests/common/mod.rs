//! Random programs with what they mean: generators, and a slow reference that shares no code with the engine but the
//! numbers. A program is grown as a tree of the generator's own ([`tree::Tree`]), whose types and matrices are known
//! from the start; mcheck sees only its text.
#![allow(dead_code, unreachable_pub, reason = "each test file is a crate of its own, and uses a part of this")]

pub mod choices;
pub mod events;
pub mod grow;
pub mod kernels;
pub mod networks;
pub mod random;
pub mod reference;
pub mod rewrite;
pub mod run;
pub mod tree;
pub mod wired;
pub mod world;
