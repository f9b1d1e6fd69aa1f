//! Sources that several documents share: `content/sources.yaml` and `content/*.bib`; and what one
//! document alone tells about its own.

use super::bibtex;
use super::front_matter::SOURCE;
use super::{Facts, SourceEntry, Spanned};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span};
use crate::source::fields::{self, Reader};
use crate::source::yaml::{self, Value, Yaml, shown};
use crate::source::{Config, SitePath, Source};
use serde_json::{Value as Json, json};
use std::collections::{HashMap, HashSet};

/// A source that every document can cite.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedSource {
    /// Its `id` is always there.
    pub entry: SourceEntry,
    /// By this texts cite it. The place is where it stands in the file.
    pub id: Spanned<String>,
    pub path: SitePath,
}

/// Reads a file of shared sources, by the ending of its name.
pub fn shared(source: &Source, config: &Config, diagnostics: &mut Diagnostics) -> Vec<SharedSource> {
    let entries = if source.path.ends_with(".bib") {
        bibtex::read(source, diagnostics)
    } else {
        read(source, config, diagnostics)
    };
    let path = &source.path;
    entries.into_iter().filter_map(|entry| named(entry, path, diagnostics)).collect()
}

/// A source with the id that it needs, or a finding.
fn named(
    (entry, span): (SourceEntry, Span),
    path: &SitePath,
    diagnostics: &mut Diagnostics,
) -> Option<SharedSource> {
    let Some(id) = entry.id.clone().filter(|id| !id.value.is_empty()) else {
        diagnostics.push(
            Diagnostic::new(
                Finding::BadValue,
                Place::new(path.clone(), span),
                "this source has no `id`, so that nothing can cite it",
            )
            .help("give it one: `id: author-2024`"),
        );
        return None;
    };
    if id.value.contains(|c: char| c.is_whitespace() || c.is_control() || ";[]{}".contains(c)) {
        diagnostics.push(
            Diagnostic::new(
                Finding::BadValue,
                Place::new(path.clone(), id.span),
                format!("{} cannot be cited: an id is one word without brackets", shown(&id.value)),
            )
            .help("use letters, digits and the signs `-`, `_`, `.`, `:` and `/`"),
        );
        return None;
    }
    Some(SharedSource { entry, id, path: path.clone() })
}

/// `sources.yaml`: a list of sources, or a mapping of ids to sources.
fn read(source: &Source, config: &Config, diagnostics: &mut Diagnostics) -> Vec<(SourceEntry, Span)> {
    let text = source.text.as_str();
    let limits = yaml::Limits::of_size(text.len());
    let Some(value) = yaml::parse(&source.path, text, 0, limits, diagnostics) else { return Vec::new() };
    let mut reader = Reader {
        path: &source.path,
        text,
        longest_list: config.limits.list,
        longest_title: config.limits.title,
        diagnostics,
    };
    let mut found = Vec::new();
    match &value.value {
        Value::List(items) => {
            for item in items {
                if item.is_blank() {
                    let help = "delete it".to_owned();
                    reader.note(Finding::EmptyItem, item.span, "an item of this list is empty", Some(help));
                } else if let Some(entry) = reader.record(item, SOURCE) {
                    found.push((entry, first_line(text, item)));
                }
            }
        }
        Value::Map(entries) => {
            for (key, item) in entries {
                let id = Spanned { value: key.text.to_string(), span: key.span };
                if let Some(mut entry) = reader.record(item, SOURCE) {
                    if let Some(own) = entry.id.as_ref().filter(|own| own.value != id.value) {
                        let message =
                            format!("the source `{}` has another `id`, {}", id.value, shown(&own.value));
                        let help = "take the `id` out; the key is what cites it".to_owned();
                        reader.note(Finding::BadValue, own.span, message, Some(help));
                    }
                    entry.id = Some(id);
                    found.push((entry, key.span));
                }
            }
        }
        _ if value.is_null() => {}
        _ => reader.expected("a list of mappings with `id`, `title`, `url` …", &value),
    }
    found
}

/// The beginning of an item, for findings about all of it.
fn first_line(text: &str, item: &Yaml) -> Span {
    let typed = &text[item.span.start as usize..item.span.end as usize];
    let line = typed.lines().next().unwrap_or_default().trim_end().len();
    Span::new(item.span.start as usize, item.span.start as usize + line)
}

/// JSON Schema (draft 2020-12) of `content/sources.yaml`.
pub fn schema() -> Json {
    let entry = fields::schema(&[SOURCE]);
    let mut item = entry.clone();
    item["required"] = json!(["id"]);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Shared sources",
        "anyOf": [
            {"type": "array", "items": item},
            {"type": "object", "additionalProperties": entry},
        ],
        "examples": [[{"id": "author-2024", "title": "A report", "url": "https://example.org/report"}]],
    })
}

/// What the sources of one document tell by themselves: two with one id, and those that nothing
/// cites although the text cites others.
pub fn check(source: &Source, facts: &Facts, diagnostics: &mut Diagnostics) {
    let ids = || facts.sources.iter().filter_map(|source| source.id.as_ref());
    if ids().nth(1).is_some() {
        let mut first: HashMap<&str, Span> = HashMap::new();
        for id in ids() {
            match first.get(id.value.as_str()) {
                Some(other) => diagnostics.push(
                    Diagnostic::new(
                        Finding::DuplicateSource,
                        Place::new(source.path.clone(), id.span),
                        format!("two sources of this page have the id `{}`", id.value),
                    )
                    .also(Place::new(source.path.clone(), *other), "the other one")
                    .help("give one of them another `id`"),
                ),
                None => {
                    first.insert(&id.value, id.span);
                }
            }
        }
    }
    if facts.citations.is_empty() || facts.sources.is_empty() {
        return;
    }
    let cited: HashSet<&str> = (facts.citations.iter().map(|citation| citation.id.value.as_str()))
        .chain(facts.timeline.iter().filter_map(|event| Some(event.source.as_ref()?.value.as_str())))
        .chain(facts.facts.iter().map(|fact| fact.source.as_str()))
        .collect();
    for id in ids().filter(|id| !cited.contains(id.value.as_str())) {
        diagnostics.push(
            Diagnostic::new(
                Finding::UnusedSource,
                Place::new(source.path.clone(), id.span),
                format!("the page cites sources by number, and never `{}`", id.value),
            )
            .help(format!("write `[@{}]` where it is used, or delete it", id.value)),
        );
    }
}
