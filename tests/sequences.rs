//! Claims about sequences: random small ones against their definitions, by slow code over the rationals that shares nothing
//! with the engine but its numbers. Every refutation is recomputed here.

mod common;

use std::cell::Cell;

use common::choices::{Choices, cases, fail};
use common::run::{answers, codes, parse, run, verdict};
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

/// By the definition: what comes next is as probable at one step as at another, from each point that occurs at both.
fn homogeneous(p: &[Ratio], size: usize, count: usize) -> bool {
    let points = |n: usize| 0..n;
    points(size).all(|a| {
        points(size).all(|b| {
            points(count - 1).all(|s| {
                points(count - 1).all(|t| {
                    let now = |s| mass(p, size, count, s, &[a]);
                    let both = |s| mass(p, size, count, s, &[a, b]);
                    &both(s) * &now(t) == &both(t) * &now(s)
                })
            })
        })
    })
}

/// The probability to draw these steps, one after the other and without putting back, from points that come so often.
fn drawn(counts: &[u64], steps: &[usize]) -> Ratio {
    let mut left = counts.to_vec();
    let mut probability = Ratio::ONE;
    for step in steps {
        let total: u64 = left.iter().sum();
        probability = &probability * &Ratio::of(left[*step] as i64, total as i64);
        if left[*step] == 0 {
            return Ratio::ZERO;
        }
        left[*step] -= 1;
    }
    probability
}

fn count_of(steps: &[usize], size: usize) -> Vec<u64> {
    (0..size).map(|x| steps.iter().filter(|s| **s == x).count() as u64).collect()
}

