//! Partial results in files: totals over some blocks of a run, and what tells the run from others.
//!
//! A partial result is a safetensors file, so that other programs can read it. Its tensors hold 64-bit words:
//!
//! | tensor | shape | |
//! |---|---|---|
//! | `sum.NAME` | n, 4 | exact sums, each in two's complement of 256 bits, lowest word first, in units of 2^-128 |
//! | `count.NAME` | n | counts |
//! | `cells` | n, 2 | keys and counts of combinations, by key |
//! | `blocks` | n, 2 | which blocks are in it: first, one past the last; sorted, apart from each other |
//!
//! The header's one entry of metadata, `mcheck`, is a JSON object that describes the run. Equal results have equal bytes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use safetensors::{Dtype, View};
use serde_json::{Value, json};

use super::element::{Element, Kind};
use super::error::LmError;
use super::exact_sum::ExactSum;
use super::head::SKETCH;
use super::inputs::{BLOCK, Sides};
use super::safe;
use super::tensor::Tensor;
use super::totals::{COUNT_NAMES, SUM_NAMES, Totals};

/// The version of the format. A file of another version is refused.
pub const VERSION: u64 = 1;

/// What identifies a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Sides of the data.
    pub sides: Sides,
    /// Seed of the sketch.
    pub seed: u64,
    /// `single` or `double`.
    pub precision: String,
    /// Fingerprint of head and bias.
    pub fingerprint: u64,
    /// Where the head is, as `FILE:NAME`; it is read again for the results.
    pub head: String,
    /// Where its bias is, if there is one.
    pub bias: Option<String>,
}

/// Totals over some blocks of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Partial {
    /// The run.
    pub run: Run,
    /// Ranges of blocks, sorted, none of which touches another.
    pub blocks: Vec<(u64, u64)>,
    /// The totals.
    pub totals: Totals,
}

/// One list of words on its way to a file.
struct Words<'a> {
    shape: Vec<usize>,
    words: Box<dyn Fn() -> Vec<u8> + 'a>,
}

impl View for Words<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::U64
    }
    fn shape(&self) -> &[usize] {
        &self.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Owned((self.words)())
    }
    fn data_len(&self) -> usize {
        self.shape.iter().product::<usize>() * 8
    }
}

fn pairs(list: Vec<(u64, u64)>) -> Words<'static> {
    let shape = vec![list.len(), 2];
    Words {
        shape,
        words: Box::new(move || list.iter().flat_map(|(a, b)| [*a, *b]).flat_map(u64::to_le_bytes).collect()),
    }
}

