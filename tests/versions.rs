//! Whether an answer depends on the version of a conditional, against sums over all values of all wires in many versions:
//! all versions in which the free rows are points, where these are not too many, and random ones in the interior. What
//! mcheck gives as evidence is put into the same sums.

mod common;

use std::cell::Cell;
use std::collections::BTreeMap;

use common::choices::{Choices, cases, fail};
use common::run::{run, verdict};
use mcheck::decide::answer::Answer;
use mcheck::model::finstoch::settle::{Change, Dependence};
use mcheck::number::ratio::Ratio;
use mcheck::report::outcome::{FileReport, ResultItem};
use proptest::test_runner::{TestCaseError, TestCaseResult};

/// A matrix: rows by the input.
type Table = Vec<Vec<Ratio>>;

/// A version: rows of conditionals, by the number of the joint law and the row.
type Filling = BTreeMap<(usize, usize), Vec<Ratio>>;

/// A joint law `[P ->] X * Y`.
#[derive(Clone, PartialEq)]
struct Joint {
    inputs: usize,
    x: usize,
    y: usize,
    table: Table,
}

/// What a wire is drawn from.
#[derive(Clone)]
enum Source {
    /// The conditional of a joint law: its first wire is what is known, the second its input, if it has one.
    Conditional(usize),
    Kernel(Table),
}

struct Draw {
    name: String,
    source: Source,
    wires: Vec<usize>,
    size: usize,
}

/// A diagram with wires.
struct Model {
    text: String,
    joints: Vec<Joint>,
    inputs: Vec<usize>,
    draws: Vec<Draw>,
    outputs: Vec<usize>,
}

fn row(ch: &mut Choices<'_>, size: usize, zeros: usize) -> Vec<Ratio> {
    loop {
        let weights: Vec<i64> =
            (0..size).map(|k| if ch.below(zeros + 1) > 0 && k > 0 { 0 } else { ch.below(4) as i64 }).collect();
        let sum: i64 = weights.iter().sum();
        if sum > 0 {
            return weights.iter().map(|w| Ratio::of(*w, sum)).collect();
        }
        if ch.spent() {
            return (0..size).map(|k| Ratio::from(i64::from(k == 0))).collect();
        }
    }
}

fn object(size: usize) -> String {
    format!("O{size}")
}

fn cells(row: &[Ratio], point: impl Fn(usize) -> String) -> String {
    let cells: Vec<String> =
        row.iter().enumerate().filter(|(_, w)| !w.is_zero()).map(|(k, w)| format!("{}: {w}", point(k))).collect();
    cells.join(", ")
}

/// The coordinates of a point.
fn split(mut point: usize, sizes: &[usize]) -> Vec<usize> {
    let mut out = vec![0; sizes.len()];
    for (place, size) in out.iter_mut().zip(sizes).rev() {
        *place = point % size;
        point /= size;
    }
    out
}

fn tuple(point: usize, sizes: &[usize]) -> String {
    let parts: Vec<String> = split(point, sizes).iter().map(ToString::to_string).collect();
    if parts.len() == 1 { parts[0].clone() } else { format!("({})", parts.join(", ")) }
}

/// The text of a kernel.
fn kernel_text(name: &str, dom: &[usize], cod: &[usize], table: &Table) -> String {
    let list = |sizes: &[usize]| sizes.iter().map(|s| object(*s)).collect::<Vec<_>>().join(" * ");
    if dom.is_empty() {
        return format!("kernel {name} : {} {{ {} }}\n", list(cod), cells(&table[0], |k| tuple(k, cod)));
    }
    let rows: Vec<String> = table
        .iter()
        .enumerate()
        .map(|(i, r)| format!("  {} -> {}\n", tuple(i, dom), cells(r, |k| tuple(k, cod))))
        .collect();
    format!("kernel {name} : {} -> {} {{\n{}}}\n", list(dom), list(cod), rows.concat())
}

