//! Which explainers mention a person or topic, and which of the names in a text become links.

use super::{Archive, DocId, PersonId, Resolved, Thing, TopicId, gazetteer};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use crate::document::{LinkStyle, Sentence, Spot};
use std::collections::{BTreeMap, HashMap, HashSet};

/// An explainer that mentions something: by its name, by a link, or both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mentioning {
    pub from: DocId,
    /// How often.
    pub count: u32,
    first: First,
}

/// What the first mention is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum First {
    /// Index into the outgoing links of the document.
    Link(u32),
    /// Index into the mentions of its text.
    Name(u32),
}

/// Per topic, then per person: who mentions it, newest first.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    starts: Vec<u32>,
    rows: Vec<Mentioning>,
}

/// Turns the names and links of all explainers around. Explainers about or by a person, and those
/// under a topic, are listed there already.
pub(super) fn gather(archive: &Archive) -> Mentions {
    let topics = archive.topics.len();
    let entities = topics + archive.people.len();
    let mut pairs: Vec<(u32, Mentioning)> = Vec::new();
    // Places of the first mentions of one document, parallel to its pairs.
    let mut places: Vec<u32> = Vec::new();
    let mut numbers: HashMap<u32, usize> = HashMap::new();
    for &from in &archive.shelves.explainers {
        let facts = &archive.document(from).facts;
        let start = pairs.len();
        places.clear();
        numbers.clear();
        let mut meet = |entity: u32, count: u32, at: u32, first: First| {
            let next = pairs.len();
            let number = *numbers.entry(entity).or_insert(next);
            if number == next {
                pairs.push((entity, Mentioning { from, count, first }));
                places.push(at);
                return;
            }
            let known = &mut pairs[number].1;
            known.count += count;
            if at < places[number - start] {
                places[number - start] = at;
                known.first = first;
            }
        };
        let named = facts.named.iter().flat_map(|named| &named.mentions).enumerate();
        for (number, mention) in named {
            if !archive.lists(gazetteer::thing(topics, mention.entity), from) {
                meet(mention.entity, mention.count, mention.at, First::Name(number as u32));
            }
        }
        for (number, (link, to)) in facts.outgoing.iter().zip(archive.resolved(from)).enumerate() {
            let Resolved::Thing(thing) = to else { continue };
            let Some(entity) = gazetteer::entity(topics, *thing) else { continue };
            if !archive.lists(*thing, from) {
                meet(entity, 1, link.span.start, First::Link(number as u32));
            }
        }
    }
    let mut starts = vec![0u32; entities + 1];
    for (entity, _) in &pairs {
        starts[*entity as usize + 1] += 1;
    }
    for at in 0..entities {
        starts[at + 1] += starts[at];
    }
    // Stable: the order of the explainers stays.
    pairs.sort_by_key(|(entity, _)| *entity);
    Mentions { starts, rows: pairs.into_iter().map(|(_, mentioning)| mentioning).collect() }
}

/// Notes the names that do not become links: each where it stands; those that are too common once,
/// with where they are met first.
pub(super) fn note_unlinked(archive: &Archive, diagnostics: &mut Diagnostics) {
    for (id, spot, thing) in archive.unlinked() {
        let what = match thing {
            Thing::Topic(_) => "topic",
            Thing::Person(_) | Thing::Document(_) => "person",
        };
        diagnostics.push(
            Diagnostic::new(
                Finding::UnlinkedMention,
                Place::new(archive.document(id).path.clone(), spot.span),
                format!("the {what} \"{}\" is named here without a link", archive.label(thing)),
            )
            .help("`nutgraf check --fix` writes the link; `autolink: first` makes it without"),
        );
    }
    let topics = archive.topics.len();
    let mut below: BTreeMap<u32, (usize, Place)> = BTreeMap::new();
    for document in &archive.documents {
        for spot in document.facts.named.iter().flat_map(|named| &named.below) {
            let place = || Place::new(document.path.clone(), spot.span);
            below.entry(spot.entity).or_insert_with(|| (0, place())).0 += 1;
        }
    }
    for (entity, (count, first)) in below {
        let thing = gazetteer::thing(topics, entity);
        let Some(own) = archive.document_of(thing).map(|id| archive.document(id)) else { continue };
        // Who has a full name is found by it, and a family name alone may well be someone else's.
        if matches!(thing, Thing::Person(_)) && gazetteer::is_full_name(archive.label(thing)) {
            continue;
        }
        let place = match own.facts.title_span {
            Some(span) => Place::new(own.path.clone(), span),
            None => Place::file(own.path.clone()),
        };
        let pages = if count == 1 { "1 page names".to_owned() } else { format!("{count} pages name") };
        let help = match thing {
            Thing::Topic(_) => {
                "a name of one word links by itself if the topic's file has a text; `autolink: first` in the file makes it link, `autolink: off` ends this note"
            }
            Thing::Person(_) | Thing::Document(_) => {
                "a name of one word links by itself on pages that name the person in their front matter; `autolink: first` in the person's file makes it link, `autolink: off` ends this note"
            }
        };
        diagnostics.push(
            Diagnostic::new(
                Finding::UnlinkedMention,
                place,
                format!(
                    "{pages} \"{}\" by a word that may be an ordinary one, and do not link to it",
                    archive.label(thing)
                ),
            )
            .also(first, "the first of them")
            .help(help),
        );
    }
}

