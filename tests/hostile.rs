//! Texts that nobody writes on purpose: none may stop the program otherwise than by an error with a code.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mcheck::base::files::Disk;
use mcheck::report::outcome::FileReport;
use mcheck::session::{Options, Session};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// Runs something as `mcheck` does, on a thread with a larger stack than tests have.
fn on_large_stack<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> T {
    let worker = std::thread::Builder::new().stack_size(64 << 20).spawn(job);
    worker.expect("a thread starts").join().expect("no text makes the program panic")
}

fn run(text: &str) -> FileReport {
    let text = text.to_string();
    on_large_stack(move || {
        let options = Options { time_limit: Some(Duration::from_secs(60)), ..Options::default() };
        Session::new(Arc::new(Disk), options).run_text("hostile", &text, Path::new(""), &mut |_, _, _| {})
    })
}

/// The code of the only error; the report must be short. What takes exponential time here never ends.
fn code(text: &str) -> String {
    let report = run(text);
    let [failure] = &report.failures[..] else {
        let codes: Vec<&str> = report.failures.iter().map(|f| f.code.as_str()).collect();
        panic!("one error was expected, not {codes:?}");
    };
    let shown = failure.render(false, 100);
    assert!(shown.len() < 5_000, "the message of {} has {} bytes", failure.code, shown.len());
    failure.code.clone()
}

/// What is said about a text that is fine.
fn fine(text: &str) {
    let report = run(text);
    let messages: String = report.failures.iter().take(3).map(|f| f.render(false, 100)).collect();
    assert!(report.ok(), "{messages}");
}

const BIT: &str = "object Bit = { 0, 1 }\nkernel flip : Bit -> Bit { 0 -> 1   1 -> 0 }\n";

#[test]
fn everything_that_nests_is_bounded() {
    let n = 10_000;
    let nested = |open: &str, inner: &str, close: &str| format!("{BIT}{}{inner}{}", open.repeat(n), close.repeat(n));
    for text in [
        format!("eval {}", nested("(", "1", ")")),
        format!("eval {}", nested("[", "1", "]")),
        format!("eval {}", nested("{", "1", "}")),
        format!("eval {}", nested("([{", "1", "}])")),
        format!("{BIT}eval {}id{}", "<".repeat(n), ", id>".repeat(n)),
        format!("{BIT}eval {}id{}", "<id, ".repeat(n), ">".repeat(n)),
        format!("let x = {}1", "- ".repeat(n)),
        format!("let x = {}1", "-".repeat(n)),
        format!("let x = 1 + {}1", "- ".repeat(n)),
        format!("{BIT}kernel f(x: Bit) -> Bit = if {} x = 1 then 0 else 1", "not ".repeat(n)),
        format!("{BIT}kernel f(x: Bit) -> Bit = {}0{}", "if x = 1 then ".repeat(n), " else 1".repeat(n)),
        format!("{BIT}kernel f(x: Bit) -> Bit = {}0{}", "if ".repeat(n), " then 1 else 1".repeat(n)),
        format!("{BIT}kernel f(x: Bit) -> Bit = {}0{}", "match x { _ -> ".repeat(n), " }".repeat(n)),
        format!("{BIT}kernel f(x: Bit) -> Bit = {}0{}", "match ".repeat(n), " { _ -> 1 }".repeat(n)),
        format!("{BIT}kernel f(x: Bit) -> Bit = {}x{}", "min(1, ".repeat(n), ")".repeat(n)),
        format!("{BIT}kernel f : {}Bit{} -> Bit {{ _ -> 0 }}", "(".repeat(n), ")".repeat(n)),
        format!("{BIT}kernel f : Bit {{ {}0{}: 1 }}", "(".repeat(n), ")".repeat(n)),
        format!("{BIT}eval {}flip{}", "support(".repeat(n), ")".repeat(n)),
        format!("{BIT}eval flip^{}2{}", "(".repeat(n), ")".repeat(n)),
        format!("theory T {{ {}", nested("{", "", "}") + "}"),
    ] {
        assert_eq!(code(&text), "syntax::too_deep", "{}", &text[..200.min(text.len())]);
    }
}

