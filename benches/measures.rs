//! Entropy, information and relative entropy of binary variables, exactly, next to dit and numpy in floats.
//!
//! `cargo bench --bench measures [-- LARGEST [LARGEST_FOR_DIT]]` measures random joint laws of 4, 8, 12 and 16 variables, from short
//! weights, of up to three decimal digits, and from long ones, of 55 bits. *exact* is the time to the exact value; *formula* that
//! to the value, its formula and 15 right digits, which is what `mcheck` prints; *decimal* that to the digits without the
//! formula, as `--decimals` asks for them; and *decided* that of a comparison which holds: a chain rule, or that an information
//! is not negative. A peer's time counts only where its value agrees to nine digits.

#[allow(dead_code, reason = "each bench uses a part of it")]
mod common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use common::{Random, median, shown, timed};
use mcheck::base::files::Disk;
use mcheck::base::interrupt::Interrupt;
use mcheck::base::source::SourceMap;
use mcheck::check::check_file;
use mcheck::check::obligation::Obligation;
use mcheck::check::signature::Signature;
use mcheck::decide::answer;
use mcheck::decide::answer::{Answer, Outcome};
use mcheck::diagram::library::Library;
use mcheck::model::finstoch::evaluate::Evaluator;
use mcheck::number::approximate::Unit;
use mcheck::number::exact_form::Style;
use mcheck::syntax::parse_file;

/// Names of the measures, and what is asked: a value, and a comparison that holds.
fn questions(n: usize) -> Vec<(&'static str, String, String)> {
    let wires = |from: usize, to: usize| (from..to).map(|k| format!("x{k}")).collect::<Vec<_>>().join(", ");
    let (all, low, high, middle) = (wires(0, n), wires(0, n / 2), wires(n / 2, n), wires(1, n - 1));
    let last = n - 1;
    let information = format!("I({low} ; {high}) in p");
    let conditional = format!("I(x0 ; x{last} | {middle}) in p");
    vec![
        ("H", format!("H({all}) in p"), format!("H({all}) in p == H({low}) in p + H({high} | {low}) in p")),
        ("MI", information.clone(), format!("{information} == H({high}) in p - H({high} | {low}) in p")),
        ("CMI", conditional.clone(), format!("{conditional} >= 0")),
        (
            "TC",
            format!("TC({all}) in p"),
            format!("TC({all}) in p == TC({low}) in p + TC({high}) in p + {information}"),
        ),
        ("KL", "D[KL](law, other)".into(), "D[KL](law, other) == CE(law, other) - H(law)".into()),
    ]
}

fn main() {
    let numbers: Vec<usize> = env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let largest = numbers.first().copied().unwrap_or(16);
    let for_dit = numbers.get(1).copied().unwrap_or(largest);
    println!(
        "{:5} {:3} {:4} {:>10} {:>10} {:>10} {:>10}   {:>10} {:>8}   {:>10} {:>8}",
        "", "n", "", "exact", "formula", "decimal", "decided", "numpy", "/ exact", "dit", "/ exact"
    );
    for (kind, bound) in [("short", 1000), ("long", 1 << 55)] {
        for n in [4usize, 8, 12, 16].into_iter().filter(|n| *n <= largest) {
            bench(kind, bound, n, for_dit);
        }
    }
}

