//! The output folder on disk: the old state or the new one, never a mix.
//!
//! The next state is made in a folder beside the output (see `aside`) and the two are exchanged by one
//! system call at the end. Whoever kills a build, or lets the disk run full, finds the last good state.
//!
//! Three kinds of file make up the next state:
//!
//! - A page that is the same as the last one is not written. If all are, nothing is touched at all;
//!   otherwise they become hard links to the files that stand in the output. After one exchange the
//!   folder aside has nearly all of them already, because it was the output before.
//! - A page that differs is written aside, as soon as it is put. Never into a file that is there, which
//!   the output may share.
//! - A file that nutgraf did not write (`.git`, `CNAME`, notes) is carried over as a hard link.
//!
//! What stands aside is never trusted: a file in it counts only if it *is* the file of the output, or
//! was read and has the right digest. So what a killed build left needs no cleaning up, and what it
//! wrote is not written again.
//!
//! A file of the output counts as unchanged if its size is that of the manifest and it is older than
//! the manifest, or else if its content has the right digest. So edits by hand are found and undone,
//! and a folder that was copied or checked out is read once instead of written again.
//!
//! Data is not forced to the disk (`fsync`): a power cut can lose the newest build. The next one notices
//! damaged files by their size, or reads them.

#![allow(clippy::disallowed_methods, reason = "output is where the finished site is read and written")]

#[cfg(test)]
mod tests;

use super::aside::Aside;
use super::carry::{self, FileId, Found};
use super::manifest::{Digest, MANIFEST, Manifest};
use super::refuse::{self, Protected, Standing};
use super::{Content, Output, OutputPath};
use crate::diagnostics::Failure;
use rayon::iter::Either;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hash, RandomState};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// An output folder that is being written.
///
/// Dropped without [`Disk::finish`], it leaves the folder as it was.
#[derive(Debug)]
pub struct Disk {
    /// The folder as the user named it, for messages.
    out: PathBuf,
    /// The folder, absolute.
    front: PathBuf,
    standing: Standing,
    /// What nutgraf wrote there last; empty where it wrote nothing.
    last: Manifest,
    /// When that was. `None` is before everything, so that no file counts as older.
    stamp: Option<SystemTime>,
    back: PathBuf,
    /// Nothing stood in the back folder when it was opened.
    fresh: bool,
    puts: Shards<OutputPath, Put>,
    /// Outputs that are named by what they are made from.
    named: Shards<OutputPath, ()>,
    /// Folders that stand in the back, from its root; the root is the empty path.
    folders: Shards<Box<str>, ()>,
    /// How the two folders change places.
    exchange: fn(&Path, &Path) -> io::Result<()>,
    settled: bool,
    /// Pieces that are not published stand among the outputs.
    preview: bool,
    /// Last, so that the lock outlives all that is done under it.
    aside: Aside,
}

/// What a finished build did to the output folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files of the site that stand there now, and their bytes.
    pub files: usize,
    pub bytes: u64,
    pub added: usize,
    /// Also files that someone else had edited or deleted.
    pub changed: usize,
    pub removed: usize,
    pub unchanged: usize,
    /// Files that nutgraf did not write and carried over; 0 where nothing was touched.
    pub carried: usize,
}

#[derive(Clone, Copy, Debug)]
struct Put {
    digest: Digest,
    place: Standpoint,
}

/// Where the bytes of an output stand already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standpoint {
    /// In the output folder, as this file.
    Front(Option<FileId>),
    /// In the back folder.
    Back,
}

/// Bytes up to which a file that is copied is held in memory.
const WHOLE: u64 = 1 << 20;

/// Attempts, 20 ms apart, to get the lock: 10 seconds, enough for another build of a middling archive.
const ATTEMPTS: u32 = 500;

