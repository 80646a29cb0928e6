//! Answers and their evidence.

use std::sync::Arc;

use super::evidence::{Extension, Shown};
use super::matrices::{Entries, Pivots};
use crate::base::interrupt::{Interrupt, Stopped};
use crate::check::features::Features;
use crate::check::signature::Group;
use crate::check::types::{KernelId, Type};
use crate::lm::spectral::verdict::Report;
use crate::model::finstoch::kernel::Kernel;
use crate::model::real::kernel::RealKernel;
use crate::number::directions::Directions;
use crate::number::ratio::Ratio;
use crate::number::real::Real;
use crate::number::row::Row;
use crate::number::spectrum::Spectrum;
use crate::syntax::ast::Unit;

pub use super::witness::Witness;

/// The answer to an obligation.
#[derive(Debug, Clone)]
pub enum Answer {
    /// To a check.
    Verdict(Verdict),
    /// To `eval` of a diagram: its kernel, with the objects and names of its ends.
    Kernel {
        /// Domain.
        dom: Type,
        /// Codomain.
        cod: Type,
        /// Names of its outputs.
        outputs: Vec<Group>,
        /// Its rows.
        kernel: Arc<Kernel>,
    },
    /// To `eval` of a diagram with irrational entries.
    RealKernel {
        /// Domain.
        dom: Type,
        /// Codomain.
        cod: Type,
        /// Names of its outputs.
        outputs: Vec<Group>,
        /// Its rows; all of them are there.
        kernel: Arc<RealKernel>,
    },
    /// To `eval` of a number.
    Number {
        /// The value.
        value: Ratio,
        /// Whether it depends on how a conditional was filled in.
        filled: bool,
    },
    /// To `eval` of a measure, or of a number that measures stand in.
    Measure {
        /// The value.
        value: Real,
        /// Its unit, if it has one.
        unit: Option<Unit>,
        /// Whether it depends on how a conditional was filled in.
        filled: bool,
    },
    /// To `eval` of a measure that has a value for each input.
    Measures {
        /// The object of inputs.
        dom: Type,
        /// A value for each of its points.
        values: Vec<Real>,
        /// Their unit, if they have one.
        unit: Option<Unit>,
        /// The inputs whose values depend on how a conditional was filled in.
        filled: Vec<u64>,
    },
    /// To `eval` of a matrix: its entries, and whether they depend on how a conditional was filled in.
    #[allow(missing_docs, reason = "said above")]
    Matrix { entries: Box<Entries>, filled: bool },
    /// To `eval spectrum(M)`, and to `eval eigenvalue(M, 1)`, with the number of that eigenvalue from 0.
    #[allow(missing_docs, reason = "said above")]
    Spectrum { spectrum: Box<Spectrum>, number: Option<usize>, filled: bool },
    /// To `eval directions(M)`.
    Directions {
        /// The eigenvectors.
        directions: Box<Directions>,
        /// The object whose points their coordinates are, where they are points.
        points: Option<Type>,
        /// Whether they depend on how a conditional was filled in.
        filled: bool,
    },
    /// To `eval h`, for vectors.
    Features(Arc<Features>),
    /// To `eval support(p)`: the points, and how many there could be.
    Set {
        /// The object.
        of: Type,
        /// Its points, increasing.
        points: Vec<u64>,
        /// Whether they depend on how a conditional was filled in.
        filled: bool,
    },
    /// To `eval minimal(p)` and `eval lumping(P, s)`: the classes of a partition.
    Partition {
        /// The object.
        of: Type,
        /// Its classes, each increasing, in the order of their first points.
        blocks: Vec<Vec<u64>>,
        /// The class of the points that never occur, if there are such.
        never: Option<usize>,
        /// Whether it depends on how a conditional was filled in.
        filled: bool,
    },
    /// To `eval stationary(P)`: one state for each closed class.
    States {
        /// The object.
        of: Type,
        /// The states, each with the period of its class.
        states: Vec<(Row, u64)>,
        /// Whether they depend on how a conditional was filled in.
        filled: bool,
    },
}

impl Answer {
    /// The same with eigenvalues and eigenvectors brought so close that so many digits are known, as far as that can be
    /// found out; it takes long for many.
    pub fn with_digits(self, digits: u32, interrupt: &Interrupt) -> Result<Answer, Stopped> {
        Ok(match self {
            Answer::Spectrum { spectrum, number, filled } => {
                Answer::Spectrum { spectrum: Box::new(spectrum.with_digits(digits, interrupt)?), number, filled }
            }
            Answer::Directions { directions, points, filled } => {
                Answer::Directions { directions: Box::new(directions.with_digits(digits, interrupt)?), points, filled }
            }
            answer => answer,
        })
    }
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The claim is true.
    Holds,
    /// The claim is false.
    Fails,
    /// Neither was shown; the reasons say what was tried.
    Unknown,
}

/// The strength of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The normal forms in the free Markov category agree: it holds whatever the kernels are, as long as those that are
    /// deterministic stay so. (Or, for `check[free]` that fails: they differ.)
    EveryMarkovCategory,
    /// Read off the wiring by d-separation: it holds in every Markov category with conditionals, whatever the boxes are.
    WithConditionals,
    /// Derived from the axioms of a theory: it holds in every Markov category and for all kernels that satisfy them.
    FromAxioms,
    /// An identity of polynomials in the parameters: it holds at all their values at which both sides are defined.
    EveryParameter,
    /// Computed for the declared kernels, over the rationals or in a class of numbers whose order is decided.
    Exact,
    /// Known by certified enclosures: a strict order of numbers outside of the exact classes.
    Numeric,
    /// A theorem about all kernels, from the literature.
    Theorem,
    /// Computed in doubles for the declared kernels, by stated criteria.
    FloatingPoint,
}

