//! The folder listing is the architecture: `src/lib.rs` lists the stages in the order of the data, and a stage names
//! only stages above it. Foreign crates stay where they belong, files stay short, and only the program's edge prints.

use std::fs;
use std::path::{Path, PathBuf};

/// Most lines of a file in `src/`.
const LONGEST: usize = 450;

/// Files that are one list, and longer for it: each entry of this one is an error with its sentence, labels and help.
const LISTS: [(&str, usize); 1] = [("check/error.rs", 620)];

/// Foreign crates with the only places that may name them; places are files, or folders that end in a slash.
const HOMES: [(&str, &[&str]); 14] = [
    (
        "rug",
        &[
            "number/int.rs",
            "number/enclosure.rs",
            "number/quick_log.rs",
            "number/primes.rs",
            "number/coprime.rs",
            "number/radical.rs",
        ],
    ),
    ("gmp_mpfr_sys", &["number/int.rs"]),
    ("petgraph", &["diagram/"]),
    ("pest", &["syntax/"]),
    ("nalgebra", &["number/product.rs", "number/modular_product.rs", "number/eigen_guess.rs", "lm/"]),
    ("safetensors", &["lm/"]),
    ("zip", &["lm/npy.rs"]),
    ("flate2", &["lm/npy.rs", "lm/tensor.rs"]),
    ("parquet", &["lm/columns.rs"]),
    ("half", &["lm/element.rs"]),
    ("clap", &["cli/"]),
    ("rustyline", &["cli/"]),
    ("indicatif", &["cli/"]),
    ("ctrlc", &["cli/"]),
];

/// A source file: its path under `src/`, its stage, its text without comments and strings.
struct Module {
    path: String,
    stage: String,
    code: String,
    lines: usize,
}

fn modules() -> Vec<Module> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let path = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            let stage = path.split('/').next().unwrap().trim_end_matches(".rs").to_string();
            let text = fs::read_to_string(&file).unwrap();
            Module { path, stage, code: bare(&text), lines: text.lines().count() }
        })
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// The code alone: comments and the contents of strings are blanked out.
fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let len = if rest.starts_with(&['/', '/']) {
            rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())
        } else if rest.starts_with(&['/', '*']) {
            rest.windows(2).position(|w| w == ['*', '/']).map_or(rest.len(), |p| p + 2)
        } else if rest[0] == 'r' && rest.get(1).is_some_and(|c| matches!(c, '"' | '#')) && !out.ends_with(is_word) {
            raw_string(rest)
        } else if rest[0] == '"' {
            let mut end = 1;
            while end < rest.len() && rest[end] != '"' {
                end += if rest[end] == '\\' { 2 } else { 1 };
            }
            end + 1
        } else if rest[0] == '\'' && rest.get(1) == Some(&'\\') {
            3 + rest[3..].iter().position(|c| *c == '\'').unwrap_or(0)
        } else if rest[0] == '\'' && rest.get(2) == Some(&'\'') {
            3
        } else {
            out.push(rest[0]);
            at += 1;
            continue;
        };
        out.push(' ');
        at += len;
    }
    out
}

fn raw_string(rest: &[char]) -> usize {
    let marks = rest[1..].iter().take_while(|c| **c == '#').count();
    if rest.get(1 + marks) != Some(&'"') {
        // `r#name`, a raw identifier.
        return 1 + marks;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', marks)).collect();
    let body = &rest[2 + marks..];
    2 + marks + body.windows(end.len()).position(|w| w == end).map_or(body.len(), |p| p + end.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where a word stands in code as a word of its own.
fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| !code[..*at].ends_with(is_word) && !code[at + word.len()..].starts_with(is_word))
}

/// The stages that a piece of code names: `crate::x`, and every first name in `crate::{x::…, y}`.
fn named_stages(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for at in words(code, "crate") {
        let Some(rest) = code[at + 5..].trim_start().strip_prefix("::") else { continue };
        let rest = rest.trim_start();
        let Some(group) = rest.strip_prefix('{') else {
            found.push(rest.chars().take_while(|c| is_word(*c)).collect());
            continue;
        };
        let (mut depth, mut first) = (0, String::new());
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => found.push(std::mem::take(&mut first)),
                c if depth == 0 => first.push(c),
                _ => {}
            }
        }
        found.push(first);
    }
    found
        .iter()
        .map(|f| f.trim().chars().take_while(|c| is_word(*c)).collect())
        .filter(|f: &String| !f.is_empty())
        .collect()
}

