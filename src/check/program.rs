//! A whole file: its items in order, each checked against what stands above it.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::checker::{Checker, Reported};
use super::error::CheckError;
use super::obligation::{Obligation, ObligationKind};
use super::signature::Signature;
use crate::base::files::Files;
use crate::base::name::Name;
use crate::base::span::Span;
use crate::syntax::ast::{Expr, File, Ident, ItemKind};

/// Checks the items of a file: declarations go into the signature, questions into the list.
///
/// All errors are reported; with an error, the signature holds what could still be declared and must not be used.
pub fn check_file(
    sig: &mut Signature,
    ast: &File,
    directory: &Path,
    files: &dyn Files,
) -> Result<Vec<Obligation>, Vec<CheckError>> {
    let mut checker = checker(sig, ast, directory, files);
    let mut obligations = Vec::new();
    for item in &ast.items {
        let kind = match &item.kind {
            ItemKind::Check(check) => checker.check(check),
            ItemKind::Eval(e, unit) => checker.evaluation(e, unit.as_ref()),
            ItemKind::Theory(decl) => {
                checker.theory(decl, &mut obligations);
                continue;
            }
            ItemKind::Model(decl) => checker.model(decl),
            _ => {
                checker.declaration(item);
                continue;
            }
        };
        if let Ok(kind) = kind {
            // Of a model its head is shown.
            let hi = if let ItemKind::Model(decl) = &item.kind { decl.theory.span.hi } else { item.span.hi };
            obligations.push(Obligation { kind, span: Span::new(item.span.lo, hi) });
        }
    }
    if checker.errors.is_empty() { Ok(obligations) } else { Err(checker.errors) }
}

/// Checks one expression, to evaluate it.
pub fn check_expression(
    sig: &mut Signature,
    e: &Expr,
    unit: Option<&Ident>,
    directory: &Path,
    files: &dyn Files,
) -> Result<ObligationKind, Vec<CheckError>> {
    let mut checker = checker(sig, &File::default(), directory, files);
    match checker.evaluation(e, unit) {
        Ok(kind) => Ok(kind),
        Err(Reported) => Err(checker.errors),
    }
}

fn checker<'a>(sig: &'a mut Signature, ast: &File, directory: &Path, files: &'a dyn Files) -> Checker<'a> {
    let mut below: FxHashMap<Name, Span> = FxHashMap::default();
    for item in &ast.items {
        let name = match &item.kind {
            ItemKind::Object(d) => &d.name,
            ItemKind::Features(d) => &d.name,
            ItemKind::Kernel(d) => &d.name,
            ItemKind::Diagram(d) => &d.name,
            ItemKind::Let(name, _) => name,
            ItemKind::Theory(d) => &d.name,
            ItemKind::Model(d) => &d.name,
            _ => continue,
        };
        below.entry(name.node.clone()).or_insert(name.span);
    }
    Checker { sig, errors: Vec::new(), files, directory: directory.to_path_buf(), below, binder: None }
}
