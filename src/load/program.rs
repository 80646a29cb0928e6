//! Loading: depth first through the imports, so that what is imported comes before what imports it.
//!
//! 1. Each file is read and parsed once, whatever the number of paths to it.
//! 2. A file met again while its own imports are being loaded closes a circle, which is an error.
//! 3. A Bayesian network imports nothing. Its rows are repaired in one way, or not at all.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::bif::error::BifError;
use super::bif::{Network, Repair, read_network};
use super::error::LoadError;
use crate::base::files::Files;
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::syntax::ast::{File, ItemKind};
use crate::syntax::parse_file;

/// Largest program, in megabytes.
pub const PROGRAM_LIMIT_MB: u64 = 32;

/// Largest Bayesian network, in megabytes: it is data more than text.
pub const NETWORK_LIMIT_MB: u64 = 1024;

/// What a file holds.
#[derive(Debug, Clone)]
pub enum Content {
    /// A program.
    Program(File),
    /// A Bayesian network.
    Network(Box<Network>),
}

/// A parsed file.
#[derive(Debug, Clone)]
pub struct LoadedFile {
    /// Its path as the user would write it.
    pub path: PathBuf,
    /// Its number in the source map.
    pub source: usize,
    /// What it says.
    pub content: Content,
}

/// Loads programs and remembers what is loaded, so that a file comes in once.
#[derive(Debug, Clone, Default)]
pub struct Loader {
    done: Vec<PathBuf>,
    open: Vec<PathBuf>,
    /// How networks were repaired, and which import said so.
    repairs: Vec<(PathBuf, Option<Repair>, Option<Span>)>,
}

impl Loader {
    /// Loads a file with its imports; those come first in the result. Files loaded before are not in it again.
    pub fn load(
        &mut self,
        path: &Path,
        files: &dyn Files,
        map: &mut SourceMap,
    ) -> Result<Vec<LoadedFile>, Vec<LoadError>> {
        let mut loaded = Vec::new();
        let mut errors = Vec::new();
        match path.extension().is_some_and(|e| e.eq_ignore_ascii_case("bif")) {
            true => self.network(path, None, None, files, map, &mut loaded, &mut errors),
            false => self.visit(path, None, files, map, &mut loaded, &mut errors),
        }
        if errors.is_empty() { Ok(loaded) } else { Err(errors) }
    }

    /// Loads what a text that is already parsed imports; `directory` is where its relative paths start.
    pub fn load_imports(
        &mut self,
        ast: &File,
        directory: &Path,
        files: &dyn Files,
        map: &mut SourceMap,
    ) -> Result<Vec<LoadedFile>, Vec<LoadError>> {
        let mut loaded = Vec::new();
        let mut errors = Vec::new();
        self.imports(ast, directory, files, map, &mut loaded, &mut errors);
        if errors.is_empty() { Ok(loaded) } else { Err(errors) }
    }

    fn imports(
        &mut self,
        ast: &File,
        directory: &Path,
        files: &dyn Files,
        map: &mut SourceMap,
        loaded: &mut Vec<LoadedFile>,
        errors: &mut Vec<LoadError>,
    ) {
        for item in &ast.items {
            let ItemKind::Import(path, repair) = &item.kind else { continue };
            let target = directory.join(&path.node);
            let (name, span) = (path.node.clone(), path.span);
            let kind = target.extension().map(|e| e.to_string_lossy().to_lowercase());
            match (kind.as_deref(), repair) {
                (Some("mc"), None) => self.visit(&target, Some(span), files, map, loaded, errors),
                (Some("mc"), Some(word)) => {
                    errors.push(BifError::RepairOfProgram { path: name, span: word.span }.into());
                }
                (Some("bif"), None) => self.network(&target, Some(span), None, files, map, loaded, errors),
                (Some("bif"), Some(word)) => match Repair::find(word.node.as_str()) {
                    None => {
                        let (word, span) = (word.node.to_string(), word.span);
                        errors.push(BifError::UnknownRepair { word, span }.into());
                    }
                    way => self.network(&target, Some(span), way, files, map, loaded, errors),
                },
                _ => errors.push(LoadError::ImportKind { path: name, span }),
            }
        }
    }

