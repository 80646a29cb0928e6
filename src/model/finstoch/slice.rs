//! Conditionals of which some of what is known is a point: only the part of the table that is asked for is computed.
//!
//! `point(X.x) ; cond(d, y given x)` needs one row of the conditional. Where the whole table would be long, the box is
//! given the point, and computes the law of what else it speaks of with x seen: evidence restricts tables before they
//! are multiplied. Short tables are computed as they are, once for all their rows.

use std::sync::Arc;

use super::condition::condition;
use super::evaluate::Evaluator;
use super::kernel::Kernel;
use super::network::{NetBox, Network};
use super::space::{size, strides};
use super::version::Wanted;
use crate::diagram::graph::Label;
use crate::model::error::ModelError;
use crate::number::int::Int;
use crate::number::row::Row;

/// Conditionals with at most so many numbers are computed as a whole.
const SHORT: u64 = 4096;

/// Gives points to the conditionals that begin with them, and leaves out the boxes of points that nothing else needs.
pub(super) fn sliced(mut net: Network) -> Network {
    let mut value: Vec<Option<u64>> = vec![None; net.wires.len()];
    for b in &net.boxes {
        if let Label::Point(point) = b.label {
            for ((wire, size), step) in b.outputs.iter().zip(&b.cod).zip(strides(&b.cod)) {
                wire.iter().for_each(|w| value[*w] = Some(point / step % size));
            }
        }
    }
    let mut changed = false;
    for b in &mut net.boxes {
        let Label::Conditional { given, .. } = &b.label else { continue };
        let whole = size(&[&b.dom[..], &b.cod].concat());
        let is_doubled = (1..given.len()).any(|k| given[..k].contains(&given[k]));
        if is_doubled || whole.is_some_and(|n| n <= SHORT) {
            continue;
        }
        let count = given.len();
        let ports: Vec<(usize, usize)> = b.needed.iter().copied().zip(b.inputs.iter().copied()).collect();
        let is_known = |(place, wire): &(usize, usize)| *place < count && value[*wire].is_some();
        let (known, open): (Vec<_>, Vec<_>) = ports.into_iter().partition(is_known);
        changed |= !known.is_empty();
        b.known = known.into_iter().filter_map(|(place, wire)| Some((place, value[wire]?))).collect();
        (b.needed, b.inputs) = open.into_iter().unzip();
    }
    if changed {
        let mut used = vec![false; net.wires.len()];
        net.outputs.iter().for_each(|w| used[*w] = true);
        net.boxes.iter().flat_map(|b| &b.inputs).for_each(|w| used[*w] = true);
        net.boxes.retain(|b| !matches!(b.label, Label::Point(_)) || b.outputs.iter().flatten().any(|w| used[*w]));
        // What a point still gives to somebody stays; its other outputs are needed by nobody.
        let wires = net.boxes.iter_mut().flat_map(|b| &mut b.outputs);
        wires.for_each(|wire| *wire = wire.filter(|w| used[*w]));
    }
    net
}

impl Evaluator<'_> {
    /// The kernel of a conditional that was given points, from the inputs that are left.
    pub(super) fn sliced_conditional(&mut self, b: &NetBox, wanted: &Wanted<'_>) -> Result<Arc<Kernel>, ModelError> {
        let Wanted { of, targets, given, kept } = *wanted;
        let mut seen: Vec<(usize, u64)> = b.known.iter().map(|(place, value)| (given[*place], *value)).collect();
        seen.sort_unstable();
        let open: Vec<usize> = (0..given.len()).filter(|p| b.known.iter().all(|(k, _)| k != p)).collect();
        let chosen: Vec<usize> = kept.iter().map(|k| targets[*k]).collect();
        let all: Vec<usize> = chosen.iter().copied().chain(open.iter().map(|p| given[*p])).collect();
        let law = self.law(of, &all, &seen)?;
        let dom: Vec<u64> = b.dom[given.len()..].to_vec();
        let left: Vec<u64> = law.cod[chosen.len()..].iter().chain(&dom).copied().collect();
        self.listable(&left, "the domain of a conditional")?;
        self.listable(&law.cod[..chosen.len()], "the codomain of a conditional")?;
        // Masses need not be divided by their sum here: a conditional divides them anyway.
        let rows: Vec<Row> = law.rows.iter().map(|masses| Row::from_sorted(Int::ONE, masses.clone())).collect();
        let filled = (0..rows.len() as u64).filter(|x| law.filled[*x as usize]).collect();
        let joint = Kernel { dom, cod: law.cod.clone(), rows: Arc::new(rows), filled };
        Ok(Arc::new(condition(&joint, chosen.len())))
    }
}
