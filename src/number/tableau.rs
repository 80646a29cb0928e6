//! Integer matrices over one denominator, and the step that elimination and the simplex method share.
#![deny(clippy::float_arithmetic)]

use super::int::Int;
use super::ratio::Ratio;

/// A matrix of rationals `rows[i][j] / den`, which began as integers and has only been changed by pivots.
///
/// Every entry, and the denominator, is then a minor of the matrix that it began as (Bareiss 1968, Edmonds 1967): the
/// division in a pivot leaves no remainder, and the numbers stay as short as the determinants that they are. No
/// greatest common divisor is ever taken.
#[derive(Debug, Clone)]
pub(super) struct Tableau {
    /// The numerators.
    pub(super) rows: Vec<Vec<Int>>,
    /// The denominator, not zero.
    pub(super) den: Int,
}

impl Tableau {
    /// A matrix of integers.
    pub(super) fn new(rows: Vec<Vec<Int>>) -> Tableau {
        Tableau { rows, den: Int::ONE }
    }

    /// An entry.
    pub(super) fn get(&self, row: usize, column: usize) -> Ratio {
        Ratio::new(self.rows[row][column].clone(), self.den.clone()).unwrap_or(Ratio::ZERO)
    }

    /// Makes a column a unit vector, by the row whose entry there, not zero, becomes its one.
    pub(super) fn pivot(&mut self, row: usize, column: usize) {
        let chosen = std::mem::take(&mut self.rows[row]);
        let pivot = &chosen[column];
        for other in self.rows.iter_mut().filter(|r| !r.is_empty()) {
            let factor = other[column].clone();
            for (x, y) in other.iter_mut().zip(&chosen) {
                if x.is_zero() && (y.is_zero() || factor.is_zero()) {
                    continue;
                }
                let mut scaled = &*x * pivot;
                if !factor.is_zero() && !y.is_zero() {
                    scaled = &scaled - &(&factor * y);
                }
                *x = scaled.div_exact(&self.den);
            }
        }
        self.den = pivot.clone();
        self.rows[row] = chosen;
    }
}
