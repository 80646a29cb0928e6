//! `backdoor z for x -> y in d`, `frontdoor m for x -> y in d`.
//!
//! Where the wiring meets the criterion, `adjust` is the effect in every Markov category with conditionals, as far as
//! the rows of the conditionals in the formula are determined: `p(z) * x` must be absolutely continuous with respect
//! to `p(x, z)`, and so on. The first part is the verdict; the second is decided for the declared kernels, beside it.

use super::answer::{Level, Outcome, Verdict, Witness};
use super::positivity::positivity;
use crate::check::obligation::Criterion;
use crate::check::term::Term;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::rewrite::criteria::{BackDoor, Unmet, back_door, front_door};
use crate::rewrite::difference::op_name;
use crate::rewrite::{NormalForm, TooLarge};
use crate::syntax::ast::Door;

/// A diagram with all its boxes, none of them merged: what questions about its wiring are asked of.
pub(super) fn opened(e: &mut Evaluator<'_>, of: &Term) -> Result<NormalForm, ModelError> {
    let id = e.lib.term(e.sig, of);
    NormalForm::unmerged(e.sig, e.lib, id).map_err(|TooLarge { boxes }| ModelError::TooLarge {
        what: "this diagram".into(),
        size: format!("opened, it has {boxes} boxes or more"),
        span: of.span,
    })
}

/// Decides a criterion.
pub(super) fn decide(e: &mut Evaluator<'_>, c: &Criterion) -> Result<Verdict, ModelError> {
    let form = opened(e, &c.of)?;
    let places =
        |wires: &[(String, Vec<usize>)]| -> Vec<usize> { wires.iter().flat_map(|(_, p)| p.iter().copied()).collect() };
    let (x, y, by) = (places(&c.from), places(&c.to), places(&c.by));
    let unmet = match c.door {
        Door::Back => back_door(e.sig, &form, &x, &y, &by),
        Door::Front => front_door(e.sig, &form, &x, &y, &by),
    };
    if let Some(unmet) = unmet {
        let mut verdict = Verdict::structural(Outcome::Fails, Level::WithConditionals, None);
        verdict.witness = Some(witness(e, c, unmet));
        return Ok(verdict);
    }
    let mut verdict = Verdict::structural(Outcome::Holds, Level::WithConditionals, Some(met(c)));
    let (positivity, filled) = positivity(e, c)?;
    verdict.filled = filled;
    verdict.positivity = Some(positivity);
    Ok(verdict)
}

/// What was seen in the wiring, in words.
pub(super) fn met(c: &Criterion) -> String {
    let (x, y, by) = (list(&c.from), list(&c.to), list(&c.by));
    match c.door {
        Door::Back if c.by.is_empty() => format!("no back-door path joins {x} and {y}"),
        Door::Back => {
            let (descend, cut) = if c.by.len() == 1 { ("does", "cuts") } else { ("do", "cut") };
            format!("{by} {descend} not descend from {x}, and {cut} every back-door path from {x} to {y}")
        }
        Door::Front => format!(
            "every directed path from {x} to {y} goes through {by}, no back-door path joins {x} and {by}, and every one from {by} to {y} is cut at {x}"
        ),
    }
}

pub(super) fn list(wires: &[(String, Vec<usize>)]) -> String {
    wires.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A condition that is not met, in words.
fn witness(e: &Evaluator<'_>, c: &Criterion, unmet: Unmet) -> Witness {
    let (x, y, by) = (list(&c.from), list(&c.to), list(&c.by));
    let name = |output: usize| {
        let mut all = c.from.iter().chain(&c.to).chain(&c.by);
        let wire = all.find(|(_, places)| places.contains(&output)).map(|(name, places)| match places.len() {
            1 => name.clone(),
            // A factor of a wire that has several.
            _ => format!("{name} (#{})", output + 1),
        });
        wire.unwrap_or_default()
    };
    let (condition, found, boxes) = match unmet {
        Unmet::IsInput(output) => (
            format!("a box must decide {x}, so that it can be cut"),
            format!("{} is an input of the diagram: it is set from outside already", name(output)),
            Vec::new(),
        ),
        Unmet::OneWire(first, second) => {
            let condition = match c.by.iter().any(|(_, places)| places.contains(&first)) {
                true => format!("{x} and {by} must be different wires"),
                false => format!("{x} must be different wires, so that each can be set"),
            };
            (condition, format!("{} and {} are one wire", name(first), name(second)), Vec::new())
        }
        Unmet::Directed(from, to, boxes) if c.door == Door::Back => {
            let found = match boxes.is_empty() {
                true => format!("{} and {} are one wire", name(from), name(to)),
                false => format!("{} descends from {}", name(to), name(from)),
            };
            (format!("nothing that is adjusted over may descend from {x}"), found, boxes)
        }
        Unmet::Directed(from, to, boxes) => {
            let found = match boxes.is_empty() {
                true => format!("{} and {} are one wire", name(from), name(to)),
                false => format!("one that avoids it leads from {} to {}", name(from), name(to)),
            };
            (format!("every directed path from {x} to {y} must go through {by}"), found, boxes)
        }
        Unmet::Open(BackDoor::FromCause, boxes) => {
            let condition = match by.is_empty() {
                true => format!("there must be no back-door path between {x} and {y}"),
                false => format!("{by} must cut every back-door path from {x} to {y}"),
            };
            (condition, "an open one goes".into(), boxes)
        }
        Unmet::Open(BackDoor::ToMiddle, boxes) => {
            (format!("there must be no back-door path between {x} and {by}"), "an open one goes".into(), boxes)
        }
        Unmet::Open(BackDoor::FromMiddle, boxes) => {
            (format!("{x} must cut every back-door path from {by} to {y}"), "an open one goes".into(), boxes)
        }
    };
    Witness::Criterion { condition, found, boxes: boxes.iter().map(|op| op_name(e.sig, op)).collect() }
}
