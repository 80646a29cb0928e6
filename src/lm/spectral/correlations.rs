//! Canonical correlations of given features of contexts and of tokens.

use nalgebra::{DMatrix, DVector};

use super::linear::{centred, columns_times, power, rows_times, singular};
use super::table::Table;

/// Second moments of centred features: of the contexts, of contexts with tokens, of the tokens.
#[derive(Debug, Clone)]
pub struct Moments {
    /// `E phi phi^T`
    pub contexts: DMatrix<f64>,
    /// `E phi g^T`
    pub mixed: DMatrix<f64>,
    /// `E g g^T`
    pub tokens: DMatrix<f64>,
}

/// The moments of features of contexts (a row for each) and of tokens (a row for each) under the joint law.
pub fn moments(table: &Table, phi: &DMatrix<f64>, g: &DMatrix<f64>) -> Moments {
    let (phi, g) = (centred(phi, &table.mu), centred(g, &table.pbar));
    let weighted = rows_times(&phi, &table.mu);
    Moments {
        contexts: phi.tr_mul(&weighted),
        mixed: weighted.tr_mul(&table.delta) * &g,
        tokens: g.tr_mul(&rows_times(&g, &table.pbar)),
    }
}

/// S6: the canonical correlations, the singular values of `S_p^{-1/2} S_pg S_g^{-1/2}`. None where a moment is singular.
///
/// They are also the eigenvalues of the pencil of `[0, S_pg; S_gp, 0]` and `[S_p, 0; 0, S_g]`, with both signs.
pub fn correlations(m: &Moments) -> Option<DVector<f64>> {
    Some(singular(&(power(&m.contexts, -0.5)? * &m.mixed * power(&m.tokens, -0.5)?))?.values)
}

/// S7: with the features of contexts alone whitened, the largest `tr E[A phi g^T]`: the sum of the singular values of
/// `S_p^{-1/2} S_pg`. None where the moment of the contexts is singular.
pub fn one_sided(m: &Moments) -> Option<f64> {
    Some(singular(&(power(&m.contexts, -0.5)? * &m.mixed))?.values.sum())
}

/// S8: the second-order expansion of `NLL − H(W)` at pbar for logits `log pbar + y`: `−E (p_x − pbar)·y_x + ½ E Var_pbar(y_x)`.
/// Its minimum over logits of rank d is minus half the sum of the d largest squared canonical correlations of context and
/// token. It is an expansion and no bound.
pub fn expansion(table: &Table, logits: &DMatrix<f64>) -> f64 {
    let row = |x: usize| {
        let y = logits.row(x).transpose();
        let mean = y.dot(&table.pbar);
        let variance: f64 = y.iter().zip(table.pbar.iter()).map(|(t, q)| q * (t - mean).powi(2)).sum();
        variance / 2.0 - table.delta.row(x).transpose().dot(&y)
    };
    (0..table.height()).map(|x| table.mu[x] * row(x)).sum()
}

/// The least value of the expansion over logits of rank d, and logits that have it.
pub fn expansion_optimum(table: &Table, rank: usize) -> Option<(f64, DMatrix<f64>)> {
    let found = singular(&table.dependence())?;
    let left = rows_times(&found.left.columns(0, rank).into_owned(), &table.mu.map(|m| 1.0 / m.sqrt()));
    let right = rows_times(&found.right.columns(0, rank).into_owned(), &table.pbar.map(|q| 1.0 / q.sqrt()));
    let values = found.values.rows(0, rank).into_owned();
    Some((-values.norm_squared() / 2.0, columns_times(&left, &values) * right.transpose()))
}
