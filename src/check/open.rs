//! A claim whose parameters have no values: what depends on them is left open, and noted.
//!
//! 1. In the brackets of a family, an argument is a quotient of polynomials, or else an obstacle. The kernel is one of
//!    its own, without rows: two of them are the same only if the family and all arguments are.
//! 2. In a scalar, a parameter is a number of its own kind ([`super::scalar::ScalarKind::Parameter`]).
//! 3. In an exponent and in a formula over outcomes, it is an obstacle; some number stands in for it, so that the rest
//!    can be typed. What is checked with such a stand-in must not be read as the claim.

use std::sync::Arc;

use super::checker::{Checked, Checker};
use super::form::Fault;
use super::formulas::{Scope, fault_error};
use super::partial::{Obstacle, Open, value};
use super::rows::{Family, Sort};
use super::scalar::{Scalar, ScalarKind};
use super::signature::Kernel;
use super::types::{FamilyId, KernelId};
use super::value::Value;
use crate::base::name::Name;
use crate::base::span::Span;
use crate::number::fraction::Fraction;
use crate::number::ratio::Ratio;
use crate::number::row::Row;
use crate::syntax::ast::{Formula, FormulaKind, FormulaWeight};
use crate::syntax::print::print_formula;

/// A kernel whose arguments depend on parameters.
#[derive(Debug, Clone)]
pub struct OpenKernel {
    /// The kernel in the signature of the claim. It has one row, which only says whether it is known to be a function.
    pub id: KernelId,
    /// The family.
    pub family: FamilyId,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// An argument of a family.
#[derive(Debug, Clone)]
pub struct Argument {
    /// As written, to compare it with others.
    pub written: Formula,
    /// What it is.
    pub value: Result<Open, Obstacle>,
}

impl PartialEq for Argument {
    fn eq(&self, other: &Argument) -> bool {
        let same = |a: &Open, b: &Open| a == b;
        self.written == other.written
            || self.value.as_ref().ok().zip(other.value.as_ref().ok()).is_some_and(|(a, b)| same(a, b))
    }
}

/// The parameters of a claim, and what was met of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Binder {
    /// Names and sorts.
    pub parameters: Vec<(Name, Sort)>,
    /// Which of them occur.
    pub used: Vec<bool>,
    /// 1.
    pub kernels: Vec<OpenKernel>,
    /// 3.
    pub obstacles: Vec<Obstacle>,
}

/// Rows of a kernel that is not known to be a function.
pub(super) fn no_function() -> Arc<Vec<Row>> {
    Arc::new(vec![Row::uniform(2)])
}

/// Rows of a kernel that is known to be a function.
pub(super) fn some_function() -> Arc<Vec<Row>> {
    Arc::new(vec![Row::point(0)])
}

