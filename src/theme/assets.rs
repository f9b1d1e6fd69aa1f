//! The files that are published as they are: style sheets, scripts, fonts, images.
//!
//! Each has a name that its bytes give it, `theme.3f2a9c1d.css`, so that a browser may keep it for
//! ever. A style sheet names others; so these come first, and their names are put into it.

use super::css;
use super::{File, Files, Origin, Tokens};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span};
use crate::source::{self, SitePath};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Most style sheets that import one another in a row.
const DEEPEST: usize = 16;

/// What stands for the tokens in a style sheet: `@import "tokens";`.
const TOKENS: &str = "tokens";

/// All files of `static/`, by their names there.
#[derive(Debug, Default)]
pub struct Assets(BTreeMap<String, Asset>);

/// A file to publish.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Below `/static/`: `fonts/text.3f2a9c1d.woff2`.
    pub published: String,
    pub bytes: Bytes,
    /// Where an author finds it.
    pub path: Arc<str>,
    /// It is of the site's own `templates/static/`. Then it is published under its plain name as well:
    /// texts and settings may lead there.
    pub own: bool,
    /// The text of a script.
    script: Option<String>,
}

/// The bytes of a file.
#[derive(Clone, Debug)]
pub enum Bytes {
    Made(Vec<u8>),
    Embedded(&'static [u8]),
    /// To be copied from there.
    File(SitePath),
}

impl Assets {
    pub(super) fn load(
        root: &Path,
        shelves: &[Files; 4],
        tokens: &Tokens,
        diagnostics: &mut Diagnostics,
    ) -> Assets {
        let mut files: BTreeMap<&str, &File> = BTreeMap::new();
        for (name, file) in shelves.iter().flatten() {
            if let Some(name) = name.strip_prefix("static/") {
                files.entry(name).or_insert(file);
            }
        }
        let names: Vec<&str> = files.keys().copied().collect();
        let mut maker = Maker { root, files, tokens, done: BTreeMap::new(), open: Vec::new(), diagnostics };
        for name in names {
            maker.make(name);
        }
        Assets(maker.done)
    }

    pub fn get(&self, name: &str) -> Option<&Asset> {
        self.0.get(name)
    }

    /// The names that templates use.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Asset)> {
        self.0.iter().map(|(name, asset)| (name.as_str(), asset))
    }
}

impl Asset {
    /// The text of a script, to stand between `<script>` and `</script>`.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn inline(&self) -> Result<&str, &'static str> {
        let text = self.script.as_deref().ok_or("only scripts (`.js`) can be put into a page")?;
        let lower = text.to_ascii_lowercase();
        // HTML, section 13.2.5.4 and following: these would end the script, or hide its end.
        if lower.contains("</script") || lower.contains("<!--") {
            return Err("a script in a page cannot have `</script` or `<!--` in it");
        }
        Ok(text)
    }

    /// The hash of that text for a content security policy: `sha256-…`.
    ///
    /// # Errors
    /// As [`Asset::inline`].
    pub fn hash(&self) -> Result<String, &'static str> {
        Ok(format!("sha256-{}", STANDARD.encode(Sha256::digest(self.inline()?))))
    }
}

struct Maker<'a> {
    root: &'a Path,
    files: BTreeMap<&'a str, &'a File>,
    tokens: &'a Tokens,
    done: BTreeMap<String, Asset>,
    /// The style sheets that wait for the one at hand.
    open: Vec<String>,
    diagnostics: &'a mut Diagnostics,
}

