//! Numbers computed from diagrams: probabilities and expectations.

use super::evaluate::Evaluator;
use crate::base::span::Span;
use crate::check::event_fault;
use crate::check::form::{Form, FormKind};
use crate::check::scalar::{Scalar, ScalarKind};
use crate::check::term::{Event, Term};
use crate::check::types::Type;
use crate::check::value::Value;
use crate::model::error::ModelError;
use crate::number::ratio::Ratio;

impl Evaluator<'_> {
    /// The value of a scalar, and whether it depends on how a conditional was filled in.
    pub fn scalar(&mut self, scalar: &Scalar) -> Result<(Ratio, bool), ModelError> {
        match &scalar.kind {
            ScalarKind::Number(n) => Ok((n.clone(), false)),
            ScalarKind::Named(inner) => self.scalar(inner),
            ScalarKind::Parameter(_) => unreachable!("a claim is evaluated at values of its parameters"),
            ScalarKind::Period(chain) => self.period(chain).map(|(n, f)| (n.into(), f)),
            ScalarKind::Negative(inner) => self.scalar(inner).map(|(n, f)| (-&n, f)),
            ScalarKind::Chain(first, rest) => {
                let number = |value: Ratio, span| Form { kind: FormKind::Constant(Value::Number(value)), span };
                let (start, mut filled) = self.scalar(first)?;
                let mut forms = Vec::with_capacity(rest.len());
                for (op, item) in rest {
                    let (value, f) = self.scalar(item)?;
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
        // Only the outputs that are spoken of are computed.
        let mut places: Vec<usize> = [value, event, given].into_iter().flatten().flat_map(Event::outputs).collect();
        places.sort_unstable();
        places.dedup();
        let joint = self.marginal(of, &places)?;
        let cod = Type::new(places.iter().map(|p| of.cod.factors()[*p]).collect::<Vec<_>>());
        let local = |e: &Event| Event {
            form: e.form.clone(),
            variables: e
                .variables
                .iter()
                .map(|outputs| outputs.iter().map(|o| places.binary_search(o).unwrap_or(0)).collect())
                .collect(),
        };
        let mut value = value.map(|v| (self.valued(&cod, &joint.cod, &local(v)), v.form.clone()));
        let mut event = event.map(|e| self.predicate(&cod, &joint.cod, &local(e)));
        let given_span: Option<Span> = given.map(|g| g.form.span);
        let mut given = given.map(|g| self.predicate(&cod, &joint.cod, &local(g)));
        let (mut above, mut below) = (Ratio::ZERO, Ratio::ZERO);
        for (point, mass) in joint.rows[0].ratios() {
            if let Some(given) = &mut given
                && !given(point)?
            {
                continue;
            }
            below = &below + &mass;
            if let Some(event) = &mut event
                && !event(point)?
            {
                continue;
            }
            above = match &mut value {
                None => &above + &mass,
                Some((value, form)) => match value(point)? {
                    Value::Number(n) => &above + &(&mass * &n),
                    other => return Err(ModelError::Formula(not_a_number(form, &other))),
                },
            };
        }
        match (above.checked_div(&below), given_span) {
            (Some(ratio), _) => Ok((ratio, joint.is_filled(0))),
            (None, span) => Err(ModelError::NullEvent { at: String::new(), span: span.unwrap_or(of.span) }),
        }
    }
}

fn not_a_number(form: &Form, found: &Value) -> crate::check::error::CheckError {
    crate::check::error::CheckError::FormulaKind {
        operation: "`E`".into(),
        wanted: "a number".into(),
        found: found.described(),
        at: String::new(),
        span: form.span,
        help: Some("an expectation is of numbers: give the points numbers with `match`, or use `prob`".into()),
    }
}
