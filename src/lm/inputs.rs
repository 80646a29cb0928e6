//! The tensors of a run, checked against each other, and a reader of blocks of states with their tokens.
//!
//! Blocks lie at fixed places: block `b` holds the states `b·BLOCK..(b+1)·BLOCK`, whatever the shard or the number of
//! threads, so that the numbers computed from a block are the same in every run.

use super::element::{Element, Kind};
use super::error::LmError;
use super::find::{BIAS, FUTURE, Found, HEAD, HIDDEN, Role, TOKENS};
use super::real::Real;
use super::tensor::{Rows, Tensor};

/// States in a block. Part of the format of partial results.
pub const BLOCK: u64 = 256;

/// Sides of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sides {
    /// States.
    pub states: u64,
    /// Numbers of a state.
    pub width: usize,
    /// Tokens of the vocabulary.
    pub tokens: usize,
    /// Future tokens for each state; 1 is the next token alone.
    pub ahead: usize,
}

impl Sides {
    /// Blocks of states.
    pub fn blocks(&self) -> u64 {
        self.states.div_ceil(BLOCK)
    }

    /// First state of a block, and one past its last.
    pub fn block(&self, block: u64) -> (u64, u64) {
        (block * BLOCK, ((block + 1) * BLOCK).min(self.states))
    }
}

/// Inputs that fit together.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// Where they are.
    pub found: Found,
    /// Their sides.
    pub sides: Sides,
    /// Kinds of the numbers of head, bias, states, next and future tokens.
    elements: [Element; 5],
}

impl Inputs {
    /// Checks kinds and sides.
    pub fn new(found: Found) -> Result<Inputs, LmError> {
        let none = Element::little(Kind::F64);
        let head = floats(HEAD, &found.head, 2)?;
        let hidden = floats(HIDDEN, &found.hidden, 2)?;
        let bias = found.bias.as_ref().map_or(Ok(none), |t| floats(BIAS, t, 1))?;
        let tokens = found.tokens.as_ref().map_or(Ok(none), |t| integers(TOKENS, t, 1))?;
        let future = found.future.as_ref().map_or(Ok(none), |t| integers(FUTURE, t, 2))?;
        let (width, vocabulary, states) = (found.head.columns(), found.head.rows(), found.hidden.rows());
        if found.hidden.columns() != width {
            let reason = format!("the head `{}` has {width} columns, {}", found.head.name, found.head.shape_text());
            let help = "a state has as many numbers as a row of the head".to_string();
            return Err(shape(HIDDEN, &found.hidden, reason, Some(help)));
        }
        let same = |role: Role, tensor: &Tensor, wanted: u64, of: &str| match tensor.rows() {
            rows if rows == wanted => Ok(()),
            _ => Err(shape(
                role,
                tensor,
                format!("there are {wanted} {of}"),
                Some(format!("one row for each of the {of}")),
            )),
        };
        found.bias.as_ref().map_or(Ok(()), |t| same(BIAS, t, vocabulary, "rows of the head"))?;
        found.tokens.as_ref().map_or(Ok(()), |t| same(TOKENS, t, states, "hidden states"))?;
        found.future.as_ref().map_or(Ok(()), |t| same(FUTURE, t, states, "hidden states"))?;
        if vocabulary > u64::from(u32::MAX) {
            return Err(shape(HEAD, &found.head, "a vocabulary has less than 2^32 tokens".into(), None));
        }
        let ahead = found.future.as_ref().map_or(1, Tensor::columns) as usize;
        let sides = Sides { states, width: width as usize, tokens: vocabulary as usize, ahead };
        Ok(Inputs { found, sides, elements: [head, bias, hidden, tokens, future] })
    }

    /// Whether all floats are 32 bits wide or less, so that single precision loses nothing when reading them.
    pub fn is_narrow(&self) -> bool {
        [self.elements[0], self.elements[2]].iter().all(|e| e.kind != Kind::F64)
    }

    /// Hands the rows of the head to `take`; returns a fingerprint of its bytes.
    pub fn head<T: Real>(&self, take: impl FnMut(&[T])) -> Result<u64, LmError> {
        read_floats(&self.found.head, self.elements[0], take)
    }

