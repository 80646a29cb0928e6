//! Marginals and posteriors of networks, exactly, next to pgmpy's elimination in floats.
//!
//! `cargo bench --bench networks [-- LARGEST]` generates chains, trees, grids and layered networks, and reads those that
//! pgmpy ships if it is installed (`pip install pgmpy`), through `benches/peers/networks.py`. A time counts only where
//! both answers agree to nine digits. `PYTHON` names another Python; a name after `--` asks only that network.

#[allow(dead_code, reason = "each bench uses a part of it")]
mod common;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use common::{Random, median, number_argument, shown, timed};
use mcheck::base::files::Disk;
use mcheck::base::interrupt::Interrupt;
use mcheck::base::source::SourceMap;
use mcheck::check::check_file;
use mcheck::check::signature::Signature;
use mcheck::decide::answer;
use mcheck::decide::answer::Answer;
use mcheck::diagram::library::Library;
use mcheck::model::finstoch::evaluate::Evaluator;
use mcheck::model::finstoch::plan::{Plan, about};
use mcheck::number::literal::parse_number;
use mcheck::number::ratio::Ratio;
use mcheck::syntax::parse_file;

/// A wire: its size, its parents, and the rows of its box.
struct Node {
    size: usize,
    parents: Vec<usize>,
    rows: Vec<Vec<Ratio>>,
}

fn main() {
    let largest = number_argument().unwrap_or(1000);
    let only = env::args().skip(1).find(|a| !a.starts_with('-') && a.parse::<usize>().is_err());
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    println!(
        "{:16} {:>5} {:>6} {:>10} {:>9} {:>8} {:>10} {:>7}   pgmpy: time (times mcheck's)",
        "network", "wires", "query", "time", "largest", "bits", "load", "repairs"
    );
    if only.is_none() {
        for n in [100, 1000].into_iter().filter(|n| *n <= largest) {
            bench(&format!("chain {n}"), &folder, chain(n), 0);
            bench(&format!("tree {n}"), &folder, tree(n), 0);
        }
        for side in [6, 10, 14].into_iter().filter(|s| s * s <= largest) {
            bench(&format!("grid {side}x{side}"), &folder, grid(side), 0);
        }
        for n in [50, 200, 1000].into_iter().filter(|n| *n <= largest) {
            bench(&format!("layers {n}"), &folder, layers(n), 0);
        }
    }
    match python(&["list", &folder.display().to_string()]) {
        Err(why) => println!("no networks of pgmpy: {why}"),
        Ok(names) => {
            for name in names.lines().filter(|n| only.as_ref().is_none_or(|o| o == n)) {
                let text = fs::read_to_string(folder.join(format!("{name}.net"))).expect("the script wrote it");
                let (nodes, repairs) = read(&text);
                bench(name, &folder, nodes, repairs);
            }
        }
    }
}

/// Runs the script of the peer.
fn python(args: &[&str]) -> Result<String, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/networks.py");
    let python = env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    match Command::new(&python).arg(script).args(args).output() {
        Err(error) => Err(format!("{python}: {error}")),
        Ok(out) if !out.status.success() => {
            Err(String::from_utf8_lossy(&out.stderr).lines().last().unwrap_or("it failed").to_string())
        }
        Ok(out) => Ok(String::from_utf8_lossy(&out.stdout).into_owned()),
    }
}

/// Rows whose sum is not 1 get what is missing on their largest entry; how many there were.
fn read(text: &str) -> (Vec<Node>, usize) {
    let mut lines = text.lines();
    let count: usize = lines.next().expect("a count").parse().expect("a number");
    let (mut nodes, mut repairs): (Vec<Node>, usize) = (Vec::new(), 0);
    for _ in 0..count {
        let mut head = lines.next().expect("a wire").split(' ').map(|x| x.parse::<usize>().expect("a number"));
        let size = head.next().expect("a size");
        let parents: Vec<usize> = head.collect();
        let rows = (0..parents.iter().map(|p| nodes[*p].size).product::<usize>())
            .map(|_| {
                let line = lines.next().expect("a row");
                let mut row: Vec<Ratio> = line.split(' ').map(|x| parse_number(x).expect("a number")).collect();
                let missing = &Ratio::ONE - &row.iter().fold(Ratio::ZERO, |s, x| &s + x);
                if !missing.is_zero() {
                    repairs += 1;
                    let largest = (0..size).max_by(|i, j| row[*i].cmp(&row[*j])).expect("a value");
                    row[largest] = &row[largest] + &missing;
                }
                row
            })
            .collect();
        nodes.push(Node { size, parents, rows });
    }
    (nodes, repairs)
}

