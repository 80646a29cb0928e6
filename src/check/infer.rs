//! Types of diagrams, from the inside and from the context at once.
//!
//! 1. A chain `f ; g ; …` carries types forwards from what is known, then backwards, until all parts are typed.
//! 2. Side by side, the known parts take their factors; a single open part takes the rest; several open parts take one
//!    factor each (two for `swap`) if that comes out even, and are ambiguous otherwise.
//! 3. `copy` ends in twice what it starts from, `swap` without brackets exchanges two single factors.
//! 4. Where two parts meet, the types must be the same list; the error shows them wire by wire.
//!
//! Each part is typed once, so the time is linear in the length of the text.

use rustc_hash::FxHashSet;

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::signature::Group;
use super::sketch::{Sketch, SketchKind, Structural, both, example, structural_term};
use super::term::{Term, TermKind};
use super::types::Type;
use crate::base::span::Span;
use crate::syntax::ast::Expr;

impl Checker<'_> {
    /// Types an expression that must be a diagram. The ends of the context are hints: the caller compares them.
    pub(super) fn term(&mut self, e: &Expr, dom: Option<&Type>, cod: Option<&Type>) -> Checked<Term> {
        let sketch = self.sketch(e)?;
        self.finish(&sketch, dom, cod)
    }

    /// Types two diagrams that should have the same type.
    pub(super) fn sides(&mut self, left: &Expr, right: &Expr, dom: Option<&Type>) -> Checked<(Term, Term)> {
        let (l, r) = (self.sketch(left), self.sketch(right));
        let (l, r) = both(l, r)?;
        let hints = |s: &Sketch| (s.dom(), s.cod());
        let (left, right) = if l.settles(dom.is_some(), false) == (true, true) {
            let (d, c) = hints(&l);
            let left = self.finish(&l, dom.or(d.as_ref()), c.as_ref())?;
            let right = self.finish(&r, Some(&left.dom), Some(&left.cod))?;
            (left, right)
        } else {
            let (d, c) = hints(&r);
            let right = self.finish(&r, dom.or(d.as_ref()).or(l.dom().as_ref()), c.or(l.cod()).as_ref())?;
            let left = self.finish(&l, Some(&right.dom), Some(&right.cod))?;
            (left, right)
        };
        if left.dom == right.dom && left.cod == right.cod {
            return Ok((left, right));
        }
        let (what, a, b) = if left.dom != right.dom {
            ("they start from different objects", &left.dom, &right.dom)
        } else {
            ("they end in different objects", &left.cod, &right.cod)
        };
        let help = Some(format!("{what}; {}", self.wire_by_wire(a, b)));
        let error = CheckError::SidesDiffer {
            left: left.span,
            left_type: self.arrow(&left.dom, &left.cod),
            right: right.span,
            right_type: self.arrow(&right.dom, &right.cod),
            help,
        };
        self.fail(error)
    }

    /// Types a sketch.
    pub(super) fn finish(&mut self, sketch: &Sketch, dom: Option<&Type>, cod: Option<&Type>) -> Checked<Term> {
        let span = sketch.span;
        match &sketch.kind {
            SketchKind::Done(term) => Ok((**term).clone()),
            SketchKind::Open(map) => self.structural(*map, dom, cod, span),
            SketchKind::Seq(items) => self.chain(items, dom, cod, span),
            SketchKind::Par(items) => self.beside(items, dom, cod, span),
            SketchKind::Pair(items) => self.pair(items, dom, cod, span),
            SketchKind::Power(inner, n) => {
                let base = self.finish(inner, dom.or(cod), cod.or(dom))?;
                if base.dom != base.cod {
                    let found = self.arrow(&base.dom, &base.cod);
                    return self.fail(CheckError::NotEndo { found, span: base.span });
                }
                let (dom, cod) = (base.dom.clone(), base.cod.clone());
                Ok(Term { kind: TermKind::Power(Box::new(base), *n), dom, cod, outputs: Vec::new(), span })
            }
        }
    }

    /// 3.
    fn structural(&mut self, map: Structural, dom: Option<&Type>, cod: Option<&Type>, span: Span) -> Checked<Term> {
        let what = format!("`{}`", map.name());
        let ambiguous = CheckError::Ambiguous { what: what.clone(), example: example(map), span };
        if let (Structural::Copy, Some(t)) = (map, dom) {
            self.narrow(2 * t.len() as u64, span)?;
        }
        match (map, dom, cod) {
            (Structural::Swap, Some(t), _) | (Structural::Swap, None, Some(t)) => {
                if t.len() != 2 {
                    let why = format!("it exchanges two objects, and here are {}: {}", t.len(), self.sig.show(t));
                    let help = Some("say which two in brackets, as in `swap[A * B, C]`".into());
                    return self.fail(CheckError::DoesNotFit { what, why, span, help });
                }
                let (first, second) = (t.slice(0, 1), t.slice(1, 2));
                let (first, second) = if dom.is_some() { (first, second) } else { (second, first) };
                Ok(structural_term(map, &first, Some(&second), span))
            }
            (Structural::Uniform, _, Some(t)) => {
                self.has_points(t, "`uniform`", span)?;
                Ok(structural_term(map, t, None, span))
            }
            (Structural::Discard | Structural::Identity | Structural::Copy, Some(t), _) => {
                Ok(structural_term(map, t, None, span))
            }
            (Structural::Identity, None, Some(t)) => Ok(structural_term(map, t, None, span)),
            (Structural::Copy, None, Some(t)) => match t.half() {
                Some(half) => Ok(structural_term(map, &half, None, span)),
                None => {
                    let why = format!("it ends in twice the same, and {} is wanted here", self.sig.show(t));
                    self.fail(CheckError::DoesNotFit { what, why, span, help: None })
                }
            },
            _ => self.fail(ambiguous),
        }
    }

    /// 1.
    fn chain(&mut self, items: &[Sketch], dom: Option<&Type>, cod: Option<&Type>, span: Span) -> Checked<Term> {
        let n = items.len();
        let mut terms: Vec<Option<Term>> = vec![None; n];
        let mut left = n;
        let forwards: Vec<usize> = (0..n).collect();
        let backwards: Vec<usize> = (0..n).rev().collect();
        let mut failed = false;
        for order in [&forwards, &backwards, &forwards] {
            if left == 0 {
                break;
            }
            for &i in order {
                if terms[i].is_some() {
                    continue;
                }
                let before = match i {
                    0 => dom.cloned(),
                    _ => terms[i - 1].as_ref().map(|t| t.cod.clone()).or_else(|| items[i - 1].cod()),
                };
                let after = match i + 1 {
                    end if end == n => cod.cloned(),
                    next => terms[next].as_ref().map(|t| t.dom.clone()).or_else(|| items[next].dom()),
                };
                if items[i].settles(before.is_some(), after.is_some()) != (true, true) {
                    continue;
                }
                match self.finish(&items[i], before.as_ref(), after.as_ref()) {
                    Ok(term) => {
                        terms[i] = Some(term);
                        left -= 1;
                    }
                    Err(Reported) => return Err(Reported),
                }
            }
        }
        if left > 0 {
            // The first part that stays open says which of its maps is open.
            let open = terms.iter().position(Option::is_none).unwrap_or(0);
            let before = (open > 0).then(|| terms[open - 1].as_ref().map(|t| t.cod.clone())).flatten();
            let result = self.finish(&items[open], before.as_ref().or(if open == 0 { dom } else { None }), None);
            if result.is_ok() {
                let (what, example) = ("this part".to_string(), "`copy[A]`, `id[A]`".to_string());
                return self.fail(CheckError::Ambiguous { what, example, span: items[open].span });
            }
            return Err(Reported);
        }
        let terms: Vec<Term> = terms.into_iter().flatten().collect();
        // 4.
        for pair in terms.windows(2) {
            if pair[0].cod != pair[1].dom {
                failed = true;
                let help = Some(self.wire_by_wire(&pair[0].cod, &pair[1].dom));
                self.errors.push(CheckError::TypeMismatch {
                    left: self.sig.show(&pair[0].cod),
                    right: self.sig.show(&pair[1].dom),
                    first: pair[0].span,
                    second: pair[1].span,
                    help,
                });
            }
        }
        if failed {
            return Err(Reported);
        }
        let (dom, cod) = (terms[0].dom.clone(), terms[n - 1].cod.clone());
        let outputs = outputs_of_chain(&terms);
        Ok(Term { kind: TermKind::Seq(terms), dom, cod, outputs, span })
    }

    /// 2.
    fn beside(&mut self, items: &[Sketch], dom: Option<&Type>, cod: Option<&Type>, span: Span) -> Checked<Term> {
        let doms: Vec<Option<Type>> = items.iter().map(Sketch::dom).collect();
        let cods: Vec<Option<Type>> = items.iter().map(Sketch::cod).collect();
        let by_dom = dom.and_then(|t| share(t, &doms, items.iter().map(|i| i.arity().0)));
        let by_cod = cod.and_then(|t| share(t, &cods, items.iter().map(|i| i.arity().1)));
        let mut terms = Vec::with_capacity(items.len());
        let mut failed = false;
        for (i, item) in items.iter().enumerate() {
            let d = by_dom.as_ref().map(|p| p[i].clone()).or_else(|| doms[i].clone());
            // The codomain decides only what the domain leaves open.
            let c = by_cod.as_ref().map(|p| p[i].clone()).or_else(|| cods[i].clone());
            if item.settles(d.is_some(), c.is_some()) != (true, true)
                && let Some(t) = dom.filter(|_| by_dom.is_none())
            {
                let why = format!(
                    "the wires here are {}, which can be shared out in more than one way, or in none",
                    self.sig.show(t)
                );
                let what = "this part".to_string();
                let help = Some("name the objects of the maps in brackets, as in `del[A]`, `id[B * C]`".into());
                return self.fail(CheckError::DoesNotFit { what, why, span: item.span, help });
            }
            match self.finish(item, d.as_ref(), c.as_ref()) {
                Ok(term) => terms.push(term),
                Err(Reported) => failed = true,
            }
        }
        if failed {
            return Err(Reported);
        }
        for side in [|t: &Term| t.dom.len(), |t: &Term| t.cod.len()] {
            self.narrow(terms.iter().map(|t| side(t) as u64).sum(), span)?;
        }
        let dom = Type::product(terms.iter().map(|t| &t.dom));
        let cod = Type::product(terms.iter().map(|t| &t.cod));
        let outputs = outputs_beside(&terms);
        Ok(Term { kind: TermKind::Par(terms), dom, cod, outputs, span })
    }

    fn pair(&mut self, items: &[Sketch], dom: Option<&Type>, cod: Option<&Type>, span: Span) -> Checked<Term> {
        let mut start = items.iter().find_map(Sketch::dom).or_else(|| dom.cloned());
        let cods: Vec<Option<Type>> = items.iter().map(Sketch::cod).collect();
        let by_cod = cod.and_then(|t| share(t, &cods, items.iter().map(|i| i.arity().1)));
        let mut terms: Vec<Option<Term>> = vec![None; items.len()];
        // Parts that are typed by themselves first: they tell the others where to start.
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by_key(|i| items[*i].settles(start.is_some(), by_cod.is_some()) != (true, true));
        for i in order {
            let c = by_cod.as_ref().map(|p| p[i].clone()).or_else(|| cods[i].clone());
            let term = self.finish(&items[i], start.as_ref(), c.as_ref())?;
            start.get_or_insert(term.dom.clone());
            terms[i] = Some(term);
        }
        let terms: Vec<Term> = terms.into_iter().flatten().collect();
        if let Some(other) = terms.iter().find(|t| t.dom != terms[0].dom) {
            let error = CheckError::PairInputs {
                left: terms[0].span,
                left_type: self.sig.show(&terms[0].dom),
                right: other.span,
                right_type: self.sig.show(&other.dom),
            };
            return self.fail(error);
        }
        self.narrow(terms.iter().map(|t| t.cod.len() as u64).sum(), span)?;
        let (dom, cod) = (terms[0].dom.clone(), Type::product(terms.iter().map(|t| &t.cod)));
        let outputs = outputs_beside(&terms);
        Ok(Term { kind: TermKind::Pair(terms), dom, cod, outputs, span })
    }
}

