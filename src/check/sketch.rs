//! A first look at a diagram: names are resolved, and what is typed by itself gets its type.
//!
//! The structural maps (`id`, `copy`, `del`, `swap`, `uniform` without brackets) take their objects from the context;
//! [`super::infer`] finds them. A sketch says for each part whether its ends are known, or would be from a context.

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::signature::Entity;
use super::term::{Term, TermKind};
use super::types::Type;
use crate::base::span::Span;
use crate::syntax::ast::{Expr, ExprKind, Formula, FormulaKind, Ident, ObjectAtom, ObjectType, Operator, Spanned};

/// A diagram whose structural maps may still lack their objects.
#[derive(Debug, Clone)]
pub(super) struct Sketch {
    /// What it is.
    pub kind: SketchKind,
    /// Where it stands.
    pub span: Span,
    /// What is known of its ends: found once, from what is known of its parts, however often it is asked for.
    ends: Ends,
}

/// What is known of the ends of a sketch.
#[derive(Debug, Clone)]
struct Ends {
    dom: Option<Type>,
    cod: Option<Type>,
    arity: (usize, usize),
    /// [`Sketch::settles`] for the contexts (nothing known), (codomain), (domain), (both).
    settles: [(bool, bool); 4],
}

/// The kinds of sketches.
#[derive(Debug, Clone)]
pub(super) enum SketchKind {
    /// Typed already.
    Done(Box<Term>),
    /// A structural map without objects.
    Open(Structural),
    /// `f ; g`
    Seq(Vec<Sketch>),
    /// `f * g`
    Par(Vec<Sketch>),
    /// `<f, g>`
    Pair(Vec<Sketch>),
    /// `P^n`
    Power(Box<Sketch>, u64),
}

/// Structural maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Structural {
    /// `id`
    Identity,
    /// `copy`
    Copy,
    /// `del`
    Discard,
    /// `swap`
    Swap,
    /// `uniform`
    Uniform,
}

impl Structural {
    /// The map with this name.
    pub(super) fn find(name: &str) -> Option<Structural> {
        Some(match name {
            "id" => Structural::Identity,
            "copy" => Structural::Copy,
            "del" => Structural::Discard,
            "swap" => Structural::Swap,
            "uniform" => Structural::Uniform,
            _ => return None,
        })
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Structural::Identity => "id",
            Structural::Copy => "copy",
            Structural::Discard => "del",
            Structural::Swap => "swap",
            Structural::Uniform => "uniform",
        }
    }

    /// Numbers of factors at its two ends when it acts on single factors.
    pub(super) fn arity(self) -> (usize, usize) {
        match self {
            Structural::Identity => (1, 1),
            Structural::Copy => (1, 2),
            Structural::Discard => (1, 0),
            Structural::Swap => (2, 2),
            Structural::Uniform => (0, 1),
        }
    }
}

impl Sketch {
    /// A sketch of this kind.
    pub(super) fn new(kind: SketchKind, span: Span) -> Sketch {
        let settles = [(false, false), (false, true), (true, false), (true, true)].map(|(d, c)| kind.settles(d, c));
        let ends = Ends { dom: kind.dom(), cod: kind.cod(), arity: kind.arity(), settles };
        Sketch { kind, span, ends }
    }

    /// The domain, where it is known without a context.
    pub(super) fn dom(&self) -> Option<Type> {
        self.ends.dom.clone()
    }

    /// The codomain, where it is known without a context.
    pub(super) fn cod(&self) -> Option<Type> {
        self.ends.cod.clone()
    }

    /// Whether both ends would be known, given whether the context knows the domain and the codomain.
    pub(super) fn settles(&self, dom: bool, cod: bool) -> (bool, bool) {
        self.ends.settles[2 * usize::from(dom) + usize::from(cod)]
    }

    /// Numbers of factors at the two ends when every open map in it acts on single factors.
    pub(super) fn arity(&self) -> (usize, usize) {
        self.ends.arity
    }
}

