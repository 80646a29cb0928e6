//! One function: obligation to answer.

use super::answer::{Answer, Level, Outcome, Verdict, Witness};
use super::{chains, equality, independence, laws, separation, structure};
use super::{models, proofs};
use crate::check::facts;
use crate::check::obligation::{Claim, Obligation, ObligationKind};
use crate::check::types::FactId;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;

/// Answers an obligation.
pub fn answer(evaluator: &mut Evaluator<'_>, obligation: &Obligation) -> Result<Answer, ModelError> {
    evaluator.begin(obligation.span);
    Ok(match &obligation.kind {
        ObligationKind::Check { negated, claim } => {
            let verdict = decide(evaluator, claim)?;
            Answer::Verdict(if *negated { verdict.opposite() } else { verdict })
        }
        ObligationKind::Reasoned { negated, claim, scope } => {
            let verdict = reasoned(evaluator, claim, scope)?;
            Answer::Verdict(if *negated { verdict.opposite() } else { verdict })
        }
        ObligationKind::Theorem(id) => match evaluator.sig.facts[*id].plan.clone() {
            Some(plan) => Answer::Verdict(proofs::theorem(evaluator, *id, &plan)?),
            None => unreachable!("a theorem has a plan"),
        },
        ObligationKind::Model(claims) => Answer::Verdict(models::model(evaluator, claims)?),
        ObligationKind::EvalTerm(term) => Answer::Kernel {
            dom: term.dom.clone(),
            cod: term.cod.clone(),
            outputs: term.outputs.clone(),
            kernel: evaluator.term(term)?,
        },
        ObligationKind::EvalScalar(scalar) => {
            let (value, filled) = evaluator.scalar(scalar)?;
            Answer::Number { value, filled }
        }
        ObligationKind::EvalSupport(term) => {
            let kernel = evaluator.term(term)?;
            let filled = !kernel.filled.is_empty();
            Answer::Set { of: term.cod.clone(), points: equality::support(&kernel), filled }
        }
    })
}

/// A check inside of a theory: equations are searched for among what the facts say.
fn reasoned(evaluator: &mut Evaluator<'_>, claim: &Claim, scope: &[FactId]) -> Result<Verdict, ModelError> {
    let equation = match claim {
        Claim::Equal { left, right, equal: true, under: None, free: false } => Some((left.clone(), right.clone())),
        Claim::Equal { left, right, equal: true, under: Some(p), free: false } => {
            Some((facts::graph_under(p, left), facts::graph_under(p, right)))
        }
        Claim::Deterministic(of, under) => Some(facts::determinism(of, under.as_ref())),
        _ => None,
    };
    match equation {
        Some(sides) if !scope.is_empty() => {
            let verdict = proofs::reasoned(evaluator, &sides, scope, facts::AUTO_BUDGET)?;
            // Kernels with rows can be compared where the facts say nothing.
            match verdict.outcome {
                Outcome::Unknown => match decide(evaluator, claim) {
                    Ok(exact) if exact.outcome != Outcome::Unknown => Ok(exact),
                    Err(ModelError::Stopped(why)) => Err(ModelError::Stopped(why)),
                    _ => Ok(verdict),
                },
                _ => Ok(verdict),
            }
        }
        _ => decide(evaluator, claim),
    }
}

pub(super) fn decide(evaluator: &mut Evaluator<'_>, claim: &Claim) -> Result<Verdict, ModelError> {
    match claim {
        Claim::Equal { left, right, equal, under, free } => {
            let verdict = match free {
                true => structure::free_equal(evaluator, left, right, under.as_ref())?,
                false => structure::equal(evaluator, left, right, under.as_ref())?,
            };
            Ok(if *equal { verdict } else { verdict.opposite() })
        }
        Claim::Scalars(left, sign, right) => {
            let (left, filled_left) = evaluator.scalar(left)?;
            let (right, filled_right) = evaluator.scalar(right)?;
            let holds = sign.admits(left.cmp(&right));
            let outcome = if holds { Outcome::Holds } else { Outcome::Fails };
            // Two numbers are evidence either way.
            let witness = Some(Witness::Numbers { left, right });
            let filled = filled_left || filled_right;
            let verdict = Verdict::structural(outcome, Level::Exact, None);
            Ok(Verdict { witness, filled, ..verdict })
        }
        Claim::Supports(left, sign, right) => equality::supports(evaluator, left, *sign, right),
        Claim::Deterministic(of, under) => equality::deterministic(evaluator, of, under.as_ref()),
        Claim::Independent { of, groups, given } => match separation::by_wiring(evaluator, of, groups, given) {
            Some(verdict) => Ok(verdict),
            None => independence::independent(evaluator, of, groups, given),
        },
        Claim::Separated { of, groups, given } => separation::separated(evaluator, of, groups, given),
        Claim::Stationary(state, chain) => chains::stationary(evaluator, state, chain),
        Claim::Reversible(chain, state) => chains::reversible(evaluator, chain, state),
        Claim::Laws(objects, kernels) => laws::laws(evaluator, objects, kernels),
    }
}
