//! The model of the completeness theorem (`spec/08_equality.md`): every box records what it saw.
//!
//! Let D be the larger of two different normal forms.
//!
//! 1. The points of an object are the wires of D that carry it, and one more point, `other`.
//! 2. A kernel that is given wires picks one of the boxes of D that have this kernel and these inputs, all with the same
//!    probability, and yields the wires at its outputs. Where there is no such box, all its outputs are `other`.
//! 3. The inputs of D are given to both diagrams.
//!
//! Deterministic kernels are deterministic here, because no two boxes of D with the same deterministic kernel have the
//! same inputs. D itself yields its own output wires with positive probability, each box picking itself. The other
//! diagram never does. For if it did, no box of it could have seen `other` on the way, which would have come through to
//! an output; so each of its boxes picked one of D, with the same kernel and with inputs that were picked likewise. This
//! reaches every box of D, as each has a path to an output; and since the other diagram has no more boxes than D, it is D.
//!
//! The points are as many as the wires of D, so this is small, except that a kernel of many inputs has a row for each of
//! their combinations, and n boxes with the same kernel and inputs have n^n outcomes. Where that is too much, there is
//! no model, and the verdict stands on the normal forms alone. What is not needed to see the difference is discarded
//! beforehand.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use super::answer::Witness;
use super::counterexample::{deterministic, draws, fresh, run, wire_name};
use super::fewer_outputs::fewer_outputs;
use crate::base::interrupt::Interrupt;
use crate::check::signature::Signature;
use crate::check::types::{ObjectId, Type};
use crate::model::error::ModelError;
use crate::rewrite::NormalForm;
use crate::rewrite::difference::op_name;
use crate::rewrite::normal_form::{Op, Source};

/// Most boxes of the two diagrams together.
const BOX_LIMIT: usize = 20_000;

/// Most rows of all kernels together.
const ROW_LIMIT: u64 = 1 << 18;

/// Most outcomes of a diagram.
const OUTCOME_LIMIT: u64 = 1 << 16;

/// A model in which two different normal forms of the same type differ, unless it would be too large.
pub fn model(
    sig: &Signature,
    left: &NormalForm,
    right: &NormalForm,
    interrupt: &Interrupt,
) -> Result<Option<Witness>, ModelError> {
    if left == right {
        return Ok(None);
    }
    let outputs = fewer_outputs(left, right, interrupt)?;
    let (l, r) = (left.marginal(&outputs), right.marginal(&outputs));
    if l.boxes.len() + r.boxes.len() > BOX_LIMIT {
        return Ok(None);
    }
    let Some(mut program) = program(sig, &l, &r) else { return Ok(None) };
    if outputs.len() < left.outputs.len() {
        let shown: Vec<String> = outputs.iter().map(|o| (o + 1).to_string()).collect();
        let word = if outputs.len() == 1 { "output" } else { "outputs" };
        program.insert_str(0, &format!("// {word} {}; the others are discarded\n", shown.join(", ")));
    }
    run(&program, interrupt)
}

/// The boxes that a kernel can pick, by what it sees.
type Picks<'f> = FxHashMap<(&'f Op, &'f [Source]), Vec<u32>>;

/// The model as a program.
fn program(sig: &Signature, left: &NormalForm, right: &NormalForm) -> Option<String> {
    let (large, small) = if right.boxes.len() > left.boxes.len() { (right, left) } else { (left, right) };
    let mut picks: Picks<'_> = FxHashMap::default();
    // The kernels in the order in which they are met, each with what it can see, in that order.
    let mut kernels: Vec<(&Op, Vec<&[Source]>)> = Vec::new();
    let mut numbers: FxHashMap<&Op, usize> = FxHashMap::default();
    for (number, b) in large.boxes.iter().enumerate() {
        let boxes = picks.entry((&b.op, &b.inputs)).or_default();
        boxes.push(number as u32);
        let kernel = *numbers.entry(&b.op).or_insert(kernels.len());
        if kernel == kernels.len() {
            kernels.push((&b.op, Vec::new()));
        }
        if boxes.len() == 1 {
            kernels[kernel].1.push(&b.inputs);
        }
    }
    for b in &small.boxes {
        let kernel = *numbers.entry(&b.op).or_insert(kernels.len());
        if kernel == kernels.len() {
            kernels.push((&b.op, Vec::new()));
        }
    }
    few_outcomes(&picks, &kernels, &numbers, [large, small])?;
    // 1.
    let (points, mut text) = objects(sig, large, &kernels);
    // 2.
    let mut names: FxHashMap<Op, String> = FxHashMap::default();
    let mut rows = 0u64;
    for (op, seen) in kernels {
        let dom = op.ends(sig).0;
        let inputs = dom.factors().iter().try_fold(1u64, |n, object| n.checked_mul(points[object]))?;
        rows = rows.checked_add(inputs).filter(|rows| *rows <= ROW_LIMIT)?;
        let name = fresh(&op_name(sig, op), &names);
        kernel(sig, large, op, &seen, &picks, &name, &mut text);
        names.insert(op.clone(), name);
    }
    // 3.
    for (side, form) in [("left", left), ("right", right)] {
        let _ =
            writeln!(text, "diagram {} -> {} {{", fresh(side, &names), sig.show(&Type::new(form.output_types(sig))));
        for (number, object) in form.inputs.iter().enumerate() {
            let x = wire_name(sig, form, Source::Input(number as u32));
            let _ = writeln!(text, "  {x} ~ point({}.{x})", sig.objects[*object].name);
        }
        text.push_str(&draws(sig, form, &names));
        text.push_str("}\n");
    }
    let _ = writeln!(text, "check {} == {}", fresh("left", &names), fresh("right", &names));
    Some(text)
}

