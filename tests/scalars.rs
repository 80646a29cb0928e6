//! Exact scalars: sums of logarithms, sums of roots, and what is made of them.
//!
//! Every claim of equality here is true by construction or by factoring small numbers one by one, and every claim of order
//! is checked with integers, which the program does not use to find it.

#[path = "common/random.rs"]
mod random;

use std::cmp::Ordering::{self, Equal, Greater, Less};
use std::collections::BTreeMap;

use mcheck::number::comparison::{Comparison, Reason};
use mcheck::number::decimal::ten_to;
use mcheck::number::int::Int;
use mcheck::number::log_sum::LogSum;
use mcheck::number::ratio::Ratio;
use mcheck::number::real::{Real, RealFault};
use mcheck::number::root_sum::RootSum;
use random::Random;

fn int(value: i64) -> Int {
    Int::from(value)
}

fn ratio(num: i64, den: i64) -> Ratio {
    Ratio::of(num, den)
}

/// A random integer with that many bits.
fn long(random: &mut Random, bits: u32) -> Int {
    let mut value = Int::ONE;
    for _ in 1..bits {
        value = &(&value + &value) + &int(random.below(2) as i64);
    }
    value
}

/// Numbers for the states of a distribution, and their sum.
fn counts(random: &mut Random, states: usize, bits: u32) -> (Vec<Int>, Int) {
    let counts: Vec<Int> = (0..states).map(|_| long(random, bits)).collect();
    let total = counts.iter().fold(Int::ZERO, |s, n| &s + n);
    (counts, total)
}

fn entropy(counts: &[Int], total: &Int) -> LogSum {
    LogSum::entropy_like(counts.iter().cloned(), total)
}

fn order(a: &Real, b: &Real) -> Ordering {
    let comparison = a.compare(b);
    comparison.order().unwrap_or_else(|| panic!("{comparison:?}"))
}

fn log(value: i64) -> Real {
    Real::log_of(&ratio(value, 1)).unwrap()
}

fn root(num: i64, den: i64) -> Real {
    Real::root_of(&ratio(num, den), 2).unwrap()
}

#[test]
fn entropies_of_independent_pairs_add_up() {
    let mut random = Random(1);
    for bits in [1, 9, 64, 600] {
        let (x, dx) = counts(&mut random, 6, bits);
        let (y, dy) = counts(&mut random, 7, bits);
        let pairs = |y: &[Int]| x.iter().flat_map(|a| y.iter().map(move |b| a * b)).collect::<Vec<Int>>();
        let sum = entropy(&x, &dx).plus(&entropy(&y, &dy));
        let joint = entropy(&pairs(&y), &(&dx * &dy));
        assert_eq!(joint.cmp(&sum), Equal, "{bits} bits");
        assert!(joint.minus(&sum).reduced().terms().is_empty());
        // The least that can be added, of either sign, is seen.
        let tiny = Ratio::new(Int::ONE, ten_to(700)).unwrap();
        let mut more = joint.clone();
        more.add_ratio(&tiny);
        assert_eq!((more.cmp(&sum), sum.cmp(&more)), (Greater, Less));
    }
}

#[test]
fn coins_that_differ_by_a_tiny_bias_differ() {
    let scale = ten_to(300);
    let half = [&scale * &int(1), scale.clone()];
    let biased = [&scale + &int(2), &scale - &int(2)];
    let total = &scale + &scale;
    let (fair, biased) = (entropy(&half, &total), entropy(&biased, &total));
    assert_eq!(fair.cmp(&biased), Greater);
    assert_eq!(biased.cmp(&fair), Less);
    assert_eq!(fair.minus(&biased).sign(), Greater);
}

/// Whether `Π n^c` over the terms with positive coefficients is below, at or above that over the negative ones, with
/// integer coefficients: the order of the logarithms, by integers alone.
fn by_powers(terms: &[(i64, i64)]) -> Ordering {
    let side = |sign: i64| {
        let own = terms.iter().filter(|(_, c)| c * sign > 0);
        own.fold(Int::ONE, |product, (n, c)| &product * &int(*n).pow(c.unsigned_abs() as u32))
    };
    side(1).cmp(&side(-1))
}

