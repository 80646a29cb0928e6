//! Events as evidence: what is a conjunction of `wire = value` restricts tables before anything is multiplied.

use crate::check::form::{Form, FormKind};
use crate::check::signature::Signature;
use crate::check::term::Event;
use crate::check::types::Type;
use crate::check::value::Value;
use crate::syntax::ast::{Operator, Relation};

/// An event, taken apart: values that outputs have, and the conditions that are left, all of which must be true.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// Outputs with their values, each output once, increasing.
    pub seen: Vec<(usize, u64)>,
    /// The other conditions.
    pub rest: Vec<Event>,
}

/// Takes an event about outputs of these objects apart.
pub(super) fn evidence(sig: &Signature, cod: &Type, event: &Event) -> Evidence {
    let mut found = Evidence::default();
    take_apart(sig, cod, &event.form, event, &mut found);
    found.seen.sort_unstable();
    found
}

fn take_apart(sig: &Signature, cod: &Type, form: &Form, event: &Event, found: &mut Evidence) {
    match &form.kind {
        FormKind::Chain(first, rest) if rest.iter().all(|(op, _)| *op == Operator::And) => {
            take_apart(sig, cod, first, event, found);
            rest.iter().for_each(|(_, form)| take_apart(sig, cod, form, event, found));
            return;
        }
        FormKind::Compare(left, Relation::Equal, right) => {
            let sides = match (&left.kind, &right.kind) {
                (FormKind::Variable(k), FormKind::Constant(value)) => Some((*k, value)),
                (FormKind::Constant(value), FormKind::Variable(k)) => Some((*k, value)),
                _ => None,
            };
            if let Some((output, point)) = sides.and_then(|(k, value)| located(sig, cod, event, k, value)) {
                // An output that is said to have two values is a condition that fails.
                if found.seen.iter().all(|(o, p)| *o != output || *p == point) {
                    if found.seen.iter().all(|(o, _)| *o != output) {
                        found.seen.push((output, point));
                    }
                    return;
                }
            }
        }
        _ => {}
    }
    // What a condition says of outputs is read only from those that it speaks of.
    let used = used(form);
    let variables = event
        .variables
        .iter()
        .enumerate()
        .map(|(k, v)| if used.contains(&k) { v.clone() } else { Vec::new() })
        .collect();
    found.rest.push(Event { form: form.clone(), variables, weighs: false });
}

/// The point of an output at which a variable has a value. A value that is no point of it is no evidence: the formula
/// says what is wrong.
fn located(sig: &Signature, cod: &Type, event: &Event, variable: usize, value: &Value) -> Option<(usize, u64)> {
    let [output] = event.variables[variable][..] else { return None };
    let object = &sig.objects[cod.factors()[output]];
    let point = object.locate(value)?;
    (object.value(point) == *value).then_some((output, point))
}

/// The variables of a formula.
fn used(form: &Form) -> Vec<usize> {
    let mut found = Vec::new();
    let mut open = vec![form];
    while let Some(form) = open.pop() {
        match &form.kind {
            FormKind::Constant(_) => {}
            FormKind::Variable(k) => found.push(*k),
            FormKind::Tuple(items) | FormKind::Call(_, items) => open.extend(items),
            FormKind::Negative(inner) | FormKind::Not(inner) => open.push(inner),
            FormKind::Chain(first, rest) => {
                open.push(first);
                open.extend(rest.iter().map(|(_, form)| form));
            }
            FormKind::Compare(left, _, right) => open.extend([&**left, &**right]),
            FormKind::If(branches, otherwise) => {
                open.extend(branches.iter().flat_map(|(condition, value)| [condition, value]));
                open.push(otherwise);
            }
            FormKind::Match(subject, arms) => {
                open.push(subject);
                open.extend(arms.iter().map(|(_, arm)| arm));
            }
            FormKind::Law(weights) => {
                open.extend(weights.iter().flat_map(|(point, weight)| std::iter::once(point).chain(weight)));
            }
        }
    }
    found
}
