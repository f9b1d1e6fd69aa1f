//! Links in the finished output that lead nowhere, whatever made them: a template, raw HTML, a theme.
//!
//! Each page is read once, when it is put, and only hashes are kept: of the addresses it links to, and
//! of the ids it has. What leads nowhere is known at the end; the few pages at fault are then read
//! again to name it. Two addresses share a hash once in 2⁶⁴ pairs; then a broken link goes unseen,
//! and none is ever reported wrongly for it.

use super::OutputPath;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Mutex, PoisonError};

/// A link that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrokenLink {
    pub page: OutputPath,
    /// As it is written in the page, character references resolved.
    pub href: String,
    pub trouble: Trouble,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// There is no such page or file.
    NoPage,
    /// The page is there; nothing in it has the id behind the `#`.
    NoFragment,
    /// The address is on this host, beside the path under which the site is published.
    OutsideSite,
}

impl Trouble {
    /// For the end of a message about the link.
    pub fn why(self) -> &'static str {
        match self {
            Trouble::NoPage => "which does not exist",
            Trouble::NoFragment => "where no part of the page has that id",
            Trouble::OutsideSite => "which lies beside the path of the site",
        }
    }
}

/// What is known about links and their targets; filled from many threads.
#[derive(Debug)]
pub struct LinkCheck {
    /// Scheme and host of the site, empty where it has none.
    origin: String,
    /// Path of the site without final slash, empty at the root of a host.
    base_path: String,
    fed: Mutex<Fed>,
}

#[derive(Debug, Default)]
struct Fed {
    pages: Vec<Sheet>,
    /// Every address that some output answers to.
    addresses: HashSet<u64>,
}

/// A page in hashes.
#[derive(Debug)]
struct Sheet {
    path: OutputPath,
    /// Addresses it links to, sorted, each once.
    targets: Box<[u64]>,
    /// The same where there is a fragment behind.
    fragments: Box<[(u64, u64)]>,
    ids: Box<[u64]>,
}

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// To another site, or to nothing that could be missing.
    Elsewhere,
    OutsideSite,
    Inside {
        address: u64,
        fragment: Option<u64>,
    },
}

impl LinkCheck {
    /// `origin` is scheme and host of the site (`https://example.org`, or empty), `base_path` the path
    /// under which it is published (`/repo`, or empty).
    pub fn new(origin: &str, base_path: &str) -> LinkCheck {
        LinkCheck { origin: origin.to_owned(), base_path: base_path.to_owned(), fed: Mutex::default() }
    }

    /// Takes an output that is no page.
    pub fn file(&self, path: &OutputPath) {
        let mut fed = self.fed.lock().unwrap_or_else(PoisonError::into_inner);
        fed.addresses.extend(addresses(path.as_str()));
    }

    /// Takes a page: its links are checked, and its ids can be linked to.
    pub fn page(&self, path: &OutputPath, html: &str) {
        let (mut targets, mut fragments, mut ids) =
            (Vec::with_capacity(128), Vec::with_capacity(32), Vec::with_capacity(64));
        scan(html, |attribute| match attribute {
            Attribute::Link(href) => match self.target(path.as_str(), href) {
                Target::Elsewhere => {}
                // No output has this address, so it is found with the broken ones.
                Target::OutsideSite => targets.push(NOWHERE),
                Target::Inside { address, fragment: None } => targets.push(address),
                Target::Inside { address, fragment: Some(id) } => fragments.push((address, id)),
            },
            Attribute::Id(id) => ids.push(hash(id.as_bytes())),
        });
        targets.sort_unstable();
        targets.dedup();
        fragments.sort_unstable();
        fragments.dedup();
        let sheet = Sheet {
            path: path.clone(),
            targets: targets.into(),
            fragments: fragments.into(),
            ids: ids.into(),
        };
        let mut fed = self.fed.lock().unwrap_or_else(PoisonError::into_inner);
        fed.addresses.extend(addresses(path.as_str()));
        fed.pages.push(sheet);
    }

