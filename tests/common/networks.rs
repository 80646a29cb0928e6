//! Random networks of dozens of boxes, and a slow elimination for them: tables from lists of values to rationals, in
//! maps, multiplied entry by entry. It shares nothing with mcheck but its rationals.

use std::collections::BTreeMap;
use std::fmt::Write;

use mcheck::number::ratio::Ratio;

use super::choices::Choices;

/// A wire with the box that makes it.
pub struct Node {
    /// How many points it has.
    pub size: usize,
    /// The wires that its box is given; one may stand there twice.
    pub parents: Vec<usize>,
    /// The number of its kernel.
    pub kernel: usize,
}

/// A network.
#[derive(Default)]
pub struct Net {
    pub nodes: Vec<Node>,
    /// For each kernel: sizes of its inputs, size of its output, and rows.
    pub kernels: Vec<(Vec<usize>, usize, Vec<Vec<Ratio>>)>,
}

/// The shape of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Each wire has at most two parents, which share no ancestor.
    Polytree,
    /// Each wire has its left and its upper neighbour as parents.
    Grid,
    /// Parents are among the wires just before.
    Layered,
}

impl Net {
    /// A random network with about this many wires.
    pub fn random(ch: &mut Choices<'_>, shape: Shape, count: usize) -> Net {
        let mut net = Net::default();
        let side = (count as f64).sqrt() as usize;
        let mut component: Vec<usize> = Vec::new();
        for i in 0..count {
            let mut parents = match shape {
                Shape::Grid => {
                    let mut parents = Vec::new();
                    if i % side != 0 {
                        parents.push(i - 1);
                    }
                    if i >= side {
                        parents.push(i - side);
                    }
                    parents
                }
                Shape::Layered => {
                    let wanted = ch.below(4).min(i);
                    (0..wanted).map(|_| i - 1 - ch.below(i.min(8))).collect()
                }
                Shape::Polytree => {
                    let mut parents: Vec<usize> = Vec::new();
                    for _ in 0..ch.below(3).min(i) {
                        let p = ch.below(i);
                        if parents.iter().all(|q| component[*q] != component[p]) {
                            parents.push(p);
                        }
                    }
                    parents
                }
            };
            if shape == Shape::Layered && ch.once_in(12) && !parents.is_empty() {
                // The same wire twice.
                parents.push(parents[0]);
            }
            component.push(i);
            for p in &parents {
                let (old, new) = (component[*p], i);
                component.iter_mut().filter(|c| **c == old).for_each(|c| *c = new);
            }
            let size = if ch.once_in(4) { 3 } else { 2 };
            let kernel = net.kernel(ch, &parents, size);
            net.nodes.push(Node { size, parents, kernel });
        }
        net
    }

    /// A kernel from these wires: sometimes one that is there already, sometimes a deterministic one.
    fn kernel(&mut self, ch: &mut Choices<'_>, parents: &[usize], size: usize) -> usize {
        let dom: Vec<usize> = parents.iter().map(|p| self.nodes[*p].size).collect();
        if ch.once_in(3)
            && let Some(found) = self.kernels.iter().rposition(|(d, s, _)| *d == dom && *s == size)
        {
            return found;
        }
        let deterministic = ch.once_in(5);
        let rows = (0..dom.iter().product::<usize>())
            .map(|_| {
                let mut weights: Vec<i64> = (0..size)
                    .map(|_| if deterministic || ch.once_in(5) { 0 } else { 1 + ch.below(30) as i64 })
                    .collect();
                if weights.iter().all(|w| *w == 0) {
                    weights[ch.below(size)] = 1;
                }
                let sum: i64 = weights.iter().sum();
                weights.into_iter().map(|w| Ratio::of(w, sum)).collect()
            })
            .collect();
        self.kernels.push((dom, size, rows));
        self.kernels.len() - 1
    }

