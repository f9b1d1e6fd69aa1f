//! Sources: which entry each citation means, the numbered list of each document, and what cites the
//! sources that documents share.
//!
//! The list of a document has what its text cites in the order of the first citations, then its own
//! other sources in the order given, then shared ones that only its events or facts name. A document
//! that cites nothing and names no shared source has no list here: its own sources are numbered as
//! they stand.

use super::{Archive, DocId, SourceId};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span, nearest};
use crate::document::{Citation, Document, Sentence, SharedSource, SourceEntry, Spanned, slugify};
use std::collections::{HashMap, HashSet};

/// The sources that documents share, and the lists of documents that need one.
#[derive(Debug, Default)]
pub(super) struct Sources {
    shared: Vec<SharedSource>,
    slugs: Vec<String>,
    by_id: HashMap<String, SourceId>,
    lists: HashMap<DocId, List>,
    /// Per shared source: the documents that cite it, the newest explainers first.
    cited_by: Vec<Vec<DocId>>,
}

/// The numbered sources of one document.
#[derive(Debug, Default)]
struct List {
    entries: Vec<Numbered>,
    /// Per citation of the document.
    cited: Vec<Option<Cited>>,
}

#[derive(Debug)]
struct Numbered {
    which: Which,
    /// Numbers of citations of the document.
    citations: Vec<u32>,
}

/// An entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Which {
    /// Index into the document's own sources.
    Own(u32),
    Shared(SourceId),
}

/// What a citation comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cited {
    /// From 1, in the list of its document.
    pub number: u32,
    /// Which citation of that source it is, from 1.
    pub nth: u32,
}

/// An entry of the list of sources of a document.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    pub entry: &'a SourceEntry,
    /// Where it is a shared one.
    pub shared: Option<SourceId>,
    /// How often the text cites it.
    pub citations: usize,
}

/// A place at which a document cites a shared source.
#[derive(Clone, Copy, Debug)]
pub enum Passage<'a> {
    Citation(Cited, &'a Citation),
    /// Number of the event in the document's timeline.
    Event(usize),
}

impl Passage<'_> {
    /// The sentence of a citation.
    pub fn sentence(&self) -> Option<&Sentence> {
        match self {
            Passage::Citation(_, citation) => citation.sentence.as_deref(),
            Passage::Event(_) => None,
        }
    }
}

/// "Did you mean" compares with every id, so it is asked for so many unknown ones only.
const SUGGESTIONS: usize = 100;

pub(super) fn join(archive: &Archive, shared: Vec<SharedSource>, diagnostics: &mut Diagnostics) -> Sources {
    let mut sources = Sources::default();
    for source in shared {
        sources.share(source, diagnostics);
    }
    sources.cited_by = vec![Vec::new(); sources.shared.len()];
    let mut join = Join { archive, suggestions: SUGGESTIONS, diagnostics };
    for (at, document) in archive.documents.iter().enumerate() {
        join.document(DocId(at as u32), document, &mut sources);
    }
    for documents in &mut sources.cited_by {
        documents.sort_by_key(|id| (archive.shelves.rank(*id), *id));
    }
    join.shared(&sources);
    sources
}

impl Sources {
    /// Takes a shared source in; of several with one id the first.
    fn share(&mut self, source: SharedSource, diagnostics: &mut Diagnostics) {
        let id = &source.id;
        let place = Place::new(source.path.clone(), id.span);
        if let Some(other) = self.by_id.get(&id.value).map(|other| &self.shared[other.at()]) {
            diagnostics.push(
                Diagnostic::new(
                    Finding::DuplicateSource,
                    place,
                    format!("two shared sources have the id `{}`", id.value),
                )
                .also(Place::new(other.path.clone(), other.id.span), "the other one")
                .help("give one of them another id, or delete it"),
            );
            return;
        }
        let mut slug = slugify(&id.value);
        if let Some(other) = self.slugs.iter().position(|other| *other == slug) {
            let hash = blake3::hash(id.value.as_bytes()).to_hex();
            let own = format!("{slug}-{}", &hash[..6]);
            let other = &self.shared[other];
            diagnostics.push(
                Diagnostic::new(
                    Finding::SlugCollision,
                    place,
                    format!(
                        "the sources `{}` and `{}` come to one address; this one gets `{own}`",
                        id.value, other.id.value
                    ),
                )
                .also(Place::new(other.path.clone(), other.id.span), "the other one")
                .help("give one of them an id that differs in letters or digits"),
            );
            slug = own;
        }
        self.by_id.insert(id.value.clone(), SourceId(self.shared.len() as u32));
        self.slugs.push(slug);
        self.shared.push(source);
    }

