//! Events, merged over the site, a topic and a person.
//!
//! Events that carry one `id` are one event, and so are those of one day in the same words. It is
//! shown in the fullest wording (most letters in `event` and `detail`; of equals the first in the
//! order of paths), on the most precise of its dates, with the people of all who tell it, and as a
//! turning point if any of them calls it one.

use super::{Archive, DocId, PersonId, TopicId};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use crate::document::{Date, Document, Event, Spanned};
use std::collections::{HashMap, HashSet};

/// One event of the archive: told by one or several documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The document whose wording is shown, and its place in that timeline.
    pub told_by: DocId,
    pub index: u32,
    /// The most precise date that any of them gives.
    pub date: Date,
    /// The most precise last day.
    pub until: Option<Date>,
    /// It changed what came after, as one of them says at least.
    pub major: bool,
    /// Of all that tell it, in the order of paths.
    pub people: Vec<PersonId>,
    /// Where several tell it.
    pub joined: Option<Box<Joined>>,
}

/// What is known of an event that several documents tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Joined {
    /// The others that tell it, in the order of paths, each with its place in its timeline.
    pub also: Vec<(DocId, u32)>,
    /// The first that gives an `id`, a `kind` and a `source`.
    named: Option<(DocId, u32)>,
    sorted: Option<(DocId, u32)>,
    sourced: Option<(DocId, u32)>,
}

/// All events, in the order of time; of one day in the order of paths.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    entries: Vec<Entry>,
    /// Per document: its events, as numbers of `entries`, and their places in its own timeline.
    of_document: Vec<Vec<(u32, u32)>>,
    /// Per person who took part.
    of_person: HashMap<PersonId, Vec<u32>>,
    /// Numbers of the events that have an id, in the order of the ids.
    by_id: Vec<u32>,
}

/// So many of the documents that tell an event, and of its people, are named with it on a page of its
/// own: an event that every page tells would otherwise list every page on every page.
const NAMED: usize = 20;

/// An event while it is joined: who tells it, in the order of paths, and with which dates.
struct Joining {
    tellings: Vec<(DocId, u32)>,
    people: Vec<PersonId>,
    date: Dated,
    until: Option<Dated>,
    has_id: bool,
}

/// A date with the telling that gives it.
#[derive(Clone, Copy)]
struct Dated {
    date: Date,
    place: (DocId, u32),
}

/// Joins events and sorts them. Two dates for one event are an error that shows both.
pub(super) fn merge(
    archive: &Archive,
    people: Vec<Vec<Vec<PersonId>>>,
    diagnostics: &mut Diagnostics,
) -> Timeline {
    let mut all: Vec<Joining> = Vec::new();
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    let mut by_words: HashMap<(Date, &str), usize> = HashMap::new();
    for ((at, document), people) in archive.documents.iter().enumerate().zip(people) {
        let id = DocId(at as u32);
        for ((index, event), people) in document.facts.timeline.iter().enumerate().zip(people) {
            let name = event.id.as_ref().map(|name| name.value.as_str());
            let words = (event.date, event.event.as_str());
            // The same words on the same day are the same event, unless two ids keep them apart.
            let same_words = || by_words.get(&words).copied().filter(|n| name.is_none() || !all[*n].has_id);
            let known = name.and_then(|name| by_id.get(name).copied()).or_else(same_words);
            let place = (id, index as u32);
            let number = known.unwrap_or(all.len());
            by_words.entry(words).or_insert(number);
            if let Some(name) = name {
                by_id.entry(name).or_insert(number);
            }
            let dated = |date| Dated { date, place };
            let Some(number) = known else {
                all.push(Joining {
                    tellings: vec![place],
                    people,
                    date: dated(event.date),
                    until: event.until.map(dated),
                    has_id: name.is_some(),
                });
                continue;
            };
            // Documents come in order, so one that tells it twice is the last.
            if let Some(twice) = all[number].tellings.last().filter(|(last, _)| *last == id) {
                note_twice(document, twice.1, event, diagnostics);
                continue;
            }
            let joining = &mut all[number];
            joining.has_id |= name.is_some();
            joining.tellings.push(place);
            joining.people.extend(people);
            // Where they differ on the day, that they differ on the last one too says nothing new.
            if settle(&mut joining.date, dated(event.date), Last::No, archive, diagnostics)
                && let Some(until) = event.until
            {
                match &mut joining.until {
                    Some(known) => {
                        settle(known, dated(until), Last::Yes, archive, diagnostics);
                    }
                    None => joining.until = Some(dated(until)),
                }
            }
        }
    }
    all.sort_by_key(|e| (e.date.date, e.tellings.first().copied()));
    let mut of_document = vec![Vec::new(); archive.documents.len()];
    let mut of_person: HashMap<PersonId, Vec<u32>> = HashMap::new();
    let mut entries = Vec::with_capacity(all.len());
    for (number, joining) in all.into_iter().enumerate() {
        for (document, index) in &joining.tellings {
            of_document[document.at()].push((number as u32, *index));
        }
        let entry = joining.entry(archive);
        for person in &entry.people {
            of_person.entry(*person).or_default().push(number as u32);
        }
        entries.push(entry);
    }
    let mut timeline = Timeline { entries, of_document, of_person, by_id: Vec::new() };
    let mut named: Vec<(&str, u32)> = Vec::new();
    for (number, entry) in timeline.entries.iter().enumerate() {
        named.extend(archive.event_id(entry).map(|id| (id, number as u32)));
    }
    named.sort_unstable();
    timeline.by_id = named.into_iter().map(|(_, number)| number).collect();
    timeline
}

