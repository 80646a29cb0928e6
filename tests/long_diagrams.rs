//! Diagrams of a million boxes: nested, repeated, written out, side by side. None may overflow the stack of a test, which
//! has two megabytes, and none may take long.

mod common;

use common::run::{answers, codes, run, verdict};
use mcheck::decide::answer::{Level, Outcome, Verdict};

const KERNELS: &str = "object X = 0..2
kernel s : X { 0: 1/3, 1: rest }
kernel f : X -> X { 0 -> 0: 1/3, 1: rest   1 -> uniform }
kernel a(x: X) -> X = 1 - x
kernel b(x: X, y: X) -> X = x * y
kernel c : X -> X * X { 0 -> uniform   1 -> (0, 0) }
";

fn verdicts(text: &str) -> Vec<Verdict> {
    answers(&format!("{KERNELS}{text}")).unwrap().iter().map(|a| verdict(a).unwrap().0.clone()).collect()
}

/// `d0` is a box, and each of the next ones uses the one before, `@`, twice.
fn doublings(first: &str, ends: &str, twice: &str, times: usize) -> String {
    let mut text = format!("diagram d0 : {ends} = {first}\n");
    (1..=times).for_each(|k| {
        text.push_str(&format!("diagram d{k} : {ends} = {}\n", twice.replace('@', &format!("d{}", k - 1))));
    });
    text
}

fn holds(v: &Verdict, boxes: usize) {
    assert_eq!((v.outcome, v.level), (Outcome::Holds, Level::EveryMarkovCategory));
    assert_eq!(v.compared, Some(format!("both have the same normal form, of {boxes} boxes")));
}

#[test]
fn nested_definitions_and_powers_of_a_million_boxes() {
    let nested = doublings("f", "X -> X", "@ ; @", 20);
    let text = "check[free] d20 == f^1048576
check[free] d19 ; f^524287 ; f == d20
check[free] f^1000000 == f ; f^999999
check[free] (a ; f)^500000 == a ; (f ; a)^499999 ; f
check[free] f^1000000 == f^1000001
check[free] f^500000 ; a ; f^499999 == f^499999 ; a ; f^500000
";
    let v = verdicts(&format!("{nested}{text}"));
    [1 << 20, 1 << 20, 1_000_000, 1_000_000].iter().zip(&v).for_each(|(boxes, v)| holds(v, *boxes));
    assert_eq!(v[4].outcome, Outcome::Fails);
    let why = "after discarding and merging, left draws `f` 1000000 times against 1000001 times";
    assert_eq!(v[4].not_structural.as_deref(), Some(why));
    assert_eq!(v[5].outcome, Outcome::Fails);
    let why = v[5].not_structural.as_deref();
    assert_eq!(why, Some("box 500000 from the outputs is `f` on the left, `a` on the right"));
}

#[test]
fn a_tree_of_uses_becomes_a_chain() {
    // Each level uses the one before twice, on the same wire. Deterministic ones are one.
    let merged = doublings("a", "X -> X", "<@, @> ; b", 18);
    holds(&verdicts(&format!("{merged}check[free] d18 == a ; (copy ; b)^18\n"))[0], 19);
    // One of two stochastic ones is discarded, and is never opened.
    let discarded = doublings("f", "X -> X", "<@, @> ; (id * del) ; f", 18);
    holds(&verdicts(&format!("{discarded}check[free] d18 == f^19\n"))[0], 19);
}

#[test]
fn a_text_of_two_hundred_thousand_boxes() {
    let names: Vec<&str> = (0..200_000).map(|k| if k % 2 == 0 { "f" } else { "a" }).collect();
    let text = format!("diagram long : X -> X = {}\ncheck[free] long == (f ; a)^100000\n", names.join(" ; "));
    holds(&verdicts(&text)[0], 200_000);
}

#[test]
fn a_hundred_thousand_boxes_side_by_side() {
    let mut text = String::from("diagram d0 -> X = s\n");
    (1..=17).for_each(|k| text.push_str(&format!("diagram d{k} : I -> X^{} = d{1} * d{1}\n", 1u64 << k, k - 1)));
    text.push_str("check[free] d17 ; (id[X^65536] * del[X^65536]) == d16\n");
    holds(&verdicts(&text)[0], 1 << 16);
}

#[test]
fn an_open_path_through_a_million_boxes_is_named() {
    let v = verdicts("check separated #1, #2 in s ; <f^1000000, id>\n");
    assert_eq!((v[0].outcome, v[0].level), (Outcome::Fails, Level::WithConditionals));
}

#[test]
fn what_is_opened_twice_at_each_step_is_bounded() {
    let nested = doublings("f", "X -> X", "@ ; @", 80);
    let refused = |check: &str| codes(&run(&format!("{KERNELS}{nested}{check}\n"))).join(" ");
    assert_eq!(refused("check[free] d23 == f^8388608"), "model::too_large");
    assert_eq!(refused("check[free] f^4194305 == d22 ; f"), "model::too_large");
    assert_eq!(refused("check[free] d80 == f ; d80"), "model::too_large");
    assert_eq!(refused("check separated #1, #2 in s ; <d80, id>"), "model::too_large");
    // The same diagram on both sides is not opened.
    assert_eq!(verdicts(&format!("{nested}check[free] d80 == d80\n"))[0].outcome, Outcome::Holds);
}

/// Conditionals of conditionals, each used twice: every one is made once, and equal ones are compared by address.
#[test]
fn nested_conditionals_are_not_exponential() {
    let tower = |name: char, steps: usize| {
        let mut text = format!("diagram {name}0 -> X * X = s ; c\n");
        (1..=steps).for_each(|k| {
            let cond = format!("cond({name}{}, #2 given #1)", k - 1);
            text.push_str(&format!("diagram {name}{k} -> X * X = s ; {cond} ; c ; (({cond}) * id)\n"));
        });
        text
    };
    let text = format!("{}{}check[free] l60 == r60\n", tower('l', 60), tower('r', 60));
    assert_eq!(verdicts(&text)[0].outcome, Outcome::Holds);
}
