//! Formulas with their names resolved, and their values.

use std::cmp::Ordering;

use super::value::Value;
use crate::base::name::Name;
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::syntax::ast::{Operator, Relation};
use crate::syntax::print::{operator, relation};

/// A formula whose variables are numbered.
#[derive(Debug, Clone)]
pub struct Form {
    /// What it is.
    pub kind: FormKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of resolved formulas.
#[derive(Debug, Clone)]
pub enum FormKind {
    /// A value known already.
    Constant(Value),
    /// The variable with this number.
    Variable(usize),
    /// A tuple.
    Tuple(Vec<Form>),
    /// `- a`
    Negative(Box<Form>),
    /// `not a`
    Not(Box<Form>),
    /// Operators of one strength, from left to right.
    Chain(Box<Form>, Vec<(Operator, Form)>),
    /// `a < b`
    Compare(Box<Form>, Relation, Box<Form>),
    /// A built-in function.
    Call(Function, Vec<Form>),
    /// Conditions with values, and the value otherwise.
    If(Vec<(Form, Form)>, Box<Form>),
    /// A subject and its arms.
    Match(Box<Form>, Vec<(Matcher, Form)>),
    /// A distribution.
    Law(Vec<(Form, Option<Form>)>),
}

/// Built-in functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// The least of its arguments.
    Min,
    /// The greatest of its arguments.
    Max,
    /// The absolute value.
    Abs,
    /// The greatest integer that is not above.
    Floor,
}

/// A pattern for values.
#[derive(Debug, Clone)]
pub enum Matcher {
    /// Anything.
    Any,
    /// This value.
    Value(Value),
    /// A tuple of the same length, part by part.
    Tuple(Vec<Matcher>),
}

impl Matcher {
    /// Whether a value fits.
    pub fn fits(&self, value: &Value) -> bool {
        match (self, value) {
            (Matcher::Any, _) => true,
            (Matcher::Value(wanted), value) => wanted == value,
            (Matcher::Tuple(parts), value) => {
                let values = value.flattened();
                values.len() == parts.len() && parts.iter().zip(values).all(|(p, v)| p.fits(v))
            }
        }
    }
}

/// Why a formula has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Division, remainder or negative power of zero.
    DivisionByZero(Span),
    /// An operation was given values it is not made for.
    Kind {
        /// Where.
        span: Span,
        /// The operation.
        operation: String,
        /// What it needs.
        wanted: &'static str,
        /// What it got.
        found: String,
    },
    /// No arm of a `match` fits.
    NoArm {
        /// Where.
        span: Span,
        /// The value without an arm.
        value: String,
    },
    /// A power with an exponent that is no integer, which is this one.
    Exponent(Span, String),
    /// A number with more than `BITS_LIMIT` bits.
    TooLong(Span),
}

/// How long a number may be that a formula computes, in bits: each digit is kept, and squaring doubles their number.
pub(super) const BITS_LIMIT: u64 = 1 << 24;

type Eval<T> = Result<T, Fault>;

