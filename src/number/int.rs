//! Integers of any size, in a machine word while they fit. The files of exact scalars reach GMP's integers through here.
#![deny(clippy::float_arithmetic)]

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};

use rug::Integer;
use rug::integer::Order;

/// An integer. Small values live inline, which makes ordinary kernels several times faster than GMP throughout.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Int(Repr);

// Invariant: `Big` holds only what `Small` cannot, so equality and hashing are structural. The tag hides in a pointer
// of `Integer` that is never null: an `Int` takes two words, and a long one allocates its digits and nothing else.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Small(i64),
    Big(Integer),
}
use Repr::{Big, Small};

impl Int {
    /// Zero.
    pub const ZERO: Int = Int(Small(0));
    /// One.
    pub const ONE: Int = Int(Small(1));

    /// The same integer, from GMP.
    pub(super) fn from_big(value: Integer) -> Int {
        match value.to_i64() {
            Some(small) => Int(Small(small)),
            None => Int(Big(value)),
        }
    }

    fn from_i128(value: i128) -> Int {
        match i64::try_from(value) {
            Ok(small) => Int(Small(small)),
            Err(_) => Int(Big(Integer::from(value))),
        }
    }

    /// The same integer, for GMP and MPFR.
    pub(super) fn to_big(&self) -> Integer {
        match &self.0 {
            Small(a) => Integer::from(*a),
            Big(a) => a.clone(),
        }
    }

    /// Reads decimal digits, with an optional minus sign.
    pub fn parse(digits: &str) -> Option<Int> {
        match digits.parse::<i64>() {
            Ok(small) => Some(Int(Small(small))),
            Err(_) => Integer::from_str_radix(digits, 10).ok().map(Int::from_big),
        }
    }

