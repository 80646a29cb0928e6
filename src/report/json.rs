//! The report that programs read: version 1. `spec/json.md` describes it; numbers are exact, as text.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::directions;
use super::failure::Failure;
use super::json_study;
use super::matrix;
use super::measure;
use super::outcome::{FileReport, ResultItem};
use super::words::labels;
use crate::check::signature::Signature;
use crate::check::types::Type;
use crate::decide::answer::{Answer, DerivationLine, Outcome, Positivity, Verdict, Witness};
use crate::model::finstoch::plan::{Plan, about};
use crate::number::row::Row;

/// The version of the format.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct FileObject<'a> {
    version: u32,
    file: &'a str,
    ok: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    networks: Vec<Value>,
    results: Vec<Value>,
    errors: Vec<Value>,
}

/// One object for one file.
pub fn file_object(report: &FileReport) -> Value {
    let object = FileObject {
        version: VERSION,
        file: &report.file,
        ok: report.ok(),
        networks: report.networks.iter().map(super::network::object).collect(),
        results: report.results.iter().map(result).collect(),
        errors: report.failures.iter().map(error).collect(),
    };
    serde_json::to_value(object).unwrap_or(Value::Null)
}

/// One object for several files.
pub fn files_object(reports: &[FileReport]) -> Value {
    match reports {
        [one] => file_object(one),
        many => json!({
            "version": VERSION,
            "ok": many.iter().all(FileReport::ok),
            "files": many.iter().map(file_object).collect::<Vec<_>>(),
        }),
    }
}

fn error(failure: &Failure) -> Value {
    let mut out = Map::new();
    out.insert("code".into(), json!(failure.code));
    out.insert("message".into(), json!(failure.message));
    if let Some(p) = &failure.place {
        out.insert("file".into(), json!(p.file));
        out.insert("line".into(), json!(p.line));
        out.insert("column".into(), json!(p.column));
        out.insert("end_line".into(), json!(p.end_line));
        out.insert("end_column".into(), json!(p.end_column));
    }
    if let Some(help) = &failure.help {
        out.insert("help".into(), json!(help));
    }
    Value::Object(out)
}

fn result(item: &ResultItem) -> Value {
    let sig = &item.signature;
    let mut out = Map::new();
    out.insert("kind".into(), json!(if item.is_check { "check" } else { "eval" }));
    out.insert("text".into(), json!(item.text));
    out.insert("line".into(), json!(item.line));
    match &item.answer {
        Err(reason) => {
            out.insert("verdict".into(), json!("unknown"));
            out.insert("reason".into(), json!(reason));
        }
        Ok(Answer::Verdict(v)) => {
            verdict(sig, v, &mut out);
            if let Some(witness @ (Witness::Values(_) | Witness::DivergenceLaw(_) | Witness::Direction(..))) =
                &v.witness
            {
                out.insert("witness".into(), measure::witness(witness, item.digits));
            }
            if let Some(witness @ (Witness::MatrixEntry(..) | Witness::Counts(_))) = &v.witness {
                out.insert("witness".into(), matrix::witness_json(witness, item.digits));
            }
        }
        Ok(Answer::Number { value, filled }) => {
            out.insert("sort".into(), json!("number"));
            out.insert("exact".into(), json!(value.to_string()));
            out.insert("decimal".into(), json!(value.decimal(15).0));
            filled_mark(*filled, &mut out);
        }
        Ok(Answer::Measure { value, unit, filled }) => {
            out.insert("sort".into(), json!("measure"));
            out.extend(measure::object(value, *unit, item.digits));
            filled_mark(*filled, &mut out);
        }
        Ok(Answer::Matrix { entries, filled }) => {
            matrix::entries_json(sig, entries, item.digits, &mut out);
            filled_mark(*filled, &mut out);
        }
        Ok(Answer::Spectrum { spectrum, number, filled }) => {
            matrix::spectrum_json(spectrum, *number, item.digits, &mut out);
            filled_mark(*filled, &mut out);
        }
        Ok(Answer::Directions { directions, points, filled }) => {
            directions::object(sig, directions, points.as_ref(), item.digits, &mut out);
            filled_mark(*filled, &mut out);
        }
        Ok(Answer::Measures { dom, values, unit, filled }) => {
            out.insert("sort".into(), json!("measures"));
            out.insert("dom".into(), json!(objects(sig, dom)));
            out.insert("values".into(), measure::objects(sig, dom, values, *unit, filled, item.digits));
        }
        Ok(Answer::Kernel { dom, cod, kernel, .. }) => {
            out.insert("sort".into(), json!(if dom.is_empty() { "state" } else { "kernel" }));
            out.insert("dom".into(), json!(objects(sig, dom)));
            out.insert("cod".into(), json!(objects(sig, cod)));
            let rows = kernel
                .rows
                .iter()
                .enumerate()
                .map(|(i, r)| row(sig, dom, cod, i as u64, r, kernel.is_filled(i as u64)));
            out.insert("rows".into(), Value::Array(rows.collect()));
        }
        Ok(Answer::RealKernel { dom, cod, kernel, .. }) => {
            super::real_table::object(sig, dom, cod, kernel, item.digits, &mut out);
        }
        Ok(Answer::Features(f)) => super::features::object(sig, f, item.digits, &mut out),
        Ok(Answer::Partition { of, blocks, never, filled }) => {
            json_study::partition(sig, of, blocks, *never, &mut out);
            filled_mark(*filled, &mut out);
        }
        Ok(Answer::States { of, states, filled }) => {
            json_study::states(sig, of, states, &mut out);
            filled_mark(*filled, &mut out);
        }
        Ok(Answer::Set { of, points, filled }) => {
            out.insert("sort".into(), json!("set"));
            out.insert("of".into(), json!(objects(sig, of)));
            let points: Vec<_> = points.iter().map(|p| labels(sig, of, *p)).collect();
            out.insert("points".into(), json!(points));
            filled_mark(*filled, &mut out);
        }
    }
    if let Some(dependence) = &item.dependence {
        out.insert("dependence".into(), super::versions::json(item, dependence));
    }
    if let Some(plans) = &item.plans {
        out.insert("plan".into(), Value::Array(plans.iter().map(plan).collect()));
    }
    Value::Object(out)
}

