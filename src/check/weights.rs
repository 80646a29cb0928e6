//! Rows of weights that need not sum to 1, as in `weights { a -> x: 3, y: 1 }`.
//!
//! 1. There is no `rest` among them: without a sum that must come out, nothing is missing.
//! 2. The weights of a row are not negative, and at least one is positive. Each is divided by their sum, exactly.

use std::cmp::Ordering;

use super::checker::{Checked, Checker};
use super::error::CheckError;
use super::measure_error::MeasureError;
use super::rows::{LawRule, RowRule};
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::syntax::ast::{Law, TableRow, Weight};

/// Points with their places in the text and their weights.
type Weighted = Vec<(u64, Span, Option<Ratio>)>;

impl Checker<'_> {
    /// 1.
    pub(super) fn no_rest(&mut self, rows: &[TableRow]) -> Checked<()> {
        let mut result = Ok(());
        for row in rows {
            let Law::Entries(entries) = &row.law else { continue };
            for entry in entries {
                let Weight::Rest(span) = &entry.weight else { continue };
                let error = MeasureError::Weights {
                    what: "there is no `rest` among weights".into(),
                    found: "weights need not sum to 1, so nothing is missing to it".into(),
                    span: *span,
                    help: Some(
                        "write the weight of this outcome, or leave out `weights` and write probabilities".into(),
                    ),
                };
                result = self.fail(error.into());
            }
        }
        result
    }
}

/// The rules of a table whose rows are to be divided by their sums.
pub(super) fn divisible(rules: Vec<RowRule>) -> Vec<RowRule> {
    let divided = |law: LawRule| match law {
        LawRule::Entries(entries) => LawRule::Weights(entries),
        other => other,
    };
    rules.into_iter().map(|rule| RowRule { law: divided(rule.law), ..rule }).collect()
}

/// 2. The weights of one row, divided by their sum.
pub(super) fn divided(
    weights: Weighted,
    row: &str,
    span: Span,
    outcome: &dyn Fn(u64) -> String,
) -> Result<Weighted, CheckError> {
    if let [(_, _, None)] = &weights[..] {
        return Ok(weights);
    }
    let given = || weights.iter().filter_map(|(point, place, weight)| Some((*point, *place, weight.as_ref()?)));
    if let Some((point, place, weight)) = given().find(|(_, _, w)| w.sign() == Ordering::Less) {
        let (row, point, weight) = (row.to_string(), outcome(point), weight.to_string());
        return Err(CheckError::NegativeWeight { row, point, weight, span: place });
    }
    let sum = given().fold(Ratio::ZERO, |sum, (_, _, w)| &sum + w);
    let Some(scale) = Ratio::ONE.checked_div(&sum) else {
        return Err(MeasureError::Weights {
            what: format!("{row} has only weights that are 0"),
            found: "they cannot be divided by their sum, which is 0".into(),
            span,
            help: Some("give at least one outcome a weight above 0".into()),
        }
        .into());
    };
    Ok(weights.into_iter().map(|(point, place, weight)| (point, place, weight.map(|w| &w * &scale))).collect())
}