/// Shares the factors of a type out among parts, some of which are known; see rule 2.
fn share(t: &Type, known: &[Option<Type>], arities: impl Iterator<Item = usize>) -> Option<Vec<Type>> {
    let taken: usize = known.iter().flatten().map(Type::len).sum();
    let rest = t.len().checked_sub(taken)?;
    let open = known.iter().filter(|k| k.is_none()).count();
    let wanted: Vec<usize> = arities.collect();
    let single: usize = known.iter().zip(&wanted).filter(|(k, _)| k.is_none()).map(|(_, a)| a).sum();
    if open > 1 && single != rest {
        return None;
    }
    let mut at = 0;
    let mut parts = Vec::with_capacity(known.len());
    for (part, arity) in known.iter().zip(wanted) {
        let len = match part {
            Some(part) => part.len(),
            None if open == 1 => rest,
            None => arity,
        };
        parts.push(t.slice(at, at + len));
        at += len;
    }
    (at == t.len()).then_some(parts)
}

/// Side by side, the names of the outputs stay if they are distinct.
fn outputs_beside(terms: &[Term]) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut start = 0;
    for term in terms {
        groups.extend(term.outputs.iter().map(|g| Group { start: g.start + start, ..g.clone() }));
        start += term.cod.len();
    }
    distinct(groups)
}

