//! Words that someone types → pages.

use super::files::{FORMAT, HEAD, Root, inflate};
use super::index::{Kind, Located, read_words};
use super::runs::take;
use super::stems::Stems;
use super::terms::{LONGEST, Use, all_terms, fold, is_of_pairs, name_key};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::rc::Rc;

/// What was typed, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    clauses: Vec<Clause>,
    filters: Vec<Filter>,
    /// As a title would be known by.
    name: String,
    /// The last word may go on.
    open: bool,
}

/// Words that belong together.
#[derive(Clone, Debug, PartialEq)]
struct Clause {
    /// Pages with it are left out.
    without: bool,
    words: Vec<String>,
    /// Where each stands, from the first.
    places: Vec<u32>,
    /// The last word may go on.
    open: bool,
}

/// `kind:`, `topic:`, `person:` or `year:`.
#[derive(Clone, Debug, PartialEq)]
struct Filter {
    without: bool,
    field: &'static str,
    value: String,
}

/// Words of a query that are read.
const MOST_WORDS: usize = 24;
const FIELDS: [&str; 4] = ["kind", "topic", "person", "year"];

impl Query {
    /// `words that all count, "a phrase", -without, topic:"Section 508"`.
    pub fn parse(typed: &str) -> Query {
        let typed: String =
            typed.chars().map(|c| if matches!(c, '“' | '”' | '„' | '«' | '»') { '"' } else { c }).collect();
        let mut query = Query::default();
        let mut names: Vec<String> = Vec::new();
        let mut count = 0;
        let mut rest = typed.trim_start();
        while !rest.is_empty() && count < MOST_WORDS {
            let goes_on = |text: &str| text.chars().next().is_some_and(|c| !c.is_whitespace());
            let without = rest.strip_prefix('-').filter(|after| goes_on(after));
            let mut value = without.unwrap_or(rest);
            let mut field = None;
            for name in FIELDS {
                if let Some(after) = value.strip_prefix(name).and_then(|after| after.strip_prefix(':'))
                    && goes_on(after)
                {
                    (field, value) = (Some(name), after);
                    break;
                }
            }
            let quoted = value.strip_prefix('"');
            let (text, after) = match quoted {
                Some(inside) => inside.split_once('"').unwrap_or((inside, "")),
                None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            rest = after.trim_start();
            let without = without.is_some();
            if let Some(field) = field {
                query.filters.push(Filter { without, field, value: text.to_owned() });
                continue;
            }
            let mut terms = all_terms(text, Use::Query);
            terms.truncate(MOST_WORDS - count);
            if terms.is_empty() {
                continue;
            }
            count += terms.len();
            let open = !without && quoted.is_none() && after.is_empty();
            if !without {
                names.push(text.to_owned());
                query.open = open;
            }
            query.clauses.push(Clause {
                without,
                places: terms.iter().map(|term| term.position).collect(),
                words: terms.into_iter().map(|term| term.text).collect(),
                open,
            });
        }
        query.name = name_key(&names.join(" "));
        query
    }
}

/// What a query found.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// How many pages; where one common word was looked for, those beyond the foremost are counted too.
    pub total: usize,
    /// The best first: numbers of pages.
    pub pages: Vec<u32>,
    /// Words as the index has them, to be marked in texts.
    pub matched: Vec<String>,
}

/// A page, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// `explainer`, `person`, `topic`, `source` or `page`.
    pub kind: String,
    pub title: String,
    /// From the root of the site.
    pub url: String,
    pub date: String,
    pub summary: String,
}

/// Fetches a file of the index by its name.
type Load<'l> = &'l dyn Fn(&str) -> Option<Vec<u8>>;

/// An index to be asked.
pub struct Index<'l> {
    root: Root,
    stems: Stems,
    load: Load<'l>,
    words: RefCell<HashMap<u32, Rc<Vec<Located>>>>,
    files: RefCell<HashMap<String, Rc<Vec<u8>>>>,
}

