//! Sufficiency, completeness and ancillarity of statistics (Fritz 2020, Sections 14 and 15).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::answer::Verdict;
use super::evidence::{Refutation, Shown};
use super::study::{function, refuted};
use crate::check::term::Term;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::kernel::Kernel;
use crate::model::finstoch::statistics::{Column, columns, direction};
use crate::number::int::Int;
use crate::number::linear::Echelon;
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// `sufficient s for p`: some alpha has `p ; <s, id> == p ; s ; <id, alpha>`.
///
/// That is so exactly if within each fibre of s the columns of p are proportional; alpha is then the law of the point
/// within the fibre, for any input. Else two columns of a fibre have a 2x2 minor that is not 0: with alpha it would be
/// `p(s|t) alpha(x) p(s|t') alpha(x') − p(s|t') alpha(x) p(s|t) alpha(x') = 0`.
pub(super) fn sufficient(e: &mut Evaluator<'_>, s: &Term, p: &Term) -> Result<Verdict, ModelError> {
    let (model, statistic) = (e.term(p)?, e.term(s)?);
    let fibre_of = function(e, s, &statistic, "statistic")?;
    let filled = !model.filled.is_empty() || !statistic.filled.is_empty();
    let columns = columns(&model, 0..model.rows.len() as u64);
    let mut points: Vec<u64> = columns.keys().copied().collect();
    points.sort_unstable();
    // The first point of each fibre that occurs, with the direction of its column; and the masses of all.
    let mut leaders: FxHashMap<u64, (u64, Column)> = FxHashMap::default();
    let mut masses: FxHashMap<u64, Vec<(u64, Ratio)>> = FxHashMap::default();
    for x in points {
        e.interrupt.check()?;
        let (column, v) = (&columns[&x], fibre_of[x as usize]);
        let own = direction(column);
        let (leader, wanted) = leaders.entry(v).or_insert_with(|| (x, own.clone()));
        if *wanted != own {
            let pair = [*leader, x];
            let inputs = telling(wanted, &own);
            let entry = |t: u64| pair.map(|x| model.rows[t as usize].get(x));
            let refutation = Refutation::Minor {
                inputs: (p.dom.clone(), inputs),
                points: (p.cod.clone(), pair),
                fibre: (s.cod.clone(), v),
                entries: inputs.map(entry),
            };
            return Ok(refuted(refutation, filled));
        }
        let mass = column.iter().fold(Ratio::ZERO, |sum, (_, m)| &sum + m);
        masses.entry(v).or_default().push((x, mass));
    }
    let width = statistic.cod_size();
    // Where a value of the statistic never occurs alpha is free: uniform on its fibre, or on everything if that is empty.
    let mut fibres: Vec<Vec<u64>> = vec![Vec::new(); e.listable(&statistic.cod, "the values of a statistic")? as usize];
    fibre_of.iter().enumerate().for_each(|(x, v)| fibres[*v as usize].push(x as u64));
    let empty = fibres.iter().filter(|f| f.is_empty()).count() as u64;
    e.cells("the kernel from the statistic to the outcomes", empty.saturating_mul(model.cod_size()))?;
    let mut free = Vec::new();
    let row = |v: u64| match masses.get(&v) {
        Some(parts) => scaled(parts),
        None => {
            free.push(v);
            match &fibres[v as usize][..] {
                [] => Row::uniform(model.cod_size()),
                fibre => Row::from_sorted((fibre.len() as u64).into(), fibre.iter().map(|x| (*x, Int::ONE)).collect()),
            }
        }
    };
    let rows: Vec<Row> = (0..width).map(row).collect();
    let alpha = Kernel { dom: statistic.cod.clone(), cod: model.cod.clone(), rows: Arc::new(rows), filled: free };
    let count = masses.len();
    let compared =
        format!("the columns are proportional in each of {count} fibre{}", if count == 1 { "" } else { "s" });
    let law = "p ; <s, id> == p ; s ; <id, alpha>".to_string();
    let (dom, cod) = (s.cod.clone(), p.cod.clone());
    let shown = vec![Shown { name: "alpha", law, dom, cod, kernel: Arc::new(alpha) }];
    Ok(Verdict { shown, ..Verdict::of(None, compared, filled) })
}