    /// Whether this is 0.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Small(0))
    }

    /// Whether this is 1.
    pub fn is_one(&self) -> bool {
        matches!(self.0, Small(1))
    }

    /// The sign, compared with 0.
    pub fn sign(&self) -> Ordering {
        match &self.0 {
            Small(a) => a.cmp(&0),
            Big(a) => a.cmp0(),
        }
    }

    /// The value as a machine word, if it fits.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Small(a) => Some(*a),
            Big(_) => None,
        }
    }

    /// The value as a double word, if it fits.
    pub fn to_i128(&self) -> Option<i128> {
        match &self.0 {
            Small(a) => Some(*a as i128),
            Big(a) => a.to_i128(),
        }
    }

    /// The value as an unsigned machine word, if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        match &self.0 {
            Small(a) => u64::try_from(*a).ok(),
            Big(a) => a.to_u64(),
        }
    }

    /// The words of the absolute value, the lowest first; none for 0.
    pub fn to_words(&self) -> Vec<u64> {
        match &self.0 {
            Small(0) => Vec::new(),
            Small(a) => vec![a.unsigned_abs()],
            Big(a) => a.to_digits(Order::Lsf),
        }
    }

    /// The number with these words, the lowest first.
    pub fn from_words(words: &[u64]) -> Int {
        match words {
            [] => Int::ZERO,
            [word] => Int::from(*word),
            _ => Int::from_big(Integer::from_digits(words, Order::Lsf)),
        }
    }

    /// Number of bits of the absolute value.
    pub fn bits(&self) -> u64 {
        match &self.0 {
            Small(a) => 64 - a.unsigned_abs().leading_zeros() as u64,
            Big(a) => a.significant_bits() as u64,
        }
    }

    /// The absolute value.
    pub fn abs(&self) -> Int {
        if self.sign() == Ordering::Less { -self } else { self.clone() }
    }

    /// The greatest common divisor, not negative.
    pub fn gcd(&self, other: &Int) -> Int {
        match (&self.0, &other.0) {
            (Small(a), Small(b)) => Int::from_i128(gcd_u64(a.unsigned_abs(), b.unsigned_abs()) as i128),
            (Small(0), _) => other.abs(),
            (_, Small(0)) => self.abs(),
            (Small(a), Big(b)) | (Big(b), Small(a)) => {
                // One limb against many: a remainder first, then words.
                let rest = Integer::from(b % *a).to_i64().unwrap_or(0);
                Int::from_i128(gcd_u64(a.unsigned_abs(), rest.unsigned_abs()) as i128)
            }
            (Big(a), Big(b)) => Int::from_big(Integer::from(a.gcd_ref(b))),
        }
    }

    /// The least common multiple, not negative.
    pub fn lcm(&self, other: &Int) -> Int {
        if self.is_zero() || other.is_zero() {
            return Int::ZERO;
        }
        (&self.div_exact(&self.gcd(other)) * other).abs()
    }

    /// The quotient, where `other` is known to divide.
    pub fn div_exact(&self, other: &Int) -> Int {
        match (&self.0, &other.0) {
            (_, Small(1)) => self.clone(),
            (Small(a), Small(b)) => Int::from_i128(*a as i128 / *b as i128),
            (Big(a), Big(b)) => Int::from_big(Integer::from(a.div_exact_ref(b))),
            (Big(a), Small(b)) => Int::from_big(a.clone().div_exact(&Integer::from(*b))),
            (Small(_), Big(_)) => Int::from_big(self.to_big() / other.to_big()),
        }
    }

    /// Quotient rounded down and remainder of the sign of `other`, which is not 0.
    pub fn div_mod_floor(&self, other: &Int) -> (Int, Int) {
        match (&self.0, &other.0) {
            (Small(a), Small(b)) => {
                let (a, b) = (*a as i128, *b as i128);
                let (mut q, mut r) = (a / b, a % b);
                if r != 0 && (r < 0) != (b < 0) {
                    q -= 1;
                    r += b;
                }
                (Int::from_i128(q), Int::from_i128(r))
            }
            _ => {
                let (q, r) = self.to_big().div_rem_floor(other.to_big());
                (Int::from_big(q), Int::from_big(r))
            }
        }
    }

    /// `self` to the power of `exponent`.
    pub fn pow(&self, exponent: u32) -> Int {
        use rug::ops::Pow;
        Int::from_big(self.to_big().pow(exponent))
    }

    /// The integer times a power of two, rounded down.
    pub fn shifted(&self, by: i64) -> Int {
        match &self.0 {
            Small(a) if by <= 0 => Int(Small(a >> by.unsigned_abs().min(63))),
            Small(_) => Int::from_big(self.to_big() << by as usize),
            Big(a) if by < 0 => Int::from_big(Integer::from(a >> by.unsigned_abs() as usize)),
            Big(a) => Int::from_big(Integer::from(a << by as usize)),
        }
    }

    /// Adds the product of `a` and `b`.
    pub fn add_product(&mut self, a: &Int, b: &Int) {
        if let (Small(x), Small(y), Small(z)) = (&self.0, &a.0, &b.0) {
            *self = Int::from_i128(*x as i128 + *y as i128 * *z as i128);
            return;
        }
        if let Small(x) = self.0 {
            self.0 = Big(Integer::from(x));
        }
        if let Big(sum) = &mut self.0 {
            match (&a.0, &b.0) {
                (Big(y), Big(z)) => *sum += y * z,
                (Big(y), Small(z)) | (Small(z), Big(y)) => *sum += y * *z,
                (Small(y), Small(z)) => *sum += Integer::from(*y) * *z,
            }
            if let Some(small) = sum.to_i64() {
                self.0 = Small(small);
            }
        }
    }
}

/// The greatest common divisor of two words, by the binary algorithm.
fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    loop {
        b >>= b.trailing_zeros();
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        b -= a;
        if b == 0 {
            return a << shift;
        }
    }
}

impl From<i64> for Int {
    fn from(value: i64) -> Int {
        Int(Small(value))
    }
}

impl From<u64> for Int {
    fn from(value: u64) -> Int {
        Int::from_i128(value as i128)
    }
}

impl From<i128> for Int {
    fn from(value: i128) -> Int {
        Int::from_i128(value)
    }
}

