//! Rows of kernels: every input exactly once, every row summing to exactly 1.
//!
//! 1. A row without wildcards names its inputs itself; naming one twice is an error at the second place.
//! 2. A row with wildcards takes the inputs that no row above it has taken; taking none is an error.
//! 3. Inputs that nobody takes are missing.
//! 4. `rest` is 1 minus the other weights. Weights are not negative and sum to 1.
//! 5. Formulas are evaluated at every input; each value must be a point of the codomain, or a distribution on it.

use std::cmp::Ordering;
use std::sync::Arc;

use super::error::CheckError;
use super::form::Form;
use super::formulas::fault_error;
use super::points::matching;
use super::signature::Signature;
use super::softmax::Softmax;
use super::types::Type;
use super::value::Value;
use crate::base::name::Name;
use crate::base::span::Span;
use crate::number::ratio::Ratio;
use crate::number::row::Row;
use crate::syntax::print::label;

/// A kernel as declared: for each choice of its parameters a stochastic matrix. An ordinary kernel has none.
#[derive(Debug, Clone)]
pub struct Family {
    /// Its name.
    pub name: Name,
    /// Names and sorts of its parameters.
    pub parameters: Vec<(Name, Sort)>,
    /// Domain.
    pub dom: Type,
    /// Codomain.
    pub cod: Type,
    /// Its rows.
    pub body: FamilyBody,
    /// Where `deterministic` was promised.
    pub deterministic: Option<Span>,
    /// Where its name stands.
    pub span: Span,
}

/// Sorts of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// From 0 to 1.
    Prob,
    /// Any rational.
    Rat,
    /// 0, 1, 2, …
    Nat,
}

impl Sort {
    /// Its name, and what its values are.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Sort::Prob => ("Prob", "a rational between 0 and 1"),
            Sort::Rat => ("Rat", "a rational"),
            Sort::Nat => ("Nat", "a natural number: 0, 1, 2, …"),
        }
    }

    /// The sort with this name.
    pub fn find(name: &Name) -> Option<Sort> {
        [Sort::Prob, Sort::Rat, Sort::Nat].into_iter().find(|sort| sort.words().0 == name.as_str())
    }

    /// Whether a value is of this sort.
    pub fn admits(self, value: &Ratio) -> bool {
        match self {
            Sort::Prob => value.sign().is_ge() && *value <= Ratio::ONE,
            Sort::Rat => true,
            Sort::Nat => value.sign().is_ge() && value.to_int().is_some(),
        }
    }
}

/// The rows of a family; variables of its formulas are the parameters first.
#[derive(Debug, Clone)]
pub enum FamilyBody {
    /// Row by row.
    Table(Vec<RowRule>),
    /// A matrix.
    Matrix(Vec<(Vec<Form>, Span)>),
    /// A formula in named inputs, with the number of factors of each.
    Formula(Vec<usize>, Form),
    /// Rows that depend on no parameter: counted from data, read from a network, or a softmax with rational entries.
    Fixed(Arc<Vec<Row>>),
    /// A softmax with irrational entries.
    Softmax(Arc<Softmax>),
    /// None: any kernel of this type.
    Abstract,
}

/// A row of a table.
#[derive(Debug, Clone)]
pub struct RowRule {
    /// For each factor of the domain a point, or any.
    pub pattern: Vec<Option<u64>>,
    /// The distribution.
    pub law: LawRule,
    /// The row.
    pub span: Span,
}

/// A distribution of a table.
#[derive(Debug, Clone)]
pub enum LawRule {
    /// The same for each of these points; `None` for all.
    Uniform(Option<Vec<(u64, Span)>>),
    /// Points with weights; the weight `None` takes the rest.
    Entries(Vec<(u64, Span, Option<Form>)>),
    /// Points with weights that are divided by their sum; a point alone has the weight `None`.
    Weights(Vec<(u64, Span, Option<Form>)>),
}

/// How many errors of one kernel are reported.
const ERRORS_SHOWN: usize = 5;

