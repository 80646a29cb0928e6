//! `features h : X -> R^2`: a vector for each point of a finite object, such as the image of a deterministic encoder, or
//! the rows of a head.
//!
//! 1. Every point has exactly one vector, and every vector as many coordinates as the space has, at least one.
//! 2. A coordinate is a finite real number that needs no model: rationals, logarithms, roots, exponentials, and what is
//!    made of them. It is kept exactly.

use super::arithmetic::NoConstant;
use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::features_error::FeaturesError;
use super::rows::point_text;
use super::signature::Entity;
use super::theory_error::TheoryError;
use super::types::Type;
use crate::base::name::Name;
use crate::base::span::Span;
use crate::number::real::Real;
use crate::syntax::ast::{Expr, FeaturesBody, FeaturesDecl, Spanned, VectorRow};

/// Most points that may have vectors: each coordinate is a number with a formula of its own.
const POINTS: u64 = 1 << 16;

/// Most points that are named in one error.
const SHOWN: usize = 4;

/// A finite family of vectors.
#[derive(Debug, Clone)]
pub struct Features {
    /// Its name.
    pub name: Name,
    /// The object whose points number the vectors.
    pub dom: Type,
    /// How many coordinates each has, at least 1.
    pub dimension: usize,
    /// The vector of each point, in the order of the points.
    pub vectors: Vec<Vec<Real>>,
    /// Where the name stands.
    pub span: Span,
}

