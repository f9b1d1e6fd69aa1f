//! A site that is edited while it is shown.
//!
//! *Comes in:* which files were changed.
//! *Leaves:* at any moment a whole site, with the file of every address, and all findings.
//! *Does not know:* who looks at it, and how changes are noticed.
//!
//! Everything is made as [`Site::load`] makes it, of the same parts; what differs is what can be left
//! as it was. Files that did not change are not read again. Where the words of a text changed and
//! nothing else can tell, the text alone is exchanged; otherwise the archive is joined anew, which
//! reads no file. A file that cannot be read for now leaves in its place what it said before.

use super::{Options, Site, Static, data, is_published, languages, paths, settings, statics};
use crate::archive::{self, Archive, DocId, Judgement, Roster, Route, Search};
use crate::diagnostics::{Diagnostic, Diagnostics, Failure, Finding, Severity};
use crate::document::{self, Document};
use crate::output::Content;
use crate::page::{Composer, Templates};
use crate::source::{self, Config, Kind, SitePath, Source, Tree};
use crate::theme::{self, Theme};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

/// Texts by their paths.
pub(super) type Texts = HashMap<SitePath, Arc<Source>>;

/// Bytes of texts that are kept: of a file without one, the last good version is lost when it breaks.
const KEPT: usize = 48 << 20;

/// How often a file may change while it is read.
const TRIES: usize = 5;

/// A site that is edited while it is shown.
pub struct Live {
    root: PathBuf,
    shown: RwLock<Shown>,
    desk: Mutex<Desk>,
}

/// What is shown at one moment.
#[derive(Default)]
pub struct Shown {
    /// `None` where there is nothing that could be shown.
    pub site: Option<Site>,
    /// Why there is no site.
    pub failure: Option<String>,
    /// All that is wrong, as [`Diagnostics::finish`] leaves it.
    pub findings: Arc<Diagnostics>,
    /// Files that stand for now as they were before they broke.
    pub stale: BTreeSet<SitePath>,
    /// The templates are those from before they broke.
    pub stale_templates: bool,
    files: HashMap<String, Target>,
}

/// Where the bytes of a file below `public/` come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Route(Route),
    /// Index into the assets of the archive.
    Asset(u32),
    /// Index into the files of themes and templates.
    Static(u32),
}

/// What was changed on the disk.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// Files that are new, are gone or have other bytes.
    pub files: BTreeSet<SitePath>,
    /// Some of them are new or gone.
    pub came_or_went: bool,
}

/// What a change came to.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// Something that is shown may be different.
    pub any: bool,
    /// Content files that say something else now.
    pub documents: Vec<SitePath>,
    /// Files below `public/` that are copied and have other bytes.
    pub copies: Vec<String>,
    /// Content files that were moved: from where, and to where.
    pub moved: Vec<(SitePath, SitePath)>,
}

/// What is kept beside what is shown.
struct Desk {
    options: Options,
    config: Arc<Config>,
    parsed: HashMap<SitePath, Parsed>,
    settings: Vec<Diagnostic>,
    tree: Vec<Diagnostic>,
    /// Of the archive, and of the sources that are shared.
    linked: Vec<Diagnostic>,
    theme: Vec<Diagnostic>,
    templates: Vec<Diagnostic>,
    checks: Vec<Diagnostic>,
    /// What templates see as `site`.
    view: String,
}

/// A content file, read.
struct Parsed {
    /// `None` where nothing could ever be read.
    document: Option<Arc<Document>>,
    /// What was looked for in its body; `None` where the body was not read yet.
    search: Option<Search>,
    found: Vec<Diagnostic>,
    /// The document is of the text before the present one.
    stale: bool,
}

/// What an edit of one file comes to where the archive stays as it is.
enum Quick {
    Same,
    /// It is broken: the former version stays.
    Stale(Vec<Diagnostic>),
    Exchanged(DocId, Arc<Document>, Arc<Source>, Vec<Diagnostic>),
}

/// All parts of a site that are joined anew.
struct Relinked {
    archive: Archive,
    tree: Tree,
    unreadable: Vec<SitePath>,
    texts: Vec<Arc<Source>>,
    documents: Vec<SitePath>,
    moved: Vec<(SitePath, SitePath)>,
}

