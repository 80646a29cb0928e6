//! The question answered: do the features of the best model of rank d span the space of the d leading canonical correlations?
//!
//! The answer is about one table. It rests on a minimum that was searched for and not proved to be the lowest one, so there is
//! an answer only where the search is convincing; else the reason is given. One part needs no minimum: a better model than
//! the one found makes the relative gap larger, so a gap that is too large stays too large.

use nalgebra::DMatrix;

use super::alignment::{cka, rayleigh, sine, spread};
use super::contrastive;
use super::fit::{Fit, fit, refit};
use super::linear::{Singular, columns, columns_times, rows_times, singular};
use super::log_bilinear::Model;
use super::surrogates;
use super::table::Table;
use crate::base::interrupt::{Interrupt, Stopped};

/// `EXACT`: largest sine and relative gap.
pub const EXACT: [f64; 2] = [1e-6, 1e-6];
/// `APPROX`: largest sine and relative gap.
pub const APPROX: [f64; 2] = [0.1, 0.01];
/// `FAIL`: smallest sine, or smallest relative gap.
pub const FAIL: [f64; 2] = [0.5, 0.1];

/// Singular values count as equal if they differ by less than this part of the largest.
const TIE: f64 = 1e-6;
/// A singular value is 0 if it is less than this part of the largest one, or less than this itself.
const ZERO: f64 = 1e-11;
/// Largest gradient of a minimum, as a part of what a model can capture.
const STILL: f64 = 1e-6;
/// Smallest curvature of an isolated minimum, as a part of the largest.
const FLAT: f64 = 1e-9;
/// A model that gives a token less than this, in a context that it never follows, is on its way to infinity.
const ESCAPED: f64 = 1e-8;

/// The answer, by the criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// The spaces are the same, up to rounding.
    Exact,
    /// They nearly are, and little likelihood is lost.
    Approx,
    /// Neither close nor far.
    Neither,
    /// They are far apart, or much likelihood is lost.
    Fail,
}

impl Call {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Call::Exact => "EXACT",
            Call::Approx => "APPROX",
            Call::Neither => "NEITHER",
            Call::Fail => "FAIL",
        }
    }

    /// The criterion that it stands for.
    pub fn criterion(self) -> &'static str {
        match self {
            Call::Exact => "sine <= 1e-6 and gap <= 1e-6",
            Call::Approx => "sine <= 0.1 and gap <= 0.01",
            Call::Neither => "between APPROX (sine <= 0.1 and gap <= 0.01) and FAIL (sine >= 0.5 or gap >= 0.1)",
            Call::Fail => "sine >= 0.5 or gap >= 0.1",
        }
    }

    /// The call for sines of the largest angle, from the smallest to the largest over all best models, and a relative gap.
    pub fn of(sines: [f64; 2], gap: f64) -> Call {
        let within = |[s, g]: [f64; 2]| sines[1] <= s && gap <= g;
        match () {
            () if within(EXACT) => Call::Exact,
            () if within(APPROX) => Call::Approx,
            () if sines[0] >= FAIL[0] || gap >= FAIL[1] => Call::Fail,
            () => Call::Neither,
        }
    }
}

