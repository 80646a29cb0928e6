//! Models of theories: every axiom is decided over the rationals; what the theory proves then holds too.

use super::answer::{Level, Outcome, Verdict};
use super::obligations::decide;
use super::prover::is_known;
use crate::check::obligation::ModelClaims;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;

/// The verdict on a model: it holds if all axioms do; else the first axiom that fails, with its witness.
pub(super) fn model(e: &mut Evaluator<'_>, claims: &ModelClaims) -> Result<Verdict, ModelError> {
    let mut notes = Vec::new();
    let mut failed: Option<Verdict> = None;
    for (name, claim) in &claims.axioms {
        let verdict = found(decide(e, claim)?);
        let word = match verdict.outcome {
            Outcome::Holds => "✓",
            Outcome::Fails => "✗",
            Outcome::Unknown => "?",
        };
        notes.push(format!("{word} {name}"));
        if verdict.outcome != Outcome::Holds && failed.is_none() {
            failed = Some(verdict);
        }
    }
    if let Some(mut verdict) = failed {
        if verdict.outcome == Outcome::Unknown {
            notes.append(&mut verdict.notes);
        }
        verdict.notes = notes;
        verdict.not_structural = None;
        return Ok(verdict);
    }
    let mut follow = Vec::new();
    let mut open = Vec::new();
    for (name, fact, claim) in &claims.theorems {
        if !is_known(e, *fact)? {
            open.push(name.to_string());
            continue;
        }
        // A theorem that is false in a model would be a fault of the prover.
        if cfg!(debug_assertions) {
            let verdict = decide(e, claim)?;
            assert!(verdict.outcome == Outcome::Holds, "the theorem `{name}` is proved, but fails in this model");
        }
        follow.push(name.to_string());
    }
    if !follow.is_empty() {
        notes.push(format!("so these theorems hold in it: {}", follow.join(", ")));
    }
    if !open.is_empty() {
        notes.push(format!("not claimed, for they are not proved: {}", open.join(", ")));
    }
    let mut verdict = Verdict::structural(Outcome::Holds, Level::Exact, None);
    verdict.notes = notes;
    Ok(verdict)
}

/// Whether an axiom holds. Where its conditionals can be filled in several ways, the model needs one of them: if the
/// uniform one does it, that is enough; if not, another may.
fn found(verdict: Verdict) -> Verdict {
    if verdict.outcome != Outcome::Fails || !verdict.filled {
        return verdict;
    }
    let why = "it fails if rows that condition on probability 0 are filled uniformly; another filling may satisfy it";
    Verdict::unknown(vec![why.into()])
}
