//! Many integers of one width, side by side: the numbers of a table. None is negative.
//!
//! The width is a number of words that a bound computed beforehand allows for; one and two words have their own
//! arithmetic, longer numbers are multiplied word by word. Nothing is allocated for a single number.
#![deny(clippy::float_arithmetic)]

use super::addmul::{add_products, divide_exactly, inverse, remainder, shift_down, trimmed};
use super::int::Int;

/// Non-negative integers of one width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    width: usize,
    digits: Vec<u64>,
}

/// Words for numbers of that many bits; at least one.
pub fn width_for(bits: u64) -> usize {
    (bits.div_ceil(64) as usize).max(1)
}

impl Fixed {
    /// As many zeros.
    pub fn zeros(width: usize, count: usize) -> Fixed {
        Fixed { width, digits: vec![0; width * count] }
    }

    /// As many ones.
    pub fn ones(count: usize) -> Fixed {
        Fixed { width: 1, digits: vec![1; count] }
    }

    /// Numbers by their words, the lowest first.
    pub fn from_digits(width: usize, digits: Vec<u64>) -> Fixed {
        debug_assert!(digits.len().is_multiple_of(width));
        Fixed { width, digits }
    }

    /// Numbers that are not negative, none of which has more than `bits` bits.
    pub fn from_ints(numbers: impl Iterator<Item = Int>, bits: u64) -> Fixed {
        let width = width_for(bits);
        let mut digits = Vec::with_capacity(width * numbers.size_hint().0);
        for number in numbers {
            match number.to_u64() {
                Some(word) => digits.push(word),
                None => digits.extend(number.to_words()),
            }
            digits.resize(digits.len().next_multiple_of(width), 0);
        }
        Fixed { width, digits }
    }

    /// Words of each number.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.digits.len() / self.width
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.digits.is_empty()
    }

    /// The words of some neighbours.
    pub fn digits(&self, from: usize, to: usize) -> &[u64] {
        &self.digits[from * self.width..to * self.width]
    }

    /// One of them.
    pub fn get(&self, at: usize) -> Int {
        let digits = self.digits(at, at + 1);
        let used = digits.iter().rposition(|d| *d != 0).map_or(0, |p| p + 1);
        Int::from_words(&digits[..used])
    }

    /// Bits of the largest.
    pub fn bits(&self) -> u64 {
        for place in (0..self.width).rev() {
            // Bits of all words at this place together: its highest one is the highest one of the largest word.
            let all = self.digits.iter().skip(place).step_by(self.width).fold(0, |all, d| all | d);
            if all != 0 {
                return 64 * place as u64 + u64::from(64 - all.leading_zeros());
            }
        }
        0
    }

    /// The same numbers in the order of a list of places.
    pub fn in_order(&self, order: &[u32]) -> Fixed {
        let mut digits = Vec::with_capacity(order.len() * self.width);
        for at in order {
            digits.extend_from_slice(self.digits(*at as usize, *at as usize + 1));
        }
        Fixed { width: self.width, digits }
    }

    /// The same numbers with no more words than their largest needs.
    pub fn narrowed(self) -> Fixed {
        let width = width_for(self.bits());
        if width == self.width {
            return self;
        }
        let digits = self.digits.chunks_exact(self.width).flat_map(|d| d[..width].iter().copied()).collect();
        Fixed { width, digits }
    }

    /// The greatest common divisor of all; 0 where all are 0. It is found early where it is 1.
    pub fn content(&self) -> Int {
        let mut common = Int::ZERO;
        for at in 0..self.len() {
            // A divisor that has become short stays so: nothing is allocated for the numbers after that.
            common = match common.to_u64() {
                Some(1) => break,
                Some(word) if word != 0 => {
                    let rest = remainder(self.digits(at, at + 1), word);
                    if rest == 0 { common } else { Int::from(word).gcd(&Int::from(rest)) }
                }
                _ => common.gcd(&self.get(at)),
            };
        }
        common
    }

    /// All numbers divided by a positive one that divides each of them.
    pub fn divided(mut self, by: &Int) -> Fixed {
        match (self.width, by.to_u64()) {
            (1, Some(by)) => Fixed { width: 1, digits: self.digits.into_iter().map(|d| d / by).collect() },
            (width, Some(by)) => {
                let bits = by.trailing_zeros();
                let (odd, inverse) = (by >> bits, inverse(by >> bits));
                for number in self.digits.chunks_exact_mut(width) {
                    shift_down(number, bits);
                    divide_exactly(number, odd, inverse);
                }
                self
            }
            _ => {
                let bits = (self.bits() + 1).saturating_sub(by.bits()).max(1);
                Fixed::from_ints((0..self.len()).map(|at| self.get(at).div_exact(by)), bits)
            }
        }
    }
}

/// Sums of products, one for each column, while they are being added up.
#[derive(Debug)]
pub struct Sums {
    width: usize,
    digits: Vec<u64>,
}

