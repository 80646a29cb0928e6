//! The eigenvalues of a symmetric matrix, each between two rationals, by counting.
//!
//! For a rational t, the inertia of `M - t` says how many eigenvalues are below t, at t and above t. Floating point only
//! guesses where to count.
//!
//! 1. Around each guess, and around all of them, there are marks; between marks, the counts say how many eigenvalues lie.
//! 2. An eigenvalue that is a rational with a short denominator is the simplest rational between its marks sooner or later, and
//!    the count at it says so, with its multiplicity.
//! 3. Marks with several eigenvalues between them are brought closer. A rational matrix has as many different eigenvalues
//!    as the matrix of its power sums `tr M^(i+j)` has rank (Hermite 1856); as soon as there are so many intervals, each
//!    has one eigenvalue in it, whatever its multiplicity. Of other matrices, intervals that stay together down to
//!    `CLOSE` are left so, and said to be.

use std::cmp::Ordering;

use super::determinant::{integers, is_symmetric};
use super::eigen_guess::eigenvalues;
use super::elimination::{Elimination, Inertia};
use super::enclosure::Enclosure;
use super::inertia::{FIRST_BITS, has_decided_signs, signs};
use super::int::Int;
use super::linear::Echelon;
use super::marks::{cuts, middle, simplest};
use super::matrix::{Core, Matrix, MatrixFault, rational};
use super::ratio::Ratio;
use super::real::Real;
use crate::base::interrupt::{Interrupt, Stopped};

/// Eigenvalues whose marks are that close, as a power of two of the largest one, are not told apart any further.
const CLOSE: i32 = 160;

/// Bits of the ends of an eigenvalue that is far from 1, beyond which its digits are not looked for.
const LONGEST: u64 = 1 << 14;

/// Bits of a denominator up to which that is looked for.
const LOOKED_AT: u64 = 256;

/// So many halvings lie between two looks at the simplest rational of an interval.
const LOOKS: usize = 12;

/// The eigenvalues of a symmetric matrix.
#[derive(Debug, Clone)]
pub struct Spectrum {
    counter: Counter,
    /// The eigenvalues, the largest first.
    pub eigenvalues: Vec<Eigenvalue>,
}

/// One eigenvalue, or several that are not told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eigenvalue {
    /// Not above it.
    pub low: Ratio,
    /// Not below it; the same as `low` where it is this rational.
    pub high: Ratio,
    /// How many there are, counted with multiplicities.
    pub count: usize,
    /// Whether they are known to be equal: one eigenvalue of this multiplicity.
    pub is_one: bool,
}

/// Counts eigenvalues.
#[derive(Debug, Clone)]
pub struct Counter {
    core: Core,
    /// Enclosures of the form, for the first look at a count.
    enclosed: Vec<Vec<Enclosure>>,
}

impl Counter {
    /// For a matrix that is known to be symmetric.
    pub fn new(matrix: &Matrix) -> Result<Counter, MatrixFault> {
        let core = matrix.core();
        is_symmetric(&core.form)?;
        let mut counter = Counter { core, enclosed: Vec::new() };
        counter.look_closer(FIRST_BITS);
        Ok(counter)
    }

    /// Takes enclosures of at least so many bits for the first look.
    fn look_closer(&mut self, bits: u32) {
        let known = self.enclosed.first().map_or(0, |row| row[0].bits());
        if known < bits {
            self.enclosed = self.core.form.iter().map(|row| row.iter().map(|x| x.enclose(bits)).collect()).collect();
        }
    }

    /// How many eigenvalues are below, at and above a number.
    pub fn at(&self, t: &Real, interrupt: &Interrupt) -> Result<Inertia, MatrixFault> {
        let mut found = self.on_the_core(t, interrupt)?;
        if self.core.left_out > 0 {
            let order = t.compare_within(&Real::zero(), interrupt)?;
            match order.decided() {
                Ok(Ordering::Greater) => found.negative += self.core.left_out,
                Ok(Ordering::Equal) => found.zero += self.core.left_out,
                Ok(Ordering::Less) => found.positive += self.core.left_out,
                Err(open) => return Err(MatrixFault::Open(open.to_string())),
            }
        }
        Ok(found)
    }

