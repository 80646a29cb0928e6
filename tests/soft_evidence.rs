//! Soft evidence against sums written out here: virtual evidence multiplies, Jeffrey's rule replaces a law. And questions
//! about networks of hundreds of boxes, against sums along the chain.

mod common;

use std::cell::Cell;

use common::choices::{Choices, cases, fail};
use common::run::{answers, codes, matrix, number, parse, run, verdict};
use mcheck::decide::answer::Answer;
use mcheck::number::ratio::Ratio;
use mcheck::syntax::print::print_file;

/// A row of probabilities, some of them zero.
fn law(ch: &mut Choices<'_>, size: usize) -> Vec<Ratio> {
    let weights: Vec<i64> = (0..size).map(|k| ch.below(4) as i64 + i64::from(k == 0)).collect();
    let sum = weights.iter().sum();
    weights.iter().map(|w| Ratio::of(*w, sum)).collect()
}

fn cells(row: &[Ratio], point: impl Fn(usize) -> String) -> String {
    let cells: Vec<String> = row.iter().enumerate().map(|(k, w)| format!("{}: {w}", point(k))).collect();
    cells.join(", ")
}

fn total(row: &[Ratio]) -> Ratio {
    row.iter().fold(Ratio::ZERO, |s, w| &s + w)
}

#[test]
fn weights_multiply_and_new_laws_replace() {
    let seen = Cell::new([0u32; 4]);
    let count = |kind: usize| {
        let mut now = seen.get();
        now[kind] += 1;
        seen.set(now);
    };
    cases(1500, |ch| {
        // d : A -> X * Y, new laws A -> Y and I -> Y, a weight for each pair
        let (a, x, y) = (1 + ch.below(2), 2 + ch.below(2), 2 + ch.below(2));
        let joint: Vec<Vec<Ratio>> = (0..a).map(|_| law(ch, x * y)).collect();
        let (state, of_input) = (law(ch, y), (0..a).map(|_| law(ch, y)).collect::<Vec<_>>());
        let weight: Vec<i64> = (0..x * y).map(|_| ch.below(5) as i64).collect();
        let den = 1 + ch.below(6) as i64;
        let pair = |k: usize| format!("({}, {})", k / y, k % y);
        let mut text = format!("object A = 0..{a}\nobject X = 0..{x}\nobject Y = 0..{y}\n");
        let rows = |laws: &[Vec<Ratio>], point: &dyn Fn(usize) -> String| -> String {
            laws.iter().enumerate().map(|(i, r)| format!("  {i} -> {}\n", cells(r, point))).collect()
        };
        text.push_str(&format!("kernel joint : A -> X * Y {{\n{}}}\n", rows(&joint, &pair)));
        text.push_str(&format!("kernel new : A -> Y {{\n{}}}\n", rows(&of_input, &|k| k.to_string())));
        text.push_str(&format!("kernel state : Y {{ {} }}\n", cells(&state, |k| k.to_string())));
        text.push_str("diagram d(a: A) -> (x: X, y: Y) { (x, y) ~ joint(a)  return x, y }\n");
        let arms: Vec<String> = (0..x * y).map(|k| format!("{} -> {}/{den}", pair(k), weight[k])).collect();
        let questions = [
            format!("weigh(d, match (x, y) {{ {} }})", arms.join("  ")),
            "jeffrey(d, y ~ new)".to_string(),
            "jeffrey(d, #2 ~ state)".to_string(),
        ];
        for (k, question) in questions.iter().enumerate() {
            let text = format!("{text}eval {question}\n");
            let wanted: Vec<Option<Vec<Ratio>>> = (0..a)
                .map(|i| {
                    let row: Vec<Ratio> = match k {
                        0 => (0..x * y).map(|p| &joint[i][p] * &Ratio::from(weight[p])).collect(),
                        _ => {
                            let new = if k == 1 { &of_input[i] } else { &state };
                            let mass =
                                |v: usize| total(&(0..x).map(|u| joint[i][u * y + v].clone()).collect::<Vec<_>>());
                            if (0..y).any(|v| !new[v].is_zero() && mass(v).is_zero()) {
                                return None;
                            }
                            let share = |p: usize| new[p % y].checked_div(&mass(p % y)).unwrap_or(Ratio::ZERO);
                            (0..x * y).map(|p| &joint[i][p] * &share(p)).collect()
                        }
                    };
                    let sum = total(&row);
                    (!sum.is_zero()).then(|| row.iter().map(|w| w.checked_div(&sum).unwrap()).collect())
                })
                .collect();
            let Some(wanted) = wanted.into_iter().collect::<Option<Vec<_>>>() else {
                count(3);
                match codes(&run(&text))[..] {
                    ["model::null_update"] => continue,
                    ref other => return fail(format!("{other:?}\n{text}")),
                }
            };
            count(k);
            let all = answers(&text)?;
            match matrix(&all[0]) {
                Some((found, _)) if found.0 == wanted => {}
                found => return fail(format!("{found:?}\nbut by sums\n{wanted:?}\n{text}")),
            }
            // Printed and read again.
            let ast = parse(&text).map_err(proptest::test_runner::TestCaseError::fail)?;
            if parse(&print_file(&ast)) != Ok(ast) {
                return fail(format!("the print is another tree\n{text}"));
            }
        }
        // One of the outputs alone is computed without the others, and is the same.
        let alone = format!("{text}check marginal({0}, x) == {0} ; (id * del)\n", questions[0]);
        let report = run(&alone);
        if report.failures.is_empty() && report.counts().holds != 1 {
            return fail(alone);
        }
        Ok(())
    });
    let [weighed, new, state, null] = seen.get();
    assert!(weighed > 300 && new > 200 && state > 200 && null > 50, "{:?}", seen.get());
}

