//! `identifiable y given do x in d`: the law of the outputs of d determines what setting x does to y, whatever the boxes are,
//! as long as all their entries are positive.
//!
//! 1. If no directed path leads from x to y, y does not change.
//! 2. If some of the other outputs meet the back-door or the front-door criterion, the formula gives the effect. The
//!    smallest such choice is taken, those that are adjusted over first.
//! 3. Else two models with the same law of the outputs and different effects refute the claim ([`super::two_models`]).
//! 4. Else the answer is open: there are effects that only longer formulas give.

use super::answer::{Level, Outcome, Verdict};
use super::criteria::{list, met, opened};
use super::positivity::positivity;
use super::two_models::{Search, search};
use crate::check::obligation::{Criterion, Identifiable};
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::rewrite::criteria::{acts_on, back_door, front_door};
use crate::syntax::ast::Door;

/// Most choices of other outputs that are looked at.
const CHOICES: usize = 4096;

/// Wires with their names and outputs.
type Wires = Vec<(String, Vec<usize>)>;

fn places(wires: &[(String, Vec<usize>)]) -> Vec<usize> {
    wires.iter().flat_map(|(_, p)| p.iter().copied()).collect()
}

/// Decides the claim, as far as it goes.
pub(super) fn decide(e: &mut Evaluator<'_>, c: &Identifiable) -> Result<Verdict, ModelError> {
    let form = opened(e, &c.of)?;
    let (x, y) = (places(&c.from), places(&c.to));
    // 1.
    if !acts_on(&form, &x, &y) {
        let (x, y) = (list(&c.from), list(&c.to));
        let compared = format!("no directed path leads from {x} to {y}");
        let notes = vec![format!("{compared}, so setting {x} leaves {y} as it is")];
        let verdict = Verdict::structural(Outcome::Holds, Level::EveryMarkovCategory, Some(compared));
        return Ok(Verdict { notes, ..verdict });
    }
    // 2.
    for by in choices(&c.others) {
        e.interrupt.check()?;
        let z = places(&by);
        let door = match back_door(e.sig, &form, &x, &y, &z) {
            None => Door::Back,
            Some(_) if !by.is_empty() && front_door(e.sig, &form, &x, &y, &z).is_none() => Door::Front,
            Some(_) => continue,
        };
        let criterion = Criterion { of: c.of.clone(), door, by, from: c.from.clone(), to: c.to.clone() };
        return by_criterion(e, c, &criterion);
    }
    // 3.
    Ok(match search(e.sig, &form, &x, &y, e.interrupt)? {
        Search::Found(witness) => {
            let verdict = Verdict::structural(Outcome::Fails, Level::Exact, None);
            Verdict { witness: Some(*witness), ..verdict }
        }
        // 4.
        Search::Tried(0) => Verdict::unknown(vec![
            "no choice of outputs meets the back-door or front-door criterion, and the diagram is too large to look for two models".into(),
        ]),
        Search::Tried(n) => Verdict::unknown(vec![format!(
            "no choice of outputs meets the back-door or front-door criterion, and none of {n} models could be changed so that only the effect changes"
        )]),
    })
}

fn by_criterion(e: &mut Evaluator<'_>, c: &Identifiable, criterion: &Criterion) -> Result<Verdict, ModelError> {
    let by = match (criterion.door, list(&criterion.by)) {
        (Door::Back, by) if by.is_empty() => by,
        (Door::Back, by) => format!(" over {by}"),
        (Door::Front, by) => format!(" through {by}"),
    };
    let formula = format!("adjust({}, {} given {}{by})", c.text, list(&c.to), list(&c.from));
    let why = met(criterion);
    let verdict = Verdict::structural(Outcome::Holds, Level::WithConditionals, Some(why.clone()));
    let (positivity, filled) = positivity(e, criterion)?;
    let notes = vec![format!("it is {formula}: {why}")];
    Ok(Verdict { notes, filled, positivity: Some(positivity), ..verdict })
}

/// Choices of the other outputs, those of few before those of many.
fn choices(others: &[(String, Vec<usize>)]) -> Vec<Wires> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    let mut from = 0;
    while from < all.len() && all.len() < CHOICES {
        let last = all[from].last().map_or(0, |k| k + 1);
        let longer: Vec<Vec<usize>> = (last..others.len()).map(|k| [&all[from][..], &[k]].concat()).collect();
        all.extend(longer);
        from += 1;
    }
    all.into_iter().map(|chosen| chosen.into_iter().map(|k| others[k].clone()).collect()).collect()
}
