//! Products of stochastic matrices given by rows, exactly, by the cheapest arithmetic that a bound allows.
//!
//! Every entry of the product is a sum of integers over `den(row of a) · lcm(dens of b)`, and the integers of one row
//! of `a` times those of `b` sum to at most that number. Below 2^53 the whole sum is exact in doubles, and nalgebra
//! multiplies dense matrices of them at the speed of the machine; beyond, dense matrices with a short common denominator are
//! multiplied modulo small primes (`modular_product`); others below 2^126 in words with 128-bit sums, and the rest in long
//! integers, added up as a tree (`long_product`).

#![deny(clippy::float_arithmetic)]

use nalgebra::DMatrix;
use rustc_hash::FxHashMap;

use super::int::Int;
use super::long_product::row_times;
use super::modular_product::modular_product;
use super::row::{LooseRow, Masses, Row};
use crate::base::interrupt::{Interrupt, Stopped};

/// The rows of `a ; b`, where the places of `a`'s rows number the rows of `b`, and `b`'s places are below `columns`.
pub fn product(a: &[Row], b: &[Row], columns: u64, interrupt: &Interrupt) -> Result<Vec<Row>, Stopped> {
    let rows = loose_product(a, b, columns, interrupt)?;
    Ok(rows.into_iter().map(LooseRow::into_row).collect())
}

/// The rows of `a ; b`, which need not be in lowest terms.
pub fn loose_product<A: Masses>(
    a: &[A],
    b: &[Row],
    columns: u64,
    interrupt: &Interrupt,
) -> Result<Vec<LooseRow>, Stopped> {
    let lcm = common_denominator(b, 62);
    let largest = a.iter().map(|r| r.den().bits()).max().unwrap_or(0);
    let bits = lcm.as_ref().map_or(u64::MAX, |l| l.bits() + largest);
    let cells: usize =
        a.iter().map(|r| r.entries().len()).sum::<usize>() + b.iter().map(|r| r.entries().len()).sum::<usize>();
    let dense = cells as u64 * 8 >= b.len() as u64 * (a.len() as u64 + columns) && a.len() > 8 && columns > 8;
    let is_bounded = bounded(a) && bounded(b);
    let smallest = (a.len() as u64).min(b.len() as u64).min(columns);
    let by_rows = || -> Result<Vec<LooseRow>, Stopped> {
        a.iter().map(|row| interrupt.check().map(|()| row_times(row, b, is_bounded))).collect()
    };
    match lcm {
        Some(lcm) if bits <= 53 && dense && is_bounded => Ok(product_in_doubles(a, b, columns as usize, &lcm)),
        _ if dense && is_bounded && smallest >= WORTH_PRIMES => match common_denominator(b, shared_bits(b)) {
            Some(lcm) => product_by_primes(a, b, columns as usize, &lcm, interrupt),
            None => by_rows(),
        },
        Some(lcm) if bits <= WORD_SUM_BITS && is_bounded => product_in_words(a, b, columns, &lcm, interrupt),
        _ => by_rows(),
    }
}

/// Most bits of a sum in double words.
const WORD_SUM_BITS: u64 = 126;

/// Matrices with fewer rows or columns are not multiplied modulo primes.
const WORTH_PRIMES: u64 = 24;

/// A common denominator is shared while it is not much longer than the longest of those that it is one of.
fn shared_bits(rows: &[Row]) -> u64 {
    rows.iter().map(|row| row.den().bits()).max().unwrap_or(0) * 3 / 2 + 64
}

/// The least common multiple of the denominators, while it has no more bits than that.
fn common_denominator(rows: &[Row], most: u64) -> Option<Int> {
    let mut lcm = Int::ONE;
    for row in rows {
        if lcm != *row.den() {
            lcm = lcm.lcm(row.den());
        }
        if lcm.bits() > most {
            return None;
        }
    }
    Some(lcm)
}

