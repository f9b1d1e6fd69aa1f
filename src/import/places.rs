//! Where everything was, and where it is now: addresses, files and hosts of the old site.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// One page that is carried over.
#[derive(Debug)]
pub struct Place {
    /// Path from the old content folder.
    pub path: String,
    /// Path from the new site's root.
    pub out: String,
    /// Address on both sites, from `/` to `/`.
    pub address: String,
    pub title: String,
    pub draft: bool,
    /// What `#…` may name.
    pub ids: HashSet<String>,
    /// Of a list of pages that nutgraf makes itself, and that this one only introduces: its address.
    pub list: Option<String>,
    /// The places on it to which some page links.
    pub wanted: HashSet<String>,
}

/// All that a link can lead to.
#[derive(Debug, Default)]
pub struct Places {
    pub pages: Vec<Place>,
    /// [`key`] of an address → page.
    pub addresses: HashMap<String, usize>,
    /// [`key`] of an old address → page.
    pub aliases: HashMap<String, usize>,
    /// Keys of addresses that nutgraf makes by itself: people and topics that are only named.
    pub automatic: HashSet<String>,
    /// Keys of addresses of other files.
    pub assets: HashSet<String>,
    /// Other files among the content: path from the old content folder → path from the new site's root.
    pub asset_files: HashMap<String, String>,
    /// [`key`] of the old address of such a file → path from the new site's root.
    pub asset_addresses: HashMap<String, String>,
    /// Hosts under which the old site was reached.
    pub hosts: BTreeSet<String>,
    /// Scheme and host of the old site without final slash; empty where it is not known.
    pub base: String,
    /// Where files lay that the source names by path only, without final slash; empty if not known.
    pub file_base: String,
    /// Logical path, lower case → page.
    files: HashMap<String, usize>,
    /// Last part of a logical path, lower case → pages in path order.
    names: HashMap<String, Vec<usize>>,
}

/// What a link leads to.
#[derive(Debug, PartialEq)]
pub enum Lead {
    /// Another site, or not a page at all: stays as typed.
    Away,
    /// A page, with the query and fragment as typed.
    Page { page: usize, tail: String },
    /// Something that stays where it was: a file, or a page that is made by itself.
    Here(String),
    /// A file that stands among the content, by its path from the new site's root.
    File(String),
    /// A place on this page.
    Anchor(String),
    /// A page of the old site that the source does not have, by its full address.
    Elsewhere(String),
    /// Nothing.
    Nowhere,
}

/// What a reference by file name leads to.
#[derive(Debug, PartialEq)]
pub enum Found {
    One(usize),
    /// The first of several.
    First(usize, usize),
    None,
}

/// The form in which addresses are compared: no query, no final slash, lower case, escapes decoded.
pub fn key(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or("");
    let path = decode_percent(path).to_lowercase();
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix("/index.html").unwrap_or(path);
    format!("/{}", path.trim_start_matches('/'))
}

/// The name by which Hugo knows a file: without ending, a bundle by its folder.
pub fn logical(path: &str) -> String {
    let path = path.trim_matches('/');
    let path = [".md", ".markdown", ".html"].iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
    let folder = ["_index", "index"].iter().find_map(|name| {
        let rest = path.strip_suffix(name)?;
        (rest.is_empty() || rest.ends_with('/')).then_some(rest.trim_end_matches('/'))
    });
    folder.unwrap_or(path).to_lowercase()
}

impl Places {
    /// Adds a page; its address must be free.
    pub fn add(&mut self, place: Place) {
        let index = self.pages.len();
        let name = logical(&place.path);
        let last = name.rsplit('/').next().unwrap_or("").to_owned();
        self.addresses.insert(key(&place.address), index);
        self.files.entry(name).or_insert(index);
        if !last.is_empty() {
            self.names.entry(last).or_default().push(index);
        }
        self.pages.push(place);
    }

