//! `forall e: Prob. claim`: refuted by values of the parameters, or proved as an identity of polynomials.
//!
//! The claim is about all values of the parameters at which both sides are defined (`spec/10_every_parameter.md`).
//!
//! 1. Small values are tried. Where one refutes the claim, that is the answer. Where none is defined, or a parameter
//!    stands where no polynomial comes from, the claim is undecided.
//! 2. If both sides have the same normal form, with open kernels the same only if their arguments are equal as
//!    polynomials, the claim holds in every Markov category.
//! 3. Otherwise it is an equation of polynomials whose degree is bounded ([`super::degree`]): with entries N/Q on the left
//!    and M/R on the right, N·R = M·Q, where Q and R are not 0 wherever both sides are defined. A grid with enough points
//!    ([`super::grid`]) at which both sides are defined decides it: the claim holds at each of them exactly if the
//!    polynomials agree there. If it holds at all of them the polynomials are equal, so it holds wherever both sides are
//!    defined; otherwise a point refutes it.
//! 4. `deterministic f` is the equation f(y|x)·f(z|x) = 0 for y ≠ z, and p(x|a)·f(y|x)·f(z|x) = 0 under p.

use super::answer::{Level, Outcome, Verdict};
use super::degree::{Kernels, Sides, kernels};
use super::grid::{Exponents, Layout, Side, count};
use super::structure;
use super::trials::{Instance, Point, TRIALS, Trials, at};
use crate::check::for_all::ForAll;
use crate::check::obligation::Claim;
use crate::check::partial::Obstacle;
use crate::check::signature::Signature;
use crate::diagram::library::Library;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::polynomial::Degree;
use crate::number::ratio::Ratio;
use crate::rewrite::NormalForm;

/// Most points of a grid.
const GRID_LIMIT: u64 = 1 << 16;

/// How many points are looked at before no further grid is begun.
const LOOKED_AT_LIMIT: u64 = 2 * GRID_LIMIT;

/// At how many points a claim must be defined, before a proof is looked for.
const ENOUGH: usize = 6;

/// How many points are evaluated together, so that what they share is computed once.
const BATCH: usize = 64;

/// Around how many points a grid is looked for.
const CENTRES: usize = 8;

/// The verdict on a claim for every parameter.
pub(super) fn decide(e: &Evaluator<'_>, claim: &ForAll) -> Result<Verdict, ModelError> {
    let mut trials = Trials::new(claim);
    let known = kernels(claim, e.interrupt)?;
    let obstacle = claim.obstacles.first().cloned();
    // 1.
    let enough = if obstacle.is_some() { TRIALS } else { ENOUGH };
    if let Some(refuted) = trials.small(e, enough)? {
        return Ok(refuted);
    }
    if trials.defined.is_empty() {
        return Err(trials.nowhere_defined());
    }
    if let Some(obstacle) = obstacle {
        return Err(undecided(obstacle));
    }
    // 2.
    let functions: Vec<_> =
        known.iter().filter(|(_, k)| k.as_ref().is_ok_and(|k| k.function)).map(|(id, _)| *id).collect();
    let open = claim.with_functions(&functions);
    if let Some(verdict) = by_normal_form(&open, &claim.open) {
        return Ok(verdict);
    }
    // 3.
    match degree(&open, &known, claim) {
        Ok(degree) => trials.identity(e, &degree),
        Err(obstacle) => match trials.small(e, TRIALS)? {
            Some(refuted) => Ok(refuted),
            None => Err(undecided(obstacle)),
        },
    }
}

fn undecided(obstacle: Obstacle) -> ModelError {
    let why = format!(
        "no value that was tried refutes it, and it is not seen to be an identity of polynomials: {}",
        obstacle.why
    );
    ModelError::Undecided { why, span: Some(obstacle.span) }
}

