//! The values of matrices.
//!
//! A matrix with a name is computed once for each item. `operator(K, mu)` keeps K and mu apart, so that its eigenvalues
//! are found without roots (`number::matrix`).

use std::sync::Arc;

use super::cells::Cells;
use super::divergence::{divergence, overlap};
use super::evaluate::{Measurer, fault};
use crate::base::span::Span;
use crate::check::matrix::{Factor, Matrix, MatrixKind, Similarity, Under};
use crate::check::measure::Divergence;
use crate::check::term::Term;
use crate::model::error::ModelError;
use crate::model::finstoch::kernel::Kernel;
use crate::number::matrix::{Matrix as Value, MatrixFault, symmetric};
use crate::number::ratio::Ratio;
use crate::number::real::{Real, RealFault};
use crate::number::row::Row;

/// A matrix, and whether it depends on how a conditional was filled in.
pub(super) type Valued = (Value, bool);

impl Measurer<'_, '_> {
    /// The value of a matrix, whose entries may be infinite where it is written down.
    pub fn matrix(&mut self, matrix: &Matrix) -> Result<Valued, ModelError> {
        self.evaluator.interrupt.check()?;
        let span = matrix.span;
        match &matrix.kind {
            MatrixKind::Rows(rows) => {
                let mut filled = false;
                let mut values = Vec::with_capacity(rows.len());
                for row in rows {
                    let mut numbers = Vec::with_capacity(row.len());
                    for scalar in row {
                        let (value, f) = self.number(scalar)?;
                        filled |= f;
                        numbers.push(value);
                    }
                    values.push(numbers);
                }
                Ok((Value::plain(values), filled))
            }
            MatrixKind::Features(features) => Ok((Value::plain(features.vectors.clone()), false)),
            MatrixKind::Named(inner) => {
                let key = Arc::as_ptr(inner);
                if let Some(found) = self.matrices.get(&key) {
                    return Ok(found.clone());
                }
                let found = self.matrix(inner)?;
                self.matrices.insert(key, found.clone());
                Ok(found)
            }
            MatrixKind::Similarity { by, of, inputs } => {
                let kernel = self.evaluator.term(of)?;
                let mut filled = !kernel.filled.is_empty();
                let mean = match inputs {
                    None => None,
                    Some(mu) => {
                        let mu = self.evaluator.term(mu)?;
                        filled |= !mu.filled.is_empty();
                        Some(mean_law(&mu.rows[0], &kernel.rows))
                    }
                };
                let interrupt = self.evaluator.interrupt;
                let found = symmetric(kernel.rows.len(), |x, y| {
                    interrupt.check()?;
                    let entry = similarity(by, &kernel.rows[x], &kernel.rows[y], mean.as_ref());
                    entry.map_err(|fault_of_entry| match fault_of_entry {
                        // A quotient by a mean that is 0.
                        RealFault::DivisionByZero => {
                            let what = "an input of probability 0 goes where no other one does, so `chi2` divides by 0";
                            ModelError::Undefined { what: what.into(), span }
                        }
                        other => fault(other, span),
                    })
                })?;
                Ok((found.of_rank_at_most(features(by, &kernel.rows)), filled))
            }
            MatrixKind::Disintegrated { of, by, law } => {
                let (value, mut filled) = self.matrix(of)?;
                let (weights, f) = self.law(law)?;
                let labels = self.evaluator.term(by)?;
                filled |= f || !labels.filled.is_empty();
                let labels = self.labels(&labels, by)?;
                let shares = self.shares(&weights, &labels, matrix)?;
                let rows = value.rows().map_err(|f| fault(f, span))?;
                let found = averaged(&rows, &labels, &shares).map_err(|f| fault(f, span))?;
                Ok((found.of_rank_at_most(value.rank_at_most()), filled))
            }
            MatrixKind::Under(under, of, law) => {
                let (value, filled) = self.matrix(of)?;
                let (weights, f) = self.law(law)?;
                let rows = value.rows().map_err(|f| fault(f, span))?;
                let made = match under {
                    Under::Operator => Ok(Value::weighted(rows, weights).of_rank_at_most(value.rank_at_most())),
                    // Constants are taken to 0.
                    Under::Centred => {
                        let rank = value.rank_at_most().min(rows.len() - 1);
                        centred(&rows, &weights).map(|m| m.of_rank_at_most(rank))
                    }
                    Under::Laplacian => laplacian(&rows, &weights).map(|m| m.of_rank_at_most(rows.len() - 1)),
                };
                Ok((made.map_err(|f| fault(f, span))?, filled || f))
            }
            MatrixKind::Fisher(of, law) => {
                let (value, filled) = self.matrix(of)?;
                let (weights, f) = self.law(law)?;
                let rows = value.rows().map_err(|f| fault(f, span))?;
                // Rows less their mean, for the points that occur: their weighted sum is 0.
                let rank = weights.iter().filter(|w| !w.is_zero()).count() - 1;
                let found = covariance(&rows, &weights).map_err(|f| fault(f, span))?;
                Ok((found.of_rank_at_most(rank), filled || f))
            }
            MatrixKind::Gram(of) => {
                let (interrupt, (value, filled)) = (self.evaluator.interrupt, self.matrix(of)?);
                Ok((value.gram(interrupt).map_err(|f| matrix_fault(f, span))?, filled))
            }
            MatrixKind::Transpose(of) => self.matrix(of).map(|(value, filled)| (value.transposed(), filled)),
            MatrixKind::Sum(items) => {
                let mut sum: Option<Valued> = None;
                for (negative, item) in items {
                    let (value, f) = self.matrix(item)?;
                    let sign = Ratio::of(if *negative { -1 } else { 1 }, 1);
                    sum = Some(match sum {
                        None => (value.scaled(|x| x.scale(&sign)).map_err(|e| fault(e, item.span))?, f),
                        Some((so_far, filled)) => {
                            (so_far.plus(&sign, &value).map_err(|e| fault(e, item.span))?, filled | f)
                        }
                    });
                }
                sum.ok_or_else(|| unreachable!("a sum has a part"))
            }
            MatrixKind::Product(factors) => self.product(factors, span),
        }
    }