impl Disk {
    /// Opens `out` for a build: checks that it may be written, and keeps other builds away from it.
    /// Nothing in it is touched before [`Disk::finish`]. Waits up to ten seconds for another build.
    ///
    /// # Errors
    ///
    /// The folder is one of those that nutgraf never replaces, cannot be read, or is being written by
    /// another build for more than ten seconds.
    pub fn open(out: &Path, protected: &Protected) -> Result<Disk, Failure> {
        Disk::open_waiting(out, protected, ATTEMPTS)
    }

    fn open_waiting(out: &Path, protected: &Protected, attempts: u32) -> Result<Disk, Failure> {
        let front = refuse::resolve(out, protected)?;
        // Before anything is made, so that a refused folder finds nothing new beside it.
        refuse::look(&front, out)?;
        if let Some(parent) = front.parent() {
            std::fs::create_dir_all(parent)
                .map_err(|error| Failure::io(format_args!("cannot make {}", parent.display()), &error))?;
        }
        let aside = Aside::hold(&front, out, attempts)?;
        settle_renames(&front, &aside)?;
        // Again, as another build may have ended in the meantime.
        let standing = refuse::look(&front, out)?;
        let back = aside.back();
        let fresh = match std::fs::symlink_metadata(&back) {
            Ok(meta) if meta.is_dir() => false,
            Ok(_) => return Err(Failure(format!("{} is not a folder; delete it", back.display()))),
            Err(_) => true,
        };
        let (mut last, mut stamp) = (Manifest::default(), None);
        if standing == Standing::Ours {
            last = Manifest::read(&front)?.unwrap_or_default();
            stamp = std::fs::metadata(front.join(MANIFEST)).and_then(|meta| meta.modified()).ok();
        }
        Ok(Disk {
            out: out.to_owned(),
            front,
            standing,
            last,
            stamp,
            back,
            fresh,
            puts: Shards::default(),
            named: Shards::default(),
            folders: Shards::default(),
            exchange,
            settled: false,
            preview: false,
            aside,
        })
    }

    /// Notes that pieces which are not published stand among the outputs.
    pub fn mark_preview(&mut self) {
        self.preview = true;
    }

    /// Takes one output. May be called from many threads.
    ///
    /// # Errors
    ///
    /// The file cannot be written (the disk is full, a file to copy cannot be read), or the path was
    /// put before.
    pub fn put(&self, output: Output) -> Result<(), Failure> {
        let Output { path, content } = output;
        let put = match content {
            Content::Bytes(bytes) => self.put_bytes(&path, &bytes)?,
            Content::Copy(from) => self.put_copy(&path, &from)?,
            // Whoever comes first makes it.
            Content::Named(_) if self.named.insert(path.clone(), ()).is_err() => return Ok(()),
            Content::Named(named) => match self.kept(&path) {
                Some(put) => put,
                None => self.put_bytes(&path, &named.make()?)?,
            },
        };
        match self.puts.insert(path, put) {
            Ok(()) => Ok(()),
            Err(path) => Err(Failure(format!("two outputs want to be {}", self.shown(path.as_str())))),
        }
    }

    /// The file of the last build, where it stands as it was written.
    fn kept(&self, path: &OutputPath) -> Option<Put> {
        let digest = self.last.get(path.as_str())?;
        let place = self.standpoint(path, digest)?;
        Some(Put { digest, place })
    }

    fn put_bytes(&self, path: &OutputPath, bytes: &[u8]) -> Result<Put, Failure> {
        let digest = Digest::of(bytes);
        if let Some(place) = self.standpoint(path, digest) {
            return Ok(Put { digest, place });
        }
        self.write(path.as_str(), |file| {
            file.write_all(bytes).map_err(|error| self.cannot_write(path.as_str(), &error))
        })?;
        Ok(Put { digest, place: Standpoint::Back })
    }