// What a sketch knows of its ends, from what its parts know of theirs.
impl SketchKind {
    fn dom(&self) -> Option<Type> {
        match self {
            SketchKind::Done(term) => Some(term.dom.clone()),
            SketchKind::Open(Structural::Uniform) => Some(Type::unit()),
            SketchKind::Open(_) => None,
            SketchKind::Seq(items) => items.first()?.dom(),
            SketchKind::Par(items) => {
                let parts = items.iter().map(Sketch::dom).collect::<Option<Vec<_>>>()?;
                Some(Type::product(&parts))
            }
            SketchKind::Pair(items) => items.iter().find_map(Sketch::dom),
            SketchKind::Power(inner, _) => inner.dom().or_else(|| inner.cod()),
        }
    }

    fn cod(&self) -> Option<Type> {
        match self {
            SketchKind::Done(term) => Some(term.cod.clone()),
            SketchKind::Open(Structural::Discard) => Some(Type::unit()),
            SketchKind::Open(_) => None,
            SketchKind::Seq(items) => items.last()?.cod(),
            SketchKind::Par(items) | SketchKind::Pair(items) => {
                let parts = items.iter().map(Sketch::cod).collect::<Option<Vec<_>>>()?;
                Some(Type::product(&parts))
            }
            SketchKind::Power(inner, _) => inner.cod().or_else(|| inner.dom()),
        }
    }

    fn settles(&self, dom: bool, cod: bool) -> (bool, bool) {
        match self {
            SketchKind::Done(_) => (true, true),
            SketchKind::Open(Structural::Discard) => (dom, true),
            SketchKind::Open(Structural::Uniform) => (true, cod),
            SketchKind::Open(_) => (dom || cod, dom || cod),
            SketchKind::Seq(items) => {
                let mut known = vec![false; items.len() + 1];
                known[0] = dom;
                known[items.len()] = cod;
                // Once forwards and once backwards carries knowledge as far as it goes along a chain.
                for i in (0..items.len()).chain((0..items.len()).rev()).chain(0..items.len()) {
                    let (a, b) = items[i].settles(known[i], known[i + 1]);
                    known[i] |= a;
                    known[i + 1] |= b;
                }
                let all = known.iter().all(|k| *k);
                (known[0] && all, known[items.len()] && all)
            }
            SketchKind::Par(items) => {
                let (mut doms, mut cods) = (true, true);
                for item in items {
                    let (a, b) = item.settles(dom, cod);
                    doms &= a;
                    cods &= b;
                }
                (doms, cods)
            }
            SketchKind::Pair(items) => {
                let dom = dom || items.iter().any(|i| i.settles(false, cod).0);
                (dom, items.iter().all(|i| i.settles(dom, cod).1))
            }
            SketchKind::Power(inner, _) => {
                let (a, b) = inner.settles(dom || cod, dom || cod);
                (a || b, a || b)
            }
        }
    }

    fn arity(&self) -> (usize, usize) {
        match self {
            SketchKind::Done(term) => (term.dom.len(), term.cod.len()),
            SketchKind::Open(map) => map.arity(),
            SketchKind::Seq(items) => {
                (items.first().map_or(0, |i| i.arity().0), items.last().map_or(0, |i| i.arity().1))
            }
            SketchKind::Par(items) => items.iter().map(Sketch::arity).fold((0, 0), |(a, b), (c, d)| (a + c, b + d)),
            SketchKind::Pair(items) => {
                (items.first().map_or(0, |i| i.arity().0), items.iter().map(|i| i.arity().1).sum())
            }
            SketchKind::Power(inner, _) => inner.arity(),
        }
    }
}

