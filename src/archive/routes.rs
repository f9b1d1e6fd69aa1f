//! Every address of the site: who has which, and that no two are one.

use super::events::EVENTS;
use super::{Archive, Asset, DocId, EventsOf, Form, PersonId, SourceId, Thing, TopicId, sort_key};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place};
use crate::document::{Document, canonical, slugify};
use crate::source::{Kind, Permalinks, SitePath};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Every kind of file that is made; to see them all, read this list.
///
/// Numbers of pages: 0 is the first page of a list, with the newest entries. Later pages count
/// from the *oldest* entries (see [`Listing`]), so their addresses keep what they show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Route {
    Front,
    Explainer(DocId),
    Page(DocId),
    Topic(TopicId, u32),
    Person(PersonId, u32),
    /// People who share a name: index into [`Archive::namesakes`], and of one of their names. Those but
    /// the first lead on to it.
    Namesakes(u32, u32),
    /// All explainers by date.
    Explainers(u32),
    /// Topics A–Z: everything, or one letter of many and a page of it.
    Topics(Option<u32>, u32),
    /// People A–Z.
    People(Option<u32>, u32),
    /// All events, or those of one year and a page of it.
    Timeline(Option<i16>, u32),
    /// All events of a topic that has too many for its page.
    TopicTimeline(TopicId, u32),
    /// All events of a person who has too many for their page.
    PersonTimeline(PersonId, u32),
    /// Events as data: the latest, or one of several files with those before.
    EventsJson(EventsOf, u32),
    /// The same events as a calendar (RFC 5545).
    EventsCalendar(EventsOf, u32),
    /// A shared source, and a page of what cites it.
    Source(SourceId, u32),
    /// Shared sources A–Z.
    Sources(Option<u32>, u32),
    /// The log of corrections.
    Corrections(u32),
    CorrectionsAtom,
    CorrectionsJson,
    NotFound,
    /// Index into the archive's redirects.
    Redirect(u32),
    SiteAtom,
    SiteJson,
    TopicAtom(TopicId),
    PersonAtom(PersonId),
    /// The sitemap, with its parts.
    Sitemap,
    Robots,
    /// `_redirects`, as Netlify and Cloudflare read it.
    RedirectList,
    /// What the data consists of.
    DataIndex,
    /// What its records are made of.
    DataSchema,
    /// Index into [`Archive::chunks`].
    Data(u32),
    /// A guide to the site for language models.
    Llms,
    /// A page in another form.
    Twin(Thing, Form),
    /// The previews of pages, with their parts.
    Previews,
    /// The page on which readers search.
    Search,
}

/// An old address that leads to a new one.
#[derive(Clone, Debug, PartialEq)]
pub struct Redirect {
    /// From the root, decoded.
    pub from: String,
    pub to: Thing,
}

/// Names by their first letter.
#[derive(Debug, Default)]
pub struct Letters {
    pub groups: Vec<Letter>,
    /// Too many for one page: each letter has its own.
    pub split: bool,
}

/// Names that begin with one letter.
#[derive(Debug)]
pub struct Letter {
    /// As shown: `A`, `Ж`, or `#` for digits, signs and scripts without an alphabet.
    pub label: String,
    /// As it stands in addresses.
    pub slug: String,
    /// Numbers of topics or people, in the order of names.
    pub members: Vec<u32>,
}

impl Letter {
    /// The members on one page, from 0.
    pub fn page(&self, page: u32) -> &[u32] {
        let from = (page as usize * NAMES).min(self.members.len());
        &self.members[from..(from + NAMES).min(self.members.len())]
    }

    pub fn pages(&self) -> usize {
        self.members.len().div_ceil(NAMES)
    }
}

#[derive(Debug, Default)]
pub(super) struct Routes {
    documents: Vec<String>,
    topics: Vec<String>,
    people: Vec<String>,
    /// Per group and name; empty where a name has no address of its own.
    namesakes: Vec<Vec<String>>,
    pub(super) redirects: Vec<Redirect>,
    topic_letters: Letters,
    person_letters: Letters,
    source_letters: Letters,
    /// Years with events: the year and the numbers of its events.
    years: Vec<(i16, Range<usize>)>,
    /// Canonical address → what stands there, for links.
    pub(super) by_address: HashMap<String, Owner>,
}

/// Who has an address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Owner {
    Thing(Thing),
    Redirect(u32),
    Asset(u32),
    Made(Route),
}

/// Up to this many names stand on one page A–Z.
const NAMES: usize = 400;
/// Feeds are made for topics and people with at least this many explainers.
const FEED_FROM: usize = 3;
/// The log of corrections, or the author's own page in its place.
pub(crate) const CORRECTIONS: &str = "/corrections/";
/// The search, or the author's own page in its place.
pub(crate) const SEARCH: &str = "/search/";