/// Gives up where a diagram could have too many outcomes: each box has at most as many as its kernel ever has.
fn few_outcomes(
    picks: &Picks<'_>,
    kernels: &[(&Op, Vec<&[Source]>)],
    numbers: &FxHashMap<&Op, usize>,
    forms: [&NormalForm; 2],
) -> Option<()> {
    let most: Vec<u64> = kernels
        .iter()
        .map(|(op, seen)| seen.iter().map(|inputs| picks[&(*op, *inputs)].len() as u64).max().unwrap_or(1))
        .collect();
    for form in forms {
        let outcomes = form.boxes.iter().try_fold(1u64, |n, b| n.checked_mul(most[numbers[&b.op]]));
        outcomes.filter(|n| *n <= OUTCOME_LIMIT)?;
    }
    Some(())
}

/// The number of points of each object, and the declarations: `other`, the inputs, what boxes put out.
fn objects(
    sig: &Signature,
    large: &NormalForm,
    kernels: &[(&Op, Vec<&[Source]>)],
) -> (FxHashMap<ObjectId, u64>, String) {
    let mut points: Vec<(ObjectId, Vec<String>)> = Vec::new();
    let mut place: FxHashMap<ObjectId, usize> = FxHashMap::default();
    let mut add = |object: ObjectId, point: Option<Source>| {
        let at = *place.entry(object).or_insert(points.len());
        if at == points.len() {
            points.push((object, vec!["other".into()]));
        }
        points[at].1.extend(point.map(|wire| wire_name(sig, large, wire)));
    };
    for (number, object) in large.inputs.iter().enumerate() {
        add(*object, Some(Source::Input(number as u32)));
    }
    for (op, _) in kernels {
        let (dom, cod) = op.ends(sig);
        dom.factors().iter().chain(cod.factors()).for_each(|object| add(*object, None));
    }
    for (number, b) in large.boxes.iter().enumerate() {
        for (port, object) in b.op.ends(sig).1.factors().iter().enumerate() {
            add(*object, Some(Source::Port(number as u32, port as u32)));
        }
    }
    let mut text = String::new();
    for (object, points) in &points {
        let _ = writeln!(text, "object {} = {{ {} }}", sig.objects[*object].name, points.join(", "));
    }
    (points.into_iter().map(|(object, points)| (object, points.len() as u64)).collect(), text)
}

/// One kernel as a table: what it sees, and the boxes that it picks from.
fn kernel(
    sig: &Signature,
    large: &NormalForm,
    op: &Op,
    seen: &[&[Source]],
    picks: &Picks<'_>,
    name: &str,
    text: &mut String,
) {
    let (dom, cod) = op.ends(sig);
    let tuple =
        |wires: Vec<String>| if wires.len() == 1 { wires[0].clone() } else { format!("({})", wires.join(", ")) };
    let ends = if dom.is_empty() { sig.show(&cod) } else { format!("{} -> {}", sig.show(&dom), sig.show(&cod)) };
    let word = if deterministic(sig, op) { "deterministic kernel" } else { "kernel" };
    let _ = writeln!(text, "{word} {name} : {ends} {{");
    for inputs in seen {
        let outcomes: Vec<String> = picks[&(op, *inputs)]
            .iter()
            .map(|b| tuple((0..cod.len() as u32).map(|port| wire_name(sig, large, Source::Port(*b, port))).collect()))
            .collect();
        let law = match &outcomes[..] {
            [only] => only.clone(),
            several => format!("uniform {{ {} }}", several.join(", ")),
        };
        let head = tuple(inputs.iter().map(|wire| wire_name(sig, large, *wire)).collect());
        let _ = if dom.is_empty() { writeln!(text, "  {law}") } else { writeln!(text, "  {head} -> {law}") };
    }
    let other = tuple(vec!["other".into(); cod.len()]);
    if !dom.is_empty() {
        let _ = writeln!(text, "  _ -> {other}");
    } else if seen.is_empty() {
        let _ = writeln!(text, "  {other}");
    }
    text.push_str("}\n");
}
