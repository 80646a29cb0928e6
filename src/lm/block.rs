//! What is computed from one block of states, by one thread, always in the same way:
//!
//! 1. the logits of all states, one product of matrices;
//! 2. one pass over the logits of each state: largest logit, partition function, entropies; exponentials replace logits;
//! 3. mean embeddings `Wᵀp` and sketches `Ωᵀp`, one product;
//! 4. the sum of predictions and Σ p (Ωᵀp)ᵀ, one product;
//! 5. second moments of states, mean embeddings and sketches, in double precision.
//!
//! Predictions are never divided by their partition functions; the factors go into what is multiplied with them.

use super::head::{Head, SKETCH};
use super::inputs::RawBlock;
use super::real::{Matrix, Real};
use super::totals::{BINS, BlockSums, COUNT_NAMES, Count, SCALAR_COUNT, SUM_NAMES, Sum};

/// Memory of one thread, used again for each block.
#[derive(Debug, Default)]
pub struct Bench<T> {
    logits: Vec<T>,
    means: Vec<T>,
    range: Vec<T>,
    scaled: Vec<T>,
}

/// What later steps need to know of each state.
#[derive(Debug)]
pub struct Seen {
    /// Sketches of predictions, one after the other.
    pub sketches: Vec<f64>,
}

/// Computes the sums of a block from its states, one after the other.
pub fn block_sums<T: Real>(
    head: &Head<T>,
    raw: &RawBlock,
    ahead: usize,
    states: &[T],
    whole: bool,
    bench: &mut Bench<T>,
) -> (BlockSums, Seen) {
    let (d, v, n, both) = (head.width, head.tokens, raw.states, head.stride());
    let mut out = BlockSums {
        sums: vec![Vec::new(); SUM_NAMES.len()],
        counts: vec![Vec::new(); COUNT_NAMES.len()],
        cells: Vec::new(),
    };
    let h = Matrix::by_columns(states, d, n);
    // 1.
    bench.logits.resize(v * n, T::default());
    let keep = match &head.bias {
        Some(bias) => {
            bench.logits.chunks_exact_mut(v).for_each(|column| column.copy_from_slice(bias));
            1.0
        }
        None => 0.0,
    };
    head.weights().times(h, keep, &mut bench.logits);
    // 2.
    let mut scalars = Scalars::default();
    let mut inverse = Vec::with_capacity(n);
    let mut directions = vec![0.0; d];
    for (state, column) in bench.logits.chunks_exact_mut(v).enumerate() {
        let token = raw.tokens[state * ahead] as usize;
        let target = column[token].to();
        let soft = T::softmax(column);
        inverse.push(1.0 / soft.sum);
        out.counts[Count::Tokens as usize].push((token, 1));
        let h = &states[state * d..][..d];
        let square: f64 = h.iter().map(|x| x.to() * x.to()).sum();
        let distance: f64 = h.iter().zip(head.row(token)).map(|(a, b)| (a.to() - b.to()).powi(2)).sum();
        if square > 0.0 {
            let length = square.sqrt();
            directions.iter_mut().zip(h).for_each(|(u, x)| *u += x.to() / length);
        } else {
            scalars.zeros += 1;
        }
        scalars.hits += u64::from(target >= soft.max);
        let log_z = soft.max + soft.sum.ln();
        let squares = soft.squares / (soft.sum * soft.sum);
        let bias = head.bias.as_ref().map_or(0.0, |b| b[token].to());
        scalars.add(
            [
                log_z - target,
                // Rounding may leave a certain prediction a hair below zero.
                (soft.sum.ln() - soft.weighted / soft.sum).max(0.0),
                (1.0 - squares).max(0.0),
                (2.0 - 2.0 * soft.three_halves / soft.sum.powf(1.5)).max(0.0),
                (-squares.ln()).max(0.0),
                log_z,
                0.5 * distance,
                head.half_norms[token] + bias,
                log_z - 0.5 * square,
            ],
            (v as f64).ln(),
        );
    }
    // 3.
    bench.means.resize(both * n, T::default());
    let e = Matrix::by_columns(&bench.logits, v, n);
    head.weights_and_signs().transposed().times(e, 0.0, &mut bench.means);
    let (mut means, mut sketches) = (Vec::with_capacity(d * n), Vec::with_capacity(SKETCH * n));
    for (column, factor) in bench.means.chunks_exact(both).zip(&inverse) {
        means.extend(column[..d].iter().map(|x| x.to() * factor));
        sketches.extend(column[d..].iter().map(|x| x.to() * factor));
    }
    // 4.
    bench.scaled.clear();
    for (sketch, factor) in sketches.chunks_exact(SKETCH).zip(&inverse) {
        bench.scaled.extend(sketch.iter().map(|x| T::of(x * factor)));
        bench.scaled.push(T::of(*factor));
    }
    bench.range.resize(v * (SKETCH + 1), T::default());
    let scaled = Matrix::by_rows(&bench.scaled, n, SKETCH + 1, SKETCH + 1);
    e.times(scaled, 0.0, &mut bench.range);
    let (range, prediction) = bench.range.split_at(v * SKETCH);
    let range = (0..v).flat_map(|w| (0..SKETCH).map(move |c| range[c * v + w].to())).collect();
    let mut set = |which: Sum, list: Vec<f64>| out.sums[which as usize] = list;
    set(Sum::Range, range);
    set(Sum::Prediction, prediction.iter().map(|x| x.to()).collect());
    // 5.
    let states: Vec<f64> = states.iter().map(|x| x.to()).collect();
    let total = |list: &[f64], width: usize| {
        let mut sum = vec![0.0; width];
        list.chunks_exact(width).for_each(|column| sum.iter_mut().zip(column).for_each(|(s, x)| *s += x));
        sum
    };
    set(Sum::State, total(&states, d));
    set(Sum::Direction, directions);
    set(Sum::Embedding, total(&means, d));
    set(Sum::Sketch, total(&sketches, SKETCH));
    let (h, m, y) =
        (Matrix::by_columns(&states, d, n), Matrix::by_columns(&means, d, n), Matrix::by_columns(&sketches, SKETCH, n));
    let product = |a: Matrix<'_, f64>, b: Matrix<'_, f64>, entries: usize| {
        let mut out = vec![0.0; entries];
        a.times(b.transposed(), 0.0, &mut out);
        out
    };
    set(Sum::StateState, upper(&product(h, h, d * d), d));
    set(Sum::EmbeddingEmbedding, upper(&product(m, m, d * d), d));
    set(Sum::StateEmbedding, product(h, m, d * d));
    set(Sum::SketchSketch, upper(&product(y, y, SKETCH * SKETCH), SKETCH));
    set(Sum::StateSketch, product(h, y, d * SKETCH));
    set(Sum::Scalars, scalars.list(whole));
    out.counts[Count::States as usize] =
        vec![(0, n as u64), (1, u64::from(whole)), (2, scalars.hits), (3, scalars.zeros)];
    out.counts[Count::NllBins as usize] = scalars.bins[0].iter().copied().enumerate().collect();
    out.counts[Count::EntropyBins as usize] = scalars.bins[1].iter().copied().enumerate().collect();
    (out, Seen { sketches })
}

