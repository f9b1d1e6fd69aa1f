//! YAML with the place of every value.
//!
//! A value keeps its text as typed: what `NO`, `1.10`, `007` or `12:30` is, the field that takes it
//! decides. The tree is built from the events of the parser that the YAML crate is made of, because
//! they tell how a scalar was written and where; deserialising tells neither.
//!
//! Refused are what front matter does not need and what surprises people: tags, merge keys,
//! directives, keys that are not text, several documents, anchors that nothing refers to.

use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span};
use crate::source::SitePath;
use serde_json::Value as Json;
use serde_yaml::granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, options};
use std::borrow::Cow;
use std::ops::Range;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Yaml<'a> {
    /// In the file: the offset that was given to [`parse`] is added. Quotes and brackets belong to
    /// it. The value of an alias stands where the alias does, its parts where they were written.
    pub span: Span,
    pub value: Value<'a>,
}

/// What a value is by its form; what it means is for the field that takes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Text as typed, with quotes and escapes resolved and lines folded. A value that is left out
    /// is the empty plain scalar.
    Scalar {
        text: Cow<'a, str>,
        /// Typed without quotes: only then can it be a number, `true` or `null`.
        plain: bool,
    },
    List(Vec<Yaml<'a>>),
    /// In the order typed, each key once.
    Map(Vec<(Key<'a>, Yaml<'a>)>),
}

/// The key of an entry of a mapping, with the place in the file where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Key<'a> {
    pub text: Cow<'a, str>,
    pub span: Span,
}

/// What a text may weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the text; also of what aliases add to it.
    pub bytes: usize,
    /// Values, each counted as often as it is referred to.
    pub nodes: usize,
    /// Lists and mappings inside each other.
    pub depth: usize,
}

impl Limits {
    /// The limits of a text that may have so many bytes. 30,000 values are a thousand sources with
    /// all their fields three times over; an alias bomb has a thousand times as many.
    pub fn of_size(bytes: usize) -> Limits {
        Limits { bytes, nodes: 30_000.max(bytes / 4), depth: 16 }
    }
}

/// Text → tree. `text` is a part of the file `path` that begins at the byte `offset`.
///
/// An error of syntax ends the reading and leaves nothing; every other finding is noted and what it
/// concerns left out. A text without any value is an empty scalar.
pub fn parse<'a>(
    path: &SitePath,
    text: &'a str,
    offset: usize,
    limits: Limits,
    diagnostics: &mut Diagnostics,
) -> Option<Yaml<'a>> {
    let mut builder = Builder {
        path,
        text,
        offset,
        limits,
        diagnostics,
        open: Vec::new(),
        root: None,
        anchors: Vec::new(),
        nodes: 0,
        bytes: 0,
        seen: 0,
        faulty_line: 0..0,
    };
    builder.run()?;
    let end = text.len();
    Some(builder.root.unwrap_or(Yaml {
        span: Span::new(offset + end, offset + end),
        value: Value::Scalar { text: Cow::Borrowed(""), plain: true },
    }))
}

/// A text for use in a message: in backticks, on one line, at most 40 characters of it.
pub fn shown(text: &str) -> String {
    let mut out = String::from("`");
    for (index, c) in text.trim().chars().enumerate() {
        if index == 40 {
            out.push('…');
            break;
        }
        match c {
            '\n' | '\t' => out.push(' '),
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out.push('`');
    out
}

impl<'a> Yaml<'a> {
    /// Left out, `~` or `null`, without quotes.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if is_null(text))
    }

    /// Text without a letter in it, in quotes or not.
    pub fn is_blank(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, .. } if text.trim().is_empty())
    }

    /// The text of a scalar as typed.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn list(&self) -> Option<&[Yaml<'a>]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping, in the order typed.
    pub fn map(&self) -> Option<&[(Key<'a>, Yaml<'a>)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Yaml<'a>> {
        self.map()?.iter().find(|(known, _)| known.text == key).map(|(_, value)| value)
    }

    /// What it is, for `expected …, found …`.
    pub fn what(&self) -> &'static str {
        match &self.value {
            _ if self.is_null() => "nothing",
            Value::Scalar { .. } => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The data with the types that they have by nature. A plain scalar is a number only if the
    /// number is written that way: `1.10`, `007`, `1e3` and `0x1F` stay text, so that a template
    /// shows what was typed.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Scalar { text, plain: true } => natural(text),
            Value::Scalar { text, plain: false } => Json::String(text.to_string()),
            Value::List(items) => Json::Array(items.iter().map(Yaml::to_json).collect()),
            Value::Map(entries) => Json::Object(
                entries.iter().map(|(key, value)| (key.text.to_string(), value.to_json())).collect(),
            ),
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn natural(text: &str) -> Json {
    match text {
        "true" => return Json::Bool(true),
        "false" => return Json::Bool(false),
        _ if is_null(text) => return Json::Null,
        _ => {}
    }
    if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && text.len() <= 24 {
        let number = text
            .parse::<i64>()
            .ok()
            .map(serde_json::Number::from)
            .or_else(|| text.parse::<f64>().ok().and_then(serde_json::Number::from_f64));
        if let Some(number) = number
            && number.to_string() == text
        {
            return Json::Number(number);
        }
    }
    Json::String(text.to_owned())
}

/// A list or mapping that is being read.
struct Open<'a> {
    start: usize,
    /// Where its last part ends so far.
    end: usize,
    /// It has brackets.
    flow: bool,
    anchor: usize,
    /// Count of values and of their bytes before it.
    before: (usize, usize),
    /// Lists and mappings inside each other below it.
    height: usize,
    items: Items<'a>,
}

enum Items<'a> {
    List(Vec<Yaml<'a>>),
    Map(Vec<(Key<'a>, Yaml<'a>)>, Slot<'a>),
}

/// What a mapping takes next.
enum Slot<'a> {
    Key,
    Value(Key<'a>),
    /// The value of a key that was refused.
    Nothing,
}

#[derive(Default)]
struct Anchor<'a> {
    /// `&name`.
    place: Range<usize>,
    /// What it stands for; `None` while that is being read.
    target: Option<Target<'a>>,
    used: bool,
}

struct Target<'a> {
    value: Yaml<'a>,
    nodes: usize,
    height: usize,
    bytes: usize,
}

