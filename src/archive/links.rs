//! Where each link leads, and what leads to each page.

mod blocks;

use super::routes::{Owner, Route, encode, stem, unpublished_address};
use super::{Archive, Asset, AssetId, DocId, Hidden, PersonId, Thing, TopicId};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span, nearest};
use crate::document::{Document, Event, Link, LinkStyle, Sentence, Spanned, canonical, slugify};
use crate::source::Kind;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Beginnings of the ids that templates give to the parts of a page beside the body; links may use
/// them, and headings get others.
pub const SECTION_IDS: &[&str] =
    &["part-", "source-", "cite-", "event-", "letter-", "year-", "fn-", "fnref-", "correction-"];

/// Where a link of a body leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resolved {
    Thing(Thing),
    /// A page that nutgraf makes by itself.
    Made(Route),
    Asset(AssetId),
    /// Nowhere; reported.
    Broken,
}

/// A link seen from its target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backlink {
    pub from: DocId,
    /// Index into its `outgoing` links: the first of that document that leads here.
    pub link: u32,
}

#[derive(Debug, Default)]
pub(super) struct Links {
    /// Per document, parallel to its outgoing links.
    resolved: Vec<Vec<Resolved>>,
    /// Per document: what its front matter names as related.
    explicit: Vec<Vec<DocId>>,
    explicit_topics: HashMap<TopicId, Vec<TopicId>>,
    /// Documents with blocks that name people: whom, parallel to their `blocks`.
    blocks: HashMap<DocId, Vec<Vec<Option<PersonId>>>>,
    /// Per thing (documents, then topics, then people): who links to it.
    back_starts: Vec<u32>,
    back: Vec<Backlink>,
}

impl Links {
    pub(super) fn explicit(&self, id: DocId) -> &[DocId] {
        &self.explicit[id.at()]
    }
}

/// Everything by which a link can name something.
pub(super) struct Index<'a> {
    archive: &'a Archive,
    /// Path below `content/` in NFC → document.
    by_path: HashMap<String, DocId>,
    /// The same, folded, for links whose case differs.
    by_folded_path: HashMap<String, DocId>,
    /// Title, alias, slug, file name → things.
    by_name: HashMap<String, Vec<Thing>>,
    /// Names of several people → the page that lists them.
    namesakes: HashMap<String, u32>,
    assets: HashMap<&'a str, AssetId>,
    /// File name of an asset → the shallowest of that name.
    asset_names: HashMap<String, AssetId>,
    /// Paths, addresses and names of what is not published.
    hidden: HashMap<String, (&'a Document, Hidden)>,
    /// Suggestions are looked up for so many broken links only: each looks at every name.
    suggestions: usize,
}

pub(super) fn resolve(archive: &Archive, diagnostics: &mut Diagnostics) -> Links {
    let mut index = Index::new(archive);
    let mut links = Links::default();
    for (at, document) in archive.documents.iter().enumerate() {
        let id = DocId(at as u32);
        let resolved =
            document.facts.outgoing.iter().map(|link| index.link(id, document, link, diagnostics)).collect();
        links.resolved.push(resolved);
        let mut related = Vec::new();
        for name in &document.facts.related {
            match index.related(id, document, name, diagnostics) {
                Some(Thing::Document(other)) if other != id => related.push(other),
                Some(Thing::Topic(other)) => {
                    if let Thing::Topic(own) = archive.thing_of(id) {
                        links.explicit_topics.entry(own).or_default().push(other);
                    }
                }
                _ => {}
            }
        }
        links.explicit.push(related);
        index.image(document, diagnostics);
        if !document.facts.blocks.is_empty() {
            links.blocks.insert(id, index.block_people(document, diagnostics));
        }
    }
    links.turn(archive);
    links
}

