//! Quotes: blockquotes that end in a dash and the name of who said it.
//!
//! The attribution is the last paragraph, or the last line of it. Scan and rendering both decide by
//! the plain words, so that they number the quotes alike.

use super::walk::Walk;
use super::{Hole, Slot};
use crate::diagnostics::{Finding, Span};
use crate::document::date::{self, DateError};
use crate::document::safety::escape;
use crate::document::{Date, Quote, Spanned};
use std::ops::Range;

/// Characters of a quote that are kept. Longer ones are shown whole in their own page only.
const LONGEST: usize = 2_000;
/// Bytes that are collected before they are cut to [`LONGEST`] characters.
const ENOUGH: usize = 4 * LONGEST;
/// A longer paragraph is no attribution, whatever it begins with.
const LONGEST_ATTRIBUTION: usize = 300;

/// What is kept of a blockquote while it is read.
#[derive(Default)]
pub(super) struct Quoted {
    /// How many blocks stand right in it.
    blocks: u32,
    /// Its words so far, a line for each block. A rendering needs none.
    text: String,
    /// The last of its blocks, if that can be an attribution.
    attribution: Option<Attribution>,
    /// Where the last line of the open paragraph begins.
    line: Option<Line>,
    /// A paragraph before the last one begins with a dash: these are people talking.
    dashed: bool,
}

#[derive(Clone)]
struct Line {
    /// In the words of the block.
    words: usize,
    /// In the text of the file.
    source: usize,
    /// Where the break before it begins and ends in the HTML.
    from: usize,
    to: usize,
}

struct Attribution {
    /// Without its dash.
    words: String,
    /// It is a line of a paragraph whose other lines belong to the quote.
    line: Option<Line>,
    /// Where its paragraph begins in the HTML.
    paragraph: usize,
    /// In the text of the file.
    source: Range<usize>,
    /// Where the quote's own words end.
    text: usize,
    /// Number of the link that begins in the speaker's name, and its words.
    link: Option<(usize, Range<usize>)>,
}

impl Quoted {
    /// Before each block that stands right in the quote.
    pub fn begin_block(&mut self) {
        self.blocks += 1;
        self.attribution = None;
        self.line = None;
    }

    /// The words that say who spoke, at the end of the block that was read last.
    pub fn attribution(&self) -> Option<&str> {
        self.attribution.as_ref().map(|attribution| attribution.words.as_str())
    }
}

