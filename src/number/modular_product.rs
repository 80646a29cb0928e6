//! Dense products of matrices of long integers, one small prime at a time.
//!
//! 1. Every entry of the product is an integer, not negative, and at most a bound that is known before: so many primes are
//!    taken that their product is more than four times the bound.
//! 2. Modulo a prime, entries are taken between -p/2 and p/2. The primes are so small that no sum of products leaves what
//!    doubles hold exactly, and nalgebra multiplies matrices of doubles at the speed of the machine.
//! 3. An entry is put together from its remainders (Chinese remainder theorem): with M the product of all primes and
//!    c_i = (M/p_i)^-1 mod p_i it is Σ t_i · M/p_i - q · M, where t_i = r_i · c_i mod p_i. The quotient q is the integral part
//!    of Σ t_i / p_i, whose fraction is below 1/4 by step 1: an approximation that is good to 1/8 gives it for certain.

use nalgebra::DMatrix;

use super::addmul::add_product_of;
use super::int::Int;
use crate::base::interrupt::{Interrupt, Stopped};

/// Most bytes of remainders that are kept at once; beyond, some rows of the left matrix are taken after the others.
const REMAINDER_BYTES: usize = 64 << 20;

/// The product of two dense matrices, row after row. No number is negative, and no entry of the product is more than
/// `bound`.
pub(super) fn modular_product(
    left: &[Vec<Int>],
    right: &[Vec<Int>],
    bound: &Int,
    stop: &Interrupt,
) -> Result<Vec<Vec<Int>>, Stopped> {
    let columns = right.first().map_or(0, Vec::len);
    let primes = Primes::beyond(bound, right.len());
    let (halves, right) = (Halves::of(right.iter().flatten()), right.len());
    let block = (REMAINDER_BYTES / (4 * primes.all.len() * columns.max(1))).max(1);
    let mut rows = Vec::with_capacity(left.len());
    for left in left.chunks(block) {
        let own = Halves::of(left.iter().flatten());
        let mut remainders: Vec<Vec<u32>> = Vec::with_capacity(primes.all.len());
        for prime in &primes.all {
            stop.check()?;
            // 2.
            let a = DMatrix::from_row_iterator(left.len(), right, own.modulo(*prime));
            let b = DMatrix::from_row_iterator(right, columns, halves.modulo(*prime));
            let product = a * b;
            let rest = |x: &f64| (*x as i64).rem_euclid(i64::from(*prime)) as u32;
            // Columns lie one after the other in a matrix of nalgebra.
            remainders.push(product.iter().map(rest).collect());
        }
        for i in 0..left.len() {
            stop.check()?;
            let at = |j: usize| remainders.iter().map(move |r| r[j * left.len() + i]);
            rows.push((0..columns).map(|j| primes.together(at(j))).collect());
        }
    }
    Ok(rows)
}

/// Numbers in words of 32 bits, so that a remainder is a sum of short products.
struct Halves {
    width: usize,
    digits: Vec<u32>,
}

impl Halves {
    fn of<'n>(numbers: impl Iterator<Item = &'n Int> + Clone) -> Halves {
        let bits = numbers.clone().map(Int::bits).max().unwrap_or(0);
        let width = (bits.div_ceil(32) as usize).max(1);
        let mut digits = Vec::new();
        for number in numbers {
            let from = digits.len();
            match number.to_u64() {
                Some(word) => digits.extend([word as u32, (word >> 32) as u32]),
                None => digits.extend(number.to_words().into_iter().flat_map(|w| [w as u32, (w >> 32) as u32])),
            }
            // Half words beyond the width are zero.
            digits.resize(from + width, 0);
        }
        Halves { width, digits }
    }

    /// The remainders, between -p/2 and p/2.
    fn modulo(&self, prime: u32) -> impl Iterator<Item = f64> {
        let prime = u64::from(prime);
        let powers: Vec<u64> = std::iter::successors(Some(1), |p| Some((p << 32) % prime)).take(self.width).collect();
        self.digits.chunks_exact(self.width).map(move |digits| {
            // Each product is below 2^56; 128 of them stay below 2^63.
            let sum = digits.chunks(128).zip(powers.chunks(128)).fold(0u64, |sum, (digits, powers)| {
                let part: u64 = digits.iter().zip(powers).map(|(d, p)| u64::from(*d) * p).sum();
                sum + part % prime
            });
            let rest = sum % prime;
            if rest > prime / 2 { rest as f64 - prime as f64 } else { rest as f64 }
        })
    }
}

/// Primes whose product is more than four times a bound.
struct Primes {
    all: Vec<u32>,
    /// The product of the others, for each, in words.
    others: Vec<Vec<u64>>,
    /// The inverse of that modulo the prime.
    inverses: Vec<u64>,
    /// The product of all.
    product: Int,
}

