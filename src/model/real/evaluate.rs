//! The kernel of a diagram in which there are softmaxes.
//!
//! 1. What can be evaluated over the rationals is.
//! 2. Else the diagram is gone through box by box, in order, for each input: states are the values of the wires that are
//!    still needed, with their masses. Boxes whose outputs nobody needs are left out, and with them what they would need.
//! 3. Masses are formulas, which grow along a way through many softmaxes; there is a limit for that.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kernel::{RealKernel, real_row};
use crate::base::index::Id;
use crate::check::softmax::RealRow;
use crate::check::term::Term;
use crate::diagram::graph::{BoxNode, Diagram, DiagramId, Label, WireId};
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::kernel::Kernel;
use crate::number::real::{Real, RealFault};
use crate::number::row::Row;

/// Most states at a time, and most rows of a kernel.
const STATES: u64 = 1 << 16;

/// Most logarithms and exponentials in the masses of all states together.
const ATOMS: usize = 1 << 18;

/// Most products that a mass may be a sum of. Longer ones would be nested, and every step would make them deeper.
const SUMMANDS: usize = 256;

/// Longest power of a kernel with irrational entries.
const POWER: u64 = 64;

/// A box that is needed: its kernel, the wires that it reads, and the wires that it makes.
struct Step {
    kernel: Arc<RealKernel>,
    inputs: Vec<WireId>,
    outputs: Vec<WireId>,
}

/// The values of some wires.
type Values = Vec<u64>;

