//! Exact scalars: how long it takes to decide what entropies of joints satisfy.
//!
//! `cargo bench --bench scalars [-- BITS]`: chain rules on random joints of up to `2^BITS` states (16 if not given), with
//! counts over one denominator, and with each probability as a reduced fraction; entropies of independent pairs; roots.

#[allow(dead_code, reason = "each bench uses a part of it")]
mod common;

use common::{Random, number_argument, shown, timed};
use mcheck::number::decimal::ten_to;
use mcheck::number::int::Int;
use mcheck::number::log_sum::LogSum;
use mcheck::number::ratio::Ratio;
use mcheck::number::root_sum::RootSum;

fn joint(bits: u32, random: &mut Random) -> Vec<Vec<i64>> {
    let (rows, columns) = (1 << (bits / 2), 1 << (bits - bits / 2));
    (0..rows).map(|_| (0..columns).map(|_| 1 + random.below(1 << 24) as i64).collect()).collect()
}

/// `H(X,Y) - H(X) - H(Y|X)` from counts.
fn unreduced(joint: &[Vec<i64>]) -> LogSum {
    let sums: Vec<i64> = joint.iter().map(|row| row.iter().sum()).collect();
    let total = Int::from(sums.iter().sum::<i64>());
    let whole = LogSum::entropy_like(joint.iter().flatten().map(|n| Int::from(*n)), &total);
    let first = LogSum::entropy_like(sums.iter().map(|n| Int::from(*n)), &total);
    let mut conditional = LogSum::zero();
    conditional.add_logs(&total, sums.iter().map(|s| (Int::from(*s), Int::from(*s))));
    conditional.add_logs(&total, joint.iter().flatten().map(|n| (Int::from(*n), Int::from(-n))));
    whole.minus(&first).minus(&conditional)
}

/// The same from reduced fractions.
fn reduced(joint: &[Vec<i64>]) -> LogSum {
    let sums: Vec<i64> = joint.iter().map(|row| row.iter().sum()).collect();
    let total = sums.iter().sum::<i64>();
    let mut difference = LogSum::zero();
    // weight/total · log (n/d)
    let mut add = |weight: i64, n: i64, d: i64| {
        let (weight, value) = (Ratio::of(weight, total), Ratio::of(n, d));
        difference.add_log(&weight, value.num());
        difference.add_log(&-&weight, value.den());
    };
    for (row, sum) in joint.iter().zip(&sums) {
        add(*sum, *sum, total);
        for n in row {
            add(-n, *n, total);
            add(*n, *n, *sum);
        }
    }
    difference
}

fn line(name: &str, build: f64, terms: usize, decide: f64, answer: impl std::fmt::Debug) {
    println!("{name:<44} {:>10} {terms:>9} {:>10}  {answer:?}", shown(build), shown(decide));
}

fn main() {
    let most = number_argument().unwrap_or(16) as u32;
    println!("{:<44} {:>10} {:>9} {:>10}  sign", "", "build", "terms", "decide");
    for bits in (8..=most).step_by(4) {
        let joint = joint(bits, &mut Random(u64::from(bits)));
        let (sum, build) = timed(|| unreduced(&joint));
        let (sign, decide) = timed(|| sum.sign());
        line(&format!("chain rule, 2^{bits} states, counts"), build, sum.count(), decide, sign);
        if bits <= 16 {
            let (mut sum, build) = timed(|| reduced(&joint));
            let (sign, decide) = timed(|| sum.sign());
            line(&format!("chain rule, 2^{bits} states, fractions"), build, sum.count(), decide, sign);
            sum.add_log(&Ratio::new(Int::ONE, ten_to(80)).unwrap_or(Ratio::ONE), &Int::from(3i64));
            let (sign, decide) = timed(|| sum.sign());
            line(&format!("the same plus 10^-80 log 3, 2^{bits} states"), 0.0, sum.count(), decide, sign);
        }
        let counts: Vec<Int> = joint.iter().flatten().map(|n| Int::from(*n)).collect();
        let total = counts.iter().fold(Int::ZERO, |s, n| &s + n);
        let (sum, build) = timed(|| LogSum::entropy_like(counts.iter().cloned(), &total));
        let (sign, decide) = timed(|| sum.sign());
        line(&format!("entropy, 2^{bits} states"), build, sum.count(), decide, sign);
    }
    let mut random = Random(1);
    let mut long = |bits: u32| (0..bits).fold(Int::ONE, |n, _| &(&n + &n) + &Int::from(random.below(2)));
    for bits in [40, 100, 600] {
        let x: Vec<Int> = (0..8).map(|_| long(bits)).collect();
        let y: Vec<Int> = (0..8).map(|_| long(bits)).collect();
        let total = |all: &[Int]| all.iter().fold(Int::ZERO, |s, n| &s + n);
        let (dx, dy) = (total(&x), total(&y));
        let pairs: Vec<Int> = x.iter().flat_map(|a| y.iter().map(move |b| a * b)).collect();
        let entropy = |all: &[Int], d: &Int| LogSum::entropy_like(all.iter().cloned(), d);
        let (sum, build) = timed(|| entropy(&pairs, &(&dx * &dy)).minus(&entropy(&x, &dx)).minus(&entropy(&y, &dy)));
        let (sign, decide) = timed(|| sum.sign());
        line(&format!("H(X,Y) - H(X) - H(Y), {bits} bits"), build, sum.count(), decide, sign);
        let roots = |all: &[Int]| {
            let mut sum = RootSum::zero(2);
            all.iter().for_each(|n| sum.add_root(&Ratio::ONE, &Ratio::from(n.clone())));
            sum
        };
        // Σ √(abd²) = d Σ √a Σ √b: every radicand is in a class with another one, and equal to none.
        let longer: Vec<Int> = pairs.iter().map(|n| n * &(&dx * &dx)).collect();
        let product = |x: &RootSum, y: &RootSum| Some(x.times(y)?.scale(&Ratio::from(dx.clone())));
        let (sum, build) = timed(|| product(&roots(&x), &roots(&y)).map(|product| roots(&longer).minus(&product)));
        let Some(sum) = sum else { continue };
        let (sign, decide) = timed(|| sum.sign());
        line(&format!("product of sums of roots, {bits} bits"), build, sum.count(), decide, sign);
    }
}