fn bench(kind: &str, bound: u64, n: usize, for_dit: usize) {
    let mut random = Random(n as u64);
    let mut law = || (0..1usize << n).map(|_| 1 + random.below(bound)).collect::<Vec<u64>>();
    let (p, q) = (law(), law());
    let peers = peers(n, &p, &q, for_dit);
    let mut program = declared(n, &[("law", &p), ("other", &q)]);
    for (name, value, comparison) in questions(n) {
        let _ = writeln!(program, "eval {value}\ncheck {comparison}");
        let _ = name;
    }
    let (sig, obligations) = checked(&program);
    for ((name, ..), pair) in questions(n).into_iter().zip(obligations.chunks(2)) {
        let repeats = if n > 12 { 3 } else { 7 };
        let (mut exact, mut formula, mut decimal, mut decided) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut digits = String::new();
        for _ in 0..repeats {
            let (value, seconds) = ask(&sig, &pair[0]);
            exact.push(seconds);
            let Answer::Measure { value, .. } = value else { panic!("{name} has no value") };
            let (shown, more) = timed(|| value.decimal(15, Unit::Nats));
            decimal.push(seconds + more);
            digits = shown.digits;
            let (_, most) = timed(|| value.exact_form(8, Style::Text, Unit::Nats));
            formula.push(seconds + more + most);
            let (verdict, seconds) = ask(&sig, &pair[1]);
            decided.push(seconds);
            assert!(matches!(verdict, Answer::Verdict(v) if v.outcome == Outcome::Holds), "{name} is not decided");
        }
        let exact = median(exact);
        let value: f64 = digits.parse().expect("a decimal");
        let mut line = format!(
            "{kind:5} {n:<3} {name:4} {:>10} {:>10} {:>10} {:>10}",
            shown(exact),
            shown(median(formula)),
            shown(median(decimal)),
            shown(median(decided))
        );
        for peer in ["numpy", "dit"] {
            match peers.get(&(peer.to_string(), name.to_string())) {
                Some((seconds, theirs)) if (theirs - value).abs() <= 1e-9 * (1.0 + value.abs()) => {
                    let _ = write!(line, "   {:>10} {:>8.2}", shown(*seconds), seconds / exact);
                }
                Some((_, theirs)) => panic!("{peer} says {theirs} for {name}, and it is {value}"),
                None => line.push_str("            -        -"),
            }
        }
        println!("{line}");
    }
}

/// Joint laws of binary variables as kernels, and a diagram of the one that is called `law`.
fn declared(n: usize, laws: &[(&str, &[u64])]) -> String {
    let mut program = String::from("object B = 0..2\n");
    for (name, law) in laws {
        let total: u128 = law.iter().copied().map(u128::from).sum();
        let point = |k: usize| (0..n).map(|i| (k >> (n - 1 - i) & 1).to_string()).collect::<Vec<_>>().join(", ");
        let entries: Vec<String> =
            law.iter().enumerate().map(|(k, w)| format!("({}): {w}/{total}", point(k))).collect();
        let _ = writeln!(program, "kernel {name} : B^{n} {{ {} }}", entries.join(", "));
    }
    let outputs: Vec<String> = (0..n).map(|k| format!("x{k}: B")).collect();
    let _ = writeln!(program, "diagram p -> ({}) = law", outputs.join(", "));
    program
}

/// The declarations of a program, and what it asks.
fn checked(program: &str) -> (Signature, Vec<Obligation>) {
    let mut sources = SourceMap::default();
    let source = sources.add("bench", program.into()).expect("it is not too long");
    let file = parse_file(sources.get(source)).expect("the program can be read");
    let mut sig = Signature::default();
    let asked = check_file(&mut sig, &file, Path::new(""), &Disk).expect("the program has no faults");
    (sig, asked)
}

/// The answer with nothing remembered, and its time.
fn ask(sig: &Signature, obligation: &Obligation) -> (Answer, f64) {
    let interrupt = Interrupt::default();
    let mut library = Library::default();
    let mut evaluator = Evaluator::new(sig, &mut library, &interrupt);
    timed(|| answer(&mut evaluator, obligation).expect("it has an answer"))
}

/// Seconds and values of the peers, by peer and measure.
fn peers(n: usize, p: &[u64], q: &[u64], for_dit: usize) -> BTreeMap<(String, String), (f64, f64)> {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("joint{n}"));
    let line = |law: &[u64]| law.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
    fs::write(&file, format!("{n}\n{}\n{}\n", line(p), line(q))).expect("the folder can be written to");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/measures.py");
    let python = env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let out = match Command::new(&python).arg(script).arg(&file).arg(for_dit.to_string()).output() {
        Ok(out) => out,
        Err(error) => {
            println!("no peers: {python}: {error}");
            return BTreeMap::new();
        }
    };
    let faults = String::from_utf8_lossy(&out.stderr);
    if let Some(last) = faults.lines().last() {
        println!("peers say: {last}");
    }
    let parse = |line: &str| {
        let mut words = line.split(' ');
        let key = (words.next()?.to_string(), words.next()?.to_string());
        Some((key, (words.next()?.parse().ok()?, words.next()?.parse().ok()?)))
    };
    String::from_utf8_lossy(&out.stdout).lines().filter_map(parse).collect()
}
