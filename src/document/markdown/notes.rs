//! Footnotes: numbered by first mention, defined at the end, linked both ways. Readers see letters,
//! since the numbers in a text are those of its sources.

use super::walk::Bucket;
use crate::diagnostics::Span;
use crate::document::canonical;
use std::collections::HashMap;

/// The footnotes of one document.
#[derive(Default)]
pub(super) struct Notes {
    by_label: HashMap<String, usize>,
    notes: Vec<Note>,
    /// The notes in the order of their numbers, from 1.
    numbered: Vec<usize>,
}

#[derive(Default)]
struct Note {
    definition: Option<Definition>,
    /// 0 until it is referred to.
    number: u32,
    references: u32,
}

struct Definition {
    label: String,
    span: Span,
    content: Bucket,
}

/// A reference that stands in a definition: its number is not known before the text before it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    /// Where it goes in the HTML of its bucket.
    pub at: usize,
    pub note: usize,
}

impl Notes {
    /// The note of a label, which need not be defined yet.
    pub fn note(&mut self, label: &str) -> usize {
        let next = self.notes.len();
        let note = *self.by_label.entry(canonical(label)).or_insert(next);
        if note == next {
            self.notes.push(Note::default());
        }
        note
    }

    /// Keeps a definition; `false` where its label has one already.
    pub fn define(&mut self, label: &str, span: Span, content: Bucket) -> bool {
        let note = self.note(label);
        let slot = &mut self.notes[note].definition;
        let first = slot.is_none();
        if first {
            *slot = Some(Definition { label: label.to_owned(), span, content });
        }
        first
    }

    /// Counts a reference, gives the number of the note and which reference to it this is.
    pub fn refer(&mut self, note: usize) -> (u32, u32) {
        let entry = &mut self.notes[note];
        if entry.number == 0 {
            self.numbered.push(note);
            entry.number = self.numbered.len() as u32;
        }
        entry.references += 1;
        (entry.number, entry.references)
    }

    /// Forgets all references, for a heading that is left out. It is the first thing in a text, so
    /// there are no others yet.
    pub fn forget_references(&mut self) {
        self.numbered.clear();
        for note in &mut self.notes {
            note.number = 0;
            note.references = 0;
        }
    }

    /// Puts the definitions at the end of the body, in order; what is referred to only from notes
    /// comes after what the body refers to. Returns the label and place of each that nothing refers
    /// to.
    pub fn append(mut self, body: &mut Bucket, html: bool) -> Vec<(String, Span)> {
        let mut contents = Vec::new();
        let mut next = 0;
        while let Some(note) = self.numbered.get(next).copied() {
            next += 1;
            let content = self.notes[note].definition.take().map(|d| d.content).unwrap_or_default();
            let numbers: Vec<(u32, u32)> = content.references.iter().map(|r| self.refer(r.note)).collect();
            contents.push((note, content, numbers));
        }
        if html && !contents.is_empty() {
            body.html.push_str("<section class=\"footnotes\" role=\"doc-endnotes\">\n<ol type=\"a\">\n");
        }
        for (note, content, numbers) in contents {
            let note = &self.notes[note];
            if html {
                body.html.push_str(&format!("<li id=\"fn-{}\">\n", note.number));
                body.append_note(&content, &numbers);
                write_back_links(&mut body.html, note.number, note.references);
                body.html.push_str("</li>\n");
            }
            body.link_count += content.link_count;
            body.links.extend(content.links);
            body.citation_count += content.citation_count;
            body.citations.extend(content.citations);
            body.hits.extend(content.hits);
            body.half_words += content.half_words;
        }
        if html && !self.numbered.is_empty() {
            body.html.push_str("</ol>\n</section>\n");
        }
        self.notes.into_iter().filter_map(|note| note.definition).map(|d| (d.label, d.span)).collect()
    }
}

/// The mark in the text that leads to a note.
pub(super) fn write_reference(out: &mut String, (number, nth): (u32, u32)) {
    let id = reference_id(number, nth);
    let letters = letters(number);
    out.push_str(&format!(
        "<sup class=\"footnote-ref\"><a id=\"{id}\" href=\"#fn-{number}\" role=\"doc-noteref\">{letters}</a></sup>"
    ));
}

/// The number of a note, from 1, as lists of `type="a"` count: a, b, … z, aa, ab …
fn letters(number: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = number;
    while let Some(before) = rest.checked_sub(1) {
        letters.push(char::from(b'a' + (before % 26) as u8));
        rest = before / 26;
    }
    letters.iter().rev().collect()
}

fn reference_id(number: u32, nth: u32) -> String {
    if nth == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{nth}") }
}

/// One link for each mention, at the end of the last paragraph.
fn write_back_links(html: &mut String, number: u32, references: u32) {
    let closing = if html.ends_with("</p>\n") { "</p>\n" } else { "" };
    html.truncate(html.len() - closing.len());
    for nth in 1..=references {
        let id = reference_id(number, nth);
        html.push_str(&format!(" <a href=\"#{id}\" class=\"footnote-back\" role=\"doc-backlink\">↩\u{fe0e}"));
        if nth > 1 {
            html.push_str(&format!("<sup>{nth}</sup>"));
        }
        html.push_str("</a>");
    }
    html.push_str(closing);
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn notes_are_lettered_as_lists_count_them() {
        for (number, expected) in
            [(1, "a"), (26, "z"), (27, "aa"), (52, "az"), (53, "ba"), (702, "zz"), (703, "aaa")]
        {
            assert_eq!(letters(number), expected);
        }
    }
}
