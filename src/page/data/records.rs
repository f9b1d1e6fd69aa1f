//! What is said of a page, an event, a source: one record each.
//!
//! Records borrow from the archive and are written as JSON at once. A field without a value is left
//! out. Addresses are whole where the site has a `base_url`; `id` is an address too, but from the root
//! of the site and as people read it, so that it stays the same wherever the site is published.

use super::url;
use crate::archive::{Archive, DocId, PersonId, Quoted, Resolved, Route, SourceId, Thing, TopicId};
use crate::document::{self, Date, Facts};
use crate::source::Kind;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::HashSet;

/// An explainer, person, topic or page.
#[derive(Default, serde::Serialize)]
pub struct Record<'a> {
    /// `explainer`, `person`, `topic` or `page`.
    pub kind: &'static str,
    pub id: &'a str,
    pub url: String,
    #[serde(skip_serializing_if = "absent")]
    pub title: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub name: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub native_name: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub sort_name: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub aliases: Vec<&'a str>,
    #[serde(skip_serializing_if = "absent")]
    pub summary: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub key_points: &'a [String],
    pub lang: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub date: Option<Day>,
    #[serde(skip_serializing_if = "absent")]
    pub updated: Option<Day>,
    #[serde(skip_serializing_if = "absent")]
    pub closed: Option<Day>,
    #[serde(skip_serializing_if = "absent")]
    pub review_by: Option<Day>,
    #[serde(skip_serializing_if = "absent")]
    pub authors: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub people: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub mentions: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub topics: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub series: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub parents: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub children: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub roles: Vec<Role<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub born: Option<Day>,
    #[serde(skip_serializing_if = "absent")]
    pub died: Option<Day>,
    #[serde(skip_serializing_if = "absent")]
    pub image: Option<Image<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub links: Option<Links<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub facts: Vec<Fact<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub sources: Vec<Source<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub events: Vec<Event<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub corrections: Vec<Correction<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub quotes: Vec<Quote<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub related: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub links_to: Vec<Reference<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub explainers: Option<usize>,
    #[serde(skip_serializing_if = "absent")]
    pub about: Option<usize>,
    #[serde(skip_serializing_if = "absent")]
    pub by: Option<usize>,
    #[serde(skip_serializing_if = "absent")]
    pub words: Option<u32>,
    #[serde(skip_serializing_if = "absent")]
    pub old_addresses: Vec<&'a str>,
    #[serde(skip_serializing_if = "absent")]
    pub source_path: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub twins: Option<Twins>,
}

/// Another record, with the words for it.
#[derive(serde::Serialize)]
pub struct Reference<'a> {
    /// Not there where the other has no record.
    #[serde(skip_serializing_if = "absent")]
    pub id: Option<&'a str>,
    pub label: &'a str,
}

#[derive(serde::Serialize)]
pub struct Role<'a> {
    pub title: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub org: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub from: Option<Day>,
    #[serde(skip_serializing_if = "absent")]
    pub to: Option<Day>,
}

#[derive(serde::Serialize)]
pub struct Image<'a> {
    pub url: String,
    #[serde(skip_serializing_if = "absent")]
    pub alt: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub caption: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub credit: &'a str,
}

/// Names and addresses, as a mapping. Of two with one name the first counts.
pub struct Links<'a>(&'a [(String, String)]);

#[derive(serde::Serialize)]
pub struct Fact<'a> {
    pub label: &'a str,
    pub value: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub source: &'a str,
}

#[derive(serde::Serialize)]
pub struct Source<'a> {
    /// The page on which it stands; not there in the record of that page.
    #[serde(skip_serializing_if = "absent")]
    pub page: Option<Reference<'a>>,
    /// Its number on that page, from 1.
    pub n: usize,
    /// Pages share it: it has a record of its own.
    #[serde(skip_serializing_if = "absent")]
    pub shared: bool,
    #[serde(flatten)]
    pub told: Told<'a>,
}

