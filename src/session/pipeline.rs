//! One function per arrow, and the state between two files or two lines of the REPL.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use miette::Diagnostic;

use crate::base::files::Files;
use crate::base::interrupt::Interrupt;
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::check::obligation::{Obligation, ObligationKind};
use crate::check::signature::Signature;
use crate::check::{check_expression, check_file, check_network};
use crate::decide::answer;
use crate::diagram::library::Library;
use crate::load::{Content, LoadedFile, Loader};
use crate::model::error::ModelError;
use crate::model::finstoch::evaluate::Evaluator;
use crate::model::finstoch::plan::{DEFAULT_MEMORY, Method};
use crate::report::Digits;
use crate::report::failure::Failure;
use crate::report::outcome::{FileReport, ResultItem};
use crate::rewrite::show::show;
use crate::rewrite::{NormalForm, TooLarge};
use crate::syntax::ast::{File, Line};
use crate::syntax::{parse_file, parse_line};

/// How to run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How long the answers of one file may take together.
    pub time_limit: Option<Duration>,
    /// The switch that stops a computation.
    pub interrupt: Interrupt,
    /// How many threads may work on one table; 0 and 1 are the same, and so are all answers.
    pub threads: usize,
    /// Bytes that the tables of one network may take together; `None` is [`DEFAULT_MEMORY`].
    pub memory: Option<u64>,
    /// Whether to report how networks were evaluated.
    pub plan: bool,
    /// How many digits decimals of exact values have, if not 15.
    pub digits: Option<u32>,
    /// Whether decimals of exact values stand alone, without formulas.
    pub decimals: bool,
    /// The method for every network, where it is not to be chosen by its cost.
    pub method: Option<Method>,
}

/// Called before each question is answered: its number from 0, how many there are, and its text.
pub type Progress<'p> = &'p mut dyn FnMut(usize, usize, &str);

/// What is declared so far, and the texts that it was declared in.
#[derive(Clone)]
pub struct Session {
    /// The texts.
    pub sources: SourceMap,
    /// What is declared.
    pub signature: Arc<Signature>,
    library: Library,
    loader: Loader,
    files: Arc<dyn Files + Send + Sync>,
    options: Options,
}

impl Session {
    /// An empty session.
    pub fn new(files: Arc<dyn Files + Send + Sync>, options: Options) -> Session {
        Session {
            sources: SourceMap::default(),
            signature: Arc::default(),
            library: Library::default(),
            loader: Loader::default(),
            files,
            options,
        }
    }

    /// Reads, checks and answers a file. Its declarations stay if it has no errors before evaluation.
    pub fn run_file(&mut self, path: &Path, progress: Progress<'_>) -> FileReport {
        let mut report = FileReport { file: path.display().to_string(), ..FileReport::default() };
        match self.loader.load(path, &*self.files, &mut self.sources) {
            Ok(files) => self.answer_last(files, &mut report, progress),
            Err(errors) => self.fail(&mut report, &errors),
        }
        report
    }

    /// Reads, checks and answers a text; `directory` is where its paths start.
    pub fn run_text(&mut self, name: &str, text: &str, directory: &Path, progress: Progress<'_>) -> FileReport {
        let mut report = FileReport { file: name.to_string(), ..FileReport::default() };
        let Some(source) = self.sources.add(name, text.into()) else {
            self.fail(&mut report, &[crate::load::error::LoadError::TooLargeTogether]);
            return report;
        };
        match parse_file(self.sources.get(source)) {
            Ok(ast) => self.run_tree(ast, source, directory, &mut report, progress),
            Err(error) => self.fail(&mut report, &[error]),
        }
        report
    }