    fn visit(
        &mut self,
        path: &Path,
        asked: Option<Span>,
        files: &dyn Files,
        map: &mut SourceMap,
        loaded: &mut Vec<LoadedFile>,
        errors: &mut Vec<LoadError>,
    ) {
        let key = normal(path);
        // 1.
        if self.done.contains(&key) {
            return;
        }
        // 2.
        if let Some(at) = self.open.iter().position(|p| *p == key) {
            let mut circle: Vec<String> = self.open[at..].iter().map(|p| format!("`{}`", p.display())).collect();
            circle.push(format!("`{}`", key.display()));
            if let Some(span) = asked {
                errors.push(LoadError::CyclicImport { path: shown(&key), circle: circle.join(" → "), span });
            }
            return;
        }
        let text = match read_text(path, asked, PROGRAM_LIMIT_MB, files) {
            Ok(text) => text,
            Err(error) => return errors.push(error),
        };
        let Some(source) = map.add(&shown(&key), text.into()) else {
            return errors.push(LoadError::TooLargeTogether);
        };
        let ast = match parse_file(map.get(source)) {
            Ok(ast) => ast,
            Err(error) => return errors.push(error.into()),
        };
        if ast.items.is_empty() {
            return errors.push(LoadError::Empty { path: shown(&key), span: asked });
        }
        self.open.push(key.clone());
        let directory = path.parent().unwrap_or(Path::new("")).to_path_buf();
        self.imports(&ast, &directory, files, map, loaded, errors);
        self.open.pop();
        self.done.push(key.clone());
        loaded.push(LoadedFile { path: key, source, content: Content::Program(ast) });
    }

    /// 3.
    #[expect(clippy::too_many_arguments, reason = "what `visit` takes, and the repair")]
    fn network(
        &mut self,
        path: &Path,
        asked: Option<Span>,
        repair: Option<Repair>,
        files: &dyn Files,
        map: &mut SourceMap,
        loaded: &mut Vec<LoadedFile>,
        errors: &mut Vec<LoadError>,
    ) {
        let key = normal(path);
        if let Some((_, before, first)) = self.repairs.iter().find(|(p, ..)| *p == key) {
            if let Some(span) = asked.filter(|_| *before != repair) {
                let words = |way: Option<Repair>| match way {
                    Some(way) => format!("with `repair {}`", way.word()),
                    None => "without repair".into(),
                };
                let (way, first_way) = (words(repair), words(*before));
                errors.push(BifError::TwoRepairs { path: shown(&key), span, way, first: *first, first_way }.into());
            }
            return;
        }
        self.repairs.push((key.clone(), repair, asked));
        match read_network_file(path, asked, repair, files, map) {
            Ok((source, network)) => {
                loaded.push(LoadedFile { path: key, source, content: Content::Network(Box::new(network)) });
            }
            Err(found) => errors.extend(found),
        }
    }
}

/// Reads a Bayesian network; returns the number of its source with it.
pub fn read_network_file(
    path: &Path,
    asked: Option<Span>,
    repair: Option<Repair>,
    files: &dyn Files,
    map: &mut SourceMap,
) -> Result<(usize, Network), Vec<LoadError>> {
    let text = read_text(path, asked, NETWORK_LIMIT_MB, files).map_err(|error| vec![error])?;
    let name = shown(&normal(path));
    if text.trim().is_empty() {
        let Some(span) = asked else { return Err(vec![LoadError::Empty { path: name, span: None }]) };
        let (found, help) = ("an empty file".to_string(), Some("a file begins with `network name { }`".into()));
        return Err(vec![BifError::Unexpected { found, expected: "a network".into(), span, help }.into()]);
    }
    let source = map.add(&name, text.into()).ok_or_else(|| vec![LoadError::TooLargeTogether])?;
    let stem = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let network = read_network(map.get(source), &stem, repair);
    let network = network.map_err(|found| found.into_iter().map(LoadError::from).collect::<Vec<_>>())?;
    Ok((source, network))
}

/// Reads a file as text; faults name it.
pub fn read_text(path: &Path, asked: Option<Span>, limit_mb: u64, files: &dyn Files) -> Result<String, LoadError> {
    let name = shown(&normal(path));
    let bytes = files.read(path, limit_mb << 20).map_err(|error| match error.kind() {
        ErrorKind::FileTooLarge => LoadError::TooLarge { path: name.clone(), limit_mb, span: asked },
        kind => {
            let (reason, help) = match kind {
                ErrorKind::NotFound => (
                    "there is no such file".into(),
                    Some(if asked.is_some() {
                        "a path in a program is relative to the folder of the file that it stands in".into()
                    } else {
                        "check the spelling and the folder".to_string()
                    }),
                ),
                ErrorKind::IsADirectory => ("it is a folder".into(), Some("name a file inside it".to_string())),
                ErrorKind::PermissionDenied => ("reading it is not permitted".into(), None),
                _ => (error.to_string(), None),
            };
            LoadError::Unreadable { path: name.clone(), reason, span: asked, help }
        }
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let before = String::from_utf8_lossy(&bytes[..valid]);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        LoadError::NotUtf8 { path: name.clone(), line, column, byte: bytes[valid], span: asked }
    })?;
    Ok(text)
}

/// A path without `.` and with `x/..` taken out, so that two ways to write it are one.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
