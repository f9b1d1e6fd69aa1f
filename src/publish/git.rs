//! A branch of a git repository, by the system's `git`: its credential helpers, keys and hosts are used.
//!
//! The commit is made in a repository of its own that is gone afterwards, from the list of files, without
//! a work tree; only what the branch does not have is sent. Others are kept away by the lease of the
//! push: it goes through only if the branch is where it was when it was looked at. What nutgraf put
//! there stands in the branch itself, in `.nutgraf-release`; all other files of the branch stay.

#![allow(clippy::disallowed_methods, reason = "git is run, and is told where the published files stand")]

use super::verify::Scratch;
use super::{Exit, Finished, Ledger, Live, Plan, Release, Stop, Store};
use crate::output::{Digest, OutputPath};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

/// The list of what nutgraf put into the branch.
const LEDGER: &str = ".nutgraf-release";

/// Stands in the message of a commit before the id of its release.
const TRAILER: &str = "Nutgraf-Release: ";

/// A branch, looked at.
pub(super) struct Branch {
    remote: String,
    branch: String,
    squash: bool,
    now: Timestamp,
    scratch: Scratch,
    /// Where the branch is; `None` where there is none.
    tip: Option<String>,
}

/// Files of a commit: mode and object, by path in the bytes that git has.
type Tree = BTreeMap<Vec<u8>, (String, String)>;

/// A path on this machine is from the site's root; anything else is left as it is.
pub(super) fn settled(remote: &str, root: &Path) -> String {
    let local = root.join(remote);
    match local.exists() {
        true => std::path::absolute(&local).unwrap_or(local).to_string_lossy().into_owned(),
        false => remote.to_owned(),
    }
}

impl Branch {
    /// Fetches the newest commit of the branch, without the files in it where the host can do so.
    pub(super) fn open(remote: String, branch: &str, squash: bool, now: Timestamp) -> Result<Branch, Stop> {
        let scratch = Scratch::new("git")?;
        let mut own = Branch { remote, branch: branch.to_owned(), squash, now, scratch, tip: None };
        own.git(&["init", "--quiet", "--bare", "."], b"")?;
        own.git(&["remote", "add", "origin", &own.remote.clone()], b"")?;
        let name = own.reference();
        let listed = own.git(&["ls-remote", "origin", &name], b"")?;
        if !listed.stdout.is_empty() {
            let fetched = format!("+{name}:refs/live");
            own.git(
                &["fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none", "origin", &fetched],
                b"",
            )?;
            own.tip = Some(own.line(&["rev-parse", "refs/live"])?);
        }
        Ok(own)
    }

