//! Points and patterns as written, to numbers.

use super::checker::{Checked, Checker};
use super::error::CheckError;
use super::signature::{Object, Points};
use super::types::{ObjectId, Type};
use crate::base::name::nearest;
use crate::base::span::Span;
use crate::syntax::ast::{Pattern, PointAtom, PointExpr};
use crate::syntax::print::label;

impl Checker<'_> {
    /// The point of an object that an atom names.
    pub(super) fn point_of(&mut self, atom: &PointAtom, object: ObjectId) -> Checked<u64> {
        if let Some(owner) = &atom.object {
            let found = self.object_named(owner)?;
            if found.factors() != [object] {
                let wanted = self.sig.objects[object].name.to_string();
                let found = owner.node.to_string();
                return self.fail(CheckError::WrongPoint { wanted, found, span: atom.span });
            }
        }
        match self.sig.objects[object].find(atom.label.node.as_str()) {
            Some(point) => Ok(point),
            None => self.unknown_point(object, atom.label.node.as_str(), atom.label.span),
        }
    }

    /// Reports a label that is no point.
    pub(super) fn unknown_point<T>(&mut self, object: ObjectId, wrong: &str, span: Span) -> Checked<T> {
        let object = &self.sig.objects[object];
        let help = Some(points_help(object, wrong));
        let object = object.name.to_string();
        self.fail(CheckError::UnknownPoint { object, label: wrong.into(), span, help })
    }

    /// The point of a product.
    pub(super) fn point(&mut self, point: &PointExpr, t: &Type) -> Checked<u64> {
        let mut atoms = Vec::new();
        flatten(point, &mut atoms);
        if atoms.len() != t.len() {
            return self.point_shape(t, atoms.len(), point.span());
        }
        let mut place = 0;
        for (atom, object) in atoms.into_iter().zip(t.factors()) {
            place = place * self.sig.objects[*object].size() + self.point_of(atom, *object)?;
        }
        Ok(place)
    }

    fn point_shape<T>(&mut self, t: &Type, found_count: usize, span: Span) -> Checked<T> {
        let error = CheckError::PointShape {
            wanted: self.sig.show(t),
            wanted_count: t.len(),
            found_count,
            example: self.example_point(t),
            span,
        };
        self.fail(error)
    }

    /// A point of a product as one would write it.
    pub(super) fn example_point(&self, t: &Type) -> String {
        let first: Vec<String> = t.factors().iter().map(|f| label(&self.sig.objects[*f].label(0))).collect();
        if first.len() == 1 { first[0].clone() } else { format!("({})", first.join(", ")) }
    }

    /// A pattern as one optional point for each factor.
    pub(super) fn pattern(&mut self, pattern: &Pattern, t: &Type) -> Checked<Vec<Option<u64>>> {
        if let Pattern::Any(_) = pattern {
            return Ok(vec![None; t.len()]);
        }
        let mut atoms = Vec::new();
        flatten_pattern(pattern, &mut atoms);
        if atoms.len() != t.len() {
            return self.point_shape(t, atoms.len(), pattern.span());
        }
        let mut points = Vec::with_capacity(atoms.len());
        for (atom, object) in atoms.into_iter().zip(t.factors()) {
            points.push(match atom {
                Some(atom) => Some(self.point_of(atom, *object)?),
                None => None,
            });
        }
        Ok(points)
    }
}

fn flatten<'a>(point: &'a PointExpr, out: &mut Vec<&'a PointAtom>) {
    match point {
        PointExpr::Atom(atom) => out.push(atom),
        PointExpr::Tuple(items, _) => items.iter().for_each(|p| flatten(p, out)),
    }
}

fn flatten_pattern<'a>(pattern: &'a Pattern, out: &mut Vec<Option<&'a PointAtom>>) {
    match pattern {
        Pattern::Any(_) => out.push(None),
        Pattern::Point(atom) => out.push(Some(atom)),
        Pattern::Tuple(items, _) => items.iter().for_each(|p| flatten_pattern(p, out)),
    }
}

/// "did you mean", or the points that there are.
pub(super) fn points_help(object: &Object, wrong: &str) -> String {
    match &object.points {
        Points::Range { lo, count } => format!("its points are the integers from {lo} to {}", lo + *count as i64 - 1),
        Points::Labels(labels) => match nearest(wrong, labels.names.iter().map(|n| n.as_str())) {
            Some(near) => format!("did you mean `{}`?", label(&near.into())),
            None => {
                let shown: Vec<String> = labels.names.iter().take(8).map(label).collect();
                let more = labels.names.len().saturating_sub(8);
                let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("its points are {}{tail}", shown.join(", "))
            }
        },
        Points::Abstract => format!("`{}` is abstract: it has no points", object.name),
    }
}

/// The inputs that a pattern matches, in order.
pub(super) fn matching(pattern: &[Option<u64>], sizes: &[u64]) -> Vec<u64> {
    let mut places = vec![0u64];
    for (part, size) in pattern.iter().zip(sizes) {
        places = match part {
            Some(p) => places.iter().map(|at| at * size + p).collect(),
            None => places.iter().flat_map(|at| (0..*size).map(move |p| at * size + p)).collect(),
        };
    }
    places
}
