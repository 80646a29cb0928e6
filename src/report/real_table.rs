//! Kernels with irrational entries: decimals, each of which is right to its last digit, or says how far off it may be.

use serde_json::{Map, Value, json};

use super::json::objects;
use super::measure::{self, Digits};
use super::table::aligned;
use super::words::{labels, point, short_number};
use crate::check::signature::{Group, Signature};
use crate::check::softmax::RealRow;
use crate::check::types::Type;
use crate::decide::measures::Values;
use crate::model::real::kernel::RealKernel;
use crate::number::approximate::Unit;
use crate::number::real::Real;

/// Digits of an entry, unless others are asked for.
const DIGITS: u32 = 6;

/// Most rows that are shown.
const ROWS_SHOWN: usize = 24;

/// Most columns of a table; rows with more are listed outcome by outcome.
const COLUMNS: u64 = 8;

/// Most outcomes of a row that are listed.
const OUTCOMES_SHOWN: usize = 8;

/// What the sign in front of decimals means.
const NOTE: &str = "≈ marks certified decimals of irrational entries: each is right to its last digit";

/// The kernel as lines; `digits` is what was asked for in general.
pub(super) fn lines(
    sig: &Signature,
    dom: &Type,
    cod: &Type,
    outputs: &[Group],
    kernel: &RealKernel,
    digits: Digits,
) -> Vec<String> {
    let digits = if digits.count == Digits::default().count { DIGITS } else { digits.count };
    let rows = || kernel.rows.iter().flatten().take(ROWS_SHOWN);
    let columns: u64 = kernel.cod.iter().fold(1, |n, s| n.saturating_mul(*s));
    let names: Vec<&str> = outputs.iter().map(|g| g.name.as_str()).collect();
    let named = outputs.iter().map(|g| g.len).sum::<usize>() == cod.len() && !names.is_empty();
    let ends = if named { names.join(", ") } else { sig.show(cod) };
    let mut lines = if dom.is_empty() {
        let mut cells = vec![vec![ends]];
        for row in rows() {
            cells.extend(row.iter().take(ROWS_SHOWN).map(|(p, x)| vec![point(sig, cod, *p), cell(x, digits)]));
        }
        aligned(&cells)
    } else if columns <= COLUMNS {
        let head = std::iter::once(sig.show(dom)).chain((0..columns).map(|c| point(sig, cod, c))).collect();
        let mut cells: Vec<Vec<String>> = vec![head];
        for (x, row) in rows().enumerate() {
            let entry = |c: u64| row.iter().find(|(p, _)| *p == c).map_or("0".into(), |(_, x)| cell(x, digits));
            cells.push(std::iter::once(point(sig, dom, x as u64)).chain((0..columns).map(entry)).collect());
        }
        aligned(&cells)
    } else {
        let listed = |row: &RealRow| {
            let shown = row.iter().take(OUTCOMES_SHOWN);
            let shown: Vec<String> =
                shown.map(|(p, x)| format!("{}: {}", point(sig, cod, *p), cell(x, digits))).collect();
            let more = row.len() - shown.len();
            format!("{}{}", shown.join(", "), if more > 0 { format!(" … {more} more") } else { String::new() })
        };
        aligned(&rows().enumerate().map(|(x, row)| vec![point(sig, dom, x as u64), listed(row)]).collect::<Vec<_>>())
    };
    let most = |count: usize, what: &str, lines: &mut Vec<String>| {
        if count > ROWS_SHOWN {
            lines.push(format!("… the first {ROWS_SHOWN} of {count} {what}"));
        }
    };
    match dom.is_empty() {
        true => most(kernel.rows.iter().flatten().map(|r| r.len()).sum(), "outcomes", &mut lines),
        false => most(kernel.rows.len(), "rows", &mut lines),
    }
    lines.push(NOTE.into());
    lines
}

/// An entry: a fraction where it is one, else a decimal.
fn cell(value: &Real, digits: u32) -> String {
    if let Some(ratio) = value.as_ratio() {
        return short_number(ratio);
    }
    measure::short_decimal(&value.decimal(digits, Unit::Nats))
}

/// The same for programs: every entry has a formula where it is short, a decimal, and a radius.
pub(super) fn object(
    sig: &Signature,
    dom: &Type,
    cod: &Type,
    kernel: &RealKernel,
    digits: Digits,
    out: &mut Map<String, Value>,
) {
    out.insert("sort".into(), json!(if dom.is_empty() { "real_state" } else { "real_kernel" }));
    out.insert("dom".into(), json!(objects(sig, dom)));
    out.insert("cod".into(), json!(objects(sig, cod)));
    let entry = |(place, value): &(u64, Real)| {
        (labels(sig, cod, *place).join(","), Value::from(measure::object(value, None, digits)))
    };
    let row = |(x, row): (usize, &Option<std::sync::Arc<RealRow>>)| {
        let output: Map<String, Value> = row.iter().flat_map(|r| r.iter()).map(entry).collect();
        json!({ "input": labels(sig, dom, x as u64), "output": output })
    };
    out.insert("rows".into(), kernel.rows.iter().enumerate().map(row).collect::<Vec<_>>().into());
}

/// Where two kernels differ, in lines.
pub(super) fn witness_lines(
    sig: &Signature,
    input: &(Type, u64),
    output: &(Type, u64),
    values: &Values,
    digits: Digits,
) -> Vec<String> {
    let from = if input.0.is_empty() { String::new() } else { format!("input {}, ", point(sig, &input.0, input.1)) };
    vec![
        format!("{from}output {}:", point(sig, &output.0, output.1)),
        format!("  left   {}", measure::value(&values.left, None, digits)),
        format!("  right  {}", measure::value(&values.right, None, digits)),
    ]
}

/// The same for programs.
pub(super) fn witness(
    sig: &Signature,
    input: &(Type, u64),
    output: &(Type, u64),
    values: &Values,
    digits: Digits,
) -> Value {
    json!({
        "kind": "real_entry",
        "input": labels(sig, &input.0, input.1),
        "output": labels(sig, &output.0, output.1),
        "left": measure::object(&values.left, None, digits),
        "right": measure::object(&values.right, None, digits),
    })
}
