//! Whether a composite number is 0: by identities, and by the theorem of Baker.
//!
//! 1. Where all but rational coefficients are logarithms of algebraic numbers, the sum is 0 exactly if a product of powers
//!    is 1, which is a question about less composite numbers.
//! 2. Factors are moved out: negative exponents, and powers of positive numbers that all products share.
//! 3. Two products with roots of the same sign are equal exactly if their powers are that clear the roots.
//! 4. What is left is multiplied out, as a polynomial in the logarithms of a coprime base and in roots of what is not
//!    algebraic, with sums of roots as coefficients. If no coefficient is left, the number is 0. If something is left and
//!    it is linear in the logarithms, it is not 0: logarithms of algebraic numbers that are independent over the rationals
//!    are independent, together with 1, over the algebraic numbers (Baker 1966). Otherwise the question is open.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::atom::{Atom, Product, product_of};
use super::comparison::Reason;
use super::composite::Composite;
use super::coprime::coprime_base;
use super::int::Int;
use super::log_sum::LogSum;
use super::ratio::Ratio;
use super::real::Real;
use super::root_sum::RootSum;
use crate::base::interrupt::{Interrupt, Stopped};

/// Whether a number is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vanishes {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// That is not known.
    Open(Reason),
}

/// Most terms of a polynomial.
const TERMS_LIMIT: usize = 1 << 13;

/// Largest exponent of a product that is written out, and of a sum that is multiplied out.
const EXPONENT_LIMIT: u32 = 64;

/// Largest exponent of a sum with divisors that is multiplied out.
const OPENED: i64 = 8;

/// How often the question is handed on to a simpler number.
const DEPTH_LIMIT: u32 = 6;

/// Whether a composite number is 0.
pub(super) fn vanishes(all: &Composite, interrupt: &Interrupt) -> Result<Vanishes, Stopped> {
    composite(all, DEPTH_LIMIT, interrupt)
}

fn real(value: &Real, depth: u32, interrupt: &Interrupt) -> Result<Vanishes, Stopped> {
    let zero = match value {
        Real::NegInfinity | Real::PosInfinity => false,
        Real::Rational(value) => value.is_zero(),
        Real::Logs(sum) => sum.sign_within(interrupt)?.is_eq(),
        Real::Roots(sum) => sum.sign_within(interrupt)?.is_eq(),
        Real::Composite(all) => return composite(all, depth, interrupt),
    };
    Ok(if zero { Vanishes::Yes } else { Vanishes::No })
}

fn composite(all: &Composite, depth: u32, interrupt: &Interrupt) -> Result<Vanishes, Stopped> {
    interrupt.check()?;
    if depth == 0 {
        return Ok(Vanishes::Open(Reason::NestedTranscendental));
    }
    // 1.
    if let Some(answer) = sum_of_logarithms(all, depth, interrupt)? {
        return Ok(answer);
    }
    // 2.
    let mut products = all.all_products();
    for _ in 0..DEPTH_LIMIT {
        // A sum that was a divisor is multiplied out now, and may have divisors of its own.
        products = opened(Composite::sum_of(without_common_factors(products)).all_products());
        if products.iter().all(|(p, _)| p.iter().all(|(_, e)| e.sign().is_gt())) {
            break;
        }
    }
    // 3.
    if let Some(answer) = two_products(&products, depth, interrupt)? {
        return Ok(answer);
    }
    // 4.
    let mut expansion = Expansion::new(&products);
    let Some(mut polynomial) = expansion.sum(&products) else { return Ok(Vanishes::Open(Reason::TooLong)) };
    interrupt.check()?;
    polynomial.retain(|_, c| !c.is_zero());
    let linear = |m: &Monomial| matches!(&m[..], [] | [(Variable::Log(_), 1)]);
    // The logarithms of the base and roots of positive numbers are not 0, nor are exponentials.
    let nonzero = |m: &Monomial| !m.iter().any(|(v, _)| matches!(v, Variable::Whole(Atom::Log(_))));
    let nested = |m: &Monomial| m.iter().any(|(v, _)| !matches!(v, Variable::Log(_)));
    Ok(if polynomial.is_empty() {
        Vanishes::Yes
    } else if polynomial.keys().all(linear) || (polynomial.len() == 1 && polynomial.keys().all(nonzero)) {
        Vanishes::No
    } else if polynomial.keys().any(nested) {
        Vanishes::Open(Reason::NestedTranscendental)
    } else {
        Vanishes::Open(Reason::PolynomialInLogarithms)
    })
}

