//! Claims about sequences: diagrams into a power `X^n`, whose outputs are n steps.

use std::sync::Arc;

use super::answer::Verdict;
use super::evidence::{Refutation, Shown};
use super::independence::independent;
use super::study::refuted;
use crate::check::term::Term;
use crate::check::types::Type;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::kernel::Kernel;
use crate::number::row::Row;

/// `markov p`: the steps before the present one are independent of the next one, given the present one.
///
/// For the first and the last step there is nothing before or nothing next, so that is one claim of independence for each
/// step between. Together they are all that is meant by the Markov property: each says that the next step depends on the
/// whole past through the present only, and the chain rule puts the sequence together from these laws.
pub(super) fn markov(e: &mut Evaluator<'_>, p: &Term, step: usize) -> Result<Verdict, ModelError> {
    let count = p.cod.len() / step;
    let mut filled = false;
    for present in 1..count.saturating_sub(1) {
        let group = |from: usize, to: usize| (name(p, step, from, to), (from * step..to * step).collect());
        let groups = [group(0, present), group(present + 1, present + 2)];
        let verdict = independent(e, p, &groups, &[group(present, present + 1)])?;
        if verdict.witness.is_some() {
            return Ok(verdict);
        }
        filled |= verdict.filled;
    }
    let compared = match count.saturating_sub(2) {
        0 => "there is no past besides the present and the next step".to_string(),
        1 => "the present step parts what is before it from what is next".to_string(),
        between => format!("each of {between} steps parts what is before it from what is next"),
    };
    Ok(Verdict::of(None, compared, filled))
}

/// What some steps are called: by the names of the outputs, where these have any, and by their numbers.
fn name(p: &Term, step: usize, from: usize, to: usize) -> String {
    let (mut at, end) = (from * step, to * step);
    let mut names: Vec<String> = Vec::new();
    while at < end {
        let group = p.outputs.iter().find(|g| g.start == at && g.len > 0 && at + g.len <= end);
        names.push(group.map_or_else(|| format!("#{}", at + 1), |g| g.name.to_string()));
        at += group.map_or(1, |g| g.len);
    }
    match &names[..] {
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    }
}

/// `homogeneous p`: one kernel k, for each input, makes each step from the one before.
///
/// The law of the next step given the present one is determined where the present one occurs. There it must be the same
/// at every step; where a point occurs at no step but the last, any row would do.
pub(super) fn homogeneous(e: &mut Evaluator<'_>, p: &Term, step: usize) -> Result<Verdict, ModelError> {
    let kernel = e.term(p)?;
    let count = p.cod.len() / step;
    let object = p.cod.slice(0, step);
    let sizes = e.sig.sizes(&object);
    let size = e.listable(&sizes, "the points of one step")?;
    e.cells("the kernel from one step to the next", size.saturating_pow(2).saturating_mul(kernel.rows.len() as u64))?;
    let (mut rows, mut filled) = (Vec::new(), Vec::new());
    for (input, row) in kernel.rows.iter().enumerate() {
        // For each point the first step at which it occurs, and the law of the next step there.
        let mut laws: Vec<Option<(usize, Row)>> = vec![None; size as usize];
        let mut behind = 1;
        for now in (1..count).rev() {
            e.interrupt.check()?;
            // The two steps `now` and the next one, counted from 1, alone.
            let pairs = row.moved(|x| x / behind % (size * size));
            behind *= size;
            for pair in pairs.entries().chunk_by(|a, b| a.0 / size == b.0 / size) {
                let from = pair[0].0 / size;
                let Some((law, _)) = pairs.conditioned(|x| x / size == from) else { continue };
                let law = law.moved(|x| x % size);
                match &laws[from as usize] {
                    None => laws[from as usize] = Some((now, law)),
                    Some((other, wanted)) => {
                        let Some(to) = wanted.first_difference(&law) else { continue };
                        let refutation = Refutation::Steps {
                            input: (p.dom.clone(), input as u64),
                            points: (object.clone(), [from, to]),
                            steps: [now, *other],
                            entries: [law.get(to), wanted.get(to)],
                        };
                        return Ok(refuted(refutation, kernel.is_filled(input as u64)));
                    }
                }
            }
        }
        for law in laws {
            if law.is_none() {
                filled.push(rows.len() as u64);
            }
            rows.push(law.map_or_else(|| Row::uniform(size), |(_, law)| law));
        }
    }
    let compared = match count - 1 {
        0 => "there is only one step".to_string(),
        1 => "there is only one step after another".to_string(),
        n => format!("one kernel makes each of {n} steps from the one before"),
    };
    let (dom, cod) = (Type::product([&p.dom, &object]), object);
    let k = Kernel { dom: [&kernel.dom[..], &sizes].concat(), cod: sizes, rows: Arc::new(rows), filled };
    let law = "each step after the first is made by k from the one before".to_string();
    let shown = vec![Shown { name: "k", law, dom, cod, kernel: Arc::new(k) }];
    Ok(Verdict { shown, ..Verdict::of(None, compared, !kernel.filled.is_empty()) })
}

/// `exchangeable p`: every permutation of the steps leaves p as it is.
///
/// Exchanges of neighbours generate all permutations, so these are enough. An exchange is its own inverse: if every
/// sequence that occurs is as probable as the one it is exchanged with, none that does not occur is exchanged with one
/// that does.
pub(super) fn exchangeable(e: &mut Evaluator<'_>, p: &Term, step: usize) -> Result<Verdict, ModelError> {
    let kernel = e.term(p)?;
    let count = p.cod.len() / step;
    let size = e.sig.size(&p.cod.slice(0, step)).unwrap_or(1);
    for (input, row) in kernel.rows.iter().enumerate() {
        // The points of all steps after the two that change places.
        let mut behind = 1;
        for first in (1..count).rev() {
            e.interrupt.check()?;
            let entries = row.entries();
            for (sequence, mass) in entries {
                let other = exchanged(*sequence, size, behind);
                let same = entries.binary_search_by_key(&other, |(x, _)| *x).is_ok_and(|k| entries[k].1 == *mass);
                if same {
                    continue;
                }
                let refutation = Refutation::Exchange {
                    input: (p.dom.clone(), input as u64),
                    sequences: (p.cod.clone(), [*sequence, other]),
                    step: first,
                    entries: [row.get(*sequence), row.get(other)],
                };
                return Ok(refuted(refutation, kernel.is_filled(input as u64)));
            }
            behind *= size;
        }
    }
    let compared = match count - 1 {
        0 => "there is only one step".to_string(),
        1 => "the two steps can be exchanged".to_string(),
        n => format!("{n} exchanges of neighbours leave it as it is"),
    };
    Ok(Verdict::of(None, compared, !kernel.filled.is_empty()))
}

/// The sequence in which two neighbours have changed places; `behind` is the number of points of all steps after them.
fn exchanged(sequence: u64, size: u64, behind: u64) -> u64 {
    let (front, rest) = (sequence / behind, sequence % behind);
    let (before, first, second) = (front / size / size, front / size % size, front % size);
    ((before * size + second) * size + first) * behind + rest
}
