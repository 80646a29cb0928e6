//! Normal forms in the free Markov category on the declared kernels, some of which are deterministic.
//!
//! 1. Sub-diagrams are opened; what is discarded is never opened (naturality of discard).
//! 2. Two boxes with the same deterministic kernel and the same inputs are one box (naturality of copying).
//! 3. Boxes are numbered depth first from the outputs, left to right; what is not met there is dropped.
//!
//! Two diagrams are equal in every Markov category, whatever the kernels are (as long as the deterministic ones stay
//! deterministic), if and only if their normal forms are the same. Soundness: rule 1 is `f ; del = del`, rule 2 is
//! `copy ; (f * f) = f ; copy`. Completeness: reduced diagrams are told apart by a finite model in which every box
//! records what it saw (`spec/08_equality.md`). No search for isomorphisms is needed, because a reduced diagram is
//! rigid: every box is found by a path from an output. Time and memory are linear in the opened diagrams.

use std::sync::Arc;

use super::expand::{Inner, Merge, open};
use super::number;
use super::opened_size::opened_size;
use super::sources::Sources;
use crate::base::index::Id;
use crate::check::signature::Signature;
use crate::check::term::Event;
use crate::check::types::{KernelId, ObjectId, Type};
use crate::diagram::graph::DiagramId;
use crate::diagram::library::Library;
use crate::syntax::ast::Derived;

/// What a box of a normal form is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// A kernel.
    Kernel(KernelId),
    /// The uniform state of a product.
    Uniform(Type),
    /// A point of a product.
    Point(Type, u64),
    /// A chosen conditional of a diagram, for some of its outputs given others.
    Conditional(Arc<NormalForm>, Arc<[usize]>, Arc<[usize]>),
    /// A diagram on the condition of an event.
    Observed(Arc<NormalForm>, Seen),
    /// Computed from a diagram as a whole, and a labelling.
    Derived(Derived, Arc<NormalForm>, Option<Arc<NormalForm>>),
}

/// An event; two are the same if they come from the same place of the text.
#[derive(Debug, Clone)]
pub struct Seen(pub Arc<Event>);

impl PartialEq for Seen {
    fn eq(&self, other: &Seen) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Seen {}

impl std::hash::Hash for Seen {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (Arc::as_ptr(&self.0) as usize).hash(state);
    }
}

/// Where a wire of a normal form comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// An input.
    Input(u32),
    /// A port of a box.
    Port(u32, u32),
}

/// A diagram in normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalForm {
    /// Objects of the inputs.
    pub inputs: Vec<ObjectId>,
    /// Boxes, each after those that it depends on, with their codomains.
    pub boxes: Vec<NormalBox>,
    /// Where the outputs come from.
    pub outputs: Vec<Source>,
}

/// A box of a normal form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NormalBox {
    /// What it is.
    pub op: Op,
    /// Where its inputs come from.
    pub inputs: Sources,
}

/// A diagram that is too large to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge {
    /// How many boxes it has when opened, at least.
    pub boxes: u64,
}

/// Most boxes that a diagram may have when opened.
pub const OPEN_LIMIT: u64 = 1 << 22;

impl Op {
    /// The types of its two ends.
    pub fn ends(&self, sig: &Signature) -> (Type, Type) {
        match self {
            Op::Kernel(id) => (sig.kernels[*id].dom.clone(), sig.kernels[*id].cod.clone()),
            Op::Uniform(t) | Op::Point(t, _) => (Type::unit(), t.clone()),
            Op::Conditional(of, targets, given) => {
                let outputs = of.output_types(sig);
                let pick = |places: &[usize]| places.iter().map(|p| outputs[*p]).collect::<Vec<_>>();
                let dom = [pick(given), of.inputs.clone()].concat();
                (Type::new(dom), Type::new(pick(targets)))
            }
            Op::Observed(of, _) => (Type::new(of.inputs.clone()), Type::new(of.output_types(sig))),
            Op::Derived(what, of, by) => {
                let outputs = |of: &NormalForm| Type::new(of.output_types(sig));
                match what {
                    Derived::Jeffrey => (Type::new(of.inputs.clone()), outputs(of)),
                    _ => what.ends(&outputs(of), by.as_deref().map(outputs).as_ref()),
                }
            }
        }
    }
}