/// A source that every page can cite.
#[derive(serde::Serialize)]
pub struct SharedSource<'a> {
    /// Its page.
    pub page: String,
    #[serde(flatten)]
    pub told: Told<'a>,
    #[serde(skip_serializing_if = "absent")]
    pub cited_by: Vec<Reference<'a>>,
    pub source_path: &'a str,
}

/// What is said of a source, wherever it stands.
#[derive(serde::Serialize)]
pub struct Told<'a> {
    #[serde(skip_serializing_if = "absent")]
    pub id: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub title: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub author: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub publisher: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub date: Option<Day>,
    #[serde(skip_serializing_if = "absent")]
    pub url: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub archived: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub accessed: Option<Day>,
    #[serde(rename = "type", skip_serializing_if = "absent")]
    pub kind: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub status: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub status_note: &'a str,
    /// The `id` of another source.
    #[serde(skip_serializing_if = "absent")]
    pub superseded_by: &'a str,
}

#[derive(serde::Serialize)]
pub struct Quote<'a> {
    /// The page on which it stands; not there in the record of that page.
    #[serde(skip_serializing_if = "absent")]
    pub page: Option<Reference<'a>>,
    /// Where it stands on that page.
    pub url: String,
    pub text: &'a str,
    pub speaker: Reference<'a>,
    #[serde(skip_serializing_if = "absent")]
    pub occasion: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub date: Option<Day>,
    /// The `id` of a source of the page.
    #[serde(skip_serializing_if = "absent")]
    pub source: &'a str,
}

#[derive(serde::Serialize)]
pub struct Event<'a> {
    #[serde(skip_serializing_if = "absent")]
    pub id: &'a str,
    pub date: Day,
    #[serde(skip_serializing_if = "absent")]
    pub until: Option<Day>,
    #[serde(skip_serializing_if = "absent")]
    pub event: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub detail: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub kind: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub major: bool,
    #[serde(skip_serializing_if = "absent")]
    pub people: Vec<Reference<'a>>,
    /// The `id` of a source of the page.
    #[serde(skip_serializing_if = "absent")]
    pub source: &'a str,
    /// Empty in the record of a page.
    #[serde(skip_serializing_if = "absent")]
    pub told_by: Vec<Reference<'a>>,
}

#[derive(serde::Serialize)]
pub struct Correction<'a> {
    /// The page that was corrected; not there in the record of that page.
    #[serde(skip_serializing_if = "absent")]
    pub page: Option<Reference<'a>>,
    #[serde(skip_serializing_if = "absent")]
    pub date: Option<Day>,
    #[serde(skip_serializing_if = "absent")]
    pub was: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub now: &'a str,
    #[serde(skip_serializing_if = "absent")]
    pub note: &'a str,
}

/// Addresses of the same page in other forms.
#[derive(serde::Serialize)]
pub struct Twins {
    #[serde(skip_serializing_if = "absent")]
    pub markdown: Option<String>,
    #[serde(skip_serializing_if = "absent")]
    pub json: Option<String>,
}

/// A date as `2023`, `2023-06` or `2023-06-17`.
pub struct Day(Date);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.iso())
    }
}

impl Serialize for Links<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (at, (name, url)) in self.0.iter().enumerate() {
            if !self.0[..at].iter().any(|(other, _)| other == name) {
                map.serialize_entry(name, url)?;
            }
        }
        map.end()
    }
}

