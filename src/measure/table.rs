//! The joint law of some wires, and its marginals.

use std::ops::Deref;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::number::int::Int;
use crate::number::row::{Row, merge_equal};

/// A marginal is added up in a list with a place for each of its points while there are at most so many times as many
/// of them as the joint law has entries.
const DENSE: u64 = 4;

/// A marginal that is known serves for smaller ones if it is so many times shorter than the joint law.
const KNOWN_WORTH: usize = 4;

/// A walk keeps the results for at most so many values of the last coordinates.
const WALKED: u64 = 4096;

/// The law of some wires: integers over one denominator. Marginals keep the denominator.
#[derive(Debug)]
pub struct Table {
    den: Int,
    /// Sizes of the wires; the last runs fastest in the numbers of points.
    sizes: Vec<u64>,
    /// Points with their masses, points increasing, no zeros.
    entries: Masses,
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
    pub fn new(rows: Arc<Vec<Row>>, sizes: Vec<u64>) -> Table {
        let (den, entries) = (rows[0].den().clone(), Masses::Kernel(rows));
        Table { den, sizes, entries, marginals: FxHashMap::default() }
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
        let (from, of) = self.smallest_over(&wires);
        if from == wires {
            return of;
        }
        let masses = Masses::Marginal(Arc::new(self.summed(&of, &self.projection_within(&from, &wires))));
        self.marginals.insert(wires, masses.clone());
        masses
    }

    /// A marginal of more wires than these, or of these, that is short and known: what they are summed from.
    ///
    /// If none is known, wires are halved: the marginals of all single wires then take two passes over the joint law and
    /// little more, where each on its own would take one.
    fn smallest_over(&mut self, wires: &[usize]) -> (Vec<usize>, Masses) {
        let contains = |all: &[usize]| wires.iter().all(|w| all.binary_search(w).is_ok());
        let known =
            self.marginals.iter().filter(|(all, _)| contains(all)).min_by_key(|(all, masses)| (masses.len(), *all));
        if let Some((all, masses)) = known
            && masses.len() * KNOWN_WORTH <= self.entries.len()
        {
            return (all.clone(), masses.clone());
        }
        let all = (0..self.sizes.len()).collect();
        let mut best = known.map_or((all, self.entries.clone()), |(all, masses)| (all.clone(), masses.clone()));
        let (mut begin, mut end) = (0, self.sizes.len());
        while end - begin > 1 {
            let middle = begin.midpoint(end);
            match (wires.first().is_none_or(|w| *w >= middle), wires.last().is_none_or(|w| *w < middle)) {
                (_, true) => end = middle,
                (true, _) => begin = middle,
                _ => break,
            }
            let half: Vec<usize> = (begin..end).collect();
            if let Some(found) = self.marginals.get(&half) {
                best = (half, found.clone());
                continue;
            }
            if !half.iter().all(|w| best.0.binary_search(w).is_ok()) {
                continue;
            }
            let masses = Masses::Marginal(Arc::new(self.summed(&best.1, &self.projection_within(&best.0, &half))));
            self.marginals.insert(half.clone(), masses.clone());
            best = (half, masses);
        }
        best
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

    fn summed(&self, of: &[(u64, Int)], projection: &Projection) -> Vec<(u64, Int)> {
        if projection.points <= DENSE * of.len() as u64 {
            let points = projection.points as usize;
            let mut sums = vec![Int::ZERO; points];
            let mut walk = projection.walk(of.len());
            for (point, mass) in of {
                sums[walk.to(*point) as usize] += mass;
            }
            return (0..).zip(sums).filter(|(_, mass)| !mass.is_zero()).collect();
        }
        let mut masses: Vec<(u64, Int)> = of.iter().map(|(p, mass)| (projection.of(*p), mass.clone())).collect();
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
    Projection { parts, points: chosen.iter().product(), sizes: sizes.to_vec() }
}

/// A choice of coordinates of points.
pub struct Projection {
    /// Stride and size of each, and its stride in the result.
    parts: Vec<(u64, u64, u64)>,
    points: u64,
    /// Sizes of the coordinates that it chooses from.
    sizes: Vec<u64>,
}

impl Projection {
    /// The chosen coordinates of a point, as a point.
    pub fn of(&self, point: u64) -> u64 {
        self.parts.iter().map(|(from, size, to)| point / from % size * to).sum()
    }

    /// The same for about so many rising points, with hardly a division: a projection is the sum of what the last
    /// coordinates and those in front of them contribute, the first comes from a list, and the second changes seldom.
    fn walk(&self, count: usize) -> Walk<'_> {
        let most = WALKED.min(count as u64 / 4);
        let mut period = 1;
        for size in self.sizes.iter().rev() {
            if period * size > most {
                break;
            }
            period *= size;
        }
        Walk { projection: self, last: (0..period).map(|p| self.of(p)).collect(), begin: 0, front: 0 }
    }
}

/// A projection of points one after the other.
struct Walk<'p> {
    projection: &'p Projection,
    /// For each value of the last coordinates what they contribute.
    last: Vec<u64>,
    /// The first point with the coordinates in front of them that the last point had, and what they contribute.
    begin: u64,
    front: u64,
}

impl Walk<'_> {
    fn to(&mut self, point: u64) -> u64 {
        let place = point.wrapping_sub(self.begin);
        if let Some(last) = self.last.get(place as usize) {
            return self.front + last;
        }
        let period = self.last.len() as u64;
        self.begin = point - point % period;
        self.front = self.projection.of(self.begin);
        self.front + self.last[(point % period) as usize]
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
        let mut table = Table::new(Arc::new(vec![row]), vec![2, 3, 2]);
        let mut two = |wires: &[usize]| numbers(&table.marginal(wires));
        assert_eq!(two(&[0]), [(0, 6), (1, 6)]);
        assert_eq!(two(&[2, 1]), [(0, 1), (1, 2), (5, 9)]);
        assert_eq!(two(&[2]), [(0, 1), (1, 11)]);
        assert_eq!(two(&[2, 0]), [(0, 1), (1, 5), (3, 6)]);
        assert_eq!(two(&[]), [(0, 12)]);
    }

    /// Marginals that are summed from others, in any order in which they are asked for, against sums by division.
    #[test]
    fn marginals_of_marginals() {
        let sizes = [3u64, 2, 4, 1, 5, 2, 3];
        let points: u64 = sizes.iter().product();
        let masses: Vec<(u64, Int)> =
            (0..points).filter(|p| p % 7 != 3).map(|p| (p, Int::from(1 + p * p % 91))).collect();
        let rows = Arc::new(vec![Row::from_sorted(masses.iter().fold(Int::ZERO, |s, (_, m)| &s + m), masses)]);
        let slow = |wires: &[usize]| {
            let mut sums = std::collections::BTreeMap::new();
            for (point, mass) in rows[0].entries() {
                let coordinate = |w: usize| point / sizes[w + 1..].iter().product::<u64>() % sizes[w];
                let to = wires.iter().fold(0, |to, w| to * sizes[*w] + coordinate(*w));
                *sums.entry(to).or_insert(Int::ZERO) += mass;
            }
            sums.into_iter().collect::<Vec<_>>()
        };
        for seed in 0..20u64 {
            let mut table = Table::new(rows.clone(), sizes.to_vec());
            for step in 0..20u64 {
                let choice = (seed * 37 + step * 11 + seed * step * 5) % 128;
                let wires: Vec<usize> = (0..7).filter(|w| choice >> w & 1 == 1).collect();
                assert_eq!(table.marginal(&wires)[..], slow(&wires)[..], "{wires:?}");
            }
        }
    }
}
