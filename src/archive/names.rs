//! The dictionary of names: which topic or person a tag, name or alias means.

use super::{DocId, PersonId, TopicId, routes};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span, nearest};
use crate::document::{Document, Spanned, canonical, slugify};
use crate::source::Kind;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A topic: what a tag means.
#[derive(Debug)]
pub struct Topic {
    /// The title of its file, else the most frequent spelling.
    pub label: String,
    pub slug: String,
    /// Its content file, if there is one.
    pub document: Option<DocId>,
    pub parent: Option<TopicId>,
    /// In the order of their labels.
    pub children: Vec<TopicId>,
}

/// A person who is named anywhere.
#[derive(Debug)]
pub struct Person {
    /// The name in their file, else the most frequent spelling.
    pub label: String,
    pub slug: String,
    pub document: Option<DocId>,
}

/// What joining the names yields, parallel to the documents where it says so.
pub(super) struct Joined {
    pub topics: Vec<Topic>,
    pub people: Vec<Person>,
    /// Per document: its topics in the order of its tags, each once.
    pub tags: Vec<Vec<TopicId>>,
    /// Per document: whom it is about.
    pub about: Vec<Vec<PersonId>>,
    /// Per document: by whom it is.
    pub by: Vec<Vec<PersonId>>,
    /// Per document and event of its timeline: who took part.
    pub event_people: Vec<Vec<Vec<PersonId>>>,
    /// Per document: the topic or person that it describes.
    pub topic_of: Vec<Option<TopicId>>,
    pub person_of: Vec<Option<PersonId>>,
    /// Names that several people have, in the order of their keys.
    pub shared: Vec<SharedName>,
}

/// A name that several people have, with or without a file of that name.
pub(super) struct SharedName {
    /// As the first of them spells it.
    pub name: String,
    pub people: Vec<PersonId>,
}

/// Gives every tag and name of the documents the topic or person that it means.
pub(super) fn join(documents: &[Arc<Document>], diagnostics: &mut Diagnostics) -> Joined {
    let mut topics = Dictionary::new(Sort::Topic);
    let mut people = Dictionary::new(Sort::Person);
    let mut topic_of = vec![None; documents.len()];
    let mut person_of = vec![None; documents.len()];
    for (at, document) in documents.iter().enumerate() {
        match document.kind {
            Kind::Topic => topic_of[at] = Some(topics.declare(DocId(at as u32), document, diagnostics)),
            Kind::Person => person_of[at] = Some(people.declare(DocId(at as u32), document, diagnostics)),
            _ => {}
        }
    }
    let mut tags = Vec::with_capacity(documents.len());
    let mut about = Vec::with_capacity(documents.len());
    let mut by = Vec::with_capacity(documents.len());
    let mut event_people: Vec<Vec<Vec<u32>>> = Vec::with_capacity(documents.len());
    for (at, document) in documents.iter().enumerate() {
        let id = DocId(at as u32);
        let facts = &document.facts;
        tags.push(topics.mentions(id, &facts.tags));
        about.push(people.mentions(id, &facts.people));
        by.push(people.mentions(id, &facts.authors));
        event_people.push(facts.timeline.iter().map(|e| people.mentions(id, &e.people)).collect());
    }
    // A parent exists as a topic even if no explainer is tagged with it.
    let parents: Vec<(u32, u32, DocId)> = documents
        .iter()
        .enumerate()
        .filter_map(|(at, document)| {
            let id = DocId(at as u32);
            let parent = document.facts.parent.as_ref()?;
            Some((topic_of[at]?, topics.mention(id, parent), id))
        })
        .collect();

    people.note_shared(documents, diagnostics);
    people.note_namesakes(diagnostics);
    let topic_map = topics.settle(documents, diagnostics);
    let person_map = people.settle(documents, diagnostics);
    topics.note_unknown(documents, diagnostics);
    people.note_unknown(documents, diagnostics);
    let shared = people.shared_names(&person_map);

    let mut joined = Joined {
        topics: topics
            .entries
            .into_iter()
            .filter(|e| e.merged.is_none())
            .map(|e| Topic {
                label: e.label,
                slug: e.slug,
                document: e.document,
                parent: None,
                children: Vec::new(),
            })
            .collect(),
        people: people
            .entries
            .into_iter()
            .filter(|e| e.merged.is_none())
            .map(|e| Person { label: e.label, slug: e.slug, document: e.document })
            .collect(),
        tags: renumber(tags, &topic_map, TopicId),
        about: renumber(about, &person_map, PersonId),
        by: renumber(by, &person_map, PersonId),
        event_people: event_people
            .into_iter()
            .map(|events| renumber(events, &person_map, PersonId))
            .collect(),
        topic_of: topic_of.into_iter().map(|t| t.map(|t: u32| TopicId(topic_map[t as usize]))).collect(),
        person_of: person_of.into_iter().map(|p| p.map(|p: u32| PersonId(person_map[p as usize]))).collect(),
        shared,
    };
    let parents = parents.into_iter().map(|(child, parent, id)| {
        (TopicId(topic_map[child as usize]), TopicId(topic_map[parent as usize]), id)
    });
    family(&mut joined.topics, parents, documents, diagnostics);
    joined
}

