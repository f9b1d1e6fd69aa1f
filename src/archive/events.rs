//! Whose events stand together: on the page of a topic or person, on pages of their own where they are
//! many, and in files for programs and calendars.

use super::{Archive, Listing, PersonId, Route, Thing, TopicId};
use crate::source::{TimelineData, TimelinePages};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Whose events a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventsOf {
    /// All of them; of a timeline that is split by years, the latest.
    Site,
    Year(i16),
    Topic(TopicId),
    Person(PersonId),
}

/// Up to this many events stand on the page of a topic or person that may have a complete timeline
/// ([`TimelinePages`]); with more it has one.
const ALL_HERE: usize = 100;
/// Of more events, and of those of topics and people that have no complete timeline, so many stand on
/// the page. Filling and rendering events takes a visible part of a build, and most topics of an archive
/// are tags whose page few read to its end.
const FOREMOST: usize = 25;
/// Files of events are made for topics and people with at least this many.
const DATA_FROM: usize = 3;
/// Up to this many events stand on one page of a timeline.
pub(super) const EVENTS: usize = 300;

/// Up to twice as many events, less one, stand in one file: some hundred kilobytes.
const IN_A_FILE: usize = 600;

/// A row of events in pieces of one size. Pieces but the first are counted from the oldest event and
/// always full, so that a new event changes the first only, as in other lists ([`Listing`]).
#[derive(Clone, Copy, Debug)]
pub struct Pieces {
    total: usize,
    size: usize,
}

impl Pieces {
    /// How many there are beside the first.
    pub fn numbered(self) -> u32 {
        Listing::numbered(self.total, self.size)
    }

    /// The events of a piece, counted from the oldest.
    pub fn range(self, piece: u32) -> Range<usize> {
        match piece as usize {
            0 => self.numbered() as usize * self.size..self.total,
            piece => (piece - 1) * self.size..piece * self.size,
        }
    }

    /// The piece in which an event is, counted from the oldest.
    pub fn of(self, event: usize) -> u32 {
        if event < self.numbered() as usize * self.size { (event / self.size) as u32 + 1 } else { 0 }
    }

    /// The piece with the events right before those of a piece.
    pub fn older(self, piece: u32) -> Option<u32> {
        match piece {
            0 => Some(self.numbered()).filter(|last| *last > 0),
            piece => Some(piece - 1).filter(|older| *older > 0),
        }
    }
}

/// The complete timelines of those that have pages or files of their own: as numbers of events, in the
/// order of time. They are kept because each of their pages needs them.
#[derive(Debug, Default)]
pub(super) struct OwnTimelines(HashMap<Thing, Vec<u32>>);

pub(super) fn own(archive: &Archive) -> OwnTimelines {
    let mut own = HashMap::new();
    if archive.timeline().is_empty() {
        return OwnTimelines(own);
    }
    let topics = archive.topic_ids().map(Thing::Topic);
    for thing in topics.chain(archive.person_ids().map(Thing::Person)) {
        let (pages, data) = (archive.may_have_pages(thing), archive.may_have_data(thing));
        if pages || data {
            let numbers = archive.all_events_of(thing);
            if pages && numbers.len() > ALL_HERE || data && numbers.len() >= DATA_FROM {
                own.insert(thing, numbers);
            }
        }
    }
    OwnTimelines(own)
}

impl Archive {
    fn may_have_pages(&self, thing: Thing) -> bool {
        match self.config.timelines.pages {
            TimelinePages::None => false,
            TimelinePages::Files => self.document_of(thing).is_some(),
            TimelinePages::All => true,
        }
    }

    fn may_have_data(&self, thing: Thing) -> bool {
        match self.config.timelines.data {
            TimelineData::None | TimelineData::Site => false,
            TimelineData::Files => self.document_of(thing).is_some(),
            TimelineData::All => true,
        }
    }

    fn all_events_of(&self, thing: Thing) -> Vec<u32> {
        match thing {
            Thing::Topic(id) => self.timeline_of_topic(id),
            Thing::Person(id) => self.timeline_of_person(id),
            Thing::Document(_) => Vec::new(),
        }
    }

