//! Events on timelines and on the pages of topics, people and explainers.

use super::{Composer, date_view};
use crate::archive::{DocId, Entry, EventsOf, Route, Thing};
use crate::page::view::{EventLinks, EventView, IndexLink, Link, Pagination, TimelineView, TimelineYear};
use crate::page::{Page, structured_data};
use std::ops::Range;
use tera::Value;

/// Of the people of an event and of those that tell it, so many are named with it on a page: an event
/// that every page tells would otherwise list every page wherever it is shown.
const NAMED: usize = 20;

impl Composer<'_> {
    /// An event as it stands on a page: that of a thing, or a timeline. It is made for each page anew: a
    /// page shows a bounded number of them, and all of them kept would be a sixth of the memory of a
    /// build.
    fn event(&self, number: u32, on: Option<Thing>) -> Value {
        let entry = &self.archive.timeline()[number as usize];
        self.make_event(entry, on, &self.site.lang).value()
    }

    /// What the page itself tells is not said to be from elsewhere.
    fn make_event(&self, entry: &Entry, on: Option<Thing>, lang: &str) -> EventView {
        let archive = self.archive;
        let event = archive.event(entry);
        let teller = |id: DocId| Some(archive.thing_of(id)).filter(|thing| Some(*thing) != on);
        let also = entry.also().iter().take(NAMED);
        // Whose page it is need not be said with each event on it.
        let others = entry.people.iter().filter(|person| Some(Thing::Person(**person)) != on);
        EventView {
            id: archive.event_id(entry).unwrap_or_default().to_owned(),
            date: date_view(entry.date, lang),
            until: self.date(entry.until, lang),
            text: event.event.clone(),
            detail: event.detail.clone(),
            kind: archive.event_kind(entry).to_owned(),
            major: entry.major,
            people: others.take(NAMED).map(|p| self.person_link(*p, Some(entry.date))).collect(),
            source: self.event_source(entry, on),
            explainer: teller(entry.told_by).map(|thing| self.card(thing)),
            also: also.filter_map(|(id, _)| teller(*id)).map(|thing| self.card(thing)).collect(),
            source_path: archive.document(entry.told_by).path.to_string(),
        }
    }

    /// The source of an event, by its number in the list of the document that has it.
    fn event_source(&self, entry: &Entry, on: Option<Thing>) -> Option<Link> {
        let (document, wanted) = self.archive.event_source(entry)?;
        let number = self.archive.source_number(document, &wanted.value)?;
        let thing = self.archive.thing_of(document);
        let page = if on == Some(thing) { String::new() } else { self.url(thing) };
        Some(Link::new(number.to_string(), format!("{page}#source-{number}")))
    }

    /// The timeline of a document's own page.
    pub(super) fn own_timeline(&self, id: DocId, lang: &str) -> Vec<Value> {
        let entries = self.archive.timeline_of_document(id);
        let on = Some(self.archive.thing_of(id));
        entries.iter().map(|e| self.make_event(e, on, lang).value()).collect()
    }

    /// What the page of a topic or person shows of its events, and where the others are.
    pub(super) fn foremost(&self, thing: Thing) -> (Vec<Value>, EventLinks) {
        let total = self.archive.events_of(thing).len();
        let shown = self.archive.foremost_of(thing);
        let files = self.files_of(thing, total.saturating_sub(1));
        let mut links = EventLinks { total, more: total - shown.len(), ..files };
        if self.archive.has_own_timeline(thing) {
            links.url = self.timeline_url(thing, 0);
        }
        (shown.iter().map(|n| self.event(*n, Some(thing))).collect(), links)
    }

    /// The files in which an event of a topic or person is, counted from the oldest.
    fn files_of(&self, thing: Thing, event: usize) -> EventLinks {
        match thing {
            Thing::Topic(id) => self.files(EventsOf::Topic(id), event),
            Thing::Person(id) => self.files(EventsOf::Person(id), event),
            Thing::Document(_) => EventLinks::default(),
        }
    }

    fn files(&self, of: EventsOf, event: usize) -> EventLinks {
        if !self.archive.has_events_data(of) {
            return EventLinks::default();
        }
        let piece = self.archive.event_files(of).of(event);
        let href = |route| self.archive.href(&self.archive.address_of(route));
        EventLinks {
            calendar: href(Route::EventsCalendar(of, piece)),
            data: href(Route::EventsJson(of, piece)),
            ..EventLinks::default()
        }
    }

    fn timeline_url(&self, thing: Thing, page: u32) -> String {
        self.archive.href(&self.archive.address_of(timeline_route(thing, page)))
    }

    /// Events under their years, in the order of time.
    fn by_year(&self, numbers: &[u32]) -> Vec<TimelineYear> {
        let year = |n: &u32| self.archive.timeline()[*n as usize].date.year;
        numbers
            .chunk_by(|a, b| year(a) == year(b))
            .map(|of_year| TimelineYear {
                year: year(&of_year[0]).to_string(),
                id: format!("year-{}", year(&of_year[0])),
                events: of_year.iter().map(|n| self.event(*n, None)).collect(),
            })
            .collect()
    }

    pub(super) fn timeline(&self, year: Option<i16>, number: u32) -> Page {
        let archive = self.archive;
        let label = year.map_or_else(String::new, |y| y.to_string());
        let title = self.part_title(self.words.text("timeline_title"), &label);
        let mut head = self.head(Route::Timeline(year, number), &title, "");
        let split = archive.timeline_is_split();
        let years = archive.years().iter().map(|(y, range)| IndexLink {
            label: y.to_string(),
            url: if split {
                self.archive.href(&archive.address_of(Route::Timeline(Some(*y), 0)))
            } else {
                format!("#year-{y}")
            },
            count: range.len(),
            current: year == Some(*y),
        });
        let ranges: Vec<Range<usize>> = archive.timeline_page(year, number);
        let numbers: Vec<u32> = ranges.into_iter().flatten().map(|n| n as u32).collect();
        let pagination = year.and_then(|y| {
            Pagination::new(number as usize + 1, archive.timeline_pages(y), |page| {
                self.archive.href(&archive.address_of(Route::Timeline(Some(y), page as u32 - 1)))
            })
        });
        head.json_ld = structured_data::list(&self.site, &head);
        let total = archive.timeline().len();
        // Of a year, the file with the last event of the page.
        let first = year.and_then(|y| archive.years().iter().find(|(known, _)| *known == y));
        let first = first.map_or(0, |(_, range)| range.start);
        let last = numbers.last().map_or(0, |n| *n as usize - first);
        let files = self.files(year.map_or(EventsOf::Site, EventsOf::Year), last);
        let events = EventLinks { total, more: total - numbers.len(), ..files };
        let groups = self.by_year(&numbers);
        let page = TimelineView { title, years: years.collect(), groups, total, events, pagination };
        self.templated("timeline.html", head, &page, None)
    }

    /// A page of the complete timeline of a topic or person.
    pub(super) fn own_timeline_page(&self, thing: Thing, number: u32) -> Page {
        let archive = self.archive;
        let title = self.part_title(self.words.text("timeline_title"), archive.label(thing));
        let mut head = self.head(timeline_route(thing, number), &title, "");
        let list = match thing {
            Thing::Topic(_) => Link::new(self.words.text("topics_title"), &self.site.lists.topics),
            _ => Link::new(self.words.text("people_title"), &self.site.lists.people),
        };
        head.breadcrumbs.extend([list, self.link(thing)]);
        if let Some(id) = archive.document_of(thing) {
            head.noindex = archive.document(id).facts.noindex || archive.marks[id.at()].is_some();
        }
        let all = archive.events_of(thing);
        let total = all.len();
        let pieces = archive.own_timeline(thing);
        let last = pieces.numbered();
        let year = |at: usize| archive.timeline()[all[at] as usize].date.year;
        let mut years: Vec<IndexLink> = Vec::new();
        let mut at = 0;
        while at < total {
            let of = year(at);
            let next = at + all[at..].partition_point(|n| archive.timeline()[*n as usize].date.year == of);
            let page = pieces.of(at);
            let there = if page == number { String::new() } else { self.timeline_url(thing, page) };
            let url = format!("{there}#year-{of}");
            years.push(IndexLink { label: of.to_string(), url, count: next - at, current: false });
            at = next;
        }
        let shown = &all[pieces.range(number)];
        // As in other lists, readers count pages from the latest events.
        let shown_as = if number == 0 { 1 } else { (last - number) as usize + 2 };
        let pagination = Pagination::new(shown_as, last as usize + 1, |n| {
            self.timeline_url(thing, if n <= 1 { 0 } else { last - (n as u32 - 2) })
        });
        if let Some(pagination) = &pagination {
            head.prev = pagination.prev.clone();
            head.next = pagination.next.clone();
        }
        if shown_as > 1 {
            head.title = format!("{title}, page {shown_as}");
            head.full_title = format!("{} · {}", head.title, self.site.title);
        }
        head.json_ld = structured_data::list(&self.site, &head);
        let files = self.files_of(thing, pieces.range(number).end.saturating_sub(1));
        let events = EventLinks { total, more: total - shown.len(), ..files };
        let page = TimelineView { title, years, groups: self.by_year(shown), total, events, pagination };
        self.templated("timeline.html", head, &page, None)
    }
}

fn timeline_route(thing: Thing, page: u32) -> Route {
    match thing {
        Thing::Topic(id) => Route::TopicTimeline(id, page),
        Thing::Person(id) => Route::PersonTimeline(id, page),
        // Explainers have their events on their own page.
        Thing::Document(_) => Route::Timeline(None, page),
    }
}