#[test]
fn entropies_compare_as_products_of_powers_do() {
    // H(1/2, 1/2) < H(2/3, 1/6, 1/6) with the common denominator 6, since 3^3 · 3^3 = 729 > 4^4 = 256.
    let coin = entropy(&[int(3), int(3)], &int(6));
    let die = entropy(&[int(4), int(1), int(1)], &int(6));
    assert_eq!(coin.cmp(&die), Less);
    // Every pair of distributions over 12: the larger product of n^n belongs to the smaller entropy.
    let all: Vec<[i64; 3]> = (0..=12).flat_map(|a| (0..=12 - a).map(move |b| [a, b, 12 - a - b])).collect();
    let mut ties = 0;
    for x in &all {
        for y in &all {
            let of = |d: &[i64; 3]| entropy(&d.map(int), &int(12));
            let terms: Vec<(i64, i64)> =
                y.iter().map(|n| (*n, *n)).chain(x.iter().map(|n| (*n, -n))).filter(|(n, _)| *n > 0).collect();
            let expected = by_powers(&terms);
            ties += usize::from(expected == Equal);
            assert_eq!(of(x).cmp(&of(y)), expected, "{x:?} {y:?}");
        }
    }
    assert!(ties > all.len(), "{ties} ties: those of permutations, too");
}

#[test]
fn small_sums_are_zero_exactly_if_their_exponents_are() {
    let mut random = Random(2);
    let mut zeros = 0;
    for _ in 0..4000 {
        let terms: Vec<(i64, i64, i64)> = (0..4)
            .map(|_| (1 + random.below(12) as i64, random.below(5) as i64 - 2, 1 + random.below(2) as i64))
            .collect();
        let mut sum = LogSum::zero();
        let mut exponents: BTreeMap<i64, i64> = BTreeMap::new();
        for (n, c, d) in &terms {
            sum.add_log(&ratio(*c, *d), &int(*n));
            let mut rest = *n;
            for p in 2..=23 {
                while rest % p == 0 {
                    rest /= p;
                    *exponents.entry(p).or_default() += c * 2 / d;
                }
            }
        }
        let zero = exponents.values().all(|e| *e == 0);
        zeros += usize::from(zero);
        let doubled: Vec<(i64, i64)> = terms.iter().map(|(n, c, d)| (*n, c * 2 / d)).collect();
        assert_eq!(sum.sign() == Equal, zero, "{terms:?}");
        assert_eq!(sum.sign(), by_powers(&doubled), "{terms:?}");
        assert_eq!(sum.reduced().terms().is_empty(), zero);
    }
    assert!(zeros > 15, "{zeros}");
}

#[test]
fn sums_made_to_vanish_vanish_and_their_neighbours_do_not() {
    let mut random = Random(3);
    for round in 0..60 {
        // Integers with common factors, in products that share them: no argument equals another one.
        let bits = [8, 20, 60, 150][round % 4];
        let factors: Vec<Int> = (0..6).map(|_| long(&mut random, bits)).collect();
        let numbers: Vec<Int> = (0..8)
            .map(|_| &factors[random.below(6)] * &factors[random.below(6)].pow(1 + random.below(3) as u32))
            .collect();
        let mut sum = LogSum::zero();
        let mut single = vec![Ratio::ZERO; 8];
        for _ in 0..12 {
            let coefficient = ratio(random.below(41) as i64 - 20, 1 + random.below(9) as i64);
            let members: Vec<usize> = (0..3).map(|_| random.below(8)).collect();
            let product = members.iter().fold(Int::ONE, |p, k| &p * &numbers[*k]);
            sum.add_log(&coefficient, &product);
            members.iter().for_each(|k| single[*k] = &single[*k] + &coefficient);
        }
        numbers.iter().zip(&single).for_each(|(n, c)| sum.add_log(&-c, n));
        assert_eq!(sum.sign(), Equal, "round {round}: {sum:?}");
        assert_eq!(sum.to_ratio(), Some(Ratio::ZERO));
        // One argument one higher.
        let (coefficient, argument) = (ratio(1, 7), &factors[0] * &factors[1]);
        sum.add_log(&coefficient, &argument);
        sum.add_log(&-&coefficient, &(&argument + &Int::ONE));
        assert_eq!(sum.sign(), Less, "round {round}");
        // A rational is never what logarithms add up to.
        sum.add_ratio(&Ratio::new(Int::ONE, &argument * &int(7)).unwrap());
        assert_eq!(sum.sign(), Greater, "1/7 log(1 + 1/n) is below 1/(7n)");
        assert_eq!(sum.to_ratio(), None);
    }
}

