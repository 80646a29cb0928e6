//! The results of an analysis as sections of labelled rows, for text and for the page alike.

use crate::lm::analysis::{Analysis, Later, Mean};
use crate::lm::spectrum::Spectrum;

/// What kind of knowledge a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// Computed from these data; a fact about them, up to rounding.
    Measured,
    /// Stands for something that the data only sample.
    Estimate,
    /// What it is about is at least this.
    LowerBound,
    /// What it is about is at most this.
    UpperBound,
}

impl Label {
    /// As a word.
    pub fn word(self) -> &'static str {
        match self {
            Label::Measured => "measured",
            Label::Estimate => "estimate",
            Label::LowerBound => "lower bound",
            Label::UpperBound => "upper bound",
        }
    }
}

/// One number with what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is.
    pub name: String,
    /// The number, with its interval if it has one.
    pub value: String,
    /// What kind of knowledge it is.
    pub label: Label,
    /// What else there is to know.
    pub note: String,
}

/// Rows that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Their title.
    pub title: &'static str,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A number to five digits.
pub fn short(x: f64) -> String {
    let size = x.abs();
    if !x.is_finite() {
        return "—".into();
    }
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        return format!("{x:.3e}");
    }
    let digits = if size >= 1.0 { 4 - (size.log10().floor() as usize).min(4) } else { 5 };
    format!("{x:.digits$}")
}

fn row(name: impl Into<String>, value: impl Into<String>, label: Label, note: impl Into<String>) -> Row {
    Row { name: name.into(), value: value.into(), label, note: note.into() }
}

fn with_margin(mean: Mean) -> String {
    format!("{} ± {}", short(mean.mean), short(mean.margin))
}

/// All sections.
pub fn sections(a: &Analysis) -> Vec<Section> {
    let mut all = vec![prediction(a), entropies(a), energy(a), states(a), fisher(a), similarity(a)];
    if !a.later.is_empty() {
        all.push(later_tokens(a));
    }
    all
}

fn prediction(a: &Analysis) -> Section {
    let nll = a.mean("nll");
    let log_z = a.mean("log_z");
    let rows = vec![
        row(
            "NLL of the next token",
            with_margin(nll),
            Label::Measured,
            format!("nats; spread {}", short(nll.deviation)),
        ),
        row("perplexity", short(nll.mean.exp()), Label::Measured, ""),
        row("most probable token is right", short(a.accuracy), Label::Measured, ""),
        row(
            "entropy of the next token without context",
            short(a.unigram.1),
            Label::Estimate,
            format!("plug-in {}, corrected by Miller and Madow", short(a.unigram.0)),
        ),
        row(
            "log Z",
            with_margin(log_z),
            Label::Measured,
            format!("spread {}: \"roughly constant\" is a hypothesis", short(log_z.deviation)),
        ),
    ];
    Section { title: "Prediction", rows }
}

fn entropies(a: &Analysis) -> Section {
    let entry = |name: &str, key: &str, note: &str| row(name, with_margin(a.mean(key)), Label::Measured, note);
    let rows = vec![
        entry("KL: Shannon", "entropy", "nats"),
        entry("total variation: Gini", "gini", "1 − Σp²"),
        entry("squared Hellinger", "hellinger", "2(1 − Σp^{3/2})"),
        entry("Rényi of order 0: collision", "collision", "−log Σp²"),
    ];
    Section { title: "Categorical entropy of the head, averaged over states", rows }
}

fn energy(a: &Analysis) -> Section {
    let entry = |name: &str, key: &str| row(name, with_margin(a.mean(key)), Label::Measured, "");
    let gap = a.identity_gap();
    let rows = vec![
        entry("energy ½E|h − g|²", "energy"),
        entry("less: row norms ½E|g|² + E b", "norms"),
        entry("log-partition E[log Z − ½|h|²]", "potential"),
        row("quadratic surrogate of Böhning", short(a.surrogates.bohning), Label::UpperBound, "of the NLL"),
        row("quadratic surrogate of the ball", short(a.surrogates.ball), Label::UpperBound, "of the NLL"),
        row("NLL − (energy − norms + log-partition)", short(gap), Label::Measured, "zero but for rounding"),
    ];
    Section { title: "Dirichlet energy of the graph of states and next tokens, and quadratic bounds", rows }
}

fn spectrum_rows(s: &Spectrum, name: &str) -> Vec<Row> {
    let top: Vec<String> = s.values.iter().take(6).map(|v| short(*v)).collect();
    vec![
        row(format!("trace of {name}"), short(s.trace), Label::Measured, format!("leading: {}", top.join(", "))),
        row("participation ratio", short(s.participation), Label::Measured, format!("of {}", s.values.len())),
        row("effective rank", short(s.effective_rank), Label::Measured, ""),
        row("share of the largest eigenvalue", short(s.top_share), Label::Measured, ""),
    ]
}

fn states(a: &Analysis) -> Section {
    let note = match a.zeros {
        0 => String::new(),
        zeros => format!("{zeros} states are zero and have no direction"),
    };
    let mut rows = vec![
        row("mean cosine of two states", short(a.cosine), Label::Measured, note),
        row("share of the largest direction, not centred", short(a.anisotropy), Label::Measured, ""),
    ];
    rows.extend(spectrum_rows(&a.states, "the covariance"));
    Section { title: "Hidden states", rows }
}

