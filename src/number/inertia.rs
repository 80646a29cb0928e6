//! How many eigenvalues of a symmetric matrix are negative, zero and positive: certified.
//!
//! 1. Elimination with enclosures. If every pivot has a sign, that is the answer.
//! 2. Otherwise, a rational matrix is eliminated exactly.
//! 3. Of another one, the precision is doubled. What keeps looking like 0 may be 0: with the rows S of the pivots, the entry
//!    (i, j) that is left is the minor of S and i, S and j over the minor of S, so these minors are compared with 0. If all
//!    are 0, nothing else is left.

use std::cmp::Ordering;

use super::comparison::OPEN_BITS;
use super::determinant::{MINOR_LIMIT, minor};
use super::elimination::{Block, Elimination, Inertia};
use super::enclosure::Enclosure;
use super::matrix::{MatrixFault, rational};
use super::ratio::Ratio;
use super::real::Real;
use crate::base::interrupt::{Interrupt, Stopped};

/// Bits of the first enclosures.
const FIRST_BITS: u32 = 96;

/// What is known of the signs of a symmetric matrix, with what shows it.
#[derive(Debug, Clone)]
pub enum Signs {
    /// By exact elimination.
    Exact(Elimination<Ratio>),
    /// By enclosures; what is left is 0.
    Enclosed(Elimination<Enclosure>),
}

impl Signs {
    /// The numbers of eigenvalues.
    pub fn inertia(&self) -> Inertia {
        match self {
            Signs::Exact(found) => found.inertia(),
            Signs::Enclosed(found) => found.inertia(),
        }
    }
}

/// How many eigenvalues of a symmetric matrix are negative, zero and positive.
pub fn inertia(form: &[Vec<Real>], interrupt: &Interrupt) -> Result<Inertia, MatrixFault> {
    let first = enclosed(form, FIRST_BITS, interrupt)?;
    if first.rest.is_empty() {
        return Ok(first.inertia());
    }
    Ok(signs(form, interrupt)?.inertia())
}

/// The signs of a symmetric matrix: exactly, where it is rational.
pub fn signs(form: &[Vec<Real>], interrupt: &Interrupt) -> Result<Signs, MatrixFault> {
    if let Some(rows) = rational(form) {
        return Ok(Signs::Exact(Elimination::of(rows, interrupt)?));
    }
    let mut bits = FIRST_BITS;
    // How many pivots there were when the minors were looked at: a look at the same ones would say the same.
    let mut looked = None;
    let mut why = "the rows that are left are too many for a look at their minors".to_string();
    loop {
        let found = enclosed(form, bits, interrupt)?;
        if found.rest.is_empty() {
            return Ok(Signs::Enclosed(found));
        }
        let rows = found.pivot_rows();
        if looked != Some(rows.len()) && rows.len() < MINOR_LIMIT {
            looked = Some(rows.len());
            match rest_is_zero(form, &rows, &found.rest, interrupt)? {
                Ok(true) => return Ok(Signs::Enclosed(found)),
                Ok(false) => {}
                Err(open) => why = open,
            }
        }
        if bits >= OPEN_BITS {
            return Err(MatrixFault::Open(format!("the signs of the pivots are not decided: {why}")));
        }
        bits *= 2;
    }
}

/// Whether numbers of this kind, and what is computed from them by the four operations, have signs that are always decided.
pub fn has_decided_signs(value: &Real) -> bool {
    matches!(value, Real::Rational(_) | Real::Roots(_))
}

fn enclosed(form: &[Vec<Real>], bits: u32, interrupt: &Interrupt) -> Result<Elimination<Enclosure>, Stopped> {
    Elimination::of(form.iter().map(|row| row.iter().map(|x| x.enclose(bits)).collect()).collect(), interrupt)
}

impl Elimination<Enclosure> {
    fn pivot_rows(&self) -> Vec<usize> {
        let rows = self.blocks.iter().flat_map(|block| match block {
            Block::One(k, _) => vec![*k],
            Block::Two(both, _) => both.to_vec(),
        });
        rows.collect()
    }
}

/// 3. The reason, where that is open.
fn rest_is_zero(
    form: &[Vec<Real>],
    pivots: &[usize],
    rest: &[usize],
    interrupt: &Interrupt,
) -> Result<Result<bool, String>, MatrixFault> {
    for (at, i) in rest.iter().enumerate() {
        for j in &rest[..=at] {
            let rows = pivots.iter().chain([i]);
            let part: Vec<Vec<Real>> =
                rows.map(|r| pivots.iter().chain([j]).map(|c| form[*r][*c].clone()).collect()).collect();
            match minor(&part, interrupt)?.compare_within(&Real::zero(), interrupt)?.decided() {
                Ok(Ordering::Equal) => {}
                Ok(_) => return Ok(Ok(false)),
                Err(open) => return Ok(Err(open.to_string())),
            }
        }
    }
    Ok(Ok(true))
}
