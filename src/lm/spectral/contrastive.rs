//! Spectral contrastive learning (HaoChen, Wei, Gaidon and Ma 2021) on a finite table.
//!
//! Two contexts are a positive pair if they share the next token: `w(x, x') = sum_w p(w) p(x|w) p(x'|w)`. The population loss
//! `−2 sum w(x,x') f(x)·f(x') + sum w_x w_x' (f(x)·f(x'))²` is `‖Ā − F F^T‖² − ‖Ā‖²`, where `Ā = D^{-1/2} w D^{-1/2}` and F has
//! the rows `sqrt(w_x) f(x)`. Its minimum over features of dimension k is therefore minus the sum of the k largest squared
//! eigenvalues of Ā. For a table Ā is `B B^T` with `B = D_mu^{1/2} P D_pbar^{-1/2}`, whose singular values are 1, for the constant
//! feature, and the canonical correlations of context and token.

use nalgebra::{DMatrix, DVector};

use super::linear::{columns_times, rows_times, singular, spectrum};
use super::table::Table;

/// `w(x, x')`, which sums to 1 and has the marginal mu.
pub fn pairs(table: &Table) -> DMatrix<f64> {
    let joint = rows_times(&table.p, &table.mu);
    columns_times(&joint, &table.pbar.map(|q| 1.0 / q)) * joint.transpose()
}

/// The marginal of a law of pairs.
pub fn marginal(pairs: &DMatrix<f64>) -> DVector<f64> {
    DVector::from_fn(pairs.nrows(), |i, _| pairs.row(i).sum())
}

/// `Ā = D^{-1/2} w D^{-1/2}`
pub fn normalised(pairs: &DMatrix<f64>) -> DMatrix<f64> {
    let scale = marginal(pairs).map(|m| 1.0 / m.sqrt());
    columns_times(&rows_times(pairs, &scale), &scale)
}

/// The population loss, by its definition; a feature for each row of `f`.
pub fn population_loss(pairs: &DMatrix<f64>, f: &DMatrix<f64>) -> f64 {
    let (gram, mass) = (f * f.transpose(), marginal(pairs));
    let n = pairs.nrows();
    let places = (0..n).flat_map(|x| (0..n).map(move |y| (x, y)));
    places.map(|(x, y)| -2.0 * pairs[(x, y)] * gram[(x, y)] + mass[x] * mass[y] * gram[(x, y)].powi(2)).sum()
}

/// The same loss as a distance of matrices, `‖Ā − F F^T‖² − ‖Ā‖²`.
pub fn as_distance(pairs: &DMatrix<f64>, f: &DMatrix<f64>) -> f64 {
    let weighted = rows_times(f, &marginal(pairs).map(f64::sqrt));
    let target = normalised(pairs);
    (&target - &weighted * weighted.transpose()).norm_squared() - target.norm_squared()
}

/// The least loss of features of dimension k, and features that have it.
///
/// Eigenvalues below 0 would be left out; for the pairs of a table there are none.
pub fn minimum(pairs: &DMatrix<f64>, k: usize) -> Option<(f64, DMatrix<f64>)> {
    let found = spectrum(&normalised(pairs))?;
    let mass = marginal(pairs);
    let gamma = |j: usize| found.values[j].max(0.0);
    let f = DMatrix::from_fn(pairs.nrows(), k, |i, j| found.vectors[(i, j)] * gamma(j).sqrt() / mass[i].sqrt());
    Some((-(0..k).map(|j| gamma(j).powi(2)).sum::<f64>(), f))
}

/// The form with two sides, `−2 E_{xw} f(x)·g(w) + E_x E_w (f(x)·g(w))²`, for contexts and tokens.
pub fn bipartite_loss(table: &Table, f: &DMatrix<f64>, g: &DMatrix<f64>) -> f64 {
    let inner = f * g.transpose();
    let places = (0..table.height()).flat_map(|x| (0..table.width()).map(move |w| (x, w)));
    let term = |(x, w): (usize, usize)| {
        let s = inner[(x, w)];
        table.mu[x] * (-2.0 * table.p[(x, w)] * s + table.pbar[w] * s * s)
    };
    places.map(term).sum()
}

/// The least such loss of dimension k, and features of contexts and of tokens that have it.
pub fn bipartite_minimum(table: &Table, k: usize) -> Option<(f64, DMatrix<f64>, DMatrix<f64>)> {
    let joint = rows_times(&table.p, &table.root_mu());
    let found = singular(&columns_times(&joint, &table.pbar.map(|q| 1.0 / q.sqrt())))?;
    let side = |vectors: &DMatrix<f64>, mass: &DVector<f64>| {
        DMatrix::from_fn(vectors.nrows(), k, |i, j| vectors[(i, j)] * found.values[j].sqrt() / mass[i].sqrt())
    };
    let value = -(0..k).map(|j| found.values[j].powi(2)).sum::<f64>();
    Some((value, side(&found.left, &table.mu), side(&found.right, &table.pbar)))
}
