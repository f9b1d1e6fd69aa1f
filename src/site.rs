//! **Site**: the conductor. It loads the files of a site, joins them, and renders its routes.
//!
//! *Comes in:* a folder, and how it is to be judged.
//! *Leaves:* outputs, one after the other, from several threads.
//! *Does not know:* where outputs are put, and what is printed.
//!
//! The rooms below never see a `Site`. The work is shared out among threads here; beside this only
//! `output` uses them, to bring a folder up to date at the end.

mod paths;

use crate::archive::{self, Archive, DocId, Hidden, Judgement, Route};
use crate::diagnostics::{Diagnostic, Diagnostics, Failure, Finding, Place};
use crate::document::Document;
use crate::output::{Content, Output, OutputPath};
use crate::page::{self, Composer, Page, Shelves, Templates};
use crate::source::{self, Config, Kind, SitePath, Tree};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Largest template or settings file, in bytes.
const LARGEST: u64 = 4 << 20;

/// Most documents or routes that a thread takes at once. Left alone, rayon ends with one thread at work
/// on an eighth of the archive while the others wait: a tenth of the time of a build.
const SHARE: usize = 16;

/// How a site is loaded.
#[derive(Clone, Debug)]
pub struct Options {
    /// Embargoes and expiries are judged at this time.
    pub now: jiff::Timestamp,
    /// Unpublished documents are built too, and marked.
    pub drafts: bool,
    /// In place of the settings' `base_url`.
    pub base_url: Option<String>,
}

/// A site, loaded: everything that its pages are made of.
pub struct Site {
    root: PathBuf,
    tree: Tree,
    archive: Archive,
    templates: Option<Templates>,
    /// Files of theme and templates that are published as they are: address and content.
    statics: Vec<(String, Content)>,
    /// Content files of which nothing could be read.
    unreadable: Vec<SitePath>,
}

/// What became of every file below `content/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Content files that are published, by kind.
    pub built: BTreeMap<Kind, usize>,
    pub drafts: usize,
    pub scheduled: usize,
    pub expired: usize,
    /// Not readable as text.
    pub unreadable: usize,
    /// Copied as they stand.
    pub copied: usize,
    /// Files that belong to unpublished documents only.
    pub withheld: usize,
    /// Read, but not published: shared sources.
    pub data: usize,
    pub ignored: usize,
    /// All of them.
    pub files: usize,
}

impl Site {
    /// Reads and joins everything, noting what is wrong. Only what the machine refuses stops it.
    ///
    /// # Errors
    /// When the folder is no site, or `base_url` of the options is no URL.
    pub fn load(root: &Path, options: &Options, diagnostics: &mut Diagnostics) -> Result<Site, Failure> {
        let settings: SitePath = "nutgraf.yaml".into();
        let mut config = match root.join(&*settings).exists() {
            true => source::read(root, &settings, LARGEST, diagnostics)
                .map_or_else(Config::default, |source| Config::read(&source, diagnostics)),
            false => Config::default(),
        };
        if let Some(url) = &options.base_url {
            config.set_base_url(url).map_err(|why| Failure(format!("--base-url {url}: {why}")))?;
        }
        let config = Arc::new(config);
        let tree = Tree::scan(root, config.follow_outside, diagnostics)?;

        let read = |(path, kind): &(SitePath, Kind)| {
            let mut found = Diagnostics::default();
            let source = source::read(root, path, config.limits.file_size, &mut found);
            let document = source.map(|source| Document::parse(&source, *kind, &config, &mut found));
            (document, found)
        };
        // Collected by index: the order of paths, whatever the threads did.
        let parsed: Vec<(Option<Document>, Diagnostics)> =
            tree.documents.par_iter().with_max_len(SHARE).map(read).collect();
        let mut documents = Vec::with_capacity(parsed.len());
        let mut unreadable = Vec::new();
        for ((document, found), (path, _)) in parsed.into_iter().zip(&tree.documents) {
            diagnostics.append(found);
            match document {
                Some(document) => documents.push(Arc::new(document)),
                None => unreadable.push(path.clone()),
            }
        }
        let judgement = Judgement { now: options.now, drafts: options.drafts };
        let archive = archive::link(config, documents, tree.assets.clone(), judgement, diagnostics);

        let mut site =
            Site { root: root.to_owned(), tree, archive, templates: None, statics: Vec::new(), unreadable };
        let shelves = site.shelves(diagnostics);
        let composer = Composer::new(&site.archive);
        site.templates = Templates::new(shelves, composer.site(), diagnostics);
        site.note_missing_templates(diagnostics);
        paths::check(&site, diagnostics);
        Ok(site)
    }

