//! What nutgraf published at a target: the only files there that it ever replaces or deletes.
//!
//! A text, the same bytes for the same files: the manifest of the site, and behind a line with a time
//! the manifest of what went out of the site then and stays for a while.
//!
//! ```text
//! nutgraf-manifest 1 1
//! c3ab8ff13720e8ad9047dd39466b3c89 711 index.html
//! since 2026-11-24T09:30:00Z
//! nutgraf-manifest 1 1
//! 8d969eef6ecad3c29a3a629280e686cf 5123 static/theme.3f2a9c1d.css
//! ```

use crate::output::{Digest, Manifest, OutputPath};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The files of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Files of the site.
    pub files: BTreeMap<OutputPath, Digest>,
    /// Files that are no longer part of the site and stay for readers who still have an older page;
    /// with the time at which they went out of the site.
    pub kept: BTreeMap<OutputPath, (Digest, Timestamp)>,
}

impl Ledger {
    /// Every file that stands at the target.
    pub fn all(&self) -> impl Iterator<Item = (&OutputPath, Digest)> {
        let kept = self.kept.iter().map(|(path, (digest, _))| (path, *digest));
        self.files.iter().map(|(path, digest)| (path, *digest)).chain(kept)
    }

    /// What stands at a path.
    pub fn get(&self, path: &OutputPath) -> Option<Digest> {
        self.files.get(path).copied().or_else(|| self.kept.get(path).map(|(digest, _)| *digest))
    }

    /// The ledger as it is written.
    pub fn text(&self) -> String {
        let mut text =
            Manifest::new(self.files.iter().map(|(path, digest)| (path.clone(), *digest)).collect()).text();
        let mut by_time: BTreeMap<Timestamp, Vec<(OutputPath, Digest)>> = BTreeMap::new();
        for (path, (digest, since)) in &self.kept {
            by_time.entry(*since).or_default().push((path.clone(), *digest));
        }
        for (since, files) in by_time {
            text.push_str(&format!("since {since}\n{}", Manifest::new(files).text()));
        }
        text
    }

    /// `None` where the text is no ledger.
    pub fn parse(text: &str) -> Option<Ledger> {
        // A text that is cut off has no end of its last line; those between parts are taken by the split.
        let mut parts = text.strip_suffix('\n')?.split("\nsince ");
        let manifest = |part: &str| Manifest::parse(&format!("{part}\n"));
        let mut ledger =
            Ledger { files: manifest(parts.next()?)?.files().iter().cloned().collect(), ..Ledger::default() };
        for part in parts {
            let (since, rest) = part.split_once('\n')?;
            let since: Timestamp = since.parse().ok()?;
            for (path, digest) in manifest(rest)?.files() {
                ledger.kept.insert(path.clone(), (*digest, since));
            }
        }
        Some(ledger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_read_as_it_was_written() {
        let path = |path: &str| OutputPath::new(path).unwrap();
        let mut ledger = Ledger::default();
        assert_eq!(Ledger::parse(&ledger.text()), Some(ledger.clone()));
        ledger.files.insert(path("index.html"), Digest::of(b"front"));
        ledger.files.insert(path("since/index.html"), Digest::of(b"x"));
        assert_eq!(Ledger::parse(&ledger.text()), Some(ledger.clone()));
        for (name, second) in [("a.css", 5), ("b.css", 7), ("c d.css", 5)] {
            let since = Timestamp::from_second(second).unwrap();
            ledger.kept.insert(path(name), (Digest::of(name.as_bytes()), since));
        }
        let text = ledger.text();
        assert_eq!(Ledger::parse(&text), Some(ledger), "{text}");
        assert_eq!(text.matches("since 19").count(), 2, "{text}");
        for broken in
            ["", "x", "nutgraf-manifest 1 0\nsince x\nnutgraf-manifest 1 0\n", &text[..text.len() - 3]]
        {
            assert_eq!(Ledger::parse(broken), None, "{broken}");
        }
    }
}
