//! Disintegration, and formulas at points.

use std::sync::Arc;

use super::kernel::Kernel;
use super::space::{Picker, size};
use crate::number::int::Int;
use crate::number::row::Row;

/// The conditional of a joint kernel `A -> X * Y`, whose first `targets` outputs are `X`: a kernel `Y * A -> X`.
///
/// `c(x | y, a) = f(x, y | a) / f(y | a)`. Where `f(y | a) = 0` any row would do: it is filled uniformly and marked, unless
/// there is only one row that it could be.
pub(super) fn condition(joint: &Kernel, targets: usize) -> Kernel {
    let (x_sizes, y_sizes) = joint.cod.split_at(targets);
    let (x_size, y_size) = (size(x_sizes).unwrap_or(u64::MAX), size(y_sizes).unwrap_or(u64::MAX));
    let inputs = joint.rows.len() as u64;
    let uniform = Row::uniform(x_size);
    let mut rows = vec![uniform; (y_size * inputs) as usize];
    let mut is_filled = vec![x_size > 1; rows.len()];
    for (a, row) in joint.rows.iter().enumerate() {
        // Entries are sorted by x first; bring those with equal y together, x increasing.
        let mut parts: Vec<(u64, u64, &Int)> = row.entries().iter().map(|(p, w)| (p % y_size, p / y_size, w)).collect();
        parts.sort_by_key(|(y, x, _)| (*y, *x));
        for group in parts.chunk_by(|p, q| p.0 == q.0) {
            let mut mass = Int::ZERO;
            group.iter().for_each(|(_, _, w)| mass += w);
            let place = (group[0].0 * inputs + a as u64) as usize;
            rows[place] = Row::from_sorted(mass, group.iter().map(|(_, x, w)| (*x, (*w).clone())).collect());
            is_filled[place] = x_size > 1 && joint.is_filled(a as u64);
        }
    }
    let filled = (0..rows.len() as u64).filter(|i| is_filled[*i as usize]).collect();
    let dom = [y_sizes, &joint.dom].concat();
    Kernel { dom, cod: x_sizes.to_vec(), rows: Arc::new(rows), filled }
}

/// Which rows of the conditional of a joint kernel are free: those that condition on probability zero.
pub(super) fn null_rows(joint: &Kernel, targets: usize) -> Vec<bool> {
    let y_size = size(&joint.cod[targets..]).unwrap_or(u64::MAX);
    let inputs = joint.rows.len() as u64;
    let mut free = vec![true; (y_size * inputs) as usize];
    for (a, row) in joint.rows.iter().enumerate() {
        row.entries().iter().for_each(|(p, _)| free[(p % y_size * inputs) as usize + a] = false);
    }
    free
}

/// Values that a formula over some outputs takes at points, computed once for each combination of those outputs.
pub(super) fn memoised<V: Clone, E, F: FnMut(u64) -> Result<V, E>>(
    sizes: &[u64],
    places: &[usize],
    mut value: F,
) -> impl FnMut(u64) -> Result<V, E> + use<V, E, F> {
    let picker = Picker::new(sizes, places);
    let mut known: rustc_hash::FxHashMap<u64, V> = rustc_hash::FxHashMap::default();
    move |point| {
        let key = picker.pick(point);
        if let Some(found) = known.get(&key) {
            return Ok(found.clone());
        }
        let fresh = value(key)?;
        known.insert(key, fresh.clone());
        Ok(fresh)
    }
}