    fn entry<'a>(&'a self, document: &'a Document, which: Which) -> &'a SourceEntry {
        match which {
            Which::Own(at) => &document.facts.sources[at as usize],
            Which::Shared(id) => &self.shared[id.at()].entry,
        }
    }
}

/// A page's own source stands before a shared one with the same id: what is nearest is meant.
fn own(document: &Document, id: &str) -> Option<Which> {
    let at = document.facts.sources.iter().position(|s| s.id.as_ref().is_some_and(|own| own.value == id))?;
    Some(Which::Own(at as u32))
}

struct Join<'a, 'd> {
    archive: &'a Archive,
    suggestions: usize,
    diagnostics: &'d mut Diagnostics,
}

impl Join<'_, '_> {
    fn document(&mut self, id: DocId, document: &Document, sources: &mut Sources) {
        let facts = &document.facts;
        let mut list = List::default();
        let mut numbers: HashMap<Which, u32> = HashMap::new();
        // Of many citations each would look through all own sources.
        let owns: HashMap<&str, Which> = match facts.citations.is_empty() {
            true => HashMap::new(),
            false => facts
                .sources
                .iter()
                .enumerate()
                .rev()
                .filter_map(|(at, source)| Some((source.id.as_ref()?.value.as_str(), Which::Own(at as u32))))
                .collect(),
        };
        for (at, citation) in facts.citations.iter().enumerate() {
            let name = citation.id.value.as_str();
            let shared = || sources.by_id.get(name).map(|id| Which::Shared(*id));
            let Some(which) = owns.get(name).copied().or_else(shared) else {
                self.unknown(document, &citation.id, sources);
                list.cited.push(None);
                continue;
            };
            let number = list.number(which, &mut numbers);
            let entry = &mut list.entries[number as usize - 1];
            entry.citations.push(at as u32);
            list.cited.push(Some(Cited { number, nth: entry.citations.len() as u32 }));
            if entry.citations.len() == 1 {
                self.fate(document, which, Some(citation.id.span), sources);
            }
        }
        // Sources that events and facts name: those of the page stand in its list anyway.
        let mut named: Vec<(Which, Option<Span>)> = Vec::new();
        for event in &facts.timeline {
            let Some(source) = &event.source else { continue };
            let shared = || sources.by_id.get(&source.value).map(|id| Which::Shared(*id));
            match own(document, &source.value).or_else(shared) {
                Some(which) => named.push((which, Some(source.span))),
                None => self.unknown(document, source, sources),
            }
        }
        if !sources.shared.is_empty() {
            for fact in &facts.facts {
                // Words that are no id name a source by themselves.
                if let Some(id) = sources.by_id.get(fact.source.trim()) {
                    named.push((Which::Shared(*id), None));
                }
            }
        }
        let shares = named.iter().any(|(which, _)| matches!(which, Which::Shared(_)));
        let mut told: HashSet<Which> = numbers.keys().copied().collect();
        for (which, span) in &named {
            if told.insert(*which) {
                self.fate(document, *which, *span, sources);
            }
        }
        for (at, source) in facts.sources.iter().enumerate() {
            let which = Which::Own(at as u32);
            let Some(fate) = &source.fate else { continue };
            if let Some(next) = &fate.superseded_by
                && own(document, &next.value).is_none()
                && !sources.by_id.contains_key(&next.value)
            {
                self.unknown(document, next, sources);
            }
            if facts.citations.is_empty() && told.insert(which) {
                self.fate(document, which, Some(fate.span), sources);
            }
        }
        if !sources.shared.is_empty() {
            self.repeated(document, sources);
        }
        if facts.citations.is_empty() && !shares {
            return;
        }
        for at in 0..facts.sources.len() {
            list.number(Which::Own(at as u32), &mut numbers);
        }
        for (which, _) in named {
            list.number(which, &mut numbers);
        }
        for entry in &list.entries {
            if let Which::Shared(source) = entry.which {
                sources.cited_by[source.at()].push(id);
            }
        }
        sources.lists.insert(id, list);
    }

