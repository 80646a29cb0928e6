//! Whether effects can be known: every answer on random wirings is verified here, by slow code that shares nothing with the
//! engine but its numbers. Of two models, the program is read line by line and all wires are summed over; a formula is
//! compared with the effect, for the kernels of the model.

mod common;

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use common::choices::{Choices, cases, fail};
use common::run::{answers, parse, run, verdict};
use mcheck::decide::answer::{Outcome, Witness};
use mcheck::number::ratio::Ratio;
use mcheck::report::json;
use mcheck::syntax::print::print_file;
use proptest::test_runner::TestCaseResult;

/// A box: its kernel, the wires that it is given and those that it makes.
#[derive(Clone)]
struct Drawn {
    kernel: String,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

/// A diagram as it is written.
#[derive(Clone, Default)]
struct Wired {
    inputs: Vec<String>,
    draws: Vec<Drawn>,
    outputs: Vec<String>,
}

/// What a program of two models declares.
#[derive(Default)]
struct Program {
    size: usize,
    kernels: BTreeMap<String, Vec<Vec<Ratio>>>,
    diagrams: Vec<Wired>,
}

fn ratio(text: &str) -> Ratio {
    let (a, b) = text.trim().split_once('/').unwrap_or((text.trim(), "1"));
    Ratio::of(a.parse().unwrap(), b.parse().unwrap())
}

fn names(text: &str) -> Vec<String> {
    text.split(',').map(|n| n.trim().to_string()).filter(|n| !n.is_empty()).collect()
}

/// Reads the lines of a program of two models.
fn read(text: &str) -> Program {
    let mut program = Program::default();
    for line in text.lines() {
        let line = line.trim();
        if let Some((_, size)) = line.strip_prefix("object ").and_then(|l| l.split_once(" = 0..")) {
            program.size = size.parse().unwrap();
        } else if let Some(rest) = line.strip_prefix("kernel ") {
            let (name, rest) = rest.split_once(" : ").unwrap();
            let (_, rows) = rest.split_once(" = [").unwrap();
            let rows = rows.strip_suffix(']').unwrap().split(']').filter_map(|r| r.split_once('['));
            let rows = rows.map(|(_, r)| r.split(',').map(ratio).collect()).collect();
            program.kernels.insert(name.to_string(), rows);
        } else if let Some(rest) = line.strip_prefix("diagram ") {
            let (head, _) = rest.split_once(" -> ").unwrap();
            let inputs = head.split_once('(').map_or(String::new(), |(_, i)| i.trim_end_matches(')').to_string());
            let inputs = names(&inputs).iter().map(|i| i.split_once(':').unwrap().0.to_string()).collect();
            program.diagrams.push(Wired { inputs, ..Wired::default() });
        } else if let Some((made, from)) = line.split_once(" ~ ") {
            let (kernel, given) = from.split_once('(').unwrap_or((from, ""));
            program.diagrams.last_mut().unwrap().draws.push(Drawn {
                kernel: kernel.to_string(),
                inputs: names(given.trim_end_matches(')')),
                outputs: names(made.trim_start_matches('(').trim_end_matches(')')),
            });
        } else if let Some(outputs) = line.strip_prefix("return ") {
            program.diagrams.last_mut().unwrap().outputs = names(outputs);
        }
    }
    program
}

/// Which box and port each wire is, boxes numbered as they are met from the outputs: equal for equal wirings.
fn shape(d: &Wired) -> Vec<String> {
    fn visit(d: &Wired, wire: &str, known: &mut Vec<usize>, lines: &mut Vec<String>) -> String {
        if let Some(i) = d.inputs.iter().position(|w| w == wire) {
            return format!("in{i}");
        }
        let (b, port) = d
            .draws
            .iter()
            .enumerate()
            .find_map(|(b, x)| x.outputs.iter().position(|w| w == wire).map(|port| (b, port)))
            .unwrap();
        let number = known.iter().position(|k| *k == b).unwrap_or_else(|| {
            known.push(b);
            let own = known.len() - 1;
            let given: Vec<String> = d.draws[b].inputs.iter().map(|w| visit(d, w, known, lines)).collect();
            lines.push(format!("box {own}: {} ports from {}", d.draws[b].outputs.len(), given.join(", ")));
            own
        });
        format!("{number}.{port}")
    }
    let (mut known, mut lines) = (Vec::new(), Vec::new());
    let ends: Vec<String> = d.outputs.iter().map(|w| visit(d, w, &mut known, &mut lines)).collect();
    lines.push(ends.join(", "));
    lines
}

/// For each value of what is set and of the inputs, and each value of the targets, its probability: a sum over all wires.
/// The users of a wire that is set see what it is set to.
fn law(p: &Program, d: &Wired, set: &[&str], targets: &[&str]) -> HashMap<Vec<usize>, Ratio> {
    let mut wires: Vec<&str> = d.inputs.iter().map(String::as_str).collect();
    wires.extend(d.draws.iter().flat_map(|x| x.outputs.iter().map(String::as_str)));
    let count = wires.len() + set.len();
    let mut out = HashMap::new();
    for all in 0..p.size.pow(count as u32) {
        let mut rest = all;
        let mut values = vec![0; count];
        for v in values.iter_mut() {
            *v = rest % p.size;
            rest /= p.size;
        }
        let made = |w: &str| values[wires.iter().position(|x| *x == w).unwrap()];
        let seen = |w: &str| set.iter().position(|x| *x == w).map_or_else(|| made(w), |k| values[wires.len() + k]);
        let mut mass = Ratio::ONE;
        for x in &d.draws {
            let row = x.inputs.iter().fold(0, |n, w| n * p.size + seen(w));
            let column = x.outputs.iter().fold(0, |n, w| n * p.size + made(w));
            mass = &mass * &p.kernels[&x.kernel][row][column];
        }
        let mut key: Vec<usize> = values[wires.len()..].to_vec();
        key.extend(d.inputs.iter().map(|w| made(w)));
        key.extend(targets.iter().map(|w| seen(w)));
        let sum = out.entry(key).or_insert(Ratio::ZERO);
        *sum = &*sum + &mass;
    }
    out
}

/// The two models of a witness have the wiring that was asked about, positive entries, the same law and other effects.
fn verify(witness: &Option<Witness>, asked: &Wired, x: usize, y: usize) -> TestCaseResult {
    let Some(Witness::TwoModels { program, input, output, first, second }) = witness else { return fail("no models") };
    let p = read(program);
    let [one, other] = &p.diagrams[..] else { return fail(format!("two diagrams\n{program}")) };
    if shape(one) != shape(asked) || shape(other) != shape(asked) {
        return fail(format!("another wiring: {:?}\n{program}", shape(asked)));
    }
    for rows in p.kernels.values() {
        let positive = rows.iter().flatten().all(|w| w.sign().is_gt());
        let sums = rows.iter().all(|r| r.iter().fold(Ratio::ZERO, |s, w| &s + w) == Ratio::ONE);
        if !positive || !sums {
            return fail(format!("kernels\n{program}"));
        }
    }
    let seen = |d: &Wired| law(&p, d, &[], &d.outputs.iter().map(String::as_str).collect::<Vec<_>>());
    let effect = |d: &Wired| law(&p, d, &[&d.outputs[x]], &[&d.outputs[y]]);
    if seen(one) != seen(other) {
        return fail(format!("other laws\n{program}"));
    }
    let key: Vec<usize> = input.iter().chain(output).map(|v| v.parse().unwrap()).collect();
    let found = [&effect(one)[&key], &effect(other)[&key]];
    if found != [first, second] || first == second { fail(format!("the effects {found:?}\n{program}")) } else { Ok(()) }
}

/// A random wiring with hidden wires, and some with inputs and with boxes of two outputs.
fn wiring(ch: &mut Choices<'_>) -> Wired {
    let mut d = Wired::default();
    let mut wires: Vec<String> = Vec::new();
    if ch.once_in(5) {
        d.inputs.push("i".into());
        wires.push("i".into());
    }
    let count = 3 + ch.below(3);
    for k in 0..count {
        let inputs: Vec<String> =
            wires.iter().filter(|_| ch.below(5) < 3).cloned().collect::<Vec<_>>().into_iter().take(3).collect();
        let made = if ch.once_in(6) { vec![format!("v{k}"), format!("z{k}")] } else { vec![format!("v{k}")] };
        wires.extend(made.clone());
        d.draws.push(Drawn { kernel: format!("k{k}"), inputs, outputs: made });
    }
    d.outputs = wires.iter().filter(|w| *w != "i" && ch.below(5) > 1).cloned().collect();
    if ch.once_in(3) {
        d.outputs = ch.shuffled(std::mem::take(&mut d.outputs));
    }
    while d.outputs.len() < 2 {
        let k = ch.below(d.draws.len());
        let wire = d.draws[k].outputs[0].clone();
        if d.outputs.contains(&wire) {
            d.outputs = vec![d.draws[0].outputs[0].clone(), d.draws[1].outputs[0].clone()];
        } else {
            d.outputs.push(wire);
        }
    }
    d
}

fn text(d: &Wired, ch: &mut Choices<'_>) -> String {
    let product = |n: usize| vec!["B"; n].join(" * ");
    let mut text = "object B = 0..2\n".to_string();
    for x in &d.draws {
        let (rows, columns) = (1 << x.inputs.len(), 1usize << x.outputs.len());
        let row = |ch: &mut Choices<'_>| {
            let weights: Vec<usize> = (0..columns).map(|_| 1 + ch.below(5)).collect();
            let total: usize = weights.iter().sum();
            format!("[{}]", weights.iter().map(|w| format!("{w}/{total}")).collect::<Vec<_>>().join(", "))
        };
        let rows: Vec<String> = (0..rows).map(|_| row(ch)).collect();
        let dom = if x.inputs.is_empty() { String::new() } else { format!("{} -> ", product(x.inputs.len())) };
        text.push_str(&format!("kernel {} : {dom}{} = [{}]\n", x.kernel, product(x.outputs.len()), rows.join(", ")));
    }
    let inputs = if d.inputs.is_empty() { "" } else { "(i: B)" };
    let outputs: Vec<String> = d.outputs.iter().map(|w| format!("{w}: B")).collect();
    text.push_str(&format!("diagram d{inputs} -> ({}) {{\n", outputs.join(", ")));
    for x in &d.draws {
        let target = if x.outputs.len() == 1 { x.outputs[0].clone() } else { format!("({})", x.outputs.join(", ")) };
        let given = if x.inputs.is_empty() { String::new() } else { format!("({})", x.inputs.join(", ")) };
        text.push_str(&format!("  {target} ~ {}{given}\n", x.kernel));
    }
    text.push_str(&format!("  return {}\n}}\n", d.outputs.join(", ")));
    text
}

