//! `forall`: random families whose entries are polynomials, written in several ways, and equations between diagrams of
//! them. The reference knows each entry as a list of coefficients and multiplies dense matrices at more points than the
//! degree of everything together; every refutation is verified by a plain program in which the values are written out.

mod common;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use common::choices::{Choices, cases, fail};
use common::reference::Matrix;
use common::run::{answers, run, verdict};
use mcheck::base::files::Disk;
use mcheck::decide::answer::{Answer, Level, Outcome, Verdict, Witness};
use mcheck::number::ratio::Ratio;
use mcheck::session::{Options, Session};
use proptest::test_runner::{TestCaseError, TestCaseResult};

/// A polynomial in one variable by its coefficients, from the constant on.
#[derive(Debug, Clone, PartialEq)]
struct Poly(Vec<Ratio>);

impl Poly {
    fn at(&self, x: &Ratio) -> Ratio {
        self.0.iter().rev().fold(Ratio::ZERO, |sum, c| &(&sum * x) + c)
    }

    fn plus(&self, other: &Poly) -> Poly {
        let zero = Ratio::ZERO;
        let get = |p: &Poly, i: usize| p.0.get(i).unwrap_or(&zero).clone();
        Poly((0..self.0.len().max(other.0.len())).map(|i| &get(self, i) + &get(other, i)).collect())
    }

    fn times(&self, other: &Poly) -> Poly {
        let mut out = vec![Ratio::ZERO; self.0.len() + other.0.len() - 1];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                out[i + j] = &out[i + j] + &(a * b);
            }
        }
        Poly(out)
    }
}

/// A stochastic matrix of polynomials `sum of weights[i]·binomial(m, i)·a^i·(1-a)^(m-i)`: convex, so that every value of
/// `a` between 0 and 1 is admissible.
#[derive(Debug, Clone)]
struct Family {
    /// For each input, each outcome and each i a weight; the outcomes sum to 1 for each i.
    rows: Vec<Vec<Vec<Ratio>>>,
    degree: usize,
    /// The entries, written out.
    entries: Vec<Vec<Poly>>,
}

fn binomial(n: usize, k: usize) -> i64 {
    (0..k).fold(1, |b, i| b * (n - i) as i64 / (i as i64 + 1))
}

impl Family {
    fn random(ch: &mut Choices<'_>, inputs: usize, outcomes: usize) -> Family {
        let degree = 1 + ch.below(3);
        let mut law = || {
            let masses: Vec<i64> = (0..outcomes).map(|o| ch.below(4) as i64 + i64::from(o == 0)).collect();
            let total: i64 = masses.iter().sum();
            masses.iter().map(|m| Ratio::of(*m, total)).collect::<Vec<Ratio>>()
        };
        let mut row = || {
            let laws: Vec<Vec<Ratio>> = (0..=degree).map(|_| law()).collect();
            (0..outcomes).map(|o| laws.iter().map(|l| l[o].clone()).collect()).collect()
        };
        let rows = (0..inputs).map(|_| row()).collect();
        Family { rows, degree, entries: Vec::new() }.expanded()
    }

    /// The same with one weight changed by the least that is visible, if that leaves the weights not negative.
    fn changed(&self, ch: &mut Choices<'_>) -> Family {
        let mut out = self.clone();
        let row = ch.below(out.rows.len());
        let i = ch.below(out.degree + 1);
        let row = &mut out.rows[row];
        let from = (0..row.len()).find(|o| !row[*o][i].is_zero()).unwrap();
        let to = (from + 1) % row.len();
        let step = &row[from][i] * &Ratio::of(1, 50);
        row[from][i] = &row[from][i] - &step;
        row[to][i] = &row[to][i] + &step;
        out.expanded()
    }

    fn expanded(mut self) -> Family {
        let row = |input| (0..self.rows[0].len()).map(|outcome| self.entry(input, outcome)).collect();
        self.entries = (0..self.rows.len()).map(row).collect();
        self
    }

