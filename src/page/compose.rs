//! Archive + route → page: the views are filled here.

mod cards;
mod event_files;
mod events;

mod sources;

use super::blocks::Reader;
use super::view::BlockView;
mod corrections;
mod quotes;

mod namesakes;
mod search;

use super::previews::{self, Preview};
use super::view::{
    Card, CardView, ContentsEntry, CountedLink, Counts, DateView, ExplainerView, FeedLink, FrontView, Head,
    ImageView, IndexLink, Link, ListView, Listing as ListingView, Mapping, Mention, NeighbourView,
    NotFoundView, PageView, Pagination, PeopleGroup, PeopleView, PersonLink, PersonView, PreviewsView,
    PublisherView, RedirectView, RelatedView, RoleView, SafeText, SeriesView, Site, SiteLists, TopicEntry,
    TopicView, TopicsView,
};
use super::{cite, data, feed, sitemap, structured_data};
use crate::archive::{
    Archive, Backlink, CORRECTIONS, DocId, Form, Hidden, Letters, Listing, Near, Neighbour, PersonId, Reason,
    Route, SEARCH, Thing, TopicId,
};
use crate::diagnostics::Place;
use crate::document::blocks::Series;
use crate::document::{ALERTS, Date, Document, Role, Slot, inline_citing};
use crate::source::{Kind, Source};
use crate::theme::{Phrases, Theme, Words, direction};
use serde::Serialize;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};
use tera::Value;

/// A route with everything that its file needs.
pub enum Page {
    /// To be rendered by the templates.
    Templated {
        /// `explainer.html`, or what the document's `template` says.
        template: String,
        head: Box<Head>,
        page: Value,
        /// The document that is shown, for messages about its template.
        document: Option<DocId>,
    },
    /// Finished files: path below `public/`, and bytes.
    Ready(Vec<(String, Vec<u8>)>),
}

/// How to get at what the body of a document is made of.
pub struct Texts<'a> {
    /// The text of a document.
    pub text: &'a (dyn Fn(DocId) -> Option<Source> + Sync),
    /// The numbers of a chart whose data stand in a file: the block of that number of a document.
    pub series: &'a (dyn Fn(DocId, usize) -> Option<Series> + Sync),
    /// The HTML of a block of that name, which stands in a content file there.
    pub block: &'a (dyn Fn(&str, &BlockView, &Place) -> String + Sync),
    /// The path of the social card that says this, from `/` on; `None` where it cannot be drawn. The place
    /// is the content file that it is about.
    pub card: &'a (dyn Fn(&CardView, Option<&Place>) -> Option<String> + Sync),
}

/// Cards on a page, of those that could be without end.
const BACKLINKS: usize = 50;
const CONNECTED: usize = 12;
/// Explainers of a topic that changed last; a topic with fewer than twice as many shows all at a glance.
const CHANGED: usize = 5;
const FRONT: usize = 12;
/// Entries of the feed of a topic or person. They carry summaries: whole texts of every explainer
/// once more for each of its topics and people would be most of the site's bytes.
const SMALL_FEED: usize = 20;
/// Words that are read in a minute.
const PACE: u32 = 230;

/// Fills views. Cards are made once, when they are first shown, and shared by all pages that show
/// them: serialising them for each list is how a generator becomes quadratic.
pub struct Composer<'a> {
    archive: &'a Archive,
    site: Site,
    /// In the language of the site.
    words: Phrases,
    /// In every language of a page.
    all_words: Arc<Words>,
    documents: Vec<OnceLock<Value>>,
    topics: Vec<OnceLock<Value>>,
    people: Vec<OnceLock<Value>>,
    data: data::Data<'a>,
    /// The path of the social card of the site.
    site_card: OnceLock<Option<String>>,
    /// Is shown the text of each document whose page is made.
    reader: Option<&'a BodyReader<'a>>,
}

/// Takes the HTML of bodies while pages are made of them, before anything is filled into it.
pub type BodyReader<'a> = dyn Fn(DocId, &str) + Sync + 'a;

impl<'a> Composer<'a> {
    pub fn new(archive: &'a Archive, theme: &Theme) -> Composer<'a> {
        let cells = |count: usize| (0..count).map(|_| OnceLock::new()).collect();
        Composer {
            archive,
            site: site(archive, theme),
            words: theme.words.of_site(),
            all_words: theme.words.clone(),
            documents: cells(archive.documents.len()),
            topics: cells(archive.topics.len()),
            people: cells(archive.people.len()),
            data: data::Data::new(archive),
            site_card: OnceLock::new(),
            reader: None,
        }
    }

    /// Shows every body that becomes part of a page to a reader, at least once.
    pub fn read_by(self, reader: &'a BodyReader<'a>) -> Composer<'a> {
        Composer { reader: Some(reader), ..self }
    }

