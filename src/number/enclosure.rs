//! Certified intervals: two floats of one precision between which a real number lies.
//!
//! Every operation rounds the lower end down and the upper end up (MPFR rounds each correctly), so an enclosure of the
//! operands becomes an enclosure of the result. An end may be infinite; none is ever "not a number".

use std::cmp::Ordering;
use std::fmt;

use rug::Float;
use rug::float::{Round, Special};
use rug::ops::{AddAssignRound, AssignRound, DivAssignRound};

use super::int::Int;
use super::quick_log::QuickTotal;
use super::ratio::Ratio;

/// An interval that contains a number.
#[derive(Clone, PartialEq)]
pub struct Enclosure {
    low: Float,
    high: Float,
}

/// Largest binary exponent with which an end is written out as a rational.
const WRITTEN_EXPONENT: i32 = 1 << 22;

/// Up to so many bits, sums of logarithms are added up as fixed-point numbers.
const QUICK: u32 = 104;

/// Largest numerator and denominator of an exponent for which powers are taken by products and roots.
const DIRECT_EXPONENT: u64 = 64;

impl Enclosure {
    fn new(low: Float, high: Float) -> Enclosure {
        let mut both = Enclosure { low, high };
        // What has no value, such as infinity minus infinity, may be anything.
        if both.low.is_nan() {
            both.low = Float::with_val(both.low.prec(), Special::NegInfinity);
        }
        if both.high.is_nan() {
            both.high = Float::with_val(both.high.prec(), Special::Infinity);
        }
        both
    }

    /// The tightest enclosure of an integer with ends of that many bits.
    pub fn of_int(value: &Int, bits: u32) -> Enclosure {
        match value.to_i64() {
            Some(small) => Enclosure { low: rounded(bits, small, Round::Down), high: rounded(bits, small, Round::Up) },
            None => {
                let big = value.to_big();
                Enclosure { low: rounded(bits, &big, Round::Down), high: rounded(bits, &big, Round::Up) }
            }
        }
    }

    /// An enclosure of a rational.
    pub fn of_ratio(value: &Ratio, bits: u32) -> Enclosure {
        let num = Enclosure::of_int(value.num(), bits);
        if value.den().is_one() { num } else { num.div(&Enclosure::of_int(value.den(), bits)) }
    }

    /// The whole line: nothing is known.
    pub fn anything(bits: u32) -> Enclosure {
        Enclosure { low: Float::with_val(bits, Special::NegInfinity), high: Float::with_val(bits, Special::Infinity) }
    }

    /// The enclosure of `+∞`, or of `-∞`.
    pub fn infinite(positive: bool, bits: u32) -> Enclosure {
        let end = Float::with_val(bits, if positive { Special::Infinity } else { Special::NegInfinity });
        Enclosure { low: end.clone(), high: end }
    }

    /// An enclosure of the logarithm of a positive integer.
    pub fn log_of(value: &Int, bits: u32) -> Enclosure {
        Enclosure::of_int(value, bits).log()
    }

    /// The precision of the ends, in bits.
    pub fn bits(&self) -> u32 {
        self.low.prec()
    }

    /// The lower end; `None` where it is infinite or beyond what can be written out.
    pub fn lower(&self) -> Option<Ratio> {
        written(&self.low)
    }

    /// The upper end; `None` where it is infinite or beyond what can be written out.
    pub fn upper(&self) -> Option<Ratio> {
        written(&self.high)
    }

    /// The lower end as a decimal.
    pub fn lower_digits(&self, digits: u32) -> String {
        self.low.to_string_radix_round(10, Some(digits as usize), Round::Down)
    }

    /// Whether a rational lies in the interval.
    pub fn contains(&self, value: &Ratio) -> bool {
        // Ends are compared exactly, as rationals or by their infinities.
        let above = self.low.is_infinite() && self.low.is_sign_negative();
        let below = self.high.is_infinite() && self.high.is_sign_positive();
        (above || self.lower().is_some_and(|low| low <= *value)) && (below || self.upper().is_some_and(|h| *value <= h))
    }

    /// The sign of the number, where the interval tells it.
    pub fn sign(&self) -> Option<Ordering> {
        match (self.low.cmp0(), self.high.cmp0()) {
            (Some(Ordering::Greater), _) => Some(Ordering::Greater),
            (_, Some(Ordering::Less)) => Some(Ordering::Less),
            (Some(Ordering::Equal), Some(Ordering::Equal)) => Some(Ordering::Equal),
            _ => None,
        }
    }

