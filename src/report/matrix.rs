//! Matrices, eigenvalues and pivots, as text and as JSON.

use serde_json::{Map, Value, json};

use super::measure::{self, Digits};
use super::table::aligned;
use super::words::{labels, number, point, short_number};
use crate::check::signature::Signature;
use crate::check::types::Type;
use crate::decide::answer::Witness;
use crate::decide::matrices::{Counts, Entries, Pivots};
use crate::number::approximate::Unit;
use crate::number::enclosure::Enclosure;
use crate::number::exact_form::Style;
use crate::number::ratio::Ratio;
use crate::number::real::Real;
use crate::number::spectrum::{Eigenvalue, Spectrum};

/// Most rows and most columns that are shown.
pub(super) const SHOWN: usize = 24;

/// Longest formula in a table; a longer one is shown by its decimal.
const FORMULA: usize = 17;

/// Digits of the ends of an interval.
const APART: u32 = 20;

/// Digits of a decimal in a table.
pub(super) const SHORT: u32 = 6;

/// What stands behind the text of the item, and the table.
pub(super) fn entries(sig: &Signature, found: &Entries, digits: Digits) -> (String, Vec<String>) {
    let (height, width) = (found.entries.len(), found.entries[0].len());
    let name = |object: &Option<Type>, k: usize| match object {
        Some(t) => point(sig, t, k as u64),
        None => (k + 1).to_string(),
    };
    let head = found.rows.as_ref().map_or(String::new(), |t| sig.show(t));
    let shown = width.min(SHOWN);
    let mut cells = vec![[vec![head], (0..shown).map(|j| name(&found.columns, j)).collect()].concat()];
    for (i, row) in found.entries.iter().enumerate().take(SHOWN) {
        cells.push([vec![name(&found.rows, i)], row.iter().take(shown).map(|x| cell(x, digits)).collect()].concat());
    }
    let mut lines = aligned(&cells);
    if height > SHOWN || width > SHOWN {
        lines.push(format!("… of {height} rows and {width} columns"));
    }
    (format!(": {height} × {width}"), lines)
}

/// A number for a narrow column.
pub(super) fn cell(value: &Real, digits: Digits) -> String {
    match value {
        Real::Rational(value) => short_number(value),
        _ if digits.alone && value.is_finite() => measure::short_decimal(&value.decimal(SHORT, Unit::Nats)),
        _ => {
            let exact = value.exact_form(2, Style::Text, Unit::Nats);
            let long = exact.starts_with("sum of ") || exact.chars().count() > FORMULA;
            if !long || !value.is_finite() {
                return exact;
            }
            measure::short_decimal(&value.decimal(SHORT, Unit::Nats))
        }
    }
}

/// What stands behind the text of the item, and a line for each eigenvalue.
pub(super) fn spectrum(found: &Spectrum, which: Option<usize>, digits: Digits) -> (String, Vec<String>) {
    if let Some(value) = which.and_then(|k| found.get(k)) {
        return (eigenvalue(value, digits), Vec::new());
    }
    let cells: Vec<Vec<String>> =
        found.eigenvalues.iter().map(|value| vec![times(value), eigenvalue(value, digits)]).collect();
    let count = found.size();
    (format!("{count} eigenvalue{}", if count == 1 { "" } else { "s" }), aligned(&cells))
}

fn times(value: &Eigenvalue) -> String {
    match (value.count, value.is_one) {
        (1, _) => "once".into(),
        (2, true) => "twice".into(),
        (n, true) => format!("{n} times"),
        (n, false) => format!("{n} together"),
    }
}

/// An eigenvalue as a rational, a decimal, or an interval.
pub(super) fn eigenvalue(value: &Eigenvalue, digits: Digits) -> String {
    match (value.exact(), value.decimal(digits.count)) {
        (Some(exact), _) => number(exact),
        (None, Some(decimal)) => format!("≈ {decimal}"),
        (None, None) => format!("between {} and {}", downwards(&value.low), upwards(&value.high)),
    }
}

/// A number that is not above this one, with some digits.
fn downwards(value: &Ratio) -> String {
    if value.is_zero() { "0".into() } else { Enclosure::of_ratio(value, 128).lower_digits(APART) }
}

/// A number that is not below this one, with some digits.
fn upwards(value: &Ratio) -> String {
    let negative = downwards(&-value);
    match negative.strip_prefix('-') {
        Some(text) => text.to_string(),
        None if value.is_zero() => negative,
        None => format!("-{negative}"),
    }
}

/// Pivots in a line.
pub(super) fn pivot_line(pivots: &Pivots) -> String {
    let text = |(_, enclosure, exact): &(usize, Enclosure, Option<Ratio>)| match exact {
        Some(exact) => short_number(exact),
        None => about(enclosure),
    };
    let mut all: Vec<String> = pivots.pivots.iter().map(text).collect();
    all.extend(pivots.empty.iter().map(|_| "0".to_string()));
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    let more = if more > 0 { format!(", … {more} more") } else { String::new() };
    let of = if pivots.weights.is_some() { ", without the weights" } else { "" };
    format!("pivots{of}: {}{more}", all.join(", "))
}

