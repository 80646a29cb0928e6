//! The paper as a program: `spec/paper.md` is what running `examples/paper/` gives, claim by claim.
//!
//! A claim is a line `/// **ID** · VERDICT · statement` above the checks that decide it. The table is written from the answers, and a
//! test demands that it is what stands in `spec/paper.md`; `UPDATE_EXPECT=1` writes it anew. The numbers of the counterexamples are
//! computed a second time here, in floating point and from the definitions, by code that shares nothing with the program.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::decide::answer::{Answer, Outcome};
use mcheck::report::json;
use mcheck::report::outcome::FileReport;
use mcheck::session::{Options, Session};

/// The claims that must be there, as the paper numbers them; ours are marked in their text.
const CLAIMS: &str = "Def 2.1(a)|Def 2.1(b)|Def 2.1(c)|Def 2.2|Rem 2.3|§2.2|Thm 2.4|Def 2.5(1)|Def 2.5(1)'|Def 2.5(1)''|\
Def 2.5(2), Rem 2.6|Rem 2.6'|Perrone|Perrone'|Conditional versions|Eq 1.1|Eq 1.2|Sec 3|Sec 3'|Eq 4.1|Eq 4.2|§4.1|§4.1'|\
Def 4.1, 4.3, 4.4|Prop 4.2|Eq 5.1, Thm 5.1|§5 coding|Thm 5.2|Thm 5.2 scope|Thm 5.2 certificate|Eq 5.5|§5 spread|Eq 6.1|Eq 6.2|\
Thm 6.1|Thm 6.1'|Rem 6.2|Prop 6.3|§6.1 degenerate|§6.1 anisotropy|§6.1 RepDiv|Thm 7.1 (7.2)|Thm 7.1 constants|Thm 7.1 (7.3)|\
Cor 7.2|Cor 7.2 text|Cor 7.2 converse|Def 7.3|Def 7.3 JS|Def 7.3 symmetrised|Def 7.3 similar|Eq 7.5|Eq 7.6|Prop 7.4|Def 7.5|\
Thm 7.6 step 1|Thm 7.6 identity|Thm 7.6 (1)|Thm 7.6 (2)|Thm 7.6 (3)|Thm 7.6 (4)|Thm 7.6 (5)|Thm 7.6 (6)|Thm 7.6 (7)|\
Thm 7.6 Rayleigh|Thm 7.6 fixed|A.4|A.8|Fig. 1";

/// What can be said of a claim.
const VERDICTS: [&str; 5] = ["TRUE", "FIX", "FALSE", "VAGUE", "UNDEFINED"];

const HEAD: &str = "# The paper as a program\n\n\
*A Markov Categorical Framework for Language Modeling* (Y. Zhang, arXiv 2507.19247), claim by claim in the numbering of version 2. The table is\n\
written by `tests/paper.rs` from what the programs in `examples/paper/` answer. A claim is TRUE; or FIX, true with the fix that stands at its checks, and\n\
refuted as printed where that says something; or FALSE, refuted by the numbers in its checks; VAGUE, where it says nothing that could be false;\n\
or UNDEFINED. All checks of all claims hold: those that refute a claim are checks of its negation. The last column counts them by the level on which\n\
they are known ([chapter 5](05_checks.md)).\n\n\
A check is about the laws in its file. That a claim is TRUE in general is shown only where the level says so; elsewhere the checks are instances of it,\n\
and the proof is in the paper or its source. One counterexample is enough for FALSE.\n";

struct Claim {
    id: String,
    verdict: String,
    statement: String,
    line: usize,
    levels: Vec<(String, usize)>,
}

fn programs() -> Vec<PathBuf> {
    let folder = std::fs::read_dir("examples/paper").expect("the folder is there");
    let mut paths: Vec<PathBuf> =
        folder.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "mc")).collect();
    paths.sort();
    paths
}

fn run(path: &Path) -> FileReport {
    Session::new(Arc::new(Disk), Options::default()).run_file(path, &mut |_, _, _| {})
}

