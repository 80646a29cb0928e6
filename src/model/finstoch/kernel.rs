//! Stochastic matrices.

use std::sync::Arc;

use super::space::{Picker, size, strides};
use crate::base::interrupt::{Interrupt, Stopped};
use crate::number::product::product;
use crate::number::row::Row;

/// A stochastic matrix between products of finite sets, by sparse exact rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kernel {
    /// Sizes of the factors of the domain.
    pub dom: Vec<u64>,
    /// Sizes of the factors of the codomain.
    pub cod: Vec<u64>,
    /// One row for each point of the domain; shared with the declaration where it comes from one.
    pub rows: Arc<Vec<Row>>,
    /// Rows that depend on how a conditional was filled in where it conditions on probability zero, increasing.
    pub filled: Vec<u64>,
}

impl Kernel {
    /// A kernel whose rows depend on no filling.
    pub fn new(dom: Vec<u64>, cod: Vec<u64>, rows: Arc<Vec<Row>>) -> Kernel {
        Kernel { dom, cod, rows, filled: Vec::new() }
    }

    /// Number of points of the codomain.
    pub fn cod_size(&self) -> u64 {
        size(&self.cod).unwrap_or(u64::MAX)
    }

    /// The identity on a product.
    pub fn identity(sizes: &[u64]) -> Kernel {
        Kernel::function(sizes, sizes, |x| x)
    }

    /// A function as a kernel.
    pub fn function(dom: &[u64], cod: &[u64], f: impl Fn(u64) -> u64) -> Kernel {
        let rows = (0..size(dom).unwrap_or(0)).map(|x| Row::point(f(x))).collect();
        Kernel::new(dom.to_vec(), cod.to_vec(), Arc::new(rows))
    }

    /// `copy`, written out.
    pub fn copy(sizes: &[u64]) -> Kernel {
        let n = size(sizes).unwrap_or(0);
        Kernel::function(sizes, &[sizes, sizes].concat(), |x| x * n + x)
    }

    /// `del`, written out.
    pub fn discard(sizes: &[u64]) -> Kernel {
        Kernel::function(sizes, &[], |_| 0)
    }

    /// `swap`, written out.
    pub fn swap(first: &[u64], second: &[u64]) -> Kernel {
        let (a, b) = (size(first).unwrap_or(0), size(second).unwrap_or(1));
        Kernel::function(&[first, second].concat(), &[second, first].concat(), |x| x % b * a + x / b)
    }

    /// `self ; next`
    pub fn then(&self, next: &Kernel, interrupt: &Interrupt) -> Result<Kernel, Stopped> {
        let rows = product(&self.rows, &next.rows, next.cod_size(), interrupt)?;
        let filled = self
            .rows
            .iter()
            .enumerate()
            .filter(|(i, row)| self.is_filled(*i as u64) || row.entries().iter().any(|(p, _)| next.is_filled(*p)))
            .map(|(i, _)| i as u64)
            .collect();
        Ok(Kernel { dom: self.dom.clone(), cod: next.cod.clone(), rows: Arc::new(rows), filled })
    }

    /// `self * other`, written out.
    pub fn beside(&self, other: &Kernel) -> Kernel {
        let width = other.cod_size();
        let mut rows = Vec::with_capacity(self.rows.len() * other.rows.len());
        let mut filled = Vec::new();
        for (i, a) in self.rows.iter().enumerate() {
            for (j, b) in other.rows.iter().enumerate() {
                if self.is_filled(i as u64) || other.is_filled(j as u64) {
                    filled.push(rows.len() as u64);
                }
                let pairs =
                    a.entries().iter().flat_map(|(p, v)| b.entries().iter().map(move |(q, w)| (p * width + q, v * w)));
                rows.push(Row::from_sorted(a.den() * b.den(), pairs.collect()));
            }
        }
        let (dom, cod) = ([&self.dom[..], &other.dom].concat(), [&self.cod[..], &other.cod].concat());
        Kernel { dom, cod, rows: Arc::new(rows), filled }
    }

    /// The kernel followed by a choice of its outputs, in any order; what is not chosen is discarded.
    pub fn select(&self, places: &[usize]) -> Kernel {
        let picker = Picker::new(&self.cod, places);
        if picker.is_whole() {
            return self.clone();
        }
        let rows = self.rows.iter().map(|row| row.moved(|p| picker.pick(p))).collect();
        let cod = places.iter().map(|p| self.cod[*p]).collect();
        Kernel { dom: self.dom.clone(), cod, rows: Arc::new(rows), filled: self.filled.clone() }
    }

    /// The kernel on some of its inputs, which it must not depend on the others for.
    pub fn restrict(&self, places: &[usize]) -> Kernel {
        let dom: Vec<u64> = places.iter().map(|p| self.dom[*p]).collect();
        // The first point with these coordinates stands for all of them.
        let scale = strides(&self.dom);
        let mut from = vec![0u64];
        for p in places {
            from = from
                .iter()
                .flat_map(|at| (0..self.dom[*p]).map(move |c| (at, c)))
                .map(|(at, c)| at + c * scale[*p])
                .collect();
        }
        let rows = from.iter().map(|at| self.rows[*at as usize].clone()).collect();
        let filled = (0..from.len() as u64).filter(|i| self.is_filled(from[*i as usize])).collect();
        Kernel { dom, cod: self.cod.clone(), rows: Arc::new(rows), filled }
    }

    /// Whether a row depends on a filling.
    pub fn is_filled(&self, row: u64) -> bool {
        !self.filled.is_empty() && self.filled.binary_search(&row).is_ok()
    }
}