impl Sums {
    /// Sums that are 0; none may come to need more than `width` words.
    pub fn new(width: usize, columns: usize) -> Sums {
        Sums { width, digits: vec![0; width * columns] }
    }

    /// Whether a sum is 0.
    pub fn is_zero(&self, column: usize) -> bool {
        self.digits[column * self.width..(column + 1) * self.width].iter().all(|d| *d == 0)
    }

    /// Adds `factor` times the numbers `from..to` to as many neighbouring columns, the first of which is `column`.
    pub fn add_run(&mut self, factor: &[u64], numbers: &Fixed, from: usize, to: usize, column: usize) {
        let digits = numbers.digits(from, to);
        match (self.width, trimmed(factor), numbers.width) {
            (1, [factor], 1) => {
                for (sum, x) in self.digits[column..].iter_mut().zip(digits) {
                    *sum = sum.wrapping_add(factor.wrapping_mul(*x));
                }
            }
            (2, [factor], 1) => {
                for (sum, x) in self.digits[2 * column..].chunks_exact_mut(2).zip(digits) {
                    add_double(sum, *factor as u128 * *x as u128);
                }
            }
            (room, factor, width) => add_products(&mut self.digits, room, factor, digits, width, column..),
        }
    }

    /// Adds `factor` times the numbers `from..` to the given columns.
    pub fn add_at(&mut self, factor: &[u64], numbers: &Fixed, from: usize, columns: &[u32]) {
        match (self.width, factor, numbers.width) {
            (1, [factor], 1) => {
                for (column, x) in columns.iter().zip(numbers.digits(from, from + columns.len())) {
                    let sum = &mut self.digits[*column as usize];
                    *sum = sum.wrapping_add(factor.wrapping_mul(*x));
                }
            }
            (room, _, width) => {
                let digits = numbers.digits(from, from + columns.len());
                let columns = columns.iter().map(|c| *c as usize);
                add_products(&mut self.digits, room, trimmed(factor), digits, width, columns);
            }
        }
    }

    /// Moves a sum to the end of a list of words; it is 0 then.
    pub fn take(&mut self, column: usize, into: &mut Vec<u64>) {
        let sum = &mut self.digits[column * self.width..(column + 1) * self.width];
        into.extend_from_slice(sum);
        sum.fill(0);
    }
}

fn add_double(sum: &mut [u64], product: u128) {
    let total = (sum[0] as u128 | (sum[1] as u128) << 64).wrapping_add(product);
    (sum[0], sum[1]) = (total as u64, (total >> 64) as u64);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers() -> impl Strategy<Value = Vec<Int>> {
        let word = prop_oneof![0u64..4, any::<u64>(), Just(u64::MAX)];
        proptest::collection::vec(proptest::collection::vec(word, 0..4), 1..6).prop_map(|all| {
            all.into_iter()
                .map(|mut words| {
                    while words.last() == Some(&0) {
                        words.pop();
                    }
                    Int::from_words(&words)
                })
                .collect()
        })
    }

    fn fixed(numbers: &[Int]) -> Fixed {
        let bits = numbers.iter().map(Int::bits).max().unwrap_or(0);
        Fixed::from_ints(numbers.iter().cloned(), bits)
    }

    proptest! {
        #[test]
        fn sums_and_quotients_are_those_of_integers(a in numbers(), b in numbers(), by in 1u64..) {
            let (x, y) = (fixed(&a), fixed(&b));
            prop_assert_eq!(x.bits(), a.iter().map(Int::bits).max().unwrap());
            let bits = x.bits() + y.bits() + 3;
            // Every number of a times every number of b, by runs and by columns in reverse.
            let mut sums = Sums::new(width_for(bits), b.len());
            let columns: Vec<u32> = (0..b.len() as u32).rev().collect();
            for at in 0..a.len() {
                sums.add_run(x.digits(at, at + 1), &y, 0, b.len(), 0);
            }
            sums.add_at(x.digits(0, 1), &y, 0, &columns);
            let mut digits = Vec::new();
            (0..b.len()).for_each(|c| sums.take(c, &mut digits));
            let found = Fixed::from_digits(width_for(bits), digits).narrowed();
            let total = a.iter().fold(Int::ZERO, |s, x| &s + x);
            for (c, y) in b.iter().enumerate() {
                let reverse = &b[b.len() - 1 - c];
                prop_assert_eq!(found.get(c), &(&total * y) + &(&a[0] * reverse));
            }
            let by = Int::from(by);
            let times = fixed(&a.iter().map(|x| x * &by).collect::<Vec<_>>());
            let back = times.clone().divided(&by).narrowed();
            prop_assert!((0..a.len()).all(|at| back.get(at) == a[at]));
            prop_assert_eq!(times.content(), &a.iter().fold(Int::ZERO, |g, x| g.gcd(x)) * &by);
        }
    }
}
