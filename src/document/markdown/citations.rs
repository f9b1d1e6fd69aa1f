//! Citations: `[@id]`, `[@id, p. 4]`, `[see @a; also @b, ch. 2]`, as Pandoc writes them.
//!
//! To the parser they are references to links that nobody defines; asked about those, it is told
//! that they are links. So code, escapes and the nesting of brackets are its business alone.

use super::walk::Walk;
use super::{Hole, Slot, prose};
use crate::diagnostics::Span;
use crate::document::safety::escape;
use crate::document::{Citation, Sentence, Spanned};
use pulldown_cmark::{BrokenLink, BrokenLinkCallback, CowStr, Event, LinkType, Options, Parser, Tag};
use std::ops::Range;

/// Longest words before an `@`; what is longer is prose in brackets.
const LONGEST_PREFIX: usize = 60;

/// Words that tell a place in a source where no comma does.
const PLACES: &[&str] = &[
    "ann", "app", "art", "bk", "ch", "chap", "chapter", "col", "fig", "l", "line", "ll", "n", "no", "note",
    "p", "page", "pages", "para", "paras", "pp", "pt", "sec", "section", "vol", "§", "§§", "¶",
];

/// A citation as typed.
#[derive(Debug, PartialEq)]
pub(super) struct Typed<'a> {
    /// `see`; may be empty.
    prefix: String,
    id: &'a str,
    /// Of the `@` and what stands behind it.
    span: Range<usize>,
    /// `p. 4`; may be empty.
    locator: String,
}

/// A parser that takes citations for links without address, of an unknown kind.
pub(super) fn parser(text: &str, options: Options, citing: bool) -> Parser<'_, Brackets<'_>> {
    Parser::new_with_broken_link_callback(text, options, Some(Brackets { text, citing }))
}

/// Is asked about links that nobody defines.
pub(super) struct Brackets<'a> {
    text: &'a str,
    citing: bool,
}

impl<'a> BrokenLinkCallback<'a> for Brackets<'a> {
    fn handle_broken_link(&mut self, link: BrokenLink<'a>) -> Option<(CowStr<'a>, CowStr<'a>)> {
        let fits = self.citing
            && matches!(link.link_type, LinkType::Shortcut | LinkType::Reference)
            && self
                .text
                .get(link.span.clone())
                .is_some_and(|typed| typed.contains('@') && read(typed).is_some())
            && !in_link_text(&self.text[link.span.end..]);
        fits.then_some((CowStr::Borrowed(""), CowStr::Borrowed("")))
    }
}

/// What follows a citation says that it stands in the words of a link: `…](x)` or `…][x]`. There a
/// second link would undo the first.
fn in_link_text(rest: &str) -> bool {
    const LONGEST: usize = 300;
    let near = rest.as_bytes().iter().take(LONGEST).position(|b| matches!(b, b'[' | b']'));
    near.is_some_and(|at| matches!(&rest.as_bytes()[at..], [b']', b'(' | b'[', ..]))
}

/// Follows the events of a citation, which say nothing that its text does not.
#[derive(Default)]
pub(super) struct Within {
    open: Option<Range<usize>>,
    nested: u32,
}

/// What an event is to citations.
pub(super) enum Seen {
    Nothing,
    Inside,
    /// The last of a citation: where all of it stands.
    Whole(Range<usize>),
}

impl Within {
    pub fn see(&mut self, event: &Event, range: &Range<usize>) -> Seen {
        if self.open.is_none() {
            let begins = matches!(
                event,
                Event::Start(Tag::Link {
                    link_type: LinkType::ShortcutUnknown | LinkType::ReferenceUnknown,
                    ..
                })
            );
            if !begins {
                return Seen::Nothing;
            }
            self.open = Some(range.clone());
            return Seen::Inside;
        }
        match event {
            Event::Start(_) => self.nested += 1,
            Event::End(_) if self.nested == 0 => {
                return self.open.take().map_or(Seen::Nothing, Seen::Whole);
            }
            Event::End(_) => self.nested -= 1,
            _ => {}
        }
        Seen::Inside
    }
}

/// Reads `[…]` or `[…][…]`: what stands before the citations (the first brackets of two may hold
/// anything), and the citations with their places in `typed`.
fn read(typed: &str) -> Option<(&str, Vec<Typed<'_>>)> {
    let inner = typed.strip_prefix('[')?.strip_suffix(']')?;
    let (first, second) = match inner.find("][") {
        Some(at) => (&inner[..at], Some((&inner[at + 2..], at + 3))),
        None => (inner, None),
    };
    let mut before = "";
    let mut all = read_list(first, 1);
    if let Some((second, offset)) = second {
        let more = read_list(second, offset)?;
        match &mut all {
            Some(all) => all.extend(more),
            None => {
                before = &typed[..offset - 1];
                all = Some(more);
            }
        }
    }
    Some((before, all?))
}

