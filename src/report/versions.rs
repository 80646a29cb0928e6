//! How an answer depends on the version of a conditional, for people and for programs.

use serde_json::{Map, Value, json};

use super::outcome::ResultItem;
use super::table::FILLED_NOTE;
use super::words::{inline_number, labels, point};
use crate::check::signature::Signature;
use crate::check::types::Type;
use crate::decide::answer::{Answer, Outcome};
use crate::model::finstoch::settle::{Change, Dependence};
use crate::model::finstoch::version::{FilledRow, FreeConditional};

/// Most rows of a version that are shown.
const ROWS_SHOWN: usize = 4;

/// Said where nothing more is known.
pub(super) const FILLED: &str = "note: this passes through a row that conditions on probability 0; it was filled uniformly, and another filling could change the result";

/// Notes about an answer that passes through a row that conditions on probability 0.
pub(super) fn lines(item: &ResultItem) -> Vec<String> {
    let Some(dependence) = &item.dependence else { return vec![FILLED.into()] };
    let mut lines = shown(item, dependence);
    if let Some(why) = &dependence.open {
        lines.push(match lines.is_empty() {
            true => format!("{FILLED}: {why}"),
            false => format!("  and it could change more: {why}"),
        });
    }
    lines
}

/// The same below a table, in which the rows that this is about are marked.
pub(super) fn table(item: &ResultItem, table: &mut Vec<String>) {
    if item.dependence.is_none() {
        return;
    }
    let mut notes = lines(item);
    if let Some(note) = notes.first_mut().and_then(|first| first.strip_prefix("note: ").map(str::to_string)) {
        notes[0] = format!("* {note}");
    }
    // These say more than that the rows are marked.
    table.retain(|line| line != FILLED_NOTE);
    table.extend(notes);
}

fn shown(item: &ResultItem, dependence: &Dependence) -> Vec<String> {
    let Some((version, change)) = &dependence.shown else { return Vec::new() };
    let sig = &item.signature;
    let mut lines = vec!["note: this depends on how rows that condition on probability 0 are filled; with".to_string()];
    for filled in version.iter().take(ROWS_SHOWN) {
        lines.push(format!("  {}", row(sig, filled)));
    }
    if version.len() > ROWS_SHOWN {
        lines.push(format!("  … and {} more rows", version.len() - ROWS_SHOWN));
    }
    lines.push(format!("  instead of the uniform filling, {}", change_words(item, change)));
    lines
}

fn row(sig: &Signature, filled: &FilledRow) -> String {
    let FilledRow { conditional, row, by } = filled;
    let at = match conditional.dom.is_empty() {
        true => String::new(),
        false => format!(" at {}", point(sig, &conditional.dom, *row)),
    };
    let parts: Vec<String> =
        by.ratios().map(|(p, w)| format!("{}: {}", point(sig, &conditional.cod, p), inline_number(&w))).collect();
    format!("{}{at} → {}", name(conditional), parts.join(", "))
}

fn name(conditional: &FreeConditional) -> String {
    let wires = |places: &[usize]| places.iter().map(|p| format!("#{}", p + 1)).collect::<Vec<_>>().join(", ");
    let of = conditional.of.as_ref().map_or("…", |n| n.as_str());
    format!("cond({of}, {} given {})", wires(&conditional.targets), wires(&conditional.given))
}

fn change_words(item: &ResultItem, change: &Change) -> String {
    match change {
        Change::Entry { input, output, uniform, other } => {
            let (dom, cod) = ends(item);
            let input = match dom.is_empty() {
                true => String::new(),
                false => format!("input {}, ", point(&item.signature, &dom, *input)),
            };
            let output = point(&item.signature, &cod, *output);
            let (uniform, other) = (inline_number(uniform), inline_number(other));
            format!("{input}output {output} is {other} instead of {uniform}")
        }
        Change::Value { uniform, other } => {
            format!("it is {} instead of {}", inline_number(other), inline_number(uniform))
        }
        Change::Claim => {
            let fails = matches!(&item.answer, Ok(Answer::Verdict(v)) if v.outcome == Outcome::Holds);
            format!("the claim {}", if fails { "fails" } else { "holds" })
        }
    }
}

fn ends(item: &ResultItem) -> (Type, Type) {
    match &item.answer {
        Ok(Answer::Kernel { dom, cod, .. }) => (dom.clone(), cod.clone()),
        _ => (Type::unit(), Type::unit()),
    }
}

/// The same for programs.
pub(super) fn json(item: &ResultItem, dependence: &Dependence) -> Value {
    let sig = &item.signature;
    let mut out = Map::new();
    if let Some((version, change)) = &dependence.shown {
        let rows = version.iter().map(|filled| {
            let FilledRow { conditional, row, by } = filled;
            let mut out = super::json::row(sig, &conditional.dom, &conditional.cod, *row, by, false);
            out["conditional"] = json!(name(conditional));
            out
        });
        out.insert("version".into(), Value::Array(rows.collect()));
        // For a claim it is the verdict that is otherwise, and there are no two numbers.
        if let Change::Entry { uniform, other, .. } | Change::Value { uniform, other } = change {
            out.insert("uniform".into(), json!(uniform.to_string()));
            out.insert("other".into(), json!(other.to_string()));
        }
        if let Change::Entry { input, output, .. } = change {
            let (dom, cod) = ends(item);
            out.insert("input".into(), json!(labels(sig, &dom, *input)));
            out.insert("output".into(), json!(labels(sig, &cod, *output)));
        }
    }
    if let Some(why) = &dependence.open {
        out.insert("undecided".into(), json!(why));
    }
    Value::Object(out)
}
