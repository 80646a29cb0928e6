//! Quadratic surrogates of the likelihood, each an upper bound, and what minimises them.
//!
//! A head `softmax(U h + b)` with prototypes `u_w`; `p0 = softmax(b)` is its law at h = 0, and `gbar_x = sum_w p_x(w) u_w`.
//! Here logits are absolute, and not relative to log pbar.

use std::cmp::Ordering;

use nalgebra::{DMatrix, DVector};

use super::linear::{centred, columns, power, rows_times, singular};
use super::table::Table;
use crate::number::ratio::Ratio;

/// A head: prototypes, a row for each token, and a bias.
#[derive(Debug, Clone)]
pub struct Softmax {
    /// Prototypes.
    pub u: DMatrix<f64>,
    /// Biases.
    pub b: DVector<f64>,
}

impl Softmax {
    /// `log Z(h)`
    pub fn log_partition(&self, h: &DVector<f64>) -> f64 {
        let z = &self.u * h + &self.b;
        let top = z.max();
        top + z.iter().map(|t| (t - top).exp()).sum::<f64>().ln()
    }

    /// The law at h = 0.
    pub fn anchor(&self) -> DVector<f64> {
        let top = self.b.max();
        let weights = self.b.map(|t| (t - top).exp());
        let sum = weights.sum();
        weights / sum
    }

    /// The mean of `−log q_x(w)`.
    pub fn nll(&self, table: &Table, h: &DMatrix<f64>) -> f64 {
        let row = |x: usize| {
            let feature = h.row(x).transpose();
            let p = table.p.row(x).transpose();
            self.log_partition(&feature) - p.dot(&(&self.u * &feature + &self.b))
        };
        (0..table.height()).map(|x| table.mu[x] * row(x)).sum()
    }
}

/// S1 (Böhning 1992), decided exactly for a rational law: `½(I − 11^T/V) − (diag p − p p^T)` has no negative eigenvalue.
///
/// Elimination without roots: a symmetric matrix is positive semidefinite exactly if in every step the pivot is positive, or
/// is 0 with a row of zeros.
pub fn bohning_holds(p: &[Ratio]) -> bool {
    let (v, half) = (p.len(), Ratio::of(1, 2));
    let flat = Ratio::of(1, 2 * v.max(1) as i64);
    let entry = |i: usize, j: usize| {
        let product = &(&p[i] * &p[j]) - &flat;
        if i == j { &(&half + &product) - &p[i] } else { product }
    };
    is_semidefinite((0..v).map(|i| (0..v).map(|j| entry(i, j)).collect()).collect())
}

/// Whether a symmetric rational matrix has no negative eigenvalue.
pub fn is_semidefinite(mut a: Vec<Vec<Ratio>>) -> bool {
    for k in 0..a.len() {
        match a[k][k].sign() {
            Ordering::Less => return false,
            Ordering::Equal if a[k][k..].iter().any(|x| !x.is_zero()) => return false,
            Ordering::Equal => continue,
            Ordering::Greater => {}
        }
        let pivot = a[k].clone();
        for row in a.iter_mut().skip(k + 1) {
            let Some(share) = row[k].checked_div(&pivot[k]) else { return false };
            for (entry, above) in row.iter_mut().zip(&pivot).skip(k) {
                *entry = &*entry - &(&share * above);
            }
        }
    }
    true
}

/// S2: `NLL_b − E (p_x − p0)·U h_x + ¼ E h^T U^T (I − 11^T/V) U h`, which is at least the NLL.
pub fn logit_surrogate(table: &Table, head: &Softmax, h: &DMatrix<f64>) -> f64 {
    let anchor = head.anchor();
    let row = |x: usize| {
        let z = &head.u * h.row(x).transpose();
        let p = table.p.row(x).transpose();
        let at_zero = -p.dot(&anchor.map(f64::ln));
        let mean = z.mean();
        at_zero - (p - &anchor).dot(&z) + 0.25 * z.iter().map(|t| (t - mean).powi(2)).sum::<f64>()
    };
    (0..table.height()).map(|x| table.mu[x] * row(x)).sum()
}

