//! What can be said of the rows of a family while its parameters are open.
//!
//! Written over one common denominator Q, every entry of the matrix is N/Q, where Q and all N are polynomials in the
//! parameters of the claim. Only their degrees are kept. They are bounds, which may be too large:
//!
//! 1. Q is the product of the different denominators of the weights; where the kernel is defined it is not 0.
//! 2. A weight n/q is n·(Q/q)/Q. What `rest` takes, what is left out, and numbers have numerators of the degrees of
//!    these and of Q. Weights that meet at one outcome are added, which does not raise the degree.
//! 3. A kernel by formula is looked at input by input, because conditions on inputs choose between formulas.

use super::form::Form;
use super::partial::{Obstacle, Open, value};
use super::rows::{Family, FamilyBody, LawRule, input_values};
use super::signature::Signature;
use super::value::Value;
use crate::base::interrupt::{Interrupt, Stopped};
use crate::base::span::Span;
use crate::number::fraction::Fraction;
use crate::number::polynomial::{Degree, Polynomial};

/// What is known of a matrix of quotients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries {
    /// Whether it is known to be a function, the same for all parameters.
    pub function: bool,
    /// A bound for all numerators.
    pub num: Degree,
    /// A bound for the common denominator.
    pub den: Degree,
}

/// The rows of a family at open arguments, in this many parameters.
pub fn entries(
    sig: &Signature,
    family: &Family,
    arguments: &[Open],
    parameters: usize,
    interrupt: &Interrupt,
) -> Result<Result<Entries, Obstacle>, Stopped> {
    let mut found = Weights { all: Vec::new(), function: true };
    match &family.body {
        FamilyBody::Table(rules) => {
            for rule in rules {
                match &rule.law {
                    LawRule::Uniform(_) => found.function = false,
                    LawRule::Weights(entries) if entries.len() == 1 => {}
                    LawRule::Weights(_) => {
                        let why = format!("the weights of `{}` are divided by their sum", family.name);
                        return Ok(Err(Obstacle { why, span: rule.span }));
                    }
                    LawRule::Entries(entries) => {
                        if let Err(obstacle) = found.law(entries.iter().map(|(_, _, w)| w.as_ref()), arguments) {
                            return Ok(Err(obstacle));
                        }
                    }
                }
            }
        }
        FamilyBody::Matrix(rows) => {
            for (forms, _) in rows {
                if let Err(obstacle) = found.law(forms.iter().map(Some), arguments) {
                    return Ok(Err(obstacle));
                }
            }
        }
        FamilyBody::Formula(groups, form) => {
            // 3.
            let mut env = arguments.to_vec();
            for input in 0..sig.size(&family.dom).unwrap_or(0) {
                if input % 256 == 0 {
                    interrupt.check()?;
                }
                env.truncate(arguments.len());
                env.extend(input_values(sig, &family.dom, groups, input).into_iter().map(Open::Known));
                if let Err(obstacle) = value(form, &env).and_then(|v| found.outcome(v, form.span)) {
                    return Ok(Err(obstacle));
                }
            }
        }
        // Counts and logits depend on no parameter.
        FamilyBody::Fixed(_) => found.function = false,
        FamilyBody::Softmax(_) => {
            let why = format!("`{}` is a softmax with irrational entries, which are no polynomials", family.name);
            return Ok(Err(Obstacle { why, span: family.span }));
        }
        FamilyBody::Abstract => {
            let why = format!("`{}` is abstract: nothing is known of its entries", family.name);
            return Ok(Err(Obstacle { why, span: family.span }));
        }
    }
    Ok(found.entries(parameters, family.span))
}

/// The weights that were met.
struct Weights {
    /// Those that are open, each once.
    all: Vec<Fraction>,
    /// Whether every row so far is a point.
    function: bool,
}

impl Weights {
    /// A row of a table or of a matrix.
    fn law<'f>(
        &mut self,
        weights: impl ExactSizeIterator<Item = Option<&'f Form>>,
        arguments: &[Open],
    ) -> Result<(), Obstacle> {
        // A row with one entry gives it everything, or is an error.
        self.function &= weights.len() == 1;
        for form in weights.flatten() {
            let weight = value(form, arguments)?;
            self.weight(&weight, form.span)?;
        }
        Ok(())
    }

    /// What a formula gives at an input.
    fn outcome(&mut self, outcome: Open, span: Span) -> Result<(), Obstacle> {
        match outcome {
            Open::Known(Value::Uniform | Value::Law(_)) => self.function = false,
            Open::Known(_) => {}
            Open::Number(_) | Open::Tuple(_) => return Err(moving(span)),
            Open::Law(weights) => {
                self.function &= weights.len() == 1;
                for (point, weight) in weights {
                    if !matches!(point, Open::Known(_)) {
                        return Err(moving(span));
                    }
                    if let Some(weight) = weight {
                        self.weight(&weight, span)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn weight(&mut self, weight: &Open, span: Span) -> Result<(), Obstacle> {
        match weight {
            Open::Known(_) => {}
            Open::Number(f) if self.all.contains(f) => {}
            Open::Number(f) => self.all.push(f.clone()),
            _ => return Err(Obstacle { why: "this is no weight".into(), span }),
        }
        Ok(())
    }

    fn entries(self, parameters: usize, span: Span) -> Result<Entries, Obstacle> {
        // 1.
        let mut denominators: Vec<&Polynomial> = Vec::new();
        for weight in &self.all {
            if !denominators.contains(&weight.den()) {
                denominators.push(weight.den());
            }
        }
        let den = denominators.iter().fold(Degree::zero(parameters), |d, p| d.plus(&p.degree(parameters)));
        // 2.
        let num = self.all.iter().fold(den.clone(), |bound, weight| {
            let (n, q) = weight.degrees(parameters);
            bound.max(&n.plus(&den.minus(&q)))
        });
        match num.total.checked_add(den.total) {
            Some(_) => Ok(Entries { function: self.function && self.all.is_empty(), num, den }),
            None => Err(Obstacle { why: "its degree is too large".into(), span }),
        }
    }
}

fn moving(span: Span) -> Obstacle {
    Obstacle { why: "the outcome itself depends on a parameter, not only its probability".into(), span }
}