    fn unknown(&mut self, document: &Document, id: &Spanned<String>, sources: &Sources) {
        let place = Place::new(document.path.clone(), id.span);
        let message = format!("no source has the id `{}`", id.value);
        let mut diagnostic = Diagnostic::new(Finding::UnknownSource, place, message);
        let near = self.suggestions.checked_sub(1).and_then(|left| {
            self.suggestions = left;
            let own = document.facts.sources.iter().filter_map(|s| Some(s.id.as_ref()?.value.as_str()));
            nearest(&id.value, own.chain(sources.shared.iter().map(|s| s.id.value.as_str())))
        });
        diagnostic = diagnostic.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "add it to `sources` of the page or to content/sources.yaml; if no source is meant, write `\\[@{}]`",
                id.value
            ),
        });
        self.diagnostics.push(diagnostic);
    }

    /// What has become of a source that a page cites; without a span where a fact names it.
    fn fate(&mut self, document: &Document, which: Which, span: Option<Span>, sources: &Sources) {
        let entry = sources.entry(document, which);
        let (finding, what) = match entry.status.as_str() {
            "retracted" => (Finding::RetractedSource, "was retracted"),
            "superseded" => (Finding::RetractedSource, "was superseded by another"),
            "corrected" => (Finding::ChangedSource, "was corrected after it was published"),
            // Readers are sent to the copy: nothing is left to do.
            "dead" if entry.archived.is_some() => return,
            "dead" => (Finding::ChangedSource, "is gone from its address"),
            _ => return,
        };
        let fate = entry.fate.as_deref();
        let name = match &entry.id {
            Some(id) => format!("`{}`", id.value),
            None => format!("\"{}\"", entry.title),
        };
        let note = fate.map_or("", |fate| fate.note.trim_end_matches('.'));
        let message = match note {
            "" => format!("the source {name} {what}"),
            note => format!("the source {name} {what}: {note}"),
        };
        // One that does not exist is reported, and no advice.
        let exists = |next: &&Spanned<String>| {
            own(document, &next.value).is_some() || sources.by_id.contains_key(&next.value)
        };
        let next = fate.and_then(|fate| fate.superseded_by.as_ref()).filter(exists);
        let help = match (entry.status.as_str(), next) {
            (_, Some(next)) => format!("cite `{}` in its place", next.value),
            ("retracted", None) => {
                "see whether what it is cited for still holds, and cite another source".to_owned()
            }
            ("superseded", None) => "cite what took its place".to_owned(),
            ("corrected", None) => "see whether what it is cited for was touched".to_owned(),
            _ => "add the address of a copy: `archived: https://…`".to_owned(),
        };
        let mut diagnostic =
            Diagnostic::new(finding, Place { path: document.path.clone(), span }, message).help(help);
        if let (Which::Shared(id), Some(fate)) = (which, fate) {
            let place = Place::new(sources.shared[id.at()].path.clone(), fate.span);
            diagnostic = diagnostic.also(place, "its status");
        }
        self.diagnostics.push(diagnostic);
    }

    /// Own sources that are shared ones told again.
    fn repeated(&mut self, document: &Document, sources: &Sources) {
        for source in &document.facts.sources {
            let Some(id) = &source.id else { continue };
            let Some(other) = sources.by_id.get(&id.value).map(|id| &sources.shared[id.at()]) else {
                continue;
            };
            self.diagnostics.push(
                Diagnostic::new(
                    Finding::RepeatedSource,
                    Place::new(document.path.clone(), id.span),
                    format!(
                        "`{}` is a source of this page and a shared one; the page's own is used",
                        id.value
                    ),
                )
                .also(Place::new(other.path.clone(), other.id.span), "the shared one")
                .help("delete it here if the two are one, or give it another `id`"),
            );
        }
    }

    /// Shared sources that lead nowhere, or that nothing cites. A draft that cites one will.
    fn shared(&mut self, sources: &Sources) {
        if sources.shared.is_empty() {
            return;
        }
        let hidden: HashSet<&str> = (self.archive.hidden.iter())
            .flat_map(|(document, _)| {
                let facts = &document.facts;
                let events =
                    facts.timeline.iter().filter_map(|event| Some(event.source.as_ref()?.value.as_str()));
                facts.citations.iter().map(|c| c.id.value.as_str()).chain(events)
            })
            .collect();
        let mut superseding: HashSet<&str> = HashSet::new();
        for source in &sources.shared {
            let Some(next) = source.entry.fate.as_ref().and_then(|fate| fate.superseded_by.as_ref()) else {
                continue;
            };
            if sources.by_id.contains_key(&next.value) {
                superseding.insert(&next.value);
                continue;
            }
            let place = Place::new(source.path.clone(), next.span);
            let message = format!("no shared source has the id `{}`", next.value);
            let known = sources.shared.iter().map(|s| s.id.value.as_str());
            self.diagnostics
                .push(Diagnostic::new(Finding::UnknownSource, place, message).suggest(&next.value, known));
        }
        for (source, cited_by) in sources.shared.iter().zip(&sources.cited_by) {
            let id = source.id.value.as_str();
            if cited_by.is_empty() && !hidden.contains(id) && !superseding.contains(id) {
                self.diagnostics.push(
                    Diagnostic::new(
                        Finding::UnusedSource,
                        Place::new(source.path.clone(), source.id.span),
                        format!("nothing cites the shared source `{id}`"),
                    )
                    .help(format!("write `[@{id}]` where it is used, or delete it")),
                );
            }
        }
    }
}

