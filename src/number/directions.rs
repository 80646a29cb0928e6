//! The eigenvectors of a symmetric matrix, certified.
//!
//! - Where the matrix is rational, or `D^(1/2) C D^(1/2)` with rational C and D, and so is the eigenvalue: a basis of the kernel of
//!   `M - t`, exactly.
//! - Where rationals near an eigenvector are found to be one (`exact_direction`): these.
//! - Where there is one eigenvalue, or one cluster, all vectors are directions: the axes are a basis.
//! - Else, decimals X near an orthonormal basis of the space E of an eigenvalue, or of several that are not told apart. With a rational
//!   s, and a distance `gap` at least from s to all other eigenvalues, what X has beyond E is at most `|(M - s) X| / gap` (Davis and
//!   Kahan 1970; here by the expansion in eigenvectors: beyond E, `M - s` makes nothing shorter than by the factor gap). With
//!   `eta = |X^T X - 1|`, the sine of the largest angle between the space of X and E is at most `|(M - s) X| / (gap (1 - eta))`;
//!   then E has an orthonormal basis, the polar factor of what X projects to, each coordinate of which is within
//!   `3/2 sine + eta` of that of X: `sqrt 2 sine` from the basis `X (X^T X)^(-1/2)`, and eta from there to X. All norms are
//!   those of Frobenius, which are not below the others.
//!
//! X and s are guesses, by inverse iteration; only these bounds are believed.
#![deny(clippy::float_arithmetic)]

use super::decimal::ten_to;
use super::determinant::integers;
use super::enclosure::Enclosure;
use super::exact_direction::exactly;
use super::int::Int;
use super::inverse_iteration::{Rounded, dot, exponent, size};
use super::linear::Echelon;
use super::matrix::{Matrix, MatrixFault, rational};
use super::ratio::Ratio;
use super::real::Real;
use super::spectrum::{Eigenvalue, Spectrum};
use crate::base::interrupt::{Interrupt, Stopped};

/// Decimals that are looked for at first.
const DIGITS: u32 = 15;

/// Digits of eigenvalues up to which they are brought closer, where they are close to each other.
const CLOSEST: u32 = 480;

/// Bits of fixed-point numbers beyond which no vector is looked for.
const LONGEST: i64 = 1 << 14;

/// So many times the precision is doubled, where a bound is not as good as expected.
const RETRIES: u32 = 2;

/// Most applications of an inverse.
const ROUNDS: i64 = 200;

/// Bits with which bounds are computed.
const BOUND: u32 = 64;

/// Bits of bounds.
const FEW: u32 = 12;

/// The eigenvectors of a symmetric matrix.
#[derive(Debug, Clone)]
pub struct Directions {
    matrix: Matrix,
    spectrum: Spectrum,
    digits: u32,
    /// The spaces of the eigenvalues, the largest eigenvalue first.
    pub spaces: Vec<Space>,
}

/// The eigenspace of an eigenvalue, or the sum of those of several that are not told apart. Its dimension is their count.
#[derive(Debug, Clone)]
pub struct Space {
    /// The eigenvalue.
    pub value: Eigenvalue,
    /// What is known of the space.
    pub basis: Basis,
}

/// A basis of a space, as far as it is known.
#[derive(Debug, Clone)]
pub enum Basis {
    /// Exactly. Without weights, each vector is in integers without a common factor.
    Exact(Vec<Vec<Real>>),
    /// Decimals near an orthonormal basis.
    Near(Near),
    /// Not known well enough for any decimal.
    Open,
}

/// Decimals near an orthonormal basis of a space, and what shows it.
#[derive(Debug, Clone)]
pub struct Near {
    /// For each vector of the basis, its coordinates.
    pub vectors: Vec<Vec<Ratio>>,
    /// How many decimals these have.
    pub places: u32,
    /// A number close to the eigenvalues.
    pub at: Ratio,
    /// All other eigenvalues differ from that number by at least this.
    pub gap: Ratio,
    /// The inner products of the vectors differ from those of an orthonormal basis by at most this, as a matrix.
    pub skew: Ratio,
    /// The sine of the largest angle between the space of the vectors and the space is at most this.
    pub sine: Ratio,
    /// No coordinate differs by more than this from that of an orthonormal basis of the space.
    pub error: Ratio,
}

