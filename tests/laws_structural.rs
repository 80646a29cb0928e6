//! The equations of Markov categories (Fritz 2020; the numbers A1 to A11 are explained in place) hold structurally, on
//! generic kernels and on several types of wires: by normal forms alone, whatever the kernels are. What is not a law is
//! refuted by a model, and what holds for the numbers alone is said to.

mod common;

use common::run::{answers, verdict};
use mcheck::decide::answer::{Level, Outcome, Verdict, Witness};

/// Stochastic and deterministic kernels with one and two outputs, states, and a kernel into the unit.
const KERNELS: &str = "
object A = 0..2
object B = 0..3
object C = 0..2
kernel p : A { 0: 1/3, 1: rest }
kernel q : A * B { (0, 0): 1/2, (1, 1): 1/3, (1, 2): rest }
kernel f : A -> B = [[1/2, 1/3, 1/6], [1/5, 1/5, 3/5]]
kernel f' : A -> B = [[1/4, 1/2, 1/4], [1/3, 1/3, 1/3]]
kernel g : A -> C = [[1/7, 6/7], [2/3, 1/3]]
kernel h : B -> C = [[1/7, 6/7], [1/2, 1/2], [2/3, 1/3]]
kernel k : A -> B * C { 0 -> uniform   1 -> (0, 0): 1/5, (2, 1): rest }
kernel l : B * C -> A { (0, _) -> uniform   _ -> 0: 1/9, 1: rest }
kernel d(x: A) -> B = x + 1
kernel e(y: B) -> C = y mod 2
kernel t(x: A) -> B * C = (2 - x, x)
kernel u(x: B, y: C) -> A = (x + y) mod 2
kernel z : A -> I = [[1], [1]]
";

fn verdicts(prelude: &str, checks: &[String]) -> Vec<Verdict> {
    let text = format!("{prelude}{}\n", checks.join("\n"));
    answers(&text).unwrap().iter().map(|a| verdict(a).unwrap().0.clone()).collect()
}

/// Each equation must hold in every Markov category.
fn laws(equations: impl IntoIterator<Item = String>) {
    let checks: Vec<String> = equations.into_iter().map(|e| format!("check[free] {e}")).collect();
    assert!(!checks.is_empty());
    for (check, v) in checks.iter().zip(verdicts(KERNELS, &checks)) {
        assert_eq!((v.outcome, v.level), (Outcome::Holds, Level::EveryMarkovCategory), "{check}");
    }
}

/// Each equation must be refuted by a model, which refutes it when it is run by itself.
fn no_laws(equations: impl IntoIterator<Item = String>) {
    let checks: Vec<String> = equations.into_iter().map(|e| format!("check[free] {e}")).collect();
    assert!(!checks.is_empty());
    for (check, v) in checks.iter().zip(verdicts(KERNELS, &checks)) {
        assert_eq!((v.outcome, v.level), (Outcome::Fails, Level::EveryMarkovCategory), "{check}");
        let Some(Witness::Model { program, .. }) = &v.witness else { panic!("{check} has no model") };
        assert_eq!(verdicts(program, &[])[0].outcome, Outcome::Fails, "{program}");
    }
}

fn owned(equations: &[&str]) -> Vec<String> {
    equations.iter().map(|e| e.to_string()).collect()
}

const TYPES: [&str; 6] = ["I", "A", "B", "A * B", "B^2", "A * B * C"];

/// Kernels, and diagrams of them: text, domain, codomain, whether deterministic.
const ARROWS: [(&str, &str, &str, bool); 14] = [
    ("p", "I", "A", false),
    ("q", "I", "A * B", false),
    ("f", "A", "B", false),
    ("k", "A", "B * C", false),
    ("l", "B * C", "A", false),
    ("(k ; l ; g)", "A", "C", false),
    ("<f, g>", "A", "B * C", false),
    ("point(A.1)", "I", "A", true),
    ("d", "A", "B", true),
    ("t", "A", "B * C", true),
    ("u", "B * C", "A", true),
    ("(d ; e)", "A", "C", true),
    ("(d * u)", "A * B * C", "B * A", true),
    ("<t, d, id[A]>", "A", "B * C * B * A", true),
];

