//! Theories: what they declare has its own scope; axioms and theorems become facts.
//!
//! 1. Names of a theory are known inside of it, and in what extends it. They may hide names declared outside.
//! 2. A fact is an equation where it can be one: `f == g under p` is `p ; <id, f> == p ; <id, g>` (Fritz 2020, Definition
//!    13.1), `deterministic f` is `f ; copy == <f, f>` (Definition 10.1), independence without `given` is that the joint
//!    is the pair of its marginals (Definition 12.12).
//! 3. `independent x, y given z in p with h, k` says that the joint of z, x and y is that of z followed by h and k
//!    (Definition 12.16); h and k are new kernels, from z and the inputs of p. Without names nothing can be rewritten.

use std::sync::Arc;

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::facts::{
    Fact, Plan, Separation, Statement, Theory, beside, determinism, discard, graph_under, identity, independence,
    outputs_of, paired, then,
};
use super::obligation::{Claim, Obligation, ObligationKind};
use super::rows::{Family, FamilyBody};
use super::signature::{Entity, Kernel};
use super::term::{Term, TermKind};
use super::theory_error::TheoryError;
use super::types::{FactId, Type};
use crate::base::name::Name;
use crate::base::span::Span;
use crate::syntax::ast::{self, AxiomDecl, Ident, Item, ItemKind, TheoremDecl, TheoryDecl};