/// The record of a thing.
pub fn record<'a>(archive: &'a Archive, thing: Thing) -> Record<'a> {
    let id = archive.document_of(thing);
    let mut record = Record {
        id: archive.address(thing),
        url: url(archive, archive.address(thing)),
        lang: &archive.config.language,
        twins: twins(archive, thing),
        ..Record::default()
    };
    match thing {
        Thing::Document(id) => {
            record.kind = if archive.document(id).kind == Kind::Explainer { "explainer" } else { "page" };
            record.title = archive.title(id);
            explainer(archive, id, &mut record);
        }
        Thing::Topic(id) => {
            record.kind = "topic";
            topic(archive, id, &mut record);
        }
        Thing::Person(id) => {
            record.kind = "person";
            record.name = &archive.person(id).label;
            record.about = Some(archive.shelves.about_person(id).len());
            record.by = Some(archive.shelves.by_person(id).len());
        }
    }
    if let Some(id) = id {
        from_file(archive, id, &mut record);
    }
    record
}

/// What every file can say, whatever its kind.
fn from_file<'a>(archive: &'a Archive, id: DocId, record: &mut Record<'a>) {
    let document = archive.document(id);
    let facts: &'a Facts = &document.facts;
    let text = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
    record.native_name = text(&facts.native_name);
    record.sort_name = text(&facts.sort_name);
    record.aliases = facts.other_names.iter().map(|name| name.value.as_str()).collect();
    record.summary = summary(facts);
    record.lang = facts.lang.as_ref().unwrap_or(&archive.config.language);
    record.date = facts.date.map(Day);
    record.updated = facts.updated.map(Day);
    record.closed = facts.closed.map(Day);
    record.review_by = document.review(&archive.config).map(|review| Day(review.due));
    record.roles = facts.roles.iter().map(role).collect();
    record.born = facts.born.map(Day);
    record.died = facts.died.map(Day);
    record.image = image(archive, id);
    record.links = (!facts.links.is_empty()).then_some(Links(&facts.links));
    record.facts = facts.facts.iter().map(fact).collect();
    record.sources = sources(archive, id).collect();
    record.events = events(archive, id).collect();
    record.corrections = facts.corrections.iter().map(correction).collect();
    record.quotes = archive.quotes_of_document(id).map(|quoted| quote(archive, quoted)).collect();
    record.links_to = links_to(archive, id);
    record.words = Some(facts.words);
    record.old_addresses = facts.old_addresses.iter().map(|old| old.value.as_str()).collect();
    record.source_path = &document.path;
}

fn explainer<'a>(archive: &'a Archive, id: DocId, record: &mut Record<'a>) {
    let (facts, shelves) = (&archive.document(id).facts, &archive.shelves);
    record.key_points = &facts.key_points;
    record.authors = shelves.by(id).iter().map(|p| person(archive, *p)).collect();
    record.people = shelves.about(id).iter().map(|p| person(archive, *p)).collect();
    record.mentions = archive.named_in(id).iter().map(|p| person(archive, *p)).collect();
    record.topics = shelves.tags(id).iter().map(|t| reference(archive, Thing::Topic(*t))).collect();
    record.series = shelves.series(id).map_or("", |series| &series.title);
    let chosen = archive.chosen(id).iter().map(|other| archive.thing_of(*other));
    record.related = open(archive, chosen).collect();
}

fn topic<'a>(archive: &'a Archive, id: TopicId, record: &mut Record<'a>) {
    let topic = archive.topic(id);
    record.title = &topic.label;
    record.explainers = Some(archive.shelves.topic(id).len());
    let above = std::iter::successors(topic.parent, |up| archive.topic(*up).parent);
    record.parents = above.map(|up| reference(archive, Thing::Topic(up))).collect();
    record.parents.reverse();
    record.children = open(archive, topic.children.iter().map(|t| Thing::Topic(*t))).collect();
    record.related = open(archive, archive.related_topics(id).iter().map(|t| Thing::Topic(*t))).collect();
}

pub fn reference(archive: &Archive, thing: Thing) -> Reference<'_> {
    let id = archive.is_open(thing).then(|| archive.address(thing));
    Reference { id, label: archive.label(thing) }
}

fn person(archive: &Archive, id: PersonId) -> Reference<'_> {
    reference(archive, Thing::Person(id))
}