/// The rows of a family at given parameters, which are of the right sorts.
pub fn build_rows(sig: &Signature, family: &Family, arguments: &[Ratio]) -> Result<Arc<Vec<Row>>, Vec<CheckError>> {
    let mut builder =
        Builder { sig, family, env: arguments.iter().cloned().map(Value::Number).collect(), errors: Vec::new() };
    let inputs = sig.size(&family.dom).unwrap_or(0);
    let rows = match &family.body {
        FamilyBody::Table(rules) => Arc::new(builder.table(rules, inputs)),
        FamilyBody::Matrix(rows) => {
            Arc::new(rows.iter().enumerate().map(|(i, (forms, span))| builder.matrix_row(i, forms, *span)).collect())
        }
        FamilyBody::Formula(groups, form) => Arc::new(builder.formula(groups, form, inputs)),
        FamilyBody::Fixed(rows) => rows.clone(),
        // Never asked for: these have no rows to build.
        FamilyBody::Softmax(_) | FamilyBody::Abstract => Arc::new(Vec::new()),
    };
    if builder.errors.is_empty() {
        builder.promised(&rows);
    }
    if builder.errors.is_empty() {
        return Ok(rows);
    }
    builder.errors.truncate(ERRORS_SHOWN);
    Err(builder.errors)
}

struct Builder<'a> {
    sig: &'a Signature,
    family: &'a Family,
    env: Vec<Value>,
    errors: Vec<CheckError>,
}

