//! In which order wires are summed out of a product of factors, and what that costs.
//!
//! To sum out a wire, all factors that have it are multiplied: the result is as large as the product of the sizes of the
//! wires that it shares a factor with. The best order is hard to find (Arnborg, Corneil and Proskurowski 1987); good ones
//! come from taking next
//!
//! 1. the wire whose neighbours lack the fewest connections, weighted by their sizes (weighted min-fill), or
//! 2. the wire with the smallest table, or
//! 3. one of these with the scores shaken a little, by numbers that are the same in each run;
//!
//! and from going forward: a wire is summed out once no box needs it any more.
//!
//! Each order is played through with the numbers that the factors really have, zeros counted as if they were spread
//! evenly, and the cheapest is kept. How many are tried depends on the network alone, never on a clock: the same program
//! always has the same plan.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A factor as far as an order is concerned.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// Its wires.
    pub vars: Vec<usize>,
    /// How many numbers it has, as a logarithm to base 2.
    pub count: f64,
    /// Bits of its numbers.
    pub bits: f64,
}

/// An order with what it costs.
#[derive(Debug, Clone, Default)]
pub(super) struct Order {
    /// The wires in the order in which they are summed out.
    pub wires: Vec<usize>,
    /// Products of numbers, about.
    pub cost: f64,
    /// The same with each product counted as often as its result has words: what orders are compared by.
    pub effort: f64,
    /// Numbers in the largest table, about.
    pub largest: f64,
    /// Most wires in one table.
    pub width: usize,
}

/// An order that needs no more products than this is not improved.
const CHEAP: f64 = 20_000.0;

/// Orders that are tried where the first one is not cheap.
const TRIALS: u64 = 8;

/// Networks with more wires than this get the first order only.
const MANY: usize = 5_000;

/// Scores of the neighbours of neighbours are brought up to date while there are no more of them.
const SECOND_RING: usize = 256;

/// Tables of more than 2^62 points are hopeless: planning stops there.
const HOPELESS: f64 = 62.0;

/// What a product costs beside the words of its result, in words.
const FIXED_COST: f64 = 2.0;

/// What it costs to read a number of the last table off, in products.
const READ_COST: f64 = 12.0;

/// The cheapest order found. `logs` are the logarithms of the sizes of wires, `free` the wires that stay; `known` is an
/// order that is tried too, where the others are not cheap.
pub(super) fn best(shapes: &[Shape], logs: &[f64], free: &[bool], known: &[usize]) -> Order {
    let (users, vars) = users(shapes, logs.len());
    let graph = neighbours(shapes, &users, &vars);
    let mut best: Option<Order> = None;
    for trial in 0..TRIALS {
        let wires = greedy(&graph, &vars, logs, free, trial);
        let order = played(shapes, logs, wires, free);
        let stop = order.cost <= CHEAP || vars.len() > MANY;
        if best.as_ref().is_none_or(|b| order.effort < b.effort) {
            best = Some(order);
        }
        if stop {
            return best.unwrap_or_default();
        }
    }
    let known: Vec<usize> = known.iter().copied().filter(|v| !free[*v] && !users[*v].is_empty()).collect();
    let known = played(shapes, logs, known, free);
    best.filter(|b| b.effort <= known.effort).unwrap_or(known)
}

/// For each wire the factors that have it; and the wires that some factor has.
fn users(shapes: &[Shape], wires: usize) -> (Vec<Vec<u32>>, Vec<usize>) {
    let mut users: Vec<Vec<u32>> = vec![Vec::new(); wires];
    for (f, shape) in shapes.iter().enumerate() {
        shape.vars.iter().for_each(|v| users[*v].push(f as u32));
    }
    let vars = (0..wires).filter(|v| !users[*v].is_empty()).collect();
    (users, vars)
}

/// For each wire those that it shares a factor with, increasing.
fn neighbours(shapes: &[Shape], users: &[Vec<u32>], vars: &[usize]) -> Vec<Vec<u32>> {
    let mut graph: Vec<Vec<u32>> = vec![Vec::new(); users.len()];
    for v in vars {
        let mut near: Vec<u32> =
            users[*v].iter().flat_map(|f| shapes[*f as usize].vars.iter().map(|w| *w as u32)).collect();
        near.sort_unstable();
        near.dedup();
        near.retain(|w| *w as usize != *v);
        graph[*v] = near;
    }
    graph
}

