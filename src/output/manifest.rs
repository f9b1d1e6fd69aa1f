//! The list of what nutgraf wrote into a folder.
//!
//! A text file, the same bytes for the same output:
//!
//! ```text
//! nutgraf-manifest 1 2
//! 8d969eef6ecad3c29a3a629280e686cf 5123 explainers/tariffs/index.html
//! c3ab8ff13720e8ad9047dd39466b3c89 711 index.html
//! ```
//!
//! First the version of the format and the number of files, so that a file cut off at the end of a
//! line is known for what it is, and the word `preview` if drafts are among them; then digest, bytes and path of each file, sorted by path.

#![allow(clippy::disallowed_methods, reason = "output is where the finished site is read and written")]

use super::OutputPath;
use crate::diagnostics::Failure;
use std::io::{self, Read};
use std::path::Path;

/// Name of the manifest in the folder that it describes.
pub const MANIFEST: &str = ".nutgraf-manifest";

const VERSION: &str = "nutgraf-manifest 1";

/// Behind the number of files where some of them are not for readers.
const PREVIEW: &str = " preview";

/// What nutgraf wrote into a folder. A folder is its own if and only if it has one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Sorted by path, each path once.
    files: Vec<(OutputPath, Digest)>,
    /// Drafts or other pieces that are not published stand among the files.
    pub preview: bool,
}

/// The content of a file in short: equal digests, equal bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The first half of the BLAKE3 hash. 128 bits keep chance collisions away; whoever could
    /// construct one would have to write both pages.
    pub hash: [u8; 16],
    /// Bytes.
    pub size: u64,
}

impl Digest {
    pub fn of(bytes: &[u8]) -> Digest {
        Digest { hash: half(&blake3::hash(bytes)), size: bytes.len() as u64 }
    }

    /// The digest of everything that `from` gives; `each` is shown every part that was read.
    /// Memory stays bounded, whatever the size.
    pub fn of_stream<E>(
        from: &mut impl Read,
        read: impl Fn(io::Error) -> E,
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Digest, E> {
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 256 << 10];
        let mut size = 0;
        loop {
            match from.read(&mut buffer) {
                Ok(0) => return Ok(Digest { hash: half(&hasher.finalize()), size }),
                Ok(n) => {
                    hasher.update(&buffer[..n]);
                    each(&buffer[..n])?;
                    size += n as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(read(error)),
            }
        }
    }

    /// The digest of a file's content.
    pub fn of_file(path: &Path) -> io::Result<Digest> {
        Digest::of_stream(&mut std::fs::File::open(path)?, |error| error, |_| Ok(()))
    }
}

fn half(hash: &blake3::Hash) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash.as_bytes()[..16]);
    half
}

impl Manifest {
    /// `files` in any order; no path may come twice.
    pub fn new(mut files: Vec<(OutputPath, Digest)>) -> Manifest {
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Manifest { files, preview: false }
    }

    /// The manifest of `folder`, or `None` where the folder has none.
    ///
    /// # Errors
    ///
    /// What stands under its name is not a regular file, cannot be read, or is not a manifest.
    pub fn read(folder: &Path) -> Result<Option<Manifest>, Failure> {
        let path = folder.join(MANIFEST);
        match std::fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_file() => {}
            Ok(_) => return Err(Failure(format!("{} is not a regular file", path.display()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::io(format_args!("cannot look at {}", path.display()), &error)),
        }
        let text = std::fs::read(&path)
            .map_err(|error| Failure::io(format_args!("cannot read {}", path.display()), &error))?;
        match std::str::from_utf8(&text).ok().and_then(Manifest::parse) {
            Some(manifest) => Ok(Some(manifest)),
            None => Err(Failure(format!(
                "{} is damaged or of another version of nutgraf, so what nutgraf wrote there cannot be told from what others did: delete the folder, or choose another",
                path.display()
            ))),
        }
    }

    /// `None` where the text is not exactly what [`Manifest::text`] writes.
    pub fn parse(text: &str) -> Option<Manifest> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let count = lines.next()?.strip_prefix(VERSION)?.strip_prefix(' ')?;
        let (count, preview) = count.strip_suffix(PREVIEW).map_or((count, false), |count| (count, true));
        let count: usize = count.parse().ok()?;
        let mut files: Vec<(OutputPath, Digest)> = Vec::new();
        for line in lines {
            let (hash, rest) = line.split_at_checked(32)?;
            let (size, path) = rest.strip_prefix(' ')?.split_once(' ')?;
            let mut bytes = [0; 16];
            for (byte, hex) in bytes.iter_mut().zip(hash.as_bytes().chunks_exact(2)) {
                *byte = digit(hex[0])? << 4 | digit(hex[1])?;
            }
            let valid = OutputPath::new(path).ok().filter(|valid| valid.as_str() == path)?;
            if files.last().is_some_and(|(last, _)| *last >= valid) {
                return None;
            }
            files.push((valid, Digest { hash: bytes, size: size.parse().ok()? }));
        }
        (files.len() == count).then_some(Manifest { files, preview })
    }

