//! Whether a result depends on the version of a conditional: decided, with two versions as evidence where it does.
//!
//! 1. Some versions are tried: those that have shown something before, those where every free row is one point, some with
//!    points at random, some in the interior. A result that is otherwise in one of them depends on the version.
//! 2. What is left is compared in enough versions to prove that it depends on none. It is a polynomial in the entries of
//!    free rows (`reach`), or a quotient N/D of two, and says N = c·D. Let a conditional have degree n and, in the rows
//!    that are met, V entries that can be chosen: all but the last of each row, which is 1 less the others. Take versions
//!    in which these entries are a/n with natural numbers a whose sum is at most n. A polynomial of that degree in each
//!    conditional which vanishes in all of these versions is 0 (the exponents with these bounds are closed downwards; the
//!    proof is in `decide/grid.rs`). There are `(V + n choose n)` of them, and their product over all conditionals.
//! 3. Where these are too many, or the result is no polynomial, it *may* depend on the version, and that is the answer.

use std::sync::Arc;

use super::evaluate::Evaluator;
use super::kernel::Kernel;
use super::reach::{Trace, Use};
use super::version::{FilledRow, Version};
use crate::check::scalar::Scalar;
use crate::diagram::graph::{DiagramId, Label};
use crate::model::error::ModelError;
use crate::number::int::Int;
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// Most versions in which a result is compared; fewer where it has many boxes.
const VERSION_LIMIT: u64 = 1024;

/// Most boxes that are computed in all versions together.
const WORK_LIMIT: u64 = 1 << 15;

/// So many versions are compared however many boxes there are.
const FEW: u64 = 16;

/// How many versions are tried that have shown something before.
const REVEALING: usize = 8;

/// How many versions are tried in which the free rows are points, the same everywhere; and how many at random.
const TRIED: u64 = 6;

/// A version with more rows than this is shown as it was found, without rows being left out that do not matter.
const SHORT: usize = 16;

/// How a result depends on the version of a conditional.
#[derive(Debug, Clone)]
pub struct Dependence {
    /// A version in which it is otherwise than in the uniform version, and what is otherwise.
    pub shown: Option<(Arc<Version>, Change)>,
    /// Why it is not known whether more of it depends on the version, if it is not.
    pub open: Option<String>,
}

/// What is otherwise in a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An entry of a kernel.
    Entry {
        /// The input.
        input: u64,
        /// The output.
        output: u64,
        /// The entry in the uniform version.
        uniform: Ratio,
        /// The entry in the other one.
        other: Ratio,
    },
    /// A number.
    Value {
        /// The number in the uniform version.
        uniform: Ratio,
        /// The number in the other one.
        other: Ratio,
    },
    /// Whether a claim is true.
    Claim,
}

/// For each of several results what is otherwise in a version.
type Changes = Vec<Option<Change>>;

/// What came of several results.
pub struct Findings {
    /// For each whether it is otherwise in some version.
    pub changed: Vec<bool>,
    /// A version that shows it for the first of them that is.
    pub shown: Option<(Arc<Version>, Change)>,
    /// Why the others are not known to be the same in all versions, if they are not.
    pub open: Option<String>,
}

