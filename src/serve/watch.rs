//! Notices what is changed on the disk.
//!
//! What the system reports is only a reason to look: reports come late, twice, out of order or not at
//! all, and say little about what is there now. The stamps of the files are what counts. Where the
//! system cannot report, they are looked at from time to time.

use crate::diagnostics::Diagnostics;
use crate::site::live::Changed;
use crate::source::{SitePath, Stamp, Tree};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// Editors write a file in several steps; this much silence is taken for the end of them.
const QUIET: Duration = Duration::from_millis(15);
/// Longest wait for silence; where a storm goes on after it, each further wait is longer, up to the other.
const STORM: Duration = Duration::from_millis(120);
const LONG_STORM: Duration = Duration::from_secs(1);
/// A file that was written this short a time before it was looked at may be written again under the
/// same stamp.
const RACY: Duration = Duration::from_secs(2);
/// Between two looks where the system does not report.
const POLL: Duration = Duration::from_millis(400);
/// Between two looks at files that lie behind symbolic links, of which nothing is reported.
const LINKED: Duration = Duration::from_secs(2);

/// Folders with files of a site.
const FOLDERS: [&str; 3] = ["content", "templates", "themes"];
const SETTINGS: &str = "nutgraf.yaml";

/// A reason to look at the disk.
#[derive(Debug)]
pub enum Wake {
    /// Something happened there.
    At(PathBuf),
    /// Something happened somewhere.
    Somewhere,
    /// Not for a change of the disk: the program ends.
    End,
}

/// How changes are noticed.
enum Means {
    /// Reports of the system. Which folders are watched, by the number that the disk has for each.
    Reports(Box<RecommendedWatcher>, BTreeMap<&'static str, u64>),
    /// A look every so often.
    Looks(Option<Duration>),
}

/// The files of a site, as they were when last looked at.
pub struct Watch {
    root: PathBuf,
    /// As reports name it.
    real: PathBuf,
    follow_outside: bool,
    means: Means,
    stamps: HashMap<SitePath, Stamp>,
    /// Files whose stamps may not tell of the next change.
    racy: BTreeSet<SitePath>,
    /// Files that are symbolic links, or lie in folders that are.
    linked: BTreeSet<SitePath>,
    /// How long the last look at everything took.
    took: Duration,
    /// The longest wait for silence, as long as there is none.
    storm: Duration,
    wakes: Receiver<Wake>,
}

/// What the watcher waited for.
pub enum Woken {
    Changed(Changed),
    End,
}

impl Watch {
    /// Begins to watch. `poll` asks for looks in place of reports (with the time between them); the words
    /// that come back tell why there are looks though nobody asked for them.
    #[expect(clippy::disallowed_methods, reason = "reports name files by their real paths")]
    pub fn new(
        root: &Path,
        poll: Option<Option<Duration>>,
        sender: Sender<Wake>,
        wakes: Receiver<Wake>,
    ) -> (Watch, Option<String>) {
        let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let (means, why) = match poll {
            Some(every) => (Means::Looks(every), None),
            None => match far_away(&real) {
                Some(kind) => {
                    let why = format!("{} is on {kind}, which does not report changes", root.display());
                    (Means::Looks(None), Some(why))
                }
                None => match reports(sender) {
                    Ok(watcher) => (Means::Reports(Box::new(watcher), BTreeMap::new()), None),
                    Err(error) => (Means::Looks(None), Some(reason(&error))),
                },
            },
        };
        let mut watch = Watch {
            root: root.to_owned(),
            real,
            follow_outside: false,
            means,
            stamps: HashMap::new(),
            racy: BTreeSet::new(),
            linked: BTreeSet::new(),
            took: Duration::ZERO,
            storm: STORM,
            wakes,
        };
        let why = watch.attend().or(why);
        watch.look();
        (watch, why.map(|why| format!("looking for changes from time to time: {why}")))
    }

    /// Waits for the next change, or for the end. `note` is told why looks took the place of reports.
    pub fn next(&mut self, note: &dyn Fn(String)) -> Woken {
        loop {
            let patience = match &self.means {
                Means::Looks(every) => Some(every.unwrap_or_else(|| POLL.max(self.took * 20))),
                Means::Reports(..) if !self.linked.is_empty() => Some(LINKED),
                Means::Reports(..) => None,
            };
            let first = match patience {
                Some(patience) => match self.wakes.recv_timeout(patience) {
                    Ok(wake) => Some(wake),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => return Woken::End,
                },
                None => match self.wakes.recv() {
                    Ok(wake) => Some(wake),
                    Err(_) => return Woken::End,
                },
            };
            let by_itself = first.is_none();
            let Some(places) = self.settle(first) else { return Woken::End };
            let changed = match places {
                Some(_) if by_itself && matches!(self.means, Means::Reports(..)) => {
                    self.changed_among(self.linked.iter().cloned().collect())
                }
                Some(places) if !by_itself => self.changed_at(&places),
                _ => None,
            };
            let changed = changed.unwrap_or_else(|| {
                if let Some(why) = self.attend() {
                    note(format!("looking for changes from time to time: {why}"));
                }
                self.look()
            });
            if !changed.files.is_empty() {
                return Woken::Changed(changed);
            }
        }
    }