    pub(super) fn archive(&self) -> &'a Archive {
        self.archive
    }

    /// Language and direction of the page of a document.
    pub(super) fn language(&self, id: DocId) -> (String, String) {
        match &self.archive.document(id).facts.lang {
            Some(lang) => (lang.clone(), direction(lang).to_owned()),
            None => (self.site.lang.clone(), self.site.dir.clone()),
        }
    }

    /// The words of the language of a document's page.
    pub(super) fn words_of(&self, id: DocId) -> Phrases {
        match &self.archive.document(id).facts.lang {
            Some(lang) => self.all_words.of(lang),
            None => self.words.clone(),
        }
    }

    /// What every template sees as `site`.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Makes the page of a route; `texts` is asked for the documents that it shows.
    pub fn compose(&self, route: Route, texts: &Texts) -> Page {
        match route {
            Route::Front => self.front(texts),
            Route::Explainer(id) => self.explainer(id, texts),
            Route::Page(id) => self.page(id, texts),
            Route::Topic(id, page) => self.topic(id, page, texts),
            Route::Person(id, page) => self.person(id, page, texts),
            Route::Namesakes(group, name) => self.namesakes(group, name),
            Route::Explainers(page) => self.explainers(page),
            Route::Topics(letter, page) => self.topic_list(letter, page),
            Route::People(letter, page) => self.people_list(letter, page),
            Route::Timeline(year, page) => self.timeline(year, page),
            Route::TopicTimeline(id, page) => self.own_timeline_page(Thing::Topic(id), page),
            Route::PersonTimeline(id, page) => self.own_timeline_page(Thing::Person(id), page),
            Route::EventsJson(of, piece) => self.ready(route, self.events_json(of, piece)),
            Route::EventsCalendar(of, piece) => self.ready(route, self.events_calendar(of, piece)),
            Route::Source(id, page) => self.source(id, page),
            Route::Sources(letter, page) => self.source_list(letter, page),
            Route::Corrections(page) => self.correction_log(page),
            Route::CorrectionsAtom => self.ready(route, feed::atom(&self.correction_feed())),
            Route::CorrectionsJson => self.ready(route, feed::json_feed(&self.correction_feed())),
            Route::NotFound => self.not_found(),
            Route::Redirect(at) => self.redirect(at),
            Route::SiteAtom => self.ready(route, feed::atom(&self.site_feed(texts))),
            Route::SiteJson => self.ready(route, feed::json_feed(&self.site_feed(texts))),
            Route::TopicAtom(id) => {
                let thing = Thing::Topic(id);
                self.ready(route, feed::atom(&self.small_feed(route, thing, self.archive.shelves.topic(id))))
            }
            Route::PersonAtom(id) => {
                let shelves = &self.archive.shelves;
                let mut all: Vec<DocId> = shelves.about_person(id).to_vec();
                all.extend(shelves.by_person(id).iter().filter(|d| !shelves.about(**d).contains(&id)));
                all.sort_by_key(|d| (std::cmp::Reverse(self.archive.document(*d).facts.date), *d));
                self.ready(route, feed::atom(&self.small_feed(route, Thing::Person(id), &all)))
            }
            Route::Sitemap => Page::Ready(self.sitemap()),
            Route::Robots => {
                let at = self.archive.absolute("/sitemap.xml");
                self.ready(route, sitemap::robots(&at).into_bytes())
            }
            Route::RedirectList => self.ready(route, self.redirect_list()),
            Route::DataIndex => self.ready(route, self.data.index()),
            Route::DataSchema => self.ready(route, data::Data::schema()),
            Route::Data(number) => Page::Ready(self.data.chunk(number)),
            Route::Llms => self.ready(route, data::llms(self.archive).into_bytes()),
            Route::Twin(thing, form) => {
                let html = |id| self.body_html(id, Reader::Page, texts);
                self.ready(route, data::twin(self.archive, thing, form, &html, texts))
            }
            Route::Previews => Page::Ready(previews::files(self.previews())),
            Route::Search => self.search(),
        }
    }

    fn ready(&self, route: Route, bytes: Vec<u8>) -> Page {
        Page::Ready(vec![(self.archive.file_of(route), bytes)])
    }

    fn templated(&self, template: &str, head: Head, page: &impl Serialize, document: Option<DocId>) -> Page {
        let own = document.and_then(|id| self.archive.document(id).facts.template.as_ref());
        Page::Templated {
            template: own.map_or_else(|| template.to_owned(), |t| t.value.clone()),
            head: Box::new(head),
            page: Value::from_serializable(page),
            document,
        }
    }

    // What every page has.

    fn head(&self, route: Route, title: &str, description: &str) -> Head {
        let address = self.archive.address_of(route);
        let own = title.is_empty() || title == self.site.title;
        Head {
            title: if title.is_empty() { self.site.title.clone() } else { title.to_owned() },
            full_title: if own { self.site.title.clone() } else { format!("{title} · {}", self.site.title) },
            description: description.to_owned(),
            url: self.archive.href(&address),
            canonical: self.archive.absolute(&address),
            lang: self.site.lang.clone(),
            dir: self.site.dir.clone(),
            og_type: "website".to_owned(),
            feeds: self.site.feeds.clone(),
            breadcrumbs: vec![Link::new(&self.site.title, &self.site.url)],
            ..Head::default()
        }
    }

    /// The head of a page that shows a document.
    fn document_head(&self, route: Route, id: DocId, description: &str) -> Head {
        let document = self.archive.document(id);
        let facts = &document.facts;
        let mut head = self.head(route, self.archive.title(id), description);
        head.noindex = facts.noindex || self.archive.marks[id.at()].is_some();
        if let Some(lang) = &facts.lang {
            head.dir = direction(lang).to_owned();
            head.lang = lang.clone();
        }
        if let Some(src) = self.archive.image_src(id) {
            head.image = self.site.absolute(&src);
            head.image_alt = facts.image.as_ref().map_or_else(String::new, |i| i.alt.clone());
        }
        head.published = self.date(facts.date, &head.lang);
        head.updated = self.date(facts.updated, &head.lang);
        head.has_math = facts.has_math;
        head.has_code = facts.has_code;
        head
    }

    /// The twins of a page: of a list of several pages, those of the first.
    fn twins(&self, thing: Thing) -> Vec<FeedLink> {
        let forms = self.archive.forms().filter(|_| self.archive.is_open(thing));
        let twin = |form: Form| FeedLink {
            title: form.label().to_owned(),
            href: self.archive.href(&self.archive.twin_address(thing, form)),
            kind: form.media_type().to_owned(),
        };
        forms.map(twin).collect()
    }

    fn date(&self, date: Option<Date>, lang: &str) -> Option<DateView> {
        date.map(|d| date_view(d, lang))
    }

    /// The body of a document as HTML, with its links.
    fn body(&self, id: DocId, texts: &Texts) -> SafeText {
        SafeText::new(&self.body_html(id, Reader::Page, texts))
    }

    fn body_html(&self, id: DocId, reader: Reader, texts: &Texts) -> String {
        let Some(source) = (texts.text)(id) else { return String::new() };
        let document = self.archive.document(id);
        let body = document.body(&source, &self.archive.config);
        if let Some(reader) = self.reader {
            reader(id, &body.html);
        }
        let mut html = String::new();
        let names = self.archive.linked_names(id);
        body.fill(&mut html, |hole, out| {
            let number = hole.link as usize;
            let href = match hole.slot {
                Slot::Citation => return self.write_citation(out, id, number),
                Slot::Alert => {
                    let words = self.words_of(id);
                    return out.push_str(&quick_xml::escape::escape(words.text(ALERTS[number].1)));
                }
                Slot::Block => {
                    return out.push_str(&self.block(id, number, &body.blocks[number], reader, texts));
                }
                Slot::SpeakerStart | Slot::SpeakerEnd => self.speaker_href(id, hole.link),
                // One that the author linked in the same section stays text.
                Slot::Name | Slot::NameEnd => {
                    names.get(number).copied().flatten().map(|thing| self.url(thing))
                }
                Slot::Href | Slot::Src | Slot::Poster | Slot::Value => self.archive.href_of_link(id, number),
            };
            // A link that leads nowhere is reported; its words stay, without an address.
            if let Some(href) = href {
                hole.slot.write(out, &href);
            }
        });
        html
    }

    fn mark(&self, id: DocId) -> String {
        self.archive.marks[id.at()].as_ref().map_or_else(String::new, |m: &Hidden| m.name().to_owned())
    }

    // Cards.

    pub(super) fn url(&self, thing: Thing) -> String {
        self.archive.href(self.archive.address(thing))
    }

    pub(super) fn link(&self, thing: Thing) -> Link {
        Link::new(self.archive.label(thing), self.url(thing))
    }

    fn card(&self, thing: Thing) -> Value {
        let cell = match thing {
            Thing::Document(id) => &self.documents[id.at()],
            Thing::Topic(id) => &self.topics[id.at()],
            Thing::Person(id) => &self.people[id.at()],
        };
        cell.get_or_init(|| self.make_card(thing).value()).clone()
    }

    fn make_card(&self, thing: Thing) -> Card {
        let archive = self.archive;
        let id = archive.document_of(thing);
        let document = id.map(|id| archive.document(id));
        let mut card = Card {
            url: self.url(thing),
            title: archive.label(thing).to_owned(),
            source_path: document.map_or_else(String::new, |d| d.path.to_string()),
            mark: id.map_or_else(String::new, |id| self.mark(id)),
            ..Card::default()
        };
        match thing {
            Thing::Document(id) => {
                card.kind = match archive.document(id).kind {
                    Kind::Explainer => "explainer",
                    _ => "page",
                }
                .to_owned();
            }
            Thing::Topic(id) => {
                card.kind = "topic".to_owned();
                card.count = archive.shelves.topic(id).len();
            }
            Thing::Person(id) => {
                card.kind = "person".to_owned();
                card.count = archive.shelves.about_person(id).len() + archive.shelves.by_person(id).len();
                card.role = self.role_text(id, None);
            }
        }
        if let Some(document) = document {
            let facts = &document.facts;
            card.summary = summary(document);
            card.date = self.date(facts.date, &self.site.lang);
            card.updated = self.date(facts.updated, &self.site.lang);
            card.closed = self.date(facts.closed, &self.site.lang);
            if let Some(lang) = facts.lang.as_ref().filter(|l| **l != self.site.lang) {
                card.lang = lang.clone();
                card.dir = direction(lang).to_owned();
                card.language = SafeText::attributes(lang);
            }
        }
        card
    }

    fn document_cards(&self, ids: &[DocId]) -> Vec<Value> {
        ids.iter().map(|id| self.card(Thing::Document(*id))).collect()
    }

    /// What a person is, or was at a time, in words.
    fn role_text(&self, id: PersonId, at: Option<Date>) -> String {
        // A role of another time says its years.
        let text = |(role, held): (&Role, bool)| {
            self.listed([&role.title, &role.org, &if held { String::new() } else { self.span(role) }])
        };
        self.archive.role_at(id, at).map_or_else(String::new, text)
    }

    /// The years of a role.
    fn span(&self, role: &Role) -> String {
        match (role.from.map(|d| d.year), role.to.map(|d| d.year)) {
            (Some(from), Some(to)) if from == to => from.to_string(),
            (Some(from), Some(to)) => format!("{from}–{to}"),
            (Some(from), None) => self.words.with("since", &[("year", &from.to_string())]),
            (None, Some(to)) => self.words.with("until", &[("year", &to.to_string())]),
            (None, None) => String::new(),
        }
    }

    /// What is there of the parts of a role.
    fn listed(&self, parts: [&str; 3]) -> String {
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(self.words.text("list_separator"))
    }

    pub(super) fn person_link(&self, id: PersonId, at: Option<Date>) -> PersonLink {
        let thing = Thing::Person(id);
        PersonLink {
            name: self.archive.label(thing).to_owned(),
            url: self.url(thing),
            role: self.role_text(id, at),
            held: self.held(id, at),
        }
    }

    /// The role that a person had at a time.
    fn held(&self, id: PersonId, at: Option<Date>) -> Option<RoleView> {
        let (role, _) = self.archive.role_at(id, at).filter(|(_, held)| *held)?;
        Some(self.role(role, &self.site.lang))
    }

    // Lists.

    fn listing(&self, all: &[DocId], page: u32, url: impl Fn(u32) -> String) -> ListingView {
        self.listing_of(all.len(), page, url, |range| self.document_cards(&all[range]))
    }

    fn listing_of(
        &self,
        total: usize,
        page: u32,
        url: impl Fn(u32) -> String,
        items: impl Fn(std::ops::Range<usize>) -> Vec<Value>,
    ) -> ListingView {
        let size = self.archive.config.paginate;
        let Some(listing) = Listing::of(total, size, page) else {
            return ListingView { total, ..ListingView::default() };
        };
        ListingView { items: items(listing.range), total, pagination: pagination(total, size, page, url) }
    }

    fn paged_url(&self, route: impl Fn(u32) -> Route) -> impl Fn(u32) -> String {
        move |page| self.archive.href(&self.archive.address_of(route(page)))
    }

    fn mention(&self, backlink: &Backlink) -> Mention {
        self.mention_of(self.archive.thing_of(backlink.from), self.archive.sentence(backlink))
    }

    fn counted<T: Copy + Eq + Hash + Ord>(
        &self,
        items: impl Iterator<Item = T>,
        most: usize,
        thing: impl Fn(T) -> Thing,
    ) -> Vec<CountedLink> {
        let mut counts: HashMap<T, usize> = HashMap::new();
        for item in items {
            *counts.entry(item).or_default() += 1;
        }
        // The order of the map does not matter: it is sorted by count and number right below.
        let mut all: Vec<(T, usize)> = counts.into_iter().collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(most);
        let link = |(item, count)| {
            let thing = thing(item);
            CountedLink { title: self.archive.label(thing).to_owned(), url: self.url(thing), count }
        };
        all.into_iter().map(link).collect()
    }

    fn contents(&self, document: &Document) -> Vec<ContentsEntry> {
        ContentsEntry::nest(document.facts.headings.iter().map(|h| (h.level, h.id.as_str(), h.text.as_str())))
    }

    fn image(&self, id: DocId) -> Option<ImageView> {
        let image = self.archive.document(id).facts.image.as_ref()?;
        Some(ImageView {
            src: self.archive.image_src(id)?,
            alt: image.alt.clone(),
            caption: image.caption.clone(),
            credit: image.credit.clone(),
        })
    }

    // Pages.

    fn explainer(&self, id: DocId, texts: &Texts) -> Page {
        let archive = self.archive;
        let document = archive.document(id);
        let facts = &document.facts;
        let route = Route::Explainer(id);
        let thing = Thing::Document(id);
        let mut head = self.document_head(route, id, &summary(document));
        head.og_type = "article".to_owned();
        head.breadcrumbs.push(Link::new(self.words.text("explainers_title"), &self.site.lists.explainers));
        head.twins = self.twins(thing);
        let lang = head.lang.clone();
        let at = facts.updated.or(facts.date);
        let backlinks = archive.backlinks(thing);
        let page = ExplainerView {
            title: archive.title(id).to_owned(),
            summary: facts.summary.clone(),
            published: head.published.clone(),
            updated: head.updated.clone(),
            as_of: self.date(document.as_of(), &lang),
            review_by: self.review_by(document, &lang),
            closed: self.date(facts.closed, &lang),
            mark: self.mark(id),
            authors: archive.shelves.by(id).iter().map(|p| self.person_link(*p, at)).collect(),
            people: archive.shelves.about(id).iter().map(|p| self.person_link(*p, at)).collect(),
            key_points: self.key_points(id),
            image: self.image(id),
            body: self.body(id, texts),
            contents: self.contents(document),
            timeline: self.own_timeline(id, &lang),
            sources: self.sources(id, &lang),
            corrections: self.corrections_of_document(id, &lang),
            cite: cite::page(&self.cited_page(id, &head)),
            quotes: self.quotes_of_document(id, &lang),
            mentioned: self.mentioned(id, at),
            topics: archive.shelves.tags(id).iter().map(|t| self.link(Thing::Topic(*t))).collect(),
            series: archive.shelves.series(id).map(|series| SeriesView {
                title: series.title.clone(),
                items: self.document_cards(&series.items),
                position: series.items.iter().position(|d| *d == id).map_or(0, |at| at + 1),
            }),
            related: archive
                .related(id)
                .iter()
                .map(|r| RelatedView {
                    card: self.card(Thing::Document(r.document)),
                    reason: self.reason(&r.reasons),
                })
                .collect(),
            backlinks: backlinks.iter().take(BACKLINKS).map(|b| self.mention(b)).collect(),
            words: facts.words,
            minutes: facts.words.div_ceil(PACE),
            source_path: document.path.to_string(),
            extra: facts.extra.clone(),
        };
        self.own_card(&mut head, thing, document.as_of(), texts);
        head.json_ld = structured_data::explainer(&self.site, &head, &page);
        self.templated("explainer.html", head, &page, Some(id))
    }

    /// The weightiest reason, in words for readers.
    fn reason(&self, reasons: &[Reason]) -> String {
        let words = &self.words;
        let topic = |id: &TopicId| self.archive.topic(*id).label.as_str();
        match reasons.first() {
            None => String::new(),
            Some(Reason::Explicit) => words.text("chosen_by_editors").to_owned(),
            Some(Reason::LinksTo) => words.text("linked_in_text").to_owned(),
            Some(Reason::LinkedFrom) => words.text("links_here").to_owned(),
            Some(Reason::Topic { topic: id, .. }) => words.with("also_on", &[("topic", topic(id))]),
            Some(Reason::Person { person, .. }) => {
                words.with("also_about", &[("person", &self.archive.person(*person).label)])
            }
            Some(Reason::Parent(id)) => words.with("also_under", &[("topic", topic(id))]),
            Some(Reason::Near) => words.text("same_time").to_owned(),
        }
    }

    fn page(&self, id: DocId, texts: &Texts) -> Page {
        let document = self.archive.document(id);
        let mut head = self.document_head(Route::Page(id), id, &summary(document));
        let page = PageView {
            title: self.archive.title(id).to_owned(),
            summary: document.facts.summary.clone(),
            published: head.published.clone(),
            updated: head.updated.clone(),
            review_by: self.review_by(document, &head.lang),
            closed: self.date(document.facts.closed, &head.lang),
            image: self.image(id),
            body: self.body(id, texts),
            contents: self.contents(document),
            timeline: self.own_timeline(id, &head.lang),
            sources: self.sources(id, &head.lang),
            mark: self.mark(id),
            source_path: document.path.to_string(),
            extra: document.facts.extra.clone(),
        };
        head.twins = self.twins(Thing::Document(id));
        self.own_card(&mut head, Thing::Document(id), document.as_of(), texts);
        head.json_ld = structured_data::page(&self.site, &head);
        self.templated("page.html", head, &page, Some(id))
    }

    fn topic(&self, id: TopicId, number: u32, texts: &Texts) -> Page {
        let archive = self.archive;
        let topic = archive.topic(id);
        let route = Route::Topic(id, number);
        let shelf = archive.shelves.topic(id);
        let document = topic.document.map(|d| archive.document(d));
        let first = number == 0;
        let description = document.map_or_else(String::new, summary);
        let mut head = match topic.document {
            Some(d) => self.document_head(route, d, &description),
            None => self.head(route, &topic.label, &description),
        };
        head.breadcrumbs.push(Link::new(self.words.text("topics_title"), &self.site.lists.topics));
        let mut parents = Vec::new();
        let mut up = topic.parent;
        while let Some(parent) = up {
            parents.push(self.link(Thing::Topic(parent)));
            up = archive.topic(parent).parent;
        }
        parents.reverse();
        head.breadcrumbs.extend(parents.iter().cloned());
        if archive.has_topic_feed(id) && !self.site.feeds.is_empty() {
            head.feeds.insert(0, self.feed_link(&topic.label, Route::TopicAtom(id)));
        }
        let listing = self.listing(shelf, number, self.paged_url(|page| Route::Topic(id, page)));
        self.number_head(&mut head, &topic.label, &listing);
        let lang = head.lang.clone();
        // A standing text is what can be right or wrong; a list is made anew each time.
        let text = document.filter(|d| first && d.facts.words > 0);
        let (timeline, events) = if first { self.foremost(Thing::Topic(id)) } else { Default::default() };
        let page = TopicView {
            title: topic.label.clone(),
            summary: document.map_or_else(String::new, |d| d.facts.summary.clone()),
            body: topic.document.filter(|_| first).map_or_else(SafeText::default, |d| self.body(d, texts)),
            contents: document.filter(|_| first).map_or_else(Vec::new, |d| self.contents(d)),
            facts: topic.document.filter(|_| first).map_or_else(Vec::new, |d| self.facts(d)),
            sources: topic.document.filter(|_| first).map_or_else(Vec::new, |d| self.sources(d, &head.lang)),
            parents,
            children: if first {
                let child = |c: &TopicId| CountedLink {
                    title: archive.label(Thing::Topic(*c)).to_owned(),
                    url: self.url(Thing::Topic(*c)),
                    count: archive.shelves.topic(*c).len(),
                };
                topic.children.iter().map(child).collect()
            } else {
                Vec::new()
            },
            explainers: listing,
            people: if first {
                let people = shelf.iter().flat_map(|d| archive.shelves.about(*d)).copied();
                self.counted(people, CONNECTED, Thing::Person)
            } else {
                Vec::new()
            },
            timeline,
            events,
            changed: if first { self.changed(shelf) } else { Vec::new() },
            neighbours: if first { self.neighbours(id) } else { Vec::new() },
            corrections: if first { self.newest_corrections(shelf) } else { Vec::new() },
            mentioned: if first {
                let mentions = archive.mentions_of_topic(id).iter().take(BACKLINKS);
                mentions.map(|m| self.mentioning(m)).collect()
            } else {
                Vec::new()
            },
            updated: head.updated.clone(),
            as_of: self.date(text.and_then(Document::as_of), &lang),
            review_by: text.and_then(|d| self.review_by(d, &lang)),
            closed: self.date(document.and_then(|d| d.facts.closed), &lang),
            mark: topic.document.map_or_else(String::new, |d| self.mark(d)),
            source_path: document.map_or_else(String::new, |d| d.path.to_string()),
            extra: document.map_or(serde_json::Value::Null, |d| d.facts.extra.clone()),
        };
        head.twins = if first { self.twins(Thing::Topic(id)) } else { Vec::new() };
        if first {
            self.own_card(&mut head, Thing::Topic(id), text.and_then(Document::as_of), texts);
        }
        head.json_ld = structured_data::topic(&self.site, &head, &page);
        self.templated("topic.html", head, &page, topic.document)
    }

    /// Explainers of a long shelf that were changed after they had appeared, the last change first.
    fn changed(&self, shelf: &[DocId]) -> Vec<Value> {
        if shelf.len() < 2 * CHANGED {
            return Vec::new();
        }
        let facts = |id: &DocId| &self.archive.document(*id).facts;
        let since = |id: &&DocId| {
            let facts = facts(id);
            facts.updated > facts.date && facts.closed.is_none() && !facts.noindex
        };
        let mut changed: Vec<DocId> = shelf.iter().filter(since).copied().collect();
        // Stable: of one day the newest comes first, as on the shelf.
        changed.sort_by_key(|id| std::cmp::Reverse(facts(id).updated));
        changed.truncate(CHANGED);
        self.document_cards(&changed)
    }

    fn neighbours(&self, id: TopicId) -> Vec<NeighbourView> {
        let view = |Neighbour { topic, near, shared }: Neighbour| {
            let reason = match near {
                Near::Explicit => self.words.text("chosen_by_editors").to_owned(),
                Near::Shared { .. } => self.words.count("explainers_in_common", shared as u64),
                Near::Siblings(parent) => {
                    self.words.with("also_under", &[("topic", &self.archive.topic(parent).label)])
                }
            };
            let Link { title, url } = self.link(Thing::Topic(topic));
            NeighbourView { title, url, count: shared, reason }
        };
        self.archive.neighbours(id, CONNECTED).into_iter().map(view).collect()
    }

    /// The day on which a document is to be looked at again. Whether it has passed is not said: the
    /// page would change with the day on which it is built.
    fn review_by(&self, document: &Document, lang: &str) -> Option<DateView> {
        self.date(document.review(&self.archive.config).map(|review| review.due), lang)
    }

    fn person(&self, id: PersonId, number: u32, texts: &Texts) -> Page {
        let archive = self.archive;
        let person = archive.person(id);
        let route = Route::Person(id, number);
        let document = person.document.map(|d| archive.document(d));
        let first = number == 0;
        let description = match document.map(summary).filter(|s| !s.is_empty()) {
            Some(summary) => summary,
            None => self.role_text(id, None),
        };
        let mut head = match person.document {
            Some(d) => self.document_head(route, d, &description),
            None => self.head(route, &person.label, &description),
        };
        head.og_type = "profile".to_owned();
        head.breadcrumbs.push(Link::new(self.words.text("people_title"), &self.site.lists.people));
        if archive.has_person_feed(id) && !self.site.feeds.is_empty() {
            head.feeds.insert(0, self.feed_link(&person.label, Route::PersonAtom(id)));
        }
        let lang = head.lang.clone();
        let url = self.paged_url(|page| Route::Person(id, page));
        let about = archive.shelves.about_person(id);
        let by = archive.shelves.by_person(id);
        let mentions = archive.mentions(id);
        let mentioned = self.listing_of(mentions.len(), number, &url, |range| {
            mentions[range].iter().map(|m| self.mentioning(m).value()).collect()
        });
        let shown = about.iter().chain(by);
        let text = document.filter(|d| first && d.facts.words > 0);
        let (timeline, events) = if first { self.foremost(Thing::Person(id)) } else { Default::default() };
        let (quotes, shown_quotes) = self.quotes_of_person(id, number, &url);
        let page = PersonView {
            name: person.label.clone(),
            native_name: document.and_then(|d| d.facts.native_name.clone()).unwrap_or_default(),
            other_names: document
                .map_or_else(Vec::new, |d| d.facts.other_names.iter().map(|n| n.value.clone()).collect()),
            namesakes: self.namesakes_of(id),
            summary: document.map_or_else(String::new, |d| d.facts.summary.clone()),
            roles: document.filter(|_| first).map_or_else(Vec::new, |d| self.roles(d, &lang)),
            born: self.date(document.and_then(|d| d.facts.born), &lang),
            died: self.date(document.and_then(|d| d.facts.died), &lang),
            image: person.document.and_then(|d| self.image(d)),
            links: document.map_or_else(Vec::new, |d| {
                d.facts.links.iter().map(|(name, url)| Link::new(name, url)).collect()
            }),
            facts: person.document.filter(|_| first).map_or_else(Vec::new, |d| self.facts(d)),
            sources: person.document.filter(|_| first).map_or_else(Vec::new, |d| self.sources(d, &lang)),
            body: person.document.filter(|_| first).map_or_else(SafeText::default, |d| self.body(d, texts)),
            contents: document.filter(|_| first).map_or_else(Vec::new, |d| self.contents(d)),
            about: self.listing(about, number, &url),
            by: self.listing(by, number, &url),
            mentioned,
            timeline,
            events,
            quotes,
            corrections: if first { self.newest_corrections(about) } else { Vec::new() },
            connected: if first {
                let others =
                    about.iter().flat_map(|d| archive.shelves.about(*d)).copied().filter(|p| *p != id);
                self.counted(others, CONNECTED, Thing::Person)
            } else {
                Vec::new()
            },
            topics: if first {
                let topics = shown.flat_map(|d| archive.shelves.tags(*d)).copied();
                self.counted(topics, CONNECTED, Thing::Topic)
            } else {
                Vec::new()
            },
            updated: head.updated.clone(),
            as_of: self.date(text.and_then(Document::as_of), &lang),
            review_by: text.and_then(|d| self.review_by(d, &lang)),
            closed: self.date(document.and_then(|d| d.facts.closed), &lang),
            mark: person.document.map_or_else(String::new, |d| self.mark(d)),
            source_path: document.map_or_else(String::new, |d| d.path.to_string()),
            extra: document.map_or(serde_json::Value::Null, |d| d.facts.extra.clone()),
        };
        let longest =
            [&page.about, &page.by, &page.mentioned, &page.quotes].into_iter().max_by_key(|l| l.total);
        if let Some(longest) = longest.cloned() {
            self.number_head(&mut head, &person.label, &longest);
        }
        head.twins = if first { self.twins(Thing::Person(id)) } else { Vec::new() };
        if first {
            self.own_card(&mut head, Thing::Person(id), text.and_then(Document::as_of), texts);
        }
        head.json_ld =
            structured_data::person(&self.site, &head, &page, &shown_quotes, &self.url(Thing::Person(id)));
        self.templated("person.html", head, &page, person.document)
    }

    fn roles(&self, document: &Document, lang: &str) -> Vec<RoleView> {
        let mut roles: Vec<&Role> = document.facts.roles.iter().collect();
        roles.sort_by_key(|r| std::cmp::Reverse((r.to.is_none(), r.from)));
        roles.into_iter().map(|role| self.role(role, lang)).collect()
    }

    fn role(&self, role: &Role, lang: &str) -> RoleView {
        RoleView {
            title: role.title.clone(),
            org: role.org.clone(),
            from: self.date(role.from, lang),
            to: self.date(role.to, lang),
            text: self.listed([&role.title, &role.org, &self.span(role)]),
        }
    }

    /// Later pages of a list say so in their titles, and name their neighbours.
    fn number_head(&self, head: &mut Head, title: &str, listing: &ListingView) {
        let Some(pagination) = &listing.pagination else { return };
        head.prev = pagination.prev.clone();
        head.next = pagination.next.clone();
        if pagination.page > 1 {
            let page = pagination.page.to_string();
            head.title = self.words.with("numbered_title", &[("title", title), ("n", &page)]);
            head.full_title = format!("{} · {}", head.title, self.site.title);
        }
    }

    fn front(&self, texts: &Texts) -> Page {
        let archive = self.archive;
        let own = archive.of_kind(Kind::Front).next().map(|(id, _)| id);
        let facts = own.map(|id| &archive.document(id).facts);
        let description = match facts.map(|f| f.summary.as_str()).filter(|s| !s.is_empty()) {
            Some(summary) => summary,
            None => &self.site.description,
        };
        let mut head = match own {
            Some(id) => self.document_head(Route::Front, id, description),
            None => self.head(Route::Front, "", description),
        };
        head.title = self.site.title.clone();
        head.full_title = self.site.title.clone();
        head.breadcrumbs.clear();
        let recent = self.recent(FRONT + 1);
        let lead = recent.first().copied();
        let shelves = &archive.shelves;
        let page = FrontView {
            title: facts.map_or_else(String::new, |f| f.title.clone()),
            body: own.map_or_else(SafeText::default, |id| self.body(id, texts)),
            sources: own.map_or_else(Vec::new, |id| self.sources(id, &head.lang)),
            lead: lead.map(|id| self.card(Thing::Document(id))),
            lead_points: lead.map_or_else(Vec::new, |id| {
                // Their sources are listed where they are told.
                let points = archive.document(id).facts.key_points.iter();
                points.map(|p| SafeText::new(&inline_citing(p, None))).collect()
            }),
            recent: self.document_cards(recent.get(1..).unwrap_or_default()),
            topics: self.most(archive.topic_ids(), |t| shelves.topic(t).len(), Thing::Topic, FRONT),
            people: self.most(archive.person_ids(), |p| shelves.about_person(p).len(), Thing::Person, FRONT),
            counts: Counts {
                explainers: shelves.explainers.len(),
                topics: archive.topics.len(),
                people: archive.people.len(),
                events: archive.timeline().len(),
            },
            extra: facts.map_or(serde_json::Value::Null, |f| f.extra.clone()),
        };
        head.json_ld = structured_data::front(&self.site, &head);
        self.templated("front.html", head, &page, own)
    }

    /// Explainers that changed last.
    fn recent(&self, most: usize) -> Vec<DocId> {
        let changed = |id: &DocId| {
            let facts = &self.archive.document(*id).facts;
            facts.updated.max(facts.date)
        };
        let open = |id: &DocId| {
            let facts = &self.archive.document(*id).facts;
            facts.closed.is_none() && !facts.noindex
        };
        let mut all: Vec<DocId> = self.archive.shelves.explainers.iter().copied().filter(open).collect();
        all.sort_by_key(|id| std::cmp::Reverse(changed(id)));
        all.truncate(most);
        all
    }

    fn most<T: Copy>(
        &self,
        all: impl Iterator<Item = T>,
        count: impl Fn(T) -> usize,
        thing: impl Fn(T) -> Thing,
        most: usize,
    ) -> Vec<CountedLink> {
        let mut all: Vec<(usize, T)> = all.map(|t| (count(t), t)).filter(|(n, _)| *n > 0).collect();
        all.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
        all.truncate(most);
        all.into_iter()
            .map(|(count, t)| {
                let thing = thing(t);
                CountedLink { title: self.archive.label(thing).to_owned(), url: self.url(thing), count }
            })
            .collect()
    }

    fn explainers(&self, number: u32) -> Page {
        let route = Route::Explainers(number);
        let title = self.words.text("explainers_title");
        let mut head = self.head(route, title, "");
        let listing =
            self.listing(&self.archive.shelves.explainers, number, self.paged_url(Route::Explainers));
        self.number_head(&mut head, title, &listing);
        head.json_ld = structured_data::list(&self.site, &head);
        let page = ListView { title: title.to_owned(), explainers: listing };
        self.templated("explainers.html", head, &page, None)
    }

    /// The title of a list, or of the part of it that has a page of its own.
    fn part_title(&self, title: &str, part: &str) -> String {
        match part {
            "" => title.to_owned(),
            part => self.words.with("title_part", &[("title", title), ("part", part)]),
        }
    }

    /// The letters of an A–Z page, and the members that this page shows under them.
    fn letters<'l>(
        &self,
        letters: &'l Letters,
        letter: Option<u32>,
        number: u32,
        route: impl Fn(Option<u32>, u32) -> Route,
    ) -> (Vec<IndexLink>, Vec<Shown<'l>>, Option<Pagination>) {
        let index = letters.groups.iter().enumerate().map(|(at, group)| IndexLink {
            label: group.label.clone(),
            url: if letters.split {
                self.archive.href(&self.archive.address_of(route(Some(at as u32), 0)))
            } else {
                format!("#letter-{}", group.slug)
            },
            count: group.members.len(),
            current: letter == Some(at as u32),
        });
        let shown: Vec<Shown> = match letter {
            None if letters.split => Vec::new(),
            None => {
                letters.groups.iter().map(|g| (g.label.as_str(), g.slug.as_str(), &g.members[..])).collect()
            }
            Some(at) => {
                let group = &letters.groups[at as usize];
                vec![(group.label.as_str(), group.slug.as_str(), group.page(number))]
            }
        };
        let pagination = letter.and_then(|at| {
            let pages = letters.groups[at as usize].pages();
            Pagination::new(number as usize + 1, pages, |page| {
                self.archive.href(&self.archive.address_of(route(Some(at), page as u32 - 1)))
            })
        });
        (index.collect(), shown, pagination)
    }

    fn people_list(&self, letter: Option<u32>, number: u32) -> Page {
        let archive = self.archive;
        let letters = archive.person_letters();
        let label = letter.map_or("", |at| letters.groups[at as usize].label.as_str());
        let title = self.part_title(self.words.text("people_title"), label);
        let mut head = self.head(Route::People(letter, number), &title, "");
        let (index, shown, pagination) = self.letters(letters, letter, number, Route::People);
        let card = |n: &u32| self.card(Thing::Person(PersonId(*n)));
        let mut groups: Vec<PeopleGroup> = shown
            .into_iter()
            .map(|(label, slug, members)| PeopleGroup {
                label: label.to_owned(),
                id: format!("letter-{slug}"),
                people: members.iter().map(card).collect(),
            })
            .collect();
        if letter.is_none() && letters.split {
            // Too many for one page: those who are named most stand here, the rest under their letters.
            let mut most: Vec<PersonId> = archive.person_ids().collect();
            let shelves = &archive.shelves;
            // The number that their cards show.
            let count = |p: PersonId| shelves.about_person(p).len() + shelves.by_person(p).len();
            most.sort_by_cached_key(|p| std::cmp::Reverse(count(*p)));
            most.truncate(archive.config.paginate);
            groups.push(PeopleGroup {
                label: self.words.text("named_most_often").to_owned(),
                id: "most".to_owned(),
                people: most.into_iter().map(|p| self.card(Thing::Person(p))).collect(),
            });
        }
        head.json_ld = structured_data::list(&self.site, &head);
        let page = PeopleView { title, letters: index, groups, total: archive.people.len(), pagination };
        self.templated("people.html", head, &page, None)
    }

    fn topic_list(&self, letter: Option<u32>, number: u32) -> Page {
        let archive = self.archive;
        let letters = archive.topic_letters();
        let label = letter.map_or("", |at| letters.groups[at as usize].label.as_str());
        let title = self.part_title(self.words.text("topics_title"), label);
        let mut head = self.head(Route::Topics(letter, number), &title, "");
        let (index, shown, pagination) = self.letters(letters, letter, number, Route::Topics);
        let counted = |id: TopicId| CountedLink {
            title: archive.topic(id).label.clone(),
            url: self.url(Thing::Topic(id)),
            count: archive.shelves.topic(id).len(),
        };
        let entry = |id: TopicId, children: Vec<CountedLink>| {
            let CountedLink { title, url, count } = counted(id);
            let document = archive.topic(id).document;
            let summary = document.map_or_else(String::new, |d| archive.document(d).facts.summary.clone());
            TopicEntry { title, url, summary, count, children }
        };
        let below = |id: TopicId| {
            let (mut found, mut open) = (Vec::new(), archive.topic(id).children.clone());
            open.reverse();
            while let Some(next) = open.pop() {
                found.push(counted(next));
                open.extend(archive.topic(next).children.iter().rev());
            }
            found
        };
        // On one page topics stand below their parents; a letter of many has all that begin with it.
        let members = shown.iter().flat_map(|(_, _, members)| members.iter()).map(|n| TopicId(*n));
        let mut topics: Vec<TopicEntry> = match letters.split {
            false => members
                .filter(|id| archive.topic(*id).parent.is_none())
                .map(|id| entry(id, below(id)))
                .collect(),
            true => members.map(|id| entry(id, Vec::new())).collect(),
        };
        if letter.is_none() && letters.split {
            let mut most: Vec<TopicId> = archive.topic_ids().collect();
            most.sort_by_key(|t| std::cmp::Reverse(archive.shelves.topic(*t).len()));
            most.truncate(archive.config.paginate);
            topics.extend(most.into_iter().map(|id| entry(id, Vec::new())));
        }
        head.json_ld = structured_data::list(&self.site, &head);
        let letters = if letters.split { index } else { Vec::new() };
        let page = TopicsView { title, letters, topics, total: archive.topics.len(), pagination };
        self.templated("topics.html", head, &page, None)
    }

    fn not_found(&self) -> Page {
        let mut head = self.head(Route::NotFound, self.words.text("page_not_found"), "");
        head.noindex = true;
        head.canonical.clear();
        let page = NotFoundView { recent: self.document_cards(&self.recent(5)) };
        self.templated("not_found.html", head, &page, None)
    }

    fn redirect(&self, at: u32) -> Page {
        let to = self.archive.redirects()[at as usize].to;
        let mut head = self.head(Route::Redirect(at), self.archive.label(to), "");
        head.noindex = true;
        let address = self.archive.address(to);
        head.canonical = self.archive.absolute(address);
        let page = RedirectView { to: self.url(to), title: self.archive.label(to).to_owned() };
        self.templated("redirect.html", head, &page, None)
    }

    /// `_redirects`: one line for each old address, as Netlify and Cloudflare Pages read it.
    fn redirect_list(&self) -> Vec<u8> {
        let mut lines = String::new();
        for redirect in self.archive.redirects() {
            let from = self.archive.href(&redirect.from);
            lines.push_str(&format!("{from} {} 301\n", self.url(redirect.to)));
        }
        lines.into_bytes()
    }

    // Previews.

    fn previews(&self) -> Vec<Preview> {
        let archive = self.archive;
        let explainers = archive.shelves.explainers.iter().map(|id| Thing::Document(*id));
        let topics = archive.topic_ids().map(Thing::Topic);
        let people = archive.person_ids().map(Thing::Person);
        explainers.chain(topics).chain(people).map(|thing| self.preview(thing)).collect()
    }

    fn preview(&self, thing: Thing) -> Preview {
        let archive = self.archive;
        let facts = archive.document_of(thing).map(|id| &archive.document(id).facts);
        let date = |date: Date| date.human(&self.site.lang);
        let number = |n: usize| (n > 0).then(|| self.words.count("explainer_count", n as u64));
        let parts = match (thing, facts) {
            (Thing::Document(_), Some(facts)) => {
                let closed = facts.closed.map(|day| self.words.with("closed_on", &[("date", &date(day))]));
                let as_of = facts.updated.max(facts.date);
                let as_of = as_of.map(|day| self.words.with("as_of_date", &[("date", &date(day))]));
                vec![closed.or(as_of)]
            }
            (Thing::Document(_), None) => Vec::new(),
            (Thing::Topic(id), _) => vec![number(archive.shelves.topic(id).len())],
            (Thing::Person(id), _) => {
                let year = |date: Option<Date>| date.map(|date| date.year);
                let life = match facts.map(|f| (year(f.born), year(f.died))) {
                    Some((Some(born), Some(died))) => Some(format!("{born}–{died}")),
                    Some((Some(born), None)) => {
                        Some(self.words.with("born_in", &[("year", &born.to_string())]))
                    }
                    Some((None, Some(died))) => {
                        Some(self.words.with("died_in", &[("year", &died.to_string())]))
                    }
                    _ => None,
                };
                let shelves = &archive.shelves;
                let count = number(shelves.about_person(id).len() + shelves.by_person(id).len());
                vec![Some(self.role_text(id, None)), life, count]
            }
        };
        let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        Preview {
            address: format!("{}{}", archive.config.base_path, archive.address(thing)),
            title: archive.label(thing).to_owned(),
            summary: archive.document_of(thing).map_or_else(String::new, |id| summary(archive.document(id))),
            line: parts.join(" · "),
        }
    }

    // Feeds and sitemap.

    fn feed_link(&self, title: &str, route: Route) -> FeedLink {
        FeedLink {
            title: format!("{title} · {}", self.site.title),
            href: self.archive.href(&self.archive.address_of(route)),
            kind: "application/atom+xml".to_owned(),
        }
    }

    fn site_feed(&self, texts: &Texts) -> feed::Feed {
        let config = &self.archive.config;
        let ids = self.newest_for_feed(&self.archive.shelves.explainers, config.feeds.limit);
        let mut feed = self.feed(Route::SiteAtom, &self.site.title, "/", &ids);
        feed.json_url = self.archive.absolute("/feed.json");
        feed.subtitle = self.site.description.clone();
        feed.id = feed::stable_id("content");
        if config.feeds.full_text {
            for (entry, id) in feed.entries.iter_mut().zip(&ids) {
                entry.content_html =
                    Some(feed::absolutise(&self.body_html(*id, Reader::Feed, texts), &entry.url));
            }
        }
        feed
    }

    fn small_feed(&self, route: Route, thing: Thing, shelf: &[DocId]) -> feed::Feed {
        let ids = self.newest_for_feed(shelf, SMALL_FEED);
        let title = format!("{} · {}", self.archive.label(thing), self.site.title);
        let mut feed = self.feed(route, &title, self.archive.address(thing), &ids);
        feed.id = feed::stable_id(self.archive.address(thing));
        feed
    }

    /// Every entry of an Atom feed must have a date (RFC 4287, section 4.1.2), so what has none is in
    /// no feed.
    fn newest_for_feed(&self, shelf: &[DocId], most: usize) -> Vec<DocId> {
        let fit = |id: &&DocId| {
            let facts = &self.archive.document(**id).facts;
            !facts.noindex && facts.updated.max(facts.date).is_some()
        };
        shelf.iter().filter(fit).copied().take(most).collect()
    }

    fn feed(&self, route: Route, title: &str, home: &str, ids: &[DocId]) -> feed::Feed {
        let archive = self.archive;
        let name = if archive.config.publisher.name.is_empty() {
            &self.site.title
        } else {
            &archive.config.publisher.name
        };
        let entries: Vec<feed::Entry> = ids
            .iter()
            .map(|id| {
                let document = archive.document(*id);
                let facts = &document.facts;
                let date = |d: Option<Date>| d.map_or_else(String::new, |d| feed::timestamp(&d.iso()));
                feed::Entry {
                    id: feed::stable_id(&document.path),
                    url: archive.absolute(archive.address(Thing::Document(*id))),
                    title: archive.title(*id).to_owned(),
                    summary: summary(document),
                    content_html: None,
                    published: date(facts.date),
                    updated: date(facts.updated.max(facts.date)),
                    lang: facts.lang.clone().unwrap_or_default(),
                    topics: archive
                        .shelves
                        .tags(*id)
                        .iter()
                        .map(|t| archive.topic(*t).label.clone())
                        .collect(),
                    authors: archive
                        .shelves
                        .by(*id)
                        .iter()
                        .map(|p| feed::Author {
                            name: archive.person(*p).label.clone(),
                            url: archive.absolute(archive.address(Thing::Person(*p))),
                        })
                        .collect(),
                }
            })
            .collect();
        feed::Feed {
            title: title.to_owned(),
            subtitle: String::new(),
            lang: self.site.lang.clone(),
            home: archive.absolute(home),
            atom_url: archive.absolute(&archive.address_of(route)),
            json_url: String::new(),
            id: String::new(),
            // A feed must have a date too, also an empty one; the time of the build would be another
            // in every build.
            updated: entries
                .iter()
                .map(|e| e.updated.clone())
                .max()
                .unwrap_or_else(|| feed::timestamp("1970-01-01")),
            author: feed::Author { name: name.clone(), url: archive.config.publisher.url.clone() },
            entries,
        }
    }

    fn sitemap(&self) -> Vec<(String, Vec<u8>)> {
        let archive = self.archive;
        let mut entries = Vec::new();
        for route in archive.routes() {
            let document = match route {
                Route::Explainer(id) | Route::Page(id) => Some(id),
                Route::Topic(id, _) => archive.topic(id).document,
                Route::Person(id, _) => archive.person(id).document,
                Route::Front
                | Route::Explainers(_)
                | Route::Topics(..)
                | Route::People(..)
                | Route::Namesakes(_, 0)
                | Route::Timeline(..)
                | Route::Source(..)
                | Route::Sources(..)
                | Route::Search
                | Route::Corrections(_) => None,
                Route::TopicTimeline(id, _) => archive.topic(id).document,
                Route::PersonTimeline(id, _) => archive.person(id).document,
                Route::CorrectionsAtom
                | Route::CorrectionsJson
                | Route::NotFound
                | Route::Namesakes(..)
                | Route::Redirect(_)
                | Route::SiteAtom
                | Route::SiteJson
                | Route::TopicAtom(_)
                | Route::PersonAtom(_)
                | Route::Sitemap
                | Route::Robots
                | Route::RedirectList
                | Route::Previews
                | Route::DataIndex
                | Route::DataSchema
                | Route::Data(_)
                | Route::Llms
                | Route::Twin(..)
                | Route::EventsJson(..)
                | Route::EventsCalendar(..) => continue,
            };
            let facts = document.map(|id| &archive.document(id).facts);
            if facts.is_some_and(|f| f.noindex) || document.is_some_and(|id| archive.marks[id.at()].is_some())
            {
                continue;
            }
            // Lists change with what they list; only texts have a day of their own.
            let own = matches!(route, Route::Explainer(_) | Route::Page(_));
            let lastmod = facts.filter(|_| own).and_then(|f| f.updated.max(f.date));
            entries.push(sitemap::Entry {
                url: archive.absolute(&archive.address_of(route)),
                lastmod: lastmod.map_or_else(String::new, Date::iso),
            });
        }
        sitemap::sitemaps(&archive.absolute(""), entries)
    }
}