    fn reference(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    fn git(&self, args: &[&str], input: &[u8]) -> Result<Output, Stop> {
        self.git_fed(args, &|stdin| stdin.write_all(input))
    }

    /// Runs git; `feed` writes what it reads.
    fn git_fed(
        &self,
        args: &[&str],
        feed: &(dyn Fn(&mut dyn Write) -> io::Result<()> + Sync),
    ) -> Result<Output, Stop> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => {
                Stop::new(Exit::Usage, "there is no `git` on this machine; install it")
            }
            _ => Stop::new(Exit::Unreachable, format!("cannot run git: {error}")),
        };
        let mut command = Command::new("git");
        command.args(args).current_dir(self.scratch.path()).env("GIT_DIR", self.scratch.path());
        // A hook of the site's own repository may be what runs nutgraf.
        for name in
            ["GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE"]
        {
            command.env_remove(name);
        }
        command.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let written = std::thread::scope(|scope| {
            let stdin = child.stdin.take();
            // Written beside the reading: what git answers meanwhile must not make it wait.
            let writer = scope.spawn(move || {
                stdin.map_or(Ok(()), |stdin| {
                    let mut stdin = io::BufWriter::new(stdin);
                    feed(&mut stdin)?;
                    stdin.flush()
                })
            });
            let out = child.wait_with_output();
            // Where git ends early, its own message says why.
            let _ = writer.join();
            out
        });
        let out = written.map_err(failed)?;
        match out.status.success() {
            true => Ok(out),
            false => {
                Err(refused(args.first().copied().unwrap_or_default(), &String::from_utf8_lossy(&out.stderr)))
            }
        }
    }

    fn line(&self, args: &[&str]) -> Result<String, Stop> {
        Ok(String::from_utf8_lossy(&self.git(args, b"")?.stdout).trim().to_owned())
    }

    /// The files of a commit.
    fn tree(&self, commit: &str) -> Result<Tree, Stop> {
        let listed = self.git(&["ls-tree", "-r", "-z", "--full-tree", commit], b"")?;
        let entry = |line: &[u8]| {
            let tab = line.iter().position(|b| *b == b'\t')?;
            let head = std::str::from_utf8(&line[..tab]).ok()?;
            let mut parts = head.split(' ');
            let (mode, _, object) = (parts.next()?, parts.next()?, parts.next()?);
            Some((line[tab + 1..].to_vec(), (mode.to_owned(), object.to_owned())))
        };
        Ok(listed.stdout.split(|b| *b == 0).filter_map(entry).collect())
    }

    /// What nutgraf put into a commit; `None` where it has put nothing there.
    fn ledger(&self, tree: &Tree) -> Result<Option<Ledger>, Stop> {
        let Some((_, object)) = tree.get(LEDGER.as_bytes()) else { return Ok(None) };
        let text = self.git(&["cat-file", "blob", object], b"")?.stdout;
        match std::str::from_utf8(&text).ok().and_then(Ledger::parse) {
            Some(ledger) => Ok(Some(ledger)),
            None => Err(Stop::new(
                Exit::Unreachable,
                format!(
                    "{LEDGER} in the branch is damaged, so what nutgraf put there cannot be told from what others did"
                ),
            )),
        }
    }

    /// The objects that files of the site would be, in the order asked.
    fn objects(&self, site: &Finished, paths: &[&OutputPath]) -> Result<Vec<String>, Stop> {
        let folder = std::path::absolute(&site.folder).unwrap_or_else(|_| site.folder.clone());
        let mut list = String::new();
        for path in paths {
            list.push_str(&format!("{}\n", folder.join(path.as_str()).display()));
        }
        let out = self.git(&["hash-object", "--no-filters", "--stdin-paths"], list.as_bytes())?;
        Ok(String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect())
    }

    /// Files of the branch that nutgraf did not put there.
    fn foreign(&self, tree: &Tree, ledger: &Ledger) -> Tree {
        let own: BTreeSet<&[u8]> = ledger.all().map(|(path, _)| path.as_str().as_bytes()).collect();
        let others = tree
            .iter()
            .filter(|(path, _)| path.as_slice() != LEDGER.as_bytes() && !own.contains(path.as_slice()));
        others.map(|(path, entry)| (path.clone(), entry.clone())).collect()
    }

    /// Makes a commit and pushes it.
    fn push(&self, id: &str, about: &str, entries: &Entries) -> Result<(), Stop> {
        let who = self.line(&["var", "GIT_COMMITTER_IDENT"]).unwrap_or_default();
        let who = who
            .rsplit_once('>')
            .map_or("nutgraf <nutgraf@localhost>".to_owned(), |(who, _)| format!("{who}>"));
        let message = format!("Publish {id}\n\n{about}\n\n{TRAILER}{id}\n");
        // Why a file could not be sent; git then has no end of its orders, and makes no commit.
        let broken: Mutex<Option<Stop>> = Mutex::new(None);
        let feed = |stream: &mut dyn Write| {
            let data = |stream: &mut dyn Write, bytes: &[u8]| {
                writeln!(stream, "data {}", bytes.len())?;
                stream.write_all(bytes)?;
                stream.write_all(b"\n")
            };
            write!(stream, "commit refs/next\ncommitter {who} {} +0000\n", self.now.as_second())?;
            data(stream, message.as_bytes())?;
            if let Some(tip) = self.tip.as_ref().filter(|_| !self.squash) {
                writeln!(stream, "from {tip}")?;
            }
            stream.write_all(b"deleteall\n")?;
            for (path, (mode, object)) in &entries.stays {
                write!(stream, "M {mode} {object} ")?;
                stream.write_all(&quoted(path))?;
                stream.write_all(b"\n")?;
            }
            for (path, file) in &entries.files {
                let bytes = match file.bytes() {
                    Ok(bytes) => bytes,
                    Err(stop) => {
                        *broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop);
                        return Err(io::ErrorKind::Interrupted.into());
                    }
                };
                stream.write_all(b"M 100644 inline ")?;
                stream.write_all(&quoted(path.as_bytes()))?;
                stream.write_all(b"\n")?;
                data(stream, &bytes)?;
            }
            stream.write_all(b"done\n")
        };
        let made = self.git_fed(&["fast-import", "--quiet", "--done"], &feed);
        if let Some(stop) = broken.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(stop);
        }
        made?;
        let name = self.reference();
        let lease = format!("--force-with-lease={name}:{}", self.tip.as_deref().unwrap_or_default());
        self.git(&["push", "--quiet", &lease, "origin", &format!("refs/next:{name}")], b"")?;
        Ok(())
    }

    /// All releases in the branch, each with a commit of it, the newest first.
    fn history(&self) -> Result<Vec<(String, String)>, Stop> {
        let Some(tip) = &self.tip else { return Ok(Vec::new()) };
        if self.line(&["rev-parse", "--is-shallow-repository"])? == "true" {
            let fetched = format!("+{}:refs/live", self.reference());
            self.git(
                &["fetch", "--quiet", "--no-tags", "--unshallow", "--filter=blob:none", "origin", &fetched],
                b"",
            )?;
        }
        let log = self.git(&["log", "--first-parent", "-z", "--format=%H%n%B", tip], b"")?;
        let log = String::from_utf8_lossy(&log.stdout).into_owned();
        let release = |entry: &str| {
            let (commit, body) = entry.split_once('\n')?;
            let id = body.lines().rev().find_map(|line| line.strip_prefix(TRAILER))?;
            Some((id.trim().to_owned(), commit.to_owned()))
        };
        Ok(log.split('\0').filter_map(release).collect())
    }
}

