//! What a report says of the Bayesian networks that were read.

use serde_json::{Map, Value, json};

use super::style::Style;
use super::words::inline_number;
use crate::load::bif::{Repair, Summary};
use crate::number::decimal::finite_decimal;

/// How many nodes with other names than in their file are listed for people.
const RENAMED_SHOWN: usize = 6;

/// The lines about a network: what it is called, how large it is, what was repaired.
pub fn lines(network: &Summary, style: Style) -> String {
    let mut out = format!(
        "{} network {}  {}\n",
        style.strong("·"),
        network.diagram,
        style.dim(&format!(
            "from {}: {}, {}, {}",
            network.file,
            plural(network.nodes, "node"),
            plural(network.arcs, "arc"),
            plural(network.rows, "row")
        ))
    );
    if let Some(repair) = network.repair {
        out.push_str(&format!("    {}\n", repaired(network, repair)));
    }
    if !network.renamed.is_empty() {
        let shown: Vec<String> =
            network.renamed.iter().take(RENAMED_SHOWN).map(|(name, title)| format!("\"{title}\" is {name}")).collect();
        let more = network.renamed.len().saturating_sub(RENAMED_SHOWN);
        let more = if more > 0 { format!(", and {more} more have other names") } else { String::new() };
        out.push_str(&format!("    {}{more}\n", shown.join(", ")));
    }
    out
}

fn repaired(network: &Summary, repair: Repair) -> String {
    let Some((largest, line)) = &network.largest else { return "every row sums to 1: nothing was repaired".into() };
    let how = match repair {
        Repair::Scale => "divided by its sum",
        Repair::Largest => "mended at its largest entry",
    };
    let rows = match network.repaired {
        1 => "1 row did not sum to 1 and was".to_string(),
        n => format!("{n} rows did not sum to 1; each was"),
    };
    let largest = finite_decimal(largest, 30).unwrap_or_else(|| inline_number(largest));
    format!("{rows} {how}; the largest difference is {largest}, on line {line}")
}

/// The same for programs.
pub fn object(network: &Summary) -> Value {
    let mut out = Map::new();
    out.insert("file".into(), json!(network.file));
    out.insert("diagram".into(), json!(network.diagram.as_str()));
    out.insert("nodes".into(), json!(network.nodes));
    out.insert("arcs".into(), json!(network.arcs));
    out.insert("rows".into(), json!(network.rows));
    out.insert("repair".into(), json!(network.repair.map(Repair::word)));
    out.insert("repaired_rows".into(), json!(network.repaired));
    if let Some((largest, line)) = &network.largest {
        out.insert("largest_difference".into(), json!(largest.to_string()));
        out.insert("largest_difference_line".into(), json!(line));
    }
    let renamed: Map<String, Value> =
        network.renamed.iter().map(|(name, title)| (name.to_string(), json!(title))).collect();
    out.insert("renamed".into(), Value::Object(renamed));
    Value::Object(out)
}

fn plural(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
