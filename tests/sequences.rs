//! Claims about sequences: random small ones against their definitions, by slow code over the rationals that shares nothing
//! with the engine but its numbers. Every refutation is recomputed here.

mod common;

use std::cell::Cell;

use common::choices::{Choices, cases, fail};
use common::run::{answers, parse, run, verdict};
use mcheck::decide::answer::Witness;
use mcheck::decide::evidence::Refutation;
use mcheck::number::ratio::Ratio;
use mcheck::report::json;
use mcheck::syntax::print::print_file;

/// The rows of a kernel into sequences: for each input the probability of each sequence, the last step moving fastest.
type Rows = Vec<Vec<Ratio>>;

fn normal(masses: Vec<i64>) -> Vec<Ratio> {
    let total: i64 = masses.iter().sum();
    masses.into_iter().map(|m| Ratio::of(m, total)).collect()
}

/// A distribution on `n` points, often with zeros.
fn law(ch: &mut Choices<'_>, n: usize) -> Vec<Ratio> {
    let mut masses: Vec<i64> = (0..n).map(|_| [0, 1, 1, 2, 3, 0][ch.below(6)]).collect();
    masses[ch.below(n)] += 1;
    normal(masses)
}

fn digits(mut x: usize, size: usize, count: usize) -> Vec<usize> {
    let mut out = vec![0; count];
    for d in out.iter_mut().rev() {
        *d = x % size;
        x /= size;
    }
    out
}

fn place(steps: &[usize], size: usize) -> usize {
    steps.iter().fold(0, |x, s| x * size + s)
}

fn total<'r>(items: impl Iterator<Item = &'r Ratio>) -> Ratio {
    items.fold(Ratio::ZERO, |sum, x| &sum + x)
}

/// A random sequence of one of several kinds: anything, a chain, or one in which only the counts matter; sometimes a little
/// mass is then put elsewhere.
fn sequence(ch: &mut Choices<'_>, size: usize, count: usize) -> Vec<Ratio> {
    let all = size.pow(count as u32);
    let mut p = match ch.below(3) {
        0 => law(ch, all),
        1 => {
            let start = law(ch, size);
            let steps: Vec<Vec<Vec<Ratio>>> = (1..count).map(|_| (0..size).map(|_| law(ch, size)).collect()).collect();
            let mass = |x: usize| {
                let x = digits(x, size, count);
                steps.iter().enumerate().fold(start[x[0]].clone(), |m, (k, step)| &m * &step[x[k]][x[k + 1]])
            };
            (0..all).map(mass).collect()
        }
        _ => {
            let weights: Vec<i64> = (0..all).map(|_| ch.below(4) as i64).collect();
            let counted = |x: usize| {
                let mut x = digits(x, size, count);
                x.sort_unstable();
                weights[place(&x, size)]
            };
            let masses: Vec<i64> = (0..all).map(counted).collect();
            normal(if masses.iter().all(|m| *m == 0) { vec![1; all] } else { masses })
        }
    };
    if ch.once_in(3) {
        let (from, to) = (ch.below(all), ch.below(all));
        let moved = &p[from] * &Ratio::of(1, 2);
        p[from] = &p[from] - &moved;
        p[to] = &p[to] + &moved;
    }
    p
}

/// A program that declares the rows as a kernel p. Steps are numbers below `size`, or, where it is 4 and `pairs`, pairs.
fn program(rows: &Rows, size: usize, count: usize, pairs: bool) -> String {
    let shown = |r: &Vec<Ratio>| format!("[{}]", r.iter().map(Ratio::to_string).collect::<Vec<_>>().join(", "));
    let lines: Vec<String> = rows.iter().map(shown).collect();
    let step = if pairs { "L * R" } else { "X" };
    let dom = if lines.len() == 1 { "" } else { "In -> " };
    let rows = format!(" = [{}]", lines.join(", "));
    format!(
        "object X = 0..{size}\nobject L = 0..2\nobject R = {{ a, b }}\nobject In = 0..{}\nkernel p : {dom}{}{rows}\n",
        lines.len(),
        vec![step; count].join(" * ")
    )
}

/// By the definition over all permutations, one by one.
fn exchangeable(p: &[Ratio], size: usize, count: usize) -> bool {
    let all = 0..p.len();
    permutations(count).iter().all(|s| {
        all.clone().all(|x| {
            let steps = digits(x, size, count);
            let moved: Vec<usize> = s.iter().map(|k| steps[*k]).collect();
            p[x] == p[place(&moved, size)]
        })
    })
}

fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for shorter in permutations(n - 1) {
        for k in 0..n {
            let mut longer = shorter.clone();
            longer.insert(k, n - 1);
            all.push(longer);
        }
    }
    all
}

/// The probability that the first steps from some place on are these.
fn mass(p: &[Ratio], size: usize, count: usize, from: usize, steps: &[usize]) -> Ratio {
    total((0..p.len()).filter(|x| digits(*x, size, count)[from..from + steps.len()] == *steps).map(|x| &p[x]))
}

/// By the definition as a law of products: the next step given the whole past is the next step given the present.
fn markov(p: &[Ratio], size: usize, count: usize) -> bool {
    (0..p.len()).all(|x| {
        let x = digits(x, size, count);
        (1..count - 1).all(|now| {
            let past = mass(p, size, count, 0, &x[..=now]);
            let longer = mass(p, size, count, 0, &x[..now + 2]);
            let present = mass(p, size, count, now, &x[now..=now]);
            let next = mass(p, size, count, now, &x[now..now + 2]);
            &longer * &present == &past * &next
        })
    })
}

/// How often a claim failed and held.
#[derive(Default)]
struct Mixture(Cell<[u32; 2]>);

