//! The joint law of some wires, and its marginals.

use std::ops::Deref;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::chunks::by_chunks;
use crate::number::int::Int;
use crate::number::row::{Row, merge_equal};

/// A marginal is added up in a list with a place for each of its points while there are at most so many times as many
/// of them as the joint law has entries.
const DENSE: u64 = 4;

/// The law of some wires: integers over one denominator. Marginals keep the denominator.
#[derive(Debug)]
pub struct Table {
    den: Int,
    /// Sizes of the wires; the last runs fastest in the numbers of points.
    sizes: Vec<u64>,
    /// Points with their masses, points increasing, no zeros.
    entries: Masses,
    /// How many threads may work on it; results do not depend on that.
    threads: usize,
    marginals: FxHashMap<Vec<usize>, Masses>,
}

/// Points with masses over the denominator of the table, points increasing, no zeros. Shared, with the kernel or the table.
#[derive(Debug, Clone)]
pub enum Masses {
    /// Those of the first row of a kernel.
    Kernel(Arc<Vec<Row>>),
    /// Those of a marginal.
    Marginal(Arc<Vec<(u64, Int)>>),
}

impl Deref for Masses {
    type Target = [(u64, Int)];

    fn deref(&self) -> &[(u64, Int)] {
        match self {
            Masses::Kernel(rows) => rows[0].entries(),
            Masses::Marginal(masses) => masses,
        }
    }
}

impl Table {
    /// The law in the first row of a kernel, which has one, of wires with these sizes.
    pub fn new(rows: Arc<Vec<Row>>, sizes: Vec<u64>, threads: usize) -> Table {
        let (den, entries) = (rows[0].den().clone(), Masses::Kernel(rows));
        Table { den, sizes, entries, threads, marginals: FxHashMap::default() }
    }

    /// How many threads may work on it.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// The denominator of all masses.
    pub fn den(&self) -> &Int {
        &self.den
    }

    /// How many wires there are.
    pub fn wires(&self) -> usize {
        self.sizes.len()
    }

    /// The law of some wires, without order: points of the same wires are numbered in one way only.
    pub fn marginal(&mut self, wires: &[usize]) -> Masses {
        let mut wires = wires.to_vec();
        wires.sort_unstable();
        if wires.len() == self.sizes.len() {
            return self.entries.clone();
        }
        if let Some(found) = self.marginals.get(&wires) {
            return found.clone();
        }
        let masses = Masses::Marginal(Arc::new(self.summed(&wires)));
        self.marginals.insert(wires, masses.clone());
        masses
    }

    /// The point of a marginal that a point of the joint law goes to. Wires are increasing.
    pub fn projection(&self, wires: &[usize]) -> Projection {
        projection(&self.sizes, wires)
    }

    /// The point of a smaller marginal that a point of a marginal goes to. Both lists of wires are increasing.
    pub fn projection_within(&self, from: &[usize], wires: &[usize]) -> Projection {
        let sizes: Vec<u64> = from.iter().map(|w| self.sizes[*w]).collect();
        let places: Vec<usize> = wires.iter().filter_map(|w| from.binary_search(w).ok()).collect();
        projection(&sizes, &places)
    }

    fn summed(&self, wires: &[usize]) -> Vec<(u64, Int)> {
        let projection = self.projection(wires);
        if projection.points <= DENSE * self.entries.len() as u64 {
            let points = projection.points as usize;
            // Each thread has a list of its own.
            let threads = if points * self.threads <= self.entries.len() { self.threads } else { 1 };
            let parts = by_chunks(&self.entries, threads, |entries| {
                let mut sums = vec![Int::ZERO; points];
                for (point, mass) in entries {
                    sums[projection.of(*point) as usize] += mass;
                }
                sums
            });
            let mut parts = parts.into_iter();
            let mut sums = parts.next().unwrap_or_default();
            parts.for_each(|part| sums.iter_mut().zip(&part).for_each(|(sum, more)| *sum += more));
            return (0..).zip(sums).filter(|(_, mass)| !mass.is_zero()).collect();
        }
        let mut masses: Vec<(u64, Int)> =
            self.entries.iter().map(|(p, mass)| (projection.of(*p), mass.clone())).collect();
        masses.sort_by_key(|(p, _)| *p);
        merge_equal(&mut masses);
        masses
    }
}

