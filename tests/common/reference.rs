//! The slow and obvious reference: dense matrices of exact rationals, Kronecker products, and explicit matrices for
//! copying, discarding, swapping and choosing. It knows nothing of mcheck but its numbers.

use mcheck::number::ratio::Ratio;

use super::tree::{Target, Tree};
use super::world::World;

/// A dense matrix, by rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix(pub Vec<Vec<Ratio>>);

/// What conditioning on probability zero gives: any answer is right, so the reference can be asked for two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    Uniform,
    First,
}

/// An observation has probability zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Null;

impl Matrix {
    /// The matrix with these entries.
    pub fn of(rows: usize, cols: usize, entry: impl Fn(usize, usize) -> bool) -> Matrix {
        let number = |b| if b { Ratio::ONE } else { Ratio::ZERO };
        Matrix((0..rows).map(|i| (0..cols).map(|j| number(entry(i, j))).collect()).collect())
    }

    pub fn rows(&self) -> usize {
        self.0.len()
    }

    pub fn cols(&self) -> usize {
        self.0[0].len()
    }

    /// The product of matrices.
    pub fn then(&self, next: &Matrix) -> Matrix {
        assert_eq!(self.cols(), next.rows());
        let row = |r: &Vec<Ratio>| {
            let mut out = vec![Ratio::ZERO; next.cols()];
            for (x, line) in r.iter().zip(&next.0).filter(|(x, _)| !x.is_zero()) {
                for (sum, y) in out.iter_mut().zip(line).filter(|(_, y)| !y.is_zero()) {
                    *sum = &*sum + &(x * y);
                }
            }
            out
        };
        Matrix(self.0.iter().map(row).collect())
    }

    /// The Kronecker product.
    pub fn beside(&self, other: &Matrix) -> Matrix {
        let mut rows = Vec::new();
        for a in &self.0 {
            for b in &other.0 {
                rows.push(a.iter().flat_map(|x| b.iter().map(move |y| x * y)).collect());
            }
        }
        Matrix(rows)
    }
}

/// The matrix of a diagram.
pub fn evaluate(w: &World, tree: &Tree, fill: Fill) -> Result<Matrix, Null> {
    let size = |t: &[usize]| w.size(t);
    let chain = |items: &[Tree], join: fn(&Matrix, &Matrix) -> Matrix| -> Result<Matrix, Null> {
        let mut whole = evaluate(w, &items[0], fill)?;
        for item in &items[1..] {
            whole = join(&whole, &evaluate(w, item, fill)?);
        }
        Ok(whole)
    };
    Ok(match tree {
        Tree::Id(t) => Matrix::of(size(t), size(t), |i, j| i == j),
        Tree::Copy(t) => copies(size(t), 2),
        Tree::Del(t) => Matrix::of(size(t), 1, |_, _| true),
        Tree::Swap(a, b) => {
            let (m, n) = (size(a), size(b));
            Matrix::of(m * n, m * n, |i, j| i / n == j % m && i % n == j / m)
        }
        Tree::Uniform(t) => Matrix(vec![vec![Ratio::of(1, size(t) as i64); size(t)]]),
        Tree::Point(t, p) => Matrix::of(1, size(t), |_, j| j == *p),
        Tree::Kernel(k) => Matrix(w.kernels[*k].rows.clone()),
        Tree::Def(d) => evaluate(w, &w.defs[*d].body, fill)?,
        Tree::Changed(_, body) => evaluate(w, body, fill)?,
        Tree::Seq(items) => chain(items, Matrix::then)?,
        Tree::Par(items) => chain(items, Matrix::beside)?,
        Tree::Pair(items) => copies(size(&tree.dom(w)), items.len()).then(&chain(items, Matrix::beside)?),
        Tree::Power(of, n) => {
            let base = evaluate(w, of, fill)?;
            let mut power = Matrix::of(base.rows(), base.rows(), |i, j| i == j);
            for _ in 0..*n {
                power = power.then(&base);
            }
            power
        }
        Tree::Marginal(of, places) => evaluate(w, of, fill)?.then(&choice(w, &of.cod(w), places)),
        Tree::Cond(of, targets, given) => {
            let (cod, joint) = (of.cod(w), evaluate(w, of, fill)?);
            let places = [&given[..], targets].concat();
            let joint = joint.then(&choice(w, &cod, &places));
            let known: Vec<usize> = given.iter().map(|g| cod[*g]).collect();
            let inputs = joint.rows();
            let cols = size(&tree.cod(w));
            let mut rows = Vec::new();
            for y in 0..size(&known) {
                for a in 0..inputs {
                    rows.push(normalised(&joint.0[a][y * cols..(y + 1) * cols], fill));
                }
            }
            Matrix(rows)
        }
        Tree::Bayes(f, p) => {
            let (f, p) = (evaluate(w, f, fill)?, evaluate(w, p, fill)?);
            let column = |y: usize| (0..f.rows()).map(|x| &p.0[0][x] * &f.0[x][y]).collect::<Vec<_>>();
            Matrix((0..f.cols()).map(|y| normalised(&column(y), fill)).collect())
        }
        Tree::Observe(of, event) => {
            let (cod, joint) = (of.cod(w), evaluate(w, of, fill)?);
            let mut rows = Vec::new();
            for row in &joint.0 {
                let mut kept = row.clone();
                for (point, x) in kept.iter_mut().enumerate() {
                    if !event.holds(w, &cod, &w.coordinates(&cod, point)) {
                        *x = Ratio::ZERO;
                    }
                }
                if kept.iter().all(Ratio::is_zero) {
                    return Err(Null);
                }
                rows.push(normalised(&kept, fill));
            }
            Matrix(rows)
        }
        Tree::Do(of, steps) => evaluate(w, &operated(w, of, steps), fill)?,
    })
}