#[test]
fn near_ties_of_powers_are_told_apart() {
    // The continued fraction of log 3 / log 2, and its convergents p/q: 2^p and 3^q are as close as they can be.
    let quotients = [1i64, 1, 1, 2, 2, 3, 1, 5, 2, 23, 2, 2, 1, 1, 55, 1, 4, 3, 1, 1, 15, 1, 9, 2, 5, 7, 1, 1, 4, 8];
    let ((mut p0, mut q0), (mut p, mut q)) = ((1i64, 0i64), (1i64, 1i64));
    for (k, a) in quotients.iter().enumerate().skip(1) {
        (p0, q0, p, q) = (p, q, a * p + p0, a * q + q0);
        let mut sum = LogSum::zero();
        sum.add_log(&ratio(p, 1), &int(2));
        sum.add_log(&ratio(-q, 1), &int(3));
        if p < 400_000 {
            assert_eq!(sum.sign(), int(2).pow(p as u32).cmp(&int(3).pow(q as u32)), "{p}/{q}");
        }
        // Convergents are below and above in turn.
        assert_eq!(sum.sign(), if k % 2 == 0 { Less } else { Greater }, "{p}/{q}");
        assert_ne!(log(3).div(&log(2)).unwrap().compare(&Real::from(ratio(p, q))).order(), Some(Equal));
    }
}

#[test]
fn near_ties_of_roots_are_told_apart() {
    // Solutions of x² - 2y² = ±1: x and y√2 differ by about 1/(2x).
    let (mut x, mut y, mut sign) = (Int::ONE, Int::ONE, Less);
    for _ in 0..900 {
        let mut sum = RootSum::from_ratio(&Ratio::from(x.clone()));
        sum.add_scaled(&RootSum::root_of(&ratio(2, 1), 2).unwrap(), &Ratio::from(-&y));
        assert_eq!(sum.sign(), sign, "{x} - {y} √2");
        assert_eq!((&x * &x).cmp(&(&int(2) * &(&y * &y))), sign);
        (x, y, sign) = (&x + &(&y + &y), &x + &y, sign.reverse());
    }
    // √n + √(n+2) < 2 √(n+1), by about n^(-3/2) / 4.
    for digits in [0, 3, 20, 100, 400] {
        let n = ten_to(digits);
        let roots = |n: Int| RootSum::root_of(&Ratio::from(n), 2).unwrap();
        let sum = roots(n.clone()).plus(&roots(&n + &int(2)));
        let middle = roots(&n + &int(1)).scale(&ratio(2, 1));
        assert_eq!((sum.cmp(&middle), middle.cmp(&sum)), (Less, Greater));
    }
    // (1 + √2)^k + (1 - √2)^k is an integer.
    let (plus, minus) = (root(2, 1).add(&Real::one()).unwrap(), Real::one().sub(&root(2, 1)).unwrap());
    let power = |x: &Real| x.power(&ratio(40, 1)).unwrap();
    // By its recurrence: s(k+1) = 2 s(k) + s(k-1), from 2 and 2.
    let integer = (1..40).fold((int(2), int(2)), |(before, now), _| (now.clone(), &(&now + &now) + &before)).1;
    let sum = power(&plus).add(&power(&minus)).unwrap();
    assert_eq!(order(&sum, &Real::from(integer.clone())), Equal);
    assert_eq!(order(&power(&plus), &Real::from(integer)), Less);
}

/// The root of the largest `degree`-th power that divides `n`, and what is left of `n`.
fn power_free(n: i64, degree: u32) -> (i64, i64) {
    (1..=n).rev().find(|r| r.checked_pow(degree).is_some_and(|p| n % p == 0)).map(|r| (r, n / r.pow(degree))).unwrap()
}