struct Builder<'a, 'd> {
    path: &'d SitePath,
    text: &'a str,
    offset: usize,
    limits: Limits,
    diagnostics: &'d mut Diagnostics,
    open: Vec<Open<'a>>,
    root: Option<Yaml<'a>>,
    /// By the parser's number, which counts from 1.
    anchors: Vec<Anchor<'a>>,
    /// Values so far.
    nodes: usize,
    /// Bytes of their texts, those that aliases add among them.
    bytes: usize,
    /// Where the last whole value ended.
    seen: usize,
    /// The line on which something was refused last: what is wrong with the rest of it follows
    /// from that and is not reported.
    faulty_line: Range<usize>,
}

impl<'a> Builder<'a, '_> {
    /// `None` where reading had to end.
    fn run(&mut self) -> Option<()> {
        if self.text.len() > self.limits.bytes {
            let message =
                format!("{} bytes of YAML; at most {} are read", self.text.len(), self.limits.bytes);
            self.note(Finding::OverLimit, 0..first_line(self.text), message, None);
            return None;
        }
        let depth = self.limits.depth + 1;
        let options = options! {
            disallow_directives: true,
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
            flow_nesting_limit: depth,
            block_nesting_limit: depth,
        };
        let mut documents = 0;
        for event in Parser::new_from_str_with_options(self.text, options) {
            let (event, place) = match event {
                Ok((event, span)) => {
                    // Tags stand before the node that they belong to.
                    if let Some(tag) = span.tag_span().and_then(|tag| tag.byte_range()) {
                        self.refuse_tag(&event, floor(self.text, tag.start)..floor(self.text, tag.end));
                    }
                    let place = span.byte_range().unwrap_or_default();
                    (event, floor(self.text, place.start)..floor(self.text, place.end))
                }
                Err(error) => {
                    self.syntax(&error);
                    return None;
                }
            };
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        let help = "keep one document; delete this line and what follows".to_owned();
                        self.note(
                            Finding::YamlSyntax,
                            place,
                            "a second YAML document begins here",
                            Some(help),
                        );
                        return None;
                    }
                }
                Event::Scalar(text, style, anchor, _) => self.scalar(text, style, anchor, place)?,
                Event::SequenceStart(style, anchor, _) => {
                    self.start(Items::List(Vec::new()), style, anchor, place)?;
                }
                Event::MappingStart(style, anchor, _) => {
                    self.start(Items::Map(Vec::new(), Slot::Key), style, anchor, place)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(place),
                Event::Anchor(id, _) => self.anchor(id).place = place,
                Event::Alias(id) => self.alias(id, place)?,
                Event::UnresolvedAlias(_) => {
                    self.misread(place.clone(), "refers to an anchor, and there is none of that name");
                    self.put(empty(self.span(place)), 0);
                }
                _ => {}
            }
        }
        let unused: Vec<Range<usize>> =
            self.anchors.iter().filter(|a| !a.used && !a.place.is_empty()).map(|a| a.place.clone()).collect();
        for place in unused {
            self.misread(place, "is read as an anchor, to which nothing refers");
        }
        Some(())
    }

    fn scalar(
        &mut self,
        mut text: Cow<'a, str>,
        style: ScalarStyle,
        anchor: usize,
        place: Range<usize>,
    ) -> Option<()> {
        let plain = style == ScalarStyle::Plain;
        // The parser gives a value that is left out the text `~`.
        if plain && place.is_empty() {
            text = Cow::Borrowed("");
        }
        // The place of a block scalar has the line ends behind it.
        let end = place.start + self.text[place.clone()].trim_end().len();
        let place = place.start..end;
        if plain {
            self.cut_by_comment(&text, &place);
        } else if text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
            // Escapes are a way past the check of the file's own characters.
            let help = "delete it; it is invisible to readers".to_owned();
            self.note(
                Finding::ControlCharacter,
                place.clone(),
                "an escape stands for a control character",
                Some(help),
            );
            text = text.chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>().into();
        }
        let bytes = text.len();
        self.weigh(1, bytes, &place)?;
        let yaml = Yaml { span: self.span(place), value: Value::Scalar { text, plain } };
        self.finish(yaml, anchor, 1, 0, bytes);
        Some(())
    }

    fn start(
        &mut self,
        items: Items<'a>,
        style: StructureStyle,
        anchor: usize,
        place: Range<usize>,
    ) -> Option<()> {
        if self.open.len() >= self.limits.depth {
            return self.too_deep(place);
        }
        let before = (self.nodes, self.bytes);
        self.weigh(1, 0, &place)?;
        self.open.push(Open {
            start: place.start,
            end: place.end,
            // A mapping of one pair inside a flow list has no braces of its own.
            flow: style == StructureStyle::Flow && !place.is_empty(),
            anchor,
            before,
            height: 0,
            items,
        });
        Some(())
    }

    fn end(&mut self, place: Range<usize>) {
        let Some(open) = self.open.pop() else { return };
        let end = if open.flow { place.end } else { open.end };
        let value = match open.items {
            Items::List(items) => Value::List(items),
            Items::Map(mut entries, _) => {
                self.refuse_duplicates(&mut entries);
                Value::Map(entries)
            }
        };
        let yaml = Yaml { span: self.span(open.start..end), value };
        let (nodes, bytes) = (self.nodes - open.before.0, self.bytes - open.before.1);
        self.seen = self.seen.max(end);
        self.finish(yaml, open.anchor, nodes, open.height + 1, bytes);
    }

    /// A whole value is kept for its aliases and given to what is open.
    fn finish(&mut self, yaml: Yaml<'a>, anchor: usize, nodes: usize, height: usize, bytes: usize) {
        if anchor > 0 {
            self.anchor(anchor).target = Some(Target { value: yaml.clone(), nodes, height, bytes });
        }
        self.put(yaml, height);
    }

    /// Counts values before they are kept or copied. Aliases may add as many bytes as the text may
    /// have.
    fn weigh(&mut self, nodes: usize, bytes: usize, place: &Range<usize>) -> Option<()> {
        self.seen = self.seen.max(place.end);
        self.nodes += nodes;
        self.bytes += bytes;
        if self.nodes <= self.limits.nodes && self.bytes <= 2 * self.limits.bytes {
            return Some(());
        }
        let message = if nodes > 1 || bytes > place.len() {
            "anchors and aliases make this text too large".to_owned()
        } else {
            format!("more than {} values", self.limits.nodes)
        };
        self.note(Finding::OverLimit, place.clone(), message, None);
        None
    }

    fn alias(&mut self, id: usize, place: Range<usize>) -> Option<()> {
        let anchor = self.anchor(id);
        anchor.used = true;
        let Some((nodes, height, bytes)) = anchor.target.as_ref().map(|t| (t.nodes, t.height, t.bytes))
        else {
            self.misread(place.clone(), "stands inside what it refers to");
            self.put(empty(self.span(place)), 0);
            return Some(());
        };
        self.weigh(nodes, bytes, &place)?;
        if self.open.len() + height > self.limits.depth {
            return self.too_deep(place);
        }
        let span = self.span(place);
        if let Some(target) = &self.anchor(id).target {
            let yaml = Yaml { span, value: target.value.value.clone() };
            self.put(yaml, height);
        }
        Some(())
    }

    /// Gives a value to the list or mapping that is open, as its key or value.
    fn put(&mut self, yaml: Yaml<'a>, height: usize) {
        let offset = self.offset;
        let Some(open) = self.open.last_mut() else {
            self.root = Some(yaml);
            return;
        };
        open.end = open.end.max(yaml.span.end as usize - offset);
        open.height = open.height.max(height);
        match &mut open.items {
            Items::List(items) => items.push(yaml),
            Items::Map(entries, slot) => match std::mem::replace(slot, Slot::Key) {
                Slot::Value(key) => entries.push((key, yaml)),
                Slot::Nothing => {}
                Slot::Key => {
                    let key = self.key(yaml);
                    if let Some(Open { items: Items::Map(_, slot), .. }) = self.open.last_mut() {
                        *slot = key.map_or(Slot::Nothing, Slot::Value);
                    }
                }
            },
        }
    }

    fn key(&mut self, yaml: Yaml<'a>) -> Option<Key<'a>> {
        let start = yaml.span.start as usize - self.offset;
        let place = start..yaml.span.end as usize - self.offset;
        let (message, help) = match yaml.value {
            Value::Scalar { text, plain: true } if text == "<<" => {
                ("merge keys (`<<`) are not read", "write the keys out")
            }
            Value::Scalar { text, plain } if !(plain && text.is_empty()) => {
                return Some(Key { text, span: yaml.span });
            }
            Value::Scalar { .. } => ("a key is missing before the `:`", "write `key: value`"),
            Value::List(_) => {
                ("a list stands where a key belongs", "quote it if the brackets belong to the text")
            }
            Value::Map(_) => {
                ("a mapping stands where a key belongs", "quote it if the braces belong to the text")
            }
        };
        self.note(Finding::YamlSyntax, place, message, Some(help.to_owned()));
        None
    }

    /// Keeps the first of the entries that have one key. Sorting them keeps it from being quadratic.
    fn refuse_duplicates(&mut self, entries: &mut Vec<(Key<'a>, Yaml<'a>)>) {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by(|a, b| (&entries[*a].0.text, a).cmp(&(&entries[*b].0.text, b)));
        let mut kept = vec![true; entries.len()];
        for same in order.chunk_by(|a, b| entries[*a].0.text == entries[*b].0.text) {
            for again in &same[1..] {
                let (first, second) = (&entries[same[0]].0, &entries[*again].0);
                let message = format!("the key {} stands here a second time", shown(&second.text));
                self.diagnostics.push(
                    Diagnostic::new(
                        Finding::DuplicateKey,
                        Place::new(self.path.clone(), second.span),
                        message,
                    )
                    .label("again here")
                    .also(Place::new(self.path.clone(), first.span), "first here")
                    .help("keep one of the two"),
                );
                kept[*again] = false;
            }
        }
        let mut kept = kept.into_iter();
        entries.retain(|_| kept.next().unwrap_or(true));
    }

    fn refuse_tag(&mut self, event: &Event<'_>, place: Range<usize>) {
        // `!!str` says what every scalar here is anyway.
        if matches!(event, Event::Scalar(..)) && self.text.get(place.clone()) == Some("!!str") {
            return;
        }
        self.misread(place, "is read as a YAML tag, which is not known here");
    }

    /// Warns where ` #` ends a value and a word follows at once, as in `C# and #tags`: a comment
    /// is seldom written so.
    fn cut_by_comment(&mut self, text: &str, place: &Range<usize>) {
        let start = if text.is_empty() {
            // Between brackets, a comment swallows the closing one, which is told anyway.
            if self.open.iter().any(|open| open.flow) {
                return;
            }
            // The place of a value that is left out can be before or behind the comment.
            let from = self.seen.min(place.end);
            let mut gap = &self.text[from..place.end];
            if !gap.contains('\n') {
                let end = place.end + first_line(&self.text[place.end..]);
                gap = &self.text[from..end];
            }
            let mut lines = gap.split_inclusive('\n').scan(from, |at, line| {
                *at += line.len();
                Some((*at - line.len(), line))
            });
            lines.find_map(|(at, line)| {
                let before = &line[..line.find('#')?];
                (before.ends_with([' ', '\t']) && !before.trim().is_empty()).then_some(at + before.len())
            })
        } else {
            let rest = &self.text[place.end..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            (blank > 0).then_some(place.end + blank)
        };
        let Some(start) = start else { return };
        let comment = &self.text[start..];
        let comment = comment[..first_line(comment)].trim_end();
        let word = comment.strip_prefix('#');
        if word.is_some_and(|word| {
            word.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '#' | '!' | '-'))
        }) {
            let message = format!("the value ends before {}, which YAML takes for a comment", shown(comment));
            self.note(Finding::CutByComment, start..start + comment.len(), message, quote(self.text, start));
        }
    }

    fn too_deep(&mut self, place: Range<usize>) -> Option<()> {
        let message = format!("lists and mappings stand more than {} deep in each other", self.limits.depth);
        self.note(Finding::OverLimit, place, message, None);
        None
    }

    /// What the parser refused, in words for an author.
    fn syntax(&mut self, error: &ScanError) {
        let at = floor(self.text, error.marker().byte_offset().unwrap_or(self.text.len()));
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            self.too_deep(at..at);
            return;
        }
        if self.faulty_line.contains(&at) {
            return;
        }
        let bracket = self.open.iter().rev().find(|open| open.flow).map(|open| open.start);
        let fault = explain(self.text, error.kind(), at, self.seen, bracket);
        let mut diagnostic = Diagnostic::new(Finding::YamlSyntax, self.place(fault.place), fault.message);
        if let Some(place) = fault.noticed {
            diagnostic = diagnostic.label("opened here").also(self.place(place), "read on to here");
        }
        diagnostic.help = fault.help;
        self.diagnostics.push(diagnostic);
    }

    /// Notes a sign at the start of a value that is more to YAML than to its author; once a line.
    fn misread(&mut self, place: Range<usize>, what: &str) {
        if !self.faulty_line.contains(&place.start) {
            let message = format!("{} {what}", shown(&self.text[place.clone()]));
            let help = quote(self.text, place.start);
            self.note(Finding::YamlSyntax, place, message, help);
        }
    }

    fn note(
        &mut self,
        finding: Finding,
        place: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        if finding == Finding::YamlSyntax {
            if self.faulty_line.contains(&place.start) {
                return;
            }
            let end = place.start + first_line(&self.text[place.start..]);
            self.faulty_line = line_start(self.text, place.start)..end;
        }
        let mut diagnostic = Diagnostic::new(finding, self.place(place), message);
        diagnostic.help = help;
        self.diagnostics.push(diagnostic);
    }

    fn anchor(&mut self, id: usize) -> &mut Anchor<'a> {
        if self.anchors.len() <= id {
            self.anchors.resize_with(id + 1, Anchor::default);
        }
        &mut self.anchors[id]
    }

    fn place(&self, place: Range<usize>) -> Place {
        Place::new(self.path.clone(), self.span(place))
    }

    fn span(&self, place: Range<usize>) -> Span {
        let start = floor(self.text, place.start);
        Span::new(start, floor(self.text, place.end).max(start)).shifted(self.offset)
    }
}

