//! The loss of the log-bilinear model of rank d: `q_x = softmax(U h_x + b)`, with a free feature `h_x` for each context.
//!
//! Logits are kept relative to `log pbar`, `b = log pbar + beta`, and the loss relative to `H(W)`: what is minimised is
//! `NLL − H(W)`, the negative of what the model captures. For a table near independence this is tiny, and computed as it is
//! here it keeps its digits; as a difference of two losses it would lose them.
//!
//! The loss does not change under `h -> A h + a` with the head that undoes it, under `U -> U + 1 c^T`, and under
//! `beta -> beta + t`: d² + 2d + 1 idle directions. The balanced representative has both `h` (under mu) and `u` (under pbar)
//! of mean 0, and their second moments equal and diagonal.

use nalgebra::{DMatrix, DVector};

use super::linear::{centred, columns, rows_times, singular};
use super::optimise::Objective;
use super::table::Table;

/// Above this a logit is large, and exponentials are taken relative to the largest of a row.
const LARGE: f64 = 20.0;

/// The parts of a model.
#[derive(Debug, Clone)]
pub struct Model {
    /// A row for each context.
    pub h: DMatrix<f64>,
    /// A row for each token.
    pub u: DMatrix<f64>,
    /// The bias, relative to `log pbar`.
    pub beta: DVector<f64>,
}

/// The loss as a function of `H`, `U` and beta.
#[derive(Debug, Clone, Copy)]
pub struct Free<'t> {
    /// The table.
    pub table: &'t Table,
    /// The rank d.
    pub rank: usize,
}

/// The loss as a function of the head, `U` and beta, on features that are given: convex.
#[derive(Debug, Clone)]
pub struct Head<'t> {
    /// The table.
    pub table: &'t Table,
    /// A row for each context; centred, with the identity as second moment.
    pub features: DMatrix<f64>,
}

impl Model {
    /// Logits, relative to `log pbar`.
    pub fn logits(&self) -> DMatrix<f64> {
        let mut y = &self.h * self.u.transpose();
        for mut row in y.row_iter_mut() {
            row += self.beta.transpose();
        }
        y
    }

    /// `NLL − H(W)`
    pub fn excess(&self, table: &Table) -> f64 {
        loss(table, &mut self.logits(), None)
    }

    /// The probabilities that the model gives.
    pub fn probabilities(&self, table: &Table) -> DMatrix<f64> {
        let mut y = self.logits();
        let mut g = DMatrix::zeros(y.nrows(), y.ncols());
        loss(table, &mut y, Some(&mut g));
        DMatrix::from_fn(y.nrows(), y.ncols(), |i, j| g[(i, j)] / table.mu[i] + table.p[(i, j)])
    }

    /// `log Z(h_x) = log sum_w exp(u_w · h_x + b_w)`. Adding a vector to all prototypes changes it, so it is taken with
    /// prototypes of mean 0 under pbar, where balanced models have them.
    pub fn log_partition(&self, table: &Table) -> DVector<f64> {
        let mean = self.u.tr_mul(&table.pbar);
        let u = DMatrix::from_fn(self.u.nrows(), self.u.ncols(), |w, k| self.u[(w, k)] - mean[k]);
        let y = Model { u, ..self.clone() }.logits();
        DVector::from_fn(y.nrows(), |i, _| {
            let top = y.row(i).max();
            let sum: f64 = (0..y.ncols()).map(|j| table.pbar[j] * (y[(i, j)] - top).exp()).sum();
            top + sum.ln()
        })
    }

    fn of(at: &DVector<f64>, n: usize, v: usize, d: usize) -> Model {
        let (h, rest) = at.as_slice().split_at(n * d);
        let (u, beta) = rest.split_at(v * d);
        Model {
            h: DMatrix::from_column_slice(n, d, h),
            u: DMatrix::from_column_slice(v, d, u),
            beta: DVector::from_column_slice(beta),
        }
    }

    fn flat(&self) -> DVector<f64> {
        let all = self.h.iter().chain(self.u.iter()).chain(self.beta.iter());
        DVector::from_iterator(self.h.len() + self.u.len() + self.beta.len(), all.copied())
    }