#[test]
fn nesting_up_to_the_limit_is_read_and_evaluated() {
    let n = 199;
    fine(&format!("check {}1{} == 1", "(".repeat(n), ")".repeat(n)));
    fine(&format!("{BIT}check flip ; {}flip{} == id", "(".repeat(n), ")".repeat(n)));
    fine(&format!("check {}1 == 1", "- ".repeat(n - 1)));
    fine(&format!("{BIT}kernel f(x: Bit) -> Bit = {}x{}", "if x = 1 then ".repeat(n - 2), " else x".repeat(n - 2)));
}

/// Lists are read as lists: their length is not depth.
#[test]
fn long_lists_are_not_deep() {
    let n = 2_000;
    fine(&format!("{BIT}kernel f(x: Bit) -> Bit = {} x", "if x = 2 then 0 else ".repeat(n)));
    let arms: String = (0..n).map(|i| format!("  {i} -> if x < 5 then 0 else 1\n")).collect();
    fine(&format!("object Many = 0..{n}\nobject Bit = {{ 0, 1 }}\nkernel f(x: Many) -> Bit = match x {{\n{arms}}}"));
    fine(&format!("{BIT}kernel f(x: Bit) -> Bit = if {} x = 1 then 0 else 1", "not x = 2 and ".repeat(n)));
    fine(&format!("check 1{} > 0", " + - 1 - - 1".repeat(n)));
    fine(&format!("{BIT}check flip{} == flip", " ; flip ; flip".repeat(50_000)));
}

/// Each of these once took time or memory that grows exponentially with the length of the text.
#[test]
fn nothing_is_exponential() {
    let faulty = format!("{BIT}kernel f(x: Bit) -> Bit = {}", "if x = 1 then 0 else if (".repeat(60) + &")".repeat(60));
    assert_eq!(code(&faulty), "syntax::unexpected");
    let faulty = format!("theory T {{\n  /// {}\n}}", "(".repeat(60));
    assert_eq!(code(&faulty), "syntax::unexpected");
    let faulty = format!("theory T {{ theorem t : {}", "<e, (".repeat(60) + &")>".repeat(60) + " }");
    assert_eq!(code(&faulty), "syntax::unexpected");
    let faulty = format!("theory T {{ theorem t : e == e by {} }}", "positivity((".repeat(30) + &"))".repeat(30));
    assert_eq!(code(&faulty), "syntax::unexpected");
    let doubling = |first: &str, step: fn(usize) -> String| (1..80).fold(first.to_string(), |text, i| text + &step(i));
    let numbers = doubling("let a0 = 3\n", |i| format!("let a{i} = a{} * a{}\n", i - 1, i - 1));
    assert_eq!(code(&numbers), "check::number_too_long");
    let objects =
        doubling("object Bit = { 0, 1 }\nobject A0 = Bit\n", |i| format!("object A{i} = A{} * A{}\n", i - 1, i - 1));
    assert_eq!(code(&objects), "check::too_large");
    for step in [" ; copy", " ; <id, id>"] {
        let copies = format!("{BIT}eval uniform[Bit] ; copy{}", step.repeat(80));
        assert_eq!(code(&copies), "check::too_large");
    }
    let wide =
        format!("object Bit = {{ 0, 1 }}\nobject Wide = Bit^100000\nobject Wider = Wide{}", " * Wide".repeat(50_000));
    assert_eq!(code(&wide), "check::too_large");
    let diagrams = doubling("object A = { 0, 1 }\nkernel k0 : A { uniform }\ndiagram d0 -> A = k0\n", |i| {
        format!("diagram d{i} : I -> A^{} = d{} * d{}\n", 1u64 << i.min(31), i - 1, i - 1)
    });
    assert!(!run(&diagrams).failures.is_empty());
}

