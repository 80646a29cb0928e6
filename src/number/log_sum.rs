//! Rational combinations of logarithms of positive integers, plus a rational: Shannon entropies and what is made of them.
//!
//! - *Accumulation.* Arguments stay as they come, unreduced, and coefficients are integers over the denominators that
//!   they come with. Equal arguments over equal denominators are put together, in a table where many come at once and are
//!   short (`tally`), else by sorting: sums of `n log n` over one
//!   common denominator, as the entropies of one joint are, cancel term by term without a division.
//! - *Zero.* The logarithms of pairwise coprime integers larger than 1 are linearly independent over the rationals
//!   (clear denominators: a product of powers of some would equal a product of powers of the others). So the sum is 0
//!   exactly if no weight is left over a coprime base (`coprime`), and if the rational is 0: the exponential of an
//!   algebraic number other than 0 is transcendental, so a rational other than 0 is no combination of logarithms.
//! - *Sign.* An enclosure with 64 bits decides most; if it straddles 0, the zero test; if the sum is not 0, the
//!   precision doubles until it decides, which it must.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use super::coprime::coprime_base;
use super::enclosure::{Enclosure, LogTotal};
use super::int::Int;
use super::ratio::Ratio;
use super::row::merge_equal;
use super::tally::Tally;
use crate::base::interrupt::{Interrupt, Stopped};

/// `c_0 + Σ c_i · log n_i` with rational `c_i` and positive integers `n_i`.
#[derive(Clone)]
pub struct LogSum {
    constant: Ratio,
    /// By denominators of the coefficients.
    parts: BTreeMap<Int, Part>,
}

/// Integer multiples of logarithms of integers, some of them perhaps of the same integer.
#[derive(Clone, Default)]
struct Part {
    /// Argument and coefficient.
    terms: Vec<(Int, Int)>,
    /// So many at the beginning have rising arguments and coefficients that are not 0.
    sorted: usize,
}

/// All terms of a sum with different arguments: over one denominator, or each with its own where that would be long.
enum Terms {
    Over(Int, Vec<(Int, Int)>),
    Apart(Vec<(Int, Ratio)>),
}

/// First precision that is tried, in bits.
const FIRST_BITS: u32 = 64;

/// With more terms than this, more precision is tried before the zero test, which is dearer then.
const MANY_TERMS: usize = 256;

/// Sums with at most so many terms are put in order as they are made.
const LOOKED_THROUGH: usize = 4096;

/// So many terms may wait to be put in order, or as many as are in order.
const MOST_UNSETTLED: usize = 1 << 21;

/// Denominators are made equal where their least common multiple has at most this many bits, or few more than they have.
const SHORT_DENOMINATOR: u64 = 4096;

impl Part {
    fn push(&mut self, argument: Int, coefficient: Int) {
        self.terms.push((argument, coefficient));
        if self.terms.len() > 2 * self.sorted + 64 {
            self.settle();
        }
    }

    /// Settles what is short, and what would else grow without end. A long sum may never be asked for more than a decimal,
    /// which needs no order.
    fn settle_if_short(&mut self) {
        let unsettled = self.terms.len() - self.sorted;
        if self.terms.len() <= LOOKED_THROUGH || unsettled > self.sorted.max(MOST_UNSETTLED) {
            self.settle();
        }
    }

    /// Puts equal arguments together. The sort is linear where two sorted runs follow each other.
    fn settle(&mut self) {
        if self.sorted == self.terms.len() {
            return;
        }
        self.terms.sort_by(|a, b| a.0.cmp(&b.0));
        merge_equal(&mut self.terms);
        self.terms.retain(|(_, c)| !c.is_zero());
        self.sorted = self.terms.len();
    }
}

impl LogSum {
    /// The number 0.
    pub fn zero() -> LogSum {
        LogSum::from_ratio(Ratio::ZERO)
    }

    /// A rational.
    pub fn from_ratio(value: Ratio) -> LogSum {
        LogSum { constant: value, parts: BTreeMap::new() }
    }

    /// The logarithm of a rational; `None` where it is not positive.
    pub fn log_of(value: &Ratio) -> Option<LogSum> {
        if value.sign().is_le() {
            return None;
        }
        let mut out = LogSum::zero();
        out.add_log(&Ratio::ONE, value.num());
        out.add_log(&Ratio::of(-1, 1), value.den());
        out.settle();
        Some(out)
    }

    /// `-Σ (n/d) log (n/d)` for numbers `n` that are not negative and add up to `total`: `(total/d) log d - 1/d Σ n log n`.
    /// Zeros count as nothing. Equal numbers share one logarithm.
    pub fn entropy_like<N: Borrow<Int>>(counts: impl IntoIterator<Item = N>, denominator: &Int) -> LogSum {
        let counts = counts.into_iter();
        let mut tally = Tally::new(counts.size_hint().1.unwrap_or(0));
        let total = tally.subtract_each(counts);
        tally.add(denominator, &total);
        let mut out = LogSum::zero();
        out.add_tally(denominator, tally);
        out
    }

    /// Adds a rational.
    pub fn add_ratio(&mut self, value: &Ratio) {
        self.constant = &self.constant + value;
    }