fn plan(plan: &Plan) -> Value {
    json!({
        "method": plan.method.name(),
        "boxes": plan.boxes,
        "order": plan.order,
        "width": plan.width,
        "products": about(plan.products),
        "largest_table": about(plan.largest),
    })
}

pub(super) fn objects(sig: &Signature, t: &Type) -> Vec<String> {
    t.factors().iter().map(|f| sig.objects[*f].name.to_string()).collect()
}

fn filled_mark(filled: bool, out: &mut Map<String, Value>) {
    if filled {
        out.insert("depends_on_filling".into(), json!(true));
    }
}

pub(super) fn row(sig: &Signature, dom: &Type, cod: &Type, input: u64, row: &Row, filled: bool) -> Value {
    let mut output = Map::new();
    for (place, weight) in row.ratios() {
        output.insert(labels(sig, cod, place).join(","), json!(weight.to_string()));
    }
    let mut out = Map::new();
    out.insert("input".into(), json!(labels(sig, dom, input)));
    out.insert("output".into(), Value::Object(output));
    filled_mark(filled, &mut out);
    Value::Object(out)
}

fn verdict(sig: &Signature, v: &Verdict, out: &mut Map<String, Value>) {
    out.insert(
        "verdict".into(),
        json!(match v.outcome {
            Outcome::Holds => "holds",
            Outcome::Fails => "fails",
            Outcome::Unknown => "unknown",
        }),
    );
    if v.outcome != Outcome::Unknown {
        out.insert("level".into(), json!(v.level.name()));
    }
    if let Some(w) = &v.witness {
        out.insert("witness".into(), witness(sig, w));
    }
    if let Some(c) = &v.compared {
        out.insert("compared".into(), json!(c));
    }
    if let Some(pivots) = &v.pivots {
        out.insert("pivots".into(), matrix::pivots_json(pivots));
    }
    if !v.shown.is_empty() {
        out.insert("shown".into(), json_study::shown(sig, &v.shown));
    }
    if !v.extensions.is_empty() {
        out.insert("extensions".into(), json_study::extensions(sig, &v.extensions));
    }
    if let Some(why) = &v.not_structural {
        out.insert("not_structural".into(), json!(why));
    }
    if let Some(p) = &v.positivity {
        out.insert("positivity".into(), positivity(sig, p));
    }
    filled_mark(v.filled, out);
    if let Some(proof) = &v.proof {
        let line = |l: &DerivationLine| {
            let mut line = Map::new();
            line.insert("diagram".into(), json!(l.diagram));
            if let Some(by) = &l.by {
                line.insert("by".into(), json!(by));
            }
            Value::Object(line)
        };
        let mut derivation = Map::new();
        derivation.insert("lines".into(), proof.lines.iter().map(line).collect::<Vec<_>>().into());
        derivation.insert("uses".into(), json!(proof.uses));
        if let Some(pasted) = &proof.pasted {
            derivation.insert("write".into(), json!(pasted));
        }
        out.insert("proof".into(), Value::Object(derivation));
    }
    if let Some(report) = &v.equivalence {
        out.insert("equivalence".into(), super::spectral::object(report));
    }
    if !v.notes.is_empty() {
        out.insert("notes".into(), json!(v.notes));
    }
    if let Some(table) = &v.laws {
        let lines = table.lines.iter().map(|l| {
            let mut line = Map::new();
            line.insert("law".into(), json!(l.name));
            line.insert("statement".into(), json!(l.statement));
            line.insert("instances".into(), json!(l.instances));
            line.insert("left_out".into(), json!(l.left_out));
            line.insert("holds".into(), json!(l.failure.is_none()));
            if let Some(at) = &l.failure {
                line.insert("fails_at".into(), json!(at));
            }
            Value::Object(line)
        });
        out.insert("laws".into(), Value::Array(lines.collect()));
        let copying = table.copying.iter().map(|c| {
            let kernel = &sig.kernels[c.kernel];
            let mut line = Map::new();
            line.insert("kernel".into(), json!(kernel.name.as_str()));
            line.insert("natural".into(), json!(c.failure.is_none()));
            if let Some((input, [a, b])) = &c.failure {
                line.insert("input".into(), json!(labels(sig, &kernel.dom, *input)));
                line.insert("outcomes".into(), json!([labels(sig, &kernel.cod, *a), labels(sig, &kernel.cod, *b)]));
            }
            Value::Object(line)
        });
        out.insert("copying".into(), Value::Array(copying.collect()));
    }
}

