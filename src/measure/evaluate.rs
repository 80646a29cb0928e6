//! The values of measures.
//!
//! 1. A measure of wires is computed from a joint law that it may share with others (`joints`).
//! 2. A measure of two diagrams is computed from their rows; of one with inputs there is a value for each, and the
//!    largest of them or their mean is taken where that is asked for. What has probability 0 counts nothing in a mean.
//! 3. What has irrational entries is measured by formulas in real numbers (`inexact`).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cells::Cells;
use super::divergence::{cross_entropy, divergence, ordered_entropy, overlap, relative_entropy_of_rows};
use super::joints::{Joints, joints, wires};
use super::table::Table;
use crate::base::span::Span;
use crate::check::measure::{Divergence, Inputs, Measure, MeasureKind};
use crate::check::scalar::Scalar;
use crate::check::term::Term;
use crate::diagram::graph::DiagramId;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::kernel::Kernel;
use crate::number::log_sum::LogSum;
use crate::number::ratio::Ratio;
use crate::number::real::{Real, RealFault};
use crate::number::row::Row;

/// A value, and whether it depends on how a conditional was filled in.
pub type Value = (Real, bool);

/// A joint law, and whether it depends on how a conditional was filled in.
type Joint = (Table, bool);

/// Evaluates the measures of one item.
pub struct Measurer<'e, 'a> {
    /// Evaluates their diagrams.
    pub(super) evaluator: &'e mut Evaluator<'a>,
    shared: Joints,
    tables: FxHashMap<(DiagramId, Vec<usize>), Joint>,
    /// Matrices with a name, by where they are kept.
    pub(super) matrices: FxHashMap<*const crate::check::matrix::Matrix, super::matrices::Valued>,
    /// The same of numbers.
    pub(super) numbers: FxHashMap<*const crate::check::scalar::NamedScalar, Value>,
}

impl<'e, 'a> Measurer<'e, 'a> {
    /// For the measures in these numbers.
    pub fn new(evaluator: &'e mut Evaluator<'a>, scalars: &[&Scalar]) -> Measurer<'e, 'a> {
        let shared = joints(evaluator, scalars);
        Measurer {
            evaluator,
            shared,
            tables: FxHashMap::default(),
            matrices: FxHashMap::default(),
            numbers: FxHashMap::default(),
        }
    }

    /// The value of a measure that has one.
    pub fn measure(&mut self, measure: &Measure) -> Result<Value, ModelError> {
        match self.exact(measure) {
            // 3.
            Err(ModelError::Inexact { .. }) => self.inexact(measure).map(|value| (value, false)),
            value => value,
        }
    }

    /// The value of a measure of what has rational entries.
    fn exact(&mut self, measure: &Measure) -> Result<Value, ModelError> {
        self.evaluator.interrupt.check()?;
        match (wires(measure), &measure.kind) {
            (Some((within, wires)), kind) => self.of_wires(within, wires, kind, measure.span),
            (None, MeasureKind::CrossEntropy { data, model, prior }) => {
                let (data, model) = (self.evaluator.term(data)?, self.evaluator.term(model)?);
                let each = |x: usize| Ok(cross_entropy(&data.rows[x], &model.rows[x]));
                match prior {
                    None => Ok((each(0).map_err(|f| fault(f, measure.span))?, any_filled(&[&data, &model]))),
                    Some(prior) => self.mean(prior, &[&data, &model], each, measure.span),
                }
            }
            (None, MeasureKind::Overlap(left, right)) => {
                let (left, right) = (self.evaluator.term(left)?, self.evaluator.term(right)?);
                let cells = Cells::of_rows(&left.rows[0], &right.rows[0]);
                Ok((overlap(&cells).into(), any_filled(&[&left, &right])))
            }
            (None, MeasureKind::Divergence { divergence: d, left, right, inputs }) => {
                let (left, right) = (self.evaluator.term(left)?, self.evaluator.term(right)?);
                let each = |x: usize| between(d, &left.rows[x], &right.rows[x]);
                self.over_inputs(inputs, &[&left, &right], each, measure.span)
            }
            (None, MeasureKind::Categorical { divergence: d, of, inputs }) => {
                let kernel = self.evaluator.term(of)?;
                let each = |x: usize| categorical(d, &kernel.rows[x]);
                self.over_inputs(inputs, &[&kernel], each, measure.span)
            }
            _ => unreachable!("every other measure is one of wires"),
        }
    }