fn empty<'a>(span: Span) -> Yaml<'a> {
    Yaml { span, value: Value::Scalar { text: Cow::Borrowed(""), plain: true } }
}

/// A fault of syntax in our words.
struct Fault {
    place: Range<usize>,
    message: String,
    help: Option<String>,
    /// Where the parser noticed what went wrong at `place`.
    noticed: Option<Range<usize>>,
}

/// Words for what the parser refused at `at`. `seen` is where the last whole value before it ends,
/// `bracket` the innermost bracket that is open.
fn explain(text: &str, kind: &ErrorKind, at: usize, seen: usize, bracket: Option<usize>) -> Fault {
    let line = line_start(text, at);
    let here = at..at + text[at..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
    let fault = |place: Range<usize>, message: &str, help: Option<String>| Fault {
        place,
        message: message.to_owned(),
        help,
        noticed: None,
    };
    let say = |message: &str, help: &str| fault(here.clone(), message, Some(help.to_owned()));

    let open = bracket.filter(|open| *open < line && unbalanced(&text[*open..at]));
    if let Some(open) = open {
        return Fault { noticed: Some(here), ..unclosed(text, open) };
    }
    match kind {
        ErrorKind::UnclosedFlowCollection { .. } => unclosed(text, at),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => fault(
            here,
            &format!("`{open}` is closed by `{close}`"),
            Some("close each bracket with its own kind, or quote the value".to_owned()),
        ),
        ErrorKind::MisplacedFlowCollectionEnd => fault(
            here.clone(),
            &format!("`{}` closes a bracket that was not opened", &text[here]),
            quote(text, at).filter(|_| !text[line..at].contains(['[', '{'])),
        ),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => unclosed(text, at),
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            let sign = if matches!(kind, ErrorKind::InvalidTrailingSingleQuotedScalar) { '\'' } else { '"' };
            let from = floor(text, seen).min(at);
            match text[from..at].find(sign).map(|found| from + found) {
                Some(open) if line_start(text, open) != line => {
                    Fault { noticed: Some(here), ..unclosed(text, open) }
                }
                _ if bracket.is_some() => say(
                    "text follows the closing quote",
                    "write a `,` between items, or quote the whole item",
                ),
                _ => fault(here, "text follows the closing quote", quote(text, at)),
            }
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            let escape = unknown_escape(text, at);
            let written = &text[escape.clone()];
            fault(
                escape.clone(),
                &format!("`{written}` is no escape"),
                Some(format!("write `\\{written}`, or put the value in single quotes")),
            )
        }
        ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => {
            say("an escape in this value stands for no character", "write the character itself")
        }
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar
        | ErrorKind::InvalidBlockEntryWhitespace
        | ErrorKind::InvalidMappingValueWhitespace => {
            // A tab behind a value is noticed at the end of the value.
            let end = line + first_line(&text[line..]);
            let next = (end + 1).min(text.len());
            let tab = match (text[line..end].find('\t'), text[next..].starts_with('\t')) {
                (Some(tab), _) => line + tab..line + tab + 1,
                (None, true) => next..next + 1,
                (None, false) => here,
            };
            fault(tab, "a tab is used to indent", Some("use spaces".to_owned()))
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            let before = text[line..at].trim_start().trim_start_matches("- ");
            if before.contains(": ") || before.starts_with('-') || bracket.is_some() {
                fault(here, "a second `: ` on one line", quote(text, at))
            } else {
                let start = line + (text[line..at].len() - text[line..at].trim_start().len());
                fault(
                    start..at,
                    &format!("{} is indented as if it belonged to the value above", shown(&text[start..at])),
                    Some("begin it in the same column as the other keys".to_owned()),
                )
            }
        }
        ErrorKind::UnexpectedCharacter { .. }
        | ErrorKind::MissingAnchorOrAliasName
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::PlainScalarStartsWithDashFlowIndicator
        | ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::DirectiveDisallowed
        | ErrorKind::ExpectedTagBang
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::MissingTagUri
        | ErrorKind::UnclosedVerbatimTag
        | ErrorKind::InvalidTagEscape
        | ErrorKind::UndeclaredTagHandle
            if !here.is_empty() =>
        {
            let c = &text[here.clone()];
            fault(here, &format!("a value cannot begin with `{c}`"), quote(text, at))
        }
        ErrorKind::CommentNotSeparated => {
            say("`#` begins a comment", "put a space before a comment, or quote a value that has a `#`")
        }
        ErrorKind::BlockSequenceEntryNotAllowed => say(
            "a list cannot begin on the line of its key",
            "put each `- ` on a line of its own below the key, or quote the value",
        ),
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => {
            let end = line + first_line(&text[line..]);
            fault(
                at..end,
                &format!("text follows `{}` on its line", &text[here]),
                Some("put the text on the next line, indented; or quote the value".to_owned()),
            )
        }
        ErrorKind::BomInsideDocument => {
            say("a byte order mark (U+FEFF) stands in the text", "delete it; it is invisible in most editors")
        }
        ErrorKind::InvalidSimpleKey => {
            say("a key has more than 1,024 characters", "quote the value if it has a `:`")
        }
        ErrorKind::SimpleKeyExpected
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedDocumentStart
            if text[line..at].trim_end().ends_with([']', '}']) =>
        {
            fault(here, "text follows the closing bracket", quote(text, at))
        }
        ErrorKind::SimpleKeyExpected => {
            let end = line + first_line(&text[line..]);
            let words = text[at..end].trim_end();
            let help = match words.split_once(':') {
                Some((key, _)) if !key.contains(' ') => "put a space after the colon",
                _ => "write `key: value`; indent a line that goes on from the one above",
            };
            fault(
                at..at + words.len(),
                &format!("{} is not `key: value`", shown(words)),
                Some(help.to_owned()),
            )
        }
        ErrorKind::ExpectedFlowSequenceSeparator | ErrorKind::ExpectedFlowMappingSeparator => {
            say("two items without a comma between them", "write a `,` between items, or quote the value")
        }
        _ if text[here.clone()] == *"," => say("an item is missing before this `,`", "delete the comma"),
        ErrorKind::ExpectedBlockSequenceEntry => say(
            "expected another item (`- …`)",
            "indent items alike, and keys like the key that the list belongs to",
        ),
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedDocumentStart
        | ErrorKind::InvalidIndentation
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::InvalidBlockScalarIndent => {
            say("the indentation fits no line above", "indent keys of one mapping alike")
        }
        kind => fault(here, &format!("this is not valid YAML ({kind})"), quote(text, at)),
    }
}