/// References to what has a record.
fn open<'a>(
    archive: &'a Archive,
    things: impl Iterator<Item = Thing>,
) -> impl Iterator<Item = Reference<'a>> {
    things.filter(|thing| archive.is_open(*thing)).map(|thing| reference(archive, thing))
}

/// `summary`, else the beginning of the text.
pub fn summary(facts: &Facts) -> &str {
    if facts.summary.is_empty() { &facts.excerpt } else { &facts.summary }
}

fn role(role: &document::Role) -> Role<'_> {
    Role { title: &role.title, org: &role.org, from: role.from.map(Day), to: role.to.map(Day) }
}

fn fact(fact: &document::GlanceFact) -> Fact<'_> {
    Fact { label: &fact.label, value: &fact.value, source: &fact.source }
}

fn correction(correction: &document::Correction) -> Correction<'_> {
    Correction {
        page: None,
        date: correction.date.map(Day),
        was: &correction.was,
        now: &correction.now,
        note: &correction.note,
    }
}

fn image(archive: &Archive, id: DocId) -> Option<Image<'_>> {
    let image = archive.document(id).facts.image.as_ref()?;
    let src = archive.image_src(id)?;
    let own = src.starts_with('/') && !src.starts_with("//");
    Some(Image {
        url: if own { format!("{}{src}", archive.config.origin) } else { src },
        alt: &image.alt,
        caption: &image.caption,
        credit: &image.credit,
    })
}

/// Pages to which a text leads, each once, in the order of its links.
fn links_to(archive: &Archive, id: DocId) -> Vec<Reference<'_>> {
    let own = archive.thing_of(id);
    let mut seen = HashSet::new();
    let pages = archive.resolved(id).iter().filter_map(|to| match to {
        Resolved::Thing(thing) if *thing != own && seen.insert(*thing) => Some(*thing),
        _ => None,
    });
    let recorded = |thing: &Thing| match thing {
        Thing::Document(id) => archive.document(*id).kind != Kind::Front,
        Thing::Topic(_) | Thing::Person(_) => true,
    };
    open(archive, pages.filter(recorded)).collect()
}

fn twins(archive: &Archive, thing: Thing) -> Option<Twins> {
    let twins = archive.config.twins;
    if !twins.markdown && !twins.json {
        return None;
    }
    let address = |form| url(archive, &archive.twin_address(thing, form));
    Some(Twins {
        markdown: twins.markdown.then(|| address(crate::archive::Form::Markdown)),
        json: twins.json.then(|| address(crate::archive::Form::Json)),
    })
}

/// The sources of a page, in the order of their numbers: its own and shared ones.
fn sources(archive: &Archive, id: DocId) -> impl Iterator<Item = Source<'_>> {
    archive.sources_of(id).into_iter().enumerate().map(move |(at, listed)| Source {
        page: None,
        n: at + 1,
        shared: listed.shared.is_some(),
        told: told(listed.entry),
    })
}

fn told(source: &document::SourceEntry) -> Told<'_> {
    let fate = source.fate.as_deref();
    Told {
        id: source.id.as_ref().map_or("", |id| &id.value),
        title: &source.title,
        author: &source.author,
        publisher: &source.publisher,
        date: source.date.map(Day),
        url: source.url.as_deref().unwrap_or_default(),
        archived: source.archived.as_deref().unwrap_or_default(),
        accessed: source.accessed.map(Day),
        kind: &source.kind,
        status: &source.status,
        status_note: fate.map_or("", |fate| &fate.note),
        superseded_by: fate.and_then(|fate| fate.superseded_by.as_ref()).map_or("", |id| &id.value),
    }
}

