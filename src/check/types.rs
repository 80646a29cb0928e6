//! The objects at the two ends of a term: flat lists of factors, so that products are strict.

use std::fmt;
use std::sync::Arc;

use crate::newtype_index;

newtype_index! {
    /// A declared finite object.
    ObjectId
}
newtype_index! {
    /// A kernel with its rows: a declared one, or a family at given parameters.
    KernelId
}
newtype_index! {
    /// A declared kernel or family of kernels.
    FamilyId
}
newtype_index! {
    /// A declared diagram.
    DefinitionId
}

newtype_index! {
    /// A declared family of vectors.
    FeaturesId
}
newtype_index! {
    /// A theory.
    TheoryId
}
newtype_index! {
    /// An axiom or a theorem.
    FactId
}

/// A product of objects: `A * B` is `[A, B]`, the unit `I` is `[]`. Cheap to copy.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Type(Arc<[ObjectId]>);

impl Type {
    /// The product of these factors.
    pub fn new(factors: impl Into<Arc<[ObjectId]>>) -> Type {
        Type(factors.into())
    }

    /// The unit `I`.
    pub fn unit() -> Type {
        Type(Arc::from([]))
    }

    /// The factors in order.
    pub fn factors(&self) -> &[ObjectId] {
        &self.0
    }

    /// Number of factors.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether this is the unit `I`.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The product of several types.
    pub fn product<'a>(parts: impl IntoIterator<Item = &'a Type>) -> Type {
        Type(parts.into_iter().flat_map(|t| t.factors().iter().copied()).collect())
    }

    /// The factors `from..to` as a type.
    pub fn slice(&self, from: usize, to: usize) -> Type {
        Type(self.0[from..to].into())
    }

    /// If this is `X^n` for an object X or for a product X of several, then X and n, with the largest n there is.
    pub fn root(&self) -> Option<(Type, usize)> {
        let count = self.len();
        let repeats = |d: &usize| count.is_multiple_of(*d) && (*d..count).all(|k| self.0[k] == self.0[k - d]);
        let length = (1..=count).find(repeats)?;
        // A product of different objects is its own first power, which nobody who speaks of a sequence means.
        (length == 1 || length < count).then(|| (self.slice(0, length), count / length))
    }

    /// If this is `X * X`, then `X`.
    pub fn half(&self) -> Option<Type> {
        let middle = self.len() / 2;
        (self.len().is_multiple_of(2) && self.0[..middle] == self.0[middle..]).then(|| self.slice(0, middle))
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
