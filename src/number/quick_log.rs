//! Logarithms of integers of up to 112 bits as 128-bit fixed-point numbers with a known error, and sums of them.
//!
//! `n = 2^k · m` with `1 ≤ m < 2`. A factor `c` of 17 bits, from a table, takes `m c` to `[1, 1 + 2^-7 + 2^-15)`, without
//! rounding; a factor `d` of 25 bits from a second table takes that to `[1, 1 + 2^-14.9)`; what is left is a series of
//! eight terms. Then `log n = k log 2 - log c - log d + log(1 + r)`.
//!
//! *Error*, in units of `2^-120`: half a unit for each of the three numbers from tables; that of `d`'s product and of the
//! series are some units of `2^-127`, and cutting off to `2^-120` is one more. Below 4 in all; 8 is what is claimed.

use std::sync::OnceLock;

use rug::float::Round;
use rug::ops::DivAssignRound;
use rug::{Float, Integer};

use super::int::Int;

/// Longest integer whose logarithm is taken here, in bits: for longer ones the first product would be rounded.
const LONGEST: u64 = 112;

/// Bits after the point of a logarithm.
const POINT: u32 = 120;

/// Bounds the error of a logarithm, in units of its last place.
const ERROR: u32 = 8;

/// Bits of the index of the first table, and after the point of its factors.
const FIRST: (u32, u32) = (7, 16);

/// The same of the second table, whose index is what is left beyond 1.
const SECOND: (u32, u32) = (15, 24);

/// Factors and the logarithms of their inverses.
struct Tables {
    /// `c` is at least `1 / (1 + i 2^-7)`.
    first: Vec<(u64, u128)>,
    /// `d` is at least `1 / (1 + j 2^-15)`.
    second: Vec<(u64, u128)>,
    /// `k log 2`
    powers: Vec<u128>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let fixed = |log: Float| {
            let scaled = log << POINT;
            scaled.to_integer_round(Round::Nearest).and_then(|(n, _)| n.to_u128()).unwrap_or(0)
        };
        let factor = |index: u64, (bits, point): (u32, u32)| {
            let one = 1u64 << bits;
            let c = (one << point).div_ceil(one + index);
            (c, fixed(-(Float::with_val(256, c) >> point).ln()))
        };
        let log_two = Float::with_val(256, 2).ln();
        Tables {
            first: (0..1 << FIRST.0).map(|i| factor(i, FIRST)).collect(),
            // What the first factor leaves is below 2^-7 + 2^-15.
            second: (0..(1 << (SECOND.0 - FIRST.0)) + 2).map(|j| factor(j, SECOND)).collect(),
            powers: (0..LONGEST).map(|k| fixed(Float::with_val(256, &log_two * k))).collect(),
        }
    })
}

/// The logarithm of a positive integer of at most 112 bits, in units of `2^-120`, off by less than 8 of them.
fn quick_log(n: u128) -> u128 {
    let tables = tables();
    let zeros = n.leading_zeros();
    // In units of 2^-127 from here on.
    let m = n << zeros;
    let (c, log_c) = tables.first[(m >> (127 - FIRST.0)) as usize & ((1 << FIRST.0) - 1)];
    let rest = ((m >> FIRST.1) * u128::from(c)).saturating_sub(1 << 127);
    let (d, log_d) = tables.second[(rest >> (127 - SECOND.0)) as usize];
    let rest = shifted_product(rest + (1 << 127), d).saturating_sub(1 << 127);
    tables.powers[127 - zeros as usize] + log_c + log_d + (log_of_one_and(rest) >> (127 - POINT))
}

/// `a d 2^-24`, rounded down, for `d` of at most 25 bits; the result fits.
fn shifted_product(a: u128, d: u64) -> u128 {
    let (high, low) = (a >> 64, a & u128::from(u64::MAX));
    let d = u128::from(d);
    ((high * d) << (64 - SECOND.1)) + ((low * d) >> SECOND.1)
}

/// `log(1 + r)` for `r < 2^-14.9`, both in units of `2^-127`: `r (1 - r (1/2 - r (1/3 - …)))`. The ninth term is below one unit.
fn log_of_one_and(r: u128) -> u128 {
    let one = 1u128 << 127;
    let inner = (1..8u128).rev().fold(one / 8, |sum, k| one / k - fraction(r, sum));
    fraction(r, inner)
}

/// The product of two numbers in units of `2^-127`, at most 1 each, rounded down by less than four units.
fn fraction(a: u128, b: u128) -> u128 {
    let (a1, a0) = halves(a);
    let (b1, b0) = halves(b);
    ((a1 * b1) << 1) + ((a1 * b0) >> 63) + ((a0 * b1) >> 63)
}