    /// How two numbers compare, where their intervals tell it.
    pub fn compare(&self, other: &Enclosure) -> Option<Ordering> {
        if self.low > other.high {
            Some(Ordering::Greater)
        } else if self.high < other.low {
            Some(Ordering::Less)
        } else if self.low == self.high && other.low == other.high {
            Some(Ordering::Equal)
        } else {
            None
        }
    }

    /// The sum.
    pub fn add(&self, other: &Enclosure) -> Enclosure {
        let bits = self.bits();
        Enclosure::new(
            rounded(bits, &self.low + &other.low, Round::Down),
            rounded(bits, &self.high + &other.high, Round::Up),
        )
    }

    /// The difference.
    pub fn sub(&self, other: &Enclosure) -> Enclosure {
        self.add(&other.neg())
    }

    /// The negative.
    pub fn neg(&self) -> Enclosure {
        Enclosure { low: -self.high.clone(), high: -self.low.clone() }
    }

    /// The product.
    pub fn mul(&self, other: &Enclosure) -> Enclosure {
        let bits = self.bits();
        let product = |a: &Float, b: &Float, round: Round| {
            let product = rounded(bits, a * b, round);
            // Only 0 times infinity has no value; an end that is 0 bounds products by 0.
            if product.is_nan() { Float::new(bits) } else { product }
        };
        let ends =
            [(&self.low, &other.low), (&self.low, &other.high), (&self.high, &other.low), (&self.high, &other.high)];
        if self.low.is_sign_positive() && other.low.is_sign_positive() {
            return Enclosure {
                low: product(ends[0].0, ends[0].1, Round::Down),
                high: product(ends[3].0, ends[3].1, Round::Up),
            };
        }
        let mut low = product(ends[0].0, ends[0].1, Round::Down);
        let mut high = product(ends[0].0, ends[0].1, Round::Up);
        for (a, b) in &ends[1..] {
            low = low.min(&product(a, b, Round::Down));
            high = high.max(&product(a, b, Round::Up));
        }
        Enclosure { low, high }
    }

    /// The quotient; the whole line where the divisor may be 0.
    pub fn div(&self, other: &Enclosure) -> Enclosure {
        let bits = self.bits();
        if !matches!(other.sign(), Some(Ordering::Less | Ordering::Greater)) {
            return Enclosure::anything(bits);
        }
        let inverse = |x: &Float, round| rounded(bits + 8, 1 / x, round);
        let inverse = Enclosure { low: inverse(&other.high, Round::Down), high: inverse(&other.low, Round::Up) };
        self.mul(&inverse)
    }

    /// The logarithm of what in the interval is positive.
    pub fn log(&self) -> Enclosure {
        let mut high = self.high.clone();
        if high.cmp0() != Some(Ordering::Greater) {
            return Enclosure::anything(self.bits());
        }
        high.ln_round(Round::Up);
        let mut low = self.low.clone();
        if low.cmp0() == Some(Ordering::Greater) {
            low.ln_round(Round::Down);
        } else {
            low = Float::with_val(self.bits(), Special::NegInfinity);
        }
        Enclosure { low, high }
    }

    /// The exponential.
    pub fn exp(&self) -> Enclosure {
        let (mut low, mut high) = (self.low.clone(), self.high.clone());
        low.exp_round(Round::Down);
        high.exp_round(Round::Up);
        Enclosure { low, high }
    }

    /// The square root of what in the interval is not negative.
    pub fn sqrt(&self) -> Enclosure {
        self.root(2)
    }

    /// The root of that degree, of what in the interval is not negative.
    pub fn root(&self, degree: u32) -> Enclosure {
        let end = |x: &Float, round| {
            let mut x = if x.cmp0() == Some(Ordering::Greater) { x.clone() } else { Float::new(x.prec()) };
            x.root_round(degree, round);
            x
        };
        Enclosure { low: end(&self.low, Round::Down), high: end(&self.high, Round::Up) }
    }

    /// The power with a rational exponent; for one that is not an integer, of what in the interval is not negative.
    pub fn pow(&self, exponent: &Ratio) -> Enclosure {
        let small = |n: &Int| n.abs().to_u64().filter(|n| *n <= DIRECT_EXPONENT);
        match (small(exponent.num()), small(exponent.den())) {
            (Some(times), Some(degree)) => {
                let power = match degree {
                    1 => self.integer_power(times),
                    _ => self.root(degree as u32).integer_power(times),
                };
                let one = Enclosure::of_int(&Int::ONE, self.bits());
                if exponent.sign().is_lt() { one.div(&power) } else { power }
            }
            _ if exponent.den().is_one() && self.low.cmp0() != Some(Ordering::Greater) => {
                // A long integer exponent of a number that may be negative: its size by its logarithm, either sign.
                let size = self.size().log().mul(&Enclosure::of_ratio(exponent, self.bits())).exp();
                Enclosure { low: -size.high.clone(), high: size.high }
            }
            _ => self.log().mul(&Enclosure::of_ratio(exponent, self.bits())).exp(),
        }
    }

