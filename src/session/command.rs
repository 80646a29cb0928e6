//! What the REPL does with a line, free of terminals: text in, text out. A line that fails changes nothing.

use std::path::PathBuf;

use super::pipeline::{Progress, Session};
use crate::base::name::nearest;
use crate::check::signature::{Entity, Points};
use crate::report::outcome::FileReport;
use crate::report::{Style, explain, human};

/// What to show for a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// For standard output.
    pub out: String,
    /// For standard error.
    pub err: String,
    /// Whether to end.
    pub quit: bool,
    /// Whether the line failed.
    pub failed: bool,
}

/// A session that is talked to.
#[derive(Clone)]
pub struct Repl {
    session: Session,
    empty: Session,
    loaded: Vec<PathBuf>,
    style: Style,
    width: usize,
}

/// The commands, how they are called, and what they do.
pub const COMMANDS: [(&str, &str, &str); 9] = [
    (":type", ":type E", "the domain and codomain of an expression"),
    (":normal", ":normal E", "the normal form of a diagram: what every Markov category makes of it"),
    (":list", ":list", "what is declared"),
    (":load", ":load FILE", "run a file and keep what it declares"),
    (":reload", ":reload", "forget everything and run the loaded files again"),
    (":reset", ":reset", "forget everything"),
    (":explain", ":explain CODE", "the page on an error, such as check::row_sum"),
    (":help", ":help", "this list"),
    (":quit", ":quit", "leave (so does Ctrl-D)"),
];

impl Repl {
    /// A REPL on an empty session.
    pub fn new(session: Session, style: Style, width: usize) -> Repl {
        Repl { empty: session.clone(), session, loaded: Vec::new(), style, width }
    }

    /// Answers a line.
    pub fn line(&mut self, line: &str, progress: Progress<'_>) -> Reply {
        let text = line.trim();
        if text.is_empty() {
            return Reply::default();
        }
        match text.strip_prefix(':') {
            Some(_) => self.command(text, progress),
            None => self.attempt(|session| session.run_line(line, progress)),
        }
    }

    /// Runs something on a copy of the session, and keeps the copy if it went without errors.
    fn attempt(&mut self, run: impl FnOnce(&mut Session) -> FileReport) -> Reply {
        let mut copy = self.session.clone();
        let report = run(&mut copy);
        let mut reply = Reply::default();
        for network in &report.networks {
            reply.out.push_str(&crate::report::network::lines(network, self.style));
        }
        for item in &report.results {
            reply.out.push_str(&human::result(item, self.style, 0));
        }
        for failure in &report.failures {
            reply.err.push_str(&failure.render(self.style.color, self.width));
        }
        reply.failed = !report.failures.is_empty();
        if reply.failed {
            // The texts stay, for they are quoted by what was shown; the declarations do not.
            self.session.sources = copy.sources;
        } else {
            self.session = copy;
        }
        reply
    }

    fn command(&mut self, text: &str, progress: Progress<'_>) -> Reply {
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let say = |out: String| Reply { out, ..Reply::default() };
        let complain = |err: String| Reply { err, failed: true, ..Reply::default() };
        match word {
            ":quit" | ":q" => Reply { quit: true, ..Reply::default() },
            ":help" | ":h" | ":?" => say(help()),
            ":type" | ":t" if rest.is_empty() => complain("say what: `:type f ; g`\n".into()),
            ":type" | ":t" => match self.session.type_of(rest) {
                Ok(t) => say(format!("{t}\n")),
                Err(failure) => complain(failure.render(self.style.color, self.width)),
            },
            ":normal" | ":n" if rest.is_empty() => complain("say what: `:normal f ; g`\n".into()),
            ":normal" | ":n" => match self.session.normal_form_of(rest) {
                Ok(form) => say(format!("{form}\n")),
                Err(failure) => complain(failure.render(self.style.color, self.width)),
            },
            ":list" => say(self.list()),
            ":reset" => {
                self.session = self.empty.clone();
                self.loaded.clear();
                say("everything is forgotten\n".into())
            }
            ":load" | ":l" if rest.is_empty() => complain("say which file: `:load x.mc`\n".into()),
            ":load" | ":l" => {
                let path = PathBuf::from(rest.trim_matches('"'));
                if self.loaded.contains(&path) {
                    return complain(format!("`{}` is loaded already; `:reload` reads it again\n", path.display()));
                }
                let reply = self.load(&path, progress);
                if !reply.failed {
                    self.loaded.push(path);
                }
                reply
            }
            ":reload" | ":r" if self.loaded.is_empty() => {
                complain("no file is loaded; `:load x.mc` loads one\n".into())
            }
            ":reload" | ":r" => {
                let before = self.session.clone();
                self.session = self.empty.clone();
                let mut all = Reply::default();
                for path in self.loaded.clone() {
                    let reply = self.load(&path, progress);
                    all.out.push_str(&reply.out);
                    all.err.push_str(&reply.err);
                    if reply.failed {
                        all.failed = true;
                        self.session = before;
                        return all;
                    }
                }
                all
            }
            ":explain" | ":e" => match explain::page(rest) {
                Some(page) => say(format!("{}\n", page.trim_end())),
                None => complain(no_page(rest)),
            },
            other => {
                let near = nearest(other, COMMANDS.iter().map(|c| c.0));
                let hint = near.map_or("`:help` lists the commands".to_string(), |n| format!("did you mean `{n}`?"));
                complain(format!("there is no command `{other}`; {hint}\n"))
            }
        }
    }

