//! Finite extendibility: is an exchangeable sequence of n steps the beginning of one of N?
//!
//! 1. If p is not exchangeable, it is the beginning of no exchangeable sequence.
//! 2. The law of an exchangeable sequence is a law of its type, of how often each point comes; given the type, all
//!    orders are equally probable. The first n of N steps with the type m have the type k with the probability
//!    `h(k|m) = Π_x C(m(x), k(x)) / C(N, n)`: they are drawn without replacement.
//! 3. So p is extendible exactly if some weights `w(m) >= 0` have `Σ_m w(m) h(k|m) = p(k)` for all types k of n steps.
//!    Their sum is then 1, for the equations add up to that.
//! 4. The simplex method finds the weights, or a price for each equation (Farkas): a bet on the type of n steps whose mean
//!    is at most 0 for every type m, so for every law that is extendible, and positive for p. Either is verified by
//!    multiplying out before it is said. (Diaconis and Freedman 1980 show how far such p are from mixtures of
//!    independent sequences.)

use rustc_hash::FxHashMap;

use super::answer::{Outcome, Verdict};
use super::evidence::{Extension, Refutation};
use super::sequences::exchangeable;
use super::study::refuted;
use crate::check::term::Term;
use crate::check::types::Type;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::int::Int;
use crate::number::ratio::Ratio;
use crate::number::row::Row;
use crate::number::simplex::{Equation, Feasibility, System};

/// How often each point comes.
type Counts = Vec<u64>;

/// `extendible p to N`
pub(super) fn extendible(e: &mut Evaluator<'_>, p: &Term, step: usize, length: u64) -> Result<Verdict, ModelError> {
    // 1.
    let verdict = exchangeable(e, p, step)?;
    if verdict.outcome != Outcome::Holds {
        return Ok(verdict);
    }
    let kernel = e.term(p)?;
    let object = p.cod.slice(0, step);
    let size = e.sig.size(&object).unwrap_or(1);
    let draws = (p.cod.len() / step) as u64;
    let (short, long) = (count_types(size, draws), count_types(size, length));
    let cells = short.saturating_add(1).saturating_mul(long.saturating_add(short));
    e.cells("the linear program of this extension", cells)?;
    // 2.
    let urns = Urns { draws, length, short: types(size, draws), long: types(size, length) };
    let columns: Vec<Vec<(usize, Ratio)>> = urns.long.iter().map(|m| urns.drawn(m)).collect();
    let mut extensions = Vec::new();
    for (input, row) in kernel.rows.iter().enumerate() {
        e.interrupt.check()?;
        let wanted = law_of_type(row, size, draws, &urns.short);
        let input = (p.dom.clone(), input as u64);
        // 3.
        let equation = |value: &Ratio| Equation { terms: Vec::new(), value: value.clone() };
        let mut system = System { unknowns: urns.long.len(), equations: wanted.iter().map(equation).collect() };
        for (unknown, column) in columns.iter().enumerate() {
            column.iter().for_each(|(k, h)| system.equations[*k].terms.push((unknown, h.clone())));
        }
        match system.solve(e.interrupt)? {
            Feasibility::Solution(weights) => {
                extensions
                    .push(urns.extension(weights, &columns, &wanted, (input, &object)).ok_or_else(|| unverified(p))?);
            }
            Feasibility::Refuted(prices) => {
                let filled = kernel.is_filled(input.1);
                let bet = urns.bet(prices, &columns, &wanted, (input, object)).ok_or_else(|| unverified(p))?;
                return Ok(refuted(bet, filled));
            }
        }
    }
    let compared = format!("weights on the types of {length} steps give the law of the first {draws}");
    Ok(Verdict { extensions, ..Verdict::of(None, compared, !kernel.filled.is_empty()) })
}

/// A certificate that is none: a fault of the program, answered by no verdict rather than by a wrong one.
fn unverified(p: &Term) -> ModelError {
    let why = "the answer of the linear program could not be verified, which is a fault of mcheck".into();
    ModelError::Undecided { why, span: Some(p.span) }
}

/// The types of the shorter and of the longer sequence.
struct Urns {
    draws: u64,
    length: u64,
    short: Vec<Counts>,
    long: Vec<Counts>,
}

impl Urns {
    /// The law of the type of the first draws, for a type of the long sequence; by places in `short`.
    fn drawn(&self, m: &Counts) -> Vec<(usize, Ratio)> {
        let all = binomial(self.length, self.draws);
        let ways = |k: &Counts| k.iter().zip(m).fold(Int::ONE, |n, (k, m)| &n * &binomial(*m, *k));
        let share = |(place, k): (usize, &Counts)| {
            let ways = ways(k);
            (!ways.is_zero()).then(|| (place, Ratio::new(ways, all.clone()).unwrap_or(Ratio::ZERO)))
        };
        self.short.iter().enumerate().filter_map(share).collect()
    }