    /// Adds `coefficient · log argument`. The argument must be positive: there is no other logarithm.
    pub fn add_log(&mut self, coefficient: &Ratio, argument: &Int) {
        assert!(argument.sign().is_gt(), "the logarithm of {argument}");
        if argument.is_one() || coefficient.is_zero() {
            return;
        }
        let part = self.parts.entry(coefficient.den().clone()).or_default();
        part.push(argument.clone(), coefficient.num().clone());
    }

    /// Adds the multiples `coefficient/denominator · log argument` of many positive integers; the denominator is positive.
    pub fn add_logs(&mut self, denominator: &Int, terms: impl IntoIterator<Item = (Int, Int)>) {
        let terms = terms.into_iter();
        let mut tally = Tally::new(terms.size_hint().1.unwrap_or(0));
        for (argument, coefficient) in terms {
            tally.add(&argument, &coefficient);
        }
        self.add_tally(denominator, tally);
    }

    /// Adds the multiples of logarithms that a tally counted, over a positive denominator.
    pub fn add_tally(&mut self, denominator: &Int, tally: Tally) {
        let part = self.parts.entry(denominator.clone()).or_default();
        let mut terms = tally.into_terms();
        terms.retain(|(argument, _)| {
            assert!(argument.sign().is_gt(), "the logarithm of {argument}");
            !argument.is_one()
        });
        if part.terms.is_empty() {
            part.terms = terms;
        } else {
            part.terms.extend(terms);
        }
        part.settle_if_short();
        self.parts.retain(|_, p| !p.terms.is_empty());
    }

    /// Adds `factor` times another sum.
    pub fn add_scaled(&mut self, other: &LogSum, factor: &Ratio) {
        if factor.is_zero() {
            return;
        }
        self.constant = &self.constant + &(&other.constant * factor);
        for (den, part) in &other.parts {
            // Not reduced: what is over the denominator of one joint stays there, and meets what it cancels with.
            let own = self.parts.entry(den * factor.den()).or_default();
            own.settle_if_short();
            own.terms.extend(part.terms.iter().map(|(n, c)| (n.clone(), c * factor.num())));
            own.settle_if_short();
        }
        self.parts.retain(|_, p| !p.terms.is_empty());
    }

    /// The sum of two.
    pub fn plus(&self, other: &LogSum) -> LogSum {
        let mut out = self.clone();
        out.add_scaled(other, &Ratio::ONE);
        out
    }

    /// The difference of two.
    pub fn minus(&self, other: &LogSum) -> LogSum {
        let mut out = self.clone();
        out.add_scaled(other, &Ratio::of(-1, 1));
        out
    }

    /// The product with a rational.
    pub fn scale(&self, factor: &Ratio) -> LogSum {
        let mut out = LogSum::zero();
        out.add_scaled(self, factor);
        out
    }

    /// The rational `c_0`.
    pub fn constant(&self) -> &Ratio {
        &self.constant
    }

    /// The terms with logarithms: arguments in rising order, no coefficient 0. Arguments are as they were given.
    pub fn terms(&self) -> Vec<(Int, Ratio)> {
        match self.merged() {
            Terms::Apart(terms) => terms,
            Terms::Over(den, terms) => {
                terms.into_iter().filter_map(|(n, c)| Some((n, Ratio::new(c, den.clone())?))).collect()
            }
        }
    }

    /// How many logarithms there are.
    pub fn count(&self) -> usize {
        match self.merged() {
            Terms::Apart(terms) => terms.len(),
            Terms::Over(_, terms) => terms.len(),
        }
    }

    /// Whether there are no logarithms: the number is the rational, as far as equal arguments show. A long sum that is not in
    /// order is not looked through.
    pub fn is_plain(&self) -> bool {
        let unsettled = |part: &Part| part.sorted < part.terms.len() && part.terms.len() > LOOKED_THROUGH;
        !self.parts.values().any(unsettled) && self.count() == 0
    }

    /// The same number over a coprime base: the terms are linearly independent, so equal numbers have equal sums once
    /// they are refined together, and no term is left where the logarithms cancel.
    pub fn reduced(&self) -> LogSum {
        let mut out = LogSum::from_ratio(self.constant.clone());
        match self.merged() {
            Terms::Over(den, terms) => out.add_logs(&den, coprime_base(&terms)),
            Terms::Apart(terms) => coprime_base(&terms).iter().for_each(|(n, c)| out.add_log(c, n)),
        }
        out.settle();
        out
    }

    /// The rational that this is; `None` where the logarithms do not cancel.
    pub fn to_ratio(&self) -> Option<Ratio> {
        let mut logs = self.clone();
        logs.constant = Ratio::ZERO;
        logs.is_zero().then(|| self.constant.clone())
    }

