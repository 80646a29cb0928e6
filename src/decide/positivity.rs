//! Whether an adjustment formula is determined for the declared kernels.
//!
//! 1. Over z: every z that occurs (for the same inputs) occurs with every x; then all rows `p(y | x, z)` that the sum
//!    meets are determined. In words of absolute continuity: `p(z) * x` lies in the support of `p(x, z)`, for each x.
//! 2. Through m: every x occurs, so that `p(m | x)` is determined; and every m that occurs occurs with every x, so that
//!    `p(y | x', m)` is.
//!
//! The first pair that is missing is reported. The time is linear in the joint law of the wires.

use super::answer::Positivity;
use crate::check::obligation::Criterion;
use crate::check::types::Type;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::syntax::ast::Door;

/// Wires with their names and outputs.
type Wires = [(String, Vec<usize>)];

fn places(wires: &Wires) -> Vec<usize> {
    wires.iter().flat_map(|(_, p)| p.iter().copied()).collect()
}

/// Decides positivity; also whether the answer depends on how a conditional in the diagram was filled in.
pub(super) fn positivity(e: &mut Evaluator<'_>, c: &Criterion) -> Result<(Positivity, bool), ModelError> {
    let (x, by) = (places(&c.from), places(&c.by));
    let object = |places: &[usize]| Type::new(places.iter().map(|p| c.of.cod.factors()[*p]).collect::<Vec<_>>());
    let (x_type, by_type) = (object(&x), object(&by));
    let joint = match e.marginal(&c.of, &[by, x].concat()) {
        Err(ModelError::TooLarge { what, size, .. }) => {
            return Ok((Positivity::Undecided(format!("{what} is too large: {size}")), false));
        }
        Err(ModelError::Abstract { what, .. }) => {
            return Ok((Positivity::Undecided(format!("{what} is abstract")), false));
        }
        Err(ModelError::Inexact { what, .. }) => {
            return Ok((Positivity::Undecided(format!("{what} is a softmax with irrational entries")), false));
        }
        other => other?,
    };
    let Some(all) = e.sig.size(&x_type) else {
        return Ok((Positivity::Undecided("the wires that are set have more than 2^63 values".into()), false));
    };
    let filled = !joint.filled.is_empty();
    for (input, row) in joint.rows.iter().enumerate() {
        e.interrupt.check()?;
        let null = |x: u64, by: Option<u64>| {
            let by = by.map(|z| (&*c.by, &by_type, z));
            let named = |(wires, t, point)| split(e, wires, t, point);
            let occurs = by.map(named).unwrap_or_default();
            let never = [split(e, &c.from, &x_type, x), occurs.clone()].concat();
            Positivity::Null { input: (c.of.dom.clone(), input as u64), never, occurs }
        };
        // 2.
        if c.door == Door::Front {
            let mut values: Vec<u64> = row.entries().iter().map(|(p, _)| p % all).collect();
            values.sort_unstable();
            values.dedup();
            if let Some(x) = missing(values.iter().copied(), all) {
                return Ok((null(x, None), filled));
            }
        }
        // 1. Entries are sorted by what is adjusted over first.
        for slice in row.entries().chunk_by(|a, b| a.0 / all == b.0 / all) {
            if let Some(x) = missing(slice.iter().map(|(p, _)| p % all), all) {
                return Ok((null(x, Some(slice[0].0 / all)), filled));
            }
        }
    }
    Ok((Positivity::Everywhere, filled))
}

/// The first number below `all` that is not among these increasing ones.
fn missing(values: impl Iterator<Item = u64>, all: u64) -> Option<u64> {
    let mut next = 0;
    for value in values {
        if value != next {
            return Some(next);
        }
        next += 1;
    }
    (next < all).then_some(next)
}

/// A point of a product of wires, named wire by wire.
fn split(e: &Evaluator<'_>, wires: &Wires, whole: &Type, point: u64) -> Vec<(String, Type, u64)> {
    let coordinates = e.sig.coordinates(whole, point);
    let mut at = 0;
    wires
        .iter()
        .map(|(name, places)| {
            let t = whole.slice(at, at + places.len());
            let sizes = e.sig.sizes(&t);
            let local = coordinates[at..at + places.len()].iter().zip(&sizes).fold(0, |n, (c, size)| n * size + c);
            at += places.len();
            (name.clone(), t, local)
        })
        .collect()
}