/// Withholds the assets that belong to unpublished documents only: what their links and `image`
/// name, and what lies in the folder of an unpublished `index.md`.
pub(super) fn withhold(
    assets: &mut [Asset],
    documents: &[Arc<Document>],
    hidden: &[(Arc<Document>, Hidden)],
) {
    if hidden.is_empty() {
        return;
    }
    let used = |document: &Document| -> Vec<String> {
        let front = document.facts.image.iter().filter_map(|i| i.src.as_ref()).map(|s| s.value.as_str());
        let body = document.facts.outgoing.iter().map(|l| l.target.as_str());
        front.chain(body).filter_map(|target| join(&document.path, target)).collect()
    };
    let published: HashSet<String> = documents.iter().flat_map(|d| used(d)).collect();
    let kept_out: HashSet<String> = hidden.iter().flat_map(|(d, _)| used(d)).collect();
    let bundles: Vec<&str> = hidden.iter().filter_map(|(d, _)| d.path.strip_suffix("index.md")).collect();
    for asset in assets {
        let bundled = bundles.iter().any(|folder| asset.path.starts_with(folder));
        asset.withheld =
            (bundled || kept_out.contains(&asset.address)) && !published.contains(&asset.address);
    }
}

/// A target as seen from a content file → path below `content/` in NFC; `None` where it leaves it.
fn join(from: &str, target: &str) -> Option<String> {
    let inside = from.strip_prefix("content/").unwrap_or(from);
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => inside.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect()),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/").nfc().collect())
}

