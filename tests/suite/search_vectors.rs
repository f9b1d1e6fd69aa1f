//! What the program and the script of the search page must do alike: `tests/search/vectors.json`.
//!
//! The index that the program makes of the pages there stands in `tests/search/index/`, so that the script's test
//! (`tests/browser/search.test.mjs`) can ask it. `BLESS=1 cargo test --test suite search_vectors` writes it anew:
//! a change of the format, for which its number has to rise.

use nutgraf::search::{Entry, Index, Indexer, Kind, Order, Use, all_terms, fold, mark, name_key};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Vectors {
    fold: Vec<(String, String)>,
    terms: Vec<(String, Vec<String>)>,
    names: Vec<(String, String)>,
    pages: Vec<PageVector>,
    kinds: Vec<(String, u32)>,
    years: Vec<(i16, u32)>,
    queries: Vec<(String, Vec<String>)>,
    marks: Vec<(String, Vec<String>, Vec<String>)>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PageVector {
    title: String,
    names: Vec<String>,
    topics: Vec<String>,
    people: Vec<String>,
    summary: String,
    url: String,
    date: String,
    body: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/search")
}

fn vectors() -> Vectors {
    let text = fs::read_to_string(folder().join("vectors.json")).expect("the vectors are there");
    serde_json::from_str(&text).expect("the vectors are sound")
}

/// The files of the index of the pages.
fn index(vectors: &Vectors) -> BTreeMap<String, Vec<u8>> {
    let entry = |number: u32| {
        let page = &vectors.pages[number as usize];
        Entry {
            title: page.title.clone(),
            names: page.names.clone(),
            topics: page.topics.clone(),
            people: page.people.clone(),
            summary: page.summary.clone(),
            url: page.url.clone(),
            date: page.date.clone(),
            standing: 0.0,
        }
    };
    let indexer = Indexer::new(10.0);
    for (number, page) in vectors.pages.iter().enumerate() {
        indexer.add(number as u32, &entry(number as u32), &page.body);
    }
    let kind = |name: &String| Kind::ALL.into_iter().find(|kind| kind.name() == name).expect("a kind");
    let order = Order {
        entries: vectors.pages.len() as u32,
        kinds: vectors.kinds.iter().map(|(name, first)| (kind(name), *first)).collect(),
        years: vectors.years.clone(),
    };
    let batches = indexer.finish(&order, "en", &entry);
    batches.flatten().map(|file| (file.name.clone(), file.into_bytes())).collect()
}

#[test]
fn texts_are_taken_apart_as_the_vectors_say() {
    let vectors = vectors();
    for (text, expected) in &vectors.fold {
        assert_eq!(fold(text), *expected, "{text}");
    }
    for (text, expected) in &vectors.terms {
        // Scripts count places in units of UTF-16.
        let units = |at: usize| text[..at].encode_utf16().count();
        let found: Vec<String> = all_terms(text, Use::Query)
            .iter()
            .map(|term| format!("{}@{}:{}-{}", term.text, term.position, units(term.start), units(term.end)))
            .collect();
        assert_eq!(found, *expected, "{text}");
    }
    for (text, expected) in &vectors.names {
        assert_eq!(name_key(text), *expected, "{text}");
    }
    for (text, matched, expected) in &vectors.marks {
        let marked = mark(text, matched);
        let found: Vec<&str> = marked.marks.iter().map(|(from, to)| &text[*from..*to]).collect();
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn queries_find_what_the_vectors_say() {
    let vectors = vectors();
    let files = index(&vectors);
    let fetch = |name: &str| files.get(name).cloned();
    let index = Index::open(&fetch).expect("an index");
    for (typed, expected) in &vectors.queries {
        let pages = index.find(typed).pages;
        let found: Vec<String> = pages.iter().map(|number| index.hit(*number).expect("a page").url).collect();
        assert_eq!(found, *expected, "{typed}");
    }
}

#[test]
fn the_index_is_the_one_that_the_script_is_tested_with() {
    let files = index(&vectors());
    let folder = folder().join("index");
    if std::env::var_os("BLESS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the folder can be made");
        for (name, bytes) in &files {
            fs::write(folder.join(name), bytes).expect("the file can be written");
        }
    }
    let entries =
        fs::read_dir(&folder).expect("the index is there").map(|entry| entry.expect("a file").path());
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let kept: BTreeMap<String, Vec<u8>> =
        entries.map(|path| (name(&path), fs::read(&path).expect("it can be read"))).collect();
    assert!(kept == files, "tests/search/index differs: {:?} {:?}", kept.keys(), files.keys());
}
