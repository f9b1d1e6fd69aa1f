//! Safe URLs and safe HTML: what may leave a page that is not trusted.
//!
//! [`safe_url`] is the only gate for addresses. For raw HTML this file has the tokens and the lists of
//! what is allowed; the walk over a body puts them together.
//!
//! Nothing of an author's HTML is copied. A tag is read, and a new one is written from it: a name of
//! [`ELEMENTS`], attributes that [`allowed_attribute`] knows, each value escaped between double
//! quotes. However a browser may read the author's bytes, it never sees them; it sees only tags of
//! that one regular form, without comments, foreign content (SVG, MathML) or elements whose text is
//! raw, which every known mutation attack needs. It is also why an entity that [`decode_entities`]
//! does not know is harmless: its `&` is written as `&amp;`, so the browser reads what was checked.

use std::borrow::Cow;

/// What an address is, after all the spellings that browsers see through are undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Url {
    /// `http:`, `https:`, `mailto:` or `tel:`; not yet escaped for HTML.
    External(String),
    /// Leads into the site.
    Site {
        /// Percent escapes decoded; empty for an address within the page.
        path: String,
        /// With its `?`, as typed; may be empty.
        query: String,
        /// Without `#`, percent escapes decoded.
        fragment: Option<String>,
    },
    /// Can run code, read files, or leads to a host that is not named plainly.
    Unsafe,
}

/// Sorts an address whose entities are already decoded.
///
/// Follows the WHATWG URL standard in what it ignores: white space and control characters at both
/// ends, tabs and line ends anywhere, `\` for `/`. What only becomes dangerous when it is decoded
/// once more (`javascript%3A…`, `/%2Fhost`) is refused too, since servers and scripts do that.
pub(super) fn safe_url(typed: &str) -> Url {
    let trimmed = typed.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let url: Cow<str> = match trimmed.contains(['\t', '\n', '\r']) {
        true => trimmed.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect::<String>().into(),
        false => trimmed.into(),
    };
    if url.chars().any(char::is_control) {
        return Url::Unsafe;
    }
    if let Some(scheme) = scheme(&url) {
        let rest = &url[scheme.len() + 1..];
        let known = match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => rest.strip_prefix("//").is_some_and(names_a_host),
            "mailto" | "tel" => true,
            _ => false,
        };
        return if known { Url::External(url.into_owned()) } else { Url::Unsafe };
    }
    let (before, fragment) = match url.split_once('#') {
        Some((before, fragment)) => (before, Some(percent_decode(fragment).into_owned())),
        None => (&*url, None),
    };
    let (path, query) = before.split_at(before.find('?').unwrap_or(before.len()));
    let path = percent_decode(path);
    let leads_away = |path: &str| {
        let mut chars = path.chars();
        matches!((chars.next(), chars.next()), (Some('/' | '\\'), Some('/' | '\\')))
    };
    if leads_away(&path) || path.chars().any(char::is_control) || hides_a_scheme(&path) {
        return Url::Unsafe;
    }
    Url::Site { path: path.into_owned(), query: query.to_owned(), fragment }
}

/// Whether what stands behind `//` begins with the name of a host, with letters of any script, and at
/// most a port of digits. A misspelt address (`http:// http//…`) leads nowhere in every browser.
fn names_a_host(rest: &str) -> bool {
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if let Some(inside) = host.strip_prefix('[') {
        return inside.contains(']');
    }
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    !authority.starts_with('@')
        && name.chars().any(char::is_alphanumeric)
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_') || !c.is_ascii())
        && port.bytes().all(|b| b.is_ascii_digit())
}

/// The scheme of an address: a letter, then letters, digits, `+`, `-` and `.`, up to the first colon.
fn scheme(url: &str) -> Option<&str> {
    let end = url.bytes().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')))?;
    (url.as_bytes()[end] == b':' && url.as_bytes()[0].is_ascii_alphabetic()).then(|| &url[..end])
}

/// Whether a path would be code for a reader that decodes it again or drops invisible characters.
fn hides_a_scheme(path: &str) -> bool {
    let again = percent_decode(path);
    let mut bare = String::new();
    for c in again.chars() {
        match c {
            ':' => break,
            '/' | '?' | '#' => return false,
            // The longest dangerous scheme has eleven letters.
            _ if bare.len() > 16 => return false,
            _ if c.is_ascii_alphanumeric() || c == '-' => bare.push(c.to_ascii_lowercase()),
            _ if c.is_ascii_graphic() => return false,
            _ => {}
        }
    }
    again.contains(':')
        && matches!(
            bare.as_str(),
            "javascript"
                | "data"
                | "vbscript"
                | "file"
                | "blob"
                | "about"
                | "view-source"
                | "livescript"
                | "mocha"
        )
}

