//! Theorems: from the start of a calculation to its goal, stage by stage.
//!
//! 1. Without a reason, two diagrams must have the same normal form.
//! 2. By named steps: all places where the first step applies are followed, then the second step in all of those, and so
//!    on, until the next diagram is met. `at k` follows one place only.
//! 3. By search (`by auto`): the steps found are run again as in 2 before they are shown.
//! 4. Every step is an equation put into a context, verified on both sides by normal forms (`rewrite::matching`).

use rustc_hash::FxHashSet;

use super::answer::{Derivation, DerivationLine, Level, Outcome, Verdict};
use super::prover::{Named, Prover};
use super::steps::{State, Trail, miss_words, sign, trail};
use crate::check::facts::{Goal, Plan, Why};
use crate::check::types::FactId;
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::rewrite::NormalForm;
use crate::rewrite::difference::difference;
use crate::rewrite::rule::Rule;
use crate::rewrite::search::{Found, Used, reach, search};
use crate::rewrite::separation::open_path;
use crate::rewrite::show::show;

/// Most diagrams that are followed at once.
const FOLLOWED: usize = 2000;

/// Where a stage must end.
enum End {
    Form(NormalForm),
    Separated(Vec<Vec<usize>>, Vec<usize>),
}

/// A step whose rule is known.
struct Ready {
    rule: Named,
    text: String,
    reversed: bool,
    at: Option<u64>,
}

/// Groups of outputs by name.
type Groups = [(String, Vec<usize>)];

fn places(groups: &Groups) -> Vec<Vec<usize>> {
    groups.iter().map(|(_, places)| places.clone()).collect()
}

/// Proves a theorem, or says what is missing.
pub(super) fn theorem(e: &mut Evaluator<'_>, id: FactId, plan: &Plan) -> Result<Verdict, ModelError> {
    let mut prover = Prover::new(e, &plan.scope)?;
    let goal = match &plan.goal {
        Goal::Diagram(term) => End::Form(prover.form(term)?),
        Goal::Separated { groups, given } => {
            if !given.is_empty() {
                prover.note("conditionals".into());
            }
            let known = given.iter().flat_map(|(_, p)| p.iter().copied()).collect();
            End::Separated(places(groups), known)
        }
    };
    let start = prover.form(&plan.start)?;
    let mut lines = vec![DerivationLine { diagram: show(prover.e.sig, &start), by: None }];
    let mut current = start;
    let mut pasted = None;
    let mut idle = false;
    for (number, stage) in plan.stages.iter().enumerate() {
        let target = stage.to.as_ref().map(|term| prover.form(term)).transpose()?;
        let own = target.map(End::Form);
        let end = own.as_ref().unwrap_or(&goal);
        match prover.stage(current, end, &stage.why)? {
            Ok((trail, found)) => {
                idle |= matches!(stage.why, Why::Auto(_)) && trail.iter().all(|(by, _)| by.is_empty());
                current = trail.last().map_or_else(|| unreachable!("a stage ends somewhere"), |(_, form)| form.clone());
                for (by, form) in trail.into_iter().filter(|(by, _)| !by.is_empty()) {
                    lines.push(DerivationLine { diagram: show(prover.e.sig, &form), by: Some(by) });
                }
                // Of a calculation, each line that was searched for has its own.
                if let Some(found) = found {
                    let found = if plan.stages.len() > 1 { format!("{found} (line {})", number + 1) } else { found };
                    pasted = Some(pasted.map_or(found.clone(), |before: String| format!("{before}; {found}")));
                }
            }
            Err(mut reasons) => {
                if plan.stages.len() > 2 {
                    reasons.insert(0, format!("line {} of the calculation does not follow:", number + 1));
                }
                prover.e.proved.insert(id, false);
                return Ok(Verdict::unknown(reasons));
            }
        }
    }
    let by_wiring = matches!(&plan.goal, Goal::Separated { given, .. } if !given.is_empty());
    let level = match (prover.from_axioms, by_wiring) {
        (true, _) => Level::FromAxioms,
        (false, true) => Level::WithConditionals,
        (false, false) => Level::EveryMarkovCategory,
    };
    // Facts are quoted; the others are what not every category has.
    let rests = prover.uses.iter().filter(|what| !what.starts_with('`')).cloned().collect();
    prover.e.rests.insert(id, rests);
    // The level says so already.
    prover.uses.retain(|what| level == Level::FromAxioms || what != "conditionals");
    let uses = std::mem::take(&mut prover.uses);
    prover.e.proved.insert(id, true);
    let mut verdict = Verdict::structural(Outcome::Holds, level, None);
    verdict.proof = Some(Derivation { lines, uses, pasted });
    if idle {
        verdict.notes.push("`by auto` can be left out: no step is needed".into());
    }
    Ok(verdict)
}