/// The claims of a file, with the answers to the checks below each.
fn claims(path: &Path) -> Vec<Claim> {
    let text = std::fs::read_to_string(path).expect("the program is text");
    let mut claims = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let Some(rest) = line.strip_prefix("/// **") else { continue };
        let parts: Vec<&str> = rest.splitn(3, " · ").collect();
        let [id, verdict, statement] = parts[..] else { panic!("{}:{}: not a claim: {line}", path.display(), at + 1) };
        let id = id.strip_suffix("**").unwrap_or_else(|| panic!("{}:{}: no end of the name", path.display(), at + 1));
        assert!(VERDICTS.contains(&verdict), "{}:{}: no verdict is called {verdict}", path.display(), at + 1);
        claims.push(Claim {
            id: id.to_string(),
            verdict: verdict.to_string(),
            statement: statement.to_string(),
            line: at + 1,
            levels: Vec::new(),
        });
    }
    let report = run(path);
    assert!(report.failures.is_empty(), "{} has errors", path.display());
    for item in report.results.iter().filter(|r| r.is_check) {
        let Ok(Answer::Verdict(verdict)) = &item.answer else { panic!("{}:{}: no answer", path.display(), item.line) };
        assert_eq!(verdict.outcome, Outcome::Holds, "{}:{}: {}", path.display(), item.line, item.text);
        let claim = claims.iter_mut().rev().find(|c| c.line < item.line).expect("a claim stands above every check");
        let level = verdict.level.name().to_string();
        match claim.levels.iter_mut().find(|(l, _)| *l == level) {
            Some((_, count)) => *count += 1,
            None => claim.levels.push((level, 1)),
        }
    }
    claims
}

#[test]
fn the_table_is_what_the_programs_answer() {
    let mut text = HEAD.to_string();
    let mut names = Vec::new();
    let mut verdicts: Vec<(&str, usize)> = VERDICTS.iter().map(|v| (*v, 0)).collect();
    for path in programs() {
        let source = std::fs::read_to_string(&path).expect("the program is text");
        let title = source.lines().next().and_then(|l| l.strip_prefix("//! # ")).expect("a program has a title");
        let link = format!("../{}", path.display());
        write!(text, "\n## [{title}]({link})\n\n| claim | in short | verdict | checks |\n|---|---|---|---|\n").unwrap();
        for claim in claims(&path) {
            assert!(!claim.levels.is_empty(), "{} has no check", claim.id);
            let levels: Vec<String> = claim.levels.iter().map(|(level, n)| format!("{n} {level}")).collect();
            let statement = claim.statement.replace('|', "\\|");
            let (id, line, verdict) = (&claim.id, claim.line, &claim.verdict);
            writeln!(text, "| [{id}]({link}#L{line}) | {statement} | {verdict} | {} |", levels.join(", ")).unwrap();
            if let Some((_, count)) = verdicts.iter_mut().find(|(v, _)| v == verdict) {
                *count += 1;
            }
            names.push(claim.id);
        }
    }
    let counts: Vec<String> = verdicts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    write!(text, "\n{} claims: {}.\n", names.len(), counts.join(", ")).unwrap();
    let mut wanted: Vec<&str> = CLAIMS.split('|').collect();
    let mut found: Vec<&str> = names.iter().map(String::as_str).collect();
    wanted.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, wanted, "each claim once, and no other");
    expect_test::expect_file![Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/paper.md")].assert_eq(&text);
}

/// The first decimals of a value in the report of a program.
fn value(report: &FileReport, text: &str) -> f64 {
    let all = json::file_object(report);
    let results = all["results"].as_array().expect("there are results");
    let found: Vec<_> = results.iter().filter(|r| r["kind"] == "eval" && r["text"] == text).collect();
    assert_eq!(found.len(), 1, "one `eval {text}`");
    let shown = found[0]["decimal"].as_str().or(found[0]["exact"].as_str()).expect("a decimal").to_string();
    shown.parse().unwrap_or_else(|_| panic!("`{text}` is {shown}"))
}

/// In floating point, from the definitions.
fn kl(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).map(|(p, q)| if *p == 0.0 { 0.0 } else { p * (p / q).ln() }).sum()
}

fn jeffreys(p: f64, q: f64) -> f64 {
    kl(&[p, 1.0 - p], &[q, 1.0 - q]) + kl(&[q, 1.0 - q], &[p, 1.0 - p])
}

/// The loss of the states `h` with rows 1 and -1, by the softmax itself.
fn softmax_loss(mu: &[f64], gbar: &[f64], h: &[f64]) -> f64 {
    let each = mu.iter().zip(gbar).zip(h).map(|((m, g), h)| {
        let plus = h.exp() / (h.exp() + (-h).exp());
        let p = (1.0 + g) / 2.0;
        -m * (p * plus.ln() + (1.0 - p) * (1.0 - plus).ln())
    });
    each.sum()
}