impl Model {
    fn new(ch: &mut Choices<'_>) -> Model {
        let mut text = "object O2 = 0..2\nobject O3 = 0..3\n".to_string();
        let mut joints = Vec::new();
        for k in 0..1 + ch.below(2) {
            let (inputs, x, y) = (1 + ch.below(2), 2 + ch.below(2), 2 + ch.below(2));
            let table: Table = (0..inputs).map(|_| row(ch, x * y, 2)).collect();
            let dom: Vec<usize> = if inputs == 2 { vec![2] } else { vec![] };
            text.push_str(&kernel_text(&format!("joint{k}"), &dom, &[x, y], &table));
            let known = if inputs == 2 { format!("O{y} * O2") } else { object(y) };
            text.push_str(&format!("diagram c{k} : {known} -> O{x} = cond(joint{k}, #1 given #2)\n"));
            joints.push(Joint { inputs, x, y, table });
        }
        let inputs: Vec<usize> = (0..ch.below(2)).map(|_| 2 + ch.below(2)).collect();
        let mut sizes = inputs.clone();
        let mut draws: Vec<Draw> = Vec::new();
        for k in 0..2 + ch.below(5) {
            let of_size = |size: usize, ch: &mut Choices<'_>| -> Option<usize> {
                let all: Vec<usize> = (0..sizes.len()).filter(|w| sizes[*w] == size).collect();
                (!all.is_empty()).then(|| *ch.of(&all))
            };
            let joint = ch.below(joints.len());
            let known = of_size(joints[joint].y, ch);
            let input = if joints[joint].inputs == 2 { of_size(2, ch).map(Some) } else { Some(None) };
            let draw = match (known, input) {
                (Some(known), Some(input)) if ch.below(2) == 0 => Draw {
                    name: format!("c{joint}"),
                    source: Source::Conditional(joint),
                    wires: std::iter::once(known).chain(input).collect(),
                    size: joints[joint].x,
                },
                _ => {
                    let count = ch.below(3).min(sizes.len());
                    let mut wires: Vec<usize> = (0..sizes.len()).collect();
                    wires = ch.shuffled(wires);
                    wires.truncate(count);
                    let dom: Vec<usize> = wires.iter().map(|w| sizes[*w]).collect();
                    let size = 2 + ch.below(2);
                    // Equal rows forget what could depend on a version.
                    let (one, other) = (row(ch, size, 1), row(ch, size, 1));
                    let style = ch.below(3);
                    let table: Table = (0..dom.iter().product())
                        .map(|i| match style {
                            0 => row(ch, size, 1),
                            1 => {
                                if (i + ch.below(2)).is_multiple_of(2) {
                                    one.clone()
                                } else {
                                    other.clone()
                                }
                            }
                            _ => one.clone(),
                        })
                        .collect();
                    text.push_str(&kernel_text(&format!("k{k}"), &dom, &[size], &table));
                    Draw { name: format!("k{k}"), source: Source::Kernel(table), wires, size }
                }
            };
            sizes.push(draw.size);
            draws.push(draw);
        }
        // The last wires are those that most depends on.
        let first = sizes.len() - 1 - ch.below(2).min(sizes.len() - 1);
        let outputs: Vec<usize> = (first..sizes.len()).collect();
        let mut model = Model { text, joints, inputs, draws, outputs };
        let declared = model.declaration("d");
        model.text.push_str(&declared);
        model
    }

    fn sizes(&self) -> Vec<usize> {
        self.inputs.iter().copied().chain(self.draws.iter().map(|d| d.size)).collect()
    }

    fn declaration(&self, name: &str) -> String {
        let sizes = self.sizes();
        let inputs: Vec<String> = (0..self.inputs.len()).map(|w| format!("w{w}: O{}", sizes[w])).collect();
        let outputs: Vec<String> = self.outputs.iter().map(|w| format!("w{w}: O{}", sizes[*w])).collect();
        let mut text = match inputs.is_empty() {
            true => format!("diagram {name} -> ({}) {{\n", outputs.join(", ")),
            false => format!("diagram {name}({}) -> ({}) {{\n", inputs.join(", "), outputs.join(", ")),
        };
        for (k, draw) in self.draws.iter().enumerate() {
            let wire = self.inputs.len() + k;
            let given: Vec<String> = draw.wires.iter().map(|w| format!("w{w}")).collect();
            let given = if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) };
            text.push_str(&format!("  w{wire} ~ {}{given}\n", draw.name));
        }
        let outputs: Vec<String> = self.outputs.iter().map(|w| format!("w{w}")).collect();
        text.push_str(&format!("  return {}\n}}\n", outputs.join(", ")));
        text
    }

    /// Conditionals of equal joint laws are one function.
    fn first_equal(&self, joint: usize) -> usize {
        (0..joint).find(|k| self.joints[*k] == self.joints[joint]).unwrap_or(joint)
    }

    /// The free rows of all conditionals: row `y · inputs + a`.
    fn free(&self) -> Vec<(usize, usize, usize)> {
        let mut all = Vec::new();
        for (k, joint) in self.joints.iter().enumerate().filter(|(k, _)| self.first_equal(*k) == *k) {
            for y in 0..joint.y {
                for a in 0..joint.inputs {
                    if (0..joint.x).all(|x| joint.table[a][x * joint.y + y].is_zero()) {
                        all.push((k, y * joint.inputs + a, joint.x));
                    }
                }
            }
        }
        all
    }

    fn conditional(&self, joint: usize, y: usize, a: usize, filling: &Filling) -> Vec<Ratio> {
        let k = self.first_equal(joint);
        let j = &self.joints[k];
        let weights: Vec<&Ratio> = (0..j.x).map(|x| &j.table[a][x * j.y + y]).collect();
        let mass = weights.iter().fold(Ratio::ZERO, |s, w| &s + w);
        match filling.get(&(k, y * j.inputs + a)) {
            _ if !mass.is_zero() => weights.iter().map(|w| w.checked_div(&mass).unwrap()).collect(),
            Some(row) => row.clone(),
            None => vec![Ratio::of(1, j.x as i64); j.x],
        }
    }

    /// The matrix of the diagram: a sum over the values of all wires.
    fn table(&self, filling: &Filling) -> Table {
        let sizes = self.sizes();
        let out_sizes: Vec<usize> = self.outputs.iter().map(|w| sizes[*w]).collect();
        (0..self.inputs.iter().product())
            .map(|input| {
                let mut row = vec![Ratio::ZERO; out_sizes.iter().product()];
                let mut open = vec![(split(input, &self.inputs), Ratio::ONE)];
                while let Some((values, mass)) = open.pop() {
                    let Some(draw) = self.draws.get(values.len() - self.inputs.len()) else {
                        let place = self.outputs.iter().zip(&out_sizes).fold(0, |p, (w, size)| p * size + values[*w]);
                        row[place] = &row[place] + &mass;
                        continue;
                    };
                    let given: Vec<usize> = draw.wires.iter().map(|w| values[*w]).collect();
                    let law = match &draw.source {
                        Source::Conditional(joint) => {
                            self.conditional(*joint, given[0], given.get(1).copied().unwrap_or(0), filling)
                        }
                        Source::Kernel(table) => {
                            let dom = draw.wires.iter().zip(&given);
                            table[dom.fold(0, |p, (w, v)| p * sizes[*w] + v)].clone()
                        }
                    };
                    for (value, weight) in law.iter().enumerate().filter(|(_, w)| !w.is_zero()) {
                        open.push(([&values[..], &[value]].concat(), &mass * weight));
                    }
                }
                row
            })
            .collect()
    }

    /// Many versions, the uniform one first.
    fn versions(&self, ch: &mut Choices<'_>) -> Vec<Filling> {
        let free = self.free();
        let mut all = vec![Filling::new()];
        let corners: usize = free.iter().map(|f| f.2).product();
        for corner in 0..corners.min(243) {
            let points = split(corner, &free.iter().map(|f| f.2).collect::<Vec<_>>());
            let row = |size: usize, point: usize| (0..size).map(|k| Ratio::from(i64::from(k == point))).collect();
            all.push(free.iter().zip(points).map(|((k, r, size), p)| ((*k, *r), row(*size, p))).collect());
        }
        for _ in 0..6 {
            all.push(
                free.iter()
                    .map(|(k, r, size)| {
                        let weights: Vec<i64> = (0..*size).map(|_| 1 + ch.below(60) as i64).collect();
                        let sum: i64 = weights.iter().sum();
                        ((*k, *r), weights.iter().map(|w| Ratio::of(*w, sum)).collect())
                    })
                    .collect(),
            );
        }
        all
    }

    /// The version that mcheck shows.
    fn shown(&self, dependence: &Dependence) -> Option<(Filling, Change)> {
        let (version, change) = dependence.shown.as_ref()?;
        let mut filling = Filling::new();
        for filled in version.iter() {
            let name = filled.conditional.of.as_ref().unwrap().to_string();
            let joint = self.first_equal(name.strip_prefix("joint").unwrap().parse().unwrap());
            let size = self.joints[joint].x as u64;
            assert!(self.free().iter().any(|(k, r, _)| (*k, *r as u64) == (joint, filled.row)), "the row is free");
            let row: Vec<Ratio> = (0..size).map(|p| filled.by.get(p)).collect();
            assert_eq!(row.iter().fold(Ratio::ZERO, |s, w| &s + w), Ratio::ONE);
            filling.insert((joint, filled.row as usize), row);
        }
        Some((filling, change.clone()))
    }
}

