//! The adjustment formulas as diagrams: marginals and conditionals of the observed diagram, composed.
//!
//! ```text
//! over z:      Σ_z p(z | a) p(y | x, z, a)
//! through m:   Σ_m p(m | x, a) Σ_x' p(x' | a) p(y | x', m, a)
//! the comb:    p(x | a) p(y | x, m, a)
//! ```
//!
//! (Pearl 1995, Theorems 1 and 2; `a` are the inputs of the observed diagram.) In the second, the `x` that is set and
//! the `x'` that is averaged over are two wires. Rows of the conditionals that condition on probability zero are
//! filled, as everywhere, and the rows of the formula that meet them are marked.

use super::build::Builder;
use super::graph::{DiagramId, Label, WireId};
use super::library::Library;
use crate::check::types::Type;
use crate::syntax::ast::Door;

/// Some outputs of a diagram with their product.
struct Part<'p> {
    places: &'p [usize],
    object: Type,
}

impl Library {
    /// The comb around the outputs `around` (Jacobs, Kissinger and Zanasi 2019): `before` is put out, then the gap is
    /// filled from outside, and `after` is drawn given both.
    pub(super) fn comb(&mut self, of: DiagramId, before: &[usize], after: &[usize], around: &[usize]) -> DiagramId {
        let (dom, cod) = (self.get(of).dom(), self.get(of).cod());
        let (x, y, m) = (chosen(&cod, before), chosen(&cod, after), chosen(&cod, around));
        let mut builder = Builder::new(&Type::product([&m, &dom]));
        let inputs = builder.inputs();
        let (gap, rest) = inputs.split_at(m.len());
        let all = builder.plug(Label::Call(of), dom.clone(), cod.clone(), rest);
        let first: Vec<WireId> = before.iter().map(|p| all[*p]).collect();
        let label = Label::Conditional { of, targets: after.into(), given: [before, around].concat().into() };
        let ends = Type::product([&x, &m, &dom]);
        let last = builder.plug(label, ends, y, &[&first, gap, rest].concat());
        self.add_sealed(builder.finish([first, last].concat()))
    }

    /// The formula for the effect of the outputs `given` on the outputs `targets`.
    pub(super) fn adjustment(
        &mut self,
        of: DiagramId,
        targets: &[usize],
        given: &[usize],
        door: Door,
        by: &[usize],
    ) -> DiagramId {
        let (dom, cod) = (self.get(of).dom(), self.get(of).cod());
        let part = |places| Part { places, object: chosen(&cod, places) };
        let (y, x, z) = (part(targets), part(given), part(by));
        let mut builder = Builder::new(&Type::product([&x.object, &dom]));
        let inputs = builder.inputs();
        let (set, rest) = inputs.split_at(x.object.len());
        // `p(target | known, a)`, from the wires of what is known.
        let conditional = |target: &Part<'_>, known: &[&Part<'_>], wires: &[&[WireId]], builder: &mut Builder| {
            let given = known.iter().flat_map(|k| k.places.iter().copied()).collect();
            let label = Label::Conditional { of, targets: target.places.into(), given };
            let ends = Type::product(known.iter().map(|k| &k.object).chain([&dom]));
            builder.plug(label, ends, target.object.clone(), &[wires, &[rest]].concat().concat())
        };
        let marginal = |target: &Part<'_>, builder: &mut Builder| -> Vec<WireId> {
            let all = builder.plug(Label::Call(of), dom.clone(), cod.clone(), rest);
            target.places.iter().map(|p| all[*p]).collect()
        };
        let outputs = match door {
            Door::Back if by.is_empty() => conditional(&y, &[&x], &[set], &mut builder),
            Door::Back => {
                let common = marginal(&z, &mut builder);
                conditional(&y, &[&x, &z], &[set, &common], &mut builder)
            }
            Door::Front => {
                let between = conditional(&z, &[&x], &[set], &mut builder);
                let other = marginal(&x, &mut builder);
                conditional(&y, &[&x, &z], &[&other, &between], &mut builder)
            }
        };
        self.add_sealed(builder.finish(outputs))
    }
}

fn chosen(cod: &Type, places: &[usize]) -> Type {
    Type::new(places.iter().map(|p| cod.factors()[*p]).collect::<Vec<_>>())
}
