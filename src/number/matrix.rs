//! Matrices of real numbers.
//!
//! Beside a plain matrix there is `D^(1/2) C D^(1/2)` for a diagonal matrix D of rationals that are not negative. It has
//! roots for entries, but its signs, its rank and its eigenvalues are those of C and D: of `C x = t D^(-1) x` where D is not
//! 0, and 0 elsewhere. So they stay as exact as C is.

use thiserror::Error;

use super::ratio::Ratio;
use super::real::{Real, RealFault};
use crate::base::interrupt::{Interrupt, Stopped};

/// A matrix with at least one row and one column.
#[derive(Debug, Clone)]
pub struct Matrix {
    core: Vec<Vec<Real>>,
    /// D, for a square matrix.
    weights: Option<Vec<Ratio>>,
    /// What is known of its rank by the way in which it was made.
    at_most: usize,
}

/// Why something of a matrix has no value.
#[derive(Debug, Clone, Error)]
pub enum MatrixFault {
    /// An operation on its entries has none.
    #[error(transparent)]
    Number(#[from] RealFault),
    /// It is known only of symmetric matrices; two places, from 0.
    #[error("the matrix is not symmetric")]
    NotSymmetric(usize, usize),
    /// It is not decided, for this reason.
    #[error("{0}")]
    Open(String),
    /// It was stopped.
    #[error("stopped")]
    Stopped(Stopped),
}

impl From<Stopped> for MatrixFault {
    fn from(stopped: Stopped) -> MatrixFault {
        MatrixFault::Stopped(stopped)
    }
}

/// A symmetric form without roots: C on the points where D is not 0.
#[derive(Debug, Clone)]
pub struct Core {
    /// Its rows.
    pub form: Vec<Vec<Real>>,
    /// The inverses of the entries of D.
    pub inverse: Vec<Ratio>,
    /// How many points are left out: in each of these directions the eigenvalue is 0.
    pub left_out: usize,
    /// Its rank is at most this.
    pub at_most: usize,
}

impl Matrix {
    /// A matrix by its rows, of one length.
    pub fn plain(rows: Vec<Vec<Real>>) -> Matrix {
        let at_most = rows.len().min(rows.first().map_or(0, Vec::len));
        Matrix { core: rows, weights: None, at_most }
    }

    /// `D^(1/2) C D^(1/2)`
    pub fn weighted(core: Vec<Vec<Real>>, weights: Vec<Ratio>) -> Matrix {
        Matrix { weights: Some(weights), ..Matrix::plain(core) }
    }

    /// The same matrix, whose rank is known to be at most this.
    pub fn of_rank_at_most(self, rank: usize) -> Matrix {
        Matrix { at_most: self.at_most.min(rank), ..self }
    }

    /// A bound of its rank that is known by the way in which it was made.
    pub fn rank_at_most(&self) -> usize {
        self.at_most
    }

    /// How many rows and columns it has.
    pub fn shape(&self) -> (usize, usize) {
        (self.core.len(), self.core.first().map_or(0, Vec::len))
    }

    /// An entry.
    pub fn entry(&self, i: usize, j: usize) -> Result<Real, RealFault> {
        match &self.weights {
            None => Ok(self.core[i][j].clone()),
            Some(w) if i == j => self.core[i][j].scale(&w[i]),
            Some(w) => Real::root_of(&(&w[i] * &w[j]), 2)?.mul(&self.core[i][j]),
        }
    }

    /// All entries.
    pub fn rows(&self) -> Result<Vec<Vec<Real>>, RealFault> {
        match &self.weights {
            None => Ok(self.core.clone()),
            Some(_) => {
                let (height, width) = self.shape();
                (0..height).map(|i| (0..width).map(|j| self.entry(i, j)).collect()).collect()
            }
        }
    }

    /// Whether all entries are finite.
    pub fn is_finite(&self) -> bool {
        self.core.iter().flatten().all(Real::is_finite)
    }

    /// The matrix without roots on the support of D.
    pub fn core(&self) -> Core {
        let n = self.core.len();
        let Some(weights) = &self.weights else {
            let (inverse, at_most) = (vec![Ratio::ONE; n], self.at_most);
            return Core { form: self.core.clone(), inverse, left_out: 0, at_most };
        };
        let kept: Vec<usize> = (0..n).filter(|i| !weights[*i].is_zero()).collect();
        let form = kept.iter().map(|i| kept.iter().map(|j| self.core[*i][*j].clone()).collect()).collect();
        let inverse = kept.iter().filter_map(|i| Ratio::ONE.checked_div(&weights[*i])).collect();
        Core { form, inverse, left_out: n - kept.len(), at_most: self.at_most }
    }