/// 2. The verdict where the normal forms of both sides agree.
fn by_normal_form(sig: &Signature, claim: &Claim) -> Option<Verdict> {
    let Claim::Equal { left, right, under, .. } = claim else { return None };
    let mut lib = Library::default();
    let (left, right) = match under {
        None => (lib.term(sig, left), lib.term(sig, right)),
        Some(p) => (lib.joint(sig, p, left), lib.joint(sig, p, right)),
    };
    let (left, right) = (NormalForm::of(sig, &lib, left).ok()?, NormalForm::of(sig, &lib, right).ok()?);
    (left == right).then(|| structure::agree(Some(&left)))
}

/// 3. The degree of the equation that the claim is.
fn degree(sig: &Signature, known: &Kernels, claim: &ForAll) -> Result<Degree, Obstacle> {
    let mut lib = Library::default();
    let mut sides = Sides { sig, lib: &mut lib, kernels: known, parameters: claim.parameters.len() };
    match &claim.open {
        Claim::Equal { left, right, under: None, .. } => Ok(sides.term(left)?.difference(&sides.term(right)?)),
        Claim::Equal { left, right, under: Some(p), .. } => {
            Ok(sides.joint(p, left)?.difference(&sides.joint(p, right)?))
        }
        Claim::Scalars(left, _, right) => Ok(sides.scalar(left)?.difference(&sides.scalar(right)?)),
        // 4.
        Claim::Deterministic(f, under) => {
            let twice = sides.term(f)?.num.times(2);
            Ok(match under {
                None => twice,
                Some(p) => sides.term(p)?.num.plus(&twice),
            })
        }
        _ => Err(Obstacle { why: "such a claim is no equation".into(), span: claim.span }),
    }
}

