//! Drawing of diagnostics: as frames for people, one line each, JSON, or GitHub annotations.
//!
//! Everything that is drawn may come from a hostile file: characters that steer a terminal or turn
//! the direction of writing are shown as what they are, never sent.

use super::{Diagnostic, Diagnostics, Finding, Place, Severity, Span};
use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE, Style};
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::ops::Range;
use std::rc::Rc;

/// How findings are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A frame each: message, place, source line with a caret, help.
    Human,
    /// One line each: `path:line:column: error[name]: message (help)`.
    Short,
    /// One JSON object a line, with every finding.
    Json,
    /// Workflow commands that GitHub shows beside the changed lines.
    Github,
}

/// So many findings of one name are drawn for people; the rest are counted.
const SHOWN: usize = 20;

/// So many further places are drawn in one frame.
const FURTHER: usize = 5;

/// Draws all findings, in their order. `text_of` gives the text of a path as it was read, or
/// `None`; then the place is its path alone.
///
/// Lines and columns count from 1, columns in characters (Unicode scalar values); ends are
/// exclusive. [`Format::Human`] and [`Format::Short`] draw at most twenty findings of one name, and
/// a finding that only repeats for each place (an unknown key) once with the number of its places.
pub fn draw(
    diagnostics: &Diagnostics,
    format: Format,
    colour: bool,
    text_of: &dyn Fn(&str) -> Option<String>,
) -> String {
    let texts = Texts::new(text_of);
    let mut out = String::new();
    match format {
        Format::Json => {
            for diagnostic in diagnostics.iter() {
                out.push_str(&json(diagnostic, &texts));
                out.push('\n');
            }
        }
        Format::Github => {
            for diagnostic in diagnostics.iter() {
                out.push_str(&annotation(diagnostic, &texts));
                out.push('\n');
            }
        }
        Format::Human => {
            let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
            let (groups, hidden) = shown(diagnostics);
            let mut explained = BTreeSet::new();
            for group in &groups {
                let first_of_its_name = explained.insert(group.diagnostic.finding);
                out.push_str(&picture(group, first_of_its_name, &renderer, &texts));
                out.push_str("\n\n");
            }
            out.push_str(&rest(&hidden));
        }
        Format::Short => {
            let (groups, hidden) = shown(diagnostics);
            for group in &groups {
                out.push_str(&line(group, colour, &texts));
                out.push('\n');
            }
            out.push_str(&rest(&hidden));
        }
    }
    out
}

/// The count that ends a run: `3 errors, 1 warning`; empty where there is nothing to count.
pub fn summary(diagnostics: &Diagnostics) -> String {
    [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (severity, diagnostics.count(severity)))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {}{}", severity.name(), if count == 1 { "" } else { "s" }))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Findings that are drawn as one.
struct Group<'a> {
    diagnostic: &'a Diagnostic,
    places: usize,
    files: usize,
}

impl Group<'_> {
    /// The message, with the number of its places where there are several.
    fn message(&self) -> String {
        let mut message = escape(&self.diagnostic.message).into_owned();
        if self.places > 1 {
            let files = if self.files == 1 { "1 file".to_owned() } else { format!("{} files", self.files) };
            let _ = write!(message, " ({} places in {files})", self.places);
        }
        message
    }
}

/// What is drawn for people, in order, and how many findings of each name are not.
fn shown(diagnostics: &Diagnostics) -> (Vec<Group<'_>>, BTreeMap<Finding, usize>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut drawn: BTreeMap<Finding, usize> = BTreeMap::new();
    let mut hidden: BTreeMap<Finding, usize> = BTreeMap::new();
    // The group of a message that is drawn once, and the file in which it was met last: findings
    // come in order of their paths, so each file is counted once.
    let mut repeated: HashMap<(Finding, &str), (Option<usize>, &str)> = HashMap::new();
    for diagnostic in diagnostics.iter() {
        let finding = diagnostic.finding;
        let path = &*diagnostic.place.path;
        if drawn_once(finding)
            && let Some((group, last)) = repeated.get_mut(&(finding, &*diagnostic.message))
        {
            match group {
                Some(at) => {
                    groups[*at].places += 1;
                    groups[*at].files += usize::from(*last != path);
                }
                None => *hidden.entry(finding).or_default() += 1,
            }
            *last = path;
            continue;
        }
        let count = drawn.entry(finding).or_default();
        let at = if *count < SHOWN {
            *count += 1;
            groups.push(Group { diagnostic, places: 1, files: 1 });
            Some(groups.len() - 1)
        } else {
            *hidden.entry(finding).or_default() += 1;
            None
        };
        if drawn_once(finding) {
            repeated.insert((finding, &*diagnostic.message), (at, path));
        }
    }
    (groups, hidden)
}

