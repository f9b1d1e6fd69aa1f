//! Which names of topics and people are looked for in texts, and how much each says.
//!
//! A link that leads to the wrong person is worse than none, and a page on which every other word is
//! a link is worse to read than one without. So a name has to be long enough to be one, and what
//! could be an ordinary word links only where something else speaks for it.

use super::names::Joined;
use super::{PersonId, Thing, TopicId};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use crate::document::gazetteer::{Bearer, Collector, Weight, is_unspaced};
use crate::document::{Document, Gazetteer, canonical};
use crate::source::Autolink;
use std::collections::HashMap;
use std::sync::Arc;

/// The number of a thing in the gazetteer: topics first, then people.
pub(super) fn entity(topics: usize, thing: Thing) -> Option<u32> {
    match thing {
        Thing::Topic(id) => Some(id.0),
        Thing::Person(id) => Some(topics as u32 + id.0),
        Thing::Document(_) => None,
    }
}

/// The thing that has a number in the gazetteer.
pub(super) fn thing(topics: usize, entity: u32) -> Thing {
    match entity.checked_sub(topics as u32) {
        None => Thing::Topic(TopicId(entity)),
        Some(person) => Thing::Person(PersonId(person)),
    }
}

/// The gazetteer of all names; `unlinked` also collects those that never become links.
pub(super) fn gazetteer(joined: &Joined, documents: &[Arc<Document>], unlinked: bool) -> Option<Gazetteer> {
    let mut names = Collector::default();
    let topics = joined.topics.len();
    for (at, topic) in joined.topics.iter().enumerate() {
        // A tag without a file is a heading over a list; nobody said that its words mean it.
        let Some(document) = topic.document.map(|id| &documents[id.at()]) else { continue };
        let facts = &document.facts;
        let others = facts.other_names.iter().map(|name| name.value.as_str());
        for name in std::iter::once(topic.label.as_str()).chain(others) {
            let weight = weight_of_topic(name, document.has_text, facts.autolink);
            if let Some(weight) = weight.filter(|weight| unlinked || *weight != Weight::Common) {
                names.add(name, at as u32, Bearer::Topic, weight, facts.autolink);
            }
        }
    }
    for (at, person) in joined.people.iter().enumerate() {
        let facts = person.document.map(|id| &documents[id.at()].facts);
        let others = facts.into_iter().flat_map(|facts| {
            let aliases = facts.other_names.iter().map(|name| name.value.as_str());
            aliases.chain(facts.native_name.as_deref())
        });
        let autolink = facts.and_then(|facts| facts.autolink);
        for name in std::iter::once(person.label.as_str()).chain(others) {
            if let Some(weight) = weight_of_person(name, facts.is_some(), autolink) {
                names.add(name, (topics + at) as u32, Bearer::Person, weight, autolink);
            }
        }
    }
    names.finish()
}

/// What a name is made of.
struct Shape {
    words: usize,
    letters: usize,
    /// None of its letters is of a script with spaces between words.
    unspaced: bool,
    /// All letters that can be are capitals: `NATO`.
    acronym: bool,
    /// It has a letter that is not a small one.
    proper: bool,
}

fn shape(name: &str) -> Shape {
    let letters = || name.chars().filter(|c| c.is_alphanumeric());
    Shape {
        words: name
            .split([' ', '\u{a0}', '・', '·'])
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .count(),
        letters: letters().count(),
        unspaced: letters().all(|c| is_unspaced(c) || ('\u{ac00}'..='\u{d7a3}').contains(&c)),
        acronym: letters().all(|c| !c.is_lowercase()) && letters().any(char::is_uppercase),
        proper: letters().any(|c| c.is_alphabetic() && !c.is_lowercase()),
    }
}

/// `None`: not looked for at all.
fn weight_of_topic(name: &str, has_text: bool, autolink: Option<Autolink>) -> Option<Weight> {
    let Shape { words, letters, unspaced, acronym, .. } = shape(name);
    let long_enough = letters >= 4 || ((unspaced || acronym) && letters >= 2);
    // A word by itself is often an ordinary one. Who wrote a text about it means it to be read.
    let meant = words > 1 || has_text;
    match autolink {
        _ if letters < 2 => None,
        Some(_) => Some(Weight::Full),
        None if meant && long_enough => Some(Weight::Full),
        None => Some(Weight::Common),
    }
}

/// `None`: not looked for at all.
fn weight_of_person(name: &str, has_file: bool, autolink: Option<Autolink>) -> Option<Weight> {
    let Shape { words, letters, unspaced, proper, .. } = shape(name);
    // `jane-doe` is how a file is called, and `the chair` is no name.
    if letters < 2 || !proper {
        return None;
    }
    if (words > 1 && letters >= 4) || (unspaced && letters >= 3) {
        return Some(Weight::Full);
    }
    has_file.then_some(if autolink.is_some() { Weight::Full } else { Weight::Short })
}

