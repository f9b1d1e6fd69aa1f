//! The folder beside the output in which its next state is made.
//!
//! For `public/` it is `.public.nutgraf/`, on the same file system, so that the two can be exchanged:
//!
//! - `lock`: held while a build writes. The kernel lets go of it when its holder dies.
//! - `back/`: the next state. It may hold anything, for example what a killed build left: each file in
//!   it is looked at before it is used. After an exchange it is the state before the last one, and most
//!   of its files are the very files of `public/` (hard links).
//! - `old/`: only between the two renames on systems that cannot exchange folders.
//! - `.gitignore`: keeps all of it out of a repository.

#![allow(clippy::disallowed_methods, reason = "output is where the finished site is read and written")]

use crate::diagnostics::Failure;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The folder, held by this process until it is dropped.
#[derive(Debug)]
pub struct Aside {
    folder: PathBuf,
    /// Keeps the lock.
    _lock: File,
}

/// Time between two attempts to get the lock.
const PAUSE: Duration = Duration::from_millis(20);

impl Aside {
    /// Makes the folder for `front` and locks it; waits `attempts` times 20 ms for another build.
    ///
    /// # Errors
    ///
    /// The folder cannot be written, or another build still holds it.
    pub fn hold(front: &Path, out: &Path, attempts: u32) -> Result<Aside, Failure> {
        let mut name = std::ffi::OsString::from(".");
        name.push(front.file_name().unwrap_or_default());
        name.push(".nutgraf");
        let folder = front.with_file_name(name);
        let failed =
            |error: &io::Error| Failure::io(format_args!("cannot write {}", folder.display()), error);
        let lock = folder.join("lock");
        let mut left = attempts;
        loop {
            make_folder(&folder).map_err(|error| failed(&error))?;
            // Another build may end right now, and take the lock or the folder away with it: then all
            // is begun anew.
            let held = match OpenOptions::new().write(true).create(true).truncate(false).open(&lock) {
                Ok(file) => match file.try_lock() {
                    Ok(()) => is_still(&file, &lock).then_some(file),
                    Err(TryLockError::WouldBlock) => None,
                    // A file system without locks: two builds at once are then not kept apart.
                    Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Some(file),
                    Err(TryLockError::Error(error)) => return Err(failed(&error)),
                },
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(failed(&error)),
            };
            if let Some(file) = held {
                let aside = Aside { folder, _lock: file };
                let ignore = aside.folder.join(".gitignore");
                if std::fs::symlink_metadata(&ignore).is_err() {
                    std::fs::write(&ignore, "*\n").map_err(|error| {
                        Failure::io(format_args!("cannot write {}", ignore.display()), &error)
                    })?;
                }
                return Ok(aside);
            }
            if left == 0 {
                return Err(Failure(format!(
                    "another nutgraf is writing {} (it holds {}); wait for it to end",
                    out.display(),
                    lock.display()
                )));
            }
            left -= 1;
            std::thread::sleep(PAUSE);
        }
    }

    /// Where the next state is made.
    pub fn back(&self) -> PathBuf {
        self.folder.join("back")
    }

    /// Where the front stands between two renames.
    pub fn old(&self) -> PathBuf {
        self.folder.join("old")
    }
}

impl Drop for Aside {
    /// Takes the folder away where nothing is left in it that the next build can use. The lock is
    /// still held here: whoever waits for it finds that it is gone, and begins anew.
    fn drop(&mut self) {
        let there = |path: &Path| std::fs::symlink_metadata(path).is_ok();
        if !there(&self.back()) && !there(&self.old()) {
            // What cannot be removed does no harm: it is an empty folder with an unused lock.
            let _ = std::fs::remove_file(self.folder.join(".gitignore"));
            let _ = std::fs::remove_file(self.folder.join("lock"));
            let _ = std::fs::remove_dir(&self.folder);
        }
    }
}

/// Makes a folder; what stands there already must be one, and no link to one.
fn make_folder(path: &Path) -> io::Result<()> {
    match std::fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match std::fs::symlink_metadata(path) {
            Ok(meta) if !meta.is_dir() => {
                Err(io::Error::new(ErrorKind::NotADirectory, "something that is not a folder stands there"))
            }
            // Gone again: opening the lock in it fails, and all is begun anew.
            _ => Ok(()),
        },
        other => other,
    }
}

/// Whether the locked file is the one that stands at `path` now.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Elsewhere a file that is open cannot be replaced.
#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> bool {
    path.exists()
}