/// A quote or bracket at `open` without its fellow.
fn unclosed(text: &str, open: usize) -> Fault {
    let sign = text[open..].chars().next().unwrap_or('"');
    let (what, close) = match sign {
        '[' => ("bracket", ']'),
        '{' => ("bracket", '}'),
        sign => ("quote", sign),
    };
    let line = &text[open..open + first_line(&text[open..])];
    let help = if what == "bracket" && line.contains(" #") {
        "quote the items that have a `#`: it begins a comment".to_owned()
    } else {
        format!("add `{close}` where the value ends")
    };
    Fault {
        place: open..open + sign.len_utf8(),
        message: format!("this {what} is never closed"),
        help: Some(help),
        noticed: None,
    }
}

/// More brackets of the first one's kind are opened than closed.
fn unbalanced(text: &str) -> bool {
    let (open, close) = if text.starts_with('[') { ('[', ']') } else { ('{', '}') };
    text.matches(open).count() > text.matches(close).count()
}

/// The first escape in the double-quoted scalar at `open` that YAML does not have.
fn unknown_escape(text: &str, open: usize) -> Range<usize> {
    let mut chars = text[open..].char_indices();
    while let Some((index, c)) = chars.next() {
        if c == '\\'
            && let Some((_, next)) = chars.next()
            && !"0abt\tnvfre \"/\\N_LPxuU\n".contains(next)
        {
            let start = open + index;
            return start..start + 1 + next.len_utf8();
        }
    }
    open..floor(text, open + 1)
}

