//! Indices that cannot be confused: an `ObjectId` is not a `KernelId`.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A type that numbers the elements of an [`IndexVec`].
pub trait Id: Copy {
    /// The id with this number.
    fn from_number(number: usize) -> Self;
    /// The number of this id.
    fn number(self) -> usize;
}

/// Declares a newtype index with its documentation.
#[macro_export]
macro_rules! newtype_index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);
        impl $crate::base::index::Id for $name {
            fn from_number(number: usize) -> Self { $name(number as u32) }
            fn number(self) -> usize { self.0 as usize }
        }
    };
}

/// A vector indexed by its own kind of id.
#[derive(Debug, Clone)]
pub struct IndexVec<I, T> {
    items: Vec<T>,
    kind: PhantomData<fn(I)>,
}

impl<I, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        IndexVec { items: Vec::new(), kind: PhantomData }
    }
}

impl<I: Id, T> IndexVec<I, T> {
    /// Appends an element and returns its id.
    pub fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::from_number(self.items.len() - 1)
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The elements with their ids, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.items.iter().enumerate().map(|(n, item)| (I::from_number(n), item))
    }

    /// The elements in order.
    pub fn values(&self) -> &[T] {
        &self.items
    }
}

impl<I: Id, T> Index<I> for IndexVec<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.items[id.number()]
    }
}

impl<I: Id, T> IndexMut<I> for IndexVec<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.number()]
    }
}
