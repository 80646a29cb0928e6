//! Divergences and entropies with an order, as exact values.
//!
//! Each is computed from integers: with `p = a / A` and `q = b / B`, a logarithm of a quotient is a sum of logarithms of
//! the integers as they are, so that what belongs together cancels without being factored.

use super::cells::{Cells, Pairs};
use crate::check::measure::{Divergence, Family, Order};
use crate::number::int::Int;
use crate::number::log_sum::LogSum;
use crate::number::ratio::Ratio;
use crate::number::real::{Real, RealFault};
use crate::number::root_sum::RootSum;
use crate::number::row::Row;
use crate::number::tally::Tally;

type Valued = Result<Real, RealFault>;

/// How far the first law is from the second.
pub(super) fn divergence(divergence: &Divergence, cells: &Cells) -> Valued {
    Ok(match divergence {
        Divergence::Kl => relative_entropy(cells),
        Divergence::ReverseKl => relative_entropy(&cells.swapped()),
        Divergence::Jeffreys => relative_entropy(cells).add(&relative_entropy(&cells.swapped()))?,
        Divergence::K => Real::from(from_mean(cells)),
        Divergence::Js => Real::from(from_mean(cells).plus(&from_mean(&cells.swapped())).scale(&Ratio::of(1, 2))),
        Divergence::Tv => {
            let sum = cells.cells.iter().map(|(a, b)| cells.difference(a, b).abs()).fold(Int::ZERO, |s, d| &s + &d);
            Real::from(&quotient(sum, &cells.left_den * &cells.right_den) * &Ratio::of(1, 2))
        }
        Divergence::Chi2 => chi_square(cells),
        Divergence::Neyman => chi_square(&cells.swapped()),
        Divergence::Hellinger2 => Real::from(squared_hellinger(cells)),
        Divergence::Hellinger => Real::from(squared_hellinger(cells)).sqrt()?,
        Divergence::Bhattacharyya => Real::from(overlap(cells)).log()?.neg(),
        Divergence::LeCam => {
            let term = |(a, b): &(Int, Int)| {
                let difference = cells.difference(a, b);
                quotient(&difference * &difference, cells.sum(a, b))
            };
            let both = &cells.left_den * &cells.right_den;
            Real::from(&total(cells.cells.iter().map(term)) * &quotient(Int::ONE, &both + &both))
        }
        Divergence::Vajda(order) => vajda(cells, *order),
        Divergence::Renyi(order) => renyi(cells, order)?,
        Divergence::Tsallis(order) if order.is_one() => relative_entropy(cells),
        Divergence::Tsallis(order) => match power_sum(cells, order) {
            None => Real::PosInfinity,
            Some(sum) => sum.sub(&Real::one())?.scale(&inverse(&(order - &Ratio::ONE)))?,
        },
    })
}

/// `sum sqrt(p q)`
pub(super) fn overlap(cells: &Cells) -> RootSum {
    let both = &cells.left_den * &cells.right_den;
    let coefficient = quotient(Int::ONE, both.clone());
    let mut sum = RootSum::zero(2);
    for (a, b) in &cells.cells {
        sum.add_root(&coefficient, &Ratio::from(&(a * b) * &both));
    }
    sum
}

/// `-sum p log q`
pub(super) fn cross_entropy(left: &Row, right: &Row) -> Real {
    let mut tally = Tally::new(right.entries().len());
    for (a, b) in Pairs::of_rows(left, right) {
        match (a.is_zero(), b.is_zero()) {
            (true, _) => {}
            (false, true) => return Real::PosInfinity,
            (false, false) => tally.subtract(b, a),
        }
    }
    let mut sum = LogSum::zero();
    sum.add_tally(left.den(), tally);
    sum.add_log(&Ratio::ONE, right.den());
    Real::from(sum)
}

/// `sum p log(p/q)` of two rows, from their entries as they lie there.
pub(super) fn relative_entropy_of_rows(left: &Row, right: &Row) -> Real {
    relative_entropy_of(left.den(), right.den(), Pairs::of_rows(left, right))
}

