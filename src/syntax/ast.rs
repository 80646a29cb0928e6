//! What a program says, as written: names are not yet looked up and nothing is typed.
//!
//! What can no longer be wrong here: the syntax. Numbers are exact. Equality of trees ignores places; see
//! `same`.

use std::sync::Arc;

pub use super::expr::{
    Check, Claim, Door, Expr, ExprKind, Formula, FormulaKind, FormulaWeight, Operator, Relation, Wire,
};
pub use super::features::{FeaturesBody, FeaturesDecl, LogitRow, SoftmaxBody, VectorRow};
pub use super::matrix::{MatrixCall, MatrixWord};
pub use super::measure::{Call, Divergence, Measure, MeasureOf, Unit};
pub use super::study::{Derived, Study};
pub use super::theory::{
    AxiomDecl, Line as ProofLine, ModelDecl, ModelPart, Proof, Reason, Step, StepRule, TheoremDecl, TheoryDecl,
};
use crate::base::name::Name;
use crate::base::span::Span;
use crate::number::ratio::Ratio;

/// Anything with its place.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    /// The thing.
    pub node: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a thing at a place.
    pub fn new(node: T, span: Span) -> Self {
        Spanned { node, span }
    }
}

/// A name where it stands.
pub type Ident = Spanned<Name>;

/// A file: documentation and items, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct File {
    /// Lines of `//!`, without the marks.
    pub docs: Vec<Spanned<String>>,
    /// The items.
    pub items: Vec<Item>,
}

/// An item with its documentation.
#[derive(Debug, Clone)]
pub struct Item {
    /// Lines of `///`, without the marks.
    pub docs: Vec<Spanned<String>>,
    /// What it declares or asks.
    pub kind: ItemKind,
    /// The item without its documentation.
    pub span: Span,
}

impl PartialEq<ItemKind> for Item {
    fn eq(&self, other: &ItemKind) -> bool {
        self.kind == *other
    }
}

/// The kinds of items.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    /// `object A = …`
    Object(ObjectDecl),
    /// `features h : X -> R^2 …`
    Features(FeaturesDecl),
    /// `kernel f : A -> B …`
    Kernel(Arc<KernelDecl>),
    /// `diagram d …`
    Diagram(DiagramDecl),
    /// `check …`
    Check(Check),
    /// `eval e`, with `in unit`
    Eval(Expr, Option<Ident>),
    /// `let x = e`
    Let(Ident, Expr),
    /// `import "x.mc"`, `import "x.bif" repair scale`
    Import(Spanned<String>, Option<Ident>),
    /// `theory T { … }`
    Theory(Arc<TheoryDecl>),
    /// `model M of T { … }`
    Model(ModelDecl),
    /// `axiom a : …`, in a theory
    Axiom(AxiomDecl),
    /// `theorem t : …`, in a theory
    Theorem(TheoremDecl),
    /// A construct of a later version, by its keyword.
    Later(Ident),
}

/// `object A = …`
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectDecl {
    /// Its name.
    pub name: Ident,
    /// What it is; `None` for an abstract object.
    pub body: Option<ObjectBody>,
}

/// What an object is.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectBody {
    /// `{ a, b, "the cat" }`
    Points(Vec<Label>),
    /// `0..6`, `1..=6`: first and last integer (the last excluded or included as written)
    Range {
        /// First integer.
        lo: Spanned<Ratio>,
        /// Last integer.
        hi: Spanned<Ratio>,
        /// Whether `hi` belongs to it.
        inclusive: bool,
    },
    /// An abbreviation for a product.
    Type(ObjectType),
    /// `from "file.txt"`
    FromFile(Spanned<String>),
}

/// The label of a point: a name, a string or an integer, all kept as text.
pub type Label = Ident;

/// A product of objects as written.
#[derive(Debug, Clone)]
pub struct ObjectType {
    /// Factors with their exponents.
    pub factors: Vec<(ObjectAtom, Option<Spanned<u64>>)>,
    /// The whole.
    pub span: Span,
}

/// A factor of a product.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectAtom {
    /// An object, or `I`.
    Name(Ident),
    /// A product in parentheses.
    Group(ObjectType),
}

/// A parameter of a family: `e: Prob`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Ident,
    /// `Prob`, `Rat` or `Nat`.
    pub sort: Ident,
}

/// `x: A`
#[derive(Debug, Clone, PartialEq)]
pub struct TypedName {
    /// The name.
    pub name: Ident,
    /// Its object.
    pub object: ObjectType,
}

/// `kernel f …`
#[derive(Debug, Clone, PartialEq)]
pub struct KernelDecl {
    /// Whether it was declared `deterministic`, and where.
    pub deterministic: Option<Spanned<()>>,
    /// Its name.
    pub name: Ident,
    /// Parameters of a family.
    pub parameters: Vec<Parameter>,
    /// Domain.
    pub domain: KernelDomain,
    /// Codomain.
    pub codomain: ObjectType,
    /// Its rows; `None` for an abstract kernel.
    pub body: Option<KernelBody>,
}

