//! The words and signs of a BIF text, one at a time and without copies.
//!
//! A word is whatever stands between blanks, signs and comments: names of states are `<5`, `12+` and `Asy/Patch`, so no
//! alphabet is asked for. What a word means, its place decides.

use super::error::BifError;
use crate::base::source::Source;
use crate::base::span::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word.
    Word,
    /// Anything in double quotation marks, within one line.
    Quoted,
    /// One of `{ } ( ) [ ] ; , |`
    Sign(u8),
    /// The end of the text.
    End,
}

/// A token with its place, in bytes of its text and with its quotation marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) lo: u32,
    pub(super) hi: u32,
}

/// A reader of tokens that looks one ahead.
pub(super) struct Lexer<'a> {
    source: &'a Source,
    /// The next token.
    pub(super) next: Token,
    /// The token before it; at the start, the next one.
    last: Token,
}

impl<'a> Lexer<'a> {
    /// Begins at the first token.
    pub(super) fn new(source: &'a Source) -> Result<Lexer<'a>, BifError> {
        let start = if source.text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() as u32 } else { 0 };
        let none = Token { kind: Kind::End, lo: start, hi: start };
        let mut lexer = Lexer { source, next: none, last: none };
        lexer.next = lexer.scan(start as usize)?;
        lexer.last = lexer.next;
        Ok(lexer)
    }

    /// Takes the next token.
    pub(super) fn advance(&mut self) -> Result<Token, BifError> {
        let taken = self.next;
        self.next = self.scan(taken.hi as usize)?;
        self.last = taken;
        Ok(taken)
    }

    /// The text of a token, without quotation marks.
    pub(super) fn text(&self, token: Token) -> &'a str {
        let cut = u32::from(token.kind == Kind::Quoted);
        &self.source.text[(token.lo + cut) as usize..(token.hi - cut) as usize]
    }

    /// The place of a token.
    pub(super) fn span(&self, token: Token) -> Span {
        Span::new(self.source.base + token.lo, self.source.base + token.hi)
    }

    /// Where to point at for the next token. The end of a text cannot be seen, so there the last token is shown.
    pub(super) fn next_span(&self) -> Span {
        self.span(if self.next.kind == Kind::End { self.last } else { self.next })
    }

    /// From one token to another.
    pub(super) fn between(&self, first: Token, last: Token) -> Span {
        self.span(first).to(self.span(last))
    }

    /// Passes over a property, whose word was the last token taken, up to its `;`. Properties are free text; a `;`
    /// within quotation marks does not end them.
    pub(super) fn skip_property(&mut self, word: Token) -> Result<(), BifError> {
        let bytes = self.source.text.as_bytes();
        let mut at = word.hi as usize;
        loop {
            match bytes.get(at) {
                Some(b';') => break,
                Some(b'"') => {
                    let line = bytes[at + 1..].iter().position(|b| matches!(b, b'"' | b'\n'));
                    // A mark without a partner on its line is a mark, and no string.
                    let len = line.filter(|i| bytes[at + 1 + i] == b'"').map_or(1, |i| i + 2);
                    at += len;
                }
                Some(_) => at += 1,
                None => return Err(BifError::Unclosed { what: "property", wanted: "`;`", span: self.span(word) }),
            }
        }
        self.next = self.scan(at + 1)?;
        Ok(())
    }

    /// The token that begins at this byte or behind blanks and comments.
    fn scan(&self, from: usize) -> Result<Token, BifError> {
        let bytes = self.source.text.as_bytes();
        let mut at = from;
        loop {
            match bytes.get(at) {
                Some(b) if b.is_ascii_whitespace() => at += 1,
                Some(b'/') if bytes.get(at + 1) == Some(&b'/') => {
                    at += bytes[at..].iter().position(|b| *b == b'\n').unwrap_or(bytes.len() - at);
                }
                Some(b'/') if bytes.get(at + 1) == Some(&b'*') => {
                    let Some(len) = bytes[at + 2..].windows(2).position(|w| w == b"*/") else {
                        let opened = Token { kind: Kind::Word, lo: at as u32, hi: at as u32 + 2 };
                        return Err(BifError::Unclosed { what: "comment", wanted: "`*/`", span: self.span(opened) });
                    };
                    at += len + 4;
                }
                _ => break,
            }
        }
        let token = |kind, hi: usize| Token { kind, lo: at as u32, hi: hi as u32 };
        match bytes.get(at) {
            None => Ok(token(Kind::End, at)),
            Some(b'"') => match bytes[at + 1..].iter().position(|b| matches!(b, b'"' | b'\n')) {
                Some(len) if bytes[at + 1 + len] == b'"' => Ok(token(Kind::Quoted, at + len + 2)),
                _ => {
                    let span = self.span(token(Kind::Word, at + 1));
                    Err(BifError::Unclosed { what: "string", wanted: "`\"`, on the same line,", span })
                }
            },
            Some(b) if is_sign(*b) => Ok(token(Kind::Sign(*b), at + 1)),
            Some(_) => {
                let mut end = at + 1;
                while let Some(b) = bytes.get(end) {
                    let comment = *b == b'/' && matches!(bytes.get(end + 1), Some(b'/' | b'*'));
                    if b.is_ascii_whitespace() || is_sign(*b) || *b == b'"' || comment {
                        break;
                    }
                    end += 1;
                }
                Ok(token(Kind::Word, end))
            }
        }
    }
}

fn is_sign(b: u8) -> bool {
    matches!(b, b'{' | b'}' | b'(' | b')' | b'[' | b']' | b';' | b',' | b'|')
}
