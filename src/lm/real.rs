//! Single and double precision: the matrix product, and the pass over the logits of one state.
//!
//! The matrix product and the exponential take nearly all the time of an analysis. The product is nalgebra's. The loops
//! over logits are written so that the compiler turns them into vector instructions: the exponential is a polynomial
//! without branches, and sums run in `LANES` lanes over short stretches that are added up in double precision.

use nalgebra::{DMatrixView, DMatrixViewMut, Dyn, RealField};

/// Numbers that are worked on at once.
const LANES: usize = 16;

/// Numbers that are summed in single precision before they go to a double.
const STRETCH: usize = 256;

/// What the logits of one state amount to. `p` is the softmax of the logits, `e` their exponentials from the largest on.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Softmax {
    /// The largest logit.
    pub max: f64,
    /// Σ e.
    pub sum: f64,
    /// Σ e·(logit − max).
    pub weighted: f64,
    /// Σ e².
    pub squares: f64,
    /// Σ e^{3/2}.
    pub three_halves: f64,
}

/// A float in which logits are computed.
pub trait Real: RealField + Copy + Default {
    /// The nearest number of this precision.
    fn of(x: f64) -> Self;
    /// As a double.
    fn to(self) -> f64;
    /// What is called in results.
    const NAME: &'static str;
    /// Replaces the logits of one state by their exponentials, the largest of which is 1.
    fn softmax(logits: &mut [Self]) -> Softmax;
}

macro_rules! real {
    ($t:ty, $bits:ty, $name:literal, $exp:ident) => {
        impl Real for $t {
            fn of(x: f64) -> Self {
                x as $t
            }
            fn to(self) -> f64 {
                f64::from(self)
            }
            const NAME: &'static str = $name;

            fn softmax(logits: &mut [Self]) -> Softmax {
                let mut most = [<$t>::NEG_INFINITY; LANES];
                let (chunks, rest) = logits.as_chunks::<LANES>();
                for chunk in chunks {
                    for (m, x) in most.iter_mut().zip(chunk) {
                        *m = if *x > *m { *x } else { *m };
                    }
                }
                let max = most.iter().chain(rest).copied().fold(<$t>::NEG_INFINITY, <$t>::max);
                let mut sums = Softmax { max: f64::from(max), ..Softmax::default() };
                for stretch in logits.chunks_mut(STRETCH) {
                    let mut lanes = [[0 as $t; LANES]; 4];
                    let (chunks, rest) = stretch.as_chunks_mut::<LANES>();
                    for chunk in chunks {
                        for lane in 0..LANES {
                            let x = chunk[lane] - max;
                            let e = $exp(x);
                            chunk[lane] = e;
                            lanes[0][lane] += e;
                            lanes[1][lane] += e * x;
                            lanes[2][lane] += e * e;
                            lanes[3][lane] += e * e.sqrt();
                        }
                    }
                    for (lane, slot) in rest.iter_mut().enumerate() {
                        let x = *slot - max;
                        let e = $exp(x);
                        *slot = e;
                        lanes[0][lane] += e;
                        lanes[1][lane] += e * x;
                        lanes[2][lane] += e * e;
                        lanes[3][lane] += e * e.sqrt();
                    }
                    let total = |n: usize| lanes[n].iter().map(|x| f64::from(*x)).sum::<f64>();
                    sums.sum += total(0);
                    sums.weighted += total(1);
                    sums.squares += total(2);
                    sums.three_halves += total(3);
                }
                sums
            }
        }
    };
}

real!(f32, u32, "single", exp_single);
real!(f64, u64, "double", exp_double);

/// The exponential of a number that is not positive, to about one unit in the last place; below -87, nearly zero.
#[inline(always)]
fn exp_single(x: f32) -> f32 {
    let x = if x < -87.0 { -87.0 } else { x };
    // Adding 1.5·2^23 rounds to an integer, which then stands in the lowest bits.
    const SHIFT: f32 = 12_582_912.0;
    let shifted = x * std::f32::consts::LOG2_E + SHIFT;
    let n = shifted - SHIFT;
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 0.166_666_66;
    let p = p * r + 0.5;
    let p = p * r * r + r + 1.0;
    // Adds n to the exponent of p.
    f32::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 23))
}

/// The exponential of a number that is not positive, to about one unit in the last place; below -708, nearly zero.
#[inline(always)]
fn exp_double(x: f64) -> f64 {
    let x = if x < -708.0 { -708.0 } else { x };
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    let shifted = x * std::f64::consts::LOG2_E + SHIFT;
    let n = shifted - SHIFT;
    let r = x - n * 6.931_471_803_691_238e-1 - n * 1.908_214_929_270_587_7e-10;
    // Taylor's series: |r| is at most log(2)/2, and 14 terms leave less than a unit in the last place.
    let mut p = 1.0 / 6_227_020_800.0;
    for c in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        p = p * r + c;
    }
    f64::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// Products with a side of at most this are computed by the definition. nalgebra does not hand them to its fast product
/// either, and its own loops for them failed a bounds check of debug builds on views like these (0.35.0).
const SMALL: usize = 5;

/// A matrix in memory, whatever its order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix<'a, T> {
    data: &'a [T],
    rows: usize,
    columns: usize,
    down: usize,
    across: usize,
}

