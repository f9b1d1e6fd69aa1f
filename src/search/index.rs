//! Pages → files.

use super::files::{FORMAT, File, HEAD, Root};
use super::runs::{Merged, Packed, Posting, Run, put, take};
use super::stems::Stems;
use super::terms::{Use, is_of_pairs, name_key, terms};
use super::text::parts;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a page is, in the order of their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Explainer,
    Person,
    Topic,
    Source,
    Page,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Explainer, Kind::Person, Kind::Topic, Kind::Source, Kind::Page];

    /// The word for it in the index and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Explainer => "explainer",
            Kind::Person => "person",
            Kind::Topic => "topic",
            Kind::Source => "source",
            Kind::Page => "page",
        }
    }
}

/// A page to be found, without its body.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub title: String,
    /// By what else it is known.
    pub names: Vec<String>,
    /// Names of topics and people by which results are chosen; those of topics are words of the page
    /// too.
    pub topics: Vec<String>,
    pub people: Vec<String>,
    pub summary: String,
    /// From the root of the site.
    pub url: String,
    /// `2023-06-17`, `2023-06` or `2023`; may be empty.
    pub date: String,
    /// From 0 to 1: how many pages lead to it, how new it is.
    pub standing: f32,
}

/// Which numbers pages have: those of a kind together, explainers with the newest first.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub entries: u32,
    /// Kinds that there are, with the number of their first page.
    pub kinds: Vec<(Kind, u32)>,
    /// Years of explainers, with the number of the first.
    pub years: Vec<(i16, u32)>,
}

/// Takes pages in, from any thread.
pub struct Indexer {
    /// Those that no thread has at the moment.
    runs: Mutex<Vec<Run>>,
    packed: Mutex<Vec<Packed>>,
    /// Of all weights and positions, whatever threads took them in.
    bytes: AtomicUsize,
    /// Words of a body.
    average: f32,
}

/// What a place of a word counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Name,
    Topic,
    Summary,
    Heading,
    Body,
}

const WEIGHTS: [f32; 6] = [9.0, 7.0, 3.0, 3.0, 3.0, 1.0];
/// Words of a usual title.
const TITLE: f32 = 6.0;
/// Where the weight of a word reaches half of what it can (the `k1` of BM25).
const HALF: f32 = 1.6;
/// How much the length of a text takes from the weight of its words (the `b` of BM25).
const LENGTH: f32 = 0.6;
/// Positions of a word that are kept for one page.
const POSITIONS: usize = 48;
/// Between two parts of a page: no phrase goes across.
const GAP: u32 = 8;

/// A word in the page that is being read.
struct Word {
    from: u32,
    to: u32,
    position: u32,
    field: Field,
}

impl Indexer {
    /// `average` is the number of words of an average body.
    pub fn new(average: f32) -> Indexer {
        Indexer {
            runs: Mutex::default(),
            packed: Mutex::default(),
            bytes: AtomicUsize::new(0),
            average: average.max(1.0),
        }
    }

    /// Takes a page in. Each number comes once.
    pub fn add(&self, number: u32, entry: &Entry, body: &str) {
        let mut text = String::with_capacity(body.len());
        let mut words: Vec<Word> = Vec::with_capacity(body.len() / 6 + 16);
        let mut position = 0;
        let mut read = |part: &str, field: Field| {
            position = GAP
                + terms(part, Use::Index, position, &mut |term, position, _, _| {
                    let from = text.len() as u32;
                    text.push_str(term);
                    words.push(Word { from, to: text.len() as u32, position, field });
                });
        };
        read(&entry.title, Field::Title);
        entry.names.iter().for_each(|name| read(name, Field::Name));
        entry.topics.iter().for_each(|topic| read(topic, Field::Topic));
        read(&entry.summary, Field::Summary);
        parts(body, &mut |part, heading| read(part, if heading { Field::Heading } else { Field::Body }));

        let count = |field: Field| words.iter().filter(|word| word.field == field).count() as f32;
        let longer = |words: f32, usual: f32| 1.0 - LENGTH + LENGTH * words / usual;
        let lengths = [
            longer(count(Field::Title), TITLE),
            1.0,
            1.0,
            1.0,
            1.0,
            longer(count(Field::Body), self.average),
        ];
        let own = |word: &Word| &text.as_bytes()[word.from as usize..word.to as usize];
        words.sort_unstable_by(|a, b| own(a).cmp(own(b)).then(a.position.cmp(&b.position)));

        // Of a word: the difference of its page, its weight, and the number of its positions.
        let mut bytes = 0;
        let mut run = lock(&self.runs).pop().unwrap_or_default();
        let mut positions: Vec<u32> = Vec::new();
        for group in words.chunk_by(|a, b| own(a) == own(b)) {
            let times: f32 =
                group.iter().map(|word| WEIGHTS[word.field as usize] / lengths[word.field as usize]).sum();
            let weight = times / (times + HALF) * (0.9 + 0.1 * entry.standing.clamp(0.0, 1.0));
            positions.clear();
            positions.extend(group.iter().take(POSITIONS).map(|word| word.position));
            let term = &text[group[0].from as usize..group[0].to as usize];
            bytes += 3 + positions.len();
            run.push(term, number, ((weight * 255.0) as u8).max(1), &positions);
        }
        let mut keys: Vec<String> = std::iter::once(&entry.title)
            .chain(&entry.names)
            .map(|name| name_key(name))
            .filter(|key| !key.is_empty())
            .map(|key| format!("{key} "))
            .collect();
        let filter = |sign: &'static str| move |name: &String| format!("{sign}{}", name_key(name));
        keys.extend(entry.topics.iter().map(filter("#t ")));
        keys.extend(entry.people.iter().map(filter("#p ")));
        keys.sort_unstable();
        keys.dedup();
        keys.iter().for_each(|key| run.push(key, number, 255, &[]));
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if run.is_full() {
            let packed = run.pack();
            lock(&self.packed).push(packed);
        }
        lock(&self.runs).push(run);
    }

