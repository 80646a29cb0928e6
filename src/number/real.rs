//! Real numbers as measures of information produce them: exact as long as they stay in a class that is decided.
//!
//! | class | what is in it | comparison |
//! |---|---|---|
//! | `-∞`, `+∞` | divergences without a common support | decided |
//! | rational | total variation, chi-square, Gini-Simpson, … | decided |
//! | logarithms ([`LogSum`]) | entropies, Kullback-Leibler, mutual information, … | decided |
//! | roots ([`RootSum`]) | Bhattacharyya, Hellinger, Tsallis of rational order, … | decided |
//! | composite | sums of the two, products, quotients, roots and logarithms of them | see [`comparison`] |
//!
//! A result stays in the narrowest class that is seen without a zero test. Two values are compared by
//! [`Real::compare`] alone: there is no `==`, since equality of composite numbers may be undecided.
//!
//! [`comparison`]: super::comparison

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use super::atom::Atom;
use super::comparison::{Comparison, Undecided};
use super::composite::Composite;
use super::enclosure::Enclosure;
use super::int::Int;
use super::log_sum::LogSum;
use super::ratio::Ratio;
use super::root_sum::{DEGREE_LIMIT, RootSum};

/// A real number, or one of the infinities.
#[derive(Clone)]
pub enum Real {
    /// Below everything.
    NegInfinity,
    /// Above everything.
    PosInfinity,
    /// A rational.
    Rational(Ratio),
    /// A rational combination of logarithms, plus a rational.
    Logs(LogSum),
    /// A rational combination of roots of one degree.
    Roots(RootSum),
    /// Anything else that is made from these.
    Composite(Arc<Composite>),
}

/// Why an operation has no value.
#[derive(Debug, Clone, Error)]
pub enum RealFault {
    /// `∞ - ∞`.
    #[error("infinity minus infinity has no value")]
    InfinityMinusInfinity,
    /// `0 · ∞`. Where a measure has the convention `0 · log 0 = 0`, it does not form this product.
    #[error("zero times infinity has no value")]
    ZeroTimesInfinity,
    /// `∞ / ∞`.
    #[error("infinity divided by infinity has no value")]
    InfinityOverInfinity,
    /// A divisor, or a base with a negative exponent, is 0.
    #[error("division by zero")]
    DivisionByZero,
    /// A root of a negative number.
    #[error("the root of a negative number")]
    NegativeRoot,
    /// A logarithm of a negative number.
    #[error("the logarithm of a negative number")]
    NegativeLogarithm,
    /// The operation depends on a sign that is not decided.
    #[error("the sign of a number on which this depends is not decided: {0}")]
    Undecided(Box<Undecided>),
}

/// Largest integer exponent for which a power of a rational is written out.
const EXPONENT_LIMIT: i64 = 1 << 16;

impl Real {
    /// The number 0.
    pub fn zero() -> Real {
        Real::Rational(Ratio::ZERO)
    }

    /// The number 1.
    pub fn one() -> Real {
        Real::Rational(Ratio::ONE)
    }

    /// The logarithm of a rational that is not negative; that of 0 is `-∞`.
    pub fn log_of(value: &Ratio) -> Result<Real, RealFault> {
        match value.sign() {
            Ordering::Less => Err(RealFault::NegativeLogarithm),
            Ordering::Equal => Ok(Real::NegInfinity),
            Ordering::Greater => Ok(LogSum::log_of(value).map_or(Real::NegInfinity, Real::from)),
        }
    }

    /// The root of a rational that is not negative.
    pub fn root_of(value: &Ratio, degree: u32) -> Result<Real, RealFault> {
        Real::Rational(value.clone()).root(degree)
    }

    /// Whether this is neither `+∞` nor `-∞`.
    pub fn is_finite(&self) -> bool {
        !matches!(self, Real::PosInfinity | Real::NegInfinity)
    }

    /// The rational that this is, where its form shows it.
    pub fn as_ratio(&self) -> Option<&Ratio> {
        match self {
            Real::Rational(value) => Some(value),
            _ => None,
        }
    }

