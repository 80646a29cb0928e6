//! Every claim and every number about random programs against brute-force sums over the joint: independence,
//! determinism, chains, probabilities, expectations, supports.

mod common;

use std::cell::Cell;

use common::choices::{Choices, cases, fail};
use common::events::{Event, Value};
use common::reference::{Fill, Matrix, choice, evaluate};
use common::run::{answers, codes, number, run, verdict};
use common::tree::{Bare, Tree};
use common::world::World;
use mcheck::decide::answer::{Answer, Witness};
use mcheck::number::ratio::Ratio;
use proptest::test_runner::TestCaseResult;

/// Counts how often a claim fails and holds, so that a test that sees only one of them fails.
struct Mixture(Cell<[u32; 2]>);

impl Mixture {
    fn new() -> Mixture {
        Mixture(Cell::new([0; 2]))
    }

    fn saw(&self, holds: bool) {
        let mut counts = self.0.get();
        counts[usize::from(holds)] += 1;
        self.0.set(counts);
    }

    fn at_least(&self, least: u32) {
        let [fails, holds] = self.0.get();
        assert!(fails >= least && holds >= least, "a poor mixture: {fails} fail, {holds} hold");
    }
}

/// Compares a verdict under both fillings with mcheck's, which must own up to a filling that it depends on.
fn decided(answer: &Answer, wanted: bool, otherwise: bool, seen: &Mixture, text: &str) -> TestCaseResult {
    let Some((found, holds)) = verdict(answer) else { return fail(format!("no verdict\n{text}")) };
    seen.saw(holds);
    if holds != wanted {
        return fail(format!("mcheck says {holds}, the reference {wanted}\n{text}"));
    }
    if wanted != otherwise && !found.filled {
        return fail(format!("the verdict depends on a filling, and does not say so\n{text}"));
    }
    Ok(())
}

fn sum<'r>(items: impl Iterator<Item = &'r Ratio>) -> Ratio {
    items.fold(Ratio::ZERO, |sum, x| &sum + x)
}

/// `p(x₁,…,xₙ,z) p(z)ⁿ⁻¹ = p(x₁,z) ⋯ p(xₙ,z)` for all inputs and all values, each side a sum over the joint.
fn independent(w: &World, cod: &[usize], m: &Matrix, groups: &[Vec<usize>], given: &[usize]) -> bool {
    let at = |places: &[usize]| m.then(&choice(w, cod, places));
    let all: Vec<usize> = [groups.concat(), given.to_vec()].concat();
    let (joint, known) = (at(&all), at(given));
    let parts: Vec<Matrix> = groups.iter().map(|g| at(&[&g[..], given].concat())).collect();
    let object = |places: &[usize]| places.iter().map(|p| cod[*p]).collect::<Vec<_>>();
    (0..m.rows()).all(|input| {
        (0..joint.cols()).all(|point| {
            let coordinates = w.coordinates(&object(&all), point);
            let (values, z) = coordinates.split_at(all.len() - given.len());
            let of_z = &known.0[input][w.point(&object(given), z)];
            let mut left = joint.0[input][point].clone();
            let mut right = Ratio::ONE;
            let mut start = 0;
            for (k, group) in groups.iter().enumerate() {
                let value = [&values[start..start + group.len()], z].concat();
                let places = [&group[..], given].concat();
                right = &right * &parts[k].0[input][w.point(&object(&places), &value)];
                if k > 0 {
                    left = &left * of_z;
                }
                start += group.len();
            }
            left == right
        })
    })
}

