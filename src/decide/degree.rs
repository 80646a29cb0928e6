//! Bounds for the degrees of both sides of a claim with open parameters.
//!
//! Every entry of a diagram is N/Q with polynomials N and Q in the parameters, Q the same for all entries:
//!
//! 1. A box of a family has such entries ([`crate::check::open_rows`]); any other box has numbers.
//! 2. An entry of a diagram is a sum of products with one entry of each box. So the numerators of the boxes of the
//!    opened and pruned diagram add up, and so do the denominators: a box that is used thrice counts thrice.
//! 3. Observing an event divides each row by its probability. With r inputs the product of these r probabilities is a
//!    common denominator.
//! 4. `cond` and `bayes` fill rows of probability 0, and at which parameters these are there, no polynomial says. They
//!    are fine where nothing in them depends on a parameter.
//! 5. Numbers: sums, products and quotients of such quotients; a conditional probability is one of two entries.
//!
//! Where a side is defined, all these denominators are not 0, because they were divided by. Bounds may be too large,
//! never too small.

use rustc_hash::FxHashMap;

use crate::base::interrupt::Interrupt;
use crate::base::interrupt::Stopped;
use crate::base::span::Span;
use crate::check::for_all::ForAll;
use crate::check::open_rows::{Entries, entries};
use crate::check::partial::{Obstacle, Open};
use crate::check::scalar::{Scalar, ScalarKind};
use crate::check::signature::Signature;
use crate::check::term::{Event, Term};
use crate::check::types::KernelId;
use crate::diagram::graph::DiagramId;
use crate::diagram::library::Library;
use crate::number::polynomial::Degree;
use crate::rewrite::normal_form::Op;
use crate::rewrite::{NormalForm, TooLarge};
use crate::syntax::ast::Operator;

/// Bounds for numerators and the common denominator of one side.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub(super) num: Degree,
    pub(super) den: Degree,
}

/// What is known of the open kernels of a claim.
pub(super) type Kernels = FxHashMap<KernelId, Result<Entries, Obstacle>>;

/// A claim with open parameters.
pub(super) struct Sides<'a> {
    pub(super) sig: &'a Signature,
    pub(super) lib: &'a mut Library,
    pub(super) kernels: &'a Kernels,
    pub(super) parameters: usize,
}

/// 1. The entries of all open kernels.
pub(super) fn kernels(claim: &ForAll, interrupt: &Interrupt) -> Result<Kernels, Stopped> {
    let mut found = Kernels::default();
    for kernel in &claim.kernels {
        let family = &claim.signature.families[kernel.family];
        let arguments: Result<Vec<Open>, Obstacle> = kernel.arguments.iter().map(|a| a.value.clone()).collect();
        let known = match arguments {
            Ok(arguments) => entries(&claim.signature, family, &arguments, claim.parameters.len(), interrupt)?,
            Err(obstacle) => Err(obstacle),
        };
        found.insert(kernel.id, known);
    }
    Ok(found)
}

impl Bound {
    fn number(parameters: usize) -> Bound {
        Bound { num: Degree::zero(parameters), den: Degree::zero(parameters) }
    }

    fn times(&self, other: &Bound) -> Bound {
        Bound { num: self.num.plus(&other.num), den: self.den.plus(&other.den) }
    }

    fn inverse(self) -> Bound {
        Bound { num: self.den, den: self.num }
    }

    fn plus(&self, other: &Bound) -> Bound {
        Bound { num: self.difference(other), den: self.den.plus(&other.den) }
    }

    /// A bound for the polynomial that is 0 exactly where two quotients agree (where both are defined).
    pub(super) fn difference(&self, other: &Bound) -> Degree {
        self.num.plus(&other.den).max(&other.num.plus(&self.den))
    }
}

