//! The part of the tree that declares vectors, and kernels by their logits.

use super::ast::{Ident, ObjectType, Pattern, PointExpr, Spanned};
use super::expr::Expr;
use crate::base::span::Span;

/// `features h : X -> R^2 …`
#[derive(Debug, Clone, PartialEq)]
pub struct FeaturesDecl {
    /// Its name.
    pub name: Ident,
    /// The object whose points have a vector each.
    pub domain: ObjectType,
    /// How many coordinates a vector has; it stands at `R^2`.
    pub dimension: Spanned<u64>,
    /// The vectors.
    pub body: FeaturesBody,
}

/// The vectors as written.
#[derive(Debug, Clone)]
pub enum FeaturesBody {
    /// `{ a -> (1, 0)  b -> (1/2, -3) }`, and where the braces stand
    Rows(Vec<VectorRow>, Span),
    /// `= [[1, 0], [0, 1]]`: a row for each point, in order; and where the brackets stand
    Matrix(Vec<Spanned<Vec<Expr>>>, Span),
}

/// The vector of a point.
#[derive(Debug, Clone)]
pub struct VectorRow {
    /// The point.
    pub point: PointExpr,
    /// Its coordinates; they stand at the parentheses.
    pub coordinates: Spanned<Vec<Expr>>,
    /// The row.
    pub span: Span,
}

/// What stands behind `softmax`.
#[derive(Debug, Clone)]
pub enum SoftmaxBody {
    /// `(h, W)` or `(h, W, b)`: the logit of `w` at `c` is `<h_c, W_w> + b_w`
    Head {
        /// The vectors of the inputs.
        states: Ident,
        /// The vectors of the outcomes.
        outcomes: Ident,
        /// A number for each outcome.
        bias: Option<Ident>,
        /// The whole, with the word.
        span: Span,
    },
    /// `{ a -> x: log(2), y: 0 }`; a state has one row without pattern
    Logits(Vec<LogitRow>),
}

/// A row of logits.
#[derive(Debug, Clone)]
pub struct LogitRow {
    /// The inputs; `None` in a state.
    pub pattern: Option<Pattern>,
    /// Outcomes with their logits.
    pub logits: Vec<(PointExpr, Expr)>,
    /// The row.
    pub span: Span,
}
