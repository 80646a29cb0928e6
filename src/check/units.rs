//! `eval m in bits`: what is shown in a unit has one.

use super::checker::{Checked, Checker};
use super::measure_error::MeasureError;
use super::obligation::ObligationKind;
use super::scalar::Dimension;
use crate::base::span::Span;
use crate::syntax::ast::{Expr, ExprKind, Ident, Spanned, Unit};

impl Checker<'_> {
    /// `eval m`, `eval m in bits`
    pub(super) fn measured(&mut self, e: &Expr, unit: Option<&Ident>) -> Checked<ObligationKind> {
        let unit = unit.map(|unit| self.unit(unit)).transpose()?;
        if let ExprKind::Measure(m) = &e.kind {
            let measure = self.measure(m, e.span)?;
            if measure.is_for_each_input() {
                let has_unit = measure.has_unit();
                let unit =
                    self.shown_in(unit, if has_unit { Dimension::Information } else { Dimension::Plain }, e.span)?;
                return Ok(ObligationKind::EvalForEachInput(Box::new(measure), unit));
            }
        }
        let scalar = self.scalar(e)?;
        let unit = self.shown_in(unit, scalar.dimension(), e.span)?;
        Ok(match scalar.is_rational() {
            true => ObligationKind::EvalScalar(scalar),
            false => ObligationKind::EvalMeasure(scalar, unit),
        })
    }

    /// The unit that a value is shown in, if it has one.
    fn shown_in(&mut self, asked: Option<Spanned<Unit>>, is: Dimension, of: Span) -> Checked<Option<Unit>> {
        match (asked, is) {
            (None, Dimension::Information) => Ok(Some(Unit::Nats)),
            (None, _) => Ok(None),
            (Some(unit), Dimension::Information) => Ok(Some(unit.node)),
            (Some(unit), _) => {
                let what = "this has no unit".to_string();
                let found = format!("so it has no value in {}", unit.node.word());
                let help = match is {
                    Dimension::Other => "a product, a quotient or a root of information is no information",
                    _ => {
                        "entropies, informations and those divergences that are made of logarithms are counted in nats or bits; this is a pure number"
                    }
                };
                self.fail(MeasureError::Unit { what, found, span: of, help: Some(help.into()) }.into())
            }
        }
    }

    fn unit(&mut self, unit: &Ident) -> Checked<Spanned<Unit>> {
        match Unit::find(unit.node.as_str()) {
            Some(found) => Ok(Spanned::new(found, unit.span)),
            None => {
                let what = format!("no unit is called `{}`", unit.node);
                let found = "`bits` or `nats` is wanted here".to_string();
                self.fail(MeasureError::Unit { what, found, span: unit.span, help: None }.into())
            }
        }
    }
}
