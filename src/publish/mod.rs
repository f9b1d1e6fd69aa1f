//! **Publish**: a finished site, put where its readers find it.
//!
//! *Comes in:* an output folder with its manifest, and a target of the settings.
//! *Leaves:* the site at the target: the old state or the new one, never a mix; and an account of what
//! was done ([`Published`]).
//! *Does not know:* how a page was made, and from what; it reads the output folder alone. It never prints.
//!
//! The order is the same for every target: look at what is live ([`Live`]), compare ([`Plan`]), ask the
//! guards, all before the first write; then send everything beside what is live, make it live in one
//! step, fetch pages as a reader and compare them, and only then clean up.
//!
//! Invariants:
//!
//! - Only files that the [`Ledger`] of a target names are ever replaced or deleted there.
//! - No password or key is in the settings, in what is sent, or in a message.

mod dir;
mod finished;
mod git;
mod guards;
pub mod hosts;
mod ledger;
mod plan;
mod verify;

pub use finished::Finished;
pub use ledger::Ledger;
pub use plan::{Grace, Plan};
pub use verify::{Scope, Verified};

use crate::output::OutputPath;
use crate::source::{Allowance, Interval, PublishTarget, Way};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// How a publication ended that did not go through. The numbers are those of the manual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Arguments or settings are at fault.
    Usage = 2,
    /// There is no finished site to send.
    NotBuilt = 3,
    /// The target refuses whoever publishes.
    Refused = 4,
    /// The target cannot be reached or read; nothing was changed.
    Unreachable = 5,
    /// A guard said no; nothing was changed.
    Guard = 6,
    /// Someone else publishes there at the same time.
    Locked = 7,
    /// It broke off on the way; what is live is as it was.
    Interrupted = 8,
}

/// Why a publication did not go through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    pub exit: Exit,
    /// For people, without final stop; may have several lines.
    pub message: String,
}

impl Stop {
    fn new(exit: Exit, message: impl Into<String>) -> Stop {
        Stop { exit, message: message.into() }
    }

    /// The machine refuses before anything was written: `what` names what was tried.
    fn io(what: &str, error: &std::io::Error) -> Stop {
        let exit = match error.kind() {
            std::io::ErrorKind::PermissionDenied => Exit::Refused,
            _ => Exit::Unreachable,
        };
        Stop::new(exit, format!("cannot {what}: {error}"))
    }

    /// The same, where something had been written already.
    fn midway(self) -> Stop {
        match self.exit {
            Exit::Unreachable => Stop {
                exit: Exit::Interrupted,
                message: format!("{}\nwhat is live is as it was; publish again to finish", self.message),
            },
            _ => self,
        }
    }
}

/// How to publish.
#[derive(Clone, Debug)]
pub struct Options {
    pub now: Timestamp,
    /// What would be done is told, and nothing is written.
    pub dry_run: bool,
    /// Files that others put there are no hindrance. They stay.
    pub adopt: bool,
    /// In place of the target's own.
    pub max_delete: Option<Allowance>,
    /// Nothing stays for readers with older pages.
    pub prune: bool,
    /// What is fetched and compared at the end.
    pub verify: Scope,
}

/// What is at a target.
#[derive(Debug, Default)]
struct Live {
    /// The release that readers see.
    id: Option<String>,
    ledger: Option<Ledger>,
    /// Files of the ledger that no longer have its bytes.
    drifted: BTreeSet<OutputPath>,
    /// Something that nutgraf did not put there, where it put nothing yet.
    foreign: Option<String>,
}

/// A release that a target still has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    pub id: String,
    /// Files of the site in it.
    pub files: usize,
    /// Readers see it.
    pub live: bool,
}

/// What a publication came to.
#[derive(Debug)]
pub struct Published {
    /// `None` where nothing was to be done, or only to be told.
    pub id: Option<String>,
    pub plan: Plan,
    /// Files that someone else had changed at the target.
    pub drifted: usize,
    /// Files that were there already from an attempt that broke off.
    pub resumed: usize,
    /// `None` where nothing was fetched.
    pub verified: Option<Verified>,
    /// Older releases that were removed.
    pub cleaned: usize,
    /// The plan has something to do.
    pub pending: bool,
}

/// A target, opened.
trait Store {
    /// What is there. Nothing is written.
    fn live(&mut self, site: &Finished) -> Result<Live, Stop>;

    /// Makes a release and lets readers see it, in one step. Returns how many of its files were there
    /// from an attempt that broke off.
    fn put(&mut self, id: &str, plan: &Plan, site: &Finished) -> Result<usize, Stop>;

    /// Removes what no longer needs to stay; returns how many releases went.
    fn clean(&mut self) -> Result<usize, Stop>;

    /// All releases that can be seen again, the newest first.
    fn releases(&mut self) -> Result<Vec<Release>, Stop>;

    /// Lets readers see an earlier release again; returns what is in it.
    fn show(&mut self, id: &str) -> Result<Ledger, Stop>;
}

/// How a target is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// Nothing will be written.
    Look,
    /// Others are kept away.
    Change,
}