impl Checker<'_> {
    /// `features h : X -> R^2 …`
    pub(super) fn features(&mut self, decl: &FeaturesDecl) {
        self.declare(&decl.name, |this| {
            let dom = this.object_type(&decl.domain)?;
            let name = decl.name.node.to_string();
            if let Some(object) = this.sig.abstract_factor(&dom) {
                let (what, object) = ("`features`".to_string(), object.name.to_string());
                let help = Some(format!("give it points, as in `object {object} = {{ a, b }}`"));
                return this.fail(TheoryError::AbstractPoints { what, object, span: decl.domain.span, help }.into());
            }
            if this.sig.size(&dom).is_none_or(|size| size > POINTS) {
                let size = this.sig.size(&dom).map_or("more than 2^63 points".into(), |n| format!("{n} points"));
                let what = format!("the domain of `{name}`");
                return this.fail(CheckError::TooLarge { what, size, limit: POINTS, span: decl.domain.span });
            }
            if decl.dimension.node == 0 {
                let what = "a vector has at least one coordinate".to_string();
                let found = "this space has none".to_string();
                let help = Some("write `R^d` with d at least 1".into());
                return this.fail(FeaturesError::Shape { what, found, span: decl.dimension.span, help }.into());
            }
            let vectors = match &decl.body {
                FeaturesBody::Rows(rows, _) => this.vector_rows(decl, rows, &dom)?,
                FeaturesBody::Matrix(rows, span) => this.vector_matrix(decl, rows, &dom, *span)?,
            };
            let dimension = decl.dimension.node as usize;
            let features = Features { name: decl.name.node.clone(), dom, dimension, vectors, span: decl.name.span };
            Ok(Entity::Features(this.sig.features.push(features.into())))
        });
    }

    /// 1.
    fn vector_rows(&mut self, decl: &FeaturesDecl, rows: &[VectorRow], dom: &Type) -> Checked<Vec<Vec<Real>>> {
        let size = self.sig.size(dom).unwrap_or(0);
        let mut vectors: Vec<Option<(Vec<Real>, Span)>> = vec![None; size as usize];
        let mut failed = false;
        for row in rows {
            let place = self.point(&row.point, dom);
            let vector = self.vector(decl, &row.coordinates);
            let Ok(place) = place else {
                failed = true;
                continue;
            };
            if let Some((_, first)) = &vectors[place as usize] {
                let error =
                    FeaturesError::Doubled { point: point_text(self.sig, dom, place), span: row.span, first: *first };
                self.errors.push(error.into());
                failed = true;
                continue;
            }
            failed |= vector.is_err();
            // A faulty vector is one all the same: it is not missing too.
            vectors[place as usize] = Some((vector.unwrap_or_default(), row.span));
        }
        let missing: Vec<u64> = (0..size).filter(|p| vectors[*p as usize].is_none()).collect();
        if let Some(first) = missing.first().filter(|_| !failed) {
            let more = missing.len().saturating_sub(SHOWN);
            let text = |p: &u64| point_text(self.sig, dom, *p);
            let mut shown = missing.iter().take(SHOWN).map(text).collect::<Vec<_>>().join(", ");
            if more > 0 {
                shown.push_str(&format!(" and {more} more"));
            }
            let zeros = vec!["0"; (decl.dimension.node as usize).min(8)].join(", ");
            let example = format!("`{} -> ({zeros})`, say", text(first));
            let (features, object) = (decl.name.node.to_string(), self.sig.show(dom));
            let error = FeaturesError::Missing { features, shown, object, example, span: decl.name.span };
            return self.fail(error.into());
        }
        if failed {
            return Err(Reported);
        }
        Ok(vectors.into_iter().flatten().map(|(vector, _)| vector).collect())
    }

    /// 1.
    fn vector_matrix(
        &mut self,
        decl: &FeaturesDecl,
        rows: &[Spanned<Vec<Expr>>],
        dom: &Type,
        span: Span,
    ) -> Checked<Vec<Vec<Real>>> {
        let size = self.sig.size(dom).unwrap_or(0);
        if rows.len() as u64 != size {
            let what = format!("`{}` has a vector for each point of {}", decl.name.node, self.sig.show(dom));
            let plural = |n: u64, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
            let found = format!("{}, but {}", plural(rows.len() as u64, "row"), plural(size, "point"));
            let help = Some("write one row in brackets for each point, in the order of the points".into());
            return self.fail(FeaturesError::Shape { what, found, span, help }.into());
        }
        let vectors: Vec<_> = rows.iter().map(|row| self.vector(decl, row)).collect();
        vectors.into_iter().collect()
    }

    fn vector(&mut self, decl: &FeaturesDecl, coordinates: &Spanned<Vec<Expr>>) -> Checked<Vec<Real>> {
        let (found, wanted) = (coordinates.node.len() as u64, decl.dimension.node);
        if found != wanted {
            let plural = |n: u64| format!("{n} coordinate{}", if n == 1 { "" } else { "s" });
            let what = format!("a vector of `{}` has {}", decl.name.node, plural(wanted));
            let found = format!("{} here", plural(found));
            let help = Some(format!("write {}, or change `R^{wanted}`", plural(wanted)));
            return self.fail(FeaturesError::Shape { what, found, span: coordinates.span, help }.into());
        }
        let values: Vec<_> = coordinates.node.iter().map(|e| self.real(e, "a coordinate", false)).collect();
        values.into_iter().collect()
    }

    /// 2. A number that needs no model; `what` says what it is. Where that is allowed, it may be `-infinity`.
    pub(super) fn real(&mut self, e: &Expr, what: &str, may_vanish: bool) -> Checked<Real> {
        let scalar = self.scalar(e)?;
        let error = match self.real_constant(&scalar) {
            Ok(value) if value.is_finite() || (may_vanish && matches!(value, Real::NegInfinity)) => return Ok(value),
            Ok(_) if may_vanish => FeaturesError::Coordinate {
                what: format!("{what} is a number below infinity"),
                found: "this is infinite".into(),
                span: e.span,
                help: Some("an outcome that never happens has the logit `-infinity`".into()),
            },
            Ok(_) => FeaturesError::Coordinate {
                what: format!("{what} is a finite number"),
                found: "this is infinite".into(),
                span: e.span,
                help: Some("in a table of logits, `-infinity` is the logit of an outcome that never happens".into()),
            },
            Err(NoConstant::Fault(error)) => return self.fail(error),
            Err(NoConstant::NeedsModel(span)) => FeaturesError::Coordinate {
                what: format!("{what} is known before anything is evaluated"),
                found: "this is computed from a diagram".into(),
                span,
                help: Some("write the number itself; `log`, `sqrt` and `exp` of numbers are exact".into()),
            },
            Err(NoConstant::Undefined(why, span)) => {
                FeaturesError::Coordinate { what: format!("{what} has no value"), found: why, span, help: None }
            }
        };
        self.fail(error.into())
    }
}
