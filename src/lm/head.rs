//! The head in memory: its rows, each followed by the signs that the sketch of predictions multiplies its token with.
//!
//! A prediction `p` is a vector as long as the vocabulary. Its sketch is `Ωᵀp` with [`SKETCH`] columns of random signs:
//! scalar products of sketches are those of predictions on average, and one product of matrices yields the mean
//! embedding `Wᵀp` and the sketch together when the signs stand beside the rows of `W`.

use super::error::LmError;
use super::inputs::Inputs;
use super::real::{Matrix, Real};

/// Columns of the sketch. Part of the format of partial results.
pub const SKETCH: usize = 32;

/// A head matrix with its sketch.
#[derive(Debug, Clone)]
pub struct Head<T> {
    /// Numbers of a row of `W`.
    pub width: usize,
    /// Rows of `W`.
    pub tokens: usize,
    rows: Vec<T>,
    /// The bias, if there is one.
    pub bias: Option<Vec<T>>,
    /// Half of the squared length of each row.
    pub half_norms: Vec<f64>,
    /// What tells it from other heads.
    pub fingerprint: u64,
}

impl<T: Real> Head<T> {
    /// Reads the head of a run.
    pub fn read(inputs: &Inputs, seed: u64) -> Result<Head<T>, LmError> {
        let (width, tokens) = (inputs.sides.width, inputs.sides.tokens);
        let mut rows = Vec::with_capacity(tokens * (width + SKETCH));
        let mut half_norms = Vec::with_capacity(tokens);
        let mut fingerprint = inputs.head(|row: &[T]| {
            rows.extend_from_slice(row);
            rows.extend(signs(seed, half_norms.len() as u64).map(T::of));
            half_norms.push(0.5 * row.iter().map(|x| x.to() * x.to()).sum::<f64>());
        })?;
        let mut bias = None;
        if let Some((numbers, print)) = inputs.bias()? {
            bias = Some(numbers);
            fingerprint = fingerprint.rotate_left(1) ^ print;
        }
        Ok(Head { width, tokens, rows, bias, half_norms, fingerprint })
    }

    /// A head from its rows, one after the other, and its bias.
    pub fn from_parts(width: usize, weights: &[T], bias: Vec<T>, seed: u64) -> Head<T> {
        let (mut rows, mut half_norms) = (Vec::new(), Vec::new());
        for row in weights.chunks_exact(width) {
            rows.extend_from_slice(row);
            rows.extend(signs(seed, half_norms.len() as u64).map(T::of));
            half_norms.push(0.5 * row.iter().map(|x| x.to() * x.to()).sum::<f64>());
        }
        Head { width, tokens: half_norms.len(), rows, bias: Some(bias), half_norms, fingerprint: 0 }
    }

    /// Places of a row: the row of `W`, then the signs.
    pub fn stride(&self) -> usize {
        self.width + SKETCH
    }

    /// The row of a token.
    pub fn row(&self, token: usize) -> &[T] {
        &self.rows[token * self.stride()..][..self.width]
    }

    /// `W`, a row for each token.
    pub(super) fn weights(&self) -> Matrix<'_, T> {
        Matrix::by_rows(&self.rows, self.tokens, self.width, self.stride())
    }

    /// `W` with the signs beside it.
    pub(super) fn weights_and_signs(&self) -> Matrix<'_, T> {
        Matrix::by_rows(&self.rows, self.tokens, self.stride(), self.stride())
    }
}

/// The signs of a token: the lowest bits of one word of SplitMix64, so that others can make them again.
pub fn signs(seed: u64, token: u64) -> impl Iterator<Item = f64> {
    let word = mixed(seed.wrapping_add(token.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    (0..SKETCH).map(move |c| if (word >> c) & 1 == 1 { 1.0 } else { -1.0 })
}

/// The mixing function of Steele, Lea and Flood's SplitMix64.
pub(super) fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
