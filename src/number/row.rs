//! One row of a kernel: a sparse vector of rationals over one common denominator.
#![deny(clippy::float_arithmetic)]

use std::ops::AddAssign;

use super::int::Int;
use super::ratio::Ratio;

/// Numbers `entry / den` at increasing places; zeros are not stored, and the integers have no common factor, so that
/// equal rows are equal values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    den: Int,
    entries: Vec<(u64, Int)>,
}

/// A row whose integers may have common factors: what a long computation hands from step to step.
///
/// Dividing by the greatest common divisor costs more than a step does once numbers are long, so it is done only when
/// they have become twice as long as they were after the last time. Numbers of one word are always divided: that is
/// cheap, and keeps them there.
#[derive(Debug, Clone)]
pub struct LooseRow {
    den: Int,
    entries: Vec<(u64, Int)>,
    /// Bits of the denominator when common factors were last taken out.
    reduced: u64,
    /// Whether that was just now.
    lowest: bool,
}

/// Integers over a common denominator, whether in lowest terms or not.
pub trait Masses {
    /// The common denominator.
    fn den(&self) -> &Int;
    /// Places and numerators, places increasing.
    fn entries(&self) -> &[(u64, Int)];
    /// Bits of the denominator when common factors were last taken out.
    fn reduced_bits(&self) -> u64;
}

impl Masses for Row {
    fn den(&self) -> &Int {
        &self.den
    }

    fn entries(&self) -> &[(u64, Int)] {
        &self.entries
    }

    fn reduced_bits(&self) -> u64 {
        self.den.bits()
    }
}

impl Masses for LooseRow {
    fn den(&self) -> &Int {
        &self.den
    }

    fn entries(&self) -> &[(u64, Int)] {
        &self.entries
    }

    fn reduced_bits(&self) -> u64 {
        self.reduced
    }
}

impl LooseRow {
    /// Integers over `den > 0` at strictly increasing places, computed from a row.
    pub fn new(den: Int, entries: Vec<(u64, Int)>, from: &impl Masses) -> LooseRow {
        if den.bits() <= 64 || den.bits() >= 2 * from.reduced_bits() {
            return Row::from_sorted(den, entries).into();
        }
        LooseRow { den, entries, reduced: from.reduced_bits(), lowest: false }
    }

    /// The mass moved along a map of places; masses that meet are added.
    pub fn moved(&self, map: impl Fn(u64) -> u64) -> Row {
        moved(self, map)
    }

    /// The same numbers in lowest terms.
    pub fn into_row(self) -> Row {
        match self.lowest {
            true => Row { den: self.den, entries: self.entries },
            false => Row::from_sorted(self.den, self.entries),
        }
    }
}

impl From<Row> for LooseRow {
    fn from(row: Row) -> LooseRow {
        LooseRow { reduced: row.den.bits(), lowest: true, den: row.den, entries: row.entries }
    }
}

fn moved(row: &impl Masses, map: impl Fn(u64) -> u64) -> Row {
    let mut entries: Vec<(u64, Int)> = row.entries().iter().map(|(p, w)| (map(*p), w.clone())).collect();
    entries.sort_by_key(|(p, _)| *p);
    merge_equal(&mut entries);
    Row::from_sorted(row.den().clone(), entries)
}

impl Row {
    /// All mass at one place.
    pub fn point(place: u64) -> Row {
        Row { den: Int::ONE, entries: vec![(place, Int::ONE)] }
    }

    /// The same mass at the places `0..count`.
    pub fn uniform(count: u64) -> Row {
        Row { den: Int::from(count), entries: (0..count).map(|p| (p, Int::ONE)).collect() }
    }

    /// Rationals at places, in any order, each place at most once.
    pub fn from_ratios(weights: impl IntoIterator<Item = (u64, Ratio)>) -> Row {
        let weights: Vec<_> = weights.into_iter().collect();
        let den = weights.iter().fold(Int::ONE, |den, (_, w)| den.lcm(w.den()));
        let mut entries: Vec<_> = weights.into_iter().map(|(p, w)| (p, w.num() * &den.div_exact(w.den()))).collect();
        entries.sort_unstable_by_key(|(p, _)| *p);
        Row::from_sorted(den, entries)
    }

    /// Integers over `den > 0` at strictly increasing places; zeros and common factors are taken out.
    pub fn from_sorted(den: Int, mut entries: Vec<(u64, Int)>) -> Row {
        entries.retain(|(_, w)| !w.is_zero());
        let mut common = den.clone();
        for (_, w) in &entries {
            if common.is_one() {
                break;
            }
            common = common.gcd(w);
        }
        if common.is_one() {
            return Row { den, entries };
        }
        for (_, w) in &mut entries {
            *w = w.div_exact(&common);
        }
        Row { den: den.div_exact(&common), entries }
    }

    /// The common denominator.
    pub fn den(&self) -> &Int {
        &self.den
    }

