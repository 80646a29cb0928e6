//! Numbers computed from diagrams: probabilities and expectations.

use super::evaluate::Evaluator;
use super::evidence::{Evidence, evidence};
use super::given::{Given, LONG_JOINT};
use crate::check::event_fault;
use crate::check::form::{Form, FormKind};
use crate::check::scalar::{Scalar, ScalarKind};
use crate::check::term::{Event, Term};
use crate::check::types::Type;
use crate::check::value::Value;
use crate::model::error::ModelError;
use crate::number::int::Int;
use crate::number::ratio::Ratio;

impl Evaluator<'_> {
    /// The value of a scalar, and whether it depends on how a conditional was filled in.
    pub fn scalar(&mut self, scalar: &Scalar) -> Result<(Ratio, bool), ModelError> {
        let (value, filled) = self.marked_scalar(scalar)?;
        match filled && self.version.is_none() {
            true => self.settled_scalar(scalar, &value).map(|filled| (value, filled)),
            false => Ok((value, filled)),
        }
    }

    /// The same, where the answer to the second may be yes though the value does not depend on it.
    fn marked_scalar(&mut self, scalar: &Scalar) -> Result<(Ratio, bool), ModelError> {
        match &scalar.kind {
            ScalarKind::Number(n) => Ok((n.clone(), false)),
            ScalarKind::Named(inner) => self.marked_scalar(inner),
            ScalarKind::Parameter(_) => unreachable!("a claim is evaluated at values of its parameters"),
            ScalarKind::Call(call, items) if scalar.is_rational() => {
                let mut values = Vec::with_capacity(items.len());
                let mut filled = false;
                for item in items {
                    let (value, f) = self.scalar(item)?;
                    filled |= f;
                    values.push(value);
                }
                Ok((call.rational(values).unwrap_or(Ratio::ZERO), filled))
            }
            ScalarKind::Measure(_)
            | ScalarKind::Matrix(_)
            | ScalarKind::Call(..)
            | ScalarKind::Unit(..)
            | ScalarKind::Infinity => {
                unreachable!("what is not rational by its form is computed by the stage `measure`")
            }
            ScalarKind::Period(chain) => self.period(chain).map(|(n, f)| (n.into(), f)),
            ScalarKind::Negative(inner) => self.marked_scalar(inner).map(|(n, f)| (-&n, f)),
            ScalarKind::Chain(first, rest) => {
                let number = |value: Ratio, span| Form { kind: FormKind::Constant(Value::Number(value)), span };
                let (start, mut filled) = self.marked_scalar(first)?;
                let mut forms = Vec::with_capacity(rest.len());
                for (op, item) in rest {
                    let (value, f) = self.marked_scalar(item)?;
                    filled |= f;
                    forms.push((*op, number(value, item.span)));
                }
                let form =
                    Form { kind: FormKind::Chain(Box::new(number(start, first.span)), forms), span: scalar.span };
                let value = form.number(&[], "a number").map_err(|fault| ModelError::Formula(event_fault(fault)))?;
                Ok((value, filled))
            }
            ScalarKind::Probability { event, given, of } => self.ratio_of_sums(of, None, Some(event), given.as_ref()),
            ScalarKind::Expectation { value, given, of } => self.ratio_of_sums(of, Some(value), None, given.as_ref()),
        }
    }

    /// `sum of p·value over event and given / sum of p over given`
    fn ratio_of_sums(
        &mut self,
        of: &Term,
        value: Option<&Event>,
        event: Option<&Event>,
        given: Option<&Event>,
    ) -> Result<(Ratio, bool), ModelError> {
        let known = given.map(|g| evidence(self.sig, &of.cod, g)).unwrap_or_default();
        if let (None, Some(event)) = (value, event)
            && let Some(found) = self.by_two_masses(of, event, &known, given)?
        {
            return Ok(found);
        }
        // Only the outputs that are spoken of are computed, on the condition of what was seen.
        let asked = places([value, event].into_iter().flatten());
        let id = self.lib.term(self.sig, of);
        let Given { places, law, rest } = self.law_given(id, &asked, &known)?;
        let cod = Type::new(places.iter().map(|p| of.cod.factors()[*p]).collect::<Vec<_>>());
        let mut value = value.map(|v| (self.valued(&cod, &law.cod, &v.among(&places)), v.form.clone()));
        let mut event = event.map(|e| self.predicate(&cod, &law.cod, &e.among(&places)));
        let mut conditions = self.conditions(&of.cod, &places, &law.cod, &rest);
        let (mut above, mut below) = (Ratio::ZERO, Int::ZERO);
        let mut counted = Int::ZERO;
        for (point, mass) in &law.rows[0] {
            if !conditions(*point)? {
                continue;
            }
            below += mass;
            if let Some(event) = &mut event
                && !event(*point)?
            {
                continue;
            }
            match &mut value {
                None => counted += mass,
                Some((value, form)) => match value(*point)? {
                    Value::Number(n) => above = &above + &(&Ratio::from(mass.clone()) * &n),
                    other => return Err(ModelError::Formula(not_a_number(form, &other))),
                },
            };
        }
        match (&above + &Ratio::from(counted)).checked_div(&Ratio::from(below)) {
            Some(ratio) => Ok((ratio, law.filled[0])),
            None => Err(null_event(of, given)),
        }
    }

    /// The probability of an event about many outputs, of which the joint law would be long: two masses, in each of which
    /// what is said to be seen restricts the tables.
    fn by_two_masses(
        &mut self,
        of: &Term,
        event: &Event,
        known: &Evidence,
        given: Option<&Event>,
    ) -> Result<Option<(Ratio, bool)>, ModelError> {
        let sizes = self.sig.sizes(&of.cod);
        let own = evidence(self.sig, &of.cod, event);
        let all = places(std::iter::once(event).chain(&known.rest));
        let long = all.iter().map(|p| (sizes[*p] as f64).log2()).sum::<f64>() > LONG_JOINT;
        if own.seen.is_empty() || !long {
            return Ok(None);
        }
        let (below, filled) = match given {
            Some(_) => self.mass(of, known)?,
            None => (Ratio::ONE, false),
        };
        if below.is_zero() {
            return Err(null_event(of, given));
        }
        let mut both = known.clone();
        for (output, point) in own.seen {
            match both.seen.iter().find(|(o, _)| *o == output) {
                Some((_, other)) if *other != point => return Ok(Some((Ratio::ZERO, filled))),
                Some(_) => {}
                None => both.seen.push((output, point)),
            }
        }
        both.seen.sort_unstable();
        both.rest.extend(own.rest);
        let (above, also_filled) = self.mass(of, &both)?;
        Ok(above.checked_div(&below).map(|ratio| (ratio, filled || also_filled)))
    }

    /// The probability of what was seen.
    fn mass(&mut self, of: &Term, seen: &Evidence) -> Result<(Ratio, bool), ModelError> {
        let id = self.lib.term(self.sig, of);
        let Given { places, law, rest } = self.law_given(id, &[], seen)?;
        let mut conditions = self.conditions(&of.cod, &places, &law.cod, &rest);
        let mut sum = Int::ZERO;
        for (point, mass) in &law.rows[0] {
            if conditions(*point)? {
                sum += mass;
            }
        }
        Ok((&Ratio::from(sum) * &law.scale(), law.filled[0]))
    }
}

/// The outputs that events speak of, increasing.
pub(in crate::model) fn places<'e>(events: impl IntoIterator<Item = &'e Event>) -> Vec<usize> {
    let mut places: Vec<usize> = events.into_iter().flat_map(Event::outputs).collect();
    places.sort_unstable();
    places.dedup();
    places
}

pub(in crate::model) fn null_event(of: &Term, given: Option<&Event>) -> ModelError {
    ModelError::NullEvent { at: String::new(), span: given.map_or(of.span, |g| g.form.span) }
}

pub(in crate::model) fn not_a_number(form: &Form, found: &Value) -> crate::check::error::CheckError {
    crate::check::error::CheckError::FormulaKind {
        operation: "`E`".into(),
        wanted: "a number".into(),
        found: found.described(),
        at: String::new(),
        span: form.span,
        help: Some("an expectation is of numbers: give the points numbers with `match`, or use `prob`".into()),
    }
}