impl Form {
    /// The value, where variable `k` has the value `env[k]`.
    pub fn value(&self, env: &[Value]) -> Eval<Value> {
        Ok(match &self.kind {
            FormKind::Constant(value) => value.clone(),
            FormKind::Variable(k) => env[*k].clone(),
            FormKind::Tuple(items) => Value::Tuple(items.iter().map(|f| f.value(env)).collect::<Eval<_>>()?),
            FormKind::Negative(inner) => Value::Number(-&inner.number(env, "-")?),
            FormKind::Not(inner) => Value::Truth(!inner.truth(env, "not")?),
            FormKind::Chain(first, rest) => {
                let mut value = first.value(env)?;
                let mut span = first.span;
                for (op, form) in rest {
                    value = self.operate(*op, value, span, form, env)?;
                    span = span.to(form.span);
                }
                value
            }
            FormKind::Compare(left, sign, right) => {
                Value::Truth(compare(&left.value(env)?, *sign, &right.value(env)?, self.span)?)
            }
            FormKind::Call(function, items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(item.number(env, function.name())?);
                }
                let mut values = values.into_iter();
                let first = values.next().unwrap_or(Ratio::ZERO);
                Value::Number(match function {
                    Function::Min => values.fold(first, |a, b| if b < a { b } else { a }),
                    Function::Max => values.fold(first, |a, b| if b > a { b } else { a }),
                    Function::Abs => first.abs(),
                    Function::Floor => Ratio::from(first.floor()),
                })
            }
            FormKind::If(branches, otherwise) => {
                for (condition, value) in branches {
                    if condition.truth(env, "if")? {
                        return value.value(env);
                    }
                }
                otherwise.value(env)?
            }
            FormKind::Match(subject, arms) => {
                let value = subject.value(env)?;
                match arms.iter().find(|(matcher, _)| matcher.fits(&value)) {
                    Some((_, arm)) => arm.value(env)?,
                    None => return Err(Fault::NoArm { span: self.span, value: value.to_string() }),
                }
            }
            FormKind::Law(weights) => {
                let mut law = Vec::with_capacity(weights.len());
                for (point, weight) in weights {
                    let weight = weight.as_ref().map(|w| w.number(env, "a weight")).transpose()?;
                    law.push((point.value(env)?, weight));
                }
                Value::Law(law)
            }
        })
    }

    /// The value, which must be a number; `for_what` names the operation that needs it.
    pub fn number(&self, env: &[Value], for_what: &str) -> Eval<Ratio> {
        match self.value(env)? {
            Value::Number(n) => Ok(n),
            other => Err(self.wrong_kind(for_what, "a number", &other)),
        }
    }

    /// The value, which must be a truth value.
    pub fn truth(&self, env: &[Value], for_what: &str) -> Eval<bool> {
        match self.value(env)? {
            Value::Truth(b) => Ok(b),
            other => Err(self.wrong_kind(for_what, "a truth value", &other)),
        }
    }

    fn wrong_kind(&self, operation: &str, wanted: &'static str, found: &Value) -> Fault {
        let found = found.described();
        Fault::Kind { span: self.span, operation: operation.into(), wanted, found }
    }

    fn operate(&self, op: Operator, left: Value, left_span: Span, right: &Form, env: &[Value]) -> Eval<Value> {
        let name = operator(op);
        let at_left = |wanted, found: &Value| {
            Form { kind: FormKind::Constant(Value::Truth(true)), span: left_span }.wrong_kind(name, wanted, found)
        };
        if matches!(op, Operator::And | Operator::Or) {
            let Value::Truth(left) = left else { return Err(at_left("a truth value", &left)) };
            // The right side is looked at only where it matters: `y != 0 and x / y > 1` is total.
            let decided = left == (op == Operator::Or);
            return Ok(Value::Truth(if decided { left } else { right.truth(env, name)? }));
        }
        let Value::Number(left) = left else { return Err(at_left("a number", &left)) };
        let value = right.number(env, name)?;
        let result = match op {
            Operator::Add => Some(&left + &value),
            Operator::Subtract => Some(&left - &value),
            Operator::Multiply => Some(&left * &value),
            Operator::Divide => left.checked_div(&value),
            Operator::Modulo => left.checked_mod(&value),
            _ => {
                if value.to_int().is_none() {
                    return Err(Fault::Exponent(right.span, value.to_string()));
                }
                let exponent = value.to_i64().and_then(|e| i32::try_from(e).ok());
                let size = length(&left);
                match exponent {
                    Some(e) if size.saturating_mul(u64::from(e.unsigned_abs())) < BITS_LIMIT || size <= 1 => {
                        left.pow(e)
                    }
                    _ => return Err(Fault::TooLong(left_span.to(right.span))),
                }
            }
        };
        if result.as_ref().is_some_and(|r| length(r) > BITS_LIMIT) {
            return Err(Fault::TooLong(left_span.to(right.span)));
        }
        result.map(Value::Number).ok_or(Fault::DivisionByZero(right.span))
    }
}

impl Function {
    /// The function with this name.
    pub fn find(name: &Name) -> Option<Function> {
        Some(match name.as_str() {
            "min" => Function::Min,
            "max" => Function::Max,
            "abs" => Function::Abs,
            "floor" => Function::Floor,
            _ => return None,
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Function::Min => "min",
            Function::Max => "max",
            Function::Abs => "abs",
            Function::Floor => "floor",
        }
    }

    /// How many arguments it takes, at least and at most.
    pub fn arity(self) -> (usize, usize) {
        match self {
            Function::Min | Function::Max => (2, usize::MAX),
            Function::Abs | Function::Floor => (1, 1),
        }
    }
}

/// Bits of the longer one of numerator and denominator.
fn length(value: &Ratio) -> u64 {
    value.num().bits().max(value.den().bits())
}

/// Compares two values; order is for numbers only.
fn compare(left: &Value, sign: Relation, right: &Value, span: Span) -> Eval<bool> {
    let order = match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        _ if matches!(sign, Relation::Equal | Relation::NotEqual) => {
            let same_kind = std::mem::discriminant(left) == std::mem::discriminant(right);
            let (a, b) = (left.flattened(), right.flattened());
            if !same_kind || a.len() != b.len() {
                return Err(Fault::Kind {
                    span,
                    operation: relation(sign).into(),
                    wanted: "two values of one kind",
                    found: format!("{} and {}", left.described(), right.described()),
                });
            }
            if a == b { Ordering::Equal } else { Ordering::Less }
        }
        _ => {
            return Err(Fault::Kind {
                span,
                operation: relation(sign).into(),
                wanted: "two numbers",
                found: format!("{} and {}", left.described(), right.described()),
            });
        }
    };
    Ok(sign.admits(order))
}
