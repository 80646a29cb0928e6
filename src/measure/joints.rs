//! Which joint laws an item needs.
//!
//! Measures of wires of one diagram are computed from one joint law, that of all wires that any of them names: then
//! their logarithms have one denominator, and a chain rule cancels. Where that law would be much larger than the
//! largest that some measure needs for itself, each measure gets its own.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::matrix::Matrix;
use crate::check::measure::{Measure, MeasureKind};
use crate::check::scalar::{Scalar, ScalarKind};
use crate::check::term::Term;
use crate::diagram::graph::DiagramId;
use crate::model::finstoch::evaluate::Evaluator;

/// A joint law may always be that large, in points.
const SMALL: u64 = 1 << 12;

/// Else it may be so many times as large as what one measure needs.
const LARGER: u64 = 4;

/// The wires whose joint law is computed, by diagram; a diagram that is not here has none in common.
pub(super) type Joints = FxHashMap<DiagramId, Vec<usize>>;

/// The joint laws for some numbers.
pub(super) fn joints(evaluator: &mut Evaluator<'_>, scalars: &[&Scalar]) -> Joints {
    let mut needed: BTreeMap<DiagramId, Vec<Vec<usize>>> = BTreeMap::new();
    for scalar in scalars {
        visit(scalar, &mut FxHashSet::default(), &mut |measure| {
            if let Some((within, wires)) = wires(measure) {
                let id = evaluator.lib.term(evaluator.sig, within);
                needed.entry(id).or_default().push(wires);
            }
        });
    }
    let mut joints = Joints::default();
    for (id, lists) in needed {
        let sizes = evaluator.sig.sizes(&evaluator.lib.get(id).cod());
        let points = |wires: &[usize]| wires.iter().fold(1u64, |n, w| n.saturating_mul(sizes[*w]));
        let largest = lists.iter().map(|wires| points(wires)).max().unwrap_or(1);
        let mut all = lists.concat();
        all.sort_unstable();
        all.dedup();
        if points(&all) <= SMALL.max(largest.saturating_mul(LARGER)) {
            joints.insert(id, all);
        }
    }
    joints
}

/// All measures in a number, those of a number with a name once.
fn visit<'s>(scalar: &'s Scalar, seen: &mut FxHashSet<*const Scalar>, found: &mut impl FnMut(&'s Measure)) {
    match &scalar.kind {
        ScalarKind::Measure(measure) => found(measure),
        ScalarKind::Named(inner) => {
            let inner: &Scalar = inner;
            if seen.insert(inner) {
                visit(inner, seen, found);
            }
        }
        ScalarKind::Negative(inner) | ScalarKind::Unit(inner, _) => visit(inner, seen, found),
        ScalarKind::Chain(first, rest) => {
            visit(first, seen, found);
            rest.iter().for_each(|(_, item)| visit(item, seen, found));
        }
        ScalarKind::Call(_, items) => items.iter().for_each(|item| visit(item, seen, found)),
        ScalarKind::Matrix(number) => {
            number.matrices().into_iter().flat_map(Matrix::scalars).for_each(|item| visit(item, seen, found));
        }
        _ => {}
    }
}

/// The state that a measure is of, and the wires that it names.
pub(super) fn wires(measure: &Measure) -> Option<(&Term, Vec<usize>)> {
    Some(match &measure.kind {
        MeasureKind::Entropy { of, given, within } => (within, [&of[..], given].concat()),
        MeasureKind::OrderedEntropy { of, within, .. } => (within, of.clone()),
        MeasureKind::Information { groups, given, within }
        | MeasureKind::TotalCorrelation { groups, given, within }
        | MeasureKind::DualTotalCorrelation { groups, given, within } => {
            (within, groups.iter().flatten().chain(given).copied().collect())
        }
        MeasureKind::DivergenceFromProduct { groups, within, .. } => (within, groups.concat()),
        MeasureKind::Common { groups, given, within } => (within, [&groups.concat()[..], given].concat()),
        MeasureKind::CrossEntropy { .. }
        | MeasureKind::Overlap(..)
        | MeasureKind::Divergence { .. }
        | MeasureKind::Categorical { .. } => return None,
    })
}
