//! Twins: a page once more, as JSON or as Markdown.

use super::chunks::WRITABLE;
use super::records::{Record, Reference, record, reference};
use super::url;
use crate::archive::{Archive, DocId, Form, Thing};
use crate::document::plain_text;
use crate::page::{Texts, feed};
use serde::Serialize;

/// So many explainers are named in the twin of a topic or person; the page has them all.
const NEWEST: usize = 100;

/// The twin of a page. `html` gives the body of a document as its page has it.
pub fn twin(
    archive: &Archive,
    thing: Thing,
    form: Form,
    html: &dyn Fn(DocId) -> String,
    texts: &Texts,
) -> Vec<u8> {
    match form {
        Form::Json => json(archive, thing, html),
        Form::Markdown => markdown(archive, thing, texts),
    }
}

#[derive(Serialize)]
struct Json<'a> {
    #[serde(rename = "$schema")]
    schema: String,
    #[serde(flatten)]
    record: Record<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    newest: Vec<Reference<'a>>,
    html: String,
    text: String,
}

fn json(archive: &Archive, thing: Thing, html: &dyn Fn(DocId) -> String) -> Vec<u8> {
    let record = record(archive, thing);
    let mut html = archive.document_of(thing).map_or_else(String::new, html);
    let text = plain_text(&html);
    if !archive.config.origin.is_empty() {
        html = feed::absolutise(&html, &record.url);
    }
    let schema = url(archive, "/data/schema.json");
    let newest = newest(archive, thing).into_iter().map(|id| reference(archive, Thing::Document(id)));
    let twin = Json { schema, record, newest: newest.collect(), html, text };
    let mut bytes = serde_json::to_vec_pretty(&twin).expect(WRITABLE);
    bytes.push(b'\n');
    bytes
}

/// A front matter with the fields of the record, then the text.
fn markdown(archive: &Archive, thing: Thing, texts: &Texts) -> Vec<u8> {
    let record = serde_json::to_value(record(archive, thing)).expect(WRITABLE);
    let mut out = "---\n".to_owned();
    for (key, value) in record.as_object().into_iter().flatten() {
        match value.as_array() {
            Some(items) => {
                out.push_str(&format!("{key}:\n"));
                out.extend(items.iter().map(|item| format!("  - {}\n", printable(&item.to_string()))));
            }
            None => out.push_str(&format!("{key}: {}\n", printable(&value.to_string()))),
        }
    }
    out.push_str("---\n");
    if let Some(id) = archive.document_of(thing)
        && let Some(source) = (texts.text)(id)
    {
        let own = url(archive, archive.address(thing));
        let address = |link| {
            let href = archive.href_of_link(id, link)?;
            let base = if href.starts_with('#') { &own } else { &archive.config.origin };
            Some(format!("{base}{href}"))
        };
        let body = archive.document(id).twin(&source, &archive.config, &address);
        let body = body.trim_matches('\n');
        if !body.trim().is_empty() {
            out.push_str(&format!("\n{body}\n"));
        }
    }
    let newest = newest(archive, thing);
    if !newest.is_empty() {
        out.push_str("\n## Explainers\n\n");
        for id in newest {
            let thing = Thing::Document(id);
            let to = url(archive, archive.address(thing)).replace('(', "%28").replace(')', "%29");
            out.push_str(&format!("- [{}]({to})\n", link_text(archive.label(thing))));
        }
    }
    out.into_bytes()
}

/// Words as they can stand in the square brackets of a link.
pub fn link_text(words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// The newest explainers of a topic, about a person or by them.
fn newest(archive: &Archive, thing: Thing) -> Vec<DocId> {
    let shelves = &archive.shelves;
    let mut all: Vec<DocId> = match thing {
        Thing::Document(_) => Vec::new(),
        Thing::Topic(id) => shelves.topic(id).to_vec(),
        Thing::Person(id) => [shelves.about_person(id), shelves.by_person(id)].concat(),
    };
    all.retain(|id| archive.is_open(Thing::Document(*id)));
    // Every shelf is in the order of ranks, newest first.
    all.sort_by_key(|id| shelves.rank(*id));
    all.dedup();
    all.truncate(NEWEST);
    all
}

/// JSON is YAML but for a few characters that YAML takes for line ends, or does not take at all.
fn printable(json: &str) -> String {
    let strange = |c: char| {
        matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if strange(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}
