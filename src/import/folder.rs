//! The folders on disk: the source is read, the destination is written.
//!
//! The destination holds `import-files.txt`, a list of what was written with a digest of each file. An
//! import may be repeated as long as every file of that list is still as it was written; a file that
//! the author has changed, or put where one is to be written, is never overwritten.

use crate::diagnostics::Failure;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// The list of files that an import wrote, beside `nutgraf.yaml`.
const LIST: &str = "import-files.txt";
/// Folders that hold no source: tools fill them, and they can be huge.
const NOT_SOURCE: &[&str] = &[".git", ".hg", ".svn", "node_modules", "public", ".hugo_build.lock"];

/// What a file is to hold.
#[derive(Debug)]
pub enum Content {
    Text(String),
    /// The bytes of another file.
    Copy(PathBuf),
}

/// Paths of all files below a folder, from that folder, `/` between their parts, in order; and the
/// paths of folders that were not entered.
pub fn list(root: &Path) -> Result<(Vec<String>, Vec<String>), Failure> {
    let mut files = Vec::new();
    let mut left = Vec::new();
    let mut walk = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry.map_err(|error| Failure(format!("cannot list {}: {error}", root.display())))?;
        let Ok(path) = entry.path().strip_prefix(root) else { continue };
        let parts: Vec<_> = path.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
        let path = parts.join("/");
        if entry.depth() > 0 && NOT_SOURCE.contains(&entry.file_name().to_string_lossy().as_ref()) {
            if entry.file_type().is_dir() {
                walk.skip_current_dir();
            }
            left.push(path);
        } else if !entry.file_type().is_dir() {
            files.push(path);
        }
    }
    files.sort();
    Ok((files, left))
}

/// The bytes of a file.
#[allow(clippy::disallowed_methods, reason = "import reads folders that are no site")]
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::io(format!("cannot read {}", path.display()), &error))
}

/// Writes everything, or refuses before the first byte is written.
#[allow(clippy::disallowed_methods, reason = "import writes the files of a site")]
pub fn write(dest: &Path, files: BTreeMap<String, Content>) -> Result<(), Failure> {
    let before = earlier(dest)?;
    for path in files.keys() {
        if !before.contains_key(path) && dest.join(path).symlink_metadata().is_ok() {
            return Err(Failure(format!(
                "{} exists and was not written by an import",
                dest.join(path).display()
            )));
        }
    }
    let mut list = String::new();
    for (path, content) in &files {
        let full = dest.join(path);
        if let Some(parent) = full.parent() {
            std::fs::create_dir_all(parent).map_err(|error| {
                Failure::io(format!("cannot make the folder {}", parent.display()), &error)
            })?;
        }
        let data = match content {
            Content::Text(text) => text.as_bytes().to_vec(),
            Content::Copy(from) => bytes(from)?,
        };
        let digest = blake3::hash(&data).to_hex();
        if before.get(path).is_none_or(|old| *old != digest.as_str()) {
            std::fs::write(&full, &data)
                .map_err(|error| Failure::io(format!("cannot write {}", full.display()), &error))?;
        }
        list.push_str(&format!("{digest}  {path}\n"));
    }
    // What an earlier import wrote and this one does not: `earlier` made sure that it is untouched.
    for path in before.keys().filter(|path| !files.contains_key(*path)) {
        let full = dest.join(path);
        std::fs::remove_file(&full)
            .map_err(|error| Failure::io(format!("cannot remove {}", full.display()), &error))?;
    }
    let full = dest.join(LIST);
    std::fs::write(&full, list)
        .map_err(|error| Failure::io(format!("cannot write {}", full.display()), &error))
}

/// Whether an import may write here, asked before any work is done.
pub fn check(source: &Path, dest: &Path) -> Result<(), Failure> {
    if !source.is_dir() {
        return Err(Failure(format!("{} is not a folder", source.display())));
    }
    let inside = |path: &Path, folder: &Path| path.starts_with(folder);
    let (from, to) = (real(source), real(dest));
    if inside(&to, &from) || inside(&from, &to) {
        return Err(Failure(format!(
            "{} and {} lie inside each other; the source is never written to",
            source.display(),
            dest.display()
        )));
    }
    earlier(dest).map(|_| ())
}

