//! One row times a matrix whose denominators have no short common multiple.
//!
//! 1. Neighbouring rows of the matrix are taken together while lengthening the weights to their least common multiple
//!    costs little.
//! 2. Parts are added in pairs, and the sums again in pairs, each over the least common multiple of two denominators.
//!
//! The result is long whatever one does: with a denominator of d bits in each of n rows, an entry has about n·d bits.
//! Lengthening each of the n summands to that takes n·(n·d) steps an entry. In the tree, long numbers meet only numbers
//! as long as themselves, and there are few of them.
//!
//! Numbers of ordinary kernels are kept as [`super::limbs`], without an allocation for each.

use super::int::Int;
use super::limbs::Limbs;
use super::row::{LooseRow, Masses, Row};

/// The sum of the rows of `b`, weighted by the entries of `row`. `is_bounded`: entries of both are not negative, and
/// those of a row sum to at most 1.
pub(super) fn row_times(row: &impl Masses, b: &[Row], is_bounded: bool) -> LooseRow {
    let words = is_bounded && row.entries().iter().all(|(k, _)| b[*k as usize].den().bits() <= 64);
    // 1.
    let limit = (row.den().bits() / 2).max(62);
    let blocks = blocks(row.entries(), b, limit);
    // 2.
    let sum = if words {
        let leaf = |(weights, lcm): (&[(u64, Int)], Int)| Part {
            numbers: Limbs::weighted(weights, b, &lcm, row.den().bits() + lcm.bits()),
            den: lcm,
        };
        let bits = row.den().bits();
        let sum = in_pairs(blocks.into_iter().map(leaf), |x, y| {
            x.plus(y, |x, own, y, others, den| x.times_plus(own, y, others, bits + den.bits()))
        });
        sum.map(|sum| (sum.den, sum.numbers.into_entries()))
    } else {
        let leaf = |(weights, lcm): (&[(u64, Int)], Int)| Part { numbers: weighted(weights, b, &lcm), den: lcm };
        let sum =
            in_pairs(blocks.into_iter().map(leaf), |x, y| x.plus(y, |x, own, y, others, _| merged(x, own, y, others)));
        sum.map(|sum| (sum.den, sum.numbers))
    };
    let (den, entries) = sum.unwrap_or((Int::ONE, Vec::new()));
    LooseRow::new(row.den() * &den, entries, row)
}

/// Neighbouring weights, each block with the least common multiple of the denominators of the rows that it meets.
fn blocks<'w>(mut weights: &'w [(u64, Int)], b: &[Row], limit: u64) -> Vec<(&'w [(u64, Int)], Int)> {
    let mut blocks = Vec::new();
    while let Some((first, _)) = weights.first() {
        let mut lcm = b[*first as usize].den().clone();
        let mut count = 1;
        for (k, _) in &weights[1..] {
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
        let (block, rest) = weights.split_at(count);
        blocks.push((block, lcm));
        weights = rest;
    }
    blocks
}

/// Adds up neighbours, then neighbouring sums, until one is left.
fn in_pairs<P>(parts: impl Iterator<Item = P>, plus: impl Fn(P, P) -> P) -> Option<P> {
    let mut parts: Vec<P> = parts.collect();
    while parts.len() > 1 {
        let mut sums = Vec::with_capacity(parts.len().div_ceil(2));
        let mut rest = parts.into_iter();
        while let Some(left) = rest.next() {
            sums.push(match rest.next() {
                Some(right) => plus(left, right),
                None => left,
            });
        }
        parts = sums;
    }
    parts.pop()
}

/// Numbers over a denominator: a part of the sum.
struct Part<N> {
    den: Int,
    numbers: N,
}

impl<N> Part<N> {
    /// The sum over the least common multiple of the denominators; `add` multiplies the numbers of both and adds.
    fn plus(self, other: Part<N>, add: impl Fn(N, &Int, N, &Int, &Int) -> N) -> Part<N> {
        let common = self.den.gcd(&other.den);
        let (own, others) = (other.den.div_exact(&common), self.den.div_exact(&common));
        let den = &self.den * &own;
        Part { numbers: add(self.numbers, &own, other.numbers, &others, &den), den }
    }
}

/// The sum of some rows of `b`, times their weights, over a multiple of their denominators.
fn weighted(weights: &[(u64, Int)], b: &[Row], lcm: &Int) -> Vec<(u64, Int)> {
    let mut terms: Vec<(u64, Int)> = Vec::new();
    for (k, w) in weights {
        let row = &b[*k as usize];
        let factor = w * &lcm.div_exact(row.den());
        terms.extend(row.entries().iter().map(|(j, x)| (*j, &factor * x)));
    }
    terms.sort_by_key(|(j, _)| *j);
    super::row::merge_equal(&mut terms);
    terms
}

/// `x · own + y · others`, place by place.
fn merged(x: Vec<(u64, Int)>, own: &Int, y: Vec<(u64, Int)>, others: &Int) -> Vec<(u64, Int)> {
    let mut sum = Vec::with_capacity(x.len().max(y.len()));
    let mut right = y.into_iter().peekable();
    for (j, x) in x {
        while let Some((k, y)) = right.next_if(|(k, _)| *k < j) {
            sum.push((k, &y * others));
        }
        let mut value = &x * own;
        if let Some((_, y)) = right.next_if(|(k, _)| *k == j) {
            value.add_product(&y, others);
        }
        sum.push((j, value));
    }
    sum.extend(right.map(|(k, y)| (k, &y * others)));
    sum
}
