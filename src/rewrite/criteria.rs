//! The back-door and front-door criteria, read off the wiring.
//!
//! Wires are those of the opened diagram, boxes are whatever they are; a box with several outputs is a hidden common
//! cause of them, and so is a wire that the diagram does not put out. *Cutting* a wire gives all its users a new input,
//! and leaves the wire itself with the box that makes it. Inputs of the diagram are known, as in separation.
//!
//! Back door, z for x → y (Pearl 1995, Definition 3.3.1 in "Causality"; here for groups of wires, by rules 2 and 3 of the
//! do-calculus):
//!
//! 1. A box makes every x, and no two x are one wire; else nothing is there to cut, or the two cannot be set apart.
//! 2. No z is an x or descends from one.
//! 3. z separates x from y when x is cut.
//!
//! Front door, m for x → y (Definition 3.3.3):
//!
//! 1. The same for x, and no m is an x.
//! 2. Every directed path from x to y goes through m.
//! 3. When x is cut, x and m are separated.
//! 4. When m is cut, x separates m from y.
//!
//! Time and memory are linear in the opened diagram.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::normal_form::{NormalBox, NormalForm, Op, Source};
use super::separation::open_path;
use crate::check::signature::Signature;

/// A condition that a wiring does not meet. Wires are given as numbers of outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmet {
    /// This wire is an input of the diagram: nothing in the diagram decides it.
    IsInput(usize),
    /// Two of the wires are one.
    OneWire(usize, usize),
    /// A directed path from the first wire to the second that should not be there, through these boxes.
    Directed(usize, usize, Vec<Op>),
    /// An open back-door path from x to y given z, or from x to m, or from m to y given x, through these boxes.
    Open(BackDoor, Vec<Op>),
}

/// Which back door is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackDoor {
    /// From x to y, given what is adjusted over.
    FromCause,
    /// From x to m.
    ToMiddle,
    /// From m to y, given x.
    FromMiddle,
}

/// The first condition of the back-door criterion that is not met.
pub fn back_door(sig: &Signature, form: &NormalForm, x: &[usize], y: &[usize], z: &[usize]) -> Option<Unmet> {
    // 1.
    if let Some(unmet) = settable(form, x) {
        return Some(unmet);
    }
    // 2.
    if let Some((from, to, boxes)) = directed_path(form, x, z, &[]) {
        return Some(Unmet::Directed(from, to, boxes));
    }
    // 3.
    open_when_cut(sig, form, x, y, z).map(|boxes| Unmet::Open(BackDoor::FromCause, boxes))
}

/// The first condition of the front-door criterion that is not met.
pub fn front_door(sig: &Signature, form: &NormalForm, x: &[usize], y: &[usize], m: &[usize]) -> Option<Unmet> {
    // 1.
    if let Some(unmet) = settable(form, x) {
        return Some(unmet);
    }
    if let Some(unmet) = x.iter().find_map(|a| one_wire(form, *a, m)) {
        return Some(unmet);
    }
    // 2.
    if let Some((from, to, boxes)) = directed_path(form, x, y, m) {
        return Some(Unmet::Directed(from, to, boxes));
    }
    // 3.
    if let Some(boxes) = open_when_cut(sig, form, x, m, &[]) {
        return Some(Unmet::Open(BackDoor::ToMiddle, boxes));
    }
    // 4.
    open_when_cut(sig, form, m, y, x).map(|boxes| Unmet::Open(BackDoor::FromMiddle, boxes))
}

/// Whether a directed path leads from one group of outputs to another: if not, setting the first leaves the second alone.
pub fn acts_on(form: &NormalForm, x: &[usize], y: &[usize]) -> bool {
    directed_path(form, x, y, &[]).is_some()
}

/// Whether each of these wires can be set by itself.
fn settable(form: &NormalForm, x: &[usize]) -> Option<Unmet> {
    if let Some(input) = x.iter().find(|o| matches!(form.outputs[**o], Source::Input(_))) {
        return Some(Unmet::IsInput(*input));
    }
    (1..x.len()).find_map(|i| one_wire(form, x[i], &x[..i]))
}

fn one_wire(form: &NormalForm, output: usize, others: &[usize]) -> Option<Unmet> {
    let twin = others.iter().find(|o| form.outputs[**o] == form.outputs[output])?;
    Some(Unmet::OneWire(*twin, output))
}

