//! Eigenvectors with rational coordinates where the eigenvalue is not known as a rational: guessed from decimals, and believed if
//! the matrix takes them to multiples of themselves.
#![deny(clippy::float_arithmetic)]

use super::directions::Near;
use super::int::Int;
use super::linear::primitive;
use super::marks::simplest;
use super::matrix::MatrixFault;
use super::ratio::Ratio;
use super::real::Real;
use crate::base::interrupt::Interrupt;

/// Longest denominator that is tried, in bits.
const DENOMINATOR: u64 = 16;

/// Decimals with a larger error than this power of two say too little of the direction.
const SURE: i32 = -40;

/// A basis of a space in integers without common factors, where each of some decimals near an orthonormal basis is near such an
/// eigenvector.
///
/// Such a vector has an angle of less than a right one with the space, and eigenvectors of other eigenvalues are orthogonal to it.
/// So it lies in the space, and the vectors are as independent as the decimals are.
pub(super) fn exactly(
    rows: &[Vec<Real>],
    near: &Near,
    interrupt: &Interrupt,
) -> Result<Option<Vec<Vec<Real>>>, MatrixFault> {
    if Some(&near.error) > Ratio::of(2, 1).pow(SURE).as_ref() {
        return Ok(None);
    }
    let mut basis = Vec::new();
    for vector in &near.vectors {
        interrupt.check()?;
        let Some((guess, largest)) = guess(vector, &near.error) else { return Ok(None) };
        if !is_eigenvector(rows, &guess, largest, interrupt)? {
            return Ok(None);
        }
        basis.push(guess.into_iter().map(Real::from).collect());
    }
    Ok(Some(basis))
}

/// Integers in about the ratio of the coordinates, and the place of the largest.
fn guess(vector: &[Ratio], error: &Ratio) -> Option<(Vec<Ratio>, usize)> {
    let largest = (0..vector.len()).max_by(|a, b| vector[*a].abs().cmp(&vector[*b].abs()))?;
    // The error of a ratio of coordinates, with room: also where there is no error.
    let unit = &vector[largest];
    let around = &(error * &Ratio::of(4, 1)).checked_div(&unit.abs())? + &Ratio::of(2, 1).pow(2 * SURE)?;
    let ratio = |x: &Ratio| {
        let ratio = x.checked_div(unit)?;
        Some(simplest(&(&ratio - &around), &(&ratio + &around))).filter(|r| r.den().bits() <= DENOMINATOR)
    };
    let ratios: Vec<Ratio> = vector.iter().map(ratio).collect::<Option<_>>()?;
    let den = ratios.iter().fold(Int::ONE, |den, x| den.lcm(x.den()));
    let whole = |x: &Ratio| x.num() * &den.div_exact(x.den());
    Some((primitive(ratios.iter().map(whole).collect()).into_iter().map(Ratio::from).collect(), largest))
}

/// Whether `M v` is known to be a multiple of v: whether `v_k (M v)_i = v_i (M v)_k` for a k where v is not 0.
fn is_eigenvector(rows: &[Vec<Real>], v: &[Ratio], k: usize, interrupt: &Interrupt) -> Result<bool, MatrixFault> {
    let moved = |row: &Vec<Real>| {
        let known = row.iter().zip(v).filter(|(_, x)| !x.is_zero());
        known.map(|(entry, x)| entry.scale(x)).try_fold(Real::zero(), |sum, product| sum.add(&product?))
    };
    let last = moved(&rows[k])?;
    for (i, row) in rows.iter().enumerate().filter(|(i, _)| *i != k) {
        let difference = moved(row)?.scale(&v[k])?.sub(&last.scale(&v[i])?)?;
        match difference.compare_within(&Real::zero(), interrupt)?.decided() {
            Ok(order) if order.is_eq() => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}
