//! **Archive**: all documents, joined.
//!
//! *Comes in:* documents in path order, first by their front matters ([`Roster`]), then with their
//! bodies; the sources that they share, the paths of assets, the settings, and the time at which
//! embargoes are judged.
//! *Leaves:* an [`Archive`]: topics and people under one dictionary of names, shelves (by topic,
//! person, date, series), resolved links and backlinks, events, and every address of the site.
//! *Does not know:* templates, HTML, or how a page looks. It reads no file and asks no clock.
//!
//! Invariant: an archive is a pure function of its inputs, and making it costs time in proportion
//! to documents plus links: names are interned once, shelves are filled by counting.

mod corrections;
mod data;
mod events;
mod fixes;
mod gazetteer;
mod links;
mod mentions;
mod names;
mod namesakes;
mod neighbours;
mod quotes;
mod related;
mod roles;
mod roster;
mod routes;
mod shelves;
mod sort;
mod sources;
mod timeline;

pub use corrections::Logged;
pub use data::{Chunk, Form, Set};
pub use events::{EventsOf, Pieces};
pub use fixes::{Fix, Fixer, Fixes};
pub use links::{Backlink, Resolved, SECTION_IDS};
pub use mentions::Mentioning;
pub use names::{Person, Topic};
pub use namesakes::Namesakes;
pub use neighbours::{Near, Neighbour};
pub use quotes::Quoted;
pub use related::{Reason, Related};
pub use roles::{Held, held};
pub use roster::{Roster, Search, Unread};
pub(crate) use routes::{CORRECTIONS, SEARCH};
pub use routes::{Letters, Listing, Route, encode, stem};
pub use shelves::Shelves;
pub use sort::sort_key;
pub use sources::{Cited, Listed, Passage};
pub use timeline::Entry;

use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use crate::document::{Document, Instant, SharedSource, Spanned, day_of};
use crate::source::{Config, Kind, SitePath};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            pub(crate) fn at(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

ids! {
    /// Index into [`Archive::documents`]; ascending in the order of paths.
    DocId
    /// Index into [`Archive::topics`].
    TopicId
    /// Index into [`Archive::people`].
    PersonId
    /// Index into [`Archive::assets`].
    AssetId
    /// Index into the shared sources, in the order of their files.
    SourceId
}

/// Something with a page of its own that links can lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// An explainer, a standalone page, or the front page's text.
    Document(DocId),
    Topic(TopicId),
    Person(PersonId),
}

/// Why a document is not published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hidden {
    Draft,
    /// Appears at this time.
    Scheduled(jiff::Timestamp),
    /// Was taken down at this time.
    Expired(jiff::Timestamp),
}

impl Hidden {
    /// The word for it in summaries and messages.
    pub fn name(self) -> &'static str {
        match self {
            Hidden::Draft => "draft",
            Hidden::Scheduled(_) => "scheduled",
            Hidden::Expired(_) => "expired",
        }
    }
}

/// A file that is copied as it stands.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Path from the site's root, as the file system spells it.
    pub path: SitePath,
    /// Path below `public/`, in Unicode NFC.
    pub address: String,
    /// Belongs to nothing but unpublished documents, and is not published either.
    pub withheld: bool,
}

/// How an archive is judged.
#[derive(Clone, Copy, Debug)]
pub struct Judgement {
    /// Embargoes and expiries are compared with this time.
    pub now: jiff::Timestamp,
    /// Unpublished documents are joined too, and marked.
    pub drafts: bool,
    /// Names that do not become links are looked for too, and reported.
    pub unlinked: bool,
}

