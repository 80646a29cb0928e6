//! Networks are evaluated by two methods, with one thread and with several: all give what a slow reference gives, to the
//! last digit.

mod common;

use common::choices::{Choices, cases, fail};
use common::events::{Event, Value};
use common::networks::{Net, Shape};
use common::reference::{Fill, evaluate};
use common::run::{answers_with, codes, matrix, number, run, run_with};
use common::tree::{Bare, Tree};
use common::world::World;
use mcheck::decide::answer::Answer;
use mcheck::model::finstoch::plan::Method;
use mcheck::number::ratio::Ratio;
use mcheck::report::{human, json};
use mcheck::session::Options;

fn by(method: Method) -> Options {
    Options { method: Some(method), threads: 3, ..Options::default() }
}

#[test]
fn small_diagrams_by_elimination_are_what_the_reference_computes() {
    cases(800, |ch| {
        let mut w = World::new(ch);
        let dom = w.ty(ch, 3, 9);
        let tree = w.grow(ch, &dom, None, 4);
        let both = |fill| evaluate(&w, &tree, fill);
        let text = format!("{}eval {}\n", w.text, tree.text(&w, ch, 1, Bare::Never));
        let (Ok(uniform), Ok(first)) = (both(Fill::Uniform), both(Fill::First)) else {
            // A null event that is discarded does no harm; else it is an error.
            let report = run_with(&text, by(Method::Elimination));
            let found = codes(&report);
            return if found.iter().all(|c| *c == "model::null_event") {
                Ok(())
            } else {
                fail(format!("{found:?}\n{text}"))
            };
        };
        let all = answers_with(&text, by(Method::Elimination))?;
        let Some((found, filled)) = matrix(&all[0]) else { return fail(format!("no matrix\n{text}")) };
        if found != uniform {
            return fail(format!("{found:?}\nbut by the reference\n{uniform:?}\n{text}"));
        }
        let (forward, marked) = matrix(&answers_with(&text, by(Method::Forward))?[0]).expect("a matrix");
        if forward != uniform || marked != filled {
            return fail(format!("both methods differ: {filled:?}, {marked:?}\n{text}"));
        }
        match (0..filled.len()).find(|x| uniform.0[*x] != first.0[*x] && !filled[*x]) {
            Some(row) => fail(format!("row {row} depends on a filling, and is not marked\n{text}")),
            None => Ok(()),
        }
    });
}

