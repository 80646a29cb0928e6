//! The minimum of the loss of rank d, from many starts: the loss is not convex, and one start can end in a minimum that is
//! not the lowest.

use nalgebra::{DMatrix, DVector};

use super::linear::{rows_times, singular};
use super::log_bilinear::{Free, Head, Model};
use super::optimise::{End, Objective, descend, polish};
use super::table::Table;
use crate::base::interrupt::{Interrupt, Stopped};

/// How many starts there are. Two are built from the table, the others are pseudo-random and always the same.
pub const STARTS: usize = 24;

/// Steps of L-BFGS from a start.
const STEPS: usize = 3000;

/// L-BFGS hands over to Newton steps where the gradient is smaller than this, as a part of what a model can capture.
const NEAR: f64 = 1e-7;

/// Two ends have the same value if they differ by less than this, as a part of what a model can capture.
pub const SAME: f64 = 1e-9;

/// What the starts ended in.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The best model, balanced.
    pub model: Model,
    /// `NLL − H(W)` there.
    pub excess: f64,
    /// Largest entry of the gradient there.
    pub gradient: f64,
    /// Smallest and largest second derivative there, without the idle directions.
    pub curvature: Option<[f64; 2]>,
    /// `NLL − H(W)` at the end of each start, from the lowest.
    pub ends: Vec<f64>,
    /// The models of the starts that ended at the lowest value, with the best first.
    pub best: Vec<Model>,
}

/// Fits the model of rank d.
pub fn fit(table: &Table, rank: usize, interrupt: &Interrupt) -> Result<Fit, Stopped> {
    let objective = Free { table, rank };
    let scale = table.information().max(1e-300);
    let mut ends: Vec<End> = Vec::new();
    for k in 0..STARTS {
        let end = descend(&objective, start(&objective, k), NEAR * scale, STEPS, interrupt)?;
        ends.push(end);
    }
    ends.sort_by(|a, b| a.value.total_cmp(&b.value));
    // Only what came near the lowest value is worth the last digits.
    let limit = ends[0].value + 1e-4 * scale;
    for end in ends.iter_mut().take_while(|e| e.value <= limit) {
        *end = polish(&objective, end.clone(), interrupt)?;
    }
    ends.sort_by(|a, b| a.value.total_cmp(&b.value));
    let lowest = ends[0].value;
    let mut same: Vec<&End> = ends.iter().filter(|e| e.value <= lowest + SAME * scale).collect();
    // Of ends that differ by rounding only, the one with the smallest gradient.
    same.sort_by(|a, b| a.gradient.total_cmp(&b.gradient));
    let best: Vec<Model> = same.iter().map(|e| objective.model(&e.at).balanced(table)).collect();
    Ok(Fit {
        model: best[0].clone(),
        excess: same[0].value,
        gradient: same[0].gradient,
        curvature: same[0].curvature,
        ends: ends.iter().map(|e| e.value).collect(),
        best,
    })
}

/// The head that is best for given features, which are centred and whitened first; the loss is convex in it.
pub fn refit(table: &Table, features: &DMatrix<f64>, interrupt: &Interrupt) -> Result<(Model, End), Stopped> {
    let objective = Head { table, features: features.clone() };
    let scale = table.information().max(1e-300);
    let end = descend(&objective, DVector::zeros(objective.len()), NEAR * scale, STEPS, interrupt)?;
    let end = polish(&objective, end, interrupt)?;
    Ok((objective.model(&end.at), end))
}

/// The place where a search begins: the two best quadratic approximations, then pseudo-random points of three sizes.
fn start(objective: &Free<'_>, k: usize) -> DVector<f64> {
    let Free { table, rank } = *objective;
    let quadratic = match k {
        0 => singular(&table.dependence()),
        1 if table.zeros == 0 => singular(&log_ratios(table)),
        _ => None,
    };
    if let Some(found) = quadratic {
        let beta = DVector::zeros(table.width());
        return objective.point(&Model::from_parts(table, &found.left, &found.values, &found.right, rank, beta));
    }
    let size = [1.0, 0.3, 3.0][k % 3];
    let mut random = Random(k as u64);
    DVector::from_fn(objective.len(), |_, _| size * random.normal())
}

/// `D_mu^{1/2} · log(p/pbar) · D_pbar^{1/2}`, centred on both sides.
fn log_ratios(table: &Table) -> DMatrix<f64> {
    let logs = table.delta.map_with_location(|_, j, d| (d / table.pbar[j]).ln_1p());
    let means = &logs * &table.pbar;
    let rows = DMatrix::from_fn(logs.nrows(), logs.ncols(), |i, j| logs[(i, j)] - means[i]);
    let embedded = table.embedded(&rows);
    rows_times(&embedded.transpose(), &table.pbar.map(f64::sqrt)).transpose()
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every machine.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in (0, 1].
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// A number with the standard normal law, by the method of Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.unit().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}
