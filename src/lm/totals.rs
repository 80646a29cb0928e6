//! What is added up over all states. Every total is a sum of numbers that belong to one block, kept exactly
//! ([`super::exact_sum`]), or a count; so totals of parts can be added in any order with the same result to the last bit.

use std::collections::BTreeMap;

use super::exact_sum::{ExactSum, LIMIT};
use super::head::SKETCH;
use super::inputs::Sides;

/// Quantities of one state whose mean and spread are reported.
pub const SCALARS: [&str; 9] =
    ["nll", "entropy", "gini", "hellinger", "collision", "log_z", "energy", "norms", "potential"];

/// Number of quantities of one state.
pub const SCALAR_COUNT: usize = SCALARS.len();

/// Bins of a histogram.
pub const BINS: usize = 64;

/// A list of exact sums, by what is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Sum {
    /// Each of [`SCALARS`] over states; then their squares; then over the states of whole blocks; then the squares of
    /// their sums over each whole block.
    Scalars,
    /// Predictions: the sum of `p`, for each token.
    Prediction,
    /// Σ p (Ωᵀp)ᵀ, `SKETCH` numbers for each token.
    Range,
    /// Σ h.
    State,
    /// Σ h / |h|.
    Direction,
    /// Σ m, where m = Wᵀp is the mean embedding of a prediction.
    Embedding,
    /// Σ Ωᵀp.
    Sketch,
    /// Σ h hᵀ, the upper triangle column after column.
    StateState,
    /// Σ m mᵀ, the upper triangle.
    EmbeddingEmbedding,
    /// Σ h mᵀ, column after column.
    StateEmbedding,
    /// Σ (Ωᵀp)(Ωᵀp)ᵀ, the upper triangle.
    SketchSketch,
    /// Σ h (Ωᵀp)ᵀ, column after column.
    StateSketch,
    /// Losses of drafts, see [`super::draft`].
    Draft,
}

/// Names of the sums in files, in the order of [`Sum`].
pub const SUM_NAMES: [&str; 13] = [
    "scalars",
    "prediction",
    "range",
    "state",
    "direction",
    "embedding",
    "sketch",
    "state_state",
    "embedding_embedding",
    "state_embedding",
    "sketch_sketch",
    "state_sketch",
    "draft",
];

/// A list of counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Count {
    /// States; whole blocks; states whose next token has the largest probability; states that are zero.
    States,
    /// Next tokens.
    Tokens,
    /// Histogram of the NLL, [`BINS`] bins from 0 to twice log V; the last takes what is beyond.
    NllBins,
    /// Histogram of the entropy of the prediction, [`BINS`] bins from 0 to log V.
    EntropyBins,
    /// Future tokens after the next one, `V` counts for each.
    Future,
    /// States on which drafts were tested; whole blocks of them; then how often each draft guesses its token.
    Draft,
}

/// Names of the counts in files, in the order of [`Count`].
pub const COUNT_NAMES: [&str; 6] = ["states", "tokens", "nll_bins", "entropy_bins", "future", "draft_hits"];

/// All totals.
#[derive(Debug, Clone, PartialEq)]
pub struct Totals {
    /// Lists of sums, in the order of [`Sum`].
    pub sums: Vec<Vec<ExactSum>>,
    /// Lists of counts, in the order of [`Count`].
    pub counts: Vec<Vec<u64>>,
    /// How often each combination of next token, cell of the state and class of a later token occurred.
    pub cells: BTreeMap<u64, u64>,
}

/// The same lists for one block, in doubles.
#[derive(Debug, Clone, Default)]
pub struct BlockSums {
    /// As [`Totals::sums`].
    pub sums: Vec<Vec<f64>>,
    /// As [`Totals::counts`]; `(place, count)` for the lists as long as the vocabulary would be mostly zeros.
    pub counts: Vec<Vec<(usize, u64)>>,
    /// Keys of combinations, one for each that occurred.
    pub cells: Vec<u64>,
}

/// Entries of an upper triangle.
pub fn triangle(side: usize) -> usize {
    side * (side + 1) / 2
}

/// Lengths of the lists of sums.
fn sum_lengths(sides: &Sides) -> [usize; 13] {
    let (d, v) = (sides.width, sides.tokens);
    let draft = super::draft::losses(sides);
    [
        4 * SCALAR_COUNT,
        v,
        v * SKETCH,
        d,
        d,
        d,
        SKETCH,
        triangle(d),
        triangle(d),
        d * d,
        triangle(SKETCH),
        d * SKETCH,
        draft,
    ]
}

/// Lengths of the lists of counts.
fn count_lengths(sides: &Sides) -> [usize; 6] {
    let later = sides.ahead - 1;
    [4, sides.tokens, BINS, BINS, later * sides.tokens, if later == 0 { 0 } else { 2 + later }]
}

impl Totals {
    /// No states yet.
    pub fn new(sides: &Sides) -> Totals {
        Totals {
            sums: sum_lengths(sides).iter().map(|n| vec![ExactSum::default(); *n]).collect(),
            counts: count_lengths(sides).iter().map(|n| vec![0; *n]).collect(),
            cells: BTreeMap::new(),
        }
    }

    /// Adds a block. A number that cannot be summed leaves the totals as they were: its name and value are returned.
    pub fn add(&mut self, block: &BlockSums) -> Result<(), (&'static str, f64)> {
        for (list, name) in block.sums.iter().zip(SUM_NAMES) {
            if let Some(bad) = list.iter().find(|x| x.is_nan() || x.abs() >= LIMIT) {
                return Err((name, *bad));
            }
        }
        for (sums, values) in self.sums.iter_mut().zip(&block.sums) {
            sums.iter_mut().zip(values).for_each(|(s, v)| s.add(*v));
        }
        for (counts, seen) in self.counts.iter_mut().zip(&block.counts) {
            seen.iter().for_each(|(place, count)| counts[*place] += count);
        }
        block.cells.iter().for_each(|key| *self.cells.entry(*key).or_default() += 1);
        Ok(())
    }

    /// Adds the totals of other states of the same run.
    pub fn merge(&mut self, other: &Totals) {
        for (sums, more) in self.sums.iter_mut().zip(&other.sums) {
            sums.iter_mut().zip(more).for_each(|(s, m)| s.add_sum(m));
        }
        for (counts, more) in self.counts.iter_mut().zip(&other.counts) {
            counts.iter_mut().zip(more).for_each(|(c, m)| *c += m);
        }
        other.cells.iter().for_each(|(key, count)| *self.cells.entry(*key).or_default() += count);
    }

    /// A list of sums.
    pub fn sum(&self, which: Sum) -> &[ExactSum] {
        &self.sums[which as usize]
    }

    /// A list of counts.
    pub fn count(&self, which: Count) -> &[u64] {
        &self.counts[which as usize]
    }

    /// Number of states.
    pub fn states(&self) -> u64 {
        self.count(Count::States)[0]
    }
}
