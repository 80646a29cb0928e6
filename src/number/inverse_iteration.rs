//! Vectors near an eigenspace, by inverse iteration with integers that stand for fixed-point numbers: guesses that others
//! certify.
//!
//! `(M - s)^(-1)` stretches the directions of eigenvalues near s most. `M - s` is eliminated once, with the largest pivot of
//! each column, and applied to arbitrary vectors until little else is left of them.
#![deny(clippy::float_arithmetic)]

use super::enclosure::Enclosure;
use super::int::Int;
use super::ratio::Ratio;
use super::real::Real;
use crate::base::interrupt::{Interrupt, Stopped};

/// A symmetric matrix with rounded entries: integers times `2^(exponent - bits)`, none longer than `bits`.
pub(super) struct Rounded {
    entries: Vec<Vec<Int>>,
    exponent: i64,
    bits: u32,
}

/// About the binary logarithm of a number that is not 0.
pub(super) fn size(x: &Ratio) -> i64 {
    x.num().bits() as i64 - x.den().bits() as i64
}

/// A power of two such that no entry of a matrix is larger in absolute value; `None` where all look like 0, or where one is
/// beyond what can be written out.
pub(super) fn exponent(rows: &[Vec<Real>]) -> Option<i64> {
    const ROUGH: u32 = 64;
    let mut most = None;
    for entry in rows.iter().flatten() {
        let enclosed = entry.enclose(ROUGH);
        for end in [enclosed.lower()?, enclosed.upper()?] {
            most = if end.is_zero() { most } else { most.max(Some(size(&end) + 1)) };
        }
    }
    most
}

impl Rounded {
    /// A matrix whose entries are at most `2^exponent`. `None` where an entry is not known to so many bits at all.
    pub(super) fn of(rows: &[Vec<Real>], exponent: i64, bits: u32) -> Option<Rounded> {
        let entry = |x: &Real| Some(fixed(&x.enclose(bits).lower()?, i64::from(bits) - exponent));
        let entries = rows.iter().map(|row| row.iter().map(entry).collect()).collect::<Option<_>>()?;
        Some(Rounded { entries, exponent, bits })
    }

    /// Vectors, as many as `count`, of about length `2^bits` and about orthogonal to each other, near the space of the eigenvalues
    /// around `shift`.
    pub(super) fn near(
        &self,
        shift: &Ratio,
        count: usize,
        rounds: u32,
        interrupt: &Interrupt,
    ) -> Result<Vec<Vec<Int>>, Stopped> {
        let shift = fixed(shift, i64::from(self.bits) - self.exponent);
        let eliminated = Eliminated::of(self.entries.clone(), &shift, self.bits, interrupt)?;
        let mut numbers = Arbitrary(1);
        let n = self.entries.len();
        let mut vectors: Vec<Vec<Int>> = (0..count).map(|_| (0..n).map(|_| numbers.next()).collect()).collect();
        for _ in 0..rounds {
            interrupt.check()?;
            for vector in &mut vectors {
                *vector = self.of_one_length(eliminated.solved(vector));
            }
            self.make_orthogonal(&mut vectors);
        }
        let mut vectors: Vec<Vec<Int>> = vectors.iter().map(|v| self.unit(v)).collect();
        if count > 1 {
            vectors = self.along_axes(&vectors);
            self.make_orthogonal(&mut vectors);
            vectors = vectors.iter().map(|v| self.unit(v)).collect();
        }
        Ok(vectors)
    }

    /// The mean of `v^T M v / v^T v` over some vectors.
    pub(super) fn quotient(&self, vectors: &[Vec<Int>]) -> Ratio {
        let (mut above, mut below) = (Int::ZERO, Int::ZERO);
        for v in vectors {
            for (row, x) in self.entries.iter().zip(v) {
                above.add_product(x, &dot(row, v));
            }
            below += &dot(v, v);
        }
        let quotient = if below.is_zero() { Int::ZERO } else { above.div_mod_floor(&below).0 };
        let power = self.exponent - i64::from(self.bits);
        let one = Int::ONE;
        let (num, den) = if power >= 0 { (quotient.shifted(power), one) } else { (quotient, one.shifted(-power)) };
        Ratio::new(num, den).unwrap_or(Ratio::ZERO)
    }

    /// A vector whose longest number has about so many bits.
    fn of_one_length(&self, vector: Vec<Int>) -> Vec<Int> {
        let longest = vector.iter().map(Int::bits).max().unwrap_or(0) as i64;
        vector.iter().map(|x| x.shifted(i64::from(self.bits) - longest)).collect()
    }

    /// Takes from each vector what it has in common with those before it (Gram and Schmidt), twice, for what is lost by rounding.
    fn make_orthogonal(&self, vectors: &mut [Vec<Int>]) {
        for at in 1..vectors.len() {
            let (before, from) = vectors.split_at_mut(at);
            for other in before.iter().chain(before.iter()) {
                let length = dot(other, other);
                if length.is_zero() {
                    continue;
                }
                let part = dot(&from[0], other).shifted(self.bits.into()).div_mod_floor(&length).0;
                for (x, y) in from[0].iter_mut().zip(other) {
                    *x = &*x - &(&part * y).shifted(-i64::from(self.bits));
                }
            }
            from[0] = self.of_one_length(std::mem::take(&mut from[0]));
        }
    }