#[test]
fn sums_of_roots_are_zero_exactly_if_their_classes_cancel() {
    let mut random = Random(4);
    let mut zeros = 0;
    for _ in 0..3000 {
        let degree = 2 + random.below(3) as u32;
        let scales = [1, 8, 9, 16, 27];
        let mut sum = RootSum::zero(degree);
        let mut classes: BTreeMap<i64, i64> = BTreeMap::new();
        for _ in 0..3 {
            let (n, c) = ((1 + random.below(3) as i64) * scales[random.below(5)], random.below(5) as i64 - 2);
            sum.add_root(&ratio(c, 1), &ratio(n, 1));
            let (outside, inside) = power_free(n, degree);
            *classes.entry(inside).or_default() += c * outside;
        }
        let zero = classes.values().all(|c| *c == 0);
        zeros += usize::from(zero);
        assert_eq!(sum.sign() == Equal, zero, "{sum:?}");
        let rational = classes.iter().all(|(n, c)| *n == 1 || *c == 0);
        assert_eq!(sum.to_ratio().is_some(), rational, "{sum:?}");
    }
    assert!(zeros > 30, "{zeros}");
    // Long radicands whose common factors only a greatest common divisor shows.
    for bits in [40, 200, 600] {
        let [a, b, c] = [0; 3].map(|_| long(&mut random, bits));
        let roots = |n: Int, degree| RootSum::root_of(&Ratio::from(n), degree).unwrap();
        // √(a²bc) = a √(bc), ∛(a³b · c³) = ac ∛b, ⁴√(b²) = √b
        let square = roots(&(&a * &a) * &(&b * &c), 2).minus(&roots(&b * &c, 2).scale(&Ratio::from(a.clone())));
        let cube =
            roots(&(&(&a * &c).pow(3) * &b) * &int(1), 3).minus(&roots(b.clone(), 3).scale(&Ratio::from(&a * &c)));
        let fourth = roots(&b * &b, 4).minus(&roots(b.clone(), 2));
        for sum in [square, cube, fourth] {
            assert_eq!(sum.sign(), Equal);
            let mut more = sum.clone();
            more.add_root(&Ratio::new(Int::ONE, ten_to(500)).unwrap(), &ratio(5, 1));
            assert_eq!(more.sign(), Greater);
        }
    }
}

/// Bhattacharyya's coefficient of two distributions over one denominator each.
fn coefficient(p: &(Vec<Int>, Int), q: &(Vec<Int>, Int)) -> RootSum {
    let mut sum = RootSum::zero(2);
    for (a, b) in p.0.iter().zip(&q.0) {
        sum.add_root(&Ratio::ONE, &Ratio::new(a * b, &p.1 * &q.1).unwrap());
    }
    sum
}

#[test]
fn coefficients_of_independent_pairs_multiply() {
    let mut random = Random(5);
    for bits in [2, 12, 80] {
        let mut next = |states| counts(&mut random, states, bits);
        let (p, q, r, s) = (next(5), next(5), next(4), next(4));
        let pairs = |x: &(Vec<Int>, Int), y: &(Vec<Int>, Int)| {
            (x.0.iter().flat_map(|a| y.0.iter().map(move |b| a * b)).collect::<Vec<Int>>(), &x.1 * &y.1)
        };
        let whole = Real::from(coefficient(&pairs(&p, &r), &pairs(&q, &s)));
        let (left, right) = (Real::from(coefficient(&p, &q)), Real::from(coefficient(&r, &s)));
        assert_eq!(order(&whole, &left.mul(&right).unwrap()), Equal);
        // The same of their logarithms, which are composite.
        let logs = left.log().unwrap().add(&right.log().unwrap()).unwrap();
        assert_eq!(order(&whole.log().unwrap(), &logs), Equal);
        let off = whole.scale(&(&Ratio::ONE + &Ratio::new(Int::ONE, ten_to(90)).unwrap())).unwrap();
        assert_eq!(order(&off.log().unwrap(), &logs), Greater);
    }
}

/// The chain rule `H(X,Y) = H(X) + H(Y|X)` on a random joint of `2^n` states, X being the first half of the bits. The
/// conditional entropy is a sum over rows, each with the denominators that its reduced fractions have.
fn chain_rule(n: u32, reduced: bool) -> (LogSum, usize) {
    let mut random = Random(u64::from(n));
    let rows = 1usize << (n / 2);
    let joint: Vec<Vec<i64>> =
        (0..rows).map(|_| (0..1usize << (n - n / 2)).map(|_| random.below(1 << 20) as i64).collect()).collect();
    let sums: Vec<i64> = joint.iter().map(|row| row.iter().sum()).collect();
    let total: i64 = sums.iter().sum();
    let all = || joint.iter().flatten().copied();
    if !reduced {
        let whole = LogSum::entropy_like(all().map(int), &int(total));
        let first = LogSum::entropy_like(sums.iter().map(|n| int(*n)), &int(total));
        let mut conditional = LogSum::zero();
        // Σ n/total · (log row - log n)
        conditional.add_logs(&int(total), joint.iter().zip(&sums).map(|(row, s)| (int(*s), int(row.iter().sum()))));
        conditional.add_logs(&int(total), all().filter(|n| *n > 0).map(|n| (int(n), int(-n))));
        let difference = whole.minus(&first).minus(&conditional);
        let count = difference.count();
        return (difference, count);
    }
    let mut difference = LogSum::zero();
    let mut add = |weight: &Ratio, value: &Ratio| {
        difference.add_log(weight, value.num());
        difference.add_log(&-weight, value.den());
    };
    all().filter(|n| *n > 0).for_each(|n| add(&ratio(-n, total), &ratio(n, total)));
    sums.iter().filter(|n| **n > 0).for_each(|n| add(&ratio(*n, total), &ratio(*n, total)));
    for (row, sum) in joint.iter().zip(&sums) {
        row.iter().filter(|n| **n > 0).for_each(|n| add(&ratio(*n, total), &ratio(*n, *sum)));
    }
    let count = difference.count();
    (difference, count)
}

