//! Adds the product of two long numbers to a third: the innermost loop of everything that is exact and long.
//!
//! Up to four words of the shorter number stay in registers while the words of the longer one pass by, so that each word
//! of the sum is read and written once for four products. That is two to four times faster than a word at a time.

/// `sum += a · b`, words lowest first. The sum has room for the result; a sum that has not stops the program, since a
/// wrong number would be worse than none.
#[inline]
pub(super) fn add_product_of(sum: &mut [u64], a: &[u64], b: &[u64]) {
    let (a, b) = (trimmed(a), trimmed(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (mut rest, mut shift) = (short, 0);
    while let [w0, w1, w2, w3, tail @ ..] = rest {
        add_words(&mut sum[shift..], [*w0, *w1, *w2, *w3], long);
        (rest, shift) = (tail, shift + 4);
    }
    match rest {
        [w0] => add_words(&mut sum[shift..], [*w0], long),
        [w0, w1] => add_words(&mut sum[shift..], [*w0, *w1], long),
        [w0, w1, w2] => add_words(&mut sum[shift..], [*w0, *w1, *w2], long),
        _ => {}
    }
}

/// Adds `factor` times each of many numbers of `width` words to as many sums of `room` words, which stand at the given
/// columns. Numbers of up to four words are unrolled, which halves the time that they take.
pub(super) fn add_products(
    sums: &mut [u64],
    room: usize,
    factor: &[u64],
    numbers: &[u64],
    width: usize,
    columns: impl Iterator<Item = usize>,
) {
    macro_rules! unrolled {
        ($([$($word:ident),*] $width:literal),* $(,)?) => {
            match (factor, width) {
                $(([$($word),*], $width) => {
                    for (x, column) in numbers.as_chunks::<$width>().0.iter().zip(columns) {
                        add_words(&mut sums[column * room..(column + 1) * room], [$(*$word),*], x);
                    }
                })*
                _ => {
                    for (x, column) in numbers.chunks_exact(width).zip(columns) {
                        add_product_of(&mut sums[column * room..(column + 1) * room], factor, x);
                    }
                }
            }
        };
    }
    unrolled!(
        [a] 1, [a] 2, [a] 3, [a] 4,
        [a, b] 1, [a, b] 2, [a, b] 3, [a, b] 4,
        [a, b, c] 1, [a, b, c] 2, [a, b, c] 3, [a, b, c] 4,
        [a, b, c, d] 1, [a, b, c, d] 2, [a, b, c, d] 3, [a, b, c, d] 4,
    );
}

/// `sum += a · b` for a number of a few words.
#[inline(always)]
fn add_words<const N: usize>(sum: &mut [u64], a: [u64; N], b: &[u64]) {
    // Words beyond the sum must be zero, or all of `a` is.
    let room = b.len().min(sum.len());
    let (b, beyond) = b.split_at(room);
    assert!(beyond.iter().all(|x| *x == 0) || a == [0; N], "a bound on a sum was wrong");
    let (low, high) = sum.split_at_mut(room);
    // What is still to be added to the next N words. A word, a product of words and two words fit a double word:
    // (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
    let mut pending = [0u64; N];
    for (s, x) in low.iter_mut().zip(b) {
        let t = *x as u128 * a[0] as u128 + *s as u128 + pending[0] as u128;
        *s = t as u64;
        let mut carry = (t >> 64) as u64;
        for i in 1..N {
            let t = *x as u128 * a[i] as u128 + pending[i] as u128 + carry as u128;
            pending[i - 1] = t as u64;
            carry = (t >> 64) as u64;
        }
        pending[N - 1] = carry;
    }
    let mut carry = 0u64;
    let mut high = high.iter_mut();
    for word in pending {
        match high.next() {
            Some(s) => {
                let t = *s as u128 + word as u128 + carry as u128;
                *s = t as u64;
                carry = (t >> 64) as u64;
            }
            None => assert!(word == 0 && carry == 0, "a bound on a sum was wrong"),
        }
    }
    for s in high {
        if carry == 0 {
            return;
        }
        let (t, over) = s.overflowing_add(carry);
        *s = t;
        carry = u64::from(over);
    }
    assert_eq!(carry, 0, "a bound on a sum was wrong");
}

/// A number without the zero words at its end.
#[inline]
pub(super) fn trimmed(number: &[u64]) -> &[u64] {
    match number {
        [.., 0] => &number[..number.iter().rposition(|d| *d != 0).map_or(0, |p| p + 1)],
        _ => number,
    }
}

/// A number divided by an odd word that divides it, in place: from the lowest word up, each times the inverse of the
/// divisor modulo 2^64 (Jebelean's exact division), so that no word is really divided.
pub(super) fn divide_exactly(number: &mut [u64], by: u64, inverse: u64) {
    debug_assert_eq!(by.wrapping_mul(inverse), 1);
    let mut borrow = 0u64;
    for word in number {
        let (left, under) = word.overflowing_sub(borrow);
        let quotient = left.wrapping_mul(inverse);
        *word = quotient;
        borrow = ((quotient as u128 * by as u128) >> 64) as u64 + u64::from(under);
    }
    debug_assert_eq!(borrow, 0, "the divisor does not divide");
}

/// The inverse of an odd word modulo 2^64, by Newton's iteration: each step doubles the bits that are right.
pub(super) fn inverse(odd: u64) -> u64 {
    // Right modulo 8.
    let mut inverse = odd;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse
}

/// The remainder of a number divided by a word that is not 0.
pub(super) fn remainder(number: &[u64], by: u64) -> u64 {
    if let Ok(by) = u32::try_from(by) {
        // Half words: twice as many divisions, each several times faster.
        let step = |rest: u64, half: u64| (rest << 32 | half) % by as u64;
        return number.iter().rev().fold(0, |rest, word| step(step(rest, word >> 32), *word & u64::from(u32::MAX)));
    }
    number.iter().rev().fold(0u64, |rest, word| (((rest as u128) << 64 | *word as u128) % by as u128) as u64)
}

/// A number shifted down by fewer bits than a word has, in place.
pub(super) fn shift_down(number: &mut [u64], bits: u32) {
    if bits == 0 {
        return;
    }
    let mut above = 0;
    for word in number.iter_mut().rev() {
        let lost = *word << (64 - bits);
        *word = *word >> bits | above;
        above = lost;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::int::Int;
    use proptest::prelude::*;

    fn words(most: usize) -> impl Strategy<Value = Vec<u64>> {
        let word = prop_oneof![Just(0u64), Just(1), any::<u64>(), Just(u64::MAX), Just(1 << 63)];
        proptest::collection::vec(word, 0..most)
    }

    fn int(words: &[u64]) -> Int {
        Int::from_words(trimmed(words))
    }

    proptest! {
        #[test]
        fn products_are_added_as_integers_are(a in words(11), b in words(11), start in words(22), spare in 0usize..2) {
            let wanted = &int(&start) + &(&int(&a) * &int(&b));
            // As short as it may be, or a word longer.
            let mut sum = start.clone();
            sum.resize(wanted.to_words().len().max(start.len()) + spare, 0);
            add_product_of(&mut sum, trimmed(&a), trimmed(&b));
            prop_assert_eq!(int(&sum), wanted.clone());
            let mut sum = start.clone();
            sum.resize(wanted.to_words().len().max(start.len()).max(a.len() + b.len()) + spare, 0);
            add_product_of(&mut sum, &a, &b);
            prop_assert_eq!(int(&sum), wanted);
        }

        #[test]
        fn products_of_many_numbers_are_those_of_each(
            factor in words(6), width in 1usize..7, all in proptest::collection::vec(any::<u64>(), 42),
        ) {
            let (count, room) = (all.len() / width, factor.len() + width + 1);
            let numbers = &all[..count * width];
            let mut sums = vec![0; count * room];
            add_products(&mut sums, room, trimmed(&factor), numbers, width, 0..count);
            add_products(&mut sums, room, trimmed(&factor), numbers, width, (0..count).rev());
            for (at, sum) in sums.chunks_exact(room).enumerate() {
                let number = |at: usize| int(&numbers[at * width..(at + 1) * width]);
                prop_assert_eq!(int(sum), &int(&factor) * &(&number(at) + &number(count - 1 - at)));
            }
        }

        #[test]
        fn quotients_and_remainders_are_those_of_integers(a in words(9), by in 1u64..) {
            let (odd, bits) = (by >> by.trailing_zeros(), by.trailing_zeros());
            let product = &int(&a) * &Int::from(by);
            let mut number = product.to_words();
            prop_assert_eq!(remainder(&number, by), 0);
            shift_down(&mut number, bits);
            divide_exactly(&mut number, odd, inverse(odd));
            prop_assert_eq!(int(&number), int(&a));
            let rest = int(&a).div_mod_floor(&Int::from(by)).1;
            prop_assert_eq!(Int::from(remainder(&a, by)), rest);
        }
    }

    #[test]
    fn a_product_that_does_not_fit_is_not_cut_off() {
        let full = [u64::MAX; 3];
        for room in 3..6 {
            let fits = std::panic::catch_unwind(|| {
                let mut sum = vec![0; room];
                add_product_of(&mut sum, &full, &full[..2]);
                sum
            });
            assert_eq!(fits.is_ok(), room == 5, "{room} words");
        }
        // The largest sum that fits, and one more.
        let mut sum = [u64::MAX, u64::MAX, 0];
        add_product_of(&mut sum, &[1], &[u64::MAX]);
        assert_eq!(sum, [u64::MAX - 1, 0, 1]);
        let over = std::panic::catch_unwind(|| add_product_of(&mut [u64::MAX, u64::MAX], &[1], &[1]));
        assert!(over.is_err());
    }
}
