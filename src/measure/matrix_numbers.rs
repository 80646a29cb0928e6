//! The values of numbers of matrices.

use super::evaluate::{Measurer, Value, fault};
use super::matrices::{matrix_fault, mean};
use crate::base::span::Span;
use crate::check::matrix::{Matrix, MatrixNumber};
use crate::check::term::Term;
use crate::model::error::ModelError;
use crate::number::determinant::{determinant, rank};
use crate::number::int::Int;
use crate::number::matrix::inner;
use crate::number::ratio::Ratio;
use crate::number::real::{Real, RealFault};

impl Measurer<'_, '_> {
    /// The value of a number of a matrix.
    pub(super) fn matrix_number(&mut self, number: &MatrixNumber, span: Span) -> Result<Value, ModelError> {
        match number {
            MatrixNumber::Rank(of) => {
                let (value, filled) = self.finite_matrix(of)?;
                let found = rank(&value, self.evaluator.interrupt).map_err(|f| matrix_fault(f, span))?;
                Ok((Int::from(found as i64).into(), filled))
            }
            MatrixNumber::Trace(of) => {
                let (value, filled) = self.finite_matrix(of)?;
                Ok((value.trace().map_err(|f| fault(f, span))?, filled))
            }
            MatrixNumber::Determinant(of) => {
                let (value, filled) = self.finite_matrix(of)?;
                Ok((determinant(&value, self.evaluator.interrupt).map_err(|f| matrix_fault(f, span))?, filled))
            }
            MatrixNumber::Entry(of, row, column) => {
                let (value, filled) = self.matrix(of)?;
                Ok((value.entry(*row, *column).map_err(|f| fault(f, span))?, filled))
            }
            MatrixNumber::Form(of, vector) => {
                let (value, f) = self.finite_matrix(of)?;
                let (vector, g) = self.finite_matrix(vector)?;
                let found = form(
                    &value.rows().map_err(|e| fault(e, span))?,
                    &vector.transposed().rows().map_err(|e| fault(e, span))?[0],
                );
                Ok((found.map_err(|e| fault(e, span))?, f | g))
            }
            MatrixNumber::Energy(of, law, features) => self.energy(of, law, features, span),
            MatrixNumber::Bipartite { of, law, inputs, outputs } => {
                let (inputs, f) = self.finite_matrix(inputs)?;
                let (outputs, g) = self.finite_matrix(outputs)?;
                let (weights, h) = self.law(law)?;
                let kernel = self.evaluator.term(of)?;
                let filled = f | g | h | !kernel.filled.is_empty();
                let (inputs, outputs) =
                    (inputs.rows().map_err(|e| fault(e, span))?, outputs.rows().map_err(|e| fault(e, span))?);
                let mut sum = Real::zero();
                for (x, weight) in weights.iter().enumerate().filter(|(_, w)| !w.is_zero()) {
                    for (w, p) in kernel.rows[x].ratios() {
                        self.evaluator.interrupt.check()?;
                        let half = &(weight * &p) * &Ratio::of(1, 2);
                        let part = distance(&inputs[x], &outputs[w as usize]).and_then(|d| d.scale(&half));
                        sum = part.and_then(|part| sum.add(&part)).map_err(|e| fault(e, span))?;
                    }
                }
                Ok((sum, filled))
            }
        }
    }

    fn energy(&mut self, of: &Matrix, law: &Term, features: &Matrix, span: Span) -> Result<Value, ModelError> {
        let (kernel, f) = self.finite_matrix(of)?;
        let (features, g) = self.finite_matrix(features)?;
        let (weights, h) = self.law(law)?;
        let (kernel, features) =
            (kernel.rows().map_err(|e| fault(e, span))?, features.rows().map_err(|e| fault(e, span))?);
        let mut sum = Real::zero();
        for (x, row) in kernel.iter().enumerate() {
            self.evaluator.interrupt.check()?;
            let parts: Result<Vec<Real>, RealFault> =
                row.iter().zip(&features).map(|(k, other)| k.mul(&distance(&features[x], other)?)).collect();
            let half = &weights[x] * &Ratio::of(1, 2);
            let part = parts.and_then(|parts| mean(&parts, &weights)?.scale(&half));
            sum = part.and_then(|part| sum.add(&part)).map_err(|e| fault(e, span))?;
        }
        Ok((sum, f | g | h))
    }
}

/// `|a - b|^2`
fn distance(a: &[Real], b: &[Real]) -> Result<Real, RealFault> {
    let difference: Vec<Real> = a.iter().zip(b).map(|(a, b)| a.sub(b)).collect::<Result<_, _>>()?;
    inner(&difference, &difference)
}

/// `v^T M v`
fn form(rows: &[Vec<Real>], vector: &[Real]) -> Result<Real, RealFault> {
    let images: Vec<Real> = rows.iter().map(|row| inner(row, vector)).collect::<Result<_, _>>()?;
    inner(&images, vector)
}
