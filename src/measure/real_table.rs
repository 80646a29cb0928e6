//! A joint law with real entries, its marginals, and what is made of their entropies. The formulas are those of
//! [`super::entropy`], term by term.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::components::components;
use super::evaluate::fault;
use super::table::projection;
use crate::base::span::Span;
use crate::check::softmax::RealRow;
use crate::diagram::graph::DiagramId;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::number::real::{Real, RealFault};

type Valued = Result<Real, ModelError>;

/// Two laws side by side, point by point, as `real_divergence` takes them.
type Cells = Vec<(Option<Real>, Option<Real>)>;

/// The law of some outputs of a state. All masses are positive.
///
/// Every marginal is evaluated by itself, not added up from the joint law: what is rational stays so, and formulas stay
/// short.
pub(super) struct RealTable<'t, 'a> {
    evaluator: &'t mut Evaluator<'a>,
    state: DiagramId,
    /// The measure, for errors.
    span: Span,
}

impl<'t, 'a> RealTable<'t, 'a> {
    /// The law of the outputs of a state.
    pub(super) fn new(evaluator: &'t mut Evaluator<'a>, state: DiagramId, span: Span) -> RealTable<'t, 'a> {
        RealTable { evaluator, state, span }
    }

    /// The law of some wires, which are increasing, and their sizes.
    fn law(&mut self, wires: &[usize]) -> Result<(Arc<RealRow>, Vec<u64>), ModelError> {
        let kernel = self.evaluator.real_kernel(self.state, wires)?;
        Ok((kernel.row(0)?.clone(), kernel.cod.clone()))
    }

    /// The law of some wires, without order.
    pub(super) fn marginal(&mut self, wires: &[usize]) -> Result<Arc<RealRow>, ModelError> {
        self.law(&sorted(wires)).map(|(law, _)| law)
    }

    fn known<T>(&self, value: Result<T, RealFault>) -> Result<T, ModelError> {
        value.map_err(|f| fault(f, self.span))
    }

    /// `H(x)`
    pub(super) fn entropy(&mut self, wires: &[usize]) -> Valued {
        let law = self.marginal(wires)?;
        self.known(entropy(&law))
    }

    /// `H(x | z)`: where the law of z is rational, the mean of the entropies of the laws of x for each z; else the difference
    /// `H(x, z) - H(z)`.
    pub(super) fn conditional_entropy(&mut self, wires: &[usize], given: &[usize]) -> Valued {
        let of_z = self.marginal(given)?;
        if !given.is_empty() && of_z.iter().all(|(_, p)| p.as_ratio().is_some()) {
            return self.mean_entropy(wires, given, &of_z);
        }
        let both = self.entropy(&[wires, given].concat())?;
        if given.is_empty() {
            return Ok(both);
        }
        let known = self.entropy(given)?;
        self.known(both.sub(&known))
    }

    /// The mean of the entropies of x for each z, whose law is rational.
    fn mean_entropy(&mut self, wires: &[usize], given: &[usize], of_z: &RealRow) -> Valued {
        let all = sorted(&[wires, given].concat());
        let (law, sizes) = self.law(&all)?;
        let to_z = projection(&sizes, &places(&all, &sorted(given)));
        let mut parts: BTreeMap<u64, RealRow> = BTreeMap::new();
        for (point, p) in law.iter() {
            parts.entry(to_z.of(*point)).or_default().push((*point, p.clone()));
        }
        let mut sum = Real::zero();
        for (z, weight) in of_z {
            let Some(masses) = parts.get(z) else { continue };
            let row = masses.iter().map(|(point, p)| Ok((*point, p.div(weight)?))).collect();
            let term = self.known(row).and_then(|row: RealRow| self.known(entropy(&row)))?;
            sum = self.known(term.mul(weight).and_then(|term| sum.add(&term)))?;
        }
        Ok(sum)
    }

    /// `I(x ; y | z)`; for more groups, co-information.
    pub(super) fn information(&mut self, groups: &[Vec<usize>], given: &[usize]) -> Valued {
        let mut sum = Real::zero();
        for choice in 1u64..1 << groups.len() {
            let chosen: Vec<usize> =
                (0..groups.len()).filter(|i| choice >> i & 1 == 1).flat_map(|i| groups[i].clone()).collect();
            let term = self.conditional_entropy(&chosen, given)?;
            sum = self.known(if choice.count_ones() % 2 == 1 { sum.add(&term) } else { sum.sub(&term) })?;
        }
        Ok(sum)
    }

    /// `TC = sum H(x_i | z) - H(x_1, …, x_n | z)`
    pub(super) fn total_correlation(&mut self, groups: &[Vec<usize>], given: &[usize]) -> Valued {
        let mut sum = self.conditional_entropy(&groups.concat(), given)?.neg();
        for group in groups {
            let term = self.conditional_entropy(group, given)?;
            sum = self.known(sum.add(&term))?;
        }
        Ok(sum)
    }

