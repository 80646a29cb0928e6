//! Kernels of similarity, energies and spectra.

use mcheck::base::interrupt::Interrupt;
use mcheck::lm::spectral::alignment::{cka, rayleigh, sine, sines, spread};
use mcheck::lm::spectral::fit::Random;
use mcheck::lm::spectral::lanczos::leading;
use mcheck::lm::spectral::linear::{columns, rows_times, singular, spectrum};
use mcheck::lm::spectral::operators::{
    Kernel, bipartite, centred_operator, centred_spectrum, dirichlet, disintegrated, laplacian, operator,
};
use mcheck::lm::spectral::surrogates::Softmax;
use nalgebra::{DMatrix, DVector};

use crate::tables;

const KERNELS: [Kernel; 6] = [
    Kernel::Linear,
    Kernel::Bhattacharyya,
    Kernel::ChiSquare,
    Kernel::JensenShannon(1.0),
    Kernel::JensenShannon(20.0),
    Kernel::GaussianHellinger(0.3),
];

#[test]
fn kernels_are_positive_semidefinite() {
    let mut random = Random(1);
    for k in 0..20 {
        let table = tables::random(6, 4, [0.3, 2.0][k % 2], &mut random);
        for kernel in KERNELS {
            let values = spectrum(&kernel.matrix(&table)).unwrap().values;
            assert!(values[5] > -1e-14 * values[0].max(1.0), "{kernel:?}: {values}");
        }
    }
    // With the symmetrised Kullback-Leibler divergence in place of Jensen-Shannon this is false: the test can fail.
    let points = [0.5f64, 0.1, 0.01];
    let jeffreys = |p: f64, q: f64| (p - q) * (p / q).ln() + (q - p) * ((1.0 - p) / (1.0 - q)).ln();
    let gram = DMatrix::from_fn(3, 3, |i, j| (-0.05 * jeffreys(points[i], points[j])).exp());
    let least = spectrum(&gram).unwrap().values[2];
    assert!((least + 0.00327).abs() < 1e-5, "{least}");
}

#[test]
fn kernels_have_their_values() {
    let (p, q, m) = ([0.6, 0.4], [1.0, 0.0], [0.5, 0.5]);
    // More similar to a point than to itself.
    assert!(
        (Kernel::Linear.at(&p, &p, &m) - 0.52).abs() < 1e-15 && (Kernel::Linear.at(&p, &q, &m) - 0.6).abs() < 1e-15
    );
    assert!((Kernel::Bhattacharyya.at(&p, &q, &m) - 0.6f64.sqrt()).abs() < 1e-15);
    assert!((Kernel::ChiSquare.at(&p, &q, &m) - 1.2).abs() < 1e-15);
    let hellinger = 2.0 * (1.0 - 0.6f64.sqrt());
    assert!((Kernel::GaussianHellinger(0.5).at(&p, &q, &m) - (-hellinger / 0.5).exp()).abs() < 1e-15);
    // JS by entropies: H((p+q)/2) − (H(p) + H(q))/2.
    let entropy = |p: [f64; 2]| -p.iter().filter(|x| **x > 0.0).map(|x| x * x.ln()).sum::<f64>();
    let js = entropy([0.8, 0.2]) - (entropy(p) + entropy(q)) / 2.0;
    assert!((Kernel::JensenShannon(2.0).at(&p, &q, &m) - (-2.0 * js).exp()).abs() < 1e-15);
    assert!(KERNELS[1..].iter().filter(|k| **k != Kernel::ChiSquare).all(|k| (k.at(&p, &p, &m) - 1.0).abs() < 1e-15));
}

