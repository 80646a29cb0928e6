//! Where the inputs of a box come from: one or two places lie in the box itself, more of them beside it.
//!
//! Nearly every box of a large diagram has at most two inputs, so a normal form of a million boxes is one piece of
//! memory, and comparing two is one walk through two such pieces.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};

use super::normal_form::Source;

/// A short list of [`Source`]s; it can be used like a slice, and be collected.
#[derive(Clone)]
pub struct Sources(Places);

#[derive(Clone)]
enum Places {
    Few(u8, [Source; 2]),
    Many(Box<[Source]>),
}

impl Deref for Sources {
    type Target = [Source];

    fn deref(&self) -> &[Source] {
        match &self.0 {
            Places::Few(len, places) => &places[..usize::from(*len)],
            Places::Many(places) => places,
        }
    }
}

impl DerefMut for Sources {
    fn deref_mut(&mut self) -> &mut [Source] {
        match &mut self.0 {
            Places::Few(len, places) => &mut places[..usize::from(*len)],
            Places::Many(places) => places,
        }
    }
}

impl FromIterator<Source> for Sources {
    fn from_iter<I: IntoIterator<Item = Source>>(places: I) -> Sources {
        let mut places = places.into_iter();
        let mut few = [Source::Input(0); 2];
        for len in 0..=2 {
            match places.next() {
                None => return Sources(Places::Few(len, few)),
                Some(place) if len < 2 => few[usize::from(len)] = place,
                Some(third) => {
                    let all = few.into_iter().chain([third]).chain(places).collect();
                    return Sources(Places::Many(all));
                }
            }
        }
        Sources(Places::Few(2, few))
    }
}

impl From<Vec<Source>> for Sources {
    fn from(places: Vec<Source>) -> Sources {
        places.into_iter().collect()
    }
}

impl<'s> IntoIterator for &'s Sources {
    type Item = &'s Source;
    type IntoIter = std::slice::Iter<'s, Source>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Sources {
    fn eq(&self, other: &Sources) -> bool {
        **self == **other
    }
}

impl Eq for Sources {}

impl Hash for Sources {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
