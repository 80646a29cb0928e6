//! The product of the factors that meet in one step of an elimination: in which pairs it is taken.
//!
//! 1. Where little is to be done, the smallest factor comes first.
//! 2. Else all trees of pairs are compared, by what they would cost with the words that numbers really have: a wide table
//!    is met once, by the product of the narrow ones, and a wire that two factors share alone is summed out between them,
//!    before a third makes the table larger.
//!
//! The cost of a pair is that of its products, a word of one number times a word of the other, and of writing its sums.
//! Which tree is taken depends on the factors alone, never on a clock or on the number of threads.

use super::factor::{Factor, Scale};
use super::join::{JoinFault, Means, join};

/// Products of numbers below which the order of a bucket is not worth a thought.
const WORTH_A_SEARCH: f64 = 4096.0;

/// Most factors of which all trees are compared: 3^7 pairs of parts.
const SEARCHED: usize = 7;

/// What a product of numbers costs beside its words, in products of words.
const PRODUCT_COST: f64 = 4.0;

/// What a number in a table costs beside its words.
const NUMBER_COST: f64 = 6.0;

/// What a word in a table costs.
const WORD_COST: f64 = 2.0;

/// The product of factors, with wires summed out as early as they can be.
pub(super) fn multiplied(
    factors: Vec<Factor>,
    summed: &dyn Fn(usize) -> bool,
    scale: &mut Scale,
    means: Means<'_>,
) -> Result<Factor, JoinFault> {
    multiplied_from(WORTH_A_SEARCH, factors, summed, scale, means)
}

/// The same; trees are compared where there are so many products of numbers.
fn multiplied_from(
    worth: f64,
    mut factors: Vec<Factor>,
    summed: &dyn Fn(usize) -> bool,
    scale: &mut Scale,
    means: Means<'_>,
) -> Result<Factor, JoinFault> {
    let none = Factor::ones(Vec::new(), Vec::new());
    // Large ones at the front, so that small ones are taken from the end; equal ones keep their order.
    factors.reverse();
    factors.sort_by_key(|f| std::cmp::Reverse(f.count()));
    // 1.
    while factors.len() > 1 && (factors.len() > SEARCHED || !Bucket::new(&factors, summed).is_worth(worth)) {
        let (Some(first), Some(second)) = (factors.pop(), factors.pop()) else { break };
        let is_private = |w: usize| summed(w) && factors.iter().all(|f| f.position(w).is_none());
        let made = join(&first, &second, &is_private, scale, means)?;
        factors.push(made);
    }
    // 2.
    let product = match factors.len() {
        0 => return Ok(none),
        1 => factors.swap_remove(0),
        _ => {
            let bucket = Bucket::new(&factors, summed);
            let splits = bucket.splits();
            let mut left: Vec<Option<Factor>> = factors.into_iter().map(Some).collect();
            let all = (1 << left.len()) - 1;
            bucket.carried_out(all, &splits, &mut left, scale, means)?
        }
    };
    if product.vars.iter().any(|v| summed(*v)) {
        return join(&none, &product, summed, scale, means);
    }
    Ok(product)
}

/// Some of the factors, one bit for each.
type Part = usize;

/// Factors as far as their order is concerned.
struct Bucket {
    /// All their wires.
    wires: Vec<usize>,
    /// Logarithms of the sizes of those.
    logs: Vec<f64>,
    /// For each factor which wires it has.
    has: Vec<Vec<bool>>,
    /// Which wires are to be summed out.
    summed: Vec<bool>,
    /// For each factor the logarithm of how full it is.
    densities: Vec<f64>,
    /// For each factor the logarithm of how many numbers it has.
    counts: Vec<f64>,
    /// For each factor the bits of its numbers.
    bits: Vec<f64>,
}

/// What the product of a part would be like.
#[derive(Debug, Clone, Default)]
struct Sketch {
    /// Which wires it has.
    has: Vec<bool>,
    /// Bits of them.
    bits: f64,
    /// What it costs to come to it.
    cost: f64,
}

/// Words for so many bits.
fn words(bits: f64) -> f64 {
    (bits / 64.0).ceil().max(1.0)
}

impl Bucket {
    fn new(factors: &[Factor], summed: &dyn Fn(usize) -> bool) -> Bucket {
        let mut wires: Vec<usize> = factors.iter().flat_map(|f| f.vars.iter().copied()).collect();
        wires.sort_unstable();
        wires.dedup();
        let mut logs = vec![0.0; wires.len()];
        for f in factors {
            for (v, size) in f.vars.iter().zip(&f.sizes) {
                logs[wires.partition_point(|w| w < v)] = (*size as f64).log2();
            }
        }
        let log_size = |f: &Factor| f.sizes.iter().map(|s| (*s as f64).log2()).sum::<f64>();
        let counts: Vec<f64> = factors.iter().map(|f| (f.count().max(1) as f64).log2()).collect();
        Bucket {
            has: factors.iter().map(|f| wires.iter().map(|w| f.position(*w).is_some()).collect()).collect(),
            summed: wires.iter().map(|w| summed(*w)).collect(),
            densities: factors.iter().zip(&counts).map(|(f, count)| count - log_size(f)).collect(),
            bits: factors.iter().map(|f| f.numbers.bits() as f64).collect(),
            counts,
            wires,
            logs,
        }
    }