#[test]
fn the_centred_chi_square_operator_has_the_squared_correlations() {
    let table = tables::random(6, 5, 1.0, &mut Random(2));
    let found = centred_spectrum(&Kernel::ChiSquare.matrix(&table), &table.mu).unwrap().values;
    let correlations = singular(&table.dependence()).unwrap().values;
    assert!((0..4).all(|k| (found[k] - correlations[k].powi(2)).abs() < 1e-13), "{found}{correlations}");
    // Without centring there is a 1 on top, for the constant function.
    let whole = spectrum(&operator(&Kernel::ChiSquare.matrix(&table), &table.mu)).unwrap();
    assert!((whole.values[0] - 1.0).abs() < 1e-13 && (whole.values[1] - found[0]).abs() < 1e-13);
    let constant = columns(&whole.vectors, 1);
    let roots = DMatrix::from_column_slice(6, 1, table.root_mu().as_slice());
    assert!(sine(&constant, &roots).unwrap() < 1e-12);
    // The leading space of the linear kernel is that of the centred rows.
    let linear = centred_spectrum(&Kernel::Linear.matrix(&table), &table.mu).unwrap();
    let rows = singular(&table.linear()).unwrap();
    assert!(sine(&columns(&linear.vectors, 2), &columns(&rows.left, 2)).unwrap() < 1e-10);
}

#[test]
fn a_symmetric_bounded_kernel_need_not_be_nonnegative() {
    // Definition 7.5 of the paper: the spectrum is real; that it is nonnegative needs a positive semidefinite kernel.
    let kernel = DMatrix::from_row_slice(2, 2, &[0.0, 1.0, 1.0, 0.0]);
    let values = spectrum(&operator(&kernel, &DVector::from_element(2, 0.5))).unwrap().values;
    assert!((values[0] - 0.5).abs() < 1e-15 && (values[1] + 0.5).abs() < 1e-15);
}

#[test]
fn the_energy_is_the_form_of_the_laplacian() {
    let mut random = Random(3);
    let table = tables::random(6, 4, 1.0, &mut random);
    for kernel in KERNELS {
        let k = kernel.matrix(&table);
        let phi = tables::normal(6, 2, &mut random);
        let (energy, l) = (dirichlet(&k, &table.mu, &phi), laplacian(&k, &table.mu));
        assert!((energy - phi.tr_mul(&(&l * &phi)).trace()).abs() < 1e-13);
        assert!(dirichlet(&k, &table.mu, &DMatrix::from_element(6, 2, 3.0)) == 0.0, "constant features have no energy");
        assert!(spectrum(&l).unwrap().values[5] > -1e-14, "these kernels have no negative entry");
    }
}

#[test]
fn the_loss_is_an_energy_and_a_log_partition() {
    let mut random = Random(4);
    let table = tables::random(4, 5, 1.0, &mut random);
    let h = tables::normal(4, 3, &mut random) * 2.0;
    let mut u = tables::normal(5, 3, &mut random);
    for mut row in u.row_iter_mut() {
        row.normalize_mut();
    }
    let nll = |u: &DMatrix<f64>| Softmax { u: u.clone(), b: DVector::zeros(5) }.nll(&table, &h);
    let sum = |u: &DMatrix<f64>| bipartite(&table, &h, u).iter().sum::<f64>();
    assert!((nll(&u) - sum(&u)).abs() < 1e-13);
    // Where the norms differ the identity is false.
    u.row_mut(0).scale_mut(2.0);
    assert!((nll(&u) - sum(&u)).abs() > 1e-2);
}

#[test]
fn the_disintegrated_kernel_is_the_mean_over_independent_pairs() {
    let mut random = Random(5);
    let table = tables::random(6, 4, 1.0, &mut random);
    let states = [0, 2, 0, 1, 2, 0];
    let k = Kernel::Bhattacharyya.matrix(&table);
    let (found, mass) = disintegrated(&k, &table.mu, &states, 4);
    let members = |s: usize| (0..6).filter(move |x| states[*x] == s);
    for s in 0..3 {
        for t in 0..3 {
            let pairs = members(s).flat_map(|x| members(t).map(move |y| (x, y)));
            let (mut sum, mut weight) = (0.0, 0.0);
            for (x, y) in pairs {
                sum += table.mu[x] * table.mu[y] * k[(x, y)];
                weight += table.mu[x] * table.mu[y];
            }
            assert!((found[(s, t)] - sum / weight).abs() < 1e-14);
        }
    }
    assert!(mass[3] == 0.0 && found.row(3).iter().all(|x| *x == 0.0));
    assert!(spectrum(&found).unwrap().values[3] > -1e-14, "it stays positive semidefinite");
    // Centred, the constant function is in the kernel of the operator.
    let c = centred_operator(&found, &mass);
    assert!((&c * mass.map(f64::sqrt)).amax() < 1e-14);
}