impl<const HTML: bool> Walk<'_, HTML> {
    /// After a line break, which begins at `from` in the HTML and ends at `source` in the text.
    pub(super) fn begin_quoted_line(&mut self, from: usize, source: usize) {
        let Some(quote) = self.quotes.last_mut() else { return };
        // Within emphasis or raw HTML a paragraph cannot be cut in two.
        let beside = quote.depth + 1 == self.depth
            && self.raw_open.last().is_none_or(|(_, depth)| *depth < self.depth);
        let line = Line { words: self.block.len(), source, from, to: self.out.html.len() };
        quote.quoted.line = beside.then_some(line);
    }

    /// A paragraph has ended; `source` is where it stands in the text.
    pub(super) fn end_quoted_paragraph(&mut self, source: Range<usize>) {
        let Some(quote) = self.quotes.last_mut() else { return };
        if self.way.plain || quote.kind.is_some() || quote.depth != self.depth {
            return;
        }
        let quoted = &mut quote.quoted;
        let line = quoted.line.take();
        let talk = quoted.dashed;
        quoted.dashed |= after_dash(&self.block).is_some();
        // A formula that begins with a minus sign is a block of its own.
        let formula = self.text[source.clone()].starts_with('$');
        let whole = || after_dash(&self.block).filter(|_| quoted.blocks > 1 && !talk && !formula);
        let (words, line) = if let Some(words) = whole() {
            (words, None)
        } else if let Some(line) = line
            && let Some(words) = after_dash(&self.block[line.words..])
            && !self.block[..line.words].trim().is_empty()
            && after_dash(&self.block).is_none()
            && (is_name(words) || begins_with_link(&self.text[line.source..source.end]))
        {
            (words, Some(line))
        } else {
            return;
        };
        if words.chars().nth(LONGEST_ATTRIBUTION).is_some() {
            return;
        }
        let begin = self.block.len() - words.len();
        // A link says who it is if it begins before the first comma.
        let part = words.find([',', '(', ';']).map_or(self.block.len(), |comma| begin + comma);
        let link = self.block_links.iter().find(|(_, words)| (begin..part).contains(&words.start));
        let link = link.map(|(number, words)| (*number, words.start - begin..words.end - begin));
        let gap = usize::from(!quoted.text.is_empty());
        let text = quoted.text.len() + line.as_ref().map_or(0, |line| gap + line.words);
        let source = line.as_ref().map_or(source.start, |line| line.source)..source.end;
        let words = words.trim_end().to_owned();
        quoted.attribution = Some(Attribution { words, line, paragraph: self.paragraph, source, text, link });
    }

    /// The words of a block are complete.
    pub(super) fn keep_quoted(&mut self) {
        if let Some(quote) = self.quotes.iter_mut().find(|quote| quote.kind.is_none()) {
            let text = &mut quote.quoted.text;
            if text.len() < ENOUGH {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(&self.block);
            }
        }
    }

    /// Makes a figure of a blockquote that has ended and began at `at` in the HTML; `false` where it
    /// names no one. `source` is where it stands in the text.
    pub(super) fn end_attributed(&mut self, at: usize, quoted: Quoted, source: Range<usize>) -> bool {
        let Some(attribution) = quoted.attribution else { return false };
        // A footnote can be left out, and what is quoted within a quote is part of that.
        let counts = self.suspended.is_empty() && self.quotes.iter().all(|quote| quote.kind.is_some());
        self.quote_count += u32::from(counts);
        let number = counts.then_some(self.quote_count);
        let words = without_citations(&attribution.words);
        let parts = Parts::of(&words, attribution.link.as_ref().map(|(_, words)| words));
        if HTML {
            self.write_figure(at, &attribution, &parts, number);
        } else if counts {
            self.note_quote(quoted.text, &attribution, parts, source);
        }
        true
    }

    fn note_quote(
        &mut self,
        mut text: String,
        attribution: &Attribution,
        parts: Parts,
        source: Range<usize>,
    ) {
        let typed = &self.text[attribution.source.clone()];
        let place = |words: &str| {
            typed.find(words).filter(|_| !words.is_empty()).map(|at| {
                let start = attribution.source.start + at;
                Span::new(start, start + words.len())
            })
        };
        let line = |range: Range<usize>| {
            let first = self.text[range.clone()].lines().next().unwrap_or_default().trim_end();
            Span::new(range.start, range.start + first.len())
        };
        let speaker_at = place(parts.speaker).unwrap_or_else(|| line(attribution.source.clone()));
        let span = line(source);
        let citation = typed.find("[@").map(|at| &typed[at + 2..]).and_then(|rest| {
            let id = &rest[..rest.find([']', ',', ';', ' ', '\n'])?];
            (!id.is_empty()).then(|| id.to_owned())
        });
        if let Some((shown, error)) = parts.bad_date {
            let span = place(shown).unwrap_or(speaker_at);
            self.found(Finding::BadDate, span, || error.message, || Some(error.help));
        }
        // Where the words of a quote are cut, its attribution was not kept either.
        if text.is_char_boundary(attribution.text) {
            text.truncate(attribution.text);
        }
        let blocks = text.lines().map(|block| block.split_whitespace().collect::<Vec<_>>().join(" "));
        let blocks: Vec<String> = blocks.filter(|block| !block.is_empty()).collect();
        let mut text = blocks.join("\n");
        if let Some((end, _)) = text.char_indices().nth(LONGEST) {
            text.truncate(end);
            text.push('…');
        }
        self.quoted.push(Quote {
            text,
            span,
            speaker: Spanned { value: parts.speaker.to_owned(), span: speaker_at },
            link: attribution.link.as_ref().map(|(number, _)| *number as u32),
            occasion: parts.occasion,
            date: parts.date.map(|(date, _)| date),
            citation,
            section: self.heading_above(),
        });
    }

    /// Edits the HTML from its end to its beginning, so that places before stay what they are.
    fn write_figure(&mut self, at: usize, attribution: &Attribution, parts: &Parts, number: Option<u32>) {
        let end = self.out.html.len() - "</p>\n".len();
        self.out.html.truncate(end);
        let (from, begin) = match &attribution.line {
            Some(line) => (line.from, line.to),
            None => (attribution.paragraph, attribution.paragraph + "<p>".len()),
        };
        // Emphasis can stand before the dash; it is left where it is then.
        let rest = &self.out.html[begin..];
        let words =
            rest.trim_start().strip_prefix(DASHES).map_or(begin, |words| end - words.trim_start().len());
        if let Some((date, typed)) = parts.date
            && let Some(date_at) = find_in_words(&self.out.html, words, typed)
        {
            self.splice(date_at + typed.len(), 0, "</time>");
            self.splice(date_at, 0, &format!("<time datetime=\"{}\">", date.iso()));
        }
        let mut speaker = String::new();
        escape(&mut speaker, parts.speaker);
        if let Some(number) = number
            && !speaker.is_empty()
            && self.out.html[words..].starts_with(&speaker)
        {
            for (at, slot) in [(words, Slot::SpeakerStart), (words + speaker.len(), Slot::SpeakerEnd)] {
                let index = self.out.holes.partition_point(|hole| hole.at as usize <= at);
                self.out.holes.insert(index, Hole { at: at as u32, link: number - 1, slot });
            }
        }
        self.out.html.push_str("</figcaption>\n</figure>\n");
        let opening = match (&attribution.line, words > begin) {
            (Some(_), true) => "</p>\n</blockquote>\n<figcaption>— ",
            (Some(_), false) => "</p>\n</blockquote>\n<figcaption>",
            (None, true) => "</blockquote>\n<figcaption>— ",
            (None, false) => "</blockquote>\n<figcaption>",
        };
        self.splice(from, words - from, opening);
        match number {
            Some(number) => self.splice(at, 0, &format!("<figure class=\"quote\" id=\"quote-{number}\">\n")),
            None => self.splice(at, 0, "<figure class=\"quote\">\n"),
        }
    }
}

