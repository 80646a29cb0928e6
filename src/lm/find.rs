//! Which tensor of which file plays which role.
//!
//! 1. What an option names (`--hidden FILE:NAME`, `--hidden FILE`) is taken, or is an error.
//! 2. Otherwise all tensors of the files, and of the files of the folders, that were given are searched for the
//!    conventional names of a role, in the order of its list. The first name that occurs decides.
//! 3. If it occurs twice, that is an error: nothing is guessed. But a series of files has the rows of all of them.

use std::path::Path;

use super::error::LmError;
use super::series::{joined, side_by_side};
use super::tensor::Tensor;
use super::{columns, npy, safe};
use crate::base::name::nearest;

/// What a tensor is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// What it is called in messages.
    pub name: &'static str,
    /// The option that names it.
    pub option: &'static str,
    /// Its conventional names, the preferred one first.
    pub names: &'static [&'static str],
    /// Whether it has a row for each state, so that it may lie in a series of files.
    pub by_state: bool,
}

/// The head matrix `W`, one row of `d` numbers for each token.
pub const HEAD: Role = Role {
    name: "head matrix",
    option: "head",
    names: &[
        "lm_head.weight",
        "head.weight",
        "head",
        "lm_head",
        "embed_out.weight",
        "W",
        // Models that tie the head to the embedding store it once, under the embedding's name.
        "transformer.wte.weight",
        "wte.weight",
        "model.embed_tokens.weight",
        "gpt_neox.embed_in.weight",
    ],
    by_state: false,
};

/// The bias of the head, a number for each token.
pub const BIAS: Role = Role {
    name: "bias of the head",
    option: "bias",
    names: &["lm_head.bias", "head.bias", "bias", "b"],
    by_state: false,
};

/// Hidden states, one row of `d` numbers for each position.
pub const HIDDEN: Role = Role {
    name: "hidden states",
    option: "hidden",
    names: &["hidden", "hidden_states", "last_hidden_state", "states", "H"],
    by_state: true,
};

/// The token that followed at each position.
pub const TOKENS: Role = Role {
    name: "next tokens",
    option: "tokens",
    names: &["tokens", "next_tokens", "next_token", "next", "labels"],
    by_state: true,
};

/// The tokens that followed at each position: the next one, the one after it, and so on.
pub const FUTURE: Role = Role {
    name: "future tokens",
    option: "future",
    names: &["future", "future_tokens", "next_k_tokens"],
    by_state: true,
};

/// What the user names: files and folders to search, and tensors for roles.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Files and folders.
    pub paths: Vec<String>,
    /// `FILE` or `FILE:NAME` for the head.
    pub head: Option<String>,
    /// For its bias.
    pub bias: Option<String>,
    /// For the hidden states.
    pub hidden: Option<String>,
    /// For the next tokens.
    pub tokens: Option<String>,
    /// For the future tokens.
    pub future: Option<String>,
}

/// The tensors of a run.
#[derive(Debug, Clone)]
pub struct Found {
    /// The head matrix.
    pub head: Tensor,
    /// Its bias.
    pub bias: Option<Tensor>,
    /// The hidden states.
    pub hidden: Tensor,
    /// The next tokens; where there are none, the first column of the future tokens.
    pub tokens: Option<Tensor>,
    /// The future tokens.
    pub future: Option<Tensor>,
}

/// Finds the tensors of a run.
pub fn find(wanted: &Wanted) -> Result<Found, LmError> {
    let mut all = Vec::new();
    for path in &wanted.paths {
        all.extend(tensors_at(path)?);
    }
    let searched = wanted.paths.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(", ");
    let role = |role: Role, choice: &Option<String>| match choice {
        Some(choice) => chosen(role, choice).map(Some),
        None => conventional(role, &all),
    };
    let need = |role: Role, tensor: Option<Tensor>| {
        tensor.ok_or_else(|| LmError::MissingInput {
            role: role.name,
            searched: if searched.is_empty() { "no files".into() } else { searched.clone() },
            help: missing_help(role, &all),
        })
    };
    let head = need(HEAD, role(HEAD, &wanted.head)?)?;
    let hidden = need(HIDDEN, role(HIDDEN, &wanted.hidden)?)?;
    let future = role(FUTURE, &wanted.future)?;
    let tokens = role(TOKENS, &wanted.tokens)?;
    if tokens.is_none() && future.is_none() {
        need(TOKENS, None)?;
    }
    tokens.as_ref().map_or(Ok(()), |t| side_by_side(TOKENS, t, &hidden))?;
    future.as_ref().map_or(Ok(()), |t| side_by_side(FUTURE, t, &hidden))?;
    Ok(Found { head, bias: role(BIAS, &wanted.bias)?, hidden, tokens, future })
}

