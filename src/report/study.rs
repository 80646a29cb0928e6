//! What shows or refutes claims of statistics, of experiments and of chains, as lines for people.

use super::table::{FILLED_NOTE, aligned, kernel_lines};
use super::words::{inline_number, number, point, short_number};
use crate::check::signature::Signature;
use crate::check::types::Type;
use crate::decide::evidence::{Extension, Refutation, Shown, Utility};
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// Most things of a list that are shown.
const MOST: usize = 24;

/// The kernels that show that a claim is true.
pub(super) fn shown_lines(sig: &Signature, shown: &[Shown]) -> Vec<String> {
    let mut lines = Vec::new();
    for s in shown {
        let ends = match s.dom.is_empty() {
            true => sig.show(&s.cod),
            false => format!("{} -> {}", sig.show(&s.dom), sig.show(&s.cod)),
        };
        lines.push(format!("{}, with {} : {ends}", s.law, s.name));
        let table = kernel_lines(sig, &s.dom, &s.cod, &[], &s.kernel);
        // Nothing is conditioned on here: the law says nothing of these rows.
        let line = |l: String| match l == FILLED_NOTE {
            true => "  * never occurs: any row would do".to_string(),
            false => format!("  {l}"),
        };
        lines.extend(table.into_iter().map(line));
    }
    lines
}

/// The longer sequences that show that a claim is true.
pub(super) fn extension_lines(sig: &Signature, extensions: &[Extension]) -> Vec<String> {
    let mut lines = Vec::new();
    for x in extensions.iter().take(MOST) {
        let (dom, input) = &x.input;
        let at = if dom.is_empty() { String::new() } else { format!(" for {}", point(sig, dom, *input)) };
        lines.push(format!(
            "an exchangeable sequence of {} steps that begins so{at}; how often each point comes:",
            x.length
        ));
        let cells = |(counts, w): &(Vec<u64>, Ratio)| vec![counted(sig, &x.step, counts), number(w)];
        let table: Vec<Vec<String>> = x.weights.iter().take(MOST).map(cells).collect();
        lines.extend(aligned(&table).into_iter().map(|l| format!("  {l}")));
        lines.extend(more(x.weights.len()).map(|m| format!("  {m} types")));
    }
    lines.extend(more(extensions.len()).map(|m| format!("{m} inputs")));
    lines
}

/// How often each point comes: `2 × heads, 1 × tails`.
fn counted(sig: &Signature, step: &Type, counts: &[u64]) -> String {
    let times = |(x, n): (usize, &u64)| (*n > 0).then(|| format!("{n} × {}", point(sig, step, x as u64)));
    counts.iter().enumerate().filter_map(times).collect::<Vec<_>>().join(", ")
}