/// The absolute path with symbolic links followed as far as it exists.
#[expect(
    clippy::disallowed_methods,
    reason = "whether source and destination overlap is for the disk to say"
)]
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut rest = Vec::new();
    let mut head = absolute.as_path();
    loop {
        if let Ok(found) = head.canonicalize() {
            return rest.iter().rev().fold(found, |path, part| path.join(part));
        }
        match (head.parent(), head.file_name()) {
            (Some(parent), Some(name)) => {
                rest.push(name);
                head = parent;
            }
            _ => return absolute,
        }
    }
}

/// The files that an earlier import wrote, with their digests; empty for a new destination.
#[allow(clippy::disallowed_methods, reason = "import looks at what it wrote before")]
fn earlier(dest: &Path) -> Result<HashMap<String, String>, Failure> {
    let mut entries = match std::fs::read_dir(dest) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => return Err(Failure::io(format!("cannot use {}", dest.display()), &error)),
        Ok(entries) => entries,
    };
    if entries.next().is_none() {
        return Ok(HashMap::new());
    }
    let list = match std::fs::read_to_string(dest.join(LIST)) {
        Ok(list) if dest.join("nutgraf.yaml").is_file() && dest.join("import-report.md").is_file() => list,
        _ => {
            return Err(Failure(format!(
                "{} is not empty and is not an earlier import; name a new folder",
                dest.display()
            )));
        }
    };
    let mut files = HashMap::new();
    let mut changed = Vec::new();
    for line in list.lines() {
        let Some((digest, path)) = line.split_once("  ") else { continue };
        let path = path.to_owned();
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(Failure(format!(
                "{} names a path outside the folder: {path}",
                dest.join(LIST).display()
            )));
        }
        match std::fs::read(dest.join(&path)) {
            Ok(data) if blake3::hash(&data).to_hex().as_str() == digest => {
                files.insert(path, digest.to_owned());
            }
            // A file that the author removed is simply written again.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            _ => changed.push(path),
        }
    }
    if !changed.is_empty() {
        let count = changed.len();
        changed.truncate(5);
        return Err(Failure(format!(
            "{count} files in {} were changed since the last import ({}); import into a new folder",
            dest.display(),
            changed.join(", ")
        )));
    }
    Ok(files)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the tests make the folders they look at")]
mod tests {
    use super::*;

    fn one(path: &str, text: &str) -> BTreeMap<String, Content> {
        let mut files = BTreeMap::new();
        for (path, text) in [("nutgraf.yaml", "a"), ("import-report.md", "b"), (path, text)] {
            files.insert(path.to_owned(), Content::Text(text.to_owned()));
        }
        files
    }

    #[test]
    fn an_import_can_be_repeated_until_a_file_is_changed() {
        let dir = tempfile::tempdir().unwrap();
        let dest = dir.path().join("new/site");
        write(&dest, one("content/a.md", "1")).unwrap();
        std::fs::write(dest.join("content/mine.md"), "mine").unwrap();
        write(&dest, one("content/b.md", "2")).unwrap();
        assert!(!dest.join("content/a.md").exists());
        assert_eq!(std::fs::read_to_string(dest.join("content/mine.md")).unwrap(), "mine");
        assert!(write(&dest, one("content/mine.md", "3")).is_err());
        std::fs::write(dest.join("content/b.md"), "changed").unwrap();
        let refusal = write(&dest, one("content/b.md", "2")).unwrap_err();
        assert!(refusal.0.contains("content/b.md"), "{refusal}");
        assert_eq!(std::fs::read_to_string(dest.join("content/b.md")).unwrap(), "changed");
    }

    #[test]
    fn folders_that_hold_something_else_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let (source, dest) = (dir.path().join("s"), dir.path().join("d"));
        std::fs::create_dir_all(&source).unwrap();
        std::fs::create_dir_all(&dest).unwrap();
        assert!(check(&source, &dest).is_ok());
        assert!(check(&source, &source.join("out")).is_err());
        assert!(check(&source, dir.path()).is_err());
        std::fs::write(dest.join("letter.txt"), "x").unwrap();
        assert!(check(&source, &dest).is_err());
        assert!(check(&dir.path().join("none"), &dest).is_err());
    }
}
