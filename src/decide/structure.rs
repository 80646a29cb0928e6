//! Equality by normal forms first, then over the rationals.

use super::answer::{Level, Outcome, Verdict};
use super::{counterexample, equality};
use crate::check::term::Term;
use crate::diagram::graph::DiagramId;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::rewrite::difference::difference;
use crate::rewrite::{NormalForm, TooLarge};

/// The diagrams whose equality is claimed: the two sides, or `p ; <id, f>` and `p ; <id, g>`.
fn sides(e: &mut Evaluator<'_>, left: &Term, right: &Term, under: Option<&Term>) -> (DiagramId, DiagramId) {
    match under {
        None => (e.lib.term(e.sig, left), e.lib.term(e.sig, right)),
        Some(p) => (e.lib.joint(e.sig, p, left), e.lib.joint(e.sig, p, right)),
    }
}

fn normal_forms(e: &mut Evaluator<'_>, sides: (DiagramId, DiagramId)) -> Result<(NormalForm, NormalForm), TooLarge> {
    Ok((NormalForm::of(e.sig, e.lib, sides.0)?, NormalForm::of(e.sig, e.lib, sides.1)?))
}

fn agree(forms: Option<&NormalForm>) -> Verdict {
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
        Err(ModelError::Abstract { what, .. }) => return Ok(open(e, forms, &what)),
        decided => decided?,
    };
    verdict.not_structural = match &forms {
        Ok((a, b)) => difference(e.sig, a, b),
        Err(TooLarge { boxes }) => {
            Some(format!("opened, the diagrams have {boxes} boxes or more, too many to compare"))
        }
    };
    Ok(verdict)
}

/// Two diagrams that are equal for some of the kernels that they may stand for, if at all.
fn open(e: &Evaluator<'_>, forms: Result<(NormalForm, NormalForm), TooLarge>, what: &str) -> Verdict {
    let mut notes = vec![format!("{what} is abstract, so there are no rows to compare")];
    notes.extend(forms.ok().and_then(|(a, b)| difference(e.sig, &a, &b)));
    Verdict::unknown(notes)
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
    let (a, b) = normal_forms(e, pair).map_err(|TooLarge { boxes }| ModelError::TooLarge {
        what: "this comparison".into(),
        size: format!("opened, a side has {boxes} boxes or more"),
        span: left.span.to(right.span),
    })?;
    if a == b {
        return Ok(agree(Some(&a)));
    }
    let mut verdict = Verdict::structural(Outcome::Fails, Level::EveryMarkovCategory, None);
    verdict.not_structural = difference(e.sig, &a, &b);
    verdict.witness = counterexample::model(e.sig, &a, &b, e.interrupt)?;
    Ok(verdict)
}