    /// Symbolic links may lead out of the site from here on.
    pub fn follow_outside(&mut self, follow: bool) {
        self.follow_outside = follow;
    }

    /// Waits until the storm is over. `None`: the program ends; `Some(None)`: anything may have changed.
    #[expect(clippy::disallowed_methods, reason = "how long nothing happened is told by the clock")]
    fn settle(&mut self, first: Option<Wake>) -> Option<Option<BTreeSet<PathBuf>>> {
        /// With more places than these, all are looked at.
        const MANY: usize = 64;
        let began = Instant::now();
        let mut places = Some(BTreeSet::new());
        let mut next = first;
        while let Some(wake) = next {
            match wake {
                Wake::End => return None,
                Wake::Somewhere => places = None,
                Wake::At(place) => {
                    if let Some(known) = &mut places {
                        known.insert(place);
                        if known.len() > MANY {
                            places = None;
                        }
                    }
                }
            }
            let left = self.storm.saturating_sub(began.elapsed());
            next = self.wakes.recv_timeout(QUIET.min(left)).ok();
        }
        self.storm = match began.elapsed() < self.storm {
            true => STORM,
            false => (self.storm * 4).min(LONG_STORM),
        };
        Some(places)
    }

    /// What changed at places that were reported; `None` where more has to be looked at.
    fn changed_at(&mut self, places: &BTreeSet<PathBuf>) -> Option<Changed> {
        let mut files = Vec::new();
        for place in places {
            let inside = place.strip_prefix(&self.real).or_else(|_| place.strip_prefix(&self.root));
            let Ok(inside) = inside else { return None };
            let path = inside.to_str()?;
            let path = path.replace(std::path::MAIN_SEPARATOR, "/");
            let top = path.split('/').next().unwrap_or_default();
            if top != SETTINGS && !FOLDERS.contains(&top) {
                continue;
            }
            let path: SitePath = path.into();
            let full = self.root.join(&*path);
            let is_file = full.metadata().is_ok_and(|meta| meta.is_file());
            match (self.stamps.contains_key(&path), is_file) {
                (true, true) => files.push(path),
                // Left by an editor for a moment, and gone again.
                (false, false) if full.symlink_metadata().is_err() && !FOLDERS.contains(&&*path) => {}
                (false, true) if is_passing(&path) => {}
                _ => return None,
            }
        }
        self.changed_among(files)
    }

    /// Which of files that were there are others now; `None` where one is gone.
    fn changed_among(&mut self, files: Vec<SitePath>) -> Option<Changed> {
        let mut changed = Changed::default();
        for path in files {
            let full = self.root.join(&*path);
            let mut stamp = Stamp::of(&full).ok()?;
            if stamp.size == 0 && self.stamps.get(&path).is_some_and(|before| before.size > 0) {
                // Most programs empty a file before they write it.
                std::thread::sleep(QUIET);
                stamp = Stamp::of(&full).ok()?;
            }
            let before = self.stamps.insert(path.clone(), stamp);
            if before != Some(stamp) || self.racy.contains(&path) {
                self.mind_race(&path, stamp);
                changed.files.insert(path);
            }
        }
        Some(changed)
    }

    /// Looks at all files.
    #[expect(clippy::disallowed_methods, reason = "how often all is looked at depends on how long it takes")]
    fn look(&mut self) -> Changed {
        let began = Instant::now();
        let Ok(tree) = Tree::scan(&self.root, self.follow_outside, &mut Diagnostics::default()) else {
            // Between the two steps of an exchange of folders there is nothing; it is looked at again.
            let mut changed =
                Changed { files: std::mem::take(&mut self.stamps).into_keys().collect(), came_or_went: true };
            changed.files.insert(SETTINGS.into());
            return changed;
        };
        let documents = tree.documents.into_iter().map(|(path, _)| path);
        let files: Vec<SitePath> = documents
            .chain([tree.data, tree.assets, tree.templates, tree.themes].into_iter().flatten())
            .chain([SETTINGS.into()])
            .collect();
        let seen: Vec<(SitePath, Option<Stamp>, bool)> = files
            .into_par_iter()
            .map(|path| {
                let full = self.root.join(&*path);
                let link = full.symlink_metadata().is_ok_and(|meta| meta.is_symlink());
                let stamp = Stamp::of(&full).ok();
                (path, stamp, link)
            })
            .collect();
        let mut before = std::mem::take(&mut self.stamps);
        let mut changed = Changed::default();
        self.linked.clear();
        for (path, stamp, link) in seen {
            let Some(stamp) = stamp else { continue };
            let known = before.remove(&path);
            if known != Some(stamp) || self.racy.contains(&path) {
                changed.came_or_went |= known.is_none() && &*path != SETTINGS;
                self.mind_race(&path, stamp);
                changed.files.insert(path.clone());
            }
            if link {
                self.linked.insert(path.clone());
            }
            self.stamps.insert(path, stamp);
        }
        changed.came_or_went |= before.keys().any(|path| &**path != SETTINGS);
        changed.files.extend(before.into_keys());
        self.took = began.elapsed();
        changed
    }

