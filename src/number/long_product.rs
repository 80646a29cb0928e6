//! One row times a matrix whose denominators have no short common multiple.
//!
//! 1. Neighbouring rows of the matrix are taken together while their sums over their least common multiple fit double
//!    words, or, where the weights are long themselves, while that multiple fits a word.
//! 2. Parts are added in pairs, and the sums again in pairs, each over the least common multiple of two denominators.
//!
//! The result is long whatever one does: with a denominator of d bits in each of n rows, an entry has about n·d bits.
//! Lengthening each of the n summands to that takes n·(n·d) steps an entry. In the tree, long numbers meet only numbers
//! as long as themselves, which fast multiplication is fast for, and there are few of them.

use super::int::Int;
use super::row::{LooseRow, Masses, Row};

/// Most bits of a sum in double words.
pub(super) const WORD_SUM_BITS: u64 = 126;

/// Numbers over a denominator at increasing places: a part of the sum.
struct Part {
    den: Int,
    entries: Vec<(u64, Int)>,
}

/// The sum of the rows of `b`, weighted by the entries of `row`. `is_bounded`: entries of both are not negative, and
/// those of a row sum to at most 1.
pub(super) fn row_times(row: &impl Masses, b: &[Row], is_bounded: bool) -> LooseRow {
    let limit = if is_bounded && row.den().bits() <= 64 { WORD_SUM_BITS - row.den().bits() } else { 62 };
    let mut parts = Vec::new();
    let mut rest = row.entries();
    // 1.
    while let Some((first, _)) = rest.first() {
        let mut lcm = b[*first as usize].den().clone();
        let mut count = 1;
        for (k, _) in &rest[1..] {
            let den = b[*k as usize].den();
            if *den != lcm {
                let wider = lcm.lcm(den);
                if wider != lcm && wider.bits() > limit {
                    break;
                }
                lcm = wider;
            }
            count += 1;
        }
        let (block, others) = rest.split_at(count);
        let words = is_bounded && lcm.bits() + row.den().bits() <= WORD_SUM_BITS;
        let entries = if words { weighted::<i128>(block, b, &lcm) } else { weighted::<Int>(block, b, &lcm) };
        parts.push(Part { den: lcm, entries });
        rest = others;
    }
    // 2.
    while parts.len() > 1 {
        let mut sums = Vec::with_capacity(parts.len().div_ceil(2));
        let mut rest = parts.into_iter();
        while let Some(left) = rest.next() {
            sums.push(match rest.next() {
                Some(right) => left.plus(right),
                None => left,
            });
        }
        parts = sums;
    }
    match parts.pop() {
        Some(sum) => LooseRow::new(row.den() * &sum.den, sum.entries, row),
        None => LooseRow::new(row.den().clone(), Vec::new(), row),
    }
}

/// Numbers that weighted rows are added up in.
trait Sum: Clone {
    const ZERO: Self;
    fn of(value: Int) -> Self;
    fn into_int(self) -> Int;
    fn add_product(&mut self, weight: &Self, x: &Int);
}

impl Sum for Int {
    const ZERO: Int = Int::ZERO;

    fn of(value: Int) -> Int {
        value
    }

    fn into_int(self) -> Int {
        self
    }

    fn add_product(&mut self, weight: &Int, x: &Int) {
        Int::add_product(self, weight, x);
    }
}

/// Where the sum is known to have at most [`WORD_SUM_BITS`] bits.
impl Sum for i128 {
    const ZERO: i128 = 0;

    fn of(value: Int) -> i128 {
        value.to_i128().unwrap_or(0)
    }

    fn into_int(self) -> Int {
        Int::from(self)
    }

    fn add_product(&mut self, weight: &i128, x: &Int) {
        *self += weight * x.to_i128().unwrap_or(0);
    }
}

/// The sum of some rows of `b`, times their weights, over a multiple of their denominators.
fn weighted<N: Sum>(weights: &[(u64, Int)], b: &[Row], lcm: &Int) -> Vec<(u64, Int)> {
    let rows = || weights.iter().map(|(k, w)| (&b[*k as usize], w));
    let cells: usize = rows().map(|(row, _)| row.entries().len()).sum();
    let width = rows().filter_map(|(row, _)| row.entries().last()).map(|(j, _)| j + 1).max().unwrap_or(0);
    let factor = |row: &Row, w: &Int| N::of(if row.den() == lcm { w.clone() } else { w * &lcm.div_exact(row.den()) });
    if width <= 4 * cells as u64 {
        let mut sums = vec![N::ZERO; width as usize];
        for (row, w) in rows() {
            let factor = factor(row, w);
            row.entries().iter().for_each(|(j, x)| sums[*j as usize].add_product(&factor, x));
        }
        let sums = sums.into_iter().enumerate().map(|(j, sum)| (j as u64, sum.into_int()));
        return sums.filter(|(_, sum)| !sum.is_zero()).collect();
    }
    let mut terms: Vec<(u64, N)> = Vec::with_capacity(cells);
    for (row, w) in rows() {
        let factor = factor(row, w);
        terms.extend(row.entries().iter().map(|(j, x)| {
            let mut term = N::ZERO;
            term.add_product(&factor, x);
            (*j, term)
        }));
    }
    terms.sort_by_key(|(j, _)| *j);
    let mut entries: Vec<(u64, Int)> = terms.into_iter().map(|(j, term)| (j, term.into_int())).collect();
    super::row::merge_equal(&mut entries);
    entries
}

impl Part {
    fn plus(self, other: Part) -> Part {
        let common = self.den.gcd(&other.den);
        let (own, others) = (other.den.div_exact(&common), self.den.div_exact(&common));
        let mut entries = Vec::with_capacity(self.entries.len().max(other.entries.len()));
        let mut right = other.entries.into_iter().peekable();
        for (j, x) in self.entries {
            while let Some((k, y)) = right.next_if(|(k, _)| *k < j) {
                entries.push((k, &y * &others));
            }
            entries.push(match right.next_if(|(k, _)| *k == j) {
                Some((_, y)) => (j, Int::sum_of_products(&x, &own, &y, &others)),
                None => (j, &x * &own),
            });
        }
        entries.extend(right.map(|(k, y)| (k, &y * &others)));
        Part { den: &self.den * &own, entries }
    }
}