/// Undoes `%20` and its like; left as it is where the result would not be UTF-8.
pub(super) fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |i: usize| bytes.get(i).and_then(|b| (*b as char).to_digit(16));
        match (bytes[at], hex(at + 1), hex(at + 2)) {
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
    String::from_utf8(decoded).map_or(text.into(), Cow::Owned)
}

/// One piece of raw HTML.
#[derive(Debug)]
pub(super) enum Token<'a> {
    Text(&'a str),
    Open(Tag<'a>),
    /// The name as typed.
    Close(&'a str),
    /// A comment, declaration, processing instruction, or the rest after a tag without end.
    Nothing,
}

#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// In lower case.
    pub name: String,
    pub attributes: Vec<Attribute<'a>>,
    /// Where the attributes begin, after the name, in the fragment.
    pub after_name: usize,
}

#[derive(Debug)]
pub(super) struct Attribute<'a> {
    pub name: &'a str,
    /// As typed, without quotes, entities not decoded; empty where there is none.
    pub value: &'a str,
    /// In the fragment: the attribute with the white space before it.
    pub whole: std::ops::Range<usize>,
    /// In the fragment: where the value stands.
    pub value_at: usize,
}

/// Cuts raw HTML into tokens, each with its range. One pass: each byte is looked at a constant number
/// of times, since a tag, comment or raw text without end takes the rest of the fragment with it.
pub(super) struct Tokens<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Tokens<'a> {
        Tokens { text, at: 0 }
    }

    /// Goes on after `</name>`, or at the end where there is none: for elements whose content is
    /// not for readers.
    pub fn skip_past_close(&mut self, name: &str) {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while let Some(found) = self.text[at..].find("</") {
            let start = at + found + 2;
            let end = start + name.len();
            if bytes.get(start..end).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
                && !bytes.get(end).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-')
            {
                self.at = self.text[end..].find('>').map_or(self.text.len(), |gt| end + gt + 1);
                return;
            }
            at = start;
        }
        self.at = self.text.len();
    }

    fn markup(&mut self) -> Token<'a> {
        let rest = &self.text[self.at..];
        let end_of = |needle: &str, from: usize| {
            rest.get(from..).and_then(|r| r.find(needle)).map_or(rest.len(), |i| from + i + needle.len())
        };
        let length = if rest.starts_with("<!-->") || rest.starts_with("<!--->") {
            end_of(">", 0)
        } else if rest.starts_with("<!--") {
            end_of("-->", 4)
        } else if rest.starts_with("<![CDATA[") {
            end_of("]]>", 9)
        } else if rest.starts_with("<?") {
            end_of("?>", 2)
        } else if rest.starts_with("<!") {
            end_of(">", 2)
        } else if let Some(name) = rest.strip_prefix("</") {
            let name = &name[..name_length(name)];
            self.at += end_of(">", 2);
            return Token::Close(name);
        } else {
            return self.open();
        };
        self.at += length;
        Token::Nothing
    }

    fn open(&mut self) -> Token<'a> {
        let (text, bytes) = (self.text, self.text.as_bytes());
        let name_end = self.at + 1 + name_length(&text[self.at + 1..]);
        let mut tag = Tag {
            name: text[self.at + 1..name_end].to_ascii_lowercase(),
            attributes: Vec::new(),
            after_name: name_end,
        };
        let mut at = name_end;
        loop {
            let before = at;
            while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/') {
                at += 1;
            }
            match bytes.get(at) {
                None => {
                    self.at = text.len();
                    return Token::Nothing;
                }
                Some(b'>') => {
                    self.at = at + 1;
                    return Token::Open(tag);
                }
                Some(_) => {}
            }
            let name_start = at;
            // A `=` in first place belongs to the name, by the HTML standard.
            at += 1;
            while !text.is_char_boundary(at) {
                at += 1;
            }
            while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'/' | b'>' | b'='))
            {
                at += 1;
            }
            let name = &text[name_start..at];
            let mut value = at..at;
            let mut look = at;
            while bytes.get(look).is_some_and(u8::is_ascii_whitespace) {
                look += 1;
            }
            if bytes.get(look) == Some(&b'=') {
                at = look + 1;
                while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                    at += 1;
                }
                match bytes.get(at) {
                    Some(quote @ (b'"' | b'\'')) => {
                        let start = at + 1;
                        let Some(length) = text[start..].find(*quote as char) else {
                            self.at = text.len();
                            return Token::Nothing;
                        };
                        value = start..start + length;
                        at = value.end + 1;
                    }
                    _ => {
                        let start = at;
                        while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && *b != b'>') {
                            at += 1;
                        }
                        value = start..at;
                    }
                }
            }
            // Hostile tags can have a million; nobody needs more.
            if tag.attributes.len() < 64 {
                let value_at = value.start;
                tag.attributes.push(Attribute { name, value: &text[value], whole: before..at, value_at });
            }
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (std::ops::Range<usize>, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        if start == self.text.len() {
            return None;
        }
        let bytes = self.text.as_bytes();
        let opens = |at: usize| {
            bytes[at] == b'<'
                && match bytes.get(at + 1) {
                    Some(b'!' | b'?') => true,
                    Some(b'/') => bytes.get(at + 2).is_some_and(u8::is_ascii_alphabetic),
                    Some(b) => b.is_ascii_alphabetic(),
                    None => false,
                }
        };
        let token = if opens(start) {
            self.markup()
        } else {
            let end = (start..bytes.len()).find(|at| opens(*at)).unwrap_or(bytes.len());
            self.at = end;
            Token::Text(&self.text[start..end])
        };
        Some((start..self.at, token))
    }
}

