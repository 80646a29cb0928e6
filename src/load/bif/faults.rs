//! The errors of a file, bounded: a network with five thousand rows that do not sum to 1 is told so once, not five thousand
//! times.

use super::error::BifError;
use crate::base::source::Source;
use crate::base::span::Span;
use crate::number::decimal::finite_decimal;
use crate::number::int::Int;
use crate::number::ratio::Ratio;

/// How many errors of a file are shown, apart from those about sums.
const SHOWN: usize = 20;

/// How many rows that do not sum to 1 are shown.
const SUMS_SHOWN: usize = 5;

/// How to mend rows that do not sum to 1.
const REPAIR: &str = "mend the row; or let the import repair all such rows: `repair scale` divides each by its sum, `repair largest` puts the difference on its largest entry";

/// The errors so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    errors: Vec<BifError>,
    /// Errors in all, also those that are not kept.
    count: usize,
    /// Rows that do not sum to 1.
    sums: usize,
    /// The largest distance of a sum from 1, and where.
    worst: Option<(Ratio, Span)>,
}

impl Faults {
    /// How many errors there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether further errors are counted and not shown, so that it does not matter what they say.
    pub(super) fn is_full(&self) -> bool {
        self.count - self.sums >= SHOWN
    }

    /// Reports an error.
    pub(super) fn push(&mut self, error: BifError) {
        self.count += 1;
        if self.count - self.sums <= SHOWN {
            self.errors.push(error);
        }
    }

    /// Reports a row whose entries sum to `sum / one`, which is not 1.
    pub(super) fn row_sum(&mut self, row: String, sum: &Int, one: &Int, span: Span) {
        self.count += 1;
        self.sums += 1;
        let rest = one - sum;
        if let Some(deviation) = Ratio::new(rest.abs(), one.clone())
            && self.worst.as_ref().is_none_or(|(worst, _)| *worst < deviation)
        {
            self.worst = Some((deviation, span));
        }
        if self.sums <= SUMS_SHOWN {
            let way = if rest.sign().is_lt() { "too much" } else { "missing" };
            let difference = format!("{} is {way}", self.decimal(&rest.abs(), one));
            let sum = self.decimal(sum, one);
            self.errors.push(BifError::RowSum { row, sum, difference, span, help: None });
        }
    }

    /// A quotient by a power of ten as the file would write it.
    pub(super) fn decimal(&self, number: &Int, one: &Int) -> String {
        Ratio::new(number.clone(), one.clone()).map_or_else(String::new, |value| short(&value))
    }

    /// All errors that are shown. The last about a sum says how to repair it, and how many more there are.
    pub(super) fn into_errors(mut self, source: &Source) -> Vec<BifError> {
        let mut advice = REPAIR.to_string();
        if let (Some((worst, span)), true) = (&self.worst, self.sums > SUMS_SHOWN) {
            let (line, worst) = (source.line_column(span.lo).0, short(worst));
            advice.push_str(&format!(
                "\n{} rows of this file do not sum to 1, of which {SUMS_SHOWN} are shown; the largest difference is {worst}, on line {line}",
                self.sums
            ));
        }
        let last = self.errors.iter_mut().rev().find_map(|e| match e {
            BifError::RowSum { help, .. } => Some(help),
            _ => None,
        });
        if let Some(help) = last {
            *help = Some(advice);
        }
        self.errors
    }
}

/// A number of a file as the file would write it.
fn short(value: &Ratio) -> String {
    const PLACES: u32 = 60;
    finite_decimal(value, PLACES).unwrap_or_else(|| value.decimal(20).0)
}
