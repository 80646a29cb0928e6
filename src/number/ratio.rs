//! Exact rationals.
#![deny(clippy::float_arithmetic)]

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};

use super::int::Int;

/// A rational number in lowest terms with a positive denominator: equal numbers are equal values.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: Int,
    den: Int,
}

impl Ratio {
    /// Zero.
    pub const ZERO: Ratio = Ratio { num: Int::ZERO, den: Int::ONE };
    /// One.
    pub const ONE: Ratio = Ratio { num: Int::ONE, den: Int::ONE };

    /// `num / den`, reduced. `None` where `den` is 0.
    pub fn new(num: Int, den: Int) -> Option<Ratio> {
        let (num, den) = match den.sign() {
            Ordering::Equal => return None,
            Ordering::Less => (-&num, -&den),
            Ordering::Greater => (num, den),
        };
        let g = num.gcd(&den);
        if g.is_one() {
            Some(Ratio { num, den })
        } else {
            Some(Ratio { num: num.div_exact(&g), den: den.div_exact(&g) })
        }
    }

    /// `num / den` from words; `den` must not be 0.
    pub fn of(num: i64, den: i64) -> Ratio {
        Ratio::new(num.into(), den.into()).unwrap_or(Ratio::ZERO)
    }

    /// The numerator.
    pub fn num(&self) -> &Int {
        &self.num
    }

    /// The denominator, positive.
    pub fn den(&self) -> &Int {
        &self.den
    }

    /// Whether this is 0.
    pub fn is_zero(&self) -> bool {
        self.num.is_zero()
    }

    /// Whether this is 1.
    pub fn is_one(&self) -> bool {
        self.num.is_one() && self.den.is_one()
    }

    /// The sign, compared with 0.
    pub fn sign(&self) -> Ordering {
        self.num.sign()
    }

    /// The absolute value.
    pub fn abs(&self) -> Ratio {
        Ratio { num: self.num.abs(), den: self.den.clone() }
    }

    /// The value as an integer, if it is one.
    pub fn to_int(&self) -> Option<&Int> {
        self.den.is_one().then_some(&self.num)
    }

    /// The value as a machine word, if it is an integer that fits.
    pub fn to_i64(&self) -> Option<i64> {
        self.to_int().and_then(Int::to_i64)
    }

    /// The quotient; `None` where `other` is 0.
    pub fn checked_div(&self, other: &Ratio) -> Option<Ratio> {
        Ratio::new(&self.num * &other.den, &self.den * &other.num)
    }

    /// The greatest integer that is not above this.
    pub fn floor(&self) -> Int {
        self.num.div_mod_floor(&self.den).0
    }

    /// The remainder after division, of the sign of `other`; `None` where `other` is 0.
    pub fn checked_mod(&self, other: &Ratio) -> Option<Ratio> {
        let quotient = Ratio::from(self.checked_div(other)?.floor());
        Some(self - &(&quotient * other))
    }

    /// An integer power; `None` for a negative power of 0.
    pub fn pow(&self, exponent: i32) -> Option<Ratio> {
        let size = exponent.unsigned_abs();
        let power = Ratio { num: self.num.pow(size), den: self.den.pow(size) };
        if exponent < 0 { Ratio::ONE.checked_div(&power) } else { Some(power) }
    }

    /// The decimal with `digits` significant digits, correctly rounded (half to even), and whether it is exact.
    pub fn decimal(&self, digits: u32) -> (String, bool) {
        if self.is_zero() {
            return ("0".into(), true);
        }
        let ten = Int::from(10i64);
        let size = self.num.abs();
        // Find the exponent e with 10^e <= size/den < 10^(e+1), from bit lengths, then mend it.
        let bits = size.bits() as i64 - self.den.bits() as i64;
        let mut e = (bits - 1) * 30103 / 100_000;
        let at_least = |e: i64| -> bool {
            if e >= 0 { size >= &self.den * &ten.pow(e as u32) } else { &size * &ten.pow((-e) as u32) >= self.den }
        };
        while !at_least(e) {
            e -= 1;
        }
        while at_least(e + 1) {
            e += 1;
        }
        let shift = digits as i64 - 1 - e;
        let (top, bottom) = if shift >= 0 {
            (&size * &ten.pow(shift as u32), self.den.clone())
        } else {
            (size, &self.den * &ten.pow((-shift) as u32))
        };
        let (mut q, r) = top.div_mod_floor(&bottom);
        let exact = r.is_zero();
        let twice = &r + &r;
        let odd = !q.div_mod_floor(&Int::from(2i64)).1.is_zero();
        if twice > bottom || (twice == bottom && odd) {
            q += &Int::ONE;
        }
        let mut text = q.to_string();
        if text.len() as i64 > digits as i64 {
            text.pop();
            e += 1;
        }
        let sign = if self.sign() == Ordering::Less { "-" } else { "" };
        (format!("{sign}{}", place_point(&text, e, exact)), exact)
    }
}

