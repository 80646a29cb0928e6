//! Singular values and eigenvalues of small dense matrices, in decreasing order.
//!
//! Singular values are found by rotating pairs of columns until all are orthogonal (the one-sided method of Jacobi): it keeps
//! the digits of small singular values, and does not mind multiple ones, which tables with symmetries have. The bidiagonal
//! method of nalgebra gives up on some of those. Eigenvalues are nalgebra's, multiplied out again: a decomposition that does not
//! give back its matrix is no answer, and then the method of Jacobi is used there too. Matrices are scaled to entries of
//! size 1 before, for thresholds are absolute.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// Most rounds of rotations. Six to ten are usual.
const ROUNDS: usize = 60;

/// Columns are orthogonal if their cosine is less than this.
const COSINE: f64 = 1e-15;

/// Largest error of a decomposition, relative to the largest entry and for each row or column.
const RESIDUAL: f64 = 1e-14;

/// `A = left · diag(values) · right^T`, with the values decreasing.
#[derive(Debug, Clone)]
pub struct Singular {
    /// Left singular vectors, as columns.
    pub left: DMatrix<f64>,
    /// Singular values, decreasing.
    pub values: DVector<f64>,
    /// Right singular vectors, as columns.
    pub right: DMatrix<f64>,
}

/// Eigenvalues of a symmetric matrix, decreasing, and their eigenvectors.
#[derive(Debug, Clone)]
pub struct Spectrum {
    /// Eigenvalues, decreasing.
    pub values: DVector<f64>,
    /// Eigenvectors, as columns.
    pub vectors: DMatrix<f64>,
}

/// Largest absolute value of an entry.
pub fn largest(a: &DMatrix<f64>) -> f64 {
    a.iter().fold(0.0, |m, x| m.max(x.abs()))
}

/// The singular value decomposition; none if the matrix has entries that are not numbers, or did not converge.
pub fn singular(a: &DMatrix<f64>) -> Option<Singular> {
    if a.ncols() > a.nrows() {
        let Singular { left, values, right } = singular(&a.transpose())?;
        return Some(Singular { left: right, values, right: left });
    }
    let scale = largest(a);
    if !a.iter().all(|x| x.is_finite()) {
        return None;
    }
    let mut columns = if scale == 0.0 { a.clone() } else { a / scale };
    let mut right = DMatrix::identity(a.ncols(), a.ncols());
    if !(0..ROUNDS).any(|_| orthogonalise(&mut columns, &mut right)) {
        return None;
    }
    let norms = DVector::from_fn(a.ncols(), |j, _| columns.column(j).norm());
    let order = decreasing(&norms);
    let left = DMatrix::from_fn(a.nrows(), order.len(), |i, j| columns[(i, order[j])]);
    let right = DMatrix::from_fn(a.ncols(), order.len(), |i, j| right[(i, order[j])]);
    let values = DVector::from_iterator(order.len(), order.iter().map(|k| norms[*k]));
    Some(Singular { left: normalised(left, &values), values: values * scale, right })
}

/// One round of rotations; whether none was needed.
fn orthogonalise(a: &mut DMatrix<f64>, right: &mut DMatrix<f64>) -> bool {
    let mut done = true;
    for p in 0..a.ncols() {
        for q in p + 1..a.ncols() {
            let (x, y) = (a.column(p).norm_squared(), a.column(q).norm_squared());
            let inner = a.column(p).dot(&a.column(q));
            if inner.abs() <= COSINE * (x * y).sqrt() || inner == 0.0 {
                continue;
            }
            // A column that is zero up to rounding is orthogonal to nothing in particular, and stays as it is.
            if x.min(y) <= 1e-32 * x.max(y) && inner.abs() <= 1e-16 * x.max(y) {
                continue;
            }
            done = false;
            let zeta = (y - x) / (2.0 * inner);
            let tangent = turn(zeta);
            rotate(a, p, q, tangent);
            rotate(right, p, q, tangent);
        }
    }
    done
}

/// The tangent of the smaller angle whose double has this cotangent.
fn turn(zeta: f64) -> f64 {
    // The sign of 0 counts as positive: two columns of one length are turned by 45 degrees.
    zeta.signum() / (zeta.abs() + zeta.hypot(1.0))
}

