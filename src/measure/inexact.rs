//! The values of measures of what has irrational entries. They are formulas, of which certified enclosures are known.
//!
//! 1. A measure of wires is computed from the joint law of the wires that it names.
//! 2. A measure of two diagrams is computed from their rows, input by input.

use std::sync::Arc;

use super::evaluate::{Measurer, fault};
use super::joints::wires;
use super::real_divergence::{cross_entropy, divergence, of_copy, ordered_entropy, overlap, pairs};
use super::real_table::{RealTable, entropy};
use crate::check::measure::{Divergence, Inputs, Measure, MeasureKind};
use crate::check::softmax::RealRow;
use crate::check::term::Term;
use crate::model::error::ModelError;
use crate::model::real::kernel::RealKernel;
use crate::number::real::{Real, RealFault};

impl Measurer<'_, '_> {
    /// The value of a measure that has one.
    pub(super) fn inexact(&mut self, measure: &Measure) -> Result<Real, ModelError> {
        if let Some((within, _)) = wires(measure) {
            return self.of_real_wires(within, measure);
        }
        let values = self.each_inexact(measure)?;
        let (prior, sup) = match &measure.kind {
            MeasureKind::CrossEntropy { prior, .. } => (prior.as_ref(), false),
            MeasureKind::Divergence { inputs, .. } | MeasureKind::Categorical { inputs, .. } => match inputs {
                Inputs::Mean(prior) => (Some(prior), false),
                inputs => (None, matches!(inputs, Inputs::Sup)),
            },
            _ => (None, false),
        };
        let f = |f| fault(f, measure.span);
        if let Some(prior) = prior {
            let prior = self.evaluator.real_term(prior)?;
            let mut sum = Real::zero();
            for (x, weight) in prior.row(0)?.iter() {
                self.evaluator.interrupt.check()?;
                let value = values[*x as usize].clone()?;
                sum = weight.mul(&value).and_then(|w| sum.add(&w)).map_err(f)?;
            }
            return Ok(sum);
        }
        let mut values = values.into_iter();
        let first = values.next().unwrap_or_else(|| Ok(Real::zero()))?;
        match sup {
            false => Ok(first),
            true => values.try_fold(first, |most, value| most.max(&value?).map_err(f)),
        }
    }

    /// The value of a measure at each input of what it is of; an error where a row depends on the version of a
    /// conditional.
    fn each_inexact(&mut self, measure: &Measure) -> Result<Vec<Result<Real, ModelError>>, ModelError> {
        let f = |f| fault(f, measure.span);
        let valued = |kernels: [&Arc<RealKernel>; 2], x: usize| -> Result<Real, ModelError> {
            let (left, right) = (kernels[0].row(x)?, kernels[1].row(x)?);
            match &measure.kind {
                MeasureKind::CrossEntropy { .. } => cross_entropy(&pairs(left, right)),
                MeasureKind::Overlap(..) => overlap(&pairs(left, right)),
                MeasureKind::Divergence { divergence: d, .. } => divergence(d, &pairs(left, right)),
                MeasureKind::Categorical { divergence: d, .. } => categorical(d, left),
                _ => unreachable!("every other measure is one of wires"),
            }
            .map_err(f)
        };
        let (left, right) = match &measure.kind {
            MeasureKind::CrossEntropy { data: left, model: right, .. }
            | MeasureKind::Overlap(left, right)
            | MeasureKind::Divergence { left, right, .. } => {
                (self.evaluator.real_term(left)?, self.evaluator.real_term(right)?)
            }
            MeasureKind::Categorical { of, .. } => {
                let of = self.evaluator.real_term(of)?;
                (of.clone(), of)
            }
            _ => unreachable!("every other measure is one of wires"),
        };
        let mut values = Vec::with_capacity(left.rows.len());
        for x in 0..left.rows.len() {
            self.evaluator.interrupt.check()?;
            values.push(valued([&left, &right], x));
        }
        Ok(values)
    }

    /// The values of a measure that has one for each input.
    pub(super) fn inexact_for_each_input(&mut self, measure: &Measure) -> Result<Vec<Real>, ModelError> {
        self.each_inexact(measure)?.into_iter().collect()
    }

    /// 1.
    fn of_real_wires(&mut self, within: &Term, measure: &Measure) -> Result<Real, ModelError> {
        let state = self.evaluator.lib.term(self.evaluator.sig, within);
        let mut table = RealTable::new(self.evaluator, state, measure.span);
        let f = |f| fault(f, measure.span);
        match &measure.kind {
            MeasureKind::Entropy { of, given, .. } => table.conditional_entropy(of, given),
            MeasureKind::OrderedEntropy { family, order, of, .. } => {
                ordered_entropy(*family, order, &*table.marginal(of)?).map_err(f)
            }
            MeasureKind::Information { groups, given, .. } => table.information(groups, given),
            MeasureKind::TotalCorrelation { groups, given, .. } => table.total_correlation(groups, given),
            MeasureKind::DualTotalCorrelation { groups, given, .. } => table.dual_total_correlation(groups, given),
            MeasureKind::Common { groups, given, .. } => table.common(groups, given),
            MeasureKind::DivergenceFromProduct { divergence: d, groups, .. } => {
                divergence(d, &table.against_product(groups)?).map_err(f)
            }
            _ => unreachable!("no other measure is one of wires"),
        }
    }
}

/// How far a law is from a point: `D(p ; copy || p * p)`; for KL that is Shannon's entropy.
fn categorical(d: &Divergence, row: &RealRow) -> Result<Real, RealFault> {
    match d {
        Divergence::Kl => entropy(row),
        _ => divergence(d, &of_copy(row)?),
    }
}
