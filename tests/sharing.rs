//! What is used often is stored and computed once; what nobody looks at is never computed.

mod common;

use std::time::{Duration, Instant};

use common::run::{answers, codes, matrix, number, run, verdict};
use mcheck::base::interrupt::Interrupt;
use mcheck::check::check_file;
use mcheck::check::obligation::ObligationKind;
use mcheck::check::signature::Signature;
use mcheck::diagram::library::Library;
use mcheck::model::finstoch::evaluate::Evaluator;
use mcheck::number::ratio::Ratio;

/// Answers in time: far above what is needed, far below what unfolding would take.
fn promptly<T>(work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let out = work();
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    out
}

const COIN: &str =
    "object Bit = { 0, 1 }\nkernel turn : Bit -> Bit { 0 -> 1  1 -> 0 }\nkernel coin : Bit { uniform }\n";

#[test]
fn sixty_doublings_are_evaluated_at_once() {
    let mut text =
        format!("{COIN}kernel lazy : Bit -> Bit {{ 0 -> 0: 1/2, 1: rest  1 -> 1 }}\ndiagram d0 : Bit -> Bit = turn\n");
    text.push_str("diagram w0(x: Bit) -> Bit {\n  y ~ turn(x)\n  return y\n}\n");
    for k in 1..=60 {
        text.push_str(&format!("diagram d{k} : Bit -> Bit = d{0} ; d{0}\n", k - 1));
        text.push_str(&format!(
            "diagram w{k}(x: Bit) -> Bit {{\n  y ~ w{0}(x)\n  z ~ w{0}(y)\n  return z\n}}\n",
            k - 1
        ));
    }
    // 2^60 turns are none, also when they are done twice side by side.
    text.push_str("check d60 == id\ncheck w60 == d60\ncheck d60 * w60 == id\ncheck d60 ; turn == turn\n");
    let all = promptly(|| answers(&text).unwrap());
    assert!(all.iter().all(|a| verdict(a).unwrap().1));
}

#[test]
fn a_diagram_used_a_thousand_times_is_stored_once() {
    let mut text =
        format!("{COIN}diagram small : Bit -> Bit = turn ; turn ; turn\ndiagram long : Bit -> Bit =\n  small");
    text.push_str(&" ; small".repeat(999));
    text.push_str("\neval long\n");
    let ast = common::run::parse(&text).unwrap();
    let mut sig = Signature::default();
    let obligations = check_file(&mut sig, &ast, std::path::Path::new(""), &mcheck::base::files::Disk).unwrap();
    let ObligationKind::EvalTerm(term) = &obligations[0].kind else { panic!("an evaluation") };
    let mut library = Library::default();
    let id = library.term(&sig, term);
    assert_eq!(library.get(id).box_count(), 1000);
    // The thousand boxes call one diagram of three boxes.
    let calls: Vec<_> = library
        .get(id)
        .boxes()
        .map(|(_, node)| match node.label {
            mcheck::diagram::graph::Label::Call(to) => to,
            ref other => panic!("{other:?}"),
        })
        .collect();
    assert!(calls.iter().all(|c| *c == calls[0]));
    assert_eq!(library.get(calls[0]).box_count(), 3);
    let interrupt = Interrupt::default();
    let kernel = Evaluator::new(&sig, &mut library, &interrupt).term(term).unwrap();
    assert_eq!(kernel.rows[0].get(0), Ratio::ONE);
}

#[test]
fn two_wires_of_thirty_coins_need_no_joint() {
    let draws: String = (0..30).map(|k| format!("  c{k} ~ coin\n")).collect();
    let names = (0..30).map(|k| format!("c{k}")).collect::<Vec<_>>().join(", ");
    let types = vec!["Bit"; 30].join(" * ");
    let text = format!(
        "{COIN}diagram coins -> {types} {{\n{draws}  return {names}\n}}\n\
         eval marginal(coins, c3, c17)\neval prob(c0 = 1, c29 = 0 in coins)\n\
         eval E(c1 + c2) in coins\ncheck independent c4, c5 given c6 in coins\n"
    );
    let all = promptly(|| answers(&text).unwrap());
    assert_eq!(matrix(&all[0]).unwrap().0.0, vec![vec![Ratio::of(1, 4); 4]]);
    assert_eq!(number(&all[1]).unwrap().0, Ratio::of(1, 4));
    assert_eq!(number(&all[2]).unwrap().0, Ratio::ONE);
    assert!(verdict(&all[3]).unwrap().1);
}

/// A part that cannot be computed at all: its joint has 2^80 points.
fn monster() -> String {
    let types = vec!["Bit"; 80].join(" * ");
    let coins = vec!["coin"; 80].join(" * ");
    format!("{COIN}diagram monster : I -> {types} = {coins}\ndiagram parity : {types} -> Bit = {} ; turn\n", {
        let del = vec!["del[Bit]"; 79].join(" * ");
        format!("id[Bit] * {del}")
    })
}

#[test]
fn what_is_discarded_is_never_computed() {
    let monster = monster();
    // As a whole it is too large, and says so.
    assert_eq!(codes(&run(&format!("{monster}eval monster\n"))), ["model::too_large"]);
    for asked in [
        "monster ; del == id[I]",
        "<coin, monster ; del> == coin",
        "coin * (monster ; del) == coin",
        "marginal(coin * monster, #1) == coin",
        "monster ; parity == coin",
    ] {
        let all = promptly(|| answers(&format!("{monster}check {asked}\n"))).unwrap();
        assert!(verdict(&all[0]).unwrap().1, "{asked}");
    }
}

#[test]
fn what_a_diagram_throws_away_is_not_computed_before_it() {
    // The discard is inside a named diagram; what it discards has a large alphabet and a slow history.
    let text = "
        object Big = 0..3000
        object Bit = { 0, 1 }
        kernel coin : Bit { uniform }
        kernel wander(x: Big) -> Big = { (x + 1) mod 3000: 1/3, (x * 7) mod 3000: 1/3, (x + 5) mod 3000: rest }
        diagram ignore(x: Big, b: Bit) -> (c: Bit) {
          return b
        }
        check ((point(Big.0) ; wander^900) * coin) ; ignore == coin";
    let all = promptly(|| answers(text).unwrap());
    assert!(verdict(&all[0]).unwrap().1);
}

#[test]
fn an_impossible_observation_that_is_discarded_does_no_harm() {
    let text = format!("{COIN}check (observe(coin, #1 = 0 and #1 = 1) ; del) == id[I]\n");
    assert!(verdict(&answers(&text).unwrap()[0]).unwrap().1);
    assert_eq!(codes(&run(&format!("{COIN}eval observe(coin, #1 = 0 and #1 = 1)\n"))), ["model::null_event"]);
}
