//! The spectral-contrastive question on finite tables: the numbers of the paper's three models, and every formula against its
//! definition, computed here in another way.

mod language;
mod losses;
mod operators;
mod surrogates;
mod tables;

use mcheck::base::interrupt::Interrupt;
use mcheck::lm::spectral::fit::Random;
use mcheck::lm::spectral::table::Table;
use mcheck::lm::spectral::verdict::{APPROX, Call, EXACT, FAIL, Open, Report, equivalence};

fn report(table: &Table, rank: usize) -> Report {
    equivalence(table, rank, &Interrupt::default()).unwrap()
}

/// Whether a number is the printed one, to the digits that are printed.
fn printed(found: f64, text: &str) -> bool {
    let wanted: f64 = text.parse().unwrap();
    let mantissa = text.split('e').next().unwrap();
    let places = mantissa.split_once('.').map_or(0, |(_, d)| d.len()) as i32;
    let exponent: i32 = text.split_once('e').map_or(0, |(_, e)| e.parse().unwrap());
    // Half a unit of the last place; a little more, for the numbers themselves were rounded.
    (found - wanted).abs() <= 0.51 * 10f64.powi(exponent - places)
}

#[test]
fn printed_means_to_the_last_digit() {
    assert!(printed(0.024453, "0.02445") && !printed(0.02446, "0.02445"));
    assert!(printed(1.2535e-4, "1.25e-4") && !printed(1.26e-4, "1.25e-4"));
}

/// Columns of the table in section 3 of the paper's reconstruction: I, captured, half sum, sine, gap, Rayleigh ratio, and the
/// sines for K_Lin, K_BC and the prototypes.
fn check(report: &Report, call: Call, row: [&str; 9]) {
    let a = report.alignment.as_ref().unwrap();
    assert_eq!(report.call, Ok(call));
    let found = [
        report.information,
        -report.excess,
        report.half_sum,
        a.sines[1],
        a.gap,
        a.rayleigh,
        a.linear.unwrap(),
        a.bhattacharyya.unwrap(),
        a.prototypes.unwrap(),
    ];
    for (found, wanted) in found.into_iter().zip(row) {
        assert!(printed(found, wanted), "{found} is not {wanted}: {report:?}");
    }
    assert!(report.gradient < 1e-14 && report.starts[1] >= 2, "{report:?}");
}

#[test]
fn model_a_is_exact() {
    let found = report(&tables::circle(), 2);
    let zero = "0.00000000000";
    check(&found, Call::Exact, [".210640", ".210640", ".19944", zero, zero, "1.000000", zero, zero, zero]);
    assert!(found.alignment.unwrap().sines[1] < 1e-13);
}

#[test]
fn model_b_is_approximate() {
    let row = [".0023323", ".0016154", ".001609", ".02445", "1.25e-4", ".999877", ".231", ".0219", ".0086"];
    check(&report(&tables::weak(0.1), 2), Call::Approx, row);
}

#[test]
fn model_c_fails() {
    let row = [".126560", ".122578", ".4799", ".928", ".570", ".261", ".392", ".403", ".740"];
    let found = report(&tables::rare(), 1);
    check(&found, Call::Fail, row);
    // The second-order value is no bound: it is larger than all the information there is.
    assert!(found.half_sum > found.information);
}

