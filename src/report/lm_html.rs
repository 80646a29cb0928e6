//! The results of an analysis, and of a training, as one page that needs nothing from elsewhere.

use super::lm_rows::{Label, sections};
use super::lm_text::head;
use super::plot::{Kind, Plot, Series, escaped};
use crate::lm::analysis::Analysis;
use crate::lm::spectrum::Spectrum;

const STYLE: &str = "body{font:15px/1.45 sans-serif;margin:2em auto;max-width:1000px;padding:0 1em;color:#222}\
h1{font-size:1.5em}h2{font-size:1.1em;margin:1.6em 0 .3em}\
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:14px}\
.plots svg{width:100%;border:1px solid #ddd;border-radius:4px;background:#fff}\
table{border-collapse:collapse;width:100%;table-layout:fixed}td:nth-child(1){width:36%}td:nth-child(2){width:17%}\
td:nth-child(3){width:10%}td{padding:.2em .7em .2em 0;vertical-align:top;border-top:1px solid #eee}\
td.value{font-variant-numeric:tabular-nums;white-space:nowrap}td.note{color:#666}\
.estimate{color:#9a6700}.bound{color:#00694d}.measured{color:#777}";

/// A page from its title, a sentence, plots and the rest.
pub fn page(title: &str, sentence: &str, plots: &[Plot], rest: &str) -> String {
    let drawn: String = plots.iter().map(Plot::svg).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n<div class=\"plots\">\n{drawn}</div>\n{rest}</body>\n</html>\n",
        escaped(sentence),
        title = escaped(title)
    )
}

/// The page of an analysis.
pub fn analysis(a: &Analysis) -> String {
    let mut tables = String::new();
    for section in sections(a) {
        tables.push_str(&format!("<h2>{}</h2>\n<table>\n", escaped(section.title)));
        for row in section.rows {
            let class = match row.label {
                Label::Measured => "measured",
                Label::Estimate => "estimate",
                Label::LowerBound | Label::UpperBound => "bound",
            };
            tables.push_str(&format!(
                "<tr><td>{}</td><td class=\"value\">{}</td><td class=\"{class}\">{}</td><td class=\"note\">{}</td></tr>\n",
                escaped(&row.name),
                escaped(&row.value),
                row.label.word(),
                escaped(&row.note)
            ));
        }
        tables.push_str("</table>\n");
    }
    page("A language model's head and hidden states", &head(a), &plots(a), &tables)
}

fn numbered(values: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
    values.enumerate().map(|(i, v)| (i as f64 + 1.0, v)).collect()
}

fn eigenvalues(name: &str, s: &Spectrum) -> Series {
    Series { name: name.into(), points: numbered(s.values.iter().copied()), kind: Kind::Line }
}

fn plots(a: &Analysis) -> Vec<Plot> {
    let histogram = |title: &str, bins: &[u64], most: f64| Plot {
        title: title.into(),
        x: "nats".into(),
        y: "share of states".into(),
        log: false,
        series: vec![Series {
            name: String::new(),
            kind: Kind::Bars,
            points: bins
                .iter()
                .enumerate()
                .map(|(i, c)| ((i as f64 + 0.5) / bins.len() as f64 * most, *c as f64 / a.sides.states as f64))
                .collect(),
        }],
    };
    let spectra = |title: &str, series: Vec<Series>| Plot {
        title: title.into(),
        x: "number of the eigenvalue".into(),
        y: "eigenvalue".into(),
        log: true,
        series,
    };
    let log_v = (a.sides.tokens as f64).ln();
    let bound = |name: &str, of: fn(&crate::lm::analysis::Between) -> f64| Series {
        name: name.into(),
        points: numbered(a.similarity.iter().map(of)),
        kind: Kind::Dots,
    };
    let sines = |name: &str, list: &[f64]| Series {
        name: name.into(),
        points: numbered(list.iter().copied()),
        kind: Kind::Line,
    };
    vec![
        histogram("NLL of the next token", &a.nll_bins, 2.0 * log_v),
        histogram("Entropy of the prediction", &a.entropy_bins, log_v),
        spectra("Averaged Fisher metric g*", vec![eigenvalues("g*", &a.fisher)]),
        spectra(
            "Covariances",
            vec![eigenvalues("hidden states", &a.states), eigenvalues("mean embeddings", &a.embeddings)],
        ),
        spectra("Linear predictive kernel, bounds", vec![bound("at least", |b| b.low), bound("at most", |b| b.high)]),
        Plot {
            title: "Angles of leading predictive functions to the states".into(),
            x: "number of the angle".into(),
            y: "sine".into(),
            log: false,
            series: vec![
                sines("mean embedding, all directions", &a.embedding_alignment.to_all),
                sines("mean embedding, leading", &a.embedding_alignment.to_leading),
                sines("prediction (sketch), all directions", &a.sketch_alignment.to_all),
                sines("prediction (sketch), leading", &a.sketch_alignment.to_leading),
            ],
        },
    ]
}
