//! `nutgraf list`

mod due;
mod events;

use super::{Outcome, load};
use crate::archive::{Archive, Hidden, Route, Thing};
use crate::cli::{self, Listing};
use crate::diagnostics::Failure;
use crate::site::{Options, Site};
use crate::source::Kind;
use serde_json::{Map, Value, json};
use std::path::Path;

/// One line of a list: what programs get, in the order in which people see it.
type Row = Map<String, Value>;

/// Lists what the site consists of, in the order of paths or names.
pub fn run(args: &cli::List, root: &Path) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    for (flag, given, of) in [
        ("--within", &args.within, Listing::Due),
        ("--topic", &args.topic, Listing::Events),
        ("--person", &args.person, Listing::Events),
    ] {
        if given.is_some() && args.what != Some(of) {
            let of = if of == Listing::Due { "due" } else { "events" };
            return Err(Failure(format!("{flag} goes with `nutgraf list {of}`")));
        }
    }
    let options = Options { now: super::now()?, drafts: false, base_url: None, unlinked: false };
    let (site, _) = load(root, &options, &mut Default::default())?;
    let archive = site.archive();
    let what = if args.skipped { Some(Listing::Skipped) } else { args.what };
    let rows: Vec<Row> = match what {
        Some(Listing::Explainers) => documents(archive, &[Kind::Explainer]),
        Some(Listing::Pages) => documents(archive, &[Kind::Front, Kind::Page]),
        Some(Listing::People) => archive
            .person_ids()
            .map(|id| {
                let shelves = &archive.shelves;
                named(
                    archive,
                    Thing::Person(id),
                    &[
                        ("about", shelves.about_person(id).len()),
                        ("by", shelves.by_person(id).len()),
                        ("mentioned", archive.mentions(id).len()),
                    ],
                )
            })
            .collect(),
        Some(Listing::Topics) => archive
            .topic_ids()
            .map(|id| named(archive, Thing::Topic(id), &[("explainers", archive.shelves.topic(id).len())]))
            .collect(),
        Some(Listing::Sources) => sources(archive),
        Some(Listing::Quotes) => quotes(archive),
        Some(Listing::Skipped) => skipped(&site),
        Some(Listing::Assets) => assets(archive),
        Some(Listing::Due) => due::rows(archive, options.now, args.within.as_deref())?,
        Some(Listing::Events) => events::rows(archive, args.topic.as_deref(), args.person.as_deref())?,
        None => {
            let mut all =
                documents(archive, &[Kind::Front, Kind::Explainer, Kind::Topic, Kind::Person, Kind::Page]);
            all.extend(assets(archive));
            all.extend(skipped(&site));
            all.sort_by_cached_key(|row| {
                row.get("path").and_then(Value::as_str).unwrap_or_default().to_owned()
            });
            all
        }
    };
    for row in rows {
        if args.json {
            outcome.answer.push_str(&Value::Object(row).to_string());
        } else {
            outcome.answer.push_str(&columns(&row));
        }
        outcome.answer.push('\n');
    }
    Ok(outcome)
}

/// For people: the values, two spaces apart.
fn columns(row: &Row) -> String {
    let cell = |(key, value): (&String, &Value)| match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => format!("{key} {number}"),
        _ => String::new(),
    };
    // Times and counts are for programs; people read those that matter in the reason.
    const FOR_PROGRAMS: &[&str] = &["at", "expires", "days_overdue", "linked_from", "updated", "until"];
    let cells: Vec<String> = row
        .iter()
        .filter(|(key, _)| !FOR_PROGRAMS.contains(&key.as_str()))
        .map(cell)
        .filter(|c| !c.is_empty())
        .collect();
    crate::diagnostics::escape(&cells.join("  ")).into_owned()
}

fn row(cells: Value) -> Row {
    match cells {
        Value::Object(map) => map,
        _ => Row::new(),
    }
}