    fn entry(&self, input: usize, outcome: usize) -> Poly {
        let (one, x) = (Poly(vec![Ratio::ONE]), Poly(vec![Ratio::ZERO, Ratio::ONE]));
        let rest = Poly(vec![Ratio::ONE, Ratio::from(-1)]);
        let power = |p: &Poly, n: usize| (0..n).fold(one.clone(), |q, _| q.times(p));
        (0..=self.degree).fold(Poly(vec![Ratio::ZERO]), |sum, i| {
            let weight = &self.rows[input][outcome][i] * &Ratio::from(binomial(self.degree, i));
            sum.plus(&power(&x, i).times(&power(&rest, self.degree - i)).times(&Poly(vec![weight])))
        })
    }

    fn at(&self, x: &Ratio) -> Matrix {
        Matrix(self.entries.iter().map(|row| row.iter().map(|p| p.at(x)).collect()).collect())
    }

    /// A declaration; the way of writing is random for each entry.
    fn declared(&self, ch: &mut Choices<'_>, name: &str, dom: &str, cod: &str) -> String {
        let mut text = format!("kernel {name}[a: Prob] : {dom} -> {cod} {{\n");
        for input in 0..self.rows.len() {
            let last = ch.below(self.rows[0].len() + 1);
            let cells: Vec<String> = (0..self.rows[0].len())
                .map(|o| format!("{o}: {}", if o == last { "rest".into() } else { self.written(ch, input, o) }))
                .collect();
            text.push_str(&format!("  {input} -> {}\n", cells.join(", ")));
        }
        text.push_str("}\n");
        text
    }

    fn written(&self, ch: &mut Choices<'_>, input: usize, outcome: usize) -> String {
        let coefficients = self.entries[input][outcome].0.clone();
        match ch.below(4) {
            // As Bernstein wrote it.
            0 => (0..=self.degree)
                .map(|i| {
                    let weight = &self.rows[input][outcome][i] * &Ratio::from(binomial(self.degree, i));
                    format!("{weight}*a^{i}*(1-a)^{}", self.degree - i)
                })
                .collect::<Vec<_>>()
                .join(" + "),
            1 => {
                let terms: Vec<String> = coefficients.iter().enumerate().map(|(i, c)| format!("({c})*a^{i}")).collect();
                terms.join(" + ")
            }
            // As Horner did.
            2 => coefficients.iter().rev().fold("0".to_string(), |sum, c| format!("(({sum})*a + {c})")),
            // With something that cancels: a quotient that is a polynomial.
            _ => {
                let terms: Vec<String> =
                    coefficients.iter().enumerate().map(|(i, c)| format!("({c})*a^{i}*(2 + a)/(2 + a)")).collect();
                terms.join(" + ")
            }
        }
    }
}

/// An argument of a family, in the parameters d and e: its text, its value, its degree.
struct Argument {
    text: &'static str,
    value: fn(&Ratio, &Ratio) -> Ratio,
}

const ARGUMENTS: [Argument; 9] = [
    Argument { text: "e", value: |_, e| e.clone() },
    Argument { text: "d", value: |d, _| d.clone() },
    Argument { text: "1 - e", value: |_, e| &Ratio::ONE - e },
    Argument { text: "d*e", value: |d, e| d * e },
    Argument { text: "e^2", value: |_, e| e * e },
    Argument { text: "(d + e)/2", value: |d, e| &(d + e) * &Ratio::of(1, 2) },
    Argument { text: "2*d*(1 - d)", value: |d, _| &(&Ratio::from(2) * d) * &(&Ratio::ONE - d) },
    Argument { text: "1/3", value: |_, _| Ratio::of(1, 3) },
    // Not defined for large values.
    Argument { text: "d + e/2", value: |d, e| d + &(e * &Ratio::of(1, 2)) },
];

/// A family at an argument.
type Part = (usize, usize);

/// A chain of families at arguments, which may end in two that see the same.
struct Chain {
    parts: Vec<Part>,
    pair: Option<[Part; 2]>,
}

