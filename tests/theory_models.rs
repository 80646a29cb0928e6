//! Theorems by rules that only some categories have, and by conditionals with names, hold in random models.
//!
//! The model is checked exactly, and what is proved in the theory is stated once more of the given kernels and decided
//! over the rationals.

#[path = "common/random.rs"]
mod random;

use std::path::Path;
use std::sync::Arc;

use mcheck::base::files::Disk;
use mcheck::decide::answer::{Answer, Outcome, Verdict};
use mcheck::session::{Options, Session};
use random::Random;

impl Random {
    /// A row over six, on some of the points.
    fn row_on(&mut self, size: usize, points: &[usize]) -> Vec<usize> {
        let mut row = vec![0; size];
        (0..6).for_each(|_| row[points[self.below(points.len())]] += 1);
        row
    }

    fn row(&mut self, size: usize) -> Vec<usize> {
        let mut points: Vec<usize> = (0..size).filter(|_| self.below(2) == 0).collect();
        if points.is_empty() {
            points.push(self.below(size));
        }
        self.row_on(size, &points)
    }

    fn rows(&mut self, from: usize, to: usize) -> Vec<Vec<usize>> {
        (0..from).map(|_| self.row(to)).collect()
    }
}

/// Rows over six as a matrix in the language.
fn matrix(rows: &[Vec<usize>]) -> String {
    let row = |r: &Vec<usize>| format!("[{}]", r.iter().map(|w| format!("{w}/6")).collect::<Vec<_>>().join(", "));
    format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(", "))
}

/// The points that some of the rows reach.
fn reached(rows: &[Vec<usize>]) -> Vec<usize> {
    (0..rows[0].len()).filter(|p| rows.iter().any(|r| r[*p] > 0)).collect()
}

/// Another matrix with the same rows at some inputs.
fn agreeing(rows: &[Vec<usize>], at: &[usize], r: &mut Random) -> Vec<Vec<usize>> {
    rows.iter().enumerate().map(|(k, row)| if at.contains(&k) { row.clone() } else { r.row(row.len()) }).collect()
}

const THEORIES: &str = "
object A = 0..2
object B = 0..3
theory Causal {
  object X
  object Y
  kernel f : X -> Y
  kernel g : Y -> X
  kernel h : X -> Y
  kernel k : X -> Y
  axiom seen : f ; g ; <h, id> == f ; g ; <k, id>
  theorem t : f ; <g ; <h, id>, id> == f ; <g ; <k, id>, id> by causality(f, g, h, k)
  theorem u : h == k under f ; g by seen
  theorem v : f ; <id, id, g ; h> == f ; <id, id, g ; k> by t
  theorem w : f ; <g, g, id> ; (h * id * id) == f ; <g, g, id> ; (k * id * id) by causality(u)
}
theory Positive {
  object X
  object Y
  kernel p : X -> Y
  kernel f : X -> Y
  kernel g : Y -> X
  axiom sure : deterministic f ; g
  theorem t : f ; <id, g> == <f, f ; g> by positivity(f, g)
  theorem u : f ; <g, id, id> == <f ; g, f ; copy> by t
}
theory Relative {
  object X
  object Y
  kernel p : Y -> X
  kernel f : X -> Y
  kernel g : Y -> X
  axiom sure : deterministic f ; g under p
  theorem t : f ; <id, g> == <f, f ; g> under p by positivity(f, g under p)
  theorem u : p ; f ; <id, g> == p ; <f, f ; g> by t
}
theory Split {
  object X
  object Y
  kernel p : X -> Y * X * X
  axiom apart : independent #2, #3 given #1 in p with h, l
  kernel k2 : X -> X
  theorem t : p ; (id * del * id) == <p ; (id * del * del), id> ; <id * del, l> by apart
  theorem u : h == h under <p ; (id * del * del), id>
  theorem v : p ; (id * id * k2) == <p ; (id * del * del), id> ; <id * del, h, l ; k2> by apart
}
";

