//! **Output**: a path under `public/` and its bytes.
//!
//! *Comes in:* finished pages and files to be copied, each with its path, from many threads.
//! *Leaves:* an output folder that is the old state or the new one, never a mix ([`Disk`]), the list
//! of what stands in it ([`Manifest`]), and the links in it that lead nowhere ([`LinkCheck`]).
//! *Does not know:* what a page is about, what a template is, where a file of the site comes from.
//!
//! Invariant: an [`OutputPath`] stays inside the output folder on every file system.

mod aside;
mod carry;
mod disk;
mod edit;
mod links;
mod manifest;
mod refuse;
mod share;

pub use disk::{Disk, Written};
pub use edit::{Insertion, insert};
pub use links::{BrokenLink, LinkCheck, Trouble as LinkTrouble};
pub use manifest::{Digest, MANIFEST, Manifest};
pub use refuse::Protected;
pub use share::{SHARE, ShareMark};

use crate::diagnostics::Failure;
use std::path::PathBuf;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// One file of the finished site.
#[derive(Clone, Debug)]
pub struct Output {
    pub path: OutputPath,
    pub content: Content,
}

/// Where the bytes of an output come from.
#[derive(Clone, Debug)]
pub enum Content {
    /// A page.
    Bytes(Vec<u8>),
    /// A file that is copied as it stands.
    Copy(PathBuf),
    /// Bytes that are dear to make.
    Named(Named),
}

/// Bytes that are made only where no file of that path stands yet. The path is named by all that they
/// are made from, so that a file of the last build can be kept; and an output of the same path as another
/// is the same.
#[derive(Clone)]
pub struct Named(Arc<dyn Fn() -> Result<Vec<u8>, Failure> + Send + Sync>);

impl Named {
    pub fn new(make: impl Fn() -> Result<Vec<u8>, Failure> + Send + Sync + 'static) -> Named {
        Named(Arc::new(make))
    }

    /// # Errors
    ///
    /// Why the bytes cannot be made.
    pub fn make(&self) -> Result<Vec<u8>, Failure> {
        (self.0)()
    }
}

impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Named")
    }
}

/// A path under the output folder: relative, `/` between its parts, in Unicode form NFC.
///
/// There is none that leaves the folder, that Windows cannot store, or that hides the manifest or a
/// `.git` folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutputPath(Arc<str>);

impl OutputPath {
    /// The path, brought to NFC.
    ///
    /// # Errors
    ///
    /// The failure names the path and the part that cannot be.
    ///
    /// ```
    /// use nutgraf::output::OutputPath;
    /// assert_eq!(OutputPath::new("people/cafe\u{301}/index.html").unwrap().as_str(), "people/café/index.html");
    /// assert!(OutputPath::new("../index.html").is_err());
    /// ```
    pub fn new(path: &str) -> Result<OutputPath, Failure> {
        if let Some(why) = unfit(path) {
            return Err(Failure(format!("`{}` cannot be the path of an output: {why}", path.escape_debug())));
        }
        if path.is_ascii() {
            return Ok(OutputPath(path.into()));
        }
        let composed: String = path.nfc().collect();
        match unfit(&composed) {
            // A few signs compose to more bytes than they were typed with.
            Some(why) => Err(Failure(format!("`{composed}` cannot be the path of an output: {why}"))),
            None => Ok(OutputPath(composed.into())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for OutputPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a path cannot be an output; `None` where it can.
fn unfit(path: &str) -> Option<String> {
    if path.is_empty() {
        return Some("it is empty".to_owned());
    }
    if path.starts_with('/') {
        return Some("it begins with `/`".to_owned());
    }
    if path.contains('\\') {
        return Some("it has a backslash, which is a separator on Windows".to_owned());
    }
    if let Some(c) = path.chars().find(|c| c.is_control()) {
        return Some(format!("it has the control character U+{:04X}", c as u32));
    }
    path.split('/').find_map(|part| {
        let why = match part {
            "" => "a part between two `/` is empty",
            "." | ".." => "it has a part `.` or `..`",
            _ if part.len() > 255 => "a part is longer than 255 bytes",
            _ if part.ends_with('.') || part.ends_with(' ') => {
                "a part ends in a full stop or a space, which Windows drops"
            }
            _ if is_device(part) => "Windows keeps a part of it for a device",
            _ if part.eq_ignore_ascii_case(".git") => "`.git` belongs to git",
            // A share has its mark beside its pages, and lists it with them.
            _ if path == SHARE => return None,
            _ if part.get(..9).is_some_and(|start| start.eq_ignore_ascii_case(".nutgraf-")) => {
                "names of this kind are kept for nutgraf's own notes"
            }
            _ => return None,
        };
        Some(format!("{why} (`{part}`)"))
    })
}

/// Whether Windows opens a device instead of a file of this name, whatever its ending.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end_matches(' ');
    let is = |name: &str| stem.eq_ignore_ascii_case(name);
    if ["con", "prn", "aux", "nul", "conin$", "conout$"].iter().any(|name| is(name)) {
        return true;
    }
    let numbered =
        stem.get(..3).is_some_and(|s| s.eq_ignore_ascii_case("com") || s.eq_ignore_ascii_case("lpt"));
    let mut rest = stem.chars().skip(3);
    numbered && matches!((rest.next(), rest.next()), (Some('1'..='9' | '¹' | '²' | '³'), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_folder_or_break_on_another_system_are_refused() {
        let long = "x".repeat(256);
        for path in [
            "",
            "/",
            "/etc/passwd",
            "..",
            ".",
            "a/../b",
            "a/./b",
            "a//b",
            "a/",
            "a\\b",
            "a\0b",
            "a\nb",
            "a\u{85}b",
            "a\u{7f}",
            "con",
            "a/NUL.html",
            "Aux /x",
            "COM1",
            "lpt9.txt",
            "com¹",
            "conin$",
            "a./b",
            "a ",
            ".git/config",
            "a/.GIT/hooks/x",
            ".nutgraf-manifest",
            ".Nutgraf-Manifest",
            ".nutgraf-release",
            &long,
        ] {
            let found = OutputPath::new(path);
            assert!(found.is_err(), "{path:?} was taken as {found:?}");
        }
    }

    #[test]
    fn ordinary_and_unicode_paths_are_taken_in_nfc() {
        let longest = "x".repeat(255);
        for (path, expected) in [
            ("index.html", "index.html"),
            ("topics/日本語/index.html", "topics/日本語/index.html"),
            ("cafe\u{301}/index.html", "caf\u{e9}/index.html"),
            (".well-known/security.txt", ".well-known/security.txt"),
            (".gitignore", ".gitignore"),
            ("console/com10/common/lpt/icon.svg", "console/com10/common/lpt/icon.svg"),
            ("a..b/...c", "a..b/...c"),
            (&longest, &longest),
        ] {
            assert_eq!(OutputPath::new(path).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn a_refusal_shows_control_characters_instead_of_sending_them() {
        let Failure(message) = OutputPath::new("a\u{1b}[31m").unwrap_err();
        assert!(!message.contains('\u{1b}') && message.contains("U+001B"), "{message}");
    }
}