    /// What stands at a path of the site.
    pub fn at(&self, path: &str) -> Option<Lead> {
        let key = key(path);
        if let Some(&page) = self.addresses.get(&key).or_else(|| self.aliases.get(&key)) {
            let tail = path.find(['?', '#']).map_or("", |at| &path[at..]);
            return Some(Lead::Page { page, tail: tail.to_owned() });
        }
        if let Some(file) = self.asset_addresses.get(&key) {
            return Some(Lead::File(file.clone()));
        }
        (key == "/" || self.automatic.contains(&key) || self.assets.contains(&key))
            .then(|| Lead::Here(if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }))
    }

    /// What a link on a page leads to.
    pub fn lead(&self, url: &str, from: usize) -> Lead {
        let url = url.trim();
        if let Some(fragment) = url.strip_prefix('#') {
            return Lead::Anchor(fragment.to_owned());
        }
        if url.is_empty() || url.starts_with("//") {
            return Lead::Away;
        }
        if let Some((host, path)) = split_host(url) {
            if !self.hosts.contains(&host) {
                return Lead::Away;
            }
            return self.at(path).unwrap_or(Lead::Away);
        }
        let name_end = url.find(|c: char| !(c.is_ascii_alphanumeric() || "+.-".contains(c)));
        if name_end.is_some_and(|at| at > 0 && url[at..].starts_with(':')) {
            return Lead::Away;
        }
        if url.starts_with('/') {
            return match self.at(url) {
                Some(lead) => lead,
                None if self.base.is_empty() => Lead::Nowhere,
                None => Lead::Elsewhere(format!("{}{url}", self.base)),
            };
        }
        let page = &self.pages[from];
        let bare = url.split(['?', '#']).next().unwrap_or("");
        let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = join(folder, &decode_percent(bare));
        if let Some(file) = self.asset_files.get(&beside) {
            return Lead::File(file.clone());
        }
        if [".md", ".markdown"].iter().any(|end| bare.ends_with(end))
            && let Some(&page) = self.files.get(&logical(&beside))
        {
            let tail = &url[bare.len()..];
            return Lead::Page { page, tail: tail.to_owned() };
        }
        let path = format!("/{}{}", join(page.address.trim_matches('/'), bare), &url[bare.len()..]);
        self.at(&path).unwrap_or(Lead::Nowhere)
    }

    /// The page that `ref "path"` means on a page.
    pub fn reference(&self, path: &str, from: usize) -> Found {
        let name = logical(path);
        if name.is_empty() {
            return match self.files.get("") {
                Some(&page) => Found::One(page),
                None => Found::None,
            };
        }
        if !path.starts_with('/') {
            let own = &self.pages[from].path;
            let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
            if let Some(&page) = self.files.get(&join(&folder.to_lowercase(), &name)) {
                return Found::One(page);
            }
        }
        if let Some(&page) = self.files.get(&name) {
            return Found::One(page);
        }
        let last = name.rsplit('/').next().unwrap_or("");
        match self.names.get(last).map(Vec::as_slice) {
            // A path with folders names that one file; a file of the same name elsewhere is another.
            Some([page]) if !name.contains('/') || self.pages[*page].path.to_lowercase().contains(&name) => {
                Found::One(*page)
            }
            Some([first, rest @ ..]) if !rest.is_empty() && !name.contains('/') => {
                Found::First(*first, rest.len() + 1)
            }
            _ => Found::None,
        }
    }

    /// The page whose file has this path, without ending.
    pub fn of_folder(&self, folder: &str) -> Option<&Place> {
        self.files.get(&folder.to_lowercase()).map(|&page| &self.pages[page])
    }

    /// The relative link from a page's file to another file of the new site.
    pub fn relative(&self, from: usize, to: &str) -> String {
        let from: Vec<&str> = self.pages[from].out.split('/').collect();
        let to: Vec<&str> = to.split('/').collect();
        let shared =
            from[..from.len() - 1].iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
        let mut link = "../".repeat(from.len() - 1 - shared);
        link.push_str(&to[shared..].join("/"));
        encode(&link)
    }
}

/// Host in lower case and path of an `http` address.
pub fn split_host(url: &str) -> Option<(String, &str)> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|s| url.get(..s.len()).is_some_and(|start| start.eq_ignore_ascii_case(s)))?;
    let rest = &url[scheme.len()..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].to_lowercase();
    let path = &rest[end..];
    Some((host, if path.is_empty() { "/" } else { path }))
}

/// A relative path from a folder; never above the root.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Escapes what would end a link's destination or be read as its query.
pub fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            ' ' | '%' | '(' | ')' | '<' | '>' | '#' | '?' | '"' | '\\' | '`' | '*' | '[' | ']' => {
                out.push_str(&format!("%{:02X}", c as u32));
            }
            c => out.push(c),
        }
    }
    out
}

/// Text with its percent escapes decoded; as it was if that gives no text.
pub fn decode_percent(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Full addresses of other pages that a text names, wherever they stand in it.
pub fn urls(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("://").filter_map(|(at, _)| {
        let start = [5, 4].into_iter().find_map(|n| {
            let start = at.checked_sub(n)?;
            matches!(text.get(start..at)?, "https" | "http").then_some(start)
        })?;
        let url = &text[start..];
        let url = &url[..url.find(ends_address).unwrap_or(url.len())];
        Some(url.trim_end_matches(['.', ',', ';', ':']))
    })
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, ')' | '"' | '\'' | '>' | '<' | ']' | '`')
}

