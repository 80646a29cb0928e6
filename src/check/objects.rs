//! Declarations of objects and of numbers.

use std::sync::Arc;

use super::checker::{BUILT_IN, Checked, Checker, LIST_LIMIT, Reported};
use super::error::CheckError;
use super::scalar::{NamedScalar, Scalar, ScalarKind};
use super::signature::{Entity, Labels, Object, Points};
use crate::base::name::Name;
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::syntax::ast::{Expr, Ident, ObjectBody, ObjectDecl, Spanned};

impl Checker<'_> {
    /// Checks that a name is free, and reports it if not. The first declaration stays.
    pub(super) fn free(&mut self, name: &Ident) -> Checked<()> {
        if BUILT_IN.contains(&name.node.as_str()) {
            return self.fail(CheckError::ReservedName { name: name.node.to_string(), span: name.span });
        }
        match self.sig.lookup(name.node.as_str()) {
            Some((_, first)) if self.sig.declared_here(&name.node) => {
                let error = CheckError::DuplicateName { name: name.node.to_string(), span: name.span, first: *first };
                self.fail(error)
            }
            _ => Ok(()),
        }
    }

    /// Declares what a declaration yields, or remembers that it was faulty.
    pub(super) fn declare(&mut self, name: &Ident, declare: impl FnOnce(&mut Self) -> Checked<Entity>) {
        if self.free(name).is_err() {
            // Go on checking the declaration, so that its own errors are shown too. Which of the two a use further below
            // means is open, so uses are passed over.
            let _ = declare(self);
            self.sig.declare(&name.node, Entity::Faulty, name.span);
            return;
        }
        let entity = declare(self).unwrap_or(Entity::Faulty);
        self.sig.declare(&name.node, entity, name.span);
    }

    /// `object A = …`
    pub(super) fn object(&mut self, decl: &ObjectDecl) {
        let name = decl.name.node.clone();
        self.declare(&decl.name, |this| {
            let points = match &decl.body {
                None => Points::Abstract,
                Some(ObjectBody::Type(t)) => match real_space(t) {
                    Some(span) if this.sig.lookup("R").is_none() => {
                        let what = "real space".to_string();
                        return this.fail(CheckError::NotYet {
                            what,
                            span,
                            help: Some("only finite objects can be used so far".into()),
                        });
                    }
                    _ => return Ok(Entity::Product(this.object_type(t)?)),
                },
                Some(ObjectBody::Points(points)) => this.labelled(&name, decl.name.span, points)?,
                Some(ObjectBody::Range { lo, hi, inclusive }) => this.range(&name, lo, hi, *inclusive)?,
                Some(ObjectBody::FromFile(path)) => {
                    let mut labels = Labels::default();
                    let mut lines: Vec<usize> = Vec::new();
                    for (point, line) in this.listed_points(path)? {
                        let label = Name::new(&point);
                        if let Some(before) = labels.index.insert(label.clone(), labels.names.len() as u64) {
                            let before = lines[before as usize];
                            return this.doubled_listed_point(path, &point, line, before);
                        }
                        labels.names.push(label);
                        lines.push(line);
                    }
                    Points::Labels(Arc::new(labels))
                }
            };
            let object = Object { name: name.clone(), points };
            if object.size() == 0 {
                return this.fail(CheckError::EmptyObject { object: name.to_string(), span: decl.name.span });
            }
            Ok(Entity::Object(this.sig.objects.push(object)))
        });
    }

    fn labelled(&mut self, object: &Name, span: Span, points: &[Ident]) -> Checked<Points> {
        if points.is_empty() {
            return self.fail(CheckError::EmptyObject { object: object.to_string(), span });
        }
        let mut labels = Labels::default();
        let mut failed = false;
        for point in points {
            if let Some(before) = labels.index.insert(point.node.clone(), labels.names.len() as u64) {
                let first = points[before as usize].span;
                let label = point.node.to_string();
                self.errors.push(CheckError::DuplicatePoint { label, span: point.span, first });
                failed = true;
            }
            labels.names.push(point.node.clone());
        }
        if failed { Err(Reported) } else { Ok(Points::Labels(Arc::new(labels))) }
    }

    fn range(&mut self, object: &Name, lo: &Spanned<Ratio>, hi: &Spanned<Ratio>, inclusive: bool) -> Checked<Points> {
        let span = lo.span.to(hi.span);
        let bounds = lo.node.to_i64().zip(hi.node.to_i64());
        let count = bounds.and_then(|(lo, hi)| hi.checked_sub(lo)?.checked_add(i64::from(inclusive)));
        let too_large = CheckError::TooLarge {
            what: format!("the object `{object}`"),
            size: format!("{} points", &(&hi.node - &lo.node) + &Ratio::from(i64::from(inclusive))),
            limit: LIST_LIMIT,
            span,
        };
        match (bounds, count) {
            (Some(_), Some(count)) if count <= 0 => {
                self.fail(CheckError::EmptyObject { object: object.to_string(), span })
            }
            (Some((lo, _)), Some(count)) if count as u64 <= LIST_LIMIT => Ok(Points::Range { lo, count: count as u64 }),
            _ => self.fail(too_large),
        }
    }

    /// `let x = e`
    pub(super) fn binding(&mut self, name: &Ident, e: &Expr) {
        self.declare(name, |this| {
            if this.is_matrix(e) {
                return Ok(Entity::Matrix(Arc::new(this.matrix_of(e)?)));
            }
            let scalar = this.scalar(e)?;
            let value = match this.scalar_constant(&scalar) {
                Ok(value) => value,
                Err(error) => return this.fail(error),
            };
            let scalar = match &value {
                Some(value) => Scalar { kind: ScalarKind::Number(value.clone()), span: e.span },
                None => scalar,
            };
            Ok(Entity::Scalar(NamedScalar::new(scalar), value))
        });
    }
}

/// Whether a product is real space `R^n`, and where it says so.
fn real_space(t: &crate::syntax::ast::ObjectType) -> Option<Span> {
    t.factors.iter().find_map(|(atom, _)| match atom {
        crate::syntax::ast::ObjectAtom::Name(name) if name.node.as_str() == "R" => Some(name.span),
        _ => None,
    })
}
