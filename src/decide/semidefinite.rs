//! Whether a matrix of numbers is positive semidefinite: `v^T K v >= 0` for all vectors v.
//!
//! 1. Only the symmetric part `(K + K^T) / 2` counts. It is eliminated symmetrically (`number::inertia`), exactly if it is
//!    rational, and with enclosures otherwise.
//! 2. If no pivot is negative, the matrix is semidefinite, and the pivots show it: `K = L D L^T`.
//! 3. A negative pivot shows a direction. It is rounded to a short rational vector, and the form at it is computed again from
//!    the matrix as it was given; only a negative value counts.

use std::cmp::Ordering;

use super::answer::{Level, Outcome, Verdict, Witness};
use super::matrices::Pivots;
use super::measures::Values;
use crate::check::matrix::Matrix;
use crate::measure::evaluate::Measurer;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::determinant::is_symmetric;
use crate::number::elimination::{Block, Elimination};
use crate::number::enclosure::Enclosure;
use crate::number::inertia::{Signs, has_decided_signs, signs};
use crate::number::matrix::{Matrix as Rows, MatrixFault};
use crate::number::ratio::Ratio;
use crate::number::real::{Real, RealFault};

/// Binary digits behind the point of rounded directions, in the order in which they are tried.
const ROUNDINGS: [u32; 10] = [0, 1, 2, 3, 4, 6, 8, 16, 32, 64];

/// Decides `semidefinite M`.
pub(super) fn decide(evaluator: &mut Evaluator<'_>, matrix: &Matrix) -> Result<Verdict, ModelError> {
    let interrupt = evaluator.interrupt.clone();
    let (value, filled) = Measurer::new(evaluator, &matrix.scalars()).matrix(matrix)?;
    if !value.is_finite() {
        return Ok(Verdict { filled, ..Verdict::unknown(vec!["an entry of the matrix is infinite".into()]) });
    }
    let open = |why: String| Verdict { filled, ..Verdict::unknown(vec![format!("it is not decided: {why}")]) };
    let rows = match value.rows() {
        Ok(rows) => rows,
        Err(fault) => return Ok(open(fault.to_string())),
    };
    let (form, weights) = match symmetric_part(&value) {
        Ok(found) => found,
        Err(fault) => return Ok(open(fault.to_string())),
    };
    // The rank of the symmetric part may be twice that of the matrix.
    let at_most = if is_symmetric(&value.core().form).is_ok() { value.rank_at_most() } else { form.len() };
    let found = match signs(&form, at_most, &interrupt) {
        Ok(found) => found,
        Err(MatrixFault::Stopped(stopped)) => return Err(stopped.into()),
        Err(fault) => return Ok(open(fault.to_string())),
    };
    let level = if form.iter().flatten().all(has_decided_signs) { Level::Exact } else { Level::Numeric };
    if found.inertia().negative == 0 {
        let compared = "no pivot of its elimination is negative".to_string();
        let pivots = Some(Box::new(pivots(&found, weights)));
        return Ok(Verdict { filled, pivots, ..Verdict::structural(Outcome::Holds, level, Some(compared)) });
    }
    let direction = match &found {
        Signs::Exact(found) => found.negative_direction(),
        Signs::Enclosed(found) => {
            found.negative_direction().and_then(|v| v.iter().map(Enclosure::lower).collect::<Option<Vec<Ratio>>>())
        }
    };
    Ok(match direction.and_then(|v| rounded(&rows, &moved(v, &weights))) {
        None => open("a pivot is negative, but no short vector was found that shows it".into()),
        Some((vector, form)) => {
            let level = if matches!(form, Real::Composite(_)) { Level::Numeric } else { Level::Exact };
            let values = Values { left: form, right: Real::zero(), unit: None };
            let witness = Some(Witness::Direction(vector, Box::new(values)));
            Verdict { witness, filled, ..Verdict::structural(Outcome::Fails, level, None) }
        }
    })
}

/// 1. Without the weights, where there are such: `v^T D^(1/2) C D^(1/2) v` is the form C at `D^(1/2) v`. With them the rows
///    that count, and what each was divided by.
fn symmetric_part(value: &Rows) -> Result<(Vec<Vec<Real>>, Option<Weights>), RealFault> {
    let core = value.core();
    let half = Ratio::of(1, 2);
    let n = core.form.len();
    let entry = |i: usize, j: usize| core.form[i][j].add(&core.form[j][i])?.scale(&half);
    let form: Vec<Vec<Real>> =
        (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect::<Result<_, RealFault>>()?;
    Ok((form, value.weights().map(<[Ratio]>::to_vec)))
}

/// D, a number for each row.
type Weights = Vec<Ratio>;

/// A direction of the form C as one of the form with the weights, about: the roots are rounded.
fn moved(direction: Vec<Ratio>, weights: &Option<Weights>) -> Vec<Ratio> {
    let Some(weights) = weights else { return direction };
    let mut left = direction.into_iter();
    let place = |w: &Ratio| {
        if w.is_zero() {
            return Ratio::ZERO;
        }
        let root = Enclosure::of_ratio(w, 128).sqrt().lower().unwrap_or(Ratio::ONE);
        left.next().and_then(|v| v.checked_div(&root)).unwrap_or(Ratio::ZERO)
    };
    weights.iter().map(place).collect()
}

/// 2.
fn pivots(found: &Signs, weights: Option<Weights>) -> Pivots {
    fn singles<F: Clone>(found: &Elimination<F>) -> Vec<(usize, F)> {
        let single = |block: &Block<F>| match block {
            Block::One(row, pivot) => Some((*row, pivot.clone())),
            // A block of two has a negative eigenvalue.
            Block::Two(..) => None,
        };
        found.blocks.iter().filter_map(single).collect()
    }
    match found {
        Signs::Exact(found) => Pivots {
            pivots: singles(found).into_iter().map(|(row, p)| (row, Enclosure::of_ratio(&p, 64), Some(p))).collect(),
            lower: Some(found.lower.clone()),
            empty: found.rest.clone(),
            weights,
        },
        Signs::Enclosed(found) => Pivots {
            pivots: singles(found).into_iter().map(|(row, p)| (row, p, None)).collect(),
            lower: None,
            empty: found.rest.clone(),
            weights,
        },
    }
}

/// 3. A short vector near a direction, with the negative form at it.
fn rounded(matrix: &[Vec<Real>], direction: &[Ratio]) -> Option<(Vec<Ratio>, Real)> {
    let largest = direction.iter().map(Ratio::abs).reduce(|a, b| if b > a { b } else { a })?;
    let unit: Vec<Ratio> = direction.iter().map(|v| v.checked_div(&largest)).collect::<Option<_>>()?;
    let half = Ratio::of(1, 2);
    let short = ROUNDINGS.iter().map(|bits| {
        let scale = Ratio::of(2, 1).pow(*bits as i32).unwrap_or(Ratio::ONE);
        unit.iter().map(|v| Ratio::from((&(v * &scale) + &half).floor())).collect::<Vec<Ratio>>()
    });
    short.chain([direction.to_vec()]).find_map(|vector| {
        let form = at(matrix, &vector).ok()?;
        (form.compare(&Real::zero()).order() == Some(Ordering::Less)).then_some((vector, form))
    })
}

/// The form at a vector.
fn at(matrix: &[Vec<Real>], vector: &[Ratio]) -> Result<Real, RealFault> {
    let mut sum = Real::zero();
    for (row, a) in matrix.iter().zip(vector) {
        for (entry, b) in row.iter().zip(vector) {
            sum = sum.add(&entry.scale(&(a * b))?)?;
        }
    }
    Ok(sum)
}