/// A wire of this size with random rows over a hundred.
fn node(random: &mut Random, nodes: &[Node], size: usize, parents: Vec<usize>) -> Node {
    let rows = (0..parents.iter().map(|p| nodes[*p].size).product::<usize>())
        .map(|_| {
            let mut weights: Vec<i64> = vec![1; size];
            (size..100).for_each(|_| weights[random.below(size as u64) as usize] += 1);
            weights.into_iter().map(|w| Ratio::of(w, 100)).collect()
        })
        .collect();
    Node { size, parents, rows }
}

fn grown(count: usize, size: impl Fn(usize) -> usize, parents: impl Fn(usize, &mut Random) -> Vec<usize>) -> Vec<Node> {
    let mut random = Random(count as u64);
    let mut nodes: Vec<Node> = Vec::new();
    for i in 0..count {
        let mut parents = parents(i, &mut random);
        parents.sort_unstable();
        parents.dedup();
        let made = node(&mut random, &nodes, size(i), parents);
        nodes.push(made);
    }
    nodes
}

fn chain(n: usize) -> Vec<Node> {
    grown(n, |_| 4, |i, _| if i == 0 { vec![] } else { vec![i - 1] })
}

fn tree(n: usize) -> Vec<Node> {
    grown(n, |_| 3, |i, _| if i == 0 { vec![] } else { vec![(i - 1) / 2] })
}

fn grid(side: usize) -> Vec<Node> {
    let above = move |i: usize| if i >= side { Some(i - side) } else { None };
    let left = move |i: usize| if i.is_multiple_of(side) { None } else { Some(i - 1) };
    grown(side * side, |_| 2, |i, _| above(i).into_iter().chain(left(i)).collect())
}

/// Up to three parents among the ten wires before.
fn layers(n: usize) -> Vec<Node> {
    let parents = |i: usize, random: &mut Random| {
        let count = if i == 0 { 0 } else { random.below(4) };
        (0..count).map(|_| i - 1 - random.below(i.min(10) as u64) as usize).collect()
    };
    grown(n, |i| 2 + i % 3, parents)
}

/// The file for the peer.
fn plain(nodes: &[Node]) -> String {
    let mut text = format!("{}\n", nodes.len());
    for node in nodes {
        let head: Vec<String> =
            std::iter::once(node.size).chain(node.parents.iter().copied()).map(|x| x.to_string()).collect();
        writeln!(text, "{}", head.join(" ")).expect("a string");
        for row in &node.rows {
            let row: Vec<String> = row.iter().map(Ratio::to_string).collect();
            writeln!(text, "{}", row.join(" ")).expect("a string");
        }
    }
    text
}

/// The program, with one diagram whose outputs are all wires.
fn program(nodes: &[Node]) -> String {
    let mut sizes: Vec<usize> = nodes.iter().map(|n| n.size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut text = String::new();
    sizes.iter().for_each(|s| writeln!(text, "object S{s} = 0..{s}").expect("a string"));
    for (i, node) in nodes.iter().enumerate() {
        let dom: Vec<String> = node.parents.iter().map(|p| format!("S{}", nodes[*p].size)).collect();
        let arrow = if dom.is_empty() { String::new() } else { format!("{} -> ", dom.join(" * ")) };
        writeln!(text, "kernel k{i} : {arrow}S{} {{", node.size).expect("a string");
        for (r, row) in node.rows.iter().enumerate() {
            let mut point = Vec::new();
            let mut rest = r;
            for p in node.parents.iter().rev() {
                point.push((rest % nodes[*p].size).to_string());
                rest /= nodes[*p].size;
            }
            point.reverse();
            let head = match point.len() {
                0 => String::new(),
                1 => format!("{} -> ", point[0]),
                _ => format!("({}) -> ", point.join(", ")),
            };
            let entries: Vec<String> =
                row.iter().enumerate().filter(|(_, w)| !w.is_zero()).map(|(j, w)| format!("{j}: {w}")).collect();
            writeln!(text, "  {head}{}", entries.join(", ")).expect("a string");
        }
        text.push_str("}\n");
    }
    let ends: Vec<String> = nodes.iter().enumerate().map(|(i, n)| format!("x{i}: S{}", n.size)).collect();
    writeln!(text, "diagram d -> ({}) {{", ends.join(", ")).expect("a string");
    for (i, node) in nodes.iter().enumerate() {
        let given: Vec<String> = node.parents.iter().map(|p| format!("x{p}")).collect();
        let given = if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) };
        writeln!(text, "  x{i} ~ k{i}{given}").expect("a string");
    }
    let all: Vec<String> = (0..nodes.len()).map(|i| format!("x{i}")).collect();
    writeln!(text, "  return {}\n}}", all.join(", ")).expect("a string");
    text
}