#[test]
fn independence_is_what_the_sums_say() {
    let seen = Mixture::new();
    cases(1000, |ch| {
        let mut w = World::new(ch);
        let dom = w.ty(ch, 1, 3);
        // Something known, and parts that look at it; or anything.
        let tree = if ch.below(3) > 0 {
            let z = w.ty(ch, 1, 3);
            let source = w.grow(ch, &dom, Some(&z), 1);
            let mut parts = vec![Tree::Id(z.clone())];
            for _ in 0..2 {
                let cod = w.ty(ch, 1, 3);
                parts.push(w.grow(ch, &z, Some(&cod), 1));
            }
            Tree::Seq(vec![source, Tree::Pair(parts)])
        } else {
            w.grow(ch, &dom, None, 3)
        };
        let cod = tree.cod(&w);
        if cod.len() < 2 {
            return Ok(());
        }
        let order = ch.shuffled((0..cod.len()).collect());
        let used = 2 + ch.below(cod.len() - 1);
        let mut groups: Vec<Vec<usize>> = vec![vec![order[0]], vec![order[1]]];
        let mut given = Vec::new();
        for place in &order[2..used] {
            match ch.below(4) {
                0 | 1 => given.push(*place),
                2 => groups[0].push(*place),
                _ => groups.push(vec![*place]),
            }
        }
        let (Ok(m), Ok(other)) = (evaluate(&w, &tree, Fill::Uniform), evaluate(&w, &tree, Fill::First)) else {
            return Ok(());
        };
        let d = w.declare(ch, tree);
        let of = Tree::Def(d);
        let mut shown = Vec::new();
        for group in &groups {
            let wires = of.wires(&w, ch, group);
            shown.push(if wires.contains(',') { format!("({wires})") } else { wires });
        }
        let known = if given.is_empty() { String::new() } else { format!(" given {}", of.wires(&w, ch, &given)) };
        let text = format!("{}check independent {}{known} in {}\n", w.text, shown.join(", "), w.defs[d].name);
        let wanted = independent(&w, &cod, &m, &groups, &given);
        let all = answers(&text)?;
        decided(&all[0], wanted, independent(&w, &cod, &other, &groups, &given), &seen, &text)?;
        // The witness: its numbers are sums over the joint, and their product is another.
        if let Some(Witness::Dependence { input, given: z, values, joint, each }) =
            verdict(&all[0]).and_then(|v| v.0.witness.as_ref())
        {
            let row = &m.0[input.1 as usize];
            let fits = |point: usize, group: &[usize], value: u64| {
                let at = w.coordinates(&cod, point);
                let t: Vec<usize> = group.iter().map(|p| cod[*p]).collect();
                let chosen: Vec<usize> = group.iter().map(|p| at[*p]).collect();
                w.point(&t, &chosen) as u64 == value
            };
            let in_z = |point: usize| given.iter().zip(z).all(|(p, (_, _, v))| fits(point, &[*p], *v));
            let mass = |keep: &dyn Fn(usize) -> bool| {
                sum(row.iter().enumerate().filter(|(p, _)| in_z(*p) && keep(*p)).map(|(_, x)| x))
            };
            let total = mass(&|_| true);
            let share = |keep: &dyn Fn(usize) -> bool| mass(keep).checked_div(&total);
            let together = share(&|p| groups.iter().zip(values).all(|(g, (_, _, v))| fits(p, g, *v)));
            let apart: Vec<_> = groups.iter().zip(values).map(|(g, (_, _, v))| share(&|p| fits(p, g, *v))).collect();
            let product = each.iter().fold(Ratio::ONE, |product, x| &product * x);
            let as_said = together.as_ref() == Some(joint) && apart.iter().flatten().eq(each) && product != *joint;
            if !as_said {
                return fail(format!("the witness {joint} against {each:?} is none\n{text}"));
            }
        }
        Ok(())
    });
    seen.at_least(40);
}

#[test]
fn determinism_is_rows_with_one_outcome() {
    let seen = Mixture::new();
    cases(1000, |ch| {
        let mut w = World::new(ch);
        let (a, x) = (w.ty(ch, 1, 3), w.ty(ch, 2, 6));
        let p = w.grow(ch, &a, Some(&x), 2);
        let f = w.grow(ch, &x, None, 2);
        let under = ch.once_in(2);
        let wanted = |fill| {
            let (f, p) = (evaluate(&w, &f, fill).ok()?, evaluate(&w, &p, fill).ok()?);
            let reached = |i: usize| !under || p.0.iter().any(|row| !row[i].is_zero());
            Some((0..f.rows()).all(|i| !reached(i) || f.0[i].iter().filter(|x| !x.is_zero()).count() == 1))
        };
        let (Some(wanted), Some(otherwise)) = (wanted(Fill::Uniform), wanted(Fill::First)) else { return Ok(()) };
        let (f, p) = (f.text(&w, ch, 1, Bare::Never), p.text(&w, ch, 1, Bare::Never));
        let under = if under { format!(" under {p}") } else { String::new() };
        let text = format!("{}check deterministic {f}{under}\n", w.text);
        decided(&answers(&text)?[0], wanted, otherwise, &seen, &text)
    });
    seen.at_least(40);
}

