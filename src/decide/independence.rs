//! Conditional independence of outputs.
//!
//! For every input and every value `z` of what is known, `p(x₁,…,xₙ,z) · p(z)ⁿ⁻¹ = p(x₁,z) ⋯ p(xₙ,z)` for all values
//! (Fritz 2020, Definitions 12.1 and 12.16). No division: the integers of a row have one denominator. It is enough to
//! look at the values that occur together: if the equation holds for all of them, the products sum to p(z)ⁿ over them
//! alone, so no product of positive marginals is left over for a combination that never occurs.

use super::answer::{Verdict, Witness};
use crate::check::term::Term;
use crate::check::types::Type;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::int::Int;
use crate::number::ratio::Ratio;

/// A group of outputs with its name.
type Named = (String, Vec<usize>);

/// `independent x, y, … given z in p`
pub(super) fn independent(
    e: &mut Evaluator<'_>,
    of: &Term,
    groups: &[Named],
    given: &[Named],
) -> Result<Verdict, ModelError> {
    let places: Vec<usize> = given.iter().chain(groups).flat_map(|(_, p)| p.iter().copied()).collect();
    let joint = e.marginal(of, &places)?;
    let object = |places: &[usize]| Type::new(places.iter().map(|p| of.cod.factors()[*p]).collect::<Vec<_>>());
    let sizes: Vec<u64> = groups.iter().map(|(_, p)| e.sig.size(&object(p)).unwrap_or(1)).collect();
    let all: u64 = sizes.iter().product();
    let mut compared = 0u64;
    for (input, row) in joint.rows.iter().enumerate() {
        for slice in row.entries().chunk_by(|a, b| a.0 / all == b.0 / all) {
            e.interrupt.check()?;
            let z = slice[0].0 / all;
            let slice: Vec<(Vec<u64>, &Int)> = slice.iter().map(|(p, w)| (coordinates(p % all, &sizes), w)).collect();
            let marginals = marginals(&slice, sizes.len());
            compared += 1;
            let Some((values, weight)) = violation(&slice, &marginals) else { continue };
            let total = &marginals.total;
            let share = |w: &Int| Ratio::new(w.clone(), total.clone()).unwrap_or(Ratio::ZERO);
            let each = values.iter().zip(&marginals.parts).map(|(v, m)| share(weight_of(m, *v))).collect();
            let witness = Witness::Dependence {
                input: (of.dom.clone(), input as u64),
                given: split(e, given, z, &object),
                values: groups.iter().zip(&values).map(|((name, p), v)| (name.clone(), object(p), *v)).collect(),
                joint: share(&weight),
                each,
            };
            return Ok(Verdict::of(Some(witness), String::new(), joint.is_filled(input as u64)));
        }
    }
    let filled = !joint.filled.is_empty();
    let cases =
        if compared == 1 { "the joint is".to_string() } else { format!("{compared} conditional laws are each") };
    Ok(Verdict::of(None, format!("{cases} the product of {} marginals", groups.len()), filled))
}

fn coordinates(mut point: u64, sizes: &[u64]) -> Vec<u64> {
    let mut out = vec![0; sizes.len()];
    for (c, size) in out.iter_mut().zip(sizes).rev() {
        *c = point % size;
        point /= size;
    }
    out
}

struct Marginals {
    total: Int,
    /// For each group, values with their weights, increasing.
    parts: Vec<Vec<(u64, Int)>>,
}

fn marginals(slice: &[(Vec<u64>, &Int)], groups: usize) -> Marginals {
    let mut total = Int::ZERO;
    slice.iter().for_each(|(_, w)| total += w);
    let parts = (0..groups)
        .map(|k| {
            let mut part: Vec<(u64, Int)> = slice.iter().map(|(v, w)| (v[k], (*w).clone())).collect();
            part.sort_by_key(|(v, _)| *v);
            crate::number::row::merge_equal(&mut part);
            part
        })
        .collect();
    Marginals { total, parts }
}

fn weight_of(part: &[(u64, Int)], value: u64) -> &Int {
    const ZERO: &Int = &Int::ZERO;
    part.binary_search_by_key(&value, |(v, _)| *v).map_or(ZERO, |i| &part[i].1)
}

/// Values that refute the product, with their joint weight.
fn violation(slice: &[(Vec<u64>, &Int)], m: &Marginals) -> Option<(Vec<u64>, Int)> {
    for (values, weight) in slice {
        let mut left = (*weight).clone();
        for _ in 1..m.parts.len() {
            left = &left * &m.total;
        }
        let right = values.iter().zip(&m.parts).fold(Int::ONE, |product, (v, part)| &product * weight_of(part, *v));
        if left != right {
            return Some((values.clone(), (*weight).clone()));
        }
    }
    None
}

/// A point of a product, named group by named group.
fn split(
    e: &Evaluator<'_>,
    groups: &[Named],
    mut point: u64,
    object: &impl Fn(&[usize]) -> Type,
) -> Vec<(String, Type, u64)> {
    let mut out = Vec::with_capacity(groups.len());
    for (name, places) in groups.iter().rev() {
        let t = object(places);
        let size = e.sig.size(&t).unwrap_or(1);
        out.push((name.clone(), t, point % size));
        point /= size;
    }
    out.reverse();
    out
}