    /// Reads, checks and answers a line: items, or a bare expression.
    pub fn run_line(&mut self, text: &str, progress: Progress<'_>) -> FileReport {
        let mut report = FileReport { file: "<repl>".into(), ..FileReport::default() };
        let Some(source) = self.sources.add("<repl>", text.into()) else {
            self.fail(&mut report, &[crate::load::error::LoadError::TooLargeTogether]);
            return report;
        };
        match parse_line(self.sources.get(source)) {
            Ok(Line::Items(ast)) => self.run_tree(ast, source, Path::new(""), &mut report, progress),
            Ok(Line::Bare(e, unit)) => {
                let mut sig = (*self.signature).clone();
                match check_expression(&mut sig, &e, unit.as_ref(), Path::new(""), &*self.files) {
                    Ok(kind) => {
                        self.signature = Arc::new(sig);
                        self.answer_all(vec![Obligation { kind, span: e.span }], &mut report, progress);
                    }
                    Err(errors) => self.fail(&mut report, &errors),
                }
            }
            Err(error) => self.fail(&mut report, &[error]),
        }
        report
    }

    fn run_tree(
        &mut self,
        ast: File,
        source: usize,
        directory: &Path,
        report: &mut FileReport,
        progress: Progress<'_>,
    ) {
        match self.loader.load_imports(&ast, directory, &*self.files, &mut self.sources) {
            Ok(mut files) => {
                files.push(LoadedFile { path: directory.join("-"), source, content: Content::Program(ast) });
                self.answer_last(files, report, progress);
            }
            Err(errors) => self.fail(report, &errors),
        }
    }

    /// Checks files in order; answers the questions of the last one, which is the one that was asked for.
    fn answer_last(&mut self, files: Vec<LoadedFile>, report: &mut FileReport, progress: Progress<'_>) {
        let mut sig = (*self.signature).clone();
        let mut obligations = Vec::new();
        for file in &files {
            let directory: PathBuf = file.path.parent().unwrap_or(Path::new("")).to_path_buf();
            let checked = match &file.content {
                Content::Program(ast) => check_file(&mut sig, ast, &directory, &*self.files),
                Content::Network(network) => {
                    report.networks.push(network.summary.clone());
                    check_network(&mut sig, network).map(|()| Vec::new())
                }
            };
            match checked {
                Ok(asked) => obligations = asked,
                Err(errors) => return self.fail(report, &errors),
            }
        }
        self.signature = Arc::new(sig);
        self.answer_all(obligations, report, progress);
    }

    fn answer_all(&mut self, obligations: Vec<Obligation>, report: &mut FileReport, progress: Progress<'_>) {
        let signature = self.signature.clone();
        let interrupt = self.options.interrupt.renewed(self.options.time_limit);
        let mut library = std::mem::take(&mut self.library);
        let mut evaluator = Evaluator::new(&signature, &mut library, &interrupt);
        evaluator.threads = self.options.threads.max(1);
        evaluator.memory = self.options.memory.unwrap_or(DEFAULT_MEMORY);
        evaluator.method = self.options.method;
        let total = obligations.len();
        let Digits { count, .. } = Digits::default();
        let digits = Digits { count: self.options.digits.unwrap_or(count), alone: self.options.decimals };
        for (number, obligation) in obligations.iter().enumerate() {
            let is_check = obligation.kind.is_check();
            let (text, line) = self.item_text(obligation.span);
            progress(number, total, &text);
            evaluator.plans = self.options.plan.then(Vec::new);
            let answer = answer(&mut evaluator, obligation);
            let plans = evaluator.plans.take();
            let dependence = evaluator.dependence.take();
            let answer = match answer {
                Ok(answer) => {
                    answer.with_digits(digits.count, &interrupt).map_err(|s| ModelError::Stopped(s).to_string())
                }
                Err(ModelError::Stopped(stopped)) => Err(ModelError::Stopped(stopped).to_string()),
                Err(ModelError::Undecided { why, span }) => Err(self.placed(why, span)),
                Err(error) => {
                    report.failures.push(Failure::new(&error, &self.sources));
                    continue;
                }
            };
            let signature = signature.clone();
            report.results.push(ResultItem { is_check, text, line, answer, plans, dependence, digits, signature });
        }
        self.library = library;
    }