    fn put_copy(&self, path: &OutputPath, from: &Path) -> Result<Put, Failure> {
        let unreadable =
            |error: io::Error| Failure::io(format_args!("cannot read {}", from.display()), &error);
        let meta = std::fs::metadata(from).map_err(unreadable)?;
        if !meta.is_file() {
            // Opening a pipe would wait for ever.
            return Err(Failure(format!("cannot copy {}: it is not a regular file", from.display())));
        }
        if meta.len() <= WHOLE {
            return self.put_bytes(path, &std::fs::read(from).map_err(unreadable)?);
        }
        // Reading a large file once more is cheaper than writing it once more.
        if !self.fresh || self.last.get(path.as_str()).is_some_and(|last| last.size == meta.len()) {
            let digest = Digest::of_file(from).map_err(unreadable)?;
            if let Some(place) = self.standpoint(path, digest) {
                return Ok(Put { digest, place });
            }
        }
        let mut source = File::open(from).map_err(unreadable)?;
        let digest = self.write(path.as_str(), |file| {
            Digest::of_stream(&mut source, unreadable, |part| {
                file.write_all(part).map_err(|error| self.cannot_write(path.as_str(), &error))
            })
        })?;
        Ok(Put { digest, place: Standpoint::Back })
    }

    /// Brings the output folder to the new state: exactly what was put, and what others keep there.
    ///
    /// # Errors
    ///
    /// A file cannot be written; a file that nutgraf did not write stands where an output is to be.
    /// The folder is then as it was.
    pub fn finish(mut self) -> Result<Written, Failure> {
        let puts = std::mem::take(&mut self.puts).into_sorted();
        let done = self.finish_with(&puts);
        if done.is_err() {
            self.discard(&puts);
        }
        self.settled = true;
        done
    }

    fn finish_with(&self, puts: &[(OutputPath, Put)]) -> Result<Written, Failure> {
        let mut written = Written { files: puts.len(), ..Written::default() };
        for (path, put) in puts {
            written.bytes += put.digest.size;
            match (put.place, self.last.get(path.as_str())) {
                (Standpoint::Front(_), _) => written.unchanged += 1,
                (Standpoint::Back, None) => written.added += 1,
                (Standpoint::Back, Some(_)) => written.changed += 1,
            }
        }
        written.removed = self.last.files().len() - (written.unchanged + written.changed);
        if self.standing == Standing::Ours && written.unchanged == puts.len() && written.removed == 0 {
            return Ok(written);
        }
        let next = Next::new(self, puts)?;
        written.carried = next.foreign.len();
        written.removed -= next.adopted;
        self.bring_up(&next)?;
        let mut manifest = Manifest::new(puts.iter().map(|(path, put)| (path.clone(), put.digest)).collect());
        manifest.preview = self.preview;
        self.write(MANIFEST, |file| {
            file.write_all(manifest.text().as_bytes()).map_err(|error| self.cannot_write(MANIFEST, &error))
        })?;
        self.swap(&next)?;
        Ok(written)
    }

