//! Symmetric elimination: a symmetric matrix becomes one of small blocks on the diagonal, `T M T^T = D`, with T unit
//! triangular up to the order of the rows. Then D has as many positive and negative eigenvalues as M (Sylvester 1852).
//!
//! It is the same for exact numbers and for intervals that contain them. A pivot is an entry of the diagonal whose sign is
//! known not to be 0; where there is none, two rows with a block of negative determinant, as Bunch and Kaufman (1977) do.
//! What is left has no entry that is known not to be 0: for exact numbers, all its entries are 0.

use std::cmp::Ordering;

use super::enclosure::Enclosure;
use super::ratio::Ratio;
use crate::base::interrupt::{Interrupt, Stopped};

/// Numbers that can be eliminated: exact ones, or intervals.
pub trait Entry: Clone {
    /// The sign, where it is known.
    fn known_sign(&self) -> Option<Ordering>;
    /// Whether this makes a better pivot than another one.
    fn is_better(&self, other: &Self) -> bool;
    /// `self - a * b`
    fn less(&self, a: &Self, b: &Self) -> Self;
    /// The product.
    fn times(&self, other: &Self) -> Self;
    /// The quotient by what is not 0.
    fn over(&self, other: &Self) -> Self;
    /// An integer with the precision of this number.
    fn small(&self, value: i64) -> Self;
}

impl Entry for Ratio {
    fn known_sign(&self) -> Option<Ordering> {
        Some(self.sign())
    }

    // Exact pivots are as good as each other, so the rows keep their order.
    fn is_better(&self, _: &Self) -> bool {
        false
    }

    fn less(&self, a: &Self, b: &Self) -> Self {
        self - &(a * b)
    }

    fn times(&self, other: &Self) -> Self {
        self * other
    }

    fn over(&self, other: &Self) -> Self {
        self.checked_div(other).unwrap_or(Ratio::ZERO)
    }

    fn small(&self, value: i64) -> Self {
        Ratio::of(value, 1)
    }
}

impl Entry for Enclosure {
    fn known_sign(&self) -> Option<Ordering> {
        self.sign()
    }

    fn is_better(&self, other: &Self) -> bool {
        self.size().compare(&other.size()) == Some(Ordering::Greater)
    }

    fn less(&self, a: &Self, b: &Self) -> Self {
        self.sub(&a.mul(b))
    }

    fn times(&self, other: &Self) -> Self {
        self.mul(other)
    }

    fn over(&self, other: &Self) -> Self {
        self.div(other)
    }

    fn small(&self, value: i64) -> Self {
        Enclosure::of_ratio(&Ratio::of(value, 1), self.bits())
    }
}

/// A block of D.
#[derive(Debug, Clone)]
pub enum Block<F> {
    /// A row, and its pivot, which is not 0.
    One(usize, F),
    /// Two rows with the entry that they have in common; the determinant of their block is negative.
    Two([usize; 2], F),
}

/// What elimination makes of a matrix.
#[derive(Debug, Clone)]
pub struct Elimination<F> {
    /// The blocks, in their order.
    pub blocks: Vec<Block<F>>,
    /// The rows that are left.
    pub rest: Vec<usize>,
    /// T: by row, the combination of rows that has taken its place.
    pub vectors: Vec<Vec<F>>,
    /// The inverse of T, where all blocks are of one row: `M = L D L^T`.
    pub lower: Vec<Vec<F>>,
}

/// How many eigenvalues of a symmetric matrix are below, at and above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Inertia {
    /// Below.
    pub negative: usize,
    /// At 0.
    pub zero: usize,
    /// Above.
    pub positive: usize,
}

impl<F: Entry> Elimination<F> {
    /// Eliminates a symmetric matrix.
    pub fn of(form: Vec<Vec<F>>, interrupt: &Interrupt) -> Result<Elimination<F>, Stopped> {
        let n = form.len();
        let unit = |i: usize| (0..n).map(|j| form[i][j].small(i64::from(i == j))).collect::<Vec<_>>();
        let vectors: Vec<Vec<F>> = (0..n).map(unit).collect();
        Elimination::run(form, vectors, interrupt)
    }

    /// The same without T and its inverse, which are most of the work: what is left of it counts.
    pub fn signs_only(form: Vec<Vec<F>>, interrupt: &Interrupt) -> Result<Elimination<F>, Stopped> {
        let none = vec![Vec::new(); form.len()];
        Elimination::run(form, none, interrupt)
    }

    fn run(mut form: Vec<Vec<F>>, vectors: Vec<Vec<F>>, interrupt: &Interrupt) -> Result<Elimination<F>, Stopped> {
        let rest = (0..form.len()).collect();
        let mut found = Elimination { blocks: Vec::new(), rest, lower: vectors.clone(), vectors };
        loop {
            interrupt.check()?;
            if let Some(k) = best(&found.rest, |k| Some(form[k][k].clone())) {
                found.rest.retain(|i| *i != k);
                found.by_one(&mut form, k);
                found.blocks.push(Block::One(k, form[k][k].clone()));
            } else if let Some([i, j]) = pair(&form, &found.rest) {
                found.rest.retain(|k| *k != i && *k != j);
                found.by_two(&mut form, [i, j]);
                found.blocks.push(Block::Two([i, j], form[i][j].clone()));
            } else {
                return Ok(found);
            }
        }
    }