/// Old numbers → new ones, each once per list, in the order of the list.
fn renumber<T: Copy + PartialEq>(lists: Vec<Vec<u32>>, map: &[u32], id: fn(u32) -> T) -> Vec<Vec<T>> {
    lists
        .into_iter()
        .map(|list| {
            let mut new: Vec<T> = Vec::with_capacity(list.len());
            for old in list {
                let item = id(map[old as usize]);
                if !new.contains(&item) {
                    new.push(item);
                }
            }
            new
        })
        .collect()
}

/// Sets parents and children; a circle is reported and opened at its first topic.
fn family(
    topics: &mut [Topic],
    parents: impl Iterator<Item = (TopicId, TopicId, DocId)>,
    documents: &[Arc<Document>],
    diagnostics: &mut Diagnostics,
) {
    for (child, parent, id) in parents {
        let mut up = Some(parent);
        let mut chain = vec![topics[child.at()].label.clone()];
        let mut circle = false;
        while let Some(t) = up {
            chain.push(topics[t.at()].label.clone());
            if t == child {
                circle = true;
                break;
            }
            up = topics[t.at()].parent;
        }
        if circle {
            let span = documents[id.at()].facts.parent.as_ref().map_or(Span::default(), |p| p.span);
            diagnostics.push(
                Diagnostic::new(
                    Finding::ParentCycle,
                    Place::new(documents[id.at()].path.clone(), span),
                    format!("the parents of topics go round in a circle: {}", chain.join(" → ")),
                )
                .label("this parent closes the circle")
                .help("take the `parent` out of one of them"),
            );
            continue;
        }
        topics[child.at()].parent = Some(parent);
        topics[parent.at()].children.push(child);
    }
    let keys: Vec<String> = topics.iter().map(|t| super::sort_key(&t.label)).collect();
    for topic in topics.iter_mut() {
        topic.children.sort_by(|a, b| keys[a.at()].cmp(&keys[b.at()]));
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Topic,
    Person,
}

struct Dictionary<'a> {
    sort: Sort,
    entries: Vec<Entry<'a>>,
    /// Canonical key → entry.
    by_key: HashMap<String, u32>,
    /// Text as typed → entry: most names are met many times, and are folded once.
    by_text: HashMap<&'a str, u32>,
    /// Keys that are a name of several people, each with those who have it.
    shared: BTreeMap<String, Vec<u32>>,
}

struct Entry<'a> {
    document: Option<DocId>,
    /// Of its file; empty without one.
    path: Arc<str>,
    label: String,
    slug: String,
    /// Names under which its file makes it known, with the place where they stand.
    known: Vec<(&'a str, Span)>,
    /// How many of them are names; the rest are its file name and slug.
    names: usize,
    spellings: BTreeMap<&'a str, Spelling>,
    merged: Option<u32>,
}