#[test]
fn effects_are_given_by_formulas_or_refuted_by_models() {
    let seen = Cell::new([0u32; 3]);
    cases(900, |ch| {
        let d = wiring(ch);
        // Mostly the last of the outputs, which many act on.
        let (x, y) = (0, if ch.once_in(3) { 1 } else { d.outputs.len() - 1 });
        let program = text(&d, ch);
        let (a, b) = (&d.outputs[x], &d.outputs[y]);
        let claim = format!("{program}check identifiable {b} given do {a} in d\n");
        let all = answers(&claim)?;
        let Some((v, _)) = verdict(&all[0]) else { return fail("no verdict") };
        let mut counts = seen.get();
        counts[match v.outcome {
            Outcome::Fails => 0,
            Outcome::Holds => 1,
            Outcome::Unknown => 2,
        }] += 1;
        seen.set(counts);
        match v.outcome {
            Outcome::Unknown => Ok(()),
            Outcome::Fails => verify(&v.witness, &d, x, y),
            Outcome::Holds => {
                let input = if d.inputs.is_empty() { "" } else { " * id[B]" };
                let formula = match v.notes[0].strip_prefix("it is ").and_then(|n| n.split_once(": ")) {
                    Some((formula, _)) => formula.to_string(),
                    None => format!("(del[B]{input}) ; marginal(d, {b})"),
                };
                let claim = format!("{program}check {formula} == effect(d, {b} given do {a})\n");
                let all = answers(&claim)?;
                match verdict(&all[0]) {
                    Some((v, true)) if !v.filled => Ok(()),
                    _ => fail(format!("the formula is not the effect\n{claim}")),
                }
            }
        }
    });
    let [fails, holds, unknown] = seen.get();
    assert!(fails >= 40 && holds >= 200 && unknown <= 60, "a poor mixture: {fails}, {holds}, {unknown} unknown");
}

