//! Effects and adjustment formulas on random causal models, with hidden wires, boxes with several outputs, inputs,
//! outputs that are one wire, kernels with zeros, and sub-diagrams.
//!
//! - `effect` is compared with a sum over all values of all wires.
//! - The criteria are compared with Pearl's definitions, by listing all paths of the graph.
//! - Where a criterion holds, `adjust` must be the effect, in every row that does not condition on probability zero;
//!   and there is no other row exactly if positivity is said to hold.

#[path = "common/random.rs"]
mod random;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::decide::answer::{Answer, Level, Outcome, Positivity, Verdict};
use mcheck::model::finstoch::kernel::Kernel;
use mcheck::number::ratio::Ratio;
use mcheck::report::{human, json};
use mcheck::session::{Options, Session};
use random::Random;

/// A box: input wires, output wires, and weights for each point of its inputs.
struct Drawn {
    inputs: Vec<usize>,
    outputs: Vec<usize>,
    rows: Vec<Vec<i64>>,
}

/// A causal model. Wires are numbered, the inputs first.
struct Model {
    inputs: usize,
    sizes: Vec<usize>,
    draws: Vec<Drawn>,
    outputs: Vec<usize>,
}

/// What is asked of a model, as numbers of outputs.
struct Roles {
    x: Vec<usize>,
    y: Vec<usize>,
    by: Vec<usize>,
    front: bool,
}

impl Model {
    fn random(r: &mut Random) -> Model {
        let inputs = if r.below(4) == 0 { 1 } else { 0 };
        let mut m = Model { inputs, sizes: vec![2; inputs], draws: Vec::new(), outputs: Vec::new() };
        let most = 4 + r.below(5);
        // A model with zeros has them often, so that positivity fails often enough.
        let zeros = r.below(3) == 0;
        while m.sizes.len() < most {
            let before = m.sizes.len();
            let mut given: Vec<usize> = (0..before).filter(|_| r.below(5) < 2).collect();
            given.truncate(3);
            let made = if r.below(6) == 0 { 2 } else { 1 };
            let outputs: Vec<usize> = (before..before + made).collect();
            m.sizes.extend((0..made).map(|_| if r.below(5) == 0 { 3 } else { 2 }));
            let (rows, columns) = (m.points(&given), m.points(&outputs));
            let weight = |r: &mut Random| if zeros && r.below(3) == 0 { 0 } else { 1 + r.below(9) as i64 };
            let rows = (0..rows)
                .map(|_| {
                    let mut row: Vec<i64> = (0..columns).map(|_| weight(r)).collect();
                    if row.iter().all(|w| *w == 0) {
                        row[r.below(columns)] = 1;
                    }
                    row
                })
                .collect();
            m.draws.push(Drawn { inputs: given, outputs, rows });
        }
        while m.outputs.len() < 2 {
            m.outputs = (0..m.sizes.len()).filter(|_| r.below(3) > 0).collect();
        }
        for i in (1..m.outputs.len()).rev() {
            m.outputs.swap(i, r.below(i + 1));
        }
        m.outputs.truncate(5);
        if r.below(4) == 0 {
            m.outputs.push(m.outputs[r.below(m.outputs.len())]);
        }
        m
    }

    fn points(&self, wires: &[usize]) -> usize {
        wires.iter().map(|w| self.sizes[*w]).product()
    }

    /// The number of a point of a product of wires.
    fn point(&self, wires: &[usize], value: impl Fn(usize) -> usize) -> usize {
        wires.iter().fold(0, |at, w| at * self.sizes[*w] + value(*w))
    }

