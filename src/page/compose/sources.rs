//! Citations, lists of sources, the pages of shared sources, and what is cited of a page itself.

use super::{Composer, Page};
use crate::archive::DocId;
use crate::archive::{Listed, Passage, Route, SourceId, Thing};
use crate::document::{Date, SourceEntry, inline_citing, write_citation};
use crate::page::cite::{Author, Cited, Said};
use crate::page::structured_data;
use crate::page::view::{
    CitingView, FactView, Head, Link, PassageView, SafeText, SourceGroup, SourcePageView, SourceView,
    SourcesView,
};
use crate::source::Kind;
use tera::Value;

/// Letters that lead from a source back to its citations.
const BACK_LINKS: usize = 26;
/// Passages of one page on the page of a source.
const PASSAGES: usize = 5;
/// Characters of a title in the words of a citation.
const TITLE: usize = 120;

impl Composer<'_> {
    /// Appends the number of a citation of a document.
    pub(super) fn write_citation(&self, out: &mut String, id: DocId, citation: usize) {
        let archive = self.archive;
        let Some(typed) = archive.document(id).facts.citations.get(citation) else { return };
        let found = archive.cited(id, citation);
        let entry = found.and_then(|cited| archive.source_numbered(id, cited.number));
        let (Some(cited), Some(entry)) = (found, entry) else {
            // Its id is reported; what can stand in a page of it is its letters.
            return out.extend(typed.id.value.chars().filter(|c| c.is_alphanumeric()));
        };
        let words = self.words_of(id);
        let status = words.text(status_word(&entry.status));
        let mut label = words.with("source_number", &[("number", &cited.number.to_string())]);
        let title: String = name(entry).chars().take(TITLE).collect();
        for (sign, part) in [(": ", title.as_str()), (", ", &typed.locator), ("; ", status)] {
            if !part.is_empty() {
                label.push_str(sign);
                label.push_str(part);
            }
        }
        write_citation(out, cited.number, cited.nth, &label, status);
    }

    /// "In brief" of a document, on its own page.
    pub(super) fn key_points(&self, id: DocId) -> Vec<SafeText> {
        let mut before = 0;
        let points = self.archive.document(id).facts.key_points.iter();
        points
            .map(|point| {
                let mut of_point = 0;
                let html = inline_citing(
                    point,
                    Some(&mut |html, at| {
                        of_point += 1;
                        self.write_citation(html, id, before + at);
                    }),
                );
                before += of_point;
                SafeText::new(&html)
            })
            .collect()
    }

    /// The numbered sources of a document.
    pub(super) fn sources(&self, id: DocId, lang: &str) -> Vec<SourceView> {
        let all = self.archive.sources_of(id);
        let listed = all.iter().enumerate();
        listed
            .map(|(at, listed)| {
                let mut view = self.source_view(listed.entry, listed.shared, Some(id), lang);
                view.n = at + 1;
                view.citations = self.back_links(at + 1, listed);
                view
            })
            .collect()
    }

    fn back_links(&self, number: usize, listed: &Listed) -> Vec<Link> {
        let letters = (b'a'..=b'z').map(char::from).take(listed.citations.min(BACK_LINKS));
        letters
            .enumerate()
            .map(|(at, letter)| Link::new(letter.to_string(), format!("#cite-{number}-{}", at + 1)))
            .collect()
    }

    /// A source as it stands in the list of a document (`on`) or on pages of its own.
    fn source_view(
        &self,
        entry: &SourceEntry,
        shared: Option<SourceId>,
        on: Option<DocId>,
        lang: &str,
    ) -> SourceView {
        let fate = entry.fate.as_deref();
        SourceView {
            id: entry.id.as_ref().map_or_else(String::new, |id| id.value.clone()),
            title: entry.title.clone(),
            author: entry.author.clone(),
            publisher: entry.publisher.clone(),
            date: self.date(entry.date, lang),
            url: entry.url.clone().unwrap_or_default(),
            archived: entry.archived.clone().unwrap_or_default(),
            accessed: self.date(entry.accessed, lang),
            kind: entry.kind.clone(),
            status: entry.status.clone(),
            status_note: fate.map_or_else(String::new, |fate| fate.note.clone()),
            superseded_by: fate
                .and_then(|fate| fate.superseded_by.as_ref())
                .and_then(|next| self.source_link(&next.value, on)),
            page: shared.map_or_else(String::new, |id| self.source_url(id)),
            ..SourceView::default()
        }
    }

    fn source_url(&self, id: SourceId) -> String {
        self.archive.href(&self.archive.address_of(Route::Source(id, 0)))
    }

    /// The source with an id: its place in the list of the document, else its own page.
    fn source_link(&self, id: &str, on: Option<DocId>) -> Option<Link> {
        if let Some(document) = on
            && let Some(number) = self.archive.source_number(document, id)
            && let Some(entry) = self.archive.source_numbered(document, number as u32)
        {
            return Some(Link::new(name(entry), format!("#source-{number}")));
        }
        let shared = self.archive.source_with_id(id)?;
        Some(Link::new(self.archive.source_label(shared), self.source_url(shared)))
    }

    pub(super) fn facts(&self, id: DocId) -> Vec<FactView> {
        let facts = self.archive.document(id).facts.facts.iter();
        facts
            .map(|fact| {
                let number = self.archive.source_number(id, fact.source.trim());
                FactView {
                    label: fact.label.clone(),
                    value: fact.value.clone(),
                    source: fact.source.clone(),
                    source_link: number.map(|n| Link::new(n.to_string(), format!("#source-{n}"))),
                }
            })
            .collect()
    }

    /// The page of a shared source.
    pub(super) fn source(&self, id: SourceId, number: u32) -> Page {
        let archive = self.archive;
        let label = archive.source_label(id);
        let source = archive.source(id);
        let entry = &source.entry;
        let date = entry.date.map_or_else(String::new, |date| date.human(&self.site.lang));
        let description = self.listed([&entry.author, &entry.publisher, &date]);
        let mut head = self.head(Route::Source(id, number), label, &description);
        head.breadcrumbs.push(Link::new(self.words.text("sources_title"), &self.site.lists.sources));
        let documents = archive.cited_by(id);
        let url = self.paged_url(|page| Route::Source(id, page));
        let cited_by = self.listing_of(documents.len(), number, url, |range| {
            documents[range].iter().map(|document| self.citing(*document, id)).collect()
        });
        self.number_head(&mut head, label, &cited_by);
        let mut view = self.source_view(entry, Some(id), None, &head.lang);
        view.count = documents.len();
        let page = SourcePageView { title: label.to_owned(), source: view, cited_by };
        head.json_ld = structured_data::source(&self.site, &head, &page);
        self.templated("source.html", head, &page, None)
    }

    /// A page that cites a source, with its passages.
    fn citing(&self, document: DocId, source: SourceId) -> Value {
        let thing = self.archive.thing_of(document);
        let address = self.url(thing);
        let passages = self.archive.passages(document, source);
        let more = passages.len().saturating_sub(PASSAGES);
        let events = &self.archive.document(document).facts.timeline;
        let shown = passages.iter().take(PASSAGES).map(|passage| {
            let (before, after) = match passage.sentence() {
                Some(sentence) => sentence.text.split_at(sentence.mark.start as usize),
                None => ("", ""),
            };
            // A number that begins a sentence is not one with its first word.
            let gap = if before.is_empty() { " " } else { "" };
            match passage {
                Passage::Citation(cited, citation) => PassageView {
                    before: before.to_owned(),
                    after: if after.is_empty() { String::new() } else { format!("{gap}{after}") },
                    locator: citation.locator.clone(),
                    url: format!("{address}#cite-{}-{}", cited.number, cited.nth),
                },
                Passage::Event(at) => PassageView {
                    before: events[*at].event.clone(),
                    // Only explainers have timelines, and they show all of theirs.
                    url: format!("{address}#part-timeline"),
                    ..PassageView::default()
                },
            }
        });
        CitingView { card: self.card(thing), passages: shown.collect(), more }.value()
    }

    /// The list of shared sources.
    pub(super) fn source_list(&self, letter: Option<u32>, number: u32) -> Page {
        let archive = self.archive;
        let letters = archive.source_letters();
        let label = letter.map_or("", |at| &letters.groups[at as usize].label);
        let title = self.part_title(self.words.text("sources_title"), label);
        let mut head = self.head(Route::Sources(letter, number), &title, "");
        let (index, shown, pagination) = self.letters(letters, letter, number, Route::Sources);
        let view = |id: SourceId| {
            let mut view = self.source_view(&archive.source(id).entry, Some(id), None, &head.lang);
            view.count = archive.cited_by(id).len();
            view
        };
        let mut groups: Vec<SourceGroup> = shown
            .into_iter()
            .map(|(label, slug, members)| SourceGroup {
                label: label.to_owned(),
                id: format!("letter-{slug}"),
                sources: members.iter().map(|n| view(SourceId(*n))).collect(),
            })
            .collect();
        if letter.is_none() && letters.split {
            // Too many for one page: those that are cited most stand here.
            let mut most: Vec<SourceId> = archive.source_ids().collect();
            most.sort_by_key(|id| std::cmp::Reverse(archive.cited_by(*id).len()));
            most.truncate(archive.config.paginate);
            groups.push(SourceGroup {
                label: self.words.text("cited_most_often").to_owned(),
                id: "most".to_owned(),
                sources: most.into_iter().map(view).collect(),
            });
        }
        head.json_ld = structured_data::list(&self.site, &head);
        let total = archive.source_ids().count();
        let page = SourcesView { title, letters: index, groups, total, pagination };
        self.templated("sources.html", head, &page, None)
    }

    /// What others need to cite an explainer.
    pub(super) fn cited_page<'c>(&'c self, id: DocId, head: &'c Head) -> Cited<'c> {
        let archive = self.archive;
        let facts = &archive.document(id).facts;
        let address = archive.address(Thing::Document(id));
        let authors = archive.shelves.by(id).iter().map(|person| {
            let person = archive.person(*person);
            let document = person.document.map(|id| archive.document(id));
            Author {
                name: &person.label,
                sort_name: document
                    .filter(|d| d.kind == Kind::Person)
                    .and_then(|d| d.facts.sort_name.as_deref()),
            }
        });
        let later = |date: &Date| facts.date.is_none_or(|published| *date > published);
        let updated = facts.updated.filter(later);
        let words = self.words_of(id);
        // The marks of Chinese have their space within.
        let spaced = |word: &str| if word.ends_with('、') { word.to_owned() } else { format!("{word} ") };
        let day = updated.map_or_else(String::new, |day| day.human(&head.lang));
        Cited {
            slug: address.trim_end_matches('/').rsplit('/').next().unwrap_or_default(),
            title: archive.title(id),
            authors: authors.collect(),
            site: &self.site.title,
            publisher: self.site.publisher.as_ref().map_or("", |publisher| &publisher.name),
            published: facts.date,
            updated,
            url: &head.canonical,
            lang: &head.lang,
            said: Said {
                comma: spaced(words.text("list_comma")),
                and: spaced(words.text("list_and")),
                updated: words.with("updated_on", &[("date", &day)]),
                and_updated: words.with("and_updated_on", &[("date", &day)]),
            },
        }
    }
}

/// What a source is called where its title is missing.
fn name(entry: &SourceEntry) -> &str {
    let id = entry.id.as_ref().map_or("", |id| &id.value);
    let names =
        [entry.title.as_str(), entry.publisher.as_str(), entry.url.as_deref().unwrap_or_default(), id];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

/// The word that readers see beside a citation.
fn status_word(status: &str) -> &'static str {
    match status {
        "retracted" => "cited_retracted",
        "corrected" => "cited_corrected",
        "superseded" => "cited_superseded",
        "dead" => "cited_dead",
        _ => "",
    }
}
