//! Surgery: every box of a kind is replaced, in a diagram and in the diagrams that it uses.
//!
//! The functor of Jacobs, Kissinger and Zanasi ("Causal inference by string diagram surgery", 2019): the identity on
//! all other boxes. Diagrams without such a box are shared, not copied. Effects and adjustment formulas were
//! computed from a diagram as it was, and are left alone like conditionals.

use rustc_hash::FxHashMap;

use super::graph::{DiagramId, Label};
use super::library::{Entry, Library};
use crate::check::signature::Signature;
use crate::check::term::Target;

impl Library {
    /// The diagram with boxes replaced by diagrams of the same types.
    pub(super) fn surgery(&mut self, sig: &Signature, of: DiagramId, steps: &[(Target, DiagramId)]) -> DiagramId {
        if let Some(whole) = self.replacement(of, steps) {
            return whole;
        }
        self.operate(sig, of, steps, &mut FxHashMap::default())
    }

    fn operate(
        &mut self,
        sig: &Signature,
        of: DiagramId,
        steps: &[(Target, DiagramId)],
        done: &mut FxHashMap<DiagramId, DiagramId>,
    ) -> DiagramId {
        if self.entries[of].definition.is_some_and(|id| sig.definitions[id].sealed) {
            return of;
        }
        if let Some(found) = done.get(&of) {
            return *found;
        }
        if self.entries[of].sealed {
            return of;
        }
        let entry = self.entries[of].clone();
        let mut changed = false;
        let diagram = entry.diagram.relabelled(|node| {
            let new = match &node.label {
                Label::Kernel(id) => {
                    let family = sig.kernels[*id].family;
                    steps.iter().find(|(t, _)| *t == Target::Kernel(family)).map(|(_, to)| Label::Call(*to))
                }
                Label::Call(id) => match self.replacement(*id, steps) {
                    Some(to) => Some(Label::Call(to)),
                    None => Some(self.operate(sig, *id, steps, done)).filter(|to| to != id).map(Label::Call),
                },
                Label::Power(id, n) => {
                    let to = self.replacement(*id, steps).unwrap_or_else(|| self.operate(sig, *id, steps, done));
                    (to != *id).then_some(Label::Power(to, *n))
                }
                _ => None,
            };
            changed |= new.is_some();
            new
        });
        let result = if changed { self.entries.push(Entry { diagram, ..entry }) } else { of };
        done.insert(of, result);
        result
    }

    fn replacement(&self, id: DiagramId, steps: &[(Target, DiagramId)]) -> Option<DiagramId> {
        let definition = self.entries[id].definition?;
        steps.iter().find(|(t, _)| *t == Target::Diagram(definition)).map(|(_, to)| *to)
    }
}