    /// The program of the model; the draws from `cut` on use a diagram that makes the ones before.
    fn text(&self, cut: usize) -> String {
        let wire = |w: &usize| format!("w{w}");
        let list = |ws: &[usize]| ws.iter().map(wire).collect::<Vec<_>>().join(", ");
        let object = |w: &usize| format!("S{}", self.sizes[*w]);
        let product = |ws: &[usize]| ws.iter().map(object).collect::<Vec<_>>().join(" * ");
        let mut text = "object S2 = 0..2\nobject S3 = 0..3\n".to_string();
        for (k, d) in self.draws.iter().enumerate() {
            let row = |row: &Vec<i64>| {
                let total: i64 = row.iter().sum();
                let cells: Vec<String> = row.iter().map(|w| format!("{w}/{total}")).collect();
                format!("[{}]", cells.join(", "))
            };
            let rows: Vec<String> = d.rows.iter().map(row).collect();
            let dom = if d.inputs.is_empty() { String::new() } else { format!("{} -> ", product(&d.inputs)) };
            text.push_str(&format!("kernel k{k} : {dom}{} = [{}]\n", product(&d.outputs), rows.join(", ")));
        }
        let inputs: Vec<usize> = (0..self.inputs).collect();
        let typed: Vec<String> = inputs.iter().map(|w| format!("w{w}: {}", object(w))).collect();
        let typed = if typed.is_empty() { String::new() } else { format!("({})", typed.join(", ")) };
        let given = |ws: &[usize]| if ws.is_empty() { String::new() } else { format!("({})", list(ws)) };
        let target = |ws: &[usize]| if ws.len() == 1 { wire(&ws[0]) } else { format!("({})", list(ws)) };
        let draw = |k: usize| {
            let d = &self.draws[k];
            format!("  {} ~ k{k}{}\n", target(&d.outputs), given(&d.inputs))
        };
        let mut body = String::new();
        if cut > 0 {
            // The inner diagram passes an input on, too, so that wires begin outside of it.
            let mut made: Vec<usize> = self.draws[..cut].iter().flat_map(|d| d.outputs.clone()).collect();
            text.push_str(&format!("diagram part{typed} -> {} {{\n", product(&made)));
            (0..cut).for_each(|k| text.push_str(&draw(k)));
            text.push_str(&format!("  return {}\n}}\n", list(&made)));
            let whole = product(&made);
            text.push_str(&format!("diagram pass : {whole} -> {whole} = id\n"));
            text.push_str(&format!("diagram both{} -> {whole} = part ; pass^3\n", {
                let plain: Vec<String> = inputs.iter().map(|w| format!("v{w}: {}", object(w))).collect();
                if plain.is_empty() { String::new() } else { format!("({})", plain.join(", ")) }
            }));
            made.sort_unstable();
            body.push_str(&format!("  {} ~ both{}\n", target(&made), given(&inputs)));
        }
        (cut..self.draws.len()).for_each(|k| body.push_str(&draw(k)));
        let outputs: Vec<String> =
            self.outputs.iter().enumerate().map(|(k, w)| format!("o{k}: {}", object(w))).collect();
        text.push_str(&format!("diagram d{typed} -> ({}) {{\n{body}", outputs.join(", ")));
        text.push_str(&format!("  return {}\n}}\n", list(&self.outputs)));
        text
    }

    /// The effect of setting the wires of some outputs, by summing over everything.
    fn effect(&self, x: &[usize], y: &[usize]) -> Vec<Vec<Ratio>> {
        let wires = |places: &[usize]| -> Vec<usize> { places.iter().map(|p| self.outputs[*p]).collect() };
        let (x, y) = (wires(x), wires(y));
        let inputs: Vec<usize> = (0..self.inputs).collect();
        let ends = [x.clone(), inputs].concat();
        let all: Vec<usize> = (0..self.sizes.len()).collect();
        let mut table = vec![vec![Ratio::ZERO; self.points(&y)]; self.points(&ends)];
        for (input, row) in table.iter_mut().enumerate() {
            let set = self.values(&ends, input);
            for whole in 0..self.points(&all) {
                let value = self.values(&all, whole);
                if (0..self.inputs).any(|w| value[w] != set[x.len() + w]) {
                    continue;
                }
                // Whoever uses a wire that is set sees what it is set to.
                let seen = |w: usize| x.iter().position(|v| *v == w).map_or(value[w], |k| set[k]);
                let mut weight = Ratio::ONE;
                for d in &self.draws {
                    let law = &d.rows[self.point(&d.inputs, seen)];
                    let total: i64 = law.iter().sum();
                    weight = &weight * &Ratio::of(law[self.point(&d.outputs, |w| value[w])], total);
                }
                let at = self.point(&y, seen);
                row[at] = &row[at] + &weight;
            }
        }
        table
    }

