//! The kernel of a diagram, remembered for each diagram and choice of outputs.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::condition::memoised;
use super::contract::{Boxes, ROW_LIMIT};
use super::evidence::evidence;
use super::given::Given;
use super::kernel::Kernel;
use super::network::{Needs, NetBox, Network, TooManyBoxes, flatten};
use super::plan::{DEFAULT_MEMORY, Method, Plan};
use super::reach::places_with;
use super::settle::Dependence;
use super::solve::{Law, row_of};
use super::space::{Picker, size};
use super::version::{Version, Wanted};
use crate::base::interrupt::Interrupt;
use crate::base::span::Span;
use crate::check::signature::{NO_SIZE, Signature};
use crate::check::term::{Event, Term};
use crate::check::types::{FactId, Type};
use crate::check::value::Value;
use crate::check::{event_fault, event_value, not_an_event};
use crate::diagram::graph::{DiagramId, Label};
use crate::diagram::library::Library;
use crate::model::error::ModelError;
use crate::model::real::kernel::RealKernel;
use crate::number::row::{Row, merge_equal};

/// How long the denominators in a power may become, in bits.
const POWER_BITS_LIMIT: u64 = 1 << 22;

/// A diagram, some of its outputs, and values of others.
type LawKey = (DiagramId, Vec<usize>, Vec<(usize, u64)>);

/// A conditional or posterior of something that depends on a version.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Settled {
    /// Of a diagram, with what is drawn and what is known.
    Conditional(DiagramId, Vec<usize>, Vec<usize>),
    /// Of a diagram, on the condition of an event, with the outputs that are kept. Events stay where they are as long as
    /// their diagram does.
    Observed(DiagramId, usize, Vec<usize>),
}

/// Evaluates diagrams over the rationals.
pub struct Evaluator<'a> {
    /// What is declared.
    pub sig: &'a Signature,
    /// The diagrams.
    pub lib: &'a mut Library,
    /// When to stop.
    pub interrupt: &'a Interrupt,
    /// Theorems that were proved, or that could not be.
    pub proved: FxHashMap<FactId, bool>,
    /// What proved theorems rest on that not every Markov category has: whoever uses them rests on it too.
    pub rests: FxHashMap<FactId, Vec<String>>,
    /// How many threads may work on one table; answers do not depend on it.
    pub threads: usize,
    /// Bytes that the tables of one network may take together.
    pub memory: u64,
    /// The method for every network, where it is not to be chosen by its cost.
    pub method: Option<Method>,
    /// The plans of networks that were evaluated, where they are wanted.
    pub plans: Option<Vec<Plan>>,
    /// Whether, and how, the answer to the item depends on the version of a conditional.
    pub dependence: Option<Dependence>,
    /// Kernels with irrational entries.
    pub(in crate::model) reals: FxHashMap<(DiagramId, Vec<usize>), Arc<RealKernel>>,
    pub(super) memo: FxHashMap<(DiagramId, Vec<usize>), Arc<Kernel>>,
    pub(super) laws: FxHashMap<LawKey, Arc<Law>>,
    pub(super) powers: FxHashMap<(DiagramId, u64), Arc<Kernel>>,
    /// Conditionals and posteriors of what depends on a version.
    pub(super) settled: FxHashMap<Settled, Arc<Kernel>>,
    /// How kernels with marked rows depend on a version.
    pub(super) dependences: FxHashMap<(DiagramId, Vec<usize>), Dependence>,
    /// The version that is evaluated, where it is not the uniform one.
    pub(super) version: Option<Arc<Version>>,
    /// Versions in which something was otherwise, the last ones.
    pub(super) revealing: Vec<Arc<Version>>,
    needs: Needs,
    /// The item that is being answered, for errors.
    span: Span,
}

