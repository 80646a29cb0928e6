//! Shannon's entropy and what is made of it by adding and subtracting.

use rustc_hash::FxHashMap;

use super::components::components;
use super::table::Table;
use crate::number::int::Int;
use crate::number::log_sum::LogSum;
use crate::number::tally::Tally;

impl Table {
    /// `H(x)`
    pub(super) fn entropy(&mut self, wires: &[usize]) -> LogSum {
        let mut sum = LogSum::zero();
        self.add_entropy(&mut sum, wires, 1);
        sum
    }

    /// Adds `H(x)` to a sum, or takes it away: its terms go there as they are counted.
    fn add_entropy(&mut self, sum: &mut LogSum, wires: &[usize], sign: i32) {
        let masses = self.marginal(wires);
        let mut tally = Tally::new(masses.len());
        let total = tally.subtract_each(masses.iter().map(|(_, m)| m));
        tally.add(self.den(), &total);
        if sign < 0 {
            tally.negate();
        }
        sum.add_tally(self.den(), tally);
    }

    /// `H(x | z) = H(x, z) - H(z)`
    pub(super) fn conditional_entropy(&mut self, wires: &[usize], given: &[usize]) -> LogSum {
        let mut sum = LogSum::zero();
        self.add_conditional_entropy(&mut sum, wires, given, 1);
        sum
    }

    fn add_conditional_entropy(&mut self, sum: &mut LogSum, wires: &[usize], given: &[usize], sign: i32) {
        self.add_entropy(sum, &[wires, given].concat(), sign);
        if !given.is_empty() {
            self.add_entropy(sum, given, -sign);
        }
    }

    /// `I(x ; y | z)`; for more groups, co-information: the alternating sum of `H(S | z)` over all choices S of groups.
    pub(super) fn information(&mut self, groups: &[Vec<usize>], given: &[usize]) -> LogSum {
        let mut sum = LogSum::zero();
        for choice in 1u64..1 << groups.len() {
            let chosen: Vec<usize> =
                (0..groups.len()).filter(|i| choice >> i & 1 == 1).flat_map(|i| groups[i].clone()).collect();
            let sign = if choice.count_ones() % 2 == 1 { 1 } else { -1 };
            self.add_entropy(&mut sum, &[&chosen[..], given].concat(), sign);
        }
        // The choice of no group, whose entropy given z is 0, stands for H(z): it cancels but for one.
        if !given.is_empty() {
            self.add_entropy(&mut sum, given, -1);
        }
        sum
    }

    /// `TC = sum H(x_i | z) - H(x_1, …, x_n | z)`
    pub(super) fn total_correlation(&mut self, groups: &[Vec<usize>], given: &[usize]) -> LogSum {
        let mut sum = LogSum::zero();
        for group in groups {
            self.add_conditional_entropy(&mut sum, group, given, 1);
        }
        self.add_conditional_entropy(&mut sum, &groups.concat(), given, -1);
        sum
    }

    /// `DTC = H(x_1, …, x_n | z) - sum H(x_i | the others, z)`
    pub(super) fn dual_total_correlation(&mut self, groups: &[Vec<usize>], given: &[usize]) -> LogSum {
        let mut sum = LogSum::zero();
        self.add_conditional_entropy(&mut sum, &groups.concat(), given, 1);
        for i in 0..groups.len() {
            let others: Vec<usize> =
                (0..groups.len()).filter(|j| *j != i).flat_map(|j| groups[j].clone()).chain(given.to_vec()).collect();
            self.add_conditional_entropy(&mut sum, &groups[i], &others, -1);
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
        let ends = components(masses.iter().map(|(point, _)| *point), [&to_x, &to_y]);
        let mut parts: FxHashMap<(usize, u64), Int> = FxHashMap::default();
        for ((point, mass), end) in masses.iter().zip(ends) {
            *parts.entry((end, to_z.of(*point))).or_insert(Int::ZERO) += mass;
        }
        LogSum::entropy_like(parts.into_values(), self.den()).minus(&self.entropy(given))
    }
}
