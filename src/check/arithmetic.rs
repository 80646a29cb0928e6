//! Operators and functions of real numbers, and the value of a number that needs no model.

use super::checker::Checker;
use super::error::CheckError;
use super::scalar::{Scalar, ScalarKind};
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::number::real::{Real, RealFault};
use crate::syntax::ast::{Call, Operator, Unit};

/// So many units as a number of nats.
pub fn in_nats(value: &Real, unit: Unit) -> Result<Real, RealFault> {
    match unit {
        Unit::Nats => Ok(value.clone()),
        Unit::Bits => value.mul(&Real::log_of(&Ratio::of(2, 1))?),
    }
}

/// The value of a function.
pub fn called(call: Call, values: Vec<Real>) -> Result<Real, RealFault> {
    let mut values = values.into_iter();
    let Some(first) = values.next() else { return Ok(Real::zero()) };
    match call {
        Call::Log => first.log(),
        Call::Exp => Ok(first.exp()),
        Call::Sqrt => first.sqrt(),
        Call::Abs => first.abs(),
        Call::Min => values.try_fold(first, |least, value| least.min(&value)),
        Call::Max => values.try_fold(first, |most, value| most.max(&value)),
    }
}

/// What an operator makes of two numbers; `None` for the operators that reals do not have.
pub fn operated(left: &Real, op: Operator, right: &Real) -> Option<Result<Real, RealFault>> {
    Some(match op {
        Operator::Add => left.add(right),
        Operator::Subtract => left.sub(right),
        Operator::Multiply => left.mul(right),
        Operator::Divide => left.div(right),
        Operator::Power => left.power(right.as_ratio()?),
        Operator::Modulo | Operator::And | Operator::Or => return None,
    })
}

/// Why a number has no value before there is a model.
#[derive(Debug)]
pub(super) enum NoConstant {
    /// This part is computed from a diagram.
    NeedsModel(Span),
    /// This part has no value.
    Undefined(String, Span),
    /// A fault of rational arithmetic.
    Fault(CheckError),
}

impl Checker<'_> {
    /// The exact value of a number that is made of numbers and functions alone.
    pub(super) fn real_constant(&self, scalar: &Scalar) -> Result<Real, NoConstant> {
        if scalar.is_rational() {
            return match self.scalar_constant(scalar) {
                Ok(Some(value)) => Ok(value.into()),
                Ok(None) => Err(NoConstant::NeedsModel(scalar.span)),
                Err(error) => Err(NoConstant::Fault(error)),
            };
        }
        let undefined = |span: Span| move |fault: RealFault| NoConstant::Undefined(fault.to_string(), span);
        match &scalar.kind {
            ScalarKind::Named(inner) => {
                if let Some(found) = inner.constant.get() {
                    return Ok(found.clone());
                }
                let found = self.real_constant(inner).map_err(|why| match why {
                    // The number is declared elsewhere; this is where it is used.
                    NoConstant::NeedsModel(_) => NoConstant::NeedsModel(scalar.span),
                    other => other,
                })?;
                Ok(inner.constant.get_or_init(|| found).clone())
            }
            ScalarKind::Negative(inner) => Ok(self.real_constant(inner)?.neg()),
            ScalarKind::Infinity => Ok(Real::PosInfinity),
            ScalarKind::Unit(inner, unit) => {
                in_nats(&self.real_constant(inner)?, *unit).map_err(undefined(scalar.span))
            }
            ScalarKind::Call(call, items) => {
                let values = items.iter().map(|i| self.real_constant(i)).collect::<Result<Vec<_>, _>>()?;
                called(*call, values).map_err(undefined(scalar.span))
            }
            ScalarKind::Chain(first, rest) => {
                let (mut value, mut so_far) = (self.real_constant(first)?, first.span);
                for (op, item) in rest {
                    let right = self.real_constant(item)?;
                    so_far = so_far.to(item.span);
                    let no_operator = || {
                        let what = format!("`{}` has no value here", crate::syntax::print::operator(*op));
                        NoConstant::Undefined(what, so_far)
                    };
                    value = operated(&value, *op, &right).ok_or_else(no_operator)?.map_err(undefined(so_far))?;
                }
                Ok(value)
            }
            ScalarKind::Number(_)
            | ScalarKind::Parameter(_)
            | ScalarKind::Probability { .. }
            | ScalarKind::Period(_)
            | ScalarKind::Measure(_)
            | ScalarKind::Matrix(_)
            | ScalarKind::Expectation { .. } => Err(NoConstant::NeedsModel(scalar.span)),
        }
    }
}
