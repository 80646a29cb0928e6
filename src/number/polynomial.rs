//! Polynomials in numbered variables over the rationals, and how large their exponents are.

use std::collections::BTreeMap;

use super::ratio::Ratio;

/// The exponents of a product of variables, in the order of the variables, without zeros at the end.
type Monomial = Vec<u32>;

/// A polynomial: equal polynomials are equal values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Polynomial {
    /// Coefficients, none of them zero.
    terms: BTreeMap<Monomial, Ratio>,
}

/// Most multiplications of coefficients in one product of polynomials.
const WORK_LIMIT: usize = 1 << 18;

/// Largest exponent of a power of polynomials.
const EXPONENT_LIMIT: u32 = 1 << 12;

impl Polynomial {
    /// A number.
    pub fn constant(value: Ratio) -> Polynomial {
        let mut out = Polynomial::default();
        out.add_term(Vec::new(), &value);
        out
    }

    /// The variable with this number.
    pub fn variable(number: usize) -> Polynomial {
        let mut monomial = vec![0; number];
        monomial.push(1);
        Polynomial { terms: BTreeMap::from([(monomial, Ratio::ONE)]) }
    }

    /// Whether this is 0.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The number that this is, if it is one.
    pub fn as_constant(&self) -> Option<Ratio> {
        match self.terms.len() {
            0 => Some(Ratio::ZERO),
            1 => self.terms.get(&Vec::new()).cloned(),
            _ => None,
        }
    }

    /// The coefficient of the last monomial in the order of this module; 0 for 0.
    pub fn leading(&self) -> Ratio {
        self.terms.last_key_value().map_or(Ratio::ZERO, |(_, c)| c.clone())
    }

    /// The sum.
    pub fn plus(&self, other: &Polynomial) -> Polynomial {
        let mut out = self.clone();
        other.terms.iter().for_each(|(m, c)| out.add_term(m.clone(), c));
        out
    }

    /// The product with a number.
    pub fn scaled(&self, factor: &Ratio) -> Polynomial {
        if factor.is_zero() {
            return Polynomial::default();
        }
        Polynomial { terms: self.terms.iter().map(|(m, c)| (m.clone(), c * factor)).collect() }
    }

    /// The product; `None` where that is too much work.
    pub fn times(&self, other: &Polynomial) -> Option<Polynomial> {
        if self.terms.len().saturating_mul(other.terms.len()) > WORK_LIMIT {
            return None;
        }
        let mut out = Polynomial::default();
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
                let mut monomial = long.clone();
                for (e, f) in monomial.iter_mut().zip(short) {
                    *e = e.checked_add(*f)?;
                }
                out.add_term(monomial, &(x * y));
            }
        }
        Some(out)
    }

    /// The power; `None` where that is too much work.
    pub fn power(&self, exponent: u32) -> Option<Polynomial> {
        if exponent > EXPONENT_LIMIT {
            return None;
        }
        let (mut out, mut square, mut left) = (Polynomial::constant(Ratio::ONE), self.clone(), exponent);
        while left > 0 {
            if left % 2 == 1 {
                out = out.times(&square)?;
            }
            left /= 2;
            if left > 0 {
                square = square.times(&square)?;
            }
        }
        Some(out)
    }

    /// The exponents, bounded, among this many variables. The polynomial 0 counts as a number.
    pub fn degree(&self, variables: usize) -> Degree {
        let mut degree = Degree::zero(variables);
        for monomial in self.terms.keys() {
            for (bound, e) in degree.each.iter_mut().zip(monomial) {
                *bound = (*bound).max(u64::from(*e));
            }
            degree.total = degree.total.max(monomial.iter().map(|e| u64::from(*e)).sum());
        }
        degree
    }

    fn add_term(&mut self, monomial: Monomial, coefficient: &Ratio) {
        let sum = self.terms.get(&monomial).map_or_else(|| coefficient.clone(), |c| c + coefficient);
        if sum.is_zero() {
            self.terms.remove(&monomial);
        } else {
            self.terms.insert(monomial, sum);
        }
    }
}

/// Bounds for the exponents of a polynomial: of each variable alone, and of all together in one monomial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degree {
    /// Of each variable.
    pub each: Vec<u64>,
    /// Of all together.
    pub total: u64,
}

impl Degree {
    /// That of a number.
    pub fn zero(variables: usize) -> Degree {
        Degree { each: vec![0; variables], total: 0 }
    }

    /// That of a variable.
    pub fn variable(variables: usize, number: usize) -> Degree {
        let mut out = Degree::zero(variables);
        out.each[number] = 1;
        out.total = 1;
        out
    }

    /// Whether only numbers have this degree.
    pub fn is_zero(&self) -> bool {
        self.total == 0
    }

    /// A bound for products.
    pub fn plus(&self, other: &Degree) -> Degree {
        self.with(other, u64::saturating_add)
    }

    /// A bound for sums.
    pub fn max(&self, other: &Degree) -> Degree {
        self.with(other, u64::max)
    }

    /// That of a quotient without remainder.
    pub fn minus(&self, other: &Degree) -> Degree {
        self.with(other, u64::saturating_sub)
    }

    /// A bound for powers.
    pub fn times(&self, exponent: u64) -> Degree {
        let each = self.each.iter().map(|e| e.saturating_mul(exponent)).collect();
        Degree { each, total: self.total.saturating_mul(exponent) }
    }

    fn with(&self, other: &Degree, f: impl Fn(u64, u64) -> u64) -> Degree {
        let each = self.each.iter().zip(&other.each).map(|(a, b)| f(*a, *b)).collect();
        Degree { each, total: f(self.total, other.total) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_expanded_and_equal_polynomials_are_equal() {
        let (e, d) = (Polynomial::variable(0), Polynomial::variable(1));
        let one = Polynomial::constant(Ratio::ONE);
        let minus = |p: &Polynomial| p.scaled(&Ratio::from(-1));
        // (1 - e)(1 + e) = 1 - e²
        let left = one.plus(&minus(&e)).times(&one.plus(&e)).unwrap();
        assert_eq!(left, one.plus(&minus(&e.power(2).unwrap())));
        assert_eq!(left.plus(&minus(&left)).as_constant(), Some(Ratio::ZERO));
        assert_eq!(left.degree(2), Degree { each: vec![2, 0], total: 2 });
        let mixed = e.times(&d).unwrap().plus(&e);
        assert_eq!(mixed.degree(2), Degree { each: vec![1, 1], total: 2 });
        // What is left of a variable that cancels is a number.
        assert_eq!(d.plus(&minus(&d)).plus(&one).as_constant(), Some(Ratio::ONE));
        assert_eq!(e.power(0), Some(one));
    }

    #[test]
    fn large_powers_are_refused() {
        let sum = (0..6).map(Polynomial::variable).fold(Polynomial::constant(Ratio::ONE), |a, b| a.plus(&b));
        assert_eq!(sum.power(200), None);
        assert_eq!(Polynomial::variable(0).power(1 << 20), None);
    }
}
