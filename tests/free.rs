//! Equality in every Markov category, on random pairs of diagrams.
//!
//! The right diagram is the left one rearranged (another order of independent draws, discarded draws put in, copies of
//! deterministic draws, a part moved into a diagram of its own): the verdict must be *holds*. Or it is changed in one
//! place: then *fails* must come with a model, which is run again here by itself and must show the difference, and
//! *holds* must agree with the kernels of both sides.

use std::path::Path;
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::decide::answer::{Answer, Level, Outcome, Verdict, Witness};
use mcheck::session::{Options, Session};

/// Objects and kernels: name, inputs, outputs, whether deterministic.
const KERNELS: [(&str, &str, &str, bool); 9] = [
    ("s", "", "X", false),
    ("t", "", "Y", false),
    ("f", "X", "Y", false),
    ("g", "Y", "X", false),
    ("h", "XY", "X", false),
    ("k", "X", "XY", false),
    ("a", "X", "X", true),
    ("b", "XY", "Y", true),
    ("c", "Y", "XX", true),
];

const PRELUDE: &str = "
object X = 0..2
object Y = 0..3
kernel s : X { 0: 1/3, 1: rest }
kernel t : Y { 0: 1/2, 1: 1/3, 2: rest }
kernel f : X -> Y = [[1/2, 1/3, 1/6], [1/5, 1/5, 3/5]]
kernel g : Y -> X = [[1/7, 6/7], [1/2, 1/2], [2/3, 1/3]]
kernel h : X * Y -> X = [[1/2, 1/2], [1/3, 2/3], [1/5, 4/5], [3/7, 4/7], [1/9, 8/9], [5/6, 1/6]]
kernel k : X -> X * Y = [[1/6, 1/6, 1/6, 1/6, 1/6, 1/6], [1/2, 1/4, 1/8, 1/16, 1/32, 1/32]]
kernel a(x: X) -> X = 1 - x
kernel b(x: X, y: Y) -> Y = (x + y) mod 3
kernel c(y: Y) -> X^2 = (y mod 2, if y = 2 then 1 else 0)
";

/// A pseudo-random generator (SplitMix64), so that every run tests the same pairs.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

/// A diagram as draws; wires are numbered: inputs first, then the outputs of each draw by its own number.
#[derive(Clone)]
struct Draws {
    inputs: Vec<char>,
    /// Kernel, input wires, output wires.
    draws: Vec<(usize, Vec<usize>, Vec<usize>)>,
    objects: Vec<char>,
    outputs: Vec<usize>,
}

impl Draws {
    fn random(r: &mut Random) -> Draws {
        let inputs: Vec<char> = (0..r.below(3)).map(|_| ['X', 'Y'][r.below(2)]).collect();
        let mut d = Draws { objects: inputs.clone(), inputs, draws: Vec::new(), outputs: Vec::new() };
        for _ in 0..1 + r.below(7) {
            let kernel = r.below(KERNELS.len());
            let wires: Option<Vec<usize>> = KERNELS[kernel].1.chars().map(|o| d.wire(o, d.objects.len(), r)).collect();
            if let Some(wires) = wires {
                let outputs = d.fresh(kernel);
                d.draws.push((kernel, wires, outputs));
            }
        }
        if !d.objects.is_empty() {
            d.outputs = (0..2 + r.below(4)).map(|_| r.below(d.objects.len())).collect();
        }
        d
    }

    /// A random wire of an object among the first `below`.
    fn wire(&self, object: char, below: usize, r: &mut Random) -> Option<usize> {
        let fitting: Vec<usize> = (0..below).filter(|w| self.objects[*w] == object).collect();
        (!fitting.is_empty()).then(|| fitting[r.below(fitting.len())])
    }

    fn fresh(&mut self, kernel: usize) -> Vec<usize> {
        let start = self.objects.len();
        self.objects.extend(KERNELS[kernel].2.chars());
        (start..self.objects.len()).collect()
    }

    /// Another order of the draws in which each still comes after those that it needs.
    fn shuffled(&self, r: &mut Random) -> Draws {
        let mut left = self.draws.clone();
        let mut done: Vec<usize> = (0..self.inputs.len()).collect();
        let mut draws = Vec::new();
        while !left.is_empty() {
            let ready: Vec<usize> = (0..left.len()).filter(|i| left[*i].1.iter().all(|w| done.contains(w))).collect();
            let next = left.remove(ready[r.below(ready.len())]);
            done.extend(&next.2);
            draws.push(next);
        }
        Draws { draws, ..self.clone() }
    }

