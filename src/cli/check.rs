//! `mcheck FILE…`

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::run::{Context, complain, print};
use crate::report::outcome::{Counts, FileReport};
use crate::report::{human, json};
use crate::session::Session;

/// Checks files one after the other and reports; returns the exit code.
pub(super) fn check(files: &[PathBuf], context: &Context) -> u8 {
    let mut reports = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let report = run_one(file, context);
        if !context.json {
            if number > 0 {
                print("\n");
            }
            print(&human::file_report(&report, context.out, files.len() > 1));
            for failure in &report.failures {
                complain(&failure.render(context.err.color, context.width));
            }
        }
        reports.push(report);
    }
    if context.json {
        print(&format!("{}\n", json::files_object(&reports)));
    } else {
        let total = reports.iter().map(FileReport::counts).fold(Counts::default(), add);
        print(&format!("\n{}\n", human::summary(total, context.out)));
    }
    reports.iter().map(FileReport::exit_code).max().unwrap_or(0)
}

fn add(a: Counts, b: Counts) -> Counts {
    Counts {
        holds: a.holds + b.holds,
        fails: a.fails + b.fails,
        unknown: a.unknown + b.unknown,
        values: a.values + b.values,
        errors: a.errors + b.errors,
    }
}

fn run_one(file: &Path, context: &Context) -> FileReport {
    let mut session = Session::new(context.files.clone(), context.options.clone());
    let bar = ProgressBar::no_length();
    bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  ({elapsed})") {
        bar.set_style(style);
    }
    let begin = Instant::now();
    // A thread of its own shows the bar once a second has passed, also within one long computation.
    let shown = bar.clone();
    let (done, waiting) = std::sync::mpsc::channel::<()>();
    let watcher = std::thread::spawn(move || {
        if waiting.recv_timeout(Duration::from_secs(1)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            shown.set_draw_target(indicatif::ProgressDrawTarget::stderr());
            shown.enable_steady_tick(Duration::from_millis(200));
        }
    });
    bar.set_message(format!("reading {}", file.display()));
    let mut progress = |number: usize, total: usize, text: &str| {
        let text: String = text.chars().take(60).collect();
        bar.set_message(format!("{} of {total}: {text}", number + 1));
    };
    let report = if file == Path::new("-") {
        run_input(&mut session, &mut progress)
    } else {
        session.run_file(file, &mut progress)
    };
    let _ = done.send(());
    let _ = watcher.join();
    if begin.elapsed() > Duration::from_secs(1) {
        bar.finish_and_clear();
    }
    report
}

fn run_input(session: &mut Session, progress: &mut dyn FnMut(usize, usize, &str)) -> FileReport {
    let mut bytes = Vec::new();
    let limit = crate::load::program::PROGRAM_LIMIT_MB << 20;
    let error = match std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes) {
        Err(error) => Some(error.to_string()),
        Ok(_) if bytes.len() as u64 > limit => Some("it is too large".to_string()),
        Ok(_) => None,
    };
    let text = match (error, String::from_utf8(bytes)) {
        (None, Ok(text)) => text,
        (error, _) => {
            let reason = error.unwrap_or_else(|| "it is not UTF-8 text".into());
            let error = crate::load::error::LoadError::Unreadable {
                path: "standard input".into(),
                reason,
                span: None,
                help: None,
            };
            let failures = vec![crate::report::failure::Failure::new(&error, &session.sources)];
            return FileReport { file: "-".into(), failures, ..FileReport::default() };
        }
    };
    session.run_text("<stdin>", &text, Path::new(""), progress)
}
