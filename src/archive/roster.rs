//! A site between the reading of its front matters and of its texts: who and what there is, so that
//! their names can be found in the texts.

use super::names::{self, Joined};
use super::{Hidden, Judgement, Thing, gazetteer, hidden_at};
use crate::diagnostics::Diagnostics;
use crate::document::{Document, Gazetteer, Reading};
use crate::source::{Autolink, Config};
use std::sync::Arc;

/// All documents of a site by their front matters, with their names joined.
pub struct Roster {
    pub(super) config: Arc<Config>,
    pub(super) documents: Vec<Arc<Document>>,
    pub(super) marks: Vec<Option<Hidden>>,
    pub(super) hidden: Vec<(Arc<Document>, Hidden)>,
    pub(super) joined: Joined,
    pub(super) judgement: Judgement,
    gazetteer: Option<Arc<Gazetteer>>,
}

/// A document whose body is to be read.
pub struct Unread<'r> {
    pub document: &'r mut Document,
    search: Search,
}

impl Unread<'_> {
    /// The document, and what is looked for in its body.
    pub fn parts(&mut self) -> (&mut Document, Reading<'_>) {
        (self.document, self.search.reading())
    }
}

/// What is looked for in the body of one document.
#[derive(Clone, Debug)]
pub struct Search {
    gazetteer: Option<Arc<Gazetteer>>,
    own: Option<u32>,
    named: Vec<u32>,
    autolink: Autolink,
    unlinked: bool,
}

impl Search {
    /// As a body is read with.
    pub fn reading(&self) -> Reading<'_> {
        Reading {
            gazetteer: self.gazetteer.as_deref(),
            own: self.own,
            named: &self.named,
            autolink: self.autolink,
            unlinked: self.unlinked,
        }
    }

    /// The same things would be found in the same text.
    pub fn finds_what(&self, other: &Search) -> bool {
        let names = match (&self.gazetteer, &other.gazetteer) {
            (Some(own), Some(other)) => own.has_names_of(other),
            (own, other) => own.is_none() && other.is_none(),
        };
        let rest = |search: &Search| (search.own, search.autolink, search.unlinked);
        names && rest(self) == rest(other) && self.named == other.named
    }
}

impl Roster {
    /// Published documents, in the byte order of their paths.
    pub fn documents(&self) -> &[Arc<Document>] {
        &self.documents
    }

    /// Joins the names of documents (in the byte order of their paths).
    pub fn new(
        config: Arc<Config>,
        all: Vec<Document>,
        judgement: Judgement,
        diagnostics: &mut Diagnostics,
    ) -> Roster {
        Roster::of(config, all.into_iter().map(Arc::new).collect(), judgement, diagnostics)
    }

    /// The same of documents that others have too; the bodies of some may have been read already.
    pub fn of(
        config: Arc<Config>,
        all: Vec<Arc<Document>>,
        judgement: Judgement,
        diagnostics: &mut Diagnostics,
    ) -> Roster {
        let mut documents = Vec::with_capacity(all.len());
        let mut marks = Vec::with_capacity(all.len());
        let mut hidden = Vec::new();
        for document in all {
            match hidden_at(&document, &config, judgement.now) {
                Some(why) if !judgement.drafts => hidden.push((document, why)),
                mark => {
                    documents.push(document);
                    marks.push(mark);
                }
            }
        }
        let joined = names::join(&documents, diagnostics);
        gazetteer::note_shared(&joined, &documents, diagnostics);
        let links = documents.iter().any(|document| autolink(document, &config) != Autolink::Off);
        let looked_for = links || judgement.unlinked;
        let gazetteer = match looked_for {
            true => gazetteer::gazetteer(&joined, &documents, judgement.unlinked).map(Arc::new),
            false => None,
        };
        Roster { config, documents, marks, hidden, joined, judgement, gazetteer }
    }

    /// Every document, each with what is looked for in its body.
    pub fn unread(&mut self) -> Vec<Unread<'_>> {
        let searches = self.searches();
        let published = self.documents.iter_mut();
        let all = published.chain(self.hidden.iter_mut().map(|(document, _)| document));
        // Nobody else has them yet.
        all.zip(searches)
            .map(|(document, search)| Unread { document: Arc::make_mut(document), search })
            .collect()
    }

    /// Every document: those that are published, then those that are not.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.documents.iter().chain(self.hidden.iter().map(|(document, _)| document))
    }

    /// Puts another reading of a document in the place of that number in [`Roster::all`].
    pub fn replace(&mut self, at: usize, document: Arc<Document>) {
        match at.checked_sub(self.documents.len()) {
            None => self.documents[at] = document,
            Some(hidden) => self.hidden[hidden].0 = document,
        }
    }

    /// What is looked for in each body, in the order of [`Roster::all`]. In those that are not published
    /// nothing is.
    pub fn searches(&self) -> Vec<Search> {
        let Roster { config, documents, hidden, joined, judgement, gazetteer, .. } = self;
        let topics = joined.topics.len();
        let published = documents.iter().enumerate().map(|(at, document)| {
            let own = joined.topic_of[at].map(Thing::Topic).or(joined.person_of[at].map(Thing::Person));
            let events = joined.event_people[at].iter().flatten();
            let people = joined.about[at].iter().chain(&joined.by[at]).chain(events);
            Search {
                own: own.and_then(|thing| gazetteer::entity(topics, thing)),
                named: match gazetteer {
                    Some(_) => people.map(|person| topics as u32 + person.0).collect(),
                    None => Vec::new(),
                },
                gazetteer: gazetteer.clone(),
                autolink: autolink(document, config),
                unlinked: judgement.unlinked,
            }
        });
        let nothing = Search {
            gazetteer: None,
            own: None,
            named: Vec::new(),
            autolink: Autolink::Off,
            unlinked: false,
        };
        published.chain(hidden.iter().map(|_| nothing.clone())).collect()
    }
}

/// Which names become links in the text of a document. In the file of a person or topic, `autolink`
/// speaks of their own name.
pub(super) fn autolink(document: &Document, config: &Config) -> Autolink {
    use crate::source::Kind::{Person, Topic};
    let own = document.facts.autolink.filter(|_| !matches!(document.kind, Person | Topic));
    own.unwrap_or(config.autolink)
}
