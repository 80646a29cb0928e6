//! Marginals and posteriors of networks, exactly, next to the floats of pyAgrum and pgmpy and to a plain elimination over
//! integers in Python.
//!
//! `cargo bench --bench networks [-- LARGEST]` generates chains, trees, grids and layered networks, and reads those that
//! pgmpy ships if it is installed (`pip install pgmpy pyagrum`), through `benches/peers/networks.py`. All load one BIF
//! file, whose rows have been repaired on their largest entry. A time counts only where the answers agree. `PYTHON` names
//! another Python; a name after `--` asks only that network; `THREADS=2` gives mcheck two threads.

#[allow(dead_code, reason = "each bench uses a part of it")]
mod common;

use std::fmt::Write;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::{env, fs};

use common::{Random, median, number_argument, shown, timed};
use mcheck::base::files::Disk;
use mcheck::base::interrupt::Interrupt;
use mcheck::base::source::SourceMap;
use mcheck::check::check_file;
use mcheck::decide::answer;
use mcheck::decide::answer::Answer;
use mcheck::diagram::library::Library;
use mcheck::model::finstoch::evaluate::Evaluator;
use mcheck::number::literal::parse_number;
use mcheck::number::ratio::Ratio;
use mcheck::session::{Options, Session};
use mcheck::syntax::parse_file;

/// The peers with how far their answers may be from the exact ones. pyAgrum reads the numbers of a BIF file in single
/// precision.
const PEERS: [(&str, f64); 3] = [("pyagrum", 1e-4), ("pgmpy", 1e-9), ("integers", 1e-12)];

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
    let mut bench = Bench { folder: folder.clone(), peers: Peers::start().ok(), ratios: Vec::new() };
    println!("times and loads as a multiple of mcheck's; memory is what the process grew by, at most\n");
    print!(
        "{:16} {:>5} {:>5} {:>10} {:>7} {:>6} {:>10} {:>6}",
        "network", "wires", "query", "mcheck", "memory", "bits", "load", "fixed"
    );
    PEERS.iter().for_each(|(peer, _)| print!(" | {peer:>9} {:>6} {:>7} {:>6}", "times", "memory", "load"));
    println!();
    if only.is_none() {
        for n in [100, 1000].into_iter().filter(|n| *n <= largest) {
            bench.network(&format!("chain {n}"), chain(n), 0);
            bench.network(&format!("tree {n}"), tree(n), 0);
        }
        for side in [6, 10, 14].into_iter().filter(|s| s * s <= largest) {
            bench.network(&format!("grid {side}x{side}"), grid(side), 0);
        }
        for n in [50, 200, 1000].into_iter().filter(|n| *n <= largest) {
            bench.network(&format!("layers {n}"), layers(n), 0);
        }
        bench.medians("generated networks");
    }
    match python(&["list", &folder.display().to_string()]) {
        Err(why) => println!("no networks of pgmpy: {why}"),
        Ok(names) => {
            for name in names.lines().filter(|n| only.as_ref().is_none_or(|o| o == n)) {
                let text = fs::read_to_string(folder.join(format!("{name}.net"))).expect("the script wrote it");
                let (nodes, repairs) = read(&text);
                bench.network(name, nodes, repairs);
            }
            bench.medians("networks of bnlearn");
        }
    }
}

fn script() -> Command {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/networks.py");
    let mut command = Command::new(env::var("PYTHON").unwrap_or_else(|_| "python3".into()));
    command.arg(script);
    command
}

/// Runs the script of the peers.
fn python(args: &[&str]) -> Result<String, String> {
    match script().args(args).output() {
        Err(error) => Err(error.to_string()),
        Ok(out) if !out.status.success() => {
            Err(String::from_utf8_lossy(&out.stderr).lines().last().unwrap_or("it failed").to_string())
        }
        Ok(out) => Ok(String::from_utf8_lossy(&out.stdout).into_owned()),
    }
}