/// Times a marginal and a posterior: of the wire in the middle of the last third, given the last two wires.
fn bench(name: &str, folder: &Path, nodes: Vec<Node>, repairs: usize) {
    let file = folder.join(format!("{}.net", name.replace(' ', "_")));
    fs::write(&file, plain(&nodes)).expect("the folder for tests can be written to");
    // Likely values, so that what is seen can occur.
    let mut values: Vec<usize> = Vec::new();
    for node in &nodes {
        let row = node.parents.iter().fold(0, |at, p| at * nodes[*p].size + values[*p]);
        let row = &node.rows[row];
        values.push((0..node.size).max_by(|i, j| row[*i].cmp(&row[*j])).expect("a value"));
    }
    let n = nodes.len();
    let target = n * 5 / 6;
    let seen: Vec<(usize, usize)> =
        [n - 1, n - 2].into_iter().filter(|w| *w != target).map(|w| (w, values[w])).collect();
    let condition: Vec<String> = seen.iter().map(|(w, v)| format!("x{w} = {v}")).collect();
    let text = format!(
        "{}eval marginal(d, x{target})\neval marginal(observe(d, {}), x{target})\n",
        program(&nodes),
        condition.join(", ")
    );
    let mut sig = Signature::default();
    let (obligations, load) = timed(|| {
        let mut map = SourceMap::default();
        let source = map.add("bench.mc", text.into()).expect("below 4 GB");
        let ast = parse_file(map.get(source)).expect("a good program");
        check_file(&mut sig, &ast, Path::new(""), &Disk).expect("a good program")
    });
    let interrupt = Interrupt::with_limit(Some(std::time::Duration::from_secs(120)));
    let mut library = Library::default();
    for (obligation, query, evidence) in [(&obligations[0], "marg", &Vec::new()), (&obligations[1], "post", &seen)] {
        let mut times = Vec::new();
        let mut last: Option<(Answer, Vec<Plan>)> = None;
        while times.len() < 5 && times.iter().sum::<f64>() < 10.0 {
            let mut evaluator = Evaluator::new(&sig, &mut library, &interrupt);
            evaluator.plans = Some(Vec::new());
            let (found, seconds) = timed(|| answer(&mut evaluator, obligation));
            match found {
                Ok(found) => last = Some((found, evaluator.plans.take().unwrap_or_default())),
                Err(error) => {
                    println!("{name:16} {n:>5} {query:>6}   {error}");
                    break;
                }
            }
            times.push(seconds);
        }
        let Some((Answer::Kernel { kernel, .. }, plans)) = last else { continue };
        let own = median(times);
        let law: Vec<f64> = (0..nodes[target].size as u64)
            .map(|p| kernel.rows[0].get(p).decimal(17).0.parse().expect("a decimal"))
            .collect();
        let mut args = vec!["ask".to_string(), file.display().to_string(), target.to_string()];
        args.extend(evidence.iter().flat_map(|(w, v)| [w.to_string(), v.to_string()]));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let peer = match python(&args) {
            Err(why) => why,
            Ok(out) => {
                let mut lines = out.lines();
                let seconds: f64 = lines.next().and_then(|l| l.parse().ok()).expect("a time");
                let theirs: Vec<f64> =
                    lines.next().expect("a law").split(' ').map(|x| x.parse().expect("a number")).collect();
                let far = law.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                assert!(far < 1e-9 || theirs.iter().any(|x| x.is_nan()), "{name}: {law:?}, but pgmpy {theirs:?}");
                format!("{} ({:.2})", shown(seconds), seconds / own)
            }
        };
        let largest = plans.iter().map(|p| p.largest).fold(0.0, f64::max);
        let bits = kernel.rows[0].den().bits();
        println!(
            "{name:16} {n:>5} {query:>6} {:>10} {:>9} {bits:>8} {:>10} {repairs:>7}   {peer}",
            shown(own),
            about(largest),
            shown(load)
        );
    }
}