    /// With a draw whose outputs nobody uses.
    fn with_discarded(&self, r: &mut Random) -> Draws {
        let mut d = self.clone();
        let kernel = r.below(KERNELS.len());
        let wires: Option<Vec<usize>> = KERNELS[kernel].1.chars().map(|o| d.wire(o, d.objects.len(), r)).collect();
        if let Some(wires) = wires {
            let outputs = d.fresh(kernel);
            d.draws.push((kernel, wires, outputs));
        }
        d
    }

    /// With a draw made twice, and some of its consumers moved to the second; equal if the kernel is deterministic.
    fn with_copy(&self, r: &mut Random, deterministic: bool) -> Draws {
        let mut d = self.clone();
        let fitting: Vec<usize> = (0..d.draws.len()).filter(|i| KERNELS[d.draws[*i].0].3 == deterministic).collect();
        if fitting.is_empty() {
            return d;
        }
        let at = fitting[r.below(fitting.len())];
        let (kernel, inputs, outputs) = d.draws[at].clone();
        let twins = d.fresh(kernel);
        d.draws.insert(at + 1, (kernel, inputs, twins.clone()));
        let mut moved = |w: &mut usize| {
            if let Some(k) = outputs.iter().position(|o| o == w)
                && r.below(2) == 0
            {
                *w = twins[k];
            }
        };
        d.draws.iter_mut().skip(at + 2).flat_map(|(_, i, _)| i).for_each(&mut moved);
        d.outputs.iter_mut().for_each(&mut moved);
        d
    }

    /// Changed in one place: an input or output goes to another wire, or a kernel is exchanged for one of its type.
    fn changed(&self, r: &mut Random) -> Draws {
        let mut d = self.clone();
        match r.below(3) {
            0 if !d.draws.is_empty() => {
                let at = r.below(d.draws.len());
                if !d.draws[at].1.is_empty() {
                    let port = r.below(d.draws[at].1.len());
                    let object = d.objects[d.draws[at].1[port]];
                    let before: Vec<usize> = (0..d.inputs.len())
                        .chain(d.draws[..at].iter().flat_map(|(_, _, o)| o.clone()))
                        .filter(|w| d.objects[*w] == object)
                        .collect();
                    d.draws[at].1[port] = before[r.below(before.len())];
                }
            }
            1 => {
                if !d.outputs.is_empty() {
                    let at = r.below(d.outputs.len());
                    let object = d.objects[d.outputs[at]];
                    let drawn: Vec<usize> = (0..d.inputs.len())
                        .chain(d.draws.iter().flat_map(|(_, _, o)| o.clone()))
                        .filter(|w| d.objects[*w] == object)
                        .collect();
                    d.outputs[at] = drawn[r.below(drawn.len())];
                }
            }
            _ => return d.with_copy(r, false),
        }
        d
    }

    /// As a block of draws; with `split`, the first draws are a diagram of their own.
    fn text(&self, name: &str, split: Option<usize>) -> String {
        let wire = |w: &usize| format!("w{w}");
        let list = |ws: &[usize]| ws.iter().map(wire).collect::<Vec<_>>().join(", ");
        let product = |ws: &[usize]| match ws.len() {
            0 => "I".to_string(),
            _ => ws.iter().map(|w| self.objects[*w].to_string()).collect::<Vec<_>>().join(" * "),
        };
        let inputs: Vec<usize> = (0..self.inputs.len()).collect();
        let typed: Vec<String> = inputs.iter().map(|w| format!("w{w}: {}", self.objects[*w])).collect();
        let head = |name: &str, out: &[usize]| {
            let inputs = if typed.is_empty() { String::new() } else { format!("({})", typed.join(", ")) };
            format!("diagram {name}{inputs} -> {} {{\n", product(out))
        };
        let target = |ws: &[usize]| if ws.len() == 1 { wire(&ws[0]) } else { format!("({})", list(ws)) };
        let draw = |(kernel, given, made): &(usize, Vec<usize>, Vec<usize>)| {
            let given = if given.is_empty() { String::new() } else { format!("({})", list(given)) };
            format!("  {} ~ {}{given}\n", target(made), KERNELS[*kernel].0)
        };
        let mut text = String::new();
        let mut body = String::new();
        let cut = split.unwrap_or(0).min(self.draws.len());
        if cut > 0 {
            let made: Vec<usize> = self.draws[..cut].iter().flat_map(|(_, _, o)| o.clone()).collect();
            text.push_str(&head(&format!("{name}_part"), &made));
            self.draws[..cut].iter().for_each(|d| text.push_str(&draw(d)));
            text.push_str(&format!("  return {}\n}}\n", list(&made)));
            let given = if inputs.is_empty() { String::new() } else { format!("({})", list(&inputs)) };
            body.push_str(&format!("  {} ~ {name}_part{given}\n", target(&made)));
        }
        self.draws[cut..].iter().for_each(|d| body.push_str(&draw(d)));
        text.push_str(&head(name, &self.outputs));
        text.push_str(&body);
        text.push_str(&format!("  return {}\n}}\n", list(&self.outputs)));
        text
    }
}

