//! Exact products of stochastic matrices, next to Python's `fractions` and FLINT, and marginals of networks.
//!
//! `cargo bench --bench kernels [-- LARGEST]` writes the matrices to a file; `benches/peers/product.py` reads them,
//! multiplies, and sends back its times and a fingerprint of the result. A time counts only where fingerprints agree.
//! The peers are found through `python3`, or what `PYTHON` names; `pip install python-flint` installs FLINT's.

#[allow(dead_code, reason = "each bench uses a part of it")]
mod common;

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::{env, fs};

use common::{Random, median, number_argument, shown, timed};
use mcheck::base::files::Disk;
use mcheck::base::interrupt::Interrupt;
use mcheck::base::source::SourceMap;
use mcheck::check::check_file;
use mcheck::check::signature::Signature;
use mcheck::diagram::library::Library;
use mcheck::model::finstoch::evaluate::Evaluator;
use mcheck::model::finstoch::kernel::Kernel;
use mcheck::number::int::Int;
use mcheck::number::row::Row;
use mcheck::syntax::parse_file;

/// Fingerprints are taken modulo this prime.
const PRIME: u64 = (1 << 61) - 1;
/// Where the polynomial of all entries is evaluated.
const BASE: u64 = 1_000_000_007;
/// The largest matrix that Python's `fractions` are asked for: they are some thousand times slower.
const FRACTIONS_LARGEST: usize = 64;

fn main() {
    let largest = number_argument().unwrap_or(512);
    println!("{:24} {:>6} {:>10}   peers: time, and how many times mcheck's", "product", "n", "mcheck");
    for n in [64, 128, 256, 512, 1024].into_iter().filter(|n| *n <= largest) {
        product("rows k/1000", n, thousandths, 1);
    }
    for n in [64, 128, 256, 512].into_iter().filter(|n| *n <= largest) {
        product("a 28-bit denominator a row", n, own_denominators, 1);
    }
    for exponent in [4, 8, 16, 64] {
        for n in [64, 128, 256, 512].into_iter().filter(|n| *n <= largest && n * exponent <= 4096) {
            product(&format!("rows k/1000, power {exponent}"), n, thousandths, exponent);
        }
    }
    for n in [64, 128].into_iter().filter(|n| *n <= largest) {
        product("28 bits a row, power 4", n, own_denominators, 4);
    }
    println!("\n{:52} {:>10} {:>10}  fingerprint", "network", "time", "bits");
    network("hidden chain, 1000 steps, 5 states: last signal", &hidden_chain(1000, 5), &[999]);
    network("P^64 of a chain of 50 states, from one", &power(64, 50), &[0]);
    network("joint law of 20 binary variables, a chain", &binary(20), &(0..20).collect::<Vec<_>>());
}

/// A row of numerators over 1000: a thousand throws.
fn thousandths(n: usize, random: &mut Random) -> (u64, Vec<u64>) {
    let mut row = vec![0; n];
    for _ in 0..1000 {
        row[random.below(n as u64) as usize] += 1;
    }
    (1000, row)
}

/// A row of numerators over an odd number of 28 bits: differences of random cuts.
fn own_denominators(n: usize, random: &mut Random) -> (u64, Vec<u64>) {
    let den = (1 << 27) + 2 * random.below(1 << 26) + 1;
    let mut cuts: Vec<u64> = (0..n - 1).map(|_| random.below(den + 1)).collect();
    cuts.extend([0, den]);
    cuts.sort_unstable();
    (den, cuts.windows(2).map(|w| w[1] - w[0]).collect())
}

type Matrix = Vec<(u64, Vec<u64>)>;

