//! The largest eigenvalues of a symmetric operator that is known only by what it does to vectors (Lanczos 1950).
//!
//! For a kernel on N contexts that is made of features, `K = F F^T` with F of k columns, the operator costs N·k instead of N²
//! numbers. Vectors are made orthogonal to all earlier ones, twice, so that no eigenvalue appears two times by rounding.

use nalgebra::{DMatrix, DVector};

use super::fit::Random;
use super::linear::spectrum;
use crate::base::interrupt::{Interrupt, Stopped};

/// Leading eigenvalues, their vectors, and how far each is from an eigenvalue at most.
#[derive(Debug, Clone)]
pub struct Leading {
    /// Eigenvalues, decreasing.
    pub values: Vec<f64>,
    /// Eigenvectors, as columns.
    pub vectors: DMatrix<f64>,
    /// `|A v − value · v|`: there is an eigenvalue within this distance of the value.
    pub errors: Vec<f64>,
}

/// The `count` largest eigenvalues of an operator on vectors of length n; at most `steps` vectors are used.
///
/// It stops earlier once all errors are below `tolerance` times the largest value. One start sees of a multiple eigenvalue one
/// vector only; when the vectors span a space that the operator keeps, it goes on with a new one, orthogonal to all.
pub fn leading(
    n: usize,
    count: usize,
    steps: usize,
    tolerance: f64,
    apply: impl Fn(&DVector<f64>) -> DVector<f64>,
    interrupt: &Interrupt,
) -> Result<Option<Leading>, Stopped> {
    let mut random = Random(n as u64);
    let mut basis: Vec<DVector<f64>> = Vec::new();
    let (mut diagonal, mut below): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    let Some(mut next) = fresh(n, &basis, &mut random) else { return Ok(None) };
    let steps = steps.min(n);
    let mut first = 0;
    loop {
        interrupt.check()?;
        let mut image = apply(&next);
        diagonal.push(next.dot(&image));
        basis.push(next);
        orthogonal(&mut image, &basis);
        let rest = image.norm();
        let scale = diagonal.iter().chain(&below).fold(0.0, |m: f64, x| m.max(x.abs()));
        let closed = rest <= 1e-14 * scale || scale == 0.0;
        let full = basis.len() >= steps;
        // The small problem is solved now and then only: it costs the cube of its size.
        if full || closed || basis.len().is_multiple_of(count.max(5)) {
            let rest = if closed { 0.0 } else { rest };
            let Some(found) = ritz(&diagonal, &below, &basis, rest, count) else { return Ok(None) };
            let limit = tolerance * found.values.first().map_or(0.0, |v| v.abs());
            let done = found.values.len() == count && found.errors.iter().all(|e| *e <= limit);
            // A random vector orthogonal to all that went before is an eigenvector: then everything there is one.
            let alike = closed && basis.len() - first == 1;
            let lower = found.values.last().is_some_and(|v| diagonal.last() <= Some(v));
            if full || done && (!closed || alike && lower) {
                return Ok(Some(found));
            }
        }
        below.push(if closed { 0.0 } else { rest });
        if closed {
            first = basis.len();
        }
        next = match closed {
            false => image / rest,
            true => match fresh(n, &basis, &mut random) {
                Some(v) => v,
                None => return Ok(ritz(&diagonal, &below, &basis, 0.0, count)),
            },
        };
    }
}

/// What the projected, tridiagonal problem says of the operator.
fn ritz(diagonal: &[f64], below: &[f64], basis: &[DVector<f64>], rest: f64, count: usize) -> Option<Leading> {
    let k = diagonal.len();
    let small = DMatrix::from_fn(k, k, |i, j| match i.abs_diff(j) {
        0 => diagonal[i],
        1 => below[i.min(j)],
        _ => 0.0,
    });
    let found = spectrum(&small)?;
    let count = count.min(k);
    let long = DMatrix::from_columns(basis);
    Some(Leading {
        values: found.values.iter().take(count).copied().collect(),
        vectors: long * found.vectors.columns(0, count),
        errors: (0..count).map(|j| rest * found.vectors[(k - 1, j)].abs()).collect(),
    })
}

/// Takes out of a vector what lies in the span of a basis; twice, for the first time leaves rounding errors behind.
fn orthogonal(v: &mut DVector<f64>, basis: &[DVector<f64>]) {
    for _ in 0..2 {
        for b in basis {
            let share = b.dot(v);
            v.axpy(-share, b, 1.0);
        }
    }
}

/// A pseudo-random unit vector orthogonal to a basis; none if there is no room.
fn fresh(n: usize, basis: &[DVector<f64>], random: &mut Random) -> Option<DVector<f64>> {
    if basis.len() >= n {
        return None;
    }
    let mut v = DVector::from_fn(n, |_, _| random.normal());
    let before = v.norm();
    orthogonal(&mut v, basis);
    let norm = v.norm();
    (norm > 1e-10 * before).then(|| v / norm)
}
