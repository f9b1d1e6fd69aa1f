//! The archive as data: which records there are, in which file each stands, and which pages have a
//! twin.
//!
//! Whoever keeps a copy of the data wants few files to change with a new explainer. So records stand
//! in the order in which they came to be, explainers from the oldest, people and topics as explainers
//! first name them; [`SLOT`] of them share a file, whatever they weigh; and what an explainer tells
//! (sources, events, corrections, quotes) is counted by explainers, not by entries. A new explainer is
//! the last of the last file, and an edit stays within its own. The sources that pages share stand as
//! their files have them.

use super::{Archive, DocId, Entry, PersonId, SourceId, Thing, TopicId};
use crate::document::{Document, Facts};
use crate::source::Kind;

/// A kind of records. Another kind is a variant here, an arm in [`Chunk::is_filled`] and a function
/// that writes its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    Explainers,
    People,
    Topics,
    Pages,
    /// Entries of `sources`, with the page on which they stand.
    Sources,
    /// Events of all timelines, each once.
    Events,
    Corrections,
    Quotes,
    /// Sources that every page can cite, with the pages that do.
    SharedSources,
}

impl Set {
    pub const ALL: [Set; 9] = [
        Set::Explainers,
        Set::People,
        Set::Topics,
        Set::Pages,
        Set::Sources,
        Set::Events,
        Set::Corrections,
        Set::Quotes,
        Set::SharedSources,
    ];

    /// The word for it in the data; names of files have it with `-` for `_`.
    pub fn name(self) -> &'static str {
        match self {
            Set::Explainers => "explainers",
            Set::People => "people",
            Set::Topics => "topics",
            Set::Pages => "pages",
            Set::Sources => "sources",
            Set::Events => "events",
            Set::Corrections => "corrections",
            Set::Quotes => "quotes",
            Set::SharedSources => "shared_sources",
        }
    }

    /// The groups whose pages have such records.
    fn groups(self) -> &'static [Group] {
        match self {
            Set::Explainers => &[Group::Explainers],
            Set::People => &[Group::People],
            Set::Topics => &[Group::Topics],
            Set::Pages => &[Group::Pages],
            Set::Sources | Set::Events | Set::Corrections | Set::Quotes => &Group::ALL,
            Set::SharedSources => &[Group::Sources],
        }
    }
}

/// Things of one kind, in the order in which the data has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Explainers,
    People,
    Topics,
    Pages,
    /// Shared sources, which are no things.
    Sources,
}

impl Group {
    /// Those of things.
    const ALL: [Group; 4] = [Group::Explainers, Group::People, Group::Topics, Group::Pages];
}

/// So many things share a file. An explainer with many sources and events has four or five kilobytes,
/// so that a file is seldom split.
pub const SLOT: usize = 200;

/// A file of records, or several where they weigh too much for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    pub set: Set,
    /// Whose records they are.
    pub group: Group,
    /// Which [`SLOT`] things of the group, from 0.
    pub slot: u32,
}

impl Chunk {
    /// Where a part of it stands, from 0: `/data/explainers-3.json`, `/data/explainers-3-2.json`.
    pub fn address(self, part: usize) -> String {
        let group = match self.group {
            Group::Explainers | Group::Sources => "",
            Group::People if self.set != Set::People => "-of-people",
            Group::Topics if self.set != Set::Topics => "-of-topics",
            Group::Pages if self.set != Set::Pages => "-of-pages",
            Group::People | Group::Topics | Group::Pages => "",
        };
        let part = if part == 0 { String::new() } else { format!("-{}", part + 1) };
        let name = self.set.name().replace('_', "-");
        format!("/data/{name}{group}-{}{part}.json", self.slot + 1)
    }

    /// A thing has records in such a chunk.
    fn is_filled(self, document: Option<&Document>) -> bool {
        let told = |has: fn(&Facts) -> bool| document.is_some_and(|d| has(&d.facts));
        match self.set {
            Set::Explainers | Set::People | Set::Topics | Set::Pages | Set::SharedSources => true,
            Set::Sources => told(|facts| !facts.sources.is_empty()),
            Set::Events => told(|facts| !facts.timeline.is_empty()),
            Set::Corrections => told(|facts| !facts.corrections.is_empty()),
            Set::Quotes => told(|facts| !facts.quotes.is_empty()),
        }
    }
}

/// How a page is given once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    Markdown,
    Json,
}

impl Form {
    /// The ending of such files.
    pub fn ending(self) -> &'static str {
        match self {
            Form::Markdown => "md",
            Form::Json => "json",
        }
    }

    /// As `type` says it.
    pub fn media_type(self) -> &'static str {
        match self {
            Form::Markdown => "text/markdown",
            Form::Json => "application/json",
        }
    }

    /// As readers know it.
    pub fn label(self) -> &'static str {
        match self {
            Form::Markdown => "Markdown",
            Form::Json => "JSON",
        }
    }
}

/// The records of an archive, in their order.
#[derive(Debug, Default)]
pub(super) struct Data {
    explainers: Vec<Thing>,
    people: Vec<Thing>,
    topics: Vec<Thing>,
    pages: Vec<Thing>,
    chunks: Vec<Chunk>,
}

impl Data {
    fn group(&self, group: Group) -> &[Thing] {
        match group {
            Group::Explainers => &self.explainers,
            Group::People => &self.people,
            Group::Topics => &self.topics,
            Group::Pages => &self.pages,
            Group::Sources => &[],
        }
    }
}

