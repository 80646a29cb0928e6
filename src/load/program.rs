//! Loading: depth first through the imports, so that what is imported comes before what imports it.
//!
//! 1. Each file is read and parsed once, whatever the number of paths to it.
//! 2. A file met again while its own imports are being loaded closes a circle, which is an error.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::error::LoadError;
use crate::base::files::Files;
use crate::base::source::SourceMap;
use crate::base::span::Span;
use crate::syntax::ast::{File, ItemKind};
use crate::syntax::parse_file;

/// Largest program, in megabytes.
pub const PROGRAM_LIMIT_MB: u64 = 32;

/// A parsed file.
#[derive(Debug, Clone)]
pub struct LoadedFile {
    /// Its path as the user would write it.
    pub path: PathBuf,
    /// Its number in the source map.
    pub source: usize,
    /// The tree.
    pub ast: File,
}

/// Loads programs and remembers what is loaded, so that a file comes in once.
#[derive(Debug, Clone, Default)]
pub struct Loader {
    done: Vec<PathBuf>,
    open: Vec<PathBuf>,
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
        self.visit(path, None, files, map, &mut loaded, &mut errors);
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
            if let ItemKind::Import(path) = &item.kind {
                let target = directory.join(&path.node);
                if target.extension().is_some_and(|e| e == "mc") {
                    self.visit(&target, Some(path.span), files, map, loaded, errors);
                } else {
                    errors.push(LoadError::ImportNotYet { path: path.node.clone(), span: path.span });
                }
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
        loaded.push(LoadedFile { path: key, source, ast });
    }
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