impl Checker<'_> {
    /// Whether a formula speaks of a parameter that has no value.
    pub(super) fn depends(&mut self, f: &Formula) -> bool {
        let Some(binder) = &mut self.binder else { return false };
        let mut found = false;
        for (k, (name, _)) in binder.parameters.iter().enumerate() {
            let mentioned = mentions(f, name);
            binder.used[k] |= mentioned;
            found |= mentioned;
        }
        found
    }

    /// Notes that a number was met, which may be a parameter.
    pub(super) fn meet(&mut self, scalar: &Scalar) -> bool {
        match (&mut self.binder, &scalar.kind) {
            (Some(binder), ScalarKind::Parameter(k)) => {
                binder.used[*k] = true;
                true
            }
            _ => false,
        }
    }

    /// 3. Whether a number in a formula over outcomes is a parameter; it is noted.
    pub(super) fn leave_open(&mut self, scalar: &Scalar, span: Span) -> bool {
        let open = self.meet(scalar);
        if let Some(binder) = self.binder.as_mut().filter(|_| open) {
            let why =
                "a formula over outcomes depends on a parameter; keep parameters outside of `prob`, `E` and `observe`";
            binder.obstacles.push(Obstacle { why: why.into(), span });
        }
        open
    }

    /// 3. What stands in for an exponent, if that depends on a parameter; it is noted.
    pub(super) fn open_exponent(&mut self, f: &Formula) -> Option<Ratio> {
        if !self.depends(f) {
            return None;
        }
        let why = "an exponent depends on a parameter".to_string();
        self.binder.as_mut()?.obstacles.push(Obstacle { why, span: f.span });
        Some(Ratio::ONE)
    }

    /// 1. A kernel of a family, at arguments some of which depend on parameters.
    pub(super) fn open_instance(&mut self, id: FamilyId, family: &Family, given: &[Formula]) -> Checked<KernelId> {
        let bound = self.binder.as_ref().map_or_else(Vec::new, |b| b.parameters.clone());
        let scope = Scope { variables: bound.iter().map(|(n, _)| (n.clone(), None)).collect(), wires: false };
        let env: Vec<Open> = (0..bound.len()).map(|k| Open::Number(Fraction::variable(k))).collect();
        // Mistakes of kind show at any values; others may not be there at all values.
        let sample = |sort: Sort| if sort == Sort::Nat { Ratio::from(3) } else { Ratio::of(5, 17) };
        let sample: Vec<Value> = bound.iter().map(|(_, sort)| Value::Number(sample(*sort))).collect();
        let mut arguments = Vec::with_capacity(given.len());
        for (f, (name, sort)) in given.iter().zip(&family.parameters) {
            let form = self.formula(f, &scope, None)?;
            if let Err(fault @ Fault::Kind { .. }) = form.number(&sample, "this place") {
                return self.fail(fault_error(fault, ""));
            }
            let value = value(&form, &env);
            if let Ok(Open::Known(Value::Number(n))) = &value {
                self.admitted(family, name, *sort, n, f.span)?;
            }
            arguments.push(Argument { written: f.clone(), value });
        }
        let known = self.binder.iter().flat_map(|b| &b.kernels);
        if let Some(found) = known.into_iter().find(|k| k.family == id && k.arguments == arguments) {
            return Ok(found.id);
        }
        let shown: Vec<String> = given.iter().map(print_formula).collect();
        let name = Name::new(&format!("{}[{}]", family.name, shown.join(", ")));
        let (dom, cod) = (family.dom.clone(), family.cod.clone());
        let kernel = self.sig.kernels.push(Kernel {
            name,
            family: id,
            dom,
            cod,
            rows: Some(no_function()),
            softmax: None,
            promised: false,
        });
        if let Some(binder) = &mut self.binder {
            binder.kernels.push(OpenKernel { id: kernel, family: id, arguments });
        }
        Ok(kernel)
    }
}

/// Whether a name occurs in a formula.
fn mentions(f: &Formula, name: &Name) -> bool {
    let any = |items: &[Formula]| items.iter().any(|f| mentions(f, name));
    match &f.kind {
        FormulaKind::Name(n) => n == name,
        FormulaKind::Tuple(items) | FormulaKind::Call(_, items) => any(items),
        FormulaKind::Negative(inner) | FormulaKind::Not(inner) => mentions(inner, name),
        FormulaKind::Chain(first, rest) => mentions(first, name) || rest.iter().any(|(_, f)| mentions(f, name)),
        FormulaKind::Compare(left, _, right) => mentions(left, name) || mentions(right, name),
        FormulaKind::If(branches, otherwise) => {
            mentions(otherwise, name) || branches.iter().any(|(c, v)| mentions(c, name) || mentions(v, name))
        }
        FormulaKind::Match(subject, arms) => mentions(subject, name) || arms.iter().any(|(_, v)| mentions(v, name)),
        FormulaKind::Law(weights) => weights.iter().any(|(point, weight)| {
            mentions(point, name) || matches!(weight, FormulaWeight::Formula(w) if mentions(w, name))
        }),
        FormulaKind::Number(_)
        | FormulaKind::Truth(_)
        | FormulaKind::Text(_)
        | FormulaKind::Dotted(..)
        | FormulaKind::Wire(_)
        | FormulaKind::Uniform(_) => false,
    }
}
