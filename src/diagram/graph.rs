//! Diagrams.

use std::sync::Arc;

use petgraph::graph::{DiGraph, NodeIndex};

use crate::base::index::{Id, IndexVec};
use crate::base::span::Span;
use crate::check::term::Event;
use crate::check::types::{KernelId, ObjectId, Type};
use crate::newtype_index;
use crate::syntax::ast::Derived;

newtype_index! {
    /// A diagram in a [`super::library::Library`].
    DiagramId
}
newtype_index! {
    /// A box of a diagram.
    BoxId
}
newtype_index! {
    /// A wire of a diagram.
    WireId
}

/// What a box is.
#[derive(Debug, Clone)]
pub enum Label {
    /// A kernel.
    Kernel(KernelId),
    /// The uniform state.
    Uniform,
    /// A point.
    Point(u64),
    /// A diagram used as a box: shared, not copied.
    Call(DiagramId),
    /// A diagram repeated.
    Power(DiagramId, u64),
    /// A disintegration: from the given outputs of a diagram, then its inputs, to the targets.
    Conditional {
        /// The joint diagram.
        of: DiagramId,
        /// Outputs that are drawn.
        targets: Arc<[usize]>,
        /// Outputs that are known.
        given: Arc<[usize]>,
    },
    /// Computed from a diagram as a whole: a minimal statistic, a stationary state.
    Derived {
        /// What is computed.
        what: Derived,
        /// From what.
        of: DiagramId,
        /// The labelling of a lumping, or the identity of the object of classes.
        by: Option<DiagramId>,
        /// Where it stands.
        span: Span,
    },
    /// A diagram on the condition that an event was seen.
    Observed {
        /// The diagram.
        of: DiagramId,
        /// The event, a formula over its outputs.
        event: Arc<Event>,
    },
}

/// A box with its wires.
#[derive(Debug, Clone)]
pub struct BoxNode {
    /// What it is.
    pub label: Label,
    /// Domain.
    pub dom: Type,
    /// Codomain.
    pub cod: Type,
    /// The wires at its input ports, in order.
    pub inputs: Box<[WireId]>,
    /// The wires at its output ports, in order.
    pub outputs: Box<[WireId]>,
}

/// Where a wire comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Producer {
    /// An input of the diagram.
    Input(usize),
    /// An output port of a box.
    Port(BoxId, usize),
}

/// A wire.
#[derive(Debug, Clone, Copy)]
pub struct Wire {
    /// The object that it carries.
    pub object: ObjectId,
    /// Where it comes from.
    pub producer: Producer,
}

/// How an edge of the graph is plugged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The wire.
    pub wire: WireId,
    /// The input port at which it arrives.
    pub port: u32,
}

/// A string diagram with ordered inputs and outputs.
#[derive(Debug, Clone, Default)]
pub struct Diagram {
    pub(super) graph: DiGraph<BoxNode, Link>,
    pub(super) wires: IndexVec<WireId, Wire>,
    pub(super) inputs: Vec<WireId>,
    pub(super) outputs: Vec<WireId>,
}

impl Diagram {
    /// The wires at its inputs, in order.
    pub fn inputs(&self) -> &[WireId] {
        &self.inputs
    }

    /// The wires at its outputs, in order; a wire may stand there twice, or be an input.
    pub fn outputs(&self) -> &[WireId] {
        &self.outputs
    }

    /// A wire.
    pub fn wire(&self, id: WireId) -> Wire {
        self.wires[id]
    }

    /// Number of wires.
    pub fn wire_count(&self) -> usize {
        self.wires.len()
    }

    /// Number of boxes.
    pub fn box_count(&self) -> usize {
        self.graph.node_count()
    }

    /// A box.
    pub fn node(&self, id: BoxId) -> &BoxNode {
        &self.graph[node_index(id)]
    }

    /// The boxes, each after those that it depends on.
    pub fn boxes(&self) -> impl DoubleEndedIterator<Item = (BoxId, &BoxNode)> {
        // Boxes are numbered as they are plugged in, and a box is plugged into wires that exist already.
        self.graph.node_indices().map(|n| (BoxId::from_number(n.index()), &self.graph[n]))
    }

    /// The objects at its inputs.
    pub fn dom(&self) -> Type {
        Type::new(self.inputs.iter().map(|w| self.wires[*w].object).collect::<Vec<_>>())
    }

    /// The objects at its outputs.
    pub fn cod(&self) -> Type {
        Type::new(self.outputs.iter().map(|w| self.wires[*w].object).collect::<Vec<_>>())
    }

    /// The same wiring with other labels on some boxes, of the same types.
    pub(super) fn relabelled(&self, mut label: impl FnMut(&BoxNode) -> Option<Label>) -> Diagram {
        let mut copy = self.clone();
        for node in copy.graph.node_weights_mut() {
            if let Some(new) = label(node) {
                node.label = new;
            }
        }
        copy
    }
}

/// Petgraph's index of a box; it never leaves this stage.
pub(super) fn node_index(id: BoxId) -> NodeIndex {
    NodeIndex::new(id.number())
}