#[test]
fn huge_numbers_are_errors() {
    assert_eq!(code("let x = 1e999999999999999999999"), "syntax::number_too_large");
    assert_eq!(code("let x = 1e-1000000"), "syntax::number_too_large");
    assert_eq!(code("let x = 2^99999999999"), "syntax::exponent_too_large");
    assert_eq!(code("let x = 2^(10^30)"), "check::number_too_long");
    assert_eq!(code("let x = (1/3)^4000000000"), "check::number_too_long");
    assert_eq!(code("object A = 0..99999999999999999999999999"), "check::too_large");
    assert_eq!(code("object A = -9223372036854775808..9223372036854775807"), "check::too_large");
    assert_eq!(code(&format!("{BIT}object A = Bit^4294967295")), "check::too_large");
    assert_eq!(code(&format!("{BIT}eval flip^99999999999999999999")), "syntax::exponent_too_large");
    let chain = "object A = { x, y }\nkernel k : A -> A { x -> x: 1/3, y: rest   y -> uniform }\n";
    assert_eq!(code(&format!("{chain}eval k^4294967295")), "model::too_large");
    assert_eq!(code(&format!("{BIT}eval marginal(flip, #99999999999999999999999)")), "check::unknown_wire");
    fine(&format!("{BIT}check flip^4294967295 == flip"));
    fine(&format!("let x = {}", "9".repeat(100_000)));
}

#[test]
fn strange_signs_are_read_or_refused() {
    let program = "object Coin = { heads, tails }\nkernel toss : Coin { uniform }\ncheck toss == uniform[Coin]\n";
    fine(&program.replace('\n', "\r\n"));
    fine(&program.replace(' ', "\t"));
    fine(&format!("\u{FEFF}{program}"));
    fine("object Ä = { 日本語, \"🦀 \u{202E}abc\", x′ }\n".replace('′', "'").as_str());
    fine("object A = { a }\ncheck id[A] ≫ id[A] == id[A]\nkernel f : A → A { a → a }\ncheck f ⊗ id[A] == id[A] ⊗ f");
    assert_eq!(code("object A = { a\0 }"), "syntax::unexpected");
    assert_eq!(code("\0"), "syntax::unexpected");
    assert_eq!(code("object A = { a }\u{200B}"), "syntax::unexpected");
    assert_eq!(code("object A = { \"a\r\n\" }"), "syntax::unclosed_string");
    assert_eq!(code("object A = { \"\\"), "syntax::unclosed_string");
    assert_eq!(code("object A = { \"é\\é"), "syntax::unclosed_string");
    assert_eq!(code("<"), "syntax::unclosed");
    assert_eq!(code(">"), "syntax::unexpected");
    assert_eq!(code("///"), "syntax::unexpected");
}

const IDEMPOTENT: &str = "object X\n kernel e : X -> X\n axiom idem : e ; e == e\n";

