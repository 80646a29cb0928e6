//! The surrogates: each is a bound, on random input, and its minimum is where it is said to be.

use mcheck::base::interrupt::Interrupt;
use mcheck::lm::spectral::correlations::{correlations, expansion, expansion_optimum, moments, one_sided};
use mcheck::lm::spectral::fit::Random;
use mcheck::lm::spectral::linear::{centred, rows_times, singular, spectrum};
use mcheck::lm::spectral::optimise::{Objective, descend, polish};
use mcheck::lm::spectral::surrogates::*;
use mcheck::lm::spectral::table::Table;
use mcheck::number::ratio::Ratio;
use nalgebra::{DMatrix, DVector};

use crate::tables;

fn head(v: usize, d: usize, size: f64, random: &mut Random) -> Softmax {
    let u = tables::normal(v, d, random) * size;
    Softmax { u, b: DVector::from_fn(v, |_, _| random.normal()) }
}

#[test]
fn s1_the_bound_of_bohning_holds_exactly() {
    let mut random = Random(1);
    for k in 0..300 {
        let v = 2 + k % 6;
        let weights: Vec<f64> = (0..v).map(|_| (3.0 * random.normal()).exp()).collect();
        assert!(bohning_holds(&tables::law(&weights)), "{weights:?}");
    }
    // Tight at a law on two points: there is a vector on which both sides agree.
    let two = [Ratio::of(1, 2), Ratio::of(1, 2), Ratio::ZERO];
    assert!(bohning_holds(&two));
    // The test can fail: a little less than the half is not enough there.
    let lower = |share: Ratio| {
        let entry = |i: usize, j: usize| {
            let flat = if i == j { Ratio::of(2, 3) } else { Ratio::of(-1, 3) };
            let covariance = &(if i == j { two[i].clone() } else { Ratio::ZERO }) - &(&two[i] * &two[j]);
            &(&share * &flat) - &covariance
        };
        is_semidefinite((0..3).map(|i| (0..3).map(|j| entry(i, j)).collect()).collect())
    };
    assert!(lower(Ratio::of(1, 2)) && !lower(Ratio::of(499, 1000)));
}

#[test]
fn semidefinite_as_the_eigenvalues_say() {
    let mut random = Random(2);
    let mut seen = [0; 2];
    for _ in 0..200 {
        let whole = DMatrix::from_fn(3, 3, |_, _| (2.0 * random.normal()).round());
        let rank_two = whole.columns(0, 2).into_owned();
        // Squares of low rank are semidefinite and singular; a little less of one is not.
        let less = [0.0, 1.0][(random.bits() % 2) as usize];
        let a = &rank_two * rank_two.transpose() - DMatrix::identity(3, 3) * less;
        let exact = (0..3).map(|i| (0..3).map(|j| Ratio::of(a[(i, j)] as i64, 1)).collect()).collect();
        let least = spectrum(&a).unwrap().values[2];
        assert_eq!(is_semidefinite(exact), least > -1e-9, "{a}");
        seen[usize::from(least > -1e-9)] += 1;
    }
    assert!(seen[0] > 50 && seen[1] > 50);
}

#[test]
fn s2_and_s4_are_upper_bounds() {
    let mut random = Random(3);
    for k in 0..300 {
        let (n, v, d) = (2 + k % 5, 3 + k % 4, 1 + k % 3);
        let table = tables::random(n, v, 1.0, &mut random);
        let head = head(v, d, [0.3, 1.0, 3.0][k % 3], &mut random);
        let h = tables::normal(n, d, &mut random) * [0.1, 1.0, 4.0][k % 3];
        let nll = head.nll(&table, &h);
        assert!(logit_surrogate(&table, &head, &h) >= nll - 1e-12);
        let (upper, radius) = (feature_surrogate(&table, &head, &h), radius_squared(&head.u));
        let size: f64 = (0..n).map(|x| table.mu[x] * h.row(x).norm_squared()).sum();
        assert!(upper >= nll - 1e-12 && upper - radius / 2.0 * size <= nll + 1e-12, "the sandwich");
        // Both touch the loss at 0.
        let zero = DMatrix::zeros(n, d);
        let at_zero = head.nll(&table, &zero);
        assert!((logit_surrogate(&table, &head, &zero) - at_zero).abs() < 1e-13);
        assert!((feature_surrogate(&table, &head, &zero) - at_zero).abs() < 1e-13);
        // One step of majorise-minimise goes down.
        assert!(head.nll(&table, &free_optimum(&table, &head)) <= at_zero + 1e-13);
        assert!(feature_surrogate(&table, &head, &free_optimum(&table, &head)) <= upper + 1e-12);
    }
}

