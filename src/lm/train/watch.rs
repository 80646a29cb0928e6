//! The training, and what is measured on held out text on the way.
//!
//! The last tenth of the text is held out. Before the first step, after some steps on the way, and after the last one, the
//! model's states on the held out text are analysed as those of any model are ([`crate::lm::analysis`]), and two things
//! more are measured: the quadratic bounds of the loss ([`crate::lm::surrogate`]), and how far the leading canonical
//! functions of the token before ([`super::table`]) are from the states.

use nalgebra::DMatrix;

use super::model::{Adam, Model, Random, Shape};
use super::table::Canonical;
use super::text::Text;
use crate::base::interrupt::Interrupt;
use crate::lm::analysis::{Analysis, LEADING, analyse};
use crate::lm::block::{Bench, block_sums};
use crate::lm::error::LmError;
use crate::lm::head::Head;
use crate::lm::inputs::{BLOCK, RawBlock, Sides};
use crate::lm::spectrum::{Alignment, Eigen, alignment};
use crate::lm::totals::Totals;

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Numbers of a state.
    pub rank: usize,
    /// Tokens before that are looked at.
    pub context: usize,
    /// Most tokens of the vocabulary.
    pub vocabulary: usize,
    /// Steps.
    pub steps: usize,
    /// Positions in a step.
    pub batch: usize,
    /// The first step's rate.
    pub rate: f64,
    /// How much parameters are pulled towards zero.
    pub decay: f64,
    /// How often the model is measured on the way.
    pub looks: usize,
    /// Seed of all random numbers.
    pub seed: u64,
}

/// What was measured after some steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Steps that were done.
    pub step: usize,
    /// Mean loss of the batches since the look before; of the next batch for the first.
    pub batch_nll: f64,
    /// The analysis of the held out states.
    pub analysis: Analysis,
    /// How the leading canonical functions, each as large as its correlation, lie to the states.
    pub canonical: Alignment,
}

/// A model with the text it was trained on.
#[derive(Debug, Clone)]
pub struct Trained {
    /// How it was trained.
    pub plan: Plan,
    /// The text.
    pub text: Text,
    /// First position that was held out.
    pub held: usize,
    /// The model.
    pub model: Model,
    /// What was measured.
    pub looks: Vec<Look>,
    /// Canonical correlations of neighbours in the text that was learned from.
    pub correlations: Vec<f64>,
}

/// Trains a model; `progress` is told how many steps are done.
pub fn train(
    text: Text,
    path: &str,
    plan: Plan,
    interrupt: &Interrupt,
    progress: &dyn Fn(usize),
) -> Result<Trained, LmError> {
    let held = text.tokens.len() - text.tokens.len() / 10;
    let tokens = text.vocabulary.len();
    if held < 2 * plan.batch.min(64) || text.tokens.len() - held < 16 || tokens < 4 {
        let reason = format!("it has {} words and ends of sentences, and {tokens} kinds of them", text.tokens.len());
        return Err(LmError::Text { path: path.to_string(), reason });
    }
    let canonical = Canonical::of(&text.tokens[..held], tokens, LEADING.min(plan.rank));
    let mut counts = vec![0.5; tokens];
    text.tokens[..held].iter().for_each(|t| counts[*t as usize] += 1.0);
    let all: f64 = counts.iter().sum();
    let frequencies: Vec<f64> = counts.iter().map(|c| c / all).collect();
    let shape = Shape { tokens, rank: plan.rank, context: plan.context };
    let mut model = Model::new(shape, &frequencies, plan.seed);
    let mut adam = Adam::new(&model, plan.steps, plan.rate, plan.decay);
    let mut gradient = vec![0.0; model.weights().len() * (plan.context + 1) + tokens];
    let mut random = Random(plan.seed ^ 0x5eed);
    let mut order: Vec<usize> = (1..held).collect();
    let mut at = order.len();
    let (mut looks, mut losses) = (Vec::new(), Vec::new());
    for step in 0..=plan.steps {
        if let Err(stopped) = interrupt.check() {
            return Err(LmError::Stopped { done: step as u64, total: plan.steps as u64, unit: "steps", stopped });
        }
        if at + plan.batch > order.len() {
            random.shuffle(&mut order);
            at = 0;
        }
        let batch = &order[at..(at + plan.batch).min(order.len())];
        let loss = model.gradient(&text.tokens, batch, &mut gradient);
        if losses.is_empty() {
            losses.push(loss);
        }
        if is_look(step, &plan) {
            let batch_nll = losses.iter().sum::<f64>() / losses.len() as f64;
            losses.clear();
            let (analysis, canonical) = look(&model, &text.tokens, held, &canonical, plan.seed);
            looks.push(Look { step, batch_nll, analysis, canonical });
        }
        if step < plan.steps {
            at += batch.len();
            adam.step(&mut model, &gradient);
            losses.push(loss);
            progress(step + 1);
        }
    }
    Ok(Trained { plan, text, held, model, looks, correlations: canonical.correlations })
}

