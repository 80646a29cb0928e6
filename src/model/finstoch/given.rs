//! Laws on conditions that are no conjunction of `wire = value`: each condition on a few wires is a table of zeros and
//! ones that is multiplied like the tables of boxes. So `x = a or y = b` costs no joint law of what is spoken of, and many
//! such conditions on different wires none of all of these together.

use std::sync::Arc;

use super::evaluate::Evaluator;
use super::evidence::Evidence;
use super::kernel::Kernel;
use super::network::NetBox;
use super::plan::Method;
use super::solve::Law;
use super::space::size;
use crate::check::term::Event;
use crate::check::types::Type;
use crate::diagram::graph::{DiagramId, Label};
use crate::model::error::ModelError;
use crate::number::row::Row;

/// Joint laws of more than 2^12 points are not formed where it can be avoided.
pub(super) const LONG_JOINT: f64 = 12.0;

/// Most points of the wires of a condition that becomes a table.
const CONDITION_SIZE: u64 = 4096;

/// A law with what is left to be asked of its points.
pub(super) struct Given {
    /// The outputs that it is about, increasing.
    pub places: Vec<usize>,
    /// Their law, given what was seen and the conditions that are no longer left.
    pub law: Arc<Law>,
    /// The conditions that are left.
    pub rest: Vec<Event>,
}

/// A condition as a table: the outputs that it is about, and a function to 0 or 1.
struct Condition {
    places: Vec<usize>,
    table: Arc<Kernel>,
}

impl Evaluator<'_> {
    /// The law of some outputs, increasing, given evidence. It may be of more outputs, for conditions that are left.
    pub(super) fn law_given(
        &mut self,
        of: DiagramId,
        kept: &[usize],
        evidence: &Evidence,
    ) -> Result<Given, ModelError> {
        let cod = self.lib.get(of).cod();
        let sizes = self.sig.sizes(&cod);
        let places = joined(kept, &evidence.rest);
        let long = places.iter().map(|p| (sizes[*p] as f64).log2()).sum::<f64>() > LONG_JOINT;
        if long {
            let (mut tables, mut rest) = (Vec::new(), Vec::new());
            for event in &evidence.rest {
                match self.table(&cod, &sizes, event) {
                    Some(condition) => tables.push(condition),
                    None => rest.push(event.clone()),
                }
            }
            let fewer = joined(kept, &rest);
            if !tables.is_empty()
                && let Some(law) = self.law_on(of, &fewer, &evidence.seen, &tables)?
            {
                return Ok(Given { places: fewer, law: Arc::new(law), rest });
            }
        }
        let law = self.law(of, &places, &evidence.seen)?;
        Ok(Given { places, law, rest: evidence.rest.clone() })
    }

    /// A condition as a table; none if it is about too many points, or has no value at one of them, which may never occur.
    fn table(&self, cod: &Type, sizes: &[u64], event: &Event) -> Option<Condition> {
        let places = event.outputs();
        let own: Vec<u64> = places.iter().map(|p| sizes[*p]).collect();
        let points = size(&own).filter(|n| *n <= CONDITION_SIZE)?;
        let chosen = Type::new(places.iter().map(|p| cod.factors()[*p]).collect::<Vec<_>>());
        let mut holds = self.predicate(&chosen, &own, &event.among(&places));
        let rows =
            (0..points).map(|p| holds(p).ok().map(|b| Row::point(u64::from(b)))).collect::<Option<Vec<Row>>>()?;
        Some(Condition { places, table: Arc::new(Kernel::new(own, vec![2], Arc::new(rows))) })
    }

    /// The law of some outputs, given values and conditions; none where that needs too long a table.
    fn law_on(
        &mut self,
        of: DiagramId,
        outputs: &[usize],
        seen: &[(usize, u64)],
        conditions: &[Condition],
    ) -> Result<Option<Law>, ModelError> {
        self.interrupt.check()?;
        let spoken = conditions.iter().flat_map(|c| c.places.iter().copied());
        let all: Vec<usize> = outputs.iter().copied().chain(seen.iter().map(|s| s.0)).chain(spoken).collect();
        let (net, dom) = self.network(of, &all)?;
        let mut net = self.merged(net);
        let mut values = vec![None; net.wires.len()];
        for (wire, (_, value)) in net.outputs[outputs.len()..].iter().zip(seen) {
            if values[*wire].is_some_and(|v| v != *value) {
                return Ok(None);
            }
            values[*wire] = Some(*value);
        }
        let mut ends = net.outputs.split_off(outputs.len()).into_iter().skip(seen.len());
        for condition in conditions {
            let inputs: Vec<usize> = ends.by_ref().take(condition.places.len()).collect();
            let truth = net.wires.len();
            net.wires.push(2);
            values.push(Some(1));
            net.boxes.push(NetBox {
                label: Label::Uniform,
                table: Some(condition.table.clone()),
                dom: condition.table.dom.clone(),
                cod: vec![2],
                needed: (0..inputs.len()).collect(),
                known: Vec::new(),
                inputs,
                outputs: vec![Some(truth)],
            });
        }
        // Going forward would end with the joint law of all that is spoken of.
        let method = self.method;
        self.method = method.or(Some(Method::Elimination));
        let law = self.law_by_elimination(net, &dom, &values);
        self.method = method;
        law
    }
}

/// Outputs together with those that events speak of, increasing.
fn joined(outputs: &[usize], events: &[Event]) -> Vec<usize> {
    let mut all: Vec<usize> = outputs.iter().copied().chain(events.iter().flat_map(Event::outputs)).collect();
    all.sort_unstable();
    all.dedup();
    all
}