    /// The values of some wires, all numbered by wire or in the order given.
    fn values(&self, wires: &[usize], mut point: usize) -> Vec<usize> {
        let mut out = vec![0; wires.len()];
        for (k, w) in wires.iter().enumerate().rev() {
            out[k] = point % self.sizes[*w];
            point /= self.sizes[*w];
        }
        out
    }

    /// The arrows of the causal graph. A box with several outputs is a hidden node behind the wires.
    fn arrows(&self) -> Vec<(usize, usize)> {
        let mut arrows = Vec::new();
        let mut hidden = self.sizes.len();
        for d in &self.draws {
            let mut into = d.outputs[0];
            if d.outputs.len() > 1 {
                into = hidden;
                hidden += 1;
                arrows.extend(d.outputs.iter().map(|o| (into, *o)));
            }
            arrows.extend(d.inputs.iter().map(|i| (*i, into)));
        }
        arrows
    }

    /// Whether the criterion holds, by Pearl's definitions.
    fn criterion(&self, roles: &Roles) -> bool {
        let set = |places: &[usize]| -> BTreeSet<usize> { places.iter().map(|p| self.outputs[*p]).collect() };
        let (x, y, by) = (set(&roles.x), set(&roles.y), set(&roles.by));
        let graph = Graph { arrows: self.arrows() };
        if x.len() < roles.x.len() || x.iter().any(|w| *w < self.inputs) {
            return false;
        }
        let inputs = 0..self.inputs;
        let known =
            |others: &BTreeSet<usize>| -> BTreeSet<usize> { others.iter().copied().chain(inputs.clone()).collect() };
        let none = BTreeSet::new();
        if roles.front {
            let disjoint = x.is_disjoint(&by);
            let intercepted = !x.iter().any(|a| y.iter().any(|b| graph.reaches(*a, *b, &by)));
            disjoint && intercepted && graph.blocked(&x, &by, &known(&none)) && graph.blocked(&by, &y, &known(&x))
        } else {
            let descends = x.iter().any(|a| by.iter().any(|b| graph.reaches(*a, *b, &none)));
            !descends && graph.blocked(&x, &y, &known(&by))
        }
    }
}

struct Graph {
    arrows: Vec<(usize, usize)>,
}

impl Graph {
    /// Whether a directed path leads from a node to another, around others.
    fn reaches(&self, from: usize, to: usize, around: &BTreeSet<usize>) -> bool {
        if around.contains(&from) {
            return false;
        }
        from == to || self.arrows.iter().any(|(a, b)| *a == from && self.reaches(*b, to, around))
    }

    /// Whether every back-door path from one set to another, one that begins with an arrow into the first, is blocked.
    fn blocked(&self, from: &BTreeSet<usize>, to: &BTreeSet<usize>, known: &BTreeSet<usize>) -> bool {
        // For a single node this is Pearl's definition word by word. For a set, the arrows out of all of it are left
        // out, as in the second rule of the do-calculus.
        let arrows = match from.len() {
            1 => self.arrows.clone(),
            _ => self.arrows.iter().filter(|(a, _)| !from.contains(a)).copied().collect(),
        };
        let graph = Graph { arrows };
        from.iter().all(|start| {
            to.iter().filter(|end| !from.contains(end) && !known.contains(end)).all(|end| {
                graph.arrows.iter().filter(|(_, b)| b == start).all(|(a, _)| {
                    // The first step is against an arrow, so it leaves `a` by one.
                    !graph.open(*a, true, *end, known, &mut vec![*start])
                })
            })
        })
    }

    /// Whether a path goes on from a node to the end without being blocked; `from_tail` says whether the last step was
    /// against an arrow, so that the path came to this node at the arrow's tail.
    fn open(&self, node: usize, from_tail: bool, end: usize, known: &BTreeSet<usize>, path: &mut Vec<usize>) -> bool {
        if path.contains(&node) {
            return false;
        }
        if node == end {
            return true;
        }
        path.push(node);
        let none = BTreeSet::new();
        let found = self.arrows.iter().any(|(a, b)| {
            // On along an arrow: no collider here. Against one: a collider if the path came along an arrow, too.
            if *a == node && !known.contains(&node) {
                return self.open(*b, false, end, known, path);
            }
            if *b == node {
                let passes = match from_tail {
                    true => !known.contains(&node),
                    false => known.iter().any(|k| self.reaches(node, *k, &none)),
                };
                return passes && self.open(*a, true, end, known, path);
            }
            false
        });
        path.pop();
        found
    }
}

