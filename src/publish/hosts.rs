//! What single hosts want to find beside the pages, and how much they take.
//!
//! Limits are those that hosts state in their documentation for sites that cost nothing; a paid plan may
//! take more, and then the `host` of a target is left out.

use crate::source::{HeaderRule, Host};
use serde_json::json;
use std::collections::BTreeMap;

/// A file for a host: its path and its text.
pub type Convention = (&'static str, String);

/// What the files for a host are made from.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Paths of all files.
    pub files: &'a [(&'a str, u64)],
    /// The text of `_redirects`; empty where there is none.
    pub redirects: &'a str,
    /// Rules of the settings.
    pub headers: &'a [HeaderRule],
    /// Scheme and host of the site, empty where it has none.
    pub origin: &'a str,
    /// Path of the site without final slash.
    pub base_path: &'a str,
}

/// Most rules for headers that every host takes.
const MOST_RULES: usize = 100;

/// What a browser may keep for ever: a file that has another name when it changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The files that a host wants. A file that the site has itself is left out.
pub fn conventions(host: Host, site: &Site) -> Vec<Convention> {
    let rules = rules(site);
    let files: Vec<Convention> = match host {
        Host::Netlify | Host::Cloudflare => {
            if rules.is_empty() {
                Vec::new()
            } else {
                vec![("_headers", headers_file(&rules))]
            }
        }
        Host::Github => {
            // Without it files that begin with an underscore are not published.
            let mut files = vec![(".nojekyll", String::new())];
            let domain = site.origin.split_once("://").map_or("", |(_, host)| host);
            if !domain.is_empty() && !domain.ends_with(".github.io") && !domain.contains(':') {
                files.push(("CNAME", format!("{domain}\n")));
            }
            files
        }
        Host::Gitlab => Vec::new(),
        Host::Firebase => vec![("firebase.json", firebase(site, &rules))],
        Host::Vercel => vec![("vercel.json", vercel(site, &rules))],
    };
    files.into_iter().filter(|(path, _)| !site.files.iter().any(|(own, _)| own == path)).collect()
}

/// The text of `_redirects` as a host needs it. Netlify follows a redirect from an address at which a
/// page stands only where it is forced.
pub fn redirects(host: Host, text: &str) -> String {
    if host != Host::Netlify {
        return text.to_owned();
    }
    text.lines()
        .map(|line| line.strip_suffix(" 301").map_or(format!("{line}\n"), |rule| format!("{rule} 301!\n")))
        .collect()
}

/// Rules of the settings, and one for each file of which the name has the stamp of its bytes.
fn rules(site: &Site) -> Vec<HeaderRule> {
    let mut rules = site.headers.to_vec();
    let stamped = site.files.iter().filter(|(path, _)| is_stamped(path));
    let room = MOST_RULES.saturating_sub(rules.len());
    rules.extend(stamped.take(room).map(|(path, _)| HeaderRule {
        pattern: format!("{}/{path}", site.base_path),
        set: vec![("Cache-Control".to_owned(), FOR_EVER.to_owned())],
    }));
    rules
}

