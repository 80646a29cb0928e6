//! Comparisons of numbers that need not be rational.
//!
//! Within the exact classes every comparison is decided, and so are equalities outside of them that follow by algebra. A
//! strict order outside of them is known by enclosures: the level says so.

use std::cmp::Ordering;

use super::answer::{Level, Outcome, Verdict, Witness};
use crate::check::scalar::{Dimension, Scalar};
use crate::measure::evaluate::Measurer;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::comparison::{Comparison, EXPONENTIAL_BITS};
use crate::number::enclosure::Enclosure;
use crate::number::real::Real;
use crate::syntax::ast::{Relation, Unit};

/// Bits of the enclosure that is shown for a comparison that is known by one.
const SHOWN_BITS: u32 = 128;

/// Two numbers that were compared, and the unit that they are shown in.
#[derive(Debug, Clone)]
pub struct Values {
    /// Left.
    pub left: Real,
    /// Right.
    pub right: Real,
    /// Their unit, if they have one.
    pub unit: Option<Unit>,
}

/// Equal as far as that is known.
impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        let same = |a: &Real, b: &Real| a.compare(b).order() == Some(Ordering::Equal);
        self.unit == other.unit && same(&self.left, &other.left) && same(&self.right, &other.right)
    }
}

/// Said where exponentials leave no float between 0 and the difference.
const BEYOND_FLOATS: &str =
    "the sign of left − right is that of its factors, of which the positive ones are beyond the range of floats";

/// Decides a comparison.
pub(super) fn compare(
    evaluator: &mut Evaluator<'_>,
    left: &Scalar,
    sign: Relation,
    right: &Scalar,
) -> Result<Verdict, ModelError> {
    let unit = unit(left, right);
    let mut measurer = Measurer::new(evaluator, &[left, right]);
    let (left, filled_left) = measurer.number(left)?;
    let (right, filled_right) = measurer.number(right)?;
    let filled = filled_left || filled_right;
    let comparison = left.compare_within(&right, evaluator.interrupt)?;
    let enclosed = is_composite(&left, &right);
    let values = Values { left, right, unit };
    Ok(match comparison {
        Comparison::Unknown(why) => {
            let mut verdict = Verdict::unknown(vec![format!("it is not decided: {why}")]);
            verdict.witness = Some(Witness::Values(Box::new(values)));
            Verdict { filled, ..verdict }
        }
        decided => {
            let order = decided.order().unwrap_or(Ordering::Equal);
            let outcome = if sign.admits(order) { Outcome::Holds } else { Outcome::Fails };
            // An equality is never known by enclosures.
            let level = if enclosed && order.is_ne() { Level::Numeric } else { Level::Exact };
            let mut verdict = Verdict::structural(outcome, level, None);
            if level == Level::Numeric
                && let Ok(difference) = values.left.sub(&values.right)
            {
                verdict.notes.push(match apart_from_zero(&difference) {
                    Some(shown) => format!("left − right lies in {shown}"),
                    None => BEYOND_FLOATS.to_string(),
                });
            }
            verdict.witness = Some(Witness::Values(Box::new(values)));
            Verdict { filled, ..verdict }
        }
    })
}

/// The first enclosure of a difference, from [`SHOWN_BITS`] on, that shows its sign.
fn apart_from_zero(difference: &Real) -> Option<Enclosure> {
    let precisions = std::iter::successors(Some(SHOWN_BITS), |bits| Some(2 * bits));
    precisions
        .take_while(|bits| *bits <= EXPONENTIAL_BITS)
        .map(|bits| difference.enclose(bits))
        .find(|enclosure| enclosure.sign().is_some_and(Ordering::is_ne))
}

/// Whether the difference of two numbers is in no exact class.
fn is_composite(left: &Real, right: &Real) -> bool {
    left.is_finite() && right.is_finite() && matches!(left.sub(right), Ok(Real::Composite(_)) | Err(_))
}

/// The unit in which both sides are shown: the one that is written in them, else nats.
fn unit(left: &Scalar, right: &Scalar) -> Option<Unit> {
    let information = [left, right].iter().any(|s| s.dimension() == Dimension::Information);
    let other = [left, right].iter().any(|s| s.dimension() == Dimension::Other);
    let written = left.unit().or_else(|| right.unit());
    (information && !other).then(|| written.unwrap_or(Unit::Nats))
}
