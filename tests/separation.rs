//! `check separated` on random networks, against a slow search for open paths, against networkx where Python has it,
//! and against the numbers: what is said to be separated must be independent, and each model that is offered for what
//! is not must show the dependence when it is run by itself.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use common::random::Random;
use common::run::{answers, matrix, verdict};
use mcheck::decide::answer::{Level, Witness};
use mcheck::number::ratio::Ratio;

/// A network: nodes are numbered so that parents come first.
struct Network {
    parents: Vec<Vec<usize>>,
    /// Nodes that are inputs of the diagram; they have no parents.
    inputs: Vec<usize>,
    /// Nodes that the diagram returns; the others are latent, or inputs.
    returned: Vec<usize>,
}

/// Groups of nodes, and the nodes that are known.
struct Question {
    groups: Vec<Vec<usize>>,
    given: Vec<usize>,
}

impl Network {
    fn random(r: &mut Random) -> Network {
        let n = 2 + r.below(8);
        let density = 1 + r.below(4);
        let mut net = Network { parents: Vec::new(), inputs: Vec::new(), returned: Vec::new() };
        for v in 0..n {
            let mut parents: Vec<usize> = (0..v).filter(|_| r.below(6) < density).collect();
            while parents.len() > 4 {
                parents.remove(r.below(parents.len()));
            }
            if r.below(8) == 0 {
                parents.clear();
                net.inputs.push(v);
            } else if r.below(5) > 0 {
                net.returned.push(v);
            }
            net.parents.push(parents);
        }
        net
    }

    /// Random disjoint groups of returned nodes, two or three, and random known nodes.
    fn question(&self, r: &mut Random) -> Option<Question> {
        let mut left = self.returned.clone();
        let mut take = |r: &mut Random, many: usize| -> Vec<usize> {
            (0..many.min(left.len())).map(|_| left.remove(r.below(left.len()))).collect()
        };
        let count = if r.below(6) == 0 { 3 } else { 2 };
        let sizes: Vec<usize> = (0..count).map(|_| if r.below(3) == 0 { 2 } else { 1 }).collect();
        let groups: Vec<Vec<usize>> = sizes.into_iter().map(|many| take(r, many)).collect();
        let known = r.below(4);
        let given = take(r, known);
        groups.iter().all(|g| !g.is_empty()).then_some(Question { groups, given })
    }

    /// As a program: a kernel for each node, with random rows.
    fn text(&self, r: &mut Random) -> String {
        let mut text = String::from("object B = 0..2\n");
        for (v, parents) in self.parents.iter().enumerate().filter(|(v, _)| !self.inputs.contains(v)) {
            let rows: Vec<String> = (0..1 << parents.len())
                .map(|_| {
                    let weight = 1 + r.below(96);
                    format!("[{weight}/97, {}/97]", 97 - weight)
                })
                .collect();
            let dom = if parents.is_empty() { String::new() } else { format!("B^{} -> ", parents.len()) };
            writeln!(text, "kernel k{v} : {dom}B = [{}]", rows.join(", ")).unwrap();
        }
        let inputs: Vec<String> = self.inputs.iter().map(|v| format!("v{v}: B")).collect();
        let inputs = if inputs.is_empty() { String::new() } else { format!("({})", inputs.join(", ")) };
        let outputs: Vec<String> = self.returned.iter().map(|v| format!("v{v}: B")).collect();
        writeln!(text, "diagram d{inputs} -> ({}) {{", outputs.join(", ")).unwrap();
        for (v, parents) in self.parents.iter().enumerate().filter(|(v, _)| !self.inputs.contains(v)) {
            let given = if parents.is_empty() { String::new() } else { format!("({})", names(parents)) };
            writeln!(text, "  v{v} ~ k{v}{given}").unwrap();
        }
        writeln!(text, "  return {}\n}}", names(&self.returned)).unwrap();
        text
    }

    /// The nodes with a directed path to one of these, and these.
    fn ancestors(&self, of: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut found: BTreeSet<usize> = of.into_iter().collect();
        for v in (0..self.parents.len()).rev() {
            if found.contains(&v) {
                found.extend(self.parents[v].iter().copied());
            }
        }
        found
    }

    /// Whether a simple path from `x` to `y` is open given `known`, by trying all of them: a node between two arrows
    /// that meet in it lets through exactly if it or a descendant is known, any other exactly if it is not.
    fn open(&self, x: usize, y: usize, known: &[usize]) -> bool {
        let told = self.ancestors(known.iter().copied());
        let mut paths = vec![vec![x]];
        while let Some(path) = paths.pop() {
            let at = path[path.len() - 1];
            for next in 0..self.parents.len() {
                if path.contains(&next) || !self.joined(at, next) {
                    continue;
                }
                if let [.., before, _] = path[..] {
                    let meet = self.parents[at].contains(&before) && self.parents[at].contains(&next);
                    let lets_through = if meet { told.contains(&at) } else { !known.contains(&at) };
                    if !lets_through {
                        continue;
                    }
                }
                if next == y {
                    return true;
                }
                paths.push([&path[..], &[next]].concat());
            }
        }
        false
    }