impl Ord for Int {
    fn cmp(&self, other: &Int) -> Ordering {
        match (&self.0, &other.0) {
            (Small(a), Small(b)) => a.cmp(b),
            (Big(a), Big(b)) => a.cmp(b),
            (Small(a), Big(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Big(a), Small(b)) => b.partial_cmp(a).unwrap_or(Ordering::Equal).reverse(),
        }
    }
}

impl PartialOrd for Int {
    fn partial_cmp(&self, other: &Int) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Add for &Int {
    type Output = Int;
    fn add(self, other: &Int) -> Int {
        match (&self.0, &other.0) {
            (Small(a), Small(b)) => Int::from_i128(*a as i128 + *b as i128),
            (Big(a), Big(b)) => Int::from_big(Integer::from(a + b)),
            (Big(a), Small(b)) | (Small(b), Big(a)) => Int::from_big(Integer::from(a + *b)),
        }
    }
}

impl AddAssign<&Int> for Int {
    fn add_assign(&mut self, other: &Int) {
        if let (Small(a), Small(b)) = (&mut self.0, &other.0)
            && let Some(sum) = a.checked_add(*b)
        {
            *a = sum;
            return;
        }
        *self = &*self + other;
    }
}

impl Sub for &Int {
    type Output = Int;
    fn sub(self, other: &Int) -> Int {
        self + &-other
    }
}

impl Neg for &Int {
    type Output = Int;
    fn neg(self) -> Int {
        match &self.0 {
            Small(a) => Int::from_i128(-(*a as i128)),
            Big(a) => Int::from_big(Integer::from(-a)),
        }
    }
}

impl Mul for &Int {
    type Output = Int;
    fn mul(self, other: &Int) -> Int {
        match (&self.0, &other.0) {
            (Small(a), Small(b)) => Int::from_i128(*a as i128 * *b as i128),
            (Big(a), Big(b)) => Int::from_big(Integer::from(a * b)),
            (Big(a), Small(b)) | (Small(b), Big(a)) => Int::from_big(Integer::from(a * *b)),
        }
    }
}

impl fmt::Display for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Small(a) => fmt::Display::fmt(a, f),
            Big(a) => fmt::Display::fmt(a, f),
        }
    }
}

impl fmt::Debug for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_int() -> impl Strategy<Value = i128> {
        prop_oneof![any::<i64>().prop_map(i128::from), any::<i128>().prop_map(|x| x >> 2), -3i128..4]
    }

    #[test]
    fn an_integer_takes_two_words() {
        assert_eq!(size_of::<Int>(), 16);
    }

    proptest! {
        #[test]
        fn agrees_with_128_bit_arithmetic(a in any_int(), b in any_int(), c in any::<i64>()) {
            let (x, y, z) = (Int::from(a), Int::from(b), Int::from(c));
            prop_assert_eq!(&x + &y, Int::from(a + b));
            prop_assert_eq!(&x - &y, Int::from(a - b));
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(x.to_i128(), Some(a));
            prop_assert_eq!(x.to_u64(), u64::try_from(a).ok());
            prop_assert_eq!(-&x, Int::from(-a));
            prop_assert_eq!(&(&x * &z) - &(&z * &x), Int::ZERO);
            if b != 0 {
                let (q, r) = x.div_mod_floor(&y);
                prop_assert_eq!(&(&q * &y) + &r, x.clone());
                prop_assert!(r.abs() < y.abs());
            }
            let mut sum = x.clone();
            sum.add_product(&y, &z);
            prop_assert_eq!(sum, &x + &(&y * &z));
            prop_assert_eq!(Int::from_words(&x.abs().to_words()), x.abs());
            let g = x.gcd(&y);
            if !g.is_zero() {
                prop_assert_eq!(&x.div_exact(&g) * &g, x.clone());
                prop_assert_eq!(&y.div_exact(&g) * &g, y.clone());
                prop_assert!(x.div_exact(&g).gcd(&y.div_exact(&g)).is_one());
            }
            prop_assert_eq!(Int::parse(&a.to_string()), Some(x.clone()));
        }
    }
}
