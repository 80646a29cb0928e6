//! From a diagram and a choice of its outputs to a kernel, by the cheaper of two methods; with evidence, to its law given
//! that.
//!
//! 1. What is small, or repeats a chain from a few states, goes forward at once.
//! 2. Else boxes that always agree are merged, both methods are planned, and the cheaper one is taken.
//! 3. Where both need more memory than there may be, the question is refused before it starts. Only where kernels have
//!    zeros a plan may be wrong in the good direction: then it is tried, and stopped where it leaves its bounds.
//! 4. A row is marked where it meets a filled row of a conditional: by the law of what that box is given, computed from
//!    the part of the network before it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::contract::{Boxes, ROW_LIMIT, Schedule, contract, schedule};
use super::elimination::{Product, Weights};
use super::evaluate::Evaluator;
use super::factor::Scale;
use super::frontier::entry_limit;
use super::join::{JoinFault, Means};
use super::kernel::Kernel;
use super::merge::merged;
use super::network::Network;
use super::order::Order;
use super::plan::{Method, Plan, about, amount};
use super::space::{Picker, size};
use crate::check::types::KernelId;
use crate::diagram::graph::{DiagramId, Label};
use crate::model::error::ModelError;
use crate::number::int::Int;
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// Going forward is not questioned where it costs no more than this.
const EASY: f64 = 16_384.0;

/// A chain is repeated from the states that it is in while there are no more of them.
const REPEATABLE: f64 = 4_194_304.0;

/// How much dearer a product is in an elimination than in a product of matrices.
const ELIMINATION_COST: f64 = 4.0;

/// Bytes of a number in a table, at least: a place and a word.
const NUMBER_BYTES: u64 = 16;

/// The law of some outputs for every input, given values of others, not divided by the mass of those.
#[derive(Debug, Clone)]
pub(super) struct Law {
    /// Sizes of the outputs.
    pub cod: Vec<u64>,
    /// For every input the outputs with their masses, places increasing.
    pub rows: Vec<Vec<(u64, Int)>>,
    /// Whether a row depends on how a conditional was filled in.
    pub filled: Vec<bool>,
    scale: Scale,
}

impl Law {
    /// What the masses are multiplied by to be probabilities.
    pub(super) fn scale(&self) -> Ratio {
        let product = |numbers: &[Int]| numbers.iter().fold(Int::ONE, |p, n| &p * n);
        Ratio::new(product(&self.scale.times), product(&self.scale.over)).unwrap_or(Ratio::ONE)
    }
}

/// A network of which both methods have been planned.
struct Planned {
    net: Network,
    kernels: Vec<Arc<Kernel>>,
    forward: Schedule,
    way: Way,
}

/// What to do with a network.
enum Way {
    Forward,
    Eliminate(Order, Product),
}

