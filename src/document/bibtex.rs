//! BibTeX and BibLaTeX: entries become sources.
//!
//! The crate splits a file into entries and reads braces, accents and names. What follows references
//! of any depth (abbreviations, `crossref`) or reads dates is done here: a file that refers to itself
//! in a circle, or has a month 99, would end the program there.

use super::front_matter::SOURCE;
use super::{Date, SourceEntry, Spanned};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span, nearest};
use crate::source::Source;
use crate::source::fields::Reader;
use crate::source::yaml::{Value, Yaml};
use biblatex::{
    Bibliography, ChunksExt, Entry, EntryType, Pair, ParseError, ParseErrorKind, Person, RawBibliography,
    RawChunk, RawEntry, Spanned as At, Token,
};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Longest field that is read, in bytes, with its abbreviations spelt out.
const LONGEST: usize = 16 << 10;
/// Braces inside each other.
const DEEPEST: usize = 40;

/// The fields of which something becomes of a source.
const READ: &[&str] = &[
    "title",
    "subtitle",
    "author",
    "editor",
    "publisher",
    "organization",
    "institution",
    "school",
    "journal",
    "journaltitle",
    "booktitle",
    "howpublished",
    "date",
    "year",
    "month",
    "day",
    "url",
    "doi",
    "urldate",
    "archived",
    "archiveurl",
    "status",
    "status_note",
    "superseded_by",
];

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads the entries of a file; each with the place of its key. What cannot be read is noted, and the
/// other entries are read.
pub(super) fn read(source: &Source, diagnostics: &mut Diagnostics) -> Vec<(SourceEntry, Span)> {
    let mut reader = Bibtex { source, diagnostics, abbreviations: HashMap::new(), known: Vec::new() };
    let mut raw = Vec::new();
    match RawBibliography::parse(&source.text) {
        Ok(whole) => {
            reader.abbreviate(&whole.abbreviations, 0);
            raw.extend(whole.entries.into_iter().map(|entry| (entry.v, 0)));
        }
        // One fault ends the reading; the parts between lines that begin with `@` tell the others.
        Err(_) => {
            for part in parts(&source.text) {
                match RawBibliography::parse(&source.text[part.clone()]) {
                    Ok(whole) => {
                        reader.abbreviate(&whole.abbreviations, part.start);
                        raw.extend(whole.entries.into_iter().map(|entry| (entry.v, part.start)));
                    }
                    Err(error) => reader.fault(&error, part.start, Some(part)),
                }
            }
        }
    }
    let mut entries = Vec::new();
    let mut parents: HashMap<String, Entry> = HashMap::new();
    for (entry, offset) in raw {
        let place = Reference {
            parent: reader.parent(&entry, offset),
            key: span(&entry.key.span, offset),
            fields: entry
                .fields
                .iter()
                .map(|f| (f.key.v.to_ascii_lowercase(), value_span(f, offset)))
                .collect(),
        };
        if let Some(entry) = reader.entry(&entry, offset) {
            parents.entry(entry.key.clone()).or_insert_with(|| entry.clone());
            entries.push((entry, place));
        }
    }
    entries
        .into_iter()
        .filter(|(entry, _)| !["xdata", "set"].contains(&type_of(entry).as_str()))
        .map(|(mut entry, place)| {
            if let Some(parent) = place.parent.as_ref().and_then(|key| parents.get(key)) {
                inherit(&mut entry, parent);
            }
            let key = place.key;
            (reader.source(&entry, &place), key)
        })
        .collect()
}

/// Where an entry and its fields stand, and what it refers to.
struct Reference {
    key: Span,
    fields: Vec<(String, Span)>,
    parent: Option<String>,
}

struct Bibtex<'a> {
    source: &'a Source,
    diagnostics: &'a mut Diagnostics,
    /// `@string`, by the name in lower case: what it stands for, without abbreviations, and how long
    /// that is.
    abbreviations: HashMap<String, (Vec<At<RawChunk<'a>>>, usize)>,
    /// The same names as typed.
    known: Vec<&'a str>,
}

fn span(range: &Range<usize>, offset: usize) -> Span {
    Span::new(range.start + offset, range.end + offset)
}

