//! From totals to results.

use nalgebra::DMatrix;

use super::cells::{self, Entropy, Information};
use super::draft::{self, Tested};
use super::exact_sum::means;
use super::head::{Head, SKETCH};
use super::inputs::{BLOCK, Sides};
use super::real::{Matrix, Real};
use super::spectrum::{Alignment, Eigen, Spectrum, alignment, rectangle, symmetric};
use super::surrogate::{Moments, Surrogates, surrogates};
use super::totals::{Count, SCALAR_COUNT, SCALARS, Sum, Totals};

/// Leading functions whose angles are reported.
pub const LEADING: usize = 8;

/// Whole blocks from which intervals are taken; with fewer, states count as independent.
const BLOCKS_FOR_MARGIN: f64 = 8.0;

/// The mean of a quantity of one state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// The spread: the standard deviation over states.
    pub deviation: f64,
    /// Half the width of the 95 % interval of the mean.
    pub margin: f64,
}

/// An eigenvalue that lies between two bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Between {
    /// It is at least this.
    pub low: f64,
    /// It is at most this.
    pub high: f64,
}

/// What later tokens add, for one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Later {
    /// 2 for the token after the next.
    pub ahead: usize,
    /// Entropy of the token: plug-in, and with the correction of Miller and Madow.
    pub entropy: (f64, f64),
    /// What the cell of the state tells of the class of the token, given the next token.
    pub cells: Information,
    /// Losses of drafts on states they were not learned from.
    pub draft: Option<Tested>,
}

/// Everything that the report says.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// Sides of the data.
    pub sides: Sides,
    /// Precision in which logits were computed.
    pub precision: &'static str,
    /// Seed of the sketch.
    pub seed: u64,
    /// Means of [`SCALARS`].
    pub means: [Mean; SCALAR_COUNT],
    /// Whether margins come from blocks of consecutive states; otherwise states count as independent.
    pub margins_from_blocks: bool,
    /// How often the most probable token is the next one.
    pub accuracy: f64,
    /// Entropy of the next token without context: plug-in, and with the correction of Miller and Madow.
    pub unigram: (f64, f64),
    /// The averaged Fisher metric.
    pub fisher: Spectrum,
    /// The covariance of states.
    pub states: Spectrum,
    /// The largest eigenvalue's part of the states' second moment, not centred.
    pub anisotropy: f64,
    /// Mean cosine of the angle between two different states.
    pub cosine: f64,
    /// States that are zero, and so have no direction.
    pub zeros: u64,
    /// The second moment of predictions (the operator of the linear predictive kernel): its leading eigenvalues.
    pub similarity: Vec<Between>,
    /// Its trace, the mean of Σp².
    pub similarity_trace: f64,
    /// The covariance of mean embeddings Wᵀp.
    pub embeddings: Spectrum,
    /// Alignment with the leading functions of the mean embedding.
    pub embedding_alignment: Alignment,
    /// Alignment with the leading functions of the prediction's sketch.
    pub sketch_alignment: Alignment,
    /// Linear CKA of states and mean embeddings.
    pub embedding_cka: f64,
    /// Linear CKA of states and predictions, from the sketch.
    pub prediction_cka: f64,
    /// Quadratic upper bounds of the mean NLL.
    pub surrogates: Surrogates,
    /// Histogram of the NLL, from 0 to twice log V.
    pub nll_bins: Vec<u64>,
    /// Histogram of the entropy, from 0 to log V.
    pub entropy_bins: Vec<u64>,
    /// What later tokens add.
    pub later: Vec<Later>,
    /// States on which drafts were tested.
    pub draft_states: u64,
}

impl Analysis {
    /// The mean of one of [`SCALARS`].
    pub fn mean(&self, name: &str) -> Mean {
        let place = SCALARS.iter().position(|s| *s == name);
        place.map_or(Mean { mean: f64::NAN, deviation: f64::NAN, margin: f64::NAN }, |p| self.means[p])
    }

    /// What the identity NLL = energy − norms + potential lacks: rounding.
    pub fn identity_gap(&self) -> f64 {
        self.mean("nll").mean - (self.mean("energy").mean - self.mean("norms").mean + self.mean("potential").mean)
    }
}