/// Whether the same words in another place are the same news: a key or language that is not known
/// is mended once, a broken link in each place.
fn drawn_once(finding: Finding) -> bool {
    matches!(finding, Finding::UnknownKey | Finding::UnknownLanguage)
}

fn rest(hidden: &BTreeMap<Finding, usize>) -> String {
    hidden
        .iter()
        .map(|(finding, count)| {
            format!("… and {count} more {} (see them all with --format json)\n", finding.name())
        })
        .collect()
}

/// A frame. `explained` adds the place in the manual.
fn picture(group: &Group, explained: bool, renderer: &Renderer, texts: &Texts) -> String {
    let diagnostic = group.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut picture = annotate_snippets::Group::with_title(
        level.primary_title(group.message()).id(diagnostic.finding.name()),
    );
    // The renderer counts columns from the first character it is given: headings to put right.
    let mut headings = Vec::new();
    let further = diagnostic.further.iter().take(FURTHER).map(|(place, label)| (place, label, false));
    for (place, label, primary) in
        std::iter::once((&diagnostic.place, &diagnostic.label, true)).chain(further)
    {
        let path = escape(&place.path).into_owned();
        let label = escape(label).into_owned();
        let Some((text, span)) = texts.locate(place) else {
            if !path.is_empty() {
                picture = picture.element(Origin::path(path));
            }
            if !label.is_empty() {
                picture = picture.element(Level::NOTE.message(label));
            }
            continue;
        };
        let start = text.point(span.start);
        let window = text.window(span);
        if window.column != start.column {
            headings.push((
                format!("{path}:{}:{}\n", start.line, window.column),
                format!("{path}:{}:{}\n", start.line, start.column),
            ));
        }
        let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let mut annotation = kind.span(window.span);
        if !label.is_empty() {
            annotation = annotation.label(label);
        }
        picture = picture
            .element(Snippet::source(window.text).path(path).line_start(start.line).annotation(annotation));
    }
    if diagnostic.further.len() > FURTHER {
        let more = diagnostic.further.len() - FURTHER;
        picture = picture.element(Level::NOTE.message(format!("and {more} more places")));
    }
    if let Some(help) = &diagnostic.help {
        picture = picture.element(Level::HELP.message(escape(help).into_owned()));
    }
    if explained {
        picture = picture
            .element(Level::NOTE.message(format!("in the manual: findings#{}", diagnostic.finding.name())));
    }
    let mut drawn = renderer.render(&[picture]);
    for (wrong, right) in headings {
        drawn = drawn.replacen(&wrong, &right, 1);
    }
    drawn
}

fn line(group: &Group, colour: bool, texts: &Texts) -> String {
    let diagnostic = group.diagnostic;
    let mut out = String::new();
    if !diagnostic.place.path.is_empty() {
        out.push_str(&escape(&diagnostic.place.path));
        if let Some((text, span)) = texts.locate(&diagnostic.place) {
            let point = text.point(span.start);
            let _ = write!(out, ":{}:{}", point.line, point.column);
        }
        out.push_str(": ");
    }
    let style = match diagnostic.severity {
        _ if !colour => Style::new(),
        Severity::Error => DEFAULT_ERROR_STYLE,
        Severity::Warning => DEFAULT_WARNING_STYLE,
        Severity::Note => DEFAULT_NOTE_STYLE,
    };
    let name = diagnostic.finding.name();
    let _ = write!(out, "{style}{}[{name}]{style:#}: {}", diagnostic.severity.name(), group.message());
    if let Some(help) = &diagnostic.help {
        let _ = write!(out, " ({})", escape(help));
    }
    out
}

