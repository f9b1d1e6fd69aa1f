//! What an editor wants to know of the page that they look at.

use super::preview::{Made, Preview, document_of, findings_of};
use crate::archive::{Archive, DocId, Reason, Thing};
use crate::diagnostics::{Diagnostic, Diagnostics, Format, Severity, draw};
use crate::document::day_of;
use crate::site::Site;
use crate::source::Kind;
use serde_json::{Value, json};

/// Most findings that are told of one page, and of the rest of the site.
const FINDINGS: usize = 50;
/// Most related pages and pages that lead here.
const PAGES: usize = 8;

/// Everything about a page, as the script in it takes it. All of it is text.
pub fn about(preview: &Preview, page: &Made) -> Value {
    let shown = preview.live.shown();
    let own = findings_of(&shown, page);
    let count = |severity: Severity| {
        let all = shown.findings.iter().chain(&page.faults).filter(|d| d.severity == severity).count();
        all.saturating_sub(own.iter().filter(|d| d.severity == severity).count())
    };
    let mut about = json!({
        "state": page.state.name(),
        "hash": page.hash,
        "drafts": preview.manner.drafts,
        "failure": shown.failure,
        "findings": own.iter().take(FINDINGS).map(|d| told(preview, d)).collect::<Vec<_>>(),
        "more": own.len().saturating_sub(FINDINGS),
        "elsewhere": {
            "errors": count(Severity::Error),
            "warnings": count(Severity::Warning),
            "notes": count(Severity::Note),
        },
    });
    let Some(site) = &shown.site else { return about };
    let archive = site.archive();
    let Some(id) = page.source.as_ref().and_then(|path| document_of(archive, path)) else { return about };
    about["page"] = of_document(preview, site, id);
    about
}

fn of_document(preview: &Preview, site: &Site, id: DocId) -> Value {
    let archive = site.archive();
    let document = archive.document(id);
    let today = day_of((preview.manner.now)(), &archive.config.time_zone);
    let review = document
        .review(&archive.config)
        .map(|review| json!({ "due": review.due.iso(), "overdue": review.days_overdue(today) }));
    let thing = archive.thing_of(id);
    let leads_here = archive.backlinks(thing);
    let from = leads_here.iter().take(PAGES).map(|link| {
        let words = archive.sentence(link).map(|sentence| sentence.text.as_str());
        page_link(archive, archive.thing_of(link.from), words.unwrap_or_default())
    });
    let related = match document.kind {
        Kind::Explainer => archive.related(id),
        _ => Vec::new(),
    };
    let related = related.iter().take(PAGES).map(|related| {
        let why: Vec<String> = related.reasons.iter().map(|reason| words_for(archive, reason)).collect();
        page_link(archive, Thing::Document(related.document), &why.join(", "))
    });
    json!({
        "path": &*document.path,
        "kind": document.kind.name(),
        "title": archive.title(id),
        "words": document.facts.words,
        "mark": archive.marks[id.0 as usize].map(|mark| mark.name()),
        "review": review,
        "backlinks": from.collect::<Vec<_>>(),
        "backlink_count": leads_here.len(),
        "related": related.collect::<Vec<_>>(),
    })
}

fn page_link(archive: &Archive, thing: Thing, words: &str) -> Value {
    json!({ "url": archive.href(archive.address(thing)), "title": archive.label(thing), "words": words })
}

fn words_for(archive: &Archive, reason: &Reason) -> String {
    match reason {
        Reason::Explicit => "named in `related`".to_owned(),
        Reason::LinksTo => "linked from here".to_owned(),
        Reason::LinkedFrom => "links here".to_owned(),
        Reason::Topic { topic, .. } => format!("topic {}", archive.topic(*topic).label),
        Reason::Person { person, .. } => archive.person(*person).label.clone(),
        Reason::Parent(topic) => format!("below the topic {}", archive.topic(*topic).label),
        Reason::Near => "of about the same time".to_owned(),
    }
}

/// A finding with its place, and drawn with the line in which it stands.
fn told(preview: &Preview, diagnostic: &Diagnostic) -> Value {
    let mut one = Diagnostics::default();
    one.push(diagnostic.clone());
    let text_of = |path: &str| preview.text_of(path);
    let line = draw(&one, Format::Json, false, &text_of);
    let mut told: Value = serde_json::from_str(&line).unwrap_or_default();
    told["frame"] = draw(&one, Format::Human, false, &text_of).trim_end().into();
    told
}