    /// The manifest as it is written.
    pub fn text(&self) -> String {
        use std::fmt::Write;
        let preview = if self.preview { PREVIEW } else { "" };
        let mut text = format!("{VERSION} {}{preview}\n", self.files.len());
        for (path, digest) in &self.files {
            for byte in digest.hash {
                text.push(char::from(HEX[usize::from(byte >> 4)]));
                text.push(char::from(HEX[usize::from(byte & 15)]));
            }
            // Writing to a string cannot fail.
            let _ = writeln!(text, " {} {path}", digest.size);
        }
        text
    }

    /// What was written at `path`.
    pub fn get(&self, path: &str) -> Option<Digest> {
        let at = self.files.binary_search_by(|(own, _)| own.as_str().cmp(path)).ok()?;
        Some(self.files[at].1)
    }

    /// All files, sorted by path.
    pub fn files(&self) -> &[(OutputPath, Digest)] {
        &self.files
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn digit(hex: u8) -> Option<u8> {
    match hex {
        b'0'..=b'9' => Some(hex - b'0'),
        b'a'..=b'f' => Some(hex - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Manifest {
        let entry = |path: &str, text: &str| (OutputPath::new(path).unwrap(), Digest::of(text.as_bytes()));
        Manifest::new(vec![entry("index.html", "front"), entry("a b/日本/index.html", "")])
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let manifest = two();
        let text = manifest.text();
        assert_eq!(Manifest::parse(&text), Some(two()));
        assert!(text.starts_with("nutgraf-manifest 1 2\n"), "{text}");
        assert!(text.ends_with(" 5 index.html\n"), "{text}");
        assert_eq!(manifest.get("index.html"), Some(Digest::of(b"front")));
        assert_eq!(manifest.get("index.htm"), None);
        assert_eq!(Manifest::parse("nutgraf-manifest 1 0\n"), Some(Manifest::default()));
        let preview = Manifest { preview: true, ..two() };
        assert_eq!(Manifest::parse(&preview.text()), Some(preview));
    }

    #[test]
    fn a_manifest_cut_off_anywhere_is_no_manifest() {
        let text = two().text();
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            assert_eq!(Manifest::parse(&text[..end]), None, "{:?}", &text[..end]);
        }
    }

    #[test]
    fn a_manifest_that_names_what_is_no_output_is_no_manifest() {
        let hash = "0".repeat(32);
        for line in [
            format!("{hash} 1 ../notes.txt"),
            format!("{hash} 1 /etc/passwd"),
            format!("{hash} 1 .git/config"),
            format!("{hash} 1 cafe\u{301}"),
            format!("{hash} x index.html"),
            format!("{hash} -1 index.html"),
            format!("{hash}  index.html"),
            "index.html".to_owned(),
            String::new(),
            format!("{} 1 index.html", "é".repeat(16)),
        ] {
            assert_eq!(Manifest::parse(&format!("nutgraf-manifest 1 1\n{line}\n")), None, "{line}");
        }
        let twice = format!("nutgraf-manifest 1 2\n{hash} 1 a\n{hash} 1 a\n");
        assert_eq!(Manifest::parse(&twice), None);
        assert_eq!(Manifest::parse("nutgraf-manifest 2 0\n"), None);
    }

    #[test]
    fn a_digest_is_the_same_from_memory_and_from_a_stream() {
        let bytes: Vec<u8> = (0..600_000u32).map(|n| (n * 7) as u8).collect();
        let streamed = Digest::of_stream(&mut &bytes[..], |e| e, |_| Ok(())).unwrap();
        assert_eq!(streamed, Digest::of(&bytes));
    }
}
