//! Names that several people have: each leads to a page that lists them.

use super::PersonId;
use super::names::{Person, SharedName};
use crate::document::canonical;
use std::collections::{BTreeMap, HashMap};

/// People who have a name in common.
#[derive(Debug, Default)]
pub struct Namesakes {
    /// The names that they share; the page is called by the first.
    pub names: Vec<String>,
    /// In the order of the paths of their files.
    pub people: Vec<PersonId>,
}

/// One entry for each group of people, in the order of its first name. A name that is somebody's
/// first one comes before aliases.
pub(super) fn group(shared: &[SharedName], people: &[Person]) -> Vec<Namesakes> {
    let mut groups: BTreeMap<Vec<PersonId>, Vec<String>> = BTreeMap::new();
    for name in shared {
        let mut all = name.people.clone();
        all.sort_unstable();
        all.dedup();
        groups.entry(all).or_default().push(name.name.clone());
    }
    let mut groups: Vec<Namesakes> = groups
        .into_iter()
        .map(|(members, mut names)| {
            names.sort_by_cached_key(|name| {
                let key = canonical(name);
                let first = members.iter().any(|id| canonical(&people[id.at()].label) == key);
                (!first, super::sort_key(name))
            });
            Namesakes { names, people: members }
        })
        .collect();
    groups.sort_by_cached_key(|group| group.names.first().map(|name| super::sort_key(name)));
    groups
}

/// For each person the first group that lists them.
pub(super) fn by_person(groups: &[Namesakes]) -> HashMap<PersonId, u32> {
    let mut by_person = HashMap::new();
    for (at, group) in groups.iter().enumerate() {
        for person in &group.people {
            by_person.entry(*person).or_insert(at as u32);
        }
    }
    by_person
}
