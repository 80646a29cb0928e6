//! Programs through mcheck, from the text to the answers.

use std::path::Path;
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::base::source::SourceMap;
use mcheck::decide::answer::{Answer, Outcome, Verdict};
use mcheck::number::ratio::Ratio;
use mcheck::report::outcome::FileReport;
use mcheck::session::{Options, Session};
use mcheck::syntax::ast::File;
use mcheck::syntax::parse_file;
use proptest::test_runner::TestCaseError;

use super::choices::fail;
use super::reference::Matrix;

/// Runs a program.
pub fn run(text: &str) -> FileReport {
    run_with(text, Options::default())
}

/// Runs a program in some way.
pub fn run_with(text: &str, options: Options) -> FileReport {
    let mut session = Session::new(Arc::new(Disk), options);
    session.run_text("test", text, Path::new(""), &mut |_, _, _| {})
}

/// The codes of the errors of a report.
pub fn codes(report: &FileReport) -> Vec<&str> {
    report.failures.iter().map(|f| &*f.code).collect()
}

/// The answers to a program that must have no errors.
pub fn answers(text: &str) -> Result<Vec<Answer>, TestCaseError> {
    answers_with(text, Options::default())
}

/// The answers to a program that must have no errors, computed in some way.
pub fn answers_with(text: &str, options: Options) -> Result<Vec<Answer>, TestCaseError> {
    let report = run_with(text, options);
    if let Some(failure) = report.failures.first() {
        return fail(format!("{}: {}\n{text}", failure.code, failure.message));
    }
    let mut out = Vec::new();
    for item in report.results {
        match item.answer {
            Ok(answer) => out.push(answer),
            Err(why) => return fail(format!("`{}` is unknown: {why}\n{text}", item.text)),
        }
    }
    Ok(out)
}

/// The dense matrix of an answer, and which of its rows are said to depend on a filling.
pub fn matrix(answer: &Answer) -> Option<(Matrix, Vec<bool>)> {
    let Answer::Kernel { kernel, .. } = answer else { return None };
    let cols = kernel.cod.iter().product::<u64>();
    let rows = kernel.rows.iter().map(|r| (0..cols).map(|p| r.get(p)).collect()).collect();
    let filled = (0..kernel.rows.len() as u64).map(|i| kernel.is_filled(i)).collect();
    Some((Matrix(rows), filled))
}

/// The number of an answer, and whether it is said to depend on a filling.
pub fn number(answer: &Answer) -> Option<(Ratio, bool)> {
    match answer {
        Answer::Number { value, filled } => Some((value.clone(), *filled)),
        _ => None,
    }
}

/// The verdict of an answer, and whether it is `holds`.
pub fn verdict(answer: &Answer) -> Option<(&Verdict, bool)> {
    match answer {
        Answer::Verdict(v) => Some((v, v.outcome == Outcome::Holds)),
        _ => None,
    }
}

/// The tree of a text.
pub fn parse(text: &str) -> Result<File, String> {
    let mut sources = SourceMap::default();
    let number = sources.add("test", text.into()).ok_or("too large")?;
    parse_file(sources.get(number)).map_err(|e| format!("{e}: {e:?}"))
}
