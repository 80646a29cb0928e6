//! Divergences and entropies with an order of laws with real entries. The formulas are those of [`super::divergence`].

use super::real_table::expectation;
use crate::check::measure::{Divergence, Family, Order};
use crate::check::softmax::RealRow;
use crate::number::ratio::Ratio;
use crate::number::real::{Real, RealFault};

type Valued = Result<Real, RealFault>;

/// Masses of the same points in two laws; there is none where a law is 0.
pub(super) type Pairs = Vec<(Option<Real>, Option<Real>)>;

/// Two rows side by side.
pub(super) fn pairs(left: &RealRow, right: &RealRow) -> Pairs {
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::with_capacity(left.len().max(right.len()));
    while i < left.len() || j < right.len() {
        let (x, y) = (left.get(i).map_or(u64::MAX, |e| e.0), right.get(j).map_or(u64::MAX, |e| e.0));
        let point = x.min(y);
        let mass = |row: &RealRow, at: &mut usize, here: u64| {
            (here == point).then(|| {
                *at += 1;
                row[*at - 1].1.clone()
            })
        };
        let pair = (mass(left, &mut i, x), mass(right, &mut j, y));
        out.push(pair);
    }
    out
}

/// `p ; copy` against `p * p`; what lies off the diagonal is one pair, as in `Cells::of_copy`.
pub(super) fn of_copy(row: &RealRow) -> Result<Pairs, RealFault> {
    let mut out: Pairs = Vec::with_capacity(row.len() + 1);
    let mut rest = Real::one();
    for (_, p) in row {
        let square = p.mul(p)?;
        rest = rest.sub(&square)?;
        out.push((Some(p.clone()), Some(square)));
    }
    // Several outcomes with positive masses have something off the diagonal.
    if row.len() > 1 {
        out.push((None, Some(rest)));
    }
    Ok(out)
}

/// How far the first law is from the second.
pub(super) fn divergence(divergence: &Divergence, pairs: &Pairs) -> Valued {
    let half = Ratio::of(1, 2);
    Ok(match divergence {
        Divergence::Kl => relative_entropy(pairs)?,
        Divergence::ReverseKl => relative_entropy(&swapped(pairs))?,
        Divergence::Jeffreys => relative_entropy(pairs)?.add(&relative_entropy(&swapped(pairs))?)?,
        Divergence::K => from_mean(pairs)?,
        Divergence::Js => from_mean(pairs)?.add(&from_mean(&swapped(pairs))?)?.scale(&half)?,
        Divergence::Tv => sum(pairs, |p, q| difference(p, q)?.abs())?.scale(&half)?,
        Divergence::Chi2 => chi_square(pairs)?,
        Divergence::Neyman => chi_square(&swapped(pairs))?,
        Divergence::Hellinger2 => squared_hellinger(pairs)?,
        Divergence::Hellinger => squared_hellinger(pairs)?.sqrt()?,
        Divergence::Bhattacharyya => overlap(pairs)?.log()?.neg(),
        Divergence::LeCam => {
            let term = |p: Option<&Real>, q: Option<&Real>| {
                let difference = difference(p, q)?;
                difference.mul(&difference)?.div(&or_zero(p).add(&or_zero(q))?)
            };
            sum(pairs, term)?.scale(&half)?
        }
        Divergence::Vajda(order) if *order > 1 && !is_continuous(pairs) => Real::PosInfinity,
        Divergence::Vajda(order) => {
            let order = i64::from(*order);
            sum(pairs, |p, q| {
                let power = difference(p, q)?.abs()?.power(&Ratio::from(order))?;
                if order == 1 { Ok(power) } else { power.mul(&or_zero(q).power(&Ratio::from(1 - order))?) }
            })?
        }
        Divergence::Renyi(order) => renyi(pairs, order)?,
        Divergence::Tsallis(order) if order.is_one() => relative_entropy(pairs)?,
        Divergence::Tsallis(order) => match power_sum(pairs, order)? {
            None => Real::PosInfinity,
            Some(sum) => sum.sub(&Real::one())?.scale(&inverse(&(order - &Ratio::ONE)))?,
        },
    })
}

/// `sum sqrt(p q)`
pub(super) fn overlap(pairs: &Pairs) -> Valued {
    sum(pairs, |p, q| match (p, q) {
        (Some(p), Some(q)) => p.mul(q)?.sqrt(),
        _ => Ok(Real::zero()),
    })
}

/// `-sum p log q`
pub(super) fn cross_entropy(pairs: &Pairs) -> Valued {
    if !is_continuous(pairs) {
        return Ok(Real::PosInfinity);
    }
    mean(pairs, |_, q| Ok(q.log()?.neg()))
}

