//! Small primes taken out of many integers at once.
//!
//! A word is tested against a prime by one multiplication (a multiple of `p` times the inverse of `p` modulo `2^64` is at
//! most `2^64 / p`). Longer integers are gathered to chunks of the size of the product of all small primes; a remainder
//! tree then yields, for each, that product modulo it, and so the part that has small primes alone. Cost: for words, one
//! multiplication for each prime up to the root of what is left; for longer ones, a few multiplications of their own
//! length for each level of the tree.

use std::sync::OnceLock;

use rug::Integer;

use super::int::Int;

/// All primes that are taken out are below this.
const LIMIT: u32 = 1 << 16;

/// An odd prime, its inverse modulo `2^64`, and the largest multiple of it divided by it.
struct Prime {
    value: u32,
    inverse: u64,
    most: u64,
}

fn primes() -> &'static [Prime] {
    static PRIMES: OnceLock<Vec<Prime>> = OnceLock::new();
    PRIMES.get_or_init(|| {
        let mut composite = vec![false; LIMIT as usize];
        let mut out = Vec::new();
        for value in (3..LIMIT).step_by(2) {
            if composite[value as usize] {
                continue;
            }
            for multiple in (u64::from(value).pow(2)..u64::from(LIMIT)).step_by(value as usize) {
                composite[multiple as usize] = true;
            }
            // Newton's iteration doubles the number of correct bits: p is its own inverse modulo 8.
            let p = u64::from(value);
            let inverse = (0..5).fold(p, |x, _| x.wrapping_mul(2u64.wrapping_sub(p.wrapping_mul(x))));
            out.push(Prime { value, inverse, most: u64::MAX / p });
        }
        out
    })
}

/// The product of all small primes.
fn primorial() -> &'static Integer {
    static PRODUCT: OnceLock<Integer> = OnceLock::new();
    PRODUCT.get_or_init(|| {
        let mut level: Vec<Integer> = primes().iter().map(|p| Integer::from(p.value)).collect();
        level.push(Integer::from(2));
        while level.len() > 1 {
            level = level.chunks(2).map(|pair| pair.iter().product()).collect();
        }
        level.pop().unwrap_or_else(|| Integer::from(1))
    })
}

/// A positive integer as small primes with their exponents, and a rest that none of them divides.
#[derive(Debug, PartialEq)]
pub(super) struct Stripped {
    /// Primes below 2^16 in rising order, with exponents that are not 0.
    pub(super) small: Vec<(u32, u32)>,
    /// What is left; 1 where all primes are small.
    pub(super) rest: Integer,
}

/// Takes the small primes out of positive integers.
pub(super) fn strip_all<'a>(numbers: impl Iterator<Item = &'a Int>) -> Vec<Stripped> {
    let mut out = Vec::new();
    let mut long: Vec<(usize, Integer)> = Vec::new();
    let mut bits = 0;
    for (at, number) in numbers.enumerate() {
        let mut stripped = Stripped { small: Vec::new(), rest: Integer::new() };
        match number.to_u64() {
            Some(word) => stripped.rest = Integer::from(strip_word(word, &mut stripped.small)),
            None => {
                bits += number.bits();
                long.push((at, number.to_big()));
            }
        }
        out.push(stripped);
        if bits > u64::from(primorial_bits()) {
            strip_chunk(&std::mem::take(&mut long), &mut out);
            bits = 0;
        }
    }
    strip_chunk(&long, &mut out);
    out
}

fn primorial_bits() -> u32 {
    // The product of the primes below x has about x/log 2 bits; nothing depends on the exact number.
    LIMIT + LIMIT / 2
}

/// Divides the small primes out of a word, and notes them.
fn strip_word(mut n: u64, small: &mut Vec<(u32, u32)>) -> u64 {
    let twos = n.trailing_zeros();
    if twos > 0 {
        small.push((2, twos));
        n >>= twos;
    }
    let mut root = n.isqrt();
    for prime in primes() {
        if u64::from(prime.value) > root {
            break;
        }
        let mut quotient = n.wrapping_mul(prime.inverse);
        if quotient > prime.most {
            continue;
        }
        let mut times = 0;
        while quotient <= prime.most {
            n = quotient;
            times += 1;
            quotient = n.wrapping_mul(prime.inverse);
        }
        small.push((prime.value, times));
        root = n.isqrt();
    }
    // Below the square of the first prime that was not tried, what is left is a prime, or 1.
    if n > 1 && n < u64::from(LIMIT) {
        small.push((n as u32, 1));
        n = 1;
    }
    n
}

