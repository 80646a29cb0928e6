//! Soundness of rewriting, in models: a rule whose two sides are equal in a model never leads to a diagram that is not.
//!
//! Random kernels with exact matrices; an equation that they satisfy; random diagrams with pieces of the equation planted
//! in them, also overlapping, cut through by other boxes, and with inner wires that are used outside. Whatever one use of
//! the rule makes of such a diagram must have the same matrix. And the rule must find what was planted for it.

#[path = "../common/random.rs"]
mod generator;
mod almost;
mod laws;
mod random;
mod world;

use mcheck::check::types::KernelId;
use mcheck::rewrite::NormalForm;
use mcheck::rewrite::rule::Rule;

use laws::{Law, has_wires, law};
use random::{Draft, Random, expand, normal, objects};
use world::{Table, World, numbers, points};

/// A random diagram with sides of the law planted in it, in normal form.
fn target(law: &Law, r: &mut Random) -> NormalForm {
    let world = &law.world;
    let kernels = world.kernels();
    let mut draft = Draft::new(&objects(r, 2));
    let some = |draft: &mut Draft, most: usize, r: &mut Random| {
        for _ in 0..r.below(most + 1) {
            draft.draw(world, kernels[r.below(kernels.len())], r);
        }
    };
    some(&mut draft, 3, r);
    for _ in 0..1 + r.below(2) {
        let (side, open) = (r.below(2), r.below(3) > 0);
        _ = draft.plant(world, &law.sides[side], open, r);
        some(&mut draft, 2, r);
    }
    let outputs = 1 + r.below(4);
    normal(draft.finish(outputs, r), &world.determinism())
}

fn rule(law: &Law) -> Rule {
    Rule::new("law".into(), &law.sides[0], &law.sides[1], &law.world.determinism())
}

/// Both sides of a law, a diagram, and what became of it.
fn story(law: &Law, from: &NormalForm, to: &NormalForm, reversed: bool) -> String {
    let show = |form| law.world.show(form);
    let way = if reversed { "right to left" } else { "left to right" };
    format!("{}\n== {}\n{way}, from\n   {}\nto {}", show(&law.sides[0]), show(&law.sides[1]), show(from), show(to))
}

#[test]
fn what_a_rule_makes_of_a_diagram_computes_the_same() {
    let mut r = Random(1);
    let (mut results, mut back, mut lost) = (0, 0, 0);
    for _ in 0..10_000 {
        let Some(law) = law(&mut r) else { continue };
        let (rule, det) = (rule(&law), law.world.determinism());
        for _ in 0..2 {
            let target = target(&law, &mut r);
            let Some(before) = law.world.law(&target) else { continue };
            for reversed in [false, true] {
                for applied in rule.apply(&law.world.sig, &det, &target, reversed).unwrap_or_default() {
                    let Some(after) = law.world.law(&applied) else { continue };
                    assert!(before == after, "not sound:\n{}", story(&law, &target, &applied, reversed));
                    results += 1;
                    // The inverse step leads back.
                    let again = rule.apply(&law.world.sig, &det, &applied, !reversed).unwrap_or_default();
                    if !law.is_even() || !has_wires(&law, &applied) {
                        continue;
                    }
                    match again.contains(&target) {
                        true => back += 1,
                        false => lost += 1,
                    }
                }
            }
        }
    }
    assert!(results > 12_000, "only {results} results");
    assert!(lost * 500 < back, "{lost} not found again, {back} found");
}

#[test]
fn a_rule_finds_what_was_planted() {
    let mut r = Random(2);
    let (mut found, mut missed) = (0, 0);
    for _ in 0..10_000 {
        let Some(mut law) = law(&mut r) else { continue };
        if !law.is_even() {
            continue;
        }
        let hole = hole(&mut law.world, &law.sides[0]);
        let (rule, det) = (rule(&law), law.world.determinism());
        for _ in 0..2 {
            let around = around(&law.world, hole, &mut r);
            for reversed in [false, true] {
                let (from, to) = (&law.sides[usize::from(reversed)], &law.sides[usize::from(!reversed)]);
                let from = normal(expand(&around, hole, from), &det);
                let to = normal(expand(&around, hole, to), &det);
                if from == to || !has_wires(&law, &from) {
                    continue;
                }
                let all = rule.apply(&law.world.sig, &det, &from, reversed).unwrap_or_default();
                match all.contains(&to) {
                    true => found += 1,
                    // Where several outputs are one wire, there are more ways to go on than are tried.
                    false => missed += 1,
                }
            }
        }
    }
    assert!(found > 1_500, "only {found} found");
    assert!(missed * 500 < found, "{missed} missed, {found} found");
}

/// A box of the type of a diagram. What it means does not matter: it is always replaced.
fn hole(world: &mut World, of: &NormalForm) -> KernelId {
    let (dom, cod) = (numbers(&of.inputs), numbers(&of.output_types(&world.sig)));
    let mut row = vec![0; points(&cod)];
    row[0] = 1;
    world.declare("hole", &dom, &cod, Table { bits: 0, rows: vec![row; points(&dom)] }, false)
}

/// A random diagram with one such box, not in normal form.
fn around(world: &World, hole: KernelId, r: &mut Random) -> NormalForm {
    let kernels: Vec<KernelId> = world.kernels().into_iter().filter(|k| *k != hole).collect();
    loop {
        let mut draft = Draft::new(&objects(r, 2));
        for _ in 0..r.below(4) {
            draft.draw(world, kernels[r.below(kernels.len())], r);
        }
        if !draft.draw(world, hole, r) {
            continue;
        }
        for _ in 0..r.below(4) {
            draft.draw(world, kernels[r.below(kernels.len())], r);
        }
        let outputs = 1 + r.below(4);
        return draft.finish(outputs, r);
    }
}