impl Sides<'_> {
    /// A bound for a diagram.
    pub(super) fn term(&mut self, term: &Term) -> Result<Bound, Obstacle> {
        let id = self.lib.term(self.sig, term);
        let form = self.form(id, term.span)?;
        self.boxes(&form, term.span)
    }

    /// A bound for `p ; <id, f>`.
    pub(super) fn joint(&mut self, prior: &Term, kernel: &Term) -> Result<Bound, Obstacle> {
        let id = self.lib.joint(self.sig, prior, kernel);
        let span = prior.span.to(kernel.span);
        let form = self.form(id, span)?;
        self.boxes(&form, span)
    }

    fn form(&self, id: DiagramId, span: Span) -> Result<NormalForm, Obstacle> {
        NormalForm::of(self.sig, self.lib, id).map_err(|TooLarge { boxes }| Obstacle {
            why: format!("opened, this diagram has {boxes} boxes or more, too many to count their parameters"),
            span,
        })
    }

    /// 2.
    fn boxes(&self, form: &NormalForm, span: Span) -> Result<Bound, Obstacle> {
        let mut all = Bound::number(self.parameters);
        for b in &form.boxes {
            all = all.times(&self.op(&b.op, span)?);
        }
        Ok(all)
    }

    fn op(&self, op: &Op, span: Span) -> Result<Bound, Obstacle> {
        match op {
            Op::Kernel(id) => match self.kernels.get(id) {
                Some(Ok(Entries { num, den, .. })) => Ok(Bound { num: num.clone(), den: den.clone() }),
                Some(Err(obstacle)) => Err(obstacle.clone()),
                None => Ok(Bound::number(self.parameters)),
            },
            Op::Uniform(_) | Op::Point(..) => Ok(Bound::number(self.parameters)),
            // 4.
            Op::Conditional(of, ..) => {
                let why =
                    "`cond` and `bayes` fill rows of probability 0, and which these are depends on the parameters";
                self.fixed(of, Obstacle { why: why.into(), span })
            }
            Op::Derived(what, of, by) => {
                let why = format!("`{}` is no quotient of polynomials in the parameters", what.word());
                let obstacle = Obstacle { why, span };
                by.iter().try_for_each(|by| self.fixed(by, obstacle.clone()).map(|_| ()))?;
                self.fixed(of, obstacle)
            }
            // 3.
            Op::Observed(of, _) => {
                let inner = self.boxes(of, span)?;
                let rows = of.inputs.iter().fold(1u64, |n, o| n.saturating_mul(self.sig.objects[*o].size()));
                let each = inner.num.times(rows);
                Ok(Bound { num: each.clone(), den: each })
            }
        }
    }

    /// The bound of what depends on no parameter, else the obstacle.
    fn fixed(&self, form: &NormalForm, obstacle: Obstacle) -> Result<Bound, Obstacle> {
        let depends = form.boxes.iter().any(|b| match &b.op {
            Op::Kernel(id) => self.kernels.contains_key(id),
            Op::Uniform(_) | Op::Point(..) => false,
            Op::Conditional(of, ..) | Op::Observed(of, _) | Op::Derived(_, of, None) => {
                self.fixed(of, obstacle.clone()).is_err()
            }
            Op::Derived(_, of, Some(by)) => [of, by].iter().any(|form| self.fixed(form, obstacle.clone()).is_err()),
        });
        if depends { Err(obstacle) } else { Ok(Bound::number(self.parameters)) }
    }

    /// 5. A bound for a number.
    pub(super) fn scalar(&mut self, scalar: &Scalar) -> Result<Bound, Obstacle> {
        match &scalar.kind {
            ScalarKind::Number(_) => Ok(Bound::number(self.parameters)),
            ScalarKind::Parameter(k) => {
                let num = Degree::variable(self.parameters, *k);
                Ok(Bound { num, ..Bound::number(self.parameters) })
            }
            ScalarKind::Named(inner) => self.scalar(inner),
            ScalarKind::Negative(inner) => self.scalar(inner),
            ScalarKind::Chain(first, rest) => {
                let mut all = self.scalar(first)?;
                for (op, item) in rest {
                    all = self.operate(all, *op, item)?;
                }
                Ok(all)
            }
            ScalarKind::Measure(_)
            | ScalarKind::Matrix(_)
            | ScalarKind::Call(..)
            | ScalarKind::Unit(..)
            | ScalarKind::Infinity => {
                let why = "this is no quotient of polynomials in the parameters".into();
                Err(Obstacle { why, span: scalar.span })
            }
            ScalarKind::Period(chain) => {
                let id = self.lib.term(self.sig, chain);
                let form = self.form(id, chain.span)?;
                let why = "`period` is no quotient of polynomials in the parameters".into();
                self.fixed(&form, Obstacle { why, span: chain.span })
            }
            ScalarKind::Probability { event, given, of } => self.quotient(of, [Some(event), given.as_ref()], given),
            ScalarKind::Expectation { value, given, of } => self.quotient(of, [Some(value), given.as_ref()], given),
        }
    }

    fn operate(&mut self, left: Bound, op: Operator, item: &Scalar) -> Result<Bound, Obstacle> {
        let right = self.scalar(item)?;
        Ok(match op {
            Operator::Add | Operator::Subtract => left.plus(&right),
            Operator::Multiply => left.times(&right),
            Operator::Divide => left.times(&right.inverse()),
            Operator::Power => match &item.kind {
                ScalarKind::Number(n) => {
                    let size = n.abs().to_int().and_then(|n| n.to_u64()).unwrap_or(u64::MAX);
                    let power = Bound { num: left.num.times(size), den: left.den.times(size) };
                    if n.sign().is_lt() { power.inverse() } else { power }
                }
                _ => return Err(Obstacle { why: "this exponent is no number".into(), span: item.span }),
            },
            _ if [&left.num, &left.den, &right.num, &right.den].iter().all(|d| d.is_zero()) => left,
            _ => {
                let why = "`mod` depends on a parameter";
                return Err(Obstacle { why: why.into(), span: item.span });
            }
        })
    }

    /// A sum of entries of a state over those outputs that events speak of, divided by another one where `given`.
    fn quotient(&mut self, of: &Term, events: [Option<&Event>; 2], given: &Option<Event>) -> Result<Bound, Obstacle> {
        let mut places: Vec<usize> = events.into_iter().flatten().flat_map(Event::outputs).collect();
        places.sort_unstable();
        places.dedup();
        let id = self.lib.term(self.sig, of);
        let form = self.form(id, of.span)?.marginal(&places);
        let Bound { num, den } = self.boxes(&form, of.span)?;
        Ok(match given {
            None => Bound { num, den },
            // Both have the same denominator.
            Some(_) => Bound { num: num.clone(), den: num },
        })
    }
}
