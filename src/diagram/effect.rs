//! Setting wires by hand: the wire is cut where it begins, and all that used it get an input instead.
//!
//! 1. Sub-diagrams are opened where a wire that is set begins inside of them, and only there.
//! 2. Each box that used the wire, and each output that was the wire, gets the new input. The box that made it stays, for
//!    its other outputs; where it has none, nothing needs it any more.
//!
//! That is the surgery of Pearl and of Jacobs, Kissinger and Zanasi (2019): the box `b : A -> X` of the wire becomes
//! `del ; x`. Of a box `b : A -> X * W` the other output `W` keeps its law. Where two of the wires that are set are one
//! wire, its users get the first.

use rustc_hash::FxHashMap;

use super::build::Builder;
use super::graph::{BoxId, Diagram, DiagramId, Label, Producer, WireId};
use super::library::Library;
use crate::base::index::Id;
use crate::check::types::Type;

/// Where a wire begins.
enum Origin {
    /// At an input of the diagram, or at a box that has no insides.
    Here(WireId),
    /// At a port of the sub-diagram that is this box; of a power, in this copy, counted from the last as 1.
    Inside(BoxId, usize, u64),
}

/// The inputs that diagrams pass on to their outputs as they are, remembered: diagrams that use each other twice would
/// be walked through exponentially often.
type Passed = FxHashMap<(DiagramId, usize), Option<usize>>;

impl Library {
    /// The diagram from the outputs `set`, now inputs, and its inputs, to the outputs `targets`.
    pub(super) fn effect(&mut self, of: DiagramId, targets: &[usize], set: &[usize]) -> DiagramId {
        // 1.
        let (dom, cod) = (self.get(of).dom(), self.get(of).cod());
        let mut builder = Builder::new(&dom);
        let inputs = builder.inputs();
        let mut known = Passed::default();
        let outputs = self.exposed(of, &inputs, set, &mut builder, &mut known);
        let open = builder.finish(outputs);
        // 2.
        let fresh = Type::new(set.iter().map(|s| cod.factors()[*s]).collect::<Vec<_>>());
        let mut builder = Builder::new(&Type::product([&fresh, &dom]));
        let inputs = builder.inputs();
        let mut place: Vec<WireId> = vec![WireId::from_number(0); open.wire_count()];
        open.inputs().iter().zip(&inputs[set.len()..]).for_each(|(w, given)| place[w.number()] = *given);
        let mut cut: FxHashMap<WireId, WireId> = FxHashMap::default();
        for (s, input) in set.iter().zip(&inputs) {
            // Behind sub-diagrams that pass it on, the wire has other names; it is cut where it begins.
            match self.origin(&open, open.outputs()[*s], &mut known) {
                Origin::Here(wire) => cut.entry(wire).or_insert(*input),
                Origin::Inside(..) => unreachable!("the diagrams in which it begins have been opened"),
            };
        }
        let used = |place: &[WireId], wire: &WireId| cut.get(wire).copied().unwrap_or(place[wire.number()]);
        for (_, node) in open.boxes() {
            let given: Vec<WireId> = node.inputs.iter().map(|w| used(&place, w)).collect();
            let made = builder.plug(node.label.clone(), node.dom.clone(), node.cod.clone(), &given);
            node.outputs.iter().zip(made).for_each(|(w, made)| place[w.number()] = made);
        }
        let outputs = targets.iter().map(|t| used(&place, &open.outputs()[*t])).collect();
        self.add_sealed(builder.finish(outputs))
    }

