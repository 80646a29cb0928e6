//! What is true of every diagram. Run after every construction in debug builds and tests.
//!
//! 1. There is no cycle, and boxes are numbered along the wires.
//! 2. Every output port of a box is the producer of its wire, every input of the diagram of its own.
//! 3. The wires at a port carry the object of the port.
//! 4. There is one edge for every input port that is fed by a box, and no other.

use petgraph::algo::toposort;
use petgraph::visit::EdgeRef;

use super::graph::{BoxId, Diagram, Producer};
use crate::base::index::Id;

/// Checks a diagram; the error says what is broken.
pub(super) fn validate(diagram: &Diagram) -> Result<(), String> {
    // 1.
    toposort(&diagram.graph, None).map_err(|cycle| format!("a cycle through box {}", cycle.node_id().index()))?;
    // 2.
    for (i, wire) in diagram.inputs.iter().enumerate() {
        if diagram.wires[*wire].producer != Producer::Input(i) {
            return Err(format!("input {i} is not the producer of its wire"));
        }
    }
    let mut links = 0;
    for (id, node) in diagram.boxes() {
        for (port, wire) in node.outputs.iter().enumerate() {
            if diagram.wires[*wire].producer != Producer::Port(id, port) {
                return Err(format!("port {port} of box {} is not the producer of its wire", id.number()));
            }
        }
        // 3.
        let ends = [(&node.inputs, &node.dom), (&node.outputs, &node.cod)];
        for (wires, t) in ends {
            let same = wires.len() == t.len()
                && wires.iter().zip(t.factors()).all(|(w, object)| diagram.wires[*w].object == *object);
            if !same {
                return Err(format!("the wires of box {} do not carry its objects", id.number()));
            }
        }
        for wire in &node.inputs {
            if let Producer::Port(from, _) = diagram.wires[*wire].producer {
                links += 1;
                if from >= id {
                    return Err(format!("box {} comes before what it depends on", id.number()));
                }
            }
        }
    }
    // 4.
    if links != diagram.graph.edge_count() {
        return Err(format!("{} edges for {links} plugged ports", diagram.graph.edge_count()));
    }
    for edge in diagram.graph.edge_references() {
        let target = BoxId::from_number(edge.target().index());
        let source = BoxId::from_number(edge.source().index());
        let link = edge.weight();
        let fits = diagram.node(target).inputs.get(link.port as usize) == Some(&link.wire)
            && matches!(diagram.wires[link.wire].producer, Producer::Port(from, _) if from == source);
        if !fits {
            return Err(format!("an edge into box {} does not follow its wire", target.number()));
        }
    }
    Ok(())
}
