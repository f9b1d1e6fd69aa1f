//! Which folders may be written into.

#![allow(clippy::disallowed_methods, reason = "output is where the finished site is read and written")]

use super::manifest::MANIFEST;
use crate::diagnostics::Failure;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What an output folder must not swallow. Paths that do not exist do no harm.
#[derive(Clone, Debug, Default)]
pub struct Protected {
    /// Folders that are read: `content/`, `templates/`, `themes/`. The output is neither one of them,
    /// nor inside one, nor around one.
    pub inputs: Vec<PathBuf>,
    /// Folders in which people live and work: the site's root, the home folder, the working folder.
    /// The output is neither one of them nor around one; inside is where it belongs.
    pub homes: Vec<PathBuf>,
}

/// What stands where the output is to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Absent,
    /// A folder with nothing in it but files that keep an empty folder in git.
    Bare,
    /// A folder with a manifest.
    Ours,
}

/// Files beside which a folder counts as empty.
const KEEPERS: &[&str] = &[".gitignore", ".gitkeep"];

/// The output folder as an absolute path without symbolic links.
///
/// # Errors
///
/// The folder is one that nutgraf must not replace; the failure says why and what to do.
pub fn resolve(out: &Path, protected: &Protected) -> Result<PathBuf, Failure> {
    let refuse = |why: String| Failure(format!("{} cannot be the output folder: {why}", shown(out)));
    let front =
        settle(out).map_err(|error| Failure::io(format_args!("cannot find {}", shown(out)), &error))?;
    let Some(parent) = front.parent() else {
        return Err(refuse("it is the root of the file system".to_owned()));
    };
    if std::fs::symlink_metadata(&front).is_ok_and(|meta| meta.is_symlink()) {
        return Err(refuse(
            "it is a symbolic link, and replacing it would leave what it points to behind; name the folder itself"
                .to_owned(),
        ));
    }
    for home in &protected.homes {
        let Ok(home) = settle(home) else { continue };
        if within(&home, &front) {
            let why = if within(&front, &home) { "it is" } else { "it contains" };
            return Err(refuse(format!(
                "{why} {}, where other things than the site are kept; choose a folder inside of it, such as `public`",
                home.display()
            )));
        }
    }
    for input in &protected.inputs {
        let Ok(input) = settle(input) else { continue };
        let why = if within(&input, &front) {
            if within(&front, &input) { "it is" } else { "it contains" }
        } else if within(&front, &input) {
            "it is inside of"
        } else {
            continue;
        };
        return Err(refuse(format!("{why} {}, which the site is made from", input.display())));
    }
    if is_mount(&front, parent) {
        return Err(refuse(
            "it is a mount point, which cannot be exchanged for a new folder; choose a folder inside of it"
                .to_owned(),
        ));
    }
    Ok(front)
}

/// What stands at `front`.
///
/// # Errors
///
/// Something that nutgraf did not make stands there.
pub fn look(front: &Path, out: &Path) -> Result<Standing, Failure> {
    let refuse = |why: &str| Err(Failure(format!("{} cannot be the output folder: {why}", shown(out))));
    let failed = |error: &io::Error| Failure::io(format_args!("cannot look into {}", shown(out)), error);
    match std::fs::symlink_metadata(front) {
        Ok(meta) if meta.is_dir() => {}
        Ok(_) => return refuse("it is not a folder"),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Standing::Absent),
        Err(error) => return Err(failed(&error)),
    }
    match std::fs::symlink_metadata(front.join(MANIFEST)) {
        Ok(meta) if meta.is_file() => return Ok(Standing::Ours),
        Ok(_) => return refuse("its `.nutgraf-manifest` is not a regular file"),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(&error)),
    }
    if std::fs::symlink_metadata(front.join(".git")).is_ok() {
        return refuse(
            "it is a git repository, and nutgraf did not write it; choose an empty folder, and make the repository after the first build",
        );
    }
    for entry in std::fs::read_dir(front).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let name = entry.file_name();
        let keeper = KEEPERS.iter().any(|keeper| name == *keeper);
        if !keeper || !entry.file_type().map_err(|error| failed(&error))?.is_file() {
            return refuse(&format!(
                "it holds `{}`, and nutgraf did not write it; choose an empty folder, or one that does not exist",
                name.to_string_lossy().escape_debug()
            ));
        }
    }
    Ok(Standing::Bare)
}

/// The path as it is put into messages.
fn shown(out: &Path) -> String {
    if out.as_os_str().is_empty() { "an empty path".to_owned() } else { out.display().to_string() }
}

/// An absolute path, without symbolic links in all but its last part; the end of it need not exist.
fn settle(path: &Path) -> io::Result<PathBuf> {
    let whole = std::path::absolute(path)?;
    // A path that ends in `..` or is the root has no name of its own.
    let Some(name) = whole.file_name() else { return whole.canonicalize() };
    let mut missing = vec![name];
    let mut parent = whole.parent().unwrap_or(&whole);
    loop {
        match parent.canonicalize() {
            Ok(found) => {
                let mut settled = found;
                settled.extend(missing.iter().rev());
                return Ok(settled);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                match (parent.file_name(), parent.parent()) {
                    (Some(name), Some(above)) => {
                        missing.push(name);
                        parent = above;
                    }
                    _ => return Err(error),
                }
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether `inner` is `outer` or inside of it, also where names differ in case only and the file
/// system does not care.
fn within(inner: &Path, outer: &Path) -> bool {
    if inner.starts_with(outer) {
        return true;
    }
    let Some(id) = file_id(outer) else { return false };
    inner.ancestors().any(|above| file_id(above) == Some(id))
}

#[cfg(unix)]
fn file_id(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn file_id(_: &Path) -> Option<(u64, u64)> {
    None
}

fn is_mount(front: &Path, parent: &Path) -> bool {
    match (file_id(front), file_id(parent)) {
        (Some((device, _)), Some((above, _))) => device != above,
        _ => false,
    }
}