/// Answers where the number is a rational combination of logarithms and an algebraic number.
fn sum_of_logarithms(all: &Composite, depth: u32, interrupt: &Interrupt) -> Result<Option<Vanishes>, Stopped> {
    let mut logs: Vec<(Real, Ratio)> = Vec::new();
    for (product, coefficient) in &all.products {
        match &product[..] {
            [(Atom::Log(of), exponent)] if exponent.is_one() => logs.push(((*of.0).clone(), coefficient.clone())),
            _ => return Ok(None),
        }
    }
    if logs.is_empty() {
        return Ok(None);
    }
    let algebraic = logs.iter().all(|(x, _)| matches!(x, Real::Roots(_) | Real::Rational(_)));
    let constant = Real::Rational(all.rational.clone());
    let constant = all.roots.iter().try_fold(constant, |sum, roots| sum.add(&Real::Roots(roots.clone())).ok());
    let Some(constant) = constant else { return Ok(None) };
    match real(&constant, depth - 1, interrupt)? {
        Vanishes::Yes => {}
        // Baker: an algebraic number other than 0 is no combination of logarithms of algebraic numbers.
        Vanishes::No => return Ok(algebraic.then_some(Vanishes::No)),
        Vanishes::Open(_) => return Ok(None),
    }
    if let Some(sum) = &all.logs {
        logs.extend(sum.terms().into_iter().map(|(n, c)| (Real::from(n), c)));
    }
    let scale = logs.iter().fold(Int::ONE, |l, (_, c)| l.lcm(c.den()));
    let (mut left, mut right) = (Real::one(), Real::one());
    let mut total = 0;
    for (base, coefficient) in &logs {
        let exponent = coefficient.num() * &scale.div_exact(coefficient.den());
        let Some(times) = exponent.abs().to_u64().filter(|e| *e <= u64::from(EXPONENT_LIMIT)) else { return Ok(None) };
        total += times;
        let side = if exponent.sign().is_lt() { &mut right } else { &mut left };
        let power = base.power(&Ratio::from(exponent.abs()));
        let Some(product) = power.ok().and_then(|p| side.mul(&p).ok()) else { return Ok(None) };
        *side = product;
    }
    if total > 4 * u64::from(EXPONENT_LIMIT) {
        return Ok(None);
    }
    let Ok(difference) = left.sub(&right) else { return Ok(None) };
    real(&difference, depth - 1, interrupt).map(Some)
}

/// The same sum with powers of sums that have divisors of their own multiplied out, so that these can be moved out too: the
/// denominators of two softmaxes are such powers.
fn opened(products: Vec<(Product, Ratio)>) -> Vec<(Product, Ratio)> {
    let times = |(atom, exponent): &(Atom, Ratio)| match (atom, exponent.to_i64()) {
        (Atom::Sum(sum), Some(times @ 2..=OPENED)) => {
            let divides = |(product, _): &(Product, Ratio)| product.iter().any(|(_, e)| e.sign().is_lt());
            sum.all_products().iter().any(divides).then_some((sum.clone(), times))
        }
        _ => None,
    };
    if !products.iter().flat_map(|(product, _)| product).any(|factor| times(factor).is_some()) {
        return products;
    }
    let mut all = Composite::zero();
    for (product, coefficient) in products {
        let (powers, rest): (Product, Product) = product.into_iter().partition(|factor| times(factor).is_some());
        let mut one = Composite::product(rest, &coefficient);
        for (sum, times) in powers.iter().filter_map(times) {
            (0..times).for_each(|_| one = one.times(&sum));
        }
        all = all.plus(&one);
    }
    all.all_products()
}

/// The same sum divided by what is positive: the sign is the same.
pub(super) fn without_positive_factors(all: &Composite) -> Composite {
    Composite::sum_of(divided(all.all_products(), Atom::is_positive))
}