fn documents(archive: &Archive, kinds: &[Kind]) -> Vec<Row> {
    let all = archive.documents.iter().enumerate().filter(|(_, d)| kinds.contains(&d.kind));
    all.map(|(at, document)| {
        let id = crate::archive::DocId(at as u32);
        let expires = document.facts.expires.as_ref().map(|e| e.value.timestamp(&archive.config.time_zone));
        let mut cells = row(json!({
            "path": &*document.path,
            "state": "built",
            "kind": document.kind.name(),
            "address": archive.address(archive.thing_of(id)),
            "title": archive.title(id),
            "date": document.facts.date.map(|d| d.iso()),
        }));
        cells.extend(expires.map(|at| ("expires".to_owned(), json!(super::local(at, archive)))));
        cells
    })
    .collect()
}

fn named(archive: &Archive, thing: Thing, counts: &[(&str, usize)]) -> Row {
    let path = archive.document_of(thing).map(|id| archive.document(id).path.to_string());
    let mut cells = row(json!({
        "address": archive.address(thing),
        "name": archive.label(thing),
        "path": path,
    }));
    cells.extend(counts.iter().map(|(name, count)| ((*name).to_owned(), json!(count))));
    cells
}

/// Shared sources, in the order of their files.
fn sources(archive: &Archive) -> Vec<Row> {
    let all = archive.source_ids().map(|id| {
        let source = archive.source(id);
        row(json!({
            "id": source.id.value,
            "title": source.entry.title,
            "status": source.entry.status,
            "cited_by": archive.cited_by(id).len(),
            "address": archive.address_of(Route::Source(id, 0)),
            "path": &*source.path,
        }))
    });
    all.collect()
}

/// In the order of paths, and of one file in the order of its text.
fn quotes(archive: &Archive) -> Vec<Row> {
    let ids = (0..archive.documents.len() as u32).map(crate::archive::DocId);
    ids.flat_map(|id| archive.quotes_of_document(id))
        .map(|quoted| {
            let quote = archive.quote(quoted);
            let speaker = archive.speaker(quoted).map(Thing::Person);
            let page = archive.address(archive.thing_of(quoted.document));
            row(json!({
                "path": &*archive.document(quoted.document).path,
                "address": format!("{page}#quote-{}", quoted.index + 1),
                "speaker": speaker.map_or(quote.speaker.value.as_str(), |thing| archive.label(thing)),
                "person": speaker.map(|thing| archive.address(thing)),
                "date": quote.date.map(|date| date.iso()),
                "occasion": quote.occasion,
                "citation": quote.citation,
                "text": quote.text,
            }))
        })
        .collect()
}

fn assets(archive: &Archive) -> Vec<Row> {
    let published = archive.assets.iter().filter(|a| !a.withheld);
    published
        .map(|a| row(json!({"path": &*a.path, "state": "copied", "address": format!("/{}", a.address)})))
        .collect()
}

/// What is not published, each with its reason.
fn skipped(site: &Site) -> Vec<Row> {
    let archive = site.archive();
    let mut rows: Vec<Row> = Vec::new();
    for (document, why) in &archive.hidden {
        let (reason, at) = match why {
            Hidden::Draft => ("draft: true".to_owned(), None),
            Hidden::Scheduled(at) => (format!("appears {}", super::local(*at, archive)), Some(at)),
            Hidden::Expired(at) => (format!("expired {}", super::local(*at, archive)), Some(at)),
        };
        let mut cells = row(json!({"path": &*document.path, "state": why.name(), "reason": reason}));
        cells.extend(at.map(|at| ("at".to_owned(), json!(super::local(*at, archive)))));
        rows.push(cells);
    }
    for asset in archive.assets.iter().filter(|a| a.withheld) {
        let reason = "belongs to unpublished documents only";
        rows.push(row(json!({"path": &*asset.path, "state": "withheld", "reason": reason})));
    }
    for path in &site.tree().data {
        rows.push(row(json!({"path": &**path, "state": "data", "reason": "read, not published"})));
    }
    for (path, reason) in &site.tree().ignored {
        rows.push(row(json!({"path": &**path, "state": "ignored", "reason": reason})));
    }
    for path in site.unreadable() {
        rows.push(row(json!({"path": &**path, "state": "unreadable", "reason": "not readable as text; see `nutgraf check`"})));
    }
    rows.sort_by_cached_key(|row| row.get("path").and_then(Value::as_str).unwrap_or_default().to_owned());
    rows
}
