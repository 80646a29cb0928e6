//! Models of theories: what is proved holds in them, whatever they give for the abstract parts.

use std::path::Path;
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::report::outcome::FileReport;
use mcheck::session::{Options, Session};

fn run(text: &str) -> FileReport {
    Session::new(Arc::new(Disk), Options::default()).run_text("models", text, Path::new(""), &mut |_, _, _| {})
}

/// Every theorem is proved and every axiom holds. In builds with debug assertions the theorems are computed in each model too,
/// and one that failed would be a panic.
fn holds(text: &str) {
    let report = run(text);
    let messages: String = report.failures.iter().map(|f| f.render(false, 100)).collect();
    let shown = mcheck::report::human::file_report(&report, mcheck::report::Style::default(), false);
    assert!(report.ok(), "{messages}{shown}");
}

/// In the theory `coin2` is another box than `coin`, so surgery on `coin` leaves it; that must be so in a model where they
/// are the same kernel.
#[test]
fn surgery_does_not_reach_into_what_a_model_gives() {
    let theory = "object Bit = 0..2
        kernel coin : Bit { uniform }
        theory T {
          kernel coin2 : Bit
          diagram d : I -> Bit * Bit = coin * coin2
          theorem outside : do(d, coin := point(Bit.0)) == point(Bit.0) * coin2
          theorem inside : do(d, coin2 := point(Bit.0)) == coin * point(Bit.0)
          kernel f : Bit -> Bit
          theorem power : do(coin ; f^2, coin := point(Bit.0)) == point(Bit.0) ; f ; f
        }";
    holds(&format!("{theory} model M of T {{ coin2 = coin  f = del ; coin }}"));
    holds(&format!(
        "{theory} diagram same -> (a: Bit) {{ a ~ coin  return a }} model M of T {{ coin2 = same  f = id }}"
    ));
}

/// The conditionals that an axiom names are boxes of the theory, and those of the joint state in a model.
#[test]
fn named_conditionals_are_those_of_the_joint_state() {
    holds(
        "object Bit = 0..2
        kernel start : Bit { 0: 1/3, 1: rest }
        kernel step : Bit -> Bit { 0 -> 0: 1/4, 1: rest  1 -> 0 }
        theory Markov {
          object X
          kernel p : X^3
          diagram path -> (a: X, b: X, c: X) = p
          axiom markov : independent a, c given b in path with back, on
          diagram again -> (a: X, b: X, c: X) { (_, b, _) ~ p  a ~ back(b)  c ~ on(b)  return a, b, c }
          theorem middle : p == again by markov
        }
        model M of Markov { X = Bit  p = start ; <id, step ; <id, step>> }",
    );
    let report = run("object Bit = 0..2
        theory Markov {
          object X
          kernel p : X^3
          diagram path -> (a: X, b: X, c: X) = p
          axiom markov : independent a, c given b in path with back, on
        }
        kernel xor(x: Bit, y: Bit) -> Bit = (x + y) mod 2
        model M of Markov { X = Bit  p = (uniform[Bit] * uniform[Bit]) ; <id * del, xor, del * id> }");
    assert_eq!(
        (report.counts().fails, report.counts().errors),
        (1, 0),
        "the ends depend on each other, given their sum"
    );
}

/// What a model gives is read with the names of the outside, which may be those of the theory.
#[test]
fn names_of_the_outside_and_of_the_theory_do_not_mix() {
    holds(
        "object X = 0..3
        kernel e(x: X) -> X = min(x, 1)
        kernel f : X -> X { _ -> uniform }
        theory Idempotent {
          object X
          kernel e : X -> X
          kernel f : X -> X
          axiom idem : e ; e == e
          axiom both : e ; f == f
          theorem three : e ; e ; f == f by both, both
        }
        model M of Idempotent { X = X  e = e  f = f }
        model Swapped of Idempotent { X = X  e = f  f = f }",
    );
}

/// Who uses a theorem that needs positivity or conditionals needs them too, and the evidence says so.
#[test]
fn what_a_theorem_rests_on_is_passed_on() {
    let report = run("theory T {
          object X
          object Y
          kernel f : X -> Y
          kernel g : Y -> X
          axiom back : f ; g == id
          theorem certain : f ; <id, g> == <f, id> = <f, f ; g> by positivity(f, g) = <f, id> by back
          theorem later : f ; <id, g> ; (id * f) == <f, f> by certain
          theorem found : f ; <id, g> ; (id * f) == <f, f> by auto
          theorem plain : f ; g ; f == f by back
          kernel p : X
          diagram d -> (x: X, y: Y, z: X) { x ~ p  y ~ f(x)  z ~ g(y)  return x, y, z }
          theorem apart : independent x, z given y in d with h, k
          diagram e -> (y: Y, x: X, z: X) { y ~ (p ; f)  x ~ h(y)  z ~ k(y)  return y, x, z }
          theorem split : d ; (swap * id) == e by apart
        }");
    let uses = |name: &str| -> Vec<String> {
        let item = report.results.iter().find(|r| r.text.starts_with(&format!("theorem {name} ")));
        let Some(Ok(mcheck::decide::answer::Answer::Verdict(v))) = item.map(|i| &i.answer) else { panic!("{name}") };
        assert_eq!(v.outcome, mcheck::decide::answer::Outcome::Holds, "{name}: {:?}", v.notes);
        v.proof.as_ref().map(|p| p.uses.clone()).unwrap_or_default()
    };
    let has = |name: &str, what: &str| uses(name).iter().any(|u| u == what);
    assert!(has("certain", "positivity"));
    assert!(has("later", "positivity"));
    assert!(has("found", "positivity"));
    assert!(!has("plain", "positivity"));
    assert!(has("split", "conditionals"));
}
