//! Values of formulas whose variables are partly open: an open number is a quotient of polynomials in the parameters.
//!
//! What is found here is what [`Form::value`] gives at every choice of the parameters at which it gives anything:
//!
//! 1. Known values are computed by [`Form::value`] itself.
//! 2. Sums, products, quotients and powers of open numbers are again such quotients. A quotient whose value is the same
//!    everywhere is a known number; where its denominator vanishes, the formula has no value.
//! 3. Whatever else depends on an open number is an obstacle: a comparison, a condition, `match`, `min`, `max`, `abs`,
//!    `floor`, `mod`, an exponent. It would be of one form here and of another there.

use super::form::{Form, FormKind};
use super::value::Value;
use crate::base::span::Span;
use crate::number::fraction::Fraction;
use crate::number::ratio::Ratio;
use crate::syntax::ast::Operator;
use crate::syntax::print::operator;

/// A value that may depend on parameters.
#[derive(Debug, Clone, PartialEq)]
pub enum Open {
    /// It does not.
    Known(Value),
    /// A number that does.
    Number(Fraction),
    /// A tuple with a part that does.
    Tuple(Vec<Open>),
    /// A distribution with a part that does; the weight `None` takes the rest.
    Law(Vec<(Open, Option<Open>)>),
}

/// Why a claim is not an identity of polynomials, as far as can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// A sentence without its end.
    pub why: String,
    /// The part of the text that it speaks of.
    pub span: Span,
}

type Partial<T> = Result<T, Obstacle>;

impl Open {
    /// A number, known if it is seen to be one.
    pub fn number(value: Fraction) -> Open {
        match value.as_constant() {
            Some(known) => Open::Known(Value::Number(known)),
            None => Open::Number(value),
        }
    }

    /// The quotient that a number is.
    pub fn fraction(&self) -> Option<Fraction> {
        match self {
            Open::Known(Value::Number(n)) => Some(Fraction::constant(n.clone())),
            Open::Number(f) => Some(f.clone()),
            _ => None,
        }
    }

    fn tuple(items: Vec<Open>) -> Open {
        let known = |item: &Open| if let Open::Known(value) = item { Some(value.clone()) } else { None };
        match items.iter().map(known).collect() {
            Some(values) => Open::Known(Value::Tuple(values)),
            None => Open::Tuple(items),
        }
    }
}

fn obstacle<T>(why: impl Into<String>, span: Span) -> Partial<T> {
    Err(Obstacle { why: why.into(), span })
}

fn constant(value: Value, span: Span) -> Form {
    Form { kind: FormKind::Constant(value), span }
}

/// The value of a formula without variables.
fn known(kind: FormKind, span: Span) -> Partial<Open> {
    match (Form { kind, span }).value(&[]) {
        Ok(value) => Ok(Open::Known(value)),
        Err(_) => obstacle("this has no value", span),
    }
}