#[test]
fn chain_rules_cancel() {
    let (unreduced, terms) = chain_rule(16, false);
    assert_eq!((terms, unreduced.sign()), (0, Equal));
    let (reduced, terms) = chain_rule(12, true);
    assert!(terms > 1000, "{terms}");
    assert_eq!(reduced.sign(), Equal);
    let mut more = reduced.clone();
    more.add_log(&Ratio::new(Int::ONE, ten_to(60)).unwrap(), &int(2));
    assert_eq!(more.sign(), Greater);
}

#[test]
fn composite_identities_are_found() {
    // H · I = I · H and the distributive law, over different arguments.
    let h = log(6).add(&log(35)).unwrap();
    let (a, b, c) = (log(10), log(21), log(11).add(&Real::from(ratio(1, 3))).unwrap());
    assert_eq!(order(&h.mul(&c).unwrap(), &a.mul(&c).unwrap().add(&b.mul(&c).unwrap()).unwrap()), Equal);
    // Ratios: log 8 / log 2 = 3, (log 9 · log 5) / (log 3 · log 25) = 1, and a ratio against a ratio.
    assert_eq!(log(8).div(&log(2)).unwrap().as_ratio(), Some(&ratio(3, 1)));
    let quotient = log(9).mul(&log(5)).unwrap().div(&log(3).mul(&log(25)).unwrap()).unwrap();
    assert_eq!(order(&quotient, &Real::one()), Equal);
    let (left, right) = (log(9).div(&log(5)).unwrap(), log(3).div(&log(25)).unwrap());
    assert_eq!(order(&left, &right.scale(&ratio(4, 1)).unwrap()), Equal);
    assert_eq!(order(&left, &right.scale(&ratio(7, 2)).unwrap()), Greater);
    // Roots of entropies: monotone, and multiplied out.
    let sqrt = |x: &Real| x.sqrt().unwrap();
    assert_eq!(order(&sqrt(&log(9)), &sqrt(&log(3)).mul(&root(2, 1)).unwrap()), Equal);
    assert_eq!(order(&sqrt(&log(3)).mul(&sqrt(&log(3))).unwrap(), &log(3)), Equal);
    assert_eq!(order(&sqrt(&log(6).mul(&log(6)).unwrap()), &log(2).add(&log(3)).unwrap()), Equal);
    let (p, q) = (sqrt(&log(2)), sqrt(&log(3)));
    let square = p.add(&q).unwrap().power(&ratio(2, 1)).unwrap();
    let expanded = log(6).add(&p.mul(&q).unwrap().scale(&ratio(2, 1)).unwrap()).unwrap();
    assert_eq!(order(&square, &expanded), Equal);
    // Algebraic coefficients: √2 · log 9 = √8 · log 3, and Baker's theorem where it is not.
    let (x, y) = (root(2, 1).mul(&log(9)).unwrap(), root(8, 1).mul(&log(3)).unwrap());
    assert_eq!(order(&x, &y), Equal);
    let tiny = Real::from(Ratio::new(Int::ONE, ten_to(2000)).unwrap());
    assert_eq!(order(&x.add(&tiny).unwrap(), &y), Greater);
    assert_eq!(
        order(&x.add(&tiny.mul(&root(3, 1)).unwrap()).unwrap(), &y.add(&tiny.mul(&log(2)).unwrap()).unwrap()),
        Greater
    );
    // Exponentials undo logarithms.
    assert_eq!(order(&log(3).scale(&ratio(1, 2)).unwrap().exp(), &root(3, 1)), Equal);
    assert_eq!(order(&log(2).mul(&log(3)).unwrap().exp().log().unwrap(), &log(3).mul(&log(2)).unwrap()), Equal);
}

