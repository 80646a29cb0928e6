//! Pest's pairs to expressions and claims.

use super::ast::*;
use super::cst_to_formula::{Reader, only, operator, parts, relation, take};
use super::error::SyntaxError;
use super::text_to_cst::{Node, Rule};
use crate::base::name::Name;
use crate::base::span::Span;

type Read<T> = Result<T, SyntaxError>;

impl Reader {
    pub(super) fn expr(&self, node: Node<'_>) -> Read<Expr> {
        let span = self.span(&node);
        let make = |kind| Ok(Expr { kind, span });
        let boxed = |e: Expr| Box::new(e);
        match node.as_rule() {
            Rule::expr => {
                let mut items = parts(node).map(|n| self.expr(n)).collect::<Read<Vec<_>>>()?;
                if items.len() == 1 { Ok(items.remove(0)) } else { make(ExprKind::Seq(items)) }
            }
            Rule::e_sum | Rule::e_product => {
                let sum = node.as_rule() == Rule::e_sum;
                let mut first = None;
                let mut rest = Vec::new();
                let mut sign = Operator::Add;
                let mut unit = None;
                for part in node.into_inner() {
                    if part.as_rule() == Rule::unit {
                        unit = Unit::find(part.as_str()).map(|u| Spanned::new(u, self.span(&part)));
                        continue;
                    }
                    match (operator(part.as_rule()), &first) {
                        (Some(op), _) => sign = op,
                        (None, None) => first = Some(self.expr(part)?),
                        (None, Some(_)) => rest.push((sign, self.expr(part)?)),
                    }
                }
                let Some(first) = first else { unreachable!("a chain has an operand") };
                let chain = match (rest.is_empty(), sum) {
                    (true, _) => first,
                    (false, true) => Expr { kind: ExprKind::Sum(boxed(first), rest), span },
                    (false, false) => {
                        // Without the unit, which stands behind it.
                        let end = rest.last().map_or(span, |(_, e)| e.span);
                        Expr { span: first.span.to(end), kind: ExprKind::Product(boxed(first), rest) }
                    }
                };
                match unit {
                    None => Ok(chain),
                    Some(unit) => make(ExprKind::Unit(boxed(chain), unit)),
                }
            }
            Rule::e_sign => {
                let mut inner: Vec<_> = node.into_inner().collect();
                let signs = inner.len() - 1;
                let mut value = self.expr(inner.remove(signs))?;
                for s in inner.iter().rev() {
                    value = Expr { kind: ExprKind::Negative(boxed(value)), span: self.span(s).to(span) };
                }
                Ok(value)
            }
            Rule::e_power => {
                let mut inner = parts(node);
                let base = self.expr(take(&mut inner))?;
                match inner.next() {
                    None => Ok(base),
                    Some(n) => make(ExprKind::Power(boxed(base), Box::new(self.exponent_formula(n)?))),
                }
            }
            Rule::postfix | Rule::drawn | Rule::group => self.expr(only(node)),
            Rule::operation => self.operation(only(node)),
            Rule::number => make(ExprKind::Number(self.number(&node)?)),
            Rule::named => {
                let mut inner = parts(node);
                let name = self.ident(&take(&mut inner));
                let brackets = inner.next().map(|n| self.brackets(n)).transpose()?;
                make(ExprKind::Named(name, brackets))
            }
            Rule::structural => {
                let name = Spanned::new(Name::new("uniform"), Span::new(span.lo, span.lo + 7));
                let brackets = parts(node).next().map(|n| self.brackets(n)).transpose()?;
                make(ExprKind::Named(name, brackets))
            }
            Rule::pair => {
                let items =
                    parts(node).filter(|n| n.as_rule() == Rule::expr).map(|n| self.expr(n)).collect::<Read<_>>()?;
                make(ExprKind::Pair(items))
            }
            Rule::probability => {
                let inner: Vec<_> = parts(node).collect();
                let events = inner.iter().filter(|n| n.as_rule() == Rule::event);
                let mut events = events.map(|n| self.event(n.clone())).collect::<Read<Vec<_>>>()?.into_iter();
                let within = inner.last().cloned().map(|n| self.expr(n)).transpose()?;
                match (events.next(), within) {
                    (Some(event), Some(within)) => make(ExprKind::Prob(event, events.next(), boxed(within))),
                    _ => unreachable!("`prob` has an event and a diagram"),
                }
            }
            Rule::expectation => {
                let mut inner = parts(node);
                let value = self.formula(take(&mut inner))?;
                let mut next = take(&mut inner);
                let mut given = None;
                if next.as_rule() == Rule::event {
                    given = Some(self.event(next)?);
                    next = take(&mut inner);
                }
                make(ExprKind::Expect(value, given, boxed(self.expr(next)?)))
            }
            Rule::measure => make(self.measure(node)?),
            Rule::scalar_call => make(self.scalar_call(node)?),
            Rule::numbers => make(self.list(node)?),
            Rule::matrix_call => make(self.matrix_call(node)?),
            rule => unreachable!("{rule:?} is not an expression"),
        }
    }

