//! All diagrams of a program, each once: what is used a thousand times is stored once.

use rustc_hash::FxHashMap;

use super::graph::{Diagram, DiagramId};
use crate::base::index::IndexVec;
use crate::base::name::Name;
use crate::check::types::DefinitionId;

/// A diagram with what is known of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name, if it was declared.
    pub name: Option<Name>,
    /// Its declaration.
    pub definition: Option<DefinitionId>,
    /// The diagram.
    pub diagram: Diagram,
    /// Whether it is a box of its own, computed from a diagram as it was, into which surgery does not reach.
    pub sealed: bool,
}

/// Diagrams by id. Declared ones are made when they are first used.
#[derive(Debug, Clone, Default)]
pub struct Library {
    pub(super) entries: IndexVec<DiagramId, Entry>,
    pub(super) declared: FxHashMap<DefinitionId, DiagramId>,
}

impl Library {
    /// A diagram.
    pub fn get(&self, id: DiagramId) -> &Diagram {
        &self.entries[id].diagram
    }

    /// A diagram with its name.
    pub fn entry(&self, id: DiagramId) -> &Entry {
        &self.entries[id]
    }

    /// Adds a diagram without a name.
    pub(super) fn add(&mut self, diagram: Diagram) -> DiagramId {
        self.entries.push(Entry { name: None, definition: None, diagram, sealed: false })
    }

    /// Adds a diagram without a name that surgery leaves as it is.
    pub(super) fn add_sealed(&mut self, diagram: Diagram) -> DiagramId {
        self.entries.push(Entry { name: None, definition: None, diagram, sealed: true })
    }
}