impl Evaluator<'_> {
    /// The kernel of a diagram followed by a choice of its outputs, anew.
    pub(super) fn solve(&mut self, id: DiagramId, outputs: &[usize]) -> Result<Kernel, ModelError> {
        let (net, dom) = self.network(id, outputs)?;
        if let Some(declared) = self.declared(&net, &dom) {
            return Ok(declared);
        }
        let seen = vec![None; net.wires.len()];
        let Planned { net, kernels, forward, way } = self.planned(net, &dom, &seen)?;
        let weights = match way {
            Way::Forward => return self.forward(&net, &forward, &dom),
            Way::Eliminate(order, product) => self.eliminate(&net, product, &seen, &order)?,
        };
        let cod: Vec<u64> = net.outputs.iter().map(|w| net.wires[*w]).collect();
        // Each row has mass 1: its masses sum to their denominator.
        let rows: Vec<Row> = weights.rows.into_iter().map(row_of).collect();
        let marks = self.marks(&net, &kernels)?;
        let picker = needed(&net, &dom);
        let inputs = size(&dom).unwrap_or(0);
        let filled = (0..inputs).filter(|x| marks[picker.pick(*x) as usize]).collect();
        let rows = match picker.is_whole() {
            true => rows,
            false => (0..inputs).map(|x| rows[picker.pick(x) as usize].clone()).collect(),
        };
        Ok(Kernel { dom, cod, rows: Arc::new(rows), filled })
    }

    /// A network that is one declared kernel with its wires as they are: its rows, shared and not copied.
    fn declared(&self, net: &Network, dom: &[u64]) -> Option<Kernel> {
        let [only] = &net.boxes[..] else { return None };
        let Label::Kernel(id) = &only.label else { return None };
        let inputs = only.inputs.iter().map(|w| Some(*w)).eq(net.inputs.iter().copied());
        let outputs = only.outputs.iter().copied().eq(net.outputs.iter().map(|w| Some(*w)));
        let whole = inputs && outputs && only.dom == dom && only.known.is_empty() && only.table.is_none();
        let rows = self.sig.kernels[*id].rows.clone().filter(|_| whole && self.plans.is_none())?;
        Some(Kernel::new(dom.to_vec(), only.cod.clone(), rows))
    }

    /// The law of some outputs of a diagram, given values of some outputs, for every input.
    pub(super) fn law(
        &mut self,
        id: DiagramId,
        outputs: &[usize],
        seen: &[(usize, u64)],
    ) -> Result<Arc<Law>, ModelError> {
        let key = (id, outputs.to_vec(), seen.to_vec());
        if let Some(found) = self.laws.get(&key) {
            return Ok(found.clone());
        }
        self.interrupt.check()?;
        let all: Vec<usize> = outputs.iter().copied().chain(seen.iter().map(|s| s.0)).collect();
        let law = match seen {
            [] => self.filtered(id, &all, outputs.len(), seen)?,
            _ => {
                let (net, dom) = self.network(id, &all)?;
                let net = self.merged(net);
                let mut values = vec![None; net.wires.len()];
                let mut impossible = false;
                for (wire, (_, value)) in net.outputs[outputs.len()..].iter().zip(seen) {
                    impossible |= values[*wire].is_some_and(|v| v != *value);
                    values[*wire] = Some(*value);
                }
                let mut net = net;
                net.outputs.truncate(outputs.len());
                let found = if impossible { None } else { self.law_by_elimination(net, &dom, &values)? };
                match found {
                    Some(law) => law,
                    None => self.filtered(id, &all, outputs.len(), seen)?,
                }
            }
        };
        let law = Arc::new(law);
        self.laws.insert(key, law.clone());
        Ok(law)
    }

    /// The law of the outputs of a network, given values of wires; none where going forward is cheaper.
    pub(super) fn law_by_elimination(
        &mut self,
        net: Network,
        dom: &[u64],
        values: &[Option<u64>],
    ) -> Result<Option<Law>, ModelError> {
        let planned = self.planned(net, dom, values)?;
        let Planned { net, kernels, way: Way::Eliminate(order, product), .. } = planned else { return Ok(None) };
        let weights = self.eliminate(&net, product, values, &order)?;
        let cod = net.outputs.iter().map(|w| net.wires[*w]).collect();
        // Marks do not depend on what was seen: the wires before a box need not be those that were.
        let marks = self.marks(&net, &kernels)?;
        let picker = needed(&net, dom);
        let inputs = 0..size(dom).unwrap_or(0);
        Ok(Some(Law {
            cod,
            filled: inputs.clone().map(|x| marks[picker.pick(x) as usize]).collect(),
            rows: inputs.map(|x| weights.rows[picker.pick(x) as usize].clone()).collect(),
            scale: weights.scale,
        }))
    }

    /// A law from the joint law of the outputs that are kept, which come first, and those that were seen.
    fn filtered(
        &mut self,
        id: DiagramId,
        all: &[usize],
        kept: usize,
        seen: &[(usize, u64)],
    ) -> Result<Law, ModelError> {
        let joint = self.kernel(id, all)?;
        let (places, values): (Vec<usize>, Vec<u64>) =
            ((kept..all.len()).collect(), seen.iter().map(|s| s.1).collect());
        let sizes: Vec<u64> = places.iter().map(|p| joint.cod[*p]).collect();
        let wanted = values.iter().zip(super::space::strides(&sizes)).map(|(v, s)| v * s).sum::<u64>();
        let known = Picker::new(&joint.cod, &places);
        let own = Picker::new(&joint.cod, &(0..kept).collect::<Vec<_>>());
        // Rows with different denominators have no scale in common: they are brought to one.
        let lcm = joint.rows.iter().fold(Int::ONE, |l, row| l.lcm(row.den()));
        let rows = joint
            .rows
            .iter()
            .map(|row| {
                let times = lcm.div_exact(row.den());
                row.entries()
                    .iter()
                    .filter(|(p, _)| known.pick(*p) == wanted)
                    .map(|(p, w)| (own.pick(*p), w * &times))
                    .collect()
            })
            .collect();
        Ok(Law {
            cod: joint.cod[..kept].to_vec(),
            rows,
            filled: (0..joint.rows.len() as u64).map(|x| joint.is_filled(x)).collect(),
            scale: Scale { times: Vec::new(), over: vec![lcm] },
        })
    }

    /// 1. to 3.
    fn planned(&mut self, net: Network, dom: &[u64], seen: &[Option<u64>]) -> Result<Planned, ModelError> {
        let rows = self.rows(dom)?;
        let bound = |b: usize| net.boxes[b].outputs.iter().flatten().map(|w| (net.wires[*w] as f64).log2()).sum();
        let forward = schedule(&net, rows, bound);
        let repeats = net.boxes.iter().any(|b| matches!(b.label, Label::Power(..)));
        // 1.
        let is_easy = net.boxes.len() <= 2 || forward.cost <= EASY || (repeats && forward.largest <= REPEATABLE);
        if self.method.map_or(is_easy, |m| m == Method::Forward) {
            return Ok(Planned { net, kernels: Vec::new(), forward, way: Way::Forward });
        }
        // 2.
        let net = self.merged(net);
        let mut kernels = Vec::with_capacity(net.boxes.len());
        for b in &net.boxes {
            self.interrupt.check()?;
            kernels.push(Boxes::kernel(self, b)?);
        }
        let longest = |b: usize| kernels[b].rows.iter().map(|r| r.entries().len()).max().unwrap_or(0).max(1);
        let forward = schedule(&net, rows, |b| (longest(b) as f64).log2());
        let Some(product) = Product::new(&net, &kernels, seen) else {
            return Ok(Planned { net, kernels, forward, way: Way::Forward });
        };
        let order = product.order(&net, &forward.leaving);
        let fits = forward.largest <= entry_limit(self.memory) as f64;
        let limit = (self.memory / NUMBER_BYTES) as f64;
        let way = match () {
            () if self.method == Some(Method::Elimination) && order.largest <= limit => Way::Eliminate(order, product),
            () if fits && forward.cost <= ELIMINATION_COST * order.cost => Way::Forward,
            () if order.largest <= limit => Way::Eliminate(order, product),
            () if fits => Way::Forward,
            // 3.
            () if kernels.iter().all(|k| is_positive(k)) => {
                let needed = order.largest.min(forward.largest);
                let size = format!(
                    "the cheapest plan for its {} boxes needs a table of about {} numbers, and in {} at most {} are kept",
                    net.boxes.len(),
                    about(needed),
                    amount(self.memory),
                    about(limit)
                );
                return Err(ModelError::TooLarge { what: "this diagram".into(), size, span: self.span() });
            }
            () => Way::Forward,
        };
        Ok(Planned { net, kernels, forward, way })
    }

    fn rows(&self, dom: &[u64]) -> Result<u64, ModelError> {
        size(dom).filter(|n| *n <= ROW_LIMIT).ok_or_else(|| ModelError::TooLarge {
            what: "this diagram".into(),
            size: "too many inputs".into(),
            span: self.span(),
        })
    }

    pub(super) fn merged(&self, net: Network) -> Network {
        let mut known: FxHashMap<KernelId, bool> = FxHashMap::default();
        merged(net, |id| {
            *known.entry(id).or_insert_with(|| {
                let rows = self.sig.kernels[id].rows.as_ref();
                rows.is_some_and(|rows| rows.iter().all(|row| row.as_point().is_some()))
            })
        })
    }

    fn forward(&mut self, net: &Network, schedule: &Schedule, dom: &[u64]) -> Result<Kernel, ModelError> {
        let (interrupt, span) = (self.interrupt, self.span());
        if self.plans.is_some() {
            let plan = Plan::forward(self.sig, self.lib, net, schedule);
            self.plans.iter_mut().for_each(|plans| plans.push(plan.clone()));
        }
        let too_large = |size| ModelError::TooLarge { what: "this diagram".into(), size, span };
        let limit = entry_limit(self.memory);
        contract(net, dom, &schedule.boxes, self, limit, interrupt, too_large)
    }

    pub(super) fn eliminate(
        &mut self,
        net: &Network,
        product: Product,
        seen: &[Option<u64>],
        order: &Order,
    ) -> Result<Weights, ModelError> {
        if self.plans.is_some() {
            let plan = Plan::elimination(self.sig, self.lib, net, order);
            self.plans.iter_mut().for_each(|plans| plans.push(plan.clone()));
        }
        let means = Means { interrupt: self.interrupt, threads: self.threads, bytes: self.memory };
        match product.weights(net, seen, &order.wires, means) {
            Ok(weights) => Ok(weights),
            Err(JoinFault::Stopped(stopped)) => Err(stopped.into()),
            Err(JoinFault::TooLarge) => Err(ModelError::TooLarge {
                what: "this diagram".into(),
                size: format!("the tables of its plan need more than {}", amount(self.memory)),
                span: self.span(),
            }),
        }
    }

    /// 4. For each point of the needed inputs.
    fn marks(&mut self, net: &Network, kernels: &[Arc<Kernel>]) -> Result<Vec<bool>, ModelError> {
        let inputs: Vec<u64> = net.inputs.iter().flatten().map(|w| net.wires[*w]).collect();
        let mut marks = vec![false; size(&inputs).unwrap_or(0) as usize];
        for (at, kernel) in kernels.iter().enumerate().filter(|(_, k)| !k.filled.is_empty()) {
            let before = before(net, at);
            let own: Vec<Arc<Kernel>> = before.1.iter().map(|b| kernels[*b].clone()).collect();
            let seen = vec![None; net.wires.len()];
            let Some(product) = Product::new(&before.0, &own, &seen) else { continue };
            let order = product.order(&before.0, &[]);
            let weights = self.eliminate(&before.0, product, &seen, &order)?;
            for (mark, row) in marks.iter_mut().zip(&weights.rows) {
                *mark |= row.iter().any(|(p, _)| kernel.is_filled(*p));
            }
        }
        Ok(marks)
    }
}

