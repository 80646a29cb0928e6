//! Equality of kernels of which some have irrational entries.
//!
//! Entries are compared as real numbers. A difference is certain as soon as their enclosures are apart, which refutes the
//! claim; equality is certain where it follows by algebra, as it does for two softmaxes whose logits differ by a constant in
//! each row. Where all that is known is that enclosures overlap, up to a limit of precision, the answer is open.

use super::answer::{Level, Outcome, Verdict, Witness};
use super::measures::Values;
use crate::check::softmax::RealRow;
use crate::check::term::Term;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::comparison::Comparison;
use crate::number::real::Real;

/// `f == g`, and `f == g under p`.
pub(super) fn equal(
    e: &mut Evaluator<'_>,
    left: &Term,
    right: &Term,
    under: Option<&Term>,
) -> Result<Verdict, ModelError> {
    let (f, g) = (e.real_term(left)?, e.real_term(right)?);
    let inputs: Vec<u64> = match under {
        None => (0..f.rows.len() as u64).collect(),
        Some(p) => e.real_term(p)?.support()?,
    };
    let mut open: Option<String> = None;
    for &input in &inputs {
        let (a, b) = (f.row(input as usize)?, g.row(input as usize)?);
        let mut points: Vec<u64> = a.iter().chain(b.iter()).map(|(point, _)| *point).collect();
        points.sort_unstable();
        points.dedup();
        for point in points {
            let (l, r) = (entry(a, point), entry(b, point));
            match l.compare_within(&r, e.interrupt)? {
                Comparison::Equal => {}
                Comparison::Less | Comparison::Greater => {
                    let exact = !matches!(l.sub(&r), Ok(Real::Composite(_)));
                    let values = Box::new(Values { left: l, right: r, unit: None });
                    let witness = Witness::RealEntry {
                        input: (left.dom.clone(), input),
                        output: (left.cod.clone(), point),
                        values,
                    };
                    let level = if exact { Level::Exact } else { Level::Numeric };
                    let verdict = Verdict::structural(Outcome::Fails, level, None);
                    return Ok(Verdict { witness: Some(witness), ..verdict });
                }
                Comparison::Unknown(why) => open = open.or(Some(why.to_string())),
            }
        }
    }
    if let Some(why) = open {
        return Ok(Verdict::unknown(vec![format!("no entry is known to differ, and of one it is not decided: {why}")]));
    }
    let rows = inputs.len();
    let compared = format!("{rows} row{} agree, entry by entry, by algebra", if rows == 1 { "" } else { "s" });
    Ok(Verdict::structural(Outcome::Holds, Level::Exact, Some(compared)))
}

fn entry(row: &RealRow, point: u64) -> Real {
    row.binary_search_by(|(p, _)| p.cmp(&point)).map_or_else(|_| Real::zero(), |at| row[at].1.clone())
}
