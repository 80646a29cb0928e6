//! Columns of Parquet files as tensors: a column of numbers is a vector, a column of lists that are all of one length is a
//! matrix with a row for each list.
//!
//! A file is read page by page, so it may be larger than the memory, and whole groups of rows in front of a shard are
//! passed over unread. What lengths the file claims is compared with the file before it is believed.

use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{AsBytes, DataType};
use parquet::errors::{ParquetError, Result as Parsed};
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::element::{Element, Kind};
use super::error::LmError;
use super::tensor::{Place, Tensor};

/// The columns of a file that could be tensors.
pub fn tensors(path: &Path) -> Result<Vec<Tensor>, LmError> {
    let shown = path.display().to_string();
    let reader = open(&shown)?;
    let metadata = reader.metadata();
    let groups = metadata.row_groups();
    let mut counts = groups.iter().map(|g| u64::try_from(g.num_rows()));
    let rows = counts.try_fold(0u64, |sum, n| n.ok().and_then(|n| sum.checked_add(n)));
    let rows = rows.ok_or_else(|| broken(&shown, "its groups of rows have impossible lengths"))?;
    let columns = metadata.file_metadata().schema_descr().columns();
    let tensor = |(number, column): (usize, &std::sync::Arc<ColumnDescriptor>)| {
        let path = column.path().parts();
        let lists = column.max_rep_level() > 0;
        let numbers = groups.iter().map(|g| u64::try_from(g.column(number).num_values()).unwrap_or(0));
        let numbers = numbers.fold(0u64, u64::saturating_add);
        let width = numbers.checked_div(rows).unwrap_or(0);
        let element = match column.max_rep_level() {
            0 => element(column),
            1 if width * rows == numbers => element(column),
            1 => Err("lists of different lengths".into()),
            _ => Err("lists of lists".into()),
        };
        Tensor {
            path: shown.clone(),
            // The levels below the name of a list have names of their own, which say nothing.
            name: if lists { path.first().cloned().unwrap_or_default() } else { column.path().string() },
            element,
            shape: if lists { vec![rows, width] } else { vec![rows] },
            column_order: false,
            place: Place::Column { number },
        }
    };
    Ok(columns.iter().enumerate().map(tensor).collect())
}

fn element(column: &ColumnDescriptor) -> Result<Element, String> {
    let integer = |bytes: u8| match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Integer(of)), _) if !of.is_signed => Ok(Kind::Uint(bytes)),
        (Some(LogicalType::Integer(_)), _) => Ok(Kind::Int(bytes)),
        (Some(other), _) => Err(format!("values of the kind {other:?}")),
        (None, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64) => {
            Ok(Kind::Uint(bytes))
        }
        (None, ConvertedType::NONE | ConvertedType::INT_8 | ConvertedType::INT_16 | ConvertedType::INT_32) => {
            Ok(Kind::Int(bytes))
        }
        (None, ConvertedType::INT_64) => Ok(Kind::Int(bytes)),
        (None, other) => Err(format!("values of the kind {other}")),
    };
    let kind = match column.physical_type() {
        Type::INT32 => integer(4)?,
        Type::INT64 => integer(8)?,
        Type::FLOAT => Kind::F32,
        Type::DOUBLE => Kind::F64,
        Type::FIXED_LEN_BYTE_ARRAY if column.logical_type_ref() == Some(&LogicalType::Float16) => Kind::F16,
        Type::BYTE_ARRAY => return Err("texts".into()),
        other => return Err(format!("values of the kind {other}")),
    };
    // Numbers come as they lie in memory, but these two bytes as they lie in the file.
    Ok(Element { kind, big_endian: cfg!(target_endian = "big") && kind != Kind::F16 })
}

fn open(path: &str) -> Result<SerializedFileReader<Bounded>, LmError> {
    let unreadable = |e: std::io::Error| LmError::Unreadable { path: path.to_string(), reason: e.to_string() };
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    SerializedFileReader::new(Bounded { file, length }).map_err(|e| broken(path, &e.to_string()))
}

fn broken(path: &str, reason: &str) -> LmError {
    LmError::Format { path: path.to_string(), kind: "Parquet", reason: reason.trim_end_matches('.').into(), help: None }
}

/// A file of which nothing is asked that it does not have: a length in a broken file would else be allocated first.
struct Bounded {
    file: File,
    length: u64,
}

impl Length for Bounded {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Bounded {
    type T = BufReader<File>;

    fn get_read(&self, start: u64) -> Parsed<BufReader<File>> {
        self.file.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Parsed<bytes::Bytes> {
        match start.checked_add(length as u64) {
            Some(end) if end <= self.length => self.file.get_bytes(start, length),
            _ => Err(ParquetError::EOF(format!("it needs {length} bytes at {start}, and has {}", self.length))),
        }
    }
}

/// What is done with a reader of any kind of numbers; `None` where it reads something else.
macro_rules! with_numbers {
    ($values:expr, $reader:ident => $work:expr) => {
        match $values {
            Some(ColumnReader::Int32ColumnReader($reader)) => Some($work),
            Some(ColumnReader::Int64ColumnReader($reader)) => Some($work),
            Some(ColumnReader::FloatColumnReader($reader)) => Some($work),
            Some(ColumnReader::DoubleColumnReader($reader)) => Some($work),
            Some(ColumnReader::FixedLenByteArrayColumnReader($reader)) => Some($work),
            _ => None,
        }
    };
}

/// Reads the rows of a column in order, as bytes.
pub(super) struct ColumnRows {
    path: String,
    name: String,
    column: usize,
    /// Numbers of a row, and whether it is a list.
    width: usize,
    lists: bool,
    /// The definition level of a number that is there.
    defined: i16,
    file: SerializedFileReader<Bounded>,
    /// The next group of rows, and what is left of the one before it.
    group: usize,
    left: u64,
    values: Option<ColumnReader>,
    /// Rows before the next one.
    row: u64,
}

impl fmt::Debug for ColumnRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {} of {}", self.name, self.path)
    }
}

