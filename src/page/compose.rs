//! Archive + route → page: the views are filled here.

use super::view::{
    Card, ContentsEntry, CorrectionView, CountedLink, Counts, DateView, EventView, ExplainerView, FactView,
    FeedLink, FrontView, Head, ImageView, IndexLink, Link, ListView, Listing as ListingView, Mention,
    NotFoundView, PageView, Pagination, PeopleGroup, PeopleView, PersonLink, PersonView, PublisherView,
    RedirectView, RelatedView, RoleView, SafeText, SeriesView, Site, SiteLists, SourceView, TimelineView,
    TimelineYear, TopicEntry, TopicView, TopicsView,
};
use super::{feed, sitemap, structured_data};
use crate::archive::{
    Archive, Backlink, DocId, Entry, Hidden, Letters, Listing, PersonId, Reason, Route, Thing, TopicId,
};
use crate::document::{Date, Document, Role, inline};
use crate::source::{Kind, Source};
use serde::Serialize;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::OnceLock;
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

/// How to get at the text of a document when its body is needed.
pub type Texts<'a> = dyn Fn(DocId) -> Option<Source> + Sync + 'a;

/// Cards and events on a page, of those that could be without end.
const TIMELINE: usize = 100;
const BACKLINKS: usize = 50;
const CONNECTED: usize = 12;
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
    documents: Vec<OnceLock<Value>>,
    topics: Vec<OnceLock<Value>>,
    people: Vec<OnceLock<Value>>,
}

