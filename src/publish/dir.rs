//! A folder of this machine, or one that is mounted.
//!
//! ```text
//! /srv/www/archive/
//!   current → releases/2026-11-24T09-30-00.000Z-3f9a12cd     what the web server sends
//!   releases/2026-11-24T09-30-00.000Z-3f9a12cd/…             whole sites; the same file is there once (hard links)
//!   .nutgraf/2026-11-24T09-30-00.000Z-3f9a12cd.ledger        what nutgraf put into a release
//!   .nutgraf/next/…                                      the next release, while it is made
//!   .nutgraf/lock                                        held while someone publishes
//! ```
//!
//! The link is exchanged in one step (`rename`), after every file of the release was read there again. Whoever
//! ends it before that leaves the old site whole; what was copied is used by the next attempt.

#![allow(clippy::disallowed_methods, reason = "publishing puts a finished site where it is read from")]

use super::{Access, Exit, Finished, Ledger, Live, Options, Plan, Release, Stop, Store};
use crate::output::{Digest, OutputPath};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A folder with releases.
pub(super) struct Folder {
    base: PathBuf,
    keep: usize,
    /// Files of others beside the releases are no hindrance.
    adopt: bool,
    /// Keeps the lock, where something is to be changed.
    _lock: Option<File>,
}

/// Files beside which a folder counts as empty.
const KEEPERS: &[&str] = &[".gitignore", ".gitkeep"];

/// The target must not be the folder that is published, nor in it, nor around it.
pub(super) fn keep_apart(target: &Path, output: &Path) -> Result<(), Stop> {
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // What does not exist yet has no links in it.
        let known = path.ancestors().find_map(|above| Some((above.canonicalize().ok()?, above)));
        match known {
            Some((real, above)) => real.join(path.strip_prefix(above).unwrap_or(Path::new(""))),
            None => path,
        }
    };
    let (target, output) = (absolute(target), absolute(output));
    if target.starts_with(&output) || output.starts_with(&target) {
        return Err(Stop::new(
            Exit::Usage,
            format!(
                "the target {} and the output folder {} lie in each other; choose another `path`",
                target.display(),
                output.display()
            ),
        ));
    }
    Ok(())
}

impl Folder {
    pub(super) fn open(base: &Path, keep: usize, access: Access, options: &Options) -> Result<Folder, Stop> {
        let mut folder = Folder { base: base.to_owned(), keep, adopt: options.adopt, _lock: None };
        if access == Access::Change
            && (folder.notes().is_dir() || options.adopt || folder.foreign()?.is_none())
        {
            folder._lock = Some(folder.lock()?);
        }
        Ok(folder)
    }

    fn notes(&self) -> PathBuf {
        self.base.join(".nutgraf")
    }

    fn next(&self) -> PathBuf {
        self.notes().join("next")
    }

    fn release(&self, id: &str) -> PathBuf {
        self.base.join("releases").join(id)
    }

    fn ledger_of(&self, id: &str) -> PathBuf {
        self.notes().join(format!("{id}.ledger"))
    }

