//! Numbers beyond the exact classes: sums of products of powers of atoms, with rational coefficients and exponents.
//!
//! The parts that are rational, or sums of logarithms, or sums of roots, are kept apart and added within their class; the
//! rest is a list of products in a fixed order, so that what is equal by the laws of sums, products and powers alone
//! cancels here. Atoms are compared by value where that is decided, and by form otherwise.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use super::atom::{Atom, Product, product_of};
use super::enclosure::Enclosure;
use super::log_sum::LogSum;
use super::ratio::Ratio;
use super::real::Real;
use super::root_sum::RootSum;

/// A sum: rational + logarithms + roots + products.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Composite {
    /// The rational part, where there are no roots to hold it.
    pub(super) rational: Ratio,
    /// Logarithms alone.
    pub(super) logs: Option<LogSum>,
    /// Roots alone.
    pub(super) roots: Option<RootSum>,
    /// Products, in order, with coefficients that are not 0.
    pub(super) products: Vec<(Product, Ratio)>,
}

/// Most terms of a product of two sums; beyond, they stay factors.
const DISTRIBUTED: usize = 256;

impl Composite {
    pub(super) fn zero() -> Composite {
        Composite { rational: Ratio::ZERO, logs: None, roots: None, products: Vec::new() }
    }

    /// A finite number as a sum.
    pub(super) fn of(value: &Real) -> Composite {
        let mut out = Composite::zero();
        match value {
            Real::Rational(value) => out.rational = value.clone(),
            Real::Logs(sum) => out.add_logs(sum, &Ratio::ONE),
            Real::Roots(sum) => out.roots = Some(sum.clone()),
            Real::Composite(all) => out = (**all).clone(),
            Real::NegInfinity | Real::PosInfinity => unreachable!("infinities are no sums"),
        }
        out
    }

    /// How many terms it is a sum of.
    pub(super) fn terms(&self) -> usize {
        let alone = self.logs.as_ref().map_or(0, LogSum::count) + self.roots.as_ref().map_or(0, RootSum::count);
        1 + alone + self.products.len()
    }

    /// An atom alone.
    pub(super) fn atom(atom: Atom) -> Composite {
        let mut out = Composite::zero();
        out.add_product(vec![(atom, Ratio::ONE)], &Ratio::ONE);
        out
    }

    /// A product with a coefficient.
    pub(super) fn product(product: Product, coefficient: &Ratio) -> Composite {
        let mut out = Composite::zero();
        out.add_normal(product, coefficient);
        out
    }

    /// A sum of products with coefficients.
    pub(super) fn sum_of(products: Vec<(Product, Ratio)>) -> Composite {
        let mut out = Composite::zero();
        products.into_iter().for_each(|(product, coefficient)| out.add_normal(product, &coefficient));
        out
    }

    /// The logarithm of a positive number: of a product of positive numbers, the sum of theirs.
    pub(super) fn log(of: &Real) -> Real {
        let sum = Composite::of(of);
        let whole = Composite::atom(Atom::log(of)).into();
        let [(product, coefficient)] = &sum.products[..] else { return whole };
        if !sum.is_product() || !coefficient.sign().is_gt() || !product.iter().all(|(a, _)| a.is_positive()) {
            return whole;
        }
        let first = Real::log_of(coefficient).ok();
        let sum = product.iter().try_fold(first, |sum, (atom, exponent)| {
            let log = match atom {
                Atom::Exp(of) => (*of.0).clone(),
                Atom::Roots(_) => atom.value().log().ok()?,
                Atom::Logs(_) | Atom::Sum(_) | Atom::Log(_) => Composite::atom(Atom::log(&atom.value())).into(),
            };
            Some(sum?.add(&log.scale(exponent).ok()?).ok())
        });
        sum.flatten().unwrap_or(whole)
    }

    /// Whether this is one product and nothing else.
    pub(super) fn is_product(&self) -> bool {
        self.rational.is_zero() && self.logs.is_none() && self.roots.is_none() && self.products.len() == 1
    }

    /// The sign, where this is one product and the signs of its factors show with few bits.
    pub(super) fn sign_of_product(&self) -> Option<Ordering> {
        let [(product, coefficient)] = &self.products[..] else { return None };
        if !self.is_product() {
            return None;
        }
        product.iter().try_fold(coefficient.sign(), |sign, (atom, exponent)| {
            // Powers that are not integers are those of positive numbers; even ones have no sign.
            let even = exponent.to_i64().is_some_and(|e| e % 2 == 0);
            let own = if atom.is_positive() { Ordering::Greater } else { atom.enclose(64).sign()? };
            match own {
                Ordering::Equal => None,
                Ordering::Less if !even => Some(sign.reverse()),
                _ => Some(sign),
            }
        })
    }