impl Directions {
    /// The eigenvectors of a symmetric matrix.
    pub fn of(matrix: Matrix, interrupt: &Interrupt) -> Result<Directions, MatrixFault> {
        let spectrum = Spectrum::of(&matrix, interrupt)?;
        let mut found = Directions { matrix, spectrum, digits: 0, spaces: Vec::new() };
        found.sharpen(DIGITS, interrupt)?;
        Ok(found)
    }

    /// The same with so many decimals, as far as that can be found out.
    pub fn with_digits(self, digits: u32, interrupt: &Interrupt) -> Result<Directions, Stopped> {
        if digits <= self.digits {
            return Ok(self);
        }
        let mut sharper = self.clone();
        match sharper.sharpen(digits, interrupt) {
            Ok(()) => Ok(sharper),
            Err(MatrixFault::Stopped(stopped)) => Err(stopped),
            Err(_) => Ok(self),
        }
    }

    /// The number of rows of the matrix.
    pub fn size(&self) -> usize {
        self.spectrum.size()
    }

    /// Whether the numbers are of a kind whose signs are always decided.
    pub fn has_decided_signs(&self) -> bool {
        self.spectrum.has_decided_signs()
    }

    fn sharpen(&mut self, digits: u32, interrupt: &Interrupt) -> Result<(), MatrixFault> {
        let core = self.matrix.core();
        let rational = rational(&core.form);
        let (all, mut asked) = (self.size(), digits.max(DIGITS));
        self.spectrum.sharpen(digits, interrupt)?;
        while asked < CLOSEST && are_close(&self.spectrum.eigenvalues) {
            asked *= 2;
            self.spectrum.sharpen(asked, interrupt)?;
        }
        let mut rows = None;
        let mut spaces = Vec::new();
        for (k, value) in self.spectrum.eigenvalues.iter().enumerate() {
            let basis = match (&rational, value.exact()) {
                (Some(form), Some(t)) => Basis::Exact(kernel(&self.matrix, form, &core.inverse, t, interrupt)?),
                _ if value.count == all => Basis::Exact((0..all).map(|k| axis(all, k)).collect()),
                _ => {
                    let rows = match &rows {
                        Some(rows) => rows,
                        None => rows.insert(self.matrix.rows()?),
                    };
                    match near(rows, &self.spectrum.eigenvalues, k, digits, interrupt)? {
                        None => Basis::Open,
                        Some(found) => exactly(rows, &found, interrupt)?.map_or(Basis::Near(found), Basis::Exact),
                    }
                }
            };
            spaces.push(Space { value: value.clone(), basis });
        }
        (self.spaces, self.digits) = (spaces, digits);
        Ok(())
    }
}

/// Whether the ends of an eigenvalue that is no known rational are not much closer to each other than to its neighbours.
fn are_close(values: &[Eigenvalue]) -> bool {
    let much = Ratio::of(1 << 10, 1);
    values.windows(2).any(|pair| {
        let apart = &pair[0].low - &pair[1].high;
        pair.iter().any(|value| value.is_one && value.exact().is_none() && &(&value.high - &value.low) * &much > apart)
    })
}

/// A basis of the kernel of `D^(1/2) C D^(1/2) - t`: with `x = D^(1/2) v` it is `C x = t D^(-1) x` where D is not 0, and where D is
/// 0 the axes are directions of the eigenvalue 0.
fn kernel(
    matrix: &Matrix,
    form: &[Vec<Ratio>],
    inverse: &[Ratio],
    t: &Ratio,
    interrupt: &Interrupt,
) -> Result<Vec<Vec<Real>>, MatrixFault> {
    let mut less = form.to_vec();
    for (k, weight) in inverse.iter().enumerate() {
        less[k][k] = &less[k][k] - &(t * weight);
    }
    let found = Echelon::of(integers(&less).0, inverse.len(), interrupt)?.null_space();
    let Some(weights) = matrix.weights() else {
        return Ok(found.into_iter().map(|v| v.into_iter().map(|x| Ratio::from(x).into()).collect()).collect());
    };
    let support: Vec<usize> = (0..weights.len()).filter(|k| !weights[*k].is_zero()).collect();
    let mut basis = Vec::new();
    for x in found {
        // All by the root of the first weight: no root is left where the roots of all weights have rational ratios.
        let first = x.iter().position(|x| !x.is_zero()).map_or(&Ratio::ONE, |k| &weights[support[k]]);
        let mut vector = vec![Real::zero(); weights.len()];
        for ((x, inverse), place) in x.into_iter().zip(inverse).zip(&support) {
            vector[*place] = Real::root_of(&(first * inverse), 2)?.scale(&x.into())?;
        }
        basis.push(vector);
    }
    if t.is_zero() {
        let left_out = (0..weights.len()).filter(|k| weights[*k].is_zero());
        basis.extend(left_out.map(|k| axis(weights.len(), k)));
    }
    Ok(basis)
}

