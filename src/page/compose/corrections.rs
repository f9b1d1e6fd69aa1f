//! Corrections: on the page that they mend, in the log of all, and in its feeds.

use super::Composer;
use crate::archive::{DocId, Logged, Route, Thing};
use crate::document::Correction;
use crate::page::view::{CorrectionView, CorrectionsView, FeedLink};
use crate::page::{feed, structured_data};
use crate::theme::Phrases;

/// Corrections on the page of a person or topic; the log has them all.
const NEWEST: usize = 5;

impl Composer<'_> {
    fn correction(&self, logged: &Logged, elsewhere: bool, lang: &str) -> CorrectionView {
        let correction = self.archive.correction(logged);
        let thing = Thing::Document(logged.document);
        CorrectionView {
            n: logged.number as usize,
            url: format!("{}#correction-{}", self.url(thing), logged.number),
            date: self.date(correction.date, lang),
            was: correction.was.clone(),
            now: correction.now.clone(),
            note: correction.note.clone(),
            explainer: elsewhere.then(|| self.card(thing)),
        }
    }

    /// Newest first.
    pub(super) fn corrections_of_document(&self, id: DocId, lang: &str) -> Vec<CorrectionView> {
        let all = self.archive.corrections_of_document(id);
        all.iter().map(|logged| self.correction(logged, false, lang)).collect()
    }

    /// The newest corrections of some explainers.
    pub(super) fn newest_corrections(&self, documents: &[DocId]) -> Vec<CorrectionView> {
        let all = self.archive.corrections_of(documents, NEWEST);
        all.iter().map(|logged| self.correction(logged, true, &self.site.lang)).collect()
    }

    pub(super) fn correction_log(&self, number: u32) -> super::Page {
        let title = self.words.text("corrections").to_owned();
        let all = self.archive.corrections();
        let mut head = self.head(Route::Corrections(number), &title, "");
        let shown = |range: std::ops::Range<usize>| -> Vec<CorrectionView> {
            all[range].iter().map(|logged| self.correction(logged, true, &self.site.lang)).collect()
        };
        let listing = self.listing_of(all.len(), number, self.paged_url(Route::Corrections), |range| {
            shown(range).iter().map(CorrectionView::value).collect()
        });
        self.number_head(&mut head, &title, &listing);
        if !self.site.feeds.is_empty() {
            let feeds = [
                (Route::CorrectionsAtom, "application/atom+xml"),
                (Route::CorrectionsJson, "application/feed+json"),
            ];
            let feeds = feeds
                .map(|(route, kind)| FeedLink { kind: kind.to_owned(), ..self.feed_link(&title, route) });
            head.feeds.splice(0..0, feeds);
        }
        let range = crate::archive::Listing::of(all.len(), self.archive.config.paginate, number);
        let views = range.map_or_else(Vec::new, |listing| shown(listing.range));
        head.json_ld = structured_data::corrections(&self.site, &head, &views);
        let page = CorrectionsView { title, corrections: listing };
        self.templated("corrections.html", head, &page, None)
    }

    /// Every entry of an Atom feed must have a date (RFC 4287, section 4.1.2), so a correction
    /// without one is in no feed.
    pub(super) fn correction_feed(&self) -> feed::Feed {
        let archive = self.archive;
        let title = format!("{} · {}", self.words.text("corrections"), self.site.title);
        let mut feed = self.feed(Route::CorrectionsAtom, &title, crate::archive::CORRECTIONS, &[]);
        feed.json_url = archive.absolute(&archive.address_of(Route::CorrectionsJson));
        feed.id = feed::stable_id("feeds/corrections");
        let listed = |logged: &&Logged| !archive.document(logged.document).facts.noindex;
        let dated = archive.corrections().iter().filter(listed).filter_map(|logged| {
            let correction = archive.correction(logged);
            Some((logged, correction, feed::timestamp(&correction.date?.iso())))
        });
        let entries = dated.take(archive.config.feeds.limit).map(|(logged, correction, date)| {
            let address = archive.absolute(archive.address(Thing::Document(logged.document)));
            let topics = archive.shelves.tags(logged.document).iter();
            feed::Entry {
                id: feed::stable_id(&archive.correction_name(logged)),
                url: format!("{address}#correction-{}", logged.number),
                title: self.words.with("correction_of", &[("title", archive.title(logged.document))]),
                summary: in_a_line(correction, &self.words),
                content_html: Some(html(correction, &self.words)),
                published: date.clone(),
                updated: date,
                lang: archive.document(logged.document).facts.lang.clone().unwrap_or_default(),
                topics: topics.map(|topic| archive.topic(*topic).label.clone()).collect(),
                authors: Vec::new(),
            }
        });
        feed.entries = entries.collect();
        if let Some(newest) = feed.entries.iter().map(|entry| &entry.updated).max() {
            feed.updated = newest.clone();
        }
        feed
    }
}

/// What there is of a correction, each part with its word.
fn parts<'a>(
    correction: &'a Correction,
    words: &'a Phrases,
) -> impl Iterator<Item = (&'a str, &'static str, &'a str)> {
    [
        ("", "", correction.note.as_str()),
        (words.text("was_before"), "del", correction.was.as_str()),
        (words.text("is_now"), "ins", correction.now.as_str()),
    ]
    .into_iter()
    .filter(|(_, _, text)| !text.is_empty())
}

fn in_a_line(correction: &Correction, words: &Phrases) -> String {
    let part = |(label, _, text): (&str, &str, &str)| match label {
        "" => text.to_owned(),
        label => format!("{label} {text}"),
    };
    parts(correction, words).map(part).collect::<Vec<_>>().join(" – ")
}

fn html(correction: &Correction, words: &Phrases) -> String {
    let paragraph = |(label, element, text): (&str, &str, &str)| {
        let text = quick_xml::escape::escape(text);
        match element {
            "" => format!("<p>{text}</p>"),
            element => format!("<p>{label} <{element}>{text}</{element}></p>"),
        }
    };
    parts(correction, words).map(paragraph).collect()
}