    /// All links that lead nowhere, sorted by page, in the order of the page, each once a page.
    ///
    /// `html` gives a page's text once more; it is asked for pages with broken links only. A page that
    /// cannot be had is left out.
    pub fn finish(self, mut html: impl FnMut(&OutputPath) -> Option<String>) -> Vec<BrokenLink> {
        let fed = std::mem::take(&mut *self.fed.lock().unwrap_or_else(PoisonError::into_inner));
        let Fed { pages, addresses: known } = fed;
        let wanted = pages.iter().any(|page| !page.fragments.is_empty());
        // An address of a page → its ids, sorted.
        let mut ids: HashMap<u64, Vec<u64>> = HashMap::new();
        if wanted {
            let asked: HashSet<u64> = pages.iter().flat_map(|p| p.fragments.iter().map(|f| f.0)).collect();
            for page in &pages {
                for address in addresses(page.path.as_str()).filter(|address| asked.contains(address)) {
                    let mut own = page.ids.to_vec();
                    own.sort_unstable();
                    ids.insert(address, own);
                }
            }
        }
        let trouble = |target: Target| match target {
            Target::Elsewhere => None,
            Target::OutsideSite => Some(Trouble::OutsideSite),
            Target::Inside { address, .. } if !known.contains(&address) => Some(Trouble::NoPage),
            Target::Inside { address, fragment: Some(id) } => match ids.get(&address) {
                Some(own) if own.binary_search(&id).is_err() => Some(Trouble::NoFragment),
                // What no id can be looked up in (an image, a feed) is not asked.
                _ => None,
            },
            Target::Inside { .. } => None,
        };
        let at_fault = |page: &&Sheet| {
            let plain = page.targets.iter().map(|t| Target::Inside { address: *t, fragment: None });
            let deep =
                page.fragments.iter().map(|(t, id)| Target::Inside { address: *t, fragment: Some(*id) });
            plain.chain(deep).any(|target| trouble(target).is_some())
        };
        let mut faulty: Vec<&Sheet> = pages.par_iter().filter(at_fault).collect();
        faulty.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let mut broken = Vec::new();
        for page in faulty {
            let Some(text) = html(&page.path) else { continue };
            let mut seen = HashSet::new();
            scan(&text, |attribute| {
                if let Attribute::Link(href) = attribute
                    && let Some(trouble) = trouble(self.target(page.path.as_str(), href))
                    && seen.insert(href.to_owned())
                {
                    broken.push(BrokenLink { page: page.path.clone(), href: href.to_owned(), trouble });
                }
            });
        }
        broken
    }

    /// Where `href` on `page` leads.
    fn target(&self, page: &str, href: &str) -> Target {
        // Most links are absolute and plain. One look at each byte settles them.
        if let Some(rest) = href.strip_prefix(&*self.base_path)
            && let Some(plain) = rest.strip_prefix('/')
            && !plain.starts_with('/')
            && !plain.bytes().any(|byte| SPECIAL[usize::from(byte)])
        {
            return Target::Inside { address: hash(plain.as_bytes()), fragment: None };
        }
        let mut href = href.trim_matches([' ', '\t', '\n', '\r', '\x0c']);
        let mut own_host = false;
        if !self.origin.is_empty()
            && let Some(rest) = href.strip_prefix(&*self.origin)
            && (rest.is_empty() || rest.starts_with(['/', '?', '#']))
        {
            own_host = true;
            href = if rest.is_empty() { "/" } else { rest };
        }
        if href.starts_with("//") || has_scheme(href) {
            return Target::Elsewhere;
        }
        let (rest, fragment) = match href.split_once('#') {
            // Highlighted text is asked for behind `:~:`, and no id.
            Some((rest, fragment)) => (rest, Some(fragment.split(":~:").next().unwrap_or_default())),
            None => (href, None),
        };
        let path = rest.split('?').next().unwrap_or_default();
        // The top of a page is always there.
        let fragment = fragment.filter(|f| !f.is_empty() && !f.eq_ignore_ascii_case("top"));
        let fragment = fragment.map(|fragment| match decode(fragment) {
            Some(decoded) => hash(&decoded),
            None => hash(fragment.as_bytes()),
        });
        if path.is_empty() && !own_host {
            return Target::Inside { address: hash(page.as_bytes()), fragment };
        }
        let path = if path.is_empty() { "/" } else { path };
        if !path.starts_with('/') {
            let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
            let joined = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
            return Target::Inside { address: hash(&normal(&joined)), fragment };
        }
        match path.strip_prefix(&*self.base_path) {
            Some("") => Target::Inside { address: hash(b""), fragment },
            Some(rest) if rest.starts_with('/') => {
                Target::Inside { address: hash(&normal(&rest[1..])), fragment }
            }
            // Another site of the same host may well be meant where the host is named.
            _ if own_host => Target::Elsewhere,
            _ => Target::OutsideSite,
        }
    }
}

/// Bytes for which an address is more than its path: white space may be cut off, `#` and `?` end a
/// path, `%` is decoded, `.` may stand for a folder.
const SPECIAL: [bool; 256] = table(b" \t\n\r\x0c#?%.");