#[derive(Clone, Copy, PartialEq)]
enum Last {
    No,
    Yes,
}

/// Takes the more precise of two dates; notes where they contradict each other, and says whether they
/// do not.
fn settle(
    known: &mut Dated,
    other: Dated,
    last: Last,
    archive: &Archive,
    diagnostics: &mut Diagnostics,
) -> bool {
    if known.date.agrees(other.date) {
        // A month says more than a year, a day more than a month.
        let precision = |d: Date| (d.month > 0, d.day > 0);
        if precision(other.date) > precision(known.date) {
            *known = other;
        }
        return true;
    }
    let place = |dated: Dated| {
        let event = archive.telling(dated.place);
        let span = if last == Last::Yes { event.until_span } else { event.date_span };
        Place::new(archive.document(dated.place.0).path.clone(), span)
    };
    let id = [other, *known].into_iter().find_map(|dated| archive.telling(dated.place).id.as_ref());
    let name = match id {
        Some(id) => format!("`{}`", id.value),
        None => format!("\"{}\"", archive.telling(other.place).event),
    };
    let what = if last == Last::Yes { "ended" } else { "is" };
    diagnostics.push(
        Diagnostic::new(
            Finding::EventConflict,
            place(other),
            format!(
                "the event {name} {what} on {} here and on {} elsewhere",
                other.date.iso(),
                known.date.iso()
            ),
        )
        .also(place(*known), "the other date")
        .help("make the dates equal, or give one of them another `id`"),
    );
    false
}

/// One timeline has an id twice. The same words twice are no harm: they are shown once.
fn note_twice(document: &Document, first: u32, event: &Event, diagnostics: &mut Diagnostics) {
    let before = &document.facts.timeline[first as usize];
    let (Some(there), Some(here)) = (&before.id, &event.id) else { return };
    diagnostics.push(
        Diagnostic::new(
            Finding::EventConflict,
            Place::new(document.path.clone(), here.span),
            format!("two events of this timeline have the id `{}`", here.value),
        )
        .also(Place::new(document.path.clone(), there.span), "the first of them")
        .help("give one of them another `id`, or make one event of them"),
    );
}

impl Joining {
    fn entry(mut self, archive: &Archive) -> Entry {
        let told = |place: &(DocId, u32)| archive.telling(*place);
        let major = self.tellings.iter().any(|place| told(place).major);
        let mut shown = 0;
        let mut joined = None;
        if self.tellings.len() > 1 {
            let letters = |e: &Event| e.event.chars().count() + e.detail.chars().count();
            let all: Vec<usize> = self.tellings.iter().map(|place| letters(told(place))).collect();
            let most = all.iter().max();
            shown = all.iter().position(|letters| Some(letters) == most).unwrap_or(0);
            let first = |has: fn(&Event) -> bool| self.tellings.iter().copied().find(|p| has(told(p)));
            joined = Some(Joined {
                also: Vec::new(),
                named: first(|e| e.id.is_some()),
                sorted: first(|e| !e.kind.is_empty()),
                sourced: first(|e| e.source.is_some()),
            });
            let mut seen = HashSet::new();
            self.people.retain(|person| seen.insert(*person));
        }
        let (told_by, index) = self.tellings.remove(shown);
        Entry {
            told_by,
            index,
            date: self.date.date,
            until: self.until.map(|until| until.date),
            major,
            people: self.people,
            joined: joined.map(|joined| Box::new(Joined { also: self.tellings, ..joined })),
        }
    }
}

impl Entry {
    /// The others that tell it, in the order of paths, each with its place in its timeline.
    pub fn also(&self) -> &[(DocId, u32)] {
        self.joined.as_ref().map_or(&[], |joined| &joined.also)
    }

    fn shown(&self) -> (DocId, u32) {
        (self.told_by, self.index)
    }
}

impl Archive {
    /// Every event, in the order of time.
    pub fn timeline(&self) -> &[Entry] {
        &self.timeline.entries
    }

