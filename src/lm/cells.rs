//! How much a hidden state tells of a later token beyond the next one, from counts.
//!
//! The state is replaced by one of [`CELLS`] cells and the later token by one of [`CLASSES`] classes. By the data processing
//! inequality `I(cell; class | next token)` is at most the information of the state about the token given the next token.
//! It is estimated from counts: the plug-in estimate, which is too large on average, and the same with the correction of
//! Miller and Madow, `(occupied cells − 1)/2N` for each entropy.
//!
//! - The cell is the pattern of signs of the first four numbers of the prediction's sketch.
//! - The class is the pattern of signs of four projections of the token's row of `W`, less their mean over all tokens.

use std::collections::BTreeMap;

use super::head::{Head, mixed};
use super::real::Real;
use super::totals::Totals;

/// Cells of states. Part of the format of partial results.
pub const CELLS: u64 = 16;

/// Classes of tokens. Part of the format of partial results.
pub const CLASSES: u64 = 16;

/// The class of each token.
pub fn classes<T: Real>(head: &Head<T>, seed: u64) -> Vec<u64> {
    let mut classes = vec![0u64; head.tokens];
    for bit in 0..4 {
        let sign = |i: usize| if mixed(seed ^ ((i as u64 * 4 + bit + 1) << 20)) & 1 == 1 { 1.0 } else { -1.0 };
        let signs: Vec<f64> = (0..head.width).map(sign).collect();
        let project = |w: usize| head.row(w).iter().zip(&signs).map(|(x, s)| x.to() * s).sum::<f64>();
        let values: Vec<f64> = (0..head.tokens).map(project).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        classes.iter_mut().zip(&values).for_each(|(c, v)| *c |= u64::from(*v > mean) << bit);
    }
    classes
}

/// The cell of a state by the sketch of its prediction.
pub fn cell(sketch: &[f64]) -> u64 {
    sketch.iter().take(4).enumerate().map(|(bit, y)| u64::from(*y > 0.0) << bit).sum()
}

/// The key of a combination.
pub fn key(later: usize, tokens: usize, next: u32, cell: u64, class: u64) -> u64 {
    ((later as u64 * tokens as u64 + u64::from(next)) * CELLS + cell) * CLASSES + class
}

/// Estimates of `I(cell; class | next)`, in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Information {
    /// From counts as they are.
    pub plug_in: f64,
    /// With the correction of Miller and Madow.
    pub corrected: f64,
    /// Combinations that occurred.
    pub occupied: usize,
}

/// The information about a later token.
pub fn information(totals: &Totals, later: usize, tokens: usize) -> Information {
    let begin = key(later, tokens, 0, 0, 0);
    let end = key(later + 1, tokens, 0, 0, 0);
    let mut joint = Entropy::default();
    let (mut next_cell, mut next_class, mut next) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (key, count) in totals.cells.range(begin..end) {
        joint.add(*count);
        let (class, rest) = (key % CLASSES, key / CLASSES);
        *next_cell.entry(rest).or_insert(0) += count;
        *next_class.entry((rest / CELLS) * CLASSES + class).or_insert(0) += count;
        *next.entry(rest / CELLS).or_insert(0) += count;
    }
    let of = |counts: BTreeMap<u64, u64>| {
        let mut entropy = Entropy::default();
        counts.values().for_each(|c| entropy.add(*c));
        entropy
    };
    let occupied = joint.cells;
    let (a, b, c) = (of(next_cell), of(next_class), of(next));
    let plug_in = a.value() + b.value() - c.value() - joint.value();
    let correction = a.correction() + b.correction() - c.correction() - joint.correction();
    Information { plug_in, corrected: plug_in + correction, occupied }
}

/// The entropy of counts.
#[derive(Debug, Default, Clone, Copy)]
pub struct Entropy {
    all: u64,
    sum: f64,
    cells: usize,
}

impl Entropy {
    /// Adds a count.
    pub fn add(&mut self, count: u64) {
        if count > 0 {
            self.all += count;
            self.sum += count as f64 * (count as f64).ln();
            self.cells += 1;
        }
    }

    /// The plug-in estimate.
    pub fn value(&self) -> f64 {
        let n = self.all.max(1) as f64;
        n.ln() - self.sum / n
    }

    /// What Miller and Madow add.
    pub fn correction(&self) -> f64 {
        (self.cells.max(1) - 1) as f64 / (2.0 * self.all.max(1) as f64)
    }
}