/// The entropy of an order of a law: masses over a denominator.
pub(super) fn ordered_entropy(family: Family, order: &Order, masses: &[(u64, Int)], den: &Int) -> Valued {
    let masses = || masses.iter().map(|(_, m)| m);
    let order = match order {
        Order::Infinite => {
            let largest = masses().max().cloned().unwrap_or(Int::ONE);
            return Ok(logarithm(&quotient(largest, den.clone())).neg());
        }
        Order::Finite(order) if order.is_one() => return Ok(Real::from(LogSum::entropy_like(masses(), den))),
        Order::Finite(order) => order,
    };
    let sum = match (order.to_i64(), root_and_power(order)) {
        (Some(k), _) => {
            let sum = masses().fold(Int::ZERO, |sum, m| &sum + &m.pow(k as u32));
            Real::from(quotient(sum, den.pow(k as u32)))
        }
        (None, (power, degree)) => {
            let mut sum = RootSum::zero(degree);
            for mass in masses() {
                sum.add_root(&Ratio::ONE, &quotient(mass.pow(power), den.pow(power)));
            }
            Real::from(sum)
        }
    };
    let scale = inverse(&(&Ratio::ONE - order));
    match family {
        Family::Renyi => sum.log()?.scale(&scale),
        Family::Tsallis => sum.sub(&Real::one())?.scale(&scale),
    }
}

/// `sum p log(p/q)`
fn relative_entropy(cells: &Cells) -> Real {
    relative_entropy_of(&cells.left_den, &cells.right_den, cells.cells.iter().map(|(a, b)| (a, b)))
}

/// `sum p log(p/q)` for masses over the denominators of p and q.
fn relative_entropy_of<'m>(left_den: &Int, right_den: &Int, masses: impl Iterator<Item = (&'m Int, &'m Int)>) -> Real {
    let mut tally = Tally::new(masses.size_hint().1.unwrap_or(0));
    for (a, b) in masses {
        match (a.is_zero(), b.is_zero()) {
            (true, _) => {}
            (false, true) => return Real::PosInfinity,
            (false, false) => {
                tally.add(a, a);
                tally.subtract(b, a);
            }
        }
    }
    let mut sum = LogSum::zero();
    sum.add_tally(left_den, tally);
    sum.add_log(&Ratio::ONE, right_den);
    sum.add_log(&Ratio::of(-1, 1), left_den);
    Real::from(sum)
}

/// `sum p log(2p / (p + q))`
fn from_mean(cells: &Cells) -> LogSum {
    let mut sum = LogSum::zero();
    let happens = cells.cells.iter().filter(|(a, _)| !a.is_zero());
    let terms = happens.flat_map(|(a, b)| [(a.clone(), a.clone()), (cells.sum(a, b), -a)]);
    sum.add_logs(&cells.left_den, terms);
    sum.add_log(&Ratio::ONE, &Int::from(2i64));
    sum.add_log(&Ratio::ONE, &cells.right_den);
    sum
}

/// `sum p^2 / q - 1`
fn chi_square(cells: &Cells) -> Real {
    if !cells.is_continuous() {
        return Real::PosInfinity;
    }
    let terms = cells.cells.iter().filter(|(a, _)| !a.is_zero()).map(|(a, b)| quotient(a * a, b.clone()));
    let scale = quotient(cells.right_den.clone(), &cells.left_den * &cells.left_den);
    Real::from(&(&total(terms) * &scale) - &Ratio::ONE)
}

/// `2 - 2 sum sqrt(p q)`
fn squared_hellinger(cells: &Cells) -> RootSum {
    let mut sum = overlap(cells).scale(&Ratio::of(-2, 1));
    sum.add_root(&Ratio::of(2, 1), &Ratio::ONE);
    sum
}

/// `sum |p - q|^k / q^(k-1)`
fn vajda(cells: &Cells, order: u32) -> Real {
    if order > 1 && !cells.is_continuous() {
        return Real::PosInfinity;
    }
    let term = |(a, b): &(Int, Int)| quotient(cells.difference(a, b).abs().pow(order), b.pow(order - 1));
    let scale = quotient(Int::ONE, &cells.left_den.pow(order) * &cells.right_den);
    Real::from(&total(cells.cells.iter().map(term)) * &scale)
}

