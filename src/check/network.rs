//! A Bayesian network as declarations: an object and a kernel for each node, and a diagram that draws them all.
//!
//! The rows are exact and sum to 1 already, so they go into the signature as they are; names are checked against what is
//! declared, as those of a program are.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::checker::{Checker, WIDTH_LIMIT};
use super::error::CheckError;
use super::rows::{Family, FamilyBody};
use super::signature::{Definition, DefinitionBody, Entity, Group, Kernel, Labels, Object, Points, Signature};
use super::term::{DrawnBox, Term, TermKind, Wiring};
use super::types::{KernelId, ObjectId, Type};
use crate::base::files::Disk;
use crate::base::name::Name;
use crate::base::span::Span;
use crate::load::bif::{Network, Node};
use crate::syntax::ast::Spanned;

/// How many names that are declared already are reported: two versions of one network may share a thousand.
const ERRORS_SHOWN: usize = 10;

/// Declares what a network says; with an error, the signature must not be used.
pub fn check_network(sig: &mut Signature, network: &Network) -> Result<(), Vec<CheckError>> {
    let (below, directory) = (FxHashMap::default(), PathBuf::new());
    // No file is read: a network names none.
    let mut checker = Checker { sig, errors: Vec::new(), files: &Disk, directory, below, binder: None };
    if network.nodes.len() as u64 > WIDTH_LIMIT {
        let (what, size) = (format!("the diagram `{}`", network.diagram), format!("{} wires", network.nodes.len()));
        return Err(vec![CheckError::TooLarge { what, size, limit: WIDTH_LIMIT, span: network.span }]);
    }
    let objects: Vec<ObjectId> = network.nodes.iter().map(|node| checker.node_object(node)).collect();
    let kernels: Vec<KernelId> =
        network.nodes.iter().zip(&objects).map(|(node, object)| checker.node_kernel(node, *object, &objects)).collect();
    checker.network_diagram(network, &objects, &kernels);
    checker.errors.truncate(ERRORS_SHOWN);
    if checker.errors.is_empty() { Ok(()) } else { Err(checker.errors) }
}

impl Checker<'_> {
    fn node_object(&mut self, node: &Node) -> ObjectId {
        let mut labels = Labels::default();
        labels.names = node.states.clone();
        labels.index = node.states.iter().cloned().zip(0..).collect();
        let object = Object { name: node.name.clone(), points: Points::Labels(Arc::new(labels)) };
        let object = self.sig.objects.push(object);
        self.declare_part(&node.name, node.span, Entity::Object(object));
        object
    }

    fn node_kernel(&mut self, node: &Node, object: ObjectId, objects: &[ObjectId]) -> KernelId {
        let dom = Type::new(node.parents.iter().map(|p| objects[*p]).collect::<Vec<_>>());
        let (name, cod) = (node.kernel.clone(), Type::new([object]));
        let family = Family {
            name: name.clone(),
            parameters: Vec::new(),
            dom: dom.clone(),
            cod: cod.clone(),
            body: FamilyBody::Fixed(node.rows.clone()),
            deterministic: None,
            span: node.span,
        };
        let family = self.sig.families.push(Arc::new(family));
        let rows = Some(node.rows.clone());
        let kernel = self.sig.kernels.push(Kernel { name, family, dom, cod, rows, softmax: None, promised: false });
        self.sig.instances.insert((family, Vec::new()), kernel);
        self.declare_part(&node.kernel, node.span, Entity::Kernel(family));
        kernel
    }

    fn network_diagram(&mut self, network: &Network, objects: &[ObjectId], kernels: &[KernelId]) {
        // The wire of each node, in the order in which they are drawn.
        let mut wires = vec![0; objects.len()];
        network.order.iter().enumerate().for_each(|(wire, node)| wires[*node] = wire);
        let draw = |node: &usize| {
            let kernel = &self.sig.kernels[kernels[*node]];
            let span = network.nodes[*node].span;
            let (kind, dom, cod) = (TermKind::Kernel(kernels[*node]), kernel.dom.clone(), kernel.cod.clone());
            let source = Term { kind, dom, cod, outputs: Vec::new(), span };
            DrawnBox { source, inputs: network.nodes[*node].parents.iter().map(|p| wires[*p]).collect() }
        };
        let draws = network.order.iter().map(draw).collect();
        let outputs = network.nodes.iter().enumerate();
        let definition = Definition {
            name: network.diagram.clone(),
            dom: Type::unit(),
            cod: Type::new(objects),
            outputs: outputs.map(|(start, node)| Group { name: node.name.clone(), start, len: 1 }).collect(),
            body: DefinitionBody::Wiring(Arc::new(Wiring { inputs: 0, draws, returns: wires })),
            sealed: false,
        };
        let definition = self.sig.definitions.push(Arc::new(definition));
        self.declare_part(&network.diagram, network.span, Entity::Diagram(definition));
    }

    fn declare_part(&mut self, name: &Name, span: Span, entity: Entity) {
        self.declare(&Spanned::new(name.clone(), span), |_| Ok(entity));
    }
}
