//! Addresses in, pages and files out.
//!
//! An address is looked up in the table of the site and nowhere else: it never becomes a path of the
//! disk. A page is made when it is asked for, and kept until something changes.

use super::Manner;
use crate::archive::{Archive, DocId, Route, Thing, encode};
use crate::diagnostics::{Diagnostic, Diagnostics, Format, draw, nearest};
use crate::document::{Document, escape};
use crate::output::Content;
use crate::site::live::{Edit, Live, Shown, Target};
use crate::site::{IndexFiles, Site, Trouble};
use crate::source::{SitePath, text_to_draw};
use crate::theme::builtin_text;
use hyper::body::Bytes;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Bytes of pages that are kept.
const KEPT: usize = 64 << 20;

/// What begins and ends the part of a page that the preview adds.
pub const ADDED: [&str; 2] = ["<!--nutgraf preview-->", "<!--/nutgraf preview-->"];

/// A site that is looked at.
pub struct Preview {
    pub live: Live,
    pub manner: Manner,
    /// Tells this run from any other.
    pub run: String,
    /// Rises with every change, after which the new bytes are what is sent.
    pub version: watch::Sender<u64>,
    pages: Mutex<HashMap<String, Arc<Made>>>,
    news: Mutex<Vec<News>>,
    /// What readers search, with the version of which it was made: at the first question after a change.
    index: Mutex<Option<(u64, IndexFiles)>>,
    /// Asks for a look at the disk.
    look: Box<dyn Fn() + Send + Sync>,
}

/// What an edit came to, for those who look at the site.
#[derive(Clone, Debug)]
pub struct News {
    pub version: u64,
    /// Addresses of copied files with new bytes, as they stand in links.
    pub copies: Vec<String>,
    /// The page on which the edit shows.
    pub page: Option<String>,
    /// Content files that were moved: from where, and to where.
    pub moved: Vec<(SitePath, SitePath)>,
}

/// How well a page shows what stands in the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ok,
    /// Something is broken, and this is how the page was before.
    Stale,
    Error,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Stale => "stale",
            State::Error => "error",
        }
    }
}

/// A file that was made.
#[derive(Debug)]
pub struct Made {
    version: u64,
    /// Below `public/`.
    pub file: String,
    /// As a build writes them.
    pub bytes: Bytes,
    /// Of the bytes, in hexadecimal.
    pub hash: String,
    pub state: State,
    /// Why the page could not be made.
    pub faults: Vec<Diagnostic>,
    /// The content file that it shows.
    pub source: Option<SitePath>,
}

/// What stands at an address.
pub enum Found {
    Page(Arc<Made>),
    Missing(Arc<Made>, Option<String>),
    File(String, Content),
    /// To an address as it stands in links.
    Moved(String),
    /// For this once.
    Elsewhere(String),
}

impl Preview {
    pub fn new(live: Live, manner: Manner, run: String, look: Box<dyn Fn() + Send + Sync>) -> Preview {
        let version = watch::Sender::new(1);
        let (pages, news, index) = (Mutex::default(), Mutex::default(), Mutex::default());
        Preview { live, manner, run, version, pages, news, index, look }
    }

    /// Lets everyone know of an edit that is shown now.
    pub fn announce(&self, edit: &Edit) {
        let version = *self.version.borrow() + 1;
        let (copies, page) = {
            let shown = self.live.shown();
            let archive = shown.site.as_ref().map(Site::archive);
            let href = |file: &String| archive.map(|a| a.href(&format!("/{file}")));
            let page = archive.and_then(|archive| {
                let changed = edit.moved.iter().map(|(_, to)| to).chain(&edit.documents);
                changed.filter_map(|path| Some(archive.href(&address_of(archive, path)?))).next()
            });
            (edit.copies.iter().filter_map(href).collect(), page)
        };
        let mut news = self.news();
        /// Who was away for longer gets the whole page anyway.
        const MOST: usize = 256;
        if news.len() == MOST {
            news.remove(0);
        }
        news.push(News { version, copies, page, moved: edit.moved.clone() });
        drop(news);
        self.version.send_replace(version);
    }

    /// What happened after a version.
    pub fn since(&self, version: u64) -> Vec<News> {
        self.news().iter().filter(|news| news.version > version).cloned().collect()
    }

