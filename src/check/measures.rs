//! Measures and functions of numbers, from the tree.
//!
//! 1. Wires are outputs of a state; each has one role.
//! 2. A divergence compares two diagrams of one type. If they have inputs, there is a value for each: `sup` takes the
//!    largest, a prior behind them the mean, and `eval` alone shows them all.

use super::checker::{Checked, Checker, Reported};
use super::error::CheckError;
use super::measure::{Divergence, Family, Inputs, Measure, MeasureKind};
use super::measure_error::MeasureError;
use super::scalar::ScalarKind;
use super::sketch::both;
use super::term::Term;
use super::types::Type;
use crate::base::span::Span;
use crate::syntax::ast::{self, Call, Expr, ExprKind, MeasureOf, Wire};

/// The name of the number above all others, unless something is declared with it.
pub(super) const INFINITY: &str = "infinity";

/// Most groups of a co-information.
const GROUPS_LIMIT: usize = 16;

/// Groups of outputs.
type Part = Vec<Vec<usize>>;

/// Wires of a measure: lists of groups, what is known, and the state.
type Wires<'a> = (&'a [Vec<Vec<Wire>>], &'a [Wire], &'a Expr);

impl Checker<'_> {
    /// Scalars that are made with measures, functions and units.
    pub(super) fn measured_scalar(&mut self, e: &Expr) -> Checked<ScalarKind> {
        if self.binder.is_some() {
            let what = "a measure or a function of numbers for every parameter".to_string();
            let help = Some("what is claimed for every parameter is an equation of polynomials in them".into());
            return self.fail(CheckError::NotYet { what, span: e.span, help });
        }
        match &e.kind {
            ExprKind::Measure(m) => {
                let measure = self.measure(m, e.span)?;
                if !measure.is_for_each_input() {
                    return Ok(ScalarKind::Measure(Box::new(measure)));
                }
                let found = self.sig.show(&measure.inputs());
                let help = Some(
                    "write `sup` in front for the largest value, or a state of inputs as the last argument for the mean; `eval` alone shows all values"
                        .into(),
                );
                self.fail(MeasureError::EachInput { found, span: e.span, help }.into())
            }
            ExprKind::Call(call, items) => {
                let (least, most) = if matches!(call.node, Call::Min | Call::Max) { (2, usize::MAX) } else { (1, 1) };
                if !(least..=most).contains(&items.len()) {
                    let wanted = if most == 1 { "one number" } else { "two numbers or more" };
                    let found = if items.len() == 1 { "one".to_string() } else { items.len().to_string() };
                    let word = call.node.word().to_string();
                    return self.fail(MeasureError::Form { word, wanted, found, span: call.span, help: None }.into());
                }
                let items: Vec<_> = items.iter().map(|i| self.scalar(i)).collect();
                Ok(ScalarKind::Call(call.node, items.into_iter().collect::<Checked<_>>()?))
            }
            ExprKind::Unit(of, unit) => {
                let number = self.scalar(of)?;
                match self.scalar_constant(&number) {
                    Ok(Some(_)) => Ok(ScalarKind::Unit(Box::new(number), unit.node)),
                    Err(error) => self.fail(error),
                    Ok(None) => {
                        let what = format!("`{}` stands behind what is no plain number", unit.node.word());
                        let found = "this is computed from diagrams".to_string();
                        let help = Some(
                            "a unit behind a number makes information of it, as in `3/2 bits`; measures have their unit already"
                                .into(),
                        );
                        self.fail(MeasureError::Unit { what, found, span: of.span, help }.into())
                    }
                }
            }
            _ => Ok(ScalarKind::Infinity),
        }
    }

    pub(super) fn measure(&mut self, m: &ast::Measure, span: Span) -> Checked<Measure> {
        let word = m.word.node.as_str();
        if m.bracket.is_some() && !matches!(word, "H" | "I" | "D" | "renyi" | "tsallis") {
            let found = "a divergence or an order".to_string();
            let help = Some(format!("write `{word}(…)` without brackets"));
            let what = format!("`{word}` has no versions");
            return self.fail(MeasureError::Order { what, found, span: m.word.span, help }.into());
        }
        let kind = match (word, &m.of) {
            ("renyi" | "tsallis", of) => self.ordered(m, of)?,
            ("H" | "I" | "TC" | "DTC" | "GK" | "surplus", MeasureOf::Wires { parts, given, within }) => {
                if m.sup {
                    return self.form(m, "two diagrams, or of one kernel", "wires of a state", None);
                }
                self.of_wires(m, (parts, given, within))?
            }
            ("H", MeasureOf::Diagrams(items)) => self.categorical(m, items)?,
            ("D", MeasureOf::Diagrams(items)) => self.divergence_between(m, items)?,
            ("CE" | "NLL" | "BC", MeasureOf::Diagrams(items)) => self.between_laws(m, items)?,
            ("D" | "CE" | "NLL" | "BC", _) => {
                let help = Some(format!("as in `{}`; `marginal(p, x)` is the law of some wires", example(word)));
                return self.form(m, "two diagrams", "wires", help);
            }
            _ => {
                let help = Some(format!("as in `{}`", example(word)));
                return self.form(m, "wires of a state", "diagrams", help);
            }
        };
        Ok(Measure { kind, span })
    }

    fn form<T>(&mut self, m: &ast::Measure, wanted: &'static str, found: &str, help: Option<String>) -> Checked<T> {
        let (word, found) = (m.word.node.to_string(), found.to_string());
        self.fail(MeasureError::Form { word, wanted, found, span: m.word.span, help }.into())
    }

    /// 1.
    fn of_wires(&mut self, m: &ast::Measure, (parts, given, within): Wires<'_>) -> Checked<MeasureKind> {
        let within = self.state(within, "the diagram of a measure")?;
        let word = m.word.node.as_str();
        let (groups, given) = self.wire_roles(&within, parts, given)?;
        // Between `;` stand the parts, between `,` their groups.
        let joined = || groups.iter().map(|part| part.concat()).collect::<Vec<_>>();
        let singles = || groups.concat();
        let named = |count: usize| if count == 1 { "one group".to_string() } else { format!("{count} groups") };
        if m.bracket.is_some() && word != "I" {
            let help = Some("`H[D](marginal(p, x))` is the entropy of some wires that belongs to a divergence".into());
            return self.form(m, "a state or kernel, where a divergence stands in brackets", "wires", help);
        }
        Ok(match word {
            "H" if groups.len() == 1 => MeasureKind::Entropy { of: groups[0].concat(), given, within },
            "H" => {
                let help = Some(
                    "an entropy is `H(x, y | z) in p`; with `;` an information is written, `I(x ; y) in p`".into(),
                );
                return self.form(m, "one list of wires", &named(groups.len()), help);
            }
            "I" if groups.len() == 1 => {
                let help = Some("groups are separated by `;`: `I(x ; y) in p`, `I(x, y ; z | w) in p`".into());
                return self.form(m, "two groups of wires or more", "one group", help);
            }
            "I" if groups.len() > GROUPS_LIMIT => {
                let help = Some("co-information adds up the entropies of all choices of groups".into());
                return self.form(m, "at most 16 groups of wires", &named(groups.len()), help);
            }
            "I" => match &m.bracket {
                None => MeasureKind::Information { groups: joined(), given, within },
                Some(bracket) => {
                    let divergence = self.divergence(bracket, m.word.span)?;
                    let [a, b] = &joined()[..] else {
                        return self.form(
                            m,
                            "two groups, where a divergence stands in brackets",
                            &named(groups.len()),
                            None,
                        );
                    };
                    if !given.is_empty() {
                        let help = Some("average it yourself, or use `I(x ; y | z)` for the divergence KL".into());
                        return self.form(
                            m,
                            "two groups and nothing known, where a divergence stands in brackets",
                            "a condition too",
                            help,
                        );
                    }
                    MeasureKind::DivergenceFromProduct { divergence, groups: [a.clone(), b.clone()], within }
                }
            },
            "TC" | "DTC" => {
                let groups = singles();
                if groups.len() < 2 {
                    let help = Some(format!("groups are separated by `,`: `{word}(x, (y, z), w) in p`"));
                    return self.form(m, "two groups of wires or more", "one group", help);
                }
                match word {
                    "TC" => MeasureKind::TotalCorrelation { groups, given, within },
                    _ => MeasureKind::DualTotalCorrelation { groups, given, within },
                }
            }
            "GK" => {
                let parts = if groups.len() == 1 { singles() } else { joined() };
                let [a, b] = &parts[..] else {
                    let help = Some("as in `GK(x ; y) in p`, `GK(x, y ; z | w) in p`".into());
                    return self.form(m, "two groups of wires", &named(parts.len()), help);
                };
                MeasureKind::Common { groups: [a.clone(), b.clone()], given, within }
            }
            _ => match &groups[..] {
                [h, words] if words.len() >= 2 && given.is_empty() => MeasureKind::Information {
                    groups: vec![h.concat(), words[1..].concat()],
                    given: words[0].clone(),
                    within,
                },
                _ => {
                    let help = Some("`surplus(h ; w1, w2, w3) in p` is `I(h ; w2, w3 | w1) in p`".into());
                    return self.form(m, "a list of wires, `;`, and two groups or more", "other parts", help);
                }
            },
        })
    }

    /// The places of wires by their roles: what is measured, by parts and groups, and what is known.
    fn wire_roles(&mut self, of: &Term, parts: &[Vec<Vec<Wire>>], given: &[Wire]) -> Checked<(Vec<Part>, Vec<usize>)> {
        let mut seen: Vec<usize> = Vec::new();
        let mut failed = false;
        let mut places = |this: &mut Self, wires: &[Wire]| -> Vec<usize> {
            let mut all = Vec::new();
            for wire in wires {
                let Ok(group) = this.output(of, wire) else {
                    failed = true;
                    continue;
                };
                let own = group.start..group.start + group.len;
                if own.clone().any(|p| seen.contains(&p)) {
                    let error = CheckError::OverlappingWires { name: wire.node.to_string(), span: wire.span };
                    this.errors.push(error);
                    failed = true;
                }
                seen.extend(own.clone());
                all.extend(own);
            }
            all
        };
        let parts: Vec<Part> =
            parts.iter().map(|part| part.iter().map(|wires| places(self, wires)).collect()).collect();
        let given = places(self, given);
        if failed { Err(Reported) } else { Ok((parts, given)) }
    }

    /// `H(p)`, `H[KL](k)`, `H[KL](k, p)`, `sup H[KL](k)`
    fn categorical(&mut self, m: &ast::Measure, items: &[Expr]) -> Checked<MeasureKind> {
        let divergence = m.bracket.as_ref().map(|b| self.divergence(b, m.word.span)).transpose()?;
        let (of, prior) = match items {
            [of] => (self.term(of, None, None)?, None),
            [of, prior] if !m.sup => {
                let of = self.term(of, None, None)?;
                if of.dom.is_empty() {
                    let help = "the second argument is a law of inputs, and there are none; the cross entropy of two states is `CE(p, q)`";
                    return self.form(
                        m,
                        "one state, or of a kernel and a state of its inputs",
                        "two states",
                        Some(help.into()),
                    );
                }
                let prior = self.state(prior, "the law of inputs")?;
                self.meets(&prior, &of)?;
                (of, Some(prior))
            }
            _ => {
                let found = format!("{} diagrams", items.len());
                return self.form(m, "one state, or of a kernel and a state of its inputs", &found, None);
            }
        };
        if of.dom.is_empty() && divergence.is_none() {
            let all = (0..of.cod.len()).collect();
            return Ok(MeasureKind::Entropy { of: all, given: Vec::new(), within: of });
        }
        let inputs = inputs(m.sup, &of.dom, prior);
        Ok(MeasureKind::Categorical { divergence: divergence.unwrap_or(Divergence::Kl), of, inputs })
    }

    /// 2. `D[KL](p || q)`, `D[KL](f, g, p)`
    fn divergence_between(&mut self, m: &ast::Measure, items: &[Expr]) -> Checked<MeasureKind> {
        let Some(bracket) = &m.bracket else {
            let (what, found) = ("a divergence has a name".to_string(), "which one?".to_string());
            let help = Some("the name stands in brackets, as in `D[KL](p, q)`".into());
            return self.fail(MeasureError::Order { what, found, span: m.word.span, help }.into());
        };
        let divergence = self.divergence(bracket, m.word.span);
        let (left, right, prior) = match items {
            [left, right] => (left, right, None),
            [left, right, prior] if !m.sup => (left, right, Some(prior)),
            _ => {
                let _: Checked<()> = divergence.map(|_| ());
                let found = if items.len() == 1 { "one diagram".into() } else { format!("{} diagrams", items.len()) };
                let wanted = "two states, or of two kernels and a state of their inputs";
                return self.form(m, wanted, &found, Some("as in `D[KL](p, q)`, `D[KL](f, g, p)`".into()));
            }
        };
        let sides = self.sides_with_prior(left, right, prior);
        let (divergence, (left, right, prior)) = both(divergence, sides)?;
        let inputs = inputs(m.sup, &left.dom, prior);
        Ok(MeasureKind::Divergence { divergence, left, right, inputs })
    }

    fn sides_with_prior(
        &mut self,
        left: &Expr,
        right: &Expr,
        prior: Option<&Expr>,
    ) -> Checked<(Term, Term, Option<Term>)> {
        let prior = prior.map(|p| self.state(p, "the law of inputs")).transpose()?;
        let (left, right) = self.sides(left, right, prior.as_ref().map(|p| &p.cod))?;
        if let Some(prior) = &prior {
            self.meets(prior, &left)?;
        }
        Ok((left, right, prior))
    }

    /// `CE(p, q)`, `NLL(data, model, p)`, `BC(p, q)`
    fn between_laws(&mut self, m: &ast::Measure, items: &[Expr]) -> Checked<MeasureKind> {
        let word = m.word.node.as_str();
        let (left, right, prior) = match items {
            _ if m.sup => return self.form(m, "two states", "the largest value over inputs", None),
            [left, right] => (left, right, None),
            [left, right, prior] if word == "NLL" => (left, right, Some(prior)),
            _ => {
                let found = if items.len() == 1 { "one diagram".into() } else { format!("{} diagrams", items.len()) };
                let wanted = if word == "NLL" {
                    "two states, or of two kernels and a state of their inputs"
                } else {
                    "two states"
                };
                return self.form(m, wanted, &found, Some(format!("as in `{}`", example(word))));
            }
        };
        let (left, right, prior) = self.sides_with_prior(left, right, prior)?;
        if prior.is_none() && !left.dom.is_empty() {
            let found = self.arrow(&left.dom, &left.cod);
            let what = if word == "NLL" {
                "what has no law of inputs behind it".into()
            } else {
                format!("what `{word}` compares")
            };
            return self.fail(CheckError::NotAState { what, found, span: left.span });
        }
        Ok(match word {
            "BC" => MeasureKind::Overlap(left, right),
            _ => MeasureKind::CrossEntropy { data: left, model: right, prior },
        })
    }

    /// `renyi[2](p)`, `tsallis[2](x, y) in p`
    fn ordered(&mut self, m: &ast::Measure, of: &MeasureOf) -> Checked<MeasureKind> {
        let word = m.word.node.as_str();
        let order = match &m.bracket {
            Some(ast::Divergence { name: None, order: Some(order) }) => order,
            _ => {
                let (what, found) = (format!("`{word}` has an order"), "which one?".to_string());
                let help = Some(format!("the order stands in brackets, as in `{word}[2](p)`"));
                return self.fail(MeasureError::Order { what, found, span: m.word.span, help }.into());
            }
        };
        let family = if word == "renyi" { Family::Renyi } else { Family::Tsallis };
        let order = self.order(order, family == Family::Renyi)?;
        let (of, within) = match of {
            _ if m.sup => return self.form(m, "one state", "the largest value over inputs", None),
            MeasureOf::Diagrams(items) => match &items[..] {
                [p] => {
                    let state = self.state(p, "the diagram of an entropy")?;
                    ((0..state.cod.len()).collect(), state)
                }
                _ => return self.form(m, "one state", &format!("{} diagrams", items.len()), None),
            },
            MeasureOf::Wires { parts, given, within } => {
                if parts.len() > 1 || !given.is_empty() {
                    let help =
                        Some("there is no agreed conditional entropy of an order; `H(x | y) in p` is Shannon's".into());
                    return self.form(m, "one list of wires", "several parts", help);
                }
                let within = self.state(within, "the diagram of an entropy")?;
                let (groups, _) = self.wire_roles(&within, parts, given)?;
                (groups[0].concat(), within)
            }
        };
        Ok(MeasureKind::OrderedEntropy { family, order, of, within })
    }

    /// Whether an expression is a number by one of these constructions.
    pub(super) fn is_measured(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Measure(_) | ExprKind::Call(..) | ExprKind::Unit(..) => true,
            ExprKind::Named(name, None) => name.node.as_str() == INFINITY && self.sig.lookup(INFINITY).is_none(),
            _ => false,
        }
    }
}

fn inputs(sup: bool, dom: &Type, prior: Option<Term>) -> Inputs {
    match prior {
        Some(prior) => Inputs::Mean(prior),
        None if dom.is_empty() => Inputs::None,
        None if sup => Inputs::Sup,
        None => Inputs::Each,
    }
}

/// How a measure is written.
fn example(word: &str) -> &'static str {
    match word {
        "I" => "I(x ; y | z) in p",
        "TC" => "TC(x, y, z) in p",
        "DTC" => "DTC(x, y, z) in p",
        "GK" => "GK(x ; y) in p",
        "surplus" => "surplus(h ; w1, w2, w3) in p",
        "D" => "D[KL](p, q)",
        "CE" => "CE(p, q)",
        "NLL" => "NLL(data, model, p)",
        "BC" => "BC(p, q)",
        _ => "H(x | y) in p",
    }
}