    /// The program: a diagram `d` whose outputs `x0`, `x1`, … are all wires.
    pub fn text(&self) -> String {
        let mut text = String::from("object S2 = 0..2\nobject S3 = 0..3\n");
        for (k, (dom, size, rows)) in self.kernels.iter().enumerate() {
            let factors: Vec<String> = dom.iter().map(|s| format!("S{s}")).collect();
            let arrow = if dom.is_empty() { String::new() } else { format!("{} -> ", factors.join(" * ")) };
            writeln!(text, "kernel k{k} : {arrow}S{size} {{").unwrap();
            for (i, row) in rows.iter().enumerate() {
                let point: Vec<String> = coordinates(i, dom).iter().map(usize::to_string).collect();
                let head = match point.len() {
                    0 => String::new(),
                    1 => format!("{} -> ", point[0]),
                    _ => format!("({}) -> ", point.join(", ")),
                };
                let entries: Vec<String> =
                    row.iter().enumerate().filter(|(_, w)| !w.is_zero()).map(|(j, w)| format!("{j}: {w}")).collect();
                writeln!(text, "  {head}{}", entries.join(", ")).unwrap();
            }
            text.push_str("}\n");
        }
        let outputs: Vec<String> = self.nodes.iter().enumerate().map(|(i, n)| format!("x{i}: S{}", n.size)).collect();
        writeln!(text, "diagram d -> ({}) {{", outputs.join(", ")).unwrap();
        for (i, node) in self.nodes.iter().enumerate() {
            let given: Vec<String> = node.parents.iter().map(|p| format!("x{p}")).collect();
            let given = if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) };
            writeln!(text, "  x{i} ~ k{}{given}", node.kernel).unwrap();
        }
        let all: Vec<String> = (0..self.nodes.len()).map(|i| format!("x{i}")).collect();
        writeln!(text, "  return {}\n}}", all.join(", ")).unwrap();
        text
    }

    /// The masses of the values of some wires, together with values that were seen.
    pub fn masses(&self, kept: &[usize], seen: &[(usize, usize)]) -> BTreeMap<Vec<usize>, Ratio> {
        let mut tables: Vec<Table> = self.nodes.iter().enumerate().map(|(i, n)| self.table(i, n)).collect();
        for table in &mut tables {
            let vars = table.vars.clone();
            table.entries.retain(|at, _| {
                seen.iter().all(|(wire, value)| vars.iter().zip(at).all(|(v, c)| v != wire || c == value))
            });
        }
        let mut left: Vec<usize> = (0..self.nodes.len()).filter(|i| !kept.contains(i)).collect();
        while !left.is_empty() {
            // The wire with the fewest neighbours.
            let neighbours = |v: usize| {
                let mut all: Vec<usize> =
                    tables.iter().filter(|t| t.vars.contains(&v)).flat_map(|t| t.vars.iter().copied()).collect();
                all.sort_unstable();
                all.dedup();
                all.len()
            };
            let at = (0..left.len()).min_by_key(|k| neighbours(left[*k])).unwrap();
            let v = left.swap_remove(at);
            let (with, without): (Vec<Table>, Vec<Table>) = tables.into_iter().partition(|t| t.vars.contains(&v));
            tables = without;
            tables.push(with.into_iter().fold(Table::one(), |a, b| a.times(&b)).without(v));
        }
        let whole = tables.into_iter().fold(Table::one(), |a, b| a.times(&b));
        let mut found = BTreeMap::new();
        for (at, mass) in whole.entries {
            let point = kept.iter().map(|k| at[whole.vars.iter().position(|v| v == k).unwrap()]).collect();
            found.insert(point, mass);
        }
        found
    }

    fn table(&self, wire: usize, node: &Node) -> Table {
        let mut vars = node.parents.clone();
        vars.sort_unstable();
        vars.dedup();
        vars.push(wire);
        let (dom, _, rows) = &self.kernels[node.kernel];
        let mut entries = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let given = coordinates(i, dom);
            let agrees = |k: usize| (0..k).all(|j| node.parents[j] != node.parents[k] || given[j] == given[k]);
            if !(0..given.len()).all(agrees) {
                continue;
            }
            for (j, w) in row.iter().enumerate().filter(|(_, w)| !w.is_zero()) {
                let place = |v: &usize| node.parents.iter().position(|p| p == v).map_or(j, |k| given[k]);
                entries.insert(vars.iter().map(place).collect(), w.clone());
            }
        }
        Table { vars, entries }
    }
}

struct Table {
    vars: Vec<usize>,
    entries: BTreeMap<Vec<usize>, Ratio>,
}

impl Table {
    fn one() -> Table {
        Table { vars: Vec::new(), entries: BTreeMap::from([(Vec::new(), Ratio::ONE)]) }
    }

    fn times(&self, other: &Table) -> Table {
        let own: Vec<usize> = (0..other.vars.len()).filter(|k| !self.vars.contains(&other.vars[*k])).collect();
        let vars = self.vars.iter().copied().chain(own.iter().map(|k| other.vars[*k])).collect();
        let mut entries = BTreeMap::new();
        for (a, x) in &self.entries {
            for (b, y) in &other.entries {
                let agrees = |k: usize| self.vars.iter().position(|v| *v == other.vars[k]).is_none_or(|p| a[p] == b[k]);
                if (0..b.len()).all(agrees) {
                    entries.insert(a.iter().copied().chain(own.iter().map(|k| b[*k])).collect(), x * y);
                }
            }
        }
        Table { vars, entries }
    }

    fn without(self, var: usize) -> Table {
        let at = self.vars.iter().position(|v| *v == var).unwrap();
        let mut entries: BTreeMap<Vec<usize>, Ratio> = BTreeMap::new();
        for (mut place, x) in self.entries {
            place.remove(at);
            let sum = entries.entry(place).or_insert(Ratio::ZERO);
            *sum = &*sum + &x;
        }
        let mut vars = self.vars;
        vars.remove(at);
        Table { vars, entries }
    }
}

fn coordinates(mut point: usize, sizes: &[usize]) -> Vec<usize> {
    let mut out = vec![0; sizes.len()];
    for (c, size) in out.iter_mut().zip(sizes).rev() {
        *c = point % size;
        point /= size;
    }
    out
}