impl Evaluator<'_> {
    /// Whether what is evaluated now is some version, and not the answer.
    pub fn is_in_version(&self) -> bool {
        self.version.is_some()
    }

    /// 1. to 3. for several results; `look` compares them with the uniform version.
    pub fn vary(
        &mut self,
        trace: &Trace,
        count: usize,
        look: &mut dyn FnMut(&mut Self) -> Result<Changes, ModelError>,
    ) -> Result<Findings, ModelError> {
        let mut found = Findings { changed: vec![false; count], shown: None, open: None };
        let limit = (WORK_LIMIT / (trace.cost as u64 + 1)).clamp(FEW, VERSION_LIMIT);
        for version in self.revealing.clone().into_iter().rev().chain(tried(trace)) {
            self.compare(&version, look, &mut found)?;
            if !found.changed.contains(&false) {
                break;
            }
        }
        if found.changed.contains(&false) {
            self.prove(trace, limit, look, &mut found)?;
        }
        if let Some((version, change)) = found.shown.take() {
            let (version, change) = self.shortened(version, change, look)?;
            self.revealing.push(version.clone());
            if self.revealing.len() > REVEALING {
                self.revealing.remove(0);
            }
            found.shown = Some((version, change));
        }
        Ok(found)
    }

    /// 2. and 3.
    fn prove(
        &mut self,
        trace: &Trace,
        limit: u64,
        look: &mut dyn FnMut(&mut Self) -> Result<Changes, ModelError>,
        found: &mut Findings,
    ) -> Result<(), ModelError> {
        if let Some(why) = trace.obstacle {
            found.open = Some(why.into());
            return Ok(());
        }
        let versions = trace.uses.iter().fold(1u64, |n, u| n.saturating_mul(lattice_size(u, limit)));
        if versions > limit {
            found.open = Some(format!("more than {limit} versions would have to be compared"));
            return Ok(());
        }
        let lattices: Vec<Vec<Vec<FilledRow>>> = trace.uses.iter().map(lattice).collect();
        let mut at = vec![0usize; lattices.len()];
        loop {
            let version: Version = at.iter().zip(&lattices).flat_map(|(i, l)| l[*i].iter().cloned()).collect();
            self.compare(&Arc::new(version), look, found)?;
            if !found.changed.contains(&false) || found.open.is_some() {
                return Ok(());
            }
            // The next choice of one version of each conditional.
            let Some(k) = (0..at.len()).rev().find(|k| at[*k] + 1 < lattices[*k].len()) else { return Ok(()) };
            at[k] += 1;
            at[k + 1..].fill(0);
        }
    }

    fn compare(
        &mut self,
        version: &Arc<Version>,
        look: &mut dyn FnMut(&mut Self) -> Result<Changes, ModelError>,
        found: &mut Findings,
    ) -> Result<(), ModelError> {
        match self.in_version(version, &mut *look) {
            Ok(changes) => {
                for (changed, change) in found.changed.iter_mut().zip(changes) {
                    let Some(change) = change else { continue };
                    *changed = true;
                    found.shown.get_or_insert_with(|| (version.clone(), change));
                }
                Ok(())
            }
            Err(error) if error.is_null() => {
                found.open = Some("in some version an event that is conditioned on has probability 0".into());
                Ok(())
            }
            Err(error) if error.is_about_values() => {
                found.open = Some(format!("in some version it has no value: {error}"));
                Ok(())
            }
            Err(error) => undecided(error).map(|why| found.open = Some(why)),
        }
    }

    /// A version without rows that do not matter for what it shows.
    fn shortened(
        &mut self,
        version: Arc<Version>,
        change: Change,
        look: &mut dyn FnMut(&mut Self) -> Result<Changes, ModelError>,
    ) -> Result<(Arc<Version>, Change), ModelError> {
        let mut best = (version, change);
        if best.0.len() > SHORT {
            return Ok(best);
        }
        for row in (0..best.0.len()).rev() {
            let mut fewer: Version = best.0.to_vec();
            fewer.remove(row);
            let fewer = Arc::new(fewer);
            match self.in_version(&fewer, &mut *look) {
                Ok(changes) => {
                    if let Some(change) = changes.into_iter().flatten().next() {
                        best = (fewer, change);
                    }
                }
                Err(error) if error.is_about_values() => {}
                Err(error) => drop(undecided(error)?),
            }
        }
        Ok(best)
    }

    /// Takes the marks from rows of a kernel that turn out to be the same in every version, except for those that are
    /// known to be free.
    pub(super) fn settle(
        &mut self,
        mut kernel: Kernel,
        is_free: &dyn Fn(u64) -> bool,
        trace: impl FnOnce(&mut Self, &[u64]) -> Result<Trace, ModelError>,
        mut again: impl FnMut(&mut Self) -> Result<Arc<Kernel>, ModelError>,
    ) -> Result<(Kernel, Option<Dependence>), ModelError> {
        let asked: Vec<u64> = kernel.filled.iter().copied().filter(|row| !is_free(*row)).collect();
        if asked.is_empty() {
            return Ok((kernel, None));
        }
        let trace = match trace(self, &asked) {
            Ok(trace) => trace,
            Err(error) => {
                let open = Some(undecided(error)?);
                return Ok((kernel, Some(Dependence { shown: None, open })));
            }
        };
        let rows = kernel.rows.clone();
        let findings = self.vary(&trace, asked.len(), &mut |e| {
            let other = again(e)?;
            Ok(asked.iter().map(|row| entry_change(*row, &rows[*row as usize], &other.rows[*row as usize])).collect())
        })?;
        if findings.open.is_none() {
            let firm = |row: &u64| asked.binary_search(row).is_ok_and(|at| !findings.changed[at]);
            kernel.filled.retain(|row| !firm(row));
        }
        let Findings { shown, open, .. } = findings;
        let depends = shown.is_some() || open.is_some();
        Ok((kernel, depends.then_some(Dependence { shown, open })))
    }

    /// The same for a diagram and some of its outputs.
    pub(super) fn settled_kernel(
        &mut self,
        id: DiagramId,
        outputs: &[usize],
        kernel: Kernel,
    ) -> Result<Kernel, ModelError> {
        // The marks of a conditional alone are right already: nobody needs to be shown that a free row is free.
        let net = self.network(id, outputs)?.0;
        if matches!(&net.boxes[..], [only] if matches!(only.label, Label::Conditional { .. })) {
            return Ok(kernel);
        }
        let (kernel, dependence) =
            self.settle(kernel, &|_| false, |e, rows| e.trace(id, outputs, rows), |e| e.kernel(id, outputs))?;
        if let Some(dependence) = dependence {
            self.dependences.insert((id, outputs.to_vec()), dependence);
        }
        Ok(kernel)
    }

    /// How the kernel of a diagram depends on the version of a conditional, if it does and that has been looked at.
    pub fn dependence_of(&self, id: DiagramId) -> Option<Dependence> {
        let outputs: Vec<usize> = (0..self.lib.get(id).outputs().len()).collect();
        self.dependences.get(&(id, outputs)).cloned()
    }

    /// Whether a number depends on the version of a conditional, and how.
    pub(super) fn settled_scalar(&mut self, scalar: &Scalar, value: &Ratio) -> Result<bool, ModelError> {
        let trace = match self.trace_scalar(scalar) {
            Ok(trace) => trace,
            Err(error) => {
                let open = Some(undecided(error)?);
                self.dependence = Some(Dependence { shown: None, open });
                return Ok(true);
            }
        };
        let findings = self.vary(&trace, 1, &mut |e| {
            let other = e.scalar(scalar)?.0;
            Ok(vec![(other != *value).then(|| Change::Value { uniform: value.clone(), other })])
        })?;
        let Findings { shown, open, changed } = findings;
        let open = open.filter(|_| !changed[0]);
        self.dependence = (shown.is_some() || open.is_some()).then_some(Dependence { shown, open });
        Ok(self.dependence.is_some())
    }
}

