//! `mcheck test`

use std::path::{Path, PathBuf};

use super::run::{Context, complain, print};
use crate::load::read_text;
use crate::session::documents::{Block, blocks, run_block};

/// Runs the examples in documentation; returns the exit code.
pub(super) fn test(paths: &[PathBuf], context: &Context) -> u8 {
    let mut files = Vec::new();
    for path in paths {
        if let Err(error) = collect(path, &mut files) {
            complain(&format!("mcheck: cannot read `{}`: {error}\n", path.display()));
            return 2;
        }
    }
    let mut failed = 0;
    let mut passed = 0;
    for file in files {
        let text = match read_text(&file, None, crate::load::program::PROGRAM_LIMIT_MB, &*context.files) {
            Ok(text) => text,
            Err(error) => {
                complain(&format!("mcheck: {error}\n"));
                return 2;
            }
        };
        for block in blocks(&file, &text) {
            match run_block(&block, context.files.clone(), &context.options) {
                Ok(()) => passed += 1,
                Err(reason) => {
                    failed += 1;
                    print(&format!("{} {}\n{}\n", context.out.bad("✗"), place(&block), indented(&reason)));
                }
            }
        }
    }
    print(&format!("{passed} passed, {failed} failed\n"));
    u8::from(failed > 0)
}

fn place(block: &Block) -> String {
    format!("{}:{}", block.file.display(), block.line)
}

fn indented(text: &str) -> String {
    text.lines().map(|l| format!("    {l}")).collect::<Vec<_>>().join("\n")
}

/// The `.mc` and `.md` files at or below a path, in order. Hidden folders and build folders are passed over.
fn collect(path: &Path, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !std::fs::metadata(path)?.is_dir() {
        out.push(path.to_path_buf());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries {
        let name = entry.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let is_text = entry.extension().is_some_and(|e| e == "mc" || e == "md");
        if (entry.is_dir() && !name.starts_with('.') && name != "target") || (entry.is_file() && is_text) {
            collect(&entry, out)?;
        }
    }
    Ok(())
}
