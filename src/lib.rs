//! mcheck: a typed language for probability as string diagrams, and the program that checks it, exactly.
//!
//! The list of modules below is the architecture, in the order in which the data flows; a module uses only modules
//! above it (`tests/architecture.rs` holds it to that).
//!
//! ```text
//! text ─syntax→ Ast ─load→ files ─check→ Term ─diagram→ Diagram ─model→ kernel ─decide→ answer ─report→ text, JSON
//!
//! base, number: below everything.   session: the arrows in one place.   cli: files, terminal, exit code.
//! ```
//!
//! - [`base`]: places in texts, names, indices, reading files, interruption.
//! - [`number`]: integers, rationals, sparse rows over a common denominator, their products, and real numbers such as
//!   entropies, whose order is decided. All exact.
//! - [`syntax`]: the grammar (`grammar/mcheck.pest`), the tree, and the tree as text again.
//! - [`load`]: a file and what it imports.
//! - [`check`]: names become ids, diagrams get types, rows are summed.
//! - [`diagram`]: boxes and wires; copies, discards and swaps are wiring.
//! - [`model`]: what a diagram computes, in FinStoch over the rationals.
//! - [`measure`]: entropies, divergences and informations of what was computed, as exact values.
//! - [`lm`]: language models, in floating point: the best model of a rank for a table, and models from files.
//! - [`decide`]: claims to verdicts, with witnesses.
//! - [`report`]: answers and errors for people and for programs.
//! - [`session`]: the whole way; the state of the REPL; examples in documentation.
//! - [`cli`]: the program.
//!
//! # Example
//!
//! ```
//! use std::path::Path;
//! use std::sync::Arc;
//! use mcheck::base::files::Disk;
//! use mcheck::session::{Options, Session};
//!
//! let mut session = Session::new(Arc::new(Disk), Options::default());
//! let program = "object Coin = { heads, tails }
//!                kernel fair : Coin { uniform }
//!                check fair ; copy == fair * fair";
//! let report = session.run_text("coin", program, Path::new(""), &mut |_, _, _| {});
//! assert_eq!(report.counts().fails, 1); // a coin cannot be copied: two tosses are not one toss seen twice
//! ```

// Tests, benches and the build script may stop and print; the library may not.
#![deny(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![warn(unreachable_pub)]

pub mod base;
pub mod number;
pub mod syntax;
pub mod load;
pub mod check;
pub mod diagram;
pub mod rewrite;
pub mod model;
pub mod measure;
pub mod lm;
pub mod decide;
pub mod report;
pub mod session;
pub mod cli;
