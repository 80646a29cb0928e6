//! Exact values of measures: as a formula, and as a decimal whose last digit is right.

use serde_json::{Map, Value, json};

use super::table::aligned;
use super::words::{labels, number, point};
use crate::check::signature::Signature;
use crate::check::types::Type;
use crate::decide::answer::{Outcome, Witness};
use crate::decide::measures::Values;
use crate::number::approximate::{Approximation, Unit as Counted};
use crate::number::exact_form::Style;
use crate::number::ratio::Ratio;
use crate::number::real::Real;
use crate::syntax::ast::Unit;

/// How decimals are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    /// How many digits they have.
    pub count: u32,
    /// Whether they stand alone, without formulas: putting the terms of a long sum in order for one takes longer than its
    /// decimal does.
    pub alone: bool,
}

impl Default for Digits {
    fn default() -> Digits {
        Digits { count: 15, alone: false }
    }
}

/// A formula with more terms is named by their number.
const TERMS: usize = 8;

/// Most rows that are shown of a measure that has a value for each input.
const ROWS_SHOWN: usize = 60;

/// A value on a line: `2·log 2 − 3/4·log 3 ≈ 0.562335144618808 nats`
pub(super) fn value(value: &Real, unit: Option<Unit>, digits: Digits) -> String {
    let behind = unit.map_or(String::new(), |u| format!(" {}", u.word()));
    let written = |decimal: &Approximation| match (decimal.correct, &*decimal.radius) {
        (_, "0") => decimal.digits.clone(),
        (true, _) => format!("≈ {}", decimal.digits),
        (false, "inf") => format!("in {}", decimal.digits),
        (false, radius) => format!("≈ {} ± {radius}", decimal.digits),
    };
    if digits.alone && value.is_finite() {
        let decimal = value.decimal(digits.count, unit.unwrap_or(Unit::Nats).into());
        return format!("{}{behind}", written(&decimal));
    }
    let (value, counted) = counted(value, unit);
    let exact = value.exact_form(TERMS, Style::Text, counted);
    if !value.is_finite() {
        return exact;
    }
    if let (Real::Rational(ratio), Counted::Nats, true) = (&value, counted, digits == Digits::default()) {
        return format!("{}{behind}", number(ratio));
    }
    let decimal = value.decimal(digits.count, counted);
    let approximate = written(&decimal);
    if decimal.radius == "0" {
        let same = exact == decimal.digits || exact.starts_with("sum of ");
        return if same {
            format!("{}{behind}", decimal.digits)
        } else {
            format!("{exact} = {}{behind}", decimal.digits)
        };
    }
    if exact.starts_with("sum of ") {
        return format!("{approximate}{behind}   (exactly a {exact})");
    }
    format!("{exact} {approximate}{behind}")
}

/// A decimal in a narrow place.
pub(super) fn short_decimal(decimal: &Approximation) -> String {
    match (decimal.correct, decimal.radius.as_str()) {
        (_, "0") => decimal.digits.clone(),
        (true, _) => format!("≈{}", decimal.digits),
        (false, "inf") => format!("in {}", decimal.digits),
        (false, radius) => format!("≈{} ± {radius}", decimal.digits),
    }
}

/// A value and how it is counted: a rational number of bits as that rational.
fn counted(value: &Real, unit: Option<Unit>) -> (Real, Counted) {
    if let (Real::Logs(_), Some(Unit::Bits)) = (value, unit)
        && let Ok(bits @ Real::Rational(_)) = Real::log_of(&Ratio::of(2, 1)).and_then(|bit| value.div(&bit))
    {
        return (bits, Counted::Nats);
    }
    (value.clone(), unit.unwrap_or(Unit::Nats).into())
}

/// A value for each input, below each other.
pub(super) fn for_each_input(
    sig: &Signature,
    dom: &Type,
    values: &[Real],
    unit: Option<Unit>,
    filled: &[u64],
    digits: Digits,
) -> Vec<String> {
    let rows = values.iter().enumerate().take(ROWS_SHOWN).map(|(x, v)| {
        let mark = if filled.contains(&(x as u64)) { "*" } else { "" };
        vec![format!("{}{mark}", point(sig, dom, x as u64)), value(v, unit, digits)]
    });
    let mut lines = aligned(&rows.collect::<Vec<_>>());
    if values.len() > ROWS_SHOWN {
        lines.push(format!("… the first {ROWS_SHOWN} of {} inputs", values.len()));
    }
    if !filled.is_empty() {
        lines.push(super::table::FILLED_NOTE.into());
    }
    lines
}