impl Chain {
    fn random(ch: &mut Choices<'_>, families: usize) -> Chain {
        let part = |ch: &mut Choices<'_>| (ch.below(families), ch.below(ARGUMENTS.len()));
        let pair = ch.once_in(3).then(|| [part(ch), part(ch)]);
        let most = if pair.is_some() { 2 } else { 3 };
        Chain { parts: (0..1 + ch.below(most)).map(|_| part(ch)).collect(), pair }
    }

    fn all(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().chain(self.pair.iter().flatten())
    }

    fn text(&self, prefix: &str, argument: impl Fn(usize) -> String) -> String {
        let part = |(f, a): &Part| format!("{prefix}{f}[{}]", argument(*a));
        let mut parts: Vec<String> = self.parts.iter().map(part).collect();
        parts.extend(self.pair.iter().map(|[a, b]| format!("<{}, {}>", part(a), part(b))));
        parts.join(" ; ")
    }

    /// The matrix; none where an argument is out of range.
    fn at(&self, families: &[Family], d: &Ratio, e: &Ratio) -> Option<Matrix> {
        let part = |(family, argument): &Part| {
            let x = (ARGUMENTS[*argument].value)(d, e);
            (!x.sign().is_lt() && x <= Ratio::ONE).then(|| families[*family].at(&x))
        };
        let mut parts: Vec<Matrix> = self.parts.iter().map(part).collect::<Option<_>>()?;
        if let Some([a, b]) = &self.pair {
            let (a, b) = (part(a)?, part(b)?);
            let both =
                |(x, y): (&Vec<Ratio>, &Vec<Ratio>)| x.iter().flat_map(|p| y.iter().map(move |q| p * q)).collect();
            parts.push(Matrix(a.0.iter().zip(&b.0).map(both).collect()));
        }
        parts.into_iter().reduce(|all, next| all.then(&next))
    }
}

/// The values of d and e in a witness, and the entries that differ.
fn refutation(v: &Verdict) -> Result<(Vec<(String, Ratio)>, Witness), TestCaseError> {
    match &v.witness {
        Some(Witness::At { values, witness }) => {
            Ok((values.iter().map(|(n, v)| (n.to_string(), v.clone())).collect(), (**witness).clone()))
        }
        other => fail(format!("a refutation has values and an entry, this is {other:?}")),
    }
}

fn value<'v>(values: &'v [(String, Ratio)], name: &str) -> &'v Ratio {
    &values.iter().find(|(n, _)| n == name).unwrap().1
}

fn only(text: &str) -> Result<(Verdict, bool), TestCaseError> {
    let answers = answers(text)?;
    match answers.last().and_then(verdict) {
        Some((v, holds)) => Ok((v.clone(), holds)),
        None => fail(format!("there is no verdict\n{text}")),
    }
}

