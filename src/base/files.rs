//! Reading files, behind a trait: the stages do no input or output of their own.

use std::io;
use std::path::Path;

/// Where the contents of files come from.
pub trait Files {
    /// The bytes of a file; an error of kind `FileTooLarge` where it is longer than `limit` bytes.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;
}

/// The files of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        use std::io::Read;
        let file = std::fs::File::open(path)?;
        let data = file.metadata()?;
        if data.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        let mut bytes = Vec::with_capacity(data.len().min(limit) as usize);
        // Reads one byte past the limit, so that devices and pipes, which have no length, are bounded too.
        file.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        Ok(bytes)
    }
}
