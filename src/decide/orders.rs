//! Orders of states on numbers: who prefers which.
//!
//! Each is a claim about all functions of a kind, and holds exactly if a kernel t with `p ; t == q` moves mass in a certain
//! way (Strassen 1965; for two states on finitely many numbers Hardy, Littlewood and Polya):
//!
//! | claim | `E f(p) >= E f(q)` for all f that | t goes from x to |
//! |---|---|---|
//! | `p dominates q to order 1` | increase | numbers at most x |
//! | `p dominates q to order 2` | increase and are concave | numbers with mean at most x |
//! | `q spreads p` | are concave | numbers with mean x |
//!
//! 1. The functions with one step, or with one bend, at a number that occurs are enough to test: the difference of the two
//!    means, as a function of the place of the step or bend, is constant or linear between these. A function that is on
//!    the wrong side refutes the claim.
//! 2. Else t is made. To order 1: with the numbers in increasing order, mass is passed on in the order in which it comes.
//! 3. A spread: from left to right each point x takes from what is left of q the piece between two quantiles that has the
//!    mass of x and the mean x. What is left of p is then still spread by what is left of q (the left-curtain coupling of
//!    Beiglböck and Juillet 2016). The mean of such a piece is piecewise linear in where it begins, so it is found by
//!    walking from bend to bend.
//! 4. To order 2: p is cut off at the number k at which the mean of `min(x, k)` is that of q. The expectations of
//!    `max(c − x, 0)` are then the largest convex function that is needed, so q spreads what is left.
//! 5. `p ; t == q` and the means are verified before the answer is given.

use std::sync::Arc;

use super::answer::Verdict;
use super::evidence::{Refutation, Shown, Utility};
use super::study::refuted;
use crate::check::study::Order;
use crate::check::term::Term;
use crate::check::value::Value;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::kernel::Kernel;
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// A state on numbers, the numbers increasing: the number, its mass, and its point.
type Law = Vec<(Ratio, Ratio, u64)>;

/// What a kernel must do to the mass at x.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Move {
    Down,
    DownInMean,
    Spread,
}

/// `p dominates q to order 1`, `p dominates q to order 2`
pub(super) fn dominates(e: &mut Evaluator<'_>, p: &Term, q: &Term, order: Order) -> Result<Verdict, ModelError> {
    match order {
        Order::First => compare(e, p, q, Move::Down),
        Order::Second => compare(e, p, q, Move::DownInMean),
    }
}

/// `q spreads p`
pub(super) fn spreads(e: &mut Evaluator<'_>, q: &Term, p: &Term) -> Result<Verdict, ModelError> {
    compare(e, p, q, Move::Spread)
}

/// Whether mass can be moved so from p to q.
fn compare(e: &mut Evaluator<'_>, p: &Term, q: &Term, how: Move) -> Result<Verdict, ModelError> {
    let (from, to) = (e.term(p)?, e.term(q)?);
    let filled = !from.filled.is_empty() || !to.filled.is_empty();
    let (a, b) = (law(e, p, &from)?, law(e, q, &to)?);
    // 1.
    if let Some((of, before, after)) = wrong_side(&a, &b, how) {
        // In `q spreads p` the two stand the other way around.
        let (left, right) = if how == Move::Spread { (after, before) } else { (before, after) };
        return Ok(refuted(Refutation::Utility { of, left, right }, filled));
    }
    let rows = match how {
        Move::Down => passed_on(&a, &b),
        Move::DownInMean => curtain(&a, &cut_off(&a, &mean(&b)), &b),
        Move::Spread => curtain(&a, &a.iter().map(|(x, ..)| x.clone()).collect::<Vec<_>>(), &b),
    };
    let t = kernel(e, (&a, &b), rows, (&from, &to))?;
    // 5.
    if !verified(e, (p, q), (&from, &to), &t, how)? {
        let why = "the kernel between the two states could not be verified, which is a fault of mcheck".into();
        return Err(ModelError::Undecided { why, span: Some(p.span.to(q.span)) });
    }
    let law = match how {
        Move::Down => "p ; t == q, and t goes from x to numbers y <= x",
        Move::DownInMean => "p ; t == q, and the mean of t from x is at most x",
        Move::Spread => "p ; t == q, and the mean of t from x is x",
    };
    let compared = match how {
        Move::Down => "a kernel moves the mass down",
        Move::DownInMean => "a kernel moves the mass, down in the mean",
        Move::Spread => "a kernel spreads the mass, and leaves its mean",
    };
    let shown = vec![Shown { name: "t", law: law.into(), dom: p.cod.clone(), cod: q.cod.clone(), kernel: Arc::new(t) }];
    Ok(Verdict { shown, ..Verdict::of(None, compared.into(), filled) })
}

