//! Proofs found by looking: from both ends at once, breadth first, through diagrams in normal form.
//!
//! 1. Rules are read in both directions. Diagrams with more boxes than the larger end and a slack are put off; the slack
//!    grows until the search meets, nothing is put off, or the budget is spent.
//! 2. A diagram is looked at once. All that is found is remembered with the step that led to it.
//! 3. What is remembered is bounded too, for one diagram may lead to very many.
//!
//! With equations of the user the question is undecidable in general (unary kernels present any monoid), so a budget that
//! is spent says nothing.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::graph::Determinism;
use super::normal_form::NormalForm;
use super::rule::Rule;
use crate::base::interrupt::{Interrupt, Stopped};
use crate::check::signature::Signature;

/// A rule used on the way.
#[derive(Debug, Clone)]
pub struct Used {
    /// Its number.
    pub rule: usize,
    /// Whether it was read from right to left.
    pub reversed: bool,
    /// The diagram after it.
    pub result: NormalForm,
}

/// How a search ended.
#[derive(Debug, Clone)]
pub enum Found {
    /// The steps from the first diagram to the second.
    Proof(Vec<Used>),
    /// The budget is spent: so many diagrams were looked at.
    Budget(u64),
    /// So many diagrams were looked at, up to this many boxes; larger ones were not.
    Large(u64, usize),
    /// So many diagrams were looked at, and those that were found are too many to remember.
    Memory(u64),
    /// All diagrams that either end can be rewritten to were looked at: so many. No proof is made of the steps tried.
    Exhausted(u64),
}

/// Most boxes of the diagrams that are remembered: some hundred bytes each.
const REMEMBERED: usize = 1 << 21;

/// Most boxes among these of the diagrams that are put off, at each end. Others are forgotten.
const LATE: usize = 1 << 18;

/// The largest slack.
const SLACK: usize = 12;

/// A diagram that was reached.
struct Node {
    form: Arc<NormalForm>,
    /// The diagram that it comes from, the rule, and whether that was read from right to left.
    from: Option<(usize, usize, bool)>,
}

impl Node {
    /// The step that led here.
    fn used(&self) -> Option<Used> {
        self.from.map(|(_, rule, reversed)| Used { rule, reversed, result: (*self.form).clone() })
    }
}

/// One of the two ends, and what was reached from it.
struct Side {
    nodes: Vec<Node>,
    index: FxHashMap<Arc<NormalForm>, usize>,
    /// How many boxes they have together.
    boxes: usize,
    /// Not yet looked at.
    open: std::collections::VecDeque<usize>,
    /// Too large for now.
    late: Vec<usize>,
    /// How many boxes these have together, and whether others were forgotten.
    late_boxes: usize,
    forgot: bool,
}

impl Side {
    fn new(form: &NormalForm) -> Side {
        let (form, open) = (Arc::new(form.clone()), [0].into());
        let (nodes, index, late) = (Vec::new(), FxHashMap::default(), Vec::new());
        let mut side = Side { nodes, index, boxes: 0, open, late, late_boxes: 0, forgot: false };
        side.nodes.push(Node { form: form.clone(), from: None });
        side.index.insert(form, 0);
        side
    }

    /// Adds a diagram that is new here; it is looked at soon if it has at most this many boxes.
    fn add(&mut self, form: NormalForm, from: (usize, usize, bool), limit: usize) -> Option<usize> {
        if self.index.contains_key(&form) {
            return None;
        }
        let fresh = self.nodes.len();
        let size = 1 + form.boxes.len();
        if form.boxes.len() <= limit {
            self.open.push_back(fresh);
        } else if self.late_boxes + size <= LATE {
            self.late_boxes += size;
            self.late.push(fresh);
        } else {
            self.forgot = true;
            return None;
        }
        self.boxes += size;
        let form = Arc::new(form);
        self.index.insert(form.clone(), fresh);
        self.nodes.push(Node { form, from: Some(from) });
        Some(fresh)
    }

    /// What was put off is looked at soon if it has at most this many boxes.
    fn admit(&mut self, limit: usize) {
        let late = std::mem::take(&mut self.late);
        for n in late {
            let size = self.nodes[n].form.boxes.len();
            if size <= limit {
                self.late_boxes -= 1 + size;
                self.open.push_back(n);
            } else {
                self.late.push(n);
            }
        }
    }

    /// The nodes from the end to a node.
    fn path(&self, mut at: usize) -> Vec<usize> {
        let mut path = vec![at];
        while let Some((before, _, _)) = self.nodes[at].from {
            path.push(before);
            at = before;
        }
        path.reverse();
        path
    }
}

