//! Statistical models: what the columns of `p : Theta -> X` say about the points of X.

use rustc_hash::FxHashMap;

use super::kernel::Kernel;
use crate::number::ratio::Ratio;

/// A column of a model: the parameters at which a point is possible, increasing, with its probabilities.
pub type Column = Vec<(u64, Ratio)>;

/// The columns of some rows of a kernel; columns of zeros are left out.
pub fn columns(p: &Kernel, rows: impl Iterator<Item = u64>) -> FxHashMap<u64, Column> {
    let mut columns: FxHashMap<u64, Column> = FxHashMap::default();
    for theta in rows {
        for (x, mass) in p.rows[theta as usize].ratios() {
            columns.entry(x).or_default().push((theta, mass));
        }
    }
    columns
}

/// The column divided by its first number: two columns are proportional exactly if these are equal.
pub fn direction(column: &Column) -> Column {
    let Some((_, first)) = column.first() else { return Vec::new() };
    column.iter().map(|(theta, mass)| (*theta, mass.checked_div(first).unwrap_or(Ratio::ZERO))).collect()
}

/// The minimal sufficient statistic of a model: each point goes to the first one with a proportional column. The points
/// that never occur have columns of zeros, and are a class of their own.
///
/// A statistic is sufficient if the columns are proportional within each of its fibres, so every sufficient one is finer
/// than this, on the points that occur (Fritz 2020, Definition 16.1).
pub(super) fn minimal(p: &Kernel) -> Vec<u64> {
    let columns = columns(p, 0..p.rows.len() as u64);
    let mut first: FxHashMap<Column, u64> = FxHashMap::default();
    let class = |x| *first.entry(columns.get(&x).map(direction).unwrap_or_default()).or_insert(x);
    (0..p.cod_size()).map(class).collect()
}
