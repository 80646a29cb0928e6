//! Matrices and distributions as aligned text.

use unicode_width::UnicodeWidthStr;

use super::words::{number, point, short_number};
use crate::check::signature::{Group, Signature};
use crate::check::types::Type;
use crate::model::finstoch::kernel::Kernel;
use crate::number::ratio::Ratio;
use crate::number::row::Row;

/// Most rows that are shown.
const ROWS_SHOWN: usize = 24;

/// Widest matrix that is shown as one; wider ones are listed row by row.
const WIDTH: usize = 100;

/// Most outcomes of a row that are shown.
const OUTCOMES_SHOWN: usize = 8;

/// Outcomes of a row, the most probable first where there are too many to show all.
fn leading(row: &Row, most: usize) -> Vec<(u64, Ratio)> {
    let mut all: Vec<(u64, Ratio)> = row.ratios().collect();
    if all.len() > most {
        all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(most);
    }
    all
}

fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// `text` filled up with blanks.
pub(super) fn pad(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// A kernel or state, as lines without indentation.
pub(super) fn kernel_lines(sig: &Signature, dom: &Type, cod: &Type, outputs: &[Group], kernel: &Kernel) -> Vec<String> {
    if dom.is_empty() {
        return state_lines(sig, cod, outputs, kernel);
    }
    matrix_lines(sig, dom, cod, outputs, kernel).unwrap_or_else(|| row_lines(sig, dom, cod, kernel))
}

/// The names of the ends of a kernel, for the head of its table.
fn heading(sig: &Signature, t: &Type, outputs: &[Group]) -> String {
    let named: usize = outputs.iter().map(|g| g.len).sum();
    if !outputs.is_empty() && named == t.len() {
        let names: Vec<&str> = outputs.iter().map(|g| g.name.as_str()).collect();
        return if names.len() == 1 { names[0].to_string() } else { format!("({})", names.join(", ")) };
    }
    sig.show(t)
}

fn state_lines(sig: &Signature, cod: &Type, outputs: &[Group], kernel: &Kernel) -> Vec<String> {
    let row = &kernel.rows[0];
    let shown: Vec<(String, String)> =
        leading(row, ROWS_SHOWN).iter().map(|(p, w)| (point(sig, cod, *p), number(w))).collect();
    let head = heading(sig, cod, outputs);
    let left =
        shown.iter().map(|(p, _)| width(p)).max().unwrap_or(0).max(if cod.is_empty() { 0 } else { width(&head) });
    let mut lines = Vec::new();
    if !cod.is_empty() {
        lines.push(format!("{} │", pad(&head, left)));
    }
    lines.extend(shown.iter().map(|(p, w)| format!("{} │ {w}", pad(p, left))));
    let total = row.entries().len();
    if total > ROWS_SHOWN {
        lines.push(format!("… the {ROWS_SHOWN} most probable of {total} outcomes"));
    }
    if kernel.is_filled(0) {
        lines.push(FILLED_NOTE.into());
    }
    lines
}

/// What `*` at a row means.
pub(super) const FILLED_NOTE: &str = "* conditions on probability 0: any row would do, the uniform one was taken";

fn matrix_lines(sig: &Signature, dom: &Type, cod: &Type, outputs: &[Group], kernel: &Kernel) -> Option<Vec<String>> {
    let columns = kernel.cod_size();
    if columns == 0 || columns > 24 {
        return None;
    }
    let rows = kernel.rows.len().min(ROWS_SHOWN);
    let head = heading(sig, dom, &[]);
    let mut names: Vec<String> = Vec::with_capacity(rows);
    for (i, _) in kernel.rows.iter().take(rows).enumerate() {
        let mark = if kernel.is_filled(i as u64) { "*" } else { "" };
        names.push(format!("{}{mark}", point(sig, dom, i as u64)));
    }
    let left = names.iter().map(|n| width(n)).max().unwrap_or(0).max(width(&head));
    let mut cells: Vec<Vec<String>> = vec![(0..columns).map(|c| point(sig, cod, c)).collect()];
    for row in kernel.rows.iter().take(rows) {
        cells.push((0..columns).map(|c| short_number(&row.get(c))).collect());
    }
    let widths: Vec<usize> =
        (0..columns as usize).map(|c| cells.iter().map(|r| width(&r[c])).max().unwrap_or(0)).collect();
    if left + 3 + widths.iter().map(|w| w + 2).sum::<usize>() > WIDTH {
        return None;
    }
    let line = |name: &str, row: &[String]| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, w)| pad(cell, *w)).collect();
        format!("{} │ {}", pad(name, left), cells.join("  ")).trim_end().to_string()
    };
    let mut lines = vec![line(&head, &cells[0])];
    // Named outputs stand above their points.
    if !outputs.is_empty() {
        let names = heading(sig, cod, outputs);
        lines.insert(0, format!("{} │ {names}", " ".repeat(left)));
    }
    lines.extend(names.iter().zip(&cells[1..]).map(|(name, row)| line(name, row)));
    finish(kernel, rows, &mut lines);
    Some(lines)
}

/// Cells in columns of even width, the first one set apart.
pub(super) fn aligned(cells: &[Vec<String>]) -> Vec<String> {
    let columns = cells.iter().map(Vec::len).max().unwrap_or(0);
    let most = |c: usize| cells.iter().filter_map(|row| row.get(c)).map(|cell| width(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(most).collect();
    let line = |row: &Vec<String>| {
        let padded: Vec<String> = row.iter().zip(&widths).map(|(cell, w)| pad(cell, *w)).collect();
        match &padded[..] {
            [] => String::new(),
            [first, rest @ ..] => format!("{first} │ {}", rest.join("  ")).trim_end().to_string(),
        }
    };
    cells.iter().map(line).collect()
}

fn row_lines(sig: &Signature, dom: &Type, cod: &Type, kernel: &Kernel) -> Vec<String> {
    let rows = kernel.rows.len().min(ROWS_SHOWN);
    let names: Vec<String> = (0..rows as u64)
        .map(|i| format!("{}{}", point(sig, dom, i), if kernel.is_filled(i) { "*" } else { "" }))
        .collect();
    let left = names.iter().map(|n| width(n)).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (name, row) in names.iter().zip(kernel.rows.iter()) {
        let mut line = format!("{} →", pad(name, left));
        let elided = row.entries().len() > OUTCOMES_SHOWN;
        let mut shown = 0;
        for (p, w) in leading(row, OUTCOMES_SHOWN) {
            let outcome = format!(" {}: {},", point(sig, cod, p), short_number(&w));
            // A row that is cut anyway ends at the margin; a whole one may run over it.
            if elided && width(&line) + width(&outcome) > WIDTH - 12 {
                break;
            }
            line.push_str(&outcome);
            shown += 1;
        }
        match row.entries().len() - shown {
            0 => line.truncate(line.len() - 1),
            more => line.push_str(&format!(" … {more} more")),
        }
        lines.push(line);
    }
    finish(kernel, rows, &mut lines);
    lines
}

fn finish(kernel: &Kernel, shown: usize, lines: &mut Vec<String>) {
    let total = kernel.rows.len();
    if total > shown {
        lines.push(format!("… and {} more rows of {total}", total - shown));
    }
    if kernel.filled.iter().any(|i| (*i as usize) < shown) {
        lines.push(FILLED_NOTE.into());
    } else if !kernel.filled.is_empty() {
        lines.push(format!("* {} of the rows not shown condition on probability 0", kernel.filled.len()));
    }
}