    /// Whether there is a choice, and so much to be done that it matters.
    fn is_worth(&self, worth: f64) -> bool {
        let all = (1 << self.has.len()) - 1;
        self.has.len() > 2 && self.numbers(all, &vec![true; self.wires.len()]).exp2() >= worth
    }

    fn members(&self, part: Part) -> impl Iterator<Item = usize> {
        (0..self.has.len()).filter(move |f| part >> f & 1 == 1)
    }

    /// The logarithm of how many numbers that are not 0 the product of a part has over some wires. Zeros of several
    /// factors often are the same ones: a product is at least as full as its fullest factor is small.
    fn numbers(&self, part: Part, wires: &[bool]) -> f64 {
        let size: f64 = self.logs.iter().zip(wires).filter(|(_, has)| **has).map(|(log, _)| log).sum();
        let density: f64 = self.members(part).map(|f| self.densities[f]).sum();
        let largest = self.members(part).map(|f| self.counts[f]).fold(0.0, f64::max);
        (size + density).max(largest.min(size))
    }

    /// Whether a wire is to be summed out and no factor outside of a part has it.
    fn is_private(&self, part: Part, wire: usize) -> bool {
        self.summed[wire] && (0..self.has.len()).all(|f| part >> f & 1 == 1 || !self.has[f][wire])
    }

    /// For each part with several factors, the half of it with which its cheapest tree begins.
    fn splits(&self) -> Vec<Part> {
        let parts = 1 << self.has.len();
        let (mut best, mut splits) = (vec![Sketch::default(); parts], vec![0; parts]);
        for part in 1..parts {
            if part.is_power_of_two() {
                let f = part.trailing_zeros() as usize;
                best[part] = Sketch { has: self.has[f].clone(), bits: self.bits[f], cost: 0.0 };
                continue;
            }
            let mut cheapest: Option<(Sketch, Part)> = None;
            // Each pair of halves once: the second has the highest factor.
            let mut half = (part - 1) & part;
            while half > 0 {
                if half < part ^ half {
                    let sketch = self.pair(&best[half], &best[part ^ half], part);
                    if cheapest.as_ref().is_none_or(|(c, _)| sketch.cost < c.cost) {
                        cheapest = Some((sketch, half));
                    }
                }
                half = (half - 1) & part;
            }
            if let Some((sketch, half)) = cheapest {
                (best[part], splits[part]) = (sketch, half);
            }
        }
        splits
    }

    /// The product of two halves of a part.
    fn pair(&self, a: &Sketch, b: &Sketch, part: Part) -> Sketch {
        let joint: Vec<bool> = a.has.iter().zip(&b.has).map(|(a, b)| *a || *b).collect();
        let products = self.numbers(part, &joint);
        let has: Vec<bool> = (0..joint.len()).map(|w| joint[w] && !self.is_private(part, w)).collect();
        let count = self.numbers(part, &has).min(products);
        let bits = a.bits + b.bits + (products - count);
        let cost = products.exp2() * (words(a.bits) * words(b.bits) + PRODUCT_COST)
            + count.exp2() * (words(bits) * WORD_COST + NUMBER_COST);
        Sketch { has, bits, cost: a.cost + b.cost + cost }
    }

