//! Comparisons in all versions at once, where a result is affine in each free row.
//!
//! If a monomial has at most one entry of each conditional, a polynomial is affine in each free row while the others stay
//! as they are. On a product of simplices such a polynomial lies between its values at the corners: moving one row to the
//! corner where it is largest makes it no smaller, and so on row by row. The corners are the versions in which every free
//! row is a point.

use std::sync::Arc;

use super::evaluate::Evaluator;
use super::reach::Trace;
use super::version::{FilledRow, Version};
use crate::model::error::ModelError;
use crate::number::row::Row;

/// Most corners that are looked at.
const CORNER_LIMIT: u64 = 1024;

impl Evaluator<'_> {
    /// Whether something is true at all corners; `None` where that says nothing of the other versions, or is not known.
    pub fn at_all_corners(
        &mut self,
        trace: &Trace,
        look: &mut dyn FnMut(&mut Self) -> Result<bool, ModelError>,
    ) -> Result<Option<bool>, ModelError> {
        if trace.obstacle.is_some() || trace.uses.iter().any(|u| u.degree > 1) {
            return Ok(None);
        }
        let mut corner = Version::new();
        let mut widths = Vec::new();
        for u in &trace.uses {
            for row in &u.rows {
                corner.push(FilledRow { conditional: u.conditional.clone(), row: *row, by: Row::point(0) });
                widths.push(u.conditional.width());
            }
        }
        if widths.iter().fold(1u64, |n, w| n.saturating_mul(*w)) > CORNER_LIMIT {
            return Ok(None);
        }
        let mut at = vec![0u64; widths.len()];
        loop {
            match self.in_version(&Arc::new(corner.clone()), &mut *look) {
                Ok(true) => {}
                Ok(false) => return Ok(Some(false)),
                // A quotient says something about its parts only where its denominator is not 0.
                Err(error) if error.is_null() || matches!(error, ModelError::TooLarge { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
            let Some(k) = (0..at.len()).rev().find(|k| at[*k] + 1 < widths[*k]) else { return Ok(Some(true)) };
            at[k] += 1;
            at[k + 1..].fill(0);
            corner.iter_mut().zip(&at).skip(k).for_each(|(filled, point)| filled.by = Row::point(*point));
        }
    }
}
