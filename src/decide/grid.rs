//! Finitely many choices of values that decide an identity of polynomials.
//!
//! Let D be a polynomial in x1, …, xk whose monomials have exponents (a1, …, ak) with ai <= di and a1 + … + ak <= d. Call
//! the set of these exponents L. Choose for each i different values t(i, 0), …, t(i, di). If D vanishes at all points
//! (t(1, a1), …, t(k, ak)) with a in L, then D = 0.
//!
//! *Proof.* L is closed downwards. The polynomials `N_a = product over i and j < ai of (xi - t(i, j))` for a in L have
//! exponents in L, and the leading monomial of `N_a` is `x^a`; so D is a combination of them. Take the `N_a` with a
//! coefficient c that is not 0 whose a is minimal. At the point of this a, every `N_b` with another coefficient vanishes,
//! because b <= a would contradict that a is minimal, so some bi > ai and the factor `xi - t(i, ai)` is there. But `N_a`
//! does not vanish there. So D is `c·N_a(point)`, which is not 0. ∎

use rustc_hash::FxHashSet;

use crate::check::rows::Sort;
use crate::number::polynomial::Degree;
use crate::number::ratio::Ratio;

/// The exponents of L, one after the other, from the smallest on.
pub(super) struct Exponents {
    degree: Degree,
    next: Option<Vec<u64>>,
    /// The sum of `next`: all exponents with one sum come before those with a larger one.
    sum: u64,
}

impl Exponents {
    /// The exponents within a bound.
    pub(super) fn new(degree: &Degree) -> Exponents {
        let total = degree.each.iter().fold(0u64, |n, d| n.saturating_add(*d)).min(degree.total);
        let each = degree.each.iter().map(|d| (*d).min(total)).collect();
        Exponents { next: Some(vec![0; degree.each.len()]), degree: Degree { each, total }, sum: 0 }
    }

    /// The last exponents in lexical order with this sum: as much as possible in the first places from `from` on.
    fn filled(&self, mut exponents: Vec<u64>, from: usize, mut rest: u64) -> Option<Vec<u64>> {
        for (e, most) in exponents.iter_mut().zip(&self.degree.each).skip(from) {
            *e = rest.min(*most);
            rest -= *e;
        }
        (rest == 0).then_some(exponents)
    }

    /// The next exponents with the same sum.
    fn after(&self, exponents: &[u64]) -> Option<Vec<u64>> {
        // Take one from the last place that can give one to the places behind it.
        for i in (0..exponents.len()).rev() {
            if exponents[i] == 0 {
                continue;
            }
            let behind: u64 = exponents[i + 1..].iter().sum();
            let mut less = exponents.to_vec();
            less[i] -= 1;
            if let Some(found) = self.filled(less, i + 1, behind + 1) {
                return Some(found);
            }
        }
        None
    }
}

impl Iterator for Exponents {
    type Item = Vec<u64>;

    fn next(&mut self) -> Option<Vec<u64>> {
        let now = self.next.take()?;
        self.next = self.after(&now);
        if self.next.is_none() && self.sum < self.degree.total {
            self.sum += 1;
            self.next = self.filled(vec![0; now.len()], 0, self.sum);
        }
        Some(now)
    }
}

/// How many exponents there are within a bound, at least: it is counted up to this limit, and not much beyond.
pub(super) fn count(degree: &Degree, limit: u64) -> u64 {
    let largest = degree.each.iter().map(|d| (*d).min(degree.total)).max().unwrap_or(0);
    if largest >= limit {
        return largest.saturating_add(1);
    }
    // How many there are with each sum, place by place.
    let mut with_sum: Vec<u64> = vec![1];
    for d in &degree.each {
        let d = (*d).min(degree.total) as usize;
        let width = (with_sum.len() + d).min(degree.total.saturating_add(1).min(usize::MAX as u64) as usize);
        let mut next = vec![0u64; width];
        let mut window = 0u64;
        for (s, slot) in next.iter_mut().enumerate() {
            window = window.saturating_add(with_sum.get(s).copied().unwrap_or(0));
            if s > d {
                window = window.saturating_sub(with_sum.get(s - d - 1).copied().unwrap_or(0));
            }
            *slot = window;
        }
        with_sum = next;
        let all = with_sum.iter().fold(0u64, |n, x| n.saturating_add(*x));
        if all > limit.saturating_mul(1 << 16) {
            return all;
        }
    }
    with_sum.iter().fold(0, |n, x| n.saturating_add(*x))
}

/// Rationals strictly between 0 and 1, each once, those with small denominators first.
fn proper_fractions() -> impl Iterator<Item = Ratio> {
    (2i64..).flat_map(|q| (1..q).map(move |p| Ratio::of(p, q)).filter(move |r| r.den().to_i64() == Some(q)))
}

