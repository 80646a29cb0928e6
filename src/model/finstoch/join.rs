//! The product of two factors, with wires summed out: the one step of which an elimination consists.
//!
//! 1. The numbers of the left factor are put in order of the wires that are kept of it, those of the right one are put
//!    into rows: a row for each point of the wires in common, a column for each point of those that only it has.
//! 2. For each point of what is kept of the left one, the rows that its numbers meet are added up, each times its number
//!    (Gustavson's product of sparse matrices). Sums come out in order; they are as wide as a bound asks for.
//!
//! The points of step 2 do not depend on each other: several threads take neighbouring ones each, and their sums are put
//! one after the other, so that the result does not depend on how many there are.

use super::factor::{Factor, Scale};
use super::space::size;
use crate::base::interrupt::{Interrupt, Stopped};
use crate::number::fixed::{Fixed, Sums, width_for};

/// Products of words below which a second thread costs more than it saves.
const WORTH_A_THREAD: u64 = 1 << 19;

/// What a product of numbers costs beside its words, in products of words.
const PRODUCT_COST: u64 = 4;

/// How steps are carried out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Means<'a> {
    /// When to stop.
    pub interrupt: &'a Interrupt,
    /// How many threads may work.
    pub threads: usize,
    /// Most bytes of the table that comes out, places included.
    pub bytes: u64,
}

/// Why a step could not be taken.
#[derive(Debug, Clone, Copy)]
pub(super) enum JoinFault {
    /// The table would need more memory than is left.
    TooLarge,
    /// Stopped from outside.
    Stopped(Stopped),
}

impl From<Stopped> for JoinFault {
    fn from(stopped: Stopped) -> JoinFault {
        JoinFault::Stopped(stopped)
    }
}

/// The factor on the right of a product, by rows.
struct Rows {
    /// Where each row begins, and where the last one ends.
    starts: Vec<u32>,
    /// The column of each number.
    columns: Vec<u32>,
    /// The numbers.
    numbers: Fixed,
    /// For each column its point, increasing.
    points: Vec<u64>,
}

/// The factor on the left: its numbers in order, those left out that meet no row.
struct Left {
    /// Where each number is in the factor.
    order: Vec<u32>,
    /// The point of what is kept, for each.
    kept: Vec<u64>,
    /// The row that each meets.
    row: Vec<u32>,
    /// Where a new point begins, and the end.
    groups: Vec<u32>,
}

/// A part of the result.
#[derive(Default)]
struct Part {
    places: Vec<u64>,
    digits: Vec<u64>,
}

