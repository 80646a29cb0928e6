//! Quotients of polynomials. They are not reduced: equal ones may be different values.

use super::polynomial::{Degree, Polynomial};
use super::ratio::Ratio;

/// A quotient of polynomials, whose denominator is not 0 and has the leading coefficient 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fraction {
    num: Polynomial,
    den: Polynomial,
}

impl Fraction {
    /// A polynomial.
    pub fn whole(num: Polynomial) -> Fraction {
        Fraction { num, den: Polynomial::constant(Ratio::ONE) }
    }

    /// A number.
    pub fn constant(value: Ratio) -> Fraction {
        Fraction::whole(Polynomial::constant(value))
    }

    /// The variable with this number.
    pub fn variable(number: usize) -> Fraction {
        Fraction::whole(Polynomial::variable(number))
    }

    fn new(num: Polynomial, den: Polynomial) -> Option<Fraction> {
        let scale = Ratio::ONE.checked_div(&den.leading())?;
        let (num, den) = (num.scaled(&scale), den.scaled(&scale));
        // A multiple of the denominator is a number.
        if num == den.scaled(&num.leading()) {
            return Some(Fraction::constant(num.leading()));
        }
        Some(Fraction { num, den })
    }

    /// The numerator.
    pub fn num(&self) -> &Polynomial {
        &self.num
    }

    /// The denominator.
    pub fn den(&self) -> &Polynomial {
        &self.den
    }

    /// The number that this is, if it is seen to be one.
    pub fn as_constant(&self) -> Option<Ratio> {
        self.den.as_constant().and_then(|_| self.num.as_constant())
    }

    /// The negative.
    pub fn negative(&self) -> Fraction {
        Fraction { num: self.num.scaled(&Ratio::from(-1)), den: self.den.clone() }
    }

    /// The sum; `None` where that is too much work.
    pub fn plus(&self, other: &Fraction) -> Option<Fraction> {
        if self.den == other.den {
            return Fraction::new(self.num.plus(&other.num), self.den.clone());
        }
        let num = self.num.times(&other.den)?.plus(&other.num.times(&self.den)?);
        Fraction::new(num, self.den.times(&other.den)?)
    }

    /// The product; `None` where that is too much work.
    pub fn times(&self, other: &Fraction) -> Option<Fraction> {
        Fraction::new(self.num.times(&other.num)?, self.den.times(&other.den)?)
    }

    /// One divided by this; `None` for 0.
    pub fn inverse(&self) -> Option<Fraction> {
        Fraction::new(self.den.clone(), self.num.clone())
    }

    /// An integer power; `None` for a negative power of 0, and where that is too much work.
    pub fn power(&self, exponent: i32) -> Option<Fraction> {
        let base = if exponent < 0 { self.inverse()? } else { self.clone() };
        let exponent = exponent.unsigned_abs();
        Fraction::new(base.num.power(exponent)?, base.den.power(exponent)?)
    }

    /// The exponents of the numerator and of the denominator.
    pub fn degrees(&self, variables: usize) -> (Degree, Degree) {
        (self.num.degree(variables), self.den.degree(variables))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_that_are_numbers_are_seen() {
        let e = Fraction::variable(0);
        let shifted = e.plus(&Fraction::constant(Ratio::ONE)).unwrap();
        let half = shifted.times(&Fraction::constant(Ratio::of(1, 2))).unwrap();
        let quotient = half.times(&shifted.inverse().unwrap()).unwrap();
        assert_eq!(quotient.as_constant(), Some(Ratio::of(1, 2)));
        assert_eq!(e.negative().plus(&e).unwrap().as_constant(), Some(Ratio::ZERO));
        assert_eq!(e.inverse().unwrap().as_constant(), None);
        assert_eq!(Fraction::constant(Ratio::ZERO).inverse(), None);
        assert_eq!(e.power(-2).unwrap().degrees(1).1.each, [2]);
        assert_eq!(shifted.power(-1).unwrap().times(&shifted).unwrap().as_constant(), Some(Ratio::ONE));
    }
}