/// `static/theme.3f2a9c1d.css`
fn is_stamped(path: &str) -> bool {
    let Some((stem, _)) = path.strip_prefix("static/").and_then(|name| name.rsplit_once('.')) else {
        return false;
    };
    stem.rsplit_once('.').is_some_and(|(_, stamp)| {
        stamp.len() == 8 && stamp.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

/// `_headers`, as Netlify and Cloudflare read it.
fn headers_file(rules: &[HeaderRule]) -> String {
    let mut text = String::new();
    for rule in rules {
        text.push_str(&format!("{}\n", rule.pattern));
        for (name, value) in &rule.set {
            text.push_str(&format!("  {name}: {value}\n"));
        }
    }
    text
}

/// From and to of each line of `_redirects`. Addresses with placeholders are rules of the site's own,
/// and mean something to some hosts only.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(pair).collect()
}

fn pair(line: &str) -> Option<(&str, &str)> {
    let mut parts = line.split_whitespace();
    match (parts.next(), parts.next()) {
        (Some(from), Some(to)) if from.starts_with('/') && !from.contains(['*', ':', '(']) => {
            Some((from, to))
        }
        _ => None,
    }
}

fn firebase(site: &Site, rules: &[HeaderRule]) -> String {
    let headers: Vec<_> = rules
        .iter()
        .map(|rule| {
            let set: Vec<_> =
                rule.set.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
            // Its `*` ends at a slash; two of them go on.
            json!({"source": rule.pattern.replace('*', "**"), "headers": set})
        })
        .collect();
    let redirects: Vec<_> = pairs(site.redirects)
        .into_iter()
        .map(|(from, to)| json!({"source": from, "destination": to, "type": 301}))
        .collect();
    let mut hosting = json!({"public": ".", "ignore": ["firebase.json", ".nutgraf-*", "_redirects"]});
    hosting["trailingSlash"] = json!(true);
    hosting["headers"] = json!(headers);
    hosting["redirects"] = json!(redirects);
    let mut text = serde_json::to_string_pretty(&json!({"hosting": hosting})).unwrap_or_default();
    text.push('\n');
    text
}

fn vercel(site: &Site, rules: &[HeaderRule]) -> String {
    let headers: Vec<_> = rules
        .iter()
        .map(|rule| {
            let set: Vec<_> =
                rule.set.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
            json!({"source": rule.pattern.replace('*', "(.*)"), "headers": set})
        })
        .collect();
    let redirects: Vec<_> = pairs(site.redirects)
        .into_iter()
        .map(|(from, to)| json!({"source": from, "destination": to, "statusCode": 301}))
        .collect();
    let whole = json!({"trailingSlash": true, "headers": headers, "redirects": redirects});
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    text
}

/// How much a host takes.
struct Limits {
    files: Option<usize>,
    /// Bytes of one file.
    largest: Option<u64>,
    /// Bytes of all files.
    total: Option<u64>,
    redirects: Option<usize>,
}

fn limits(host: Host) -> Limits {
    let none = Limits { files: None, largest: None, total: None, redirects: None };
    match host {
        Host::Cloudflare => {
            Limits { files: Some(20_000), largest: Some(25 << 20), redirects: Some(2_000), ..none }
        }
        Host::Github => Limits { largest: Some(100 << 20), total: Some(1 << 30), ..none },
        Host::Gitlab => Limits { files: Some(200_000), total: Some(1 << 30), redirects: Some(1_000), ..none },
        Host::Vercel => Limits { redirects: Some(1_024), ..none },
        Host::Netlify | Host::Firebase => none,
    }
}

/// What of a site is more than its host takes, a sentence each; with the folders that hold most.
pub fn over_limits(host: Host, files: &[(&str, u64)]) -> Vec<String> {
    let limits = limits(host);
    let name = host.name();
    let mut over = Vec::new();
    if let Some(most) = limits.files.filter(|most| files.len() > *most) {
        let most_in = largest(files, |_| 1).map(|(folder, n)| format!("{folder} {n}"));
        over.push(format!(
            "{name} takes {most} files, and the site has {}; most are in {}",
            files.len(),
            most_in.collect::<Vec<_>>().join(", ")
        ));
    }
    let total: u64 = files.iter().map(|(_, size)| size).sum();
    if let Some(most) = limits.total.filter(|most| total > *most) {
        let most_in = largest(files, |size| size).map(|(folder, n)| format!("{folder} {} MB", n / 1_000_000));
        over.push(format!(
            "{name} takes {} MB, and the site has {} MB; most are in {}",
            most / 1_000_000,
            total / 1_000_000,
            most_in.collect::<Vec<_>>().join(", ")
        ));
    }
    if let Some(most) = limits.largest {
        for (path, size) in files.iter().filter(|(_, size)| *size > most).take(3) {
            over.push(format!(
                "{name} takes {} MB a file, and {path} has {}",
                most / 1_000_000,
                size / 1_000_000
            ));
        }
    }
    over
}

/// Old addresses that are more than a host reads. The pages at these addresses lead on in any case.
pub fn over_redirects(host: Host, text: &str) -> Option<String> {
    let (number, most) = (pairs(text).len(), limits(host).redirects?);
    (number > most).then(|| format!("{} reads {most} redirects, and the site has {number}", host.name()))
}

/// The three folders at the root with the most of something.
fn largest<'a>(
    files: &[(&'a str, u64)],
    count: fn(u64) -> u64,
) -> impl Iterator<Item = (String, u64)> + use<'a> {
    let mut folders: BTreeMap<&'a str, u64> = BTreeMap::new();
    for (path, size) in files {
        *folders.entry(path.split_once('/').map_or("", |(folder, _)| folder)).or_default() += count(*size);
    }
    let mut folders: Vec<(&str, u64)> = folders.into_iter().collect();
    folders.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    folders.into_iter().take(3).map(|(folder, n)| (format!("{folder}/"), n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(host: Host, redirects: &str) -> Vec<Convention> {
        let headers =
            [HeaderRule { pattern: "/images/*".to_owned(), set: vec![("X-A".to_owned(), "b".to_owned())] }];
        let files = [("index.html", 1), ("static/theme.0123abcd.css", 1), ("static/site.css", 1)];
        let site = Site {
            files: &files,
            redirects,
            headers: &headers,
            origin: "https://example.org",
            base_path: "",
        };
        conventions(host, &site)
    }

    #[test]
    fn each_host_gets_its_own_files() {
        let headers =
            format!("/images/*\n  X-A: b\n/static/theme.0123abcd.css\n  Cache-Control: {FOR_EVER}\n");
        assert_eq!(made(Host::Netlify, ""), [("_headers", headers)]);
        assert_eq!(made(Host::Cloudflare, ""), made(Host::Netlify, ""));
        assert_eq!(
            made(Host::Github, ""),
            [(".nojekyll", String::new()), ("CNAME", "example.org\n".to_owned())]
        );
        assert_eq!(made(Host::Gitlab, ""), []);
        for (host, source) in [(Host::Firebase, "/images/**"), (Host::Vercel, "/images/(.*)")] {
            let files = made(host, "/old/ https://example.org/new/ 301\n/a/* /b/:splat 301\n");
            let json: serde_json::Value = serde_json::from_str(&files[0].1).unwrap();
            let own = json.get("hosting").unwrap_or(&json);
            assert_eq!(own["headers"][0]["source"], source);
            assert_eq!(own["redirects"].as_array().map(Vec::len), Some(1), "{own}");
            assert_eq!(own["redirects"][0]["source"], "/old/");
        }
    }

    #[test]
    fn a_file_that_the_site_has_itself_is_left_alone() {
        let files = [(".nojekyll", 0), ("CNAME", 3)];
        let site =
            Site { files: &files, redirects: "", headers: &[], origin: "https://example.org", base_path: "" };
        assert_eq!(conventions(Host::Github, &site), []);
        let site = Site { files: &[], origin: "https://me.github.io", ..site };
        assert_eq!(conventions(Host::Github, &site), [(".nojekyll", String::new())]);
    }

    #[test]
    fn netlify_is_told_to_follow_a_redirect_although_a_page_stands_there() {
        assert_eq!(redirects(Host::Netlify, "/a/ /b/ 301\n# x\n"), "/a/ /b/ 301!\n# x\n");
        assert_eq!(redirects(Host::Cloudflare, "/a/ /b/ 301\n"), "/a/ /b/ 301\n");
    }

    #[test]
    fn limits_name_count_limit_and_the_three_largest_folders() {
        let paths: Vec<String> =
            (0..20_001).map(|n| format!("{}/{n}.html", ["a", "b", "c", "d"][n % 4])).collect();
        let files: Vec<(&str, u64)> = paths.iter().map(|path| (path.as_str(), 10)).collect();
        let over = over_limits(Host::Cloudflare, &files);
        assert_eq!(over.len(), 1);
        assert!(
            over[0].starts_with("cloudflare takes 20000 files, and the site has 20001; most are in "),
            "{over:?}"
        );
        assert_eq!(over[0].matches('/').count(), 3, "{over:?}");
        assert_eq!(over_limits(Host::Github, &files), [""; 0]);
        let large = [("video.mp4", 26 << 20), ("index.html", 1)];
        assert_eq!(
            over_limits(Host::Cloudflare, &large),
            ["cloudflare takes 26 MB a file, and video.mp4 has 27"]
        );
        assert_eq!(over_limits(Host::Github, &[("a/b", (1 << 30) + 1)]).len(), 2);
        let many = "/a/ /b/ 301\n".repeat(1_001);
        assert!(
            over_redirects(Host::Gitlab, &many).is_some()
                && over_redirects(Host::Cloudflare, &many).is_none()
        );
    }
}
