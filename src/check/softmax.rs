//! `kernel head : C -> T = softmax(h, W, b)`, `softmax { a -> x: log(2), y: 0 }`: a kernel by its logits.
//!
//! 1. The logit of `w` at `c` is the inner product of the vectors `h_c` and `W_w`, plus `b_w` where there is a bias; or it
//!    is written in a table, which has one for every outcome. The probability of `w` is `exp` of its logit over the sum
//!    of these.
//! 2. Where every entry is rational by that, as it is if the differences of logits are logarithms of rationals, the kernel
//!    is one as every other. Else it has no rational rows: what knows how computes with its entries as real numbers, and
//!    what does not says so.

use std::sync::Arc;

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::features::Features;
use super::features_error::FeaturesError;
use super::points::matching;
use super::rows::{FamilyBody, point_text};
use super::signature::Entity;
use super::types::Type;
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::number::real::{Real, RealFault};
use crate::number::row::Row;
use crate::number::softmax::softmax;
use crate::syntax::ast::{Ident, KernelDecl, LogitRow, SoftmaxBody};

/// Most entries of a softmax: each is a number with a formula of its own.
const ENTRIES: u64 = 1 << 16;

/// Most products in the logits of a softmax.
const PRODUCTS: u64 = 1 << 20;

/// A kernel with entries that need not be rational.
#[derive(Debug, Clone)]
pub struct Softmax {
    /// For each input its outcomes with their probabilities: outcomes increasing, probabilities positive.
    pub rows: Vec<Arc<RealRow>>,
}

/// Outcomes with their probabilities.
pub type RealRow = Vec<(u64, Real)>;

