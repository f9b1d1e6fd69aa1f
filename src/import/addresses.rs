//! The addresses that pages had on the old site, and the evidence for them.
//!
//! What the settings of the old site would have said and do not, because only the content is there, is
//! taken from the content itself: the addresses that its texts mention are compared with those that its
//! files would have under each likely pattern.

use super::input::{Input, Moment};
use super::layout::with_md;
use super::node::Node;
use super::places::{self, Places};
use super::settings::Old;
use super::shortcodes;
use std::collections::{BTreeMap, HashSet};

/// Addresses that must agree before they count as evidence.
const EVIDENCE: usize = 5;
/// Of the addresses of a host, the share that must be those of pages: other sites carry some of the same
/// pieces under the same addresses.
const SHARE: f64 = 1.0 / 3.0;
/// Texts that must name a host before it counts as the address of the old site.
const HOST_TEXTS: usize = 20;

/// All texts of a front matter, for the addresses in them.
pub fn whole_text(node: &Node) -> String {
    let mut out = String::new();
    let mut rest = vec![node];
    while let Some(node) = rest.pop() {
        match node {
            Node::Text { value, .. } => {
                out.push_str(value);
                out.push('\n');
            }
            Node::List(items) => rest.extend(items),
            Node::Map(entries) => rest.extend(entries.iter().map(|(_, value)| value)),
        }
    }
    out
}

/// Hugo's own pattern where none is set: the folders, then the name.
pub const DEFAULT: &str = "/:sections/:slugorcontentbasename/";

/// The pattern under which most addresses of a section are mentioned somewhere, and why.
pub fn likely_pattern(inputs: &[&Input], mentioned: &HashSet<&str>) -> (String, String) {
    let count = |pattern: &str| {
        inputs
            .iter()
            .filter(|input| mentioned.contains(places::key(&address(input, pattern)).as_str()))
            .count()
    };
    let plain = count(DEFAULT);
    let others = [
        "/:year/:month/:day/:slug/",
        "/:year/:month/:slug/",
        "/:section/:year/:month/:day/:slug/",
        "/:section/:year/:month/:slug/",
        "/:section/:slug/",
        "/:slug/",
    ];
    let mut best = (DEFAULT, plain);
    for pattern in others {
        let found = count(pattern);
        if found > best.1 && found >= EVIDENCE {
            best = (pattern, found);
        }
    }
    (best.0.to_owned(), format!("{} of {} addresses are mentioned in the content", best.1, inputs.len()))
}

/// The address of a page on the old site.
pub fn address(input: &Input, pattern: &str) -> String {
    if input.path == "_index.md" {
        return "/".to_owned();
    }
    if let Some(url) = input.text("url") {
        return format!("/{}/", url.trim_matches('/')).replace("//", "/");
    }
    let logical = places::logical(&with_md(&input.path));
    let (folders, name) = logical.rsplit_once('/').unwrap_or(("", &logical));
    // Lists of pages have no slug: their folder is their address.
    let slug = input.text("slug").filter(|_| !input.is_section());
    if let Some(slug) =
        slug.filter(|s| s.starts_with('/') && s.starts_with(&format!("/{}/", input.section())))
    {
        return format!("/{}/", urlize(slug).trim_matches('/'));
    }
    let or_name = slug.map_or_else(|| urlize(name), urlize);
    let or_title =
        slug.map(urlize).or_else(|| input.text("title").map(urlize)).unwrap_or_else(|| urlize(name));
    let parts = pattern.trim_matches('/').split('/').map(|part| {
        let date = input.date.as_ref();
        let number =
            |width: usize, value: Option<i32>| value.map_or(String::new(), |v| format!("{v:0width$}"));
        match part {
            ":year" => number(4, date.map(|d| d.year.into())),
            ":month" => number(2, date.map(|d| d.month.into())),
            ":day" => number(2, date.map(|d| d.day.into())),
            ":section" => urlize(input.section()),
            ":sections" => urlize(folders),
            ":slug" | ":slugortitle" => or_title.clone(),
            ":title" => input.text("title").map_or_else(|| or_name.clone(), urlize),
            ":filename" | ":contentbasename" => urlize(name),
            ":slugorfilename" | ":slugorcontentbasename" => or_name.clone(),
            other => other.to_owned(),
        }
    });
    let path: Vec<String> = parts.map(|p| p.trim_matches('/').to_owned()).filter(|p| !p.is_empty()).collect();
    if path.is_empty() { "/".to_owned() } else { format!("/{}/", path.join("/")) }
}

