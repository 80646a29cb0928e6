//! What `equivalence` found, as lines for people and as an object for programs.

use serde_json::{Value, json};

use super::table::pad;
use crate::lm::spectral::verdict::{Alignment, Open, Report};

/// Digits that are shown.
const DIGITS: i32 = 5;

/// Numbers below this are shown as being below it: their digits are rounding errors, and differ from machine to machine.
const SMALL: f64 = 1e-9;

/// The sentence that every answer is to be read with.
const SCOPE: &str = "a property of this table, not a theorem";

/// A number, rounded.
fn shown(x: f64) -> String {
    let size = x.abs();
    match size {
        _ if !x.is_finite() => "not a number".into(),
        _ if size < SMALL => format!("< {SMALL:e}"),
        _ if size < 1e-3 => format!("{x:.*e}", DIGITS as usize - 1),
        _ => format!("{x:.*}", (DIGITS - 1 - size.log10().floor() as i32).max(0) as usize),
    }
}

/// All numbers, in groups.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if let Ok(call) = report.call {
        lines.push(format!("{}: {}", call.name(), call.criterion()));
    }
    let mut cells: Vec<(&str, String)> = Vec::new();
    match &report.alignment {
        Some(a) => angles(a, &mut cells),
        None => lines.push("no angle is computed".into()),
    }
    cells.extend([("I(X;W), in nats", shown(report.information)), ("H(W)", shown(report.entropy))]);
    if report.starts[0] > 0 {
        cells.push(("captured by the best model found", shown(-report.excess)));
    }
    cells.push(("half the sum of squared correlations", shown(report.half_sum)));
    cells.push(("least spectral contrastive loss", shown(report.contrastive[0])));
    cells.push(("captured at least, by the logit surrogate", shown(report.bound)));
    if let Some(a) = &report.alignment {
        cells.push(("spread of log Z", shown(a.log_partition)));
        cells.push(("slack of the surrogate in the features", shown(a.slack)));
    }
    if report.starts[0] > 0 {
        cells.push(("largest entry of the gradient", shown(report.gradient)));
        let agreed = match report.starts[1] {
            1 => "1".to_string(),
            _ => "more than one".to_string(),
        };
        cells.push(("starts", report.starts[0].to_string()));
        cells.push(("of which reached the lowest value", agreed));
    }
    let width = cells.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    lines.extend(cells.iter().map(|(name, value)| format!("  {}  {value}", pad(name, width))));
    lines.push(SCOPE.into());
    lines
}

fn angles(a: &Alignment, cells: &mut Vec<(&'static str, String)>) {
    let optional = |x: Option<f64>| x.map_or("not determined".to_string(), shown);
    let [low, high] = a.sines;
    cells.push(("sine of the largest angle", shown(high)));
    if high - low > 1e-6 {
        cells.push(("  for another best model", shown(low)));
    }
    cells.push(("relative NLL gap", shown(a.gap)));
    cells.push(("Rayleigh ratio", format!("{:.6}", a.rayleigh)));
    cells.push(("linear CKA", format!("{:.6}", a.cka)));
    cells.push(("sine for K_Lin", optional(a.linear)));
    cells.push(("sine for K_BC", optional(a.bhattacharyya)));
    cells.push(("sine for the mean prototypes", optional(a.prototypes)));
}

/// All numbers, unrounded. These are doubles and stand as JSON numbers, for they are not exact.
pub(super) fn object(report: &Report) -> Value {
    let mut out = json!({
        "call": report.call.as_ref().map_or(Value::Null, |c| json!(c.name())),
        "criterion": report.call.as_ref().map_or(Value::Null, |c| json!(c.criterion())),
        "scope": SCOPE,
        "rank": report.rank,
        "contexts": report.size[0],
        "tokens": report.size[1],
        "zeros": report.size[2],
        "information": report.information,
        "entropy": report.entropy,
        "half_sum": report.half_sum,
        "bound": report.bound,
        "contrastive_minimum": report.contrastive[0],
        "contrastive_residual": report.contrastive[1],
        "correlations": report.correlations,
    });
    if let Some(open) = report.call.as_ref().err().or(report.doubt.as_ref()) {
        out["open"] = json!(match open {
            Open::LowRank { .. } => "low_rank",
            Open::Tie { .. } => "tie",
            Open::NotAttained => "not_attained",
            Open::Flat => "flat",
            Open::NotFound => "not_found",
            Open::Numerics => "numerics",
        });
    }
    if report.starts[0] > 0 {
        out["nll"] = json!(report.entropy + report.excess);
        out["captured"] = json!(-report.excess);
        out["gradient"] = json!(report.gradient);
        out["starts"] = json!(report.starts[0]);
        out["reached"] = json!(report.starts[1]);
        out["curvature"] = json!(report.curvature);
    }
    if let Some(a) = &report.alignment {
        out["sine"] = json!(a.sines[1]);
        out["least_sine"] = json!(a.sines[0]);
        out["gap"] = json!(a.gap);
        out["head_gradient"] = json!(a.head_gradient);
        out["rayleigh"] = json!(a.rayleigh);
        out["cka"] = json!(a.cka);
        out["sine_linear"] = json!(a.linear);
        out["sine_bhattacharyya"] = json!(a.bhattacharyya);
        out["sine_prototypes"] = json!(a.prototypes);
        out["log_partition_spread"] = json!(a.log_partition);
        out["slack"] = json!(a.slack);
    }
    out
}