/// `n` copies of a point of a set.
fn copies(size: usize, n: usize) -> Matrix {
    Matrix::of(size, size.pow(n as u32), |i, j| (0..n).all(|k| j / size.pow(k as u32) % size == i))
}

/// The outputs at these places, as a matrix of zeros and ones.
pub fn choice(w: &World, cod: &[usize], places: &[usize]) -> Matrix {
    let chosen: Vec<usize> = places.iter().map(|p| cod[*p]).collect();
    Matrix::of(w.size(cod), w.size(&chosen), |i, j| {
        let (from, to) = (w.coordinates(cod, i), w.coordinates(&chosen, j));
        places.iter().zip(to).all(|(p, c)| from[*p] == c)
    })
}

/// Masses divided by their sum.
fn normalised(masses: &[Ratio], fill: Fill) -> Vec<Ratio> {
    let total = masses.iter().fold(Ratio::ZERO, |sum, x| &sum + x);
    match (total.is_zero(), fill) {
        (true, Fill::Uniform) => vec![Ratio::of(1, masses.len() as i64); masses.len()],
        (true, Fill::First) => (0..masses.len()).map(|i| Ratio::from(i64::from(i == 0))).collect(),
        (false, _) => masses.iter().map(|x| x.checked_div(&total).unwrap()).collect(),
    }
}

/// Surgery on the tree: the functor that exchanges boxes and keeps the wiring. It does not look into what was
/// conditioned, inverted or observed, which are kernels of their own.
fn operated(w: &World, tree: &Tree, steps: &[(Target, Tree)]) -> Tree {
    let all = |items: &[Tree]| items.iter().map(|i| operated(w, i, steps)).collect();
    let replacement = |target: Target| steps.iter().find(|(t, _)| *t == target).map(|(_, new)| new.clone());
    match tree {
        Tree::Kernel(k) => replacement(Target::Kernel(w.kernels[*k].name.clone())).unwrap_or_else(|| tree.clone()),
        Tree::Def(d) => replacement(Target::Def(*d))
            .unwrap_or_else(|| Tree::Changed(*d, Box::new(operated(w, &w.defs[*d].body, steps)))),
        Tree::Changed(d, body) => {
            replacement(Target::Def(*d)).unwrap_or_else(|| Tree::Changed(*d, Box::new(operated(w, body, steps))))
        }
        Tree::Seq(items) => Tree::Seq(all(items)),
        Tree::Par(items) => Tree::Par(all(items)),
        Tree::Pair(items) => Tree::Pair(all(items)),
        Tree::Power(of, n) => Tree::Power(Box::new(operated(w, of, steps)), *n),
        Tree::Marginal(of, places) => Tree::Marginal(Box::new(operated(w, of, steps)), places.clone()),
        // The inner surgery comes first.
        Tree::Do(of, inner) => operated(w, &operated(w, of, inner), steps),
        _ => tree.clone(),
    }
}
