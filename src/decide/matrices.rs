//! Matrices as answers, and claims about them: equality, and comparisons of eigenvalues with numbers.
//!
//! An eigenvalue is compared with t by the inertia of `M - t`, which says how many eigenvalues are below t, at t and above
//! it. That is exact for rational numbers and for roots, and known by enclosures otherwise.

use std::cmp::Ordering;

use super::answer::{Answer, Level, Outcome, Verdict, Witness};
use super::measures::Values;
use crate::base::span::Span;
use crate::check::matrix::Matrix;
use crate::check::obligation::EigenvalueClaim;
use crate::check::types::Type;
use crate::measure::evaluate::Measurer;
use crate::measure::matrices::matrix_fault;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::comparison::Comparison;
use crate::number::directions::Directions;
use crate::number::elimination::Inertia;
use crate::number::enclosure::Enclosure;
use crate::number::inertia::has_decided_signs;
use crate::number::ratio::Ratio;
use crate::number::real::Real;
use crate::number::spectrum::{Counter, Spectrum};

/// The entries of a matrix, with what its rows and columns stand for.
#[derive(Debug, Clone)]
pub struct Entries {
    /// The object whose points the rows are, where they are points.
    pub rows: Option<Type>,
    /// The object whose points the columns are.
    pub columns: Option<Type>,
    /// Row by row.
    pub entries: Vec<Vec<Real>>,
}

/// The pivots of an elimination in which none is negative: `C = L D L^T`, where the matrix is C, or `W^(1/2) C W^(1/2)` with
/// weights W, without the rows whose weights are 0.
#[derive(Debug, Clone)]
pub struct Pivots {
    /// The rows in the order of elimination, with their pivots: an enclosure, and the number where it is rational.
    pub pivots: Vec<(usize, Enclosure, Option<Ratio>)>,
    /// L, for rational matrices: unit triangular in the order of elimination.
    pub lower: Option<Vec<Vec<Ratio>>>,
    /// The rows where nothing is left: their pivots are 0.
    pub empty: Vec<usize>,
    /// W, where there are weights.
    pub weights: Option<Vec<Ratio>>,
}

/// How many eigenvalues of a matrix are below, at and above a number.
#[derive(Debug, Clone)]
pub struct Counts {
    /// How many.
    pub inertia: Inertia,
    /// The number.
    pub at: Real,
}

/// Equal as far as that is known.
impl PartialEq for Counts {
    fn eq(&self, other: &Self) -> bool {
        self.inertia == other.inertia && self.at.compare(&other.at).order() == Some(Ordering::Equal)
    }
}

/// `eval M`
pub(super) fn entries(evaluator: &mut Evaluator<'_>, matrix: &Matrix) -> Result<Answer, ModelError> {
    let (value, filled) = Measurer::new(evaluator, &matrix.scalars()).matrix(matrix)?;
    let entries = value.rows().map_err(|f| matrix_fault(f.into(), matrix.span))?;
    let entries = Entries { rows: matrix.rows.clone(), columns: matrix.columns.clone(), entries };
    Ok(Answer::Matrix { entries: Box::new(entries), filled })
}

/// `eval spectrum(M)`, `eval eigenvalue(M, 1)`
pub(super) fn spectrum(
    evaluator: &mut Evaluator<'_>,
    matrix: &Matrix,
    number: Option<usize>,
) -> Result<Answer, ModelError> {
    let interrupt = evaluator.interrupt.clone();
    let (value, filled) = Measurer::new(evaluator, &matrix.scalars()).finite_matrix(matrix)?;
    let spectrum = Spectrum::of(&value, &interrupt).map_err(|f| matrix_fault(f, matrix.span))?;
    Ok(Answer::Spectrum { spectrum: Box::new(spectrum), number, filled })
}

/// `eval directions(M)`
pub(super) fn directions(evaluator: &mut Evaluator<'_>, matrix: &Matrix) -> Result<Answer, ModelError> {
    let interrupt = evaluator.interrupt.clone();
    let (value, filled) = Measurer::new(evaluator, &matrix.scalars()).finite_matrix(matrix)?;
    let found = Directions::of(value, &interrupt).map_err(|f| matrix_fault(f, matrix.span))?;
    let points = matrix.columns.clone().or_else(|| matrix.rows.clone());
    Ok(Answer::Directions { directions: Box::new(found), points, filled })
}

