//! What composite numbers are made of: irrational numbers of one class, and logarithms and exponentials.

use std::cmp::Ordering;
use std::sync::Arc;

use super::composite::Composite;
use super::enclosure::Enclosure;
use super::log_sum::LogSum;
use super::ratio::Ratio;
use super::real::Real;
use super::root_sum::RootSum;

/// A product of powers: rising atoms, exponents that are not 0. An exponent that is not a positive integer goes only to
/// atoms that are positive, or, if it is a negative integer, not 0.
pub(super) type Product = Vec<(Atom, Ratio)>;

/// What sums and products are made of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Atom {
    /// A rational combination of logarithms.
    Logs(Arc<LogSum>),
    /// A rational combination of roots.
    Roots(Arc<RootSum>),
    /// A sum that stands as a factor.
    Sum(Arc<Composite>),
    /// The logarithm of a number that is not a single root.
    Log(Form),
    /// An exponential.
    Exp(Form),
}

/// A number compared by its form: class first, then what it is made of.
#[derive(Clone)]
pub(super) struct Form(pub(super) Arc<Real>);

impl Form {
    fn parts(&self) -> (u8, Option<&Ratio>, Option<&LogSum>, Option<&RootSum>, Option<&Composite>) {
        match &*self.0 {
            Real::NegInfinity => (0, None, None, None, None),
            Real::PosInfinity => (1, None, None, None, None),
            Real::Rational(value) => (2, Some(value), None, None, None),
            Real::Logs(sum) => (3, None, Some(sum), None, None),
            Real::Roots(sum) => (4, None, None, Some(sum), None),
            Real::Composite(all) => (5, None, None, None, Some(all)),
        }
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Form) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Form {}

impl Ord for Form {
    fn cmp(&self, other: &Form) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl PartialOrd for Form {
    fn partial_cmp(&self, other: &Form) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Atom {
    pub(super) fn log(of: &Real) -> Atom {
        Atom::Log(Form(Arc::new(of.clone())))
    }

    pub(super) fn exp(of: &Real) -> Atom {
        Atom::Exp(Form(Arc::new(of.clone())))
    }

    pub(super) fn enclose(&self, bits: u32) -> Enclosure {
        match self {
            Atom::Logs(sum) => sum.enclose(bits),
            Atom::Roots(sum) => sum.enclose(bits),
            Atom::Sum(all) => all.enclose(bits),
            Atom::Log(of) => of.0.enclose(bits).log(),
            Atom::Exp(of) => of.0.enclose(bits).exp(),
        }
    }

    /// The atom as a number.
    pub(super) fn value(&self) -> Real {
        match self {
            Atom::Logs(sum) => Real::Logs((**sum).clone()),
            Atom::Roots(sum) => Real::Roots((**sum).clone()),
            Atom::Sum(all) => (**all).clone().into(),
            Atom::Log(_) | Atom::Exp(_) => Composite::atom(self.clone()).into(),
        }
    }

    /// Whether the atom is certainly positive.
    pub(super) fn is_positive(&self) -> bool {
        matches!(self, Atom::Exp(_)) || self.enclose(64).sign() == Some(Ordering::Greater)
    }
}

/// The product of two products: exponents of equal atoms are added.
pub(super) fn product_of(mut left: Product, right: &[(Atom, Ratio)]) -> Product {
    for (atom, exponent) in right {
        match left.binary_search_by(|(a, _)| a.cmp(atom)) {
            Ok(at) => {
                let sum = &left[at].1 + exponent;
                if sum.is_zero() {
                    left.remove(at);
                } else {
                    left[at].1 = sum;
                }
            }
            Err(at) => left.insert(at, (atom.clone(), exponent.clone())),
        }
    }
    left
}