#[test]
fn what_no_theorem_decides_is_unknown() {
    let product = log(2).mul(&log(3)).unwrap();
    // A rational that agrees with log 2 · log 3 to so many digits.
    let near = |digits: u32| product.enclose(digits * 4).lower().map(Real::from).unwrap();
    assert_eq!(order(&product, &near(300)), Greater);
    let Comparison::Unknown(undecided) = product.compare(&near(2000)) else { panic!("nothing decides this") };
    assert_eq!(undecided.reason, Reason::PolynomialInLogarithms);
    assert!(undecided.bits >= 4096 && undecided.difference.contains(&Ratio::ZERO));
    assert!(product.min(&near(2000)).is_err());
    let nested = log(2).log().unwrap();
    let near = nested.enclose(8000).lower().map(Real::from).unwrap();
    let Comparison::Unknown(undecided) = nested.compare(&near) else { panic!("nothing decides this") };
    assert_eq!(undecided.reason, Reason::NestedTranscendental);
}

#[test]
fn exponentials_below_all_floats_do_not_loop() {
    // exp(-10^40 · log 2 · log 3) is positive, but no float is that small.
    let far = log(2).mul(&log(3)).unwrap().scale(&Ratio::from(-&ten_to(40))).unwrap().exp();
    assert_eq!(order(&far, &Real::zero()), Greater);
    assert_eq!(order(&log(5), &far), Greater);
    let (one, more) = (log(7), log(7).add(&far).unwrap());
    assert_eq!(order(&more, &one), Greater);
    let half = far.scale(&ratio(1, 2)).unwrap().mul(&log(2)).unwrap();
    assert_eq!(order(&more, &one.add(&half).unwrap()), Greater);
    // The difference of two that have nothing in common is unknown: that is said, and soon.
    let other = log(5).mul(&log(7)).unwrap().scale(&Ratio::from(-&ten_to(40))).unwrap().exp();
    assert!(matches!(far.compare(&other), Comparison::Unknown(_)));
    let logarithm = Real::one().add(&far).unwrap().log().unwrap();
    let Comparison::Unknown(undecided) = logarithm.sign() else { panic!("no float is that small") };
    assert_eq!(undecided.reason, Reason::TooSmall);
}

#[test]
fn infinities_and_undefined_operations() {
    use Real::{NegInfinity, PosInfinity};
    let one = Real::one();
    assert!(matches!(PosInfinity.sub(&PosInfinity), Err(RealFault::InfinityMinusInfinity)));
    assert!(matches!(PosInfinity.add(&NegInfinity), Err(RealFault::InfinityMinusInfinity)));
    assert!(matches!(PosInfinity.mul(&Real::zero()), Err(RealFault::ZeroTimesInfinity)));
    assert!(matches!(
        PosInfinity.mul(&log(4).sub(&log(2).scale(&ratio(2, 1)).unwrap()).unwrap()),
        Err(RealFault::ZeroTimesInfinity)
    ));
    assert!(matches!(PosInfinity.div(&NegInfinity), Err(RealFault::InfinityOverInfinity)));
    assert!(matches!(one.div(&root(4, 1).sub(&Real::from(ratio(2, 1))).unwrap()), Err(RealFault::DivisionByZero)));
    assert!(matches!(log(6).div(&log(6).sub(&log(2)).unwrap().sub(&log(3)).unwrap()), Err(RealFault::DivisionByZero)));
    assert!(matches!(one.neg().sqrt(), Err(RealFault::NegativeRoot)));
    assert!(matches!(log(2).neg().log(), Err(RealFault::NegativeLogarithm)));
    assert!(matches!(Real::zero().log(), Ok(NegInfinity)));
    assert!(matches!(PosInfinity.mul(&log(2).neg()), Ok(NegInfinity)));
    assert_eq!(order(&one.div(&PosInfinity).unwrap(), &Real::zero()), Equal);
    assert_eq!((order(&PosInfinity, &PosInfinity), order(&NegInfinity, &one)), (Equal, Less));
    assert_eq!(order(&one.max(&PosInfinity).unwrap(), &PosInfinity), Equal);
    assert_eq!(order(&log(3).min(&log(2)).unwrap(), &log(2)), Equal);
    assert_eq!(order(&log(2).neg().abs().unwrap(), &log(2)), Equal);
}
