//! What is looked at before anything is written: mistakes that would be seen by readers.

use super::{Exit, Finished, Ledger, Live, Options, Plan, Stop, hosts};
use crate::source::PublishTarget;

/// Below half of what is live, a build is not one that lacks a few pages.
const SHRINKS_TO_PERCENT: usize = 50;

/// Names of files that a message shows.
const SHOWN: usize = 5;

/// Asks every guard.
///
/// # Errors
/// All refusals in one message, each with what to do.
pub(super) fn check(
    plan: &Plan,
    before: &Ledger,
    live: &Live,
    site: &Finished,
    target: &PublishTarget,
    options: &Options,
) -> Result<(), Stop> {
    let mut refusals = Vec::new();
    if !site.files().iter().any(|(path, _)| path.as_str() == "index.html") {
        refusals.push("the site has no front page; build it again".to_owned());
    }
    if site.manifest.preview {
        refusals.push(
            "drafts, or other pieces that are not published, stand in this build; build without `--drafts`"
                .to_owned(),
        );
    }
    if !target.url.is_empty() && !site.address.is_empty() && !same(&target.url, &site.address) {
        refusals.push(format!(
            "the site was built for {}, and the target stands at {}; set `base_url`, or build with `--base-url {}`",
            site.address, target.url, target.url
        ));
    }
    if !site.secrets.is_empty() {
        refusals.push(format!(
            "keys or passwords seem to stand in {}; take them out of the site",
            names(&site.secrets)
        ));
    }
    if let Some(host) = target.host {
        let files: Vec<(&str, u64)> =
            site.files().iter().map(|(path, digest)| (path.as_str(), digest.size)).collect();
        refusals.extend(hosts::over_limits(host, &files));
    }
    if let Some(foreign) = &live.foreign
        && !options.adopt
    {
        refusals.push(format!(
            "{foreign} stands at the target, and nutgraf did not put it there; if the site shall stand beside it, publish with `--adopt`"
        ));
    }
    let gone = plan.removed.len();
    let allowed = options.max_delete.unwrap_or(target.max_delete).of(before.files.len());
    if gone > allowed {
        refusals.push(format!(
            "{gone} of {} files would be removed, among them {}; at most {allowed} may be. If it is meant, publish with `--max-delete {gone}`",
            before.files.len(),
            names(&plan.removed),
        ));
    }
    let (now, last) = (plan.next.files.len(), before.files.len());
    if options.max_delete.is_none() && now * 100 < last * SHRINKS_TO_PERCENT {
        refusals.push(format!(
            "the site has {now} files, and {last} are live. If it is meant, publish with `--max-delete {gone}`"
        ));
    }
    match refusals.is_empty() {
        true => Ok(()),
        false => {
            refusals.push("nothing was changed".to_owned());
            Err(Stop::new(Exit::Guard, refusals.join("\n")))
        }
    }
}

/// Whether two addresses of a site are one. Scheme and host have no case.
fn same(a: &str, b: &str) -> bool {
    let split = |url: &str| {
        let at = url.find("://").map_or(0, |at| at + 3);
        let end = url[at..].find('/').map_or(url.len(), |slash| at + slash);
        (url[..end].to_lowercase(), url[end..].trim_end_matches('/').to_owned())
    };
    split(a) == split(b)
}

fn names<T: std::fmt::Display>(paths: &[T]) -> String {
    let mut text: Vec<String> = paths.iter().take(SHOWN).map(ToString::to_string).collect();
    if paths.len() > SHOWN {
        text.push(format!("{} more", paths.len() - SHOWN));
    }
    text.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_as_hosts_do() {
        for (a, b, expected) in [
            ("https://example.org/", "https://Example.org", true),
            ("https://example.org/a/", "https://example.org/a", true),
            ("https://example.org/a/", "https://example.org/A/", false),
            ("https://example.org/", "http://example.org/", false),
            ("https://example.org/", "https://www.example.org/", false),
        ] {
            assert_eq!(same(a, b), expected, "{a} and {b}");
        }
    }
}
