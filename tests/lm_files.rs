//! Files of language models: every kind of number is read, and every fault is an error that names file, tensor and place.
//!
//! `CASES` has a fault for each code of `lm::`, and a test sees to it that none is left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use mcheck::base::interrupt::Interrupt;
use mcheck::lm::analysis::Analysis;
use mcheck::lm::error::LmError;
use mcheck::lm::find::Wanted;
use mcheck::lm::partial::Partial;
use mcheck::lm::run::{How, Precision, merge, results, run};
use mcheck::report::explain;
use miette::Diagnostic;

#[path = "common/lm_files.rs"]
mod files;

use files::{STATES, TOKENS, WIDTH, f32s, f64s, folder, i64s, model, npy, npy_with_header, safetensors, write};

fn wanted(paths: &[&Path]) -> Wanted {
    Wanted { paths: paths.iter().map(|p| p.display().to_string()).collect(), ..Wanted::default() }
}

fn analyse_with(
    wanted: &Wanted,
    shard: (u64, u64),
    seed: u64,
    interrupt: &Interrupt,
) -> Result<(Partial, Option<Analysis>), LmError> {
    let how = How { precision: Precision::Auto, threads: 2, seed, shard, interrupt, progress: &|_, _| {} };
    run(wanted, &how)
}

fn analyse(wanted: &Wanted) -> Result<(Partial, Option<Analysis>), LmError> {
    analyse_with(wanted, (1, 1), 1, &Interrupt::default())
}

/// The sound model in a folder, changed.
fn changed(name: &str, change: impl FnOnce(&Path)) -> LmError {
    let folder = folder(name);
    model(&folder);
    change(&folder);
    analyse(&wanted(&[&folder])).expect_err(name)
}

/// Two parts of a run, and a third of a run with another seed.
fn parts(name: &str) -> [PathBuf; 3] {
    let folder = folder(name);
    model(&folder);
    let part = |file: &str, shard, seed| {
        let path = folder.join(file);
        let (partial, _) = analyse_with(&wanted(&[&folder]), shard, seed, &Interrupt::default()).unwrap();
        partial.write(&path).unwrap();
        path
    };
    [part("one.part", (1, 3), 1), part("two.part", (3, 3), 1), part("other.part", (2, 3), 2)]
}

fn merged(parts: &[&PathBuf]) -> Result<Partial, LmError> {
    merge(&parts.iter().map(|p| p.display().to_string()).collect::<Vec<_>>())
}