/// The place of a value; without its braces, if it is not put together of several.
fn value_span(field: &Pair, offset: usize) -> Span {
    match &field.value.v[..] {
        [alone] => span(&alone.span, offset),
        _ => span(&field.value.span, offset),
    }
}

/// A text cut before each line that begins with `@`.
fn parts(text: &str) -> Vec<Range<usize>> {
    let begins = |at: usize| at == 0 || text[..at].ends_with('\n');
    let mut starts: Vec<usize> = text.match_indices('@').map(|(at, _)| at).filter(|at| begins(*at)).collect();
    if starts.first() != Some(&0) {
        starts.insert(0, 0);
    }
    starts.push(text.len());
    starts.windows(2).map(|pair| pair[0]..pair[1]).filter(|part| !part.is_empty()).collect()
}

impl<'a> Bibtex<'a> {
    fn note(&mut self, finding: Finding, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let place = Place::new(self.source.path.clone(), self.within(span));
        self.diagnostics.push(Diagnostic::new(finding, place, message).help(help));
    }

    /// A span that can be drawn: within the text, between letters, on one line.
    fn within(&self, span: Span) -> Span {
        let text = &self.source.text;
        let floor = |at: u32| {
            let at = (at as usize).min(text.len());
            (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
        };
        let (start, end) = (floor(span.start), floor(span.end).max(floor(span.start)));
        let line = text[start..end].find('\n').map_or(end, |at| start + at);
        Span::new(start, line)
    }

    fn fault(&mut self, error: &ParseError, offset: usize, part: Option<Range<usize>>) {
        let mut at = span(&error.span, offset);
        let ends = |part: &Range<usize>| {
            error.kind == ParseErrorKind::UnexpectedEof || error.span.start >= part.len()
        };
        if let Some(part) = part.filter(ends) {
            let line = self.source.text[part.clone()].find('\n').unwrap_or(part.len());
            let at = Span::new(part.start, part.start + line);
            let help = "look for a `{` or `\"` without its partner";
            return self.note(Finding::BibtexSyntax, at, "this entry is not closed", help);
        }
        let (message, help) = match &error.kind {
            ParseErrorKind::Expected(token) => (
                format!("expected {}", name(*token)),
                "an entry is `@article{key, title = {…}, year = 2024}`",
            ),
            ParseErrorKind::Unexpected(token) => {
                (format!("{} stands where none belongs", name(*token)), "delete it")
            }
            ParseErrorKind::MalformedCommand => {
                ("a command of LaTeX has no name".to_owned(), "a backslash is written `\\textbackslash`")
            }
            other => (other.to_string(), "an entry is `@article{key, title = {…}, year = 2024}`"),
        };
        if at.start == at.end {
            // A caret needs a letter to stand under.
            at.end += self
                .source
                .text
                .get(at.start as usize..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, |c| c.len_utf8() as u32);
        }
        self.note(Finding::BibtexSyntax, at, message, help);
    }

    /// Takes `@string` definitions in, each spelt out with those before it.
    fn abbreviate(&mut self, pairs: &[Pair<'a>], offset: usize) {
        for pair in pairs {
            if let Some(spelt) = self.spell_out(&pair.value.v, offset) {
                let length = length(&spelt);
                self.known.push(pair.key.v);
                self.abbreviations.insert(pair.key.v.to_lowercase(), (spelt, length));
            }
        }
    }

    /// A value without abbreviations but those of months.
    fn spell_out(&mut self, value: &[At<RawChunk<'a>>], offset: usize) -> Option<Vec<At<RawChunk<'a>>>> {
        let mut spelt = Vec::new();
        let mut total = 0;
        for chunk in value {
            match &chunk.v {
                RawChunk::Normal(text) => {
                    total += text.len();
                    spelt.push(At::new(RawChunk::Normal(text), shifted(&chunk.span, offset)));
                }
                RawChunk::Abbreviation(short) => {
                    let lower = short.to_lowercase();
                    match self.abbreviations.get(&lower) {
                        Some((chunks, length))
                            if total + length <= LONGEST && spelt.len() + chunks.len() <= LONGEST =>
                        {
                            total += length;
                            spelt.extend(chunks.iter().cloned());
                        }
                        Some(_) => total = LONGEST + 1,
                        None if MONTHS.contains(&lower.as_str()) => {
                            spelt.push(At::new(RawChunk::Normal(short), shifted(&chunk.span, offset)));
                        }
                        None => {
                            let help = match nearest(short, self.known.iter().copied()) {
                                Some(near) => format!("did you mean `{near}`?"),
                                None => format!(
                                    "write `{{{short}}}`, or define it above: `@string{{{short} = {{…}}}}`"
                                ),
                            };
                            let message = format!("the abbreviation `{short}` is not defined above");
                            self.note(Finding::BibtexSyntax, span(&chunk.span, offset), message, help);
                            return None;
                        }
                    }
                }
            }
            if total > LONGEST {
                let message = format!("this value has more than {LONGEST} bytes");
                self.note(Finding::OverLimit, span(&chunk.span, offset), message, "shorten it");
                return None;
            }
        }
        Some(spelt)
    }

    /// The key of the entry from which another takes what it lacks.
    fn parent(&mut self, entry: &RawEntry<'a>, offset: usize) -> Option<String> {
        let field = entry
            .fields
            .iter()
            .find(|f| ["crossref", "xdata"].contains(&f.key.v.to_ascii_lowercase().as_str()))?;
        let spelt = self.spell_out(&field.value.v, offset)?;
        let text: String = spelt.iter().map(|chunk| text_of(&chunk.v)).collect();
        Some(text.split(',').next().unwrap_or_default().trim().to_owned())
    }

    /// The fields of an entry that are read here, with their commands and accents.
    fn entry(&mut self, raw: &RawEntry<'a>, offset: usize) -> Option<Entry> {
        let mut whole: Option<Entry> = None;
        let key = At::new(raw.key.v, shifted(&raw.key.span, offset));
        let kind = At::new(raw.kind.v, shifted(&raw.kind.span, offset));
        let bare = |fields| RawBibliography {
            preamble: String::new(),
            entries: vec![At::new(
                RawEntry { key: key.clone(), kind: kind.clone(), fields },
                key.span.clone(),
            )],
            abbreviations: Vec::new(),
        };
        // One by one, so that a fault costs its field only.
        for field in &raw.fields {
            let name = field.key.v.to_ascii_lowercase();
            if !READ.contains(&name.as_str()) {
                continue;
            }
            let Some(spelt) = self.spell_out(&field.value.v, offset) else { continue };
            if depth(&spelt) > DEEPEST {
                let message = format!("braces stand in each other more than {DEEPEST} deep");
                self.note(
                    Finding::OverLimit,
                    span(&field.value.span, offset),
                    message,
                    "take some of them away",
                );
                continue;
            }
            let value = At::new(spelt, shifted(&field.value.span, offset));
            let pair = Pair::new(At::new(field.key.v, shifted(&field.key.span, offset)), value);
            match Bibliography::from_raw(bare(vec![pair])) {
                Ok(read) => {
                    for entry in read {
                        match &mut whole {
                            Some(whole) => whole.fields.extend(entry.fields),
                            None => whole = Some(entry),
                        }
                    }
                }
                Err(error) if error.kind == ParseErrorKind::UnexpectedEof => {
                    let help = "close it; a dollar sign is written `\\$`";
                    let message = "a `{` or `$` has no partner";
                    self.note(Finding::BibtexSyntax, value_span(field, offset), message, help);
                }
                Err(error) => self.fault(&error, 0, None),
            }
        }
        whole.or_else(|| Bibliography::from_raw(bare(Vec::new())).ok()?.into_vec().pop())
    }

    /// What an entry says about a source.
    fn source(&mut self, entry: &Entry, place: &Reference) -> SourceEntry {
        let text = |key: &str| {
            entry.get(key).map(|chunks| tidy(&chunks.format_verbatim())).filter(|t| !t.is_empty())
        };
        let plain = |key: &str| entry.get(key).map(|chunks| chunks.format_verbatim().trim().to_owned());
        let title = match (text("title"), text("subtitle")) {
            (Some(title), Some(subtitle)) => format!("{title}: {subtitle}"),
            (title, subtitle) => title.or(subtitle).unwrap_or_default(),
        };
        let people = |key: &str| -> Option<String> {
            let people: Vec<Person> = entry.get_as(key).ok()?;
            Some(names(&people)).filter(|names| !names.is_empty())
        };
        let house = || ["publisher", "organization", "institution", "school"].into_iter().find_map(text);
        let publisher = match text("journaltitle").or_else(|| text("journal")) {
            Some(journal) => journal,
            None => {
                let parts: Vec<String> = text("booktitle").into_iter().chain(house()).collect();
                if parts.is_empty() { text("howpublished").unwrap_or_default() } else { parts.join(", ") }
            }
        };
        let mut source = SourceEntry {
            id: Some(Spanned { value: entry.key.clone(), span: place.key }),
            title,
            author: people("author")
                .or_else(|| Some(format!("{} (editor)", people("editor")?)))
                .unwrap_or_default(),
            publisher,
            kind: kind(&type_of(entry)).to_owned(),
            date: self.date(plain("date"), place, "date"),
            accessed: self.date(plain("urldate"), place, "urldate"),
            ..SourceEntry::default()
        };
        if source.date.is_none() && entry.get("date").is_none() {
            source.date = self.year(plain("year"), plain("month"), plain("day"), place);
        }
        let doi = plain("doi").filter(|doi| !doi.is_empty()).map(|doi| match doi.contains("://") {
            true => doi,
            false => format!("https://doi.org/{}", doi.trim_start_matches("doi:")),
        });
        let url = plain("url").filter(|url| !url.is_empty()).map(|url| ("url", url));
        let url = url.or_else(|| doi.map(|url| ("doi", url)));
        let archived = ["archived", "archiveurl"].into_iter().find_map(|key| Some((key, plain(key)?)));
        // These are read as in front matter: what is wrong with one is told alike.
        let same = [
            ("url", url),
            ("archived", archived),
            ("status", text("status").map(|text| ("status", text))),
            ("status_note", text("status_note").map(|text| ("status_note", text))),
            ("superseded_by", plain("superseded_by").map(|text| ("superseded_by", text))),
        ];
        let mut reader = Reader {
            path: &self.source.path,
            text: &self.source.text,
            longest_list: 0,
            longest_title: 0,
            diagnostics: self.diagnostics,
        };
        for (key, found) in same {
            let (Some((from, text)), Some(field)) = (found, SOURCE.iter().find(|field| field.name == key))
            else {
                continue;
            };
            let at = place.of(from);
            let value = Yaml { span: at, value: Value::Scalar { text: Cow::Owned(text), plain: false } };
            (field.read)(&value, &mut reader, &mut source);
        }
        source
    }

    /// The first day of a range, without marks of doubt.
    fn date(&mut self, typed: Option<String>, place: &Reference, field: &str) -> Option<Date> {
        let typed = typed.filter(|typed| !typed.is_empty())?;
        let first = typed.split('/').find(|part| !part.is_empty() && *part != "..")?;
        match Date::parse(first.trim_end_matches(['?', '~', '%'])) {
            Ok(date) => Some(date),
            Err(error) => {
                self.note(Finding::BadDate, place.of(field), error.message, error.help);
                None
            }
        }
    }

    /// `year`, `month` and `day` of BibTeX. What is no year (`forthcoming`) is no date either.
    fn year(
        &mut self,
        year: Option<String>,
        month: Option<String>,
        day: Option<String>,
        place: &Reference,
    ) -> Option<Date> {
        let typed = year?;
        let digits = typed.trim_matches(|c: char| !c.is_ascii_digit());
        if digits.is_empty() {
            return None;
        }
        let mut iso = digits
            .get(..4)
            .filter(|year| year.bytes().all(|b| b.is_ascii_digit()))
            .unwrap_or(digits)
            .to_owned();
        let month = month.unwrap_or_default().to_lowercase();
        let letters = month.trim_start_matches(|c: char| !c.is_alphabetic()).get(..3);
        let number = match letters.and_then(|short| MONTHS.iter().position(|m| *m == short)) {
            Some(at) => at + 1,
            None => month.trim().parse().unwrap_or(0),
        };
        if number > 0 {
            iso.push_str(&format!("-{number:02}"));
            let in_month = month.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty());
            let day = day.as_deref().or(in_month.filter(|_| letters.is_some()));
            if let Some(day) = day.and_then(|day| day.trim().parse::<u32>().ok()) {
                iso.push_str(&format!("-{day:02}"));
            }
        }
        self.date(Some(iso), place, "year")
    }
}

impl Reference {
    fn of(&self, field: &str) -> Span {
        self.fields.iter().find(|(name, _)| name == field).map_or(self.key, |(_, span)| *span)
    }
}

fn shifted(span: &Range<usize>, offset: usize) -> Range<usize> {
    span.start + offset..span.end + offset
}

fn text_of<'a>(chunk: &RawChunk<'a>) -> &'a str {
    match chunk {
        RawChunk::Normal(text) | RawChunk::Abbreviation(text) => text,
    }
}

fn length(chunks: &[At<RawChunk>]) -> usize {
    chunks.iter().map(|chunk| text_of(&chunk.v).len()).sum()
}

/// How deep braces stand in each other.
fn depth(chunks: &[At<RawChunk>]) -> usize {
    let (mut deepest, mut depth) = (0, 0usize);
    for byte in chunks.iter().flat_map(|chunk| text_of(&chunk.v).bytes()) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// What an entry lacks is taken from the one that it refers to, one step far.
fn inherit(entry: &mut Entry, parent: &Entry) {
    let dated = ["date", "year"].iter().any(|key| entry.get(key).is_some());
    for key in READ.iter().filter(|key| !key.starts_with("status") && **key != "superseded_by") {
        let of_the_whole = ["title", "subtitle", "author"].contains(key) && type_of(parent) != "xdata";
        let other_date = dated && ["date", "year", "month", "day"].contains(key);
        if of_the_whole || other_date || entry.get(key).is_some() {
            continue;
        }
        if let Some(value) = parent.get(key) {
            entry.set(key, value.to_vec());
        }
    }
    let book = entry.get("booktitle").is_none()
        && entry.get("journaltitle").is_none()
        && entry.get("journal").is_none();
    if book
        && type_of(parent) != "xdata"
        && let Some(title) = parent.get("title")
    {
        entry.set("booktitle", title.to_vec());
    }
}

/// `Ada Lovelace, Charles Babbage and others`
fn names(people: &[Person]) -> String {
    let mut all: Vec<String> = people
        .iter()
        .map(|person| {
            if person.name == "others" && person.given_name.is_empty() {
                return "others".to_owned();
            }
            let parts = [&person.given_name, &person.prefix, &person.name].map(|part| tidy(part));
            let name = parts
                .iter()
                .filter(|part| !part.is_empty())
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" ");
            let suffix = tidy(&person.suffix);
            if suffix.is_empty() { name } else { format!("{name}, {suffix}") }
        })
        .filter(|name| !name.is_empty())
        .collect();
    match all.pop() {
        None => String::new(),
        Some(last) if all.is_empty() => last,
        Some(last) => format!("{} and {last}", all.join(", ")),
    }
}

/// The type of an entry in lower case, also one that the crate does not know.
fn type_of(entry: &Entry) -> String {
    match &entry.entry_type {
        EntryType::Unknown(name) => name.to_lowercase(),
        known => known.to_string(),
    }
}

/// The word for a type of entry.
fn kind(entry_type: &str) -> &str {
    match entry_type {
        "inbook" | "incollection" | "bookinbook" | "suppbook" | "suppcollection" => "chapter",
        "inproceedings" | "conference" => "paper",
        "mvbook" => "book",
        "techreport" => "report",
        "phdthesis" | "mastersthesis" => "thesis",
        "unpublished" => "manuscript",
        "online" | "electronic" | "www" => "web page",
        "inreference" => "entry",
        "mvreference" => "reference",
        "mvcollection" => "collection",
        "mvproceedings" => "proceedings",
        "suppperiodical" => "article",
        "misc" => "",
        other => other,
    }
}

/// Commands that are not known lose their names, ties become spaces, quotes become quotes.
fn tidy(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '{', '}', '~', '`', '\'']) {
        plain.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let (sign, length) = match rest.as_bytes()[at] {
            b'\\' => ("", behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len())),
            b'~' => (" ", 0),
            b'`' if behind.starts_with('`') => ("“", 1),
            b'\'' if behind.starts_with('\'') => ("”", 1),
            b'`' => ("‘", 0),
            b'\'' => ("’", 0),
            _ => ("", 0),
        };
        plain.push_str(sign);
        rest = &behind[length..];
    }
    plain.push_str(rest);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn name(token: Token) -> &'static str {
    match token {
        Token::Identifier => "a name",
        Token::OpeningBrace => "`{`",
        Token::ClosingBrace => "`}`",
        Token::Comma => "`,`",
        Token::QuotationMark => "`\"`",
        Token::Equals => "`=`",
        Token::DecimalPoint => "`.`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_text(text: &str) -> (Vec<SourceEntry>, Vec<String>) {
        let source = Source { path: "content/a.bib".into(), text: text.to_owned() };
        let mut diagnostics = Diagnostics::default();
        let entries = read(&source, &mut diagnostics).into_iter().map(|(entry, _)| entry).collect();
        let told = diagnostics.iter().map(|d| {
            let span = d.place.span.expect("a place");
            let marked = &text[span.start as usize..span.end as usize];
            format!(
                "{} |{marked}| {}; {}",
                d.finding.name(),
                d.message,
                d.help.as_deref().unwrap_or_default()
            )
        });
        (entries, told.collect())
    }

    /// The first entry as `id: author. title. publisher, date (kind) url accessed`.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (entries, findings) = read_text(text);
        assert_eq!(findings, [""; 0], "{text}");
        let e = &entries[0];
        let date = |date: Option<Date>| date.map_or_else(|| "-".to_owned(), Date::iso);
        let id = e.id.as_ref().map_or("", |id| &id.value);
        let told = format!(
            "{id}: {}. {}. {}, {} ({}) {} {}",
            e.author,
            e.title,
            e.publisher,
            date(e.date),
            e.kind,
            e.url.as_deref().unwrap_or("-"),
            date(e.accessed)
        );
        assert_eq!(told, expected, "{text}");
    }

    #[track_caller]
    fn check_findings(text: &str, ids: &[&str], expected: &[&str]) {
        let (entries, findings) = read_text(text);
        assert_eq!(findings, expected, "{text}");
        let found: Vec<&str> =
            entries.iter().map(|e| e.id.as_ref().map_or("", |id| id.value.as_str())).collect();
        assert_eq!(found, ids, "{text}");
    }

    #[test]
    fn entries_of_each_type_become_sources() {
        check(
            "@article{a, author={Doe, Jane and John Smith}, title={On {DNA}}, journal={Nature}, year=2019, month=mar, doi={10.1/x}}",
            "a: Jane Doe and John Smith. On DNA. Nature, 2019-03 (article) https://doi.org/10.1/x -",
        );
        check(
            "@online{b, title={W}, subtitle={S}, organization={Org}, url={https://e.org/a_b%20c}, urldate={2024-02-03}, date={2021-05-06}}",
            "b: . W: S. Org, 2021-05-06 (web page) https://e.org/a_b%20c 2024-02-03",
        );
        check(
            "@incollection{c, editor={Ed Itor}, title={Ch}, booktitle={Whole}, publisher={House}, year={2001}}",
            "c: Ed Itor (editor). Ch. Whole, House, 2001 (chapter) - -",
        );
        check("@phdthesis{d, title={T}, school={ETH}, year={c. 1999}}", "d: . T. ETH, 1999 (thesis) - -");
        check(
            "@techreport{e, title={T}, institution={RAND}, year={forthcoming}}",
            "e: . T. RAND, - (report) - -",
        );
        check("@podcast{f, title={T}, howpublished={Radio}}", "f: . T. Radio, - (podcast) - -");
        check("@misc{g, title={T}, url={https://e.org/u}, doi={10.1/x}}", "g: . T. , - () https://e.org/u -");
        check("@misc{h, title=\"Quoted \" # {and} # \" joined\"}", "h: . Quoted and joined. , - () - -");
        check("@misc{i,}", "i: . . , - () - -");
    }

    #[test]
    fn accents_commands_and_quotes_become_letters() {
        for (tex, letters) in [
            (r#"M{\"u}ller"#, "Müller"),
            (r"\'{E}cole", "École"),
            (r"{\O}re {\ss}", "Øre ß"),
            (r"Ga\v{c}e \c{c}a", "Gače ça"),
            (r"50\% \& \$5", "50% & $5"),
            ("``so'' it's", "“so” it’s"),
            (r"\emph{stress} and \textbf{bold}", "stress and bold"),
            ("a~b -- c", "a b – c"),
            ("two\n   lines", "two lines"),
            ("日本語", "日本語"),
        ] {
            let (entries, findings) = read_text(&format!("@misc{{k, title = {{{tex}}}}}"));
            assert_eq!((entries[0].title.as_str(), findings.len()), (letters, 0), "{tex}");
        }
    }

    #[test]
    fn names_are_told_in_the_order_in_which_they_are_said() {
        for (tex, told) in [
            ("Ada Lovelace", "Ada Lovelace"),
            ("Lovelace, Ada and Charles Babbage", "Ada Lovelace and Charles Babbage"),
            ("de Beauvoir, Simone", "Simone de Beauvoir"),
            ("Davis, Jr., Sammy", "Sammy Davis, Jr."),
            ("A B and C D and others", "A B, C D and others"),
            ("{Associated Press}", "Associated Press"),
        ] {
            let (entries, _) = read_text(&format!("@misc{{k, author = {{{tex}}}}}"));
            assert_eq!(entries[0].author, told, "{tex}");
        }
    }

    #[test]
    fn dates_may_be_partial_ranges_and_doubtful() {
        for (fields, iso) in [
            ("date={2021}", "2021"),
            ("date={2021-05}", "2021-05"),
            ("date={2021-05-06/2021-05-09}", "2021-05-06"),
            ("date={/2021}", "2021"),
            ("date={1066~}", "1066"),
            ("year=2020, month={February}, day=29", "2020-02-29"),
            ("year=2020, month=2", "2020-02"),
            ("year=2020, month={3 jun}", "2020-06-03"),
            ("year=2020, month={jun}, date={2021}", "2021"),
            ("year={2019--2020}", "2019"),
        ] {
            let (entries, findings) = read_text(&format!("@misc{{k, {fields}}}"));
            assert_eq!(
                (entries[0].date.map(Date::iso).as_deref(), findings.len()),
                (Some(iso), 0),
                "{fields}: {findings:?}"
            );
        }
        check_findings(
            "@misc{k, date={2021-02-30}}",
            &["k"],
            &[
                "bad-date |2021-02-30| February 2021 has 28 days, and no day 30; correct the day in `2021-02-30`",
            ],
        );
        check_findings(
            "@misc{k, year=2021, month=99, day=999}",
            &["k"],
            &[
                "bad-date |2021| `2021-99-999` is not a date; write a day (2024-01-05), a month (2024-01) or a year (2024)",
            ],
        );
    }

    #[test]
    fn what_a_page_could_not_link_to_or_say_is_told_as_in_a_page() {
        check_findings(
            "@misc{k, url={javascript:alert(1)}}",
            &["k"],
            &[
                "unsafe-url |javascript:alert(1)| an address of the kind `javascript:` is not linked to; begin it with `https://` or `http://`",
            ],
        );
        check_findings(
            "@misc{k, status={retraced}}",
            &["k"],
            &[
                "bad-value |retraced| `retraced` is not `retracted`, `corrected`, `superseded` or `dead`; did you mean `retracted`?",
            ],
        );
        let (entries, _) = read_text("@misc{k, status={retracted}, status_note={Why}, superseded_by={b}}");
        let fate = entries[0].fate.as_ref().expect("a fate");
        assert_eq!((entries[0].status.as_str(), fate.note.as_str()), ("retracted", "Why"));
        assert_eq!(fate.superseded_by.as_ref().map(|id| id.value.as_str()), Some("b"));
    }

    #[test]
    fn abbreviations_and_parents_are_followed_and_circles_are_not() {
        check(
            "@string{n = {Nature}} @article{a, title={T}, journal = N # { Physics}}",
            "a: . T. Nature Physics, - (article) - -",
        );
        check_findings(
            "@string{nature = {N}}\n@misc{a, title = natur, publisher = {P}}",
            &["a"],
            &["bibtex-syntax |natur| the abbreviation `natur` is not defined above; did you mean `nature`?"],
        );
        let (entries, findings) = read_text("@string{a = b} @string{b = a} @misc{k, title = a}");
        assert_eq!((entries.len(), findings.len()), (1, 3), "{findings:?}");
        check(
            "@inproceedings{a, title={Talk}, crossref={p}} @proceedings{p, title={Big Meeting}, publisher={ACM}, year=2020}",
            "a: . Talk. Big Meeting, ACM, 2020 (paper) - -",
        );
        let (entries, _) = read_text(
            "@misc{a, crossref={b}, title={A}} @misc{b, crossref={a}, title={B}} @xdata{x, title={X}}",
        );
        assert_eq!(entries.iter().map(|e| e.title.as_str()).collect::<Vec<_>>(), ["A", "B"]);
        let mut bomb = "@string{s0 = {lol}}".to_owned();
        for n in 1..60 {
            bomb.push_str(&format!("@string{{s{n} = s{p} # s{p}}}", p = n - 1));
        }
        let (_, findings) = read_text(&bomb);
        assert!(findings.iter().any(|f| f.starts_with("over-limit")), "{findings:?}");
    }

    #[test]
    fn a_fault_is_told_at_its_place_and_the_other_entries_are_read() {
        check_findings(
            "@misc{a, title={A}}\n@misc{b, title={B}\n@misc{c title={C}}\n@misc{d, title={D}}\n",
            &["a", "d"],
            &[
                "bibtex-syntax |@misc{b, title={B}| this entry is not closed; look for a `{` or `\"` without its partner",
                "bibtex-syntax |t| expected `,`; an entry is `@article{key, title = {…}, year = 2024}`",
            ],
        );
        check_findings(
            "@misc{a, title={costs $5}, publisher={P}}",
            &["a"],
            &[
                "bibtex-syntax |costs $5| a `{` or `$` has no partner; close it; a dollar sign is written `\\$`",
            ],
        );
    }

    #[test]
    fn depth_and_length_have_ends() {
        for hostile in [
            format!("@misc{{k, title={{{}{}}}}}", "{".repeat(5000), "}".repeat(5000)),
            format!("@misc{{k, title={{{}x{}}}}}", "\\a{".repeat(5000), "}".repeat(5000)),
            format!("@misc{{k, author={{{}}}}}", "A B and ".repeat(200_000)),
            format!("@misc{{k, title={{{}}}}}", "{}".repeat(8000)),
            "@misc{k,".repeat(20_000),
            "@".repeat(100_000),
            "\n@".repeat(100_000),
        ] {
            let began = std::time::Instant::now();
            read_text(&hostile);
            assert!(began.elapsed().as_secs() < 10, "{:?}: {hostile:.40}", began.elapsed());
        }
    }

    const SAMPLE: &str = "@string{j = {J. of Ü}}\n@article{k1, author = {Doe, J{\\\"o}rg and de la Cruz, A. and family=X, given=Y}, title = \"A {B} $x$ \\emph{c}\", journal = j # { x}, year = 2020, month = jan, ids = {a,b}}\n% c\n@online{k2, url={https://e.org/}, date = {2020-13-41/..}, crossref = {k1}}\n";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn mutated_files_never_panic_and_all_places_lie_in_the_file(
            edits in prop::collection::vec((0usize..400, 0usize..12, prop::sample::select(vec![
                "", "", "{", "}", "\"", "\\", "$", "=", ",", "#", "@", "%", "and", " and ", "\n", "é", "~", "-", "\\'", "\\c ", "99", "X", "/", ";",
            ])), 1..8),
        ) {
            let mut text = SAMPLE.to_owned();
            for (at, length, insert) in edits {
                let chars: Vec<char> = text.chars().collect();
                let start = at % (chars.len() + 1);
                let end = (start + length / 3).min(chars.len());
                text = chars[..start].iter().chain(insert.chars().collect::<Vec<_>>().iter()).chain(&chars[end..]).collect();
            }
            read_text(&text);
        }

        #[test]
        fn any_text_is_read(text in "\\PC{0,200}") {
            read_text(&text);
        }
    }
}
