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
    gazetteer: Option<Gazetteer>,
}

/// A document whose body is to be read.
pub struct Unread<'r> {
    pub document: &'r mut Document,
    own: Option<u32>,
    named: Vec<u32>,
    gazetteer: Option<&'r Gazetteer>,
    autolink: Autolink,
    unlinked: bool,
}

impl Unread<'_> {
    /// The document, and what is looked for in its body.
    pub fn parts(&mut self) -> (&mut Document, Reading<'_>) {
        let reading = Reading {
            gazetteer: self.gazetteer,
            own: self.own,
            named: &self.named,
            autolink: self.autolink,
            unlinked: self.unlinked,
        };
        (self.document, reading)
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
        let mut documents = Vec::with_capacity(all.len());
        let mut marks = Vec::with_capacity(all.len());
        let mut hidden = Vec::new();
        for document in all {
            match hidden_at(&document, &config, judgement.now) {
                Some(why) if !judgement.drafts => hidden.push((Arc::new(document), why)),
                mark => {
                    documents.push(Arc::new(document));
                    marks.push(mark);
                }
            }
        }
        let joined = names::join(&documents, diagnostics);
        gazetteer::note_shared(&joined, &documents, diagnostics);
        let links = documents.iter().any(|document| autolink(document, &config) != Autolink::Off);
        let looked_for = links || judgement.unlinked;
        let gazetteer = match looked_for {
            true => gazetteer::gazetteer(&joined, &documents, judgement.unlinked),
            false => None,
        };
        Roster { config, documents, marks, hidden, joined, judgement, gazetteer }
    }

    /// Every document, each with what is looked for in its body. In those that are not published
    /// nothing is.
    pub fn unread(&mut self) -> Vec<Unread<'_>> {
        let Roster { config, documents, hidden, joined, judgement, gazetteer, .. } = self;
        let topics = joined.topics.len();
        let gazetteer = gazetteer.as_ref();
        let mut unread = Vec::with_capacity(documents.len() + hidden.len());
        for (at, document) in documents.iter_mut().enumerate() {
            let own = joined.topic_of[at].map(Thing::Topic).or(joined.person_of[at].map(Thing::Person));
            let events = joined.event_people[at].iter().flatten();
            let people = joined.about[at].iter().chain(&joined.by[at]).chain(events);
            unread.push(Unread {
                own: own.and_then(|thing| gazetteer::entity(topics, thing)),
                named: match gazetteer {
                    Some(_) => people.map(|person| topics as u32 + person.0).collect(),
                    None => Vec::new(),
                },
                gazetteer,
                autolink: autolink(document, config),
                unlinked: judgement.unlinked,
                // Nobody else has it yet.
                document: Arc::make_mut(document),
            });
        }
        unread.extend(hidden.iter_mut().map(|(document, _)| Unread {
            document: Arc::make_mut(document),
            own: None,
            named: Vec::new(),
            gazetteer: None,
            autolink: Autolink::Off,
            unlinked: false,
        }));
        unread
    }
}

/// Which names become links in the text of a document. In the file of a person or topic, `autolink`
/// speaks of their own name.
pub(super) fn autolink(document: &Document, config: &Config) -> Autolink {
    use crate::source::Kind::{Person, Topic};
    let own = document.facts.autolink.filter(|_| !matches!(document.kind, Person | Topic));
    own.unwrap_or(config.autolink)
}
