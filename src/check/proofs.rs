//! Proofs as written to plans: every line is typed, every step names a fact or a rule.

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::facts::{
    AUTO_BUDGET, Goal, PlanRule, PlanStep, Premise, Separation, Stage, Statement, Why, graph_under, identity,
    outputs_of, paired, then,
};
use super::signature::Entity;
use super::sketch::both;
use super::term::Term;
use super::theory_error::TheoryError;
use super::types::{FactId, Type};
use crate::syntax::ast::{Expr, ExprKind, Ident, Proof, ProofLine, Reason, Step, StepRule};
use crate::syntax::print_rule;

/// Where the calculation of a theorem starts, and where it must end.
pub(super) fn ends(statement: &Statement, equation: &Option<(Term, Term)>) -> (Term, Goal) {
    match (statement, equation) {
        (Statement::Independent(s), _) => {
            let (groups, given, places) = separated(s);
            (outputs_of(&s.of, places), Goal::Separated { groups, given })
        }
        (_, Some((left, right))) => (left.clone(), Goal::Diagram(right.clone())),
        (_, None) => unreachable!("only an independence is no equation"),
    }
}

/// The groups of an independence as outputs of the joint of what is known, then the groups.
type Places = Vec<(String, Vec<usize>)>;

fn separated(s: &Separation) -> (Places, Places, Vec<usize>) {
    let mut places = Vec::new();
    let mut local = |parts: &Places| -> Places {
        let one = |(name, outputs): &(String, Vec<usize>)| {
            let start = places.len();
            places.extend(outputs);
            (name.clone(), (start..places.len()).collect())
        };
        parts.iter().map(one).collect()
    };
    let given = local(&s.given);
    let groups = local(&s.groups);
    (groups, given, places)
}

