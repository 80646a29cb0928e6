//! The lines of a source around a place, for miette: found without reading the whole text, and never very long.
//!
//! miette's own way reads a text from its start for each label, which is slow for thousands of errors in one file,
//! and it shows every line whole.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::base::source::Source;

/// Lines longer than this, in bytes, are shown in part.
const LONG: usize = 400;

/// How much of a long line is shown before and behind a label.
const MARGIN: usize = 40;

/// A source that shows parts of itself.
#[derive(Debug, Clone)]
pub(super) struct Excerpt(pub(super) Source);

impl Excerpt {
    /// The part of a label that is shown: all of it, unless it is so long that nobody reads it.
    pub(super) fn shown(&self, lo: usize, len: usize) -> (usize, usize) {
        let text = &self.0.text;
        let (lo, hi) = (self.boundary(lo), self.boundary(lo + len));
        if hi - lo <= LONG {
            return (lo, hi - lo);
        }
        let first_line = text[lo..hi].find('\n').unwrap_or(hi - lo);
        (lo, self.boundary(lo + first_line.min(2 * MARGIN)) - lo)
    }

    /// The nearest place at or before this byte where a character begins.
    fn boundary(&self, at: usize) -> usize {
        let text = &self.0.text;
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let source = &self.0;
        let (lo, hi) = (self.boundary(span.offset()), self.boundary(span.offset() + span.len()));
        let (first, last) = (source.line_of(lo), source.line_of(hi));
        let top = first.saturating_sub(before);
        let mut start = if before == 0 { lo } else { source.line_start(top) };
        let mut end = if after == 0 { hi } else { source.line_start(last + after + 1) };
        // Neighbours of a long line, and the far parts of it, are left out.
        let mut line = if before == 0 { first } else { top };
        if lo - start > LONG {
            start = self.boundary(lo.saturating_sub(MARGIN).max(source.line_start(first)));
            line = first;
        }
        if end - hi > LONG {
            end = self.boundary((hi + MARGIN).min(source.line_start(last + 1)));
        }
        let column = if before == 0 { source.text[source.line_start(line)..start].chars().count() } else { 0 };
        let data = &source.text.as_bytes()[start..end];
        let span = (start, end - start).into();
        let contents =
            MietteSpanContents::new_named(source.name.to_string(), data, span, line, column, last - first + 1);
        Ok(Box::new(contents))
    }
}
