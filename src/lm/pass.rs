//! The pass over the states: threads take blocks in order, compute their sums, and add them to common totals. Which thread
//! takes which block does not matter, because totals are exact sums.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::block::{Bench, block_sums};
use super::cells;
use super::draft::{Drafts, training_blocks};
use super::error::LmError;
use super::head::{Head, SKETCH};
use super::inputs::{BLOCK, Blocks, Inputs, RawBlock};
use super::real::Real;
use super::totals::{BlockSums, Count, Sum, Totals};
use crate::base::interrupt::Interrupt;

/// How to go over the states.
pub struct Pass<'a> {
    /// Threads.
    pub threads: usize,
    /// Seed of the sketch and of the classes.
    pub seed: u64,
    /// Whether to stop.
    pub interrupt: &'a Interrupt,
    /// Told after each block how many are done.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// What threads share.
struct Common {
    reader: Blocks,
    next: u64,
    /// The error of the first block that has one.
    failed: Option<(u64, LmError)>,
}

/// What all blocks need.
struct Setting<'a, T> {
    inputs: &'a Inputs,
    head: &'a Head<T>,
    drafts: Option<Drafts<T>>,
    classes: Vec<u64>,
}

/// Sums over some blocks.
pub fn pass<T: Real>(inputs: &Inputs, head: &Head<T>, blocks: Range<u64>, how: &Pass<'_>) -> Result<Totals, LmError> {
    let sides = inputs.sides;
    let drafts = Drafts::learn(inputs)?;
    let classes = if sides.ahead > 1 { cells::classes(head, how.seed) } else { Vec::new() };
    let setting = Setting { inputs, head, drafts, classes };
    let common = Mutex::new(Common { reader: inputs.blocks()?, next: blocks.start, failed: None });
    let totals = Mutex::new((Totals::new(&sides), 0u64));
    std::thread::scope(|scope| {
        for _ in 1..how.threads.min((blocks.end - blocks.start).max(1) as usize) {
            scope.spawn(|| work(&setting, blocks.end, how, &common, &totals));
        }
        work(&setting, blocks.end, how, &common, &totals);
    });
    let common = common.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (totals, done) = totals.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, error)) = common.failed {
        return Err(error);
    }
    match how.interrupt.check() {
        Err(stopped) if done < blocks.end - blocks.start => {
            Err(LmError::Stopped { done, total: blocks.end - blocks.start, unit: "blocks of states", stopped })
        }
        _ => Ok(totals),
    }
}

fn work<T: Real>(
    setting: &Setting<'_, T>,
    end: u64,
    how: &Pass<'_>,
    common: &Mutex<Common>,
    totals: &Mutex<(Totals, u64)>,
) {
    let mut raw = RawBlock::default();
    let (mut bench, mut memory) = (Bench::default(), Vec::new());
    loop {
        {
            let mut common = common.lock().unwrap_or_else(PoisonError::into_inner);
            if common.next >= end || common.failed.is_some() || how.interrupt.check().is_err() {
                return;
            }
            let block = common.next;
            common.next += 1;
            if let Err(error) = common.reader.read(block, &mut raw) {
                fail(&mut common, block, error);
                return;
            }
        }
        let result = compute(setting, &raw, &mut bench, &mut memory);
        let added = result.and_then(|sums| {
            let mut totals = totals.lock().unwrap_or_else(PoisonError::into_inner);
            totals.0.add(&sums).map_err(|(what, value)| too_large(setting.inputs, &raw, what, value))?;
            totals.1 += 1;
            Ok(totals.1)
        });
        match added {
            Ok(done) => (how.progress)(done),
            Err(error) => {
                fail(&mut common.lock().unwrap_or_else(PoisonError::into_inner), raw.number, error);
                return;
            }
        }
    }
}

/// Blocks are handed out in order, so every block before one that fails is finished, and the first failure is the same in
/// every run.
fn fail(common: &mut Common, block: u64, error: LmError) {
    if common.failed.as_ref().is_none_or(|(first, _)| block < *first) {
        common.failed = Some((block, error));
    }
}

fn too_large(inputs: &Inputs, raw: &RawBlock, what: &str, value: f64) -> LmError {
    LmError::TooLarge {
        path: inputs.found.hidden.path.clone(),
        what: format!("the sum `{what}`"),
        first: raw.first,
        last: raw.first + raw.states as u64 - 1,
        value: format!("{value:e}"),
    }
}

fn compute<T: Real>(
    setting: &Setting<'_, T>,
    raw: &RawBlock,
    bench: &mut Bench<T>,
    memory: &mut Vec<T>,
) -> Result<BlockSums, LmError> {
    let sides = setting.inputs.sides;
    let states: Vec<T> = Blocks::states(setting.inputs, raw)?;
    let whole = raw.states as u64 == BLOCK;
    let (mut sums, seen) = block_sums(setting.head, raw, sides.ahead, &states, whole, bench);
    for later in 1..sides.ahead {
        for (state, sketch) in seen.sketches.chunks_exact(SKETCH).enumerate() {
            let tokens = &raw.tokens[state * sides.ahead..][..sides.ahead];
            let class = setting.classes[tokens[later] as usize];
            sums.cells.push(cells::key(later - 1, sides.tokens, tokens[0], cells::cell(sketch), class));
            sums.counts[Count::Future as usize].push(((later - 1) * sides.tokens + tokens[later] as usize, 1));
        }
    }
    if let Some(drafts) = &setting.drafts
        && raw.number >= training_blocks(&sides)
    {
        let (numbers, hits) = drafts.test(raw, sides.ahead, &states, whole, memory);
        sums.sums[Sum::Draft as usize] = numbers;
        let counts = &mut sums.counts[Count::Draft as usize];
        counts.extend([(0, raw.states as u64), (1, u64::from(whole))]);
        counts.extend(hits.iter().enumerate().map(|(later, hits)| (2 + later, *hits)));
    }
    Ok(sums)
}