impl Primes {
    /// 1. For sums of so many products.
    fn beyond(bound: &Int, terms: usize) -> Primes {
        // terms · (p/2)^2 is at most 2^53 for primes below 2^bits; and products of a half word and a remainder stay below
        // 2^56.
        let bits = ((55 - u64::from(u64::BITS - (terms.max(1) as u64).leading_zeros())) / 2).min(24);
        let enough = bound * &Int::from(4i64);
        let (mut all, mut product) = (Vec::new(), Int::ONE);
        let mut candidate = (1u32 << bits) - 1;
        while product <= enough {
            if is_prime(candidate) {
                product = &product * &Int::from(u64::from(candidate));
                all.push(candidate);
            }
            candidate -= 2;
        }
        let others: Vec<Int> = all.iter().map(|p| product.div_exact(&Int::from(u64::from(*p)))).collect();
        let inverses = all.iter().zip(&others).map(|(p, other)| {
            let rest = other.div_mod_floor(&Int::from(u64::from(*p))).1;
            power(rest.to_u64().unwrap_or(0), u64::from(*p) - 2, u64::from(*p))
        });
        Primes { inverses: inverses.collect(), others: others.iter().map(Int::to_words).collect(), all, product }
    }

    /// 3.
    fn together(&self, remainders: impl Iterator<Item = u32>) -> Int {
        let mut sum = vec![0u64; self.product.bits().div_ceil(64) as usize + 1];
        let mut quotient = 0.0f64;
        for (((rest, prime), other), inverse) in remainders.zip(&self.all).zip(&self.others).zip(&self.inverses) {
            let t = u64::from(rest) * inverse % u64::from(*prime);
            add_product_of(&mut sum, other, &[t]);
            quotient += t as f64 / f64::from(*prime);
        }
        let quotient = (quotient + 0.125).floor();
        let sum = Int::from_words(super::addmul::trimmed(&sum));
        &sum - &(&self.product * &Int::from(quotient as u64))
    }
}

fn is_prime(odd: u32) -> bool {
    (3..).step_by(2).take_while(|d| d * d <= odd).all(|d| !odd.is_multiple_of(d))
}

/// `base` to the power of `exponent` modulo a number below 2^32.
fn power(mut base: u64, mut exponent: u64, modulus: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent /= 2;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matrix(rows: usize, columns: usize) -> impl Strategy<Value = Vec<Vec<Int>>> {
        let word = prop_oneof![Just(0u64), Just(1), any::<u64>(), Just(u64::MAX)];
        let number = proptest::collection::vec(word, 0..5).prop_map(|words| {
            let top = words.iter().rposition(|w| *w != 0).map_or(0, |p| p + 1);
            Int::from_words(&words[..top])
        });
        proptest::collection::vec(proptest::collection::vec(number, columns), rows)
    }

    fn slow(a: &[Vec<Int>], b: &[Vec<Int>]) -> Vec<Vec<Int>> {
        let entry = |row: &[Int], j: usize| row.iter().zip(b).fold(Int::ZERO, |s, (x, row)| &s + &(x * &row[j]));
        a.iter().map(|row| (0..b[0].len()).map(|j| entry(row, j)).collect()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        /// The bound is the largest entry itself: nothing is to spare.
        #[test]
        fn products_are_those_of_integers(a in matrix(5, 6), b in matrix(6, 4)) {
            let wanted = slow(&a, &b);
            let bound = wanted.iter().flatten().max().unwrap().clone();
            prop_assert_eq!(modular_product(&a, &b, &bound, &Interrupt::default()).unwrap(), wanted);
        }
    }

    /// Every remainder is as large as it can be, and every sum as long.
    #[test]
    fn sums_of_the_largest_remainders_are_exact() {
        for terms in [1usize, 2, 3, 64, 255, 256, 257, 1000] {
            let first = Primes::beyond(&Int::from(1i64 << 60), terms).all[0];
            let half = i64::from(first / 2);
            // Both signs of the largest remainder.
            for number in [half, half + 1] {
                let a = vec![vec![Int::from(number); terms]; 2];
                let b = vec![vec![Int::from(number)]; terms];
                let bound = Int::from(number as i128 * number as i128 * terms as i128);
                assert_eq!(modular_product(&a, &b, &bound, &Interrupt::default()).unwrap(), vec![vec![bound]; 2]);
            }
            assert!(terms as u64 * u64::from(first / 2 + 1).pow(2) <= 1 << 53);
        }
    }

    /// Numbers at both ends of what is put together.
    #[test]
    fn numbers_at_the_edge_of_the_bound_are_put_together() {
        for words in [1usize, 2, 7, 40] {
            let bound = Int::from_words(&vec![u64::MAX; words]);
            let primes = Primes::beyond(&bound, 100);
            for number in [Int::ZERO, Int::ONE, &bound - &Int::ONE, bound.clone()] {
                let rest = |p: &u32| number.div_mod_floor(&Int::from(u64::from(*p))).1.to_u64().unwrap() as u32;
                assert_eq!(primes.together(primes.all.iter().map(rest)), number);
            }
        }
    }
}