impl Mixture {
    fn saw(&self, holds: bool) {
        let mut counts = self.0.get();
        counts[usize::from(holds)] += 1;
        self.0.set(counts);
    }
}

#[test]
fn sequences_are_what_their_definitions_say() {
    let (chains, mixtures) = (Mixture::default(), Mixture::default());
    cases(1200, |ch| {
        let pairs = ch.once_in(4);
        let size = if pairs { 4 } else { 1 + ch.below(3) };
        let count = if pairs { 2 + ch.below(2) } else { 1 + ch.below(4) };
        let inputs = 1 + ch.below(2);
        let rows: Rows = (0..inputs).map(|_| sequence(ch, size, count)).collect();
        let text = format!("{}check markov p\ncheck exchangeable p\n", program(&rows, size, count, pairs));
        let all = answers(&text)?;
        let (Some((chain, is_chain)), Some((mixed, is_mixed))) = (verdict(&all[0]), verdict(&all[1])) else {
            return fail(format!("no verdict\n{text}"));
        };
        if is_chain != rows.iter().all(|p| markov(p, size, count)) {
            return fail(format!("markov: another verdict\n{text}"));
        }
        if is_mixed != rows.iter().all(|p| exchangeable(p, size, count)) {
            return fail(format!("exchangeable: another verdict\n{text}"));
        }
        if !is_chain {
            let Some(Witness::Dependence { input, given, values, joint, each }) = &chain.witness else {
                return fail(format!("no witness\n{text}"));
            };
            let p = &rows[input.1 as usize];
            let factors = if pairs { 2 } else { 1 };
            let now = values[0].1.len() / factors;
            let past = digits(values[0].2 as usize, size, now);
            let (present, next) = (given[0].2 as usize, values[1].2 as usize);
            let known = mass(p, size, count, now, &[present]);
            let share = |m: Ratio| m.checked_div(&known).unwrap();
            let found = share(mass(p, size, count, 0, &[&past[..], &[present, next]].concat()));
            let before = share(mass(p, size, count, 0, &[&past[..], &[present]].concat()));
            let after = share(mass(p, size, count, now, &[present, next]));
            if found != *joint || [before.clone(), after.clone()] != each[..] || found == &before * &after {
                return fail(format!("no refutation: {:?}\n{text}", chain.witness));
            }
        }
        if !is_mixed {
            let Some(Witness::Study(refutation)) = &mixed.witness else { return fail(format!("no witness\n{text}")) };
            let Refutation::Exchange { input, sequences, step, entries } = &**refutation else { return fail("kind") };
            let [x, y] = sequences.1.map(|x| x as usize);
            let mut steps = digits(x, size, count);
            steps.swap(step - 1, *step);
            let p = &rows[input.1 as usize];
            let same = place(&steps, size) == y && [p[x].clone(), p[y].clone()] == *entries;
            if !same || entries[0] == entries[1] {
                return fail(format!("no refutation: {refutation:?}\n{text}"));
            }
        }
        chains.saw(is_chain);
        mixtures.saw(is_mixed);
        Ok(())
    });
    for seen in [chains, mixtures] {
        let [fails, holds] = seen.0.get();
        assert!(fails >= 150 && holds >= 150, "a poor mixture: {fails} fail, {holds} hold");
    }
}

const URN: &str = "object Ball = 0..2
kernel second(a: Ball) -> Ball = { 1: (1 + a)/3, 0: (2 - a)/3 }
kernel third(a: Ball, b: Ball) -> Ball = { 1: (1 + a + b)/4, 0: (3 - a - b)/4 }
diagram urn -> (a: Ball, b: Ball, c: Ball) { a ~ uniform[Ball]  b ~ second(a)  c ~ third(a, b)  return a, b, c }
";

#[test]
fn the_json_holds_all_evidence() {
    let text = format!("{}check markov urn\ncheck exchangeable id[Ball] * second\n", URN);
    let report = json::file_object(&run(&text));
    let wanted = serde_json::json!([
        { "kind": "dependence", "input": [], "given": { "b": ["0"] }, "values": { "a": ["0"], "c": ["0"] },
          "joint": "1/2", "each": ["2/3", "2/3"] },
        { "kind": "exchange", "input": ["0", "0"], "sequences": [["0", "1"], ["1", "0"]], "steps": [1, 2],
          "entries": ["1/3", "0"] },
    ]);
    let results = report["results"].as_array().unwrap();
    assert_eq!(serde_json::json!([results[0]["witness"], results[1]["witness"]]), wanted);
}

#[test]
fn they_are_printed_as_they_are_read() {
    let text = "check markov (p * p)\ncheck not exchangeable p\ncheck markov == exchangeable\n";
    let printed = print_file(&parse(text).unwrap());
    assert_eq!(printed.replace("\n\n", "\n"), text.replace("(p * p)", "p * p"));
    assert_eq!(print_file(&parse(&printed).unwrap()), printed);
}

/// A row that conditions on probability zero can be filled in any way, and verdicts that pass through it say so.
#[test]
fn fillings_are_owned_up_to() {
    let text = "object Bit = 0..2
        kernel one : Bit { 0: 1 }
        diagram both -> (x: Bit, y: Bit, z: Bit, w: Bit) {
          x ~ one  y ~ uniform[Bit]  z ~ uniform[Bit]  w ~ uniform[Bit]
          return x, y, z, w
        }
        check markov cond(both, y, z, w given x)
        check exchangeable cond(both, y, z, w given x)";
    let report = json::file_object(&run(text));
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    results.iter().for_each(|r| assert!(r["verdict"] == "holds" && r["depends_on_filling"] == true, "{r}"));
}
