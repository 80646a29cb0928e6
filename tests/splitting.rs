//! Idempotents and their splittings, and the closed classes of a chain as an object: against chains of which the classes and
//! the stationary states are known because they were chosen first.

mod common;

use std::cell::Cell;

use common::choices::{Choices, cases, fail};
use common::reference::Matrix;
use common::run::{answers, matrix, verdict};
use mcheck::decide::answer::{Answer, Witness};
use mcheck::number::ratio::Ratio;
use mcheck::syntax::print::print_file;
use proptest::test_runner::TestCaseError;

fn law(ch: &mut Choices<'_>, n: usize) -> Vec<Ratio> {
    let mut masses: Vec<i64> = (0..n).map(|_| [0, 1, 1, 2, 3, 0][ch.below(6)]).collect();
    masses[ch.below(n)] += 1;
    let total: i64 = masses.iter().sum();
    masses.into_iter().map(|m| Ratio::of(m, total)).collect()
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let entry = |i: usize, j: usize| (0..b.rows()).fold(Ratio::ZERO, |s, k| &s + &(&a.0[i][k] * &b.0[k][j]));
    Matrix((0..a.rows()).map(|i| (0..b.cols()).map(|j| entry(i, j)).collect()).collect())
}

/// A splitting of an idempotent on `n` points: which class each point is in, if any, in the order of their first points; how
/// points get into classes; and the stationary states.
fn splitting(ch: &mut Choices<'_>, n: usize) -> (Matrix, Matrix) {
    let wanted = 1 + ch.below(3);
    let mut class: Vec<Option<usize>> = (0..n).map(|_| [Some(0), Some(1), Some(2), None][ch.below(4)]).collect();
    class[ch.below(n)] = Some(0);
    let mut order: Vec<usize> = Vec::new();
    for c in class.iter_mut() {
        *c = c.map(|c| c % wanted);
        if let Some(c) = c
            && !order.contains(c)
        {
            order.push(*c);
        }
    }
    let k = order.len();
    let place = |c: &usize| order.iter().position(|o| o == c).unwrap();
    let into = |c: &Option<usize>, ch: &mut Choices<'_>| match c {
        Some(c) => (0..k).map(|j| if j == place(c) { Ratio::ONE } else { Ratio::ZERO }).collect(),
        None => law(ch, k),
    };
    let r = Matrix(class.iter().map(|c| into(c, ch)).collect());
    let state = |j: usize, ch: &mut Choices<'_>| {
        // Every point of a class has positive mass.
        let own = |c: &Option<usize>| c.as_ref().is_some_and(|c| place(c) == j);
        let masses: Vec<i64> = class.iter().map(|c| if own(c) { 1 + ch.below(3) as i64 } else { 0 }).collect();
        let total: i64 = masses.iter().sum();
        masses.into_iter().map(|m| Ratio::of(m, total)).collect()
    };
    let i = Matrix((0..k).map(|j| state(j, ch)).collect());
    (r, i)
}

fn shown(m: &Matrix) -> String {
    let row = |r: &Vec<Ratio>| format!("[{}]", r.iter().map(Ratio::to_string).collect::<Vec<_>>().join(", "));
    format!("[{}]", m.0.iter().map(row).collect::<Vec<_>>().join(", "))
}

fn rows(answer: &Answer) -> Result<Matrix, TestCaseError> {
    match matrix(answer) {
        Some((m, _)) => Ok(m),
        None => fail("no kernel"),
    }
}

