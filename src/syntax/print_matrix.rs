//! Matrices back to text.

use super::expr::Expr;
use super::matrix::MatrixCall;
use super::print::{list, print_expr};
use super::print_measure::divergence;

/// `[1, 2]`
pub(super) fn numbers(items: &[Expr]) -> String {
    format!("[{}]", list(items, print_expr))
}

/// `similarity[gauss 1](f)`
pub(super) fn call(c: &MatrixCall) -> String {
    let bracket = c.bracket.as_ref().map_or(String::new(), |d| format!("[{}]", divergence(d)));
    format!("{}{bracket}({})", c.word.node.word(), list(&c.items, print_expr))
}
