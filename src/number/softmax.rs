//! Softmax: `p_w = exp(l_w) / (sum of exp(l_v) over all v)`, exactly where that is rational, and else as real numbers of
//! which certified enclosures are known at every precision.
//!
//! Only differences of logits matter. The largest logit is taken from all of them, so rows whose logits differ by a
//! constant become the same numbers, and rows whose differences are logarithms of rationals become rationals; rows with
//! the same logits in another order have the same denominator; and no exponential is above 1.

use std::cmp::Ordering;

use super::composite::Composite;
use super::log_sum::LogSum;
use super::ratio::Ratio;
use super::real::{Real, RealFault};
use super::root_sum::RootSum;

/// How long the exponential of a sum of logarithms may become to be written out, in bits.
const WRITTEN_BITS: u64 = 1 << 20;

/// The probabilities of the outcomes with a logit above `-∞`, by their places, increasing; none if there is no such
/// outcome. Each is a rational as soon as all exponentials of differences are.
///
/// # Errors
///
/// An infinite logit other than `-∞` has no softmax.
pub fn softmax(logits: &[Real]) -> Result<Vec<(usize, Real)>, RealFault> {
    let mut largest: Option<&Real> = None;
    for logit in logits {
        largest = match (logit, largest) {
            (Real::NegInfinity, largest) => largest,
            (Real::PosInfinity, _) => return Err(RealFault::InfinityOverInfinity),
            (logit, Some(largest)) if logit.compare(largest).order() != Some(Ordering::Greater) => Some(largest),
            (logit, _) => Some(logit),
        };
    }
    let mut weights: Vec<(usize, Real)> = Vec::with_capacity(logits.len());
    if let Some(largest) = largest {
        for (place, logit) in logits.iter().enumerate().filter(|(_, logit)| logit.is_finite()) {
            weights.push((place, exponential(&logit.sub(largest)?)?));
        }
    }
    // By halves: each sum is a formula of its own, and a long one is not copied for every weight.
    let mut sums: Vec<Real> = weights.iter().map(|(_, weight)| weight.clone()).collect();
    while sums.len() > 1 {
        let pairs = sums.chunks(2).map(|pair| match pair {
            [a, b] => a.add(b),
            one => Ok(one[0].clone()),
        });
        sums = pairs.collect::<Result<_, _>>()?;
    }
    let sum = sums.pop().unwrap_or_else(Real::zero);
    if weights.is_empty() {
        return Ok(weights);
    }
    // One inverse for the whole row: it is a formula as long as the row.
    let inverse = sum.power(&Ratio::of(-1, 1))?;
    weights.into_iter().map(|(place, weight)| Ok((place, weight.mul(&inverse)?))).collect()
}

/// The exponential: a power of e, times the product of powers that the exponentials of logarithms are, times what is left.
/// Numbers that are equal by the laws of sums thus have equal exponentials, whatever order they were added in.
fn exponential(value: &Real) -> Result<Real, RealFault> {
    let (mut constant, mut logs, mut rest) = (Ratio::ZERO, LogSum::zero(), Real::zero());
    match value {
        Real::Rational(value) => constant = value.clone(),
        Real::Logs(sum) => logs = sum.clone(),
        Real::Roots(sum) => (constant, rest) = without_constant(sum),
        Real::Composite(all) => {
            let (of_roots, roots) = all.roots.as_ref().map_or((Ratio::ZERO, Real::zero()), without_constant);
            constant = &all.rational + &of_roots;
            logs = all.logs.clone().unwrap_or_else(LogSum::zero);
            rest = roots.add(&Composite::sum_of(all.products.clone()).into())?;
        }
        Real::NegInfinity | Real::PosInfinity => return Ok(value.exp()),
    }
    constant = &constant + logs.constant();
    logs.add_ratio(&-logs.constant());
    let product = Real::from(constant).exp().mul(&of_logarithms(logs))?;
    if rest.as_ratio().is_some_and(Ratio::is_zero) { Ok(product) } else { product.mul(&rest.exp()) }
}

/// The rational part of a sum of roots, and the other part.
fn without_constant(sum: &RootSum) -> (Ratio, Real) {
    let reduced = sum.reduced();
    let constant = reduced.terms().into_iter().find(|(n, _)| n.is_one()).map_or(Ratio::ZERO, |(_, c)| c);
    let rest = Real::from(reduced.minus(&RootSum::from_ratio(&constant)));
    (constant, rest)
}

