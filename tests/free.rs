//! Equality in every Markov category, on random pairs of diagrams.
//!
//! The right diagram is the left one rearranged (another order of independent draws, discarded draws put in, copies of
//! deterministic draws, a part moved into a diagram of its own): the verdict must be *holds*. Or it is changed in one
//! place: then *fails* must come with a model, which is run again here by itself and must show the difference, and
//! *holds* must agree with the kernels of both sides.

#[path = "common/random.rs"]
mod random;

use std::path::Path;
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::base::interrupt::Interrupt;
use mcheck::base::source::SourceMap;
use mcheck::check::check_file;
use mcheck::check::signature::{Entity, Signature};
use mcheck::decide::answer::{Answer, Level, Outcome, Verdict, Witness};
use mcheck::decide::tree_model;
use mcheck::diagram::library::Library;
use mcheck::rewrite::NormalForm;
use mcheck::session::{Options, Session};
use mcheck::syntax::parse_file;
use random::Random;

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

/// The normal forms of two diagrams `l` and `r`, declared after the kernels of a prelude.
fn normal_forms(prelude: &str, text: &str) -> (Signature, NormalForm, NormalForm) {
    let mut sources = SourceMap::default();
    let number = sources.add("pair", format!("{prelude}{text}").into()).unwrap();
    let ast = parse_file(sources.get(number)).unwrap();
    let mut sig = Signature::default();
    check_file(&mut sig, &ast, Path::new(""), &Disk).unwrap();
    let mut library = Library::default();
    let mut side = |name: &str| match sig.lookup(name) {
        Some((Entity::Diagram(id), _)) => library.definition(&sig, *id),
        other => panic!("{name}: {other:?}"),
    };
    let sides = (side("l"), side("r"));
    let (left, right) = NormalForm::of_both(&sig, &library, sides).unwrap();
    (sig, left, right)
}

/// Runs the program of a model by itself: it must show the difference, and have every kernel deterministic that is.
fn confirm(witness: Option<Witness>, text: &str) {
    let Some(Witness::Model { program, left, right, .. }) = witness else { panic!("no model\n{text}") };
    assert_ne!(left, right, "{program}");
    let empty = Session::new(Arc::new(Disk), Options::default());
    let again = run(&empty, &program);
    assert_eq!(verdict(&again[0]).outcome, Outcome::Fails, "{program}\n{text}");
    let declared: Vec<&str> = program.lines().filter(|l| l.contains("kernel ")).collect();
    for (name, .., deterministic) in KERNELS {
        let is = |l: &&str| l.contains(&format!("kernel {name} :"));
        assert!(
            declared.iter().filter(|l| is(l)).all(|l| l.starts_with("deterministic") == deterministic),
            "{program}"
        );
    }
}

/// Random models are not asked here: the model of the completeness theorem must do it alone.
#[test]
fn the_model_of_the_theorem_tells_all_pairs_apart() {
    let (mut r, mut told_apart) = (Random(3), 0);
    for _ in 0..4_000 {
        let left = Draws::random(&mut r);
        let right = left.changed(&mut r).shuffled(&mut r);
        let text = format!("{}{}", left.text("l", None), right.text("r", None));
        let (sig, a, b) = normal_forms(PRELUDE, &text);
        let found = tree_model::model(&sig, &a, &b, &Interrupt::default()).unwrap();
        if a == b {
            assert!(found.is_none(), "{text}");
        } else {
            told_apart += 1;
            confirm(found, &text);
        }
    }
    assert!(told_apart > 800, "only {told_apart} changes made a difference");
}

/// On at most nine points, a deterministic kernel repeated 10 times and 850 times is the same, unless it turns all nine
/// round: 840 is a multiple of every smaller cycle. Random small models do not tell these apart.
#[test]
fn long_deterministic_chains_are_told_apart() {
    let session = session();
    for (powers, text) in [
        ((10, 850), "check[free] a^10 == a^850\n"),
        ((9, 2529), "check[free] a^9 == a^2529\n"),
        ((10, 850), "check[free] a^10 * s * s == a^850 * s * s\n"),
    ] {
        let answers = run(&session, text);
        let v = verdict(&answers[0]);
        assert_eq!(v.outcome, Outcome::Fails);
        confirm(v.witness.clone(), text);
        let Some(Witness::Model { program, .. }) = &v.witness else { panic!("a model") };
        assert!(program.contains(&format!("w{}", powers.1)) && program.contains("other"), "{powers:?}");
    }
}

/// The program of the chapter on equality, word for word.
#[test]
fn a_coin_tossed_twice_in_the_model_of_the_theorem() {
    let prelude = "object Coin = { heads, tails }\nkernel toss : Coin { uniform }\n";
    let text = "diagram l : I -> Coin * Coin = toss ; copy\ndiagram r : I -> Coin * Coin = toss * toss\n";
    let (sig, a, b) = normal_forms(prelude, text);
    let found = tree_model::model(&sig, &a, &b, &Interrupt::default()).unwrap();
    let Some(Witness::Model { program, .. }) = found else { panic!("a model") };
    assert!(include_str!("../spec/08_equality.md").contains(&program), "{program}");
}

/// Where the model of the theorem would be too large, what is different is still said to be, without a model; where
/// only some outputs matter, it is made for those.
#[test]
fn large_differences_are_decided_without_a_model() {
    let session = session();
    let many = vec!["s"; 600].join(" * ");
    // Twelve hundred tosses against as many with one kept twice: too many outcomes, but two outputs show it.
    let text = format!(
        "diagram l : I -> X^1200 = {many} * {many}\n\
         diagram r : I -> X^1200 = ({many} * {many}) ; (id[X^1198] * copy * del)\n\
         check[free] l == r\ncheck[free] a^30000 == a^30001\n"
    );
    let answers = run(&session, &text);
    let v = verdict(&answers[0]);
    assert_eq!(v.outcome, Outcome::Fails);
    confirm(v.witness.clone(), &text);
    let Some(Witness::Model { program, .. }) = &v.witness else { panic!("a model") };
    assert!(program.starts_with("// outputs 1199, 1200; the others are discarded\n"), "{program}");
    let v = verdict(&answers[1]);
    assert_eq!((v.outcome, &v.witness), (Outcome::Fails, &None));
    assert!(v.not_structural.is_some());
}

/// Boxes that are no kernels become kernels of the model: points, uniform states, conditionals, observations.
#[test]
fn all_kinds_of_boxes_are_told_apart() {
    let joint = "diagram j -> X * X = s ; <id, f ; g>\n";
    for (ends, left, right) in [
        ("X -> X", "cond(j, #2 given #1)", "cond(j, #1 given #2)"),
        ("X -> X^2", "cond(j, #2 given #1) ; copy", "copy ; (cond(j, #2 given #1) * cond(j, #2 given #1))"),
        ("I -> X^2", "uniform[X] ; copy", "uniform[X] * uniform[X]"),
        ("I -> X^2", "uniform[X * X]", "uniform[X] * uniform[X]"),
        ("X -> X^2", "point(X.1) * id", "point(X.0) * id"),
        ("X -> X^3", "observe(j, #1 = 1) * id", "observe(j, #1 = 0) * id"),
        ("X -> X^2", "cond(j, #2 given #1) * (point(X.1) ; a)", "cond(j, #2 given #1) * (uniform[X] ; a)"),
    ] {
        let text = format!("{joint}diagram l : {ends} = {left}\ndiagram r : {ends} = {right}\n");
        let (sig, a, b) = normal_forms(PRELUDE, &text);
        confirm(tree_model::model(&sig, &a, &b, &Interrupt::default()).unwrap(), &text);
    }
}