impl Live {
    /// Reads a site. Where there is none that can be read, that is what is shown.
    pub fn open(root: &Path, options: Options) -> Live {
        let desk = Desk {
            options,
            config: Arc::default(),
            parsed: HashMap::new(),
            settings: Vec::new(),
            tree: Vec::new(),
            linked: Vec::new(),
            theme: Vec::new(),
            templates: Vec::new(),
            checks: Vec::new(),
            view: String::new(),
        };
        let live = Live { root: root.to_owned(), shown: RwLock::default(), desk: Mutex::new(desk) };
        live.edit(&Changed::default(), None);
        live
    }

    /// The folder of the site.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What is shown now. It cannot change while it is looked at, so be quick.
    pub fn shown(&self) -> RwLockReadGuard<'_, Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes changes in. `now` is the time at which embargoes are judged from here on.
    pub fn edit(&self, changed: &Changed, now: Option<jiff::Timestamp>) -> Edit {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        let desk = &mut *desk;
        if let Some(now) = now {
            desk.options.now = now;
        }
        let there = self.shown().site.is_some();
        let edit = match there && !changed.files.contains("nutgraf.yaml") {
            true => self.edit_site(desk, changed),
            false => self.load(desk),
        };
        match edit {
            Ok(edit) => edit,
            Err(failure) => {
                let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
                let new = shown.failure.as_ref() != Some(&failure.0);
                shown.failure = Some(failure.0);
                if shown.site.is_none() {
                    shown.findings = Arc::new(desk.findings());
                }
                Edit { any: new, ..Edit::default() }
            }
        }
    }

    /// Looks for what takes longer than an author waits: collisions of paths, data of charts. Returns
    /// whether the findings are others than before.
    pub fn check(&self) -> bool {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Diagnostics::default();
        {
            let shown = self.shown();
            let Some(site) = &shown.site else { return false };
            // A collision that the archive has told of is not told twice.
            let collision = |d: &&Diagnostic| d.finding == Finding::AddressCollision;
            desk.linked.iter().filter(collision).for_each(|d| found.push(d.clone()));
            site.note_missing_templates(&mut found);
            data::check(site, &mut found);
            paths::check(site, &mut found);
        }
        let found = found.into_list();
        if found == desk.checks {
            return false;
        }
        desk.checks = found;
        let findings = Arc::new(desk.findings());
        self.shown.write().unwrap_or_else(PoisonError::into_inner).findings = findings;
        true
    }

    /// Reads everything.
    fn load(&self, desk: &mut Desk) -> Result<Edit, Failure> {
        let mut found = Diagnostics::default();
        let mut config = settings(&self.root, &mut found);
        if let Some(url) = &desk.options.base_url {
            config.set_base_url(url).map_err(|why| Failure(format!("--base-url {url}: {why}")))?;
        }
        let there = self.shown().site.is_some();
        let refused = |d: &Diagnostic| {
            matches!(d.finding, Finding::YamlSyntax | Finding::NotUtf8 | Finding::ControlCharacter)
        };
        let broken = found.iter().any(refused);
        desk.settings = found.into_list();
        if there && broken {
            // The settings stay as they were before they broke.
            self.publish(desk, |_| {});
            return Ok(Edit { any: true, ..Edit::default() });
        }
        let mut found = Diagnostics::default();
        let tree = Tree::scan(&self.root, config.follow_outside, &mut found);
        desk.tree = found.into_list();
        let tree = tree?;
        config.blocks = theme::block_names(&config.theme.name, &tree);
        desk.config = Arc::new(config);
        desk.parsed.clear();
        let relinked = self.relink(desk, tree, &BTreeSet::new())?;
        Ok(self.furnish(desk, relinked, true))
    }

