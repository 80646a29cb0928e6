//! The results of an analysis as JSON; `spec/16_language_models.md` describes the fields.

use serde_json::{Value, json};

use super::failure::Failure;
use crate::base::source::SourceMap;
use crate::lm::analysis::{Analysis, Later, Mean};
use crate::lm::error::LmError;
use crate::lm::partial::Partial;
use crate::lm::spectrum::{Alignment, Spectrum};
use crate::lm::totals::SCALARS;

/// A double; one that is no number is null.
fn number(x: f64) -> Value {
    serde_json::Number::from_f64(x).map_or(Value::Null, Value::Number)
}

fn numbers(list: &[f64]) -> Value {
    list.iter().map(|x| number(*x)).collect()
}

fn mean(m: Mean) -> Value {
    json!({ "mean": number(m.mean), "deviation": number(m.deviation), "margin": number(m.margin) })
}

fn spectrum(s: &Spectrum) -> Value {
    json!({
        "values": numbers(&s.values),
        "trace": number(s.trace),
        "participation": number(s.participation),
        "effective_rank": number(s.effective_rank),
        "top_share": number(s.top_share),
    })
}

fn alignment(a: &Alignment, label: &str) -> Value {
    json!({
        "label": label,
        "sines": numbers(&a.to_all),
        "sines_to_leading": numbers(&a.to_leading),
        "explained": number(a.explained),
    })
}

fn later(l: &Later) -> Value {
    let mut value = json!({
        "ahead": l.ahead,
        "entropy": { "label": "estimate", "plug_in": number(l.entropy.0), "corrected": number(l.entropy.1) },
        "cells": {
            "label": "estimate",
            "plug_in": number(l.cells.plug_in),
            "corrected": number(l.cells.corrected),
            "occupied": l.cells.occupied,
        },
    });
    if let Some(d) = l.draft {
        let loss =
            |i: usize| json!({ "label": "upper bound", "loss": number(d.losses[i]), "margin": number(d.margins[i]) });
        value["draft"] = json!({
            "unigram": loss(0),
            "given_next": loss(1),
            "given_state": loss(2),
            "given_both": loss(3),
            "gain": {
                "label": "estimate",
                "value": number(d.losses[1] - d.losses[3]),
                "margin": number(d.difference_margin),
            },
            "hits": number(d.hits),
        });
    }
    value
}

/// The results of an analysis.
pub fn analysis(a: &Analysis) -> Value {
    let scalars: serde_json::Map<String, Value> =
        SCALARS.iter().zip(a.means).map(|(name, m)| (name.to_string(), mean(m))).collect();
    let similarity: Vec<Value> =
        a.similarity.iter().map(|b| json!({ "low": number(b.low), "high": number(b.high) })).collect();
    json!({
        "states": a.sides.states,
        "width": a.sides.width,
        "tokens": a.sides.tokens,
        "ahead": a.sides.ahead,
        "precision": a.precision,
        "seed": a.seed.to_string(),
        "means": scalars,
        "margins_from_blocks": a.margins_from_blocks,
        "perplexity": number(a.mean("nll").mean.exp()),
        "accuracy": number(a.accuracy),
        "unigram": { "label": "estimate", "plug_in": number(a.unigram.0), "corrected": number(a.unigram.1) },
        "dirichlet_gap": number(a.identity_gap()),
        "surrogates": {
            "label": "upper bound",
            "bohning": number(a.surrogates.bohning),
            "ball": number(a.surrogates.ball),
        },
        "fisher": spectrum(&a.fisher),
        "covariance": spectrum(&a.states),
        "anisotropy": { "cosine": number(a.cosine), "top_share": number(a.anisotropy), "zeros": a.zeros },
        "similarity": { "label": "bound", "trace": number(a.similarity_trace), "values": similarity },
        "embedding_covariance": spectrum(&a.embeddings),
        "alignment": {
            "embedding": alignment(&a.embedding_alignment, "measured"),
            "prediction": alignment(&a.sketch_alignment, "estimate"),
            "embedding_cka": { "label": "measured", "value": number(a.embedding_cka) },
            "prediction_cka": { "label": "estimate", "value": number(a.prediction_cka) },
        },
        "nll_bins": a.nll_bins,
        "entropy_bins": a.entropy_bins,
        "later": a.later.iter().map(later).collect::<Vec<_>>(),
        "draft_states": a.draft_states,
    })
}

/// What a part holds.
pub fn partial(partial: &Partial, path: &str) -> Value {
    json!({ "file": path, "states": partial.totals.states(), "blocks": partial.blocks, "whole": partial.is_whole() })
}

/// The object that is written: version, what was done, errors.
pub fn object(fields: Vec<(&str, Value)>, errors: &[LmError]) -> Value {
    let errors: Vec<Value> = errors
        .iter()
        .map(|e| {
            let failure = Failure::new(e, &SourceMap::default());
            json!({ "code": failure.code, "message": failure.message, "help": failure.help })
        })
        .collect();
    let mut object = json!({ "version": 1, "ok": errors.is_empty() });
    fields.into_iter().for_each(|(name, value)| object[name] = value);
    object["errors"] = Value::Array(errors);
    object
}
