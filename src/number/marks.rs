//! Rationals at which eigenvalues are counted: around guesses, half way, and simple ones.

use std::cmp::Ordering;

use super::int::Int;
use super::ratio::Ratio;

/// Marks are that much closer to a guess than the largest one is to 0, as a power of two.
const NEAR: i32 = 40;

/// Largest exponent of a power of two that is tried as a mark.
const EXPONENTS: i64 = 1 << 24;

/// A rational between two others: of about half the exponent where they are of different sizes, and else in the middle.
pub(super) fn middle(low: &Ratio, high: &Ratio) -> Ratio {
    if high.sign().is_le() {
        return -&middle(&-high, &-low);
    }
    let size = |x: &Ratio| x.num().bits() as i64 - x.den().bits() as i64;
    let exponent = match low.sign() {
        // Down to small numbers in steps that double.
        Ordering::Equal if size(high) < -1 => 2 * size(high),
        Ordering::Greater if size(high) - size(low) > 2 => (size(high) + size(low)).div_euclid(2),
        _ => i64::MAX,
    };
    let power = Some(exponent).filter(|e| e.abs() <= EXPONENTS).and_then(|e| Ratio::of(2, 1).pow(e as i32));
    match power.filter(|t| low < t && t < high) {
        Some(t) => t,
        None => &(low + high) * &Ratio::of(1, 2),
    }
}

/// Rationals with short denominators around guesses, which are increasing.
pub(super) fn cuts(guesses: &[f64]) -> Vec<Ratio> {
    let largest = guesses.iter().fold(0.0f64, |most, v| most.max(v.abs()));
    if largest < f64::MIN_POSITIVE {
        return Vec::new();
    }
    let exponent = largest.log2().floor() as i32 - NEAR;
    let unit = 2f64.powi(exponent);
    if !unit.is_normal() {
        return Vec::new();
    }
    let step = Ratio::of(2, 1).pow(exponent).unwrap_or(Ratio::ONE);
    let mut places: Vec<i64> = Vec::new();
    for guess in guesses {
        let (low, high) = ((guess / unit).floor() as i64 - 1, (guess / unit).ceil() as i64 + 1);
        match places.last_mut() {
            Some(last) if *last >= low => *last = high.max(*last),
            _ => places.extend([low, high]),
        }
    }
    places.into_iter().map(|k| &Ratio::of(k, 1) * &step).collect()
}

/// The rational with the least denominator strictly between two others, and of these the nearest to 0.
pub(super) fn simplest(low: &Ratio, high: &Ratio) -> Ratio {
    if low.sign().is_lt() && high.sign().is_gt() {
        return Ratio::ZERO;
    }
    if high.sign().is_le() {
        return -&simplest(&-high, &-low);
    }
    // Now 0 <= low < high. By the continued fraction that both begin with, as a matrix of its convergents.
    let (mut low, mut high) = (low.clone(), Some(high.clone()));
    let mut convergents = [[Int::ONE, Int::ZERO], [Int::ZERO, Int::ONE]];
    loop {
        let whole = low.floor();
        let next = &whole + &Int::ONE;
        let fits = high.as_ref().is_none_or(|high| Ratio::from(next.clone()) < *high);
        let term = if fits { next } else { whole.clone() };
        let [[p, q], [r, s]] = &convergents;
        convergents = [[&(p * &term) + q, p.clone()], [&(r * &term) + s, r.clone()]];
        if fits {
            let [[p, _], [r, _]] = convergents;
            return Ratio::new(p, r).unwrap_or(Ratio::ZERO);
        }
        // Between whole + x and whole + y, with y at most 1: go on with the inverses of x and y.
        let whole = Ratio::from(whole);
        let (x, y) = (&low - &whole, high.as_ref().map_or(Ratio::ONE, |high| high - &whole));
        low = Ratio::ONE.checked_div(&y).unwrap_or(Ratio::ZERO);
        high = Ratio::ONE.checked_div(&x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simplest_rational_between_two() {
        let between = |a: (i64, i64), b: (i64, i64)| simplest(&Ratio::of(a.0, a.1), &Ratio::of(b.0, b.1)).to_string();
        assert_eq!(between((-1, 7), (1, 9)), "0");
        assert_eq!(between((0, 1), (1, 1)), "1/2");
        assert_eq!(between((0, 1), (1, 10)), "1/11");
        assert_eq!(between((1, 3), (1, 2)), "2/5");
        assert_eq!(between((314, 100), (315, 100)), "22/7");
        assert_eq!(between((-1, 2), (-1, 3)), "-2/5");
        assert_eq!(between((5, 2), (7, 2)), "3");
        assert_eq!(between((2, 1), (3, 1)), "5/2");
        assert_eq!(between((-1, 1), (0, 1)), "-1/2");
    }
}