    /// Makes the back folder hold the next state, save for the manifest.
    fn bring_up(&self, next: &Next) -> Result<(), Failure> {
        self.make_folder("")?;
        let stood = if self.fresh { Vec::new() } else { walk(&self.back)? };
        let (right, stale): (Vec<&Found>, Vec<&Found>) =
            stood.par_iter().partition_map(|found| match next.is_right(found, &self.back) {
                true => Either::Left(found),
                false => Either::Right(found),
            });
        let right: HashSet<&Path> = right.into_iter().map(|found| found.path.as_path()).collect();
        let remove = |found: &&Found| {
            let path = self.back.join(&found.path);
            let gone =
                if found.kind.is_dir() { std::fs::remove_dir(&path) } else { std::fs::remove_file(&path) };
            gone.map_err(|error| Failure::io(format_args!("cannot remove {}", path.display()), &error))
        };
        let (folders, files): (Vec<&Found>, Vec<&Found>) =
            stale.into_iter().partition(|found| found.kind.is_dir());
        files.par_iter().try_for_each(remove)?;
        // Sorted by path: what is inside goes before its folder.
        folders.iter().rev().try_for_each(remove)?;

        for folder in &next.own_folders {
            if !right.contains(Path::new(folder)) {
                self.make_folder(folder)?;
            }
        }
        for folder in next.foreign_folders.iter().filter(|folder| !right.contains(folder.as_path())) {
            make_one(&self.back.join(folder)).map_err(|error| {
                Failure::io(format_args!("cannot carry over {}", self.out.join(folder).display()), &error)
            })?;
        }
        let bring = |path: &Path| {
            if right.contains(path) {
                return Ok(());
            }
            carry::bring(&self.front.join(path), &self.back.join(path)).map_err(|error| {
                Failure::io(format_args!("cannot carry over {}", self.out.join(path).display()), &error)
            })
        };
        next.puts.par_iter().try_for_each(|(path, put)| match put.place {
            Standpoint::Front(_) => bring(Path::new(path.as_str())),
            Standpoint::Back => Ok(()),
        })?;
        next.foreign.par_iter().try_for_each(|(path, _)| bring(path))?;
        for folder in &next.foreign_folders {
            copy_mode(&self.front.join(folder), &self.back.join(folder));
        }
        Ok(())
    }

    /// Puts the back folder where the front is.
    fn swap(&self, next: &Next) -> Result<(), Failure> {
        let failed = |error: &io::Error| {
            let mut failure = Failure::io(format_args!("cannot replace {}", self.out.display()), error);
            if error.kind() == ErrorKind::ResourceBusy {
                failure.0.push_str("; if it is a mount point, choose a folder inside of it");
            }
            failure
        };
        if self.standing == Standing::Absent {
            return std::fs::rename(&self.back, &self.front).map_err(|error| failed(&error));
        }
        copy_mode(&self.front, &self.back);
        match (self.exchange)(&self.front, &self.back) {
            Ok(()) => {}
            Err(error) if cannot_exchange(&error) => {
                rename_twice(&self.front, &self.back, &self.aside.old()).map_err(|error| failed(&error))?;
            }
            Err(error) => return Err(failed(&error)),
        }
        if self.standing == Standing::Bare {
            // The new state has these files too, and no build will want the folder again. What cannot
            // be removed is looked at by the next build.
            for (path, _) in &next.foreign {
                let _ = std::fs::remove_file(self.back.join(path));
            }
            let _ = std::fs::remove_dir(&self.back);
        }
        Ok(())
    }

    /// Where the bytes of an output stand already; `None` where they do not.
    fn standpoint(&self, path: &OutputPath, digest: Digest) -> Option<Standpoint> {
        if self.last.get(path.as_str()) == Some(digest)
            && let Some(id) = intact(&self.front.join(path.as_str()), digest, self.stamp)
        {
            return Some(Standpoint::Front(id));
        }
        // A symbolic link that was carried over could lead out of the back folder, so the folders on the
        // way are looked at first.
        if !self.fresh && self.folder_stands(path.as_str()) {
            intact(&self.back.join(path.as_str()), digest, None)?;
            return Some(Standpoint::Back);
        }
        None
    }

    /// Whether the folder of `path` stands in the back and is no link, all the way down.
    fn folder_stands(&self, path: &str) -> bool {
        let Some((folder, _)) = path.rsplit_once('/') else { return true };
        if self.folders.contains(folder) {
            return true;
        }
        for end in ends(folder) {
            let part = &folder[..end];
            if self.folders.contains(part) {
                continue;
            }
            if !std::fs::symlink_metadata(self.back.join(part)).is_ok_and(|meta| meta.is_dir()) {
                return false;
            }
            self.folders.note(part);
        }
        true
    }