/// Why something is not decided, if that is all that an error says.
pub fn undecided(error: ModelError) -> Result<String, ModelError> {
    match error {
        ModelError::TooLarge { what, size, .. } => Ok(format!("{what} is too large: {size}")),
        error => Err(error),
    }
}

fn entry_change(input: u64, uniform: &Row, other: &Row) -> Option<Change> {
    let output = uniform.first_difference(other)?;
    Some(Change::Entry { input, output, uniform: uniform.get(output), other: other.get(output) })
}

/// 1.
fn tried(trace: &Trace) -> Vec<Arc<Version>> {
    let widest = trace.uses.iter().map(width).max().unwrap_or(0);
    let version = |fill: &mut dyn FnMut(u64) -> Row| {
        let mut out = Version::new();
        for u in &trace.uses {
            for row in &u.rows {
                out.push(FilledRow { conditional: u.conditional.clone(), row: *row, by: fill(width(u)) });
            }
        }
        Arc::new(out)
    };
    let mut all = Vec::new();
    for point in 0..widest.min(TRIED) {
        all.push(version(&mut |width| Row::point(point % width)));
    }
    // The same numbers every time, so that the same program has the same answers.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    if trace.uses.iter().map(|u| u.rows.len()).sum::<usize>() > 1 {
        for _ in 0..TRIED {
            all.push(version(&mut |width| Row::point(random(width))));
        }
    }
    for _ in 0..2 {
        all.push(version(&mut |width| {
            // Rows that are nearly a point, so that there are few numbers in a wide one.
            let (few, more) = (random(width), random(width));
            let weight = 1 + random(97);
            let mut parts = vec![(few, Int::from(weight)), (more, Int::from(98 - weight))];
            parts.sort_by_key(|(p, _)| *p);
            crate::number::row::merge_equal(&mut parts);
            Row::from_sorted(Int::from(98u64), parts)
        }));
    }
    all
}

/// Number of points of the codomain of a conditional.
fn width(u: &Use) -> u64 {
    u.conditional.width()
}

/// How many versions of a conditional are compared: `(V + n choose n)`, counted up to a limit.
fn lattice_size(u: &Use, limit: u64) -> u64 {
    let free = (width(u) - 1).saturating_mul(u.rows.len() as u64);
    let (small, large) = (u.degree.min(free), u.degree.max(free));
    let mut count = 1u64;
    for k in 1..=small {
        // Each step is a binomial coefficient, so the division leaves nothing; they increase.
        count = count.saturating_mul(large.saturating_add(k)) / k;
        if count > limit {
            return limit.saturating_add(1);
        }
    }
    count
}

/// 2. The versions of a conditional.
fn lattice(u: &Use) -> Vec<Vec<FilledRow>> {
    let width = width(u);
    let rows: Vec<u64> = u.rows.iter().copied().collect();
    let free = (width - 1) * rows.len() as u64;
    // Which entries have how many of the n parts, as an increasing list of them with repetitions.
    let mut chosen: Vec<Vec<u64>> = vec![Vec::new()];
    let mut last = chosen.clone();
    for _ in 0..u.degree {
        last =
            last.iter().flat_map(|c| (c.last().copied().unwrap_or(0)..free).map(|v| [&c[..], &[v]].concat())).collect();
        chosen.extend(last.iter().cloned());
    }
    let filled = |parts: &Vec<u64>| {
        let fill = |(k, row): (usize, &u64)| {
            let mut weights = vec![0u64; width as usize];
            let own = parts.iter().filter(|v| **v / (width - 1).max(1) == k as u64);
            own.clone().for_each(|v| weights[(v % (width - 1)) as usize] += 1);
            weights[width as usize - 1] = u.degree - own.count() as u64;
            let entries = weights.iter().enumerate().map(|(p, w)| (p as u64, Int::from(*w))).collect();
            let by = Row::from_sorted(Int::from(u.degree), entries);
            FilledRow { conditional: u.conditional.clone(), row: *row, by }
        };
        rows.iter().enumerate().map(fill).collect()
    };
    chosen.iter().map(filled).collect()
}