    /// Renders every route and names every file that is copied. `keep` is called from several
    /// threads, in no order; `progress` after each with what is done and the total.
    ///
    /// Pages that fail are findings, and the others go on.
    ///
    /// # Errors
    /// The first failure of `keep`.
    pub fn render_all(
        &self,
        keep: &(dyn Fn(Output) -> Result<(), Failure> + Sync),
        progress: &(dyn Fn(usize, usize) + Sync),
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failure> {
        let composer = Composer::new(&self.archive);
        let routes = self.archive.routes();
        let copies: Vec<Output> = self.copies()?;
        let total = routes.len() + copies.len();
        let done = AtomicUsize::new(0);
        let found = Mutex::new(Diagnostics::default());
        let step = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        routes.par_iter().with_max_len(SHARE).try_for_each(|route| {
            match self.render(&composer, *route) {
                Ok(outputs) => outputs.into_iter().try_for_each(keep)?,
                Err(Trouble::Author(diagnostic)) => {
                    if let Ok(mut found) = found.lock() {
                        found.push(*diagnostic);
                    }
                }
                Err(Trouble::Machine(failure)) => return Err(failure),
            }
            step();
            Ok(())
        })?;
        copies.into_par_iter().try_for_each(|output| {
            keep(output)?;
            step();
            Ok(())
        })?;
        if let Ok(found) = found.into_inner() {
            diagnostics.append(found);
        }
        Ok(())
    }

    /// The files of one route.
    fn render(&self, composer: &Composer, route: Route) -> Result<Vec<Output>, Trouble> {
        // A text may have changed since its facts were taken; then links and lists would not fit it.
        let changed: Mutex<Option<SitePath>> = Mutex::new(None);
        let texts = |id: DocId| {
            let document = self.archive.document(id);
            let limit = self.archive.config.limits.file_size;
            let source = source::read(&self.root, &document.path, limit, &mut Diagnostics::default());
            let same = source.filter(|s| document.is_of(s));
            if same.is_none()
                && let Ok(mut changed) = changed.lock()
            {
                *changed = Some(document.path.clone());
            }
            same
        };
        let page = composer.compose(route, &texts);
        if let Some(path) = changed.into_inner().ok().flatten() {
            return Err(Trouble::Machine(Failure(format!(
                "{path} changed while the site was built; build again"
            ))));
        }
        let output = |path: &str, bytes: Vec<u8>| {
            let path = OutputPath::new(path).map_err(Trouble::Machine)?;
            Ok(Output { path, content: Content::Bytes(bytes) })
        };
        match page {
            Page::Ready(files) => files.into_iter().map(|(path, bytes)| output(&path, bytes)).collect(),
            Page::Templated { template, head, page, document } => {
                let Some(templates) = &self.templates else { return Ok(Vec::new()) };
                let place = document.map(|id| Place::file(self.archive.document(id).path.clone()));
                let bytes =
                    templates.render(&template, &head, &page, place.as_ref()).map_err(Trouble::Author)?;
                Ok(vec![output(&self.archive.file_of(route), bytes)?])
            }
        }
    }

    /// Everything that is copied: assets of the content, files of theme and templates.
    fn copies(&self) -> Result<Vec<Output>, Failure> {
        let assets = self.archive.assets.iter().filter(|a| !a.withheld).map(|asset| {
            let content = Content::Copy(self.root.join(&*asset.path));
            Ok(Output { path: OutputPath::new(&asset.address)?, content })
        });
        let statics = self
            .statics
            .iter()
            .map(|(path, content)| Ok(Output { path: OutputPath::new(path)?, content: content.clone() }));
        assets.chain(statics).collect()
    }

    /// The templates of the site and its theme, and the files beside them. Of files with one name
    /// the site's stands before the theme's, and that before the built-in one.
    fn shelves(&mut self, diagnostics: &mut Diagnostics) -> Shelves {
        let theme = self.archive.config.theme.name.clone();
        let mut shelves = Shelves { theme_name: theme.clone(), ..Shelves::default() };
        let mut statics: BTreeMap<String, Content> = page::builtin_assets()
            .into_iter()
            .map(|(n, bytes)| (n, Content::Bytes(bytes.to_vec())))
            .collect();
        let prefix = format!("themes/{theme}/");
        let mut seen = theme.is_empty();
        for path in &self.tree.themes {
            let Some(inside) = path.strip_prefix(&prefix).filter(|_| !theme.is_empty()) else { continue };
            seen = true;
            if let Some(name) = inside.strip_prefix("static/") {
                statics.insert(name.to_owned(), Content::Copy(self.root.join(&**path)));
            } else if let Some(name) = inside.strip_prefix("templates/")
                && let Some(source) = source::read(&self.root, path, LARGEST, diagnostics)
            {
                shelves.theme.push((name.to_owned(), source.text));
            }
        }
        if !seen {
            let folder = |path: &'_ SitePath| {
                path.strip_prefix("themes/")?.split_once('/').map(|(name, _)| name.to_owned())
            };
            let mut names: Vec<String> = self.tree.themes.iter().filter_map(folder).collect();
            names.dedup();
            diagnostics.push(
                Diagnostic::new(
                    Finding::MissingFile,
                    Place::file("nutgraf.yaml"),
                    format!("there is no theme `{theme}` in themes/"),
                )
                .suggest(&theme, names.iter().map(String::as_str)),
            );
        }
        for path in &self.tree.templates {
            let name = path.strip_prefix("templates/").unwrap_or(path);
            if let Some(name) = name.strip_prefix("static/") {
                statics.insert(name.to_owned(), Content::Copy(self.root.join(&**path)));
            } else if let Some(source) = source::read(&self.root, path, LARGEST, diagnostics) {
                shelves.site.push((name.to_owned(), source.text));
            }
        }
        shelves.assets = statics
            .keys()
            .map(|name| (name.clone(), self.archive.href(&format!("/static/{name}"))))
            .collect();
        self.statics =
            statics.into_iter().map(|(name, content)| (format!("static/{name}"), content)).collect();
        shelves
    }