/// A page of a list that is newest first.
///
/// Pages but the first are numbered from the oldest entry and always full, so that a new entry
/// changes the first page only, and what stands at `…/page/7/` stays there. The first page holds
/// the rest: between one and two pages full.
///
/// ```
/// use nutgraf::archive::Listing;
/// let first = Listing::of(130, 50, 0).unwrap();
/// assert_eq!((first.range.clone(), first.older, first.newer), (0..80, Some(1), None));
/// let oldest = Listing::of(130, 50, 1).unwrap();
/// assert_eq!((oldest.range.clone(), oldest.older, oldest.newer), (80..130, None, Some(0)));
/// assert!(Listing::of(99, 50, 1).is_none());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// Entries on this page, counted from the newest.
    pub range: Range<usize>,
    pub page: u32,
    pub newer: Option<u32>,
    pub older: Option<u32>,
    /// Of all entries.
    pub total: usize,
}

impl Listing {
    /// `None` where the list has no such page.
    pub fn of(total: usize, size: usize, page: u32) -> Option<Listing> {
        let last = Listing::numbered(total, size);
        if page > last {
            return None;
        }
        let end_of = |page: usize| total - (page - 1) * size;
        let range = match page as usize {
            0 => 0..total - last as usize * size,
            page => end_of(page) - size..end_of(page),
        };
        Some(Listing {
            range,
            page,
            newer: (page > 0).then(|| if page == last { 0 } else { page + 1 }),
            older: if page == 0 { (last > 0).then_some(last) } else { (page > 1).then(|| page - 1) },
            total,
        })
    }

    /// How many pages there are beside the first.
    pub fn numbered(total: usize, size: usize) -> u32 {
        (total / size.max(1)).saturating_sub(1) as u32
    }
}

/// The name of a file that its address is made of: without ending and leading date; of an
/// `index.md` the name of its folder.
pub fn stem(path: &str) -> &str {
    let path = path.strip_suffix(".md").or_else(|| path.strip_suffix(".markdown")).unwrap_or(path);
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = if name == "index" { folder.rsplit('/').next().unwrap_or(name) } else { name };
    match name.as_bytes() {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'-', _, ..]
            if [y1, y2, y3, y4, m1, m2, d1, d2].iter().all(|b| b.is_ascii_digit()) =>
        {
            &name[11..]
        }
        _ => name,
    }
}

/// Assets with the address at which each is published.
pub(super) fn assets(paths: Vec<SitePath>) -> Vec<Asset> {
    paths
        .into_iter()
        .map(|path| {
            let address = path.strip_prefix("content/").unwrap_or(&path).nfc().collect();
            Asset { path, address, withheld: false }
        })
        .collect()
}

/// Percent-encodes what may not stand in the path of a URL, and what HTML would need escaped.
pub fn encode(path: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let kept = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/')
            || matches!(byte, b'!' | b'$' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@')
    };
    // Most addresses have nothing to encode, and every link of every page comes through here.
    if path.bytes().all(|byte| kept(&byte)) {
        return path.to_owned();
    }
    let mut url = String::with_capacity(path.len() + 16);
    for byte in path.bytes() {
        if kept(&byte) {
            url.push(byte as char);
        } else {
            url.push('%');
            url.push(HEX[usize::from(byte >> 4)] as char);
            url.push(HEX[usize::from(byte & 15)] as char);
        }
    }
    url
}

/// The file below `public/` that a static host sends for an address.
fn file_of(address: &str) -> String {
    let path = address.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}

/// What a file of that name would be mistaken for on systems that fold case and Unicode forms.
fn folded(address: &str) -> String {
    canonical(&file_of(address))
}

/// An address typed by an author → one from the root that ends in `/` or in a file name with an
/// ending. `Err` says why it cannot be one.
fn tidy(typed: &str) -> Result<String, &'static str> {
    let typed: String = typed.split(['#', '?']).next().unwrap_or("").nfc().collect();
    if !typed.starts_with('/') || typed.starts_with("//") {
        return Err("an address begins with one `/`");
    }
    if typed.chars().any(|c| c.is_control() || matches!(c, '\\' | '%' | '<' | '>' | '"' | '|' | '*' | ':')) {
        return Err("an address has no `\\`, `%`, `:`, `*`, quotes or angle brackets");
    }
    let parts: Vec<&str> = typed[1..].split('/').collect();
    let (last, before) = parts.split_last().unwrap_or((&"", &[]));
    if before.iter().chain([last]).any(|p| *p == "." || *p == ".." || p.ends_with(['.', ' '])) {
        return Err("the parts of an address are names, not `.` or `..`, and end in no dot or space");
    }
    if before.iter().any(|p| p.is_empty()) || parts.iter().any(|p| p.len() > 250) {
        return Err("the parts of an address are not empty and not longer than 250 bytes");
    }
    Ok(if last.is_empty() || last.contains('.') { typed } else { format!("{typed}/") })
}