impl Checker<'_> {
    /// The stages of a proof of a statement.
    pub(super) fn stages(&mut self, statement: &Statement, proof: &Proof) -> Checked<Vec<Stage>> {
        match proof {
            Proof::Structure => {
                let span = match statement {
                    Statement::Equal { left, right } | Statement::AlmostSurely { left, right, .. } => {
                        left.span.to(right.span)
                    }
                    Statement::Deterministic { of, .. } => of.span,
                    Statement::Independent(s) => s.of.span,
                };
                Ok(vec![Stage { to: None, why: Why::Structure, span }])
            }
            Proof::By(reason) => {
                let why = self.why(reason)?;
                let span = match reason {
                    Reason::Auto(_, span) => *span,
                    Reason::Steps(steps) => steps.iter().map(|s| s.span).reduce(|a, b| a.to(b)).unwrap_or_default(),
                };
                Ok(vec![Stage { to: None, why, span }])
            }
            Proof::Lines(lines) => {
                let stages: Vec<Checked<Stage>> = lines.iter().map(|line| self.line(statement, line)).collect();
                let mut stages = stages.into_iter().collect::<Checked<Vec<_>>>()?;
                // The last line is the goal up to wiring.
                let span = stages.last().map(|s| s.span).unwrap_or_default();
                stages.push(Stage { to: None, why: Why::Structure, span });
                Ok(stages)
            }
        }
    }

    fn line(&mut self, statement: &Statement, line: &ProofLine) -> Checked<Stage> {
        let (dom, cod, under) = match statement {
            Statement::Equal { left, .. } => (left.dom.clone(), left.cod.clone(), None),
            Statement::AlmostSurely { left, under, .. } => (left.dom.clone(), left.cod.clone(), Some(under)),
            Statement::Deterministic { of, under, .. } => {
                (of.dom.clone(), Type::product([&of.cod, &of.cod]), under.as_ref())
            }
            Statement::Independent(s) => {
                let (_, _, places) = separated(s);
                (s.of.dom.clone(), outputs_of(&s.of, places).cod, None)
            }
        };
        let term = self.term(&line.expr, Some(&dom), Some(&cod));
        let why = match &line.reason {
            None => Ok(Why::Structure),
            Some(reason) => self.why(reason),
        };
        let (term, why) = both(term, why)?;
        if term.dom != dom || term.cod != cod {
            let (side, a, b) =
                if term.dom != dom { ("domain", &dom, &term.dom) } else { ("codomain", &cod, &term.cod) };
            let help = Some(format!("the {side}, of the theorem against this line, {}", self.wire_by_wire(a, b)));
            let error = CheckError::DeclaredType {
                name: "the theorem".into(),
                body: "this line",
                declared: self.arrow(&dom, &cod),
                found: self.arrow(&term.dom, &term.cod),
                span: term.span,
                help,
            };
            return self.fail(error);
        }
        let to = under.map_or(term.clone(), |p| graph_under(p, &term));
        Ok(Stage { to: Some(to), why, span: line.span })
    }

    fn why(&mut self, reason: &Reason) -> Checked<Why> {
        match reason {
            Reason::Auto(None, _) => Ok(Why::Auto(AUTO_BUDGET)),
            Reason::Auto(Some(budget), _) => match budget.node.to_i64().and_then(|n| u64::try_from(n).ok()) {
                Some(n) if n <= 100_000_000 => Ok(Why::Auto(n)),
                _ => {
                    let what = "a number of diagrams up to 100000000".to_string();
                    let (found, span) = (budget.node.to_string(), budget.span);
                    self.fail(CheckError::WrongSort { what, found, span, help: None })
                }
            },
            Reason::Steps(steps) => {
                let steps: Vec<Checked<PlanStep>> = steps.iter().map(|s| self.step(s)).collect();
                Ok(Why::Steps(steps.into_iter().collect::<Checked<_>>()?))
            }
        }
    }

    fn step(&mut self, step: &Step) -> Checked<PlanStep> {
        let rule = match &step.rule {
            StepRule::Named(name) => PlanRule::Fact(self.fact(name)?),
            StepRule::Causality(items) => self.causality(items, step)?,
            StepRule::Positivity(items, under) => self.positivity(items, under.as_ref(), step)?,
        };
        let at = match &step.at {
            None => None,
            Some(n) => match n.node.to_i64().and_then(|k| u64::try_from(k).ok()) {
                Some(k) if k > 0 => Some(k),
                _ => {
                    let what = "a place from 1 on".to_string();
                    let (found, span) = (n.node.to_string(), n.span);
                    return self.fail(CheckError::WrongSort { what, found, span, help: None });
                }
            },
        };
        Ok(PlanStep { rule, text: print_rule(&step.rule), reversed: step.reversed, at, span: step.span })
    }

    fn fact(&mut self, name: &Ident) -> Checked<FactId> {
        match self.entity(name, "an axiom or theorem")? {
            Entity::Fact(id) if self.sig.facts[id].equation.is_some() => Ok(id),
            Entity::Fact(_) => {
                let what = format!("`{}`", name.node);
                let help = "it claims conditionals without naming them; state it `with h, k`, and it is an equation";
                let (place, help) = ("a proof".to_string(), Some(help.to_string()));
                self.fail(TheoryError::Statement { what, place, span: name.span, help }.into())
            }
            other => {
                let help = matches!(other, Entity::Diagram(_))
                    .then(|| "what a diagram stands for is known without a step".to_string());
                self.wrong_kind(name, &other, "an axiom or theorem", help)
            }
        }
    }

    /// `causality(a)`, `causality(f, g, h, k)`
    fn causality(&mut self, items: &[Expr], step: &Step) -> Checked<PlanRule> {
        if let [Expr { kind: ExprKind::Named(name, None), .. }] = items {
            let id = self.fact(name)?;
            if matches!(self.sig.facts[id].statement, Statement::AlmostSurely { .. }) {
                return Ok(PlanRule::Dilation(id));
            }
            let what = format!("`{}`, which is no almost-sure equation,", name.node);
            let help = Some("`causality(a)` uses a fact of the form `f == g under p`".into());
            let place = "`causality`".to_string();
            return self.fail(TheoryError::Statement { what, place, span: name.span, help }.into());
        }
        let [f, g, h, k] = items else { return self.count_of(items, "causality", "causality(f, g, h, k)", step) };
        let f = self.term(f, None, None)?;
        let g = self.term(g, Some(&f.cod), None)?;
        self.meets(&f, &g)?;
        let h = self.term(h, Some(&g.cod), None)?;
        self.meets(&g, &h)?;
        let k = self.term(k, Some(&g.cod), Some(&h.cod))?;
        self.meets(&g, &k)?;
        let seen = |x: &Term| then(g.clone(), paired(vec![x.clone(), identity(&x.dom, x.span)]));
        let premise = |x: &Term| then(f.clone(), seen(x));
        let conclusion = |x: &Term| then(f.clone(), paired(vec![seen(x), identity(&f.cod, f.span)]));
        Ok(PlanRule::Horn {
            name: "causality",
            premise: Premise::Equal(Box::new((premise(&h), premise(&k)))),
            conclusion: Box::new((conclusion(&h), conclusion(&k))),
        })
    }

    /// `positivity(f, g)`, `positivity(f, g under p)`
    fn positivity(&mut self, items: &[Expr], under: Option<&Expr>, step: &Step) -> Checked<PlanRule> {
        let [f, g] = items else { return self.count_of(items, "positivity", "positivity(f, g)", step) };
        let (f, under) = self.under(f, under)?;
        let g = self.term(g, Some(&f.cod), None)?;
        self.meets(&f, &g)?;
        let both = then(f.clone(), g.clone());
        let left = then(f.clone(), paired(vec![identity(&f.cod, f.span), g]));
        let right = paired(vec![f, both.clone()]);
        let conclusion = match &under {
            None => (left, right),
            Some(p) => (graph_under(p, &left), graph_under(p, &right)),
        };
        Ok(PlanRule::Horn {
            name: if under.is_some() { "relative positivity" } else { "positivity" },
            premise: Premise::Deterministic(both, under),
            conclusion: Box::new(conclusion),
        })
    }

    fn count_of<T>(&mut self, items: &[Expr], rule: &str, usage: &str, step: &Step) -> Checked<T> {
        let wanted = format!("the rule `{rule}`");
        let found = format!("{} argument{}", items.len(), if items.len() == 1 { "" } else { "s" });
        let help = Some(match rule {
            "causality" => format!("write `{usage}`, or `causality(a)` with an almost-sure fact"),
            _ => format!("write `{usage}`, with `under p` where it is almost sure"),
        });
        let _: Checked<()> = self.fail(TheoryError::WitnessCount { found, wanted, span: step.span, help }.into());
        Err(Reported)
    }
}