/// The counts of all sequences of this length, each once.
fn all_counts(size: usize, length: usize) -> Vec<Vec<u64>> {
    let mut all: Vec<Vec<u64>> =
        (0..size.pow(length as u32)).map(|x| count_of(&digits(x, size, length), size)).collect();
    all.sort();
    all.dedup();
    all
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

#[test]
fn homogeneous_sequences_have_a_kernel() {
    let seen = Mixture::default();
    cases(1200, |ch| {
        let (size, count) = (1 + ch.below(3), 1 + ch.below(4));
        let mut p = sequence(ch, size, count);
        if ch.below(3) > 0 {
            // A chain whose steps are alike, and sometimes all but one.
            let start = law(ch, size);
            let step: Vec<Vec<Ratio>> = (0..size).map(|_| law(ch, size)).collect();
            let other = if ch.once_in(3) { (0..size).map(|_| law(ch, size)).collect() } else { step.clone() };
            p = (0..p.len())
                .map(|x| {
                    let x = digits(x, size, count);
                    (1..count).fold(start[x[0]].clone(), |m, k| {
                        let step = if k == 1 { &other } else { &step };
                        &m * &step[x[k - 1]][x[k]]
                    })
                })
                .collect();
        }
        let text = format!("{}check homogeneous p\n", program(&vec![p.clone()], size, count, false));
        let all = answers(&text)?;
        let Some((v, holds)) = verdict(&all[0]) else { return fail(format!("no verdict\n{text}")) };
        if holds != homogeneous(&p, size, count) {
            return fail(format!("another verdict\n{text}"));
        }
        seen.saw(holds);
        let (now, both) = (|s, a| mass(&p, size, count, s, &[a]), |s, a, b| mass(&p, size, count, s, &[a, b]));
        if holds {
            let [shown] = &v.shown[..] else { return fail("no kernel") };
            for a in 0..size {
                let row = &shown.kernel.rows[a];
                let occurs = (0..count - 1).any(|s| !now(s, a).is_zero());
                let made = |s: usize| (0..size).all(|b| both(s, a, b) == &now(s, a) * &row.get(b as u64));
                if row.total() != Ratio::ONE || !(0..count - 1).all(made) || shown.kernel.is_filled(a as u64) == occurs
                {
                    return fail(format!("no kernel of each step, from {a}\n{text}"));
                }
            }
            return Ok(());
        }
        let Some(Witness::Study(refutation)) = &v.witness else { return fail(format!("no witness\n{text}")) };
        let Refutation::Steps { points: (_, [a, b]), steps, entries, .. } = &**refutation else { return fail("kind") };
        let (a, b) = (*a as usize, *b as usize);
        let found = steps.map(|s| both(s - 1, a, b).checked_div(&now(s - 1, a)).unwrap());
        if found == *entries && found[0] != found[1] { Ok(()) } else { fail(format!("{refutation:?}\n{text}")) }
    });
    let [fails, holds] = seen.0.get();
    assert!(fails >= 150 && holds >= 150, "a poor mixture: {fails} fail, {holds} hold");
}

/// Weights are drawn from again, and bets are laid on every urn: one of the two excludes the other.
#[test]
fn extensions_are_weights_or_bets() {
    let seen = Mixture::default();
    cases(700, |ch| {
        let (size, count) = (1 + ch.below(3), 1 + ch.below(3));
        let length = count + ch.below(4);
        // Draws from one urn or a few, mostly with fewer balls than would be needed, so that it is often just impossible.
        let urn = |ch: &mut Choices<'_>| {
            let mut counts = vec![0; size];
            (0..count + ch.below(length - count + 2)).for_each(|_| counts[ch.below(size)] += 1);
            counts
        };
        let urns: Vec<Vec<u64>> = (0..1 + ch.below(2)).map(|_| urn(ch)).collect();
        let weights = law(ch, urns.len());
        let all = size.pow(count as u32);
        let mix = |x: usize| {
            let parts: Vec<Ratio> =
                urns.iter().zip(&weights).map(|(u, w)| w * &drawn(u, &digits(x, size, count))).collect();
            total(parts.iter())
        };
        let p: Vec<Ratio> = (0..all).map(mix).collect();
        let text = format!("{}check extendible p to {length}\n", program(&vec![p.clone()], size, count, false));
        let all_answers = answers(&text)?;
        let Some((v, holds)) = verdict(&all_answers[0]) else { return fail(format!("no verdict\n{text}")) };
        seen.saw(holds);
        if holds {
            let [x] = &v.extensions[..] else { return fail("no extension") };
            let right = x.length == length as u64
                && x.weights.iter().all(|(m, w)| m.iter().sum::<u64>() == x.length && w.sign().is_gt());
            let first = |s: usize| {
                let parts: Vec<Ratio> = x.weights.iter().map(|(m, w)| w * &drawn(m, &digits(s, size, count))).collect();
                total(parts.iter())
            };
            let same = (0..all).all(|s| first(s) == p[s]);
            return if right && same { Ok(()) } else { fail(format!("no extension: {x:?}\n{text}")) };
        }
        let Some(Witness::Study(refutation)) = &v.witness else { return fail(format!("no witness\n{text}")) };
        let Refutation::Bet { from, pays, most, here, .. } = &**refutation else { return fail("another kind") };
        let paid = |s: usize| {
            let counts = count_of(&digits(s, size, count), size);
            pays.iter().find(|(k, _)| *k == counts).map_or(Ratio::ZERO, |(_, u)| u.clone())
        };
        let mean = |law: &dyn Fn(usize) -> Ratio| (0..all).fold(Ratio::ZERO, |m, s| &m + &(&law(s) * &paid(s)));
        let urns = all_counts(size, length);
        let best = urns.iter().map(|m| mean(&|s| drawn(m, &digits(s, size, count)))).max().unwrap();
        let right = *from == length as u64 && best == *most && mean(&|s| p[s].clone()) == *here && most < here;
        if right { Ok(()) } else { fail(format!("no refutation: {refutation:?}\n{text}")) }
    });
    let [fails, holds] = seen.0.get();
    assert!(fails >= 100 && holds >= 100, "a poor mixture: {fails} fail, {holds} hold");
}

