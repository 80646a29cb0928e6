//! How large a diagram would be, before it is opened.

use rustc_hash::FxHashMap;

use crate::diagram::graph::{DiagramId, Label};
use crate::diagram::library::Library;

/// How many boxes a diagram has when opened; `u64::MAX` where the number does not fit. Each diagram is counted once.
pub(super) fn opened_size(lib: &Library, id: DiagramId) -> u64 {
    let mut known: FxHashMap<DiagramId, u64> = FxHashMap::default();
    let mut open = vec![id];
    while let Some(top) = open.last().copied() {
        if known.contains_key(&top) {
            open.pop();
            continue;
        }
        let mut total = 0u64;
        let waiting = open.len();
        for (_, node) in lib.get(top).boxes() {
            let (inner, times) = match &node.label {
                Label::Call(inner) => (*inner, 1),
                Label::Power(inner, n) => (*inner, *n),
                _ => {
                    total = total.saturating_add(1);
                    continue;
                }
            };
            match known.get(&inner) {
                Some(size) => {
                    // Opening one without boxes takes a step too.
                    total = total.saturating_add((*size).max(1).saturating_mul(times));
                }
                None => open.push(inner),
            }
        }
        if open.len() == waiting {
            known.insert(top, total);
            open.pop();
        }
    }
    known[&id]
}
