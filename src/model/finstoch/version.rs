//! Versions of conditionals: what a conditional is where it conditions on probability zero.
//!
//! A conditional is determined only where what it conditions on has positive probability; its other rows are free, each
//! of them any distribution. A *version* says what they are. A conditional is a function of the joint law that it is
//! made from, so equal laws have equal versions, however often and wherever they are conditioned.
//!
//! The uniform version is taken unless another one is asked for. It reaches whatever any version reaches, because its
//! rows have full support.

use std::sync::Arc;

use super::condition::{condition, null_rows};
use super::evaluate::{Evaluator, Settled};
use super::kernel::Kernel;
use crate::base::name::Name;
use crate::check::types::Type;
use crate::diagram::graph::{DiagramId, Label};
use crate::model::error::ModelError;
use crate::number::row::Row;

/// A conditional with free rows.
#[derive(Debug, Clone)]
pub struct FreeConditional {
    /// The name of the diagram that it is a conditional of, if that has one.
    pub of: Option<Name>,
    /// The outputs of that diagram that are drawn.
    pub targets: Arc<[usize]>,
    /// The outputs of that diagram that are known.
    pub given: Arc<[usize]>,
    /// Its domain: what is known, and the inputs of the diagram.
    pub dom: Type,
    /// Its codomain.
    pub cod: Type,
    /// The joint law; what is drawn comes first.
    joint: Arc<Kernel>,
}

impl FreeConditional {
    /// Number of points of its codomain.
    pub(super) fn width(&self) -> u64 {
        super::space::size(&self.joint.cod[..self.targets.len()]).unwrap_or(u64::MAX)
    }

    /// Whether the joint law depends on the version of another conditional.
    pub(super) fn is_entangled(&self) -> bool {
        !self.joint.filled.is_empty()
    }

    /// Whether this is the same function of the same joint law.
    pub(super) fn is(&self, other: &FreeConditional) -> bool {
        self.dom == other.dom && self.cod == other.cod && self.joint.rows == other.joint.rows
    }
}

/// A free row of a conditional, with what it is filled with.
#[derive(Debug, Clone)]
pub struct FilledRow {
    /// The conditional.
    pub conditional: Arc<FreeConditional>,
    /// Its row.
    pub row: u64,
    /// What the row is.
    pub by: Row,
}

/// What free rows are filled with; those that are not here are uniform.
pub type Version = Vec<FilledRow>;

/// A conditional of a diagram, of which some outputs may not be needed.
pub(super) struct Wanted<'w> {
    pub of: DiagramId,
    pub targets: &'w Arc<[usize]>,
    pub given: &'w Arc<[usize]>,
    /// Which targets are needed, by their places.
    pub kept: &'w [usize],
}