fn session() -> Session {
    let mut session = Session::new(Arc::new(Disk), Options::default());
    let report = session.run_text("prelude", PRELUDE, Path::new(""), &mut |_, _, _| {});
    assert!(report.failures.is_empty(), "{:?}", report.failures);
    session
}

fn run(session: &Session, text: &str) -> Vec<Answer> {
    let report = session.clone().run_text("pair", text, Path::new(""), &mut |_, _, _| {});
    assert!(report.failures.is_empty(), "{text}\n{}", report.failures[0].render(false, 100));
    report.results.into_iter().map(|r| r.answer.unwrap()).collect()
}

fn verdict(answer: &Answer) -> &Verdict {
    match answer {
        Answer::Verdict(v) => v,
        other => panic!("not a verdict: {other:?}"),
    }
}

/// A pair of diagrams as a program.
fn pair(left: &Draws, right: &Draws, r: &mut Random) -> String {
    let split = (r.below(3) == 0).then(|| 1 + r.below(4));
    format!("{}{}check[free] l == r\neval l\neval r\n", left.text("l", None), right.text("r", split))
}

#[test]
fn rearranged_diagrams_are_equal() {
    let (session, mut r) = (session(), Random(1));
    for number in 0..10_000 {
        let left = Draws::random(&mut r);
        let mut right = left.clone();
        for _ in 0..1 + r.below(4) {
            right = match r.below(3) {
                0 => right.shuffled(&mut r),
                1 => right.with_discarded(&mut r),
                _ => right.with_copy(&mut r, true),
            };
        }
        let text = pair(&left, &right, &mut r);
        let answers = run(&session, &text);
        let v = verdict(&answers[0]);
        assert_eq!((v.outcome, v.level), (Outcome::Holds, Level::EveryMarkovCategory), "pair {number}\n{text}");
    }
}

#[test]
fn changed_diagrams_are_told_apart_by_a_model() {
    let (session, mut r) = (session(), Random(2));
    let empty = Session::new(Arc::new(Disk), Options::default());
    let mut told_apart = 0;
    for number in 0..10_000 {
        let left = Draws::random(&mut r);
        let right = left.changed(&mut r).shuffled(&mut r);
        let text = pair(&left, &right, &mut r);
        let answers = run(&session, &text);
        let v = verdict(&answers[0]);
        let (Answer::Kernel { kernel: f, .. }, Answer::Kernel { kernel: g, .. }) = (&answers[1], &answers[2]) else {
            panic!("two kernels");
        };
        match v.outcome {
            Outcome::Unknown => panic!("pair {number} is undecided\n{text}"),
            Outcome::Holds => assert_eq!(f, g, "pair {number}\n{text}"),
            Outcome::Fails => {
                told_apart += 1;
                let Some(Witness::Model { program, .. }) = &v.witness else {
                    panic!("pair {number} has no model\n{text}");
                };
                let again = run(&empty, program);
                assert_eq!(verdict(&again[0]).outcome, Outcome::Fails, "pair {number}\n{program}");
            }
        }
    }
    assert!(told_apart > 2_000, "only {told_apart} changes made a difference");
}
