//! Which pages can be found, in which order they are numbered, and by which words each is known.

use crate::archive::{Archive, DocId, PersonId, Route, SourceId, Thing, TopicId};
use crate::document::Date;
use crate::search::{Entry, Kind, Order};
use crate::source;

/// A page that can be found.
#[derive(Clone, Copy, Debug)]
enum Found {
    Thing(Thing),
    Source(SourceId),
}

/// The pages of an archive that can be found. Lists, the front page, old addresses and what asks not to
/// be listed (`noindex`) are not among them, nor is what is not published.
pub struct Catalogue<'a> {
    archive: &'a Archive,
    found: Vec<Found>,
    order: Order,
    /// The newest day of an explainer, and the most links to a page.
    newest: Option<Date>,
    most_links: usize,
}

impl<'a> Catalogue<'a> {
    pub fn new(archive: &'a Archive) -> Catalogue<'a> {
        let open = |thing: &Thing| {
            let document = archive.document_of(*thing);
            document.is_none_or(|id| !archive.document(id).facts.noindex && archive.marks[id.at()].is_none())
        };
        let explainers = archive.shelves.explainers.iter().map(|id| Thing::Document(*id));
        let pages = archive.of_kind(source::Kind::Page).map(|(id, _)| Thing::Document(id));
        let kinds: [(Kind, Vec<Found>); 5] = [
            (Kind::Explainer, explainers.filter(open).map(Found::Thing).collect()),
            (Kind::Person, archive.person_ids().map(Thing::Person).filter(open).map(Found::Thing).collect()),
            (Kind::Topic, archive.topic_ids().map(Thing::Topic).filter(open).map(Found::Thing).collect()),
            (Kind::Source, archive.source_ids().map(Found::Source).collect()),
            (Kind::Page, pages.filter(open).map(Found::Thing).collect()),
        ];
        let mut catalogue = Catalogue {
            archive,
            found: Vec::new(),
            order: Order::default(),
            newest: archive.shelves.explainers.iter().filter_map(|id| archive.document(*id).facts.date).max(),
            most_links: 0,
        };
        for (kind, found) in kinds {
            if !found.is_empty() {
                catalogue.order.kinds.push((kind, catalogue.found.len() as u32));
            }
            catalogue.found.extend(found);
        }
        catalogue.order.entries = catalogue.found.len() as u32;
        for (number, found) in catalogue.found.iter().enumerate() {
            let Found::Thing(thing) = found else { continue };
            catalogue.most_links = catalogue.most_links.max(archive.backlinks(*thing).len());
            let explainer = match thing {
                Thing::Document(id) => {
                    Some(archive.document(*id)).filter(|d| d.kind == source::Kind::Explainer)
                }
                Thing::Topic(_) | Thing::Person(_) => None,
            };
            // Explainers without a date come last: they are of the year 0.
            if let Some(document) = explainer {
                let year = document.facts.date.map_or(0, |date| date.year);
                if catalogue.order.years.last().is_none_or(|(last, _)| *last != year) {
                    catalogue.order.years.push((year, number as u32));
                }
            }
        }
        catalogue
    }

    pub fn order(&self) -> &Order {
        &self.order
    }

    /// Words of an average body.
    pub fn average(&self) -> f32 {
        let words = |number: u32| {
            let words = self.document(number).map_or(0, |id| self.archive.document(id).facts.words);
            (words > 0).then_some(u64::from(words))
        };
        let all: Vec<u64> = (0..self.order.entries).filter_map(words).collect();
        all.iter().sum::<u64>() as f32 / all.len().max(1) as f32
    }

    /// The content file behind a page.
    pub fn document(&self, number: u32) -> Option<DocId> {
        match self.found.get(number as usize)? {
            Found::Thing(thing) => self.archive.document_of(*thing),
            Found::Source(_) => None,
        }
    }

    /// A page without its body. Numbers are those of [`Catalogue::order`].
    pub fn entry(&self, number: u32) -> Entry {
        match self.found[number as usize] {
            Found::Thing(thing) => self.entry_of(thing),
            Found::Source(id) => {
                let source = &self.archive.source(id).entry;
                Entry {
                    title: self.archive.source_label(id).to_owned(),
                    summary: [source.author.as_str(), source.publisher.as_str()]
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .collect::<Vec<_>>()
                        .join(", "),
                    url: self.archive.address_of(Route::Source(id, 0)),
                    date: source.date.map_or_else(String::new, Date::iso),
                    ..Entry::default()
                }
            }
        }
    }

    fn entry_of(&self, thing: Thing) -> Entry {
        let archive = self.archive;
        let document = archive.document_of(thing);
        let facts = document.map(|id| &archive.document(id).facts);
        let topic = |id: &TopicId| archive.topic(*id).label.clone();
        let person = |id: &PersonId| archive.person(*id).label.clone();
        let (topics, people) = match thing {
            Thing::Document(id) => (
                archive.shelves.tags(id).iter().map(topic).collect(),
                archive.shelves.about(id).iter().map(person).collect(),
            ),
            Thing::Topic(_) | Thing::Person(_) => Default::default(),
        };
        let mut names: Vec<String> = Vec::new();
        let mut date = None;
        if let Some(facts) = facts {
            names.extend(facts.other_names.iter().map(|name| name.value.clone()));
            names.extend(facts.native_name.clone());
            date = facts.updated.or(facts.date);
        }
        let links = archive.backlinks(thing).len() as f32;
        let linked = (1.0 + links).ln() / (1.0 + self.most_links as f32).ln().max(1.0);
        let years =
            self.newest.zip(date).map(|(newest, date)| f32::from(newest.year.saturating_sub(date.year)));
        let fresh = years.map_or(0.0, |years| 1.0 - (years / 10.0).clamp(0.0, 1.0));
        Entry {
            title: archive.label(thing).to_owned(),
            names,
            topics,
            people,
            summary: facts.map_or_else(String::new, |facts| facts.summary.clone()),
            url: archive.address(thing).to_owned(),
            date: date.map_or_else(String::new, Date::iso),
            standing: 0.7 * linked + 0.3 * fresh,
        }
    }
}