    fn joined(&self, a: usize, b: usize) -> bool {
        self.parents[a].contains(&b) || self.parents[b].contains(&a)
    }

    /// What is known: inputs always are.
    fn known(&self, q: &Question) -> Vec<usize> {
        q.given.iter().chain(&self.inputs).copied().collect()
    }

    /// The pairs of groups with an open path between them.
    fn open_pairs(&self, q: &Question) -> Vec<[usize; 2]> {
        let known = self.known(q);
        let pairs = (0..q.groups.len()).flat_map(|b| (0..b).map(move |a| [a, b]));
        pairs
            .filter(|[a, b]| q.groups[*a].iter().any(|x| q.groups[*b].iter().any(|y| self.open(*x, *y, &known))))
            .collect()
    }

    /// Whether boxes that are named after their nodes lead from one group to the other: each is an ancestor of these
    /// two groups or of what is known, and shares with the one before a wire that is not known.
    fn leads(&self, q: &Question, ends: [usize; 2], boxes: &[usize]) -> bool {
        let known = self.known(q);
        let asked = self.ancestors(ends.iter().flat_map(|g| &q.groups[*g]).chain(&q.given).copied());
        let mut reached: Vec<usize> = q.groups[ends[0]].clone();
        for b in boxes {
            let ports: Vec<usize> = self.parents[*b].iter().copied().chain([*b]).collect();
            if !asked.contains(b) || !ports.iter().any(|w| reached.contains(w)) {
                return false;
            }
            reached = ports.into_iter().filter(|w| !known.contains(w)).collect();
        }
        q.groups[ends[1]].iter().any(|y| reached.contains(y))
    }
}

fn names(nodes: &[usize]) -> String {
    nodes.iter().map(|v| format!("v{v}")).collect::<Vec<_>>().join(", ")
}

impl Question {
    fn group_names(&self) -> Vec<String> {
        self.groups.iter().map(|g| if g.len() == 1 { names(g) } else { format!("({})", names(g)) }).collect()
    }

    fn text(&self) -> String {
        let given = if self.given.is_empty() { String::new() } else { format!(" given {}", names(&self.given)) };
        format!("{}{given} in d", self.group_names().join(", "))
    }

    /// The outputs that are asked about, groups first.
    fn marginal(&self) -> String {
        let all: Vec<usize> = self.groups.iter().flatten().chain(&self.given).copied().collect();
        format!("marginal(d, {})", names(&all))
    }

    /// Whether the groups are independent given what is known in each row of a matrix for the marginal:
    /// `P(x, y, …, z) P(z) P(z) … = P(x, z) P(y, z) …`, without division.
    fn independent(&self, rows: &[Vec<Ratio>]) -> bool {
        let sizes: Vec<usize> = self.groups.iter().chain([&self.given]).map(Vec::len).collect();
        let bits: usize = sizes.iter().sum();
        // For each part, which bits of a point belong to it; the first output is the highest bit.
        let mut masks = Vec::new();
        let mut at = bits;
        for size in &sizes {
            masks.push(((1usize << size) - 1) << (at - size));
            at -= size;
        }
        let known = masks[sizes.len() - 1];
        rows.iter().all(|row| {
            let sum = |mask: usize, point: usize| -> Ratio {
                let agree = row.iter().enumerate().filter(|(p, _)| p & mask == point & mask);
                agree.fold(Ratio::ZERO, |total, (_, weight)| &total + weight)
            };
            (0..row.len()).all(|point| {
                let mut left = row[point].clone();
                (2..sizes.len()).for_each(|_| left = &left * &sum(known, point));
                let groups = &masks[..sizes.len() - 1];
                groups.iter().fold(Ratio::ONE, |product, mask| &product * &sum(mask | known, point)) == left
            })
        })
    }
}

/// How often questions are asked of a network.
const QUESTIONS: usize = 8;