impl Partial {
    /// Writes the file.
    pub fn write(&self, path: &Path) -> Result<(), LmError> {
        let mut tensors: Vec<(String, Words<'_>)> = Vec::new();
        for (list, name) in self.totals.sums.iter().zip(SUM_NAMES) {
            let words = Box::new(move || list.iter().flat_map(|s| s.0).flat_map(u64::to_le_bytes).collect());
            tensors.push((format!("sum.{name}"), Words { shape: vec![list.len(), 4], words }));
        }
        for (list, name) in self.totals.counts.iter().zip(COUNT_NAMES) {
            let words = Box::new(move || list.iter().flat_map(|c| c.to_le_bytes()).collect());
            tensors.push((format!("count.{name}"), Words { shape: vec![list.len()], words }));
        }
        tensors.push(("cells".into(), pairs(self.totals.cells.iter().map(|(k, c)| (*k, *c)).collect())));
        tensors.push(("blocks".into(), pairs(self.blocks.clone())));
        let metadata = HashMap::from([("mcheck".to_string(), self.run.describe().to_string())]);
        safe::save(tensors, Some(metadata), path)
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Partial, LmError> {
        let shown = path.display().to_string();
        let refused = |reason: String| LmError::Partial { path: shown.clone(), reason };
        let (tensors, metadata) = safe::tensors_and_metadata(path)?;
        let run = metadata.get("mcheck").ok_or_else(|| refused("it does not describe a run".into()))?;
        let run = Run::understand(run).map_err(refused)?;
        let words = |name: &str, columns: usize| -> Result<Vec<u64>, LmError> {
            let tensor = tensors.iter().find(|t| t.name == name);
            let tensor = tensor.ok_or_else(|| refused(format!("it has no tensor `{name}`")))?;
            if tensor.element != Ok(Element::little(Kind::Uint(8))) || tensor.columns() != columns as u64 {
                return Err(refused(format!("its tensor `{name}` has not {columns} words a row")));
            }
            read_words(tensor)
        };
        let mut totals = Totals::new(&run.sides);
        for (list, name) in totals.sums.iter_mut().zip(SUM_NAMES) {
            let found = words(&format!("sum.{name}"), 4)?;
            if found.len() != list.len() * 4 {
                return Err(refused(format!("`sum.{name}` has {} entries, not {}", found.len() / 4, list.len())));
            }
            list.iter_mut().zip(found.as_chunks::<4>().0).for_each(|(s, w)| *s = ExactSum(*w));
        }
        for (list, name) in totals.counts.iter_mut().zip(COUNT_NAMES) {
            let found = words(&format!("count.{name}"), 1)?;
            if found.len() != list.len() {
                return Err(refused(format!("`count.{name}` has {} entries, not {}", found.len(), list.len())));
            }
            *list = found;
        }
        totals.cells = words("cells", 2)?.as_chunks::<2>().0.iter().map(|[key, count]| (*key, *count)).collect();
        let blocks: Vec<(u64, u64)> = words("blocks", 2)?.as_chunks::<2>().0.iter().map(|[a, b]| (*a, *b)).collect();
        let states: u64 = blocks.iter().map(|(a, b)| states_in(&run.sides, *a, *b)).sum();
        let in_order =
            blocks.iter().all(|(a, b)| a < b && *b <= run.sides.blocks()) && blocks.windows(2).all(|w| w[0].1 < w[1].0);
        if !in_order || states != totals.states() {
            return Err(refused("its list of blocks does not fit its totals".into()));
        }
        Ok(Partial { run, blocks, totals })
    }

    /// Whether all states of the run are in it.
    pub fn is_whole(&self) -> bool {
        self.blocks == [(0, self.run.sides.blocks())]
    }

    /// The error for what is missing, if something is.
    pub fn missing(&self) -> Option<LmError> {
        let total = self.run.sides.blocks();
        let ends = std::iter::once(0).chain(self.blocks.iter().map(|b| b.1));
        let begins = self.blocks.iter().map(|b| b.0).chain([total]);
        let gaps: Vec<(u64, u64)> = ends.zip(begins).filter(|(a, b)| a < b).collect();
        if gaps.is_empty() {
            return None;
        }
        let missing = gaps.iter().map(|(a, b)| b - a).sum();
        let shown = gaps.iter().take(4).map(|(a, b)| match b - a {
            1 => format!("block {a}"),
            _ => format!("blocks {a} to {}", b - 1),
        });
        let mut ranges = shown.collect::<Vec<_>>().join(", ");
        if gaps.len() > 4 {
            ranges.push_str(&format!(", and {} more ranges", gaps.len() - 4));
        }
        Some(LmError::MissingShards { missing, total, ranges })
    }
}

/// Adds a part to others of the same run. `owners` lists all parts with their blocks, the new one last; `first` names one of
/// the others, and `second` the new one.
pub fn merge(
    mut all: Partial,
    part: Partial,
    first: &str,
    second: &str,
    owners: &[(String, Vec<(u64, u64)>)],
) -> Result<Partial, LmError> {
    all.run.same(&part.run, first, second)?;
    for block in &part.blocks {
        for (owner, theirs) in &owners[..owners.len() - 1] {
            if let Some(theirs) = theirs.iter().find(|o| o.0 < block.1 && block.0 < o.1) {
                let shared = theirs.0.max(block.0);
                let (from, end) = all.run.sides.block(shared);
                let (first, second) = (owner.clone(), second.to_string());
                return Err(LmError::Overlap { first, second, block: shared, from, to: end - 1 });
            }
        }
    }
    all.totals.merge(&part.totals);
    all.blocks.extend(part.blocks);
    all.blocks.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (begin, end) in all.blocks {
        match joined.last_mut() {
            Some(last) if last.1 == begin => last.1 = end,
            _ => joined.push((begin, end)),
        }
    }
    all.blocks = joined;
    Ok(all)
}

fn states_in(sides: &Sides, first: u64, end: u64) -> u64 {
    (end.saturating_mul(BLOCK)).min(sides.states).saturating_sub(first.saturating_mul(BLOCK))
}

fn read_words(tensor: &Tensor) -> Result<Vec<u64>, LmError> {
    let element = Element::little(Kind::Uint(8));
    let (mut bytes, mut words) = (Vec::new(), Vec::new());
    tensor.open(element)?.read(0, tensor.rows(), &mut bytes)?;
    element.integers(&bytes, |w| words.push(w as u64));
    Ok(words)
}

impl Run {
    fn describe(&self) -> Value {
        json!({
            "version": VERSION,
            "states": self.sides.states,
            "width": self.sides.width,
            "tokens": self.sides.tokens,
            "ahead": self.sides.ahead,
            "block": BLOCK,
            "sketch": SKETCH,
            "seed": self.seed.to_string(),
            "precision": self.precision,
            "fingerprint": format!("{:016x}", self.fingerprint),
            "head": self.head,
            "bias": self.bias,
        })
    }

    fn understand(text: &str) -> Result<Run, String> {
        let value: Value = serde_json::from_str(text).map_err(|_| "its description is not JSON".to_string())?;
        let number = |name: &str| value[name].as_u64().ok_or_else(|| format!("its description lacks `{name}`"));
        let word = |name: &str| value[name].as_str().ok_or_else(|| format!("its description lacks `{name}`"));
        for (name, wanted) in [("version", VERSION), ("block", BLOCK), ("sketch", SKETCH as u64)] {
            let found = number(name)?;
            if found != wanted {
                return Err(format!("its {name} is {found}, and this program knows {wanted}"));
            }
        }
        let sides = Sides {
            states: number("states")?,
            width: number("width")? as usize,
            tokens: number("tokens")? as usize,
            ahead: number("ahead")? as usize,
        };
        // Lists are made before they are compared with the file, so a description must not ask for more than memory holds.
        let size = [sides.width, sides.width].into_iter().chain([sides.tokens.max(1), sides.ahead.max(1)]);
        let small = size.into_iter().try_fold(1usize, |n, side| n.checked_mul(side)).is_some();
        if sides.states == 0 || sides.width == 0 || sides.tokens == 0 || sides.ahead == 0 || !small {
            return Err("its description has sides that no run has".into());
        }
        Ok(Run {
            sides,
            seed: word("seed")?.parse().map_err(|_| "its seed is no number".to_string())?,
            precision: word("precision")?.to_string(),
            fingerprint: u64::from_str_radix(word("fingerprint")?, 16)
                .map_err(|_| "its fingerprint is no number".to_string())?,
            head: word("head")?.to_string(),
            bias: value["bias"].as_str().map(str::to_string),
        })
    }

    /// Whether two parts belong to one run. Where the head lies may differ: machines have other folders.
    fn same(&self, other: &Run, first: &str, second: &str) -> Result<(), LmError> {
        let facts = |run: &Run| {
            [
                ("the number of states", run.sides.states.to_string()),
                ("the width of a state", run.sides.width.to_string()),
                ("the size of the vocabulary", run.sides.tokens.to_string()),
                ("the number of tokens ahead", run.sides.ahead.to_string()),
                ("the seed", run.seed.to_string()),
                ("the precision", run.precision.clone()),
                ("the fingerprint of the head", format!("{:016x}", run.fingerprint)),
            ]
        };
        for ((what, left), (_, right)) in facts(self).into_iter().zip(facts(other)) {
            if left != right {
                let (first, second) = (first.to_string(), second.to_string());
                return Err(LmError::DifferentRuns { first, second, what, left, right });
            }
        }
        Ok(())
    }
}
