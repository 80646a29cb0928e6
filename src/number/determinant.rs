//! Determinants and ranks of matrices of real numbers.
//!
//! Rational ones by elimination in integers. Others by minors, without a division, so that roots stay sums of roots and
//! their zeros are decided.

use super::inertia::signs;
use super::int::Int;
use super::linear::Echelon;
use super::matrix::{Core, Matrix, MatrixFault, inner, rational, symmetric};
use super::ratio::Ratio;
use super::real::{Real, RealFault};
use crate::base::interrupt::Interrupt;

/// Largest determinant of numbers that are not rational: it is computed from all minors of its first rows.
const MINOR_LIMIT: usize = 10;

/// The determinant of a square matrix.
pub fn determinant(matrix: &Matrix, interrupt: &Interrupt) -> Result<Real, MatrixFault> {
    let Core { form, left_out, .. } = matrix.core();
    if left_out > 0 || matrix.rank_at_most() < matrix.shape().0 {
        return Ok(Real::zero());
    }
    Ok(minor(&form, interrupt)?.scale(&matrix.volume())?)
}

/// The determinant of a square matrix by its rows.
pub(super) fn minor(rows: &[Vec<Real>], interrupt: &Interrupt) -> Result<Real, MatrixFault> {
    if let Some(rows) = rational(rows) {
        return Ok(of_rationals(rows, interrupt)?.into());
    }
    if rows.len() > MINOR_LIMIT {
        let n = rows.len();
        let why = format!(
            "a determinant of {n} rows that are not rational is too long: at most {MINOR_LIMIT} are written out"
        );
        return Err(MatrixFault::Open(why));
    }
    by_minors(rows, interrupt)
}

/// By the minors of the first rows, for every choice of columns: `2^n n` products.
fn by_minors(rows: &[Vec<Real>], interrupt: &Interrupt) -> Result<Real, MatrixFault> {
    let n = rows.len();
    let mut minors: Vec<Option<Real>> = vec![None; 1 << n];
    minors[0] = Some(Real::one());
    for set in 1..1usize << n {
        interrupt.check()?;
        let row = &rows[set.count_ones() as usize - 1];
        let mut sum = Real::zero();
        for (place, column) in (0..n).filter(|j| set >> j & 1 == 1).enumerate() {
            let Some(rest) = &minors[set & !(1 << column)] else { unreachable!("smaller sets come first") };
            // The new row is the last one: the sign counts the columns behind.
            let behind = set.count_ones() as usize - 1 - place;
            let product = row[column].mul(rest)?;
            sum = if behind.is_multiple_of(2) { sum.add(&product)? } else { sum.sub(&product)? };
        }
        minors[set] = Some(sum);
    }
    Ok(minors.pop().flatten().unwrap_or_else(Real::one))
}

/// Elimination without fractions (Bareiss 1968).
fn of_rationals(rows: Vec<Vec<Ratio>>, interrupt: &Interrupt) -> Result<Ratio, MatrixFault> {
    let n = rows.len();
    let (mut a, den) = integers(&rows);
    let (mut last, mut negative) = (Int::ONE, false);
    for k in 0..n {
        interrupt.check()?;
        let Some(row) = (k..n).find(|r| !a[*r][k].is_zero()) else { return Ok(Ratio::ZERO) };
        if row != k {
            a.swap(row, k);
            negative = !negative;
        }
        let pivots = a[k].clone();
        for row in a.iter_mut().skip(k + 1) {
            let factor = row[k].clone();
            for (entry, above) in row.iter_mut().zip(&pivots).skip(k) {
                *entry = (&(&*entry * &pivots[k]) - &(&factor * above)).div_exact(&last);
            }
        }
        last = pivots[k].clone();
    }
    let signed = if negative { -&last } else { last };
    Ok(Ratio::new(signed, den.pow(n as u32)).unwrap_or(Ratio::ZERO))
}

/// The matrix times a common denominator of all entries, and that.
pub(super) fn integers(rows: &[Vec<Ratio>]) -> (Vec<Vec<Int>>, Int) {
    let den = rows.iter().flatten().fold(Int::ONE, |den, x| den.lcm(x.den()));
    let whole = |x: &Ratio| x.num() * &den.div_exact(x.den());
    (rows.iter().map(|row| row.iter().map(whole).collect()).collect(), den)
}

/// The rank.
pub fn rank(matrix: &Matrix, interrupt: &Interrupt) -> Result<usize, MatrixFault> {
    let Core { form, .. } = matrix.core();
    if let Some(rows) = rational(&form) {
        let width = rows.first().map_or(0, Vec::len);
        return Ok(Echelon::of(integers(&rows).0, width, interrupt)?.rank());
    }
    // That of the inner products of the rows, or of the columns if these are fewer: a symmetric matrix.
    let columns: Vec<Vec<Real>>;
    let shorter = match form[0].len() < form.len() {
        true => {
            columns = (0..form[0].len()).map(|j| form.iter().map(|row| row[j].clone()).collect()).collect();
            &columns
        }
        false => &form,
    };
    let products = match is_symmetric(&form) {
        Ok(()) => form.clone(),
        Err(_) => symmetric(shorter.len(), |i, j| inner(&shorter[i], &shorter[j]))?.rows()?,
    };
    let found = signs(&products, matrix.rank_at_most(), interrupt)?.inertia();
    Ok(found.negative + found.positive)
}

/// Whether a matrix is known to be symmetric.
pub fn is_symmetric(rows: &[Vec<Real>]) -> Result<(), MatrixFault> {
    if rows.iter().any(|row| row.len() != rows.len()) {
        return Err(MatrixFault::NotSymmetric(0, 0));
    }
    for (i, row) in rows.iter().enumerate() {
        for (j, entry) in row.iter().enumerate().take(i) {
            match entry.compare(&rows[j][i]).decided() {
                Ok(order) if order.is_eq() => {}
                Ok(_) => return Err(MatrixFault::NotSymmetric(j, i)),
                Err(why) => return Err(RealFault::Undecided(Box::new(why)).into()),
            }
        }
    }
    Ok(())
}