    /// The words of an event. Its dates are in the entry.
    pub fn event(&self, entry: &Entry) -> &Event {
        self.telling(entry.shown())
    }

    /// An event as one document tells it.
    fn telling(&self, (document, index): (DocId, u32)) -> &Event {
        &self.document(document).facts.timeline[index as usize]
    }

    /// The id of an event: `#event-…` on every page that shows it.
    pub fn event_id(&self, entry: &Entry) -> Option<&str> {
        let named = entry.joined.as_ref().map_or(Some(entry.shown()), |joined| joined.named);
        named.and_then(|place| self.telling(place).id.as_ref()).map(|id| id.value.as_str())
    }

    /// Events that a document tells, in the order of time: numbers of [`Archive::timeline`], with their
    /// places in its own timeline.
    pub fn events_of_document(&self, id: DocId) -> &[(u32, u32)] {
        &self.timeline.of_document[id.at()]
    }

    /// What kind of event it is; empty where nobody says.
    pub fn event_kind(&self, entry: &Entry) -> &str {
        let own = &self.event(entry).kind;
        let other = entry.joined.as_ref().and_then(|joined| joined.sorted).filter(|_| own.is_empty());
        other.map_or(own, |place| &self.telling(place).kind)
    }

    /// The source of an event, and the document whose source it is.
    pub fn event_source(&self, entry: &Entry) -> Option<(DocId, &Spanned<String>)> {
        let of = |place: (DocId, u32)| Some((place.0, self.telling(place).source.as_ref()?));
        of(entry.shown()).or_else(|| of(entry.joined.as_ref()?.sourced?))
    }

    /// The number in [`Archive::timeline`] of the event with an id.
    pub fn event_with_id(&self, id: &str) -> Option<usize> {
        let by_id = &self.timeline.by_id;
        let of = |number: &u32| self.event_id(&self.timeline.entries[*number as usize]).unwrap_or_default();
        let found = by_id.binary_search_by(|number| of(number).cmp(id)).ok()?;
        Some(by_id[found] as usize)
    }

    /// The ids of all events, in their order.
    pub fn event_ids(&self) -> impl Iterator<Item = &str> {
        let entries = &self.timeline.entries;
        self.timeline.by_id.iter().filter_map(|number| self.event_id(&entries[*number as usize]))
    }

    /// Events that a document tells, in the order of time, each with the words, dates and source of
    /// the document itself. Of the others that tell it, and of its people, at most 20 are
    /// named.
    pub fn timeline_of_document(&self, id: DocId) -> Vec<Entry> {
        let entry = |(number, index): &(u32, u32)| {
            let merged = &self.timeline.entries[*number as usize];
            let event = self.telling((id, *index));
            let others = std::iter::once(merged.shown()).chain(merged.also().iter().copied());
            let also: Vec<_> = others.filter(|(other, _)| *other != id).take(NAMED).collect();
            Entry {
                told_by: id,
                index: *index,
                date: event.date,
                until: event.until,
                major: event.major,
                people: merged.people.iter().copied().take(NAMED).collect(),
                joined: (!also.is_empty())
                    .then(|| Box::new(Joined { also, named: Some((id, *index)), ..Joined::default() })),
            }
        };
        self.timeline.of_document[id.at()].iter().map(entry).collect()
    }

    /// Events in which a person took part, and those of their own file; where no event names them,
    /// those of the explainers about them. Numbers of [`Archive::timeline`], in the order of time.
    pub fn timeline_of_person(&self, id: PersonId) -> Vec<u32> {
        let file = self.person(id).document.into_iter();
        let told = |document: &DocId| !self.timeline.of_document[document.at()].is_empty();
        match self.timeline.of_person.get(&id) {
            None if !file.clone().any(|d| told(&d)) => {
                self.united(&[], self.shelves.about_person(id).iter().copied())
            }
            named => self.united(named.map_or(&[], |n| n), file),
        }
    }

    /// Events of explainers on a topic, and of the topic's own file, in the same form.
    pub fn timeline_of_topic(&self, id: TopicId) -> Vec<u32> {
        self.united(&[], self.shelves.topic(id).iter().copied().chain(self.topic(id).document))
    }

