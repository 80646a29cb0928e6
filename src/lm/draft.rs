//! Drafts of later tokens: how well the token after the next can be guessed from the next one, from the hidden state, and
//! from both.
//!
//! A draft is learned from the first blocks of states and tested on all others, so its loss is that of data it has not
//! seen, and bounds an entropy from above: E[−log q(W|x)] ≥ H(W|x) for every q. Every shard learns the same draft from
//! the same blocks, so that no exchange between shards is needed.
//!
//! - **unigram** `u`: counts with half a count added to every token.
//! - **next token**: `(1 − λ) u(w) + λ c(w₁, w)/c(w₁)`.
//! - **linear head on the state**: the softmax of `log u(w) + β x·δ_w − ½ β² δ_w·C⁻¹δ_w`, where `x` is the state minus the mean
//!   in units of `C⁻¹`, `C` the covariance of states with a ridge, and `δ_w` the mean state before `w` minus the mean state,
//!   shrunk by `n/(n + κ)`. This is Fisher's discriminant, the best head to second order, and it needs no search.
//! - **both**: the product of the two, divided by the unigram, and normalised.
//!
//! `β`, `κ` and `λ` are chosen from small lists by the loss on the last quarter of the blocks that are learned from.

use std::collections::BTreeMap;

use nalgebra::DMatrix;

use super::error::LmError;
use super::inputs::{Blocks, Inputs, RawBlock, Sides};
use super::real::{Matrix, Real};

/// Losses of one later token: unigram, next token, linear head, both.
pub const DRAFTS: usize = 4;

/// Most blocks that a draft is learned from.
const MOST_BLOCKS: u64 = 64;

/// Numbers of each later token among the totals: sums of the losses; the same over whole blocks; squares of their sums over
/// each whole block; the square of the same sum of the difference between next token and both.
const NUMBERS: usize = 3 * DRAFTS + 1;

const BETAS: [f64; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];
const KAPPAS: [f64; 3] = [1.0, 5.0, 25.0];
const LAMBDAS: [f64; 5] = [0.0, 0.25, 0.5, 0.7, 0.85];

/// Length of the list of losses.
pub fn losses(sides: &Sides) -> usize {
    (sides.ahead - 1) * NUMBERS
}

/// Blocks that drafts are learned from; none where a test would have no data.
pub fn training_blocks(sides: &Sides) -> u64 {
    if sides.ahead > 1 { (sides.blocks() / 2).min(MOST_BLOCKS) } else { 0 }
}

/// Drafts of all later tokens.
#[derive(Debug, Clone)]
pub struct Drafts<T> {
    width: usize,
    tokens: usize,
    mean: Vec<T>,
    later: Vec<Draft<T>>,
}

/// The draft of one later token.
#[derive(Debug, Clone)]
struct Draft<T> {
    /// `βC⁻¹δ_w`, token after token.
    weights: Vec<T>,
    /// `log u(w) − ½ β² …`.
    bias: Vec<T>,
    log_unigram: Vec<f64>,
    /// Followers of each token with their counts, and the number of all.
    pairs: BTreeMap<u32, (f64, BTreeMap<u32, f64>)>,
    lambda: f64,
}

/// What was learned from.
struct Training {
    states: Vec<f64>,
    tokens: Vec<u32>,
    count: usize,
}

