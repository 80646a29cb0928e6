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

    /// How much memory the tables of one network may take, such as 500M or 4G [default: 1G]
    #[arg(long, global = true, value_name = "SIZE", value_parser = memory)]
    pub(super) memory: Option<u64>,

    /// How many digits the decimals of entropies and other exact values have
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) digits: Option<u32>,

    /// Show exact values by their decimals alone: their formulas are not worked out
    #[arg(long, global = true)]
    pub(super) decimals: bool,

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

/// An amount of memory: a whole number with K, M, G or T behind it, each 1024 times the one before.
fn memory(text: &str) -> Result<u64, String> {
    let mend = "write a whole number with K, M, G or T behind it, such as 500M or 4G";
    let Some(unit) = text.chars().last().filter(|unit| !unit.is_ascii_digit()) else {
        return Err(format!("`{text}` has no unit; {mend}"));
    };
    let Some(shift) = "KMGT".find(unit.to_ascii_uppercase()).map(|at| 10 * (at as u32 + 1)) else {
        return Err(format!("`{unit}` is not a unit of memory; {mend}"));
    };
    let number = &text[..text.len() - unit.len_utf8()];
    // Rust's numbers may have a sign in front.
    let count = number.parse::<u64>().ok().filter(|_| number.bytes().all(|b| b.is_ascii_digit()));
    let count = count.ok_or_else(|| format!("`{number}` is not a whole number; {mend}"))?;
    match count.checked_mul(1 << shift) {
        Some(bytes) if bytes >> 63 == 0 && bytes >= LEAST_MEMORY => Ok(bytes),
        Some(bytes) if bytes < LEAST_MEMORY => Err(format!("`{text}` is too little: at least 1M is needed")),
        _ => Err(format!("`{text}` is more than any machine has; {mend}")),
    }
}

/// Less than this would refuse programs of a few lines.
const LEAST_MEMORY: u64 = 1 << 20;

fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let value: f64 = text.parse().map_err(|_| format!("`{text}` is not a number of seconds"))?;
    std::time::Duration::try_from_secs_f64(value).map_err(|_| "seconds are positive".to_string())
}
