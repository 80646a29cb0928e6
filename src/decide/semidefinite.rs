//! Whether a matrix of numbers is positive semidefinite: `v^T K v >= 0` for all vectors v.
//!
//! 1. Only the symmetric part `(K + K^T) / 2` counts. It is eliminated symmetrically, which keeps `T K T^T` with rows of T as vectors:
//!    a pivot is the form at a row of T.
//! 2. A negative pivot shows a direction. So does a pivot 0 with something else in its row: the form is linear along it. If all
//!    pivots are at least 0, and rows of pivots 0 are empty, the matrix is semidefinite.
//! 3. A direction is rounded to a short rational vector, and the form at it is computed again from the matrix as it was given; only a
//!    negative value counts.
//!
//! Pivots of rational matrices are rationals; others are decided as comparisons of numbers are, and may stay open.

use std::cmp::Ordering;

use super::answer::{Level, Outcome, Verdict, Witness};
use super::measures::Values;
use crate::check::scalar::Scalar;
use crate::measure::evaluate::Measurer;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::comparison::Comparison;
use crate::number::ratio::Ratio;
use crate::number::real::{Real, RealFault};

/// Binary digits behind the point of rounded directions, in the order in which they are tried.
const ROUNDINGS: [u32; 10] = [0, 1, 2, 3, 4, 6, 8, 16, 32, 64];

/// What elimination found.
enum Found {
    /// No negative direction, and whether a pivot was known by an enclosure.
    Semidefinite { enclosed: bool },
    /// A direction in which the form is negative.
    Negative(Vec<Real>),
    /// Why it is open.
    Open(String),
}

/// Decides `semidefinite [[…]]`.
pub(super) fn decide(evaluator: &mut Evaluator<'_>, rows: &[Vec<Scalar>]) -> Result<Verdict, ModelError> {
    let all: Vec<&Scalar> = rows.iter().flatten().collect();
    let mut measurer = Measurer::new(evaluator, &all);
    let mut filled = false;
    let mut matrix: Vec<Vec<Real>> = Vec::with_capacity(rows.len());
    for row in rows {
        let mut values = Vec::with_capacity(row.len());
        for scalar in row {
            let (value, depends) = measurer.number(scalar)?;
            filled |= depends;
            values.push(value);
        }
        matrix.push(values);
    }
    if matrix.iter().flatten().any(|v| !v.is_finite()) {
        return Ok(Verdict { filled, ..Verdict::unknown(vec!["an entry of the matrix is infinite".into()]) });
    }
    let open = |why: String| Verdict { filled, ..Verdict::unknown(vec![format!("it is not decided: {why}")]) };
    Ok(match eliminated(evaluator, &matrix)? {
        Err(fault) => open(fault.to_string()),
        Ok(Found::Open(why)) => open(why),
        Ok(Found::Semidefinite { enclosed }) => {
            let level = if enclosed { Level::Numeric } else { Level::Exact };
            let compared = "no pivot of its elimination is negative".to_string();
            Verdict { filled, ..Verdict::structural(Outcome::Holds, level, Some(compared)) }
        }
        Ok(Found::Negative(direction)) => match rounded(&matrix, &direction) {
            None => open("a pivot is negative, but no short vector was found that shows it".into()),
            Some((vector, form)) => {
                let level = if matches!(form, Real::Composite(_)) { Level::Numeric } else { Level::Exact };
                let values = Values { left: form, right: Real::zero(), unit: None };
                let witness = Some(Witness::Direction(vector, Box::new(values)));
                Verdict { witness, filled, ..Verdict::structural(Outcome::Fails, level, None) }
            }
        },
    })
}

