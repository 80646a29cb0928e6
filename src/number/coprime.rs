//! Weighted integers over a coprime base: `Σ w_i · log n_i` becomes `Σ v_j · log b_j` with the same value, where the `b_j`
//! are larger than 1 and no two of them have a common factor. Only greatest common divisors are needed, no factoring.
//!
//! 1. The primes below 2^16 are taken out of all integers (`primes`). What is left shares primes rarely.
//! 2. Equal rests are put together. Weights that add up to nothing are dropped, here and in every later step: most sums
//!    that are 0 vanish in this step.
//! 3. The rest is halved, each half gets a coprime base, and two bases are joined: equal members first; then the members
//!    that share a prime are found by two product trees, descending only where the products have a common divisor
//!    (Bernstein 2005 has the same idea); each such pair is refined by itself. Since the members of either base are
//!    coprime, a member of `k` bits shares primes with at most `k/16` of the other base.
//!
//! The cost is a few products and greatest common divisors of the length of all integers together for each of the
//! `log n` levels, and one small refinement for each pair that shares a prime.

use rug::Integer;

use super::int::Int;
use super::primes::strip_all;
use super::ratio::Ratio;

/// What is added up where integers coincide.
pub(super) trait Weight: Clone {
    /// Adds `times` times another weight.
    fn add_times(&mut self, other: &Self, times: u32);
    /// Whether the weight is nothing.
    fn is_nothing(&self) -> bool;
}

impl Weight for Int {
    fn add_times(&mut self, other: &Int, times: u32) {
        self.add_product(other, &Int::from(i64::from(times)));
    }
    fn is_nothing(&self) -> bool {
        self.is_zero()
    }
}

impl Weight for Ratio {
    fn add_times(&mut self, other: &Ratio, times: u32) {
        *self = &*self + &(other * &Ratio::from(i64::from(times)));
    }
    fn is_nothing(&self) -> bool {
        self.is_zero()
    }
}