#[test]
fn separation_is_right_on_random_networks() {
    let mut r = Random(5);
    let mut asked_of_networkx = String::new();
    let mut verdicts = Vec::new();
    for number in 0..2_100 {
        let net = Network::random(&mut r);
        let questions: Vec<Question> = (0..QUESTIONS).filter_map(|_| net.question(&mut r)).collect();
        if questions.is_empty() {
            continue;
        }
        let mut text = net.text(&mut r);
        for q in &questions {
            writeln!(text, "check separated {}\neval {}", q.text(), q.marginal()).unwrap();
        }
        let all = answers(&text).unwrap();
        for (q, answer) in questions.iter().zip(all.chunks(2)) {
            let (v, holds) = verdict(&answer[0]).unwrap();
            let at = || format!("network {number}: {}\n{text}", q.text());
            let open = net.open_pairs(q);
            assert_eq!(holds, open.is_empty(), "{}", at());
            assert_eq!(v.level, Level::WithConditionals);
            let rows = matrix(&answer[1]).unwrap().0.0;
            if holds {
                assert!(q.independent(&rows), "{}", at());
            } else {
                let Some(Witness::Path { ends, boxes, program }) = &v.witness else { panic!("no path: {}", at()) };
                let group = |name: &String| q.group_names().iter().position(|g| g == name).unwrap();
                let ends = [group(&ends[0]), group(&ends[1])];
                let boxes: Vec<usize> = boxes.iter().map(|b| b[1..].parse().unwrap()).collect();
                assert!(net.leads(q, ends, &boxes), "{boxes:?} is no open path: {}", at());
                let (low, high) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
                assert!(open.contains(&[low, high]), "{}", at());
                // The model that is offered, run by itself.
                let program = program.as_ref().unwrap_or_else(|| panic!("no model: {}", at()));
                assert!(program.contains("check not independent"), "{program}");
                let again = answers(program).unwrap();
                let (again, dependent) = verdict(&again[0]).unwrap();
                assert!(dependent && again.level == Level::Exact, "{program}\n{}", at());
            }
            asked_of_networkx.push_str(&line(&net, q));
            verdicts.push(holds);
        }
    }
    let separated = verdicts.iter().filter(|v| **v).count();
    assert!(
        separated > 2_400 && verdicts.len() - separated > 2_400,
        "a poor mixture: {separated} of {}",
        verdicts.len()
    );
    match networkx(&asked_of_networkx) {
        Ok(theirs) => assert_eq!(theirs, verdicts),
        Err(why) => println!("networkx is not asked: {why}"),
    }
}

/// A question as a line: `edges;groups;known`, where edges are `a>b`, and groups are joined with `|`.
fn line(net: &Network, q: &Question) -> String {
    let list = |nodes: &[usize]| nodes.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let edges: Vec<String> = net
        .parents
        .iter()
        .enumerate()
        .flat_map(|(v, parents)| parents.iter().map(move |p| format!("{p}>{v}")))
        .collect();
    let groups: Vec<String> = q.groups.iter().map(|g| list(g)).collect();
    format!("{};{};{};{}\n", net.parents.len(), edges.join(","), groups.join("|"), list(&net.known(q)))
}

const SCRIPT: &str = "
import sys, itertools, networkx as nx
for line in sys.stdin:
    n, edges, groups, known = line.rstrip('\\n').split(';')
    graph = nx.DiGraph()
    graph.add_nodes_from(range(int(n)))
    graph.add_edges_from(tuple(map(int, e.split('>'))) for e in edges.split(',') if e)
    read = lambda text: set(map(int, filter(None, text.split(','))))
    pairs = itertools.combinations(map(read, groups.split('|')), 2)
    print(int(all(nx.is_d_separator(graph, x, y, read(known)) for x, y in pairs)))
";

/// What networkx says to each line, by one process of `python3`, or of what `PYTHON` names.
fn networkx(lines: &str) -> Result<Vec<bool>, String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let has = Command::new(&python).args(["-c", "from networkx import is_d_separator"]).output();
    match has {
        Ok(out) if out.status.success() => {}
        Ok(out) => return Err(String::from_utf8_lossy(&out.stderr).trim().to_string()),
        Err(error) => return Err(format!("{python}: {error}")),
    }
    let mut child = Command::new(&python)
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let mut input = child.stdin.take().unwrap();
    let lines = lines.to_string();
    // Written from beside, so that neither side waits for the other with a full pipe.
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let out = child.wait_with_output().map_err(|e| e.to_string())?;
    writer.join().unwrap().map_err(|e| e.to_string())?;
    assert!(out.status.success(), "the script fails although networkx is there");
    Ok(String::from_utf8_lossy(&out.stdout).lines().map(|l| l == "1").collect())
}

/// The slow search itself, on what every textbook has: chain, fork, collider, and a collider with a known descendant.
#[test]
fn the_search_for_open_paths_knows_the_textbook() {
    let net = |parents: &[&[usize]]| Network {
        parents: parents.iter().map(|p| p.to_vec()).collect(),
        inputs: Vec::new(),
        returned: (0..parents.len()).collect(),
    };
    let chain = net(&[&[], &[0], &[1]]);
    assert!(chain.open(0, 2, &[]) && !chain.open(0, 2, &[1]));
    let fork = net(&[&[], &[0], &[0]]);
    assert!(fork.open(1, 2, &[]) && !fork.open(1, 2, &[0]));
    let collider = net(&[&[], &[], &[0, 1], &[2]]);
    assert!(!collider.open(0, 1, &[]) && collider.open(0, 1, &[2]) && collider.open(0, 1, &[3]));
    assert!(!collider.open(0, 3, &[2]) && collider.open(0, 3, &[]));
}
