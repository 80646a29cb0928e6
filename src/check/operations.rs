//! Operations that need a model: marginals, conditionals, inverses, observation, surgery, points.

use std::sync::Arc;

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::form::Form;
use super::formulas::Scope;
use super::signature::{Entity, Group};
use super::term::{Event, Target, Term, TermKind};
use super::types::Type;
use crate::base::name::{Name, nearest};
use crate::base::span::Span;
use crate::syntax::ast::{Expr, ExprKind, Formula, Ident, PointExpr, Wire};

impl Checker<'_> {
    /// An expression headed by an operation.
    pub(super) fn operation(&mut self, e: &Expr) -> Checked<Term> {
        let span = e.span;
        match &e.kind {
            ExprKind::Marginal(of, wires) => {
                let of = self.term(of, None, None)?;
                let (places, outputs, cod) = self.chosen(&of, wires)?;
                let dom = of.dom.clone();
                Ok(Term { kind: TermKind::Marginal(Box::new(of), places), dom, cod, outputs, span })
            }
            ExprKind::Cond(of, targets, given) => {
                let of = self.term(of, None, None)?;
                if let Some(twice) = given.iter().find(|g| targets.contains(g)) {
                    let error = CheckError::OverlappingWires { name: twice.node.to_string(), span: twice.span };
                    return self.fail(error);
                }
                let (targets, outputs, cod) = self.chosen(&of, targets)?;
                let (given, _, known) = self.chosen(&of, given)?;
                if let Some(both) = given.iter().find(|g| targets.contains(g)) {
                    let error = CheckError::OverlappingWires { name: format!("#{}", both + 1), span };
                    return self.fail(error);
                }
                let dom = Type::product([&known, &of.dom]);
                let of = Box::new(of);
                Ok(Term { kind: TermKind::Conditional { of, targets, given }, dom, cod, outputs, span })
            }
            ExprKind::Bayes(f, p) => {
                let prior = self.state(p, "the prior of `bayes`")?;
                let kernel = self.term(f, Some(&prior.cod), None)?;
                self.meets(&prior, &kernel)?;
                let (dom, cod) = (kernel.cod.clone(), kernel.dom.clone());
                let (kernel, prior) = (Box::new(kernel), Box::new(prior));
                Ok(Term { kind: TermKind::Inverse { kernel, prior }, dom, cod, outputs: Vec::new(), span })
            }
            ExprKind::Observe(of, event) => {
                let of = self.term(of, None, None)?;
                let event = Arc::new(self.event(&of, event)?);
                let (dom, cod, outputs) = (of.dom.clone(), of.cod.clone(), of.outputs.clone());
                Ok(Term { kind: TermKind::Observe { of: Box::new(of), event }, dom, cod, outputs, span })
            }
            ExprKind::Weigh(of, weight) => self.weigh(of, weight, span),
            ExprKind::Jeffrey(of, wires, law) => self.jeffrey(of, wires, law, span),
            ExprKind::Effect(of, targets, set) => self.effect(of, targets, set, span),
            ExprKind::Adjust { of, targets, given, door, by } => {
                self.adjust(of, [&targets[..], given, by], *door, span)
            }
            ExprKind::Comb { of, before, after, around } => self.comb(of, [&before[..], after, around], span),
            ExprKind::Do(of, surgeries) => self.surgery(of, surgeries, span),
            ExprKind::Derived(what, of, by) => self.derived(*what, of, by.as_deref(), span),
            ExprKind::Point(point) => self.point_state(point, span),
            _ => unreachable!("not an operation: {:?}", e.kind),
        }
    }

    /// A diagram that must have no inputs.
    pub(super) fn state(&mut self, e: &Expr, what: &str) -> Checked<Term> {
        let term = self.term(e, Some(&Type::unit()), None)?;
        if term.dom.is_empty() {
            return Ok(term);
        }
        let found = self.arrow(&term.dom, &term.cod);
        self.fail(CheckError::NotAState { what: what.into(), found, span: term.span })
    }

    /// Checks that the first diagram ends where the second starts.
    pub(super) fn meets(&mut self, first: &Term, second: &Term) -> Checked<()> {
        if first.cod == second.dom {
            return Ok(());
        }
        let error = CheckError::TypeMismatch {
            left: self.sig.show(&first.cod),
            right: self.sig.show(&second.dom),
            first: first.span,
            second: second.span,
            help: Some(self.wire_by_wire(&first.cod, &second.dom)),
        };
        self.fail(error)
    }

    /// The outputs that a list of wires names: their places, their names, their product.
    pub(super) fn chosen(&mut self, of: &Term, wires: &[Wire]) -> Checked<(Vec<usize>, Vec<Group>, Type)> {
        let mut places = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        let mut failed = false;
        for wire in wires {
            match self.output(of, wire) {
                Ok(group) => {
                    if groups.iter().any(|g| g.name == group.name) {
                        self.errors.push(CheckError::OverlappingWires { name: wire.node.to_string(), span: wire.span });
                        failed = true;
                        continue;
                    }
                    groups.push(Group { name: group.name, start: places.len(), len: group.len });
                    places.extend(group.start..group.start + group.len);
                }
                Err(Reported) => failed = true,
            }
        }
        if failed {
            return Err(Reported);
        }
        let factors: Vec<_> = places.iter().map(|p| of.cod.factors()[*p]).collect();
        groups.retain(|g| !g.name.as_str().starts_with('#'));
        Ok((places, groups, Type::new(factors)))
    }

    /// The output that a wire names.
    pub(super) fn output(&mut self, of: &Term, wire: &Ident) -> Checked<Group> {
        let text = wire.node.as_str();
        if let Some(number) = text.strip_prefix('#') {
            let count = of.cod.len();
            return match number.parse::<usize>() {
                Ok(k) if (1..=count).contains(&k) => Ok(Group { name: wire.node.clone(), start: k - 1, len: 1 }),
                _ => {
                    let help = Some(match count {
                        0 => "this diagram has no outputs".into(),
                        1 => "this diagram has one output, `#1`".into(),
                        n => format!("the outputs of this diagram are `#1` to `#{n}`"),
                    });
                    self.fail(CheckError::UnknownWire { name: text.into(), span: wire.span, help })
                }
            };
        }
        if let Some(group) = of.outputs.iter().find(|g| g.name == wire.node) {
            return Ok(group.clone());
        }
        let names: Vec<&str> = of.outputs.iter().map(|g| g.name.as_str()).collect();
        let help = match nearest(text, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => match of.cod.len() {
                0 => "this diagram has no outputs".into(),
                n => format!("its outputs have no names; they are numbered `#1` to `#{n}`"),
            },
            None => format!("its outputs are {}", names.join(", ")),
        };
        self.fail(CheckError::UnknownWire { name: text.into(), span: wire.span, help: Some(help) })
    }

    /// A formula over the outputs of a diagram. Only the outputs that it uses become variables.
    pub(super) fn event(&mut self, of: &Term, f: &Formula) -> Checked<Event> {
        let mut scope = Scope { variables: Vec::new(), wires: true };
        let mut variables: Vec<Vec<usize>> = Vec::new();
        for group in &of.outputs {
            scope.variables.push((group.name.clone(), Some(of.cod.slice(group.start, group.start + group.len))));
            variables.push((group.start..group.start + group.len).collect());
        }
        for k in 0..of.cod.len() {
            scope.variables.push((Name::new(&format!("#{}", k + 1)), Some(of.cod.slice(k, k + 1))));
            variables.push(vec![k]);
        }
        let form = self.formula(f, &scope, None)?;
        let mut used = Vec::new();
        let form = renumbered(form, &mut used);
        let variables = used.into_iter().map(|k| std::mem::take(&mut variables[k])).collect();
        Ok(Event { form, variables, weighs: false })
    }

    fn surgery(&mut self, of: &Expr, surgeries: &[(Ident, Expr)], span: Span) -> Checked<Term> {
        let of = self.term(of, None, None)?;
        let mut steps = Vec::new();
        let mut failed = false;
        for (name, replacement) in surgeries {
            let Ok(entity) = self.entity(name, "a kernel or diagram") else {
                failed = true;
                continue;
            };
            let (target, dom, cod) = match entity {
                Entity::Kernel(id) => {
                    let family = &self.sig.families[id];
                    (Target::Kernel(id), family.dom.clone(), family.cod.clone())
                }
                Entity::Diagram(id) => {
                    let d = &self.sig.definitions[id];
                    (Target::Diagram(id), d.dom.clone(), d.cod.clone())
                }
                other => return self.wrong_kind(name, &other, "a kernel or diagram", None),
            };
            let boxes = self.boxes(&of);
            if !boxes.contains(&target) {
                let mut names: Vec<String> = boxes.iter().map(|t| self.target_name(*t)).collect();
                names.sort();
                let help = match names.is_empty() {
                    true if matches!(
                        of.kind,
                        TermKind::Effect { .. }
                            | TermKind::Adjust { .. }
                            | TermKind::Comb { .. }
                            | TermKind::Derived { .. }
                    ) =>
                    {
                        let name = &name.node;
                        format!(
                            "this was computed from a diagram as it was; operate on that first: `do(d, {name} := …)`"
                        )
                    }
                    true => "this diagram has no boxes with a name".to_string(),
                    false => format!("its boxes are {}", names.join(", ")),
                };
                let error =
                    CheckError::SurgeryTarget { name: name.node.to_string(), span: name.span, help: Some(help) };
                self.errors.push(error);
                failed = true;
                continue;
            }
            let Ok(term) = self.term(replacement, Some(&dom), Some(&cod)) else {
                failed = true;
                continue;
            };
            if term.dom != dom || term.cod != cod {
                let (declared, found) = (self.arrow(&dom, &cod), self.arrow(&term.dom, &term.cod));
                let name = name.node.to_string();
                let help = if term.dom.is_empty() && term.cod == cod {
                    format!("discard its inputs first: `{name} := del ; …`")
                } else if term.dom != dom {
                    self.wire_by_wire(&dom, &term.dom)
                } else {
                    self.wire_by_wire(&cod, &term.cod)
                };
                let (body, span) = ("its replacement", term.span);
                self.errors.push(CheckError::DeclaredType { name, body, declared, found, span, help: Some(help) });
                failed = true;
                continue;
            }
            steps.push((target, term));
        }
        if failed {
            return Err(Reported);
        }
        let (dom, cod, outputs) = (of.dom.clone(), of.cod.clone(), of.outputs.clone());
        Ok(Term { kind: TermKind::Surgery { of: Box::new(of), steps }, dom, cod, outputs, span })
    }

    fn target_name(&self, target: Target) -> String {
        match target {
            Target::Kernel(id) => self.sig.families[id].name.to_string(),
            Target::Diagram(id) => self.sig.definitions[id].name.to_string(),
        }
    }

    fn point_state(&mut self, point: &PointExpr, span: Span) -> Checked<Term> {
        let mut atoms = Vec::new();
        collect(point, &mut atoms);
        let mut objects = Vec::new();
        for atom in atoms {
            match &atom.object {
                Some(object) => objects.push(self.object_named(object)?),
                None => {
                    let (what, example) = ("this point".to_string(), format!("`point(A.{})`", atom.label.node));
                    return self.fail(CheckError::Ambiguous { what, example, span: atom.span });
                }
            }
        }
        let cod = Type::product(&objects);
        let place = self.point(point, &cod)?;
        Ok(Term { kind: TermKind::Point(place), dom: Type::unit(), cod, outputs: Vec::new(), span })
    }
}

