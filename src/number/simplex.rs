//! Linear equations in unknowns that must not be negative: the simplex method over the rationals.
//!
//! 1. Each equation is scaled to integers with a right-hand side that is not negative, and gets an unknown of its own,
//!    which starts as the only one that is not zero. The sum of these is made as small as possible.
//! 2. The unknown that enters is the one whose growth helps most. As soon as a step changes nothing it is, by Bland's
//!    rule, the first one that helps, and of those that could leave the first one leaves, until a step helps again: so
//!    no basis is met twice, and the search ends.
//! 3. If the sum becomes 0 there is a solution. If not, the prices of the equations refute the system: they are checked
//!    by one look at each unknown.
//!
//! The tableau holds integers over one denominator, which is positive throughout (Edmonds 1967), as in the program lrs.
#![deny(clippy::float_arithmetic)]

use super::int::Int;
use super::ratio::Ratio;
use super::tableau::Tableau;
use crate::base::interrupt::{Interrupt, Stopped};

/// Equations `sum of terms = value` in unknowns `x[0], x[1], … >= 0`.
#[derive(Debug, Clone, Default)]
pub struct System {
    /// How many unknowns there are.
    pub unknowns: usize,
    /// The equations.
    pub equations: Vec<Equation>,
}

/// A linear equation.
#[derive(Debug, Clone)]
pub struct Equation {
    /// Unknowns, each at most once, with their coefficients.
    pub terms: Vec<(usize, Ratio)>,
    /// The right-hand side.
    pub value: Ratio,
}

/// Whether a system has a solution.
#[derive(Debug, Clone, PartialEq)]
pub enum Feasibility {
    /// A solution.
    Solution(Vec<Ratio>),
    /// A price for each equation (Farkas): with these as factors the equations add up to one whose coefficients are all
    /// at most 0 and whose right-hand side is positive, which no unknowns that are not negative satisfy.
    Refuted(Vec<Ratio>),
}

impl System {
    /// How many numbers the tableau will have.
    pub fn cells(&self) -> u64 {
        let m = self.equations.len() as u64;
        (m + 1).saturating_mul(self.unknowns as u64 + m + 1)
    }

    /// Solves the system or refutes it.
    pub fn solve(&self, interrupt: &Interrupt) -> Result<Feasibility, Stopped> {
        // 1.
        let (n, m) = (self.unknowns, self.equations.len());
        let scales: Vec<Ratio> = self.equations.iter().map(Equation::scale).collect();
        let width = n + m + 1;
        let mut rows: Vec<Vec<Int>> = Vec::with_capacity(m + 1);
        for (k, (equation, scale)) in self.equations.iter().zip(&scales).enumerate() {
            let mut row = vec![Int::ZERO; width];
            for (unknown, factor) in &equation.terms {
                row[*unknown] = (factor * scale).num().clone();
            }
            row[n + k] = Int::ONE;
            row[width - 1] = (&equation.value * scale).num().clone();
            rows.push(row);
        }
        // What one more of each unknown adds to the sum; at the end, the sum itself, negated.
        let costs: Vec<Int> = (0..width)
            .map(|j| match (n..n + m).contains(&j) {
                true => Int::ZERO,
                false => rows.iter().fold(Int::ZERO, |s, row| &s - &row[j]),
            })
            .collect();
        rows.push(costs);
        let mut tableau = Tableau::new(rows);
        let mut basis: Vec<usize> = (n..n + m).collect();
        let mut bland = false;
        // 2.
        loop {
            interrupt.check()?;
            let costs = &tableau.rows[m];
            let helps = (0..n).filter(|j| costs[*j].sign().is_lt());
            let entering = if bland { helps.min() } else { helps.min_by(|a, b| costs[*a].cmp(&costs[*b])) };
            let Some(column) = entering else { break };
            // A sum of what is not negative is bounded below, so some row limits the step.
            let Some(row) = leaving(&tableau.rows[..m], column, width - 1, &basis) else { break };
            bland = tableau.rows[row][width - 1].is_zero();
            tableau.pivot(row, column);
            basis[row] = column;
        }
        // 3.
        if tableau.rows[m][width - 1].is_zero() {
            let mut solution = vec![Ratio::ZERO; n];
            for (row, unknown) in basis.iter().enumerate().filter(|(_, u)| **u < n) {
                solution[*unknown] = tableau.get(row, width - 1);
            }
            return Ok(Feasibility::Solution(solution));
        }
        let price = |(k, scale): (usize, &Ratio)| &(&Ratio::ONE - &tableau.get(m, n + k)) * scale;
        Ok(Feasibility::Refuted(scales.iter().enumerate().map(price).collect()))
    }
}

/// The row that limits how far an unknown can grow; of several, that of the first unknown.
fn leaving(rows: &[Vec<Int>], column: usize, value: usize, basis: &[usize]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (k, row) in rows.iter().enumerate().filter(|(_, row)| row[column].sign().is_gt()) {
        let better = match best {
            None => true,
            Some(b) => {
                // value / entry, compared without a division
                let (this, that) = (&row[value] * &rows[b][column], &rows[b][value] * &row[column]);
                this < that || (this == that && basis[k] < basis[b])
            }
        };
        if better {
            best = Some(k);
        }
    }
    best
}

