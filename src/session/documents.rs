//! Examples in documentation, run as tests: in Markdown files, and in the documentation of `.mc` files.
//!
//! | block | what must be true |
//! |---|---|
//! | `mc` | no errors, and every check holds |
//! | `mc refuted` | no errors, and at least one check fails |
//! | `mc unknown` | no errors, no check fails, and at least one answer is unknown |
//! | `mc fails=CODE` | there is an error with this code |
//! | `mc-repl` | a dialogue: `> ` and `. ` begin what is typed, the rest is what is shown; `…` stands for any lines |
//!
//! With `continues` behind it (`mc refuted continues`, say), any of them but a dialogue runs after the last `mc` block
//! above it in the same file (and after what that one continues). A block whose tag begins with `mc` and is none of these is a fault.
//!
//! A line `//=> text` below a check or an evaluation is compared with its answer; several lines follow each other.
//! Blocks within the documentation of a `.mc` file run after the whole file, and the file is a test of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::command::Repl;
use super::pipeline::{Options, Session};
use crate::base::files::Files;
use crate::report::outcome::FileReport;
use crate::report::{Style, human};
use crate::syntax::ast::Spanned;

/// A block of documentation that is a test.
#[derive(Debug, Clone)]
pub struct Block {
    /// The file.
    pub file: PathBuf,
    /// The line of its first line in that file.
    pub line: usize,
    /// What it must show.
    pub kind: BlockKind,
    /// What is run before it: declarations of the file that it documents, or earlier blocks.
    pub before: Vec<String>,
    /// Its text.
    pub text: String,
}

/// What a block must show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// Every check holds.
    Holds,
    /// At least one check fails.
    Refuted,
    /// No check fails, and at least one stays open.
    Open,
    /// An error with this code.
    Fails(String),
    /// A dialogue.
    Dialogue,
    /// Nothing: its tag, which says no kind of block.
    Unknown(String),
}

/// The blocks of a file. A `.mc` file is itself a test, and the first of them.
pub fn blocks(path: &Path, text: &str) -> Vec<Block> {
    if path.extension().is_some_and(|e| e == "mc") {
        let whole = Block { file: path.into(), line: 1, kind: BlockKind::Holds, before: Vec::new(), text: text.into() };
        let mut out = vec![whole];
        let mut sources = crate::base::source::SourceMap::default();
        let Some(number) = sources.add("doc", text.into()) else { return out };
        let source = sources.get(number);
        if let Ok(ast) = crate::syntax::parse_file(source) {
            for docs in std::iter::once(&ast.docs).chain(ast.items.iter().map(|i| &i.docs)) {
                let Some(first) = docs.first() else { continue };
                let line = source.line_column(first.span.lo).0;
                let markdown: Vec<&str> = docs.iter().map(|d: &Spanned<String>| d.node.as_str()).collect();
                out.extend(markdown_blocks(path, &markdown.join("\n"), line, Some(text)));
            }
        }
        return out;
    }
    markdown_blocks(path, text, 1, None)
}

fn markdown_blocks(path: &Path, text: &str, first_line: usize, documented: Option<&str>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut open: Option<(String, usize, String)> = None;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(tag))) => {
                let line = first_line + text[..range.start].matches('\n').count() + 1;
                open = Some((tag.to_string(), line, String::new()));
            }
            Event::Text(part) => {
                if let Some((_, _, body)) = &mut open {
                    body.push_str(&part);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some((tag, line, body)) = open.take() else { continue };
                let words: Vec<&str> = tag.split_whitespace().collect();
                let continues = words.len() > 1 && words.last() == Some(&"continues");
                let kind = match words[..words.len() - usize::from(continues)] {
                    ["mc-repl"] if !continues => BlockKind::Dialogue,
                    ["mc"] => BlockKind::Holds,
                    ["mc", "refuted"] => BlockKind::Refuted,
                    ["mc", "unknown"] => BlockKind::Open,
                    ["mc", code] if code.starts_with("fails=") => BlockKind::Fails(code["fails=".len()..].into()),
                    [word, ..] if word.starts_with("mc") => BlockKind::Unknown(tag.clone()),
                    _ => continue,
                };
                let mut before: Vec<String> = documented.map(str::to_string).into_iter().collect();
                if continues && let Some(last) = out.iter().rev().find(|b| b.kind == BlockKind::Holds) {
                    before = last.before.clone();
                    before.push(last.text.clone());
                }
                out.push(Block { file: path.into(), line, kind, before, text: body });
            }
            _ => {}
        }
    }
    out
}