/// A chain on a product, and a state for it that is often stationary.
fn chain(w: &mut World, ch: &mut Choices<'_>) -> (Tree, Tree) {
    let x = w.ty(ch, 2, 6);
    let n = w.size(&x);
    if ch.below(3) == 0 {
        return (w.grow(ch, &x, Some(&x), 2), w.grow(ch, &[], Some(&x), 2));
    }
    // Flows: symmetric for a reversible chain; with a circle added for one that is only stationary.
    let mut flow = vec![vec![0i64; n]; n];
    for (i, j) in (0..n).flat_map(|i| (0..=i).map(move |j| (i, j))) {
        flow[i][j] = ch.below(4) as i64 + i64::from(i == j);
        flow[j][i] = flow[i][j];
    }
    if ch.once_in(2) {
        (0..n).for_each(|i| flow[i][(i + 1) % n] += 1);
    }
    let total: i64 = flow.iter().flatten().sum();
    let out: Vec<i64> = flow.iter().map(|r| r.iter().sum()).collect();
    let rows = (0..n).map(|i| (0..n).map(|j| Ratio::of(flow[i][j], out[i])).collect()).collect();
    let step = w.given(ch, &x, &x, rows);
    let state = w.given(ch, &[], &x, vec![out.iter().map(|m| Ratio::of(*m, total)).collect()]);
    let state = if ch.once_in(6) { w.nearby(ch, state) } else { state };
    (Tree::Kernel(step), Tree::Kernel(state))
}

#[test]
fn chains_are_stationary_and_reversible_where_the_sums_say_so() {
    let (stationary, reversible) = (Mixture::new(), Mixture::new());
    cases(800, |ch| {
        let mut w = World::new(ch);
        let (step, state) = chain(&mut w, ch);
        let wanted = |fill| {
            let (p, m) = (evaluate(&w, &state, fill).ok()?, evaluate(&w, &step, fill).ok()?);
            let n = m.rows();
            let flow = |i: usize, j: usize| &p.0[0][i] * &m.0[i][j];
            let moved = |j: usize| (0..n).fold(Ratio::ZERO, |sum, i| &sum + &flow(i, j));
            Some(((0..n).all(|j| moved(j) == p.0[0][j]), (0..n).all(|i| (0..n).all(|j| flow(i, j) == flow(j, i)))))
        };
        let (Some(wanted), Some(other)) = (wanted(Fill::Uniform), wanted(Fill::First)) else { return Ok(()) };
        let (m, p) = (step.text(&w, ch, 1, Bare::Never), state.text(&w, ch, 1, Bare::Never));
        let text =
            format!("{}check stationary {p} for {m}\ncheck reversible {m} under {p}\ncheck {p} ; {m} == {p}\n", w.text);
        let all = answers(&text)?;
        decided(&all[0], wanted.0, other.0, &stationary, &text)?;
        decided(&all[1], wanted.1, other.1, &reversible, &text)?;
        decided(&all[2], wanted.0, other.0, &stationary, &text)
    });
    stationary.at_least(40);
    reversible.at_least(40);
}