/// Two inputs at which columns of different directions have a minor that is not 0.
fn telling(a: &Column, b: &Column) -> [u64; 2] {
    let at = |c: &Column, t: u64| c.binary_search_by_key(&t, |(t, _)| *t).map_or(Ratio::ZERO, |k| c[k].1.clone());
    let (first, other) = (a[0].0, b[0].0);
    if first != other {
        return [first.min(other), first.max(other)];
    }
    // Both are 1 at the first input, so any other difference will do.
    let mut rest = a.iter().chain(b).map(|(t, _)| *t).filter(|t| at(a, *t) != at(b, *t));
    [first, rest.next().unwrap_or(first)]
}

/// A distribution in proportion to masses.
fn scaled(parts: &[(u64, Ratio)]) -> Row {
    let total = parts.iter().fold(Ratio::ZERO, |sum, (_, m)| &sum + m);
    Row::from_ratios(parts.iter().map(|(x, m)| (*x, m.checked_div(&total).unwrap_or(Ratio::ZERO))))
}

/// `complete p`: `p ; g == p ; h` only if g and h agree on what occurs.
///
/// For finite sets: the columns of p that are not zero are linearly independent. If they are not, some function u that
/// is not zero where p has mass has expectation 0 for every input, and `1/2 + u/m`, `1/2 − u/m` are two kernels into
/// `{0, 1}` that p does not tell apart.
pub(super) fn complete(e: &mut Evaluator<'_>, p: &Term) -> Result<Verdict, ModelError> {
    let model = e.term(p)?;
    let filled = !model.filled.is_empty();
    let occurs = super::equality::support(&model);
    let count = occurs.len();
    e.cells("the matrix of this model", (model.rows.len() as u64).saturating_mul(count as u64))?;
    let dense = |row: &Row| {
        let mut line = vec![Int::ZERO; count];
        for (x, w) in row.entries() {
            // Every point of a row occurs.
            line[occurs.binary_search(x).unwrap_or(0)] = w.clone();
        }
        line
    };
    let echelon = Echelon::of(model.rows.iter().map(dense).collect(), count, e.interrupt)?;
    let Some(vector) = echelon.null_vector() else {
        let compared = format!("the matrix has rank {}, for {count} outcomes that occur", echelon.rank());
        return Ok(Verdict::of(None, compared, filled));
    };
    let largest = vector.iter().map(Int::abs).max().unwrap_or(Int::ONE);
    let values =
        occurs.iter().zip(&vector).filter(|(_, u)| !u.is_zero()).map(|(x, u)| (*x, u.clone().into())).collect();
    let scale = Ratio::from(&largest + &largest);
    Ok(refuted(Refutation::ZeroMean { of: p.cod.clone(), values, scale }, filled))
}

/// `ancillary a for p`: `p ; a` is the same for every input.
pub(super) fn ancillary(e: &mut Evaluator<'_>, a: &Term, p: &Term) -> Result<Verdict, ModelError> {
    let (model, statistic) = (e.term(p)?, e.term(a)?);
    let law = model.then(&statistic, e.interrupt)?;
    let filled = !law.filled.is_empty();
    for (input, row) in law.rows.iter().enumerate().skip(1) {
        if let Some(place) = law.rows[0].first_difference(row) {
            let refutation = Refutation::Rows {
                inputs: (p.dom.clone(), [0, input as u64]),
                output: (a.cod.clone(), place),
                entries: [law.rows[0].get(place), row.get(place)],
            };
            return Ok(refuted(refutation, law.is_filled(0) || law.is_filled(input as u64)));
        }
    }
    let count = law.rows.len();
    let compared =
        format!("{count} row{} agree{}", if count == 1 { "" } else { "s" }, if count == 1 { "s" } else { "" });
    let psi = Kernel { dom: Vec::new(), rows: Arc::new(law.rows[..1].to_vec()), filled: Vec::new(), ..law };
    let (dom, cod) = (crate::check::types::Type::unit(), a.cod.clone());
    let shown = vec![Shown { name: "psi", law: "p ; a == del ; psi".into(), dom, cod, kernel: Arc::new(psi) }];
    Ok(Verdict { shown, ..Verdict::of(None, compared, filled) })
}
