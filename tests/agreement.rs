//! Random programs mean the same point-free, with wires, printed and read again, and by a slow dense reference; and
//! `==` holds exactly where the reference says so.

mod common;

use common::choices::{Choices, cases, fail};
use common::reference::{Fill, Matrix, Null, evaluate};
use common::run::{answers, codes, matrix, parse, run, verdict};
use common::tree::{Bare, Tree};
use common::world::World;
use mcheck::decide::answer::{Verdict, Witness};
use proptest::test_runner::{TestCaseError, TestCaseResult};

/// A random program and one diagram of it.
fn program(ch: &mut Choices<'_>, depth: usize) -> (World, Tree) {
    let mut w = World::new(ch);
    let dom = w.ty(ch, 3, 9);
    let tree = w.grow(ch, &dom, None, depth);
    (w, tree)
}

/// Both readings of a diagram, which differ where it depends on how null rows are filled.
fn both(w: &World, tree: &Tree) -> Result<(Matrix, Matrix), Null> {
    Ok((evaluate(w, tree, Fill::Uniform)?, evaluate(w, tree, Fill::First)?))
}

/// Declares a diagram point-free with inferred types.
fn inferred(w: &World, ch: &mut Choices<'_>, name: &str, tree: &Tree) -> String {
    let (dom, cod) = (w.type_text(&tree.dom(w), ch), w.type_text(&tree.cod(w), ch));
    format!("diagram {name} : {dom} -> {cod} = {}\n", tree.text(w, ch, 0, Bare::Free))
}

#[test]
fn all_notations_mean_what_the_reference_computes() {
    cases(1000, |ch| {
        let (mut w, tree) = program(ch, 4);
        let wired = w.wired_text(ch, "wired", &tree, &[]);
        let free = format!(
            "diagram free : {} -> {} = {}\n",
            w.type_text(&tree.dom(&w), ch),
            w.type_text(&tree.cod(&w), ch),
            tree.text(&w, ch, 0, Bare::Never)
        );
        let text = format!("{}{free}{wired}eval free\neval wired\ncheck free == wired\n", w.text);
        let wanted = match both(&w, &tree) {
            Ok(wanted) => wanted,
            // A null event that is discarded does no harm; else it is an error.
            Err(Null) => {
                let report = run(&text);
                if codes(&report).iter().any(|c| *c != "model::null_event") {
                    return fail(format!("{:?}\n{text}", codes(&report)));
                }
                return Ok(());
            }
        };
        agree(&text, &wanted)?;
        // Types from the context: what is understood at all is understood right.
        let report = run(&format!("{}{}", w.text, inferred(&w, ch, "x", &tree)));
        match codes(&report)[..] {
            [] | ["check::ambiguous_object" | "check::does_not_fit"] => {}
            _ => return fail(format!("{:?}\n{}{}", codes(&report), w.text, inferred(&w, ch, "x", &tree))),
        }
        // Printed and read again.
        let ast = parse(&text).map_err(TestCaseError::fail)?;
        let printed = mcheck::syntax::print::print_file(&ast);
        match parse(&printed) {
            Ok(again) if again == ast => agree(&printed, &wanted),
            Ok(_) => fail(format!("printed:\n{printed}\nis another tree than\n{text}")),
            Err(e) => fail(format!("{e}\nin the print\n{printed}\nof\n{text}")),
        }
    });
}

/// Two evaluations and a comparison, which all must agree with the reference.
fn agree(text: &str, (uniform, first): &(Matrix, Matrix)) -> TestCaseResult {
    let all = answers(text)?;
    for answer in &all[..2] {
        let Some((found, filled)) = matrix(answer) else { return fail(format!("no matrix\n{text}")) };
        if found != *uniform {
            return fail(format!("{found:?}\nbut by the reference\n{uniform:?}\n{text}"));
        }
        for (row, filled) in filled.iter().enumerate() {
            if uniform.0[row] != first.0[row] && !filled {
                return fail(format!("row {row} depends on a filling, and is not marked\n{text}"));
            }
        }
    }
    match verdict(&all[2]) {
        Some((_, true)) => Ok(()),
        _ => fail(format!("both notations should be equal\n{text}")),
    }
}

#[test]
fn types_from_the_context_change_no_value() {
    cases(800, |ch| {
        let (w, tree) = program(ch, 3);
        let Ok((wanted, _)) = both(&w, &tree) else { return Ok(()) };
        let text = format!("{}{}eval x\n", w.text, inferred(&w, ch, "x", &tree));
        if !codes(&run(&text)).is_empty() {
            return Ok(());
        }
        match matrix(&answers(&text)?[0]) {
            Some((found, _)) if found == wanted => Ok(()),
            found => fail(format!("{found:?}\nbut by the reference\n{wanted:?}\n{text}")),
        }
    });
}

