//! Safetensors files: eight bytes of length, a header in JSON, data. The crate reads, checks and writes the JSON; the data
//! stay in the file.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, View};

use super::element::{Element, Kind};
use super::error::LmError;
use super::tensor::{Place, Tensor};

/// Longest header that is read; the crate has the same limit.
const HEADER_LIMIT: u64 = 100_000_000;

/// The tensors of a safetensors file.
pub fn tensors(path: &Path) -> Result<Vec<Tensor>, LmError> {
    tensors_and_metadata(path).map(|(tensors, _)| tensors)
}

/// The tensors of a safetensors file, and what else its header says.
pub fn tensors_and_metadata(path: &Path) -> Result<(Vec<Tensor>, HashMap<String, String>), LmError> {
    let shown = path.display().to_string();
    let unreadable = |e: std::io::Error| LmError::Unreadable { path: shown.clone(), reason: e.to_string() };
    let format = |reason: String| LmError::Format { path: shown.clone(), kind: "safetensors", reason, help: None };
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length < 8 {
        return Err(format(format!("it has {length} bytes, and its header alone needs 8")));
    }
    let mut header = vec![0; 8];
    file.read_exact(&mut header).map_err(unreadable)?;
    let text =
        u64::from_le_bytes([header[0], header[1], header[2], header[3], header[4], header[5], header[6], header[7]]);
    if text > HEADER_LIMIT || text > length - 8 {
        return Err(format(format!("its first bytes promise a header of {text} bytes, the file has {length}")));
    }
    header.resize(8 + text as usize, 0);
    file.read_exact(&mut header[8..]).map_err(unreadable)?;
    // Checks that tensors follow each other without gaps, and that each has as many bytes as its shape and kind need.
    let metadata: Metadata = serde_json::from_slice(&header[8..]).map_err(|e| format(e.to_string()))?;
    let begin = 8 + text;
    let mut found: Vec<Tensor> = Vec::new();
    // By name, so that of several faults the same one is reported in every run.
    let by_name: BTreeMap<String, &TensorInfo> = metadata.tensors().into_iter().collect();
    for (name, info) in by_name {
        let end = begin + info.data_offsets.1 as u64;
        if end > length {
            return Err(LmError::Truncated { path: shown.clone(), tensor: name, needed: end, found: length });
        }
        found.push(Tensor {
            path: shown.clone(),
            name,
            element: element(info.dtype),
            shape: info.shape.iter().map(|s| *s as u64).collect(),
            column_order: false,
            place: Place::Plain { offset: begin + info.data_offsets.0 as u64 },
        });
    }
    let all = begin + metadata.data_len() as u64;
    if all < length {
        return Err(format(format!("its tensors end at byte {all}, and {} bytes follow", length - all)));
    }
    Ok((found, metadata.metadata().clone().unwrap_or_default()))
}

/// Writes tensors to a file: beside its place first, so that nobody finds half of it there.
pub fn save<V: View>(
    tensors: Vec<(String, V)>,
    metadata: Option<HashMap<String, String>>,
    path: &Path,
) -> Result<(), LmError> {
    let failed = |reason: String| LmError::Unwritable { path: path.display().to_string(), reason };
    let name = path.file_name().ok_or_else(|| failed("it has no file name".into()))?.to_string_lossy();
    let beside = path.with_file_name(format!("{name}.{}.tmp", std::process::id()));
    let written = (|| {
        // The crate's file is readable by its owner alone; this one tells what is usual here.
        let usual = File::create(&beside)?.metadata()?.permissions();
        safetensors::serialize_to_file(tensors, metadata, &beside).map_err(std::io::Error::other)?;
        std::fs::set_permissions(&beside, usual)?;
        std::fs::rename(&beside, path)
    })();
    written.map_err(|e| {
        // What is left over is of no use; that it cannot be removed either changes nothing.
        let _ = std::fs::remove_file(&beside);
        failed(e.to_string())
    })
}

fn element(dtype: Dtype) -> Result<Element, String> {
    Ok(Element::little(match dtype {
        Dtype::F64 => Kind::F64,
        Dtype::F32 => Kind::F32,
        Dtype::F16 => Kind::F16,
        Dtype::BF16 => Kind::BF16,
        Dtype::I8 => Kind::Int(1),
        Dtype::I16 => Kind::Int(2),
        Dtype::I32 => Kind::Int(4),
        Dtype::I64 => Kind::Int(8),
        Dtype::U8 => Kind::Uint(1),
        Dtype::U16 => Kind::Uint(2),
        Dtype::U32 => Kind::Uint(4),
        Dtype::U64 => Kind::Uint(8),
        other => return Err(format!("numbers of the kind {other:?}")),
    }))
}
