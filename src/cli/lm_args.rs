//! The command line of `mcheck lm`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(super) enum LmCommand {
    /// Analyse a head, hidden states and tokens: losses, entropies, Fisher metric, predictive similarity, alignment
    Analyse(Analyse),
    /// Join partial results of shards; with all of them, report as `analyse` does
    Merge(Merge),
    /// Train a small log-bilinear model on a text, and watch what the loss does to its geometry
    Train(Train),
}

/// Where results go besides standard output.
#[derive(Debug, Args)]
pub(super) struct Outputs {
    /// Write the sums as a partial result, to be merged with others
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// Write the report as one page with plots
    #[arg(long, value_name = "FILE.html")]
    pub(super) html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Analyse {
    /// Files (.safetensors, .npy, .npz, .parquet) and folders of them, searched for tensors by their conventional names
    #[arg(value_name = "FILE|DIR")]
    pub(super) paths: Vec<String>,

    /// The head matrix, one row a token
    #[arg(long, value_name = "FILE[:NAME]")]
    pub(super) head: Option<String>,

    /// The bias of the head, one number a token
    #[arg(long, value_name = "FILE[:NAME]")]
    pub(super) bias: Option<String>,

    /// The hidden states, one row a position
    #[arg(long, value_name = "FILE[:NAME]")]
    pub(super) hidden: Option<String>,

    /// The next token at each position
    #[arg(long, value_name = "FILE[:NAME]")]
    pub(super) tokens: Option<String>,

    /// The next tokens at each position, one row a position; the first column is the next token
    #[arg(long, value_name = "FILE[:NAME]")]
    pub(super) future: Option<String>,

    /// In which precision logits are computed; auto takes double if the data are doubles
    #[arg(long, value_enum, default_value_t = PrecisionWord::Auto)]
    pub(super) precision: PrecisionWord,

    /// Threads; as many as there are processors if this is not given. Results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,

    /// Only the k-th of n parts of the states, from 1; needs --output
    #[arg(long, value_name = "k/n", value_parser = shard, requires = "output")]
    pub(super) shard: Option<(u64, u64)>,

    /// Seed of the random signs that sketches use
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,

    #[command(flatten)]
    pub(super) outputs: Outputs,
}

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// Partial results of one run
    #[arg(required = true, value_name = "PART")]
    pub(super) parts: Vec<String>,

    /// Where the head is now, if it is no longer where the run found it
    #[arg(long, value_name = "FILE[:NAME]")]
    pub(super) head: Option<String>,

    /// The same for its bias
    #[arg(long, value_name = "FILE[:NAME]")]
    pub(super) bias: Option<String>,

    #[command(flatten)]
    pub(super) outputs: Outputs,
}

#[derive(Debug, Args)]
pub(super) struct Train {
    /// The text
    #[arg(value_name = "TEXT")]
    pub(super) text: PathBuf,

    /// Where the model goes, with the states of held out text: a folder
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,

    /// Write the curves of the training as one page with plots
    #[arg(long, value_name = "FILE.html")]
    pub(super) html: Option<PathBuf>,

    /// Write the curves of the training as comma-separated values
    #[arg(long, value_name = "FILE.csv")]
    pub(super) csv: Option<PathBuf>,

    /// Numbers of a hidden state
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) rank: u16,

    /// Tokens before that are looked at
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(super) context: u16,

    /// Most tokens of the vocabulary; other words are `<rare>`
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(8..=20000))]
    pub(super) vocabulary: u16,

    /// Steps of the training
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) steps: u32,

    /// Positions in a step
    #[arg(long, default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=65536))]
    pub(super) batch: u32,

    /// How often the model is measured on the way
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) looks: u16,

    /// Seed of all random numbers
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PrecisionWord {
    /// Double if head or states are doubles
    Auto,
    /// 32 bits
    Single,
    /// 64 bits
    Double,
}

fn shard(text: &str) -> Result<(u64, u64), String> {
    let wrong = || format!("`{text}` is not of the form k/n with 1 ≤ k ≤ n, such as 2/7");
    let (k, n) = text.split_once('/').ok_or_else(wrong)?;
    let (k, n): (u64, u64) = (k.parse().map_err(|_| wrong())?, n.parse().map_err(|_| wrong())?);
    if k >= 1 && k <= n { Ok((k, n)) } else { Err(wrong()) }
}
