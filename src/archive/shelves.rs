//! Documents in the orders in which pages list them: by date, topic, person and series.

use super::{DocId, PersonId, Thing, TopicId, names::Joined};
use crate::document::{Document, canonical};
use crate::source::Kind;
use std::collections::HashMap;
use std::sync::Arc;

/// Every explainer on each shelf where it belongs. All shelves are newest first, then in the
/// order of paths; those without a date come last.
#[derive(Debug)]
pub struct Shelves {
    /// All explainers.
    pub explainers: Vec<DocId>,
    /// Per document: its place among all explainers.
    rank: Vec<u32>,
    /// Per document: an explainer that others may name as related. Held apart from the documents, which
    /// lie far from each other in memory.
    offered: Vec<bool>,
    things: Vec<Thing>,
    /// Per document; empty for other kinds than explainers.
    tags: Vec<Vec<TopicId>>,
    about: Vec<Vec<PersonId>>,
    by: Vec<Vec<PersonId>>,
    topic: Rows,
    person_about: Rows,
    person_by: Rows,
    series: Vec<Series>,
    series_of: HashMap<DocId, usize>,
}

/// Explainers that are read one after the other.
#[derive(Debug)]
pub struct Series {
    /// As its first explainer spells it.
    pub title: String,
    /// Oldest first.
    pub items: Vec<DocId>,
}

impl Shelves {
    pub(super) fn thing_of(&self, id: DocId) -> Thing {
        self.things[id.at()]
    }

    /// The place of an explainer among all of them, 0 for the newest. Every shelf is in this order.
    pub fn rank(&self, id: DocId) -> u32 {
        self.rank[id.at()]
    }

    /// Whether a document is an explainer that others may name as related.
    pub(super) fn is_offered(&self, id: DocId) -> bool {
        self.offered[id.at()]
    }

    /// Topics of an explainer, in the order of its tags.
    pub fn tags(&self, id: DocId) -> &[TopicId] {
        &self.tags[id.at()]
    }

    /// Whom an explainer is about.
    pub fn about(&self, id: DocId) -> &[PersonId] {
        &self.about[id.at()]
    }

    /// By whom an explainer is.
    pub fn by(&self, id: DocId) -> &[PersonId] {
        &self.by[id.at()]
    }

    /// Explainers tagged with a topic or with one below it.
    pub fn topic(&self, id: TopicId) -> &[DocId] {
        self.topic.of(id.at())
    }

    /// Explainers about a person.
    pub fn about_person(&self, id: PersonId) -> &[DocId] {
        self.person_about.of(id.at())
    }

    /// Explainers by a person.
    pub fn by_person(&self, id: PersonId) -> &[DocId] {
        self.person_by.of(id.at())
    }

    /// The series that an explainer belongs to.
    pub fn series(&self, id: DocId) -> Option<&Series> {
        self.series_of.get(&id).map(|at| &self.series[*at])
    }
}

/// Lists of document numbers, one after the other in one vector.
#[derive(Debug, Default)]
pub(super) struct Rows {
    starts: Vec<u32>,
    items: Vec<DocId>,
}

impl Rows {
    /// Sorts pairs into `rows` rows by counting; within a row the order of the pairs stays.
    pub(super) fn fill(rows: usize, pairs: &[(u32, DocId)]) -> Rows {
        let mut starts = vec![0u32; rows + 1];
        for (row, _) in pairs {
            starts[*row as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut items = vec![DocId(0); pairs.len()];
        for (row, item) in pairs {
            let at = &mut next[*row as usize];
            items[*at as usize] = *item;
            *at += 1;
        }
        Rows { starts, items }
    }

    pub(super) fn of(&self, row: usize) -> &[DocId] {
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(&from), Some(&to)) => &self.items[from as usize..to as usize],
            _ => &[],
        }
    }
}

pub(super) fn fill(documents: &[Arc<Document>], joined: &Joined) -> Shelves {
    let mut explainers: Vec<DocId> = (0..documents.len() as u32)
        .map(DocId)
        .filter(|id| documents[id.at()].kind == Kind::Explainer)
        .collect();
    // Stable: documents are in the order of paths already.
    explainers.sort_by_key(|id| std::cmp::Reverse(documents[id.at()].facts.date));

    let mut topic = Vec::new();
    let mut about = Vec::new();
    let mut by = Vec::new();
    for &id in &explainers {
        let mut seen: Vec<TopicId> = Vec::new();
        for &tag in &joined.tags[id.at()] {
            let mut up = Some(tag);
            while let Some(t) = up.filter(|t| !seen.contains(t)) {
                seen.push(t);
                topic.push((t.0, id));
                up = joined.topics[t.at()].parent;
            }
        }
        about.extend(joined.about[id.at()].iter().map(|p| (p.0, id)));
        by.extend(joined.by[id.at()].iter().map(|p| (p.0, id)));
    }

    let mut series: Vec<Series> = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut series_of = HashMap::new();
    for &id in explainers.iter().rev() {
        if let Some(name) = &documents[id.at()].facts.series {
            let number = *numbers.entry(canonical(&name.value)).or_insert_with(|| {
                series.push(Series { title: name.value.clone(), items: Vec::new() });
                series.len() - 1
            });
            series[number].items.push(id);
            series_of.insert(id, number);
        }
    }

    let things = (0..documents.len())
        .map(|at| match (joined.topic_of[at], joined.person_of[at]) {
            (Some(topic), _) => Thing::Topic(topic),
            (_, Some(person)) => Thing::Person(person),
            _ => Thing::Document(DocId(at as u32)),
        })
        .collect();
    let mut rank = vec![u32::MAX; documents.len()];
    for (place, id) in explainers.iter().enumerate() {
        rank[id.at()] = place as u32;
    }
    Shelves {
        explainers,
        rank,
        offered: documents.iter().map(|d| d.kind == Kind::Explainer && !d.facts.noindex).collect(),
        things,
        tags: joined.tags.clone(),
        about: joined.about.clone(),
        by: joined.by.clone(),
        topic: Rows::fill(joined.topics.len(), &topic),
        person_about: Rows::fill(joined.people.len(), &about),
        person_by: Rows::fill(joined.people.len(), &by),
        series,
        series_of,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_the_order_of_their_pairs() {
        let pairs = [(2, DocId(5)), (0, DocId(1)), (2, DocId(3)), (0, DocId(9))];
        let rows = Rows::fill(3, &pairs);
        assert_eq!(rows.of(0), [DocId(1), DocId(9)]);
        assert_eq!(rows.of(1), []);
        assert_eq!(rows.of(2), [DocId(5), DocId(3)]);
        assert_eq!(rows.of(3), []);
    }
}