    fn edit_site(&self, desk: &mut Desk, changed: &Changed) -> Result<Edit, Failure> {
        let look = |path: &SitePath| path.starts_with("templates/") || path.starts_with("themes/");
        let looks = changed.files.iter().any(look);
        if !changed.came_or_went {
            let quick = {
                let shown = self.shown();
                shown.site.as_ref().and_then(|site| self.quick(desk, changed, site))
            };
            if let Some(quick) = quick {
                let mut edit = self.exchange(desk, quick);
                if looks {
                    self.refurnish(desk);
                }
                edit.copies = self.copies(changed);
                edit.any |= looks || !edit.copies.is_empty();
                return Ok(edit);
            }
        }
        let tree = match changed.came_or_went {
            true => {
                let mut found = Diagnostics::default();
                let tree = Tree::scan(&self.root, desk.config.follow_outside, &mut found)?;
                desk.tree = found.into_list();
                if theme::block_names(&desk.config.theme.name, &tree) != desk.config.blocks {
                    return self.load(desk);
                }
                Some(tree)
            }
            false => None,
        };
        let tree = match tree {
            Some(tree) => tree,
            None => self.shown().site.as_ref().map_or_else(Tree::default, |site| site.tree.clone()),
        };
        let relinked = self.relink(desk, tree, &changed.files)?;
        let mut edit = self.furnish(desk, relinked, looks);
        edit.copies = self.copies(changed);
        Ok(edit)
    }

    /// Reads files whose change nobody else need know of; `None` where somebody must.
    fn quick(&self, desk: &Desk, changed: &Changed, site: &Site) -> Option<Vec<(SitePath, Quick)>> {
        let mut quick = Vec::new();
        for path in &changed.files {
            if site.tree.data.binary_search(path).is_ok() {
                return None;
            }
            let Some(parsed) = desk.parsed.get(path) else { continue };
            let (document, search) = (parsed.document.as_ref()?, parsed.search.as_ref()?);
            if parsed.stale {
                return None;
            }
            let kept = site.texts.get(path).is_some_and(|text| document.is_of(text));
            let mut found = Diagnostics::default();
            let limit = desk.config.limits.file_size;
            let source = source::read(&self.root, path, limit, &mut found);
            let new = source.as_ref().map(|text| {
                (Document::head(text, document.kind, &desk.config, &mut found), document.is_of(text))
            });
            let what = match (source, new) {
                (Some(_), Some((_, true))) => Quick::Same,
                _ if desk.is_broken(&found) => match kept {
                    true => Quick::Stale(found.into_list()),
                    false => return None,
                },
                (Some(text), Some((mut new, false))) => {
                    new.read_body(&text, &desk.config, &search.reading(), &mut found);
                    let told = |d: &Diagnostic| {
                        let places = std::iter::once(&d.place).chain(d.further.iter().map(|(p, _)| p));
                        let inside = |span: crate::diagnostics::Span| span.start >= document.body_start;
                        places.into_iter().any(|p| p.path == *path && p.span.is_some_and(inside))
                    };
                    // By the words before a name its bearer's role at the time is judged.
                    let roles = site.archive.documents.iter().any(|d| !d.facts.roles.is_empty());
                    if !new.tells_what(document, roles) || desk.linked.iter().any(told) {
                        return None;
                    }
                    let documents = &site.archive.documents;
                    let id = documents.binary_search_by(|other| other.path.cmp(path)).ok()?;
                    Quick::Exchanged(DocId(id as u32), Arc::new(new), Arc::new(text), found.into_list())
                }
                _ => return None,
            };
            quick.push((path.clone(), what));
        }
        Some(quick)
    }

    fn exchange(&self, desk: &mut Desk, quick: Vec<(SitePath, Quick)>) -> Edit {
        let mut edit = Edit::default();
        let mut exchanged = Vec::new();
        for (path, what) in quick {
            let Some(parsed) = desk.parsed.get_mut(&path) else { continue };
            match what {
                Quick::Same => continue,
                Quick::Stale(found) => {
                    parsed.found = found;
                    parsed.stale = true;
                }
                Quick::Exchanged(id, document, text, found) => {
                    parsed.document = Some(document.clone());
                    parsed.found = found;
                    exchanged.push((id, document, text));
                    edit.documents.push(path);
                }
            }
            edit.any = true;
        }
        if edit.any {
            self.publish(desk, |shown| {
                let Some(site) = &mut shown.site else { return };
                for (id, document, text) in exchanged {
                    site.archive.documents[id.0 as usize] = document;
                    site.texts.insert(text.path.clone(), text);
                }
            });
        }
        edit
    }

