//! Links for the names that have none, as an author would type them.
//!
//! A name is put into brackets where it stands; nothing else changes. Whether a place bears brackets
//! (a table, a name beside other brackets, one over two lines) is not guessed: the text is read
//! again with them, and what does not come out as before, but for the links, is left alone.

use super::links::{Index, relative};
use super::{Archive, DocId, Thing};
use crate::document::{Document, Spot};
use crate::source::{Config, Source};
use std::cell::Cell;

/// What is put before and behind a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// In the file, in bytes of its normalised text.
    pub from: usize,
    pub to: usize,
    pub before: String,
    pub behind: String,
}

/// The links that can be written into one text, in its order, and how many names were left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixes {
    pub fixes: Vec<Fix>,
    pub left_alone: usize,
}

/// Makes fixes; it knows all names of the archive.
pub struct Fixer<'a> {
    archive: &'a Archive,
    index: Index<'a>,
}

impl<'a> Fixer<'a> {
    pub fn new(archive: &'a Archive) -> Fixer<'a> {
        Fixer { archive, index: Index::new(archive) }
    }

    /// The links for some of a document's [unlinked names](Archive::unlinked).
    pub fn fixes(&self, id: DocId, source: &Source, names: &[(Spot, Thing)]) -> Fixes {
        let document = self.archive.document(id);
        let ways: Vec<Vec<Fix>> =
            names.iter().map(|(spot, thing)| self.ways(document, source, spot, *thing)).collect();
        let reading = Reading::of(source, document, &self.archive.config);
        let mut fixes = Vec::new();
        reading.choose(&ways, &mut fixes);
        if !reading.stays(&fixes) {
            // Each by itself is fine, and not all together.
            fixes.clear();
        }
        Fixes { left_alone: names.len() - fixes.len(), fixes }
    }

    /// The ways in which a name can be linked, the plainest first.
    fn ways(&self, document: &Document, source: &Source, spot: &Spot, thing: Thing) -> Vec<Fix> {
        let (from, to) = (spot.span.start as usize, spot.span.end as usize);
        let Some(typed) = source.text.get(from..to) else { return Vec::new() };
        let fix = |before: String, behind: &str| Fix { from, to, before, behind: behind.to_owned() };
        let leads = |name: &str| self.index.only(name) == Some(thing);
        let mut ways = Vec::new();
        // A wikilink shows its name as it is typed, without smart punctuation.
        let as_it_is = typed.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | ','))
            && !typed.contains("--");
        let one_line = !typed.contains('\n');
        if as_it_is && leads(typed) {
            ways.push(fix("[[".to_owned(), "]]"));
        }
        let slug = match thing {
            Thing::Topic(id) => &self.archive.topic(id).slug,
            Thing::Person(id) => &self.archive.person(id).slug,
            Thing::Document(_) => return ways,
        };
        let line = source.text[..from].rsplit('\n').next().unwrap_or_default().len();
        let end = source.text[to..].find('\n').map_or(source.text.len(), |length| to + length);
        let in_a_table = source.text[from - line..end].contains('|');
        let plain = |name: &&str| !name.contains(['[', ']', '|', '#', '\\', '\n']);
        let name = [self.archive.label(thing), slug].into_iter().filter(plain).find(|name| leads(name));
        if let Some(name) = name.filter(|_| one_line && !in_a_table) {
            ways.push(fix(format!("[[{name}|"), "]]"));
        }
        let target = match self.archive.document_of(thing) {
            Some(id) => relative(&document.path, &self.archive.document(id).path),
            None => self.archive.address(thing).to_owned(),
        };
        if !target.contains(['<', '>', '\\', '\n', '%', '?', '#']) {
            let plain = !target.contains([' ', '(', ')', '|']) && target.is_ascii();
            let behind = if plain { format!("]({target})") } else { format!("](<{target}>)") };
            ways.push(fix("[".to_owned(), &behind));
        }
        ways
    }
}

/// A text, and what comes of it.
struct Reading<'a> {
    source: &'a Source,
    document: &'a Document,
    config: &'a Config,
    shown: String,
    links: usize,
    found: usize,
    /// How often the text may still be read.
    left: Cell<usize>,
}

impl<'a> Reading<'a> {
    fn of(source: &'a Source, document: &'a Document, config: &'a Config) -> Reading<'a> {
        /// Bytes that are read for one file: a long one in which most brackets do harm is given up.
        const MOST: usize = 256 << 20;
        let left = Cell::new(50 + MOST / source.text.len().max(1));
        let mut reading =
            Reading { source, document, config, shown: String::new(), links: 0, found: 0, left };
        (reading.shown, reading.links, reading.found) = reading.read(source);
        reading
    }

    /// The page without its links, the number of those that lead into the site, and of findings.
    fn read(&self, source: &Source) -> (String, usize, usize) {
        let mut found = crate::diagnostics::Diagnostics::default();
        let document = Document::parse(source, self.document.kind, self.config, &mut found);
        let body = document.body(source, self.config);
        let shown = body.html.replace("<a>", "").replace("</a>", "");
        (shown, document.facts.outgoing.len(), found.iter().count())
    }

    /// With these links the text shows the same as before, and they are links.
    fn stays(&self, fixes: &[Fix]) -> bool {
        let Some(left) = self.left.get().checked_sub(1) else { return false };
        self.left.set(left);
        let mut text = String::with_capacity(self.source.text.len() + fixes.len() * 40);
        let mut done = 0;
        for fix in fixes {
            text.push_str(&self.source.text[done..fix.from]);
            text.push_str(&fix.before);
            text.push_str(&self.source.text[fix.from..fix.to]);
            text.push_str(&fix.behind);
            done = fix.to;
        }
        text.push_str(&self.source.text[done..]);
        let new = Source { path: self.source.path.clone(), text };
        self.read(&new) == (self.shown.clone(), self.links + fixes.len(), self.found)
    }

    /// Chooses for each name the first way that leaves the text as it is. Most texts bear the plainest
    /// ways at once; where one does not, it is sought by halves.
    fn choose(&self, ways: &[Vec<Fix>], chosen: &mut Vec<Fix>) {
        let first: Vec<Fix> = ways.iter().filter_map(|ways| ways.first()).cloned().collect();
        if self.stays(&first) {
            chosen.extend(first);
        } else if let [ways] = ways {
            chosen.extend(ways.iter().skip(1).find(|fix| self.stays(std::slice::from_ref(fix))).cloned());
        } else {
            let (left, right) = ways.split_at(ways.len() / 2);
            self.choose(left, chosen);
            self.choose(right, chosen);
        }
    }
}