fn halves(a: u128) -> (u128, u128) {
    (a >> 64, a & u128::from(u64::MAX))
}

/// A sum of integers times logarithms of integers, exact in the logarithms as they are rounded, with its error.
#[derive(Debug, Default)]
pub(super) struct QuickTotal {
    /// Digits to the base 2^64, each the sum of as many signed ones as there are products.
    digits: [i128; 4],
    /// Digits of the sum of the sizes of the coefficients.
    sizes: [u128; 2],
}

impl QuickTotal {
    /// Adds `coefficient · log argument`; says whether it could: coefficients of up to 127 bits, arguments of up to 112.
    pub(super) fn add(&mut self, coefficient: &Int, argument: &Int) -> bool {
        if argument.bits() > LONGEST {
            return false;
        }
        let (Some(c), Some(n)) = (coefficient.to_i128(), argument.to_i128()) else { return false };
        if n <= 0 {
            return false;
        }
        let (size, log) = (c.unsigned_abs(), quick_log(n as u128));
        let ((c1, c0), (l1, l0)) = (halves(size), halves(log));
        let mut digits = [0u128; 4];
        let mut put = |place: usize, product: u128| {
            let (high, low) = halves(product);
            digits[place] += low;
            digits[place + 1] += high;
        };
        put(0, c0 * l0);
        put(1, c0 * l1);
        if c1 != 0 {
            put(1, c1 * l0);
            put(2, c1 * l1);
        }
        for (sum, digit) in self.digits.iter_mut().zip(digits) {
            *sum += if c < 0 { -(digit as i128) } else { digit as i128 };
        }
        self.sizes[0] += c0;
        self.sizes[1] += c1;
        true
    }

    /// Whether nothing but zeros was added.
    pub(super) fn is_empty(&self) -> bool {
        self.sizes == [0, 0]
    }

    /// Two floats between which the sum divided by a positive integer lies.
    pub(super) fn over(&self, den: &Int, bits: u32) -> (Float, Float) {
        let sum = (self.digits.iter().rev()).fold(Integer::new(), |sum, digit| (sum << 64) + *digit);
        let error = ((Integer::from(self.sizes[1]) << 64) + self.sizes[0]) * ERROR;
        let den = den.to_big();
        let end = |sum: Integer, round: Round| {
            let mut end = Float::with_val_round(bits, sum, round).0;
            end >>= POINT;
            end.div_assign_round(&den, round);
            end
        };
        (end(Integer::from(&sum - &error), Round::Down), end(sum + error, Round::Up))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far a logarithm is off, in units of `2^-120`.
    fn error(n: u128) -> f64 {
        let exact = Float::with_val(256, Integer::from(n)).ln() << POINT;
        (exact - Integer::from(quick_log(n))).to_f64().abs()
    }

    fn random(state: &mut u128) -> u128 {
        *state = state.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(0x5851_f42d_4c95_7f2d_1405);
        *state ^ (*state >> 61)
    }

    #[test]
    fn logarithms_are_within_the_error() {
        let mut state = 7u128;
        let few = (1..5000u128).chain((1..LONGEST).flat_map(|k| [(1 << k) - 1, 1 << k, (1 << k) + 1]));
        let many: Vec<u128> = (0..20_000).map(|i| (random(&mut state) >> (128 - 112 + i % 112)).max(1)).collect();
        // At the borders of both tables.
        let borders = (0..128u128).flat_map(|i| [((128 + i) << 104) - 1, (128 + i) << 104, ((128 + i) << 104) + 1]);
        for n in few.chain(many).chain(borders) {
            assert!(error(n) < f64::from(ERROR) / 2.0, "log {n} is off by {}", error(n));
        }
    }

    #[test]
    fn sums_contain_what_they_stand_for() {
        let mut state = 3u128;
        for round in 0..200 {
            let mut total = QuickTotal::default();
            let mut exact = Float::new(512);
            for _ in 0..50 {
                let n = (random(&mut state) >> (16 + round % 100)).max(1);
                let c = (random(&mut state) as i128) >> (1 + round % 120);
                assert!(total.add(&Int::from(c), &Int::from(n as i128)));
                exact += Float::with_val(512, Integer::from(n)).ln() * Integer::from(c);
            }
            let den = Int::from(97i64);
            let (low, high) = total.over(&den, 104);
            exact /= 97;
            assert!(low <= exact && exact <= high, "{exact} is not between {low} and {high}");
        }
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let mut total = QuickTotal::default();
        let long = Int::from(2i64).pow(112);
        assert!(!total.add(&Int::ONE, &long));
        assert!(!total.add(&Int::from(2i64).pow(127), &Int::from(3i64)));
        assert!(total.is_empty());
        assert!(total.add(&Int::ONE, &Int::from(2i64).pow(111)));
    }
}