/// What a point is worth.
fn worth(e: &Evaluator<'_>, of: &Term, point: u64) -> Ratio {
    match e.sig.value(&of.cod, point) {
        Value::Number(n) => n,
        _ => unreachable!("the checker admits only objects of numbers"),
    }
}

fn law(e: &Evaluator<'_>, of: &Term, kernel: &Kernel) -> Result<Law, ModelError> {
    let mut law: Law = kernel.rows[0].ratios().map(|(x, mass)| (worth(e, of, x), mass, x)).collect();
    e.interrupt.check()?;
    law.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(law)
}

fn expectation(law: &Law, f: impl Fn(&Ratio) -> Ratio) -> Ratio {
    law.iter().fold(Ratio::ZERO, |sum, (x, mass, _)| &sum + &(mass * &f(x)))
}

fn mean(law: &Law) -> Ratio {
    expectation(law, Ratio::clone)
}

impl Utility {
    /// Its value at a number.
    pub fn at(&self, x: &Ratio) -> Ratio {
        match self {
            Utility::Itself => x.clone(),
            Utility::AtLeast(c) => {
                if x >= c {
                    Ratio::ONE
                } else {
                    Ratio::ZERO
                }
            }
            Utility::AtMost(c) => x.min(c).clone(),
            Utility::Above(c) => {
                if x > c {
                    x - c
                } else {
                    Ratio::ZERO
                }
            }
        }
    }
}

/// 1. A function on the wrong side, with its expectations at p and at q.
fn wrong_side(a: &Law, b: &Law, how: Move) -> Option<(Utility, Ratio, Ratio)> {
    let both = |of: &Utility| (expectation(a, |x| of.at(x)), expectation(b, |x| of.at(x)));
    let (before, after) = both(&Utility::Itself);
    let means = before.cmp(&after);
    // Where the means are on the wrong side, nothing else says it as simply.
    if means.is_lt() || how == Move::Spread && means.is_gt() {
        return Some((Utility::Itself, before, after));
    }
    let mut places: Vec<&Ratio> = a.iter().chain(b).map(|(x, ..)| x).collect();
    places.sort();
    places.dedup();
    places.into_iter().find_map(|c| {
        let of = match how {
            Move::Down => Utility::AtLeast(c.clone()),
            Move::DownInMean => Utility::AtMost(c.clone()),
            Move::Spread => Utility::Above(c.clone()),
        };
        let (before, after) = both(&of);
        let wrong = if how == Move::Spread { before > after } else { before < after };
        wrong.then_some((of, before, after))
    })
}

/// The law into which the mass at each number of p goes: places in q with masses.
type Moved = Vec<Vec<(usize, Ratio)>>;

/// 2.
fn passed_on(a: &Law, b: &Law) -> Moved {
    let mut left: Vec<Ratio> = b.iter().map(|(_, mass, _)| mass.clone()).collect();
    a.iter().map(|(_, mass, _)| taken(&mut left, &Ratio::ZERO, mass)).collect()
}

/// Takes from what is left the piece of this mass that begins behind so much of it.
fn taken(left: &mut [Ratio], behind: &Ratio, mass: &Ratio) -> Vec<(usize, Ratio)> {
    let (mut skip, mut need) = (behind.clone(), mass.clone());
    let mut piece = Vec::new();
    for (k, here) in left.iter_mut().enumerate() {
        if need.is_zero() {
            break;
        }
        let skipped = (&skip).min(&*here).clone();
        skip = &skip - &skipped;
        let part = (&(&*here - &skipped)).min(&need).clone();
        if !part.is_zero() {
            *here = &*here - &part;
            need = &need - &part;
            piece.push((k, part));
        }
    }
    piece
}

/// 3. Each number of p, from left to right, takes a piece of its mass whose mean is its target.
fn curtain(a: &Law, targets: &[Ratio], b: &Law) -> Moved {
    let mut left: Vec<Ratio> = b.iter().map(|(_, mass, _)| mass.clone()).collect();
    let mut moved = Vec::new();
    for ((_, mass, _), target) in a.iter().zip(targets) {
        let begin = beginning(&left, b, mass, &(target * mass));
        moved.push(taken(&mut left, &begin, mass));
    }
    moved
}

