//! Whether a verdict depends on the version of a conditional: the same claim, decided in other versions.
//!
//! 1. An equation that holds in the uniform version is a system of polynomial equations in the entries of free rows, or
//!    of quotients whose denominators are not 0 wherever it is defined. It holds in every version if it holds in enough of
//!    them (`model/finstoch/settle.rs`); else some version refutes it.
//! 2. An equation that fails in the uniform version fails in every version if the entry that shows it has the same
//!    difference in all of them. It does not if it holds in one that is tried. Otherwise it may depend on the version. A
//!    comparison of two numbers comes out the same in every version if their difference is the same; and both kinds do if
//!    the difference is affine in every free row, and has the same sign in all versions where these are points.
//! 3. A claim that is no equation is decided in some versions: where it comes out otherwise it depends on the version,
//!    else it may.

use super::answer::{Outcome, Verdict, Witness};
use super::obligations::decide;
use crate::check::obligation::Claim;
use crate::check::term::Term;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::reach::{NO_EQUATION, Trace};
use crate::model::finstoch::settle::{Change, Dependence, Findings, undecided};
use crate::number::ratio::Ratio;
use crate::syntax::ast::Relation;

/// The verdict on a claim, with the mark taken from it if it is the same in every version.
pub(super) fn settled(e: &mut Evaluator<'_>, claim: &Claim, mut verdict: Verdict) -> Result<Verdict, ModelError> {
    if !verdict.filled || e.is_in_version() {
        return Ok(verdict);
    }
    e.dependence = None;
    let trace = match trace(e, claim) {
        Ok(Some(trace)) => trace,
        Ok(None) => return Ok(verdict),
        Err(error) => {
            e.dependence = Some(Dependence { shown: None, open: Some(undecided(error)?) });
            return Ok(verdict);
        }
    };
    // 2.
    let holds = verdict.outcome == Outcome::Holds;
    let is_identity = match claim {
        Claim::Equal { equal, .. } => holds == *equal,
        Claim::Scalars(_, sign, _) => holds && *sign == Relation::Equal,
        _ => holds,
    };
    if !is_identity && is_firm(e, &trace, claim, &verdict)? {
        verdict.filled = false;
        e.dependence = None;
        return Ok(verdict);
    }
    let trace = if is_identity { trace } else { trace.but(OTHERWISE) };
    let findings = e.vary(&trace, 1, &mut |e| {
        let other = decide(e, claim)?.outcome;
        Ok(vec![(other != verdict.outcome && other != Outcome::Unknown).then_some(Change::Claim)])
    })?;
    let Findings { shown, open, changed } = findings;
    let open = open.filter(|_| !changed[0]);
    verdict.filled = shown.is_some() || open.is_some();
    e.dependence = verdict.filled.then_some(Dependence { shown, open });
    Ok(verdict)
}

/// Why what is no equation that holds is not known to be the same in every version.
const OTHERWISE: &str = "it comes out the same in all versions that were tried, but these are not all";

/// The trace of the equation that a claim is, or of what it is about; `None` for claims that versions have no part in.
fn trace(e: &mut Evaluator<'_>, claim: &Claim) -> Result<Option<Trace>, ModelError> {
    let under = |e: &mut Evaluator<'_>, p: Option<&Term>, trace: Trace| match p {
        Some(p) => Ok(e.trace_of(p)?.times(trace)),
        None => Ok::<Trace, ModelError>(trace),
    };
    Ok(Some(match claim {
        Claim::Equal { left, right, under: p, free: false, .. } => {
            let sides = e.trace_of(left)?.plus(e.trace_of(right)?);
            under(e, p.as_ref(), sides)?
        }
        // With L = N/D and R = M/Q, L - R = c is N·Q - M·D = c·D·Q.
        Claim::Scalars(left, _, right) if left.is_rational() && right.is_rational() => {
            e.trace_scalar(left)?.times(e.trace_scalar(right)?)
        }
        // f(y|x)·f(z|x) = 0 for different y and z.
        Claim::Deterministic(of, p) => {
            let twice = e.trace_of(of)?.power(2);
            under(e, p.as_ref(), twice)?
        }
        // P(w, x, y)·P(w)^(k - 1) = product of P(w, x) over k groups.
        Claim::Independent { of, groups, .. } => e.trace_of(of)?.power(groups.len().max(2) as u64),
        Claim::Stationary(state, chain) => e.trace_of(state)?.times(e.trace_of(chain)?),
        // p(x)·P(x, y) = p(y)·P(y, x)
        Claim::Reversible(chain, state) => e.trace_of(state)?.times(e.trace_of(chain)?),
        Claim::Supports(left, _, right) => e.trace_of(left)?.times(e.trace_of(right)?).but(NO_EQUATION),
        _ => return Ok(None),
    }))
}

/// A number that is computed in some version.
type Difference<'c> = Box<dyn FnMut(&mut Evaluator<'_>) -> Result<Ratio, ModelError> + 'c>;

/// 2. Whether the difference that decides a claim is the same in every version.
fn is_firm(e: &mut Evaluator<'_>, trace: &Trace, claim: &Claim, verdict: &Verdict) -> Result<bool, ModelError> {
    let mut difference: Difference<'_> = match (claim, &verdict.witness) {
        (Claim::Equal { left, right, under: None, .. }, Some(Witness::Entry { input, output, .. })) => {
            let (input, output) = (input.1 as usize, output.1);
            Box::new(move |e| {
                let (f, g) = (e.term(left)?, e.term(right)?);
                Ok(&f.rows[input].get(output) - &g.rows[input].get(output))
            })
        }
        (Claim::Scalars(left, _, right), _) => Box::new(|e| Ok(&e.scalar(left)?.0 - &e.scalar(right)?.0)),
        _ => return Ok(false),
    };
    let uniform = difference(e)?;
    let findings = e.vary(trace, 1, &mut |e| {
        let other = difference(e)?;
        Ok(vec![(other != uniform).then_some(Change::Claim)])
    })?;
    if !findings.changed[0] {
        return Ok(findings.open.is_none());
    }
    // Two sides differ in all versions if one is larger in all of them.
    let wanted = uniform.cmp(&Ratio::ZERO);
    let sign = match claim {
        Claim::Scalars(_, sign, _) if !matches!(sign, Relation::Equal | Relation::NotEqual) => Some(*sign),
        _ => None,
    };
    let same = e.at_all_corners(trace, &mut |e| {
        let other = difference(e)?.cmp(&Ratio::ZERO);
        Ok(sign.map_or(other == wanted, |sign| sign.admits(other) == sign.admits(wanted)))
    })?;
    Ok(same == Some(true))
}
