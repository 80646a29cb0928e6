//! From the command line to the exit code.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use super::args::{Args, Color, Command, Format, Shared};
use super::{check, convert, explain, lm, repl, test};
use crate::base::files::{Disk, Files};
use crate::report::Style;
use crate::session::Options;

/// How to run and how to show.
pub(super) struct Context {
    /// Whether to write JSON.
    pub(super) json: bool,
    /// Colours on standard output.
    pub(super) out: Style,
    /// Colours on standard error.
    pub(super) err: Style,
    /// Columns of the terminal.
    pub(super) width: usize,
    /// How to run.
    pub(super) options: Options,
    /// Where files come from.
    pub(super) files: Arc<dyn Files + Send + Sync>,
}

/// Stack of the thread that does the work: definitions that use each other thousands deep are walked recursively.
const STACK: usize = 1 << 30;

/// Runs the program.
pub fn run() -> ExitCode {
    let args = Args::parse();
    let worker = std::thread::Builder::new().name("mcheck".into()).stack_size(STACK).spawn(move || dispatch(args));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(_)) => {
            complain(
                "mcheck: this is a fault of mcheck, not of your program. Please report it with the input that led here.\n",
            );
            ExitCode::from(101)
        }
        Err(error) => {
            complain(&format!("mcheck: cannot start: {error}\n"));
            ExitCode::from(2)
        }
    }
}

fn dispatch(args: Args) -> u8 {
    let context = context(&args.options);
    let interrupt = context.options.interrupt.clone();
    let in_repl = matches!(args.command, Some(Command::Repl { .. }));
    // In the REPL, Ctrl-C stops the computation; elsewhere the program.
    let handler = ctrlc::set_handler(move || if in_repl { interrupt.stop() } else { std::process::exit(130) });
    if let Err(error) = handler {
        complain(&format!("mcheck: Ctrl-C cannot be caught: {error}\n"));
    }
    match args.command {
        None => check::check(&args.files, &context),
        Some(Command::Check { files }) => check::check(&files, &context),
        Some(Command::Test { paths }) => test::test(&paths, &context),
        Some(Command::Explain { code }) => explain::explain(code.as_deref()),
        Some(Command::Convert { file, output, repair }) => convert::convert(&file, output.as_deref(), repair, &context),
        Some(Command::Lm { command }) => lm::lm(command, &context),
        Some(Command::Repl { files }) => repl::repl(&files, &context),
    }
}

fn context(shared: &Shared) -> Context {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let color = |terminal: bool| Style {
        color: match shared.color {
            Color::Auto => terminal && !plain,
            Color::Always => true,
            Color::Never => false,
        },
    };
    let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(100).clamp(40, 160);
    Context {
        json: shared.format == Format::Json,
        out: color(std::io::stdout().is_terminal()),
        err: color(std::io::stderr().is_terminal()),
        width,
        options: Options {
            time_limit: shared.time_limit,
            memory: shared.memory,
            plan: shared.plan,
            digits: shared.digits,
            decimals: shared.decimals,
            ..Options::default()
        },
        files: Arc::new(Disk),
    }
}

/// Writes to standard output. A reader that has gone away (`mcheck … | head`) ends the program quietly.
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Writes to standard error; there is nobody to tell where that fails.
pub(super) fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