    /// The files, from the words that were taken in. `entry` is asked for each number once more.
    pub fn finish(self, order: &Order, lang: &str, entry: &dyn Fn(u32) -> Entry) -> Merge {
        let mut packed = self.packed.into_inner().unwrap_or_else(PoisonError::into_inner);
        let runs = self.runs.into_inner().unwrap_or_else(PoisonError::into_inner);
        packed.extend(runs.into_iter().filter(|run| !run.is_empty()).map(|mut run| run.pack()));
        let bytes = self.bytes.into_inner();
        let entries = order.entries;
        let per_file = (entries / MOST_RESULTS).max(RESULTS) + 1;
        let mut hash = blake3::Hasher::new();
        let mut ready = Vec::new();
        let mut numbers = 0..entries;
        for file in 0..entries.div_ceil(per_file) {
            let shown = numbers.by_ref().take(per_file as usize).map(|number| {
                let Entry { title, url, date, summary, .. } = entry(number);
                serde_json::json!([title, url, date, shorten(&summary)])
            });
            let bytes = serde_json::Value::Array(shown.collect()).to_string().into_bytes();
            hash.update(&bytes);
            ready.push(File::deflated(&format!("m{file}.bin"), bytes));
        }
        Merge {
            merged: Merged::new(packed),
            stems: Stems::new(lang),
            words: Vec::new(),
            weight: 0,
            full: WORDS + WORDS * entries as usize / 50_000,
            streams: [
                Stream::new('p', bytes * 2 / 5 / 450, 16 << 10),
                Stream::new('t', bytes * 2 / 5 / 250, 64 << 10),
                Stream::new('x', bytes * 3 / 5 / 250, 32 << 10),
                Stream::new('y', bytes * 3 / 5 / 250, 64 << 10),
            ],
            starts: [(0, 0); 4],
            root: Some(Root {
                format: FORMAT,
                version: String::new(),
                entries,
                common: (entries / 4).max(COMMON),
                kinds: order.kinds.iter().map(|(kind, first)| (kind.name().to_owned(), *first)).collect(),
                years: order.years.clone(),
                per_file,
                words: Vec::new(),
                lang: lang.to_owned(),
            }),
            hash,
            ready,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Results in a file at least, and files of results at most.
const RESULTS: u32 = 16;
const MOST_RESULTS: u32 = 600;
/// Bytes of a file of words in a small index, before it is deflated.
const WORDS: usize = 24 << 10;
/// A word in fewer pages is never so common that results may lack it.
const COMMON: u32 = 4096;
/// Characters of a summary in a result.
const SUMMARY: usize = 140;

fn shorten(summary: &str) -> String {
    let Some((end, _)) = summary.char_indices().nth(SUMMARY) else { return summary.to_owned() };
    let head = &summary[..end];
    let cut = head.rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", head[..cut].trim_end())
}

/// Files of one of the four streams; they go on from one file of words to the next.
struct Stream {
    name: char,
    /// The file that is being filled: its number and bytes.
    number: u32,
    bytes: Vec<u8>,
    full: usize,
}

impl Stream {
    fn new(name: char, full: usize, least: usize) -> Stream {
        Stream { name, number: 0, bytes: Vec::new(), full: full.max(least) }
    }

    /// Appends a part, and says whether it begins a new file. A finished file goes to `ready`.
    fn append(&mut self, part: &[u8], ready: &mut Vec<File>) -> bool {
        let fresh = !self.bytes.is_empty() && self.bytes.len() + part.len() > self.full;
        if fresh {
            self.close(ready);
        }
        self.bytes.extend_from_slice(part);
        fresh
    }

    fn close(&mut self, ready: &mut Vec<File>) {
        if !self.bytes.is_empty() {
            let name = format!("{}{}.bin", self.name, self.number);
            ready.push(File::plain(&name, std::mem::take(&mut self.bytes)));
            self.number += 1;
        }
    }
}

/// A word that waits for the others of its file.
struct Listed {
    key: String,
    count: u32,
    flags: u8,
    /// What stands behind the flags and the number of its form.
    rest: Vec<u8>,
}

/// Makes the files, a few at a time.
pub struct Merge {
    merged: Merged,
    stems: Stems,
    /// Of the file of words that is being filled.
    words: Vec<Listed>,
    /// About the bytes of that file.
    weight: usize,
    full: usize,
    streams: [Stream; 4],
    /// Where the streams stood at the beginning of that file.
    starts: [(u32, u32); 4],
    /// `None` once it was handed out.
    root: Option<Root>,
    hash: blake3::Hasher,
    ready: Vec<File>,
}

/// Files that are handed out together.
const BATCH: usize = 32;
/// The key is a name, with the pages in place.
pub(super) const NAME: u8 = 16;

impl Iterator for Merge {
    type Item = Vec<File>;

    fn next(&mut self) -> Option<Vec<File>> {
        while self.ready.len() < BATCH {
            let Some(word) = self.merged.next(Parts::of) else {
                self.close();
                break;
            };
            self.push(word);
        }
        let batch = std::mem::take(&mut self.ready);
        (!batch.is_empty()).then_some(batch)
    }
}

impl Merge {
    fn push(&mut self, word: Parts) {
        let shared = self.words.last().map_or(usize::MAX, |last| shared(&word.key, &last.key));
        // Forms of a word begin alike and stay in one file.
        if (self.weight > self.full && shared < 4) || (self.weight > 2 * self.full && shared < usize::MAX) {
            self.close_words();
        }
        if self.words.is_empty() {
            self.starts = self.streams.each_ref().map(|stream| (stream.number, stream.bytes.len() as u32));
        }
        let (mut flags, mut rest) = (0, Vec::new());
        if word.key.ends_with(' ') {
            flags = NAME;
            rest = word.parts[0].clone();
        } else {
            for (number, part) in word.parts.iter().enumerate() {
                if number % 2 == 1 && word.count as usize <= HEAD {
                    continue;
                }
                put(&mut rest, part.len() as u32);
                self.hash.update(part);
                flags |= u8::from(self.streams[number].append(part, &mut self.ready)) << number;
            }
        }
        self.weight += word.key.len() - shared.min(word.key.len()) + rest.len() + 5;
        self.words.push(Listed { key: word.key, count: word.count, flags, rest });
    }

    /// Writes the file of words that was filled.
    fn close_words(&mut self) {
        let Some(first) = self.words.first() else { return };
        let mut bytes = Vec::with_capacity(self.weight);
        for (number, at) in self.starts {
            put(&mut bytes, number);
            put(&mut bytes, at);
        }
        let name = first.key.clone();
        let mut last = "";
        let mut stems: HashMap<String, usize> = HashMap::new();
        for (number, word) in self.words.iter().enumerate() {
            let same = shared(&word.key, last);
            last = &word.key;
            put(&mut bytes, same as u32);
            put(&mut bytes, (word.key.len() - same) as u32);
            bytes.extend_from_slice(&word.key.as_bytes()[same..]);
            put(&mut bytes, word.count);
            bytes.push(word.flags);
            if word.flags & NAME == 0 {
                let plain = !word.key.starts_with('#') && !is_of_pairs(&word.key);
                let stem = plain.then(|| self.stems.stem(&word.key)).flatten();
                let first = stem.map_or(number, |stem| *stems.entry(stem).or_insert(number));
                put(&mut bytes, (number - first) as u32);
            }
            bytes.extend_from_slice(&word.rest);
        }
        self.words.clear();
        self.weight = 0;
        self.hash.update(&bytes);
        if let Some(root) = &mut self.root {
            self.ready.push(File::deflated(&format!("l{}.bin", root.words.len()), bytes));
            root.words.push(name);
        }
    }

    /// Writes what is left, and the root.
    fn close(&mut self) {
        self.close_words();
        for stream in &mut self.streams {
            stream.close(&mut self.ready);
        }
        if let Some(mut root) = self.root.take() {
            root.version = self.hash.finalize().to_hex()[..12].to_owned();
            let json = serde_json::to_vec(&root).unwrap_or_default();
            self.ready.push(File::plain("index.json", json));
        }
    }
}

/// Bytes that two keys begin with alike, up to a whole letter.
fn shared(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    (0..=same).rev().find(|at| a.is_char_boundary(*at)).unwrap_or(0)
}

/// A word with its parts of the streams; of a name, the first is what stands with the key.
struct Parts {
    key: String,
    count: u32,
    parts: [Vec<u8>; 4],
}

impl Parts {
    fn of(key: &str, postings: &[Posting]) -> Parts {
        let mut parts: [Vec<u8>; 4] = Default::default();
        let count = postings.len() as u32;
        if key.ends_with(' ') {
            let mut before = 0;
            for posting in postings {
                put(&mut parts[0], posting.entry - before);
                before = posting.entry;
            }
        } else if postings.len() <= HEAD {
            fill(&mut parts, 0, postings.iter());
        } else {
            let mut best: Vec<usize> = (0..postings.len()).collect();
            best.sort_by_key(|at| std::cmp::Reverse(postings[*at].weight));
            let mut foremost = vec![false; postings.len()];
            best[..HEAD].iter().for_each(|at| foremost[*at] = true);
            let of = |wanted: bool| {
                let foremost = &foremost;
                let both = postings.iter().zip(foremost);
                both.filter(move |(_, is)| **is == wanted).map(|(posting, _)| posting)
            };
            fill(&mut parts, 0, of(true));
            fill(&mut parts, 1, of(false));
        }
        Parts { key: key.to_owned(), count, parts }
    }
}

fn fill<'p, 'r: 'p>(
    parts: &mut [Vec<u8>; 4],
    tier: usize,
    postings: impl Iterator<Item = &'p Posting<'r>> + Clone,
) {
    let mut before = 0;
    for posting in postings.clone() {
        put(&mut parts[tier], posting.entry - before);
        before = posting.entry;
        parts[tier + 2].extend_from_slice(posting.positions);
    }
    parts[tier].extend(postings.map(|posting| posting.weight));
}

/// Where a word has its pages.
#[derive(Clone, Debug, Default)]
pub(super) struct Located {
    pub key: String,
    pub count: u32,
    /// Words of one form have the same.
    pub form: usize,
    /// Of a name.
    pub pages: Vec<u32>,
    /// File, begin and length of its parts of the four streams.
    pub parts: [(u32, u32, u32); 4],
}

/// Reads a file of words.
pub(super) fn read_words(bytes: &[u8]) -> Vec<Located> {
    let mut at = 0;
    let mut places = [(0, 0); 4];
    for place in &mut places {
        *place = (take(bytes, &mut at), take(bytes, &mut at));
    }
    let mut words: Vec<Located> = Vec::new();
    let mut key: Vec<u8> = Vec::new();
    while at < bytes.len() {
        let same = take(bytes, &mut at) as usize;
        let own = take(bytes, &mut at) as usize;
        let Some(own) = bytes.get(at..at + own) else { break };
        at += own.len();
        key.truncate(same);
        key.extend_from_slice(own);
        let text = String::from_utf8_lossy(&key).into_owned();
        let mut word = Located { key: text, count: take(bytes, &mut at), ..Located::default() };
        let flags = bytes.get(at).copied().unwrap_or_default();
        at += 1;
        if flags & NAME != 0 {
            let mut page = 0;
            for _ in 0..word.count.min(bytes.len() as u32) {
                page += take(bytes, &mut at);
                word.pages.push(page);
            }
        } else {
            word.form = words.len().saturating_sub(take(bytes, &mut at) as usize);
            for (number, place) in places.iter_mut().enumerate() {
                if number % 2 == 1 && word.count as usize <= HEAD {
                    continue;
                }
                let length = take(bytes, &mut at);
                if flags >> number & 1 == 1 {
                    *place = (place.0 + 1, 0);
                }
                word.parts[number] = (place.0, place.1, length);
                place.1 += length;
            }
        }
        words.push(word);
    }
    words
}
