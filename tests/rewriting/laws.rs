//! Equations that hold in the model of a world: found by evaluating, or true by the choice of the matrices.

use mcheck::base::index::Id;
use mcheck::check::types::{KernelId, ObjectId};
use mcheck::rewrite::normal_form::{NormalForm, Source};

use super::random::{Random, diagram, expand, normal, objects};
use super::world::{Table, World, X, Y, node, point_row, random_row};

/// An equation in a world where it is true.
pub struct Law {
    pub world: World,
    pub sides: [NormalForm; 2],
}

impl Law {
    /// Whether both sides use the same inputs, for each of the outputs. Where one uses more, a diagram may lack a wire to
    /// give to them; none is invented.
    pub fn is_even(&self) -> bool {
        let used = |side: &NormalForm, output: usize| -> Vec<Source> {
            let part = side.marginal(&[output]);
            let sources = part.boxes.iter().flat_map(|b| b.inputs.to_vec()).chain(part.outputs);
            let mut inputs: Vec<Source> = sources.filter(|s| matches!(s, Source::Input(_))).collect();
            inputs.sort_by_key(|s| format!("{s:?}"));
            inputs.dedup();
            inputs
        };
        (0..self.sides[0].outputs.len()).all(|j| used(&self.sides[0], j) == used(&self.sides[1], j))
    }
}

/// Whether a diagram has, outside of all occurrences, a wire for every input of the law that a side does not use.
pub fn has_wires(law: &Law, form: &NormalForm) -> bool {
    law.sides[0].inputs.iter().all(|o| form.inputs.contains(o))
}

/// Some equation; nothing where the dice give none that says something.
pub fn law(r: &mut Random) -> Option<Law> {
    let law = match r.below(3) {
        0 => named(r)?,
        1 => inside(r)?,
        _ => classical(r),
    };
    let [left, right] = &law.sides;
    let same = law.world.law(left)? == law.world.law(right)?;
    assert!(same, "this is no law: {} == {}", law.world.show(left), law.world.show(right));
    (left != right).then_some(law)
}

/// Input `i`.
pub fn x(i: u32) -> Source {
    Source::Input(i)
}

/// Output `p` of box `b`.
pub fn w(b: u32, p: u32) -> Source {
    Source::Port(b, p)
}

/// A diagram box by box.
pub fn form(inputs: &[usize], boxes: &[(KernelId, &[Source])], outputs: &[Source]) -> NormalForm {
    NormalForm {
        inputs: inputs.iter().map(|o| ObjectId::from_number(*o)).collect(),
        boxes: boxes.iter().map(|(id, inputs)| node(*id, inputs.to_vec())).collect(),
        outputs: outputs.to_vec(),
    }
}

/// A new kernel `r` that means what a random diagram means: `L == r`.
fn named(r: &mut Random) -> Option<Law> {
    let mut world = World::random(r);
    let (left, right, _) = abbreviation(&mut world, r)?;
    let det = world.determinism();
    Some(Law { sides: [normal(left, &det), normal(right, &det)], world })
}

fn abbreviation(world: &mut World, r: &mut Random) -> Option<(NormalForm, NormalForm, KernelId)> {
    let (inputs, boxes, outputs) = (objects(r, 2), 1 + r.below(3), 1 + r.below(3));
    let left = diagram(world, &world.kernels(), &inputs, boxes, outputs, r);
    if left.outputs.is_empty() {
        return None;
    }
    let id = world.declare_as("r", &left, r)?;
    let wires: Vec<Source> = (0..inputs.len() as u32).map(Source::Input).collect();
    let ports: Vec<Source> = (0..left.outputs.len() as u32).map(|p| w(0, p)).collect();
    let right = form(&inputs, &[(id, &wires)], &ports);
    Some((left, right, id))
}

/// Two diagrams with equal matrices: one with `r` in some places, one with what it stands for.
fn inside(r: &mut Random) -> Option<Law> {
    let mut world = World::random(r);
    let (left, _, id) = abbreviation(&mut world, r)?;
    let mut kernels = world.kernels();
    kernels.extend([id; 8]);
    let (inputs, boxes, outputs) = (objects(r, 2), 2 + r.below(2), 1 + r.below(3));
    let short = diagram(&world, &kernels, &inputs, boxes, outputs, r);
    if short.outputs.is_empty() {
        return None;
    }
    let (long, det) = (expand(&short, id, &left), world.determinism());
    Some(Law { sides: [normal(long, &det), normal(short, &det)], world })
}