impl Checker<'_> {
    /// Looks at an expression that must be a diagram.
    pub(super) fn sketch(&mut self, e: &Expr) -> Checked<Sketch> {
        let span = e.span;
        let kind = match &e.kind {
            ExprKind::Named(name, brackets) => return self.sketch_named(name, brackets.as_deref(), span),
            ExprKind::Seq(items) => SketchKind::Seq(self.sketches(items)?),
            ExprKind::Pair(items) => SketchKind::Pair(self.sketches(items)?),
            ExprKind::Product(first, rest) if rest.iter().all(|(op, _)| *op == Operator::Multiply) => {
                let items: Vec<&Expr> = std::iter::once(&**first).chain(rest.iter().map(|(_, e)| e)).collect();
                let sketches: Vec<Checked<Sketch>> = items.into_iter().map(|i| self.sketch(i)).collect();
                SketchKind::Par(sketches.into_iter().collect::<Checked<_>>()?)
            }
            ExprKind::Power(base, exponent) => {
                let base = self.sketch(base)?;
                SketchKind::Power(Box::new(base), self.power_exponent(exponent)?)
            }
            ExprKind::Number(_)
            | ExprKind::Sum(..)
            | ExprKind::Product(..)
            | ExprKind::Negative(_)
            | ExprKind::Prob(..)
            | ExprKind::Expect(..)
            | ExprKind::Measure(_)
            | ExprKind::Call(..)
            | ExprKind::Unit(..)
            | ExprKind::Period(_) => {
                let what = "a diagram or kernel".to_string();
                return self.fail(CheckError::WrongSort { what, found: "a number".into(), span, help: None });
            }
            ExprKind::List(_) | ExprKind::Matrix(_) => {
                let what = "a diagram or kernel".to_string();
                let help = Some("the rows of a kernel are declared: `kernel f : A -> B = [[…], …]`".into());
                return self.fail(CheckError::WrongSort { what, found: "made of numbers".into(), span, help });
            }
            ExprKind::Support(_) => {
                let what = "a diagram or kernel".to_string();
                let help = Some(
                    "`support(p)` is a set of points: it can be evaluated, and compared with `==` and `<=`".into(),
                );
                return self.fail(CheckError::WrongSort { what, found: "a set of points".into(), span, help });
            }
            _ => SketchKind::Done(Box::new(self.operation(e)?)),
        };
        Ok(Sketch::new(kind, span))
    }

    fn sketches(&mut self, items: &[Expr]) -> Checked<Vec<Sketch>> {
        // All of them are looked at, so that all their errors are shown.
        let sketches: Vec<Checked<Sketch>> = items.iter().map(|i| self.sketch(i)).collect();
        sketches.into_iter().collect()
    }

    fn power_exponent(&mut self, exponent: &Formula) -> Checked<u64> {
        let value = self.constant(exponent)?;
        match value.to_i64().and_then(|n| u32::try_from(n).ok()) {
            Some(n) => Ok(n as u64),
            None => {
                let what = "a number of steps".to_string();
                let help = Some("a power is a natural number below 2^32".into());
                self.fail(CheckError::WrongSort { what, found: format!("{value}"), span: exponent.span, help })
            }
        }
    }

    fn sketch_named(&mut self, name: &Ident, brackets: Option<&[Formula]>, span: Span) -> Checked<Sketch> {
        if let Some(map) = Structural::find(name.node.as_str()) {
            let Some(brackets) = brackets else { return Ok(Sketch::new(SketchKind::Open(map), span)) };
            return self.bracketed(map, name, brackets, span);
        }
        let term = match self.entity(name, "a kernel or diagram")? {
            Entity::Kernel(family) => {
                let id = self.instance(family, brackets, span)?;
                let kernel = &self.sig.kernels[id];
                let (dom, cod) = (kernel.dom.clone(), kernel.cod.clone());
                Term { kind: TermKind::Kernel(id), dom, cod, outputs: Vec::new(), span }
            }
            Entity::Diagram(id) => {
                let d = self.sig.definitions[id].clone();
                if brackets.is_some() {
                    let usage = format!("write `{}` alone", d.name);
                    let (wanted, found) = ("no parameters".into(), "some are given".into());
                    return self.fail(CheckError::ParameterCount {
                        family: d.name.to_string(),
                        wanted,
                        found,
                        usage,
                        span,
                    });
                }
                let (dom, cod) = (d.dom.clone(), d.cod.clone());
                Term { kind: TermKind::Diagram(id), dom, cod, outputs: d.outputs.clone(), span }
            }
            other => {
                let help = match &other {
                    Entity::Object(_) | Entity::Product(_) => {
                        Some(format!("the identity on it is `id[{0}]`, the uniform state `uniform[{0}]`", name.node))
                    }
                    Entity::Features(_) => Some(format!(
                        "with the vectors `W` of the outcomes, a kernel is made of them: `kernel k : … = softmax({}, W)`",
                        name.node
                    )),
                    _ => None,
                };
                return self.wrong_kind(name, &other, "a kernel or diagram", help);
            }
        };
        Ok(Sketch::new(SketchKind::Done(Box::new(term)), span))
    }

    /// `copy[A]`, `swap[A, B]`
    fn bracketed(&mut self, map: Structural, name: &Ident, brackets: &[Formula], span: Span) -> Checked<Sketch> {
        let wanted = if map == Structural::Swap { 2 } else { 1 };
        if brackets.len() != wanted {
            let usage = format!("as in {}", example(map));
            let wanted = if wanted == 2 { "2 objects" } else { "1 object" }.to_string();
            let found =
                if brackets.len() == 1 { "1 is given".to_string() } else { format!("{} are given", brackets.len()) };
            return self.fail(CheckError::ParameterCount { family: name.node.to_string(), wanted, found, usage, span });
        }
        let mut types = Vec::new();
        for item in brackets {
            let object = match as_object(item) {
                Some(object) => object,
                None => {
                    let (what, found) = ("an object".to_string(), "a formula".to_string());
                    let help = Some("objects are made with `*` and powers such as `A^3`".into());
                    return self.fail(CheckError::WrongSort { what, found, span: item.span, help });
                }
            };
            types.push(self.object_type(&object)?);
        }
        if map == Structural::Uniform {
            self.has_points(&types[0], "`uniform`", span)?;
        }
        let term = structural_term(map, &types[0], types.last(), span);
        Ok(Sketch::new(SketchKind::Done(Box::new(term)), span))
    }
}

