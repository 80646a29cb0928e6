//! Source texts and the map from global byte offsets to file, line and column.

use std::sync::Arc;

use super::span::Span;

/// One text: a file, a block of documentation, or a line typed in the REPL.
#[derive(Debug, Clone)]
pub struct Source {
    /// What the user calls it: a path, or `<repl>`.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    /// Global offset of the first byte.
    pub base: u32,
    /// Where each line begins, in offsets of this text: thousands of errors are placed without reading it again.
    lines: Arc<[u32]>,
}

impl Source {
    /// The span of the whole text, in global offsets.
    pub fn span(&self) -> Span {
        Span::new(self.base, self.base + self.text.len() as u32)
    }

    /// Line and column of a global offset, both from 1, the column counted in characters.
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let mut local = (offset.saturating_sub(self.base) as usize).min(self.text.len());
        while !self.text.is_char_boundary(local) {
            local -= 1;
        }
        let line = self.line_of(local);
        let start = self.line_start(line);
        (line + 1, self.text[start..local].chars().count() + 1)
    }

    /// The number, from 0, of the line in which a byte of this text stands.
    pub fn line_of(&self, local: usize) -> usize {
        self.lines.partition_point(|start| *start as usize <= local) - 1
    }

    /// Where a line begins, counted from 0; the end of the text for lines behind the last.
    pub fn line_start(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.text.len(), |start| *start as usize)
    }

    /// The text under a span, which must lie in this source.
    pub fn slice(&self, span: Span) -> &str {
        let lo = (span.lo.saturating_sub(self.base) as usize).min(self.text.len());
        let hi = (span.hi.saturating_sub(self.base) as usize).min(self.text.len());
        self.text.get(lo..hi).unwrap_or("")
    }
}

/// All sources of a session, laid end to end in one space of offsets, with one byte between neighbours.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// Adds a text and returns its number. `None` when all texts together exceed 4 GiB.
    pub fn add(&mut self, name: &str, text: Arc<str>) -> Option<usize> {
        let base = self.sources.last().map_or(0, |s| s.span().hi as u64 + 1);
        if base + text.len() as u64 + 1 >= u32::MAX as u64 {
            return None;
        }
        let starts = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        self.sources.push(Source { name: name.into(), text, base: base as u32, lines });
        Some(self.sources.len() - 1)
    }

    /// The source with this number.
    pub fn get(&self, number: usize) -> &Source {
        &self.sources[number]
    }

    /// The source in which a span starts.
    pub fn find(&self, span: Span) -> Option<&Source> {
        let after = self.sources.partition_point(|s| s.base <= span.lo);
        self.sources[..after].last()
    }

    /// The text under a span without its comments, and with runs of white space folded to one blank.
    pub fn quote(&self, span: Span) -> String {
        let text = self.find(span).map_or("", |s| s.slice(span));
        text.lines().flat_map(|line| without_comment(line).split_whitespace()).collect::<Vec<_>>().join(" ")
    }
}

/// A line up to its `//` comment, if it has one outside of strings.
pub fn without_comment(line: &str) -> &str {
    let bytes = line.as_bytes();
    let mut in_string = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'/' if !in_string && bytes.get(at + 1) == Some(&b'/') => return &line[..at],
            _ => {}
        }
        at += 1;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_find_their_file_line_and_column() {
        let mut map = SourceMap::default();
        map.add("a", "one\ntwo".into()).unwrap();
        map.add("b", "é = ü\n  z".into()).unwrap();
        let b = map.get(1).clone();
        let place = b.base + b.text.find('z').unwrap() as u32;
        let found = map.find(Span::new(place, place + 1)).unwrap();
        assert_eq!(&*found.name, "b");
        assert_eq!(found.line_column(place), (2, 3));
        assert_eq!(map.quote(b.span()), "é = ü z");
    }
}