#[test]
fn random_identities_are_decided_as_the_reference_does() {
    let (held, failed, changed) = (Cell::new(0), Cell::new(0), Cell::new(0));
    cases(150, |ch| {
        let families: Vec<Family> = (0..2).map(|_| Family::random(ch, 2, 2)).collect();
        let touched = ch.below(families.len());
        let other: Vec<Family> = match ch.once_in(2) {
            false => families.clone(),
            true => {
                changed.set(changed.get() + 1);
                let change = |(i, f): (usize, &Family)| if i == touched { f.changed(ch) } else { f.clone() };
                families.iter().enumerate().map(change).collect()
            }
        };
        let mut program = String::from("object A = 0..2\n");
        for (i, (f, g)) in families.iter().zip(&other).enumerate() {
            program.push_str(&f.declared(ch, &format!("f{i}"), "A", "A"));
            program.push_str(&g.declared(ch, &format!("g{i}"), "A", "A"));
        }
        let chain = Chain::random(ch, families.len());
        let written = |a: usize| ARGUMENTS[a].text.to_string();
        let claim = format!("{} == {}", chain.text("f", written), chain.text("g", written));
        let text = format!("{program}check forall d, e: Prob. {claim}\n");
        let (v, holds) = only(&text)?;
        // Four boxes of degree 3 with arguments of degree 2: degree 24 at most in each parameter. All are defined here.
        let (steps, mut differ) = (25, false);
        for i in 0..=steps {
            for j in 0..=steps {
                let (d, e) = (Ratio::of(i, 2 * steps), Ratio::of(j, steps));
                if let (Some(a), Some(b)) = (chain.at(&families, &d, &e), chain.at(&other, &d, &e)) {
                    differ |= a != b;
                }
            }
        }
        if holds == differ {
            return fail(format!("the reference says differ = {differ}, mcheck holds = {holds}\n{text}"));
        }
        if holds {
            held.set(held.get() + 1);
            let exact = v.level == Level::EveryParameter || v.level == Level::EveryMarkovCategory;
            if !exact || v.witness.is_some() {
                return fail(format!("{v:?}\n{text}"));
            }
            return many_values(ch, &program, &chain);
        }
        failed.set(failed.get() + 1);
        // By the reference, and by a plain program.
        let (values, witness) = refutation(&v)?;
        let (d, e) = (value(&values, "d"), value(&values, "e"));
        let Witness::Entry { input, output, left, right } = &witness else { return fail(format!("{witness:?}")) };
        let (a, b) = (chain.at(&families, d, e), chain.at(&other, d, e));
        let entry = |m: &Option<Matrix>| m.as_ref().map(|m| m.0[input.1 as usize][output.1 as usize].clone());
        if entry(&a).as_ref() != Some(left) || entry(&b).as_ref() != Some(right) || left == right {
            return fail(format!("the witness {witness:?} at {values:?} is wrong\n{text}"));
        }
        let plain = |a: usize| (ARGUMENTS[a].value)(d, e).to_string();
        let text = format!("{program}check {} == {}\n", chain.text("f", plain), chain.text("g", plain));
        match only(&text)? {
            (v, false) if v.witness.as_ref() == Some(&witness) => Ok(()),
            (v, _) => fail(format!("the plain program says {v:?}\n{text}")),
        }
    });
    assert!(held.get() > 30 && failed.get() > 30 && changed.get() > 30, "{held:?} {failed:?} {changed:?}");
}

/// A claim that holds for every parameter holds at many values, by plain programs.
fn many_values(ch: &mut Choices<'_>, program: &str, chain: &Chain) -> TestCaseResult {
    let mut text = program.to_string();
    let mut count = 0;
    for _ in 0..8 {
        let q = 3 + ch.below(95) as i64;
        let (d, e) = (Ratio::of(ch.below(q as usize + 1) as i64, q), Ratio::of(ch.below(q as usize + 1) as i64, q));
        let plain = |a: usize| (ARGUMENTS[a].value)(&d, &e).to_string();
        let in_range = |a: &usize| (ARGUMENTS[*a].value)(&d, &e) <= Ratio::ONE;
        if chain.all().all(|(_, a)| in_range(a)) {
            count += 1;
            text.push_str(&format!("check {} == {}\n", chain.text("f", plain), chain.text("g", plain)));
        }
    }
    let answers = answers(&text)?;
    let all = answers.iter().filter_map(verdict).all(|(_, holds)| holds);
    if !all || answers.len() != count { fail(format!("some value refutes it\n{text}")) } else { Ok(()) }
}

/// Families that a polynomial cannot decide: `holds` would be a guess.
#[test]
fn piecewise_families_are_never_guessed() {
    let refuted = Cell::new(0);
    cases(60, |ch| {
        let bound = Ratio::of(1 + ch.below(30) as i64, 31);
        let piecewise = match ch.below(4) {
            0 => format!("min(a, {bound})"),
            1 => format!("if a < {bound} then a else {bound}"),
            2 => format!("a - max(a - {bound}, 0)"),
            _ => format!("abs(min(a, {bound}))"),
        };
        let program = format!(
            "object A = 0..2\nkernel f[a: Prob] : A {{ 1: {piecewise}, 0: rest }}\nkernel g[a: Prob] : A {{ 1: a, 0: rest }}\n"
        );
        let report = run(&format!("{program}check forall e: Prob. f[e] == g[e]"));
        match report.results.first().map(|r| &r.answer) {
            Some(Ok(Answer::Verdict(v))) if v.outcome == Outcome::Fails => {
                refuted.set(refuted.get() + 1);
                let (values, _) = refutation(v)?;
                let e = value(&values, "e");
                let plain = format!("{program}check f[{e}] == g[{e}]");
                if only(&plain)?.1 { fail(format!("no refutation\n{plain}")) } else { Ok(()) }
            }
            Some(Err(why)) if why.contains("depends on a parameter") => Ok(()),
            other => fail(format!("{other:?}\n{program}")),
        }
    });
    assert!(refuted.get() > 20, "{refuted:?}");
}

