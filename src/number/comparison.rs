//! How two real numbers compare, and what is said where that is not decided.
//!
//! Differences within the exact classes are always decided. A composite difference is enclosed with 64 and 128 bits; if
//! that straddles 0, `identity` looks whether it is 0. If it certainly is not, the precision doubles until the sign shows,
//! which it must (but no longer than [`EXPONENTIAL_BITS`] where exponentials are in it); if that question is open, the precision doubles up to [`OPEN_BITS`], and the answer may be "unknown".

use std::cmp::Ordering;
use std::fmt;

use super::composite::Composite;
use super::enclosure::Enclosure;
use super::identity::{Vanishes, vanishes, without_positive_factors};
use super::real::Real;
use crate::base::interrupt::{Interrupt, Stopped};

/// How a number compares with another one.
#[derive(Debug, Clone)]
pub enum Comparison {
    /// It is smaller. Certain.
    Less,
    /// They are equal. Certain.
    Equal,
    /// It is larger. Certain.
    Greater,
    /// They are closer than the precision that was tried, and no reason was found why they should be equal or differ.
    Unknown(Undecided),
}

/// What is known where a comparison is not decided.
#[derive(Debug, Clone)]
pub struct Undecided {
    /// Why there is no answer.
    pub reason: Reason,
    /// The largest precision that was tried, in bits.
    pub bits: u32,
    /// An interval that contains the difference; it contains 0.
    pub difference: Enclosure,
}

/// Why a comparison has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The difference is a polynomial in logarithms that is not identically 0. That it is not 0 either would follow from
    /// Schanuel's conjecture, which nobody has proved.
    PolynomialInLogarithms,
    /// The difference has roots or logarithms of numbers that are themselves not algebraic.
    NestedTranscendental,
    /// The symbolic test would have had too many terms.
    TooLong,
    /// The difference is not 0, but has a part too small for the exponents of floats: an exponential, usually.
    TooSmall,
}

/// Largest precision, in bits, for a difference of which it is open whether it is 0.
pub const OPEN_BITS: u32 = 4096;

/// Largest precision, in bits, for a difference with exponentials that is not 0: they can be smaller than every float.
pub const EXPONENTIAL_BITS: u32 = 1 << 14;

impl Comparison {
    /// The order, or why there is none.
    pub fn decided(self) -> Result<Ordering, Undecided> {
        match self {
            Comparison::Less => Ok(Ordering::Less),
            Comparison::Equal => Ok(Ordering::Equal),
            Comparison::Greater => Ok(Ordering::Greater),
            Comparison::Unknown(undecided) => Err(undecided),
        }
    }

    /// The order, where it is decided.
    pub fn order(&self) -> Option<Ordering> {
        self.clone().decided().ok()
    }
}

impl From<Ordering> for Comparison {
    fn from(order: Ordering) -> Comparison {
        match order {
            Ordering::Less => Comparison::Less,
            Ordering::Equal => Comparison::Equal,
            Ordering::Greater => Comparison::Greater,
        }
    }
}

impl Real {
    /// How this compares with another number.
    pub fn compare(&self, other: &Real) -> Comparison {
        match self.compare_within(other, &Interrupt::default()) {
            Ok(comparison) => comparison,
            Err(stopped) => unreachable!("an interrupt that nobody holds does not fire: {stopped:?}"),
        }
    }

    /// How this compares with another number, unless it is stopped on the way.
    pub fn compare_within(&self, other: &Real, interrupt: &Interrupt) -> Result<Comparison, Stopped> {
        let rank = |x: &Real| match x {
            Real::NegInfinity => -1,
            Real::PosInfinity => 1,
            _ => 0,
        };
        if rank(self) != 0 || rank(other) != 0 {
            return Ok(rank(self).cmp(&rank(other)).into());
        }
        if let (Real::Rational(a), Real::Rational(b)) = (self, other) {
            return Ok(a.cmp(b).into());
        }
        let Ok(difference) = self.sub(other) else { unreachable!("finite numbers have a difference") };
        Ok(match &difference {
            Real::NegInfinity | Real::PosInfinity => unreachable!("finite numbers have a finite difference"),
            Real::Rational(value) => value.sign().into(),
            Real::Logs(sum) => sum.sign_within(interrupt)?.into(),
            Real::Roots(sum) => sum.sign_within(interrupt)?.into(),
            Real::Composite(all) => composite_sign(all, interrupt)?,
        })
    }
}

fn composite_sign(all: &Composite, interrupt: &Interrupt) -> Result<Comparison, Stopped> {
    if let Some(sign) = all.sign_of_product() {
        return Ok(sign.into());
    }
    let mut bits = 64;
    while bits <= 128 {
        if let Some(sign) = all.enclose(bits).sign() {
            return Ok(sign.into());
        }
        interrupt.check()?;
        bits *= 2;
    }
    // What is positive and divides every product has no say in the sign.
    let rest = match Real::from(without_positive_factors(all)) {
        Real::Composite(rest) => rest,
        other => return other.compare_within(&Real::zero(), interrupt),
    };
    let open = match vanishes(&rest, interrupt)? {
        Vanishes::Yes => return Ok(Comparison::Equal),
        Vanishes::No => None,
        Vanishes::Open(reason) => Some(reason),
    };
    loop {
        if let Some(sign) = rest.enclose(bits).sign() {
            return Ok(sign.into());
        }
        interrupt.check()?;
        let limit = match open {
            Some(reason) => Some((OPEN_BITS, reason)),
            None => rest.has_exponential().then_some((EXPONENTIAL_BITS, Reason::TooSmall)),
        };
        match limit {
            Some((most, reason)) if bits >= most => {
                // The difference itself, not what is left without the factors.
                return Ok(Comparison::Unknown(Undecided { reason, bits, difference: all.enclose(bits) }));
            }
            _ => bits *= 2,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::PolynomialInLogarithms => {
                "the difference is a polynomial in logarithms that is not identically 0, and no theorem says that it is not 0"
            }
            Reason::NestedTranscendental => "the difference has roots or logarithms of numbers that are not algebraic",
            Reason::TooSmall => "the difference is not 0, but too small for the exponents of floats",
            Reason::TooLong => "the difference has too many terms for a symbolic test",
        })
    }
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; with {} bits it lies in {}", self.reason, self.bits, self.difference)
    }
}