    /// Joins everything, reading the files that are new or in `changed`.
    fn relink(&self, desk: &mut Desk, tree: Tree, changed: &BTreeSet<SitePath>) -> Result<Relinked, Failure> {
        let config = desk.config.clone();
        let here: HashSet<&SitePath> = tree.documents.iter().map(|(path, _)| path).collect();
        let gone: Vec<(SitePath, Arc<Document>)> = desk
            .parsed
            .extract_if(|path, _| !here.contains(path))
            .filter_map(|(path, parsed)| Some((path, parsed.document?)))
            .collect();
        let known: HashSet<SitePath> = desk.parsed.keys().cloned().collect();
        let mut texts = Texts::new();
        let mut to_read: BTreeSet<SitePath> = changed.clone();
        let mut tries = 0;
        let (roster, joined) = loop {
            self.read_heads(desk, &tree, &to_read, &mut texts);
            let documents: Vec<Arc<Document>> = tree
                .documents
                .iter()
                .filter_map(|(path, _)| desk.parsed.get(path)?.document.clone())
                .collect();
            let Options { now, drafts, unlinked, .. } = desk.options;
            let mut joined = Diagnostics::default();
            let judgement = Judgement { now, drafts, unlinked };
            let mut roster = Roster::of(config.clone(), documents, judgement, &mut joined);
            to_read = self.read_bodies(desk, &mut roster, &texts);
            if to_read.is_empty() {
                break (roster, joined);
            }
            tries += 1;
            if tries == TRIES {
                let path = to_read.first().map_or("", |path| path);
                return Err(Failure(format!("{path} changed while the site was read")));
            }
        };
        let mut found = Diagnostics::default();
        for (path, _) in &tree.documents {
            let parsed = desk.parsed.get(path);
            parsed.into_iter().flat_map(|parsed| &parsed.found).for_each(|d| found.push(d.clone()));
        }
        let content = found.iter().count();
        let mut shared = Vec::new();
        for path in &tree.data {
            if let Some(source) = source::read(&self.root, path, config.limits.file_size, &mut found) {
                shared.extend(document::shared(&source, &config, &mut found));
            }
        }
        let archive = archive::link(roster, tree.assets.clone(), shared, &mut found);
        desk.linked = joined.into_list();
        desk.linked.extend(found.into_list().split_off(content));

        let came: Vec<&SitePath> =
            tree.documents.iter().map(|(path, _)| path).filter(|path| !known.contains(*path)).collect();
        let mut moved = Vec::new();
        for (path, old) in gone {
            let same = |new: &&&SitePath| {
                desk.parsed
                    .get(**new)
                    .and_then(|p| p.document.as_ref())
                    .is_some_and(|new| new.has_text_of(&old))
            };
            if let Some(to) = came.iter().find(same) {
                moved.push((path, (**to).clone()));
            }
        }
        let unreadable = tree
            .documents
            .iter()
            .filter(|(path, _)| desk.parsed.get(path).is_none_or(|parsed| parsed.document.is_none()))
            .map(|(path, _)| path.clone())
            .collect();
        let is_document = |path: &&SitePath| here.contains(*path);
        let documents = changed.iter().filter(is_document).cloned().collect();
        Ok(Relinked { documents, archive, unreadable, texts: texts.into_values().collect(), moved, tree })
    }