/// How to write a structural map with its objects.
pub(super) fn example(map: Structural) -> String {
    if map == Structural::Swap { "`swap[A, B]`".into() } else { format!("`{}[A]`", map.name()) }
}

/// A structural map at given objects; `second` is used by `swap` alone.
pub(super) fn structural_term(map: Structural, first: &Type, second: Option<&Type>, span: Span) -> Term {
    let unit = Type::unit();
    let second = second.unwrap_or(first);
    let (kind, dom, cod) = match map {
        Structural::Identity => (TermKind::Identity, first.clone(), first.clone()),
        Structural::Copy => (TermKind::Copy, first.clone(), Type::product([first, first])),
        Structural::Discard => (TermKind::Discard, first.clone(), unit),
        Structural::Swap => {
            (TermKind::Swap(first.len()), Type::product([first, second]), Type::product([second, first]))
        }
        Structural::Uniform => (TermKind::Uniform, unit, first.clone()),
    };
    Term { kind, dom, cod, outputs: Vec::new(), span }
}

/// A formula read as a product of objects.
fn as_object(f: &Formula) -> Option<ObjectType> {
    let power = |f: &Formula| -> Option<(ObjectAtom, Option<Spanned<u64>>)> {
        match &f.kind {
            FormulaKind::Name(name) => Some((ObjectAtom::Name(Spanned::new(name.clone(), f.span)), None)),
            FormulaKind::Chain(base, rest) => match (&base.kind, &rest[..]) {
                (_, [(Operator::Power, Formula { kind: FormulaKind::Number(n), span })]) => {
                    let exponent = u64::try_from(n.to_i64()?).ok()?;
                    let atom = match &base.kind {
                        FormulaKind::Name(name) => ObjectAtom::Name(Spanned::new(name.clone(), base.span)),
                        _ => ObjectAtom::Group(as_object(base)?),
                    };
                    Some((atom, Some(Spanned::new(exponent, *span))))
                }
                // A power whose exponent is no number is no object; only a product in parentheses is left.
                (_, rest) if rest.iter().all(|(op, _)| *op == Operator::Multiply) => {
                    Some((ObjectAtom::Group(as_object(f)?), None))
                }
                _ => None,
            },
            _ => None,
        }
    };
    let product =
        matches!(&f.kind, FormulaKind::Chain(_, rest) if rest.iter().all(|(op, _)| *op == Operator::Multiply));
    let factors = match &f.kind {
        FormulaKind::Chain(first, rest) if product => {
            std::iter::once(&**first).chain(rest.iter().map(|(_, f)| f)).map(power).collect::<Option<Vec<_>>>()?
        }
        FormulaKind::Chain(_, rest) if rest.iter().all(|(op, _)| *op == Operator::Power) => vec![power(f)?],
        FormulaKind::Name(_) => vec![power(f)?],
        _ => return None,
    };
    Some(ObjectType { factors, span: f.span })
}

/// The result of looking at two sides: both, or the report that one failed.
pub(super) fn both<A, B>(left: Checked<A>, right: Checked<B>) -> Checked<(A, B)> {
    match (left, right) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        _ => Err(Reported),
    }
}