    /// The bias, if there is one, and a fingerprint of its bytes.
    pub fn bias<T: Real>(&self) -> Result<Option<(Vec<T>, u64)>, LmError> {
        let Some(tensor) = &self.found.bias else { return Ok(None) };
        let mut bias = Vec::with_capacity(self.sides.tokens);
        let print = read_floats(tensor, self.elements[1], |row: &[T]| bias.extend_from_slice(row))?;
        Ok(Some((bias, print)))
    }

    /// A reader of the blocks, in order.
    pub fn blocks(&self) -> Result<Blocks, LmError> {
        let [_, _, hidden, tokens, future] = self.elements;
        Ok(Blocks {
            sides: self.sides,
            hidden: self.found.hidden.open(hidden)?,
            tokens: self.found.tokens.as_ref().map(|t| t.open(tokens)).transpose()?,
            future: self.found.future.as_ref().map(|t| t.open(future)).transpose()?,
        })
    }
}

/// One block as it was read: the bytes of its states, and its tokens.
#[derive(Debug, Clone, Default)]
pub struct RawBlock {
    /// Its number.
    pub number: u64,
    /// Its first state.
    pub first: u64,
    /// How many states it has.
    pub states: usize,
    /// The states, as they are stored.
    pub bytes: Vec<u8>,
    /// Tokens row by row, `ahead` of them for each state.
    pub tokens: Vec<u32>,
}

/// Reads blocks in order.
#[derive(Debug)]
pub struct Blocks {
    sides: Sides,
    hidden: Rows,
    tokens: Option<Rows>,
    future: Option<Rows>,
}