/// The results of a run whose states are all in the totals.
pub fn analyse<T: Real>(sides: Sides, seed: u64, totals: &Totals, head: &Head<T>) -> Analysis {
    let (d, n) = (sides.width, totals.states() as f64);
    let (state, embedding) = (means(totals.sum(Sum::State), n), means(totals.sum(Sum::Embedding), n));
    let sketch = means(totals.sum(Sum::Sketch), n);
    let second = symmetric(totals.sum(Sum::StateState), d, n);
    let embedding_second = symmetric(totals.sum(Sum::EmbeddingEmbedding), d, n);
    let scalars = scalar_means(totals);
    let logit = scalars[5].mean - scalars[0].mean;
    let tokens = totals.count(Count::Tokens);
    let bounds = surrogates(head, &Moments { mean: &state, second: &second, logit, tokens });
    let anisotropy = Spectrum::of(Eigen::of(second.clone()).values).top_share;
    let states = Eigen::of(centred(second, &state, &state));
    let embeddings = Eigen::of(centred(embedding_second.clone(), &embedding, &embedding));
    let state_embedding = centred(rectangle(totals.sum(Sum::StateEmbedding), d, d, n), &state, &embedding);
    let sketches = symmetric(totals.sum(Sum::SketchSketch), SKETCH, n);
    let state_sketch = centred(rectangle(totals.sum(Sum::StateSketch), d, SKETCH, n), &state, &sketch);
    let sketched = Eigen::of(centred(sketches.clone(), &sketch, &sketch));
    let prediction = means(totals.sum(Sum::Prediction), n);
    let range = means(totals.sum(Sum::Range), n);
    let trace = 1.0 - scalars[2].mean;
    let norm = |e: &Eigen| e.values.iter().map(|v| v * v).sum::<f64>().sqrt();
    let cka = |numerator: f64, other: f64| match norm(&states) * other {
        some if some > 0.0 => numerator / some,
        _ => 0.0,
    };
    // |Cov(p)|² from the sketch: signs ω with E ωωᵀ = 1 give E|Cov ω|² = |Cov|².
    let spread: f64 = range
        .chunks_exact(SKETCH)
        .zip(&prediction)
        .map(|(row, p)| row.iter().zip(&sketch).map(|(x, y)| (x - p * y).powi(2)).sum::<f64>())
        .sum();
    let directions = means(totals.sum(Sum::Direction), 1.0);
    let length: f64 = directions.iter().map(|x| x * x).sum();
    let counts = totals.count(Count::States);
    let with_direction = (totals.states() - counts[3]) as f64;
    let fisher = Spectrum::of(Eigen::of(fisher(head, &prediction) - embedding_second).values);
    Analysis {
        sides,
        precision: T::NAME,
        seed,
        means: scalars,
        margins_from_blocks: counts[1] as f64 >= BLOCKS_FOR_MARGIN,
        accuracy: counts[2] as f64 / n,
        unigram: entropy(totals.count(Count::Tokens)),
        fisher,
        anisotropy,
        cosine: match with_direction {
            some if some > 1.0 => (length - some) / (some * (some - 1.0)),
            _ => f64::NAN,
        },
        zeros: counts[3],
        similarity: nystrom(&range, &sketches, trace),
        similarity_trace: trace,
        embedding_alignment: alignment(&states, &embeddings, &state_embedding, LEADING),
        sketch_alignment: alignment(&states, &sketched, &state_sketch, LEADING),
        embedding_cka: cka(state_embedding.norm_squared(), norm(&embeddings)),
        prediction_cka: cka(state_sketch.norm_squared() / SKETCH as f64, (spread / SKETCH as f64).sqrt()),
        surrogates: bounds,
        nll_bins: totals.count(Count::NllBins).to_vec(),
        entropy_bins: totals.count(Count::EntropyBins).to_vec(),
        later: (1..sides.ahead).map(|later| later_token(&sides, totals, later)).collect(),
        draft_states: totals.count(Count::Draft).first().copied().unwrap_or(0),
        states: Spectrum::of(states.values),
        embeddings: Spectrum::of(embeddings.values),
    }
}