/// An order by one of the rules; it ends early where every table would be hopeless.
fn greedy(graph: &[Vec<u32>], vars: &[usize], logs: &[f64], free: &[bool], trial: u64) -> Vec<usize> {
    let mut graph = graph.to_vec();
    let shaken = |v: usize| match trial {
        0 | 1 => 1.0,
        _ => 1.0 + (mixed(trial << 32 | v as u64) >> 40) as f64 / (1u64 << 24) as f64 * 0.5,
    };
    let table = |graph: &[Vec<u32>], v: usize| logs[v] + graph[v].iter().map(|w| logs[*w as usize]).sum::<f64>();
    let score = |graph: &[Vec<u32>], v: usize| -> f64 {
        let size = table(graph, v).min(900.0).exp2();
        if trial % 2 == 1 {
            return size * shaken(v);
        }
        let near = &graph[v];
        if near.len() as f64 > HOPELESS {
            return size;
        }
        let mut fill = 0.0;
        for (i, a) in near.iter().enumerate() {
            for b in &near[i + 1..] {
                if graph[*a as usize].binary_search(b).is_err() {
                    fill += (logs[*a as usize] + logs[*b as usize]).exp2();
                }
            }
        }
        // Of wires that lack nothing the one with the smallest table comes first.
        (fill + size * 1e-9) * shaken(v)
    };
    let mut heap: BinaryHeap<Reverse<(Score, usize)>> =
        vars.iter().filter(|v| !free[**v]).map(|v| Reverse((Score(score(&graph, *v)), *v))).collect();
    let mut order = Vec::with_capacity(heap.len());
    let mut done = vec![false; graph.len()];
    while let Some(Reverse((old, v))) = heap.pop() {
        if done[v] {
            continue;
        }
        // Scores far away are brought up to date only when they come to the top.
        let now = Score(score(&graph, v));
        if now > old && heap.peek().is_some_and(|Reverse(next)| (now, v) > *next) {
            heap.push(Reverse((now, v)));
            continue;
        }
        done[v] = true;
        order.push(v);
        if table(&graph, v) > HOPELESS {
            break;
        }
        let near = std::mem::take(&mut graph[v]);
        for a in &near {
            let own = &mut graph[*a as usize];
            own.extend(near.iter().filter(|b| *b != a));
            own.sort_unstable();
            own.dedup();
            own.retain(|b| *b as usize != v);
        }
        // New connections change the scores of neighbours, and make those of their neighbours better.
        let mut changed: Vec<u32> = near.clone();
        if near.iter().map(|a| graph[*a as usize].len()).sum::<usize>() <= SECOND_RING {
            changed.extend(near.iter().flat_map(|a| &graph[*a as usize]));
            changed.sort_unstable();
            changed.dedup();
        }
        for a in changed.into_iter().map(|a| a as usize).filter(|a| !free[*a]) {
            heap.push(Reverse((Score(score(&graph, a)), a)));
        }
    }
    order
}