fn json(diagnostic: &Diagnostic, texts: &Texts) -> String {
    let mut object = serde_json::Map::new();
    object.insert("name".into(), diagnostic.finding.name().into());
    object.insert("severity".into(), diagnostic.severity.name().into());
    object.insert("message".into(), diagnostic.message.clone().into());
    insert_place(&mut object, &diagnostic.place, texts);
    object.insert("label".into(), diagnostic.label.clone().into());
    object.insert("help".into(), diagnostic.help.clone().into());
    let further = diagnostic.further.iter().map(|(place, label)| {
        let mut object = serde_json::Map::new();
        insert_place(&mut object, place, texts);
        object.insert("label".into(), label.clone().into());
        serde_json::Value::Object(object)
    });
    object.insert("further".into(), further.collect());
    // JSON leaves these characters as they are; here too they must not reach a terminal.
    let text = serde_json::Value::Object(object).to_string();
    if !text.contains(steers) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            let _ = write!(out, "\\u{:04x}", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

fn insert_place(object: &mut serde_json::Map<String, serde_json::Value>, place: &Place, texts: &Texts) {
    object.insert("path".into(), (*place.path).into());
    let points = texts.locate(place).map(|(text, span)| (text.point(span.start), text.point(span.end)));
    let (start, end) = points.unzip();
    object.insert("line".into(), start.map(|p| p.line).into());
    object.insert("column".into(), start.map(|p| p.column).into());
    object.insert("end_line".into(), end.map(|p| p.line).into());
    object.insert("end_column".into(), end.map(|p| p.column).into());
}

fn annotation(diagnostic: &Diagnostic, texts: &Texts) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let property = |text: &str| escape(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C");
    let data = |text: &str| escape(text).replace('%', "%25");
    let mut out = format!("::{command} ");
    if !diagnostic.place.path.is_empty() {
        let _ = write!(out, "file={},", property(&diagnostic.place.path));
        if let Some((text, span)) = texts.locate(&diagnostic.place) {
            let point = text.point(span.start);
            let _ = write!(out, "line={},col={},", point.line, point.column);
        }
    }
    let _ = write!(out, "title={}::{}", diagnostic.finding.name(), data(&diagnostic.message));
    if let Some(help) = &diagnostic.help {
        // `%0A` is GitHub's way to begin a new line of an annotation.
        let _ = write!(out, "%0A{}", data(help));
    }
    out
}

/// Whether a character steers a terminal, ends a line or turns the direction of writing.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The same text in one line, fit for a terminal: control characters and those that turn the
/// direction of writing are spelt out (`\u{202e}`).
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if steers(c) => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A line and a column, from 1; columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    line: usize,
    column: usize,
}

/// The part of one line that a frame shows.
struct Window {
    text: String,
    /// The marked bytes of `text`.
    span: Range<usize>,
    /// Where the mark begins in `text`, in characters from 1.
    column: usize,
}

/// Texts by path. Findings come in order of their paths, so a few are enough.
struct Texts<'a> {
    text_of: &'a dyn Fn(&str) -> Option<String>,
    kept: RefCell<HashMap<String, Option<Rc<Text>>>>,
}

impl<'a> Texts<'a> {
    /// So many texts are kept at once: a site with a finding in each of 100,000 files must not
    /// fill the memory.
    const KEPT: usize = 32;

    fn new(text_of: &'a dyn Fn(&str) -> Option<String>) -> Texts<'a> {
        Texts { text_of, kept: RefCell::default() }
    }

    /// The text of a place and its bytes there, within the text and on character boundaries.
    fn locate(&self, place: &Place) -> Option<(Rc<Text>, Range<usize>)> {
        let span = place.span?;
        let mut kept = self.kept.borrow_mut();
        if !kept.contains_key(&*place.path) {
            if kept.len() >= Texts::KEPT {
                kept.clear();
            }
            let text = (self.text_of)(&place.path).map(|text| Rc::new(Text::new(text)));
            kept.insert(place.path.to_string(), text);
        }
        let text = kept.get(&*place.path)?.clone()?;
        let span = text.clamp(span);
        Some((text, span))
    }
}

/// A text with what is needed to find a line and a column in it without reading it again.
struct Text {
    text: String,
    /// Byte at which each line begins.
    lines: Vec<usize>,
    /// Characters before each block of [`Text::BLOCK`] bytes; empty where all is ASCII.
    blocks: Vec<usize>,
}

impl Text {
    const BLOCK: usize = 1024;

    /// Characters shown on either side of a mark, where the line has more.
    const MARGIN: usize = 300;