fn run(text: &str) -> Vec<Answer> {
    let mut session = Session::new(Arc::new(Disk), Options::default());
    let report = session.run_text("model", text, Path::new(""), &mut |_, _, _| {});
    assert!(report.failures.is_empty(), "{text}\n{}", report.failures[0].render(false, 100));
    report.results.into_iter().map(|r| r.answer.unwrap()).collect()
}

fn verdict(answer: &Answer) -> &Verdict {
    match answer {
        Answer::Verdict(v) => v,
        other => panic!("not a verdict: {other:?}"),
    }
}

fn kernel(answer: &Answer) -> &Kernel {
    match answer {
        Answer::Kernel { kernel, .. } => kernel,
        other => panic!("not a kernel: {other:?}"),
    }
}

/// Some things to ask of a model: disjoint lists of outputs.
fn questions(m: &Model, r: &mut Random) -> Vec<Roles> {
    let mut out = Vec::new();
    for _ in 0..12 {
        let mut order: Vec<usize> = (0..m.outputs.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, r.below(i + 1));
        }
        let front = r.below(2) == 0;
        let x = 1 + usize::from(r.below(5) == 0);
        let y = 1 + usize::from(r.below(6) == 0);
        let by = if front { 1 + usize::from(r.below(4) == 0) } else { r.below(3) };
        if x + y + by <= order.len() {
            let part = |from: usize, len: usize| order[from..from + len].to_vec();
            out.push(Roles { x: part(0, x), y: part(x, y), by: part(x + y, by), front });
        }
    }
    out
}

#[test]
fn criteria_and_formulas_agree_with_definitions_and_effects() {
    let mut r = Random(3);
    // Criteria that hold, fail, and hold without positivity; back doors and front doors.
    let mut counts = [[0usize; 3]; 2];
    for number in 0..700 {
        let m = Model::random(&mut r);
        let asked = questions(&m, &mut r);
        let cut = if r.below(2) == 0 { 0 } else { r.below(m.draws.len()) };
        let mut text = m.text(cut);
        let list = |ps: &[usize]| ps.iter().map(|p| format!("o{p}")).collect::<Vec<_>>().join(", ");
        for q in &asked {
            let (x, y, by) = (list(&q.x), list(&q.y), list(&q.by));
            let (claim, word) = if q.front { ("frontdoor", "through") } else { ("backdoor", "over") };
            let formula = if by.is_empty() { String::new() } else { format!(" {word} {by}") };
            text.push_str(&format!("check {claim} {by} for {x} -> {y} in d\n"));
            text.push_str(&format!("eval adjust(d, {y} given {x}{formula})\n"));
            text.push_str(&format!("eval effect(d, {y} given do {x})\n"));
        }
        let answers = run(&text);
        for (q, answers) in asked.iter().zip(answers.chunks(3)) {
            let (v, formula, truth) = (verdict(&answers[0]), kernel(&answers[1]), kernel(&answers[2]));
            let say = || format!("model {number}: x {:?} y {:?} by {:?} front {}\n{text}", q.x, q.y, q.by, q.front);
            // Two x that are one wire cannot be set apart; what the effect is then is a convention.
            let distinct = q.x.iter().map(|p| m.outputs[*p]).collect::<BTreeSet<_>>().len() == q.x.len();
            if distinct {
                for (row, expected) in truth.rows.iter().zip(m.effect(&q.x, &q.y)) {
                    let found: Vec<Ratio> = (0..truth.cod_size()).map(|c| row.get(c)).collect();
                    assert_eq!(found, expected, "{}", say());
                }
            }
            let holds = v.outcome == Outcome::Holds;
            assert_eq!(holds, m.criterion(q), "{}", say());
            assert_eq!(v.level, Level::WithConditionals);
            let counted = &mut counts[usize::from(q.front)];
            if !holds {
                assert!(v.witness.is_some() && v.positivity.is_none());
                counted[1] += 1;
                continue;
            }
            for (i, (a, b)) in formula.rows.iter().zip(truth.rows.iter()).enumerate() {
                assert!(formula.is_filled(i as u64) || a == b, "row {i} of {}", say());
            }
            match v.positivity {
                Some(Positivity::Everywhere) => {
                    counted[0] += 1;
                    assert!(formula.filled.is_empty(), "{}", say());
                }
                Some(Positivity::Null { .. }) => {
                    // Rows that meet a free row need not depend on it. Those that do not are the effect, as was compared
                    // above: the effect is what the formula gives in some version.
                    counted[2] += 1;
                }
                _ => panic!("positivity of small models is decided: {}", say()),
            }
        }
    }
    let [[b, b_fails, b_null], [f, f_fails, f_null]] = counts;
    assert!(b > 600 && b_fails > 600 && b_null > 100, "back doors: {counts:?}");
    assert!(f > 200 && f_fails > 600 && f_null > 50, "front doors: {counts:?}");
}

