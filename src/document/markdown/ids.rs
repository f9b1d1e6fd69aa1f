//! Ids of headings: stable, unique, in any script.

use std::collections::{HashMap, HashSet};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Ids that the templates use for parts of every page.
const OF_THE_PAGE: &[&str] = &["finder", "main", "menu", "open-search", "search", "theme", "top"];

/// Longest id that is made from words, in bytes.
const LONGEST: usize = 120;

/// Gives each heading of a document an id of its own.
#[derive(Default)]
pub(super) struct Ids {
    used: HashSet<String>,
    /// Ids that authors write themselves anywhere in the text; they are not made from words.
    claimed: HashSet<String>,
    /// The last number tried for a name, so that ten thousand equal headings are linear.
    last: HashMap<String, u32>,
}

impl Ids {
    /// `body` is searched for ids that stand in braces, so that a heading keeps the id that its
    /// author gave it even if an earlier one has the same words.
    pub fn new(body: &str) -> Ids {
        let mut ids = Ids::default();
        for (at, _) in body.match_indices('{') {
            // `{.class #id}` has the id later; nobody writes more than a few of these.
            let rest = &body[at + 1..];
            let rest = &rest
                [..rest.bytes().take(LONGEST).position(|b| matches!(b, b'}' | b'\n' | b'{')).unwrap_or(0)];
            let Some(rest) = rest.find('#').map(|at| &rest[at + 1..]) else { continue };
            let end = rest.bytes().position(|b| b.is_ascii_whitespace()).unwrap_or(rest.len());
            ids.claimed.insert(tidy(&rest[..end]));
        }
        ids
    }

    /// The id of a heading with these words.
    pub fn of_words(&mut self, words: &str) -> String {
        let id = from_words(words);
        self.unique(id, false)
    }

    /// The id that an author wrote, with what may not stand in one replaced.
    pub fn explicit(&mut self, id: &str) -> String {
        self.unique(tidy(id), true)
    }

    fn unique(&mut self, mut id: String, explicit: bool) -> String {
        // Footnotes have `fn-1` and `fnref-1`, sources `source-1`, citations of them `cite-1-1`, years
        // `year-2023`, quotes `quote-1`, corrections `correction-1`.
        let prefixes = ["fn-", "fnref-", "source-", "cite-", "year-", "quote-", "correction-"];
        let numbered = prefixes.iter().any(|prefix| {
            id.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        });
        let of_a_part = ["part-", "event-", "letter-"].iter().any(|prefix| id.starts_with(prefix));
        if numbered || of_a_part || OF_THE_PAGE.contains(&id.as_str()) {
            id.insert_str(0, "section-");
        }
        let free = |id: &String, used: &HashSet<String>| {
            !used.contains(id) && (explicit || !self.claimed.contains(id))
        };
        if !free(&id, &self.used) {
            let last = self.last.entry(id.clone()).or_insert(1);
            id = loop {
                *last += 1;
                let next = format!("{id}-{last}");
                if free(&next, &self.used) {
                    break next;
                }
            };
        }
        self.used.insert(id.clone());
        id
    }
}

/// Letters, marks and digits of every script in lower case, a hyphen for anything between them.
fn from_words(words: &str) -> String {
    let composed: String = if words.is_ascii() { words.to_owned() } else { words.nfc().collect() };
    let mut id = String::with_capacity(composed.len());
    let mut gap = false;
    for c in composed.to_lowercase().chars() {
        if c.is_alphanumeric() || is_combining_mark(c) || c == '_' {
            if gap && !id.is_empty() {
                id.push('-');
            }
            gap = false;
            if id.len() + c.len_utf8() > LONGEST {
                break;
            }
            id.push(c);
        } else if !matches!(c, '\'' | '’' | 'ʼ' | '\u{ad}' | '\u{200d}' | '\u{200c}') {
            gap = true;
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    if id.is_empty() { "section".to_owned() } else { id }
}

/// An author's id: case kept, since links have to match it.
fn tidy(id: &str) -> String {
    let tidy: String = id
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '-' | '_' | '.' | ':') {
                c
            } else {
                '-'
            }
        })
        .take(LONGEST)
        .collect();
    if tidy.is_empty() { "section".to_owned() } else { tidy }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: &[&str]) {
        let mut ids = Ids::default();
        let made: Vec<String> = words.iter().map(|w| ids.of_words(w)).collect();
        assert_eq!(made, expected);
    }

    #[test]
    fn ids_are_made_of_words_in_any_script() {
        check(
            &[
                "テスト",
                "What is it?",
                "Ünïcode — and “more”",
                "हिन्दी में",
                "",
                "!!!",
                "C'est l’été",
                "Gonza\u{301}lez",
            ],
            &[
                "テスト",
                "what-is-it",
                "ünïcode-and-more",
                "हिन्दी-में",
                "section",
                "section-2",
                "cest-lété",
                "gonzález",
            ],
        );
    }

    #[test]
    fn equal_headings_are_numbered_in_order() {
        check(
            &["Content", "Content", "Content 2", "Content"],
            &["content", "content-2", "content-2-2", "content-3"],
        );
    }

    #[test]
    fn ids_of_footnotes_and_of_the_page_are_left_to_them() {
        check(
            &["fn 1", "fnref 1 2", "Main", "fn", "mainly"],
            &["section-fn-1", "section-fnref-1-2", "section-main", "fn", "mainly"],
        );
    }

    #[test]
    fn an_author_s_id_wins_over_words_before_it() {
        let mut ids = Ids::new("## Early life\n\n## Youth {#early-life}\n\n## X {.a #Odd<id>}\n");
        assert_eq!(ids.of_words("Early life"), "early-life-2");
        assert_eq!(ids.explicit("early-life"), "early-life");
        assert_eq!(ids.explicit("early-life"), "early-life-3");
        assert_eq!(ids.explicit("Odd<id>"), "Odd-id-");
        assert_eq!(ids.of_words("Youth {x #y"), "youth-x-y");
    }
}