fn report(text: &str) -> Result<FileReport, TestCaseError> {
    let report = run(text);
    match report.failures.first() {
        Some(failure) => fail(format!("{}: {}\n{text}", failure.code, failure.message)),
        None => Ok(report),
    }
}

/// Counts of what was seen, so that a test that sees only one kind of case fails.
#[derive(Default)]
struct Seen(Cell<[u32; 4]>);

impl Seen {
    fn count(&self, kind: usize) {
        let mut counts = self.0.get();
        counts[kind] += 1;
        self.0.set(counts);
    }
}

/// Rows that are marked depend on the version, as the evidence shows; all others do not.
#[test]
fn marked_rows_are_those_that_some_version_changes() {
    let seen = Seen::default();
    cases(1500, |ch| {
        let model = Model::new(ch);
        let text = format!("{}eval d\n", model.text);
        let report = report(&text)?;
        let item = &report.results[0];
        let Ok(Answer::Kernel { kernel, .. }) = &item.answer else { return fail("no kernel") };
        let tables: Vec<Table> = model.versions(ch).iter().map(|v| model.table(v)).collect();
        for (i, row) in tables[0].iter().enumerate() {
            let found: Vec<Ratio> = (0..row.len() as u64).map(|p| kernel.rows[i].get(p)).collect();
            if found != *row {
                return fail(format!("row {i} is {found:?}, not {row:?}\n{text}"));
            }
            let changes = tables.iter().any(|t| t[i] != *row);
            seen.count(usize::from(changes));
            if changes != kernel.is_filled(i as u64) {
                return fail(format!("row {i}: changes {changes}\n{text}"));
            }
        }
        confirmed(&model, item, &seen, &text)
    });
    let [same, changes, shown, open] = seen.0.get();
    assert!(same > 300 && changes > 300 && shown > 200 && open == 0, "{:?}", seen.0.get());
}

