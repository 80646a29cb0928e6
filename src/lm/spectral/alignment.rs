//! How far two spaces of features agree.
//!
//! Features count up to `h -> A h + b`, which a head can undo: they are centred, embedded in the space with inner product mu,
//! and of that only the span is looked at.

use nalgebra::{DMatrix, DVector};

use super::linear::singular;

/// The sine of the largest angle between two spaces of one dimension, given by orthonormal bases: `‖(I − Q Q^T) S‖`.
///
/// The residual keeps its digits where the angle is small; the arccosine of a singular value of `Q^T S` would lose half.
pub fn sine(q: &DMatrix<f64>, s: &DMatrix<f64>) -> Option<f64> {
    let residual = s - q * q.tr_mul(s);
    Some(singular(&residual)?.values.iter().fold(0.0, |m: f64, x| m.max(*x)).min(1.0))
}

/// The sines of all principal angles, from the largest.
pub fn sines(q: &DMatrix<f64>, s: &DMatrix<f64>) -> Option<DVector<f64>> {
    Some(singular(&(s - q * q.tr_mul(s)))?.values.map(|x| x.min(1.0)))
}

/// What a space with the orthonormal basis `q` has of the trace of `B B^T`, as a part of what the leading space has:
/// `tr(Q^T B B^T Q) / sum of the d largest squared singular values`.
pub fn rayleigh(q: &DMatrix<f64>, b: &DMatrix<f64>, values: &DVector<f64>) -> f64 {
    let best: f64 = values.iter().take(q.ncols()).map(|s| s * s).sum();
    b.tr_mul(q).norm_squared() / best
}

/// Linear CKA of two embedded features (Kornblith, Norouzi, Lee and Hinton 2019). It depends on the scale of the coordinates
/// of each, so it says less than the angle.
pub fn cka(x: &DMatrix<f64>, f: &DMatrix<f64>) -> f64 {
    x.tr_mul(f).norm_squared() / (x.tr_mul(x).norm() * f.tr_mul(f).norm())
}

/// The standard deviation of a function of contexts.
pub fn spread(values: &DVector<f64>, mu: &DVector<f64>) -> f64 {
    let mean = values.dot(mu);
    values.iter().zip(mu.iter()).map(|(v, m)| m * (v - mean).powi(2)).sum::<f64>().sqrt()
}
