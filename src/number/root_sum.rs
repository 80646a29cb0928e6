//! Rational combinations of roots of one degree of positive rationals: `Σ c · r^(1/b)`, as in Bhattacharyya's coefficient.
//!
//! - *Classes.* Two radicands are in one class if their ratio is the `b`-th power of a rational; then one root is a
//!   rational multiple of the other. Positive real roots of different classes are linearly independent over the rationals
//!   (Besicovitch 1940, Mordell 1953), so the sum is 0 exactly if the coefficients of each class cancel.
//! - *Classes without factoring.* Over a coprime base of all radicands (`coprime`), each member replaced by the integer of
//!   which it is a power, a product of powers is a `b`-th power exactly if `b` divides every exponent: the exponents modulo
//!   `b` name the class.
//! - *Sign.* An enclosure with 64 bits decides most; if it straddles 0, the zero test; if the sum is not 0, the precision
//!   doubles until it decides, which it must. No bound is known that would make that fast in every case.

use std::cmp::Ordering;
use std::fmt;

use super::coprime::coprime_base;
use super::enclosure::Enclosure;
use super::int::Int;
use super::radical::{exact_root, primitive_root};
use super::ratio::Ratio;
use super::row::merge_equal;
use crate::base::interrupt::{Interrupt, Stopped};

/// `Σ c_i · n_i^(1/b)` with rational `c_i` and positive integers `n_i`; the rational part has `n_i = 1`.
#[derive(Clone)]
pub struct RootSum {
    degree: u32,
    /// Radicand and coefficient; rising radicands and coefficients that are not 0 as far as `sorted`.
    terms: Vec<(Int, Ratio)>,
    sorted: usize,
}

/// Largest degree of roots; products of roots have the least common multiple of their degrees.
pub const DEGREE_LIMIT: u32 = 64;

/// Most products of two terms in a product of sums.
const PRODUCT_LIMIT: usize = 1 << 20;

impl RootSum {
    /// The number 0, as a sum of roots of that degree.
    pub fn zero(degree: u32) -> RootSum {
        RootSum { degree: degree.max(1), terms: Vec::new(), sorted: 0 }
    }

    /// A rational.
    pub fn from_ratio(value: &Ratio) -> RootSum {
        let mut out = RootSum::zero(1);
        out.add_root(value, &Ratio::ONE);
        out
    }

    /// The root of a rational; `None` where it is negative or the degree is 0 or beyond [`DEGREE_LIMIT`].
    pub fn root_of(value: &Ratio, degree: u32) -> Option<RootSum> {
        if value.sign().is_lt() || degree == 0 || degree > DEGREE_LIMIT {
            return None;
        }
        let mut out = RootSum::zero(degree);
        out.add_root(&Ratio::ONE, value);
        Some(out)
    }

    /// The degree of the roots.
    pub fn degree(&self) -> u32 {
        self.degree
    }

    /// Adds `coefficient` times the root of a rational, which must not be negative.
    pub fn add_root(&mut self, coefficient: &Ratio, radicand: &Ratio) {
        assert!(radicand.sign().is_ge(), "the root of {radicand}");
        if radicand.is_zero() || coefficient.is_zero() {
            return;
        }
        // (n/d)^(1/b) = (n · d^(b-1))^(1/b) / d
        let (mut argument, mut coefficient) = (radicand.num().clone(), coefficient.clone());
        if !radicand.den().is_one() {
            argument = &argument * &radicand.den().pow(self.degree - 1);
            coefficient = coefficient.checked_div(&Ratio::from(radicand.den().clone())).unwrap_or(coefficient);
        }
        self.terms.push((argument, coefficient));
        if self.terms.len() > 2 * self.sorted + 64 {
            self.settle();
        }
    }

    /// Adds `factor` times another sum.
    pub fn add_scaled(&mut self, other: &RootSum, factor: &Ratio) {
        if factor.is_zero() {
            return;
        }
        let degree = lcm(self.degree, other.degree);
        self.raise(degree);
        let times = degree / other.degree;
        self.terms
            .extend(other.terms.iter().map(|(n, c)| (if times == 1 { n.clone() } else { n.pow(times) }, c * factor)));
        self.settle();
    }

