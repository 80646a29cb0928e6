//! Theories in `tests/theories/x.mc` answer what stands beside them in `x.out`, open and false statements included.
//! `UPDATE_EXPECT=1` writes the `.out` files anew. Every proof that `by auto` found is put in the place of `by auto`, and
//! must then be a proof.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use mcheck::base::files::Disk;
use mcheck::decide::answer::{Answer, Outcome, Verdict};
use mcheck::report::outcome::FileReport;
use mcheck::report::{Style, human};
use mcheck::session::{Options, Session};

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/theories");
    let files = std::fs::read_dir(folder).expect("the folder `tests/theories` is there");
    let mut paths: Vec<PathBuf> =
        files.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "mc")).collect();
    paths.sort();
    assert!(paths.len() > 5);
    paths
}

fn run(text: &str, options: Options) -> FileReport {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/theories");
    Session::new(Arc::new(Disk), options).run_text("theory", text, &directory, &mut |_, _, _| {})
}

fn answered(text: &str) -> FileReport {
    let report = run(text, Options::default());
    let errors: String = report.failures.iter().map(|f| f.render(false, 100)).collect();
    assert!(report.failures.is_empty(), "{errors}");
    report
}

fn verdicts(report: &FileReport) -> Vec<(String, Verdict)> {
    let verdict = |answer: &Answer| match answer {
        Answer::Verdict(v) => Some(v.clone()),
        _ => None,
    };
    report.results.iter().filter_map(|r| Some((r.text.clone(), verdict(r.answer.as_ref().ok()?)?))).collect()
}

#[test]
fn theories_answer_what_is_expected() {
    for path in programs() {
        let report = answered(&std::fs::read_to_string(&path).unwrap());
        let text = human::file_report(&report, Style::default(), false);
        let summary = human::summary(report.counts(), Style::default());
        expect_test::expect_file![path.with_extension("out")].assert_eq(&format!("{text}\n{summary}\n"));
    }
}

#[test]
fn found_proofs_are_proofs() {
    let mut found = 0;
    for path in programs() {
        let mut text = std::fs::read_to_string(&path).unwrap();
        let mut names = Vec::new();
        for (claim, verdict) in verdicts(&answered(&text)) {
            let Some(pasted) = verdict.proof.and_then(|p| p.pasted) else { continue };
            // The claim is found by its text; a check has no place for a proof.
            let Some(at) = text.find(&claim).filter(|_| claim.starts_with("theorem ")) else { continue };
            let after = at + claim.len();
            let rest = text[after..].trim_start();
            // Where a line of a calculation is by search, the printed steps are those of that line alone.
            if !rest.starts_with("by auto") || !pasted.starts_with("by ") || pasted.starts_with("by structure") {
                continue;
            }
            let start = text.len() - rest.len();
            let end = start + rest.find('\n').unwrap_or(rest.len());
            text.replace_range(start..end, &pasted);
            names.push(claim);
        }
        let again = verdicts(&answered(&text));
        for name in &names {
            let (_, verdict) = again.iter().find(|(claim, _)| claim == name).unwrap();
            assert_eq!(verdict.outcome, Outcome::Holds, "{name}\n{text}");
            let searched = verdict.proof.as_ref().is_some_and(|p| p.pasted.is_some());
            assert!(!searched, "{name} was to be proved by steps\n{text}");
        }
        found += names.len();
    }
    assert!(found > 12, "only {found} proofs were found");
}

/// A theory in which every diagram leads to very many others.
const WIDE: &str = "
theory Wide {
  object M
  deterministic kernel m : M * M -> M
  kernel e : M
  kernel u : M
  axiom assoc : (m * id) ; m == (id * m) ; m
  axiom left : (e * id) ; m == id
  axiom right : (id * e) ; m == id
  axiom twice : <id, id> ; m == id
  axiom swapped : swap ; m == m
  theorem open : (m * m * m * m) ; (m * m) ; m == del * (u * id * id * id * id * id * id * id) ; (m * m * m * m) ; (m * m) ; m
    by auto 100000000
}";

#[test]
fn a_search_stops_at_its_time_limit() {
    let options = Options { time_limit: Some(Duration::from_millis(300)), ..Options::default() };
    let report = run(WIDE, options);
    assert!(report.results[0].answer.is_err(), "it was to be stopped");
}

/// A theory in which very many diagrams are as large as the first, which is large.
const LONG: &str = "
theory Long {
  object X
  kernel a : X -> X
  kernel b : X -> X
  axiom swapped : a ; b == b ; a
  theorem open : (a ; b)^60 == a by auto 100000000
}";

#[test]
fn a_search_remembers_a_bounded_number_of_diagrams() {
    let report = answered(LONG);
    let (_, verdict) = verdicts(&report).remove(0);
    assert_eq!(verdict.outcome, Outcome::Unknown);
    assert!(verdict.notes[0].contains("too many others to remember"), "{:?}", verdict.notes);
}