    /// Writes a new file into the back folder; `fill` writes its bytes.
    fn write<T>(&self, path: &str, fill: impl FnOnce(&mut File) -> Result<T, Failure>) -> Result<T, Failure> {
        self.make_folder(path.rsplit_once('/').map_or("", |(folder, _)| folder))?;
        let full = self.back.join(path);
        let open = || OpenOptions::new().write(true).create_new(true).open(&full);
        let mut file = match open() {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // It may be the very file of the output, so it gives way and is not written into.
                clear(&full).and_then(|()| open()).map_err(|error| self.cannot_write(path, &error))?
            }
            other => other.map_err(|error| self.cannot_write(path, &error))?,
        };
        fill(&mut file).inspect_err(|_| {
            // Half a file is of no use to the next build, and the disk may be full.
            let _ = std::fs::remove_file(&full);
        })
    }

    /// Makes a folder in the back and all above it; what stands in its place gives way.
    fn make_folder(&self, folder: &str) -> Result<(), Failure> {
        if self.folders.contains(folder) {
            return Ok(());
        }
        for end in std::iter::once(0).chain(ends(folder)) {
            let part = &folder[..end];
            if self.folders.contains(part) {
                continue;
            }
            make_one(&self.back.join(part)).map_err(|error| self.cannot_write(part, &error))?;
            self.folders.note(part);
        }
        Ok(())
    }

    /// Frees the space that this build took. What cannot be removed is looked at by the next build.
    fn discard(&self, puts: &[(OutputPath, Put)]) {
        if self.fresh {
            let _ = std::fs::remove_dir_all(&self.back);
            return;
        }
        for (path, put) in puts {
            if put.place == Standpoint::Back {
                let _ = std::fs::remove_file(self.back.join(path.as_str()));
            }
        }
    }

    /// The path of an output as the user knows it.
    fn shown(&self, path: &str) -> String {
        self.out.join(path).display().to_string()
    }

    fn cannot_write(&self, path: &str, error: &io::Error) -> Failure {
        Failure::io(format_args!("cannot write {}", self.shown(path)), error)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if !self.settled {
            let puts = std::mem::take(&mut self.puts).into_sorted();
            self.discard(&puts);
        }
    }
}

/// What the output folder is to hold.
struct Next<'a> {
    /// Sorted by path.
    puts: &'a [(OutputPath, Put)],
    /// Folders of outputs; a folder comes before those in it.
    own_folders: BTreeSet<&'a str>,
    /// What others keep in the output folder, and which files these are. Sorted by path; no folders.
    foreign: Vec<(PathBuf, Option<FileId>)>,
    /// Folders of what others keep, and their empty ones.
    foreign_folders: BTreeSet<PathBuf>,
    /// Old outputs that someone edited: no longer ours to delete, so they are in `foreign`.
    adopted: usize,
}