/// The mean under the first law of what is made of its mass and that of the second law, which lives wherever it does.
fn mean(pairs: &Pairs, value: impl Fn(&Real, &Real) -> Valued) -> Valued {
    let both: Vec<(&Real, &Real)> = pairs.iter().filter_map(|(p, q)| p.as_ref().zip(q.as_ref())).collect();
    let values = both.iter().map(|(p, q)| value(p, q)).collect::<Result<Vec<_>, _>>()?;
    let masses: Vec<&Real> = both.iter().map(|(p, _)| *p).collect();
    expectation(&masses, &values)
}

/// The entropy of an order of a law.
pub(super) fn ordered_entropy(family: Family, order: &Order, masses: &RealRow) -> Valued {
    let order = match order {
        Order::Infinite => {
            let first = masses.first().map_or_else(Real::one, |(_, p)| p.clone());
            return Ok(masses.iter().try_fold(first, |most, (_, p)| most.max(p))?.log()?.neg());
        }
        Order::Finite(order) if order.is_one() => return super::real_table::entropy(masses),
        Order::Finite(order) => order,
    };
    let sum = masses.iter().try_fold(Real::zero(), |sum, (_, p)| sum.add(&p.power(order)?))?;
    let scale = inverse(&(&Ratio::ONE - order));
    match family {
        Family::Renyi => sum.log()?.scale(&scale),
        Family::Tsallis => sum.sub(&Real::one())?.scale(&scale),
    }
}

/// `sum p log(p/q)`
fn relative_entropy(pairs: &Pairs) -> Valued {
    if !is_continuous(pairs) {
        return Ok(Real::PosInfinity);
    }
    mean(pairs, |p, q| p.log()?.sub(&q.log()?))
}

/// `sum p log(2p / (p + q))`
fn from_mean(pairs: &Pairs) -> Valued {
    let two = Real::log_of(&Ratio::of(2, 1))?;
    sum(pairs, |p, q| match (p, q) {
        (Some(p), Some(q)) => p.mul(&p.log()?.add(&two)?.sub(&p.add(q)?.log()?)?),
        (Some(p), None) => p.mul(&two),
        _ => Ok(Real::zero()),
    })
}

/// `sum (p - q)^2 / q`
fn chi_square(pairs: &Pairs) -> Valued {
    if !is_continuous(pairs) {
        return Ok(Real::PosInfinity);
    }
    sum(pairs, |p, q| match (p, q) {
        (None, Some(q)) => Ok(q.clone()),
        (p, Some(q)) => {
            let difference = difference(p, Some(q))?;
            difference.mul(&difference)?.div(q)
        }
        (_, None) => Ok(Real::zero()),
    })
}

/// `2 - 2 sum sqrt(p q)`
fn squared_hellinger(pairs: &Pairs) -> Valued {
    Real::from(Ratio::of(2, 1)).add(&overlap(pairs)?.scale(&Ratio::of(-2, 1))?)
}

fn renyi(pairs: &Pairs, order: &Order) -> Valued {
    Ok(match order {
        Order::Infinite if !is_continuous(pairs) => Real::PosInfinity,
        Order::Infinite => {
            let mut largest: Option<Real> = None;
            for (p, q) in pairs {
                let (Some(p), Some(q)) = (p, q) else { continue };
                let quotient = p.div(q)?;
                largest = Some(match largest {
                    Some(largest) => largest.max(&quotient)?,
                    None => quotient,
                });
            }
            largest.unwrap_or_else(Real::one).log()?
        }
        Order::Finite(order) if order.is_one() => relative_entropy(pairs)?,
        Order::Finite(order) => match power_sum(pairs, order)? {
            None => Real::PosInfinity,
            Some(sum) => sum.log()?.scale(&inverse(&(order - &Ratio::ONE)))?,
        },
    })
}

/// `sum p^a q^(1-a)` over the points with p > 0; `None` where it is infinite.
fn power_sum(pairs: &Pairs, order: &Ratio) -> Result<Option<Real>, RealFault> {
    if *order > Ratio::ONE && !is_continuous(pairs) {
        return Ok(None);
    }
    let other = &Ratio::ONE - order;
    let term = |p: Option<&Real>, q: Option<&Real>| match (p, q) {
        (Some(p), Some(q)) => p.power(order)?.mul(&q.power(&other)?),
        _ => Ok(Real::zero()),
    };
    sum(pairs, term).map(Some)
}