/// The exponential of logarithms alone, a rational wherever it is the product of rationals to integer powers.
fn of_logarithms(sum: LogSum) -> Real {
    let mut product = Some(Ratio::ONE);
    for (argument, coefficient) in sum.terms() {
        let times = coefficient.to_i64().and_then(|n| i32::try_from(n).ok());
        let short = |n: &i32| argument.bits().saturating_mul(u64::from(n.unsigned_abs())) <= WRITTEN_BITS;
        let power = times.filter(short).and_then(|n| Ratio::from(argument.clone()).pow(n));
        product = product.zip(power).map(|(all, power)| &all * &power);
    }
    product.map_or_else(|| Real::from(sum).exp(), Real::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(num: i64, den: i64) -> Real {
        Real::log_of(&Ratio::of(num, den)).unwrap()
    }

    fn rationals(row: &[(usize, Real)]) -> Vec<Option<Ratio>> {
        row.iter().map(|(_, p)| p.as_ratio().cloned()).collect()
    }

    #[test]
    fn logarithms_of_rationals_give_rationals() {
        let twice = log(2, 1).scale(&Ratio::of(2, 1)).unwrap();
        let row = softmax(&[log(3, 1), twice, Real::zero()]).unwrap();
        assert_eq!(rationals(&row), [(3, 8), (4, 8), (1, 8)].map(|(a, b)| Some(Ratio::of(a, b))));
        // A constant on all of them changes nothing, irrational as it may be.
        let root = Real::root_of(&Ratio::of(2, 1), 2).unwrap();
        let moved: Vec<Real> = [log(3, 1), log(4, 1), Real::zero()].iter().map(|l| l.add(&root).unwrap()).collect();
        assert_eq!(rationals(&softmax(&moved).unwrap()), rationals(&row));
        // Six different primes: more terms than an exponential is otherwise looked into for.
        let long = [2, 3, 5, 7, 11, 13].iter().fold(Real::zero(), |s, n| s.add(&log(*n, 1)).unwrap());
        let row = softmax(&[Real::zero(), long]).unwrap();
        assert_eq!(rationals(&row), [Some(Ratio::of(1, 30_031)), Some(Ratio::of(30_030, 30_031))]);
    }

    #[test]
    fn what_never_happens_is_left_out() {
        let row = softmax(&[Real::NegInfinity, Real::zero(), Real::NegInfinity, Real::zero()]).unwrap();
        assert_eq!(row.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(rationals(&row), [Some(Ratio::of(1, 2)), Some(Ratio::of(1, 2))]);
        assert!(softmax(&[Real::NegInfinity]).unwrap().is_empty());
        assert!(softmax(&[Real::PosInfinity, Real::zero()]).is_err());
    }

    #[test]
    fn irrational_rows_sum_to_one_within_their_enclosures() {
        let logits =
            [Real::one(), log(2, 1), Real::root_of(&Ratio::of(3, 1), 2).unwrap(), log(2, 1).add(&Real::one()).unwrap()];
        let row = softmax(&logits).unwrap();
        assert!(row.iter().all(|(_, p)| p.as_ratio().is_none()));
        for bits in [64, 256, 1024] {
            let sum = row.iter().map(|(_, p)| p.enclose(bits)).reduce(|a, b| a.add(&b)).unwrap();
            assert!(sum.contains(&Ratio::ONE));
            let width = &sum.upper().unwrap() - &sum.lower().unwrap();
            assert!(
                width
                    < Ratio::new(crate::number::int::Int::ONE, crate::number::int::Int::from(2i64).pow(bits - 16))
                        .unwrap()
            );
        }
        // What cancels does, in whatever class it is added.
        let odd = Real::root_of(&Ratio::of(2, 1), 2).unwrap().sub(&Real::from(Ratio::of(5, 1))).unwrap();
        let logs = log(3, 1).sub(&Real::from(Ratio::of(5, 1))).unwrap();
        let moved = softmax(&[odd, logs]).unwrap();
        let plain = softmax(&[Real::root_of(&Ratio::of(2, 1), 2).unwrap(), log(3, 1)]).unwrap();
        for (a, b) in moved.iter().zip(&plain) {
            assert_eq!(a.1.compare(&b.1).order(), Some(Ordering::Equal));
        }
        // e^(1 + log 2) is 2e, the double of e^1.
        let twice = row[0].1.scale(&Ratio::of(2, 1)).unwrap();
        assert_eq!(twice.compare(&row[3].1).order(), Some(Ordering::Equal));
    }
}