#[test]
fn s4_the_radius_is_the_largest_variance() {
    let mut random = Random(4);
    for k in 0..100 {
        let (v, d) = (3 + k % 4, 1 + k % 3);
        let u = tables::normal(v, d, &mut random);
        let radius = radius_squared(&u);
        let largest = |p: &DVector<f64>| {
            let c = centred(&u, p);
            spectrum(&c.tr_mul(&rows_times(&c, p))).unwrap().values[0]
        };
        for _ in 0..20 {
            let weights = DVector::from_fn(v, |_, _| (2.0 * random.normal()).exp());
            assert!(largest(&(&weights / weights.sum())) <= radius + 1e-12);
        }
        let halves = (0..v)
            .flat_map(|a| (0..a).map(move |b| (a, b)))
            .map(|(a, b)| largest(&DVector::from_fn(v, |w, _| if w == a || w == b { 0.5 } else { 0.0 })));
        assert!((halves.fold(0.0, f64::max) - radius).abs() < 1e-12, "taken at the two ends of the diameter");
        assert!(radius <= (0..v).map(|w| u.row(w).norm_squared()).fold(0.0, f64::max) + 1e-12);
    }
}

/// The logit surrogate with `b = log pbar`, as a function of features and prototypes.
struct Logit<'t>(&'t Table, usize);

impl Logit<'_> {
    fn parts(&self, at: &DVector<f64>) -> (DMatrix<f64>, Softmax) {
        let (n, v, d) = (self.0.height(), self.0.width(), self.1);
        let (h, u) = at.as_slice().split_at(n * d);
        let u = DMatrix::from_column_slice(v, d, u);
        (DMatrix::from_column_slice(n, d, h), Softmax { u, b: self.0.pbar.map(f64::ln) })
    }

    fn gradient(&self, at: &DVector<f64>) -> DVector<f64> {
        let (h, head) = self.parts(at);
        let z = &h * head.u.transpose();
        let dz = DMatrix::from_fn(z.nrows(), z.ncols(), |x, w| {
            self.0.mu[x] * ((z[(x, w)] - z.row(x).mean()) / 2.0 - self.0.delta[(x, w)])
        });
        let (a, b) = (&dz * &head.u, dz.tr_mul(&h));
        DVector::from_iterator(at.len(), a.iter().chain(b.iter()).copied())
    }
}

impl Objective for Logit<'_> {
    fn len(&self) -> usize {
        (self.0.height() + self.0.width()) * self.1
    }

    fn value(&self, at: &DVector<f64>, gradient: &mut DVector<f64>) -> f64 {
        let (h, head) = self.parts(at);
        *gradient = self.gradient(at);
        logit_surrogate(self.0, &head, &h)
    }

    fn second(&self, at: &DVector<f64>, direction: &DVector<f64>) -> DVector<f64> {
        (self.gradient(&(at + direction * 1e-5)) - self.gradient(&(at - direction * 1e-5))) / 2e-5
    }

    fn balanced(&self, at: &DVector<f64>) -> DVector<f64> {
        at.clone()
    }

    fn idle(&self) -> usize {
        // Mixing features, and adding a vector to all prototypes.
        self.1 * self.1 + self.1
    }
}

#[test]
fn s3_the_joint_optimum_is_the_least_value() {
    let mut random = Random(5);
    for table in [tables::rare(), tables::weak(1.0), tables::random(5, 6, 1.0, &mut random)] {
        for d in 1..4 {
            let (value, h, head) = logit_optimum(&table, d).unwrap();
            assert!((logit_surrogate(&table, &head, &h) - value).abs() < 1e-13);
            // The certificate: the loss itself is at most this.
            assert!(head.nll(&table, &h) <= value + 1e-13);
            let objective = Logit(&table, d);
            let best = (0..4)
                .map(|_| {
                    let start = DVector::from_fn(objective.len(), |_, _| random.normal());
                    let end = descend(&objective, start, 1e-10, 5000, &Interrupt::default()).unwrap();
                    polish(&objective, end, &Interrupt::default()).unwrap().value
                })
                .fold(f64::INFINITY, f64::min);
            assert!((best - value).abs() < 1e-9, "rank {d}: {best} by search, {value} in closed form");
        }
    }
}

