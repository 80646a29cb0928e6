//! Pest's pairs to vectors and to softmax kernels.

use super::ast::Spanned;
use super::cst_to_formula::{Reader, only, parts, take};
use super::error::SyntaxError;
use super::expr::Expr;
use super::features::{FeaturesBody, FeaturesDecl, LogitRow, SoftmaxBody, VectorRow};
use super::text_to_cst::{Node, Rule};

type Read<T> = Result<T, SyntaxError>;

impl Reader {
    /// `features h : X -> R^2 …`
    pub(super) fn features(&self, node: Node<'_>) -> Read<FeaturesDecl> {
        let mut inner = parts(node).filter(|n| n.as_rule() != Rule::s_is);
        let name = self.ident(&take(&mut inner));
        let domain = self.object_type(take(&mut inner))?;
        let space = take(&mut inner);
        let span = self.span(&space);
        let dimension = match parts(space).next() {
            Some(exponent) => self.exponent(&exponent)?,
            None => 1,
        };
        let body = take(&mut inner);
        let whole = self.span(&body);
        let body = match body.as_rule() {
            Rule::vectors => FeaturesBody::Rows(parts(body).map(|n| self.vector_row(n)).collect::<Read<_>>()?, whole),
            _ => FeaturesBody::Matrix(parts(body).map(|n| self.numbers(n)).collect::<Read<_>>()?, whole),
        };
        Ok(FeaturesDecl { name, domain, dimension: Spanned::new(dimension, span), body })
    }

    fn vector_row(&self, node: Node<'_>) -> Read<VectorRow> {
        let span = self.span(&node);
        let mut inner = parts(node);
        let point = self.point(take(&mut inner));
        Ok(VectorRow { point, coordinates: self.numbers(take(&mut inner))?, span })
    }

    /// `(1, 0)`, `[1, 0]`
    fn numbers(&self, node: Node<'_>) -> Read<Spanned<Vec<Expr>>> {
        let span = self.span(&node);
        Ok(Spanned::new(parts(node).map(|n| self.expr(n)).collect::<Read<_>>()?, span))
    }

    /// `softmax(h, W, b)`, `softmax { a -> x: log(2), y: 0 }`
    pub(super) fn softmax(&self, node: Node<'_>) -> Read<SoftmaxBody> {
        let span = self.span(&node);
        let body = only(node);
        if body.as_rule() == Rule::softmax_of {
            let mut names = parts(body).map(|n| self.ident(&n));
            let (Some(states), Some(outcomes)) = (names.next(), names.next()) else {
                unreachable!("the grammar demands two names")
            };
            return Ok(SoftmaxBody::Head { states, outcomes, bias: names.next(), span });
        }
        Ok(SoftmaxBody::Logits(parts(body).map(|n| self.logit_row(n)).collect::<Read<_>>()?))
    }

    fn logit_row(&self, node: Node<'_>) -> Read<LogitRow> {
        let span = self.span(&node);
        let (mut pattern, mut logits) = (None, Vec::new());
        for part in parts(node) {
            if part.as_rule() == Rule::row_head {
                pattern = Some(self.pattern(only(part)));
                continue;
            }
            let mut inner = parts(part);
            let point = self.point(take(&mut inner));
            logits.push((point, self.expr(take(&mut inner))?));
        }
        Ok(LogitRow { pattern, logits, span })
    }
}
