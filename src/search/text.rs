//! HTML of a body → the text that is read; its Markdown → the sentence that is shown.

use super::terms::{Use, all_terms};

/// What stands between tags: one part after the other, with whether it is a heading. Scripts, styles,
/// drawings and the small numbers of notes and sources are left out.
pub fn parts(html: &str, found: &mut dyn FnMut(&str, bool)) {
    let mut text = String::new();
    let mut heading = false;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        unescape(&rest[..at], &mut text);
        let tag = &rest[at + 1..];
        // Within quotes `>` is escaped in what nutgraf writes; raw HTML of authors is brought to the same.
        let Some(end) = tag.find('>') else {
            rest = "";
            break;
        };
        rest = &tag[end + 1..];
        let inside = &tag[..end];
        let closing = inside.starts_with('/');
        let name = inside.trim_start_matches('/');
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if !closing && SKIPPED.contains(&name) && !inside.ends_with('/') {
            let close = format!("</{name}");
            rest = rest.find(&close).map_or("", |at| &rest[at..]);
            continue;
        }
        if INLINE.contains(&name) {
            continue;
        }
        if !text.trim_ascii().is_empty() {
            found(&text, heading);
        }
        text.clear();
        if matches!(name.as_bytes(), [b'h', b'1'..=b'6']) {
            heading = !closing;
        }
    }
    unescape(rest, &mut text);
    if !text.trim_ascii().is_empty() {
        found(&text, heading);
    }
}

/// Elements whose text nobody reads as text.
const SKIPPED: [&str; 7] = ["script", "style", "svg", "sup", "template", "noscript", "button"];

/// Elements that stand within a line.
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s",
    "samp", "small", "span", "strong", "sub", "sup", "u", "wbr",
];

fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let sign = end.and_then(|end| match &rest[1..end] {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some(' '),
            "shy" => Some('\u{ad}'),
            name => {
                let number = name.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                char::from_u32(code.ok()?)
            }
        });
        match (sign, end) {
            // A soft hyphen is where a word may break, not where it ends.
            (Some('\u{ad}'), Some(end)) => rest = &rest[end + 1..],
            (Some(sign), Some(end)) => {
                out.push(sign);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

/// A sentence with the places of the words that were looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    pub text: String,
    /// Bytes of the text, ascending, apart from each other.
    pub marks: Vec<(usize, usize)>,
}

/// Characters of a sentence that is shown.
const SHOWN: usize = 220;

/// The sentence of a text that has most of the words; `None` where none has any. `matched` are terms as
/// the index has them.
pub fn excerpt(text: &str, matched: &[String]) -> Option<Excerpt> {
    let mut best: Option<(usize, String)> = None;
    for sentence in sentences(text) {
        let found = all_terms(&sentence, Use::Query);
        let score = matched.iter().filter(|m| found.iter().any(|t| t.text == **m)).count();
        if score > best.as_ref().map_or(0, |(best, _)| *best) {
            best = Some((score, sentence));
            if score == matched.len() {
                break;
            }
        }
    }
    let (_, sentence) = best?;
    Some(mark(&cut(&sentence, matched), matched))
}

/// A text with the words marked.
pub fn mark(text: &str, matched: &[String]) -> Excerpt {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for term in all_terms(text, Use::Query) {
        if matched.contains(&term.text) {
            match marks.last_mut() {
                Some((_, end)) if *end >= term.start => *end = term.end,
                _ => marks.push((term.start, term.end)),
            }
        }
    }
    Excerpt { text: text.to_owned(), marks }
}

/// A sentence around its first word that was looked for, where it is too long to be shown whole.
fn cut(sentence: &str, matched: &[String]) -> String {
    let letters: Vec<char> = sentence.chars().collect();
    if letters.len() <= SHOWN {
        return sentence.to_owned();
    }
    let first =
        all_terms(sentence, Use::Query).iter().find(|t| matched.contains(&t.text)).map_or(0, |t| t.start);
    let at = sentence[..first].chars().count();
    let from = at.saturating_sub(SHOWN / 3).min(letters.len() - SHOWN);
    let to = from + SHOWN;
    let (mut from, mut to, whole) = (from, to, letters.len());
    if from > 0 {
        from = (from..at).find(|n| letters[*n].is_whitespace()).map_or(from, |n| n + 1);
    }
    if to < whole {
        to = (from + SHOWN / 2..to).rev().find(|n| letters[*n].is_whitespace()).unwrap_or(to);
    }
    let shown: String = letters[from..to].iter().collect();
    format!("{}{}{}", if from > 0 { "…" } else { "" }, shown, if to < whole { "…" } else { "" })
}

/// The sentences of Markdown as plain text.
fn sentences(markdown: &str) -> impl Iterator<Item = String> + '_ {
    plain(markdown).into_iter().flat_map(|line| {
        let mut found = Vec::new();
        let mut sentence = String::new();
        let mut letters = line.chars().peekable();
        while let Some(c) = letters.next() {
            sentence.push(c);
            let ends = match c {
                '.' | '!' | '?' | '…' | '؟' => letters.peek().is_none_or(|next| next.is_whitespace()),
                '。' | '！' | '？' => true,
                _ => false,
            };
            if ends {
                found.push(std::mem::take(&mut sentence));
            }
        }
        found.push(sentence);
        found.into_iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty())
    })
}