    /// `DTC = H(x_1, …, x_n | z) - sum H(x_i | the others, z)`
    pub(super) fn dual_total_correlation(&mut self, groups: &[Vec<usize>], given: &[usize]) -> Valued {
        let mut sum = self.conditional_entropy(&groups.concat(), given)?;
        for i in 0..groups.len() {
            let others: Vec<usize> =
                (0..groups.len()).filter(|j| *j != i).flat_map(|j| groups[j].clone()).chain(given.to_vec()).collect();
            let term = self.conditional_entropy(&groups[i], &others)?;
            sum = self.known(sum.sub(&term))?;
        }
        Ok(sum)
    }

    /// The entropy, given z, of what x and y both determine. Which values occur together is known exactly.
    pub(super) fn common(&mut self, groups: &[Vec<usize>; 2], given: &[usize]) -> Valued {
        let all = sorted(&[&groups.concat()[..], given].concat());
        let (law, sizes) = self.law(&all)?;
        let to = |wires: &[usize]| projection(&sizes, &places(&all, &sorted(wires)));
        let [to_x, to_y] = [&groups[0], &groups[1]].map(|g| to(&[g, given].concat()));
        let to_z = to(given);
        let ends = components(law.iter().map(|(point, _)| *point), [&to_x, &to_y]);
        let mut parts: BTreeMap<u64, BTreeMap<usize, Real>> = BTreeMap::new();
        for ((point, p), part) in law.iter().zip(ends) {
            let masses = parts.entry(to_z.of(*point)).or_default();
            let sum = self.known(masses.get(&part).map_or_else(|| Ok(p.clone()), |sum| sum.add(p)))?;
            masses.insert(part, sum);
        }
        let of_z = self.marginal(given)?;
        let mut masses: RealRow = Vec::new();
        for (z, parts) in parts {
            // One part alone has the mass of z, whatever sum it is.
            let whole = of_z.iter().find(|(point, _)| *point == z).filter(|_| parts.len() == 1);
            match whole {
                Some((_, p)) => masses.push((z, p.clone())),
                None => masses.extend(parts.into_values().map(|p| (z, p))),
            }
        }
        self.known(entropy(&masses).and_then(|all| all.sub(&entropy(&of_z)?)))
    }

    /// The joint law of two groups against the product of its marginals: masses of both at each pair of values that each
    /// can be. (Some of these pairs may never occur together.)
    pub(super) fn against_product(&mut self, groups: &[Vec<usize>; 2]) -> Result<Cells, ModelError> {
        let [x, y] = [sorted(&groups[0]), sorted(&groups[1])];
        let both = sorted(&groups.concat());
        let (joint, sizes) = self.law(&both)?;
        let (of_x, of_y) = (self.marginal(&x)?, self.marginal(&y)?);
        let (to_x, to_y) = (projection(&sizes, &places(&both, &x)), projection(&sizes, &places(&both, &y)));
        let together: FxHashMap<(u64, u64), &Real> =
            joint.iter().map(|(point, p)| ((to_x.of(*point), to_y.of(*point)), p)).collect();
        let mut cells = Vec::with_capacity(of_x.len() * of_y.len());
        for (a, p) in of_x.iter() {
            for (b, q) in of_y.iter() {
                let apart = self.known(p.mul(q))?;
                cells.push((together.get(&(*a, *b)).map(|p| (*p).clone()), Some(apart)));
            }
        }
        Ok(cells)
    }
}

/// `-sum p log p`, for the masses of a law.
pub(super) fn entropy(masses: &[(u64, Real)]) -> Result<Real, RealFault> {
    let logs = masses.iter().map(|(_, p)| Ok(p.log()?.neg())).collect::<Result<Vec<_>, RealFault>>()?;
    let masses: Vec<&Real> = masses.iter().map(|(_, p)| p).collect();
    expectation(&masses, &logs)
}

/// `sum p v`, for the masses of a law and values at the same points.
///
/// The masses sum to 1. So this is `v_1 + sum p (v - v_1)`, in which the logarithm of the denominator that the masses of a
/// softmax share stands once; sums of masses, whose logarithms share nothing, are taken as they are.
pub(super) fn expectation(masses: &[&Real], values: &[Real]) -> Result<Real, RealFault> {
    let irrational = masses.iter().any(|p| p.as_ratio().is_none());
    let shares = irrational && masses.iter().all(|p| p.summands() == 1);
    let Some(first) = values.first().filter(|v| shares && v.is_finite()) else {
        return masses.iter().zip(values).try_fold(Real::zero(), |sum, (p, v)| sum.add(&p.mul(v)?));
    };
    masses.iter().zip(values).skip(1).try_fold(first.clone(), |sum, (p, v)| sum.add(&p.mul(&v.sub(first)?)?))
}

/// Where some of the wires stand among all; both are increasing.
fn places(all: &[usize], wires: &[usize]) -> Vec<usize> {
    wires.iter().filter_map(|w| all.binary_search(w).ok()).collect()
}

fn sorted(wires: &[usize]) -> Vec<usize> {
    let mut wires = wires.to_vec();
    wires.sort_unstable();
    wires
}