fn fisher(a: &Analysis) -> Section {
    Section { title: "Averaged Fisher metric g* = E Wᵀ(diag p − ppᵀ)W", rows: spectrum_rows(&a.fisher, "g*") }
}

fn angles(sines: &[f64]) -> String {
    sines.iter().map(|s| short(*s)).collect::<Vec<_>>().join(", ")
}

fn similarity(a: &Analysis) -> Section {
    let between: Vec<String> =
        a.similarity.iter().take(4).map(|b| format!("{} to {}", short(b.low), short(b.high))).collect();
    let mut rows = vec![row(
        "linear kernel: largest eigenvalue",
        between.first().cloned().unwrap_or_default(),
        Label::LowerBound,
        format!("and upper bound; next: {}", between.iter().skip(1).cloned().collect::<Vec<_>>().join(", ")),
    )];
    rows.push(row("its trace E Σp²", short(a.similarity_trace), Label::Measured, ""));
    rows.extend(spectrum_rows(&a.embeddings, "Cov(Wᵀp)"));
    let k = a.embedding_alignment.to_all.len();
    for (name, alignment, label) in [
        ("mean embedding", &a.embedding_alignment, Label::Measured),
        ("prediction", &a.sketch_alignment, Label::Estimate),
    ] {
        let sketch = if label == Label::Estimate { "from a sketch; " } else { "" };
        let largest = |sines: &[f64]| short(sines.last().copied().unwrap_or(f64::NAN));
        rows.push(row(
            format!("{name}: sin of the largest angle to the states"),
            largest(&alignment.to_all),
            label,
            format!("{sketch}{k} leading functions: {}", angles(&alignment.to_all)),
        ));
        rows.push(row(
            format!("{name}: the same to {k} principal components"),
            largest(&alignment.to_leading),
            label,
            angles(&alignment.to_leading),
        ));
        rows.push(row(format!("{name}: variance that is affine in the state"), short(alignment.explained), label, ""));
    }
    rows.push(row("linear CKA of states and mean embeddings", short(a.embedding_cka), Label::Measured, ""));
    rows.push(row("linear CKA of states and predictions", short(a.prediction_cka), Label::Estimate, "from a sketch"));
    Section { title: "Predictive similarity", rows }
}

fn later_tokens(a: &Analysis) -> Section {
    let mut rows = Vec::new();
    for later in &a.later {
        later_rows(later, a, &mut rows);
    }
    let losses: Option<f64> = a.later.iter().map(|l| l.draft.map(|d| d.losses[1])).sum();
    let trivial = (a.sides.ahead - 1) as f64 * (a.sides.tokens as f64).ln();
    let bound = losses.unwrap_or(trivial).min(trivial);
    rows.push(row(
        "surplus I(H; later tokens | W1), at most",
        short(bound),
        Label::UpperBound,
        format!("H(later | W1) ≤ losses given W1; ({} − 1) log V = {}", a.sides.ahead, short(trivial)),
    ));
    Section { title: "Later tokens", rows }
}

fn later_rows(later: &Later, a: &Analysis, rows: &mut Vec<Row>) {
    let w = format!("W{}", later.ahead);
    rows.push(row(
        format!("H({w}) without context"),
        short(later.entropy.1),
        Label::Estimate,
        format!("plug-in {}, corrected by Miller and Madow", short(later.entropy.0)),
    ));
    rows.push(row(
        format!("I(cell of H; class of {w} | W1)"),
        short(later.cells.corrected),
        Label::Estimate,
        format!(
            "of a lower bound of I(H; {w} | W1); plug-in {}, {} occupied cells",
            short(later.cells.plug_in),
            later.cells.occupied
        ),
    ));
    let Some(draft) = later.draft else {
        rows.push(row(format!("drafts of {w}"), "—", Label::Estimate, "too few states to learn and to test"));
        return;
    };
    let loss = |i: usize| format!("{} ± {}", short(draft.losses[i]), short(draft.margins[i]));
    let tested = format!("tested on {} states, learned from others", a.draft_states);
    rows.push(row(format!("H({w} | W1), at most"), loss(1), Label::UpperBound, tested));
    rows.push(row(format!("H({w} | H), at most"), loss(2), Label::UpperBound, "loss of a linear head on the state"));
    rows.push(row(format!("H({w} | W1, H), at most"), loss(3), Label::UpperBound, "loss of both together"));
    let gain = draft.losses[1] - draft.losses[3];
    rows.push(row(
        format!("I(H; {w} | W1) by these drafts"),
        format!("{} ± {}", short(gain), short(draft.difference_margin)),
        Label::Estimate,
        "difference of two upper bounds: no bound itself",
    ));
    let about = later.entropy.1 - draft.losses[2];
    let note = "of a lower bound: H without context less the loss of the head";
    rows.push(row(format!("I(H; {w}) by the linear head"), short(about), Label::Estimate, note));
    rows.push(row(format!("{w} guessed from the state"), short(draft.hits), Label::Measured, "greedy draft accepted"));
}
