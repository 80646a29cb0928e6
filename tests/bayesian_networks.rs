//! Bayesian networks from BIF texts: what the format means, what names become, and that an import, a conversion and the
//! numbers that a network was written with are the same.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mcheck::base::files::Files;
use mcheck::base::source::SourceMap;
use mcheck::load::bif::{Network, Repair, read_network};
use mcheck::number::ratio::Ratio;
use mcheck::report::json;
use mcheck::report::outcome::FileReport;
use mcheck::session::convert::convert_network;
use mcheck::session::{Options, Session};
use serde_json::Value;

/// Files in memory.
#[derive(Default)]
struct Texts(BTreeMap<String, String>);

impl Files for Texts {
    fn read(&self, path: &Path, _: u64) -> io::Result<Vec<u8>> {
        let text = self.0.get(&path.display().to_string());
        text.map(|t| t.clone().into_bytes()).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

fn run(network: &str, program: &str) -> FileReport {
    let files = Texts([("n.bif".to_string(), network.to_string())].into());
    let mut session = Session::new(Arc::new(files), Options::default());
    session.run_text("test", program, Path::new(""), &mut |_, _, _| {})
}

fn codes(report: &FileReport) -> Vec<&str> {
    report.failures.iter().map(|f| &*f.code).collect()
}

/// The answers without their lines.
fn results(network: &str, program: &str) -> Vec<Value> {
    let report = run(network, program);
    let shown: String = report.failures.iter().map(|f| f.render(false, 100)).collect();
    assert!(report.failures.is_empty(), "{shown}\n{network}\n{program}");
    let mut results = json::file_object(&report)["results"].as_array().cloned().unwrap();
    results.iter_mut().for_each(|r| r["line"] = Value::Null);
    results
}

fn holds(network: &str, program: &str) {
    for result in results(network, program) {
        assert!(result["kind"] == "eval" || result["verdict"] == "holds", "{result}");
    }
}

fn converted(network: &str, repair: Option<Repair>) -> String {
    let files = Texts([("n.bif".to_string(), network.to_string())].into());
    let (report, program) = convert_network(Path::new("n.bif"), repair, &files);
    let shown: String = report.failures.iter().map(|f| f.render(false, 100)).collect();
    program.unwrap_or_else(|| panic!("{shown}\n{network}"))
}

fn network(text: &str, repair: Option<Repair>) -> Network {
    let mut sources = SourceMap::default();
    let number = sources.add("n.bif", text.into()).unwrap();
    read_network(sources.get(number), "n", repair).unwrap_or_else(|e| panic!("{e:?}\n{text}"))
}

#[test]
fn the_whole_format_is_read() {
    // A byte order mark, all kinds of comments and properties, names in quotation marks, blanks for commas, tables above
    // variables, all kinds of rows.
    let text = "\u{FEFF}// first line
network \"two words\" { property version 1.0; property \"a; b\" ; /* property x } */ }
probability(\"light-on\"|cloudy,wind){ property it's \"quoted; twice\";
  table 0.1 0.2 0.3 0.4 0.5 0.6  0.9 0.8 0.7 0.6 0.5 0.4; }
variable\tcloudy{type discrete[2]{true false};}
variable \"light-on\" { property p = 1; type discrete [ 2 ] { \"on\", \"off now\" }; property q; }
variable wind { type discrete [ 3 ] { <5, >=5.5, Asy/Patch }; } // the last
probability (cloudy) { default .25, 75e-2; }
probability ( wind | cloudy ) {
  (false) 0.5, 0.5, 0.0;
  default 1, 0, 0;   // of (true)
}";
    holds(
        text,
        r#"import "n.bif"
        kernel c : cloudy { "true": 1/4, "false": 3/4 }
        kernel w : cloudy -> wind { "false" -> "<5": 1/2, ">=5.5": 1/2   "true" -> "<5" }
        kernel l : cloudy * wind -> light_on {
          ("true", "<5") -> on: 0.1, "off now": rest   ("true", ">=5.5") -> on: 0.2, "off now": rest
          ("true", "Asy/Patch") -> on: 0.3, "off now": rest   ("false", "<5") -> on: 0.4, "off now": rest
          ("false", ">=5.5") -> on: 0.5, "off now": rest   ("false", "Asy/Patch") -> on: 0.6, "off now": rest
        }
        check c == P_cloudy   check w == P_wind   check l == P_light_on
        diagram own -> (cloudy: cloudy, light_on: light_on, wind: wind) {
          cloudy ~ c   wind ~ w(cloudy)   light_on ~ l(cloudy, wind)
          return cloudy, light_on, wind
        }
        check own == n_network
        check prob(light_on = on, wind = "<5" in n_network) == 1/4*1/10 + 3/4*1/2*4/10"#,
    );
}

#[test]
fn a_network_declares_what_its_conversion_declares() {
    let text = "network n { }
variable in { type discrete [ 3 ] { -1, 0, 1 }; }
variable I { type discrete [ 2 ] { 007, x\\y }; }
variable a.b { type discrete [ 1 ] { only }; }
variable a-b { type discrete [ 2 ] { rest, uniform }; }
variable P_in_ { type discrete [ 2 ] { a'b, größe }; }
variable n_network { type discrete [ 2 ] { I, n_network }; }
probability ( in ) { table 0.125, 0.25, 0.625; }
probability ( I | in ) { (-1) 0.1, 0.9; (0) 1, 0; (1) 0.5, 0.5; }
probability ( a.b | I ) { default 1; }
probability ( a-b | a.b, in ) { (only, 0) 0.001, 0.999; default 1e-30, 0.999999999999999999999999999999; }
probability ( P_in_ | a-b, I ) { table 0.1, 0.2, 0.3, 0.4, 0.9, 0.8, 0.7, 0.6; }
probability ( n_network | P_in_ ) { (größe) 0.3, 0.7; (a'b) 0.25, 0.75; }";
    let read = network(text, None);
    let names: Vec<&str> = read.nodes.iter().map(|n| n.name.as_str()).collect();
    assert_eq!(names, ["in_", "I_", "a_b", "a_b_2", "P_in_", "n_network"]);
    let kernels: Vec<&str> = read.nodes.iter().map(|n| n.kernel.as_str()).collect();
    assert_eq!(kernels, ["P_in__2", "P_I_", "P_a_b", "P_a_b_2", "P_P_in_", "P_n_network"]);
    assert_eq!(read.diagram.as_str(), "n_network_2");
    let questions: String = kernels.iter().map(|k| format!("\neval {k}")).collect::<String>()
        + "\neval n_network_2\neval prob(I_ = \"007\" | in_ = -1 in n_network_2)\neval prob(in_ < 0 in n_network_2)";
    let imported = results(text, &format!("import \"n.bif\"{questions}"));
    assert_eq!(imported, results(text, &format!("{}{questions}", converted(text, None))));
    assert_eq!(imported[7]["exact"], "1/10");
    assert_eq!(imported[8]["exact"], "1/8");
}

#[test]
fn a_state_called_as_a_node_is_told_apart() {
    holds(
        "network n { } variable a { type discrete [ 2 ] { b, c }; } variable b { type discrete [ 2 ] { b, c }; }
probability ( a ) { table 0.25, 0.75; } probability ( b | a ) { (b) 0.5, 0.5; (c) 0.125, 0.875; }",
        r#"import "n.bif"
        check prob(a = "b" in n_network) == 1/4
        check prob(a = a.b in n_network) == 1/4
        check prob(a = b in n_network) == 1/4*1/2 + 3/4*7/8"#,
    );
}

#[test]
fn repairs_are_exact() {
    let text = "network n { } variable a { type discrete [ 3 ] { x, y, z }; }
variable b { type discrete [ 2 ] { u, v }; }
probability ( a ) { table 0.3333333, 0.3333333, 0.3333333; }
probability ( b | a ) { (x) 0.6, 0.45; (y) 0.25, 0.75; (z) 2e-1, 70e-2; }";
    let questions = "\neval P_a\neval P_b";
    for (repair, a, b) in [
        (Repair::Scale, ["1/3", "1/3", "1/3"], ["4/7", "3/7", "1/4", "3/4", "2/9", "7/9"]),
        (
            Repair::Largest,
            ["1666667/5000000", "3333333/10000000", "3333333/10000000"],
            ["11/20", "9/20", "1/4", "3/4", "1/5", "4/5"],
        ),
    ] {
        let found = results(text, &format!("import \"n.bif\" repair {}{questions}", repair.word()));
        let law = |v: &Value, row: usize| -> Vec<String> {
            v["rows"][row]["output"].as_object().unwrap().values().map(|v| v.as_str().unwrap().into()).collect()
        };
        assert_eq!(law(&found[0], 0), a);
        assert_eq!((0..3).flat_map(|i| law(&found[1], i)).collect::<Vec<_>>(), b);
        assert_eq!(found, results(text, &format!("{}{questions}", converted(text, Some(repair)))));
        let summary = network(text, Some(repair)).summary;
        assert_eq!((summary.repaired, summary.largest), (3, Some((Ratio::of(1, 10), 4))));
    }
    assert_eq!(codes(&run(text, "import \"n.bif\"")), ["bif::row_sum"; 3]);
    // Of a default one row is written, and one is counted.
    let text = text.replace("(x) 0.6, 0.45; (y) 0.25, 0.75; (z) 2e-1, 70e-2;", "default 0.6, 0.3;");
    assert_eq!(network(&text, Some(Repair::Scale)).summary.repaired, 2);
    // A default that stands for nothing is not summed.
    let text = text.replace("default", "(x) 0, 1; (y) 0, 1; (z) 0, 1; default");
    assert_eq!(network(&text, Some(Repair::Scale)).summary.repaired, 1);
}

#[test]
fn a_report_says_what_was_read() {
    let text = "network n { } variable a-b { type discrete [ 2 ] { x, y }; } probability ( a-b ) { table 0.5, 0.49; }";
    let report = run(text, "import \"n.bif\" repair scale\nimport \"./n.bif\" repair scale\neval P_a_b");
    let expected = serde_json::json!([{ "file": "n.bif", "diagram": "n_network", "nodes": 1, "arcs": 0, "rows": 1,
        "repair": "scale", "repaired_rows": 1, "largest_difference": "1/100", "largest_difference_line": 1,
        "renamed": { "a_b": "a-b" } }]);
    assert_eq!(json::file_object(&report)["networks"], expected);
    let shown = mcheck::report::human::file_report(&report, mcheck::report::Style::default(), false);
    let head = "· network n_network  from n.bif: 1 node, 0 arcs, 1 row
    1 row did not sum to 1 and was divided by its sum; the largest difference is 0.01, on line 1
    \"a-b\" is a_b\n";
    assert!(shown.starts_with(head), "{shown}");
    // A program without networks says nothing of them.
    assert_eq!(json::file_object(&run(text, "let x = 1"))["networks"], Value::Null);
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % n
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

/// A random network as a text, and the rows that it was written with: for each node the weights of each row, over 1000.
fn random(dice: &mut Dice) -> (String, Vec<Vec<Vec<u64>>>) {
    const STATES: [&str; 12] =
        ["yes", "0", "-3", "<5", "12+", "0-3_days", "Asy/Patch", "rest", "x'", "\"a b\"", "in", "01"];
    const NAMES: [&str; 8] = ["a", "b-c", "rest", "12h", "\"two words\"", "E", "P_a", "x'"];
    let count = 1 + dice.below(6) as usize;
    let sizes: Vec<usize> = (0..count).map(|_| 1 + dice.below(4) as usize).collect();
    let states: Vec<Vec<&str>> = sizes
        .iter()
        .map(|n| {
            let start = dice.below(12) as usize;
            (0..*n).map(|i| STATES[(start + 5 * i) % 12]).collect()
        })
        .collect();
    // A parent has a smaller number than its child, but the blocks are shuffled.
    let mut blocks = Vec::new();
    let mut rows = Vec::new();
    for node in 0..count {
        blocks.push(format!(
            "variable {} {{ type discrete [ {} ] {{ {} }}; }}",
            NAMES[node],
            sizes[node],
            states[node].join(dice.of(&[", ", " ", ",\n"]))
        ));
        let parents: Vec<usize> = (0..node).filter(|_| dice.below(2) == 0).collect();
        let inputs: usize = parents.iter().map(|p| sizes[*p]).product();
        let mut own = Vec::new();
        for _ in 0..inputs {
            let mut left = 1000;
            let mut row: Vec<u64> = (1..sizes[node])
                .map(|_| {
                    let w = dice.below(left + 1);
                    left -= w;
                    w
                })
                .collect();
            row.push(left);
            own.push(row);
        }
        let head = match parents.is_empty() {
            true => format!("probability ( {} )", NAMES[node]),
            false => format!(
                "probability ( {} | {} )",
                NAMES[node],
                parents.iter().map(|p| NAMES[*p]).collect::<Vec<_>>().join(", ")
            ),
        };
        let number = |w: &u64, dice: &mut Dice| match dice.below(3) {
            0 => format!("{}.{:03}", w / 1000, w % 1000),
            1 => format!("{w}e-3"),
            _ => format!("{}.{:03}0000", w / 1000, w % 1000),
        };
        let mut body = String::new();
        if dice.below(3) == 0 || parents.is_empty() {
            let all: Vec<String> = (0..sizes[node])
                .flat_map(|s| own.iter().map(move |r| r[s]))
                .collect::<Vec<_>>()
                .iter()
                .map(|w| number(w, dice))
                .collect();
            write!(body, "table {};", all.join(", ")).unwrap();
        } else {
            // The last row may be the default; rows stand in any order.
            let default = dice.below(2) == 0;
            let mut order: Vec<usize> = (0..inputs).collect();
            if !default {
                order.reverse();
            }
            for input in order {
                let mut rest = input;
                let mut point: Vec<&str> = parents
                    .iter()
                    .rev()
                    .map(|p| {
                        let s = states[*p][rest % sizes[*p]];
                        rest /= sizes[*p];
                        s
                    })
                    .collect();
                point.reverse();
                let head =
                    if default && input == inputs - 1 { "default".into() } else { format!("({})", point.join(", ")) };
                let all: Vec<String> = own[input].iter().map(|w| number(w, dice)).collect();
                write!(body, "\n  {head} {};", all.join(", ")).unwrap();
            }
        }
        blocks.push(format!("{head} {{ {body} }}"));
        rows.push(own);
    }
    // Variables keep their order among themselves, tables may stand anywhere.
    let (variables, mut tables): (Vec<String>, Vec<String>) =
        blocks.into_iter().partition(|b| b.starts_with("variable"));
    let mut text = "network n { }\n".to_string();
    for variable in variables {
        if dice.below(2) == 0 && !tables.is_empty() {
            let at = dice.below(tables.len() as u64) as usize;
            writeln!(text, "{}", tables.swap_remove(at)).unwrap();
        }
        writeln!(text, "{variable}").unwrap();
    }
    tables.iter().for_each(|t| writeln!(text, "{t}").unwrap());
    (text, rows)
}

#[test]
fn random_networks_are_what_they_were_written_with() {
    let mut dice = Dice(20);
    for _ in 0..300 {
        let (text, rows) = random(&mut dice);
        let read = network(&text, None);
        for (node, rows) in read.nodes.iter().zip(&rows) {
            let found: Vec<Vec<Ratio>> =
                node.rows.iter().map(|r| (0..node.states.len() as u64).map(|s| r.get(s)).collect()).collect();
            let wanted: Vec<Vec<Ratio>> =
                rows.iter().map(|r| r.iter().map(|w| Ratio::of(*w as i64, 1000)).collect()).collect();
            assert_eq!(found, wanted, "{}\n{text}", node.title);
        }
        let questions: String = read.nodes.iter().map(|n| format!("\neval {}", n.kernel)).collect::<String>()
            + &format!("\neval {}", read.diagram);
        let imported = results(&text, &format!("import \"n.bif\"{questions}"));
        assert_eq!(imported.len(), rows.len() + 1);
        assert_eq!(imported, results(&text, &format!("{}{questions}", converted(&text, None))), "{text}");
    }
}

#[test]
fn broken_texts_are_refused_and_never_worse() {
    let text = std::fs::read_to_string("examples/data/orchard.bif").unwrap();
    let try_to_read = |text: &str| {
        let mut sources = SourceMap::default();
        let number = sources.add("n.bif", text.into()).unwrap();
        read_network(sources.get(number), "n", Some(Repair::Largest)).is_ok()
    };
    assert!(try_to_read(&text));
    let end = text.trim_end().len();
    for cut in 0..end {
        assert!(!try_to_read(&text[..cut]), "{cut}");
    }
    let mut dice = Dice(7);
    let mut refused = 0;
    for _ in 0..4000 {
        let mut bytes = text.clone().into_bytes();
        let at = dice.below(bytes.len() as u64) as usize;
        match dice.below(3) {
            0 => bytes[at] = dice.of(&["{", "}", "(", ")", ";", ",", "|", "\"", "/", "9", "-", "x"]).as_bytes()[0],
            1 => drop(bytes.remove(at)),
            _ => bytes.truncate(at.max(1)),
        }
        refused += usize::from(!try_to_read(&String::from_utf8(bytes).unwrap()));
    }
    assert!(refused > 2000, "{refused}");
}

#[test]
fn hostile_files_are_answered_at_once() {
    const MANY: usize = 60_000;
    let head = "network n { }\n";
    let variables = |name: &dyn Fn(usize) -> String| -> String {
        (0..MANY).map(|i| format!("variable {} {{ type discrete [ 1 ] {{ x }}; }}\n", name(i))).collect()
    };
    let digits =
        |i: usize| -> String { i.to_string().bytes().map(|b| b"+-*@=!?%&<"[(b - b'0') as usize] as char).collect() };
    let tables = |name: &dyn Fn(usize) -> String| -> String {
        (0..MANY).map(|i| format!("probability ( {} ) {{ table 1; }}\n", name(i))).collect()
    };
    let plain = |i: usize| format!("v{i}");
    let circle: String =
        (0..MANY).map(|i| format!("probability ( v{i} | v{} ) {{ (x) 1; }}\n", (i + 1) % MANY)).collect();
    let parents: Vec<String> = (0..MANY).map(plain).collect();
    let binary: String = (0..23).map(|i| format!("variable b{i} {{ type discrete [ 2 ] {{ x, y }}; }}\n")).collect();
    let wide = |body: &str| -> String {
        let above: Vec<String> = (0..22).map(|i| format!("b{i}")).collect();
        let tables: String = (0..23).map(|i| format!("probability ( b{i} ) {{ table 1, 0; }}\n")).collect();
        let many: String = (0..200)
            .map(|i| {
                format!(
                    "variable w{i} {{ type discrete [ 2 ] {{ x, y }}; }}\nprobability ( w{i} | {} ) {{ {body} }}\n",
                    above.join(", ")
                )
            })
            .collect();
        format!("{head}{binary}{tables}{many}")
    };
    let signs = |i: usize| format!("v{}", digits(i));
    let cases = [
        (
            "unknown variables",
            format!("{head}{}{}", variables(&plain), tables(&|i| format!("u{i}"))),
            "bif::unknown_variable",
        ),
        ("a long circle", format!("{head}{}{circle}", variables(&plain)), "bif::cyclic"),
        (
            "one table for all",
            format!("{head}{}probability ( v0 | {} ) {{ }}", variables(&plain), parents.join(", ")),
            "bif::no_table",
        ),
        ("tables without their numbers", wide("table 1;"), "bif::entry_count"),
        ("tables of four million missing rows", wide(""), "bif::missing_row"),
        ("defaults for a thousand million rows", wide("default 0.5, 0.5;"), "bif::too_large"),
    ];
    for (what, text, code) in cases {
        let begin = Instant::now();
        let report = run(&text, "import \"n.bif\"");
        let taken = begin.elapsed();
        assert!(codes(&report).contains(&code) && report.failures.len() <= 20, "{what}: {:?}", codes(&report));
        assert!(taken < Duration::from_secs(10), "{what}: {taken:?}");
    }
    // Names that all become one are still told apart.
    let begin = Instant::now();
    let read = network(&format!("{head}{}{}", variables(&signs), tables(&signs)), None);
    let names: std::collections::BTreeSet<&str> = read.nodes.iter().map(|n| n.name.as_str()).collect();
    assert_eq!(names.len(), MANY);
    assert!(begin.elapsed() < Duration::from_secs(10));
}

/// Words that mean something somewhere in the language, as names of nodes.
#[test]
fn nodes_may_be_called_like_words_of_the_language() {
    let fixed = ["I", "id", "copy", "del", "swap", "_", "for"];
    let soft = "of with by at do over through from counts smooth auto repair extends prob E H D TC NLL surplus min max abs
        floor marginal cond bayes observe effect adjust support point R Prob Rat Nat causality positivity independent
        separated backdoor frontdoor stationary reversible laws sufficient complete ancillary markov exchangeable equivalence scale largest";
    let words: Vec<(String, String)> = mcheck::syntax::keywords::KEYWORDS
        .iter()
        .chain(&fixed)
        .map(|w| (w.to_string(), format!("{w}_")))
        .chain(soft.split_whitespace().map(|w| (w.to_string(), w.to_string())))
        .collect();
    let mut text =
        "network n { } variable base { type discrete [ 2 ] { yes, no }; } probability ( base ) { table 0.5, 0.5; }
variable top { type discrete [ 2 ] { yes, no }; } probability ( top | base ) { (yes) 0.1, 0.9; (no) 0.2, 0.8; }\n"
            .to_string();
    let mut questions = String::new();
    for (word, name) in &words {
        writeln!(text, "variable {word} {{ type discrete [ 2 ] {{ yes, no }}; }}").unwrap();
        writeln!(text, "probability ( {word} | base, top ) {{ default 0.3, 0.7; (yes, yes) 1, 0; }}").unwrap();
        let forms = [
            "eval marginal(n_network, top, W)",
            "check prob(W = yes in n_network) == 67/200",
            "eval cond(n_network, W given top)",
            "eval cond(n_network, top given W)",
            "eval effect(n_network, top given do W)",
            "eval effect(n_network, W given do base)",
            "eval adjust(n_network, top given W over base)",
            "check not backdoor W for base -> top in n_network",
            "check not backdoor for W -> top in n_network",
            "check not separated W, top in n_network",
            "eval marginal(do(n_network, P_W := del ; point(W.no)), W)",
        ];
        forms.iter().for_each(|f| writeln!(questions, "{}", f.replace('W', name)).unwrap());
    }
    let imported = results(&text, &format!("import \"n.bif\"\n{questions}"));
    assert!(imported.iter().all(|r| r["kind"] == "eval" || r["verdict"] == "holds"));
    assert_eq!(imported, results(&text, &format!("{}{questions}", converted(&text, None))));
}

#[test]
fn the_program_converts() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(
        path("coin.bif"),
        "network n { } variable a { type discrete [ 2 ] { x, y }; } probability ( a ) { table 0.5, 0.4; }",
    )
    .unwrap();
    let mcheck = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mcheck")).args(arguments).stdin(Stdio::null()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let (code, out, err) = mcheck(&["convert", &path("coin.bif")]);
    assert!(code == 2 && out.is_empty() && err.contains("bif::row_sum"), "{out}{err}");
    let (code, out, err) = mcheck(&["convert", &path("coin.bif"), "--repair", "scale", "-o", &path("coin.mc")]);
    assert!(code == 0 && out.is_empty() && err.contains("1 row did not sum to 1"), "{out}{err}");
    let program = std::fs::read_to_string(path("coin.mc")).unwrap();
    assert!(program.contains("kernel P_a : a {\n  x: 5/9, y: 4/9\n}"), "{program}");
    assert_eq!(mcheck(&["convert", &path("coin.bif"), "--repair", "scale"]).1, program);
    assert_eq!(mcheck(&[&path("coin.mc")]).0, 0);
    let (code, out, _) = mcheck(&["convert", &path("coin.bif"), "--repair", "largest", "--format", "json"]);
    let object: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &object["ok"], &object["networks"][0]["repaired_rows"]),
        (0, &Value::Bool(true), &Value::from(1))
    );
    assert!(object["program"].as_str().unwrap().contains("x: 0.6, y: 0.4"));
    // The network itself is not written over, and a missing one is wrong input.
    assert_eq!(mcheck(&["convert", &path("coin.bif"), "--repair", "scale", "-o", &path("coin.bif")]).0, 2);
    assert!(std::fs::read_to_string(path("coin.bif")).unwrap().starts_with("network"));
    assert_eq!(mcheck(&["convert", &path("no.bif")]).0, 2);
    // A network on the command line is checked as it is.
    assert_eq!(mcheck(&[&path("coin.bif")]).0, 2);
}