/// Theories, proofs and models that are cut off, deep, long, or about themselves.
#[test]
fn strange_theories_are_refused() {
    let within = |text: &str| format!("theory T {{ {IDEMPOTENT} {text} }}");
    let n = 10_000;
    assert_eq!(code("theory T {"), "syntax::unclosed");
    assert_eq!(code(&format!("theory T {{ {IDEMPOTENT} theorem t : e == e by")), "syntax::unclosed");
    assert_eq!(code(&format!("theory T {{ {IDEMPOTENT} diagram d -> (x: X) {{ x ~ e }}")), "syntax::unclosed");
    assert_eq!(code("theory T }"), "syntax::unexpected");
    assert_eq!(code("theory T { theory S { } }"), "syntax::unexpected");
    assert_eq!(code("theory T { model M of T { } }"), "syntax::unexpected");
    assert_eq!(code(&within("theorem t : e == e by")), "syntax::unexpected");
    assert_eq!(code(&within("theorem t : e == e by idem at")), "syntax::unexpected");
    assert_eq!(code(&within("theorem t : e == e = ")), "syntax::unexpected");
    assert_eq!(code(&within(&format!("theorem t : e == {}e{}", "(".repeat(n), ")".repeat(n)))), "syntax::too_deep");
    assert_eq!(code(&within(&format!("theorem t : e == e by {}idem", "- ".repeat(n)))), "syntax::too_deep");
    assert_eq!(code(&within("theorem t : e == e  theorem t : e ; e == e by idem")), "check::duplicate_name");
    assert_eq!(code(&within("theorem idem : e == e")), "check::duplicate_name");
    assert_eq!(code(&within("theorem t : e ; e == e by e")), "check::wrong_kind");
    assert_eq!(code(&within("theorem t : e ; e == e by X")), "check::wrong_kind");
    assert_eq!(code(&within("theorem t : e ; e == e by T")), "check::used_before_declaration");
    assert_eq!(code(&within("theorem t : e ; e == e by t")), "check::used_before_declaration");
    assert_eq!(
        code(&within("theorem t : e ; e == e by u  theorem u : e ; e == e by idem")),
        "check::used_before_declaration"
    );
    assert_eq!(code(&within("theorem t : e ; e == e by iden")), "check::unknown_name");
    assert_eq!(code(&within("theorem t : e ; e == e by idem at 0")), "check::wrong_sort");
    assert_eq!(code(&within("theorem t : e ; e == e by idem at 99999999999999999999")), "check::wrong_sort");
    assert_eq!(code(&within("theorem t : e ; e == e by auto 99999999999999999999")), "check::wrong_sort");
    assert_eq!(code(&within("theorem t : e ; e == e = e ; del by idem")), "check::declared_type");
    assert_eq!(code(&within("theorem t : e ; e == e by positivity(e)")), "check::witness_count");
    assert_eq!(code(&within("theorem t : e ; e == e by causality(e, e)")), "check::witness_count");
    assert_eq!(code(&within("theorem t : e ; e == e by causality(idem)")), "check::statement");
    assert_eq!(code("theory T extends T { }"), "check::used_before_declaration");
    assert_eq!(code("theory S extends T { }\ntheory T extends S { }"), "check::used_before_declaration");
    assert_eq!(code("object T = { a }\ntheory S extends T { }"), "check::wrong_kind");
    assert_eq!(code("model M of T { }"), "check::unknown_name");
    assert_eq!(code("theory T { object X }\nmodel M of T { }"), "check::model_part_missing");
    assert_eq!(code("theory T { object X }\nmodel M of T { X = { } }"), "check::empty_object");
    assert_eq!(code("theory T { object X }\nmodel M of T { X = 0..99999999999999999999 }"), "check::too_large");
    assert_eq!(code("theory T { object X }\nmodel M of T { X = M }"), "check::used_before_declaration");
    assert_eq!(code("axiom a : id[I] == id[I]"), "check::statement");
    fine("theory T { }\nmodel M of T { }");
    fine("theory T { }\ntheory S extends T { }\nmodel M of S { }");
}

/// Long proofs are read and followed in a time that grows with their length.
#[test]
fn long_proofs_are_followed() {
    let steps = |n: usize| vec!["-idem, idem"; n / 2].join(", ");
    fine(&format!("theory T {{ {IDEMPOTENT} theorem t : e == e ; e by {}, -idem }}", steps(10_000)));
    let lines = "\n = e ; e by -idem\n = e by idem".repeat(2_500);
    fine(&format!("theory T {{ {IDEMPOTENT} theorem t : e == e {lines} }}"));
    let facts: String = (0..500).map(|k| format!("theorem t{k} : e^{} == e by auto\n", k % 5 + 2)).collect();
    fine(&format!("theory T {{ {IDEMPOTENT} {facts} }}"));
    // A theory that extends a theory that extends a theory …
    let tower: String = (1..300).map(|k| format!("theory T{k} extends T{} {{ }}\n", k - 1)).collect();
    let bit = "object Bit = { 0, 1 }\n";
    fine(&format!("theory T0 {{ {IDEMPOTENT} }}\n{tower}{bit}model M of T299 {{ X = Bit  e = id }}"));
}

/// An error on a line of a megabyte shows its place, not the line.
#[test]
fn a_long_line_is_not_printed_whole() {
    let long = "x".repeat(1 << 20);
    assert_eq!(code(&format!("object A = {{ {long} }} {long}")), "syntax::unexpected");
    assert_eq!(code(&format!("object A = {{ {long} }}\ncheck id[{long}] == id[A]")), "check::unknown_name");
    assert_eq!(code(&format!("object A = {{ {} }} ?", "a, ".repeat(1 << 18))), "syntax::unexpected");
    assert_eq!(code(&format!("object A = {{ \"{long}")), "syntax::unclosed_string");
}

/// Ten thousand errors are found, each at its place.
#[test]
fn many_errors_are_all_shown() {
    let n = 10_000;
    let text = format!("{BIT}{}", "check flop == flip\n".repeat(n));
    let report = run(&text);
    assert_eq!(report.failures.len(), n);
    assert!(report.failures.iter().all(|f| f.code == "check::unknown_name"));
    assert_eq!(report.failures[n - 1].place.as_ref().map(|p| p.line), Some(n + 2));
}