    /// The values of a measure that has one for each input.
    pub fn for_each_input(&mut self, measure: &Measure) -> Result<(Vec<Real>, Vec<u64>), ModelError> {
        match self.exact_for_each_input(measure) {
            Err(ModelError::Inexact { .. }) => Ok((self.inexact_for_each_input(measure)?, Vec::new())),
            values => values,
        }
    }

    fn exact_for_each_input(&mut self, measure: &Measure) -> Result<(Vec<Real>, Vec<u64>), ModelError> {
        let kernels: Vec<Arc<Kernel>> = match &measure.kind {
            MeasureKind::Divergence { left, right, .. } => {
                vec![self.evaluator.term(left)?, self.evaluator.term(right)?]
            }
            MeasureKind::Categorical { of, .. } => vec![self.evaluator.term(of)?],
            _ => unreachable!("no other measure has a value for each input"),
        };
        let mut values = Vec::with_capacity(kernels[0].rows.len());
        for x in 0..kernels[0].rows.len() {
            self.evaluator.interrupt.check()?;
            let value = match &measure.kind {
                MeasureKind::Divergence { divergence: d, .. } => between(d, &kernels[0].rows[x], &kernels[1].rows[x]),
                MeasureKind::Categorical { divergence: d, .. } => categorical(d, &kernels[0].rows[x]),
                _ => unreachable!("no other measure has a value for each input"),
            };
            values.push(value.map_err(|f| fault(f, measure.span))?);
        }
        let filled = (0..values.len() as u64).filter(|x| kernels.iter().any(|k| k.is_filled(*x))).collect();
        Ok((values, filled))
    }

    /// 1.
    fn of_wires(
        &mut self,
        within: &Term,
        mut wires: Vec<usize>,
        kind: &MeasureKind,
        span: Span,
    ) -> Result<Value, ModelError> {
        let id = self.evaluator.lib.term(self.evaluator.sig, within);
        wires.sort_unstable();
        let wires = self.shared.get(&id).cloned().unwrap_or(wires);
        let key = (id, wires);
        if !self.tables.contains_key(&key) {
            let kernel = self.evaluator.kernel(id, &key.1)?;
            let table = Table::new(kernel.rows.clone(), kernel.cod.clone());
            self.tables.insert(key.clone(), (table, !kernel.filled.is_empty()));
        }
        let Some((table, filled)) = self.tables.get_mut(&key) else { unreachable!("it was put there") };
        // Places in the diagram become places in the table.
        let at = |list: &[usize]| list.iter().filter_map(|w| key.1.binary_search(w).ok()).collect::<Vec<_>>();
        let all = |groups: &[Vec<usize>]| groups.iter().map(|g| at(g)).collect::<Vec<_>>();
        let value: Real = match kind {
            MeasureKind::Entropy { of, given, .. } => table.conditional_entropy(&at(of), &at(given)).into(),
            MeasureKind::OrderedEntropy { family, order, of, .. } => {
                let masses = table.marginal(&at(of));
                ordered_entropy(*family, order, &masses, table.den()).map_err(|f| fault(f, span))?
            }
            MeasureKind::Information { groups, given, .. } => table.information(&all(groups), &at(given)).into(),
            MeasureKind::TotalCorrelation { groups, given, .. } => {
                table.total_correlation(&all(groups), &at(given)).into()
            }
            MeasureKind::DualTotalCorrelation { groups, given, .. } => {
                table.dual_total_correlation(&all(groups), &at(given)).into()
            }
            MeasureKind::Common { groups: [x, y], given, .. } => table.common(&[at(x), at(y)], &at(given)).into(),
            MeasureKind::DivergenceFromProduct { divergence: d, groups: [x, y], .. } => {
                divergence(d, &Cells::of_product(table, &[at(x), at(y)])).map_err(|f| fault(f, span))?
            }
            _ => unreachable!("no other measure is one of wires"),
        };
        Ok((value, *filled))
    }

