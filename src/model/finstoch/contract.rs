//! Contracting a network: boxes are applied to the frontier one by one, those first that keep it small.
//!
//! 1. The frontier starts with the needed inputs, one row for each input of the diagram.
//! 2. Among the boxes whose inputs are all there, the one is taken after which the frontier has the fewest points. This
//!    needs no numbers, so that the cost is known before.
//! 3. A wire leaves the frontier with its last use, and the masses of points that then coincide are added.
//! 4. At the end the outputs are read off; a wire that is an output twice is copied by its index.

use std::collections::BTreeSet;

use super::frontier::{Frontier, StepFault};
use super::kernel::Kernel;
use super::network::{NetBox, Network};
use super::space::{Picker, size};
use crate::base::interrupt::Interrupt;
use crate::model::error::ModelError;
use crate::number::row::{LooseRow, Row};

/// Most rows that a result may have.
pub(super) const ROW_LIMIT: u64 = 1 << 22;

/// How many of the boxes that could be next are compared.
const CANDIDATES: usize = 64;

/// What a network needs from outside to be contracted.
pub(super) trait Boxes {
    /// The kernel of a box, with the outputs that nothing needs left out.
    fn kernel(&mut self, b: &NetBox) -> Result<std::sync::Arc<Kernel>, ModelError>;
    /// Whether a box is better applied several times in a row, and what to.
    fn repeated(&mut self, b: &NetBox, rows: usize) -> Result<Option<(std::sync::Arc<Kernel>, u64)>, ModelError>;
}

/// The kernel of a network, whose diagram has inputs of these sizes, by applying its boxes in this order; `limit` is how
/// many entries a frontier may have.
pub(super) fn contract(
    net: &Network,
    dom: &[u64],
    order: &[usize],
    boxes: &mut dyn Boxes,
    limit: usize,
    interrupt: &Interrupt,
    too_large: impl Fn(String) -> ModelError,
) -> Result<Kernel, ModelError> {
    // 1.
    let rows = size(dom).filter(|n| *n <= ROW_LIMIT).ok_or_else(|| too_large("too many inputs".into()))?;
    let needed: Vec<usize> = (0..dom.len()).filter(|i| net.inputs[*i].is_some()).collect();
    let picker = Picker::new(dom, &needed);
    let mut front = Frontier {
        wires: needed.iter().filter_map(|i| net.inputs[*i]).collect(),
        sizes: needed.iter().map(|i| dom[*i]).collect(),
        rows: (0..rows).map(|x| Row::point(picker.pick(x)).into()).collect(),
        filled: vec![false; rows as usize],
        limit,
    };
    let mut uses = uses(net, &front.wires).0;
    // 2.
    for next in order {
        let b = &net.boxes[*next];
        b.inputs.iter().for_each(|w| uses[*w] -= 1);
        let outputs: Vec<usize> = b.outputs.iter().flatten().copied().collect();
        // 3.
        let fault = |fault| match fault {
            StepFault::TooLarge(what) => too_large(what),
            StepFault::Stopped(stopped) => stopped.into(),
        };
        match boxes.repeated(b, front.rows.len())? {
            Some((base, times)) => {
                let mut inputs = b.inputs.clone();
                for step in 0..times {
                    let last = step + 1 == times;
                    // Between the steps the outputs stand in for the wires of the next step.
                    let fresh: Vec<usize> =
                        if last { outputs.clone() } else { (0..base.cod.len()).map(|k| usize::MAX - k).collect() };
                    front
                        .step(&base, &inputs, &fresh, |w| w < net.wires.len() && uses[w] > 0, interrupt)
                        .map_err(fault)?;
                    inputs = fresh;
                }
            }
            None => {
                let kernel = boxes.kernel(b)?;
                front.step(&kernel, &b.inputs, &outputs, |w| uses[w] > 0, interrupt).map_err(fault)?;
            }
        }
    }
    // 4.
    let places: Vec<usize> = net.outputs.iter().filter_map(|w| front.wires.iter().position(|v| v == w)).collect();
    let cod: Vec<u64> = net.outputs.iter().map(|w| net.wires[*w]).collect();
    if size(&cod).is_none() {
        return Err(too_large(format!("{} outputs at once", cod.len())));
    }
    let picker = Picker::new(&front.sizes, &places);
    let rows: Vec<Row> = match picker.is_whole() {
        true => front.rows.into_iter().map(LooseRow::into_row).collect(),
        false => front.rows.iter().map(|r| r.moved(|p| picker.pick(p))).collect(),
    };
    let filled = (0..rows.len() as u64).filter(|i| front.filled[*i as usize]).collect();
    Ok(Kernel { dom: dom.to_vec(), cod, rows: rows.into(), filled })
}