impl std::hash::Hash for NormalForm {
    /// Its own boxes and wires, without what is inside of conditioned boxes: see [`Op`].
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.inputs.hash(state);
        self.boxes.hash(state);
        self.outputs.hash(state);
    }
}

impl std::hash::Hash for Op {
    /// Of a conditioned diagram only its size: a normal form can hold another a million times, which is stored once.
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        let size = |of: &NormalForm| (of.inputs.len(), of.boxes.len(), of.outputs.len());
        match self {
            Op::Kernel(id) => id.hash(state),
            Op::Uniform(t) => t.hash(state),
            Op::Point(t, point) => (t, point).hash(state),
            Op::Conditional(of, targets, given) => (size(of), targets, given).hash(state),
            Op::Observed(of, seen) => (size(of), seen).hash(state),
            Op::Derived(what, of, by) => (what, size(of), by.as_deref().map(size)).hash(state),
        }
    }
}

impl NormalForm {
    /// The normal form of a diagram.
    pub fn of(sig: &Signature, lib: &Library, id: DiagramId) -> Result<NormalForm, TooLarge> {
        NormalForm::with(sig, lib, id, Some(&[]), &mut Inner::default())
    }

    /// The normal form of a diagram, where some more kernels are taken to be deterministic.
    pub fn assuming(
        sig: &Signature,
        lib: &Library,
        id: DiagramId,
        deterministic: &[KernelId],
    ) -> Result<NormalForm, TooLarge> {
        NormalForm::with(sig, lib, id, Some(deterministic), &mut Inner::default())
    }

    /// The normal forms of two diagrams that are to be compared: what is conditioned in both is made once.
    pub fn of_both(
        sig: &Signature,
        lib: &Library,
        sides: (DiagramId, DiagramId),
    ) -> Result<(NormalForm, NormalForm), TooLarge> {
        let mut inner = Inner::default();
        let left = NormalForm::with(sig, lib, sides.0, Some(&[]), &mut inner)?;
        Ok((left, NormalForm::with(sig, lib, sides.1, Some(&[]), &mut inner)?))
    }

    /// The diagram with its sub-diagrams opened and pruned, but without merging, numbered in the same way.
    pub fn unmerged(sig: &Signature, lib: &Library, id: DiagramId) -> Result<NormalForm, TooLarge> {
        NormalForm::with(sig, lib, id, None, &mut Inner::default())
    }

    pub(super) fn with(
        sig: &Signature,
        lib: &Library,
        id: DiagramId,
        merge: Merge<'_>,
        inner: &mut Inner,
    ) -> Result<NormalForm, TooLarge> {
        let boxes = opened_size(lib, id);
        if boxes > OPEN_LIMIT {
            return Err(TooLarge { boxes });
        }
        Ok(number::number(open(sig, lib, id, merge, inner)?))
    }

    /// The diagram of some of the outputs, in the given order: the others are discarded, and what only they need. It is
    /// numbered anew, so that the marginal of a normal form is a normal form.
    pub fn marginal(&self, outputs: &[usize]) -> NormalForm {
        number::marginal(self, outputs)
    }

    /// Objects of the outputs.
    pub fn output_types(&self, sig: &Signature) -> Vec<ObjectId> {
        let object = |source: &Source| match source {
            Source::Input(i) => self.inputs[*i as usize],
            Source::Port(b, port) => self.boxes[*b as usize].op.ends(sig).1.factors()[*port as usize],
        };
        self.outputs.iter().map(object).collect()
    }
}

/// Whether a kernel is deterministic: every row is a point.
pub(super) fn is_deterministic(sig: &Signature, id: KernelId, known: &mut [Option<bool>]) -> bool {
    *known[id.number()].get_or_insert_with(|| sig.kernels[id].is_deterministic())
}
