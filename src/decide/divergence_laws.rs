//! Which laws a divergence has, and counterexamples to those that it has not.
//!
//! The three laws are those of an enrichment (P. Perrone, *Markov Categories and Entropy*, 2024): for kernels, with the
//! largest value over all inputs,
//!
//! - (T) `D(f * h, f' * h') <= D(f, f') + D(h, h')`,
//! - (C) `D(f ; <id, g>, f' ; <id, g'>) <= D(f, f') + D(g, g')`,
//! - DPI `D(p ; k, q ; k) <= D(p, q)`.
//!
//! That a law holds is a theorem, which is named; that it fails is shown by laws of a coin. These are searched for, in
//! order of their denominators, and the answer contains the program that confirms it. For a few divergences neither is
//! known here; if the search finds nothing, the answer is open.

use super::answer::{Level, Outcome, Verdict, Witness};
use super::measures::Values;
use crate::check::measure::{Divergence, DivergenceLaw, Order};
use crate::measure::evaluate::between;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::ratio::Ratio;
use crate::number::real::Real;
use crate::number::row::Row;
use crate::syntax::ast::Unit;

/// Laws of coins with these denominators are tried.
const DENOMINATORS: [i64; 5] = [1, 2, 3, 4, 5];

/// What refutes a law.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterexample {
    /// The law.
    pub law: DivergenceLaw,
    /// The divergence.
    pub divergence: Divergence,
    /// A program in which the law is checked and fails.
    pub program: String,
    /// Both sides there.
    pub values: Values,
}

/// Decides whether a divergence has a law.
pub(super) fn decide(
    evaluator: &Evaluator<'_>,
    law: DivergenceLaw,
    divergence: &Divergence,
) -> Result<Verdict, ModelError> {
    if let Some(reason) = theorem(law, divergence) {
        let text = format!("{} of {divergence} is a theorem: {reason}", law.name());
        return Ok(Verdict::structural(Outcome::Holds, Level::Theorem, Some(text)));
    }
    match search(evaluator, law, divergence)? {
        Some(found) => {
            let witness = Some(Witness::DivergenceLaw(Box::new(found)));
            Ok(Verdict { witness, ..Verdict::structural(Outcome::Fails, Level::Exact, None) })
        }
        None => Ok(Verdict::unknown(vec![format!(
            "no proof of {} for {divergence} is known here, and no laws of coins with denominators up to {} refute it",
            law.name(),
            DENOMINATORS[DENOMINATORS.len() - 1]
        )])),
    }
}

/// Why a divergence has a law, where that is known.
pub fn theorem(law: DivergenceLaw, divergence: &Divergence) -> Option<&'static str> {
    use Divergence as D;
    use DivergenceLaw as L;
    let order_at_most_1 = |order: &Ratio| *order <= Ratio::ONE;
    Some(match (law, divergence) {
        (L::Processing, D::Renyi(_) | D::Bhattacharyya) => {
            "data processing for Rényi divergences of every order (T. van Erven and P. Harremoës, 2014)"
        }
        (L::Processing, D::Hellinger) => "its square is an f-divergence, and the root is increasing",
        (L::Processing, _) => "data processing for f-divergences (I. Csiszár, 1967)",
        (L::Tensor | L::Composition, D::Kl | D::ReverseKl) => {
            "the chain rule, which for a product is an equality (P. Perrone, 2024)"
        }
        (L::Tensor | L::Composition, D::Renyi(_)) => {
            "the power sum of a composite is that of the first part times a mean of those of the second (P. Perrone, 2024)"
        }
        (L::Tensor | L::Composition, D::Bhattacharyya) => "it is half of the Rényi divergence of order 1/2",
        (L::Tensor | L::Composition, D::Tv) => "laws are coupled part by part (P. Perrone, 2024)",
        (L::Tensor | L::Composition, D::Vajda(1)) => "it is twice the total variation",
        (L::Tensor | L::Composition, D::Hellinger2) => {
            "with overlaps a and b of the parts, 1 - ab <= (1 - a) + (1 - b) (P. Perrone, 2024)"
        }
        (L::Tensor | L::Composition, D::Hellinger) => "its square has the law, and the root is subadditive",
        (L::Tensor | L::Composition, D::Tsallis(order)) if order.is_one() => {
            "of order 1 it is the relative entropy, which has the chain rule"
        }
        (L::Tensor | L::Composition, D::Tsallis(order)) if order_at_most_1(order) => {
            "with power sums a and b of the parts, both at most 1, 1 - ab <= (1 - a) + (1 - b) (P. Perrone, 2024)"
        }
        (L::Tensor, D::Jeffreys) => "it is a sum of two relative entropies, each of which adds up over products",
        (L::Tensor, D::Js) => {
            "it is the information I(Z ; X, Y) about a fair coin Z that chooses the laws, and X and Y are independent given Z"
        }
        _ => return None,
    })
}