    /// Whether there are exponentials anywhere in it.
    pub(super) fn has_exponential(&self) -> bool {
        self.products.iter().flat_map(|(p, _)| p).any(|(atom, _)| match atom {
            Atom::Exp(_) => true,
            Atom::Sum(all) => all.has_exponential(),
            Atom::Log(of) => matches!(&*of.0, Real::Composite(all) if all.has_exponential()),
            Atom::Logs(_) | Atom::Roots(_) => false,
        })
    }

    /// The sum as a list of products with coefficients.
    pub(super) fn all_products(&self) -> Vec<(Product, Ratio)> {
        let mut all = self.products.clone();
        if let Some(logs) = &self.logs {
            all.push((vec![(Atom::Logs(Arc::new(logs.clone())), Ratio::ONE)], Ratio::ONE));
        }
        if let Some(roots) = &self.roots {
            all.push((vec![(Atom::Roots(Arc::new(roots.clone())), Ratio::ONE)], Ratio::ONE));
        }
        if !self.rational.is_zero() {
            all.push((Vec::new(), self.rational.clone()));
        }
        all
    }

    fn add_logs(&mut self, sum: &LogSum, factor: &Ratio) {
        let mut own = self.logs.take().unwrap_or_else(LogSum::zero);
        own.add_scaled(sum, factor);
        self.rational = &self.rational + own.constant();
        own.add_ratio(&-own.constant());
        self.logs = Some(own).filter(|s| !s.is_plain());
    }

    fn add_roots(&mut self, sum: &RootSum, factor: &Ratio) {
        match self.roots.take() {
            None => self.roots = Some(sum.scale(factor)),
            Some(own) if own.common_degree(sum).is_some() => {
                let mut own = own;
                own.add_scaled(sum, factor);
                self.roots = Some(own).filter(|s| s.count() > 0);
            }
            Some(own) => {
                self.roots = Some(own);
                self.insert(vec![(Atom::Roots(Arc::new(sum.clone())), Ratio::ONE)], factor);
            }
        }
    }

    /// Adds a product to the list as it is.
    fn insert(&mut self, product: Product, coefficient: &Ratio) {
        match self.products.binary_search_by(|(p, _)| p.cmp(&product)) {
            Ok(at) => {
                let sum = &self.products[at].1 + coefficient;
                if sum.is_zero() {
                    self.products.remove(at);
                } else {
                    self.products[at].1 = sum;
                }
            }
            Err(at) => self.products.insert(at, (product, coefficient.clone())),
        }
    }

    /// Adds a product to where it belongs.
    fn add_product(&mut self, product: Product, coefficient: &Ratio) {
        if coefficient.is_zero() {
            return;
        }
        match &product[..] {
            [] => self.rational = &self.rational + coefficient,
            [(atom, exponent)] if exponent.is_one() => match atom {
                Atom::Logs(sum) => self.add_logs(sum, coefficient),
                Atom::Roots(sum) => self.add_roots(sum, coefficient),
                Atom::Sum(all) => self.add_all(all, coefficient),
                Atom::Log(_) | Atom::Exp(_) => self.insert(product, coefficient),
            },
            _ => self.insert(product, coefficient),
        }
    }

    fn add_all(&mut self, other: &Composite, factor: &Ratio) {
        self.rational = &self.rational + &(&other.rational * factor);
        if let Some(logs) = &other.logs {
            self.add_logs(logs, factor);
        }
        if let Some(roots) = &other.roots {
            self.add_roots(roots, factor);
        }
        other.products.iter().for_each(|(p, c)| self.add_product(p.clone(), &(c * factor)));
    }

    /// The sum.
    pub(super) fn plus(&self, other: &Composite) -> Composite {
        let mut out = self.clone();
        out.add_all(other, &Ratio::ONE);
        out
    }

    /// The product with a rational.
    pub(super) fn scale(&self, factor: &Ratio) -> Composite {
        let mut out = Composite::zero();
        if !factor.is_zero() {
            out.add_all(self, factor);
        }
        out
    }

    /// The product, multiplied out where it does not grow long.
    pub(super) fn times(&self, other: &Composite) -> Composite {
        let factors = |sum: &Composite| sum.all_products();
        let (left, right) = (factors(self), factors(other));
        let mut out = Composite::zero();
        if left.len().saturating_mul(right.len()) > DISTRIBUTED {
            let factor = |sum: &Composite| (Atom::Sum(Arc::new(sum.clone())), Ratio::ONE);
            out.add_product(product_of(vec![factor(self)], &[factor(other)]), &Ratio::ONE);
            return out;
        }
        for (a, x) in &left {
            for (b, y) in &right {
                out.add_normal(product_of(a.clone(), b), &(x * y));
            }
        }
        out
    }