/// A shortest directed path from one group of outputs to another that avoids a third, with its ends.
fn directed_path(form: &NormalForm, from: &[usize], to: &[usize], avoid: &[usize]) -> Option<(usize, usize, Vec<Op>)> {
    let blocked: FxHashSet<Source> = avoid.iter().map(|o| form.outputs[*o]).collect();
    let goals: FxHashMap<Source, usize> = to.iter().rev().map(|o| (form.outputs[*o], *o)).collect();
    let mut users: FxHashMap<Source, Vec<usize>> = FxHashMap::default();
    for (b, node) in form.boxes.iter().enumerate() {
        for source in &node.inputs {
            users.entry(*source).or_default().push(b);
        }
    }
    // What is at the ports of a box: those of its outputs that anything uses.
    let mut ports: Vec<Vec<Source>> = vec![Vec::new(); form.boxes.len()];
    let mut used: FxHashSet<Source> = FxHashSet::default();
    for source in form.boxes.iter().flat_map(|b| &b.inputs).chain(&form.outputs) {
        if let Source::Port(b, _) = source
            && used.insert(*source)
        {
            ports[*b as usize].push(*source);
        }
    }
    // For each box met, the wire by which it was entered; for the wires of `from`, their outputs.
    let mut entered: Vec<Option<Source>> = vec![None; form.boxes.len()];
    let mut starts: FxHashMap<Source, usize> = FxHashMap::default();
    let mut queue: VecDeque<Source> = VecDeque::new();
    for output in from {
        let source = form.outputs[*output];
        if !blocked.contains(&source) && !starts.contains_key(&source) {
            starts.insert(source, *output);
            queue.push_back(source);
        }
    }
    while let Some(wire) = queue.pop_front() {
        if let Some(goal) = goals.get(&wire) {
            let mut boxes = Vec::new();
            let mut at = wire;
            let start = loop {
                if let Some(start) = starts.get(&at) {
                    break *start;
                }
                let Source::Port(b, _) = at else { unreachable!("a path begins at one of its starts") };
                boxes.push(form.boxes[b as usize].op.clone());
                match entered[b as usize] {
                    Some(before) => at = before,
                    None => unreachable!("a wire is met behind a box that was entered"),
                }
            };
            boxes.reverse();
            return Some((start, *goal, boxes));
        }
        for b in users.get(&wire).into_iter().flatten() {
            if entered[*b].is_some() {
                continue;
            }
            entered[*b] = Some(wire);
            queue.extend(ports[*b].iter().filter(|s| !blocked.contains(s) && !starts.contains_key(s)));
        }
    }
    None
}

/// The boxes of an open path between two groups of outputs, given a third, when the wires of the first are cut.
fn open_when_cut(sig: &Signature, form: &NormalForm, from: &[usize], to: &[usize], given: &[usize]) -> Option<Vec<Op>> {
    let places = [from, to, given].concat();
    let cut = cut(sig, form, from).marginal(&places);
    let (f, t) = (from.len(), from.len() + to.len());
    let groups = [(0..f).collect(), (f..t).collect()];
    let known: Vec<usize> = (t..places.len()).collect();
    let path = open_path(&cut, &groups, &known)?;
    Some(path.boxes.iter().map(|b| cut.boxes[*b].op.clone()).collect())
}

/// The diagram in which all users of the wires of these outputs have new inputs, but the outputs themselves have not.
fn cut(sig: &Signature, form: &NormalForm, wires: &[usize]) -> NormalForm {
    let objects = form.output_types(sig);
    let mut inputs = form.inputs.clone();
    let mut fresh: FxHashMap<Source, Source> = FxHashMap::default();
    for output in wires {
        fresh.entry(form.outputs[*output]).or_insert_with(|| {
            inputs.push(objects[*output]);
            Source::Input(inputs.len() as u32 - 1)
        });
    }
    let used = |source: &Source| fresh.get(source).unwrap_or(source).to_owned();
    let rewire = |b: &NormalBox| NormalBox { op: b.op.clone(), inputs: b.inputs.iter().map(used).collect() };
    let boxes = form.boxes.iter().map(rewire).collect();
    let mut outputs: Vec<Source> = form.outputs.iter().map(used).collect();
    wires.iter().for_each(|output| outputs[*output] = form.outputs[*output]);
    NormalForm { inputs, boxes, outputs }
}
