//! Factors: sparse tables of integers over some wires, up to a scale that is kept apart.
//!
//! A kernel as a box of a network is a factor over the wires at its ends. All its rows are brought to one denominator,
//! which goes into the scale; so a product of factors is a product of integers, and nothing is divided on the way but
//! by common factors of whole tables.

use super::kernel::Kernel;
use super::network::NetBox;
use super::space::{size, strides};
use crate::number::fixed::Fixed;
use crate::number::int::Int;

/// Numbers shorter than this stay as they are: dividing them by a common factor would win nothing.
const SHORT_BITS: u64 = 48;

/// A table over wires, zeros left out.
#[derive(Debug, Clone)]
pub(super) struct Factor {
    /// The wires, each once; none has only one point.
    pub vars: Vec<usize>,
    /// Their sizes.
    pub sizes: Vec<u64>,
    /// The places of the numbers, increasing, the last wire running fastest; `None` where none is left out.
    pub places: Option<Vec<u64>>,
    /// The numbers, none of which is 0.
    pub numbers: Fixed,
    /// Bits of the numbers when a common factor was last looked for.
    pub reduced: u64,
}

/// What the numbers of a product of factors must be multiplied and divided by.
#[derive(Debug, Clone, Default)]
pub(super) struct Scale {
    /// Common factors that were taken out.
    pub times: Vec<Int>,
    /// Denominators.
    pub over: Vec<Int>,
}

impl Factor {
    /// A table with these numbers at increasing places.
    pub(super) fn new(vars: Vec<usize>, sizes: Vec<u64>, places: Vec<u64>, numbers: Fixed) -> Factor {
        let full = size(&sizes) == Some(places.len() as u64);
        Factor { vars, sizes, places: (!full).then_some(places), numbers, reduced: 0 }
    }

    /// The table of ones.
    pub(super) fn ones(vars: Vec<usize>, sizes: Vec<u64>) -> Factor {
        let count = size(&sizes).unwrap_or(u64::MAX) as usize;
        Factor { vars, sizes, places: None, numbers: Fixed::ones(count), reduced: 1 }
    }

    /// How many numbers are stored.
    pub(super) fn count(&self) -> usize {
        self.numbers.len()
    }

    /// Bytes of the numbers and their places.
    pub(super) fn bytes(&self) -> u64 {
        8 * (self.places.as_ref().map_or(0, Vec::len) + self.count() * self.numbers.width()) as u64
    }

    /// The place of a wire among the wires of the table.
    pub(super) fn position(&self, var: usize) -> Option<usize> {
        self.vars.iter().position(|v| *v == var)
    }

    /// Takes out a common factor where numbers have become long, and words that none of them needs.
    pub(super) fn tidied(mut self, scale: &mut Scale) -> Factor {
        self.numbers = self.numbers.narrowed();
        let bits = self.numbers.bits();
        if bits > SHORT_BITS && 2 * bits >= 3 * self.reduced {
            let common = self.numbers.content();
            if !common.is_one() && !common.is_zero() {
                self.numbers = self.numbers.divided(&common).narrowed();
                scale.times.push(common);
            }
            self.reduced = self.numbers.bits();
        }
        self
    }

    /// For every number, its place among the points of some of the wires, for several choices of them.
    pub(super) fn projected(&self, choices: &[&[usize]]) -> Vec<Vec<u64>> {
        let all = strides(&self.sizes);
        let mut steps: Vec<Vec<u64>> = Vec::with_capacity(choices.len());
        for chosen in choices {
            let chosen_sizes: Vec<u64> = chosen.iter().map(|p| self.sizes[*p]).collect();
            let mut step = vec![0; self.sizes.len()];
            for (p, s) in chosen.iter().zip(strides(&chosen_sizes)) {
                step[*p] = s;
            }
            steps.push(step);
        }
        let mut out: Vec<Vec<u64>> = choices.iter().map(|_| Vec::with_capacity(self.count())).collect();
        match &self.places {
            Some(places) => {
                for (steps, out) in steps.iter().zip(&mut out) {
                    let parts: Vec<(u64, u64, u64)> =
                        (0..all.len()).filter(|k| steps[*k] != 0).map(|k| (all[k], self.sizes[k], steps[k])).collect();
                    out.extend(
                        places.iter().map(|p| parts.iter().map(|(from, size, to)| p / from % size * to).sum::<u64>()),
                    );
                }
            }
            None => {
                for (steps, out) in steps.iter().zip(&mut out) {
                    let mut digits = vec![0u64; self.sizes.len()];
                    let mut at = 0u64;
                    for _ in 0..self.count() {
                        out.push(at);
                        for k in (0..digits.len()).rev() {
                            digits[k] += 1;
                            at += steps[k];
                            if digits[k] < self.sizes[k] {
                                break;
                            }
                            at -= steps[k] * self.sizes[k];
                            digits[k] = 0;
                        }
                    }
                }
            }
        }
        out
    }
}

