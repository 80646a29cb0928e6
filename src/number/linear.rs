//! Linear equations over the rationals, by elimination without fractions.
#![deny(clippy::float_arithmetic)]

use super::int::Int;
use super::ratio::Ratio;
use super::tableau::Tableau;
use crate::base::interrupt::{Interrupt, Stopped};

/// A matrix in reduced echelon form: each pivot column is a unit vector, and the other columns say how they depend on
/// them.
#[derive(Debug, Clone)]
pub struct Echelon {
    tableau: Tableau,
    /// For each row that is not zero, the column of its pivot, in increasing order.
    pivots: Vec<usize>,
    /// How many columns were reduced.
    columns: usize,
}

impl Echelon {
    /// Reduces the first `columns` columns of an integer matrix; the others are carried along, as right-hand sides.
    pub fn of(rows: Vec<Vec<Int>>, columns: usize, interrupt: &Interrupt) -> Result<Echelon, Stopped> {
        let mut tableau = Tableau::new(rows);
        let mut pivots = Vec::new();
        for column in 0..columns {
            interrupt.check()?;
            let next = pivots.len();
            // Among the rows without a pivot, the shortest number: what follows is as long as the minors are.
            let candidates = (next..tableau.rows.len()).filter(|r| !tableau.rows[*r][column].is_zero());
            let Some(row) = candidates.min_by_key(|r| tableau.rows[*r][column].bits()) else { continue };
            tableau.rows.swap(next, row);
            tableau.pivot(next, column);
            pivots.push(column);
        }
        Ok(Echelon { tableau, pivots, columns })
    }

    /// The rank.
    pub fn rank(&self) -> usize {
        self.pivots.len()
    }

    /// Numbers, not all zero and without a common factor, by which the columns add up to zero; `None` where the columns
    /// are independent.
    pub fn null_vector(&self) -> Option<Vec<Int>> {
        let free = (0..self.columns).find(|c| self.pivots.get(*c) != Some(c))?;
        let mut vector = vec![Int::ZERO; self.columns];
        for (row, pivot) in self.pivots.iter().enumerate() {
            vector[*pivot] = -&self.tableau.rows[row][free];
        }
        vector[free] = self.tableau.den.clone();
        Some(primitive(vector))
    }

    /// A basis of the vectors by which the columns add up to zero, each in integers without a common factor.
    pub fn null_space(&self) -> Vec<Vec<Int>> {
        let free = (0..self.columns).filter(|c| self.pivots.binary_search(c).is_err());
        let vector = |free: usize| {
            let mut vector = vec![Int::ZERO; self.columns];
            for (row, pivot) in self.pivots.iter().enumerate() {
                vector[*pivot] = -&self.tableau.rows[row][free];
            }
            vector[free] = self.tableau.den.clone();
            primitive(vector)
        };
        free.map(vector).collect()
    }

    /// The solution x of `M x = b`, for the carried column b with this number from 0. `None` where there is not exactly
    /// one.
    pub fn solution(&self, carried: usize) -> Option<Vec<Ratio>> {
        let column = self.columns + carried;
        let rest = &self.tableau.rows[self.pivots.len()..];
        let unique = self.pivots.len() == self.columns && rest.iter().all(|r| r[column].is_zero());
        unique.then(|| (0..self.columns).map(|row| self.tableau.get(row, column)).collect())
    }
}

/// The same direction without common factors, its first number that is not zero positive.
pub(super) fn primitive(mut vector: Vec<Int>) -> Vec<Int> {
    let common = vector.iter().fold(Int::ZERO, |g, x| g.gcd(x));
    let negative = vector.iter().find(|x| !x.is_zero()).is_some_and(|x| x.sign().is_lt());
    if !common.is_zero() {
        let common = if negative { -&common } else { common };
        vector.iter_mut().for_each(|x| *x = x.div_exact(&common));
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echelon(rows: &[&[i64]], columns: usize) -> Echelon {
        let rows = rows.iter().map(|r| r.iter().map(|x| Int::from(*x)).collect()).collect();
        Echelon::of(rows, columns, &Interrupt::default()).unwrap()
    }

    #[test]
    fn ranks_and_null_vectors() {
        let e = echelon(&[&[1, 2, 3], &[4, 5, 6], &[7, 8, 9]], 3);
        assert_eq!(e.rank(), 2);
        assert_eq!(e.null_vector(), Some([1i64, -2, 1].map(Int::from).to_vec()));
        assert_eq!(echelon(&[&[0, 1], &[1, 0], &[1, 1]], 2).null_vector(), None);
        assert_eq!(e.null_space(), [[1i64, -2, 1].map(Int::from).to_vec()]);
        let all = echelon(&[&[1, 2, 0]], 3).null_space();
        assert_eq!(all, [[2i64, -1, 0].map(Int::from).to_vec(), [0i64, 0, 1].map(Int::from).to_vec()]);
        // The first column is free; no row at all.
        assert_eq!(echelon(&[&[0, 2]], 2).null_vector(), Some([1i64, 0].map(Int::from).to_vec()));
        assert_eq!(echelon(&[], 1).null_vector(), Some(vec![Int::ONE]));
    }

    #[test]
    fn solutions_are_unique_or_none() {
        assert_eq!(echelon(&[&[2, 1, 3], &[1, -1, 0]], 2).solution(0), Some(vec![Ratio::ONE, Ratio::ONE]));
        assert_eq!(echelon(&[&[0, 3, 1], &[2, 0, 1]], 2).solution(0), Some(vec![Ratio::of(1, 2), Ratio::of(1, 3)]));
        assert_eq!(echelon(&[&[1, 1, 1]], 2).solution(0), None);
        assert_eq!(echelon(&[&[1, 1], &[1, 2]], 1).solution(0), None);
    }

    #[test]
    fn a_hilbert_matrix_is_solved_exactly() {
        // H x = H·(1, …, 1), each row of H scaled to integers.
        let n = 12i64;
        let scale = (1..2 * n).fold(Int::ONE, |l, k| l.lcm(&Int::from(k)));
        let row = |i: i64| -> Vec<Int> {
            let mut row: Vec<Int> = (0..n).map(|j| scale.div_exact(&Int::from(i + j + 1))).collect();
            row.push(row.iter().fold(Int::ZERO, |s, x| &s + x));
            row
        };
        let e = Echelon::of((0..n).map(row).collect(), n as usize, &Interrupt::default()).unwrap();
        assert_eq!(e.solution(0), Some(vec![Ratio::ONE; n as usize]));
    }
}
