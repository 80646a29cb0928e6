//! The joint law of some wires, and its marginals.

use std::sync::Arc;

use rustc_hash::FxHashMap;

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
    entries: Arc<Masses>,
    marginals: FxHashMap<Vec<usize>, Arc<Masses>>,
}

/// Points with masses over the denominator of the table, points increasing, no zeros.
pub type Masses = Vec<(u64, Int)>;

impl Table {
    /// The law in a row, of wires with these sizes.
    pub fn new(row: &Row, sizes: Vec<u64>) -> Table {
        Table {
            den: row.den().clone(),
            sizes,
            entries: Arc::new(row.entries().to_vec()),
            marginals: FxHashMap::default(),
        }
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
    pub fn marginal(&mut self, wires: &[usize]) -> Arc<Masses> {
        let mut wires = wires.to_vec();
        wires.sort_unstable();
        if wires.len() == self.sizes.len() {
            return self.entries.clone();
        }
        if let Some(found) = self.marginals.get(&wires) {
            return found.clone();
        }
        let masses = Arc::new(self.summed(&wires));
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

    fn summed(&self, wires: &[usize]) -> Masses {
        let projection = self.projection(wires);
        if projection.points <= DENSE * self.entries.len() as u64 {
            let mut sums = vec![Int::ZERO; projection.points as usize];
            for (point, mass) in self.entries.iter() {
                sums[projection.of(*point) as usize] += mass;
            }
            return (0..).zip(sums).filter(|(_, mass)| !mass.is_zero()).collect();
        }
        let mut masses: Masses = self.entries.iter().map(|(p, mass)| (projection.of(*p), mass.clone())).collect();
        masses.sort_by_key(|(p, _)| *p);
        merge_equal(&mut masses);
        masses
    }
}

/// A choice of coordinates of points of a product.
pub(super) fn projection(sizes: &[u64], wires: &[usize]) -> Projection {
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

    #[test]
    fn marginals_keep_the_denominator() {
        let masses = [(0, 1), (1, 2), (5, 3), (11, 6)];
        let row = Row::from_ratios(masses.map(|(p, m)| (p, Ratio::of(m, 12))));
        let mut table = Table::new(&row, vec![2, 3, 2]);
        let two = |table: &mut Table, wires: &[usize]| {
            table.marginal(wires).iter().map(|(p, m)| (*p, m.to_i64().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(two(&mut table, &[0]), [(0, 6), (1, 6)]);
        assert_eq!(two(&mut table, &[2, 1]), [(0, 1), (1, 2), (5, 9)]);
        assert_eq!(two(&mut table, &[2]), [(0, 1), (1, 11)]);
        assert_eq!(two(&mut table, &[2, 0]), [(0, 1), (1, 5), (3, 6)]);
        assert_eq!(two(&mut table, &[]), [(0, 12)]);
    }
}