    /// The inertia of `C - t D^(-1)`.
    fn on_the_core(&self, t: &Real, interrupt: &Interrupt) -> Result<Inertia, MatrixFault> {
        let shifts: Vec<Real> = self.core.inverse.iter().map(|w| t.scale(w)).collect::<Result<_, _>>()?;
        let mut first = self.enclosed.clone();
        for (k, shift) in shifts.iter().enumerate() {
            first[k][k] = first[k][k].sub(&shift.enclose(first[k][k].bits()));
        }
        let first = Elimination::signs_only(first, interrupt)?;
        if first.rest.is_empty() {
            return Ok(first.inertia());
        }
        let mut form = self.core.form.clone();
        for (k, shift) in shifts.iter().enumerate() {
            form[k][k] = form[k][k].sub(shift)?;
        }
        // Of the matrix itself more is known than of one less t.
        let at_most = if t.as_ratio().is_some_and(Ratio::is_zero) { self.core.at_most } else { form.len() };
        Ok(signs(&form, at_most, interrupt)?.inertia())
    }

    fn size(&self) -> usize {
        self.core.form.len() + self.core.left_out
    }

    /// Whether the numbers are of a kind whose signs are always decided.
    pub fn has_decided_signs(&self) -> bool {
        self.core.form.iter().flatten().all(has_decided_signs)
    }

    /// 3. How many different eigenvalues there are, for a rational matrix.
    fn different(&self, interrupt: &Interrupt) -> Result<Option<usize>, MatrixFault> {
        let Some(form) = rational(&self.core.form) else { return Ok(None) };
        let n = form.len();
        // Its eigenvalues are those of the form times D.
        let weights: Vec<Ratio> = self.core.inverse.iter().filter_map(|w| Ratio::ONE.checked_div(w)).collect();
        let step: Vec<Vec<Ratio>> =
            form.iter().map(|row| row.iter().zip(&weights).map(|(x, w)| x * w).collect()).collect();
        let (step, den) = integers(&step);
        // Power sums of the eigenvalues times the denominator: as many of these differ.
        let identity = |i: usize, j: usize| if i == j { den.pow(0) } else { Int::ZERO };
        let mut power: Vec<Vec<Int>> = (0..n).map(|i| (0..n).map(|j| identity(i, j)).collect()).collect();
        let mut sums = vec![Int::from(self.size() as i64)];
        for _ in 1..2 * self.size() {
            interrupt.check()?;
            let product = |row: &Vec<Int>, j: usize| {
                row.iter().zip(&step).fold(Int::ZERO, |mut sum, (x, other)| {
                    sum.add_product(x, &other[j]);
                    sum
                })
            };
            power = power.iter().map(|row| (0..n).map(|j| product(row, j)).collect()).collect();
            sums.push((0..n).fold(Int::ZERO, |sum, i| &sum + &power[i][i]));
        }
        let rows = (0..self.size()).map(|i| sums[i..i + self.size()].to_vec()).collect();
        Ok(Some(Echelon::of(rows, self.size(), interrupt)?.rank()))
    }
}

/// Between two marks: ends that are no eigenvalues inside, and how many eigenvalues lie strictly between them.
#[derive(Debug, Clone)]
struct Between {
    low: Ratio,
    high: Ratio,
    /// How many eigenvalues are at the lower end or below.
    up_to_low: usize,
    count: usize,
}

/// What has been found so far.
struct Search<'s> {
    counter: &'s Counter,
    interrupt: &'s Interrupt,
    exact: Vec<(Ratio, usize)>,
}

