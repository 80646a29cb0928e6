//! Names, cheap to copy, and the nearest of them: "did you mean".

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A name or label as the user wrote it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The name with this text.
    pub fn new(text: &str) -> Name {
        Name(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Name {
        Name::new(text)
    }
}

/// The candidate that `wanted` most probably stands for, if one is near enough: at most a third of the letters are
/// wrong (swapped neighbours count as one mistake), or only the case differs.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (wanted.chars().count() / 3).max(1).min(wanted.chars().count().saturating_sub(1));
    let lower = wanted.to_lowercase();
    candidates
        .into_iter()
        .filter(|c| *c != wanted)
        .map(|c| {
            let distance = if c.to_lowercase() == lower { 0 } else { strsim::osa_distance(wanted, c) };
            (distance, c)
        })
        .filter(|(distance, c)| *distance <= allowed && *distance < c.chars().count().max(1))
        .min()
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_found_and_a_stranger_is_not() {
        let names = ["heal", "treat", "patient"];
        assert_eq!(nearest("treta", names), Some("treat"));
        assert_eq!(nearest("Heal", names), Some("heal"));
        assert_eq!(nearest("zebra", names), None);
    }
}