/// The domain of a kernel as written.
#[derive(Debug, Clone, PartialEq)]
pub enum KernelDomain {
    /// `: B`, a state
    State,
    /// `: A -> B`
    Type(ObjectType),
    /// `(x: A, y: B) -> C`
    Named(Vec<TypedName>),
}

/// The rows of a kernel as written.
#[derive(Debug, Clone, PartialEq)]
pub enum KernelBody {
    /// `{ a -> x: 1/3, y: rest }`; a state has one row without pattern
    Table(Vec<TableRow>),
    /// `weights { a -> x: 3, y: 1 }`
    Weights(Vec<TableRow>),
    /// `= [[1/3, 2/3], [1, 0]]`
    Matrix(Vec<Spanned<Vec<Formula>>>),
    /// `= softmax(h, W)`, `= softmax { a -> x: log(2), y: 0 }`
    Softmax(SoftmaxBody),
    /// `= (x + y) mod 6`
    Formula(Formula),
    /// `from counts "x.csv" smooth 1`
    Counts {
        /// The file.
        path: Spanned<String>,
        /// What is added to every count.
        smooth: Option<Spanned<Ratio>>,
    },
}

/// A row of a table.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// The inputs; `None` in a state.
    pub pattern: Option<Pattern>,
    /// The distribution.
    pub law: Law,
    /// The row.
    pub span: Span,
}

/// A distribution as written in a table.
#[derive(Debug, Clone)]
pub enum Law {
    /// `uniform`, `uniform { x, y }`
    Uniform(Option<Vec<PointExpr>>, Span),
    /// `x: 1/3, y: rest`
    Entries(Vec<Entry>),
}

/// One weight of a distribution.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The outcome.
    pub point: PointExpr,
    /// Its weight.
    pub weight: Weight,
}

/// A weight as written.
#[derive(Debug, Clone)]
pub enum Weight {
    /// No weight: all of the mass.
    All,
    /// `rest`
    Rest(Span),
    /// A number
    Formula(Formula),
}

/// A pattern for inputs.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// `_`
    Any(Span),
    /// A point of one factor.
    Point(PointAtom),
    /// `(a, _)`
    Tuple(Vec<Pattern>, Span),
}

impl Pattern {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Pattern::Any(span) | Pattern::Tuple(_, span) => *span,
            Pattern::Point(atom) => atom.span,
        }
    }
}

/// A point as written.
#[derive(Debug, Clone)]
pub enum PointExpr {
    /// A point of one factor.
    Atom(PointAtom),
    /// `(a, b)`
    Tuple(Vec<PointExpr>, Span),
}

impl PointExpr {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            PointExpr::Atom(atom) => atom.span,
            PointExpr::Tuple(_, span) => *span,
        }
    }
}

/// `a`, `A.a`, `"the cat"`, `3`
#[derive(Debug, Clone)]
pub struct PointAtom {
    /// The object in front of the dot.
    pub object: Option<Ident>,
    /// The label.
    pub label: Label,
    /// The whole.
    pub span: Span,
}

/// `diagram d …`
#[derive(Debug, Clone, PartialEq)]
pub struct DiagramDecl {
    /// Its name.
    pub name: Ident,
    /// Its inputs.
    pub inputs: DiagramInputs,
    /// Its outputs.
    pub outputs: Outputs,
    /// What it is.
    pub body: DiagramBody,
}

/// The inputs of a diagram as written.
#[derive(Debug, Clone, PartialEq)]
pub enum DiagramInputs {
    /// `: A -> …`
    Type(ObjectType),
    /// `(x: A, y: B) -> …`; empty for a state
    Named(Vec<TypedName>),
}

/// The outputs of a diagram as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Outputs {
    /// `A * B`
    Type(ObjectType),
    /// `(x: A, y: B)`
    Named(Vec<TypedName>),
}

/// What a diagram is.
#[derive(Debug, Clone)]
pub enum DiagramBody {
    /// `= f ; g`
    Expr(Expr),
    /// `{ x ~ f  return x }`
    Wiring {
        /// The draws in order.
        draws: Vec<Draw>,
        /// The returned wires.
        returns: Vec<Ident>,
        /// From the brace to the brace.
        span: Span,
    },
}

/// `(a, b) ~ f(x, y)`
#[derive(Debug, Clone)]
pub struct Draw {
    /// The wires drawn.
    pub targets: Vec<Ident>,
    /// Whether they stand in parentheses.
    pub split: bool,
    /// What they are drawn from.
    pub source: Expr,
    /// The wires it is given.
    pub inputs: Vec<Ident>,
    /// The whole step.
    pub span: Span,
}

/// A line of the REPL.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// Items.
    Items(File),
    /// An expression to evaluate, with its unit.
    Bare(Expr, Option<Ident>),
}