/// Bytes that end the name of an element or attribute.
const NAME_END: [bool; 256] = table(b" \t\n\r\x0c=>/");

const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

/// Hash of an address that no output has.
const NOWHERE: u64 = 0;

/// The addresses that a host answers with this output, as hashes: its path, and for the index of a
/// folder the folder, with a slash and (by a redirect) without.
fn addresses(path: &str) -> impl Iterator<Item = u64> {
    let folder = match path.strip_suffix("index.html") {
        Some("") => Some(""),
        Some(folder) if folder.ends_with('/') => Some(folder),
        _ => None,
    };
    let bare = folder.map(|folder| folder.strip_suffix('/').unwrap_or(folder));
    [Some(path), folder, bare].into_iter().flatten().map(|address| hash(address.as_bytes()))
}

/// The same for every run and machine; never [`NOWHERE`].
fn hash(text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text);
    hasher.finish().max(NOWHERE + 1)
}

/// Whether a link names a scheme (`mailto:`), by RFC 3986.
fn has_scheme(href: &str) -> bool {
    href.starts_with(|c: char| c.is_ascii_alphabetic())
        && href
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-')))
            .is_some_and(|at| href.as_bytes()[at] == b':')
}

/// Percent-decodes a path and resolves its `.` and `..`; a final slash stays.
fn normal(path: &str) -> Vec<u8> {
    let decoded = decode(path);
    let path = decoded.as_deref().unwrap_or(path.as_bytes());
    let mut normal: Vec<u8> = Vec::with_capacity(path.len());
    let mut parts = path.split(|b| *b == b'/').peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        match part {
            b"." => {}
            b".." => {
                // Up to the slash before the folder that is left; above the root is the root.
                normal.pop();
                let end = normal.iter().rposition(|b| *b == b'/').map_or(0, |at| at + 1);
                normal.truncate(end);
            }
            _ => {
                normal.extend_from_slice(part);
                if !last {
                    normal.push(b'/');
                }
            }
        }
    }
    normal
}

/// Percent-decodes; `None` where there is nothing to decode. What is no escape stays as it is.
fn decode(text: &str) -> Option<Vec<u8>> {
    if !text.bytes().any(|b| b == b'%') {
        return None;
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    Some(decoded)
}

/// What a page says about links, character references resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attribute<'a> {
    Link(&'a str),
    Id(&'a str),
}

/// Reads the tags of a page once, from front to back, and shows `note` its links and ids.
///
/// Only tags count: an `href="…"` in the text of a page, in a comment or in a script is no link.
fn scan(html: &str, mut note: impl FnMut(Attribute)) {
    let bytes = html.as_bytes();
    let mut at = 0;
    while let Some(open) = find(bytes, at, b'<') {
        at = open + 1;
        match bytes.get(at) {
            Some(b'!') if bytes[at..].starts_with(b"!--") => {
                at = html[at + 3..].find("-->").map_or(bytes.len(), |end| at + 3 + end + 3);
            }
            Some(c) if c.is_ascii_alphabetic() => {
                let name = at;
                at = end_of_name(bytes, at);
                let name = &bytes[name..at];
                at = tag(html, at, name, &mut note);
                // Most elements are told apart from the raw ones by their length.
                let raw: &[&[u8]] = match name.len() {
                    5 => &[b"style", b"title"],
                    6 => &[b"script"],
                    8 => &[b"textarea"],
                    _ => &[],
                };
                if raw.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
                    at = end_of_raw(bytes, at, name);
                }
            }
            _ => {}
        }
    }
}

/// Reads the attributes of a tag from behind its name; gives the place behind the tag.
fn tag(html: &str, mut at: usize, element: &[u8], note: &mut impl FnMut(Attribute)) -> usize {
    let bytes = html.as_bytes();
    loop {
        while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/') {
            at += 1;
        }
        let from = at;
        match bytes.get(at) {
            None => return at,
            Some(b'>') => return at + 1,
            // An attribute may begin with a `=`.
            Some(_) => at = end_of_name(bytes, at + 1),
        }
        let name = &bytes[from..at];
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        if bytes.get(at) != Some(&b'=') {
            continue;
        }
        at += 1;
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        let (start, end);
        match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                start = at + 1;
                end = find(bytes, start, *quote).unwrap_or(bytes.len());
                at = end + 1;
            }
            _ => {
                start = at;
                while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && *b != b'>') {
                    at += 1;
                }
                end = at;
            }
        }
        // Both ends stand at ASCII signs or the end of the text, so between whole characters.
        let value = &html[start..end];
        let kind = match name.len() {
            2 if name.eq_ignore_ascii_case(b"id") => Kind::Id,
            3 if name.eq_ignore_ascii_case(b"src") => Kind::Link,
            4 if name.eq_ignore_ascii_case(b"href") => Kind::Link,
            4 if element.eq_ignore_ascii_case(b"a") && name.eq_ignore_ascii_case(b"name") => Kind::Id,
            6 if name.eq_ignore_ascii_case(b"poster") => Kind::Link,
            6 if name.eq_ignore_ascii_case(b"srcset") => Kind::Links,
            11 if name.eq_ignore_ascii_case(b"imagesrcset") => Kind::Links,
            _ => continue,
        };
        let resolved = value.contains('&').then(|| resolve(value));
        let value = resolved.as_deref().unwrap_or(value);
        match kind {
            Kind::Id => note(Attribute::Id(value)),
            Kind::Link => note(Attribute::Link(value)),
            Kind::Links => candidates(value, |link| note(Attribute::Link(link))),
        }
    }
}

