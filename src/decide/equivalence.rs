//! `equivalence data under mu rank d`: whether the best model of rank d has the features that spectral contrastive learning
//! finds. The answer is numerical, and about this table only.

use super::answer::{Level, Outcome, Verdict};
use crate::check::term::Term;
use crate::lm::spectral::table::Table;
use crate::lm::spectral::verdict::{Call, Open, equivalence};
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::ratio::Ratio;

/// Most entries of a table: the model is fitted many times.
const MOST: u64 = 1 << 14;

/// EXACT and APPROX hold, FAIL fails; what is neither, or was not found, is unknown.
pub(super) fn decide(e: &mut Evaluator<'_>, data: &Term, mu: &Term, rank: usize) -> Result<Verdict, ModelError> {
    let (kernel, law) = (e.term(data)?, e.term(mu)?);
    let width = kernel.cod_size();
    if (kernel.rows.len() as u64).saturating_mul(width) > MOST {
        let (rows, what) = (kernel.rows.len(), "a table whose best model is to be found".to_string());
        let size = format!("it has {rows} contexts and {width} tokens, and at most {MOST} pairs of them are tried");
        return Err(ModelError::TooLarge { what, size, span: e.span() });
    }
    let masses: Vec<Ratio> = (0..kernel.rows.len() as u64).map(|x| law.rows[0].get(x)).collect();
    let rows: Vec<Vec<Ratio>> = kernel.rows.iter().map(|row| (0..width).map(|w| row.get(w)).collect()).collect();
    // Rows of contexts that never occur do not enter.
    let filled = law.is_filled(0) || (0..rows.len()).any(|x| !masses[x].is_zero() && kernel.is_filled(x as u64));
    let table = Table::new(&masses, &rows);
    if rank >= table.height().min(table.width()) {
        let (n, v) = (table.height(), table.width());
        let why = format!("only {n} contexts and {v} tokens occur: the rank must be less than both");
        return Ok(Verdict { filled, ..Verdict::unknown(vec![why]) });
    }
    let report = equivalence(&table, rank, e.interrupt)?;
    let (outcome, notes) = match &report.call {
        Ok(Call::Exact | Call::Approx) => (Outcome::Holds, Vec::new()),
        Ok(Call::Fail) => {
            let sure = |open| vec![reason(open), "a better model would only make the gap larger".to_string()];
            (Outcome::Fails, report.doubt.as_ref().map_or(Vec::new(), sure))
        }
        Ok(Call::Neither) => (Outcome::Unknown, vec![format!("NEITHER: {}", Call::Neither.criterion())]),
        Err(open) => (Outcome::Unknown, vec![reason(open)]),
    };
    let verdict = Verdict::structural(outcome, Level::FloatingPoint, None);
    Ok(Verdict { filled, notes, equivalence: Some(Box::new(report)), ..verdict })
}

fn reason(open: &Open) -> String {
    match open {
        Open::LowRank { found } => {
            format!("only {found} canonical correlations are not 0, so no space of this rank is the leading one")
        }
        Open::Tie { value } => format!(
            "the leading space is not determined: the last correlation that belongs to it and the next one are both {value:.6}"
        ),
        Open::NotAttained => {
            "the infimum of the loss is not attained: towards zeros of the table logits grow without bound".into()
        }
        Open::Flat => "the best model is not isolated: along some curve of models the loss does not grow".into(),
        Open::NotFound => "no lowest value was found that two starts agree on".into(),
        Open::Numerics => "a decomposition of the table did not converge".into(),
    }
}