/// A vector that is 1 in one place and 0 elsewhere.
fn axis(n: usize, k: usize) -> Vec<Real> {
    (0..n).map(|i| if i == k { Real::one() } else { Real::zero() }).collect()
}

/// Decimals near a basis for the eigenvalue in this place, with the best bound that was found.
fn near(
    rows: &[Vec<Real>],
    values: &[Eigenvalue],
    place: usize,
    digits: u32,
    interrupt: &Interrupt,
) -> Result<Option<Near>, Stopped> {
    let value = &values[place];
    let middle = &(&value.low + &value.high) * &Ratio::of(1, 2);
    let (Some(gap), Some(exponent)) = (distance(values, place, &middle), exponent(rows)) else { return Ok(None) };
    // Rounded to this many decimals, vectors of length 1 are not much changed.
    let places = digits + 5 + (rows.len().ilog2() / 4);
    // Bits for these, for what is lost where others are near, and some more.
    let wanted = 64 + i64::from(places) * 3322 / 1000;
    let lost = (exponent - size(&gap)).max(0);
    let width = &value.high - &value.low;
    let gained = if width.is_zero() { wanted } else { (size(&gap) - size(&width)).clamp(1, wanted) };
    let rounds = (wanted / gained + 3).min(ROUNDS) as u32;
    let enough = Ratio::new(Int::ONE, ten_to(digits + 1)).unwrap_or(Ratio::ZERO);
    let mut best: Option<Near> = None;
    for retry in 0..=RETRIES {
        let bits = (wanted + lost) << retry;
        if bits > LONGEST {
            break;
        }
        let Some(rounded) = Rounded::of(rows, exponent, bits as u32) else { break };
        let guess = rounded.near(&middle, value.count, rounds, interrupt)?;
        let at = value.exact().cloned().unwrap_or_else(|| rounded.quotient(&guess));
        let Some(gap) = distance(values, place, &at) else { continue };
        let vectors = decimals(&guess, bits as u32, places);
        let found = certified(rows, &vectors, places, at, gap, bits as u32, interrupt)?;
        if let Some(found) = found.filter(|found| best.as_ref().is_none_or(|best| found.error < best.error)) {
            best = Some(found);
        }
        if best.as_ref().is_some_and(|best| best.error <= enough) {
            break;
        }
    }
    Ok(best)
}

/// How far all other eigenvalues are from a number, at least: a number with few digits. `None` where that may be 0.
fn distance(values: &[Eigenvalue], place: usize, at: &Ratio) -> Option<Ratio> {
    let apart = |(k, other): (usize, &Eigenvalue)| if k < place { &other.low - at } else { at - &other.high };
    let least = values.iter().enumerate().filter(|(k, _)| *k != place).map(apart).min()?;
    Enclosure::of_ratio(&least, FEW).lower().filter(|least| least.sign().is_gt())
}

/// Vectors of length `2^bits` as integers over `10^places`.
fn decimals(vectors: &[Vec<Int>], bits: u32, places: u32) -> Vec<Vec<Int>> {
    let (ten, half) = (ten_to(places), Int::ONE.shifted(i64::from(bits) - 1));
    let decimal = |x: &Int| (&(x * &ten) + &half).shifted(-i64::from(bits));
    vectors.iter().map(|v| v.iter().map(decimal).collect()).collect()
}