/// Gives everything its address, and reports what claims one that is taken.
pub(super) fn assign(archive: &Archive, diagnostics: &mut Diagnostics) -> Routes {
    let mut routes = Routes::default();
    let mut taken: HashMap<String, (Place, String)> = HashMap::new();
    let permalinks = &archive.config.permalinks;

    for (at, document) in archive.documents.iter().enumerate() {
        let id = DocId(at as u32);
        let address = match document.kind {
            Kind::Front => "/".to_owned(),
            Kind::Explainer => own_address(document, &permalinks.explainers, None, diagnostics),
            Kind::Page => own_address(document, &permalinks.pages, None, diagnostics),
            // Filled in below, with those that have no file.
            Kind::Topic | Kind::Person => String::new(),
        };
        if !address.is_empty() {
            routes.claim(
                &address,
                Owner::Thing(Thing::Document(id)),
                address_place(document),
                &mut taken,
                diagnostics,
            );
        }
        routes.documents.push(address);
    }
    for id in archive.topic_ids() {
        let topic = archive.topic(id);
        let address = match topic.document {
            Some(d) => own_address(archive.document(d), &permalinks.topics, Some(&topic.slug), diagnostics),
            None => permalinks.topics.replace("{slug}", &topic.slug).replace("{folder}/", ""),
        };
        let place = topic.document.map_or_else(|| Place::file(""), |d| address_place(archive.document(d)));
        routes.claim(&address, Owner::Thing(Thing::Topic(id)), place, &mut taken, diagnostics);
        routes.topics.push(address);
    }
    for id in archive.person_ids() {
        let person = archive.person(id);
        let address = match person.document {
            Some(d) => own_address(archive.document(d), &permalinks.people, Some(&person.slug), diagnostics),
            None => permalinks.people.replace("{slug}", &person.slug).replace("{folder}/", ""),
        };
        let place = person.document.map_or_else(|| Place::file(""), |d| address_place(archive.document(d)));
        routes.claim(&address, Owner::Thing(Thing::Person(id)), place, &mut taken, diagnostics);
        routes.people.push(address);
    }
    for (at, document) in archive.documents.iter().enumerate() {
        if matches!(document.kind, Kind::Topic | Kind::Person) {
            routes.documents[at] = match archive.thing_of(DocId(at as u32)) {
                Thing::Topic(t) => routes.topics[t.at()].clone(),
                Thing::Person(p) => routes.people[p.at()].clone(),
                Thing::Document(_) => String::new(),
            };
        }
    }
    for (at, asset) in archive.assets.iter().enumerate() {
        if !asset.withheld {
            let address = format!("/{}", asset.address);
            routes.claim(
                &address,
                Owner::Asset(at as u32),
                Place::file(asset.path.clone()),
                &mut taken,
                diagnostics,
            );
        }
    }
    routes.claim_sources(archive, &mut taken, diagnostics);
    let corrected = !archive.corrections().is_empty();
    routes.claim_made(&archive.documents, permalinks, corrected, &mut taken, diagnostics);
    routes.claim_data(archive, &mut taken, diagnostics);
    routes.redirect(archive, &mut taken, diagnostics);
    routes.topic_letters = letters(archive.topics.iter().map(|t| t.label.as_str()));
    routes.person_letters = letters(archive.people.iter().map(|p| {
        let sort_name = p.document.and_then(|d| archive.document(d).facts.sort_name.as_deref());
        sort_name.unwrap_or(&p.label)
    }));
    routes.source_letters = letters(archive.source_ids().map(|id| archive.source_label(id)));
    for (number, entry) in archive.timeline().iter().enumerate() {
        let year = entry.date.year;
        match routes.years.last_mut() {
            Some((last, range)) if *last == year => range.end = number + 1,
            _ => routes.years.push((year, number..number + 1)),
        }
    }
    routes
}

/// The address that a document would have, for links to it from pages that are published.
pub(super) fn unpublished_address(document: &Document, permalinks: &Permalinks) -> String {
    let pattern = match document.kind {
        Kind::Front => return "/".to_owned(),
        Kind::Explainer => &permalinks.explainers,
        Kind::Topic => &permalinks.topics,
        Kind::Person => &permalinks.people,
        Kind::Page => &permalinks.pages,
    };
    // What is wrong with it is told once it is published.
    own_address(document, pattern, None, &mut Diagnostics::default())
}

fn address_place(document: &Document) -> Place {
    match document.facts.url.as_ref().or(document.facts.slug.as_ref()) {
        Some(typed) => Place::new(document.path.clone(), typed.span),
        None => Place::file(document.path.clone()),
    }
}

