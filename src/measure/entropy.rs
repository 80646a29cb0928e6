//! Shannon's entropy and what is made of it by adding and subtracting.

use rustc_hash::FxHashMap;

use super::table::Table;
use crate::number::int::Int;
use crate::number::log_sum::LogSum;
use crate::number::ratio::Ratio;

impl Table {
    /// `H(x)`
    pub(super) fn entropy(&mut self, wires: &[usize]) -> LogSum {
        let masses = self.marginal(wires);
        LogSum::entropy_like(masses.iter().map(|(_, m)| m.clone()), self.den())
    }

    /// `H(x | z) = H(x, z) - H(z)`
    pub(super) fn conditional_entropy(&mut self, wires: &[usize], given: &[usize]) -> LogSum {
        let both = self.entropy(&[wires, given].concat());
        if given.is_empty() { both } else { both.minus(&self.entropy(given)) }
    }

    /// `I(x ; y | z)`; for more groups, co-information: the alternating sum of `H(S | z)` over all choices S of groups.
    pub(super) fn information(&mut self, groups: &[Vec<usize>], given: &[usize]) -> LogSum {
        let mut sum = LogSum::zero();
        for choice in 1u64..1 << groups.len() {
            let chosen: Vec<usize> =
                (0..groups.len()).filter(|i| choice >> i & 1 == 1).flat_map(|i| groups[i].clone()).collect();
            let sign = if choice.count_ones() % 2 == 1 { 1 } else { -1 };
            sum.add_scaled(&self.entropy(&[&chosen[..], given].concat()), &Ratio::of(sign, 1));
        }
        // The choice of no group, whose entropy given z is 0, stands for H(z): it cancels but for one.
        if !given.is_empty() {
            sum.add_scaled(&self.entropy(given), &Ratio::of(-1, 1));
        }
        sum
    }

    /// `TC = sum H(x_i | z) - H(x_1, …, x_n | z)`
    pub(super) fn total_correlation(&mut self, groups: &[Vec<usize>], given: &[usize]) -> LogSum {
        let mut sum = LogSum::zero();
        for group in groups {
            sum.add_scaled(&self.conditional_entropy(group, given), &Ratio::ONE);
        }
        sum.minus(&self.conditional_entropy(&groups.concat(), given))
    }

    /// `DTC = H(x_1, …, x_n | z) - sum H(x_i | the others, z)`
    pub(super) fn dual_total_correlation(&mut self, groups: &[Vec<usize>], given: &[usize]) -> LogSum {
        let mut sum = self.conditional_entropy(&groups.concat(), given);
        for i in 0..groups.len() {
            let others: Vec<usize> =
                (0..groups.len()).filter(|j| *j != i).flat_map(|j| groups[j].clone()).chain(given.to_vec()).collect();
            sum.add_scaled(&self.conditional_entropy(&groups[i], &others), &Ratio::of(-1, 1));
        }
        sum
    }

    /// The entropy, given z, of what x and y both determine (Gács and Körner): of the connected parts of the graph that
    /// has an edge between two values where they occur together, for each value of z.
    pub(super) fn common(&mut self, groups: &[Vec<usize>; 2], given: &[usize]) -> LogSum {
        let sorted = |wires: &[usize]| {
            let mut wires = wires.to_vec();
            wires.sort_unstable();
            wires
        };
        let [x, y] = [&groups[0], &groups[1]].map(|g| sorted(&[g, given].concat()));
        let z = sorted(given);
        let masses = self.marginal(&(0..self.wires()).collect::<Vec<_>>());
        let (to_x, to_y, to_z) = (self.projection(&x), self.projection(&y), self.projection(&z));
        // Each value of x and z is a node, and so is each of y and z.
        let mut nodes: [FxHashMap<u64, usize>; 2] = Default::default();
        let mut parent: Vec<usize> = Vec::new();
        let mut ends = Vec::with_capacity(masses.len());
        for (point, _) in masses.iter() {
            let mut node = |side: usize, key: u64| {
                *nodes[side].entry(key).or_insert_with(|| {
                    parent.push(parent.len());
                    parent.len() - 1
                })
            };
            let (a, b) = (node(0, to_x.of(*point)), node(1, to_y.of(*point)));
            ends.push(a);
            let (a, b) = (root(&mut parent, a), root(&mut parent, b));
            parent[a] = b;
        }
        let mut parts: FxHashMap<(usize, u64), Int> = FxHashMap::default();
        for ((point, mass), end) in masses.iter().zip(ends) {
            *parts.entry((root(&mut parent, end), to_z.of(*point))).or_insert(Int::ZERO) += mass;
        }
        LogSum::entropy_like(parts.into_values(), self.den()).minus(&self.entropy(given))
    }
}

/// The root of a node; ways are halved as they are gone.
pub(super) fn root(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}