    /// Reads the front matter of every file that is not read yet or is to be read again.
    fn read_heads(&self, desk: &mut Desk, tree: &Tree, again: &BTreeSet<SitePath>, texts: &mut Texts) {
        let config = &desk.config;
        let wanted: Vec<&(SitePath, Kind)> = tree
            .documents
            .iter()
            .filter(|(path, _)| again.contains(path) || !desk.parsed.contains_key(path))
            .collect();
        let held = self.shown().site.as_ref().map_or(0, |site| text_bytes(&site.texts));
        let first = desk.parsed.is_empty();
        let used = AtomicUsize::new(if first { 0 } else { held });
        let read = |(path, kind): &(SitePath, Kind)| {
            let mut found = Diagnostics::default();
            let source = source::read(&self.root, path, config.limits.file_size, &mut found);
            let document = source.as_ref().map(|source| Document::head(source, *kind, config, &mut found));
            let kept = source.filter(|source| {
                let bytes = source.text.len();
                used.fetch_add(bytes, Ordering::Relaxed) + bytes <= KEPT
            });
            (path.clone(), document, kept, found)
        };
        let read: Vec<(SitePath, Option<Document>, Option<Source>, Diagnostics)> =
            wanted.into_par_iter().map(read).collect();
        let shown = self.shown();
        for (path, document, kept, found) in read {
            texts.remove(&path);
            if desk.is_broken(&found)
                && let Some(parsed) = desk.parsed.get_mut(&path)
                && let Some(old) = &parsed.document
                && shown.site.as_ref().and_then(|s| s.texts.get(&path)).is_some_and(|text| old.is_of(text))
            {
                parsed.found = found.into_list();
                parsed.stale = true;
                continue;
            }
            let parsed = Parsed {
                document: document.map(Arc::new),
                search: None,
                found: found.into_list(),
                stale: false,
            };
            if let Some(text) = kept {
                texts.insert(path.clone(), Arc::new(text));
            }
            desk.parsed.insert(path, parsed);
        }
    }

    /// Reads the bodies that were not read yet, or in which something else is to be found now. Returns
    /// the files that changed meanwhile.
    fn read_bodies(&self, desk: &mut Desk, roster: &mut Roster, texts: &Texts) -> BTreeSet<SitePath> {
        let searches = roster.searches();
        let all: Vec<Arc<Document>> = roster.all().cloned().collect();
        let shown = self.shown();
        let held = shown.site.as_ref().map(|site| &site.texts);
        let config = &desk.config;
        type Read = Option<Result<(Document, Diagnostics), SitePath>>;
        let read = |(document, search): (&Arc<Document>, &Search)| -> Read {
            let parsed = desk.parsed.get(&document.path)?;
            if parsed.search.as_ref().is_some_and(|known| known.finds_what(search)) {
                return None;
            }
            let at_hand = [Some(texts), held].into_iter().flatten();
            let mut at_hand = at_hand.filter_map(|texts| texts.get(&document.path).cloned());
            let text = at_hand.find(|text| document.is_of(text)).or_else(|| {
                let mut ignored = Diagnostics::default();
                let limit = config.limits.file_size;
                source::read(&self.root, &document.path, limit, &mut ignored)
                    .filter(|text| document.is_of(text))
                    .map(Arc::new)
            });
            let Some(text) = text else { return Some(Err(document.path.clone())) };
            let mut found = Diagnostics::default();
            let mut new = Document::head(&text, document.kind, config, &mut found);
            new.read_body(&text, config, &search.reading(), &mut found);
            Some(Ok((new, found)))
        };
        let read: Vec<Read> = all.par_iter().zip(&searches).map(read).collect();
        drop(shown);
        let mut changed = BTreeSet::new();
        for (at, (read, search)) in read.into_iter().zip(searches).enumerate() {
            let Some(parsed) = desk.parsed.get_mut(&all[at].path) else { continue };
            match read {
                None => {}
                Some(Err(path)) => {
                    changed.insert(path);
                    continue;
                }
                Some(Ok((document, found))) => {
                    let document = Arc::new(document);
                    roster.replace(at, document.clone());
                    parsed.document = Some(document);
                    if !parsed.stale {
                        parsed.found = found.into_list();
                    }
                }
            }
            parsed.search = Some(search);
        }
        changed
    }