    /// The numbers of a product are put together, and scale what the matrices give.
    fn product(&mut self, factors: &[Factor], span: Span) -> Result<Valued, ModelError> {
        let mut filled = false;
        let (mut scale, mut product): (Real, Option<Value>) = (Real::one(), None);
        for factor in factors {
            self.evaluator.interrupt.check()?;
            match factor {
                Factor::Matrix(of) => {
                    let (value, f) = self.matrix(of)?;
                    filled |= f;
                    product = Some(match product {
                        None => value,
                        Some(left) => {
                            left.times(&value, self.evaluator.interrupt).map_err(|e| matrix_fault(e, span))?
                        }
                    });
                }
                Factor::Number(x) | Factor::Divisor(x) => {
                    let (value, f) = self.number(x)?;
                    filled |= f;
                    let scaled =
                        if matches!(factor, Factor::Number(_)) { scale.mul(&value) } else { scale.div(&value) };
                    scale = scaled.map_err(|e| fault(e, x.span))?;
                }
            }
        }
        let Some(product) = product else { unreachable!("a product of matrices has one") };
        let is_one = scale.as_ratio().is_some_and(Ratio::is_one);
        let scaled = if is_one { Ok(product) } else { product.scaled(|entry| scale.mul(entry)) };
        Ok((scaled.map_err(|e| fault(e, span))?, filled))
    }

    /// The value of a matrix that must be finite, for what is computed from it.
    pub fn finite_matrix(&mut self, matrix: &Matrix) -> Result<Valued, ModelError> {
        let found = self.matrix(matrix)?;
        match found.0.is_finite() {
            true => Ok(found),
            false => {
                let what = "an entry of this matrix is infinite".to_string();
                Err(ModelError::Undefined { what, span: matrix.span })
            }
        }
    }

    /// The probabilities of a state, a number for each point.
    pub(super) fn law(&mut self, law: &Term) -> Result<(Vec<Ratio>, bool), ModelError> {
        let kernel = self.evaluator.term(law)?;
        let row = &kernel.rows[0];
        Ok(((0..kernel.cod_size()).map(|x| row.get(x)).collect(), !kernel.filled.is_empty()))
    }