/// `url:`, else the pattern of its kind filled in.
fn own_address(
    document: &Document,
    pattern: &str,
    slug: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> String {
    let facts = &document.facts;
    if let Some(url) = &facts.url {
        match tidy(&url.value) {
            Ok(address) => return address,
            Err(why) => diagnostics.push(
                Diagnostic::new(
                    Finding::BadAddress,
                    Place::new(document.path.clone(), url.span),
                    format!("`{}` cannot be the address of a page", url.value),
                )
                .label(why),
            ),
        }
    }
    if let Some(slug) = &facts.slug
        && (slug.value.contains(['/', '\\']) || slug.value.contains("..") || slug.value.trim().is_empty())
    {
        diagnostics.push(
            Diagnostic::new(
                Finding::BadAddress,
                Place::new(document.path.clone(), slug.span),
                format!("`{}` cannot be a slug", slug.value),
            )
            .label("a slug is one part of an address")
            .help("use letters, digits and hyphens; `url:` sets a whole address"),
        );
    }
    let own = match (slug, &facts.slug) {
        (Some(slug), _) => slug.to_owned(),
        (None, Some(typed)) => slugify(&typed.value),
        (None, None) => slugify(stem(&document.path)),
    };
    let mut address = pattern.replace("{slug}", &own);
    if address.contains("{folder}") {
        let inside = document.path.splitn(3, '/').nth(2).unwrap_or("");
        let folder: Vec<String> = inside
            .rsplit_once('/')
            .map_or("", |f| f.0)
            .split('/')
            .filter(|p| !p.is_empty())
            .map(slugify)
            .collect();
        address = address.replace("{folder}", &folder.join("/")).replace("//", "/");
    }
    if address.contains('{') {
        match facts.date {
            Some(date) => {
                let (month, day) = (date.month.max(1), date.day.max(1));
                address = address
                    .replace("{year}", &format!("{:04}", date.year))
                    .replace("{month}", &format!("{month:02}"))
                    .replace("{day}", &format!("{day:02}"));
            }
            None => {
                diagnostics.push(
                    Diagnostic::new(
                        Finding::BadAddress,
                        Place::file(document.path.clone()),
                        format!("its address `{pattern}` needs a date, and it has none"),
                    )
                    .help("add `date: …`, or set `url:`"),
                );
                address = format!("/{own}/");
            }
        }
    }
    address
}

impl Routes {
    /// Enters an address; the first to claim it keeps it.
    fn claim(
        &mut self,
        address: &str,
        owner: Owner,
        place: Place,
        taken: &mut HashMap<String, (Place, String)>,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let key = folded(address);
        if let Some((other, theirs)) = taken.get(&key) {
            let exact = theirs == address;
            let both =
                |p: &Place| if p.path.is_empty() { "a name without a file" } else { "this file" }.to_owned();
            let (at, there) =
                if place.path.is_empty() { (other.clone(), place.clone()) } else { (place, other.clone()) };
            let also = if there.path.is_empty() { both(&there) } else { there.path.to_string() };
            let message = if exact {
                format!("two sources come to the address {address}: {} and {also}", at.path)
            } else {
                format!(
                    "two sources come to addresses that differ only in case or Unicode form, {theirs} and {address}: {} and {also}",
                    at.path
                )
            };
            let mut diagnostic = Diagnostic::new(Finding::AddressCollision, at, message).help(
                "give one of them another `slug:` or `url:`, or rename it; one would overwrite the other",
            );
            if !there.path.is_empty() {
                diagnostic = diagnostic.also(there, "the other one");
            }
            diagnostics.push(diagnostic);
            return false;
        }
        taken.insert(key, (place, address.to_owned()));
        self.by_address.insert(canonical(address), owner);
        true
    }

    /// The pages of shared sources, and the list of them where there are any.
    fn claim_sources(
        &mut self,
        archive: &Archive,
        taken: &mut HashMap<String, (Place, String)>,
        diagnostics: &mut Diagnostics,
    ) {
        let list = archive.has_shared_sources().then_some((Route::Sources(None, 0), Place::file("")));
        let pages = archive.source_ids().map(|id| (Route::Source(id, 0), archive.source_place(id)));
        for (route, place) in list.into_iter().chain(pages) {
            let address = archive.address_of(route);
            self.claim(&address, Owner::Made(route), place, taken, diagnostics);
        }
    }

    /// Pages that nutgraf makes by itself. A file of the author's at the address of `robots.txt`,
    /// `404.html`, `_redirects`, `/corrections/` or `/search/` stands in for ours.
    fn claim_made(
        &mut self,
        documents: &[Arc<Document>],
        permalinks: &Permalinks,
        corrected: bool,
        taken: &mut HashMap<String, (Place, String)>,
        diagnostics: &mut Diagnostics,
    ) {
        let made = [
            ("/", Route::Front),
            ("/explainers/", Route::Explainers(0)),
            (permalinks.topics_list(), Route::Topics(None, 0)),
            (permalinks.people_list(), Route::People(None, 0)),
            ("/timeline/", Route::Timeline(None, 0)),
            (SEARCH, Route::Search),
            ("/404.html", Route::NotFound),
            ("/atom.xml", Route::SiteAtom),
            ("/feed.json", Route::SiteJson),
            ("/sitemap.xml", Route::Sitemap),
            ("/robots.txt", Route::Robots),
            ("/_redirects", Route::RedirectList),
        ];
        let logged: &[(&str, Route)] = match corrected {
            true => &[
                (CORRECTIONS, Route::Corrections(0)),
                ("/corrections/atom.xml", Route::CorrectionsAtom),
                ("/corrections/feed.json", Route::CorrectionsJson),
            ],
            false => &[],
        };
        for (address, route) in made.into_iter().chain(logged.iter().copied()) {
            // Many sites have a page at `/corrections/` that tells of their policy.
            let yields = matches!(
                route,
                Route::NotFound | Route::Robots | Route::RedirectList | Route::Corrections(_) | Route::Search
            );
            if yields && taken.contains_key(&folded(address)) {
                continue;
            }
            // The text of the front page has its address already.
            let own_text = self.by_address.get("/").is_some_and(|owner| match owner {
                Owner::Thing(Thing::Document(id)) => documents[id.at()].kind == Kind::Front,
                _ => false,
            });
            if route == Route::Front && own_text {
                continue;
            }
            self.claim(address, Owner::Made(route), Place::file(""), taken, diagnostics);
        }
    }

    /// The archive as data, and the guide to it. A file of the author's at the address of `llms.txt` or
    /// of the index stands in for ours; without its index there is no data.
    fn claim_data(
        &mut self,
        archive: &Archive,
        taken: &mut HashMap<String, (Place, String)>,
        diagnostics: &mut Diagnostics,
    ) {
        let mut files = Vec::new();
        if archive.config.llms_txt && !taken.contains_key(&folded("/llms.txt")) {
            files.push(("/llms.txt".to_owned(), Route::Llms));
        }
        if archive.config.data.enabled && !taken.contains_key(&folded("/data/index.json")) {
            files.push(("/data/index.json".to_owned(), Route::DataIndex));
            files.push(("/data/schema.json".to_owned(), Route::DataSchema));
            let chunks = archive.chunks().iter().enumerate();
            files.extend(chunks.map(|(at, chunk)| (chunk.address(0), Route::Data(at as u32))));
        }
        for (address, route) in files {
            self.claim(&address, Owner::Made(route), Place::file(""), taken, diagnostics);
        }
    }

    /// The addresses of names that several people have. Where the file of one of them has taken it, the
    /// page that lists them stands beside it.
    fn part_namesakes(
        &mut self,
        archive: &Archive,
        taken: &mut HashMap<String, (Place, String)>,
        diagnostics: &mut Diagnostics,
    ) {
        let pattern = &archive.config.permalinks.people;
        let of_slug = |slug: &str| pattern.replace("{slug}", slug).replace("{folder}/", "");
        for (at, group) in archive.namesakes.iter().enumerate() {
            let owner = Owner::Made(Route::Namesakes(at as u32, 0));
            let mut addresses = Vec::with_capacity(group.names.len());
            for (number, name) in group.names.iter().enumerate() {
                let slug = slugify(name);
                let mut address = of_slug(&slug);
                let mut beside = 1;
                while number == 0 && taken.contains_key(&folded(&address)) {
                    address = match beside {
                        1 => of_slug(&format!("{slug}-disambiguation")),
                        more => of_slug(&format!("{slug}-disambiguation-{more}")),
                    };
                    beside += 1;
                }
                let free = !taken.contains_key(&folded(&address));
                if free && self.claim(&address, owner, Place::file(""), taken, diagnostics) {
                    addresses.push(address);
                } else {
                    addresses.push(String::new());
                }
            }
            self.namesakes.push(addresses);
        }
    }

    /// Old addresses, and the addresses that other names of topics and people would have.
    fn redirect(
        &mut self,
        archive: &Archive,
        taken: &mut HashMap<String, (Place, String)>,
        diagnostics: &mut Diagnostics,
    ) {
        for (at, document) in archive.documents.iter().enumerate() {
            let to = archive.thing_of(DocId(at as u32));
            for old in &document.facts.old_addresses {
                let place = Place::new(document.path.clone(), old.span);
                match tidy(&old.value) {
                    // An old address that is the present one says nothing.
                    Ok(address) if folded(&address) == folded(&self.documents[at]) => {}
                    Ok(address) => {
                        let owner = Owner::Redirect(self.redirects.len() as u32);
                        if self.claim(&address, owner, place, taken, diagnostics) {
                            self.redirects.push(Redirect { from: address, to });
                        }
                    }
                    Err(why) => diagnostics.push(
                        Diagnostic::new(
                            Finding::BadAddress,
                            place,
                            format!("`{}` cannot be an old address", old.value),
                        )
                        .label(why),
                    ),
                }
            }
        }
        self.part_namesakes(archive, taken, diagnostics);
        for (at, document) in archive.documents.iter().enumerate() {
            let to = archive.thing_of(DocId(at as u32));
            let pattern = match to {
                Thing::Topic(_) => &archive.config.permalinks.topics,
                Thing::Person(_) => &archive.config.permalinks.people,
                Thing::Document(_) => continue,
            };
            for name in &document.facts.other_names {
                let address = pattern.replace("{slug}", &slugify(&name.value)).replace("{folder}/", "");
                if !taken.contains_key(&folded(&address)) {
                    let owner = Owner::Redirect(self.redirects.len() as u32);
                    self.claim(
                        &address,
                        owner,
                        Place::new(document.path.clone(), name.span),
                        taken,
                        diagnostics,
                    );
                    self.redirects.push(Redirect { from: address, to });
                }
            }
        }
    }
}

/// Groups names by first letter, in the order of names.
fn letters<'a>(names: impl Iterator<Item = &'a str>) -> Letters {
    let mut all: Vec<(String, u32)> = names.enumerate().map(|(at, n)| (sort_key(n), at as u32)).collect();
    all.sort();
    let mut groups: Vec<Letter> = Vec::new();
    let split = all.len() > NAMES;
    for (key, number) in all {
        let (shown, slug) = match key.chars().next() {
            Some(c) if c.is_ascii_alphabetic() => (c.to_ascii_uppercase().to_string(), c.to_string()),
            // A Greek or Cyrillic letter is a letter; thousands of Han signs are not.
            Some(c) if c.is_alphabetic() && c.to_uppercase().ne(std::iter::once(c)) => {
                (c.to_uppercase().to_string(), c.to_string())
            }
            _ => ("#".to_owned(), "0".to_owned()),
        };
        match groups.iter_mut().find(|group| group.slug == slug) {
            Some(group) => group.members.push(number),
            None => groups.push(Letter { label: shown, slug, members: vec![number] }),
        }
    }
    Letters { groups, split }
}