/// Looks for a proof that two normal forms of the same type are equal.
pub fn search(
    sig: &Signature,
    deterministic: &Determinism,
    rules: &[Rule],
    ends: [&NormalForm; 2],
    budget: u64,
    interrupt: &Interrupt,
) -> Result<Found, Stopped> {
    if ends[0] == ends[1] {
        return Ok(Found::Proof(Vec::new()));
    }
    let largest = ends[0].boxes.len().max(ends[1].boxes.len());
    let mut sides = ends.map(Side::new);
    let mut looked = 0u64;
    for slack in 0..=SLACK {
        for side in &mut sides {
            side.admit(largest + slack);
        }
        loop {
            // The end with less to do goes on, so that both grow together.
            let next = match (sides[0].open.len(), sides[1].open.len()) {
                (0, 0) => break,
                (0, _) => 1,
                (_, 0) => 0,
                (a, b) => usize::from(b < a),
            };
            let (left, right) = sides.split_at_mut(1);
            let (own, other) = if next == 0 { (&mut left[0], &right[0]) } else { (&mut right[0], &left[0]) };
            let Some(at) = own.open.pop_front() else { break };
            looked += 1;
            if looked > budget {
                return Ok(Found::Budget(budget));
            }
            if own.boxes + other.boxes > REMEMBERED {
                return Ok(Found::Memory(looked - 1));
            }
            let form = own.nodes[at].form.clone();
            for (number, rule) in rules.iter().enumerate() {
                for reversed in [false, true] {
                    interrupt.check()?;
                    for applied in rule.apply(sig, deterministic, &form, reversed).unwrap_or_default() {
                        let from = (at, number, reversed);
                        let Some(fresh) = own.add(applied, from, largest + slack) else { continue };
                        if let Some(met) = other.index.get(&*own.nodes[fresh].form).copied() {
                            let meeting = if next == 0 { [fresh, met] } else { [met, fresh] };
                            return Ok(Found::Proof(joined(&sides, meeting)));
                        }
                    }
                }
            }
        }
        if sides.iter().all(|s| s.late.is_empty()) {
            let forgot = sides.iter().any(|s| s.forgot);
            return Ok(if forgot { Found::Memory(looked) } else { Found::Exhausted(looked) });
        }
    }
    Ok(Found::Large(looked, largest + SLACK))
}

/// Looks for a diagram with some property among those that a normal form can be rewritten to.
pub fn reach(
    sig: &Signature,
    deterministic: &Determinism,
    rules: &[Rule],
    start: &NormalForm,
    goal: &dyn Fn(&NormalForm) -> bool,
    budget: u64,
    interrupt: &Interrupt,
) -> Result<Found, Stopped> {
    let mut side = Side::new(start);
    let mut looked = 0;
    for slack in 0..=SLACK {
        let limit = start.boxes.len() + slack;
        side.admit(limit);
        while let Some(at) = side.open.pop_front() {
            looked += 1;
            if looked > budget {
                return Ok(Found::Budget(budget));
            }
            if side.boxes > REMEMBERED {
                return Ok(Found::Memory(looked - 1));
            }
            let form = side.nodes[at].form.clone();
            for (number, rule) in rules.iter().enumerate() {
                for reversed in [false, true] {
                    interrupt.check()?;
                    for applied in rule.apply(sig, deterministic, &form, reversed).unwrap_or_default() {
                        let Some(fresh) = side.add(applied, (at, number, reversed), limit) else { continue };
                        if goal(&side.nodes[fresh].form) {
                            let path = side.path(fresh);
                            return Ok(Found::Proof(path[1..].iter().filter_map(|n| side.nodes[*n].used()).collect()));
                        }
                    }
                }
            }
        }
        if side.late.is_empty() {
            return Ok(if side.forgot { Found::Memory(looked) } else { Found::Exhausted(looked) });
        }
    }
    Ok(Found::Large(looked, start.boxes.len() + SLACK))
}

/// The way from one end to the other, through the diagram where the searches met.
fn joined(sides: &[Side; 2], meeting: [usize; 2]) -> Vec<Used> {
    let mut steps = Vec::new();
    for node in &sides[0].path(meeting[0])[1..] {
        steps.extend(sides[0].nodes[*node].used());
    }
    // From the other end the steps were taken backwards.
    for pair in sides[1].path(meeting[1]).windows(2).rev() {
        if let Some((before, rule, reversed)) = sides[1].nodes[pair[1]].from {
            steps.push(Used { rule, reversed: !reversed, result: (*sides[1].nodes[before].form).clone() });
        }
    }
    steps
}