/// Times the product of two matrices; or, where the exponent is not 1, a power of the first, by squaring.
fn product(name: &str, n: usize, row: fn(usize, &mut Random) -> (u64, Vec<u64>), exponent: usize) {
    let mut random = Random(n as u64);
    let mut matrix = || (0..n).map(|_| row(n, &mut random)).collect::<Matrix>();
    let (a, b) = (matrix(), matrix());
    let (left, right) = (kernel(&a), kernel(&b));
    let runs = if n * exponent >= 256 { 3 } else { 9 };
    let interrupt = Interrupt::default();
    let mut times = Vec::new();
    let mut result = None;
    for _ in 0..runs {
        // The result of the run before is dropped outside of the clock, as the peers' is.
        drop(result.take());
        let then = |a: &Kernel, b: &Kernel| a.then(b, &interrupt).expect("nobody stops it");
        let (made, seconds) = timed(|| match exponent {
            1 => then(&left, &right),
            _ => (1..exponent.ilog2()).fold(then(&left, &left), |power, _| then(&power, &power)),
        });
        times.push(seconds);
        result = Some(made);
    }
    let own = median(times);
    let print = fingerprint(&result.expect("at least one run"));
    let peers: Vec<String> = peers(&a, &b, n, exponent)
        .into_iter()
        .map(|line| match line.split('\t').collect::<Vec<_>>()[..] {
            [peer, seconds, theirs] => {
                assert_eq!(theirs, print.to_string(), "{peer} finds another product");
                let seconds: f64 = seconds.parse().expect("the script writes a number");
                format!("{peer} {} ({:.1})", shown(seconds), seconds / own)
            }
            _ => line,
        })
        .collect();
    println!("{name:26} {n:>4} {:>10}   {}", shown(own), peers.join(", "));
}

fn kernel(matrix: &Matrix) -> Kernel {
    let rows = matrix.iter().map(|(den, row)| {
        Row::from_sorted(Int::from(*den), row.iter().enumerate().map(|(j, w)| (j as u64, Int::from(*w))).collect())
    });
    let n = matrix.len() as u64;
    Kernel::new(vec![n], vec![n], Arc::new(rows.collect()))
}

