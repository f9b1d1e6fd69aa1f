//! What becomes of each section of a Hugo site, and where its files go.

use super::input::Input;
use super::node::Node;
use super::places;
use super::report::Became;
use super::settings::Old;
use crate::document::canonical;
use std::collections::{BTreeMap, HashSet};

/// Sections whose pages are people.
const PEOPLE: &[&str] = &["authors", "author", "people", "contributors"];
/// Sections whose pages are topics, unless the settings name others.
const TOPICS: &[&str] = &["topics", "topic", "tags", "categories"];
/// Sections whose pages are neither articles nor about one thing.
const PAGES: &[&str] = &["pages", "page"];
/// Sections that usually are what a site is for; the fullest keeps no folder of its own.
const MAIN: &[&str] = &["news", "posts", "post", "blog", "blogs", "articles", "article", "explainers"];

/// Which section becomes what.
pub struct Layout {
    /// The section whose files stand at the top of `explainers/`; empty where there is none.
    pub main: String,
    /// The section whose pages are people.
    pub people: Option<String>,
    /// The sections whose pages are topics.
    pub topics: Vec<String>,
}

impl Layout {
    /// Takes the main section, people and topics from the settings, else from the names of the folders.
    pub fn of(old: &Old, inputs: &[Input]) -> Layout {
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for input in inputs {
            *sizes.entry(input.section()).or_default() += 1;
        }
        let named: Vec<&str> = old.setting(&["params", "mainSections"]).map(Node::texts).unwrap_or_default();
        let likely = if named.is_empty() { MAIN.to_vec() } else { named };
        let main = likely.iter().filter_map(|s| Some((*sizes.get(s)?, *s))).max_by_key(|(size, _)| *size);
        let taxonomies: Vec<&str> = match old.setting(&["taxonomies"]) {
            Some(Node::Map(entries)) => entries.iter().filter_map(|(_, plural)| plural.text()).collect(),
            _ => Vec::new(),
        };
        let mut topics: Vec<String> = TOPICS.iter().map(|t| (*t).to_owned()).collect();
        topics.extend(
            taxonomies.iter().filter(|t| !PEOPLE.contains(t) && **t != "series").map(|t| (*t).to_owned()),
        );
        Layout {
            main: main.map(|(_, section)| section.to_owned()).unwrap_or_default(),
            people: PEOPLE.iter().find(|p| sizes.contains_key(*p)).map(|p| (*p).to_owned()),
            topics,
        }
    }

    /// What a file becomes, and where it goes.
    pub fn place(&self, path: &str) -> (Became, String) {
        let (section, rest) = path.split_once('/').unwrap_or(("", path));
        let path = with_md(path);
        let is_section = path.rsplit('/').next().is_some_and(|name| name.starts_with("_index."));
        if path == "_index.md" {
            return (Became::FrontPage, "content/index.md".to_owned());
        }
        let stem = places::logical(rest);
        if is_section && !(self.is_person(section) || self.is_topic(section)) || stem.is_empty() {
            let name = path.trim_end_matches("/_index.md").trim_end_matches("/index.md");
            return (Became::Page, format!("content/pages/{name}.md"));
        }
        // People and topics are one file each, named like the folder that they were.
        let typed = &with_md(rest);
        let flat = typed.trim_end_matches("/_index.md").trim_end_matches("/index.md").trim_end_matches(".md");
        if self.is_person(section) {
            return (Became::Person, format!("content/people/{flat}.md"));
        }
        if self.is_topic(section) {
            return (Became::Topic, format!("content/topics/{flat}.md"));
        }
        if section.is_empty() || PAGES.contains(&section) {
            return (Became::Page, format!("content/pages/{}", with_md(rest)));
        }
        if section == self.main {
            return (Became::Explainer, format!("content/explainers/{}", with_md(rest)));
        }
        (Became::Explainer, format!("content/explainers/{path}"))
    }

    /// Where a file goes that stands among the content: beside the page that it stood beside.
    pub fn asset(&self, path: &str) -> String {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (_, page) = self.place(&format!("{folder}/x.md"));
        match (folder.is_empty(), page.strip_suffix("x.md")) {
            (false, Some(folder)) => format!("{folder}{name}"),
            _ => format!("content/{path}"),
        }
    }

    /// Whether the pages of a section are people.
    pub fn is_person(&self, section: &str) -> bool {
        self.people.as_deref() == Some(section)
    }

    /// Whether the pages of a section are topics.
    pub fn is_topic(&self, section: &str) -> bool {
        self.topics.iter().any(|t| t == section)
    }
}

/// A path with the ending that content files have here.
pub fn with_md(path: &str) -> String {
    match path.rsplit_once('.') {
        Some((stem, "md" | "markdown" | "mdown" | "MD")) => format!("{stem}.md"),
        _ => path.to_owned(),
    }
}

/// Paths that are taken, compared as systems do that do not tell case apart.
#[derive(Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// The path itself, or one with a number where it is taken; taken from now on.
    pub fn free(&mut self, path: &str) -> String {
        let mut free = path.to_owned();
        let (stem, end) = path.rsplit_once('.').unwrap_or((path, ""));
        let mut number = 2;
        while !self.0.insert(canonical(&free)) {
            free = if end.is_empty() { format!("{stem}-{number}") } else { format!("{stem}-{number}.{end}") };
            number += 1;
        }
        free
    }
}
