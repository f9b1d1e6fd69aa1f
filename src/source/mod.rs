//! **Source**: the files of a site, read.
//!
//! *Comes in:* a folder.
//! *Leaves:* which files the site consists of ([`Tree`]), their texts ([`Source`]), the settings
//! ([`Config`]), and YAML with the place of every value ([`Yaml`]).
//! *Does not know:* what a document means.
//!
//! Invariant: the text of a [`Source`] is UTF-8 with `\n` line ends and without a byte order mark;
//! whatever cannot be had in that form is a diagnostic and no `Source`.

mod autolink;
mod cards;
mod config;
pub(crate) mod fields;
mod interval;
mod piece;
mod publish;
pub mod table;
mod tokens;
mod tree;
pub mod yaml;

pub use autolink::Autolink;
pub use cards::Cards;
pub use config::{Config, Permalinks, TimelineData, TimelinePages};
pub use fields::choice;
pub use interval::Interval;
pub use piece::{Stamp, hash_file, piece, text_to_draw};
pub use publish::{Allowance, HeaderRule, Host, Publish, Target as PublishTarget, Way};
pub use tokens::{Token, Typed};
pub use tree::{Kind, Tree};
pub use yaml::Yaml;

use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// A path from the site's root, `/` between its parts, as the file system spells it.
pub type SitePath = Arc<str>;

/// One file's text.
#[derive(Debug)]
pub struct Source {
    pub path: SitePath,
    /// UTF-8, line ends `\n`, no byte order mark.
    pub text: String,
}

/// The text of a file, or the findings that say why there is none.
///
/// `limit` is the largest size in bytes that is read.
pub fn read(root: &Path, path: &SitePath, limit: u64, diagnostics: &mut Diagnostics) -> Option<Source> {
    decode(path, bytes(root, path, limit, diagnostics)?, diagnostics)
}

/// The bytes of a file as they are, up to `limit`, or the findings that say why there are none.
#[expect(clippy::disallowed_methods, reason = "source is where files are read")]
pub fn bytes(root: &Path, path: &SitePath, limit: u64, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
    let place = || Place::file(path.clone());
    let unreadable = |error: std::io::Error| {
        Diagnostic::new(Finding::UnreadableFile, place(), format!("cannot read the file: {error}"))
    };
    // Opened once and asked for its size: what is read is what was measured.
    let opened = std::fs::File::open(root.join(&**path)).and_then(|file| Ok((file.metadata()?.len(), file)));
    let (size, file) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            diagnostics.push(unreadable(error));
            return None;
        }
    };
    if size > limit {
        diagnostics.push(
            Diagnostic::new(
                Finding::OverLimit,
                place(),
                format!("the file has {size} bytes; at most {limit} are read"),
            )
            .help("split it, or raise `limits: {file_size: …}` in nutgraf.yaml"),
        );
        return None;
    }
    let mut bytes = Vec::with_capacity(size as usize + 1);
    match file.take(limit + 1).read_to_end(&mut bytes) {
        Ok(_) => Some(bytes),
        Err(error) => {
            diagnostics.push(unreadable(error));
            None
        }
    }
}

/// The BLAKE3 hash of a file's bytes, or the finding that says why there is none. The file is not held
/// in memory.
#[expect(clippy::disallowed_methods, reason = "source is where files are read")]
pub fn hash(root: &Path, path: &SitePath, diagnostics: &mut Diagnostics) -> Option<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    match std::fs::File::open(root.join(&**path)).and_then(|mut file| std::io::copy(&mut file, &mut hasher)) {
        Ok(_) => Some(hasher.finalize()),
        Err(error) => {
            let message = format!("cannot read the file: {error}");
            diagnostics.push(Diagnostic::new(Finding::UnreadableFile, Place::file(path.clone()), message));
            None
        }
    }
}

/// Bytes → text: drops a byte order mark, makes all line ends `\n`, refuses what is not UTF-8 and
/// control characters other than tab.
pub fn decode(path: &SitePath, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> Option<Source> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        diagnostics.push(
            Diagnostic::new(
                Finding::NotUtf8,
                Place::file(path.clone()),
                "the file is UTF-16 (byte 0 is a UTF-16 mark)",
            )
            .help("save it as UTF-8"),
        );
        return None;
    }
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[at];
            let line = error.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
            diagnostics.push(
                Diagnostic::new(
                    Finding::NotUtf8,
                    Place::file(path.clone()),
                    format!("byte {at} (line {line}) is 0x{byte:02X}, which is not UTF-8"),
                )
                .help("save the file as UTF-8"),
            );
            return None;
        }
    };
    normalise(&mut text);
    // In UTF-8 the control characters of Latin-1 begin with 0xC2; almost no text has one. Whole
    // chunks are looked at without a way out, so that the compiler can take many bytes at once.
    let suspect = |b: u8| ((b < b' ') & (b != b'\n') & (b != b'\t')) | (b == 0x7F) | (b == 0xC2);
    let suspects =
        text.as_bytes().chunks(256).any(|chunk| chunk.iter().fold(false, |any, b| any | suspect(*b)));
    let fine = !suspects || note_controls(path, &text, diagnostics);
    fine.then(|| Source { path: path.clone(), text })
}

/// Takes a byte order mark away and makes all line ends `\n`.
pub fn normalise(text: &mut String) {
    if text.starts_with('\u{feff}') {
        text.drain(..3);
    }
    if text.contains('\r') {
        *text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
}

fn note_controls(path: &SitePath, text: &str, diagnostics: &mut Diagnostics) -> bool {
    let mut fine = true;
    for (at, c) in text.char_indices() {
        if c.is_control() && c != '\n' && c != '\t' {
            diagnostics.push(
                Diagnostic::new(
                    Finding::ControlCharacter,
                    Place::new(path.clone(), Span::new(at, at + c.len_utf8())),
                    format!("control character U+{:04X}", c as u32),
                )
                .help("delete it; it is invisible in most editors"),
            );
            fine = false;
        }
    }
    fine
}
