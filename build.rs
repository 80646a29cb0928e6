//! Builds the pages of `spec/errors/` into the program, so that `mcheck explain` needs no files.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets this");
    let folder = Path::new(&root).join("spec/errors");
    println!("cargo::rerun-if-changed=spec/errors");
    let mut pages: Vec<_> = fs::read_dir(&folder)
        .map(|entries| {
            entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "md")).collect()
        })
        .unwrap_or_default();
    pages.sort();
    let mut out = String::from("static PAGES: &[(&str, &str)] = &[\n");
    for page in pages {
        let stem = page.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        // The first `_` of the file name stands for the `::` of the code.
        let code = stem.replacen('_', "::", 1);
        writeln!(out, "    ({code:?}, include_str!({:?})),", page.display().to_string()).expect("writing to a string");
    }
    out.push_str("];\n");
    let target = Path::new(&env::var("OUT_DIR").expect("cargo sets this")).join("pages.rs");
    fs::write(target, out).expect("the build folder can be written");
}