#[test]
fn evidence_gives_what_filtering_the_joint_law_gives() {
    let impossible = std::cell::Cell::new(0);
    cases(800, |ch| {
        let mut w = World::new(ch);
        let tree = w.grow(ch, &[], None, 4);
        let cod = tree.cod(&w);
        if cod.is_empty() {
            return Ok(());
        }
        let d = w.declare(ch, tree);
        let of = Tree::Def(d);
        let name = w.defs[d].name.clone();
        // Mostly conjunctions of values, and sometimes other events beside them.
        let mut given = Event::Is(ch.below(cod.len()), 0);
        for _ in 0..ch.below(3) {
            let wire = ch.below(cod.len());
            let more = match ch.once_in(4) {
                true => Event::random(&w, ch, &cod, 1),
                false => Event::Is(wire, ch.below(w.objects[cod[wire]].labels.len())),
            };
            given = Event::And(Box::new(given), Box::new(more));
        }
        let (event, value) = (Event::random(&w, ch, &cod, 2), Value::random(&w, ch, &cod, 1));
        let condition = given.text(&w, &of, ch, 0);
        let text = format!(
            "{}eval prob({} | {condition} in {name})\neval E({} | {condition}) in {name}\neval prob({condition} in {name})\n\
             eval observe({name}, {condition})\n",
            w.text,
            event.text(&w, &of, ch, 0),
            value.text(&w, &of, ch, 0),
        );
        let Ok(joint) = evaluate(&w, &of, Fill::Uniform) else { return Ok(()) };
        let points: Vec<(Vec<usize>, &Ratio)> =
            joint.0[0].iter().enumerate().map(|(p, x)| (w.coordinates(&cod, p), x)).collect();
        let known = || points.iter().filter(|(at, x)| !x.is_zero() && given.holds(&w, &cod, at));
        let total = known().fold(Ratio::ZERO, |s, (_, x)| &s + x);
        let hit = known().filter(|(at, _)| event.holds(&w, &cod, at)).fold(Ratio::ZERO, |s, (_, x)| &s + x);
        let mean = known().fold(Ratio::ZERO, |s, (at, x)| &s + &(*x * &value.at(&w, &cod, at)));
        for method in [Method::Elimination, Method::Forward] {
            let (Some(hit), Some(mean)) = (hit.checked_div(&total), mean.checked_div(&total)) else {
                impossible.set(impossible.get() + 1);
                let report = run_with(&text, by(method));
                let found = codes(&report);
                if found != ["model::null_event"; 3] || report.results.len() != 1 {
                    return fail(format!("{method:?}: {found:?}\n{text}"));
                }
                continue;
            };
            let all = answers_with(&text, by(method))?;
            for (answer, wanted) in all[..3].iter().zip([&hit, &mean, &total]) {
                if number(answer).is_none_or(|(found, _)| found != *wanted) {
                    return fail(format!("{method:?}: {answer:?}, but by the sums {wanted}\n{text}"));
                }
            }
            let posterior = matrix(&all[3]).expect("a state").0;
            for (p, (at, x)) in points.iter().enumerate() {
                let wanted = if given.holds(&w, &cod, at) { x.checked_div(&total) } else { Some(Ratio::ZERO) };
                if Some(&posterior.0[0][p]) != wanted.as_ref() {
                    return fail(format!("{method:?}: the posterior at {at:?} should be {wanted:?}\n{text}"));
                }
            }
        }
        Ok(())
    });
    assert!(impossible.get() > 20, "a poor mixture");
}

/// Questions about a network: marginals, posteriors, the probability of many values at once.
fn asked(ch: &mut Choices<'_>, net: &Net) -> (String, Vec<Ratio>) {
    let mut text = net.text();
    let mut wanted = Vec::new();
    let n = net.nodes.len();
    let total =
        |kept: &[usize], seen: &[(usize, usize)]| net.masses(kept, seen).values().fold(Ratio::ZERO, |s, x| &s + x);
    for round in 0..3 {
        // Values that occur together, so that they can be seen: a walk through the network.
        let mut values: Vec<usize> = Vec::new();
        for node in &net.nodes {
            let (dom, _, rows) = &net.kernels[node.kernel];
            let row = node.parents.iter().zip(dom).fold(0, |at, (p, s)| at * s + values[*p]);
            let possible: Vec<usize> = (0..node.size).filter(|v| !rows[row][*v].is_zero()).collect();
            values.push(*ch.of(&possible));
        }
        let about = ch.below(n);
        let mut seen: Vec<(usize, usize)> = Vec::new();
        for _ in 0..round * 3 {
            let wire = ch.below(n);
            if seen.iter().all(|(w, _)| *w != wire) {
                seen.push((wire, values[wire]));
            }
        }
        let condition: Vec<String> = seen.iter().map(|(w, v)| format!("x{w} = {v}")).collect();
        let condition = condition.join(", ");
        let given = if seen.is_empty() { String::new() } else { format!(" | {condition}") };
        let masses = net.masses(&[about], &seen);
        let below = masses.values().fold(Ratio::ZERO, |s, x| &s + x);
        for value in 0..net.nodes[about].size {
            writeln(&mut text, &format!("eval prob(x{about} = {value}{given} in d)"));
            wanted.push(masses.get(&vec![value]).unwrap_or(&Ratio::ZERO).checked_div(&below).unwrap());
        }
        if !seen.is_empty() {
            writeln(&mut text, &format!("eval prob({condition} in d)"));
            wanted.push(total(&[], &seen));
        }
        // Sixteen values at once: their joint law would have 2^16 points and more.
        let many: Vec<(usize, usize)> = (0..16.min(n)).map(|k| k * (n / 16).max(1)).map(|w| (w, values[w])).collect();
        let all: Vec<String> = many.iter().map(|(w, v)| format!("x{w} = {v}")).collect();
        writeln(&mut text, &format!("eval prob({} in d)", all.join(" and ")));
        wanted.push(total(&[], &many));
    }
    (text, wanted)
}