    /// 4. The extension with these weights, if it is one.
    fn extension(
        &self,
        weights: Vec<Ratio>,
        columns: &[Vec<(usize, Ratio)>],
        wanted: &[Ratio],
        (input, step): ((Type, u64), &Type),
    ) -> Option<Extension> {
        let mut found = vec![Ratio::ZERO; wanted.len()];
        for (weight, column) in weights.iter().zip(columns) {
            column.iter().for_each(|(k, h)| found[*k] = &found[*k] + &(weight * h));
        }
        if found != wanted || weights.iter().any(|w| w.sign().is_lt()) {
            return None;
        }
        let weights = self.long.iter().cloned().zip(weights).filter(|(_, w)| !w.is_zero()).collect();
        Some(Extension { input, step: step.clone(), length: self.length, weights })
    }

    /// 4. The bet with these prices, in integers without common factor, if it refutes.
    fn bet(
        &self,
        prices: Vec<Ratio>,
        columns: &[Vec<(usize, Ratio)>],
        wanted: &[Ratio],
        (input, step): ((Type, u64), Type),
    ) -> Option<Refutation> {
        let den = prices.iter().fold(Int::ONE, |l, u| l.lcm(u.den()));
        let common = prices.iter().fold(Int::ZERO, |d, u| d.gcd(&(u.num() * &den.div_exact(u.den()))));
        let scale = Ratio::new(den, common)?;
        let prices: Vec<Ratio> = prices.iter().map(|u| u * &scale).collect();
        let mean =
            |column: &[(usize, Ratio)]| column.iter().fold(Ratio::ZERO, |sum, (k, mass)| &sum + &(mass * &prices[*k]));
        let most = columns.iter().map(|c| mean(c)).max()?;
        let here = prices.iter().zip(wanted).fold(Ratio::ZERO, |sum, (u, mass)| &sum + &(u * mass));
        let pays = self.short.iter().cloned().zip(prices).filter(|(_, u)| !u.is_zero()).collect();
        (most < here).then_some(Refutation::Bet { input, step, from: self.length, pays, most, here })
    }
}

/// The law of the type of a sequence, in the order of the types.
fn law_of_type(row: &Row, size: u64, draws: u64, types: &[Counts]) -> Vec<Ratio> {
    let place: FxHashMap<&Counts, usize> = types.iter().enumerate().map(|(k, t)| (t, k)).collect();
    let mut law = vec![Ratio::ZERO; types.len()];
    for (mut sequence, mass) in row.ratios() {
        let mut counts = vec![0; size as usize];
        for _ in 0..draws {
            counts[(sequence % size) as usize] += 1;
            sequence /= size;
        }
        // Every sequence has a type.
        let k = place[&counts];
        law[k] = &law[k] + &mass;
    }
    law
}

/// How many types there are: the ways to write `length` as a sum of `size` numbers; `u64::MAX` if that is too many.
fn count_types(size: u64, length: u64) -> u64 {
    // C(length + size − 1, the smaller of the two), multiplied out from the left: every partial product is a binomial.
    let (top, least) = ((length as u128 + size as u128).saturating_sub(1), length.min(size.saturating_sub(1)));
    let mut count: u128 = 1;
    for k in 0..least as u128 {
        count = match count.checked_mul(top - k) {
            Some(product) => product / (k + 1),
            None => return u64::MAX,
        };
        if count > u64::MAX as u128 {
            return u64::MAX;
        }
    }
    count as u64
}

/// All types, those with most of the first points first.
fn types(size: u64, length: u64) -> Vec<Counts> {
    let mut all = Vec::new();
    let mut counts = vec![0; size as usize];
    fill(&mut counts, 0, length, &mut all);
    all
}

fn fill(counts: &mut Counts, at: usize, left: u64, all: &mut Vec<Counts>) {
    if at + 1 >= counts.len() {
        if let Some(last) = counts.last_mut() {
            *last = left;
            all.push(counts.clone());
        }
        return;
    }
    for own in (0..=left).rev() {
        counts[at] = own;
        fill(counts, at + 1, left - own, all);
    }
}

fn binomial(n: u64, k: u64) -> Int {
    if k > n {
        return Int::ZERO;
    }
    (0..k.min(n - k)).fold(Int::ONE, |c, j| (&c * &Int::from(n - j)).div_exact(&Int::from(j + 1)))
}
