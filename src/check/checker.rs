//! The state of checking: the signature so far, the errors so far, and how names are looked up.

use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::error::CheckError;
use super::open::Binder;
use super::signature::{Entity, Signature};
use super::theory_error::TheoryError;
use super::types::{DefinitionId, Type};
use crate::base::files::Files;
use crate::base::name::{Name, nearest};
use crate::base::span::Span;
use crate::syntax::ast::{Ident, ObjectAtom, ObjectType};

/// An error was reported; there is nothing to go on with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reported;

/// A result whose error has been reported already.
pub(super) type Checked<T> = Result<T, Reported>;

/// Names with a fixed meaning.
pub(super) const BUILT_IN: [&str; 5] = ["I", "id", "copy", "del", "swap"];

/// Largest number of points that an object or the inputs of a kernel may have: rows are listed one by one.
pub(super) const LIST_LIMIT: u64 = 1 << 22;

/// Largest number of wires side by side.
pub(super) const WIDTH_LIMIT: u64 = 1 << 17;

/// Checks items one after the other.
pub(super) struct Checker<'a> {
    /// What is declared so far.
    pub sig: &'a mut Signature,
    /// What was wrong so far.
    pub errors: Vec<CheckError>,
    /// Where data files come from.
    pub files: &'a dyn Files,
    /// Where relative paths start.
    pub directory: PathBuf,
    /// Names that are declared further below, for a better error.
    pub below: FxHashMap<Name, Span>,
    /// The parameters of the claim that is being checked, while they have no values.
    pub binder: Option<Binder>,
}