    fn brackets(&self, node: Node<'_>) -> Read<Vec<Formula>> {
        parts(node).map(|n| self.formula(n)).collect()
    }

    /// Conditions separated by commas: all of them.
    fn event(&self, node: Node<'_>) -> Read<Formula> {
        let span = self.span(&node);
        let mut all = parts(node).map(|n| self.formula(n)).collect::<Read<Vec<_>>>()?.into_iter();
        match (all.next(), all.as_slice().is_empty()) {
            (Some(first), true) => Ok(first),
            (Some(first), false) => {
                let rest = all.map(|f| (Operator::And, f)).collect();
                Ok(Formula { kind: FormulaKind::Chain(Box::new(first), rest), span })
            }
            (None, _) => unreachable!("an event has a condition"),
        }
    }

    fn operation(&self, node: Node<'_>) -> Read<Expr> {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut inner = parts(node).filter(|n| n.as_rule() != Rule::k_given);
        if rule == Rule::op_point {
            let mut points: Vec<_> = inner.map(|n| self.point(n)).collect();
            let point = if points.len() == 1 { points.remove(0) } else { PointExpr::Tuple(points, span) };
            return Ok(Expr { kind: ExprKind::Point(point), span });
        }
        let of = Box::new(self.expr(take(&mut inner))?);
        let kind = match rule {
            Rule::op_marginal => ExprKind::Marginal(of, self.wires(take(&mut inner))),
            Rule::op_cond => {
                let targets = self.wires(take(&mut inner));
                ExprKind::Cond(of, targets, self.wires(take(&mut inner)))
            }
            Rule::op_effect => {
                let targets = self.wires(take(&mut inner));
                ExprKind::Effect(of, targets, self.wires(take(&mut inner)))
            }
            Rule::op_adjust => {
                let (targets, given) = (self.wires(take(&mut inner)), self.wires(take(&mut inner)));
                let (door, by) = match inner.next() {
                    Some(n) if n.as_rule() == Rule::adjust_through => (Door::Front, self.wires(only(n))),
                    Some(n) => (Door::Back, self.wires(only(n))),
                    None => (Door::Back, Vec::new()),
                };
                ExprKind::Adjust { of, targets, given, door, by }
            }
            Rule::op_comb => {
                let (before, after) = (self.wires(take(&mut inner)), self.wires(take(&mut inner)));
                ExprKind::Comb { of, before, after, around: self.wires(take(&mut inner)) }
            }
            Rule::op_minimal => ExprKind::Derived(Derived::Minimal, of, None),
            Rule::op_stationary => ExprKind::Derived(Derived::Stationary, of, self.object_of_classes(inner.next())?),
            Rule::op_limit => ExprKind::Derived(Derived::Limit, of, None),
            Rule::op_absorption => ExprKind::Derived(Derived::Absorption, of, self.object_of_classes(inner.next())?),
            Rule::op_lumping => ExprKind::Derived(Derived::Lumping, of, Some(Box::new(self.expr(take(&mut inner))?))),
            Rule::op_period => ExprKind::Period(of),
            Rule::op_bayes => ExprKind::Bayes(of, Box::new(self.expr(take(&mut inner))?)),
            Rule::op_observe => ExprKind::Observe(of, self.event(take(&mut inner))?),
            Rule::op_weigh => ExprKind::Weigh(of, self.formula(take(&mut inner))?),
            Rule::op_jeffrey => {
                let wires = self.wires(take(&mut inner));
                ExprKind::Jeffrey(of, wires, Box::new(self.expr(take(&mut inner))?))
            }
            Rule::op_do => {
                let mut surgeries = Vec::new();
                for part in inner {
                    let mut pair = parts(part);
                    let name = self.ident(&take(&mut pair));
                    surgeries.push((name, self.expr(take(&mut pair))?));
                }
                ExprKind::Do(of, surgeries)
            }
            _ => ExprKind::Support(of),
        };
        Ok(Expr { kind, span })
    }

