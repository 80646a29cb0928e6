//! Many long numbers of one length, side by side in one piece of memory: no allocation for each of them.
//!
//! Numbers here are not negative, and a bound on their bits is known before they are computed; digits are words, the
//! lowest first.

use super::addmul::add_product_of;
use super::int::Int;
use super::row::Row;

/// Numbers at increasing places, each of `width` digits.
#[derive(Debug, Clone)]
pub(super) struct Limbs {
    places: Vec<u64>,
    width: usize,
    digits: Vec<u64>,
}

/// Digits of a number of that many bits; at least one.
fn digits_for(bits: u64) -> usize {
    (bits.div_ceil(64) as usize).max(1)
}

impl Limbs {
    fn zeros(places: Vec<u64>, bits: u64) -> Limbs {
        let width = digits_for(bits);
        Limbs { digits: vec![0; places.len() * width], places, width }
    }

    /// The sum of some rows of `b`, whose entries are words, times their weights, over a multiple of their
    /// denominators; no sum has more than `bits` bits.
    pub(super) fn weighted(weights: &[(u64, Int)], b: &[Row], lcm: &Int, bits: u64) -> Limbs {
        let rows = || weights.iter().map(|(k, w)| (&b[*k as usize], w));
        let mut places: Vec<u64> = rows().flat_map(|(row, _)| row.entries().iter().map(|(j, _)| *j)).collect();
        // Already sorted runs, one a row: a stable sort merges them.
        places.sort();
        places.dedup();
        let mut sums = Limbs::zeros(places, bits);
        for (row, w) in rows() {
            let factor = (w * &lcm.div_exact(row.den())).to_words();
            let mut at = 0;
            for (j, x) in row.entries() {
                if sums.places[at] != *j {
                    at += sums.places[at..].partition_point(|place| place < j);
                }
                let sum = &mut sums.digits[at * sums.width..(at + 1) * sums.width];
                // An entry is at most its denominator, which is a word.
                add_product_of(sum, &factor, &[x.to_u64().unwrap_or(0)]);
            }
        }
        sums
    }

    /// `self · own + other · others`, place by place; no sum has more than `bits` bits.
    pub(super) fn times_plus(self, own: &Int, other: Limbs, others: &Int, bits: u64) -> Limbs {
        let mut places = Vec::with_capacity(self.places.len().max(other.places.len()));
        places.extend_from_slice(&self.places);
        if self.places != other.places {
            places.extend_from_slice(&other.places);
            places.sort();
            places.dedup();
        }
        let mut sums = Limbs::zeros(places, bits);
        for (part, factor) in [(self, own), (other, others)] {
            let factor = factor.to_words();
            let mut at = 0;
            for (j, x) in part.places.iter().zip(part.digits.chunks_exact(part.width)) {
                while sums.places[at] != *j {
                    at += 1;
                }
                let sum = &mut sums.digits[at * sums.width..(at + 1) * sums.width];
                add_product_of(sum, &factor, x);
            }
        }
        sums
    }

    /// Places and numbers.
    pub(super) fn into_entries(self) -> Vec<(u64, Int)> {
        self.places.iter().copied().zip(self.digits.chunks_exact(self.width).map(Int::from_words)).collect()
    }
}
