//! **Site**: the conductor. It loads the files of a site, joins them, and renders its routes.
//!
//! *Comes in:* a folder, and how it is to be judged.
//! *Leaves:* outputs, one after the other, from several threads.
//! *Does not know:* where outputs are put, and what is printed.
//!
//! The rooms below never see a `Site`. The work is shared out among threads here; beside this only
//! `output` uses them, to bring a folder up to date at the end.

mod cards;
mod data;
pub mod live;
mod paths;
mod search;
mod share;
mod texts;

pub use share::Share;

pub use search::{IndexFiles, Indexing};

use crate::archive::{self, Archive, DocId, Hidden, Judgement, Roster, Route};
use crate::diagnostics::{Diagnostic, Diagnostics, Failure, Place};
use crate::document::{self, Document};
use crate::output::{Content, Output, OutputPath};
use crate::page::view::{BlockView, CardView};
use crate::page::{Composer, Page, Templates, Texts};
use crate::source::{self, Config, Kind, SitePath, Source, Tree};
use crate::theme::{self, Bytes, Theme};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    /// Names that do not become links by themselves are looked for and reported.
    pub unlinked: bool,
}

/// A site, loaded: everything that its pages are made of.
pub struct Site {
    root: PathBuf,
    tree: Tree,
    archive: Archive,
    theme: Theme,
    templates: Option<Templates>,
    /// Files of theme and templates that are published as they are.
    statics: Vec<Static>,
    /// Hash of the settings and of the files of shared sources.
    inputs: [u8; 32],
    /// Content files of which nothing could be read.
    unreadable: Vec<SitePath>,
    /// Texts that are at hand beside those on the disk; none for a build.
    texts: live::Texts,
}

/// A file of the theme or of the templates.
struct Static {
    /// Below the output folder.
    path: String,
    content: Content,
    /// Where an author finds it; `None` for what is part of the program.
    file: Option<Arc<str>>,
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
        let mut inputs = blake3::Hasher::new();
        let mut config = hashed_settings(root, &mut inputs, diagnostics);
        if let Some(url) = &options.base_url {
            config.set_base_url(url).map_err(|why| Failure(format!("--base-url {url}: {why}")))?;
        }
        let tree = Tree::scan(root, config.follow_outside, diagnostics)?;
        config.blocks = theme::block_names(&config.theme.name, &tree);
        let config = Arc::new(config);

        let mut unreadable = Vec::new();
        let (documents, kept) = texts::heads(root, &tree, &config, &mut unreadable, diagnostics);
        let mut shared = Vec::new();
        for path in &tree.data {
            if let Some(source) = source::read(root, path, config.limits.file_size, diagnostics) {
                inputs.update(source.text.as_bytes());
                shared.extend(document::shared(&source, &config, diagnostics));
            }
        }
        let judgement = Judgement { now: options.now, drafts: options.drafts, unlinked: options.unlinked };
        let mut roster = Roster::new(config.clone(), documents, judgement, diagnostics);
        texts::bodies(root, &mut roster, kept, &config, diagnostics)?;
        let with_code = texts::with_code(&roster);
        let (mut archive, ()) = rayon::join(
            || archive::link(roster, tree.assets.clone(), shared, diagnostics),
            || texts::warm_up(root, &with_code, &config),
        );

