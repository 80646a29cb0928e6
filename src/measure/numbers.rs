//! The values of numbers in which measures stand.

use std::sync::Arc;

use super::evaluate::{Measurer, Value, fault, rational};
use crate::check::arithmetic::{called, in_nats, operated};
use crate::check::scalar::{Scalar, ScalarKind};
use crate::model::error::ModelError;
use crate::number::real::Real;

impl Measurer<'_, '_> {
    /// The value of a number.
    pub fn number(&mut self, scalar: &Scalar) -> Result<Value, ModelError> {
        // What is rational is computed as elsewhere, unless there are irrational entries in it.
        if scalar.is_rational() {
            match self.evaluator.scalar(scalar) {
                Ok((value, filled)) => return Ok((rational(value), filled)),
                Err(inexact @ ModelError::Inexact { .. }) => return self.with_real_entries(scalar, inexact),
                Err(error) => return Err(error),
            }
        }
        self.combined(scalar)
    }

    /// A number that would be rational if the entries that it is computed from were.
    fn with_real_entries(&mut self, scalar: &Scalar, inexact: ModelError) -> Result<Value, ModelError> {
        if let Some(value) = self.evaluator.real_leaf(scalar)? {
            return Ok((value, false));
        }
        match &scalar.kind {
            ScalarKind::Period(_) => Err(inexact),
            _ => self.combined(scalar),
        }
    }

    /// A number by its parts.
    fn combined(&mut self, scalar: &Scalar) -> Result<Value, ModelError> {
        let span = scalar.span;
        match &scalar.kind {
            ScalarKind::Measure(measure) => self.measure(measure),
            ScalarKind::Matrix(number) => self.matrix_number(number, span),
            ScalarKind::Named(inner) => {
                self.evaluator.interrupt.check()?;
                let key = Arc::as_ptr(inner);
                if let Some(found) = self.numbers.get(&key) {
                    return Ok(found.clone());
                }
                let found = self.number(inner)?;
                self.numbers.insert(key, found.clone());
                Ok(found)
            }
            ScalarKind::Negative(inner) => self.number(inner).map(|(value, filled)| (value.neg(), filled)),
            ScalarKind::Infinity => Ok((Real::PosInfinity, false)),
            ScalarKind::Unit(inner, unit) => {
                let (value, filled) = self.number(inner)?;
                Ok((in_nats(&value, *unit).map_err(|f| fault(f, span))?, filled))
            }
            ScalarKind::Call(call, items) => {
                let mut values = Vec::with_capacity(items.len());
                let mut filled = false;
                for item in items {
                    let (value, f) = self.number(item)?;
                    filled |= f;
                    values.push(value);
                }
                let value = called(*call, values).map_err(|f| fault(f, span))?;
                Ok((value, filled))
            }
            ScalarKind::Chain(first, rest) => {
                let (mut value, mut filled) = self.number(first)?;
                let mut so_far = first.span;
                for (op, item) in rest {
                    let (right, f) = self.number(item)?;
                    filled |= f;
                    so_far = so_far.to(item.span);
                    value = operated(&value, *op, &right)
                        .ok_or_else(|| {
                            let what = format!("`{}` has no value here", crate::syntax::print::operator(*op));
                            ModelError::Undefined { what, span: so_far }
                        })?
                        .map_err(|f| fault(f, so_far))?;
                }
                Ok((value, filled))
            }
            _ => unreachable!("every other number is rational, or is a probability"),
        }
    }
}
