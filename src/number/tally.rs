//! Weights of short integers, put together by a table with a place for each integer, where a sort would compare them all.
//!
//! The integers of a law with `n` points are mostly not much larger than `n`: the table is as long as the largest one, and
//! never longer than a few times what was announced.

use std::borrow::Borrow;

use super::int::Int;

/// Integers with weights; the weights of equal integers are added up, at least if the integers are short.
#[derive(Debug)]
pub struct Tally {
    /// By integer. Weights of one word each cannot fill two words.
    sums: Vec<i128>,
    limit: i64,
    /// What has no place in the table.
    rest: Vec<(Int, Int)>,
}

/// So many times as many places as there are integers.
const PLACES: usize = 4;

/// The longest table, in places.
const LONGEST: usize = 1 << 22;

impl Tally {
    /// For about so many integers.
    pub fn new(count: usize) -> Tally {
        let limit = count.saturating_mul(PLACES).min(LONGEST) as i64;
        Tally { sums: Vec::new(), limit, rest: Vec::new() }
    }

    /// Adds the weight of an integer that is not negative.
    pub fn add(&mut self, integer: &Int, weight: &Int) {
        match (self.place(integer), weight.to_i64()) {
            (Some(place), Some(word)) => *place += i128::from(word),
            _ => self.rest.push((integer.clone(), weight.clone())),
        }
    }

    /// Takes the weight of an integer that is not negative away.
    pub fn subtract(&mut self, integer: &Int, weight: &Int) {
        match (self.place(integer), weight.to_i64()) {
            (Some(place), Some(word)) => *place -= i128::from(word),
            _ => self.rest.push((integer.clone(), -weight)),
        }
    }

    /// Subtracts from the weight of each integer, none of which is negative, the integer itself; the result is their sum.
    pub fn subtract_each<N: Borrow<Int>>(&mut self, integers: impl IntoIterator<Item = N>) -> Int {
        let (mut total, mut short_total) = (Int::ZERO, 0i128);
        let integers = integers.into_iter();
        // How often each short integer is there: half a step for each, and one product for all that are equal.
        let mut counts: Vec<u32> = Vec::new();
        let left = integers.size_hint();
        for n in integers {
            let n = n.borrow();
            match n.to_i64().map(|short| (short, counts.get_mut(short as usize))) {
                Some((short, Some(count))) if *count < u32::MAX => {
                    *count += 1;
                    short_total += i128::from(short);
                }
                Some((short, None)) if (0..self.limit).contains(&short) => {
                    counts.resize((short as usize + 1).max(2 * counts.len()).min(self.limit as usize), 0);
                    counts[short as usize] += 1;
                    short_total += i128::from(short);
                }
                _ if n.is_zero() => {}
                _ => {
                    if self.rest.is_empty() {
                        self.rest.reserve(left.1.unwrap_or(left.0));
                    }
                    total += n;
                    self.rest.push((n.clone(), -n));
                }
            }
        }
        if self.sums.len() < counts.len() {
            self.sums.resize(counts.len(), 0);
        }
        for ((n, count), sum) in (0i128..).zip(counts).zip(&mut self.sums) {
            *sum -= n * i128::from(count);
        }
        total += &Int::from(short_total);
        total
    }

    fn place(&mut self, integer: &Int) -> Option<&mut i128> {
        let short = integer.to_i64().filter(|n| (0..self.limit).contains(n))?;
        let place = short as usize;
        if place >= self.sums.len() {
            self.sums.resize(place + 1, 0);
        }
        self.sums.get_mut(place)
    }

    /// Changes the sign of every weight.
    pub fn negate(&mut self) {
        self.sums.iter_mut().for_each(|sum| *sum = -*sum);
        self.rest.iter_mut().for_each(|(_, weight)| *weight = -&*weight);
    }

    /// The integers with their weights: first the short ones, rising and with weights other than 0, then the others as they
    /// came.
    pub(super) fn into_terms(self) -> Vec<(Int, Int)> {
        let short = (0i64..).zip(self.sums).filter(|(_, sum)| *sum != 0);
        let mut terms: Vec<_> = short.map(|(n, sum)| (Int::from(n), Int::from(sum))).collect();
        if terms.is_empty() {
            return self.rest;
        }
        terms.extend(self.rest);
        terms
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn weights_of_equal_integers_are_added_up() {
        let mut tally = Tally::new(3);
        let large = Int::from(i64::MAX);
        for (n, w) in [(5i64, 7), (2, i64::MAX), (5, -7), (2, i64::MAX), (100, 1), (3, i64::MIN), (3, i64::MIN)] {
            tally.add(&Int::from(n), &Int::from(w));
        }
        let twice = &large + &large;
        let least = &-&twice - &Int::from(2i64);
        let terms = tally.into_terms();
        assert_eq!(terms, [(Int::from(2i64), twice), (Int::from(3i64), least), (Int::from(100i64), Int::ONE)]);
    }

    #[test]
    fn integers_are_subtracted_as_often_as_they_are() {
        let numbers = [3i64, 0, 70, 3, i64::MAX, 3, 0, i64::MAX].map(Int::from);
        for announced in [0, 1, 8, 100] {
            let mut counted = Tally::new(announced);
            let total = counted.subtract_each(&numbers);
            assert_eq!(total, numbers.iter().fold(Int::ZERO, |sum, n| &sum + n));
            let mut one_by_one = BTreeMap::new();
            for (n, weight) in counted.into_terms() {
                *one_by_one.entry(n).or_insert(Int::ZERO) += &weight;
            }
            let large = &Int::from(i64::MAX) * &Int::from(-2i64);
            let expected = [(3i64, Int::from(-9i64)), (70, Int::from(-70i64)), (i64::MAX, large)];
            assert_eq!(one_by_one, expected.map(|(n, weight)| (Int::from(n), weight)).into(), "{announced}");
        }
    }

    #[test]
    fn long_weights_stay_apart() {
        let mut tally = Tally::new(10);
        let long = &Int::from(i64::MAX) * &Int::from(4i64);
        tally.add(&Int::from(1i64), &long);
        tally.add(&Int::from(1i64), &Int::ONE);
        assert_eq!(tally.into_terms(), [(Int::ONE, Int::ONE), (Int::ONE, long)]);
    }
}