    /// Waits for no one: two who publish at once hardly mean the same site.
    fn lock(&self) -> Result<File, Stop> {
        let path = self.notes().join("lock");
        let failed = |error: &io::Error| Stop::io(&format!("write {}", path.display()), error);
        std::fs::create_dir_all(self.notes()).map_err(|error| failed(&error))?;
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| failed(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Stop::new(
                Exit::Locked,
                format!(
                    "someone else is publishing to {} (they hold {})",
                    self.base.display(),
                    path.display()
                ),
            )),
            // A file system without locks: two who publish at once are then not kept apart.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(file),
            Err(TryLockError::Error(error)) => Err(failed(&error)),
        }
    }

    /// Something that is not nutgraf's, in a folder in which nutgraf has nothing yet.
    fn foreign(&self) -> Result<Option<String>, Stop> {
        let failed = |error: &io::Error| Stop::io(&format!("read {}", self.base.display()), error);
        let entries = match std::fs::read_dir(&self.base) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(|error| failed(&error))?.file_name().to_string_lossy().into_owned();
            if name != ".nutgraf" && !KEEPERS.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names.sort();
        Ok(names.into_iter().next())
    }

    /// The release that readers see; `None` where there is none, or one of someone else.
    fn live_id(&self) -> Option<String> {
        let link = std::fs::read_link(self.base.join("current")).ok()?;
        let id = link.strip_prefix("releases").ok()?.to_str()?.to_owned();
        (!id.is_empty() && self.ledger_of(&id).is_file()).then_some(id)
    }

    fn read_ledger(&self, id: &str) -> Result<Ledger, Stop> {
        let path = self.ledger_of(id);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Stop::io(&format!("read {}", path.display()), &error))?;
        Ledger::parse(&text).ok_or_else(|| {
            Stop::new(
                Exit::Unreachable,
                format!(
                    "{} is damaged, so what nutgraf put there cannot be told from what others did",
                    path.display()
                ),
            )
        })
    }

    /// Ids with a ledger, the newest first: they begin with their time.
    fn ids(&self) -> Result<Vec<String>, Stop> {
        let failed = |error: &io::Error| Stop::io(&format!("read {}", self.notes().display()), error);
        let entries = match std::fs::read_dir(self.notes()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&error)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry.map_err(|error| failed(&error))?.file_name();
            ids.extend(name.to_str().and_then(|name| name.strip_suffix(".ledger")).map(str::to_owned));
        }
        ids.sort_unstable_by(|a, b| b.cmp(a));
        Ok(ids)
    }

    /// Brings one file into the next release, and reads it there again.
    fn bring(
        &self,
        path: &OutputPath,
        digest: Digest,
        sources: &[Earlier],
        site: &Finished,
    ) -> Result<(), Stop> {
        let to = self.next().join(path.as_str());
        let failed = |error: &io::Error| Stop::io(&format!("write {}", to.display()), error);
        let earlier = || sources.iter().filter(|earlier| earlier.ledger.get(path) == Some(digest));
        for earlier in earlier() {
            // Where a file system has no links, or not that many, it is copied below; also where someone
            // changed the file in its release.
            if std::fs::hard_link(earlier.folder.join(path.as_str()), &to).is_ok() {
                if holds(&to, digest) {
                    return Ok(());
                }
                std::fs::remove_file(&to).map_err(|error| failed(&error))?;
            }
        }
        let own = site.manifest.get(path.as_str()) == Some(digest);
        let from = own.then(|| site.at(path)).into_iter();
        for from in from.chain(earlier().map(|earlier| earlier.folder.join(path.as_str()))) {
            let Ok(mut from) = File::open(&from) else { continue };
            let mut file = File::create(&to).map_err(|error| failed(&error))?;
            io::copy(&mut from, &mut file).map_err(|error| failed(&error))?;
            if cfg!(not(target_os = "linux")) {
                file.sync_all().map_err(|error| failed(&error))?;
            }
            if holds(&to, digest) {
                return Ok(());
            }
        }
        Err(Stop::new(Exit::Unreachable, format!("{} did not arrive whole", to.display())))
    }

    /// Empties the next release of all that does not belong there; returns what is right already.
    fn settle_next(&self, next: &Ledger) -> Result<BTreeSet<OutputPath>, Stop> {
        let root = self.next();
        let wanted: HashMap<&str, (&OutputPath, Digest)> =
            next.all().map(|(path, digest)| (path.as_str(), (path, digest))).collect();
        let mut right = BTreeSet::new();
        for found in files_below(&root)? {
            let known = found.to_str().and_then(|path| wanted.get(path));
            let full = root.join(&found);
            match known {
                Some((path, digest)) if holds(&full, *digest) => {
                    right.insert((*path).clone());
                }
                _ => std::fs::remove_file(&full)
                    .map_err(|error| Stop::io(&format!("remove {}", full.display()), &error))?,
            }
        }
        Ok(right)
    }

    /// Removes the files of a release that its ledger names, and the folders that are then empty. What
    /// someone else put there stays.
    fn remove(&self, id: &str) -> Result<(), Stop> {
        let ledger = self.read_ledger(id)?;
        let root = self.release(id);
        let failed = |path: &Path, error: &io::Error| Stop::io(&format!("remove {}", path.display()), error);
        let mut folders: BTreeSet<PathBuf> = BTreeSet::from([root.clone()]);
        for (path, _) in ledger.all() {
            let full = root.join(path.as_str());
            match std::fs::remove_file(&full) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&full, &error)),
                _ => {}
            }
            let above = full.ancestors().skip(1).take_while(|above| above.starts_with(&root));
            folders.extend(above.map(Path::to_owned));
        }
        // What is inside goes before its folder; a folder with something of others in it stays.
        for folder in folders.iter().rev() {
            let _ = std::fs::remove_dir(folder);
        }
        let note = self.ledger_of(id);
        std::fs::remove_file(&note).map_err(|error| failed(&note, &error))
    }

    /// Points `current` to a release, in one step.
    fn point_to(&self, id: &str) -> Result<(), Stop> {
        let (link, fresh) = (self.base.join("current"), self.notes().join("current"));
        let failed = |error: &io::Error| {
            Stop::io(&format!("point {} to the new release", link.display()), error).midway()
        };
        match std::fs::remove_file(&fresh) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&error)),
            _ => {}
        }
        make_link(&Path::new("releases").join(id), &fresh).map_err(|error| failed(&error))?;
        std::fs::rename(&fresh, &link).map_err(|error| failed(&error))?;
        // A power cut must not undo what was told to be live.
        File::open(&self.base).and_then(|folder| folder.sync_all()).map_err(|error| failed(&error))
    }
}