/// Why there is no call.
#[derive(Debug, Clone, PartialEq)]
pub enum Open {
    /// The table has fewer canonical correlations that are not 0 than the rank asks for.
    LowRank {
        /// How many there are.
        found: usize,
    },
    /// The d-th and the next canonical correlation are equal: no space of dimension d is the leading one.
    Tie {
        /// The correlation.
        value: f64,
    },
    /// Logits grow without bound, towards zeros of the table: the infimum is not attained.
    NotAttained,
    /// The loss is flat along a curve of different models, or grows too slowly to tell.
    Flat,
    /// The search did not end in a minimum, or only one start reached the lowest value.
    NotFound,
    /// A decomposition did not converge.
    Numerics,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Report {
    /// The rank d.
    pub rank: usize,
    /// How many contexts and how many tokens occur, and how many pairs of them do not.
    pub size: [usize; 3],
    /// The call, or why there is none.
    pub call: Result<Call, Open>,
    /// Why the minimum is not to be trusted, where the call is FAIL all the same: by a gap that can only be larger.
    pub doubt: Option<Open>,
    /// `H(W)`
    pub entropy: f64,
    /// `I(X;W)`
    pub information: f64,
    /// The best loss of rank d that was found, less `H(W)`, so at most 0.
    pub excess: f64,
    /// Half the sum of the d largest squared canonical correlations.
    pub half_sum: f64,
    /// The sum of the d largest squared singular values of the centred table: never more than the best model captures.
    pub bound: f64,
    /// The least spectral contrastive loss of contexts and tokens with d dimensions and the constant, which is −1 less the
    /// sum of the d largest squared correlations; and by how much the loss of the closed form differs from it.
    pub contrastive: [f64; 2],
    /// The canonical correlations, decreasing.
    pub correlations: Vec<f64>,
    /// Largest entry of the gradient of the loss.
    pub gradient: f64,
    /// Smallest and largest curvature of the loss, without the idle directions.
    pub curvature: Option<[f64; 2]>,
    /// How many starts there were, and how many of them reached the lowest value.
    pub starts: [usize; 2],
    /// How the spaces lie to each other; unknown where one of them is not determined.
    pub alignment: Option<Alignment>,
}

/// How the features of the best model lie to the leading space.
#[derive(Debug, Clone)]
pub struct Alignment {
    /// The sine of the largest angle: the smallest and the largest over all best models that were found.
    pub sines: [f64; 2],
    /// What is lost by using the leading space as features, with the head that is best for it, as a part of what the best
    /// model captures.
    pub gap: f64,
    /// Largest entry of the gradient of the loss of that head.
    pub head_gradient: f64,
    /// The Rayleigh ratio of the features.
    pub rayleigh: f64,
    /// Linear CKA of the balanced features and the leading space with its correlations.
    pub cka: f64,
    /// The sine for the leading space of `K_Lin(x, x') = p_x · p_x'`, centred.
    pub linear: Option<f64>,
    /// The sine for the leading space of `K_BC(x, x') = sum_w sqrt(p_x(w) p_x'(w))`, centred.
    pub bhattacharyya: Option<f64>,
    /// The sine for the space of `gbar_x = sum_w p_x(w) u_w`, with the prototypes of the best model.
    pub prototypes: Option<f64>,
    /// The standard deviation of `log Z(h_x)`.
    pub log_partition: f64,
    /// `R² d/2` for whitened features: what the quadratic surrogate in the features can be off, in nats.
    pub slack: f64,
}

/// Answers the question for a table and a rank, which must be at least 1 and less than both sides of the table.
pub fn equivalence(table: &Table, rank: usize, interrupt: &Interrupt) -> Result<Report, Stopped> {
    let (b, bl) = (table.dependence(), table.linear());
    let mut report = Report {
        rank,
        size: [table.height(), table.width(), table.zeros],
        call: Err(Open::Numerics),
        doubt: None,
        entropy: table.entropy(),
        information: table.information(),
        excess: 0.0,
        half_sum: 0.0,
        bound: 0.0,
        contrastive: [0.0, 0.0],
        correlations: Vec::new(),
        gradient: 0.0,
        curvature: None,
        starts: [0, 0],
        alignment: None,
    };
    let (Some(leading), Some(linear)) = (singular(&b), singular(&bl)) else { return Ok(report) };
    let count = leading.values.iter().filter(|s| **s > ZERO * leading.values[0].max(1.0)).count();
    let squares = |found: &Singular| found.values.iter().take(rank).map(|s| s * s).sum::<f64>();
    report.correlations = leading.values.iter().take(table.height().min(table.width()) - 1).copied().collect();
    (report.half_sum, report.bound) = (squares(&leading) / 2.0, squares(&linear));
    let Some((least, f, g)) = contrastive::bipartite_minimum(table, rank + 1) else { return Ok(report) };
    report.contrastive = [least, (contrastive::bipartite_loss(table, &f, &g) - least).abs()];
    if count < rank {
        report.call = Err(Open::LowRank { found: count });
        return Ok(report);
    }
    let found = fit(table, rank, interrupt)?;
    (report.excess, report.gradient, report.curvature) = (found.excess, found.gradient, found.curvature);
    report.starts = [found.ends.len(), found.best.len()];
    if is_tie(&leading, rank) {
        report.call = Err(Open::Tie { value: leading.values[rank - 1] });
        return Ok(report);
    }
    let s = columns(&leading.left, rank);
    let features = rows_times(&s, &table.mu.map(|m| 1.0 / m.sqrt()));
    let (_, head) = refit(table, &features, interrupt)?;
    let gap = ((head.value - found.excess) / -found.excess).max(0.0);
    report.alignment = alignment(table, &found, (&b, &leading), &s, gap, head.gradient);
    report.call = match (&report.alignment, doubt(table, &found, report.information)) {
        (None, _) => Err(Open::Numerics),
        (Some(_), _) if head.gradient > STILL * report.information => Err(Open::NotFound),
        // Whatever the lowest loss is, the gap is at least this.
        (Some(a), open) if a.gap >= FAIL[1] => {
            report.doubt = open;
            Ok(Call::Fail)
        }
        (Some(_), Some(open)) => Err(open),
        (Some(a), None) => Ok(Call::of(a.sines, a.gap)),
    };
    Ok(report)
}

/// Whether the space of the first d left singular vectors is not determined.
fn is_tie(found: &Singular, rank: usize) -> bool {
    let next = found.values.get(rank).copied().unwrap_or(0.0);
    found.values[rank - 1] - next <= TIE * found.values[0]
}

/// Why the minimum is not to be trusted, if it is not.
fn doubt(table: &Table, found: &Fit, information: f64) -> Option<Open> {
    let escaped = || {
        let q = found.model.probabilities(table);
        q.iter().zip(table.p.iter()).any(|(q, p)| *p == 0.0 && *q < ESCAPED)
    };
    match found.curvature {
        _ if table.zeros > 0 && escaped() => Some(Open::NotAttained),
        _ if found.gradient.is_nan() || found.gradient > STILL * information => Some(Open::NotFound),
        Some([low, high]) if low <= FLAT * high => Some(Open::Flat),
        _ if found.best.len() < 2 => Some(Open::NotFound),
        _ => None,
    }
}

fn alignment(
    table: &Table,
    found: &Fit,
    (b, leading): (&DMatrix<f64>, &Singular),
    s: &DMatrix<f64>,
    gap: f64,
    head_gradient: f64,
) -> Option<Alignment> {
    let rank = s.ncols();
    let model = &found.model;
    let q = model.span(table)?;
    let all: Vec<f64> = found.best.iter().map(|m| sine(&m.span(table)?, s)).collect::<Option<_>>()?;
    let sines = [all.iter().fold(1.0, |a: f64, x| a.min(*x)), all.iter().fold(0.0, |a: f64, x| a.max(*x))];
    let against = |features: &DMatrix<f64>| {
        let found = singular(features)?;
        if is_tie(&found, rank) { None } else { sine(&q, &columns(&found.left, rank)) }
    };
    let values = leading.values.rows(0, rank).into_owned();
    Some(Alignment {
        sines,
        gap,
        head_gradient,
        rayleigh: rayleigh(&q, b, &leading.values),
        cka: cka(&table.embedded(&model.h), &columns_times(s, &values)),
        linear: against(&table.linear()),
        bhattacharyya: against(&table.embedded(&table.p.map(f64::sqrt))),
        prototypes: against(&(table.linear() * &model.u)),
        log_partition: spread(&model.log_partition(table), &table.mu),
        slack: slack(table, model)?,
    })
}

/// `R² d/2` with the features whitened and the prototypes scaled against them.
fn slack(table: &Table, model: &Model) -> Option<f64> {
    let embedded = table.embedded(&model.h);
    // The second moment of balanced features is diagonal.
    let scales = nalgebra::DVector::from_fn(model.h.ncols(), |k, _| embedded.column(k).norm());
    let u = columns_times(&model.u, &scales);
    Some(surrogates::radius_squared(&u) * model.h.ncols() as f64 / 2.0)
}
