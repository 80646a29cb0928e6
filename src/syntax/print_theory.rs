//! Theories, proofs and models back to text.

use std::fmt::Write;

use super::ast::Ident;
use super::print::{claim, decimal, doc_line, label, list, print_expr, print_item};
use super::theory::{AxiomDecl, ModelDecl, ModelPart, Proof, Reason, Step, StepRule, TheoremDecl, TheoryDecl};

pub(super) fn theory(decl: &TheoryDecl) -> String {
    let mut out = format!("theory {}", decl.name.node);
    if let Some(base) = &decl.extends {
        let _ = write!(out, " extends {}", base.node);
    }
    out.push_str(" {\n");
    for item in &decl.items {
        let mut text = String::new();
        for doc in &item.docs {
            doc_line(&mut text, "///", &doc.node);
        }
        text.push_str(&print_item(&item.kind));
        for line in text.lines() {
            let _ = if line.is_empty() { writeln!(out) } else { writeln!(out, "  {line}") };
        }
    }
    out.push('}');
    out
}

pub(super) fn axiom(decl: &AxiomDecl) -> String {
    format!("axiom {} : {}{}", decl.name.node, claim(&decl.claim), with(&decl.with))
}

pub(super) fn theorem(decl: &TheoremDecl) -> String {
    let mut out = format!("theorem {} : {}{}", decl.name.node, claim(&decl.claim), with(&decl.with));
    match &decl.proof {
        Proof::Structure => {}
        Proof::By(r) => {
            let _ = write!(out, "\n  {}", reason(r));
        }
        Proof::Lines(lines) => {
            for line in lines {
                let why = line.reason.as_ref().map_or(String::new(), |r| format!("  {}", reason(r)));
                let _ = write!(out, "\n  = {}{why}", print_expr(&line.expr));
            }
        }
    }
    out
}

fn with(names: &[Ident]) -> String {
    if names.is_empty() { String::new() } else { format!(" with {}", list(names, |n| n.node.to_string())) }
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Auto(None, _) => "by auto".into(),
        Reason::Auto(Some(budget), _) => format!("by auto {}", decimal(&budget.node)),
        Reason::Steps(steps) => format!("by {}", list(steps, step)),
    }
}

fn step(step: &Step) -> String {
    let at = step.at.as_ref().map_or(String::new(), |n| format!(" at {}", decimal(&n.node)));
    format!("{}{}{at}", if step.reversed { "-" } else { "" }, print_rule(&step.rule))
}

/// Writes what a step uses.
pub fn print_rule(rule: &StepRule) -> String {
    match rule {
        StepRule::Named(name) => name.node.to_string(),
        StepRule::Causality(items) => format!("causality({})", list(items, print_expr)),
        StepRule::Positivity(items, under) => {
            let under = under.as_ref().map_or(String::new(), |p| format!(" under {}", print_expr(p)));
            format!("positivity({}{under})", list(items, print_expr))
        }
    }
}

pub(super) fn model(decl: &ModelDecl) -> String {
    let mut out = format!("model {} of {} {{\n", decl.name.node, decl.theory.node);
    for (name, part) in &decl.parts {
        let value = match part {
            ModelPart::Points(points, _) => format!("{{ {} }}", list(points, |p| label(&p.node))),
            ModelPart::Range(lo, hi, inclusive) => {
                format!("{}..{}{}", lo.node, if *inclusive { "=" } else { "" }, hi.node)
            }
            ModelPart::Expr(e) => print_expr(e),
        };
        let _ = writeln!(out, "  {} = {value}", name.node);
    }
    out.push('}');
    out
}