enum Kind {
    Id,
    Link,
    Links,
}

/// The addresses of a `srcset`: `a.png 1x, b.png 2x`.
fn candidates(mut set: &str, mut note: impl FnMut(&str)) {
    loop {
        set = set.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if set.is_empty() {
            return;
        }
        let (link, rest) = set.split_at(set.find(|c: char| c.is_ascii_whitespace()).unwrap_or(set.len()));
        let bare = link.trim_end_matches(',');
        note(bare);
        // Without a comma of its own the link has a description behind it, up to the next comma.
        set = if bare.len() < link.len() { rest } else { rest.split_once(',').map_or("", |(_, rest)| rest) };
    }
}

/// Resolves the character references that HTML writers use in attributes; others stay as they are.
fn resolve(value: &str) -> String {
    let mut resolved = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        resolved.push_str(&rest[..at]);
        rest = &rest[at..];
        // Longer than any reference that is resolved; keeps a value of many `&` linear.
        let end = rest.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| Some((character(&rest[1..end])?, end))) {
            Some((c, end)) => {
                resolved.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                resolved.push('&');
                rest = &rest[1..];
            }
        }
    }
    resolved.push_str(rest);
    resolved
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

fn end_of_name(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| NAME_END[usize::from(*byte)]).map_or(bytes.len(), |at| from + at)
}

