//! How a result depends on free rows of conditionals: which of them it meets, and of which degree it is in them.
//!
//! An entry of a network is a sum of products, each with one entry of every box. So it is a polynomial in the entries of
//! free rows, and each of its monomials has at most as many entries of one conditional as the network has boxes of it.
//! A box that is itself a diagram counts as often as it has the conditional inside.
//!
//! Only the rows that are met with positive mass in the uniform version matter: the uniform version meets all rows that
//! any version meets.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::contract::Boxes;
use super::elimination::Product;
use super::evaluate::Evaluator;
use super::network::NetBox;
use super::solve::{before, needed};
use super::space::{size, strides};
use super::version::FreeConditional;
use crate::check::scalar::{Scalar, ScalarKind};
use crate::check::term::{Event, Term};
use crate::diagram::graph::{DiagramId, Label};
use crate::model::error::ModelError;
use crate::syntax::ast::Operator;

/// The free rows that something meets.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// The conditionals, each once.
    pub(super) uses: Vec<Use>,
    /// Why it is no polynomial in them, or none of which the degree is known.
    pub obstacle: Option<&'static str>,
    /// How many boxes there are to be computed.
    pub(super) cost: usize,
}

/// The free rows of a conditional that something meets.
#[derive(Debug, Clone)]
pub(super) struct Use {
    pub conditional: Arc<FreeConditional>,
    /// How many entries of these rows a monomial has, at most.
    pub degree: u64,
    pub rows: BTreeSet<u64>,
}

/// Posteriors and the like inside of a diagram: entries are divided by masses that depend on the version.
const QUOTIENT: &str = "something in it is divided by a probability that depends on the version";

/// What is computed from a kernel as a whole.
const DERIVED: &str = "something in it is computed from a whole kernel that depends on the version";

/// A conditional of which only a part is computed.
const LONG: &str = "a conditional in it is too long to be looked at in other versions";

/// A kernel with negative numbers.
const NO_LAW: &str = "a kernel in it has a negative number";

/// A claim that is no equation.
pub const NO_EQUATION: &str = "it is no equation between probabilities";

impl Trace {
    fn with(mut self, other: Trace, degree: impl Fn(u64, u64) -> u64) -> Trace {
        for mut fresh in other.uses {
            match self.uses.iter_mut().find(|u| u.conditional.is(&fresh.conditional)) {
                Some(known) => {
                    known.degree = degree(known.degree, fresh.degree);
                    known.rows.append(&mut fresh.rows);
                }
                None => self.uses.push(fresh),
            }
        }
        self.obstacle = self.obstacle.or(other.obstacle);
        self.cost += other.cost;
        self
    }

    /// The trace of a product.
    #[must_use]
    pub fn times(self, other: Trace) -> Trace {
        self.with(other, u64::saturating_add)
    }

    /// The trace of a sum or difference.
    #[must_use]
    pub fn plus(self, other: Trace) -> Trace {
        self.with(other, u64::max)
    }

    /// The trace of a power.
    #[must_use]
    pub fn power(mut self, n: u64) -> Trace {
        self.uses.iter_mut().for_each(|u| u.degree = u.degree.saturating_mul(n));
        self
    }

    /// The same rows, but not as a polynomial.
    #[must_use]
    pub fn but(mut self, obstacle: &'static str) -> Trace {
        self.obstacle = self.obstacle.or(Some(obstacle));
        self
    }
}