/// Answers as words: `holds, LEVEL`, `fails`, or `unknown: why`.
fn words(program: &str) -> Vec<String> {
    let report = run(program);
    assert!(report.failures.is_empty(), "{:?}\n{program}", common::run::codes(&report));
    let word = |answer: &Result<Answer, String>| match answer {
        Ok(Answer::Verdict(v)) if v.outcome == Outcome::Holds => format!("holds, {}", v.level.name()),
        Ok(_) => "fails".into(),
        Err(why) => format!("unknown: {why}"),
    };
    report.results.iter().map(|r| word(&r.answer)).collect()
}

const CHANNELS: &str = "object Bit = 0..2
kernel bsc[e: Prob](x: Bit) -> Bit = { x: 1 - e, 1 - x: e }
kernel flip[p: Prob] : Bit { 1: p, 0: rest }
kernel xor(x: Bit, y: Bit) -> Bit = (x + y) mod 2
kernel test[s: Prob, f: Prob] : Bit -> Bit { 1 -> 1: s, 0: rest   0 -> 1: f, 0: rest }
kernel odds[r: Rat] : Bit { 1: r/(1 + r), 0: rest }
kernel share[n: Nat] : Bit { 1: 1/(n + 1), 0: rest }
kernel known[e: Prob](x: Bit) -> Bit = 1 - x
kernel moved[n: Nat] : Bit -> Bit { 0 -> 0: 1   1 -> 1: 1 }
diagram pair -> (x: Bit, y: Bit) { x ~ flip[1/3]  y ~ bsc[1/5](x)  return x, y }
";

/// Claims with what is to be said of them.
fn expect(claims: &[(&str, &str)]) {
    for (claim, wanted) in claims {
        let found = words(&format!("{CHANNELS}check {claim}\n")).remove(0);
        assert!(found.starts_with(wanted), "{claim}\n  expected {wanted}\n  found    {found}");
    }
}

