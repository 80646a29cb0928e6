//! Probabilities and expectations with real values.

use crate::check::scalar::{Scalar, ScalarKind};
use crate::check::term::{Event, Term};
use crate::check::types::Type;
use crate::check::value::Value;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::scalar::{not_a_number, null_event, places};
use crate::number::ratio::Ratio;
use crate::number::real::Real;

impl Evaluator<'_> {
    /// The value of a probability or of an expectation; `None` for other numbers.
    pub fn real_leaf(&mut self, scalar: &Scalar) -> Result<Option<Real>, ModelError> {
        match &scalar.kind {
            ScalarKind::Probability { event, given, of } => {
                self.real_quotient(of, None, Some(event), given.as_ref()).map(Some)
            }
            ScalarKind::Expectation { value, given, of } => {
                self.real_quotient(of, Some(value), None, given.as_ref()).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// `sum of p·value over event and given / sum of p over given`
    fn real_quotient(
        &mut self,
        of: &Term,
        value: Option<&Event>,
        event: Option<&Event>,
        given: Option<&Event>,
    ) -> Result<Real, ModelError> {
        // What is known has its law by itself, which may be rational where the joint law is not.
        let below = given.map(|given| self.real_mass(of, given)).transpose()?;
        let asked = places([value, event, given].into_iter().flatten());
        let kernel = self.real_marginal(of, &asked)?;
        let cod = Type::new(asked.iter().map(|p| of.cod.factors()[*p]).collect::<Vec<_>>());
        let mut weight = value.map(|v| (self.valued(&cod, &kernel.cod, &v.among(&asked)), v));
        let mut happens = event.map(|e| self.predicate(&cod, &kernel.cod, &e.among(&asked)));
        let mut known = given.map(|g| self.predicate(&cod, &kernel.cod, &g.among(&asked)));
        let mut above = Real::zero();
        for (point, p) in kernel.row(0)?.iter() {
            if let Some(known) = &mut known
                && !known(*point)?
            {
                continue;
            }
            if let Some(happens) = &mut happens
                && !happens(*point)?
            {
                continue;
            }
            let factor = match &mut weight {
                None => Ratio::ONE,
                Some((weight, v)) => match weight(*point)? {
                    Value::Number(n) => n,
                    other => return Err(ModelError::Formula(not_a_number(&v.form, &other))),
                },
            };
            let term = p.scale(&factor).map_err(|f| self.without_value(&f))?;
            above = above.add(&term).map_err(|f| self.without_value(&f))?;
        }
        match below {
            None => Ok(above),
            Some(below) => above.div(&below).map_err(|f| self.without_value(&f)),
        }
    }

    /// The probability of what is known; an error where it never happens.
    fn real_mass(&mut self, of: &Term, given: &Event) -> Result<Real, ModelError> {
        let asked = given.outputs();
        let kernel = self.real_marginal(of, &asked)?;
        let cod = Type::new(asked.iter().map(|p| of.cod.factors()[*p]).collect::<Vec<_>>());
        let mut happens = self.predicate(&cod, &kernel.cod, &given.among(&asked));
        let mut sum: Option<Real> = None;
        for (point, p) in kernel.row(0)?.iter() {
            if happens(*point)? {
                let start = sum.unwrap_or_else(Real::zero);
                sum = Some(start.add(p).map_err(|f| self.without_value(&f))?);
            }
        }
        sum.ok_or_else(|| null_event(of, Some(given)))
    }
}
