//! A tensor in a file: what it is, where its bytes lie, and a reader that hands out its rows in order.
//!
//! Files are read block by block with `seek` and `read`, and not mapped into memory. A mapping needs `unsafe`, which this
//! crate forbids, and for a reason: when the file becomes shorter while it is mapped, the next look at it kills the
//! process, where a read returns an error. Nothing is lost: the data pass once, in order, in constant memory, and copying
//! a block costs a thousandth of what is computed from it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use flate2::read::DeflateDecoder;

use super::columns::ColumnRows;
use super::element::Element;
use super::error::LmError;

/// A tensor that a file declares.
#[derive(Debug, Clone)]
pub struct Tensor {
    /// The file, as the user named it.
    pub path: String,
    /// Its name in the file; for `.npy`, the name of the file.
    pub name: String,
    /// How its numbers are stored.
    pub element: Result<Element, String>,
    /// Its sides.
    pub shape: Vec<u64>,
    /// Whether the first index runs fastest, as Fortran has it.
    pub column_order: bool,
    /// Where its bytes are.
    pub place: Place,
}

/// Where the bytes of a tensor are.
#[derive(Debug, Clone)]
pub enum Place {
    /// As they are, from this offset.
    Plain {
        /// Offset in the file.
        offset: u64,
    },
    /// In several files, one after the other.
    Files(Arc<[Tensor]>),
    /// A column of a Parquet file.
    Column {
        /// Its number among the columns of numbers.
        number: usize,
    },
    /// Deflated; the tensor begins some bytes after the beginning of the inflated stream.
    Deflated {
        /// Offset of the deflated stream in the file.
        offset: u64,
        /// Length of the deflated stream.
        length: u64,
        /// Inflated bytes before the tensor.
        skip: u64,
    },
}

impl Tensor {
    /// The sides as text: `[3, 4]`.
    pub fn shape_text(&self) -> String {
        format!("[{}]", self.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(", "))
    }

    /// Rows, and numbers in each; a vector has one number a row.
    pub fn rows(&self) -> u64 {
        self.shape.first().copied().unwrap_or(1)
    }

    /// Numbers of one row.
    pub fn columns(&self) -> u64 {
        self.shape.iter().skip(1).product()
    }

    /// The file that holds a row, and the number of the row in it.
    pub fn locate(&self, mut row: u64) -> (&str, u64) {
        if let Place::Files(pieces) = &self.place {
            for piece in pieces.iter() {
                if row < piece.rows() {
                    return piece.locate(row);
                }
                row -= piece.rows();
            }
        }
        (&self.path, row)
    }

    /// Opens the file to read rows in order.
    pub fn open(&self, element: Element) -> Result<Rows, LmError> {
        let unreadable = |e: io::Error| LmError::Unreadable { path: self.path.clone(), reason: e.to_string() };
        let source = match self.place {
            Place::Files(_) => Source::Files { piece: 0, before: 0, rows: None },
            Place::Column { number } => Source::Column(Box::new(ColumnRows::open(self, number)?)),
            Place::Plain { offset } => {
                let mut file = File::open(&self.path).map_err(unreadable)?;
                file.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
                Source::Plain(file)
            }
            Place::Deflated { offset, length, skip } => {
                let mut file = File::open(&self.path).map_err(unreadable)?;
                file.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
                let mut stream = DeflateDecoder::new(file.take(length));
                pass_over(&mut stream, skip).map_err(unreadable)?;
                Source::Deflated(Box::new(stream))
            }
        };
        Ok(Rows { tensor: self.clone(), element, next: 0, source })
    }
}

/// Reads the rows of a tensor in order.
#[derive(Debug)]
pub struct Rows {
    tensor: Tensor,
    element: Element,
    next: u64,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Plain(File),
    Deflated(Box<DeflateDecoder<io::Take<File>>>),
    Column(Box<ColumnRows>),
    /// The piece that is read, rows in those before it, and its reader once it is needed.
    Files {
        piece: usize,
        before: u64,
        rows: Option<Box<Rows>>,
    },
}

impl Rows {
    /// The tensor.
    pub fn tensor(&self) -> &Tensor {
        &self.tensor
    }

    /// How its numbers are stored.
    pub fn element(&self) -> Element {
        self.element
    }

