//! The results of an analysis as text.

use super::Style;
use super::lm_rows::{Label, sections};
use super::table::pad;
use crate::lm::analysis::Analysis;
use crate::lm::partial::Partial;

/// The report for people.
pub fn analysis(a: &Analysis, style: Style) -> String {
    let all = sections(a);
    let rows = || all.iter().flat_map(|s| &s.rows);
    let width = |of: fn(&super::lm_rows::Row) -> &str| {
        rows().map(|r| unicode_width::UnicodeWidthStr::width(of(r))).max().unwrap_or(0)
    };
    let (names, values) = (width(|r| &r.name), width(|r| &r.value));
    let labels = width(|r| r.label.word());
    let mut out = format!("{}\n", head(a));
    for section in &all {
        out.push_str(&format!("\n{}\n", style.strong(section.title)));
        for row in &section.rows {
            let label = pad(row.label.word(), labels);
            let label = match row.label {
                Label::Measured => style.dim(&label),
                Label::Estimate => style.open(&label),
                Label::LowerBound | Label::UpperBound => style.good(&label),
            };
            let line = format!("  {}  {}  {label}  {}", pad(&row.name, names), pad(&row.value, values), row.note);
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

/// What was analysed, and how to read intervals.
pub fn head(a: &Analysis) -> String {
    let margins = match a.margins_from_blocks {
        true => "± is a 95 % interval from blocks of 256 consecutive states",
        false => "± is a 95 % interval that takes states as independent",
    };
    format!(
        "{} states of {} numbers, {} tokens, logits in {} precision; {margins}",
        a.sides.states, a.sides.width, a.sides.tokens, a.precision
    )
}

/// What is said when a part was written.
pub fn partial(partial: &Partial, path: &str) -> String {
    let blocks: u64 = partial.blocks.iter().map(|(a, b)| b - a).sum();
    let (states, total) = (partial.totals.states(), partial.run.sides.blocks());
    format!("wrote `{path}`: {states} of {} states, {blocks} of {total} blocks\n", partial.run.sides.states)
}