/// A1: copying is coassociative, counital, cocommutative.
#[test]
fn copies_form_a_comonoid() {
    laws(TYPES.iter().flat_map(|t| {
        [
            format!("copy[{t}] ; (copy[{t}] * id[{t}]) == copy[{t}] ; (id[{t}] * copy[{t}])"),
            format!("copy[{t}] ; (del[{t}] * id[{t}]) == id[{t}]"),
            format!("copy[{t}] ; (id[{t}] * del[{t}]) == id[{t}]"),
            format!("copy[{t}] ; swap[{t}, {t}] == copy[{t}]"),
        ]
    }));
}

/// A2: copying and discarding a product is copying and discarding its factors.
#[test]
fn copying_a_product_is_copying_its_factors() {
    laws(TYPES.iter().flat_map(|x| {
        TYPES.iter().flat_map(move |y| {
            [
                format!("copy[({x}) * ({y})] == (copy[{x}] * copy[{y}]) ; (id[{x}] * swap[{x}, {y}] * id[{y}])"),
                format!("del[({x}) * ({y})] == del[{x}] * del[{y}]"),
            ]
        })
    }));
    laws(owned(&["copy[I] == id[I]", "del[I] == id[I]"]));
}

/// A3: discarding is natural for every kernel; so a kernel into the unit is a discard.
#[test]
fn discarding_is_natural() {
    laws(ARROWS.iter().map(|(f, dom, cod, _)| format!("{f} ; del[{cod}] == del[{dom}]")));
    laws(owned(&["z == del[A]", "p ; z == id[I]", "f * z == f * del[A]"]));
}

/// A4: composition is a category, `*` a symmetric monoidal product.
#[test]
fn wires_form_a_symmetric_monoidal_category() {
    laws(ARROWS.iter().flat_map(|(f, x, y, _)| {
        let alone = [
            format!("id[{x}] ; {f} == {f}"),
            format!("{f} ; id[{y}] == {f}"),
            format!("{f} * id[I] == {f}"),
            format!("id[I] * {f} == {f}"),
        ];
        alone.into_iter().chain(ARROWS.iter().flat_map(move |(g, v, w, _)| {
            [
                format!("{f} * {g} == ({f} * id[{v}]) ; (id[{y}] * {g})"),
                format!("{f} * {g} == (id[{x}] * {g}) ; ({f} * id[{w}])"),
                format!("({f} * {g}) ; swap[{y}, {w}] == swap[{x}, {v}] ; ({g} * {f})"),
            ]
        }))
    }));
    laws(TYPES.iter().flat_map(|x| {
        TYPES.iter().flat_map(move |y| {
            let pairs = [format!("swap[{x}, {y}] ; swap[{y}, {x}] == id[({x}) * ({y})]")];
            pairs.into_iter().chain(TYPES.iter().flat_map(move |w| {
                [
                    format!("swap[({x}) * ({y}), {w}] == (id[{x}] * swap[{y}, {w}]) ; (swap[{x}, {w}] * id[{y}])"),
                    format!("swap[{x}, ({y}) * ({w})] == (swap[{x}, {y}] * id[{w}]) ; (id[{y}] * swap[{x}, {w}])"),
                ]
            }))
        })
    }));
    laws(owned(&[
        "(k ; l) ; g == k ; (l ; g)",
        "(f ; h) * (k ; l) == (f * k) ; (h * l)",
        "(f * g) * k == f * (g * k)",
        "swap[A, I] == id[A]",
    ]));
}