/// Looks are dense in the beginning, where most happens: after steps that grow like squares.
fn is_look(step: usize, plan: &Plan) -> bool {
    let place = |look: usize| plan.steps * look * look / (plan.looks * plan.looks);
    (0..=plan.looks).any(|look| place(look) == step)
}

/// States before the held out positions, one after the other.
pub fn held_states(model: &Model, text: &[u32], held: usize) -> Vec<f64> {
    let d = model.shape.rank;
    let mut states = vec![0.0; (text.len() - held) * d];
    states.chunks_exact_mut(d).enumerate().for_each(|(i, h)| model.state(text, held + i, h));
    states
}

fn look(model: &Model, text: &[u32], held: usize, canonical: &Canonical, seed: u64) -> (Analysis, Alignment) {
    let (d, v) = (model.shape.rank, model.shape.tokens);
    let head = Head::from_parts(d, model.weights(), model.bias().to_vec(), seed);
    let states = held_states(model, text, held);
    let sides = Sides { states: (text.len() - held) as u64, width: d, tokens: v, ahead: 1 };
    let mut totals = Totals::new(&sides);
    let mut bench = Bench::default();
    for block in 0..sides.blocks() {
        let (first, end) = sides.block(block);
        let tokens = text[held + first as usize..held + end as usize].to_vec();
        let raw = RawBlock { number: block, first, states: tokens.len(), bytes: Vec::new(), tokens };
        let own = &states[first as usize * d..end as usize * d];
        let (sums, _) = block_sums(&head, &raw, 1, own, raw.states as u64 == BLOCK, &mut bench);
        // A training whose numbers run away shows in the report; there is nothing to add then.
        let _ = totals.add(&sums);
    }
    let canonical = canonical_alignment(&states, d, &text[held - 1..text.len() - 1], canonical);
    (analyse(sides, seed, &totals, &head), canonical)
}

/// The canonical functions of the token before and the states, as functions of the held out positions. The part of the
/// former that is affine in the latter is the Rayleigh ratio of the spectral theory.
fn canonical_alignment(states: &[f64], d: usize, before: &[u32], canonical: &Canonical) -> Alignment {
    let (n, k) = (before.len(), canonical.correlations.len());
    let centred = |mut rows: DMatrix<f64>| {
        let mean = rows.column_mean();
        rows.column_iter_mut().for_each(|mut c| c -= &mean);
        rows / (n as f64).sqrt()
    };
    let h = centred(DMatrix::from_column_slice(d, n, states));
    let scaled = |token: &u32| canonical.at(*token).into_iter().zip(&canonical.correlations).map(|(f, c)| f * c);
    let values = before.iter().flat_map(scaled);
    let f = centred(DMatrix::from_iterator(k, n, values));
    let covariance = |a: &DMatrix<f64>, b: &DMatrix<f64>| a * b.transpose();
    let (of_states, of_functions) = (Eigen::of(covariance(&h, &h)), Eigen::of(covariance(&f, &f)));
    alignment(&of_states, &of_functions, &covariance(&h, &f), k)
}
