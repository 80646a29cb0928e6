//! Effects, adjustment formulas and their criteria back to text.

use super::ast::{Door, Expr, Wire};
use super::print::{print_expr, wire_list};

/// `effect(d, y given do x)`
pub(super) fn effect(of: &Expr, targets: &[Wire], set: &[Wire]) -> String {
    format!("effect({}, {} given do {})", print_expr(of), wire_list(targets), wire_list(set))
}

/// `adjust(d, y given x over z)`, `adjust(d, y given x through m)`
pub(super) fn adjust(of: &Expr, targets: &[Wire], given: &[Wire], door: Door, by: &[Wire]) -> String {
    let by = match (door, by) {
        (_, []) => String::new(),
        (Door::Back, by) => format!(" over {}", wire_list(by)),
        (Door::Front, by) => format!(" through {}", wire_list(by)),
    };
    format!("adjust({}, {} given {}{by})", print_expr(of), wire_list(targets), wire_list(given))
}

/// `backdoor z for x -> y in d`, `frontdoor m for x -> y in d`
pub(super) fn criterion(door: Door, by: &[Wire], from: &[Wire], to: &[Wire], within: &Expr) -> String {
    let word = if door == Door::Back { "backdoor" } else { "frontdoor" };
    let by = if by.is_empty() { String::new() } else { format!(" {}", wire_list(by)) };
    format!("{word}{by} for {} -> {} in {}", wire_list(from), wire_list(to), print_expr(within))
}

/// `comb(d, a then c around b)`
pub(super) fn comb(of: &Expr, before: &[Wire], after: &[Wire], around: &[Wire]) -> String {
    let (of, before, after, around) = (print_expr(of), wire_list(before), wire_list(after), wire_list(around));
    format!("comb({of}, {before} then {after} around {around})")
}

/// `identifiable y given do x in d`
pub(super) fn identifiable(to: &[Wire], from: &[Wire], within: &Expr) -> String {
    format!("identifiable {} given do {} in {}", wire_list(to), wire_list(from), print_expr(within))
}