/// A fault: its code, the words that its message must have, and how to meet it.
type Case = (&'static str, &'static [&'static str], fn() -> LmError);

const CASES: [Case; 37] = [
    ("lm::unreadable", &["`no_such_folder`", "there is no such"], || {
        analyse(&wanted(&[Path::new("no_such_folder")])).unwrap_err()
    }),
    ("lm::unwritable", &["no_such_folder/x.part"], || {
        let folder = folder("unwritable");
        model(&folder);
        let (partial, _) = analyse(&wanted(&[&folder])).unwrap();
        partial.write(&folder.join("no_such_folder/x.part")).unwrap_err()
    }),
    ("lm::format", &["hidden.npy", "\\x93NUMPY"], || {
        changed("no_mark", |f| drop(write(f, "hidden.npy", b"hello, world")))
    }),
    ("lm::format", &["hidden.npy", "header is not understood"], || {
        changed("header", |f| {
            drop(write(f, "hidden.npy", &npy_with_header("{'descr': '<f4', 'shape': (1,)}", &[0; 4])))
        })
    }),
    ("lm::format", &["head.safetensors", "promise a header of"], || {
        changed("mislabelled", |f| {
            fs::rename(f.join("head.npy"), f.join("head.safetensors")).unwrap();
        })
    }),
    ("lm::format", &["head.safetensors", "invalid offset for tensor `head`"], || {
        changed("offsets", |f| {
            let mut bytes = safetensors(&[("head", "F32", &[1, 1], f32s(&[1.0]))]);
            let at = bytes.windows(5).position(|w| w == b"[0,4]").unwrap();
            bytes[at + 1] = b'1';
            write(f, "head.safetensors", &bytes);
        })
    }),
    ("lm::format", &["head.safetensors", "bytes follow"], || {
        changed("behind", |f| {
            let mut bytes = safetensors(&[("head", "F32", &[1, 1], f32s(&[1.0]))]);
            bytes.push(0);
            write(f, "head.safetensors", &bytes);
        })
    }),
    ("lm::format", &["states.npz", "npz"], || {
        changed("no_zip", |f| drop(write(f, "states.npz", b"PK but no archive")))
    }),
    ("lm::format", &["data.arrow", "`.arrow`"], || {
        let folder = folder("arrow");
        let file = write(&folder, "data.arrow", b"ARROW1");
        analyse(&wanted(&[&file])).unwrap_err()
    }),
    ("lm::truncated", &["hidden.npy", "`hidden`", "96128", "96000"], || {
        changed("cut_npy", |f| {
            let bytes = fs::read(f.join("hidden.npy")).unwrap();
            assert_eq!(bytes.len(), 128 + STATES * WIDTH * 4);
            write(f, "hidden.npy", &bytes[..96000]);
        })
    }),
    ("lm::truncated", &["more.safetensors", "`extra`"], || {
        changed("cut_safetensors", |f| {
            let bytes = safetensors(&[("extra", "F64", &[10], f64s(&[0.5; 10]))]);
            write(f, "more.safetensors", &bytes[..bytes.len() - 1]);
        })
    }),
    ("lm::truncated", &["hidden.npy", "18446744073709551615"], || {
        changed("huge", |f| drop(write(f, "hidden.npy", &npy("<f4", &[usize::MAX, usize::MAX], &[]))))
    }),
    ("lm::missing_input", &["hidden states", "missing_hidden"], || {
        changed("missing_hidden", |f| fs::remove_file(f.join("hidden.npy")).unwrap())
    }),
    ("lm::missing_input", &["next tokens"], || {
        changed("missing_tokens", |f| {
            fs::remove_file(f.join("tokens.npy")).unwrap();
            fs::remove_file(f.join("future.npy")).unwrap();
        })
    }),
    ("lm::no_tensor", &["hidden.npy", "`hiden`"], || {
        let folder = folder("no_tensor");
        model(&folder);
        let hidden = Some(format!("{}:hiden", folder.join("hidden.npy").display()));
        analyse(&Wanted { hidden, ..wanted(&[&folder]) }).unwrap_err()
    }),
    ("lm::ambiguous", &["hidden states", "hidden.npy", "more.safetensors"], || {
        changed("ambiguous", |f| {
            drop(write(f, "more.safetensors", &safetensors(&[("hidden", "F32", &[1, 1], f32s(&[1.0]))])))
        })
    }),
    ("lm::dtype", &["hidden states", "hidden.npy", "64-bit integers", "floats"], || {
        changed("integer_states", |f| drop(write(f, "hidden.npy", &npy("<i8", &[1, 1], &i64s(&[1])))))
    }),
    ("lm::dtype", &["next tokens", "tokens.npy", "32-bit floats", "integers"], || {
        changed("float_tokens", |f| drop(write(f, "tokens.npy", &npy("<f4", &[1], &f32s(&[1.0])))))
    }),
    ("lm::dtype", &["head matrix", "<c8"], || {
        changed("complex", |f| drop(write(f, "head.npy", &npy("<c8", &[1, 1], &[0; 8]))))
    }),
    ("lm::shape", &["hidden.npy", "[2000, 11]", "12 columns"], || {
        changed("narrow", |f| drop(write(f, "hidden.npy", &npy("<f4", &[STATES, 11], &f32s(&[0.0; STATES * 11])))))
    }),
    ("lm::shape", &["tokens.npy", "[1999]", "2000 hidden states"], || {
        changed("short_tokens", |f| drop(write(f, "tokens.npy", &npy("<i8", &[1999], &i64s(&[0; 1999])))))
    }),
    ("lm::shape", &["bias.npy", "[49]", "50 rows of the head"], || {
        changed("short_bias", |f| drop(write(f, "bias.npy", &npy("<f4", &[49], &f32s(&[0.0; 49])))))
    }),
    ("lm::shape", &["hidden.npy", "[2, 3, 4]", "two sides"], || {
        changed("three_sides", |f| drop(write(f, "hidden.npy", &npy("<f4", &[2, 3, 4], &f32s(&[0.0; 24])))))
    }),
    ("lm::shape", &["hidden.npy", "[0, 12]", "nothing in it"], || {
        changed("empty", |f| drop(write(f, "hidden.npy", &npy("<f4", &[0, 12], &[]))))
    }),
    ("lm::shape", &["head.npy", "column after column"], || {
        changed("column_order", |f| {
            let header = format!("{{'descr': '<f4', 'fortran_order': True, 'shape': ({TOKENS}, {WIDTH}), }}");
            write(f, "head.npy", &npy_with_header(&header, &f32s(&[0.0; TOKENS * WIDTH])));
        })
    }),
    ("lm::not_finite", &["NaN at row 1234, column 5", "`hidden`", "hidden.npy"], || {
        changed("nan", |f| poke(f, "hidden.npy", 1234 * WIDTH + 5, f32::NAN))
    }),
    ("lm::not_finite", &["inf at row 49, column 11", "`head`", "head.npy"], || {
        changed("inf", |f| poke(f, "head.npy", 49 * WIDTH + 11, f32::INFINITY))
    }),
    ("lm::not_finite", &["NaN at row 7, column 0", "`bias`"], || {
        changed("nan_bias", |f| poke(f, "bias.npy", 7, f32::NAN))
    }),
    ("lm::too_large", &["rows 512 to 767", "hidden.npy"], || {
        changed("too_large", |f| poke(f, "hidden.npy", 600 * WIDTH, 1e15))
    }),
    ("lm::token_range", &["token 50 at row 1999, column 0", "tokens.npy", "rows 0 to 49"], || {
        changed("too_high", |f| {
            fs::remove_file(f.join("future.npy")).unwrap();
            let mut bytes = fs::read(f.join("tokens.npy")).unwrap();
            let at = bytes.len() - 8;
            bytes[at..].copy_from_slice(&50i64.to_le_bytes());
            write(f, "tokens.npy", &bytes);
        })
    }),
    ("lm::token_range", &["token -100 at row 3, column 1", "future.npy"], || {
        changed("padding", |f| {
            let mut bytes = fs::read(f.join("future.npy")).unwrap();
            bytes[128 + 7 * 8..128 + 8 * 8].copy_from_slice(&(-100i64).to_le_bytes());
            write(f, "future.npy", &bytes);
        })
    }),
    ("lm::disagree", &["row 9", "tokens.npy:tokens", "future.npy:future"], || {
        changed("disagree", |f| {
            let mut bytes = fs::read(f.join("tokens.npy")).unwrap();
            bytes[128 + 9 * 8] = (bytes[128 + 9 * 8] + 1) % TOKENS as u8;
            write(f, "tokens.npy", &bytes);
        })
    }),
    ("lm::partial", &["head.safetensors", "does not describe a run"], || {
        let folder = folder("no_partial");
        let file = write(&folder, "head.safetensors", &safetensors(&[("head", "F32", &[1, 1], f32s(&[1.0]))]));
        merged(&[&file]).unwrap_err()
    }),
    ("lm::different_runs", &["one.part", "other.part", "the seed is 1 in one and 2"], || {
        let [one, _, other] = parts("different_runs");
        merged(&[&one, &other]).unwrap_err()
    }),
    ("lm::overlap", &["one.part", "block 0", "states 0 to 255"], || {
        let [one, two, _] = parts("overlap");
        merged(&[&one, &two, &one]).unwrap_err()
    }),
    ("lm::missing_shards", &["leave out 3 of 8", "blocks 2 to 4"], || {
        let [one, two, _] = parts("missing_shards");
        results(&merged(&[&one, &two]).unwrap(), "parts", None, None).unwrap_err()
    }),
    ("lm::stopped", &["stopped after 0 of 8 blocks", "time limit"], || {
        let folder = folder("stopped");
        model(&folder);
        let interrupt = Interrupt::with_limit(Some(Duration::ZERO));
        analyse_with(&wanted(&[&folder]), (1, 1), 1, &interrupt).unwrap_err()
    }),
];

/// Writes another number into an `.npy` file of 32-bit floats.
fn poke(folder: &Path, name: &str, place: usize, value: f32) {
    let mut bytes = fs::read(folder.join(name)).unwrap();
    bytes[128 + place * 4..][..4].copy_from_slice(&value.to_le_bytes());
    write(folder, name, &bytes);
}

#[test]
fn every_fault_is_an_error_that_names_the_place() {
    for (number, (code, words, meet)) in CASES.iter().enumerate() {
        let error = meet();
        let found = error.code().map(|c| c.to_string()).unwrap_or_default();
        let message = error.to_string();
        assert_eq!(&found, code, "case {number}: {message}");
        for word in *words {
            assert!(message.contains(word), "case {number}: `{word}` is not in: {message}");
        }
    }
}

#[test]
fn every_code_is_met() {
    let met: BTreeSet<&str> = CASES.iter().map(|c| c.0).chain(["lm::text"]).collect();
    let all: BTreeSet<&str> = explain::codes().filter(|c| c.starts_with("lm::")).collect();
    assert_eq!(met, all);
}

#[test]
fn a_partial_result_that_was_tampered_with_is_refused() {
    let [one, ..] = parts("tampered");
    let bytes = fs::read(&one).unwrap();
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let replaced = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let text = String::from_utf8(bytes[8..8 + header].to_vec()).unwrap();
        assert!(text.contains(from), "{text}");
        let mut bytes = bytes.clone();
        bytes[8..8 + header].copy_from_slice(text.replacen(from, to, 1).as_bytes());
        let path = one.with_extension("changed");
        fs::write(&path, bytes).unwrap();
        // Not `unwrap_err`, which would print all sums.
        match merged(&[&path]) {
            Ok(_) => panic!("`{to}` was taken"),
            Err(error) => error.to_string(),
        }
    };
    assert!(replaced("\\\"version\\\":1", "\\\"version\\\":9").contains("its version is 9, and this program knows 1"));
    assert!(replaced("\\\"states\\\":2000", "\\\"states\\\":0300").contains("JSON"));
    assert!(replaced("\\\"states\\\":2000", "\\\"states\\\":400 ").contains("does not fit"));
    assert!(replaced("\\\"width\\\":12", "\\\"width\\\":11").contains("entries, not"));
    assert!(replaced("sum.sketch_sketch", "sum.sketch_skitch").contains("no tensor `sum.sketch_sketch`"));
    // Cut at many places: always an error, never a panic.
    for end in (0..bytes.len()).step_by(bytes.len() / 60) {
        let path = one.with_extension("cut");
        fs::write(&path, &bytes[..end]).unwrap();
        assert!(merged(&[&path]).is_err(), "{end}");
    }
}

#[test]
fn headers_that_lie_are_errors_and_never_panics() {
    // Each byte of two headers is replaced in turn; whatever happens is a result or an error.
    let folder = folder("fuzz");
    model(&folder);
    let numbers = safetensors(&[("extra", "F32", &[2, 2], f32s(&[0.0; 4]))]);
    let array = npy("<f4", &[2, 2], &f32s(&[0.0; 4]));
    for (name, bytes) in [("extra.safetensors", numbers), ("extra.npy", array)] {
        for at in 0..bytes.len().min(128) {
            for value in [0, b'9', b'[', b'}', 0xff] {
                let mut changed = bytes.clone();
                changed[at] = value;
                write(&folder, name, &changed);
                let hidden = Some(folder.join(name).display().to_string());
                let _ = analyse(&Wanted { hidden, ..wanted(&[&folder.join("head.npy"), &folder.join("tokens.npy")]) });
            }
        }
        fs::remove_file(folder.join(name)).unwrap();
    }
}

#[test]
fn every_kind_of_number_and_container_gives_the_same_results() {
    let folder = folder("kinds");
    // Numbers that all kinds of floats hold exactly.
    let head: Vec<f64> = (0..6 * 3).map(|i| f64::from((i * 7) % 11 - 5) / 4.0).collect();
    let hidden: Vec<f64> = (0..40 * 3).map(|i| f64::from((i * 5) % 13 - 6) / 2.0).collect();
    let tokens: Vec<i64> = (0..40).map(|i| (i * i) % 6).collect();
    let half = |values: &[f64]| -> Vec<u8> { values.iter().flat_map(|x| half_bits(*x as f32).to_le_bytes()).collect() };
    let brain = |values: &[f64]| -> Vec<u8> {
        values.iter().flat_map(|x| (((*x as f32).to_bits() >> 16) as u16).to_le_bytes()).collect()
    };
    let run = |name: &str, files: &[(&str, Vec<u8>)]| {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).unwrap();
        files.iter().for_each(|(file, bytes)| drop(write(&folder, file, bytes)));
        analyse(&wanted(&[&folder])).unwrap_or_else(|e| panic!("{name}: {e}")).0.totals
    };
    let plain = |h: &[u8], x: &[u8], kind: &str| {
        [
            ("head.npy", npy(kind, &[6, 3], h)),
            ("hidden.npy", npy(kind, &[40, 3], x)),
            ("tokens.npy", npy("<i8", &[40], &i64s(&tokens))),
        ]
    };
    let single = run("f32", &plain(&f32s(&head), &f32s(&hidden), "<f4"));
    assert_eq!(single.states(), 40);
    let swapped =
        |bytes: Vec<u8>, size: usize| -> Vec<u8> { bytes.chunks(size).flat_map(|c| c.iter().rev().copied()).collect() };
    let big = plain(&swapped(f32s(&head), 4), &swapped(f32s(&hidden), 4), ">f4");
    assert!(single == run("big_endian", &big));
    assert!(single == run("f16", &plain(&half(&head), &half(&hidden), "<f2")));
    let tensors = |kind: &str, h: Vec<u8>, x: Vec<u8>, tokens: Vec<u8>, integer: &str| {
        [(
            "model.safetensors",
            safetensors(&[
                ("lm_head.weight", kind, &[6, 3], h),
                ("hidden", kind, &[40, 3], x),
                ("tokens", integer, &[40, 1], tokens),
            ]),
        )]
    };
    let small: Vec<u8> = tokens.iter().map(|t| *t as u8).collect();
    let short: Vec<u8> = tokens.iter().flat_map(|t| (*t as u16).to_le_bytes()).collect();
    assert!(single == run("bf16", &tensors("BF16", brain(&head), brain(&hidden), small, "U8")));
    assert!(single == run("safetensors", &tensors("F32", f32s(&head), f32s(&hidden), short, "I16")));
    // Doubles are computed in double precision: the same up to the rounding of single precision.
    let double = run("f64", &plain(&f64s(&head), &f64s(&hidden), "<f8"));
    assert!(double != single && double.counts == single.counts);
    for (a, b) in double.sums.iter().flatten().zip(single.sums.iter().flatten()) {
        assert!((a.value() - b.value()).abs() < 1e-4 * (1.0 + a.value().abs()));
    }
    // A zip archive of the three, stored and deflated.
    for (name, method) in [("stored", zip::CompressionMethod::Stored), ("deflated", zip::CompressionMethod::Deflated)] {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (file, bytes) in plain(&f32s(&head), &f32s(&hidden), "<f4") {
            let options = zip::write::SimpleFileOptions::default().compression_method(method);
            archive.start_file(file, options).unwrap();
            std::io::Write::write_all(&mut archive, &bytes).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(single == run(name, &[("data.npz", bytes)]), "{name}");
    }
}

/// The bits of a number as a 16-bit float, for numbers that are one.
fn half_bits(x: f32) -> u16 {
    if x == 0.0 {
        return 0;
    }
    let bits = x.to_bits();
    let exponent = ((bits >> 23) & 0xff) as i32 - 127 + 15;
    ((bits >> 16) & 0x8000) as u16 | ((exponent as u16) << 10) | ((bits >> 13) & 0x3ff) as u16
}

#[test]
fn the_program_refuses_with_exit_code_2() {
    let folder = folder("program");
    model(&folder);
    poke(&folder, "hidden.npy", 5, f32::NAN);
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mcheck")).args(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let data = folder.to_str().unwrap();
    let (code, out, err) = run(&["lm", "analyse", data]);
    assert_eq!((code, &*out), (Some(2), ""));
    assert!(err.contains("lm::not_finite") && err.contains("row 0, column 5"), "{err}");
    let (code, out, _) = run(&["lm", "analyse", data, "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &value["ok"], &value["errors"][0]["code"]), (Some(2), &false.into(), &"lm::not_finite".into()));
    // A shard without a place for its sums would be lost, and there is no shard 3 of 2.
    assert_eq!(run(&["lm", "analyse", data, "--shard", "1/2"]).0, Some(2));
    assert_eq!(run(&["lm", "analyse", data, "--shard", "3/2", "-o", "x"]).0, Some(2));
    let short = write(&folder, "short.txt", b"too short a text.");
    let (code, _, err) = run(&["lm", "train", short.to_str().unwrap()]);
    assert!(code == Some(2) && err.contains("lm::text"), "{err}");
}