/// Whether a person's name says who is meant, wherever it stands.
pub(super) fn is_full_name(name: &str) -> bool {
    weight_of_person(name, true, None) == Some(Weight::Full)
}

/// A name that a person and a topic have, once, with both places.
pub(super) fn note_shared(joined: &Joined, documents: &[Arc<Document>], diagnostics: &mut Diagnostics) {
    let mut topics: HashMap<String, (&str, Place)> = HashMap::new();
    for topic in &joined.topics {
        let Some(document) = topic.document.map(|id| &documents[id.at()]) else { continue };
        for (name, place) in names_in(document, &topic.label) {
            topics.insert(canonical(name), (&topic.label, place));
        }
    }
    if topics.is_empty() {
        return;
    }
    for (at, person) in joined.people.iter().enumerate() {
        let given = match person.document.map(|id| &documents[id.at()]) {
            Some(document) => names_in(document, &person.label),
            // Looking for who names them takes its time, and is seldom needed.
            None if !topics.contains_key(&canonical(&person.label)) => continue,
            None => match first_named(joined, documents, PersonId(at as u32)) {
                Some(place) => vec![(person.label.as_str(), place)],
                None => continue,
            },
        };
        for (name, place) in given {
            let Some((topic, there)) = topics.get(&canonical(name)) else { continue };
            diagnostics.push(
                Diagnostic::new(
                    Finding::SharedName,
                    place,
                    format!(
                        "\"{name}\" is a name of the person \"{}\" and of the topic \"{topic}\"",
                        person.label
                    ),
                )
                .label("of the person")
                .also(there.clone(), "of the topic")
                .help("no mention of it becomes a link by itself; take it out of one of them"),
            );
        }
    }
}

/// The names that a file gives, with their places.
fn names_in<'d>(document: &'d Document, label: &'d str) -> Vec<(&'d str, Place)> {
    let facts = &document.facts;
    let title = match facts.title_span {
        Some(span) => Place::new(document.path.clone(), span),
        None => Place::file(document.path.clone()),
    };
    let others = facts.other_names.iter();
    let others = others.map(|name| (name.value.as_str(), Place::new(document.path.clone(), name.span)));
    std::iter::once((label, title)).chain(others).collect()
}

/// The first file that names a person who has none.
fn first_named(joined: &Joined, documents: &[Arc<Document>], id: PersonId) -> Option<Place> {
    let names = |at: &usize| joined.about[*at].contains(&id) || joined.by[*at].contains(&id);
    let at = (0..documents.len()).find(names)?;
    let facts = &documents[at].facts;
    let label = canonical(&joined.people[id.at()].label);
    let typed = facts.people.iter().chain(&facts.authors).find(|name| canonical(&name.value) == label);
    let path = documents[at].path.clone();
    Some(typed.map_or_else(|| Place::file(path.clone()), |name| Place::new(path.clone(), name.span)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_need_two_words_or_a_file_that_asks_for_less() {
        for (name, has_file, autolink, weight) in [
            ("Ada Lovelace", false, None, Some(Weight::Full)),
            ("Li Na", false, None, Some(Weight::Full)),
            ("jane-doe", false, None, None),
            ("jane doe", true, None, None),
            ("Plato", false, None, None),
            ("Plato", true, None, Some(Weight::Short)),
            ("Plato", true, Some(Autolink::First), Some(Weight::Full)),
            ("X", true, Some(Autolink::All), None),
            ("J. K.", true, None, Some(Weight::Short)),
            ("習近平", true, None, Some(Weight::Full)),
            ("李強", true, None, Some(Weight::Short)),
            ("文", true, None, None),
            ("문재인", false, None, Some(Weight::Full)),
            ("ジョー・バイデン", false, None, Some(Weight::Full)),
        ] {
            assert_eq!(weight_of_person(name, has_file, autolink), weight, "{name}");
        }
    }

    #[test]
    fn topics_of_one_word_need_a_text_or_a_word_from_the_author() {
        for (name, has_text, autolink, weight) in [
            ("Export controls", false, None, Some(Weight::Full)),
            ("Policy", false, None, Some(Weight::Common)),
            ("Policy", true, None, Some(Weight::Full)),
            ("Policy", false, Some(Autolink::First), Some(Weight::Full)),
            ("API", true, None, Some(Weight::Full)),
            ("Art", true, None, Some(Weight::Common)),
            ("Art", true, Some(Autolink::First), Some(Weight::Full)),
            ("C", true, Some(Autolink::First), None),
            ("日本", true, None, Some(Weight::Full)),
            ("日本", false, None, Some(Weight::Common)),
        ] {
            assert_eq!(weight_of_topic(name, has_text, autolink), weight, "{name}");
        }
    }
}
