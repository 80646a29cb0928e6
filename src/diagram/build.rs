//! Plugging boxes into wires, one after the other: the diagram is acyclic by construction, and building is linear.

use petgraph::graph::DiGraph;

use super::graph::{BoxId, BoxNode, Diagram, Label, Link, Producer, Wire, WireId, node_index};
use crate::base::index::{Id, IndexVec};
use crate::check::types::Type;

/// A diagram under construction.
pub(super) struct Builder {
    graph: DiGraph<BoxNode, Link>,
    wires: IndexVec<WireId, Wire>,
    inputs: Vec<WireId>,
}

impl Builder {
    /// A diagram without boxes, with these inputs.
    pub(super) fn new(dom: &Type) -> Builder {
        let mut builder = Builder { graph: DiGraph::new(), wires: IndexVec::default(), inputs: Vec::new() };
        for (i, object) in dom.factors().iter().enumerate() {
            let wire = builder.wires.push(Wire { object: *object, producer: Producer::Input(i) });
            builder.inputs.push(wire);
        }
        builder
    }

    /// The wires of the inputs.
    pub(super) fn inputs(&self) -> Vec<WireId> {
        self.inputs.clone()
    }

    /// Plugs a box into wires, whose objects are its domain; returns the wires of its outputs.
    pub(super) fn plug(&mut self, label: Label, dom: Type, cod: Type, inputs: &[WireId]) -> Vec<WireId> {
        let id = BoxId::from_number(self.graph.node_count());
        let outputs: Vec<WireId> = cod
            .factors()
            .iter()
            .enumerate()
            .map(|(port, object)| self.wires.push(Wire { object: *object, producer: Producer::Port(id, port) }))
            .collect();
        let node = BoxNode { label, dom, cod, inputs: inputs.into(), outputs: outputs.clone().into() };
        let to = self.graph.add_node(node);
        for (port, wire) in inputs.iter().enumerate() {
            if let Producer::Port(from, _) = self.wires[*wire].producer {
                self.graph.add_edge(node_index(from), to, Link { wire: *wire, port: port as u32 });
            }
        }
        outputs
    }

    /// The diagram with these outputs.
    pub(super) fn finish(self, outputs: Vec<WireId>) -> Diagram {
        let diagram = Diagram { graph: self.graph, wires: self.wires, inputs: self.inputs, outputs };
        debug_assert_eq!(super::validate::validate(&diagram), Ok(()));
        diagram
    }
}