/// The line at `at` with its value in quotes, as advice.
fn quote(text: &str, at: usize) -> Option<String> {
    let start = line_start(text, at);
    let line = text[start..start + first_line(&text[start..])].trim();
    let item = line.trim_start_matches("- ").trim_start();
    let key = item.find(": ").filter(|colon| *colon > 0 && !item.starts_with(['"', '\'', '[', '{']));
    let value = match key {
        Some(colon) => item[colon + 2..].trim_start(),
        None if item.len() < line.len() => item,
        None => return Some("quote the value".to_owned()),
    };
    if value.is_empty() || value.starts_with(['[', '{']) || line.len() > 100 {
        return Some("quote the value".to_owned());
    }
    let prefix = &line[..line.len() - value.len()];
    let bare =
        ['"', '\''].iter().find_map(|sign| value.strip_prefix(*sign)?.strip_suffix(*sign)).unwrap_or(value);
    let quoted = if bare.contains(['"', '\\']) {
        format!("'{}'", bare.replace('\'', "''"))
    } else {
        format!("\"{bare}\"")
    };
    Some(format!("quote the value: `{prefix}{quoted}`"))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..floor(text, at)].rfind('\n').map_or(0, |end| end + 1)
}

/// Bytes up to the end of the first line.
fn first_line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// The nearest place at or before `at` between two characters of the text.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read<'a>(text: &'a str, offset: usize) -> (Option<Yaml<'a>>, Diagnostics) {
        let mut diagnostics = Diagnostics::default();
        let yaml = parse(&SitePath::from("a.md"), text, offset, Limits::of_size(64 << 10), &mut diagnostics);
        (yaml, diagnostics)
    }

    /// Each finding as `name line:column message; help`, columns in characters from 1.
    fn findings(text: &str) -> Vec<String> {
        let (_, diagnostics) = read(text, 0);
        let mut list: Vec<String> = diagnostics
            .iter()
            .map(|d| {
                let at = d.place.span.unwrap().start as usize;
                let line = text[..at].matches('\n').count() + 1;
                let column = text[line_start(text, at)..at].chars().count() + 1;
                let help = d.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
                format!("{} {line}:{column} {}{help}", d.finding.name(), d.message)
            })
            .collect();
        list.sort();
        list
    }

    /// The tree with the text at each place: `[scalar|quoted text|what stands there]`.
    fn drawn(yaml: &Yaml, file: &str) -> String {
        let there = &file[yaml.span.start as usize..yaml.span.end as usize];
        match &yaml.value {
            Value::Scalar { text, plain: true } if text == there => text.to_string(),
            Value::Scalar { text, plain } => format!("<{}{text}|{there}>", if *plain { "" } else { "=" }),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| drawn(item, file)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| {
                        let there = &file[key.span.start as usize..key.span.end as usize];
                        assert_eq!(key.text, there.trim_matches(['"', '\'']));
                        format!("{}: {}", key.text, drawn(value, file))
                    })
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        // An offset in front stands for the fence of a front matter.
        let file = format!("é---\n{text}");
        let (yaml, diagnostics) = read(text, 6);
        assert!(diagnostics.is_empty(), "{text:?}: {diagnostics:?}");
        assert_eq!(drawn(&yaml.unwrap(), &file), expected, "{text:?}");
    }

    #[test]
    fn scalars_keep_their_text_and_know_their_place() {
        for scalar in [
            "1.10",
            "007",
            "0x1F",
            "NO",
            "12:30",
            "1e3",
            "~",
            "null",
            "1984",
            "true",
            "yes",
            "ü b",
            "-1",
            "a#b",
            "C#",
            "http://e.org/a:b",
        ] {
            check(&format!("k: {scalar}\n"), &format!("{{k: {scalar}}}"));
            check(&format!("k:\n  - {scalar}\n"), &format!("{{k: [{scalar}]}}"));
            check(&format!("k: [{scalar}]\n"), &format!("{{k: [{scalar}]}}"));
        }
        for (text, expected) in [
            ("ö: \"é\\tz\" # c\n", "{ö: <=é\tz|\"é\\tz\">}"),
            ("a: 'it''s'\n", "{a: <=it's|'it''s'>}"),
            ("'a b': c\n", "{a b: c}"),
            ("a: |\n  é\n  f\n\nb: c\n", "{a: <=é\nf\n|é\n  f>, b: c}"),
            ("a: >-\n  é\n  f\nb: c\n", "{a: <=é f|é\n  f>, b: c}"),
            ("a: b\n  c\n", "{a: <b c|b\n  c>}"),
            ("a:\nb: ''\n", "{a: , b: <=|''>}"),
            ("a: [é, {b: c}, 'd',]\n", "{a: [é, {b: c}, <=d|'d'>]}"),
            ("a:\n- b\n- c: d\n  e: f\n", "{a: [b, {c: d, e: f}]}"),
            ("a: !!str 12\n", "{a: 12}"),
            ("--- \na: b\n", "{a: b}"),
            ("# nothing\n", ""),
            ("", ""),
            ("a: &x [é, 2]\nb: *x\nc: &y z\nd: *y\n", "{a: [é, 2], b: [é, 2], c: z, d: <z|*y>}"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn collections_stand_from_their_first_to_their_last_part() {
        let text = "a:\n  - é\n  - b\nc: [d,\n  e]\nf: &x {g: h}\ni: *x\n";
        let (yaml, _) = read(text, 0);
        let yaml = yaml.unwrap();
        let there = |key: &str| {
            let span = yaml.get(key).unwrap().span;
            &text[span.start as usize..span.end as usize]
        };
        assert_eq!(there("a"), "- é\n  - b");
        assert_eq!(there("c"), "[d,\n  e]");
        assert_eq!(there("f"), "{g: h}");
        assert_eq!(there("i"), "*x");
    }

    #[test]
    fn data_has_natural_types_where_they_show_what_was_typed() {
        let text = "{a: 1, b: 1.5, c: 1.10, d: 007, e: 1e3, f: true, g: yes, h: ~, i: '1', j: -3, k: [x], l: {m: 0x1F}, n: 1.0, o: .inf, p: 12:30, q: -x, r: 99999999999999999999}";
        let (yaml, _) = read(text, 0);
        assert_eq!(
            yaml.unwrap().to_json().to_string(),
            r#"{"a":1,"b":1.5,"c":"1.10","d":"007","e":"1e3","f":true,"g":"yes","h":null,"i":"1","j":-3,"k":["x"],"l":{"m":"0x1F"},"n":1.0,"o":".inf","p":"12:30","q":"-x","r":"99999999999999999999"}"#
        );
    }

    #[test]
    fn common_mistakes_are_named_where_they_are_with_what_to_write() {
        let mut wrong = String::new();
        for (text, expected) in [
            (
                "title: A: B\n",
                "yaml-syntax 1:9 a second `: ` on one line; quote the value: `title: \"A: B\"`",
            ),
            (
                "title: What: is\n  this\n",
                "yaml-syntax 1:12 a second `: ` on one line; quote the value: `title: \"What: is\"`",
            ),
            (
                "title: \"A\": B\n",
                "yaml-syntax 1:11 a second `: ` on one line; quote the value: `title: '\"A\": B'`",
            ),
            (
                "a:\n  - b: c: d\n",
                "yaml-syntax 2:9 a second `: ` on one line; quote the value: `- b: \"c: d\"`",
            ),
            ("a: b\n\tc: d\n", "yaml-syntax 2:1 a tab is used to indent; use spaces"),
            ("a:\n\tb: c\n", "yaml-syntax 2:1 a tab is used to indent; use spaces"),
            ("a:\n\t- c\n", "yaml-syntax 2:1 a tab is used to indent; use spaces"),
            (
                "a: b\n  c: d\n",
                "yaml-syntax 2:3 `c` is indented as if it belonged to the value above; begin it in the same column as the other keys",
            ),
            (
                "title: \"foo\nx: y\n",
                "yaml-syntax 1:8 this quote is never closed; add `\"` where the value ends",
            ),
            (
                "title: 'foo\nx: y\n",
                "yaml-syntax 1:8 this quote is never closed; add `'` where the value ends",
            ),
            (
                "title: \"foo\ntags: [\"a\", \"b\"]\n",
                "yaml-syntax 1:8 this quote is never closed; add `\"` where the value ends",
            ),
            ("a: [\"b, c]\n", "yaml-syntax 1:5 this quote is never closed; add `\"` where the value ends"),
            (
                "tags: [a, b\nx: y\n",
                "yaml-syntax 1:7 this bracket is never closed; add `]` where the value ends",
            ),
            ("tags: [a, b\n", "yaml-syntax 1:7 this bracket is never closed; add `]` where the value ends"),
            (
                "tags: [a,\nx: y\n",
                "yaml-syntax 1:7 this bracket is never closed; add `]` where the value ends",
            ),
            (
                "image: {src: a\ntags: b\n",
                "yaml-syntax 1:8 this bracket is never closed; add `}` where the value ends",
            ),
            ("ß: [ä\n", "yaml-syntax 1:4 this bracket is never closed; add `]` where the value ends"),
            (
                "tags: [ #a, b]\n",
                "yaml-syntax 1:7 this bracket is never closed; quote the items that have a `#`: it begins a comment",
            ),
            (
                "tags: [#a, b]\n",
                "yaml-syntax 1:8 `#` begins a comment; put a space before a comment, or quote a value that has a `#`",
            ),
            (
                "a: [b}\n",
                "yaml-syntax 1:4 `[` is closed by `}`; close each bracket with its own kind, or quote the value",
            ),
            ("a: [1, 2]]\n", "yaml-syntax 1:10 `]` closes a bracket that was not opened"),
            (
                "a: }b\n",
                "yaml-syntax 1:4 `}` closes a bracket that was not opened; quote the value: `a: \"}b\"`",
            ),
            ("a: [b] c\n", "yaml-syntax 1:8 text follows the closing bracket; quote the value"),
            ("a: @x\n", "yaml-syntax 1:4 a value cannot begin with `@`; quote the value: `a: \"@x\"`"),
            ("a: `x`\n", "yaml-syntax 1:4 a value cannot begin with ```; quote the value: `a: \"`x`\"`"),
            ("a: %x\n", "yaml-syntax 1:4 a value cannot begin with `%`; quote the value: `a: \"%x\"`"),
            ("- @x\n", "yaml-syntax 1:3 a value cannot begin with `@`; quote the value: `- \"@x\"`"),
            ("a: , b\n", "yaml-syntax 1:4 a value cannot begin with `,`; quote the value: `a: \", b\"`"),
            ("a: ? b\n", "yaml-syntax 1:4 a value cannot begin with `?`; quote the value: `a: \"? b\"`"),
            ("a: & b\n", "yaml-syntax 1:4 a value cannot begin with `&`; quote the value: `a: \"& b\"`"),
            (
                "a: *b* c\n",
                "yaml-syntax 1:4 `*b*` refers to an anchor, and there is none of that name; quote the value: `a: \"*b* c\"`",
            ),
            (
                "a: **b** c\n",
                "yaml-syntax 1:4 `**b**` refers to an anchor, and there is none of that name; quote the value: `a: \"**b** c\"`",
            ),
            (
                "a: &b c\n",
                "yaml-syntax 1:4 `&b` is read as an anchor, to which nothing refers; quote the value: `a: \"&b c\"`",
            ),
            (
                "title: !Important news\n",
                "yaml-syntax 1:8 `!Important` is read as a YAML tag, which is not known here; quote the value: `title: \"!Important news\"`",
            ),
            (
                "a: ! b\n",
                "yaml-syntax 1:4 `!` is read as a YAML tag, which is not known here; quote the value: `a: \"! b\"`",
            ),
            (
                "a: !!binary aGk=\n",
                "yaml-syntax 1:4 `!!binary` is read as a YAML tag, which is not known here; quote the value: `a: \"!!binary aGk=\"`",
            ),
            (
                "a: !!python/object:x {}\n",
                "yaml-syntax 1:4 `!!python/object:x` is read as a YAML tag, which is not known here; quote the value: `a: \"!!python/object:x {}\"`",
            ),
            ("a: 'it's'\n", "yaml-syntax 1:8 text follows the closing quote; quote the value: `a: \"it's\"`"),
            (
                "a: \"x\" y\n",
                "yaml-syntax 1:8 text follows the closing quote; quote the value: `a: '\"x\" y'`",
            ),
            (
                "a: \"x\\py\"\n",
                "yaml-syntax 1:6 `\\p` is no escape; write `\\\\p`, or put the value in single quotes",
            ),
            (
                "a: \"C:\\new\\é\"\n",
                "yaml-syntax 1:11 `\\é` is no escape; write `\\\\é`, or put the value in single quotes",
            ),
            (
                "a: \"\\uD800\"\n",
                "yaml-syntax 1:4 an escape in this value stands for no character; write the character itself",
            ),
            (
                "a: \"\\0\"\n",
                "control-character 1:4 an escape stands for a control character; delete it; it is invisible to readers",
            ),
            (
                "a: b\ntags:foo\n",
                "yaml-syntax 2:1 `tags:foo` is not `key: value`; put a space after the colon",
            ),
            (
                "a: b\nsome words\n",
                "yaml-syntax 2:1 `some words` is not `key: value`; write `key: value`; indent a line that goes on from the one above",
            ),
            (
                "a: - b\n",
                "yaml-syntax 1:4 a list cannot begin on the line of its key; put each `- ` on a line of its own below the key, or quote the value",
            ),
            (
                "a:\n - b\n c: d\n",
                "yaml-syntax 3:2 expected another item (`- …`); indent items alike, and keys like the key that the list belongs to",
            ),
            (
                "  a: b\n c: d\n",
                "yaml-syntax 2:2 the indentation fits no line above; indent keys of one mapping alike",
            ),
            ("a: [d, , e]\n", "yaml-syntax 1:8 an item is missing before this `,`; delete the comma"),
            (
                "a: [\"d\" \"e\"]\n",
                "yaml-syntax 1:9 text follows the closing quote; write a `,` between items, or quote the whole item",
            ),
            (
                "a: [{b: c} d]\n",
                "yaml-syntax 1:12 two items without a comma between them; write a `,` between items, or quote the value",
            ),
            (
                "a: > b\n",
                "yaml-syntax 1:4 text follows `>` on its line; put the text on the next line, indented; or quote the value",
            ),
            (
                "a: \u{feff}b\n",
                "yaml-syntax 1:4 a byte order mark (U+FEFF) stands in the text; delete it; it is invisible in most editors",
            ),
            ("%YAML 1.2\n---\na: b\n", "yaml-syntax 1:1 a value cannot begin with `%`; quote the value"),
            (
                "a: b\n--- c\n",
                "yaml-syntax 2:1 a second YAML document begins here; keep one document; delete this line and what follows",
            ),
            (": b\n", "yaml-syntax 1:1 a key is missing before the `:`; write `key: value`"),
            (
                "[a]: b\n",
                "yaml-syntax 1:1 a list stands where a key belongs; quote it if the brackets belong to the text",
            ),
            (
                "{{ title }}: b\n",
                "yaml-syntax 1:2 a mapping stands where a key belongs; quote it if the braces belong to the text",
            ),
            (
                "a: *a\n",
                "yaml-syntax 1:4 `*a` refers to an anchor, and there is none of that name; quote the value: `a: \"*a\"`",
            ),
            (
                "a: &a [*a]\n",
                "yaml-syntax 1:8 `*a` stands inside what it refers to; quote the value: `a: \"&a [*a]\"`",
            ),
            (
                "b: &x {c: d}\na:\n  <<: *x\n",
                "yaml-syntax 3:3 merge keys (`<<`) are not read; write the keys out",
            ),
            ("a: &a\n  <<: *a\n", "yaml-syntax 2:3 merge keys (`<<`) are not read; write the keys out"),
            (
                "a: 1\nb: 2\na: 3\n",
                "duplicate-key 3:1 the key `a` stands here a second time; keep one of the two",
            ),
            (
                "x:\n  a: 1\n  'a': 3\n",
                "duplicate-key 3:3 the key `a` stands here a second time; keep one of the two",
            ),
            (
                "title: C# and #tags\n",
                "cut-by-comment 1:15 the value ends before `#tags`, which YAML takes for a comment; quote the value: `title: \"C# and #tags\"`",
            ),
            (
                "tags:\n  - #news\n  - b\n",
                "cut-by-comment 2:5 the value ends before `#news`, which YAML takes for a comment; quote the value: `- \"#news\"`",
            ),
            (
                "tags: #news\n",
                "cut-by-comment 1:7 the value ends before `#news`, which YAML takes for a comment; quote the value: `tags: \"#news\"`",
            ),
        ] {
            let found = findings(text);
            if found != [expected] {
                wrong += &format!("{text:?}\n  found    {found:?}\n  expected {expected:?}\n");
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
        for text in [
            "a: b # a comment\n",
            "a: b ## heading\n",
            "# a\na:\n# b\n  - c # d\n  # e\n  - f\n",
            "a: 'b #c'\n",
            "a: |\n  #c\n",
            "a: b#c\n",
            "a:\n  #b\n  - c\n",
            "a:\n#b\nc: [d, e]\nf: g\n",
            "a: {b, c: }\n#d\n",
        ] {
            assert_eq!(findings(text), [""; 0], "{text:?}");
        }
    }

    #[test]
    fn a_duplicate_key_names_both_places_and_the_first_counts() {
        let (yaml, diagnostics) = read("tags: [a]\nb: c\ntags: [d]\ntags: [e]\n", 0);
        assert_eq!(yaml.unwrap().to_json().to_string(), r#"{"tags":["a"],"b":"c"}"#);
        let places: Vec<_> = diagnostics
            .iter()
            .map(|d| (d.place.span.unwrap().start, d.further[0].0.span.unwrap().start))
            .collect();
        assert_eq!(places, [(15, 0), (25, 0)]);
    }

    #[test]
    fn an_unclosed_bracket_shows_where_it_was_noticed() {
        let (_, diagnostics) = read("tags: [a, b\nx: y\n", 0);
        let further = &diagnostics.iter().next().unwrap().further;
        assert_eq!(further[0].0.span, Some(Span::new(13, 14)));
    }

    #[test]
    fn hostile_texts_end_soon_with_a_finding() {
        let mut laughs = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
        for (name, before) in "bcdefghi".chars().zip("abcdefgh".chars()) {
            let many = vec![format!("*{before}"); 9].join(", ");
            laughs += &format!("{name}: &{name} [{many}]\n");
        }
        let long = format!("a: &a \"{}\\n\"\nb: [{}*a]\n", "x".repeat(30_000), "*a, ".repeat(8_000));
        let deep = |part: &str, count| part.repeat(count);
        for (text, finding) in [
            (laughs, Finding::OverLimit),
            (long, Finding::OverLimit),
            (deep("[", 60_000), Finding::OverLimit),
            (deep("{a: ", 15_000), Finding::OverLimit),
            (deep("- ", 30_000), Finding::OverLimit),
            (deep("? ", 30_000), Finding::OverLimit),
            (format!("a: {}x{}\n", deep("[", 17), deep("]", 17)), Finding::OverLimit),
            (format!("a: &a {0}{1}\nb: {0}*a{1}\n", deep("[", 9), deep("]", 9)), Finding::OverLimit),
            (format!("a: [{}]\n", deep("a,", 31_000)), Finding::OverLimit),
            (format!("a: {}\n", deep("x", 70_000)), Finding::OverLimit),
            (format!("a: [{}]\n", deep("*b, ", 15_000)), Finding::YamlSyntax),
            (format!("a: [{}]\n", deep("&b c, ", 10_000)), Finding::YamlSyntax),
            (format!("a: {{{}}}\n", deep("b, ", 20_000)), Finding::OverLimit),
            (deep("a: b\n", 13_000), Finding::DuplicateKey),
            (deep("a: \n", 14_000), Finding::DuplicateKey),
            (deep("- #b\n", 13_000), Finding::CutByComment),
        ] {
            let start = std::time::Instant::now();
            let (_, diagnostics) = read(&text, 0);
            let head: String = text.chars().take(20).collect();
            assert!(
                diagnostics.iter().any(|d| d.finding == finding),
                "{head}: {:?}",
                diagnostics.iter().next()
            );
            // A debug build on a busy machine; quadratic time would be minutes.
            assert!(start.elapsed().as_secs() < 5, "{head}");
        }
    }

    #[test]
    fn a_thousand_sources_with_all_their_fields_are_read() {
        let entry = "  - {id: a, title: b, author: c, publisher: d, date: e, url: f, archived: g, accessed: h, type: i, status: j}\n";
        let text = format!("sources:\n{}", entry.repeat(1000));
        let mut diagnostics = Diagnostics::default();
        let limits = Limits::of_size(text.len());
        let yaml = parse(&SitePath::from("a.md"), &text, 0, limits, &mut diagnostics);
        assert!(diagnostics.is_empty());
        assert_eq!(yaml.unwrap().get("sources").unwrap().list().unwrap().len(), 1000);
    }

    fn places(yaml: &Yaml, spans: &mut Vec<Span>) {
        spans.push(yaml.span);
        for (key, value) in yaml.map().unwrap_or_default() {
            spans.push(key.span);
            places(value, spans);
        }
        yaml.list().unwrap_or_default().iter().for_each(|item| places(item, spans));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_text_is_read_without_panic_and_all_places_lie_in_it(
            parts in prop::collection::vec(prop::sample::select(vec![
                "a", "é", "title", "日本", "😀", ": ", ":", "- ", "-", "\n", "\n  ", "\n\t", "[", "]", "{", "}", ", ", "\"", "'", "|\n", ">-\n",
                "&x ", "*x", "!t ", "!", "#", " #b", "? ", "<<: ", "@", "`", "%", "~", "\\", "\\u00e9", "...", "\n---\n", "\u{feff}", "\u{85}", "\u{2028}", "\t",
            ]), 0..40)
        ) {
            let text = parts.concat();
            let file = format!("é{text}");
            let (yaml, diagnostics) = read(&text, 2);
            let mut spans: Vec<Span> = diagnostics.iter()
                .flat_map(|d| std::iter::once(&d.place).chain(d.further.iter().map(|(place, _)| place)))
                .map(|place| place.span.unwrap())
                .collect();
            match &yaml {
                Some(yaml) => places(yaml, &mut spans),
                None => prop_assert!(!spans.is_empty(), "nothing read and nothing said: {text:?}"),
            }
            for span in spans {
                prop_assert!(span.start >= 2 && file.get(span.start as usize..span.end as usize).is_some(), "{text:?}: {span:?}");
            }
        }
    }
}