impl Trials<'_> {
    /// 3. Looks for a grid of points at which the claim is defined.
    fn identity(&mut self, e: &Evaluator<'_>, degree: &Degree) -> Result<Verdict, ModelError> {
        let size = count(degree, GRID_LIMIT);
        let bound = self.degree_text(degree);
        if size > GRID_LIMIT {
            let why = format!(
                "it is an equation of polynomials of degree at most {bound}, which takes {size} values or more to decide, and at most {GRID_LIMIT} are tried"
            );
            return Err(ModelError::Undecided { why, span: None });
        }
        let mut found = None;
        for layout in [Layout::Small, Layout::Natural] {
            if found.is_none() {
                found = self.line(e, &layout, degree)?;
            }
        }
        for layout in self.layouts() {
            if found.is_some() || self.seen.len() as u64 > LOOKED_AT_LIMIT {
                break;
            }
            found = self.layout(e, &layout, degree)?;
        }
        match found {
            Some(Instance::Fails(verdict)) => Ok(verdict),
            Some(_) => Ok(self.proved(degree, size, &bound)),
            None => {
                let why = format!(
                    "it is an equation of polynomials of degree at most {bound}, which takes {size} values to decide, and no grid of so many was found on which both sides are defined"
                );
                Err(ModelError::Undecided { why, span: None })
            }
        }
    }

    /// One parameter that matters: small values of it at which the claim is defined, with the others as they were in a
    /// point that is. The answer is that of all of them, or a refutation.
    fn line(&mut self, e: &Evaluator<'_>, layout: &Layout, degree: &Degree) -> Result<Option<Instance>, ModelError> {
        let mut moving = (0..degree.each.len()).filter(|i| degree.each[*i] > 0);
        let (number, None) = (moving.next().unwrap_or(0), moving.next()) else { return Ok(None) };
        let needed = degree.each[number].min(degree.total) as usize + 1;
        let base = self.defined[0].clone();
        let values = layout.values(number, self.claim.parameters[number].1, 4 * needed + 200);
        let mut agree = 0;
        for some in values.chunks(BATCH) {
            let points: Vec<Point> = some
                .iter()
                .map(|value| {
                    let mut point = base.clone();
                    point[number] = value.clone();
                    point
                })
                .collect();
            self.look(e, &points)?;
            for point in &points {
                match &self.seen[point] {
                    Instance::Undefined(_) => continue,
                    Instance::Holds(_) => agree += 1,
                    Instance::Fails(_) => return Ok(self.refuted(point).map(Instance::Fails)),
                }
                if agree == needed {
                    return Ok(Some(Instance::Holds(self.filled)));
                }
            }
        }
        Ok(None)
    }

    /// Where a grid could be.
    fn layouts(&self) -> Vec<Layout> {
        let mut all = vec![Layout::Small, Layout::Natural];
        for radius in [(1, 8), (1, 64), (1, 1024)].map(|(p, q)| Ratio::of(p, q)) {
            for centre in self.defined.iter().take(CENTRES) {
                for side in [Side::Both, Side::Above, Side::Below] {
                    all.push(Layout::Around { centre: centre.clone(), radius: radius.clone(), side });
                }
            }
        }
        all
    }

    /// The answer of a whole grid, or a refutation in it; none if the claim is not defined on all of it.
    fn layout(&mut self, e: &Evaluator<'_>, layout: &Layout, degree: &Degree) -> Result<Option<Instance>, ModelError> {
        let mut values = Vec::new();
        for (number, (_, sort)) in self.claim.parameters.iter().enumerate() {
            let needed = degree.each[number].min(degree.total) as usize + 1;
            let some = layout.values(number, *sort, needed);
            if some.len() < needed {
                return Ok(None);
            }
            values.push(some);
        }
        let mut exponents = Exponents::new(degree);
        loop {
            let points: Vec<Point> = exponents.by_ref().take(BATCH).map(|a| at(&values, &a)).collect();
            if points.is_empty() {
                return Ok(Some(Instance::Holds(self.filled)));
            }
            self.look(e, &points)?;
            for point in &points {
                match &self.seen[point] {
                    Instance::Undefined(_) => return Ok(None),
                    Instance::Holds(_) => {}
                    Instance::Fails(_) => return Ok(self.refuted(point).map(Instance::Fails)),
                }
            }
        }
    }

    /// "2 in e", "1 in d and 2 in e (2 together)"
    fn degree_text(&self, degree: &Degree) -> String {
        let parts: Vec<String> = self
            .claim
            .parameters
            .iter()
            .zip(&degree.each)
            .filter(|(_, d)| **d > 0)
            .map(|((name, _), d)| format!("{d} in {name}"))
            .collect();
        match &parts[..] {
            [] => "0".into(),
            [one] => one.clone(),
            [most @ .., last] => format!("{} and {last} ({} together)", most.join(", "), degree.total),
        }
    }

    /// The verdict on a claim that holds on a whole grid.
    fn proved(&self, degree: &Degree, size: u64, bound: &str) -> Verdict {
        let moving: Vec<String> = self
            .claim
            .parameters
            .iter()
            .zip(&degree.each)
            .filter(|(_, d)| **d > 0)
            .map(|((name, _), _)| name.to_string())
            .collect();
        let mut text = match size {
            1 => "nothing in it depends on a parameter".to_string(),
            _ => format!(
                "an equation of polynomials of degree at most {bound}, which holds at {size} values of {}",
                if moving.len() == 1 { moving[0].clone() } else { format!("({})", moving.join(", ")) }
            ),
        };
        let idle: Vec<String> = self
            .claim
            .parameters
            .iter()
            .zip(&self.claim.used)
            .filter(|(_, used)| !**used)
            .map(|((name, _), _)| format!("`{name}`"))
            .collect();
        match &idle[..] {
            [] => {}
            [one] => text.push_str(&format!("; {one} does not occur")),
            many => text.push_str(&format!("; {} do not occur", many.join(", "))),
        }
        let verdict = Verdict::structural(Outcome::Holds, Level::EveryParameter, Some(text));
        Verdict { filled: self.filled, ..verdict }
    }
}