/// The evidence of a comparison, or of a law that fails, in lines.
pub(super) fn witness_lines(witness: &Witness, outcome: Outcome, digits: Digits) -> Vec<String> {
    match witness {
        Witness::Values(values) => comparison(values, outcome, digits),
        Witness::Direction(vector, values) => {
            let form = &values.left;
            let places: Vec<String> = vector.iter().map(Ratio::to_string).collect();
            vec![format!("for v = ({}) the form v^T K v is {}", places.join(", "), value(form, None, digits))]
        }
        Witness::DivergenceLaw(found) => {
            let mut lines = vec!["a program whose check holds refutes it:".to_string()];
            lines.extend(found.program.lines().map(|l| format!("  {l}")));
            let Values { left, right, unit } = &found.values;
            lines.push(format!("left   {}", value(left, *unit, digits)));
            lines.push(format!("right  {}", value(right, *unit, digits)));
            lines
        }
        _ => Vec::new(),
    }
}

fn comparison(Values { left, right, unit }: &Values, outcome: Outcome, digits: Digits) -> Vec<String> {
    if left.compare(right).order().is_some_and(|o| o.is_eq()) {
        return vec![format!("both are {}", value(left, *unit, digits))];
    }
    let mut lines =
        vec![format!("left   {}", value(left, *unit, digits)), format!("right  {}", value(right, *unit, digits))];
    if let (Outcome::Fails, true, Ok(difference)) = (outcome, left.is_finite() && right.is_finite(), left.sub(right)) {
        let shown = value(&difference, *unit, digits);
        lines.push(format!("left − right {}{shown}", if shown.starts_with(['≈', 'i']) { "" } else { "= " }));
    }
    lines
}

/// A value as it stands in an object: `exact`, unless decimals stand alone, `decimal`, `radius`, and `unit` where there is one.
pub(super) fn object(value: &Real, unit: Option<Unit>, digits: Digits) -> Map<String, Value> {
    let alone = digits.alone && value.is_finite();
    let (value, counted) = match alone {
        true => (value.clone(), unit.unwrap_or(Unit::Nats).into()),
        false => counted(value, unit),
    };
    let mut out = Map::new();
    if let Some(unit) = unit {
        out.insert("unit".into(), json!(unit.word()));
    }
    if !alone {
        out.insert("exact".into(), json!(value.exact_form(TERMS, Style::Ascii, counted)));
    }
    if value.is_finite() {
        let decimal = value.decimal(digits.count, counted);
        if decimal.radius == "inf" {
            out.insert("interval".into(), json!(decimal.digits));
        } else {
            out.insert("decimal".into(), json!(decimal.digits));
            out.insert("radius".into(), json!(decimal.radius));
        }
    }
    out
}

/// A value for each input.
pub(super) fn objects(
    sig: &Signature,
    dom: &Type,
    values: &[Real],
    unit: Option<Unit>,
    filled: &[u64],
    digits: Digits,
) -> Value {
    let row = |(x, value): (usize, &Real)| {
        let mut row = Map::new();
        row.insert("input".into(), json!(labels(sig, dom, x as u64)));
        row.extend(object(value, unit, digits));
        if filled.contains(&(x as u64)) {
            row.insert("depends_on_filling".into(), json!(true));
        }
        Value::Object(row)
    };
    values.iter().enumerate().map(row).collect::<Vec<_>>().into()
}

/// The evidence of a comparison, or of a law that fails.
pub(super) fn witness(witness: &Witness, digits: Digits) -> Value {
    let sides = |Values { left, right, unit }: &Values| {
        let mut out = Map::new();
        out.insert("left".into(), object(left, *unit, digits).into());
        out.insert("right".into(), object(right, *unit, digits).into());
        if let (true, Ok(difference)) = (left.is_finite() && right.is_finite(), left.sub(right)) {
            out.insert("difference".into(), object(&difference, *unit, digits).into());
        }
        out
    };
    match witness {
        Witness::Values(values) => {
            let mut out = sides(values);
            out.insert("kind".into(), json!("values"));
            out.into()
        }
        Witness::Direction(vector, values) => json!({
            "kind": "direction",
            "vector": vector.iter().map(Ratio::to_string).collect::<Vec<_>>(),
            "form": object(&values.left, None, digits),
        }),
        Witness::DivergenceLaw(found) => {
            let mut out = sides(&found.values);
            out.insert("kind".into(), json!("divergence_law"));
            out.insert("law".into(), json!(found.law.name()));
            out.insert("divergence".into(), json!(found.divergence.to_string()));
            out.insert("program".into(), json!(found.program));
            out.into()
        }
        _ => Value::Null,
    }
}