/// What the peers say, one a line: name, seconds and fingerprint, or why there is nothing.
fn peers(a: &Matrix, b: &Matrix, n: usize, exponent: usize) -> Vec<String> {
    let mut text = format!("{n}\n");
    for (den, row) in a.iter().chain(b) {
        let row: Vec<String> = row.iter().map(u64::to_string).collect();
        writeln!(text, "{den} {}", row.join(" ")).expect("a string");
    }
    let input = Path::new(env!("CARGO_TARGET_TMPDIR")).join("product.txt");
    if let Err(error) = fs::write(&input, text) {
        return vec![format!("no peers: {error}")];
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/product.py");
    let python = env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let largest = FRACTIONS_LARGEST.to_string();
    match Command::new(&python)
        .arg(script)
        .arg(&input)
        .args([largest, PRIME.to_string(), BASE.to_string(), exponent.to_string()])
        .output()
    {
        Err(error) => vec![format!("no peers: {python}: {error}")],
        Ok(out) if !out.status.success() => vec![format!("no peers: {}", String::from_utf8_lossy(&out.stderr).trim())],
        Ok(out) => String::from_utf8_lossy(&out.stdout).lines().map(str::to_string).collect(),
    }
}

/// The entries, as numbers modulo a prime, as coefficients of a polynomial at a fixed place.
///
/// `a/b` becomes `a` times the inverse of `b`, which does not depend on how the fraction is written.
fn fingerprint(kernel: &Kernel) -> u64 {
    let prime = Int::from(PRIME);
    let rest = |x: &Int| x.div_mod_floor(&prime).1.to_i64().expect("below 2^61") as u64;
    let times = |x: u64, y: u64| (x as u128 * y as u128 % PRIME as u128) as u64;
    let mut print = 0;
    for row in kernel.rows.iter() {
        let (mut inverse, mut square, mut exponent) = (1, rest(row.den()), PRIME - 2);
        assert_ne!(square, 0, "the prime divides a denominator");
        while exponent > 0 {
            if exponent % 2 == 1 {
                inverse = times(inverse, square);
            }
            square = times(square, square);
            exponent /= 2;
        }
        let mut entries = row.entries().iter().peekable();
        for j in 0..kernel.cod_size() {
            let value = entries.next_if(|(place, _)| *place == j).map_or(0, |(_, w)| times(rest(w), inverse));
            print = ((times(print, BASE) as u128 + value as u128) % PRIME as u128) as u64;
        }
    }
    print
}

/// Times the law of some outputs of the diagram `d` of a program.
fn network(name: &str, program: &str, outputs: &[usize]) {
    let mut map = SourceMap::default();
    let source = map.add("bench.mc", program.into()).expect("below 4 GB");
    let ast = parse_file(map.get(source)).expect("a good program");
    let mut sig = Signature::default();
    check_file(&mut sig, &ast, Path::new(""), &Disk).expect("a good program");
    let mut library = Library::default();
    let (id, _) = sig.definitions.iter().next().expect("one diagram");
    let diagram = library.definition(&sig, id);
    let interrupt = Interrupt::default();
    let mut times = Vec::new();
    let mut law = None;
    for _ in 0..5 {
        let mut evaluator = Evaluator::new(&sig, &mut library, &interrupt);
        let (kernel, seconds) = timed(|| evaluator.kernel(diagram, outputs).expect("it can be computed"));
        times.push(seconds);
        law = Some(kernel);
    }
    let law = law.expect("at least one run");
    assert!(law.rows.iter().all(|row| row.total() == mcheck::number::ratio::Ratio::ONE), "a law sums to 1");
    let bits = law.rows.iter().map(|row| row.den().bits()).max().unwrap_or(0);
    println!("{name:52} {:>10} {bits:>10}  {}", shown(median(times)), fingerprint(&law));
}

/// The rows of a random kernel as a table, over denominators of about three digits.
fn table(from: usize, to: usize, random: &mut Random) -> String {
    let mut text = String::new();
    for i in 0..from {
        let weights: Vec<u64> = (0..to).map(|_| 1 + random.below(200)).collect();
        let sum: u64 = weights.iter().sum();
        let entries: Vec<String> = weights.iter().enumerate().map(|(j, w)| format!("{j}: {w}/{sum}")).collect();
        writeln!(text, "  {i} -> {}", entries.join(", ")).expect("a string");
    }
    text
}

fn hidden_chain(steps: usize, states: usize) -> String {
    let mut random = Random(1);
    let mut text = format!(
        "object H = 0..{states}\nobject S = 0..3\nkernel start : H {{ uniform }}\nkernel step : H -> H {{\n{}}}\n\
         kernel emit : H -> S {{\n{}}}\ndiagram d -> S^{steps} {{\n  h0 ~ start\n",
        table(states, states, &mut random),
        table(states, 3, &mut random),
    );
    for i in 0..steps {
        writeln!(text, "  h{} ~ step(h{i})\n  s{} ~ emit(h{})", i + 1, i + 1, i + 1).expect("a string");
    }
    let signals: Vec<String> = (1..=steps).map(|i| format!("s{i}")).collect();
    writeln!(text, "  return {}\n}}", signals.join(", ")).expect("a string");
    text
}

fn power(exponent: usize, states: usize) -> String {
    format!(
        "object X = 0..{states}\nkernel P : X -> X {{\n{}}}\ndiagram d : I -> X = point(X.0) ; P^{exponent}\n",
        table(states, states, &mut Random(2))
    )
}

fn binary(n: usize) -> String {
    let mut random = Random(3);
    let mut text = String::from("object Bit = 0..2\nkernel coin : Bit { 0: 1/3, 1: rest }\n");
    for i in 1..n {
        writeln!(text, "kernel f{i} : Bit -> Bit {{\n{}}}", table(2, 2, &mut random)).expect("a string");
    }
    writeln!(text, "diagram d -> Bit^{n} {{\n  x0 ~ coin").expect("a string");
    for i in 1..n {
        writeln!(text, "  x{i} ~ f{i}(x{})", i - 1).expect("a string");
    }
    let all: Vec<String> = (0..n).map(|i| format!("x{i}")).collect();
    writeln!(text, "  return {}\n}}", all.join(", ")).expect("a string");
    text
}