/// Columns p and q turned by the angle with this tangent.
fn rotate(a: &mut DMatrix<f64>, p: usize, q: usize, tangent: f64) {
    let c = 1.0 / tangent.hypot(1.0);
    let s = c * tangent;
    for i in 0..a.nrows() {
        let (x, y) = (a[(i, p)], a[(i, q)]);
        (a[(i, p)], a[(i, q)]) = (c * x - s * y, s * x + c * y);
    }
}

/// Columns of length 1; those of singular values that are 0 are filled up to an orthonormal system.
fn normalised(mut left: DMatrix<f64>, values: &DVector<f64>) -> DMatrix<f64> {
    let tiny = 1e-15 * values.iter().fold(0.0, |m: f64, x| m.max(*x));
    let mut unit = 0;
    for j in 0..left.ncols() {
        if values[j] > tiny {
            let scaled = left.column(j) / values[j];
            left.set_column(j, &scaled);
            continue;
        }
        // There are at most as many columns as rows, so some unit vector is outside of what there is.
        while unit < left.nrows() {
            let mut v = DVector::zeros(left.nrows());
            v[unit] = 1.0;
            unit += 1;
            for _ in 0..2 {
                for k in 0..j {
                    let share = left.column(k).dot(&v);
                    v.axpy(-share, &left.column(k), 1.0);
                }
            }
            let norm = v.norm();
            if norm > 1e-8 {
                left.set_column(j, &(v / norm));
                break;
            }
        }
    }
    left
}

/// The eigenvalues and eigenvectors of a symmetric matrix; none if they were not found.
pub fn spectrum(a: &DMatrix<f64>) -> Option<Spectrum> {
    let (scale, size) = (largest(a), a.nrows());
    if !a.iter().all(|x| x.is_finite()) {
        return None;
    }
    if scale == 0.0 {
        return Some(Spectrum { values: DVector::zeros(size), vectors: DMatrix::identity(size, size) });
    }
    let unit = a / scale;
    let quick = SymmetricEigen::try_new(unit.clone(), f64::EPSILON, 100 * size);
    let found = match quick.map(|e| (e.eigenvalues, e.eigenvectors)).filter(|(l, v)| gives_back(&unit, l, v)) {
        Some(found) => found,
        None => by_rotations(&unit).filter(|(l, v)| gives_back(&unit, l, v))?,
    };
    let order = decreasing(&found.0);
    let vectors = DMatrix::from_fn(size, size, |i, j| found.1[(i, order[j])]);
    let values = DVector::from_iterator(size, order.iter().map(|k| found.0[*k]));
    Some(Spectrum { values: values * scale, vectors })
}

/// Whether a decomposition multiplies out to the matrix, and its vectors are orthonormal.
fn gives_back(a: &DMatrix<f64>, values: &DVector<f64>, vectors: &DMatrix<f64>) -> bool {
    let again = columns_times(vectors, values) * vectors.transpose();
    let gram = vectors.tr_mul(vectors);
    let limit = RESIDUAL * a.nrows() as f64;
    largest(&(again - a)) <= limit && largest(&(gram - DMatrix::identity(a.nrows(), a.nrows()))) <= limit
}

/// The two-sided method of Jacobi.
fn by_rotations(a: &DMatrix<f64>) -> Option<(DVector<f64>, DMatrix<f64>)> {
    let n = a.nrows();
    let (mut a, mut vectors) = (a.clone(), DMatrix::identity(n, n));
    for _ in 0..ROUNDS {
        let mut rest = 0.0f64;
        for p in 0..n {
            for q in p + 1..n {
                let inner = a[(p, q)];
                rest = rest.max(inner.abs());
                if inner.abs() <= 1e-17 {
                    continue;
                }
                let zeta = (a[(q, q)] - a[(p, p)]) / (2.0 * inner);
                let tangent = turn(zeta);
                rotate(&mut a, p, q, tangent);
                // The rows are turned as the columns are.
                a.transpose_mut();
                rotate(&mut a, p, q, tangent);
                a.transpose_mut();
                rotate(&mut vectors, p, q, tangent);
            }
        }
        if rest <= 1e-16 {
            return Some((a.diagonal(), vectors));
        }
    }
    None
}

/// The numbers of the entries, from the largest to the smallest.
fn decreasing(values: &DVector<f64>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    order
}