/// A choice of coordinates of points of a product.
fn projection(sizes: &[u64], wires: &[usize]) -> Projection {
    let strides = |sizes: &[u64]| {
        let mut strides = vec![1u64; sizes.len()];
        for i in (1..sizes.len()).rev() {
            strides[i - 1] = strides[i] * sizes[i];
        }
        strides
    };
    let from = strides(sizes);
    let chosen: Vec<u64> = wires.iter().map(|w| sizes[*w]).collect();
    let mut parts: Vec<(u64, u64, u64)> =
        wires.iter().zip(strides(&chosen)).map(|(w, to)| (from[*w], sizes[*w], to)).collect();
    // Neighbours that stay neighbours are read as one coordinate.
    parts.dedup_by(|low, high| {
        let joined = high.0 == low.0 * low.1 && high.2 == low.2 * low.1;
        if joined {
            *high = (low.0, high.1 * low.1, low.2);
        }
        joined
    });
    Projection { parts, points: chosen.iter().product() }
}

/// A choice of coordinates of points.
pub struct Projection {
    /// Stride and size of each, and its stride in the result.
    parts: Vec<(u64, u64, u64)>,
    points: u64,
}

impl Projection {
    /// The chosen coordinates of a point, as a point.
    pub fn of(&self, point: u64) -> u64 {
        self.parts.iter().map(|(from, size, to)| point / from % size * to).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::ratio::Ratio;

    fn numbers(masses: &[(u64, Int)]) -> Vec<(u64, i64)> {
        masses.iter().map(|(p, m)| (*p, m.to_i64().unwrap())).collect()
    }

    #[test]
    fn marginals_keep_the_denominator() {
        let masses = [(0, 1), (1, 2), (5, 3), (11, 6)];
        let row = Row::from_ratios(masses.map(|(p, m)| (p, Ratio::of(m, 12))));
        let mut table = Table::new(Arc::new(vec![row]), vec![2, 3, 2], 1);
        let mut two = |wires: &[usize]| numbers(&table.marginal(wires));
        assert_eq!(two(&[0]), [(0, 6), (1, 6)]);
        assert_eq!(two(&[2, 1]), [(0, 1), (1, 2), (5, 9)]);
        assert_eq!(two(&[2]), [(0, 1), (1, 11)]);
        assert_eq!(two(&[2, 0]), [(0, 1), (1, 5), (3, 6)]);
        assert_eq!(two(&[]), [(0, 12)]);
    }

    #[test]
    fn threads_change_nothing() {
        // 2^18 points with masses up to 1000, and one of more than a word.
        let weight =
            |p: u64| if p == 77 { Int::from(1i64 << 62).pow(2) } else { Int::from(1 + (p * p + 7 * p) % 1000) };
        let masses: Vec<(u64, Int)> = (0..1u64 << 18).map(|p| (p, weight(p))).collect();
        let den = masses.iter().fold(Int::ZERO, |sum, (_, m)| &sum + m);
        let rows = Arc::new(vec![Row::from_sorted(den, masses)]);
        let table = |threads| Table::new(rows.clone(), vec![2; 18], threads);
        let (mut one, mut four) = (table(1), table(4));
        for wires in [vec![], vec![3], vec![0, 17], (0..9).collect(), (1..18).collect(), (0..18).collect()] {
            assert_eq!(one.marginal(&wires)[..], four.marginal(&wires)[..], "{wires:?}");
            assert_eq!(one.entropy(&wires).terms(), four.entropy(&wires).terms(), "{wires:?}");
        }
    }
}
