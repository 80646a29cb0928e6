//! What refutes a claim, as data that anyone can recompute.

use super::divergence_laws::Counterexample;
use super::evidence::Refutation;
use super::matrices::Counts;
use super::measures::Values;
use crate::base::name::Name;
use crate::check::types::Type;
use crate::number::ratio::Ratio;

/// What refutes a claim; anyone can recompute it.
#[derive(Debug, Clone, PartialEq)]
pub enum Witness {
    /// An entry where two kernels differ.
    Entry {
        /// Domain and the input.
        input: (Type, u64),
        /// Codomain and the output.
        output: (Type, u64),
        /// Left entry.
        left: Ratio,
        /// Right entry.
        right: Ratio,
    },
    /// An entry where two kernels differ, of which one at least is no rational.
    RealEntry {
        /// Domain and the input.
        input: (Type, u64),
        /// Codomain and the output.
        output: (Type, u64),
        /// Both entries.
        values: Box<Values>,
    },
    /// Two numbers.
    Numbers {
        /// Left.
        left: Ratio,
        /// Right.
        right: Ratio,
    },
    /// Two numbers that need not be rational.
    Values(Box<Values>),
    /// What refutes a law of divergences.
    DivergenceLaw(Box<Counterexample>),
    /// A vector at which the form of a matrix is negative, and its value there beside 0.
    Direction(Vec<Ratio>, Box<Values>),
    /// An entry, by row and column, in which two matrices differ.
    MatrixEntry([usize; 2], Box<Values>),
    /// How many eigenvalues are below, at and above a number.
    Counts(Box<Counts>),
    /// An input with two outcomes.
    TwoOutcomes {
        /// Domain and the input.
        input: (Type, u64),
        /// Codomain.
        cod: Type,
        /// Two outcomes with their probabilities, both positive.
        outcomes: [(u64, Ratio); 2],
    },
    /// Values whose joint probability is not the product of their probabilities.
    Dependence {
        /// Domain and the input.
        input: (Type, u64),
        /// What is known: name, object, value.
        given: Vec<(String, Type, u64)>,
        /// The values: name, object, value.
        values: Vec<(String, Type, u64)>,
        /// Their joint probability, given what is known.
        joint: Ratio,
        /// Each one's probability, given what is known.
        each: Vec<Ratio>,
    },
    /// Two states with different flows between them.
    Flow {
        /// The object.
        of: Type,
        /// One state.
        from: u64,
        /// The other.
        to: u64,
        /// `p(from) P(from, to)`
        there: Ratio,
        /// `p(to) P(to, from)`
        back: Ratio,
    },
    /// A point of one support only.
    Point {
        /// The object.
        of: Type,
        /// The point.
        point: u64,
        /// Whether it is in the left support (else in the right one).
        in_left: bool,
    },
    /// An open path between two groups of outputs: the boxes that it goes through.
    Path {
        /// Names of the two groups.
        ends: [String; 2],
        /// Names of the boxes on the way.
        boxes: Vec<String>,
        /// A model in which the groups depend on each other, as a program, if one was found.
        program: Option<String>,
    },
    /// A condition of the back-door or front-door criterion that the wiring does not meet.
    Criterion {
        /// What should be, in words.
        condition: String,
        /// What is found instead: in words, ending before the boxes of a path, if there is one.
        found: String,
        /// Names of the boxes of the offending path; empty where no path offends.
        boxes: Vec<String>,
    },
    /// A model of the diagrams, as a program, in which they differ.
    Model {
        /// The program.
        program: String,
        /// The input, as labels.
        input: Vec<String>,
        /// The output, as labels.
        output: Vec<String>,
        /// Left entry.
        left: Ratio,
        /// Right entry.
        right: Ratio,
    },
    /// Two models, as a program, with the same law of what is observed and with different effects.
    TwoModels {
        /// The program; its two checks say so.
        program: String,
        /// The input of the effect, as labels.
        input: Vec<String>,
        /// The output, as labels.
        output: Vec<String>,
        /// Its probability in the first model.
        first: Ratio,
        /// Its probability in the second one.
        second: Ratio,
    },
    /// Values of the parameters of a claim, and what refutes the claim there.
    At {
        /// Names and values.
        values: Vec<(Name, Ratio)>,
        /// What refutes the claim at these values.
        witness: Box<Witness>,
    },
    /// What refutes a claim of statistics, of experiments or of chains.
    Study(Box<Refutation>),
    /// A law that fails: the number of its line in the table.
    Law(usize),
}