/// What stands between brackets, which are at `offset - 1`.
fn read_list(inner: &str, offset: usize) -> Option<Vec<Typed<'_>>> {
    let mut all = Vec::new();
    let mut at = offset;
    for part in inner.split(';') {
        all.push(read_one(part, at)?);
        at += part.len() + 1;
    }
    Some(all)
}

fn read_one(part: &str, offset: usize) -> Option<Typed<'_>> {
    let begins = |at: usize| {
        let before = part[..at].strip_suffix('-').unwrap_or(&part[..at]);
        before.is_empty() || before.ends_with(char::is_whitespace)
    };
    let at = part.match_indices('@').map(|(at, _)| at).find(|at| begins(*at))?;
    let prefix = part[..at].strip_suffix('-').unwrap_or(&part[..at]);
    // A caret begins the name of a footnote.
    if prefix.len() > LONGEST_PREFIX || prefix.starts_with('^') {
        return None;
    }
    let rest = &part[at + 1..];
    let (id, length) = match rest.strip_prefix('{') {
        Some(braced) => {
            let id = &braced[..braced.find('}')?];
            (id, id.len() + 2)
        }
        None => {
            let end = rest.find(|c: char| !c.is_alphanumeric() && !"_:.#$%&-+?<>~/".contains(c));
            let id = rest[..end.unwrap_or(rest.len())]
                .trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
            (id, id.len())
        }
    };
    let begins_well = length > id.len() || id.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    if id.is_empty() || id.contains(char::is_whitespace) || !begins_well {
        return None;
    }
    let after = &rest[length..];
    let locator = words(after.trim_start_matches([',', ' ', '\n', '\t']));
    let first = locator.split(' ').next().unwrap_or_default();
    let tells = after.is_empty()
        || after.starts_with(',')
        || (after.starts_with(char::is_whitespace)
            && (locator.is_empty()
                || first.starts_with(|c: char| c.is_ascii_digit())
                || PLACES.contains(&first.trim_end_matches('.').to_lowercase().as_str())));
    tells.then(|| Typed {
        prefix: words(prefix),
        id,
        span: offset + at..offset + at + 1 + length,
        locator: locator.replace("--", "–"),
    })
}

/// On one line, without the marks of quotes that a line may begin with and without backslashes that
/// keep signs from being marks.
fn words(typed: &str) -> String {
    let line = typed.split_whitespace().filter(|word| *word != ">").collect::<Vec<_>>().join(" ");
    if !line.contains('\\') {
        return line;
    }
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars().peekable();
    while let Some(c) = letters.next() {
        if c != '\\' || letters.peek().is_none_or(|next| !next.is_ascii_punctuation()) {
            plain.push(c);
        }
    }
    plain
}

/// Appends a group of citations; `number` is called for each with its place in the group and appends
/// what stands for it. Returns how many there are.
pub(super) fn write_group(
    html: &mut String,
    typed: &str,
    mut number: impl FnMut(&mut String, usize),
) -> usize {
    let Some((before, all)) = read(typed) else { return 0 };
    escape(html, before);
    html.truncate(html.trim_end_matches(' ').len());
    html.push_str(OPEN);
    for (at, citation) in all.iter().enumerate() {
        write_before(html, at.checked_sub(1).map(|at| &all[at]), citation);
        number(html, at);
        write_after(html, citation);
    }
    html.push_str(CLOSE);
    all.len()
}

const OPEN: &str = "<sup class=\"footnote-ref cite\">";
const CLOSE: &str = "</sup>";

fn write_before(html: &mut String, previous: Option<&Typed>, citation: &Typed) {
    if let Some(previous) = previous {
        html.push_str(if previous.locator.is_empty() && citation.prefix.is_empty() { ", " } else { "; " });
    }
    if !citation.prefix.is_empty() {
        escape(html, &citation.prefix);
        html.push(' ');
    }
}

fn write_after(html: &mut String, citation: &Typed) {
    if !citation.locator.is_empty() {
        html.push_str(", ");
        escape(html, &citation.locator);
    }
}