/// The order in which boxes are applied to a frontier, with what it costs.
#[derive(Debug, Clone, Default)]
pub(super) struct Schedule {
    /// The boxes.
    pub boxes: Vec<usize>,
    /// The wires in the order in which they leave the frontier.
    pub leaving: Vec<usize>,
    /// Products of numbers, at most; where the frontier is kept beside a box, each counts as several.
    pub cost: f64,
    /// Entries of the largest frontier, at most.
    pub largest: f64,
    /// Most wires in the frontier.
    pub width: usize,
}

/// A product with places to be found costs as much as so many in a product of matrices.
const SPREAD_COST: f64 = 16.0;

/// 2., without the numbers. `degree` is the logarithm of how many entries a row of a box may have.
pub(super) fn schedule(net: &Network, rows: u64, degree: impl Fn(usize) -> f64) -> Schedule {
    let log = |wire: &usize| (net.wires[*wire] as f64).log2();
    let mut frontier: Vec<usize> = net.inputs.iter().flatten().copied().collect();
    let (mut uses, users, mut missing) = uses(net, &frontier);
    let mut ready: BTreeSet<usize> = (0..net.boxes.len()).filter(|i| missing[*i] == 0).collect();
    let rows = rows as f64;
    // One row has all mass at one point in the beginning.
    let (mut points, mut schedule) = (0.0f64, Schedule::default());
    while let Some(next) = cheapest(net, &ready, &uses) {
        ready.remove(&next);
        let b = &net.boxes[next];
        b.inputs.iter().for_each(|w| uses[*w] -= 1);
        let made = points + degree(next);
        schedule.leaving.extend(frontier.iter().filter(|w| uses[**w] == 0));
        frontier.retain(|w| uses[*w] > 0);
        let weight = if frontier.is_empty() { 1.0 } else { SPREAD_COST };
        schedule.cost += rows * made.min(900.0).exp2() * weight;
        frontier.extend(b.outputs.iter().flatten());
        points = made.min(frontier.iter().map(log).sum());
        schedule.largest = schedule.largest.max(rows * points.min(900.0).exp2());
        schedule.width = schedule.width.max(frontier.len());
        schedule.boxes.push(next);
        for user in b.outputs.iter().flatten().flat_map(|w| &users[*w]) {
            missing[*user] -= 1;
            if missing[*user] == 0 {
                ready.insert(*user);
            }
        }
    }
    schedule
}

/// For each wire how often it is used, and by which boxes that wait for it; for each box how many wires it waits for.
fn uses(net: &Network, present: &[usize]) -> (Vec<usize>, Vec<Vec<usize>>, Vec<usize>) {
    let mut uses = vec![0usize; net.wires.len()];
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); net.wires.len()];
    let mut missing: Vec<usize> = vec![0; net.boxes.len()];
    let mut is_present = vec![false; net.wires.len()];
    present.iter().for_each(|w| is_present[*w] = true);
    for (i, b) in net.boxes.iter().enumerate() {
        for wire in &b.inputs {
            uses[*wire] += 1;
            if !is_present[*wire] {
                missing[i] += 1;
                users[*wire].push(i);
            }
        }
    }
    net.outputs.iter().for_each(|w| uses[*w] += 1);
    (uses, users, missing)
}

/// The box that leaves the fewest points in the frontier, compared by logarithms; the earliest of equals.
fn cheapest(net: &Network, ready: &BTreeSet<usize>, uses: &[usize]) -> Option<usize> {
    let log = |size: u64| (size as f64).log2();
    let growth = |i: usize| {
        let b = &net.boxes[i];
        let made: f64 = b.outputs.iter().flatten().map(|w| log(net.wires[*w])).sum();
        let mut spent = 0.0;
        for (k, wire) in b.inputs.iter().enumerate() {
            let here = b.inputs.iter().filter(|w| *w == wire).count();
            if uses[*wire] == here && !b.inputs[..k].contains(wire) {
                spent += log(net.wires[*wire]);
            }
        }
        made - spent
    };
    ready
        .iter()
        .take(CANDIDATES)
        .map(|i| (growth(*i), *i))
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
        .map(|g| g.1)
}
