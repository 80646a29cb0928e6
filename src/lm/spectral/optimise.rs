//! Minimising a smooth function: L-BFGS to come near, Newton steps for the last digits.

use std::collections::VecDeque;

use nalgebra::{DMatrix, DVector};

use super::linear::spectrum;
use crate::base::interrupt::{Interrupt, Stopped};

/// Pairs of steps and changes of the gradient that L-BFGS remembers.
const MEMORY: usize = 20;

/// Most Newton steps.
const POLISH: usize = 60;

/// Newton steps need all second derivatives; beyond this many variables they are left out.
pub const POLISHED: usize = 400;

/// A function with its derivatives.
pub trait Objective {
    /// How many variables it has.
    fn len(&self) -> usize;
    /// Whether it has none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Its value; the gradient is written into `gradient`.
    fn value(&self, at: &DVector<f64>, gradient: &mut DVector<f64>) -> f64;
    /// The derivative of the gradient in a direction.
    fn second(&self, at: &DVector<f64>, direction: &DVector<f64>) -> DVector<f64>;
    /// Another point of the same value, at which the variables are of one size.
    fn balanced(&self, at: &DVector<f64>) -> DVector<f64>;
    /// How many directions there are at every point along which the function stays the same.
    fn idle(&self) -> usize;
}

/// A point that a search ended at.
#[derive(Debug, Clone)]
pub struct End {
    /// The variables.
    pub at: DVector<f64>,
    /// The value.
    pub value: f64,
    /// Largest entry of the gradient.
    pub gradient: f64,
    /// Of the second derivatives, without the idle directions: the smallest and the largest. Unknown where there are too
    /// many variables.
    pub curvature: Option<[f64; 2]>,
}

/// L-BFGS with a line search by bisection for the weak Wolfe conditions.
pub fn descend(
    f: &impl Objective,
    start: DVector<f64>,
    least: f64,
    most: usize,
    interrupt: &Interrupt,
) -> Result<End, Stopped> {
    let mut at = start;
    let mut gradient = DVector::zeros(at.len());
    let mut value = f.value(&at, &mut gradient);
    let mut pairs: VecDeque<(DVector<f64>, DVector<f64>)> = VecDeque::new();
    for _ in 0..most {
        interrupt.check()?;
        if gradient.amax() <= least {
            break;
        }
        let mut direction = towards(&gradient, &pairs);
        if direction.dot(&gradient) >= 0.0 {
            pairs.clear();
            direction = -&gradient;
        }
        let first = if pairs.is_empty() { (1.0 / gradient.norm()).min(1.0) } else { 1.0 };
        let Some((length, next_value, next)) = search(f, &at, &direction, value, &gradient, first) else {
            // No progress: once more straight down, else this is as far as doubles go.
            if pairs.is_empty() {
                break;
            }
            pairs.clear();
            continue;
        };
        let step = direction * length;
        let change = &next - &gradient;
        if step.dot(&change) > 1e-14 * step.norm() * change.norm() {
            pairs.push_back((step.clone(), change));
            if pairs.len() > MEMORY {
                pairs.pop_front();
            }
        }
        at += step;
        (value, gradient) = (next_value, next);
    }
    Ok(End { gradient: gradient.amax(), at, value, curvature: None })
}

/// The direction of L-BFGS, by the two loops.
fn towards(gradient: &DVector<f64>, pairs: &VecDeque<(DVector<f64>, DVector<f64>)>) -> DVector<f64> {
    let mut q = -gradient;
    let mut shares = Vec::with_capacity(pairs.len());
    for (step, change) in pairs.iter().rev() {
        let share = step.dot(&q) / step.dot(change);
        q.axpy(-share, change, 1.0);
        shares.push(share);
    }
    if let Some((step, change)) = pairs.back() {
        q *= step.dot(change) / change.dot(change);
    }
    for ((step, change), share) in pairs.iter().zip(shares.iter().rev()) {
        let other = change.dot(&q) / step.dot(change);
        q.axpy(share - other, step, 1.0);
    }
    q
}

/// A length along a direction that lowers the value enough and the slope too; with the value and the gradient there.
fn search(
    f: &impl Objective,
    at: &DVector<f64>,
    direction: &DVector<f64>,
    value: f64,
    gradient: &DVector<f64>,
    first: f64,
) -> Option<(f64, f64, DVector<f64>)> {
    let slope = direction.dot(gradient);
    let (mut low, mut high, mut length) = (0.0, f64::INFINITY, first);
    let mut found = None;
    let mut there = DVector::zeros(at.len());
    for _ in 0..50 {
        let v = f.value(&(at + direction * length), &mut there);
        // A value that is not finite is too far away.
        if v.is_nan() || v > value + 1e-4 * length * slope {
            high = length;
        } else {
            found = Some((length, v, there.clone()));
            if direction.dot(&there) >= 0.9 * slope {
                break;
            }
            low = length;
        }
        length = if high.is_finite() { (low + high) / 2.0 } else { 2.0 * low };
    }
    found.filter(|(length, v, _)| *v < value && *length > 0.0)
}

/// Newton steps in the directions that are not idle, as long as the gradient becomes smaller.
///
/// Near a minimum the value no longer tells good steps from bad ones, for it is flat there to half the digits; the gradient
/// does. Eigenvalues enter by their size, so that a saddle is left downwards.
pub fn polish(f: &impl Objective, end: End, interrupt: &Interrupt) -> Result<End, Stopped> {
    if f.len() > POLISHED {
        return Ok(end);
    }
    let mut at = f.balanced(&end.at);
    let mut gradient = DVector::zeros(at.len());
    let mut value = f.value(&at, &mut gradient);
    let mut curvature = None;
    for _ in 0..POLISH {
        interrupt.check()?;
        let Some(second) = spectrum(&second_derivatives(f, &at)) else { break };
        let mut order: Vec<usize> = (0..at.len()).collect();
        order.sort_by(|a, b| second.values[*b].abs().total_cmp(&second.values[*a].abs()));
        order.truncate(at.len().saturating_sub(f.idle()));
        let ends = order.iter().map(|k| second.values[*k]);
        curvature = Some([ends.clone().fold(f64::INFINITY, f64::min), ends.fold(0.0, f64::max)]);
        let mut step = DVector::zeros(at.len());
        for k in &order {
            let vector = second.vectors.column(*k);
            let size = second.values[*k].abs();
            if size > 0.0 {
                step.axpy(-vector.dot(&gradient) / size, &vector, 1.0);
            }
        }
        let mut length = 1.0;
        let mut better = None;
        while length > 1e-6 {
            let next = f.balanced(&(&at + &step * length));
            let mut there = DVector::zeros(at.len());
            let v = f.value(&next, &mut there);
            let rounding = 1e-15 * (1.0 + value.abs());
            if v.is_finite() && v <= value + rounding && (there.amax() < gradient.amax() || v < value - rounding) {
                better = Some((next, v, there));
                break;
            }
            length /= 2.0;
        }
        let Some(next) = better else { break };
        (at, value, gradient) = next;
    }
    Ok(End { gradient: gradient.amax(), at, value, curvature })
}

fn second_derivatives(f: &impl Objective, at: &DVector<f64>) -> DMatrix<f64> {
    let n = at.len();
    let mut unit = DVector::zeros(n);
    let mut all = DMatrix::zeros(n, n);
    for k in 0..n {
        unit[k] = 1.0;
        all.set_column(k, &f.second(at, &unit));
        unit[k] = 0.0;
    }
    // Rounding makes it unsymmetric in the last digits.
    (&all + all.transpose()) / 2.0
}