    fn fail<E: Diagnostic>(&self, report: &mut FileReport, errors: &[E]) {
        report.failures.extend(errors.iter().map(|e| Failure::new(e, &self.sources)));
    }

    /// A reason with the text that it speaks of.
    fn placed(&self, why: String, span: Option<Span>) -> String {
        match span.and_then(|s| self.sources.find(s).map(|source| (s, source))) {
            Some((span, source)) => {
                let line = source.line_column(span.lo).0;
                format!("{why} (`{}` on line {line})", self.sources.quote(span))
            }
            None => why,
        }
    }

    /// The text of an item on one line without its keyword, and its line.
    fn item_text(&self, span: Span) -> (String, usize) {
        let text = self.sources.quote(span);
        let bare = ["check ", "eval "].iter().find_map(|k| text.strip_prefix(k)).unwrap_or(&text).to_string();
        let line = self.sources.find(span).map_or(0, |s| s.line_column(span.lo).0);
        (bare, line)
    }

    /// The type of an expression in words.
    pub fn type_of(&mut self, text: &str) -> Result<String, Failure> {
        let (sig, kind) = match self.expression(text)? {
            Some(found) => found,
            None => return Ok("an item has no type; `:type` takes an expression".into()),
        };
        Ok(match kind {
            ObligationKind::EvalTerm(term) => format!("{} -> {}", sig.show(&term.dom), sig.show(&term.cod)),
            ObligationKind::EvalFeatures(id) => {
                let features = &sig.features[id];
                format!("vectors: {} -> R^{}", sig.show(&features.dom), features.dimension)
            }
            ObligationKind::EvalSupport(term) => format!("a set of points of {}", sig.show(&term.cod)),
            ObligationKind::EvalMatrix(matrix) => format!("a matrix, {} × {}", matrix.shape.0, matrix.shape.1),
            ObligationKind::EvalSpectrum(_, None) => "the eigenvalues of a matrix".into(),
            ObligationKind::EvalDirections(_) => "the eigenvectors of a matrix".into(),
            _ => "a number".into(),
        })
    }

    /// The normal form of an expression, in applicative notation.
    pub fn normal_form_of(&mut self, text: &str) -> Result<String, Failure> {
        let (sig, term) = match self.expression(text)? {
            Some((sig, ObligationKind::EvalTerm(term))) => (sig, term),
            Some(_) => return Ok("only diagrams have a normal form, and this is a number or a set of points".into()),
            None => return Ok("an item has no normal form; `:normal` takes an expression".into()),
        };
        // Kernels that only this line uses are no part of the session.
        let mut library = self.library.clone();
        let id = library.term(&sig, &term);
        match NormalForm::of(&sig, &library, id) {
            Ok(form) => Ok(show(&sig, &form)),
            Err(TooLarge { boxes }) => {
                let (what, size) = ("this diagram".into(), format!("opened, it has {boxes} boxes or more"));
                let error = ModelError::TooLarge { what, size, span: term.span };
                Err(Failure::new(&error, &self.sources))
            }
        }
    }

    /// Reads and checks an expression; `None` for items. What it declares on the way is in the signature returned.
    fn expression(&mut self, text: &str) -> Result<Option<(Signature, ObligationKind)>, Failure> {
        let Some(source) = self.sources.add("<repl>", text.into()) else {
            return Err(Failure::new(&crate::load::error::LoadError::TooLargeTogether, &self.sources));
        };
        let line = parse_line(self.sources.get(source)).map_err(|e| Failure::new(&e, &self.sources))?;
        let Line::Bare(e, unit) = line else { return Ok(None) };
        let mut sig = (*self.signature).clone();
        match check_expression(&mut sig, &e, unit.as_ref(), Path::new(""), &*self.files) {
            Ok(kind) => Ok(Some((sig, kind))),
            // There is at least one error; the first is shown.
            Err(errors) => Err(Failure::new(&errors[0], &self.sources)),
        }
    }
}
