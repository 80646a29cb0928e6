//! Almost-sure equations: two kernels that agree where some law has its points, used by causality wherever a wire has
//! that law, also where what the law comes from is used elsewhere.

use mcheck::rewrite::NormalForm;
use mcheck::rewrite::dilation::Dilation;
use mcheck::rewrite::rule::Rule;

use super::laws::{form, w, x};
use super::random::{Draft, Random, diagram, normal, objects};
use super::world::{Table, World, numbers, points, random_row};

/// `f == g under p`, and what is planted for it.
struct Case {
    world: World,
    dilation: Dilation,
    sides: [NormalForm; 2],
}

/// Two kernels that agree on the points that a random diagram can reach, and differ elsewhere.
fn case(r: &mut Random) -> Option<Case> {
    let mut world = World::random(r);
    let (inputs, boxes, outputs) = (objects(r, 1), 1 + r.below(2), 1 + r.below(2));
    let law = diagram(&world, &world.kernels(), &inputs, boxes, outputs, r);
    if law.outputs.is_empty() {
        return None;
    }
    let table = world.table_of(&law)?;
    let dom = numbers(&law.output_types(&world.sig));
    let reached: Vec<bool> = (0..points(&dom)).map(|p| table.rows.iter().any(|row| row[p] > 0)).collect();
    let cod = [objects(r, 1), vec![r.below(2)]].concat();
    let f: Vec<Vec<u128>> = reached.iter().map(|_| random_row(r, points(&cod))).collect();
    let g = reached.iter().zip(&f).map(|(same, row)| if *same { row.clone() } else { random_row(r, points(&cod)) });
    let g = g.collect();
    let f = world.declare("f0", &dom, &cod, Table { bits: 3, rows: f }, false);
    let g = world.declare("g0", &dom, &cod, Table { bits: 3, rows: g }, false);
    let (wires, ports): (Vec<_>, Vec<_>) =
        ((0..dom.len() as u32).map(x).collect(), (0..cod.len() as u32).map(|p| w(0, p)).collect());
    let sides = [form(&dom, &[(f, &wires)], &ports), form(&dom, &[(g, &wires)], &ports)];
    let det = world.determinism();
    let rule = Rule::new("almost".into(), &sides[0], &sides[1], &det);
    Some(Case { dilation: Dilation { rule, law: normal(law, &det) }, sides, world })
}

/// A diagram with the law, and with one of the kernels on it or elsewhere.
fn target(case: &Case, r: &mut Random) -> NormalForm {
    let world = &case.world;
    let kernels = world.kernels();
    let mut draft = Draft::new(&objects(r, 2));
    let some = |draft: &mut Draft, most: usize, r: &mut Random| {
        for _ in 0..r.below(most + 1) {
            draft.draw(world, kernels[r.below(kernels.len())], r);
        }
    };
    some(&mut draft, 2, r);
    for _ in 0..1 + r.below(2) {
        let open = r.below(2) == 0;
        if let Some(wires) = draft.plant(world, &case.dilation.law, open, r) {
            if r.below(3) == 0 {
                some(&mut draft, 2, r);
            }
            let side = &case.sides[r.below(2)];
            match r.below(4) {
                0 => _ = draft.plant(world, side, false, r),
                _ => _ = draft.plant_on(world, side, &wires, false),
            }
            some(&mut draft, 2, r);
        }
    }
    let outputs = 1 + r.below(4);
    normal(draft.finish(outputs, r), &world.determinism())
}

#[test]
fn what_causality_makes_of_a_diagram_computes_the_same() {
    let mut r = Random(3);
    let (mut results, mut refused) = (0, 0);
    for _ in 0..8_000 {
        let Some(case) = case(&mut r) else { continue };
        let det = case.world.determinism();
        for _ in 0..3 {
            let target = target(&case, &mut r);
            let Some(before) = case.world.law(&target) else { continue };
            for reversed in [false, true] {
                match case.dilation.apply(&case.world.sig, &det, &target, reversed) {
                    Err((_, other_law)) => refused += usize::from(other_law),
                    Ok(all) => {
                        for applied in all {
                            let Some(after) = case.world.law(&applied) else { continue };
                            let show = |form| case.world.show(form);
                            assert!(
                                before == after,
                                "not sound:\n   {}\nto {}\nunder {}",
                                show(&target),
                                show(&applied),
                                show(&case.dilation.law)
                            );
                            results += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(results > 2_000, "only {results} results");
    assert!(refused > 200, "only {refused} refused for their law");
}
