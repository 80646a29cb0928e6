//! Text to diagrams: how the time of each stage grows with the size of the text.
//!
//! `cargo bench --bench front_end [-- LARGEST]` prints one table for programs of many declarations and one for single
//! diagrams of many boxes. A growth of 10 from one line to the next is linear.

#[allow(dead_code, reason = "each bench uses a part of it")]
mod common;

use std::fmt::Write;
use std::path::Path;

use common::{median, number_argument, shown, timed};
use mcheck::base::files::Disk;
use mcheck::base::source::SourceMap;
use mcheck::check::check_file;
use mcheck::check::signature::Signature;
use mcheck::diagram::library::Library;
use mcheck::syntax::parse_file;

/// A way to write a program of a given size.
struct Case {
    name: &'static str,
    program: fn(usize) -> String,
}

const DECLARATIONS: &[Case] = &[
    Case { name: "objects", program: objects },
    Case { name: "kernels", program: kernels },
    Case { name: "diagrams", program: diagrams },
    Case { name: "mixed", program: mixed },
];

const BOXES: &[Case] = &[
    Case { name: "chain `f ; f ; …`", program: chain },
    Case { name: "one tensor `f * f * …`", program: tensor },
    Case { name: "square of layers `(f * …) ; (…)`", program: layers },
    Case { name: "bricks with open `id`, `swap`", program: bricks },
    Case { name: "open chain from one `f`", program: open_chain },
    Case { name: "wired chain", program: wired_chain },
    Case { name: "wired, all wires returned", program: wired_wide },
];

fn main() {
    let largest = number_argument().unwrap_or(100_000);
    table("declarations", DECLARATIONS, &[1_000, 10_000, 100_000], largest);
    table("boxes", BOXES, &[100, 1_000, 10_000, 100_000], largest);
}

fn table(unit: &str, cases: &[Case], sizes: &[usize], largest: usize) {
    println!(
        "\n{unit:36} {:>8} {:>9} {:>10} {:>10} {:>10} {:>10} {:>7}",
        "number", "KB", "parse", "check", "elaborate", "per item", "growth"
    );
    for case in cases {
        let mut before: Option<(usize, f64)> = None;
        for &size in sizes.iter().filter(|s| **s <= largest) {
            let program = (case.program)(size);
            let runs = if size >= 100_000 { 3 } else { 7 };
            let times: Vec<[f64; 3]> = (0..runs).map(|_| front_end(&program)).collect();
            let stage = |k: usize| median(times.iter().map(|t| t[k]).collect());
            let total = median(times.iter().map(|t| t.iter().sum()).collect());
            // Seconds for ten times as much, from the two sizes that were measured.
            let growth = before.map_or(String::new(), |(n, t)| {
                let tenfold = (total / t).ln() / (size as f64 / n as f64).ln();
                format!("{:.1}", 10f64.powf(tenfold))
            });
            println!(
                "{:36} {size:>8} {:>9} {:>10} {:>10} {:>10} {:>10} {growth:>7}",
                case.name,
                program.len() / 1000,
                shown(stage(0)),
                shown(stage(1)),
                shown(stage(2)),
                shown(total / size as f64),
            );
            before = Some((size, total));
        }
    }
}

/// Seconds to parse, to check and to elaborate every declared diagram.
fn front_end(program: &str) -> [f64; 3] {
    let mut map = SourceMap::default();
    let source = map.add("bench.mc", program.into()).expect("below 4 GB");
    let (ast, parse) = timed(|| parse_file(map.get(source)).expect("a good program"));
    let mut sig = Signature::default();
    let (_, check) = timed(|| check_file(&mut sig, &ast, Path::new(""), &Disk).expect("a good program"));
    let (library, elaborate) = timed(|| {
        let mut library = Library::default();
        for (id, _) in sig.definitions.iter() {
            library.definition(&sig, id);
        }
        library
    });
    drop((library, ast));
    [parse, check, elaborate]
}

const PRELUDE: &str = "object Bit = 0..2\nkernel f : Bit -> Bit { 0 -> 0: 3/10, 1: rest 1 -> 0: 2/5, 1: 3/5 }\n\
                       kernel g : Bit -> Bit { 0 -> 1, 1 -> 0 }\n";

fn objects(n: usize) -> String {
    let mut text = String::new();
    for i in 0..n {
        writeln!(text, "object Weather{i} = {{ sun, rain, snow, \"freezing fog\" }}").expect("a string");
    }
    text
}