/// The first columns of a matrix.
pub fn columns(a: &DMatrix<f64>, count: usize) -> DMatrix<f64> {
    a.columns(0, count).into_owned()
}

/// Row i multiplied by `by[i]`.
pub fn rows_times(a: &DMatrix<f64>, by: &DVector<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)] * by[i])
}

/// Column j multiplied by `by[j]`.
pub fn columns_times(a: &DMatrix<f64>, by: &DVector<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)] * by[j])
}

/// The rows minus their mean under weights that sum to 1.
pub fn centred(a: &DMatrix<f64>, weights: &DVector<f64>) -> DMatrix<f64> {
    let mean = a.tr_mul(weights);
    DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)] - mean[j])
}

/// `a` raised to a power that need not be whole, for a symmetric positive matrix; none where an eigenvalue is too small for
/// it.
pub fn power(a: &DMatrix<f64>, exponent: f64) -> Option<DMatrix<f64>> {
    let found = spectrum(a)?;
    let least = 1e-13 * found.values.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    if exponent < 0.0 && found.values.iter().any(|x| *x <= least) {
        return None;
    }
    let raised = found.values.map(|x| x.max(0.0).powf(exponent));
    Some(&found.vectors * DMatrix::from_diagonal(&raised) * found.vectors.transpose())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lm::spectral::fit::Random;

    /// Whether a decomposition gives its matrix back, has orthonormal vectors and decreasing values.
    fn sound(a: &DMatrix<f64>) {
        let found = singular(a).unwrap();
        let k = a.nrows().min(a.ncols());
        let again = columns_times(&found.left, &found.values) * found.right.transpose();
        assert!(largest(&(again - a)) <= 1e-14 * largest(a), "{a}");
        for side in [&found.left, &found.right] {
            assert!(largest(&(side.tr_mul(side) - DMatrix::identity(k, k))) < 1e-13, "{a}{side}");
        }
        assert!(found.values.as_slice().is_sorted_by(|a, b| a >= b));
    }

    fn random(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
        let mut random = Random(seed);
        DMatrix::from_fn(rows, columns, |_, _| random.normal())
    }

    #[test]
    fn singular_values_of_all_kinds_of_matrices() {
        for (k, (rows, columns)) in [(1, 1), (5, 3), (3, 5), (8, 8), (20, 6)].into_iter().enumerate() {
            let a = random(rows, columns, k as u64);
            sound(&a);
            // Tiny and huge, and of low rank: the product of a column and a row.
            sound(&(&a * 1e-150));
            sound(&(&a * 1e150));
            sound(&(a.columns(0, 1) * a.rows(0, 1)));
        }
        // A circle has singular values in pairs.
        sound(&DMatrix::from_fn(6, 6, |i, j| (std::f64::consts::TAU * (i as f64 - j as f64) / 6.0).cos().exp()));
        sound(&DMatrix::identity(4, 4));
        assert_eq!(singular(&DMatrix::zeros(3, 2)).unwrap().values, DVector::zeros(2));
        assert!(singular(&DMatrix::from_element(2, 2, f64::NAN)).is_none());
    }

    #[test]
    fn a_small_singular_value_keeps_its_digits() {
        // Columns (1, 0, 0) and (1, 1e-9, 0): the product of the singular values is the root of the Gram determinant.
        let a = DMatrix::from_column_slice(3, 2, &[1.0, 0.0, 0.0, 1.0, 1e-9, 0.0]);
        let values = singular(&a).unwrap().values;
        assert!((values[0] * values[1] / 1e-9 - 1.0).abs() < 1e-14, "{values}");
    }

    #[test]
    fn both_ways_to_eigenvalues_agree() {
        for size in [1, 2, 7, 15] {
            let half = random(size, size, size as u64);
            let a = &half + half.transpose();
            let quick = spectrum(&a).unwrap();
            let unit = &a / largest(&a);
            let (values, vectors) = by_rotations(&unit).unwrap();
            assert!(gives_back(&unit, &values, &vectors));
            let mut slow: Vec<f64> = values.iter().map(|x| x * largest(&a)).collect();
            slow.sort_by(|a, b| b.total_cmp(a));
            let gap = slow.iter().zip(quick.values.iter()).fold(0.0, |m: f64, (a, b)| m.max((a - b).abs()));
            assert!(gap < 1e-13 * largest(&a) * size as f64, "{gap}");
        }
    }
}
