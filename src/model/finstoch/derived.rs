//! Kernels that are computed from others as a whole: minimal statistics, stationary states, limits, lumpings.

use std::sync::Arc;

use super::chain;
use super::evaluate::Evaluator;
use super::kernel::Kernel;
use super::statistics;
use crate::base::span::Span;
use crate::check::rows::point_text;
use crate::check::types::Type;
use crate::diagram::graph::DiagramId;
use crate::model::error::ModelError;
use crate::number::int::Int;
use crate::number::row::Row;
use crate::syntax::ast::Derived;

/// Most numbers in a system of linear equations: more would take longer than anybody waits.
const CELLS_LIMIT: u64 = 1 << 24;

impl Evaluator<'_> {
    /// The kernel of `minimal(p)` and its relatives.
    pub(in crate::model) fn derived(
        &mut self,
        what: Derived,
        of: DiagramId,
        by: Option<DiagramId>,
        span: Span,
    ) -> Result<Arc<Kernel>, ModelError> {
        if let (Derived::Jeffrey, Some(by)) = (what, by) {
            return self.jeffrey(of, by, span);
        }
        let cod = self.lib.get(of).cod();
        let kernel = self.whole(of)?;
        if let (Derived::Stationary | Derived::Absorption, Some(object)) = (what, by) {
            let object = self.lib.get(object).cod();
            return self.through_classes(what, &kernel, (&cod, &object), span);
        }
        let labels = by.map(|by| self.whole(by)).transpose()?;
        let points = |places: Vec<u64>| places.into_iter().map(Row::point).collect::<Vec<Row>>();
        let rows = match what {
            Derived::Minimal => {
                self.listable(&kernel.cod, "the codomain of a model")?;
                points(statistics::minimal(&kernel))
            }
            Derived::Stationary => vec![self.only_stationary(&kernel, &cod, span)?],
            Derived::Limit => {
                self.solvable(&kernel)?;
                chain::limit(&kernel.rows, self.interrupt)?
            }
            Derived::Absorption => {
                self.solvable(&kernel)?;
                chain::absorption(&kernel.rows, &chain::classes(&kernel.rows), self.interrupt)?
            }
            // A new law is there always, and has been used above.
            Derived::Lumping | Derived::Jeffrey => {
                let labels = labels.as_ref().map_or(&kernel.rows[..0], |l| &l.rows[..]);
                points(chain::lumping(&kernel.rows, labels, self.interrupt)?)
            }
        };
        // What is computed from all rows depends on each of them.
        let filled = !kernel.filled.is_empty() || labels.is_some_and(|l| !l.filled.is_empty());
        let filled = if filled { (0..rows.len() as u64).collect() } else { Vec::new() };
        let dom = if what == Derived::Stationary { Vec::new() } else { kernel.cod.clone() };
        Ok(Arc::new(Kernel { dom, cod: kernel.cod.clone(), rows: Arc::new(rows), filled }))
    }

    /// `absorption(P, K)` and `stationary(P, K)`: the closed classes, by their first states, are the points of K.
    fn through_classes(
        &self,
        what: Derived,
        chain: &Kernel,
        (states, object): (&Type, &Type),
        span: Span,
    ) -> Result<Arc<Kernel>, ModelError> {
        self.solvable(chain)?;
        let classes = chain::classes(&chain.rows);
        let closed: Vec<usize> = classes.closed_ones().collect();
        if self.sig.size(object) != Some(closed.len() as u64) {
            let points = self.sig.size(object).map_or_else(|| "more than 2^63".into(), |n| n.to_string());
            let object = self.sig.show(object);
            let (count, shown) = (closed.len(), self.firsts(&classes, &closed, states));
            return Err(ModelError::ClassCount { object, points, count, classes: shown, span });
        }
        let own = self.sig.sizes(object);
        let (dom, cod, rows) = match what {
            Derived::Stationary => {
                let state = |c: &usize| chain::stationary(&chain.rows, &classes.members[*c], self.interrupt);
                (own, chain.cod.clone(), closed.iter().map(state).collect::<Result<Vec<Row>, _>>()?)
            }
            _ => {
                let firsts: Vec<u64> = closed.iter().map(|c| classes.members[*c][0]).collect();
                let place = |first: u64| firsts.binary_search(&first).unwrap_or(0) as u64;
                let into = chain::absorption(&chain.rows, &classes, self.interrupt)?;
                (chain.cod.clone(), own, into.iter().map(|row| row.moved(place)).collect())
            }
        };
        let filled = if chain.filled.is_empty() { Vec::new() } else { (0..rows.len() as u64).collect() };
        Ok(Arc::new(Kernel { dom, cod, rows: Arc::new(rows), filled }))
    }

    /// The first states of closed classes, in words.
    fn firsts(&self, classes: &chain::Classes, closed: &[usize], of: &Type) -> String {
        let shown = closed.iter().take(4).map(|c| point_text(self.sig, of, classes.members[*c][0]));
        let mut words = shown.collect::<Vec<_>>().join(", ");
        if closed.len() > 4 {
            words.push_str(", …");
        }
        words
    }

    /// All outputs of a diagram.
    fn whole(&mut self, id: DiagramId) -> Result<Arc<Kernel>, ModelError> {
        let all: Vec<usize> = (0..self.lib.get(id).outputs().len()).collect();
        self.kernel(id, &all)
    }

    /// Refuses a chain whose linear equations would be too many.
    pub fn solvable(&self, chain: &Kernel) -> Result<(), ModelError> {
        self.cells("the linear system of this chain", (chain.rows.len() as u64).saturating_pow(2))
    }

    /// Refuses a linear system that is too large, with its size.
    pub fn cells(&self, what: &str, cells: u64) -> Result<(), ModelError> {
        if cells <= CELLS_LIMIT {
            return Ok(());
        }
        let size = format!("{cells} numbers, at most {CELLS_LIMIT} can be worked with");
        Err(ModelError::TooLarge { what: what.into(), size, span: self.span() })
    }

    fn only_stationary(&self, chain: &Kernel, of: &Type, span: Span) -> Result<Row, ModelError> {
        self.solvable(chain)?;
        let classes = chain::classes(&chain.rows);
        let closed: Vec<usize> = classes.closed_ones().collect();
        if let [one] = closed[..] {
            return Ok(chain::stationary(&chain.rows, &classes.members[one], self.interrupt)?);
        }
        let classes = self.firsts(&classes, &closed, of);
        Err(ModelError::SeveralStationary { count: closed.len(), classes, span })
    }

    /// `period(P)`, and whether it depends on how a conditional was filled in.
    pub(super) fn period(&mut self, chain: &crate::check::term::Term) -> Result<(Int, bool), ModelError> {
        let kernel = self.term(chain)?;
        let period = chain::overall_period(&kernel.rows, &chain::classes(&kernel.rows));
        Ok((period, !kernel.filled.is_empty()))
    }
}
