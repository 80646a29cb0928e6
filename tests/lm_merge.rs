//! Shards merge to the results of one run, to the last bit, whatever their number, order, tree and threads.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mcheck::base::interrupt::Interrupt;
use mcheck::lm::find::Wanted;
use mcheck::lm::partial::Partial;
use mcheck::lm::run::{How, Precision, merge, results, run};

#[path = "common/lm_files.rs"]
mod files;

use files::{folder, model};

fn part(data: &Path, shard: (u64, u64), threads: usize, precision: Precision) -> Partial {
    let how = How { precision, threads, seed: 1, shard, interrupt: &Interrupt::default(), progress: &|_, _| {} };
    let wanted = Wanted { paths: vec![data.display().to_string()], ..Wanted::default() };
    run(&wanted, &how).unwrap().0
}

fn joined(parts: &[PathBuf]) -> Partial {
    merge(&parts.iter().map(|p| p.display().to_string()).collect::<Vec<_>>()).unwrap()
}

fn bytes(partial: &Partial, path: &Path) -> Vec<u8> {
    partial.write(path).unwrap();
    fs::read(path).unwrap()
}

#[test]
fn one_two_seven_and_more_shards_are_one_run_to_the_bit() {
    let folder = folder("shards");
    model(&folder);
    for precision in [Precision::Single, Precision::Double] {
        let whole = part(&folder, (1, 1), 1, precision);
        let wanted = bytes(&whole, &folder.join("whole.part"));
        // Eight blocks: eleven shards leave some empty.
        for n in [1, 2, 7, 11] {
            let mut parts: Vec<PathBuf> = (1..=n)
                .map(|k| {
                    let path = folder.join(format!("{k}-of-{n}.part"));
                    part(&folder, (k, n), 1 + k as usize % 3, precision).write(&path).unwrap();
                    path
                })
                .collect();
            assert!(bytes(&joined(&parts), &folder.join("joined.part")) == wanted, "{n} shards");
            parts.reverse();
            assert!(bytes(&joined(&parts), &folder.join("joined.part")) == wanted, "{n} shards backwards");
        }
        // The results are a function of the totals and the head alone.
        let again = joined(&[folder.join("whole.part")]);
        assert_eq!(results(&whole, "whole", None, None).unwrap(), results(&again, "whole", None, None).unwrap());
    }
}

#[test]
fn a_tree_of_merges_is_the_same_too_and_the_program_says_so() {
    let folder = folder("tree");
    model(&folder);
    let data = folder.to_str().unwrap();
    let file = |name: &str| folder.join(name).display().to_string();
    let mcheck = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mcheck")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let report = mcheck(&["lm", "analyse", data, "-o", &file("whole.part"), "--html", &file("whole.html")]);
    for k in ["1", "2", "3"] {
        let shard = format!("{k}/3");
        let said = mcheck(&["lm", "analyse", data, "--shard", &shard, "-o", &file(k)]);
        assert!(said.starts_with("wrote") && said.lines().count() == 1, "{said}");
    }
    // Not neighbours: the joined part has a gap until the last one comes.
    mcheck(&["lm", "merge", &file("1"), &file("3"), "-o", &file("13")]);
    let merged = mcheck(&["lm", "merge", &file("2"), &file("13"), "-o", &file("all"), "--html", &file("all.html")]);
    assert_eq!(fs::read(file("all")).unwrap(), fs::read(file("whole.part")).unwrap());
    assert_eq!(fs::read(file("all.html")).unwrap(), fs::read(file("whole.html")).unwrap());
    let results = |text: &str| text.lines().skip(1).map(str::to_string).collect::<Vec<_>>();
    assert_eq!(results(&report), results(&merged));
    let page = fs::read_to_string(file("all.html")).unwrap();
    assert!(page.matches("<svg").count() == 6 && page.matches("<svg").count() == page.matches("</svg>").count());
    // Nothing on the page is fetched from elsewhere.
    assert!(!page.contains("src=") && !page.contains("href=") && !page.contains("@import") && !page.contains("NaN"));
}