    fn note_missing_templates(&self, diagnostics: &mut Diagnostics) {
        let Some(templates) = &self.templates else { return };
        for document in &self.archive.documents {
            if let Some(template) = document.facts.template.as_ref().filter(|t| !templates.has(&t.value)) {
                let place = Place::new(document.path.clone(), template.span);
                diagnostics.push(templates.missing(&template.value, place));
            }
        }
    }

    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The folder of the site.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Content files that could not be read as text.
    pub fn unreadable(&self) -> &[SitePath] {
        &self.unreadable
    }

    /// Every route by the file in which it is kept.
    pub fn routes_by_file(&self) -> HashMap<String, Route> {
        self.archive.routes().into_iter().map(|route| (self.archive.file_of(route), route)).collect()
    }

    /// One page as HTML; `None` where it cannot be made, or is none.
    pub fn html(&self, route: Route) -> Option<String> {
        let outputs = self.render(&Composer::new(&self.archive), route).ok()?;
        match outputs.into_iter().next()?.content {
            Content::Bytes(bytes) => String::from_utf8(bytes).ok(),
            Content::Copy(_) => None,
        }
    }

    /// The content file that a route shows.
    pub fn file_behind(&self, route: Route) -> Option<SitePath> {
        let id = match route {
            Route::Explainer(id) | Route::Page(id) => id,
            Route::Topic(id, _) => self.archive.topic(id).document?,
            Route::Person(id, _) => self.archive.person(id).document?,
            _ => return None,
        };
        Some(self.archive.document(id).path.clone())
    }

    /// How many published documents have yet to expire.
    pub fn to_expire(&self, now: jiff::Timestamp) -> usize {
        let zone = &self.archive.config.time_zone;
        let expires =
            |d: &Arc<Document>| d.facts.expires.as_ref().is_some_and(|e| e.value.timestamp(zone) > now);
        self.archive.documents.iter().filter(|d| expires(d)).count()
    }

    /// What became of every file below `content/`.
    pub fn account(&self) -> Account {
        let archive = &self.archive;
        let mut account = Account {
            unreadable: self.unreadable.len(),
            withheld: archive.assets.iter().filter(|a| a.withheld).count(),
            data: self.tree.data.len(),
            ignored: self.tree.ignored.len(),
            files: self.tree.content_files(),
            ..Account::default()
        };
        account.copied = archive.assets.len() - account.withheld;
        for document in &archive.documents {
            *account.built.entry(document.kind).or_default() += 1;
        }
        for (_, why) in &archive.hidden {
            match why {
                Hidden::Draft => account.drafts += 1,
                Hidden::Scheduled(_) => account.scheduled += 1,
                Hidden::Expired(_) => account.expired += 1,
            }
        }
        account
    }

    /// The next time at which a published site changes without any edit: the first embargo that
    /// ends or piece that expires.
    pub fn next_change(&self, now: jiff::Timestamp) -> Option<jiff::Timestamp> {
        let archive = &self.archive;
        let appears = archive.hidden.iter().filter_map(|(_, why)| match why {
            Hidden::Scheduled(at) => Some(*at),
            _ => None,
        });
        let zone = &archive.config.time_zone;
        let expires =
            archive.documents.iter().filter_map(|d| Some(d.facts.expires.as_ref()?.value.timestamp(zone)));
        appears.chain(expires).filter(|at| *at > now).min()
    }
}

/// Why a route has no file.
enum Trouble {
    Author(Box<Diagnostic>),
    Machine(Failure),
}