#[test]
fn wires_are_cut_where_they_begin() {
    let text = "
object A = 0..3
kernel s : A { 0: 1/2, 1: 1/3, 2: rest }
kernel f : A -> A = [[1/2, 1/4, 1/4], [1/3, 1/3, 1/3], [0, 1/5, 4/5]]
kernel g : A * A -> A * A = [
  [1/9, 1/9, 1/9, 1/9, 1/9, 1/9, 1/9, 1/9, 1/9], [1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 1/2, 0, 0, 0, 1/2, 0, 0, 0],
  [0, 0, 1/2, 0, 0, 1/2, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1/2, 0, 0, 0, 1/2],
  [0, 0, 0, 0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1/4, 0, 0, 3/4, 0], [1/8, 0, 0, 0, 0, 0, 0, 0, 7/8]]

// A wire goes around: what is put out first began in the last but one copy.
diagram turn(a: A, b: A) -> (c: A, d: A) {
  e ~ f(a)
  return b, e
}
diagram five -> (x: A, y: A) = (s * s) ; turn^5
diagram by_hand -> (x: A, y: A) {
  a ~ s   b ~ s
  c ~ f(a)   d ~ f(b)   e ~ f(c)   h ~ f(d)   i ~ f(e)
  return h, i
}
check[free] five == by_hand
check[free] effect(five, y given do x) == effect(by_hand, y given do x)
check[free] effect(five, x given do y) == effect(by_hand, x given do y)

// A wire that goes around in circles and is never made inside; whole rounds are not walked through.
diagram circle -> (x: A, y: A, z: A) {
  a ~ s
  b ~ f(a)
  (p, q) ~ ((swap[A, A])^10001)(a, b)
  z ~ f(q)
  return p, q, z
}
check[free] effect(circle, z given do y) == f
check[free] effect(circle, z, y given do x) == del[A] ; s ; <f, id>
check[free] effect(circle, x given do y) == f

// One output of a box is set, the other keeps its law, and what began in a diagram within a diagram is found.
diagram inner(a: A) -> (b: A, c: A) { (b, c) ~ g(a, a)  return b, c }
diagram outer(a: A) -> (a2: A, b: A, c: A, e: A) {
  (b, c) ~ inner(a)
  (b2, c2) ~ (id[A * A])(b, c)
  (e, _) ~ g(b2, c2)
  return a, b2, c2, e
}
diagram set_b(b: A, a: A) -> (c: A, e: A) {
  (_, c) ~ g(a, a)
  (e, _) ~ g(b, c)
  return c, e
}
check[free] effect(outer, c, e given do b) == set_b
check[free] effect(outer, a2 given do b) == (del[A] * id[A])
check[free] effect(outer, b given do a2) == (inner ; (id[A] * del[A])) * del[A]

// What is doubled and doubled again is followed, not written out.
diagram i0 : A -> A = id
";
    let mut text = text.to_string();
    for k in 1..=12 {
        text.push_str(&format!("diagram i{k} : A -> A = i{0} ; i{0}\n", k - 1));
    }
    text.push_str("diagram long -> (x: A, y: A) { a ~ s  x ~ i12(a)  y ~ f(x)  return x, y }\n");
    text.push_str("check effect(long, y given do x) == f\n");
    for (number, answer) in run(&text).iter().enumerate() {
        let v = verdict(answer);
        assert_eq!(v.outcome, Outcome::Holds, "check {number}: {v:?}");
    }
}

