//! Topics and people as they are named on a command line.

use crate::archive::{Archive, PersonId, Thing, TopicId};
use crate::diagnostics::{Failure, nearest};
use crate::document::canonical;

/// A topic by its label, slug, other name, path or address.
///
/// # Errors
/// When there is none.
pub(super) fn topic_named(archive: &Archive, wanted: &str) -> Result<TopicId, Failure> {
    let mut all = archive.topic_ids().map(|id| (id, Thing::Topic(id), archive.topic(id).slug.as_str()));
    let found = all.find(|(_, thing, slug)| is_named(archive, *thing, slug, wanted));
    found
        .map(|(id, ..)| id)
        .ok_or_else(|| none("topic", wanted, archive.topics.iter().map(|topic| topic.label.as_str())))
}

/// A person, in the same way.
///
/// # Errors
/// When there is none.
pub(super) fn person_named(archive: &Archive, wanted: &str) -> Result<PersonId, Failure> {
    let mut all = archive.person_ids().map(|id| (id, Thing::Person(id), archive.person(id).slug.as_str()));
    let found = all.find(|(_, thing, slug)| is_named(archive, *thing, slug, wanted));
    found
        .map(|(id, ..)| id)
        .ok_or_else(|| none("person", wanted, archive.people.iter().map(|person| person.label.as_str())))
}

fn is_named(archive: &Archive, thing: Thing, slug: &str, wanted: &str) -> bool {
    let key = canonical(wanted);
    let address = |text: &str| canonical(text.trim_matches('/'));
    let document = archive.document_of(thing).map(|id| archive.document(id));
    canonical(archive.label(thing)) == key
        || canonical(slug) == key
        || address(archive.address(thing)) == address(wanted)
        || document.is_some_and(|document| {
            let path = document.path.strip_prefix("content/").unwrap_or(&document.path);
            let wanted = wanted.strip_prefix("content/").unwrap_or(wanted);
            path == wanted || document.facts.other_names.iter().any(|name| canonical(&name.value) == key)
        })
}

fn none<'a>(word: &str, wanted: &str, names: impl Iterator<Item = &'a str>) -> Failure {
    let near = nearest(wanted, names).map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
    Failure(format!("there is no {word} `{wanted}`{near}"))
}
