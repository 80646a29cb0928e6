//! What a proof may use: diagrams in normal form, the facts of the theory as rules, and what the rules need.

use super::answer::Outcome;
use super::structure;
use crate::check::facts::{Plan, PlanStep, Premise, Statement};
use crate::check::term::{Term, TermKind};
use crate::check::types::{FactId, KernelId};
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::rewrite::dilation::Dilation;
use crate::rewrite::graph::Determinism;
use crate::rewrite::normal_form::Op;
use crate::rewrite::rule::Rule;
use crate::rewrite::search::{Found, search};
use crate::rewrite::{NormalForm, TooLarge};

/// How many diagrams the search for the premise of a rule looks at.
const PREMISE_BUDGET: u64 = 200;

/// The facts of a theory, at some point of it.
pub(super) struct Prover<'p, 'a> {
    /// The evaluator, which owns the diagrams.
    pub(super) e: &'p mut Evaluator<'a>,
    /// Which boxes are deterministic here.
    pub(super) deterministic: Determinism,
    /// The facts that may be used.
    scope: Vec<FactId>,
    /// Kernels that a fact says to be deterministic, with its name.
    assumed: Vec<(KernelId, FactId, String)>,
    /// What is deterministic without these.
    plain: Determinism,
    /// Facts whose sides look different without these.
    merging: Vec<String>,
    /// Rules of facts, made when they are first used.
    rules: Vec<(FactId, Rule)>,
    /// What the proof rests on beyond the axioms, in words, in the order of use.
    pub(super) uses: Vec<String>,
    /// Whether a fact was used.
    pub(super) from_axioms: bool,
}

/// A rule as a step names it.
pub(super) enum Named {
    /// An equation.
    Rule(Rule),
    /// An almost-sure equation, used by causality.
    Dilation(Dilation, String),
}

impl<'p, 'a> Prover<'p, 'a> {
    /// A prover with these facts; theorems among them that are not proved are left out.
    pub(super) fn new(e: &'p mut Evaluator<'a>, scope: &[FactId]) -> Result<Prover<'p, 'a>, ModelError> {
        let mut known = Vec::new();
        for id in scope {
            if is_known(e, *id)? {
                known.push(*id);
            }
        }
        let assumed: Vec<(KernelId, FactId, String)> = known
            .iter()
            .filter_map(|id| match &e.sig.facts[*id].statement {
                Statement::Deterministic { kernel: Some(kernel), .. } if !e.sig.kernels[*kernel].is_deterministic() => {
                    Some((*kernel, *id, e.sig.facts[*id].name.to_string()))
                }
                _ => None,
            })
            .collect();
        let kernels: Vec<KernelId> = assumed.iter().map(|(k, _, _)| *k).collect();
        let (deterministic, plain) = (Determinism::of(e.sig, &kernels), Determinism::of(e.sig, &[]));
        Ok(Prover {
            e,
            deterministic,
            scope: known,
            assumed,
            plain,
            merging: Vec::new(),
            rules: Vec::new(),
            uses: Vec::new(),
            from_axioms: false,
        })
    }

    /// The normal form of a term. What an axiom says to be deterministic is merged; if that matters, it is noted.
    pub(super) fn form(&mut self, term: &Term) -> Result<NormalForm, ModelError> {
        let id = self.e.lib.term(self.e.sig, term);
        let kernels: Vec<KernelId> = self.assumed.iter().map(|(k, _, _)| *k).collect();
        let too_large = |TooLarge { boxes }| ModelError::TooLarge {
            what: "this diagram".into(),
            size: format!("opened, it has {boxes} boxes or more"),
            span: term.span,
        };
        let form = NormalForm::assuming(self.e.sig, self.e.lib, id, &kernels).map_err(too_large)?;
        if !kernels.is_empty() {
            let plain = NormalForm::of(self.e.sig, self.e.lib, id).map_err(too_large)?;
            if form != plain {
                self.from_axioms = true;
                self.note_determinism(&[&plain]);
            }
        }
        Ok(form)
    }