impl<T: Real> Drafts<T> {
    /// Learns the drafts of a run. `None` if there are no later tokens, or too few states to learn and to test.
    pub fn learn(inputs: &Inputs) -> Result<Option<Drafts<T>>, LmError> {
        let (sides, blocks) = (inputs.sides, training_blocks(&inputs.sides));
        if blocks == 0 {
            return Ok(None);
        }
        let mut reader = inputs.blocks()?;
        let mut training = Training { states: Vec::new(), tokens: Vec::new(), count: 0 };
        let mut raw = RawBlock::default();
        for block in 0..blocks {
            reader.read(block, &mut raw)?;
            training.states.extend(Blocks::states::<f64>(inputs, &raw)?);
            training.tokens.extend(&raw.tokens);
            training.count += raw.states;
        }
        let (d, n) = (sides.width, training.count);
        let mut mean = vec![0.0; d];
        training.states.chunks_exact(d).for_each(|h| mean.iter_mut().zip(h).for_each(|(m, x)| *m += x / n as f64));
        for h in training.states.chunks_exact_mut(d) {
            h.iter_mut().zip(&mean).for_each(|(x, m)| *x -= m);
        }
        let mut covariance = vec![0.0; d * d];
        let x = Matrix::by_columns(&training.states, d, n);
        x.times(x.transposed(), 0.0, &mut covariance);
        let mut covariance = DMatrix::from_vec(d, d, covariance) / n as f64;
        let ridge = 1e-3 * covariance.trace() / d as f64 + f64::MIN_POSITIVE;
        (0..d).for_each(|i| covariance[(i, i)] += ridge);
        let Some(inverse) = covariance.cholesky().map(|c| c.inverse()) else { return Ok(None) };
        let later = (1..sides.ahead).map(|j| Draft::learn(&training, &sides, &inverse, j)).collect();
        let mean = mean.into_iter().map(T::of).collect();
        Ok(Some(Drafts { width: d, tokens: sides.tokens, mean, later }))
    }

    /// Losses of the drafts on a block of other states: the numbers of [`losses`], and how often each draft guesses right.
    pub fn test(
        &self,
        raw: &RawBlock,
        ahead: usize,
        states: &[T],
        whole: bool,
        memory: &mut Vec<T>,
    ) -> (Vec<f64>, Vec<u64>) {
        let (d, v, n) = (self.width, self.tokens, raw.states);
        let mut centred = states.to_vec();
        for h in centred.chunks_exact_mut(d) {
            h.iter_mut().zip(&self.mean).for_each(|(x, m)| *x -= *m);
        }
        let (mut numbers, mut hits) = (Vec::new(), Vec::new());
        for (later, draft) in self.later.iter().enumerate() {
            memory.resize(v * n, T::default());
            draft.logits(&centred, d, memory);
            let mut sums = [0.0; DRAFTS];
            let mut right = 0;
            for (state, logits) in memory.chunks_exact_mut(v).enumerate() {
                let (next, target) = (raw.tokens[state * ahead], raw.tokens[state * ahead + later + 1]);
                let (losses, hit) = draft.losses(next, target, logits);
                sums.iter_mut().zip(losses).for_each(|(s, l)| *s += l);
                right += u64::from(hit);
            }
            let part = if whole { 1.0 } else { 0.0 };
            numbers.extend(sums);
            numbers.extend(sums.iter().map(|s| part * s));
            numbers.extend(sums.iter().map(|s| part * s * s));
            numbers.push(part * (sums[1] - sums[3]).powi(2));
            hits.push(right);
        }
        (numbers, hits)
    }
}

