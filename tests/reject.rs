//! Programs that must be refused: `reject/<stage>/<what>.mc`, and beside each what the program says about it.
//!
//! `UPDATE_EXPECT=1 cargo test --test reject` writes the `.err` files anew; read them before you commit them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use mcheck::base::files::{Disk, Files};
use mcheck::report::outcome::FileReport;
use mcheck::session::{Options, Session};

/// A folder of which paths are relative, so that messages are the same wherever the project lies.
struct Below(PathBuf);

impl Files for Below {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        Disk.read(&self.0.join(path), limit)
    }
}

fn main() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut trials = Vec::new();
    for stage in ["source", "bif", "syntax", "check", "model"] {
        let folder = Path::new("reject").join(stage);
        let mut programs = listed(&tests.join(&folder), "mc");
        programs.sort();
        for program in &programs {
            let (tests, path) = (tests.clone(), folder.join(program));
            trials.push(Trial::test(path.display().to_string(), move || refused(&tests, &path)));
        }
        let (tests, name) = (tests.clone(), format!("{} has no .err without its .mc", folder.display()));
        trials.push(Trial::test(name, move || {
            let idle = |e: &PathBuf| !tests.join(&folder).join(e).with_extension("mc").exists();
            let idle: Vec<PathBuf> = listed(&tests.join(&folder), "err").into_iter().filter(idle).collect();
            if idle.is_empty() { Ok(()) } else { Err(format!("{idle:?}").into()) }
        }));
    }
    trials.push(Trial::test("generated: a file of 100 MB", || {
        // The file has a length and no contents on disk: it costs nothing unless somebody reads it.
        generated("large.mc", "source::too_large", |path| fs::File::create(path)?.set_len(100 << 20))
    }));
    trials.push(Trial::test("generated: 10,000 parentheses", || {
        let text = format!("eval {}1{}", "(".repeat(10_000), ")".repeat(10_000));
        generated("deep.mc", "syntax::too_deep", |path| fs::write(path, text))
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// The names of the files with an extension in a folder; folders in it hold what the programs import.
fn listed(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read").flatten().map(|e| PathBuf::from(e.file_name()));
    entries.filter(|p| p.extension().is_some_and(|e| e == extension)).collect()
}

fn run(root: &Path, path: &Path) -> FileReport {
    Session::new(Arc::new(Below(root.into())), Options::default()).run_file(path, &mut |_, _, _| {})
}

fn refused(tests: &Path, path: &Path) -> Result<(), Failed> {
    let report = run(tests, path);
    let found: String = report.failures.iter().map(|f| f.render(false, 100)).collect();
    let file = tests.join(path).with_extension("err");
    if report.exit_code() != 2 {
        return Err(format!("the exit code is {}, and 2 was expected\n{found}", report.exit_code()).into());
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, &found)?;
    }
    let expected = fs::read_to_string(&file).map_err(|e| format!("{}: {e}\nfound\n{found}", file.display()))?;
    if found == expected { Ok(()) } else { Err(format!("expected\n{expected}\nfound\n{found}").into()) }
}

/// A program that is too long to be shipped; it must be refused.
fn generated(name: &str, code: &str, write: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    write(&folder.join(name))?;
    let report = run(folder, Path::new(name));
    fs::remove_file(folder.join(name))?;
    let codes: Vec<&str> = report.failures.iter().map(|f| f.code.as_str()).collect();
    if codes != [code] || report.exit_code() != 2 {
        return Err(format!("expected {code} and the exit code 2, found {codes:?} and {}", report.exit_code()).into());
    }
    let message = report.failures[0].render(false, 100);
    if message.len() > 2_000 {
        return Err(format!("the message has {} bytes", message.len()).into());
    }
    Ok(())
}
