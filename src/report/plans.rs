//! Plans of networks for people: two lines each.

use super::outcome::ResultItem;
use crate::model::finstoch::plan::{Method, Plan, about};

/// Boxes or wires of an order that are shown at each of its ends.
const SHOWN: usize = 6;

/// The plans of an item, if they were asked for.
pub(super) fn plan_lines(item: &ResultItem) -> Vec<String> {
    match &item.plans {
        None => Vec::new(),
        Some(plans) if plans.is_empty() => vec!["plan: nothing to compute, or computed before".into()],
        Some(plans) => plans.iter().flat_map(lines).collect(),
    }
}

fn lines(plan: &Plan) -> [String; 2] {
    let boxes = if plan.boxes == 1 { "1 box".into() } else { format!("{} boxes", plan.boxes) };
    let what = match plan.method {
        Method::Forward => "applied in the order",
        Method::Elimination => "summed out in the order",
    };
    let count = plan.order.len();
    let order = match plan.order.is_empty() {
        true => "nothing".into(),
        false if count <= 2 * SHOWN + 1 => plan.order.join(", "),
        false => {
            let (first, last) = (plan.order[..SHOWN].join(", "), plan.order[count - SHOWN..].join(", "));
            format!("{first}, … {} more …, {last}", count - 2 * SHOWN)
        }
    };
    [
        format!(
            "plan: {boxes}, {}, at most {} wires at once, about {} products, largest table about {} numbers",
            plan.method.name(),
            plan.width,
            about(plan.products),
            about(plan.largest)
        ),
        format!("      {what} {order}"),
    ]
}