/// Whether entries are not negative and sum to at most 1, which the bounds above rest on.
fn bounded(rows: &[impl Masses]) -> bool {
    rows.iter().all(|row| {
        let mut sum = Int::ZERO;
        row.entries().iter().all(|(_, w)| {
            sum += w;
            w.sign().is_ge()
        }) && sum <= *row.den()
    })
}

/// Entries over `lcm` instead of the row's own denominator; each is at most `lcm`, hence fits a word.
fn scaled(row: &Row, lcm: &Int) -> impl Iterator<Item = (u64, i64)> {
    let factor = lcm.div_exact(row.den()).to_i64().unwrap_or(1);
    row.entries().iter().map(move |(p, w)| (*p, w.to_i64().unwrap_or(0) * factor))
}

// All sums are integers below 2^53, so every addition and multiplication of these doubles is exact.
fn product_in_doubles<A: Masses>(a: &[A], b: &[Row], columns: usize, lcm: &Int) -> Vec<LooseRow> {
    let mut left = DMatrix::<f64>::zeros(a.len(), b.len());
    for (i, row) in a.iter().enumerate() {
        for (p, w) in row.entries() {
            left[(i, *p as usize)] = w.to_i64().unwrap_or(0) as f64;
        }
    }
    let mut right = DMatrix::<f64>::zeros(b.len(), columns);
    for (i, row) in b.iter().enumerate() {
        for (p, w) in scaled(row, lcm) {
            right[(i, p as usize)] = w as f64;
        }
    }
    let result = left * right;
    a.iter()
        .enumerate()
        .map(|(i, row)| {
            let entries = (0..columns)
                .filter(|j| result[(i, *j)] != 0.0)
                .map(|j| (j as u64, Int::from(result[(i, j)] as i64)))
                .collect();
            LooseRow::new(row.den() * lcm, entries, row)
        })
        .collect()
}

fn product_by_primes<A: Masses>(
    a: &[A],
    b: &[Row],
    columns: usize,
    lcm: &Int,
    stop: &Interrupt,
) -> Result<Vec<LooseRow>, Stopped> {
    let filled = |entries: &[(u64, Int)], width: usize, times: &Int| {
        let mut numbers = vec![Int::ZERO; width];
        entries.iter().for_each(|(p, w)| numbers[*p as usize] = w * times);
        numbers
    };
    let left: Vec<Vec<Int>> = a.iter().map(|row| filled(row.entries(), b.len(), &Int::ONE)).collect();
    let right: Vec<Vec<Int>> = b.iter().map(|row| filled(row.entries(), columns, &lcm.div_exact(row.den()))).collect();
    // A row of the left sums to at most its denominator, and no number of the right is more than the common one.
    let largest = a.iter().map(Masses::den).max().map_or(Int::ONE, |den| den * lcm);
    let product = modular_product(&left, &right, &largest, stop)?;
    let rows = a.iter().zip(product).map(|(row, numbers)| {
        let entries = (0..).zip(numbers).filter(|(_, w)| !w.is_zero()).collect();
        LooseRow::new(row.den() * lcm, entries, row)
    });
    Ok(rows.collect())
}