impl<'a> Next<'a> {
    fn new(disk: &Disk, puts: &'a [(OutputPath, Put)]) -> Result<Next<'a>, Failure> {
        let mut own_folders = BTreeSet::new();
        for (path, _) in puts {
            let mut path = path.as_str();
            while let Some((folder, _)) = path.rsplit_once('/') {
                if !own_folders.insert(folder) {
                    break;
                }
                path = folder;
            }
        }
        if let Some((path, _)) = puts.iter().find(|(path, _)| own_folders.contains(path.as_str())) {
            let path = disk.shown(path.as_str());
            return Err(Failure(format!("outputs want {path} to be a file and a folder")));
        }
        let mut next =
            Next { puts, own_folders, foreign: Vec::new(), foreign_folders: BTreeSet::new(), adopted: 0 };
        if disk.standing != Standing::Absent {
            let device = carry::id_at(&disk.front).map(|(device, _)| device);
            for found in walk(&disk.front)? {
                next.sort_in(disk, device, found)?;
            }
        }
        Ok(next)
    }

    /// Decides what becomes of something that stands in the output folder.
    fn sort_in(&mut self, disk: &Disk, device: Option<u64>, found: Found) -> Result<(), Failure> {
        let name = found.path.to_str().unwrap_or_default();
        let put = self.put(&found.path);
        let covered = || found.path.ancestors().skip(1).any(|folder| self.put(folder).is_some());
        if found.kind.is_dir() {
            let inside = || carry::id_at(&disk.front.join(&found.path)).map(|(device, _)| device);
            if !self.own_folders.contains(name) && inside() != device {
                return Err(Failure(format!(
                    "{} is a mount point, which cannot be carried into a new folder: unmount it first",
                    disk.out.join(&found.path).display()
                )));
            }
            // A folder with something in it is settled by what is in it. An empty one may give way.
            if found.empty && put.is_none() && !covered() {
                self.keep_folders(&found.path);
                self.foreign_folders.insert(found.path);
            }
            return Ok(());
        }
        let full = disk.front.join(&found.path);
        let last = disk.last.get(name);
        let ours = match (last, put) {
            (Some(_), Some(_)) => true,
            (Some(last), None) => intact(&full, last, disk.stamp).is_some(),
            // Whoever wrote it, it is what it is to be.
            (None, Some(put)) => intact(&full, put.digest, None).is_some(),
            (None, None) => name == MANIFEST,
        };
        if ours {
            return Ok(());
        }
        if put.is_some() || self.own_folders.contains(name) || covered() {
            return Err(Failure(format!(
                "{} was not written by nutgraf and stands where a file of the site is to be: move or delete it",
                disk.out.join(&found.path).display()
            )));
        }
        self.adopted += usize::from(last.is_some());
        self.keep_folders(&found.path);
        self.foreign.push((found.path, carry::id_at(&full)));
        Ok(())
    }

    /// Notes the folders above something that is carried over.
    fn keep_folders(&mut self, path: &Path) {
        for folder in path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty()) {
            if !self.foreign_folders.insert(folder.to_owned()) {
                break;
            }
        }
    }

    fn put(&self, path: &Path) -> Option<Put> {
        let path = path.to_str()?;
        let at = self.puts.binary_search_by(|(own, _)| own.as_str().cmp(path)).ok()?;
        Some(self.puts[at].1)
    }

    /// Whether what stands in the back folder is what belongs there.
    fn is_right(&self, found: &Found, back: &Path) -> bool {
        if found.kind.is_dir() {
            return found.path.to_str().is_some_and(|path| self.own_folders.contains(path))
                || self.foreign_folders.contains(&found.path);
        }
        let id = match self.put(&found.path) {
            Some(Put { place: Standpoint::Back, .. }) => return true,
            Some(Put { place: Standpoint::Front(id), .. }) => id,
            None => match self.foreign.binary_search_by(|(path, _)| path.cmp(&found.path)) {
                Ok(at) => self.foreign[at].1,
                Err(_) => return false,
            },
        };
        id.is_some() && id == carry::id_at(&back.join(&found.path))
    }
}

/// Whether the file at `path` has this content, and which file it is. Older than `stamp`, it is taken
/// for what was written if it has the right size; otherwise it is read.
fn intact(path: &Path, digest: Digest, stamp: Option<SystemTime>) -> Option<Option<FileId>> {
    let meta = std::fs::symlink_metadata(path).ok()?;
    if !meta.is_file() || meta.len() != digest.size {
        return None;
    }
    let older = matches!((meta.modified(), stamp), (Ok(time), Some(stamp)) if time < stamp);
    (older || Digest::of_file(path).ok() == Some(digest)).then(|| carry::file_id(&meta))
}

fn walk(root: &Path) -> Result<Vec<Found>, Failure> {
    carry::walk(root)
        .map_err(|(path, error)| Failure::io(format_args!("cannot read {}", path.display()), &error))
}

/// Ends of the parts of a folder's path: for `a/bc` 1 and 4.
fn ends(folder: &str) -> impl Iterator<Item = usize> {
    folder.match_indices('/').map(|(at, _)| at).chain(std::iter::once(folder.len()))
}