#[test]
fn what_breaks_a_criterion_is_named() {
    let text = "
object A = 0..2
kernel s : A { 0: 1/3, 1: rest }
kernel f : A -> A = [[1/2, 1/2], [1/3, 2/3]]
kernel g : A * A -> A = [[1/2, 1/2], [1/3, 2/3], [1/4, 3/4], [1/5, 4/5]]
kernel h : A -> A * A = [[1/4, 1/4, 1/4, 1/4], [1/2, 1/6, 1/6, 1/6]]
diagram d(i: A) -> (i: A, u: A, x: A, x2: A, m: A, y: A, v: A, w: A, pair: A * A, q: A, r: A, t: A) {
  u ~ f(i)
  x ~ f(u)
  m ~ f(x)
  (v, w) ~ h(x)
  y ~ g(m, u)
  pair ~ h(m)
  hidden ~ s
  q ~ s
  r ~ g(q, hidden)
  t ~ g(r, hidden)
  return i, u, x, x, m, y, v, w, pair, q, r, t
}
";
    let asked = [
        (
            "backdoor for i -> y",
            "a box must decide i, so that it can be cut; i is an input of the diagram: it is set from outside already",
        ),
        ("backdoor for x, x2 -> y", "x, x2 must be different wires, so that each can be set; x and x2 are one wire"),
        ("backdoor u, x2 for x -> y", "nothing that is adjusted over may descend from x; x and x2 are one wire"),
        ("backdoor m, u for x -> y", "nothing that is adjusted over may descend from x; m descends from x through `f`"),
        (
            "backdoor pair for u -> y",
            "nothing that is adjusted over may descend from u; pair (#9) descends from u through `f`, `f`, `h`",
        ),
        ("backdoor for x -> y", "there must be no back-door path between x and y; an open one goes through `f`, `g`"),
        ("backdoor i for v -> w", "i must cut every back-door path from v to w; an open one goes through `h`"),
        ("frontdoor x2 for x -> y", "x and x2 must be different wires; x2 and x are one wire"),
        (
            "frontdoor v for x -> y",
            "every directed path from x to y must go through v; one that avoids it leads from x to y through `f`, `g`",
        ),
        ("frontdoor w for v -> m", "there must be no back-door path between v and w; an open one goes through `h`"),
        ("frontdoor r for q -> t", "q must cut every back-door path from r to t; an open one goes through `g`, `g`"),
    ];
    for (claim, expected) in asked {
        let mut session = Session::new(Arc::new(Disk), Options::default());
        let program = format!("{text}check {claim} in d\n");
        let report = session.run_text("model", &program, Path::new(""), &mut |_, _, _| {});
        assert!(report.failures.is_empty(), "{}", report.failures[0].render(false, 100));
        let lines = human::answer_lines(&report.results[0]);
        assert_eq!(lines, ["fails, by the wiring", expected], "{claim}");
    }
    // What an input decides is decided: with it, positivity is asked for each input apart.
    let rows = "[[1, 0], [1/3, 2/3]]";
    let program = format!("{}check backdoor u for x -> y in d", text.replace("[[1/2, 1/2], [1/3, 2/3]]", rows));
    let mut session = Session::new(Arc::new(Disk), Options::default());
    let report = session.run_text("model", &program, Path::new(""), &mut |_, _, _| {});
    let json = &json::file_object(&report)["results"][0];
    assert_eq!(json["verdict"], "holds");
    let expected = serde_json::json!({
        "holds": false, "input": ["0"], "never": { "x": ["1"], "u": ["0"] }, "occurs": { "u": ["0"] },
    });
    assert_eq!(json["positivity"], expected);
}