fn positivity(sig: &Signature, positivity: &Positivity) -> Value {
    match positivity {
        Positivity::Everywhere => json!({ "holds": true }),
        Positivity::Null { input, never, occurs } => json!({
            "holds": false,
            "input": labels(sig, &input.0, input.1),
            "never": named(sig, never),
            "occurs": named(sig, occurs),
        }),
        Positivity::Undecided(why) => json!({ "reason": why }),
    }
}

/// An object from wires to points.
fn named(sig: &Signature, items: &[(String, Type, u64)]) -> Value {
    items.iter().map(|(name, t, p)| (name.clone(), json!(labels(sig, t, *p)))).collect::<Map<_, _>>().into()
}

fn witness(sig: &Signature, witness: &Witness) -> Value {
    match witness {
        Witness::Entry { input, output, left, right } => json!({
            "kind": "entry",
            "input": labels(sig, &input.0, input.1),
            "output": labels(sig, &output.0, output.1),
            "left": left.to_string(),
            "right": right.to_string(),
        }),
        Witness::RealEntry { input, output, values } => {
            super::real_table::witness(sig, input, output, values, measure::Digits::default())
        }
        Witness::Numbers { left, right } => json!({
            "kind": "numbers",
            "left": left.to_string(),
            "right": right.to_string(),
        }),
        Witness::Values(_) | Witness::DivergenceLaw(_) | Witness::Direction(..) => {
            measure::witness(witness, measure::Digits::default())
        }
        Witness::MatrixEntry(..) | Witness::Counts(_) => matrix::witness_json(witness, measure::Digits::default()),
        Witness::TwoOutcomes { input, cod, outcomes } => json!({
            "kind": "two_outcomes",
            "input": labels(sig, &input.0, input.1),
            "outcomes": outcomes.iter().map(|(p, w)| json!({ "output": labels(sig, cod, *p), "probability": w.to_string() })).collect::<Vec<_>>(),
        }),
        Witness::Dependence { input, given, values, joint, each } => json!({
            "kind": "dependence",
            "input": labels(sig, &input.0, input.1),
            "given": named(sig, given),
            "values": named(sig, values),
            "joint": joint.to_string(),
            "each": each.iter().map(|w| w.to_string()).collect::<Vec<_>>(),
        }),
        Witness::Flow { of, from, to, there, back } => json!({
            "kind": "flow",
            "from": labels(sig, of, *from),
            "to": labels(sig, of, *to),
            "there": there.to_string(),
            "back": back.to_string(),
        }),
        Witness::Point { of, point, in_left } => json!({
            "kind": "point",
            "point": labels(sig, of, *point),
            "in": if *in_left { "left" } else { "right" },
        }),
        Witness::Path { ends, boxes, program } => json!({
            "kind": "path",
            "ends": ends,
            "boxes": boxes,
            "program": program,
        }),
        Witness::TwoModels { program, input, output, first, second } => json!({
            "kind": "two_models",
            "program": program,
            "input": input,
            "output": output,
            "first": first.to_string(),
            "second": second.to_string(),
        }),
        Witness::Criterion { condition, found, boxes } => json!({
            "kind": "criterion",
            "condition": condition,
            "found": found,
            "boxes": boxes,
        }),
        Witness::Model { program, input, output, left, right } => json!({
            "kind": "model",
            "program": program,
            "input": input,
            "output": output,
            "left": left.to_string(),
            "right": right.to_string(),
        }),
        Witness::At { values, witness: inner } => {
            let values: Map<String, Value> =
                values.iter().map(|(name, value)| (name.to_string(), json!(value.to_string()))).collect();
            let mut object = self::witness(sig, inner);
            object["parameters"] = Value::Object(values);
            object
        }
        Witness::Study(refutation) => json_study::refutation(sig, refutation),
        Witness::Law(number) => json!({ "kind": "law", "number": number }),
    }
}
