//! Events, merged over the site, a topic and a person.

use super::{Archive, DocId, PersonId, TopicId};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use crate::document::Event;
use std::collections::HashMap;

/// One event of the archive: told by one or several documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The first document that tells it, in the order of paths, and its place in that timeline.
    pub told_by: DocId,
    pub index: u32,
    /// Others that tell it (they use the same `id`, or the same day and words), in the order of
    /// paths, each with its place in their timeline.
    pub also: Vec<(DocId, u32)>,
    pub people: Vec<PersonId>,
}

/// All events, in the order of time; of one day in the order of paths.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    entries: Vec<Entry>,
    /// Per document: its events, as numbers of `entries`, and their places in its own timeline.
    of_document: Vec<Vec<(u32, u32)>>,
    /// Per person who took part.
    of_person: HashMap<PersonId, Vec<u32>>,
}

/// Joins events by `id`, or by equal day and words, and sorts them. Two dates for one id are an
/// error that names both.
pub(super) fn merge(
    archive: &Archive,
    people: Vec<Vec<Vec<PersonId>>>,
    diagnostics: &mut Diagnostics,
) -> Timeline {
    let mut entries: Vec<Entry> = Vec::new();
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    let mut by_words: HashMap<(crate::document::Date, &str), usize> = HashMap::new();
    for ((at, document), people) in archive.documents.iter().enumerate().zip(people) {
        let id = DocId(at as u32);
        for ((index, event), people) in document.facts.timeline.iter().enumerate().zip(people) {
            let known = match &event.id {
                Some(name) => by_id.get(name.value.as_str()),
                None => by_words.get(&(event.date, event.event.as_str())),
            };
            if let Some(&number) = known {
                let entry = &mut entries[number];
                let first = &archive.document(entry.told_by).facts.timeline[entry.index as usize];
                if first.date != event.date {
                    diagnostics.push(
                        Diagnostic::new(
                            Finding::EventConflict,
                            Place::new(document.path.clone(), event.date_span),
                            format!(
                                "the event `{}` is on {} here and on {} elsewhere",
                                event.id.as_ref().map_or("", |i| &i.value),
                                event.date.iso(),
                                first.date.iso()
                            ),
                        )
                        .also(
                            Place::new(archive.document(entry.told_by).path.clone(), first.date_span),
                            "the other date",
                        )
                        .help("make the dates equal, or give one of them another `id`"),
                    );
                }
                // Documents come in order, so one that tells it twice is the last.
                if entry.told_by != id && entry.also.last().is_none_or(|(last, _)| *last != id) {
                    entry.also.push((id, index as u32));
                }
                for person in people {
                    if !entry.people.contains(&person) {
                        entry.people.push(person);
                    }
                }
                continue;
            }
            match &event.id {
                Some(name) => by_id.insert(&name.value, entries.len()),
                None => by_words.insert((event.date, &event.event), entries.len()),
            };
            entries.push(Entry { told_by: id, index: index as u32, also: Vec::new(), people });
        }
    }
    entries.sort_by_cached_key(|e| {
        let event = &archive.document(e.told_by).facts.timeline[e.index as usize];
        (event.date, e.told_by, e.index)
    });
    let mut of_document = vec![Vec::new(); archive.documents.len()];
    let mut of_person: HashMap<PersonId, Vec<u32>> = HashMap::new();
    for (number, entry) in entries.iter().enumerate() {
        for (document, index) in std::iter::once(&(entry.told_by, entry.index)).chain(&entry.also) {
            of_document[document.at()].push((number as u32, *index));
        }
        for person in &entry.people {
            of_person.entry(*person).or_default().push(number as u32);
        }
    }
    Timeline { entries, of_document, of_person }
}

impl Archive {
    /// Every event, in the order of time.
    pub fn timeline(&self) -> &[Entry] {
        &self.timeline.entries
    }

    /// The words and dates of an event.
    pub fn event(&self, entry: &Entry) -> &Event {
        &self.document(entry.told_by).facts.timeline[entry.index as usize]
    }

    /// Events that a document tells, in the order of time, each as the document tells it itself.
    pub fn timeline_of_document(&self, id: DocId) -> Vec<Entry> {
        let entry = |(number, index): &(u32, u32)| {
            let people = self.timeline.entries[*number as usize].people.clone();
            Entry { told_by: id, index: *index, also: Vec::new(), people }
        };
        self.timeline.of_document[id.at()].iter().map(entry).collect()
    }

    /// Events in which a person took part, and those of their own file; where no event names them,
    /// those of the explainers about them. The newest `most`, as numbers of [`Archive::timeline`] in the order of time.
    pub fn timeline_of_person(&self, id: PersonId, most: usize) -> Vec<usize> {
        let file = self.person(id).document.into_iter();
        let told = |document: &DocId| !self.timeline.of_document[document.at()].is_empty();
        match self.timeline.of_person.get(&id) {
            None if !file.clone().any(|d| told(&d)) => {
                let about = self.shelves.about_person(id).iter().copied();
                self.newest(std::iter::empty(), about, most)
            }
            named => self.newest(named.into_iter().flatten().copied(), file, most),
        }
    }

    /// Events of explainers on a topic, and of the topic's own file, in the same form.
    pub fn timeline_of_topic(&self, id: TopicId, most: usize) -> Vec<usize> {
        let documents = self.shelves.topic(id).iter().copied().chain(self.topic(id).document);
        self.newest(std::iter::empty(), documents, most)
    }

    fn newest(
        &self,
        own: impl Iterator<Item = u32>,
        documents: impl Iterator<Item = DocId>,
        most: usize,
    ) -> Vec<usize> {
        let mut numbers: Vec<u32> = own.collect();
        numbers.extend(documents.flat_map(|d| &self.timeline.of_document[d.at()]).map(|(number, _)| *number));
        numbers.sort_unstable();
        numbers.dedup();
        numbers[numbers.len().saturating_sub(most)..].iter().map(|n| *n as usize).collect()
    }
}