    /// Puts a new archive in the place of the one that is shown, with theme and templates.
    fn furnish(&self, desk: &mut Desk, relinked: Relinked, looks: bool) -> Edit {
        let Relinked { mut archive, tree, unreadable, texts, documents, moved } = relinked;
        let mut made = None;
        let mut templates = None;
        let files = {
            let shown = self.shown();
            let old = shown.site.as_ref().filter(|old| {
                // The theme is made for its settings and for the languages of the pages.
                !looks
                    && Arc::ptr_eq(&old.archive.config, &desk.config)
                    && languages(&old.archive) == languages(&archive)
            });
            let (theme, statics) = match old {
                Some(old) => (&old.theme, &old.statics),
                None => {
                    let mut found = Diagnostics::default();
                    let languages = languages(&archive);
                    let theme = Theme::load(&self.root, &tree, &archive.config, &languages, &mut found);
                    desk.theme = found.into_list();
                    let files = statics(&self.root, &theme);
                    let (theme, files) = made.insert((theme, files));
                    (&*theme, &*files)
                }
            };
            archive.previews = theme.previews && archive.config.previews;
            archive.search = archive.config.search.unwrap_or(theme.search);
            let composer = Composer::new(&archive, theme);
            let view = format!("{:?}", composer.site());
            if old.is_none() || view != desk.view {
                let mut found = Diagnostics::default();
                templates = Some(Templates::new(theme, composer.site(), &mut found));
                desk.templates = found.into_list();
                desk.view = view;
            }
            files(&archive, statics)
        };
        let root = &self.root;
        self.publish(desk, |shown| {
            let site = shown.site.get_or_insert_with(|| Site::empty(root));
            shown.files = files;
            site.archive = archive;
            site.tree = tree;
            site.unreadable = unreadable;
            if let Some((theme, statics)) = made {
                site.theme = theme;
                site.statics = statics;
            }
            if let Some(templates) = templates.filter(|new| new.is_some() || site.templates.is_none()) {
                site.templates = templates;
            }
            for text in texts {
                site.texts.insert(text.path.clone(), text);
            }
            let here: HashSet<&SitePath> = site.tree.documents.iter().map(|(path, _)| path).collect();
            site.texts.retain(|path, _| here.contains(path));
        });
        Edit { any: true, documents, copies: Vec::new(), moved }
    }

    /// Reads theme and templates again.
    fn refurnish(&self, desk: &mut Desk) {
        let (made, templates, files) = {
            let shown = self.shown();
            let Some(site) = &shown.site else { return };
            let mut found = Diagnostics::default();
            let archive = &site.archive;
            let theme = Theme::load(&self.root, &site.tree, &archive.config, &languages(archive), &mut found);
            desk.theme = found.into_list();
            let mut found = Diagnostics::default();
            let composer = Composer::new(archive, &theme);
            desk.view = format!("{:?}", composer.site());
            let templates = Templates::new(&theme, composer.site(), &mut found);
            desk.templates = found.into_list();
            let statics = statics(&self.root, &theme);
            let files = files(archive, &statics);
            ((theme, statics), templates, files)
        };
        self.publish(desk, |shown| {
            let Some(site) = &mut shown.site else { return };
            shown.files = files;
            (site.theme, site.statics) = made;
            site.archive.previews = site.theme.previews && site.archive.config.previews;
            site.archive.search = site.archive.config.search.unwrap_or(site.theme.search);
            if templates.is_some() || site.templates.is_none() {
                site.templates = templates;
            }
        });
    }

    /// Shows a change, all of it at once.
    fn publish(&self, desk: &Desk, change: impl FnOnce(&mut Shown)) {
        let findings = Arc::new(desk.findings());
        let stale: BTreeSet<SitePath> =
            desk.parsed.iter().filter(|(_, parsed)| parsed.stale).map(|(path, _)| path.clone()).collect();
        let broken = desk.templates.iter().any(|d| desk.level(d) == Some(Severity::Error));
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut shown);
        shown.findings = findings;
        shown.stale = stale;
        shown.failure = None;
        shown.stale_templates = broken && shown.site.as_ref().is_some_and(|site| site.templates.is_some());
    }

    /// Files below `public/` that are copies of what changed.
    fn copies(&self, changed: &Changed) -> Vec<String> {
        let shown = self.shown();
        let Some(site) = &shown.site else { return Vec::new() };
        let assets = site.archive.assets.iter().filter(|asset| changed.files.contains(&asset.path));
        let own = |file: &&Static| file.file.as_ref().is_some_and(|path| changed.files.contains(path));
        let statics = site.statics.iter().filter(own).map(|file| file.path.clone());
        assets.map(|asset| asset.address.clone()).chain(statics).collect()
    }
}

