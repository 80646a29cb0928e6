//! Every program in `examples/` and `examples/paper/` succeeds, prints what stands beside it in `x.out`, and gives the exact values that its
//! literature gives, also in the JSON. `UPDATE_EXPECT=1` writes the `.out` files anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use mcheck::base::files::Disk;
use mcheck::report::outcome::FileReport;
use mcheck::report::{Style, human, json};
use mcheck::session::{Options, Session};
use serde_json::Value;

/// What the JSON of an example must hold: case, example, kind of fact, text of the item, path and exact value.
///
/// `check`: the item is a check with this text and holds, exactly. `eval`: the item with this text has the value; a number as it
/// is, an entry of a kernel as `input -> output = value`, where the input of a state is empty.
const FACTS: &str = include_str!("example_facts.txt");

fn main() {
    let arguments = Arguments::from_args();
    let mut tests = Vec::new();
    for path in programs() {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        tests.push(Trial::test(format!("{name}::output"), move || output(&path)));
    }
    let mut cases: Vec<&str> = FACTS.lines().filter_map(|l| l.strip_prefix("# ")).collect();
    cases.dedup();
    for case in cases {
        tests.push(Trial::test(format!("json::{}", case.split(' ').next().unwrap_or(case)), move || facts(case)));
    }
    libtest_mimic::run(&arguments, tests).exit();
}

fn programs() -> Vec<PathBuf> {
    let files = ["examples", "examples/paper"].map(|folder| std::fs::read_dir(folder).expect("the folders are there"));
    let files = files.into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> =
        files.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "mc")).collect();
    paths.sort();
    paths
}

fn run(path: &Path) -> FileReport {
    Session::new(Arc::new(Disk), Options::default()).run_file(path, &mut |_, _, _| {})
}

/// The program succeeds, and prints what is expected.
fn output(path: &Path) -> Result<(), Failed> {
    let report = run(path);
    if report.exit_code() != 0 {
        let errors: String = report.failures.iter().map(|f| f.render(false, 100)).collect();
        let text = human::file_report(&report, Style::default(), false);
        return Err(format!("exit code {}\n{text}{errors}", report.exit_code()).into());
    }
    let text = human::file_report(&report, Style::default(), false);
    let summary = human::summary(report.counts(), Style::default());
    let expected = path.with_extension("out").canonicalize().unwrap_or_else(|_| path.with_extension("out"));
    expect_test::expect_file![absolute(&expected)].assert_eq(&format!("{text}\n{summary}\n"));
    Ok(())
}

fn absolute(path: &Path) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The facts of one case are in the JSON of its example.
fn facts(case: &'static str) -> Result<(), Failed> {
    let mut lines = FACTS.lines().skip_while(|l| l.strip_prefix("# ") != Some(case)).skip(1);
    let (_, file) = case.split_once(' ').ok_or("a case names its example: `# T01 02_copy_and_delete.mc`")?;
    let report = json::file_object(&run(&Path::new("examples").join(file)));
    let mut missing = Vec::new();
    let mut count = 0;
    for line in lines.by_ref().take_while(|l| !l.starts_with('#')).filter(|l| !l.trim().is_empty()) {
        count += 1;
        if !stated(&report, line)? {
            missing.push(line);
        }
    }
    if count == 0 {
        return Err("no facts are listed for this case".into());
    }
    match missing[..] {
        [] => Ok(()),
        _ => Err(format!("not in the JSON of {file}:\n{}", missing.join("\n")).into()),
    }
}

/// Whether the JSON states a fact: `check TEXT`, or `eval TEXT : VALUE`, or `eval TEXT : INPUT -> OUTPUT = VALUE`.
fn stated(report: &Value, fact: &str) -> Result<bool, Failed> {
    let (kind, rest) = fact.split_once(' ').ok_or("a fact begins with `check` or `eval`")?;
    let results = report["results"].as_array().ok_or("there are no results")?;
    let items = |text: &str| {
        let text = text.to_string();
        results.iter().filter(move |r| r["kind"] == kind && r["text"] == text.as_str())
    };
    if kind == "check" {
        return Ok(items(rest).any(|r| r["verdict"] == "holds" && r["level"] != "numeric"));
    }
    let (text, value) = rest.split_once(" : ").ok_or("an `eval` has a value")?;
    let Some((input, entry)) = value.split_once("-> ") else {
        return Ok(items(text).any(|r| r["exact"] == value));
    };
    let (output, weight) = entry.split_once(" = ").ok_or("an entry has a value")?;
    let input: Vec<&str> = input.trim().split(',').filter(|p| !p.is_empty()).collect();
    let has = |row: &Value| row["input"] == serde_json::json!(input) && row["output"][output] == weight;
    Ok(items(text).any(|r| r["rows"].as_array().is_some_and(|rows| rows.iter().any(has))))
}