impl Maker<'_> {
    /// The name under which a file is published; `None` where it cannot be made.
    fn make(&mut self, name: &str) -> Option<String> {
        if let Some(asset) = self.done.get(name) {
            return Some(asset.published.clone());
        }
        let file = *self.files.get(name)?;
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let (bytes, script) = match (ending.as_str(), &file.origin) {
            ("css", _) => {
                let text = file.text(self.root, self.diagnostics)?;
                self.open.push(name.to_owned());
                let text = self.style_sheet(name, file, &text);
                self.open.pop();
                (Bytes::Made(text.into_bytes()), None)
            }
            ("js" | "mjs", _) => {
                let text = file.text(self.root, self.diagnostics)?;
                (Bytes::Made(text.clone().into_bytes()), Some(text))
            }
            (_, Origin::Embedded(bytes)) => (Bytes::Embedded(bytes), None),
            (_, Origin::Site(path)) => (Bytes::File(path.clone()), None),
        };
        let hash = match &bytes {
            Bytes::Made(bytes) => blake3::hash(bytes),
            Bytes::Embedded(bytes) => blake3::hash(bytes),
            Bytes::File(path) => source::hash(self.root, path, self.diagnostics)?,
        };
        let asset = Asset {
            published: stamped(name, &hash.to_hex()[..8]),
            bytes,
            path: file.path.clone(),
            own: file.path.starts_with("templates/"),
            script,
        };
        let published = asset.published.clone();
        self.done.insert(name.to_owned(), asset);
        Some(published)
    }

    /// A style sheet with the final names of what it asks for, and with the tokens where it wants them.
    fn style_sheet(&mut self, name: &str, file: &File, text: &str) -> String {
        let mut changes: Vec<(Range<usize>, String)> = Vec::new();
        for css::Address { range, import } in css::addresses(text) {
            let address = &text[range.clone()];
            if import && address == TOKENS {
                changes.push(self.tokens_in(text, range));
                continue;
            }
            let Some(wanted) = css::resolve(name, address) else { continue };
            let place = || Place::new(file.path.clone(), Span::new(range.start, range.end));
            if !self.files.contains_key(wanted.as_str()) {
                let message = format!("there is no file `{wanted}` in `static`");
                let found = Diagnostic::new(Finding::MissingAsset, place(), message);
                self.diagnostics.push(found.suggest(&wanted, self.files.keys().copied()));
                continue;
            }
            if self.open.contains(&wanted) || self.open.len() >= DEEPEST {
                let message = match self.open.contains(&wanted) {
                    true => format!("style sheets ask for one another in a circle: `{wanted}`"),
                    false => format!("more than {DEEPEST} style sheets ask for one another"),
                };
                self.diagnostics.push(Diagnostic::new(Finding::BadValue, place(), message));
                continue;
            }
            if let Some(published) = self.make(&wanted) {
                // Only the name of the file changes; the way to it stays as typed.
                let path = &address[..address.find(['?', '#']).unwrap_or(address.len())];
                let from = path.rfind('/').map_or(0, |slash| slash + 1);
                let new = published.rsplit('/').next().unwrap_or(&published);
                changes.push((range.start + from..range.start + path.len(), new.to_owned()));
            }
        }
        let (mut out, mut at) = (String::with_capacity(text.len() + 1024), 0);
        for (range, new) in changes.into_iter().filter(|(range, _)| range.start <= range.end) {
            out.push_str(&text[at..range.start]);
            out.push_str(&new);
            at = range.end;
        }
        out.push_str(&text[at..]);
        out
    }

    /// The whole of an `@import "tokens" layer(x);`, and what comes in its place.
    fn tokens_in(&self, text: &str, name: Range<usize>) -> (Range<usize>, String) {
        let start = text[..name.start].rfind('@').unwrap_or(name.start);
        let end = text[name.end..].find(';').map_or(text.len(), |length| name.end + length + 1);
        let css = self.tokens.css();
        let condition = text[name.end..end].trim_matches(['"', '\'', ')', ';', ' ', '\n', '\t']);
        let css = match condition.strip_prefix("layer(") {
            Some(layer) => format!("@layer {}{{{css}}}", layer.trim()),
            None => css,
        };
        (start..end, css)
    }
}

/// A name with the stamp of its bytes before its ending.
fn stamped(name: &str, stamp: &str) -> String {
    let folder = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[folder..].rfind('.').filter(|dot| *dot > 0) {
        Some(dot) => format!("{}.{stamp}{}", &name[..folder + dot], &name[folder + dot..]),
        None => format!("{name}.{stamp}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_stands_before_the_ending() {
        for (name, expected) in [
            ("theme.css", "theme.0123abcd.css"),
            ("fonts/a.b/text.woff2", "fonts/a.b/text.0123abcd.woff2"),
            ("fonts.d/licence", "fonts.d/licence.0123abcd"),
            (".hidden", ".hidden.0123abcd"),
        ] {
            assert_eq!(stamped(name, "0123abcd"), expected);
        }
    }
}
