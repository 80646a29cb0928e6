//! Diagrams to flat networks: what is needed for the chosen outputs, with small sub-diagrams kept as single boxes.
//!
//! 1. A box none of whose outputs is needed is dropped (discard is natural), before its insides are looked at; and a
//!    sub-diagram needs only those inputs that its insides use for the outputs that are needed of it.
//! 2. A sub-diagram whose matrix is small is one box, evaluated once however often it is used.
//! 3. A larger one is opened, so that its insides are summed out early.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::kernel::Kernel;
use super::slice::sliced;
use super::space::size;
use crate::base::index::Id;
use crate::check::signature::Signature;
use crate::diagram::graph::{BoxNode, Diagram, DiagramId, Label, WireId};
use crate::diagram::library::Library;

/// Sub-diagrams with at most this many matrix entries are kept closed.
const CLOSED_SIZE: u64 = 4096;

/// Most boxes that a flat network may have.
const BOX_LIMIT: usize = 4_000_000;

/// A box of a network: a primitive box of some diagram.
#[derive(Debug, Clone)]
pub(super) struct NetBox {
    /// What it is.
    pub label: Label,
    /// Sizes at its inputs.
    pub dom: Vec<u64>,
    /// Sizes at its outputs.
    pub cod: Vec<u64>,
    /// The places of the inputs that it needs; all of them but for a sub-diagram that does not use some.
    pub needed: Vec<usize>,
    /// Values of inputs that it does not need for that: what a conditional is given as a point.
    pub known: Vec<(usize, u64)>,
    /// Its kernel, where it is no box of a diagram: a condition.
    pub table: Option<Arc<Kernel>>,
    /// The wires at those that it needs.
    pub inputs: Vec<usize>,
    /// Its output wires; `None` where nothing needs them.
    pub outputs: Vec<Option<usize>>,
}

/// A network for some outputs of a diagram. Every box is needed.
#[derive(Debug, Clone, Default)]
pub(super) struct Network {
    /// Sizes of the wires.
    pub wires: Vec<u64>,
    /// Boxes, each after those that it depends on.
    pub boxes: Vec<NetBox>,
    /// The wires of the inputs; `None` where nothing needs them.
    pub inputs: Vec<Option<usize>>,
    /// The wires of the chosen outputs.
    pub outputs: Vec<usize>,
}

/// The diagram has too many boxes when written out.
#[derive(Debug, Clone, Copy)]
pub(super) struct TooManyBoxes(pub usize);

/// Which inputs a diagram needs for some of its outputs, remembered: definitions that use each other may be deep.
#[derive(Debug, Default)]
pub(super) struct Needs(FxHashMap<(DiagramId, Vec<bool>), Rc<[bool]>>);

impl Needs {
    fn of(&mut self, lib: &Library, id: DiagramId, wanted: &[bool]) -> Rc<[bool]> {
        let key = (id, wanted.to_vec());
        if let Some(found) = self.0.get(&key) {
            return found.clone();
        }
        let diagram = lib.get(id);
        let live = live_wires(lib, self, diagram, wanted);
        let inputs: Rc<[bool]> = diagram.inputs().iter().map(|w| live[w.number()]).collect();
        self.0.insert(key, inputs.clone());
        inputs
    }
}

/// Where networks come from.
struct From<'a> {
    sig: &'a Signature,
    lib: &'a Library,
    needs: &'a mut Needs,
}

/// The network for some outputs of a diagram, in the given order.
pub(super) fn flatten(
    sig: &Signature,
    lib: &Library,
    needs: &mut Needs,
    id: DiagramId,
    keep: &[usize],
) -> Result<Network, TooManyBoxes> {
    let mut net = Network::default();
    let diagram = lib.get(id);
    let mut wanted = vec![false; diagram.outputs().len()];
    keep.iter().for_each(|k| wanted[*k] = true);
    let live = live_wires(lib, needs, diagram, &wanted);
    for wire in diagram.inputs() {
        let fresh = live[wire.number()].then(|| net.wire(sig.objects[diagram.wire(*wire).object].size()));
        net.inputs.push(fresh);
    }
    let inputs = net.inputs.clone();
    let outputs = open(&mut From { sig, lib, needs }, diagram, &inputs, &live, &mut net)?;
    net.outputs = keep.iter().filter_map(|k| outputs[*k]).collect();
    Ok(sliced(net))
}

impl Network {
    fn wire(&mut self, size: u64) -> usize {
        self.wires.push(size);
        self.wires.len() - 1
    }
}

