//! Claims of statistics, of experiments and of chains: each to where it is decided. And what is shown as a partition.

use super::answer::{Answer, Verdict, Witness};
use super::equality::support;
use super::evidence::Refutation;
use super::{chains, equivalence, experiments, extension, orders, sequences, statistics};
use crate::check::rows::point_text;
use crate::check::study::Study;
use crate::check::term::{Term, TermKind};
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::kernel::Kernel;
use crate::syntax::ast::Derived;

/// Decides a claim.
pub(super) fn decide(e: &mut Evaluator<'_>, claim: &Study) -> Result<Verdict, ModelError> {
    match claim {
        Study::Sufficient(s, p) => statistics::sufficient(e, s, p),
        Study::Complete(p) => statistics::complete(e, p),
        Study::Ancillary(a, p) => statistics::ancillary(e, a, p),
        Study::Dominates(f, g, under) => experiments::dominates(e, f, g, under.as_ref()),
        Study::Ordered(p, q, order) => orders::dominates(e, p, q, *order),
        Study::Spreads(q, p) => orders::spreads(e, q, p),
        Study::Irreducible(chain) => chains::irreducible(e, chain),
        Study::Aperiodic(chain) => chains::aperiodic(e, chain),
        Study::Lumpable(chain, s) => chains::lumpable(e, chain, s),
        Study::Markov(p, step) => sequences::markov(e, p, *step),
        Study::Homogeneous(p, step) => sequences::homogeneous(e, p, *step),
        Study::Extendible(p, step, length) => extension::extendible(e, p, *step, *length),
        Study::Exchangeable(p, step) => sequences::exchangeable(e, p, *step),
        Study::Equivalence(data, mu, rank) => equivalence::decide(e, data, mu, *rank),
    }
}

/// A verdict that the claim is false.
pub(super) fn refuted(refutation: Refutation, filled: bool) -> Verdict {
    Verdict::of(Some(Witness::Study(Box::new(refutation))), String::new(), filled)
}

/// The function that a deterministic kernel is; an error where it is not deterministic.
pub(super) fn function(
    e: &Evaluator<'_>,
    term: &Term,
    kernel: &Kernel,
    role: &'static str,
) -> Result<Vec<u64>, ModelError> {
    let value = |(input, row): (usize, &crate::number::row::Row)| {
        row.as_point().ok_or_else(|| {
            let shown =
                |k: usize| row.entries().get(k).map_or(String::new(), |(p, _)| point_text(e.sig, &term.cod, *p));
            let input = match term.dom.is_empty() {
                true => "its only input".to_string(),
                false => point_text(e.sig, &term.dom, input as u64),
            };
            ModelError::NotDeterministic { role, input, first: shown(0), second: shown(1), span: term.span }
        })
    };
    kernel.rows.iter().enumerate().map(value).collect()
}

/// `eval minimal(p)`, `eval lumping(P, s)`: the fibres of a kernel that sends each point to the first of its class.
pub(super) fn partition(e: &mut Evaluator<'_>, term: &Term) -> Result<Answer, ModelError> {
    let kernel = e.term(term)?;
    let firsts: Vec<u64> = kernel.rows.iter().map(|row| row.as_point().unwrap_or(0)).collect();
    let mut blocks: Vec<Vec<u64>> = Vec::new();
    let mut place = vec![0; firsts.len()];
    for (x, first) in firsts.iter().enumerate() {
        if *first == x as u64 {
            place[x] = blocks.len();
            blocks.push(Vec::new());
        }
        blocks[place[*first as usize]].push(x as u64);
    }
    let never = match &term.kind {
        TermKind::Derived { what: Derived::Minimal, of, .. } => {
            let occurs = support(&*e.term(of)?);
            blocks.iter().position(|b| occurs.binary_search(&b[0]).is_err())
        }
        _ => None,
    };
    Ok(Answer::Partition { of: term.cod.clone(), blocks, never, filled: !kernel.filled.is_empty() })
}
