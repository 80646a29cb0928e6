//! Decimals of real numbers, with a last digit that is certainly right.
//!
//! Ziv's loop: the number is enclosed ever more tightly until both ends round to the same digits. Only a number that has
//! a finite decimal itself could keep the ends apart for ever; such a number is rational, which the exact classes find
//! out before the second try, and a rational is rounded exactly.

use super::comparison::OPEN_BITS;
use super::enclosure::Enclosure;
use super::int::Int;
use super::log_sum::LogSum;
use super::ratio::Ratio;
use super::real::Real;

/// In what entropies are counted when they are printed. The numbers themselves are always in nats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// Natural logarithms.
    #[default]
    Nats,
    /// Logarithms to the base 2: the number divided by `log 2`.
    Bits,
}

/// A number as a decimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approximation {
    /// The decimal, rounded to the digits asked for; zeros at its end are left away where it is exact.
    pub digits: String,
    /// The number differs from the decimal by at most this, itself a decimal; `0` where it is exact. It is `inf` where there
    /// is no decimal, because the number is too large or too near to 0: `digits` are two ends then, `[0, 2.1e-323228497]`.
    pub radius: String,
    /// Whether the decimal is the nearest one with so many digits. Only that of a composite number may not be: one that
    /// may be a tie, or one that is no decimal.
    pub correct: bool,
}

impl Approximation {
    fn exact(digits: String) -> Approximation {
        Approximation { digits, radius: "0".into(), correct: true }
    }
}

impl Real {
    /// The decimal with that many significant digits, at least 1, correctly rounded.
    pub fn decimal(&self, digits: u32, unit: Unit) -> Approximation {
        let digits = digits.max(1);
        match self {
            Real::NegInfinity => return Approximation::exact("-∞".into()),
            Real::PosInfinity => return Approximation::exact("∞".into()),
            Real::Rational(value) if value.is_zero() || unit == Unit::Nats => return rational(value, digits),
            _ => {}
        }
        let first = digits.saturating_mul(10) / 3 + 48;
        let most = first.saturating_mul(2).max(OPEN_BITS);
        let mut bits = first;
        loop {
            let interval = self.enclose_in(unit, bits);
            if let (Some(low), Some(high)) = (interval.lower(), interval.upper()) {
                let text = rounded_alike(low.decimal(digits).0, high.decimal(digits).0).filter(|_| !low.is_zero());
                if let Some(text) = text {
                    // Zeros at the end suggest a rational with few digits, which is printed without them.
                    let found = if zeros_at_end(&text) >= (digits as usize / 2).max(1) {
                        self.found_rational(unit)
                    } else {
                        None
                    };
                    let radius = format!("5e{}", last_place(&text, digits) - 1);
                    let rounded = Approximation { digits: text, radius, correct: true };
                    return found.map_or(rounded, |value| rational(&value, digits));
                }
                // Not even its size is known, but that it is near to 0.
                let (less, more) = (low.abs().min(high.abs()), low.abs().max(high.abs()));
                if bits > most && (low.sign() != high.sign() || &less + &less < more) {
                    return Approximation { digits: interval.ends(digits), radius: "inf".into(), correct: false };
                }
                if matches!(self, Real::Composite(_)) && bits > most {
                    return rough(&low, &high, digits);
                }
            } else if bits > most {
                // So large or so small that its ends are not written out as rationals.
                return match interval.common_digits(digits) {
                    Some(text) => {
                        let radius = format!("5e{}", last_place(&text, digits) - 1);
                        Approximation { digits: text, radius, correct: true }
                    }
                    None => Approximation { digits: interval.ends(digits), radius: "inf".into(), correct: false },
                };
            }
            if bits == first
                && let Some(value) = self.found_rational(unit)
            {
                return rational(&value, digits);
            }
            bits = bits.saturating_mul(2);
        }
    }

    /// The rational that this is in that unit, if it is one; for composite numbers only 0 is looked for.
    fn found_rational(&self, unit: Unit) -> Option<Ratio> {
        match (self, unit) {
            (Real::Rational(value), Unit::Nats) => Some(value.clone()),
            (Real::Logs(sum), Unit::Nats) => sum.to_ratio(),
            (Real::Logs(sum), Unit::Bits) => bits_of(sum),
            (Real::Roots(sum), Unit::Nats) => sum.to_ratio(),
            (Real::Roots(sum), Unit::Bits) => sum.to_ratio().filter(Ratio::is_zero),
            (Real::Composite(_), _) => self.sign().order().filter(|s| s.is_eq()).map(|_| Ratio::ZERO),
            (Real::Rational(_) | Real::NegInfinity | Real::PosInfinity, _) => None,
        }
    }

    /// An enclosure of the number in a unit.
    pub fn enclose_in(&self, unit: Unit, bits: u32) -> Enclosure {
        match unit {
            Unit::Nats => self.enclose(bits),
            Unit::Bits => self.enclose(bits).div(&Enclosure::log_of(&Int::from(2i64), bits)),
        }
    }
}