impl Archive {
    /// Every file that is made of this archive, assets and theme files aside.
    pub fn routes(&self) -> Vec<Route> {
        let size = self.config.paginate;
        let mut routes = vec![Route::Front];
        let pages = |routes: &mut Vec<Route>, total: usize, route: &dyn Fn(u32) -> Route| {
            routes.extend((0..=Listing::numbered(total, size)).map(route));
        };
        for (id, document) in self.documents.iter().enumerate().map(|(at, d)| (DocId(at as u32), d)) {
            match document.kind {
                Kind::Explainer => routes.push(Route::Explainer(id)),
                Kind::Page => routes.push(Route::Page(id)),
                Kind::Front | Kind::Topic | Kind::Person => {}
            }
        }
        let absolute = !self.config.origin.is_empty();
        let feeds = absolute && self.config.feeds.enabled;
        for id in self.topic_ids() {
            pages(&mut routes, self.shelves.topic(id).len(), &|page| Route::Topic(id, page));
            if feeds && self.has_topic_feed(id) {
                routes.push(Route::TopicAtom(id));
            }
        }
        for id in self.person_ids() {
            let about = self.shelves.about_person(id).len();
            let by = self.shelves.by_person(id).len();
            let mentions = self.mentions(id).len();
            let quotes = self.quotes_of_person(id).len();
            pages(&mut routes, about.max(by).max(mentions).max(quotes), &|page| Route::Person(id, page));
            if feeds && self.has_person_feed(id) {
                routes.push(Route::PersonAtom(id));
            }
        }
        for (group, addresses) in self.routes.namesakes.iter().enumerate() {
            let used = addresses.iter().enumerate().filter(|(_, address)| !address.is_empty());
            routes.extend(used.map(|(name, _)| Route::Namesakes(group as u32, name as u32)));
        }
        pages(&mut routes, self.shelves.explainers.len(), &Route::Explainers);
        let lettered =
            |routes: &mut Vec<Route>, letters: &Letters, route: &dyn Fn(Option<u32>, u32) -> Route| {
                routes.push(route(None, 0));
                if letters.split {
                    for (number, group) in letters.groups.iter().enumerate() {
                        routes.extend((0..group.pages() as u32).map(|page| route(Some(number as u32), page)));
                    }
                }
            };
        lettered(&mut routes, &self.routes.topic_letters, &Route::Topics);
        lettered(&mut routes, &self.routes.person_letters, &Route::People);
        routes.push(Route::Timeline(None, 0));
        if self.timeline_is_split() {
            for (year, _) in &self.routes.years {
                routes
                    .extend((0..self.timeline_pages(*year) as u32).map(|p| Route::Timeline(Some(*year), p)));
            }
        }
        self.event_routes(&mut routes);
        if self.has_shared_sources() {
            for id in self.source_ids() {
                pages(&mut routes, self.cited_by(id).len(), &|page| Route::Source(id, page));
            }
            lettered(&mut routes, &self.routes.source_letters, &Route::Sources);
        }
        if self.owns(CORRECTIONS, Route::Corrections(0)) {
            pages(&mut routes, self.corrections().len(), &Route::Corrections);
        }
        if feeds && !self.corrections().is_empty() {
            routes.extend([Route::CorrectionsAtom, Route::CorrectionsJson]);
        }
        if self.owns("/404.html", Route::NotFound) {
            routes.push(Route::NotFound);
        }
        routes.extend((0..self.routes.redirects.len() as u32).map(Route::Redirect));
        if feeds {
            routes.extend([Route::SiteAtom, Route::SiteJson]);
        }
        if absolute {
            routes.push(Route::Sitemap);
        }
        if self.owns("/robots.txt", Route::Robots) {
            routes.push(Route::Robots);
        }
        if !self.routes.redirects.is_empty() && self.owns("/_redirects", Route::RedirectList) {
            routes.push(Route::RedirectList);
        }
        self.data_routes(&mut routes);
        if self.previews {
            routes.push(Route::Previews);
        }
        if self.has_search() {
            routes.push(Route::Search);
        }
        routes
    }