/// Whether a verdict on `left == right` is right, and its witness too.
fn confirmed(verdict: &Verdict, holds: bool, left: &Matrix, right: &Matrix, text: &str) -> TestCaseResult {
    if holds != (left == right) {
        return fail(format!("mcheck: {}, the reference: {}\n{text}", word(holds), word(left == right)));
    }
    match (&verdict.witness, holds) {
        (None, true) => Ok(()),
        (Some(Witness::Entry { input, output, left: a, right: b }), false) => {
            let (i, j) = (input.1 as usize, output.1 as usize);
            if left.0[i][j] != *a || right.0[i][j] != *b || a == b {
                return fail(format!("the witness at ({i}, {j}), {a} and {b}, is none\n{text}"));
            }
            Ok(())
        }
        (witness, _) => fail(format!("the witness {witness:?}\n{text}")),
    }
}

fn word(holds: bool) -> &'static str {
    if holds { "holds" } else { "fails" }
}

#[test]
fn diagrams_equal_by_the_laws_are_equal() {
    cases(800, |ch| {
        let (mut w, tree) = program(ch, 3);
        let times = 1 + ch.below(6);
        let other = w.rewritten(ch, &tree, times);
        let (Ok((left, _)), Ok((right, _))) = (both(&w, &tree), both(&w, &other)) else { return Ok(()) };
        if left != right {
            return fail(format!("the laws of this test are wrong: {tree:?}\n{other:?}\n{}", w.text));
        }
        let (a, b) = (tree.text(&w, ch, 1, Bare::Never), other.text(&w, ch, 1, Bare::Never));
        let text = format!("{}check {a} == {b}\ncheck not {b} == {a}\ncheck {a} != {b}\n", w.text);
        let all = answers(&text)?;
        let verdicts: Vec<bool> = all.iter().filter_map(|a| verdict(a).map(|v| v.1)).collect();
        if verdicts != [true, false, false] {
            return fail(format!("{verdicts:?}\n{text}"));
        }
        Ok(())
    });
}

#[test]
fn a_change_in_one_entry_is_seen_where_it_matters() {
    let seen = std::cell::Cell::new([0u32; 2]);
    cases(800, |ch| {
        let (mut w, tree) = program(ch, 3);
        let other = w.spoiled(ch, &tree);
        let other = w.rewritten(ch, &other, 2);
        let (Ok((left, _)), Ok((right, _))) = (both(&w, &tree), both(&w, &other)) else { return Ok(()) };
        let (a, b) = (tree.text(&w, ch, 1, Bare::Never), other.text(&w, ch, 1, Bare::Never));
        let text = format!("{}check {a} == {b}\n", w.text);
        let all = answers(&text)?;
        let Some((found, holds)) = verdict(&all[0]) else { return fail(text) };
        let mut counts = seen.get();
        counts[usize::from(holds)] += 1;
        seen.set(counts);
        confirmed(found, holds, &left, &right, &text)
    });
    let [fails, holds] = seen.get();
    assert!(fails > 50 && holds > 20, "a poor mixture: {fails} fail, {holds} hold");
}

#[test]
fn equality_under_a_state_is_equality_of_joints() {
    let seen = std::cell::Cell::new([0u32; 2]);
    cases(800, |ch| {
        let mut w = World::new(ch);
        let (a, x) = (w.ty(ch, 1, 3), w.ty(ch, 2, 6));
        let p = w.grow(ch, &a, Some(&x), 2);
        let f = w.grow(ch, &x, None, 2);
        let g = w.spoiled(ch, &f);
        let joint = |h: &Tree| Tree::Seq(vec![p.clone(), Tree::Pair(vec![Tree::Id(x.clone()), h.clone()])]);
        let sides = [both(&w, &joint(&f)), both(&w, &joint(&g))];
        let [Ok((left, left_first)), Ok((right, right_first))] = sides else { return Ok(()) };
        let (f, g, p) =
            (f.text(&w, ch, 1, Bare::Never), g.text(&w, ch, 1, Bare::Never), p.text(&w, ch, 1, Bare::Never));
        let text = format!("{}check {f} == {g} under {p}\n", w.text);
        let all = answers(&text)?;
        let Some((found, holds)) = verdict(&all[0]) else { return fail(text) };
        let mut counts = seen.get();
        counts[usize::from(holds)] += 1;
        seen.set(counts);
        if holds != (left == right) {
            return fail(format!("mcheck: {}\n{text}", word(holds)));
        }
        if holds != (left_first == right_first) && !found.filled {
            return fail(format!("the verdict depends on a filling, and does not say so\n{text}"));
        }
        Ok(())
    });
    let [fails, holds] = seen.get();
    assert!(fails > 30 && holds > 30, "a poor mixture: {fails} fail, {holds} hold");
}
