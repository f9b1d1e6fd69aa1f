//! Pieces of Markdown and HTML made of plain words.

use pulldown_cmark::{Event, Parser, TagEnd};

/// A tag as text that no reader takes for HTML.
pub fn literal(tag: &str, in_html: bool) -> String {
    if in_html {
        return tag.replace('<', "&lt;");
    }
    let mut out = String::with_capacity(tag.len());
    let mut chars = tag.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '<' && chars.peek().is_some_and(|n| n.is_ascii_alphabetic() || matches!(n, '/' | '!' | '?')) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Lines as a quote.
pub fn quote(text: &str) -> String {
    let lines: Vec<String> = text
        .trim()
        .lines()
        .map(|line| if line.trim().is_empty() { ">".to_owned() } else { format!("> {}", line.trim_end()) })
        .collect();
    lines.join("\n")
}

/// Without the spaces that all lines begin with; the first line, which stood behind a tag, not counted.
pub fn dedent(text: &str) -> String {
    let text = text.trim_matches('\n').trim_end();
    let indent = text
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = text
        .lines()
        .enumerate()
        .map(|(n, line)| if n == 0 { line.trim_start() } else { line.get(indent..).unwrap_or("") })
        .collect();
    lines.join("\n").trim().to_owned()
}

/// Text in bold, unless a part of it is already.
pub fn bold(text: &str) -> String {
    let text = text.trim();
    if text.contains("**") || text.is_empty() { text.to_owned() } else { format!("**{text}**") }
}

/// A list item behind its marker, all lines under its text.
pub fn item(marker: &str, inner: &str) -> String {
    let under = format!("\n{}", " ".repeat(marker.len() - 4));
    format!("{marker}{}", dedent(inner).replace('\n', &under))
}

/// Text on one line that does not end its cell.
pub fn table_cell(inner: &str) -> String {
    inner.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// A link.
pub fn anchor(text: &str, url: &str, in_html: bool) -> String {
    if in_html {
        format!("<a href=\"{}\">{}</a>", html_escaped(url), html_escaped(text))
    } else {
        format!("[{text}]({})", url.replace(' ', "%20"))
    }
}

/// Text that Markdown shows as it is.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        for c in word.chars() {
            if matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '`' | '$' | '~' | '|') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

/// Text that can stand in HTML and in its attributes.
pub fn html_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Text with HTML's character references replaced by their characters.
pub fn decode_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(32).position(|b| b == b';').map(|n| n + 1);
        let decoded = end.and_then(|end| {
            let name = &rest[1..end - 1];
            let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#') && !name.is_empty();
            // The Markdown parser knows all two thousand names.
            let text: String = is_name.then(|| {
                Parser::new(&rest[..end])
                    .filter_map(|e| if let Event::Text(t) = e { Some(t.to_string()) } else { None })
                    .collect()
            })?;
            (text != rest[..end] || text.is_empty()).then_some((text, end))
        });
        match decoded {
            Some((text, end)) => {
                out.push_str(&text);
                rest = &rest[end..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.replace('\u{a0}', " ")
}

/// Words without the Markdown and HTML around them; summaries are shown as they are typed here.
pub fn plain(text: &str) -> String {
    let marked = text.contains("**") || text.contains("](") || text.contains(['<', '`']);
    if !marked {
        return decode_entities(text);
    }
    // A first sign such as `-` or `<p>` would begin a block, so a word stands before the text.
    let mut out = String::new();
    for event in Parser::new(&format!("x {}", text.trim())) {
        match event {
            Event::Text(words) | Event::Code(words) => out.push_str(&words),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => out.push(' '),
            _ => {}
        }
    }
    decode_entities(out.strip_prefix("x ").unwrap_or(&out).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded() {
        for (text, expected) in [
            ("Q&amp;A", "Q&A"),
            ("Espa&ntilde;ol &#8211; &#x41;", "Español – A"),
            ("AT&T; R&D", "AT&T; R&D"),
            ("a&nbsp;b", "a b"),
            ("&", "&"),
        ] {
            assert_eq!(decode_entities(text), expected);
        }
    }

    #[test]
    fn summaries_lose_their_markup_and_keep_their_words() {
        for (text, expected) in [
            ("**\"A 2\": B**—Use [the *link*](/x) `now`.", "\"A 2\": B—Use the link now."),
            ("<strong>A &amp; B.</strong> C", "A & B. C"),
            ("2 * 3 * 4 and a_b_c", "2 * 3 * 4 and a_b_c"),
            ("- **a**\n\nb", "- a b"),
            ("a < b", "a < b"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }
}
