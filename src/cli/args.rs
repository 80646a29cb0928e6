//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use super::lm_args::LmCommand;

/// Checks probability written as string diagrams, exactly.
#[derive(Debug, Parser)]
#[command(name = "mcheck", version, about, args_conflicts_with_subcommands = true, arg_required_else_help = true)]
#[command(
    after_help = "Exit code: 0 every check holds · 1 a check fails or stays unknown · 2 the input is wrong · 101 a fault of mcheck"
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// Programs to check and evaluate; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) options: Shared,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check and evaluate programs (the same as `mcheck FILE…`)
    Check {
        /// Programs; `-` reads standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Run the examples in the documentation of .mc and .md files, and the dialogues
    Test {
        /// Files, or folders that are searched for them
        #[arg(required = true, value_name = "FILE|DIR")]
        paths: Vec<PathBuf>,
    },
    /// Show the page on an error, with a failing program and a mended one
    Explain {
        /// The code, such as check::row_sum; without it, all codes are listed
        code: Option<String>,
    },
    /// Write a Bayesian network (BIF) as a program
    Convert {
        /// The network
        #[arg(value_name = "FILE.bif")]
        file: PathBuf,

        /// Where the program goes; standard output if this is not given
        #[arg(short, long, value_name = "FILE.mc")]
        output: Option<PathBuf>,

        /// What to do with rows that do not sum to 1; without it they are errors
        #[arg(long, value_enum)]
        repair: Option<RepairWay>,
    },
    /// Language models: a head, hidden states and tokens from files
    Lm {
        #[command(subcommand)]
        command: LmCommand,
    },
    /// Talk: declare, ask, mend
    Repl {
        /// Programs to load first
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Shared {
    /// How to write results
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,

    /// Stop a file after this many seconds; what is not answered by then is unknown
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub(super) time_limit: Option<std::time::Duration>,

    /// Show how each network was evaluated: order, width, estimated cost and size
    #[arg(long, global = true)]
    pub(super) plan: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// One JSON object on standard output
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RepairWay {
    /// Divide such a row by its sum
    Scale,
    /// Put the difference on its largest entry
    Largest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let value: f64 = text.parse().map_err(|_| format!("`{text}` is not a number of seconds"))?;
    std::time::Duration::try_from_secs_f64(value).map_err(|_| "seconds are positive".to_string())
}
