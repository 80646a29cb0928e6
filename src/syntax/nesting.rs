//! A look at the brackets before pest sees the text: its recursion, and ours, is then bounded.
//!
//! 1. Strings and comments are passed over.
//! 2. Every bracket finds its partner; the first one without is named at the place where it opens.
//! 3. `<` opens a pair where an operand is due, and is a comparison behind an operand. Inside of a pair, `>` closes it.
//! 4. Depth counts brackets and pairs. It counts too what nests without a bracket: `if` and `match` since the last
//!    bracket, comma or arrow (but not `else if`, which is read as a list), and the signs `-` and `not` in a row.

use super::error::SyntaxError;
use super::keywords::KEYWORDS;
use crate::base::source::Source;
use crate::base::span::Span;

/// How deep brackets may nest.
pub(super) const DEPTH_LIMIT: usize = 200;

/// Words that begin an item, or end what stands before it.
const ITEM_WORDS: [&str; 11] =
    ["object", "kernel", "diagram", "check", "eval", "let", "import", "theory", "model", "axiom", "theorem"];

/// A bracket, or the `<` of a pair, that is not closed yet.
struct Opened {
    bracket: u8,
    at: usize,
    /// How much is open around it without a bracket.
    around: usize,
    /// The same for what stands inside of it: the signs in front of it are open until it closes.
    inside: usize,
    /// Whether it holds a category, as in `check[free]`: it is no operand, and what follows begins a claim.
    category: bool,
}

/// Where the scan stands.
struct Scan<'a> {
    source: &'a Source,
    open: Vec<Opened>,
    /// Conditionals open since the last bracket.
    conditionals: usize,
    /// Signs in a row.
    signs: usize,
    /// Whether an operand has just ended, so that `-` is a difference and `<` a comparison.
    after_operand: bool,
    after_else: bool,
    after_check: bool,
}

/// Checks brackets, strings and depth of a text.
pub(super) fn check_nesting(source: &Source) -> Result<(), SyntaxError> {
    let bytes = source.text.as_bytes();
    let mut scan = Scan {
        source,
        open: Vec::new(),
        conditionals: 0,
        signs: 0,
        after_operand: false,
        after_else: false,
        after_check: false,
    };
    let mut at = 0;
    while at < bytes.len() {
        let next = bytes.get(at + 1).copied();
        at += match bytes[at] {
            // 1.
            b'/' if next == Some(b'/') => line_end(bytes, at) - at,
            b'"' => {
                let len = scan.string(at)?;
                scan.operand();
                len
            }
            b'-' if next == Some(b'>') => {
                scan.arrow();
                2
            }
            b'-' if scan.after_operand => scan.sign_behind(1),
            b'-' => scan.deeper(at, 1)?,
            b'<' if next == Some(b'=') || scan.after_operand => scan.sign_behind(1),
            b @ (b'(' | b'[' | b'{' | b'<') => scan.opens(b, at)?,
            b'>' if scan.open.last().is_some_and(|o| o.bracket == b'<') => scan.closes(b'>', at)?,
            b @ (b')' | b']' | b'}') => scan.closes(b, at)?,
            b',' => {
                scan.ends_conditionals();
                1
            }
            b if b.is_ascii_alphanumeric() || b == b'_' || b == b'#' => scan.word(at)?,
            b if b.is_ascii_whitespace() => 1,
            // `25%` is an operand.
            b'%' => 1,
            b if !b.is_ascii() => {
                if source.text[at..].starts_with('→') {
                    scan.arrow();
                    '→'.len_utf8()
                } else {
                    match source.text[at..].chars().next() {
                        Some(c) if c.is_alphanumeric() => scan.word(at)?,
                        c => scan.sign_behind(c.map_or(1, char::len_utf8)),
                    }
                }
            }
            _ => scan.sign_behind(1),
        };
    }
    match scan.open.first() {
        None => Ok(()),
        Some(opened) => Err(scan.unclosed(opened, None)),
    }
}