impl Search<'_> {
    fn count(&self, t: &Ratio) -> Result<Inertia, MatrixFault> {
        self.counter.at(&Real::from(t.clone()), self.interrupt)
    }

    /// Counts at a rational between two marks: it becomes a mark itself.
    fn split(&mut self, between: &Between, t: Ratio) -> Result<Vec<Between>, MatrixFault> {
        let here = self.count(&t)?;
        let left = here.negative - between.up_to_low;
        let right = between.count - left - here.zero;
        if here.zero > 0 {
            self.exact.push((t.clone(), here.zero));
        }
        let below = Between { high: t.clone(), count: left, ..between.clone() };
        let above = Between { low: t, up_to_low: here.negative + here.zero, count: right, ..between.clone() };
        Ok([below, above].into_iter().filter(|b| b.count > 0).collect())
    }

    /// The marks around guesses, and what lies between them.
    fn first(&mut self, cuts: Vec<Ratio>) -> Result<Vec<Between>, MatrixFault> {
        let all = self.counter.size();
        let largest = cuts.iter().map(Ratio::abs).max().unwrap_or(Ratio::ONE);
        let mut end = if largest.is_zero() { Ratio::ONE } else { largest };
        loop {
            end = &end * &Ratio::of(2, 1);
            if self.count(&end)?.negative == all && self.count(&-&end)?.positive == all {
                break;
            }
        }
        let mut open = vec![Between { low: -&end, high: end, up_to_low: 0, count: all }];
        for cut in cuts {
            let at = open.iter().position(|b| b.low < cut && cut < b.high);
            if let Some(at) = at {
                let parts = self.split(&open[at].clone(), cut)?;
                open.splice(at..=at, parts);
            }
        }
        Ok(open)
    }

    /// Counts somewhere inside. Where that is open, which it can only be near an eigenvalue, elsewhere; `None` where it is
    /// open everywhere.
    fn halves(&mut self, between: &Between) -> Result<Option<Vec<Between>>, MatrixFault> {
        let at = |part: &Ratio| &between.low + &(&(&between.high - &between.low) * part);
        for t in [middle(&between.low, &between.high), at(&Ratio::of(3, 8)), at(&Ratio::of(5, 8))] {
            match self.split(between, t) {
                Err(MatrixFault::Open(_)) => {}
                found => return found.map(Some),
            }
        }
        Ok(None)
    }

    /// Counts at the simplest rational inside, which may be an eigenvalue. Where that is open, nothing changes.
    fn simplest(&mut self, between: &Between) -> Result<Vec<Between>, MatrixFault> {
        match self.split(between, simplest(&between.low, &between.high)) {
            Err(MatrixFault::Open(_)) => Ok(vec![between.clone()]),
            found => found,
        }
    }
}

impl Spectrum {
    /// The eigenvalues of a symmetric matrix.
    pub fn of(matrix: &Matrix, interrupt: &Interrupt) -> Result<Spectrum, MatrixFault> {
        let counter = Counter::new(matrix)?;
        let mut search = Search { counter: &counter, interrupt, exact: Vec::new() };
        // 1.
        let cuts = cuts(&eigenvalues(&matrix.rows()?).unwrap_or_default());
        let open = search.first(cuts)?;
        // 2.
        let mut between = Vec::new();
        for part in open {
            between.extend(search.simplest(&part)?);
        }
        // 3.
        let crowded = |between: &[Between]| between.iter().any(|b| b.count > 1);
        let different = if crowded(&between) { counter.different(interrupt)? } else { None };
        let widest = between.iter().map(|b| b.high.abs().max(b.low.abs())).max().unwrap_or(Ratio::ONE);
        let close = &widest * &Ratio::of(1, 2).pow(CLOSE).unwrap_or(Ratio::ZERO);
        let mut round = 0;
        while crowded(&between) && different != Some(between.len() + search.exact.len()) {
            round += 1;
            let mut next = Vec::new();
            let mut moved = false;
            for part in between {
                let stays = part.count == 1 || (different.is_none() && &part.high - &part.low < close);
                if stays {
                    next.push(part);
                    continue;
                }
                let parts = if round % LOOKS == 0 { Some(search.simplest(&part)?) } else { search.halves(&part)? };
                moved |= parts.is_some();
                next.extend(parts.unwrap_or_else(|| vec![part]));
            }
            between = next;
            if !moved {
                break;
            }
        }
        let told = different == Some(between.len() + search.exact.len());
        let exact =
            search.exact.into_iter().map(|(t, count)| Eigenvalue { low: t.clone(), high: t, count, is_one: true });
        let open = between.into_iter().map(|b| Eigenvalue {
            low: b.low,
            high: b.high,
            is_one: told || b.count == 1,
            count: b.count,
        });
        let mut eigenvalues: Vec<Eigenvalue> = exact.chain(open).collect();
        // An eigenvalue may be the lower end of another one.
        eigenvalues.sort_by(|a, b| b.low.cmp(&a.low).then(b.high.cmp(&a.high)));
        let mut spectrum = Spectrum { counter, eigenvalues };
        spectrum.sharpen(15, interrupt)?;
        Ok(spectrum)
    }