    /// 2.
    fn over_inputs(
        &mut self,
        inputs: &Inputs,
        kernels: &[&Kernel],
        value: impl Fn(usize) -> Result<Real, RealFault>,
        span: Span,
    ) -> Result<Value, ModelError> {
        match inputs {
            Inputs::Mean(prior) => self.mean(prior, kernels, value, span),
            Inputs::None | Inputs::Each => Ok((value(0).map_err(|f| fault(f, span))?, any_filled(kernels))),
            Inputs::Sup => {
                let mut largest: Option<Real> = None;
                for x in 0..kernels[0].rows.len() {
                    self.evaluator.interrupt.check()?;
                    let next = value(x).map_err(|f| fault(f, span))?;
                    largest = Some(match largest {
                        None => next,
                        Some(largest) => largest.max(&next).map_err(|f| fault(f, span))?,
                    });
                }
                Ok((largest.unwrap_or_else(Real::zero), any_filled(kernels)))
            }
        }
    }

    fn mean(
        &mut self,
        prior: &Term,
        kernels: &[&Kernel],
        value: impl Fn(usize) -> Result<Real, RealFault>,
        span: Span,
    ) -> Result<Value, ModelError> {
        let prior = self.evaluator.term(prior)?;
        let mut filled = any_filled(&[&prior]);
        // Sums of logarithms are added in place: there are as many of them as inputs, and each may be long.
        let (mut logs, mut rest) = (LogSum::zero(), Real::zero());
        for (x, weight) in prior.rows[0].ratios() {
            self.evaluator.interrupt.check()?;
            filled |= kernels.iter().any(|k| k.is_filled(x));
            match value(x as usize).map_err(|f| fault(f, span))? {
                Real::Logs(sum) => logs.add_scaled(&sum, &weight),
                other => {
                    let weighted = other.scale(&weight).and_then(|w| rest.add(&w));
                    rest = weighted.map_err(|f| fault(f, span))?;
                }
            }
        }
        let sum = rest.add(&logs.into()).map_err(|f| fault(f, span))?;
        Ok((sum, filled))
    }
}

/// How far a law is from a point: `D(p ; copy || p * p)`.
pub fn categorical(d: &Divergence, row: &Row) -> Result<Real, RealFault> {
    match d {
        // Shannon's entropy, without the squares that would cancel.
        Divergence::Kl => Ok(LogSum::entropy_like(row.entries().iter().map(|(_, m)| m), row.den()).into()),
        _ => divergence(d, &Cells::of_copy(row)),
    }
}

/// How far one law is from another.
pub fn between(d: &Divergence, left: &Row, right: &Row) -> Result<Real, RealFault> {
    match d {
        Divergence::Kl => Ok(relative_entropy_of_rows(left, right)),
        _ => divergence(d, &Cells::of_rows(left, right)),
    }
}

/// The error for an operation that has no value.
pub(super) fn fault(fault: RealFault, span: Span) -> ModelError {
    match fault {
        RealFault::Undecided(why) => ModelError::Undecided { why: why.to_string(), span: Some(span) },
        other => ModelError::Undefined { what: other.to_string(), span },
    }
}

fn any_filled(kernels: &[&Kernel]) -> bool {
    kernels.iter().any(|k| !k.filled.is_empty())
}

/// A rational as a real number.
pub(super) fn rational(value: Ratio) -> Real {
    value.into()
}
