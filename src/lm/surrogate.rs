//! Quadratic bounds of the NLL, from totals alone.
//!
//! With logits `Wh + b` and `p0 = softmax(b)`, the loss of every state is at most its quadratic surrogate at `h = 0`:
//!
//! - **Böhning**: `log Z(h) ≤ log Z(0) + ⟨Wᵀp0, h⟩ + ¼ hᵀ Wᵀ(1 − 11ᵀ/V) W h`, because `diag p − ppᵀ ≤ ½ (1 − 11ᵀ/V)`;
//! - **ball**: `log Z(h) ≤ log Z(0) + ⟨Wᵀp0, h⟩ + ½ R² |h|²`, because no distribution on points of a ball of radius `R` has a
//!   larger variance in any direction. The ball is the one around the mean row that holds all rows.
//!
//! Both need only the first and second moments of states, and so hold for all states at once.

use nalgebra::{DMatrix, DVector};

use super::head::Head;
use super::real::{Matrix, Real};

/// Upper bounds of the mean NLL.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surrogates {
    /// Böhning's.
    pub bohning: f64,
    /// That of the ball.
    pub ball: f64,
}

/// What the bounds are computed from.
pub struct Moments<'a> {
    /// Mean of states.
    pub mean: &'a [f64],
    /// Second moment of states, not centred.
    pub second: &'a DMatrix<f64>,
    /// Mean of `log Z − NLL`, the logit of the next token.
    pub logit: f64,
    /// How often each token is the next one.
    pub tokens: &'a [u64],
}

/// The bounds for a head.
pub fn surrogates<T: Real>(head: &Head<T>, moments: &Moments<'_>) -> Surrogates {
    let (d, v) = (head.width, head.tokens);
    let bias: Vec<f64> = match &head.bias {
        Some(bias) => bias.iter().map(|b| b.to()).collect(),
        None => vec![0.0; v],
    };
    let most = bias.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = bias.iter().map(|b| (b - most).exp()).sum();
    let log_z = most + sum.ln();
    let count: u64 = moments.tokens.iter().sum();
    // The logit without the bias: the mean of ⟨u_w, h⟩.
    let mean_bias = moments.tokens.iter().zip(&bias).map(|(n, b)| *n as f64 * b).sum::<f64>() / count as f64;
    let (mut anchor, mut middle) = (DVector::<f64>::zeros(d), DVector::<f64>::zeros(d));
    for (w, b) in bias.iter().enumerate() {
        let p = (b - log_z).exp();
        for (i, x) in head.row(w).iter().enumerate() {
            anchor[i] += p * x.to();
            middle[i] += x.to() / v as f64;
        }
    }
    let mut gram = DMatrix::<f64>::zeros(d, d);
    let mut radius = 0.0f64;
    let mut rows = Vec::new();
    for first in (0..v).step_by(512) {
        rows.clear();
        for w in first..(first + 512).min(v) {
            rows.extend(head.row(w).iter().zip(&middle).map(|(x, m)| x.to() - m));
        }
        let square = |row: &[f64]| row.iter().map(|x| x * x).sum::<f64>();
        radius = rows.chunks_exact(d).map(square).fold(radius, f64::max);
        let rows = Matrix::by_columns(&rows, d, rows.len() / d);
        rows.times(rows.transposed(), 1.0, gram.as_mut_slice());
    }
    let linear: f64 = anchor.iter().zip(moments.mean).map(|(a, m)| a * m).sum();
    let common = log_z - mean_bias - (moments.logit - mean_bias) + linear;
    let curved: f64 = gram.iter().zip(moments.second.iter()).map(|(g, s)| g * s).sum();
    Surrogates { bohning: common + 0.25 * curved, ball: common + 0.5 * radius * moments.second.trace() }
}