/// Whether the first law lives where the second does.
fn is_continuous(pairs: &Pairs) -> bool {
    pairs.iter().all(|(p, q)| p.is_none() || q.is_some())
}

fn swapped(pairs: &Pairs) -> Pairs {
    pairs.iter().map(|(p, q)| (q.clone(), p.clone())).collect()
}

fn sum(pairs: &Pairs, term: impl Fn(Option<&Real>, Option<&Real>) -> Valued) -> Valued {
    pairs.iter().try_fold(Real::zero(), |sum, (p, q)| sum.add(&term(p.as_ref(), q.as_ref())?))
}

fn or_zero(value: Option<&Real>) -> Real {
    value.cloned().unwrap_or_else(Real::zero)
}

fn difference(p: Option<&Real>, q: Option<&Real>) -> Valued {
    or_zero(p).sub(&or_zero(q))
}

fn inverse(value: &Ratio) -> Ratio {
    Ratio::ONE.checked_div(value).unwrap_or(Ratio::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::cells::Cells;
    use crate::measure::divergence as rational;
    use crate::number::row::Row;
    use std::cmp::Ordering;

    /// Laws of four points that only look random, some with zeros.
    fn laws() -> Vec<Row> {
        let mut state = 11u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as i64
        };
        let mut law = || {
            let mut weights: Vec<i64> = (0..4).map(|_| (next() % 9 - 2).max(0)).collect();
            weights[(next() % 4) as usize] += 1;
            let sum: i64 = weights.iter().sum();
            Row::from_ratios((0u64..).zip(weights).filter(|(_, w)| *w > 0).map(|(p, w)| (p, Ratio::of(w, sum))))
        };
        (0..12).map(|_| law()).chain([Row::point(2), Row::uniform(4)]).collect()
    }

    fn real(row: &Row) -> RealRow {
        row.ratios().map(|(p, w)| (p, Real::from(w))).collect()
    }

    fn all() -> Vec<Divergence> {
        let orders = [(0, 1), (1, 2), (1, 1), (2, 1), (5, 2)].map(|(a, b)| Ratio::of(a, b));
        let plain = Divergence::PLAIN.into_iter().map(|(_, d)| d);
        let renyi = orders.iter().map(|a| Divergence::Renyi(Order::Finite(a.clone())));
        let tsallis = orders.iter().map(|a| Divergence::Tsallis(a.clone()));
        let vajda = (1..4).map(Divergence::Vajda);
        plain.chain(renyi).chain([Divergence::Renyi(Order::Infinite)]).chain(tsallis).chain(vajda).collect()
    }

    fn agree(what: &str, left: &Real, right: &Real) {
        let order = left.compare(right).order();
        assert_eq!(order, Some(Ordering::Equal), "{what}: {left:?} and {right:?}");
    }

    #[test]
    fn on_rational_laws_they_are_the_exact_ones() {
        let laws = laws();
        for d in all() {
            for p in &laws {
                for q in &laws {
                    let exact = rational::divergence(&d, &Cells::of_rows(p, q)).unwrap();
                    agree(&d.to_string(), &divergence(&d, &pairs(&real(p), &real(q))).unwrap(), &exact);
                }
                let exact = rational::divergence(&d, &Cells::of_copy(p)).unwrap();
                agree(&d.to_string(), &divergence(&d, &of_copy(&real(p)).unwrap()).unwrap(), &exact);
            }
        }
    }

    #[test]
    fn overlaps_and_entropies_are_the_exact_ones() {
        let laws = laws();
        for p in &laws {
            for q in &laws {
                let cells = Cells::of_rows(p, q);
                agree("BC", &overlap(&pairs(&real(p), &real(q))).unwrap(), &rational::overlap(&cells).into());
                agree("CE", &cross_entropy(&pairs(&real(p), &real(q))).unwrap(), &rational::cross_entropy(p, q));
            }
            let masses = p.entries().to_vec();
            for family in [Family::Renyi, Family::Tsallis] {
                for order in [(1, 2), (1, 1), (2, 1), (3, 1), (3, 2)].map(|(a, b)| Order::Finite(Ratio::of(a, b))) {
                    let exact = rational::ordered_entropy(family, &order, &masses, p.den()).unwrap();
                    agree("an order", &ordered_entropy(family, &order, &real(p)).unwrap(), &exact);
                }
            }
            let exact = rational::ordered_entropy(Family::Renyi, &Order::Infinite, &masses, p.den()).unwrap();
            agree("the least one", &ordered_entropy(Family::Renyi, &Order::Infinite, &real(p)).unwrap(), &exact);
        }
    }
}