/// The number of bits, where it is rational: no logarithms but those of powers of 2.
pub(super) fn bits_of(sum: &LogSum) -> Option<Ratio> {
    sum.proportion(&LogSum::log_of(&Ratio::of(2, 1))?)
}

fn rational(value: &Ratio, digits: u32) -> Approximation {
    let (text, exact) = value.decimal(digits);
    if exact {
        return Approximation::exact(text);
    }
    let radius = format!("5e{}", last_place(&text, digits) - 1);
    Approximation { digits: text, radius, correct: true }
}

/// The middle of an interval, and how far its ends and the rounding are away from it.
fn rough(low: &Ratio, high: &Ratio, digits: u32) -> Approximation {
    let half = Ratio::of(1, 2);
    let (text, _) = (&(low + high) * &half).decimal(digits);
    let printed = super::literal::parse_number(&text).unwrap_or_else(|_| low.clone());
    // Two digits, and one hundredth more than that, so that the rounding of the radius stays above it.
    let radius = (&printed - low).abs().max((&printed - high).abs());
    let radius = (&radius * &Ratio::of(102, 100)).decimal(3).0;
    Approximation { digits: text, radius, correct: false }
}

/// The decimal that two are, but for zeros at the end, which an exact one does not have.
fn rounded_alike(low: String, high: String) -> Option<String> {
    let short = |text: &str| match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{}e{exponent}", without_zeros(mantissa)),
        None => without_zeros(text).to_string(),
    };
    match (low == high, short(&low) == short(&high)) {
        (true, _) => Some(low),
        (false, true) => Some(if low.len() < high.len() { high } else { low }),
        (false, false) => None,
    }
}

fn without_zeros(mantissa: &str) -> &str {
    if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa }
}

/// How many zeros end the digits in front of an exponent.
fn zeros_at_end(text: &str) -> usize {
    let mantissa = text.split('e').next().unwrap_or(text);
    mantissa.bytes().rev().filter(|b| *b != b'.').take_while(|b| *b == b'0').count()
}

/// The power of ten of the last of the significant digits in a decimal.
fn last_place(text: &str, digits: u32) -> i64 {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let mantissa = mantissa.trim_start_matches('-');
    match mantissa.split_once('.') {
        Some((_, fraction)) => exponent - fraction.len() as i64,
        // Zeros behind the significant digits only fill the places.
        None => exponent + (mantissa.len() as i64 - i64::from(digits)).max(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_decimal_is_an_interval() {
        let exp = |n: i64| Real::from(Ratio::from(Int::from(n))).exp();
        let show = |x: &Real| {
            let a = x.decimal(5, Unit::Nats);
            (a.digits, a.radius, a.correct)
        };
        // Beyond the range of floats: larger than all, and nearer to 0 than all.
        let ten = 10i64.pow(10);
        let (large, small) = (show(&exp(ten)), show(&exp(-ten)));
        assert!(large.0.ends_with(", ∞]") && large.1 == "inf" && !large.2, "{large:?}");
        assert!(small.0.starts_with("[0, ") && small.1 == "inf" && !small.2, "{small:?}");
        // exp(10^7) = 6.5922e4342944, by 10^7 / log 10 = 4342944.8190325
        assert_eq!(show(&exp(10i64.pow(7))), ("6.5922e4342944".into(), "5e4342939".into(), true));
        // 1 - e^-100000 is rounded to 1, which the upper end is exactly.
        let almost = Real::one().sub(&exp(-100_000)).unwrap();
        assert_eq!(show(&almost), ("1.0000".into(), "5e-5".into(), true));
    }

    #[test]
    fn the_radius_is_half_of_the_last_place() {
        let show = |x: &Real, digits| {
            let a = x.decimal(digits, Unit::Nats);
            (a.digits, a.radius)
        };
        let third = Real::from(Ratio::of(1, 3));
        assert_eq!(show(&third, 5), ("0.33333".into(), "5e-6".into()));
        assert_eq!(show(&Real::from(Ratio::of(1, 4)), 5), ("0.25".into(), "0".into()));
        assert_eq!(show(&Real::from(Ratio::of(123_456, 1)), 3), ("123000".into(), "5e2".into()));
        let log = |n, d| Real::log_of(&Ratio::of(n, d)).unwrap();
        assert_eq!(show(&log(2, 1), 10), ("0.6931471806".into(), "5e-11".into()));
        assert_eq!(show(&log(1, 2), 3), ("-0.693".into(), "5e-4".into()));
        assert_eq!(show(&log(1_000_000_001, 1_000_000_000), 4), ("1.000e-9".into(), "5e-13".into()));
        let bits = log(8, 1).decimal(5, Unit::Bits);
        assert_eq!((bits.digits.as_str(), bits.radius.as_str()), ("3", "0"));
        assert_eq!(Real::root_of(&Ratio::of(2, 1), 2).unwrap().decimal(20, Unit::Nats).digits, "1.4142135623730950488");
    }
}
