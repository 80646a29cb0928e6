//! What is asked of causes: effects by surgery, the two adjustment formulas, and the criteria under which they agree.

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::obligation::{Claim, Criterion, Identifiable};
use super::signature::Group;
use super::term::{Term, TermKind};
use super::types::Type;
use crate::base::span::Span;
use crate::syntax::ast::{Door, Expr, Wire};
use crate::syntax::print::print_expr;

/// The outputs that a list of wires names: places, names, product.
type Chosen = (Vec<usize>, Vec<Group>, Type);

impl Checker<'_> {
    /// `effect(d, y given do x)`: from the wires that are set, and the inputs of `d`.
    pub(super) fn effect(&mut self, of: &Expr, targets: &[Wire], set: &[Wire], span: Span) -> Checked<Term> {
        let of = self.term(of, None, None)?;
        let [(targets, outputs, cod), (set, _, fresh)] = self.roles(&of, [targets, set])?;
        let dom = Type::product([&fresh, &of.dom]);
        Ok(Term { kind: TermKind::Effect { of: Box::new(of), targets, set }, dom, cod, outputs, span })
    }

    /// `adjust(d, y given x over z)`, `adjust(d, y given x through m)`, of the same type as the effect.
    pub(super) fn adjust(
        &mut self,
        of: &Expr,
        [targets, given, by]: [&[Wire]; 3],
        door: Door,
        span: Span,
    ) -> Checked<Term> {
        let of = self.term(of, None, None)?;
        let [(targets, outputs, cod), (given, _, known), (by, ..)] = self.roles(&of, [targets, given, by])?;
        let dom = Type::product([&known, &of.dom]);
        Ok(Term { kind: TermKind::Adjust { of: Box::new(of), targets, given, door, by }, dom, cod, outputs, span })
    }

    /// `comb(d, a then c around b)`: a kernel from b, and the inputs of `d`, to a and c.
    pub(super) fn comb(&mut self, of: &Expr, [before, after, around]: [&[Wire]; 3], span: Span) -> Checked<Term> {
        let of = self.term(of, None, None)?;
        let [(before, mut outputs, first), (after, last, rest), (around, _, gap)] =
            self.roles(&of, [before, after, around])?;
        outputs.extend(last.into_iter().map(|g| Group { start: g.start + before.len(), ..g }));
        let (dom, cod) = (Type::product([&gap, &of.dom]), Type::product([&first, &rest]));
        Ok(Term { kind: TermKind::Comb { of: Box::new(of), before, after, around }, dom, cod, outputs, span })
    }

    /// `identifiable y given do x in d`
    pub(super) fn identifiable(&mut self, to: &[Wire], from: &[Wire], within: &Expr) -> Checked<Claim> {
        let of = self.term(within, None, None)?;
        self.roles(&of, [to, from])?;
        let (to, from) = (self.with_names(&of, to)?, self.with_names(&of, from)?);
        // Which outputs there are besides: those with names, and the others by their numbers.
        let mut others = Vec::new();
        let mut place = 0;
        while place < of.cod.len() {
            let group = of.outputs.iter().find(|g| g.start == place && g.len > 0);
            let (name, len) = group.map_or_else(|| (format!("#{}", place + 1), 1), |g| (g.name.to_string(), g.len));
            let places: Vec<usize> = (place..place + len).collect();
            if !from.iter().chain(&to).any(|(_, used)| used.iter().any(|p| places.contains(p))) {
                others.push((name, places));
            }
            place += len;
        }
        let text = print_expr(within);
        Ok(Claim::Identifiable(Box::new(Identifiable { of, text, from, to, others })))
    }

    /// The outputs that wires name, wire by wire.
    fn with_names(&mut self, of: &Term, wires: &[Wire]) -> Checked<Vec<(String, Vec<usize>)>> {
        let place = |this: &mut Self, wire: &Wire| -> Checked<(String, Vec<usize>)> {
            let group = this.output(of, wire)?;
            Ok((wire.node.to_string(), (group.start..group.start + group.len).collect()))
        };
        wires.iter().map(|wire| place(self, wire)).collect()
    }

    /// `backdoor z for x -> y in d`, `frontdoor m for x -> y in d`
    pub(super) fn criterion(&mut self, door: Door, [by, from, to]: [&[Wire]; 3], within: &Expr) -> Checked<Claim> {
        let of = self.term(within, None, None)?;
        self.roles(&of, [by, from, to])?;
        let (by, from, to) = (self.with_names(&of, by)?, self.with_names(&of, from)?, self.with_names(&of, to)?);
        Ok(Claim::Criterion(Box::new(Criterion { of, door, by, from, to })))
    }

    /// The outputs that some lists of wires name. Every output has one role: none may be named twice.
    fn roles<const N: usize>(&mut self, of: &Term, lists: [&[Wire]; N]) -> Checked<[Chosen; N]> {
        let mut seen: Vec<usize> = Vec::new();
        let mut failed = false;
        for wire in lists.iter().flat_map(|wires| wires.iter()) {
            let Ok(group) = self.output(of, wire) else {
                failed = true;
                continue;
            };
            let places = group.start..group.start + group.len;
            if places.clone().any(|p| seen.contains(&p)) {
                self.errors.push(CheckError::OverlappingWires { name: wire.node.to_string(), span: wire.span });
                failed = true;
            }
            seen.extend(places);
        }
        if failed {
            return Err(Reported);
        }
        let mut chosen = lists.map(|_| (Vec::new(), Vec::new(), Type::unit()));
        for (slot, wires) in chosen.iter_mut().zip(lists) {
            *slot = self.chosen(of, wires)?;
        }
        Ok(chosen)
    }
}