fn later_token(sides: &Sides, totals: &Totals, later: usize) -> Later {
    let tokens = &totals.count(Count::Future)[(later - 1) * sides.tokens..later * sides.tokens];
    let hits = totals.count(Count::Draft);
    let draft = (hits[0] > 0).then(|| {
        let numbers = means(&totals.sum(Sum::Draft)[draft::numbers_of(later - 1)], 1.0);
        draft::tested(&numbers, hits[0], hits[1], hits[1 + later], BLOCK)
    });
    let cells = cells::information(totals, later - 1, sides.tokens);
    Later { ahead: later + 1, entropy: entropy(tokens), cells, draft }
}

fn entropy(counts: &[u64]) -> (f64, f64) {
    let mut entropy = Entropy::default();
    counts.iter().for_each(|c| entropy.add(*c));
    (entropy.value(), entropy.value() + entropy.correction())
}

fn centred(mut second: DMatrix<f64>, left: &[f64], right: &[f64]) -> DMatrix<f64> {
    for (c, mut column) in second.column_iter_mut().enumerate() {
        column.iter_mut().zip(left).for_each(|(x, m)| *x -= m * right[c]);
    }
    second
}

fn scalar_means(totals: &Totals) -> [Mean; SCALAR_COUNT] {
    let n = totals.states() as f64;
    let blocks = totals.count(Count::States)[1] as f64;
    let sums = means(totals.sum(Sum::Scalars), 1.0);
    std::array::from_fn(|i| {
        let mean = sums[i] / n;
        let variance = (sums[SCALAR_COUNT + i] / n - mean * mean).max(0.0);
        // Neighbouring states depend on each other, means over blocks much less.
        let error = if blocks >= BLOCKS_FOR_MARGIN {
            let (sum, square) = (sums[2 * SCALAR_COUNT + i], sums[3 * SCALAR_COUNT + i]);
            let (mean, size) = (sum / blocks, BLOCK as f64);
            ((square / blocks - mean * mean).max(0.0) / (blocks - 1.0)).sqrt() / size
        } else {
            (variance / (n - 1.0).max(1.0)).sqrt()
        };
        Mean { mean, deviation: variance.sqrt(), margin: 1.96 * error }
    })
}

/// Wᵀ diag(p) W in double precision, some rows at a time.
fn fisher<T: Real>(head: &Head<T>, prediction: &[f64]) -> DMatrix<f64> {
    const ROWS: usize = 512;
    let d = head.width;
    let mut out = DMatrix::zeros(d, d);
    for (chunk, weights) in prediction.chunks(ROWS).enumerate() {
        let rows: Vec<f64> =
            (0..weights.len()).flat_map(|w| head.row(chunk * ROWS + w).iter().map(|x| x.to())).collect();
        let scaled: Vec<f64> =
            rows.chunks_exact(d).zip(weights).flat_map(|(row, p)| row.iter().map(move |x| x * p)).collect();
        let (rows, scaled) =
            (Matrix::by_columns(&rows, d, weights.len()), Matrix::by_columns(&scaled, d, weights.len()));
        scaled.times(rows.transposed(), 1.0, out.as_mut_slice());
    }
    out
}

/// Bounds for the leading eigenvalues of `A = E ppᵀ` from `AΩ` and `ΩᵀAΩ`. Nyström's approximation `AΩ(ΩᵀAΩ)⁺ΩᵀA` is between
/// zero and `A`, so its eigenvalues are lower bounds, and what its trace lacks of the trace of `A`, which is known, bounds
/// the error of each.
fn nystrom(range: &[f64], core: &DMatrix<f64>, trace: f64) -> Vec<Between> {
    let range = Matrix::by_columns(range, SKETCH, range.len() / SKETCH);
    let mut square = vec![0.0; SKETCH * SKETCH];
    range.times(range.transposed(), 0.0, &mut square);
    let core = Eigen::of(core.clone());
    let floor = core.values[0] * 1e-7;
    let kept = core.values.iter().filter(|v| **v > floor).count();
    let mut root = core.vectors.columns(0, kept).into_owned();
    for (c, mut column) in root.column_iter_mut().enumerate() {
        column /= core.values[c].sqrt();
    }
    let values = Eigen::of(root.transpose() * DMatrix::from_vec(SKETCH, SKETCH, square) * root).values;
    let rest = (trace - values.iter().sum::<f64>()).max(0.0);
    values.into_iter().map(|low| Between { low, high: low + rest }).collect()
}
