//! Measures of random laws to 50 digits, as mpmath computes them from their definitions: thousands where it is installed
//! (`pip install mpmath`), and some that were stored (`UPDATE_MEASURES=1 cargo test --test measures_mpmath` stores them anew).

mod common;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs};

use common::random::Random;
use common::run::answers;
use mcheck::decide::answer::Answer;
use mcheck::number::approximate::Unit;

const DIGITS: u32 = 50;

/// Divergences by name, and measures of a joint law by the name that the script has for them.
const DIVERGENCES: [&str; 19] = [
    "KL",
    "reverse_KL",
    "jeffreys",
    "K",
    "JS",
    "TV",
    "chi2",
    "neyman",
    "lecam",
    "hellinger2",
    "hellinger",
    "bhattacharyya",
    "renyi 0",
    "renyi 1/2",
    "renyi 3",
    "renyi 5/3",
    "renyi infinity",
    "tsallis 1/3",
    "tsallis 3",
];
const JOINT: [(&str, &str); 7] = [
    ("H", "H(p)"),
    ("H(y|xz)", "H(y | x, z) in p"),
    ("I(x;y)", "I(x ; y) in p"),
    ("I(x;y|z)", "I(x ; y | z) in p"),
    ("I(x;y;z)", "I(x ; y ; z) in p"),
    ("TC", "TC(x, y, z) in p"),
    ("DTC", "DTC(x, y, z) in p"),
];

fn law(random: &mut Random, points: usize) -> Vec<u64> {
    let largest = [9, 1000, 1 << 40][random.below(3)];
    let mut law: Vec<u64> =
        (0..points).map(|_| if random.below(5) == 0 { 0 } else { 1 + random.below(largest) as u64 }).collect();
    law[0] += 1;
    law
}

fn numbers(law: &[u64]) -> String {
    law.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

/// A kernel with this law, and the names of its points.
fn state(name: &str, object: &str, law: &[u64], point: impl Fn(usize) -> String) -> String {
    let total: u128 = law.iter().map(|n| u128::from(*n)).sum();
    let entries: Vec<String> = law.iter().enumerate().map(|(k, n)| format!("{}: {n}/{total}", point(k))).collect();
    format!("kernel {name} : {object} {{ {} }}\n", entries.join(", "))
}

/// The values of a program as decimals.
fn decimals(program: &str) -> Vec<String> {
    let decimal = |answer: Answer| match answer {
        Answer::Measure { value, .. } => value.decimal(DIGITS, Unit::Nats).digits,
        other => panic!("no measure: {other:?}"),
    };
    answers(program).unwrap().into_iter().map(decimal).collect()
}

/// Lines for the script, with the decimals that mcheck gives.
fn cases(p: &[u64], q: &[u64], joint: &[u64]) -> Vec<String> {
    let point = |k: usize| k.to_string();
    let mut program = format!("object X = 0..{}\n{}{}", p.len(), state("p", "X", p, point), state("q", "X", q, point));
    DIVERGENCES.iter().for_each(|d| program += &format!("eval D[{d}](p, q)\n"));
    let of_two = decimals(&program);
    let line =
        |name: &str, p: &[u64], q: &[u64], d: &str| format!("{name} ||| {} ||| {} ||| {d}", numbers(p), numbers(q));
    let mut lines: Vec<String> = DIVERGENCES.iter().zip(of_two).map(|(name, d)| line(name, p, q, &d)).collect();
    let point = |k: usize| format!("({}, {}, {})", k / 6, k / 2 % 3, k % 2);
    let mut program = String::from("object B = 0..2\nobject T = 0..3\n");
    program += &state("j", "B * T * B", joint, point);
    program += "diagram p -> (x: B, y: T, z: B) = j\n";
    JOINT.iter().for_each(|(_, text)| program += &format!("eval {text}\n"));
    let of_joint = decimals(&program);
    lines.extend(JOINT.iter().zip(of_joint).map(|((name, _), d)| line(name, joint, &[], &d)));
    lines
}

fn stored() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/measures_stored.txt")
}

/// The numbers of lines with which mpmath does not agree; `None`, with a note, where it is not installed.
fn refused(lines: &[String]) -> Option<String> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/measures_reference.py");
    let child = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: there is no python3");
        return None;
    };
    let mut input = child.stdin.take().unwrap();
    let text = lines.join("\n");
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    match output.status.code() {
        Some(0) => Some(String::from_utf8(output.stdout).unwrap()),
        Some(3) => {
            eprintln!("skipped: mpmath is not installed");
            None
        }
        code => panic!("the script ended with {code:?}"),
    }
}

#[test]
fn measures_are_those_of_mpmath() {
    let mut random = Random(11);
    let mut lines = Vec::new();
    for _ in 0..150 {
        let points = 2 + random.below(5);
        let (p, q, joint) = (law(&mut random, points), law(&mut random, points), law(&mut random, 12));
        lines.extend(cases(&p, &q, &joint));
    }
    let Some(wrong) = refused(&lines) else { return };
    let wrong: Vec<&String> = wrong.lines().map(|n| &lines[n.parse::<usize>().unwrap()]).collect();
    assert!(wrong.is_empty(), "{} of {}: {:#?}", wrong.len(), lines.len(), &wrong[..wrong.len().min(5)]);
    // A check that could not fail would be none.
    let spoilt = lines[0].rsplit_once(' ').map(|(rest, _)| format!("{rest} 0.123")).unwrap();
    assert_eq!(refused(&[spoilt]).unwrap().trim(), "0");
    if env::var_os("UPDATE_MEASURES").is_some() {
        fs::write(stored(), lines[..8 * (DIVERGENCES.len() + JOINT.len())].join("\n") + "\n").unwrap();
    }
}

#[test]
fn measures_are_those_that_were_stored() {
    let text = fs::read_to_string(stored()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let each = DIVERGENCES.len() + JOINT.len();
    assert!(lines.len() >= 2 * each && lines.len().is_multiple_of(each));
    for block in lines.chunks(each) {
        let laws = |line: &str| -> Vec<Vec<u64>> {
            line.split("|||")
                .skip(1)
                .take(2)
                .map(|l| l.split_whitespace().map(|n| n.parse().unwrap()).collect())
                .collect()
        };
        let (two, joint) = (laws(block[0]), laws(block[each - 1]));
        assert_eq!(cases(&two[0], &two[1], &joint[0]), block);
    }
}