struct Spelling {
    count: u32,
    document: DocId,
    span: Span,
}

impl<'a> Dictionary<'a> {
    fn new(sort: Sort) -> Dictionary<'a> {
        Dictionary {
            sort,
            entries: Vec::new(),
            by_key: HashMap::new(),
            by_text: HashMap::new(),
            shared: BTreeMap::new(),
        }
    }

    /// Enters the names that a file claims: its title, slug, file name and aliases.
    fn declare(&mut self, id: DocId, document: &'a Document, diagnostics: &mut Diagnostics) -> u32 {
        let number = self.entries.len() as u32;
        let facts = &document.facts;
        let stem = routes::stem(&document.path);
        let title = if facts.title.is_empty() { stem } else { &facts.title };
        let slug = match &facts.slug {
            Some(slug) => slugify(&slug.value),
            None => slugify(stem),
        };
        let title_span = facts.title_span.unwrap_or_default();
        let mut known = vec![(title, title_span)];
        // The name in its own script is as good as the other.
        known.extend(facts.native_name.as_deref().map(|n| (n, Span::default())));
        known.extend(facts.other_names.iter().map(|n| (n.value.as_str(), n.span)));
        let names = known.len();
        for (name, span) in &known {
            let key = canonical(name);
            match self.by_key.get(&key) {
                Some(&other) if other != number => {
                    let entry = &self.entries[other as usize];
                    let theirs = entry.known.iter().position(|(n, _)| canonical(n) == key);
                    // Two people may well have one name; only naming them by it is ambiguous.
                    if self.sort == Sort::Person && theirs.is_some_and(|theirs| theirs < entry.names) {
                        let all = self.shared.entry(key).or_insert_with(|| vec![other]);
                        if all.last() != Some(&number) {
                            all.push(number);
                        }
                        continue;
                    }
                    let there = theirs.map_or(Span::default(), |k| entry.known[k].1);
                    let word = self.word();
                    diagnostics.push(
                        Diagnostic::new(
                            Finding::NameClaimedTwice,
                            place(&document.path, *span),
                            format!(
                                "\"{name}\" is claimed by two {word}s: \"{title}\" and \"{}\"",
                                entry.label
                            ),
                        )
                        .also(place(&entry.path, there), "claimed here too")
                        .help("take it out of one of them; a name leads to one page"),
                    );
                }
                Some(_) => {}
                None => {
                    self.by_key.insert(key, number);
                }
            }
        }
        // Slug and file name are names too, but give way: two files with one slug are reported
        // where their addresses clash.
        known.push((stem, Span::default()));
        if let Some(slug) = &facts.slug {
            known.push((&slug.value, slug.span));
        }
        for key in [canonical(&slug), canonical(stem)] {
            self.by_key.entry(key).or_insert(number);
        }
        self.entries.push(Entry {
            document: Some(id),
            path: document.path.clone(),
            label: title.to_owned(),
            slug,
            known,
            names,
            spellings: BTreeMap::new(),
            merged: None,
        });
        number
    }

    fn word(&self) -> &'static str {
        match self.sort {
            Sort::Topic => "topic",
            Sort::Person => "person",
        }
    }

    fn mentions(&mut self, id: DocId, names: &'a [Spanned<String>]) -> Vec<u32> {
        names.iter().map(|name| self.mention(id, name)).collect()
    }

    fn mention(&mut self, id: DocId, name: &'a Spanned<String>) -> u32 {
        let text = name.value.as_str();
        let number = match self.by_text.get(text) {
            Some(&number) => number,
            None => {
                let key = canonical(text);
                let number = match self.by_key.get(&key) {
                    Some(&number) => number,
                    None => self.meet(key, text),
                };
                self.by_text.insert(text, number);
                number
            }
        };
        let spelling = self.entries[number as usize].spellings.entry(text);
        spelling.and_modify(|s| s.count += 1).or_insert(Spelling { count: 1, document: id, span: name.span });
        number
    }

    /// A name that no file claims by itself: it may still be the slug of one that has a file
    /// (`climate change` for `climate-change.md`).
    fn meet(&mut self, key: String, text: &str) -> u32 {
        let slug = slugify(text);
        let by_slug = self.by_key.get(&canonical(&slug)).copied();
        let number = match by_slug.filter(|n| self.entries[*n as usize].document.is_some()) {
            Some(number) => number,
            None => {
                self.entries.push(Entry {
                    document: None,
                    path: Arc::from(""),
                    label: String::new(),
                    slug,
                    known: Vec::new(),
                    names: 0,
                    spellings: BTreeMap::new(),
                    merged: None,
                });
                self.entries.len() as u32 - 1
            }
        };
        self.by_key.insert(key, number);
        number
    }

    /// Chooses labels and slugs, joins a bare slug with the name that it stands for, and reports
    /// spellings. Returns the new number of each entry.
    fn settle(&mut self, documents: &[Arc<Document>], diagnostics: &mut Diagnostics) -> Vec<u32> {
        let mut by_slug: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (number, entry) in self.entries.iter_mut().enumerate() {
            if entry.document.is_none() {
                entry.label = most_frequent(&entry.spellings);
            }
            by_slug.entry(canonical(&entry.slug)).or_default().push(number as u32);
        }
        for (slug, group) in by_slug {
            if group.len() > 1 {
                self.part(&slug, group, documents, diagnostics);
            }
        }
        let mut map = vec![0; self.entries.len()];
        let mut next = 0;
        for (number, entry) in self.entries.iter().enumerate() {
            if entry.merged.is_none() {
                map[number] = next;
                next += 1;
            }
        }
        for number in 0..self.entries.len() {
            if let Some(into) = self.entries[number].merged {
                map[number] = map[into as usize];
            }
        }
        for entry in self.entries.iter().filter(|e| e.merged.is_none()) {
            self.note_variants(entry, documents, diagnostics);
        }
        map
    }

    /// Several entries come to one slug. One that is nothing but the slug joins the first of the
    /// others; names that really differ get addresses of their own, and a warning.
    fn part(
        &mut self,
        slug: &str,
        mut group: Vec<u32>,
        documents: &[Arc<Document>],
        diagnostics: &mut Diagnostics,
    ) {
        // Those with a file come first, then by name, so that the choice does not hang on order.
        group.sort_by_key(|n| {
            let e = &self.entries[*n as usize];
            (e.document.is_none(), canonical(&e.label))
        });
        if let Some(bare) = group.iter().position(|n| {
            let e = &self.entries[*n as usize];
            e.document.is_none() && canonical(&e.label) == slug
        }) && let Some(&into) = group.iter().find(|n| **n != group[bare])
        {
            let bare = group.remove(bare);
            let spellings = std::mem::take(&mut self.entries[bare as usize].spellings);
            self.entries[into as usize].spellings.extend(spellings);
            self.entries[bare as usize].merged = Some(into);
        }
        let first = group[0];
        for &number in &group[1..] {
            let entry = &self.entries[number as usize];
            if entry.document.is_some() {
                // Two files with one slug: the clash of their addresses is reported with both.
                continue;
            }
            let hash = blake3::hash(canonical(&entry.label).as_bytes()).to_hex();
            let own = format!("{}-{}", entry.slug, &hash[..6]);
            let word = self.word();
            let other = &self.entries[first as usize].label;
            let mut diagnostic = Diagnostic::new(
                Finding::SlugCollision,
                spelling_place(entry, documents),
                format!(
                    "the {word}s \"{}\" and \"{other}\" come to one address; this one gets `{own}`",
                    entry.label
                ),
            )
            .help(format!("give it a file in content/{}/ with a `slug` of its own", self.folder()));
            if self.entries[first as usize].document.is_none() {
                diagnostic = diagnostic
                    .also(spelling_place(&self.entries[first as usize], documents), "the other one");
            }
            diagnostics.push(diagnostic);
            self.entries[number as usize].slug = own;
        }
    }

    fn folder(&self) -> &'static str {
        match self.sort {
            Sort::Topic => "topics",
            Sort::Person => "people",
        }
    }

    /// One report for each topic or person that is spelt in more than one way. A name and an alias of
    /// a file are two names, not two spellings.
    fn note_variants(&self, entry: &Entry, documents: &[Arc<Document>], diagnostics: &mut Diagnostics) {
        if entry.spellings.len() < 2 {
            return;
        }
        let mut alike: HashMap<String, u32> = HashMap::new();
        for text in entry.spellings.keys() {
            *alike.entry(canonical(text)).or_default() += 1;
        }
        let odd =
            |text: &str| entry.document.is_none() || alike.get(&canonical(text)).is_some_and(|n| *n > 1);
        let odd: Vec<(&&str, &Spelling)> = entry.spellings.iter().filter(|(text, _)| odd(text)).collect();
        if odd.len() < 2 {
            return;
        }
        let list: Vec<String> = odd.iter().map(|(text, s)| format!("\"{text}\" ({}×)", s.count)).collect();
        let what = match self.sort {
            Sort::Topic => "tag",
            Sort::Person => "name",
        };
        let mut by_place: Vec<_> = odd.iter().collect();
        by_place.sort_by_key(|(_, s)| (s.document, s.span));
        let mut places = by_place.into_iter().map(|(text, s)| {
            (Place::new(documents[s.document.at()].path.clone(), s.span), format!("\"{text}\""))
        });
        let Some((first, label)) = places.next() else { return };
        let mut diagnostic = Diagnostic::new(
            Finding::SpellingVariants,
            first,
            format!("{} spellings of {what} \"{}\": {}", odd.len(), entry.label, list.join(", ")),
        )
        .label(label)
        .help(format!("all of them are shown as \"{}\"; write one of them everywhere", entry.label));
        for (place, label) in places {
            diagnostic = diagnostic.also(place, label);
        }
        diagnostics.push(diagnostic);
    }

    /// Whose name it is, and as which of theirs it is known.
    fn known_as(&self, number: u32, key: &str) -> (&str, Span) {
        let entry = &self.entries[number as usize];
        entry.known.iter().find(|(name, _)| canonical(name) == key).copied().unwrap_or_default()
    }

    /// The names that several people have, with their new numbers.
    fn shared_names(&self, map: &[u32]) -> Vec<SharedName> {
        let shared = self.shared.iter().map(|(key, all)| SharedName {
            name: all.first().map_or("", |number| self.known_as(*number, key).0).to_owned(),
            people: all.iter().map(|number| PersonId(map[*number as usize])).collect(),
        });
        shared.collect()
    }

    /// Each name of several people, once, with all the places that give it.
    fn note_namesakes(&self, diagnostics: &mut Diagnostics) {
        for (key, all) in &self.shared {
            let Some((first, rest)) = all.split_first() else { continue };
            let at = |number: u32| place(&self.entries[number as usize].path, self.known_as(number, key).1);
            let who = |number: u32| {
                let entry = &self.entries[number as usize];
                format!("`{}`", entry.slug)
            };
            let list: Vec<String> = all.iter().map(|number| who(*number)).collect();
            let (name, _) = self.known_as(*first, key);
            let mut diagnostic = Diagnostic::new(
                Finding::SharedName,
                at(*first),
                format!("\"{name}\" is a name of {} people: {}", all.len(), list.join(", ")),
            )
            .label(format!("of {}", who(*first)))
            .help("it has a page that lists them, and no mention of it becomes a link by itself");
            for number in rest {
                diagnostic = diagnostic.also(at(*number), format!("of {}", who(*number)));
            }
            diagnostics.push(diagnostic);
        }
    }

    /// A name that several people have does not say who is meant: an error at its first use.
    fn note_shared(&self, documents: &[Arc<Document>], diagnostics: &mut Diagnostics) {
        for entry in &self.entries {
            for (text, spelling) in &entry.spellings {
                let Some(all) = self.shared.get(&canonical(text)) else { continue };
                // A name of one word can be a slug as well; then it says who is meant.
                if all.iter().any(|n| self.entries[*n as usize].slug == *text) {
                    continue;
                }
                let list: Vec<String> = all
                    .iter()
                    .map(|n| &self.entries[*n as usize])
                    .map(|e| format!("`{}` ({})", e.slug, e.path))
                    .collect();
                diagnostics.push(
                    Diagnostic::new(
                        Finding::AmbiguousName,
                        Place::new(documents[spelling.document.at()].path.clone(), spelling.span),
                        format!("{} people are called \"{text}\"", all.len()),
                    )
                    .help(format!("write the slug of the one you mean: {}", list.join(" or "))),
                );
            }
        }
    }

    /// Names without a file that are close to a name with one are likely misspelt.
    fn note_unknown(&self, documents: &[Arc<Document>], diagnostics: &mut Diagnostics) {
        let known: HashSet<&str> = self
            .entries
            .iter()
            .filter(|e| e.document.is_some())
            .flat_map(|e| e.known.iter().map(|k| k.0))
            .collect();
        let mut known: Vec<&str> = known.into_iter().collect();
        known.sort_unstable();
        let unknown: Vec<&Entry> =
            self.entries.iter().filter(|e| e.document.is_none() && e.merged.is_none()).collect();
        // Comparing all with all is for archives in which most names have a file.
        if unknown.len().saturating_mul(known.len()) > 4_000_000 {
            return;
        }
        for entry in unknown {
            let Some(near) = nearest(&entry.label, known.iter().copied()) else { continue };
            let (finding, what) = match self.sort {
                Sort::Topic => (Finding::UnknownTopic, "topic"),
                Sort::Person => (Finding::UnknownPerson, "person"),
            };
            // Short tags differ by a letter and mean different things.
            if entry.label.chars().count() < 5 {
                continue;
            }
            diagnostics.push(
                Diagnostic::new(
                    finding,
                    spelling_place(entry, documents),
                    format!("unknown {what} \"{}\" (did you mean \"{near}\"?)", entry.label),
                )
                .help(format!("write \"{near}\", or give it a file in content/{}/", self.folder())),
            );
        }
    }
}

