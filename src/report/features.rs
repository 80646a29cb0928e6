//! Declared vectors, coordinate by coordinate.

use serde_json::{Map, Value, json};

use super::json::objects;
use super::measure::{self, Digits};
use super::table::aligned;
use super::words::{labels, point};
use crate::check::features::Features;
use crate::check::signature::Signature;

/// Most vectors that are shown.
const ROWS_SHOWN: usize = 60;

/// Their type, and a line for each vector.
pub(super) fn lines(sig: &Signature, features: &Features, digits: Digits) -> (String, Vec<String>) {
    let dom = sig.show(&features.dom);
    let mut cells =
        vec![std::iter::once(dom.clone()).chain((1..=features.dimension).map(|i| format!("#{i}"))).collect()];
    for (x, vector) in features.vectors.iter().enumerate().take(ROWS_SHOWN) {
        let coordinates = vector.iter().map(|c| measure::value(c, None, digits));
        cells.push(std::iter::once(point(sig, &features.dom, x as u64)).chain(coordinates).collect::<Vec<_>>());
    }
    let mut lines = aligned(&cells);
    if features.vectors.len() > ROWS_SHOWN {
        lines.push(format!("… the first {ROWS_SHOWN} of {} vectors", features.vectors.len()));
    }
    (format!(": {dom} -> R^{}", features.dimension), lines)
}

/// The same for programs.
pub(super) fn object(sig: &Signature, features: &Features, digits: Digits, out: &mut Map<String, Value>) {
    out.insert("sort".into(), json!("features"));
    out.insert("dom".into(), json!(objects(sig, &features.dom)));
    out.insert("dimension".into(), json!(features.dimension));
    let row = |(x, vector): (usize, &Vec<_>)| {
        let coordinates: Vec<Value> = vector.iter().map(|c| measure::object(c, None, digits).into()).collect();
        json!({ "input": labels(sig, &features.dom, x as u64), "coordinates": coordinates })
    };
    out.insert("rows".into(), features.vectors.iter().enumerate().map(row).collect::<Vec<_>>().into());
}