/// Laws on two points, with small denominators first.
fn coins(denominators: &[i64]) -> Vec<Ratio> {
    let mut all: Vec<Ratio> = Vec::new();
    for den in denominators {
        for num in 0..=*den {
            let heads = Ratio::of(num, *den);
            if !all.contains(&heads) {
                all.push(heads);
            }
        }
    }
    all
}

fn coin(heads: &Ratio) -> Row {
    Row::from_ratios([(0, heads.clone()), (1, &Ratio::ONE - heads)])
}

/// The law of a first coin, and of a second one that depends on it.
fn after(first: &Ratio, second: [&Ratio; 2]) -> Row {
    let weights = [first.clone(), &Ratio::ONE - first];
    let cells = weights.iter().zip(second).enumerate().flat_map(|(x, (weight, heads))| {
        let x = 2 * x as u64;
        [(x, weight * heads), (x + 1, weight * &(&Ratio::ONE - heads))]
    });
    Row::from_ratios(cells)
}

/// Looks for a counterexample; no divergence fails DPI.
fn search(evaluator: &Evaluator<'_>, law: DivergenceLaw, d: &Divergence) -> Result<Option<Counterexample>, ModelError> {
    let value = |a: &Row, b: &Row| between(d, a, b).ok().filter(Real::is_finite);
    // Of a composite, the second part has few laws, for there are four of them.
    let (first, second) = match law {
        DivergenceLaw::Composition => (coins(&DENOMINATORS), coins(&[1, 2, 4])),
        _ => (coins(&DENOMINATORS), coins(&DENOMINATORS)),
    };
    let pairs: Vec<(&Ratio, &Ratio, Real)> = second
        .iter()
        .flat_map(|r| second.iter().map(move |s| (r, s)))
        .filter_map(|(r, s)| Some((r, s, value(&coin(r), &coin(s))?)))
        .collect();
    for (n, p) in first.iter().enumerate() {
        // Both orders of two laws, those with small denominators first.
        for (p, q) in first[..n].iter().flat_map(|q| [(p, q), (q, p)]) {
            let Some(own) = value(&coin(p), &coin(q)) else { continue };
            for (r, s, later) in &pairs {
                evaluator.interrupt.check()?;
                // For a product, the second part is the same whatever the first is.
                let same = [(*r, *s, later.clone())];
                let others = if law == DivergenceLaw::Composition { &pairs[..] } else { &same };
                for (r2, s2, later2) in others {
                    let (Some(left), Ok(largest)) = (value(&after(p, [r, r2]), &after(q, [s, s2])), later.max(later2))
                    else {
                        continue;
                    };
                    let Ok(right) = own.add(&largest) else { continue };
                    if left.compare(&right).order().is_some_and(|o| o.is_gt()) {
                        let unit = d.has_unit().then_some(Unit::Nats);
                        let program = program(law, d, [p, q], [r, s, r2, s2]);
                        let (divergence, values) = (d.clone(), Values { left, right, unit });
                        return Ok(Some(Counterexample { law, divergence, program, values }));
                    }
                }
            }
        }
    }
    Ok(None)
}

/// The counterexample as a program whose check holds.
fn program(law: DivergenceLaw, d: &Divergence, [p, q]: [&Ratio; 2], [r, s, r2, s2]: [&Ratio; 4]) -> String {
    let state = |name: &str, heads: &Ratio| format!("kernel {name} : Coin {{ a: {heads}, b: rest }}\n");
    let kernel = |name: &str, one: &Ratio, other: &Ratio| {
        format!("kernel {name} : Coin -> Coin {{ a -> a: {one}, b: rest   b -> a: {other}, b: rest }}\n")
    };
    let mut out = String::from("object Coin = { a, b }\n");
    out += &state("p", p);
    out += &state("q", q);
    let d = match d {
        Divergence::Renyi(Order::Finite(order)) => format!("renyi ({order})"),
        other => other.to_string(),
    };
    match law {
        DivergenceLaw::Composition => {
            out += &kernel("g", r, r2);
            out += &kernel("h", s, s2);
            out += &format!("check D[{d}](p ; <id, g>, q ; <id, h>) > D[{d}](p, q) + sup D[{d}](g, h)");
        }
        _ => {
            out += &state("r", r);
            out += &state("s", s);
            out += &format!("check D[{d}](p * r, q * s) > D[{d}](p, q) + D[{d}](r, s)");
        }
    }
    out
}
