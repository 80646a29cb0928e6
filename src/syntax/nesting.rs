//! A look at the brackets before pest sees the text: its recursion, and ours, is then bounded.
//!
//! 1. Strings and comments are passed over.
//! 2. Every bracket finds its partner; the first one without is named at the place where it opens.
//! 3. Depth counts brackets, and every `if` or `match` since the last bracket or comma, for those nest without one.

use super::error::SyntaxError;
use crate::base::source::Source;
use crate::base::span::Span;

/// How deep brackets may nest.
pub(super) const DEPTH_LIMIT: usize = 200;

/// Checks brackets, strings and depth of a text.
pub(super) fn check_nesting(source: &Source) -> Result<(), SyntaxError> {
    let text = &*source.text;
    let bytes = text.as_bytes();
    let span = |at: usize, len: usize| Span::new(source.base + at as u32, source.base + (at + len) as u32);
    // (bracket, offset, conditionals open outside of it)
    let mut open: Vec<(u8, usize, usize)> = Vec::new();
    let mut conditionals = 0;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            // 1.
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = memchr_newline(bytes, at);
                continue;
            }
            b'"' => {
                let start = at;
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    if bytes[at] == b'\n' {
                        return Err(SyntaxError::UnclosedString { span: span(start, at - start) });
                    }
                    at += if bytes[at] == b'\\' && bytes.get(at + 1).is_some_and(|b| *b != b'\n') { 2 } else { 1 };
                }
                if at >= bytes.len() {
                    return Err(SyntaxError::UnclosedString { span: span(start, bytes.len() - start) });
                }
            }
            // 2.
            b @ (b'(' | b'[' | b'{') => {
                open.push((b, at, conditionals));
                if open.len() + conditionals > DEPTH_LIMIT {
                    return Err(SyntaxError::TooDeep { limit: DEPTH_LIMIT, span: span(at, 1) });
                }
            }
            b @ (b')' | b']' | b'}') => match open.pop() {
                Some((opener, place, before)) => {
                    if closer(opener) != b {
                        return Err(SyntaxError::Unclosed {
                            bracket: opener as char,
                            closer: closer(opener) as char,
                            span: span(place, 1),
                            help: Some(format!(
                                "a `{}` was found before it, on line {}",
                                b as char,
                                source.line_column(source.base + at as u32).0
                            )),
                        });
                    }
                    conditionals = before;
                }
                None => {
                    return Err(SyntaxError::Unexpected {
                        found: format!("`{}`", b as char),
                        expected: "something that opens before it closes".into(),
                        span: span(at, 1),
                        help: Some("no bracket is open here; remove this one, or add its partner before it".into()),
                    });
                }
            },
            // 3.
            b',' => conditionals = open.last().map_or(0, |o| o.2),
            b if b.is_ascii_alphabetic() || b == b'_' => {
                let start = at;
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                    at += 1;
                }
                match &text[start..at] {
                    "if" | "match" => conditionals += 1,
                    "object" | "kernel" | "diagram" | "check" | "eval" | "let" if open.is_empty() => conditionals = 0,
                    _ => {}
                }
                if open.len() + conditionals > DEPTH_LIMIT {
                    return Err(SyntaxError::TooDeep { limit: DEPTH_LIMIT, span: span(start, at - start) });
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    match open.first() {
        None => Ok(()),
        Some((opener, place, _)) => Err(SyntaxError::Unclosed {
            bracket: *opener as char,
            closer: closer(*opener) as char,
            span: span(*place, 1),
            help: None,
        }),
    }
}

fn closer(opener: u8) -> u8 {
    match opener {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

fn memchr_newline(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |i| from + i)
}
