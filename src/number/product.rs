//! Products of stochastic matrices given by rows, exactly, by the cheapest arithmetic that a bound allows.
//!
//! Every entry of the product is a sum of integers over `den(row of a) · lcm(dens of b)`, and the integers of one row
//! of `a` times those of `b` sum to at most that number. Below 2^53 the whole sum is exact in doubles, and nalgebra
//! multiplies dense matrices of them at the speed of the machine; below 2^126 words with 128-bit sums do; beyond, GMP.

#![deny(clippy::float_arithmetic)]

use nalgebra::DMatrix;
use rustc_hash::FxHashMap;

use super::int::Int;
use super::ratio::Ratio;
use super::row::Row;
use crate::base::interrupt::{Interrupt, Stopped};

/// The rows of `a ; b`, where the places of `a`'s rows number the rows of `b`, and `b`'s places are below `columns`.
pub fn product(a: &[Row], b: &[Row], columns: u64, interrupt: &Interrupt) -> Result<Vec<Row>, Stopped> {
    let lcm = common_denominator(b);
    let largest = a.iter().map(|r| r.den().bits()).max().unwrap_or(0);
    let bits = lcm.as_ref().map_or(u64::MAX, |l| l.bits() + largest);
    let cells: usize = a.iter().chain(b).map(|r| r.entries().len()).sum();
    let dense = cells as u64 * 8 >= b.len() as u64 * (a.len() as u64 + columns) && a.len() > 8 && columns > 8;
    match lcm {
        Some(lcm) if bits <= 53 && dense && bounded(a) && bounded(b) => {
            Ok(product_in_doubles(a, b, columns as usize, &lcm))
        }
        Some(lcm) if bits <= 126 && bounded(a) && bounded(b) => product_in_words(a, b, columns, &lcm, interrupt),
        _ => a.iter().map(|row| interrupt.check().map(|()| row_times(row, b))).collect(),
    }
}

/// The least common multiple of the denominators, while it fits a word.
fn common_denominator(rows: &[Row]) -> Option<Int> {
    let mut lcm = Int::ONE;
    for row in rows {
        if lcm != *row.den() {
            lcm = lcm.lcm(row.den());
        }
        if lcm.bits() > 62 {
            return None;
        }
    }
    Some(lcm)
}

/// Whether entries are not negative and sum to at most 1, which the bounds above rest on.
fn bounded(rows: &[Row]) -> bool {
    rows.iter().all(|r| r.entries().iter().all(|(_, w)| w.sign().is_ge()) && r.total() <= Ratio::ONE)
}

/// Entries over `lcm` instead of the row's own denominator; each is at most `lcm`, hence fits a word.
fn scaled(row: &Row, lcm: &Int) -> impl Iterator<Item = (u64, i64)> {
    let factor = lcm.div_exact(row.den()).to_i64().unwrap_or(1);
    row.entries().iter().map(move |(p, w)| (*p, w.to_i64().unwrap_or(0) * factor))
}

// All sums are integers below 2^53, so every addition and multiplication of these doubles is exact.
fn product_in_doubles(a: &[Row], b: &[Row], columns: usize, lcm: &Int) -> Vec<Row> {
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
            Row::from_sorted(row.den() * lcm, entries)
        })
        .collect()
}

fn product_in_words(a: &[Row], b: &[Row], columns: u64, lcm: &Int, stop: &Interrupt) -> Result<Vec<Row>, Stopped> {
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
            let w = w.to_i64().map_or_else(|| wide(w), i128::from);
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
        rows.push(Row::from_sorted(row.den() * lcm, entries));
    }
    Ok(rows)
}

/// An integer of at most 126 bits as a double word.
fn wide(value: &Int) -> i128 {
    value.to_string().parse().unwrap_or(0)
}

/// One row times a matrix with GMP: over the least common denominator of the rows that it meets.
pub fn row_times(row: &Row, b: &[Row]) -> Row {
    let mut lcm = Int::ONE;
    for (k, _) in row.entries() {
        lcm = lcm.lcm(b[*k as usize].den());
    }
    let cells: usize = row.entries().iter().map(|(k, _)| b[*k as usize].entries().len()).sum();
    let mut sums: FxHashMap<u64, Int> = FxHashMap::with_capacity_and_hasher(cells.min(1 << 16), Default::default());
    for (k, w) in row.entries() {
        let other = &b[*k as usize];
        let factor = w * &lcm.div_exact(other.den());
        for (j, x) in other.entries() {
            sums.entry(*j).or_insert(Int::ZERO).add_product(&factor, x);
        }
    }
    let mut entries: Vec<_> = sums.into_iter().collect();
    entries.sort_unstable_by_key(|(j, _)| *j);
    Row::from_sorted(row.den() * &lcm, entries)
}

#[cfg(test)]
mod tests {
    use super::*;
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
        ) {
            for (a, b) in [small, large, sparse] {
                let columns = b[0].entries().iter().map(|e| e.0 + 1).max().unwrap().max(10);
                let fast = product(&a, &b, columns, &Interrupt::default()).unwrap();
                prop_assert_eq!(&fast, &slow(&a, &b, columns));
                let with_gmp: Vec<Row> = a.iter().map(|r| row_times(r, &b)).collect();
                prop_assert_eq!(&fast, &with_gmp);
            }
        }
    }
}
