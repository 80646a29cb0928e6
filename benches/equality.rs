//! Equality in every Markov category of two large diagrams, one of which is the other rearranged, next to DisCoPy.
//!
//! `cargo bench --bench equality [-- LARGEST]`. What is timed is `NormalForm::of` for both diagrams and the comparison,
//! from diagrams that are already elaborated; the last table times the whole way from a text to its verdict. DisCoPy is
//! given the same boxes and wires as two hypergraphs of its own, and only its `==` is timed. It is found through
//! `python3`, or what `PYTHON` names (`pip install discopy`), and each comparison has `DISCOPY_SECONDS`, 60 if not set.

#[allow(dead_code, reason = "each bench uses a part of it")]
mod common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::{env, fs};

use common::{Random, median, number_argument, shown, timed};
use mcheck::base::files::Disk;
use mcheck::base::name::Name;
use mcheck::base::source::SourceMap;
use mcheck::base::span::Span;
use mcheck::check::check_file;
use mcheck::check::signature::{Definition, DefinitionBody, Signature};
use mcheck::check::term::{DrawnBox, Term, TermKind, Wiring};
use mcheck::check::types::Type;
use mcheck::decide::answer::{Answer, Outcome};
use mcheck::diagram::graph::DiagramId;
use mcheck::diagram::library::Library;
use mcheck::rewrite::NormalForm;
use mcheck::rewrite::difference::difference;
use mcheck::session::{Options, Session};
use mcheck::syntax::parse_file;

/// One object and some kernels; `a` and `b` are deterministic.
const PRELUDE: &str = "object X = 0..2
kernel s : X { uniform }
kernel f : X -> X { 0 -> 0: 1/3, 1: rest   1 -> uniform }
kernel g : X * X -> X { (0, 0) -> uniform   _ -> 0: 1/5, 1: rest }
kernel a(x: X) -> X = 1 - x
kernel b(x: X, y: X) -> X = (x + y) mod 2
";

/// The kernels by number: name and number of inputs.
const KERNELS: [(&str, usize); 5] = [("s", 0), ("f", 1), ("g", 2), ("a", 1), ("b", 2)];
const S: usize = 0;
const F: usize = 1;
const G: usize = 2;
const A: usize = 3;
const B: usize = 4;

/// A diagram with one input wire, 0, as draws: a kernel, its input wires, the wire that it draws.
#[derive(Clone, Default)]
struct Draws {
    draws: Vec<(usize, Vec<usize>, usize)>,
    wires: usize,
    outputs: Vec<usize>,
}

impl Draws {
    fn new() -> Draws {
        Draws { wires: 1, ..Draws::default() }
    }

    fn draw(&mut self, kernel: usize, inputs: &[usize]) -> usize {
        self.wires += 1;
        self.draws.push((kernel, inputs.to_vec(), self.wires - 1));
        self.wires - 1
    }

    /// Returns every wire that no box uses, so that nothing is discarded.
    fn return_unused(mut self) -> Draws {
        let mut used = vec![false; self.wires];
        self.draws.iter().flat_map(|(_, i, _)| i).for_each(|w| used[*w] = true);
        self.outputs = (0..self.wires).filter(|w| !used[*w]).collect();
        self
    }

