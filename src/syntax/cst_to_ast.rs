//! Pest's pairs to the tree, item by item: no names are looked up here.

use std::sync::Arc;

use super::ast::*;
use super::cst_to_formula::{Reader, only, parts, take};
use super::error::SyntaxError;
use super::text_to_cst::{Node, Rule, parse};
use crate::base::source::Source;

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

    pub(super) fn item(&self, node: Node<'_>) -> Read<Item> {
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
            Rule::features => ItemKind::Features(self.features(part)?),
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
            Rule::import => {
                let mut inner = parts(part);
                let path = self.string(&take(&mut inner));
                ItemKind::Import(path, inner.next().map(|n| self.ident(&n)))
            }
            Rule::theory => ItemKind::Theory(Arc::new(self.theory(part)?)),
            Rule::model => ItemKind::Model(self.model(part)?),
            Rule::axiom => ItemKind::Axiom(self.axiom(part)?),
            Rule::theorem => ItemKind::Theorem(self.theorem(part)?),
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

    pub(super) fn object_type(&self, node: Node<'_>) -> Read<ObjectType> {
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
                Rule::weights => body = Some(KernelBody::Weights(self.table(only(part))?)),
                Rule::softmax => body = Some(KernelBody::Softmax(self.softmax(part)?)),
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
}
