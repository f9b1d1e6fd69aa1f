//! Which topics are near a topic, and why.
//!
//! What the editors name comes first. Then come topics that share explainers with it, by the number
//! shared divided by the square root of the other's number: a topic on every page shares much with
//! all and says little about any. Last come those below the same parent.
//!
//! Cost: in proportion to the explainers of the topic and their tags; a topic on every page is looked
//! through once, for itself.

use super::{Archive, TopicId};
use std::collections::{HashMap, HashSet};

/// A topic near another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    pub topic: TopicId,
    pub near: Near,
    /// Explainers of the one that are tagged with the other; may be none.
    pub shared: usize,
}

/// Why two topics are near each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Near {
    /// The file of the one names the other in `related`.
    Explicit,
    /// They have explainers in common; the closer, the larger the weight.
    Shared { count: usize, weight: f64 },
    /// Both are right below this topic.
    Siblings(TopicId),
}

/// Fewer shared explainers may be chance, where a topic has more than a few.
const SHARED_FROM: usize = 2;
/// In a topic with fewer explainers than this, one that is shared counts.
const FEW: usize = 5;

impl Archive {
    /// The topics near a topic, the closest first: at most `most`. Those above and below it are left
    /// out, since its page names them anyway.
    pub fn neighbours(&self, id: TopicId, most: usize) -> Vec<Neighbour> {
        let shared = self.shared_topics(id);
        let shared_with = |other: TopicId| shared.get(&other).copied().unwrap_or(0);
        let mut found: Vec<Neighbour> = Vec::new();
        for &topic in self.related_topics(id) {
            if topic != id && !found.iter().any(|n| n.topic == topic) && found.len() < most {
                found.push(Neighbour { topic, near: Near::Explicit, shared: shared_with(topic) });
            }
        }
        let parent = self.topic(id).parent;
        let kin = self.kin(id);
        // Sorted by weight and number below: the order of the map does not matter.
        let mut sharing: Vec<(f64, TopicId, usize)> = shared
            .iter()
            .filter(|(_, count)| self.is_enough(id, **count))
            .map(|(topic, count)| (self.closeness(*topic, *count), *topic, *count))
            .collect();
        sharing.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (weight, topic, count) in sharing {
            if found.len() >= most {
                break;
            }
            if !found.iter().any(|n| n.topic == topic) && !kin.contains(&topic) {
                found.push(Neighbour { topic, near: Near::Shared { count, weight }, shared: count });
            }
        }
        if let Some(parent) = parent {
            for &topic in &self.topic(parent).children {
                if found.len() >= most {
                    break;
                }
                if topic != id && !found.iter().any(|n| n.topic == topic) {
                    found.push(Neighbour { topic, near: Near::Siblings(parent), shared: shared_with(topic) });
                }
            }
        }
        found
    }

    /// All that binds one topic to another, whether or not it is enough to be listed.
    pub fn why_near(&self, id: TopicId, other: TopicId) -> Vec<Near> {
        let mut reasons = Vec::new();
        if self.related_topics(id).contains(&other) {
            reasons.push(Near::Explicit);
        }
        if let Some(&count) = self.shared_topics(id).get(&other) {
            reasons.push(Near::Shared { count, weight: self.closeness(other, count) });
        }
        let parent = self.topic(id).parent;
        reasons.extend(parent.filter(|_| parent == self.topic(other).parent).map(Near::Siblings));
        reasons
    }

    /// Per other topic: how many explainers of this one are tagged with it.
    fn shared_topics(&self, id: TopicId) -> HashMap<TopicId, usize> {
        let mut shared = HashMap::new();
        let tags = self.shelves.topic(id).iter().flat_map(|d| self.shelves.tags(*d));
        for tag in tags.filter(|tag| **tag != id) {
            *shared.entry(*tag).or_default() += 1;
        }
        shared
    }

    fn is_enough(&self, id: TopicId, shared: usize) -> bool {
        shared >= SHARED_FROM || self.shelves.topic(id).len() < FEW
    }

    fn closeness(&self, other: TopicId, shared: usize) -> f64 {
        shared as f64 / (self.shelves.topic(other).len().max(1) as f64).sqrt()
    }