#[test]
fn probabilities_expectations_and_supports_are_sums() {
    let seen = Mixture::new();
    cases(1000, |ch| {
        let mut w = World::new(ch);
        let tree = w.grow(ch, &[], None, 3);
        let cod = tree.cod(&w);
        if cod.is_empty() {
            return Ok(());
        }
        let d = w.declare(ch, tree);
        let of = Tree::Def(d);
        let (event, given) = (Event::random(&w, ch, &cod, 2), Event::random(&w, ch, &cod, 1));
        let value = Value::random(&w, ch, &cod, 2);
        let conditional = ch.once_in(2);
        let name = w.defs[d].name.clone();
        let condition = if conditional { format!(" | {}", given.text(&w, &of, ch, 0)) } else { String::new() };
        let prob = format!("prob({}{condition} in {name})", event.text(&w, &of, ch, 0));
        let mean = format!("E({}{condition}) in {name}", value.text(&w, &of, ch, 0));
        let bound = Ratio::of(ch.below(5) as i64, 4);
        let sign = *ch.of(&["<", "<=", "==", "!=", ">=", ">"]);
        let text = format!("{}eval {prob}\neval {mean}\neval support({name})\ncheck {prob} {sign} {bound}\n", w.text);
        let sums = |fill| {
            let m = evaluate(&w, &of, fill).ok()?;
            let points =
                || m.0[0].iter().enumerate().filter(|(_, x)| !x.is_zero()).map(|(p, x)| (w.coordinates(&cod, p), x));
            let known = |at: &[usize]| !conditional || given.holds(&w, &cod, at);
            let total = sum(points().filter(|(at, _)| known(at)).map(|(_, x)| x));
            let hit = sum(points().filter(|(at, _)| known(at) && event.holds(&w, &cod, at)).map(|(_, x)| x));
            let mean = points()
                .filter(|(at, _)| known(at))
                .fold(Ratio::ZERO, |sum, (at, x)| &sum + &(x * &value.at(&w, &cod, &at)));
            let support: Vec<u64> = (0..m.cols()).filter(|p| !m.0[0][*p].is_zero()).map(|p| p as u64).collect();
            Some((hit.checked_div(&total), mean.checked_div(&total), support))
        };
        let (Some(wanted), Some(other)) = (sums(Fill::Uniform), sums(Fill::First)) else { return Ok(()) };
        let (Some(hit), Some(mean)) = (&wanted.0, &wanted.1) else {
            // Conditioning on an event of probability zero.
            let report = run(&text);
            let found = codes(&report);
            if found != ["model::null_event"; 3] {
                return fail(format!("{found:?}\n{text}"));
            }
            return Ok(());
        };
        let all = answers(&text)?;
        for (answer, (wanted, other)) in all.iter().zip([(hit, &other.0), (mean, &other.1)]) {
            match number(answer) {
                Some((found, _)) if found != *wanted => {
                    return fail(format!("{found}, but by the sums {wanted}\n{text}"));
                }
                Some((_, false)) if other.as_ref() != Some(wanted) => {
                    return fail(format!("{wanted} depends on a filling, and does not say so\n{text}"));
                }
                Some(_) => {}
                None => return fail(format!("no number\n{text}")),
            }
        }
        match &all[2] {
            Answer::Set { points, filled: false, .. } if *points == wanted.2 && wanted.2 != other.2 => {
                return fail(format!("the support depends on a filling, and does not say so\n{text}"));
            }
            Answer::Set { points, .. } if *points == wanted.2 => {}
            other => return fail(format!("{other:?}, but by the sums {:?}\n{text}", wanted.2)),
        }
        let compare = |hit: &Ratio| match sign {
            "<" => *hit < bound,
            "<=" => *hit <= bound,
            "==" => *hit == bound,
            "!=" => *hit != bound,
            ">=" => *hit >= bound,
            _ => *hit > bound,
        };
        decided(&all[3], compare(hit), other.0.as_ref().is_none_or(compare), &seen, &text)
    });
    seen.at_least(40);
}

#[test]
fn supports_are_compared_as_sets() {
    let seen = Mixture::new();
    cases(600, |ch| {
        let mut w = World::new(ch);
        let x = w.ty(ch, 2, 6);
        let (p, q) = (w.grow(ch, &[], Some(&x), 1), w.grow(ch, &[], Some(&x), 1));
        let sign = *ch.of(&["<=", "==", "<", ">=", ">", "!="]);
        let wanted = |fill| {
            let (p, q) = (evaluate(&w, &p, fill).ok()?, evaluate(&w, &q, fill).ok()?);
            let inside = |a: &Matrix, b: &Matrix| (0..a.cols()).all(|i| a.0[0][i].is_zero() || !b.0[0][i].is_zero());
            let (le, ge) = (inside(&p, &q), inside(&q, &p));
            Some(match sign {
                "<=" => le,
                ">=" => ge,
                "==" => le && ge,
                "!=" => !(le && ge),
                "<" => le && !ge,
                _ => ge && !le,
            })
        };
        let (Some(wanted), Some(other)) = (wanted(Fill::Uniform), wanted(Fill::First)) else { return Ok(()) };
        let (p, q) = (p.text(&w, ch, 0, Bare::Never), q.text(&w, ch, 0, Bare::Never));
        let text = format!("{}check support({p}) {sign} support({q})\n", w.text);
        decided(&answers(&text)?[0], wanted, other, &seen, &text)
    });
    seen.at_least(40);
}

/// Found by the random programs above: the filling decides which inputs `under` reaches, which the verdict did not say.
#[test]
fn a_filling_that_decides_what_is_reached_is_owned_up_to() {
    let text = "
        object A = { a, b }
        kernel joint : A * A { (a, a): 1 }
        kernel f : A -> A { a -> a  b -> a }
        kernel g : A -> A { a -> a  b -> b }
        kernel h : A -> A { a -> a  b -> uniform }
        diagram reach : I -> A = point(A.b) ; cond(joint, #1 given #2)
        check f == g under reach
        check f == g under point(A.a)
        check deterministic h under reach
        eval support(reach)
        eval support(joint)";
    let all = answers(text).unwrap();
    let filled: Vec<bool> = all
        .iter()
        .map(|a| match a {
            Answer::Verdict(v) => v.filled,
            Answer::Set { filled, .. } => *filled,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(filled, [true, false, true, true, false]);
}
