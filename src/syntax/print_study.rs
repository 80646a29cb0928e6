//! Claims of statistics, of experiments and of chains, and what is computed from kernels, back to text.

use super::expr::{Expr, ExprKind};
use super::print::{exponent_text, print_expr, print_formula};
use super::study::{Derived, Study};

/// The claim, without `check`.
pub(super) fn study(study: &Study) -> String {
    let word = study.word();
    match study {
        Study::Sufficient(s, p) | Study::Ancillary(s, p) => format!("{word} {} for {}", print_expr(s), print_expr(p)),
        Study::Complete(p)
        | Study::Irreducible(p)
        | Study::Aperiodic(p)
        | Study::Idempotent(p)
        | Study::Markov(p)
        | Study::Homogeneous(p)
        | Study::Exchangeable(p) => format!("{word} {}", print_expr(p)),
        Study::Extendible(p, count) => format!("{word} {} to {}", print_expr(p), exponent_text(count)),
        Study::Ordered(p, q, order) => {
            format!("{} {word} {} to order {}", print_expr(p), print_expr(q), exponent_text(order))
        }
        Study::Spreads(q, p) => format!("{} {word} {}", print_expr(q), print_expr(p)),
        Study::Lumpable(p, s) => format!("{word} {} by {}", print_expr(p), print_expr(s)),
        Study::Equivalence(data, mu, rank) => {
            format!("{word} {} under {} rank {}", print_expr(data), print_expr(mu), rank.node)
        }
        Study::Dominates(f, g, None) => format!("{} {word} {}", print_expr(f), print_expr(g)),
        Study::Dominates(f, g, Some(m)) => {
            format!("{} {word} {} under {}", print_expr(f), print_expr(g), print_expr(m))
        }
    }
}

/// `minimal(p)`, `lumping(P, s)` and their relatives.
pub(super) fn derived(what: Derived, of: &Expr, by: Option<&Expr>) -> String {
    let second = |by: &Expr| match (what, &by.kind) {
        // An object, which is held by its identity.
        (Derived::Stationary | Derived::Absorption, ExprKind::Named(_, Some(objects))) => {
            objects.iter().map(print_formula).collect()
        }
        _ => print_expr(by),
    };
    let by = by.map_or(String::new(), |by| format!(", {}", second(by)));
    format!("{}({}{by})", what.word(), print_expr(of))
}