    fn new(text: String) -> Text {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut blocks = Vec::new();
        if !text.is_ascii() {
            let mut before = 0;
            for block in text.as_bytes().chunks(Text::BLOCK) {
                blocks.push(before);
                before += characters(block);
            }
            blocks.push(before);
        }
        Text { text, lines, blocks }
    }

    /// A span from anywhere → bytes that can be sliced.
    fn clamp(&self, span: Span) -> Range<usize> {
        let length = self.text.len();
        let mut start = (span.start as usize).min(length);
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = (span.end as usize).clamp(start, length);
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }

    fn point(&self, byte: usize) -> Point {
        let line = self.lines.partition_point(|start| *start <= byte);
        Point {
            line,
            column: self.characters_before(byte) - self.characters_before(self.lines[line - 1]) + 1,
        }
    }

    fn characters_before(&self, byte: usize) -> usize {
        match self.blocks.get(byte / Text::BLOCK) {
            None => byte,
            Some(before) => {
                let start = byte / Text::BLOCK * Text::BLOCK;
                before + characters(&self.text.as_bytes()[start..byte])
            }
        }
    }

    /// What a frame shows of a span: its first line, cut around it where the line is very long.
    fn window(&self, span: Range<usize>) -> Window {
        let line = self.lines.partition_point(|start| *start <= span.start);
        let line_start = self.lines[line - 1];
        let line_end = self.lines.get(line).map_or(self.text.len(), |next| next - 1);
        let mark_end = span.end.min(line_end);
        let before = &self.text[line_start..span.start];
        let mark = &self.text[span.start..mark_end];
        let after = &self.text[mark_end..line_end];

        let mut text = String::new();
        match before.char_indices().rev().nth(Text::MARGIN) {
            Some((at, c)) => {
                text.push('…');
                text.extend(before[at + c.len_utf8()..].chars().map(visible));
            }
            None => text.extend(before.chars().map(visible)),
        }
        let column = text.chars().count() + 1;
        let start = text.len();
        let mark = cut(mark);
        text.extend(mark.0.chars().map(visible));
        let end = text.len();
        let after = if mark.1 { ("", true) } else { cut(after) };
        text.extend(after.0.chars().map(visible));
        if after.1 {
            text.push('…');
        }
        Window { text, span: start..end, column }
    }
}

/// The first characters of a text, and whether there are more.
fn cut(text: &str) -> (&str, bool) {
    match text.char_indices().nth(Text::MARGIN) {
        Some((at, _)) => (&text[..at], true),
        None => (text, false),
    }
}

/// A character for a character, so that columns stay: tabs are widened where they are drawn.
fn visible(c: char) -> char {
    if steers(c) && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }
}