impl Checker<'_> {
    /// Reports an error.
    pub(super) fn fail<T>(&mut self, error: CheckError) -> Checked<T> {
        self.errors.push(error);
        Err(Reported)
    }

    /// What a name stands for; `wanted` says in words what should stand there.
    pub(super) fn entity(&mut self, name: &Ident, wanted: &str) -> Checked<Entity> {
        match self.sig.lookup(name.node.as_str()) {
            Some((Entity::Faulty, _)) => Err(Reported),
            Some((entity, _)) => Ok(entity.clone()),
            None => self.unknown(name, wanted),
        }
    }

    fn unknown<T>(&mut self, name: &Ident, wanted: &str) -> Checked<T> {
        if let Some(declared) = self.below.get(&name.node) {
            let error = CheckError::UsedBefore { name: name.node.to_string(), span: name.span, declared: *declared };
            return self.fail(error);
        }
        let fitting = |entity: &Entity| match entity {
            Entity::Object(_) | Entity::Product(_) => wanted.contains("object"),
            Entity::Faulty => false,
            _ => !wanted.contains("object"),
        };
        let names: Vec<&str> = self.sig.names().filter(|(_, e)| fitting(e)).map(|(n, _)| n.as_str()).collect();
        let built_in = BUILT_IN.iter().copied().filter(|b| (*b == "I") == wanted.contains("object"));
        let near = nearest(name.node.as_str(), names.iter().copied().chain(built_in));
        // Wires have their names in one diagram only, so they are said together with it.
        let wired = |id: DefinitionId| self.sig.definitions[id].outputs.iter().any(|g| g.name == name.node);
        let within = self.sig.names().find_map(|(n, e)| matches!(e, Entity::Diagram(id) if wired(*id)).then_some(n));
        let help = match (within, near) {
            (Some(of), _) if !wanted.contains("object") => Some(format!(
                "`{}` is a wire of `{of}`: wires are named together with their diagram, as in `H({0}) in {of}`",
                name.node
            )),
            (_, Some(near)) => Some(format!("did you mean `{near}`?")),
            (_, None) if names.is_empty() && wanted == "a matrix" => {
                Some(format!("declare it first, as in `let {} = [[1, 0], [0, 1]]`", name.node))
            }
            (_, None) if names.is_empty() => {
                Some(format!("declare it first; {wanted} starts with its keyword and its name"))
            }
            (_, None) if names.len() <= 8 => Some(format!("declared so far: {}", names.join(", "))),
            (_, None) => Some("it must be declared above, or in an imported file".into()),
        };
        self.fail(CheckError::UnknownName { name: name.node.to_string(), wanted: wanted.into(), span: name.span, help })
    }

    /// Reports that a name stands for the wrong kind of thing.
    pub(super) fn wrong_kind<T>(
        &mut self,
        name: &Ident,
        entity: &Entity,
        wanted: &str,
        help: Option<String>,
    ) -> Checked<T> {
        let declared = self.sig.lookup(name.node.as_str()).map(|(_, span)| *span).filter(|s| !s.is_empty());
        let (name, span) = (name.node.to_string(), name.span);
        let (found, wanted) = (entity.kind().to_string(), wanted.to_string());
        self.fail(CheckError::WrongKind { name, found, wanted, span, declared, help })
    }

    /// The object or product with this name.
    pub(super) fn object_named(&mut self, name: &Ident) -> Checked<Type> {
        if name.node.as_str() == "I" {
            return Ok(Type::unit());
        }
        match self.entity(name, "an object")? {
            Entity::Object(id) => Ok(Type::new([id])),
            Entity::Product(t) => Ok(t),
            other => self.wrong_kind(name, &other, "an object", None),
        }
    }

    /// A product as written.
    pub(super) fn object_type(&mut self, ast: &ObjectType) -> Checked<Type> {
        let mut parts = Vec::new();
        let mut failed = false;
        let mut total = 0u64;
        for (atom, exponent) in &ast.factors {
            let base = match atom {
                ObjectAtom::Name(name) => self.object_named(name),
                ObjectAtom::Group(inner) => self.object_type(inner),
            };
            let Ok(base) = base else {
                failed = true;
                continue;
            };
            let times = exponent.as_ref().map_or(1, |e| e.node);
            total = times.saturating_mul(base.len() as u64).saturating_add(total);
            self.narrow(total, ast.span)?;
            parts.extend(std::iter::repeat_n(base, times as usize));
        }
        if failed { Err(Reported) } else { Ok(Type::product(&parts)) }
    }

    /// Checks that no factor is abstract, for what speaks of points.
    pub(super) fn has_points(&mut self, t: &Type, what: &str, span: Span) -> Checked<()> {
        let Some(object) = self.sig.abstract_factor(t) else { return Ok(()) };
        let (what, object) = (what.to_string(), object.name.to_string());
        let help = Some(format!("declare a state instead: `kernel p : {object}`"));
        self.fail(TheoryError::AbstractPoints { what, object, span, help }.into())
    }

    /// Checks that this many wires can lie side by side: copying doubles them, and each is listed in the type.
    pub(super) fn narrow(&mut self, wires: u64, span: Span) -> Checked<()> {
        if wires <= WIDTH_LIMIT {
            return Ok(());
        }
        let what = "this product".to_string();
        self.fail(CheckError::TooLarge { what, size: format!("{wires} factors"), limit: WIDTH_LIMIT, span })
    }

    /// Two types side by side, wire by wire, for the help of an error.
    pub(super) fn wire_by_wire(&self, left: &Type, right: &Type) -> String {
        let name = |t: &Type, i: usize| {
            t.factors().get(i).map_or("nothing".to_string(), |f| self.sig.objects[*f].name.to_string())
        };
        let rows = left.len().max(right.len());
        if rows == 0 {
            return "both are I".into();
        }
        let width = (0..rows).map(|i| name(left, i).chars().count()).max().unwrap_or(0);
        let mut lines = vec!["wire by wire:".to_string()];
        for i in 0..rows.min(12) {
            let (a, b) = (name(left, i), name(right, i));
            lines.push(format!("  {:>2}  {a:width$}  {}  {b}", i + 1, if a == b { "=" } else { "≠" }));
        }
        if rows > 12 {
            lines.push(format!("  … and {} more", rows - 12));
        }
        lines.join("\n")
    }

    /// The type of a kernel in words.
    pub(super) fn arrow(&self, dom: &Type, cod: &Type) -> String {
        format!("{} -> {}", self.sig.show(dom), self.sig.show(cod))
    }
}