/// A word of a query with the words of the index that stand for it.
struct Needle {
    forms: Vec<(Located, f64)>,
    common: bool,
    /// What finding it is worth.
    value: f64,
}

/// Pages with their scores, by number.
type Scores = BTreeMap<u32, f64>;

/// Words that a beginning may go on to, and files in which they may stand.
const COMPLETIONS: usize = 6;
const COMPLETION_FILES: usize = 3;
/// Words that a misspelt one may mean.
const CORRECTIONS: usize = 3;
/// What counts a form of the word, a word that begins with it, one that is spelt nearly like it.
const FORM: f64 = 0.9;
const COMPLETION: f64 = 0.8;
const CORRECTION: f64 = 0.6;
/// What a phrase counts more than its words.
const PHRASE: f64 = 1.2;
/// A page that has the name; pages whose names begin so, and how many of them.
const NAMED: f64 = 1000.0;
const BEGUN: f64 = 4.0;
const BEGUN_PAGES: usize = 12;

impl<'l> Index<'l> {
    /// `None` where there is no index, or one of another format.
    pub fn open(load: Load<'l>) -> Option<Index<'l>> {
        let root: Root = serde_json::from_slice(&load("index.json")?).ok()?;
        let sound = root.format == FORMAT && root.per_file > 0;
        sound.then(|| Index {
            stems: Stems::new(&root.lang),
            root,
            load,
            words: RefCell::default(),
            files: RefCell::default(),
        })
    }

    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Looks for what was typed.
    pub fn find(&self, typed: &str) -> Results {
        let query = Query::parse(typed);
        let mut matched = BTreeSet::new();
        let mut scores = self.scores(&query, &mut matched);
        let mut total = scores.len();
        if let [clause] = &query.clauses[..]
            && let [word] = &clause.words[..]
            && query.filters.is_empty()
        {
            let needle = self.needle(word, clause.open);
            let most = needle.forms.iter().map(|(form, _)| form.count as usize).max();
            total = total.max(most.unwrap_or(0));
        }
        if !query.name.is_empty() {
            let before = scores.len();
            self.add_names(&query, &mut scores);
            total += scores.len() - before;
        }
        if !query.filters.is_empty() {
            if query.clauses.iter().all(|clause| clause.without) {
                scores.extend((0..self.root.entries).map(|number| (number, 0.0)));
            }
            for filter in &query.filters {
                let kept = self.filtered(filter);
                scores.retain(|number, _| kept(*number) != filter.without);
            }
            total = scores.len();
        }
        for clause in query.clauses.iter().filter(|clause| clause.without) {
            for number in self.phrase(clause, &mut BTreeSet::new(), true).into_keys() {
                total -= usize::from(scores.remove(&number).is_some());
            }
        }
        let mut pages: Vec<(u32, f64)> = scores.into_iter().collect();
        pages.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Results {
            total,
            pages: pages.into_iter().map(|(number, _)| number).collect(),
            matched: matched.into_iter().collect(),
        }
    }

    /// What is shown of a page.
    pub fn hit(&self, number: u32) -> Option<Hit> {
        let file = inflate(&self.file(&format!("m{}.bin", number / self.root.per_file)))?;
        let mut shown: Vec<[String; 4]> = serde_json::from_slice(&file).ok()?;
        let at = (number % self.root.per_file) as usize;
        let [title, url, date, summary] = std::mem::take(shown.get_mut(at)?);
        let kind = self.root.kinds.iter().rev().find(|(_, first)| *first <= number);
        let kind = kind.map_or_else(String::new, |(kind, _)| kind.clone());
        Some(Hit { kind, title, url, date, summary })
    }

    fn scores(&self, query: &Query, matched: &mut BTreeSet<String>) -> Scores {
        let wanted: Vec<&Clause> = query.clauses.iter().filter(|clause| !clause.without).collect();
        let all = wanted.len() > 1 || !query.filters.is_empty();
        let mut required: Vec<Scores> = Vec::new();
        let mut helpful: Vec<Scores> = Vec::new();
        for clause in &wanted {
            if let [word] = &clause.words[..] {
                let needle = self.needle(word, clause.open);
                if needle.forms.is_empty() {
                    continue;
                }
                matched.extend(needle.forms.iter().map(|(form, _)| form.key.clone()));
                let scores = self.weigh(&needle, all && !needle.common);
                if needle.common && all { helpful.push(scores) } else { required.push(scores) }
            } else {
                let scores = self.phrase(clause, matched, all);
                if !scores.is_empty() || wanted.len() == 1 {
                    required.push(scores);
                }
            }
        }
        let add = |into: &mut Scores, from: &Scores| {
            for (number, score) in from {
                *into.entry(*number).or_default() += score;
            }
        };
        let mut scores = Scores::new();
        if required.is_empty() {
            helpful.iter().for_each(|more| add(&mut scores, more));
            return scores;
        }
        required.iter().for_each(|more| add(&mut scores, more));
        let in_all = |number: &u32| required.iter().all(|one| one.contains_key(number));
        // Where no page has all of them, those that have most of them are better than none.
        if scores.keys().any(&in_all) {
            scores.retain(|number, _| in_all(number));
        }
        for more in &helpful {
            for (number, score) in more {
                if let Some(sum) = scores.get_mut(number) {
                    *sum += score;
                }
            }
        }
        scores
    }

    /// Which words of the index stand for one that was typed: itself and its forms; else those that begin
    /// with it; else those that are spelt nearly like it.
    fn needle(&self, word: &str, open: bool) -> Needle {
        let at = self.file_of(word);
        let words = self.words(at);
        let mut forms: Vec<(Located, f64)> = Vec::new();
        if let Some(own) = words.iter().find(|other| other.key == word) {
            forms.push((own.clone(), 1.0));
            let same = |other: &&Located| other.form == own.form && other.key != word && is_plain(&other.key);
            forms.extend(words.iter().filter(same).map(|other| (other.clone(), FORM)));
        }
        // No page may have the very form that was typed.
        if forms.is_empty()
            && let Some(stem) = self.stems.stem(word)
        {
            let same = |other: &&Located| {
                is_plain(&other.key)
                    && other.key.starts_with(word.chars().next().unwrap_or_default())
                    && self.stems.stem(&other.key).as_ref() == Some(&stem)
            };
            forms.extend(words.iter().filter(same).map(|other| (other.clone(), FORM)));
        }
        let letters = word.chars().count();
        let alone = letters == 1 && is_of_pairs(word);
        if alone || (forms.is_empty() && (open || letters > 2) && letters > 1) {
            forms.extend(self.completions(word).into_iter().map(|other| (other, COMPLETION)));
        }
        if forms.is_empty() && letters > 3 {
            forms.extend(self.corrections(word, letters).into_iter().map(|other| (other, CORRECTION)));
        }
        let count = forms.iter().map(|(form, _)| form.count).max().unwrap_or(0);
        let value =
            (1.0 + (f64::from(self.root.entries) - f64::from(count) + 0.5) / (f64::from(count) + 0.5)).ln();
        Needle { common: count > self.root.common, value, forms }
    }

    fn completions(&self, word: &str) -> Vec<Located> {
        let first = self.file_of(word);
        let mut found: Vec<Located> = Vec::new();
        for at in first..(first + COMPLETION_FILES as u32).min(self.root.words.len() as u32) {
            let words = self.words(at);
            let begins =
                |other: &&Located| other.key.starts_with(word) && is_plain(&other.key) && other.key != word;
            found.extend(words.iter().filter(begins).cloned());
        }
        found.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
        let mut files: Vec<u32> = Vec::new();
        found.retain(|other| {
            let file = other.parts[0].0;
            if !files.contains(&file) && files.len() < COMPLETION_FILES {
                files.push(file);
            }
            files.contains(&file)
        });
        found.truncate(COMPLETIONS);
        found
    }

    fn corrections(&self, word: &str, letters: usize) -> Vec<Located> {
        let most = if letters > 7 { 2 } else { 1 };
        let first = word.chars().next();
        let own = self.file_of(word);
        let mut found: Vec<(usize, Located)> = Vec::new();
        for at in own.saturating_sub(1)..(own + 2).min(self.root.words.len() as u32) {
            for other in self.words(at).iter() {
                let near = is_plain(&other.key)
                    && other.key.chars().next() == first
                    && other.key.chars().count().abs_diff(letters) <= most;
                if near {
                    let distance = strsim::osa_distance(word, &other.key);
                    if distance <= most {
                        found.push((distance, other.clone()));
                    }
                }
            }
        }
        found.sort_by(|a, b| {
            a.0.cmp(&b.0).then(b.1.count.cmp(&a.1.count)).then_with(|| a.1.key.cmp(&b.1.key))
        });
        let least = found.first().map_or(0, |(distance, _)| *distance);
        found.into_iter().take_while(|(d, _)| *d == least).take(CORRECTIONS).map(|(_, other)| other).collect()
    }

    /// The pages of a word; all of them, or the foremost of a common one.
    fn weigh(&self, needle: &Needle, all: bool) -> Scores {
        let mut scores = Scores::new();
        for (form, factor) in &needle.forms {
            for (number, weight) in self.pages(form, all) {
                let score = needle.value * factor * f64::from(weight) / 255.0;
                let best = scores.entry(number).or_default();
                *best = score.max(*best);
            }
        }
        scores
    }

    /// The pages in which words stand together. Common ones among others may be any words.
    fn phrase(&self, clause: &Clause, matched: &mut BTreeSet<String>, all: bool) -> Scores {
        let last = clause.words.len() - 1;
        let needles: Vec<Needle> = clause
            .words
            .iter()
            .enumerate()
            .map(|(at, word)| self.needle(word, clause.open && at == last))
            .collect();
        if needles.iter().any(|needle| needle.forms.is_empty()) {
            return Scores::new();
        }
        let common = needles.iter().all(|needle| needle.common);
        let told = needles.iter().zip(&clause.places).filter(|(needle, _)| common || !needle.common);
        let told: Vec<(&Needle, u32)> = told.map(|(needle, place)| (needle, *place)).collect();
        for (needle, _) in &told {
            matched.extend(needle.forms.iter().map(|(form, _)| form.key.clone()));
        }
        let whole = !common && (all || told.len() > 1);
        let mut scores: Option<Scores> = None;
        for (needle, _) in &told {
            let own = self.weigh(needle, whole);
            scores = Some(match scores {
                None => own,
                Some(before) => before
                    .into_iter()
                    .filter_map(|(number, score)| Some((number, score + own.get(&number)?)))
                    .collect(),
            });
        }
        let mut scores = scores.unwrap_or_default();
        if told.len() < 2 {
            return scores;
        }
        // Where the phrase may begin, page by page.
        let mut begins: HashMap<u32, BTreeSet<i64>> = HashMap::new();
        for (turn, (needle, place)) in told.iter().enumerate() {
            let mut here: HashMap<u32, BTreeSet<i64>> = HashMap::new();
            for (form, _) in &needle.forms {
                self.positions(form, whole, &mut |number, position| {
                    if scores.contains_key(&number) {
                        let begin = i64::from(position) - i64::from(*place);
                        if turn == 0 || begins.get(&number).is_some_and(|known| known.contains(&begin)) {
                            here.entry(number).or_default().insert(begin);
                        }
                    }
                });
            }
            begins = here;
        }
        scores.retain(|number, _| begins.contains_key(number));
        scores.values_mut().for_each(|score| *score *= PHRASE);
        scores
    }

    /// Pages that have the name that was typed come first, and those whose names begin so are shown.
    fn add_names(&self, query: &Query, scores: &mut Scores) {
        let whole = format!("{} ", query.name);
        let begun = if query.open { &query.name } else { &whole };
        let first = self.file_of(begun);
        let mut left = BEGUN_PAGES;
        for at in first..(first + 2).min(self.root.words.len() as u32) {
            for word in self.words(at).iter().filter(|word| is_name(&word.key) && word.key.starts_with(begun))
            {
                let exact = word.key == whole;
                for number in &word.pages {
                    if exact {
                        *scores.entry(*number).or_default() += NAMED;
                    } else if left > 0 {
                        left -= 1;
                        *scores.entry(*number).or_default() += BEGUN;
                    }
                }
            }
        }
    }

    fn filtered(&self, filter: &Filter) -> Box<dyn Fn(u32) -> bool> {
        let value = fold(&filter.value);
        let range = |firsts: Vec<(bool, u32)>, end: u32| -> Box<dyn Fn(u32) -> bool> {
            let at = firsts.iter().position(|(is, _)| *is);
            let range: Range<u32> =
                at.map_or(0..0, |at| firsts[at].1..firsts.get(at + 1).map_or(end, |n| n.1));
            Box::new(move |number| range.contains(&number))
        };
        let kinds = &self.root.kinds;
        match filter.field {
            "kind" => {
                let one = match value.as_str() {
                    "people" => "person",
                    other => other.strip_suffix('s').unwrap_or(other),
                };
                range(kinds.iter().map(|(kind, n)| (kind == one, *n)).collect(), self.root.entries)
            }
            "year" => {
                let explainer = Kind::Explainer.name();
                let behind = kinds.iter().position(|(kind, _)| kind == explainer);
                let end = behind.and_then(|at| kinds.get(at + 1)).map_or(self.root.entries, |(_, n)| *n);
                range(self.root.years.iter().map(|(year, n)| (year.to_string() == value, *n)).collect(), end)
            }
            field => {
                let key =
                    format!("{}{}", if field == "topic" { "#t " } else { "#p " }, name_key(&filter.value));
                let words = self.words(self.file_of(&key));
                let word = words.iter().find(|word| word.key == key);
                let pages: BTreeSet<u32> = word.map_or_else(BTreeSet::new, |word| {
                    self.pages(word, true).into_iter().map(|p| p.0).collect()
                });
                Box::new(move |number| pages.contains(&number))
            }
        }
    }

    // Files.

    /// The file of words in which a key stands, if it stands anywhere.
    fn file_of(&self, key: &str) -> u32 {
        (self.root.words.partition_point(|first| first.as_str() <= key) as u32).saturating_sub(1)
    }

    fn words(&self, file: u32) -> Rc<Vec<Located>> {
        if let Some(words) = self.words.borrow().get(&file) {
            return words.clone();
        }
        let bytes = (self.load)(&format!("l{file}.bin")).and_then(|bytes| inflate(&bytes));
        let words = Rc::new(bytes.map_or_else(Vec::new, |bytes| read_words(&bytes)));
        self.words.borrow_mut().insert(file, words.clone());
        words
    }

    fn file(&self, name: &str) -> Rc<Vec<u8>> {
        if let Some(bytes) = self.files.borrow().get(name) {
            return bytes.clone();
        }
        let bytes = Rc::new((self.load)(name).unwrap_or_default());
        self.files.borrow_mut().insert(name.to_owned(), bytes.clone());
        bytes
    }

    fn part(&self, stream: usize, place: (u32, u32, u32)) -> (Rc<Vec<u8>>, Range<usize>) {
        let (number, from, length) = place;
        let file = self.file(&format!("{}{number}.bin", ['p', 't', 'x', 'y'][stream]));
        let end = (from as usize + length as usize).min(file.len());
        (file, (from as usize).min(end)..end)
    }

    /// The numbers and weights of the pages of a word: the foremost, and then the others.
    fn tier(&self, word: &Located, tier: usize) -> Vec<(u32, u8)> {
        let count = word.count as usize;
        let count = if tier == 0 { count.min(HEAD) } else { count.saturating_sub(HEAD) };
        if count == 0 {
            return Vec::new();
        }
        let (file, range) = self.part(tier, word.parts[tier]);
        let bytes = &file[range];
        let (mut at, mut number) = (0, 0_u32);
        let mut pages = Vec::with_capacity(count.min(bytes.len()));
        for _ in 0..count.min(bytes.len()) {
            number = number.wrapping_add(take(bytes, &mut at));
            pages.push((number, 0));
        }
        for (page, weight) in pages.iter_mut().zip(bytes.get(at..).unwrap_or_default()) {
            page.1 = *weight;
        }
        pages
    }

    fn pages(&self, word: &Located, all: bool) -> Vec<(u32, u8)> {
        let mut pages = self.tier(word, 0);
        if all {
            pages.extend(self.tier(word, 1));
        }
        pages
    }

    fn positions(&self, word: &Located, all: bool, found: &mut dyn FnMut(u32, u32)) {
        for tier in 0..=usize::from(all && word.count as usize > HEAD) {
            let pages = self.tier(word, tier);
            let (file, range) = self.part(tier + 2, word.parts[tier + 2]);
            let bytes = &file[range];
            let mut at = 0;
            for (number, _) in pages {
                let mut position = 0_u32;
                for _ in 0..take(bytes, &mut at).min(bytes.len() as u32) {
                    position = position.wrapping_add(take(bytes, &mut at));
                    found(number, position);
                }
            }
        }
    }
}

/// The key is a word, and neither a name nor the list of a topic or person.
fn is_plain(key: &str) -> bool {
    !is_name(key) && !key.starts_with('#') && key.len() <= 4 * LONGEST
}

fn is_name(key: &str) -> bool {
    key.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, Indexer, Order};
    use super::*;

