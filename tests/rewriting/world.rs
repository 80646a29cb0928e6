//! A small signature with a model: every kernel has an exact stochastic matrix, of which the rewriting knows nothing.
//!
//! Entries are integers over a power of two, so a diagram is evaluated exactly in integers.

use std::collections::{BTreeMap, HashMap};

use mcheck::base::index::Id;
use mcheck::base::name::Name;
use mcheck::check::signature::{Kernel, Object, Points, Signature};
use mcheck::check::types::{FamilyId, KernelId, ObjectId, Type};
use mcheck::rewrite::graph::Determinism;
use mcheck::rewrite::normal_form::{NormalBox, NormalForm, Op, Source};

use super::random::Random;

/// Most joint values that are followed at once; larger diagrams are not evaluated.
const STATES: usize = 4000;

/// Weights over `2^bits`, one row for each point of the domain; the last factor runs fastest.
#[derive(Clone, PartialEq)]
pub struct Table {
    pub bits: u32,
    pub rows: Vec<Vec<u128>>,
}

/// What is declared, and what it means.
#[derive(Clone)]
pub struct World {
    pub sig: Signature,
    pub tables: Vec<Table>,
    /// Kernels that are taken to be deterministic, as an axiom would say; their tables are.
    pub assumed: Vec<KernelId>,
}

/// The joint law of inputs and outputs: each row has the total `2^bits`; no zero is listed.
pub struct Law {
    bits: u32,
    weights: BTreeMap<Vec<u8>, u128>,
}

impl PartialEq for Law {
    fn eq(&self, other: &Law) -> bool {
        let scaled = |l: &Law| -> BTreeMap<Vec<u8>, u128> {
            l.weights.iter().map(|(k, w)| (k.clone(), w << (120 - l.bits))).collect()
        };
        scaled(self) == scaled(other)
    }
}

pub const X: usize = 0;
pub const Y: usize = 1;
const SIZES: [usize; 2] = [2, 3];

impl World {
    /// Two objects, and no kernel yet.
    pub fn empty() -> World {
        let mut sig = Signature::default();
        for name in ["X", "Y"] {
            sig.objects.push(Object { name: Name::new(name), points: Points::Abstract });
        }
        World { sig, tables: Vec::new(), assumed: Vec::new() }
    }

    /// Eleven kernels with random matrices, some of them deterministic.
    pub fn random(r: &mut Random) -> World {
        let mut world = World::empty();
        let shapes: [(&str, &[usize], &[usize], bool); 11] = [
            ("s", &[], &[X], false),
            ("t", &[], &[Y, X], false),
            ("f", &[X], &[Y], false),
            ("g", &[Y], &[X], false),
            ("h", &[X, Y], &[X], false),
            ("k", &[X], &[X, Y], false),
            ("j", &[X], &[X], false),
            ("a", &[X], &[X], true),
            ("b", &[X, Y], &[Y], true),
            ("c", &[Y], &[X, X], true),
            ("d", &[X], &[Y], true),
        ];
        for (name, dom, cod, deterministic) in shapes {
            let rows = (0..points(dom)).map(|_| match deterministic {
                true => point_row(points(cod), r.below(points(cod))),
                false => random_row(r, points(cod)),
            });
            let table = Table { bits: 3, rows: rows.collect() };
            world.declare(name, dom, cod, table, deterministic);
        }
        world
    }

    /// Declares a kernel with what it means.
    pub fn declare(&mut self, name: &str, dom: &[usize], cod: &[usize], table: Table, deterministic: bool) -> KernelId {
        assert_eq!(table.rows.len(), points(dom), "{name}");
        for row in &table.rows {
            assert_eq!((row.len(), row.iter().sum::<u128>()), (points(cod), 1 << table.bits), "{name}");
            assert!(!deterministic || row.iter().filter(|w| **w > 0).count() == 1, "{name}");
        }
        let ty = |objects: &[usize]| Type::new(objects.iter().map(|o| ObjectId::from_number(*o)).collect::<Vec<_>>());
        let kernel = Kernel {
            name: Name::new(name),
            family: FamilyId::from_number(self.tables.len()),
            dom: ty(dom),
            cod: ty(cod),
            rows: None,
            softmax: None,
            promised: false,
        };
        let id = self.sig.kernels.push(kernel);
        self.tables.push(table);
        if deterministic {
            self.assumed.push(id);
        }
        id
    }

    /// A kernel that means the same as a diagram.
    pub fn declare_as(&mut self, name: &str, form: &NormalForm, r: &mut Random) -> Option<KernelId> {
        let table = self.table_of(form)?;
        let deterministic = table.rows.iter().all(|row| row.iter().filter(|w| **w > 0).count() == 1) && r.below(2) == 0;
        let (dom, cod) = (numbers(&form.inputs), numbers(&form.output_types(&self.sig)));
        Some(self.declare(name, &dom, &cod, table, deterministic))
    }

    /// The matrix of a diagram.
    pub fn table_of(&self, form: &NormalForm) -> Option<Table> {
        let law = self.law(form)?;
        let (dom, cod) = (numbers(&form.inputs), numbers(&form.output_types(&self.sig)));
        let mut rows = vec![vec![0u128; points(&cod)]; points(&dom)];
        for (values, weight) in &law.weights {
            let (x, y) = values.split_at(dom.len());
            rows[index(&dom, x)][index(&cod, y)] += weight;
        }
        Some(Table { bits: law.bits, rows })
    }

    pub fn determinism(&self) -> Determinism {
        Determinism::of(&self.sig, &self.assumed)
    }