fn near(report: &FileReport, text: &str, expected: f64) {
    let found = value(report, text);
    assert!((found - expected).abs() <= 1e-9 * (1.0 + expected.abs()), "`{text}`: {found}, by floats {expected}");
}

#[test]
fn the_numbers_of_the_counterexamples_are_those_of_a_second_computation() {
    let report = run(Path::new("examples/paper/07_spectral.mc"));
    near(&report, "good", softmax_loss(&[0.5, 0.5], &[0.8, -0.8], &[1.0, -1.0]));
    near(&report, "bad", softmax_loss(&[0.5, 0.5], &[0.8, -0.8], &[-1.0, 1.0]));
    let (mu, gbar) = ([0.05, 0.475, 0.475], [0.99, 0.9, 0.8]);
    let mean = |x: &[f64]| -> f64 { mu.iter().zip(x).map(|(m, x)| m * x).sum() };
    let whiten = |x: [f64; 3]| {
        let centred = x.map(|v| v - mean(&x));
        let size = mean(&centred.map(|v| v * v)).sqrt();
        centred.map(|v| v / size)
    };
    let (top, other) = (whiten(gbar), whiten([1.0, -0.0365, -2.0 / 19.0 + 0.0365]));
    let dot = |x: &[f64; 3], y: &[f64; 3]| mean(&[x[0] * y[0], x[1] * y[1], x[2] * y[2]]);
    near(&report, "spectral", softmax_loss(&mu, &gbar, &top));
    near(&report, "other", softmax_loss(&mu, &gbar, &other));
    near(&report, "sd^2", dot(&top, &gbar).powi(2));
    near(&report, "along^2", dot(&other, &gbar).powi(2));
    near(&report, "sqrt(sine2)", (1.0 - dot(&top, &other).powi(2)).sqrt());
    // The Gram matrix of the kernel exp(-J/20), and what it makes of (2, -5, 3).
    let (laws, vector) = ([0.5, 0.1, 0.01], [2.0, -5.0, 3.0]);
    let mut form = 0.0;
    for (p, a) in laws.iter().zip(vector) {
        for (q, b) in laws.iter().zip(vector) {
            form += a * b * (-jeffreys(*p, *q) / 20.0).exp();
        }
    }
    near(&report, "form(jeffreys, [2, -5, 3])", form);
    near(&report, "energy_of_optimum", 2.0 * 0.21f64.sqrt() * (7.0f64 / 3.0).ln().powi(2));
    near(&report, "loss", kl(&[0.01, 0.99], &[0.99, 0.01]) / 1e6);
    near(&report, "D[jeffreys](law[99/100], law[1 - 1e-4])", jeffreys(0.99, 0.9999));
    // The integral of the metric along the segment, by Simpson's rule.
    let (steps, length) = (1000, 16f64.ln());
    let metric = |h: f64| length.powi(2) * h.exp() / (1.0 + h.exp()).powi(2);
    let weight = |i: usize| if i == 0 || i == steps { 1.0 } else { 2.0 + 2.0 * (i % 2) as f64 };
    let integral: f64 =
        (0..=steps).map(|i| weight(i) * metric(length * i as f64 / steps as f64)).sum::<f64>() / (3 * steps) as f64;
    near(&report, "D[jeffreys](at[16], at[1])", integral);
}

#[test]
fn a_change_of_a_number_is_noticed() {
    let path = Path::new("examples/paper/07_spectral.mc");
    let text = std::fs::read_to_string(path).expect("the program is text");
    for (from, to) in [
        ("check good < 328/1000", "check good < 326/1000"),
        ("check other < 0.8691", "check other < 0.869"),
        ("check rank(similarity[BC](three)) == 2", "check rank(similarity[BC](three)) == 3"),
        ("check eigenvalue(M, 2) == -1/2", "check eigenvalue(M, 2) == -1/3"),
        ("check squares == 0.32", "check squares == 0.33"),
        ("check cosine^2 == 1/65", "check cosine^2 == 1/64"),
        ("p73 : Context -> Bit { x -> 0: 7/10", "p73 : Context -> Bit { x -> 0: 71/100"),
    ] {
        assert!(text.contains(from), "{from}");
        let mut session = Session::new(Arc::new(Disk), Options::default());
        let report = session.run_text("changed", &text.replace(from, to), Path::new(""), &mut |_, _, _| {});
        assert!(report.counts().fails > 0 || report.counts().errors > 0, "{to}");
    }
}
