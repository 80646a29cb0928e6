//! Two laws side by side: what divergences are computed from.

use std::cmp::Ordering;

use super::table::Table;
use crate::number::int::Int;
use crate::number::row::Row;

/// Numerators of two laws at the same points; points with mass in neither are left out.
#[derive(Debug, Clone)]
pub(super) struct Cells {
    /// Denominator of the first law.
    pub left_den: Int,
    /// Denominator of the second law.
    pub right_den: Int,
    /// Masses of a point in both.
    pub cells: Vec<(Int, Int)>,
}

impl Cells {
    /// Two rows.
    pub(super) fn of_rows(left: &Row, right: &Row) -> Cells {
        let cells = Pairs::of_rows(left, right).map(|(a, b)| (a.clone(), b.clone())).collect();
        Cells { left_den: left.den().clone(), right_den: right.den().clone(), cells }
    }

    /// `p ; copy` against `p * p`.
    ///
    /// Off the diagonal the first law is 0, and there every divergence depends on the mass of the second alone: all of
    /// it is put into one cell. An f-divergence adds `q f(0)`, which is linear in q; those of Rényi add nothing.
    pub(super) fn of_copy(row: &Row) -> Cells {
        let square = row.den() * row.den();
        let mut rest = square.clone();
        let mut cells: Vec<(Int, Int)> = Vec::with_capacity(row.entries().len() + 1);
        for (_, mass) in row.entries() {
            let both = mass * mass;
            rest = &rest - &both;
            cells.push((mass.clone(), both));
        }
        push_rest(&mut cells, rest);
        Cells { left_den: row.den().clone(), right_den: square, cells }
    }

    /// The joint law of two groups against the product of its marginals. Where the joint is 0, the product is put into
    /// one cell, as above.
    pub(super) fn of_product(table: &mut Table, groups: &[Vec<usize>; 2]) -> Cells {
        let sorted = |wires: &[usize]| {
            let mut wires = wires.to_vec();
            wires.sort_unstable();
            wires
        };
        let [x, y] = [sorted(&groups[0]), sorted(&groups[1])];
        let both = sorted(&groups.concat());
        let joint = table.marginal(&both);
        let (of_x, of_y) = (table.marginal(&x), table.marginal(&y));
        let (to_x, to_y) = (table.projection_within(&both, &x), table.projection_within(&both, &y));
        let mass = |masses: &[(u64, Int)], point: u64| match masses.binary_search_by_key(&point, |(p, _)| *p) {
            Ok(at) => masses[at].1.clone(),
            Err(_) => Int::ZERO,
        };
        let square = table.den() * table.den();
        let mut rest = square.clone();
        let mut cells = Vec::with_capacity(joint.len() + 1);
        for (point, together) in joint.iter() {
            let apart = &mass(&of_x, to_x.of(*point)) * &mass(&of_y, to_y.of(*point));
            rest = &rest - &apart;
            cells.push((together.clone(), apart));
        }
        push_rest(&mut cells, rest);
        Cells { left_den: table.den().clone(), right_den: square, cells }
    }

    /// The two laws exchanged.
    pub(super) fn swapped(&self) -> Cells {
        let cells = self.cells.iter().map(|(a, b)| (b.clone(), a.clone())).collect();
        Cells { left_den: self.right_den.clone(), right_den: self.left_den.clone(), cells }
    }

    /// Whether the first law lives where the second does.
    pub(super) fn is_continuous(&self) -> bool {
        self.cells.iter().all(|(a, b)| a.is_zero() || !b.is_zero())
    }
}

/// The masses of two rows at each point of either, in the order of the points.
pub(super) struct Pairs<'r> {
    left: &'r [(u64, Int)],
    right: &'r [(u64, Int)],
}

impl<'r> Pairs<'r> {
    /// Those of two rows.
    pub(super) fn of_rows(left: &'r Row, right: &'r Row) -> Pairs<'r> {
        Pairs { left: left.entries(), right: right.entries() }
    }
}

impl<'r> Iterator for Pairs<'r> {
    type Item = (&'r Int, &'r Int);

    fn next(&mut self) -> Option<Self::Item> {
        const NOTHING: &Int = &Int::ZERO;
        let order = match (self.left.first(), self.right.first()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.0.cmp(&b.0),
        };
        let (mut left, mut right) = (NOTHING, NOTHING);
        if order.is_le() {
            left = &self.left[0].1;
            self.left = &self.left[1..];
        }
        if order.is_ge() {
            right = &self.right[0].1;
            self.right = &self.right[1..];
        }
        Some((left, right))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left.len().max(self.right.len()), Some(self.left.len() + self.right.len()))
    }
}

fn push_rest(cells: &mut Vec<(Int, Int)>, rest: Int) {
    if !rest.is_zero() {
        cells.push((Int::ZERO, rest));
    }
}