/// The place of the tag that ends a raw text element.
fn end_of_raw(bytes: &[u8], mut at: usize, name: &[u8]) -> usize {
    while let Some(open) = find(bytes, at, b'<') {
        at = open + 1;
        let behind = &bytes[at..];
        if behind.first() == Some(&b'/')
            && behind.get(1..=name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
        {
            return open;
        }
    }
    bytes.len()
}

/// Where a byte stands next.
fn find(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    memchr::memchr(byte, bytes.get(from..)?).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(path: &str) -> OutputPath {
        OutputPath::new(path).unwrap()
    }

    /// What is broken on the page `a/b/index.html` of a site at `/repo` on example.org with some other
    /// outputs.
    fn check(html: &str, expected: &[(&str, Trouble)]) {
        let check = LinkCheck::new("https://example.org", "/repo");
        let all = [
            ("index.html", "<h1 id=\"front\">"),
            ("a/index.html", "<h2 id=in-a>"),
            ("people/josé/index.html", "<h2 id='été'></h2><a name=\"old\"></a>"),
            ("plain.html", ""),
            ("a/b/index.html", html),
        ];
        for (at, html) in all {
            check.page(&path(at), html);
        }
        for at in ["css/site.css", "img/a b.png", "a/b/near.png", "img/sprite.svg"] {
            check.file(&path(at));
        }
        let texts: HashMap<_, _> = all.into_iter().collect();
        let mut asked = 0;
        let found = check.finish(|page| {
            asked += 1;
            texts.get(page.as_str()).map(|text| (*text).to_owned())
        });
        assert!(asked <= 1, "pages without fault were read again");
        let found: Vec<_> = found.iter().map(|b| (b.href.as_str(), b.trouble)).collect();
        assert_eq!(found, expected, "in {html}");
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        for href in [
            "/repo/",
            "/repo",
            "/repo/a/",
            "/repo/a",
            "/repo/a/index.html",
            "/repo/plain.html?x=1",
            "/repo/a/?q=1#in-a",
            "../",
            "../#in-a",
            "..",
            ".",
            "./",
            "../../",
            "../../../../..",
            "near.png",
            "./near.png",
            "../../css/site.css",
            "/repo/img/a%20b.png",
            "/repo/people/jos%C3%A9/#%C3%A9t%C3%A9",
            "/repo/people/josé#été",
            "/repo/people/josé#old",
            "/repo/img/sprite.svg#icon",
            "#own",
            "#",
            "#top",
            "",
            "?page=2",
            "/repo/a/#:~:text=words",
            "https://example.org/repo/a/",
            "https://example.org/elsewhere/",
            "https://example.organic/x",
            "https://other.org/x",
            "//cdn.org/x",
            "mailto:a@b.c",
            "data:image/png;base64,AAAA",
            "tel:+1",
        ] {
            check(&format!("<p id=own><a class=\"x\" href=\"{href}\">x</a>"), &[]);
        }
    }

    #[test]
    fn links_that_lead_nowhere_are_named_with_the_reason() {
        use Trouble::*;
        for (href, trouble) in [
            ("/repo/b/", NoPage),
            ("/repo/plain", NoPage),
            ("/repo/plain.html/", NoPage),
            ("/repo/css/", NoPage),
            ("b", NoPage),
            ("far.png", NoPage),
            ("https://example.org/repo/none/", NoPage),
            ("/repo/none/#x", NoPage),
            ("#none", NoFragment),
            ("/repo/#none", NoFragment),
            ("/repo/a#front", NoFragment),
            ("/", OutsideSite),
            ("/a/", OutsideSite),
            ("/repository/", OutsideSite),
            ("/repo/%zz", NoPage),
        ] {
            check(&format!("<a href='{href}'>x</a>"), &[(href, trouble)]);
        }
    }

    #[test]
    fn every_kind_of_link_counts_and_each_once_in_the_order_of_the_page() {
        use Trouble::NoPage;
        check(
            "<img src=z.png><A HREF=\"y/\">y</A><img srcset=\"near.png, x.png 1x, w.png 2x\" src=near.png>\
             <video poster = 'v.png'></video><a href=\"y/\">again</a><link rel=preload imagesrcset='u.png'>",
            &[
                ("z.png", NoPage),
                ("y/", NoPage),
                ("x.png", NoPage),
                ("w.png", NoPage),
                ("v.png", NoPage),
                ("u.png", NoPage),
            ],
        );
    }

    #[test]
    fn only_tags_have_links() {
        for html in [
            "<p>write href=\"none\" in <code>&lt;a href=\"none\"&gt;</code>",
            "<!-- <a href=\"none\"> --><p>",
            "<script>x = '<a href=\"none\">'</script>",
            "<SCRIPT>x = '<a href=\"none\">'</Script >",
            "<style>a[href=\"none\"] {}</style>",
            "<title>a <a href=\"none\"></title>",
            "<p title='<a href=\"none\">'>",
            "<p data-href=\"none\" xlink:href=none hrefs=none>",
            "1 < 2 <3 href=\"none\"",
            "</a href=\"none\">",
            "<!-- never closed <a href=\"none\">",
            "<script>never closed <a href=\"none\">",
        ] {
            check(html, &[]);
        }
    }

    #[test]
    fn character_references_are_resolved() {
        check("<a href=\"&#x2F;repo&#47;plain.html?a=1&amp;b=2\">x</a>", &[]);
        check("<a href=\"x&amp;y.png\">x</a>", &[("x&y.png", Trouble::NoPage)]);
        check("<a href=\"x&y&nope;&#xFFFFFFFF;\">x</a>", &[("x&y&nope;&#xFFFFFFFF;", Trouble::NoPage)]);
        check("<p id=\"a&amp;b\"><a href=\"#a&amp;b\">x</a>", &[]);
    }

    #[test]
    fn text_that_is_hardly_html_does_no_harm() {
        for html in [
            "",
            "<",
            "<a",
            "<a ",
            "<a href",
            "<a href=",
            "<a href=\"",
            "<a href='é",
            "<a =",
            "<a / / >",
            "<é",
            "<a é=é>",
            "<a href=é>",
            "<!",
            "<!-",
            "<!--",
            "<!-->",
            "<script",
            "<script>",
            "<script></",
            "<a b c d=\"",
            "<a\u{0}b",
        ] {
            let check = LinkCheck::new("", "");
            check.page(&path("index.html"), html);
            check.finish(|_| Some(html.to_owned()));
        }
    }
}