    /// Brings the ends of every eigenvalue so close to each other that they have the same decimal of so many digits.
    /// Ends of several that are not told apart stay.
    pub fn sharpen(&mut self, digits: u32, interrupt: &Interrupt) -> Result<(), MatrixFault> {
        // Four bits for a digit, and some for what is lost in the elimination.
        self.counter.look_closer(digits.saturating_mul(4).saturating_add(36));
        let all = self.counter.size();
        let mut above = 0;
        for value in &mut self.eigenvalues {
            above += value.count;
            let mut search = Search { counter: &self.counter, interrupt, exact: Vec::new() };
            let mut round = 0;
            while value.is_one && !value.is_long(digits) && value.decimal(digits).is_none() {
                round += 1;
                let (low, high) = (value.low.clone(), value.high.clone());
                let part = Between { low, high, up_to_low: all - above, count: value.count };
                // The simplest rational of ends with many digits takes long, and an eigenvalue with a short denominator was found.
                let look = round % LOOKS == 0 && part.low.den().bits() < LOOKED_AT;
                let next = if look { Some(search.simplest(&part)?) } else { search.halves(&part)? };
                // Where it is open, the ends that were found stay, and are shown as an interval.
                let Some(next) = next else { break };
                match (search.exact.pop(), next.into_iter().next()) {
                    (Some((t, _)), _) => (value.low, value.high) = (t.clone(), t),
                    (None, Some(part)) => (value.low, value.high) = (part.low, part.high),
                    (None, None) => unreachable!("an eigenvalue stays between its marks"),
                }
            }
        }
        Ok(())
    }

    /// The same with ends that have so many digits in common, as far as that can be found out.
    pub fn with_digits(self, digits: u32, interrupt: &Interrupt) -> Result<Spectrum, Stopped> {
        let mut sharper = self.clone();
        match sharper.sharpen(digits, interrupt) {
            Ok(()) => Ok(sharper),
            Err(MatrixFault::Stopped(stopped)) => Err(stopped),
            Err(_) => Ok(self),
        }
    }

    /// The number of rows of the matrix.
    pub fn size(&self) -> usize {
        self.counter.size()
    }

    /// Whether the numbers are of a kind whose signs are always decided.
    pub fn has_decided_signs(&self) -> bool {
        self.counter.has_decided_signs()
    }

    /// The eigenvalue with this number from 0, the largest first, counted with multiplicities.
    pub fn get(&self, number: usize) -> Option<&Eigenvalue> {
        let mut left = number;
        self.eigenvalues.iter().find(|value| {
            let found = left < value.count;
            left = left.saturating_sub(value.count);
            found
        })
    }
}

impl Eigenvalue {
    /// Whether it is this rational.
    pub fn exact(&self) -> Option<&Ratio> {
        (self.low == self.high).then_some(&self.low)
    }

    /// Whether its ends are written with more digits than anybody asks for: they are far from 1, and stay as they are.
    fn is_long(&self, digits: u32) -> bool {
        let most = LONGEST.max(8 * u64::from(digits));
        [&self.low, &self.high].iter().any(|x| x.num().bits().max(x.den().bits()) > most)
    }

    /// The decimal of so many digits that both ends round to, if they have one.
    pub fn decimal(&self, digits: u32) -> Option<String> {
        // Ends with the same decimal differ by at most a unit of its last place. Long decimals are not looked at in vain.
        let size = |x: &Ratio| x.num().bits() as i64 - x.den().bits() as i64;
        if self.low != self.high && size(&(&self.high - &self.low)) > size(&self.high) + 6 - 3 * i64::from(digits) {
            return None;
        }
        let ((low, exact), (high, _)) = (self.low.decimal(digits), self.high.decimal(digits));
        // An end that is a short decimal itself is written without zeros at its end: 0.5 and 0.500 are the same.
        let same = short(&low) == short(&high);
        same.then_some(if exact { high } else { low })
    }
}

/// A decimal without zeros at the end of its digits.
fn short(text: &str) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, ""));
    let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    format!("{digits}e{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[(i64, i64)]]) -> Matrix {
        let entry = |(n, d): &(i64, i64)| Real::from(Ratio::of(*n, *d));
        Matrix::plain(rows.iter().map(|r| r.iter().map(entry).collect()).collect())
    }

    #[test]
    fn the_golden_ratio_twice() {
        let one = (1, 1);
        let none = (0, 1);
        let rows: &[&[(i64, i64)]] =
            &[&[one, one, none, none], &[one, none, none, none], &[none, none, one, one], &[none, none, one, none]];
        let found = Spectrum::of(&matrix(rows), &Interrupt::default()).unwrap();
        let shown: Vec<_> = found.eigenvalues.iter().map(|v| (v.count, v.is_one, v.decimal(12))).collect();
        assert_eq!(shown, [(2, true, Some("1.61803398875".into())), (2, true, Some("-0.618033988750".into()))]);
    }
}