    /// Twins, data and the guide to them. The index comes last: what it says of the other files is
    /// known once they are made.
    fn data_routes(&self, routes: &mut Vec<Route>) {
        for form in self.forms() {
            let documents = self.documents.iter().enumerate();
            let shown = documents.filter(|(_, d)| matches!(d.kind, Kind::Explainer | Kind::Page));
            let things = shown
                .map(|(at, _)| Thing::Document(DocId(at as u32)))
                .chain(self.topic_ids().map(Thing::Topic))
                .chain(self.person_ids().map(Thing::Person));
            routes.extend(things.filter(|t| self.is_open(*t)).map(|thing| Route::Twin(thing, form)));
        }
        if self.owns("/llms.txt", Route::Llms) {
            routes.push(Route::Llms);
        }
        if self.has_data() {
            routes.extend((0..self.chunks().len() as u32).map(Route::Data));
            routes.extend([Route::DataSchema, Route::DataIndex]);
        }
    }

    /// The archive is given as data.
    pub fn has_data(&self) -> bool {
        self.owns("/data/index.json", Route::DataIndex)
    }

    fn owns(&self, address: &str, route: Route) -> bool {
        self.routes.by_address.get(address) == Some(&Owner::Made(route))
    }

    /// Readers can search, and no page of the author's stands where they would.
    pub fn has_search(&self) -> bool {
        self.search && self.owns(SEARCH, Route::Search)
    }