    fn news(&self) -> MutexGuard<'_, Vec<News>> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What stands at a decoded path. Takes as long as a page takes to be made.
    pub fn find(&self, path: &str) -> Found {
        let base = {
            let shown = self.live.shown();
            shown.site.as_ref().map_or_else(String::new, |site| site.archive().config.base_path.clone())
        };
        let Some(inside) = path.strip_prefix(&base).filter(|inside| inside.starts_with('/')) else {
            if path == "/" || path == base {
                return Found::Elsewhere(format!("{}/", encode(&base)));
            }
            return self.missing(path, Some(format!("{}{}", encode(&base), encode(path))));
        };
        let file = &inside[1..];
        let folder = file.is_empty() || file.ends_with('/');
        let index = format!("{file}{}index.html", if folder { "" } else { "/" });
        let (target, has_index, perhaps) = {
            let shown = self.live.shown();
            let wanted = if folder { &index } else { file };
            let target = shown.target(wanted);
            let perhaps = if target.is_none() { shown.perhaps(wanted) } else { Vec::new() };
            (target, shown.target(&index).is_some(), perhaps)
        };
        if target.is_some()
            && let Some(folder) = inside.strip_suffix("index.html").filter(|folder| folder.ends_with('/'))
        {
            return Found::Moved(format!("{}{}", encode(&base), encode(folder)));
        }
        match target {
            Some(Target::Route(route)) => {
                let file = if folder { index } else { file.to_owned() };
                if self.manner.as_published
                    && let Some(to) = self.redirect(route)
                {
                    return Found::Moved(to);
                }
                match self.made(&file, route) {
                    Some(page) => Found::Page(page),
                    None => self.missing(path, None),
                }
            }
            Some(copied) => {
                let shown = self.live.shown();
                match shown.site.as_ref().and_then(|site| site.copied(copied)) {
                    Some(content) => Found::File(file.to_owned(), content),
                    None => {
                        drop(shown);
                        self.missing(path, None)
                    }
                }
            }
            None if has_index && !folder => Found::Moved(format!("{}{}/", encode(&base), encode(inside))),
            None => match perhaps.into_iter().find_map(|route| self.made(file, route)) {
                Some(page) => Found::Page(page),
                None => match self.indexed(file) {
                    Some(bytes) => Found::File(file.to_owned(), Content::Bytes(bytes)),
                    None => self.missing(path, None),
                },
            },
        }
    }

    /// A file of the index of a site that readers can search. All of them are made together.
    fn indexed(&self, file: &str) -> Option<Vec<u8>> {
        let name = file.strip_prefix("search/")?;
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let version = *self.version.borrow();
        if index.as_ref().is_none_or(|(made, _)| *made != version) {
            let shown = self.live.shown();
            let site = shown.site.as_ref().filter(|site| site.archive().has_search())?;
            *index = Some((version, site.index()));
        }
        index.as_ref().and_then(|(_, files)| files.get(name).cloned())
    }

    /// Where an old address leads.
    fn redirect(&self, route: Route) -> Option<String> {
        let Route::Redirect(at) = route else { return None };
        let shown = self.live.shown();
        let archive = shown.site.as_ref()?.archive();
        Some(archive.href(archive.address(archive.redirects().get(at as usize)?.to)))
    }

    fn missing(&self, path: &str, near: Option<String>) -> Found {
        let page = self.made("404.html", Route::NotFound).unwrap_or_else(|| {
            let bytes = b"<!DOCTYPE html><title>Not found</title><p>There is no such page.</p>";
            Arc::new(Made::new(0, "404.html", bytes.to_vec(), State::Error))
        });
        let near = near.or_else(|| {
            let shown = self.live.shown();
            let archive = shown.site.as_ref()?.archive();
            let inside = path.strip_prefix(&archive.config.base_path)?;
            let pages = shown.files().filter_map(|file| file.strip_suffix("index.html"));
            // The same distance would else let the table's order choose.
            let mut pages: Vec<String> = pages.map(|folder| format!("/{folder}")).collect();
            pages.sort_unstable();
            let wanted = if inside.ends_with('/') { inside.to_owned() } else { format!("{inside}/") };
            Some(archive.href(nearest(&wanted, pages.iter().map(String::as_str))?))
        });
        Found::Missing(page, near)
    }

