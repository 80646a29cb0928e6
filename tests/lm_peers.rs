//! Analyses compared with NumPy, which computes every quantity another way (`tests/lm_peers/`), on generated data and on a
//! small GPT-2 that is built and trained here; and the same analysis on a cluster of processes. What is not installed is
//! said to be skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[path = "common/lm_files.rs"]
mod files;

use files::{Numbers, STATES, f32s, folder, i64s, model, npy, write};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn mcheck(arguments: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcheck"));
    let output = command.args(arguments).args(["--format", "json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Whether Python has these modules; if not, says so.
fn installed(modules: &str) -> bool {
    let found = Command::new("python3").args(["-c", &format!("import {modules}")]).output();
    let found = found.is_ok_and(|o| o.status.success());
    if !found {
        eprintln!("skipped: python3 with {modules} is not installed");
    }
    found
}

fn reference(data: &Path, seed: &str) -> Value {
    let output = Command::new("python3").arg(root("tests/lm_peers/reference.py")).arg(data).arg(seed).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Compares all that the reference has; returns how many numbers that were.
fn compare(found: &Value, wanted: &Value, path: &str, tolerance: f64, bad: &mut Vec<String>) -> usize {
    match wanted {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| !["similarity_values", "true_prediction_cka"].contains(&&***name))
            .map(|(name, value)| compare(&found[name], value, &format!("{path}.{name}"), tolerance, bad))
            .sum(),
        Value::Array(items) => {
            if found.as_array().is_none_or(|f| f.len() != items.len()) {
                bad.push(format!("{path}: other length"));
            }
            let pairs = items.iter().enumerate();
            pairs.map(|(i, value)| compare(&found[i], value, &format!("{path}[{i}]"), tolerance, bad)).sum()
        }
        _ => {
            let wanted = wanted.as_f64().unwrap();
            let near = found.as_f64().is_some_and(|f| (f - wanted).abs() <= tolerance * (1.0 + wanted.abs()));
            if !near {
                bad.push(format!("{path}: {found}, and the reference {wanted}"));
            }
            1
        }
    }
}

/// Runs both on a folder and compares them.
fn agree(data: &Path, options: &[&str], seed: &str, tolerance: f64) {
    let found = mcheck(&[&["lm", "analyse", data.to_str().unwrap(), "--seed", seed], options].concat());
    let (found, wanted) = (&found["analysis"], reference(data, seed));
    let mut bad = Vec::new();
    let compared = compare(found, &wanted, "", tolerance, &mut bad);
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert!(compared > 150, "only {compared} numbers were compared");
    // Bounds hold the true eigenvalues, and the estimate from a sketch is near.
    let bounds = found["similarity"]["values"].as_array().unwrap();
    for (bound, value) in bounds.iter().zip(wanted["similarity_values"].as_array().unwrap()) {
        let (low, high, value) = (bound["low"].as_f64(), bound["high"].as_f64(), value.as_f64().unwrap());
        assert!(low.unwrap() <= value + 1e-6 && value <= high.unwrap() + 1e-6, "{bound} {value}");
    }
    let estimate = found["alignment"]["prediction_cka"]["value"].as_f64().unwrap();
    let truth = wanted["true_prediction_cka"].as_f64().unwrap();
    assert!((estimate / truth - 1.0).abs() < 0.25, "{estimate} {truth}");
}

#[test]
fn generated_data_agree_with_numpy() {
    if !installed("numpy") {
        return;
    }
    let data = folder("numpy");
    model(&data);
    agree(&data, &["--precision", "double"], "1", 1e-9);
    agree(&data, &["--precision", "single"], "5", 2e-4);
}

#[test]
fn few_states_without_later_tokens_agree_with_numpy() {
    if !installed("numpy") {
        return;
    }
    // Less than a block, more numbers than states span, a token that never comes: intervals take states as independent.
    let data = folder("few");
    let mut numbers = Numbers(11);
    write(&data, "head.npy", &npy("<f4", &[9, 40], &f32s(&numbers.list(360))));
    write(&data, "hidden.npy", &npy("<f4", &[60, 40], &f32s(&numbers.list(2400))));
    let tokens: Vec<i64> = (0..60).map(|i| (i * i) % 7).collect();
    write(&data, "tokens.npy", &npy("<i8", &[60], &i64s(&tokens)));
    agree(&data, &["--precision", "double"], "1", 1e-7);
}

#[test]
fn a_small_gpt2_agrees_with_numpy() {
    if !installed("torch, transformers, safetensors, numpy") {
        return;
    }
    let data = folder("gpt2");
    for dtype in ["float32", "bfloat16"] {
        let data = data.join(dtype);
        let mut command = Command::new("python3");
        command.arg(root("examples/lm/tiny.py")).arg(root("examples/data/kjv.txt")).arg("-o").arg(&data);
        let output =
            command.args(["--steps", "25", "--width", "32", "--limit", "1600", "--dtype", dtype]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        agree(&data, &["--precision", "double"], "1", 1e-7);
        agree(&data, &[], "1", 5e-4);
    }
}

#[test]
fn a_cluster_that_loses_a_worker_gives_the_same_bits() {
    if !installed("distributed") {
        return;
    }
    let data = folder("cluster");
    model(&data);
    cluster(&data, &folder("cluster_parts"));
    if installed("pyarrow") {
        cluster(&parquet(&data, "cluster_parquet"), &folder("cluster_parquet_parts"));
    }
}

/// The same data as a series of Parquet files.
fn parquet(data: &Path, name: &str) -> PathBuf {
    let target = folder(name);
    let output =
        Command::new("python3").arg(root("tests/lm_peers/parquet.py")).arg(data).arg(&target).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target
}

#[test]
fn parquet_as_others_write_it() {
    if !installed("pyarrow, numpy") {
        return;
    }
    let data = folder("for_parquet");
    model(&data);
    let series = parquet(&data, "from_pyarrow");
    let analysis = |folder: &Path| mcheck(&["lm", "analyse", folder.to_str().unwrap()])["analysis"].clone();
    assert_eq!(analysis(&series), analysis(&data));
}

fn cluster(data: &Path, parts: &Path) {
    let whole = data.join("whole.part");
    let alone = mcheck(&["lm", "analyse", data.to_str().unwrap(), "-o", whole.to_str().unwrap()]);
    let joined = parts.join("all.part");
    let mut command = Command::new("python3");
    command.arg(root("examples/lm/cluster.py")).arg(data).args(["--shards", "7", "--kill-one", "--parts"]).arg(parts);
    command.args(["--mcheck", env!("CARGO_BIN_EXE_mcheck"), "--", "--format", "json", "-o"]).arg(&joined);
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    // The worker was really lost.
    assert!(errors.contains("killed worker"), "{errors}");
    assert_eq!(fs::read(&joined).unwrap(), fs::read(&whole).unwrap());
    let together: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(together["analysis"], alone["analysis"]);
    assert_eq!(together["analysis"]["states"], STATES);
}