/// What the two rules have in common, and where they part.
#[test]
fn virtual_evidence_and_jeffreys_rule_differ() {
    let text = "
        object W = { a, b, c }
        object X = 0..2
        kernel prior : W { a: 1/5, b: 3/10, c: rest }
        kernel f : W -> X { a -> 0: 1/3, 1: rest  b -> 0: 1/2, 1: rest  c -> 0: 1/7, 1: rest }
        diagram d -> (w: W, x: X) { w ~ prior  x ~ f(w)  return w, x }
        kernel q : W { a: 1/2, b: 1/4, c: 1/4 }
        kernel r : W { a: 1/10, b: 1/10, c: rest }
        kernel s : X { 0: 1/2, 1: rest }
        diagram once -> (w: W, x: X) = weigh(d, match w { a -> 9  b -> 2  c -> 1 })
        check weigh(d, match w { a -> 9/100  b -> 2/100  c -> 1/100 }) == once
        check weigh(weigh(d, match w { a -> 9  b -> 2  c -> 1 }), x + 1) == weigh(weigh(d, x + 1), match w { a -> 9  b -> 2  c -> 1 })
        check weigh(d, if w = a then 1 else 0) == observe(d, w = a)
        check weigh(d, 1) == d
        check marginal(jeffrey(d, w ~ q), w) == q
        check jeffrey(jeffrey(d, w ~ q), w ~ r) == jeffrey(d, w ~ r)
        check not jeffrey(jeffrey(d, w ~ q), x ~ s) == jeffrey(jeffrey(d, x ~ s), w ~ q)
        check jeffrey(d, w ~ q) == q ; <id, f>
        check jeffrey(d, w ~ prior) == d
        check jeffrey(d, w ~ point(W.b)) == observe(d, w = b)
        check jeffrey(d, x, w ~ s * q) == q * s
        check jeffrey(d, w ~ q) == weigh(d, match w { a -> 5/2  b -> 5/6  c -> 1/2 })
        check once != jeffrey(d, w ~ q)";
    let all = answers(text).unwrap();
    let held: Vec<bool> = all.iter().map(|a| verdict(a).unwrap().1).collect();
    assert!(held.iter().all(|h| *h), "{held:?}");
}

/// What cannot be is said where it is written.
#[test]
fn what_is_no_evidence_is_refused() {
    let start = "
        object W = { a, b }
        kernel prior : W { a: 1 }
        kernel q : W { uniform }
        kernel f : W -> W { a -> a  b -> b }
        diagram d -> (w: W, v: W) { w ~ prior  v ~ f(w)  return w, v }
        eval ";
    for (question, code) in [
        ("jeffrey(d, w ~ q)", "model::null_update"),
        ("weigh(d, if w = b then 1 else 0)", "model::null_update"),
        ("weigh(d, if w = a then 0 - 1 else 1)", "check::formula_kind"),
        ("weigh(d, w = a)", "check::formula_kind"),
        ("weigh(d, w)", "check::formula_kind"),
        ("observe(d, 1/2)", "check::formula_kind"),
        ("jeffrey(d, w ~ f)", "check::new_law"),
        ("jeffrey(d, w ~ d)", "check::new_law"),
        ("jeffrey(d, w, w ~ q * q)", "check::overlapping_wires"),
        ("jeffrey(d, w, #1 ~ q * q)", "check::overlapping_wires"),
        ("jeffrey(d, u ~ q)", "check::unknown_wire"),
    ] {
        let report = run(&format!("{start}{question}"));
        assert_eq!(codes(&report), [code], "{question}");
    }
}

/// A chain of `length` states, each seen through some noise: `x0 -> x1 -> …`, `xk -> yk`.
fn chain(length: usize) -> String {
    let mut text = "object S = 0..3\nobject B = 0..2\n\
        kernel start : S { 0: 1/2, 1: 1/3, 2: rest }\n\
        kernel move : S -> S { 0 -> 0: 2/3, 1: rest  1 -> 1: 1/2, 2: rest  2 -> 0: 1/5, 2: rest }\n\
        kernel look : S -> B { 0 -> 0: 3/4, 1: rest  1 -> 1: 2/3, 0: rest  2 -> 0: 1/6, 1: rest }\n"
        .to_string();
    let ends: Vec<String> = (0..length).map(|k| format!("x{k}: S, y{k}: B")).collect();
    text.push_str(&format!("diagram net -> ({}) {{\n  x0 ~ start\n", ends.join(", ")));
    for k in 0..length {
        if k > 0 {
            text.push_str(&format!("  x{k} ~ move(x{})\n", k - 1));
        }
        text.push_str(&format!("  y{k} ~ look(x{k})\n"));
    }
    let names: Vec<String> = (0..length).map(|k| format!("x{k}, y{k}")).collect();
    text.push_str(&format!("  return {}\n}}\n", names.join(", ")));
    text
}