/// The bounds for vectors in integers over `10^places`. `None` where they say too little for any decimal.
fn certified(
    rows: &[Vec<Real>],
    vectors: &[Vec<Int>],
    places: u32,
    at: Ratio,
    gap: Ratio,
    bits: u32,
    interrupt: &Interrupt,
) -> Result<Option<Near>, Stopped> {
    let one = ten_to(places);
    let short = |x: &Ratio| Enclosure::of_ratio(x, BOUND);
    let zero = Enclosure::of_int(&Int::ZERO, bits);
    // |(M - s) X|^2, times 10^(2 places).
    let shift = Enclosure::of_ratio(&at, bits);
    let mut beyond = zero.clone();
    let enclosed: Vec<Vec<Enclosure>> =
        vectors.iter().map(|v| v.iter().map(|x| Enclosure::of_int(x, bits)).collect()).collect();
    for (i, row) in rows.iter().enumerate() {
        interrupt.check()?;
        let row: Vec<Enclosure> = row.iter().map(|x| x.enclose(bits)).collect();
        for v in &enclosed {
            let moved = row.iter().zip(v).fold(zero.clone(), |sum, (a, x)| sum.add(&a.mul(x)));
            let rest = moved.sub(&shift.mul(&v[i])).size();
            beyond = beyond.add(&rest.mul(&rest));
        }
    }
    // |X^T X - 1|^2, times 10^(4 places).
    let mut skew = Int::ZERO;
    for (j, v) in vectors.iter().enumerate() {
        for (k, w) in vectors.iter().enumerate() {
            let inner = dot(v, w);
            let less = if j == k { &inner - &(&one * &one) } else { inner };
            skew.add_product(&less, &less);
        }
    }
    let unit = Enclosure::of_int(&one, BOUND);
    let few = |x: &Enclosure| x.upper().and_then(|x| Enclosure::of_ratio(&x, FEW).upper());
    let Some(skew) = few(&Enclosure::of_int(&skew, BOUND).sqrt().div(&unit.mul(&unit))) else { return Ok(None) };
    // With more than this, the first decimal may not be known, nor that what is divided by is positive.
    let most = Ratio::of(1, 100);
    if skew > most {
        return Ok(None);
    }
    let length = short(&gap).mul(&short(&(&Ratio::ONE - &skew)));
    let Some(sine) = few(&beyond.sqrt().div(&unit.mul(&length))) else { return Ok(None) };
    let error = &(&sine * &Ratio::of(3, 2)) + &skew;
    let near = Near { vectors: ratios(vectors, &one), places, at, gap, skew, sine, error };
    Ok(Some(near).filter(|near| near.error <= most).map(signed))
}

fn ratios(vectors: &[Vec<Int>], one: &Int) -> Vec<Vec<Ratio>> {
    let ratio = |x: &Int| Ratio::new(x.clone(), one.clone()).unwrap_or(Ratio::ZERO);
    vectors.iter().map(|v| v.iter().map(ratio).collect()).collect()
}

/// The same with signs for which the first coordinates that are certainly not 0 are positive.
fn signed(mut near: Near) -> Near {
    for vector in &mut near.vectors {
        if vector.iter().find(|x| x.abs() > near.error).is_some_and(|x| x.sign().is_lt()) {
            vector.iter_mut().for_each(|x| *x = -&*x);
        }
    }
    near
}

impl Near {
    /// A coordinate of a vector with at most so many decimals, as far as they are certain: to which it is rounded.
    pub fn decimal(&self, vector: usize, coordinate: usize, places: u32) -> String {
        let x = &self.vectors[vector][coordinate];
        let (low, high) = (x - &self.error, x + &self.error);
        // An interval that is as short as it is here has a decimal with at most one place.
        let common = (0..=places).rev().find(|places| rounded(&low, *places) == rounded(&high, *places));
        let places = common.unwrap_or(0);
        placed(&rounded(x, places), places)
    }

    /// A coordinate of the vectors as they are.
    pub fn written(&self, vector: usize, coordinate: usize) -> String {
        placed(&rounded(&self.vectors[vector][coordinate], self.places), self.places)
    }
}

/// The nearest integer to a number times `10^places`; the upper one of two.
fn rounded(x: &Ratio, places: u32) -> Int {
    (&(x * &Ratio::from(ten_to(places))) + &Ratio::of(1, 2)).floor()
}

/// An integer over `10^places` as a decimal.
fn placed(value: &Int, places: u32) -> String {
    let digits = format!("{:0>width$}", value.abs().to_string(), width = places as usize + 1);
    let (whole, rest) = digits.split_at(digits.len() - places as usize);
    let sign = if value.sign().is_lt() { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}