/// A release whose files may be used again.
struct Earlier {
    folder: PathBuf,
    ledger: Ledger,
}

impl Store for Folder {
    fn live(&mut self, _: &Finished) -> Result<Live, Stop> {
        let mut live = Live::default();
        let Some(id) = self.live_id() else {
            if self.ids()?.is_empty() {
                live.foreign = self.foreign()?;
            }
            // A link that is someone else's may be exchanged if asked for: what it leads to stays.
            let current = std::fs::symlink_metadata(self.base.join("current"));
            if current.is_ok_and(|meta| !(self.adopt && meta.is_symlink())) {
                live.foreign = Some("`current`".to_owned());
                if self.adopt {
                    return Err(Stop::new(
                        Exit::Guard,
                        format!(
                            "{} is no link, and nutgraf did not put it there; move it away\nnothing was changed",
                            self.base.join("current").display()
                        ),
                    ));
                }
            }
            return Ok(live);
        };
        let ledger = self.read_ledger(&id)?;
        let root = self.release(&id);
        let all: Vec<(&OutputPath, Digest)> = ledger.all().collect();
        // Sizes only: to read all of it at every publication would cost as much as to send it.
        let drifted = all.par_iter().filter(|(path, digest)| {
            !std::fs::symlink_metadata(root.join(path.as_str()))
                .is_ok_and(|meta| meta.is_file() && meta.len() == digest.size)
        });
        live.drifted = drifted.map(|(path, _)| (*path).clone()).collect();
        live.ledger = Some(ledger);
        live.id = Some(id);
        Ok(live)
    }

