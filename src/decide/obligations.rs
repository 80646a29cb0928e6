//! One function: obligation to answer.

use super::answer::{Answer, Level, Outcome, Verdict, Witness};
use super::{chains, criteria, equality, independence, laws, separation, structure};
use crate::check::obligation::{Claim, Obligation, ObligationKind};
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

fn decide(evaluator: &mut Evaluator<'_>, claim: &Claim) -> Result<Verdict, ModelError> {
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
            Ok(Verdict {
                outcome,
                level: Level::Exact,
                witness,
                compared: None,
                not_structural: None,
                filled,
                laws: None,
                positivity: None,
            })
        }
        Claim::Supports(left, sign, right) => equality::supports(evaluator, left, *sign, right),
        Claim::Deterministic(of, under) => equality::deterministic(evaluator, of, under.as_ref()),
        Claim::Independent { of, groups, given } => match separation::by_wiring(evaluator, of, groups, given) {
            Some(verdict) => Ok(verdict),
            None => independence::independent(evaluator, of, groups, given),
        },
        Claim::Separated { of, groups, given } => separation::separated(evaluator, of, groups, given),
        Claim::Criterion(criterion) => criteria::decide(evaluator, criterion),
        Claim::Stationary(state, chain) => chains::stationary(evaluator, state, chain),
        Claim::Reversible(chain, state) => chains::reversible(evaluator, chain, state),
        Claim::Laws(objects, kernels) => laws::laws(evaluator, objects, kernels),
    }
}