    /// The ratio of this sum to another one that is not 0, where it is rational; both without a rational part.
    pub fn proportion(&self, other: &LogSum) -> Option<Ratio> {
        if !self.constant.is_zero() || !other.constant.is_zero() {
            let both_plain = self.to_ratio().zip(other.to_ratio());
            return both_plain.and_then(|(a, b)| a.checked_div(&b));
        }
        let (own, others) = (self.terms(), other.terms());
        let scale = |terms: &[(Int, Ratio)]| terms.iter().fold(Int::ONE, |l, (_, c)| l.lcm(c.den()));
        let (own_den, other_den) = (scale(&own), scale(&others));
        let entry = |place: u32, den: &Int, (n, c): (Int, Ratio)| (n, vec![(place, c.num() * &den.div_exact(c.den()))]);
        let items: Vec<(Int, Vec<(u32, Int)>)> = (own.into_iter().map(|t| entry(0, &own_den, t)))
            .chain(others.into_iter().map(|t| entry(1, &other_den, t)))
            .collect();
        // Both vanish on the same members of the base, and their quotient is the same on all others.
        let mut found: Option<Ratio> = None;
        for (_, weights) in coprime_base(&items) {
            let at = |place| weights.iter().find(|(p, _)| *p == place).map_or(Int::ZERO, |(_, c)| c.clone());
            let quotient = Ratio::new(at(0), at(1))?;
            if found.get_or_insert_with(|| quotient.clone()) != &quotient {
                return None;
            }
        }
        match found {
            // The other sum is 0.
            None => None,
            Some(quotient) => Some(&quotient * &Ratio::new(other_den, own_den)?),
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
        let mut sum = self.settled();
        let count = sum.parts.values().map(|p| p.terms.len()).sum::<usize>();
        if count == 0 {
            return Ok(sum.constant.sign());
        }
        let mut bits = FIRST_BITS;
        let tries = if count > MANY_TERMS { 2 } else { 1 };
        for _ in 0..tries {
            if let Some(sign) = sum.enclose(bits).sign() {
                return Ok(sign);
            }
            interrupt.check()?;
            bits *= 2;
        }
        // A rational other than 0 is never cancelled by logarithms.
        let reduced = sum.reduced();
        interrupt.check()?;
        if reduced.parts.is_empty() {
            return Ok(reduced.constant.sign());
        }
        if reduced.parts.values().map(|p| p.terms.len()).sum::<usize>() < count {
            sum = Cow::Owned(reduced);
        }
        loop {
            if let Some(sign) = sum.enclose(bits).sign() {
                return Ok(sign);
            }
            interrupt.check()?;
            bits *= 2;
        }
    }

    /// An enclosure whose ends have that many bits.
    pub fn enclose(&self, bits: u32) -> Enclosure {
        let mut sum = Enclosure::of_ratio(&self.constant, bits);
        for (den, part) in &self.parts {
            let mut total = LogTotal::new(bits);
            part.terms.iter().for_each(|(n, c)| total.add(c, n));
            sum = sum.add(&total.over(den));
        }
        sum
    }

    fn settle(&mut self) {
        self.parts.values_mut().for_each(Part::settle);
        self.parts.retain(|_, p| !p.terms.is_empty());
    }

    fn settled(&self) -> Cow<'_, LogSum> {
        if self.parts.values().all(|p| p.sorted == p.terms.len() && p.sorted > 0) {
            return Cow::Borrowed(self);
        }
        let mut settled = self.clone();
        settled.settle();
        Cow::Owned(settled)
    }

    fn merged(&self) -> Terms {
        let sum = self.settled();
        if sum.parts.is_empty() {
            return Terms::Over(Int::ONE, Vec::new());
        }
        let longest = sum.parts.keys().map(Int::bits).max().unwrap_or(0);
        let bound = SHORT_DENOMINATOR.max(2 * longest);
        let mut common = Some(Int::ONE);
        for den in sum.parts.keys() {
            common = common.map(|l| l.lcm(den)).filter(|l| l.bits() <= bound);
        }
        let Some(common) = common else {
            let mut terms: Vec<(Int, Ratio)> = Vec::new();
            for (den, part) in &sum.parts {
                let ratio = |c: &Int| Ratio::new(c.clone(), den.clone()).unwrap_or(Ratio::ZERO);
                terms.extend(part.terms.iter().map(|(n, c)| (n.clone(), ratio(c))));
            }
            terms.sort_by(|a, b| a.0.cmp(&b.0));
            merge_equal(&mut terms);
            terms.retain(|(_, c)| !c.is_zero());
            return Terms::Apart(terms);
        };
        let mut all = Part::default();
        for (den, part) in &sum.parts {
            let factor = common.div_exact(den);
            all.terms.extend(part.terms.iter().map(|(n, c)| (n.clone(), c * &factor)));
        }
        all.settle();
        Terms::Over(common, all.terms)
    }
}

impl PartialEq for LogSum {
    /// Equal numbers, however they are written.
    fn eq(&self, other: &LogSum) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for LogSum {}

impl Ord for LogSum {
    /// The order of the numbers. Decided.
    fn cmp(&self, other: &LogSum) -> Ordering {
        self.minus(other).sign()
    }
}

impl PartialOrd for LogSum {
    fn partial_cmp(&self, other: &LogSum) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for LogSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.constant)?;
        self.terms().iter().try_for_each(|(n, c)| write!(f, " + {c} log {n}"))
    }
}
