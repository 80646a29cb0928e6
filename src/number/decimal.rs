//! Decimals as files of data write them: `0.05`, `1`, `9.799657e-01`. Many of them are read, and most are short, so they
//! are kept as an integer and a number of places, and become rationals a row at a time.
#![deny(clippy::float_arithmetic)]

use super::int::Int;
use super::literal::LiteralFault;
use super::ratio::Ratio;

/// The number `digits / 10^places`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    /// All digits, as an integer with its sign.
    pub digits: Int,
    /// How many of them stand behind the point.
    pub places: u32,
}

/// Largest power of ten that an exponent in a data file may ask for. Doubles reach to 324; each power costs memory.
pub const DATA_EXPONENT_LIMIT: i64 = 400;

/// Digits that surely fit a machine word.
const SHORT: usize = 18;

impl Decimal {
    /// Reads a decimal: digits with at most one point and at least one digit, and perhaps a sign and an exponent.
    pub fn parse(text: &str) -> Result<Decimal, LiteralFault> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            None => (text, 0),
            Some(at) => (&text[..at], exponent(&text[at + 1..])?),
        };
        let (negative, mantissa) = match mantissa.as_bytes().first() {
            Some(b'-') => (true, &mantissa[1..]),
            Some(b'+') => (false, &mantissa[1..]),
            _ => (false, mantissa),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        // Zeros at the end say nothing, and most numbers have them.
        let fraction_kept = fraction.trim_end_matches('0');
        let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return Err(LiteralFault::Malformed);
        }
        let digits = match whole.len() + fraction_kept.len() {
            0..=SHORT => {
                let all = whole.bytes().chain(fraction_kept.bytes());
                Int::from(all.fold(0i64, |n, b| 10 * n + i64::from(b - b'0')))
            }
            _ => Int::parse(&format!("{whole}{fraction_kept}")).ok_or(LiteralFault::Malformed)?,
        };
        let digits = if negative { -&digits } else { digits };
        let places = fraction_kept.len() as i64 - exponent;
        Ok(match u32::try_from(places) {
            Ok(places) => Decimal { digits, places },
            Err(_) => Decimal { digits: &digits * &ten_to(places.unsigned_abs() as u32), places: 0 },
        })
    }

    /// The integer `n` with `n / 10^places` equal to this; `places` must not be fewer than its own.
    pub fn over(&self, places: u32) -> Int {
        match places - self.places {
            0 => self.digits.clone(),
            more => &self.digits * &ten_to(more),
        }
    }
}

fn exponent(text: &str) -> Result<i64, LiteralFault> {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    if bare.is_empty() || !bare.bytes().all(|b| b.is_ascii_digit()) {
        return Err(LiteralFault::Malformed);
    }
    match text.parse::<i64>() {
        Ok(value) if value.abs() <= DATA_EXPONENT_LIMIT => Ok(value),
        _ => Err(LiteralFault::ExponentTooLarge),
    }
}

/// `10^exponent`.
pub fn ten_to(exponent: u32) -> Int {
    match 10i64.checked_pow(exponent) {
        Some(small) => Int::from(small),
        None => Int::from(10i64).pow(exponent),
    }
}

/// A rational as a decimal with all its digits; `None` where there is none that ends within `most` places.
pub fn finite_decimal(value: &Ratio, most: u32) -> Option<String> {
    let mut den = value.den().clone();
    let mut places = [0u32; 2];
    for (prime, count) in [2i64, 5].into_iter().zip(&mut places) {
        let prime = Int::from(prime);
        while *count <= most {
            let (quotient, rest) = den.div_mod_floor(&prime);
            if !rest.is_zero() {
                break;
            }
            den = quotient;
            *count += 1;
        }
    }
    let places = places[0].max(places[1]);
    if !den.is_one() || places > most {
        return None;
    }
    let digits = (&value.num().abs() * &ten_to(places).div_exact(value.den())).to_string();
    let sign = if value.sign().is_lt() { "-" } else { "" };
    if places == 0 {
        return Some(format!("{sign}{digits}"));
    }
    let digits = format!("{digits:0>width$}", width = places as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places as usize);
    Some(format!("{sign}{whole}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::literal::parse_number;

    #[test]
    fn decimals_are_the_numbers_that_literals_are() {
        let long = format!("0.{}", "123456789".repeat(7));
        let texts = ["0", "1", "0.05", "1.0", "9.799657e-01", "3e2", "3.25E+1", "00.50", ".5", "5.", "-0.25", "1e-400"];
        for text in texts.into_iter().chain([&*long]) {
            let read = Decimal::parse(text).unwrap();
            let value = Ratio::new(read.digits.clone(), ten_to(read.places)).unwrap();
            assert_eq!(value, parse_number(text).unwrap(), "{text}");
            assert_eq!(Ratio::new(read.over(read.places + 3), ten_to(read.places + 3)).unwrap(), value);
        }
        for text in ["", "-", ".", "1.2.3", "1e", "1e+", "e5", "nan", "inf", "0x1", "1_000", "--1", "1e+-5", "½"] {
            assert_eq!(Decimal::parse(text), Err(LiteralFault::Malformed), "{text}");
        }
        assert_eq!(Decimal::parse("1e401"), Err(LiteralFault::ExponentTooLarge));
        assert_eq!(Decimal::parse("1e-99999999999999999999"), Err(LiteralFault::ExponentTooLarge));
    }

    #[test]
    fn decimals_that_end_are_written_out() {
        let show = |n, d| finite_decimal(&Ratio::of(n, d), 30);
        assert_eq!(show(1, 20).as_deref(), Some("0.05"));
        assert_eq!(show(-7, 8).as_deref(), Some("-0.875"));
        assert_eq!(show(12, 1).as_deref(), Some("12"));
        assert_eq!(show(1, 10_000_000).as_deref(), Some("0.0000001"));
        assert_eq!(show(1, 3), None);
        assert_eq!(finite_decimal(&Ratio::of(1, 1000), 2), None);
    }
}
