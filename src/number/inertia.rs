//! How many eigenvalues of a symmetric matrix are negative, zero and positive: certified.
//!
//! 1. Elimination with enclosures. If every pivot has a sign, that is the answer.
//! 2. Otherwise, a rational matrix is eliminated exactly.
//! 3. Of another one, the precision is doubled. What keeps looking like 0 may be 0: with the rows S of the pivots, the entry
//!    (i, j) that is left is the minor of S and i, S and j over the minor of S, so these minors are compared with 0. If all
//!    are 0, nothing else is left. Nothing else is left either where there are as many pivots as the rank can be.

use std::cmp::Ordering;

use super::comparison::OPEN_BITS;
use super::determinant::minor;
use super::elimination::{Block, Elimination, Inertia};
use super::enclosure::Enclosure;
use super::matrix::{MatrixFault, rational};
use super::ratio::Ratio;
use super::real::Real;
use crate::base::interrupt::{Interrupt, Stopped};

/// Largest number of terms that a minor may have before terms that are alike are put together.
const LONGEST_MINOR: u64 = 30_000;

/// Bits of the first enclosures.
pub(super) const FIRST_BITS: u32 = 96;

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

/// The signs of a symmetric matrix, whose rank is known to be at most so large: exactly, where it is rational.
pub fn signs(form: &[Vec<Real>], at_most: usize, interrupt: &Interrupt) -> Result<Signs, MatrixFault> {
    if let Some(rows) = rational(form) {
        return Ok(Signs::Exact(Elimination::of(rows, interrupt)?));
    }
    let mut bits = FIRST_BITS;
    // How many pivots there were when the minors were looked at: a look at the same ones would say the same.
    let mut looked = None;
    let mut why = "what looks like 0 is too long to be written out".to_string();
    loop {
        let found = enclosed(form, bits, interrupt)?;
        if found.rest.is_empty() {
            return Ok(Signs::Enclosed(found));
        }
        let rows = found.pivot_rows();
        if rows.len() == at_most {
            return Ok(Signs::Enclosed(found));
        }
        if looked != Some(rows.len()) && minor_length(form, rows.len() + 1) <= LONGEST_MINOR {
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

/// How many terms a minor of so many rows may have.
fn minor_length(form: &[Vec<Real>], rows: usize) -> u64 {
    let terms = form.iter().flatten().map(Real::terms).max().unwrap_or(1) as u64;
    (1..=rows as u64).fold(1, |length, k| length.saturating_mul(terms).saturating_mul(k))
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