        let theme = Theme::load(root, &tree, &archive.config, &languages(&archive), diagnostics);
        let statics = statics(root, &theme);
        archive.previews = theme.previews && archive.config.previews;
        archive.search = archive.config.search.unwrap_or(theme.search);
        let (root, inputs) = (root.to_owned(), inputs.finalize().into());
        let texts = live::Texts::default();
        let mut site =
            Site { root, tree, archive, theme, templates: None, statics, inputs, unreadable, texts };
        let composer = Composer::new(&site.archive, &site.theme);
        site.templates = Templates::new(&site.theme, composer.site(), diagnostics);
        site.note_missing_templates(diagnostics);
        data::check(&site, diagnostics);
        cards::check(&site, diagnostics);
        paths::check(&site, diagnostics);
        Ok(site)
    }

    /// Renders every route of a share and names every file of it that is copied. `keep` is called from several
    /// threads, in no order; `progress` after each with what is done and the total. An index takes in the
    /// bodies of pages meanwhile.
    ///
    /// Pages that fail are findings, and the others go on.
    ///
    /// # Errors
    /// The first failure of `keep`.
    pub fn render_all(
        &self,
        share: Share,
        index: Option<&Indexing>,
        keep: &(dyn Fn(Output) -> Result<(), Failure> + Sync),
        progress: &(dyn Fn(usize, usize) + Sync),
        diagnostics: &mut Diagnostics,
    ) -> Result<(), Failure> {
        let read = |id: DocId, body: &str| {
            if let Some(index) = index {
                index.read(id, body);
            }
        };
        let mut composer = Composer::new(&self.archive, &self.theme);
        if index.is_some() {
            composer = composer.read_by(&read);
        }
        let mut place = 0..;
        let mut is_here = || place.next().is_some_and(|place| share.has(place));
        let mut routes = self.archive.routes();
        routes.retain(|_| is_here());
        let mut copies: Vec<Output> = self.copies()?;
        copies.retain(|_| is_here());
        let total = routes.len() + copies.len();
        let done = AtomicUsize::new(0);
        let found = Mutex::new(Diagnostics::default());
        let step = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        routes.par_iter().with_max_len(SHARE).try_for_each(|route| {
            match self.render(&composer, *route) {
                Ok(outputs) => outputs.into_iter().try_for_each(keep)?,
                Err(Trouble::Author(diagnostics)) => {
                    if let Ok(mut found) = found.lock() {
                        diagnostics.into_iter().for_each(|diagnostic| found.push(diagnostic));
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
    ///
    /// # Errors
    /// What the author has to mend, or that a file changed since the site was read.
    pub fn page(&self, route: Route) -> Result<Vec<Output>, Trouble> {
        self.render(&Composer::new(&self.archive, &self.theme), route)
    }

    /// The files of one route, with a composer for all of them.
    fn render(&self, composer: &Composer, route: Route) -> Result<Vec<Output>, Trouble> {
        // A text may have changed since its facts were taken; then links and lists would not fit it.
        let changed: Mutex<Option<SitePath>> = Mutex::new(None);
        let texts = |id: DocId| {
            let text = self.text(id);
            if text.is_none()
                && let Ok(mut changed) = changed.lock()
            {
                *changed = Some(self.archive.document(id).path.clone());
            }
            text
        };
        let faults = Mutex::new(Vec::new());
        let block = |name: &str, view: &BlockView, place: &Place| {
            let Some(templates) = &self.templates else { return String::new() };
            templates.render_block(name, view, place).unwrap_or_else(|diagnostic| {
                if let Ok(mut faults) = faults.lock() {
                    faults.push(*diagnostic);
                }
                String::new()
            })
        };
        let drawn = Mutex::new(Vec::new());
        let card = |card: &CardView, place: Option<&Place>| cards::card(self, card, place, &drawn, &faults);
        let series = |id, block| data::series(self, id, block);
        let texts = Texts { text: &texts, series: &series, block: &block, card: &card };
        let mut page = composer.compose(route, &texts);
        composer.site_card(&mut page, &texts);
        if let Some(path) = changed.into_inner().ok().flatten() {
            return Err(Trouble::Machine(Failure(format!(
                "{path} changed while the site was built; build again"
            ))));
        }
        let mut faults = faults.into_inner().unwrap_or_default();
        let output = |path: &str, bytes: Vec<u8>| {
            let path = OutputPath::new(path).map_err(Trouble::Machine)?;
            Ok(Output { path, content: Content::Bytes(bytes) })
        };
        match page {
            Page::Ready(_) if !faults.is_empty() => Err(Trouble::Author(faults)),
            Page::Ready(files) => files.into_iter().map(|(path, bytes)| output(&path, bytes)).collect(),
            Page::Templated { template, head, page, document } => {
                let Some(templates) = &self.templates else { return Ok(Vec::new()) };
                let place = document.map(|id| Place::file(self.archive.document(id).path.clone()));
                match templates.render(&template, &head, &page, place.as_ref()) {
                    Ok(bytes) if faults.is_empty() => {
                        let mut outputs = vec![output(&self.archive.file_of(route), bytes)?];
                        outputs.extend(drawn.into_inner().unwrap_or_default());
                        Ok(outputs)
                    }
                    Ok(_) => Err(Trouble::Author(faults)),
                    Err(fault) => {
                        faults.push(*fault);
                        Err(Trouble::Author(faults))
                    }
                }
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
            .filter(|file| is_published(file, &self.archive))
            .map(|file| Ok(Output { path: OutputPath::new(&file.path)?, content: file.content.clone() }));
        assets.chain(statics).collect()
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

    /// The text of a document, if it is still the one that was read.
    pub fn text(&self, id: DocId) -> Option<Source> {
        let document = self.archive.document(id);
        if let Some(kept) = self.texts.get(&document.path).filter(|kept| document.is_of(kept)) {
            return Some(Source { path: kept.path.clone(), text: kept.text.clone() });
        }
        let limit = self.archive.config.limits.file_size;
        let text = source::read(&self.root, &document.path, limit, &mut Diagnostics::default());
        text.filter(|text| document.is_of(text))
    }

    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// There are templates, none of which is at fault.
    pub fn has_templates(&self) -> bool {
        self.templates.is_some()
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
        let outputs = self.page(route).ok()?;
        match outputs.into_iter().next()?.content {
            Content::Bytes(bytes) => String::from_utf8(bytes).ok(),
            Content::Copy(_) | Content::Named(_) => None,
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

/// The settings of the site in a folder; the defaults where it has none.
pub fn settings(root: &Path, diagnostics: &mut Diagnostics) -> Config {
    hashed_settings(root, &mut blake3::Hasher::new(), diagnostics)
}

fn hashed_settings(root: &Path, inputs: &mut blake3::Hasher, diagnostics: &mut Diagnostics) -> Config {
    let settings: SitePath = "nutgraf.yaml".into();
    match root.join(&*settings).exists() {
        true => source::read(root, &settings, LARGEST, diagnostics).map_or_else(Config::default, |source| {
            inputs.update(source.text.as_bytes());
            Config::read(&source, diagnostics)
        }),
        false => Config::default(),
    }
}

/// The languages of the pages of an archive, the site's own aside.
fn languages(archive: &Archive) -> BTreeSet<String> {
    archive.documents.iter().filter_map(|document| document.facts.lang.clone()).collect()
}

/// The script of the search page is published where there is one; the other files always are.
fn is_published(file: &Static, archive: &Archive) -> bool {
    archive.has_search() || file.file.is_some() || !file.path.starts_with("static/search.")
}

/// The files of a theme as outputs. What a site has of its own stands there under its plain name too.
fn statics(root: &Path, theme: &Theme) -> Vec<Static> {
    let mut statics = Vec::new();
    for (name, asset) in theme.assets.iter() {
        let content = || match &asset.bytes {
            Bytes::Made(bytes) => Content::Bytes(bytes.clone()),
            Bytes::Embedded(bytes) => Content::Bytes(bytes.to_vec()),
            Bytes::File(path) => Content::Copy(root.join(&**path)),
        };
        let file = (!asset.path.starts_with("builtin:")).then(|| asset.path.clone());
        for name in [Some(asset.published.as_str()), Some(name).filter(|_| asset.own)].into_iter().flatten() {
            statics.push(Static { path: format!("static/{name}"), content: content(), file: file.clone() });
        }
    }
    statics
}

/// Why a route has no file.
pub enum Trouble {
    Author(Vec<Diagnostic>),
    /// The file was changed while it was read, or the machine refused something.
    Machine(Failure),
}
