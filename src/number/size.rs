//! How long a real number is as a formula: what an enclosure of it costs.

use super::atom::Atom;
use super::composite::Composite;
use super::real::Real;

impl Real {
    /// How many logarithms, roots and exponentials its formula is made of, at least 1; counting stops at `most`.
    pub fn atoms(&self, most: usize) -> usize {
        match self {
            Real::NegInfinity | Real::PosInfinity | Real::Rational(_) => 1,
            Real::Logs(sum) => sum.count().max(1),
            Real::Roots(sum) => sum.count().max(1),
            Real::Composite(all) => of_sum(all, most).max(1),
        }
    }

    /// How many products it is a sum of, at least 1.
    pub fn summands(&self) -> usize {
        match self {
            Real::Composite(all) => all.all_products().len().max(1),
            _ => 1,
        }
    }
}

fn of_sum(all: &Composite, most: usize) -> usize {
    let mut count = all.logs.as_ref().map_or(0, |sum| sum.count()) + all.roots.as_ref().map_or(0, |sum| sum.count());
    for (atom, _) in all.products.iter().flat_map(|(product, _)| product) {
        if count >= most {
            return most;
        }
        count += match atom {
            Atom::Logs(sum) => sum.count(),
            Atom::Roots(sum) => sum.count(),
            Atom::Sum(inner) => of_sum(inner, most - count),
            Atom::Log(of) | Atom::Exp(of) => of.0.atoms(most - count),
        };
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::ratio::Ratio;

    #[test]
    fn formulas_are_counted() {
        let log = |n| Real::log_of(&Ratio::of(n, 1)).unwrap();
        assert_eq!(Real::zero().atoms(10), 1);
        assert_eq!(log(2).add(&log(3)).unwrap().atoms(10), 2);
        let e = Real::one().exp();
        // e · log 2 + log 3: an exponential of 1, and two logarithms
        let sum = e.mul(&log(2)).unwrap().add(&log(3)).unwrap();
        assert_eq!((sum.atoms(10), sum.atoms(2)), (3, 2));
        assert_eq!((sum.summands(), e.summands(), Real::zero().summands()), (2, 1, 1));
    }
}
