//! A finite table: a law mu of contexts, and for each context the law `p_x` of the next token.

use nalgebra::{DMatrix, DVector};

use super::linear::{columns_times, rows_times};
use crate::number::ratio::Ratio;

/// Digits with which a rational becomes a double: enough that the double next to the decimal is the one next to the rational,
/// unless that lies within 1e-9 of half way between two doubles.
const DIGITS: u32 = 26;

/// mu, P and pbar in doubles. What never occurs is left out: contexts of mass 0, and tokens that follow no context.
#[derive(Debug, Clone)]
pub struct Table {
    /// The contexts that occur, by their numbers.
    pub contexts: Vec<usize>,
    /// The tokens that occur, by their numbers.
    pub tokens: Vec<usize>,
    /// Masses of the contexts.
    pub mu: DVector<f64>,
    /// `p_x(w)`, a row for each context.
    pub p: DMatrix<f64>,
    /// The law of the token.
    pub pbar: DVector<f64>,
    /// `p_x(w) − pbar(w)`: subtracted exactly and then rounded, so that a weak dependence keeps all of its digits.
    pub delta: DMatrix<f64>,
    /// How many of the `p_x(w)` are 0.
    pub zeros: usize,
}

/// The double next to a rational.
pub fn double(x: &Ratio) -> f64 {
    x.decimal(DIGITS).0.parse().unwrap_or(f64::NAN)
}

impl Table {
    /// The table of a state and a kernel, whose rows are given as lists of entries.
    pub fn new(mu: &[Ratio], rows: &[Vec<Ratio>]) -> Table {
        let contexts: Vec<usize> = (0..mu.len()).filter(|x| !mu[*x].is_zero()).collect();
        let width = rows.first().map_or(0, Vec::len);
        let mean = |w: usize| contexts.iter().fold(Ratio::ZERO, |sum, x| &sum + &(&mu[*x] * &rows[*x][w]));
        let pbar: Vec<Ratio> = (0..width).map(mean).collect();
        let tokens: Vec<usize> = (0..width).filter(|w| !pbar[*w].is_zero()).collect();
        let entry = |i: usize, j: usize| &rows[contexts[i]][tokens[j]];
        let (n, v) = (contexts.len(), tokens.len());
        Table {
            mu: DVector::from_fn(n, |i, _| double(&mu[contexts[i]])),
            p: DMatrix::from_fn(n, v, |i, j| double(entry(i, j))),
            pbar: DVector::from_fn(v, |j, _| double(&pbar[tokens[j]])),
            delta: DMatrix::from_fn(n, v, |i, j| double(&(entry(i, j) - &pbar[tokens[j]]))),
            zeros: (0..n).flat_map(|i| (0..v).map(move |j| (i, j))).filter(|(i, j)| entry(*i, *j).is_zero()).count(),
            contexts,
            tokens,
        }
    }

    /// How many contexts occur.
    pub fn height(&self) -> usize {
        self.mu.len()
    }

    /// How many tokens occur.
    pub fn width(&self) -> usize {
        self.pbar.len()
    }

    /// `H(W)`
    pub fn entropy(&self) -> f64 {
        -self.pbar.iter().map(|q| q * q.ln()).sum::<f64>()
    }

    /// `I(X;W)`, summed from `p log(p/pbar)` with the exact differences. This is the most that a model can capture.
    pub fn information(&self) -> f64 {
        let term = |i: usize, j: usize| {
            let (p, d, q) = (self.p[(i, j)], self.delta[(i, j)], self.pbar[j]);
            // The differences of a row sum to 0, so that subtracting them only takes out what would cancel.
            if p == 0.0 { -d } else { p * (d / q).ln_1p() - d }
        };
        let row = |i: usize| (0..self.width()).map(|j| term(i, j)).sum::<f64>();
        (0..self.height()).map(|i| self.mu[i] * row(i)).sum()
    }

    /// The square roots of the masses of the contexts.
    pub fn root_mu(&self) -> DVector<f64> {
        self.mu.map(f64::sqrt)
    }

    /// `D_mu^{1/2} (P − 1 pbar^T) D_pbar^{-1/2}`, whose singular values are the canonical correlations of context and token.
    pub fn dependence(&self) -> DMatrix<f64> {
        columns_times(&self.linear(), &self.pbar.map(|q| 1.0 / q.sqrt()))
    }

    /// `D_mu^{1/2} (P − 1 pbar^T)`: the centred rows.
    pub fn linear(&self) -> DMatrix<f64> {
        rows_times(&self.delta, &self.root_mu())
    }

    /// Features of contexts as vectors in the space in which mu is the inner product: centred, times the roots of the masses.
    pub fn embedded(&self, features: &DMatrix<f64>) -> DMatrix<f64> {
        rows_times(&super::linear::centred(features, &self.mu), &self.root_mu())
    }
}
