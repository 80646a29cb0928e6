//! The log-bilinear model of rank `d` over the `n` tokens before, and one step of its training.
//!
//! Each of the `n` places before has a table of `d` numbers for each token. The hidden state is the sum of the rows of the
//! tokens that stand there, and the logits are `W h + b`. Training is Adam (Kingma and Ba 2015) on batches drawn without
//! replacement, in doubles, on one thread, with random numbers from a seed: two runs give the same model to the bit.

use crate::lm::head::mixed;
use crate::lm::real::{Matrix, Real};

/// Sides of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Tokens.
    pub tokens: usize,
    /// Numbers of a state.
    pub rank: usize,
    /// Tokens before that are looked at.
    pub context: usize,
}

/// A model. All parameters are one list: the tables of the places, nearest first, then `W` row after row, then `b`.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Its sides.
    pub shape: Shape,
    parameters: Vec<f64>,
}

impl Model {
    /// A model with small random numbers, and the logarithms of frequencies as bias.
    pub fn new(shape: Shape, frequencies: &[f64], seed: u64) -> Model {
        let tables = shape.tokens * shape.rank * (shape.context + 1);
        let mut random = Random(seed);
        // The sum of the tables' rows is about a tenth in each number, as are those of W.
        let mut parameters: Vec<f64> = (0..tables).map(|_| 0.2 * (random.unit() - 0.5)).collect();
        parameters.extend(frequencies.iter().map(|f| f.ln()));
        Model { shape, parameters }
    }

    /// `W`, row after row.
    pub fn weights(&self) -> &[f64] {
        &self.parameters[self.head_begin()..self.bias_begin()]
    }

    /// `b`.
    pub fn bias(&self) -> &[f64] {
        &self.parameters[self.bias_begin()..]
    }

    fn head_begin(&self) -> usize {
        self.shape.tokens * self.shape.rank * self.shape.context
    }

    fn bias_begin(&self) -> usize {
        self.shape.tokens * self.shape.rank * (self.shape.context + 1)
    }

    fn row(&self, place: usize, token: u32) -> usize {
        (place * self.shape.tokens + token as usize) * self.shape.rank
    }

    /// The state before position `at` of a text; places before the text's beginning count nothing.
    pub fn state(&self, text: &[u32], at: usize, out: &mut [f64]) {
        out.fill(0.0);
        for place in 0..self.shape.context.min(at) {
            let row = self.row(place, text[at - 1 - place]);
            out.iter_mut().zip(&self.parameters[row..]).for_each(|(h, r)| *h += r);
        }
    }

    /// The mean NLL of some positions, and its gradient.
    pub fn gradient(&self, text: &[u32], positions: &[usize], gradient: &mut [f64]) -> f64 {
        let Shape { tokens: v, rank: d, context } = self.shape;
        let n = positions.len();
        gradient.fill(0.0);
        let mut states = vec![0.0; d * n];
        positions.iter().zip(states.chunks_exact_mut(d)).for_each(|(at, h)| self.state(text, *at, h));
        let mut logits = vec![0.0; v * n];
        logits.chunks_exact_mut(v).for_each(|column| column.copy_from_slice(self.bias()));
        let (weights, h) = (Matrix::by_rows(self.weights(), v, d, d), Matrix::by_columns(&states, d, n));
        weights.times(h, 1.0, &mut logits);
        let mut loss = 0.0;
        for (column, at) in logits.chunks_exact_mut(v).zip(positions) {
            let target = text[*at] as usize;
            let logit = column[target];
            let soft = f64::softmax(column);
            loss += soft.max + soft.sum.ln() - logit;
            let factor = 1.0 / (soft.sum * n as f64);
            column.iter_mut().for_each(|e| *e *= factor);
            column[target] -= 1.0 / n as f64;
        }
        let slope = Matrix::by_columns(&logits, v, n);
        // The gradient of W, stored row after row, is that of its transpose column after column.
        h.times(slope.transposed(), 0.0, &mut gradient[self.head_begin()..self.bias_begin()]);
        for column in logits.chunks_exact(v) {
            gradient[self.bias_begin()..].iter_mut().zip(column).for_each(|(g, s)| *g += s);
        }
        let mut back = vec![0.0; d * n];
        weights.transposed().times(slope, 0.0, &mut back);
        for (at, back) in positions.iter().zip(back.chunks_exact(d)) {
            for place in 0..context.min(*at) {
                let row = self.row(place, text[at - 1 - place]);
                gradient[row..row + d].iter_mut().zip(back).for_each(|(g, b)| *g += b);
            }
        }
        loss / n as f64
    }
}

/// Adam with a rate that falls like a cosine from `rate` to zero.
#[derive(Debug, Clone)]
pub struct Adam {
    first: Vec<f64>,
    second: Vec<f64>,
    step: i32,
    steps: usize,
    rate: f64,
    decay: f64,
}

impl Adam {
    /// For a model and a number of steps.
    pub fn new(model: &Model, steps: usize, rate: f64, decay: f64) -> Adam {
        let zeros = vec![0.0; model.parameters.len()];
        Adam { first: zeros.clone(), second: zeros, step: 0, steps, rate, decay }
    }

    /// One step against a gradient; all but the bias is also pulled towards zero.
    pub fn step(&mut self, model: &mut Model, gradient: &[f64]) {
        let done = f64::from(self.step) / self.steps as f64;
        let rate = 0.5 * self.rate * (1.0 + (std::f64::consts::PI * done).cos());
        self.step += 1;
        let (first, second) = (1.0 - 0.9f64.powi(self.step), 1.0 - 0.999f64.powi(self.step));
        let bias = model.bias_begin();
        let moments = self.first.iter_mut().zip(&mut self.second);
        for (i, ((parameter, (m, v)), g)) in model.parameters.iter_mut().zip(moments).zip(gradient).enumerate() {
            *m = 0.9 * *m + 0.1 * g;
            *v = 0.999 * *v + 0.001 * g * g;
            let pull = if i < bias { self.decay * *parameter } else { 0.0 };
            *parameter -= rate * ((*m / first) / ((*v / second).sqrt() + 1e-8) + pull);
        }
    }
}

/// Random numbers from a seed: SplitMix64.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number from 0 up to 1.
    pub fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Puts a list into a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, (self.word() % (i as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let shape = Shape { tokens: 5, rank: 3, context: 2 };
        let mut model = Model::new(shape, &[0.3, 0.2, 0.2, 0.2, 0.1], 7);
        let text = [0, 3, 1, 4, 4, 2, 0, 1, 2];
        // The first position has no context, the second half of one.
        let positions = [0, 1, 3, 4, 7, 8];
        let mut gradient = vec![0.0; model.parameters.len()];
        model.gradient(&text, &positions, &mut gradient);
        let mut ignored = gradient.clone();
        for (i, slope) in gradient.iter().enumerate() {
            let (at, step) = (model.parameters[i], 1e-5);
            model.parameters[i] = at + step;
            let up = model.gradient(&text, &positions, &mut ignored);
            model.parameters[i] = at - step;
            let down = model.gradient(&text, &positions, &mut ignored);
            model.parameters[i] = at;
            assert!(((up - down) / (2.0 * step) - slope).abs() < 1e-9, "{i}");
        }
    }
}