/// 1. and 2.
fn eliminated(evaluator: &Evaluator<'_>, matrix: &[Vec<Real>]) -> Result<Result<Found, RealFault>, ModelError> {
    let n = matrix.len();
    let half = Ratio::of(1, 2);
    let entry = |i: usize, j: usize| matrix[i][j].add(&matrix[j][i])?.scale(&half);
    let symmetric: Result<Vec<Vec<Real>>, RealFault> = (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
    let mut form = match symmetric {
        Ok(form) => form,
        Err(fault) => return Ok(Err(fault)),
    };
    let unit = |i: usize| (0..n).map(|j| if i == j { Real::one() } else { Real::zero() }).collect::<Vec<_>>();
    let mut vectors: Vec<Vec<Real>> = (0..n).map(unit).collect();
    let mut enclosed = false;
    for k in 0..n {
        evaluator.interrupt.check()?;
        match form[k][k].compare_within(&Real::zero(), evaluator.interrupt)? {
            Comparison::Unknown(why) => return Ok(Ok(Found::Open(why.to_string()))),
            Comparison::Less => return Ok(Ok(Found::Negative(vectors[k].clone()))),
            Comparison::Greater => {
                enclosed |= matches!(form[k][k], Real::Composite(_));
                if let Err(fault) = step(&mut form, &mut vectors, k) {
                    return Ok(Err(fault));
                }
            }
            Comparison::Equal => {
                for j in k + 1..n {
                    match form[k][j].compare_within(&Real::zero(), evaluator.interrupt)? {
                        Comparison::Equal => {}
                        Comparison::Unknown(why) => return Ok(Ok(Found::Open(why.to_string()))),
                        _ => return Ok(along(&form, &vectors, k, j).map(Found::Negative)),
                    }
                }
            }
        }
    }
    Ok(Ok(Found::Semidefinite { enclosed }))
}

/// Clears the rows and columns below a pivot.
fn step(form: &mut [Vec<Real>], vectors: &mut [Vec<Real>], k: usize) -> Result<(), RealFault> {
    let (pivots, above) = (form[k].clone(), vectors[k].clone());
    for (row, vector) in form.iter_mut().zip(vectors).skip(k + 1) {
        let factor = row[k].div(&pivots[k])?;
        for (entry, pivot) in row.iter_mut().zip(&pivots).skip(k + 1) {
            *entry = entry.sub(&factor.mul(pivot)?)?;
        }
        for (place, pivot) in vector.iter_mut().zip(&above) {
            *place = place.sub(&factor.mul(pivot)?)?;
        }
    }
    Ok(())
}

/// With a pivot 0 and `s` beside it, `t T_k + T_j` has the form `2 t s + d`, which is -1 for the right t.
fn along(form: &[Vec<Real>], vectors: &[Vec<Real>], k: usize, j: usize) -> Result<Vec<Real>, RealFault> {
    let t = form[j][j].add(&Real::one())?.neg().div(&form[k][j].scale(&Ratio::of(2, 1))?)?;
    vectors[k].iter().zip(&vectors[j]).map(|(a, b)| t.mul(a)?.add(b)).collect()
}

/// 3. A short vector near a direction, with the negative form at it.
fn rounded(matrix: &[Vec<Real>], direction: &[Real]) -> Option<(Vec<Ratio>, Real)> {
    let ratio = |value: &Real| match value {
        Real::Rational(value) => Some(value.clone()),
        other => other.enclose(128).lower(),
    };
    let direction = direction.iter().map(ratio).collect::<Option<Vec<Ratio>>>()?;
    let largest = direction.iter().map(Ratio::abs).reduce(|a, b| if b > a { b } else { a })?;
    let unit: Vec<Ratio> = direction.iter().map(|v| v.checked_div(&largest)).collect::<Option<_>>()?;
    let half = Ratio::of(1, 2);
    let short = ROUNDINGS.iter().map(|bits| {
        let scale = Ratio::of(2, 1).pow(*bits as i32).unwrap_or(Ratio::ONE);
        unit.iter().map(|v| Ratio::from((&(v * &scale) + &half).floor())).collect::<Vec<Ratio>>()
    });
    short.chain([direction.clone()]).find_map(|vector| {
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
