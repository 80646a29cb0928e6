//! Orders of states on numbers: random small ones, each answer with its proof. A kernel that moves the mass, or a function
//! on the wrong side, is recomputed here, so no second way to decide is needed: one of the two excludes the other.

mod common;

use std::cell::Cell;

use common::choices::{Choices, cases, fail};
use common::run::{answers, codes, matrix, parse, run, verdict};
use mcheck::decide::answer::{Answer, Verdict, Witness};
use mcheck::decide::evidence::{Refutation, Utility};
use mcheck::number::ratio::Ratio;
use mcheck::report::json;
use mcheck::syntax::print::print_file;
use proptest::test_runner::TestCaseResult;

/// Numbers in the order of the points, with their masses.
type State = (Vec<i64>, Vec<Ratio>);

fn normal(masses: &[i64]) -> Vec<Ratio> {
    let total: i64 = masses.iter().sum();
    masses.iter().map(|m| Ratio::of(*m, total)).collect()
}

fn state(ch: &mut Choices<'_>) -> State {
    let n = 1 + ch.below(5);
    let pool: Vec<i64> = (-3..5).collect();
    let numbers = ch.shuffled(pool).into_iter().take(n).collect();
    let mut masses: Vec<i64> = (0..n).map(|_| [0, 1, 1, 2, 3, 5][ch.below(6)]).collect();
    masses[ch.below(n)] += 1;
    (numbers, normal(&masses))
}

/// The state after each number moved by one of these laws of steps, half of the mass of each, on the numbers -9 to 9.
fn moved(ch: &mut Choices<'_>, (numbers, masses): &State) -> State {
    let mut out = vec![Ratio::ZERO; 19];
    for (x, mass) in numbers.iter().zip(masses) {
        let steps: &[i64] = [&[0, 0][..], &[-1, 1], &[-2, 2], &[-1, 0], &[-3, 1], &[1, -1]][ch.below(6)];
        for d in steps {
            let place = (x + d + 9) as usize;
            out[place] = &out[place] + &(mass * &Ratio::of(1, 2));
        }
    }
    ((-9..10).collect(), out)
}

fn declared(name: &str, (numbers, masses): &State) -> String {
    let points: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let weights: Vec<String> = numbers.iter().zip(masses).map(|(x, m)| format!("{x}: {m}")).collect();
    let object = format!("Of_{name}");
    format!("object {object} = {{ {} }}\nkernel {name} : {object} {{ {} }}\n", points.join(", "), weights.join(", "))
}

fn mean((numbers, masses): &State, f: impl Fn(&Ratio) -> Ratio) -> Ratio {
    numbers.iter().zip(masses).fold(Ratio::ZERO, |s, (x, m)| &s + &(m * &f(&Ratio::from(*x))))
}

/// How mass may move from p to q.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Down,
    DownInMean,
    Spread,
}

/// The kernel that is shown moves p to q in this way.
fn moves(v: &Verdict, p: &State, q: &State, way: Way, text: &str) -> TestCaseResult {
    let [shown] = &v.shown[..] else { return fail(format!("no kernel\n{text}")) };
    let (dom, cod, kernel) = (shown.dom.clone(), shown.cod.clone(), shown.kernel.clone());
    let Some((t, free)) = matrix(&Answer::Kernel { dom, cod, outputs: Vec::new(), kernel }) else {
        return fail("kernel");
    };
    let mut made = vec![Ratio::ZERO; q.0.len()];
    for (x, row) in t.0.iter().enumerate() {
        let total = row.iter().fold(Ratio::ZERO, |s, w| &s + w);
        if total != Ratio::ONE || row.iter().any(|w| w.sign().is_lt()) {
            return fail(format!("no law at {x}\n{text}"));
        }
        row.iter().enumerate().for_each(|(y, w)| made[y] = &made[y] + &(&p.1[x] * w));
        if p.1[x].is_zero() != free[x] {
            return fail(format!("the mark at {x}\n{text}"));
        }
        if free[x] {
            continue;
        }
        let here = Ratio::from(p.0[x]);
        let goes = row.iter().zip(&q.0).fold(Ratio::ZERO, |s, (w, y)| &s + &(w * &Ratio::from(*y)));
        let right = match way {
            Way::Down => row.iter().zip(&q.0).all(|(w, y)| w.is_zero() || *y <= p.0[x]),
            Way::DownInMean => goes <= here,
            Way::Spread => goes == here,
        };
        if !right {
            return fail(format!("moved the wrong way from {here}\n{text}"));
        }
    }
    if made == q.1 { Ok(()) } else { fail(format!("p ; t is not q\n{text}")) }
}

