//! Decimals of random exact scalars, as mpmath prints them: thousands where it is installed (`pip install mpmath`), and
//! some that were stored (`UPDATE_DECIMALS=1 cargo test --test decimals` stores them anew). The laws of arithmetic, on the
//! same numbers.

#[path = "common/random.rs"]
mod random;

use std::cmp::Ordering::Equal;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs};

use mcheck::number::approximate::Unit;
use mcheck::number::decimal::ten_to;
use mcheck::number::enclosure::Enclosure;
use mcheck::number::int::Int;
use mcheck::number::literal::parse_number;
use mcheck::number::ratio::Ratio;
use mcheck::number::real::{Real, RealFault};
use random::Random;

const DIGITS: u32 = 50;
const CASES: usize = 2400;
const STORED: usize = 240;

fn int(value: usize) -> Int {
    Int::from(value as u64)
}

/// A positive integer of up to 300 bits, shorter ones more often.
fn size(random: &mut Random) -> Int {
    let most = [4, 10, 40, 300][random.below(4)];
    let bits = 1 + random.below(most);
    (0..bits).fold(Int::ONE, |n, _| &(&n + &n) + &int(random.below(2)))
}

/// One of the short expressions: products of sums of roots multiply the lengths of their radicands.
fn short(random: &mut Random) -> String {
    loop {
        let text = expression(random);
        if text.len() < 120 {
            return text;
        }
    }
}

fn positive(random: &mut Random) -> String {
    format!("{}/{}", size(random), size(random))
}

/// `c x f c x f + …` with rational coefficients of either sign.
fn sum(random: &mut Random, function: &str) -> String {
    let mut text = format!("{}/{}", random.below(9), 1 + random.below(9));
    for _ in 0..1 + random.below(6) {
        let sign = ["+", "-"][random.below(2)];
        text += &format!(" {}/{} {} {function} * {sign}", 1 + random.below(30), 1 + random.below(30), positive(random));
    }
    text
}

/// A random number, written in reverse Polish notation. Divisors, and arguments of roots and logarithms, are positive.
fn expression(random: &mut Random) -> String {
    let above_one = |random: &mut Random| format!("{} log", &size(random) + &Int::ONE);
    match random.below(12) {
        0..=2 => sum(random, "log"),
        3 => sum(random, "sqrt"),
        4 => sum(random, "cbrt"),
        5 => format!("{} {} /", sum(random, "log"), above_one(random)),
        6 => format!("{} {} *", sum(random, "log"), sum(random, "sqrt")),
        7 => format!("{} {} * sqrt {} +", above_one(random), above_one(random), sum(random, "log")),
        // What is left of hundreds of digits.
        8 => {
            let n = &ten_to(1 + random.below(320) as u32) + &size(random);
            format!("{} {} / log {} *", &n + &Int::ONE, n, positive(random))
        }
        9 => format!("{} {} + {} *", ten_to(random.below(40) as u32), sum(random, "log"), positive(random)),
        10 => format!("{} sqrt {} cbrt + log {} -", positive(random), positive(random), sum(random, "log")),
        _ => format!("0 {} {}/200 * - exp {} *", above_one(random), 1 + random.below(99), sum(random, "sqrt")),
    }
}

fn value(expression: &str) -> Result<Real, RealFault> {
    let mut stack: Vec<Real> = Vec::new();
    for token in expression.split_whitespace() {
        let mut pop = || stack.pop().expect("an operand");
        let result = match token {
            "log" => pop().log()?,
            "sqrt" => pop().sqrt()?,
            "cbrt" => pop().root(3)?,
            "exp" => pop().exp(),
            "+" | "-" | "*" | "/" => {
                let (b, a) = (pop(), pop());
                match token {
                    "+" => a.add(&b)?,
                    "-" => a.sub(&b)?,
                    "*" => a.mul(&b)?,
                    _ => a.div(&b)?,
                }
            }
            number => {
                let (num, den) = number.split_once('/').unwrap_or((number, "1"));
                Real::from(Ratio::new(Int::parse(num).unwrap(), Int::parse(den).unwrap()).unwrap())
            }
        };
        stack.push(result);
    }
    assert_eq!(stack.len(), 1, "{expression}");
    Ok(stack.remove(0))
}

fn cases() -> Vec<String> {
    let mut random = Random(7);
    (0..CASES).map(|_| expression(&mut random)).collect()
}

/// What mpmath prints; `None`, with a note, where it is not installed.
fn reference(cases: &[String]) -> Option<Vec<String>> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/decimals_reference.py");
    let child = Command::new("python3")
        .arg(script)
        .arg(DIGITS.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: there is no python3");
        return None;
    };
    let mut input = child.stdin.take().unwrap();
    let text = cases.join("\n");
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    match output.status.code() {
        Some(0) => Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_string).collect()),
        Some(3) => {
            eprintln!("skipped: mpmath is not installed");
            None
        }
        other => panic!("the reference ended with {other:?}"),
    }
}