fn name_length(text: &str) -> usize {
    text.bytes().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(text.len())
}

/// Elements that a page may use. Not there: whatever runs, loads a document, sends a form, holds raw
/// text, or is foreign content.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Elements that have no end tag.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Elements that go together with what they hold: text for a machine, or for another language.
const DROPPED_WHOLE: &[&str] = &[
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
];

/// Elements that the next one of their kind, or the end of their parent, closes.
const CLOSED_BY_NEXT: &[&str] =
    &["caption", "colgroup", "dd", "dt", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// The element as a fixed name, where it may be used.
pub(super) fn allowed_element(name: &str) -> Option<&'static str> {
    ELEMENTS.binary_search(&name).ok().map(|i| ELEMENTS[i])
}

pub(super) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

pub(super) fn is_dropped_whole(name: &str) -> bool {
    DROPPED_WHOLE.contains(&name)
}

pub(super) fn is_closed_by_next(name: &str) -> bool {
    CLOSED_BY_NEXT.contains(&name)
}

/// The elements in which alone one may stand. Elsewhere a browser would move it, or close with it
/// what stands around: a bare `<li>` ends the list item that holds the page.
pub(super) fn parents(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "li" => &["ol", "ul"],
        "dd" | "dt" => &["dl", "div"],
        "caption" | "colgroup" | "tbody" | "tfoot" | "thead" => &["table"],
        "col" => &["colgroup", "table"],
        "tr" => &["table", "tbody", "tfoot", "thead"],
        "td" | "th" => &["tr"],
        "rp" | "rt" => &["ruby"],
        "source" => &["audio", "picture", "video"],
        "track" => &["audio", "video"],
        _ => return None,
    })
}

/// Whether an attribute that is not an address may be kept, by its element, name and value.
pub(super) fn allowed_attribute(element: &str, name: &str, value: &str) -> bool {
    let number = |most: u32| value.parse::<u32>().is_ok_and(|n| n <= most);
    match (element, name) {
        (_, "title" | "lang" | "aria-label") | ("img", "alt") => true,
        (_, "dir") => matches!(value, "ltr" | "rtl" | "auto"),
        ("audio" | "video", "controls" | "loop" | "muted") | ("details", "open") | ("ol", "reversed") => true,
        ("audio" | "video", "preload") => matches!(value, "none" | "metadata" | "auto"),
        ("img" | "video" | "source", "width" | "height") => number(10_000),
        ("col" | "colgroup", "span") | ("td" | "th", "colspan" | "rowspan") => number(1_000),
        ("th", "scope") => matches!(value, "col" | "row" | "colgroup" | "rowgroup"),
        ("th", "abbr") | ("time" | "del" | "ins", "datetime") | ("data", "value") => true,
        ("ol", "start") | ("li", "value") => value.parse::<i32>().is_ok(),
        ("ol", "type") => matches!(value, "1" | "a" | "A" | "i" | "I"),
        ("img" | "source", "sizes") | ("source", "media" | "type") => true,
        ("track", "kind" | "label" | "srclang") => true,
        _ => false,
    }
}

