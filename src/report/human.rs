//! The report that people read: one line for each result, evidence indented below it, a summary at the end.

use unicode_width::UnicodeWidthStr;

use super::directions;
use super::features;
use super::laws::law_lines;
use super::matrix;
use super::measure;
use super::outcome::{Counts, FileReport, ResultItem};
use super::plans::plan_lines;
use super::real_table;
use super::spectral;
use super::style::Style;
use super::table::{kernel_lines, pad};
use super::words::{assigned, inline_number, number, point};
use super::{study, versions};
use crate::check::signature::Signature;
use crate::check::types::Type;
use crate::decide::answer::{Answer, Derivation, DerivationLine, Level, Outcome, Positivity, Verdict, Witness};

/// Column in which the level of a verdict stands, unless the claim is longer.
const LEVEL_COLUMN: usize = 76;

/// The results of a file, as text. Errors are rendered apart: they go to standard error.
pub fn file_report(report: &FileReport, style: Style, with_name: bool) -> String {
    let mut out = String::new();
    if with_name {
        out.push_str(&style.strong(&report.file));
        out.push('\n');
    }
    for network in &report.networks {
        out.push_str(&super::network::lines(network, style));
    }
    let longest = report.results.iter().map(|r| UnicodeWidthStr::width(&*r.text)).max().unwrap_or(0);
    for item in &report.results {
        out.push_str(&result(item, style, (longest + 4).min(LEVEL_COLUMN)));
    }
    out
}

