//! The way from files to results.

use std::path::Path;

use super::analysis::{Analysis, analyse};
use super::error::LmError;
use super::find::{self, Found, Wanted, find};
use super::head::Head;
use super::inputs::Inputs;
use super::partial::{self, Partial, Run};
use super::pass::{Pass, pass};
use super::real::Real;
use super::tensor::Tensor;
use crate::base::interrupt::Interrupt;

/// In which precision logits are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// Double if head or states are doubles, otherwise single.
    #[default]
    Auto,
    /// 32 bits.
    Single,
    /// 64 bits.
    Double,
}

/// How to run.
pub struct How<'a> {
    /// The precision of logits.
    pub precision: Precision,
    /// Number of threads.
    pub threads: usize,
    /// Seed of the sketch.
    pub seed: u64,
    /// Which part of the states: `(k, n)` is the `k`-th of `n` parts, from 1.
    pub shard: (u64, u64),
    /// Whether to stop.
    pub interrupt: &'a Interrupt,
    /// Told how many blocks are done, and of how many.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
}

/// Sums over the states of a shard, and the results if the shard is all.
pub fn run(wanted: &Wanted, how: &How<'_>) -> Result<(Partial, Option<Analysis>), LmError> {
    let inputs = Inputs::new(find(wanted)?)?;
    match how.precision {
        Precision::Single => run_in::<f32>(&inputs, how),
        Precision::Double => run_in::<f64>(&inputs, how),
        Precision::Auto if inputs.is_narrow() => run_in::<f32>(&inputs, how),
        Precision::Auto => run_in::<f64>(&inputs, how),
    }
}

fn run_in<T: Real>(inputs: &Inputs, how: &How<'_>) -> Result<(Partial, Option<Analysis>), LmError> {
    let head: Head<T> = Head::read(inputs, how.seed)?;
    let sides = inputs.sides;
    let (k, n) = how.shard;
    let begin = |part: u64| (u128::from(sides.blocks()) * u128::from(part) / u128::from(n)) as u64;
    let blocks = begin(k - 1)..begin(k);
    let total = blocks.end - blocks.start;
    let progress = |done: u64| (how.progress)(done, total);
    let how_to = Pass { threads: how.threads, seed: how.seed, interrupt: how.interrupt, progress: &progress };
    let totals = pass(inputs, &head, blocks.clone(), &how_to)?;
    let place = |t: &Tensor| format!("{}:{}", t.path, t.name);
    let run = Run {
        sides,
        seed: how.seed,
        precision: T::NAME.to_string(),
        fingerprint: head.fingerprint,
        head: place(&inputs.found.head),
        bias: inputs.found.bias.as_ref().map(place),
    };
    let blocks = if blocks.is_empty() { Vec::new() } else { vec![(blocks.start, blocks.end)] };
    let partial = Partial { run, blocks, totals };
    let analysis = partial.is_whole().then(|| analyse(sides, how.seed, &partial.totals, &head));
    Ok((partial, analysis))
}

/// Joins partial results.
pub fn merge(paths: &[String]) -> Result<Partial, LmError> {
    let mut joined: Option<(String, Partial)> = None;
    // One after the other, so that no more than two are in memory.
    let mut owners: Vec<(String, Vec<(u64, u64)>)> = Vec::new();
    for path in paths {
        let part = Partial::read(Path::new(path))?;
        owners.push((path.clone(), part.blocks.clone()));
        joined = Some(match joined {
            None => (path.clone(), part),
            Some((first, all)) => {
                let all = partial::merge(all, part, &first, path, &owners)?;
                (first, all)
            }
        });
    }
    joined.map(|(_, all)| all).ok_or_else(|| LmError::Partial { path: String::new(), reason: "there is none".into() })
}

/// The results of a partial result that holds all states. The head is where the run found it, or where the options say.
pub fn results(partial: &Partial, name: &str, head: Option<&str>, bias: Option<&str>) -> Result<Analysis, LmError> {
    if let Some(missing) = partial.missing() {
        return Err(missing);
    }
    match &*partial.run.precision {
        "double" => results_in::<f64>(partial, name, head, bias),
        _ => results_in::<f32>(partial, name, head, bias),
    }
}

fn results_in<T: Real>(
    partial: &Partial,
    name: &str,
    head: Option<&str>,
    bias: Option<&str>,
) -> Result<Analysis, LmError> {
    let run = &partial.run;
    let tensor = find::find_head(head.unwrap_or(&run.head))?;
    let bias = bias.or(run.bias.as_deref()).map(find::find_bias).transpose()?;
    // There are no states to read; the head stands in for them.
    let hidden = tensor.clone();
    let found = Found { head: tensor, bias, hidden, tokens: None, future: None };
    let inputs = Inputs::new(found)?;
    let (sides, wanted) = (inputs.sides, run.sides);
    let head: Head<T> = Head::read(&inputs, run.seed)?;
    if (sides.width, sides.tokens, head.fingerprint) != (wanted.width, wanted.tokens, run.fingerprint) {
        return Err(LmError::DifferentRuns {
            first: name.to_string(),
            second: format!("{}:{}", inputs.found.head.path, inputs.found.head.name),
            what: "the fingerprint of the head",
            left: format!("{:016x}", run.fingerprint),
            right: format!("{:016x}", head.fingerprint),
        });
    }
    Ok(analyse(wanted, run.seed, &partial.totals, &head))
}
