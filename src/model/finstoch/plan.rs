//! How a network is going to be evaluated, and what that is estimated to cost: what `--plan` shows.

use super::contract::Schedule;
use super::network::{NetBox, Network};
use super::order::Order;
use crate::check::signature::Signature;
use crate::diagram::graph::Label;
use crate::diagram::library::Library;

/// Bytes that the tables of a network may take together, where nothing else is said.
pub const DEFAULT_MEMORY: u64 = 1 << 30;

/// The way in which a network is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Boxes are applied one after the other to the joint law of the wires that are still needed, row by row.
    Forward,
    /// Wires are summed out of the product of all boxes, in an order of its own.
    Elimination,
}

impl Method {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Method::Forward => "forward",
            Method::Elimination => "elimination",
        }
    }
}

/// The plan for one network.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// How.
    pub method: Method,
    /// Boxes that are left after what is discarded was pruned and what is equal was merged.
    pub boxes: usize,
    /// The order: the boxes that are applied, or the wires that are summed out, each named by the box that makes it.
    pub order: Vec<String>,
    /// Most wires in one table.
    pub width: usize,
    /// Products of numbers, about.
    pub products: f64,
    /// Numbers in the largest table, about.
    pub largest: f64,
}

impl Plan {
    /// The plan of going forward.
    pub(super) fn forward(sig: &Signature, lib: &Library, net: &Network, schedule: &Schedule) -> Plan {
        Plan {
            method: Method::Forward,
            boxes: net.boxes.len(),
            order: schedule.boxes.iter().map(|b| box_name(sig, lib, &net.boxes[*b])).collect(),
            width: schedule.width,
            products: schedule.cost,
            largest: schedule.largest,
        }
    }

    /// The plan of an elimination.
    pub(super) fn elimination(sig: &Signature, lib: &Library, net: &Network, order: &Order) -> Plan {
        let mut makers: Vec<Option<(usize, usize)>> = vec![None; net.wires.len()];
        for (i, b) in net.boxes.iter().enumerate() {
            for (port, wire) in b.outputs.iter().enumerate() {
                wire.iter().for_each(|w| makers[*w] = Some((i, port)));
            }
        }
        let wire_name = |wire: &usize| match makers[*wire] {
            Some((i, port)) => {
                let b = &net.boxes[i];
                let name = box_name(sig, lib, b);
                if b.outputs.len() == 1 { name } else { format!("{name}.{}", port + 1) }
            }
            None => "an input".into(),
        };
        Plan {
            method: Method::Elimination,
            boxes: net.boxes.len(),
            order: order.wires.iter().map(wire_name).collect(),
            width: order.width,
            products: order.cost,
            largest: order.largest,
        }
    }
}

/// What a box is called.
fn box_name(sig: &Signature, lib: &Library, b: &NetBox) -> String {
    match &b.label {
        Label::Kernel(id) => sig.kernels[*id].name.to_string(),
        Label::Uniform => "uniform".into(),
        Label::Point(_) => "point".into(),
        Label::Call(id) => lib.entry(*id).name.as_ref().map_or("(…)".into(), |name| name.to_string()),
        Label::Power(id, n) => {
            format!("{}^{n}", lib.entry(*id).name.as_ref().map_or("(…)".into(), |name| name.to_string()))
        }
        Label::Conditional { .. } => "cond".into(),
        Label::Observed { .. } => "observe".into(),
        Label::Derived { what, .. } => what.word().into(),
    }
}

/// An estimate in words: exact below a million, then rounded.
pub fn about(n: f64) -> String {
    match n {
        n if n < 1e6 => format!("{}", n.round()),
        n if n < 1e15 => format!("{:.1e}", n),
        n => format!("2^{}", n.log2().round()),
    }
}

/// An amount of memory in words, with the largest unit of which it is a whole number.
pub fn amount(bytes: u64) -> String {
    let units = ["TB", "GB", "MB", "KB"];
    let unit = units.iter().enumerate().find(|(k, _)| bytes.is_multiple_of(1 << (40 - 10 * k)) && bytes > 0);
    unit.map_or(format!("{bytes} bytes"), |(k, unit)| format!("{} {unit}", bytes >> (40 - 10 * k)))
}