    fn files(numbers: impl Iterator<Item = u32>) -> HashMap<String, Vec<u8>> {
        let entry = |number: u32| Entry {
            title: format!("Page {number}"),
            url: format!("/{number}/"),
            ..Entry::default()
        };
        let indexer = Indexer::new(4.0);
        for number in numbers {
            let rare = if number % 1000 == 7 { "rare" } else { "other" };
            indexer.add(number, &entry(number), &format!("<p>The common {rare} word</p>"));
        }
        let order = Order { entries: 3000, kinds: vec![(Kind::Explainer, 0)], years: Vec::new() };
        let batches = indexer.finish(&order, "en", &entry);
        batches.flatten().map(|file| (file.name.clone(), file.into_bytes())).collect()
    }

    #[test]
    fn the_order_in_which_pages_come_does_not_matter() {
        assert_eq!(files(0..3000), files((0..3000).rev()));
    }

    #[test]
    fn words_in_more_pages_than_are_read_at_once_are_found_with_others() {
        let files = files(0..3000);
        let fetch = |name: &str| files.get(name).cloned();
        let index = Index::open(&fetch).expect("an index");
        let check = |typed: &str, total: usize, first: Option<u32>| {
            let found = index.find(typed);
            assert_eq!((found.total, found.pages.first().copied()), (total, first), "{typed}");
        };
        check("common", 3000, Some(0));
        check("common rare", 3, Some(7));
        check("\"common rare\"", 3, Some(7));
        check("\"rare common\"", 0, None);
        check("common -other", 3, Some(7));
        check("\"page 2999\"", 1, Some(2999));
        assert_eq!(index.hit(2999).expect("a page").url, "/2999/");
        assert!(index.hit(3000).is_none());
    }
}
