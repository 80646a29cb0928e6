//! The table of `check laws`, as text.

use unicode_width::UnicodeWidthStr;

use super::table::pad;
use super::words::point;
use crate::check::signature::Signature;
use crate::decide::answer::LawTable;

/// One line for each law, then one for each kernel: whether copying is natural for it.
pub(super) fn lines(sig: &Signature, table: &LawTable) -> Vec<String> {
    let name = table.lines.iter().map(|l| l.name.len()).max().unwrap_or(0);
    let statement = table.lines.iter().map(|l| l.statement.len()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for line in &table.lines {
        let mark = if line.failure.is_some() { "✗" } else { "✓" };
        let mut tail = match line.instances {
            1 => "1 instance".to_string(),
            n => format!("{n} instances"),
        };
        if line.left_out > 0 {
            tail.push_str(&format!(" ({} too large, left out)", line.left_out));
        }
        if let Some(at) = &line.failure {
            tail.push_str(&format!(", fails at {at}"));
        }
        lines.push(format!("{mark} {}  {}  {tail}", pad(line.name, name), pad(line.statement, statement)));
    }
    if !table.copying.is_empty() {
        lines.push("copying is natural, f ; copy == copy ; (f * f), exactly for deterministic kernels:".into());
        let width = table
            .copying
            .iter()
            .map(|c| UnicodeWidthStr::width(sig.kernels[c.kernel].name.as_str()))
            .max()
            .unwrap_or(0);
        for c in &table.copying {
            let kernel = &sig.kernels[c.kernel];
            let text = match &c.failure {
                None => "natural: deterministic".to_string(),
                Some((input, [a, b])) => {
                    let (a, b) = (point(sig, &kernel.cod, *a), point(sig, &kernel.cod, *b));
                    let from = if kernel.dom.is_empty() {
                        String::new()
                    } else {
                        format!("{} goes to ", point(sig, &kernel.dom, *input))
                    };
                    format!(
                        "not natural: {from}{a} and {b}, both possible, so copies of its outcome agree and repetitions may not"
                    )
                }
            };
            lines.push(format!("  {}  {text}", pad(kernel.name.as_str(), width)));
        }
    }
    lines
}