    /// The object whose points the closed classes are, by its identity: `id[K]`.
    fn object_of_classes(&self, node: Option<Node<'_>>) -> Read<Option<Box<Expr>>> {
        let Some(node) = node else { return Ok(None) };
        let span = self.span(&node);
        let kind = ExprKind::Named(Spanned::new(Name::new("id"), span), Some(vec![self.formula(node)?]));
        Ok(Some(Box::new(Expr { kind, span })))
    }

    pub(super) fn wires(&self, node: Node<'_>) -> Vec<Wire> {
        parts(node).map(|n| self.ident(&n)).collect()
    }

    pub(super) fn check(&self, node: Node<'_>) -> Read<Check> {
        let mut check = Check { category: None, negated: false, claim: Claim::Laws(Vec::new()) };
        for part in parts(node) {
            match part.as_rule() {
                Rule::category => check.category = Some(self.ident(&only(part))),
                Rule::k_not => check.negated = true,
                _ => check.claim = self.claim(only(part))?,
            }
        }
        Ok(check)
    }

    pub(super) fn claim(&self, node: Node<'_>) -> Read<Claim> {
        let rule = node.as_rule();
        let mut inner = parts(node).filter(|n| !matches!(n.as_rule(), Rule::k_deterministic | Rule::k_given));
        Ok(match rule {
            Rule::laws => Claim::Laws(inner.map(|n| self.expr(only(n))).collect::<Read<_>>()?),
            Rule::deterministic => {
                let of = self.expr(take(&mut inner))?;
                Claim::Deterministic(of, inner.next().map(|n| self.expr(n)).transpose()?)
            }
            Rule::stationary => {
                let state = self.expr(take(&mut inner))?;
                Claim::Stationary(state, self.expr(take(&mut inner))?)
            }
            Rule::reversible => {
                let chain = self.expr(take(&mut inner))?;
                Claim::Reversible(chain, self.expr(take(&mut inner))?)
            }
            Rule::sufficient | Rule::ancillary | Rule::lumpable => {
                let (first, second) = (self.expr(take(&mut inner))?, self.expr(take(&mut inner))?);
                Claim::Study(match rule {
                    Rule::sufficient => Study::Sufficient(first, second),
                    Rule::ancillary => Study::Ancillary(first, second),
                    _ => Study::Lumpable(first, second),
                })
            }
            Rule::complete => Claim::Study(Study::Complete(self.expr(take(&mut inner))?)),
            Rule::irreducible => Claim::Study(Study::Irreducible(self.expr(take(&mut inner))?)),
            Rule::aperiodic => Claim::Study(Study::Aperiodic(self.expr(take(&mut inner))?)),
            Rule::markov => Claim::Study(Study::Markov(self.expr(take(&mut inner))?)),
            Rule::idempotent => Claim::Study(Study::Idempotent(self.expr(take(&mut inner))?)),
            Rule::homogeneous => Claim::Study(Study::Homogeneous(self.expr(take(&mut inner))?)),
            Rule::extendible => {
                let p = self.expr(take(&mut inner))?;
                Claim::Study(Study::Extendible(p, self.exponent_formula(take(&mut inner))?))
            }
            Rule::exchangeable => Claim::Study(Study::Exchangeable(self.expr(take(&mut inner))?)),
            Rule::equivalence => {
                let (data, mu) = (self.expr(take(&mut inner))?, self.expr(take(&mut inner))?);
                let rank = take(&mut inner);
                Claim::Study(Study::Equivalence(data, mu, Spanned::new(self.exponent(&rank)?, self.span(&rank))))
            }
            Rule::for_all => {
                let mut parameters = Vec::new();
                let mut next = take(&mut inner);
                while next.as_rule() == Rule::binder {
                    parameters.extend(self.binder(next));
                    next = take(&mut inner);
                }
                Claim::ForAll(parameters, Box::new(self.claim(next)?))
            }
            Rule::independent => self.independent(inner)?,
            Rule::separated => match self.independent(inner)? {
                Claim::Independent { groups, given, within } => Claim::Separated { groups, given, within },
                other => other,
            },
            Rule::divergence_law => self.divergence_law(inner)?,
            Rule::semidefinite => self.semidefinite(inner)?,
            Rule::backdoor | Rule::frontdoor => {
                let door = if rule == Rule::backdoor { Door::Back } else { Door::Front };
                let mut lists: Vec<Vec<Wire>> = Vec::new();
                let mut next = take(&mut inner);
                while next.as_rule() == Rule::wires {
                    lists.push(self.wires(next));
                    next = take(&mut inner);
                }
                let (to, from) = (lists.pop().unwrap_or_default(), lists.pop().unwrap_or_default());
                let by = lists.pop().unwrap_or_default();
                Claim::Criterion { door, by, from, to, within: self.expr(next)? }
            }
            Rule::identifiable => {
                let (to, from) = (self.wires(take(&mut inner)), self.wires(take(&mut inner)));
                Claim::Identifiable { to, from, within: self.expr(take(&mut inner))? }
            }
            Rule::compare => {
                let left = take(&mut inner);
                let next = take(&mut inner);
                if next.as_rule() == Rule::independent_infix {
                    let first = self.left_group(&left)?;
                    let mut claim = self.independent(parts(next).filter(|n| n.as_rule() != Rule::k_given))?;
                    if let Claim::Independent { groups, .. } = &mut claim {
                        groups.insert(0, first);
                    }
                    return Ok(claim);
                }
                if next.as_rule() == Rule::dominates_infix {
                    let mut inner = parts(next);
                    let (f, g) = (self.expr(left)?, self.expr(take(&mut inner))?);
                    return Ok(Claim::Study(match inner.next() {
                        Some(n) if n.as_rule() == Rule::dominates_order => {
                            Study::Ordered(f, g, self.exponent_formula(only(n))?)
                        }
                        under => Study::Dominates(f, g, under.map(|n| self.expr(n)).transpose()?),
                    }));
                }
                if next.as_rule() == Rule::spreads_infix {
                    return Ok(Claim::Study(Study::Spreads(self.expr(left)?, self.expr(only(next))?)));
                }
                let relation = relation(next.as_rule());
                let right = self.expr(take(&mut inner))?;
                let under = inner.next().map(|n| self.expr(n)).transpose()?;
                Claim::Compare(self.expr(left)?, relation, right, under)
            }
            rule => unreachable!("{rule:?} is not a claim"),
        })
    }