/// Behind how much of what is left the piece of this mass begins whose sum of numbers is this.
fn beginning(left: &[Ratio], b: &Law, mass: &Ratio, wanted: &Ratio) -> Ratio {
    let sum = |begin: &Ratio| {
        let mut rest = left.to_vec();
        taken(&mut rest, begin, mass).iter().fold(Ratio::ZERO, |s, (k, part)| &s + &(part * &b[*k].0))
    };
    let total = left.iter().fold(Ratio::ZERO, |s, m| &s + m);
    let last = &total - mass;
    // The sum bends where the piece begins or ends between two numbers.
    let mut bends = vec![Ratio::ZERO, last.clone()];
    let mut so_far = Ratio::ZERO;
    for m in left {
        so_far = &so_far + m;
        bends.extend([so_far.clone(), &so_far - mass]);
    }
    bends.retain(|s| !s.sign().is_lt() && *s <= last);
    bends.sort();
    bends.dedup();
    // The sum increases, so the bend before the wanted one is found by halving.
    let at = bends.partition_point(|s| sum(s) <= *wanted).saturating_sub(1);
    let (low, Some(high)) = (&bends[at], bends.get(at + 1)) else { return bends[at].clone() };
    let (below, above) = (sum(low), sum(high));
    match (wanted - &below).checked_div(&(&above - &below)) {
        Some(share) => low + &(&share * &(high - low)),
        None => low.clone(),
    }
}

/// 4. The targets `min(x, k)` for the k at which their mean is this.
fn cut_off(a: &Law, wanted: &Ratio) -> Vec<Ratio> {
    // From the right: as long as the numbers from here on could not be lowered to the one before, they have to be.
    let (mut behind, mut above) = (Ratio::ZERO, Ratio::ZERO);
    let total = mean(a);
    let mut level = a.last().map_or(Ratio::ZERO, |(x, ..)| x.clone());
    for (k, (x, mass, _)) in a.iter().enumerate().rev() {
        behind = &behind + mass;
        above = &above + &(mass * x);
        // The level at which the numbers from x on must be cut for the mean that is wanted.
        let rest = &total - &above;
        if let Some(cut) = (wanted - &rest).checked_div(&behind) {
            level = cut;
        }
        if k == 0 || a[k - 1].0 <= level {
            break;
        }
    }
    a.iter().map(|(x, ..)| x.min(&level).clone()).collect()
}

/// The kernel that moves the mass so. From points that never occur it may go anywhere.
fn kernel(
    e: &Evaluator<'_>,
    (a, b): (&Law, &Law),
    moved: Moved,
    (from, to): (&Kernel, &Kernel),
) -> Result<Kernel, ModelError> {
    let (count, width) = (e.listable(&from.cod, "the numbers of the first state")?, to.cod_size());
    e.cells("the kernel between the states", count.saturating_sub(a.len() as u64).saturating_mul(width))?;
    let mut rows: Vec<Option<Row>> = vec![None; count as usize];
    for ((_, mass, x), parts) in a.iter().zip(moved) {
        let share = |(k, part): (usize, Ratio)| (b[k].2, part.checked_div(mass).unwrap_or(Ratio::ZERO));
        rows[*x as usize] = Some(Row::from_ratios(parts.into_iter().map(share)));
    }
    let filled = (0..count).filter(|x| rows[*x as usize].is_none()).collect();
    let rows = rows.into_iter().map(|row| row.unwrap_or_else(|| Row::uniform(width))).collect();
    Ok(Kernel { dom: from.cod.clone(), cod: to.cod.clone(), rows: Arc::new(rows), filled })
}

/// 5.
fn verified(
    e: &Evaluator<'_>,
    (p, q): (&Term, &Term),
    (from, to): (&Kernel, &Kernel),
    t: &Kernel,
    how: Move,
) -> Result<bool, ModelError> {
    if from.then(t, e.interrupt)?.rows != to.rows {
        return Ok(false);
    }
    let right = |(x, _): &(u64, _)| {
        let (x, row) = (worth(e, p, *x), &t.rows[*x as usize]);
        let mean = row.ratios().fold(Ratio::ZERO, |sum, (y, mass)| &sum + &(&mass * &worth(e, q, y)));
        let stochastic = row.total() == Ratio::ONE && row.entries().iter().all(|(_, w)| !w.sign().is_lt());
        stochastic
            && match how {
                Move::Down => row.entries().iter().all(|(y, _)| worth(e, q, *y) <= x),
                Move::DownInMean => mean <= x,
                Move::Spread => mean == x,
            }
    };
    Ok(from.rows[0].entries().iter().all(right))
}