/// Wirings of which the literature says whether the effect of x on y is identifiable. `None`: it is, by a formula that is
/// neither of the two.
#[test]
fn known_wirings() {
    let known = [
        ("x, y", "u ~ r  x ~ f(u)  y ~ g(x, u)", Some(false)),
        ("z, x, y", "u ~ r  z ~ r  x ~ g(z, u)  y ~ g(x, u)", Some(false)),
        ("x, m, y", "u ~ r  x ~ f(u)  m ~ f(x)  y ~ g(m, u)", Some(true)),
        ("x, m, y", "u ~ r  x ~ f(u)  m ~ g(x, u)  y ~ g(m, u)", Some(false)),
        ("x, m, y", "u ~ r  v ~ r  x ~ g(u, v)  m ~ g(x, u)  y ~ g(m, v)", Some(false)),
        ("w, x, y", "u ~ r  v ~ r  w ~ g(u, v)  x ~ g(w, u)  y ~ g(x, v)", Some(false)),
        ("w, x, y", "u ~ r  v ~ r  w ~ g(u, v)  x ~ f(u)  y ~ g(x, v)", Some(true)),
        ("w, z, x, y", "u ~ r  v ~ r  w ~ g(u, v)  z ~ f(w)  x ~ g(z, u)  y ~ g(x, v)", None),
    ];
    for (outputs, draws, wanted) in known {
        let typed: Vec<String> = outputs.split(", ").map(|w| format!("{w}: A")).collect();
        let text = format!(
            "object A\nkernel r : A\nkernel f : A -> A\nkernel g : A * A -> A\n\
             diagram d -> ({}) {{ {draws}  return {outputs} }}\ncheck identifiable y given do x in d\n",
            typed.join(", ")
        );
        let all = answers(&text).unwrap();
        let (v, _) = verdict(&all[0]).unwrap();
        let found = match v.outcome {
            Outcome::Holds => Some(true),
            Outcome::Fails => Some(false),
            Outcome::Unknown => None,
        };
        assert_eq!(found, wanted, "{draws}");
    }
}