/// What refutes a claim.
pub(super) fn refutation_lines(sig: &Signature, refutation: &Refutation) -> Vec<String> {
    match refutation {
        Refutation::Minor { inputs: (dom, [t, u]), points: (of, [x, y]), fibre: (values, v), entries } => {
            let (x, y) = (point(sig, of, *x), point(sig, of, *y));
            let [[a, b], [c, d]] = entries;
            let at = |t: u64, p: &Ratio, q: &Ratio| {
                format!("at {}: P({x}) = {}, P({y}) = {}", point(sig, dom, t), inline_number(p), inline_number(q))
            };
            vec![
                format!(
                    "the statistic is {} at {x} and at {y}, but the odds of these depend on the input:",
                    point(sig, values, *v)
                ),
                format!("  {}", at(*t, a, b)),
                format!("  {}", at(*u, c, d)),
                format!("  crosswise, {} and {}", inline_number(&(a * d)), inline_number(&(b * c))),
            ]
        }
        Refutation::ZeroMean { of, values, scale } => {
            let mut lines = vec!["a function of the outcome whose expectation is 0 for every input:".to_string()];
            let shown = values.iter().take(MOST);
            lines.extend(shown.map(|(x, u)| format!("  u({}) = {}", point(sig, of, *x), inline_number(u))));
            lines.extend(more(values.len()).map(|m| format!("  {m}")));
            lines.push(format!(
                "two kernels to {{0, 1}}, with 1/2 + u/{scale} and with 1/2 − u/{scale} at 1, agree after the model, yet differ"
            ));
            lines
        }
        Refutation::Rows { inputs: (dom, inputs), output: (cod, y), entries } => {
            let y = point(sig, cod, *y);
            let line = |(t, p): (&u64, &Ratio)| format!("at {}: P({y}) = {}", point(sig, dom, *t), inline_number(p));
            inputs.iter().zip(entries).map(line).collect()
        }
        Refutation::Payoff { parameter: (dom, values), actions, payoff, direct, best } => {
            payoff_lines(sig, (dom, values), actions, payoff, (direct, best))
        }
        Refutation::Unreached { of, from, to, reached } => {
            let (from, to) = (point(sig, of, *from), point(sig, of, *to));
            vec![format!("{to} is never reached from {from}: the chain stays in {}", set(sig, of, reached))]
        }
        Refutation::Circle { of, parts } => {
            let shown: Vec<String> = parts.iter().take(MOST).map(|p| set(sig, of, p)).collect();
            let dots = if parts.len() > MOST { " → …" } else { "" };
            vec![format!("the chain goes around in {} parts: {}{dots}", parts.len(), shown.join(" → "))]
        }
        Refutation::Split { states: (of, [x, y]), blocks: (labels, [own, to]), entries: [a, b] } => {
            let (x, y) = (point(sig, of, *x), point(sig, of, *y));
            let (own, to) = (point(sig, labels, *own), point(sig, labels, *to));
            let (a, b) = (inline_number(a), inline_number(b));
            vec![format!("{x} and {y} are both labelled {own}, but go to the label {to} with {a} and with {b}")]
        }
        Refutation::Bet { input: (dom, input), step, from, pays, most, here } => {
            let at = if dom.is_empty() { String::new() } else { format!(" for {}", point(sig, dom, *input)) };
            let mut lines = vec!["a bet on how often each point comes; what it pays where that is not 0:".to_string()];
            let cells = |(counts, u): &(Vec<u64>, Ratio)| vec![counted(sig, step, counts), short_number(u)];
            let table: Vec<Vec<String>> = pays.iter().take(MOST).map(cells).collect();
            lines.extend(aligned(&table).into_iter().map(|l| format!("  {l}")));
            lines.extend(more(pays.len()).map(|m| format!("  {m} types")));
            let (most, here) = (inline_number(most), inline_number(here));
            lines.push(format!("drawn from any {from}, it pays at most {most} in the mean; here{at} it pays {here}"));
            lines
        }
        Refutation::Utility { of, left, right } => {
            let what = match of {
                Utility::Itself => "the mean".to_string(),
                Utility::AtLeast(c) => format!("the probability of x >= {c}"),
                Utility::AtMost(c) => format!("the mean of min(x, {c})"),
                Utility::Above(c) => format!("the mean of max(x − {c}, 0)"),
            };
            vec![format!("{what} is {} on the left and {} on the right", inline_number(left), inline_number(right))]
        }
        Refutation::Steps { input: (dom, input), points: (of, [from, to]), steps: [s, t], entries: [a, b] } => {
            let given = if dom.is_empty() { String::new() } else { format!(", {}", point(sig, dom, *input)) };
            let (from, to) = (point(sig, of, *from), point(sig, of, *to));
            let line = |s: &usize, p: &Ratio| {
                format!("P(step {} is {to} | step {s} is {from}{given}) = {}", s + 1, inline_number(p))
            };
            vec![line(s, a), line(t, b)]
        }
        Refutation::Exchange { input: (dom, input), sequences: (cod, [x, y]), step, entries: [a, b] } => {
            let given = if dom.is_empty() { String::new() } else { format!(" | {}", point(sig, dom, *input)) };
            let mass = |x: u64, p: &Ratio| format!("P({}{given}) = {}", point(sig, cod, x), inline_number(p));
            let (there, back) = (mass(*x, a), mass(*y, b));
            vec![format!("{there}, but with steps {step} and {} exchanged {back}", step + 1)]
        }
    }
}

