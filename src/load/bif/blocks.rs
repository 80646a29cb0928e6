//! The blocks of a BIF text, read in one pass: what is written where, before any name is looked up.
//!
//! ```text
//! network N { property … ; }
//! variable x { type discrete [ 2 ] { yes, no }; property … ; }
//! probability ( x | y, z ) { table 0.1, 0.9;  (a, b) 0.1, 0.9;  default 0.5, 0.5;  property … ; }
//! ```

use std::ops::Range;

use super::error::BifError;
use super::lexer::{Kind, Lexer, Token};
use crate::base::name::nearest;
use crate::base::source::Source;
use crate::base::span::Span;
use crate::number::decimal::{DATA_EXPONENT_LIMIT, Decimal};
use crate::number::literal::LiteralFault;
use crate::syntax::ast::Spanned;

/// A name as written.
pub(super) type Written<'a> = Spanned<&'a str>;

/// All blocks of a file, in order.
pub(super) struct Blocks<'a> {
    /// What the network is called.
    pub(super) network: Written<'a>,
    /// The variables.
    pub(super) variables: Vec<Variable<'a>>,
    /// The tables.
    pub(super) tables: Vec<Table<'a>>,
    /// The numbers of all rows, with their places.
    pub(super) numbers: Vec<(Decimal, Span)>,
}

/// `variable x { … }`
pub(super) struct Variable<'a> {
    pub(super) name: Written<'a>,
    /// The number of states that it claims to have.
    pub(super) count: Spanned<usize>,
    pub(super) states: Vec<Written<'a>>,
}

/// `probability ( x | y, z ) { … }`
pub(super) struct Table<'a> {
    /// The word `probability` with the variables.
    pub(super) head: Span,
    pub(super) child: Written<'a>,
    pub(super) parents: Vec<Written<'a>>,
    pub(super) rows: Vec<Row<'a>>,
}

/// What a list of numbers speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Every state of the parents.
    Table,
    /// These states of the parents.
    States,
    /// The states of the parents that nothing else speaks of.
    Default,
}

/// A list of numbers.
pub(super) struct Row<'a> {
    pub(super) which: Which,
    pub(super) states: Vec<Written<'a>>,
    /// Places in `Blocks::numbers`.
    pub(super) numbers: Range<usize>,
    /// From its first sign to its last number.
    pub(super) span: Span,
}

type Read<T> = Result<T, BifError>;

/// Reads all blocks. A text that is not of the form above has one error, at the first place where that shows.
pub(super) fn read_blocks(source: &Source) -> Read<Blocks<'_>> {
    let mut reader = Reader { lexer: Lexer::new(source)?, numbers: Vec::new() };
    let network = reader.network()?;
    let (mut variables, mut tables) = (Vec::new(), Vec::new());
    while reader.lexer.next.kind != Kind::End {
        let word = reader.lexer.next;
        match reader.word() {
            Some("variable") => variables.push(reader.variable()?),
            Some("probability") => tables.push(reader.table()?),
            Some("network") => {
                let span = reader.lexer.span(word);
                return Err(BifError::Duplicate { what: "network", name: String::new(), span, first: network.span });
            }
            _ => return Err(reader.unexpected("`variable` or `probability`", &["variable", "probability"])),
        }
    }
    Ok(Blocks { network, variables, tables, numbers: reader.numbers })
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    numbers: Vec<(Decimal, Span)>,
}

