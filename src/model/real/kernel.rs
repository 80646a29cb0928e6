//! Stochastic matrices with real entries.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::softmax::RealRow;
use crate::model::error::ModelError;
use crate::model::finstoch::kernel::Kernel;
use crate::number::real::{Real, RealFault};
use crate::number::row::Row;

/// A stochastic matrix between products of finite sets, by sparse rows of real numbers.
#[derive(Debug, Clone)]
pub struct RealKernel {
    /// Sizes of the factors of the domain.
    pub dom: Vec<u64>,
    /// Sizes of the factors of the codomain.
    pub cod: Vec<u64>,
    /// One row for each point of the domain; `None` where it depends on a conditional on what never happens, for which
    /// any row would do.
    pub rows: Vec<Option<Arc<RealRow>>>,
}

/// Said where a row is asked for that depends on the version of a conditional.
const FREE_ROW: &str =
    "this depends on a row that conditions on probability 0, and what rows would do is not followed through a softmax";

impl RealKernel {
    /// A rational kernel.
    pub fn of(kernel: &Kernel) -> RealKernel {
        let row = |(x, row): (usize, &Row)| (!kernel.is_filled(x as u64)).then(|| Arc::new(real_row(row)));
        let rows = kernel.rows.iter().enumerate().map(row).collect();
        RealKernel { dom: kernel.dom.clone(), cod: kernel.cod.clone(), rows }
    }

    /// A row.
    ///
    /// # Errors
    ///
    /// It is not known whether the row is the same in all versions of a conditional.
    pub fn row(&self, input: usize) -> Result<&Arc<RealRow>, ModelError> {
        self.rows[input].as_ref().ok_or_else(free_row)
    }

    /// The union of the supports of all rows, increasing. Every entry is positive.
    pub fn support(&self) -> Result<Vec<u64>, ModelError> {
        let mut places = Vec::new();
        for x in 0..self.rows.len() {
            places.extend(self.row(x)?.iter().map(|(p, _)| *p));
        }
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }
}

fn free_row() -> ModelError {
    ModelError::Undecided { why: FREE_ROW.into(), span: None }
}

/// A rational row.
pub(super) fn real_row(row: &Row) -> RealRow {
    row.ratios().map(|(point, p)| (point, Real::from(p))).collect()
}

/// Points with masses, where masses of one point are added.
pub(super) fn gathered(entries: impl IntoIterator<Item = (u64, Real)>) -> Result<RealRow, RealFault> {
    let mut sums: BTreeMap<u64, Real> = BTreeMap::new();
    for (point, mass) in entries {
        let sum = match sums.get(&point) {
            Some(sum) => sum.add(&mass)?,
            None => mass,
        };
        sums.insert(point, sum);
    }
    Ok(sums.into_iter().collect())
}