/// Decodes the character references that matter in addresses and texts. Others stay as typed, which
/// is safe because the result is escaped again.
pub(super) fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((c, length)) => {
                decoded.push(c);
                rest = &rest[length..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded.into()
}

/// The character reference at the start of a text, and its length in bytes.
fn reference(text: &str) -> Option<(char, usize)> {
    let body = &text[1..];
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix, skipped) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 3),
            None => (number, 10, 2),
        };
        let length = digits.bytes().take_while(|b| (*b as char).is_digit(radix)).count();
        if length == 0 {
            return None;
        }
        let c =
            u32::from_str_radix(&digits[..length], radix).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
        let end = skipped + length + usize::from(digits.as_bytes().get(length) == Some(&b';'));
        return Some((c, end));
    }
    let length = body.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    let c = match &body[..length] {
        "amp" | "AMP" => '&',
        "lt" | "LT" => '<',
        "gt" | "GT" => '>',
        "quot" | "QUOT" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "Tab" => '\t',
        "NewLine" => '\n',
        "colon" => ':',
        "sol" => '/',
        "bsol" => '\\',
        "num" => '#',
        "quest" => '?',
        "percnt" => '%',
        "lpar" => '(',
        "rpar" => ')',
        _ => return None,
    };
    (body.as_bytes().get(length) == Some(&b';')).then_some((c, length + 2))
}

/// Text for HTML, in elements and in attributes between double quotes.
pub fn escape(out: &mut String, text: &str) {
    let special = |b: u8| (b == b'&') | (b == b'<') | (b == b'>') | (b == b'"');
    let (chunks, rest) = text.as_bytes().as_chunks::<32>();
    let mut clean = 0;
    let mut replace = |bytes: &[u8], start: usize| {
        for (i, b) in bytes.iter().enumerate().filter(|(_, b)| special(**b)) {
            out.push_str(&text[clean..start + i]);
            out.push_str(match b {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            });
            clean = start + i + 1;
        }
    };
    for (n, chunk) in chunks.iter().enumerate() {
        // Nearly all text has nothing to escape; a chunk of fixed length is looked through at once,
        // which makes a rendering a fifth faster.
        if chunk.iter().fold(0, |any, b| any | u8::from(special(*b))) != 0 {
            replace(chunk, n * 32);
        }
    }
    replace(rest, chunks.len() * 32);
    out.push_str(&text[clean..]);
}

/// Text of raw HTML: as [`escape`], but character references stay what they are.
pub(super) fn escape_around_references(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        escape(out, &rest[..at]);
        rest = &rest[at..];
        let name = rest[1..].strip_prefix('#').unwrap_or(&rest[1..]);
        let length = name.bytes().take(32).take_while(u8::is_ascii_alphanumeric).count();
        let is_reference = length > 0 && name.as_bytes().get(length) == Some(&b';');
        out.push_str(if is_reference { "&" } else { "&amp;" });
        rest = &rest[1..];
    }
    escape(out, rest);
}

