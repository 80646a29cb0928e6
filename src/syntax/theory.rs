//! The part of the tree that is about theories: axioms, theorems with their proofs, and models.

use super::ast::{Claim, Expr, Ident, Item, Label, Spanned};
use crate::base::span::Span;
use crate::number::ratio::Ratio;

/// `theory T { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct TheoryDecl {
    /// Its name.
    pub name: Ident,
    /// The theory that it adds to.
    pub extends: Option<Ident>,
    /// What it declares, states and proves, in order.
    pub items: Vec<Item>,
}

/// `axiom a : f == g`
#[derive(Debug, Clone, PartialEq)]
pub struct AxiomDecl {
    /// Its name.
    pub name: Ident,
    /// What is assumed.
    pub claim: Claim,
    /// Names for the conditionals that an independence claims to exist.
    pub with: Vec<Ident>,
}

/// `theorem t : f == g by …`
#[derive(Debug, Clone, PartialEq)]
pub struct TheoremDecl {
    /// Its name.
    pub name: Ident,
    /// What is claimed.
    pub claim: Claim,
    /// Names for the conditionals that an independence claims to exist.
    pub with: Vec<Ident>,
    /// Why it holds.
    pub proof: Proof,
    /// The theorem without its proof.
    pub head: Spanned<()>,
}

/// A proof as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// None: both sides have the same normal form.
    Structure,
    /// `by a, -b`, `by auto`
    By(Reason),
    /// A calculation, line by line.
    Lines(Vec<Line>),
}

/// `= e by a`
#[derive(Debug, Clone)]
pub struct Line {
    /// The next diagram.
    pub expr: Expr,
    /// Why it equals the one before; `None`: by normal forms.
    pub reason: Option<Reason>,
    /// The line.
    pub span: Span,
}

/// What stands behind `by`.
#[derive(Debug, Clone)]
pub enum Reason {
    /// `auto`, with a budget in diagrams, and where it stands.
    Auto(Option<Spanned<Ratio>>, Span),
    /// Named rewrites.
    Steps(Vec<Step>),
}

/// `-assoc at 2`
#[derive(Debug, Clone)]
pub struct Step {
    /// Whether the equation is read from right to left.
    pub reversed: bool,
    /// What is used.
    pub rule: StepRule,
    /// Which of the places where it applies.
    pub at: Option<Spanned<Ratio>>,
    /// The step.
    pub span: Span,
}

/// What a step uses.
#[derive(Debug, Clone, PartialEq)]
pub enum StepRule {
    /// An axiom or a theorem.
    Named(Ident),
    /// `positivity(f, g)`, `positivity(f, g under p)`
    Positivity(Vec<Expr>, Option<Expr>),
    /// `causality(a)`, `causality(f, g, h, k)`
    Causality(Vec<Expr>),
}

/// `model M of T { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct ModelDecl {
    /// Its name.
    pub name: Ident,
    /// The theory.
    pub theory: Ident,
    /// What its abstract objects and kernels are.
    pub parts: Vec<(Ident, ModelPart)>,
}

/// What an abstract object or kernel is in a model.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelPart {
    /// `{ a, b }`
    Points(Vec<Label>, Spanned<()>),
    /// `0..6`: first and last integer, and whether the last belongs to it
    Range(Spanned<Ratio>, Spanned<Ratio>, bool),
    /// An object, a kernel or a diagram.
    Expr(Expr),
}

impl PartialEq for Line {
    fn eq(&self, other: &Line) -> bool {
        self.expr == other.expr && self.reason == other.reason
    }
}

impl PartialEq for Reason {
    fn eq(&self, other: &Reason) -> bool {
        match (self, other) {
            (Reason::Auto(a, _), Reason::Auto(b, _)) => a == b,
            (Reason::Steps(a), Reason::Steps(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for Step {
    fn eq(&self, other: &Step) -> bool {
        self.reversed == other.reversed && self.rule == other.rule && self.at == other.at
    }
}