fn place(path: &Arc<str>, span: Span) -> Place {
    if span == Span::default() { Place::file(path.clone()) } else { Place::new(path.clone(), span) }
}

/// Where a name without a file is met first, in the order of paths.
fn spelling_place(entry: &Entry, documents: &[Arc<Document>]) -> Place {
    match entry.spellings.values().min_by_key(|s| (s.document, s.span)) {
        Some(s) => Place::new(documents[s.document.at()].path.clone(), s.span),
        None => Place::file(""),
    }
}

/// The spelling that is met most often; of equals the tidiest, then the first in byte order.
fn most_frequent(spellings: &BTreeMap<&str, Spelling>) -> String {
    let mut best: Option<(&str, u32)> = None;
    for (text, spelling) in spellings {
        let better = match best {
            None => true,
            Some((other, count)) => {
                spelling.count > count || (spelling.count == count && tidiness(text) > tidiness(other))
            }
        };
        if better {
            best = Some((text, spelling.count));
        }
    }
    best.map(|(text, _)| text.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
}

/// Ranks spellings that are met equally often: one capital at the start is the likeliest label.
fn tidiness(text: &str) -> u8 {
    let mut chars = text.chars();
    let first = chars.next().is_some_and(char::is_uppercase);
    let rest_lower = !chars.any(char::is_uppercase);
    let trimmed = text.trim() == text;
    u8::from(trimmed) * 4 + u8::from(rest_lower) * 2 + u8::from(first)
}
