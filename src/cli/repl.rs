//! `mcheck repl`: the terminal around [`crate::session::command::Repl`].

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::rc::Rc;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Editor, Helper};

use super::run::{Context, complain, print};
use crate::session::Session;
use crate::session::command::{Repl, is_complete};

/// Talks until the end of input; returns the exit code.
pub(super) fn repl(files: &[PathBuf], context: &Context) -> u8 {
    let session = Session::new(context.files.clone(), context.options.clone());
    let repl = Rc::new(RefCell::new(Repl::new(session, context.out, context.width)));
    let terminal = std::io::stdin().is_terminal();
    if terminal {
        print("mcheck: `:help` lists the commands, `:quit` leaves.\n");
    }
    let mut failed = false;
    for file in files {
        failed |= answer(&repl, &format!(":load {}", file.display()), context) == Some(true);
    }
    if !terminal {
        return pipe(&repl, context, failed);
    }
    let config = Config::builder().auto_add_history(true).build();
    let mut editor: Editor<Assistant, FileHistory> = match Editor::with_config(config) {
        Ok(editor) => editor,
        Err(error) => {
            complain(&format!("mcheck: the terminal cannot be used: {error}\n"));
            return 2;
        }
    };
    editor.set_helper(Some(Assistant { repl: repl.clone() }));
    let history = history_file();
    if let Some(path) = &history {
        // There is no history before the first use.
        let _ = editor.load_history(path);
    }
    loop {
        match editor.readline("> ") {
            Ok(line) => {
                if answer(&repl, &line, context).is_none() {
                    break;
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => {
                complain(&format!("mcheck: {error}\n"));
                return 2;
            }
        }
    }
    if let Some(path) = &history
        && let Err(error) = editor.save_history(path)
    {
        complain(&format!("mcheck: the history could not be kept: {error}\n"));
    }
    0
}

/// Reads from a pipe: no prompt, no history; the exit code is 2 if a line failed.
fn pipe(repl: &Rc<RefCell<Repl>>, context: &Context, mut failed: bool) -> u8 {
    let mut text = String::new();
    for line in std::io::stdin().lines() {
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                complain(&format!("mcheck: standard input: {error}\n"));
                return 2;
            }
        };
        text.push_str(&line);
        if is_complete(&text) {
            match answer(repl, &text, context) {
                None => return if failed { 2 } else { 0 },
                Some(f) => failed |= f,
            }
            text.clear();
        } else {
            text.push('\n');
        }
    }
    if !text.trim().is_empty() {
        failed |= answer(repl, &text, context) == Some(true);
    }
    if failed { 2 } else { 0 }
}

/// Answers a line and prints; whether it failed, or `None` at the end.
fn answer(repl: &Rc<RefCell<Repl>>, line: &str, context: &Context) -> Option<bool> {
    context.options.interrupt.clear();
    let reply = repl.borrow_mut().line(line, &mut |_, _, _| {});
    print(&reply.out);
    complain(&reply.err);
    (!reply.quit).then_some(reply.failed)
}

/// Where the history is kept.
fn history_file() -> Option<PathBuf> {
    let base = match std::env::var_os("XDG_STATE_HOME") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".local/state"),
    };
    let folder = base.join("mcheck");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

struct Assistant {
    repl: Rc<RefCell<Repl>>,
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &rustyline::Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let start = line[..at]
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_alphanumeric() || matches!(c, '_' | '\'' | ':'))
            .last()
            .map_or(at, |(i, _)| i);
        Ok((start, self.repl.borrow().completions(&line[start..at])))
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if is_complete(context.input()) { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Hinter for Assistant {
    type Hint = String;
}

impl Highlighter for Assistant {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Borrowed(prompt)
    }
}

impl Helper for Assistant {}
