//! A finished output folder, as its manifest has it and not otherwise.

#![allow(clippy::disallowed_methods, reason = "what is published is read where it stands")]

use super::{Exit, Stop};
use crate::output::{Digest, Manifest, OutputPath, SHARE};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// A finished site: every file has the bytes that its build gave it.
#[derive(Debug)]
pub struct Finished {
    /// The output folder.
    pub folder: PathBuf,
    pub manifest: Manifest,
    /// Where its front page says that it stands, with a final slash; empty where it does not say.
    pub address: String,
    /// Files in which keys or passwords seem to stand.
    pub secrets: Vec<OutputPath>,
}

/// Names of files that hold keys or passwords, wherever they turn up.
const SECRET_NAMES: &[&str] = &[
    ".env",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".pgpass",
    ".htpasswd",
    ".git-credentials",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
];

/// Larger files are no key.
const LARGEST_KEY: u64 = 64 << 10;

impl Finished {
    /// Reads the folder and compares every file with the manifest. What others keep in the folder is
    /// left alone: it is no part of the site.
    ///
    /// # Errors
    /// There is no manifest, it is that of a share, or a file is not the one that was built.
    pub fn read(folder: &Path) -> Result<Finished, Stop> {
        let stop = |message: String| Stop::new(Exit::NotBuilt, message);
        let manifest = Manifest::read(folder).map_err(|failure| stop(failure.0))?.ok_or_else(|| {
            stop(format!("{} is no finished site: `nutgraf build` makes one", folder.display()))
        })?;
        if manifest.get(SHARE).is_some() {
            return Err(stop(format!(
                "{} is a share of a site: `nutgraf join` makes the site of all shares",
                folder.display()
            )));
        }
        let examined: Vec<(bool, bool)> =
            manifest.files().par_iter().map(|(path, digest)| examine(folder, path, *digest)).collect();
        let with = |wanted: fn(&(bool, bool)) -> bool| {
            let found = manifest.files().iter().zip(&examined).filter(move |(_, found)| wanted(found));
            found.map(|((path, _), _)| path.clone()).collect::<Vec<OutputPath>>()
        };
        let other = with(|(same, _)| !same);
        if let Some(path) = other.first() {
            let more = match other.len() {
                1 => String::new(),
                n => format!(", and {} more", n - 1),
            };
            return Err(stop(format!(
                "{} is not what the build left there{more}; build again",
                folder.join(path.as_str()).display()
            )));
        }
        let secrets = with(|(_, secret)| *secret);
        let front = match manifest.get("index.html") {
            Some(_) => std::fs::read_to_string(folder.join("index.html")).unwrap_or_default(),
            None => String::new(),
        };
        Ok(Finished { folder: folder.to_owned(), address: canonical(&front), manifest, secrets })
    }

    pub fn files(&self) -> &[(OutputPath, Digest)] {
        self.manifest.files()
    }

    /// Where a file stands.
    pub fn at(&self, path: &OutputPath) -> PathBuf {
        self.folder.join(path.as_str())
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// It cannot be read, or has changed since it was compared.
    pub fn bytes(&self, path: &OutputPath, digest: Digest) -> Result<Vec<u8>, Stop> {
        let full = self.at(path);
        let bytes =
            std::fs::read(&full).map_err(|error| Stop::io(&format!("read {}", full.display()), &error))?;
        if Digest::of(&bytes) != digest {
            return Err(Stop::new(
                Exit::NotBuilt,
                format!("{} changed while it was published; build again", full.display()),
            ));
        }
        Ok(bytes)
    }
}

/// Whether a file is the one of the manifest, and whether it seems to hold a secret.
fn examine(folder: &Path, path: &OutputPath, digest: Digest) -> (bool, bool) {
    let full = folder.join(path.as_str());
    // A link that someone put there could lead anywhere.
    let regular =
        std::fs::symlink_metadata(&full).is_ok_and(|meta| meta.is_file() && meta.len() == digest.size);
    if !regular {
        return (false, false);
    }
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    let named = SECRET_NAMES.contains(&name) || name.starts_with(".env.");
    if digest.size > LARGEST_KEY {
        return (Digest::of_file(&full).is_ok_and(|found| found == digest), named);
    }
    match std::fs::read(&full) {
        Ok(bytes) => (Digest::of(&bytes) == digest, named || is_key(&bytes)),
        Err(_) => (false, named),
    }
}

/// Whether a file begins as private keys do (RFC 7468 and the forms of OpenSSH and PuTTY).
fn is_key(bytes: &[u8]) -> bool {
    let first = bytes.trim_ascii_start().split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or_default();
    let pem = first.starts_with(b"-----BEGIN ") && first.trim_ascii_end().ends_with(b"PRIVATE KEY-----");
    pem || first.starts_with(b"PuTTY-User-Key-File-")
}

/// What `<link rel="canonical">` of a page says.
fn canonical(html: &str) -> String {
    let Some((_, rest)) = html.split_once("<link rel=\"canonical\" href=\"") else { return String::new() };
    let href = rest.split('"').next().unwrap_or_default().replace("&amp;", "&");
    if href.ends_with('/') { href } else { format!("{href}/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_keys_are_known_by_how_they_begin() {
        for (text, expected) in [
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n", true),
            ("\n-----BEGIN PRIVATE KEY-----\r\nabc", true),
            ("PuTTY-User-Key-File-3: ssh-ed25519", true),
            ("-----BEGIN CERTIFICATE-----\nabc", false),
            ("A key begins with -----BEGIN PRIVATE KEY-----", false),
            ("", false),
        ] {
            assert_eq!(is_key(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn the_front_page_says_where_the_site_stands() {
        assert_eq!(
            canonical("<link rel=\"canonical\" href=\"https://example.org/a/\">"),
            "https://example.org/a/"
        );
        assert_eq!(
            canonical("<link rel=\"canonical\" href=\"https://example.org\">"),
            "https://example.org/"
        );
        assert_eq!(canonical("<title>x</title>"), "");
    }
}