/// The function that is shown is one of those that the order is about, and on the wrong side.
fn refutes(v: &Verdict, p: &State, q: &State, way: Way, text: &str) -> TestCaseResult {
    let Some(Witness::Study(refutation)) = &v.witness else { return fail(format!("no refutation\n{text}")) };
    let Refutation::Utility { of, left, right } = &**refutation else { return fail("another kind") };
    let f = |x: &Ratio| match of {
        Utility::Itself => x.clone(),
        Utility::AtLeast(c) if x < c => Ratio::ZERO,
        Utility::AtLeast(_) => Ratio::ONE,
        Utility::AtMost(c) => x.min(c).clone(),
        Utility::Above(c) => (x - c).max(Ratio::ZERO),
    };
    let kind = matches!(
        (way, of),
        (_, Utility::Itself)
            | (Way::Down, Utility::AtLeast(_))
            | (Way::DownInMean, Utility::AtMost(_))
            | (Way::Spread, Utility::Above(_))
    );
    let (at_p, at_q) = (mean(p, f), mean(q, f));
    let sides = if way == Way::Spread { [&at_q, &at_p] } else { [&at_p, &at_q] };
    let wrong = match (way, of) {
        (Way::Spread, Utility::Itself) => at_p != at_q,
        (Way::Spread, _) => at_p > at_q,
        _ => at_p < at_q,
    };
    if kind && wrong && sides == [left, right] {
        Ok(())
    } else {
        fail(format!("no refutation: {refutation:?}\n{text}"))
    }
}

#[test]
fn orders_are_kernels_or_functions() {
    let seen: [Cell<[u32; 2]>; 3] = Default::default();
    cases(1500, |ch| {
        let p = state(ch);
        let q = if ch.once_in(3) { state(ch) } else { moved(ch, &p) };
        let text = format!(
            "{}{}check p dominates q to order 1\ncheck p dominates q to order 2\ncheck q spreads p\n",
            declared("p", &p),
            declared("q", &q)
        );
        let all = answers(&text)?;
        for (k, way) in [Way::Down, Way::DownInMean, Way::Spread].into_iter().enumerate() {
            let Some((v, holds)) = verdict(&all[k]) else { return fail(format!("no verdict\n{text}")) };
            if holds {
                moves(v, &p, &q, way, &text)?
            } else {
                refutes(v, &p, &q, way, &text)?
            }
            let mut counts = seen[k].get();
            counts[usize::from(holds)] += 1;
            seen[k].set(counts);
        }
        Ok(())
    });
    for counts in seen {
        let [fails, holds] = counts.get();
        assert!(fails >= 150 && holds >= 150, "a poor mixture: {fails} fail, {holds} hold");
    }
}

const GAMES: &str = "object N = 0..4
kernel safe : N { 1: 1 }
kernel risk : N { 0: 1/2, 2: 1/2 }
";

#[test]
fn the_json_holds_all_evidence() {
    let text = format!("{GAMES}check safe dominates risk to order 2\ncheck safe dominates risk to order 1\n");
    let report = json::file_object(&run(&text));
    let results = report["results"].as_array().unwrap();
    assert_eq!(results[0]["shown"][0]["rows"][1]["output"], serde_json::json!({ "0": "1/2", "2": "1/2" }));
    let wanted = serde_json::json!({ "kind": "utility", "of": "x >= c", "c": "2", "left": "0", "right": "1/2" });
    assert_eq!(results[1]["witness"], wanted);
}

#[test]
fn they_are_printed_as_they_are_read() {
    let text =
        "check p dominates q to order 2\n\ncheck not q ; f spreads p ; f\n\ncheck f dominates g to order (k + 1)\n";
    let printed = print_file(&parse(text).unwrap());
    assert_eq!(printed, text);
}

#[test]
fn what_is_compared_must_be_numbers() {
    let on = |claim: &str| format!("{GAMES}object C = {{ a, b }}\nkernel c : C {{ uniform }}\n{claim}\n");
    for claim in ["check c spreads safe", "check c dominates safe to order 1", "check safe spreads safe * safe"] {
        assert_eq!(codes(&run(&on(claim))), ["check::not_numbers"], "{claim}");
    }
    assert_eq!(codes(&run(&on("check safe dominates risk to order 3"))), ["check::dominance_order"]);
    assert_eq!(codes(&run(&on("check safe spreads id[N]"))), ["check::not_a_state"]);
}

/// A state that goes through a row that was filled in says so.
#[test]
fn fillings_are_owned_up_to() {
    let text = format!("{GAMES}check safe spreads point(N.3) ; bayes(id[N], safe)\n");
    let report = json::file_object(&run(&text));
    assert_eq!(report["results"][0]["depends_on_filling"], true, "{report}");
}