#[test]
fn idempotents_split_as_they_were_made() {
    cases(600, |ch| {
        let n = 1 + ch.below(5);
        let (r, i) = splitting(ch, n);
        let e = product(&r, &i);
        let text = format!(
            "object X = 0..{n}\nobject K = 0..{}\nkernel e : X -> X = {}\n\
             eval absorption(e, K)\neval stationary(e, K)\ncheck idempotent e\n\
             check absorption(e, K) ; stationary(e, K) == e\ncheck stationary(e, K) ; absorption(e, K) == id[K]\n\
             check e ; <id, e> == e ; <e, id>\n",
            i.rows(),
            shown(&e)
        );
        let all = answers(&text)?;
        if rows(&all[0])?.0 != r.0 || rows(&all[1])?.0 != i.0 {
            return fail(format!("another splitting\n{text}"));
        }
        match all[2..].iter().all(|a| verdict(a).is_some_and(|v| v.1)) {
            true => Ok(()),
            false => fail(format!("an equation fails\n{text}")),
        }
    });
}

/// Any chain with these classes goes through them too: one step changes neither where it ends nor what is stationary.
#[test]
fn chains_go_through_their_classes() {
    let seen = Cell::new([0u32; 2]);
    cases(600, |ch| {
        let n = 1 + ch.below(5);
        let (r, i) = splitting(ch, n);
        // Sometimes one stays where one is, else a step is taken: that has the same classes and the same stationary states.
        let e = product(&r, &i);
        let stay = if ch.once_in(3) { Ratio::ZERO } else { Ratio::of(1, 3) };
        let entry = |x: usize, y: usize| {
            let step = &e.0[x][y] * &(&Ratio::ONE - &stay);
            if x == y { &step + &stay } else { step }
        };
        let p = Matrix((0..n).map(|x| (0..n).map(|y| entry(x, y)).collect()).collect());
        let text = format!(
            "object X = 0..{n}\nobject K = 0..{}\nkernel p : X -> X = {}\n\
             eval absorption(p, K)\neval stationary(p, K)\ncheck idempotent p\n",
            i.rows(),
            shown(&p)
        );
        let all = answers(&text)?;
        let (into, states) = (rows(&all[0])?, rows(&all[1])?);
        let unit = Matrix::of(i.rows(), i.rows(), |a, b| a == b);
        if product(&p, &into).0 != into.0 || product(&states, &p).0 != states.0 || product(&states, &into).0 != unit.0 {
            return fail(format!("no classes\n{text}"));
        }
        if into.0 != r.0 || states.0 != i.0 {
            return fail(format!("other classes\n{text}"));
        }
        let Some((v, holds)) = verdict(&all[2]) else { return fail("no verdict") };
        let twice = product(&p, &p);
        let mut counts = seen.get();
        counts[usize::from(holds)] += 1;
        seen.set(counts);
        if holds != (twice.0 == p.0) {
            return fail(format!("idempotent: another verdict\n{text}"));
        }
        if !holds {
            let Some(Witness::Entry { input, output, left, right }) = &v.witness else { return fail("no entry") };
            let (x, y) = (input.1 as usize, output.1 as usize);
            if twice.0[x][y] != *left || p.0[x][y] != *right || left == right {
                return fail(format!("no refutation\n{text}"));
            }
        }
        Ok(())
    });
    let [fails, holds] = seen.get();
    assert!(fails >= 60 && holds >= 60, "a poor mixture: {fails} fail, {holds} hold");
}

#[test]
fn they_are_printed_as_they_are_read() {
    let text = "eval absorption(P, A * B)\n\neval x ; stationary(P, K) ; stationary(P)\n\ncheck idempotent f ; g\n";
    let tree = common::run::parse(text).unwrap();
    assert_eq!(print_file(&tree), text);
}

/// What is computed from a chain with a row that was filled in depends on the filling.
#[test]
fn fillings_are_owned_up_to() {
    let text = "object X = 0..2\nobject K = 0..1\nkernel zero : X { 0: 1 }\n\
                eval absorption(bayes(id[X], zero), K)\neval stationary(bayes(id[X], zero), K)\n";
    let all = answers(text).unwrap();
    let filled = |a: &Answer| matrix(a).unwrap().1;
    assert_eq!((filled(&all[0]), filled(&all[1])), (vec![true, true], vec![true]));
}