    /// The same direction with a length of `2^bits`.
    fn unit(&self, vector: &[Int]) -> Vec<Int> {
        let length = Enclosure::of_int(&dot(vector, vector), 2 * self.bits).sqrt().lower();
        let Some(length) = length.filter(|length| !length.is_zero()) else { return vector.to_vec() };
        let scaled = |x: &Int| (&x.shifted(self.bits.into()) * length.den()).div_mod_floor(length.num()).0;
        vector.iter().map(scaled).collect()
    }

    /// Of all orthonormal bases of a space, one that depends on the space alone, up to rounding: the projections of some axes, each
    /// made orthogonal to those before it. An axis is the first one of which half as much is left as of any other.
    fn along_axes(&self, basis: &[Vec<Int>]) -> Vec<Vec<Int>> {
        let n = self.entries.len();
        let mut chosen: Vec<Vec<Int>> = Vec::new();
        let sum = |vectors: &[Vec<Int>], i: usize, j: usize| {
            vectors.iter().fold(Int::ZERO, |mut sum, v| {
                sum.add_product(&v[i], &v[j]);
                sum
            })
        };
        while chosen.len() < basis.len() {
            let left: Vec<Int> = (0..n).map(|i| &sum(basis, i, i) - &sum(&chosen, i, i)).collect();
            let most = left.iter().max().cloned().unwrap_or(Int::ZERO);
            let axis = left.iter().position(|x| x.shifted(1) >= most).unwrap_or(0);
            let down = -i64::from(self.bits);
            let vector: Vec<Int> =
                (0..n).map(|i| (&sum(basis, i, axis) - &sum(&chosen, i, axis)).shifted(down)).collect();
            chosen.push(self.unit(&vector));
        }
        chosen
    }
}

/// A number as an integer times `2^(-places)`, rounded down.
fn fixed(x: &Ratio, places: i64) -> Int {
    match places >= 0 {
        true => x.num().shifted(places).div_mod_floor(x.den()).0,
        false => x.num().div_mod_floor(&x.den().shifted(-places)).0,
    }
}

pub(super) fn dot(a: &[Int], b: &[Int]) -> Int {
    a.iter().zip(b).fold(Int::ZERO, |mut sum, (x, y)| {
        sum.add_product(x, y);
        sum
    })
}

/// `M - s = P L U` in fixed-point numbers.
struct Eliminated {
    /// L below the diagonal, without its ones, and U.
    rows: Vec<Vec<Int>>,
    /// Which row of the matrix stands where.
    order: Vec<usize>,
    bits: u32,
}

impl Eliminated {
    fn of(mut rows: Vec<Vec<Int>>, shift: &Int, bits: u32, interrupt: &Interrupt) -> Result<Eliminated, Stopped> {
        let n = rows.len();
        for (k, row) in rows.iter_mut().enumerate() {
            row[k] = &row[k] - shift;
        }
        let mut order: Vec<usize> = (0..n).collect();
        for k in 0..n {
            interrupt.check()?;
            let largest = (k..n).max_by(|a, b| rows[*a][k].abs().cmp(&rows[*b][k].abs())).unwrap_or(k);
            rows.swap(k, largest);
            order.swap(k, largest);
            if rows[k][k].is_zero() {
                // The shift is an eigenvalue, up to rounding: the smallest number instead.
                rows[k][k] = Int::ONE;
            }
            let (above, below) = rows.split_at_mut(k + 1);
            let pivots = &above[k];
            for row in below.iter_mut().filter(|row| !row[k].is_zero()) {
                let factor = row[k].shifted(bits.into()).div_mod_floor(&pivots[k]).0;
                for (x, pivot) in row.iter_mut().zip(pivots).skip(k + 1) {
                    *x = &*x - &(&factor * pivot).shifted(-i64::from(bits));
                }
                row[k] = factor;
            }
        }
        Ok(Eliminated { rows, order, bits })
    }

    fn solved(&self, vector: &[Int]) -> Vec<Int> {
        let n = self.rows.len();
        let mut x: Vec<Int> = self.order.iter().map(|k| vector[*k].clone()).collect();
        for i in 1..n {
            let known = dot(&self.rows[i][..i], &x[..i]).shifted(-i64::from(self.bits));
            x[i] = &x[i] - &known;
        }
        for i in (0..n).rev() {
            let known = dot(&self.rows[i][i + 1..], &x[i + 1..]);
            x[i] = (&x[i].shifted(self.bits.into()) - &known).div_mod_floor(&self.rows[i][i]).0;
        }
        x
    }
}

/// Numbers that only look random: a vector of them has a part in every direction.
struct Arbitrary(u64);

impl Arbitrary {
    fn next(&mut self) -> Int {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        Int::from((self.0 >> 24) as i64 - (1 << 39))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_golden_ratio_is_a_slope() {
        let entry = |x: i64| Real::from(Ratio::of(x, 1));
        let rows = vec![vec![entry(1), entry(1)], vec![entry(1), entry(0)]];
        let bits = 100;
        let rounded = Rounded::of(&rows, exponent(&rows).unwrap(), bits).unwrap();
        let found = rounded.near(&Ratio::of(1618, 1000), 1, 12, &Interrupt::default()).unwrap();
        let slope = Ratio::new(found[0][0].clone(), found[0][1].clone()).unwrap();
        assert_eq!(slope.decimal(20).0, "1.6180339887498948482");
        assert_eq!(rounded.quotient(&found).decimal(20).0, "1.6180339887498948482");
    }
}
