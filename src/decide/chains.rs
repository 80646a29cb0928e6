//! Claims about chains.

use std::sync::Arc;

use super::answer::{Answer, Verdict, Witness};
use super::evidence::{Refutation, Shown};
use super::study::{function, refuted};
use crate::check::term::{Term, TermKind};
use crate::check::types::Type;
use crate::model::error::ModelError;
use crate::model::finstoch::chain::{classes, period, stationary as stationary_state};
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::kernel::Kernel;
use crate::number::row::Row;

/// `stationary p for P`: `p ; P == p`.
pub(super) fn stationary(e: &mut Evaluator<'_>, state: &Term, chain: &Term) -> Result<Verdict, ModelError> {
    let span = state.span.to(chain.span);
    let moved = Term {
        kind: TermKind::Seq(vec![state.clone(), chain.clone()]),
        dom: state.dom.clone(),
        cod: chain.cod.clone(),
        outputs: Vec::new(),
        span,
    };
    super::equality::equal(e, &moved, state, None)
}

/// `reversible P under p`: `p(x) P(x, y) = p(y) P(y, x)`, which is to say that P is its own Bayesian inverse at p.
pub(super) fn reversible(e: &mut Evaluator<'_>, chain: &Term, state: &Term) -> Result<Verdict, ModelError> {
    let joint = e.joint(state, chain)?;
    let of: Type = chain.dom.clone();
    let size = e.sig.size(&of).unwrap_or(1);
    let row = &joint.rows[0];
    let filled = joint.is_filled(0);
    for (place, there) in row.ratios() {
        let (from, to) = (place / size, place % size);
        let back = row.get(to * size + from);
        if there != back {
            let witness = Witness::Flow { of, from, to, there, back };
            return Ok(Verdict::of(Some(witness), String::new(), filled));
        }
    }
    Ok(Verdict::of(None, format!("{} flows agree with those back", row.entries().len()), filled))
}

/// `irreducible P`: each state reaches each.
pub(super) fn irreducible(e: &mut Evaluator<'_>, chain: &Term) -> Result<Verdict, ModelError> {
    let kernel = e.term(chain)?;
    let filled = !kernel.filled.is_empty();
    let classes = classes(&kernel.rows);
    let count = kernel.rows.len();
    if classes.members.len() == 1 {
        let compared = format!("{count} state{} in one class", if count == 1 { "" } else { "s" });
        return Ok(Verdict::of(None, compared, filled));
    }
    // From a closed class nothing else is reached.
    let Some(inside) = classes.closed_ones().next() else { unreachable!("a finite chain has a closed class") };
    let reached = classes.members[inside].clone();
    let outside = (0..count as u64).find(|x| classes.class[*x as usize] != inside).unwrap_or(0);
    let of = chain.dom.clone();
    Ok(refuted(Refutation::Unreached { of, from: reached[0], to: outside, reached }, filled))
}

/// `aperiodic P`: every closed class has period 1, which is to say that the powers of P converge.
pub(super) fn aperiodic(e: &mut Evaluator<'_>, chain: &Term) -> Result<Verdict, ModelError> {
    let kernel = e.term(chain)?;
    let filled = !kernel.filled.is_empty();
    let classes = classes(&kernel.rows);
    for c in classes.closed_ones() {
        let members = &classes.members[c];
        let (period, part) = period(&kernel.rows, members);
        if period > 1 {
            let mut parts = vec![Vec::new(); period as usize];
            members.iter().zip(&part).for_each(|(x, k)| parts[*k as usize].push(*x));
            return Ok(refuted(Refutation::Circle { of: chain.dom.clone(), parts }, filled));
        }
    }
    let count = classes.closed_ones().count();
    let compared = match count {
        1 => "the closed class has period 1".to_string(),
        n => format!("{n} closed classes have period 1 each"),
    };
    Ok(Verdict::of(None, compared, filled))
}

/// `lumpable P by s`: some k has `P ; s == s ; k`.
///
/// That is so exactly if states with the same label go to each label with the same probabilities (Kemeny and Snell 1960,
/// Theorem 6.3.2); k is then determined at the labels that occur.
pub(super) fn lumpable(e: &mut Evaluator<'_>, chain: &Term, s: &Term) -> Result<Verdict, ModelError> {
    let (kernel, label) = (e.term(chain)?, e.term(s)?);
    let block = function(e, s, &label, "labelling")?;
    let filled = !kernel.filled.is_empty() || !label.filled.is_empty();
    let width = label.cod_size();
    e.listable(&label.cod, "the labels of a lumping")?;
    let mut leaders: Vec<Option<(u64, Row)>> = vec![None; width as usize];
    for (x, row) in kernel.rows.iter().enumerate() {
        e.interrupt.check()?;
        let law = row.moved(|y| block[y as usize]);
        let own = block[x];
        match &leaders[own as usize] {
            None => leaders[own as usize] = Some((x as u64, law)),
            Some((leader, wanted)) => {
                let Some(to) = wanted.first_difference(&law) else { continue };
                let refutation = Refutation::Split {
                    states: (chain.dom.clone(), [*leader, x as u64]),
                    blocks: (s.cod.clone(), [own, to]),
                    entries: [wanted.get(to), law.get(to)],
                };
                return Ok(refuted(refutation, filled));
            }
        }
    }
    let free = (0..width).filter(|v| leaders[*v as usize].is_none()).collect();
    let blocks = leaders.iter().flatten().count();
    e.cells("the lumped chain", (width - blocks as u64).saturating_mul(width))?;
    let rows = leaders.into_iter().map(|l| l.map_or_else(|| Row::uniform(width), |(_, law)| law)).collect();
    let lumped = Kernel { dom: label.cod.clone(), cod: label.cod.clone(), rows: Arc::new(rows), filled: free };
    let compared = format!("{} states in {blocks} block{}", kernel.rows.len(), if blocks == 1 { "" } else { "s" });
    let (dom, cod) = (s.cod.clone(), s.cod.clone());
    let shown = vec![Shown { name: "k", law: "P ; s == s ; k".into(), dom, cod, kernel: Arc::new(lumped) }];
    Ok(Verdict { shown, ..Verdict::of(None, compared, filled) })
}

/// `eval stationary(P)`: the stationary states from which all others are mixed, one for each closed class.
pub(super) fn all_stationary(e: &mut Evaluator<'_>, chain: &Term) -> Result<Answer, ModelError> {
    let kernel = e.term(chain)?;
    e.solvable(&kernel)?;
    let classes = classes(&kernel.rows);
    let mut states = Vec::new();
    for c in classes.closed_ones() {
        let members = &classes.members[c];
        states.push((stationary_state(&kernel.rows, members, e.interrupt)?, period(&kernel.rows, members).0));
    }
    Ok(Answer::States { of: chain.dom.clone(), states, filled: !kernel.filled.is_empty() })
}