/// The diagrams after each step with the names of the steps, and a proof in words if it was searched for; or why not.
type StageResult = Result<(Trail, Option<String>), Vec<String>>;

impl Prover<'_, '_> {
    fn reached(&self, form: &NormalForm, end: &End) -> bool {
        match end {
            End::Form(target) => form == target,
            End::Separated(groups, known) => open_path(form, groups, known).is_none(),
        }
    }

    fn stage(&mut self, current: NormalForm, end: &End, why: &Why) -> Result<StageResult, ModelError> {
        match why {
            // 1.
            Why::Structure if self.reached(&current, end) => Ok(Ok((vec![(String::new(), current)], None))),
            Why::Structure => Ok(Err(vec![self.missed(&current, end)])),
            Why::Steps(steps) => {
                let mut rules = Vec::new();
                for (number, step) in steps.iter().enumerate() {
                    match self.named(step)? {
                        Ok(rule) => {
                            let (text, reversed, at) = (step.text.clone(), step.reversed, step.at);
                            rules.push(Ready { rule, text, reversed, at });
                        }
                        Err(why) => return Ok(Err(vec![format!("step {}, {}: {why}", number + 1, step.text)])),
                    }
                }
                let start = current.clone();
                let followed = self.follow(current, end, &rules)?;
                if let Ok(trail) = &followed {
                    let forms = std::iter::once(&start).chain(trail.iter().map(|(_, form)| form));
                    for ((from, (_, to)), step) in forms.zip(trail).zip(&rules) {
                        self.account(&step.rule, step.reversed, from, to);
                    }
                }
                Ok(followed.map(|trail| (trail, None)))
            }
            Why::Auto(budget) => self.auto(current, end, *budget),
        }
    }

    /// 2.
    fn follow(
        &mut self,
        current: NormalForm,
        end: &End,
        steps: &[Ready],
    ) -> Result<Result<Trail, Vec<String>>, ModelError> {
        let texts: Vec<String> = steps.iter().map(|s| sign(&s.text, s.reversed, s.at)).collect();
        // All diagrams that were reached, and the places of those that the last step led to.
        let mut states = vec![State { form: current, from: None }];
        let mut now = vec![0];
        for (number, step) in steps.iter().enumerate() {
            let (rule, text) = (&step.rule, &texts[number]);
            let last = number + 1 == steps.len();
            let mut seen = FxHashSet::default();
            let mut next = Vec::new();
            let mut miss = String::new();
            for before in now.iter().copied() {
                self.e.interrupt.check()?;
                let results = match self.results(rule, &states[before].form, step.reversed) {
                    Ok(results) => results,
                    Err(why) => {
                        miss = why;
                        continue;
                    }
                };
                let count = results.len();
                let chosen: Vec<NormalForm> = match step.at {
                    None => results,
                    Some(k) => match results.into_iter().nth(k as usize - 1) {
                        Some(one) => vec![one],
                        None => {
                            let times = if count == 1 { "1 place".to_string() } else { format!("{count} places") };
                            miss = format!("it applies in {times}, and place {k} is asked for");
                            continue;
                        }
                    },
                };
                for form in chosen {
                    let is_end = last && self.reached(&form, end);
                    if is_end || next.len() < FOLLOWED && seen.insert(form.clone()) {
                        next.push(states.len());
                        states.push(State { form, from: Some((number, before)) });
                    }
                    if is_end {
                        return Ok(Ok(trail(&states, &texts, states.len() - 1)));
                    }
                }
            }
            // The last step may be easier to find from its other end.
            if let (true, End::Form(target), None) = (last, end, step.at)
                && let Ok(back) = self.results(rule, target, !step.reversed)
                && let Some(before) = now.iter().copied().find(|s| back.contains(&states[*s].form))
            {
                states.push(State { form: target.clone(), from: Some((number, before)) });
                return Ok(Ok(trail(&states, &texts, states.len() - 1)));
            }
            if next.is_empty() {
                let mut reasons = vec![format!("step {}, {text}: {miss}", number + 1)];
                if let Some(state) = now.first() {
                    reasons.push(format!("the diagram there is {}", show(self.e.sig, &states[*state].form)));
                }
                return Ok(Err(reasons));
            }
            now = next;
        }
        let mut reasons = Vec::new();
        if let Some(first) = now.first() {
            let more = match now.len() {
                1 => String::new(),
                n => format!(" (or another of {n} diagrams)"),
            };
            reasons.push(format!("the steps lead to {}{more}", show(self.e.sig, &states[*first].form)));
            reasons.push(self.missed(&states[*first].form, end));
        }
        Ok(Err(reasons))
    }

