//! What a program asks: checks and evaluations, with everything in them resolved.

use std::sync::Arc;

use super::for_all::ForAll;
use super::matrix::Matrix;
use super::measure::{Divergence, DivergenceLaw, Measure};
use super::scalar::Scalar;
use super::study::Study;
use super::term::Term;
use super::types::{FactId, FeaturesId, KernelId, ObjectId};
use crate::base::name::Name;
use crate::base::span::Span;
use crate::syntax::ast::{Door, Relation, Unit};

/// A check or an evaluation.
#[derive(Debug, Clone)]
pub struct Obligation {
    /// What is asked.
    pub kind: ObligationKind,
    /// The item.
    pub span: Span,
}

/// The kinds of obligations.
#[derive(Debug, Clone)]
pub enum ObligationKind {
    /// `check claim`, or `check not claim`
    Check {
        /// Whether it holds where the claim fails.
        negated: bool,
        /// The claim.
        claim: Claim,
    },
    /// A check inside of a theory, with the facts that may be used.
    Reasoned {
        /// Whether it holds where the claim fails.
        negated: bool,
        /// The claim.
        claim: Claim,
        /// The facts.
        scope: Vec<FactId>,
    },
    /// `theorem t : … by …`
    Theorem(FactId),
    /// `model M of T { … }`
    Model(Box<ModelClaims>),
    /// `eval f`
    EvalTerm(Term),
    /// `eval 1 + prob(…)`
    EvalScalar(Scalar),
    /// `eval H(p)`, with its unit
    EvalMeasure(Scalar, Option<Unit>),
    /// `eval similarity[BC](f)`
    EvalMatrix(Matrix),
    /// `eval spectrum(M)`, `eval eigenvalue(M, 1)`: all eigenvalues, or that one, counted from 0
    EvalSpectrum(Matrix, Option<usize>),
    /// `eval directions(M)`: the eigenvectors
    EvalDirections(Matrix),
    /// `eval H[KL](k)`: a value for each input, with its unit
    EvalForEachInput(Box<Measure>, Option<Unit>),
    /// `eval h`, for vectors
    EvalFeatures(FeaturesId),
    /// `eval support(p)`
    EvalSupport(Term),
    /// `eval minimal(p)`, `eval lumping(P, s)`: a deterministic kernel, shown as the partition that it makes
    EvalPartition(Term),
    /// `eval stationary(P)`: all of them; the chain
    EvalStationary(Term),
}

impl ObligationKind {
    /// Whether it claims something, and does not only ask for a value.
    pub fn is_check(&self) -> bool {
        use ObligationKind::{Check, Model, Reasoned, Theorem};
        matches!(self, Check { .. } | Reasoned { .. } | Theorem(_) | Model(_))
    }
}

/// What a model of a theory must satisfy, and what then follows.
#[derive(Debug, Clone)]
pub struct ModelClaims {
    /// The theory.
    pub theory: Name,
    /// Axioms, and kernels that must be deterministic, by name.
    pub axioms: Vec<(Name, Claim)>,
    /// Theorems by name, as facts of the theory and as claims in the model.
    pub theorems: Vec<(Name, FactId, Claim)>,
}

/// A claim, resolved.
#[derive(Debug, Clone)]
pub enum Claim {
    /// `f == g`, `f == g under p`; `!=` with `equal` false
    Equal {
        /// Left side.
        left: Term,
        /// Right side, of the same type.
        right: Term,
        /// Whether they are to be equal.
        equal: bool,
        /// A diagram into their domain.
        under: Option<Term>,
        /// Whether only equality in every Markov category counts (`check[free]`).
        free: bool,
    },
    /// A comparison of numbers.
    Scalars(Scalar, Relation, Scalar),
    /// `support(p) <= support(q)` and the like
    Supports(Term, Relation, Term),
    /// `deterministic f under p`
    Deterministic(Term, Option<Term>),
    /// `independent x, y given z in p`
    Independent {
        /// The diagram.
        of: Term,
        /// Groups of outputs, with their names.
        groups: Vec<(String, Vec<usize>)>,
        /// What is known, with its name.
        given: Vec<(String, Vec<usize>)>,
    },
    /// `separated x, y given z in d`
    Separated {
        /// The diagram.
        of: Term,
        /// Groups of outputs, with their names.
        groups: Vec<(String, Vec<usize>)>,
        /// What is known, with its name.
        given: Vec<(String, Vec<usize>)>,
    },
    /// `backdoor z for x -> y in d`, `frontdoor m for x -> y in d`
    Criterion(Box<Criterion>),
    /// `identifiable y given do x in d`
    Identifiable(Box<Identifiable>),
    /// `stationary p for P`
    Stationary(Term, Term),
    /// `reversible P under p`
    Reversible(Term, Term),
    /// A claim of statistics, of experiments or of chains.
    Study(Box<Study>),
    /// `law C of JS`
    DivergenceLaw(DivergenceLaw, Divergence),
    /// `semidefinite [[1, x], [x, 1]]`: a square matrix
    Semidefinite(Matrix),
    /// `A == B` and `A != B` for matrices of one shape
    Matrices(Box<Matrix>, Box<Matrix>, bool),
    /// `eigenvalue(M, 1) < 2`
    Eigenvalue(Box<EigenvalueClaim>),
    /// `laws …`
    Laws(Vec<ObjectId>, Vec<KernelId>),
    /// `forall e: Prob. …`
    ForAll(Arc<ForAll>),
}

/// A comparison of an eigenvalue with a number.
#[derive(Debug, Clone)]
pub struct EigenvalueClaim {
    /// A square matrix, which is to be symmetric.
    pub matrix: Matrix,
    /// Which eigenvalue, the largest first, counted from 0 and with multiplicities.
    pub number: usize,
    /// How it compares.
    pub sign: Relation,
    /// With what.
    pub bound: Scalar,
}

/// A claim that an effect is determined by what is observed; wires have their names and outputs.
#[derive(Debug, Clone)]
pub struct Identifiable {
    /// The diagram.
    pub of: Term,
    /// The diagram as it is written.
    pub text: String,
    /// What is set.
    pub from: Vec<(String, Vec<usize>)>,
    /// What is acted on.
    pub to: Vec<(String, Vec<usize>)>,
    /// The other outputs.
    pub others: Vec<(String, Vec<usize>)>,
}

/// A graphical criterion for an effect to be computed from what is observed; wires have their names and outputs.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// The diagram.
    pub of: Term,
    /// Which criterion.
    pub door: Door,
    /// What is adjusted over, or gone through.
    pub by: Vec<(String, Vec<usize>)>,
    /// What is set.
    pub from: Vec<(String, Vec<usize>)>,
    /// What is acted on.
    pub to: Vec<(String, Vec<usize>)>,
}
