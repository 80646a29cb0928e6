//! Two diagrams that differ, with fewer outputs: what need not be looked at to see the difference is discarded.

use crate::base::interrupt::{Interrupt, Stopped};
use crate::rewrite::NormalForm;

/// Outputs on which two different normal forms still differ, none of which can be left out.
///
/// Half of the outputs are left out where that is possible, then quarters of what there is, and so on down to single
/// ones: where few outputs matter, the diagrams are soon small.
pub(super) fn fewer_outputs(
    left: &NormalForm,
    right: &NormalForm,
    interrupt: &Interrupt,
) -> Result<Vec<usize>, Stopped> {
    let mut kept: Vec<usize> = (0..left.outputs.len()).collect();
    let (mut l, mut r) = (left.marginal(&kept), right.marginal(&kept));
    let mut part = kept.len().div_ceil(2);
    while part > 0 {
        let mut start = 0;
        while start < kept.len() {
            interrupt.check()?;
            // Places among the outputs that are left.
            let rest: Vec<usize> = (0..kept.len()).filter(|k| !(start..start + part).contains(k)).collect();
            let (a, b) = (l.marginal(&rest), r.marginal(&rest));
            if a == b {
                start += part;
                continue;
            }
            kept = rest.into_iter().map(|k| kept[k]).collect();
            (l, r) = (a, b);
        }
        part = if part == 1 { 0 } else { part.div_ceil(2) };
    }
    Ok(kept)
}
