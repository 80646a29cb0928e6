//! The loss of the log-bilinear model, and that of spectral contrastive learning.

use mcheck::base::interrupt::Interrupt;
use mcheck::lm::spectral::alignment::sine;
use mcheck::lm::spectral::contrastive;
use mcheck::lm::spectral::fit::{Random, fit, refit};
use mcheck::lm::spectral::linear::{columns, singular};
use mcheck::lm::spectral::log_bilinear::{Free, Head, Model};
use mcheck::lm::spectral::optimise::{Objective, descend, polish};
use mcheck::lm::spectral::table::Table;
use nalgebra::{DMatrix, DVector};

use crate::tables;

/// `NLL − H(W)` by the definition: logarithms of probabilities, nothing else.
fn excess(table: &Table, m: &Model) -> f64 {
    let mut nll = 0.0;
    for x in 0..table.height() {
        let z: Vec<f64> = (0..table.width())
            .map(|w| table.pbar[w].ln() + m.beta[w] + (0..m.h.ncols()).map(|k| m.h[(x, k)] * m.u[(w, k)]).sum::<f64>())
            .collect();
        let sum: f64 = z.iter().map(|t| t.exp()).sum();
        nll -= (0..table.width()).map(|w| table.mu[x] * table.p[(x, w)] * (z[w].exp() / sum).ln()).sum::<f64>();
    }
    nll - table.entropy()
}

fn derivatives_are_right(f: &impl Objective, random: &mut Random) {
    let at = DVector::from_fn(f.len(), |_, _| random.normal());
    let to = DVector::from_fn(f.len(), |_, _| random.normal());
    let (mut g, mut ahead, mut behind) = (DVector::zeros(0), DVector::zeros(0), DVector::zeros(0));
    f.value(&at, &mut g);
    let e = 1e-5;
    let slope = (f.value(&(&at + &to * e), &mut ahead) - f.value(&(&at - &to * e), &mut behind)) / (2.0 * e);
    assert!((slope - g.dot(&to)).abs() < 1e-7 * (1.0 + slope.abs()), "{slope} is not {}", g.dot(&to));
    let change = (ahead - behind) / (2.0 * e);
    let second = f.second(&at, &to);
    assert!((&change - &second).amax() < 1e-6 * (1.0 + second.amax()), "{change}{second}");
    // Balancing changes the point and not the value.
    let (mut a, mut b) = (DVector::zeros(0), DVector::zeros(0));
    let (first, other) = (f.value(&at, &mut a), f.value(&f.balanced(&at), &mut b));
    assert!((first - other).abs() < 1e-11 * (1.0 + first.abs()), "{first} {other}");
}

#[test]
fn derivatives_are_those_of_the_value() {
    let mut random = Random(1);
    for (n, v, rank) in [(4, 3, 1), (5, 6, 2), (3, 7, 2)] {
        let table = tables::random(n, v, 1.0, &mut random);
        let free = Free { table: &table, rank };
        derivatives_are_right(&free, &mut random);
        derivatives_are_right(&Head { table: &table, features: tables::normal(n, rank, &mut random) }, &mut random);
        let at = DVector::from_fn(free.len(), |_, _| random.normal());
        let model = free.model(&at);
        let (found, wanted) = (model.excess(&table), excess(&table, &model));
        assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
        // Large logits take another path to the same value.
        let far = free.model(&(at * 4.0));
        let (found, wanted) = (far.excess(&table), excess(&table, &far));
        assert!((found - wanted).abs() < 1e-10 * wanted.abs(), "{found} is not {wanted}");
    }
}

/// The fitted model is a minimum: recomputed by the definition, no step from it goes down, and no other start got lower.
#[test]
fn the_fit_is_a_minimum() {
    let mut random = Random(2);
    for table in [tables::weak(0.5), tables::rare(), tables::random(5, 4, 1.0, &mut random)] {
        let found = fit(&table, 1, &Interrupt::default()).unwrap();
        let value = excess(&table, &found.model);
        assert!((value - found.excess).abs() < 1e-13, "{value} {}", found.excess);
        for _ in 0..200 {
            let near = |a: &DMatrix<f64>, r: &mut Random| a + tables::normal(a.nrows(), a.ncols(), r) * 1e-3;
            let h = near(&found.model.h, &mut random);
            let u = near(&found.model.u, &mut random);
            let other = Model { h, u, beta: found.model.beta.clone() };
            assert!(excess(&table, &other) > value - 1e-14);
        }
        for _ in 0..3 {
            let objective = Free { table: &table, rank: 1 };
            let start = DVector::from_fn(objective.len(), |_, _| random.normal());
            let end = descend(&objective, start, 1e-10, 3000, &Interrupt::default()).unwrap();
            assert!(end.value > value - 1e-10, "{} is lower than {value}", end.value);
        }
    }
}