/// Makes a folder; what is no folder gives way. The folder above must be there.
fn make_one(path: &Path) -> io::Result<()> {
    match std::fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            if std::fs::symlink_metadata(path)?.is_dir() {
                return Ok(());
            }
            std::fs::remove_file(path)?;
            std::fs::create_dir(path)
        }
        other => other,
    }
}

/// Removes what stands at `path` in the back folder.
fn clear(path: &Path) -> io::Result<()> {
    if std::fs::symlink_metadata(path)?.is_dir() {
        std::fs::remove_dir_all(path)
    } else {
        std::fs::remove_file(path)
    }
}

/// Gives a folder the mode of another, but never one that would lock out the next build.
fn copy_mode(from: &Path, to: &Path) {
    let Ok(meta) = std::fs::metadata(from) else { return };
    let mut mode = meta.permissions();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        mode.set_mode(mode.mode() | 0o700);
    }
    #[cfg(not(unix))]
    mode.set_readonly(false);
    // Only a folder of another user refuses it, and that one works with the usual mode too.
    let _ = std::fs::set_permissions(to, mode);
}

/// Exchanges two folders in one step.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Whether the error says that this system or file system cannot exchange.
fn cannot_exchange(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput)
}

/// Lets the back folder take the place of the front in two steps. Between them there is no front;
/// [`settle_renames`] of the next build mends it.
fn rename_twice(front: &Path, back: &Path, old: &Path) -> io::Result<()> {
    std::fs::rename(front, old)?;
    if let Err(error) = std::fs::rename(back, front) {
        std::fs::rename(old, front)?;
        return Err(error);
    }
    // If it fails, the next build does it.
    let _ = std::fs::rename(old, back);
    Ok(())
}

/// Ends an exchange by two renames that was cut off.
fn settle_renames(front: &Path, aside: &Aside) -> Result<(), Failure> {
    let (old, back) = (aside.old(), aside.back());
    let there = |path: &Path| std::fs::symlink_metadata(path).is_ok();
    if !there(&old) {
        return Ok(());
    }
    let settled = if !there(front) {
        std::fs::rename(&old, front)
    } else if !there(&back) {
        std::fs::rename(&old, &back)
    } else {
        std::fs::remove_dir_all(&old)
    };
    settled.map_err(|error| Failure::io(format_args!("cannot move {}", old.display()), &error))
}

/// A map that many threads fill at once.
#[derive(Debug)]
struct Shards<K, V> {
    /// Only decides who waits for whom: what leaves is sorted.
    hasher: RandomState,
    maps: [Mutex<HashMap<K, V>>; 16],
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Shards<K, V> {
        Shards { hasher: RandomState::new(), maps: Default::default() }
    }
}

impl<K: Hash + Ord, V> Shards<K, V> {
    fn map<Q: Hash + ?Sized>(&self, key: &Q) -> std::sync::MutexGuard<'_, HashMap<K, V>> {
        let at = self.hasher.hash_one(key) as usize % self.maps.len();
        // A thread that panicked in here was inserting one entry, which leaves a map whole.
        self.maps[at].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the key back where it is there already.
    fn insert(&self, key: K, value: V) -> Result<(), K> {
        let mut map = self.map(&key);
        if map.contains_key(&key) {
            return Err(key);
        }
        map.insert(key, value);
        Ok(())
    }

    fn into_sorted(self) -> Vec<(K, V)> {
        let maps = self.maps.into_iter().map(|map| map.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut all: Vec<(K, V)> = maps.flatten().collect();
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        all
    }
}

impl Shards<Box<str>, ()> {
    fn contains(&self, key: &str) -> bool {
        self.map(key).contains_key(key)
    }

    fn note(&self, key: &str) {
        self.map(key).insert(key.into(), ());
    }
}
