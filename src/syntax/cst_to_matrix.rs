//! Pest's pairs to matrices.

use super::ast::{Claim, Expr, ExprKind, Spanned};
use super::cst_to_formula::{Reader, parts, take};
use super::error::SyntaxError;
use super::matrix::{MatrixCall, MatrixWord};
use super::text_to_cst::{Node, Rule};

type Read<T> = Result<T, SyntaxError>;

impl Reader {
    /// `[1, 2]`, `[[1, 2], [2, 1]]`
    pub(super) fn list(&self, node: Node<'_>) -> Read<ExprKind> {
        Ok(ExprKind::List(parts(node).map(|n| self.expr(n)).collect::<Read<Vec<Expr>>>()?))
    }

    /// `similarity[gauss 1](f)`, `rank(M)`
    pub(super) fn matrix_call(&self, node: Node<'_>) -> Read<ExprKind> {
        let mut inner = parts(node).peekable();
        let word = self.ident(&take(&mut inner));
        let Some(found) = MatrixWord::find(word.node.as_str()) else { unreachable!("the grammar lists the words") };
        let bracket = inner.next_if(|n| n.as_rule() == Rule::divergence).map(|n| self.divergence(n)).transpose()?;
        let items = inner.map(|n| self.expr(n)).collect::<Read<Vec<Expr>>>()?;
        Ok(ExprKind::Matrix(Box::new(MatrixCall { word: Spanned::new(found, word.span), bracket, items })))
    }

    /// `semidefinite [[1, x], [x, 1]]`
    pub(super) fn semidefinite<'a>(&self, mut inner: impl Iterator<Item = Node<'a>>) -> Read<Claim> {
        let word = self.ident(&take(&mut inner));
        Ok(Claim::Semidefinite(word, self.expr(take(&mut inner))?))
    }
}