    /// The diagonal of D, where there is a D.
    pub fn weights(&self) -> Option<&[Ratio]> {
        self.weights.as_deref()
    }

    /// The product of the diagonal of D.
    pub fn volume(&self) -> Ratio {
        self.weights.iter().flatten().fold(Ratio::ONE, |all, w| &all * w)
    }

    /// The sum of the diagonal.
    pub fn trace(&self) -> Result<Real, RealFault> {
        (0..self.core.len()).try_fold(Real::zero(), |sum, i| sum.add(&self.entry(i, i)?))
    }

    /// The matrix with rows and columns exchanged.
    pub fn transposed(&self) -> Matrix {
        let (height, width) = self.shape();
        let core = (0..width).map(|j| (0..height).map(|i| self.core[i][j].clone()).collect()).collect();
        Matrix { core, weights: self.weights.clone(), at_most: self.at_most }
    }

    /// The product.
    pub fn times(&self, other: &Matrix, interrupt: &Interrupt) -> Result<Matrix, MatrixFault> {
        let (left, right) = (self.rows()?, other.transposed().rows()?);
        let entry = |row: &[Real], column: &[Real]| {
            interrupt.check()?;
            Ok::<Real, MatrixFault>(inner(row, column)?)
        };
        let rows = left.iter().map(|row| right.iter().map(|column| entry(row, column)).collect());
        let product = Matrix::plain(rows.collect::<Result<_, _>>()?);
        Ok(product.of_rank_at_most(self.at_most).of_rank_at_most(other.at_most))
    }

    /// The sum with a multiple of another one of the same shape.
    pub fn plus(&self, factor: &Ratio, other: &Matrix) -> Result<Matrix, RealFault> {
        let (left, right) = (self.rows()?, other.rows()?);
        let row = |(a, b): (&Vec<Real>, &Vec<Real>)| {
            a.iter().zip(b).map(|(a, b)| a.add(&b.scale(factor)?)).collect::<Result<Vec<_>, _>>()
        };
        let sum = Matrix::plain(left.iter().zip(&right).map(row).collect::<Result<_, _>>()?);
        Ok(sum.of_rank_at_most(self.at_most + other.at_most))
    }

    /// Every entry changed in the same way, by a multiplication.
    pub fn scaled(&self, by: impl Fn(&Real) -> Result<Real, RealFault>) -> Result<Matrix, RealFault> {
        let core = self.core.iter().map(|row| row.iter().map(&by).collect()).collect::<Result<_, _>>()?;
        Ok(Matrix { core, weights: self.weights.clone(), at_most: self.at_most })
    }

    /// The inner products of the rows.
    pub fn gram(&self, interrupt: &Interrupt) -> Result<Matrix, MatrixFault> {
        let rows = self.rows()?;
        let entry = |i: usize, j: usize| {
            interrupt.check()?;
            Ok::<Real, MatrixFault>(inner(&rows[i], &rows[j])?)
        };
        Ok(symmetric(rows.len(), entry)?.of_rank_at_most(self.at_most))
    }
}

/// A matrix by its entries on and below the diagonal.
pub fn symmetric<E>(n: usize, entry: impl Fn(usize, usize) -> Result<Real, E>) -> Result<Matrix, E> {
    let below = |i: usize| (0..=i).map(|j| entry(i, j)).collect::<Result<Vec<Real>, E>>();
    let triangle: Vec<Vec<Real>> = (0..n).map(below).collect::<Result<_, _>>()?;
    let at = |i: usize, j: usize| triangle[i.max(j)][i.min(j)].clone();
    Ok(Matrix::plain((0..n).map(|i| (0..n).map(|j| at(i, j)).collect()).collect()))
}

/// The sum of products.
pub fn inner(a: &[Real], b: &[Real]) -> Result<Real, RealFault> {
    a.iter().zip(b).try_fold(Real::zero(), |sum, (x, y)| sum.add(&x.mul(y)?))
}

/// The rational entries of a matrix, if all are rational.
pub fn rational(rows: &[Vec<Real>]) -> Option<Vec<Vec<Ratio>>> {
    rows.iter().map(|row| row.iter().map(|x| x.as_ratio().cloned()).collect()).collect()
}