    /// Adds a product whose sums may have come to the exponent 1, and whose roots may have met.
    fn add_normal(&mut self, product: Product, coefficient: &Ratio) {
        let open = |(atom, exponent): &(Atom, Ratio)| exponent.is_one() && matches!(atom, Atom::Sum(_));
        if product.len() > 1 && product.iter().any(open) {
            let (sums, rest): (Product, Product) = product.into_iter().partition(open);
            let mut all = Composite::zero();
            all.add_normal(rest, coefficient);
            for (atom, _) in &sums {
                if let Atom::Sum(sum) = atom {
                    all = all.times(sum);
                }
            }
            self.add_all(&all, &Ratio::ONE);
            return;
        }
        // Roots that stand as factors are multiplied within their class.
        let plain =
            |(atom, exponent): &(Atom, Ratio)| matches!(atom, Atom::Roots(_)) && power_of_roots(exponent).is_some();
        let (roots, mut rest): (Product, Product) = product.into_iter().partition(plain);
        let mut coefficient = coefficient.clone();
        let mut whole: Option<RootSum> = None;
        for (atom, exponent) in roots {
            let Atom::Roots(sum) = &atom else { continue };
            let start = whole.clone().unwrap_or_else(|| RootSum::from_ratio(&Ratio::ONE));
            match (0..power_of_roots(&exponent).unwrap_or(0)).try_fold(start, |all, _| all.times(sum)) {
                Some(product) => whole = Some(product),
                None => rest = product_of(rest, &[(atom, exponent)]),
            }
        }
        if let Some(roots) = whole {
            match roots.to_ratio() {
                Some(value) => coefficient = &coefficient * &value,
                None => rest = product_of(rest, &[(Atom::Roots(Arc::new(roots)), Ratio::ONE)]),
            }
        }
        self.add_product(rest, &coefficient);
    }

    /// The power; signs and 0 have been looked at.
    pub(super) fn power(&self, exponent: &Ratio) -> Composite {
        let mut out = Composite::zero();
        let all = self.all_products();
        if let [(product, coefficient)] = &all[..] {
            let powers = || product.iter().map(|(a, e)| (a.clone(), e * exponent)).collect::<Product>();
            let whole = exponent.to_i64().filter(|e| e.abs() <= 64);
            if let Some(coefficient) = whole.and_then(|e| coefficient.pow(e as i32)) {
                out.add_normal(powers(), &coefficient);
                return out;
            }
            if coefficient.sign().is_gt() && product.iter().all(|(a, _)| a.is_positive()) {
                let first = match Real::Rational(coefficient.clone()).power(exponent) {
                    Ok(first) if !product.is_empty() || !matches!(first, Real::Composite(_)) => Some(first),
                    _ => None,
                };
                if let Some(first) = first {
                    out.add_normal(powers(), &Ratio::ONE);
                    return out.times(&Composite::of(&first));
                }
            }
            if product.is_empty() && coefficient.sign().is_gt() {
                // A rational to a long exponent: by its logarithm.
                if let Ok(log) = Real::log_of(coefficient).and_then(|log| log.scale(exponent)) {
                    return Composite::atom(Atom::exp(&log));
                }
            }
        }
        // A short power of a short sum is multiplied out.
        let times = exponent.to_i64().and_then(|e| u32::try_from(e).ok()).filter(|e| *e <= 8);
        if let Some(times) = times.filter(|e| all.len().saturating_pow(*e) <= DISTRIBUTED) {
            return (1..times).fold(self.clone(), |power, _| power.times(self));
        }
        out.add_normal(vec![(Atom::Sum(Arc::new(self.clone())), exponent.clone())], &Ratio::ONE);
        out
    }

    /// An enclosure whose ends have that many bits.
    pub(super) fn enclose(&self, bits: u32) -> Enclosure {
        let mut sum = Enclosure::of_ratio(&self.rational, bits);
        if let Some(logs) = &self.logs {
            sum = sum.add(&logs.enclose(bits));
        }
        if let Some(roots) = &self.roots {
            sum = sum.add(&roots.enclose(bits));
        }
        for (product, coefficient) in &self.products {
            let start = Enclosure::of_ratio(coefficient, bits);
            let value = product.iter().fold(start, |all, (a, e)| all.mul(&a.enclose(bits).pow(e)));
            sum = sum.add(&value);
        }
        sum
    }
}

/// A positive integer exponent for which roots are multiplied out.
fn power_of_roots(exponent: &Ratio) -> Option<u32> {
    exponent.to_i64().filter(|e| (1..=8).contains(e)).map(|e| e as u32)
}

impl From<Composite> for Real {
    /// A narrower class where only its part is left.
    fn from(all: Composite) -> Real {
        if !all.products.is_empty() || (all.logs.is_some() && all.roots.is_some()) {
            return Real::Composite(Arc::new(all));
        }
        match (all.logs, all.roots) {
            (Some(mut logs), _) => {
                logs.add_ratio(&all.rational);
                logs.into()
            }
            (None, Some(roots)) => roots.plus(&RootSum::from_ratio(&all.rational)).into(),
            (None, None) => Real::Rational(all.rational),
        }
    }
}

impl fmt::Debug for Composite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "composite of {} products, {:?}", self.products.len(), self.enclose(64))
    }
}
