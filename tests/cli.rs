//! The program as a process: exit codes, standard input and output, pipes. Few, because slow; what a program means is
//! tested in the library.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const COIN: &str = "object Coin = { heads, tails }\nkernel fair : Coin { uniform }\n";

fn mcheck(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcheck"));
    command.args(arguments).env_remove("NO_COLOR").stdin(Stdio::null());
    command
}

/// Runs the program with a text on its standard input.
fn with_input(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_string();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Exit code, standard output, standard error.
fn all(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn stdin(arguments: &[&str], program: &str) -> (i32, String, String) {
    all(with_input(mcheck(arguments), program))
}

/// A program in a file of its own.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn exit_codes_tell_right_false_and_wrong_apart() {
    let code = |check: &str| stdin(&["-"], &format!("{COIN}{check}\n")).0;
    assert_eq!(code("check fair ; del == id[I]"), 0);
    assert_eq!(code("check not deterministic fair"), 0);
    assert_eq!(code("check deterministic fair"), 1);
    assert_eq!(code("check fair == foul"), 2);
    assert_eq!(code("check fair =="), 2);
    assert_eq!(code("check not deterministic fair\ncheck deterministic fair\neval fair"), 1);
    // A program whose evaluation meets an error is wrong, whatever else fails.
    assert_eq!(code("check deterministic fair\neval observe(fair, #1 = heads and #1 = tails)"), 2);
    let (help, ..) = all(mcheck(&["--help"]).output().unwrap());
    let (nothing, ..) = all(mcheck(&["--no-such-flag"]).output().unwrap());
    assert_eq!((help, nothing), (0, 2));
}

#[test]
fn the_worst_of_several_files_decides() {
    let right = file("right.mc", &format!("{COIN}check fair == fair\n"));
    let false_ = file("false.mc", &format!("{COIN}check deterministic fair\n"));
    let wrong = file("wrong.mc", "object Coin = {\n");
    let run = |files: &[&PathBuf]| {
        let names: Vec<&str> = files.iter().map(|f| f.to_str().unwrap()).collect();
        all(mcheck(&names).output().unwrap()).0
    };
    assert_eq!(run(&[&right]), 0);
    assert_eq!(run(&[&right, &false_]), 1);
    assert_eq!(run(&[&wrong, &false_, &right]), 2);
    assert_eq!(all(mcheck(&["check", right.to_str().unwrap()]).output().unwrap()).0, 0);
}

#[test]
fn a_missing_file_is_wrong_input() {
    let (code, out, err) = all(mcheck(&["no_such_file.mc"]).output().unwrap());
    assert_eq!(code, 2);
    assert!(err.contains("no_such_file.mc") && err.contains("there is no such file"), "{err}");
    assert!(!out.contains("there is no such file"), "{out}");
}

#[test]
fn json_is_one_object_with_a_version() {
    let program = format!("{COIN}check deterministic fair\neval fair\neval prob(#1 = heads in fair)\n");
    let (code, out, err) = stdin(&["--format", "json", "-"], &program);
    assert_eq!((code, &*err), (1, ""));
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["version"], 1);
    assert_eq!(value["ok"], false);
    assert_eq!(value["results"][0]["verdict"], "fails");
    assert_eq!(value["results"][1]["rows"][0]["output"]["tails"], "1/2");
    assert_eq!(value["results"][2]["exact"], "1/2");
    assert_eq!(value["errors"], serde_json::json!([]));
    // Errors are in the object too, with their place.
    let (code, out, _) = stdin(&["--format", "json", "-"], "object Coin = { heads }\neval foul\n");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &value["errors"][0]["code"], &value["errors"][0]["line"]),
        (2, &"check::unknown_name".into(), &2.into())
    );
}

#[test]
fn a_time_limit_leaves_answers_unknown() {
    let program = "object Big = 0..1500
        kernel wander(x: Big) -> Big = { (x + 1) mod 1500: 1/3, (x * 7) mod 1500: 1/3, (x * x) mod 1500: 1/3 }
        kernel start : Big { uniform }
        check stationary start for wander^1000000
        check 1 < 2\n";
    let begin = std::time::Instant::now();
    let (code, out, err) = stdin(&["--time-limit", "0.3", "--format", "json", "-"], program);
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
    assert_eq!(code, 1, "{out}{err}");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["results"][0]["verdict"], "unknown");
    assert_eq!(value["ok"], false);
}

/// A chain of pairs in which every wire depends on all others once the last one is seen.
fn heavy(bits: usize) -> String {
    let mut text = String::from("object Bit = { 0, 1 }\nkernel coin : Bit { 0: 1/3, 1: 2/3 }\n");
    text.push_str("kernel like : Bit * Bit -> Bit { (0, 0) -> 0: 1/4, 1: 3/4  (0, 1) -> 0: 1/5, 1: 4/5  (1, 0) -> 0: 1/6, 1: 5/6  (1, 1) -> 0: 1/7, 1: 6/7 }\n");
    let pairs: Vec<_> = (0..bits).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    text.push_str(&format!("diagram d -> (x: Bit, y: Bit^{}) {{\n", pairs.len()));
    (0..bits).for_each(|i| text.push_str(&format!("  x{i} ~ coin\n")));
    pairs.iter().for_each(|(a, b)| text.push_str(&format!("  y{a}_{b} ~ like(x{a}, x{b})\n")));
    let names: Vec<String> = pairs.iter().map(|(a, b)| format!("y{a}_{b}")).collect();
    let seen: Vec<String> = (0..pairs.len()).map(|k| format!("#{} = 1", k + 2)).collect();
    text.push_str(&format!("  return x0, {}\n}}\neval prob(x = 1 | {} in d)\n", names.join(", "), seen.join(", ")));
    text
}