fn open<'a>(
    target: &'a PublishTarget,
    root: &Path,
    access: Access,
    options: &'a Options,
) -> Result<Box<dyn Store + 'a>, Stop> {
    Ok(match &target.way {
        Way::Dir { path } => {
            Box::new(dir::Folder::open(&root.join(path), target.keep_releases, access, options)?)
        }
        Way::Git { remote, branch, squash } => {
            let remote = git::settled(remote, root);
            Box::new(git::Branch::open(remote, branch, *squash, options.now)?)
        }
    })
}

/// Publishes a finished site. Paths of the target are from `root`. `progress` is told what is being
/// done.
///
/// # Errors
/// A guard refused, or the machine, or the target; the message says what is live now.
pub fn publish(
    site: &Finished,
    target: &PublishTarget,
    root: &Path,
    options: &Options,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Published, Stop> {
    let access = if options.dry_run { Access::Look } else { Access::Change };
    if let Way::Dir { path } = &target.way {
        dir::keep_apart(&root.join(path), &site.folder)?;
    }
    progress("looking at the target");
    let mut store = open(target, root, access, options)?;
    let live = store.live(site)?;
    let grace = Grace { time: seconds(target.asset_grace), over: options.prune };
    let before = live.ledger.clone().unwrap_or_default();
    let plan = Plan::new(&before, &live.drifted, site, grace, options.now);
    guards::check(&plan, &before, &live, site, target, options)?;
    let pending = !plan.is_empty(grace);
    let mut published = Published {
        id: None,
        drifted: live.drifted.len(),
        resumed: 0,
        verified: None,
        cleaned: 0,
        pending,
        plan,
    };
    if options.dry_run {
        return Ok(published);
    }
    let compared = !target.url.is_empty() && options.verify != Scope::None;
    if compared {
        verify::ready()?;
    }
    if !pending {
        // It was sent before; whether readers get it is asked again.
        if compared {
            let pages = verify::wanted(&published.plan, options.verify);
            published.verified = Some(verify::verify(&target.url, &pages, &[], target.wait)?);
        }
        return Ok(published);
    }
    let id = release_id(&published.plan.next, options.now);
    progress("sending");
    published.resumed = store.put(&id, &published.plan, site)?;
    published.id = Some(id);
    if compared {
        progress("fetching pages to compare them");
        let pages = verify::wanted(&published.plan, options.verify);
        let verified = verify::verify(&target.url, &pages, &published.plan.removed, target.wait)?;
        let differs = !verified.different.is_empty();
        published.verified = Some(verified);
        if differs {
            // Whatever readers still see may be what would be removed now.
            return Ok(published);
        }
    }
    published.cleaned = store.clean()?;
    Ok(published)
}

/// Lets readers see an earlier release again: the given one, or the one before what is live.
/// Returns its id and what its pages look like to readers.
///
/// # Errors
/// There is no such release, or as for [`publish`].
pub fn roll_back(
    id: Option<&str>,
    target: &PublishTarget,
    root: &Path,
    options: &Options,
) -> Result<(String, Option<Verified>), Stop> {
    let access = if options.dry_run { Access::Look } else { Access::Change };
    let mut store = open(target, root, access, options)?;
    let releases = store.releases()?;
    let live = releases.iter().position(|release| release.live);
    let wanted = match (id, live) {
        (Some(id), _) => releases.iter().find(|release| release.id == id),
        (None, Some(at)) => releases.get(at + 1),
        (None, None) => None,
    };
    let Some(wanted) = wanted else {
        let what = match id {
            Some(id) => format!("there is no release {id} at the target"),
            None => "there is no earlier release at the target".to_owned(),
        };
        return Err(Stop::new(Exit::Usage, format!("{what}; `--list` shows which there are")));
    };
    if options.dry_run || wanted.live {
        return Ok((wanted.id.clone(), None));
    }
    let compared = !target.url.is_empty() && options.verify != Scope::None;
    if compared {
        verify::ready()?;
    }
    let ledger = store.show(&wanted.id)?;
    let mut verified = None;
    if compared {
        let plan = Plan { next: ledger, ..Plan::default() };
        let pages = verify::wanted(&plan, options.verify);
        verified = Some(verify::verify(&target.url, &pages, &[], target.wait)?);
    }
    Ok((wanted.id.clone(), verified))
}

/// The releases that a target still has, the newest first.
///
/// # Errors
/// The target cannot be read.
pub fn releases(target: &PublishTarget, root: &Path, options: &Options) -> Result<Vec<Release>, Stop> {
    open(target, root, Access::Look, options)?.releases()
}

/// The name of a release: when it was made, and what is in it.
fn release_id(ledger: &Ledger, now: Timestamp) -> String {
    let hash = blake3::hash(ledger.text().as_bytes()).to_hex();
    format!("{}-{}", now.strftime("%Y-%m-%dT%H-%M-%S.%3fZ"), &hash[..8])
}

/// A month has thirty days here.
fn seconds(interval: Interval) -> Duration {
    Duration::from_secs((u64::from(interval.months) * 30 + u64::from(interval.days)) * 86_400)
}
