//! Eigenvalues in floating point: guesses that others certify.

use nalgebra::{DMatrix, SymmetricEigen};

use super::approximate::Unit;
use super::real::Real;

/// Digits of an entry that a double can hold.
const DIGITS: u32 = 17;

/// So many sweeps for each row are far more than what is needed.
const SWEEPS: usize = 100;

/// The eigenvalues of a symmetric matrix by its rows, increasing and about right. `None` where doubles do not reach to its
/// entries.
pub(super) fn eigenvalues(rows: &[Vec<Real>]) -> Option<Vec<f64>> {
    let n = rows.len();
    let float = |x: &Real| x.decimal(DIGITS, Unit::Nats).digits.parse::<f64>().ok().filter(|x| x.is_finite());
    let entries: Vec<f64> = rows.iter().flatten().map(float).collect::<Option<_>>()?;
    let found = SymmetricEigen::try_new(DMatrix::from_row_slice(n, n, &entries), f64::EPSILON, SWEEPS * n)?;
    let mut values: Vec<f64> = found.eigenvalues.iter().copied().collect();
    values.sort_by(f64::total_cmp);
    values.iter().all(|v| v.is_finite()).then_some(values)
}
