//! Hugo's shortcodes: where they stand in a text, what they are given, and which belong together.

use std::collections::HashMap;
use std::ops::Range;

/// Pairs inside each other; what stands deeper is not paired.
const DEEPEST: usize = 24;

/// One `{{< … >}}` or `{{% … %}}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    pub range: Range<usize>,
    pub name: String,
    pub form: Form,
    pub args: Args,
}

/// What a tag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `{{< x >}}`; whether something closes it, [`pairs`] tells.
    Open,
    /// `{{< x />}}`
    Alone,
    /// `{{< /x >}}`
    Close,
    /// `{{</* x */>}}`: stands for the tag as text.
    Quoted,
}

/// What a tag is given: by place, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Args {
    pub placed: Vec<String>,
    pub named: Vec<(String, String)>,
}

impl Args {
    /// A named argument with text in it, trimmed.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.named.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim()).filter(|v| !v.is_empty())
    }

    /// A named argument, else the one that stands at a place.
    pub fn at(&self, name: &str, place: usize) -> Option<&str> {
        self.get(name).or_else(|| self.placed.get(place).map(|v| v.trim()).filter(|v| !v.is_empty()))
    }
}

/// All tags of a text in order.
pub fn scan(text: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("{{") {
        let start = at + found;
        match tag(text, start) {
            Some(tag) => {
                at = tag.range.end;
                tags.push(tag);
            }
            None => at = start + 2,
        }
    }
    tags
}

