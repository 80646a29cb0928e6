//! Errors of any stage, with their source text attached: here, at the edge, and nowhere before.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::excerpt::Excerpt;
use crate::base::source::SourceMap;
use crate::base::span::Span;

/// An error as plain data.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Its code, `stage::what_is_wrong`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// Where; `None` for an error that is in no text.
    pub place: Option<Place>,
    labels: Vec<LabeledSpan>,
    source: Option<Excerpt>,
}

/// A place in a file; lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

impl Failure {
    /// Attaches the source to an error. The first label says which file is shown; labels elsewhere go into the help.
    pub fn new(error: &dyn Diagnostic, sources: &SourceMap) -> Failure {
        let code = error.code().map_or_else(|| "mcheck::error".to_string(), |c| c.to_string());
        let mut help = error.help().map(|h| h.to_string());
        let global: Vec<LabeledSpan> = error.labels().map_or_else(Vec::new, Iterator::collect);
        let span = |l: &LabeledSpan| Span::new(l.offset() as u32, (l.offset() + l.len()) as u32);
        let home = global.first().and_then(|l| sources.find(span(l)));
        let excerpt = home.cloned().map(Excerpt);
        let mut labels = Vec::new();
        let mut place = None;
        if let (Some(home), Some(excerpt)) = (home, &excerpt) {
            for label in &global {
                let s = span(label);
                let text = label.label().map(str::to_string);
                match sources.find(s) {
                    Some(source) if source.base == home.base => {
                        if place.is_none() {
                            let ((line, column), (end_line, end_column)) =
                                (home.line_column(s.lo), home.line_column(s.hi));
                            place = Some(Place { file: home.name.to_string(), line, column, end_line, end_column });
                        }
                        let (lo, len) = excerpt.shown((s.lo - home.base) as usize, s.len());
                        // The first label is the place of the error, wherever the others stand.
                        labels.push(match labels.is_empty() {
                            true => LabeledSpan::new_primary_with_span(text, (lo, len)),
                            false => LabeledSpan::new(text, lo, len),
                        });
                    }
                    Some(source) => {
                        let (line, column) = source.line_column(s.lo);
                        let note = format!("{} ({}:{line}:{column})", text.unwrap_or_default(), source.name);
                        help = Some(help.map_or(note.clone(), |h| format!("{h}\n{note}")));
                    }
                    None => {}
                }
            }
        }
        Failure { code, message: error.to_string(), help, place, labels, source: excerpt }
    }

    /// The error drawn on its source text.
    pub fn render(&self, color: bool, width: usize) -> String {
        let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler =
            GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false).with_context_lines(1);
        let mut out = String::new();
        match handler.render_report(&mut out, self) {
            Ok(()) => out,
            Err(fmt::Error) => format!("{}: {}\n", self.code, self.message),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl Diagnostic for Failure {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|s| s as &dyn SourceCode)
    }
}
