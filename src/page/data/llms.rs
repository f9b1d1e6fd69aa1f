//! `llms.txt`: what the site is and where its texts are, for language models and whoever works with
//! them, in the form of <https://llmstxt.org>. It is one short file, whatever the size of the archive.

use super::records::summary;
use super::twins::link_text;
use super::url;
use crate::archive::{Archive, DocId, Form, Thing, TopicId};
use std::fmt::Write;

/// Topics that are named, those with the most explainers.
const TOPICS: usize = 40;
/// Explainers that are named because they changed last, and because most pages link to them.
const EXPLAINERS: usize = 30;
/// Longest description of a page, in characters.
const LONGEST: usize = 200;

/// The text of the file.
pub fn llms(archive: &Archive) -> String {
    let config = &archive.config;
    let mut out = format!("# {}\n", line(&config.title));
    if !config.description.is_empty() {
        let _ = write!(out, "\n> {}\n", line(&config.description));
    }
    let _ = write!(out, "\n{}\n\n{}\n", about(archive), how_to_cite(archive));
    section(&mut out, "Lists", lists(archive));
    section(&mut out, "Data and feeds", data(archive));
    section(&mut out, "Topics", topics(archive));
    let mut all: Vec<DocId> = archive.shelves.explainers.clone();
    all.retain(|id| archive.is_open(Thing::Document(*id)));
    let facts = |id: &DocId| &archive.document(*id).facts;
    all.sort_by_key(|id| std::cmp::Reverse(facts(id).updated.max(facts(id).date)));
    let rest = all.split_off(all.len().min(EXPLAINERS));
    section(&mut out, "Latest explainers", all.iter().map(|id| entry(archive, *id)).collect());
    let linked = |id: &DocId| archive.backlinks(Thing::Document(*id)).len();
    let mut rest: Vec<DocId> = rest.into_iter().filter(|id| linked(id) > 0).collect();
    rest.sort_by_key(|id| std::cmp::Reverse(linked(id)));
    rest.truncate(EXPLAINERS);
    section(
        &mut out,
        "Explainers that most others link to",
        rest.iter().map(|id| entry(archive, *id)).collect(),
    );
    out
}

fn about(archive: &Archive) -> String {
    let count = |number: usize, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    };
    let config = &archive.config;
    let mut text = format!(
        "An archive of {} on {}, with pages for {}.",
        count(archive.shelves.explainers.len(), "explainer", "explainers"),
        count(archive.topics.len(), "topic", "topics"),
        count(archive.people.len(), "person", "people"),
    );
    if !config.publisher.name.is_empty() {
        let _ = write!(text, " It is published by {}.", line(&config.publisher.name));
    }
    text.push_str(
        " An explainer says when it was published and last changed, lists its sources and corrections, and is \
         filed under topics; each topic and each person has a page that lists the explainers on them.",
    );
    let forms: Vec<String> =
        archive.forms().map(|form| format!("{} (`index.{}`)", form.label(), form.ending())).collect();
    if !forms.is_empty() {
        let _ = write!(text, " Beside each page stands the same as {}.", forms.join(" and as "));
    }
    text
}

fn how_to_cite(archive: &Archive) -> String {
    let mut text = "To cite an explainer, give its authors, its title, the name of this archive, the day of its last \
                    change and the address of its page. Texts are corrected and brought up to date: look at the page again \
                    before you rely on a copy."
        .to_owned();
    let licence = &archive.config.data.licence;
    if !licence.is_empty() {
        let _ = write!(text, " Terms of use: {}", line(licence));
    }
    text
}

fn lists(archive: &Archive) -> Vec<String> {
    let permalinks = &archive.config.permalinks;
    let all = [
        ("Explainers", "/explainers/", "all of them, newest first", archive.shelves.explainers.len()),
        ("Topics", permalinks.topics_list(), "all topics, A to Z", archive.topics.len()),
        ("People", permalinks.people_list(), "everybody who is named, A to Z", archive.people.len()),
        (
            "Timeline",
            "/timeline/",
            "the events of all explainers in the order of time",
            archive.timeline().len(),
        ),
    ];
    let filled = all.into_iter().filter(|(.., entries)| *entries > 0);
    filled.map(|(name, address, words, _)| link(name, &url(archive, address), words)).collect()
}

fn data(archive: &Archive) -> Vec<String> {
    let config = &archive.config;
    let mut all = Vec::new();
    if archive.has_data() {
        all.push((
            "Archive as data",
            "/data/index.json",
            "names the JSON files of explainers, people, topics, sources, events, corrections and quotes",
        ));
        all.push(("Schema of the data", "/data/schema.json", "what its fields mean, as JSON Schema"));
    }
    if !config.origin.is_empty() {
        if config.feeds.enabled {
            all.push(("Feed", "/atom.xml", "the newest explainers, as Atom"));
            all.push(("JSON Feed", "/feed.json", "the same as JSON"));
        }
        all.push(("Sitemap", "/sitemap.xml", "the address of every page"));
    }
    all.into_iter().map(|(name, address, words)| link(name, &url(archive, address), words)).collect()
}

fn topics(archive: &Archive) -> Vec<String> {
    let count = |id: &TopicId| archive.shelves.topic(*id).len();
    let fit = |id: &TopicId| count(id) > 0 && archive.is_open(Thing::Topic(*id));
    let mut all: Vec<TopicId> = archive.topic_ids().filter(fit).collect();
    all.sort_by_key(|id| std::cmp::Reverse(count(id)));
    all.truncate(TOPICS);
    let entry = |id: &TopicId| {
        let explainers = match count(id) {
            1 => "1 explainer".to_owned(),
            many => format!("{many} explainers"),
        };
        let thing = Thing::Topic(*id);
        let document = archive.topic(*id).document;
        let words = document.map_or("", |d| summary(&archive.document(d).facts));
        let words = if words.is_empty() { explainers } else { format!("{explainers}. {words}") };
        link(archive.label(thing), &address(archive, thing), &words)
    };
    all.iter().map(entry).collect()
}

fn entry(archive: &Archive, id: DocId) -> String {
    let facts = &archive.document(id).facts;
    let changed = facts.updated.max(facts.date).map_or_else(String::new, |date| date.iso());
    let words = [changed.as_str(), summary(facts)];
    let words: Vec<&str> = words.into_iter().filter(|part| !part.is_empty()).collect();
    let thing = Thing::Document(id);
    link(archive.label(thing), &address(archive, thing), &words.join(". "))
}

/// Markdown is easier to read for a program than a page; where there is none, the page.
fn address(archive: &Archive, thing: Thing) -> String {
    match archive.config.twins.markdown {
        true => url(archive, &archive.twin_address(thing, Form::Markdown)),
        false => url(archive, archive.address(thing)),
    }
}

fn section(out: &mut String, title: &str, entries: Vec<String>) {
    if !entries.is_empty() {
        let _ = write!(out, "\n## {title}\n\n{}", entries.concat());
    }
}

fn link(title: &str, url: &str, words: &str) -> String {
    let url = url.replace('(', "%28").replace(')', "%29");
    let words = line(words);
    let words = match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words,
    };
    let words = if words.is_empty() { words } else { format!(": {words}") };
    format!("- [{}]({url}){words}\n", link_text(title))
}

/// A text on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
