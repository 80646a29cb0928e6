//! What a claim about every parameter says at some values: each is computed exactly, as the program in which the numbers
//! are written out.

use rustc_hash::FxHashMap;

use super::answer::{Outcome, Verdict, Witness};
use super::grid::{Exponents, simple};
use super::{equality, obligations};
use crate::check::for_all::ForAll;
use crate::check::obligation::Claim;
use crate::check::signature::Signature;
use crate::diagram::library::Library;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::polynomial::Degree;
use crate::number::ratio::Ratio;

/// Most points that are tried first.
pub(super) const TRIALS: usize = 64;

/// Values for the parameters, in order.
pub(super) type Point = Vec<Ratio>;

/// What the claim says at a point.
#[derive(Debug, Clone)]
pub(super) enum Instance {
    /// A side is not defined: why.
    Undefined(String),
    /// It holds; whether that depends on how a conditional was filled in.
    Holds(bool),
    /// It fails.
    Fails(Verdict),
}

/// A claim with the points at which it was looked at.
pub(super) struct Trials<'a> {
    pub(super) claim: &'a ForAll,
    sig: Signature,
    lib: Library,
    pub(super) seen: FxHashMap<Point, Instance>,
    /// Points at which it is defined, as they were found.
    pub(super) defined: Vec<Point>,
    /// Whether some instance that holds depends on how a conditional was filled in.
    pub(super) filled: bool,
}

impl<'a> Trials<'a> {
    /// A claim that was looked at nowhere.
    pub(super) fn new(claim: &'a ForAll) -> Trials<'a> {
        Trials {
            claim,
            sig: claim.signature.clone(),
            lib: Library::default(),
            seen: FxHashMap::default(),
            defined: Vec::new(),
            filled: false,
        }
    }

    /// 1. Tries small values, until so many points were found at which the claim is defined.
    pub(super) fn small(&mut self, e: &Evaluator<'_>, enough: usize) -> Result<Option<Verdict>, ModelError> {
        let values: Vec<Vec<Ratio>> = self.claim.parameters.iter().map(|(_, sort)| simple(*sort)).collect();
        let each: Vec<u64> = values.iter().map(|v| v.len() as u64 - 1).collect();
        let all = Degree { total: each.iter().sum(), each };
        for exponents in Exponents::new(&all).take(TRIALS) {
            if self.defined.len() >= enough {
                break;
            }
            let point = at(&values, &exponents);
            self.look(e, std::slice::from_ref(&point))?;
            if let Some(refuted) = self.refuted(&point) {
                return Ok(Some(refuted));
            }
        }
        Ok(None)
    }

    /// Finds out what the claim says at some points.
    pub(super) fn look(&mut self, e: &Evaluator<'_>, points: &[Point]) -> Result<(), ModelError> {
        let mut claims = Vec::new();
        for point in points {
            if self.seen.contains_key(point) {
                continue;
            }
            e.interrupt.check()?;
            match self.claim.instance(&mut self.sig, point) {
                Ok(claim) => claims.push((point, claim)),
                Err(errors) => {
                    let why = errors.first().map_or_else(String::new, ToString::to_string);
                    self.seen.insert(point.clone(), Instance::Undefined(why));
                }
            }
        }
        let mut evaluator = Evaluator::new(&self.sig, &mut self.lib, e.interrupt);
        evaluator.begin(self.claim.span);
        for (point, claim) in claims {
            let verdict = match &claim {
                Claim::Equal { left, right, under, .. } => equality::equal(&mut evaluator, left, right, under.as_ref()),
                other => obligations::decide(&mut evaluator, other),
            };
            let instance = match verdict {
                Ok(verdict) if verdict.outcome == Outcome::Holds => Instance::Holds(verdict.filled),
                Ok(verdict) if verdict.outcome == Outcome::Unknown => {
                    return Err(ModelError::Undecided { why: verdict.notes.join("; "), span: None });
                }
                Ok(verdict) => Instance::Fails(verdict),
                Err(
                    error @ (ModelError::NullEvent { .. }
                    | ModelError::NullUpdate { .. }
                    | ModelError::SeveralStationary { .. }
                    | ModelError::ClassCount { .. }
                    | ModelError::Formula(_)),
                ) => Instance::Undefined(error.to_string()),
                Err(error) => return Err(error),
            };
            if let Instance::Holds(filled) = instance {
                self.filled |= filled;
            }
            if !matches!(instance, Instance::Undefined(_)) {
                self.defined.push(point.clone());
            }
            self.seen.insert(point.clone(), instance);
        }
        Ok(())
    }

    /// The verdict of a point that refutes the claim.
    pub(super) fn refuted(&self, point: &Point) -> Option<Verdict> {
        let Some(Instance::Fails(verdict)) = self.seen.get(point) else { return None };
        let names = self.claim.parameters.iter().map(|(name, _)| name.clone());
        let values = names.zip(point.iter().cloned()).collect();
        let witness = verdict.witness.clone().map(|w| Witness::At { values, witness: Box::new(w) });
        Some(Verdict { witness, ..verdict.clone() })
    }

    pub(super) fn nowhere_defined(&self) -> ModelError {
        let tried = self.seen.len();
        // The first point is the one that a reader would try.
        let first: Point = self.claim.parameters.iter().map(|(_, sort)| simple(*sort)[0].clone()).collect();
        let example = match self.seen.get(&first) {
            Some(Instance::Undefined(why)) => format!("; with {}, {why}", self.point_text(&first)),
            _ => String::new(),
        };
        let why = format!("at none of {tried} choices of values that were tried are both sides defined{example}");
        ModelError::Undecided { why, span: None }
    }

    fn point_text(&self, point: &Point) -> String {
        let parts = self.claim.parameters.iter().zip(point).map(|((name, _), value)| format!("{name} = {value}"));
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// The point with these numbers of values.
pub(super) fn at(values: &[Vec<Ratio>], numbers: &[u64]) -> Point {
    values.iter().zip(numbers).map(|(values, n)| values[*n as usize].clone()).collect()
}
