//! `forall e: Prob. claim`: a claim about every value of some numbers.
//!
//! It says: at all values of the parameters, of their sorts, at which everything in the claim is defined, the claim is
//! true. What is not defined somewhere, such as `bsc[2*e]` for e > 1/2, makes no claim there.
//!
//! The claim is checked twice. Here its parameters are left open, to find its types and its mistakes, and to see how it
//! depends on the parameters. Later, it is read again for each choice of values that is looked at, with the parameters
//! declared as numbers: an instance is by construction what one would get by writing the numbers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::obligation::Claim;
use super::open::{Binder, OpenKernel, some_function};
use super::partial::Obstacle;
use super::rows::Sort;
use super::scalar::{NamedScalar, Scalar, ScalarKind};
use super::signature::{Entity, Signature};
use super::types::KernelId;
use crate::base::files::Files;
use crate::base::name::Name;
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::syntax::ast::{self, Ident, Parameter, Relation};

/// A claim about every value of its parameters.
#[derive(Debug)]
pub struct ForAll {
    /// Names and sorts of the parameters.
    pub parameters: Vec<(Name, Sort)>,
    /// Which of them occur in the claim.
    pub used: Vec<bool>,
    /// The claim with its parameters left open. It speaks of `signature`.
    pub open: Claim,
    /// What was declared where the claim stands, and the kernels that depend on parameters.
    pub signature: Signature,
    /// These kernels.
    pub kernels: Vec<OpenKernel>,
    /// Places where a parameter stands that cannot be left open: there the open claim is not the claim.
    pub obstacles: Vec<Obstacle>,
    /// The claim, from its first parameter on.
    pub span: Span,
    /// The claim as written.
    written: ast::Claim,
    /// The places of the parameters.
    spans: Vec<Span>,
}

/// No files: a claim reads none.
struct Nothing;

impl Files for Nothing {
    fn read(&self, _: &Path, _: u64) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

impl Checker<'_> {
    /// `forall e: Prob. claim`
    pub(super) fn for_all(&mut self, parameters: &[Parameter], written: &ast::Claim) -> Checked<Claim> {
        let bound = self.bound(parameters)?;
        self.claimable(written, parameters[0].name.span)?;
        let mut signature = self.sig.clone();
        for (k, p) in parameters.iter().enumerate() {
            let scalar = Scalar { kind: ScalarKind::Parameter(k), span: p.name.span };
            signature.declare(&p.name.node, Entity::Scalar(NamedScalar::new(scalar), None), p.name.span);
        }
        let binder = Binder { used: vec![false; bound.len()], parameters: bound.clone(), ..Binder::default() };
        let mut inner = Checker {
            sig: &mut signature,
            errors: Vec::new(),
            files: self.files,
            directory: PathBuf::new(),
            below: self.below.clone(),
            binder: Some(binder),
        };
        let open = inner.claim(written, false);
        let Binder { used, kernels, obstacles, .. } = inner.binder.take().unwrap_or_default();
        self.errors.append(&mut inner.errors);
        let open = open?;
        // An order of diagrams is an error of its own; what is a number is known only now.
        if matches!(open, Claim::Supports(..)) {
            return self.not_claimable(parameters[0].name.span, "`support`");
        }
        let span = parameters[0].name.span.to(last_span(written));
        let spans: Vec<Span> = parameters.iter().map(|p| p.name.span).collect();
        let written = written.clone();
        Ok(Claim::ForAll(Arc::new(ForAll {
            parameters: bound,
            used,
            open,
            signature,
            kernels,
            obstacles,
            span,
            written,
            spans,
        })))
    }