/// What the model gives, and which kernels there are: `(theory, declarations, parts)`.
fn model(kind: usize, r: &mut Random) -> (&'static str, String, &'static str) {
    let declare = |name: &str, ends: &str, rows: &[Vec<usize>]| format!("kernel {name} : {ends} = {}\n", matrix(rows));
    match kind {
        0 => {
            let (f, g, h) = (r.rows(2, 3), r.rows(3, 2), r.rows(2, 3));
            let through: Vec<Vec<usize>> = reached(&f).iter().map(|y| g[*y].clone()).collect();
            let k = agreeing(&h, &reached(&through), r);
            let text = declare("f0", "A -> B", &f) + &declare("g0", "B -> A", &g);
            let text = text + &declare("h0", "A -> B", &h) + &declare("k0", "A -> B", &k);
            ("Causal", text, "X = A  Y = B  f = f0  g = g0  h = h0  k = k0")
        }
        1 | 2 => {
            // Each row of f stays where g is one point; for some inputs only, if p does not reach the others.
            let at = r.below(2);
            let g: Vec<Vec<usize>> = (0..3).map(|y| r.row_on(2, &[if y == at { 1 } else { 0 }])).collect();
            let fibre = |x: usize| if x == 0 { vec![at] } else { (0..3).filter(|y| *y != at).collect() };
            let turn = r.below(2);
            let f: Vec<Vec<usize>> = (0..2).map(|x| r.row_on(3, &fibre((x + turn) % 2))).collect();
            if kind == 1 {
                let text = declare("f0", "A -> B", &f) + &declare("g0", "B -> A", &g);
                let text = text + &declare("p0", "A -> B", &r.rows(2, 3));
                return ("Positive", text, "X = A  Y = B  f = f0  g = g0  p = p0");
            }
            let only = r.below(2);
            let p: Vec<Vec<usize>> = (0..3).map(|_| r.row_on(2, &[only])).collect();
            let f = agreeing(&f, &[only], r);
            let text = declare("f0", "A -> B", &f) + &declare("g0", "B -> A", &g) + &declare("p0", "B -> A", &p);
            ("Relative", text, "X = A  Y = B  f = f0  g = g0  p = p0")
        }
        _ => {
            let (z, h, l) = (r.rows(2, 3), r.rows(6, 2), r.rows(6, 2));
            let text = declare("z0", "A -> B", &z) + &declare("h0", "B * A -> A", &h);
            let text = text + &declare("l0", "B * A -> A", &l);
            let text = text + &declare("n0", "A -> A", &r.rows(2, 2));
            let joint = "diagram p0 : A -> B * A * A = <z0, id> ; <id * del, h0, l0>\n";
            ("Split", text + joint, "X = A  Y = B  p = p0  k2 = n0")
        }
    }
}

/// The theorems of each theory over the given kernels.
fn claims(theory: &str) -> &'static [&'static str] {
    match theory {
        "Causal" => &[
            "f0 ; <g0 ; <h0, id>, id> == f0 ; <g0 ; <k0, id>, id>",
            "h0 == k0 under f0 ; g0",
            "f0 ; <id, id, g0 ; h0> == f0 ; <id, id, g0 ; k0>",
            "f0 ; <g0, g0, id> ; (h0 * id * id) == f0 ; <g0, g0, id> ; (k0 * id * id)",
        ],
        "Positive" => &["f0 ; <id, g0> == <f0, f0 ; g0>", "f0 ; <g0, id, id> == <f0 ; g0, f0 ; copy>"],
        "Relative" => &["f0 ; <id, g0> == <f0, f0 ; g0> under p0", "p0 ; f0 ; <id, g0> == p0 ; <f0, f0 ; g0>"],
        _ => &["p0 == <z0, id> ; <id * del, h0, l0>", "independent #2, #3 given #1 in p0"],
    }
}

#[test]
fn theorems_hold_in_random_models() {
    let mut session = Session::new(Arc::new(Disk), Options::default());
    let report = session.run_text("theories", THEORIES, Path::new(""), &mut |_, _, _| {});
    assert!(report.failures.is_empty(), "{}", report.failures[0].render(false, 100));
    for result in &report.results {
        let Ok(Answer::Verdict(v)) = &result.answer else { panic!("{}", result.text) };
        assert_eq!(v.outcome, Outcome::Holds, "{}: {:?}", result.text, v.notes);
    }
    let mut r = Random(7);
    let mut proved = 0;
    for number in 0..400 {
        let (theory, declarations, parts) = model(number % 4, &mut r);
        let checks: String = claims(theory).iter().map(|c| format!("check {c}\n")).collect();
        let text = format!("{declarations}model M of {theory} {{ {parts} }}\n{checks}");
        let report = session.clone().run_text("model", &text, Path::new(""), &mut |_, _, _| {});
        assert!(report.failures.is_empty(), "{text}\n{}", report.failures[0].render(false, 100));
        for result in &report.results {
            let Ok(Answer::Verdict(Verdict { outcome, notes, .. })) = &result.answer else { panic!("{text}") };
            assert_eq!(*outcome, Outcome::Holds, "{}\n{text}", result.text);
            proved += notes.iter().filter(|n| n.contains("these theorems hold in it")).count();
        }
    }
    assert_eq!(proved, 400);
}