fn collect<'a>(point: &'a PointExpr, out: &mut Vec<&'a crate::syntax::ast::PointAtom>) {
    match point {
        PointExpr::Atom(atom) => out.push(atom),
        PointExpr::Tuple(items, _) => items.iter().for_each(|p| collect(p, out)),
    }
}

/// The formula with its variables numbered in the order of their first use, which is noted in `used`.
fn renumbered(form: Form, used: &mut Vec<usize>) -> Form {
    use super::form::FormKind as K;
    let span = form.span;
    let boxed = |f: Box<Form>, used: &mut Vec<usize>| Box::new(renumbered(*f, used));
    let kind = match form.kind {
        K::Constant(v) => K::Constant(v),
        K::Variable(k) => K::Variable(used.iter().position(|u| *u == k).unwrap_or_else(|| {
            used.push(k);
            used.len() - 1
        })),
        K::Tuple(items) => K::Tuple(items.into_iter().map(|f| renumbered(f, used)).collect()),
        K::Negative(f) => K::Negative(boxed(f, used)),
        K::Not(f) => K::Not(boxed(f, used)),
        K::Chain(f, rest) => {
            let first = boxed(f, used);
            K::Chain(first, rest.into_iter().map(|(op, f)| (op, renumbered(f, used))).collect())
        }
        K::Compare(a, sign, b) => {
            let a = boxed(a, used);
            K::Compare(a, sign, boxed(b, used))
        }
        K::Call(function, items) => K::Call(function, items.into_iter().map(|f| renumbered(f, used)).collect()),
        K::If(branches, otherwise) => {
            let branches = branches.into_iter().map(|(c, v)| (renumbered(c, used), renumbered(v, used))).collect();
            K::If(branches, boxed(otherwise, used))
        }
        K::Match(subject, arms) => {
            let subject = boxed(subject, used);
            K::Match(subject, arms.into_iter().map(|(m, v)| (m, renumbered(v, used))).collect())
        }
        K::Law(weights) => {
            K::Law(weights.into_iter().map(|(p, w)| (renumbered(p, used), w.map(|w| renumbered(w, used)))).collect())
        }
    };
    Form { kind, span }
}
