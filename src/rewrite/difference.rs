//! Why two normal forms differ, in a few words.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::normal_form::{NormalForm, Op, Source};
use crate::check::signature::Signature;

/// The difference of two normal forms of the same type; `None` if they are the same.
pub fn difference(sig: &Signature, left: &NormalForm, right: &NormalForm) -> Option<String> {
    if left == right {
        return None;
    }
    let unequal: Vec<String> = census(sig, left, right)
        .into_iter()
        .filter(|(_, [l, r])| l != r)
        .map(|(name, [l, r])| format!("`{name}` {} against {}", times(l), times(r)))
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

/// How often each kind of box occurs on either side, by name.
fn census(sig: &Signature, left: &NormalForm, right: &NormalForm) -> BTreeMap<String, [usize; 2]> {
    // Boxes are many and kinds are few, so kinds are counted before they are named.
    let mut numbers: FxHashMap<&Op, usize> = FxHashMap::default();
    let mut kinds: Vec<(&Op, [usize; 2])> = Vec::new();
    for (side, form) in [left, right].into_iter().enumerate() {
        for b in &form.boxes {
            let number = *numbers.entry(&b.op).or_insert(kinds.len());
            if number == kinds.len() {
                kinds.push((&b.op, [0, 0]));
            }
            kinds[number].1[side] += 1;
        }
    }
    let mut out: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    // A kernel has its name alone, so where its counts agree it has nothing to tell.
    for (op, [l, r]) in kinds.into_iter().filter(|(op, [l, r])| l != r || !matches!(op, Op::Kernel(_))) {
        let count = out.entry(op_name(sig, op)).or_default();
        count[0] += l;
        count[1] += r;
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
        Op::Observed(_, seen) => if seen.0.weighs { "weigh(…)" } else { "observe(…)" }.into(),
        Op::Derived(what, ..) => format!("{}(…)", what.word()),
    }
}
