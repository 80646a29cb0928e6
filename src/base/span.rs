//! Places in source text.

/// A half-open range of bytes `lo..hi`, counted over all sources of a [`crate::base::source::SourceMap`] laid end to end.
///
/// Two spans are never compared to decide whether two things are equal: equality of programs ignores places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub lo: u32,
    /// One past the last byte.
    pub hi: u32,
}

impl Span {
    /// The range `lo..hi`.
    pub fn new(lo: u32, hi: u32) -> Span {
        Span { lo, hi: hi.max(lo) }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span::new(self.lo.min(other.lo), self.hi.max(other.hi))
    }

    /// Number of bytes.
    pub fn len(self) -> usize {
        (self.hi - self.lo) as usize
    }

    /// Whether the span covers nothing.
    pub fn is_empty(self) -> bool {
        self.lo == self.hi
    }
}

impl From<Span> for miette::SourceSpan {
    fn from(span: Span) -> Self {
        (span.lo as usize, span.len()).into()
    }
}