#[test]
fn the_memory_for_a_network_can_be_set_and_is_named_where_it_is_too_little() {
    let program = heavy(18);
    let (code, out, err) = stdin(&["--memory", "1M", "-"], &program);
    assert_eq!(code, 2, "{out}{err}");
    assert!(err.contains("model::too_large") && err.contains("in 1 MB at most 65536 are kept"), "{err}");
    let (code, out, err) = stdin(&["--memory", "64m", "--format", "json", "-"], &program);
    assert_eq!(code, 0, "{err}");
    // The same question with more than it needs.
    assert_eq!(stdin(&["--memory", "1T", "--format", "json", "-"], &program), (0, out, err));
}

#[test]
fn a_wrong_amount_of_memory_says_how_to_write_it() {
    for (arguments, message) in [
        (["--memory", "4"], "`4` has no unit; write a whole number with K, M, G or T behind it, such as 500M or 4G"),
        (["--memory", "4X"], "`X` is not a unit of memory"),
        (["--memory", "1.5G"], "`1.5` is not a whole number"),
        (["--memory", "+1G"], "`+1` is not a whole number"),
        (["--memory", "4é"], "`é` is not a unit of memory"),
        (["--memory", "G"], "`` is not a whole number"),
        (["--memory", "512K"], "`512K` is too little: at least 1M is needed"),
        (["--memory", "99999999T"], "is more than any machine has"),
    ] {
        let (code, _, err) = stdin(&[arguments[0], arguments[1], "-"], COIN);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(message), "{err}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let evals = "eval fair * fair * fair\n".repeat(4000);
    let program = file("long.mc", &format!("{COIN}{evals}"));
    let mut child = mcheck(&[program.to_str().unwrap()]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    // Reads one line and closes the pipe.
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(line.contains("fair"), "{line}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn colours_come_only_where_they_are_wanted() {
    let program = format!("{COIN}check deterministic fair\n");
    let plain = |(_, out, err): (i32, String, String)| !out.contains('\x1b') && !err.contains('\x1b');
    assert!(plain(stdin(&["-"], &program)), "a pipe is no terminal");
    assert!(!plain(stdin(&["--color", "always", "-"], &program)));
    assert!(plain(stdin(&["--color", "never", "-"], &program)));
    let mut command = mcheck(&["-"]);
    command.env("NO_COLOR", "1");
    assert!(plain(all(with_input(command, &program))));
}

#[test]
fn a_dialogue_through_a_pipe() {
    let rows = file("rows.mc", "object Wind = { calm, storm }\nkernel wind : Wind { calm: 3/4, storm: rest }\n");
    let dialogue = format!(
        "object Coin = {{ heads, tails }}\nkernel bent : Coin {{ heads: 1/3, tails: 1/3 }}\n\
         kernel bent : Coin {{\n  heads: 1/3, tails: rest\n}}\nprob(#1 = tails in bent)\n:type bent ; copy\n\
         :load {}\nwind\ncheck wind ; del == id[I]\n:nonsense\n:quit\nobject Never = {{ a }}\n",
        rows.display()
    );
    let (code, out, err) = stdin(&["repl"], &dialogue);
    // The faulty declaration changed nothing, so that the mended one was free to take its name.
    assert!(err.contains("check::row_sum"), "{err}");
    assert!(!err.contains("check::duplicate_name"), "{err}");
    for expected in ["2/3", "I -> Coin * Coin", "3/4", "✓ wind ; del == id[I]"] {
        assert!(out.contains(expected), "`{expected}` is missing in\n{out}");
    }
    assert!(err.contains("there is no command `:nonsense`"), "{err}");
    // A line failed, which a script wants to know.
    assert_eq!(code, 2);
    assert_eq!(stdin(&["repl"], &format!("{COIN}fair ; del\n")).0, 0);
}

/// More digits of an eigenvalue than there is time for are an answer too: that it was stopped.
#[test]
fn many_digits_of_eigenvalues_end_with_the_time() {
    let rows = "[[1,2,3,4,5],[2,1,7,8,9],[3,7,1,2,3],[4,8,2,1,4],[5,9,3,4,1]]";
    for word in ["spectrum", "directions"] {
        let program = format!("eval {word}({rows})\n");
        let (_, out, err) = stdin(&["--digits", "100000", "--time-limit", "0.3", "-"], &program);
        assert!(out.contains("unknown: stopped"), "{out}{err}");
        let (code, out, err) = stdin(&["--digits", "40", "-"], &program);
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("≈ 20.63421787841972720881192116031160286557"), "{out}");
    }
}

/// Products of matrices whose entries are formulas hear the time too.
#[test]
fn products_of_large_matrices_end_with_the_time() {
    let entry = |i: usize, j: usize| format!("sqrt({}) + log({})", (7 * i + 3 * j) % 17 + 2, (5 * i + j) % 13 + 2);
    let row = |i: usize| format!("[{}]", (0..100).map(|j| entry(i, j)).collect::<Vec<_>>().join(", "));
    let rows = (0..100).map(row).collect::<Vec<_>>().join(", ");
    for question in ["det(A * A)", "gram(A)"] {
        let program = format!("let A = [{rows}]\neval {question}\n");
        let (_, out, err) = stdin(&["--time-limit", "0.3", "-"], &program);
        assert!(out.contains("unknown: stopped"), "{question}: {out}{err}");
    }
}
