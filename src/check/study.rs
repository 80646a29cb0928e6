//! Statistics, experiments and chains: claims about them, and kernels that are computed from them.

use std::sync::Arc;

use super::checker::{Checked, Checker};
use super::error::CheckError;
use super::obligation::{Claim, ObligationKind};
use super::scalar::ScalarKind;
use super::signature::Points;
use super::sketch::both;
use super::study_error::StudyError;
use super::term::{Term, TermKind};
use super::types::Type;
use crate::base::span::Span;
use crate::number::int::Int;
use crate::syntax::ast::{self, Derived, Expr, ExprKind, Formula, Spanned};

/// A claim about a statistical model, an experiment or a chain, resolved. Types fit.
#[derive(Debug, Clone)]
pub enum Study {
    /// `sufficient s for p`, with the statistic first
    Sufficient(Term, Term),
    /// `complete p`
    Complete(Term),
    /// `ancillary a for p`, with the statistic first
    Ancillary(Term, Term),
    /// `f dominates g under m`
    Dominates(Term, Term, Option<Term>),
    /// `p dominates q to order 1`, `p dominates q to order 2`: states on numbers
    Ordered(Term, Term, Order),
    /// `q spreads p`: states on numbers
    Spreads(Term, Term),
    /// `irreducible P`
    Irreducible(Term),
    /// `aperiodic P`
    Aperiodic(Term),
    /// `lumpable P by s`
    Lumpable(Term, Term),
    /// `markov p`, with the length of a step in factors
    Markov(Term, usize),
    /// `homogeneous p`, with the length of a step in factors
    Homogeneous(Term, usize),
    /// `extendible p to N`, with the length of a step in factors
    Extendible(Term, usize, u64),
    /// `exchangeable p`, with the length of a step in factors
    Exchangeable(Term, usize),
    /// `equivalence data under mu rank d`
    Equivalence(Term, Term, usize),
}

/// The functions that an order of states of numbers is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// All that increase: whoever likes more prefers it.
    First,
    /// All that increase and are concave: whoever likes more and fears risk prefers it.
    Second,
}

impl Derived {
    /// The two ends of what is computed from a chain on X, or a model into X, with the codomain of what stands second.
    pub fn ends(self, x: &Type, second: Option<&Type>) -> (Type, Type) {
        match (self, second) {
            (Derived::Stationary, None) => (Type::unit(), x.clone()),
            (Derived::Stationary, Some(classes)) => (classes.clone(), x.clone()),
            (Derived::Absorption, Some(classes)) => (x.clone(), classes.clone()),
            _ => (x.clone(), x.clone()),
        }
    }
}