    /// The same draws in a random order in which each comes after those that it needs.
    fn shuffled(&self, random: &mut Random) -> Draws {
        let mut made_by = vec![usize::MAX; self.wires];
        self.draws.iter().enumerate().for_each(|(k, (_, _, out))| made_by[*out] = k);
        let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); self.draws.len()];
        let mut waits: Vec<usize> = vec![0; self.draws.len()];
        for (k, (_, inputs, _)) in self.draws.iter().enumerate() {
            for maker in inputs.iter().map(|w| made_by[*w]).filter(|m| *m != usize::MAX) {
                needed_by[maker].push(k);
                waits[k] += 1;
            }
        }
        let mut ready: Vec<usize> = (0..waits.len()).filter(|k| waits[*k] == 0).collect();
        let mut draws = Vec::with_capacity(self.draws.len());
        while !ready.is_empty() {
            let next = ready.swap_remove(random.below(ready.len() as u64) as usize);
            draws.push(self.draws[next].clone());
            for k in &needed_by[next] {
                waits[*k] -= 1;
                if waits[*k] == 0 {
                    ready.push(*k);
                }
            }
        }
        Draws { draws, ..self.clone() }
    }

    /// As a block of draws, wires named as they are numbered.
    fn text(&self, name: &str) -> String {
        let list = |wires: &[usize]| wires.iter().map(|w| format!("w{w}")).collect::<Vec<_>>().join(", ");
        let mut text = format!("diagram {name}(w0: X) -> X^{} {{\n", self.outputs.len());
        for (kernel, inputs, out) in &self.draws {
            let given = if inputs.is_empty() { String::new() } else { format!("({})", list(inputs)) };
            writeln!(text, "  w{out} ~ {}{given}", KERNELS[*kernel].0).expect("a string");
        }
        writeln!(text, "  return {}\n}}", list(&self.outputs)).expect("a string");
        text
    }

    /// For DisCoPy: a line of outputs, then a line for each box: its kernel, its input wires, its output wire.
    fn lines(&self) -> String {
        let words = |wires: &[usize]| wires.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        let mut text = format!("{}\n", words(&self.outputs));
        for (kernel, inputs, out) in &self.draws {
            writeln!(text, "{} {out} {}", KERNELS[*kernel].0, words(inputs)).expect("a string");
        }
        text
    }

    /// As a checked definition, made without a text: a text of a million draws would be longer than mcheck reads.
    fn definition(&self, sig: &mut Signature, name: &str) -> Arc<Definition> {
        let ids: Vec<_> = KERNELS
            .iter()
            .map(|(name, _)| sig.kernels.iter().find(|(_, k)| k.name.as_str() == *name).expect("it is declared").0)
            .collect();
        let object = sig.kernels[ids[F]].dom.factors()[0];
        let span = Span::default();
        let sources: Vec<Term> = ids
            .iter()
            .map(|id| {
                let (dom, cod) = (sig.kernels[*id].dom.clone(), sig.kernels[*id].cod.clone());
                Term { kind: TermKind::Kernel(*id), dom, cod, outputs: Vec::new(), span }
            })
            .collect();
        // A wiring numbers wires in the order in which they are drawn.
        let mut place = vec![0; self.wires];
        self.draws.iter().enumerate().for_each(|(k, (_, _, out))| place[*out] = k + 1);
        let draws = self
            .draws
            .iter()
            .map(|(kernel, inputs, _)| DrawnBox {
                source: sources[*kernel].clone(),
                inputs: inputs.iter().map(|w| place[*w]).collect(),
            })
            .collect();
        let returns = self.outputs.iter().map(|w| place[*w]).collect();
        let wiring = Arc::new(Wiring { inputs: 1, draws, returns });
        Arc::new(Definition {
            name: Name::new(name),
            dom: Type::new(vec![object]),
            cod: Type::new(vec![object; self.outputs.len()]),
            outputs: Vec::new(),
            body: DefinitionBody::Wiring(wiring),
            sealed: false,
        })
    }
}

/// A shape of pairs: the left diagram, and what is done to it to get the right one.
struct Shape {
    name: &'static str,
    pair: fn(usize, &mut Random) -> (Draws, Draws),
    equal: bool,
    /// Whether DisCoPy can be right about it: it neither drops what is discarded nor merges deterministic boxes.
    within_discopy: bool,
}

const SHAPES: [Shape; 5] = [
    Shape { name: "two chains, interleaved", pair: chains, equal: true, within_discopy: true },
    Shape { name: "layers of a hundred boxes", pair: layers, equal: true, within_discopy: true },
    Shape { name: "random wiring with copies", pair: random_wiring, equal: true, within_discopy: true },
    Shape { name: "the same, merging and discarding", pair: merging, equal: true, within_discopy: false },
    Shape { name: "one wire changed", pair: changed, equal: false, within_discopy: true },
];

/// One chain after the other, against both in turn.
fn chains(n: usize, random: &mut Random) -> (Draws, Draws) {
    let mut left = Draws::new();
    for _ in 0..2 {
        let mut at = 0;
        for k in 0..n / 2 {
            at = left.draw(if k % 3 == 0 { A } else { F }, &[at]);
        }
        left.outputs.push(at);
    }
    // Two boxes are deterministic and begin both chains; the second would be merged into the first.
    let first_of_second = n / 2;
    left.draws[first_of_second].0 = F;
    let right = left.shuffled(random);
    (left, right)
}

/// Layers in which each box takes two neighbours of the layer below, so that every wire is copied.
fn layers(n: usize, random: &mut Random) -> (Draws, Draws) {
    let width = (n / 10).clamp(2, 100);
    let mut left = Draws::new();
    let mut layer: Vec<usize> = (0..width).map(|_| left.draw(F, &[0])).collect();
    while left.draws.len() + width <= n {
        layer = (0..width).map(|k| left.draw(G, &[layer[k], layer[(k + 1) % width]])).collect();
    }
    left.outputs = layer;
    let right = left.shuffled(random);
    (left, right)
}

