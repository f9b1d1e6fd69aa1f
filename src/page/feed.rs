//! Feeds: what is new, for readers and machines.
//!
//! Atom (RFC 4287) and JSON Feed 1.1 come from one typed [`Feed`], so that they cannot differ.
//! Addresses in it are whole; so must be those inside the texts: see [`absolutise`].

use super::view::percent_encode;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::io;

/// Bytes of text after which the entries that follow carry their summaries only. Readers fetch a
/// feed again and again, and some stop at a few megabytes.
pub const TEXT_LIMIT: usize = 1 << 20;

/// What a feed tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    pub title: String,
    /// Empty: none.
    pub subtitle: String,
    /// BCP 47.
    pub lang: String,
    /// Whole address of the page that the feed belongs to.
    pub home: String,
    /// Whole address of the Atom feed itself, and of the JSON feed.
    pub atom_url: String,
    pub json_url: String,
    /// See [`stable_id`].
    pub id: String,
    /// RFC 3339; see [`timestamp`]. The newest date of the entries, never the time of the build.
    pub updated: String,
    /// Who stands for entries without authors: the publisher, or the site itself. Atom demands one.
    pub author: Author,
    /// Newest first.
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    pub name: String,
    /// Whole address of the author's page; empty: none.
    pub url: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// See [`stable_id`].
    pub id: String,
    /// Whole address.
    pub url: String,
    pub title: String,
    /// Plain text; empty: none.
    pub summary: String,
    /// The text with whole addresses; `None` where the feed carries summaries only.
    pub content_html: Option<String>,
    /// RFC 3339; empty where no date is known.
    pub published: String,
    /// RFC 3339. The last change that the author dated.
    pub updated: String,
    /// Empty where it is the language of the feed.
    pub lang: String,
    /// Titles; neither format has a place for their addresses.
    pub topics: Vec<String>,
    pub authors: Vec<Author>,
}

/// The feed in Atom.
pub fn atom(feed: &Feed) -> Vec<u8> {
    let mut writer = Writer::new(Vec::with_capacity(4096));
    write_atom(feed, &mut writer).expect("writing into memory does not fail");
    writer.into_inner()
}

fn write_atom(feed: &Feed, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let lang = clean(&feed.lang);
    writer
        .create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .with_attribute(("xml:lang", &*lang))
        .write_inner_content(|w| {
            text(w, "title", &feed.title)?;
            text(w, "subtitle", &feed.subtitle)?;
            link(w, "alternate", "text/html", &feed.home)?;
            link(w, "self", "application/atom+xml", &feed.atom_url)?;
            text(w, "id", &feed.id)?;
            text(w, "updated", &feed.updated)?;
            author(w, &feed.author)?;
            let mut room = TEXT_LIMIT;
            for entry in &feed.entries {
                write_entry(w, entry, &mut room)?;
            }
            Ok(())
        })?;
    Ok(())
}