impl Evaluator<'_> {
    /// The kernel of a term, with real entries.
    pub fn real_term(&mut self, term: &Term) -> Result<Arc<RealKernel>, ModelError> {
        let outputs: Vec<usize> = (0..term.cod.len()).collect();
        self.real_marginal(term, &outputs)
    }

    /// The kernel of a term followed by a choice of its outputs, with real entries.
    pub fn real_marginal(&mut self, term: &Term, outputs: &[usize]) -> Result<Arc<RealKernel>, ModelError> {
        let id = self.lib.term(self.sig, term);
        self.real_kernel(id, outputs)
    }

    /// The kernel of a diagram followed by a choice of its outputs, with real entries.
    pub fn real_kernel(&mut self, id: DiagramId, outputs: &[usize]) -> Result<Arc<RealKernel>, ModelError> {
        // In another version of a conditional kernels may be others.
        let remembered = !self.is_in_version();
        if let Some(found) = self.reals.get(&(id, outputs.to_vec())).filter(|_| remembered) {
            return Ok(found.clone());
        }
        self.interrupt.check()?;
        // 1.
        let kernel = match self.kernel(id, outputs) {
            Ok(kernel) => RealKernel::of(&kernel),
            Err(ModelError::Inexact { .. }) => self.forwards(id, outputs)?,
            Err(error) => return Err(error),
        };
        let kernel = Arc::new(kernel);
        if remembered {
            self.reals.insert((id, outputs.to_vec()), kernel.clone());
        }
        Ok(kernel)
    }

    /// 2.
    fn forwards(&mut self, id: DiagramId, outputs: &[usize]) -> Result<RealKernel, ModelError> {
        let diagram = self.lib.get(id).clone();
        let ends: Vec<WireId> = outputs.iter().map(|o| diagram.outputs()[*o]).collect();
        let mut needed = vec![false; diagram.wire_count()];
        ends.iter().for_each(|w| needed[w.number()] = true);
        for (_, node) in diagram.boxes().rev() {
            if node.outputs.iter().any(|w| needed[w.number()]) {
                node.inputs.iter().for_each(|w| needed[w.number()] = true);
            }
        }
        let mut steps = Vec::new();
        for (_, node) in diagram.boxes() {
            let kept: Vec<usize> = (0..node.outputs.len()).filter(|i| needed[node.outputs[*i].number()]).collect();
            if !kept.is_empty() {
                let outputs = kept.iter().map(|i| node.outputs[*i]).collect();
                steps.push(Step { kernel: self.real_box(node, &kept)?, inputs: node.inputs.to_vec(), outputs });
            }
        }
        let dom = self.sig.sizes(&diagram.dom());
        let cod: Vec<u64> = ends.iter().map(|w| self.sig.objects[diagram.wire(*w).object].size()).collect();
        let inputs = self.few(&dom, "inputs")?;
        let mut rows = Vec::with_capacity(inputs as usize);
        for input in 0..inputs {
            rows.push(self.way(&diagram, &steps, &ends, &coordinates(&dom, input), &cod)?);
        }
        Ok(RealKernel { dom, cod, rows })
    }

    /// The number of points of a product of which each is gone through.
    pub(super) fn few(&self, sizes: &[u64], what: &str) -> Result<u64, ModelError> {
        let points = sizes.iter().fold(1u64, |n, s| n.saturating_mul(*s));
        if points <= STATES {
            return Ok(points);
        }
        let size = format!("with irrational entries at most {STATES} {what} are gone through, and there are {points}");
        Err(ModelError::TooLarge { what: "this diagram".into(), size, span: self.span() })
    }

    /// The row of an input; `None` where it depends on the version of a conditional.
    fn way(
        &self,
        diagram: &Diagram,
        steps: &[Step],
        ends: &[WireId],
        input: &[u64],
        cod: &[u64],
    ) -> Result<Option<Arc<RealRow>>, ModelError> {
        // Behind which step each wire is last read, from 1; the outputs are read behind all of them.
        let mut last = vec![0; diagram.wire_count()];
        for (number, step) in steps.iter().enumerate() {
            step.inputs.iter().for_each(|w| last[w.number()] = number + 1);
        }
        ends.iter().for_each(|w| last[w.number()] = usize::MAX);
        let mut live: Vec<WireId> = diagram.inputs().to_vec();
        let mut states: Vec<(Values, Real)> = vec![(input.to_vec(), Real::one())];
        for (number, step) in steps.iter().enumerate() {
            self.interrupt.check()?;
            let all: Vec<WireId> = live.iter().chain(&step.outputs).copied().collect();
            let later = |w: &WireId| last[w.number()] > number + 1;
            let kept: Vec<usize> =
                (0..all.len()).filter(|i| later(&all[*i]) && !all[..*i].contains(&all[*i])).collect();
            let places: Vec<usize> = step.inputs.iter().filter_map(|w| live.iter().position(|l| l == w)).collect();
            let mut next: BTreeMap<Values, Real> = BTreeMap::new();
            for (values, mass) in &states {
                let read: Vec<u64> = places.iter().map(|p| values[*p]).collect();
                let Some(row) = &step.kernel.rows[number_of(&step.kernel.dom, &read) as usize] else {
                    return Ok(None);
                };
                for (point, p) in row.iter() {
                    let made = coordinates(&step.kernel.cod, *point);
                    let value = |i: &usize| values.get(*i).copied().unwrap_or_else(|| made[*i - values.len()]);
                    let state: Values = kept.iter().map(value).collect();
                    let mass = self.product(mass, p)?;
                    let sum = match next.get(&state) {
                        Some(sum) => sum.add(&mass).map_err(|f| self.without_value(&f))?,
                        None => mass,
                    };
                    next.insert(state, sum);
                }
            }
            states = next.into_iter().collect();
            self.bounded(states.iter().map(|(_, mass)| mass))?;
            live = kept.iter().map(|i| all[*i]).collect();
        }
        let places: Vec<usize> = ends.iter().filter_map(|w| live.iter().position(|l| l == w)).collect();
        let point = |values: &Values| number_of(cod, &places.iter().map(|p| values[*p]).collect::<Vec<_>>());
        // Values that nobody asks for are gone but for those of unused inputs, which are the same in all states.
        let mut row: RealRow = states.into_iter().map(|(values, mass)| (point(&values), mass)).collect();
        row.sort_by_key(|(point, _)| *point);
        Ok(Some(Arc::new(row)))
    }

    /// 3. The product of two masses.
    fn product(&self, left: &Real, right: &Real) -> Result<Real, ModelError> {
        if left.summands() * right.summands() > SUMMANDS {
            let size = format!("its probabilities are sums of more than {SUMMANDS} products of exponentials");
            return Err(ModelError::TooLarge { what: "this diagram".into(), size, span: self.span() });
        }
        left.mul(right).map_err(|f| self.without_value(&f))
    }

    /// 3.
    pub(super) fn bounded<'m>(&self, masses: impl ExactSizeIterator<Item = &'m Real>) -> Result<(), ModelError> {
        let count = masses.len() as u64;
        let mut atoms = 0;
        for mass in masses {
            atoms += mass.atoms(ATOMS);
            if atoms >= ATOMS {
                break;
            }
        }
        if count <= STATES && atoms < ATOMS {
            return Ok(());
        }
        let size = match count > STATES {
            true => format!("with irrational entries at most {STATES} combinations of values are gone through"),
            false => format!("its probabilities are formulas of {ATOMS} exponentials or more"),
        };
        Err(ModelError::TooLarge { what: "this diagram".into(), size, span: self.span() })
    }

    /// The kernel of a box, followed by a choice of its outputs.
    fn real_box(&mut self, node: &BoxNode, kept: &[usize]) -> Result<Arc<RealKernel>, ModelError> {
        let (dom, cod) = (self.sig.sizes(&node.dom), self.sig.sizes(&node.cod));
        let state = |rows: Vec<Row>| Arc::new(RealKernel::of(&Kernel::new(dom.clone(), cod.clone(), rows.into())));
        let whole = match &node.label {
            Label::Kernel(id) => {
                let kernel = &self.sig.kernels[*id];
                match (&kernel.rows, &kernel.softmax) {
                    (Some(rows), _) => {
                        let rows = rows.iter().map(|row| Some(Arc::new(real_row(row)))).collect();
                        Arc::new(RealKernel { dom: dom.clone(), cod: cod.clone(), rows })
                    }
                    (None, Some(softmax)) => {
                        let rows = softmax.rows.iter().cloned().map(Some).collect();
                        Arc::new(RealKernel { dom: dom.clone(), cod: cod.clone(), rows })
                    }
                    (None, None) => return Err(ModelError::without_rows(kernel, self.span())),
                }
            }
            Label::Uniform => {
                self.few(&cod, "outcomes")?;
                state(vec![Row::uniform(self.listable(&cod, "a uniform state")?)])
            }
            Label::Point(point) => state(vec![Row::point(*point)]),
            Label::Call(id) => return self.real_kernel(*id, kept),
            Label::Power(id, n) => self.real_power(*id, *n)?,
            Label::Conditional { of, targets, given } => Arc::new(self.real_conditional(*of, targets, given)?),
            Label::Observed { of, event } => Arc::new(self.real_observed(*of, event)?),
            // Computed from all rows together, by linear algebra over the rationals.
            Label::Derived { what, of, by, span } => {
                let kernel = self.derived(*what, *of, *by, *span)?;
                Arc::new(RealKernel::of(&kernel))
            }
        };
        match kept.len() == cod.len() {
            true => Ok(whole),
            false => self.chosen(&whole, kept).map(Arc::new),
        }
    }

    /// A kernel followed by a choice of its outputs.
    fn chosen(&self, kernel: &RealKernel, kept: &[usize]) -> Result<RealKernel, ModelError> {
        let cod: Vec<u64> = kept.iter().map(|k| kernel.cod[*k]).collect();
        let pick = |point: u64| {
            let all = coordinates(&kernel.cod, point);
            number_of(&cod, &kept.iter().map(|k| all[*k]).collect::<Vec<_>>())
        };
        let row = |row: &Arc<RealRow>| super::kernel::gathered(row.iter().map(|(point, p)| (pick(*point), p.clone())));
        let rows = kernel.rows.iter().map(|r| r.as_ref().map(|r| row(r).map(Arc::new)).transpose());
        let rows = rows.collect::<Result<_, RealFault>>().map_err(|f| self.without_value(&f))?;
        Ok(RealKernel { dom: kernel.dom.clone(), cod, rows })
    }

    /// `P^n`, step by step: formulas grow with every step, so n is small.
    fn real_power(&mut self, id: DiagramId, n: u64) -> Result<Arc<RealKernel>, ModelError> {
        if n > POWER {
            let size = format!("with irrational entries at most {POWER} steps are gone, and there are {n}");
            return Err(ModelError::TooLarge { what: "this power".into(), size, span: self.span() });
        }
        let all: Vec<usize> = (0..self.lib.get(id).outputs().len()).collect();
        let step = self.real_kernel(id, &all)?;
        let mut rows: Vec<Option<Arc<RealRow>>> =
            (0..step.rows.len()).map(|x| Some(Arc::new(vec![(x as u64, Real::one())]))).collect();
        for _ in 0..n {
            for row in &mut rows {
                self.interrupt.check()?;
                let Some(before) = row.take() else { continue };
                *row = self.stepped(&before, &step)?.map(Arc::new);
            }
            self.bounded(rows.iter().flatten().flat_map(|r| r.iter().map(|(_, p)| p)).collect::<Vec<_>>().into_iter())?;
        }
        Ok(Arc::new(RealKernel { dom: step.dom.clone(), cod: step.cod.clone(), rows }))
    }

    fn stepped(&self, before: &RealRow, step: &RealKernel) -> Result<Option<RealRow>, ModelError> {
        let mut entries = Vec::new();
        for (x, mass) in before {
            let Some(row) = &step.rows[*x as usize] else { return Ok(None) };
            for (y, p) in row.iter() {
                entries.push((*y, self.product(mass, p)?));
            }
        }
        super::kernel::gathered(entries).map(Some).map_err(|f| self.without_value(&f))
    }

    /// The error for an operation that has no value, or none that is known.
    pub(super) fn without_value(&self, fault: &RealFault) -> ModelError {
        match fault {
            RealFault::Undecided(why) => ModelError::Undecided { why: why.to_string(), span: Some(self.span()) },
            other => ModelError::Undefined { what: other.to_string(), span: self.span() },
        }
    }
}