    /// The events of a topic or person: numbers of [`Archive::timeline`], in the order of time.
    pub fn events_of(&self, thing: Thing) -> Cow<'_, [u32]> {
        match self.own_timelines.0.get(&thing) {
            Some(numbers) => Cow::Borrowed(numbers),
            None => Cow::Owned(self.all_events_of(thing)),
        }
    }

    /// The events that stand on the page of a topic or person, in the order of time.
    pub fn foremost_of(&self, thing: Thing) -> Cow<'_, [u32]> {
        let all = self.events_of(thing);
        match self.may_have_pages(thing) && all.len() <= ALL_HERE || all.len() <= FOREMOST {
            true => all,
            false => Cow::Owned(self.foremost(all.into_owned(), FOREMOST)),
        }
    }

    /// How many events stand on the pages that a topic or person has for all of them; 0 where it has
    /// no such pages.
    fn paged_events(&self, thing: Thing) -> usize {
        let kept = self.own_timelines.0.get(&thing).filter(|_| self.may_have_pages(thing));
        kept.map(Vec::len).filter(|events| *events > ALL_HERE).unwrap_or(0)
    }

    /// Every event of a topic or person is on pages of its own.
    pub fn has_own_timeline(&self, thing: Thing) -> bool {
        self.paged_events(thing) > 0
    }

    /// The pages of the complete timeline of a topic or person.
    pub fn own_timeline(&self, thing: Thing) -> Pieces {
        Pieces { total: self.paged_events(thing), size: EVENTS }
    }

    /// The files of events, by pieces. A timeline that is split by years has one file, with the latest.
    pub fn event_files(&self, of: EventsOf) -> Pieces {
        let all = self.timeline().len();
        let total = match of {
            EventsOf::Site if self.timeline_is_split() => return Pieces { total: all, size: usize::MAX },
            EventsOf::Site => all,
            EventsOf::Year(year) => {
                self.years().iter().find(|(y, _)| *y == year).map_or(0, |(_, range)| range.len())
            }
            EventsOf::Topic(id) => self.events_of(Thing::Topic(id)).len(),
            EventsOf::Person(id) => self.events_of(Thing::Person(id)).len(),
        };
        Pieces { total, size: IN_A_FILE }
    }

    /// Events are published as JSON and as a calendar.
    pub fn has_events_data(&self, of: EventsOf) -> bool {
        let thing = match of {
            EventsOf::Site => {
                return self.config.timelines.data != TimelineData::None && !self.timeline().is_empty();
            }
            EventsOf::Year(year) => {
                return self.has_events_data(EventsOf::Site)
                    && self.timeline_is_split()
                    && self.years().iter().any(|(y, _)| *y == year);
            }
            EventsOf::Topic(id) => Thing::Topic(id),
            EventsOf::Person(id) => Thing::Person(id),
        };
        self.may_have_data(thing) && self.own_timelines.0.get(&thing).is_some_and(|n| n.len() >= DATA_FROM)
    }

    /// The events of a file, in the order of time.
    pub fn events_in(&self, of: EventsOf, piece: u32) -> Vec<u32> {
        let all = self.timeline().len();
        let range = self.event_files(of).range(piece);
        let from = |start: usize| (start + range.start) as u32..(start + range.end) as u32;
        match of {
            EventsOf::Site if self.timeline_is_split() => {
                (all.saturating_sub(EVENTS) as u32..all as u32).collect()
            }
            EventsOf::Site => from(0).collect(),
            EventsOf::Year(year) => {
                let found = self.years().iter().find(|(y, _)| *y == year);
                found.map_or_else(Vec::new, |(_, of_year)| from(of_year.start).collect())
            }
            EventsOf::Topic(id) => self.events_of(Thing::Topic(id))[range].to_vec(),
            EventsOf::Person(id) => self.events_of(Thing::Person(id))[range].to_vec(),
        }
    }

    /// The timelines of topics and people, and the files of events.
    pub(super) fn event_routes(&self, routes: &mut Vec<Route>) {
        let files = |routes: &mut Vec<Route>, of: EventsOf| {
            if self.has_events_data(of) {
                let pieces = 0..=self.event_files(of).numbered();
                routes.extend(pieces.flat_map(|n| [Route::EventsJson(of, n), Route::EventsCalendar(of, n)]));
            }
        };
        files(routes, EventsOf::Site);
        for (year, _) in self.years() {
            files(routes, EventsOf::Year(*year));
        }
        if self.own_timelines.0.is_empty() {
            return;
        }
        for id in self.topic_ids() {
            if self.has_own_timeline(Thing::Topic(id)) {
                let pages = self.own_timeline(Thing::Topic(id)).numbered();
                routes.extend((0..=pages).map(|page| Route::TopicTimeline(id, page)));
            }
            files(routes, EventsOf::Topic(id));
        }
        for id in self.person_ids() {
            if self.has_own_timeline(Thing::Person(id)) {
                let pages = self.own_timeline(Thing::Person(id)).numbered();
                routes.extend((0..=pages).map(|page| Route::PersonTimeline(id, page)));
            }
            files(routes, EventsOf::Person(id));
        }
    }

    /// The folder in which the files of events stand, from the root of the site.
    pub(super) fn events_folder(&self, of: EventsOf) -> String {
        let own = |thing: Thing| format!("{}/", self.address(thing).trim_end_matches('/'));
        match of {
            EventsOf::Site => "/timeline/".to_owned(),
            EventsOf::Year(year) => format!("/timeline/{year}/"),
            EventsOf::Topic(id) => own(Thing::Topic(id)),
            EventsOf::Person(id) => own(Thing::Person(id)),
        }
    }

    /// What stands at an address below that of a topic, person or the timeline: a complete timeline, a
    /// year of it, or a file of events. `thing` is what stands at the address above it.
    pub(super) fn events_at(&self, above: &str, name: &str, thing: Option<Thing>) -> Option<Route> {
        let of = match thing {
            Some(Thing::Topic(id)) => EventsOf::Topic(id),
            Some(Thing::Person(id)) => EventsOf::Person(id),
            Some(Thing::Document(_)) => return None,
            None if above == "/timeline" => {
                let year: Option<i16> = name.parse().ok();
                let page =
                    year.filter(|y| self.timeline_is_split() && self.years().iter().any(|e| e.0 == *y));
                if page.is_some() {
                    return Some(Route::Timeline(page, 0));
                }
                EventsOf::Site
            }
            None => EventsOf::Year(above.strip_prefix("/timeline/")?.parse().ok()?),
        };
        match (name, of) {
            ("events.json", of) => self.has_events_data(of).then_some(Route::EventsJson(of, 0)),
            ("events.ics", of) => self.has_events_data(of).then_some(Route::EventsCalendar(of, 0)),
            ("timeline", EventsOf::Topic(id)) => {
                self.has_own_timeline(Thing::Topic(id)).then_some(Route::TopicTimeline(id, 0))
            }
            ("timeline", EventsOf::Person(id)) => {
                self.has_own_timeline(Thing::Person(id)).then_some(Route::PersonTimeline(id, 0))
            }
            _ => None,
        }
    }

    /// The page on which an event stands for a link that leads to a timeline of several pages: of the
    /// site, a topic or a person.
    pub(super) fn page_of_event(&self, timeline: Route, id: &str) -> Option<Route> {
        let number = self.event_with_id(id)?;
        let in_own = |thing: Thing| {
            let at = self.events_of(thing).binary_search(&(number as u32)).ok()?;
            Some(self.own_timeline(thing).of(at))
        };
        match timeline {
            Route::Timeline(..) if self.timeline_is_split() => {
                let (year, range) = self.years().iter().find(|(_, range)| range.contains(&number))?;
                Some(Route::Timeline(Some(*year), ((number - range.start) / EVENTS) as u32))
            }
            Route::Timeline(..) => Some(Route::Timeline(None, 0)),
            Route::TopicTimeline(topic, _) => Some(Route::TopicTimeline(topic, in_own(Thing::Topic(topic))?)),
            Route::PersonTimeline(person, _) => {
                Some(Route::PersonTimeline(person, in_own(Thing::Person(person))?))
            }
            _ => None,
        }
    }

    /// The complete timeline of a topic or person, where the event of a fragment (`event-…`) is on it
    /// and not on the page itself.
    pub(super) fn timeline_behind(&self, thing: Thing, fragment: &str) -> Option<Route> {
        let id = fragment.strip_prefix("event-")?;
        if !self.has_own_timeline(thing) {
            return None;
        }
        let number = self.event_with_id(id)? as u32;
        if self.foremost_of(thing).contains(&number) {
            return None;
        }
        match thing {
            Thing::Topic(topic) => self.page_of_event(Route::TopicTimeline(topic, 0), id),
            Thing::Person(person) => self.page_of_event(Route::PersonTimeline(person, 0), id),
            Thing::Document(_) => None,
        }
    }
}