/// 1. Which wires are needed for the wanted outputs.
fn live_wires(lib: &Library, needs: &mut Needs, diagram: &Diagram, wanted: &[bool]) -> Vec<bool> {
    let mut live = vec![false; diagram.wire_count()];
    for (wire, wanted) in diagram.outputs().iter().zip(wanted) {
        live[wire.number()] |= wanted;
    }
    for (_, node) in diagram.boxes().rev() {
        let wanted: Vec<bool> = node.outputs.iter().map(|w| live[w.number()]).collect();
        if !wanted.contains(&true) {
            continue;
        }
        match &node.label {
            Label::Call(id) => {
                let needed = needs.of(lib, *id, &wanted);
                node.inputs.iter().zip(needed.iter()).for_each(|(w, needed)| live[w.number()] |= needed);
            }
            _ => node.inputs.iter().for_each(|w| live[w.number()] = true),
        }
    }
    live
}

/// Adds the needed boxes of a diagram; returns the wires of its outputs, where they are needed.
fn open(
    from: &mut From<'_>,
    diagram: &Diagram,
    inputs: &[Option<usize>],
    live: &[bool],
    net: &mut Network,
) -> Result<Vec<Option<usize>>, TooManyBoxes> {
    let mut place: Vec<Option<usize>> = vec![None; diagram.wire_count()];
    for (wire, given) in diagram.inputs().iter().zip(inputs) {
        place[wire.number()] = *given;
    }
    for (_, node) in diagram.boxes() {
        let wanted: Vec<bool> = node.outputs.iter().map(|w| live[w.number()]).collect();
        if !wanted.iter().any(|w| *w) {
            continue;
        }
        if net.boxes.len() >= BOX_LIMIT {
            return Err(TooManyBoxes(BOX_LIMIT));
        }
        let mut given: Vec<Option<usize>> = node.inputs.iter().map(|w| place[w.number()]).collect();
        if let Label::Call(id) = &node.label {
            // A wire that is here for others is not needed by this box for that.
            let needed = from.needs.of(from.lib, *id, &wanted);
            given.iter_mut().zip(needed.iter()).for_each(|(wire, needed)| *wire = wire.filter(|_| *needed));
        }
        let outputs = match &node.label {
            Label::Call(id) if !is_small(from.sig, node) => enter(from, *id, &given, &wanted, net)?,
            Label::Power(id, n) if !is_small(from.sig, node) => {
                let mut wires = given;
                for step in 0..*n {
                    let last = step + 1 == *n;
                    let all = vec![true; wanted.len()];
                    wires = enter(from, *id, &wires, if last { &wanted } else { &all }, net)?;
                }
                wires
            }
            _ => close(from.sig, node, &given, &wanted, net),
        };
        for (wire, made) in node.outputs.iter().zip(outputs) {
            place[wire.number()] = made;
        }
    }
    Ok(diagram.outputs().iter().map(|w: &WireId| place[w.number()]).collect())
}

/// 3.
fn enter(
    from: &mut From<'_>,
    id: DiagramId,
    inputs: &[Option<usize>],
    wanted: &[bool],
    net: &mut Network,
) -> Result<Vec<Option<usize>>, TooManyBoxes> {
    let diagram = from.lib.get(id);
    let live = live_wires(from.lib, from.needs, diagram, wanted);
    let outputs = open(from, diagram, inputs, &live, net)?;
    Ok(outputs.into_iter().zip(wanted).map(|(wire, wanted)| wire.filter(|_| *wanted)).collect())
}

/// 2.
fn close(
    sig: &Signature,
    node: &BoxNode,
    inputs: &[Option<usize>],
    wanted: &[bool],
    net: &mut Network,
) -> Vec<Option<usize>> {
    let cod = sig.sizes(&node.cod);
    let outputs: Vec<Option<usize>> = cod.iter().zip(wanted).map(|(size, w)| w.then(|| net.wire(*size))).collect();
    net.boxes.push(NetBox {
        label: node.label.clone(),
        dom: sig.sizes(&node.dom),
        cod,
        needed: (0..inputs.len()).filter(|i| inputs[*i].is_some()).collect(),
        known: Vec::new(),
        table: None,
        inputs: inputs.iter().flatten().copied().collect(),
        outputs: outputs.clone(),
    });
    outputs
}

fn is_small(sig: &Signature, node: &BoxNode) -> bool {
    let both = [sig.sizes(&node.dom), sig.sizes(&node.cod)].concat();
    let square = if matches!(node.label, Label::Power(..)) { 1 << 22 } else { CLOSED_SIZE };
    size(&both).is_some_and(|n| n <= square)
}