/// The evidence of an answer gives what it says in the sums.
fn confirmed(model: &Model, item: &ResultItem, seen: &Seen, text: &str) -> TestCaseResult {
    let Some(dependence) = &item.dependence else { return Ok(()) };
    if dependence.open.is_some() {
        seen.count(3);
    }
    let Some((filling, change)) = model.shown(dependence) else { return Ok(()) };
    seen.count(2);
    let Change::Entry { input, output, uniform, other } = change else { return fail("no entry") };
    let at = |filling: &Filling| model.table(filling)[input as usize][output as usize].clone();
    if at(&Filling::new()) != uniform || at(&filling) != other || uniform == other {
        return fail(format!("the evidence {filling:?} does not give {other} instead of {uniform}\n{text}"));
    }
    Ok(())
}

/// An equation that holds is marked exactly if it fails in some version; one that fails and is not marked fails in all.
#[test]
fn an_equation_holds_in_every_version_or_says_that_it_does_not() {
    let seen = Seen::default();
    cases(1200, |ch| {
        let mut model = Model::new(ch);
        let sizes = model.sizes();
        let out: Vec<usize> = model.outputs.iter().map(|w| sizes[*w]).collect();
        // The matrix in some version, which the equation then claims for all.
        let versions = model.versions(ch);
        let chosen = if ch.below(2) == 0 { 0 } else { ch.below(versions.len()) };
        let snap = model.table(&versions[chosen]);
        let kernel = kernel_text("snap", &model.inputs, &out, &snap);
        model.text.push_str(&kernel);
        let mut text = format!("{}check d == snap\ncheck not d != snap\n", model.text);
        let point = ch.below(out.iter().product());
        let wanted: Vec<String> =
            split(point, &out).iter().enumerate().map(|(k, v)| format!("#{} = {v}", k + 1)).collect();
        let state = if model.inputs.is_empty() { "d".into() } else { format!("point(O{}.0) ; d", model.inputs[0]) };
        let bound = &snap[0][point];
        for relation in ["==", "<=", "<", ">=", "!="] {
            text.push_str(&format!("check prob({} in {state}) {relation} {bound}\n", wanted.join(", ")));
        }
        let report = report(&text)?;
        let truth = |k: usize, table: &Table| match k {
            0 | 1 => *table == snap,
            2 => table[0][point] == *bound,
            3 => table[0][point] <= *bound,
            4 => table[0][point] < *bound,
            5 => table[0][point] >= *bound,
            _ => table[0][point] != *bound,
        };
        let tables: Vec<Table> = versions.iter().map(|v| model.table(v)).collect();
        for (k, item) in report.results.iter().enumerate() {
            let Ok(answer) = &item.answer else { return fail(text) };
            let Some((found, holds)) = verdict(answer) else { return fail(text) };
            if holds != truth(k, &tables[0]) {
                return fail(format!("claim {k} {holds}\n{text}"));
            }
            let otherwise = tables.iter().any(|t| truth(k, t) != holds);
            if otherwise && !found.filled {
                return fail(format!("claim {k} comes out otherwise in some version\n{text}"));
            }
            // Whether an equation holds in all versions is always decided for models as small as these.
            if holds && matches!(k, 0..=2) && found.filled != otherwise {
                return fail(format!("claim {k} is the same in all versions, and marked\n{text}"));
            }
            seen.count(usize::from(otherwise));
            let Some(dependence) = &item.dependence else { continue };
            if !found.filled {
                return fail(format!("a dependence without a mark\n{text}"));
            }
            match model.shown(dependence) {
                Some((filling, Change::Claim)) => {
                    seen.count(2);
                    if truth(k, &model.table(&filling)) == holds {
                        return fail(format!("claim {k} is the same with {filling:?}\n{text}"));
                    }
                }
                Some(_) => return fail("a claim is true or false"),
                None => seen.count(3),
            }
        }
        Ok(())
    });
    let [same, otherwise, shown, open] = seen.0.get();
    assert!(same > 3000 && otherwise > 500 && shown > 500, "{:?}", seen.0.get());
    assert!(open * 20 < same, "too much is left open: {:?}", seen.0.get());
}