/// Along a chain, the names of the last part count.
fn outputs_of_chain(terms: &[Term]) -> Vec<Group> {
    terms.last().map_or_else(Vec::new, |t| t.outputs.clone())
}

/// The groups, or none where a name stands twice.
pub(super) fn distinct(groups: Vec<Group>) -> Vec<Group> {
    let mut seen = FxHashSet::default();
    let twice = !groups.iter().all(|g| seen.insert(&g.name));
    if twice { Vec::new() } else { groups }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::base::files::Disk;
    use crate::base::source::SourceMap;
    use crate::check::check_file;
    use crate::check::signature::Signature;
    use crate::syntax::parse_file;

    #[test]
    fn deep_nesting_is_typed_in_linear_time() {
        let nested = |open: &str, close: &str| format!("{}id{}", open.repeat(40), close.repeat(40));
        let (chain, pair) = (nested("(", " ; id)"), nested("<", ", id> ; (id * del)"));
        let text = format!("object A = {{ a, b }}\ndiagram c : A -> A = {chain}\ndiagram p : A -> A = {pair}");
        let mut map = SourceMap::default();
        let source = map.add("deep", text.into()).unwrap();
        let ast = parse_file(map.get(source)).unwrap();
        let checked = check_file(&mut Signature::default(), &ast, Path::new(""), &Disk);
        assert!(checked.is_ok(), "{checked:?}");
    }
}
