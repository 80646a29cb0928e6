//! `separated x, y given z in d`, and independence that the wiring alone shows.

use super::answer::{Level, Outcome, Verdict, Witness};
use super::counterexample;
use super::structure::{has_points, is_abstract};
use crate::check::term::Term;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::rewrite::difference::op_name;
use crate::rewrite::separation::{OpenPath, open_path};
use crate::rewrite::{NormalForm, TooLarge};

/// A group of outputs with its name.
type Named = (String, Vec<usize>);

/// A diagram, the groups of its outputs, and the known ones.
type Asked = (NormalForm, Vec<Vec<usize>>, Vec<usize>);

/// The diagram of the outputs asked for, and where the groups and the known outputs are among them.
fn asked(e: &mut Evaluator<'_>, of: &Term, groups: &[Named], given: &[Named]) -> Result<Asked, TooLarge> {
    let id = e.lib.term(e.sig, of);
    let whole = NormalForm::unmerged(e.sig, e.lib, id)?;
    let mut places = Vec::new();
    let mut local = |outputs: &[usize]| -> Vec<usize> {
        places.extend_from_slice(outputs);
        (places.len() - outputs.len()..places.len()).collect()
    };
    let parts = groups.iter().map(|(_, outputs)| local(outputs)).collect();
    let known = given.iter().flat_map(|(_, outputs)| local(outputs)).collect();
    // 1.
    Ok((whole.marginal(&places), parts, known))
}

fn cut(given: &[Named]) -> String {
    match given {
        [] => "no path joins them".into(),
        _ => format!(
            "every path between them is cut at {}",
            given.iter().map(|g| g.0.as_str()).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// The verdict on independence where the wiring shows it.
pub(super) fn by_wiring(e: &mut Evaluator<'_>, of: &Term, groups: &[Named], given: &[Named]) -> Option<Verdict> {
    let (form, parts, known) = asked(e, of, groups, given).ok()?;
    match open_path(&form, &parts, &known) {
        None => Some(Verdict::structural(Outcome::Holds, Level::WithConditionals, Some(cut(given)))),
        Some(_) => None,
    }
}

/// Independence of abstract outputs that the wiring does not show: false, unless determinism could make it true.
pub(super) fn abstract_dependence(
    e: &mut Evaluator<'_>,
    of: &Term,
    groups: &[Named],
    given: &[Named],
) -> Result<Verdict, ModelError> {
    let verdict = separated(e, of, groups, given)?;
    let id = e.lib.term(e.sig, of);
    let whole = NormalForm::unmerged(e.sig, e.lib, id);
    let sig = e.sig;
    let free = whole.is_ok_and(|form| {
        let open = form.boxes.iter().all(|b| is_abstract(sig, &b.op) && !counterexample::deterministic(sig, &b.op));
        open && !has_points(sig, &form)
    });
    if free {
        return Ok(verdict);
    }
    let why = "the wiring leaves a path between them; whether it is closed by boxes that are deterministic, or whose rows are given, is not known";
    Ok(Verdict::unknown(vec![why.into()]))
}

/// `separated x, y given z in d`
pub(super) fn separated(
    e: &mut Evaluator<'_>,
    of: &Term,
    groups: &[Named],
    given: &[Named],
) -> Result<Verdict, ModelError> {
    let (form, parts, known) = asked(e, of, groups, given).map_err(|TooLarge { boxes }| ModelError::TooLarge {
        what: "this diagram".into(),
        size: format!("opened, it has {boxes} boxes or more"),
        span: of.span,
    })?;
    let Some(OpenPath { ends, boxes }) = open_path(&form, &parts, &known) else {
        return Ok(Verdict::structural(Outcome::Holds, Level::WithConditionals, Some(cut(given))));
    };
    let wires = |places: &[usize]| places.iter().map(|p| format!("#{}", p + 1)).collect::<Vec<_>>().join(", ");
    let mut query = ends.map(|g| format!("({})", wires(&parts[g]))).join(", ");
    if !known.is_empty() {
        query.push_str(&format!(" given {}", wires(&known)));
    }
    let mut verdict = Verdict::structural(Outcome::Fails, Level::WithConditionals, None);
    verdict.witness = Some(Witness::Path {
        ends: ends.map(|g| groups[g].0.clone()),
        boxes: boxes.iter().map(|b| op_name(e.sig, &form.boxes[*b].op)).collect(),
        program: counterexample::dependence(e.sig, &form, &query, e.interrupt),
    });
    Ok(verdict)
}