impl<'a> Index<'a> {
    pub(super) fn new(archive: &'a Archive) -> Index<'a> {
        let mut index = Index {
            archive,
            by_path: HashMap::with_capacity(archive.documents.len()),
            by_folded_path: HashMap::with_capacity(archive.documents.len()),
            by_name: HashMap::with_capacity(archive.documents.len() * 2),
            namesakes: HashMap::new(),
            assets: HashMap::new(),
            asset_names: HashMap::new(),
            hidden: HashMap::new(),
            suggestions: 100,
        };
        for (at, document) in archive.documents.iter().enumerate() {
            let id = DocId(at as u32);
            let path: String =
                document.path.strip_prefix("content/").unwrap_or(&document.path).nfc().collect();
            index.by_folded_path.entry(canonical(&path)).or_insert(id);
            index.by_path.insert(path, id);
            let thing = archive.thing_of(id);
            if document.kind != Kind::Front {
                index.name(archive.title(id), thing);
                index.name(stem(&document.path), thing);
                index.name(&slugify(stem(&document.path)), thing);
            }
            if let Some(slug) = &document.facts.slug {
                index.name(&slug.value, thing);
            }
            for name in &document.facts.other_names {
                index.name(&name.value, thing);
            }
        }
        for id in archive.topic_ids().filter(|id| archive.topic(*id).document.is_none()) {
            index.name(&archive.topic(id).label, Thing::Topic(id));
            index.name(&archive.topic(id).slug, Thing::Topic(id));
        }
        for id in archive.person_ids().filter(|id| archive.person(*id).document.is_none()) {
            index.name(&archive.person(id).label, Thing::Person(id));
            index.name(&archive.person(id).slug, Thing::Person(id));
        }
        for (at, group) in archive.namesakes.iter().enumerate() {
            index.namesakes.extend(group.names.iter().map(|name| (canonical(name), at as u32)));
        }
        for (at, asset) in archive.assets.iter().enumerate().filter(|(_, a)| !a.withheld) {
            let id = AssetId(at as u32);
            index.assets.insert(&asset.address, id);
            let name = canonical(asset.address.rsplit('/').next().unwrap_or(&asset.address));
            let depth = |id: AssetId| archive.assets[id.at()].address.matches('/').count();
            let other = index.asset_names.entry(name).or_insert(id);
            if depth(id) < depth(*other) {
                *other = id;
            }
        }
        for (document, why) in &archive.hidden {
            let path: String =
                document.path.strip_prefix("content/").unwrap_or(&document.path).nfc().collect();
            let own = stem(&document.path);
            let slug = document.facts.slug.as_ref().map_or_else(|| slugify(own), |s| slugify(&s.value));
            let address = unpublished_address(document, &archive.config.permalinks);
            for key in [path, address, own.to_owned(), slug, document.facts.title.clone()] {
                index.hidden.entry(canonical(&key)).or_insert((document, *why));
            }
        }
        index
    }

    /// What a name means by itself; `None` where several things have it, or none.
    pub(super) fn only(&self, name: &str) -> Option<Thing> {
        match self.by_name.get(&canonical(name))?.as_slice() {
            [thing] => Some(*thing),
            _ => None,
        }
    }

    fn name(&mut self, name: &str, thing: Thing) {
        let things = self.by_name.entry(canonical(name)).or_default();
        if !things.contains(&thing) {
            things.push(thing);
        }
    }

    fn link(
        &mut self,
        id: DocId,
        document: &Document,
        link: &Link,
        diagnostics: &mut Diagnostics,
    ) -> Resolved {
        let place = || Place::new(document.path.clone(), link.span);
        let found = if link.target.is_empty() {
            Some(Resolved::Thing(self.archive.thing_of(id)))
        } else {
            match link.style {
                LinkStyle::Path => self.path(id, document, &link.target),
                LinkStyle::Wiki => self.wiki(document, &link.target, link.span, diagnostics),
                LinkStyle::Image => self.asset(document, &link.target),
                LinkStyle::WikiImage => self.asset(document, &link.target).or_else(|| {
                    self.asset_names.get(&canonical(&link.target)).map(|id| Resolved::Asset(*id))
                }),
            }
        };
        if let Some(found) = found {
            self.fragment(found, link, place, diagnostics);
            return found;
        }
        let image = matches!(link.style, LinkStyle::Image | LinkStyle::WikiImage);
        if let Some((hidden, why)) = self.unpublished(document, &link.target) {
            diagnostics.push(
                Diagnostic::new(
                    Finding::LinkToUnpublished,
                    place(),
                    format!(
                        "the link `{}` leads to a page that is not published ({})",
                        link.target,
                        why.name()
                    ),
                )
                .also(Place::file(hidden.path.clone()), "the page")
                .help("publish that page too, or take the link out"),
            );
        } else if image {
            let near =
                self.suggest(&link.target, |archive| archive.assets.iter().map(|a| &*a.address).collect());
            let mut diagnostic = Diagnostic::new(
                Finding::MissingAsset,
                place(),
                format!("the file `{}` does not exist", link.target),
            );
            if let Some(near) = near {
                diagnostic = diagnostic.help(format!("did you mean `/{near}`?"));
            }
            diagnostics.push(diagnostic);
        } else {
            let mut diagnostic = Diagnostic::new(
                Finding::BrokenLink,
                place(),
                format!("the link `{}` leads to no page", link.target),
            );
            if let Some(help) = self.suggest_page(document, link) {
                diagnostic = diagnostic.help(format!("did you mean `{help}`?"));
            }
            diagnostics.push(diagnostic);
        }
        Resolved::Broken
    }

    /// A path relative to the file or from the root: a content file, a file beside it, or an
    /// address.
    fn path(&self, id: DocId, document: &Document, target: &str) -> Option<Resolved> {
        let joined = join(&document.path, target);
        if let Some(path) = &joined {
            if let Some(found) = self.content(path) {
                return Some(found);
            }
            if let Some(asset) = self.assets.get(path.as_str()) {
                return Some(Resolved::Asset(*asset));
            }
        }
        if target.starts_with('/') {
            return self.address(&format!("/{}", joined?), target.ends_with('/'));
        }
        // Relative to the page's own address, as a browser would take it.
        let own = self.archive.address(self.archive.thing_of(id));
        let base = own.rsplit_once('/').map_or("", |(folder, _)| folder);
        let joined = join(&format!("{}/x", base.trim_start_matches('/')), target)?;
        self.address(&format!("/{joined}"), target.ends_with('/'))
    }

    fn content(&self, path: &str) -> Option<Resolved> {
        let look = |path: &str| {
            let found = self.by_path.get(path).or_else(|| self.by_folded_path.get(&canonical(path)));
            found.map(|id| Resolved::Thing(self.archive.thing_of(*id)))
        };
        look(path).or_else(|| look(&format!("{path}.md"))).or_else(|| {
            let index = if path.is_empty() { "index.md".to_owned() } else { format!("{path}/index.md") };
            look(&index)
        })
    }

    fn address(&self, address: &str, folder: bool) -> Option<Resolved> {
        let by = &self.archive.routes.by_address;
        let address = address.strip_suffix("/index.html").unwrap_or(address);
        let key = canonical(address);
        let with_slash = format!("{}/", key.trim_end_matches('/'));
        let owner =
            if folder || key.is_empty() { by.get(&with_slash) } else { by.get(&key).or(by.get(&with_slash)) };
        match owner {
            Some(Owner::Thing(thing)) => Some(Resolved::Thing(*thing)),
            Some(Owner::Redirect(at)) => {
                Some(Resolved::Thing(self.archive.routes.redirects[*at as usize].to))
            }
            Some(Owner::Asset(at)) => Some(Resolved::Asset(AssetId(*at))),
            Some(Owner::Made(route)) => Some(Resolved::Made(*route)),
            None => {
                let (above, name) = key.trim_end_matches('/').rsplit_once('/')?;
                let thing = match by.get(&format!("{above}/")) {
                    Some(Owner::Thing(thing)) => Some(*thing),
                    _ => None,
                };
                match (name, thing) {
                    ("atom.xml", Some(Thing::Topic(id))) => Some(Resolved::Made(Route::TopicAtom(id))),
                    ("atom.xml", Some(Thing::Person(id))) => Some(Resolved::Made(Route::PersonAtom(id))),
                    _ => self.archive.events_at(above, name, thing).map(Resolved::Made),
                }
            }
        }
    }

    fn asset(&self, document: &Document, target: &str) -> Option<Resolved> {
        let path = join(&document.path, target)?;
        self.assets.get(path.as_str()).map(|id| Resolved::Asset(*id))
    }

    /// A name, or the end of a path (`[[b/intro]]`). Of several: the same folder, then the
    /// shallowest, then the first in the order of paths, with a warning.
    fn wiki(
        &self,
        document: &Document,
        target: &str,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<Resolved> {
        let Some(things) = self.by_name.get(&canonical(target)) else {
            if target.contains('/') {
                return self.path_end(document, target);
            }
            let asset = self.asset_names.get(&canonical(target)).copied();
            return asset.map(Resolved::Asset);
        };
        let path = |thing: &Thing| self.archive.document_of(*thing).map(|d| &*self.archive.document(d).path);
        let of_people = |thing: &Thing| matches!(thing, Thing::Person(_));
        let namesakes = self.namesakes.get(&canonical(target)).filter(|_| things.iter().all(of_people));
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(f, _)| f.to_owned());
        let here = folder(&document.path);
        let chosen = things.iter().min_by_key(|thing| {
            let path = path(thing).unwrap_or("~");
            (folder(path) != here, path.matches('/').count(), path.to_owned())
        })?;
        if things.len() > 1 {
            let mut all: Vec<&str> =
                things.iter().map(|t| path(t).unwrap_or("a name without a file")).collect();
            all.sort_unstable();
            let used = match namesakes {
                Some(_) => "the page that lists them",
                None => path(chosen).unwrap_or("a name without a file"),
            };
            diagnostics.push(
                Diagnostic::new(
                    Finding::AmbiguousLink,
                    Place::new(document.path.clone(), span),
                    format!("ambiguous \"{target}\": {} (used {used})", all.join(", ")),
                )
                .help("write more of the path, for example `[[folder/name]]`"),
            );
        }
        if let Some(group) = namesakes {
            return Some(Resolved::Made(Route::Namesakes(*group, 0)));
        }
        Some(Resolved::Thing(*chosen))
    }

    fn path_end(&self, document: &Document, target: &str) -> Option<Resolved> {
        if let Some(found) = join(&document.path, target).and_then(|path| self.content(&path)) {
            return Some(found);
        }
        let end = canonical(target.trim_matches('/'));
        let end = end.strip_suffix(".md").unwrap_or(&end);
        let last = end.rsplit('/').next().unwrap_or(end);
        let candidates = self.by_name.get(last)?;
        let fits = |thing: &&Thing| {
            self.archive.document_of(**thing).is_some_and(|d| {
                let path = canonical(&self.archive.document(d).path);
                let path = path.strip_suffix(".md").unwrap_or(&path);
                let path = path.strip_suffix("/index").unwrap_or(path);
                path.strip_suffix(end).is_some_and(|before| before.ends_with('/'))
            })
        };
        candidates.iter().find(fits).map(|thing| Resolved::Thing(*thing))
    }

    fn fragment(
        &mut self,
        found: Resolved,
        link: &Link,
        place: impl Fn() -> Place,
        diagnostics: &mut Diagnostics,
    ) {
        if let (Resolved::Made(route), Some(fragment)) = (found, &link.fragment)
            && matches!(route, Route::Timeline(..) | Route::TopicTimeline(..) | Route::PersonTimeline(..))
            && let Some(id) = fragment.strip_prefix("event-")
            && self.archive.page_of_event(route, id).is_none()
        {
            let message = format!("the timeline has no event `{id}`");
            let mut diagnostic = Diagnostic::new(Finding::BrokenHeading, place(), message);
            if let Some(near) = self.suggest(id, |archive| archive.event_ids().collect()) {
                diagnostic = diagnostic.help(format!("did you mean `#event-{near}`?"));
            }
            diagnostics.push(diagnostic);
        }
        let (Resolved::Thing(thing), Some(fragment)) = (found, &link.fragment) else { return };
        if fragment.is_empty() || self.archive.fragment_id(thing, fragment).is_some() {
            return;
        }
        let facts = self.archive.document_of(thing).map(|d| &self.archive.document(d).facts);
        let ids = facts.into_iter().flat_map(|facts| {
            facts.headings.iter().map(|h| h.id.as_str()).chain(facts.anchors.iter().map(String::as_str))
        });
        diagnostics.push(
            Diagnostic::new(
                Finding::BrokenHeading,
                place(),
                format!("\"{}\" has no heading `#{fragment}`", self.archive.label(thing)),
            )
            .suggest(fragment, ids),
        );
    }

    fn unpublished(&self, document: &Document, target: &str) -> Option<(&'a Document, Hidden)> {
        let keys = [
            join(&document.path, target),
            join(&document.path, &format!("{target}.md")),
            Some(target.to_owned()),
        ];
        let address = target.starts_with('/').then(|| format!("{}/", target.trim_end_matches('/')));
        keys.into_iter().flatten().chain(address).find_map(|key| self.hidden.get(&canonical(&key)).copied())
    }

    fn related(
        &mut self,
        id: DocId,
        document: &Document,
        name: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Thing> {
        let (target, _) = name.value.split_once('#').unwrap_or((&name.value, ""));
        // A topic's `related` means topics, whatever else has that name.
        let things = self.by_name.get(&canonical(target));
        let own_sort = things
            .into_iter()
            .flatten()
            .find(|t| std::mem::discriminant(*t) == std::mem::discriminant(&self.archive.thing_of(id)));
        let found = match own_sort {
            Some(thing) => Some(Resolved::Thing(*thing)),
            None => self
                .path(id, document, target)
                .or_else(|| self.wiki(document, target, name.span, diagnostics)),
        };
        match found {
            Some(Resolved::Thing(thing)) => Some(thing),
            _ => {
                let place = Place::new(document.path.clone(), name.span);
                let (finding, message) = match self.unpublished(document, target) {
                    Some((_, why)) => (
                        Finding::LinkToUnpublished,
                        format!("`related` names `{target}`, which is not published ({})", why.name()),
                    ),
                    None => (Finding::BrokenLink, format!("`related` names `{target}`, which is no page")),
                };
                let mut diagnostic = Diagnostic::new(finding, place, message);
                if let Some(near) =
                    self.suggest(target, |archive| archive.documents.iter().map(|d| stem(&d.path)).collect())
                {
                    diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                }
                diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// The `image` of a front matter exists.
    fn image(&mut self, document: &Document, diagnostics: &mut Diagnostics) {
        let Some(src) = document.facts.image.as_ref().and_then(|i| i.src.as_ref()) else { return };
        if src.value.starts_with("https://") || src.value.starts_with("http://") {
            return;
        }
        let place = Place::new(document.path.clone(), src.span);
        match join(&document.path, &src.value) {
            None => diagnostics.push(
                Diagnostic::new(Finding::BadAddress, place, format!("`{}` leads out of content/", src.value))
                    .help("put the image into content/, beside the file"),
            ),
            Some(path) if self.assets.contains_key(path.as_str()) => {}
            Some(_) => {
                let near =
                    self.suggest(&src.value, |archive| archive.assets.iter().map(|a| &*a.address).collect());
                let mut diagnostic = Diagnostic::new(
                    Finding::MissingAsset,
                    place,
                    format!("the image `{}` does not exist", src.value),
                );
                if let Some(near) = near {
                    diagnostic = diagnostic.help(format!("did you mean `/{near}`?"));
                }
                diagnostics.push(diagnostic);
            }
        }
    }

    fn suggest(&mut self, found: &str, names: impl Fn(&'a Archive) -> Vec<&'a str>) -> Option<&'a str> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        let names = names(self.archive);
        let last = |path: &'a str| path.rsplit('/').next().unwrap_or(path);
        let wanted = found.rsplit('/').next().unwrap_or(found);
        let near = nearest(wanted, names.iter().map(|n| last(n)))?;
        names.into_iter().find(|n| last(n) == near)
    }

    /// What a broken link may have meant, in the style in which it was written.
    fn suggest_page(&mut self, document: &Document, link: &Link) -> Option<String> {
        let wanted = link.target.trim_end_matches('/').rsplit('/').next()?.trim_end_matches(".md");
        self.suggestions = self.suggestions.checked_sub(1)?;
        if link.style == LinkStyle::Wiki {
            let labels = self.archive.documents.iter().flat_map(|d| {
                let names = d.facts.other_names.iter().map(|n| n.value.as_str());
                names.chain([d.facts.title.as_str(), stem(&d.path)])
            });
            return nearest(wanted, labels).map(|n| format!("[[{n}]]"));
        }
        let near = nearest(wanted, self.archive.documents.iter().map(|d| stem(&d.path)))?;
        let found = self.archive.documents.iter().position(|d| stem(&d.path) == near)?;
        if link.target.starts_with('/') && !link.target.ends_with(".md") {
            return Some(self.archive.address(self.archive.thing_of(DocId(found as u32))).to_owned());
        }
        Some(relative(&document.path, &self.archive.documents[found].path))
    }
}

/// The path of one file as seen from another.
pub(super) fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count().min(from.len() - 1);
    let up = from.len() - 1 - shared;
    let mut parts = vec![".."; up];
    parts.extend(&to[shared..]);
    parts.join("/")
}

impl Links {
    /// Turns the links around: per thing, who links to it, each document once.
    fn turn(&mut self, archive: &Archive) {
        let things = archive.documents.len() + archive.topics.len() + archive.people.len();
        let mut pairs: Vec<(u32, Backlink)> = Vec::new();
        for (at, resolved) in self.resolved.iter().enumerate() {
            let from = DocId(at as u32);
            let own = archive.thing_of(from);
            let first = pairs.len();
            for (link, target) in resolved.iter().enumerate() {
                let Resolved::Thing(thing) = target else { continue };
                let number = archive.number(*thing);
                if *thing != own && !pairs[first..].iter().any(|(n, _)| *n == number) {
                    pairs.push((number, Backlink { from, link: link as u32 }));
                }
            }
        }
        let mut starts = vec![0u32; things + 1];
        for (number, _) in &pairs {
            starts[*number as usize + 1] += 1;
        }
        for at in 0..things {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        self.back = vec![Backlink { from: DocId(0), link: 0 }; pairs.len()];
        for (number, backlink) in pairs {
            let at = &mut next[number as usize];
            self.back[*at as usize] = backlink;
            *at += 1;
        }
        self.back_starts = starts;
    }
}

impl Archive {
    fn number(&self, thing: Thing) -> u32 {
        let (documents, topics) = (self.documents.len() as u32, self.topics.len() as u32);
        match thing {
            Thing::Document(id) => id.0,
            Thing::Topic(id) => documents + id.0,
            Thing::Person(id) => documents + topics + id.0,
        }
    }

    /// Where the links of a body lead, parallel to its `outgoing`.
    pub fn resolved(&self, id: DocId) -> &[Resolved] {
        &self.links.resolved[id.at()]
    }

    /// Who links to a thing, each document once, in the order of paths.
    pub fn backlinks(&self, thing: Thing) -> &[Backlink] {
        let at = self.number(thing) as usize;
        let starts = &self.links.back_starts;
        &self.links.back[starts[at] as usize..starts[at + 1] as usize]
    }

    /// The sentence in which a backlink stands.
    pub fn sentence(&self, backlink: &Backlink) -> Option<&Sentence> {
        self.document(backlink.from).facts.outgoing[backlink.link as usize].sentence.as_deref()
    }

    /// Topics that a topic's file names as related.
    pub fn related_topics(&self, id: TopicId) -> &[TopicId] {
        self.links.explicit_topics.get(&id).map_or(&[], |t| t)
    }

    pub(super) fn link_targets(&self, id: DocId) -> impl Iterator<Item = Thing> {
        self.links.resolved[id.at()].iter().filter_map(|r| match r {
            Resolved::Thing(thing) => Some(*thing),
            _ => None,
        })
    }

    pub(super) fn links_to(&self, from: DocId, to: DocId) -> bool {
        let target = Thing::Document(to);
        self.backlinks(target).binary_search_by_key(&from, |b| b.from).is_ok()
    }

    /// The id that a fragment means on a thing's page: as typed, or by the words of a heading.
    pub fn fragment_id<'a>(&'a self, thing: Thing, fragment: &'a str) -> Option<&'a str> {
        let of_the_page = fragment == "main" || SECTION_IDS.iter().any(|prefix| fragment.starts_with(prefix));
        let Some(document) = self.document_of(thing) else { return of_the_page.then_some(fragment) };
        let facts = &self.document(document).facts;
        let headings = &facts.headings;
        let mut own = headings.iter().map(|h| &h.id).chain(&facts.anchors);
        let numbered = |prefix: &str, count: usize| {
            let number: usize = fragment.strip_prefix(prefix)?.parse().ok()?;
            Some((1..=count).contains(&number))
        };
        let counted = numbered("quote-", facts.quotes.len());
        if let Some(there) = counted.or_else(|| numbered("correction-", facts.corrections.len())) {
            // A heading or an author's own element can have such an id too.
            let typed = |id: &&String| id.strip_prefix("section-").unwrap_or(id) == fragment;
            return if there { Some(fragment) } else { own.find(typed).map(String::as_str) };
        }
        if of_the_page {
            // What in the text would have such an id has another, with `section-` before it.
            let event = |e: &Event| {
                let id = e.id.as_ref().map(|id| id.value.as_str());
                id.is_some() && id == fragment.strip_prefix("event-")
            };
            let moved = own.find(|id| id.strip_prefix("section-") == Some(fragment));
            let moved = moved.filter(|_| !facts.timeline.iter().any(event));
            return moved.map_or(Some(fragment), |id| Some(id));
        }
        if let Some(id) = own.find(|id| *id == fragment) {
            return Some(id);
        }
        let words = canonical(fragment.trim_start_matches('#'));
        headings
            .iter()
            .find(|h| canonical(&h.text) == words || canonical(&h.id) == words)
            .map(|h| h.id.as_str())
    }

    /// The address of a link of a body, below the base path and not escaped for HTML; `None` where it
    /// leads nowhere.
    pub fn href_of_link(&self, id: DocId, link: usize) -> Option<String> {
        let typed = &self.document(id).facts.outgoing[link];
        // A heading that does not exist is reported; the link then leads to the page.
        let fragment = |thing: Option<Thing>| {
            let typed = typed.fragment.as_deref().filter(|f| !f.is_empty());
            let id = typed.and_then(|f| thing.map_or(Some(f), |t| self.fragment_id(t, f)));
            id.map_or_else(String::new, |id| format!("#{}", encode(id)))
        };
        let query = &typed.query;
        // An event may stand on another page of the timeline than the one that was written.
        let event = typed.fragment.as_deref().filter(|f| f.starts_with("event-"));
        let there = event.and_then(|fragment| match self.resolved(id)[link] {
            Resolved::Thing(thing) => self.timeline_behind(thing, fragment),
            Resolved::Made(route) => self.page_of_event(route, &fragment["event-".len()..]),
            _ => None,
        });
        if let (Some(page), Some(fragment)) = (there, event) {
            return Some(format!("{}{query}#{}", self.href(&self.address_of(page)), encode(fragment)));
        }
        match self.resolved(id)[link] {
            Resolved::Thing(thing) if typed.target.is_empty() => {
                Some(fragment(Some(thing))).filter(|f| !f.is_empty())
            }
            Resolved::Thing(thing) => {
                Some(format!("{}{query}{}", self.href(self.address(thing)), fragment(Some(thing))))
            }
            Resolved::Made(route) => {
                Some(format!("{}{query}{}", self.href(&self.address_of(route)), fragment(None)))
            }
            Resolved::Asset(asset) => {
                let address = format!("/{}", self.assets[asset.at()].address);
                Some(format!("{}{query}{}", self.href(&address), fragment(None)))
            }
            Resolved::Broken => None,
        }
    }

    /// The address of the image that a front matter names: below the base path, or another host's.
    pub fn image_src(&self, id: DocId) -> Option<String> {
        let document = self.document(id);
        let src = document.facts.image.as_ref()?.src.as_ref()?;
        if src.value.starts_with("https://") || src.value.starts_with("http://") {
            return Some(src.value.clone());
        }
        let path = join(&document.path, &src.value)?;
        // Whether it exists was settled when the links were; a missing one is reported there.
        Some(self.href(&format!("/{path}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_joined_to_the_folder_of_the_file() {
        for (from, target, path) in [
            ("content/explainers/a.md", "../people/x.md", Some("people/x.md")),
            ("content/explainers/a.md", "b.md", Some("explainers/b.md")),
            ("content/explainers/a.md", "/img/a.png", Some("img/a.png")),
            ("content/explainers/a.md", "../../../etc/passwd", None),
            ("content/index.md", "explainers/./a.md", Some("explainers/a.md")),
            ("content/index.md", "..", None),
        ] {
            assert_eq!(join(from, target).as_deref(), path, "{target}");
        }
    }

    #[test]
    fn suggestions_are_paths_from_the_file() {
        assert_eq!(relative("content/explainers/a.md", "content/people/x.md"), "../people/x.md");
        assert_eq!(relative("content/explainers/a.md", "content/explainers/b.md"), "b.md");
        assert_eq!(relative("content/index.md", "content/people/x.md"), "people/x.md");
    }
}