    /// Notes the facts that make kernels of some diagrams deterministic; all such facts, if none speaks of their boxes.
    fn note_determinism(&mut self, forms: &[&NormalForm]) {
        let occurs = |kernel| forms.iter().flat_map(|f| &f.boxes).any(|b| b.op == Op::Kernel(kernel));
        let mut facts: Vec<_> = self.assumed.iter().filter(|(k, ..)| occurs(*k)).cloned().collect();
        if facts.is_empty() {
            facts = self.assumed.clone();
        }
        for (_, id, name) in facts {
            self.note(format!("`{name}`"));
            self.rest_on(id);
        }
    }

    /// Notes what is assumed to be deterministic, if a step needs that: if it is none without it.
    pub(super) fn account(&mut self, rule: &Named, reversed: bool, from: &NormalForm, to: &NormalForm) {
        if self.assumed.is_empty() {
            return;
        }
        let (sig, plain) = (self.e.sig, &self.plain);
        let leads = |a: &NormalForm, b: &NormalForm, reversed| match rule {
            Named::Rule(rule) => rule.apply(sig, plain, a, reversed).is_ok_and(|all| all.contains(b)),
            Named::Dilation(rule, _) => rule.apply(sig, plain, a, reversed).is_ok_and(|all| all.contains(b)),
        };
        let merging = matches!(rule, Named::Rule(rule) if self.merging.contains(&rule.name));
        if merging || !leads(from, to, reversed) && !leads(to, from, !reversed) {
            self.note_determinism(&[from, to]);
        }
    }

    /// Notes something that the proof rests on.
    pub(super) fn note(&mut self, what: String) {
        if !self.uses.contains(&what) {
            self.uses.push(what);
        }
    }

    /// Notes what a fact rests on besides axioms: who uses a theorem that needs positivity, needs it too.
    fn rest_on(&mut self, id: FactId) {
        for what in self.e.rests.get(&id).cloned().unwrap_or_default() {
            self.note(what);
        }
    }

    /// The same for a fact that a search has used, by its name.
    pub(super) fn rest_on_named(&mut self, name: &str) {
        let found = self.scope.iter().copied().find(|id| self.e.sig.facts[*id].name.as_str() == name);
        if let Some(id) = found {
            self.rest_on(id);
        }
    }

    /// The facts that are equations and say something, as rules.
    pub(super) fn all_rules(&mut self) -> Result<Vec<Rule>, ModelError> {
        let mut rules = Vec::new();
        for id in self.scope.clone() {
            if self.e.sig.facts[id].equation.is_some() {
                let rule = self.rule(id)?;
                if !rule.is_trivial() {
                    rules.push(rule);
                }
            }
        }
        Ok(rules)
    }

    /// A fact as a rule.
    fn rule(&mut self, id: FactId) -> Result<Rule, ModelError> {
        if let Some((_, rule)) = self.rules.iter().find(|(known, _)| *known == id) {
            return Ok(rule.clone());
        }
        let fact = self.e.sig.facts[id].clone();
        let Some((left, right)) = &fact.equation else { unreachable!("only equations are named in proofs") };
        // What merges boxes in its sides is only needed where the fact is used (`account`).
        let (uses, from_axioms) = (std::mem::take(&mut self.uses), self.from_axioms);
        let (left, right) = (self.form(left)?, self.form(right)?);
        if !self.uses.is_empty() {
            self.merging.push(fact.name.to_string());
        }
        (self.uses, self.from_axioms) = (uses, from_axioms);
        let rule = Rule::new(fact.name.to_string(), &left, &right, &self.deterministic);
        self.rules.push((id, rule.clone()));
        Ok(rule)
    }

    /// Why a fact cannot be used.
    fn unusable(&self, id: FactId) -> String {
        let fact = &self.e.sig.facts[id];
        match fact.axiom {
            true => {
                format!("`{}` is false for the kernels as they are declared, so nothing is derived from it", fact.name)
            }
            false => format!("`{}` is not proved", fact.name),
        }
    }