    /// The degree of a sum or product with another one; `None` beyond [`DEGREE_LIMIT`].
    pub fn common_degree(&self, other: &RootSum) -> Option<u32> {
        Some(lcm(self.degree, other.degree)).filter(|d| *d <= DEGREE_LIMIT)
    }

    /// The sum of two.
    pub fn plus(&self, other: &RootSum) -> RootSum {
        let mut out = self.clone();
        out.add_scaled(other, &Ratio::ONE);
        out
    }

    /// The difference of two.
    pub fn minus(&self, other: &RootSum) -> RootSum {
        let mut out = self.clone();
        out.add_scaled(other, &Ratio::of(-1, 1));
        out
    }

    /// The product with a rational.
    pub fn scale(&self, factor: &Ratio) -> RootSum {
        let mut out = RootSum::zero(self.degree);
        out.add_scaled(self, factor);
        out
    }

    /// The product of two; `None` where the degree or the number of terms would be too large.
    pub fn times(&self, other: &RootSum) -> Option<RootSum> {
        let degree = self.common_degree(other)?;
        if self.terms.len().saturating_mul(other.terms.len()) > PRODUCT_LIMIT {
            return None;
        }
        let (mut left, mut right) = (self.clone(), other.clone());
        left.raise(degree);
        right.raise(degree);
        let mut out = RootSum::zero(degree);
        for (n, c) in &left.terms {
            out.terms.extend(right.terms.iter().map(|(m, d)| (n * m, c * d)));
        }
        out.settle();
        Some(out)
    }

    /// One divided by this, where it is a single root that is not 0.
    pub fn inverse(&self) -> Option<RootSum> {
        let reduced = self.reduced();
        let [(n, c)] = &reduced.terms[..] else { return None };
        let mut out = RootSum::zero(reduced.degree);
        out.add_root(&Ratio::ONE.checked_div(c)?, &Ratio::new(Int::ONE, n.clone())?);
        Some(out)
    }

    /// The root of this, where it is a single positive root, or 0, and the degree does not become too large.
    pub fn root(&self, degree: u32) -> Option<RootSum> {
        let reduced = self.reduced();
        let whole = reduced.degree.checked_mul(degree).filter(|d| (1..=DEGREE_LIMIT).contains(d))?;
        match &reduced.terms[..] {
            [] => Some(RootSum::zero(degree)),
            [(n, c)] if c.sign().is_gt() => {
                let radicand = &c.pow(reduced.degree as i32)? * &Ratio::from(n.clone());
                RootSum::root_of(&radicand, whole)
            }
            _ => None,
        }
    }

    /// The only term, as coefficient and radicand, where there is one only.
    pub fn single(&self) -> Option<(Ratio, Int)> {
        match &self.reduced().terms[..] {
            [(n, c)] => Some((c.clone(), n.clone())),
            _ => None,
        }
    }

    /// The terms: rising radicands, no coefficient 0. Different radicands may be in one class; see [`RootSum::reduced`].
    pub fn terms(&self) -> Vec<(Int, Ratio)> {
        let mut settled = self.clone();
        settled.settle();
        settled.terms
    }

    /// How many terms there are.
    pub fn count(&self) -> usize {
        self.terms().len()
    }

    /// The same number with one term for each class: it is 0 exactly if it has no term.
    pub fn reduced(&self) -> RootSum {
        let terms = self.terms();
        let items: Vec<(Int, Vec<(u32, Int)>)> =
            terms.iter().enumerate().map(|(k, (n, _))| (n.clone(), vec![(k as u32, Int::ONE)])).collect();
        let mut reduced: Vec<(Int, Ratio)> = terms.into_iter().map(|(_, c)| (Int::ONE, c)).collect();
        for (member, exponents) in coprime_base(&items) {
            let (root, power) = primitive_root(&member);
            for (term, exponent) in exponents {
                let (whole, rest) = (&exponent * &Int::from(i64::from(power))).div_mod_floor(&self.degree_int());
                let power = |e: &Int| root.pow(e.to_u64().and_then(|e| u32::try_from(e).ok()).unwrap_or(u32::MAX));
                let (radicand, coefficient) = &mut reduced[term as usize];
                if !rest.is_zero() {
                    *radicand = &*radicand * &power(&rest);
                }
                if !whole.is_zero() {
                    *coefficient = &*coefficient * &Ratio::from(power(&whole));
                }
            }
        }
        let mut out = RootSum { degree: self.degree, terms: reduced, sorted: 0 };
        out.settle();
        out.lowered()
    }