#[test]
fn diagrams_and_numbers_of_every_kind() {
    expect(&[
        ("forall e: Prob. bsc[e] ; bsc[e] == bsc[2*e*(1-e)]", "holds, every parameter"),
        ("forall d, e: Prob. bsc[d] ; bsc[e] == bsc[d + e - 2*d*e]", "holds, every parameter"),
        ("forall e: Prob. bsc[e] ; bsc[e] == bsc[2*e]", "fails"),
        ("not forall e: Prob. bsc[e] ; bsc[e] == bsc[2*e]", "holds, exact"),
        ("not forall e: Prob. bsc[e] ; bsc[1 - e] == bsc[1 - 2*e*(1 - e)]", "fails"),
        // The same box, by its arguments.
        ("forall e: Prob. bsc[2*e*(1-e)] ; bsc[e] == bsc[2*e - 2*e^2] ; bsc[e] ; id", "holds, every Markov category"),
        ("forall e: Prob. flip[e] ; copy == flip[e] * flip[e]", "fails"),
        // A function whatever its parameter is: the two uses are one.
        ("forall e: Prob. known[e] ; copy == copy ; (known[e] * known[e])", "holds, every Markov category"),
        ("forall e: Prob. deterministic known[e]", "holds, every parameter"),
        ("forall e: Prob. deterministic bsc[e]", "fails"),
        ("forall e: Prob. deterministic bsc[e*(1-e)*0]", "holds, every parameter"),
        ("forall n: Nat. deterministic moved[n] under flip[1/2]", "holds, every parameter"),
        // Wherever both sides are defined.
        ("forall e: Prob. bsc[2*e] ; bsc[e] == bsc[3*e - 4*e^2]", "holds, every parameter"),
        ("forall d, e: Prob. flip[d + e] ; bsc[1/3] == flip[1/3 + (d + e)/3]", "holds, every parameter"),
        // Defined in a corner, where d and e are almost 1.
        ("forall d, e: Prob. flip[2*d + 2*e - 3] ; bsc[1] == flip[4 - 2*d - 2*e]", "holds, every parameter"),
        ("forall r: Rat. odds[r] == flip[r/(1 + r)]", "holds, every parameter"),
        ("forall r: Rat. odds[r] == flip[1 - 1/(1 + r)]", "holds, every parameter"),
        ("forall r: Rat. odds[r] == flip[1/(1 + r)]", "fails"),
        ("forall n: Nat. share[n] == flip[1/(n + 1)]", "holds, every parameter"),
        ("forall n: Nat. share[n] == flip[1/(n + 2)]", "fails"),
        // Defined for natural numbers only, though it says rationals.
        ("forall r: Rat. share[r] == flip[1/(r + 1)]", "holds, every parameter"),
        ("forall r, q: Rat. share[r] * share[q] == flip[1/(r + 1)] * flip[1/(q + 1)]", "holds, every parameter"),
        // Almost surely: what is never drawn does not matter, for every prior.
        ("forall p: Prob. id == bsc[0] under flip[p]", "holds, every parameter"),
        ("forall p, s, f: Prob. test[s, f] == test[s, f/2] under flip[p]", "fails"),
        ("forall f, s: Prob. test[s, f] == test[s, f/2] under flip[1]", "holds, every parameter"),
        // Numbers, also quotients.
        ("forall p: Prob. prob(#1 = 1 in flip[p] ; bsc[1/10]) == p*9/10 + (1-p)/10", "holds, every parameter"),
        (
            "forall p, s, f: Prob. prob(#1 = 1 | #2 = 1 in flip[p] ; <id, test[s, f]>) == p*s/(p*s + (1-p)*f)",
            "holds, every parameter",
        ),
        ("forall p, s, f: Prob. prob(#1 = 1 | #2 = 1 in flip[p] ; <id, test[s, f]>) == p*s/(p*s + (1-p)*s)", "fails"),
        ("forall p: Prob. E(#1) in flip[p] == p", "holds, every parameter"),
        ("forall p: Prob. E(#1^2) in flip[p] - (E(#1) in flip[p])^2 == p*(1-p)", "holds, every parameter"),
        ("forall p: Rat. (p^2 - 1)/(p - 1) == p + 1", "holds, every parameter"),
        ("forall p: Rat. (p^2 - 1)/(p - 1) == p + 2", "fails"),
        ("forall p: Rat. p^(-1) * p == 1", "holds, every parameter"),
        // Surgery, observation, powers.
        ("forall e: Prob. do(pair, flip := flip[e]) ; (del * id) == flip[e/5*4 + (1-e)/5]", "holds, every parameter"),
        ("forall e: Prob. observe(flip[e] ; copy, #1 = 1) == flip[1] ; copy", "holds, every parameter"),
        (
            "forall e: Prob. marginal(observe(flip[e] ; <id, bsc[1/5]>, #2 = 1), #1) == flip[4*e/(1 + 3*e)]",
            "holds, every parameter",
        ),
        ("forall e: Prob. bsc[e]^12 == bsc[(1 - (1 - 2*e)^12)/2]", "holds, every parameter"),
        ("forall e: Prob. bsc[e]^12 == bsc[(1 - (1 - 2*e)^11)/2]", "fails"),
    ]);
}

