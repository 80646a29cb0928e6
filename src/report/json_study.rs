//! What shows or refutes claims of statistics, of experiments and of chains, for programs.

use serde_json::{Map, Value, json};

use super::json::{objects, row};
use super::words::labels;
use crate::check::signature::Signature;
use crate::check::types::Type;
use crate::decide::evidence::{Extension, Refutation, Shown, Utility};
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// The kernels that show that a claim is true.
pub(super) fn shown(sig: &Signature, shown: &[Shown]) -> Value {
    let kernel = |s: &Shown| {
        let rows = s.kernel.rows.iter().enumerate();
        let rows = rows.map(|(i, r)| row(sig, &s.dom, &s.cod, i as u64, r, s.kernel.is_filled(i as u64)));
        json!({
            "name": s.name,
            "law": s.law,
            "dom": objects(sig, &s.dom),
            "cod": objects(sig, &s.cod),
            "rows": rows.collect::<Vec<_>>(),
        })
    };
    shown.iter().map(kernel).collect()
}

/// The longer sequences that show that a claim is true.
pub(super) fn extensions(sig: &Signature, extensions: &[Extension]) -> Value {
    let one = |x: &Extension| {
        json!({
            "input": labels(sig, &x.input.0, x.input.1),
            "step": objects(sig, &x.step),
            "length": x.length,
            "types": types(sig, &x.step, &x.weights, "weight"),
        })
    };
    extensions.iter().map(one).collect()
}

/// Types of sequences, each with how often points come, those that do, and a number.
fn types(sig: &Signature, step: &Type, types: &[(Vec<u64>, Ratio)], name: &str) -> Value {
    let one = |(counts, number): &(Vec<u64>, Ratio)| {
        let come = counts.iter().enumerate().filter(|(_, n)| **n > 0);
        let counts: Map<String, Value> = come.map(|(x, n)| (labels(sig, step, x as u64).join(","), json!(n))).collect();
        json!({ "counts": counts, name: number.to_string() })
    };
    types.iter().map(one).collect()
}

fn texts(numbers: &[Ratio]) -> Vec<String> {
    numbers.iter().map(Ratio::to_string).collect()
}

/// What refutes a claim.
pub(super) fn refutation(sig: &Signature, refutation: &Refutation) -> Value {
    let all = |of: &Type, points: &[u64]| points.iter().map(|p| labels(sig, of, *p)).collect::<Vec<_>>();
    match refutation {
        Refutation::Minor { inputs, points, fibre, entries } => json!({
            "kind": "minor",
            "inputs": all(&inputs.0, &inputs.1),
            "points": all(&points.0, &points.1),
            "fibre": labels(sig, &fibre.0, fibre.1),
            "entries": entries.iter().map(|e| texts(e)).collect::<Vec<_>>(),
        }),
        Refutation::ZeroMean { of, values, scale } => {
            let values: Map<String, Value> =
                values.iter().map(|(x, u)| (labels(sig, of, *x).join(","), json!(u.to_string()))).collect();
            json!({ "kind": "zero_mean", "values": values, "scale": scale.to_string() })
        }
        Refutation::Rows { inputs, output, entries } => json!({
            "kind": "rows",
            "inputs": all(&inputs.0, &inputs.1),
            "output": labels(sig, &output.0, output.1),
            "entries": texts(entries),
        }),
        Refutation::Payoff { parameter, actions, payoff, direct, best } => {
            let count = payoff.first().map_or(0, Vec::len) as u64;
            json!({
                "kind": "payoff",
                "parameters": all(&parameter.0, &parameter.1),
                "actions": all(actions, &(0..count).collect::<Vec<_>>()),
                "payoff": payoff.iter().map(|row| texts(row)).collect::<Vec<_>>(),
                "direct": direct.to_string(),
                "best": best.to_string(),
            })
        }
        Refutation::Unreached { of, from, to, reached } => json!({
            "kind": "unreached",
            "from": labels(sig, of, *from),
            "to": labels(sig, of, *to),
            "reached": all(of, reached),
        }),
        Refutation::Circle { of, parts } => json!({
            "kind": "circle",
            "parts": parts.iter().map(|part| all(of, part)).collect::<Vec<_>>(),
        }),
        Refutation::Split { states, blocks: (labelled, [own, to]), entries } => json!({
            "kind": "split",
            "states": all(&states.0, &states.1),
            "label": labels(sig, labelled, *own),
            "to": labels(sig, labelled, *to),
            "entries": texts(entries),
        }),
        Refutation::Bet { input, step, from, pays, most, here } => json!({
            "kind": "bet",
            "input": labels(sig, &input.0, input.1),
            "from": from,
            "pays": types(sig, step, pays, "pays"),
            "most": most.to_string(),
            "here": here.to_string(),
        }),
        Refutation::Utility { of, left, right } => {
            let (name, at) = match of {
                Utility::Itself => ("x", None),
                Utility::AtLeast(c) => ("x >= c", Some(c)),
                Utility::AtMost(c) => ("min(x, c)", Some(c)),
                Utility::Above(c) => ("max(x - c, 0)", Some(c)),
            };
            json!({
                "kind": "utility",
                "of": name,
                "c": at.map(Ratio::to_string),
                "left": left.to_string(),
                "right": right.to_string(),
            })
        }
        Refutation::Steps { input, points, steps, entries } => json!({
            "kind": "steps",
            "input": labels(sig, &input.0, input.1),
            "from": labels(sig, &points.0, points.1[0]),
            "to": labels(sig, &points.0, points.1[1]),
            "steps": steps,
            "entries": texts(entries),
        }),
        Refutation::Exchange { input, sequences, step, entries } => json!({
            "kind": "exchange",
            "input": labels(sig, &input.0, input.1),
            "sequences": all(&sequences.0, &sequences.1),
            "steps": [step, step + 1],
            "entries": texts(entries),
        }),
    }
}

/// The fields of a partition.
pub(super) fn partition(
    sig: &Signature,
    of: &Type,
    blocks: &[Vec<u64>],
    never: Option<usize>,
    out: &mut Map<String, Value>,
) {
    let all = |block: &Vec<u64>| block.iter().map(|x| labels(sig, of, *x)).collect::<Vec<_>>();
    out.insert("sort".into(), json!("partition"));
    out.insert("of".into(), json!(objects(sig, of)));
    out.insert("classes".into(), json!(blocks.iter().map(all).collect::<Vec<_>>()));
    if let Some(never) = never {
        out.insert("never".into(), json!(never));
    }
}

/// The fields of the stationary states of a chain.
pub(super) fn states(sig: &Signature, of: &Type, states: &[(Row, u64)], out: &mut Map<String, Value>) {
    let state = |(law, period): &(Row, u64)| {
        let mut state = row(sig, &Type::unit(), of, 0, law, false);
        state["period"] = json!(period);
        state
    };
    out.insert("sort".into(), json!("states"));
    out.insert("of".into(), json!(objects(sig, of)));
    out.insert("states".into(), states.iter().map(state).collect());
}
