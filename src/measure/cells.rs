//! Two laws side by side: what divergences are computed from.

use super::table::{Masses, Table};
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
        let (a, b) = (left.entries(), right.entries());
        let (mut i, mut j) = (0, 0);
        let mut cells = Vec::with_capacity(a.len().max(b.len()));
        while i < a.len() || j < b.len() {
            let (x, y) = (a.get(i).map_or(u64::MAX, |e| e.0), b.get(j).map_or(u64::MAX, |e| e.0));
            let point = x.min(y);
            let mass = |entries: &[(u64, Int)], at: &mut usize, here: u64| {
                if here != point {
                    return Int::ZERO;
                }
                *at += 1;
                entries[*at - 1].1.clone()
            };
            let left = mass(a, &mut i, x);
            let right = mass(b, &mut j, y);
            cells.push((left, right));
        }
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
        let mass = |masses: &Masses, point: u64| match masses.binary_search_by_key(&point, |(p, _)| *p) {
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

fn push_rest(cells: &mut Vec<(Int, Int)>, rest: Int) {
    if !rest.is_zero() {
        cells.push((Int::ZERO, rest));
    }
}
