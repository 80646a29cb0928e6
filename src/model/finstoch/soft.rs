//! Soft evidence: what is learned is no event, but how much each value speaks for itself, or how probable it is now.
//!
//! - `weigh(d, f)` is Pearl's virtual evidence: the law is multiplied by a likelihood f and divided by what is left,
//!   `d(x | a) f(x) / sum over x' of d(x' | a) f(x')`. Only the proportions of f matter. Two weights after another are their
//!   product, in either order.
//! - `jeffrey(d, w ~ q)` is Jeffrey's rule: `q(w | a) d(x | w, a)`. Afterwards w has the law q. Of two rules about one wire
//!   the last one counts. It needs no version of the conditional where q goes only where w does; elsewhere it is an error.

use std::sync::Arc;

use super::evaluate::Evaluator;
use super::kernel::Kernel;
use super::reach::places_with;
use super::solve::row_of;
use super::space::{Picker, size};
use crate::base::span::Span;
use crate::check::error::CheckError;
use crate::check::rows::point_text;
use crate::check::term::Event;
use crate::check::types::Type;
use crate::check::value::Value;
use crate::diagram::graph::DiagramId;
use crate::model::error::ModelError;
use crate::number::int::Int;
use crate::number::ratio::Ratio;
use crate::number::row::{Row, merge_equal};

impl Evaluator<'_> {
    /// Some outputs of a diagram, weighed by a formula over any of them.
    pub(super) fn weighed(&mut self, of: DiagramId, event: &Arc<Event>, kept: &[usize]) -> Result<Kernel, ModelError> {
        let diagram = self.lib.get(of);
        let (dom, cod) = (diagram.dom(), diagram.cod());
        let places = places_with(kept, event);
        let law = self.law(of, &places, &[])?;
        let chosen = Type::new(places.iter().map(|p| cod.factors()[*p]).collect::<Vec<_>>());
        let mut value = self.valued(&chosen, &law.cod, &event.among(&places));
        let own: Vec<usize> = kept.iter().filter_map(|k| places.binary_search(k).ok()).collect();
        let picker = Picker::new(&law.cod, &own);
        let mut rows = Vec::with_capacity(law.rows.len());
        for (input, masses) in law.rows.iter().enumerate() {
            let mut weights: Vec<(u64, &Int, Ratio)> = Vec::with_capacity(masses.len());
            let mut den = Int::ONE;
            for (p, mass) in masses {
                let weight = match value(*p)? {
                    Value::Number(n) if n >= Ratio::ZERO => n,
                    other => return Err(ModelError::Formula(not_a_weight(event, &other))),
                };
                if !weight.is_zero() {
                    den = den.lcm(weight.den());
                    weights.push((picker.pick(*p), mass, weight));
                }
            }
            if weights.is_empty() {
                let at = self.input_words(&dom, input as u64);
                let what = format!("everything that can happen{at} has weight 0");
                return Err(ModelError::NullUpdate { what, span: event.form.span });
            }
            let mut left: Vec<(u64, Int)> =
                weights.iter().map(|(p, mass, w)| (*p, &(*mass * w.num()) * &den.div_exact(w.den()))).collect();
            left.sort_by_key(|(p, _)| *p);
            merge_equal(&mut left);
            rows.push(row_of(left));
        }
        let filled = (0..rows.len() as u64).filter(|x| law.filled[*x as usize]).collect();
        let cod = kept.iter().map(|k| self.sig.sizes(&cod)[*k]).collect();
        Ok(Kernel { dom: self.sig.sizes(&dom), cod, rows: Arc::new(rows), filled })
    }

    /// Jeffrey's rule for a diagram `A -> W * X` and the new law `A -> W`.
    pub(super) fn jeffrey(&mut self, of: DiagramId, by: DiagramId, span: Span) -> Result<Arc<Kernel>, ModelError> {
        let whole = |e: &Self, id: DiagramId| (0..e.lib.get(id).outputs().len()).collect::<Vec<usize>>();
        let (all, own) = (whole(self, of), whole(self, by));
        let (joint, new) = (self.kernel(of, &all)?, self.kernel(by, &own)?);
        let rest = size(&joint.cod[own.len()..]).unwrap_or(u64::MAX);
        let mut rows = Vec::with_capacity(joint.rows.len());
        for (input, (row, law)) in joint.rows.iter().zip(new.rows.iter()).enumerate() {
            self.interrupt.check()?;
            let mut entries: Vec<(u64, Ratio)> = Vec::with_capacity(row.entries().len());
            let mut parts = row.entries().chunk_by(|p, q| p.0 / rest == q.0 / rest).peekable();
            for (w, mass) in law.ratios() {
                // Both go through the values of w in the same order.
                while parts.next_if(|part| part[0].0 / rest < w).is_some() {}
                let Some(part) = parts.next_if(|part| part[0].0 / rest == w) else {
                    let (dom, cod) = (self.lib.get(by).dom(), self.lib.get(by).cod());
                    let (value, at) = (point_text(self.sig, &cod, w), self.input_words(&dom, input as u64));
                    let what = format!("the new law gives {value} the probability {mass}, but it never happens{at}");
                    return Err(ModelError::NullUpdate { what, span });
                };
                let before = Ratio::from(part.iter().fold(Int::ZERO, |mut sum, (_, m)| {
                    sum += m;
                    sum
                }));
                let factor = mass.checked_div(&before).unwrap_or(Ratio::ZERO);
                entries.extend(part.iter().map(|(p, m)| (*p, &Ratio::from(m.clone()) * &factor)));
            }
            rows.push(Row::from_ratios(entries));
        }
        let filled = (0..rows.len() as u64).filter(|x| joint.is_filled(*x) || new.is_filled(*x)).collect();
        Ok(Arc::new(Kernel { dom: joint.dom.clone(), cod: joint.cod.clone(), rows: Arc::new(rows), filled }))
    }

    /// An input with a preposition; nothing where there is only one.
    pub(in crate::model) fn input_words(&self, dom: &Type, input: u64) -> String {
        match dom.is_empty() {
            true => String::new(),
            false => format!(" for the input {}", point_text(self.sig, dom, input)),
        }
    }
}

pub(in crate::model) fn not_a_weight(event: &Event, found: &Value) -> CheckError {
    let help = match found {
        Value::Truth(_) => "an event is observed: `observe(d, …)`",
        Value::Number(_) => "only the proportions of weights matter, so they can all be multiplied by one number",
        _ => "give the points weights with `match`, as in `match x { a -> 9/10  b -> 1/5 }`",
    };
    CheckError::FormulaKind {
        operation: "`weigh`".into(),
        wanted: "numbers that are not negative".into(),
        found: found.described(),
        at: String::new(),
        span: event.form.span,
        help: Some(help.into()),
    }
}
