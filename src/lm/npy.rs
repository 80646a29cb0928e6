//! The headers of NumPy's files: `.npy`, and `.npz`, which is a zip archive of them.
//!
//! The header of an `.npy` file is a Python dictionary with three known keys. It is read here, by the few forms that
//! `numpy.save` writes, with every product checked: a header is not to be trusted.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::element::{Element, Kind};
use super::error::LmError;
use super::tensor::{Place, Tensor, plain_end};

/// Longest header that is read. NumPy's own limit is 10,000 characters.
const HEADER_LIMIT: usize = 1 << 20;

/// The tensor of an `.npy` file; it is called as the file is.
pub fn npy(path: &Path) -> Result<Vec<Tensor>, LmError> {
    let shown = path.display().to_string();
    let mut file = File::open(path).map_err(|e| unreadable(&shown, &e))?;
    let length = file.metadata().map_err(|e| unreadable(&shown, &e))?.len();
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let header = Header::read(&mut file).map_err(|reason| format(&shown, "npy", reason))?;
    let place = Place::Plain { offset: header.bytes };
    Ok(vec![checked(header.tensor(shown, name, place), length)?])
}

/// The tensors of an `.npz` file.
pub fn npz(path: &Path) -> Result<Vec<Tensor>, LmError> {
    let shown = path.display().to_string();
    let file = File::open(path).map_err(|e| unreadable(&shown, &e))?;
    let mut raw = File::open(path).map_err(|e| unreadable(&shown, &e))?;
    let length = file.metadata().map_err(|e| unreadable(&shown, &e))?.len();
    let broken = |reason: String| format(&shown, "npz", reason);
    let mut archive = ZipArchive::new(io::BufReader::new(file)).map_err(|e| broken(e.to_string()))?;
    let mut found = Vec::new();
    for number in 0..archive.len() {
        let member = archive.by_index_raw(number).map_err(|e| broken(e.to_string()))?;
        let name = member.name().map_err(|e| broken(e.to_string()))?.into_owned();
        let Some(stem) = name.strip_suffix(".npy") else { continue };
        let begin = member.data_start().ok_or_else(|| broken(format!("`{name}` has no data")))?;
        let size = member.compressed_size();
        raw.seek(SeekFrom::Start(begin)).map_err(|e| unreadable(&shown, &e))?;
        let inner = |reason: String| broken(format!("`{name}`: {reason}"));
        let (header, place) = match member.compression() {
            CompressionMethod::Stored => {
                let header = Header::read(&mut (&raw).take(size)).map_err(inner)?;
                let offset = begin + header.bytes;
                (header, Place::Plain { offset })
            }
            CompressionMethod::Deflated => {
                let header = Header::read(&mut DeflateDecoder::new((&raw).take(size))).map_err(inner)?;
                let skip = header.bytes;
                (header, Place::Deflated { offset: begin, length: size, skip })
            }
            other => return Err(inner(format!("it is compressed by {other:?}, and only deflate is read"))),
        };
        let end = match place {
            Place::Plain { .. } => begin.saturating_add(size).min(length),
            _ => length,
        };
        found.push(checked(header.tensor(shown.clone(), stem.to_string(), place), end)?);
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Refuses a tensor that ends behind the end of its file, or whose size is no number.
fn checked(tensor: Tensor, end: u64) -> Result<Tensor, LmError> {
    if let Ok(element) = tensor.element
        && let needed @ 1.. = plain_end(&tensor, element)
        && needed > end
    {
        return Err(LmError::Truncated { path: tensor.path, tensor: tensor.name, needed, found: end });
    }
    // What is deflated tells its length only when it is read; its sides must be numbers all the same.
    let size = tensor.shape.iter().try_fold(8u64, |n, side| n.checked_mul(*side));
    match size {
        Some(_) => Ok(tensor),
        None => Err(format(&tensor.path, "npy", format!("`{}` has the shape {}", tensor.name, tensor.shape_text()))),
    }
}

fn unreadable(path: &str, error: &io::Error) -> LmError {
    LmError::Unreadable { path: path.to_string(), reason: error.to_string() }
}

fn format(path: &str, kind: &'static str, reason: String) -> LmError {
    LmError::Format { path: path.to_string(), kind, reason, help: None }
}

/// What stands in front of the data.
#[derive(Debug, PartialEq)]
struct Header {
    descr: String,
    column_order: bool,
    shape: Vec<u64>,
    /// Its length, up to the data.
    bytes: u64,
}

impl Header {
    fn read(file: &mut impl Read) -> Result<Header, String> {
        let short = |_| "it ends within its header".to_string();
        let mut start = [0; 8];
        file.read_exact(&mut start).map_err(short)?;
        if &start[..6] != b"\x93NUMPY" {
            return Err("it does not begin with the mark `\\x93NUMPY`".into());
        }
        let (length, before) = match start[6] {
            1 => {
                let mut size = [0; 2];
                file.read_exact(&mut size).map_err(short)?;
                (u16::from_le_bytes(size) as usize, 10)
            }
            2 | 3 => {
                let mut size = [0; 4];
                file.read_exact(&mut size).map_err(short)?;
                (u32::from_le_bytes(size) as usize, 12)
            }
            other => return Err(format!("it has the version {other}, and 1 to 3 are known")),
        };
        if length > HEADER_LIMIT {
            return Err(format!("it promises a header of {length} bytes"));
        }
        let mut text = vec![0; length];
        file.read_exact(&mut text).map_err(short)?;
        let text = String::from_utf8(text).map_err(|_| "its header is not text".to_string())?;
        let (descr, column_order, shape) =
            dictionary(&text).ok_or_else(|| format!("its header is not understood: {}", text.trim()))?;
        Ok(Header { descr, column_order, shape, bytes: (before + length) as u64 })
    }

    fn tensor(self, path: String, name: String, place: Place) -> Tensor {
        let element = element(&self.descr);
        Tensor { path, name, element, shape: self.shape, column_order: self.column_order, place }
    }
}

/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, in any order of the keys.
fn dictionary(text: &str) -> Option<(String, bool, Vec<u64>)> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let (mut descr, mut order, mut shape) = (None, None, None);
    while !rest.is_empty() {
        let (key, behind) = quoted(rest)?;
        let value = behind.trim_start().strip_prefix(':')?.trim_start();
        let behind = match key {
            "descr" if value.starts_with(['\'', '"']) => {
                let (word, behind) = quoted(value)?;
                descr = Some(word.to_string());
                behind
            }
            // A list of fields: known to NumPy, but no tensor of numbers.
            "descr" => {
                let end = value.find(']')? + 1;
                descr = Some(value[..end].to_string());
                &value[end..]
            }
            "fortran_order" => {
                let word = ["True", "False"].into_iter().find(|w| value.starts_with(w))?;
                order = Some(word == "True");
                &value[word.len()..]
            }
            "shape" => {
                let (inner, behind) = value.strip_prefix('(')?.split_once(')')?;
                let sides = inner.split(',').map(str::trim).filter(|s| !s.is_empty());
                shape = Some(sides.map(|s| s.parse().ok()).collect::<Option<Vec<u64>>>()?);
                behind
            }
            _ => return None,
        };
        rest = behind.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some((descr?, order?, shape?))
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text[1..].split_once(quote)
}

fn element(descr: &str) -> Result<Element, String> {
    let unknown = || format!("numbers of NumPy's kind {descr}");
    let mut chars = descr.chars();
    let big_endian = match chars.next() {
        Some('<' | '|' | '=') => false,
        Some('>') => true,
        _ => return Err(unknown()),
    };
    let kind = match chars.as_str() {
        "f8" => Kind::F64,
        "f4" => Kind::F32,
        "f2" => Kind::F16,
        "i1" => Kind::Int(1),
        "i2" => Kind::Int(2),
        "i4" => Kind::Int(4),
        "i8" => Kind::Int(8),
        "u1" => Kind::Uint(1),
        "u2" => Kind::Uint(2),
        "u4" => Kind::Uint(4),
        "u8" => Kind::Uint(8),
        // NumPy has no bfloat16; `ml_dtypes` writes it as two opaque bytes, which could be anything.
        _ => return Err(unknown()),
    };
    Ok(Element { kind, big_endian })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_as_numpy_writes_them() {
        let plain = dictionary("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }          ");
        assert_eq!(plain, Some(("<f4".into(), false, vec![3, 4])));
        assert_eq!(dictionary("{\"shape\": (), 'descr': '|u1', 'fortran_order': True}").unwrap().2, Vec::<u64>::new());
        let fields = dictionary("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}").unwrap();
        assert!(element(&fields.0).is_err());
        for wrong in
            ["", "{", "{'shape': (3)}", "{'descr': '<f4', 'fortran_order': 0, 'shape': (3,)}", "{'shape': (-1,)}"]
        {
            assert_eq!(dictionary(wrong), None, "{wrong}");
        }
        assert_eq!(element(">i8"), Ok(Element { kind: Kind::Int(8), big_endian: true }));
        assert!(element("<c8").is_err());
    }
}
