//! Formulas over outputs of diagrams, evaluated.

use super::error::CheckError;
use super::form::{Fault, Form};
use super::formulas::fault_error;
use super::signature::Signature;
use super::term::Event;
use super::types::Type;
use super::value::Value;

/// The value of an event, given the outputs that it uses: `places` are those outputs, `chosen` their product, `point`
/// a point of it.
pub fn event_value(
    sig: &Signature,
    chosen: &Type,
    places: &[usize],
    event: &Event,
    point: u64,
) -> Result<Value, Fault> {
    let coordinates = sig.coordinates(chosen, point);
    let env: Vec<Value> = event
        .variables
        .iter()
        .map(|outputs| {
            let mut values: Vec<Value> = outputs
                .iter()
                .map(|o| {
                    let at = places.binary_search(o).unwrap_or(0);
                    sig.objects[chosen.factors()[at]].value(coordinates[at])
                })
                .collect();
            if values.len() == 1 { values.remove(0) } else { Value::Tuple(values) }
        })
        .collect();
    event.form.value(&env)
}

/// The error for a fault in an event.
pub fn event_fault(fault: Fault) -> CheckError {
    fault_error(fault, "")
}

/// The error for a condition that is not true or false.
pub fn not_an_event(form: &Form, found: &Value) -> CheckError {
    CheckError::FormulaKind {
        operation: "an event".into(),
        wanted: "a truth value".into(),
        found: found.described(),
        at: String::new(),
        span: form.span,
        help: Some("compare it with something, as in `x = 1`".into()),
    }
}