impl Evaluator<'_> {
    /// The kernel of a conditional, with the outputs that nothing needs left out.
    pub(super) fn conditional(&mut self, wanted: &Wanted<'_>) -> Result<Arc<Kernel>, ModelError> {
        if let Some(version) = self.version.clone() {
            return self.conditional_in(wanted, &version);
        }
        let Wanted { of, targets, given, kept } = *wanted;
        let chosen: Vec<usize> = kept.iter().map(|k| targets[*k]).collect();
        let key = Settled::Conditional(of, chosen.clone(), given.to_vec());
        if let Some(found) = self.settled.get(&key) {
            return Ok(found.clone());
        }
        let joint = self.kernel(of, &[&chosen[..], given].concat())?;
        let kernel = self.conditioned(&joint, chosen.len())?;
        if joint.filled.is_empty() {
            return Ok(Arc::new(kernel));
        }
        // Rows that condition on probability zero are free. What other rows are may depend on the version of another
        // conditional, from which the joint law was made.
        let free = null_rows(&joint, chosen.len());
        let inputs = joint.rows.len() as u64;
        let all = [&chosen[..], given].concat();
        let kernel = self.settle(
            kernel,
            &|row| free[row as usize],
            |e, rows| {
                let mut own: Vec<u64> = rows.iter().map(|row| row % inputs).collect();
                own.sort_unstable();
                own.dedup();
                e.trace(of, &all, &own)
            },
            |e| {
                let other = e.kernel(of, &all)?;
                // A row that became free has no value to be compared.
                let null = null_rows(&other, chosen.len());
                if let Some(row) = (0..null.len()).find(|row| null[*row] && !free[*row]) {
                    let at = format!(" in row {row} of a conditional");
                    return Err(ModelError::NullEvent { at, span: e.span() });
                }
                e.conditional(wanted)
            },
        )?;
        let kernel = Arc::new(kernel.0);
        self.settled.insert(key, kernel.clone());
        Ok(kernel)
    }

    fn conditioned(&mut self, joint: &Kernel, drawn: usize) -> Result<Kernel, ModelError> {
        let (cod, given) = joint.cod.split_at(drawn);
        self.listable(&[given, &joint.dom].concat(), "the domain of a conditional")?;
        self.listable(cod, "the codomain of a conditional")?;
        Ok(condition(joint, drawn))
    }

    /// The same in some version.
    fn conditional_in(&mut self, wanted: &Wanted<'_>, version: &Version) -> Result<Arc<Kernel>, ModelError> {
        let Wanted { of, targets, given, kept } = *wanted;
        let chosen: Vec<usize> = kept.iter().map(|k| targets[*k]).collect();
        let joint = self.kernel(of, &[&chosen[..], given].concat())?;
        if !null_rows(&joint, chosen.len()).contains(&true) {
            return Ok(Arc::new(self.conditioned(&joint, chosen.len())?));
        }
        // A version is one of the whole conditional, so that outputs of a row may depend on each other.
        let free = self.free(of, targets, given)?;
        let mut whole = self.conditioned(&free.joint, targets.len())?;
        let rows = Arc::make_mut(&mut whole.rows);
        for filled in version.iter().filter(|f| f.conditional.is(&free)) {
            rows[filled.row as usize] = filled.by.clone();
        }
        Ok(Arc::new(whole.select(kept)))
    }

    /// A conditional as a function of its joint law.
    pub(super) fn free(
        &mut self,
        of: DiagramId,
        targets: &Arc<[usize]>,
        given: &Arc<[usize]>,
    ) -> Result<FreeConditional, ModelError> {
        let joint = self.kernel(of, &[&targets[..], given].concat())?;
        let diagram = self.lib.get(of);
        let (ends, inputs) = (diagram.cod(), diagram.dom());
        let pick = |places: &[usize]| Type::new(places.iter().map(|p| ends.factors()[*p]).collect::<Vec<_>>());
        // A kernel that is conditioned as it stands is known by its name.
        let boxes: Vec<_> = diagram.boxes().take(2).map(|(_, node)| &node.label).collect();
        let kernel = match boxes[..] {
            [Label::Kernel(id)] => Some(self.sig.kernels[*id].name.clone()),
            _ => None,
        };
        Ok(FreeConditional {
            of: self.lib.entry(of).name.clone().or(kernel),
            targets: targets.clone(),
            given: given.clone(),
            dom: Type::product([&pick(given), &inputs]),
            cod: pick(targets),
            joint,
        })
    }

    /// Which rows of a conditional are free.
    pub(super) fn free_rows(&self, conditional: &FreeConditional) -> Vec<bool> {
        null_rows(&conditional.joint, conditional.targets.len())
    }

    /// Computes something in a version, and forgets it again. What depends on no version is not computed anew.
    pub(super) fn in_version<T>(&mut self, version: &Arc<Version>, compute: impl FnOnce(&mut Self) -> T) -> T {
        let firm_memo = self.memo.iter().filter(|(_, k)| k.filled.is_empty()).map(|(k, v)| (k.clone(), v.clone()));
        let firm_memo = firm_memo.collect();
        let firm_laws = self.laws.iter().filter(|(_, l)| !l.filled.contains(&true));
        let firm_laws = firm_laws.map(|(k, v)| (k.clone(), v.clone())).collect();
        let firm_powers = self.powers.iter().filter(|(_, k)| k.filled.is_empty()).map(|(k, v)| (*k, v.clone()));
        let firm_powers = firm_powers.collect();
        let memo = std::mem::replace(&mut self.memo, firm_memo);
        let laws = std::mem::replace(&mut self.laws, firm_laws);
        let powers = std::mem::replace(&mut self.powers, firm_powers);
        let settled = std::mem::take(&mut self.settled);
        let plans = self.plans.take();
        self.version = Some(version.clone());
        let out = compute(self);
        self.version = None;
        self.memo = memo;
        self.laws = laws;
        self.powers = powers;
        self.settled = settled;
        self.plans = plans;
        out
    }
}