    /// A file of a route, made now or since the last change; `None` where the route makes no such file.
    fn made(&self, file: &str, route: Route) -> Option<Arc<Made>> {
        /// Longest wait for a file that was changed and has not been read again.
        const WAIT: Duration = Duration::from_secs(5);
        const STEP: Duration = Duration::from_millis(10);
        let mut waited = Duration::ZERO;
        loop {
            let version = *self.version.borrow();
            let known = self.pages().get(file).cloned();
            if let Some(page) = known.as_ref().filter(|page| page.version == version) {
                return Some(page.clone());
            }
            let shown = self.live.shown();
            // The table may have changed since the route was looked up: then its number means another.
            let route = match shown.target(file) {
                Some(Target::Route(route)) => route,
                Some(_) => return None,
                None => route,
            };
            let Some(site) = &shown.site else {
                let why = shown.failure.clone().unwrap_or_default();
                return Some(Arc::new(self.failed(version, file, &why, Vec::new(), &shown.findings)));
            };
            let faults = match site.page(route) {
                Ok(outputs) => {
                    let made = outputs.into_iter().find(|output| output.path.as_str() == file);
                    match made.map(|output| output.content) {
                        Some(Content::Bytes(bytes)) => {
                            let source = site.file_behind(route);
                            let stale = source.as_ref().is_some_and(|path| shown.stale.contains(path));
                            let state = if stale || shown.stale_templates { State::Stale } else { State::Ok };
                            let mut page = Made::new(version, file, bytes, state);
                            page.source = source;
                            let page = Arc::new(page);
                            drop(shown);
                            self.keep(&page);
                            return Some(page);
                        }
                        _ if site.has_templates() => return None,
                        // Without templates there is no page; what is wrong with them is among the findings.
                        _ => Vec::new(),
                    }
                }
                Err(Trouble::Author(faults)) => faults,
                Err(Trouble::Machine(failure)) => {
                    if waited < WAIT {
                        drop(shown);
                        (self.look)();
                        std::thread::sleep(STEP);
                        waited += STEP;
                        continue;
                    }
                    return Some(Arc::new(self.failed(
                        version,
                        file,
                        &failure.0,
                        Vec::new(),
                        &shown.findings,
                    )));
                }
            };
            let page = match known.filter(|known| known.state != State::Error) {
                // The last good page stays.
                Some(known) => Made {
                    version,
                    file: known.file.clone(),
                    bytes: known.bytes.clone(),
                    hash: known.hash.clone(),
                    state: State::Stale,
                    faults,
                    source: known.source.clone(),
                },
                None => {
                    let mut page = self.failed(version, file, "", faults, &shown.findings);
                    page.source = site.file_behind(route);
                    page
                }
            };
            let page = Arc::new(page);
            drop(shown);
            self.keep(&page);
            return Some(page);
        }
    }

    /// A page that says why there is none.
    fn failed(
        &self,
        version: u64,
        file: &str,
        why: &str,
        faults: Vec<Diagnostic>,
        findings: &Diagnostics,
    ) -> Made {
        let mut all = Diagnostics::default();
        faults.iter().for_each(|d| all.push(d.clone()));
        if faults.is_empty() {
            let grave = findings.iter().filter(|d| d.severity == crate::diagnostics::Severity::Error);
            grave.for_each(|d| all.push(d.clone()));
        }
        let drawn = draw(&all, Format::Human, false, &|path| self.text_of(path));
        let mut html = String::from(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>This page cannot be shown</title>\n</head>\n<body>\n<h1>This page cannot be shown</h1>\n",
        );
        for text in [why, &drawn].into_iter().filter(|text| !text.is_empty()) {
            html.push_str("<pre>");
            escape(&mut html, text);
            html.push_str("</pre>\n");
        }
        html.push_str("<p>It appears here as soon as this is mended.</p>\n</body>\n</html>\n");
        let mut page = Made::new(version, file, html.into_bytes(), State::Error);
        page.faults = faults;
        page
    }

    /// The text of a file, for a finding to be drawn in.
    pub fn text_of(&self, path: &str) -> Option<String> {
        builtin_text(path).map(str::to_owned).or_else(|| text_to_draw(self.live.root(), path))
    }