#[test]
fn what_is_no_polynomial_is_unknown_unless_refuted() {
    expect(&[
        (
            "forall n: Nat. bsc[1/10]^n ; bsc[1/10] == bsc[1/10] ; bsc[1/10]^n",
            "unknown: no value that was tried refutes it, and it is not seen to be an identity of polynomials: an exponent",
        ),
        ("forall n: Nat. bsc[1/10]^n == bsc[1/10]", "fails"),
        ("forall n: Nat. bsc[1/2]^(n + 1) == bsc[1/2]", "unknown"),
        ("forall r: Rat. prob(#1 >= r in flip[1/2]) == prob(#1 > r - 1 in flip[1/2])", "fails"),
        (
            "forall n: Nat. prob(#1 >= n + 2 in flip[1/2]) == 0",
            "unknown: no value that was tried refutes it, and it is not seen to be an identity of polynomials: a formula over outcomes",
        ),
        // The row that conditions on 0 is at e = 0.
        ("forall e: Prob. cond(flip[e] ; copy, #1 given #2) == id", "fails"),
        (
            "forall e: Prob. cond(flip[e/2 + 1/4] ; copy, #1 given #2) == id",
            "unknown: no value that was tried refutes it, and it is not seen to be an identity of polynomials: `cond`",
        ),
        // A conditional in which nothing depends on the parameter is a kernel like others.
        ("forall e: Prob. cond(pair, y given x) ; bsc[e] == bsc[1/5 + e*3/5]", "holds, every parameter"),
        ("forall e: Prob. bayes(bsc[e], flip[1/3]) == bayes(bsc[e], flip[1/3])", "holds, every Markov category"),
        ("forall e: Prob. bsc[min(e, 1/2)] ; bsc[0] == bsc[min(e, 1/2)]", "unknown"),
        ("forall e: Prob. bsc[min(e, 1/2)] ; id == bsc[min(e, 1/2)]", "holds, every Markov category"),
        ("forall e: Prob. bsc[e mod 1/2] == bsc[e]", "fails"),
        ("forall e: Prob. bsc[2 + e] == id", "unknown: at none of"),
        (
            "forall e: Prob. bsc[e]^70000 ; bsc[e^2] == bsc[e^2] ; bsc[e]^70000",
            "unknown: it is an equation of polynomials of degree at most 70002 in e",
        ),
    ]);
}

#[test]
fn the_values_that_refute_stand_in_the_json() {
    let report = run(&format!("{CHANNELS}check forall e: Prob. bsc[e] ; bsc[e] == bsc[2*e]\n"));
    let object = mcheck::report::json::file_object(&report);
    let wanted = serde_json::json!({
        "kind": "entry", "input": ["0"], "output": ["0"], "left": "1/2", "right": "0", "parameters": { "e": "1/2" },
    });
    assert_eq!(object["results"][0]["witness"], wanted);
    let report = run(&format!("{CHANNELS}check forall e: Prob. bsc[e] ; bsc[e] == bsc[2*e*(1-e)]\n"));
    let object = mcheck::report::json::file_object(&report);
    assert_eq!(object["results"][0]["level"], "every parameter");
    assert!(object["results"][0]["compared"].as_str().unwrap().contains("degree at most 2 in e"));
}

/// Values that one would try first agree, and the polynomials differ.
#[test]
fn agreement_at_small_values_is_no_proof() {
    let roots = [(1, 2), (1, 3), (1, 4), (2, 3), (3, 4), (1, 5), (1, 10), (1, 100), (0, 1), (1, 1)];
    let product: Vec<String> = roots.iter().map(|(p, q)| format!("(a - {p}/{q})")).collect();
    let program = format!(
        "object A = 0..2\nkernel f[a: Prob] : A {{ 1: 1/2 + {}/4, 0: rest }}\ncheck forall e: Prob. f[e] == uniform[A]\ncheck forall d, e: Prob. f[d] * f[e] == uniform[A] * f[e]\n",
        product.join("*")
    );
    assert_eq!(words(&program), ["fails", "fails"]);
}

#[test]
fn a_proof_stops_when_its_time_is_over() {
    let options = Options { time_limit: Some(Duration::from_millis(300)), ..Options::default() };
    let mut session = Session::new(Arc::new(Disk), options);
    let text = format!("{CHANNELS}check forall d, e: Prob. (bsc[d] ; bsc[e])^90 == (bsc[e] ; bsc[d])^90");
    let report = session.run_text("test", &text, std::path::Path::new(""), &mut |_, _, _| {});
    let answer = &report.results[0].answer;
    assert!(matches!(answer, Err(why) if why.contains("time limit")), "{answer:?}");
}