    /// What a step uses; an error in words where that is not known.
    pub(super) fn named(&mut self, step: &PlanStep) -> Result<Result<Named, String>, ModelError> {
        use crate::check::facts::PlanRule;
        match &step.rule {
            PlanRule::Fact(id) => {
                if !self.scope.contains(id) {
                    return Ok(Err(self.unusable(*id)));
                }
                self.from_axioms = true;
                self.rest_on(*id);
                Ok(Ok(Named::Rule(self.rule(*id)?)))
            }
            PlanRule::Dilation(id) => {
                let fact = self.e.sig.facts[*id].clone();
                if !self.scope.contains(id) {
                    return Ok(Err(self.unusable(*id)));
                }
                let Statement::AlmostSurely { left, right, under } = &fact.statement else {
                    unreachable!("`causality` was given an almost-sure equation")
                };
                self.from_axioms = true;
                self.note("causality".into());
                self.rest_on(*id);
                let (l, r, law) = (self.form(left)?, self.form(right)?, self.form(under)?);
                let rule = Rule::new(step.text.clone(), &l, &r, &self.deterministic);
                Ok(Ok(Named::Dilation(Dilation { rule, law }, shown(under))))
            }
            PlanRule::Horn { name, premise, conclusion } => {
                if let Err(why) = self.premise(name, premise)? {
                    return Ok(Err(why));
                }
                self.from_axioms = true;
                self.note((*name).into());
                let (l, r) = (self.form(&conclusion.0)?, self.form(&conclusion.1)?);
                Ok(Ok(Named::Rule(Rule::new(step.text.clone(), &l, &r, &self.deterministic))))
            }
        }
    }

    /// Whether the premise of a rule is known: by normal forms, or by a short search with the facts.
    fn premise(&mut self, name: &str, premise: &Premise) -> Result<Result<(), String>, ModelError> {
        let (left, right, words) = match premise {
            Premise::Equal(sides) => (self.form(&sides.0)?, self.form(&sides.1)?, "that its premise holds".to_string()),
            Premise::Deterministic(of, under) => {
                let copied = crate::check::facts::determinism(of, under.as_ref());
                let almost = if under.is_some() { " almost surely" } else { "" };
                (self.form(&copied.0)?, self.form(&copied.1)?, format!("that `f ; g` is deterministic{almost}"))
            }
        };
        if left == right {
            return Ok(Ok(()));
        }
        let rules = self.all_rules()?;
        let (sig, interrupt) = (self.e.sig, self.e.interrupt);
        let found = search(sig, &self.deterministic, &rules, [&left, &right], PREMISE_BUDGET, interrupt)?;
        if let Found::Proof(steps) = found {
            let mut from = &left;
            for used in &steps {
                self.note(format!("`{}`", rules[used.rule].name));
                self.rest_on_named(&rules[used.rule].name);
                self.account(&Named::Rule(rules[used.rule].clone()), used.reversed, from, &used.result);
                from = &used.result;
            }
            return Ok(Ok(()));
        }
        Ok(Err(format!(
            "{name} needs {words}, and a short search with the facts above does not show it; prove it first, as a theorem of its own"
        )))
    }
}

/// How a state is called in a message.
fn shown(term: &Term) -> String {
    match &term.kind {
        TermKind::Kernel(_) | TermKind::Diagram(_) => "its state".into(),
        _ => "the diagram behind `under`".into(),
    }
}

/// Whether an axiom is about kernels with rows alone, and false for them: from such an axiom everything would follow.
fn is_refuted(e: &mut Evaluator<'_>, id: FactId) -> Result<bool, ModelError> {
    let Some((left, right)) = e.sig.facts[id].equation.clone() else { return Ok(false) };
    if structure::has_abstract_parts(e, &left) || structure::has_abstract_parts(e, &right) {
        return Ok(false);
    }
    match structure::equal(e, &left, &right, None) {
        Ok(verdict) => Ok(verdict.outcome == Outcome::Fails && !verdict.filled),
        Err(ModelError::Stopped(why)) => Err(ModelError::Stopped(why)),
        // What cannot be computed is not refuted.
        Err(_) => Ok(false),
    }
}

/// Whether a fact may be used: an axiom may unless it is plainly false, a theorem if it is proved. Each is looked at once.
pub(super) fn is_known(e: &mut Evaluator<'_>, id: FactId) -> Result<bool, ModelError> {
    if let Some(known) = e.proved.get(&id) {
        return Ok(*known);
    }
    if e.sig.facts[id].axiom {
        let known = !is_refuted(e, id)?;
        e.proved.insert(id, known);
        return Ok(known);
    }
    let plan: Option<std::sync::Arc<Plan>> = e.sig.facts[id].plan.clone();
    let known = match plan {
        Some(plan) => super::proofs::theorem(e, id, &plan)?.outcome == Outcome::Holds,
        None => false,
    };
    e.proved.insert(id, known);
    Ok(known)
}
