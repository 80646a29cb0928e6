//! Real numbers as formulas: `2·log 2 − 3/4·log 3`, or `2*log(2) - 3/4*log(3)` for programs.
//!
//! Sums of logarithms are written over a coprime base (over primes, as far as these are small) where that has no more
//! terms, else with their arguments as they are. What would be long is named by its number of terms.

use super::approximate::{Unit, bits_of};
use super::atom::Atom;
use super::composite::Composite;
use super::int::Int;
use super::log_sum::LogSum;
use super::ratio::Ratio;
use super::real::Real;
use super::root_sum::RootSum;

/// For whom a formula is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// For people: `·`, `−`, `√`.
    Text,
    /// For programs: ASCII only.
    Ascii,
}

/// Sums with more terms are not reduced for printing: they are long in any case.
const REDUCED_TERMS: usize = 4096;

/// A formula is called long if it has more than this many characters for each term that is allowed.
const TERM_LENGTH: usize = 40;

impl Real {
    /// The number as a formula with at most so many terms; else what kind of sum it is, and of how many terms.
    pub fn exact_form(&self, max_terms: usize, style: Style, unit: Unit) -> String {
        let writer = Writer { style, max_terms };
        match (self, unit) {
            (Real::PosInfinity, _) => writer.choose("∞", "inf").into(),
            (Real::NegInfinity, _) => writer.choose("−∞", "-inf").into(),
            (Real::Logs(sum), _) if unit == Unit::Nats || sum.constant().is_zero() => writer.logs(sum, unit),
            (Real::Rational(value), _) if unit == Unit::Nats || value.is_zero() => writer.ratio(value),
            (_, Unit::Nats) => writer.real(self),
            (_, Unit::Bits) => {
                let quotient = if style == Style::Ascii { "/log(2)" } else { "/log 2" };
                format!("({}){quotient}", writer.real(self))
            }
        }
    }
}

struct Writer {
    style: Style,
    max_terms: usize,
}

/// A term: its coefficient, and what it is a multiple of; nothing for the rational part.
type Term = (Ratio, Option<String>);

impl Writer {
    fn choose<'a>(&self, text: &'a str, ascii: &'a str) -> &'a str {
        if self.style == Style::Text { text } else { ascii }
    }

    fn real(&self, value: &Real) -> String {
        match value {
            Real::NegInfinity | Real::PosInfinity => value.exact_form(self.max_terms, self.style, Unit::Nats),
            Real::Rational(value) => self.ratio(value),
            Real::Logs(sum) => self.logs(sum, Unit::Nats),
            Real::Roots(sum) => self.roots(sum),
            Real::Composite(all) => self.composite(all),
        }
    }

    fn ratio(&self, value: &Ratio) -> String {
        self.sum(vec![(value.clone(), None)])
    }

    fn logs(&self, sum: &LogSum, unit: Unit) -> String {
        let count = sum.count();
        let summary = || format!("sum of {} logarithms", grouped(count));
        if count > REDUCED_TERMS {
            return summary();
        }
        if let (Unit::Bits, Some(bits)) = (unit, bits_of(sum)) {
            return self.ratio(&bits);
        }
        let reduced = sum.reduced();
        let form = if reduced.count() <= count { &reduced } else { sum };
        let terms = form.terms();
        let best = (terms.len() <= self.max_terms).then(|| self.sum(self.log_terms(form.constant(), terms, unit)));
        self.short(best).unwrap_or_else(summary)
    }

    fn log_terms(&self, constant: &Ratio, terms: Vec<(Int, Ratio)>, unit: Unit) -> Vec<Term> {
        let name = if unit == Unit::Bits { "log2" } else { "log" };
        let mut constant = constant.clone();
        let mut out = Vec::new();
        for (n, c) in terms {
            if unit == Unit::Bits && n == Int::from(2i64) {
                constant = &constant + &c;
            } else {
                out.push((
                    c,
                    Some(if self.style == Style::Text { format!("{name} {n}") } else { format!("{name}({n})") }),
                ));
            }
        }
        out.insert(0, (constant, None));
        out
    }

    fn roots(&self, sum: &RootSum) -> String {
        let count = sum.count();
        let kind = |degree: u32| if degree == 2 { "square roots".into() } else { format!("roots of degree {degree}") };
        let summary = || format!("sum of {} {}", grouped(count), kind(sum.degree()));
        if count > REDUCED_TERMS {
            return summary();
        }
        let reduced = sum.reduced();
        let terms = reduced.terms();
        let text = (terms.len() <= self.max_terms).then(|| {
            let term =
                |(n, c): &(Int, Ratio)| (c.clone(), (!n.is_one()).then(|| self.root(&n.to_string(), reduced.degree())));
            self.sum(terms.iter().map(term).collect())
        });
        self.short(text).unwrap_or_else(summary)
    }

    /// A root of something that needs no parentheses of its own.
    fn root(&self, radicand: &str, degree: u32) -> String {
        match (degree, self.style) {
            (1, _) => radicand.into(),
            (2, Style::Text) => format!("√{radicand}"),
            (2, Style::Ascii) => format!("sqrt({radicand})"),
            _ => format!("{radicand}^(1/{degree})"),
        }
    }