fn renyi(cells: &Cells, order: &Order) -> Valued {
    Ok(match order {
        Order::Infinite if !cells.is_continuous() => Real::PosInfinity,
        Order::Infinite => {
            let quotients =
                cells.cells.iter().filter(|(a, _)| !a.is_zero()).map(|(a, b)| quotient(a.clone(), b.clone()));
            let largest = quotients.reduce(|a, b| if b > a { b } else { a }).unwrap_or(Ratio::ONE);
            logarithm(&(&largest * &quotient(cells.right_den.clone(), cells.left_den.clone())))
        }
        Order::Finite(order) if order.is_one() => relative_entropy(cells),
        Order::Finite(order) => match power_sum(cells, order) {
            None => Real::PosInfinity,
            // Order below 1 and no common support: the logarithm of 0 over a negative number.
            Some(sum) => sum.log()?.scale(&inverse(&(order - &Ratio::ONE)))?,
        },
    })
}

/// `sum p^a q^(1-a)` over the points with p > 0, for an order other than 1; `None` where it is infinite.
fn power_sum(cells: &Cells, order: &Ratio) -> Option<Real> {
    if *order > Ratio::ONE && !cells.is_continuous() {
        return None;
    }
    let happens = cells.cells.iter().filter(|(a, b)| !a.is_zero() && !b.is_zero());
    let (power, degree) = root_and_power(order);
    // p^(power/degree) q^((degree - power)/degree)
    let radicand = |a: &Int, b: &Int| match power.checked_sub(degree) {
        Some(below) => quotient(a.pow(power), b.pow(below)),
        None => Ratio::from(&a.pow(power) * &b.pow(degree - power)),
    };
    let dens = inverse(&radicand(&cells.left_den, &cells.right_den));
    let radicands = happens.map(|(a, b)| radicand(a, b));
    if degree == 1 {
        return Some(Real::from(&total(radicands) * &dens));
    }
    let mut sum = RootSum::zero(degree);
    radicands.for_each(|r| sum.add_root(&Ratio::ONE, &(&r * &dens)));
    Some(Real::from(sum))
}

/// An order as numerator and denominator; both are small, for so they were declared.
fn root_and_power(order: &Ratio) -> (u32, u32) {
    let small = |n: &Int| n.to_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    (small(order.num()), small(order.den()))
}

/// The logarithm of a positive rational.
fn logarithm(value: &Ratio) -> Real {
    LogSum::log_of(value).map_or(Real::NegInfinity, Real::from)
}

fn quotient(num: Int, den: Int) -> Ratio {
    Ratio::new(num, den).unwrap_or(Ratio::ZERO)
}

fn inverse(value: &Ratio) -> Ratio {
    Ratio::ONE.checked_div(value).unwrap_or(Ratio::ZERO)
}

/// The sum of rationals, by halves: denominators that have nothing in common then grow late.
fn total(terms: impl Iterator<Item = Ratio>) -> Ratio {
    // Sums of 1, 2, 4, … terms that wait for a partner of their size.
    let mut waiting: Vec<(u32, Ratio)> = Vec::new();
    for term in terms {
        let mut sum = (0, term);
        while let Some((level, _)) = waiting.last()
            && *level == sum.0
        {
            let (_, other) = waiting.pop().unwrap_or((0, Ratio::ZERO));
            sum = (sum.0 + 1, &other + &sum.1);
        }
        waiting.push(sum);
    }
    waiting.into_iter().rev().fold(Ratio::ZERO, |sum, (_, term)| &sum + &term)
}

impl Cells {
    /// `p - q` over the product of the denominators.
    fn difference(&self, a: &Int, b: &Int) -> Int {
        &(a * &self.right_den) - &(b * &self.left_den)
    }

    /// `p + q` over the product of the denominators.
    fn sum(&self, a: &Int, b: &Int) -> Int {
        &(a * &self.right_den) + &(b * &self.left_den)
    }
}
