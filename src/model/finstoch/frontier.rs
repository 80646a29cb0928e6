//! The frontier: the joint law of the wires that are still needed, for each input.

use super::kernel::Kernel;
use super::space::{Picker, size};
use crate::base::interrupt::{Interrupt, Stopped};
use crate::number::int::Int;
use crate::number::product::loose_product;
use crate::number::row::{LooseRow, Masses, Row, merge_equal};

/// Bytes for an entry of a frontier, with what a step needs beside it and the digits of a number of some words.
const ENTRY_BYTES: u64 = 64;

/// Most entries that a frontier may have in so much memory.
pub(super) fn entry_limit(memory: u64) -> usize {
    (memory / ENTRY_BYTES) as usize
}

/// A kernel from the inputs of a network to the wires in the frontier.
#[derive(Debug, Clone)]
pub(super) struct Frontier {
    /// The wires, each once.
    pub wires: Vec<usize>,
    /// Their sizes.
    pub sizes: Vec<u64>,
    /// For each input a distribution on the points of the wires.
    pub rows: Vec<LooseRow>,
    /// Whether a row has met a filled row of a conditional.
    pub filled: Vec<bool>,
    /// Most entries that it may have.
    pub limit: usize,
}

/// Why a step could not be taken.
pub(super) enum StepFault {
    /// The frontier would be too large: its number of points, in words.
    TooLarge(String),
    /// Stopped from outside.
    Stopped(Stopped),
}

impl Frontier {
    /// Replaces wires by the outputs of a kernel applied to them, and drops those that are not needed any more.
    pub(super) fn step(
        &mut self,
        kernel: &Kernel,
        inputs: &[usize],
        outputs: &[usize],
        needed: impl Fn(usize) -> bool,
        interrupt: &Interrupt,
    ) -> Result<(), StepFault> {
        let at: Vec<usize> = inputs.iter().filter_map(|w| self.wires.iter().position(|v| v == w)).collect();
        let kept: Vec<usize> = (0..self.wires.len()).filter(|i| needed(self.wires[*i])).collect();
        let mut wires: Vec<usize> = kept.iter().map(|i| self.wires[*i]).collect();
        let mut sizes: Vec<u64> = kept.iter().map(|i| self.sizes[*i]).collect();
        wires.extend_from_slice(outputs);
        sizes.extend_from_slice(&kernel.cod);
        let Some(points) = size(&sizes) else {
            let bits: f64 = sizes.iter().map(|s| (*s as f64).log2()).sum();
            return Err(StepFault::TooLarge(format!(
                "{} wires at once with about 2^{} points",
                sizes.len(),
                bits as u64
            )));
        };
        self.mark(kernel, &Picker::new(&self.sizes, &at));
        let whole = kept.is_empty() && at.iter().copied().eq(0..self.wires.len());
        self.rows = if whole {
            loose_product(&self.rows, &kernel.rows, points, interrupt).map_err(StepFault::Stopped)?
        } else {
            self.spread(kernel, &at, &kept, interrupt)?
        };
        self.wires = wires;
        self.sizes = sizes;
        Ok(())
    }

    fn mark(&mut self, kernel: &Kernel, picker: &Picker) {
        if kernel.filled.is_empty() {
            return;
        }
        for (row, filled) in self.rows.iter().zip(&mut self.filled) {
            *filled |= row.entries().iter().any(|(p, _)| kernel.is_filled(picker.pick(*p)));
        }
    }

    /// The general step: every point of the frontier goes to what it keeps, times its row of the kernel.
    fn spread(
        &self,
        kernel: &Kernel,
        at: &[usize],
        kept: &[usize],
        interrupt: &Interrupt,
    ) -> Result<Vec<LooseRow>, StepFault> {
        let (input, keep) = (Picker::new(&self.sizes, at), Picker::new(&self.sizes, kept));
        let width = kernel.cod_size();
        let mut total = 0usize;
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            interrupt.check().map_err(StepFault::Stopped)?;
            let chosen: Vec<&Row> = row.entries().iter().map(|(p, _)| &kernel.rows[input.pick(*p) as usize]).collect();
            let mut lcm = Int::ONE;
            for other in &chosen {
                if *other.den() != lcm {
                    lcm = lcm.lcm(other.den());
                }
            }
            let count: usize = chosen.iter().map(|r| r.entries().len()).sum();
            if total + count > 2 * self.limit {
                return Err(StepFault::TooLarge(format!("more than {} entries", 2 * self.limit)));
            }
            let mut entries: Vec<(u64, Int)> = Vec::with_capacity(count);
            // Where rows of the kernel are met again and again, they are brought to a short multiple once; otherwise the
            // numbers of the frontier are.
            let short = lcm.bits() <= 62 && chosen.len() >= 2 * kernel.rows.len();
            let mut scaled: Vec<Option<Vec<Int>>> = vec![None; if short { kernel.rows.len() } else { 0 }];
            for ((p, w), other) in row.entries().iter().zip(&chosen) {
                let base = keep.pick(*p) * width;
                if short {
                    let weights = scaled[input.pick(*p) as usize].get_or_insert_with(|| {
                        let factor = lcm.div_exact(other.den());
                        other.entries().iter().map(|(_, v)| &factor * v).collect()
                    });
                    entries.extend(other.entries().iter().zip(weights).map(|((q, _), v)| (base + q, w * v)));
                } else {
                    let factor = w * &lcm.div_exact(other.den());
                    entries.extend(other.entries().iter().map(|(q, v)| (base + q, &factor * v)));
                }
            }
            entries.sort_unstable_by_key(|(p, _)| *p);
            merge_equal(&mut entries);
            total += entries.len();
            if total > self.limit {
                return Err(StepFault::TooLarge(format!("more than {} entries", self.limit)));
            }
            rows.push(LooseRow::new(row.den() * &lcm, entries, row));
        }
        Ok(rows)
    }
}