/// What a commit is made of.
#[derive(Default)]
struct Entries<'a> {
    files: Vec<(String, Fresh<'a>)>,
    /// What is in the repository already.
    stays: Tree,
}

/// A file that the repository does not have yet. It is read when it is sent, so that no more than one is
/// in memory.
enum Fresh<'a> {
    Text(String),
    File(&'a Finished, &'a OutputPath, Digest),
}

impl Fresh<'_> {
    fn bytes(&self) -> Result<Vec<u8>, Stop> {
        match self {
            Fresh::Text(text) => Ok(text.clone().into_bytes()),
            Fresh::File(site, path, digest) => site.bytes(path, *digest),
        }
    }
}

impl Store for Branch {
    fn live(&mut self, site: &Finished) -> Result<Live, Stop> {
        let mut live = Live::default();
        let Some(tip) = &self.tip else { return Ok(live) };
        let tree = self.tree(tip)?;
        let Some(ledger) = self.ledger(&tree)? else {
            let first = tree.keys().next();
            live.foreign = first.map(|path| format!("`{}`", String::from_utf8_lossy(path).escape_debug()));
            return Ok(live);
        };
        // What is the same in ledger and site is compared with what really stands in the branch.
        let same: Vec<&OutputPath> = ledger
            .all()
            .filter(|(path, digest)| site.manifest.get(path.as_str()) == Some(*digest))
            .map(|(path, _)| path)
            .collect();
        let there = |path: &OutputPath| tree.get(path.as_str().as_bytes()).map(|(_, object)| object);
        for (path, object) in same.iter().zip(self.objects(site, &same)?) {
            if there(path) != Some(&object) {
                live.drifted.insert((*path).clone());
            }
        }
        live.drifted.extend(ledger.all().map(|(path, _)| path).filter(|path| there(path).is_none()).cloned());
        live.ledger = Some(ledger);
        live.id = Some(tip.clone());
        Ok(live)
    }

    fn put(&mut self, id: &str, plan: &Plan, site: &Finished) -> Result<usize, Stop> {
        let tree = self.tip.as_ref().map_or(Ok(Tree::new()), |tip| self.tree(tip))?;
        let before = self.ledger(&tree)?.unwrap_or_default();
        let mut entries = Entries { stays: self.foreign(&tree, &before), ..Entries::default() };
        let sent: BTreeSet<&OutputPath> = plan.added.iter().chain(&plan.changed).collect();
        for (path, digest) in plan.next.all() {
            let there = tree.get(path.as_str().as_bytes());
            match there.filter(|_| !sent.contains(path)) {
                Some(entry) => {
                    entries.stays.insert(path.as_str().as_bytes().to_vec(), entry.clone());
                }
                None => {
                    // The site's file stands where someone put one of their own: it was asked for.
                    entries.stays.remove(path.as_str().as_bytes());
                    entries.files.push((path.to_string(), Fresh::File(site, path, digest)));
                }
            }
        }
        entries.files.push((LEDGER.to_owned(), Fresh::Text(plan.next.text())));
        let about = format!(
            "{} added, {} changed, {} removed, {} as they were",
            plan.added.len(),
            plan.changed.len(),
            plan.removed.len(),
            plan.unchanged
        );
        self.push(id, &about, &entries)?;
        Ok(0)
    }

    /// Nothing is left over: what is no longer in the branch is in its history alone.
    fn clean(&mut self) -> Result<usize, Stop> {
        Ok(0)
    }