impl<'a> Reader<'a> {
    fn network(&mut self) -> Read<Written<'a>> {
        if self.word() != Some("network") {
            let mut error = self.unexpected("`network`", &["network"]);
            if let BifError::Unexpected { help, .. } = &mut error {
                help.get_or_insert("a file begins with `network name { }`".into());
            }
            return Err(error);
        }
        self.lexer.advance()?;
        let name = self.name("the name of the network")?;
        self.sign(b'{')?;
        loop {
            match self.word() {
                Some("property") => self.property()?,
                _ if self.at(b'}') => break,
                _ => return Err(self.unexpected("`property` or `}`", &["property"])),
            }
        }
        self.lexer.advance()?;
        Ok(name)
    }

    fn variable(&mut self) -> Read<Variable<'a>> {
        self.lexer.advance()?;
        let name = self.name("the name of the variable")?;
        self.sign(b'{')?;
        let mut found: Option<(Spanned<usize>, Vec<Written<'a>>)> = None;
        loop {
            match self.word() {
                Some("type") if found.is_none() => found = Some(self.states()?),
                Some("property") => self.property()?,
                _ if self.at(b'}') && found.is_some() => break,
                _ if found.is_some() => return Err(self.unexpected("`property` or `}`", &["property"])),
                _ => return Err(self.unexpected("`type` or `property`", &["type", "property"])),
            }
        }
        self.lexer.advance()?;
        let (count, states) = found.unwrap_or((Spanned::new(0, name.span), Vec::new()));
        Ok(Variable { name, count, states })
    }

    /// `type discrete [ 2 ] { yes, no };`
    fn states(&mut self) -> Read<(Spanned<usize>, Vec<Written<'a>>)> {
        self.lexer.advance()?;
        if self.word() != Some("discrete") {
            let mut error = self.unexpected("`discrete`", &["discrete"]);
            if let (BifError::Unexpected { help, .. }, Some("continuous")) = (&mut error, self.word()) {
                *help = Some("only networks of variables with finitely many states can be read".into());
            }
            return Err(error);
        }
        self.lexer.advance()?;
        self.sign(b'[')?;
        let count = match self.word().map(str::parse::<usize>) {
            Some(Ok(count)) => Spanned::new(count, self.lexer.span(self.lexer.next)),
            _ => return Err(self.unexpected("the number of states", &[])),
        };
        self.lexer.advance()?;
        self.sign(b']')?;
        self.sign(b'{')?;
        let states = self.names("a state", b'}')?;
        self.lexer.advance()?;
        self.sign(b';')?;
        Ok((count, states))
    }

    fn table(&mut self) -> Read<Table<'a>> {
        let first = self.lexer.advance()?;
        self.sign(b'(')?;
        let child = self.name("the name of a variable")?;
        let mut parents = Vec::new();
        if self.at(b'|') {
            self.lexer.advance()?;
            parents = self.names("the name of a parent", b')')?;
        } else if !self.at(b')') {
            let mut error = self.unexpected("`|` or `)`", &[]);
            if let BifError::Unexpected { help, .. } = &mut error {
                *help = Some("the parents stand behind a bar: `probability ( x | y, z )`".into());
            }
            return Err(error);
        }
        let last = self.lexer.advance()?;
        let head = self.lexer.between(first, last);
        self.sign(b'{')?;
        let mut rows = Vec::new();
        loop {
            match self.word() {
                Some("table") => rows.push(self.row(Which::Table)?),
                Some("default") => rows.push(self.row(Which::Default)?),
                Some("property") => self.property()?,
                _ if self.at(b'(') => rows.push(self.row(Which::States)?),
                _ if self.at(b'}') => break,
                _ => {
                    let words = ["table", "default", "property"];
                    return Err(self.unexpected("`table`, `default`, `property`, `(` or `}`", &words));
                }
            }
        }
        self.lexer.advance()?;
        Ok(Table { head, child, parents, rows })
    }

    fn row(&mut self, which: Which) -> Read<Row<'a>> {
        let first = self.lexer.advance()?;
        let mut last = first;
        let mut states = Vec::new();
        if which == Which::States {
            states = self.names("a state", b')')?;
            last = self.lexer.advance()?;
        }
        let start = self.numbers.len();
        while !self.at(b';') {
            if self.at(b',') && self.numbers.len() > start {
                self.lexer.advance()?;
            }
            if self.lexer.next.kind != Kind::Word {
                let expected = if self.numbers.len() > start { "another number, or `;`" } else { "a number" };
                return Err(self.unexpected(expected, &[]));
            }
            last = self.lexer.advance()?;
            let (text, span) = (self.lexer.text(last), self.lexer.span(last));
            match Decimal::parse(text) {
                Ok(value) => self.numbers.push((value, span)),
                Err(fault) => return Err(number_fault(text, fault, span)),
            }
        }
        self.lexer.advance()?;
        let span = self.lexer.between(first, last);
        Ok(Row { which, states, numbers: start..self.numbers.len(), span })
    }

    fn property(&mut self) -> Read<()> {
        let word = self.lexer.advance()?;
        self.lexer.skip_property(word)
    }

    /// Names up to a closing sign, which is not taken. Commas between them may be left out.
    fn names(&mut self, what: &'static str, closer: u8) -> Read<Vec<Written<'a>>> {
        let mut names = Vec::new();
        while !self.at(closer) {
            if self.at(b',') && !names.is_empty() {
                self.lexer.advance()?;
            }
            names.push(self.name(what)?);
        }
        Ok(names)
    }

    fn name(&mut self, what: &'static str) -> Read<Written<'a>> {
        match self.lexer.next.kind {
            Kind::Word | Kind::Quoted => {
                let token = self.lexer.advance()?;
                let text = self.lexer.text(token);
                if text.is_empty() {
                    let (found, expected, help) = ("an empty name".to_string(), what.to_string(), None);
                    return Err(BifError::Unexpected { found, expected, span: self.lexer.span(token), help });
                }
                Ok(Spanned::new(text, self.lexer.span(token)))
            }
            _ => Err(self.unexpected(what, &[])),
        }
    }

    fn word(&self) -> Option<&'a str> {
        (self.lexer.next.kind == Kind::Word).then(|| self.lexer.text(self.lexer.next))
    }

    fn at(&self, sign: u8) -> bool {
        self.lexer.next.kind == Kind::Sign(sign)
    }

    fn sign(&mut self, sign: u8) -> Read<Token> {
        match self.at(sign) {
            true => self.lexer.advance(),
            false => Err(self.unexpected(&format!("`{}`", sign as char), &[])),
        }
    }

    fn unexpected(&self, expected: &str, words: &[&str]) -> BifError {
        let next = self.lexer.next;
        let found = match next.kind {
            Kind::End => "the end of the file".to_string(),
            Kind::Quoted => format!("\"{}\"", self.lexer.text(next)),
            _ => format!("`{}`", self.lexer.text(next)),
        };
        let help = self.word().and_then(|w| nearest(w, words.iter().copied())).map(|n| format!("did you mean `{n}`?"));
        BifError::Unexpected { found, expected: expected.into(), span: self.lexer.next_span(), help }
    }
}

fn number_fault(text: &str, fault: LiteralFault, span: Span) -> BifError {
    let (what, help) = match fault {
        LiteralFault::Malformed => (
            "is not a number",
            "numbers are written like `0.25`, `1` or `2.5e-3`, with commas or blanks between them, and `;` behind the last"
                .to_string(),
        ),
        LiteralFault::ExponentTooLarge => (
            "has too large an exponent",
            format!("numbers are exact, so every digit is kept: exponents go from -{DATA_EXPONENT_LIMIT} to {DATA_EXPONENT_LIMIT}"),
        ),
    };
    BifError::Number { text: text.into(), what, span, help }
}
