//! Pest's pairs to the tree: no names are looked up here.

use std::sync::Arc;

use super::ast::*;
use super::cst_to_formula::{Reader, only, operator, parts, relation};
use super::error::SyntaxError;
use super::text_to_cst::{Node, Rule, parse};
use crate::base::name::Name;
use crate::base::source::Source;
use crate::base::span::Span;

type Read<T> = Result<T, SyntaxError>;

/// Reads a whole file.
pub fn parse_file(source: &Source) -> Result<File, SyntaxError> {
    Reader { base: source.base }.file(parse(Rule::file, source)?)
}

/// Reads a line of the REPL: items, or one expression.
pub fn parse_line(source: &Source) -> Result<Line, SyntaxError> {
    let reader = Reader { base: source.base };
    let node = parse(Rule::line, source)?;
    let bare = node.clone().into_inner().find(|n| n.as_rule() == Rule::bare);
    match bare {
        None => Ok(Line::Items(reader.file(node)?)),
        Some(bare) => {
            let mut inner = parts(bare);
            let expr = reader.expr(take(&mut inner))?;
            Ok(Line::Bare(expr, inner.next().map(|n| reader.ident(&only(n)))))
        }
    }
}

/// The next part, which the grammar says is there.
fn take<'a>(parts: &mut impl Iterator<Item = Node<'a>>) -> Node<'a> {
    match parts.next() {
        Some(node) => node,
        None => unreachable!("the grammar demands this part"),
    }
}

