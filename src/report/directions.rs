//! Eigenvectors as text and as JSON.

use serde_json::{Map, Value, json};

use super::matrix::{SHORT, SHOWN, cell, eigenvalue, eigenvalue_json};
use super::measure::{self, Digits};
use super::table::aligned;
use super::words::{labels, point};
use crate::check::signature::Signature;
use crate::check::types::Type;
use crate::number::directions::{Basis, Directions, Space};
use crate::number::ratio::Ratio;

/// What stands behind the text of the item, and a line for each vector.
pub(super) fn lines(
    sig: &Signature,
    found: &Directions,
    points: Option<&Type>,
    digits: Digits,
) -> (String, Vec<String>) {
    let size = found.size();
    let shown = size.min(SHOWN);
    let name = |k: usize| points.map_or_else(|| (k + 1).to_string(), |t| point(sig, t, k as u64));
    let mut cells = vec![[vec!["eigenvalue".to_string()], (0..shown).map(name).collect()].concat()];
    for space in &found.spaces {
        let value = eigenvalue(&space.value, digits);
        for vector in vectors(space, shown, digits) {
            cells.push([vec![value.clone()], vector].concat());
        }
    }
    let all = cells.len();
    cells.truncate(SHOWN + 1);
    let mut lines = aligned(&cells);
    if size > SHOWN {
        let more = if all > SHOWN + 1 { format!("{} vectors, each", all - 1) } else { "each vector".into() };
        lines.push(format!("… {more} of {size} coordinates"));
    }
    lines.extend(found.spaces.iter().filter_map(|space| note(space, digits)));
    (format!("{size} eigenvalue{}", if size == 1 { "" } else { "s" }), lines)
}

fn vectors(space: &Space, shown: usize, digits: Digits) -> Vec<Vec<String>> {
    match &space.basis {
        Basis::Exact(basis) => basis.iter().map(|v| v.iter().take(shown).map(|x| cell(x, digits)).collect()).collect(),
        Basis::Near(near) => {
            let row = |v: usize| (0..shown).map(|k| format!("≈{}", near.decimal(v, k, SHORT))).collect();
            (0..near.vectors.len()).map(row).collect()
        }
        Basis::Open => vec![vec!["not known".into()]],
    }
}

/// What a reader must know of a space of several dimensions.
fn note(space: &Space, digits: Digits) -> Option<String> {
    let (value, count) = (eigenvalue(&space.value, digits), space.value.count);
    match &space.basis {
        Basis::Near(_) | Basis::Exact(_) if !space.value.is_one => Some(format!(
            "{value}: {count} eigenvalues are not told apart; what is known is the space of all, with this basis"
        )),
        Basis::Near(_) if count > 1 => Some(format!("{value}: an orthonormal basis of its space")),
        Basis::Open => Some(format!("{value}: no bound for a direction was found")),
        _ => None,
    }
}

/// The spaces as JSON.
pub(super) fn object(
    sig: &Signature,
    found: &Directions,
    points: Option<&Type>,
    digits: Digits,
    out: &mut Map<String, Value>,
) {
    out.insert("sort".into(), json!("directions"));
    if let Some(t) = points {
        out.insert("rows".into(), json!((0..found.size()).map(|k| labels(sig, t, k as u64)).collect::<Vec<_>>()));
    }
    out.insert("spaces".into(), found.spaces.iter().map(|space| space_json(space, digits)).collect());
    out.insert("level".into(), json!(if found.has_decided_signs() { "exact" } else { "numeric" }));
}

fn space_json(space: &Space, digits: Digits) -> Value {
    let mut out = eigenvalue_json(&space.value, digits);
    match &space.basis {
        Basis::Exact(basis) => {
            let vector = |v: &Vec<_>| v.iter().map(|x| measure::object(x, None, digits).into()).collect::<Vec<Value>>();
            out.insert("basis".into(), json!(basis.iter().map(vector).collect::<Vec<_>>()));
        }
        Basis::Near(near) => {
            let texts = |text: &dyn Fn(usize, usize) -> String| -> Vec<Vec<String>> {
                let row = |(v, x): (usize, &Vec<Ratio>)| (0..x.len()).map(|k| text(v, k)).collect();
                near.vectors.iter().enumerate().map(row).collect()
            };
            out.insert("decimals".into(), json!(texts(&|v, k| near.decimal(v, k, digits.count))));
            out.insert("near".into(), json!(texts(&|v, k| near.written(v, k))));
            out.insert("at".into(), json!(near.at.to_string()));
            out.insert("gap".into(), json!(near.gap.to_string()));
            out.insert("skew".into(), json!(near.skew.to_string()));
            out.insert("sine".into(), json!(near.sine.to_string()));
            out.insert("error".into(), json!(near.error.to_string()));
        }
        Basis::Open => {}
    }
    out.into()
}