fn strip_chunk(numbers: &[(usize, Integer)], out: &mut [Stripped]) {
    if numbers.is_empty() {
        return;
    }
    let mut levels: Vec<Vec<Integer>> = vec![numbers.iter().map(|(_, n)| n.clone()).collect()];
    while let Some(last) = levels.last().filter(|l| l.len() > 1) {
        levels.push(last.chunks(2).map(|pair| pair.iter().product()).collect());
    }
    // Down the tree: the product of all small primes modulo each node.
    let mut rests = vec![primorial().clone()];
    for level in levels.iter().rev() {
        rests = level.iter().enumerate().map(|(k, node)| Integer::from(&rests[k / 2] % node)).collect();
    }
    for ((at, number), rest) in numbers.iter().zip(rests) {
        let radical = Integer::from(number.gcd_ref(&rest));
        out[*at] = strip_long(number.clone(), radical);
    }
}

/// Divides a long integer by the small primes whose product is given, each to its full power.
fn strip_long(mut rest: Integer, mut radical: Integer) -> Stripped {
    let mut small = Vec::new();
    let mut take = |p: u32, rest: &mut Integer| {
        let times = rest.remove_factor_mut(&Integer::from(p));
        if times > 0 {
            small.push((p, times));
        }
    };
    if radical.is_even() {
        radical >>= 1;
        take(2, &mut rest);
    }
    for prime in primes() {
        if radical == 1 {
            break;
        }
        if let Some(word) = radical.to_u64() {
            // What is left of the product fits a word: its primes by words.
            let mut few = Vec::new();
            let left = strip_word(word, &mut few);
            debug_assert_eq!(left, 1);
            few.into_iter().for_each(|(p, _)| take(p, &mut rest));
            break;
        }
        if radical.is_divisible_u(prime.value) {
            radical.div_exact_u_mut(prime.value);
            take(prime.value, &mut rest);
        }
    }
    Stripped { small, rest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By trial division with everything, slowly.
    fn slowly(mut n: Integer) -> Stripped {
        let mut small = Vec::new();
        for p in 2..LIMIT {
            let times = n.remove_factor_mut(&Integer::from(p));
            if times > 0 {
                small.push((p, times));
            }
        }
        Stripped { small, rest: n }
    }

    fn stripped(numbers: &[Int]) -> Vec<Stripped> {
        strip_all(numbers.iter())
    }

    #[test]
    fn edges() {
        let largest = 65_521u64;
        let words = [1u64, 2, 3, 4, 65_521, largest * largest, largest * largest * largest, 65_537, 65_537 * 65_539];
        let more = [u64::MAX, 1 << 63, (1 << 63) + 1, 65_537 * 65_521, 2 * 65_537, 65_521 * 65_519 * 3];
        let mut all: Vec<Int> = words.into_iter().chain(more).map(Int::from).collect();
        all.push(Int::from(2i64).pow(521));
        all.push(&Int::from(2i64).pow(521) - &Int::ONE);
        all.push(Int::from(65_521i64).pow(40));
        all.push(&Int::from(65_537i64).pow(40) * &Int::from(6i64).pow(77));
        let found = stripped(&all);
        for (n, s) in all.iter().zip(found) {
            assert_eq!(s, slowly(n.to_big()), "{n}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn small_primes_are_found_like_by_trial_division(
            words in prop::collection::vec((any::<u64>(), 0u32..64), 1..8),
            long in prop::collection::vec((prop::collection::vec(any::<u64>(), 2..6), 0u32..9), 1..8),
        ) {
            let mut all: Vec<Int> = words.into_iter().map(|(w, shift)| Int::from((w >> shift).max(1))).collect();
            all.extend(long.into_iter().map(|(w, p)| &Int::from_words(&[&w[..], &[1]].concat()) * &Int::from(6i64).pow(p)));
            let found = stripped(&all);
            for (n, s) in all.iter().zip(found) {
                prop_assert_eq!(s, slowly(n.to_big()));
            }
        }
    }
}