    /// How many terms it is a sum of, at least 1.
    pub fn terms(&self) -> usize {
        match self {
            Real::NegInfinity | Real::PosInfinity | Real::Rational(_) => 1,
            Real::Logs(sum) => sum.count() + 1,
            Real::Roots(sum) => sum.count().max(1),
            Real::Composite(all) => all.terms(),
        }
    }

    /// The name of the class, as a text for people.
    pub fn class(&self) -> &'static str {
        match self {
            Real::NegInfinity | Real::PosInfinity => "infinite",
            Real::Rational(_) => "a rational",
            Real::Logs(_) => "a rational combination of logarithms",
            Real::Roots(_) => "a rational combination of roots",
            Real::Composite(_) => "a composite number",
        }
    }

    /// The sum.
    pub fn add(&self, other: &Real) -> Result<Real, RealFault> {
        use Real::{Composite as C, Logs, NegInfinity, PosInfinity, Rational, Roots};
        Ok(match (self, other) {
            (PosInfinity, NegInfinity) | (NegInfinity, PosInfinity) => return Err(RealFault::InfinityMinusInfinity),
            (PosInfinity, _) | (_, PosInfinity) => PosInfinity,
            (NegInfinity, _) | (_, NegInfinity) => NegInfinity,
            (Rational(a), Rational(b)) => Rational(a + b),
            (Rational(a), Logs(b)) | (Logs(b), Rational(a)) => {
                let mut sum = b.clone();
                sum.add_ratio(a);
                Logs(sum)
            }
            (Logs(a), Logs(b)) => a.plus(b).into(),
            (Rational(a), Roots(b)) | (Roots(b), Rational(a)) => b.plus(&RootSum::from_ratio(a)).into(),
            (Roots(a), Roots(b)) if a.common_degree(b).is_some() => a.plus(b).into(),
            (C(_) | Logs(_) | Roots(_), _) | (_, C(_)) => Composite::of(self).plus(&Composite::of(other)).into(),
        })
    }

    /// The difference.
    pub fn sub(&self, other: &Real) -> Result<Real, RealFault> {
        self.add(&other.neg())
    }

    /// The negative.
    pub fn neg(&self) -> Real {
        match self {
            Real::NegInfinity => Real::PosInfinity,
            Real::PosInfinity => Real::NegInfinity,
            _ => self.scaled(&Ratio::of(-1, 1)),
        }
    }

    /// The product with a rational.
    pub fn scale(&self, factor: &Ratio) -> Result<Real, RealFault> {
        match (self, factor.sign()) {
            (Real::NegInfinity | Real::PosInfinity, Ordering::Equal) => Err(RealFault::ZeroTimesInfinity),
            (Real::NegInfinity | Real::PosInfinity, Ordering::Less) => Ok(self.neg()),
            (Real::NegInfinity | Real::PosInfinity, Ordering::Greater) => Ok(self.clone()),
            _ => Ok(self.scaled(factor)),
        }
    }

    /// The product of a finite number with a rational.
    fn scaled(&self, factor: &Ratio) -> Real {
        match self {
            Real::NegInfinity | Real::PosInfinity => self.clone(),
            Real::Rational(value) => Real::Rational(value * factor),
            Real::Logs(sum) => sum.scale(factor).into(),
            Real::Roots(sum) => sum.scale(factor).into(),
            Real::Composite(all) => all.scale(factor).into(),
        }
    }

    /// The product.
    pub fn mul(&self, other: &Real) -> Result<Real, RealFault> {
        use Real::{NegInfinity, PosInfinity, Rational, Roots};
        match (self, other) {
            (PosInfinity | NegInfinity, _) | (_, PosInfinity | NegInfinity) => {
                match (self.known_sign()?, other.known_sign()?) {
                    (Ordering::Equal, _) | (_, Ordering::Equal) => Err(RealFault::ZeroTimesInfinity),
                    (a, b) => Ok(if a == b { PosInfinity } else { NegInfinity }),
                }
            }
            (Rational(factor), value) | (value, Rational(factor)) => Ok(value.scaled(factor)),
            (Roots(a), Roots(b)) => match a.times(b) {
                Some(product) => Ok(product.into()),
                None => Ok(Composite::of(self).times(&Composite::of(other)).into()),
            },
            _ => Ok(Composite::of(self).times(&Composite::of(other)).into()),
        }
    }

    /// The quotient.
    pub fn div(&self, other: &Real) -> Result<Real, RealFault> {
        match (self, other) {
            (Real::PosInfinity | Real::NegInfinity, Real::PosInfinity | Real::NegInfinity) => {
                Err(RealFault::InfinityOverInfinity)
            }
            (_, Real::PosInfinity | Real::NegInfinity) => Ok(Real::zero()),
            (Real::PosInfinity | Real::NegInfinity, _) => match other.known_sign()? {
                Ordering::Equal => Err(RealFault::DivisionByZero),
                Ordering::Less => Ok(self.neg()),
                Ordering::Greater => Ok(self.clone()),
            },
            (Real::Logs(a), Real::Logs(b)) => match a.proportion(b) {
                Some(ratio) => Ok(Real::Rational(ratio)),
                None => self.mul(&other.power(&Ratio::of(-1, 1))?),
            },
            _ => self.mul(&other.power(&Ratio::of(-1, 1))?),
        }
    }

    /// The power with a rational exponent. Anything to the power of 0 is 1.
    pub fn power(&self, exponent: &Ratio) -> Result<Real, RealFault> {
        if exponent.is_zero() {
            return Ok(Real::one());
        }
        if exponent.is_one() {
            return Ok(self.clone());
        }
        if exponent.sign().is_gt() && matches!(self, Real::PosInfinity) {
            return Ok(Real::PosInfinity);
        }
        if !self.is_finite() {
            return Err(if exponent.sign().is_lt() {
                RealFault::InfinityOverInfinity
            } else {
                RealFault::NegativeRoot
            });
        }
        let whole = exponent.to_i64();
        // The sign matters for divisors and for roots.
        if whole.is_none() || exponent.sign().is_lt() {
            match self.known_sign()? {
                Ordering::Equal if exponent.sign().is_lt() => return Err(RealFault::DivisionByZero),
                Ordering::Equal => return Ok(Real::zero()),
                Ordering::Less if whole.is_none() => return Err(RealFault::NegativeRoot),
                _ => {}
            }
        }
        if let Some(value) = self.exact_power(exponent) {
            return Ok(value);
        }
        Ok(Composite::of(self).power(exponent).into())
    }

    /// The power, where it stays in an exact class.
    fn exact_power(&self, exponent: &Ratio) -> Option<Real> {
        let degree = exponent.den().to_u64().filter(|d| *d <= u64::from(DEGREE_LIMIT))? as u32;
        let times = exponent.num().to_i64().filter(|n| n.abs() <= EXPONENT_LIMIT)?;
        match self {
            Real::Rational(value) => {
                let power = value.pow(times as i32)?;
                if degree == 1 { Some(Real::Rational(power)) } else { RootSum::root_of(&power, degree).map(Real::from) }
            }
            Real::Roots(sum) => {
                let base = if times < 0 { sum.inverse()? } else { sum.clone() };
                let base = if degree > 1 { base.root(degree)? } else { base };
                let mut power = base.clone();
                for _ in 1..times.unsigned_abs() {
                    power = power.times(&base)?;
                }
                Some(power.into())
            }
            _ => None,
        }
    }

    /// The square root of a number that is not negative.
    pub fn sqrt(&self) -> Result<Real, RealFault> {
        self.root(2)
    }

    /// The root of that degree, at least 1, of a number that is not negative.
    pub fn root(&self, degree: u32) -> Result<Real, RealFault> {
        self.power(&Ratio::of(1, i64::from(degree.max(1))))
    }

    /// The natural logarithm of a number that is not negative; that of 0 is `-∞`.
    pub fn log(&self) -> Result<Real, RealFault> {
        match (self, self.known_sign()?) {
            (Real::PosInfinity, _) => Ok(Real::PosInfinity),
            (_, Ordering::Less) => Err(RealFault::NegativeLogarithm),
            (_, Ordering::Equal) => Ok(Real::NegInfinity),
            (Real::Rational(value), _) => Real::log_of(value),
            (Real::Roots(sum), _) => Ok(match sum.single() {
                // log (c · n^(1/b)) = log c + 1/b · log n
                Some((coefficient, radicand)) if coefficient.sign().is_gt() => {
                    let mut log = LogSum::log_of(&coefficient).unwrap_or_else(LogSum::zero);
                    log.add_log(&Ratio::of(1, i64::from(sum.reduced().degree())), &radicand);
                    log.into()
                }
                _ => Composite::atom(Atom::log(self)).into(),
            }),
            _ => Ok(Composite::log(self)),
        }
    }

    /// The exponential. It is exact where the number is a sum of a few logarithms with short coefficients.
    pub fn exp(&self) -> Real {
        match self {
            Real::NegInfinity => Real::zero(),
            Real::PosInfinity => Real::PosInfinity,
            Real::Rational(value) if value.is_zero() => Real::one(),
            // A power of one atom, so that exponentials of rationals multiply.
            Real::Rational(value) => {
                Composite::product(vec![(Atom::exp(&Real::one()), value.clone())], &Ratio::ONE).into()
            }
            Real::Logs(sum) if sum.constant().is_zero() => {
                let powers = sum.terms().into_iter().map(|(n, c)| Real::Rational(Ratio::from(n)).exact_power(&c));
                let product = powers.take(4).try_fold(Real::one(), |all, p| all.mul(&p?).ok());
                match product.filter(|p| sum.count() <= 4 && !matches!(p, Real::Composite(_))) {
                    Some(product) => product,
                    None => Composite::atom(Atom::exp(self)).into(),
                }
            }
            _ => Composite::atom(Atom::exp(self)).into(),
        }
    }

    /// The absolute value.
    pub fn abs(&self) -> Result<Real, RealFault> {
        Ok(if self.known_sign()?.is_lt() { self.neg() } else { self.clone() })
    }

    /// The smaller of two.
    pub fn min(&self, other: &Real) -> Result<Real, RealFault> {
        Ok(if self.known_order(other)?.is_gt() { other.clone() } else { self.clone() })
    }

    /// The larger of two.
    pub fn max(&self, other: &Real) -> Result<Real, RealFault> {
        Ok(if self.known_order(other)?.is_lt() { other.clone() } else { self.clone() })
    }

    /// An enclosure whose ends have that many bits.
    pub fn enclose(&self, bits: u32) -> Enclosure {
        match self {
            Real::NegInfinity => Enclosure::infinite(false, bits),
            Real::PosInfinity => Enclosure::infinite(true, bits),
            Real::Rational(value) => Enclosure::of_ratio(value, bits),
            Real::Logs(sum) => sum.enclose(bits),
            Real::Roots(sum) => sum.enclose(bits),
            Real::Composite(all) => all.enclose(bits),
        }
    }

    fn known_sign(&self) -> Result<Ordering, RealFault> {
        self.sign().decided().map_err(|u| RealFault::Undecided(Box::new(u)))
    }

    fn known_order(&self, other: &Real) -> Result<Ordering, RealFault> {
        self.compare(other).decided().map_err(|u| RealFault::Undecided(Box::new(u)))
    }

    /// How this compares with 0.
    pub fn sign(&self) -> Comparison {
        self.compare(&Real::zero())
    }
}

impl From<Ratio> for Real {
    fn from(value: Ratio) -> Real {
        Real::Rational(value)
    }
}

impl From<Int> for Real {
    fn from(value: Int) -> Real {
        Real::Rational(Ratio::from(value))
    }
}

impl From<LogSum> for Real {
    /// A rational where no logarithm is left.
    fn from(sum: LogSum) -> Real {
        if sum.is_plain() { Real::Rational(sum.constant().clone()) } else { Real::Logs(sum) }
    }
}

impl From<RootSum> for Real {
    /// A rational where at most one root is left, and it is one of a rational's power.
    fn from(sum: RootSum) -> Real {
        match sum.count() {
            0 | 1 => sum.to_ratio().map_or(Real::Roots(sum), Real::Rational),
            _ => Real::Roots(sum),
        }
    }
}

impl fmt::Debug for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Real::NegInfinity => write!(f, "-∞"),
            Real::PosInfinity => write!(f, "∞"),
            Real::Rational(value) => write!(f, "{value}"),
            Real::Logs(sum) => write!(f, "{sum:?}"),
            Real::Roots(sum) => write!(f, "{sum:?}"),
            Real::Composite(all) => write!(f, "{all:?}"),
        }
    }
}