impl Archive {
    /// Whether the page of a thing lists an explainer anyway, or is its own page.
    fn lists(&self, thing: Thing, explainer: DocId) -> bool {
        let shelves = &self.shelves;
        match thing {
            Thing::Document(_) => false,
            Thing::Person(id) => {
                shelves.about(explainer).contains(&id) || shelves.by(explainer).contains(&id)
            }
            Thing::Topic(id) => shelves.tags(explainer).iter().any(|tag| {
                let mut up = Some(*tag);
                while let Some(topic) = up.filter(|topic| *topic != id) {
                    up = self.topic(topic).parent;
                }
                up.is_some()
            }),
        }
    }

    /// Explainers that mention a person and are neither about nor by them, newest first.
    pub fn mentions(&self, id: PersonId) -> &[Mentioning] {
        self.mentioning(self.topics.len() + id.at())
    }

    /// Explainers that mention a topic and are not under it, newest first.
    pub fn mentions_of_topic(&self, id: TopicId) -> &[Mentioning] {
        self.mentioning(id.at())
    }

    fn mentioning(&self, entity: usize) -> &[Mentioning] {
        let starts = &self.mentions.starts;
        match (starts.get(entity), starts.get(entity + 1)) {
            (Some(&from), Some(&to)) => &self.mentions.rows[from as usize..to as usize],
            _ => &[],
        }
    }

    /// People whom the text of a document names, links to or quotes, and whom it is neither about nor
    /// by, in the order in which it first does.
    pub fn named_in(&self, id: DocId) -> Vec<PersonId> {
        let facts = &self.document(id).facts;
        let topics = self.topics.len();
        let named = facts.named.iter().flat_map(|named| &named.mentions);
        let named = named.map(|mention| (mention.at, gazetteer::thing(topics, mention.entity)));
        let links = facts.outgoing.iter().zip(self.resolved(id));
        let linked = links.filter_map(|(link, to)| match to {
            Resolved::Thing(thing) => Some((link.span.start, *thing)),
            _ => None,
        });
        let quoted = self.quotes_of_document(id).filter_map(|quoted| {
            Some((self.quote(quoted).speaker.span.start, Thing::Person(self.speaker(quoted)?)))
        });
        let mut all: Vec<(u32, PersonId)> = named
            .chain(linked)
            .chain(quoted)
            .filter_map(|(at, thing)| match thing {
                Thing::Person(person) if !self.lists(thing, id) => Some((at, person)),
                _ => None,
            })
            .collect();
        all.sort_unstable();
        let mut seen = HashSet::new();
        all.into_iter().filter(|(_, person)| seen.insert(*person)).map(|(_, person)| person).collect()
    }

    /// The sentence of the first mention.
    pub fn sentence_of_mention(&self, mentioning: &Mentioning) -> Option<&Sentence> {
        let facts = &self.document(mentioning.from).facts;
        match mentioning.first {
            First::Link(at) => facts.outgoing[at as usize].sentence.as_deref(),
            First::Name(at) => facts.named.as_ref()?.mentions[at as usize].sentence.as_deref(),
        }
    }

    /// What the author links to by hand, in each section.
    fn linked_by_hand(&self, id: DocId) -> HashSet<(u16, Thing)> {
        let links = self.document(id).facts.outgoing.iter().zip(self.resolved(id));
        links
            .filter(|(link, _)| matches!(link.style, LinkStyle::Path | LinkStyle::Wiki))
            .filter_map(|(link, to)| match to {
                Resolved::Thing(thing @ (Thing::Topic(_) | Thing::Person(_))) => Some((link.section, *thing)),
                _ => None,
            })
            .collect()
    }

    /// Where the names of a text lead that can become links, parallel to its spots; `None` for those
    /// that stay as they are, because the author links the same thing in that section.
    pub fn linked_names(&self, id: DocId) -> Vec<Option<Thing>> {
        let Some(named) = self.document(id).facts.named.as_ref().filter(|named| !named.spots.is_empty())
        else {
            return Vec::new();
        };
        let by_hand = self.linked_by_hand(id);
        let leads = |spot: &Spot| {
            let thing = gazetteer::thing(self.topics.len(), spot.entity);
            (spot.always || !by_hand.contains(&(spot.section, thing))).then_some(thing)
        };
        named.spots.iter().map(leads).collect()
    }

    /// Names that are not linked and could be, in the order of paths and places: the first of each
    /// section, in texts whose names do not become links by themselves. Empty unless it was asked for
    /// when the texts were read.
    pub fn unlinked(&self) -> Vec<(DocId, Spot, Thing)> {
        let mut unlinked = Vec::new();
        for (at, document) in self.documents.iter().enumerate() {
            let id = DocId(at as u32);
            let Some(named) = document.facts.named.as_ref().filter(|named| !named.unlinked.is_empty()) else {
                continue;
            };
            let by_hand = self.linked_by_hand(id);
            for spot in &named.unlinked {
                let thing = gazetteer::thing(self.topics.len(), spot.entity);
                if !by_hand.contains(&(spot.section, thing)) {
                    unlinked.push((id, *spot, thing));
                }
            }
        }
        unlinked
    }
}