/// S3: the least value of the logit surrogate with `b = log pbar` over all features and prototypes of rank d, and where it is
/// taken. The value is `H(W)` less the d largest squared singular values of the centred table; the features span its leading
/// left singular space, that of the centred kernel K_Lin.
pub fn logit_optimum(table: &Table, rank: usize) -> Option<(f64, DMatrix<f64>, Softmax)> {
    let found = singular(&table.linear())?;
    let h = rows_times(&columns(&found.left, rank), &table.mu.map(|m| 1.0 / m.sqrt()));
    // U = 2 C with C = E[(p_x − pbar) h^T]: the second moment of h is the identity.
    let u = DMatrix::from_fn(table.width(), rank, |w, k| 2.0 * found.values[k] * found.right[(w, k)]);
    let value = table.entropy() - found.values.iter().take(rank).map(|s| s * s).sum::<f64>();
    Some((value, h, Softmax { u, b: table.pbar.map(f64::ln) }))
}

/// S4: `R² = diam(U)²/4`, the largest eigenvalue that the covariance of the prototypes can have under any law. So
/// `log Z(h) <= log Z(0) + ubar0·h + (R²/2)|h|²`, where ubar0 is the mean under the anchor.
pub fn radius_squared(u: &DMatrix<f64>) -> f64 {
    let rows = u.nrows();
    let pairs = (0..rows).flat_map(|a| (0..a).map(move |b| (a, b)));
    pairs.map(|(a, b)| (u.row(a) - u.row(b)).norm_squared()).fold(0.0, f64::max) / 4.0
}

/// `gbar_x`, a row for each context.
pub fn mean_prototypes(table: &Table, u: &DMatrix<f64>) -> DMatrix<f64> {
    &table.p * u
}

/// The surrogate in the features: `E[−p_x·b] + log Z(0) − E (gbar_x − ubar0)·h_x + (R²/2) E|h|²`, which is at least the NLL,
/// and at most `(R²/2) E|h|²` more.
pub fn feature_surrogate(table: &Table, head: &Softmax, h: &DMatrix<f64>) -> f64 {
    let zero = DVector::zeros(head.u.ncols());
    let start = head.log_partition(&zero) - (&table.p * &head.b).dot(&table.mu);
    let gbar = mean_prototypes(table, &head.u);
    let middle = head.u.tr_mul(&head.anchor());
    let radius = radius_squared(&head.u);
    let row = |x: usize| {
        let feature = h.row(x).transpose();
        radius / 2.0 * feature.norm_squared() - (gbar.row(x).transpose() - &middle).dot(&feature)
    };
    start + (0..table.height()).map(|x| table.mu[x] * row(x)).sum::<f64>()
}

/// S5: of all features with mean 0 and the identity as second moment, those that minimise the surrogate in the features:
/// `Sg^{-1/2} (gbar − E gbar)`, and `tr Sg^{1/2}`, by which they lower it. None where Sg is singular.
pub fn whitened_optimum(table: &Table, u: &DMatrix<f64>) -> Option<(f64, DMatrix<f64>)> {
    let gbar = centred(&mean_prototypes(table, u), &table.mu);
    let covariance = gbar.tr_mul(&rows_times(&gbar, &table.mu));
    Some((power(&covariance, 0.5)?.trace(), gbar * power(&covariance, -0.5)?))
}

/// The minimum of the surrogate in the features without a constraint: `(gbar_x − ubar0)/R²`, one step of
/// majorise-minimise.
pub fn free_optimum(table: &Table, head: &Softmax) -> DMatrix<f64> {
    let middle = head.u.tr_mul(&head.anchor());
    let gbar = mean_prototypes(table, &head.u);
    DMatrix::from_fn(gbar.nrows(), gbar.ncols(), |i, k| (gbar[(i, k)] - middle[k]) / radius_squared(&head.u))
}