/// The part of a network that a box is given its inputs by; and which boxes that are.
pub(super) fn before(net: &Network, at: usize) -> (Network, Vec<usize>) {
    let mut needed = vec![false; net.wires.len()];
    net.boxes[at].inputs.iter().for_each(|w| needed[*w] = true);
    let mut own = Vec::new();
    for (i, b) in net.boxes[..at].iter().enumerate().rev() {
        if b.outputs.iter().flatten().any(|w| needed[*w]) {
            b.inputs.iter().for_each(|w| needed[*w] = true);
            own.push(i);
        }
    }
    own.reverse();
    let boxes = own.iter().map(|i| net.boxes[*i].clone()).collect();
    let outputs = net.boxes[at].inputs.clone();
    (Network { wires: net.wires.clone(), boxes, inputs: net.inputs.clone(), outputs }, own)
}

/// Whether no entry of a kernel is 0.
fn is_positive(kernel: &Kernel) -> bool {
    let width = kernel.cod_size();
    kernel.rows.iter().all(|row| row.entries().len() as u64 == width)
}

/// Picks the needed inputs of a diagram.
pub(super) fn needed(net: &Network, dom: &[u64]) -> Picker {
    let places: Vec<usize> = (0..dom.len()).filter(|i| net.inputs[*i].is_some()).collect();
    Picker::new(dom, &places)
}

/// Masses as a distribution.
pub(super) fn row_of(masses: Vec<(u64, Int)>) -> Row {
    let mut sum = Int::ZERO;
    masses.iter().for_each(|(_, w)| sum += w);
    Row::from_sorted(sum, masses)
}