/// The product of two factors, summed over those of their wires that are `summed`.
pub(super) fn join(
    a: &Factor,
    b: &Factor,
    summed: &dyn Fn(usize) -> bool,
    scale: &mut Scale,
    means: Means<'_>,
) -> Result<Factor, JoinFault> {
    // The right one is that with more wires of its own, so that its rows are long.
    let own = |x: &Factor, y: &Factor| -> f64 {
        x.vars.iter().zip(&x.sizes).filter(|(v, _)| y.position(**v).is_none()).map(|(_, s)| (*s as f64).log2()).sum()
    };
    let (a, b) = if own(a, b) > own(b, a) { (b, a) } else { (a, b) };
    // What only the right one has is summed before, so that no column stands in a row twice.
    let alone: Vec<usize> =
        (0..b.vars.len()).filter(|k| summed(b.vars[*k]) && a.position(b.vars[*k]).is_none()).collect();
    let shorter;
    let b = if alone.is_empty() {
        b
    } else {
        let ones =
            Factor::ones(alone.iter().map(|k| b.vars[*k]).collect(), alone.iter().map(|k| b.sizes[*k]).collect());
        shorter = join(&ones, b, &|v| ones.position(v).is_some(), scale, means)?;
        &shorter
    };
    let places = |x: &Factor, keep: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..x.vars.len()).filter(|k| keep(x.vars[*k])).collect()
    };
    let mut shared = places(b, &|v| a.position(v).is_some() && !summed(v));
    shared.extend(places(b, &|v| a.position(v).is_some() && summed(v)));
    let shared_in_a: Vec<usize> = shared.iter().filter_map(|k| a.position(b.vars[*k])).collect();
    let mut kept_in_a = places(a, &|v| b.position(v).is_none() && !summed(v));
    kept_in_a.extend(shared_in_a.iter().filter(|k| !summed(a.vars[**k])));
    let kept_in_b = places(b, &|v| a.position(v).is_none() && !summed(v));
    let vars: Vec<usize> = kept_in_a.iter().map(|k| a.vars[*k]).chain(kept_in_b.iter().map(|k| b.vars[*k])).collect();
    let sizes: Vec<u64> = kept_in_a.iter().map(|k| a.sizes[*k]).chain(kept_in_b.iter().map(|k| b.sizes[*k])).collect();
    let width_of_b = size(&kept_in_b.iter().map(|k| b.sizes[*k]).collect::<Vec<_>>());
    let (Some(_), Some(span)) = (size(&sizes), width_of_b) else { return Err(JoinFault::TooLarge) };
    if a.count() >= u32::MAX as usize || b.count() >= u32::MAX as usize {
        return Err(JoinFault::TooLarge);
    }
    // 1.
    means.interrupt.check()?;
    let (keys, rows) = by_rows(b, &shared, &kept_in_b);
    let left = by_kept(a, &kept_in_a, &shared_in_a, &keys);
    // 2.
    let longest = left.groups.windows(2).map(|g| g[1] - g[0]).max().unwrap_or(0);
    let bits = a.numbers.bits() + b.numbers.bits() + u64::from(32 - longest.leading_zeros());
    let width = width_for(bits);
    let parts = all_groups(a, &left, &rows, span, width, means)?;
    let mut places = Vec::with_capacity(parts.iter().map(|p| p.places.len()).sum());
    let mut digits = Vec::with_capacity(parts.iter().map(|p| p.digits.len()).sum());
    for part in parts {
        places.extend(part.places);
        digits.extend(part.digits);
    }
    let mut result = Factor::new(vars, sizes, places, Fixed::from_digits(width, digits));
    result.reduced = a.reduced.max(b.reduced);
    Ok(result.tidied(scale))
}

/// 1, on the right: the keys of the rows, increasing, and the rows.
fn by_rows(b: &Factor, shared: &[usize], kept: &[usize]) -> (Vec<u64>, Rows) {
    let mut projected = b.projected(&[shared, kept]);
    let (kept, key) = (projected.pop().unwrap_or_default(), projected.pop().unwrap_or_default());
    let order = ordered(&key, &kept);
    let numbers = match &order {
        Some(order) => b.numbers.in_order(order),
        None => b.numbers.clone(),
    };
    let at = |i: usize| order.as_ref().map_or(i, |o| o[i] as usize);
    let mut points = kept.clone();
    points.sort_unstable();
    points.dedup();
    let is_range = points.last().is_none_or(|last| *last as usize + 1 == points.len());
    let column = |point: u64| if is_range { point as u32 } else { points.partition_point(|p| *p < point) as u32 };
    let (mut keys, mut starts) = (Vec::new(), Vec::new());
    let mut columns = Vec::with_capacity(key.len());
    for i in 0..key.len() {
        let i = at(i);
        if keys.last() != Some(&key[i]) {
            keys.push(key[i]);
            starts.push(columns.len() as u32);
        }
        columns.push(column(kept[i]));
    }
    starts.push(columns.len() as u32);
    (keys, Rows { starts, columns, numbers, points })
}

/// 1, on the left.
fn by_kept(a: &Factor, kept: &[usize], shared: &[usize], keys: &[u64]) -> Left {
    let mut projected = a.projected(&[kept, shared]);
    let (key, kept) = (projected.pop().unwrap_or_default(), projected.pop().unwrap_or_default());
    let order = ordered(&kept, &key).unwrap_or_else(|| (0..a.count() as u32).collect());
    let is_range = keys.last().is_none_or(|last| *last as usize + 1 == keys.len());
    let mut left = Left { order: Vec::new(), kept: Vec::new(), row: Vec::new(), groups: Vec::new() };
    left.order.reserve(order.len());
    for i in order {
        let wanted = key[i as usize];
        let row = match is_range {
            true => Some(wanted as usize).filter(|r| *r < keys.len()),
            false => keys.binary_search(&wanted).ok(),
        };
        let Some(row) = row else { continue };
        let point = kept[i as usize];
        if left.kept.last() != Some(&point) {
            left.groups.push(left.order.len() as u32);
        }
        left.order.push(i);
        left.kept.push(point);
        left.row.push(row as u32);
    }
    left.groups.push(left.order.len() as u32);
    left
}

