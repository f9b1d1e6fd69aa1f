//! Files that are sent as they stand, a piece at a time, and what tells that one was changed.

use std::fs::Metadata;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// What the file system knows of a file; another one means that the bytes may be others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// In bytes.
    pub size: u64,
    /// Nanoseconds since 1970, as the file system keeps them.
    pub modified: i128,
    /// Number of the file, where there is one: a file that was put in the place of another has its own.
    pub number: u64,
}

impl Stamp {
    /// The stamp of a file; of what a symbolic link leads to.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be asked.
    pub fn of(path: &Path) -> io::Result<Stamp> {
        let meta = path.metadata()?;
        if !meta.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let modified = match meta.modified()?.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => after.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        };
        Ok(Stamp { size: meta.len(), modified, number: number(&meta) })
    }
}

#[cfg(unix)]
fn number(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}

/// At most `most` bytes of a file, beginning at byte `from`; fewer at its end.
///
/// # Errors
/// When the file cannot be read.
#[expect(clippy::disallowed_methods, reason = "source is where files are read")]
pub fn piece(path: &Path, from: u64, most: usize) -> io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::with_capacity(most.min(1 << 20));
    file.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The BLAKE3 hash of a file's bytes. The file is not held in memory.
///
/// # Errors
/// When the file cannot be read.
#[expect(clippy::disallowed_methods, reason = "source is where files are read")]
pub fn hash_file(path: &Path) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut std::fs::File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize())
}

/// The text of a file as [`read`](super::read) takes it, for drawing a finding in it; also of one that
/// was refused for a control character, since its place is to be shown.
#[expect(clippy::disallowed_methods, reason = "source is where files are read")]
pub fn text_to_draw(root: &Path, path: &str) -> Option<String> {
    /// More than any text that is read, so that a finding is never what fills the memory.
    const LIMIT: u64 = 64 << 20;
    let path = root.join(path);
    let meta = path.metadata().ok()?;
    if !meta.is_file() || meta.len() > LIMIT {
        return None;
    }
    let mut text = String::from_utf8(std::fs::read(path).ok()?).ok()?;
    super::normalise(&mut text);
    Some(text)
}
