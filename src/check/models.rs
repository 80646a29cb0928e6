//! Models of theories: the theory is read once more, with the objects and kernels that the model gives.
//!
//! 1. Every abstract object and kernel of the theory is given once. An object is one finite object, so that wires of the
//!    theory are wires of the model; a kernel is any diagram of the right type.
//! 2. What the theory declares with rows, points or wires is declared again, over those objects.
//! 3. Every axiom becomes a check over the rationals, and so does every promise `deterministic`; theorems need none.

use std::sync::Arc;

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::facts::{Statement, Theory};
use super::obligation::{Claim, ModelClaims, ObligationKind};
use super::signature::{Definition, DefinitionBody, Entity};
use super::term::{Term, TermKind};
use super::theory_error::TheoryError;
use super::types::{DefinitionId, FactId, TheoryId, Type};
use crate::base::name::{Name, nearest};
use crate::base::span::Span;
use crate::syntax::ast::{
    AxiomDecl, Expr, ExprKind, Ident, Item, ItemKind, KernelDecl, KernelDomain, ModelDecl, ModelPart, ObjectBody,
    ObjectDecl, TheoremDecl,
};

/// What a model gives, while it is read.
struct Given<'d> {
    decl: &'d ModelDecl,
    theory: Name,
    /// The facts of the theory by name.
    facts: Vec<(Name, FactId)>,
    claims: ModelClaims,
}