/// Runs a block; the error says what was expected and what came.
pub fn run_block(block: &Block, files: Arc<dyn Files + Send + Sync>, options: &Options) -> Result<(), String> {
    if let BlockKind::Unknown(tag) = &block.kind {
        return Err(format!(
            "`{tag}` is no kind of block; there are `mc`, `mc refuted`, `mc unknown`, `mc fails=CODE` and `mc-repl`"
        ));
    }
    let directory = block.file.parent().unwrap_or(Path::new(""));
    let mut session = Session::new(files, options.clone());
    for text in &block.before {
        let report = session.run_text("what stands before", text, directory, &mut |_, _, _| {});
        if !report.failures.is_empty() {
            return Err(format!("what stands before this block has errors:\n{}", errors(&report)));
        }
    }
    if block.kind == BlockKind::Dialogue {
        return dialogue(session, &block.text);
    }
    let name = format!("{}:{}", block.file.display(), block.line);
    let report = session.run_text(&name, &block.text, directory, &mut |_, _, _| {});
    match &block.kind {
        BlockKind::Fails(code) => match report.failures.iter().find(|f| f.code == *code) {
            Some(_) => return Ok(()),
            None if report.failures.is_empty() => {
                return Err(format!("the error {code} was expected, and there is none"));
            }
            None => return Err(format!("the error {code} was expected, not\n{}", errors(&report))),
        },
        _ if !report.failures.is_empty() => return Err(errors(&report)),
        BlockKind::Refuted if report.counts().fails == 0 => return Err("a check should fail, and none does".into()),
        BlockKind::Open if report.counts().unknown == 0 => {
            return Err("an answer should be unknown, and none is".into());
        }
        BlockKind::Open if report.counts().fails > 0 => {
            return Err(human::file_report(&report, Style::default(), false));
        }
        BlockKind::Holds if !report.ok() => return Err(human::file_report(&report, Style::default(), false)),
        _ => {}
    }
    expectations(&block.text, &report)
}

fn errors(report: &FileReport) -> String {
    report.failures.iter().map(|f| f.render(false, 100)).collect()
}

/// Compares the lines `//=> text` with the answers above them.
fn expectations(text: &str, report: &FileReport) -> Result<(), String> {
    let mut wanted: Vec<(usize, Vec<&str>)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        // Within documentation, it belongs to the block that is documented, which is a test of its own.
        if ["///", "//!"].iter().any(|mark| line.trim_start().starts_with(mark)) {
            continue;
        }
        if let Some((_, expected)) = line.split_once("//=>") {
            // An expectation belongs to the last item that starts on its line or above.
            let Some(item) = report.results.iter().rposition(|r| r.line <= number + 1) else {
                return Err(format!("`//=>` on line {} stands below no check or evaluation", number + 1));
            };
            match wanted.last_mut() {
                Some((last, lines)) if *last == item => lines.push(expected.trim()),
                _ => wanted.push((item, vec![expected.trim()])),
            }
        }
    }
    for (item, lines) in wanted {
        let found = human::answer_lines(&report.results[item]);
        let squeeze = |l: &str| l.split_whitespace().collect::<Vec<_>>().join(" ");
        let same = found.len() == lines.len() && found.iter().zip(&lines).all(|(a, b)| squeeze(a) == squeeze(b));
        if !same {
            let text = &report.results[item].text;
            return Err(format!("for `{text}` expected\n  {}\nfound\n  {}", lines.join("\n  "), found.join("\n  ")));
        }
    }
    Ok(())
}

/// Whether the lines are those expected, where a line `…` stands for any number of lines.
fn shows(found: &[&str], expected: &[&str]) -> bool {
    match expected.iter().position(|l| *l == "…") {
        None => found == expected,
        Some(gap) => {
            let (head, tail) = (&expected[..gap], &expected[gap + 1..]);
            found.starts_with(head) && (gap..=found.len()).any(|at| shows(&found[at..], tail))
        }
    }
}

/// Replays a dialogue.
fn dialogue(session: Session, text: &str) -> Result<(), String> {
    let mut repl = Repl::new(session, Style::default(), 100);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(typed) = line.strip_prefix('>') else {
            if line.trim().is_empty() {
                continue;
            }
            return Err(format!("a dialogue begins with `> `, not with `{line}`"));
        };
        let mut typed = typed.strip_prefix(' ').unwrap_or(typed).to_string();
        while let Some(more) = lines.next_if(|l| l.starts_with(". ") || *l == ".") {
            typed.push('\n');
            typed.push_str(more.get(2..).unwrap_or(""));
        }
        let mut expected: Vec<&str> = Vec::new();
        while let Some(shown) = lines.next_if(|l| !l.starts_with('>')) {
            expected.push(shown.trim_end());
        }
        let reply = repl.line(&typed, &mut |_, _, _| {});
        let all = format!("{}{}", reply.out, reply.err);
        let mut found: Vec<&str> = all.lines().map(str::trim_end).collect();
        for side in [&mut expected, &mut found] {
            side.retain(|l| !l.is_empty());
        }
        if !shows(&found, &expected) {
            return Err(format!("after `{typed}` expected\n{}\nfound\n{}", expected.join("\n"), found.join("\n")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{BlockKind, blocks, shows};

    #[test]
    fn an_ellipsis_stands_for_any_lines() {
        assert!(shows(&["a", "b", "c"], &["a", "…"]));
        assert!(shows(&["a", "b", "c"], &["a", "…", "c"]));
        assert!(shows(&["a", "c"], &["a", "…", "c"]));
        assert!(!shows(&["a", "b"], &["a", "…", "c"]));
        assert!(!shows(&["a", "b"], &["a"]));
    }

    #[test]
    fn tags_say_the_kind_and_a_mistyped_one_is_not_passed_over() {
        let text = "```mc\nlet x = 1\n```\n\n```mc refuted continues\ncheck x == 2\n```\n\n```mc refutes\n```\n\n```sh\nls\n```\n";
        let found = blocks(Path::new("x.md"), text);
        let kinds: Vec<BlockKind> = found.iter().map(|b| b.kind.clone()).collect();
        assert_eq!(kinds, [BlockKind::Holds, BlockKind::Refuted, BlockKind::Unknown("mc refutes".into())]);
        assert_eq!(found[1].before, ["let x = 1\n"]);
    }
}
