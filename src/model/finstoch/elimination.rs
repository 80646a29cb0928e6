//! Networks as products of factors, from which wires are summed out one by one.
//!
//! 1. Each box becomes a factor, restricted to what was seen; each needed input a factor of ones, so that there is a row
//!    for each of its points.
//! 2. A wire is summed out when all factors that have it are multiplied; with it goes every other
//!    wire that only they have.
//! 3. What is left are factors over inputs and outputs. Their product is read off row by row; a wire that is an output
//!    twice, or was seen, is written by its index.

use std::sync::Arc;

use super::bucket::multiplied;
use super::factor::{Factor, Scale, Wires, factor};
use super::join::{JoinFault, Means};
use super::kernel::Kernel;
use super::network::Network;
use super::order::{Order, Shape, best};
use super::space::strides;
use crate::number::int::Int;

/// A network as a product of factors.
#[derive(Debug)]
pub(super) struct Product {
    factors: Vec<Factor>,
    scale: Scale,
    /// The wires that stay.
    free: Vec<bool>,
}

/// What a network gives: for each point of its needed inputs the outputs with their masses, up to one scale.
#[derive(Debug)]
pub(super) struct Weights {
    /// Places of the outputs, increasing, with masses that are not 0.
    pub rows: Vec<Vec<(u64, Int)>>,
    /// What the masses must be multiplied and divided by.
    pub scale: Scale,
}

impl Product {
    /// 1. `None` where a kernel has a negative number.
    pub(super) fn new(net: &Network, kernels: &[Arc<Kernel>], seen: &[Option<u64>]) -> Option<Product> {
        let wires = Wires { sizes: &net.wires, seen };
        let mut scale = Scale::default();
        let mut factors = Vec::with_capacity(net.boxes.len() + net.inputs.len());
        for (b, kernel) in net.boxes.iter().zip(kernels) {
            factors.push(factor(b, kernel, wires, &mut scale)?);
        }
        let mut free = vec![false; net.wires.len()];
        for wire in net.inputs.iter().flatten() {
            // Rows of inputs that differ from what was seen have no mass.
            free[*wire] = true;
            if wires.is_open(*wire) {
                factors.push(Factor::ones(vec![*wire], vec![net.wires[*wire]]));
            }
        }
        net.outputs.iter().for_each(|w| free[*w] = true);
        Some(Product { factors, scale, free })
    }

    /// A good order for summing out; a known one is improved on.
    pub(super) fn order(&self, net: &Network, known: &[usize]) -> Order {
        let logs: Vec<f64> = net.wires.iter().map(|s| (*s as f64).log2()).collect();
        let shapes: Vec<Shape> = self
            .factors
            .iter()
            .map(|f| Shape {
                vars: f.vars.clone(),
                count: (f.count().max(1) as f64).log2(),
                bits: f.numbers.bits() as f64,
            })
            .collect();
        best(&shapes, &logs, &self.free, known)
    }

    /// 2. and 3.
    pub(super) fn weights(
        mut self,
        net: &Network,
        seen: &[Option<u64>],
        order: &[usize],
        means: Means<'_>,
    ) -> Result<Weights, JoinFault> {
        let mut live: Vec<Option<Factor>> = std::mem::take(&mut self.factors).into_iter().map(Some).collect();
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); net.wires.len()];
        for (f, factor) in live.iter().enumerate() {
            factor.iter().flat_map(|f| &f.vars).for_each(|v| users[*v].push(f));
        }
        // Tables that wait take memory from those that are made.
        let mut held: u64 = live.iter().flatten().map(Factor::bytes).sum();
        for v in order {
            let own: Vec<usize> = users[*v].iter().copied().filter(|f| live[*f].is_some()).collect();
            let met: Vec<Factor> = own.iter().filter_map(|f| live[*f].take()).collect();
            if met.is_empty() {
                continue;
            }
            let spent: u64 = met.iter().map(Factor::bytes).sum();
            let left = Means { bytes: means.bytes.saturating_sub(held), ..means };
            let is_last = |w: usize| !self.free[w] && users[w].iter().all(|f| live[*f].is_none());
            let made = multiplied(met, &is_last, &mut self.scale, left)?;
            held = held - spent + made.bytes();
            for w in &made.vars {
                users[*w].retain(|f| live[*f].is_some());
                users[*w].push(live.len());
            }
            live.push(Some(made));
        }
        let rest: Vec<Factor> = live.into_iter().flatten().collect();
        let means = Means { bytes: means.bytes.saturating_sub(held), ..means };
        let table = multiplied(rest, &|w| !self.free[w], &mut self.scale, means)?;
        Ok(self.read(net, seen, &table))
    }

    /// 3.
    fn read(self, net: &Network, seen: &[Option<u64>], table: &Factor) -> Weights {
        let inputs: Vec<usize> = net.inputs.iter().flatten().copied().collect();
        let in_sizes: Vec<u64> = inputs.iter().map(|w| net.wires[*w]).collect();
        let out_sizes: Vec<u64> = net.outputs.iter().map(|w| net.wires[*w]).collect();
        // For each wire of the table, how far it moves the row and the place in it.
        let mut moves: Vec<(u64, u64)> = vec![(0, 0); table.vars.len()];
        let (mut first, mut base) = (0, 0);
        for (wire, stride) in inputs.iter().zip(strides(&in_sizes)) {
            match (table.position(*wire), seen[*wire]) {
                (Some(at), _) => moves[at].0 += stride,
                (None, value) => first += value.unwrap_or(0) * stride,
            }
        }
        for (wire, stride) in net.outputs.iter().zip(strides(&out_sizes)) {
            match (table.position(*wire), seen[*wire]) {
                (Some(at), _) => moves[at].1 += stride,
                (None, value) => base += value.unwrap_or(0) * stride,
            }
        }
        let mut rows: Vec<Vec<(u64, Int)>> = vec![Vec::new(); in_sizes.iter().product::<u64>() as usize];
        let from = strides(&table.sizes);
        for at in 0..table.count() {
            let place = table.places.as_ref().map_or(at as u64, |p| p[at]);
            let (mut row, mut out) = (first, base);
            for (k, (to_row, to_out)) in moves.iter().enumerate() {
                let coordinate = place / from[k] % table.sizes[k];
                row += coordinate * to_row;
                out += coordinate * to_out;
            }
            rows[row as usize].push((out, table.numbers.get(at)));
        }
        rows.iter_mut().for_each(|row| row.sort_unstable_by_key(|(p, _)| *p));
        Weights { rows, scale: self.scale }
    }
}
