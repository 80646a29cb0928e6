//! Vectors and softmax kernels back to text.

use super::expr::Expr;
use super::features::{FeaturesBody, FeaturesDecl, LogitRow, SoftmaxBody};
use super::print::{list, object_type, pattern, point, print_expr};

/// The declaration as written.
pub(super) fn features(decl: &FeaturesDecl) -> String {
    let head = format!("features {} : {} -> R^{}", decl.name.node, object_type(&decl.domain), decl.dimension.node);
    match &decl.body {
        FeaturesBody::Rows(rows, _) => {
            let row = |(p, numbers): (String, &Vec<Expr>)| format!("\n  {p} -> ({})", list(numbers, print_expr));
            let rows: String = rows.iter().map(|r| row((point(&r.point), &r.coordinates.node))).collect();
            format!("{head} {{{rows}\n}}")
        }
        FeaturesBody::Matrix(rows, _) => {
            format!("{head} = [{}]", list(rows, |row| format!("[{}]", list(&row.node, print_expr))))
        }
    }
}

/// What stands behind `=`.
pub(super) fn softmax(body: &SoftmaxBody) -> String {
    match body {
        SoftmaxBody::Head { states, outcomes, bias, .. } => {
            let bias = bias.as_ref().map_or(String::new(), |b| format!(", {}", b.node));
            format!("softmax({}, {}{bias})", states.node, outcomes.node)
        }
        SoftmaxBody::Logits(rows) => {
            let many = rows.len() > 1 || rows.iter().any(|r| r.pattern.is_some());
            let row = |r: &LogitRow| {
                let head = r.pattern.as_ref().map_or(String::new(), |p| format!("{} -> ", pattern(p)));
                let logits = list(&r.logits, |(p, e)| format!("{}: {}", point(p), print_expr(e)));
                format!("{}{head}{logits}", if many { "\n  " } else { " " })
            };
            let rows: String = rows.iter().map(row).collect();
            format!("softmax {{{rows}{}}}", if many { "\n" } else { " " })
        }
    }
}
