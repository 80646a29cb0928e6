//! Pest's pairs to measures.

use super::ast::{Claim, Expr, ExprKind, Ident, Spanned, Wire};
use super::cst_to_formula::{Reader, only, parts, take};
use super::error::SyntaxError;
use super::measure::{Call, Divergence, Measure, MeasureOf};
use super::text_to_cst::{Node, Rule};

type Read<T> = Result<T, SyntaxError>;

impl Reader {
    /// `H(x | y) in p`
    pub(super) fn measure(&self, node: Node<'_>) -> Read<ExprKind> {
        let mut inner = parts(node);
        let mut next = take(&mut inner);
        let sup = next.as_rule() == Rule::w_sup;
        if sup {
            next = take(&mut inner);
        }
        let word = self.ident(&next);
        next = take(&mut inner);
        let mut bracket = None;
        if matches!(next.as_rule(), Rule::divergence | Rule::order) {
            bracket = Some(self.divergence(next)?);
            next = take(&mut inner);
        }
        let of = match next.as_rule() {
            Rule::measure_wires => {
                let mut lists = Vec::new();
                let mut given = Vec::new();
                for part in parts(next) {
                    match part.as_rule() {
                        Rule::measure_part => lists.push(parts(part).map(|n| self.group(n)).collect()),
                        _ => given = self.wires(part),
                    }
                }
                let within = Box::new(self.expr(take(&mut inner))?);
                MeasureOf::Wires { parts: lists, given, within }
            }
            _ => MeasureOf::Diagrams(parts(next).map(|n| self.expr(n)).collect::<Read<_>>()?),
        };
        Ok(ExprKind::Measure(Box::new(Measure { sup, word, bracket, of })))
    }

    /// What stands in brackets: a name with an order or without one, or an order alone.
    pub(super) fn divergence(&self, node: Node<'_>) -> Read<Divergence> {
        let mut inner = parts(node);
        let first = take(&mut inner);
        if first.as_rule() == Rule::formula {
            return Ok(Divergence { name: None, order: Some(self.formula(first)?) });
        }
        let name = Some(self.ident(&first));
        Ok(Divergence { name, order: inner.next().map(|n| self.formula(n)).transpose()? })
    }

    fn group(&self, node: Node<'_>) -> Vec<Wire> {
        let first = only(node);
        match first.as_rule() {
            Rule::wires => self.wires(first),
            _ => vec![self.ident(&first)],
        }
    }

    /// `log(2)`
    pub(super) fn scalar_call(&self, node: Node<'_>) -> Read<ExprKind> {
        let mut inner = parts(node);
        let word: Ident = self.ident(&take(&mut inner));
        let Some(call) = Call::find(word.node.as_str()) else { unreachable!("the grammar lists the functions") };
        let items = inner.map(|n| self.expr(n)).collect::<Read<Vec<Expr>>>()?;
        Ok(ExprKind::Call(Spanned::new(call, word.span), items))
    }

    /// `law C of JS`
    pub(super) fn divergence_law<'a>(&self, mut inner: impl Iterator<Item = Node<'a>>) -> Read<Claim> {
        let law = self.ident(&take(&mut inner));
        let name = Some(self.ident(&take(&mut inner)));
        let order = inner.next().map(|n| self.formula(n)).transpose()?;
        Ok(Claim::DivergenceLaw(law, Divergence { name, order }))
    }
}