impl<'a> Composer<'a> {
    pub fn new(archive: &'a Archive) -> Composer<'a> {
        let cells = |count: usize| (0..count).map(|_| OnceLock::new()).collect();
        Composer {
            archive,
            site: site(archive),
            documents: cells(archive.documents.len()),
            topics: cells(archive.topics.len()),
            people: cells(archive.people.len()),
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
            Route::Explainers(page) => self.explainers(page),
            Route::Topics(letter, page) => self.topic_list(letter, page),
            Route::People(letter, page) => self.people_list(letter, page),
            Route::Timeline(year, page) => self.timeline(year, page),
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

    fn date(&self, date: Option<Date>, lang: &str) -> Option<DateView> {
        date.map(|d| date_view(d, lang))
    }

    /// The body of a document as HTML, with its links.
    fn body(&self, id: DocId, texts: &Texts) -> SafeText {
        SafeText::new(&self.body_html(id, texts))
    }

    fn body_html(&self, id: DocId, texts: &Texts) -> String {
        let Some(source) = texts(id) else { return String::new() };
        let document = self.archive.document(id);
        let body = document.body(&source, &self.archive.config);
        let mut html = String::new();
        body.fill(&mut html, |hole, out| {
            // A link that leads nowhere is reported; its words stay, without an address.
            if let Some(href) = self.archive.href_of_link(id, hole.link as usize) {
                hole.slot.write(out, &href);
            }
        });
        html
    }

    fn mark(&self, id: DocId) -> String {
        self.archive.marks[id.at()].as_ref().map_or_else(String::new, |m: &Hidden| m.name().to_owned())
    }

    // Cards.

    fn url(&self, thing: Thing) -> String {
        self.archive.href(self.archive.address(thing))
    }

    fn link(&self, thing: Thing) -> Link {
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
            }
        }
        card
    }

    fn document_cards(&self, ids: &[DocId]) -> Vec<Value> {
        ids.iter().map(|id| self.card(Thing::Document(*id))).collect()
    }

    /// What a person is, or was at a time, in words.
    fn role_text(&self, id: PersonId, at: Option<Date>) -> String {
        let Some(document) = self.archive.person(id).document else { return String::new() };
        let roles = &self.archive.document(document).facts.roles;
        let held = |role: &&Role| match at {
            Some(at) => role.from.is_none_or(|from| from <= at) && role.to.is_none_or(|to| at <= to),
            None => role.to.is_none(),
        };
        // Of several at one time the one that began last; without any, the last that is known, which
        // then says its years.
        let began = |role: &&Role| role.from;
        let words = |role: &Role, span: &str| words([&role.title, &role.org, span]);
        if let Some(role) = roles.iter().filter(held).max_by_key(began) {
            return words(role, "");
        }
        let begun = |role: &&Role| at.is_none_or(|at| role.from.is_none_or(|from| from <= at));
        let last = roles.iter().filter(begun).max_by_key(began);
        last.map_or_else(String::new, |role| words(role, &span(role)))
    }

    fn person_link(&self, id: PersonId, at: Option<Date>) -> PersonLink {
        let thing = Thing::Person(id);
        PersonLink {
            name: self.archive.label(thing).to_owned(),
            url: self.url(thing),
            role: self.role_text(id, at),
        }
    }

    // Events.

    /// An event as it stands on pages other than those of the document that tells it. It is made for
    /// each page anew: a page shows a bounded number of them, and all of them kept would be a sixth of
    /// the memory of a build.
    fn event(&self, number: usize) -> Value {
        let entry = &self.archive.timeline()[number];
        self.make_event(entry, true, &self.site.lang).value()
    }

    fn make_event(&self, entry: &Entry, elsewhere: bool, lang: &str) -> EventView {
        let event = self.archive.event(entry);
        let told_by = self.archive.document(entry.told_by);
        let source = event.source.as_ref().and_then(|wanted| {
            let at = told_by
                .facts
                .sources
                .iter()
                .position(|s| s.id.as_ref().is_some_and(|id| id.value == wanted.value));
            at.map(|at| {
                let page = match elsewhere {
                    true => self.url(self.archive.thing_of(entry.told_by)),
                    false => String::new(),
                };
                Link::new((at + 1).to_string(), format!("{page}#source-{}", at + 1))
            })
        });
        EventView {
            id: event.id.as_ref().map_or_else(String::new, |id| id.value.clone()),
            date: date_view(event.date, lang),
            until: self.date(event.until, lang),
            text: event.event.clone(),
            detail: event.detail.clone(),
            kind: event.kind.clone(),
            major: event.major,
            people: entry.people.iter().map(|p| self.link(Thing::Person(*p))).collect(),
            source,
            explainer: elsewhere.then(|| self.card(self.archive.thing_of(entry.told_by))),
            source_path: told_by.path.to_string(),
        }
    }

    /// The timeline of a document's own page.
    fn own_timeline(&self, id: DocId, lang: &str) -> Vec<Value> {
        let entries = self.archive.timeline_of_document(id);
        entries.iter().map(|e| self.make_event(e, false, lang).value()).collect()
    }

    fn events_of(&self, numbers: impl Iterator<Item = usize>) -> Vec<Value> {
        numbers.map(|n| self.event(n)).collect()
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
        let card = self.card(self.archive.thing_of(backlink.from));
        let (before, mark, after) = match self.archive.sentence(backlink) {
            Some(sentence) => {
                let (from, to) = (sentence.mark.start as usize, sentence.mark.end as usize);
                let text = &sentence.text;
                (text[..from].to_owned(), text[from..to].to_owned(), text[to..].to_owned())
            }
            None => (String::new(), String::new(), String::new()),
        };
        Mention { card, before, mark, after }
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
        head.breadcrumbs.push(Link::new("Explainers", &self.site.lists.explainers));
        let lang = head.lang.clone();
        let at = facts.updated.or(facts.date);
        let backlinks = archive.backlinks(thing);
        let page = ExplainerView {
            title: archive.title(id).to_owned(),
            summary: facts.summary.clone(),
            published: head.published.clone(),
            updated: head.updated.clone(),
            as_of: if facts.closed.is_some() {
                None
            } else {
                self.date(facts.updated.max(facts.date), &lang)
            },
            review_by: self.date(document.review_due(), &lang),
            closed: self.date(facts.closed, &lang),
            mark: self.mark(id),
            authors: archive.shelves.by(id).iter().map(|p| self.person_link(*p, at)).collect(),
            people: archive.shelves.about(id).iter().map(|p| self.person_link(*p, at)).collect(),
            key_points: facts.key_points.iter().map(|p| SafeText::new(&inline(p))).collect(),
            image: self.image(id),
            body: self.body(id, texts),
            contents: self.contents(document),
            timeline: self.own_timeline(id, &lang),
            sources: self.sources(document, &lang),
            corrections: self.corrections(document, &lang),
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
        head.json_ld = structured_data::explainer(&self.site, &head, &page);
        self.templated("explainer.html", head, &page, Some(id))
    }

    fn sources(&self, document: &Document, lang: &str) -> Vec<SourceView> {
        let all = document.facts.sources.iter().enumerate();
        all.map(|(at, s)| SourceView {
            n: at + 1,
            id: s.id.as_ref().map_or_else(String::new, |id| id.value.clone()),
            title: s.title.clone(),
            author: s.author.clone(),
            publisher: s.publisher.clone(),
            date: self.date(s.date, lang),
            url: s.url.clone().unwrap_or_default(),
            archived: s.archived.clone().unwrap_or_default(),
            accessed: self.date(s.accessed, lang),
            kind: s.kind.clone(),
            status: s.status.clone(),
        })
        .collect()
    }

    fn corrections(&self, document: &Document, lang: &str) -> Vec<CorrectionView> {
        let mut all: Vec<_> = document.facts.corrections.iter().collect();
        all.sort_by_key(|c| std::cmp::Reverse(c.date));
        all.into_iter()
            .map(|c| CorrectionView {
                date: self.date(c.date, lang),
                was: c.was.clone(),
                now: c.now.clone(),
                note: c.note.clone(),
            })
            .collect()
    }

    /// The weightiest reason, in words for readers.
    fn reason(&self, reasons: &[Reason]) -> String {
        match reasons.first() {
            None => String::new(),
            Some(Reason::Explicit) => "Chosen by the editors".to_owned(),
            Some(Reason::LinksTo) => "Linked in the text".to_owned(),
            Some(Reason::LinkedFrom) => "Links here".to_owned(),
            Some(Reason::Topic { topic, .. }) => format!("Also on {}", self.archive.topic(*topic).label),
            Some(Reason::Person { person, .. }) => {
                format!("Also about {}", self.archive.person(*person).label)
            }
            Some(Reason::Parent(topic)) => format!("Also under {}", self.archive.topic(*topic).label),
            Some(Reason::Near) => "Written about the same time".to_owned(),
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
            image: self.image(id),
            body: self.body(id, texts),
            contents: self.contents(document),
            mark: self.mark(id),
            source_path: document.path.to_string(),
            extra: document.facts.extra.clone(),
        };
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
        head.breadcrumbs.push(Link::new("Topics", &self.site.lists.topics));
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
        let related = archive.related_topics(id).iter().map(|t| CountedLink {
            title: archive.label(Thing::Topic(*t)).to_owned(),
            url: self.url(Thing::Topic(*t)),
            count: archive.shelves.topic(*t).len(),
        });
        let mut neighbours: Vec<CountedLink> = related.collect();
        let others = shelf.iter().flat_map(|d| archive.shelves.tags(*d)).copied().filter(|t| *t != id);
        for other in self.counted(others, CONNECTED, Thing::Topic) {
            if neighbours.len() < CONNECTED && !neighbours.iter().any(|n| n.url == other.url) {
                neighbours.push(other);
            }
        }
        let page = TopicView {
            title: topic.label.clone(),
            summary: document.map_or_else(String::new, |d| d.facts.summary.clone()),
            body: topic.document.filter(|_| first).map_or_else(SafeText::default, |d| self.body(d, texts)),
            contents: document.filter(|_| first).map_or_else(Vec::new, |d| self.contents(d)),
            facts: document.filter(|_| first).map_or_else(Vec::new, facts),
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
            timeline: if first {
                self.events_of(archive.timeline_of_topic(id, TIMELINE).into_iter())
            } else {
                Vec::new()
            },
            neighbours: if first { neighbours } else { Vec::new() },
            updated: head.updated.clone(),
            mark: topic.document.map_or_else(String::new, |d| self.mark(d)),
            source_path: document.map_or_else(String::new, |d| d.path.to_string()),
            extra: document.map_or(serde_json::Value::Null, |d| d.facts.extra.clone()),
        };
        head.json_ld = structured_data::topic(&self.site, &head, &page);
        self.templated("topic.html", head, &page, topic.document)
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
        head.breadcrumbs.push(Link::new("People", &self.site.lists.people));
        if archive.has_person_feed(id) && !self.site.feeds.is_empty() {
            head.feeds.insert(0, self.feed_link(&person.label, Route::PersonAtom(id)));
        }
        let lang = head.lang.clone();
        let url = self.paged_url(|page| Route::Person(id, page));
        let about = archive.shelves.about_person(id);
        let by = archive.shelves.by_person(id);
        let mentions = archive.mentions(id);
        let mentioned = self.listing_of(mentions.len(), number, &url, |range| {
            mentions[range].iter().map(|b| self.mention(b).value()).collect()
        });
        let shown = about.iter().chain(by);
        let page = PersonView {
            name: person.label.clone(),
            native_name: document.and_then(|d| d.facts.native_name.clone()).unwrap_or_default(),
            other_names: document
                .map_or_else(Vec::new, |d| d.facts.other_names.iter().map(|n| n.value.clone()).collect()),
            summary: document.map_or_else(String::new, |d| d.facts.summary.clone()),
            roles: document.filter(|_| first).map_or_else(Vec::new, |d| self.roles(d, &lang)),
            born: self.date(document.and_then(|d| d.facts.born), &lang),
            died: self.date(document.and_then(|d| d.facts.died), &lang),
            image: person.document.and_then(|d| self.image(d)),
            links: document.map_or_else(Vec::new, |d| {
                d.facts.links.iter().map(|(name, url)| Link::new(name, url)).collect()
            }),
            facts: document.filter(|_| first).map_or_else(Vec::new, facts),
            body: person.document.filter(|_| first).map_or_else(SafeText::default, |d| self.body(d, texts)),
            contents: document.filter(|_| first).map_or_else(Vec::new, |d| self.contents(d)),
            about: self.listing(about, number, &url),
            by: self.listing(by, number, &url),
            mentioned,
            timeline: if first {
                self.events_of(archive.timeline_of_person(id, TIMELINE).into_iter())
            } else {
                Vec::new()
            },
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
            mark: person.document.map_or_else(String::new, |d| self.mark(d)),
            source_path: document.map_or_else(String::new, |d| d.path.to_string()),
            extra: document.map_or(serde_json::Value::Null, |d| d.facts.extra.clone()),
        };
        let longest = [&page.about, &page.by, &page.mentioned].into_iter().max_by_key(|l| l.total);
        if let Some(longest) = longest.cloned() {
            self.number_head(&mut head, &person.label, &longest);
        }
        head.json_ld = structured_data::person(&self.site, &head, &page, &self.url(Thing::Person(id)));
        self.templated("person.html", head, &page, person.document)
    }

    fn roles(&self, document: &Document, lang: &str) -> Vec<RoleView> {
        let mut roles: Vec<&Role> = document.facts.roles.iter().collect();
        roles.sort_by_key(|r| std::cmp::Reverse((r.to.is_none(), r.from)));
        roles
            .into_iter()
            .map(|role| RoleView {
                title: role.title.clone(),
                org: role.org.clone(),
                from: self.date(role.from, lang),
                to: self.date(role.to, lang),
                text: words([&role.title, &role.org, &span(role)]),
            })
            .collect()
    }

    /// Later pages of a list say so in their titles, and name their neighbours.
    fn number_head(&self, head: &mut Head, title: &str, listing: &ListingView) {
        let Some(pagination) = &listing.pagination else { return };
        head.prev = pagination.prev.clone();
        head.next = pagination.next.clone();
        if pagination.page > 1 {
            head.title = format!("{title}, page {}", pagination.page);
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
            body: own.map_or_else(SafeText::default, |id| self.body(id, texts)),
            lead: lead.map(|id| self.card(Thing::Document(id))),
            lead_points: lead.map_or_else(Vec::new, |id| {
                archive.document(id).facts.key_points.iter().map(|p| SafeText::new(&inline(p))).collect()
            }),
            recent: self.document_cards(recent.get(1..).unwrap_or_default()),
            topics: self.most(archive.topic_ids(), |t| shelves.topic(t).len(), Thing::Topic),
            people: self.most(archive.person_ids(), |p| shelves.about_person(p).len(), Thing::Person),
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
    ) -> Vec<CountedLink> {
        let mut all: Vec<(usize, T)> = all.map(|t| (count(t), t)).filter(|(n, _)| *n > 0).collect();
        all.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
        all.truncate(FRONT);
        all.into_iter()
            .map(|(count, t)| {
                let thing = thing(t);
                CountedLink { title: self.archive.label(thing).to_owned(), url: self.url(thing), count }
            })
            .collect()
    }

    fn explainers(&self, number: u32) -> Page {
        let route = Route::Explainers(number);
        let mut head = self.head(route, "Explainers", "");
        let listing =
            self.listing(&self.archive.shelves.explainers, number, self.paged_url(Route::Explainers));
        self.number_head(&mut head, "Explainers", &listing);
        head.json_ld = structured_data::list(&self.site, &head);
        let page = ListView { title: "Explainers".to_owned(), explainers: listing };
        self.templated("explainers.html", head, &page, None)
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
        let title = match letter {
            Some(at) => format!("People: {}", letters.groups[at as usize].label),
            None => "People".to_owned(),
        };
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
                label: "Named most often".to_owned(),
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
        let title = match letter {
            Some(at) => format!("Topics: {}", letters.groups[at as usize].label),
            None => "Topics".to_owned(),
        };
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

    fn timeline(&self, year: Option<i16>, number: u32) -> Page {
        let archive = self.archive;
        let title = year.map_or_else(|| "Timeline".to_owned(), |y| format!("Timeline: {y}"));
        let mut head = self.head(Route::Timeline(year, number), &title, "");
        let split = archive.timeline_is_split();
        let years = archive.years().iter().map(|(y, range)| IndexLink {
            label: y.to_string(),
            url: if split {
                self.archive.href(&archive.address_of(Route::Timeline(Some(*y), 0)))
            } else {
                format!("#year-{y}")
            },
            count: range.len(),
            current: year == Some(*y),
        });
        let mut groups: Vec<TimelineYear> = Vec::new();
        for range in archive.timeline_page(year, number) {
            let of = archive.event(&archive.timeline()[range.start]).date.year;
            groups.push(TimelineYear {
                year: of.to_string(),
                id: format!("year-{of}"),
                events: self.events_of(range),
            });
        }
        let pagination = year.and_then(|y| {
            Pagination::new(number as usize + 1, archive.timeline_pages(y), |page| {
                self.archive.href(&archive.address_of(Route::Timeline(Some(y), page as u32 - 1)))
            })
        });
        head.json_ld = structured_data::list(&self.site, &head);
        let page = TimelineView {
            title,
            years: years.collect(),
            groups,
            total: archive.timeline().len(),
            pagination,
        };
        self.templated("timeline.html", head, &page, None)
    }

    fn not_found(&self) -> Page {
        let mut head = self.head(Route::NotFound, "Page not found", "");
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
                entry.content_html = Some(feed::absolutise(&self.body_html(*id, texts), &entry.url));
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
                | Route::Timeline(..) => None,
                Route::NotFound
                | Route::Redirect(_)
                | Route::SiteAtom
                | Route::SiteJson
                | Route::TopicAtom(_)
                | Route::PersonAtom(_)
                | Route::Sitemap
                | Route::Robots
                | Route::RedirectList => continue,
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

fn facts(document: &Document) -> Vec<FactView> {
    let all = document.facts.facts.iter();
    all.map(|f| FactView { label: f.label.clone(), value: f.value.clone(), source: f.source.clone() })
        .collect()
}

/// The years of a role.
fn span(role: &Role) -> String {
    match (role.from.map(|d| d.year), role.to.map(|d| d.year)) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from}–{to}"),
        (Some(from), None) => format!("since {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => String::new(),
    }
}

/// What is there of the parts of a role.
fn words(parts: [&str; 3]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `summary`, else the beginning of the text.
fn summary(document: &Document) -> String {
    let facts = &document.facts;
    if facts.summary.is_empty() { facts.excerpt.clone() } else { facts.summary.clone() }
}

fn date_view(date: Date, lang: &str) -> DateView {
    DateView { iso: date.iso(), text: date.human(lang) }
}

/// `rtl` for languages that are written from right to left, by script or by language.
fn direction(lang: &str) -> &'static str {
    const LANGUAGES: &[&str] = &["ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb", "syr"];
    const SCRIPTS: &[&str] = &["arab", "hebr", "thaa", "syrc", "nkoo"];
    let mut parts = lang.split(['-', '_']).map(str::to_ascii_lowercase);
    let language = parts.next().unwrap_or_default();
    let script = parts.find(|p| p.len() == 4);
    let rtl = match script {
        Some(script) => SCRIPTS.contains(&script.as_str()),
        None => LANGUAGES.contains(&language.as_str()),
    };
    if rtl { "rtl" } else { "ltr" }
}

fn site(archive: &Archive) -> Site {
    let config = &archive.config;
    let href = |address: &str| archive.href(address);
    let local =
        |url: &str| if url.starts_with('/') && !url.starts_with("//") { href(url) } else { url.to_owned() };
    let lists = SiteLists {
        explainers: href("/explainers/"),
        topics: href(config.permalinks.topics_list()),
        people: href(config.permalinks.people_list()),
        timeline: href("/timeline/"),
        ..SiteLists::default()
    };
    // A list with nothing in it is no place to send readers to.
    let menu = if config.menu.is_empty() {
        [
            ("Explainers", &lists.explainers, archive.shelves.explainers.len()),
            ("Topics", &lists.topics, archive.topics.len()),
            ("People", &lists.people, archive.people.len()),
            ("Timeline", &lists.timeline, archive.timeline().len()),
        ]
        .into_iter()
        .filter(|(_, _, entries)| *entries > 0)
        .map(|(title, url, _)| Link::new(title, url))
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
        extra: config.extra.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_direction_follows_script_and_language() {
        for (lang, dir) in
            [("ar", "rtl"), ("en", "ltr"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("zh-Hans", "ltr")]
        {
            assert_eq!(direction(lang), dir, "{lang}");
        }
    }

    #[test]
    fn readers_count_pages_from_the_newest() {
        let url = |page: u32| page.to_string();
        let first = pagination(230, 50, 0, url).expect("several pages");
        assert_eq!((first.page, first.pages, first.next.as_str()), (1, 4, "3"));
        let oldest = pagination(230, 50, 1, url).expect("several pages");
        assert_eq!((oldest.page, oldest.prev.as_str(), oldest.next.as_str()), (4, "2", ""));
    }
}
