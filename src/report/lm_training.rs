//! A training as text, JSON, a table of comma-separated values, and a page.

use serde_json::{Value, json};

use super::Style;
use super::lm_html::page;
use super::lm_json;
use super::lm_rows::short;
use super::plot::{Kind, Plot, Series};
use super::table::aligned;
use crate::lm::train::watch::{Look, Trained};

/// A quantity that is watched: its name, and its value at a look.
type Watched = (&'static str, fn(&Look) -> f64);

/// The quantities of the table, in order.
const WATCHED: [Watched; 14] = [
    ("batch_nll", |l| l.batch_nll),
    ("nll", |l| l.analysis.mean("nll").mean),
    ("bound_bohning", |l| l.analysis.surrogates.bohning),
    ("bound_ball", |l| l.analysis.surrogates.ball),
    ("entropy_kl", |l| l.analysis.mean("entropy").mean),
    ("entropy_tv", |l| l.analysis.mean("gini").mean),
    ("entropy_hellinger", |l| l.analysis.mean("hellinger").mean),
    ("log_z_spread", |l| l.analysis.mean("log_z").deviation),
    ("fisher_participation", |l| l.analysis.fisher.participation),
    ("states_participation", |l| l.analysis.states.participation),
    ("sin_canonical", |l| last(&l.canonical.to_all)),
    ("rayleigh_canonical", |l| l.canonical.explained),
    ("sin_embedding", |l| last(&l.analysis.embedding_alignment.to_all)),
    ("cka_embedding", |l| l.analysis.embedding_cka),
];

fn last(list: &[f64]) -> f64 {
    list.last().copied().unwrap_or(f64::NAN)
}

/// The looks as comma-separated values with a header; a value that is no number is empty.
pub fn csv(trained: &Trained) -> String {
    let names: Vec<&str> = WATCHED.iter().map(|(name, _)| *name).collect();
    let mut out = format!("step,{}\n", names.join(","));
    for look in &trained.looks {
        let values = WATCHED.iter().map(|(_, value)| value(look));
        let cells: Vec<String> = values.map(|v| if v.is_finite() { v.to_string() } else { String::new() }).collect();
        out.push_str(&format!("{},{}\n", look.step, cells.join(",")));
    }
    out
}

/// The training as JSON.
pub fn json(trained: &Trained) -> Value {
    let looks = trained.looks.iter().map(|look| {
        let mut value = json!({ "step": look.step });
        for (name, of) in WATCHED {
            value[name] = json!(of(look));
        }
        value
    });
    json!({
        "tokens": trained.text.vocabulary.len(),
        "words": trained.text.tokens.len(),
        "held_out": trained.text.tokens.len() - trained.held,
        "rank": trained.plan.rank,
        "context": trained.plan.context,
        "steps": trained.plan.steps,
        "seed": trained.plan.seed.to_string(),
        "correlations": trained.correlations,
        "looks": looks.collect::<Vec<_>>(),
        "analysis": trained.looks.last().map(|l| lm_json::analysis(&l.analysis)),
    })
}

/// What was trained, in a sentence.
fn sentence(trained: &Trained) -> String {
    format!(
        "{} tokens of a vocabulary of {}, the last {} held out; rank {}, context {}, {} steps of {}",
        trained.text.tokens.len(),
        trained.text.vocabulary.len(),
        trained.text.tokens.len() - trained.held,
        trained.plan.rank,
        trained.plan.context,
        trained.plan.steps,
        trained.plan.batch
    )
}

/// What the angles are, and what they are not.
const HONEST: &str =
    "Whether states span the canonical functions is a property of this text and training, not a theorem.";

/// Most looks that the text shows.
const SHOWN: usize = 12;

/// The training for people.
pub fn text(trained: &Trained, style: Style) -> String {
    let head =
        ["step", "NLL", "≤ Böhning", "≤ ball", "H̄ KL", "H̄ TV", "spread log Z", "sin canonical", "Rayleigh", "sin Wᵀp"];
    let mut cells: Vec<Vec<String>> = vec![head.iter().map(|c| c.to_string()).collect()];
    let stride = trained.looks.len().div_ceil(SHOWN).max(1);
    let end = trained.looks.len() - 1;
    for (number, look) in trained.looks.iter().enumerate() {
        // Every so many, counted from the end, so that the last one is there.
        if !(end - number).is_multiple_of(stride) && number != 0 {
            continue;
        }
        let values = [1, 2, 3, 4, 5, 7, 10, 11, 12].map(|i: usize| short(WATCHED[i].1(look)));
        cells.push(std::iter::once(look.step.to_string()).chain(values).collect());
    }
    let mut out = format!("{}\n\n", sentence(trained));
    aligned(&cells).iter().for_each(|line| out.push_str(&format!("  {line}\n")));
    let correlations: Vec<String> = trained.correlations.iter().map(|c| short(*c)).collect();
    out.push_str(&format!("\ncanonical correlations of neighbours: {}\n", correlations.join(", ")));
    out.push_str(&format!("{}\n", style.dim(HONEST)));
    out
}

/// The training as a page with plots.
pub fn html(trained: &Trained) -> String {
    let curve = |name: &str, watched: &str| Series {
        name: name.into(),
        kind: Kind::Line,
        points: WATCHED
            .iter()
            .find(|(n, _)| *n == watched)
            .map(|(_, of)| trained.looks.iter().map(|l| (l.step as f64, of(l))).collect())
            .unwrap_or_default(),
    };
    let plot = |title: &str, y: &str, log: bool, series: Vec<Series>| Plot {
        title: title.into(),
        x: "steps".into(),
        y: y.into(),
        log,
        series,
    };
    let plots = [
        plot("Loss", "nats", false, vec![curve("held out", "nll"), curve("batches", "batch_nll")]),
        plot(
            "Loss and its quadratic bounds, held out",
            "nats",
            true,
            vec![curve("NLL", "nll"), curve("Böhning", "bound_bohning"), curve("ball", "bound_ball")],
        ),
        plot("Categorical entropy, KL", "nats", false, vec![curve("KL", "entropy_kl")]),
        plot(
            "Categorical entropy, other divergences",
            "",
            false,
            vec![curve("total variation", "entropy_tv"), curve("squared Hellinger", "entropy_hellinger")],
        ),
        plot(
            "Largest angle to the states",
            "sine",
            false,
            vec![curve("canonical functions", "sin_canonical"), curve("mean embedding Wᵀp", "sin_embedding")],
        ),
        plot("Rayleigh ratio of the canonical functions", "share", false, vec![curve("", "rayleigh_canonical")]),
        plot("Spread of log Z", "nats", false, vec![curve("log Z", "log_z_spread")]),
        plot(
            "Participation ratio",
            "directions",
            false,
            vec![curve("Fisher metric", "fisher_participation"), curve("states", "states_participation")],
        ),
    ];
    page("A training, watched", &sentence(trained), &plots, &format!("<p>{HONEST}</p>\n"))
}
