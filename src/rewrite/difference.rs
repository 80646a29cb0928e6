//! Why two normal forms differ, in a few words.

use super::normal_form::{NormalForm, Op, Source};
use crate::check::signature::Signature;

/// The difference of two normal forms of the same type; `None` if they are the same.
pub fn difference(sig: &Signature, left: &NormalForm, right: &NormalForm) -> Option<String> {
    if left == right {
        return None;
    }
    let (l, r) = (census(sig, left), census(sig, right));
    let mut names: Vec<&String> = l.iter().chain(&r).map(|(n, _)| n).collect();
    names.sort();
    names.dedup();
    let count = |c: &[(String, usize)], n: &str| c.iter().find(|(m, _)| m == n).map_or(0, |(_, k)| *k);
    let unequal: Vec<String> = names
        .iter()
        .filter(|n| count(&l, n) != count(&r, n))
        .map(|n| format!("`{n}` {} against {}", times(count(&l, n)), times(count(&r, n))))
        .collect();
    if !unequal.is_empty() {
        let more = unequal.len().saturating_sub(4);
        let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
        let shown = unequal.into_iter().take(4).collect::<Vec<_>>().join(", ");
        return Some(format!("after discarding and merging, left draws {shown}{tail}"));
    }
    // The same boxes, wired differently: the first place in the common numbering.
    for (number, (a, b)) in left.boxes.iter().zip(&right.boxes).enumerate() {
        if a != b {
            let port = a.inputs.iter().zip(&b.inputs).position(|(x, y)| x != y);
            let name = op_name(sig, &a.op);
            return Some(match port {
                Some(port) if a.op == b.op => format!(
                    "input {} of `{name}` (box {}) comes from {} on the left, from {} on the right",
                    port + 1,
                    number + 1,
                    origin(sig, left, a.inputs[port]),
                    origin(sig, right, b.inputs[port])
                ),
                _ => format!(
                    "box {} from the outputs is `{name}` on the left, `{}` on the right",
                    number + 1,
                    op_name(sig, &b.op)
                ),
            });
        }
    }
    let output = left.outputs.iter().zip(&right.outputs).position(|(x, y)| x != y)?;
    Some(format!(
        "output {} is {} on the left, {} on the right",
        output + 1,
        origin(sig, left, left.outputs[output]),
        origin(sig, right, right.outputs[output])
    ))
}

fn times(n: usize) -> String {
    match n {
        0 => "never".into(),
        1 => "once".into(),
        2 => "twice".into(),
        n => format!("{n} times"),
    }
}

fn origin(sig: &Signature, form: &NormalForm, source: Source) -> String {
    match source {
        Source::Input(i) => format!("input {}", i + 1),
        Source::Port(b, _) => format!("`{}` (box {})", op_name(sig, &form.boxes[b as usize].op), b + 1),
    }
}

/// How often each kind of box occurs.
fn census(sig: &Signature, form: &NormalForm) -> Vec<(String, usize)> {
    let mut names: Vec<String> = form.boxes.iter().map(|b| op_name(sig, &b.op)).collect();
    names.sort();
    let mut out: Vec<(String, usize)> = Vec::new();
    for name in names {
        match out.last_mut() {
            Some((last, n)) if *last == name => *n += 1,
            _ => out.push((name, 1)),
        }
    }
    out
}

/// What a box is called.
pub fn op_name(sig: &Signature, op: &Op) -> String {
    match op {
        // Two kernels of one name can meet only where a theory hides a name of the outside.
        Op::Kernel(id) => sig.kernels[*id].name.to_string(),
        Op::Uniform(t) => format!("uniform[{}]", sig.show(t)),
        Op::Point(t, p) => format!("point({})", crate::check::rows::point_text(sig, t, *p)),
        Op::Conditional(..) => "cond(…)".into(),
        Op::Observed(..) => "observe(…)".into(),
    }
}