    /// Bytes of the rows `first..first + count`, where `first` is not before what was read already.
    pub fn read(&mut self, first: u64, count: u64, bytes: &mut Vec<u8>) -> Result<(), LmError> {
        let row = self.tensor.columns() * self.element.kind.bytes() as u64;
        if matches!(self.source, Source::Files { .. }) {
            return self.read_pieces(first, count, bytes);
        }
        if let Source::Column(column) = &mut self.source {
            bytes.clear();
            column.skip(first - self.next)?;
            column.read(count, bytes)?;
            self.next = first + count;
            // Numbers of other lengths than their kind has are a fault of the file.
            return match bytes.len() as u64 {
                found if found == count * row => Ok(()),
                found => Err(self.failed(&io::Error::other(format!("{found} bytes for {count} rows of {row}")))),
            };
        }
        bytes.resize((count * row) as usize, 0);
        let ahead = (first - self.next) * row;
        let result = match &mut self.source {
            Source::Plain(file) => match ahead {
                0 => Ok(()),
                // Offsets were compared with the length of the file when the tensor was found, so this fits.
                _ => file.seek(SeekFrom::Current(ahead as i64)).map(|_| ()),
            }
            .and_then(|()| file.read_exact(bytes)),
            Source::Deflated(stream) => pass_over(stream, ahead).and_then(|()| stream.read_exact(bytes)),
            // Read above.
            Source::Column(_) | Source::Files { .. } => Ok(()),
        };
        self.next = first + count;
        result.map_err(|error| self.failed(&error))
    }

    fn read_pieces(&mut self, first: u64, count: u64, bytes: &mut Vec<u8>) -> Result<(), LmError> {
        let (Source::Files { piece, before, rows }, Place::Files(pieces)) = (&mut self.source, &self.tensor.place)
        else {
            return Ok(());
        };
        bytes.clear();
        let (mut next, end, mut part) = (first, first + count, Vec::new());
        while next < end {
            let Some(now) = pieces.get(*piece) else {
                let tensor = &self.tensor;
                return Err(LmError::Unreadable { path: tensor.path.clone(), reason: "its files are read".into() });
            };
            let until = *before + now.rows();
            if next >= until {
                (*piece, *before, *rows) = (*piece + 1, until, None);
                continue;
            }
            let reader = match rows {
                Some(reader) => reader,
                None => rows.insert(Box::new(now.open(self.element)?)),
            };
            let some = until.min(end) - next;
            reader.read(next - *before, some, &mut part)?;
            bytes.extend_from_slice(&part);
            next += some;
        }
        self.next = end;
        Ok(())
    }

    /// The bytes were promised when the file was opened: it became shorter since, or its deflated stream is broken.
    fn failed(&self, error: &io::Error) -> LmError {
        let path = self.tensor.path.clone();
        match (&self.source, error.kind()) {
            (Source::Plain(file), io::ErrorKind::UnexpectedEof) => LmError::Truncated {
                path,
                tensor: self.tensor.name.clone(),
                needed: plain_end(&self.tensor, self.element),
                found: file.metadata().map_or(0, |m| m.len()),
            },
            (Source::Deflated(_), _) => LmError::Format {
                path,
                kind: "npz",
                reason: format!("the compressed data of `{}` are broken ({error})", self.tensor.name),
                help: None,
            },
            (Source::Plain(_) | Source::Column(_) | Source::Files { .. }, _) => {
                LmError::Unreadable { path, reason: error.to_string() }
            }
        }
    }
}

/// One past the last byte of a tensor that is stored as it is; the largest number where that overflows.
pub(super) fn plain_end(tensor: &Tensor, element: Element) -> u64 {
    let Place::Plain { offset } = tensor.place else { return 0 };
    let numbers = tensor.shape.iter().try_fold(1u64, |n, side| n.checked_mul(*side));
    numbers
        .and_then(|n| n.checked_mul(element.kind.bytes() as u64))
        .and_then(|n| n.checked_add(offset))
        .unwrap_or(u64::MAX)
}

fn pass_over(stream: &mut impl Read, bytes: u64) -> io::Result<()> {
    match io::copy(&mut stream.take(bytes), &mut io::sink())? {
        passed if passed == bytes => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