const DASHES: [char; 4] = ['—', '–', '―', '-'];

/// What stands behind a dash at the beginning; `None` without one, or without words behind it.
fn after_dash(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let words = text.strip_prefix(DASHES)?.trim_start();
    // A hyphen is a minus sign, or the mark of a list that is shown as text.
    let fits = !text.starts_with('-') || words.starts_with(char::is_alphabetic);
    (fits && words.contains(char::is_alphanumeric)).then_some(words)
}

/// Whether a line reads like a name and not like a sentence that goes on behind a dash.
fn is_name(words: &str) -> bool {
    let capital = |c: char| c.is_alphabetic() && !c.is_lowercase();
    words.starts_with(capital) && !words.contains(" —") && !words.contains(" –")
}

/// The line of the file, behind the marks of its quote and its dash, begins with a link.
fn begins_with_link(line: &str) -> bool {
    line.trim_start_matches([' ', '\t', '>', '\n', '\\'])
        .trim_start_matches(DASHES)
        .trim_start()
        .starts_with('[')
}

/// The same text with blanks in place of `[@…]`.
fn without_citations(words: &str) -> String {
    let mut text = words.to_owned();
    while let Some(at) = text.find("[@")
        && let Some(length) = text[at..].find(']')
    {
        text.replace_range(at..=at + length, &" ".repeat(length + 1));
    }
    text
}

/// Where `typed` stands in HTML, outside of tags and not as a part of a longer word.
fn find_in_words(html: &str, from: usize, typed: &str) -> Option<usize> {
    let mut at = from;
    for part in html[from..].split_inclusive(['<', '>']) {
        let words = part.strip_suffix('<').or((!part.ends_with('>')).then_some(part));
        if let Some(found) = words.and_then(|words| {
            let joined = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '@'));
            let alone = |at: &usize| {
                !joined(words[..*at].chars().next_back()) && !joined(words[at + typed.len()..].chars().next())
            };
            words.match_indices(typed).map(|(at, _)| at).find(alone)
        }) {
            return Some(at + found);
        }
        at += part.len();
    }
    None
}