    fn united(&self, own: &[u32], documents: impl Iterator<Item = DocId>) -> Vec<u32> {
        let mut numbers = own.to_vec();
        numbers.extend(documents.flat_map(|d| &self.timeline.of_document[d.at()]).map(|(number, _)| *number));
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Of many events those that matter most, in the order of time: the turning points, the latest
    /// first, and then the latest of the others.
    pub(super) fn foremost(&self, mut numbers: Vec<u32>, most: usize) -> Vec<u32> {
        if numbers.len() > most {
            numbers.sort_by_key(|n| (!self.timeline.entries[*n as usize].major, std::cmp::Reverse(*n)));
            numbers.truncate(most);
            numbers.sort_unstable();
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Judgement, Roster, link};
    use crate::source::{Config, Kind, Source};
    use std::sync::Arc;

    /// Explainers by their timelines, as YAML; each entry as `date[/until][!] words (tellers)`.
    #[track_caller]
    fn check(timelines: &[&str], expected: &[&str], findings: usize) {
        let config = Arc::new(Config::default());
        let mut diagnostics = Diagnostics::default();
        let mut all = Vec::new();
        for (n, timeline) in timelines.iter().enumerate() {
            let text = format!("---\ntitle: X{n}\ntimeline: [{timeline}]\n---\n");
            let source = Source { path: format!("content/explainers/{n}.md").as_str().into(), text };
            all.push(Document::parse(&source, Kind::Explainer, &config, &mut diagnostics));
        }
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let judgement = Judgement { now: jiff::Timestamp::UNIX_EPOCH, drafts: false, unlinked: false };
        let roster = Roster::new(config, all, judgement, &mut diagnostics);
        let archive = link(roster, Vec::new(), Vec::new(), &mut diagnostics);
        let shown: Vec<String> = archive
            .timeline()
            .iter()
            .map(|entry| {
                let tellers = std::iter::once(entry.told_by).chain(entry.also().iter().map(|(id, _)| *id));
                let tellers: String = tellers.map(|id| id.0.to_string()).collect();
                let until = entry.until.map_or_else(String::new, |until| format!("/{}", until.iso()));
                let major = if entry.major { "!" } else { "" };
                format!("{}{until}{major} {} ({tellers})", entry.date.iso(), archive.event(entry).event)
            })
            .collect();
        assert_eq!(shown, expected);
        assert_eq!(diagnostics.iter().filter(|d| d.finding == Finding::EventConflict).count(), findings);
        for (number, entry) in archive.timeline().iter().enumerate() {
            if let Some(id) = archive.event_id(entry) {
                assert_eq!(archive.event_with_id(id), Some(number), "{id}");
            }
        }
        assert_eq!(archive.event_with_id("nobody"), None);
    }

    #[test]
    fn one_id_is_one_event_in_the_fullest_wording_on_the_most_precise_date() {
        check(
            &[
                "{id: a, date: 2023, event: Short}",
                "{id: a, date: 2023-06-17, event: Two}",
                "{id: a, date: 2023-06, until: 2023-07, event: Three, detail: more, major: true}",
                "{id: a, date: 2023, until: 2023-07-02, event: Four, detail: more.}",
            ],
            &["2023-06-17/2023-07-02! Three (2013)"],
            0,
        );
    }

    #[test]
    fn of_equally_full_wordings_the_first_in_the_order_of_paths_is_shown() {
        check(&["{id: a, date: 2023, event: One}", "{id: a, date: 2023, event: Two}"], &["2023 One (01)"], 0);
        // Letters are counted, not bytes.
        check(
            &["{id: a, date: 2023, event: été}", "{id: a, date: 2023, event: four}"],
            &["2023 four (10)"],
            0,
        );
    }

    #[test]
    fn the_same_words_on_one_day_are_one_event_unless_ids_say_otherwise() {
        check(&["{date: 2023, event: A}", "{date: 2023, event: A}"], &["2023 A (01)"], 0);
        check(&["{date: 2023, event: A}", "{date: 2023-01, event: A}"], &["2023 A (0)", "2023-01 A (1)"], 0);
        check(&["{id: a, date: 2023, event: A}", "{date: 2023, event: A}"], &["2023 A (01)"], 0);
        check(
            &["{date: 2023, event: A}", "{id: a, date: 2023, event: A}", "{id: a, date: 2023, event: B}"],
            &["2023 A (012)"],
            0,
        );
        check(
            &["{id: a, date: 2023, event: A}", "{id: b, date: 2023, event: A}"],
            &["2023 A (0)", "2023 A (1)"],
            0,
        );
        check(&["{date: 2023, event: A}, {date: 2023, event: A}"], &["2023 A (0)"], 0);
    }

    #[test]
    fn dates_that_cannot_both_be_right_are_told_once_for_each() {
        check(
            &[
                "{id: a, date: 2023-06-17, event: A}",
                "{id: a, date: 2023-06-18, until: 2023-06-20, event: A}",
                "{id: a, date: 2024, event: A}",
                "{id: a, date: 2023-06, event: A}",
            ],
            &["2023-06-17 A (0123)"],
            2,
        );
        check(
            &[
                "{id: a, date: 2023, until: 2024-01, event: A}",
                "{id: a, date: 2023, until: 2024-02, event: A}",
            ],
            &["2023/2024-01 A (01)"],
            1,
        );
        check(&["{id: a, date: 2023, event: A}, {id: a, date: 2023, event: B}"], &["2023 A (0)"], 1);
    }
}