    /// What stands behind `^` and `to`: an integer, a name, or a formula in parentheses.
    fn exponent_formula(&self, node: Node<'_>) -> Read<Formula> {
        if node.as_rule() != Rule::exponent {
            return self.formula(node);
        }
        let (value, span) = (self.exponent(&node)?, self.span(&node));
        Ok(Formula { kind: FormulaKind::Number((value as i64).into()), span })
    }

    /// `d, e: Prob`: each name with the sort.
    fn binder(&self, node: Node<'_>) -> Vec<Parameter> {
        let mut names: Vec<Ident> = parts(node).map(|n| self.ident(&n)).collect();
        let Some(sort) = names.pop() else { unreachable!("a binder has a sort") };
        names.into_iter().map(|name| Parameter { name, sort: sort.clone() }).collect()
    }

    fn independent<'a>(&self, inner: impl Iterator<Item = Node<'a>>) -> Read<Claim> {
        let mut groups = Vec::new();
        let mut given = Vec::new();
        for part in inner {
            match part.as_rule() {
                Rule::wire_group => {
                    let first = only(part);
                    groups.push(if first.as_rule() == Rule::wires {
                        self.wires(first)
                    } else {
                        vec![self.ident(&first)]
                    });
                }
                Rule::wires => given = self.wires(part),
                _ => return Ok(Claim::Independent { groups, given, within: self.expr(part)? }),
            }
        }
        unreachable!("independence is claimed in a diagram")
    }

    /// What stands before `⫫` was read as an expression: it must be a wire, or wires in parentheses.
    fn left_group(&self, node: &Node<'_>) -> Read<Vec<Wire>> {
        let span = self.span(node);
        let name = node.as_str().trim();
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '\'');
        if plain {
            return Ok(vec![Spanned::new(Name::new(name), span)]);
        }
        Err(SyntaxError::Unexpected {
            found: format!("`{name}`"),
            expected: "the name of one wire before `⫫`".into(),
            span,
            help: Some("for groups or numbered wires write `independent (x, y), z given w in p`".into()),
        })
    }
}