impl Reader {
    fn file(&self, node: Node<'_>) -> Read<File> {
        let mut file = File::default();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::file_doc => file.docs.push(self.doc(&part)),
                Rule::item => file.items.push(self.item(part)?),
                _ => {}
            }
        }
        Ok(file)
    }

    fn doc(&self, node: &Node<'_>) -> Spanned<String> {
        let text = &node.as_str()[3..];
        Spanned::new(text.strip_prefix(' ').unwrap_or(text).trim_end().to_string(), self.span(node))
    }

    fn item(&self, node: Node<'_>) -> Read<Item> {
        let mut docs = Vec::new();
        let mut inner = node.into_inner();
        let mut part = take(&mut inner);
        while part.as_rule() == Rule::item_doc {
            docs.push(self.doc(&part));
            part = take(&mut inner);
        }
        let span = self.span(&part);
        let kind = match part.as_rule() {
            Rule::object => ItemKind::Object(self.object(part)?),
            Rule::kernel => ItemKind::Kernel(Arc::new(self.kernel(part)?)),
            Rule::diagram => ItemKind::Diagram(self.diagram(part)?),
            Rule::check => ItemKind::Check(self.check(part)?),
            Rule::eval => {
                let mut inner = parts(part);
                let expr = self.expr(take(&mut inner))?;
                ItemKind::Eval(expr, inner.next().map(|n| self.ident(&only(n))))
            }
            Rule::binding => {
                let mut inner = part.into_inner().filter(|n| !matches!(n.as_rule(), Rule::k_let | Rule::s_is));
                let name = self.ident(&take(&mut inner));
                ItemKind::Let(name, self.expr(take(&mut inner))?)
            }
            Rule::import => ItemKind::Import(self.string(&only(part))),
            _ => ItemKind::Later(self.ident(&only(part))),
        };
        Ok(Item { docs, kind, span })
    }

    fn object(&self, node: Node<'_>) -> Read<ObjectDecl> {
        let mut inner = parts(node).filter(|n| n.as_rule() != Rule::s_is);
        let name = self.ident(&take(&mut inner));
        let body = match inner.next() {
            None => None,
            Some(body) => Some(match body.as_rule() {
                Rule::object_from => ObjectBody::FromFile(self.string(&only(body))),
                Rule::points => ObjectBody::Points(parts(body).map(|n| self.label(n)).collect()),
                Rule::range => {
                    let mut bounds = body.into_inner();
                    let (lo, mark, hi) = (take(&mut bounds), take(&mut bounds), take(&mut bounds));
                    ObjectBody::Range {
                        lo: Spanned::new(self.number(&lo)?, self.span(&lo)),
                        hi: Spanned::new(self.number(&hi)?, self.span(&hi)),
                        inclusive: mark.as_str() == "..=",
                    }
                }
                _ => ObjectBody::Type(self.object_type(body)?),
            }),
        };
        Ok(ObjectDecl { name, body })
    }

    fn object_type(&self, node: Node<'_>) -> Read<ObjectType> {
        let span = self.span(&node);
        let mut factors = Vec::new();
        for part in parts(node).filter(|n| n.as_rule() == Rule::object_power) {
            let mut inner = parts(part);
            let atom = take(&mut inner);
            let atom = match atom.as_rule() {
                Rule::object_group => ObjectAtom::Group(self.object_type(only(atom))?),
                _ => ObjectAtom::Name(self.ident(&atom)),
            };
            let exponent = match inner.next() {
                Some(n) => Some(Spanned::new(self.exponent(&n)?, self.span(&n))),
                None => None,
            };
            factors.push((atom, exponent));
        }
        Ok(ObjectType { factors, span })
    }

    fn typed_name(&self, node: Node<'_>) -> Read<TypedName> {
        let mut inner = parts(node);
        let name = self.ident(&take(&mut inner));
        Ok(TypedName { name, object: self.object_type(take(&mut inner))? })
    }

    fn kernel(&self, node: Node<'_>) -> Read<KernelDecl> {
        let mut deterministic = None;
        let mut parameters = Vec::new();
        let mut name = None;
        for part in parts(node) {
            match part.as_rule() {
                Rule::k_deterministic => deterministic = Some(Spanned::new((), self.span(&part))),
                Rule::name => name = Some(self.ident(&part)),
                Rule::parameters => {
                    for parameter in parts(part) {
                        let mut inner = parts(parameter);
                        let name = self.ident(&take(&mut inner));
                        parameters.push(Parameter { name, sort: self.ident(&take(&mut inner)) });
                    }
                }
                rule => {
                    let Some(name) = name else { unreachable!("a kernel has a name") };
                    let (domain, codomain, body) =
                        if rule == Rule::kernel_wired { self.kernel_wired(part)? } else { self.kernel_typed(part)? };
                    return Ok(KernelDecl { deterministic, name, parameters, domain, codomain, body });
                }
            }
        }
        unreachable!("a kernel has a type")
    }

    fn kernel_wired(&self, node: Node<'_>) -> Read<(KernelDomain, ObjectType, Option<KernelBody>)> {
        let mut inputs = Vec::new();
        let mut codomain = None;
        let mut body = None;
        for part in parts(node) {
            match part.as_rule() {
                Rule::typed_name => inputs.push(self.typed_name(part)?),
                Rule::object_type => codomain = Some(self.object_type(part)?),
                Rule::formula => body = Some(KernelBody::Formula(self.formula(part)?)),
                _ => {}
            }
        }
        let Some(codomain) = codomain else { unreachable!("a kernel has a codomain") };
        Ok((KernelDomain::Named(inputs), codomain, body))
    }

    fn kernel_typed(&self, node: Node<'_>) -> Read<(KernelDomain, ObjectType, Option<KernelBody>)> {
        let mut types = Vec::new();
        let mut body = None;
        for part in parts(node) {
            match part.as_rule() {
                Rule::object_type => types.push(self.object_type(part)?),
                Rule::table => body = Some(KernelBody::Table(self.table(part)?)),
                Rule::matrix => {
                    let mut rows = Vec::new();
                    for row in parts(part) {
                        let span = self.span(&row);
                        rows.push(Spanned::new(parts(row).map(|n| self.formula(n)).collect::<Read<_>>()?, span));
                    }
                    body = Some(KernelBody::Matrix(rows));
                }
                Rule::formula => body = Some(KernelBody::Formula(self.formula(part)?)),
                Rule::counts => {
                    let mut inner = parts(part);
                    let path = self.string(&take(&mut inner));
                    let smooth = match inner.next() {
                        Some(n) => Some(Spanned::new(self.number(&n)?, self.span(&n))),
                        None => None,
                    };
                    body = Some(KernelBody::Counts { path, smooth });
                }
                _ => {}
            }
        }
        let codomain = types.pop();
        let Some(codomain) = codomain else { unreachable!("a kernel has a codomain") };
        Ok((types.pop().map_or(KernelDomain::State, KernelDomain::Type), codomain, body))
    }

    fn table(&self, node: Node<'_>) -> Read<Vec<TableRow>> {
        let mut rows = Vec::new();
        for row in parts(node) {
            let span = self.span(&row);
            let mut inner = parts(row);
            let first = take(&mut inner);
            let (pattern, law) = match first.as_rule() {
                Rule::row_head => (Some(self.pattern(only(first))), take(&mut inner)),
                _ => (None, first),
            };
            rows.push(TableRow { pattern, law: self.law(law)?, span });
        }
        Ok(rows)
    }

    fn law(&self, node: Node<'_>) -> Read<Law> {
        let mut entries = Vec::new();
        for part in parts(node) {
            match part.as_rule() {
                Rule::uniform => {
                    let span = self.span(&part);
                    let points: Vec<_> = parts(part).map(|n| self.point(n)).collect();
                    return Ok(Law::Uniform((!points.is_empty()).then_some(points), span));
                }
                _ => {
                    let mut inner = parts(part);
                    let point = self.point(take(&mut inner));
                    let weight = match inner.next() {
                        None => Weight::All,
                        Some(n) if n.as_rule() == Rule::k_rest => Weight::Rest(self.span(&n)),
                        Some(n) => Weight::Formula(self.formula(n)?),
                    };
                    entries.push(Entry { point, weight });
                }
            }
        }
        Ok(Law::Entries(entries))
    }

    fn diagram(&self, node: Node<'_>) -> Read<DiagramDecl> {
        let mut inner = parts(node);
        let name = self.ident(&take(&mut inner));
        let body = take(&mut inner);
        if body.as_rule() == Rule::diagram_typed {
            let mut inner = parts(body).filter(|n| n.as_rule() != Rule::s_is);
            let domain = self.object_type(take(&mut inner))?;
            let codomain = self.object_type(take(&mut inner))?;
            let expr = self.expr(take(&mut inner))?;
            return Ok(DiagramDecl {
                name,
                inputs: DiagramInputs::Type(domain),
                outputs: Outputs::Type(codomain),
                body: DiagramBody::Expr(expr),
            });
        }
        let mut inputs = Vec::new();
        let mut outputs = None;
        let mut content = None;
        for part in parts(body) {
            match part.as_rule() {
                Rule::typed_name => inputs.push(self.typed_name(part)?),
                Rule::outputs => {
                    let inner = only(part);
                    outputs = Some(match inner.as_rule() {
                        Rule::output_names => {
                            Outputs::Named(parts(inner).map(|n| self.typed_name(n)).collect::<Read<_>>()?)
                        }
                        _ => Outputs::Type(self.object_type(inner)?),
                    });
                }
                Rule::wiring => content = Some(self.wiring(part)?),
                Rule::expr => content = Some(DiagramBody::Expr(self.expr(part)?)),
                _ => {}
            }
        }
        match (outputs, content) {
            (Some(outputs), Some(body)) => {
                Ok(DiagramDecl { name, inputs: DiagramInputs::Named(inputs), outputs, body })
            }
            _ => unreachable!("a diagram has outputs and a body"),
        }
    }

    fn wiring(&self, node: Node<'_>) -> Read<DiagramBody> {
        let span = self.span(&node);
        let mut draws = Vec::new();
        let mut returns = Vec::new();
        for part in parts(node) {
            if part.as_rule() == Rule::name {
                returns.push(self.ident(&part));
                continue;
            }
            let span = self.span(&part);
            let mut inner = parts(part);
            let target = take(&mut inner);
            let split = target.as_str().starts_with('(');
            let targets = parts(target).map(|n| self.ident(&n)).collect();
            let source = self.expr(take(&mut inner))?;
            let inputs = inner.next().map_or_else(Vec::new, |n| parts(n).map(|n| self.ident(&n)).collect());
            draws.push(Draw { targets, split, source, inputs, span });
        }
        Ok(DiagramBody::Wiring { draws, returns, span })
    }

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
                for part in node.into_inner() {
                    match (operator(part.as_rule()), &first) {
                        (Some(op), _) => sign = op,
                        (None, None) => first = Some(self.expr(part)?),
                        (None, Some(_)) => rest.push((sign, self.expr(part)?)),
                    }
                }
                match first {
                    Some(first) if rest.is_empty() => Ok(first),
                    Some(first) if sum => make(ExprKind::Sum(boxed(first), rest)),
                    Some(first) => make(ExprKind::Product(boxed(first), rest)),
                    None => unreachable!("a chain has an operand"),
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
                    Some(n) if n.as_rule() == Rule::exponent => {
                        let value = self.exponent(&n)?;
                        let span = self.span(&n);
                        let exponent = Formula { kind: FormulaKind::Number((value as i64).into()), span };
                        make(ExprKind::Power(boxed(base), Box::new(exponent)))
                    }
                    Some(n) => make(ExprKind::Power(boxed(base), Box::new(self.formula(n)?))),
                }
            }
            Rule::postfix | Rule::group => self.expr(only(node)),
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
                let items = parts(node).filter(|n| n.as_rule() == Rule::expr).map(|n| self.expr(n)).collect::<Read<_>>()?;
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
            Rule::measure => make(ExprKind::Measure(self.ident(&only(node)))),
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
            Rule::op_bayes => ExprKind::Bayes(of, Box::new(self.expr(take(&mut inner))?)),
            Rule::op_observe => ExprKind::Observe(of, self.event(take(&mut inner))?),
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

    fn wires(&self, node: Node<'_>) -> Vec<Wire> {
        parts(node).map(|n| self.ident(&n)).collect()
    }

    fn check(&self, node: Node<'_>) -> Read<Check> {
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

    fn claim(&self, node: Node<'_>) -> Read<Claim> {
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
            Rule::independent => self.independent(inner)?,
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
                let relation = relation(next.as_rule());
                let right = self.expr(take(&mut inner))?;
                let under = inner.next().map(|n| self.expr(n)).transpose()?;
                Claim::Compare(self.expr(left)?, relation, right, under)
            }
            _ => Claim::Later(self.ident(&take(&mut inner))),
        })
    }

    fn independent<'a>(&self, inner: impl Iterator<Item = Node<'a>>) -> Read<Claim> {
        let mut groups = Vec::new();
        let mut given = Vec::new();
        for part in inner {
            match part.as_rule() {
                Rule::wire_group => {
                    let first = only(part);
                    groups.push(if first.as_rule() == Rule::wires { self.wires(first) } else { vec![self.ident(&first)] });
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