/// The number of characters that begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "---\ntitle: Ünï\n---\nSee [x](../b.md) for more.\n\tTab 日本 end\n";

    fn one(diagnostic: Diagnostic) -> Diagnostics {
        let mut list = Diagnostics::default();
        list.push(diagnostic);
        list
    }

    fn drawn(list: &Diagnostics, format: Format) -> String {
        draw(list, format, false, &|path| (path == "content/a.md").then(|| TEXT.to_owned()))
    }

    fn at(what: &str) -> Place {
        let start = TEXT.find(what).unwrap();
        Place::new("content/a.md", Span::new(start, start + what.len()))
    }

    fn broken() -> Diagnostic {
        Diagnostic::new(Finding::BrokenLink, at("../b.md"), "no page at `../b.md`")
            .label("leads nowhere")
            .help("did you mean `../c.md`?")
    }

    #[test]
    fn a_frame_has_message_place_line_caret_help_and_manual() {
        let list = one(broken().also(Place::file("content/c.md"), "").also(at("Ünï"), "named here"));
        assert_eq!(
            drawn(&list, Format::Human),
            "error[broken-link]: no page at `../b.md`
 --> content/a.md:4:9
  |
4 | See [x](../b.md) for more.
  |         ^^^^^^^ leads nowhere
 ::: content/c.md
  |
 ::: content/a.md:2:8
  |
2 | title: Ünï
  |        --- named here
  |
  = help: did you mean `../c.md`?
  = note: in the manual: findings#broken-link

"
        );
    }

    #[test]
    fn a_place_without_a_text_is_its_path() {
        let list = one(Diagnostic::new(Finding::MissingFile, Place::file("nutgraf.yaml"), "missing"));
        assert!(drawn(&list, Format::Human).contains("--> nutgraf.yaml\n"));
        assert_eq!(drawn(&list, Format::Short), "nutgraf.yaml: error[missing-file]: missing\n");
        let gone = one(Diagnostic::new(Finding::BrokenLink, Place::new("gone.md", Span::new(3, 9)), "x"));
        assert_eq!(drawn(&gone, Format::Short), "gone.md: error[broken-link]: x\n");
        assert_eq!(drawn(&gone, Format::Github), "::error file=gone.md,title=broken-link::x\n");
    }

    #[test]
    fn one_line_has_place_name_and_help() {
        assert_eq!(
            drawn(&one(broken()), Format::Short),
            "content/a.md:4:9: error[broken-link]: no page at `../b.md` (did you mean `../c.md`?)\n"
        );
    }

    #[test]
    fn columns_count_characters() {
        for (what, line, column) in
            [("title", 2, 1), ("Ünï", 2, 8), ("Tab", 5, 2), ("日本", 5, 6), ("end", 5, 9)]
        {
            let text = Text::new(TEXT.to_owned());
            assert_eq!(text.point(TEXT.find(what).unwrap()), Point { line, column }, "{what}");
        }
        let long = format!("{}x", "é".repeat(5000));
        assert_eq!(Text::new(long).point(10_000), Point { line: 1, column: 5001 });
    }

    #[test]
    fn json_has_every_field_in_order() {
        let list = one(broken().also(at("Ünï"), "named here"));
        assert_eq!(
            drawn(&list, Format::Json),
            concat!(
                r#"{"name":"broken-link","severity":"error","message":"no page at `../b.md`","path":"content/a.md","#,
                r#""line":4,"column":9,"end_line":4,"end_column":16,"label":"leads nowhere","#,
                r#""help":"did you mean `../c.md`?","further":[{"path":"content/a.md","line":2,"column":8,"#,
                r#""end_line":2,"end_column":11,"label":"named here"}]}"#,
                "\n"
            )
        );
    }

    #[test]
    fn github_properties_and_text_are_escaped() {
        let list =
            one(Diagnostic::new(Finding::ReviewOverdue, Place::file("a,b:c%.md"), "100 %: done, or\nnot")
                .help("look"));
        assert_eq!(
            drawn(&list, Format::Github),
            "::notice file=a%2Cb%3Ac%25.md,title=review-overdue::100 %25: done, or\\nnot%0Alook\n"
        );
    }

    #[test]
    fn no_format_sends_characters_that_steer() {
        let evil = "a\u{1b}[31m\u{9b}b\u{202e}c\u{2066}d\re\u{7}\u{2028}";
        let text = format!("{evil} x");
        let diagnostic = Diagnostic::new(Finding::BrokenLink, Place::new(evil, Span::new(0, 3)), evil)
            .label(evil)
            .help(evil)
            .also(Place::new(evil, Span::new(2, 4)), evil);
        for format in [Format::Human, Format::Short, Format::Json, Format::Github] {
            let drawn = draw(&one(diagnostic.clone()), format, false, &|_| Some(text.clone()));
            assert!(!drawn.contains(|c| steers(c) && c != '\n'), "{format:?}: {drawn:?}");
            if format == Format::Json {
                let value: serde_json::Value = serde_json::from_str(&drawn).unwrap();
                assert_eq!(value["message"], evil);
            }
        }
    }

    #[test]
    fn after_twenty_of_a_name_the_rest_are_counted() {
        let mut list = Diagnostics::default();
        for n in 0..332 {
            list.push(Diagnostic::new(Finding::BrokenLink, Place::file(format!("{n:03}.md")), "x"));
        }
        list.push(Diagnostic::new(Finding::MissingAsset, Place::file("z.md"), "y"));
        for format in [Format::Human, Format::Short] {
            let drawn = drawn(&list, format);
            assert_eq!(drawn.matches("error[broken-link]").count(), 20);
            assert_eq!(drawn.matches("error[missing-asset]").count(), 1);
            assert!(
                drawn.ends_with("… and 312 more broken-link (see them all with --format json)\n"),
                "{drawn}"
            );
        }
        assert_eq!(drawn(&list, Format::Human).matches("findings#broken-link").count(), 1);
        assert_eq!(drawn(&list, Format::Json).lines().count(), 333);
        assert_eq!(summary(&list), "333 errors");
    }

    #[test]
    fn an_unknown_key_is_drawn_once_with_its_places() {
        let mut list = Diagnostics::default();
        for (path, key) in
            [("a.md", "tag"), ("a.md", "tag"), ("b.md", "tag"), ("b.md", "titel"), ("c.md", "tag")]
        {
            list.push(Diagnostic::new(
                Finding::UnknownKey,
                Place::file(path),
                format!("unknown key `{key}`"),
            ));
        }
        assert_eq!(
            drawn(&list, Format::Short),
            "a.md: warning[unknown-key]: unknown key `tag` (4 places in 3 files)
b.md: warning[unknown-key]: unknown key `titel`
"
        );
        assert_eq!(drawn(&list, Format::Json).lines().count(), 5);
    }

    #[test]
    fn every_finding_is_drawn_or_counted() {
        let mut list = Diagnostics::default();
        for n in 0..30 {
            for path in ["a.md", "b.md"] {
                list.push(Diagnostic::new(
                    Finding::UnknownKey,
                    Place::file(path),
                    format!("unknown key `{n}`"),
                ));
            }
        }
        let (groups, hidden) = shown(&list);
        let drawn: usize = groups.iter().map(|group| group.places).sum();
        assert_eq!((groups.len(), drawn, hidden[&Finding::UnknownKey]), (20, 40, 20));
    }

    #[test]
    fn the_summary_counts_each_level() {
        let mut list = Diagnostics::default();
        assert_eq!(summary(&list), "");
        list.push(broken());
        list.push(broken());
        list.push(Diagnostic::new(Finding::UnknownKey, Place::file("a"), "x"));
        list.push(Diagnostic::new(Finding::NoTopics, Place::file("a"), "x"));
        assert_eq!(summary(&list), "2 errors, 1 warning, 1 note");
    }

    #[test]
    fn a_very_long_line_is_cut_and_keeps_its_column() {
        let text = format!("first\n{}MARK{}\n", "ä".repeat(40_000), "ö".repeat(40_000));
        let start = text.find("MARK").unwrap();
        for colour in [false, true] {
            let list = one(Diagnostic::new(
                Finding::BrokenLink,
                Place::new("a.md", Span::new(start, start + 4)),
                "x",
            ));
            let drawn = draw(&list, Format::Human, colour, &|_| Some(text.clone()));
            assert!(drawn.contains("a.md:2:40001\n"), "{drawn}");
            assert!(drawn.contains("MARK") && drawn.contains("^^^^") && drawn.len() < 2000, "{drawn}");
        }
    }

    #[test]
    fn a_span_over_several_lines_is_drawn_at_its_first() {
        let list = one(Diagnostic::new(Finding::UnclosedFrontMatter, at("title: Ünï\n---\nSee"), "x"));
        let drawn = drawn(&list, Format::Human);
        assert!(drawn.contains("2 | title: Ünï\n  | ^^^^^^^^^^\n"), "{drawn}");
    }

    #[test]
    fn many_findings_in_one_long_line_take_linear_time() {
        let text = "é[x](y) ".repeat(60_000);
        let mut list = Diagnostics::default();
        for (start, _) in text.match_indices("(y)") {
            let further = Place::new("a.md", Span::new(text.len() - start, text.len()));
            list.push(
                Diagnostic::new(Finding::BrokenLink, Place::new("a.md", Span::new(start, start + 3)), "x")
                    .also(further, ""),
            );
        }
        // Counting from the start of the line each time would read 16 GB here.
        assert_eq!(draw(&list, Format::Json, false, &|_| Some(text.clone())).lines().count(), 60_000);
    }

    proptest! {
        #[test]
        fn no_span_breaks_the_drawing(text in "(.|\n|é|日|\t){0,80}", start in 0u32..200, end in 0u32..200) {
            let place = Place::new("a.md", Span { start, end });
            let list = one(Diagnostic::new(Finding::BrokenLink, place.clone(), "x").also(place, "y"));
            for format in [Format::Human, Format::Short, Format::Json, Format::Github] {
                prop_assert!(!draw(&list, format, true, &|_| Some(text.clone())).is_empty());
            }
        }
    }
}