    pub fn kernels(&self) -> Vec<KernelId> {
        self.sig.kernels.iter().map(|(id, _)| id).collect()
    }

    pub fn ends(&self, id: KernelId) -> (Vec<usize>, Vec<usize>) {
        let kernel = &self.sig.kernels[id];
        (numbers(kernel.dom.factors()), numbers(kernel.cod.factors()))
    }

    pub fn name(&self, op: &Op) -> String {
        match op {
            Op::Kernel(id) => self.sig.kernels[*id].name.to_string(),
            other => panic!("only kernels here: {other:?}"),
        }
    }

    /// What a diagram computes, exactly; nothing if it is too large.
    pub fn law(&self, form: &NormalForm) -> Option<Law> {
        let mut last: HashMap<Source, usize> = HashMap::new();
        for (b, node) in form.boxes.iter().enumerate() {
            node.inputs.iter().for_each(|s| _ = last.insert(*s, b));
        }
        let inputs: Vec<Source> = (0..form.inputs.len() as u32).map(Source::Input).collect();
        inputs.iter().chain(&form.outputs).for_each(|s| _ = last.insert(*s, usize::MAX));
        let dom = numbers(&form.inputs);
        let mut live = inputs.clone();
        let mut states: BTreeMap<Vec<u8>, u128> = (0..points(&dom)).map(|p| (coordinates(&dom, p), 1)).collect();
        let mut bits = 0;
        for (b, node) in form.boxes.iter().enumerate() {
            let Op::Kernel(id) = &node.op else { panic!("only kernels here") };
            let table = &self.tables[id.number()];
            let (from, to) = self.ends(*id);
            bits += table.bits;
            let at = |s: &Source| live.iter().position(|l| l == s).expect("a box stands after what it depends on");
            let places: Vec<usize> = node.inputs.iter().map(at).collect();
            let needed = |s: &Source| last.get(s).is_some_and(|l| *l > b);
            let kept: Vec<usize> = (0..live.len()).filter(|k| needed(&live[*k])).collect();
            let made: Vec<usize> = (0..to.len()).filter(|p| needed(&Source::Port(b as u32, *p as u32))).collect();
            let mut next: BTreeMap<Vec<u8>, u128> = BTreeMap::new();
            for (values, weight) in &states {
                let row = index(&from, &places.iter().map(|p| values[*p]).collect::<Vec<_>>());
                for (point, w) in table.rows[row].iter().enumerate().filter(|(_, w)| **w > 0) {
                    let drawn = coordinates(&to, point);
                    let key = kept.iter().map(|k| values[*k]).chain(made.iter().map(|p| drawn[*p])).collect();
                    *next.entry(key).or_default() += weight * w;
                }
            }
            live =
                kept.iter().map(|k| live[*k]).chain(made.iter().map(|p| Source::Port(b as u32, *p as u32))).collect();
            states = next;
            if bits > 120 || states.len() > STATES {
                return None;
            }
        }
        let places: Vec<usize> = inputs
            .iter()
            .chain(&form.outputs)
            .map(|s| live.iter().position(|l| l == s).expect("what is needed is live"))
            .collect();
        let mut weights = BTreeMap::new();
        for (values, weight) in states {
            *weights.entry(places.iter().map(|p| values[*p]).collect()).or_default() += weight;
        }
        Some(Law { bits, weights })
    }

    /// A diagram as text, for failing tests.
    pub fn show(&self, form: &NormalForm) -> String {
        let wire = |s: &Source| match s {
            Source::Input(i) => format!("x{i}"),
            Source::Port(b, p) => format!("w{b}.{p}"),
        };
        let list = |s: &[Source]| s.iter().map(wire).collect::<Vec<_>>().join(", ");
        let boxes = form.boxes.iter().enumerate();
        let draws: Vec<String> =
            boxes.map(|(b, n)| format!("w{b} ~ {}({})", self.name(&n.op), list(&n.inputs))).collect();
        format!("{} inputs; {}; return {}", form.inputs.len(), draws.join("; "), list(&form.outputs))
    }
}

pub fn numbers(objects: &[ObjectId]) -> Vec<usize> {
    objects.iter().map(|o| o.number()).collect()
}

pub fn points(objects: &[usize]) -> usize {
    objects.iter().map(|o| SIZES[*o]).product()
}

fn index(objects: &[usize], values: &[u8]) -> usize {
    objects.iter().zip(values).fold(0, |at, (o, v)| at * SIZES[*o] + *v as usize)
}

fn coordinates(objects: &[usize], mut point: usize) -> Vec<u8> {
    let mut out = vec![0; objects.len()];
    for (k, o) in objects.iter().enumerate().rev() {
        out[k] = (point % SIZES[*o]) as u8;
        point /= SIZES[*o];
    }
    out
}

/// A row that is one point, over eight.
pub fn point_row(size: usize, at: usize) -> Vec<u128> {
    (0..size).map(|k| if k == at { 8 } else { 0 }).collect()
}

/// Eight shares handed out at random, often to a few points only.
pub fn random_row(r: &mut Random, size: usize) -> Vec<u128> {
    let mut row = vec![0; size];
    let few = 1 + r.below(size);
    for _ in 0..8 {
        row[r.below(few.max(2).min(size))] += 1;
    }
    let turn = r.below(size);
    row.rotate_left(turn);
    row
}

/// A box of a kernel.
pub fn node(id: KernelId, inputs: Vec<Source>) -> NormalBox {
    NormalBox { op: Op::Kernel(id), inputs: inputs.into() }
}