/// A5: pairing is copying, its projections give the parts back, and it goes with what is done to the parts.
#[test]
fn pairs_project_swap_and_map() {
    for (f, y) in [("f", "B"), ("k", "B * C"), ("d", "B"), ("t", "B * C")] {
        for (g, w) in [("g", "C"), ("k", "B * C"), ("f'", "B")] {
            laws([
                format!("<{f}, {g}> == copy ; ({f} * {g})"),
                format!("<{f}, {g}> ; (id[{y}] * del[{w}]) == {f}"),
                format!("<{f}, {g}> ; (del[{y}] * id[{w}]) == {g}"),
                format!("<{f}, {g}> ; swap[{y}, {w}] == <{g}, {f}>"),
            ]);
        }
    }
    laws(owned(&[
        "<f, k> ; (h * l) == <f ; h, k ; l>",
        "<t, d> ; (l * e) == <t ; l, d ; e>",
        "<f, f> ; (h * e) == <f ; h, f ; e>",
    ]));
    laws(TYPES.iter().flat_map(|x| {
        TYPES.iter().map(move |y| format!("id[({x}) * ({y})] == <id[{x}] * del[{y}], del[{x}] * id[{y}]>"))
    }));
}

/// A6: a deterministic kernel goes into a pair, and is the pair of its parts; no other does or is.
#[test]
fn deterministic_kernels_go_into_pairs() {
    laws(owned(&[
        "d ; <h, e> == <d ; h, d ; e>",
        "t ; <l, u> == <t ; l, t ; u>",
        "point(A.1) ; <f, k> == <point(A.1) ; f, point(A.1) ; k>",
        "t == <t ; (id[B] * del[C]), t ; (del[B] * id[C])>",
        "<t, d> == <t, <t, d> ; (del[B * C] * id[B])>",
    ]));
    no_laws(owned(&[
        "f ; <h, e> == <f ; h, f ; e>",
        "p ; <f, k> == <p ; f, p ; k>",
        "k == <k ; (id[B] * del[C]), k ; (del[B] * id[C])>",
        "q == (q ; (id[A] * del[B])) * (q ; (del[A] * id[B]))",
    ]));
}

/// A7: copying is natural for deterministic kernels, which are closed under `;`, `*` and pairs, and for no others.
#[test]
fn copying_is_natural_for_deterministic_kernels_alone() {
    let natural = |f: &str, x: &str, y: &str| format!("{f} ; copy[{y}] == copy[{x}] ; ({f} * {f})");
    laws(ARROWS.iter().filter(|a| a.3).map(|(f, x, y, _)| natural(f, x, y)));
    no_laws(ARROWS.iter().filter(|a| !a.3).map(|(f, x, y, _)| natural(f, x, y)));
    laws(TYPES.iter().flat_map(|t| {
        [
            natural(&format!("id[{t}]"), t, t),
            natural(&format!("copy[{t}]"), t, &format!("({t}) * ({t})")),
            natural(&format!("del[{t}]"), t, "I"),
            natural(&format!("swap[{t}, B]"), &format!("({t}) * B"), &format!("B * ({t})")),
            natural(&format!("(id[{t}] * del[C])"), &format!("({t}) * C"), t),
            natural(&format!("(del[C] * id[{t}])"), &format!("C * ({t})"), t),
        ]
    }));
}

/// A8: almost sure equality: the equations among its laws, and instances of its rules.
#[test]
fn almost_sure_equality_is_equality_of_joints() {
    laws(owned(&[
        "f == f under p",
        "(id[A] * del[A]) == (del[A] * id[A]) under copy[A]",
        "(id[A] * del[A]) ; k == (del[A] * id[A]) ; k under copy[A]",
        "<id[A] * del[A], f * del[A]> == <del[A] * id[A], f * del[A]> under copy[A]",
        "(id[A] * del[A]) * h == (del[A] * id[A]) * h under copy[A] * f",
        "(del[A] * id[B]) == (id[A] * del[B]) ; d under <id[A], d>",
        "(d ; e) == (d ; e) under id[A]",
    ]));
    no_laws(owned(&[
        "f == f' under p",
        "f == f' under id[A]",
        "(del[A] * id[B]) == (id[A] * del[B]) ; f under <id[A], f>",
    ]));
}

/// A9: deterministic kernels are so almost surely, and so are their composites, products and pairs.
#[test]
fn deterministic_kernels_are_so_almost_surely() {
    laws(owned(&[
        "d ; copy == copy ; (d * d) under p",
        "(d ; e) ; copy == copy ; ((d ; e) * (d ; e)) under p",
        "(d * e) ; copy == copy ; ((d * e) * (d * e)) under q",
        "<d, t> ; copy == copy ; (<d, t> * <d, t>) under p",
    ]));
    no_laws(owned(&["f ; copy == copy ; (f * f) under p", "(d ; h) ; copy == copy ; ((d ; h) * (d ; h)) under p"]));
}