/// The same sum divided by what is not 0: no exponent is negative, and no positive number is a factor of every product.
fn without_common_factors(products: Vec<(Product, Ratio)>) -> Vec<(Product, Ratio)> {
    divided(divided(products, Atom::is_positive), |_| true)
}

/// Divides by the powers that all products share: negative ones of the atoms that are chosen, and positive ones of atoms
/// that are positive, of those that are chosen.
fn divided(mut products: Vec<(Product, Ratio)>, chosen: impl Fn(&Atom) -> bool) -> Vec<(Product, Ratio)> {
    let mut atoms: Vec<Atom> = products.iter().flat_map(|(p, _)| p.iter().map(|(a, _)| a.clone())).collect();
    atoms.sort();
    atoms.dedup();
    for atom in atoms {
        let exponent = |p: &Product| p.iter().find(|(a, _)| *a == atom).map_or(Ratio::ZERO, |(_, e)| e.clone());
        let Some(least) = products.iter().map(|(p, _)| exponent(p)).min() else { continue };
        let divides = match least.sign() {
            Ordering::Less => chosen(&atom),
            Ordering::Equal => false,
            Ordering::Greater => chosen(&atom) && atom.is_positive(),
        };
        if divides {
            products.iter_mut().for_each(|(p, _)| *p = product_of(std::mem::take(p), &[(atom.clone(), -&least)]));
        }
    }
    products
}

/// Answers where two products with roots are to cancel.
fn two_products(products: &[(Product, Ratio)], depth: u32, interrupt: &Interrupt) -> Result<Option<Vanishes>, Stopped> {
    let [(left, a), (right, b)] = products else { return Ok(None) };
    let degree = left.iter().chain(right).fold(Int::ONE, |l, (_, e)| l.lcm(e.den()));
    if degree.is_one() || degree > Int::from(i64::from(EXPONENT_LIMIT)) {
        return Ok(None);
    }
    let sign = |product: &Product, coefficient: &Ratio| {
        let sum = Composite::product(product.clone(), coefficient);
        sum.enclose(128).sign()
    };
    let (b, degree) = (-b, Ratio::from(degree));
    match (sign(left, a), sign(right, &b)) {
        (Some(x), Some(y)) if x != y => return Ok(Some(Vanishes::No)),
        (Some(_), Some(_)) => {}
        _ => return Ok(None),
    }
    let Some(times) = degree.to_i64() else { return Ok(None) };
    let power = |product: &Product, coefficient: &Ratio| {
        let product = product.iter().map(|(atom, e)| (atom.clone(), e * &degree)).collect();
        Some(Composite::product(product, &coefficient.pow(times as i32)?))
    };
    match (power(left, a), power(right, &b)) {
        (Some(left), Some(right)) => {
            real(&left.plus(&right.scale(&Ratio::of(-1, 1))).into(), depth - 1, interrupt).map(Some)
        }
        _ => Ok(None),
    }
}

/// What polynomials are in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Variable {
    /// The logarithm of a member of the coprime base.
    Log(usize),
    /// A power of an atom with an exponent between 0 and 1.
    Part(Atom, Ratio),
    /// A logarithm or exponential of what is no single root.
    Whole(Atom),
}

type Monomial = Vec<(Variable, u32)>;
type Polynomial = BTreeMap<Monomial, RootSum>;

/// All sums of logarithms at hand, over one coprime base.
struct Expansion {
    sums: Vec<(LogSum, Polynomial)>,
}

