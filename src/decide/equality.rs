//! Equality, almost-sure equality, determinism, supports.

use std::sync::Arc;

use super::answer::{Verdict, Witness};
use super::real_equality;
use crate::check::term::Term;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::kernel::Kernel;
use crate::number::row::Row;
use crate::syntax::ast::Relation;

/// `f == g`, and `f == g under p`: the rows agree, or those do that some row of `p` reaches.
///
/// `f =_p g` is `p ; <id, f> == p ; <id, g>` (Fritz 2020, Definition 13.1); for finite sets that is agreement on the
/// union of the supports of the rows of `p`.
pub(super) fn equal(
    e: &mut Evaluator<'_>,
    left: &Term,
    right: &Term,
    under: Option<&Term>,
) -> Result<Verdict, ModelError> {
    let (f, g, reach) = match rational_sides(e, left, right, under) {
        Err(ModelError::Inexact { .. }) => return real_equality::equal(e, left, right, under),
        sides => sides?,
    };
    let is_marked = |input: u64| f.is_filled(input) || g.is_filled(input) || !reach.is_firm(input);
    // A difference that is there in every version of a conditional is shown before others.
    let firm_first = [false, true]
        .into_iter()
        .flat_map(|marked| reach.inputs.iter().copied().filter(move |input| is_marked(*input) == marked));
    for input in firm_first {
        let (a, b) = (&f.rows[input as usize], &g.rows[input as usize]);
        if let Some(place) = a.first_difference(b) {
            let witness = Witness::Entry {
                input: (left.dom.clone(), input),
                output: (left.cod.clone(), place),
                left: a.get(place),
                right: b.get(place),
            };
            return Ok(Verdict::of(Some(witness), String::new(), is_marked(input)));
        }
    }
    let filled = reach.filled || reach.inputs.iter().any(|i| f.is_filled(*i) || g.is_filled(*i));
    Ok(Verdict::of(None, rows_compared(reach.inputs.len(), f.cod_size()), filled))
}

/// Both kernels and the inputs that count, where all of them are rational.
#[allow(clippy::type_complexity, reason = "the three things that are compared")]
fn rational_sides(
    e: &mut Evaluator<'_>,
    left: &Term,
    right: &Term,
    under: Option<&Term>,
) -> Result<(Arc<Kernel>, Arc<Kernel>, Reach), ModelError> {
    let (f, g) = (e.term(left)?, e.term(right)?);
    let reach = reached(e, under, f.rows.len())?;
    Ok((f, g, reach))
}

fn rows_compared(rows: usize, columns: u64) -> String {
    let plural = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    format!("{} of {} agree", plural(rows as u64, "row"), plural(columns, "column"))
}

/// The inputs that count.
struct Reach {
    /// They, increasing.
    inputs: Vec<u64>,
    /// Those of them that are reached however conditionals are filled in, increasing.
    firm: Vec<u64>,
    /// Whether another filling could reach others.
    filled: bool,
}

impl Reach {
    fn is_firm(&self, input: u64) -> bool {
        self.firm.binary_search(&input).is_ok()
    }
}

/// The inputs that `p` reaches; all of them without `p`.
fn reached(e: &mut Evaluator<'_>, under: Option<&Term>, all: usize) -> Result<Reach, ModelError> {
    let Some(p) = under else {
        let inputs: Vec<u64> = (0..all as u64).collect();
        return Ok(Reach { firm: inputs.clone(), inputs, filled: false });
    };
    let p = e.term(p)?;
    let firm =
        union_of_supports(p.rows.iter().enumerate().filter(|(i, _)| !p.is_filled(*i as u64)).map(|(_, row)| row));
    Ok(Reach { inputs: support(&p), firm, filled: !p.filled.is_empty() })
}

/// The union of the supports of the rows of a kernel, increasing.
pub(super) fn support(kernel: &Kernel) -> Vec<u64> {
    union_of_supports(kernel.rows.iter())
}

