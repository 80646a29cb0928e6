//! Formulas: names become variables, constants or points.
//!
//! A bare name is, in this order: a variable or parameter; a point of the object that is expected at its place; a
//! `let`; a point of exactly one of the objects in sight.

use super::checker::{Checked, Checker};
use super::error::CheckError;
use super::form::{BITS_LIMIT, Fault, Form, FormKind, Function, Matcher};
use super::points::points_help;
use super::signature::Entity;
use super::types::{ObjectId, Type};
use super::value::Value;
use crate::base::name::{Name, nearest};
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::syntax::ast::{Formula, FormulaKind, FormulaWeight, Pattern, PointExpr, Spanned};

/// The variables of a formula, in the order of their numbers. Parameters have no object.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// Name and object of each variable.
    pub variables: Vec<(Name, Option<Type>)>,
    /// Whether these are the wires of a diagram: an unknown name is then reported as a wire.
    pub wires: bool,
}

impl Checker<'_> {
    /// Resolves a formula. `expected` is the object whose points its bare names may be.
    pub(super) fn formula(&mut self, f: &Formula, scope: &Scope, expected: Option<&Type>) -> Checked<Form> {
        let span = f.span;
        let kind = match &f.kind {
            FormulaKind::Number(n) => FormKind::Constant(Value::Number(n.clone())),
            FormulaKind::Truth(b) => FormKind::Constant(Value::Truth(*b)),
            FormulaKind::Text(label) => return self.label(label, span, scope, expected),
            FormulaKind::Name(name) => return self.formula_name(name, span, scope, expected),
            FormulaKind::Wire(number) => {
                let name = Name::new(&format!("#{number}"));
                match scope.variables.iter().position(|(n, _)| *n == name) {
                    Some(k) => FormKind::Variable(k),
                    None => return self.unknown_variable(&name, span, scope, None),
                }
            }
            FormulaKind::Dotted(object, label) => {
                let t = self.object_named(object)?;
                let [id] = t.factors() else {
                    let help = Some("a point of a product is written `(a, b)`".to_string());
                    return self.wrong_kind(
                        object,
                        &Entity::Product(t.clone()),
                        "an object with points of its own",
                        help,
                    );
                };
                match self.sig.objects[*id].find(label.node.as_str()) {
                    Some(point) => FormKind::Constant(self.sig.objects[*id].value(point)),
                    None => return self.unknown_point(*id, label.node.as_str(), label.span),
                }
            }
            FormulaKind::Tuple(items) => {
                let parts = expected.filter(|t| t.len() == items.len());
                let mut forms = Vec::with_capacity(items.len());
                for (i, item) in items.iter().enumerate() {
                    let part = parts.map(|t| t.slice(i, i + 1));
                    forms.push(self.formula(item, scope, part.as_ref())?);
                }
                FormKind::Tuple(forms)
            }
            FormulaKind::Negative(inner) => FormKind::Negative(Box::new(self.formula(inner, scope, None)?)),
            FormulaKind::Not(inner) => FormKind::Not(Box::new(self.formula(inner, scope, None)?)),
            FormulaKind::Chain(first, rest) => {
                let first = Box::new(self.formula(first, scope, None)?);
                let mut forms = Vec::with_capacity(rest.len());
                for (op, item) in rest {
                    forms.push((*op, self.formula(item, scope, None)?));
                }
                FormKind::Chain(first, forms)
            }
            FormulaKind::Compare(left, sign, right) => {
                let (of_left, of_right) = (object_of(left, scope), object_of(right, scope));
                let left = self.formula(left, scope, of_right.as_ref())?;
                let right = self.formula(right, scope, of_left.as_ref())?;
                FormKind::Compare(Box::new(left), *sign, Box::new(right))
            }
            FormulaKind::Call(name, items) => {
                let Some(function) = Function::find(&name.node) else {
                    return self.unknown_variable(&name.node, name.span, scope, None);
                };
                let (least, most) = function.arity();
                if items.len() < least || items.len() > most {
                    let error = CheckError::ParameterCount {
                        family: name.node.to_string(),
                        wanted: if least == most {
                            format!("{least} value")
                        } else {
                            format!("at least {least} values")
                        },
                        found: if items.len() == 1 {
                            "1 is given".into()
                        } else {
                            format!("{} are given", items.len())
                        },
                        usage: "as in `min(a, b)`, `max(a, b, c)`, `abs(a)`, `floor(a)`".into(),
                        span,
                    };
                    return self.fail(error);
                }
                let mut forms = Vec::with_capacity(items.len());
                for item in items {
                    forms.push(self.formula(item, scope, None)?);
                }
                FormKind::Call(function, forms)
            }
            FormulaKind::If(branches, otherwise) => {
                let mut forms = Vec::with_capacity(branches.len());
                for (condition, value) in branches {
                    forms.push((self.formula(condition, scope, None)?, self.formula(value, scope, expected)?));
                }
                FormKind::If(forms, Box::new(self.formula(otherwise, scope, expected)?))
            }
            FormulaKind::Match(subject, arms) => {
                let of = object_of(subject, scope);
                let subject = self.formula(subject, scope, None)?;
                let mut forms = Vec::with_capacity(arms.len());
                for (pattern, value) in arms {
                    let matcher = self.matcher(pattern, of.as_ref())?;
                    forms.push((matcher, self.formula(value, scope, expected)?));
                }
                FormKind::Match(Box::new(subject), forms)
            }
            FormulaKind::Law(weights) => {
                let mut forms = Vec::with_capacity(weights.len());
                let mut rests = 0;
                for (point, weight) in weights {
                    let form = self.formula(point, scope, expected)?;
                    let weight = match weight {
                        FormulaWeight::All if weights.len() == 1 => Some(one(point.span)),
                        FormulaWeight::All => {
                            let point_text = crate::syntax::print::print_formula(point);
                            let count = weights.len();
                            return self.fail(CheckError::MissingWeight { point: point_text, count, span: point.span });
                        }
                        FormulaWeight::Rest => {
                            rests += 1;
                            if rests > 1 {
                                return self.fail(CheckError::TwoRests { span: point.span });
                            }
                            None
                        }
                        FormulaWeight::Formula(w) => Some(self.formula(w, scope, None)?),
                    };
                    forms.push((form, weight));
                }
                FormKind::Law(forms)
            }
            FormulaKind::Uniform(None) => FormKind::Constant(Value::Uniform),
            FormulaKind::Uniform(Some(points)) => {
                let Some(t) = expected.cloned() else {
                    let error = CheckError::WrongSort {
                        what: "a number or a point".into(),
                        found: "a distribution".into(),
                        span,
                        help: Some("distributions can stand only where a kernel's outcome is given".into()),
                    };
                    return self.fail(error);
                };
                let weight = Form { kind: FormKind::Constant(Value::Number(Ratio::of(1, points.len() as i64))), span };
                let mut forms = Vec::with_capacity(points.len());
                for point in points {
                    let place = self.point(point, &t)?;
                    let kind = FormKind::Constant(self.sig.value(&t, place));
                    forms.push((Form { kind, span: point.span() }, Some(weight.clone())));
                }
                FormKind::Law(forms)
            }
        };
        Ok(Form { kind, span })
    }

    fn formula_name(&mut self, name: &Name, span: Span, scope: &Scope, expected: Option<&Type>) -> Checked<Form> {
        if let Some(k) = scope.variables.iter().position(|(n, _)| n == name) {
            return Ok(Form { kind: FormKind::Variable(k), span });
        }
        if let Some([object]) = expected.map(Type::factors)
            && let Some(point) = self.sig.objects[*object].find(name.as_str())
        {
            return Ok(Form { kind: FormKind::Constant(self.sig.objects[*object].value(point)), span });
        }
        match self.sig.lookup(name.as_str()) {
            Some((Entity::Scalar(_, Some(value)), _)) => {
                return Ok(Form { kind: FormKind::Constant(Value::Number(value.clone())), span });
            }
            Some((Entity::Scalar(scalar, None), _)) => {
                let scalar = scalar.clone();
                return match self.leave_open(&scalar, span) {
                    true => Ok(Form { kind: FormKind::Constant(Value::Number(Ratio::ZERO)), span }),
                    false => self.fail(CheckError::NotConstant { span }),
                };
            }
            Some((Entity::Faulty, _)) => return Err(super::checker::Reported),
            _ => {}
        }
        self.label(name, span, scope, expected)
    }

    /// A label that is no variable: a point of the expected object, else of the only object in sight that has it.
    fn label(&mut self, name: &Name, span: Span, scope: &Scope, expected: Option<&Type>) -> Checked<Form> {
        if let Some([object]) = expected.map(Type::factors) {
            return match self.sig.objects[*object].find(name.as_str()) {
                Some(point) => Ok(Form { kind: FormKind::Constant(self.sig.objects[*object].value(point)), span }),
                None if scope.variables.is_empty() || self.near_point(*object, name) => {
                    self.unknown_point(*object, name.as_str(), span)
                }
                None => self.unknown_variable(name, span, scope, Some(*object)),
            };
        }
        let mut owners: Vec<ObjectId> = scope
            .variables
            .iter()
            .filter_map(|(_, t)| t.as_ref())
            .flat_map(|t| t.factors().iter().copied())
            .filter(|o| self.sig.objects[*o].find(name.as_str()).is_some())
            .collect();
        owners.sort();
        owners.dedup();
        match owners[..] {
            [object] => {
                let point = self.sig.objects[object].find(name.as_str()).unwrap_or(0);
                Ok(Form { kind: FormKind::Constant(self.sig.objects[object].value(point)), span })
            }
            _ => self.unknown_variable(name, span, scope, None),
        }
    }

    fn near_point(&self, object: ObjectId, name: &Name) -> bool {
        match &self.sig.objects[object].points {
            super::signature::Points::Labels(labels) => {
                nearest(name.as_str(), labels.names.iter().map(|n| n.as_str())).is_some()
            }
            super::signature::Points::Range { .. } | super::signature::Points::Abstract => false,
        }
    }

    fn unknown_variable<T>(&mut self, name: &Name, span: Span, scope: &Scope, object: Option<ObjectId>) -> Checked<T> {
        let names: Vec<&str> = scope.variables.iter().map(|(n, _)| n.as_str()).collect();
        let shown: Vec<&str> = names
            .iter()
            .copied()
            .filter(|n| !(n.starts_with('#') && names.iter().any(|m| !m.starts_with('#'))))
            .collect();
        let help = match nearest(name.as_str(), names.iter().copied()) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None => {
                let what = if scope.wires { "the wires here are" } else { "the names here are" };
                let points = |o: ObjectId| {
                    let object = &self.sig.objects[o];
                    let help = points_help(object, name.as_str());
                    format!("; {}", help.replacen("its points", &format!("the points of `{}`", object.name), 1))
                };
                let point = object.map(points);
                (!shown.is_empty() && shown.len() <= 12)
                    .then(|| format!("{what} {}{}", shown.join(", "), point.unwrap_or_default()))
            }
        };
        if scope.wires {
            return self.fail(CheckError::UnknownWire { name: name.to_string(), span, help });
        }
        if names.is_empty() {
            // Nothing local is in scope: the error of a global name says more (where it is declared, what is near).
            let ident = Spanned::new(name.clone(), span);
            let entity = self.entity(&ident, "a number or a point")?;
            return self.wrong_kind(&ident, &entity, "a number or a point", None);
        }
        let wanted = "a variable, a number or a point".to_string();
        self.fail(CheckError::UnknownName { name: name.to_string(), wanted, span, help })
    }

    fn matcher(&mut self, pattern: &Pattern, of: Option<&Type>) -> Checked<Matcher> {
        Ok(match pattern {
            Pattern::Any(_) => Matcher::Any,
            Pattern::Point(atom) => match of {
                Some(t) if t.len() == 1 => {
                    let point = self.point(&PointExpr::Atom(atom.clone()), t)?;
                    Matcher::Value(self.sig.value(t, point))
                }
                _ => match &atom.object {
                    Some(object) => {
                        let t = self.object_named(object)?;
                        let point = self.point(&PointExpr::Atom(atom.clone()), &t)?;
                        Matcher::Value(self.sig.value(&t, point))
                    }
                    None => Matcher::Value(Value::of_label(&atom.label.node)),
                },
            },
            Pattern::Tuple(items, _) => {
                let parts = of.filter(|t| t.len() == items.len());
                let mut matchers = Vec::with_capacity(items.len());
                for (i, item) in items.iter().enumerate() {
                    matchers.push(self.matcher(item, parts.map(|t| t.slice(i, i + 1)).as_ref())?);
                }
                Matcher::Tuple(matchers)
            }
        })
    }

    /// The value of a formula without variables, which must be a number.
    pub(super) fn constant(&mut self, f: &Formula) -> Checked<Ratio> {
        if let Some(stand_in) = self.open_exponent(f) {
            return Ok(stand_in);
        }
        let form = self.formula(f, &Scope::default(), None)?;
        match form.number(&[], "this place") {
            Ok(value) => Ok(value),
            Err(fault) => self.fail(fault_error(fault, "")),
        }
    }
}

