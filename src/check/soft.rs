//! Soft evidence: `weigh(d, f)` and `jeffrey(d, x ~ q)`.

use std::sync::Arc;

use super::checker::{Checked, Checker};
use super::error::CheckError;
use super::study_error::StudyError;
use super::term::{Event, Term, TermKind};
use super::types::Type;
use crate::base::span::Span;
use crate::syntax::ast::{Derived, Expr, Formula, Wire};

impl Checker<'_> {
    /// `weigh(d, f)`
    pub(super) fn weigh(&mut self, of: &Expr, weight: &Formula, span: Span) -> Checked<Term> {
        let of = self.term(of, None, None)?;
        let event = Arc::new(Event { weighs: true, ..self.event(&of, weight)? });
        let (dom, cod, outputs) = (of.dom.clone(), of.cod.clone(), of.outputs.clone());
        Ok(Term { kind: TermKind::Observe { of: Box::new(of), event }, dom, cod, outputs, span })
    }

    /// `jeffrey(d, x ~ q)`: the outputs that get a new law come first, the others follow; then all go back to their
    /// places.
    pub(super) fn jeffrey(&mut self, of: &Expr, wires: &[Wire], law: &Expr, span: Span) -> Checked<Term> {
        let of = self.term(of, None, None)?;
        let (places, _, cod) = self.chosen(&of, wires)?;
        if let Some(twice) = (1..places.len()).find(|k| places[..*k].contains(&places[*k])) {
            let error = CheckError::OverlappingWires { name: format!("#{}", places[twice] + 1), span };
            return self.fail(error);
        }
        let law = self.new_law(law, &of.dom, &cod)?;
        let rest = (0..of.cod.len()).filter(|k| !places.contains(k));
        let order: Vec<usize> = places.iter().copied().chain(rest).collect();
        let mut back = vec![0; order.len()];
        order.iter().enumerate().for_each(|(k, place)| back[*place] = k);
        let (dom, whole, outputs) = (of.dom.clone(), of.cod.clone(), of.outputs.clone());
        let moved = Type::new(order.iter().map(|p| whole.factors()[*p]).collect::<Vec<_>>());
        let term = |kind, cod: &Type| Term { kind, dom: dom.clone(), cod: cod.clone(), outputs: Vec::new(), span };
        let first = Box::new(term(TermKind::Marginal(Box::new(of), order), &moved));
        let updated = term(TermKind::Derived { what: Derived::Jeffrey, of: first, by: Some(Box::new(law)) }, &moved);
        Ok(Term { outputs, ..term(TermKind::Marginal(Box::new(updated), back), &whole) })
    }

    /// The new law: a state, or a kernel from the inputs of the diagram.
    fn new_law(&mut self, law: &Expr, dom: &Type, cod: &Type) -> Checked<Term> {
        let law = self.term(law, None, Some(cod))?;
        if law.cod != *cod || !(law.dom.is_empty() || law.dom == *dom) {
            let (wanted, found) = (self.arrow(&Type::unit(), cod), self.arrow(&law.dom, &law.cod));
            return self.fail(StudyError::NewLaw { wanted, found, span: law.span }.into());
        }
        if law.dom == *dom {
            return Ok(law);
        }
        // The same law for every input.
        let span = law.span;
        let discard = Term { kind: TermKind::Discard, dom: dom.clone(), cod: Type::unit(), outputs: Vec::new(), span };
        let kind = TermKind::Seq(vec![discard, law]);
        Ok(Term { kind, dom: dom.clone(), cod: cod.clone(), outputs: Vec::new(), span })
    }
}