    fn keep(&self, page: &Arc<Made>) {
        let mut pages = self.pages();
        pages.insert(page.file.clone(), page.clone());
        let bytes = |pages: &HashMap<String, Arc<Made>>| pages.values().map(|p| p.bytes.len()).sum::<usize>();
        if bytes(&pages) > KEPT {
            pages.retain(|_, kept| kept.version == page.version);
        }
        if bytes(&pages) > KEPT {
            pages.clear();
        }
    }

    fn pages(&self) -> MutexGuard<'_, HashMap<String, Arc<Made>>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A page with what the preview adds to it: a script, and the address that may have been meant.
    pub fn dressed(&self, page: &Made, near: Option<&str>) -> Bytes {
        if self.manner.as_published || !page.file.ends_with(".html") {
            return page.bytes.clone();
        }
        let mut added = String::from(ADDED[0]);
        if let Some(near) = near {
            added.push_str("<p>Did you mean <a href=\"");
            escape(&mut added, near);
            added.push_str("\">");
            escape(&mut added, near);
            added.push_str("</a>?</p>");
        }
        let on = |on: bool| if on { "on" } else { "off" };
        let _ = write!(
            added,
            "<script src=\"/__nutgraf/client.js\" data-hash=\"{}\" data-run=\"{}\" data-reload=\"{}\" \
             data-morph=\"{}\" data-follow=\"{}\"></script>{}",
            page.hash,
            self.run,
            on(self.manner.reload),
            on(self.manner.morph),
            on(self.manner.follow),
            ADDED[1]
        );
        let at = end_of_body(&page.bytes);
        let mut bytes = Vec::with_capacity(page.bytes.len() + added.len());
        bytes.extend_from_slice(&page.bytes[..at]);
        bytes.extend_from_slice(added.as_bytes());
        bytes.extend_from_slice(&page.bytes[at..]);
        bytes.into()
    }

    /// The address of the page of a content file, as it stands in links.
    pub fn href_of(&self, path: &SitePath) -> Option<String> {
        let shown = self.live.shown();
        let archive = shown.site.as_ref()?.archive();
        Some(archive.href(&address_of(archive, path)?))
    }
}

impl Made {
    fn new(version: u64, file: &str, bytes: Vec<u8>, state: State) -> Made {
        let hash = blake3::hash(&bytes).to_hex()[..16].to_owned();
        let file = file.to_owned();
        Made { version, file, bytes: bytes.into(), hash, state, faults: Vec::new(), source: None }
    }
}

/// The number of a content file in the archive.
pub fn document_of(archive: &Archive, path: &SitePath) -> Option<DocId> {
    let at = archive.documents.binary_search_by(|other: &Arc<Document>| other.path.cmp(path)).ok()?;
    Some(DocId(at as u32))
}

/// The address of the page of a content file, from the root of the site.
fn address_of(archive: &Archive, path: &SitePath) -> Option<String> {
    let thing: Thing = archive.thing_of(document_of(archive, path)?);
    Some(archive.address(thing).to_owned())
}

/// Findings that are to be seen on a page: of its file, and what keeps it from being made.
pub fn findings_of(shown: &Shown, page: &Made) -> Vec<Diagnostic> {
    let own = |path: &str| page.source.as_deref() == Some(path);
    let look = |path: &str| {
        ["templates/", "themes/", "builtin:", "nutgraf.yaml"].iter().any(|start| path.starts_with(start))
    };
    let grave = |d: &Diagnostic| d.severity == crate::diagnostics::Severity::Error && look(&d.place.path);
    let mut found = page.faults.clone();
    let all = shown.findings.iter();
    found.extend(
        all.filter(|d| own(&d.place.path) || d.further.iter().any(|(p, _)| own(&p.path)) || grave(d))
            .cloned(),
    );
    found
}

/// Where the last `</body>` begins; the end where there is none.
fn end_of_body(html: &[u8]) -> usize {
    const TAG: &[u8] = b"</body>";
    let windows = html.windows(TAG.len()).rev();
    let from_end = windows.into_iter().position(|window| window.eq_ignore_ascii_case(TAG));
    from_end.map_or(html.len(), |back| html.len() - TAG.len() - back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_stands_at_the_end_of_the_body() {
        let check =
            |html: &str, expected: usize| assert_eq!(end_of_body(html.as_bytes()), expected, "{html}");
        check("<p>x</p></body></html>", 8);
        check("<p></body></p></BODY>", 14);
        check("<p>x", 4);
        check("", 0);
    }
}