/// Posteriors, and conditionals of what depends on a version: what is not marked is the same in all versions.
#[test]
fn quotients_are_marked_where_some_version_changes_them() {
    let seen = Seen::default();
    cases(1000, |ch| {
        let model = Model::new(ch);
        let sizes = model.sizes();
        let out: Vec<usize> = model.outputs.iter().map(|w| sizes[*w]).collect();
        if out.len() < 2 {
            return Ok(());
        }
        let value = ch.below(out[1]);
        let text =
            format!("{}eval cond(d, #1 given #2)\neval marginal(cond(d, #1 given #2) ; <id, id>, #1)\n", model.text);
        let observed = format!("{}eval observe(d, #2 = {value})\n", model.text);
        let tables: Vec<Table> = model.versions(ch).iter().map(|v| model.table(v)).collect();
        // c(x | y, a); nothing where y has no mass
        let quotient = |t: &Table, y: usize, a: usize| -> Option<Vec<Ratio>> {
            let parts: Vec<&Ratio> = (0..out[0]).map(|x| &t[a][x * out[1] + y]).collect();
            let mass = parts.iter().fold(Ratio::ZERO, |s, w| &s + w);
            parts.iter().map(|w| w.checked_div(&mass)).collect()
        };
        let inputs: usize = model.inputs.iter().product();
        for item in &report(&text)?.results {
            let Ok(Answer::Kernel { kernel, .. }) = &item.answer else { return fail("no kernel") };
            for y in 0..out[1] {
                for a in 0..inputs {
                    let uniform = quotient(&tables[0], y, a);
                    let same = uniform.is_some() && tables.iter().all(|t| quotient(t, y, a) == uniform);
                    let marked = kernel.is_filled((y * inputs + a) as u64);
                    if !same && !marked {
                        return fail(format!("the row {y}, {a} depends on a version\n{text}"));
                    }
                    seen.count(usize::from(!same));
                    if same && marked {
                        seen.count(3);
                    }
                }
            }
        }
        let run = run(&observed);
        let possible = (0..inputs).all(|a| quotient(&tables[0], value, a).is_some());
        if possible != run.failures.is_empty() {
            return fail(format!("whether the event is possible\n{observed}"));
        }
        if let Some(item) = run.results.first() {
            let Ok(Answer::Kernel { kernel, .. }) = &item.answer else { return fail("no kernel") };
            for a in 0..inputs {
                let uniform = quotient(&tables[0], value, a);
                let same = tables.iter().all(|t| quotient(t, value, a) == uniform);
                if !same && !kernel.is_filled(a as u64) {
                    return fail(format!("row {a} depends on a version\n{observed}"));
                }
                seen.count(usize::from(!same));
                if same && kernel.is_filled(a as u64) {
                    seen.count(3);
                }
            }
        }
        Ok(())
    });
    let [same, changes, _, open] = seen.0.get();
    assert!(same > 300 && changes > 300, "{:?}", seen.0.get());
    assert!(open * 10 < same, "too much is left open: {:?}", seen.0.get());
}

