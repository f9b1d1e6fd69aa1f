//! What a site can replace of its theme, and what it has replaced.
//!
//! A copy that `nutgraf theme copy` made says in its first line what it was made of, with a digest of
//! that: so it is known when the original changes later.

use super::{DEFAULT, File, Origin, Shelf, Stock, Tokens};
use crate::diagnostics::Diagnostics;
use crate::source::{Config, Tree};
use std::path::Path;

/// What the mark of a copy begins with.
const MARK: &str = "nutgraf: from ";

/// Everything that a site can replace.
pub struct Inventory {
    /// Of the theme: `docket`, `none`.
    pub name: String,
    pub description: String,
    /// In the order of names, each with the shelf from which it is taken.
    pub entries: Vec<Entry>,
    pub tokens: Tokens,
    stock: Stock,
}

/// A file of the theme or of the site's `templates/`.
pub struct Entry {
    /// `partials/byline.html`, `static/theme.css`, `words/fr.yaml`.
    pub name: String,
    /// The shelf that it is taken from: `templates`, the name of a theme, or `built-in`.
    pub shelf: String,
    pub state: State,
}

/// What a file is to the one that it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is not the site's.
    Original,
    /// The site's, and nothing of that name is below it.
    Own,
    /// The site's, without a mark that tells what it was made of.
    Replaced,
    /// A copy of what still stands there.
    Copied,
    /// A copy of what has changed since.
    Outdated,
}

impl Inventory {
    /// Looks through the shelves of a site.
    pub fn of(root: &Path, tree: &Tree, config: &Config, diagnostics: &mut Diagnostics) -> Inventory {
        let stock = Stock::of(root, tree, config, diagnostics);
        let tokens = Tokens::merge(&stock.manifest, &config.theme.tokens, diagnostics);
        let name = if config.theme.name.is_empty() { DEFAULT } else { &config.theme.name };
        let mut names: Vec<&String> = stock.shelves.iter().flat_map(|shelf| shelf.keys()).collect();
        names.sort();
        names.dedup();
        let mut entries = Vec::new();
        for name in names {
            let Some(shelf) = stock.shelves.iter().position(|files| files.contains_key(name)) else {
                continue;
            };
            let state = match (shelf, below(&stock, name)) {
                (0, None) => State::Own,
                (0, Some((_, original))) => {
                    let own = stock.shelves[0].get(name).and_then(|file| file.text(root, diagnostics));
                    let digest = own.as_deref().and_then(marked);
                    match (digest, original.text(root, &mut Diagnostics::default())) {
                        (Some(known), Some(now)) if known == digest_of(&now) => State::Copied,
                        (Some(_), Some(_)) => State::Outdated,
                        _ => State::Replaced,
                    }
                }
                _ => State::Original,
            };
            entries.push(Entry { name: name.clone(), shelf: stock.names[shelf].clone(), state });
        }
        let description = stock.manifest.description.clone();
        Inventory { name: name.to_owned(), description, entries, tokens, stock }
    }

    /// The bytes of a copy of a file, with the mark that tells what it was made of where the kind of
    /// file has comments. `None` where no shelf below the site's has it, and for
    /// what is no text in a theme of the site.
    pub fn copy(&self, root: &Path, name: &str, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
        let (shelf, file) = below(&self.stock, name)?;
        let comment = match name.rsplit('.').next().unwrap_or_default() {
            "html" | "xml" | "svg" if !name.starts_with("static/") => Some(("{#- ", " -#}")),
            "css" | "js" | "mjs" => Some(("/* ", " */")),
            "yaml" => Some(("# ", "")),
            _ => None,
        };
        match (comment, &file.origin) {
            (Some((open, close)), _) => {
                let text = file.text(root, diagnostics)?;
                let from = format!("{}/{name}", self.stock.names[shelf as usize]);
                Some(format!("{open}{MARK}{from} {}{close}\n{text}", digest_of(&text)).into_bytes())
            }
            (None, Origin::Embedded(bytes)) => Some(bytes.to_vec()),
            (None, Origin::Site(_)) => None,
        }
    }

    /// The texts of a file as the site has it, without its mark, and of the one that it replaces, with
    /// what the two are called. `None` where there are not two.
    pub fn texts(
        &self,
        root: &Path,
        name: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<[(String, String); 2]> {
        let own = self.stock.shelves[0].get(name)?;
        let (shelf, original) = below(&self.stock, name)?;
        let text = own.text(root, diagnostics)?;
        let text = match (marked(&text), text.split_once('\n')) {
            (Some(_), Some((_, rest))) => rest.to_owned(),
            _ => text,
        };
        let called = format!("{}/{name}", self.stock.names[shelf as usize]);
        Some([(own.path.to_string(), text), (called, original.text(root, diagnostics)?)])
    }
}

/// The file that the site's replaces, or would.
fn below<'a>(stock: &'a Stock, name: &str) -> Option<(Shelf, &'a File)> {
    let shelves = Shelf::ALL.into_iter().zip(&stock.shelves).skip(1);
    shelves.into_iter().find_map(|(shelf, files)| Some((shelf, files.get(name)?)))
}

/// The digest in the first line of a copy.
fn marked(text: &str) -> Option<&str> {
    let line = text.lines().next()?;
    let rest = &line[line.find(MARK)? + MARK.len()..];
    let digest = rest.split([' ', '-', '*', '#']).rfind(|part| is_digest(part))?;
    Some(digest)
}

fn is_digest(part: &str) -> bool {
    part.len() == 8 && part.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Eight digits of the BLAKE3 hash of a text.
fn digest_of(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..8].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_read_from_the_comment_of_every_kind_of_file() {
        for (text, expected) in [
            ("{#- nutgraf: from docket/partials/byline.html 3f2a9c1d -#}\n<p>", Some("3f2a9c1d")),
            ("{# nutgraf: from docket/page.html 3f2a9c1d #}", Some("3f2a9c1d")),
            ("/* nutgraf: from docket/static/theme.css 3f2a9c1d */", Some("3f2a9c1d")),
            ("# nutgraf: from built-in/words/fr.yaml 3f2a9c1d", Some("3f2a9c1d")),
            ("# nutgraf: from built-in/words/fr.yaml", None),
            ("<p>\n# nutgraf: from x/y 3f2a9c1d", None),
            ("", None),
        ] {
            assert_eq!(marked(text), expected, "{text}");
        }
    }
}