/// The features can be mixed and moved by a head: the answer does not depend on how they are written.
#[test]
fn a_head_on_its_own_features_gets_as_low() {
    let table = tables::weak(1.0);
    let found = fit(&table, 2, &Interrupt::default()).unwrap();
    let mixed = DMatrix::from_fn(8, 2, |x, k| match k {
        0 => 2.0 * found.model.h[(x, 0)] + found.model.h[(x, 1)] + 3.0,
        _ => found.model.h[(x, 1)] - 1.0,
    });
    let (_, end) = refit(&table, &mixed, &Interrupt::default()).unwrap();
    assert!((end.value - found.excess).abs() < 1e-12, "{} {}", end.value, found.excess);
    let basis = columns(&singular(&table.embedded(&mixed)).unwrap().left, 2);
    assert!(sine(&found.model.span(&table).unwrap(), &basis).unwrap() < 1e-12);
}

/// The contrastive loss for a search, with its gradient by the product rule.
struct Contrastive<'a> {
    pairs: &'a DMatrix<f64>,
    k: usize,
}

impl Objective for Contrastive<'_> {
    fn len(&self) -> usize {
        self.pairs.nrows() * self.k
    }

    fn value(&self, at: &DVector<f64>, gradient: &mut DVector<f64>) -> f64 {
        let n = self.pairs.nrows();
        let f = DMatrix::from_column_slice(n, self.k, at.as_slice());
        let mass = contrastive::marginal(self.pairs);
        let gram = &f * f.transpose();
        let weights = DMatrix::from_fn(n, n, |x, y| mass[x] * mass[y] * gram[(x, y)] - self.pairs[(x, y)]);
        *gradient = DVector::from_iterator(n * self.k, (weights * &f * 4.0).iter().copied());
        contrastive::population_loss(self.pairs, &f)
    }

    fn second(&self, at: &DVector<f64>, direction: &DVector<f64>) -> DVector<f64> {
        let (mut ahead, mut behind) = (DVector::zeros(0), DVector::zeros(0));
        self.value(&(at + direction * 1e-5), &mut ahead);
        self.value(&(at - direction * 1e-5), &mut behind);
        (ahead - behind) / 2e-5
    }

    fn balanced(&self, at: &DVector<f64>) -> DVector<f64> {
        at.clone()
    }

    fn idle(&self) -> usize {
        // Rotations.
        self.k * (self.k - 1) / 2
    }
}

#[test]
fn the_contrastive_loss_is_a_distance_and_has_a_closed_form() {
    let mut random = Random(3);
    for table in [tables::circle(), tables::weak(1.0), tables::rare(), tables::random(5, 7, 1.0, &mut random)] {
        let pairs = contrastive::pairs(&table);
        assert!((pairs.sum() - 1.0).abs() < 1e-14);
        assert!((contrastive::marginal(&pairs) - &table.mu).amax() < 1e-15);
        for k in 1..4 {
            let f = tables::normal(table.height(), k, &mut random);
            let (loss, distance) = (contrastive::population_loss(&pairs, &f), contrastive::as_distance(&pairs, &f));
            assert!((loss - distance).abs() < 1e-14 * (1.0 + loss.abs()), "the identity: {}", loss - distance);
            let (value, best) = contrastive::minimum(&pairs, k).unwrap();
            assert!((contrastive::population_loss(&pairs, &best) - value).abs() < 1e-13);
            assert!(loss >= value);
            let objective = Contrastive { pairs: &pairs, k };
            let start = DVector::from_iterator(f.len(), f.iter().copied());
            let end = descend(&objective, start, 1e-9, 5000, &Interrupt::default()).unwrap();
            let end = polish(&objective, end, &Interrupt::default()).unwrap();
            assert!((end.value - value).abs() < 1e-9, "{} by search, {value} in closed form", end.value);
            // The eigenvalues are 1 and the squared correlations, so this is the sum of their squares.
            let correlations = singular(&table.dependence()).unwrap().values;
            let sum = 1.0 + correlations.iter().take(k - 1).map(|s| s.powi(4)).sum::<f64>();
            assert!((value + sum).abs() < 1e-13, "{value} {sum}");
        }
    }
}

#[test]
fn the_bipartite_form_has_its_closed_form() {
    let mut random = Random(4);
    let table = tables::random(5, 6, 1.0, &mut random);
    for k in 1..4 {
        let (value, f, g) = contrastive::bipartite_minimum(&table, k).unwrap();
        assert!((contrastive::bipartite_loss(&table, &f, &g) - value).abs() < 1e-13);
        for _ in 0..100 {
            let (a, b) = (tables::normal(5, k, &mut random), tables::normal(6, k, &mut random));
            assert!(contrastive::bipartite_loss(&table, &a, &b) > value);
            let near = contrastive::bipartite_loss(&table, &(&f + a * 1e-3), &(&g + b * 1e-3));
            assert!(near > value - 1e-15);
        }
        let correlations = singular(&table.dependence()).unwrap().values;
        let sum = 1.0 + correlations.iter().take(k - 1).map(|s| s * s).sum::<f64>();
        assert!((value + sum).abs() < 1e-13);
    }
}