/// The coordinates of a point of a product.
pub(super) fn coordinates(sizes: &[u64], mut point: u64) -> Vec<u64> {
    let mut out = vec![0; sizes.len()];
    for (value, size) in out.iter_mut().zip(sizes).rev() {
        *value = point % size;
        point /= size;
    }
    out
}

/// The point with these coordinates.
pub(super) fn number_of(sizes: &[u64], coordinates: &[u64]) -> u64 {
    sizes.iter().zip(coordinates).fold(0, |n, (size, c)| n * size + c)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::base::files::Disk;
    use crate::base::interrupt::Interrupt;
    use crate::base::source::SourceMap;
    use crate::check::check_file;
    use crate::check::obligation::ObligationKind;
    use crate::check::signature::Signature;
    use crate::diagram::library::Library;
    use crate::syntax::parse_file;

    /// Diagrams of rational kernels, in all ways to build them.
    const PROGRAM: &str = "object A = { a, b, c }
        object B = 0..2
        kernel p : A { a: 1/2, b: 1/3, c: rest }
        kernel f : A -> B { a -> 0: 1/4, 1: rest  b -> 1  c -> uniform }
        kernel g : B * A -> A { (0, _) -> a: 2/5, c: rest  (1, a) -> b  _ -> uniform }
        kernel step : A -> A { a -> b: 1/3, a: rest  b -> c  c -> uniform }
        diagram seen -> (x: A, y: B, z: A) { x ~ p  y ~ f(x)  z ~ g(y, x)  return x, y, z }
        diagram twice(x: A) -> (y: B, z: A, x2: A) { y ~ f(x)  z ~ g(y, x)  return y, z, x }
        eval seen
        eval twice
        eval p ; twice
        eval step^5
        eval p ; step^3 ; f
        eval marginal(seen, z, x)
        eval cond(seen, x given y, z)
        eval cond(twice, y given z)
        eval bayes(f, p)
        eval observe(seen, y = 1 or z = a)
        eval weigh(twice, match z { a -> 2  b -> 1/3  _ -> 1 })
        eval <f, step> ; (id * copy) ; (swap * id)
        eval uniform[A] ; <id, f, id> ; (del * id * id)
        eval point(A.b) * p
        eval do(seen, f := del ; uniform[B])
        eval p ; step^2 ; <del, f> ; <id, id>";

    #[test]
    fn rational_diagrams_have_the_rows_of_the_exact_engine() {
        let mut sources = SourceMap::default();
        let number = sources.add("test", PROGRAM.into()).unwrap();
        let ast = parse_file(sources.get(number)).unwrap();
        let mut sig = Signature::default();
        let asked = check_file(&mut sig, &ast, Path::new(""), &Disk).unwrap();
        let (mut library, interrupt) = (Library::default(), Interrupt::default());
        let mut evaluator = Evaluator::new(&sig, &mut library, &interrupt);
        assert_eq!(asked.len(), 16);
        for obligation in &asked {
            let ObligationKind::EvalTerm(term) = &obligation.kind else { panic!("{obligation:?}") };
            let id = evaluator.lib.term(&sig, term);
            let mut choices = vec![(0..term.cod.len()).collect::<Vec<_>>()];
            choices.extend((0..term.cod.len()).map(|k| vec![k]));
            for outputs in choices {
                let exact = RealKernel::of(&evaluator.kernel(id, &outputs).unwrap());
                let found = evaluator.forwards(id, &outputs).unwrap();
                assert_eq!((&found.dom, &found.cod), (&exact.dom, &exact.cod));
                for (found, exact) in found.rows.iter().zip(&exact.rows) {
                    let rational = |row: &Option<Arc<RealRow>>| {
                        let ratio = |p: &Real| p.as_ratio().cloned().unwrap();
                        row.as_ref().map(|row| row.iter().map(|(x, p)| (*x, ratio(p))).collect::<Vec<_>>())
                    };
                    assert_eq!(rational(found), rational(exact), "{:?} {outputs:?}", obligation.span);
                }
            }
        }
    }
}