    pub fn has_topic_feed(&self, id: TopicId) -> bool {
        self.shelves.topic(id).len() >= FEED_FROM
    }

    pub fn has_person_feed(&self, id: PersonId) -> bool {
        self.shelves.about_person(id).len() + self.shelves.by_person(id).len() >= FEED_FROM
    }

    pub fn redirects(&self) -> &[Redirect] {
        &self.routes.redirects
    }

    pub fn topic_letters(&self) -> &Letters {
        &self.routes.topic_letters
    }

    pub fn person_letters(&self) -> &Letters {
        &self.routes.person_letters
    }

    pub fn source_letters(&self) -> &Letters {
        &self.routes.source_letters
    }

    /// Years with events, and the numbers of their events in the timeline.
    pub fn years(&self) -> &[(i16, Range<usize>)] {
        &self.routes.years
    }

    /// There are too many events for one page: each year has its own.
    pub fn timeline_is_split(&self) -> bool {
        self.timeline().len() > EVENTS
    }

    /// The events on a page of the timeline, as ranges of one year each. The first page of a long
    /// timeline has the newest.
    #[expect(clippy::single_range_in_vec_init, reason = "a page of one year is one range")]
    pub fn timeline_page(&self, year: Option<i16>, page: u32) -> Vec<Range<usize>> {
        let years = &self.routes.years;
        match year {
            Some(year) => {
                let Some((_, range)) = years.iter().find(|(y, _)| *y == year) else { return Vec::new() };
                let from = range.start + page as usize * EVENTS;
                vec![from..(from + EVENTS).min(range.end)]
            }
            None => {
                let from = self.timeline().len().saturating_sub(EVENTS);
                let shown = years.iter().filter(|(_, range)| range.end > from);
                shown.map(|(_, range)| range.start.max(from)..range.end).collect()
            }
        }
    }

    /// How many pages the events of a year take.
    pub fn timeline_pages(&self, year: i16) -> usize {
        let of_year = self.routes.years.iter().find(|(y, _)| *y == year);
        of_year.map_or(0, |(_, range)| range.len().div_ceil(EVENTS))
    }

    /// The address of a thing's page from the root of the site, decoded.
    pub fn address(&self, thing: Thing) -> &str {
        match thing {
            Thing::Document(id) => &self.routes.documents[id.at()],
            Thing::Topic(id) => &self.routes.topics[id.at()],
            Thing::Person(id) => &self.routes.people[id.at()],
        }
    }

