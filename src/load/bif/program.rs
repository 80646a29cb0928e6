//! A network as a program: the objects, the kernels and the diagram that an import declares, as text.
//!
//! Rows are exact. A number is a decimal where it has one that ends and is not long, else a fraction; zeros are left out;
//! a row with one outcome names it alone, and one that gives all states the same is `uniform`.

use std::fmt::Write;

use super::Repair;
use super::network::{Network, Node, Summary};
use crate::base::name::Name;
use crate::number::decimal::finite_decimal;
use crate::number::int::Int;
use crate::number::ratio::Ratio;
use crate::number::row::Row;
use crate::syntax::print::label;

/// Longest line that is written, where a break is possible.
const WIDTH: usize = 110;

/// Most digits behind the point of a number that is written as a decimal.
const PLACES: u32 = 40;

/// The program that declares what an import of this network declares.
pub fn print_network(network: &Network) -> String {
    let mut out = head(&network.summary);
    for number in &network.order {
        node(network, &network.nodes[*number], &mut out);
    }
    diagram(network, &mut out);
    out
}

fn head(summary: &Summary) -> String {
    let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let file = summary.file.rsplit(['/', '\\']).next().unwrap_or(&summary.file);
    let mut out = format!(
        "//! The Bayesian network of `{}`: {}, {}, {}.\n",
        file.replace(['`', '\n', '\r'], "_"),
        plural(summary.nodes, "node"),
        plural(summary.arcs, "arc"),
        plural(summary.rows, "row")
    );
    out.push_str("//! Node `x` is the object `x` and the kernel `P_x`, its probabilities given its parents.\n");
    if let (Some(way), Some((largest, line))) = (summary.repair, &summary.largest) {
        let done = match way {
            Repair::Scale => "divided by its sum",
            Repair::Largest => "mended at its largest entry",
        };
        let rows = match summary.repaired {
            1 => "1 row did not sum to 1 and was".to_string(),
            n => format!("{n} rows did not sum to 1; each was"),
        };
        let largest = finite_decimal(largest, PLACES).unwrap_or_else(|| largest.to_string());
        let _ = writeln!(out, "//! {rows} {done}. The largest difference was {largest}, on line {line} of that file.");
    }
    out
}

fn node(network: &Network, node: &Node, out: &mut String) {
    out.push('\n');
    if node.title != node.name.as_str() {
        let _ = writeln!(out, "/// The node {}.", label_in_quotes(&node.title));
    }
    let states: Vec<String> = node.states.iter().map(label).collect();
    wrapped(&format!("object {} = {{ ", node.name), &states, " }", out);
    let _ = write!(out, "kernel {} : ", node.kernel);
    if !node.parents.is_empty() {
        let parents: Vec<&str> = node.parents.iter().map(|p| network.nodes[*p].name.as_str()).collect();
        let _ = write!(out, "{} -> ", parents.join(" * "));
    }
    let _ = writeln!(out, "{} {{", node.name);
    let labels: Vec<Vec<String>> =
        node.parents.iter().map(|p| network.nodes[*p].states.iter().map(label).collect()).collect();
    for (input, row) in node.rows.iter().enumerate() {
        wrapped(&pattern(&labels, input), &entries(row, &states), "", out);
    }
    out.push_str("}\n");
}

/// `  (yes, no) -> `; nothing but blanks without parents.
fn pattern(labels: &[Vec<String>], mut input: usize) -> String {
    let mut point: Vec<&str> = Vec::with_capacity(labels.len());
    for states in labels.iter().rev() {
        point.push(&states[input % states.len()]);
        input /= states.len();
    }
    point.reverse();
    match point[..] {
        [] => "  ".into(),
        // Bare, a negative number would be subtracted from the number before it.
        [one] if !one.starts_with('-') => format!("  {one} -> "),
        _ => format!("  ({}) -> ", point.join(", ")),
    }
}

/// `yes: 0.05`, `no: 0.95`; `yes` alone; `uniform`.
fn entries(row: &Row, states: &[String]) -> Vec<String> {
    if let Some(point) = row.as_point() {
        return vec![states[point as usize].clone()];
    }
    if row.entries().len() == states.len() && row.entries().iter().all(|(_, weight)| weight.is_one()) {
        return vec!["uniform".into()];
    }
    row.entries()
        .iter()
        .map(|(state, weight)| format!("{}: {}", states[*state as usize], number(weight, row.den())))
        .collect()
}

fn number(weight: &Int, den: &Int) -> String {
    match Ratio::new(weight.clone(), den.clone()) {
        Some(value) => finite_decimal(&value, PLACES).unwrap_or_else(|| value.to_string()),
        None => String::new(),
    }
}

fn diagram(network: &Network, out: &mut String) {
    let name = |node: &usize| network.nodes[*node].name.as_str();
    let outputs: Vec<String> = network.nodes.iter().map(|n| format!("{}: {}", n.name, n.name)).collect();
    out.push_str("\n/// All variables at once.\n");
    wrapped(&format!("diagram {} -> (", network.diagram), &outputs, ") {", out);
    for number in &network.order {
        let node = &network.nodes[*number];
        let _ = write!(out, "  {} ~ {}", node.name, node.kernel);
        if !node.parents.is_empty() {
            let parents: Vec<&str> = node.parents.iter().map(name).collect();
            let _ = write!(out, "({})", parents.join(", "));
        }
        out.push('\n');
    }
    let names: Vec<String> = network.nodes.iter().map(|n| n.name.to_string()).collect();
    wrapped("  return ", &names, "", out);
    out.push_str("}\n");
}

/// A list with commas, on as many lines as it needs.
fn wrapped(head: &str, items: &[String], tail: &str, out: &mut String) {
    out.push_str(head);
    let indent = head.len() - head.trim_start().len() + 2;
    let mut used = head.chars().count();
    for (number, item) in items.iter().enumerate() {
        let more = if number + 1 < items.len() { "," } else { tail };
        let width = item.chars().count() + more.chars().count();
        if number > 0 {
            if used + 1 + width > WIDTH {
                let _ = write!(out, "\n{:indent$}", "");
                used = indent;
            } else {
                out.push(' ');
                used += 1;
            }
        }
        out.push_str(item);
        out.push_str(more);
        used += width;
    }
    out.push('\n');
}

fn label_in_quotes(title: &str) -> String {
    let title: String = title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match label(&Name::new(&title)) {
        bare if bare == title => format!("\"{bare}\""),
        quoted => quoted,
    }
}