/// Changing one row at a time does not show that a product depends on both: at the base one of them may be zero.
#[test]
fn two_rows_that_only_together_change_something() {
    let text = "
        object B = 0..2
        object C = 0..3
        kernel joint : B * C { (0, 0): 1 }
        kernel both(x: B, y: B) -> B = if x = 1 and y = 1 then 1 else 0
        diagram d -> (z: B) {
          u ~ point(C.1)  v ~ point(C.2)
          x ~ cond(joint, #1 given #2)(u)  y ~ cond(joint, #1 given #2)(v)
          z ~ both(x, y)
          return z
        }
        kernel never : B { 0: 3/4, 1: 1/4 }
        eval d
        check d == never
        check prob(z = 1 in d) <= 1
        check prob(z = 1 in d) + 1 > 0";
    let report = run(text);
    assert!(report.failures.is_empty());
    assert!(report.results.iter().take(2).all(|r| r.dependence.as_ref().is_some_and(|d| d.shown.is_some())));
}

/// What cancels does not depend on a version, though each part does.
#[test]
fn what_cancels_is_the_same_in_all_versions() {
    let text = "
        object A = { a, b, c }
        object B = 0..2
        kernel joint : A * B { (a, 0): 1/2, (b, 0): 1/2 }
        kernel f : A -> B { a -> 0: 1/2, 1: 1/2  b -> 0  c -> 0: 1/4, 1: rest }
        kernel one : B -> B { 0 -> 0: 1/4, 1: rest  1 -> 0: 1/3, 1: rest }
        kernel two : B -> B { 0 -> 1: 1/4, 0: rest  1 -> 1: 1/3, 0: rest }
        diagram s : I -> B = point(B.1) ; cond(joint, #1 given #2) ; f
        eval prob(#1 = 0 in s ; one) - prob(#1 = 1 in s ; two)
        eval prob(#1 = 0 in s) + prob(#1 = 1 in s)
        eval prob(#1 = 0 in s) - prob(#1 = 1 in s)
        check prob(#1 = 0 in s ; one) == prob(#1 = 1 in s ; two)
        check prob(#1 = 0 in s ; one) <= prob(#1 = 1 in s ; two)
        check prob(#1 = 0 in s) > 1/5
        check prob(#1 = 0 in s) > 1/4";
    let report = run(text);
    assert!(report.failures.is_empty(), "{:?}", report.failures);
    let marked: Vec<bool> = report
        .results
        .iter()
        .map(|r| match &r.answer {
            Ok(Answer::Number { filled, .. }) => *filled,
            Ok(Answer::Verdict(v)) => v.filled,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(marked, [false, false, true, false, false, false, true]);
}

/// A conditional of a law that depends on a version itself: its free rows are those of another law in another version.
#[test]
fn conditionals_of_what_depends_on_a_version_are_not_called_the_same() {
    let text = "
        object B = 0..2
        object T = 0..3
        kernel inner : B * B { (0, 0): 1 }
        kernel start : T { 0: 1/2, 1: 1/2 }
        kernel wire(t: T) -> B = if t = 0 then 0 else 1
        diagram outer -> (x: B, t: T) {
          t ~ start
          b ~ wire(t)
          x ~ cond(inner, #1 given #2)(b)
          return x, t
        }
        kernel both(x: B, y: B) -> B = if x = 1 and y = 1 then 1 else 0
        diagram d -> (z: B) {
          t ~ point(T.2)
          b ~ point(B.1)
          x ~ cond(outer, x given t)(t)
          y ~ cond(inner, #1 given #2)(b)
          z ~ both(x, y)
          return z
        }
        eval d
        eval cond(outer, x given t)";
    let report = run(text);
    assert!(report.failures.is_empty(), "{:?}", report.failures);
    let marked = |k: usize| match &report.results[k].answer {
        Ok(Answer::Kernel { kernel, .. }) => kernel.filled.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(marked(0), [0]);
    // The row at 1 is that of the inner conditional, the row at 2 is free.
    assert_eq!(marked(1), [1, 2]);
    let json = mcheck::report::json::file_object(&report);
    let dependence = &json["results"][0]["dependence"];
    assert!(dependence.is_object() && (dependence["version"].is_array() || dependence["undecided"].is_string()));
}
