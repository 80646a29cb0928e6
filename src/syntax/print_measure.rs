//! Measures back to text.

use super::expr::{Expr, ExprKind, Formula, FormulaKind, Wire};
use super::measure::{Divergence, Measure, MeasureOf};
use super::print::{decimal, expr, list, print_expr, print_formula, wire_list};

/// The measure as written.
pub(super) fn measure(m: &Measure) -> String {
    let sup = if m.sup { "sup " } else { "" };
    let bracket = m.bracket.as_ref().map_or(String::new(), |d| format!("[{}]", divergence(d)));
    let of = match &m.of {
        MeasureOf::Diagrams(items) => format!("({})", list(items, print_expr)),
        MeasureOf::Wires { parts, given, within } => {
            let parts: Vec<String> = parts.iter().map(|part| list(part, |wires| group(wires))).collect();
            let given = if given.is_empty() { String::new() } else { format!(" | {}", wire_list(given)) };
            format!("({}{given}) in {}", parts.join(" ; "), expr(within, 5))
        }
    };
    format!("{sup}{}{bracket}{of}", m.word.node)
}

/// What stands in the brackets.
pub(super) fn divergence(d: &Divergence) -> String {
    match (&d.name, &d.order) {
        (Some(name), Some(order)) => format!("{} {}", name.node, behind_a_name(order)),
        (Some(name), None) => name.node.to_string(),
        (None, order) => order.as_ref().map_or(String::new(), print_formula),
    }
}

/// An order behind a name: what could go on with the name is put in parentheses.
fn behind_a_name(order: &Formula) -> String {
    match &order.kind {
        FormulaKind::Number(value) => decimal(value),
        FormulaKind::Negative(_) => format!("({})", print_formula(order)),
        FormulaKind::Chain(first, _) if matches!(first.kind, FormulaKind::Negative(_)) => {
            format!("({})", print_formula(order))
        }
        _ => print_formula(order),
    }
}

fn group(wires: &[Wire]) -> String {
    match wires {
        [one] => one.node.to_string(),
        many => format!("({})", wire_list(many)),
    }
}

/// What a wire is drawn from. Numbers are not: behind `~`, `H(x)` is a kernel that is given a wire.
pub(super) fn drawn(source: &Expr) -> String {
    match &source.kind {
        ExprKind::Measure(_) | ExprKind::Call(..) | ExprKind::Matrix(_) | ExprKind::List(_) => {
            format!("({})", print_expr(source))
        }
        _ => expr(source, 5),
    }
}