/// Lines of Markdown without its signs: front matter, fences and rules are left out, links keep their
/// words.
fn plain(markdown: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut fence = "";
    let mut matter = markdown.starts_with("---\n");
    for (number, line) in markdown.lines().enumerate() {
        let line = line.trim();
        if matter {
            matter = number == 0 || line != "---";
            continue;
        }
        if !fence.is_empty() {
            if line.starts_with(fence) {
                fence = "";
            }
            continue;
        }
        if line.starts_with("```") || line.starts_with("~~~") {
            fence = &line[..3];
        }
        let alone = line.is_empty() || !fence.is_empty() || line.starts_with(['#', '|', '-', '*', '>', '<']);
        if alone && !paragraph.is_empty() {
            lines.push(std::mem::take(&mut paragraph));
        }
        if line.is_empty() || !fence.is_empty() {
            continue;
        }
        let bare = line.trim_start_matches(['#', '>', '-', '*', '+', '|', ' ']);
        if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        strip(bare, &mut paragraph);
        if alone && !line.starts_with('>') {
            lines.push(std::mem::take(&mut paragraph));
        }
    }
    lines.push(paragraph);
    lines
}

/// A line without the addresses of its links and the signs of emphasis.
fn strip(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find(['[', ']', '(', '*', '_', '`', '!', '\\', '<', '|']) {
        out.push_str(&rest[..at]);
        let sign = rest[at..].chars().next().unwrap_or(' ');
        rest = &rest[at + 1..];
        match sign {
            ']' if rest.starts_with('(') => rest = rest.find(')').map_or("", |end| &rest[end + 1..]),
            '[' if rest.starts_with(['^', '@']) => rest = rest.find(']').map_or("", |end| &rest[end + 1..]),
            '<' if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
                rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
            }
            '\\' => {
                if let Some(c) = rest.chars().next() {
                    out.push(c);
                    rest = &rest[c.len_utf8()..];
                }
            }
            '!' if rest.starts_with('[') => {}
            '_' => {
                // Within a word it is a letter of it.
                let inside = out.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric);
                if inside {
                    out.push('_');
                }
            }
            '(' | '!' | '<' => out.push(sign),
            '|' => out.push(' '),
            _ => {}
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_body_is_what_is_read() {
        let check = |html: &str, expected: &[(&str, bool)]| {
            let mut found = Vec::new();
            parts(html, &mut |text, heading| found.push((text.trim().to_owned(), heading)));
            let expected: Vec<(String, bool)> = expected.iter().map(|(t, h)| ((*t).to_owned(), *h)).collect();
            assert_eq!(found, expected, "{html}");
        };
        check("<p>One <em>t</em>wo</p>", &[("One two", false)]);
        check("<h2 id=\"a\">Head</h2><p>Text</p>", &[("Head", true), ("Text", false)]);
        check("<p>a<sup class=\"cite\">[1]</sup> b</p>", &[("a b", false)]);
        check(
            "<p>R&amp;D &lt;b&gt; &#39;x&#x27; &unknown; 1 & 2</p>",
            &[("R&D <b> 'x' &unknown; 1 & 2", false)],
        );
        check("<script>if (a < b) {}</script><p>x</p>", &[("x", false)]);
        check("<p>un&shy;known", &[("unknown", false)]);
        check("<p>open < end", &[("open", false)]);
    }

    #[test]
    fn the_sentence_with_most_of_the_words_is_shown() {
        let check = |text: &str, matched: &[&str], expected: Option<&str>| {
            let matched: Vec<String> = matched.iter().map(|word| (*word).to_owned()).collect();
            let found = excerpt(text, &matched).map(|excerpt| {
                let mut shown = excerpt.text.clone();
                for (from, to) in excerpt.marks.iter().rev() {
                    shown.insert(*to, '}');
                    shown.insert(*from, '{');
                }
                shown
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check("The moon. The moon and\nthe sun!", &["moon", "sun"], Some("The {moon} and the {sun}!"));
        check("---\ntitle: moon\n---\nA [Moon](/moon/) **rises**.", &["moon"], Some("A {Moon} rises."));
        check("```\nmoon\n```\n", &["moon"], None);
        check("前。这是一段。后", &["一段"], Some("这是{一段}。"));
        check("snake_case and _moon_", &["moon"], Some("snake_case and {moon}"));
    }
}
