//! What can be wrong with the files of a language model, and with partial results.

use miette::Diagnostic;
use thiserror::Error;

use crate::base::interrupt::Stopped;

/// A fault in what `mcheck lm` was given. There is no text to point into: a message names file, tensor and place.
#[derive(Debug, Clone, PartialEq, Error, Diagnostic)]
#[allow(missing_docs, reason = "the messages say what the fields are")]
pub enum LmError {
    /// A file or folder cannot be opened or read.
    #[error("cannot read `{path}`: {reason}")]
    #[diagnostic(code("lm::unreadable"), help("name a file or a folder that exists and that you may read"))]
    Unreadable { path: String, reason: String },
    /// A result cannot be written.
    #[error("cannot write `{path}`: {reason}")]
    #[diagnostic(code("lm::unwritable"), help("name a place in a folder that exists and in which you may write"))]
    Unwritable { path: String, reason: String },
    /// The file is not what its name says.
    #[error("`{path}` is not a valid {kind} file: {reason}")]
    #[diagnostic(code("lm::format"))]
    Format {
        path: String,
        kind: &'static str,
        reason: String,
        #[help]
        help: Option<String>,
    },
    /// The file ends before its data does.
    #[error("`{path}` is cut off: tensor `{tensor}` needs bytes up to {needed}, the file has {found}")]
    #[diagnostic(code("lm::truncated"), help("copy or export the file again; what wrote it was stopped on the way"))]
    Truncated { path: String, tensor: String, needed: u64, found: u64 },
    /// Nothing plays a role that is needed.
    #[error("found no {role} among {searched}")]
    #[diagnostic(code("lm::missing_input"))]
    MissingInput {
        role: &'static str,
        searched: String,
        #[help]
        help: String,
    },
    /// The file has no tensor of this name.
    #[error("`{path}` has no tensor `{name}`")]
    #[diagnostic(code("lm::no_tensor"))]
    NoTensor {
        path: String,
        name: String,
        #[help]
        help: String,
    },
    /// Several tensors could be meant.
    #[error("the {role} could be {candidates}")]
    #[diagnostic(code("lm::ambiguous"), help("choose one: `--{option} FILE:NAME`"))]
    Ambiguous { role: &'static str, candidates: String, option: &'static str },
    /// The numbers are of the wrong kind.
    #[error("the {role}, tensor `{tensor}` of `{path}`, holds {found}; it needs {wanted}")]
    #[diagnostic(
        code("lm::dtype"),
        help("if this is another tensor than you meant, choose one: `--{option} FILE:NAME`")
    )]
    Dtype {
        role: &'static str,
        option: &'static str,
        path: String,
        tensor: String,
        found: String,
        wanted: &'static str,
    },
    /// Sides do not fit.
    #[error("the {role}, tensor `{tensor}` of `{path}`, has the shape {found}: {reason}")]
    #[diagnostic(code("lm::shape"))]
    Shape {
        role: &'static str,
        path: String,
        tensor: String,
        found: String,
        reason: String,
        #[help]
        help: Option<String>,
    },
    /// An entry is not a number.
    #[error(
        "{entry} at row {row}, column {column} of tensor `{tensor}` of `{path}`; every entry must be a finite number"
    )]
    #[diagnostic(
        code("lm::not_finite"),
        help("rows and columns count from 0; mend the export, or cut these rows out of states and tokens alike")
    )]
    NotFinite { path: String, tensor: String, row: u64, column: u64, entry: String },
    /// Numbers so large that sums over them would lose their meaning.
    #[error("{what} of the states in rows {first} to {last} of `{path}` is not a number that can be summed: {value}")]
    #[diagnostic(
        code("lm::too_large"),
        help("entries of head and states are far from those of a language model; are they the right tensors?")
    )]
    TooLarge { path: String, what: String, first: u64, last: u64, value: String },
    /// A token that the head has no row for.
    #[error(
        "token {token} at row {row}, column {column} of tensor `{tensor}` of `{path}`, but the head has rows 0 to {last}"
    )]
    #[diagnostic(
        code("lm::token_range"),
        help("rows and columns count from 0; tokens must come from the vocabulary of the head, and padding cut out")
    )]
    TokenRange { path: String, tensor: String, row: u64, column: u64, token: String, last: u64 },
    /// Next tokens and future tokens contradict each other.
    #[error("row {row}: the next token is {next} in `{tokens}`, but {first} in the first column of `{future}`")]
    #[diagnostic(
        code("lm::disagree"),
        help("column 0 of the future tokens is the next token; leave one of the two out, or mend the export")
    )]
    Disagree { row: u64, next: u64, first: u64, tokens: String, future: String },
    /// Not a partial result, or one of another version.
    #[error("`{path}` is not a partial result that can be used: {reason}")]
    #[diagnostic(
        code("lm::partial"),
        help(
            "partial results are written by `mcheck lm analyse … --shard k/n -o FILE` and `mcheck lm merge … -o FILE`"
        )
    )]
    Partial { path: String, reason: String },
    /// Partial results of different runs.
    #[error("`{first}` and `{second}` are parts of different runs: {what} is {left} in one and {right} in the other")]
    #[diagnostic(
        code("lm::different_runs"),
        help("merge parts of one run: the same files, the same options except `--shard` and `--threads`")
    )]
    DifferentRuns { first: String, second: String, what: &'static str, left: String, right: String },
    /// The same states twice.
    #[error("`{first}` and `{second}` both hold block {block} (states {from} to {to})")]
    #[diagnostic(code("lm::overlap"), help("give each shard once, all with the same n in `--shard k/n`"))]
    Overlap { first: String, second: String, block: u64, from: u64, to: u64 },
    /// Not all states are there.
    #[error("these parts leave out {missing} of {total} blocks of states: {ranges}")]
    #[diagnostic(
        code("lm::missing_shards"),
        help("give the other shards too, or write what there is as a larger part: `-o FILE`")
    )]
    MissingShards { missing: u64, total: u64, ranges: String },
    /// A text that nothing can be learned from.
    #[error("`{path}` cannot be learned from: {reason}")]
    #[diagnostic(code("lm::text"), help("train on UTF-8 text with at least some hundred words"))]
    Text { path: String, reason: String },
    /// Stopped by the user or by the clock.
    #[error("stopped after {done} of {total} {unit}: {}", stopped_words(*.stopped))]
    #[diagnostic(code("lm::stopped"), help("give more time, or split the states: `--shard k/n`"))]
    Stopped { done: u64, total: u64, unit: &'static str, stopped: Stopped },
}

fn stopped_words(stopped: Stopped) -> &'static str {
    match stopped {
        Stopped::ByUser => "you asked for it",
        Stopped::TimeOver => "the time limit is over",
    }
}