    /// What one use of a rule makes of a diagram, or why it makes nothing of it.
    fn results(&self, rule: &Named, form: &NormalForm, reversed: bool) -> Result<Vec<NormalForm>, String> {
        let (sig, deterministic) = (self.e.sig, &self.deterministic);
        match rule {
            Named::Rule(rule) if rule.is_trivial() => {
                Err("both of its sides have the same normal form already, so it changes nothing".into())
            }
            Named::Rule(rule) => match rule.apply(sig, deterministic, form, reversed) {
                Ok(all) => Ok(all),
                Err(miss) => Err(miss_words(miss)),
            },
            Named::Dilation(dilation, state) => match dilation.apply(sig, deterministic, form, reversed) {
                Ok(all) => Ok(all),
                Err((_, true)) => Err(format!("its kernel is there, but on wires whose law is not that of {state}")),
                Err((miss, false)) => Err(miss_words(miss)),
            },
        }
    }

    /// 3.
    fn auto(&mut self, current: NormalForm, end: &End, budget: u64) -> Result<StageResult, ModelError> {
        if self.reached(&current, end) {
            return Ok(Ok((vec![(String::new(), current)], None)));
        }
        let rules = self.all_rules()?;
        let (sig, interrupt) = (self.e.sig, self.e.interrupt);
        let found = match end {
            End::Form(target) => search(sig, &self.deterministic, &rules, [&current, target], budget, interrupt)?,
            End::Separated(groups, known) => {
                let goal = |form: &NormalForm| open_path(form, groups, known).is_none();
                reach(sig, &self.deterministic, &rules, &current, &goal, budget, interrupt)?
            }
        };
        let steps = match found {
            Found::Proof(steps) => steps,
            Found::Budget(n) => {
                let why = format!(
                    "no proof among the {n} diagrams looked at; a larger budget can be given: `by auto {}`",
                    n.saturating_mul(10)
                );
                return Ok(Err(vec![why, self.missed(&current, end)]));
            }
            Found::Large(n, boxes) => {
                let why = format!("no proof among the {n} diagrams of up to {boxes} boxes that the facts lead to");
                return Ok(Err(vec![why, self.missed(&current, end)]));
            }
            Found::Memory(n) => {
                let why =
                    format!("no proof among the {n} diagrams looked at; they lead to too many others to remember");
                return Ok(Err(vec![why, self.missed(&current, end)]));
            }
            Found::Exhausted(n) => {
                let why = format!("no proof: the facts lead to {n} diagrams from both ends, and none of them meet");
                return Ok(Err(vec![why, self.missed(&current, end)]));
            }
        };
        self.from_axioms = true;
        let mut from = &current;
        for used in &steps {
            self.rest_on_named(&rules[used.rule].name);
            self.account(&Named::Rule(rules[used.rule].clone()), used.reversed, from, &used.result);
            from = &used.result;
        }
        let pasted = self.pasted(&current, end, &rules, &steps)?;
        let trail = steps.into_iter().map(|u| (sign(&rules[u.rule].name, u.reversed, None), u.result)).collect();
        Ok(Ok((trail, pasted)))
    }