#[test]
fn s5_the_whitened_optimum() {
    let mut random = Random(6);
    for k in 0..30 {
        let (n, v, d) = (5, 6, 1 + k % 3);
        let table = tables::random(n, v, 1.0, &mut random);
        let head = head(v, d, 1.0, &mut random);
        let (gain, best) = whitened_optimum(&table, &head.u).unwrap();
        let second = |h: &DMatrix<f64>| h.tr_mul(&rows_times(h, &table.mu));
        assert!((second(&best) - DMatrix::identity(d, d)).amax() < 1e-10);
        assert!(best.tr_mul(&table.mu).amax() < 1e-12);
        let surrogate = |h: &DMatrix<f64>| feature_surrogate(&table, &head, h);
        let least = surrogate(&best);
        let constant = head.nll(&table, &DMatrix::zeros(n, d)) + radius_squared(&head.u) * d as f64 / 2.0;
        assert!((constant - gain - least).abs() < 1e-11, "const + R² d/2 − tr Sg^(1/2)");
        let gbar = centred(&mean_prototypes(&table, &head.u), &table.mu);
        let spectral = |h: &DMatrix<f64>| h.tr_mul(&rows_times(&gbar, &table.mu)).norm_squared();
        for _ in 0..30 {
            // Other whitened features.
            let raw = centred(&tables::normal(n, d, &mut random), &table.mu);
            let embedded = table.embedded(&raw);
            let left = singular(&embedded).unwrap().left;
            let other = rows_times(&left, &table.mu.map(|m| 1.0 / m.sqrt()));
            assert!(surrogate(&other) > least - 1e-11);
            assert!(spectral(&other) <= spectral(&best) + 1e-11);
        }
        // The spectral objective does not tell the optimum from its mirror image; the surrogate does.
        assert!((spectral(&-&best) - spectral(&best)).abs() < 1e-12);
        assert!(surrogate(&-&best) > least + gain);
        let covariance = gbar.tr_mul(&rows_times(&gbar, &table.mu));
        assert!((spectral(&best) - covariance.trace()).abs() < 1e-11);
    }
}

#[test]
fn s6_canonical_correlations_are_those_of_the_pencil() {
    let mut random = Random(7);
    let table = tables::random(6, 5, 1.0, &mut random);
    let (phi, g) = (tables::normal(6, 3, &mut random), tables::normal(5, 2, &mut random));
    let m = moments(&table, &phi, &g);
    // Moments by sums over the joint law.
    let joint = |x: usize, w: usize| table.mu[x] * table.p[(x, w)];
    let (cp, cg) = (centred(&phi, &table.mu), centred(&g, &table.pbar));
    let mixed = DMatrix::from_fn(3, 2, |i, j| {
        (0..6).map(|x| (0..5).map(|w| joint(x, w) * cp[(x, i)] * cg[(w, j)]).sum::<f64>()).sum()
    });
    assert!((&m.mixed - &mixed).amax() < 1e-14);
    // The pencil, by Cholesky: L^-1 A L^-T has the eigenvalues ±rho and one 0.
    let mut left = DMatrix::zeros(5, 5);
    left.view_mut((0, 3), (3, 2)).copy_from(&m.mixed);
    left.view_mut((3, 0), (2, 3)).copy_from(&m.mixed.transpose());
    let mut right = DMatrix::zeros(5, 5);
    right.view_mut((0, 0), (3, 3)).copy_from(&m.contexts);
    right.view_mut((3, 3), (2, 2)).copy_from(&m.tokens);
    let lower = right.cholesky().unwrap().l();
    let half = lower.solve_lower_triangular(&left).unwrap();
    let whole = lower.solve_lower_triangular(&half.transpose()).unwrap();
    let values = spectrum(&((&whole + whole.transpose()) / 2.0)).unwrap().values;
    let rho = correlations(&m).unwrap();
    assert!((values[0] - rho[0]).abs() < 1e-12 && (values[1] - rho[1]).abs() < 1e-12, "{values}{rho}");
    assert!((values[4] + rho[0]).abs() < 1e-12 && values[2].abs() < 1e-12);
    // S7: no matrix that whitens phi does better.
    let most = one_sided(&m).unwrap();
    for _ in 0..200 {
        let lower = m.contexts.clone().cholesky().unwrap().l();
        let turn = tables::normal(3, 2, &mut random).qr().q();
        // A S_p A^T is the identity for A = Q^T L^-1, of two rows as there are two features of tokens.
        let a = turn.transpose() * lower.solve_lower_triangular(&DMatrix::identity(3, 3)).unwrap();
        let trace: f64 = (&a * &m.mixed).diagonal().sum();
        assert!(trace <= most + 1e-12);
    }
    // One-hot features give the correlations of the table; a constant is left out, for moments must be invertible.
    let one_hot = |n: usize| DMatrix::from_fn(n, n - 1, |i, j| if i == j { 1.0 } else { 0.0 });
    let all = correlations(&moments(&table, &one_hot(6), &one_hot(5))).unwrap();
    let table_values = singular(&table.dependence()).unwrap().values;
    assert!((0..4).all(|k| (all[k] - table_values[k]).abs() < 1e-10), "{all}{table_values}");
}

#[test]
fn s8_the_expansion_has_its_minimum_and_is_no_bound() {
    let mut random = Random(8);
    let table = tables::random(5, 6, 1.0, &mut random);
    for d in 1..4 {
        let (value, best) = expansion_optimum(&table, d).unwrap();
        assert!((expansion(&table, &best) - value).abs() < 1e-13);
        for _ in 0..200 {
            let y = tables::normal(5, d, &mut random) * tables::normal(d, 6, &mut random);
            assert!(expansion(&table, &y) >= value);
        }
    }
    // In model C the expansion promises more than there is.
    let rare = tables::rare();
    assert!(-expansion_optimum(&rare, 1).unwrap().0 > rare.information());
}