    /// The parameters: of known sorts, with names that are free.
    fn bound(&mut self, parameters: &[Parameter]) -> Checked<Vec<(Name, Sort)>> {
        let mut bound = Vec::with_capacity(parameters.len());
        let mut first: FxHashMap<&Name, &Ident> = FxHashMap::default();
        let mut failed = false;
        for p in parameters {
            let name = p.name.node.to_string();
            if let Some(first) = first.insert(&p.name.node, &p.name) {
                self.errors.push(CheckError::DuplicateName { name, span: p.name.span, first: first.span });
                failed = true;
                continue;
            }
            match (self.free(&p.name), self.parameter_sort(&p.sort)) {
                (Ok(()), Ok(sort)) => bound.push((p.name.node.clone(), sort)),
                _ => failed = true,
            }
        }
        if failed { Err(Reported) } else { Ok(bound) }
    }

    /// Checks that a claim can be one about every value.
    fn claimable(&mut self, claim: &ast::Claim, first: Span) -> Checked<()> {
        let (what, span) = match claim {
            ast::Claim::Compare(_, Relation::Equal, ..) | ast::Claim::Deterministic(..) => return Ok(()),
            ast::Claim::Compare(left, sign, right, _) => {
                (format!("`{}`", crate::syntax::print::relation(*sign)), left.span.to(right.span))
            }
            ast::Claim::Independent { within, .. } => ("`independent`".into(), within.span),
            ast::Claim::Separated { within, .. } => ("`separated`".into(), within.span),
            ast::Claim::Criterion { within, .. } | ast::Claim::Identifiable { within, .. } => {
                ("a criterion".into(), within.span)
            }
            ast::Claim::Stationary(state, chain) => ("`stationary`".into(), state.span.to(chain.span)),
            ast::Claim::Reversible(chain, state) => ("`reversible`".into(), chain.span.to(state.span)),
            ast::Claim::Study(study) => (format!("`{}`", study.word()), study.span()),
            ast::Claim::Semidefinite(word, _) => ("`semidefinite`".into(), word.span),
            ast::Claim::DivergenceLaw(law, _) => ("`law`".into(), law.span),
            ast::Claim::Laws(items) => ("`laws`".into(), items.first().map_or(first, |e| e.span)),
            ast::Claim::ForAll(..) => ("`forall`".into(), first),
        };
        self.not_claimable(span, &what)
    }

    fn not_claimable<T>(&mut self, span: Span, what: &str) -> Checked<T> {
        let what = format!("{what} for every parameter");
        let help = "equations `f == g` and `f == g under p` of diagrams, `a == b` of numbers, and `deterministic f` can be claimed for every parameter; `stationary p for P` is `p ; P == p`";
        self.fail(CheckError::NotYet { what, span, help: Some(help.into()) })
    }
}

/// The last part of a claim.
fn last_span(claim: &ast::Claim) -> Span {
    match claim {
        ast::Claim::Compare(_, _, last, None)
        | ast::Claim::Compare(_, _, _, Some(last))
        | ast::Claim::Deterministic(last, None)
        | ast::Claim::Deterministic(_, Some(last)) => last.span,
        // No other claim gets here.
        _ => Span::default(),
    }
}

impl ForAll {
    /// The claim at values of the parameters, of their sorts. `sig` is a copy of the signature of the claim, in which
    /// the kernels of the instance are declared. There is none where something in the claim is not defined.
    pub fn instance(&self, sig: &mut Signature, values: &[Ratio]) -> Result<Claim, Vec<CheckError>> {
        for (((name, _), value), span) in self.parameters.iter().zip(values).zip(&self.spans) {
            let scalar = Scalar { kind: ScalarKind::Number(value.clone()), span: *span };
            sig.declare(name, Entity::Scalar(NamedScalar::new(scalar), Some(value.clone())), *span);
        }
        let mut checker = Checker {
            sig,
            errors: Vec::new(),
            files: &Nothing,
            directory: PathBuf::new(),
            below: FxHashMap::default(),
            binder: None,
        };
        checker.claim(&self.written, false).map_err(|Reported| checker.errors)
    }

    /// The signature, with these kernels known to be functions, whatever the parameters are.
    pub fn with_functions(&self, functions: &[KernelId]) -> Signature {
        let mut sig = self.signature.clone();
        functions.iter().for_each(|id| sig.kernels[*id].rows = Some(some_function()));
        sig
    }
}