impl Expansion {
    fn new(products: &[(Product, Ratio)]) -> Expansion {
        let mut sums = Vec::new();
        collect(products, &mut sums);
        sums.sort();
        sums.dedup();
        let mut scales = Vec::new();
        let mut items: Vec<(Int, Vec<(u32, Int)>)> = Vec::new();
        for (k, sum) in sums.iter().enumerate() {
            let terms = sum.terms();
            let scale = terms.iter().fold(Int::ONE, |l, (_, c)| l.lcm(c.den()));
            let entry = |(n, c): (Int, Ratio)| (n, vec![(k as u32, c.num() * &scale.div_exact(c.den()))]);
            items.extend(terms.into_iter().map(entry));
            scales.push(scale);
        }
        let mut expanded: Vec<Polynomial> = sums.iter().map(|s| constant(RootSum::from_ratio(s.constant()))).collect();
        for (member, (_, weights)) in coprime_base(&items).into_iter().enumerate() {
            for (k, weight) in weights {
                if let Some(weight) = Ratio::new(weight, scales[k as usize].clone()) {
                    expanded[k as usize].insert(vec![(Variable::Log(member), 1)], RootSum::from_ratio(&weight));
                }
            }
        }
        Expansion { sums: sums.into_iter().zip(expanded).collect() }
    }

    /// The sum of products as a polynomial; `None` where it would be too long.
    fn sum(&mut self, products: &[(Product, Ratio)]) -> Option<Polynomial> {
        let mut sum = Polynomial::new();
        for (product, coefficient) in products {
            let mut all = constant(RootSum::from_ratio(coefficient));
            for (atom, exponent) in product {
                all = times(&all, &self.power(atom, exponent)?)?;
            }
            add(&mut sum, all)?;
        }
        Some(sum)
    }

    fn power(&mut self, atom: &Atom, exponent: &Ratio) -> Option<Polynomial> {
        let whole = exponent.floor();
        let part = exponent - &Ratio::from(whole.clone());
        let times_whole = whole.to_i64().and_then(|e| u32::try_from(e).ok()).filter(|e| *e <= EXPONENT_LIMIT)?;
        let variable = |v: Variable, e| BTreeMap::from([(vec![(v, e)], RootSum::from_ratio(&Ratio::ONE))]);
        let mut all = constant(RootSum::from_ratio(&Ratio::ONE));
        if times_whole > 0 {
            let base = match atom {
                Atom::Logs(sum) => {
                    let at = self.sums.binary_search_by(|(s, _)| s.cmp(sum)).ok()?;
                    self.sums[at].1.clone()
                }
                Atom::Roots(sum) => constant((**sum).clone()),
                Atom::Sum(sum) => self.sum(&sum.all_products())?,
                Atom::Log(_) | Atom::Exp(_) => variable(Variable::Whole(atom.clone()), 1),
            };
            for _ in 0..times_whole {
                all = times(&all, &base)?;
            }
        }
        if !part.is_zero() {
            all = times(&all, &variable(Variable::Part(atom.clone(), part), 1))?;
        }
        Some(all)
    }
}

/// The sums of logarithms that stand with positive integer exponents.
fn collect(products: &[(Product, Ratio)], sums: &mut Vec<LogSum>) {
    for (atom, _) in products.iter().flat_map(|(p, _)| p) {
        match atom {
            Atom::Logs(sum) => sums.push((**sum).clone()),
            Atom::Sum(all) => collect(&all.all_products(), sums),
            Atom::Roots(_) | Atom::Log(_) | Atom::Exp(_) => {}
        }
    }
}

fn constant(value: RootSum) -> Polynomial {
    BTreeMap::from([(Monomial::new(), value)])
}

fn add(sum: &mut Polynomial, other: Polynomial) -> Option<()> {
    for (monomial, coefficient) in other {
        let own = sum.entry(monomial).or_insert_with(|| RootSum::zero(1));
        own.common_degree(&coefficient)?;
        own.add_scaled(&coefficient, &Ratio::ONE);
    }
    (sum.len() <= TERMS_LIMIT).then_some(())
}

fn times(left: &Polynomial, right: &Polynomial) -> Option<Polynomial> {
    if left.len().saturating_mul(right.len()) > TERMS_LIMIT {
        return None;
    }
    let mut out = Polynomial::new();
    for (m, a) in left {
        for (n, b) in right {
            let mut monomial = m.clone();
            for (variable, exponent) in n {
                match monomial.binary_search_by(|(v, _)| v.cmp(variable)) {
                    Ok(at) => monomial[at].1 += exponent,
                    Err(at) => monomial.insert(at, (variable.clone(), *exponent)),
                }
            }
            add(&mut out, BTreeMap::from([(monomial, a.times(b)?)]))?;
        }
    }
    Some(out)
}