/// A vector of integers by places: the places rise, and no entry is 0.
impl Weight for Vec<(u32, Int)> {
    fn add_times(&mut self, other: &Self, times: u32) {
        let times = Int::from(i64::from(times));
        let mut sum = Vec::with_capacity(self.len() + other.len());
        let mut own = std::mem::take(self).into_iter().peekable();
        for (place, value) in other {
            while let Some(before) = own.next_if(|(p, _)| p < place) {
                sum.push(before);
            }
            let mut value = value * &times;
            if let Some((_, more)) = own.next_if(|(p, _)| p == place) {
                value += &more;
            }
            if !value.is_zero() {
                sum.push((*place, value));
            }
        }
        sum.extend(own);
        *self = sum;
    }
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// Integers larger than 1, no two of them with a common factor, with weights that are not nothing.
type Base<W> = Vec<(Integer, W)>;

/// The weighted integers over a coprime base, in rising order. The integers that come in are positive.
pub(super) fn coprime_base<W: Weight>(items: &[(Int, W)]) -> Vec<(Int, W)> {
    // 1.
    let mut small: Vec<Option<W>> = Vec::new();
    let mut rest: Base<W> = Vec::new();
    for (stripped, (_, weight)) in strip_all(items.iter().map(|(n, _)| n)).into_iter().zip(items) {
        for (prime, times) in stripped.small {
            let at = prime as usize;
            if small.len() <= at {
                small.resize_with(at + 1, || None);
            }
            add_to(&mut small[at], weight, times);
        }
        if stripped.rest > 1 {
            rest.push((stripped.rest, weight.clone()));
        }
    }
    // 2. and 3.
    let rest = base_of(collected(rest));
    let small = small.into_iter().enumerate().filter_map(|(p, w)| Some((Int::from(p as i64), w?)));
    let all = small.filter(|(_, w)| !w.is_nothing()).chain(rest.into_iter().map(|(n, w)| (Int::from_big(n), w)));
    let mut all: Vec<(Int, W)> = all.collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn add_to<W: Weight>(sum: &mut Option<W>, weight: &W, times: u32) {
    match sum {
        Some(sum) => sum.add_times(weight, times),
        None if times == 1 => *sum = Some(weight.clone()),
        None => {
            let mut first = weight.clone();
            first.add_times(weight, times - 1);
            *sum = Some(first);
        }
    }
}

/// Equal integers put together; what has no weight left is dropped.
fn collected<W: Weight>(mut items: Base<W>) -> Base<W> {
    items.sort_by(|a, b| a.0.cmp(&b.0));
    let mut out: Base<W> = Vec::with_capacity(items.len());
    for (n, weight) in items {
        match out.last_mut() {
            Some((last, sum)) if *last == n => sum.add_times(&weight, 1),
            _ => out.push((n, weight)),
        }
    }
    out.retain(|(_, w)| !w.is_nothing());
    out
}

fn base_of<W: Weight>(mut items: Base<W>) -> Base<W> {
    if items.len() <= 1 {
        return items;
    }
    let right = items.split_off(items.len() / 2);
    joined(base_of(items), base_of(right))
}

/// Joins two coprime bases.
fn joined<W: Weight>(left: Base<W>, right: Base<W>) -> Base<W> {
    // Members in both are coprime to everything else in either.
    let (mut out, mut own, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let mut right = right.into_iter().peekable();
    for (n, mut weight) in left {
        while let Some(before) = right.next_if(|(m, _)| *m < n) {
            others.push(before);
        }
        match right.next_if(|(m, _)| *m == n) {
            Some((_, more)) => {
                weight.add_times(&more, 1);
                if !weight.is_nothing() {
                    out.push((n, weight));
                }
            }
            None => own.push((n, weight)),
        }
    }
    others.extend(right);
    let pairs = sharing_pairs(&own, &others);
    // Each member falls apart into its parts with the primes of each member that it meets, and what meets nothing.
    let mut own_rest: Vec<Integer> = own.iter().map(|(n, _)| n.clone()).collect();
    let mut other_rest: Vec<Integer> = others.iter().map(|(n, _)| n.clone()).collect();
    for (i, j) in pairs {
        let a = part_with(&mut own_rest[i], &others[j].0);
        let b = part_with(&mut other_rest[j], &own[i].0);
        let mut few = Vec::new();
        insert(&mut few, a, own[i].1.clone());
        insert(&mut few, b, others[j].1.clone());
        out.append(&mut few);
    }
    let rests = own_rest.into_iter().zip(own).chain(other_rest.into_iter().zip(others));
    out.extend(rests.filter(|(rest, _)| *rest > 1).map(|(rest, (_, weight))| (rest, weight)));
    out.retain(|(_, w)| !w.is_nothing());
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

/// Takes out of a number all primes that another one has, and returns their part.
fn part_with(number: &mut Integer, other: &Integer) -> Integer {
    let mut part = Integer::from(1);
    let mut common = Integer::from(number.gcd_ref(other));
    while common > 1 {
        number.div_exact_mut(&common);
        part *= &common;
        common = Integer::from(number.gcd_ref(&common));
    }
    part
}

/// Adds a number to a small coprime base. The product of all numbers at hand falls with every split, so it ends.
fn insert<W: Weight>(base: &mut Base<W>, number: Integer, weight: W) {
    let mut todo = vec![(number, weight)];
    while let Some((n, weight)) = todo.pop() {
        if n == 1 || weight.is_nothing() {
            continue;
        }
        let meets = base.iter().enumerate().find_map(|(at, (m, _))| {
            let common = Integer::from(m.gcd_ref(&n));
            (common > 1).then_some((at, common))
        });
        let Some((at, common)) = meets else {
            base.push((n, weight));
            continue;
        };
        let (m, old) = base.swap_remove(at);
        let mut both = old.clone();
        both.add_times(&weight, 1);
        todo.push((m.div_exact(&common), old));
        todo.push((n.div_exact(&common), weight));
        todo.push((common, both));
    }
}

/// A tree of products over neighbouring members.
struct Tree {
    product: Integer,
    from: usize,
    below: Option<Box<[Tree; 2]>>,
}

impl Tree {
    fn over<W>(base: &[(Integer, W)], from: usize) -> Tree {
        match base {
            [] => Tree { product: Integer::from(1), from, below: None },
            [(n, _)] => Tree { product: n.clone(), from, below: None },
            _ => {
                let (a, b) = base.split_at(base.len() / 2);
                let below = [Tree::over(a, from), Tree::over(b, from + a.len())];
                Tree { product: Integer::from(&below[0].product * &below[1].product), from, below: Some(below.into()) }
            }
        }
    }
}

/// The pairs of members, one of each base, that have a common factor.
fn sharing_pairs<W: Weight>(left: &[(Integer, W)], right: &[(Integer, W)]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    if left.is_empty() || right.is_empty() {
        return pairs;
    }
    let (left, right) = (Tree::over(left, 0), Tree::over(right, 0));
    let common = Integer::from(left.product.gcd_ref(&right.product));
    descend(&left, &right, common, &mut pairs);
    pairs
}

/// `common` is a number whose primes are the ones that the two trees share.
fn descend(left: &Tree, right: &Tree, common: Integer, pairs: &mut Vec<(usize, usize)>) {
    if common == 1 {
        return;
    }
    let split_left = match (&left.below, &right.below) {
        (None, None) => {
            pairs.push((left.from, right.from));
            return;
        }
        (Some(_), Some(_)) => left.product.significant_bits() >= right.product.significant_bits(),
        (own, _) => own.is_some(),
    };
    let split = if split_left { &left.below } else { &right.below };
    for half in split.iter().flat_map(|b| b.iter()) {
        let common = Integer::from(half.product.gcd_ref(&common));
        let (left, right) = if split_left { (half, right) } else { (left, half) };
        descend(left, right, common, pairs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Primes on both sides of the bound for small ones.
    const PRIMES: [u64; 10] = [2, 3, 65_521, 65_537, 65_539, 65_543, 1_000_003, 4_294_967_311, 4_294_967_357, 2];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// The members are coprime, every integer is a product of them, and each has the weight that the integers give it.
        #[test]
        fn weights_move_to_a_coprime_base(
            items in prop::collection::vec((prop::collection::vec((0..PRIMES.len(), 1u32..4), 0..5), -3i64..4), 1..40),
        ) {
            let product = |powers: &[(usize, u32)]| {
                powers.iter().fold(Int::ONE, |n, (at, e)| &n * &Int::from(PRIMES[*at]).pow(*e))
            };
            let items: Vec<(Int, Int)> = items.iter().map(|(powers, w)| (product(powers), Int::from(*w))).collect();
            // With places as weights nothing cancels, so the whole base is seen.
            let places: Vec<(Int, Vec<(u32, Int)>)> =
                items.iter().enumerate().map(|(k, (n, _))| (n.clone(), vec![(k as u32, Int::ONE)])).collect();
            let base = coprime_base(&places);
            for (k, (a, _)) in base.iter().enumerate() {
                prop_assert!(*a > Int::ONE);
                prop_assert!(base[k + 1..].iter().all(|(b, _)| a.gcd(b).is_one()));
            }
            let mut rebuilt = vec![Int::ONE; items.len()];
            for (member, exponents) in &base {
                for (place, e) in exponents {
                    let e = u32::try_from(e.to_u64().expect("an exponent")).expect("a short one");
                    rebuilt[*place as usize] = &rebuilt[*place as usize] * &member.pow(e);
                }
            }
            prop_assert_eq!(&rebuilt, &items.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>());
            // Weights that cancel on a member drop it: then, at each prime, the sum of weights times exponents is the same.
            let at = |p: u64, terms: &[(Int, Int)]| {
                let exponent = |n: &Int| i64::from(n.to_big().remove_factor_mut(&Integer::from(p)));
                terms.iter().fold(Int::ZERO, |s, (n, w)| &s + &(w * &Int::from(exponent(n))))
            };
            let weighted = coprime_base(&items);
            prop_assert!(weighted.iter().all(|(_, w)| !w.is_zero()));
            for p in PRIMES {
                prop_assert_eq!(at(p, &weighted), at(p, &items));
            }
        }
    }
}