impl Desk {
    fn level(&self, diagnostic: &Diagnostic) -> Option<Severity> {
        self.config.level(diagnostic.finding)
    }

    /// A file with these findings says less than its author means.
    fn is_broken(&self, found: &Diagnostics) -> bool {
        found.iter().any(|d| self.level(d) == Some(Severity::Error))
    }

    /// Everything that is wrong.
    fn findings(&self) -> Diagnostics {
        let content = self.parsed.values().flat_map(|parsed| &parsed.found);
        let parts = [&self.settings, &self.tree, &self.linked, &self.theme, &self.templates, &self.checks];
        let mut all = Diagnostics::default();
        parts.into_iter().flatten().chain(content).for_each(|d| all.push(d.clone()));
        all.finish(|finding| self.config.level(finding));
        all
    }
}

impl Shown {
    /// Where a file below `public/` comes from.
    pub fn target(&self, file: &str) -> Option<Target> {
        self.files.get(file).copied()
    }

    /// All files below `public/` but the further ones of those that come in parts, in no order.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The routes that could make a file which [`Shown::target`] does not know: some make several.
    pub fn perhaps(&self, file: &str) -> Vec<Route> {
        /// More would be a way to keep the program busy.
        const MOST: usize = 8;
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let alike = |other: &str| {
            let (other_folder, other_name) = other.rsplit_once('/').unwrap_or(("", other));
            let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_owned());
            let same = folder == other_folder && ending(name) == ending(other_name);
            same.then(|| name.bytes().zip(other_name.bytes()).take_while(|(a, b)| a == b).count())
        };
        if name.ends_with(".html") {
            return Vec::new();
        }
        let mut routes: Vec<(usize, Route)> = self
            .files
            .iter()
            .filter_map(|(other, target)| match target {
                Target::Route(route) => Some((alike(other)?, *route)),
                Target::Asset(_) | Target::Static(_) => None,
            })
            .collect();
        routes.sort_by(|a, b| b.cmp(a));
        routes.truncate(MOST);
        routes.into_iter().map(|(_, route)| route).collect()
    }
}

impl Site {
    /// A site with nothing in it.
    fn empty(root: &Path) -> Site {
        let judgement = Judgement { now: jiff::Timestamp::UNIX_EPOCH, drafts: false, unlinked: false };
        let ignored = &mut Diagnostics::default();
        let roster = Roster::new(Arc::default(), Vec::new(), judgement, ignored);
        let archive = archive::link(roster, Vec::new(), Vec::new(), ignored);
        let theme = Theme::load(root, &Tree::default(), &archive.config, &BTreeSet::new(), ignored);
        Site {
            // A preview makes no shares.
            inputs: [0; 32],
            root: root.to_owned(),
            tree: Tree::default(),
            archive,
            theme,
            templates: None,
            statics: Vec::new(),
            unreadable: Vec::new(),
            texts: Texts::new(),
        }
    }

    /// What stands in a file that is copied.
    pub fn copied(&self, target: Target) -> Option<Content> {
        match target {
            Target::Asset(at) => {
                let asset = self.archive.assets.get(at as usize)?;
                Some(Content::Copy(self.root.join(&*asset.path)))
            }
            Target::Static(at) => Some(self.statics.get(at as usize)?.content.clone()),
            Target::Route(_) => None,
        }
    }
}

/// Where the bytes of every file below `public/` come from.
fn files(archive: &Archive, statics: &[Static]) -> HashMap<String, Target> {
    let assets = archive.assets.iter().enumerate().filter(|(_, asset)| !asset.withheld);
    let mut files: HashMap<String, Target> =
        assets.map(|(at, asset)| (asset.address.clone(), Target::Asset(at as u32))).collect();
    let published = statics.iter().enumerate().filter(|(_, file)| is_published(file, archive));
    files.extend(published.map(|(at, file)| (file.path.clone(), Target::Static(at as u32))));
    files.extend(archive.routes().into_iter().map(|route| (archive.file_of(route), Target::Route(route))));
    files
}

fn text_bytes(texts: &Texts) -> usize {
    texts.values().map(|text| text.text.len()).sum()
}
