//! Values of formulas: numbers, truth values, points, tuples of them, and distributions.

use std::fmt;

use crate::base::name::Name;
use crate::number::ratio::Ratio;
use crate::syntax::print::label;

/// A value. Points whose label is an integer are numbers, so that `Bit = { 0, 1 }` can be calculated with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// An exact number.
    Number(Ratio),
    /// A truth value.
    Truth(bool),
    /// A point by its label.
    Point(Name),
    /// A point of a product.
    Tuple(Vec<Value>),
    /// A distribution: outcomes with weights; the weight `None` takes the rest.
    Law(Vec<(Value, Option<Ratio>)>),
    /// The uniform distribution on the whole codomain.
    Uniform,
}

impl Value {
    /// The value of a point with this label.
    pub fn of_label(name: &Name) -> Value {
        match name.as_str().parse::<i64>() {
            Ok(n) if n.to_string() == name.as_str() => Value::Number(Ratio::from(n)),
            _ => Value::Point(name.clone()),
        }
    }

    /// What kind of value this is, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Number(_) => "a number",
            Value::Truth(_) => "a truth value",
            Value::Point(_) => "a point",
            Value::Tuple(_) => "a tuple",
            Value::Law(_) | Value::Uniform => "a distribution",
        }
    }

    /// The value with its kind, in words: "the number 3".
    pub fn described(&self) -> String {
        match self {
            Value::Law(_) | Value::Uniform => self.kind().to_string(),
            _ => format!("the {} {self}", self.kind().trim_start_matches("a ")),
        }
    }

    /// The components of a tuple, nested ones in order; anything else is its own only component.
    pub fn flattened(&self) -> Vec<&Value> {
        match self {
            Value::Tuple(items) => items.iter().flat_map(Value::flattened).collect(),
            other => vec![other],
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(n) => write!(f, "{n}"),
            Value::Truth(b) => write!(f, "{b}"),
            Value::Point(name) => f.write_str(&label(name)),
            Value::Tuple(items) => {
                let parts: Vec<String> = items.iter().map(Value::to_string).collect();
                write!(f, "({})", parts.join(", "))
            }
            Value::Law(_) => f.write_str("a distribution"),
            Value::Uniform => f.write_str("uniform"),
        }
    }
}
