//! What stands in a folder, and bringing files from one folder into another without copying them.

#![allow(clippy::disallowed_methods, reason = "output is where the finished site is read and written")]

use rayon::prelude::*;
use std::fs::{FileType, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Something that stands in a folder.
#[derive(Debug)]
pub struct Found {
    /// From the folder that was walked.
    pub path: PathBuf,
    pub kind: FileType,
    /// A folder with nothing in it.
    pub empty: bool,
}

/// Device and number of a file; `None` where the system does not tell.
pub type FileId = (u64, u64);

#[cfg(unix)]
pub fn file_id(meta: &Metadata) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    Some((meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
pub fn file_id(_: &Metadata) -> Option<FileId> {
    None
}

/// Which file stands at `path`; a symbolic link is not followed.
pub fn id_at(path: &Path) -> Option<FileId> {
    file_id(&std::fs::symlink_metadata(path).ok()?)
}

/// Everything in `root`, sorted by path, so that a folder comes before what is in it. Symbolic links
/// are not followed. Folders are read side by side, level by level: depth costs no stack.
///
/// # Errors
///
/// The error comes with the path that could not be read.
pub fn walk(root: &Path) -> Result<Vec<Found>, (PathBuf, io::Error)> {
    let mut all: Vec<Found> = Vec::new();
    let mut fresh = read_folder(root, Path::new(""))?;
    while !fresh.is_empty() {
        let read: Vec<Vec<Found>> = fresh
            .par_iter_mut()
            .filter(|found| found.kind.is_dir())
            .map(|folder| {
                let inside = read_folder(root, &folder.path)?;
                folder.empty = inside.is_empty();
                Ok(inside)
            })
            .collect::<Result<_, _>>()?;
        all.append(&mut fresh);
        fresh = read.into_iter().flatten().collect();
    }
    all.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(all)
}

fn read_folder(root: &Path, folder: &Path) -> Result<Vec<Found>, (PathBuf, io::Error)> {
    let full = root.join(folder);
    let failed = |error| (full.clone(), error);
    let entry = |entry: io::Result<std::fs::DirEntry>| {
        let entry = entry?;
        // The folder itself says what kind its entries are, so this asks the file system for nothing.
        Ok(Found { path: folder.join(entry.file_name()), kind: entry.file_type()?, empty: false })
    };
    std::fs::read_dir(&full).map_err(failed)?.map(|found| entry(found).map_err(failed)).collect()
}

/// Gives the file at `from` the name `to` too. Symbolic links are made anew, and files are copied,
/// with mode and time, where the file system has no links or not that many.
pub fn bring(from: &Path, to: &Path) -> io::Result<()> {
    let Err(error) = std::fs::hard_link(from, to) else { return Ok(()) };
    let meta = std::fs::symlink_metadata(from)?;
    if meta.is_symlink() {
        return make_link(&std::fs::read_link(from)?, to);
    }
    // Only a regular file can be copied; reading a pipe would wait for ever.
    if !meta.is_file() || matches!(error.kind(), ErrorKind::NotFound | ErrorKind::AlreadyExists) {
        return Err(error);
    }
    std::fs::copy(from, to)?;
    let file = std::fs::OpenOptions::new().append(true).open(to);
    // A file that is read-only keeps the time of its copy; it is compared by content then.
    if let (Ok(file), Ok(time)) = (file, meta.modified()) {
        let _ = file.set_modified(time);
    }
    Ok(())
}

#[cfg(unix)]
fn make_link(target: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(not(unix))]
fn make_link(target: &Path, at: &Path) -> io::Result<()> {
    Err(io::Error::other(format!("cannot make a symbolic link to {} at {}", target.display(), at.display())))
}
