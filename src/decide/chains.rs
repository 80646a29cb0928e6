//! Claims about chains.

use super::answer::{Verdict, Witness};
use crate::check::term::{Term, TermKind};
use crate::check::types::Type;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;

/// `stationary p for P`: `p ; P == p`.
pub(super) fn stationary(e: &mut Evaluator<'_>, state: &Term, chain: &Term) -> Result<Verdict, ModelError> {
    let span = state.span.to(chain.span);
    let moved = Term {
        kind: TermKind::Seq(vec![state.clone(), chain.clone()]),
        dom: state.dom.clone(),
        cod: chain.cod.clone(),
        outputs: Vec::new(),
        span,
    };
    super::equality::equal(e, &moved, state, None)
}

/// `reversible P under p`: `p(x) P(x, y) = p(y) P(y, x)`, which is to say that P is its own Bayesian inverse at p.
pub(super) fn reversible(e: &mut Evaluator<'_>, chain: &Term, state: &Term) -> Result<Verdict, ModelError> {
    let joint = e.joint(state, chain)?;
    let of: Type = chain.dom.clone();
    let size = e.sig.size(&of).unwrap_or(1);
    let row = &joint.rows[0];
    let filled = joint.is_filled(0);
    for (place, there) in row.ratios() {
        let (from, to) = (place / size, place % size);
        let back = row.get(to * size + from);
        if there != back {
            let witness = Witness::Flow { of, from, to, there, back };
            return Ok(Verdict::of(Some(witness), String::new(), filled));
        }
    }
    Ok(Verdict::of(None, format!("{} flows agree with those back", row.entries().len()), filled))
}