/// Values of a sort that are looked at first, to see whether a claim is plainly false.
pub(super) fn simple(sort: Sort) -> Vec<Ratio> {
    let of = |pairs: &[(i64, i64)]| pairs.iter().map(|(p, q)| Ratio::of(*p, *q)).collect();
    match sort {
        Sort::Prob => of(&[(1, 2), (1, 3), (1, 4), (2, 3), (3, 4), (1, 5), (1, 10), (1, 100), (0, 1), (1, 1)]),
        Sort::Rat => of(&[(1, 2), (1, 3), (2, 1), (-1, 1), (1, 4), (0, 1), (1, 1), (3, 1), (-1, 2), (1, 100)]),
        Sort::Nat => of(&[(2, 1), (1, 1), (3, 1), (0, 1), (4, 1), (5, 1), (10, 1)]),
    }
}

/// Where the values of a grid are taken from.
#[derive(Debug, Clone)]
pub(super) enum Layout {
    /// Small denominators; the first natural numbers.
    Small,
    /// Natural numbers, also for rationals.
    Natural,
    /// Around a point: within a distance, to both sides, or to one of them.
    Around { centre: Vec<Ratio>, radius: Ratio, side: Side },
}

/// On which side of its centre a layout lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub(super) enum Side {
    Both,
    Above,
    Below,
}

impl Layout {
    /// So many different values for the parameter with this number, of this sort; fewer if there are no more.
    pub(super) fn values(&self, number: usize, sort: Sort, count: usize) -> Vec<Ratio> {
        let mut out: Vec<Ratio> = Vec::with_capacity(count);
        let mut seen: FxHashSet<Ratio> = FxHashSet::default();
        let mut add = |value: Ratio| {
            if sort.admits(&value) && seen.insert(value.clone()) {
                out.push(value);
            }
            out.len() < count
        };
        match (self, sort) {
            (Layout::Natural, _) | (Layout::Small, Sort::Nat) => {
                let _ = (0..count as i64).map(Ratio::from).all(add);
            }
            (Layout::Small, _) => {
                let _ = proper_fractions().all(add);
            }
            (Layout::Around { centre, .. }, Sort::Nat) => {
                let _ = (0..).map(|n| &centre[number] + &Ratio::from(n)).all(add);
            }
            (Layout::Around { centre, radius, side }, _) => {
                let centre = &centre[number];
                let steps = std::iter::once(Ratio::ONE).chain(proper_fractions());
                // Bounds for the case that one side is out of range.
                let steps = steps.take(4 * count + 4).map(|s| &s * radius);
                if add(centre.clone()) {
                    let _ = steps
                        .flat_map(|s| match side {
                            Side::Both => vec![centre + &s, centre - &s],
                            Side::Above => vec![centre + &s],
                            Side::Below => vec![centre - &s],
                        })
                        .all(add);
                }
            }
        }
        out.truncate(count);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn degree(each: &[u64], total: u64) -> Degree {
        Degree { each: each.to_vec(), total }
    }

    #[test]
    fn exponents_are_all_those_within_the_bound() {
        for (each, total) in [
            (vec![], 0),
            (vec![3], 3),
            (vec![3], 2),
            (vec![2, 1], 3),
            (vec![2, 2], 2),
            (vec![0, 2, 1], 9),
            (vec![2, 3, 4], 5),
            (vec![1, 1, 1, 1], 2),
        ] {
            let bound = degree(&each, total);
            let found: Vec<Vec<u64>> = Exponents::new(&bound).collect();
            let mut wanted: Vec<Vec<u64>> = vec![vec![]];
            for d in &each {
                wanted = wanted.iter().flat_map(|w| (0..=*d).map(move |e| [&w[..], &[e]].concat())).collect();
            }
            wanted.retain(|w| w.iter().sum::<u64>() <= total);
            assert_eq!(count(&bound, 1000), wanted.len() as u64, "{each:?} {total}");
            let mut sorted = found.clone();
            sorted.sort();
            wanted.sort();
            assert_eq!(sorted, wanted, "{each:?} {total}");
            // What is smaller comes first.
            assert!(found.windows(2).all(|p| p[0].iter().sum::<u64>() <= p[1].iter().sum::<u64>()));
        }
    }

    #[test]
    fn large_grids_are_counted_without_being_listed() {
        assert!(count(&degree(&[u64::MAX, 1], u64::MAX), 1000) > 1000);
        assert!(count(&degree(&[900; 40], 36000), 1000) > 1000);
        assert_eq!(count(&degree(&[9, 9], 18), 1000), 100);
    }

    #[test]
    fn values_are_different_and_of_their_sort() {
        let around = |side| Layout::Around { centre: vec![Ratio::of(1, 2)], radius: Ratio::of(3, 4), side };
        for layout in [Layout::Small, around(Side::Both), around(Side::Above), around(Side::Below)] {
            for sort in [Sort::Prob, Sort::Rat] {
                let values = layout.values(0, sort, 9);
                assert_eq!(values.len(), 9);
                let distinct: FxHashSet<_> = values.iter().collect();
                assert!(distinct.len() == 9 && values.iter().all(|v| sort.admits(v)));
            }
        }
        assert_eq!(Layout::Small.values(0, Sort::Nat, 3), [0, 1, 2].map(Ratio::from));
    }
}
