//! The claim in the language: its verdicts, its words, its JSON; and the same numbers from an independent reference.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::base::source::SourceMap;
use mcheck::lm::spectral::fit::Random;
use mcheck::report::outcome::FileReport;
use mcheck::report::{human, json};
use mcheck::session::{Options, Session};
use mcheck::syntax::parse_file;
use mcheck::syntax::print::print_file;
use serde_json::{Value, json};

use crate::{printed, tables};

fn run(text: &str) -> FileReport {
    Session::new(Arc::new(Disk), Options::default()).run_text("test", text, Path::new(""), &mut |_, _, _| {})
}

fn results(report: &FileReport) -> Vec<Value> {
    let errors: Vec<&str> = report.failures.iter().map(|f| &*f.code).collect();
    assert!(errors.is_empty(), "{errors:?}");
    json::file_object(report)["results"].as_array().unwrap().clone()
}

/// The three models as the example has them.
#[test]
fn the_example_has_the_numbers_of_the_paper() {
    let mut session = Session::new(Arc::new(Disk), Options::default());
    let report = session.run_file(Path::new("examples/27_spectral_contrast.mc"), &mut |_, _, _| {});
    let found: Vec<Value> = results(&report).into_iter().filter(|r| r["kind"] == "check").collect();
    let fields = [
        "information",
        "captured",
        "half_sum",
        "sine",
        "gap",
        "rayleigh",
        "sine_linear",
        "sine_bhattacharyya",
        "sine_prototypes",
    ];
    let zero = "0.0000000000";
    let wanted = [
        ("EXACT", "holds", [".210640", ".210640", ".19944", zero, zero, "1.000000", zero, zero, zero]),
        (
            "APPROX",
            "holds",
            [".0023323", ".0016154", ".001609", ".02445", "1.25e-4", ".999877", ".231", ".0219", ".0086"],
        ),
        ("FAIL", "holds", [".126560", ".122578", ".4799", ".928", ".570", ".261", ".392", ".403", ".740"]),
    ];
    assert_eq!(found.len(), wanted.len());
    for (result, (call, verdict, numbers)) in found.iter().zip(wanted) {
        let object = &result["equivalence"];
        assert_eq!(object["call"], call);
        assert_eq!((result["verdict"].as_str(), result["level"].as_str()), (Some(verdict), Some("floating point")));
        assert_eq!(object["scope"], "a property of this table, not a theorem");
        for (field, number) in fields.into_iter().zip(numbers) {
            assert!(
                printed(object[field].as_f64().unwrap(), number),
                "{field} of {call}: {} is not {number}",
                object[field]
            );
        }
        assert!(object["gradient"].as_f64().unwrap() < 1e-14);
    }
    // The third is claimed with `not`.
    assert!(found[2]["text"].as_str().unwrap().starts_with("not equivalence"));
}

const COINS: &str = "object X = { a, b, c }  object W = { u, v, w }  kernel mu : X { uniform }\n";

#[test]
fn what_is_not_decided_is_unknown() {
    let cases = [
        // A circle of three: the plane in which it turns has no leading line.
        (
            "kernel f : X -> W { a -> u: 1/2, v: 1/4, w: 1/4  b -> u: 1/4, v: 1/2, w: 1/4  c -> u: 1/4, v: 1/4, w: 1/2 }",
            "tie",
            "is not determined",
        ),
        ("kernel f : X -> W { _ -> u: 1/2, v: 1/4, w: 1/4 }", "low_rank", "only 0 canonical correlations"),
        (
            "kernel f : X -> W { a -> u: 3/4, v: 1/4  b -> v: 2/3, w: 1/3  c -> u: 1/5, w: 4/5 }",
            "not_attained",
            "not attained",
        ),
    ];
    for (k, (kernel, open, words)) in cases.into_iter().enumerate() {
        let rank = if k == 2 { 2 } else { 1 };
        for not in ["", "not "] {
            let report = run(&format!("{COINS}{kernel}\ncheck {not}equivalence f under mu rank {rank}"));
            let result = &results(&report)[0];
            assert_eq!(
                (result["verdict"].as_str(), result["equivalence"]["open"].as_str()),
                (Some("unknown"), Some(open))
            );
            assert!(result["equivalence"]["call"].is_null() && result.get("level").is_none(), "{result}");
            let text = human::file_report(&report, Default::default(), false);
            assert!(text.contains(words) && text.contains("a property of this table, not a theorem"), "{text}");
            assert_eq!(report.exit_code(), 1);
        }
    }
}

/// Contexts and tokens that never occur change nothing, whatever their rows are; and if too few occur there is no answer.
#[test]
fn what_never_occurs_does_not_enter() {
    let row = "a -> u: 1/2, v: 1/3, w: 1/6  b -> u: 1/5, v: 1/5, w: 3/5  c -> u: 1/3, v: 1/2, w: 1/6";
    let plain = format!("{COINS}kernel f : X -> W {{ {row} }}\ncheck equivalence f under mu rank 1");
    let more = format!(
        "object X = {{ a, b, c, d }}  object W = {{ u, v, w, t }}  kernel mu : X {{ a: 1/3, b: 1/3, c: 1/3 }}\n\
         kernel f : X -> W {{ {row}  d -> t }}\ncheck equivalence f under mu rank 1"
    );
    let [first, second] = [plain, more].map(|text| results(&run(&text))[0].clone());
    assert_eq!(
        first,
        second
            .as_object()
            .map(|o| {
                let mut o = o.clone();
                o["line"] = first["line"].clone();
                Value::Object(o)
            })
            .unwrap()
    );
    let few = format!("{COINS}kernel f : X -> W {{ {row} }}\ncheck equivalence f under point(X.a) rank 1");
    let result = &results(&run(&few))[0];
    assert_eq!(result["verdict"], "unknown");
    assert!(result["notes"][0].as_str().unwrap().contains("only 1 contexts"), "{result}");
}

