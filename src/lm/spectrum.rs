//! Eigenvalues of symmetric matrices and what they amount to; angles between spaces of functions.

use nalgebra::{DMatrix, SymmetricEigen};

use super::exact_sum::ExactSum;

/// The eigenvalues of a symmetric matrix, with vectors, the largest first.
#[derive(Debug, Clone)]
pub struct Eigen {
    /// Eigenvalues, none below zero: what rounding leaves there is nothing.
    pub values: Vec<f64>,
    /// Eigenvectors as columns, in the same order.
    pub vectors: DMatrix<f64>,
}

impl Eigen {
    /// Of a matrix that is positive semidefinite but for rounding.
    pub fn of(matrix: DMatrix<f64>) -> Eigen {
        let eigen = SymmetricEigen::new(matrix);
        let mut order: Vec<usize> = (0..eigen.eigenvalues.len()).collect();
        order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
        Eigen {
            values: order.iter().map(|i| eigen.eigenvalues[*i].max(0.0)).collect(),
            vectors: eigen.eigenvectors.select_columns(&order),
        }
    }

    /// How many eigenvalues stand out from rounding.
    pub fn rank(&self) -> usize {
        let floor = self.values.first().copied().unwrap_or(0.0) * 1e-10;
        self.values.iter().filter(|v| **v > floor && **v > 0.0).count()
    }
}

/// What a list of eigenvalues amounts to.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    /// The eigenvalues, the largest first.
    pub values: Vec<f64>,
    /// Their sum.
    pub trace: f64,
    /// (Σλ)² / Σλ²: how many equal eigenvalues would have this concentration.
    pub participation: f64,
    /// The exponential of the entropy of λ/Σλ.
    pub effective_rank: f64,
    /// The largest eigenvalue's part of the sum.
    pub top_share: f64,
}

impl Spectrum {
    /// Of eigenvalues, the largest first.
    pub fn of(values: Vec<f64>) -> Spectrum {
        let trace: f64 = values.iter().sum();
        let squares: f64 = values.iter().map(|v| v * v).sum();
        let shares = values.iter().map(|v| v / trace).filter(|q| *q > 0.0);
        let entropy: f64 = shares.map(|q| -q * q.ln()).sum();
        let some = trace > 0.0;
        Spectrum {
            trace,
            participation: if some { trace * trace / squares } else { 0.0 },
            effective_rank: if some { entropy.exp() } else { 0.0 },
            top_share: if some { values.first().copied().unwrap_or(0.0) / trace } else { 0.0 },
            values,
        }
    }
}

/// A symmetric matrix from sums over its upper triangle, divided by `count`.
pub fn symmetric(sums: &[ExactSum], side: usize, count: f64) -> DMatrix<f64> {
    let mut matrix = DMatrix::zeros(side, side);
    let mut values = sums.iter().map(|s| s.value() / count);
    for c in 0..side {
        for r in 0..=c {
            let value = values.next().unwrap_or(0.0);
            matrix[(r, c)] = value;
            matrix[(c, r)] = value;
        }
    }
    matrix
}

/// A matrix from sums column after column, divided by `count`.
pub fn rectangle(sums: &[ExactSum], rows: usize, columns: usize, count: f64) -> DMatrix<f64> {
    DMatrix::from_iterator(rows, columns, sums.iter().map(|s| s.value() / count))
}

/// How the leading functions of a prediction's features lie to the functions that are linear in the hidden state.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// Sines of the principal angles to all functions that are affine in the state, the smallest first.
    pub to_all: Vec<f64>,
    /// Sines of the principal angles to as many leading principal components of the states.
    pub to_leading: Vec<f64>,
    /// The part of the features' variance that an affine function of the state explains.
    pub explained: f64,
}

/// Angles from covariances: of states, of features, and between states (rows) and features (columns). The sines are roots of
/// the eigenvalues of what is left of the leading functions when their projection is taken away, which keeps small angles.
pub fn alignment(states: &Eigen, features: &Eigen, between: &DMatrix<f64>, leading: usize) -> Alignment {
    let k = leading.min(features.rank()).min(states.rank());
    let rank = states.rank();
    // Unit functions on both sides: rows are those of the states, columns the leading ones of the features.
    let mut turned = states.vectors.columns(0, rank).transpose() * between;
    for (r, mut row) in turned.row_iter_mut().enumerate() {
        row /= states.values[r].sqrt();
    }
    let trace: f64 = features.values.iter().sum();
    let explained = if trace > 0.0 { turned.norm_squared() / trace } else { 0.0 };
    let mut inner = turned * features.vectors.columns(0, k);
    for (c, mut column) in inner.column_iter_mut().enumerate() {
        column /= features.values[c].sqrt();
    }
    let sines = |part: DMatrix<f64>| {
        let rest = DMatrix::identity(k, k) - part.transpose() * part;
        let mut sines: Vec<f64> = Eigen::of(rest).values.iter().map(|v| v.min(1.0).sqrt()).collect();
        sines.reverse();
        sines
    };
    Alignment { to_all: sines(inner.clone()), to_leading: sines(inner.rows(0, k).into_owned()), explained }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_flat_and_pointed_spectra() {
        let flat = Spectrum::of(vec![2.0; 4]);
        assert!((flat.participation - 4.0).abs() < 1e-12 && (flat.effective_rank - 4.0).abs() < 1e-12);
        let point = Spectrum::of(vec![3.0, 0.0]);
        assert_eq!((point.participation, point.effective_rank, point.top_share), (1.0, 1.0, 1.0));
        assert_eq!(Spectrum::of(vec![0.0]).participation, 0.0);
    }

    #[test]
    fn angles_of_known_functions() {
        // States (x, y) with unit covariance; features (y, (x + z)/√2) with variances 2 and 1, where z is another variable.
        let states = Eigen::of(DMatrix::from_diagonal_element(2, 2, 1.0));
        let features = Eigen::of(DMatrix::from_row_slice(2, 2, &[2.0, 0.0, 0.0, 1.0]));
        let half = 0.5f64.sqrt();
        let between = DMatrix::from_row_slice(2, 2, &[0.0, half, 2f64.sqrt(), 0.0]);
        let found = alignment(&states, &features, &between, 2);
        assert!(found.to_all[0] < 1e-7 && (found.to_all[1] - half).abs() < 1e-12, "{found:?}");
        assert!((found.explained - 2.5 / 3.0).abs() < 1e-12);
    }
}
