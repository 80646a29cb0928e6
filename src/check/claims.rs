//! Checks, evaluations and scalars.

use std::sync::Arc;

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::form::{Form, FormKind};
use super::obligation::{Claim, ObligationKind};
use super::scalar::{Scalar, ScalarKind};
use super::signature::Entity;
use super::sketch::{Structural, both};
use super::term::Term;
use super::types::{KernelId, ObjectId};
use super::value::Value;
use crate::base::index::Id;
use crate::number::ratio::Ratio;
use crate::syntax::ast::{self, Expr, ExprKind, Ident, Relation, Wire};

/// What an expression is, by its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Diagram,
    Number,
    Matrix,
    Set,
}

impl Checker<'_> {
    fn sort(&self, e: &Expr) -> Sort {
        match &e.kind {
            ExprKind::Number(_) | ExprKind::Prob(..) | ExprKind::Expect(..) | ExprKind::Period(_) => Sort::Number,
            _ if self.is_matrix(e) => Sort::Matrix,
            _ if self.is_measured(e) || self.is_matrix_number(e) => Sort::Number,
            ExprKind::Named(name, _) => match self.sig.lookup(name.node.as_str()) {
                Some((Entity::Scalar(..), _)) => Sort::Number,
                _ => Sort::Diagram,
            },
            ExprKind::Sum(..) | ExprKind::Negative(_) => Sort::Number,
            ExprKind::Product(first, rest) => {
                let divides = rest.iter().any(|(op, _)| *op != ast::Operator::Multiply);
                if divides || self.sort(first) == Sort::Number { Sort::Number } else { Sort::Diagram }
            }
            ExprKind::Power(base, _) => self.sort(base),
            ExprKind::Support(_) => Sort::Set,
            _ => Sort::Diagram,
        }
    }

    /// `eval e`
    pub(super) fn evaluation(&mut self, e: &Expr, unit: Option<&Ident>) -> Checked<ObligationKind> {
        if let (ExprKind::Named(name, None), None) = (&e.kind, unit)
            && let Some((Entity::Features(id), _)) = self.sig.lookup(name.node.as_str())
        {
            return Ok(ObligationKind::EvalFeatures(*id));
        }
        if let Some(kind) = self.evaluated_matrix(e, unit) {
            return kind;
        }
        if unit.is_some() || self.sort(e) == Sort::Number {
            return self.measured(e, unit);
        }
        if let Some(kind) = self.shown_apart(e) {
            return kind;
        }
        Ok(match self.sort(e) {
            Sort::Set => ObligationKind::EvalSupport(self.set(e)?),
            _ => ObligationKind::EvalTerm(self.term(e, None, None)?),
        })
    }

    fn set(&mut self, e: &Expr) -> Checked<Term> {
        match &e.kind {
            ExprKind::Support(of) => self.term(of, None, None),
            _ => {
                let what = "a support".to_string();
                let found = "something else".to_string();
                let help = Some("a set of points is compared with another: `support(p) <= support(q)`".into());
                self.fail(CheckError::WrongSort { what, found, span: e.span, help })
            }
        }
    }

    /// `check …`
    pub(super) fn check(&mut self, check: &ast::Check) -> Checked<ObligationKind> {
        let free = check.category.as_ref().is_some_and(|c| c.node.as_str() == "free");
        if let Some(category) = check.category.as_ref().filter(|_| !free) {
            let what = format!("the category `{}`", category.node);
            let help = Some(
                "without brackets a check is about finite stochastic kernels, with `[free]` about every Markov category".into(),
            );
            return self.fail(CheckError::NotYet { what, span: category.span, help });
        }
        if let Some(category) = check.category.as_ref().filter(|_| !matches!(check.claim, ast::Claim::Compare(..))) {
            let what = "this claim in `[free]`".to_string();
            let help =
                Some("in every Markov category, equality `f == g` and `f == g under p` can be checked so far".into());
            return self.fail(CheckError::NotYet { what, span: category.span, help });
        }
        Ok(ObligationKind::Check { negated: check.negated, claim: self.claim(&check.claim, free)? })
    }

    /// A claim; `free` says that it is one about every Markov category.
    pub(super) fn claim(&mut self, claim: &ast::Claim, free: bool) -> Checked<Claim> {
        Ok(match claim {
            ast::Claim::Compare(left, sign, right, under) => {
                self.comparison(left, *sign, right, under.as_ref(), free)?
            }
            ast::Claim::Deterministic(of, under) => {
                let (of, under) = self.under(of, under.as_ref())?;
                Claim::Deterministic(of, under)
            }
            ast::Claim::Independent { groups, given, within } => self.independence(groups, given, within)?,
            ast::Claim::Separated { groups, given, within } => match self.independence(groups, given, within)? {
                Claim::Independent { of, groups, given } => Claim::Separated { of, groups, given },
                other => other,
            },
            ast::Claim::Criterion { door, by, from, to, within } => {
                self.criterion(*door, [&by[..], from, to], within)?
            }
            ast::Claim::Identifiable { to, from, within } => self.identifiable(to, from, within)?,
            ast::Claim::Stationary(state, chain) => {
                let (state, chain) = self.chain_and_state(chain, state)?;
                Claim::Stationary(state, chain)
            }
            ast::Claim::Reversible(chain, state) => {
                let (state, chain) = self.chain_and_state(chain, state)?;
                Claim::Reversible(chain, state)
            }
            ast::Claim::Study(study) => self.study(study)?,
            ast::Claim::Semidefinite(word, matrix) => self.semidefinite(word, matrix)?,
            ast::Claim::DivergenceLaw(law, divergence) => self.divergence_law(law, divergence)?,
            ast::Claim::Laws(items) => self.laws(items)?,
            ast::Claim::ForAll(parameters, claim) => self.for_all(parameters, claim)?,
        })
    }

    pub(super) fn comparison(
        &mut self,
        left: &Expr,
        sign: Relation,
        right: &Expr,
        under: Option<&Expr>,
        free: bool,
    ) -> Checked<Claim> {
        if let Some(claim) = self.compared_matrix(left, sign, right, under) {
            return claim;
        }
        let (l, r) = (self.sort(left), self.sort(right));
        if l == Sort::Number || r == Sort::Number {
            if let Some(under) = under {
                let what = "nothing more".to_string();
                let help = Some("numbers are equal or not; `under` is for kernels".into());
                return self.fail(CheckError::WrongSort { what, found: "an `under`".into(), span: under.span, help });
            }
            let (left, right) = (self.scalar(left), self.scalar(right));
            let (left, right) = both(left, right)?;
            return Ok(Claim::Scalars(left, sign, right));
        }
        if l == Sort::Set || r == Sort::Set {
            let (left, right) = both(self.set(left), self.set(right))?;
            if left.cod != right.cod {
                let error = CheckError::SidesDiffer {
                    left: left.span,
                    left_type: format!("a set of points of {}", self.sig.show(&left.cod)),
                    right: right.span,
                    right_type: format!("a set of points of {}", self.sig.show(&right.cod)),
                    help: Some(self.wire_by_wire(&left.cod, &right.cod)),
                };
                return self.fail(error);
            }
            return Ok(Claim::Supports(left, sign, right));
        }
        let equal = match sign {
            Relation::Equal => true,
            Relation::NotEqual => false,
            _ => {
                let what = "a number".to_string();
                let help = Some("diagrams are compared with `==` and `!=`".into());
                return self.fail(CheckError::WrongSort { what, found: "a diagram".into(), span: left.span, help });
            }
        };
        let under = under.map(|p| self.term(p, None, None)).transpose()?;
        let (left, right) = self.sides(left, right, under.as_ref().map(|p| &p.cod))?;
        if let Some(p) = &under {
            self.meets(p, &left)?;
        }
        Ok(Claim::Equal { left, right, equal, under, free })
    }

    pub(super) fn under(&mut self, of: &Expr, under: Option<&Expr>) -> Checked<(Term, Option<Term>)> {
        let under = under.map(|p| self.term(p, None, None)).transpose()?;
        let of = self.term(of, under.as_ref().map(|p| &p.cod), None)?;
        if let Some(p) = &under {
            self.meets(p, &of)?;
        }
        Ok((of, under))
    }

    fn chain_and_state(&mut self, chain: &Expr, state: &Expr) -> Checked<(Term, Term)> {
        let state = self.state(state, "what is stationary");
        let hint = state.as_ref().ok().map(|s| s.cod.clone());
        let chain = self.term(chain, hint.as_ref(), hint.as_ref());
        let (state, chain) = both(state, chain)?;
        if chain.dom != chain.cod {
            let found = self.arrow(&chain.dom, &chain.cod);
            return self.fail(CheckError::NotEndo { found, span: chain.span });
        }
        self.meets(&state, &chain)?;
        Ok((state, chain))
    }

    pub(super) fn independence(&mut self, groups: &[Vec<Wire>], given: &[Wire], within: &Expr) -> Checked<Claim> {
        let of = self.term(within, None, None)?;
        let mut named = Vec::new();
        let mut known = Vec::new();
        let mut seen: Vec<usize> = Vec::new();
        let mut failed = false;
        let words = |wires: &[Wire]| wires.iter().map(|w| w.node.to_string()).collect::<Vec<_>>().join(", ");
        for (wires, target) in
            groups.iter().map(|g| (&g[..], false)).chain(given.iter().map(|w| (std::slice::from_ref(w), true)))
        {
            let Ok((places, _, _)) = self.chosen(&of, wires) else {
                failed = true;
                continue;
            };
            if let Some(at) = places.iter().position(|p| seen.contains(p)) {
                let wire = &wires[at.min(wires.len() - 1)];
                self.errors.push(CheckError::OverlappingWires { name: wire.node.to_string(), span: wire.span });
                failed = true;
            }
            seen.extend(&places);
            let name = if wires.len() == 1 { words(wires) } else { format!("({})", words(wires)) };
            if target { known.push((name, places)) } else { named.push((name, places)) }
        }
        if failed { Err(Reported) } else { Ok(Claim::Independent { of, groups: named, given: known }) }
    }

    fn laws(&mut self, items: &[Expr]) -> Checked<Claim> {
        if items.is_empty() {
            // What is abstract has no matrices to write the laws out with.
            let objects = self.sig.objects.iter().filter(|(_, o)| !o.is_abstract()).map(|(id, _)| id).collect();
            let kernels = self.sig.kernels.iter().filter(|(_, k)| k.rows.is_some()).map(|(id, _)| id).collect();
            return Ok(Claim::Laws(objects, kernels));
        }
        let mut objects: Vec<ObjectId> = Vec::new();
        let mut kernels: Vec<KernelId> = Vec::new();
        let mut failed = false;
        for item in items {
            let ExprKind::Named(name, brackets) = &item.kind else { continue };
            match self.entity(name, "an object or a kernel") {
                Ok(Entity::Object(id)) => objects.push(id),
                Ok(Entity::Product(t)) => objects.extend(t.factors()),
                Ok(Entity::Kernel(family)) => match self.instance(family, brackets.as_deref(), item.span) {
                    Ok(id) => kernels.push(id),
                    Err(Reported) => failed = true,
                },
                Ok(other) => {
                    let _: Checked<()> = self.wrong_kind(name, &other, "an object or a kernel", None);
                    failed = true;
                }
                Err(Reported) => failed = true,
            }
        }
        for kernel in &kernels {
            let kernel = &self.sig.kernels[*kernel];
            objects.extend(kernel.dom.factors().iter().chain(kernel.cod.factors()));
        }
        objects.sort_by_key(|o| o.number());
        objects.dedup();
        if failed { Err(Reported) } else { Ok(Claim::Laws(objects, kernels)) }
    }

    /// An expression that must be a number.
    pub(super) fn scalar(&mut self, e: &Expr) -> Checked<Scalar> {
        let span = e.span;
        let kind = match &e.kind {
            ExprKind::Number(n) => ScalarKind::Number(n.clone()),
            _ if self.is_measured(e) => self.measured_scalar(e)?,
            _ if self.is_matrix_number(e) => self.matrix_number(e)?,
            ExprKind::Named(name, None) if Structural::find(name.node.as_str()).is_none() => {
                match self.entity(name, "a number")? {
                    Entity::Scalar(scalar, _) => {
                        self.meet(&scalar);
                        if self.binder.is_some() && !scalar.is_rational() {
                            return self.measured_scalar(e).map(|kind| Scalar { kind, span });
                        }
                        ScalarKind::Named(scalar)
                    }
                    other => {
                        let help = matches!(other, Entity::Kernel(_) | Entity::Diagram(_))
                            .then(|| "a number is made from a diagram by `prob(… in d)` or `E(… in d)`".into());
                        return self.wrong_kind(name, &other, "a number", help);
                    }
                }
            }
            ExprKind::Negative(inner) => ScalarKind::Negative(Box::new(self.scalar(inner)?)),
            ExprKind::Sum(first, rest) | ExprKind::Product(first, rest) => {
                let first = self.scalar(first);
                let rest: Vec<_> = rest.iter().map(|(op, e)| self.scalar(e).map(|s| (*op, s))).collect();
                let (first, rest) = both(first, rest.into_iter().collect::<Checked<Vec<_>>>())?;
                ScalarKind::Chain(Box::new(first), rest)
            }
            ExprKind::Power(base, exponent) => {
                let base = self.scalar(base)?;
                let exponent_span = exponent.span;
                let exponent = self.constant(exponent)?;
                let exponent = Scalar { kind: ScalarKind::Number(exponent), span: exponent_span };
                ScalarKind::Chain(Box::new(base), vec![(ast::Operator::Power, exponent)])
            }
            ExprKind::Prob(event, given, of) => {
                let of = self.state(of, "the diagram of a probability")?;
                let event = self.event(&of, event);
                let given = given.as_ref().map(|g| self.event(&of, g)).transpose();
                let (event, given) = both(event, given)?;
                ScalarKind::Probability { event, given, of: Arc::new(of) }
            }
            ExprKind::Expect(value, given, of) => {
                let of = self.state(of, "the diagram of an expectation")?;
                let value = self.event(&of, value);
                let given = given.as_ref().map(|g| self.event(&of, g)).transpose();
                let (value, given) = both(value, given)?;
                ScalarKind::Expectation { value, given, of: Arc::new(of) }
            }
            ExprKind::Period(chain) => self.period(chain)?,
            _ if self.is_matrix(e) => {
                let what = "a number".to_string();
                let help = Some(
                    "numbers of a matrix are `entry(M, 1, 2)`, `trace(M)`, `det(M)`, `rank(M)`, `form(M, v)`".into(),
                );
                return self.fail(CheckError::WrongSort { what, found: "a matrix".into(), span, help });
            }
            ExprKind::Support(_) => {
                let what = "a number".to_string();
                return self.fail(CheckError::WrongSort { what, found: "a set of points".into(), span, help: None });
            }
            _ => {
                let what = "a number".to_string();
                let help = Some("a number is made from a diagram by `prob(… in d)` or `E(… in d)`".into());
                return self.fail(CheckError::WrongSort { what, found: "a diagram".into(), span, help });
            }
        };
        Ok(Scalar { kind, span })
    }

    /// The value of a scalar, if it needs no model.
    pub(super) fn scalar_constant(&self, scalar: &Scalar) -> Result<Option<Ratio>, CheckError> {
        let number = |value: &Ratio, span| Form { kind: FormKind::Constant(Value::Number(value.clone())), span };
        Ok(match &scalar.kind {
            ScalarKind::Number(n) => Some(n.clone()),
            ScalarKind::Named(inner) => self.scalar_constant(inner)?,
            ScalarKind::Negative(inner) => self.scalar_constant(inner)?.map(|n| -&n),
            ScalarKind::Chain(first, rest) => {
                let Some(start) = self.scalar_constant(first)? else { return Ok(None) };
                let mut forms = Vec::new();
                for (op, item) in rest {
                    let Some(value) = self.scalar_constant(item)? else { return Ok(None) };
                    forms.push((*op, number(&value, item.span)));
                }
                let form =
                    Form { kind: FormKind::Chain(Box::new(number(&start, first.span)), forms), span: scalar.span };
                match form.number(&[], "a number") {
                    Ok(value) => Some(value),
                    Err(fault) => return Err(super::formulas::fault_error(fault, "")),
                }
            }
            ScalarKind::Call(call, items) if scalar.is_rational() => {
                let values = items.iter().map(|i| self.scalar_constant(i)).collect::<Result<Option<Vec<_>>, _>>()?;
                values.and_then(|values| call.rational(values))
            }
            ScalarKind::Measure(_)
            | ScalarKind::Matrix(_)
            | ScalarKind::Call(..)
            | ScalarKind::Unit(..)
            | ScalarKind::Infinity
            | ScalarKind::Probability { .. }
            | ScalarKind::Expectation { .. }
            | ScalarKind::Period(_)
            | ScalarKind::Parameter(_) => None,
        })
    }
}