    fn carried_out(
        &self,
        part: Part,
        splits: &[Part],
        factors: &mut [Option<Factor>],
        scale: &mut Scale,
        means: Means<'_>,
    ) -> Result<Factor, JoinFault> {
        if part.is_power_of_two() {
            let only = factors[part.trailing_zeros() as usize].take();
            return Ok(only.unwrap_or_else(|| Factor::ones(Vec::new(), Vec::new())));
        }
        let half = splits[part];
        let a = self.carried_out(half, splits, factors, scale, means)?;
        let b = self.carried_out(part ^ half, splits, factors, scale, means)?;
        let is_private = |w: usize| self.wires.binary_search(&w).is_ok_and(|w| self.is_private(part, w));
        join(&a, &b, &is_private, scale, means)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::interrupt::Interrupt;
    use crate::model::finstoch::space::strides;
    use crate::number::fixed::Fixed;
    use crate::number::int::Int;
    use proptest::prelude::*;

    const SIZES: [u64; 5] = [2, 3, 2, 4, 3];

    /// A table over some of five wires: numbers of up to three words, many of them 0.
    fn table() -> impl Strategy<Value = Factor> {
        let number = prop_oneof![Just(0u128), 1u128..9, any::<u64>().prop_map(u128::from), any::<u128>()];
        let wires = proptest::sample::subsequence(vec![0usize, 1, 2, 3, 4], 1..4).prop_shuffle();
        (wires, proptest::collection::vec((number, any::<bool>()), 48)).prop_map(|(vars, numbers)| {
            let sizes: Vec<u64> = vars.iter().map(|v| SIZES[*v]).collect();
            let count = sizes.iter().product::<u64>();
            let numbers = numbers.into_iter().map(|(x, long)| {
                let x = Int::from_words(&[x as u64, (x >> 64) as u64]);
                if long { &x * &x } else { x }
            });
            let (places, numbers): (Vec<u64>, Vec<Int>) = (0..count).zip(numbers).filter(|(_, x)| !x.is_zero()).unzip();
            let bits = numbers.iter().map(Int::bits).max().unwrap_or(0);
            Factor::new(vars, sizes, places, Fixed::from_ints(numbers.into_iter(), bits))
        })
    }

    /// The number of a table at a point of all five wires.
    fn at(table: &Factor, point: &[u64]) -> Int {
        let place = table.vars.iter().zip(strides(&table.sizes)).map(|(v, s)| point[*v] * s).sum::<u64>();
        match &table.places {
            None => table.numbers.get(place as usize),
            Some(places) => places.binary_search(&place).map_or(Int::ZERO, |at| table.numbers.get(at)),
        }
    }

    fn points() -> Vec<Vec<u64>> {
        let all = SIZES.iter().product::<u64>();
        (0..all).map(|p| strides(&SIZES).iter().zip(SIZES).map(|(s, size)| p / s % size).collect()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        /// By all trees and by the smallest first, with one thread and with several: the sum of products by its definition.
        #[test]
        fn every_tree_gives_the_sum_of_products(
            tables in proptest::collection::vec(table(), 1..6), summed in proptest::collection::vec(any::<bool>(), 5),
        ) {
            let interrupt = Interrupt::default();
            // A wire that no table has is not summed over.
            let summed: Vec<bool> = (0..5).map(|w| summed[w] && tables.iter().any(|t| t.vars.contains(&w))).collect();
            let points = points();
            for (worth, threads) in [(0.0, 1), (f64::INFINITY, 1), (0.0, 3)] {
                let means = Means { interrupt: &interrupt, threads, bytes: 1 << 30 };
                let mut scale = Scale::default();
                let made = multiplied_from(worth, tables.clone(), &|w| summed[w], &mut scale, means).unwrap();
                prop_assert!(made.vars.iter().all(|v| !summed[*v]));
                prop_assert!(scale.over.is_empty());
                let times = scale.times.iter().fold(Int::ONE, |p, x| &p * x);
                for kept in points.iter().filter(|p| (0..5).all(|w| !summed[w] || p[w] == 0)) {
                    let mut wanted = Int::ZERO;
                    for point in points.iter().filter(|p| (0..5).all(|w| summed[w] || p[w] == kept[w])) {
                        wanted += &tables.iter().fold(Int::ONE, |product, t| &product * &at(t, point));
                    }
                    prop_assert_eq!(&at(&made, kept) * &times, wanted);
                }
            }
        }
    }

    /// A wide table that two narrow ones meet is met once, by their product.
    #[test]
    fn a_wide_table_is_met_once() {
        let ones = |vars: &[usize], words: usize| {
            let sizes: Vec<u64> = vars.iter().map(|_| 16).collect();
            let count = 16usize.pow(vars.len() as u32);
            let digits = (0..count * words).map(|d| u64::MAX - d as u64).collect();
            Factor::new(vars.to_vec(), sizes, (0..count as u64).collect(), Fixed::from_digits(words, digits))
        };
        let factors = [ones(&[0, 1, 2], 20), ones(&[1, 3], 1), ones(&[2, 3], 1)];
        let bucket = Bucket::new(&factors, &|w| w == 3);
        assert!(bucket.is_worth(WORTH_A_SEARCH));
        let split = bucket.splits()[0b111];
        assert!(split == 0b001 || split == 0b110, "{split:b}");
    }

    #[test]
    fn a_product_that_needs_more_memory_than_there_is_is_not_made() {
        let interrupt = Interrupt::default();
        let square = |a, b| Factor::ones(vec![a, b], vec![64, 64]);
        for (bytes, fits) in [(1 << 20, false), (8 << 20, true)] {
            let means = Means { interrupt: &interrupt, threads: 1, bytes };
            let made = multiplied(vec![square(0, 1), square(1, 2)], &|_| false, &mut Scale::default(), means);
            assert_eq!(made.is_ok(), fits);
        }
    }
}