    fn composite(&self, all: &Composite) -> String {
        let count = all.products.len();
        let mut terms: Vec<Term> = Vec::new();
        if count <= self.max_terms {
            for (product, coefficient) in &all.products {
                terms.push((coefficient.clone(), Some(self.product(product))));
            }
        }
        let mut parts = Vec::new();
        if !all.rational.is_zero() || !terms.is_empty() {
            terms.insert(0, (all.rational.clone(), None));
            parts.push(self.sum(terms));
        }
        if let Some(roots) = &all.roots {
            parts.push(self.roots(roots));
        }
        if let Some(logs) = &all.logs {
            parts.push(self.logs(logs, Unit::Nats));
        }
        let joined = parts.into_iter().reduce(|all, part| {
            let minus = self.choose("−", "-");
            match part.strip_prefix(minus) {
                Some(rest) => format!("{all} {minus} {rest}"),
                None => format!("{all} + {part}"),
            }
        });
        let text = joined.filter(|_| count <= self.max_terms);
        self.short(text).unwrap_or_else(|| format!("sum of {} products of irrational numbers", grouped(count)))
    }

    fn product(&self, product: &[(Atom, Ratio)]) -> String {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for (atom, exponent) in product {
            let side = if exponent.sign().is_lt() { &mut below } else { &mut above };
            side.push(self.factor(atom, &exponent.abs()));
        }
        let dot = self.choose("·", "*");
        let above = if above.is_empty() { "1".into() } else { above.join(dot) };
        match below.len() {
            0 => above,
            1 => format!("{above}/{}", below[0]),
            _ => format!("{above}/({})", below.join(dot)),
        }
    }

    fn factor(&self, atom: &Atom, exponent: &Ratio) -> String {
        let text = match atom {
            Atom::Logs(sum) => format!("({})", self.logs(sum, Unit::Nats)),
            Atom::Roots(sum) => format!("({})", self.roots(sum)),
            Atom::Sum(all) => format!("({})", self.composite(all)),
            Atom::Log(of) => format!("log({})", self.real(&of.0)),
            Atom::Exp(of) => format!("exp({})", self.real(&of.0)),
        };
        if exponent.is_one() {
            return text;
        }
        if *exponent == Ratio::of(1, 2) {
            let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(&text);
            return if self.style == Style::Text { format!("√({inner})") } else { format!("sqrt({inner})") };
        }
        if exponent.den().is_one() { format!("{text}^{exponent}") } else { format!("{text}^({exponent})") }
    }

    /// Terms with their signs. Terms that are 0 are left away; the number 0 is `0`.
    fn sum(&self, terms: Vec<Term>) -> String {
        let (minus, dot) = (self.choose("−", "-"), self.choose("·", "*"));
        let mut out = String::new();
        for (coefficient, factor) in terms.into_iter().filter(|(c, _)| !c.is_zero()) {
            let negative = coefficient.sign().is_lt();
            if !out.is_empty() {
                out += if negative { " " } else { " + " };
            }
            if negative {
                out += minus;
                out += if out.len() > minus.len() { " " } else { "" };
            }
            let size = coefficient.abs();
            match factor {
                None => out += &size.to_string(),
                Some(factor) if size.is_one() => out += &factor,
                Some(factor) => out += &format!("{size}{dot}{factor}"),
            }
        }
        if out.is_empty() { "0".into() } else { out }
    }

    fn short(&self, text: Option<String>) -> Option<String> {
        text.filter(|t| t.chars().count() <= TERM_LENGTH * (self.max_terms + 1))
    }
}

/// A count with a comma before every third digit from the end.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(constant: (i64, i64), terms: &[(i64, i64, i64)]) -> Real {
        let mut sum = LogSum::from_ratio(Ratio::of(constant.0, constant.1));
        terms.iter().for_each(|(n, c, d)| sum.add_log(&Ratio::of(*c, *d), &Int::from(*n)));
        Real::from(sum)
    }

    #[test]
    fn formulas_are_short_and_in_order() {
        let both = |x: &Real| (x.exact_form(8, Style::Text, Unit::Nats), x.exact_form(8, Style::Ascii, Unit::Nats));
        let sum = logs((0, 1), &[(3, -3, 4), (4, 1, 1)]);
        assert_eq!(both(&sum), ("2·log 2 − 3/4·log 3".into(), "2*log(2) - 3/4*log(3)".into()));
        assert_eq!(sum.exact_form(8, Style::Text, Unit::Bits), "2 − 3/4·log2 3");
        assert_eq!(both(&logs((-1, 2), &[(5, 1, 1)])).0, "−1/2 + log 5");
        assert_eq!(both(&logs((0, 1), &[(5, -1, 1)])).1, "-log(5)");
        assert_eq!(logs((1, 1), &[(5, -1, 1)]).exact_form(8, Style::Ascii, Unit::Bits), "(1 - log(5))/log(2)");
        assert_eq!(logs((0, 1), &[(2, 1, 2), (4, 1, 2)]).exact_form(8, Style::Text, Unit::Bits), "3/2");
        let primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29];
        let many = logs((0, 1), &primes.map(|p| (p, 1, p)));
        assert_eq!(both(&many).0, "sum of 10 logarithms");
        // The product of these primes has one term, unlike its factors.
        assert_eq!(both(&logs((0, 1), &[(6_469_693_230, 1, 1)])).0, "log 6469693230");
        let root = Real::root_of(&Ratio::of(1, 12), 2).unwrap();
        assert_eq!(both(&root), ("1/6·√3".into(), "1/6*sqrt(3)".into()));
        assert_eq!(both(&Real::root_of(&Ratio::of(5, 1), 4).unwrap()).0, "5^(1/4)");
        assert_eq!(both(&logs((0, 1), &[(3, 1, 1)]).sqrt().unwrap()).0, "√(log 3)");
        let quotient = logs((0, 1), &[(3, 1, 1)]).div(&logs((0, 1), &[(5, 1, 1)])).unwrap();
        assert_eq!(both(&quotient), ("(log 3)/(log 5)".into(), "(log(3))/(log(5))".into()));
        assert_eq!(both(&quotient.sub(&root).unwrap()).0, "(log 3)/(log 5) − 1/6·√3");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