fn writeln(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn agree(shape: Shape, count: u32, nodes: usize) {
    cases(count, |ch| {
        let net = Net::random(ch, shape, nodes);
        let (text, wanted) = asked(ch, &net);
        let ways = [Options::default(), by(Method::Elimination), Options { threads: 1, ..by(Method::Elimination) }];
        for options in ways {
            let all = answers_with(&text, options.clone())?;
            for (k, (answer, wanted)) in all.iter().zip(&wanted).enumerate() {
                if number(answer).is_none_or(|(found, filled)| found != *wanted || filled) {
                    return fail(format!("answer {k} by {:?}: {answer:?}, not {wanted}\n{text}", options.method));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn polytrees_agree_with_a_slow_elimination() {
    agree(Shape::Polytree, 25, 60);
}

#[test]
fn grids_agree_with_a_slow_elimination() {
    agree(Shape::Grid, 6, 25);
}

#[test]
fn layered_networks_agree_with_a_slow_elimination() {
    agree(Shape::Layered, 15, 40);
}

/// A chain of hidden states: numbers grow with every step.
#[test]
fn long_numbers_are_the_same_by_both_methods_and_any_number_of_threads() {
    let mut text = String::from("object H = 0..12\nobject S = 0..12\n");
    for name in ["step", "emit"] {
        text.push_str(&format!("kernel {name} : H -> {} {{\n", if name == "step" { "H" } else { "S" }));
        for i in 0..12u64 {
            let weights: Vec<u64> =
                (0..12).map(|j| (i * 7919 + j * 104729 + name.len() as u64 * 31) % 997 + 1).collect();
            let sum: u64 = weights.iter().sum();
            let row: Vec<String> = weights.iter().enumerate().map(|(j, w)| format!("{j}: {w}/{sum}")).collect();
            text.push_str(&format!("  {i} -> {}\n", row.join(", ")));
        }
        text.push_str("}\n");
    }
    text.push_str("kernel both(a: H, b: H) -> H = (a + b) mod 12\n");
    text.push_str("diagram d -> (last: H, seen: S^30) {\n  h0 ~ uniform[H]\n");
    for i in 0..30 {
        text.push_str(&format!("  g{i} ~ step(h{i})\n  h{} ~ both(g{i}, h{i})\n  s{i} ~ emit(h{})\n", i + 1, i + 1));
    }
    let signals: Vec<String> = (0..30).map(|i| format!("s{i}")).collect();
    text.push_str(&format!("  return h30, {}\n}}\n", signals.join(", ")));
    let seen: Vec<String> = (0..30).map(|i| format!("#{} = {}", i + 2, i % 12)).collect();
    text.push_str(&format!("eval marginal(observe(d, {}), last)\n", seen.join(", ")));
    text.push_str("eval marginal(d, #1, #5, #9)\n");
    let answers = |options| answers_with(&text, options).expect("it can be computed");
    let kernel = |a: &Answer| match a {
        Answer::Kernel { kernel, .. } => kernel.clone(),
        _ => panic!("a state"),
    };
    let one: Vec<_> = answers(Options { threads: 1, ..by(Method::Elimination) }).iter().map(kernel).collect();
    assert!(one[0].rows[0].den().bits() > 300, "numbers of many words were meant");
    for threads in [2, 5] {
        let many: Vec<_> = answers(Options { threads, ..by(Method::Elimination) }).iter().map(kernel).collect();
        assert!(one == many, "{threads} threads give something else");
    }
    // Forward, what was seen would be filtered from a joint law of 12^31 points.
    let short = text.replace(&format!("eval marginal(observe(d, {}), last)\n", seen.join(", ")), "");
    assert_eq!(one[1], kernel(&answers_with(&short, by(Method::Forward)).expect("it can be computed")[0]));
}

/// Every pair of 60 hidden bits is compared: there is no order in which that is small.
#[test]
fn a_hopeless_network_is_refused_at_once_with_its_size() {
    let mut text = String::from(
        "object Bit = 0..2\nkernel coin : Bit { 0: 1/3, 1: rest }\n\
         kernel like : Bit * Bit -> Bit { (0, 0) -> 0: 1/4, 1: 3/4  (0, 1) -> 0: 1/5, 1: 4/5  (1, 0) -> 0: 1/6, 1: 5/6  (1, 1) -> 0: 1/7, 1: 6/7 }\n",
    );
    let pairs: Vec<(usize, usize)> = (0..60).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    text.push_str(&format!("diagram d -> (x: Bit, y: Bit^{}) {{\n", pairs.len()));
    (0..60).for_each(|i| text.push_str(&format!("  x{i} ~ coin\n")));
    pairs.iter().for_each(|(a, b)| text.push_str(&format!("  y{a}_{b} ~ like(x{a}, x{b})\n")));
    let names: Vec<String> = pairs.iter().map(|(a, b)| format!("y{a}_{b}")).collect();
    text.push_str(&format!("  return x0, {}\n}}\n", names.join(", ")));
    let seen: Vec<String> = (0..pairs.len()).map(|k| format!("#{} = 1", k + 2)).collect();
    text.push_str(&format!("eval prob(x = 1 | {} in d)\n", seen.join(", ")));
    // Without the estimate this would not come to an end.
    let report = run(&text);
    assert_eq!(codes(&report), ["model::too_large"]);
    let message = &report.failures[0].message;
    assert!(message.contains("1830 boxes") && message.contains("about 2^59 numbers"), "{message}");
}

#[test]
fn the_plan_is_shown_where_it_is_asked_for() {
    let mut text = String::from(
        "object Bit = 0..2\nkernel coin : Bit { 0: 1/3, 1: rest }\nkernel mix : Bit * Bit -> Bit { (0, 0) -> 0: 1/4, 1: 3/4  (0, 1) -> 1  (1, 0) -> 0  (1, 1) -> 1 }\n",
    );
    text.push_str("diagram d -> (x: Bit, y: Bit) {\n  a0 ~ coin\n  b0 ~ coin\n");
    for i in 0..20 {
        text.push_str(&format!("  a{} ~ mix(a{i}, b{i})\n  b{} ~ mix(b{i}, a{i})\n", i + 1, i + 1));
    }
    text.push_str(
        "  unused ~ mix(a20, a20)\n  return a20, b20\n}\neval prob(x = 1 in d)\neval prob(x = 0 in d)\ncheck d == d\n",
    );
    let report = run_with(&text, Options { plan: true, ..by(Method::Elimination) });
    assert!(report.ok());
    let plans: Vec<_> = report.results.iter().map(|r| r.plans.clone().expect("asked for")).collect();
    // 2 coins and 40 mixers less the last one of b; the second question was answered with the first.
    let [plan] = &plans[0][..] else { panic!("one network, not {}", plans[0].len()) };
    assert_eq!((plan.method, plan.boxes, plan.order.len()), (Method::Elimination, 41, 40));
    assert!(plan.width <= 4 && plan.largest <= 16.0 && plan.products > 100.0, "{plan:?}");
    assert!(plans[1].is_empty() && plans[2].is_empty());
    let shown = human::file_report(&report, Default::default(), false);
    assert!(shown.contains("plan: 41 boxes, elimination, at most "), "{shown}");
    assert!(shown.contains("plan: nothing to compute, or computed before"), "{shown}");
    let object = json::file_object(&report);
    assert_eq!(object["results"][0]["plan"][0]["boxes"], 41);
    assert_eq!(object["results"][1]["plan"], serde_json::json!([]));
    assert!(json::file_object(&run(&text))["results"][0].get("plan").is_none());
}
