//! `mcheck lm analyse` next to the same sums in PyTorch, on generated states. Both are programs of their own, so that their
//! memory can be told apart; both are given the same number of threads.
//!
//! `cargo bench --bench lm` runs N = 5,000, 10,000 and 20,000 states of d = 256 numbers with V = 10,000 tokens, and shows how
//! time and memory grow with N. A first number as argument replaces 20,000.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

#[allow(dead_code, reason = "other benches use the rest")]
mod common;

use common::{Random, number_argument};
use serde_json::Value;

const WIDTH: usize = 256;
const TOKENS: usize = 10_000;

fn main() {
    let most = number_argument().unwrap_or(20_000);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!("d = {WIDTH}, V = {TOKENS}, {threads} threads; seconds on the clock (of processors), peak memory\n");
    println!("{:>8} {:>22} {:>22} {:>8}", "N", "mcheck", "PyTorch", "time");
    for states in [most / 4, most / 2, most] {
        let folder = data(states);
        let (ours, wall, cpu, memory) = ours(&folder, threads);
        let left = format!("{wall:.2} s ({cpu:.2}) {memory:.0} MB");
        match peer(&folder, threads) {
            Some(theirs) => {
                let number = |name: &str| theirs[name].as_f64().unwrap_or(f64::NAN);
                check(&ours, &theirs);
                let right = format!("{:.2} s ({:.2}) {:.0} MB", number("wall"), number("cpu"), number("memory"));
                println!("{states:>8} {left:>22} {right:>22} {:>8.2}", number("wall") / wall);
            }
            None => println!("{states:>8} {left:>22} {:>22}", "PyTorch is not there"),
        }
    }
}

/// States around directions of rows, so that predictions are neither flat nor certain.
fn data(states: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench_lm_{states}"));
    fs::create_dir_all(&folder).expect("a folder");
    let mut random = Random(1);
    let mut unit = move || (random.word() >> 11) as f64 / (1u64 << 52) as f64 - 1.0;
    let head: Vec<f32> = (0..TOKENS * WIDTH).map(|_| (unit() * 0.3) as f32).collect();
    let tokens: Vec<i64> = (0..states).map(|i| ((i * 7919) % TOKENS) as i64).collect();
    let hidden = |state: usize| {
        let row = &head[tokens[state] as usize * WIDTH..][..WIDTH];
        row.to_vec()
    };
    let mut out = npy(&folder.join("hidden.npy"), "<f4", &format!("{states}, {WIDTH}"));
    for state in 0..states {
        hidden(state).iter().for_each(|x| drop(out.write_all(&(x + unit() as f32).to_le_bytes())));
    }
    let mut out = npy(&folder.join("head.npy"), "<f4", &format!("{TOKENS}, {WIDTH}"));
    head.iter().for_each(|x| drop(out.write_all(&x.to_le_bytes())));
    let mut out = npy(&folder.join("tokens.npy"), "<i8", &format!("{states},"));
    tokens.iter().for_each(|t| drop(out.write_all(&t.to_le_bytes())));
    folder
}

fn npy(path: &Path, kind: &str, shape: &str) -> BufWriter<File> {
    let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({shape}), }}");
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    let padded = format!("{header:<117}\n");
    out.write_all(b"\x93NUMPY\x01\x00\x76\x00").and_then(|()| out.write_all(padded.as_bytes())).expect("a disk");
    out
}

/// Results, seconds on the clock and of processors, and megabytes. Memory and processor time are those of the largest and of
/// all children so far; both are read before the peer has run.
fn ours(folder: &Path, threads: usize) -> (Value, f64, f64, f64) {
    let script = "import json, resource, subprocess, sys, time
begin = time.perf_counter()
out = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=True).stdout
wall = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
json.dump([json.loads(out)['analysis'], wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024], sys.stdout)";
    let arguments = ["lm", "analyse", "--format", "json", "--threads"];
    let run = |command: &mut Command| {
        let program = command.args(arguments).arg(threads.to_string()).arg(folder);
        program.output().expect("the program runs").stdout
    };
    let begin = Instant::now();
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let out = run(Command::new(python).args(["-c", script, env!("CARGO_BIN_EXE_mcheck")]));
    if let Ok(Value::Array(found)) = serde_json::from_slice::<Value>(&out) {
        let number = |i: usize| found[i].as_f64().unwrap_or(f64::NAN);
        return (found[0].clone(), number(1), number(2), number(3));
    }
    // Without Python, only the clock.
    let out = run(&mut Command::new(env!("CARGO_BIN_EXE_mcheck")));
    let value: Value = serde_json::from_slice(&out).expect("JSON");
    (value["analysis"].clone(), begin.elapsed().as_secs_f64(), f64::NAN, f64::NAN)
}

fn peer(folder: &Path, threads: usize) -> Option<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/lm.py");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let output = Command::new(python).arg(script).arg(folder).arg(threads.to_string()).output().ok()?;
    serde_json::from_slice(&output.stdout).ok()
}

/// A time counts only if both found the same.
fn check(ours: &Value, theirs: &Value) {
    let pairs = [
        (&ours["means"]["nll"]["mean"], "nll"),
        (&ours["means"]["entropy"]["mean"], "entropy"),
        (&ours["fisher"]["participation"], "participation"),
    ];
    for (found, name) in pairs {
        let (a, b) = (found.as_f64().unwrap_or(f64::NAN), theirs[name].as_f64().unwrap_or(f64::NAN));
        assert!((a / b - 1.0).abs() < 1e-3, "{name}: {a} and {b}");
    }
}