#[test]
fn neither_is_unknown_and_says_so() {
    // Model B with half of the strength of model C is between the criteria.
    let report = run(&program(&tables::weak(0.5), "", 2));
    let result = &results(&report)[0];
    assert_eq!(
        (result["verdict"].as_str(), result["equivalence"]["call"].as_str()),
        (Some("unknown"), Some("NEITHER"))
    );
    assert!(printed(result["equivalence"]["sine"].as_f64().unwrap(), ".174"));
}

/// A table as a program; what is printed of a double reads back as the same rational up to the last digits.
fn program(table: &mcheck::lm::spectral::table::Table, not: &str, rank: usize) -> String {
    let names = |c: char, n: usize| (0..n).map(|k| format!("{c}{k}")).collect::<Vec<_>>().join(", ");
    let law = |c: char, weights: Vec<f64>| {
        let last = weights.len() - 1;
        let shown: Vec<String> = weights[..last].iter().enumerate().map(|(k, p)| format!("{c}{k}: {p:.16}")).collect();
        format!("{}, {c}{last}: rest", shown.join(", "))
    };
    let mut text =
        format!("object X = {{ {} }}\nobject W = {{ {} }}\n", names('x', table.height()), names('w', table.width()));
    text.push_str(&format!(
        "kernel mu : X {{ {} }}\nkernel data : X -> W {{\n",
        law('x', table.mu.iter().copied().collect())
    ));
    for x in 0..table.height() {
        text.push_str(&format!("  x{x} -> {}\n", law('w', table.p.row(x).iter().copied().collect())));
    }
    text.push_str(&format!("}}\ncheck {not}equivalence data under mu rank {rank}\n"));
    text
}

#[test]
fn it_is_printed_as_it_is_read() {
    let text = "check not equivalence data ; k under <p, q> ; r rank 12\n";
    let parsed = |text: &str| {
        let mut sources = SourceMap::default();
        let number = sources.add("test", text.into()).unwrap();
        parse_file(sources.get(number)).unwrap()
    };
    let printed = print_file(&parsed(text));
    assert_eq!(printed.trim(), text.trim());
    assert_eq!(parsed(&printed), parsed(text));
    // The words are names elsewhere.
    let names = "object Bit = { 0, 1 }\nkernel equivalence : Bit { uniform }\nkernel rank : Bit { uniform }\ncheck rank == equivalence";
    assert!(run(names).ok());
}

#[test]
fn a_table_that_is_too_large_is_refused_with_its_size() {
    let report = run(
        "object X = 0..200\nobject W = 0..100\nkernel f(x: X) -> W = { x mod 100: 1 }\ncheck equivalence f under uniform[X] rank 1",
    );
    assert_eq!(report.failures[0].code, "model::too_large");
    assert!(report.failures[0].message.contains("200 contexts and 100 tokens"), "{}", report.failures[0].message);
}

/// scipy's L-BFGS and SVD, in formulas of their own.
#[test]
fn an_independent_reference_finds_the_same() {
    let mut random = Random(9);
    let mut all = vec![(tables::circle(), 2), (tables::weak(0.1), 2), (tables::weak(1.0), 2), (tables::rare(), 1)];
    for k in 0..4 {
        all.push((tables::random(4 + k, 5, 0.7, &mut random), 1 + k % 2));
    }
    let asked: Vec<Value> = all
        .iter()
        .map(|(t, rank)| {
            let rows: Vec<Vec<f64>> = t.p.row_iter().map(|r| r.iter().copied().collect()).collect();
            json!({ "mu": t.mu.as_slice(), "p": rows, "rank": rank })
        })
        .collect();
    let Some(answers) = reference(&json!(asked)) else {
        println!("skipped: python3 finds no numpy and scipy; pip install numpy scipy");
        return;
    };
    for ((table, rank), answer) in all.iter().zip(answers.as_array().unwrap()) {
        let report = crate::report(table, *rank);
        let a = report.alignment.as_ref().unwrap();
        let pairs = [
            ("information", report.information, 1e-12),
            ("captured", -report.excess, 1e-10),
            ("half_sum", report.half_sum, 1e-12),
            ("bound", report.bound, 1e-12),
            ("sine", a.sines[1], 2e-5),
            ("gap", a.gap, 1e-6),
            ("rayleigh", a.rayleigh, 1e-5),
            ("sine_linear", a.linear.unwrap(), 2e-5),
            ("sine_bhattacharyya", a.bhattacharyya.unwrap(), 2e-5),
            ("sine_prototypes", a.prototypes.unwrap(), 2e-5),
            ("log_partition_spread", a.log_partition, 2e-5),
            ("cka", a.cka, 2e-5),
        ];
        for (name, found, tolerance) in pairs {
            let wanted = answer[name].as_f64().unwrap();
            assert!((found - wanted).abs() < tolerance, "{name}: {found}, the reference has {wanted}");
        }
    }
}

/// The answers of the script; none where Python or its packages are missing.
fn reference(asked: &Value) -> Option<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spectral/reference.py");
    let mut child = Command::new("python3")
        .arg(script)
        .env("OMP_NUM_THREADS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(asked.to_string().as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    match output.status.code() {
        Some(3) => None,
        Some(0) => Some(serde_json::from_slice(&output.stdout).unwrap()),
        code => panic!("the reference ended with {code:?}"),
    }
}