/// The upper triangle of a square matrix, column after column.
fn upper(square: &[f64], side: usize) -> Vec<f64> {
    square.chunks_exact(side).enumerate().flat_map(|(c, column)| column[..=c].iter().copied()).collect()
}

struct Scalars {
    sums: [f64; SCALAR_COUNT],
    squares: [f64; SCALAR_COUNT],
    hits: u64,
    zeros: u64,
    bins: [[u64; BINS]; 2],
}

impl Default for Scalars {
    fn default() -> Self {
        Scalars { sums: [0.0; SCALAR_COUNT], squares: [0.0; SCALAR_COUNT], hits: 0, zeros: 0, bins: [[0; BINS]; 2] }
    }
}

impl Scalars {
    fn add(&mut self, values: [f64; SCALAR_COUNT], log_tokens: f64) {
        for (place, value) in values.iter().enumerate() {
            self.sums[place] += value;
            self.squares[place] += value * value;
        }
        let bin = |value: f64, most: f64| ((value / most * BINS as f64) as usize).min(BINS - 1);
        self.bins[0][bin(values[0], 2.0 * log_tokens)] += 1;
        self.bins[1][bin(values[1], log_tokens)] += 1;
    }

    fn list(&self, whole: bool) -> Vec<f64> {
        let part = if whole { 1.0 } else { 0.0 };
        let blocks = self.sums.iter().map(|s| part * s).chain(self.sums.iter().map(|s| part * s * s));
        self.sums.iter().chain(&self.squares).copied().chain(blocks).collect()
    }
}