    /// The topics above and below a topic. Circles were opened when they were joined.
    fn kin(&self, id: TopicId) -> HashSet<TopicId> {
        let mut kin: HashSet<TopicId> =
            std::iter::successors(self.topic(id).parent, |t| self.topic(*t).parent).collect();
        let mut open: Vec<TopicId> = self.topic(id).children.clone();
        while let Some(next) = open.pop() {
            kin.insert(next);
            open.extend(&self.topic(next).children);
        }
        kin
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Judgement, Roster, link};
    use crate::diagnostics::Diagnostics;
    use crate::document::Document;
    use crate::source::{Config, Kind, Source};
    use std::sync::Arc;

    /// Explainers by their tags, and topics as `name parent related`.
    fn archive(explainers: &[&str], topics: &[&str]) -> Archive {
        let config = Arc::new(Config::default());
        let mut diagnostics = Diagnostics::default();
        let mut parse = |path: String, kind: Kind, text: String| {
            let source = Source { path: path.as_str().into(), text };
            Document::parse(&source, kind, &config, &mut diagnostics)
        };
        let mut all = Vec::new();
        for (n, tags) in explainers.iter().enumerate() {
            let text = format!("---\ntitle: X{n}\ntags: [{tags}]\n---\n");
            all.push(parse(format!("content/explainers/x{n:03}.md"), Kind::Explainer, text));
        }
        for topic in topics {
            let mut words = topic.split(' ');
            let name = words.next().unwrap();
            let keys = ["parent", "related"].iter().zip(words).filter(|(_, value)| *value != "-");
            let keys: String = keys.map(|(key, value)| format!("{key}: {value}\n")).collect();
            let text = format!("---\ntitle: {name}\n{keys}---\n");
            all.push(parse(format!("content/topics/{name}.md"), Kind::Topic, text));
        }
        let judgement = Judgement { now: jiff::Timestamp::UNIX_EPOCH, drafts: false, unlinked: false };
        let mut found = Diagnostics::default();
        let roster = Roster::new(config, all, judgement, &mut found);
        link(roster, Vec::new(), Vec::new(), &mut found)
    }

    fn topic(archive: &Archive, name: &str) -> TopicId {
        archive.topic_ids().find(|t| archive.topic(*t).label == name).unwrap()
    }

    #[track_caller]
    fn check(explainers: &[&str], topics: &[&str], of: &str, expected: &[&str]) {
        let archive = archive(explainers, topics);
        let all = archive.neighbours(topic(&archive, of), 12);
        let found: Vec<String> = all
            .iter()
            .map(|n| {
                let why = match n.near {
                    Near::Explicit => "editors".to_owned(),
                    Near::Shared { .. } => n.shared.to_string(),
                    Near::Siblings(parent) => archive.topic(parent).label.clone(),
                };
                format!("{} {why}", archive.topic(n.topic).label)
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_rare_topic_is_nearer_than_one_on_every_page() {
        let mut explainers = vec!["all, a, rare", "all, a, rare", "all, a, one"];
        explainers.extend(["all"; 40]);
        check(&explainers, &[], "a", &["rare 2", "one 1", "all 3"]);
    }

    #[test]
    fn a_single_shared_explainer_is_chance_in_a_large_topic() {
        check(&["a, b", "a", "a", "a", "a", "a, c", "a, c"], &[], "a", &["c 2"]);
        check(&["a, b", "a"], &[], "a", &["b 1"]);
    }

    #[test]
    fn editors_come_first_and_siblings_last_and_kin_is_left_out() {
        check(
            &["a, b, child", "a, b, top", "c", "d"],
            &["a top d", "child a", "top", "c top", "b", "d"],
            "a",
            &["d editors", "b 2", "c top"],
        );
        // What the editors name stays, also where it is kin.
        check(&["a"], &["a top child", "child a", "top"], "a", &["child editors"]);
    }

    #[test]
    fn both_directions_are_told() {
        let archive = archive(&["a, b", "a", "b", "b"], &["a top", "b top"]);
        let (a, b) = (topic(&archive, "a"), topic(&archive, "b"));
        let top = topic(&archive, "top");
        let weight = |of: f64| Near::Shared { count: 1, weight: 1.0 / of.sqrt() };
        assert_eq!(archive.why_near(a, b), [weight(3.0), Near::Siblings(top)]);
        assert_eq!(archive.why_near(b, a), [weight(2.0), Near::Siblings(top)]);
    }
}
