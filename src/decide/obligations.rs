//! One function: obligation to answer.

use super::answer::{Answer, Level, Outcome, Verdict, Witness};
use super::{
    chains, criteria, divergence_laws, equality, every_parameter, identifiable, independence, laws, matrices,
    semidefinite, separation, structure, study,
};
use super::{measures, models, proofs, versions};
use crate::check::facts;
use crate::check::obligation::{Claim, Obligation, ObligationKind};
use crate::check::term::Term;
use crate::check::types::FactId;
use crate::diagram::graph::DiagramId;
use crate::measure::evaluate::Measurer;
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
        ObligationKind::EvalTerm(term) => {
            let id = evaluator.lib.term(evaluator.sig, term);
            let outputs: Vec<usize> = (0..term.cod.len()).collect();
            let kernel = match evaluator.kernel(id, &outputs) {
                Err(ModelError::Inexact { .. }) => return real_kernel(evaluator, term, id),
                kernel => kernel?,
            };
            evaluator.dependence = evaluator.dependence_of(id);
            Answer::Kernel { dom: term.dom.clone(), cod: term.cod.clone(), outputs: term.outputs.clone(), kernel }
        }
        ObligationKind::EvalScalar(scalar) => match evaluator.scalar(scalar) {
            Err(ModelError::Inexact { .. }) => {
                let (value, filled) = Measurer::new(evaluator, &[scalar]).number(scalar)?;
                Answer::Measure { value, unit: None, filled }
            }
            value => value.map(|(value, filled)| Answer::Number { value, filled })?,
        },
        ObligationKind::EvalMeasure(scalar, unit) => {
            let (value, filled) = Measurer::new(evaluator, &[scalar]).number(scalar)?;
            Answer::Measure { value, unit: *unit, filled }
        }
        ObligationKind::EvalMatrix(matrix) => matrices::entries(evaluator, matrix)?,
        ObligationKind::EvalSpectrum(matrix, number) => matrices::spectrum(evaluator, matrix, *number)?,
        ObligationKind::EvalDirections(matrix) => matrices::directions(evaluator, matrix)?,
        ObligationKind::EvalForEachInput(measure, unit) => {
            let (values, filled) = Measurer::new(evaluator, &[]).for_each_input(measure)?;
            Answer::Measures { dom: measure.inputs(), values, unit: *unit, filled }
        }
        ObligationKind::EvalFeatures(id) => Answer::Features(evaluator.sig.features[*id].clone()),
        ObligationKind::EvalPartition(term) => study::partition(evaluator, term)?,
        ObligationKind::EvalStationary(chain) => chains::all_stationary(evaluator, chain)?,
        ObligationKind::EvalSupport(term) => {
            let (points, filled) = equality::support_of(evaluator, term)?;
            Answer::Set { of: term.cod.clone(), points, filled }
        }
    })
}

/// The kernel of a diagram with irrational entries; all of its rows must be known.
fn real_kernel(evaluator: &mut Evaluator<'_>, term: &Term, id: DiagramId) -> Result<Answer, ModelError> {
    let outputs: Vec<usize> = (0..term.cod.len()).collect();
    let kernel = evaluator.real_kernel(id, &outputs)?;
    (0..kernel.rows.len()).try_for_each(|x| kernel.row(x).map(|_| ()))?;
    Ok(Answer::RealKernel { dom: term.dom.clone(), cod: term.cod.clone(), outputs: term.outputs.clone(), kernel })
}

/// A check inside of a theory. What has abstract parts must follow from the facts: a model that refutes it would have to
/// satisfy them, so without a derivation the answer is open.
fn reasoned(evaluator: &mut Evaluator<'_>, claim: &Claim, scope: &[FactId]) -> Result<Verdict, ModelError> {
    let (sides, equal) = match claim {
        Claim::Equal { left, right, equal, under, free: false } => {
            let sides = match under {
                None => (left.clone(), right.clone()),
                Some(p) => (facts::graph_under(p, left), facts::graph_under(p, right)),
            };
            (sides, *equal)
        }
        Claim::Deterministic(of, under) => (facts::determinism(of, under.as_ref()), true),
        Claim::Independent { of, groups, given } => {
            if let Some(verdict) = separation::by_wiring(evaluator, of, groups, given) {
                return Ok(verdict);
            }
            if !given.is_empty() && !scope.is_empty() && structure::has_abstract_parts(evaluator, of) {
                let why = "the wiring does not show it; state it as a theorem, and show a calculation that ends in a diagram where they are separated";
                return Ok(Verdict::unknown(vec![why.into()]));
            }
            let (of, groups) = (of.clone(), groups.clone());
            (facts::independence(&facts::Separation { of, groups, given: Vec::new() }), true)
        }
        _ => return decide(evaluator, claim),
    };
    let open = structure::has_abstract_parts(evaluator, &sides.0) || structure::has_abstract_parts(evaluator, &sides.1);
    if scope.is_empty() || !open {
        return decide(evaluator, claim);
    }
    let verdict = proofs::reasoned(evaluator, &sides, scope, facts::AUTO_BUDGET)?;
    Ok(if equal { verdict } else { verdict.opposite() })
}