impl Level {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Level::EveryMarkovCategory => "every Markov category",
            Level::WithConditionals => "every Markov category with conditionals",
            Level::FromAxioms => "from the axioms",
            Level::EveryParameter => "every parameter",
            Level::Exact => "exact",
            Level::Numeric => "numeric",
            Level::FloatingPoint => "floating point",
            Level::Theorem => "by a theorem",
        }
    }
}

/// A decided check.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// How it came out.
    pub outcome: Outcome,
    /// How it is known.
    pub level: Level,
    /// What shows that the claim (without `not`) is false.
    pub witness: Option<Witness>,
    /// Kernels that show that the claim (without `not`) is true.
    pub shown: Vec<Shown>,
    /// Longer sequences that show that the claim (without `not`) is true, one for each input.
    pub extensions: Vec<Extension>,
    /// What was compared to see that the claim (without `not`) is true, in words.
    pub compared: Option<String>,
    /// Why the claim is not structural, for an equality that holds only for the declared kernels.
    pub not_structural: Option<String>,
    /// Whether the claim was about kernels that depend on how a conditional was filled in.
    pub filled: bool,
    /// The table of `check laws`.
    pub laws: Option<LawTable>,
    /// How it was derived.
    pub proof: Option<Derivation>,
    /// For an open claim, what was tried; for a model, axiom by axiom.
    pub notes: Vec<String>,
    /// Whether the formula of a criterion that is met is determined for the declared kernels.
    pub positivity: Option<Positivity>,
    /// The pivots that show that a matrix is positive semidefinite.
    pub pivots: Option<Box<Pivots>>,
    /// What was computed to answer `equivalence`.
    pub equivalence: Option<Box<Report>>,
}

/// A derivation: a chain of equal diagrams.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Derivation {
    /// The diagrams, with the step that led to each.
    pub lines: Vec<DerivationLine>,
    /// What it rests on beyond equations: rules that not every Markov category has, and determinism that is assumed.
    pub uses: Vec<String>,
    /// A proof that was searched for, as one writes it.
    pub pasted: Option<String>,
}

/// A line of a derivation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivationLine {
    /// The diagram, in applicative notation.
    pub diagram: String,
    /// The step from the line before; none in the first line.
    pub by: Option<String>,
}

impl Verdict {
    /// A verdict from a refutation, or from its absence.
    pub(super) fn of(witness: Option<Witness>, compared: String, filled: bool) -> Verdict {
        Verdict {
            outcome: if witness.is_some() { Outcome::Fails } else { Outcome::Holds },
            level: Level::Exact,
            compared: witness.is_none().then_some(compared),
            witness,
            shown: Vec::new(),
            extensions: Vec::new(),
            not_structural: None,
            filled,
            laws: None,
            proof: None,
            notes: Vec::new(),
            positivity: None,
            pivots: None,
            equivalence: None,
        }
    }

    /// No verdict, and why.
    pub(super) fn unknown(notes: Vec<String>) -> Verdict {
        Verdict { notes, ..Verdict::structural(Outcome::Unknown, Level::FromAxioms, None) }
    }

    /// A verdict from the wiring alone.
    pub(super) fn structural(outcome: Outcome, level: Level, compared: Option<String>) -> Verdict {
        Verdict {
            outcome,
            level,
            witness: None,
            compared,
            shown: Vec::new(),
            extensions: Vec::new(),
            not_structural: None,
            filled: false,
            laws: None,
            proof: None,
            notes: Vec::new(),
            positivity: None,
            pivots: None,
            equivalence: None,
        }
    }

    /// The verdict on the opposite claim; the evidence stays.
    pub(super) fn opposite(self) -> Verdict {
        let outcome = match self.outcome {
            Outcome::Holds => Outcome::Fails,
            Outcome::Fails => Outcome::Holds,
            Outcome::Unknown => Outcome::Unknown,
        };
        Verdict { outcome, ..self }
    }
}

/// Whether every row of a conditional that an adjustment formula uses is determined: whether what it conditions on
/// has positive probability wherever the formula goes. Where not, the formula depends on how the row is filled, and
/// need not be the effect.
#[derive(Debug, Clone, PartialEq)]
pub enum Positivity {
    /// Every row is.
    Everywhere,
    /// A row that is used and is not determined.
    Null {
        /// The inputs of the diagram.
        input: (Type, u64),
        /// The combination that never occurs and is conditioned on.
        never: Vec<(String, Type, u64)>,
        /// The part of it that does occur, and leads the formula there.
        occurs: Vec<(String, Type, u64)>,
    },
    /// The joint law is too large to be looked through.
    Undecided(String),
}

/// The table of laws.
#[derive(Debug, Clone, Default)]
pub struct LawTable {
    /// One line for each law.
    pub lines: Vec<LawLine>,
    /// For each kernel: whether copying is natural for it, that is, whether it is deterministic.
    pub copying: Vec<Copying>,
}

/// A law with its instances.
#[derive(Debug, Clone)]
pub struct LawLine {
    /// What it is called.
    pub name: &'static str,
    /// What it says.
    pub statement: &'static str,
    /// How many instances were checked.
    pub instances: usize,
    /// How many were too large.
    pub left_out: usize,
    /// The first instance that fails, in words.
    pub failure: Option<String>,
}

/// Whether copying is natural for a kernel: `f ; copy == copy ; (f * f)`.
#[derive(Debug, Clone)]
pub struct Copying {
    /// The kernel.
    pub kernel: KernelId,
    /// Where it is not: the input and two outcomes that it has.
    pub failure: Option<(u64, [u64; 2])>,
}