    /// Adds a diagram to one under construction, with those of its sub-diagrams opened in which some of its outputs
    /// begin: the wires of these outputs are then made by boxes without insides, or are inputs.
    fn exposed(
        &self,
        of: DiagramId,
        inputs: &[WireId],
        wanted: &[usize],
        builder: &mut Builder,
        known: &mut Passed,
    ) -> Vec<WireId> {
        let diagram = self.get(of);
        let mut inside: FxHashMap<BoxId, Vec<(usize, u64)>> = FxHashMap::default();
        for output in wanted {
            if let Origin::Inside(b, port, copy) = self.origin(diagram, diagram.outputs()[*output], known) {
                inside.entry(b).or_default().push((port, copy));
            }
        }
        let mut place: Vec<WireId> = vec![WireId::from_number(0); diagram.wire_count()];
        diagram.inputs().iter().zip(inputs).for_each(|(w, given)| place[w.number()] = *given);
        for (id, node) in diagram.boxes() {
            let given: Vec<WireId> = node.inputs.iter().map(|w| place[w.number()]).collect();
            let made = match (&node.label, inside.get(&id)) {
                (Label::Call(inner), Some(ports)) => {
                    let ports: Vec<usize> = ports.iter().map(|(port, _)| *port).collect();
                    self.exposed(*inner, &given, &ports, builder, known)
                }
                (Label::Power(inner, n), Some(ports)) => {
                    self.exposed_power((*inner, *n), &given, ports, builder, known)
                }
                _ => builder.plug(node.label.clone(), node.dom.clone(), node.cod.clone(), &given),
            };
            node.outputs.iter().zip(made).for_each(|(w, made)| place[w.number()] = made);
        }
        diagram.outputs().iter().map(|w| place[w.number()]).collect()
    }

    /// The same for a power: the copies in which wires begin are opened, the runs between them stay powers.
    fn exposed_power(
        &self,
        (base, n): (DiagramId, u64),
        inputs: &[WireId],
        ports: &[(usize, u64)],
        builder: &mut Builder,
        known: &mut Passed,
    ) -> Vec<WireId> {
        let ends = self.get(base).dom();
        let run = |times: u64, wires: Vec<WireId>, builder: &mut Builder| match times {
            0 => wires,
            1 => builder.plug(Label::Call(base), ends.clone(), ends.clone(), &wires),
            _ => builder.plug(Label::Power(base, times), ends.clone(), ends.clone(), &wires),
        };
        let mut copies: Vec<u64> = ports.iter().map(|(_, copy)| *copy).collect();
        copies.sort_unstable_by(|a, b| b.cmp(a));
        copies.dedup();
        let mut wires = inputs.to_vec();
        let mut left = n;
        for copy in copies {
            wires = run(left - copy, wires, builder);
            let here: Vec<usize> = ports.iter().filter(|(_, c)| *c == copy).map(|(port, _)| *port).collect();
            wires = self.exposed(base, &wires, &here, builder, known);
            left = copy - 1;
        }
        run(left, wires, builder)
    }

    /// Follows a wire back through the sub-diagrams that only pass it on.
    fn origin(&self, diagram: &Diagram, mut wire: WireId, known: &mut Passed) -> Origin {
        loop {
            let Producer::Port(b, port) = diagram.wire(wire).producer else { return Origin::Here(wire) };
            let node = diagram.node(b);
            let (inner, times) = match node.label {
                Label::Call(inner) => (inner, 1),
                Label::Power(inner, n) => (inner, n),
                _ => return Origin::Here(wire),
            };
            match self.passed_on(inner, port, times, known) {
                Ok(input) => wire = node.inputs[input],
                Err((port, copy)) => return Origin::Inside(b, port, copy),
            }
        }
    }

    /// The input that a diagram, run so many times, passes on to an output; else the output of a copy, counted from the
    /// last, in which a box makes it.
    fn passed_on(&self, id: DiagramId, output: usize, times: u64, known: &mut Passed) -> Result<usize, (usize, u64)> {
        let mut port = output;
        let mut copy = 1;
        let mut seen: FxHashMap<usize, u64> = FxHashMap::default();
        while copy <= times {
            if let Some(before) = seen.insert(port, copy) {
                // The wire goes around in a circle: whole rounds of it are left out.
                copy = times + 1 - (times + 1 - copy) % (copy - before);
                seen.clear();
                continue;
            }
            port = self.passed_on_once(id, port, known).ok_or((port, copy))?;
            copy += 1;
        }
        Ok(port)
    }

    fn passed_on_once(&self, id: DiagramId, output: usize, known: &mut Passed) -> Option<usize> {
        if let Some(found) = known.get(&(id, output)) {
            return *found;
        }
        let diagram = self.get(id);
        let input = match self.origin(diagram, diagram.outputs()[output], known) {
            Origin::Here(wire) => match diagram.wire(wire).producer {
                Producer::Input(input) => Some(input),
                Producer::Port(..) => None,
            },
            Origin::Inside(..) => None,
        };
        known.insert((id, output), input);
        input
    }
}