const PEOPLE: &str = "object B = 0..2
kernel r : B { 1: 1/3, 0: rest }
kernel f : B -> B { 0 -> 1: 1/4, 0: rest  1 -> uniform }
kernel g : B * B -> B { (0, 0) -> 1: 1/5, 0: rest  (0, 1) -> 1: 2/5, 0: rest  (1, _) -> 1: 3/5, 0: rest }
diagram d -> (z: B, x: B, y: B) { z ~ r  x ~ f(z)  y ~ g(x, z)  return z, x, y }
";

#[test]
fn the_json_holds_all_evidence() {
    let text =
        format!("{PEOPLE}check identifiable y given do x in marginal(d, x, y)\ncheck identifiable y given do x in d\n");
    let report = json::file_object(&run(&text));
    let results = report["results"].as_array().unwrap();
    let witness = &results[0]["witness"];
    assert_eq!((&results[0]["verdict"], &witness["kind"]), (&"fails".into(), &"two_models".into()));
    let program = witness["program"].as_str().unwrap();
    // Anyone can run it.
    assert!(answers(program).unwrap().iter().all(|a| verdict(a).unwrap().1), "{program}");
    assert_ne!(witness["first"], witness["second"]);
    assert_eq!(results[1]["positivity"], serde_json::json!({ "holds": true }));
    assert!(results[1]["notes"][0].as_str().unwrap().starts_with("it is adjust(d, y given x over z): "));
}

#[test]
fn they_are_printed_as_they_are_read() {
    let text = "check not identifiable y, #2 given do x, z in f ; g\n\neval comb(d, a, b then c around #1, e)\n";
    assert_eq!(print_file(&parse(text).unwrap()), text);
}

/// The comb by its definition: `p(a) p(c | a, b)`, for each input.
#[test]
fn combs_are_put_together_from_conditionals() {
    let text = format!(
        "{PEOPLE}diagram e(i: B) -> (a: B, b: B, c: B) {{ a ~ f(i)  b ~ g(a, i)  c ~ g(b, a)  return a, b, c }}
        diagram by_hand(b: B, i: B) -> (a: B, c: B) {{
          (a, b0, c0) ~ e(i)
          c ~ (cond(e, c given a, b))(a, b, i)
          return a, c
        }}
        check comb(e, a then c around b) == by_hand
        check[free] comb(e, a then c around b) == by_hand
        diagram whole(i: B) -> (a: B, b: B, c: B) {{
          (a, b0, c0) ~ e(i)
          b ~ (cond(e, b given a))(a, i)
          c ~ (cond(e, c given a, b))(a, b, i)
          return a, b, c
        }}
        check whole == e"
    );
    assert!(answers(&text).unwrap().iter().all(|a| verdict(a).unwrap().1));
}