/// The value of a formula, where variable `k` has the value `env[k]`.
pub fn value(form: &Form, env: &[Open]) -> Partial<Open> {
    let span = form.span;
    let boxed = |value, span| Box::new(constant(value, span));
    match &form.kind {
        FormKind::Constant(value) => Ok(Open::Known(value.clone())),
        FormKind::Variable(k) => Ok(env[*k].clone()),
        FormKind::Tuple(items) => Ok(Open::tuple(items.iter().map(|f| value(f, env)).collect::<Partial<_>>()?)),
        FormKind::Negative(inner) => match value(inner, env)? {
            Open::Known(v) => known(FormKind::Negative(boxed(v, inner.span)), span),
            Open::Number(f) => Ok(Open::number(f.negative())),
            _ => obstacle("this has no value", span),
        },
        FormKind::Not(inner) => {
            let v = closed(inner, env, "`not`")?;
            known(FormKind::Not(boxed(v, inner.span)), span)
        }
        FormKind::Chain(first, rest) => chain(first, rest, env),
        FormKind::Compare(left, sign, right) => {
            let what = "a comparison";
            let (a, b) = (closed(left, env, what)?, closed(right, env, what)?);
            known(FormKind::Compare(boxed(a, left.span), *sign, boxed(b, right.span)), span)
        }
        FormKind::Call(function, items) => {
            let what = format!("`{}`", function.name());
            let items = items.iter().map(|f| Ok(constant(closed(f, env, &what)?, f.span))).collect::<Partial<_>>()?;
            known(FormKind::Call(*function, items), span)
        }
        FormKind::If(branches, otherwise) => {
            for (condition, then) in branches {
                match closed(condition, env, "the condition of an `if`")? {
                    Value::Truth(true) => return value(then, env),
                    Value::Truth(false) => {}
                    _ => return obstacle("this has no value", condition.span),
                }
            }
            value(otherwise, env)
        }
        FormKind::Match(subject, arms) => {
            let v = closed(subject, env, "`match`")?;
            match arms.iter().find(|(matcher, _)| matcher.fits(&v)) {
                Some((_, arm)) => value(arm, env),
                None => obstacle("this has no value", span),
            }
        }
        FormKind::Law(weights) => {
            let weight = |w: &Option<Form>| w.as_ref().map(|w| value(w, env)).transpose();
            let law = weights.iter().map(|(point, w)| Ok((value(point, env)?, weight(w)?))).collect::<Partial<_>>()?;
            Ok(Open::Law(law))
        }
    }
}

/// 3. The value of a formula that must not depend on parameters, because it stands in something that is no polynomial.
fn closed(form: &Form, env: &[Open], within: &str) -> Partial<Value> {
    match value(form, env)? {
        Open::Known(value) => Ok(value),
        _ => obstacle(format!("{within} depends on a parameter"), form.span),
    }
}

/// 2. Operators of one strength, from left to right.
fn chain(first: &Form, rest: &[(Operator, Form)], env: &[Open]) -> Partial<Open> {
    let mut left = value(first, env)?;
    let mut span = first.span;
    for (op, form) in rest {
        let whole = span.to(form.span);
        left = match (&left, op) {
            // The right side is looked at only where it matters.
            (Open::Known(Value::Truth(decided)), Operator::Or | Operator::And) if *decided == (*op == Operator::Or) => {
                left
            }
            _ => operate(left, span, *op, value(form, env)?, form, whole)?,
        };
        span = whole;
    }
    Ok(left)
}

fn operate(left: Open, left_span: Span, op: Operator, right: Open, form: &Form, span: Span) -> Partial<Open> {
    if let (Open::Known(a), Open::Known(b)) = (&left, &right) {
        let kind =
            FormKind::Chain(Box::new(constant(a.clone(), left_span)), vec![(op, constant(b.clone(), form.span))]);
        return known(kind, span);
    }
    let (Some(a), Some(b)) = (left.fraction(), right.fraction()) else {
        return obstacle("this has no value", span);
    };
    let large = "written out, this is too large a polynomial";
    let result = match op {
        Operator::Add => a.plus(&b),
        Operator::Subtract => a.plus(&b.negative()),
        Operator::Multiply => a.times(&b),
        Operator::Divide => match b.inverse() {
            Some(inverse) => a.times(&inverse),
            None => return obstacle("this divides by 0", form.span),
        },
        Operator::Power => match b.as_constant().as_ref().and_then(Ratio::to_i64).map(i32::try_from) {
            Some(Ok(exponent)) => a.power(exponent),
            Some(Err(_)) => None,
            None => return obstacle("an exponent depends on a parameter", form.span),
        },
        _ => {
            let why = format!("`{}` depends on a parameter", operator(op));
            return obstacle(why, span);
        }
    };
    match result {
        Some(fraction) => Ok(Open::number(fraction)),
        None => obstacle(large, span),
    }
}