/// `A == B`
pub(super) fn equal(
    evaluator: &mut Evaluator<'_>,
    [left, right]: [&Matrix; 2],
    equal: bool,
) -> Result<Verdict, ModelError> {
    let interrupt = evaluator.interrupt.clone();
    let mut measurer = Measurer::new(evaluator, &[left.scalars(), right.scalars()].concat());
    let ((a, f), (b, g)) = (measurer.matrix(left)?, measurer.matrix(right)?);
    let filled = f || g;
    let rows = |m: &crate::number::matrix::Matrix, span: Span| m.rows().map_err(|f| matrix_fault(f.into(), span));
    let (a, b) = (rows(&a, left.span)?, rows(&b, right.span)?);
    let mut open = None;
    for (i, (row, others)) in a.iter().zip(&b).enumerate() {
        for (j, (x, y)) in row.iter().zip(others).enumerate() {
            let level = match x.compare_within(y, &interrupt)? {
                Comparison::Equal => continue,
                Comparison::Unknown(why) => {
                    open = open.or(Some(format!("it is not decided in row {}, column {}: {why}", i + 1, j + 1)));
                    continue;
                }
                _ if matches!(x.sub(y), Ok(Real::Composite(_))) => Level::Numeric,
                _ => Level::Exact,
            };
            let outcome = if equal { Outcome::Fails } else { Outcome::Holds };
            let values = Values { left: x.clone(), right: y.clone(), unit: None };
            let witness = Some(Witness::MatrixEntry([i, j], Box::new(values)));
            return Ok(Verdict { witness, filled, ..Verdict::structural(outcome, level, None) });
        }
    }
    if let Some(why) = open {
        return Ok(Verdict { filled, ..Verdict::unknown(vec![why]) });
    }
    let outcome = if equal { Outcome::Holds } else { Outcome::Fails };
    let compared = format!("all {} entries", a.len() * a[0].len());
    Ok(Verdict { filled, ..Verdict::structural(outcome, Level::Exact, Some(compared)) })
}

/// `eigenvalue(M, 1) < 2`
pub(super) fn eigenvalue(evaluator: &mut Evaluator<'_>, claim: &EigenvalueClaim) -> Result<Verdict, ModelError> {
    let interrupt = evaluator.interrupt.clone();
    let mut scalars = claim.matrix.scalars();
    scalars.push(&claim.bound);
    let mut measurer = Measurer::new(evaluator, &scalars);
    let (value, f) = measurer.finite_matrix(&claim.matrix)?;
    let (at, g) = measurer.number(&claim.bound)?;
    let filled = f || g;
    let counter = Counter::new(&value).map_err(|f| matrix_fault(f, claim.matrix.span))?;
    let size = claim.matrix.shape.0;
    let inertia = match at {
        Real::PosInfinity => Inertia { negative: size, ..Inertia::default() },
        Real::NegInfinity => Inertia { positive: size, ..Inertia::default() },
        _ => match counter.at(&at, &interrupt).map_err(|f| matrix_fault(f, claim.matrix.span)) {
            Err(ModelError::Undecided { why, .. }) => {
                return Ok(Verdict { filled, ..Verdict::unknown(vec![format!("it is not decided: {why}")]) });
            }
            found => found?,
        },
    };
    let order = if claim.number < inertia.positive {
        Ordering::Greater
    } else if claim.number < inertia.positive + inertia.zero {
        Ordering::Equal
    } else {
        Ordering::Less
    };
    let exact = !at.is_finite() || counter.has_decided_signs() && has_decided_signs(&at);
    let outcome = if claim.sign.admits(order) { Outcome::Holds } else { Outcome::Fails };
    let level = if exact { Level::Exact } else { Level::Numeric };
    let witness = Some(Witness::Counts(Box::new(Counts { inertia, at })));
    Ok(Verdict { witness, filled, ..Verdict::structural(outcome, level, None) })
}