/// Theorem E1: the angle is of first order, the gap of second, what is captured is half the sum up to third order; and the
/// kernel of plain inner products keeps its angle.
#[test]
fn model_b_scales_as_it_should() {
    let epsilons = [2.0, 1.0, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01];
    let sines = [".473", ".455", ".174", ".0867", ".0245", ".00936", ".00322", ".00156"];
    let gaps = ["6.9e-2", "3.8e-2", "5.2e-3", "1.3e-3", "1.3e-4", "2.6e-5", "3.9e-6", "1.0e-6"];
    for ((epsilon, sine), gap) in epsilons.into_iter().zip(sines).zip(gaps) {
        let found = report(&tables::weak(epsilon), 2);
        let a = found.alignment.unwrap();
        assert!(printed(a.sines[1], sine) && printed(a.gap, gap), "{epsilon}: {a:?}");
        if epsilon <= 0.02 {
            assert!(printed(a.linear.unwrap(), "0.36"), "{a:?}");
        }
    }
    // Far below: the digits hold, for nothing is a difference of two large numbers.
    let [first, second] = [1e-3, 1e-4].map(|e| report(&tables::weak(e), 2));
    let rest = |r: &Report| (-r.excess - r.half_sum).abs();
    let ratio = rest(&first) / rest(&second);
    assert!((900.0..1100.0).contains(&ratio), "third order: {ratio}");
    let [a, b] = [first, second].map(|r| r.alignment.unwrap());
    assert!((9.0..11.0).contains(&(a.sines[1] / b.sines[1])), "first order: {a:?} {b:?}");
    assert!((90.0..110.0).contains(&(a.gap / b.gap)), "second order: {a:?} {b:?}");
}

#[test]
fn calls_follow_their_criteria() {
    assert_eq!(Call::of([EXACT[0]; 2], EXACT[1]), Call::Exact);
    assert_eq!(Call::of([1.1 * EXACT[0]; 2], 0.0), Call::Approx);
    assert_eq!(Call::of([APPROX[0]; 2], APPROX[1]), Call::Approx);
    assert_eq!(Call::of([0.0, 0.2], 0.0), Call::Neither);
    assert_eq!(Call::of([0.0, 0.9], 0.0), Call::Neither, "one best model is close, another far");
    assert_eq!(Call::of([0.2; 2], 0.02), Call::Neither);
    assert_eq!(Call::of([FAIL[0]; 2], 0.0), Call::Fail);
    assert_eq!(Call::of([0.0; 2], FAIL[1]), Call::Fail);
}

/// What must be true of every table: the bound of the surrogate is below what is captured, which is below the information;
/// all ratios are between 0 and 1.
#[test]
fn random_tables_keep_the_inequalities() {
    let mut random = Random(11);
    let mut calls = [0; 4];
    for k in 0..40 {
        let (n, v) = (3 + k % 4, 3 + k % 3);
        let table = tables::random(n, v, [0.1, 0.5, 1.0, 2.0][k % 4], &mut random);
        for rank in 1..n.min(v).min(3) {
            let r = report(&table, rank);
            let captured = -r.excess;
            assert!(r.bound <= captured + 1e-12, "{r:?}");
            assert!(captured <= r.information * (1.0 + 1e-9), "{r:?}");
            let Some(a) = &r.alignment else { continue };
            for x in [a.sines[0], a.sines[1], a.gap, a.rayleigh, a.cka] {
                assert!((0.0..=1.0 + 1e-12).contains(&x), "{r:?}");
            }
            if let Ok(call) = r.call {
                calls[call as usize] += 1;
                assert_eq!(call, Call::of(a.sines, a.gap));
            }
        }
    }
    assert!(calls.iter().skip(1).all(|n| *n > 0) && calls.iter().sum::<i32>() > 30, "a poor mixture: {calls:?}");
}

/// Theorem E2: under a group of symmetries that acts on contexts and tokens alike.
#[test]
fn circles_of_all_sizes_are_exact() {
    for (n, strength) in [(5, 0.5), (7, 2.0), (8, 1.0)] {
        let angle = |x: usize, w: usize| std::f64::consts::TAU * (x as f64 - w as f64) / n as f64;
        let row = |x: usize| (0..n).map(|w| (strength * angle(x, w).cos()).exp()).collect();
        let r = report(&tables::table(&vec![1.0; n], &(0..n).map(row).collect::<Vec<_>>()), 2);
        assert_eq!(r.call, Ok(Call::Exact), "{r:?}");
        assert!((-r.excess / r.information - 1.0).abs() < 1e-12, "{r:?}");
    }
}

