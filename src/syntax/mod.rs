//! Text to [`ast`]: the grammar in `grammar/mcheck.pest`, read by pest, becomes a tree with places and no pest in it.

pub mod ast;
mod expr;
mod study;
mod measure;
mod matrix;
mod theory;
mod features;
mod same;
mod rule_names;
mod nesting;
mod text_to_cst;
mod cst_to_ast;
mod cst_to_formula;
mod cst_to_measure;
mod cst_to_matrix;
mod cst_to_expr;
mod cst_to_theory;
mod cst_to_features;
pub mod keywords;
pub mod print;
mod print_theory;
mod print_causal;
mod print_study;
mod print_measure;
mod print_matrix;
mod print_features;
pub mod error;

pub use cst_to_ast::{parse_file, parse_line};
pub use print_theory::print_rule;