    fn by_one(&mut self, form: &mut [Vec<F>], k: usize) {
        let (pivots, above) = (form[k].clone(), self.vectors[k].clone());
        for i in self.rest.iter().copied() {
            if pivots[i].known_sign() == Some(Ordering::Equal) {
                continue;
            }
            let factor = pivots[i].over(&pivots[k]);
            for j in self.rest.iter().copied() {
                form[i][j] = form[i][j].less(&factor, &pivots[j]);
            }
            for (place, pivot) in self.vectors[i].iter_mut().zip(&above) {
                *place = place.less(&factor, pivot);
            }
            if let Some(place) = self.lower[i].get_mut(k) {
                *place = factor;
            }
        }
    }

    /// Clears the rows and columns beside the block `[[a, b], [b, d]]`.
    fn by_two(&mut self, form: &mut [Vec<F>], [p, q]: [usize; 2]) {
        let (first, second) = (form[p].clone(), form[q].clone());
        let (a, b, d) = (&first[p], &first[q], &second[q]);
        let det = a.times(d).less(b, b);
        let (u, v) = (self.vectors[p].clone(), self.vectors[q].clone());
        for i in self.rest.iter().copied() {
            // The solution of (x, y) [[a, b], [b, d]] = (first[i], second[i]).
            let x = first[i].times(d).less(&second[i], b).over(&det);
            let y = second[i].times(a).less(&first[i], b).over(&det);
            for j in self.rest.iter().copied() {
                form[i][j] = form[i][j].less(&x, &first[j]).less(&y, &second[j]);
            }
            for (j, place) in self.vectors[i].iter_mut().enumerate() {
                *place = place.less(&x, &u[j]).less(&y, &v[j]);
            }
        }
    }

    /// The numbers of eigenvalues, if what is left is 0.
    pub fn inertia(&self) -> Inertia {
        let mut found = Inertia { zero: self.rest.len(), ..Inertia::default() };
        for block in &self.blocks {
            match block {
                Block::One(_, pivot) if pivot.known_sign() == Some(Ordering::Less) => found.negative += 1,
                Block::One(..) => found.positive += 1,
                Block::Two(..) => {
                    found.negative += 1;
                    found.positive += 1;
                }
            }
        }
        found
    }

    /// A vector at which the form is negative, if there is a block that shows one.
    pub fn negative_direction(&self) -> Option<Vec<F>> {
        self.blocks.iter().find_map(|block| match block {
            Block::One(k, pivot) if pivot.known_sign() == Some(Ordering::Less) => Some(self.vectors[*k].clone()),
            Block::One(..) => None,
            // On (1, -s) a block whose diagonal has no sign is about -2 |b|.
            Block::Two([p, q], b) => {
                let sign = b.small(if b.known_sign() == Some(Ordering::Less) { -1 } else { 1 });
                let (u, v) = (&self.vectors[*p], &self.vectors[*q]);
                Some(u.iter().zip(v).map(|(a, b)| a.less(&sign, b)).collect())
            }
        })
    }
}

/// The best of some numbers whose signs are known not to be 0.
fn best<F: Entry, K: Copy>(places: &[K], at: impl Fn(K) -> Option<F>) -> Option<K> {
    let mut found: Option<(K, F)> = None;
    for place in places {
        let Some(value) = at(*place).filter(|v| v.known_sign().is_some_and(Ordering::is_ne)) else { continue };
        if found.as_ref().is_none_or(|(_, other)| value.is_better(other)) {
            found = Some((*place, value));
        }
    }
    found.map(|(place, _)| place)
}

/// Two rows with a block whose determinant is known to be negative.
fn pair<F: Entry>(form: &[Vec<F>], rest: &[usize]) -> Option<[usize; 2]> {
    let pairs: Vec<[usize; 2]> =
        rest.iter().enumerate().flat_map(|(at, i)| rest[at + 1..].iter().map(|j| [*i, *j])).collect();
    best(&pairs, |[i, j]: [usize; 2]| {
        let det = form[i][i].times(&form[j][j]).less(&form[i][j], &form[i][j]);
        (det.known_sign() == Some(Ordering::Less)).then(|| form[i][j].clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratios(rows: &[&[i64]]) -> Vec<Vec<Ratio>> {
        rows.iter().map(|r| r.iter().map(|n| Ratio::of(*n, 1)).collect()).collect()
    }

    fn inertia(rows: &[&[i64]]) -> [usize; 3] {
        let found = Elimination::of(ratios(rows), &Interrupt::default()).unwrap().inertia();
        [found.negative, found.zero, found.positive]
    }

    #[test]
    fn signs_of_small_forms() {
        assert_eq!(inertia(&[&[0, 1], &[1, 0]]), [1, 0, 1]);
        assert_eq!(inertia(&[&[0, 0], &[0, 0]]), [0, 2, 0]);
        assert_eq!(inertia(&[&[1, 2], &[2, 4]]), [0, 1, 1]);
        assert_eq!(inertia(&[&[0, 1, 1], &[1, 0, 1], &[1, 1, 0]]), [2, 0, 1]);
        assert_eq!(inertia(&[&[0, 1, 0], &[1, 0, 0], &[0, 0, -3]]), [2, 0, 1]);
    }

    #[test]
    fn the_product_is_the_matrix_again() {
        let rows = ratios(&[&[4, 2, 2], &[2, 5, 3], &[2, 3, 6]]);
        let found = Elimination::of(rows.clone(), &Interrupt::default()).unwrap();
        let mut sum = ratios(&[&[0, 0, 0], &[0, 0, 0], &[0, 0, 0]]);
        for block in &found.blocks {
            let Block::One(k, pivot) = block else { panic!("a positive form has single pivots") };
            for (i, row) in sum.iter_mut().enumerate() {
                for (j, entry) in row.iter_mut().enumerate() {
                    *entry = &*entry + &(&(&found.lower[i][*k] * pivot) * &found.lower[j][*k]);
                }
            }
        }
        assert_eq!(sum, rows);
    }
}