    /// Places and numerators, places increasing.
    pub fn entries(&self) -> &[(u64, Int)] {
        &self.entries
    }

    /// The number at a place.
    pub fn get(&self, place: u64) -> Ratio {
        match self.entries.binary_search_by_key(&place, |(p, _)| *p) {
            Ok(at) => self.ratio(&self.entries[at].1),
            Err(_) => Ratio::ZERO,
        }
    }

    /// The places with their rationals.
    pub fn ratios(&self) -> impl Iterator<Item = (u64, Ratio)> + '_ {
        self.entries.iter().map(|(p, w)| (*p, self.ratio(w)))
    }

    fn ratio(&self, numerator: &Int) -> Ratio {
        Ratio::new(numerator.clone(), self.den.clone()).unwrap_or(Ratio::ZERO)
    }

    /// The sum of all numbers: 1 for a distribution.
    pub fn total(&self) -> Ratio {
        let mut sum = Int::ZERO;
        for (_, w) in &self.entries {
            sum += w;
        }
        self.ratio(&sum)
    }

    /// The place of all the mass, if it is one place.
    pub fn as_point(&self) -> Option<u64> {
        match &self.entries[..] {
            [(place, w)] if w == &self.den => Some(*place),
            _ => None,
        }
    }

    /// The mass moved along a map of places; masses that meet are added.
    pub fn moved(&self, map: impl Fn(u64) -> u64) -> Row {
        moved(self, map)
    }

    /// The mass on the places that satisfy a condition, scaled to 1, and what it was; `None` where it was 0.
    pub fn conditioned(&self, keep: impl Fn(u64) -> bool) -> Option<(Row, Ratio)> {
        let entries: Vec<_> = self.entries.iter().filter(|(p, _)| keep(*p)).cloned().collect();
        let mut mass = Int::ZERO;
        for (_, w) in &entries {
            mass += w;
        }
        (!mass.is_zero()).then(|| (Row::from_sorted(mass.clone(), entries), self.ratio(&mass)))
    }

    /// The first place where two rows differ.
    pub fn first_difference(&self, other: &Row) -> Option<u64> {
        if self == other {
            return None;
        }
        let mut places: Vec<u64> = self.entries.iter().chain(&other.entries).map(|(p, _)| *p).collect();
        places.sort_unstable();
        places.into_iter().find(|p| self.get(*p) != other.get(*p))
    }
}

/// Adds up neighbours with the same place.
pub fn merge_equal<P: PartialEq, W: for<'a> AddAssign<&'a W>>(entries: &mut Vec<(P, W)>) {
    entries.dedup_by(|later, earlier| {
        if later.0 == earlier.0 {
            earlier.1 += &later.1;
            true
        } else {
            false
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loose_row_is_the_same_row() {
        let start: LooseRow = Row::point(0).into();
        let long = Int::from(10i64).pow(40);
        let entries = |n: &Int| vec![(0, n.clone()), (3, n + n), (4, Int::ZERO)];
        let three = &long + &(&long + &long);
        let first = LooseRow::new(&three + &three, entries(&(&long + &long)), &start);
        let exact = Row::from_ratios([(0, Ratio::of(1, 3)), (3, Ratio::of(2, 3))]);
        assert_eq!(first.clone().into_row(), exact);
        assert_eq!(first.moved(|p| p / 2), Row::from_ratios([(0, Ratio::of(1, 3)), (1, Ratio::of(2, 3))]));
        // A row of long numbers, handed on with a common factor.
        let prime = &Int::from(2i64).pow(127) - &Int::ONE;
        let from = Row::from_ratios([(0, Ratio::new(Int::ONE, prime.clone()).unwrap())]);
        let loose = LooseRow::new(&prime * &Int::from(3i64), entries(&prime), &from);
        assert_eq!(loose.den(), &(&prime * &Int::from(3i64)));
        assert_eq!(loose.into_row(), exact);
    }

    #[test]
    fn rows_are_canonical() {
        let row =
            Row::from_ratios([(3, Ratio::of(1, 6)), (1, Ratio::of(1, 2)), (7, Ratio::ZERO), (2, Ratio::of(1, 3))]);
        assert_eq!(row.den(), &Int::from(6i64));
        assert_eq!(row.total(), Ratio::ONE);
        assert_eq!(row.get(3), Ratio::of(1, 6));
        let merged = row.moved(|p| p % 2);
        assert_eq!(merged, Row::from_ratios([(0, Ratio::of(1, 3)), (1, Ratio::of(2, 3))]));
        let (kept, mass) = row.conditioned(|p| p != 1).unwrap();
        assert_eq!((kept.get(2), mass), (Ratio::of(2, 3), Ratio::of(1, 2)));
        assert_eq!(row.conditioned(|_| false), None);
        assert_eq!(merged.first_difference(&Row::point(0)), Some(0));
    }
}
