//! Declarations of diagrams, point-free and with wires.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::infer::distinct;
use super::signature::{Definition, DefinitionBody, Entity, Group};
use super::term::{DrawnBox, Term, Wiring};
use super::types::Type;
use crate::base::name::{Name, nearest};
use crate::base::span::Span;
use crate::syntax::ast::{DiagramBody, DiagramDecl, DiagramInputs, Draw, Expr, ExprKind, Ident, Outputs, TypedName};

/// A wire of a block: its name, its place in the text, and the numbers of its factors.
struct LocalWire {
    name: Name,
    span: Span,
    start: usize,
    len: usize,
}

/// The wires of a block so far, in order and by name.
#[derive(Default)]
struct LocalWires {
    wires: Vec<LocalWire>,
    by_name: FxHashMap<Name, usize>,
}

impl LocalWires {
    fn find(&self, name: &Name) -> Option<&LocalWire> {
        self.by_name.get(name).map(|i| &self.wires[*i])
    }

    /// Adds a wire whose name is new.
    fn push(&mut self, wire: LocalWire) {
        self.by_name.insert(wire.name.clone(), self.wires.len());
        self.wires.push(wire);
    }
}

impl Checker<'_> {
    /// `diagram d …`
    pub(super) fn diagram(&mut self, decl: &DiagramDecl) {
        self.declare(&decl.name, |this| {
            let definition = this.definition(decl)?;
            Ok(Entity::Diagram(this.sig.definitions.push(Arc::new(definition))))
        });
    }

    fn definition(&mut self, decl: &DiagramDecl) -> Checked<Definition> {
        let inputs = match &decl.inputs {
            DiagramInputs::Type(t) => self.object_type(t).map(|t| (t, Vec::new())),
            DiagramInputs::Named(names) => self.named_groups(names),
        };
        let outputs = match &decl.outputs {
            Outputs::Type(t) => self.object_type(t).map(|t| (t, Vec::new())),
            Outputs::Named(names) => self.named_groups(names),
        };
        let ((dom, in_groups), (cod, mut out_groups)) = (inputs?, outputs?);
        let in_spans: Vec<Span> = match &decl.inputs {
            DiagramInputs::Type(_) => Vec::new(),
            DiagramInputs::Named(names) => names.iter().map(|n| n.name.span).collect(),
        };
        let name = decl.name.node.clone();
        let body = match &decl.body {
            DiagramBody::Expr(e) => {
                let term = self.term(e, Some(&dom), Some(&cod))?;
                if term.dom != dom || term.cod != cod {
                    let (side, a, b) =
                        if term.dom != dom { ("domain", &dom, &term.dom) } else { ("codomain", &cod, &term.cod) };
                    let help = Some(format!("the {side}, declared against found, {}", self.wire_by_wire(a, b)));
                    let (declared, found) = (self.arrow(&dom, &cod), self.arrow(&term.dom, &term.cod));
                    let error = CheckError::DeclaredType {
                        name: name.to_string(),
                        body: "its body",
                        declared,
                        found,
                        span: term.span,
                        help,
                    };
                    return self.fail(error);
                }
                if out_groups.is_empty() {
                    out_groups = term.outputs.clone();
                }
                DefinitionBody::Term(Arc::new(term))
            }
            DiagramBody::Wiring { draws, returns, span } => {
                let (wiring, names) = self.wiring(&name, &dom, &in_groups, &in_spans, &cod, draws, returns, *span)?;
                if out_groups.is_empty() {
                    out_groups = names;
                }
                DefinitionBody::Wiring(Arc::new(wiring))
            }
        };
        Ok(Definition { name, dom, cod, outputs: out_groups, body, sealed: false })
    }

    fn named_groups(&mut self, names: &[TypedName]) -> Checked<(Type, Vec<Group>)> {
        let mut types = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        let mut start = 0;
        let mut failed = false;
        let mut seen: FxHashMap<&Name, Span> = FxHashMap::default();
        for input in names {
            let span = input.name.span;
            let first = *seen.entry(&input.name.node).or_insert(span);
            let Ok(t) = self.object_type(&input.object) else {
                failed = true;
                continue;
            };
            if first != span {
                self.errors.push(CheckError::DuplicateWire { name: input.name.node.to_string(), span, first });
                failed = true;
            }
            groups.push(Group { name: input.name.node.clone(), start, len: t.len() });
            start += t.len();
            types.push(t);
        }
        if failed { Err(Reported) } else { Ok((Type::product(&types), groups)) }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one declaration")]
    fn wiring(
        &mut self,
        name: &Name,
        dom: &Type,
        inputs: &[Group],
        input_spans: &[Span],
        cod: &Type,
        draws: &[Draw],
        returns: &[Ident],
        span: Span,
    ) -> Checked<(Wiring, Vec<Group>)> {
        let mut wires = LocalWires::default();
        for (g, span) in inputs.iter().zip(input_spans) {
            wires.push(LocalWire { name: g.name.clone(), span: *span, start: g.start, len: g.len });
        }
        let mut objects: Vec<_> = dom.factors().to_vec();
        let mut drawn = Vec::new();
        let mut failed = false;
        for draw in draws {
            let source = self.draw(draw, &wires, &objects);
            let groups = match &source {
                Ok((source, _)) => self.split(draw, source),
                Err(Reported) => Err(Reported),
            };
            let start = objects.len();
            if let (Ok((source, inputs)), Ok(_)) = (&source, &groups) {
                objects.extend_from_slice(source.cod.factors());
                drawn.push(DrawnBox { source: source.clone(), inputs: inputs.clone() });
            } else {
                failed = true;
            }
            // Faulty draws still name their wires, so that uses of them are not reported as unknown.
            for (i, target) in draw.targets.iter().enumerate() {
                if target.node.as_str() == "_" {
                    continue;
                }
                if let Some(first) = wires.find(&target.node) {
                    let name = target.node.to_string();
                    self.errors.push(CheckError::DuplicateWire { name, span: target.span, first: first.span });
                    failed = true;
                    continue;
                }
                let (offset, len) = groups.as_ref().map_or((0, usize::MAX), |g| g[i]);
                wires.push(LocalWire { name: target.node.clone(), span: target.span, start: start + offset, len });
            }
        }
        let mut places = Vec::new();
        let mut groups = Vec::new();
        for wire in returns {
            match self.local(&wires, wire) {
                Ok((_, usize::MAX)) | Err(Reported) => failed = true,
                Ok((start, len)) => {
                    groups.push(Group { name: wire.node.clone(), start: places.len(), len });
                    places.extend(start..start + len);
                }
            }
        }
        if failed {
            return Err(Reported);
        }
        let found = Type::new(places.iter().map(|p| objects[*p]).collect::<Vec<_>>());
        if found != *cod {
            let span = returns.iter().map(|r| r.span).reduce(Span::to).unwrap_or(span);
            let help = Some(self.wire_by_wire(&found, cod));
            let (found, wanted) = (self.sig.show(&found), self.sig.show(cod));
            return self.fail(CheckError::ReturnType { name: name.to_string(), found, wanted, span, help });
        }
        Ok((Wiring { inputs: dom.len(), draws: drawn, returns: places }, distinct(groups)))
    }

    /// The factors of a local wire; a length of `usize::MAX` marks a wire whose draw was faulty.
    fn local(&mut self, wires: &LocalWires, wire: &Ident) -> Checked<(usize, usize)> {
        if let Some(found) = wires.find(&wire.node) {
            return Ok((found.start, found.len));
        }
        let names: Vec<&str> = wires.wires.iter().map(|w| w.name.as_str()).collect();
        let help = match nearest(wire.node.as_str(), names.iter().copied()) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if names.is_empty() => Some("no wire is drawn before this".into()),
            None if names.len() <= 12 => Some(format!("the wires so far are {}", names.join(", "))),
            None => None,
        };
        self.fail(CheckError::UnknownWire { name: wire.node.to_string(), span: wire.span, help })
    }

    fn draw(
        &mut self,
        draw: &Draw,
        wires: &LocalWires,
        objects: &[super::types::ObjectId],
    ) -> Checked<(Term, Vec<usize>)> {
        let mut places = Vec::new();
        let mut failed = false;
        for input in &draw.inputs {
            match self.local(wires, input) {
                Ok((_, usize::MAX)) | Err(Reported) => failed = true,
                Ok((start, len)) => places.extend(start..start + len),
            }
        }
        let given = Type::new(places.iter().map(|p| objects[*p]).collect::<Vec<_>>());
        // With faulty wires the source is still looked at, for its own errors.
        if failed {
            let _ = self.sketch(&draw.source);
            return Err(Reported);
        }
        let source = self.term(&draw.source, Some(&given), None)?;
        if source.dom != given {
            let span = draw.inputs.iter().map(|i| i.span).reduce(Span::to).unwrap_or(draw.source.span);
            let kernel = source_name(&draw.source);
            let help = Some(if draw.inputs.is_empty() {
                format!("name its wires in parentheses behind it: wires of {}", self.sig.show(&source.dom))
            } else {
                self.wire_by_wire(&given, &source.dom)
            });
            let found = match draw.inputs.len() {
                0 => "it is given no wires".to_string(),
                1 => format!("this wire is {}", self.sig.show(&given)),
                _ => format!("these wires are {}", self.sig.show(&given)),
            };
            let wanted = self.sig.show(&source.dom);
            return self.fail(CheckError::DrawInputs { kernel, found, wanted, span, help });
        }
        Ok((source, places))
    }

    /// For each target of a draw, its factors within the codomain of the source.
    fn split(&mut self, draw: &Draw, source: &Term) -> Checked<Vec<(usize, usize)>> {
        let (names, factors) = (draw.targets.len(), source.cod.len());
        if !draw.split {
            return Ok(vec![(0, factors)]);
        }
        if names == factors {
            return Ok((0..factors).map(|i| (i, 1)).collect());
        }
        if names == source.outputs.len() && source.outputs.iter().map(|g| g.len).sum::<usize>() == factors {
            return Ok(source.outputs.iter().map(|g| (g.start, g.len)).collect());
        }
        let outputs = match factors {
            0 => "nothing (I)".to_string(),
            1 => format!("one output, {}", self.sig.show(&source.cod)),
            n => format!("{n} outputs, {}", self.sig.show(&source.cod)),
        };
        self.fail(CheckError::SplitCount { found: names, outputs, span: draw.span })
    }
}

fn source_name(source: &Expr) -> String {
    match &source.kind {
        ExprKind::Named(name, _) => format!("`{}`", name.node),
        _ => "this diagram".into(),
    }
}