fn write_entry(w: &mut Writer<Vec<u8>>, entry: &Entry, room: &mut usize) -> io::Result<()> {
    let lang = clean(&entry.lang);
    let mut element = w.create_element("entry");
    if !lang.is_empty() {
        element = element.with_attribute(("xml:lang", &*lang));
    }
    element.write_inner_content(|w| {
        text(w, "title", &entry.title)?;
        link(w, "alternate", "text/html", &entry.url)?;
        text(w, "id", &entry.id)?;
        text(w, "published", &entry.published)?;
        text(w, "updated", &entry.updated)?;
        for who in &entry.authors {
            author(w, who)?;
        }
        for topic in &entry.topics {
            w.create_element("category").with_attribute(("term", &*clean(topic))).write_empty()?;
        }
        text(w, "summary", &entry.summary)?;
        if let Some(html) = fitting(entry, room) {
            w.create_element("content")
                .with_attribute(("type", "html"))
                .write_text_content(BytesText::new(&clean(html)))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn text(w: &mut Writer<Vec<u8>>, name: &str, value: &str) -> io::Result<()> {
    // Atom wants a title even where it is empty; all other elements are left out.
    if !value.is_empty() || name == "title" {
        w.create_element(name).write_text_content(BytesText::new(&clean(value)))?;
    }
    Ok(())
}

fn link(w: &mut Writer<Vec<u8>>, rel: &str, kind: &str, href: &str) -> io::Result<()> {
    let href = clean(href);
    w.create_element("link")
        .with_attribute(("rel", rel))
        .with_attribute(("type", kind))
        .with_attribute(("href", &*href))
        .write_empty()?;
    Ok(())
}

fn author(w: &mut Writer<Vec<u8>>, author: &Author) -> io::Result<()> {
    if author.name.is_empty() {
        return Ok(());
    }
    w.create_element("author").write_inner_content(|w| {
        text(w, "name", &author.name)?;
        text(w, "uri", &author.url)
    })?;
    Ok(())
}

/// The feed in JSON Feed 1.1.
pub fn json_feed(feed: &Feed) -> Vec<u8> {
    let mut room = TEXT_LIMIT;
    let mut root = Map::new();
    root.insert("version".to_owned(), json!("https://jsonfeed.org/version/1.1"));
    put(&mut root, "title", &feed.title);
    put(&mut root, "description", &feed.subtitle);
    put(&mut root, "home_page_url", &feed.home);
    put(&mut root, "feed_url", &feed.json_url);
    put(&mut root, "language", &feed.lang);
    put_authors(&mut root, std::slice::from_ref(&feed.author));
    let items = feed.entries.iter().map(|entry| {
        let mut item = Map::new();
        put(&mut item, "id", &entry.id);
        put(&mut item, "url", &entry.url);
        put(&mut item, "title", &entry.title);
        put(&mut item, "summary", &entry.summary);
        match fitting(entry, &mut room) {
            Some(html) => put(&mut item, "content_html", html),
            // An item must have a text of one kind.
            None => {
                item.insert("content_text".to_owned(), json!(clean(&entry.summary)));
            }
        }
        put(&mut item, "date_published", &entry.published);
        put(&mut item, "date_modified", &entry.updated);
        put(&mut item, "language", &entry.lang);
        put_authors(&mut item, &entry.authors);
        if !entry.topics.is_empty() {
            let tags = entry.topics.iter().map(|topic| json!(clean(topic))).collect();
            item.insert("tags".to_owned(), Value::Array(tags));
        }
        Value::Object(item)
    });
    let items = items.collect();
    root.insert("items".to_owned(), Value::Array(items));
    let mut bytes = Value::Object(root).to_string().into_bytes();
    bytes.push(b'\n');
    bytes
}

fn put(map: &mut Map<String, Value>, key: &str, value: &str) {
    if !value.is_empty() {
        map.insert(key.to_owned(), json!(clean(value)));
    }
}

fn put_authors(map: &mut Map<String, Value>, authors: &[Author]) {
    let authors: Vec<Value> = authors
        .iter()
        .filter(|author| !author.name.is_empty())
        .map(|author| {
            let mut one = Map::new();
            put(&mut one, "name", &author.name);
            put(&mut one, "url", &author.url);
            Value::Object(one)
        })
        .collect();
    if !authors.is_empty() {
        map.insert("authors".to_owned(), Value::Array(authors));
    }
}

/// The text of an entry, as long as there is room; the first that does not fit ends it for all.
fn fitting<'a>(entry: &'a Entry, room: &mut usize) -> Option<&'a str> {
    let html = entry.content_html.as_deref()?;
    if html.len() > *room {
        *room = 0;
        return None;
    }
    *room -= html.len();
    Some(html)
}

/// Drops the characters that XML 1.0 cannot hold, however they are escaped.
fn clean(text: &str) -> Cow<'_, str> {
    let bad = |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    if text.contains(bad) { Cow::Owned(text.replace(bad, "")) } else { Cow::Borrowed(text) }
}

/// An identifier that is made from a path in the site's sources (of an entry: its content file; of a
/// feed: a name such as `feeds/topics/fentanyl`), and so survives another title, slug, address or
/// host: a UUID of version 8 (RFC 9562, section 5.8) as a URN.
pub fn stable_id(path: &str) -> String {
    let digest = blake3::hash(path.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    let number = u128::from_be_bytes(bytes);
    let number = number & !(0xF << 76) & !(0b11 << 62) | (8 << 76) | (0b10 << 62);
    let hex = format!("{number:032x}");
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// `2023`, `2023-06` or `2023-06-17` → RFC 3339 at the first moment of it, in UTC. What has a time
/// already is returned as it is.
pub fn timestamp(iso: &str) -> String {
    let day = match iso.len() {
        4 => "-01-01",
        7 => "-01",
        10 => "",
        _ => return iso.to_owned(),
    };
    format!("{iso}{day}T00:00:00Z")
}

/// Makes the addresses in `html` whole: `href`, `src`, `srcset`, `poster`, `cite`, `data`, `action`
/// and `url(…)` in `style`. `page_url` is the whole address of the page whose text it is.
///
/// Takes time linear in `html`; tags that do not end are left as they are.
pub fn absolutise(html: &str, page_url: &str) -> String {
    let base = Base::new(page_url);
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    // Once no end is found for a thing, none is found further on: it is not looked for again, or
    // many beginnings would make the time quadratic.
    let mut comments_end = true;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if comments_end && rest.starts_with("<!--") {
            match rest[4..].find("-->") {
                Some(end) => {
                    out.push_str(&rest[..end + 7]);
                    rest = &rest[end + 7..];
                    continue;
                }
                None => comments_end = false,
            }
        }
        let name_length = rest[1..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        if name_length == 0 {
            out.push('<');
            rest = &rest[1..];
            continue;
        }
        out.push_str(&rest[..1 + name_length]);
        rest = base.attributes(&rest[1 + name_length..], &mut out);
    }
    out.push_str(rest);
    out
}

/// The address to which others are relative, in its parts.
struct Base<'a> {
    /// `https://e.org`
    origin: &'a str,
    /// `https:`
    scheme: &'a str,
    /// The whole address without query and fragment.
    page: &'a str,
    /// The path, up to and with its last slash: `/explainers/x/`.
    folder: &'a str,
}

impl<'a> Base<'a> {
    fn new(page_url: &'a str) -> Base<'a> {
        let page = page_url.split(['?', '#']).next().unwrap_or_default();
        let host = page.find("://").map_or(0, |at| at + 3);
        let path = page[host..].find('/').map_or(page.len(), |at| host + at);
        let folder = &page[path..];
        Base {
            origin: &page[..path],
            scheme: &page[..host.saturating_sub(2)],
            page,
            folder: folder.rfind('/').map_or("/", |at| &folder[..=at]),
        }
    }

    /// Copies the attributes of a tag, up to its `>`, and returns what stands after it.
    fn attributes<'t>(&self, mut rest: &'t str, out: &mut String) -> &'t str {
        loop {
            let gap = rest.len() - rest.trim_start_matches([' ', '\n', '\t', '\r', '\u{c}', '/']).len();
            out.push_str(&rest[..gap]);
            rest = &rest[gap..];
            if rest.is_empty() {
                return rest;
            }
            if let Some(after) = rest.strip_prefix('>') {
                out.push('>');
                return after;
            }
            // An equals sign at the beginning belongs to the name.
            let length = rest
                .char_indices()
                .find(|(at, c)| {
                    matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{c}' | '/' | '>') || (*c == '=' && *at > 0)
                })
                .map_or(rest.len(), |(at, _)| at);
            let name = &rest[..length];
            out.push_str(name);
            rest = &rest[length..];
            let value = rest.trim_start();
            let Some(value) = value.strip_prefix('=').map(str::trim_start) else { continue };
            out.push_str(&rest[..rest.len() - value.len()]);
            let (quote, inner) = match value.as_bytes().first() {
                Some(b'"') => ("\"", &value[1..]),
                Some(b'\'') => ("'", &value[1..]),
                _ => ("", value),
            };
            let length = match quote {
                "" => inner.find([' ', '\n', '\t', '\r', '\u{c}', '>']),
                quote => inner.find(quote),
            };
            let length = length.unwrap_or(inner.len());
            out.push_str(quote);
            self.value(name, &inner[..length], out);
            rest = &inner[length..];
            if let Some(after) = rest.strip_prefix(quote) {
                out.push_str(quote);
                rest = after;
            }
        }
    }

    fn value(&self, name: &str, value: &str, out: &mut String) {
        match name.to_ascii_lowercase().as_str() {
            "href" | "src" | "poster" | "cite" | "data" | "action" => self.join(value, out),
            // A `data:` address holds commas of its own.
            "srcset" if !value.contains("data:") => {
                for (n, candidate) in value.split(',').enumerate() {
                    if n > 0 {
                        out.push(',');
                    }
                    let url = candidate.trim_start();
                    out.push_str(&candidate[..candidate.len() - url.len()]);
                    let end = url.find(char::is_whitespace).unwrap_or(url.len());
                    if end > 0 {
                        self.join(&url[..end], out);
                    }
                    out.push_str(&url[end..]);
                }
            }
            "style" => {
                let mut rest = value;
                while let Some(at) = rest.find("url(") {
                    let open = rest[at + 4..].trim_start_matches([' ', '\'', '"']);
                    let open = open.strip_prefix("&quot;").or(open.strip_prefix("&#39;")).unwrap_or(open);
                    out.push_str(&rest[..rest.len() - open.len()]);
                    let end = open.find([')', '\'', '"', '&', ' ']).unwrap_or(open.len());
                    self.join(&open[..end], out);
                    rest = &open[end..];
                }
                out.push_str(rest);
            }
            _ => out.push_str(value),
        }
    }

    /// Appends `reference` made whole. It stands in an attribute, and so does what is added.
    fn join(&self, reference: &str, out: &mut String) {
        let reference = reference.trim();
        let before_path = reference.split(['/', '?', '#']).next().unwrap_or_default();
        if before_path.contains(':') {
            out.push_str(reference);
        } else if reference.starts_with("//") {
            out.push_str(self.scheme);
            out.push_str(reference);
        } else if reference.is_empty() || reference.starts_with(['#', '?']) {
            out.push_str(&attribute(self.page));
            out.push_str(reference);
        } else {
            out.push_str(&attribute(self.origin));
            let tail = reference.find(['?', '#']).unwrap_or(reference.len());
            if reference.starts_with('/') {
                out.push_str(&reference[..tail]);
            } else {
                self.relative(&reference[..tail], out);
            }
            out.push_str(&reference[tail..]);
        }
    }

    /// Appends the path that a relative path leads to (RFC 3986, section 5.2.4).
    fn relative(&self, path: &str, out: &mut String) {
        let mut folder: Vec<&str> = self.folder.split('/').filter(|part| !part.is_empty()).collect();
        let mut parts = path.split('/').peekable();
        let mut file = "";
        while let Some(part) = parts.next() {
            match part {
                "." => {}
                ".." => {
                    folder.pop();
                }
                _ if parts.peek().is_none() => file = part,
                _ => folder.push(part),
            }
        }
        for part in folder {
            out.push('/');
            out.push_str(&attribute(part));
        }
        out.push('/');
        out.push_str(file);
    }
}

/// An address, percent-encoded, as it stands in an attribute of HTML.
fn attribute(url: &str) -> String {
    percent_encode(url).replace('&', "&amp;").replace('\'', "%27")
}

#[cfg(test)]
mod tests {
    use super::*;
    use quick_xml::Reader;

    const ODD: &str = "Compose & <kotlin> \"x\" \u{10} ]]> 'y' &amp;";

    fn feed(entries: Vec<Entry>) -> Feed {
        Feed {
            title: ODD.to_owned(),
            lang: "en".to_owned(),
            home: "https://e.org/r/".to_owned(),
            atom_url: "https://e.org/r/feed.xml?a=1&b=2".to_owned(),
            json_url: "https://e.org/r/feed.json".to_owned(),
            id: stable_id("feeds/site"),
            updated: timestamp("2024-05-06"),
            author: Author { name: "Desk & Co".to_owned(), url: String::new() },
            entries,
            ..Feed::default()
        }
    }

    fn entry(html: &str) -> Entry {
        Entry {
            id: stable_id("content/explainers/a.md"),
            url: "https://e.org/r/explainers/a/".to_owned(),
            title: ODD.to_owned(),
            summary: "S < T".to_owned(),
            content_html: Some(html.to_owned()),
            published: timestamp("2024-05"),
            updated: timestamp("2024-05-06"),
            topics: vec!["A & \"B\"".to_owned()],
            authors: vec![Author { name: "Ada".to_owned(), url: "https://e.org/r/people/ada/".to_owned() }],
            ..Entry::default()
        }
    }

    /// The path of each element and attribute with its text, in order; fails where the document is
    /// not well-formed.
    fn read_back(xml: &[u8]) -> Vec<(String, String)> {
        let mut reader = Reader::from_reader(xml);
        reader.config_mut().expand_empty_elements = true;
        let (mut found, mut open, mut buffer) = (Vec::<(String, String)>::new(), Vec::new(), Vec::new());
        loop {
            let text = match reader.read_event_into(&mut buffer).expect("well-formed") {
                Event::Start(start) => {
                    open.push(start.name().as_ref().to_owned());
                    found.push((open.join("/"), String::new()));
                    for attribute in start.attributes() {
                        let attribute = attribute.expect("an attribute");
                        let value = quick_xml::escape::unescape(&attribute.value).expect("escaped");
                        let place = format!("{}@{}", open.join("/"), attribute.key.as_ref());
                        found.push((place, value.into_owned()));
                    }
                    continue;
                }
                Event::End(_) => {
                    open.pop();
                    continue;
                }
                Event::Text(text) => text.to_string(),
                Event::GeneralRef(name) => {
                    quick_xml::escape::unescape(&format!("&{};", &*name)).expect("known").into_owned()
                }
                Event::Eof => break,
                _ => continue,
            };
            let place = open.join("/");
            let so_far = found.iter_mut().rev().find(|(p, _)| *p == place).expect("inside an element");
            so_far.1.push_str(&text);
        }
        assert!(open.is_empty());
        found
    }

    #[test]
    fn any_title_is_escaped_once_in_atom() {
        let html = "<p>a &amp; b ]]> <b>\u{10}c</b></p>";
        let found = read_back(&atom(&feed(vec![entry(html)])));
        let get = |place: &str| found.iter().find(|(p, _)| p == place).map(|(_, text)| text.as_str());
        let title = "Compose & <kotlin> \"x\"  ]]> 'y' &amp;";
        assert_eq!(get("feed/title"), Some(title));
        assert_eq!(get("feed/entry/title"), Some(title));
        assert_eq!(get("feed/entry/content"), Some("<p>a &amp; b ]]> <b>c</b></p>"));
        assert_eq!(get("feed/entry/category@term"), Some("A & \"B\""));
        assert_eq!(get("feed/entry/author/uri"), Some("https://e.org/r/people/ada/"));
        assert_eq!(get("feed/entry/published"), Some("2024-05-01T00:00:00Z"));
        assert!(
            found.contains(&("feed/link@href".to_owned(), "https://e.org/r/feed.xml?a=1&b=2".to_owned()))
        );
    }

    #[test]
    fn json_says_the_same() {
        let json: Value = serde_json::from_slice(&json_feed(&feed(vec![entry("<p>x</p>")]))).expect("JSON");
        assert_eq!(json["title"], "Compose & <kotlin> \"x\"  ]]> 'y' &amp;");
        assert_eq!(json["items"][0]["content_html"], "<p>x</p>");
        assert_eq!(json["items"][0]["tags"][0], "A & \"B\"");
        assert_eq!(json["items"][0]["authors"][0]["url"], "https://e.org/r/people/ada/");
        assert_eq!(json["authors"][0]["name"], "Desk & Co");
    }

    #[test]
    fn a_large_feed_goes_on_with_summaries() {
        let big = "x".repeat(TEXT_LIMIT / 2 + 1);
        let feed = feed(vec![entry(&big), entry(&big), entry("small")]);
        let xml = String::from_utf8(atom(&feed)).expect("UTF-8");
        assert_eq!(xml.matches("<content").count(), 1);
        assert_eq!(xml.matches("<summary").count(), 3);
        let json: Value = serde_json::from_slice(&json_feed(&feed)).expect("JSON");
        assert_eq!(json["items"][1]["content_text"], "S < T");
        assert!(json["items"][2].get("content_html").is_none());
    }

    #[test]
    fn an_id_is_a_uuid_of_version_8() {
        let id = stable_id("content/explainers/a.md");
        assert_eq!(id, stable_id("content/explainers/a.md"));
        assert_ne!(id, stable_id("content/explainers/b.md"));
        assert_eq!(id.len(), "urn:uuid:".len() + 36);
        assert_eq!(&id[23..24], "8");
        assert!(matches!(&id[28..29], "8" | "9" | "a" | "b"));
    }

    #[test]
    fn dates_become_moments() {
        for (iso, expected) in [
            ("2023", "2023-01-01T00:00:00Z"),
            ("2023-06", "2023-06-01T00:00:00Z"),
            ("2023-06-17", "2023-06-17T00:00:00Z"),
            ("2023-06-17T09:00:00+09:00", "2023-06-17T09:00:00+09:00"),
        ] {
            assert_eq!(timestamp(iso), expected);
        }
    }

    #[test]
    fn addresses_inside_a_text_become_whole() {
        for (html, expected) in [
            ("<a href=\"/r/x/\">x</a>", "<a href=\"https://e.org/r/x/\">x</a>"),
            ("<a href=\"../b/?q=1#h\">", "<a href=\"https://e.org/r/explainers/b/?q=1#h\">"),
            ("<a href='#fn-1'>", "<a href='https://e.org/r/explainers/a/#fn-1'>"),
            ("<a href=b.html>", "<a href=https://e.org/r/explainers/a/b.html>"),
            (
                "<img alt=\"a > b\" src=\"i.png\"/>",
                "<img alt=\"a > b\" src=\"https://e.org/r/explainers/a/i.png\"/>",
            ),
            (
                "<img srcset=\"a.png 1x, /r/b.png 2x\">",
                "<img srcset=\"https://e.org/r/explainers/a/a.png 1x, https://e.org/r/b.png 2x\">",
            ),
            (
                "<video poster=\"/p.jpg\" src=v.mp4>",
                "<video poster=\"https://e.org/p.jpg\" src=https://e.org/r/explainers/a/v.mp4>",
            ),
            (
                "<p style=\"background: url('/b.png')\">",
                "<p style=\"background: url('https://e.org/b.png')\">",
            ),
            ("<a href=\"//cdn.org/x\">", "<a href=\"https://cdn.org/x\">"),
            ("<a href=\"mailto:a@b.c\">", "<a href=\"mailto:a@b.c\">"),
            ("<a href=\"https://x.org/?a=1&amp;b=2\">", "<a href=\"https://x.org/?a=1&amp;b=2\">"),
            ("<a title=\"href='/x'\" href=\"/y\">", "<a title=\"href='/x'\" href=\"https://e.org/y\">"),
            ("<a HREF = \"/y\" >", "<a HREF = \"https://e.org/y\" >"),
            ("1 < 2 <!-- <a href=\"/x\"> --> <b>", "1 < 2 <!-- <a href=\"/x\"> --> <b>"),
            (
                "<img srcset=\"data:image/gif;base64,AAA 1x\">",
                "<img srcset=\"data:image/gif;base64,AAA 1x\">",
            ),
            ("<a href=\"/open", "<a href=\"https://e.org/open"),
            ("<a =x href=/y>", "<a =x href=https://e.org/y>"),
            ("plain", "plain"),
        ] {
            assert_eq!(absolutise(html, "https://e.org/r/explainers/a/"), expected);
        }
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        for unit in ["<", "<!--", "<a ", "<a href=\"", "<a x=", "<a style=\"url(", "<img srcset=\","] {
            let text = unit.repeat(200_000 / unit.len());
            assert!(absolutise(&text, "https://e.org/a/").len() >= text.len());
        }
    }
}