fn one(span: Span) -> Form {
    Form { kind: FormKind::Constant(Value::Number(Ratio::ONE)), span }
}

/// The object of a formula that is a variable, a tuple of variables, or a point written with its object.
fn object_of(f: &Formula, scope: &Scope) -> Option<Type> {
    match &f.kind {
        FormulaKind::Name(name) => scope.variables.iter().find(|(n, _)| n == name)?.1.clone(),
        FormulaKind::Wire(k) => scope.variables.iter().find(|(n, _)| n.as_str() == format!("#{k}"))?.1.clone(),
        FormulaKind::Tuple(items) => {
            let parts = items.iter().map(|i| object_of(i, scope)).collect::<Option<Vec<_>>>()?;
            Some(Type::product(&parts))
        }
        _ => None,
    }
}

/// The error for a fault of evaluation; `at` names the input, with a leading blank and preposition.
pub(super) fn fault_error(fault: Fault, at: &str) -> CheckError {
    let at = at.to_string();
    match fault {
        Fault::DivisionByZero(span) => CheckError::DivisionByZero { at, span },
        Fault::Kind { span, operation, wanted, found } => CheckError::FormulaKind {
            help: match wanted {
                "a number" if found.starts_with("the point") => {
                    Some("only points written as integers can be calculated with, as in `object Z6 = 0..6`".into())
                }
                "a truth value" => Some("compare it with something, as in `x = 1`".into()),
                _ => None,
            },
            // Signs and functions are quoted, "a weight" is not.
            operation: if operation.contains(' ') { operation } else { format!("`{operation}`") },
            wanted: wanted.into(),
            found,
            at,
            span,
        },
        Fault::NoArm { span, value } => CheckError::NoArm { value, at, span },
        Fault::Exponent(span, value) => CheckError::Exponent { value, span },
        Fault::TooLong(span) => CheckError::NumberTooLong { limit: BITS_LIMIT, at, span },
    }
}