impl ColumnRows {
    /// From the first row on.
    pub(super) fn open(tensor: &Tensor, column: usize) -> Result<ColumnRows, LmError> {
        let file = open(&tensor.path)?;
        // The file may have become another one since it was looked at.
        let descriptor = file.metadata().file_metadata().schema_descr();
        if column >= descriptor.num_columns() {
            return Err(broken(&tensor.path, &format!("it has no column `{}` any more", tensor.name)));
        }
        Ok(ColumnRows {
            path: tensor.path.clone(),
            name: tensor.name.clone(),
            column,
            width: tensor.columns() as usize,
            lists: descriptor.column(column).max_rep_level() > 0,
            defined: descriptor.column(column).max_def_level(),
            file,
            group: 0,
            left: 0,
            values: None,
            row: 0,
        })
    }

    /// Passes over rows.
    pub(super) fn skip(&mut self, mut rows: u64) -> Result<(), LmError> {
        while rows > 0 {
            if rows >= self.left {
                rows -= self.left;
                self.row += self.left;
                (self.left, self.values) = (0, None);
                if rows > 0 {
                    self.next_group()?;
                }
                continue;
            }
            let skipped = with_numbers!(self.values.as_mut(), reader => reader.skip_records(rows as usize));
            match skipped {
                Some(Ok(found)) if found as u64 == rows => {}
                Some(Err(e)) => return Err(self.broken(&e.to_string())),
                _ => return Err(self.broken("a group of rows is shorter than it says")),
            }
            self.left -= rows;
            self.row += rows;
            rows = 0;
        }
        Ok(())
    }

    /// Appends the numbers of the next rows.
    pub(super) fn read(&mut self, mut rows: u64, bytes: &mut Vec<u8>) -> Result<(), LmError> {
        while rows > 0 {
            if self.left == 0 {
                self.next_group()?;
                continue;
            }
            let count = rows.min(self.left);
            let read = with_numbers!(self.values.as_mut(), reader => append(reader, count as usize, bytes));
            let levels = match read {
                Some(Ok(levels)) => levels,
                Some(Err(e)) => return Err(self.broken(&e.to_string())),
                None => return Err(self.broken("its numbers are of another kind than it says")),
            };
            self.check(count, &levels)?;
            self.left -= count;
            self.row += count;
            rows -= count;
        }
        Ok(())
    }

    /// Whether so many rows are there, each with as many numbers as it should have.
    fn check(&self, count: u64, levels: &Levels) -> Result<(), LmError> {
        if let Some(at) = levels.definition.iter().position(|level| *level < self.defined) {
            // A list begins with level 0.
            let begins = |levels: &[i16]| levels.iter().filter(|level| **level == 0).count();
            let (row, column) = match self.lists {
                false => (at, 0),
                true => {
                    let upto = levels.repetition.get(..=at).unwrap_or(&levels.repetition);
                    let begin = upto.iter().rposition(|level| *level == 0).unwrap_or(0);
                    (begins(upto).saturating_sub(1), at - begin)
                }
            };
            let (row, column) = (self.row + row as u64, column as u64);
            let (path, tensor) = (self.path.clone(), self.name.clone());
            return Err(LmError::NotFinite { path, tensor, row, column, entry: "nothing (null)".into() });
        }
        if !self.lists {
            return Ok(());
        }
        let mut rest = &levels.repetition[..];
        for row in self.row..self.row + count {
            let length = 1 + rest.iter().skip(1).take_while(|level| **level > 0).count();
            if rest.is_empty() || length != self.width {
                let (name, width) = (&self.name, self.width);
                return Err(
                    self.broken(&format!("row {row} of `{name}` is a list of {length}, and others have {width}"))
                );
            }
            rest = &rest[length..];
        }
        Ok(())
    }

    fn next_group(&mut self) -> Result<(), LmError> {
        let end = || self.broken(&format!("`{}` ends after {} rows", self.name, self.row));
        if self.group >= self.file.num_row_groups() {
            return Err(end());
        }
        let group = self.file.get_row_group(self.group).map_err(|e| self.broken(&e.to_string()))?;
        let left = u64::try_from(group.metadata().num_rows()).map_err(|_| end())?;
        let values = group.get_column_reader(self.column).map_err(|e| self.broken(&e.to_string()))?;
        drop(group);
        (self.left, self.values) = (left, Some(values));
        self.group += 1;
        Ok(())
    }

    fn broken(&self, reason: &str) -> LmError {
        broken(&self.path, reason)
    }
}

/// Levels of what was read. Columns that have only one level leave it away.
#[derive(Default)]
struct Levels {
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

fn append<T: DataType>(reader: &mut ColumnReaderImpl<T>, rows: usize, bytes: &mut Vec<u8>) -> Parsed<Levels> {
    let (mut levels, mut values) = (Levels::default(), Vec::new());
    let (definition, repetition) = (Some(&mut levels.definition), Some(&mut levels.repetition));
    let (found, ..) = reader.read_records(rows, definition, repetition, &mut values)?;
    if found != rows {
        return Err(ParquetError::EOF(format!("a group of rows has {found} rows where it should have {rows}")));
    }
    values.iter().for_each(|value: &T::T| bytes.extend_from_slice(value.as_bytes()));
    Ok(levels)
}