/// Appends the number of a source as a link to its entry in the list. `nth` counts the citations of
/// that source, from 1; `words` say which source it is; `status` is shown where there is one.
pub fn write_citation(out: &mut String, number: u32, nth: u32, words: &str, status: &str) {
    let mut label = String::with_capacity(words.len() + 8);
    escape(&mut label, words);
    out.push_str(&format!(
        "<a href=\"#source-{number}\" id=\"cite-{number}-{nth}\" role=\"doc-biblioref\" \
         aria-label=\"{label}\" title=\"{label}\">{number}</a>"
    ));
    if !status.is_empty() {
        out.push_str(" <strong>");
        escape(out, status);
        out.push_str("</strong>");
    }
}

/// The citations of a key point. `place` is asked for the place of each `@id` in the file, in turn.
pub fn of_key_point(text: &str, mut place: impl FnMut(&str) -> Span) -> Vec<Citation> {
    if !text.contains('[') || !text.contains('@') {
        return Vec::new();
    }
    let mut plain = String::new();
    let mut found: Vec<(Citation, usize)> = Vec::new();
    let mut within = Within::default();
    // The line is read as in [`super::inline`], so that the two find the same citations.
    let line = super::line_of(text);
    for (event, range) in parser(&line, super::INLINE, true).into_offset_iter() {
        match (within.see(&event, &range), event) {
            (Seen::Whole(range), _) => {
                let Some((before, all)) = read(&line[range]) else { continue };
                plain.push_str(before);
                plain.truncate(plain.trim_end_matches(' ').len());
                found.extend(all.into_iter().map(|typed| {
                    let span = place(typed.id);
                    let id = Spanned { value: typed.id.to_owned(), span };
                    let citation =
                        Citation { id, locator: typed.locator, in_key_point: true, sentence: None };
                    (citation, plain.len())
                }));
            }
            (Seen::Inside, _) => {}
            (Seen::Nothing, Event::Text(text) | Event::Code(text)) => plain.push_str(&text),
            (Seen::Nothing, Event::SoftBreak | Event::HardBreak) => plain.push(' '),
            (Seen::Nothing, _) => {}
        }
    }
    // The bracket that keeps the line from being a list.
    let plain = plain.get(1..).unwrap_or_default();
    let ends = prose::sentence_ends(plain);
    found
        .into_iter()
        .map(|(mut citation, at)| {
            citation.sentence = sentence(plain, &ends, at.saturating_sub(1)).map(Box::new);
            citation
        })
        .collect()
}

/// The sentence that ends with, or goes on after, a place in a text, which becomes its empty mark.
fn sentence(text: &str, ends: &[usize], at: usize) -> Option<Sentence> {
    let at = at.min(text.len());
    let before = text[..at].trim_end();
    // The letter before the number belongs to what is cited for; at the beginning, the one after it.
    let (letter, behind) = match before.char_indices().next_back() {
        Some((letter, _)) => (letter..before.len(), true),
        None => {
            let from = text.len() - text.trim_start().len();
            let first = text[from..].chars().next()?;
            (from..from + first.len_utf8(), false)
        }
    };
    let (text, mark) = prose::sentence(text, ends, letter);
    let place = if behind { mark.end } else { mark.start };
    Some(Sentence { text, mark: Span { start: place, end: place }, section: None })
}

impl<'a, const HTML: bool> Walk<'a, HTML> {
    /// What stands in the body at `range` is a citation, or a list of them.
    pub(super) fn cite(&mut self, range: Range<usize>) {
        self.end_image_before();
        self.inline_events += 1;
        let typed = &self.text[range.clone()];
        let Some((before, all)) = read(typed) else { return };
        // A link cannot stand in a link, and the words of a heading are a name.
        if self.in_link_or_heading() || !self.room_for_links(all.len(), Span::new(range.start, range.end)) {
            return self.words(typed);
        }
        self.words(before);
        self.trim_space();
        self.put(OPEN);
        for (at, citation) in all.iter().enumerate() {
            if HTML {
                write_before(&mut self.out.html, at.checked_sub(1).map(|at| &all[at]), citation);
                let hole = Hole {
                    at: self.out.html.len() as u32,
                    link: self.out.citation_count,
                    slot: Slot::Citation,
                };
                self.out.holes.push(hole);
                write_after(&mut self.out.html, citation);
            }
            self.out.citation_count += 1;
        }
        self.put(CLOSE);
        if !HTML {
            for citation in all {
                let span = Span::new(range.start + citation.span.start, range.start + citation.span.end);
                self.block_citations.push((self.out.citations.len(), self.block.len()));
                self.out.citations.push(Citation {
                    id: Spanned { value: citation.id.to_owned(), span },
                    locator: citation.locator,
                    in_key_point: false,
                    sentence: None,
                });
            }
        }
    }