impl<T: Real> Draft<T> {
    fn learn(training: &Training, sides: &Sides, inverse: &DMatrix<f64>, later: usize) -> Draft<T> {
        let (d, v, n) = (sides.width, sides.tokens, training.count);
        let target = |state: usize| training.tokens[state * sides.ahead + later];
        let next = |state: usize| training.tokens[state * sides.ahead];
        let learn = n - n / 4;
        // Chosen on the last quarter, then learned again from all.
        let counts = Counts::of(0..learn, v, &next, &target);
        let held: Vec<usize> = (learn..n).collect();
        let loss = |lambda: f64| held.iter().map(|s| counts.pair_loss(next(*s), target(*s), lambda)).sum::<f64>();
        let lambda = best(&LAMBDAS, loss);
        let directions = Directions::of(training, d, &counts, 0..learn, &target, inverse);
        let states: Vec<T> = training.states[learn * d..].iter().map(|x| T::of(*x)).collect();
        // A few hundred held out states tell the settings apart.
        let tested = held.len().min(1024);
        let mut memory = vec![T::default(); v * tested];
        let mut chosen = (f64::INFINITY, 0.0, KAPPAS[0]);
        for kappa in KAPPAS {
            for beta in BETAS {
                let (weights, bias) = directions.head(beta, kappa, &counts);
                let draft = Draft { weights, bias, log_unigram: Vec::new(), pairs: BTreeMap::new(), lambda };
                draft.logits(&states[..tested * d], d, &mut memory);
                let losses = memory.chunks_exact_mut(v).zip(&held).map(|(logits, s)| {
                    let at = logits[target(*s) as usize].to();
                    let soft = T::softmax(logits);
                    soft.max + soft.sum.ln() - at
                });
                let loss: f64 = losses.sum();
                if loss < chosen.0 {
                    chosen = (loss, beta, kappa);
                }
            }
        }
        let counts = Counts::of(0..n, v, &next, &target);
        let directions = Directions::of(training, d, &counts, 0..n, &target, inverse);
        let (weights, bias) = directions.head(chosen.1, chosen.2, &counts);
        Draft { weights, bias, log_unigram: counts.log_unigram, pairs: counts.pairs, lambda }
    }

    fn logits(&self, centred: &[T], width: usize, out: &mut [T]) {
        let v = self.bias.len();
        out.chunks_exact_mut(v).for_each(|column| column.copy_from_slice(&self.bias));
        let states = Matrix::by_columns(centred, width, centred.len() / width);
        Matrix::by_rows(&self.weights, v, width, width).times(states, 1.0, out);
    }

    /// The losses of one state, and whether the target has the largest logit.
    fn losses(&self, next: u32, target: u32, logits: &mut [T]) -> ([f64; DRAFTS], bool) {
        let at = logits[target as usize].to();
        let soft = T::softmax(logits);
        let unigram = -self.log_unigram[target as usize];
        let head = soft.max + soft.sum.ln() - at;
        // Of the product with the next token, only the followers that were seen differ from `1 − λ`.
        let Some((all, followers)) = self.pairs.get(&next) else {
            return ([unigram, unigram, head, head], at >= soft.max);
        };
        let factor = |token: u32, count: f64| self.lambda * count / (all * self.log_unigram[token as usize].exp());
        let base = 1.0 - self.lambda;
        let sum =
            base * soft.sum + followers.iter().map(|(w, c)| logits[*w as usize].to() * factor(*w, *c)).sum::<f64>();
        let ratio = base + followers.get(&target).map_or(0.0, |c| factor(target, *c));
        ([unigram, unigram - ratio.ln(), head, soft.max + sum.ln() - at - ratio.ln()], at >= soft.max)
    }
}

/// Counts of tokens and pairs.
struct Counts {
    tokens: Vec<f64>,
    log_unigram: Vec<f64>,
    pairs: BTreeMap<u32, (f64, BTreeMap<u32, f64>)>,
}

impl Counts {
    fn of(
        states: std::ops::Range<usize>,
        v: usize,
        next: &impl Fn(usize) -> u32,
        target: &impl Fn(usize) -> u32,
    ) -> Counts {
        let (mut tokens, mut pairs) = (vec![0.0; v], BTreeMap::<u32, (f64, BTreeMap<u32, f64>)>::new());
        let all = states.len() as f64;
        for state in states {
            tokens[target(state) as usize] += 1.0;
            let (count, followers) = pairs.entry(next(state)).or_default();
            *count += 1.0;
            *followers.entry(target(state)).or_default() += 1.0;
        }
        let log_unigram = tokens.iter().map(|c| ((c + 0.5) / (all + 0.5 * v as f64)).ln()).collect();
        Counts { tokens, log_unigram, pairs }
    }