/// Boxes on random wires among the last thousand.
fn wiring(n: usize, random: &mut Random) -> Draws {
    let mut d = Draws::new();
    while d.draws.len() < n {
        let kernel = [S, F, F, G, G, G, G, A, B, B][random.below(10) as usize];
        let low = d.wires.saturating_sub(1000);
        let inputs: Vec<usize> =
            (0..KERNELS[kernel].1).map(|_| low + random.below((d.wires - low) as u64) as usize).collect();
        d.draw(kernel, &inputs);
    }
    d.return_unused()
}

fn random_wiring(n: usize, random: &mut Random) -> (Draws, Draws) {
    let left = wiring(n, random);
    let right = left.shuffled(random);
    (left, right)
}

/// On the right, every deterministic box is drawn twice, users take either, and a quarter of all boxes is discarded.
fn merging(n: usize, random: &mut Random) -> (Draws, Draws) {
    let left = wiring(n * 5 / 9, random);
    let mut right = Draws { draws: Vec::new(), ..left.clone() };
    let mut twin: Vec<usize> = (0..left.wires).collect();
    let mut either = |w: &usize, twin: &[usize]| if random.below(2) == 0 { *w } else { twin[*w] };
    for (kernel, inputs, out) in &left.draws {
        let again: Vec<usize> = inputs.iter().map(|w| either(w, &twin)).collect();
        right.draws.push((*kernel, inputs.iter().map(|w| either(w, &twin)).collect(), *out));
        if *kernel == A || *kernel == B {
            twin[*out] = right.draw(*kernel, &again);
        }
    }
    right.outputs = left.outputs.iter().map(|w| either(w, &twin)).collect();
    while right.draws.len() < n {
        let wires = right.wires as u64;
        right.draw(G, &[random.below(wires) as usize, random.below(wires) as usize]);
    }
    (left, right.shuffled(random))
}

/// One input of one box in the middle comes from the input of the whole diagram.
fn changed(n: usize, random: &mut Random) -> (Draws, Draws) {
    let (left, mut right) = random_wiring(n, random);
    let moves = |k: &usize| right.draws[*k].1.first().is_some_and(|w| *w != 0);
    let boxes = right.draws.len();
    let middle = (boxes / 2..boxes).chain(0..boxes / 2).find(moves).expect("some box is not on the input");
    right.draws[middle].1[0] = 0;
    (left, right)
}

fn main() {
    let largest = number_argument().unwrap_or(1_000_000);
    println!("normal forms of two elaborated diagrams, and their comparison");
    println!(
        "{:34} {:>8} {:>10} {:>8} {:>7} {:>9}  DisCoPy ==, ratio",
        "shape", "boxes", "mcheck", "a box", "growth", "kept"
    );
    for shape in &SHAPES {
        let mut before = None;
        for n in [10, 30, 100, 1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|n| *n <= largest) {
            let (left, right) = (shape.pair)(n, &mut Random(n as u64));
            let seconds = line(shape, n, &left, &right, &mut before);
            let peer = if n <= 100 { discopy(shape, &left, &right, seconds) } else { String::new() };
            println!("  {peer}");
        }
    }
    println!("\nfrom the text to the verdict of `check[free] left == right`");
    println!("{:34} {:>8} {:>8} {:>10} {:>8}", "shape", "boxes", "KB", "time", "a box");
    for shape in &SHAPES[..4] {
        for n in [1_000, 10_000, 100_000].into_iter().filter(|n| *n <= largest) {
            let (left, right) = (shape.pair)(n, &mut Random(n as u64));
            whole_way(shape.name, n, &format!("{PRELUDE}{}{}", left.text("left"), right.text("right")));
        }
    }
    for n in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|n| *n <= largest) {
        whole_way("`f ; a ; …` against a tree of `;`", n, &sequence(n));
    }
}

/// One long chain of `;`, against the same in brackets of a hundred.
fn sequence(n: usize) -> String {
    let names: Vec<&str> = (0..n).map(|k| if k % 3 == 0 { "a" } else { "f" }).collect();
    let groups: Vec<String> = names.chunks(100).map(|c| format!("({})", c.join(" ; "))).collect();
    format!("{PRELUDE}diagram left : X -> X = {}\ndiagram right : X -> X = {}\n", names.join(" ; "), groups.join(" ; "))
}