/// An order played through: which products are made, with how many numbers.
fn played(shapes: &[Shape], logs: &[f64], wires: Vec<usize>, free: &[bool]) -> Order {
    let mut live: Vec<Option<Shape>> = shapes.iter().cloned().map(Some).collect();
    let (mut users, _) = users(shapes, logs.len());
    let mut order = Order::default();
    let size = |vars: &[usize]| vars.iter().map(|v| logs[*v]).sum::<f64>();
    let mut met = vec![false; logs.len()];
    let mut product = |factors: Vec<Shape>, order: &mut Order| -> Shape {
        let mut vars: Vec<usize> = Vec::new();
        let (mut density, mut bits) = (0.0, 0.0);
        for f in &factors {
            bits += f.bits;
            density += f.count - size(&f.vars);
            for v in &f.vars {
                if !met[*v] {
                    met[*v] = true;
                    vars.push(*v);
                }
            }
        }
        vars.iter().for_each(|v| met[*v] = false);
        // Zeros of several factors often are the same ones: a product is at least as full as its fullest factor is small.
        let largest = factors.iter().map(|f| f.count).fold(0.0, f64::max);
        let count = (size(&vars) + density).max(largest.min(size(&vars)));
        order.cost += count.exp2();
        order.effort += count.exp2() * (FIXED_COST + (bits / 64.0).ceil());
        order.width = order.width.max(vars.len());
        Shape { vars, count, bits }
    };
    for v in &wires {
        let factors: Vec<Shape> = users[*v].iter().filter_map(|f| live[*f as usize].take()).collect();
        let mut made = product(factors, &mut order);
        made.vars.retain(|w| w != v);
        // A sum of many numbers is longer than each of them.
        let terms = made.count;
        made.count = made.count.min(size(&made.vars));
        made.bits += terms - made.count;
        order.largest = order.largest.max(made.count.exp2());
        for w in &made.vars {
            users[*w].retain(|f| live[*f as usize].is_some());
            users[*w].push(live.len() as u32);
        }
        live.push(Some(made));
    }
    let rest: Vec<Shape> = live.into_iter().flatten().collect();
    let kept = rest.iter().flat_map(|f| &f.vars).all(|v| free[*v]);
    let last = product(rest, &mut order);
    order.cost += READ_COST * last.count.exp2();
    // An order that ended early leaves everything else in one table.
    order.largest = order.largest.max(if kept { last.count } else { size(&last.vars) }.exp2());
    order.wires = wires;
    order
}

/// Scores in order; none is NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Score(f64);

impl Eq for Score {}

impl Ord for Score {
    fn cmp(&self, other: &Score) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Score) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A number that looks random (the finaliser of SplitMix64).
fn mixed(x: u64) -> u64 {
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binary(edges: &[(usize, usize)]) -> Vec<Shape> {
        edges.iter().map(|(a, b)| Shape { vars: vec![*a, *b], count: 2.0, bits: 8.0 }).collect()
    }

    #[test]
    fn a_tree_needs_tables_of_two_wires() {
        // Wire k hangs on wire (k - 1) / 2; only the root stays.
        let edges: Vec<_> = (1..200).map(|k| (k, (k - 1) / 2)).collect();
        let mut free = vec![false; 200];
        free[0] = true;
        let order = best(&binary(&edges), &[1.0; 200], &free, &[]);
        // A leaf is summed out alone; its parent together with what is left of both children.
        assert_eq!((order.width, order.wires.len()), (2, 199));
        assert_eq!(order.largest, 2.0);
    }

    /// The treewidth of an n by n grid is n: no order has less than n + 1 wires in a table.
    #[test]
    fn grids_are_not_much_wider_than_they_must_be() {
        for n in [8, 12] {
            let at = |i: usize, j: usize| n * i + j;
            let mut edges = Vec::new();
            for i in 0..n {
                for j in 0..n {
                    if i > 0 {
                        edges.push((at(i - 1, j), at(i, j)));
                    }
                    if j > 0 {
                        edges.push((at(i, j - 1), at(i, j)));
                    }
                }
            }
            let order = best(&binary(&edges), &vec![1.0; n * n], &vec![false; n * n], &[]);
            assert!((n + 1..=4 * n / 3 + 1).contains(&order.width), "{} for {n}", order.width);
            // Row by row has the narrowest tables, but not the fewest products: the cheaper order is kept.
            let rows: Vec<usize> = (0..n * n).collect();
            let by_rows = played(&binary(&edges), &vec![1.0; n * n], rows.clone(), &vec![false; n * n]);
            let order = best(&binary(&edges), &vec![1.0; n * n], &vec![false; n * n], &rows);
            assert!(by_rows.width == n + 1 && order.cost <= by_rows.cost, "{by_rows:?}, {order:?}");
        }
    }

    #[test]
    fn a_clique_of_60_is_seen_to_be_hopeless() {
        let edges: Vec<_> = (0..70).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
        let order = best(&binary(&edges), &[1.0; 70], &[false; 70], &[]);
        assert!(order.largest >= 2f64.powi(60), "{}", order.largest);
    }
}
