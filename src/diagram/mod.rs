//! Term to [`graph::Diagram`]: boxes and wires, without the syntax. The only place that names petgraph.
//!
//! ```text
//!            ┌───────┐
//!   ──┬──────┤ treat ├──┬──        A diagram is a directed acyclic graph: boxes with ordered ports, wires that
//!     │      └───────┘  │          each have one producer (an input of the diagram or a port of a box) and any
//!     │   ┌──────┐      │          number of consumers. A wire with two consumers is a copy, one without is a
//!     └───┤ heal ├──────┘          discard; identities and swaps leave no trace. So the laws of a commutative
//!         └──────┘                 comonoid and of a symmetric monoidal category hold by construction.
//! ```
//!
//! These are the "term graphs" in which free Markov categories are presented (Fritz and Liang, ACS 31:21, 2023).

pub mod graph;
pub mod library;
mod build;
mod term_to_diagram;
mod surgery;
mod effect;
mod adjust;
mod validate;