/// An address for an attribute between double quotes: what may not stand in a URL is percent-encoded.
pub(super) fn escape_url(out: &mut String, url: &str) {
    let mut clean = 0;
    for (i, b) in url.bytes().enumerate() {
        let plain = b.is_ascii_alphanumeric() || b"!#$%()*+,-./:;=?@^_~".contains(&b);
        if plain {
            continue;
        }
        // The bytes of a longer character are all escaped in turn, so there is nothing between them.
        if clean < i {
            out.push_str(&url[clean..i]);
        }
        clean = i + 1;
        match b {
            b'&' => out.push_str("&amp;"),
            b'\'' => out.push_str("&#x27;"),
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(HEX[usize::from(b >> 4)] as char);
                out.push(HEX[usize::from(b & 15)] as char);
            }
        }
    }
    out.push_str(&url[clean..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_of_other_hosts_are_external() {
        for url in [
            "https://a.org",
            "HTTP://a.org/b?c=d#e",
            "https://user@a.org",
            "https://[::1]/",
            "https://пример.рф/п",
            "mailto:a@b.org",
            "tel:+1-2",
            "MailTo:x",
            "https://日本語.example/x",
            "https://user@a.org:8080/",
            "http://[::1]:80/",
        ] {
            assert_eq!(safe_url(url), Url::External(url.to_owned()));
        }
        for (typed, url) in [
            (" https://a.org\n", "https://a.org"),
            ("ht\ntps://a.org", "https://a.org"),
            ("\u{1}https://a.org", "https://a.org"),
        ] {
            assert_eq!(safe_url(typed), Url::External(url.to_owned()), "{typed:?}");
        }
    }

    #[test]
    fn everything_that_could_run_code_or_lead_elsewhere_is_unsafe() {
        for url in [
            "http:// http//www.example.org/",
            "http://file:http://example.org",
            "http://…",
            "http://%20http//a.org/",
            "https://a.org:port/",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "\u{1}javascript:alert(1)",
            "java\nscript:alert(1)",
            "java\tscript:alert(1)",
            "javascript\t:alert(1)",
            "java\0script:alert(1)",
            "javascript\u{a0}:x",
            "\u{feff}javascript:x",
            "\u{200b}javascript:x",
            "java\u{ad}script:x",
            "javascript%3Aalert(1)",
            "%6Aavascript:alert(1)",
            "javascript%253Aalert(1)",
            "java%0Ascript:alert(1)",
            "%09javascript:alert(1)",
            "javascript%3aalert(1)//",
            "data:text/html,x",
            "DATA:x",
            "data%3Ax",
            "vbscript:x",
            "file:///etc/passwd",
            "file:x",
            "blob:x",
            "about:blank",
            "view-source:x",
            "ftp://a.org",
            "x:y",
            "intent:x",
            "ws://a",
            "//a.org",
            "\\\\a.org",
            "/\\a.org",
            "\\/a.org",
            "/\t/a.org",
            "/%2Fa.org",
            "%2F%2Fa.org",
            "/%5Ca.org",
            "\n//a.org",
            "///a.org",
            "http:a.org",
            "http:/a.org",
            "https:\\\\a.org",
            "http:///a.org",
            "http://",
            "https://?",
            "https://:80",
            "http:// a.org",
            "http:",
            "a\0b",
            "a\u{7f}b",
            "a%00b",
            "a%0Ab",
            "a\u{85}b",
        ] {
            assert_eq!(safe_url(url), Url::Unsafe, "{url:?}");
        }
    }

    #[test]
    fn addresses_within_the_site_are_taken_apart() {
        let check = |typed: &str, path: &str, query: &str, fragment: Option<&str>| {
            let expected =
                Url::Site { path: path.into(), query: query.into(), fragment: fragment.map(str::to_owned) };
            assert_eq!(safe_url(typed), expected, "{typed:?}");
        };
        check("../people/x.md#early-life", "../people/x.md", "", Some("early-life"));
        check("/a/b/?c=d&e#f?g", "/a/b/", "?c=d&e", Some("f?g"));
        check("#", "", "", Some(""));
        check("", "", "", None);
        check("?a", "", "?a", None);
        check("a%20b.md", "a b.md", "", None);
        check("%E3%83%86.md#%E3%83%86", "テ.md", "", Some("テ"));
        check("100%.md", "100%.md", "", None);
        check("%ff", "%ff", "", None);
        check("..\\a.md", "..\\a.md", "", None);
        check("javascript.md", "javascript.md", "", None);
        check("./data:x", "./data:x", "", None);
        check("a/javascript:x", "a/javascript:x", "", None);
        check("why-javascript?:x", "why-javascript", "?:x", None);
        check("a b.md", "a b.md", "", None);
    }

    #[test]
    fn the_names_of_elements_are_sorted() {
        assert!(ELEMENTS.is_sorted());
        assert!(DROPPED_WHOLE.iter().all(|name| allowed_element(name).is_none()));
    }

    #[test]
    fn addresses_and_texts_are_escaped() {
        let mut out = String::new();
        escape_url(&mut out, "a b'\"<é>&%20[");
        assert_eq!(out, "a%20b&#x27;%22%3C%C3%A9%3E&amp;%20%5B");
        out.clear();
        escape_around_references(&mut out, "a<&lt;&#60;&#x3C;&nope &;&é;");
        assert_eq!(out, "a&lt;&lt;&#60;&#x3C;&amp;nope &amp;;&amp;é;");
        assert_eq!(
            decode_entities("&#106;&#x6a;&#106a&colon;&lt;&unknown;&&#xffffffff;"),
            "jjja:<&unknown;&\u{fffd}"
        );
    }
}