impl Checker<'_> {
    /// `model M of T { … }`
    pub(super) fn model(&mut self, decl: &ModelDecl) -> Checked<ObligationKind> {
        let mut made = Err(Reported);
        self.declare(&decl.name, |this| {
            let (id, claims) = this.model_claims(decl)?;
            made = Ok(ObligationKind::Model(Box::new(claims)));
            Ok(Entity::Model(id))
        });
        made
    }

    fn model_claims(&mut self, decl: &ModelDecl) -> Checked<(TheoryId, ModelClaims)> {
        let id = match self.entity(&decl.theory, "a theory")? {
            Entity::Theory(id) => id,
            other => return self.wrong_kind(&decl.theory, &other, "a theory", None),
        };
        let mut chain = vec![self.sig.theories[id].clone()];
        while let Some(base) = chain.last().and_then(|t| t.base) {
            chain.push(self.sig.theories[base].clone());
        }
        chain.reverse();
        self.parts_fit(decl, &chain)?;
        let theory = decl.theory.node.clone();
        let claims = ModelClaims { theory: theory.clone(), axioms: Vec::new(), theorems: Vec::new() };
        let facts = self.sig.theories[id].facts.iter().map(|f| (self.sig.facts[*f].name.clone(), *f)).collect();
        let mut given = Given { decl, theory, facts, claims };
        let before = self.errors.len();
        self.sig.enter();
        for theory in &chain {
            let directory = std::mem::replace(&mut self.directory, theory.directory.clone());
            for item in &theory.decl.items {
                self.instantiate(item, &mut given);
            }
            self.directory = directory;
        }
        self.sig.leave();
        if self.errors.len() > before { Err(Reported) } else { Ok((id, given.claims)) }
    }

    /// 1. Every part is one of the theory, and is given once; every abstract one is given.
    fn parts_fit(&mut self, decl: &ModelDecl, chain: &[Arc<Theory>]) -> Checked<()> {
        let theory = decl.theory.node.to_string();
        let wanted: Vec<&Ident> = chain.iter().flat_map(|t| &t.decl.items).filter_map(abstract_name).collect();
        let before = self.errors.len();
        for (k, (name, _)) in decl.parts.iter().enumerate() {
            if let Some((first, _)) = decl.parts[..k].iter().find(|(n, _)| n.node == name.node) {
                let error = TheoryError::ModelTwice { name: name.node.to_string(), span: name.span, first: first.span };
                self.errors.push(error.into());
            }
            if !wanted.iter().any(|w| w.node == name.node) {
                let near = nearest(name.node.as_str(), wanted.iter().map(|w| w.node.as_str()));
                let all: Vec<&str> = wanted.iter().map(|w| w.node.as_str()).collect();
                let help = Some(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its abstract parts are {}", all.join(", ")),
                });
                let (name, span, theory) = (name.node.to_string(), name.span, theory.clone());
                self.errors.push(TheoryError::ModelUnknown { name, theory, span, help }.into());
            }
        }
        for want in &wanted {
            if !decl.parts.iter().any(|(n, _)| n.node == want.node) {
                let (name, span) = (want.node.to_string(), decl.name.span);
                let help = Some(format!("add `{name} = …`"));
                let (theory, declared) = (theory.clone(), want.span);
                self.errors.push(TheoryError::ModelMissing { name, theory, span, declared, help }.into());
            }
        }
        if self.errors.len() > before { Err(Reported) } else { Ok(()) }
    }

    fn instantiate(&mut self, item: &Item, given: &mut Given<'_>) {
        let index = |name: &Ident| given.decl.parts.iter().position(|(n, _)| n.node == name.node);
        match &item.kind {
            ItemKind::Object(ObjectDecl { name, body: None }) => {
                if let Some(k) = index(name) {
                    self.given_object(name, &given.decl.parts[k].1);
                }
            }
            ItemKind::Kernel(kernel) if kernel.body.is_none() => {
                if let Some(k) = index(&kernel.name) {
                    let part = &given.decl.parts[k].1;
                    if let Some(term) = self.given_kernel(kernel, part)
                        && kernel.deterministic.is_some()
                    {
                        let claim = Claim::Deterministic(term, None);
                        let name = Name::new(&format!("deterministic {}", kernel.name.node));
                        given.claims.axioms.push((name, claim));
                    }
                }
            }
            ItemKind::Axiom(AxiomDecl { name, claim, with }) => {
                if let Some(claim) = self.instance_of(claim, with, name, given) {
                    given.claims.axioms.push((name.node.clone(), claim));
                }
            }
            ItemKind::Theorem(TheoremDecl { name, claim, with, .. }) => {
                let fact = given.facts.iter().find(|(n, _)| *n == name.node).map(|(_, id)| *id);
                if let (Some(fact), Some(claim)) = (fact, self.instance_of(claim, with, name, given)) {
                    given.claims.theorems.push((name.node.clone(), fact, claim));
                }
            }
            ItemKind::Check(_) => {}
            _ => self.declaration(item),
        }
    }

    fn given_object(&mut self, name: &Ident, part: &ModelPart) {
        let body = match part {
            ModelPart::Points(points, _) => ObjectBody::Points(points.clone()),
            ModelPart::Range(lo, hi, inclusive) => {
                ObjectBody::Range { lo: lo.clone(), hi: hi.clone(), inclusive: *inclusive }
            }
            ModelPart::Expr(e) => {
                let entity = self.finite_object(name, e).unwrap_or(Entity::Faulty);
                return self.sig.declare(&name.node, entity, name.span);
            }
        };
        self.object(&ObjectDecl { name: name.clone(), body: Some(body) });
    }

    /// One finite object, named by an expression.
    fn finite_object(&mut self, name: &Ident, e: &Expr) -> Checked<Entity> {
        let found = match &e.kind {
            ExprKind::Named(object, None) => match self.outside(|this| this.object_named(object))? {
                t if t.len() != 1 => format!("the product {}", self.sig.show(&t)),
                t if self.sig.abstract_factor(&t).is_some() => "abstract".into(),
                t => return Ok(Entity::Object(t.factors()[0])),
            },
            ExprKind::Product(..) | ExprKind::Power(..) => "a product".into(),
            _ => "no object".into(),
        };
        self.fail(TheoryError::ModelObject { name: name.node.to_string(), found, span: e.span }.into())
    }

    /// Reads something with the names of the outside: what a model gives may be called as in the theory.
    fn outside<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let hidden = self.sig.step_out();
        let result = read(self);
        self.sig.step_in(hidden);
        result
    }

    fn given_kernel(&mut self, decl: &KernelDecl, part: &ModelPart) -> Option<Term> {
        let mut made = None;
        self.declare(&decl.name, |this| {
            let dom = match &decl.domain {
                KernelDomain::State => Ok(Type::unit()),
                KernelDomain::Type(t) => this.object_type(t),
                KernelDomain::Named(names) => {
                    let parts: Checked<Vec<Type>> = names.iter().map(|n| this.object_type(&n.object)).collect();
                    parts.map(|parts| Type::product(&parts))
                }
            };
            let (dom, cod) = super::sketch::both(dom, this.object_type(&decl.codomain))?;
            let ModelPart::Expr(e) = part else {
                let (what, found) = ("a kernel or diagram".to_string(), "the points of an object".to_string());
                let span = part_span(part);
                return this.fail(CheckError::WrongSort { what, found, span, help: None });
            };
            let term = this.outside(|this| this.term(e, Some(&dom), Some(&cod)))?;
            if term.dom != dom || term.cod != cod {
                let help = if term.dom != dom {
                    this.wire_by_wire(&dom, &term.dom)
                } else {
                    this.wire_by_wire(&cod, &term.cod)
                };
                let error = CheckError::DeclaredType {
                    name: decl.name.node.to_string(),
                    body: "what the model gives",
                    declared: this.arrow(&dom, &cod),
                    found: this.arrow(&term.dom, &term.cod),
                    span: term.span,
                    help: Some(help),
                };
                return this.fail(error);
            }
            // The theory knows no names of its outputs, so they must not meet those that it has given to others.
            let term = Term { outputs: Vec::new(), ..term };
            made = Some(term.clone());
            let id = this.define(&decl.name.node, term);
            Ok(Entity::Diagram(id))
        });
        made
    }

    fn define(&mut self, name: &Name, term: Term) -> DefinitionId {
        let definition = Definition {
            name: name.clone(),
            dom: term.dom.clone(),
            cod: term.cod.clone(),
            outputs: term.outputs.clone(),
            body: DefinitionBody::Term(Arc::new(term)),
            sealed: true,
        };
        self.sig.definitions.push(Arc::new(definition))
    }

    /// A statement of the theory, over the objects and kernels of the model.
    fn instance_of(
        &mut self,
        claim: &crate::syntax::ast::Claim,
        with: &[Ident],
        name: &Ident,
        given: &Given<'_>,
    ) -> Option<Claim> {
        let before = self.errors.len();
        let statement = self.statement(claim, "a model");
        if let Some(first) = self.errors.get(before) {
            let why = first.to_string();
            self.errors.truncate(before);
            let error = TheoryError::ModelStatement {
                model: given.decl.name.node.to_string(),
                theory: given.theory.to_string(),
                span: given.decl.name.span,
                statement: name.span,
                why,
            };
            self.errors.push(error.into());
        }
        let free = false;
        Some(match statement.ok()? {
            Statement::Equal { left, right } => Claim::Equal { left, right, equal: true, under: None, free },
            Statement::AlmostSurely { left, right, under } => {
                Claim::Equal { left, right, equal: true, under: Some(under), free }
            }
            Statement::Deterministic { of, under, .. } => Claim::Deterministic(of, under),
            Statement::Independent(s) => {
                // 3. The conditionals that the axiom names are those of the joint.
                let known: Vec<usize> = s.given.iter().flat_map(|(_, p)| p.iter().copied()).collect();
                for ((_, targets), name) in s.groups.iter().zip(with) {
                    let pick =
                        |places: &[usize]| Type::new(places.iter().map(|p| s.of.cod.factors()[*p]).collect::<Vec<_>>());
                    let (dom, cod) = (Type::product([&pick(&known), &s.of.dom]), pick(targets));
                    let of = Box::new(s.of.clone());
                    let kind = TermKind::Conditional { of, targets: targets.clone(), given: known.clone() };
                    let term = Term { kind, dom, cod, outputs: Vec::new(), span: s.of.span };
                    let id = self.define(&name.node, term);
                    self.sig.declare(&name.node, Entity::Diagram(id), name.span);
                }
                Claim::Independent { of: s.of, groups: s.groups, given: s.given }
            }
        })
    }
}

/// The name of an abstract object or kernel.
fn abstract_name(item: &Item) -> Option<&Ident> {
    match &item.kind {
        ItemKind::Object(ObjectDecl { name, body: None }) => Some(name),
        ItemKind::Kernel(kernel) if kernel.body.is_none() => Some(&kernel.name),
        _ => None,
    }
}

fn part_span(part: &ModelPart) -> Span {
    match part {
        ModelPart::Points(_, at) => at.span,
        ModelPart::Range(lo, hi, _) => lo.span.to(hi.span),
        ModelPart::Expr(e) => e.span,
    }
}
