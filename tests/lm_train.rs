//! A model trained from the shipped text: it learns, its bounds hold, its files are read, and two runs are one.

use std::fs;
use std::path::Path;
use std::process::Command;

use mcheck::base::interrupt::Interrupt;
use mcheck::lm::train::text::Text;
use mcheck::lm::train::watch::{Plan, Trained, train};
use mcheck::report::lm_training;

#[path = "common/lm_files.rs"]
mod files;

const PLAN: Plan =
    Plan { rank: 8, context: 2, vocabulary: 120, steps: 150, batch: 256, rate: 0.02, decay: 0.01, looks: 6, seed: 3 };

fn text() -> Text {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/kjv.txt");
    let mut text = Text::read(&path, PLAN.vocabulary).unwrap();
    text.tokens.truncate(20_000);
    text
}

fn trained() -> Trained {
    train(text(), "kjv.txt", PLAN, &Interrupt::default(), &|_| {}).unwrap()
}

#[test]
fn the_shipped_text_is_read_as_its_own_counts_say() {
    // `examples/data/count_bigrams.sh` counts in another language; its numbers are in the README there.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/kjv.txt");
    let text = Text::read(&path, 302).unwrap();
    let count = |token: u32| text.tokens.iter().filter(|t| **t == token).count();
    assert_eq!((text.tokens.len(), count(0), count(1)), (73525, 13510, 2575));
    let words = fs::read_to_string(path.with_file_name("words.txt")).unwrap();
    let (mut theirs, mut ours): (Vec<&str>, Vec<&str>) =
        (words.lines().collect(), text.vocabulary.iter().map(|w| &**w).collect());
    theirs.sort_unstable();
    ours.sort_unstable();
    assert_eq!(theirs, ours);
}

#[test]
fn training_learns_and_its_bounds_hold_at_every_look() {
    let trained = trained();
    let nll = |look: usize| trained.looks[look].analysis.mean("nll").mean;
    let last = trained.looks.len() - 1;
    assert_eq!((trained.looks[0].step, trained.looks[last].step, last), (0, PLAN.steps, PLAN.looks));
    // Better than the frequencies of tokens, which the bias is in the beginning.
    assert!((nll(0) - trained.looks[0].analysis.unigram.0).abs() < 0.2, "{}", nll(0));
    assert!(nll(last) < nll(0) - 0.5, "{} {}", nll(0), nll(last));
    for look in &trained.looks {
        let a = &look.analysis;
        let nll = a.mean("nll").mean;
        assert!(nll <= a.surrogates.bohning + 1e-9 && nll <= a.surrogates.ball + 1e-9);
        assert!(a.identity_gap().abs() < 1e-9);
        assert!(look.canonical.to_all.iter().all(|s| (0.0..=1.0).contains(s)));
    }
    // Both bounds touch the loss where all states are zero; small states are near it.
    let first = &trained.looks[0].analysis;
    assert!(first.surrogates.ball - first.mean("nll").mean < 0.1);
    let csv = lm_training::csv(&trained);
    assert_eq!(csv.lines().count(), PLAN.looks + 2);
    let columns = csv.lines().next().unwrap().split(',').count();
    assert!(csv.lines().all(|line| line.split(',').count() == columns));
}

#[test]
fn two_trainings_are_the_same_to_the_bit_and_another_seed_is_not() {
    let (one, two) = (trained(), trained());
    assert!(one.model == two.model && one.looks == two.looks);
    let other = train(text(), "kjv.txt", Plan { seed: 4, ..PLAN }, &Interrupt::default(), &|_| {}).unwrap();
    assert!(other.model != one.model);
}

#[test]
fn what_is_written_is_what_was_watched() {
    let folder = files::folder("train");
    let path = |name: &str| folder.join(name).display().to_string();
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/kjv.txt").display().to_string();
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output =
            Command::new(env!("CARGO_BIN_EXE_mcheck")).args(arguments).args(["--format", "json"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let options = ["--vocabulary", "60", "--steps", "40", "--looks", "4", "--rank", "6", "--context", "2"];
    let files = [&path("model"), "--html", &path("t.html"), "--csv", &path("t.csv")];
    let training = json(&[&["lm", "train", &text, "-o"], &files[..], &options].concat());
    let watched = &training["training"]["analysis"];
    let analysis = json(&["lm", "analyse", &path("model")]);
    let read = &analysis["analysis"];
    assert_eq!(read["tokens"], 60);
    assert_eq!(fs::read_to_string(folder.join("model/vocabulary.txt")).unwrap().lines().count(), 60);
    // The files hold two states less, which lack tokens so far ahead, in single precision.
    let difference = |of: &dyn Fn(&serde_json::Value) -> f64| (of(watched) - of(read)).abs();
    assert!(difference(&|v| v["means"]["nll"]["mean"].as_f64().unwrap()) < 1e-3);
    assert!(difference(&|v| v["fisher"]["participation"].as_f64().unwrap()) < 1e-2);
    assert_eq!(read["later"].as_array().unwrap().len(), 2);
    assert_eq!(fs::read_to_string(folder.join("t.csv")).unwrap().lines().count(), 6);
    assert!(fs::read_to_string(folder.join("t.html")).unwrap().matches("<polyline").count() >= 10);
}
