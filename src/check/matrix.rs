//! Matrices of numbers, resolved: shapes fit, and laws are laws of what the rows stand for.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::features::Features;
use super::scalar::Scalar;
use super::term::Term;
use super::types::Type;
use crate::base::span::Span;
use crate::number::ratio::Ratio;

/// A matrix, or a way to compute one.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// What it is.
    pub kind: MatrixKind,
    /// How many rows it has, and how many columns; at least one of each.
    pub shape: (usize, usize),
    /// The object whose points its rows are, in their order, where they are points.
    pub rows: Option<Type>,
    /// The object whose points its columns are.
    pub columns: Option<Type>,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of matrices.
#[derive(Debug, Clone)]
pub enum MatrixKind {
    /// `[[1, x], [x, 1]]`
    Rows(Vec<Vec<Scalar>>),
    /// Declared vectors, one for each point
    Features(Arc<Features>),
    /// A matrix with a name.
    Named(Arc<Matrix>),
    /// `similarity[BC](f)`, `similarity[chi2](f, mu)`: of the laws of each two inputs of a kernel
    Similarity {
        /// How two laws are compared.
        by: Similarity,
        /// The kernel.
        of: Box<Term>,
        /// The law of the inputs, for `chi2`.
        inputs: Option<Box<Term>>,
    },
    /// `disintegrated(K, e, mu)`: the mean of K over two inputs drawn independently, given what e makes of them
    Disintegrated {
        /// A matrix on the inputs.
        of: Box<Matrix>,
        /// A deterministic kernel from the inputs.
        by: Box<Term>,
        /// The law of the inputs.
        law: Box<Term>,
    },
    /// `operator(K, mu)`, `centred(K, mu)`, `laplacian(K, mu)`
    Under(Under, Box<Matrix>, Box<Term>),
    /// `gram(A)`: the inner products of the rows
    Gram(Box<Matrix>),
    /// `fisher(W, p)`: `W^T (diag p - p p^T) W`
    Fisher(Box<Matrix>, Box<Term>),
    /// `transpose(A)`
    Transpose(Box<Matrix>),
    /// `A + B - C`: each with whether it is taken away
    Sum(Vec<(bool, Matrix)>),
    /// `2 * A * B / 3`, from left to right; at least one factor is a matrix
    Product(Vec<Factor>),
}

/// A factor of a product.
#[derive(Debug, Clone)]
pub enum Factor {
    /// A matrix
    Matrix(Matrix),
    /// A number
    Number(Scalar),
    /// A number behind `/`
    Divisor(Scalar),
}

/// How two laws p and q are compared. All of these are positive semidefinite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Similarity {
    /// `sum sqrt(p q)`, of Bhattacharyya
    Overlap,
    /// `sum p q`
    Linear,
    /// `sum p q / m` for the mean law m
    Chi2,
    /// `exp(-H^2 / (2 s^2))` for the squared Hellinger distance `H^2 = 2 (1 - BC)` and this s
    Gauss(Ratio),
    /// `exp(-b JS)` for the divergence of Jensen and Shannon in nats and this b
    JensenShannon(Ratio),
}

/// What is made of a matrix K and a law mu of its rows. D is the diagonal matrix of mu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// `D^(1/2) K D^(1/2)`: the operator `phi -> E K(x, X) phi(X)` in an orthonormal basis
    Operator,
    /// K less the means of its rows and columns, plus the mean of all: K on functions of mean 0
    Centred,
    /// Degrees minus weights of the graph with the weights `mu(x) mu(y) K(x, y)`
    Laplacian,
}

/// A number that is computed from matrices.
#[derive(Debug, Clone)]
pub enum MatrixNumber {
    /// `rank(M)`
    Rank(Matrix),
    /// `trace(M)`
    Trace(Matrix),
    /// `det(M)`
    Determinant(Matrix),
    /// `form(M, v)`: `v^T M v`; v is a column
    Form(Matrix, Matrix),
    /// `entry(M, i, j)`, counted from 0
    Entry(Matrix, usize, usize),
    /// `energy(K, mu, phi)`: `E K(X, Y) |phi(X) - phi(Y)|^2 / 2` for independent X, Y of the law mu
    Energy(Matrix, Term, Matrix),
    /// `bipartite(f, mu, h, g)`: `E |h(X) - g(W)|^2 / 2` for X of the law mu and W of the law f(X)
    Bipartite {
        /// The kernel.
        of: Term,
        /// The law of its inputs.
        law: Term,
        /// A row for each input.
        inputs: Matrix,
        /// A row for each output.
        outputs: Matrix,
    },
}

impl MatrixNumber {
    /// The matrices in it.
    pub fn matrices(&self) -> Vec<&Matrix> {
        match self {
            MatrixNumber::Rank(m)
            | MatrixNumber::Trace(m)
            | MatrixNumber::Determinant(m)
            | MatrixNumber::Entry(m, ..) => vec![m],
            MatrixNumber::Form(a, b) | MatrixNumber::Energy(a, _, b) => vec![a, b],
            MatrixNumber::Bipartite { inputs, outputs, .. } => vec![inputs, outputs],
        }
    }
}

impl Matrix {
    /// Whether it has as many rows as columns.
    pub fn is_square(&self) -> bool {
        self.shape.0 == self.shape.1
    }

    /// All numbers that it is written with, those of a matrix with a name once.
    pub fn scalars(&self) -> Vec<&Scalar> {
        let mut out = Vec::new();
        self.collect(&mut FxHashSet::default(), &mut out);
        out
    }

    fn collect<'m>(&'m self, seen: &mut FxHashSet<*const Matrix>, out: &mut Vec<&'m Scalar>) {
        match &self.kind {
            MatrixKind::Rows(rows) => out.extend(rows.iter().flatten()),
            MatrixKind::Named(inner) => {
                if seen.insert(Arc::as_ptr(inner)) {
                    inner.collect(seen, out);
                }
            }
            MatrixKind::Similarity { .. } | MatrixKind::Features(_) => {}
            MatrixKind::Disintegrated { of, .. }
            | MatrixKind::Under(_, of, _)
            | MatrixKind::Gram(of)
            | MatrixKind::Fisher(of, _)
            | MatrixKind::Transpose(of) => of.collect(seen, out),
            MatrixKind::Sum(items) => items.iter().for_each(|(_, m)| m.collect(seen, out)),
            MatrixKind::Product(factors) => factors.iter().for_each(|factor| match factor {
                Factor::Matrix(of) => of.collect(seen, out),
                Factor::Number(x) | Factor::Divisor(x) => out.push(x),
            }),
        }
    }
}
