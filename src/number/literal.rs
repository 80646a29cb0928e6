//! Numbers as they are written: `12`, `0.25`, `25%`, `3.5e-2`, each a rational from the first moment.
#![deny(clippy::float_arithmetic)]

use super::int::Int;
use super::ratio::Ratio;

/// Why a text is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiteralFault {
    /// It is not of the form digits, point, exponent, percent sign.
    Malformed,
    /// The exponent is beyond ±[`EXPONENT_LIMIT`]: written out, the number would fill the memory.
    ExponentTooLarge,
}

/// Largest power of ten that an exponent may ask for.
pub const EXPONENT_LIMIT: i64 = 100_000;

/// Reads a number literal exactly.
pub fn parse_number(text: &str) -> Result<Ratio, LiteralFault> {
    let (text, percent) = match text.strip_suffix('%') {
        Some(rest) => (rest, 2),
        None => (text, 0),
    };
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        None => (text, 0),
        Some(at) => {
            let digits = text[at + 1..].trim_start_matches('+');
            let bare = digits.trim_start_matches('-');
            if bare.is_empty() || !bare.bytes().all(|b| b.is_ascii_digit()) || digits.len() - bare.len() > 1 {
                return Err(LiteralFault::Malformed);
            }
            (&text[..at], digits.parse::<i64>().map_err(|_| LiteralFault::ExponentTooLarge)?)
        }
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return Err(LiteralFault::Malformed);
    }
    let power = exponent - fraction.len() as i64 - percent;
    if power.abs() > EXPONENT_LIMIT + fraction.len() as i64 {
        return Err(LiteralFault::ExponentTooLarge);
    }
    let digits = Int::parse(&format!("{whole}{fraction}")).ok_or(LiteralFault::Malformed)?;
    let scale = Int::from(10i64).pow(power.unsigned_abs() as u32);
    let value =
        if power >= 0 { Ratio::from(&digits * &scale) } else { Ratio::new(digits, scale).unwrap_or(Ratio::ZERO) };
    Ok(if negative { -&value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_exact() {
        let value = |t| parse_number(t).unwrap();
        assert_eq!(value("0.25"), Ratio::of(1, 4));
        assert_eq!(value("25%"), Ratio::of(1, 4));
        assert_eq!(value("3.5e-2"), Ratio::of(7, 200));
        assert_eq!(value("2e3"), Ratio::of(2000, 1));
        assert_eq!(value("-12"), Ratio::of(-12, 1));
        assert_eq!(parse_number("1e999999999999"), Err(LiteralFault::ExponentTooLarge));
        assert_eq!(parse_number("1e"), Err(LiteralFault::Malformed));
        assert_eq!(parse_number("1.2.3"), Err(LiteralFault::Malformed));
    }
}