/// As many digits as both ends of an interval have, or the interval.
fn about(enclosure: &Enclosure) -> String {
    let decimals = |digits| Some((enclosure.lower()?.decimal(digits).0, enclosure.upper()?.decimal(digits).0));
    let common = (1..=SHORT).rev().filter_map(decimals).find(|(low, high)| low == high);
    common.map_or_else(|| enclosure.to_string(), |(decimal, _)| format!("≈{decimal}"))
}

/// The evidence of an equality of matrices, or of a comparison of an eigenvalue, in lines.
pub(super) fn witness_lines(witness: &Witness, digits: Digits) -> Vec<String> {
    match witness {
        Witness::MatrixEntry([i, j], values) => vec![
            format!("in row {}, column {}:", i + 1, j + 1),
            format!("  left   {}", measure::value(&values.left, None, digits)),
            format!("  right  {}", measure::value(&values.right, None, digits)),
        ],
        Witness::Counts(counts) => vec![counts_line(counts, digits)],
        _ => Vec::new(),
    }
}

fn counts_line(Counts { inertia, at }: &Counts, digits: Digits) -> String {
    let t = measure::value(at, None, digits);
    let said = |n: usize, place: &str| format!("{n} {place}");
    let parts = [said(inertia.negative, "below"), said(inertia.zero, "at"), said(inertia.positive, "above")];
    format!("of the eigenvalues {} {t}", parts.join(", "))
}

/// The entries as JSON.
pub(super) fn entries_json(sig: &Signature, found: &Entries, digits: Digits, out: &mut Map<String, Value>) {
    out.insert("sort".into(), json!("matrix"));
    let names = |object: &Option<Type>, count: usize| {
        object.as_ref().map(|t| (0..count).map(|k| labels(sig, t, k as u64)).collect::<Vec<_>>())
    };
    if let Some(rows) = names(&found.rows, found.entries.len()) {
        out.insert("rows".into(), json!(rows));
    }
    if let Some(columns) = names(&found.columns, found.entries[0].len()) {
        out.insert("columns".into(), json!(columns));
    }
    let row = |row: &Vec<Real>| row.iter().map(|x| Value::from(measure::object(x, None, digits))).collect::<Vec<_>>();
    out.insert("entries".into(), json!(found.entries.iter().map(row).collect::<Vec<_>>()));
}

/// The eigenvalues as JSON.
pub(super) fn spectrum_json(found: &Spectrum, which: Option<usize>, digits: Digits, out: &mut Map<String, Value>) {
    out.insert("sort".into(), json!(if which.is_some() { "eigenvalue" } else { "spectrum" }));
    let one = which.and_then(|k| found.get(k));
    let shown: Vec<&Eigenvalue> = one.map_or_else(|| found.eigenvalues.iter().collect(), |value| vec![value]);
    out.insert("eigenvalues".into(), json!(shown.into_iter().map(|v| eigenvalue_json(v, digits)).collect::<Vec<_>>()));
    out.insert("level".into(), json!(if found.has_decided_signs() { "exact" } else { "numeric" }));
}

/// An eigenvalue as JSON.
pub(super) fn eigenvalue_json(value: &Eigenvalue, digits: Digits) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("count".into(), json!(value.count));
    out.insert("equal".into(), json!(value.is_one));
    out.insert("low".into(), json!(value.low.to_string()));
    out.insert("high".into(), json!(value.high.to_string()));
    if let Some(decimal) = value.decimal(digits.count) {
        out.insert("decimal".into(), json!(decimal));
    }
    out
}

/// Pivots as JSON. Rows are counted from 1.
pub(super) fn pivots_json(pivots: &Pivots) -> Value {
    let pivot = |(row, enclosure, exact): &(usize, Enclosure, Option<Ratio>)| {
        let mut out = Map::new();
        out.insert("row".into(), json!(row + 1));
        match exact {
            Some(exact) => out.insert("exact".into(), json!(exact.to_string())),
            None => out.insert("interval".into(), json!(enclosure.to_string())),
        };
        out
    };
    let mut out = Map::new();
    out.insert("pivots".into(), json!(pivots.pivots.iter().map(pivot).collect::<Vec<_>>()));
    out.insert("empty".into(), json!(pivots.empty.iter().map(|row| row + 1).collect::<Vec<_>>()));
    let texts = |row: &Vec<Ratio>| row.iter().map(Ratio::to_string).collect::<Vec<_>>();
    if let Some(lower) = &pivots.lower {
        out.insert("lower".into(), json!(lower.iter().map(texts).collect::<Vec<_>>()));
    }
    if let Some(weights) = &pivots.weights {
        out.insert("weights".into(), json!(texts(weights)));
    }
    out.into()
}

/// The evidence of an equality of matrices, or of a comparison of an eigenvalue, as JSON.
pub(super) fn witness_json(witness: &Witness, digits: Digits) -> Value {
    match witness {
        Witness::MatrixEntry([i, j], values) => json!({
            "kind": "matrix_entry",
            "row": i + 1,
            "column": j + 1,
            "left": measure::object(&values.left, None, digits),
            "right": measure::object(&values.right, None, digits),
        }),
        Witness::Counts(counts) => json!({
            "kind": "eigenvalue_counts",
            "at": measure::object(&counts.at, None, digits),
            "below": counts.inertia.negative,
            "equal": counts.inertia.zero,
            "above": counts.inertia.positive,
        }),
        _ => Value::Null,
    }
}
