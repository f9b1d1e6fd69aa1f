//! Events as files: JSON for programs, and calendars.

use super::Composer;
use crate::archive::{DocId, Entry, EventsOf, Route, Thing, TopicId};
use crate::page::view::percent_encode;
use crate::page::{calendar, events_json, feed};
use std::collections::HashSet;

/// Of the people of an event and of those that tell it, so many are named with it in a file.
const NAMED: usize = 1000;

impl Composer<'_> {
    pub(super) fn events_json(&self, of: EventsOf, piece: u32) -> Vec<u8> {
        let archive = self.archive;
        let address = |of, piece| self.whole(&archive.address_of(Route::EventsJson(of, piece)));
        let name = self.name_of(of);
        if of == EventsOf::Site && archive.timeline_is_split() {
            let years = archive.years().iter().map(|(year, range)| events_json::Year {
                year: *year,
                events: range.len(),
                url: address(EventsOf::Year(*year), 0),
            });
            return events_json::index(&name, archive.timeline().len(), &years.collect::<Vec<_>>());
        }
        let older = archive.event_files(of).older(piece).map_or_else(String::new, |older| address(of, older));
        events_json::file(&name, &older, self.entries(of, piece).map(|entry| self.record(entry)))
    }

    pub(super) fn events_calendar(&self, of: EventsOf, piece: u32) -> Vec<u8> {
        // What tells this site from others: two archives may call two events the same.
        let identity = match self.site.origin.as_str() {
            "" => self.site.title.clone(),
            origin => format!("{origin}{}", self.site.base_path),
        };
        let entries = self.entries(of, piece).map(|entry| self.calendar_entry(entry, &identity));
        calendar::write(&self.name_of(of), entries)
    }

    fn name_of(&self, of: EventsOf) -> String {
        let title = &self.site.title;
        match of {
            EventsOf::Site => title.clone(),
            EventsOf::Year(year) => format!("{title}: {year}"),
            EventsOf::Topic(id) => format!("{} · {title}", self.archive.topic(id).label),
            EventsOf::Person(id) => format!("{} · {title}", self.archive.person(id).label),
        }
    }

    /// An address with scheme and host where the site has a `base_url`, and otherwise from the root.
    fn whole(&self, address: &str) -> String {
        format!("{}{}", self.archive.config.origin, self.archive.href(address))
    }

    fn entries(&self, of: EventsOf, piece: u32) -> impl Iterator<Item = &Entry> {
        let all = self.archive.timeline();
        self.archive.events_in(of, piece).into_iter().map(|number| &all[number as usize])
    }

    /// Where an event is told.
    fn place_of(&self, entry: &Entry) -> String {
        let mut url = self.whole(self.archive.address(self.archive.thing_of(entry.told_by)));
        if let Some(id) = self.archive.event_id(entry) {
            url.push_str("#event-");
            url.push_str(&percent_encode(id));
        }
        url
    }

    fn calendar_entry<'c>(&'c self, entry: &'c Entry, identity: &str) -> calendar::Event<'c> {
        let archive = self.archive;
        let event = archive.event(entry);
        let changed = |id: DocId| {
            let facts = &archive.document(id).facts;
            facts.updated.max(facts.date)
        };
        calendar::Event {
            // What is not named is known by its day and words, by which it is joined too.
            uid: feed::stable_id(&match archive.event_id(entry) {
                Some(id) => format!("{identity} events/{id}"),
                None => format!("{identity} events/{} {}", entry.date.iso(), event.event),
            }),
            changed: tellers(entry).filter_map(changed).max(),
            date: entry.date,
            until: entry.until,
            event: &event.event,
            detail: &event.detail,
            kind: archive.event_kind(entry),
            told_by: tellers(entry).take(calendar::TELLERS).map(|id| archive.title(id)).collect(),
            url: if self.site.origin.is_empty() { String::new() } else { self.place_of(entry) },
        }
    }

    fn record<'c>(&'c self, entry: &'c Entry) -> events_json::Record<'c> {
        let archive = self.archive;
        let event = archive.event(entry);
        let source = archive.event_source(entry).and_then(|(document, wanted)| {
            let sources = &archive.document(document).facts.sources;
            sources.iter().find(|s| s.id.as_ref().is_some_and(|id| id.value == wanted.value))
        });
        let page = |thing: Thing| events_json::PageOf {
            title: archive.label(thing),
            url: self.whole(archive.address(thing)),
        };
        events_json::Record {
            id: archive.event_id(entry),
            date: entry.date,
            until: entry.until,
            event: &event.event,
            detail: &event.detail,
            kind: archive.event_kind(entry),
            major: entry.major,
            people: entry.people.iter().take(NAMED).map(|p| page(Thing::Person(*p))).collect(),
            topics: self.topics_of(tellers(entry).take(NAMED)),
            source: source
                .map(|s| events_json::Origin { title: &s.title, url: s.url.as_deref().unwrap_or_default() }),
            told_by: tellers(entry).take(NAMED).map(|id| page(archive.thing_of(id))).collect(),
            url: self.place_of(entry),
        }
    }

    /// The topics of all that tell an event, each once.
    fn topics_of(&self, tellers: impl Iterator<Item = DocId>) -> Vec<&str> {
        let mut topics: Vec<TopicId> = Vec::new();
        for id in tellers {
            let own = match self.archive.thing_of(id) {
                Thing::Topic(topic) => Some(topic),
                _ => None,
            };
            topics.extend(own.iter().chain(self.archive.shelves.tags(id)));
        }
        let mut seen = HashSet::new();
        topics.retain(|topic| seen.insert(*topic));
        topics.into_iter().map(|topic| self.archive.topic(topic).label.as_str()).collect()
    }
}

/// All that tell an event: first the one whose words are shown.
fn tellers(entry: &Entry) -> impl Iterator<Item = DocId> {
    std::iter::once(entry.told_by).chain(entry.also().iter().map(|(id, _)| *id))
}