    /// The model with the same probabilities whose features and prototypes have mean 0 and equal, diagonal second moments.
    pub fn balanced(&self, table: &Table) -> Model {
        let (h, u) = (centred(&self.h, &table.mu), centred(&self.u, &table.pbar));
        let mut beta = &self.beta + &u * self.h.tr_mul(&table.mu);
        let mean = beta.dot(&table.pbar);
        beta.add_scalar_mut(-mean);
        let (roots, tokens) = (table.root_mu(), table.pbar.map(f64::sqrt));
        let inner = rows_times(&h, &roots) * rows_times(&u, &tokens).transpose();
        let d = self.h.ncols();
        match singular(&inner) {
            Some(found) => Model::from_parts(table, &found.left, &found.values, &found.right, d, beta),
            None => Model { h, u, beta },
        }
    }

    /// The model with centred logits `D_mu^{-1/2} · left · diag(values) · right^T · D_pbar^{-1/2}`, cut off at rank d.
    pub fn from_parts(
        table: &Table,
        left: &DMatrix<f64>,
        values: &DVector<f64>,
        right: &DMatrix<f64>,
        d: usize,
        beta: DVector<f64>,
    ) -> Model {
        let half = |side: &DMatrix<f64>, masses: &DVector<f64>| {
            DMatrix::from_fn(side.nrows(), d, |i, k| side[(i, k)] * values[k].sqrt() / masses[i].sqrt())
        };
        Model { h: half(left, &table.mu), u: half(right, &table.pbar), beta }
    }

    /// An orthonormal basis of the space that the features span, in the space with inner product mu.
    pub fn span(&self, table: &Table) -> Option<DMatrix<f64>> {
        let embedded = table.embedded(&self.h);
        Some(columns(&singular(&embedded)?.left, self.h.ncols()))
    }
}

/// `NLL − H(W)` at logits relative to `log pbar`, which are centred row by row; into `residual` go the derivatives by the
/// logits, `mu_x (q_x − p_x)`.
fn loss(table: &Table, logits: &mut DMatrix<f64>, mut residual: Option<&mut DMatrix<f64>>) -> f64 {
    let (n, v) = logits.shape();
    let pbar = &table.pbar;
    let mut total = 0.0;
    for i in 0..n {
        let mean: f64 = (0..v).map(|j| pbar[j] * logits[(i, j)]).sum();
        let mut top = f64::NEG_INFINITY;
        for j in 0..v {
            logits[(i, j)] -= mean;
            top = top.max(logits[(i, j)]);
        }
        let gain: f64 = (0..v).map(|j| table.delta[(i, j)] * logits[(i, j)]).sum();
        let mass = table.mu[i];
        if top < LARGE {
            // With mean 0 this is of second order in the logits.
            let t: f64 = (0..v).map(|j| pbar[j] * logits[(i, j)].exp_m1()).sum();
            total += mass * (t.ln_1p() - gain);
            if let Some(g) = residual.as_deref_mut() {
                for j in 0..v {
                    let shift = pbar[j] * (logits[(i, j)].exp_m1() - t) / (1.0 + t);
                    g[(i, j)] = mass * (shift - table.delta[(i, j)]);
                }
            }
        } else {
            let sum: f64 = (0..v).map(|j| pbar[j] * (logits[(i, j)] - top).exp()).sum();
            total += mass * (top + sum.ln() - gain);
            if let Some(g) = residual.as_deref_mut() {
                for j in 0..v {
                    g[(i, j)] = mass * (pbar[j] * (logits[(i, j)] - top).exp() / sum - table.p[(i, j)]);
                }
            }
        }
    }
    total
}

/// How `mu_x (q_x − p_x)` moves when the logits move: `mu_x (diag q_x − q_x q_x^T)` applied to each row.
fn moved(table: &Table, residual: &DMatrix<f64>, change: &DMatrix<f64>) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(change.nrows(), change.ncols());
    for i in 0..change.nrows() {
        let mass = table.mu[i];
        let q = |j: usize| residual[(i, j)] / mass + table.p[(i, j)];
        let mean: f64 = (0..change.ncols()).map(|j| q(j) * change[(i, j)]).sum();
        for j in 0..change.ncols() {
            out[(i, j)] = mass * q(j) * (change[(i, j)] - mean);
        }
    }
    out
}