/// One result, ending with a line break.
pub fn result(item: &ResultItem, style: Style, column: usize) -> String {
    let (first, lines) = parts(item);
    let text = shortened(&item.text);
    let head = match &item.answer {
        Ok(Answer::Verdict(v)) => {
            let mark = match v.outcome {
                Outcome::Holds => style.good("✓"),
                Outcome::Fails => style.bad("✗"),
                Outcome::Unknown => style.open("?"),
            };
            let word = if v.outcome == Outcome::Holds { v.level.name().to_string() } else { first };
            format!("{mark} {}  {}", pad(&text, column), style.dim(&word))
        }
        // A long fraction is shown by its decimal alone, which begins with `≈`.
        Ok(Answer::Number { .. } | Answer::Measure { .. } | Answer::Spectrum { number: Some(_), .. })
            if first.starts_with('≈') =>
        {
            format!("{} {}  {first}", style.strong("="), text)
        }
        Ok(Answer::Number { .. } | Answer::Measure { .. } | Answer::Spectrum { number: Some(_), .. }) => {
            format!("{} {text}  = {first}", style.strong("="))
        }
        Ok(_) => format!("{} {}  {}", style.strong("="), text, style.dim(&first)),
        Err(_) => format!("{} {}  {}", style.open("?"), pad(&text, column), style.open(&first)),
    };
    let mut out = head.trim_end().to_string();
    out.push('\n');
    for line in lines.into_iter().chain(plan_lines(item)) {
        out.push_str("    ");
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// A text of at most some lines on a terminal: the middle of a longer one is left out.
fn shortened(text: &str) -> String {
    const MOST: usize = 320;
    let count = text.chars().count();
    if count <= MOST {
        return text.to_string();
    }
    let head: String = text.chars().take(MOST / 2).collect();
    let tail: String = text.chars().skip(count - MOST / 4).collect();
    format!("{head} … {tail}")
}

/// The answer without the question: what `//=>` in documentation is compared with.
pub fn answer_lines(item: &ResultItem) -> Vec<String> {
    let (first, lines) = parts(item);
    let shown = match &item.answer {
        Ok(
            Answer::Kernel { .. }
            | Answer::Matrix { .. }
            | Answer::RealKernel { .. }
            | Answer::Features(_)
            | Answer::Set { .. }
            | Answer::Partition { .. }
            | Answer::States { .. },
        ) => None,
        _ => Some(first),
    };
    shown.into_iter().chain(lines).collect()
}

/// What stands behind the text of an item, and the lines below it.
fn parts(item: &ResultItem) -> (String, Vec<String>) {
    let sig = &item.signature;
    match &item.answer {
        Ok(Answer::Verdict(v)) => {
            let word = match (v.outcome, v.level) {
                (Outcome::Holds, level) => format!("holds, {}", level.name()),
                (Outcome::Fails, _) if v.positivity.is_some() => "fails, by the wiring".to_string(),
                (Outcome::Fails, _) if matches!(v.witness, Some(Witness::Criterion { .. })) => {
                    "fails, by the wiring".to_string()
                }
                (
                    Outcome::Fails,
                    Level::Exact | Level::Numeric | Level::FloatingPoint | Level::Theorem | Level::EveryParameter,
                ) => {
                    format!("fails, {}", v.level.name())
                }
                (Outcome::Fails, Level::FromAxioms) => "fails: it follows from the axioms".to_string(),
                (Outcome::Unknown, _) => "unknown".to_string(),
                // The wiring alone does not make it true, but may do so for these kernels.
                (Outcome::Fails, _) => "fails in some Markov category".to_string(),
            };
            let mut lines = evidence(item, v);
            if v.filled {
                lines.extend(versions::lines(item));
            }
            (word, lines)
        }
        Ok(Answer::Number { value, filled }) => {
            (number(value), if *filled { versions::lines(item) } else { Vec::new() })
        }
        Ok(Answer::Measure { value, unit, filled }) => {
            let notes = if *filled { versions::lines(item) } else { Vec::new() };
            (measure::value(value, *unit, item.digits), notes)
        }
        Ok(Answer::Matrix { entries, filled }) => {
            let (head, mut lines) = matrix::entries(sig, entries, item.digits);
            lines.extend(filled.then(|| versions::FILLED.to_string()));
            (head, lines)
        }
        Ok(Answer::Spectrum { spectrum, number, filled }) => {
            let (head, mut lines) = matrix::spectrum(spectrum, *number, item.digits);
            lines.extend(filled.then(|| versions::FILLED.to_string()));
            (head, lines)
        }
        Ok(Answer::Directions { directions, points, filled }) => {
            let (head, mut lines) = directions::lines(sig, directions, points.as_ref(), item.digits);
            lines.extend(filled.then(|| versions::FILLED.to_string()));
            (head, lines)
        }
        Ok(Answer::Measures { dom, values, unit, filled }) => (
            format!("for each input of {}", sig.show(dom)),
            measure::for_each_input(sig, dom, values, *unit, filled, item.digits),
        ),
        Ok(Answer::Kernel { dom, cod, outputs, kernel }) => {
            let t = if dom.is_empty() { sig.show(cod) } else { format!("{} -> {}", sig.show(dom), sig.show(cod)) };
            let mut lines = kernel_lines(sig, dom, cod, outputs, kernel);
            versions::table(item, &mut lines);
            (format!(": {t}"), lines)
        }
        Ok(Answer::RealKernel { dom, cod, outputs, kernel }) => {
            let t = if dom.is_empty() { sig.show(cod) } else { format!("{} -> {}", sig.show(dom), sig.show(cod)) };
            (format!(": {t}"), real_table::lines(sig, dom, cod, outputs, kernel, item.digits))
        }
        Ok(Answer::Features(f)) => features::lines(sig, f, item.digits),
        Ok(Answer::Partition { of, blocks, never, filled }) => {
            let (head, mut lines) = study::partition(sig, of, blocks, *never);
            lines.extend(filled.then(|| versions::FILLED.to_string()));
            (head, lines)
        }
        Ok(Answer::States { of, states, filled }) => {
            let (head, mut lines) = study::states(sig, of, states);
            lines.extend(filled.then(|| versions::FILLED.to_string()));
            (head, lines)
        }
        Ok(Answer::Set { of, points, filled }) => {
            let total = sig.size(of).unwrap_or(0);
            let shown: Vec<String> = points.iter().take(60).map(|p| point(sig, of, *p)).collect();
            let more = if points.len() > 60 { format!(", … {} more", points.len() - 60) } else { String::new() };
            let count = format!("{} of {total} points of {}", points.len(), sig.show(of));
            let mut lines = vec![format!("{{ {}{more} }}", shown.join(", "))];
            lines.extend(filled.then(|| versions::FILLED.to_string()));
            (count, lines)
        }
        Err(reason) => (format!("unknown: {reason}"), Vec::new()),
    }
}

fn evidence(item: &ResultItem, v: &Verdict) -> Vec<String> {
    let sig = &item.signature;
    let mut lines = match (&v.laws, &v.witness) {
        (Some(table), _) => law_lines(sig, table),
        (None, Some(witness @ (Witness::Values(_) | Witness::DivergenceLaw(_) | Witness::Direction(..)))) => {
            let shown = v.outcome != Outcome::Holds || !is_comparison(witness);
            if shown { measure::witness_lines(witness, v.outcome, item.digits) } else { Vec::new() }
        }
        (None, Some(witness @ (Witness::MatrixEntry(..) | Witness::Counts(_)))) => {
            matrix::witness_lines(witness, item.digits)
        }
        (None, Some(witness)) if v.outcome == Outcome::Fails || !is_comparison(witness) => {
            witness_lines(sig, witness, v.outcome)
        }
        // A refutation of `not …`: the claim itself is true.
        (None, None) if v.outcome == Outcome::Fails && v.equivalence.is_none() => {
            v.compared.iter().map(|c| format!("it does hold: {c}")).collect()
        }
        // How it was proved says what it holds for.
        (None, None) if matches!(v.level, Level::EveryParameter | Level::Theorem) => {
            v.compared.iter().cloned().collect()
        }
        _ => Vec::new(),
    };
    lines.extend(v.pivots.iter().map(|pivots| matrix::pivot_line(pivots)));
    lines.extend(study::shown_lines(sig, &v.shown));
    lines.extend(study::extension_lines(sig, &v.extensions));
    lines.extend(v.proof.iter().flat_map(derivation_lines));
    lines.extend(v.notes.iter().cloned());
    lines.extend(v.equivalence.iter().flat_map(|report| spectral::lines(report)));
    // Of an equality that is true. What is not structural may still be a theorem, about conditionals for example.
    match v.not_structural.as_ref().filter(|_| v.witness.is_none()) {
        // No model is shown where it would be too large.
        Some(why) if v.level == Level::EveryMarkovCategory => lines.push(format!("the normal forms differ: {why}")),
        Some(why) if v.outcome == Outcome::Holds => {
            lines.push(format!("known for these kernels, not for all: {why}"));
        }
        _ => {}
    }
    if let Some(positivity) = v.positivity.as_ref().filter(|_| v.outcome == Outcome::Holds) {
        lines.push(positivity_line(sig, positivity));
    }
    lines
}

/// Whether the evidence is two numbers, which are evidence either way and are shown where the claim is not true.
fn is_comparison(witness: &Witness) -> bool {
    matches!(witness, Witness::Numbers { .. } | Witness::Values(_))
}

/// A calculation, line by line, and what it rests on.
fn derivation_lines(proof: &Derivation) -> Vec<String> {
    // A single line says only that both sides are wired the same way.
    let steps = if proof.lines.len() > 1 { &proof.lines[..] } else { &[] };
    let width = steps.iter().map(|l| UnicodeWidthStr::width(&*l.diagram)).max().unwrap_or(0).min(60);
    let line = |l: &DerivationLine| match &l.by {
        None => format!("  {}", l.diagram),
        Some(by) => format!("= {}  by {by}", pad(&l.diagram, width)),
    };
    const MOST: usize = 60;
    let mut lines: Vec<String> = steps.iter().map(line).collect();
    if lines.len() > MOST {
        let left_out = lines.len() - (MOST - 20) - 10;
        let rest = lines.split_off(lines.len() - 10);
        lines.truncate(MOST - 20);
        lines.push(format!("… {left_out} more lines …"));
        lines.extend(rest);
    }
    lines.extend(proof.pasted.iter().map(|p| format!("to keep this proof, write: {p}")));
    if !proof.uses.is_empty() {
        lines.push(format!("uses {}", proof.uses.join(", ")));
    }
    lines
}

fn positivity_line(sig: &Signature, positivity: &Positivity) -> String {
    let named = |items: &[(String, Type, u64)]| {
        items.iter().map(|(n, t, p)| assigned(sig, n, t, *p)).collect::<Vec<_>>().join(", ")
    };
    match positivity {
        Positivity::Everywhere => "positivity holds: with these kernels the formula is the effect".into(),
        Positivity::Null { input, never, occurs } => {
            let bar = match input.0.is_empty() {
                true => String::new(),
                false => format!(" | input {}", point(sig, &input.0, input.1)),
            };
            let though = match occurs.is_empty() {
                true => String::new(),
                false => format!(", though P({}{bar}) > 0", named(occurs)),
            };
            format!(
                "positivity fails: P({}{bar}) = 0{though}; the formula conditions on that, and need not be the effect",
                named(never)
            )
        }
        Positivity::Undecided(why) => format!("positivity is not decided: {why}"),
    }
}

fn witness_lines(sig: &Signature, witness: &Witness, outcome: Outcome) -> Vec<String> {
    match witness {
        Witness::Entry { input, output, left, right } => {
            let mut at = String::new();
            if !input.0.is_empty() {
                at.push_str(&format!("input {}, ", point(sig, &input.0, input.1)));
            }
            at.push_str(&format!("output {}:", point(sig, &output.0, output.1)));
            vec![at, format!("  left   {}", number(left)), format!("  right  {}", number(right))]
        }
        Witness::RealEntry { input, output, values } => {
            real_table::witness_lines(sig, input, output, values, measure::Digits::default())
        }
        Witness::Numbers { left, right } => {
            let mut lines = vec![format!("left   {}", number(left)), format!("right  {}", number(right))];
            if left == right {
                lines = vec![format!("both are {}", number(left))];
            } else if outcome == Outcome::Fails && left.den() != right.den() {
                lines.push(format!("left − right = {}", number(&(left - right))));
            }
            lines
        }
        Witness::Values(_) | Witness::DivergenceLaw(_) | Witness::Direction(..) => {
            measure::witness_lines(witness, outcome, measure::Digits::default())
        }
        Witness::MatrixEntry(..) | Witness::Counts(_) => matrix::witness_lines(witness, measure::Digits::default()),
        Witness::TwoOutcomes { input, cod, outcomes } => {
            let from = if input.0.is_empty() {
                "the state".into()
            } else {
                format!("the input {}", point(sig, &input.0, input.1))
            };
            let [(a, p), (b, q)] = outcomes;
            let (a, b) = (point(sig, cod, *a), point(sig, cod, *b));
            vec![format!("{from} goes to {a} with {} and to {b} with {}", inline_number(p), inline_number(q))]
        }
        Witness::Dependence { input, given, values, joint, each } => {
            let mut known: Vec<String> = given.iter().map(|(n, t, p)| assigned(sig, n, t, *p)).collect();
            if !input.0.is_empty() {
                known.push(format!("input {}", point(sig, &input.0, input.1)));
            }
            let bar = if known.is_empty() { String::new() } else { format!(" | {}", known.join(", ")) };
            let all: Vec<String> = values.iter().map(|(n, t, p)| assigned(sig, n, t, *p)).collect();
            let product = each.iter().fold(crate::number::ratio::Ratio::ONE, |a, b| &a * b);
            let factors: Vec<String> =
                all.iter().zip(each).map(|(v, w)| format!("P({v}{bar}) = {}", inline_number(w))).collect();
            vec![
                format!("P({}{bar}) = {}", all.join(", "), inline_number(joint)),
                format!("but {}, whose product is {}", factors.join(" and "), inline_number(&product)),
            ]
        }
        Witness::Flow { of, from, to, there, back } => {
            let (x, y) = (point(sig, of, *from), point(sig, of, *to));
            vec![format!("from {x} to {y} flows {}, back flows {}", inline_number(there), inline_number(back))]
        }
        Witness::Point { of, point: p, in_left } => {
            let (there, not) = if *in_left { ("left", "right") } else { ("right", "left") };
            vec![format!("{} is in the {there} support, not in the {not} one", point(sig, of, *p))]
        }
        Witness::Path { ends: [a, b], boxes, program } => {
            let way = if boxes.is_empty() {
                "they are the same wire".to_string()
            } else {
                format!("through {}", way_shown(boxes))
            };
            let mut lines = vec![format!("open path from {a} to {b}: {way}")];
            match program {
                // Where `not separated` was claimed, the path says it all.
                _ if outcome == Outcome::Holds => {}
                Some(program) => {
                    lines.push("a model in which they depend on each other:".into());
                    lines.extend(program.lines().map(|l| format!("  {l}")));
                }
                None => lines.push("no small model was found in which they depend on each other".into()),
            }
            lines
        }
        Witness::Criterion { condition, found, boxes } => {
            let way = if boxes.is_empty() {
                String::new()
            } else {
                format!(" through {}", boxes.iter().map(|b| format!("`{b}`")).collect::<Vec<_>>().join(", "))
            };
            vec![format!("{condition}; {found}{way}")]
        }
        Witness::Model { program, input, output, left, right } => {
            let at = |labels: &[String]| labels.join(", ");
            let mut lines = vec!["they differ in this model:".to_string()];
            lines.extend(program.lines().map(|l| format!("  {l}")));
            let from = if input.is_empty() { String::new() } else { format!("input ({}), ", at(input)) };
            lines.push(format!("there, at {from}output ({}): left {left}, right {right}", at(output)));
            lines
        }
        Witness::TwoModels { program, input, output, first, second } => {
            let mut lines =
                vec!["two models with the same law of what is observed, and with different effects:".to_string()];
            lines.extend(program.lines().map(|l| format!("  {l}")));
            let (set, at) = (input.join(", "), output.join(", "));
            lines.push(format!("set to ({set}), P({at}) is {first} in the first and {second} in the second"));
            lines
        }
        Witness::At { values, witness } => {
            let values: Vec<String> = values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            let inner = witness_lines(sig, witness, outcome);
            std::iter::once(format!("at {}:", values.join(", ")))
                .chain(inner.iter().map(|l| format!("  {l}")))
                .collect()
        }
        Witness::Study(refutation) => study::refutation_lines(sig, refutation),
        Witness::Law(_) => Vec::new(),
    }
}

/// The boxes on a way; of a long one, those near its ends.
fn way_shown(boxes: &[String]) -> String {
    const ENDS: usize = 8;
    let list = |boxes: &[String]| boxes.iter().map(|b| format!("`{b}`")).collect::<Vec<_>>().join(", ");
    match boxes.len().checked_sub(2 * ENDS) {
        None | Some(0..=1) => list(boxes),
        Some(between) => {
            format!("{}, {between} more, {}", list(&boxes[..ENDS]), list(&boxes[boxes.len() - ENDS..]))
        }
    }
}

/// "3 checks hold · 1 fails · 2 values"
pub fn summary(counts: Counts, style: Style) -> String {
    let plural = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let mut parts = Vec::new();
    if counts.holds > 0 || (counts.fails == 0 && counts.values == 0 && counts.unknown == 0 && counts.errors == 0) {
        parts.push(style.good(&plural(counts.holds, "check holds", "checks hold")));
    }
    if counts.fails > 0 {
        parts.push(style.bad(&plural(counts.fails, "check fails", "checks fail")));
    }
    if counts.unknown > 0 {
        parts.push(style.open(&plural(counts.unknown, "answer unknown", "answers unknown")));
    }
    if counts.values > 0 {
        parts.push(plural(counts.values, "value", "values"));
    }
    if counts.errors > 0 {
        parts.push(style.bad(&plural(counts.errors, "error", "errors")));
    }
    parts.join(" · ")
}