    fn put(&mut self, id: &str, plan: &Plan, site: &Finished) -> Result<usize, Stop> {
        let root = self.next();
        let failed =
            |path: &Path, error: &io::Error| Stop::io(&format!("write {}", path.display()), error).midway();
        std::fs::create_dir_all(&root).map_err(|error| failed(&root, &error))?;
        let right = self.settle_next(&plan.next).map_err(Stop::midway)?;

        // What is live, and the newest release: an attempt may have ended just before it was shown.
        let mut sources = Vec::new();
        let live = self.live_id();
        let newest = self.ids()?.into_iter().next().filter(|newest| live.as_ref() != Some(newest));
        for id in live.into_iter().chain(newest) {
            let ledger = self.read_ledger(&id)?;
            let folder = self.release(&id);
            sources.push(Earlier { folder, ledger });
        }
        let wanted: Vec<(&OutputPath, Digest)> =
            plan.next.all().filter(|(path, _)| !right.contains(*path)).collect();
        let folders: BTreeSet<&str> =
            wanted.iter().filter_map(|(path, _)| Some(path.as_str().rsplit_once('/')?.0)).collect();
        for folder in folders {
            let folder = root.join(folder);
            std::fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
        }
        wanted
            .par_iter()
            .try_for_each(|(path, digest)| self.bring(path, *digest, &sources, site))
            .map_err(Stop::midway)?;

        sync(&root).map_err(|error| failed(&root, &error))?;

        let (note, fresh) = (self.ledger_of(id), self.notes().join("ledger"));
        File::create(&fresh)
            .and_then(|mut file| {
                file.write_all(plan.next.text().as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| std::fs::rename(&fresh, &note))
            .map_err(|error| failed(&note, &error))?;
        let release = self.release(id);
        std::fs::create_dir_all(self.base.join("releases"))
            .and_then(|()| std::fs::rename(&root, &release))
            .map_err(|error| failed(&release, &error))?;
        self.point_to(id)?;
        Ok(right.len())
    }

    fn clean(&mut self) -> Result<usize, Stop> {
        let live = self.live_id();
        let ids = self.ids()?;
        // What a killed attempt noted and did not make is no release.
        let (whole, lost): (Vec<&String>, Vec<&String>) =
            ids.iter().partition(|id| self.release(id).is_dir());
        for id in lost {
            self.remove(id)?;
        }
        let mut kept = usize::from(live.is_some());
        let mut removed = 0;
        for id in whole.into_iter().filter(|id| live.as_ref() != Some(id)) {
            if kept < self.keep {
                kept += 1;
            } else {
                self.remove(id)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn releases(&mut self) -> Result<Vec<Release>, Stop> {
        let live = self.live_id();
        let mut releases = Vec::new();
        for id in self.ids()?.into_iter().filter(|id| self.release(id).is_dir()) {
            let files = self.read_ledger(&id)?.files.len();
            releases.push(Release { live: live.as_ref() == Some(&id), id, files });
        }
        Ok(releases)
    }

    fn show(&mut self, id: &str) -> Result<Ledger, Stop> {
        let ledger = self.read_ledger(id)?;
        let root = self.release(id);
        let all: Vec<(&OutputPath, Digest)> = ledger.all().collect();
        if let Some((path, _)) =
            all.par_iter().find_first(|(path, digest)| !holds(&root.join(path.as_str()), *digest))
        {
            return Err(Stop::new(
                Exit::Guard,
                format!(
                    "{} is no longer what was published; nothing was changed",
                    root.join(path.as_str()).display()
                ),
            ));
        }
        self.point_to(id)?;
        Ok(ledger)
    }
}

/// Whether a regular file has these bytes.
fn holds(path: &Path, digest: Digest) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == digest.size)
        && Digest::of_file(path).is_ok_and(|found| found == digest)
}

/// All that is no folder below `root`, by path from there. No link is followed.
fn files_below(root: &Path) -> Result<Vec<PathBuf>, Stop> {
    let mut files: BTreeMap<PathBuf, ()> = BTreeMap::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        let full = root.join(&folder);
        let failed = |error: io::Error| Stop::io(&format!("read {}", full.display()), &error);
        for entry in std::fs::read_dir(&full).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = folder.join(entry.file_name());
            match entry.file_type().map_err(failed)?.is_dir() {
                true => open.push(path),
                false => {
                    files.insert(path, ());
                }
            }
        }
    }
    Ok(files.into_keys().collect())
}

/// Lets all that was written to the file system of `folder` reach the disk: once, and not for each file.
#[cfg(target_os = "linux")]
fn sync(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Elsewhere each file was brought to the disk by itself.
#[cfg(not(target_os = "linux"))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn make_link(target: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(windows)]
fn make_link(target: &Path, at: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_dir(target, at)
}
