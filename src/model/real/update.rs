//! Conditionals and posteriors with real entries. Every entry that is kept is positive, so what never happens is known
//! exactly: it has no entry.

use std::sync::Arc;

use super::kernel::RealKernel;
use crate::check::softmax::RealRow;
use crate::check::term::Event;
use crate::check::types::Type;
use crate::check::value::Value;
use crate::diagram::graph::DiagramId;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::soft::not_a_weight;
use crate::number::ratio::Ratio;
use crate::number::real::{Real, RealFault};

impl Evaluator<'_> {
    /// From the given outputs of a diagram, then its inputs, to the targets: `f(x, y | a) / f(y | a)`. Where `f(y | a)`
    /// is 0 any row would do, and there is none, unless it could only be one.
    pub(super) fn real_conditional(
        &mut self,
        of: DiagramId,
        targets: &[usize],
        given: &[usize],
    ) -> Result<RealKernel, ModelError> {
        let joint = self.real_kernel(of, &[given, targets].concat())?;
        let (y_sizes, x_sizes) = joint.cod.split_at(given.len());
        let dom = [y_sizes, &joint.dom].concat();
        self.few(&dom, "rows of a conditional")?;
        let columns = self.few(x_sizes, "outcomes of a conditional")?;
        let values = y_sizes.iter().product::<u64>();
        let inputs = joint.rows.len();
        // The law of what is known, by itself: it may be rational where the joint law is not.
        let known = self.real_kernel(of, given)?;
        let mut rows: Vec<Option<Arc<RealRow>>> = vec![None; values as usize * inputs];
        for (a, row) in joint.rows.iter().enumerate() {
            let (Some(row), Some(known)) = (row, &known.rows[a]) else { continue };
            for group in row.chunk_by(|p, q| p.0 / columns == q.0 / columns) {
                let y = group[0].0 / columns;
                let Some((_, mass)) = known.iter().find(|(point, _)| *point == y) else { continue };
                let part = |(point, p): &(u64, Real)| Ok((point % columns, p.div(mass)?));
                let row = group.iter().map(part).collect::<Result<RealRow, RealFault>>();
                rows[y as usize * inputs + a] = Some(Arc::new(row.map_err(|f| self.without_value(&f))?));
            }
        }
        if columns == 1 {
            rows.iter_mut().for_each(|row| *row = Some(Arc::new(vec![(0, Real::one())])));
        }
        let cod = x_sizes.to_vec();
        Ok(RealKernel { dom, cod, rows })
    }

    /// All outputs of a diagram on the condition of an event, or weighed by a formula.
    pub(super) fn real_observed(&mut self, of: DiagramId, event: &Arc<Event>) -> Result<RealKernel, ModelError> {
        let (dom, cod) = (self.lib.get(of).dom(), self.lib.get(of).cod());
        let all: Vec<usize> = (0..cod.len()).collect();
        let whole = self.real_kernel(of, &all)?;
        // The law of what the event speaks of, by itself.
        let places = event.outputs();
        let spoken = self.real_kernel(of, &places)?;
        let part = Type::new(places.iter().map(|p| cod.factors()[*p]).collect::<Vec<_>>());
        let among = event.among(&places);
        let mut heard = self.weight_of(&part, &spoken.cod, &among);
        let mut weight = self.weight_of(&cod, &whole.cod, event);
        let mut rows = Vec::with_capacity(whole.rows.len());
        for (input, row) in whole.rows.iter().enumerate() {
            let Some(row) = row else {
                rows.push(None);
                continue;
            };
            let mut kept: RealRow = Vec::new();
            for (point, p) in row.iter() {
                let weight = weight(*point)?;
                if !weight.is_zero() {
                    kept.push((*point, p.scale(&weight).map_err(|f| self.without_value(&f))?));
                }
            }
            if kept.is_empty() {
                let at = self.input_words(&dom, input as u64);
                let span = event.form.span;
                return Err(match event.weighs {
                    false => ModelError::NullEvent { at, span },
                    true => {
                        let what = format!("everything that can happen{at} has weight 0");
                        ModelError::NullUpdate { what, span }
                    }
                });
            }
            let Some(spoken_of) = &spoken.rows[input] else {
                rows.push(None);
                continue;
            };
            let mut mass = Real::zero();
            for (point, p) in spoken_of.iter() {
                let part = p.scale(&heard(*point)?);
                mass = part.and_then(|part| mass.add(&part)).map_err(|f| self.without_value(&f))?;
            }
            let updated = kept.into_iter().map(|(point, p)| Ok((point, p.div(&mass)?)));
            let updated = updated.collect::<Result<RealRow, RealFault>>().map_err(|f| self.without_value(&f))?;
            rows.push(Some(Arc::new(updated)));
        }
        Ok(RealKernel { dom: whole.dom.clone(), cod: whole.cod.clone(), rows })
    }

    /// The weight of a point: 1 or 0 for an event.
    fn weight_of<'w>(
        &self,
        cod: &Type,
        sizes: &[u64],
        event: &'w Event,
    ) -> Box<dyn FnMut(u64) -> Result<Ratio, ModelError> + 'w>
    where
        Self: 'w,
    {
        if event.weighs {
            let mut value = self.valued(cod, sizes, event);
            return Box::new(move |point| match value(point)? {
                Value::Number(n) if n >= Ratio::ZERO => Ok(n),
                other => Err(ModelError::Formula(not_a_weight(event, &other))),
            });
        }
        let mut happens = self.predicate(cod, sizes, event);
        Box::new(move |point| Ok(if happens(point)? { Ratio::ONE } else { Ratio::ZERO }))
    }
}
