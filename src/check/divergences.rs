//! Divergences and their orders, by name.

use super::checker::{Checked, Checker};
use super::measure::{Divergence, DivergenceLaw, Order};
use super::measure_error::MeasureError;
use super::measures::INFINITY;
use super::obligation::Claim;
use crate::base::name::nearest;
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::number::root_sum::DEGREE_LIMIT;
use crate::syntax::ast::{self, Formula, FormulaKind, Ident};

/// Most that the numerator of an order may be.
const ORDER_LIMIT: u64 = 1000;

impl Checker<'_> {
    /// An order: at least 0, and infinite where that is a limit.
    pub(super) fn order(&mut self, f: &Formula, may_be_infinite: bool) -> Checked<Order> {
        if let FormulaKind::Name(name) = &f.kind
            && (name.as_str() == INFINITY || name.as_str() == "inf")
            && self.sig.lookup(name.as_str()).is_none()
        {
            if may_be_infinite {
                return Ok(Order::Infinite);
            }
            let (what, found) = ("this family has no limit of large orders".into(), "an infinite order".into());
            return self.fail(MeasureError::Order { what, found, span: f.span, help: None }.into());
        }
        let order = self.constant(f)?;
        let denominator = order.den().to_u64().filter(|d| *d <= u64::from(DEGREE_LIMIT));
        let size = order.num().to_i64().filter(|n| n.unsigned_abs() <= ORDER_LIMIT);
        if order < Ratio::ZERO {
            let what = "an order is 0 or more".to_string();
            return self.fail(
                MeasureError::Order { what, found: format!("this is {order}"), span: f.span, help: None }.into(),
            );
        }
        if denominator.is_none() || size.is_none() {
            let what = format!("an order has a numerator up to {ORDER_LIMIT} and a denominator up to {DEGREE_LIMIT}");
            let help = Some("powers with such exponents would be too long to be written out".into());
            return self
                .fail(MeasureError::Order { what, found: format!("this is {order}"), span: f.span, help }.into());
        }
        Ok(Order::Finite(order))
    }

    /// `law C of JS`; the grammar lists the names of laws.
    pub(super) fn divergence_law(&mut self, law: &Ident, divergence: &ast::Divergence) -> Checked<Claim> {
        let divergence = self.divergence(divergence, law.span)?;
        let law = DivergenceLaw::ALL.into_iter().find(|l| l.name() == law.node.as_str());
        Ok(Claim::DivergenceLaw(law.unwrap_or(DivergenceLaw::Processing), divergence))
    }

    /// A divergence by its name.
    pub(super) fn divergence(&mut self, d: &ast::Divergence, word: Span) -> Checked<Divergence> {
        let Some(name) = &d.name else {
            let span = d.order.as_ref().map_or(word, |o| o.span);
            let (what, found) = ("a divergence has a name".to_string(), "this is a number".to_string());
            let help = Some(
                "as in `D[renyi 2](p, q)`; the entropies of an order are `renyi[2](p)` and `tsallis[2](p)`".into(),
            );
            return self.fail(MeasureError::Order { what, found, span, help }.into());
        };
        let text = name.node.as_str();
        if let Some((_, plain)) = Divergence::PLAIN.iter().find(|(n, _)| *n == text) {
            return match &d.order {
                None => Ok(plain.clone()),
                Some(order) => {
                    let (what, found) = (format!("`{text}` has no order"), "nothing more is wanted here".to_string());
                    self.fail(MeasureError::Order { what, found, span: order.span, help: None }.into())
                }
            };
        }
        if !Divergence::ORDERED.contains(&text) {
            let names: Vec<&str> = Divergence::PLAIN.iter().map(|(n, _)| *n).chain(Divergence::ORDERED).collect();
            let help = Some(match nearest(text, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}; the last three have an order, as in `renyi 2`", names.join(", ")),
            });
            return self.fail(MeasureError::UnknownDivergence { name: text.into(), span: name.span, help }.into());
        }
        let Some(order) = &d.order else {
            let (what, found) = (format!("`{text}` has an order"), "which one?".to_string());
            let help = Some(format!("the order stands behind the name, as in `D[{text} 2](p, q)`"));
            return self.fail(MeasureError::Order { what, found, span: name.span, help }.into());
        };
        let span = order.span;
        match (text, self.order(order, text == "renyi")?) {
            ("renyi", order) => Ok(Divergence::Renyi(order)),
            ("tsallis", Order::Finite(order)) => Ok(Divergence::Tsallis(order)),
            (_, Order::Finite(order)) if order.to_int().is_some() && order >= Ratio::ONE => {
                Ok(Divergence::Vajda(order.to_i64().map_or(1, |k| k as u32)))
            }
            (_, order) => {
                let what = "the order of `vajda` is an integer from 1".to_string();
                self.fail(MeasureError::Order { what, found: format!("this is {order}"), span, help: None }.into())
            }
        }
    }
}