    /// Where a deterministic kernel sends each input.
    fn labels(&self, kernel: &Kernel, term: &Term) -> Result<Vec<usize>, ModelError> {
        let text = |t, p| crate::check::rows::point_text(self.evaluator.sig, t, p);
        let label = |(x, row): (usize, &Row)| match row.entries() {
            [(one, _)] => Ok(*one as usize),
            entries => Err(ModelError::NotDeterministic {
                role: "labelling",
                input: text(&term.dom, x as u64),
                first: text(&term.cod, entries[0].0),
                second: text(&term.cod, entries[1].0),
                span: term.span,
            }),
        };
        kernel.rows.iter().enumerate().map(label).collect()
    }

    /// The probability of each input, given its label.
    fn shares(&self, weights: &[Ratio], labels: &[usize], matrix: &Matrix) -> Result<Vec<Ratio>, ModelError> {
        let mut masses = vec![Ratio::ZERO; matrix.shape.0];
        labels.iter().zip(weights).for_each(|(label, w)| masses[*label] = &masses[*label] + w);
        if let Some(never) = masses.iter().position(Ratio::is_zero) {
            let object = matrix.rows.as_ref();
            let point = object
                .map_or_else(String::new, |t| crate::check::rows::point_text(self.evaluator.sig, t, never as u64));
            let what = format!("{point} has probability 0, so there is no mean over what leads to it");
            return Err(ModelError::Undefined { what, span: matrix.span });
        }
        let share = |(label, w): (&usize, &Ratio)| w.checked_div(&masses[*label]).unwrap_or(Ratio::ZERO);
        Ok(labels.iter().zip(weights).map(share).collect())
    }
}

/// The error for what has no value.
pub fn matrix_fault(found: MatrixFault, span: Span) -> ModelError {
    match found {
        MatrixFault::Number(found) => fault(found, span),
        MatrixFault::Stopped(stopped) => stopped.into(),
        MatrixFault::NotSymmetric(i, j) => ModelError::NotSymmetric { row: i + 1, column: j + 1, span },
        MatrixFault::Open(why) => ModelError::Undecided { why, span: Some(span) },
    }
}

/// How similar two laws are. `mean` is there for `chi2`.
fn similarity(by: &Similarity, p: &Row, q: &Row, mean: Option<&Row>) -> Result<Real, RealFault> {
    let cells = Cells::of_rows(p, q);
    Ok(match by {
        Similarity::Overlap => narrow(overlap(&cells).into()),
        Similarity::Linear => common(p, q, |a, b, _| Some(a * b))?.into(),
        Similarity::Chi2 => {
            let mean = |w| mean.map_or(Ratio::ONE, |m| m.get(w));
            common(p, q, |a, b, w| (a * b).checked_div(&mean(w)))?.into()
        }
        Similarity::Gauss(s) => {
            let squared = narrow(divergence(&Divergence::Hellinger2, &cells)?);
            let half = Ratio::of(-1, 2).checked_div(&(s * s)).unwrap_or(Ratio::ZERO);
            squared.scale(&half)?.exp()
        }
        Similarity::JensenShannon(b) => narrow(divergence(&Divergence::Js, &cells)?).scale(&-b)?.exp(),
    })
}

/// How many numbers describe a law, if its similarities are inner products of these: one for each point that occurs.
fn features(by: &Similarity, rows: &[Row]) -> usize {
    match by {
        Similarity::Overlap | Similarity::Linear | Similarity::Chi2 => {
            let mut points: Vec<u64> = rows.iter().flat_map(|row| row.entries().iter().map(|(w, _)| *w)).collect();
            points.sort_unstable();
            points.dedup();
            points.len()
        }
        Similarity::Gauss(_) | Similarity::JensenShannon(_) => usize::MAX,
    }
}

/// The rational that a number is, where it is one: of equal laws no root and no logarithm is left.
fn narrow(value: Real) -> Real {
    match &value {
        Real::Roots(sum) => sum.to_ratio().map_or(value, Real::from),
        Real::Logs(sum) => sum.to_ratio().map_or(value, Real::from),
        _ => value,
    }
}

