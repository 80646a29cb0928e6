//! Random diagrams, with pieces planted in them.

use mcheck::base::index::Id;
use mcheck::check::types::{KernelId, ObjectId};
use mcheck::rewrite::graph::Determinism;
use mcheck::rewrite::normal_form::{NormalBox, NormalForm, Op, Source};

pub use super::generator::Random;
use super::world::{World, node, numbers};

/// A diagram that grows: every wire drawn so far can be used.
pub struct Draft {
    inputs: Vec<usize>,
    boxes: Vec<NormalBox>,
    pool: Vec<(Source, usize)>,
}

impl Draft {
    pub fn new(inputs: &[usize]) -> Draft {
        let pool = inputs.iter().enumerate().map(|(i, o)| (Source::Input(i as u32), *o)).collect();
        Draft { inputs: inputs.to_vec(), boxes: Vec::new(), pool }
    }

    /// Some wire of an object, more often a late one.
    fn wire(&self, object: usize, r: &mut Random) -> Option<Source> {
        let fitting: Vec<Source> = self.pool.iter().filter(|(_, o)| *o == object).map(|(s, _)| *s).collect();
        let late = fitting.len().min(3);
        match (fitting.len(), r.below(2)) {
            (0, _) => None,
            (n, 0) => Some(fitting[n - 1 - r.below(late)]),
            (n, _) => Some(fitting[r.below(n)]),
        }
    }

    /// Draws from a kernel on random wires, if there are wires for it.
    pub fn draw(&mut self, world: &World, id: KernelId, r: &mut Random) -> bool {
        let (dom, cod) = world.ends(id);
        let Some(inputs) = dom.iter().map(|o| self.wire(*o, r)).collect::<Option<Vec<_>>>() else { return false };
        let b = self.boxes.len() as u32;
        self.boxes.push(node(id, inputs));
        self.pool.extend(cod.iter().enumerate().map(|(p, o)| (Source::Port(b, p as u32), *o)));
        true
    }

    /// Puts a diagram in, on random wires; with `open`, its inner wires can be used too. Returns its outputs.
    pub fn plant(&mut self, world: &World, piece: &NormalForm, open: bool, r: &mut Random) -> Option<Vec<Source>> {
        let wires = numbers(&piece.inputs).iter().map(|o| self.wire(*o, r)).collect::<Option<Vec<_>>>()?;
        Some(self.plant_on(world, piece, &wires, open))
    }

    /// The same, on given wires.
    pub fn plant_on(&mut self, world: &World, piece: &NormalForm, wires: &[Source], open: bool) -> Vec<Source> {
        let first = self.boxes.len() as u32;
        let moved = |s: &Source| match *s {
            Source::Input(i) => wires[i as usize],
            Source::Port(b, p) => Source::Port(first + b, p),
        };
        for (b, inner) in piece.boxes.iter().enumerate() {
            self.boxes.push(NormalBox { op: inner.op.clone(), inputs: inner.inputs.iter().map(moved).collect() });
            if let (Op::Kernel(id), true) = (&inner.op, open) {
                let made = world.ends(*id).1;
                let ports = made.iter().enumerate().map(|(p, o)| (Source::Port(first + b as u32, p as u32), *o));
                self.pool.extend(ports);
            }
        }
        let outputs: Vec<Source> = piece.outputs.iter().map(moved).collect();
        self.pool.extend(outputs.iter().copied().zip(numbers(&piece.output_types(&world.sig))));
        outputs
    }

    /// Ends the diagram with some of its wires, late ones more often.
    pub fn finish(self, outputs: usize, r: &mut Random) -> NormalForm {
        let n = self.pool.len();
        let late = n.min(5);
        let mut ends: Vec<Source> = Vec::new();
        for _ in 0..outputs.min(4 * n) {
            let k = if r.below(3) > 0 { n - 1 - r.below(late) } else { r.below(n) };
            ends.push(self.pool[k].0);
        }
        let inputs = self.inputs.iter().map(|o| ObjectId::from_number(*o)).collect();
        NormalForm { inputs, boxes: self.boxes, outputs: ends }
    }
}

/// Random objects, at most so many.
pub fn objects(r: &mut Random, most: usize) -> Vec<usize> {
    (0..r.below(most + 1)).map(|_| r.below(2)).collect()
}

/// A random diagram, not yet in normal form.
pub fn diagram(
    world: &World,
    kernels: &[KernelId],
    inputs: &[usize],
    boxes: usize,
    outputs: usize,
    r: &mut Random,
) -> NormalForm {
    let mut draft = Draft::new(inputs);
    for _ in 0..boxes {
        draft.draw(world, kernels[r.below(kernels.len())], r);
    }
    draft.finish(outputs, r)
}

/// A diagram with another one in the place of every box of a kernel, not yet in normal form.
pub fn expand(form: &NormalForm, kernel: KernelId, by: &NormalForm) -> NormalForm {
    let mut boxes: Vec<NormalBox> = Vec::new();
    // The wires that each box yields now.
    let mut made: Vec<Vec<Source>> = Vec::new();
    let moved = |s: &Source, made: &[Vec<Source>]| match *s {
        Source::Port(b, p) => made[b as usize].get(p as usize).copied().unwrap_or(*s),
        input => input,
    };
    for node in &form.boxes {
        let inputs: Vec<Source> = node.inputs.iter().map(|s| moved(s, &made)).collect();
        let first = boxes.len() as u32;
        if node.op == Op::Kernel(kernel) {
            let inner = |s: &Source| match *s {
                Source::Input(i) => inputs[i as usize],
                Source::Port(b, p) => Source::Port(first + b, p),
            };
            for b in &by.boxes {
                boxes.push(NormalBox { op: b.op.clone(), inputs: b.inputs.iter().map(inner).collect() });
            }
            made.push(by.outputs.iter().map(inner).collect());
        } else {
            boxes.push(NormalBox { op: node.op.clone(), inputs: inputs.into() });
            made.push((0..8).map(|p| Source::Port(first, p)).collect());
        }
    }
    let outputs = form.outputs.iter().map(|s| moved(s, &made)).collect();
    NormalForm { inputs: form.inputs.clone(), boxes, outputs }
}

/// In normal form.
pub fn normal(form: NormalForm, deterministic: &Determinism) -> NormalForm {
    NormalForm::of_boxes(form.inputs, form.boxes, form.outputs, deterministic).expect("a diagram has no circles")
}