fn payoff_lines(
    sig: &Signature,
    (dom, values): (&Type, &[u64]),
    actions: &Type,
    payoff: &[Vec<Ratio>],
    (direct, best): (&Ratio, &Ratio),
) -> Vec<String> {
    let mut lines = vec!["a decision problem in which the right side pays more; what each action pays:".to_string()];
    let columns = payoff.first().map_or(0, Vec::len);
    let mut head = vec![sig.show(dom)];
    head.extend((0..columns.min(MOST) as u64).map(|y| point(sig, actions, y)));
    let mut cells = vec![head];
    for (t, pays) in values.iter().zip(payoff).take(MOST) {
        let name = point(sig, dom, *t);
        cells.push(std::iter::once(name).chain(pays.iter().take(MOST).map(short_number)).collect());
    }
    lines.extend(aligned(&cells).into_iter().map(|l| format!("  {l}")));
    lines.extend(more(columns).map(|m| format!("  {m} actions")));
    lines.extend(more(values.len()).map(|m| format!("  {m} rows")));
    lines.push(format!("acting on the right side pays {} in sum", inline_number(direct)));
    lines.push(format!("the best use of the left side pays {}", inline_number(best)));
    lines
}

fn more(count: usize) -> Option<String> {
    (count > MOST).then(|| format!("… {} more", count - MOST))
}

/// Points in braces.
fn set(sig: &Signature, of: &Type, points: &[u64]) -> String {
    let shown: Vec<String> = points.iter().take(MOST).map(|p| point(sig, of, *p)).collect();
    let dots = more(points.len()).map_or(String::new(), |m| format!(", {m}"));
    format!("{{ {}{dots} }}", shown.join(", "))
}

/// A partition: what stands behind the item, and its classes line by line.
pub(super) fn partition(
    sig: &Signature,
    of: &Type,
    blocks: &[Vec<u64>],
    never: Option<usize>,
) -> (String, Vec<String>) {
    let total: usize = blocks.iter().map(Vec::len).sum();
    let plural = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let head = format!(
        "{} of {} of {}",
        plural(blocks.len(), "class", "classes"),
        plural(total, "point", "points"),
        sig.show(of)
    );
    let line = |(k, block): (usize, &Vec<u64>)| match never == Some(k) {
        true => format!("{}, which never occur", set(sig, of, block)),
        false => set(sig, of, block),
    };
    let mut lines: Vec<String> = blocks.iter().enumerate().take(MOST).map(line).collect();
    lines.extend(more(blocks.len()).map(|m| format!("{m} classes")));
    (head, lines)
}

/// Stationary states: what stands behind the item, and the states one by one.
pub(super) fn states(sig: &Signature, of: &Type, states: &[(Row, u64)]) -> (String, Vec<String>) {
    let head = match states.len() {
        1 => format!(": {}, the only stationary state", sig.show(of)),
        n => format!(": {}, {n} stationary states, one for each closed class", sig.show(of)),
    };
    let mut lines = Vec::new();
    for (k, (row, period)) in states.iter().enumerate().take(MOST) {
        let circle = if *period > 1 { format!(", of period {period}") } else { String::new() };
        if states.len() > 1 || *period > 1 {
            lines.push(format!("class {}{circle}:", k + 1));
        }
        let cells: Vec<Vec<String>> =
            row.ratios().take(MOST).map(|(x, mass)| vec![point(sig, of, x), number(&mass)]).collect();
        lines.extend(aligned(&cells));
        lines.extend(more(row.entries().len()).map(|m| format!("{m} states")));
    }
    lines.extend(more(states.len()).map(|m| format!("{m} classes")));
    (head, lines)
}