impl Builder<'_> {
    fn table(&mut self, rules: &[RowRule], inputs: u64) -> Vec<Row> {
        let sizes = self.sig.sizes(&self.family.dom);
        let mut taken: Vec<Option<usize>> = vec![None; inputs as usize];
        let mut laws: Vec<Row> = Vec::with_capacity(rules.len());
        for (number, rule) in rules.iter().enumerate() {
            let wild = rule.pattern.iter().any(Option::is_none);
            let mut took = false;
            for input in matching(&rule.pattern, &sizes) {
                match taken[input as usize] {
                    None => {
                        taken[input as usize] = Some(number);
                        took = true;
                    }
                    // 1.
                    Some(first) if !wild => {
                        let input = self.input(input);
                        let first = rules[first].span;
                        self.errors.push(CheckError::DoubledRow { input, span: rule.span, first });
                        took = true;
                    }
                    Some(_) => {}
                }
            }
            // 2.
            if !took {
                self.errors.push(CheckError::UnreachableRow { span: rule.span });
            }
            let words = match &rule.pattern[..] {
                [] => format!("the state `{}`", self.family.name),
                _ => format!("the row {}", self.pattern(&rule.pattern)),
            };
            laws.push(self.law(&rule.law, rule.span, &words));
        }
        // 3.
        let missing: Vec<u64> = (0..inputs).filter(|i| taken[*i as usize].is_none()).collect();
        if let Some(first) = missing.first() {
            let more = missing.len().saturating_sub(4);
            let mut shown = missing.iter().take(4).map(|i| self.input(*i)).collect::<Vec<_>>().join(", ");
            if more > 0 {
                shown.push_str(&format!(" and {more} more"));
            }
            let example = format!("`{} -> …`", self.input(*first));
            let kernel = self.family.name.to_string();
            self.errors.push(CheckError::MissingRow { kernel, shown, example, span: self.family.span });
        }
        taken.into_iter().map(|rule| rule.map_or_else(|| Row::point(0), |r| laws[r].clone())).collect()
    }

    fn law(&mut self, law: &LawRule, span: Span, row: &str) -> Row {
        match law {
            LawRule::Uniform(None) => Row::uniform(self.sig.size(&self.family.cod).unwrap_or(1)),
            LawRule::Uniform(Some(points)) => {
                let weight = Ratio::of(1, points.len() as i64);
                let entries: Vec<_> = points.iter().map(|(p, s)| (*p, *s, Some(weight.clone()))).collect();
                self.finish(entries, span, row)
            }
            LawRule::Entries(entries) | LawRule::Weights(entries) => {
                let mut weights = Vec::with_capacity(entries.len());
                for (point, place, weight) in entries {
                    let weight = match weight {
                        None => None,
                        Some(form) => match form.number(&self.env, "a weight") {
                            Ok(value) => Some(value),
                            Err(fault) => {
                                let at = self.with_parameters();
                                self.errors.push(fault_error(fault, &at));
                                return Row::point(0);
                            }
                        },
                    };
                    weights.push((*point, *place, weight));
                }
                if matches!(law, LawRule::Weights(_)) {
                    let named = format!("{row}{}", self.with_parameters());
                    match super::weights::divided(weights, &named, span, &|p| self.outcome(p)) {
                        Ok(divided) => weights = divided,
                        Err(error) => {
                            self.errors.push(error);
                            return Row::point(0);
                        }
                    }
                }
                self.finish(weights, span, row)
            }
        }
    }

    /// 4. Weights to a row.
    fn finish(&mut self, weights: Vec<(u64, Span, Option<Ratio>)>, span: Span, row: &str) -> Row {
        let before = self.errors.len();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|i| (weights[*i].0, *i));
        for pair in order.windows(2) {
            if weights[pair[0]].0 == weights[pair[1]].0 {
                let point = self.outcome(weights[pair[0]].0);
                let (first, span) = (weights[pair[0]].1, weights[pair[1]].1);
                self.errors.push(CheckError::DoubledOutcome { row: row.into(), point, span, first });
            }
        }
        for (point, place, weight) in &weights {
            if let Some(weight) = weight.as_ref().filter(|w| w.sign() == Ordering::Less) {
                let (point, weight) = (self.outcome(*point), weight.to_string());
                let row = format!("{row}{}", self.with_parameters());
                self.errors.push(CheckError::NegativeWeight { row, point, weight, span: *place });
            }
        }
        let given = weights.iter().filter_map(|(_, _, w)| w.as_ref()).fold(Ratio::ZERO, |sum, w| &sum + w);
        let rest = &Ratio::ONE - &given;
        let has_rest = weights.iter().any(|(_, _, w)| w.is_none());
        if (has_rest && rest.sign() == Ordering::Less) || (!has_rest && !rest.is_zero()) {
            let row = format!("{row}{}", self.with_parameters());
            let matrix = matches!(self.family.body, FamilyBody::Matrix(_));
            self.errors.push(row_sum(row, &given, has_rest, matrix, span));
        }
        if self.errors.len() > before {
            return Row::point(0);
        }
        Row::from_ratios(weights.into_iter().map(|(p, _, w)| (p, w.unwrap_or_else(|| rest.clone()))))
    }

    fn matrix_row(&mut self, number: usize, forms: &[Form], span: Span) -> Row {
        let words = match self.family.dom.len() {
            0 => format!("the state `{}`", self.family.name),
            _ => format!("the row {}", self.input(number as u64)),
        };
        let entries = forms.iter().enumerate().map(|(i, f)| (i as u64, f.span, Some(f.clone()))).collect();
        self.law(&LawRule::Entries(entries), span, &words)
    }

    /// 5.
    fn formula(&mut self, groups: &[usize], form: &Form, inputs: u64) -> Vec<Row> {
        let parameters = self.env.len();
        let mut rows = Vec::with_capacity(inputs as usize);
        for input in 0..inputs {
            // One mistake in a formula shows at many inputs; the first says enough.
            if !self.errors.is_empty() {
                break;
            }
            self.env.truncate(parameters);
            self.env.extend(input_values(self.sig, &self.family.dom, groups, input));
            let value = form.value(&self.env);
            self.env.truncate(parameters);
            let row = match value {
                Ok(Value::Uniform) => Row::uniform(self.sig.size(&self.family.cod).unwrap_or(1)),
                Ok(Value::Law(law)) => {
                    let mut weights = Vec::with_capacity(law.len());
                    for (point, weight) in law {
                        match self.outcome_of(&point, input, form.span) {
                            Some(place) => weights.push((place, form.span, weight)),
                            None => break,
                        }
                    }
                    let words = format!("the row {}", self.input(input));
                    let before = self.errors.len();
                    let weights = merged(weights);
                    if before > 0 { Row::point(0) } else { self.finish(weights, form.span, &words) }
                }
                Ok(value) => self.outcome_of(&value, input, form.span).map_or_else(|| Row::point(0), Row::point),
                Err(fault) => {
                    let at = self.at_input(input);
                    self.errors.push(fault_error(fault, &at));
                    Row::point(0)
                }
            };
            rows.push(row);
        }
        rows
    }

    fn outcome_of(&mut self, value: &Value, input: u64, span: Span) -> Option<u64> {
        let place = self.sig.locate(&self.family.cod, value);
        if place.is_none() {
            self.errors.push(CheckError::OutsideCodomain {
                kernel: self.family.name.to_string(),
                value: value.to_string(),
                input: format!("{}{}", self.input(input), self.with_parameters()),
                cod: self.sig.show(&self.family.cod),
                span,
            });
        }
        place
    }

    fn promised(&mut self, rows: &[Row]) {
        let Some(span) = self.family.deterministic else { return };
        if let Some((i, row)) = rows.iter().enumerate().find(|(_, r)| r.as_point().is_none()) {
            let outcomes: Vec<String> =
                row.ratios().take(3).map(|(p, w)| format!("{} with {w}", self.outcome(p))).collect();
            self.errors.push(CheckError::NotDeterministic {
                kernel: self.family.name.to_string(),
                input: if self.family.dom.is_empty() { "this state".into() } else { self.input(i as u64) },
                span,
                outcomes: outcomes.join(", "),
            });
        }
    }

    fn input(&self, input: u64) -> String {
        point_text(self.sig, &self.family.dom, input)
    }

    fn outcome(&self, point: u64) -> String {
        point_text(self.sig, &self.family.cod, point)
    }

    fn pattern(&self, pattern: &[Option<u64>]) -> String {
        let parts: Vec<String> = pattern
            .iter()
            .zip(self.family.dom.factors())
            .map(|(p, f)| p.map_or("_".into(), |p| label(&self.sig.objects[*f].label(p))))
            .collect();
        if parts.len() == 1 { parts[0].clone() } else { format!("({})", parts.join(", ")) }
    }

    fn with_parameters(&self) -> String {
        if self.family.parameters.is_empty() {
            return String::new();
        }
        let parts: Vec<String> = self
            .family
            .parameters
            .iter()
            .zip(&self.env)
            .map(|((name, _), value)| format!("{name} = {value}"))
            .collect();
        format!(" with {}", parts.join(", "))
    }

    fn at_input(&self, input: u64) -> String {
        match self.family.dom.is_empty() {
            true => self.with_parameters(),
            false => format!(" for the input {}{}", self.input(input), self.with_parameters()),
        }
    }
}