/// The record of a shared source.
pub fn shared_source(archive: &Archive, id: SourceId) -> SharedSource<'_> {
    let source = archive.source(id);
    let citing = archive.cited_by(id).iter().filter(|id| archive.document(**id).kind != Kind::Front);
    SharedSource {
        page: url(archive, &archive.address_of(Route::Source(id, 0))),
        told: told(&source.entry),
        cited_by: open(archive, citing.map(|id| archive.thing_of(*id))).collect(),
        source_path: &source.path,
    }
}

/// The events of a page, as it tells them itself.
fn events(archive: &Archive, id: DocId) -> impl Iterator<Item = Event<'_>> {
    archive.events_of_document(id).iter().map(move |(number, index)| event(archive, id, *number, *index))
}

fn event(archive: &Archive, teller: DocId, number: u32, index: u32) -> Event<'_> {
    let event = &archive.document(teller).facts.timeline[index as usize];
    let entry = &archive.timeline()[number as usize];
    Event {
        id: event.id.as_ref().map_or("", |id| &id.value),
        date: Day(event.date),
        until: event.until.map(Day),
        event: &event.event,
        detail: &event.detail,
        kind: &event.kind,
        major: event.major,
        people: entry.people.iter().map(|p| person(archive, *p)).collect(),
        source: event.source.as_ref().map_or("", |id| &id.value),
        told_by: Vec::new(),
    }
}

/// The own sources of a page, each with the page. Those that it shares have records of their own.
pub fn sources_with_page(archive: &Archive, id: DocId) -> impl Iterator<Item = Source<'_>> {
    let page = move || Some(reference(archive, archive.thing_of(id)));
    let own = sources(archive, id).filter(|source| !source.shared);
    own.map(move |source| Source { page: page(), ..source })
}

/// The events whose first teller a page is, each with all pages that tell it.
pub fn events_with_tellers(archive: &Archive, id: DocId) -> impl Iterator<Item = Event<'_>> {
    let all = archive.events_of_document(id).iter();
    let own = all
        .filter(move |(number, _)| archive.first_teller(&archive.timeline()[*number as usize]) == Some(id));
    own.map(move |(number, index)| {
        let tellers = archive.tellers(&archive.timeline()[*number as usize]);
        let told_by = tellers.map(|teller| reference(archive, archive.thing_of(teller))).collect();
        Event { told_by, ..event(archive, id, *number, *index) }
    })
}

/// The corrections of a page, each with the page.
pub fn corrections_with_page(archive: &Archive, id: DocId) -> impl Iterator<Item = Correction<'_>> {
    let page = move || Some(reference(archive, archive.thing_of(id)));
    archive.document(id).facts.corrections.iter().map(move |c| Correction { page: page(), ..correction(c) })
}

fn quote(archive: &Archive, quoted: Quoted) -> Quote<'_> {
    let quote = archive.quote(quoted);
    let page = archive.address(archive.thing_of(quoted.document));
    Quote {
        page: None,
        url: format!("{}#quote-{}", url(archive, page), quoted.index + 1),
        text: &quote.text,
        speaker: match archive.speaker(quoted) {
            Some(speaker) => person(archive, speaker),
            None => Reference { id: None, label: &quote.speaker.value },
        },
        occasion: &quote.occasion,
        date: quote.date.map(Day),
        source: quote.citation.as_deref().unwrap_or_default(),
    }
}

/// The quotes of a page, each with the page.
pub fn quotes_with_page(archive: &Archive, id: DocId) -> impl Iterator<Item = Quote<'_>> {
    let page = move || Some(reference(archive, archive.thing_of(id)));
    let all = archive.quotes_of_document(id);
    all.map(move |quoted| Quote { page: page(), ..quote(archive, quoted) })
}

/// A value that says nothing and is left out.
trait Absent {
    fn is_absent(&self) -> bool;
}

fn absent<T: Absent>(value: &T) -> bool {
    value.is_absent()
}

impl Absent for &str {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T> Absent for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T> Absent for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T> Absent for &[T] {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Absent for bool {
    fn is_absent(&self) -> bool {
        !self
    }
}