fn product_in_words<A: Masses>(
    a: &[A],
    b: &[Row],
    columns: u64,
    lcm: &Int,
    stop: &Interrupt,
) -> Result<Vec<LooseRow>, Stopped> {
    let right: Vec<Vec<(u64, i64)>> = b.iter().map(|row| scaled(row, lcm).collect()).collect();
    let dense = columns <= 1 << 16;
    let mut sums = vec![0i128; if dense { columns as usize } else { 0 }];
    let mut found: FxHashMap<u64, i128> = FxHashMap::default();
    let mut rows = Vec::with_capacity(a.len());
    for row in a {
        stop.check()?;
        let mut touched: Vec<u64> = Vec::new();
        for (k, w) in row.entries() {
            // An entry is at most its denominator, and that times the lcm is below 2^126.
            let w = w.to_i128().unwrap_or(0);
            for (j, x) in &right[*k as usize] {
                let cell = if dense { &mut sums[*j as usize] } else { found.entry(*j).or_default() };
                if *cell == 0 {
                    touched.push(*j);
                }
                *cell += w * *x as i128;
            }
        }
        touched.sort_unstable();
        touched.dedup();
        let entries = touched
            .into_iter()
            .map(|j| (j, Int::from(if dense { std::mem::take(&mut sums[j as usize]) } else { found[&j] })))
            .collect();
        found.clear();
        rows.push(LooseRow::new(row.den() * lcm, entries, row));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::ratio::Ratio;
    use proptest::prelude::*;

    fn matrix(rows: usize, columns: u64, top: i64) -> impl Strategy<Value = Vec<Row>> {
        let row = proptest::collection::vec(0..top, columns as usize).prop_map(move |mut w| {
            w[0] += 1;
            let sum: i64 = w.iter().sum();
            Row::from_sorted(sum.into(), w.into_iter().enumerate().map(|(i, x)| (i as u64, x.into())).collect())
        });
        proptest::collection::vec(row, rows)
    }

    fn slow(a: &[Row], b: &[Row], columns: u64) -> Vec<Row> {
        let entry = |row: &Row, j| row.ratios().fold(Ratio::ZERO, |s, (k, w)| &s + &(&w * &b[k as usize].get(j)));
        a.iter().map(|row| Row::from_ratios((0..columns).map(|j| (j, entry(row, j))))).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn all_arithmetics_agree(
            small in (matrix(10, 9, 4), matrix(9, 10, 4)),
            large in (matrix(10, 3, 1 << 40), matrix(3, 10, 1 << 50)),
            sparse in (matrix(4, 3, 2), matrix(3, 5, 3)),
            many in (matrix(3, 40, 1 << 20), matrix(40, 7, 1 << 20)),
            huge in (matrix(2, 3, 1 << 61), matrix(3, 4, 1 << 20)),
        ) {
            for (a, b) in [small, large, sparse, many, huge] {
                let columns = b[0].entries().iter().map(|e| e.0 + 1).max().unwrap().max(10);
                let fast = product(&a, &b, columns, &Interrupt::default()).unwrap();
                prop_assert_eq!(&fast, &slow(&a, &b, columns));
                for is_bounded in [true, false] {
                    let long: Vec<Row> = a.iter().map(|r| row_times(r, &b, is_bounded).into_row()).collect();
                    prop_assert_eq!(&fast, &long);
                }
            }
        }

        /// Squared again and again, numbers become long while their denominators stay those of all rows.
        #[test]
        fn powers_by_primes_are_those_of_long_integers(
            weights in proptest::collection::vec(proptest::collection::vec(0u64..60, 26), 26),
        ) {
            let rows: Vec<Row> = weights.into_iter().map(|mut row| {
                // A thousand throws, the last place gets what is left; some rows are shorter by a common factor.
                row.truncate(25);
                let rest = 1500 - row.iter().sum::<u64>();
                let all = row.into_iter().chain([rest]).map(Int::from);
                Row::from_sorted(Int::from(1500i64), (0..).zip(all).filter(|(_, w)| !w.is_zero()).collect())
            }).collect();
            let mut power = rows;
            for _ in 0..4 {
                let fast = product(&power, &power, 26, &Interrupt::default()).unwrap();
                let lcm = common_denominator(&power, u64::MAX).unwrap();
                let primes = product_by_primes(&power, &power, 26, &lcm, &Interrupt::default()).unwrap();
                let long: Vec<Row> = power.iter().map(|r| row_times(r, &power, true).into_row()).collect();
                prop_assert_eq!(&fast, &long);
                prop_assert_eq!(primes.into_iter().map(LooseRow::into_row).collect::<Vec<_>>(), long);
                power = fast;
            }
            prop_assert!(power[0].den().bits() > 100);
        }
    }
}