    fn integer_power(&self, times: u64) -> Enclosure {
        let (mut power, mut square, mut left) = (Enclosure::of_int(&Int::ONE, self.bits()), self.clone(), times);
        while left > 0 {
            if left % 2 == 1 {
                power = power.mul(&square);
            }
            left /= 2;
            if left > 0 {
                square = square.mul(&square);
            }
        }
        power
    }

    /// The absolute value.
    pub fn size(&self) -> Enclosure {
        match self.sign() {
            Some(Ordering::Less) => self.neg(),
            Some(_) => self.clone(),
            None => {
                let negative = -self.low.clone();
                Enclosure { low: Float::new(self.bits()), high: negative.max(&self.high) }
            }
        }
    }
}

impl fmt::Debug for Enclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |x: &Float, round| x.to_string_radix_round(10, Some(12), round);
        write!(f, "[{}, {}]", end(&self.low, Round::Down), end(&self.high, Round::Up))
    }
}

impl fmt::Display for Enclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

fn rounded<T>(bits: u32, value: T, round: Round) -> Float
where
    Float: AssignRound<T, Round = Round, Ordering = Ordering>,
{
    Float::with_val_round(bits, value, round).0
}

fn written(end: &Float) -> Option<Ratio> {
    // MPFR gives 0 the least exponent of all.
    if end.is_zero() {
        return Some(Ratio::ZERO);
    }
    let (digits, exponent) = end.to_integer_exp()?;
    if exponent.abs() > WRITTEN_EXPONENT {
        return None;
    }
    let digits = Int::from_big(digits);
    let power = Int::from(2i64).pow(exponent.unsigned_abs());
    if exponent < 0 { Ratio::new(digits, power) } else { Some(Ratio::from(&digits * &power)) }
}

/// A sum of integers times logarithms of integers, as an enclosure that grows term by term.
///
/// Up to [`QUICK`] bits, short integers go to fixed-point numbers, which are some twenty times as fast as MPFR and more precise.
#[derive(Debug)]
pub(super) struct LogTotal {
    quick: QuickTotal,
    low: Float,
    high: Float,
    log: Float,
    product: Float,
}

impl LogTotal {
    /// The empty sum.
    pub(super) fn new(bits: u32) -> LogTotal {
        let zero = || Float::new(bits);
        LogTotal { quick: QuickTotal::default(), low: zero(), high: zero(), log: zero(), product: zero() }
    }

    /// Adds `coefficient · log argument`.
    pub(super) fn add(&mut self, coefficient: &Int, argument: &Int) {
        let bits = self.low.prec();
        if bits <= QUICK && self.quick.add(coefficient, argument) {
            return;
        }
        let exact = argument.bits() <= u64::from(bits);
        // One logarithm, rounded down, and the next float above it, are an enclosure; where the argument is longer than
        // a float, its two roundings need a logarithm each.
        let (low, high) = if exact {
            match argument.to_i64() {
                Some(small) => self.log.assign_round(small, Round::Down),
                None => self.log.assign_round(&argument.to_big(), Round::Down),
            };
            self.log.ln_round(Round::Down);
            let mut high = self.log.clone();
            high.next_up();
            (self.log.clone(), high)
        } else {
            let log = Enclosure::log_of(argument, bits);
            (log.low, log.high)
        };
        let (down, up) = if coefficient.sign().is_lt() { (high, low) } else { (low, high) };
        self.add_product(&down, coefficient, Round::Down);
        self.add_product(&up, coefficient, Round::Up);
    }

    fn add_product(&mut self, log: &Float, coefficient: &Int, round: Round) {
        match coefficient.to_i64() {
            Some(small) => self.product.assign_round(log * small, round),
            None => self.product.assign_round(log * &coefficient.to_big(), round),
        };
        let sum = if round == Round::Down { &mut self.low } else { &mut self.high };
        sum.add_assign_round(&self.product, round);
    }

    /// The sum divided by a positive integer.
    pub(super) fn over(mut self, den: &Int) -> Enclosure {
        let bits = self.low.prec();
        let quick = (!self.quick.is_empty()).then(|| self.quick.over(den, bits));
        let den = den.to_big();
        self.low.div_assign_round(&den, Round::Down);
        self.high.div_assign_round(&den, Round::Up);
        if let Some((low, high)) = quick {
            self.low.add_assign_round(&low, Round::Down);
            self.high.add_assign_round(&high, Round::Up);
        }
        Enclosure { low: self.low, high: self.high }
    }
}
