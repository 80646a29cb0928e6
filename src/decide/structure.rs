//! Equality by normal forms first, then over the rationals.

use super::answer::{Level, Outcome, Verdict};
use super::{counterexample, equality};
use crate::base::span::Span;
use crate::check::signature::Signature;
use crate::check::term::Term;
use crate::check::types::ObjectId;
use crate::diagram::graph::DiagramId;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::rewrite::difference::difference;
use crate::rewrite::normal_form::Op;
use crate::rewrite::{NormalForm, TooLarge};

/// The diagrams whose equality is claimed: the two sides, or `p ; <id, f>` and `p ; <id, g>`.
fn sides(e: &mut Evaluator<'_>, left: &Term, right: &Term, under: Option<&Term>) -> (DiagramId, DiagramId) {
    match under {
        None => (e.lib.term(e.sig, left), e.lib.term(e.sig, right)),
        Some(p) => (e.lib.joint(e.sig, p, left), e.lib.joint(e.sig, p, right)),
    }
}

fn normal_forms(e: &mut Evaluator<'_>, sides: (DiagramId, DiagramId)) -> Result<(NormalForm, NormalForm), TooLarge> {
    NormalForm::of_both(e.sig, e.lib, sides)
}

pub(super) fn agree(forms: Option<&NormalForm>) -> Verdict {
    let boxes = forms.map(|f| f.boxes.len());
    let compared = match boxes {
        Some(1) => "both have the same normal form, of 1 box".to_string(),
        Some(n) => format!("both have the same normal form, of {n} boxes"),
        None => "both are the same diagram".to_string(),
    };
    Verdict::structural(Outcome::Holds, Level::EveryMarkovCategory, Some(compared))
}

/// `f == g`: in every Markov category if the normal forms say so, else for the declared kernels.
pub(super) fn equal(
    e: &mut Evaluator<'_>,
    left: &Term,
    right: &Term,
    under: Option<&Term>,
) -> Result<Verdict, ModelError> {
    let pair = sides(e, left, right, under);
    if pair.0 == pair.1 {
        return Ok(agree(None));
    }
    let forms = normal_forms(e, pair);
    if let Ok((a, b)) = &forms
        && a == b
    {
        return Ok(agree(Some(a)));
    }
    let mut verdict = match equality::equal(e, left, right, under) {
        Err(ModelError::Abstract { .. }) => return abstract_unequal(e, forms, left.span.to(right.span)),
        verdict => verdict?,
    };
    verdict.not_structural = match &forms {
        Ok((a, b)) => difference(e.sig, a, b),
        Err(TooLarge { boxes }) => {
            Some(format!("opened, the diagrams have {boxes} boxes or more, too many to compare"))
        }
    };
    Ok(verdict)
}

/// Different normal forms with abstract parts: the claim is about all that they could be.
fn abstract_unequal(
    e: &mut Evaluator<'_>,
    forms: Result<(NormalForm, NormalForm), TooLarge>,
    span: Span,
) -> Result<Verdict, ModelError> {
    let (a, b) = forms.map_err(|large| too_large(large, span))?;
    let sig = e.sig;
    let softmax =
        |f: &NormalForm| f.boxes.iter().any(|b| matches!(&b.op, Op::Kernel(id) if sig.kernels[*id].softmax.is_some()));
    if softmax(&a) || softmax(&b) {
        // A model is a program with rational rows, which a softmax with irrational entries does not have.
        let why = difference(sig, &a, &b).unwrap_or_default();
        let open = "a softmax with irrational entries stands beside abstract parts, and no choice of these was tried";
        return Ok(Verdict::unknown(vec![format!("the normal forms differ: {why}"), open.into()]));
    }
    let fixed = [&a, &b].iter().any(|f| has_points(sig, f) || f.boxes.iter().any(|b| !is_abstract(sig, &b.op)));
    let mut verdict = Verdict::structural(Outcome::Fails, Level::EveryMarkovCategory, None);
    verdict.not_structural = difference(sig, &a, &b);
    verdict.witness = match fixed {
        false => counterexample::model(sig, &a, &b, e.interrupt)?,
        true => counterexample::model_of_abstract(sig, &a, &b, e.interrupt)?,
    };
    // With rows or points given, different normal forms can still be equal for all choices of the rest.
    if fixed && verdict.witness.is_none() {
        let why = difference(sig, &a, &b).unwrap_or_default();
        let tried =
            "with the rows and points as declared, no choice of the abstract parts was found that tells them apart";
        return Ok(Verdict::unknown(vec![format!("the normal forms differ: {why}"), tried.into()]));
    }
    Ok(verdict)
}

/// Whether a box stands for any kernel of its type.
pub(super) fn is_abstract(sig: &Signature, op: &Op) -> bool {
    matches!(op, Op::Kernel(id) if sig.kernels[*id].is_abstract())
}

/// Whether some wire carries an object with points.
pub(super) fn has_points(sig: &Signature, form: &NormalForm) -> bool {
    wire_objects(sig, form).iter().any(|o| !sig.objects[*o].is_abstract())
}

/// The objects of all wires, with repetitions.
fn wire_objects(sig: &Signature, form: &NormalForm) -> Vec<ObjectId> {
    let ends = form.boxes.iter().flat_map(|b| [b.op.ends(sig).0, b.op.ends(sig).1]);
    ends.flat_map(|t| t.factors().to_vec()).chain(form.inputs.iter().copied()).collect()
}

/// Whether a diagram has abstract parts, so that there is nothing to compute with. (One too large to be opened is not
/// looked at: whoever computes with it will see.)
pub(super) fn has_abstract_parts(e: &mut Evaluator<'_>, term: &Term) -> bool {
    let id = e.lib.term(e.sig, term);
    let Ok(form) = NormalForm::unmerged(e.sig, e.lib, id) else { return false };
    let objects = wire_objects(e.sig, &form);
    objects.iter().any(|o| e.sig.objects[*o].is_abstract()) || form.boxes.iter().any(|b| is_abstract(e.sig, &b.op))
}

fn too_large(TooLarge { boxes }: TooLarge, span: Span) -> ModelError {
    let size = format!("opened, a side has {boxes} boxes or more");
    ModelError::TooLarge { what: "this comparison".into(), size, span }
}

/// `check[free] f == g`: normal forms alone; where they differ, a model that tells the diagrams apart.
pub(super) fn free_equal(
    e: &mut Evaluator<'_>,
    left: &Term,
    right: &Term,
    under: Option<&Term>,
) -> Result<Verdict, ModelError> {
    let pair = sides(e, left, right, under);
    if pair.0 == pair.1 {
        return Ok(agree(None));
    }
    let (a, b) = normal_forms(e, pair).map_err(|large| too_large(large, left.span.to(right.span)))?;
    if a == b {
        return Ok(agree(Some(&a)));
    }
    let mut verdict = Verdict::structural(Outcome::Fails, Level::EveryMarkovCategory, None);
    verdict.not_structural = difference(e.sig, &a, &b);
    verdict.witness = counterexample::model(e.sig, &a, &b, e.interrupt)?;
    Ok(verdict)
}