/// For each tag, the one that closes it. Works like brackets: what is not closed inside a pair stands
/// alone.
pub fn pairs(tags: &[Tag]) -> Vec<Option<usize>> {
    let mut closed = vec![None; tags.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut waiting: HashMap<&str, usize> = HashMap::new();
    for (index, tag) in tags.iter().enumerate() {
        match tag.form {
            Form::Open => {
                open.push(index);
                *waiting.entry(&tag.name).or_default() += 1;
            }
            Form::Close if waiting.get(tag.name.as_str()).is_some_and(|n| *n > 0) => {
                while let Some(top) = open.pop() {
                    if let Some(count) = waiting.get_mut(tags[top].name.as_str()) {
                        *count -= 1;
                    }
                    if tags[top].name == tag.name {
                        closed[top] = Some(index);
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    // Depth is counted once all pairs are known, because a tag that nothing closes is no level.
    let mut ends: Vec<usize> = Vec::new();
    for (index, close) in closed.iter_mut().enumerate() {
        while ends.last().is_some_and(|end| *end < index) {
            ends.pop();
        }
        match *close {
            Some(_) if ends.len() >= DEEPEST => *close = None,
            Some(end) => ends.push(end),
            None => {}
        }
    }
    closed
}

/// The tag that begins at `start`, where `{{` stands.
fn tag(text: &str, start: usize) -> Option<Tag> {
    let bytes = text.as_bytes();
    let end_sign = match bytes.get(start + 2)? {
        b'<' => ">}}",
        b'%' => "%}}",
        _ => return None,
    };
    let inside = start + 3;
    let quoted_end: &str = if end_sign == ">}}" { "*/>}}" } else { "*/%}}" };
    // No tag reaches into the next, so that what is never closed costs no more than the way to there.
    let next = text[inside..].match_indices("{{").map(|(at, _)| inside + at);
    let limit =
        next.into_iter().find(|at| matches!(bytes.get(at + 2), Some(b'<' | b'%'))).unwrap_or(text.len());
    let window = &text[inside..limit];
    if let Some(rest) = window.strip_prefix("/*") {
        let length = rest.find(quoted_end)?;
        return Some(Tag {
            range: start..inside + 2 + length + quoted_end.len(),
            name: rest[..length].to_owned(),
            form: Form::Quoted,
            args: Args::default(),
        });
    }
    let mut content = window.trim_start();
    let closes = content.starts_with('/');
    content = content.trim_start_matches('/').trim_start();
    let name_length = content
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')))
        .unwrap_or(content.len());
    let name = content[..name_length].trim_end_matches('/');
    if name.is_empty() {
        return None;
    }
    let args_at = inside + (window.len() - content.len()) + name.len();
    let after_name = &text[args_at..limit];
    // A tag whose quotes are unbalanced ends at the first sign that could be its end.
    let length = quote_aware_end(after_name, end_sign).or_else(|| after_name.find(end_sign))?;
    let raw = &after_name[..length];
    let (raw, alone) = match raw.trim_end().strip_suffix('/') {
        Some(less) => (less, true),
        None => (raw, false),
    };
    let form = match (closes, alone) {
        (true, _) => Form::Close,
        (_, true) => Form::Alone,
        _ => Form::Open,
    };
    Some(Tag { range: start..args_at + length + 3, name: name.to_owned(), form, args: arguments(raw) })
}

/// Where the tag ends, if its quotes are balanced up to there.
fn quote_aware_end(text: &str, end_sign: &str) -> Option<usize> {
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '`' => quote = Some(c),
            None if text[at..].starts_with(end_sign) => return Some(at),
            None => {}
        }
    }
    None
}

fn arguments(raw: &str) -> Args {
    let mut args = Args::default();
    let mut rest = raw.trim_start();
    while !rest.is_empty() {
        let name_length =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
        let named = (name_length > 0).then(|| &rest[..name_length]).and_then(|name| {
            let after = rest[name_length..].trim_start().strip_prefix('=')?;
            Some((name, after.trim_start()))
        });
        match named {
            Some((name, after)) => {
                let (value, left) = value(after);
                args.named.push((name.to_owned(), value));
                rest = left.trim_start();
            }
            None => {
                let (value, left) = value(rest);
                args.placed.push(value);
                rest = left.trim_start();
            }
        }
    }
    args
}

/// One value and what follows it. Always takes at least one character of a text that has one.
fn value(text: &str) -> (String, &str) {
    let mut chars = text.char_indices();
    match chars.next() {
        Some((_, '`')) => {
            let end = text[1..].find('`').map_or(text.len(), |n| n + 1);
            (text[1..end].to_owned(), text.get(end + 1..).unwrap_or(""))
        }
        Some((_, open @ ('"' | '“' | '”'))) => {
            let mut value = String::new();
            let mut escaped = false;
            for (at, c) in chars {
                match c {
                    _ if escaped => {
                        if c != '"' && c != '\\' {
                            value.push('\\');
                        }
                        value.push(c);
                        escaped = false;
                    }
                    '\\' => escaped = true,
                    '"' | '”' if (c == '"') == (open == '"') => return (value, &text[at + c.len_utf8()..]),
                    c => value.push(c),
                }
            }
            (value, "")
        }
        _ => {
            let end = text.find(char::is_whitespace).unwrap_or(text.len());
            (text[..end].to_owned(), &text[end..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, name: &str, form: Form, placed: &[&str], named: &[(&str, &str)]) {
        let tags = scan(text);
        assert_eq!(tags.len(), 1, "{text}: {tags:?}");
        let tag = &tags[0];
        assert_eq!((tag.name.as_str(), tag.form), (name, form), "{text}");
        assert_eq!(tag.args.placed, placed, "{text}");
        let expected: Vec<_> = named.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        assert_eq!(tag.args.named, expected, "{text}");
    }

    #[test]
    fn tags_are_read_with_their_arguments() {
        check("{{< ref \"a/b.md\" >}}", "ref", Form::Open, &["a/b.md"], &[]);
        check("{{<ref \"a\">}}", "ref", Form::Open, &["a"], &[]);
        check("{{< tmp\"a b\" >}}", "tmp", Form::Open, &["a b"], &[]);
        check(
            "{{< img src=\"x\" alt=\"He said \\\"a > b\\\" >}}\" >}}",
            "img",
            Form::Open,
            &[],
            &[("src", "x"), ("alt", "He said \"a > b\" >}}")],
        );
        check(
            "{{% note\n  title=`raw \"x\"`\n  n=3\n%}}",
            "note",
            Form::Open,
            &[],
            &[("title", "raw \"x\""), ("n", "3")],
        );
        check("{{< /note >}}", "note", Form::Close, &[], &[]);
        check("{{< x />}}", "x", Form::Alone, &[], &[]);
        check("{{</* ref \"a\" */>}}", " ref \"a\" ", Form::Quoted, &[], &[]);
        check("{{< youtube w7Ft2ymGmfc >}}", "youtube", Form::Open, &["w7Ft2ymGmfc"], &[]);
    }

    #[test]
    fn unbalanced_quotes_end_with_their_tag() {
        let tags = scan("{{< link \"a \" see it\"\" >}} and {{< ref \"b\" >}}");
        assert_eq!(tags.len(), 2);
        assert_eq!(tags[0].args.placed[0].trim(), "a");
        let tags = scan("{{< a \"open >}} text {{< b >}}");
        assert_eq!(tags.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn what_is_no_tag_stays_text() {
        for text in ["{{ x }}", "{{<", "{{< >}}", "{{< a", "a {{{ b"] {
            assert_eq!(scan(text), [], "{text}");
        }
    }

    #[test]
    fn pairs_close_like_brackets() {
        let tags = scan("{{< a >}}{{< b >}}{{< a >}}{{< /a >}}{{< /a >}}{{< /b >}}");
        assert_eq!(pairs(&tags), [Some(4), None, Some(3), None, None, None]);
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for text in ["{{< a \"", "{{< a ", "{{</* a", "{{ a", "{{%"] {
            assert_eq!(scan(&text.repeat(100_000)), []);
        }
        let tags = scan(&"{{< a >}}{{< /b >}}".repeat(20_000));
        assert_eq!(pairs(&tags).iter().flatten().count(), 0);
    }
}