/// Compares the number with its decimal from elsewhere, as rationals: all digits must be the same.
fn check(expression: &str, expected: &str) {
    let number = value(expression).unwrap_or_else(|fault| panic!("{fault}: {expression}"));
    let found = number.decimal(DIGITS, Unit::Nats);
    assert!(found.correct, "{expression}");
    assert_eq!(parse_number(&found.digits), parse_number(expected), "{expression}\n{} {expected}", found.digits);
    // Fewer digits are those of the same number, rounded once.
    let few = number.decimal(9, Unit::Nats);
    let (few_value, radius) = (parse_number(&few.digits).unwrap(), parse_number(&few.radius).unwrap());
    let off = (&few_value - &parse_number(expected).unwrap()).abs();
    let slack = parse_number(&found.radius).unwrap();
    assert!(off <= &radius + &slack, "{expression}: {} ± {}", few.digits, few.radius);
}

fn stored() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/decimals_stored.txt")
}

#[test]
fn decimals_are_those_of_mpmath() {
    let cases = cases();
    let Some(expected) = reference(&cases) else { return };
    assert_eq!(cases.len(), expected.len());
    cases.iter().zip(&expected).for_each(|(case, digits)| check(case, digits));
    if env::var_os("UPDATE_DECIMALS").is_some() {
        let lines = cases.iter().zip(&expected).step_by(CASES / STORED);
        let text: String = lines.map(|(case, digits)| format!("{case} = {digits}\n")).collect();
        fs::write(stored(), text).unwrap();
    }
}

#[test]
fn stored_decimals_are_those_of_mpmath() {
    let text = fs::read_to_string(stored()).unwrap();
    let lines: Vec<(&str, &str)> = text.lines().map(|line| line.split_once(" = ").unwrap()).collect();
    assert_eq!(lines.len(), STORED);
    for (case, digits) in &lines {
        check(case, digits);
        // The comparison can fail: another last digit is another number.
        let last = digits.rfind(|c: char| c.is_ascii_digit()).filter(|_| !digits.contains('e'));
        if let Some(at) = last {
            let other = if digits.as_bytes()[at] == b'7' { "3" } else { "7" };
            let wrong = format!("{}{other}", &digits[..at]);
            assert_ne!(parse_number(&wrong), parse_number(&value(case).unwrap().decimal(DIGITS, Unit::Nats).digits));
        }
    }
}

#[test]
fn the_laws_of_arithmetic_hold() {
    let mut random = Random(8);
    let equal = |a: &Real, b: &Real, law: &str, of: [&str; 3]| {
        let comparison = a.compare(b);
        assert_eq!(comparison.order(), Some(Equal), "{law}: {comparison:?}\n{of:?}");
    };
    for _ in 0..60 {
        let texts = [0; 3].map(|_| short(&mut random));
        let of = [&*texts[0], &*texts[1], &*texts[2]];
        let [a, b, c] = of.map(|text| value(text).unwrap());
        let (add, mul) = (|x: &Real, y: &Real| x.add(y).unwrap(), |x: &Real, y: &Real| x.mul(y).unwrap());
        equal(&add(&a, &b), &add(&b, &a), "a + b = b + a", of);
        equal(&add(&add(&a, &b), &c), &add(&a, &add(&b, &c)), "(a + b) + c = a + (b + c)", of);
        equal(&a.sub(&add(&a, &b)).unwrap(), &b.neg(), "a - (a + b) = -b", of);
        equal(&mul(&a, &b), &mul(&b, &a), "a b = b a", of);
        equal(&mul(&mul(&a, &b), &c), &mul(&a, &mul(&b, &c)), "(a b) c = a (b c)", of);
        equal(&mul(&add(&a, &b), &c), &add(&mul(&a, &c), &mul(&b, &c)), "(a + b) c = a c + b c", of);
        if b.sign().order() != Some(Equal) {
            equal(&mul(&a.div(&b).unwrap(), &b), &a, "a / b · b = a", of);
        }
        let size = a.abs().unwrap();
        equal(&mul(&size.sqrt().unwrap(), &size.sqrt().unwrap()), &size, "√a √a = a", of);
    }
}

#[test]
fn operations_agree_with_long_enclosures() {
    let mut random = Random(9);
    let meet = |a: &Enclosure, b: &Enclosure| matches!(a.compare(b), None | Some(Equal));
    for _ in 0..200 {
        let (left, right) = (short(&mut random), short(&mut random));
        let (a, b) = (value(&left).unwrap(), value(&right).unwrap());
        let (x, y) = (a.enclose(1600), b.enclose(1600));
        let mut pairs = vec![
            (a.add(&b).unwrap(), x.add(&y)),
            (a.sub(&b).unwrap(), x.sub(&y)),
            (a.mul(&b).unwrap(), x.mul(&y)),
            (a.power(&Ratio::of(3, 1)).unwrap(), x.pow(&Ratio::of(3, 1))),
        ];
        if b.sign().order() != Some(Equal) {
            pairs.push((a.div(&b).unwrap(), x.div(&y)));
        }
        let size = b.abs().unwrap();
        pairs.push((size.power(&Ratio::of(2, 3)).unwrap(), y.size().pow(&Ratio::of(2, 3))));
        for (exact, enclosure) in pairs {
            for bits in [64, 200, 1000] {
                assert!(meet(&exact.enclose(bits), &enclosure), "{left}\n{right}\n{exact:?} {enclosure:?}");
            }
            // The sign is the enclosure's, which here shows one unless the number is 0.
            let sign = exact.sign().order().unwrap();
            assert_eq!(sign, enclosure.sign().unwrap_or(Equal), "{left}\n{right}");
        }
    }
}