impl Checker<'_> {
    /// The rows of `kernel f : dom -> cod = softmax …`
    pub(super) fn softmax(
        &mut self,
        decl: &KernelDecl,
        body: &SoftmaxBody,
        dom: &Type,
        cod: &Type,
    ) -> Checked<FamilyBody> {
        let (inputs, outcomes) = (self.sig.size(dom).unwrap_or(0), self.sig.size(cod).unwrap_or(0));
        let entries = inputs.saturating_mul(outcomes);
        if entries > ENTRIES {
            let what = format!("the softmax `{}`", decl.name.node);
            let size = format!("{entries} entries");
            return self.fail(CheckError::TooLarge { what, size, limit: ENTRIES, span: decl.name.span });
        }
        // 1.
        let rows = match body {
            SoftmaxBody::Head { states, outcomes, bias, span } => {
                self.head(decl, states, outcomes, bias.as_ref(), *span, dom, cod)?
            }
            SoftmaxBody::Logits(rows) => self.logit_rows(decl, rows, dom, cod)?,
        };
        // 2.
        let rational = |row: &Arc<RealRow>| {
            let masses = row.iter().map(|(point, p)| p.as_ratio().map(|p| (*point, p.clone())));
            masses.collect::<Option<Vec<(u64, Ratio)>>>().map(Row::from_ratios)
        };
        if let Some(rows) = rows.iter().map(rational).collect::<Option<Vec<Row>>>() {
            return Ok(FamilyBody::Fixed(Arc::new(rows)));
        }
        if let (Some(promise), Some(noisy)) = (&decl.deterministic, rows.iter().position(|row| row.len() > 1)) {
            let what = "a softmax of several outcomes is not deterministic".to_string();
            let input = point_text(self.sig, dom, noisy as u64);
            let subject = if dom.is_empty() { "it".to_string() } else { format!("the input {input}") };
            let found = format!("promised here, but {subject} has {} outcomes", rows[noisy].len());
            let help = Some("leave out `deterministic`".into());
            return self.softmax_fault(what, found, promise.span, None, help);
        }
        Ok(FamilyBody::Softmax(Arc::new(Softmax { rows })))
    }

    fn softmax_fault<T>(
        &mut self,
        what: String,
        found: String,
        span: Span,
        declared: Option<(String, Span)>,
        help: Option<String>,
    ) -> Checked<T> {
        let (declared, other) = declared.map_or((String::new(), None), |(text, span)| (text, Some(span)));
        self.fail(FeaturesError::Softmax { what, found, span, declared, other, help }.into())
    }

    /// `softmax(h, W)`, `softmax(h, W, b)`
    #[allow(clippy::too_many_arguments, reason = "the parts of one declaration")]
    fn head(
        &mut self,
        decl: &KernelDecl,
        states: &Ident,
        outcomes: &Ident,
        bias: Option<&Ident>,
        span: Span,
        dom: &Type,
        cod: &Type,
    ) -> Checked<Vec<Arc<RealRow>>> {
        let h = self.vectors(states, dom, "inputs");
        let w = self.vectors(outcomes, cod, "outcomes");
        let b = bias.map(|b| self.vectors(b, cod, "outcomes")).transpose();
        let (h, w, b) = (h?, w?, b?);
        if h.dimension != w.dimension {
            let what = "a softmax takes inner products of vectors of one length".to_string();
            let found = format!("`{}` has its vectors in R^{}", w.name, w.dimension);
            let declared = (format!("`{}` in R^{}", h.name, h.dimension), states.span);
            let help = Some("give both the same number of coordinates".into());
            return self.softmax_fault(what, found, outcomes.span, Some(declared), help);
        }
        if let (Some(b), Some(name)) = (&b, bias)
            && b.dimension != 1
        {
            let what = "a bias is one number for each outcome".to_string();
            let found = format!("`{}` has its vectors in R^{}", b.name, b.dimension);
            let help = Some(format!("declare it as `features {} : {} -> R^1`", b.name, self.sig.show(cod)));
            return self.softmax_fault(what, found, name.span, None, help);
        }
        let products = (h.vectors.len() * w.vectors.len()) as u64 * h.dimension as u64;
        if products > PRODUCTS {
            let what = format!("the softmax `{}`", decl.name.node);
            let size = format!("{products} products of coordinates");
            return self.fail(CheckError::TooLarge { what, size, limit: PRODUCTS, span: decl.name.span });
        }
        let logit = |c: &[Real], point: usize| -> Result<Real, RealFault> {
            let start = b.as_ref().map_or_else(Real::zero, |b| b.vectors[point][0].clone());
            c.iter().zip(&w.vectors[point]).try_fold(start, |sum, (x, y)| sum.add(&x.mul(y)?))
        };
        let mut rows = Vec::with_capacity(h.vectors.len());
        for c in &h.vectors {
            let logits: Result<Vec<Real>, RealFault> = (0..w.vectors.len()).map(|p| logit(c, p)).collect();
            match logits.and_then(|logits| softmax(&logits)) {
                Ok(row) => rows.push(placed(row)),
                Err(fault) => return self.no_value(&fault, span),
            }
        }
        Ok(rows)
    }

    /// The vectors with this name, which must be those of an object.
    fn vectors(&mut self, name: &Ident, of: &Type, role: &str) -> Checked<Arc<Features>> {
        let found = match self.entity(name, "a family of vectors")? {
            Entity::Features(id) => self.sig.features[id].clone(),
            other => {
                let help = Some("a softmax is made of vectors: `features h : X -> R^2 { … }`".into());
                return self.wrong_kind(name, &other, "a family of vectors", help);
            }
        };
        if found.dom != *of {
            let wanted = self.sig.show(of);
            let what = format!("the {role} of this kernel are the points of {wanted}");
            let own = self.sig.show(&found.dom);
            let text = format!("`{}` has a vector for each point of {own}", found.name);
            let declared = ("declared here".to_string(), found.span);
            let help = Some("the vectors of the inputs stand first, then those of the outcomes, then a bias".into());
            return self.softmax_fault(what, text, name.span, Some(declared), help);
        }
        Ok(found)
    }

    fn no_value<T>(&mut self, fault: &RealFault, span: Span) -> Checked<T> {
        let (what, found) = ("this softmax has no value".to_string(), fault.to_string());
        self.fail(FeaturesError::Coordinate { what, found, span, help: None }.into())
    }

    /// A table of logits: inputs as in every table of rows, and in each row every outcome once.
    fn logit_rows(
        &mut self,
        decl: &KernelDecl,
        rows: &[LogitRow],
        dom: &Type,
        cod: &Type,
    ) -> Checked<Vec<Arc<RealRow>>> {
        let sizes = self.sig.sizes(dom);
        let inputs = self.sig.size(dom).unwrap_or(0) as usize;
        let mut taken: Vec<Option<usize>> = vec![None; inputs];
        let mut laws: Vec<Option<Arc<RealRow>>> = Vec::with_capacity(rows.len());
        let mut failed = false;
        for (number, row) in rows.iter().enumerate() {
            let pattern = match &row.pattern {
                Some(p) if dom.is_empty() => self.fail(CheckError::StateRow { span: p.span() }),
                Some(p) => self.pattern(p, dom),
                None if !dom.is_empty() => {
                    let (dom, example) = (self.sig.show(dom), self.example_point(dom));
                    self.fail(CheckError::RowWithoutInput { dom, example, span: row.span })
                }
                None => Ok(Vec::new()),
            };
            let law = self.logits(row, cod);
            failed |= law.is_err() || pattern.is_err();
            laws.push(law.ok());
            let Ok(pattern) = pattern else { continue };
            let wild = pattern.iter().any(Option::is_none);
            let mut took = false;
            for input in matching(&pattern, &sizes) {
                match taken[input as usize] {
                    None => {
                        taken[input as usize] = Some(number);
                        took = true;
                    }
                    Some(first) if !wild => {
                        let (input, first) = (point_text(self.sig, dom, input), rows[first].span);
                        self.errors.push(CheckError::DoubledRow { input, span: row.span, first });
                        (took, failed) = (true, true);
                    }
                    Some(_) => {}
                }
            }
            if !took {
                self.errors.push(CheckError::UnreachableRow { span: row.span });
                failed = true;
            }
        }
        if failed {
            return Err(Reported);
        }
        let law = |rule: &Option<usize>| rule.and_then(|r| laws[r].clone());
        let found: Vec<Option<Arc<RealRow>>> = taken.iter().map(law).collect();
        let missing: Vec<usize> = (0..inputs).filter(|i| found[*i].is_none()).collect();
        if let Some(first) = missing.first() {
            let shown: Vec<String> = missing.iter().take(4).map(|i| point_text(self.sig, dom, *i as u64)).collect();
            let more = missing.len() - shown.len();
            let shown =
                format!("{}{}", shown.join(", "), if more > 0 { format!(" and {more} more") } else { String::new() });
            let example = format!("`{} -> …`", point_text(self.sig, dom, *first as u64));
            let (kernel, span) = (decl.name.node.to_string(), decl.name.span);
            return self.fail(CheckError::MissingRow { kernel, shown, example, span });
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// The row of some logits.
    fn logits(&mut self, row: &LogitRow, cod: &Type) -> Checked<Arc<RealRow>> {
        let size = self.sig.size(cod).unwrap_or(0) as usize;
        let mut logits: Vec<Option<(Option<Real>, Span)>> = vec![None; size];
        let mut failed = false;
        for (point, logit) in &row.logits {
            let place = self.point(point, cod);
            let value = self.real(logit, "a logit", true);
            failed |= value.is_err() || place.is_err();
            let Ok(place) = place else { continue };
            if let Some((_, first)) = &logits[place as usize] {
                let point_words = point_text(self.sig, cod, place);
                let (what, declared) = ("an outcome has one logit".to_string(), ("it has one here".into(), *first));
                let found = format!("{point_words} again here");
                let help = Some("remove one of the two".into());
                let _: Checked<()> = self.softmax_fault(what, found, point.span(), Some(declared), help);
                failed = true;
                continue;
            }
            logits[place as usize] = Some((value.ok(), point.span()));
        }
        if failed {
            return Err(Reported);
        }
        if let Some(missing) = logits.iter().position(Option::is_none) {
            let point = point_text(self.sig, cod, missing as u64);
            let what = "every outcome has a logit".to_string();
            let found = format!("{point} has none here");
            let help = Some(format!("write `{point}: 0`, say; an outcome that never happens has `{point}: -infinity`"));
            return self.softmax_fault(what, found, row.span, None, help);
        }
        let logits: Vec<Real> = logits.into_iter().flatten().filter_map(|(value, _)| value).collect();
        match softmax(&logits) {
            Ok(row) if !row.is_empty() => Ok(placed(row)),
            Ok(_) => {
                let what = "some outcome can happen".to_string();
                let found = "all of these logits are `-infinity`".to_string();
                let help = Some("give at least one outcome a finite logit".into());
                self.softmax_fault(what, found, row.span, None, help)
            }
            Err(fault) => self.no_value(&fault, row.span),
        }
    }

    /// Checks that a kernel whose rows depend on no parameter has none.
    pub(super) fn no_parameters(&mut self, decl: &KernelDecl, of: &str) -> Checked<()> {
        if decl.parameters.is_empty() {
            return Ok(());
        }
        let what = "a kernel".to_string();
        let found =
            format!("a family of {of}, which depend{} on no parameter", if of.ends_with('s') { "" } else { "s" });
        let help = Some("drop the parameters".into());
        self.fail(CheckError::WrongSort { what, found, span: decl.name.span, help })
    }
}

fn placed(row: Vec<(usize, Real)>) -> Arc<RealRow> {
    Arc::new(row.into_iter().map(|(place, p)| (place as u64, p)).collect())
}