/// All published documents of a site, joined.
#[derive(Debug)]
pub struct Archive {
    pub config: Arc<Config>,
    /// Published documents, in the byte order of their paths.
    pub documents: Vec<Arc<Document>>,
    /// Parallel to `documents`: why it would not be published, in an archive joined with drafts.
    pub marks: Vec<Option<Hidden>>,
    /// Documents that are kept out, in the order of paths.
    pub hidden: Vec<(Arc<Document>, Hidden)>,
    pub assets: Vec<Asset>,
    pub topics: Vec<Topic>,
    pub people: Vec<Person>,
    /// Names that several people have.
    pub namesakes: Vec<Namesakes>,
    pub shelves: Shelves,
    /// Whom [`Archive::namesakes`] lists, and in which of its groups first.
    has_namesakes: HashMap<PersonId, u32>,
    /// The theme shows what is behind a link before it is followed, and the settings do not forbid it.
    pub previews: bool,
    /// Readers can search: the theme or the settings have it so.
    pub search: bool,
    links: links::Links,
    mentions: mentions::Mentions,
    timeline: timeline::Timeline,
    own_timelines: events::OwnTimelines,
    sources: sources::Sources,
    routes: routes::Routes,
    data: data::Data,
    corrections: Vec<Logged>,
    quotes: quotes::Quotes,
}

/// Joins documents, of which the bodies were read, and the sources that they share to an archive,
/// noting what does not fit.
pub fn link(
    roster: Roster,
    assets: Vec<SitePath>,
    shared: Vec<SharedSource>,
    diagnostics: &mut Diagnostics,
) -> Archive {
    let Roster { config, documents, marks, hidden, joined, judgement, .. } = roster;
    note_gaps(&documents, &config, judgement.now, diagnostics);
    let namesakes = namesakes::group(&joined.shared, &joined.people);
    let shelves = shelves::fill(&documents, &joined);
    let mut assets = routes::assets(assets);
    links::withhold(&mut assets, &documents, &hidden);
    let mut archive = Archive {
        config,
        documents,
        marks,
        hidden,
        assets,
        topics: joined.topics,
        people: joined.people,
        has_namesakes: namesakes::by_person(&namesakes),
        namesakes,
        shelves,
        previews: false,
        search: false,
        links: links::Links::default(),
        mentions: mentions::Mentions::default(),
        timeline: timeline::Timeline::default(),
        own_timelines: events::OwnTimelines::default(),
        sources: sources::Sources::default(),
        routes: routes::Routes::default(),
        data: data::Data::default(),
        corrections: Vec::new(),
        quotes: quotes::Quotes::default(),
    };
    archive.timeline = timeline::merge(&archive, joined.event_people, diagnostics);
    archive.own_timelines = events::own(&archive);
    archive.sources = sources::join(&archive, shared, diagnostics);
    archive.data = data::arrange(&archive);
    archive.corrections = corrections::log(&archive);
    archive.routes = routes::assign(&archive, diagnostics);
    archive.links = links::resolve(&archive, diagnostics);
    let mut found = Diagnostics::default();
    let (quotes, mentions) =
        rayon::join(|| quotes::join(&archive, &mut found), || mentions::gather(&archive));
    archive.quotes = quotes;
    archive.mentions = mentions;
    diagnostics.append(found);
    roles::check(&archive, diagnostics);
    if judgement.unlinked {
        mentions::note_unlinked(&archive, diagnostics);
    }
    archive
}

impl Archive {
    pub fn document(&self, id: DocId) -> &Document {
        &self.documents[id.at()]
    }