/// Too many variables for all second derivatives: L-BFGS alone comes near enough.
#[test]
fn larger_tables_are_answered_too() {
    let r = report(&tables::random(70, 20, 0.3, &mut Random(3)), 5);
    assert!(r.curvature.is_none() && r.gradient < 1e-6 * r.information, "{r:?}");
    assert!(r.bound <= -r.excess && -r.excess <= r.information && r.contrastive[1] < 1e-13, "{r:?}");
    assert!(r.call.is_ok() || r.call == Err(Open::NotFound), "{r:?}");
}

/// Where the infimum is not attained, a gap that is too large stays too large, and only then there is a call.
#[test]
fn a_large_gap_needs_no_minimum() {
    let mut random = Random(21);
    let (mut open, mut failed) = (0, 0);
    for _ in 0..60 {
        let mut weights = |n: usize| (0..n).map(|_| (2.0 * random.normal()).exp()).collect::<Vec<f64>>();
        let mu = weights(5);
        let mut rows: Vec<Vec<f64>> = (0..5).map(|_| weights(4)).collect();
        // Two zeros in each row, at places that differ.
        for (x, row) in rows.iter_mut().enumerate() {
            (row[x % 4], row[(x + 1) % 4]) = (0.0, 0.0);
        }
        let r = report(&tables::table(&mu, &rows), 1);
        match (&r.call, &r.doubt) {
            (Ok(Call::Fail), Some(_)) => {
                assert!(r.alignment.unwrap().gap >= FAIL[1]);
                failed += 1;
            }
            (Ok(_), doubt) => assert_eq!(*doubt, None),
            (Err(_), doubt) => {
                assert_eq!(*doubt, None);
                assert!(r.alignment.is_none_or(|a| a.gap < FAIL[1]));
                open += 1;
            }
        }
    }
    assert!(open > 0 && failed > 0, "a poor mixture: {open} open, {failed} failed");
}

#[test]
fn a_saturated_model_captures_everything() {
    let table = tables::random(4, 4, 1.0, &mut Random(5));
    let r = report(&table, 3);
    assert!((-r.excess / r.information - 1.0).abs() < 1e-12, "{r:?}");
    assert_eq!(r.call, Ok(Call::Exact));
}

#[test]
fn where_there_is_no_answer_it_says_why() {
    // A line in the plane on which a circle turns.
    assert!(matches!(report(&tables::circle(), 1).call, Err(Open::Tie { .. })));
    // All contexts alike.
    let same = tables::table(&[1.0, 2.0, 3.0], &vec![vec![1.0, 2.0, 3.0, 4.0]; 3]);
    assert_eq!(report(&same, 1).call, Err(Open::LowRank { found: 0 }));
    // Each context has a token of its own: the loss of a softmax comes near 0, and is never 0.
    let sure = tables::table(&[1.0, 2.0, 3.0], &[vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]]);
    let r = report(&sure, 2);
    assert!(r.call == Err(Open::NotAttained) || matches!(r.call, Err(Open::Tie { .. })), "{r:?}");
    let zeros = tables::table(&[1.0, 2.0, 3.0], &[vec![3.0, 1.0, 0.0], vec![0.0, 2.0, 1.0], vec![1.0, 0.0, 1.0]]);
    assert_eq!(report(&zeros, 2).call, Err(Open::NotAttained));
}

/// Zeros need not drive the optimum away: one dimension cannot serve four contexts at once.
#[test]
fn a_zero_alone_is_no_reason_to_give_up() {
    let rows = [vec![4.0, 3.0, 0.0, 3.0], vec![1.0, 3.0, 5.0, 2.0], vec![2.0, 3.0, 2.0, 3.0], vec![5.0, 2.0, 2.0, 1.0]];
    let r = report(&tables::table(&[1.0; 4], &rows), 1);
    assert_eq!(r.size[2], 1);
    assert!(r.call.is_ok() || r.call == Err(Open::NotAttained), "{r:?}");
    // What it found is a minimum all the same.
    assert!(r.gradient < 1e-12, "{r:?}");
}