impl Evaluator<'_> {
    /// The trace of a term: of all its rows and outputs.
    pub fn trace_of(&mut self, term: &Term) -> Result<Trace, ModelError> {
        let id = self.lib.term(self.sig, term);
        self.trace_whole(id)
    }

    fn trace_whole(&mut self, id: DiagramId) -> Result<Trace, ModelError> {
        let outputs: Vec<usize> = (0..self.lib.get(id).outputs().len()).collect();
        let rows = self.listable(&self.sig.sizes(&self.lib.get(id).dom()), "this diagram")?;
        self.trace(id, &outputs, &(0..rows).collect::<Vec<_>>())
    }

    /// The trace of some outputs of a diagram for some inputs.
    pub(super) fn trace(&mut self, id: DiagramId, outputs: &[usize], rows: &[u64]) -> Result<Trace, ModelError> {
        self.interrupt.check()?;
        // Where rows are met is no part of the plan of the answer.
        let plans = self.plans.take();
        let trace = self.traced(id, outputs, rows);
        self.plans = plans;
        trace
    }

    fn traced(&mut self, id: DiagramId, outputs: &[usize], rows: &[u64]) -> Result<Trace, ModelError> {
        let (net, dom) = self.network(id, outputs)?;
        let mut kernels = Vec::with_capacity(net.boxes.len());
        for b in &net.boxes {
            kernels.push(Boxes::kernel(self, b)?);
        }
        let own = needed(&net, &dom);
        let wanted: BTreeSet<u64> = rows.iter().map(|x| own.pick(*x)).collect();
        let mut trace = Trace { cost: net.boxes.len(), ..Trace::default() };
        for (at, kernel) in kernels.iter().enumerate().filter(|(_, k)| !k.filled.is_empty()) {
            let (part, boxes) = before(&net, at);
            let given: Vec<_> = boxes.iter().map(|b| kernels[*b].clone()).collect();
            let seen = vec![None; net.wires.len()];
            let Some(product) = Product::new(&part, &given, &seen) else {
                trace.obstacle = Some(NO_LAW);
                continue;
            };
            let order = product.order(&part, &[]);
            let weights = self.eliminate(&part, product, &seen, &order)?;
            let mut met: BTreeSet<u64> = BTreeSet::new();
            for x in &wanted {
                met.extend(weights.rows[*x as usize].iter().map(|(p, _)| *p).filter(|p| kernel.is_filled(*p)));
            }
            if !met.is_empty() {
                let inside = self.trace_box(&net.boxes[at], &met)?;
                trace = trace.times(inside);
            }
        }
        Ok(trace)
    }

    /// The trace of a box, of which these rows are met; rows are numbered by the inputs that it needs.
    fn trace_box(&mut self, b: &NetBox, met: &BTreeSet<u64>) -> Result<Trace, ModelError> {
        if !b.known.is_empty() {
            return Ok(Trace::default().but(LONG));
        }
        let own: Vec<u64> = b.needed.iter().map(|p| b.dom[*p]).collect();
        let (from, to) = (strides(&own), strides(&b.dom));
        let whole = |row: &u64| -> u64 {
            b.needed.iter().zip(own.iter().zip(&from)).map(|(p, (size, step))| row / step % size * to[*p]).sum()
        };
        let rows: Vec<u64> = met.iter().map(whole).collect();
        match &b.label {
            Label::Conditional { of, targets, given } => {
                let conditional = self.free(*of, targets, given)?;
                let inputs = size(&self.sig.sizes(&self.lib.get(*of).dom())).unwrap_or(1);
                let is_free = self.free_rows(&conditional);
                let (free, made): (BTreeSet<u64>, BTreeSet<u64>) = rows.iter().partition(|r| is_free[**r as usize]);
                let mut trace = Trace::default();
                // In another version of that other conditional this is a conditional of another law, whose free rows are
                // others than those that are filled here.
                if conditional.is_entangled() {
                    trace.obstacle = Some(QUOTIENT);
                }
                if !free.is_empty() {
                    trace.uses.push(Use { conditional: Arc::new(conditional), degree: 1, rows: free });
                }
                if !made.is_empty() {
                    let all = [&targets[..], given].concat();
                    let inputs: BTreeSet<u64> = made.iter().map(|row| row % inputs).collect();
                    let joint = self.trace(*of, &all, &inputs.into_iter().collect::<Vec<_>>())?;
                    trace = trace.times(joint.but(QUOTIENT));
                }
                Ok(trace)
            }
            Label::Call(id) => {
                let kept: Vec<usize> = (0..b.outputs.len()).filter(|i| b.outputs[*i].is_some()).collect();
                self.trace(*id, &kept, &rows)
            }
            Label::Power(id, n) => Ok(self.trace_whole(*id)?.power(*n)),
            Label::Observed { of, event } => {
                let kept: Vec<usize> = (0..b.outputs.len()).filter(|i| b.outputs[*i].is_some()).collect();
                let places = places_with(&kept, event);
                Ok(self.trace(*of, &places, &rows)?.but(QUOTIENT))
            }
            Label::Derived { of, by, .. } => {
                let mut trace = self.trace_whole(*of)?;
                if let Some(by) = by {
                    trace = trace.times(self.trace_whole(*by)?);
                }
                Ok(trace.but(DERIVED))
            }
            Label::Kernel(_) | Label::Uniform | Label::Point(_) => Ok(Trace::default()),
        }
    }

    /// The trace of the equation that says that a number has some value: with the number N/D, that is N = value · D.
    pub fn trace_scalar(&mut self, scalar: &Scalar) -> Result<Trace, ModelError> {
        match &scalar.kind {
            ScalarKind::Number(_) | ScalarKind::Parameter(_) => Ok(Trace::default()),
            ScalarKind::Named(inner) => self.trace_scalar(inner),
            // Logarithms and roots of entries are no polynomials in them.
            ScalarKind::Measure(_)
            | ScalarKind::Matrix(_)
            | ScalarKind::Call(..)
            | ScalarKind::Unit(..)
            | ScalarKind::Infinity => Ok(Trace::default().but(NO_EQUATION)),
            ScalarKind::Negative(inner) => self.trace_scalar(inner),
            ScalarKind::Period(chain) => Ok(self.trace_of(chain)?.but(DERIVED)),
            ScalarKind::Chain(first, rest) => {
                let mut trace = self.trace_scalar(first)?;
                for (op, item) in rest {
                    let other = self.trace_scalar(item)?;
                    trace = trace.times(other);
                    if !matches!(op, Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide)
                        && !trace.uses.is_empty()
                    {
                        trace = trace.but(NO_EQUATION);
                    }
                }
                Ok(trace)
            }
            ScalarKind::Probability { event, given, of } | ScalarKind::Expectation { value: event, given, of } => {
                let spoken = given.iter().fold(event.outputs(), |known, g| places_with(&known, g));
                let id = self.lib.term(self.sig, of);
                self.trace(id, &spoken, &[0])
            }
        }
    }
}

/// Outputs together with those that an event speaks of, increasing.
pub(super) fn places_with(outputs: &[usize], event: &Event) -> Vec<usize> {
    let mut all: Vec<usize> = outputs.iter().copied().chain(event.outputs()).collect();
    all.sort_unstable();
    all.dedup();
    all
}