#[test]
fn lanczos_finds_what_the_dense_method_finds() {
    let mut random = Random(6);
    let stop = Interrupt::default();
    // A kernel of 40 features on 300 contexts, never written down.
    let f = tables::normal(300, 40, &mut random);
    let apply = |v: &DVector<f64>| &f * f.tr_mul(v);
    let found = leading(300, 5, 120, 1e-12, apply, &stop).unwrap().unwrap();
    let dense = spectrum(&(&f * f.transpose())).unwrap();
    for k in 0..5 {
        let v = found.vectors.column(k).into_owned();
        let residual = (apply(&v) - &v * found.values[k]).norm();
        assert!((found.values[k] - dense.values[k]).abs() < 1e-10 * dense.values[0]);
        assert!(residual <= found.errors[k] + 1e-11 * dense.values[0], "the error is a bound: {residual}");
    }
    assert!(sine(&columns(&found.vectors, 5), &columns(&dense.vectors, 5)).unwrap() < 1e-6);
    // Too few steps: the errors say so.
    let short = leading(300, 5, 8, 1e-12, apply, &stop).unwrap().unwrap();
    assert!(short.errors[0] > 1e-8 * short.values[0]);
    let near = |x: f64| dense.values.iter().any(|v| (v - x).abs() <= short.errors[0] + 1e-9);
    assert!(near(short.values[0]), "there is an eigenvalue within the error");
}

#[test]
fn lanczos_goes_on_where_a_space_is_kept() {
    let stop = Interrupt::default();
    // A double eigenvalue: one start sees one vector of it.
    let values = [3.0, 3.0, 2.0, 1.0, 1.0, 1.0];
    let apply = |v: &DVector<f64>| DVector::from_fn(6, |i, _| values[i] * v[i]);
    let found = leading(6, 3, 6, 1e-12, apply, &stop).unwrap().unwrap();
    assert!((0..3).all(|k| (found.values[k] - [3.0, 3.0, 2.0][k]).abs() < 1e-12), "{found:?}");
    // Rank 1 on many points ends at once.
    let ones = |v: &DVector<f64>| DVector::from_element(5000, v.sum());
    let found = leading(5000, 1, 200, 1e-12, ones, &stop).unwrap().unwrap();
    assert!((found.values[0] - 5000.0).abs() < 1e-8, "{:?}", found.values);
    let zero = leading(10, 2, 10, 1e-12, |v| v * 0.0, &stop).unwrap().unwrap();
    assert_eq!(zero.values, [0.0, 0.0]);
}

#[test]
fn angles_are_those_between_planes() {
    // In space: the planes through the first axis, at an angle.
    for angle in [0.7f64, 1e-3, 1e-9, 1e-14] {
        let q = DMatrix::from_column_slice(3, 2, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        let s = DMatrix::from_column_slice(3, 2, &[1.0, 0.0, 0.0, 0.0, angle.cos(), angle.sin()]);
        let all = sines(&q, &s).unwrap();
        assert!((all[0] / angle.sin() - 1.0).abs() < 1e-12 && all[1] == 0.0, "{all}");
        assert_eq!(sine(&q, &s).unwrap(), all[0]);
    }
    let b = DMatrix::from_diagonal(&DVector::from_vec(vec![3.0, 2.0, 1.0]));
    let values = DVector::from_vec(vec![3.0, 2.0, 1.0]);
    let last = DMatrix::from_column_slice(3, 1, &[0.0, 0.0, 1.0]);
    assert!((rayleigh(&last, &b, &values) - 1.0 / 9.0).abs() < 1e-15);
    let x = tables::normal(5, 2, &mut Random(7));
    assert!((cka(&x, &(&x * 3.0)) - 1.0).abs() < 1e-14, "CKA does not see the scale");
    let mixed = &x * DMatrix::from_row_slice(2, 2, &[5.0, 1.0, 0.0, 0.2]);
    assert!(cka(&x, &mixed) < 0.99, "but it sees the coordinates");
    let mu = DVector::from_vec(vec![0.25, 0.75]);
    assert!((spread(&DVector::from_vec(vec![0.0, 4.0]), &mu) - 3f64.sqrt()).abs() < 1e-15);
    assert_eq!(rows_times(&DMatrix::identity(2, 2), &mu).diagonal(), mu);
}
