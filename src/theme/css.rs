//! The addresses in a style sheet (CSS Syntax Module Level 3, CSS Cascade Level 5).

use std::ops::Range;

/// An address that a style sheet names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Of the address alone, without quotes and brackets.
    pub range: Range<usize>,
    /// It stands in `@import`.
    pub import: bool,
}

/// Every address in `url(…)` and every text after `@import`, in the order of the text. Comments and
/// other texts in quotes are passed over. Linear in the length of the text.
pub fn addresses(text: &str) -> Vec<Address> {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    // Right after `@import` and white space.
    let mut import = false;
    while at < bytes.len() {
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = text[at + 2..].find("*/").map_or(bytes.len(), |length| at + 2 + length + 2);
            }
            quote @ (b'"' | b'\'') => {
                let end = end_of_string(bytes, at + 1, quote);
                if import {
                    found.push(Address { range: at + 1..end, import: true });
                }
                import = false;
                at = end + 1;
            }
            b'@' if starts(bytes, at, b"@import") => {
                import = true;
                at += "@import".len();
            }
            b'u' | b'U' if starts(bytes, at, b"url(") && !follows_name(bytes, at) => {
                let (range, end) = in_brackets(bytes, at + 4);
                found.push(Address { range, import });
                import = false;
                at = end;
            }
            b if b.is_ascii_whitespace() => at += 1,
            _ => {
                import = false;
                at += 1;
            }
        }
    }
    found
}

fn starts(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
}

/// What stands before is part of the same name: `my-url(` is another function.
fn follows_name(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'-' | b'_' | b'\\' | 0x80..))
}

/// Where a text in quotes ends: at the quote, or at the end of a line that is not escaped.
fn end_of_string(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b if b == quote || b == b'\n' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The address behind `url(`, and where the bracket ends.
fn in_brackets(bytes: &[u8], mut at: usize) -> (Range<usize>, usize) {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    let range = match bytes.get(at) {
        Some(quote @ (b'"' | b'\'')) => at + 1..end_of_string(bytes, at + 1, *quote),
        _ => {
            let end = bytes[at..].iter().position(|b| *b == b')').map_or(bytes.len(), |length| at + length);
            let blank = bytes[at..end].iter().rev().take_while(|b| b.is_ascii_whitespace()).count();
            at..end - blank
        }
    };
    let end = bytes[range.end..].iter().position(|b| *b == b')');
    let end = end.map_or(bytes.len(), |length| range.end + length + 1);
    (range, end)
}

/// A path from the style sheet `sheet` → a path from `static/`, without what follows `?` or `#`.
/// `None` for an address that is not relative (`/x`, `https://…`, `data:…`, `#…`), that leaves the
/// folder, or that needs escapes to be understood.
pub fn resolve(sheet: &str, address: &str) -> Option<String> {
    let path = &address[..address.find(['?', '#']).unwrap_or(address.len())];
    let relative = !path.is_empty()
        && !path.starts_with('/')
        && !path.contains(['\\', '%'])
        && !path.split('/').next().is_some_and(|first| first.contains(':'));
    if !relative {
        return None;
    }
    let mut parts: Vec<&str> = sheet.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_and_nothing_else() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = addresses(text).into_iter().map(|a| &text[a.range]).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("a{src:url(fonts/x.woff2)}", &["fonts/x.woff2"]);
        check("a{src:URL( 'fonts/x y.woff2' ) format(\"woff2\")}", &["fonts/x y.woff2"]);
        check("a{b:url(\"x.eot?#iefix\"), url(x.svg#y)}", &["x.eot?#iefix", "x.svg#y"]);
        check("a{b:url(data:image/svg+xml;base64,AA==)}", &["data:image/svg+xml;base64,AA=="]);
        check(
            "@import \"a.css\"; @import url(b.css) layer(x); @IMPORT 'c.css';",
            &["a.css", "b.css", "c.css"],
        );
        check("/* url(no) @import \"no\" */a{content:\"url(no)\";b:my-url(no)}", &[]);
        check("a{content:'it\\'s url(no)'}b{c:url(yes)}", &["yes"]);
        check("a{content:\"open\nb{c:url(yes)}", &["yes"]);
        check("@import/**/\"a.css\"", &["a.css"]);
        check("url(", &[""]);
        check("url(\"", &[""]);
        check("a{b:url()}", &[""]);
        check("/* open url(no)", &[]);
        check("é{b:url(é.png)}", &["é.png"]);
    }

    #[test]
    fn paths_are_from_the_folder_of_the_style_sheet() {
        for (sheet, address, expected) in [
            ("theme.css", "fonts/x.woff2", Some("fonts/x.woff2")),
            ("css/theme.css", "../fonts/x.woff2?v=1#y", Some("fonts/x.woff2")),
            ("css/theme.css", "./x.png", Some("css/x.png")),
            ("theme.css", "../x.png", None),
            ("theme.css", "/static/x.png", None),
            ("theme.css", "https://e.org/x.png", None),
            ("theme.css", "//e.org/x.png", None),
            ("theme.css", "data:image/png;base64,AA", None),
            ("theme.css", "#shape", None),
            ("theme.css", "x%20y.png", None),
        ] {
            assert_eq!(resolve(sheet, address).as_deref(), expected, "{sheet} {address}");
        }
    }

    #[test]
    fn a_hostile_style_sheet_is_read_in_linear_time() {
        for unit in ["url(", "/*", "@import", "\"\\", "url('", "@import \""] {
            addresses(&unit.repeat(400_000 / unit.len()));
        }
    }
}