impl<'a, T: Real> Matrix<'a, T> {
    /// Stored column after column.
    pub(super) fn by_columns(data: &'a [T], rows: usize, columns: usize) -> Matrix<'a, T> {
        Matrix { data, rows, columns, down: 1, across: rows }
    }

    /// Stored row after row, each in `stride` places of which the first `columns` count.
    pub(super) fn by_rows(data: &'a [T], rows: usize, columns: usize, stride: usize) -> Matrix<'a, T> {
        Matrix { data, rows, columns, down: stride, across: 1 }
    }

    /// The transpose.
    pub(super) fn transposed(self) -> Matrix<'a, T> {
        Matrix { rows: self.columns, columns: self.rows, down: self.across, across: self.down, ..self }
    }

    /// Writes `keep · out + self · other` to `out`, column after column.
    pub(super) fn times(self, other: Matrix<'_, T>, keep: f64, out: &mut [T]) {
        if [self.rows, self.columns, other.columns].into_iter().any(|side| side <= SMALL) {
            return self.times_small(other, keep, out);
        }
        let mut out = DMatrixViewMut::from_slice(out, self.rows, other.columns);
        out.gemm(T::one(), &self.view(), &other.view(), T::of(keep));
    }

    /// The same by the definition.
    fn times_small(self, other: Matrix<'_, T>, keep: f64, out: &mut [T]) {
        let keep = T::of(keep);
        for (c, column) in out.chunks_exact_mut(self.rows).take(other.columns).enumerate() {
            // Where nothing is kept, what stands there need not be a number.
            let zero = keep == T::zero();
            column.iter_mut().for_each(|x| *x = if zero { T::zero() } else { *x * keep });
            for k in 0..self.columns {
                let factor = other.data[k * other.down + c * other.across];
                for (r, x) in column.iter_mut().enumerate() {
                    *x += self.data[r * self.down + k * self.across] * factor;
                }
            }
        }
    }

    fn view(self) -> DMatrixView<'a, T, Dyn, Dyn> {
        let (rows, columns) = (Dyn(self.rows), Dyn(self.columns));
        DMatrixView::from_slice_with_strides_generic(self.data, rows, columns, Dyn(self.down), Dyn(self.across))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_are_as_good_as_the_library() {
        for i in 0..=200_000 {
            let x = -f64::from(i) * 4e-4;
            let single = f64::from(exp_single(x as f32));
            assert!((single / f64::from(x as f32).exp() - 1.0).abs() < 2.5e-7, "{x}");
            let x = -f64::from(i) * 3.5e-3;
            assert!((exp_double(x) / x.exp() - 1.0).abs() < 6e-16, "{x}");
        }
        assert_eq!((exp_single(0.0), exp_double(0.0)), (1.0, 1.0));
        assert!(exp_single(f32::NEG_INFINITY) < 2e-38 && exp_double(-1e300) < 1e-300);
    }

    #[test]
    fn sums_over_logits_agree_with_their_definition() {
        // Lengths around those of lanes and stretches.
        for length in [1, 2, 15, 16, 17, 255, 256, 257, 1000] {
            let logits: Vec<f64> = (0..length).map(|i| ((i * 37) % 101) as f64 * 0.1 - 4.0).collect();
            let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let e: Vec<f64> = logits.iter().map(|x| (x - max).exp()).collect();
            let wanted = [
                e.iter().sum::<f64>(),
                e.iter().zip(&logits).map(|(e, x)| e * (x - max)).sum(),
                e.iter().map(|e| e * e).sum(),
                e.iter().map(|e| e.powf(1.5)).sum(),
            ];
            let mut double = logits.clone();
            let mut single: Vec<f32> = logits.iter().map(|x| *x as f32).collect();
            let found = [f64::softmax(&mut double), f32::softmax(&mut single)];
            for (found, tolerance) in found.iter().zip([1e-13, 1e-5]) {
                let sums = [found.sum, found.weighted, found.squares, found.three_halves];
                for (a, b) in sums.iter().zip(wanted) {
                    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{length}: {sums:?} {wanted:?}");
                }
            }
            assert!(double.iter().zip(&e).all(|(a, b)| (a - b).abs() < 1e-14));
        }
    }

    #[test]
    fn products_with_strides() {
        // Two rows of three numbers, in four places each.
        let a = Matrix::by_rows(&[1.0, 2.0, 3.0, 9.0, 4.0, 5.0, 6.0, 9.0], 2, 3, 4);
        let b = Matrix::by_columns(&[1.0, 0.0, 1.0, 0.0, 2.0, 0.0], 3, 2);
        let mut out = [1.0; 4];
        a.times(b, 0.0, &mut out);
        assert_eq!(out, [4.0, 10.0, 4.0, 10.0]);
        b.transposed().times(a.transposed(), 1.0, &mut out);
        assert_eq!(out, [8.0, 14.0, 14.0, 20.0]);
    }

    #[test]
    fn large_products_agree_with_the_definition() {
        let numbers: Vec<f64> = (0..400).map(|i| f64::from((i * 37) % 101) - 50.0).collect();
        for (rows, inner, columns) in [(6, 6, 6), (9, 17, 7), (20, 6, 11)] {
            let a = Matrix::by_rows(&numbers, rows, inner, inner + 3);
            let b = Matrix::by_rows(&numbers[100..], columns, inner, inner + 1).transposed();
            for keep in [0.0, 1.0] {
                let (mut fast, mut slow) = (vec![2.0; rows * columns], vec![2.0; rows * columns]);
                a.times(b, keep, &mut fast);
                a.times_small(b, keep, &mut slow);
                assert_eq!(fast, slow);
            }
        }
    }
}