/// A10: `g` inverts `f` at `p` if `p ; <id, f> == p ; f ; <g, id>`. Identities and swaps are inverted by their inverses,
/// and a projection of a joint by what the joint was made from.
#[test]
fn isomorphisms_are_inverted_by_their_inverses() {
    laws(owned(&[
        "p ; <id, id> == p ; id ; <id, id>",
        "q ; <id, swap[A, B]> == q ; swap[A, B] ; <swap[B, A], id>",
        "p ; <id, f> ; <id, id[A] * del[B]> == p ; <<id, f>, id>",
        "p ; <id, f> ; <id, id[A] * del[B]> == (p ; <id, f> ; (id[A] * del[B])) ; <<id, f>, id>",
    ]));
    no_laws(owned(&["p ; <id, f> == p ; f ; <point(A.0) * del[B], id>"]));
}

/// A11: what is independent stays so when each part is processed by itself.
#[test]
fn independence_is_kept_by_local_processing() {
    laws(owned(&[
        "<f, k> ; (h * l) == <f ; h, k ; l>",
        "(p * q) ; (f * (id[A] * h)) == (p ; f) * (q ; (id[A] * h))",
        "(p ; f) * (p ; k ; l) == (p * p) ; (f * (k ; l))",
    ]));
    no_laws(owned(&["q ; (g * h) == (q ; (g * del[B])) * (q ; (del[A] * h))"]));
}

/// T31: a pair of outputs is not symmetric, also where its numbers are.
#[test]
fn symmetric_numbers_are_no_law() {
    let prelude = "object A = 0..2\nkernel two : A * A { (0, 0): 1/3, (0, 1): 1/3, (1, 0): rest }\n";
    let v = verdicts(prelude, &owned(&["check two ; swap == two", "check[free] not two ; swap == two"]));
    assert_eq!((v[0].outcome, v[0].level), (Outcome::Holds, Level::Exact));
    assert!(v[0].not_structural.is_some());
    assert_eq!((v[1].outcome, v[1].level), (Outcome::Holds, Level::EveryMarkovCategory));
}

/// T03: equations that the numbers make true, and other numbers false.
#[test]
fn numbers_make_equations_that_are_no_laws() {
    let prelude = "object Bit = 0..2
kernel flip[r: Prob] : Bit { 1: r, 0: rest }
kernel coin : Bit { uniform }
kernel xor(x: Bit, y: Bit) -> Bit = (x + y) mod 2
kernel message : Bit { 0: 1/7, 1: rest }
diagram pad -> (m: Bit, c: Bit) { m ~ message  key ~ coin  c ~ xor(m, key)  return m, c }
diagram weak -> (m: Bit, c: Bit) { m ~ message  key ~ (flip[1/3])  c ~ xor(m, key)  return m, c }
";
    let exact = |check: &str, outcome| {
        let v = &verdicts(prelude, &[check.to_string()])[0];
        assert_eq!((v.outcome, v.level), (outcome, Level::Exact), "{check}");
    };
    for equation in
        ["(flip[1/3] * flip[1/5]) ; xor == flip[2/5]", "(id * coin) ; xor == del ; coin", "pad == message * coin"]
    {
        exact(&format!("check {equation}"), Outcome::Holds);
        let free = &verdicts(prelude, &[format!("check[free] {equation}")])[0];
        assert_eq!((free.outcome, free.level), (Outcome::Fails, Level::EveryMarkovCategory), "{equation}");
        assert!(matches!(free.witness, Some(Witness::Model { .. })), "{equation}");
    }
    exact("check independent m, c in pad", Outcome::Holds);
    exact("check (id * flip[1/3]) ; xor == del ; flip[1/3]", Outcome::Fails);
    exact("check (id * flip[1/3]) ; xor == del ; coin", Outcome::Fails);
    exact("check independent m, c in weak", Outcome::Fails);
}