impl List {
    /// The number of an entry, which is the next where it has none.
    fn number(&mut self, which: Which, numbers: &mut HashMap<Which, u32>) -> u32 {
        *numbers.entry(which).or_insert_with(|| {
            self.entries.push(Numbered { which, citations: Vec::new() });
            self.entries.len() as u32
        })
    }
}

impl Archive {
    pub fn has_shared_sources(&self) -> bool {
        !self.sources.shared.is_empty()
    }

    pub fn source_ids(&self) -> impl ExactSizeIterator<Item = SourceId> + use<> {
        (0..self.sources.shared.len() as u32).map(SourceId)
    }

    /// A shared source.
    pub fn source(&self, id: SourceId) -> &SharedSource {
        &self.sources.shared[id.at()]
    }

    /// The shared source with an id.
    pub fn source_with_id(&self, id: &str) -> Option<SourceId> {
        self.sources.by_id.get(id).copied()
    }

    /// What a shared source is called in lists: its title, else its id.
    pub fn source_label(&self, id: SourceId) -> &str {
        let source = self.source(id);
        if source.entry.title.is_empty() { &source.id.value } else { &source.entry.title }
    }

    /// What stands for a shared source in its address.
    pub(super) fn source_slug(&self, id: SourceId) -> &str {
        &self.sources.slugs[id.at()]
    }

    pub(super) fn source_place(&self, id: SourceId) -> Place {
        let source = self.source(id);
        Place::new(source.path.clone(), source.id.span)
    }

    /// The documents that cite a shared source, the newest explainers first.
    pub fn cited_by(&self, id: SourceId) -> &[DocId] {
        &self.sources.cited_by[id.at()]
    }

    /// The numbered sources of a document, in the order of their numbers.
    pub fn sources_of(&self, id: DocId) -> Vec<Listed<'_>> {
        let document = self.document(id);
        match self.sources.lists.get(&id) {
            Some(list) => {
                let listed = |numbered: &Numbered| Listed {
                    entry: self.sources.entry(document, numbered.which),
                    shared: match numbered.which {
                        Which::Shared(id) => Some(id),
                        Which::Own(_) => None,
                    },
                    citations: numbered.citations.len(),
                };
                list.entries.iter().map(listed).collect()
            }
            None => {
                let own = document.facts.sources.iter();
                own.map(|entry| Listed { entry, shared: None, citations: 0 }).collect()
            }
        }
    }

    /// What a citation of a document comes to; `None` where no source has its id, and for a number
    /// that no citation has.
    pub fn cited(&self, id: DocId, citation: usize) -> Option<Cited> {
        *self.sources.lists.get(&id)?.cited.get(citation)?
    }

    /// An entry of the list of a document, by its number from 1.
    pub fn source_numbered(&self, id: DocId, number: u32) -> Option<&SourceEntry> {
        let at = (number as usize).checked_sub(1)?;
        let document = self.document(id);
        match self.sources.lists.get(&id) {
            Some(list) => Some(self.sources.entry(document, list.entries.get(at)?.which)),
            None => document.facts.sources.get(at),
        }
    }

    /// The number, from 1, that an id has in the list of a document.
    pub fn source_number(&self, document: DocId, id: &str) -> Option<usize> {
        let shared = || self.source_with_id(id).map(Which::Shared);
        let which = own(self.document(document), id).or_else(shared)?;
        match self.sources.lists.get(&document) {
            Some(list) => list.entries.iter().position(|entry| entry.which == which).map(|at| at + 1),
            None => match which {
                Which::Own(at) => Some(at as usize + 1),
                Which::Shared(_) => None,
            },
        }
    }

    /// Where a document cites a shared source: in its text, then in its timeline.
    pub fn passages(&self, document: DocId, source: SourceId) -> Vec<Passage<'_>> {
        let Some(list) = self.sources.lists.get(&document) else { return Vec::new() };
        let facts = &self.document(document).facts;
        let wanted = Which::Shared(source);
        let mut passages = Vec::new();
        for entry in list.entries.iter().filter(|entry| entry.which == wanted) {
            for at in entry.citations.iter().map(|at| *at as usize) {
                if let (Some(cited), Some(citation)) = (list.cited[at], facts.citations.get(at)) {
                    passages.push(Passage::Citation(cited, citation));
                }
            }
        }
        let id = &self.source(source).id.value;
        let of_source = |name: &Option<Spanned<String>>| name.as_ref().is_some_and(|name| name.value == *id);
        let events = facts.timeline.iter().enumerate().filter(|(_, event)| of_source(&event.source));
        passages.extend(
            events.filter(|_| own(self.document(document), id).is_none()).map(|(at, _)| Passage::Event(at)),
        );
        passages
    }
}