impl Blocks {
    /// Reads a block, which is not before one that was read already.
    pub fn read(&mut self, number: u64, block: &mut RawBlock) -> Result<(), LmError> {
        let (first, end) = self.sides.block(number);
        let states = end - first;
        (block.number, block.first, block.states) = (number, first, states as usize);
        self.hidden.read(first, states, &mut block.bytes)?;
        let mut bytes = Vec::new();
        block.tokens.clear();
        let last = self.sides.tokens as u64 - 1;
        if let Some(future) = &mut self.future {
            future.read(first, states, &mut bytes)?;
            read_tokens(future, first, self.sides.ahead, last, &bytes, &mut block.tokens)?;
        }
        if let Some(tokens) = &mut self.tokens {
            tokens.read(first, states, &mut bytes)?;
            let mut next = Vec::with_capacity(states as usize);
            read_tokens(tokens, first, 1, last, &bytes, &mut next)?;
            match &self.future {
                None => block.tokens = next,
                Some(future) => {
                    let firsts = block.tokens.iter().step_by(self.sides.ahead);
                    if let Some(at) = next.iter().zip(firsts).position(|(a, b)| a != b) {
                        return Err(LmError::Disagree {
                            row: first + at as u64,
                            next: next[at].into(),
                            first: block.tokens[at * self.sides.ahead].into(),
                            tokens: place(tokens.tensor()),
                            future: place(future.tensor()),
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// The states of a block as floats, state after state.
    pub fn states<T: Real>(inputs: &Inputs, block: &RawBlock) -> Result<Vec<T>, LmError> {
        let mut out = Vec::with_capacity(block.states * inputs.sides.width);
        append_floats(&inputs.found.hidden, inputs.elements[2], block.first, &block.bytes, &mut out)?;
        Ok(out)
    }
}

fn place(tensor: &Tensor) -> String {
    format!("{}:{}", tensor.path, tensor.name)
}

fn read_tokens(
    rows: &Rows,
    first: u64,
    columns: usize,
    last: u64,
    bytes: &[u8],
    out: &mut Vec<u32>,
) -> Result<(), LmError> {
    let begin = out.len();
    let mut wrong = None;
    rows.element().integers(bytes, |token| match u64::try_from(token) {
        Ok(t) if t <= last => out.push(t as u32),
        _ => {
            wrong.get_or_insert((out.len() - begin, token));
            out.push(0);
        }
    });
    match wrong {
        None => Ok(()),
        Some((at, token)) => Err(LmError::TokenRange {
            path: rows.tensor().locate(first + (at / columns) as u64).0.to_string(),
            tensor: rows.tensor().name.clone(),
            row: rows.tensor().locate(first + (at / columns) as u64).1,
            column: (at % columns) as u64,
            token: token.to_string(),
            last,
        }),
    }
}

/// Hands the rows of a tensor to `take`; returns a fingerprint of the bytes.
fn read_floats<T: Real>(tensor: &Tensor, element: Element, mut take: impl FnMut(&[T])) -> Result<u64, LmError> {
    const ROWS: u64 = 256;
    let mut rows = tensor.open(element)?;
    let (mut numbers, mut bytes, mut print) = (Vec::new(), Vec::new(), Fingerprint::default());
    let mut first = 0;
    while first < tensor.rows() {
        let count = ROWS.min(tensor.rows() - first);
        rows.read(first, count, &mut bytes)?;
        print.add(&bytes);
        numbers.clear();
        append_floats(tensor, element, first, &bytes, &mut numbers)?;
        numbers.chunks_exact(tensor.columns() as usize).for_each(&mut take);
        first += count;
    }
    Ok(print.0)
}

fn append_floats<T: Real>(
    tensor: &Tensor,
    element: Element,
    first: u64,
    bytes: &[u8],
    out: &mut Vec<T>,
) -> Result<(), LmError> {
    let mut wrong = None;
    let begin = out.len();
    element.floats(bytes, |x| {
        let entry = T::of(x);
        // Doubles that are read in single precision may be too large for it.
        if !entry.to().is_finite() {
            wrong.get_or_insert((out.len() - begin, x));
        }
        out.push(entry);
    });
    match wrong {
        None => Ok(()),
        Some((at, entry)) => {
            let (columns, at) = (tensor.columns(), at as u64);
            let (path, row) = tensor.locate(first + at / columns);
            let (path, column, entry) = (path.to_string(), at % columns, entry.to_string());
            Err(LmError::NotFinite { path, tensor: tensor.name.clone(), row, column, entry })
        }
    }
}

/// Fowler, Noll and Vo's hash over words: enough to tell two heads apart, not to resist an adversary.
#[derive(Debug)]
struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Fingerprint(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    fn add(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
        }
    }
}

fn shape(role: Role, tensor: &Tensor, reason: String, help: Option<String>) -> LmError {
    LmError::Shape {
        role: role.name,
        path: tensor.path.clone(),
        tensor: tensor.name.clone(),
        found: tensor.shape_text(),
        reason,
        help,
    }
}

fn floats(role: Role, tensor: &Tensor, sides: usize) -> Result<Element, LmError> {
    kind(role, tensor, "floats of 64, 32 or 16 bits", Kind::is_float).and_then(|e| form(role, tensor, sides, e))
}

fn integers(role: Role, tensor: &Tensor, sides: usize) -> Result<Element, LmError> {
    kind(role, tensor, "integers, the numbers of tokens", |k| !k.is_float()).and_then(|e| form(role, tensor, sides, e))
}

fn kind(role: Role, tensor: &Tensor, wanted: &'static str, right: impl Fn(Kind) -> bool) -> Result<Element, LmError> {
    let found = match &tensor.element {
        Ok(element) if right(element.kind) => return Ok(*element),
        Ok(element) => element.kind.to_string(),
        Err(unknown) => unknown.clone(),
    };
    let (path, tensor) = (tensor.path.clone(), tensor.name.clone());
    Err(LmError::Dtype { role: role.name, option: role.option, path, tensor, found, wanted })
}

/// A tensor has as many sides as its role needs; a vector may be a column.
fn form(role: Role, tensor: &Tensor, sides: usize, element: Element) -> Result<Element, LmError> {
    let is_column = sides == 1 && tensor.shape.len() == 2 && tensor.shape[1] == 1;
    let wanted = ["", "a vector has one side", "a matrix has two sides"][sides];
    if tensor.shape.len() != sides && !is_column {
        return Err(shape(role, tensor, format!("{wanted}, this has {}", tensor.shape.len()), None));
    }
    if tensor.shape.contains(&0) {
        return Err(shape(role, tensor, "there is nothing in it".into(), None));
    }
    if tensor.column_order && sides == 2 && tensor.shape[0] > 1 && tensor.shape[1] > 1 {
        let help = Some("save `numpy.ascontiguousarray(x)`, which stores row after row".to_string());
        return Err(shape(role, tensor, "it is stored column after column".into(), help));
    }
    Ok(element)
}