/// What is known of the wires of a network: their sizes, and the values of those that were seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wires<'n> {
    /// Sizes.
    pub sizes: &'n [u64],
    /// Values that were seen.
    pub seen: &'n [Option<u64>],
}

impl Wires<'_> {
    /// Whether a wire has more than one point left.
    pub(super) fn is_open(&self, wire: usize) -> bool {
        self.sizes[wire] > 1 && self.seen[wire].is_none()
    }
}

/// The wires of a box that have more than one point left, each once, in the order of its table.
pub(super) fn scope(b: &NetBox, wires: Wires<'_>) -> Vec<usize> {
    let mut vars: Vec<usize> = Vec::new();
    for wire in b.inputs.iter().chain(b.outputs.iter().flatten()) {
        if wires.is_open(*wire) && !vars.contains(wire) {
            vars.push(*wire);
        }
    }
    vars
}

/// The factor of a box, restricted to what was seen. `None` where a number is negative, which no kernel's is.
pub(super) fn factor(b: &NetBox, kernel: &Kernel, wires: Wires<'_>, scale: &mut Scale) -> Option<Factor> {
    let vars = scope(b, wires);
    let sizes: Vec<u64> = vars.iter().map(|v| wires.sizes[*v]).collect();
    let steps = strides(&sizes);
    let step = |wire: usize| vars.iter().position(|v| *v == wire).map_or(0, |p| steps[p]);
    let rows = chosen_rows(b, &kernel.dom, wires, step);
    let mut lcm = Int::ONE;
    for (row, _) in &rows {
        let den = kernel.rows[*row as usize].den();
        if *den != lcm {
            lcm = lcm.lcm(den);
        }
    }
    // For each output where its coordinate is found in a place of the kernel; then what was seen there, or how far the
    // coordinate moves a place of the table.
    let (mut seen, mut open) = (Vec::new(), Vec::new());
    for ((wire, stride), size) in b.outputs.iter().flatten().zip(strides(&kernel.cod)).zip(&kernel.cod) {
        match wires.seen[*wire] {
            Some(value) => seen.push((stride, *size, value)),
            None => open.push((stride, *size, step(*wire))),
        }
    }
    let whole = seen.is_empty() && open.iter().all(|(from, size, to)| from == to || *size == 1);
    let (mut places, mut numbers, mut bits) = (Vec::new(), Vec::new(), 0);
    for (row, base) in rows {
        let row = &kernel.rows[row as usize];
        let lengthened = lcm.div_exact(row.den());
        for (p, w) in row.entries() {
            if w.sign().is_lt() {
                return None;
            }
            if seen.iter().any(|(stride, size, value)| p / stride % size != *value) {
                continue;
            }
            let place = if whole { *p } else { open.iter().map(|(from, size, to)| p / from % size * to).sum::<u64>() };
            let number = if lengthened.is_one() { w.clone() } else { &lengthened * w };
            bits = bits.max(number.bits());
            places.push(base + place);
            numbers.push(number);
        }
    }
    if !lcm.is_one() {
        scale.over.push(lcm);
    }
    Some(Factor::new(vars, sizes, places, Fixed::from_ints(numbers.into_iter(), bits)))
}

/// The rows of a box that agree with what was seen, and with its being given one wire at several inputs; each with the
/// place in the table where it begins. Both increase.
fn chosen_rows(b: &NetBox, dom: &[u64], wires: Wires<'_>, step: impl Fn(usize) -> u64) -> Vec<(u64, u64)> {
    let mut inputs: Vec<(usize, u64)> = Vec::new();
    for (wire, stride) in b.inputs.iter().zip(strides(dom)) {
        match inputs.iter_mut().find(|(w, _)| w == wire) {
            Some((_, sum)) => *sum += stride,
            None => inputs.push((*wire, stride)),
        }
    }
    let mut rows = vec![(0, 0)];
    for (wire, stride) in inputs {
        let to = step(wire);
        let values = match wires.seen[wire] {
            Some(value) => value..value + 1,
            None => 0..wires.sizes[wire],
        };
        rows = rows
            .iter()
            .flat_map(|(row, base)| values.clone().map(move |v| (row + v * stride, base + v * to)))
            .collect();
    }
    rows
}