fn kernels(n: usize) -> String {
    let mut text = String::from(PRELUDE);
    for i in 0..n - 3 {
        writeln!(text, "kernel k{i} : Bit -> Bit {{\n  0 -> 0: {}/100000, 1: rest\n  1 -> 0: 0.25, 1: 0.75\n}}", i % 99_999)
            .expect("a string");
    }
    text
}

fn diagrams(n: usize) -> String {
    let mut text = String::from(PRELUDE);
    for i in 0..n - 3 {
        if i % 2 == 0 {
            writeln!(text, "diagram d{i} : Bit -> Bit * Bit = f ; <id, g> ; (f * f) ; swap").expect("a string");
        } else {
            let earlier = i - 1;
            writeln!(
                text,
                "/// Uses the one above.\ndiagram d{i}(x: Bit) -> (y: Bit, z: Bit) {{ (y, w) ~ d{earlier}(x) z ~ f(w) return y, z }}"
            )
            .expect("a string");
        }
    }
    text
}

fn mixed(n: usize) -> String {
    let mut text = String::from(PRELUDE);
    for i in 0..(n - 3) / 4 {
        writeln!(
            text,
            "/// The state of node {i}.\nobject S{i} = {{ low, high }}\n\
             kernel step{i} : S{i} -> S{i} {{ low -> low: 9/10, high: rest   high -> low: 1/5, high: rest }}\n\
             kernel start{i} : S{i} {{ low: 50%, high: 50% }}\n\
             diagram run{i} -> (a: S{i}, b: S{i}) {{ a ~ start{i} b ~ step{i}(a) return a, b }}"
        )
        .expect("a string");
    }
    text
}

fn joined(items: impl IntoIterator<Item = String>, sign: &str) -> String {
    items.into_iter().collect::<Vec<_>>().join(sign)
}

/// Names of `n` boxes in turn.
fn names(n: usize) -> impl Iterator<Item = String> {
    (0..n).map(|i| if i % 3 == 0 { "g".into() } else { "f".into() })
}

fn chain(n: usize) -> String {
    format!("{PRELUDE}diagram d : Bit -> Bit = {}\n", joined(names(n), " ; "))
}

fn tensor(n: usize) -> String {
    format!("{PRELUDE}diagram d : Bit^{n} -> Bit^{n} = {}\n", joined(names(n), " * "))
}

fn layers(n: usize) -> String {
    let width = (n as f64).sqrt() as usize;
    let layer = format!("({})", joined(names(width), " * "));
    format!("{PRELUDE}diagram d : Bit^{width} -> Bit^{width} = {}\n", joined((0..n / width).map(|_| layer.clone()), " ;\n  "))
}

/// Layers in which every third part is a box and the others take their objects from the context.
fn bricks(n: usize) -> String {
    let width = (n as f64).sqrt() as usize;
    let layer = format!("({})", joined((0..width).map(|i| ["id", "swap", "f"][i % 3].into()), " * "));
    let wires = (0..width).map(|i| [1, 2, 1][i % 3]).sum::<usize>();
    format!("{PRELUDE}diagram d : Bit^{wires} -> Bit^{wires} = {}\n", joined((0..n / width).map(|_| layer.clone()), " ;\n  "))
}

/// A chain whose only typed box stands in the middle: types travel both ways.
fn open_chain(n: usize) -> String {
    let half = n / 2;
    let ids = joined((0..half).map(|_| "(id ; id)".into()), " ; ");
    format!("{PRELUDE}diagram d : Bit -> Bit = {ids} ; f ; {ids}\n")
}

fn wired_chain(n: usize) -> String {
    let mut text = format!("{PRELUDE}diagram d(w0: Bit) -> (out: Bit) {{\n");
    for i in 0..n {
        writeln!(text, "  w{} ~ f(w{i})", i + 1).expect("a string");
    }
    writeln!(text, "  return w{n}\n}}").expect("a string");
    text
}

fn wired_wide(n: usize) -> String {
    let mut text = format!("{PRELUDE}diagram d(w0: Bit) -> Bit^{n} {{\n");
    for i in 0..n {
        writeln!(text, "  w{} ~ f(w{})", i + 1, i / 2).expect("a string");
    }
    writeln!(text, "  return {}\n}}", joined((1..=n).map(|i| format!("w{i}")), ", ")).expect("a string");
    text
}
