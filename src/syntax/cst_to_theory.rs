//! Pest's pairs to theories, proofs and models.

use super::ast::*;
use super::cst_to_formula::{Reader, only, parts, take};
use super::error::SyntaxError;
use super::text_to_cst::{Node, Rule};
use super::theory::{AxiomDecl, Line, ModelDecl, ModelPart, Proof, Reason, Step, StepRule, TheoremDecl, TheoryDecl};
use crate::base::span::Span;

type Read<T> = Result<T, SyntaxError>;

impl Reader {
    pub(super) fn theory(&self, node: Node<'_>) -> Read<TheoryDecl> {
        let mut inner = parts(node);
        let name = self.ident(&take(&mut inner));
        let mut theory = TheoryDecl { name, extends: None, items: Vec::new() };
        for part in inner {
            match part.as_rule() {
                Rule::name => theory.extends = Some(self.ident(&part)),
                _ => theory.items.push(self.item(part)?),
            }
        }
        Ok(theory)
    }

    pub(super) fn axiom(&self, node: Node<'_>) -> Read<AxiomDecl> {
        let mut inner = parts(node);
        let name = self.ident(&take(&mut inner));
        let claim = self.claim(only(take(&mut inner)))?;
        Ok(AxiomDecl { name, claim, with: inner.next().map_or_else(Vec::new, |n| self.with(n)) })
    }

    pub(super) fn theorem(&self, node: Node<'_>) -> Read<TheoremDecl> {
        let start = self.span(&node);
        let mut inner = parts(node);
        let name = self.ident(&take(&mut inner));
        let statement = take(&mut inner);
        let head = Spanned::new((), Span::new(start.lo, self.span(&statement).hi));
        let claim = self.claim(only(statement))?;
        let mut theorem = TheoremDecl { name, claim, with: Vec::new(), proof: Proof::Structure, head };
        let mut lines = Vec::new();
        for part in inner {
            match part.as_rule() {
                Rule::with => theorem.with = self.with(part),
                Rule::reason => theorem.proof = Proof::By(self.reason(part)?),
                _ => {
                    let span = self.span(&part);
                    let mut inner = parts(part).filter(|n| n.as_rule() != Rule::s_is);
                    let expr = self.expr(take(&mut inner))?;
                    let reason = inner.next().map(|n| self.reason(n)).transpose()?;
                    lines.push(Line { expr, reason, span });
                }
            }
        }
        if !lines.is_empty() {
            theorem.proof = Proof::Lines(lines);
        }
        Ok(theorem)
    }

    fn with(&self, node: Node<'_>) -> Vec<Ident> {
        parts(node).map(|n| self.ident(&n)).collect()
    }

    fn reason(&self, node: Node<'_>) -> Read<Reason> {
        let inner = only(node);
        if inner.as_rule() == Rule::auto {
            let span = self.span(&inner);
            let budget = parts(inner).next().map(|n| self.spanned_number(&n)).transpose()?;
            return Ok(Reason::Auto(budget, span));
        }
        Ok(Reason::Steps(parts(inner).map(|n| self.step(n)).collect::<Read<_>>()?))
    }

    fn step(&self, node: Node<'_>) -> Read<Step> {
        let span = self.span(&node);
        let mut reversed = false;
        let mut at = None;
        let mut rule = None;
        for part in parts(node) {
            match part.as_rule() {
                Rule::s_minus => reversed = true,
                Rule::digits => at = Some(self.spanned_number(&part)?),
                Rule::name => rule = Some(StepRule::Named(self.ident(&part))),
                _ => rule = Some(self.horn(part)?),
            }
        }
        let Some(rule) = rule else { unreachable!("a step uses something") };
        Ok(Step { reversed, rule, at, span })
    }

    fn horn(&self, node: Node<'_>) -> Read<StepRule> {
        let causality = node.as_rule() == Rule::causality;
        let under = node.clone().into_inner().any(|n| n.as_rule() == Rule::k_under);
        let mut exprs = parts(node).map(|n| self.expr(n)).collect::<Read<Vec<_>>>()?;
        let state = if under { exprs.pop() } else { None };
        Ok(if causality { StepRule::Causality(exprs) } else { StepRule::Positivity(exprs, state) })
    }

    fn spanned_number(&self, node: &Node<'_>) -> Read<Spanned<crate::number::ratio::Ratio>> {
        Ok(Spanned::new(self.number(node)?, self.span(node)))
    }

    pub(super) fn model(&self, node: Node<'_>) -> Read<ModelDecl> {
        let mut inner = parts(node);
        let name = self.ident(&take(&mut inner));
        let theory = self.ident(&take(&mut inner));
        let mut model = ModelDecl { name, theory, parts: Vec::new() };
        for part in inner {
            let mut pair = parts(part).filter(|n| n.as_rule() != Rule::s_is);
            let name = self.ident(&take(&mut pair));
            let value = take(&mut pair);
            let span = self.span(&value);
            let value = match value.as_rule() {
                Rule::points => {
                    ModelPart::Points(parts(value).map(|n| self.label(n)).collect(), Spanned::new((), span))
                }
                Rule::range => {
                    let mut bounds = value.into_inner();
                    let (lo, mark, hi) = (take(&mut bounds), take(&mut bounds), take(&mut bounds));
                    ModelPart::Range(self.spanned_number(&lo)?, self.spanned_number(&hi)?, mark.as_str() == "..=")
                }
                _ => ModelPart::Expr(self.expr(value)?),
            };
            model.parts.push((name, value));
        }
        Ok(model)
    }
}
