//! What can be wrong with a Bayesian network in a BIF file.

use miette::Diagnostic;
use thiserror::Error;

use crate::base::span::Span;

/// A fault of a network, at its place in the BIF file.
#[derive(Debug, Clone, Error, Diagnostic)]
#[allow(missing_docs, reason = "the fields are the parts of the sentence above them")]
pub enum BifError {
    #[error("{found} is not expected here")]
    #[diagnostic(code("bif::unexpected"))]
    Unexpected {
        found: String,
        expected: String,
        #[label("expected {expected}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("this {what} is never closed")]
    #[diagnostic(code("bif::unclosed"), help("close it, or remove the sign that opens it"))]
    Unclosed {
        what: &'static str,
        wanted: &'static str,
        #[label("opened here; {wanted} is missing")]
        span: Span,
    },

    #[error("`{text}` {what}")]
    #[diagnostic(code("bif::number"), help("{help}"))]
    Number {
        text: String,
        what: &'static str,
        #[label("{what}")]
        span: Span,
        help: String,
    },

    #[error("{}", doubled(what, name))]
    #[diagnostic(code("bif::duplicate"), help("remove one of the two, or rename it"))]
    Duplicate {
        what: &'static str,
        name: String,
        #[label("again here")]
        span: Span,
        #[label("first here")]
        first: Span,
    },

    #[error("there is no variable `{name}`")]
    #[diagnostic(code("bif::unknown_variable"))]
    UnknownVariable {
        name: String,
        #[label("no block `variable {name}`")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("the variable `{variable}` has no state `{state}`")]
    #[diagnostic(code("bif::unknown_state"))]
    UnknownState {
        variable: String,
        state: String,
        #[label("not a state of `{variable}`")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("the variable `{variable}` is said to have {declared}, but {found}")]
    #[diagnostic(code("bif::state_count"), help("the number in brackets is the number of states in braces"))]
    StateCount {
        variable: String,
        declared: String,
        found: String,
        #[label("{declared}")]
        span: Span,
        #[label("{found}")]
        states: Span,
    },

    #[error("the variable `{variable}` has no table")]
    #[diagnostic(code("bif::no_table"), help("add a block `probability ( {variable} ) {{ table …; }}`"))]
    NoTable {
        variable: String,
        #[label("no `probability` block speaks of it")]
        span: Span,
    },

    #[error("{row} needs {wanted}, but has {found}")]
    #[diagnostic(code("bif::entry_count"), help("{help}"))]
    EntryCount {
        row: String,
        wanted: String,
        found: usize,
        #[label("{found} here")]
        span: Span,
        help: String,
    },

    #[error("this row names {found} of {wanted}")]
    #[diagnostic(code("bif::row_states"), help("name one state for each parent, in their order: {order}"))]
    RowStates {
        found: String,
        wanted: String,
        order: String,
        #[label("{found}")]
        span: Span,
        #[label("{wanted}")]
        head: Span,
    },

    #[error("{row} is there twice")]
    #[diagnostic(code("bif::doubled_row"), help("each combination of states of the parents has one row; remove one"))]
    DoubledRow {
        row: String,
        #[label("again here")]
        span: Span,
        #[label("first here")]
        first: Span,
    },

    #[error("`{variable}` has no row for {shown}")]
    #[diagnostic(
        code("bif::missing_row"),
        help("add a row for it, or `default …;` for all combinations that are not named")
    )]
    MissingRow {
        variable: String,
        shown: String,
        #[label("no row for {shown}")]
        span: Span,
    },

    #[error("{row} has the negative entry {entry}")]
    #[diagnostic(code("bif::negative_entry"), help("a probability is at least 0, even where the row sums to 1"))]
    NegativeEntry {
        row: String,
        entry: String,
        #[label("{entry}")]
        span: Span,
    },

    #[error("{row} sums to {sum}, not to 1")]
    #[diagnostic(code("bif::row_sum"))]
    RowSum {
        row: String,
        sum: String,
        difference: String,
        #[label("these sum to {sum}: {difference}")]
        span: Span,
        #[help]
        help: Option<String>,
    },

    #[error("the table of `{variable}` sums to 1 only if it is read in another order")]
    #[diagnostic(
        code("bif::table_order"),
        help(
            "in BIF, `table` lists the states of `{variable}` the slowest, and those of the last parent the fastest; write the distributions as rows, `(states of the parents) …;`, and no order can be mistaken"
        )
    )]
    TableOrder {
        variable: String,
        #[label("written with the states of `{variable}` running the fastest?")]
        span: Span,
    },

    #[error("{row} sums to {sum} and cannot be repaired by `repair {way}`: {why}")]
    #[diagnostic(code("bif::not_repairable"), help("mend this row in the file"))]
    NotRepairable {
        row: String,
        sum: String,
        way: &'static str,
        why: &'static str,
        #[label("these sum to {sum}")]
        span: Span,
    },

    #[error("the network has a circle: {circle}")]
    #[diagnostic(
        code("bif::cyclic"),
        help("a network is drawn one variable after the other, the parents first; take one of these parents away")
    )]
    Cyclic {
        circle: String,
        #[label("`{child}` is below itself")]
        span: Span,
        child: String,
    },

    #[error("{what} would have {size}; at most {limit} can be listed")]
    #[diagnostic(code("bif::too_large"), help("let the variable have fewer parents, or fewer states"))]
    TooLarge {
        what: String,
        size: String,
        limit: u64,
        #[label("too large")]
        span: Span,
    },

    #[error("there is no repair `{word}`")]
    #[diagnostic(
        code("bif::unknown_repair"),
        help(
            "`repair scale` divides a row by its sum; `repair largest` puts what is missing, or too much, on the largest entry"
        )
    )]
    UnknownRepair {
        word: String,
        #[label("`scale` or `largest` is wanted here")]
        span: Span,
    },

    #[error("`{path}` is imported with two different repairs")]
    #[diagnostic(
        code("bif::two_repairs"),
        help("a file is read once, so its rows are repaired in one way; write the same words in both places")
    )]
    TwoRepairs {
        path: String,
        #[label("imported {way} here")]
        span: Span,
        way: String,
        #[label("imported {first_way} here")]
        first: Option<Span>,
        first_way: String,
    },

    #[error("`repair` is for networks, and `{path}` is a program")]
    #[diagnostic(
        code("bif::repair_of_program"),
        help(
            "write `import \"{path}\"` alone; in a program, a row that does not sum to 1 is mended in its text, for example with `rest`"
        )
    )]
    RepairOfProgram {
        path: String,
        #[label("nothing to repair here")]
        span: Span,
    },
}

fn doubled(what: &str, name: &str) -> String {
    match what {
        "network" => "a file holds one network, and this has a second".into(),
        _ => format!("{what} `{name}` is there twice"),
    }
}