/// The probability of a condition on each step, with the last state as wanted: a sum along the chain. `ok(k, x, y)` says
/// which steps are allowed.
fn along(length: usize, ok: &dyn Fn(usize, usize, usize) -> bool) -> Ratio {
    let r = Ratio::of;
    let start = [r(1, 2), r(1, 3), r(1, 6)];
    let step = [[r(2, 3), r(1, 3), r(0, 1)], [r(0, 1), r(1, 2), r(1, 2)], [r(1, 5), r(0, 1), r(4, 5)]];
    let look = [[r(3, 4), r(1, 4)], [r(1, 3), r(2, 3)], [r(1, 6), r(5, 6)]];
    let mut masses: Vec<Ratio> = start.to_vec();
    for k in 0..length {
        if k > 0 {
            masses = (0..3).map(|to| total(&(0..3).map(|x| &masses[x] * &step[x][to]).collect::<Vec<_>>())).collect();
        }
        for (x, mass) in masses.iter_mut().enumerate() {
            let seen: Vec<Ratio> = (0..2).filter(|y| ok(k, x, *y)).map(|y| look[x][y].clone()).collect();
            *mass = &*mass * &total(&seen);
        }
    }
    total(&masses)
}

fn value(answer: &Answer) -> Ratio {
    number(answer).unwrap().0
}

#[test]
fn long_networks_are_conditioned_on_what_is_asked_for() {
    let length = 200;
    let text = chain(length);
    // 1. Few outputs of many, and points in front of a conditional with a long table.
    let known: Vec<usize> = (0..30).map(|k| 6 * k).collect();
    let wires: Vec<String> = known.iter().map(|k| format!("y{k}")).collect();
    let points: Vec<String> = known.iter().map(|k| format!("point(B.{})", (k / 6) % 2)).collect();
    // 2. Conditions that are no conjunctions of values: on both wires of many steps.
    let either: Vec<String> = (0..40).map(|k| format!("(x{0} = {1} or y{0} = {2})", 5 * k, k % 3, k % 2)).collect();
    let questions = [
        format!("prob(#1 = 1 in point(S.2) ; cond(net, x{} given x0))", length - 1),
        format!("prob(#1 = 1 in ({}) ; cond(net, x100 given {}))", points.join(" * "), wires.join(", ")),
        format!("prob(x100 = 1 | {} in net)", either.join(", ")),
        format!("prob(#1 = 1 in marginal(observe(net, {}), x100))", either.join(", ")),
        format!("prob(x100 = 1, {} in net)", either.join(", ")),
        "prob(x100 = 1 | y3 = 1 or x150 = 2 in net)".to_string(),
    ];
    let program = format!("{text}{}", questions.iter().map(|q| format!("eval {q}\n")).collect::<String>());
    let all = answers(&program).unwrap();
    let is_seen = |k: usize, y: usize| !known.contains(&k) || y == (k / 6) % 2;
    let or = |k: usize, x: usize, y: usize| !k.is_multiple_of(5) || x == (k / 5) % 3 || y == (k / 5) % 2;
    let ratio = |above: Ratio, below: Ratio| above.checked_div(&below).unwrap();
    let last = length - 1;
    assert_eq!(
        value(&all[0]),
        ratio(
            along(length, &|k, x, _| (k > 0 || x == 2) && (k < last || x == 1)),
            along(length, &|k, x, _| k > 0 || x == 2)
        )
    );
    assert_eq!(
        value(&all[1]),
        ratio(along(length, &|k, x, y| is_seen(k, y) && (k != 100 || x == 1)), along(length, &|k, _, y| is_seen(k, y)))
    );
    let above = along(length, &|k, x, y| or(k, x, y) && (k != 100 || x == 1));
    let below = along(length, &or);
    assert_eq!(value(&all[2]), ratio(above.clone(), below.clone()));
    assert_eq!(value(&all[3]), ratio(above.clone(), below));
    assert_eq!(value(&all[4]), above);
    // P(A or B) = P(A) + P(B) - P(A and B)
    let union = |more: &dyn Fn(usize, usize) -> bool| {
        let with = |a: bool, b: bool| {
            along(length, &|k, x, y| more(k, x) && (!a || k != 3 || y == 1) && (!b || k != 150 || x == 2))
        };
        &(&with(true, false) + &with(false, true)) - &with(true, true)
    };
    assert_eq!(value(&all[5]), ratio(union(&|k, x| k != 100 || x == 1), union(&|_, _| true)));
}