/// Puts the records in order; nothing where the site gives no data.
pub(super) fn arrange(archive: &Archive) -> Data {
    let mut data = Data::default();
    if !archive.config.data.enabled {
        return data;
    }
    let explainers = || archive.shelves.explainers.iter().rev().copied();
    let (mut people, mut topics) = (vec![false; archive.people.len()], vec![false; archive.topics.len()]);
    let mut people_in_order: Vec<PersonId> = Vec::with_capacity(people.len());
    let mut topics_in_order: Vec<TopicId> = Vec::with_capacity(topics.len());
    for id in explainers() {
        let shelves = &archive.shelves;
        for person in shelves.by(id).iter().chain(shelves.about(id)) {
            if !std::mem::replace(&mut people[person.at()], true) {
                people_in_order.push(*person);
            }
        }
        for topic in shelves.tags(id) {
            if !std::mem::replace(&mut topics[topic.at()], true) {
                topics_in_order.push(*topic);
            }
        }
    }
    // Those whom no explainer names come first: they are seldom added, and what comes later would move.
    let unnamed = archive.person_ids().filter(|id| !people[id.at()]);
    data.people = unnamed.chain(people_in_order).map(Thing::Person).collect();
    let unnamed = archive.topic_ids().filter(|id| !topics[id.at()]);
    data.topics = unnamed.chain(topics_in_order).map(Thing::Topic).collect();
    data.explainers = explainers().map(Thing::Document).collect();
    data.pages = archive.of_kind(Kind::Page).map(|(id, _)| Thing::Document(id)).collect();
    for list in [&mut data.explainers, &mut data.people, &mut data.topics, &mut data.pages] {
        list.retain(|thing| archive.is_open(*thing));
    }
    let mut chunks = Vec::new();
    for set in Set::ALL {
        for group in set.groups() {
            for (slot, things) in data.group(*group).chunks(SLOT).enumerate() {
                let chunk = Chunk { set, group: *group, slot: slot as u32 };
                let document = |thing: &Thing| archive.document_of(*thing).map(|id| archive.document(id));
                if things.iter().any(|thing| chunk.is_filled(document(thing))) {
                    chunks.push(chunk);
                }
            }
        }
    }
    let shared = archive.source_ids().len().div_ceil(SLOT);
    chunks.extend((0..shared).map(|slot| Chunk {
        set: Set::SharedSources,
        group: Group::Sources,
        slot: slot as u32,
    }));
    data.chunks = chunks;
    data
}

impl Archive {
    /// The files of the archive as data; empty where the site gives none.
    pub fn chunks(&self) -> &[Chunk] {
        &self.data.chunks
    }

    /// The things whose records stand in a chunk.
    pub fn things_of(&self, chunk: Chunk) -> &[Thing] {
        let from = chunk.slot as usize * SLOT;
        let all = self.data.group(chunk.group);
        &all[from.min(all.len())..(from + SLOT).min(all.len())]
    }

    /// The shared sources whose records stand in a chunk of [`Set::SharedSources`].
    pub fn sources_in(&self, chunk: Chunk) -> impl Iterator<Item = SourceId> + use<> {
        self.source_ids().skip(chunk.slot as usize * SLOT).take(SLOT)
    }

    /// A thing is for everybody's eyes: published, and not kept from search engines. What is not has
    /// neither a record nor a twin.
    pub fn is_open(&self, thing: Thing) -> bool {
        let Some(id) = self.document_of(thing) else { return true };
        self.marks[id.at()].is_none() && !self.document(id).facts.noindex
    }

    /// The first open page that tells an event: its record stands with that page.
    pub fn first_teller(&self, entry: &Entry) -> Option<DocId> {
        self.tellers(entry).next()
    }

    /// The open pages that tell an event, in the order of paths.
    pub fn tellers(&self, entry: &Entry) -> impl Iterator<Item = DocId> {
        let all = std::iter::once(entry.told_by).chain(entry.also().iter().map(|(id, _)| *id));
        all.filter(|id| self.is_open(self.thing_of(*id)))
    }

    /// What `related` of a document names.
    pub fn chosen(&self, id: DocId) -> &[DocId] {
        self.links.explicit(id)
    }

    /// The forms in which the pages of the site are given once more.
    pub fn forms(&self) -> impl Iterator<Item = Form> {
        let twins = self.config.twins;
        [(twins.markdown, Form::Markdown), (twins.json, Form::Json)]
            .into_iter()
            .filter_map(|(wanted, form)| wanted.then_some(form))
    }

    /// Where the twin of a page stands: beside its `index.html`, else behind its name with another
    /// ending.
    pub fn twin_address(&self, thing: Thing, form: Form) -> String {
        let (address, ending) = (self.address(thing), form.ending());
        match address.ends_with('/') {
            true => format!("{address}index.{ending}"),
            false => format!("{address}.{ending}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_for_its_records_and_its_place() {
        let chunk = |set, group, slot| Chunk { set, group, slot };
        for (chunk, part, expected) in [
            (chunk(Set::Explainers, Group::Explainers, 0), 0, "/data/explainers-1.json"),
            (chunk(Set::Explainers, Group::Explainers, 2), 1, "/data/explainers-3-2.json"),
            (chunk(Set::People, Group::People, 0), 0, "/data/people-1.json"),
            (chunk(Set::Events, Group::Explainers, 0), 0, "/data/events-1.json"),
            (chunk(Set::SharedSources, Group::Sources, 1), 0, "/data/shared-sources-2.json"),
            (chunk(Set::Events, Group::People, 11), 2, "/data/events-of-people-12-3.json"),
        ] {
            assert_eq!(chunk.address(part), expected);
        }
    }
}
