//! Every error code has a page, every page a code; the first program of a page yields that code, the mended one none.
//! Where the fault is in a Bayesian network, the same holds for two networks, in blocks with the tag `bif`.
//!
//! Codes are collected from the sources themselves, so that a new one cannot be forgotten here.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use mcheck::base::files::{Disk, Files};
use mcheck::report::explain;
use mcheck::session::documents::{BlockKind, blocks, run_block};
use mcheck::session::{Options, Session};

/// Codes that no program can show by itself: they need other files, more text than a page should have, or a clock.
/// Their pages describe the program in a plain block, and `tests/reject.rs` runs it. Two codes are beyond that too:
/// `too_large_together` takes 4 GB of text, and `stopped` reaches the user as an answer that is unknown.
const NOT_ON_A_PAGE: [&str; 7] = [
    "check::data",
    "source::cyclic_import",
    "source::empty",
    "source::not_utf8",
    "source::too_large",
    "source::too_large_together",
    "model::stopped",
];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut codes = BTreeSet::new();
    collect_codes(&root.join("src"), &mut codes);
    let folder = root.join("spec/errors");
    let mut trials: Vec<Trial> = codes
        .iter()
        .map(|code| {
            let (code, page) = (code.clone(), folder.join(file_name(code)));
            Trial::test(format!("page of {code}"), move || check_page(&code, &page))
        })
        .collect();
    let known = codes.clone();
    trials.push(Trial::test("no page without a code", move || pages_have_codes(&folder, &known)));
    trials.push(Trial::test("`mcheck explain` knows the same codes", move || {
        let built: BTreeSet<String> = explain::codes().map(str::to_string).collect();
        let differ: Vec<&String> = built.symmetric_difference(&codes).collect();
        if differ.is_empty() { Ok(()) } else { Err(format!("{differ:?}").into()) }
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn file_name(code: &str) -> String {
    format!("{}.md", code.replacen("::", "_", 1))
}

/// The codes in the attributes `#[diagnostic(code("…"))]` of all source files.
fn collect_codes(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the sources can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect_codes(&path, codes);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).expect("sources are text");
            let found = text.split("code(\"").skip(1).filter_map(|rest| rest.split('"').next());
            codes.extend(found.map(str::to_string));
        }
    }
}

fn check_page(code: &str, page: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(page).map_err(|e| format!("{}: {e}", page.display()))?;
    if !text.starts_with(&format!("# {code}\n\n")) {
        return Err(format!("the page does not begin with the title `# {code}`").into());
    }
    if code.starts_with("lm::") {
        return check_files(page, &text);
    }
    let networks = networks(&text);
    if !networks.is_empty() {
        return check_networks(code, page, &networks);
    }
    let blocks = blocks(page, &text);
    let kinds: Vec<BlockKind> = blocks.iter().map(|b| b.kind.clone()).collect();
    let shape_is_right = match NOT_ON_A_PAGE.contains(&code) {
        true => text.contains("\n```text\n") && kinds == [BlockKind::Holds],
        false => kinds == [BlockKind::Fails(code.to_string()), BlockKind::Holds],
    };
    if !shape_is_right {
        return Err(format!("a page has a failing program and then a mended one, this has {kinds:?}").into());
    }
    for block in &blocks {
        run_block(block, Arc::new(Disk), &Options::default())
            .map_err(|e| format!("{}:{}: {e}", page.display(), block.line))?;
    }
    Ok(())
}

/// Faults in the files of a language model have no program; `tests/lm_files.rs` makes such files and meets every code.
fn check_files(page: &Path, text: &str) -> Result<(), Failed> {
    match text.contains("\n```text\nmcheck ") && blocks(page, text).is_empty() {
        true => Ok(()),
        false => Err("a page on files shows a command and its message in a block of text, and no program".into()),
    }
}

/// The blocks with the tag `bif`: the words behind the tag, which say how an import repairs it, and the text.
fn networks(page: &str) -> Vec<(&str, &str)> {
    let fences = page.split("\n```bif").skip(1);
    fences
        .filter_map(|rest| rest.split_once('\n'))
        .filter_map(|(tag, rest)| Some((tag, rest.split_once("```")?.0)))
        .collect()
}

/// On a page about networks, the first network is refused with the code, and the second one is read.
fn check_networks(code: &str, page: &Path, networks: &[(&str, &str)]) -> Result<(), Failed> {
    let [(_, wrong), (_, right)] = networks else {
        return Err(format!("a page has a faulty network and then a mended one, this has {}", networks.len()).into());
    };
    for ((tag, _), (text, wanted)) in networks.iter().zip([(wrong, vec![code]), (right, vec![])]) {
        let mut session = Session::new(Arc::new(OneFile(text.to_string())), Options::default());
        let report = session.run_text("page", &format!("import \"page.bif\"{tag}"), Path::new(""), &mut |_, _, _| {});
        let found: Vec<&str> = report.failures.iter().map(|f| &*f.code).collect();
        if found != wanted {
            let shown: String = report.failures.iter().map(|f| f.render(false, 100)).collect();
            return Err(format!("{}: expected {wanted:?}, found {found:?}\n{shown}", page.display()).into());
        }
    }
    Ok(())
}

/// A folder in which every file has this text.
struct OneFile(String);

impl Files for OneFile {
    fn read(&self, _: &Path, _: u64) -> io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
}

fn pages_have_codes(folder: &Path, codes: &BTreeSet<String>) -> Result<(), Failed> {
    let pages: BTreeSet<PathBuf> = fs::read_dir(folder)?.flatten().map(|e| e.path()).collect();
    let wanted: BTreeSet<PathBuf> = codes.iter().map(|c| folder.join(file_name(c))).collect();
    let idle: Vec<&PathBuf> = pages.difference(&wanted).collect();
    if idle.is_empty() { Ok(()) } else { Err(format!("no error has the code of {idle:?}").into()) }
}