/// How many cases are tried; `PROPTEST_CASES` asks for more.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// Programs of the documentation to be spoilt: the pages on errors, which between them use the whole language.
fn programs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/errors");
    let mut pages: Vec<_> = fs::read_dir(folder).expect("the pages can be read").flatten().map(|e| e.path()).collect();
    pages.sort();
    // Every second piece between fences is a block; its first line is the tag.
    let texts: Vec<String> = pages.iter().map(|p| fs::read_to_string(p).expect("pages are text")).collect();
    let blocks = texts.iter().flat_map(|text| text.split("```").skip(1).step_by(2));
    blocks.filter_map(|block| block.split_once('\n')).map(|(_, program)| program.to_string()).collect()
}

/// A change of a text at a place, both counted in characters.
fn spoilt(text: &str, changes: &[(u32, u8, String)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (place, how, insert) in changes {
        let at = *place as usize % (chars.len() + 1);
        match how % 5 {
            0 => chars.truncate(at),
            1 => drop(chars.splice(at..at, insert.chars())),
            2 => drop(chars.drain(at..(at + 3).min(chars.len()))),
            3 => {
                let twice: Vec<char> = chars[at..].iter().take(12).copied().collect();
                drop(chars.splice(at..at, twice));
            }
            _ => {
                let other = (*place as usize / 7) % (chars.len() + 1);
                let (a, b) = (at.min(other), at.max(other));
                chars[a..b].reverse();
            }
        }
    }
    chars.into_iter().collect()
}

#[test]
fn spoilt_programs_never_panic() {
    let programs = programs();
    let sound = programs.iter().filter(|text| run(text).failures.is_empty()).count();
    assert!(sound > 60, "only {sound} of {} programs are sound before they are spoilt", programs.len());
    let token = prop_oneof![
        "[ -~]{1,3}",
        prop::sample::select(vec![
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            "<",
            ">",
            ";",
            "*",
            "->",
            "~",
            "if ",
            "match ",
            "not ",
            "rest",
            "uniform",
            "axiom",
            "by",
            "at",
            "with",
            "positivity(",
            "0",
            "#1",
            "^",
            "..",
            "\"",
            "//",
            "///",
            "copy",
            "del",
            "id",
            "swap",
            "given",
            "in",
            ":=",
            "e9",
            "é",
            "\0",
            "%",
        ])
        .prop_map(str::to_string),
        any::<char>().prop_map(|c| c.to_string()),
    ];
    let changes = prop::collection::vec((any::<u32>(), any::<u8>(), token), 1..4);
    let mut runner = TestRunner::new(Config { cases: cases(2_000), failure_persistence: None, ..Config::default() });
    let outcome = on_large_stack(move || {
        runner.run(&(0..programs.len(), changes), |(number, changes)| {
            let text = spoilt(&programs[number], &changes);
            let options = Options { time_limit: Some(Duration::from_secs(2)), ..Options::default() };
            let mut session = Session::new(Arc::new(Disk), options);
            let report = session.run_text("spoilt", &text, Path::new(""), &mut |_, _, _| {});
            for failure in &report.failures {
                let known = mcheck::report::explain::page(&failure.code).is_some();
                prop_assert!(known && !failure.render(false, 80).is_empty(), "{}", failure.code);
            }
            Ok::<(), TestCaseError>(())
        })
    });
    outcome.unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn random_bytes_never_panic() {
    let mut runner = TestRunner::new(Config { cases: cases(2_000), failure_persistence: None, ..Config::default() });
    let bytes = prop::collection::vec(any::<u8>(), 0..300);
    let outcome = runner.run(&bytes, |bytes| {
        let text = String::from_utf8_lossy(&bytes);
        let mut session = Session::new(Arc::new(Disk), Options::default());
        let report = session.run_text("random", &text, Path::new(""), &mut |_, _, _| {});
        report.failures.iter().for_each(|f| drop(f.render(false, 80)));
        Ok::<(), TestCaseError>(())
    });
    outcome.unwrap_or_else(|e| panic!("{e}"));
}