impl<'a> Evaluator<'a> {
    /// An evaluator that remembers nothing yet.
    pub fn new(sig: &'a Signature, lib: &'a mut Library, interrupt: &'a Interrupt) -> Evaluator<'a> {
        Evaluator {
            sig,
            lib,
            interrupt,
            proved: FxHashMap::default(),
            rests: FxHashMap::default(),
            threads: 1,
            memory: DEFAULT_MEMORY,
            method: None,
            plans: None,
            dependence: None,
            reals: FxHashMap::default(),
            memo: FxHashMap::default(),
            laws: FxHashMap::default(),
            powers: FxHashMap::default(),
            settled: FxHashMap::default(),
            dependences: FxHashMap::default(),
            version: None,
            revealing: Vec::new(),
            needs: Needs::default(),
            span: Span::default(),
        }
    }

    /// Says which item is being answered.
    pub fn begin(&mut self, span: Span) {
        self.span = span;
        self.dependence = None;
    }

    /// The item that is being answered.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The kernel of a term.
    pub fn term(&mut self, term: &Term) -> Result<Arc<Kernel>, ModelError> {
        let outputs: Vec<usize> = (0..term.cod.len()).collect();
        self.marginal(term, &outputs)
    }

    /// The kernel of a term followed by a choice of its outputs.
    pub fn marginal(&mut self, term: &Term, outputs: &[usize]) -> Result<Arc<Kernel>, ModelError> {
        let id = self.lib.term(self.sig, term);
        self.kernel(id, outputs)
    }

    /// The kernel of `p ; <id, f>`.
    pub fn joint(&mut self, prior: &Term, kernel: &Term) -> Result<Arc<Kernel>, ModelError> {
        let id = self.lib.joint(self.sig, prior, kernel);
        let outputs: Vec<usize> = (0..kernel.dom.len() + kernel.cod.len()).collect();
        self.kernel(id, &outputs)
    }

    /// The kernel of a diagram followed by a choice of its outputs.
    pub fn kernel(&mut self, id: DiagramId, outputs: &[usize]) -> Result<Arc<Kernel>, ModelError> {
        if let Some(found) = self.memo.get(&(id, outputs.to_vec())) {
            return Ok(found.clone());
        }
        self.interrupt.check()?;
        let planned = self.plans.as_ref().map_or(0, Vec::len);
        let solved = self.solve(id, outputs);
        if let (Err(ModelError::Inexact { .. }), Some(plans)) = (&solved, &mut self.plans) {
            // What was planned is not what will be done.
            plans.truncate(planned);
        }
        let mut kernel = solved?;
        if !kernel.filled.is_empty() && self.version.is_none() {
            kernel = self.settled_kernel(id, outputs, kernel)?;
        }
        let kernel = Arc::new(kernel);
        self.memo.insert((id, outputs.to_vec()), kernel.clone());
        Ok(kernel)
    }

    /// The network for some outputs of a diagram, and the sizes of the inputs of the diagram.
    pub(super) fn network(&mut self, id: DiagramId, outputs: &[usize]) -> Result<(Network, Vec<u64>), ModelError> {
        let span = self.span;
        let net = flatten(self.sig, self.lib, &mut self.needs, id, outputs).map_err(|TooManyBoxes(limit)| {
            ModelError::TooLarge {
                what: "this diagram".into(),
                size: format!("written out it has more than {limit} boxes"),
                span,
            }
        })?;
        let dom = self.sig.sizes(&self.lib.get(id).dom());
        if net.wires.iter().chain(&dom).any(|size| *size == NO_SIZE) {
            return Err(ModelError::Abstract { what: self.abstract_part(&net, id), span });
        }
        Ok((net, dom))
    }

    /// Something abstract in a network, in words: a kernel if there is one, else an object.
    fn abstract_part(&self, net: &Network, id: DiagramId) -> String {
        let kernel = net.boxes.iter().find_map(|b| match &b.label {
            Label::Kernel(id) => Some(&self.sig.kernels[*id]).filter(|k| k.is_abstract()),
            _ => None,
        });
        match kernel {
            Some(kernel) => format!("the kernel `{}`", kernel.name),
            None => {
                let diagram = self.lib.get(id);
                let object = self.sig.abstract_factor(&Type::product([&diagram.dom(), &diagram.cod()]));
                object.map_or("an object of this diagram".into(), |o| format!("the object `{}`", o.name))
            }
        }
    }

    /// The kernel of a box, all outputs included.
    fn label(&mut self, b: &NetBox) -> Result<Arc<Kernel>, ModelError> {
        let one_row = |row: Row| Arc::new(Kernel::new(b.dom.clone(), b.cod.clone(), Arc::new(vec![row])));
        Ok(match &b.label {
            Label::Kernel(id) => {
                let kernel = &self.sig.kernels[*id];
                let Some(rows) = kernel.rows.clone() else {
                    return Err(ModelError::without_rows(kernel, self.span));
                };
                Arc::new(Kernel::new(b.dom.clone(), b.cod.clone(), rows))
            }
            Label::Uniform => {
                let points = self.listable(&b.cod, "a uniform state")?;
                one_row(Row::uniform(points))
            }
            Label::Point(point) => one_row(Row::point(*point)),
            Label::Call(id) => {
                let all: Vec<usize> = (0..b.cod.len()).collect();
                self.kernel(*id, &all)?
            }
            Label::Power(id, n) => self.power(*id, *n)?,
            Label::Conditional { of, targets, given } => {
                let kept: Vec<usize> = (0..targets.len()).collect();
                self.conditional(&Wanted { of: *of, targets, given, kept: &kept })?
            }
            Label::Derived { what, of, by, span } => self.derived(*what, *of, *by, *span)?,
            Label::Observed { of, event } => {
                let all: Vec<usize> = (0..b.cod.len()).collect();
                self.observed(*of, event, &all)?
            }
        })
    }

    /// The number of points of a product; an error where they are too many to be listed.
    pub fn listable(&self, sizes: &[u64], what: &str) -> Result<u64, ModelError> {
        match size(sizes) {
            Some(n) if n <= ROW_LIMIT => Ok(n),
            n => {
                let size = n.map_or("more than 2^63 points".into(), |n| {
                    format!("{n} points, at most {ROW_LIMIT} can be listed")
                });
                Err(ModelError::TooLarge { what: what.into(), size, span: self.span })
            }
        }
    }

    /// `P^n` by repeated squaring.
    fn power(&mut self, id: DiagramId, n: u64) -> Result<Arc<Kernel>, ModelError> {
        if let Some(found) = self.powers.get(&(id, n)) {
            return Ok(found.clone());
        }
        let all: Vec<usize> = (0..self.lib.get(id).outputs().len()).collect();
        let mut square = self.kernel(id, &all)?;
        let mut result: Option<Arc<Kernel>> = None;
        let mut left = n;
        while left > 0 {
            // Each step doubles the digits: without a limit a large power would fill the memory.
            if square.rows.iter().any(|row| row.den().bits() > POWER_BITS_LIMIT) {
                let size = format!("its probabilities have more than {POWER_BITS_LIMIT} binary digits");
                return Err(ModelError::TooLarge { what: "this power".into(), size, span: self.span });
            }
            if left % 2 == 1 {
                result = Some(match result {
                    None => square.clone(),
                    Some(r) => Arc::new(r.then(&square, self.interrupt)?),
                });
            }
            left /= 2;
            if left > 0 {
                square = Arc::new(square.then(&square, self.interrupt)?);
            }
        }
        let result = result.unwrap_or_else(|| Arc::new(Kernel::identity(&square.dom)));
        self.powers.insert((id, n), result.clone());
        Ok(result)
    }

    /// Some outputs of a diagram on the condition of an event about any of them.
    fn observed(&mut self, of: DiagramId, event: &Arc<Event>, kept: &[usize]) -> Result<Arc<Kernel>, ModelError> {
        let key = Settled::Observed(of, Arc::as_ptr(event) as usize, kept.to_vec());
        if let Some(found) = self.settled.get(&key) {
            return Ok(found.clone());
        }
        let mut kernel = self.posterior(of, event, kept)?;
        if kernel.filled.is_empty() || self.version.is_some() {
            return Ok(Arc::new(kernel));
        }
        let spoken = places_with(kept, event);
        let again = |e: &mut Evaluator<'_>| e.posterior(of, event, kept).map(Arc::new);
        kernel = self.settle(kernel, &|_| false, |e, rows| e.trace(of, &spoken, rows), again)?.0;
        let kernel = Arc::new(kernel);
        self.settled.insert(key, kernel.clone());
        Ok(kernel)
    }

    /// The same, with rows marked that may depend on the version of a conditional.
    fn posterior(&mut self, of: DiagramId, event: &Arc<Event>, kept: &[usize]) -> Result<Kernel, ModelError> {
        if event.weighs {
            return self.weighed(of, event, kept);
        }
        let diagram = self.lib.get(of);
        let (dom, cod) = (diagram.dom(), diagram.cod());
        let evidence = evidence(self.sig, &cod, event);
        let mut asked = kept.to_vec();
        asked.sort_unstable();
        asked.dedup();
        let Given { places, law, rest } = self.law_given(of, &asked, &evidence)?;
        let mut conditions = self.conditions(&cod, &places, &law.cod, &rest);
        let own: Vec<usize> = kept.iter().filter_map(|k| places.binary_search(k).ok()).collect();
        let picker = Picker::new(&law.cod, &own);
        let mut rows = Vec::with_capacity(law.rows.len());
        for (input, masses) in law.rows.iter().enumerate() {
            let mut left = Vec::new();
            for (p, w) in masses {
                if conditions(*p)? {
                    left.push((picker.pick(*p), w.clone()));
                }
            }
            if left.is_empty() {
                let at = self.input_words(&dom, input as u64);
                return Err(ModelError::NullEvent { at, span: event.form.span });
            }
            left.sort_by_key(|(p, _)| *p);
            merge_equal(&mut left);
            rows.push(row_of(left));
        }
        let filled = (0..rows.len() as u64).filter(|x| law.filled[*x as usize]).collect();
        let cod = kept.iter().map(|k| self.sig.sizes(&cod)[*k]).collect();
        Ok(Kernel { dom: self.sig.sizes(&dom), cod, rows: Arc::new(rows), filled })
    }

    /// Whether all of some events happen at a point of the chosen outputs; later ones are asked for only if earlier ones
    /// do.
    pub(super) fn conditions(
        &self,
        cod: &Type,
        places: &[usize],
        sizes: &[u64],
        events: &[Event],
    ) -> impl FnMut(u64) -> Result<bool, ModelError> + use<'a> {
        let chosen = Type::new(places.iter().map(|p| cod.factors()[*p]).collect::<Vec<_>>());
        let mut all: Vec<_> = events.iter().map(|e| self.predicate(&chosen, sizes, &e.among(places))).collect();
        move |point| {
            for holds in &mut all {
                if !holds(point)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
    }

    /// Whether an event happens at a point of the outputs.
    pub(in crate::model) fn predicate(
        &self,
        cod: &Type,
        sizes: &[u64],
        event: &Event,
    ) -> impl FnMut(u64) -> Result<bool, ModelError> + use<'a> {
        let mut value = self.valued(cod, sizes, event);
        let form = event.form.clone();
        move |point| match value(point)? {
            Value::Truth(b) => Ok(b),
            other => Err(ModelError::Formula(not_an_event(&form, &other))),
        }
    }

    /// The value of a formula at a point of the outputs.
    pub(in crate::model) fn valued(
        &self,
        cod: &Type,
        sizes: &[u64],
        event: &Event,
    ) -> impl FnMut(u64) -> Result<Value, ModelError> + use<'a> {
        let places = event.outputs();
        let chosen = Type::new(places.iter().map(|p| cod.factors()[*p]).collect::<Vec<_>>());
        let (sig, event): (&'a Signature, Event) = (self.sig, event.clone());
        let own = places.clone();
        memoised(sizes, &places, move |key| {
            event_value(sig, &chosen, &own, &event, key).map_err(|fault| ModelError::Formula(event_fault(fault)))
        })
    }
}

impl Boxes for Evaluator<'_> {
    fn kernel(&mut self, b: &NetBox) -> Result<Arc<Kernel>, ModelError> {
        if let Some(table) = &b.table {
            return Ok(table.clone());
        }
        let kept: Vec<usize> = (0..b.outputs.len()).filter(|i| b.outputs[*i].is_some()).collect();
        // What is computed from a diagram can leave out outputs before it is computed.
        match &b.label {
            Label::Call(id) => {
                let kernel = Evaluator::kernel(self, *id, &kept)?;
                return Ok(if b.needed.len() == b.dom.len() { kernel } else { Arc::new(kernel.restrict(&b.needed)) });
            }
            Label::Conditional { of, targets, given } if !b.known.is_empty() => {
                return self.sliced_conditional(b, &Wanted { of: *of, targets, given, kept: &kept });
            }
            Label::Conditional { of, targets, given } if kept.len() < targets.len() => {
                return self.conditional(&Wanted { of: *of, targets, given, kept: &kept });
            }
            Label::Observed { of, event } if kept.len() < b.outputs.len() => {
                return self.observed(*of, event, &kept);
            }
            _ => {}
        }
        let whole = self.label(b)?;
        Ok(if kept.len() == b.outputs.len() { whole } else { Arc::new(whole.select(&kept)) })
    }

    fn repeated(&mut self, b: &NetBox, rows: usize) -> Result<Option<(Arc<Kernel>, u64)>, ModelError> {
        let Label::Power(id, n) = &b.label else { return Ok(None) };
        let all_kept = b.outputs.iter().all(Option::is_some);
        let points = size(&b.cod).unwrap_or(u64::MAX);
        let squarings = 2 * u64::from(64 - n.leading_zeros());
        // n steps with a few rows, against squarings with as many rows as the kernel has.
        if !all_kept || (rows as u64).saturating_mul(*n) > points.saturating_mul(squarings) {
            return Ok(None);
        }
        let all: Vec<usize> = (0..b.cod.len()).collect();
        Ok(Some((Evaluator::kernel(self, *id, &all)?, *n)))
    }
}