impl Equation {
    /// What makes the numbers of the equation integers without common factor, and its right-hand side not negative.
    fn scale(&self) -> Ratio {
        let numbers = || self.terms.iter().map(|(_, c)| c).chain([&self.value]);
        let den = numbers().fold(Int::ONE, |l, c| l.lcm(c.den()));
        let common = numbers().fold(Int::ZERO, |g, c| g.gcd(&(c.num() * &den.div_exact(c.den()))));
        let scale = Ratio::new(den, common).unwrap_or(Ratio::ONE);
        if self.value.sign().is_lt() { -&scale } else { scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn system(unknowns: usize, equations: &[(&[i64], i64)]) -> System {
        let equations = equations.iter().map(|(terms, value)| Equation {
            terms: terms.iter().enumerate().map(|(j, c)| (j, Ratio::from(*c))).collect(),
            value: Ratio::from(*value),
        });
        System { unknowns, equations: equations.collect() }
    }

    /// What the answer claims, recomputed; returns whether there is a solution.
    fn checked(system: &System) -> bool {
        let answer = system.solve(&Interrupt::default()).unwrap();
        let sum =
            |terms: &[(usize, Ratio)], x: &[Ratio]| terms.iter().fold(Ratio::ZERO, |s, (j, c)| &s + &(c * &x[*j]));
        match answer {
            Feasibility::Solution(x) => {
                assert!(x.iter().all(|v| !v.sign().is_lt()), "{x:?}");
                system.equations.iter().for_each(|e| assert_eq!(sum(&e.terms, &x), e.value));
                true
            }
            Feasibility::Refuted(y) => {
                let mut all = vec![Ratio::ZERO; system.unknowns];
                let mut right = Ratio::ZERO;
                for (e, price) in system.equations.iter().zip(&y) {
                    e.terms.iter().for_each(|(j, c)| all[*j] = &all[*j] + &(price * c));
                    right = &right + &(price * &e.value);
                }
                assert!(all.iter().all(|c| !c.sign().is_gt()) && right.sign().is_gt(), "{y:?}");
                false
            }
        }
    }

    #[test]
    fn small_systems() {
        assert!(checked(&system(0, &[])));
        assert!(!checked(&system(0, &[(&[], 1)])));
        assert!(checked(&system(0, &[(&[], 0)])));
        assert!(checked(&system(2, &[(&[1, 1], 1), (&[1, -1], 0)])));
        assert!(!checked(&system(2, &[(&[1, 1], 1), (&[1, -1], 3)])));
        assert!(!checked(&system(1, &[(&[-1], 1)])));
        assert!(checked(&system(1, &[(&[-1], -1)])));
        // Equations that say the same, and that contradict each other.
        assert!(checked(&system(3, &[(&[1, 2, 3], 6), (&[2, 4, 6], 12), (&[1, 0, 0], 1)])));
        assert!(!checked(&system(3, &[(&[1, 2, 3], 6), (&[2, 4, 6], 13)])));
    }

    #[test]
    fn degenerate_systems_do_not_circle() {
        // Beale's example, on which the largest coefficient alone goes around in circles: the three constraints, and the
        // objective value that is optimal (1/20) and one that is out of reach.
        let beale = |numerator: i64, denominator: i64| {
            let row = |c: [(i64, i64); 8], value: Ratio| Equation {
                terms: c.iter().enumerate().map(|(j, (a, b))| (j, Ratio::of(*a, *b))).collect(),
                value,
            };
            let z = (0, 1);
            System {
                unknowns: 8,
                equations: vec![
                    row([(1, 4), (-60, 1), (-1, 25), (9, 1), (1, 1), z, z, z], Ratio::ZERO),
                    row([(1, 2), (-90, 1), (-1, 50), (3, 1), z, (1, 1), z, z], Ratio::ZERO),
                    row([z, z, (1, 1), z, z, z, (1, 1), z], Ratio::ONE),
                    row([(3, 4), (-150, 1), (1, 50), (-6, 1), z, z, z, (-1, 1)], Ratio::of(numerator, denominator)),
                ],
            }
        };
        assert!(checked(&beale(1, 20)));
        assert!(!checked(&beale(51, 1000)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Every answer carries its proof, so random systems need no second solver. Zeros and small numbers make many
        /// of them degenerate, and a system made from a solution has one.
        #[test]
        fn random_systems(
            rows in prop::collection::vec((prop::collection::vec(-2i64..3, 5), -3i64..4), 1..6),
            point in prop::collection::vec(0i64..3, 5),
            made in any::<bool>(),
        ) {
            let rows: Vec<(Vec<i64>, i64)> = rows.into_iter().map(|(c, v)| {
                let value = if made { c.iter().zip(&point).map(|(a, x)| a * x).sum() } else { v };
                (c, value)
            }).collect();
            let rows: Vec<(&[i64], i64)> = rows.iter().map(|(c, v)| (&c[..], *v)).collect();
            let feasible = checked(&system(5, &rows));
            prop_assert!(feasible || !made);
        }
    }
}