/// Times one pair and prints all of a line but its end.
fn line(shape: &Shape, n: usize, left: &Draws, right: &Draws, before: &mut Option<f64>) -> f64 {
    let mut map = SourceMap::default();
    let source = map.add("bench.mc", PRELUDE.into()).expect("below 4 GB");
    let ast = parse_file(map.get(source)).expect("a good program");
    let mut sig = Signature::default();
    check_file(&mut sig, &ast, Path::new(""), &Disk).expect("a good program");
    let mut lib = Library::default();
    let sides: Vec<DiagramId> = [(left, "left"), (right, "right")]
        .into_iter()
        .map(|(draws, name)| {
            let definition = draws.definition(&mut sig, name);
            let id = sig.definitions.push(definition);
            lib.definition(&sig, id)
        })
        .collect();
    // Small ones are repeated, so that the clock has something to see.
    let (runs, repeats) = match n {
        ..=1_000 => (9, 20_000 / n),
        1_001..=100_000 => (5, 1),
        _ => (3, 1),
    };
    let mut times = Vec::new();
    for _ in 0..runs {
        let (equal, seconds) = timed(|| {
            let mut equal = true;
            for _ in 0..repeats {
                let (a, b) = NormalForm::of_both(&sig, &lib, (sides[0], sides[1])).expect("below the limit");
                equal &= a == b;
            }
            equal
        });
        assert_eq!(equal, shape.equal, "{} of {n} boxes", shape.name);
        times.push(seconds / repeats as f64);
    }
    let seconds = median(times);
    let (a, b) = NormalForm::of_both(&sig, &lib, (sides[0], sides[1])).expect("below the limit");
    assert_eq!(difference(&sig, &a, &b).is_none(), shape.equal);
    let growth = before.map_or(String::new(), |t| format!("{:.1}", seconds / t));
    *before = (n >= 100).then_some(seconds);
    print!(
        "{:34} {n:>8} {:>10} {:>8} {growth:>7} {:>9}",
        shape.name,
        shown(seconds),
        shown(seconds / n as f64),
        a.boxes.len()
    );
    seconds
}

/// What DisCoPy says, how long its `==` takes, and how many times mcheck's time that is.
fn discopy(shape: &Shape, left: &Draws, right: &Draws, own: f64) -> String {
    let input = Path::new(env!("CARGO_TARGET_TMPDIR")).join("equality.txt");
    if let Err(error) = fs::write(&input, format!("{}\n{}", left.lines(), right.lines())) {
        return format!("none: {error}");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/equality.py");
    let python = env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let limit = env::var("DISCOPY_SECONDS").unwrap_or_else(|_| "60".into());
    let out = match Command::new(&python).arg(script).arg(&input).arg(&limit).output() {
        Err(error) => return format!("none: {python}: {error}"),
        Ok(out) if !out.status.success() => {
            return format!("none: {}", String::from_utf8_lossy(&out.stderr).lines().last().unwrap_or("it failed"));
        }
        Ok(out) => String::from_utf8_lossy(&out.stdout).trim().to_string(),
    };
    let said: BTreeMap<&str, &str> = out.split('\t').filter_map(|part| part.split_once('=')).collect();
    match (said.get("equal"), said.get("seconds").and_then(|s| s.parse::<f64>().ok())) {
        (Some(equal), Some(seconds)) => {
            let wrong = (*equal == "True") != shape.equal;
            assert!(!(wrong && shape.within_discopy), "DisCoPy says {equal} on {}", shape.name);
            let verdict = if wrong { ", says they differ" } else { "" };
            format!("{} ({:.0}){verdict}", shown(seconds), seconds / own)
        }
        _ => out,
    }
}

/// Times the whole way from a text to its verdict.
fn whole_way(name: &str, n: usize, declarations: &str) {
    let program = format!("{declarations}check[free] left == right\n");
    let runs = if n >= 100_000 { 1 } else { 5 };
    let mut times = Vec::new();
    for _ in 0..runs {
        let mut session = Session::new(Arc::new(Disk), Options::default());
        let (report, seconds) = timed(|| session.run_text("bench", &program, Path::new(""), &mut |_, _, _| {}));
        assert!(report.failures.is_empty(), "{name}: {}", report.failures[0].message);
        match report.results.last().map(|r| &r.answer) {
            Some(Ok(Answer::Verdict(v))) => assert_eq!(v.outcome, Outcome::Holds, "{name}"),
            other => panic!("no verdict: {other:?}"),
        }
        times.push(seconds);
    }
    let seconds = median(times);
    println!("{name:34} {n:>8} {:>8} {:>10} {:>8}", program.len() / 1000, shown(seconds), shown(seconds / n as f64));
}
