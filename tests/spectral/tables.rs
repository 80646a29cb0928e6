//! Tables for tests: those of the paper, and random ones.

use mcheck::lm::spectral::fit::Random;
use mcheck::lm::spectral::table::Table;
use mcheck::number::ratio::Ratio;
use nalgebra::DMatrix;

/// Weights as a distribution of rationals that sums to 1: multiples of 2^-52.
pub fn law(weights: &[f64]) -> Vec<Ratio> {
    let unit = 1i64 << 52;
    let total: f64 = weights.iter().sum();
    let mut parts: Vec<i64> = weights.iter().map(|w| (w / total * unit as f64).round() as i64).collect();
    // What rounding leaves over goes to the largest, so that zeros stay zeros.
    let rest = unit - parts.iter().sum::<i64>();
    if let Some(largest) = parts.iter_mut().max() {
        *largest += rest;
    }
    parts.into_iter().map(|n| Ratio::of(n, unit)).collect()
}

/// The table of weights.
pub fn table(mu: &[f64], rows: &[Vec<f64>]) -> Table {
    Table::new(&law(mu), &rows.iter().map(|r| law(r)).collect::<Vec<_>>())
}

/// Model A: tokens on a circle.
pub fn circle() -> Table {
    let angle = |x: usize, w: usize| std::f64::consts::TAU * (x as f64 - w as f64) / 6.0;
    let rows: Vec<Vec<f64>> = (0..6).map(|x| (0..6).map(|w| angle(x, w).cos().exp()).collect()).collect();
    table(&[1.0; 6], &rows)
}

/// Model B with its numbers scaled by `epsilon`; `tests/spectral/model_b.txt` says where they are from.
pub fn weak(epsilon: f64) -> Table {
    let text = include_str!("model_b.txt");
    let lines = text.lines().filter(|l| !l.starts_with('#'));
    let numbers: Vec<Vec<f64>> = lines.map(|l| l.split(' ').map(|x| x.parse().unwrap()).collect()).collect();
    let (mu, base) = (&numbers[0], &numbers[1]);
    let row = |noise: &Vec<f64>| base.iter().zip(noise).map(|(b, e)| b * (epsilon * e).exp()).collect();
    table(mu, &numbers[2..].iter().map(row).collect::<Vec<_>>())
}

/// Model C: a rare context that nearly determines its token.
pub fn rare() -> Table {
    let rows = [[0.97, 0.01, 0.01, 0.01], [1e-4, 0.6, 0.2, 0.2], [1e-4, 0.2, 0.6, 0.2], [1e-4, 0.5, 0.35, 0.15]];
    table(&[0.01, 0.33, 0.33, 0.33], &rows.map(|r| r.to_vec()))
}

/// A random table whose dependence has about some size.
pub fn random(n: usize, v: usize, size: f64, random: &mut Random) -> Table {
    let mut weights =
        |count: usize, size: f64| -> Vec<f64> { (0..count).map(|_| (size * random.normal()).exp()).collect() };
    let (mu, base) = (weights(n, 0.5), weights(v, 0.5));
    let rows: Vec<Vec<f64>> =
        (0..n).map(|_| weights(v, size).iter().zip(&base).map(|(a, b)| a * b).collect()).collect();
    table(&mu, &rows)
}

/// A matrix of normal numbers.
pub fn normal(rows: usize, columns: usize, random: &mut Random) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |_, _| random.normal())
}
