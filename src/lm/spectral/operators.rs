//! Kernels of predictive similarity on contexts, and what is made of them.

use nalgebra::{DMatrix, DVector};

use super::linear::{Spectrum, columns_times, rows_times, spectrum};
use super::table::Table;

/// A kernel on contexts; all of these are positive semidefinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kernel {
    /// `p_x · p_x'`. It is no measure of similarity: a law can have more with another than with itself.
    Linear,
    /// The Bhattacharyya coefficient `sum_w sqrt(p_x(w) p_x'(w))`
    Bhattacharyya,
    /// `sum_w p_x(w) p_x'(w) / pbar(w)`, whose centred operator has the squared canonical correlations as eigenvalues
    ChiSquare,
    /// `exp(−b JS(p_x, p_x'))`, with the divergence in nats
    JensenShannon(f64),
    /// `exp(−d_H²/(2 s²))` with `d_H² = 2 (1 − BC)`
    GaussianHellinger(f64),
}

impl Kernel {
    /// Its value at two laws.
    pub fn at(self, p: &[f64], q: &[f64], pbar: &[f64]) -> f64 {
        let sum = |term: &dyn Fn(f64, f64) -> f64| p.iter().zip(q).map(|(a, b)| term(*a, *b)).sum::<f64>();
        match self {
            Kernel::Linear => sum(&|a, b| a * b),
            Kernel::Bhattacharyya => sum(&|a, b| (a * b).sqrt()),
            Kernel::ChiSquare => p.iter().zip(q).zip(pbar).map(|((a, b), m)| a * b / m).sum(),
            Kernel::JensenShannon(b) => (-b * jensen_shannon(p, q)).exp(),
            Kernel::GaussianHellinger(s) => {
                // The square of the difference of roots, so that equal laws have distance 0 and not a rounding error.
                let squared = sum(&|a, b| (a.sqrt() - b.sqrt()).powi(2));
                (-squared / (2.0 * s * s)).exp()
            }
        }
    }

    /// Its matrix.
    pub fn matrix(self, table: &Table) -> DMatrix<f64> {
        let rows: Vec<Vec<f64>> = table.p.row_iter().map(|r| r.iter().copied().collect()).collect();
        let n = rows.len();
        DMatrix::from_fn(n, n, |x, y| self.at(&rows[x], &rows[y], table.pbar.as_slice()))
    }
}

/// The Jensen-Shannon divergence, in nats.
fn jensen_shannon(p: &[f64], q: &[f64]) -> f64 {
    let part = |a: f64, m: f64| if a == 0.0 { 0.0 } else { a * (a / m).ln() };
    let term = |(a, b): (&f64, &f64)| (part(*a, (a + b) / 2.0) + part(*b, (a + b) / 2.0)) / 2.0;
    p.iter().zip(q).map(term).sum::<f64>().max(0.0)
}

/// The operator `phi -> E_x' K(x, x') phi(x')` in an orthonormal basis: `D_mu^{1/2} K D_mu^{1/2}`.
pub fn operator(kernel: &DMatrix<f64>, mu: &DVector<f64>) -> DMatrix<f64> {
    let roots = mu.map(f64::sqrt);
    columns_times(&rows_times(kernel, &roots), &roots)
}

/// The operator on functions of mean 0: the constant function is projected out on both sides.
pub fn centred_operator(kernel: &DMatrix<f64>, mu: &DVector<f64>) -> DMatrix<f64> {
    let means = kernel * mu;
    let all = mu.dot(&means);
    let n = mu.len();
    let shifted = DMatrix::from_fn(n, n, |x, y| kernel[(x, y)] - means[x] - means[y] + all);
    operator(&shifted, mu)
}

/// The spectrum of the centred operator.
pub fn centred_spectrum(kernel: &DMatrix<f64>, mu: &DVector<f64>) -> Option<Spectrum> {
    spectrum(&centred_operator(kernel, mu))
}

/// The disintegrated kernel on hidden states: the mean of K over pairs of contexts, drawn independently, with given states.
///
/// `states[x]` is the state of context x, below `count`. The law of the states comes with it; a state without contexts has
/// the row 0.
pub fn disintegrated(
    kernel: &DMatrix<f64>,
    mu: &DVector<f64>,
    states: &[usize],
    count: usize,
) -> (DMatrix<f64>, DVector<f64>) {
    let mut mass = DVector::zeros(count);
    states.iter().zip(mu.iter()).for_each(|(s, m)| mass[*s] += m);
    let share = |x: usize| if mass[states[x]] > 0.0 { mu[x] / mass[states[x]] } else { 0.0 };
    let mut out = DMatrix::zeros(count, count);
    for x in 0..states.len() {
        for y in 0..states.len() {
            out[(states[x], states[y])] += share(x) * share(y) * kernel[(x, y)];
        }
    }
    (out, mass)
}

/// The Dirichlet energy `½ E_{x,x'} K(x, x') |phi(x) − phi(x')|²`, by its definition.
pub fn dirichlet(kernel: &DMatrix<f64>, mu: &DVector<f64>, phi: &DMatrix<f64>) -> f64 {
    let n = mu.len();
    let pair = |x: usize, y: usize| mu[x] * mu[y] * kernel[(x, y)] * (phi.row(x) - phi.row(y)).norm_squared();
    (0..n).map(|x| (0..n).map(|y| pair(x, y)).sum::<f64>()).sum::<f64>() / 2.0
}

/// The Laplacian of the graph of contexts with the weights `mu(x) mu(x') K(x, x')`: degrees minus weights, so that the
/// energy is `tr phi^T L phi`.
pub fn laplacian(kernel: &DMatrix<f64>, mu: &DVector<f64>) -> DMatrix<f64> {
    let weights = columns_times(&rows_times(kernel, mu), mu);
    let degrees = DVector::from_fn(mu.len(), |x, _| weights.row(x).sum());
    DMatrix::from_diagonal(&degrees) - weights
}

/// The Dirichlet energy of the graph between contexts and tokens, `½ E_{x,w} |h_x − u_w|²`, and the log-partition
/// `E log sum_w exp(−½|h_x − u_w|²)`. Where all prototypes have one norm and there is no bias, the NLL is their sum.
pub fn bipartite(table: &Table, h: &DMatrix<f64>, u: &DMatrix<f64>) -> [f64; 2] {
    let half = |x: usize, w: usize| (h.row(x) - u.row(w)).norm_squared() / 2.0;
    let v = table.width();
    let energy = |x: usize| (0..v).map(|w| table.p[(x, w)] * half(x, w)).sum::<f64>();
    let partition = |x: usize| {
        let least = (0..v).map(|w| half(x, w)).fold(f64::INFINITY, f64::min);
        (0..v).map(|w| (least - half(x, w)).exp()).sum::<f64>().ln() - least
    };
    let mean = |f: &dyn Fn(usize) -> f64| (0..table.height()).map(|x| table.mu[x] * f(x)).sum::<f64>();
    [mean(&energy), mean(&partition)]
}