impl Checker<'_> {
    /// A claim of this kind.
    pub(super) fn study(&mut self, study: &ast::Study) -> Checked<Claim> {
        let resolved = match study {
            ast::Study::Sufficient(s, p) => {
                let (p, s) = self.after(p, s)?;
                Study::Sufficient(s, p)
            }
            ast::Study::Complete(p) => Study::Complete(self.term(p, None, None)?),
            ast::Study::Ancillary(a, p) => {
                let (p, a) = self.after(p, a)?;
                Study::Ancillary(a, p)
            }
            ast::Study::Dominates(f, g, under) => self.dominates(f, g, under.as_ref())?,
            ast::Study::Irreducible(chain) => Study::Irreducible(self.endo(chain)?),
            ast::Study::Aperiodic(chain) => Study::Aperiodic(self.endo(chain)?),
            ast::Study::Lumpable(chain, s) => {
                let (chain, s) = self.chain_with_labels(chain, s)?;
                Study::Lumpable(chain, s)
            }
            ast::Study::Markov(p) => {
                let (p, step) = self.sequence(p, study.word())?;
                Study::Markov(p, step)
            }
            ast::Study::Ordered(p, q, order) => {
                let (p, q) = self.states_of_numbers(p, q, study.word())?;
                Study::Ordered(p, q, self.order_of_dominance(order)?)
            }
            ast::Study::Spreads(q, p) => {
                let (q, p) = self.states_of_numbers(q, p, study.word())?;
                Study::Spreads(q, p)
            }
            ast::Study::Idempotent(e) => {
                let e = self.endo(e)?;
                // An equation like any other: so it can be derived, and hold for every parameter.
                let kind = TermKind::Seq(vec![e.clone(), e.clone()]);
                let twice = Term { kind, outputs: Vec::new(), ..e.clone() };
                return Ok(Claim::Equal { left: twice, right: e, equal: true, under: None, free: false });
            }
            ast::Study::Homogeneous(p) => {
                let (p, step) = self.sequence(p, study.word())?;
                Study::Homogeneous(p, step)
            }
            ast::Study::Extendible(p, count) => {
                let (p, step) = self.sequence(p, study.word())?;
                let count = self.length(count, p.cod.len() / step)?;
                Study::Extendible(p, step, count)
            }
            ast::Study::Exchangeable(p) => {
                let (p, step) = self.sequence(p, study.word())?;
                Study::Exchangeable(p, step)
            }
            ast::Study::Equivalence(data, mu, rank) => self.equivalence(data, mu, rank)?,
        };
        Ok(Claim::Study(Box::new(resolved)))
    }

    /// A diagram, and one that starts where it ends.
    fn after(&mut self, first: &Expr, second: &Expr) -> Checked<(Term, Term)> {
        let first = self.term(first, None, None)?;
        let second = self.term(second, Some(&first.cod), None)?;
        self.meets(&first, &second)?;
        Ok((first, second))
    }

    fn dominates(&mut self, f: &Expr, g: &Expr, under: Option<&Expr>) -> Checked<Study> {
        let under = under.map(|m| self.term(m, None, None)).transpose()?;
        let f = self.term(f, under.as_ref().map(|m| &m.cod), None)?;
        if let Some(m) = &under {
            self.meets(m, &f)?;
        }
        let g = self.term(g, Some(&f.dom), None)?;
        if f.dom == g.dom {
            return Ok(Study::Dominates(f, g, under));
        }
        let help = format!(
            "two experiments are compared that depend on the same parameter; {}",
            self.wire_by_wire(&f.dom, &g.dom)
        );
        let error = CheckError::SidesDiffer {
            left: f.span,
            left_type: self.arrow(&f.dom, &f.cod),
            right: g.span,
            right_type: self.arrow(&g.dom, &g.cod),
            help: Some(help),
        };
        self.fail(error)
    }

    /// A kernel from contexts to tokens, the law of the context, and the rank of a model, which is less than both counts.
    fn equivalence(&mut self, data: &Expr, mu: &Expr, rank: &Spanned<u64>) -> Checked<Study> {
        let data = self.term(data, None, None);
        let hint = data.as_ref().ok().map(|d| d.dom.clone());
        let mu = self.term(mu, None, hint.as_ref());
        let (data, mu) = both(data, mu)?;
        if !mu.dom.is_empty() {
            let found = self.arrow(&mu.dom, &mu.cod);
            let what = "the law of the contexts".to_string();
            return self.fail(CheckError::NotAState { what, found, span: mu.span });
        }
        self.meets(&mu, &data)?;
        // An abstract object has no size; that there is nothing to compute with is said where it is computed.
        let sizes = [self.sig.size(&data.dom), self.sig.size(&data.cod)];
        let most = sizes.into_iter().flatten().min().map_or(u64::MAX, |n| n.saturating_sub(1));
        if rank.node >= 1 && rank.node <= most {
            return Ok(Study::Equivalence(data, mu, rank.node as usize));
        }
        let error = StudyError::RankRange {
            rank: rank.node,
            most,
            dom: self.sig.show(&data.dom),
            cod: self.sig.show(&data.cod),
            span: rank.span,
            data: data.span,
        };
        self.fail(error.into())
    }

    /// A diagram that ends where it starts.
    fn endo(&mut self, chain: &Expr) -> Checked<Term> {
        let chain = self.term(chain, None, None)?;
        if chain.dom == chain.cod {
            return Ok(chain);
        }
        let found = self.arrow(&chain.dom, &chain.cod);
        self.fail(CheckError::NotEndo { found, span: chain.span })
    }

    /// A diagram that ends in a power, and how many factors its root has.
    fn sequence(&mut self, p: &Expr, word: &'static str) -> Checked<(Term, usize)> {
        let p = self.term(p, None, None)?;
        if let Some((root, _)) = p.cod.root() {
            return Ok((p, root.len()));
        }
        let found = self.sig.show(&p.cod);
        self.fail(StudyError::NotAPower { word, found, span: p.span }.into())
    }

    /// How long a sequence of `least` steps is to become.
    fn length(&mut self, count: &Formula, least: usize) -> Checked<u64> {
        let value = self.constant(count)?;
        match value.to_int().and_then(Int::to_u64) {
            Some(n) if n >= least as u64 => Ok(n),
            _ => {
                let (found, span) = (value.to_string(), count.span);
                self.fail(StudyError::Length { found, least, span }.into())
            }
        }
    }

    /// `1` or `2` behind `to order`.
    fn order_of_dominance(&mut self, order: &Formula) -> Checked<Order> {
        let value = self.constant(order)?;
        match value.to_i64() {
            Some(1) => Ok(Order::First),
            Some(2) => Ok(Order::Second),
            _ => self.fail(StudyError::Order { found: value.to_string(), span: order.span }.into()),
        }
    }

    /// Two states on numbers, which need not be on the same object.
    fn states_of_numbers(&mut self, left: &Expr, right: &Expr, word: &'static str) -> Checked<(Term, Term)> {
        let (left, right) = (self.state_of_numbers(left, word), self.state_of_numbers(right, word));
        both(left, right)
    }

    fn state_of_numbers(&mut self, p: &Expr, word: &'static str) -> Checked<Term> {
        let p = self.state(p, "what is compared in this order")?;
        if let [object] = p.cod.factors() {
            let points = &self.sig.objects[*object].points;
            // What an abstract object stands for is not known here; there is nothing to compute with then.
            let numeric = match points {
                Points::Range { .. } | Points::Abstract => true,
                Points::Labels(labels) => labels.numeric(),
            };
            if numeric {
                return Ok(p);
            }
        }
        let found = self.sig.show(&p.cod);
        self.fail(StudyError::NotNumbers { word, found, span: p.span }.into())
    }

    fn chain_with_labels(&mut self, chain: &Expr, label: &Expr) -> Checked<(Term, Term)> {
        let chain = self.endo(chain);
        let hint = chain.as_ref().ok().map(|c| c.cod.clone());
        let label = self.term(label, hint.as_ref(), None);
        let (chain, label) = both(chain, label)?;
        self.meets(&chain, &label)?;
        Ok((chain, label))
    }

    /// `minimal(p)`, `stationary(P)` and their relatives.
    pub(super) fn derived(&mut self, what: Derived, of: &Expr, by: Option<&Expr>, span: Span) -> Checked<Term> {
        let (of, by) = match (what, by) {
            (Derived::Minimal, _) => (self.term(of, None, None)?, None),
            (_, None) => (self.endo(of)?, None),
            (Derived::Stationary | Derived::Absorption, Some(classes)) => {
                let (chain, classes) = (self.endo(of), self.term(classes, None, None));
                let (chain, classes) = both(chain, classes)?;
                (chain, Some(Box::new(classes)))
            }
            (_, Some(by)) => {
                let (of, by) = self.chain_with_labels(of, by)?;
                (of, Some(Box::new(by)))
            }
        };
        let (dom, cod) = what.ends(&of.cod, by.as_ref().map(|by| &by.cod));
        Ok(Term { kind: TermKind::Derived { what, of: Box::new(of), by }, dom, cod, outputs: Vec::new(), span })
    }

    /// `period(P)`
    pub(super) fn period(&mut self, chain: &Expr) -> Checked<ScalarKind> {
        Ok(ScalarKind::Period(Arc::new(self.endo(chain)?)))
    }

    /// `eval minimal(p)` and others that are shown in a way of their own: as a partition, or as a list of states.
    pub(super) fn shown_apart(&mut self, e: &Expr) -> Option<Checked<ObligationKind>> {
        let ExprKind::Derived(what, of, by) = &e.kind else { return None };
        Some(match what {
            Derived::Stationary if by.is_none() => self.endo(of).map(ObligationKind::EvalStationary),
            Derived::Minimal | Derived::Lumping => {
                self.derived(*what, of, by.as_deref(), e.span).map(ObligationKind::EvalPartition)
            }
            Derived::Stationary | Derived::Limit | Derived::Absorption | Derived::Jeffrey => return None,
        })
    }
}