    fn load(&mut self, path: &std::path::Path, progress: Progress<'_>) -> Reply {
        self.attempt(|session| session.run_file(path, progress))
    }

    fn list(&self) -> String {
        let sig = &self.session.signature;
        let mut out = String::new();
        for (name, entity) in sig.names() {
            let line = match entity {
                Entity::Object(id) => {
                    let object = &sig.objects[*id];
                    match &object.points {
                        Points::Range { lo, count } => format!("object {name} = {lo}..{}", lo + *count as i64),
                        Points::Labels(_) => format!("object {name}, {} points", object.size()),
                        Points::Abstract => format!("object {name}, abstract"),
                    }
                }
                Entity::Product(t) => format!("object {name} = {}", sig.show(t)),
                Entity::Kernel(id) => {
                    let f = &sig.families[*id];
                    let names: Vec<&str> = f.parameters.iter().map(|(n, _)| n.as_str()).collect();
                    let parameters = if names.is_empty() { String::new() } else { format!("[{}]", names.join(", ")) };
                    format!("kernel {name}{parameters} : {} -> {}", sig.show(&f.dom), sig.show(&f.cod))
                }
                Entity::Features(id) => {
                    let f = &sig.features[*id];
                    format!("features {name} : {} -> R^{}", sig.show(&f.dom), f.dimension)
                }
                Entity::Diagram(id) => {
                    let d = &sig.definitions[*id];
                    format!("diagram {name} : {} -> {}", sig.show(&d.dom), sig.show(&d.cod))
                }
                Entity::Scalar(_, Some(value)) => format!("let {name} = {value}"),
                Entity::Scalar(_, None) | Entity::Matrix(_) => format!("let {name}"),
                Entity::Theory(id) => {
                    let facts = &sig.theories[*id].facts;
                    let axioms = facts.iter().filter(|f| sig.facts[**f].axiom).count();
                    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
                    let (axioms, theorems) = (count(axioms, "axiom"), count(facts.len() - axioms, "theorem"));
                    format!("theory {name}, {axioms}, {theorems}")
                }
                Entity::Model(id) => format!("model {name} of {}", sig.theories[*id].name),
                Entity::Fact(_) | Entity::Faulty => continue,
            };
            out.push_str(&line);
            out.push('\n');
        }
        if out.is_empty() { "nothing is declared yet\n".into() } else { out }
    }

    /// Words that can complete `prefix`: names, points, keywords, built-in maps, commands.
    pub fn completions(&self, prefix: &str) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        if prefix.starts_with(':') {
            words.extend(COMMANDS.iter().map(|c| c.0.to_string()));
        } else {
            let sig = &self.session.signature;
            words.extend(sig.names().map(|(n, _)| n.to_string()));
            for object in sig.objects.values() {
                if let Points::Labels(labels) = &object.points {
                    words.extend(labels.names.iter().take(1000).map(crate::syntax::print::label));
                }
            }
            words.extend(crate::syntax::keywords::KEYWORDS.iter().map(|k| k.to_string()));
            words.extend(OPERATIONS.iter().map(|k| k.to_string()));
        }
        words.retain(|w| w.starts_with(prefix) && w != prefix);
        words.sort();
        words.dedup();
        words
    }
}

const OPERATIONS: &[&str] = &[
    "id",
    "copy",
    "del",
    "swap",
    "marginal",
    "cond",
    "bayes",
    "observe",
    "weigh",
    "jeffrey",
    "do",
    "support",
    "point",
    "prob",
    "independent",
    "stationary",
    "minimal",
    "limit",
    "absorption",
    "lumping",
    "period",
    "sufficient",
    "complete",
    "ancillary",
    "dominates",
    "spreads",
    "irreducible",
    "aperiodic",
    "lumpable",
    "markov",
    "exchangeable",
    "homogeneous",
    "extendible",
    "idempotent",
    "equivalence",
    "reversible",
    "comb",
    "identifiable",
    "laws",
    "counts",
    "smooth",
    "features",
    "softmax",
];

fn help() -> String {
    let width = COMMANDS.iter().map(|c| c.1.len()).max().unwrap_or(0);
    let mut out = String::from(
        "An item (object, features, kernel, diagram, let, check, eval, theory, model, import) is taken as in a file; an\n\
         expression alone is evaluated. Input goes on over several lines while a bracket is open.\n\n",
    );
    for (_, usage, what) in COMMANDS {
        out.push_str(&format!("  {usage:width$}  {what}\n"));
    }
    out
}

/// What to say where there is no page for a code.
pub fn no_page(code: &str) -> String {
    let all: Vec<&str> = explain::codes().collect();
    match nearest(code, all.iter().copied()) {
        Some(near) => format!("there is no error `{code}`; did you mean `{near}`?\n"),
        None => format!("there is no error `{code}`; the codes are\n  {}\n", all.join("\n  ")),
    }
}

/// Whether a text is a whole input: its brackets are closed.
pub fn is_complete(text: &str) -> bool {
    let mut depth = 0i64;
    for line in text.lines() {
        let mut in_string = false;
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' if in_string => {
                    chars.next();
                }
                '"' => in_string = !in_string,
                _ if in_string => {}
                '/' if chars.peek() == Some(&'/') => break,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
        }
    }
    depth <= 0
}

#[cfg(test)]
mod tests {
    use super::is_complete;

    #[test]
    fn open_brackets_ask_for_more() {
        assert!(!is_complete("kernel f : A -> B {"));
        assert!(is_complete("kernel f : A -> B {\n a -> \"{\" // {\n}"));
        assert!(is_complete("check f == g)"));
    }
}