/// A sum over the points that both laws can have.
fn common(p: &Row, q: &Row, term: impl Fn(&Ratio, &Ratio, u64) -> Option<Ratio>) -> Result<Ratio, RealFault> {
    let mut sum = Ratio::ZERO;
    for (w, a) in p.ratios() {
        let b = q.get(w);
        if !b.is_zero() {
            sum = &sum + &term(&a, &b, w).ok_or(RealFault::DivisionByZero)?;
        }
    }
    Ok(sum)
}

/// The mixture of rows.
fn mean_law(weights: &Row, rows: &[Row]) -> Row {
    let mut sums: std::collections::BTreeMap<u64, Ratio> = std::collections::BTreeMap::new();
    for (x, weight) in weights.ratios() {
        for (w, p) in rows[x as usize].ratios() {
            let sum = sums.entry(w).or_insert(Ratio::ZERO);
            *sum = &*sum + &(&weight * &p);
        }
    }
    Row::from_ratios(sums)
}

type Made = Result<Value, RealFault>;

/// `sum over x in h, y in h' of share(x) share(y) K(x, y)`
fn averaged(rows: &[Vec<Real>], labels: &[usize], shares: &[Ratio]) -> Made {
    let states = labels.iter().max().map_or(0, |most| most + 1);
    let mut sums = vec![vec![Real::zero(); states]; states];
    for (x, row) in rows.iter().enumerate() {
        for (y, entry) in row.iter().enumerate() {
            let both = &shares[x] * &shares[y];
            if !both.is_zero() {
                let sum = &mut sums[labels[x]][labels[y]];
                *sum = sum.add(&entry.scale(&both)?)?;
            }
        }
    }
    Ok(Value::plain(sums))
}

/// The mean of numbers.
pub(super) fn mean(numbers: &[Real], weights: &[Ratio]) -> Result<Real, RealFault> {
    numbers.iter().zip(weights).try_fold(Real::zero(), |sum, (x, w)| match w.is_zero() {
        true => Ok(sum),
        false => sum.add(&x.scale(w)?),
    })
}

fn columns(rows: &[Vec<Real>]) -> Vec<Vec<Real>> {
    Value::plain(rows.to_vec()).transposed().rows().unwrap_or_default()
}

/// `K(x, y)` less the means of row x and of column y, plus the mean of all.
fn centred(rows: &[Vec<Real>], weights: &[Ratio]) -> Made {
    let of_rows: Vec<Real> = rows.iter().map(|row| mean(row, weights)).collect::<Result<_, _>>()?;
    let of_columns: Vec<Real> = columns(rows).iter().map(|c| mean(c, weights)).collect::<Result<_, _>>()?;
    let all = mean(&of_rows, weights)?;
    let entry = |x: usize, y: usize| rows[x][y].sub(&of_rows[x])?.sub(&of_columns[y])?.add(&all);
    let n = rows.len();
    Ok(Value::plain((0..n).map(|x| (0..n).map(|y| entry(x, y)).collect()).collect::<Result<_, _>>()?))
}

/// Degrees minus weights `mu(x) mu(y) K(x, y)`; the degree of x is the sum of its weights.
fn laplacian(rows: &[Vec<Real>], weights: &[Ratio]) -> Made {
    let entry = |x: usize, y: usize| {
        let weight = rows[x][y].scale(&(&weights[x] * &weights[y]))?.neg();
        if x == y { weight.add(&mean(&rows[x], weights)?.scale(&weights[x])?) } else { Ok(weight) }
    };
    let n = rows.len();
    Ok(Value::plain((0..n).map(|x| (0..n).map(|y| entry(x, y)).collect()).collect::<Result<_, _>>()?))
}

/// `W^T (diag p - p p^T) W`: the covariance of the columns under p.
fn covariance(rows: &[Vec<Real>], weights: &[Ratio]) -> Made {
    let columns = columns(rows);
    let means: Vec<Real> = columns.iter().map(|c| mean(c, weights)).collect::<Result<_, _>>()?;
    symmetric(columns.len(), |i, j| {
        let products: Vec<Real> =
            columns[i].iter().zip(&columns[j]).map(|(a, b)| a.mul(b)).collect::<Result<_, _>>()?;
        mean(&products, weights)?.sub(&means[i].mul(&means[j])?)
    })
}
