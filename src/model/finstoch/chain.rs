//! Finite Markov chains: classes of states, periods, stationary states, absorption, lumping.

use rustc_hash::FxHashMap;

use crate::base::interrupt::{Interrupt, Stopped};
use crate::number::int::Int;
use crate::number::linear::Echelon;
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// The states of a chain by what can be reached from what.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    /// Classes of states that reach each other, each increasing, ordered by their first states.
    pub members: Vec<Vec<u64>>,
    /// For each state, its class.
    pub class: Vec<usize>,
    /// For each class, whether the chain never leaves it.
    pub closed: Vec<bool>,
}

impl Classes {
    /// The numbers of the closed classes.
    pub fn closed_ones(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.members.len()).filter(|c| self.closed[*c])
    }
}

/// The classes of a chain: strongly connected components, by Tarjan's algorithm without recursion.
pub fn classes(rows: &[Row]) -> Classes {
    const UNSEEN: usize = usize::MAX;
    let n = rows.len();
    let (mut index, mut low, mut class) = (vec![UNSEEN; n], vec![0; n], vec![UNSEEN; n]);
    let (mut count, mut waiting, mut members) = (0, Vec::new(), Vec::new());
    for root in 0..n {
        // A state and its next step.
        let mut path = if index[root] == UNSEEN { vec![(root, 0)] } else { Vec::new() };
        while let Some((state, next)) = path.last_mut() {
            let x = *state;
            if *next == 0 {
                (index[x], low[x]) = (count, count);
                count += 1;
                waiting.push(x);
            }
            let step = rows[x].entries().get(*next).map(|(y, _)| *y as usize);
            *next += 1;
            match step {
                Some(y) if index[y] == UNSEEN => path.push((y, 0)),
                Some(y) if class[y] == UNSEEN => low[x] = low[x].min(index[y]),
                Some(_) => {}
                None => {
                    path.pop();
                    if let Some((above, _)) = path.last() {
                        low[*above] = low[*above].min(low[x]);
                    }
                    if low[x] == index[x] {
                        let start = waiting.iter().rposition(|w| *w == x).unwrap_or(0);
                        let mut found: Vec<u64> = waiting.drain(start..).map(|s| s as u64).collect();
                        found.sort_unstable();
                        found.iter().for_each(|s| class[*s as usize] = members.len());
                        members.push(found);
                    }
                }
            }
        }
    }
    ordered(rows, members)
}

/// The classes in the order of their first states, with what follows from them.
fn ordered(rows: &[Row], mut members: Vec<Vec<u64>>) -> Classes {
    members.sort_by_key(|m| m[0]);
    let mut class = vec![0; rows.len()];
    members.iter().enumerate().for_each(|(c, m)| m.iter().for_each(|s| class[*s as usize] = c));
    let stays = |(c, m): (usize, &Vec<u64>)| {
        m.iter().all(|s| rows[*s as usize].entries().iter().all(|(y, _)| class[*y as usize] == c))
    };
    let closed = members.iter().enumerate().map(stays).collect();
    Classes { members, class, closed }
}

