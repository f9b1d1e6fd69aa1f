//! `nutgraf list`

use super::{Outcome, load};
use crate::archive::{Archive, Hidden, Thing};
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
    let options = Options { now: super::now()?, drafts: false, base_url: None };
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
        Some(Listing::Skipped) => skipped(&site),
        Some(Listing::Assets) => assets(archive),
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
    // Times are for programs that wait for them; people read the one that matters in the reason.
    let cells: Vec<String> = row
        .iter()
        .filter(|(key, _)| !["at", "expires"].contains(&key.as_str()))
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
