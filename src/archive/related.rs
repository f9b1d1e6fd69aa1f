//! Which explainers belong together, and why.
//!
//! What the author names comes first, then what the text links to (either way), then what shares
//! topics and people, weighted by rarity: a topic on 3 pages binds more than one on 5,000. An
//! explainer that finds nothing falls back to the parents of its topics, then to its neighbours in
//! time.
//!
//! Cost: a shelf of any length is looked at through a window of [`WINDOW`] neighbours in time, so
//! that a topic on every page costs each page the same, not the square of the archive.

use super::{Archive, DocId, PersonId, Thing, TopicId};
use std::collections::BTreeMap;

/// How many neighbours on each side of a shared shelf are compared.
const WINDOW: usize = 24;

/// So many candidates, the linked ones among them, are enough to choose from.
const ENOUGH: usize = 120;

/// A related explainer, with the reasons in the order of their weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    pub document: DocId,
    /// Sum of the weights of its reasons; explicit ones and links weigh more than any sharing.
    pub score: f64,
    pub reasons: Vec<Reason>,
}

/// Why two explainers are related.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Named in `related`.
    Explicit,
    /// The text links to it.
    LinksTo,
    /// It links here.
    LinkedFrom,
    Topic {
        topic: TopicId,
        weight: f64,
    },
    Person {
        person: PersonId,
        weight: f64,
    },
    /// Below the same parent topic.
    Parent(TopicId),
    /// Written about the same time.
    Near,
}

const EXPLICIT: f64 = 1e6;
const LINK: f64 = 1e3;

impl Archive {
    /// Related explainers, the closest first: at most as many as the settings say.
    pub fn related(&self, id: DocId) -> Vec<Related> {
        let most = self.config.related;
        if most == 0 {
            return Vec::new();
        }
        // Sums over the windows choose the candidates; only these are weighed exactly. The rarest
        // shelves come first, since they bind most; common ones only fill up.
        let shelves = &self.shelves;
        let topics = shelves.tags(id).iter().map(|t| shelves.topic(*t));
        let people = shelves.about(id).iter().map(|p| shelves.about_person(*p));
        let mut shared: Vec<&[DocId]> = topics.chain(people).collect();
        shared.sort_by_key(|shelf| shelf.len());
        let mut near: Vec<(DocId, f64)> = self.linked(id).into_iter().map(|other| (other, LINK)).collect();
        for shelf in shared {
            if near.len() >= ENOUGH {
                break;
            }
            let weight = self.rarity(shelf.len());
            self.window(shelf, id, |other| near.push((other, weight)));
        }
        // Stable, so that equal reasons are added up in one order and equal sums are equal.
        near.sort_by_key(|(other, _)| *other);
        near.dedup_by(|b, a| {
            let same = a.0 == b.0;
            if same {
                a.1 += b.1;
            }
            same
        });
        let candidates = most * 3 + 2;
        if near.len() > candidates {
            near.select_nth_unstable_by(candidates, |a, b| {
                b.1.total_cmp(&a.1).then_with(|| shelves.rank(a.0).cmp(&shelves.rank(b.0)))
            });
            near.truncate(candidates);
        }
        let candidates = near.into_iter().filter(|(other, _)| self.may_be_related(id, *other));
        let mut found: Vec<Related> =
            candidates.map(|(other, _)| self.why(id, other)).filter(|r| r.score > 0.0).collect();
        if found.is_empty() {
            found = self.fallback(id);
        }
        // The closest first; of equals the newest, then the first in the order of paths.
        found.sort_by(|a, b| {
            b.score.total_cmp(&a.score).then_with(|| shelves.rank(a.document).cmp(&shelves.rank(b.document)))
        });
        found.truncate(most);
        found
    }

    /// All that binds two explainers, whether or not it is enough to be listed.
    pub fn why(&self, a: DocId, b: DocId) -> Related {
        let mut reasons = Vec::new();
        let mut score = 0.0;
        if let Some(place) = self.links.explicit(a).iter().position(|d| *d == b) {
            reasons.push(Reason::Explicit);
            score += EXPLICIT - place as f64;
        }
        if self.links_to(a, b) {
            reasons.push(Reason::LinksTo);
            score += LINK;
        }
        if self.links_to(b, a) {
            reasons.push(Reason::LinkedFrom);
            score += LINK / 2.0;
        }
        let mut shared = Vec::new();
        for &topic in self.shelves.tags(a) {
            if self.shelves.tags(b).contains(&topic) {
                let weight = self.rarity(self.shelves.topic(topic).len());
                shared.push((weight, Reason::Topic { topic, weight }));
            }
        }
        for &person in self.shelves.about(a) {
            if self.shelves.about(b).contains(&person) {
                let weight = self.rarity(self.shelves.about_person(person).len());
                shared.push((weight, Reason::Person { person, weight }));
            }
        }
        shared.sort_by(|x, y| y.0.total_cmp(&x.0));
        for (weight, reason) in shared {
            score += weight;
            reasons.push(reason);
        }
        Related { document: b, score, reasons }
    }

    /// Inverse document frequency: 0 for what is on every page, and the more the rarer.
    fn rarity(&self, on_pages: usize) -> f64 {
        let all = self.shelves.explainers.len().max(1) as f64;
        ((all + 1.0) / on_pages.max(1) as f64).ln()
    }

    fn may_be_related(&self, id: DocId, other: DocId) -> bool {
        other != id && self.shelves.is_offered(other)
    }

    /// Explainers that this one names or links to, and those that link to it.
    fn linked(&self, id: DocId) -> Vec<DocId> {
        let mut all: Vec<DocId> = self.links.explicit(id).to_vec();
        all.extend(self.link_targets(id).filter_map(|t| match t {
            Thing::Document(other) => Some(other),
            _ => None,
        }));
        all.extend(self.backlinks(Thing::Document(id)).iter().take(WINDOW * 2).map(|b| b.from));
        all
    }

    /// Calls `take` for the neighbours of `id` on a shelf, which is sorted by date.
    fn window(&self, shelf: &[DocId], id: DocId, mut take: impl FnMut(DocId)) {
        let (from, to) = if shelf.len() <= 2 * WINDOW {
            (0, shelf.len())
        } else {
            let own = self.shelves.rank(id);
            let at = shelf.partition_point(|d| self.shelves.rank(*d) < own);
            let from = at.saturating_sub(WINDOW).min(shelf.len() - 2 * WINDOW);
            (from, from + 2 * WINDOW)
        };
        for &other in &shelf[from..to] {
            if other != id {
                take(other);
            }
        }
    }

    fn fallback(&self, id: DocId) -> Vec<Related> {
        let mut found: BTreeMap<DocId, Reason> = BTreeMap::new();
        for &topic in self.shelves.tags(id) {
            if let Some(parent) = self.topic(topic).parent {
                self.window(self.shelves.topic(parent), id, |other| {
                    found.entry(other).or_insert(Reason::Parent(parent));
                });
            }
        }
        if found.is_empty() {
            let all = &self.shelves.explainers;
            let at = self.shelves.rank(id) as usize;
            let most = self.config.related;
            for &other in &all[at.saturating_sub(most)..(at + most + 1).min(all.len())] {
                found.insert(other, Reason::Near);
            }
        }
        found
            .into_iter()
            .filter(|(other, _)| self.may_be_related(id, *other))
            .map(|(document, reason)| Related { document, score: 0.0, reasons: vec![reason] })
            .collect()
    }
}