impl Checker<'_> {
    /// `theory T { … }`: its theorems and checks go into the list of questions.
    pub(super) fn theory(&mut self, decl: &Arc<TheoryDecl>, obligations: &mut Vec<Obligation>) {
        self.declare(&decl.name, |this| {
            let base = match &decl.extends {
                None => None,
                Some(name) => match this.entity(name, "a theory")? {
                    Entity::Theory(id) => Some(id),
                    other => return this.wrong_kind(name, &other, "a theory", None),
                },
            };
            let known = base.map(|id| this.sig.theories[id].clone());
            let before = this.errors.len();
            this.sig.enter();
            let mut facts = Vec::new();
            if let Some(known) = &known {
                facts.extend(&known.facts);
                known.names.iter().for_each(|(name, entity, span)| this.sig.declare(name, entity.clone(), *span));
            }
            let announced = this.announce(&decl.items);
            for item in &decl.items {
                this.theory_item(item, &mut facts, obligations);
            }
            for name in announced {
                this.below.remove(&name);
            }
            let names = this.sig.leave();
            if this.errors.len() > before {
                return Err(Reported);
            }
            let theory = Theory {
                name: decl.name.node.clone(),
                base,
                decl: decl.clone(),
                directory: this.directory.clone(),
                names,
                facts,
            };
            Ok(Entity::Theory(this.sig.theories.push(Arc::new(theory))))
        });
    }

    /// Notes what items declare, so that a use above its declaration is told from a mistyped name. Returns the new names.
    fn announce(&mut self, items: &[Item]) -> Vec<Name> {
        let mut announced = Vec::new();
        for item in items {
            let idents: Vec<&Ident> = match &item.kind {
                ItemKind::Object(d) => vec![&d.name],
                ItemKind::Kernel(d) => vec![&d.name],
                ItemKind::Diagram(d) => vec![&d.name],
                ItemKind::Let(name, _) => vec![name],
                ItemKind::Axiom(d) => std::iter::once(&d.name).chain(&d.with).collect(),
                ItemKind::Theorem(d) => std::iter::once(&d.name).chain(&d.with).collect(),
                _ => continue,
            };
            for ident in idents {
                if !self.below.contains_key(&ident.node) {
                    self.below.insert(ident.node.clone(), ident.span);
                    announced.push(ident.node.clone());
                }
            }
        }
        announced
    }

    fn theory_item(&mut self, item: &Item, facts: &mut Vec<FactId>, obligations: &mut Vec<Obligation>) {
        match &item.kind {
            ItemKind::Axiom(decl) => {
                if let Some(id) = self.axiom(decl, item.span) {
                    facts.push(id);
                }
            }
            ItemKind::Theorem(decl) => {
                let scope = facts.clone();
                if let Some(id) = self.theorem(decl, item.span, scope) {
                    facts.push(id);
                    obligations.push(Obligation { kind: ObligationKind::Theorem(id), span: decl.head.span });
                }
            }
            ItemKind::Check(check) => {
                if let Ok(kind) = self.check(check) {
                    let kind = match kind {
                        ObligationKind::Check { negated, claim } => {
                            ObligationKind::Reasoned { negated, claim, scope: facts.clone() }
                        }
                        other => other,
                    };
                    obligations.push(Obligation { kind, span: item.span });
                }
            }
            _ => self.declaration(item),
        }
    }

    fn axiom(&mut self, decl: &AxiomDecl, span: Span) -> Option<FactId> {
        let mut made = None;
        self.declare(&decl.name, |this| {
            this.no_search_word(&decl.name)?;
            let statement = this.statement(&decl.claim, "an axiom")?;
            let equation = this.equation(&statement, &decl.with)?;
            let fact = Fact { name: decl.name.node.clone(), axiom: true, statement, equation, plan: None, span };
            let id = this.sig.facts.push(Arc::new(fact));
            made = Some(id);
            Ok(Entity::Fact(id))
        });
        made
    }

    fn theorem(&mut self, decl: &TheoremDecl, span: Span, scope: Vec<FactId>) -> Option<FactId> {
        let mut made = None;
        self.declare(&decl.name, |this| {
            this.no_search_word(&decl.name)?;
            let statement = this.statement(&decl.claim, "a theorem")?;
            let stages = this.stages(&statement, &decl.proof);
            // The names behind `with` are those of kernels that the theorem shows to exist: its proof cannot use them.
            let equation = this.equation(&statement, &decl.with)?;
            let (start, goal) = super::proofs::ends(&statement, &equation);
            let plan = Some(Arc::new(Plan { start, goal, stages: stages?, scope }));
            let fact = Fact { name: decl.name.node.clone(), axiom: false, statement, equation, plan, span };
            let id = this.sig.facts.push(Arc::new(fact));
            made = Some(id);
            Ok(Entity::Fact(id))
        });
        made
    }

    /// No fact is called `auto`: `by auto` is a search.
    fn no_search_word(&mut self, name: &Ident) -> Checked<()> {
        match name.node.as_str() {
            "auto" => self.fail(CheckError::ReservedName { name: name.node.to_string(), span: name.span }),
            _ => Ok(()),
        }
    }

    /// What an axiom or theorem says.
    pub(super) fn statement(&mut self, claim: &ast::Claim, place: &str) -> Checked<Statement> {
        let place = place.to_string();
        let wrong = |what: &str, span, help: &str| TheoryError::Statement {
            what: what.into(),
            place: place.clone(),
            span,
            help: Some(help.into()),
        };
        match claim {
            ast::Claim::Compare(left, ast::Relation::Equal, right, under) => {
                match self.comparison(left, ast::Relation::Equal, right, under.as_ref(), false)? {
                    Claim::Equal { left, right, under, .. } => Ok(match under {
                        None => Statement::Equal { left, right },
                        Some(under) => Statement::AlmostSurely { left, right, under },
                    }),
                    _ => {
                        let help = "an equation here is one of diagrams: `f ; g == h`";
                        self.fail(wrong("an equation of numbers or sets", left.span.to(right.span), help).into())
                    }
                }
            }
            ast::Claim::Compare(left, _, right, _) => {
                let help = "a theory is made of equations: `f == g`, `f == g under p`, `deterministic f`, `independent x, y given z in p`";
                self.fail(wrong("a comparison other than `==`", left.span.to(right.span), help).into())
            }
            ast::Claim::Deterministic(of, under) => {
                let (of, under) = self.under(of, under.as_ref())?;
                let kernel = match (&of.kind, &under) {
                    (TermKind::Kernel(id), None) => Some(*id),
                    _ => None,
                };
                Ok(Statement::Deterministic { of, under, kernel })
            }
            ast::Claim::Independent { groups, given, within } => match self.independence(groups, given, within)? {
                Claim::Independent { of, groups, given } => {
                    Ok(Statement::Independent(Separation { of, groups, given }))
                }
                _ => Err(Reported),
            },
            _ => unreachable!("the grammar allows no other statement"),
        }
    }

    /// 2. and 3.
    fn equation(&mut self, s: &Statement, with: &[Ident]) -> Checked<Option<(Term, Term)>> {
        let wanted = match s {
            Statement::Independent(s) if !s.given.is_empty() => s.groups.len(),
            _ => 0,
        };
        if !with.is_empty() && with.len() != wanted {
            let span = with[0].span.to(with[with.len() - 1].span);
            let found = format!("{} name{}", with.len(), if with.len() == 1 { "" } else { "s" });
            let (wanted, help) = match wanted {
                0 => {
                    let help = "`with` names the conditionals of `independent x, y given z in p`";
                    ("a statement that claims no conditional".to_string(), help.to_string())
                }
                n => {
                    let help = "one conditional for each group: a kernel from what is known to the group";
                    (format!("{n} independent groups"), help.to_string())
                }
            };
            return self.fail(TheoryError::WitnessCount { found, wanted, span, help: Some(help) }.into());
        }
        Ok(match s {
            Statement::Equal { left, right } => Some((left.clone(), right.clone())),
            Statement::AlmostSurely { left, right, under } => {
                Some((graph_under(under, left), graph_under(under, right)))
            }
            Statement::Deterministic { of, under, .. } => Some(determinism(of, under.as_ref())),
            Statement::Independent(s) if s.given.is_empty() => Some(independence(s)),
            Statement::Independent(_) if with.is_empty() => None,
            Statement::Independent(s) => {
                let known: Vec<usize> = s.given.iter().flat_map(|(_, p)| p.iter().copied()).collect();
                let places = known.iter().copied().chain(s.groups.iter().flat_map(|(_, p)| p.iter().copied()));
                let joint = outputs_of(&s.of, places.collect());
                let (first, input) = (outputs_of(&s.of, known), s.of.dom.clone());
                let span = s.of.span;
                let from = Type::product([&first.cod, &input]);
                let mut parts = vec![beside(vec![identity(&first.cod, span), discard(&input, span)])];
                for ((_, group), name) in s.groups.iter().zip(with) {
                    let to = outputs_of(&s.of, group.clone()).cod;
                    parts.push(self.skolem(name, &from, &to)?);
                }
                let start = paired(vec![first, identity(&input, span)]);
                Some((joint, then(start, paired(parts))))
            }
        })
    }

    /// A kernel that a fact shows to exist.
    fn skolem(&mut self, name: &Ident, dom: &Type, cod: &Type) -> Checked<Term> {
        let mut made = Err(Reported);
        self.declare(name, |this| {
            let family = Family {
                name: name.node.clone(),
                parameters: Vec::new(),
                dom: dom.clone(),
                cod: cod.clone(),
                body: FamilyBody::Abstract,
                deterministic: None,
                span: name.span,
            };
            let family = this.sig.families.push(Arc::new(family));
            let kernel = Kernel {
                name: name.node.clone(),
                family,
                dom: dom.clone(),
                cod: cod.clone(),
                rows: None,
                softmax: None,
                promised: false,
            };
            let id = this.sig.kernels.push(kernel);
            this.sig.instances.insert((family, Vec::new()), id);
            made = Ok(id);
            Ok(Entity::Kernel(family))
        });
        let id = made?;
        Ok(Term {
            kind: TermKind::Kernel(id),
            dom: dom.clone(),
            cod: cod.clone(),
            outputs: Vec::new(),
            span: name.span,
        })
    }

    /// A declaration that may stand inside of a theory as well as outside.
    pub(super) fn declaration(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Object(decl) => self.object(decl),
            ItemKind::Features(decl) => self.features(decl),
            ItemKind::Kernel(decl) => self.kernel(decl),
            ItemKind::Diagram(decl) => self.diagram(decl),
            ItemKind::Let(name, e) => self.binding(name, e),
            ItemKind::Axiom(AxiomDecl { name, .. }) | ItemKind::Theorem(TheoremDecl { name, .. }) => {
                let what = if matches!(item.kind, ItemKind::Axiom(_)) { "an axiom" } else { "a theorem" }.to_string();
                let place = "a file outside of a theory".to_string();
                let help = Some("wrap it: `theory T { … }`".into());
                self.errors.push(TheoryError::Statement { what, place, span: name.span, help }.into());
            }
            ItemKind::Later(word) => {
                let what = format!("`{}`", word.node);
                self.errors.push(CheckError::NotYet { what, span: word.span, help: None });
            }
            _ => {}
        }
    }
}