/// The union of the supports of the rows of a diagram, and whether it depends on how a conditional was filled in. What can
/// happen is known exactly even where its probability is irrational.
pub(super) fn support_of(e: &mut Evaluator<'_>, of: &Term) -> Result<(Vec<u64>, bool), ModelError> {
    match e.term(of) {
        Ok(kernel) => Ok((support(&kernel), !kernel.filled.is_empty())),
        Err(ModelError::Inexact { .. }) => Ok((e.real_term(of)?.support()?, false)),
        Err(error) => Err(error),
    }
}

fn union_of_supports<'r>(rows: impl Iterator<Item = &'r Row>) -> Vec<u64> {
    let mut places: Vec<u64> = rows.flat_map(|r| r.entries().iter().map(|(p, _)| *p)).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// `deterministic f`, `deterministic f under p`: every row that counts is a point.
pub(super) fn deterministic(e: &mut Evaluator<'_>, of: &Term, under: Option<&Term>) -> Result<Verdict, ModelError> {
    let f = e.term(of)?;
    let reach = reached(e, under, f.rows.len())?;
    for &input in &reach.inputs {
        let row = &f.rows[input as usize];
        if row.as_point().is_none() {
            let filled = f.is_filled(input) || !reach.is_firm(input);
            return Ok(Verdict::of(Some(two_outcomes(of, input, row)), String::new(), filled));
        }
    }
    let filled = reach.filled || reach.inputs.iter().any(|i| f.is_filled(*i));
    let rows = reach.inputs.len();
    Ok(Verdict::of(None, format!("{rows} row{} with one outcome each", if rows == 1 { "" } else { "s" }), filled))
}

fn two_outcomes(of: &Term, input: u64, row: &Row) -> Witness {
    let mut first = row.ratios();
    let fallback = || (0, crate::number::ratio::Ratio::ZERO);
    let outcomes = [first.next().unwrap_or_else(fallback), first.next().unwrap_or_else(fallback)];
    Witness::TwoOutcomes { input: (of.dom.clone(), input), cod: of.cod.clone(), outcomes }
}

/// `support(p) <= support(q)` and its relatives.
pub(super) fn supports(
    e: &mut Evaluator<'_>,
    left: &Term,
    sign: Relation,
    right: &Term,
) -> Result<Verdict, ModelError> {
    let ((a, filled_left), (b, filled_right)) = (support_of(e, left)?, support_of(e, right)?);
    let filled = filled_left || filled_right;
    let missing = |from: &[u64], to: &[u64]| from.iter().copied().find(|x| to.binary_search(x).is_err());
    let (only_left, only_right) = (missing(&a, &b), missing(&b, &a));
    let holds = match sign {
        Relation::Equal => only_left.is_none() && only_right.is_none(),
        Relation::NotEqual => only_left.is_some() || only_right.is_some(),
        Relation::LessEqual => only_left.is_none(),
        Relation::GreaterEqual => only_right.is_none(),
        Relation::Less => only_left.is_none() && only_right.is_some(),
        Relation::Greater => only_right.is_none() && only_left.is_some(),
    };
    let point =
        |place: Option<u64>, in_left| place.map(|point| Witness::Point { of: left.cod.clone(), point, in_left });
    // The point that decides: one that should not be there, or, for a strict relation, one that makes it strict.
    let witness = match sign {
        Relation::GreaterEqual | Relation::Greater => point(only_right, false).or_else(|| point(only_left, true)),
        _ => point(only_left, true).or_else(|| point(only_right, false)),
    };
    let compared = format!("{} and {} points", a.len(), b.len());
    let mut verdict = Verdict::of(witness, compared.clone(), filled);
    verdict.outcome = if holds { super::answer::Outcome::Holds } else { super::answer::Outcome::Fails };
    verdict.compared = Some(compared);
    Ok(verdict)
}
