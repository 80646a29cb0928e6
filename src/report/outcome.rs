//! What came of a file: plain data, no rendering.

use std::sync::Arc;

use super::failure::Failure;
use super::measure::Digits;
use crate::check::signature::Signature;
use crate::decide::answer::{Answer, Outcome};
use crate::load::bif::Summary;
use crate::model::finstoch::plan::Plan;
use crate::model::finstoch::settle::Dependence;

/// What came of a file.
#[derive(Debug, Clone, Default)]
pub struct FileReport {
    /// The file as the user named it.
    pub file: String,
    /// The Bayesian networks that it imports.
    pub networks: Vec<Summary>,
    /// Answers in the order of the questions.
    pub results: Vec<ResultItem>,
    /// Errors.
    pub failures: Vec<Failure>,
}

/// The answer to one item.
#[derive(Debug, Clone)]
pub struct ResultItem {
    /// Whether it was a `check` (else an `eval`).
    pub is_check: bool,
    /// The item without its keyword, on one line.
    pub text: String,
    /// Its line.
    pub line: usize,
    /// The answer, or why there is none.
    pub answer: Result<Answer, String>,
    /// How networks were evaluated for it, where that was asked for.
    pub plans: Option<Vec<Plan>>,
    /// Whether and how the answer depends on the version of a conditional, where that was looked at.
    pub dependence: Option<Dependence>,
    /// How the decimals of exact values are written.
    pub digits: Digits,
    /// What the answer speaks of.
    pub signature: Arc<Signature>,
}

/// How many answers of each kind there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Checks that hold.
    pub holds: usize,
    /// Checks that fail.
    pub fails: usize,
    /// Checks and evaluations without an answer.
    pub unknown: usize,
    /// Values.
    pub values: usize,
    /// Errors.
    pub errors: usize,
}

impl FileReport {
    /// Counts the answers.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { errors: self.failures.len(), ..Counts::default() };
        for item in &self.results {
            match &item.answer {
                Ok(Answer::Verdict(v)) if v.outcome == Outcome::Holds => counts.holds += 1,
                Ok(Answer::Verdict(v)) if v.outcome == Outcome::Unknown => counts.unknown += 1,
                Ok(Answer::Verdict(_)) => counts.fails += 1,
                Ok(_) => counts.values += 1,
                Err(_) => counts.unknown += 1,
            }
        }
        counts
    }

    /// Whether the input was right and every check holds.
    pub fn ok(&self) -> bool {
        let counts = self.counts();
        counts.errors == 0 && counts.fails == 0 && counts.unknown == 0
    }

    /// The exit code: 0 all hold, 1 a check fails or is unknown, 2 the input is wrong.
    pub fn exit_code(&self) -> u8 {
        match self.counts() {
            Counts { errors: 1.., .. } => 2,
            Counts { fails: 0, unknown: 0, .. } => 0,
            _ => 1,
        }
    }
}