    fn pair_loss(&self, next: u32, target: u32, lambda: f64) -> f64 {
        let unigram = self.log_unigram[target as usize].exp();
        match self.pairs.get(&next) {
            None => -unigram.ln(),
            Some((all, followers)) => {
                let seen = followers.get(&target).copied().unwrap_or(0.0) / all;
                -((1.0 - lambda) * unigram + lambda * seen).ln()
            }
        }
    }
}

/// For each token the mean of the states before it, as it is and times `C⁻¹`.
struct Directions {
    plain: Vec<f64>,
    turned: Vec<f64>,
    width: usize,
}

impl Directions {
    fn of(
        training: &Training,
        d: usize,
        counts: &Counts,
        states: std::ops::Range<usize>,
        target: &impl Fn(usize) -> u32,
        inverse: &DMatrix<f64>,
    ) -> Directions {
        let v = counts.tokens.len();
        let mut plain = vec![0.0; v * d];
        for state in states {
            let sum = &mut plain[target(state) as usize * d..][..d];
            sum.iter_mut().zip(&training.states[state * d..]).for_each(|(s, x)| *s += x);
        }
        for (sum, count) in plain.chunks_exact_mut(d).zip(&counts.tokens) {
            sum.iter_mut().for_each(|s| *s /= count.max(1.0));
        }
        let mut turned = vec![0.0; v * d];
        let inverse = Matrix::by_columns(inverse.as_slice(), d, d);
        inverse.times(Matrix::by_columns(&plain, d, v), 0.0, &mut turned);
        Directions { plain, turned, width: d }
    }

    fn head<T: Real>(&self, beta: f64, kappa: f64, counts: &Counts) -> (Vec<T>, Vec<T>) {
        let d = self.width;
        let (mut weights, mut bias) = (Vec::with_capacity(self.plain.len()), Vec::with_capacity(counts.tokens.len()));
        for (w, count) in counts.tokens.iter().enumerate() {
            let factor = beta * count / (count + kappa);
            let (plain, turned) = (&self.plain[w * d..][..d], &self.turned[w * d..][..d]);
            let square: f64 = plain.iter().zip(turned).map(|(a, b)| a * b).sum();
            weights.extend(turned.iter().map(|x| T::of(factor * x)));
            bias.push(T::of(counts.log_unigram[w] - 0.5 * factor * factor * square));
        }
        (weights, bias)
    }
}

fn best(settings: &[f64], mut loss: impl FnMut(f64) -> f64) -> f64 {
    let losses = settings.iter().map(|s| (loss(*s), *s));
    losses.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0.0, |(_, s)| s)
}

/// What the losses say, in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tested {
    /// Mean losses of unigram, next token, linear head, both.
    pub losses: [f64; DRAFTS],
    /// Half the width of their 95 % intervals.
    pub margins: [f64; DRAFTS],
    /// The same for the difference between next token and both.
    pub difference_margin: f64,
    /// How often the head's best guess is right.
    pub hits: f64,
}

/// The losses of the draft of one later token, from its totals.
pub fn tested(numbers: &[f64], states: u64, whole_blocks: u64, hits: u64, block: u64) -> Tested {
    let (n, blocks) = (states as f64, whole_blocks as f64);
    let margin = |sum: f64, square: f64| {
        let mean = sum / blocks;
        let variance = (square / blocks - mean * mean).max(0.0);
        // Half of a 95 % interval; with few blocks it is rough, with one there is none.
        if whole_blocks < 2 { f64::NAN } else { 1.96 * (variance / (blocks - 1.0)).sqrt() / block as f64 }
    };
    let whole = &numbers[DRAFTS..];
    Tested {
        losses: std::array::from_fn(|i| numbers[i] / n),
        margins: std::array::from_fn(|i| margin(whole[i], whole[DRAFTS + i])),
        difference_margin: margin(whole[1] - whole[3], whole[2 * DRAFTS]),
        hits: hits as f64 / n,
    }
}

/// The numbers of one later token among all.
pub fn numbers_of(later: usize) -> std::ops::Range<usize> {
    later * NUMBERS..(later + 1) * NUMBERS
}
