//! What a publication changes: the finished site compared with what is live.

use super::Finished;
use super::ledger::Ledger;
use crate::output::{Digest, OutputPath};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// What a publication changes, each list sorted by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub added: Vec<OutputPath>,
    /// Also files that someone else changed or deleted at the target.
    pub changed: Vec<OutputPath>,
    /// Files that go away.
    pub removed: Vec<OutputPath>,
    /// Files that go out of the site now and stay for a while.
    pub retired: Vec<OutputPath>,
    /// Files that went out of the site earlier and whose time is over.
    pub expired: Vec<OutputPath>,
    pub unchanged: usize,
    /// What will stand at the target.
    pub next: Ledger,
}

/// How long files stay that pages no longer name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grace {
    /// Nothing is removed for age where this is zero: then nothing stays in the first place.
    pub time: Duration,
    /// All that stays is removed now.
    pub over: bool,
}

impl Plan {
    /// `drifted`: files of the ledger that no longer have its bytes at the target.
    pub fn new(
        live: &Ledger,
        drifted: &BTreeSet<OutputPath>,
        site: &Finished,
        grace: Grace,
        now: Timestamp,
    ) -> Plan {
        Plan::of(live, drifted, site.files(), grace, now)
    }

    fn of(
        live: &Ledger,
        drifted: &BTreeSet<OutputPath>,
        site: &[(OutputPath, Digest)],
        grace: Grace,
        now: Timestamp,
    ) -> Plan {
        let mut plan = Plan::default();
        for (path, digest) in site {
            match live.get(path) {
                None => plan.added.push(path.clone()),
                Some(there) if there != *digest || drifted.contains(path) => plan.changed.push(path.clone()),
                Some(_) => plan.unchanged += 1,
            }
            plan.next.files.insert(path.clone(), *digest);
        }
        let stays = !grace.over && grace.time > Duration::ZERO;
        for (path, digest) in live.files.iter().filter(|(path, _)| !plan.next.files.contains_key(*path)) {
            if stays && is_asset(path.as_str()) && !drifted.contains(path) {
                plan.retired.push(path.clone());
                plan.next.kept.insert(path.clone(), (*digest, now));
            } else {
                plan.removed.push(path.clone());
            }
        }
        for (path, (digest, since)) in &live.kept {
            if plan.next.files.contains_key(path) {
                continue;
            }
            let age = now.duration_since(*since);
            if stays
                && !drifted.contains(path)
                && age < jiff::SignedDuration::try_from(grace.time).unwrap_or(age)
            {
                plan.next.kept.insert(path.clone(), (*digest, *since));
            } else {
                plan.expired.push(path.clone());
            }
        }
        plan
    }

    /// Nothing is to be done. Files whose time is over wait for the next publication, so that the same
    /// build is never published twice.
    pub fn is_empty(&self, grace: Grace) -> bool {
        let none =
            [&self.added, &self.changed, &self.removed, &self.retired].iter().all(|list| list.is_empty());
        none && (self.expired.is_empty() || !grace.over)
    }
}

/// Whether pages load it: what a browser may still ask for after the page that names it was replaced.
fn is_asset(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    [
        "css", "js", "mjs", "woff", "woff2", "ttf", "otf", "wasm", "svg", "png", "jpg", "jpeg", "gif",
        "webp", "avif", "ico",
    ]
    .contains(&ending.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    const WEEK: Grace = Grace { time: Duration::from_secs(7 * 86_400), over: false };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn files(list: &[(&str, &str)]) -> Vec<(OutputPath, Digest)> {
        list.iter()
            .map(|(path, text)| (OutputPath::new(path).unwrap(), Digest::of(text.as_bytes())))
            .collect()
    }

    fn plan(live: &Ledger, site: &[(&str, &str)], grace: Grace, now: i64) -> Plan {
        Plan::of(live, &BTreeSet::new(), &files(site), grace, at(now))
    }

    fn shown(plan: &Plan) -> String {
        let list = |sign: &str, paths: &[OutputPath]| {
            paths.iter().map(|path| format!("{sign}{path} ")).collect::<String>()
        };
        list("+", &plan.added)
            + &list("~", &plan.changed)
            + &list("-", &plan.removed)
            + &list(".", &plan.retired)
            + &list("x", &plan.expired)
            + &format!("={}", plan.unchanged)
    }

    #[test]
    fn a_plan_is_the_difference_and_assets_stay_for_their_time() {
        let first =
            plan(&Ledger::default(), &[("index.html", "1"), ("a.css", "1"), ("old.html", "1")], WEEK, 0);
        assert_eq!(shown(&first), "+index.html +a.css +old.html =0");
        let site = [("index.html", "2"), ("b.css", "1")];
        let second = plan(&first.next, &site, WEEK, DAY);
        assert_eq!(shown(&second), "+b.css ~index.html -old.html .a.css =0");
        let again = plan(&second.next, &site, WEEK, 2 * DAY);
        assert_eq!(shown(&again), "=2");
        assert!(again.is_empty(WEEK) && again.next == second.next);

        let late = plan(&second.next, &site, WEEK, 8 * DAY);
        assert_eq!(shown(&late), "xa.css =2");
        assert!(late.is_empty(WEEK), "a build that was published is not published again");
        let now = Grace { over: true, ..WEEK };
        let pruned = plan(&second.next, &site, now, 2 * DAY);
        assert_eq!(shown(&pruned), "xa.css =2");
        assert!(!pruned.is_empty(now) && pruned.next.kept.is_empty());
        let back = plan(&second.next, &[("index.html", "2"), ("a.css", "1"), ("b.css", "1")], WEEK, 2 * DAY);
        assert_eq!(shown(&back), "=3");
        assert!(!back.next.files.is_empty() && back.next.kept.is_empty());
    }

    #[test]
    fn without_grace_all_goes_at_once() {
        let first = plan(&Ledger::default(), &[("index.html", "1"), ("a.css", "1")], WEEK, 0);
        for grace in [Grace { time: Duration::ZERO, over: false }, Grace { over: true, ..WEEK }] {
            assert_eq!(shown(&plan(&first.next, &[("index.html", "1")], grace, 1)), "-a.css =1");
        }
    }

    #[test]
    fn what_someone_changed_at_the_target_is_put_right() {
        let first = plan(&Ledger::default(), &[("index.html", "1"), ("a.css", "1")], WEEK, 0);
        let drifted: BTreeSet<OutputPath> = first.added.iter().cloned().collect();
        let site = files(&[("index.html", "1")]);
        let second = Plan::of(&first.next, &drifted, &site, WEEK, at(1));
        assert_eq!(shown(&second), "~index.html -a.css =0");
    }
}