pub(super) fn decide(evaluator: &mut Evaluator<'_>, claim: &Claim) -> Result<Verdict, ModelError> {
    let verdict = marked(evaluator, claim)?;
    versions::settled(evaluator, claim, verdict)
}

/// The verdict in the version that is evaluated; marked where it may be otherwise in another one.
fn marked(evaluator: &mut Evaluator<'_>, claim: &Claim) -> Result<Verdict, ModelError> {
    match claim {
        Claim::Equal { left, right, equal, under, free } => {
            let verdict = match free {
                true => structure::free_equal(evaluator, left, right, under.as_ref())?,
                false => structure::equal(evaluator, left, right, under.as_ref())?,
            };
            Ok(if *equal { verdict } else { verdict.opposite() })
        }
        Claim::Scalars(left, sign, right) if !(left.is_rational() && right.is_rational()) => {
            measures::compare(evaluator, left, *sign, right)
        }
        Claim::Semidefinite(matrix) => semidefinite::decide(evaluator, matrix),
        Claim::Matrices(left, right, equal) => matrices::equal(evaluator, [left, right], *equal),
        Claim::Eigenvalue(claim) => matrices::eigenvalue(evaluator, claim),
        Claim::DivergenceLaw(law, divergence) => divergence_laws::decide(evaluator, *law, divergence),
        Claim::Scalars(left, sign, right) => {
            let both = evaluator.scalar(left).and_then(|l| Ok((l, evaluator.scalar(right)?)));
            let ((left, filled_left), (right, filled_right)) = match both {
                Err(ModelError::Inexact { .. }) => return measures::compare(evaluator, left, *sign, right),
                both => both?,
            };
            let holds = sign.admits(left.cmp(&right));
            let outcome = if holds { Outcome::Holds } else { Outcome::Fails };
            // Two numbers are evidence either way.
            let witness = Some(Witness::Numbers { left, right });
            let filled = filled_left || filled_right;
            let verdict = Verdict::structural(outcome, Level::Exact, None);
            Ok(Verdict { witness, filled, ..verdict })
        }
        Claim::Supports(left, sign, right) => equality::supports(evaluator, left, *sign, right),
        Claim::Deterministic(of, under) => match equality::deterministic(evaluator, of, under.as_ref()) {
            Err(ModelError::Abstract { .. } | ModelError::Inexact { .. }) => {
                let (copied, twice) = facts::determinism(of, under.as_ref());
                structure::equal(evaluator, &copied, &twice, None)
            }
            verdict => verdict,
        },
        Claim::Independent { of, groups, given } => match separation::by_wiring(evaluator, of, groups, given) {
            Some(verdict) => Ok(verdict),
            None => match independence::independent(evaluator, of, groups, given) {
                Err(ModelError::Abstract { .. } | ModelError::Inexact { .. }) if given.is_empty() => {
                    let (of, groups, given) = (of.clone(), groups.clone(), Vec::new());
                    let (joint, parts) = facts::independence(&facts::Separation { of, groups, given });
                    structure::equal(evaluator, &joint, &parts, None)
                }
                Err(inexact @ ModelError::Inexact { .. }) => {
                    let (of, groups, given) = (of.clone(), groups.clone(), given.clone());
                    match facts::conditional_independence(&facts::Separation { of, groups, given }) {
                        Some((joint, parts)) => structure::equal(evaluator, &joint, &parts, None),
                        None => Err(inexact),
                    }
                }
                Err(ModelError::Abstract { .. }) => separation::abstract_dependence(evaluator, of, groups, given),
                verdict => verdict,
            },
        },
        Claim::Separated { of, groups, given } => separation::separated(evaluator, of, groups, given),
        Claim::Identifiable(claim) => identifiable::decide(evaluator, claim),
        Claim::Criterion(criterion) => criteria::decide(evaluator, criterion),
        Claim::Stationary(state, chain) => chains::stationary(evaluator, state, chain),
        Claim::Reversible(chain, state) => chains::reversible(evaluator, chain, state),
        Claim::Study(claim) => study::decide(evaluator, claim),
        Claim::Laws(objects, kernels) => laws::laws(evaluator, objects, kernels),
        Claim::ForAll(claim) => every_parameter::decide(evaluator, claim),
    }
}