/// A letter with its label, its slug and the members that a page shows of it.
type Shown<'a> = (&'a str, &'a str, &'a [u32]);

/// The page numbers that readers see: 1 is the newest, whatever the pages are called.
fn pagination(total: usize, size: usize, page: u32, url: impl Fn(u32) -> String) -> Option<Pagination> {
    let last = Listing::numbered(total, size);
    let shown = if page == 0 { 1 } else { (last - page) as usize + 2 };
    Pagination::new(shown, last as usize + 1, |n| url(if n <= 1 { 0 } else { last - (n as u32 - 2) }))
}

/// `summary`, else the beginning of the text.
fn summary(document: &Document) -> String {
    let facts = &document.facts;
    if facts.summary.is_empty() { facts.excerpt.clone() } else { facts.summary.clone() }
}

pub(super) fn date_view(date: Date, lang: &str) -> DateView {
    DateView { iso: date.iso(), text: date.human(lang) }
}

fn site(archive: &Archive, theme: &Theme) -> Site {
    let config = &archive.config;
    let href = |address: &str| archive.href(address);
    let local =
        |url: &str| if url.starts_with('/') && !url.starts_with("//") { href(url) } else { url.to_owned() };
    let lists = SiteLists {
        explainers: href("/explainers/"),
        topics: href(config.permalinks.topics_list()),
        people: href(config.permalinks.people_list()),
        timeline: href("/timeline/"),
        data: if archive.has_data() { href("/data/index.json") } else { String::new() },
        sources: if archive.has_shared_sources() { href("/sources/") } else { String::new() },
        corrections: if archive.corrections().is_empty() { String::new() } else { href(CORRECTIONS) },
        search: if archive.has_search() { href(SEARCH) } else { String::new() },
    };
    let words = theme.words.of_site();
    let asset = |name: &str| {
        let asset = theme.assets.get(name);
        asset.map_or_else(String::new, |asset| href(&format!("/static/{}", asset.published)))
    };
    // A list with nothing in it is no place to send readers to.
    let menu = if config.menu.is_empty() {
        [
            ("explainers_title", &lists.explainers, archive.shelves.explainers.len()),
            ("topics_title", &lists.topics, archive.topics.len()),
            ("people_title", &lists.people, archive.people.len()),
            ("timeline_title", &lists.timeline, archive.timeline().len()),
            ("sources_title", &lists.sources, archive.source_ids().count()),
        ]
        .into_iter()
        .filter(|(_, _, entries)| *entries > 0)
        .map(|(title, url, _)| Link::new(words.text(title), url))
        .collect()
    } else {
        config.menu.iter().map(|item| Link::new(&item.title, local(&item.url))).collect()
    };
    let feeds = if config.feeds.enabled && !config.origin.is_empty() {
        [("application/atom+xml", "/atom.xml"), ("application/feed+json", "/feed.json")]
            .map(|(kind, at)| FeedLink { title: config.title.clone(), href: href(at), kind: kind.to_owned() })
            .to_vec()
    } else {
        Vec::new()
    };
    let publisher = &config.publisher;
    Site {
        title: config.title.clone(),
        description: config.description.clone(),
        lang: config.language.clone(),
        dir: direction(&config.language).to_owned(),
        origin: config.origin.clone(),
        base_path: href(""),
        url: href("/"),
        menu,
        lists,
        publisher: (!publisher.name.is_empty()).then(|| PublisherView {
            name: publisher.name.clone(),
            url: local(&publisher.url),
            logo: local(&publisher.logo),
            policies: publisher.policies.iter().map(|(name, url)| Link::new(name, local(url))).collect(),
        }),
        feeds,
        words: Mapping(words.value()),
        tokens: Mapping(theme.tokens.value()),
        preload: theme.preload.iter().map(|name| asset(name)).collect(),
        previews: archive.previews.then(|| PreviewsView {
            base: href("/previews/"),
            shards: previews::shards(
                archive.shelves.explainers.len() + archive.topics.len() + archive.people.len(),
            ),
        }),
        custom_css: asset("custom.css"),
        extra: config.extra.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_count_pages_from_the_newest() {
        let url = |page: u32| page.to_string();
        let first = pagination(230, 50, 0, url).expect("several pages");
        assert_eq!((first.page, first.pages, first.next.as_str()), (1, 4, "3"));
        let oldest = pagination(230, 50, 1, url).expect("several pages");
        assert_eq!((oldest.page, oldest.prev.as_str(), oldest.next.as_str()), (4, "2", ""));
    }
}