fn columns_sum(g: &DMatrix<f64>) -> DVector<f64> {
    DVector::from_fn(g.ncols(), |j, _| g.column(j).sum())
}

impl Free<'_> {
    /// The model at a point.
    pub fn model(&self, at: &DVector<f64>) -> Model {
        Model::of(at, self.table.height(), self.table.width(), self.rank)
    }

    /// The point of a model.
    pub fn point(&self, model: &Model) -> DVector<f64> {
        model.flat()
    }
}

impl Objective for Free<'_> {
    fn len(&self) -> usize {
        (self.table.height() + self.table.width()) * self.rank + self.table.width()
    }

    fn value(&self, at: &DVector<f64>, gradient: &mut DVector<f64>) -> f64 {
        let m = self.model(at);
        let mut y = m.logits();
        let mut g = DMatrix::zeros(y.nrows(), y.ncols());
        let value = loss(self.table, &mut y, Some(&mut g));
        *gradient = Model { h: &g * &m.u, u: g.tr_mul(&m.h), beta: columns_sum(&g) }.flat();
        value
    }

    fn second(&self, at: &DVector<f64>, direction: &DVector<f64>) -> DVector<f64> {
        let (m, to) = (self.model(at), self.model(direction));
        let mut y = m.logits();
        let mut g = DMatrix::zeros(y.nrows(), y.ncols());
        loss(self.table, &mut y, Some(&mut g));
        let mut change = &to.h * m.u.transpose() + &m.h * to.u.transpose();
        for mut row in change.row_iter_mut() {
            row += to.beta.transpose();
        }
        let dg = moved(self.table, &g, &change);
        let h = &dg * &m.u + &g * &to.u;
        let u = dg.tr_mul(&m.h) + g.tr_mul(&to.h);
        Model { h, u, beta: columns_sum(&dg) }.flat()
    }

    fn balanced(&self, at: &DVector<f64>) -> DVector<f64> {
        self.model(at).balanced(self.table).flat()
    }

    fn idle(&self) -> usize {
        self.rank * self.rank + 2 * self.rank + 1
    }
}

impl Head<'_> {
    /// The model with these features and the head at a point.
    pub fn model(&self, at: &DVector<f64>) -> Model {
        let d = self.features.ncols();
        let head = Model::of(at, 0, self.table.width(), d);
        Model { h: self.features.clone(), ..head }
    }
}

impl Objective for Head<'_> {
    fn len(&self) -> usize {
        self.table.width() * (self.features.ncols() + 1)
    }

    fn value(&self, at: &DVector<f64>, gradient: &mut DVector<f64>) -> f64 {
        let m = self.model(at);
        let mut y = m.logits();
        let mut g = DMatrix::zeros(y.nrows(), y.ncols());
        let value = loss(self.table, &mut y, Some(&mut g));
        let none = DMatrix::zeros(0, m.h.ncols());
        *gradient = Model { h: none, u: g.tr_mul(&m.h), beta: columns_sum(&g) }.flat();
        value
    }

    fn second(&self, at: &DVector<f64>, direction: &DVector<f64>) -> DVector<f64> {
        let (m, to) = (self.model(at), self.model(direction));
        let mut y = m.logits();
        let mut g = DMatrix::zeros(y.nrows(), y.ncols());
        loss(self.table, &mut y, Some(&mut g));
        let mut change = &m.h * to.u.transpose();
        for mut row in change.row_iter_mut() {
            row += to.beta.transpose();
        }
        let dg = moved(self.table, &g, &change);
        let none = DMatrix::zeros(0, m.h.ncols());
        Model { h: none, u: dg.tr_mul(&m.h), beta: columns_sum(&dg) }.flat()
    }

    fn balanced(&self, at: &DVector<f64>) -> DVector<f64> {
        let m = self.model(at);
        let mean = m.beta.dot(&self.table.pbar);
        let none = DMatrix::zeros(0, m.h.ncols());
        Model { h: none, u: centred(&m.u, &self.table.pbar), beta: m.beta.add_scalar(-mean) }.flat()
    }

    fn idle(&self) -> usize {
        self.features.ncols() + 1
    }
}