    /// The steps as one writes them, checked by following them: without places if that is enough, else with them.
    fn pasted(
        &mut self,
        start: &NormalForm,
        end: &End,
        rules: &[Rule],
        steps: &[Used],
    ) -> Result<Option<String>, ModelError> {
        for with_places in [false, true] {
            let mut current = start;
            let mut ready = Vec::new();
            for used in steps {
                let rule = &rules[used.rule];
                let mut at = None;
                if with_places {
                    let results = rule.apply(self.e.sig, &self.deterministic, current, used.reversed);
                    let results = results.unwrap_or_default();
                    let place = results.iter().position(|r| *r == used.result).filter(|_| results.len() > 1);
                    at = place.map(|k| k as u64 + 1);
                }
                let text = rule.name.clone();
                ready.push(Ready { rule: Named::Rule(rule.clone()), text, reversed: used.reversed, at });
                current = &used.result;
            }
            if self.follow(start.clone(), end, &ready)?.is_ok() {
                let words: Vec<String> = ready.iter().map(|s| sign(&s.text, s.reversed, s.at)).collect();
                return Ok(Some(format!("by {}", words.join(", "))));
            }
        }
        Ok(None)
    }

    /// Why a diagram is not yet the end.
    fn missed(&self, form: &NormalForm, end: &End) -> String {
        match end {
            End::Form(target) => match difference(self.e.sig, form, target) {
                Some(why) => format!("it is not {}: {why}", show(self.e.sig, target)),
                None => "the normal forms agree".into(),
            },
            End::Separated(groups, known) => match open_path(form, groups, known) {
                Some(path) => {
                    let names: Vec<String> = path
                        .boxes
                        .iter()
                        .map(|b| format!("`{}`", crate::rewrite::difference::op_name(self.e.sig, &form.boxes[*b].op)))
                        .collect();
                    let way = if names.is_empty() {
                        "they share a wire".into()
                    } else {
                        format!("through {}", names.join(", "))
                    };
                    format!("in {} the outputs are still joined: {way}", show(self.e.sig, form))
                }
                None => "the outputs are separated".into(),
            },
        }
    }
}

/// The verdict on a claim inside of a theory that is an equation.
pub(super) fn reasoned(
    e: &mut Evaluator<'_>,
    sides: &(crate::check::term::Term, crate::check::term::Term),
    scope: &[FactId],
    budget: u64,
) -> Result<Verdict, ModelError> {
    let mut prover = Prover::new(e, scope)?;
    let (left, right) = (prover.form(&sides.0)?, prover.form(&sides.1)?);
    let first = DerivationLine { diagram: show(prover.e.sig, &left), by: None };
    let why = if left == right { Why::Structure } else { Why::Auto(budget) };
    match prover.stage(left, &End::Form(right), &why)? {
        Ok((trail, pasted)) => {
            let shown =
                |(by, form): (String, NormalForm)| DerivationLine { diagram: show(prover.e.sig, &form), by: Some(by) };
            let steps: Vec<DerivationLine> = trail.into_iter().filter(|(by, _)| !by.is_empty()).map(shown).collect();
            let lines = std::iter::once(first).chain(steps).collect();
            let level = if prover.from_axioms { Level::FromAxioms } else { Level::EveryMarkovCategory };
            let mut verdict = Verdict::structural(Outcome::Holds, level, None);
            verdict.proof = Some(Derivation { lines, uses: prover.uses, pasted });
            Ok(verdict)
        }
        Err(reasons) => Ok(Verdict::unknown(reasons)),
    }
}