/// A name as Hugo writes it in addresses, with escapes decoded.
pub fn urlize(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in places::decode_percent(name).trim().chars() {
        match c {
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            '.' | '/' | '_' | '+' | '~' | '-' | '@' => out.push(c),
            c if unicode_normalization::char::is_combining_mark(c) => out.push(c),
            c if c.is_whitespace() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out
}

/// A pattern of ours for a pattern of Hugo's, where there is one.
pub fn our_pattern(pattern: &str, section: &str) -> Option<String> {
    let parts: Option<Vec<String>> = pattern
        .trim_matches('/')
        .split('/')
        .map(|part| {
            Some(match part {
                ":year" => "{year}".to_owned(),
                ":month" => "{month}".to_owned(),
                ":day" => "{day}".to_owned(),
                ":section" | ":sections" => urlize(section),
                ":slug"
                | ":title"
                | ":filename"
                | ":contentbasename"
                | ":slugorfilename"
                | ":slugorcontentbasename"
                | ":slugortitle" => "{slug}".to_owned(),
                part if part.contains([':', '{']) => return None,
                part => part.to_owned(),
            })
        })
        .collect();
    Some(format!("/{}/", parts?.join("/")))
}

/// The address that the new site gives a page; `None` where a part of it is not known.
pub fn our_address(pattern: &str, date: Option<&Moment>, slug: &str) -> Option<String> {
    let mut address = pattern.replace("{slug}", slug);
    if let Some(date) = date {
        address = address
            .replace("{year}", &format!("{:04}", date.year))
            .replace("{month}", &format!("{:02}", date.month))
            .replace("{day}", &format!("{:02}", date.day));
    }
    (!address.contains('{')).then_some(address)
}

/// A file name without a date before it.
pub fn undated(name: &str) -> &str {
    let is_date = name.len() > 11
        && name.bytes().take(11).enumerate().all(|(n, b)| match n {
            4 | 7 | 10 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    if is_date { &name[11..] } else { name }
}

/// The hosts under which the texts mention pages that the source has, and the site's own address.
pub fn find_hosts(
    old: &Old,
    mentioned: &BTreeMap<String, BTreeMap<String, usize>>,
    places: &mut Places,
    notes: &mut Vec<String>,
) {
    let set = old.setting(&["baseURL"]).and_then(Node::text).filter(|url| places::split_host(url).is_some());
    let mut best: Option<(usize, &str)> = None;
    for (host, paths) in mentioned.iter().filter(|(host, _)| !host.is_empty()) {
        let known = |path: &str| path.matches('/').count() > 1 && places.addresses.contains_key(path);
        let agreeing: Vec<usize> =
            paths.iter().filter(|(path, _)| known(path)).map(|(_, texts)| *texts).collect();
        if agreeing.len() < EVIDENCE || (agreeing.len() as f64) < SHARE * paths.len() as f64 {
            continue;
        }
        let texts: usize = agreeing.iter().sum();
        if texts >= HOST_TEXTS && best.is_none_or(|(most, _)| texts > most) {
            best = Some((texts, host));
        }
        notes.push(format!(
            "`{host}` is a host of the old site: {} addresses of pages are mentioned there.",
            agreeing.len()
        ));
        places.hosts.insert(host.clone());
    }
    if let Some(url) = set {
        places.base = url.trim_end_matches('/').to_owned();
        if let Some((host, _)) = places::split_host(url) {
            places.hosts.insert(host);
        }
    } else if let Some((_, host)) = best {
        places.base = format!("https://{host}");
    }
    let variants: Vec<String> = places
        .hosts
        .iter()
        .map(|host| host.strip_prefix("www.").map_or_else(|| format!("www.{host}"), str::to_owned))
        .collect();
    places.hosts.extend(variants);
}

/// Where files lay that shortcodes name by path only: a folder under which the texts themselves link to
/// many of the same paths.
pub fn find_file_base<'a>(
    texts: impl Iterator<Item = &'a str> + Clone,
    places: &mut Places,
    notes: &mut Vec<String>,
) {
    let mut named: HashSet<String> = HashSet::new();
    for text in texts.clone() {
        for tag in shortcodes::scan(text) {
            let path = tag.args.at("src", 0).unwrap_or("").trim_start_matches('/');
            if path.contains('/') && !path.contains("://") && path.contains('.') && !path.ends_with(".md") {
                named.insert(path.to_owned());
            }
        }
    }
    let mut bases: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
    for text in texts {
        for url in places::urls(text) {
            let mut slashes = url.match_indices('/').map(|(at, _)| at).skip(2).take(16);
            if let Some(at) = slashes.find(|at| named.contains(&url[at + 1..])) {
                bases.entry(&url[..at]).or_default().insert(&url[at + 1..]);
            }
        }
    }
    let best =
        bases.iter().max_by_key(|(_, files)| files.len()).filter(|(_, files)| files.len() >= 2 * EVIDENCE);
    if let Some((base, files)) = best {
        places.file_base = (*base).to_owned();
        notes.push(format!(
            "Images and files that are named by path only lay at `{base}/`: {} of them are linked there in full.",
            files.len()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::report::Became;
    use crate::import::yaml_in;

    #[test]
    fn addresses_follow_patterns() {
        let input = |path: &str, front: &str| Input {
            path: path.to_owned(),
            front: yaml_in::read(front).unwrap().value,
            body: String::new(),
            body_line: 1,
            became: Became::Explainer,
            out: String::new(),
            date: Moment::read("2015-02-03"),
        };
        for (path, front, pattern, expected) in [
            ("posts/a/My File.md", "title: T", DEFAULT, "/posts/a/my-file/"),
            ("posts/a/index.md", "title: T", DEFAULT, "/posts/a/"),
            ("posts/_index.md", "slug: x", DEFAULT, "/posts/"),
            ("posts/a.md", "slug: b/c", DEFAULT, "/posts/b/c/"),
            ("posts/a.md", "slug: /posts/c", DEFAULT, "/posts/c/"),
            ("posts/a.md", "url: x/y", DEFAULT, "/x/y/"),
            ("posts/a.md", "title: The Title!", "/:year/:month/:day/:slug/", "/2015/02/03/the-title/"),
            ("posts/a.md", "title: T", "/blog/:section/:filename", "/blog/posts/a/"),
        ] {
            assert_eq!(address(&input(path, front), pattern), expected, "{path} {front} {pattern}");
        }
    }
}