/// The order of places by one number and then another; `None` where they are in order already.
fn ordered(first: &[u64], second: &[u64]) -> Option<Vec<u32>> {
    let at = |i: usize| (first[i], second[i]);
    if (1..first.len()).all(|i| at(i - 1) <= at(i)) {
        return None;
    }
    let mut order: Vec<u32> = (0..first.len() as u32).collect();
    order.sort_by_key(|i| at(*i as usize));
    Some(order)
}

/// 2, by all threads.
fn all_groups(
    a: &Factor,
    left: &Left,
    rows: &Rows,
    span: u64,
    width: usize,
    means: Means<'_>,
) -> Result<Vec<Part>, JoinFault> {
    let groups = left.groups.len() - 1;
    let work: u64 = left.row.iter().map(|r| u64::from(rows.starts[*r as usize + 1] - rows.starts[*r as usize])).sum();
    let each = (a.numbers.width() * rows.numbers.width()) as u64 + PRODUCT_COST;
    let threads =
        (means.threads as u64).min(work.saturating_mul(each) / WORTH_A_THREAD).min(groups as u64).max(1) as usize;
    if threads == 1 {
        return Ok(vec![some_groups(a, left, rows, span, width, 0..groups, means)?]);
    }
    let bounds: Vec<usize> = (0..=threads).map(|t| groups * t / threads).collect();
    let parts = std::thread::scope(|scope| {
        let workers: Vec<_> = bounds
            .windows(2)
            .map(|w| {
                let range = w[0]..w[1];
                scope.spawn(move || some_groups(a, left, rows, span, width, range, means))
            })
            .collect();
        workers.into_iter().map(|w| w.join()).collect::<Vec<_>>()
    });
    let mut out = Vec::with_capacity(threads);
    let mut bytes = 0;
    for part in parts {
        let part = part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        bytes += 8 * (part.places.len() + part.digits.len()) as u64;
        out.push(part);
    }
    if bytes > means.bytes { Err(JoinFault::TooLarge) } else { Ok(out) }
}

/// 2, for some points of what is kept of the left factor.
fn some_groups(
    a: &Factor,
    left: &Left,
    rows: &Rows,
    span: u64,
    width: usize,
    range: std::ops::Range<usize>,
    means: Means<'_>,
) -> Result<Part, JoinFault> {
    let mut part = Part::default();
    let mut sums = Sums::new(width, rows.points.len());
    let mut touched: Vec<u32> = Vec::new();
    let mut since = 0usize;
    for group in range {
        let (from, to) = (left.groups[group] as usize, left.groups[group + 1] as usize);
        let met: usize = (from..to).map(|i| length(rows, left.row[i])).sum();
        since += met + 1;
        if since > 1 << 16 {
            since = 0;
            means.interrupt.check()?;
            if 8 * (part.places.len() + part.digits.len()) as u64 > means.bytes {
                return Err(JoinFault::TooLarge);
            }
        }
        // Where few columns are met, they are remembered, and only they are looked at.
        let few = 4 * met < rows.points.len();
        for i in from..to {
            let at = left.order[i] as usize;
            let factor = a.numbers.digits(at, at + 1);
            let (start, end) =
                (rows.starts[left.row[i] as usize] as usize, rows.starts[left.row[i] as usize + 1] as usize);
            let columns = &rows.columns[start..end];
            if few {
                touched.extend(columns.iter().filter(|c| sums.is_zero(**c as usize)));
            }
            match columns {
                [first, .., last] if (last - first) as usize + 1 == columns.len() => {
                    sums.add_run(factor, &rows.numbers, start, end, *first as usize);
                }
                _ => sums.add_at(factor, &rows.numbers, start, columns),
            }
        }
        let base = left.kept[from] * span;
        let mut emit = |column: usize| {
            part.places.push(base + rows.points[column]);
            sums.take(column, &mut part.digits);
        };
        if few {
            touched.sort_unstable();
            touched.dedup();
            touched.drain(..).for_each(|c| emit(c as usize));
        } else {
            for column in 0..rows.points.len() {
                if !sums.is_zero(column) {
                    part.places.push(base + rows.points[column]);
                    sums.take(column, &mut part.digits);
                }
            }
        }
    }
    Ok(part)
}

fn length(rows: &Rows, row: u32) -> usize {
    (rows.starts[row as usize + 1] - rows.starts[row as usize]) as usize
}