    /// With the smallest degree with which the radicands of a reduced sum are integers.
    fn lowered(mut self) -> RootSum {
        let mut divisor = 2;
        while divisor <= self.degree {
            let roots = || self.terms.iter().map(|(n, c)| Some((exact_root(n, divisor)?, c.clone())));
            match (self.degree.is_multiple_of(divisor)).then(|| roots().collect::<Option<Vec<_>>>()).flatten() {
                Some(terms) => self = RootSum { degree: self.degree / divisor, sorted: terms.len(), terms },
                None => divisor += 1,
            }
        }
        self
    }

    /// The rational that this is; `None` where it is irrational.
    pub fn to_ratio(&self) -> Option<Ratio> {
        match &self.reduced().terms[..] {
            [] => Some(Ratio::ZERO),
            [(n, c)] if n.is_one() => Some(c.clone()),
            _ => None,
        }
    }

    /// Whether this is 0. Decided.
    pub fn is_zero(&self) -> bool {
        self.sign() == Ordering::Equal
    }

    /// The sign. Decided.
    pub fn sign(&self) -> Ordering {
        match self.sign_within(&Interrupt::default()) {
            Ok(sign) => sign,
            Err(stopped) => unreachable!("an interrupt that nobody holds does not fire: {stopped:?}"),
        }
    }

    /// The sign, unless it is stopped on the way.
    pub fn sign_within(&self, interrupt: &Interrupt) -> Result<Ordering, Stopped> {
        let mut bits = 64;
        if let Some(sign) = self.enclose(bits).sign() {
            return Ok(sign);
        }
        let reduced = self.reduced();
        if reduced.terms.is_empty() {
            return Ok(Ordering::Equal);
        }
        loop {
            interrupt.check()?;
            if let Some(sign) = reduced.enclose(bits).sign() {
                return Ok(sign);
            }
            bits *= 2;
        }
    }

    /// An enclosure whose ends have that many bits.
    pub fn enclose(&self, bits: u32) -> Enclosure {
        let mut sum = Enclosure::of_int(&Int::ZERO, bits);
        for (n, c) in &self.terms {
            let mut term = Enclosure::of_ratio(c, bits);
            if !n.is_one() {
                term = term.mul(&Enclosure::of_int(n, bits).root(self.degree));
            }
            sum = sum.add(&term);
        }
        sum
    }

    fn degree_int(&self) -> Int {
        Int::from(i64::from(self.degree))
    }

    /// The same roots as roots of a multiple of the degree.
    fn raise(&mut self, degree: u32) {
        let times = degree / self.degree;
        if times > 1 {
            self.terms.iter_mut().for_each(|(n, _)| *n = n.pow(times));
            self.degree = degree;
        }
    }

    fn settle(&mut self) {
        if self.sorted == self.terms.len() && self.sorted > 0 {
            return;
        }
        self.terms.sort_by(|a, b| a.0.cmp(&b.0));
        merge_equal(&mut self.terms);
        self.terms.retain(|(_, c)| !c.is_zero());
        self.sorted = self.terms.len();
    }
}

fn lcm(a: u32, b: u32) -> u32 {
    let (mut x, mut y) = (a, b);
    while y > 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}

impl PartialEq for RootSum {
    /// Equal numbers, however they are written.
    fn eq(&self, other: &RootSum) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for RootSum {}

impl Ord for RootSum {
    /// The order of the numbers. Decided.
    fn cmp(&self, other: &RootSum) -> Ordering {
        self.minus(other).sign()
    }
}

impl PartialOrd for RootSum {
    fn partial_cmp(&self, other: &RootSum) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for RootSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let degree = self.degree;
        self.terms().iter().try_for_each(|(n, c)| write!(f, "+ {c} root_{degree}({n}) "))
    }
}