    fn releases(&mut self) -> Result<Vec<Release>, Stop> {
        let history = self.history()?;
        // After a way back an old release is live once more; what is older than it comes next.
        let live = history.first().map(|(id, _)| id.clone());
        let mut seen = BTreeSet::new();
        let mut releases = Vec::new();
        for (id, commit) in history.iter().rev().filter(|(id, _)| seen.insert(id.clone())) {
            let files = self.ledger(&self.tree(commit)?)?.map_or(0, |ledger| ledger.files.len());
            releases.push(Release { id: id.clone(), files, live: live.as_ref() == Some(id) });
        }
        releases.reverse();
        Ok(releases)
    }

    fn show(&mut self, id: &str) -> Result<Ledger, Stop> {
        let history = self.history()?;
        let (Some((_, commit)), Some(tip)) = (history.iter().find(|(own, _)| own == id), &self.tip) else {
            return Err(Stop::new(Exit::Usage, format!("there is no release {id} in the branch")));
        };
        let (old, now) = (self.tree(commit)?, self.tree(tip)?);
        let ledger = self.ledger(&old)?.unwrap_or_default();
        let mut stays = self.foreign(&now, &self.ledger(&now)?.unwrap_or_default());
        for (path, entry) in &old {
            if path.as_slice() == LEDGER.as_bytes()
                || known(path).is_some_and(|path| ledger.get(&path).is_some())
            {
                stays.insert(path.clone(), entry.clone());
            }
        }
        self.push(id, "An earlier release once more", &Entries { stays, ..Entries::default() })?;
        Ok(ledger)
    }
}

/// The path of an output. What is none is a file of someone else, and stands in no ledger.
fn known(path: &[u8]) -> Option<OutputPath> {
    OutputPath::new(std::str::from_utf8(path).ok()?).ok()
}

/// A path as `git fast-import` reads it.
fn quoted(path: &[u8]) -> Vec<u8> {
    let mut text = vec![b'"'];
    for byte in path {
        match byte {
            b'"' | b'\\' => text.extend([b'\\', *byte]),
            b'\n' => text.extend(b"\\n"),
            _ => text.push(*byte),
        }
    }
    text.push(b'"');
    text
}

/// What git said, as one of our own ends. Names and passwords in addresses are left out.
fn refused(doing: &str, said: &str) -> Stop {
    let lower = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let exit =
        if has(&["stale info", "fetch first", "non-fast-forward", "cannot lock ref", "failed to update ref"])
        {
            Exit::Locked
        } else if has(&[
            "authentication failed",
            "permission denied",
            "could not read username",
            "could not read password",
            "access denied",
            "protected branch",
            "403",
            "401",
            "terminal prompts disabled",
        ]) {
            Exit::Refused
        } else {
            Exit::Unreachable
        };
    let mut lines: Vec<String> =
        said.lines().map(str::trim).filter(|line| !line.is_empty()).map(without_secrets).collect();
    lines.truncate(6);
    let what = match exit {
        Exit::Locked => "someone else published to the branch meanwhile".to_owned(),
        Exit::Refused => "the host of the branch refuses".to_owned(),
        _ => format!("git {doing} failed"),
    };
    Stop::new(exit, format!("{what}:\n{}\nnothing was changed", lines.join("\n")))
}

/// `https://name:key@host/` → `https://host/`.
fn without_secrets(line: &str) -> String {
    let mut parts = line.split("://");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['/', ' ', '\'', '"']).unwrap_or(part.len());
        let host = part[..end].rsplit_once('@').map_or(&part[..end], |(_, host)| host);
        text.push_str(&format!("://{host}{}", &part[end..]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_is_told_without_names_and_passwords() {
        for (line, expected) in [
            (
                "fatal: unable to access 'https://me:hunter2@example.org/x/'",
                "fatal: unable to access 'https://example.org/x/'",
            ),
            ("https://hunter2@example.org and ssh://git@h/x", "https://example.org and ssh://h/x"),
            ("nothing here", "nothing here"),
        ] {
            assert_eq!(without_secrets(line), expected);
        }
    }

    #[test]
    fn ends_of_git_are_told_apart() {
        for (said, expected) in [
            (" ! [rejected] x -> pages (stale info)", Exit::Locked),
            ("fatal: Authentication failed for 'https://example.org/'", Exit::Refused),
            ("git@example.org: Permission denied (publickey).", Exit::Refused),
            ("fatal: unable to access 'https://example.org/': Could not resolve host", Exit::Unreachable),
        ] {
            assert_eq!(refused("push", said).exit, expected, "{said}");
        }
    }
}