/// Outcomes of a formula may meet (`{ x: 1/2, 1 - x: 1/2 }` at x = 1/2): their weights are added, unless one is `rest`.
fn merged(weights: Vec<(u64, Span, Option<Ratio>)>) -> Vec<(u64, Span, Option<Ratio>)> {
    let mut out: Vec<(u64, Span, Option<Ratio>)> = Vec::with_capacity(weights.len());
    let has_rest = weights.iter().any(|w| w.2.is_none());
    for (point, span, weight) in weights {
        match out.iter_mut().find(|o| o.0 == point && !has_rest) {
            Some(found) => found.2 = found.2.as_ref().zip(weight.as_ref()).map(|(a, b)| a + b),
            None => out.push((point, span, weight)),
        }
    }
    out
}

fn row_sum(row: String, sum: &Ratio, has_rest: bool, matrix: bool, span: Span) -> CheckError {
    let rest = &Ratio::ONE - sum;
    let (difference, help) = match (has_rest, rest.sign()) {
        (true, _) => (
            format!("{} too much, so nothing is left for `rest`", rest.abs()),
            "make the other weights smaller".to_string(),
        ),
        (false, Ordering::Less) => {
            (format!("{} too much", rest.abs()), format!("take {} away, or divide each weight by {sum}", rest.abs()))
        }
        _ if matrix => {
            (format!("{rest} is missing"), "in a table `input -> …`, `rest` would take what is missing".into())
        }
        _ => (format!("{rest} is missing"), "give one outcome the weight `rest`, and it takes what is missing".into()),
    };
    CheckError::RowSum { row, sum: sum.to_string(), difference, span, help: Some(help) }
}

/// The values of the named inputs of a formula at an input, where each name stands for so many factors.
pub(super) fn input_values(sig: &Signature, dom: &Type, groups: &[usize], input: u64) -> Vec<Value> {
    let coordinates = sig.coordinates(dom, input);
    let mut start = 0;
    let mut out = Vec::with_capacity(groups.len());
    for len in groups {
        let factors = &dom.factors()[start..start + len];
        let values: Vec<Value> =
            factors.iter().zip(&coordinates[start..]).map(|(f, c)| sig.objects[*f].value(*c)).collect();
        out.push(if *len == 1 { values[0].clone() } else { Value::Tuple(values) });
        start += len;
    }
    out
}

/// A point of a product as one would write it.
pub fn point_text(sig: &Signature, t: &Type, point: u64) -> String {
    let labels: Vec<String> = sig.labels(t, point).iter().map(label).collect();
    if labels.len() == 1 { labels[0].clone() } else { format!("({})", labels.join(", ")) }
}