impl Scan<'_> {
    fn span(&self, at: usize, len: usize) -> Span {
        Span::new(self.source.base + at as u32, self.source.base + (at + len) as u32)
    }

    fn operand(&mut self) {
        (self.after_operand, self.after_else, self.after_check, self.signs) = (true, false, false, 0);
    }

    /// A sign behind an operand, of this length: the next operand is due.
    fn sign_behind(&mut self, len: usize) -> usize {
        (self.after_operand, self.after_else, self.after_check, self.signs) = (false, false, false, 0);
        len
    }

    fn arrow(&mut self) {
        self.ends_conditionals();
    }

    fn ends_conditionals(&mut self) {
        self.conditionals = self.open.last().map_or(0, |o| o.inside);
        self.sign_behind(0);
    }

    /// Something that nests without a bracket.
    fn deeper(&mut self, at: usize, len: usize) -> Result<usize, SyntaxError> {
        self.signs += 1;
        self.bounded(at, len)
    }

    fn bounded(&self, at: usize, len: usize) -> Result<usize, SyntaxError> {
        match self.open.len() + self.conditionals + self.signs > DEPTH_LIMIT {
            true => Err(SyntaxError::TooDeep { limit: DEPTH_LIMIT, span: self.span(at, len) }),
            false => Ok(len),
        }
    }

    /// 2.
    fn opens(&mut self, bracket: u8, at: usize) -> Result<usize, SyntaxError> {
        let (around, inside) = (self.conditionals, self.conditionals + self.signs);
        // `check [[1, 2]] == M` begins with a matrix.
        let matrix = || self.source.text[at + 1..].trim_ascii_start().starts_with('[');
        let category = self.after_check && bracket == b'[' && !matrix();
        self.open.push(Opened { bracket, at, around, inside, category });
        self.conditionals = inside;
        self.sign_behind(0);
        self.bounded(at, 1)
    }

    fn closes(&mut self, bracket: u8, at: usize) -> Result<usize, SyntaxError> {
        let Some(opened) = self.open.pop() else {
            return Err(SyntaxError::Unexpected {
                found: format!("`{}`", bracket as char),
                expected: "something that opens before it closes".into(),
                span: self.span(at, 1),
                help: Some("no bracket is open here; remove this one, or add its partner before it".into()),
            });
        };
        if closer(opened.bracket) != bracket {
            return Err(self.unclosed(&opened, Some(self.span(at, 1))));
        }
        self.conditionals = opened.around;
        self.operand();
        self.after_operand = !opened.category;
        Ok(1)
    }

    fn unclosed(&self, opened: &Opened, instead: Option<Span>) -> SyntaxError {
        let (bracket, closer) = (opened.bracket as char, closer(opened.bracket) as char);
        SyntaxError::Unclosed { bracket, closer, span: self.span(opened.at, 1), instead }
    }

    /// A name, a number or a keyword.
    fn word(&mut self, at: usize) -> Result<usize, SyntaxError> {
        let text = &self.source.text[at..];
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == '#' || c == '\'';
        let word = text.split(|c| !part(c)).next().unwrap_or("");
        let len = word.len();
        if ITEM_WORDS.contains(&word) {
            // 3. An item cannot begin inside of a pair; inside of a bracket it may, for theories have items.
            if let Some(pair) = self.open.last().filter(|o| o.bracket == b'<') {
                return Err(self.unclosed(pair, None));
            }
            self.ends_conditionals();
        }
        match word {
            "if" if self.after_else => {}
            "if" | "match" => self.conditionals += 1 + self.signs,
            "not" => return self.deeper(at, len),
            _ if KEYWORDS.contains(&word) && !matches!(word, "true" | "false" | "rest" | "uniform") => {}
            _ => {
                self.operand();
                return Ok(len);
            }
        }
        self.sign_behind(0);
        self.after_else = word == "else";
        self.after_check = word == "check";
        self.bounded(at, len)
    }

    /// The length of a string.
    fn string(&self, start: usize) -> Result<usize, SyntaxError> {
        let bytes = self.source.text.as_bytes();
        let mut at = start + 1;
        while at < bytes.len() && bytes[at] != b'"' && bytes[at] != b'\n' {
            at += if bytes[at] == b'\\' && bytes.get(at + 1).is_some_and(|b| *b != b'\n') { 2 } else { 1 };
        }
        match bytes.get(at) {
            Some(b'"') => Ok(at + 1 - start),
            _ => Err(SyntaxError::UnclosedString { span: self.span(start, at.min(bytes.len()) - start) }),
        }
    }
}

fn closer(opener: u8) -> u8 {
    match opener {
        b'(' => b')',
        b'[' => b']',
        b'<' => b'>',
        _ => b'}',
    }
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |i| from + i)
}