/// The script of the peers, waiting for questions.
struct Peers {
    process: Child,
    asked: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Peers {
    fn start() -> std::io::Result<Peers> {
        let pipes = |c: &mut Command| c.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut process = pipes(script().arg("serve"))?;
        let (asked, said) = (process.stdin.take(), process.stdout.take());
        Ok(Peers { asked: asked.expect("piped"), said: BufReader::new(said.expect("piped")), process })
    }

    fn ask(&mut self, question: &str) -> Option<String> {
        writeln!(self.asked, "{question}").ok()?;
        let mut line = String::new();
        self.said.read_line(&mut line).ok().filter(|n| *n > 0)?;
        Some(line.trim().to_string())
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
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

/// The file that everybody loads.
fn bif(nodes: &[Node]) -> String {
    let mut text = String::from("network bench {\n}\n");
    for (i, node) in nodes.iter().enumerate() {
        let states: Vec<String> = (0..node.size).map(|s| format!("s{s}")).collect();
        let (size, states) = (node.size, states.join(", "));
        writeln!(text, "variable x{i} {{\n  type discrete [ {size} ] {{ {states} }};\n}}").expect("a string");
    }
    for (i, node) in nodes.iter().enumerate() {
        let parents: Vec<String> = node.parents.iter().map(|p| format!("x{p}")).collect();
        let given = if parents.is_empty() { String::new() } else { format!(" | {}", parents.join(", ")) };
        writeln!(text, "probability ( x{i}{given} ) {{").expect("a string");
        for (r, row) in node.rows.iter().enumerate() {
            let (mut point, mut rest) = (Vec::new(), r);
            for p in node.parents.iter().rev() {
                point.push(format!("s{}", rest % nodes[*p].size));
                rest /= nodes[*p].size;
            }
            point.reverse();
            let head = if point.is_empty() { "table".into() } else { format!("({})", point.join(", ")) };
            let row: Vec<String> = row.iter().map(decimal).collect();
            writeln!(text, "  {head} {};", row.join(", ")).expect("a string");
        }
        text.push_str("}\n");
    }
    text
}

/// A number that was written as a decimal, as a decimal again.
fn decimal(number: &Ratio) -> String {
    let (mut top, ten, mut digits) = (number.clone(), Ratio::of(10, 1), 0usize);
    while !top.den().is_one() {
        (top, digits) = (&top * &ten, digits + 1);
    }
    let whole = format!("{:0>width$}", top.to_string(), width = digits + 1);
    let (before, after) = whole.split_at(whole.len() - digits);
    if after.is_empty() { before.to_string() } else { format!("{before}.{after}") }
}

/// A line of `/proc/self/status`, in kilobytes.
fn kilobytes(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with(field));
    line.and_then(|l| l.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

/// By how many kilobytes this process grew at most during some work. Linux keeps the peak, and forgets it when asked to.
fn peak<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let _ = fs::write("/proc/self/clear_refs", "5");
    let before = kilobytes("VmRSS");
    let result = work();
    (result, kilobytes("VmHWM").saturating_sub(before))
}

/// Kilobytes with a unit.
fn memory(kilobytes: u64) -> String {
    if kilobytes < 10_000 { format!("{kilobytes}K") } else { format!("{}M", kilobytes >> 10) }
}

struct Bench {
    folder: PathBuf,
    peers: Option<Peers>,
    /// For each peer, seconds of questions and of loading as a multiple of mcheck's.
    ratios: Vec<(usize, f64, Option<f64>)>,
}

impl Bench {
    /// Times a marginal and a posterior: of the wire in the middle of the last third, given the last two wires.
    fn network(&mut self, name: &str, nodes: Vec<Node>, repairs: usize) {
        let stem = name.replace(' ', "_");
        let file = self.folder.join(format!("{stem}.bif"));
        fs::write(&file, bif(&nodes)).expect("the folder for tests can be written to");
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
        let mut session = Session::new(Arc::new(Disk), Options::default());
        let import = format!("import \"{stem}.bif\"");
        let (report, load) = timed(|| session.run_text("load", &import, &self.folder, &mut |_, _, _| {}));
        assert!(report.ok(), "{name}: {:?}", report.failures);
        let condition: Vec<String> = seen.iter().map(|(w, v)| format!("x{w} = \"s{v}\"")).collect();
        let text = format!(
            "eval marginal({stem}_network, x{target})\neval marginal(observe({stem}_network, {}), x{target})\n",
            condition.join(", ")
        );
        let mut sig = (*session.signature).clone();
        let mut map = SourceMap::default();
        let source = map.add("bench.mc", text.into()).expect("below 4 GB");
        let ast = parse_file(map.get(source)).expect("a good program");
        let obligations = check_file(&mut sig, &ast, Path::new(""), &Disk).expect("a good program");
        let mut library = Library::default();
        for (obligation, query, evidence) in [(&obligations[0], "marg", &Vec::new()), (&obligations[1], "post", &seen)]
        {
            // The peers take their time between the questions.
            let interrupt = Interrupt::with_limit(Some(std::time::Duration::from_secs(120)));
            let mut times = Vec::new();
            let (mut last, mut bytes) = (None, None);
            while times.len() < 5 && times.iter().sum::<f64>() < 5.0 {
                let mut evaluator = Evaluator::new(&sig, &mut library, &interrupt);
                evaluator.threads = env::var("THREADS").ok().and_then(|t| t.parse().ok()).unwrap_or(1);
                let ((found, seconds), kilobytes) = peak(|| timed(|| answer(&mut evaluator, obligation)));
                bytes.get_or_insert(kilobytes);
                match found {
                    Ok(found) => last = Some(found),
                    Err(error) => {
                        println!("{name:16} {n:>5} {query:>5}   {error}");
                        break;
                    }
                }
                times.push(seconds);
            }
            let Some(Answer::Kernel { kernel, .. }) = last else { continue };
            let own = median(times);
            print!(
                "{name:16} {n:>5} {query:>5} {:>10} {:>7} {:>6} {:>10} {repairs:>6}",
                shown(own),
                memory(bytes.unwrap_or(0)),
                kernel.rows[0].den().bits(),
                shown(load),
            );
            let law: Vec<f64> = (0..nodes[target].size as u64)
                .map(|p| kernel.rows[0].get(p).decimal(17).0.parse().expect("a decimal"))
                .collect();
            for (at, (peer, far)) in PEERS.iter().enumerate() {
                let mut question = format!("{peer}\t{}\t{target}", file.display());
                evidence.iter().for_each(|(w, v)| write!(question, "\t{w}\t{v}").expect("a string"));
                let Some(answer) = self.peers.as_mut().and_then(|peers| peers.ask(&question)) else {
                    print!(" | no answer");
                    continue;
                };
                let numbers: Vec<f64> = answer.split(' ').map_while(|x| x.parse().ok()).collect();
                let [loaded, seconds, kilobytes, theirs @ ..] = &numbers[..] else {
                    print!(" | {answer}");
                    continue;
                };
                assert_eq!(theirs.len(), law.len(), "{name}: {peer}");
                let most = law.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                let note = if most <= *far { "" } else { " DIFFERS" };
                // Elsewhere floats may go wrong; exact integers may not.
                assert!(note.is_empty() || *peer != "integers", "{name}: {law:?}, but {theirs:?}");
                self.ratios.push((at, seconds / own, (query == "marg").then_some(loaded / load)));
                print!(
                    " | {:>9} {:>6.2} {:>7} {:>6.2}{note}",
                    shown(*seconds),
                    seconds / own,
                    memory(*kilobytes as u64),
                    loaded / load
                );
            }
            println!();
        }
    }

    fn medians(&mut self, of: &str) {
        for (at, (peer, _)) in PEERS.iter().enumerate() {
            let own = || self.ratios.iter().filter(|r| r.0 == at);
            let (times, loads): (Vec<f64>, Vec<f64>) =
                (own().map(|r| r.1).collect(), own().filter_map(|r| r.2).collect());
            if times.is_empty() || loads.is_empty() {
                continue;
            }
            let slower = |all: &[f64]| all.iter().filter(|x| **x >= 1.0).count();
            println!(
                "{of}: {peer} takes {:.1} times as long at the median, and is slower in {} of {}; it loads in {:.1} times, slower in {} of {}",
                median(times.clone()),
                slower(&times),
                times.len(),
                median(loads.clone()),
                slower(&loads),
                loads.len()
            );
        }
        self.ratios.clear();
    }
}
