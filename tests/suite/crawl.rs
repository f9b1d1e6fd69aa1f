//! A second opinion on addresses: everything in public/ that leads into the site leads to a file of
//! it, or to a heading that its page has. It shares no code with the program's own check.

use std::collections::{BTreeMap, BTreeSet};

/// Addresses that lead nowhere, each with the file in which it stands. `base` is the address at which
/// the site is published: `/`, or whole.
pub fn broken(public: &BTreeMap<String, Vec<u8>>, base: &str) -> Vec<String> {
    let after_scheme = base.find("://").map_or(0, |at| at + 3);
    let path_at = base[after_scheme..].find('/').map_or(base.len(), |at| after_scheme + at);
    let (origin, path) = base.split_at(path_at);
    let path = path.trim_end_matches('/');
    let ids: BTreeMap<&str, BTreeSet<String>> = public
        .iter()
        .filter(|(file, _)| file.ends_with(".html"))
        .map(|(file, bytes)| {
            let html = String::from_utf8_lossy(bytes);
            (
                file.as_str(),
                attributes(&html).into_iter().filter(|(k, _)| k == "id").map(|(_, v)| v).collect(),
            )
        })
        .collect();
    let mut wrong = Vec::new();
    for (file, bytes) in public.iter().filter(|(file, _)| !file.starts_with(".nutgraf")) {
        let text = String::from_utf8_lossy(bytes);
        for address in addresses(file, &text, origin) {
            if let Err(why) = resolve(&address, file, origin, path, public, &ids) {
                wrong.push(format!("public/{file}: `{address}` {why}"));
            }
        }
    }
    wrong
}

/// What leads somewhere: attributes of pages, `url(…)` of style sheets, targets of `_redirects`, and
/// the site's own whole addresses in texts of every kind.
fn addresses(file: &str, text: &str, origin: &str) -> Vec<String> {
    let mut found = Vec::new();
    if file.ends_with(".html") {
        for (name, value) in attributes(text) {
            match name.as_str() {
                "href" | "src" | "poster" | "action" => found.push(value),
                "srcset" => {
                    found.extend(
                        value.split(',').filter_map(|p| p.split_whitespace().next()).map(str::to_owned),
                    );
                }
                "content" => found.extend(value.strip_prefix("0; url=").map(str::to_owned)),
                _ => {}
            }
        }
    }
    if file.ends_with(".css") {
        let parts = text.split("url(").skip(1).filter_map(|part| part.split(')').next());
        found.extend(parts.map(|part| part.trim_matches(['"', '\'']).to_owned()));
    }
    if file == "_redirects" {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        found.extend(lines.filter_map(|line| line.split_whitespace().nth(1)).map(str::to_owned));
    }
    if !origin.is_empty() {
        for (at, _) in text.match_indices(origin) {
            let rest = &text[at..];
            let end =
                rest.find(|c: char| c.is_whitespace() || "\"'<>\\)&}".contains(c)).unwrap_or(rest.len());
            // The `@id` of structured data is a name that looks like an address.
            let name = text[..at].ends_with("\"@id\":\"");
            found.push(rest[..end].split('#').next().filter(|_| name).unwrap_or(&rest[..end]).to_owned());
        }
    }
    found
}

fn resolve(
    address: &str,
    file: &str,
    origin: &str,
    base: &str,
    public: &BTreeMap<String, Vec<u8>>,
    ids: &BTreeMap<&str, BTreeSet<String>>,
) -> Result<(), String> {
    let local = match address.strip_prefix(origin) {
        Some(local) if !origin.is_empty() => local,
        _ if address.contains("://") || address.starts_with("mailto:") || address.starts_with("tel:") => {
            return Ok(());
        }
        _ => address,
    };
    let (path, fragment) = local.split_once('#').unwrap_or((local, ""));
    let path = path.split('?').next().unwrap_or_default();
    let target = if path.is_empty() {
        file.to_owned()
    } else {
        let below =
            path.strip_prefix(base).and_then(|p| p.strip_prefix('/')).ok_or("is not below the site")?;
        if !below.bytes().all(|b| b.is_ascii_graphic()) {
            return Err("is not percent-encoded".to_owned());
        }
        let decoded = decode(below).ok_or("is wrongly percent-encoded")?;
        if decoded.split('/').any(|part| part == "..") {
            return Err("climbs".to_owned());
        }
        if decoded.is_empty() || decoded.ends_with('/') { decoded + "index.html" } else { decoded }
    };
    if !public.contains_key(&target) {
        return Err(format!("leads to no file (public/{target})"));
    }
    let fragment = decode(fragment).ok_or("has a wrongly percent-encoded fragment")?;
    match ids.get(target.as_str()) {
        Some(ids) if !fragment.is_empty() && !ids.contains(&fragment) => Err("leads to no id".to_owned()),
        _ => Ok(()),
    }
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        if *first == b'%' {
            let [high, low, after @ ..] = more else { return None };
            let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
            bytes.push(digit(*high)? * 16 + digit(*low)?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = more;
        }
    }
    String::from_utf8(bytes).ok()
}

/// The attributes of all tags, their values decoded.
pub fn attributes(html: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let script = rest.starts_with("script");
        while let Some(stop) = rest.find(['=', '>']) {
            let (before, quoted) = (rest[..stop].to_owned(), rest[stop..].strip_prefix("=\""));
            let Some(quoted) = quoted else {
                rest = &rest[stop + 1..];
                break;
            };
            let Some(end) = quoted.find('"') else { break };
            let name = before.split_whitespace().next_back().unwrap_or_default().to_lowercase();
            found.push((name, unescape(&quoted[..end])));
            rest = &quoted[end + 1..];
        }
        if script {
            rest = rest.find("</script").map_or("", |end| &rest[end..]);
        }
    }
    found
}

fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, c) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2F;", "/"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, c);
    }
    text
}

#[test]
fn what_leads_nowhere_is_seen() {
    let page = r##"<a href="/b/x/">1</a> <a href="/x/">2</a> <a href="#here">3</a> <p id="here" title="a > b">
        <img src="/b/%E6%97%A5.png" srcset="/b/no.png 2x"> <a href="https://e.org/b/x/#no">4</a> <a href="https://o.org/y">5</a>
        <a href="x/">6</a> <a href="/b/../c/">7</a> <script src="/b/gone.js">"<a href='/no'>"</script>"##;
    let files = BTreeMap::from([
        ("index.html".to_owned(), page.as_bytes().to_vec()),
        ("x/index.html".to_owned(), Vec::new()),
        ("日.png".to_owned(), Vec::new()),
        ("site.css".to_owned(), b"a { background: url('/b/none.svg') }".to_vec()),
        ("_redirects".to_owned(), b"/b/old/ /b/new/ 301\n".to_vec()),
        ("atom.xml".to_owned(), b"<link href=\"https://e.org/b/\"/><id>https://e.org/out</id>".to_vec()),
    ]);
    let found = broken(&files, "https://e.org/b/");
    let expected = [
        "_redirects: `/b/new/`",
        "atom.xml: `https://e.org/out`",
        "index.html: `/x/`",
        "index.html: `/b/no.png`",
        "index.html: `https://e.org/b/x/#no`",
        "index.html: `x/`",
        "index.html: `/b/../c/`",
        "index.html: `/b/gone.js`",
        "index.html: `https://e.org/b/x/#no`",
        "site.css: `/b/none.svg`",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(&format!("public/{expected}")), "{found} instead of {expected}");
    }
}