    /// Remembers that a file was written a moment ago.
    #[expect(clippy::disallowed_methods, reason = "whether a file was just written is told by the clock")]
    fn mind_race(&mut self, path: &SitePath, stamp: Stamp) {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.map_or(0, |since| since.as_nanos() as i128);
        // Reports tell of a second write; looks do not.
        let looks = matches!(self.means, Means::Looks(_));
        if looks && (now - stamp.modified).unsigned_abs() < RACY.as_nanos() {
            self.racy.insert(path.clone());
        } else {
            self.racy.remove(path);
        }
    }

    /// Sees that all folders of the site are watched; the words tell why they cannot be.
    fn attend(&mut self) -> Option<String> {
        let Means::Reports(watcher, watched) = &mut self.means else { return None };
        let mut failed = None;
        if !watched.contains_key("") {
            match watcher.watch(&self.real, RecursiveMode::NonRecursive) {
                Ok(()) => drop(watched.insert("", 0)),
                Err(error) => failed = Some(reason(&error)),
            }
        }
        for folder in FOLDERS {
            let full = self.real.join(folder);
            let Some(number) = number_of(&full) else {
                watched.remove(folder);
                continue;
            };
            if watched.get(folder) == Some(&number) {
                continue;
            }
            match watcher.watch(&full, RecursiveMode::Recursive) {
                Ok(()) => drop(watched.insert(folder, number)),
                Err(error) => failed = Some(reason(&error)),
            }
        }
        if failed.is_some() {
            self.means = Means::Looks(None);
        }
        failed
    }
}

/// A watcher that sends what it is told of.
fn reports(sender: Sender<Wake>) -> Result<RecommendedWatcher, notify::Error> {
    notify::recommended_watcher(move |event: Result<notify::Event, notify::Error>| {
        // Where nobody listens any more the program ends.
        let send = |wake| drop(sender.send(wake));
        match event {
            Ok(event) if event.need_rescan() => send(Wake::Somewhere),
            // To be read changes nothing.
            Ok(event) if event.kind.is_access() => {}
            Ok(event) => event.paths.into_iter().for_each(|path| send(Wake::At(path))),
            Err(_) => send(Wake::Somewhere),
        }
    })
}

/// Why the system does not report, and what can be done about it.
fn reason(error: &notify::Error) -> String {
    let limit = match &error.kind {
        notify::ErrorKind::MaxFilesWatch => true,
        // "No space left on device" is how Linux says that there are no more watches.
        notify::ErrorKind::Io(error) => error.raw_os_error() == Some(28),
        _ => false,
    };
    match limit {
        true => {
            "the system watches no more folders (on Linux: sudo sysctl fs.inotify.max_user_watches=524288)"
                .to_owned()
        }
        false => format!("the system does not report them ({error})"),
    }
}

/// A file that an editor writes beside another for a moment.
fn is_passing(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "4913"
        || name.ends_with('~')
        || name.ends_with(".tmp")
        || name.starts_with(".#")
        || name.starts_with(".goutputstream-")
        || name.contains("___jb_")
        || (name.starts_with('.') && [".swp", ".swx", ".swo"].iter().any(|end| name.ends_with(end)))
}

#[cfg(unix)]
fn number_of(folder: &Path) -> Option<u64> {
    let meta = folder.metadata().ok().filter(std::fs::Metadata::is_dir)?;
    Some(std::os::unix::fs::MetadataExt::ino(&meta))
}

#[cfg(not(unix))]
fn number_of(folder: &Path) -> Option<u64> {
    folder.metadata().ok().filter(std::fs::Metadata::is_dir).map(|_| 1)
}

/// The kind of a file system that lies elsewhere, where changes made there are not reported here.
#[cfg(target_os = "linux")]
fn far_away(root: &Path) -> Option<&'static str> {
    // linux/magic.h, and what the makers of the last two say.
    Some(match rustix::fs::statfs(root).ok()?.f_type as u32 {
        0x0102_1997 => "a 9p file system",
        0x6969 => "NFS",
        0x517B | 0xFF53_4D42 | 0xFE53_4D42 => "SMB",
        0x6573_5546 => "a FUSE file system",
        0x786F_4256 => "a shared folder of VirtualBox",
        _ => return None,
    })
}

#[cfg(not(target_os = "linux"))]
fn far_away(_: &Path) -> Option<&'static str> {
    None
}