/// Laws that people use: of groups, sections, constants, commuting kernels, copies, products.
fn classical(r: &mut Random) -> Law {
    let mut world = World::random(r);
    let points =
        |rows: &[usize], size: usize| Table { bits: 3, rows: rows.iter().map(|p| point_row(size, *p)).collect() };
    let known = r.below(3) > 0;
    let (left, right) = match r.below(13) {
        k @ 0..=5 => {
            let xor = world.declare("xor", &[X, X], &[X], points(&[0, 1, 1, 0], 2), known);
            let zero = world.declare("zero", &[], &[X], points(&[0], 2), known);
            let coin = world.declare("coin", &[], &[X], Table { bits: 3, rows: vec![vec![4, 4]] }, false);
            match k {
                0 => (
                    form(&[X, X, X], &[(xor, &[x(0), x(1)]), (xor, &[w(0, 0), x(2)])], &[w(1, 0)]),
                    form(&[X, X, X], &[(xor, &[x(1), x(2)]), (xor, &[x(0), w(0, 0)])], &[w(1, 0)]),
                ),
                1 => (
                    form(&[X, X], &[(xor, &[x(0), x(1)])], &[w(0, 0)]),
                    form(&[X, X], &[(xor, &[x(1), x(0)])], &[w(0, 0)]),
                ),
                2 => (form(&[X], &[(zero, &[]), (xor, &[w(0, 0), x(0)])], &[w(1, 0)]), form(&[X], &[], &[x(0)])),
                3 => (form(&[X], &[(xor, &[x(0), x(0)])], &[w(0, 0)]), form(&[X], &[(zero, &[])], &[w(0, 0)])),
                4 => (
                    form(&[X], &[(coin, &[]), (xor, &[x(0), w(0, 0)])], &[x(0), w(1, 0)]),
                    form(&[X], &[(coin, &[])], &[x(0), w(0, 0)]),
                ),
                // Two coins and their sum: each two of them are independent.
                _ => (
                    form(&[], &[(coin, &[]), (coin, &[]), (xor, &[w(0, 0), w(1, 0)])], &[w(0, 0), w(2, 0)]),
                    form(&[], &[(coin, &[]), (coin, &[])], &[w(0, 0), w(1, 0)]),
                ),
            }
        }
        6 | 7 => {
            // A section and its retraction, which is random where the section does not lead.
            let at = r.below(3);
            let section = [(at + 1) % 3, (at + 2) % 3];
            let mut back = vec![Vec::new(); 3];
            back[at] = random_row(r, 2);
            (0..2).for_each(|p| back[section[p]] = point_row(2, p));
            let m = world.declare("m", &[X], &[Y], points(&section, 3), known);
            let q = world.declare("q", &[Y], &[X], Table { bits: 3, rows: back }, false);
            (form(&[X], &[], &[x(0)]), form(&[X], &[(m, &[x(0)]), (q, &[w(0, 0)])], &[w(1, 0)]))
        }
        8 => {
            let row = random_row(r, 3);
            let v = world.declare("v", &[X], &[Y], Table { bits: 3, rows: vec![row.clone(); 2] }, false);
            let u = world.declare("u", &[], &[Y], Table { bits: 3, rows: vec![row] }, false);
            (form(&[X], &[(v, &[x(0)])], &[w(0, 0)]), form(&[X], &[(u, &[])], &[w(0, 0)]))
        }
        9 => {
            let table = Table { bits: 3, rows: vec![random_row(r, 2), random_row(r, 2)] };
            let (p, q) =
                (world.declare("p", &[X], &[X], table.clone(), false), world.declare("q", &[X], &[X], table, false));
            (
                form(&[X], &[(p, &[x(0)]), (q, &[w(0, 0)])], &[w(1, 0)]),
                form(&[X], &[(q, &[x(0)]), (p, &[w(0, 0)])], &[w(1, 0)]),
            )
        }
        10 => {
            // Drawn once and copied: both outputs of the right side are one wire.
            let row = |r: &mut Random| {
                let one = random_row(r, 2);
                vec![one[0], 0, 0, one[1]]
            };
            let rows = vec![row(r), row(r)];
            let once = Table { bits: 3, rows: rows.iter().map(|q| vec![q[0], q[3]]).collect() };
            let twin = world.declare("twin", &[X], &[X, X], Table { bits: 3, rows }, false);
            let single = world.declare("single", &[X], &[X], once, false);
            (form(&[X], &[(twin, &[x(0)])], &[w(0, 0), w(0, 1)]), form(&[X], &[(single, &[x(0)])], &[w(0, 0), w(0, 0)]))
        }
        11 => {
            // A joint state that is a product.
            let (a, b) = (random_row(r, 2), random_row(r, 3));
            let both = a.iter().flat_map(|p| b.iter().map(move |q| p * q)).collect();
            let joint = world.declare("joint", &[], &[X, Y], Table { bits: 6, rows: vec![both] }, false);
            let first = world.declare("first", &[], &[X], Table { bits: 3, rows: vec![a] }, false);
            let second = world.declare("second", &[], &[Y], Table { bits: 3, rows: vec![b] }, false);
            (
                form(&[], &[(joint, &[])], &[w(0, 0), w(0, 1)]),
                form(&[], &[(first, &[]), (second, &[])], &[w(0, 0), w(1, 0)]),
            )
        }
        _ => {
            // Nothing is known to be deterministic, and an equation says that it is.
            let table = points(&[r.below(3), r.below(3)], 3);
            let q = world.declare("q", &[X], &[Y], table, false);
            (
                form(&[X], &[(q, &[x(0)])], &[w(0, 0), w(0, 0)]),
                form(&[X], &[(q, &[x(0)]), (q, &[x(0)])], &[w(0, 0), w(1, 0)]),
            )
        }
    };
    let det = world.determinism();
    Law { sides: [normal(left, &det), normal(right, &det)], world }
}