    /// The text of a block is complete: gives its citations their sentences.
    pub(super) fn end_citations(&mut self) {
        let all = std::mem::take(&mut self.block_citations);
        if HTML || self.block.trim().is_empty() {
            return;
        }
        let ends = prose::sentence_ends(&self.block);
        for (citation, at) in all {
            self.out.citations[citation].sentence = sentence(&self.block, &ends, at).map(Box::new);
        }
    }

    /// Numbers stand right behind the word: a space that was typed before one is taken back.
    fn trim_space(&mut self) {
        if HTML {
            let html = &self.out.html;
            let kept = html.trim_end_matches([' ', '\n']).len();
            let at_a_word = !html[..kept].ends_with('>') || html.ends_with(' ');
            let last = self.out.holes.last().map_or(0, |hole| hole.at as usize);
            let mention = self.out.references.last().map_or(0, |mention| mention.at);
            if at_a_word && last.max(mention) <= kept {
                self.out.html.truncate(kept);
            }
        } else {
            // What is remembered of places in the block stays right.
            let kept = self.block.trim_end_matches(' ').len();
            let link = self.block_links.last().map_or(0, |(_, words)| words.end);
            let open = self.raw_link.map_or(0, |(_, words_from)| words_from);
            if link.max(open) <= kept {
                self.block.truncate(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of brackets: each citation as `prefix|id|locator`, with its place checked.
    fn check(typed: &str, expected: &[&str]) {
        let found: Vec<String> = read(typed).map_or_else(Vec::new, |(_, all)| {
            for citation in &all {
                let at = &typed[citation.span.clone()];
                assert!(at.starts_with('@') && at.contains(citation.id), "{typed}: {at}");
            }
            all.iter().map(|c| format!("{}|{}|{}", c.prefix, c.id, c.locator)).collect()
        });
        assert_eq!(found, expected, "{typed}");
    }

    #[test]
    fn citations_are_read_as_pandoc_writes_them() {
        check("[@doe99]", &["|doe99|"]);
        check("[@doe99, p. 4]", &["|doe99|p. 4"]);
        check("[@doe99 p. 4]", &["|doe99|p. 4"]);
        check("[@doe99 33--35]", &["|doe99|33–35"]);
        check("[@a; @b, ch. 2]", &["|a|", "|b|ch. 2"]);
        check("[see @a, pp. 3-5; also @b]", &["see|a|pp. 3-5", "also|b|"]);
        check("[-@a]", &["|a|"]);
        check("[cf. -@a]", &["cf.|a|"]);
        check("[@{https://e.org/x?y}, p. 1]", &["|https://e.org/x?y|p. 1"]);
        check("[@{O'Brien,1999}]", &["|O'Brien,1999|"]);
        check("[@DBLP:conf/x.y_z]", &["|DBLP:conf/x.y_z|"]);
        check("[@été2024]", &["|été2024|"]);
        check("[@a][@b, p. 2]", &["|a|", "|b|p. 2"]);
        check("[sic][@b]", &["|b|"]);
        check("[see\n> @a,\n> p. 2]", &["see|a|p. 2"]);
        check("[@a, p.\\ 4]", &["|a|p.\\ 4"]);
        check("[@a, \\*]", &["|a|*"]);
    }

    #[test]
    fn other_brackets_are_text() {
        for typed in [
            "[@]",
            "[@ a]",
            "[a@b.org]",
            "[@a b]",
            "[@joe said so]",
            "[@a's idea]",
            "[@a.]",
            "[@a; b]",
            "[a; @b]",
            "[@{}]",
            "[@{a b}]",
            "[^x @a]",
            "[x]",
            "[@a][b]",
            "[this is a remark of an editor that goes on and on for more words than a hint has @a]",
        ] {
            check(typed, &[]);
        }
    }

    #[test]
    fn key_points_tell_their_citations_with_sentences() {
        let mut asked = Vec::new();
        let found = of_key_point("It *rose* [@a, p. 1]. It fell [@b; @a].", |id| {
            asked.push(id.to_owned());
            Span::new(1, 2)
        });
        assert_eq!(asked, ["a", "b", "a"]);
        let told: Vec<String> = found
            .iter()
            .map(|c| {
                let sentence = c.sentence.as_ref().expect("a sentence");
                let (before, after) = sentence.text.split_at(sentence.mark.start as usize);
                format!("{before}|{after}")
            })
            .collect();
        assert_eq!(told, ["It rose|.", "It fell|.", "It fell|."]);
        assert!(found.iter().all(|c| c.in_key_point));
    }
}