/// The head alone, which merged parts need again.
pub fn find_head(choice: &str) -> Result<Tensor, LmError> {
    chosen(HEAD, choice)
}

/// The bias alone.
pub fn find_bias(choice: &str) -> Result<Tensor, LmError> {
    chosen(BIAS, choice)
}

fn missing_help(role: Role, all: &[Tensor]) -> String {
    let names = role.names.iter().take(4).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    let there = match all.len() {
        0 => "there are no tensors at all".to_string(),
        _ => format!("there are {}", listed(all)),
    };
    format!("it is recognised by a name such as {names}, or named by `--{} FILE:NAME`; {there}", role.option)
}

/// Most tensors that a message lists.
const LISTED: usize = 8;

fn listed(tensors: &[Tensor]) -> String {
    let mut names: Vec<String> = tensors.iter().take(LISTED).map(|t| format!("`{}`", t.name)).collect();
    if tensors.len() > LISTED {
        names.push(format!("{} more", tensors.len() - LISTED));
    }
    names.join(", ")
}

fn conventional(role: Role, all: &[Tensor]) -> Result<Option<Tensor>, LmError> {
    for name in role.names {
        let mut candidates = all.iter().filter(|t| t.name == *name);
        let (first, second) = (candidates.next(), candidates.next());
        if let (Some(first), Some(second)) = (first, second) {
            let all: Vec<&Tensor> = all.iter().filter(|t| t.name == *name).collect();
            let series = if role.by_state { joined(role, &all) } else { None };
            if let Some(series) = series {
                return series.map(Some);
            }
            return Err(LmError::Ambiguous {
                role: role.name,
                option: role.option,
                candidates: format!("`{name}` of `{}` or of `{}`", first.path, second.path),
            });
        }
        if let Some(first) = first {
            return Ok(Some(first.clone()));
        }
    }
    Ok(None)
}

/// `FILE` or `FILE:NAME`; a file whose own name has a colon is tried first.
fn chosen(role: Role, choice: &str) -> Result<Tensor, LmError> {
    let (path, name) = match choice.rsplit_once(':') {
        Some((path, name)) if !Path::new(choice).exists() && !name.is_empty() => (path, Some(name)),
        _ => (choice, None),
    };
    let all = tensors_at(path)?;
    if let Some(name) = name {
        return all.iter().find(|t| t.name == name).cloned().ok_or_else(|| LmError::NoTensor {
            path: path.to_string(),
            name: name.to_string(),
            help: match nearest(name, all.iter().map(|t| &*t.name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", if all.is_empty() { "no tensors".into() } else { listed(&all) }),
            },
        });
    }
    if let [only] = &all[..] {
        return Ok(only.clone());
    }
    conventional(role, &all)?.ok_or_else(|| match all.len() {
        0 => LmError::MissingInput {
            role: role.name,
            searched: format!("`{path}`"),
            help: "the file has no tensors".into(),
        },
        _ => LmError::Ambiguous { role: role.name, option: role.option, candidates: listed(&all) },
    })
}

/// The tensors of a file, or of all files of a folder, in the order of their names.
fn tensors_at(path: &str) -> Result<Vec<Tensor>, LmError> {
    let unreadable = |e: std::io::Error| LmError::Unreadable { path: path.to_string(), reason: reason(&e) };
    let data = std::fs::metadata(path).map_err(unreadable)?;
    if !data.is_dir() {
        return tensors_of(Path::new(path));
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.is_file() && matches!(extension(&file).as_str(), "safetensors" | "npy" | "npz" | "parquet") {
            files.push(file);
        }
    }
    files.sort();
    let mut all = Vec::new();
    for file in files {
        all.extend(tensors_of(&file)?);
    }
    Ok(all)
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".into(),
        _ => error.to_string(),
    }
}

fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

fn tensors_of(path: &Path) -> Result<Vec<Tensor>, LmError> {
    match extension(path).as_str() {
        "safetensors" => safe::tensors(path),
        "npy" => npy::npy(path),
        "npz" => npy::npz(path),
        "parquet" => columns::tensors(path),
        other => Err(LmError::Format {
            path: path.display().to_string(),
            kind: "tensor",
            reason: match other {
                "" => "its name has no ending that tells its format".into(),
                _ => format!("files that end in `.{other}` are not read"),
            },
            help: Some(
                "`.safetensors`, `.npy`, `.npz` and `.parquet` are read; `examples/lm/export.py` writes the first"
                    .into(),
            ),
        }),
    }
}
