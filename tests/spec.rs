//! Every program that documentation shows runs: the blocks of `README.md`, of `spec/`, and of the examples.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use mcheck::base::files::Disk;
use mcheck::session::Options;
use mcheck::session::documents::{Block, blocks, run_block};

fn main() {
    let arguments = Arguments::from_args();
    let mut files = vec![PathBuf::from("README.md")];
    collect(Path::new("spec"), &mut files);
    collect(Path::new("examples"), &mut files);
    let mut tests = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("documentation is UTF-8 text");
        let found = blocks(&file, &text);
        if must_have_blocks(&file) {
            let count = found.len();
            let name = format!("{}::has programs", file.display());
            tests.push(Trial::test(name, move || enough(count)));
        }
        for block in found {
            tests.push(Trial::test(format!("{}:{}", file.display(), block.line), move || run(&block)));
        }
    }
    libtest_mimic::run(&arguments, tests).exit();
}

fn run(block: &Block) -> Result<(), Failed> {
    run_block(block, Arc::new(Disk), &Options::default()).map_err(|reason| format!("{reason}\n\n{}", block.text).into())
}

/// Whether a file is one of the numbered chapters.
fn must_have_blocks(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name == "README.md" && file.parent() == Some(Path::new(""))
        || file.starts_with("spec") && name.starts_with(|c: char| c.is_ascii_digit())
}

/// A chapter without a program that runs has lost its programs: a mistyped tag hides them.
fn enough(count: usize) -> Result<(), Failed> {
    if count == 0 { Err("no block of this file is run".into()) } else { Ok(()) }
}

/// The `.mc` and `.md` files below a folder, in order.
fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the folders of documentation are there");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("a folder can be listed").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|e| e == "mc" || e == "md") {
            out.push(path);
        }
    }
}