/// Writes significant digits with the point where exponent `e` puts it; trailing zeros go where the value is exact.
fn place_point(digits: &str, e: i64, exact: bool) -> String {
    let trim = |text: &str| if exact { text.trim_end_matches('0').to_string() } else { text.to_string() };
    if (-5..21).contains(&e) {
        if e < 0 {
            return format!("0.{}{}", "0".repeat((-e - 1) as usize), trim(digits));
        }
        let whole = e as usize + 1;
        if whole >= digits.len() {
            return format!("{digits}{}", "0".repeat(whole - digits.len()));
        }
        let fraction = trim(&digits[whole..]);
        return if fraction.is_empty() { digits[..whole].into() } else { format!("{}.{fraction}", &digits[..whole]) };
    }
    let fraction = trim(&digits[1..]);
    if fraction.is_empty() { format!("{}e{e}", &digits[..1]) } else { format!("{}.{fraction}e{e}", &digits[..1]) }
}

impl From<Int> for Ratio {
    fn from(num: Int) -> Ratio {
        Ratio { num, den: Int::ONE }
    }
}

impl From<i64> for Ratio {
    fn from(value: i64) -> Ratio {
        Ratio::from(Int::from(value))
    }
}

impl Add for &Ratio {
    type Output = Ratio;
    fn add(self, other: &Ratio) -> Ratio {
        if self.den == other.den {
            return Ratio::new(&self.num + &other.num, self.den.clone()).unwrap_or(Ratio::ZERO);
        }
        Ratio::new(&(&self.num * &other.den) + &(&other.num * &self.den), &self.den * &other.den).unwrap_or(Ratio::ZERO)
    }
}

impl AddAssign<&Ratio> for Ratio {
    fn add_assign(&mut self, other: &Ratio) {
        *self = &*self + other;
    }
}

impl Sub for &Ratio {
    type Output = Ratio;
    fn sub(self, other: &Ratio) -> Ratio {
        self + &-other
    }
}

impl Neg for &Ratio {
    type Output = Ratio;
    fn neg(self) -> Ratio {
        Ratio { num: -&self.num, den: self.den.clone() }
    }
}

impl Mul for &Ratio {
    type Output = Ratio;
    fn mul(self, other: &Ratio) -> Ratio {
        Ratio::new(&self.num * &other.num, &self.den * &other.den).unwrap_or(Ratio::ZERO)
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        (&self.num * &other.den).cmp(&(&other.num * &self.den))
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.den.is_one() { write!(f, "{}", self.num) } else { write!(f, "{}/{}", self.num, self.den) }
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_rounded_correctly() {
        let show = |n, d, k| Ratio::of(n, d).decimal(k).0;
        assert_eq!(show(1, 3, 5), "0.33333");
        assert_eq!(show(2, 3, 5), "0.66667");
        assert_eq!(show(1, 8, 5), "0.125");
        assert_eq!(show(-1, 8, 2), "-0.12");
        assert_eq!(show(3, 8, 2), "0.38");
        assert_eq!(show(999_999, 1_000_000, 3), "1.00");
        assert_eq!(show(123_456, 1, 3), "123000");
        assert_eq!(show(1, 1_000_000_000, 3), "1e-9");
        assert_eq!(show(100, 1, 5), "100");
    }

    #[test]
    fn equal_numbers_are_equal_values() {
        assert_eq!(Ratio::of(2, -4), Ratio::of(-1, 2));
        assert_eq!(&Ratio::of(1, 3) + &Ratio::of(1, 6), Ratio::of(1, 2));
        assert_eq!(Ratio::of(-7, 2).checked_mod(&Ratio::of(2, 1)), Some(Ratio::of(1, 2)));
        assert_eq!(Ratio::of(2, 3).pow(-2), Some(Ratio::of(9, 4)));
        assert_eq!(Ratio::ZERO.pow(-1), None);
    }
}