/// The parts of an attribution.
#[derive(Debug, PartialEq)]
struct Parts<'t> {
    speaker: &'t str,
    /// Everything that is neither the speaker nor the date.
    occasion: String,
    /// With the words that tell it.
    date: Option<(Date, &'t str)>,
    /// What has the form of a day and is none.
    bad_date: Option<(&'t str, DateError)>,
}

impl<'t> Parts<'t> {
    /// `words` are without dash and citations; `link` is where those of the speaker's link stand.
    fn of(words: &'t str, link: Option<&Range<usize>>) -> Parts<'t> {
        let mut end = link.map_or(0, |link| link.end);
        loop {
            let rest = &words[end..];
            end += rest.find([',', '(', ';', ':', '—', '–', '―']).unwrap_or(rest.len());
            // `Jr.` belongs to the name before its comma.
            let suffix = words[end..].strip_prefix(',').map(str::trim_start);
            let length = suffix.and_then(|s| s.find([' ', ',', ';', '(']).or(Some(s.len()))).unwrap_or(0);
            match suffix.map(|s| (s, &s[..length])) {
                Some((s, "Jr." | "Jr" | "Sr." | "Sr" | "II" | "III" | "IV")) => {
                    end = words.len() - s.len() + length;
                }
                _ => break,
            }
        }
        // `[[Ada|King, Ada]]` names her by the link alone, whatever stands before it.
        let speaker = match link {
            Some(link) => &words[link.clone()],
            None => &words[..end],
        };
        let rest = &words[end..];
        let (date, bad_date) = match date::find(rest) {
            Some((at, Ok(date))) => (Some((date, at)), None),
            Some((at, Err(error))) => (None, Some((at, error))),
            None => (None, None),
        };
        let before = date.as_ref().map_or(0..rest.len(), |(_, at)| 0..at.start);
        let after = date.as_ref().map_or("", |(_, at)| &rest[at.end..]);
        let occasion: Vec<String> =
            [&rest[before], after].into_iter().map(tidy).filter(|part| !part.is_empty()).collect();
        Parts {
            speaker: speaker.trim(),
            occasion: occasion.join(", "),
            date: date.map(|(date, at)| (date, &rest[at])),
            bad_date: bad_date.map(|(at, error)| (&rest[at], error)),
        }
    }
}

/// A part of an attribution without the signs that set it apart from the others.
fn tidy(part: &str) -> String {
    let joined = part.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut part = joined.as_str();
    loop {
        let before = part.len();
        part = part.trim_matches([' ', ',', ';', ':', '—', '–', '―']);
        for word in [" on", " in"] {
            part = part.strip_suffix(word).unwrap_or(part);
        }
        if matches!(part, "on" | "in") {
            part = "";
        }
        let (open, close) = (part.matches('(').count(), part.matches(')').count());
        if open > close {
            part = part.strip_prefix('(').or(part.strip_suffix('(')).unwrap_or(part);
        } else if close > open {
            part = part.strip_suffix(')').or(part.strip_prefix(')')).unwrap_or(part);
        } else if open == 1 && part.starts_with('(') && part.ends_with(')') {
            part = &part[1..part.len() - 1];
        }
        if part.len() == before {
            return part.to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::document::markdown::scan;
    use crate::document::{Facts, Reading};
    use crate::source::{Config, Source};

    fn read(text: &str) -> (Facts, Vec<String>) {
        let source = Source { path: "content/explainers/a.md".into(), text: text.to_owned() };
        let (mut facts, mut diagnostics) = (Facts::default(), Diagnostics::default());
        scan(&source, 0, false, &Config::default(), &Reading::default(), &mut facts, &mut diagnostics);
        let found = diagnostics.iter().map(|d| {
            let span = d.place.span.unwrap();
            format!("{}: {}", d.finding.name(), &text[span.start as usize..span.end as usize])
        });
        (facts, found.collect())
    }

    /// Each quote as `speaker | occasion | date | citation | text`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let (facts, _) = read(text);
        let shown = |quote: &Quote| {
            let date = quote.date.map_or_else(String::new, Date::iso);
            let citation = quote.citation.as_deref().unwrap_or_default();
            format!("{} | {} | {date} | {citation} | {}", quote.speaker.value, quote.occasion, quote.text)
        };
        let found: Vec<String> = facts.quotes.iter().map(shown).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn an_attribution_says_who_where_when_and_whence() {
        let said = |attribution: &str, parts: &str| {
            check(&format!("> So it is.\n>\n> — {attribution}\n"), &[&format!("{parts} | So it is.")]);
        };
        said("[[Mara Lind]], briefing, 2023-06-16 [@council]", "Mara Lind | briefing | 2023-06-16 | council");
        said("[[mara-lind|M. Lind]], 2023-06", "M. Lind |  | 2023-06 | ");
        said("[Mara Lind](../people/mara-lind.md), Aldby", "Mara Lind | Aldby |  | ");
        said("[Mara Lind](https://lind.example), Aldby", "Mara Lind | Aldby |  | ");
        said("Mara Lind", "Mara Lind |  |  | ");
        said("Minister [[Mara Lind]], in Aldby", "Mara Lind | in Aldby |  | ");
        said("*Mara Lind*, in *The Tide*, 16 June 2023", "Mara Lind | in The Tide | 2023-06-16 | ");
        said("Mara Lind, harbour council on June 16, 2023", "Mara Lind | harbour council | 2023-06-16 | ");
        said("Mara Lind, June 2023, Aldby", "Mara Lind | Aldby | 2023-06 | ");
        said("Mara Lind (2023)", "Mara Lind |  | 2023 | ");
        said("Mara Lind (radio, 2 Sept. 2023)", "Mara Lind | radio | 2023-09-02 | ");
        said("Mara Lind, Expo 2023 in Aldby", "Mara Lind | Expo 2023 in Aldby |  | ");
        said("Mara Lind, talks of 1990-91", "Mara Lind | talks of 1990-91 |  | ");
        said("Odd Berg, Jr., letter", "Odd Berg, Jr. | letter |  | ");
        said("Odd Berg [@a-2023-01-01, p. 4], 2024-05-06", "Odd Berg |  | 2024-05-06 | a-2023-01-01");
        said("[[Lind, Mara]], letter", "Lind, Mara | letter |  | ");
    }

    #[test]
    fn any_dash_and_the_last_line_begin_an_attribution() {
        let one = ["Mara Lind |  |  |  | So it is."];
        for text in [
            "> So it is.\n>\n> -- Mara Lind",
            "> So it is.\n>\n> --- Mara Lind",
            "> So it is.\n>\n> – Mara Lind",
            "> So it is.\n>\n> \\- Mara Lind",
            "> So it is.\n>\n> —Mara Lind",
            "> So it is.\n> — Mara Lind",
            "> So it is.  \n> — Mara Lind",
            "> So it is.\\\n> -- Mara Lind",
            "> So it is.\n> — [[mara-lind|Mara Lind]]",
            "> So it is.\n>\n> *— Mara Lind*",
            "> [!NOTE]\n> A note.\n>\n> > So it is.\n> >\n> > — Mara Lind",
        ] {
            check(text, &one);
        }
        check("> One.\n> Two.\n>\n> Three.\n> — Mara Lind", &["Mara Lind |  |  |  | One. Two.\nThree."]);
        check("> - a\n> - b\n>\n> — Mara Lind", &["Mara Lind |  |  |  | a\nb"]);
    }

    #[test]
    fn not_every_dash_begins_one() {
        for text in [
            "> The mud has to go\n> — and not onto our beach.",
            "> The mud — says\n> — Mara — has to go.",
            "> *The mud\n> — Mara Lind*",
            "> — Where?\n>\n> — There.",
            "> — Where?\n> — There.",
            "> It fell to\n>\n> -10 degrees.",
            "> [!NOTE]\n> So it is.\n>\n> — Mara Lind",
            "> So it is.\n>\n> $$-x$$",
            "> — Mara Lind",
            "So it is.\n\n— Mara Lind",
            "A.[^1]\n\n[^1]:\n    > So it is.\n    >\n    > — Mara Lind",
        ] {
            check(text, &[]);
        }
        let long = format!("> So it is.\n>\n> — {}", "Mara ".repeat(80));
        check(&long, &[]);
    }

    #[test]
    fn a_quote_within_a_quote_is_a_part_of_it() {
        check(
            "> He said:\n>\n> > So it is.\n> >\n> > — Odd Berg\n>\n> — Mara Lind",
            &["Mara Lind |  |  |  | He said:\nSo it is.\n— Odd Berg"],
        );
        check("> He said:\n>\n> > So it is.\n> >\n> > — Odd Berg", &[]);
    }

    #[test]
    fn places_lead_to_the_words_in_the_file() {
        let text = "Before.\n\n## A\n\n> So it is,\n> and was.\n>\n> — Mara Lind, 2023-02-30\n\n> B\n>\n> — [[x|Odd Berg]]\n";
        let (facts, found) = read(text);
        let at = |span: Span| &text[span.start as usize..span.end as usize];
        let quote = &facts.quotes[0];
        assert_eq!((at(quote.span), at(quote.speaker.span)), ("> So it is,", "Mara Lind"));
        assert_eq!((quote.section, quote.link, quote.date), (Some(0), None, None));
        assert_eq!((at(facts.quotes[1].speaker.span), facts.quotes[1].link), ("Odd Berg", Some(0)));
        assert_eq!(found, ["bad-date: 2023-02-30"]);
    }

    #[test]
    fn long_quotes_are_cut() {
        let text = format!("> {}\n>\n> — Mara Lind\n", "mud and ".repeat(5_000));
        let (facts, _) = read(&text);
        assert_eq!(facts.quotes[0].text.chars().count(), LONGEST + 1);
        assert!(facts.quotes[0].text.ends_with('…'));
    }
}