/// The `mod` list of `src/lib.rs`, in order.
fn stages() -> Vec<String> {
    let code = bare(&fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap());
    code.lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ").or_else(|| line.trim().strip_prefix("mod ")))
        .map(|name| name.trim_end_matches([';', ' ', '{']).to_string())
        .collect()
}

/// Fails with all complaints at once.
fn no_complaints(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn stages_name_only_stages_above_them() {
    let order = stages();
    let place = |name: &str| order.iter().position(|s| s == name);
    let mut complaints = Vec::new();
    for module in modules() {
        // The roots see everything: `lib.rs` lists the stages, `main.rs` starts the last one.
        let Some(own) = place(&module.stage) else {
            if !["lib", "main"].contains(&&*module.stage) {
                complaints.push(format!("{}: its stage is not listed in src/lib.rs", module.path));
            }
            continue;
        };
        for name in named_stages(&module.code) {
            if place(&name).is_some_and(|p| p > own) {
                complaints
                    .push(format!("{}: names `crate::{name}`, which comes after `{}`", module.path, module.stage));
            }
        }
    }
    no_complaints(complaints);
}

#[test]
fn foreign_crates_stay_at_home() {
    let mut complaints = Vec::new();
    for module in modules() {
        for (name, homes) in HOMES {
            let home =
                homes.iter().any(|h| if h.ends_with('/') { module.path.starts_with(h) } else { module.path == *h });
            let used = words(&module.code, name).any(|at| {
                let before = module.code[..at].trim_end();
                module.code[at + name.len()..].trim_start().starts_with("::") || before.ends_with("use")
            });
            if used && !home {
                complaints.push(format!("{}: names `{name}`, which belongs to {}", module.path, homes.join(", ")));
            }
        }
    }
    no_complaints(complaints);
}

#[test]
fn files_stay_short() {
    let mut complaints = Vec::new();
    for module in modules() {
        let (path, lines) = (&module.path, module.lines);
        match LISTS.iter().find(|(name, _)| name == path) {
            Some((_, limit)) if lines > *limit => complaints.push(format!("{path}: {lines} lines, at most {limit}")),
            Some(_) if lines <= LONGEST => complaints.push(format!("{path}: short now; strike it from the list")),
            None if lines > LONGEST => complaints.push(format!("{path}: {lines} lines, at most {LONGEST}")),
            _ => {}
        }
    }
    no_complaints(complaints);
}

#[test]
fn only_the_edge_prints() {
    // Results are written in one place, which survives a closed pipe; the macros do not.
    let mut complaints = Vec::new();
    for module in modules() {
        for print in ["println", "print", "eprintln", "eprint", "dbg"] {
            if words(&module.code, print).any(|at| module.code[at + print.len()..].starts_with('!')) {
                complaints.push(format!("{}: `{print}!`", module.path));
            }
        }
    }
    no_complaints(complaints);
}

#[test]
fn the_scan_sees_what_it_should() {
    let code = bare(
        "use crate::{base::span::Span, model::{self, error}}; // crate::cli\nlet s = \"crate::lm\"; crate::decide::x();",
    );
    assert_eq!(named_stages(&code), ["base", "model", "decide"]);
    assert_eq!(bare("let c = '\"'; x"), "let c =  ; x");
    assert_eq!(bare("r#\"a \" b\"# + 1"), "  + 1");
    assert_eq!(bare("fn f<'a>(x: &'a str)"), "fn f<'a>(x: &'a str)");
    assert_eq!(words("print!(sprint!(print_))", "print").collect::<Vec<_>>(), [0]);
    assert!(stages().len() > 5 && modules().len() > 50);
}