/// Every address that the texts mention: host → [`key`] of the path → number of texts, with the empty
/// host for paths without one. It is the evidence for what the old addresses were.
pub fn mentioned<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeMap<String, BTreeMap<String, usize>> {
    let mut all: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for text in texts {
        let mut seen = HashSet::new();
        let mut note = |host: String, path: &str| {
            let found = (host, key(path));
            if seen.insert(found.clone()) {
                *all.entry(found.0).or_default().entry(found.1).or_default() += 1;
            }
        };
        for (host, path) in urls(text).filter_map(split_host) {
            note(host, path);
        }
        for sign in ["(/", "\"/", "'/"] {
            for (at, _) in text.match_indices(sign) {
                let path = &text[at + 1..];
                let path = &path[..path.find(ends_address).unwrap_or(path.len())];
                if !path.starts_with("//") {
                    note(String::new(), path);
                }
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let mut places = Places { base: "https://old.org".into(), ..Places::default() };
        places.hosts.insert("old.org".into());
        for (path, address) in [
            ("news/2013/07/2013-07-15-foo.md", "/2013/07/15/foo/"),
            ("news/2014/a.md", "/2014/01/01/a/"),
            ("resources/a.md", "/resources/a/"),
            ("topics/mobile/_index.md", "/topics/mobile/"),
            ("posts/trip/index.md", "/posts/trip/"),
        ] {
            places.add(Place {
                path: path.into(),
                out: format!("content/explainers/{}", path.replace("news/", "")),
                address: address.into(),
                title: String::new(),
                draft: false,
                ids: HashSet::new(),
                list: None,
                wanted: HashSet::new(),
            });
        }
        places.asset_files.insert("posts/trip/pic.jpg".into(), "content/explainers/trip/pic.jpg".into());
        places
    }

    #[test]
    fn references_find_files_by_path_and_by_name() {
        let places = places();
        for (path, expected) in [
            ("2013-07-15-foo.md", Found::One(0)),
            ("news/2013/07/2013-07-15-foo.md", Found::One(0)),
            ("/news/2013/07/2013-07-15-foo", Found::One(0)),
            ("/topics/mobile", Found::One(3)),
            ("topics/mobile/_index.md", Found::One(3)),
            ("posts/trip/", Found::One(4)),
            ("trip", Found::One(4)),
            ("a.md", Found::First(1, 2)),
            ("resources/a.md", Found::One(2)),
            ("communities/mobile.md", Found::None),
            ("/guides/dap/_index.md", Found::None),
            ("none.md", Found::None),
        ] {
            assert_eq!(places.reference(path, 0), expected, "{path}");
        }
        assert_eq!(places.reference("a.md", 2), Found::One(2));
    }

    #[test]
    fn links_are_told_apart() {
        let places = places();
        let page = |page, tail: &str| Lead::Page { page, tail: tail.into() };
        for (url, from, expected) in [
            ("/2013/07/15/foo/", 1, page(0, "")),
            ("/2013/07/15/Foo?x=1#y", 1, page(0, "?x=1#y")),
            ("https://old.org/2013/07/15/foo", 1, page(0, "")),
            ("https://old.org/gone/", 1, Lead::Away),
            ("https://other.org/2013/07/15/foo/", 1, Lead::Away),
            ("/gone/", 1, Lead::Elsewhere("https://old.org/gone/".into())),
            ("#x", 1, Lead::Anchor("x".into())),
            ("mailto:a@b.c", 1, Lead::Away),
            ("pic.jpg", 4, Lead::File("content/explainers/trip/pic.jpg".into())),
            ("https://old.org?x=1", 1, Lead::Here("/?x=1".into())),
            ("../a.md", 0, Lead::Nowhere),
            ("../../2014/a.md", 0, page(1, "")),
            ("../../01/01/a/", 1, Lead::Nowhere),
            ("www.example.org", 1, Lead::Nowhere),
            ("//cdn.org/x", 1, Lead::Away),
        ] {
            assert_eq!(places.lead(url, from), expected, "{url}");
        }
    }

    #[test]
    fn relative_links_go_up_as_far_as_needed() {
        let places = places();
        assert_eq!(places.relative(0, &places.pages[1].out), "../../2014/a.md");
        assert_eq!(places.relative(1, &places.pages[0].out), "../2013/07/2013-07-15-foo.md");
        assert_eq!(encode("a (b)%20.md"), "a%20%28b%29%2520.md");
    }

    #[test]
    fn mentioned_addresses_are_counted_once_a_text() {
        let all = mentioned(["see https://A.org/x/y/. and (https://a.org/x/y?q) [z](/p/q/)"].into_iter());
        assert_eq!(all["a.org"]["/x/y"], 1);
        assert_eq!(all[""]["/p/q"], 1);
    }
}
