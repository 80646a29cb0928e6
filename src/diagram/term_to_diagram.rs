//! Terms to diagrams: wires are threaded through the term, one clause per term former.

use std::sync::Arc;

use super::build::Builder;
use super::graph::{Diagram, DiagramId, Label, WireId};
use super::library::{Entry, Library};
use crate::check::signature::{DefinitionBody, Signature};
use crate::check::term::{Term, TermKind, Wiring};
use crate::check::types::DefinitionId;

impl Library {
    /// The diagram of a term.
    pub fn term(&mut self, sig: &Signature, term: &Term) -> DiagramId {
        match &term.kind {
            TermKind::Diagram(id) => self.definition(sig, *id),
            TermKind::Surgery { of, steps } => {
                let of = self.term(sig, of);
                let steps: Vec<_> = steps.iter().map(|(target, term)| (*target, self.term(sig, term))).collect();
                self.surgery(sig, of, &steps)
            }
            TermKind::Effect { of, targets, set } => {
                let of = self.term(sig, of);
                self.effect(of, targets, set)
            }
            TermKind::Adjust { of, targets, given, door, by } => {
                let of = self.term(sig, of);
                self.adjustment(of, targets, given, *door, by)
            }
            TermKind::Comb { of, before, after, around } => {
                let of = self.term(sig, of);
                self.comb(of, before, after, around)
            }
            _ => {
                let mut builder = Builder::new(&term.dom);
                let inputs = builder.inputs();
                let outputs = self.emit(sig, term, &inputs, &mut builder);
                self.add(builder.finish(outputs))
            }
        }
    }

    /// The diagram of a declaration, made once.
    pub fn definition(&mut self, sig: &Signature, id: DefinitionId) -> DiagramId {
        if let Some(found) = self.declared.get(&id) {
            return *found;
        }
        let definition = sig.definitions[id].clone();
        let mut builder = Builder::new(&definition.dom);
        let inputs = builder.inputs();
        let outputs = match &definition.body {
            DefinitionBody::Term(term) => self.emit(sig, term, &inputs, &mut builder),
            DefinitionBody::Wiring(wiring) => self.emit_wiring(sig, wiring, inputs, &mut builder),
        };
        let diagram: Diagram = builder.finish(outputs);
        let entry = Entry { name: Some(definition.name.clone()), definition: Some(id), diagram, sealed: false };
        let made = self.entries.push(entry);
        self.declared.insert(id, made);
        made
    }

    fn emit_wiring(&mut self, sig: &Signature, w: &Wiring, inputs: Vec<WireId>, builder: &mut Builder) -> Vec<WireId> {
        let mut wires = inputs;
        for draw in &w.draws {
            let given: Vec<WireId> = draw.inputs.iter().map(|i| wires[*i]).collect();
            wires.extend(self.emit(sig, &draw.source, &given, builder));
        }
        w.returns.iter().map(|r| wires[*r]).collect()
    }

    /// Adds a term to a diagram under construction: from these wires to those.
    fn emit(&mut self, sig: &Signature, term: &Term, inputs: &[WireId], builder: &mut Builder) -> Vec<WireId> {
        let plug = |label, builder: &mut Builder| builder.plug(label, term.dom.clone(), term.cod.clone(), inputs);
        match &term.kind {
            TermKind::Identity => inputs.to_vec(),
            TermKind::Copy => [inputs, inputs].concat(),
            TermKind::Discard => Vec::new(),
            TermKind::Swap(first) => [&inputs[*first..], &inputs[..*first]].concat(),
            TermKind::Seq(items) => {
                let mut wires = inputs.to_vec();
                for item in items {
                    wires = self.emit(sig, item, &wires, builder);
                }
                wires
            }
            TermKind::Par(items) => {
                let mut outputs = Vec::new();
                let mut at = 0;
                for item in items {
                    outputs.extend(self.emit(sig, item, &inputs[at..at + item.dom.len()], builder));
                    at += item.dom.len();
                }
                outputs
            }
            TermKind::Pair(items) => items.iter().flat_map(|item| self.emit(sig, item, inputs, builder)).collect(),
            TermKind::Kernel(id) => plug(Label::Kernel(*id), builder),
            TermKind::Diagram(id) => {
                let id = self.definition(sig, *id);
                plug(Label::Call(id), builder)
            }
            TermKind::Uniform => plug(Label::Uniform, builder),
            TermKind::Point(point) => plug(Label::Point(*point), builder),
            TermKind::Power(_, 0) => inputs.to_vec(),
            TermKind::Power(base, 1) => self.emit(sig, base, inputs, builder),
            TermKind::Power(base, n) => {
                let base = self.term(sig, base);
                plug(Label::Power(base, *n), builder)
            }
            TermKind::Marginal(of, places) => {
                let wires = self.emit(sig, of, inputs, builder);
                places.iter().map(|p| wires[*p]).collect()
            }
            TermKind::Conditional { of, targets, given } => {
                let of = self.term(sig, of);
                plug(Label::Conditional { of, targets: targets[..].into(), given: given[..].into() }, builder)
            }
            TermKind::Inverse { kernel, prior } => {
                let of = self.joint(sig, prior, kernel);
                let (x, y) = (kernel.dom.len(), kernel.cod.len());
                let (targets, given): (Arc<[usize]>, Arc<[usize]>) = ((0..x).collect(), (x..x + y).collect());
                plug(Label::Conditional { of, targets, given }, builder)
            }
            TermKind::Observe { of, event } => {
                let of = self.term(sig, of);
                plug(Label::Observed { of, event: event.clone() }, builder)
            }
            TermKind::Derived { what, of, by } => {
                let of = self.term(sig, of);
                let by = by.as_ref().map(|by| self.term(sig, by));
                plug(Label::Derived { what: *what, of, by, span: term.span }, builder)
            }
            TermKind::Surgery { .. } | TermKind::Effect { .. } | TermKind::Adjust { .. } | TermKind::Comb { .. } => {
                let id = self.term(sig, term);
                plug(Label::Call(id), builder)
            }
        }
    }

    /// `p ; <id, f>`: for almost-sure equality, joints and inverses
    pub fn joint(&mut self, sig: &Signature, prior: &Term, kernel: &Term) -> DiagramId {
        let mut builder = Builder::new(&prior.dom);
        let inputs = builder.inputs();
        let x = self.emit(sig, prior, &inputs, &mut builder);
        let y = self.emit(sig, kernel, &x, &mut builder);
        self.add(builder.finish([x, y].concat()))
    }
}