    /// Published documents of one kind, in the order of paths.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (DocId, &Arc<Document>)> {
        self.documents
            .iter()
            .enumerate()
            .filter(move |(_, d)| d.kind == kind)
            .map(|(i, d)| (DocId(i as u32), d))
    }

    pub fn topic(&self, id: TopicId) -> &Topic {
        &self.topics[id.at()]
    }

    pub fn person(&self, id: PersonId) -> &Person {
        &self.people[id.at()]
    }

    pub fn topic_ids(&self) -> impl Iterator<Item = TopicId> + use<> {
        (0..self.topics.len() as u32).map(TopicId)
    }

    pub fn person_ids(&self) -> impl Iterator<Item = PersonId> + use<> {
        (0..self.people.len() as u32).map(PersonId)
    }

    /// The first group of namesakes to which a person belongs: index into [`Archive::namesakes`].
    pub fn namesakes_of(&self, id: PersonId) -> Option<u32> {
        self.has_namesakes.get(&id).copied()
    }

    /// The content file behind a thing, if there is one.
    pub fn document_of(&self, thing: Thing) -> Option<DocId> {
        match thing {
            Thing::Document(id) => Some(id),
            Thing::Topic(id) => self.topic(id).document,
            Thing::Person(id) => self.person(id).document,
        }
    }

    /// What a reader calls it: title, topic label or name.
    pub fn label(&self, thing: Thing) -> &str {
        match thing {
            Thing::Document(id) => self.title(id),
            Thing::Topic(id) => &self.topic(id).label,
            Thing::Person(id) => &self.person(id).label,
        }
    }

    /// The title of a document; its file name where it has none.
    pub fn title(&self, id: DocId) -> &str {
        let document = self.document(id);
        if document.facts.title.is_empty() { routes::stem(&document.path) } else { &document.facts.title }
    }

    /// The thing that a document describes.
    pub fn thing_of(&self, id: DocId) -> Thing {
        self.shelves.thing_of(id)
    }
}

/// Whether a document is kept out at a time, and why. A `date` that lies in the future is an
/// embargo too: authors who date a piece ahead mean it, and the summary names every such piece.
fn hidden_at(document: &Document, config: &Config, now: jiff::Timestamp) -> Option<Hidden> {
    let facts = &document.facts;
    let at = |i: &Spanned<Instant>| i.value.timestamp(&config.time_zone);
    if facts.draft {
        return Some(Hidden::Draft);
    }
    if let Some(until) = facts.expires.as_ref().map(at)
        && until <= now
    {
        return Some(Hidden::Expired(until));
    }
    let from = match &facts.publish_at {
        Some(instant) => Some(at(instant)),
        None => match &facts.date_time {
            Some(instant) => Some(instant.timestamp(&config.time_zone)),
            None => facts.date.map(|d| d.start(&config.time_zone)),
        },
    };
    from.filter(|from| *from > now).map(Hidden::Scheduled)
}

/// What a document lacks that readers or editors would miss. Of one whose front matter could not be
/// read nothing is said: what seems to be missing may well be there.
fn note_gaps(
    documents: &[Arc<Document>],
    config: &Config,
    now: jiff::Timestamp,
    diagnostics: &mut Diagnostics,
) {
    let unread = |d: &Diagnostic| {
        use Finding::{DuplicateKey, UnclosedFrontMatter, WrongType, YamlSyntax};
        matches!(d.finding, YamlSyntax | UnclosedFrontMatter | DuplicateKey | WrongType)
    };
    let broken: BTreeSet<SitePath> =
        diagnostics.iter().filter(|d| unread(d)).map(|d| d.place.path.clone()).collect();
    let today = day_of(now, &config.time_zone);
    for document in documents.iter().filter(|d| !broken.contains(&d.path)) {
        let place = Place::file(document.path.clone());
        if document.kind == Kind::Explainer && document.facts.tags.is_empty() {
            diagnostics.push(
                Diagnostic::new(Finding::NoTopics, place.clone(), "the explainer names no topic")
                    .help("add `tags: […]`; without them it is found by date and links only"),
            );
        }
        if let Some(review) = document.review(config).filter(|review| review.days_overdue(today) >= 0) {
            diagnostics.push(
                Diagnostic::new(
                    Finding::ReviewOverdue,
                    place,
                    format!("it was to be looked at again on {}{}", review.due.iso(), review.by.words()),
                )
                .help("bring it up to date and set `updated`, or close it with `closed`"),
            );
        }
        if document.facts.title.is_empty() && document.kind != Kind::Front {
            let key = if document.kind == Kind::Person { "name" } else { "title" };
            diagnostics.push(
                Diagnostic::new(
                    Finding::MissingTitle,
                    Place::file(document.path.clone()),
                    format!("no `{key}`; its file name `{}` stands in for it", routes::stem(&document.path)),
                )
                .help(format!("add `{key}: …` to the front matter")),
            );
        }
    }
}