/// The period of a closed class, and for each of its members the part that it belongs to: each step leads from a part to
/// the next one, and from the last to the first.
pub fn period(rows: &[Row], members: &[u64]) -> (u64, Vec<u64>) {
    let mut level: FxHashMap<u64, u64> = FxHashMap::default();
    level.insert(members[0], 0);
    let mut queue = vec![members[0]];
    let mut at = 0;
    let mut period = 0u64;
    while let Some(x) = queue.get(at).copied() {
        at += 1;
        let next = level[&x] + 1;
        for (y, _) in rows[x as usize].entries() {
            match level.get(y) {
                Some(known) => period = gcd(period, known.abs_diff(next)),
                None => {
                    level.insert(*y, next);
                    queue.push(*y);
                }
            }
        }
    }
    // A closed class has a circle, so the period is not 0.
    (period, members.iter().map(|s| level[s] % period.max(1)).collect())
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The least common multiple of the periods of the closed classes, after which the powers of the chain repeat in the
/// limit. It can be as long as a product of primes.
pub fn overall_period(rows: &[Row], classes: &Classes) -> Int {
    let periods = classes.closed_ones().map(|c| period(rows, &classes.members[c]).0);
    periods.fold(Int::ONE, |l, p| l.lcm(&Int::from(p)))
}

/// The stationary state of a closed class: the direction in which `p ; P == p`, scaled to a sum of 1.
pub fn stationary(rows: &[Row], members: &[u64], interrupt: &Interrupt) -> Result<Row, Stopped> {
    let n = members.len();
    let place = places(members);
    // With q(x) = p(x) / den(x), where den(x) is the denominator of row x, the equations have integers as coefficients:
    // for each y, the sum of q(x) · (numerator of P(x, y) − den(x)·[x = y]) is 0.
    let mut equations = vec![vec![Int::ZERO; n]; n];
    for (k, x) in members.iter().enumerate() {
        let row = &rows[*x as usize];
        for (y, w) in row.entries() {
            equations[place[y]][k] = w.clone();
        }
        equations[k][k] = &equations[k][k] - row.den();
    }
    let kernel = Echelon::of(equations, n, interrupt)?.null_vector().unwrap_or_default();
    let weights: Vec<Int> = members.iter().zip(&kernel).map(|(x, q)| q * rows[*x as usize].den()).collect();
    let total = weights.iter().fold(Int::ZERO, |s, w| &s + w);
    Ok(Row::from_sorted(total, members.iter().copied().zip(weights).collect()))
}

fn places(members: &[u64]) -> FxHashMap<u64, usize> {
    members.iter().enumerate().map(|(k, x)| (*x, k)).collect()
}

/// For each state, the probabilities of the closed classes into which the chain gets from it in the end; the place of a
/// class is its first state.
pub fn absorption(rows: &[Row], classes: &Classes, interrupt: &Interrupt) -> Result<Vec<Row>, Stopped> {
    let closed: Vec<usize> = classes.closed_ones().collect();
    let first = |c: usize| classes.members[c][0];
    let passing: Vec<u64> = (0..rows.len() as u64).filter(|x| !classes.closed[classes.class[*x as usize]]).collect();
    let place = places(&passing);
    // b = Q b + r: from a state that is left for good, one step, and then on.
    let mut equations = Vec::with_capacity(passing.len());
    for x in &passing {
        let row = &rows[*x as usize];
        let mut equation = vec![Int::ZERO; passing.len() + closed.len()];
        for (y, w) in row.entries() {
            match place.get(y) {
                Some(k) => equation[*k] = -w,
                None => {
                    let class = closed.binary_search(&classes.class[*y as usize]).unwrap_or(0);
                    equation[passing.len() + class] += w;
                }
            }
        }
        let own = place[x];
        equation[own] = &equation[own] + row.den();
        equations.push(equation);
    }
    let solved = Echelon::of(equations, passing.len(), interrupt)?;
    let columns: Vec<Vec<Ratio>> =
        (0..closed.len()).map(|k| solved.solution(k).unwrap_or_else(|| vec![Ratio::ZERO; passing.len()])).collect();
    let row = |x: u64| match place.get(&x) {
        None => Row::point(first(classes.class[x as usize])),
        Some(k) => Row::from_ratios(closed.iter().zip(&columns).map(|(c, column)| (first(*c), column[*k].clone()))),
    };
    Ok((0..rows.len() as u64).map(row).collect())
}

/// The limit of the mean of the first n powers: into which class the chain gets, and then the stationary state there.
pub fn limit(rows: &[Row], interrupt: &Interrupt) -> Result<Vec<Row>, Stopped> {
    let classes = classes(rows);
    let mut states: FxHashMap<u64, Row> = FxHashMap::default();
    for c in classes.closed_ones() {
        states.insert(classes.members[c][0], stationary(rows, &classes.members[c], interrupt)?);
    }
    let spread = |row: &Row| {
        let parts = row
            .ratios()
            .flat_map(|(first, mass)| states[&first].ratios().map(move |(y, w)| (y, &mass * &w)).collect::<Vec<_>>());
        // Closed classes have no state in common.
        Row::from_ratios(parts)
    };
    Ok(absorption(rows, &classes, interrupt)?.iter().map(spread).collect())
}

/// The coarsest lumping in which states of one block have equal labels: each state goes to the first one of its block.
///
/// Blocks are split as long as two states of one block go to some block with different probabilities. What is split must
/// be split in every such lumping, so what is left is the coarsest.
pub fn lumping(rows: &[Row], labels: &[Row], interrupt: &Interrupt) -> Result<Vec<u64>, Stopped> {
    let mut block = first_with_equal(labels.iter());
    loop {
        interrupt.check()?;
        let keys: Vec<(u64, Row)> =
            rows.iter().zip(&block).map(|(row, own)| (*own, row.moved(|y| block[y as usize]))).collect();
        let finer = first_with_equal(keys.iter());
        if finer == block {
            return Ok(block);
        }
        block = finer;
    }
}

/// For each thing the number of the first one that equals it.
fn first_with_equal<T: std::hash::Hash + Eq>(things: impl Iterator<Item = T>) -> Vec<u64> {
    let mut first: FxHashMap<T, u64> = FxHashMap::default();
    things.enumerate().map(|(k, thing)| *first.entry(thing).or_insert(k as u64)).collect()
}