/// What is not exchangeable is refused with the exchange; for each input there is an extension of its own.
#[test]
fn extensions_of_kernels() {
    let text = format!(
        "{URN}object Which = 0..2
        kernel toss(w: Which) -> Ball = {{ 1: (1 + w)/3, 0: rest }}
        diagram pair(w: Which) -> (a: Ball, b: Ball) {{ a ~ toss(w)  b ~ toss(w)  return a, b }}
        check extendible pair to 7
        check extendible id[Ball] * second to 4
        check extendible urn to 9"
    );
    let all = answers(&text).unwrap();
    let verdicts: Vec<_> = all.iter().map(|a| verdict(a).unwrap()).collect();
    assert_eq!(verdicts.iter().map(|v| v.1).collect::<Vec<_>>(), [true, false, true]);
    let inputs: Vec<u64> = verdicts[0].0.extensions.iter().map(|x| x.input.1).collect();
    assert_eq!(inputs, [0, 1]);
    let Some(Witness::Study(refutation)) = &verdicts[1].0.witness else { panic!("no witness") };
    assert!(matches!(**refutation, Refutation::Exchange { .. }));
}

/// A hostile length is refused with its size, before anything is listed.
#[test]
fn long_extensions_are_refused() {
    let text = "object X = 0..50\nkernel p : X * X { uniform }\ncheck extendible p to 4000000000\n";
    assert_eq!(codes(&run(text)), ["model::too_large"]);
}

const URN: &str = "object Ball = 0..2
kernel second(a: Ball) -> Ball = { 1: (1 + a)/3, 0: (2 - a)/3 }
kernel third(a: Ball, b: Ball) -> Ball = { 1: (1 + a + b)/4, 0: (3 - a - b)/4 }
diagram urn -> (a: Ball, b: Ball, c: Ball) { a ~ uniform[Ball]  b ~ second(a)  c ~ third(a, b)  return a, b, c }
";

#[test]
fn the_json_holds_all_evidence() {
    let text = format!(
        "{URN}diagram jump -> (a: Ball, b: Ball, c: Ball) {{ a ~ uniform[Ball]  b ~ second(a)  return a, b, b }}\n\
        kernel differ : Ball * Ball {{ (0, 1): 1/2, (1, 0): 1/2 }}\n\
        check markov urn\ncheck exchangeable id[Ball] * second\ncheck homogeneous jump\n\
        check extendible differ to 2\ncheck extendible differ to 3\n"
    );
    let report = json::file_object(&run(&text));
    let wanted = serde_json::json!([
        { "kind": "dependence", "input": [], "given": { "b": ["0"] }, "values": { "a": ["0"], "c": ["0"] },
          "joint": "1/2", "each": ["2/3", "2/3"] },
        { "kind": "exchange", "input": ["0", "0"], "sequences": [["0", "1"], ["1", "0"]], "steps": [1, 2],
          "entries": ["1/3", "0"] },
        { "kind": "steps", "input": [], "from": ["0"], "to": ["0"], "steps": [1, 2], "entries": ["2/3", "1"] },
        [{ "input": [], "step": ["Ball"], "length": 2, "types": [{ "counts": { "0": 1, "1": 1 }, "weight": "1" }] }],
        { "kind": "bet", "input": [], "from": 3, "most": "0", "here": "1", "pays": [
          { "counts": { "0": 2 }, "pays": "-2" }, { "counts": { "0": 1, "1": 1 }, "pays": "1" },
          { "counts": { "1": 2 }, "pays": "-2" }] },
    ]);
    let results = report["results"].as_array().unwrap();
    let witness = |k: usize| &results[k]["witness"];
    let found = serde_json::json!([witness(0), witness(1), witness(2), results[3]["extensions"], witness(4)]);
    assert_eq!(found, wanted);
}

#[test]
fn they_are_printed_as_they_are_read() {
    let text = "check markov (p * p)\ncheck not exchangeable p\ncheck markov == exchangeable\ncheck homogeneous p\n\
        check extendible p to 10\ncheck extendible p ; f to (n + 1)\ncheck not idempotent e\n";
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
        check exchangeable cond(both, y, z, w given x)
        check homogeneous cond(both, y, z, w given x)
        check extendible cond(both, y, z, w given x) to 4";
    let report = json::file_object(&run(text));
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    results.iter().for_each(|r| assert!(r["verdict"] == "holds" && r["depends_on_filling"] == true, "{r}"));
}