    /// The address of a route from the root of the site, decoded.
    pub fn address_of(&self, route: Route) -> String {
        let paged = |first: &str, page: u32| match page {
            0 => first.to_owned(),
            page => format!("{}/page/{page}/", first.trim_end_matches('/')),
        };
        let feed = |first: &str| format!("{}/atom.xml", first.trim_end_matches('/'));
        let lettered = |first: &str, letters: &Letters, letter: Option<u32>, page: u32| match letter {
            None => first.to_owned(),
            Some(at) => {
                let own = format!("{first}a-z/{}/", letters.groups[at as usize].slug);
                if page == 0 { own } else { format!("{own}page/{}/", page + 1) }
            }
        };
        match route {
            Route::Front => "/".to_owned(),
            Route::Explainer(id) | Route::Page(id) => self.address(Thing::Document(id)).to_owned(),
            Route::Topic(id, page) => paged(self.address(Thing::Topic(id)), page),
            Route::Person(id, page) => paged(self.address(Thing::Person(id)), page),
            Route::Namesakes(group, name) => self.routes.namesakes[group as usize][name as usize].clone(),
            Route::Explainers(page) => paged("/explainers/", page),
            Route::Topics(letter, page) => {
                lettered(self.config.permalinks.topics_list(), &self.routes.topic_letters, letter, page)
            }
            Route::People(letter, page) => {
                lettered(self.config.permalinks.people_list(), &self.routes.person_letters, letter, page)
            }
            Route::Timeline(None, _) => "/timeline/".to_owned(),
            Route::Timeline(Some(year), 0) => format!("/timeline/{year}/"),
            Route::Timeline(Some(year), page) => format!("/timeline/{year}/page/{}/", page + 1),
            Route::TopicTimeline(id, page) => {
                paged(&format!("{}timeline/", self.events_folder(EventsOf::Topic(id))), page)
            }
            Route::PersonTimeline(id, page) => {
                paged(&format!("{}timeline/", self.events_folder(EventsOf::Person(id))), page)
            }
            Route::EventsJson(of, 0) => format!("{}events.json", self.events_folder(of)),
            Route::EventsJson(of, piece) => format!("{}events-{piece}.json", self.events_folder(of)),
            Route::EventsCalendar(of, 0) => format!("{}events.ics", self.events_folder(of)),
            Route::EventsCalendar(of, piece) => format!("{}events-{piece}.ics", self.events_folder(of)),
            Route::Source(id, page) => paged(&format!("/sources/{}/", self.source_slug(id)), page),
            Route::Sources(letter, page) => lettered("/sources/", &self.routes.source_letters, letter, page),
            Route::Corrections(page) => paged(CORRECTIONS, page),
            Route::CorrectionsAtom => "/corrections/atom.xml".to_owned(),
            Route::CorrectionsJson => "/corrections/feed.json".to_owned(),
            Route::NotFound => "/404.html".to_owned(),
            Route::Redirect(at) => self.routes.redirects[at as usize].from.clone(),
            Route::SiteAtom => "/atom.xml".to_owned(),
            Route::SiteJson => "/feed.json".to_owned(),
            Route::TopicAtom(id) => feed(self.address(Thing::Topic(id))),
            Route::PersonAtom(id) => feed(self.address(Thing::Person(id))),
            Route::Sitemap => "/sitemap.xml".to_owned(),
            Route::Robots => "/robots.txt".to_owned(),
            Route::RedirectList => "/_redirects".to_owned(),
            Route::DataIndex => "/data/index.json".to_owned(),
            Route::DataSchema => "/data/schema.json".to_owned(),
            Route::Data(at) => self.chunks()[at as usize].address(0),
            Route::Llms => "/llms.txt".to_owned(),
            Route::Twin(thing, form) => self.twin_address(thing, form),
            Route::Previews => "/previews/0.json".to_owned(),
            Route::Search => SEARCH.to_owned(),
        }
    }

    /// The file below `public/` in which a route is kept.
    pub fn file_of(&self, route: Route) -> String {
        file_of(&self.address_of(route))
    }

    /// An address as it stands in links: below the base path, percent-encoded.
    pub fn href(&self, address: &str) -> String {
        let address = encode(address);
        if self.config.base_path.is_empty() { address } else { encode(&self.config.base_path) + &address }
    }

    /// An address with scheme and host. Empty where the site has no `base_url`.
    pub fn absolute(&self, address: &str) -> String {
        if self.config.origin.is_empty() {
            return String::new();
        }
        [self.config.origin.as_str(), &self.href(address)].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_a_list_is_on_exactly_one_page() {
        for total in 0..400 {
            let mut seen = Vec::new();
            let last = Listing::numbered(total, 50);
            for page in 0..=last {
                let listing = Listing::of(total, 50, page).unwrap();
                if page > 0 {
                    assert_eq!(listing.range.len(), 50);
                }
                seen.extend(listing.range);
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..total).collect::<Vec<_>>(), "{total}");
            assert!(Listing::of(total, 50, last + 1).is_none());
        }
    }

    #[test]
    fn a_new_entry_leaves_the_numbered_pages_as_they_are() {
        let from_oldest = |total: usize, page: u32| {
            let r = Listing::of(total, 50, page).unwrap().range;
            total - r.end..total - r.start
        };
        for total in 100..300 {
            for page in 1..=Listing::numbered(total, 50) {
                assert_eq!(from_oldest(total, page), from_oldest(total + 1, page));
            }
        }
    }

    #[test]
    fn stems_lose_ending_date_and_index() {
        for (path, expected) in [
            ("content/explainers/2024-01-05-a-b.md", "a-b"),
            ("content/explainers/x/index.md", "x"),
            ("content/explainers/2024-01-05.md", "2024-01-05"),
            ("content/people/Note Two.md", "Note Two"),
        ] {
            assert_eq!(stem(path), expected);
        }
    }

    #[test]
    fn addresses_that_leave_their_place_are_refused() {
        for bad in [
            "../x",
            "/../x",
            "/a/../../b",
            "//host/x",
            "/a\\b",
            "/%2e%2e/",
            "/a//b",
            "x",
            "",
            "/a/./b",
            "/c:/x",
        ] {
            assert!(tidy(bad).is_err(), "{bad}");
        }
        for (typed, address) in
            [("/a", "/a/"), ("/a/", "/a/"), ("/a.html", "/a.html"), ("/a/?q#f", "/a/"), ("/", "/")]
        {
            assert_eq!(tidy(typed).as_deref(), Ok(address));
        }
    }
}
