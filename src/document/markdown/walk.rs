//! One walk over the events of a body, for its facts or for its HTML.

use super::citations::{self, Seen, Within};
use super::ids::Ids;
use super::names::{BARRED, Hit, NOTES, Names, Spots, Turn};
use super::notes::{Notes, Reference, write_reference};
use super::quotes::Quoted;
use super::{ALERTS, Hole, Slot, prose};
use crate::diagnostics::{Finding, Span, nearest};
use crate::document::blocks::Fenced;
use crate::document::safety::{Url, escape, escape_url, safe_url};
use crate::document::{Citation, Heading, Link, LinkStyle, Named, Quote, Sentence, highlight, slugify};
use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, LinkType, Options, Tag, TagEnd,
};
use std::collections::BTreeSet;
use std::ops::Range;

/// Most links into the site of one document.
const MOST_LINKS: usize = 10_000;

/// How a body is read.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    /// Raw HTML and every address are passed through.
    pub trusted: bool,
    /// CommonMark and nothing else.
    pub plain: bool,
    /// The title that the front matter gives. A first `# heading` is the title where this is `None`;
    /// where it says the same, it is left out too, so that no page shows its title twice.
    pub named: Option<&'a str>,
    /// Bytes of a code block that is highlighted.
    pub highlight: usize,
    /// Languages that are no code but the name of a template.
    pub blocks: &'a [String],
}

/// What one stretch of text becomes: the body, or the definition of a footnote, which is moved.
#[derive(Default)]
pub(super) struct Bucket {
    pub html: String,
    /// Numbered within the bucket.
    pub holes: Vec<Hole>,
    /// Filled in a scan only; a rendering counts.
    pub links: Vec<Link>,
    pub link_count: u32,
    /// The same of citations.
    pub citations: Vec<Citation>,
    pub citation_count: u32,
    /// Names of people and topics; filled in a scan only.
    pub hits: Vec<Hit>,
    /// The mentions of footnotes. In the body they are written at once.
    pub references: Vec<Reference>,
    /// Where the levels of the body's headings stand in the HTML, one digit each.
    levels: Vec<usize>,
    pub half_words: u32,
}

/// What the walk found.
pub(super) struct Walked {
    pub bucket: Bucket,
    /// With places in the file.
    pub named: Option<Box<Named>>,
    pub headings: Vec<Heading>,
    pub anchors: Vec<String>,
    pub quotes: Vec<Quote>,
    /// The title, where the body gives it.
    pub title: Option<(String, Span)>,
    pub excerpt: String,
    pub has_math: bool,
    pub has_code: bool,
    pub blocks: Vec<Fenced>,
    pub findings: Vec<Found>,
    /// The text would grow beyond all measure; it is to be shown as it is.
    pub given_up: bool,
}

/// A finding with its place in the body.
pub(super) struct Found {
    pub finding: Finding,
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
}

/// With `HTML` it writes and notes nothing; without, it notes and writes nothing. Whatever numbers
/// something is common to both.
pub(super) struct Walk<'a, const HTML: bool> {
    pub(super) text: &'a str,
    pub(super) way: Way<'a>,
    pub(super) out: Bucket,
    /// The body, and outer footnotes, while a footnote is read.
    pub(super) suspended: Vec<(Bucket, CowStr<'a>, Span)>,
    notes: Notes,
    ids: Ids,
    /// Markdown elements around this place.
    pub(super) depth: u32,
    /// Elements of raw HTML that are open, with the depth at which they began.
    pub(super) raw_open: Vec<(&'static str, u32)>,
    /// The raw HTML of a block, and where its lines stand: offset here, offset in the text.
    pub(super) raw: String,
    pub(super) raw_lines: Vec<(usize, usize)>,
    /// Languages that were reported as unknown.
    unknown_languages: BTreeSet<String>,
    /// A link of raw HTML that is open, and where its words begin.
    pub(super) raw_link: Option<(usize, usize)>,
    /// Names of elements and attributes that were reported as taken out.
    pub(super) taken_out: BTreeSet<String>,

    /// Plain text of the block so far. A rendering needs it of headings and quotes only.
    pub(super) block: String,
    /// Links whose words stand in it.
    pub(super) block_links: Vec<(usize, Range<usize>)>,
    /// Citations that stand in it, each with its place.
    pub(super) block_citations: Vec<(usize, usize)>,
    citing: Within,
    heading: Option<OpenHeading<'a>>,
    headings: Vec<Heading>,
    anchors: Vec<String>,
    /// A heading of level 1 that is not the title stands in the body.
    has_top: bool,
    title: Option<(String, Span)>,
    begun: bool,
    excerpt: String,
    /// The excerpt is from a paragraph that stands in nothing, and will not get better.
    excerpt_settled: bool,

    /// Links that are open: what closes each, and its number and first word for its sentence.
    links: Vec<OpenLink>,
    pub(super) total_links: usize,
    /// The words of a link are written already.
    mute: bool,
    image: Option<OpenImage<'a>>,
    /// An image that is written but for its title and end: what follows decides about both.
    loose_title: Option<CowStr<'a>>,
    code: Option<OpenCode>,
    /// Where the paragraph begins in the HTML, and how many inline events it had.
    pub(super) paragraph: usize,
    pub(super) inline_events: u32,
    pub(super) quotes: Vec<OpenQuote>,
    /// How many have a number, and what a scan noted of them.
    pub(super) quote_count: u32,
    pub(super) quoted: Vec<Quote>,
    /// The `<label>` around the words of a task is open.
    label: bool,
    table: Table,
    /// Cells that the parser adds to short rows.
    added_cells: usize,
    /// Set in a scan that looks for names.
    pub(super) names: Option<Names<'a>>,
    /// Set in a rendering of a text with names.
    pub(super) spots: Spots<'a>,
    /// The paragraph stands in a quote, with nothing between: it may say who spoke.
    has_math: bool,
    has_code: bool,
    pub(super) blocks: Vec<Fenced>,
    /// There are more than are shown.
    pub(super) blocks_full: bool,
    findings: Vec<Found>,
    given_up: bool,
}

struct OpenHeading<'a> {
    at: usize,
    /// As written, before [`Walk::demote_headings`].
    level: u8,
    explicit: Option<CowStr<'a>>,
    classes: Vec<CowStr<'a>>,
    /// The first thing in the text, so perhaps the title.
    first: bool,
}

struct OpenLink {
    closes: bool,
    number: Option<usize>,
    words_from: usize,
}

struct OpenImage<'a> {
    link_type: LinkType,
    url: CowStr<'a>,
    title: CowStr<'a>,
    range: Range<usize>,
    alt: String,
    nested: u32,
}

struct OpenCode {
    language: String,
    /// Where the language stands, or the block where there is none.
    span: Span,
    text: String,
    /// It is no code, but data.
    block: Option<Fenced>,
}

pub(super) struct OpenQuote {
    at: usize,
    pub depth: u32,
    pub kind: Option<BlockQuoteKind>,
    pub quoted: Quoted,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    head: bool,
    has_rows: bool,
    cell: usize,
}

/// Where an address leads.
enum Target {
    /// Out of the site, or of a kind that a trusted page may use.
    External(String),
    Site(Destination),
    Unsafe,
}

/// A place in the site, as typed.
#[derive(Default)]
pub(super) struct Destination {
    pub path: String,
    pub query: String,
    pub fragment: Option<String>,
}

impl<'a, const HTML: bool> Walk<'a, HTML> {
    pub fn new(text: &'a str, way: Way<'a>) -> Self {
        let mut out = Bucket::default();
        if HTML {
            out.html.reserve(text.len() + text.len() / 4);
        }
        Walk {
            text,
            way,
            out,
            suspended: Vec::new(),
            notes: Notes::default(),
            ids: Ids::new(text),
            depth: 0,
            raw_open: Vec::new(),
            raw: String::new(),
            raw_lines: Vec::new(),
            unknown_languages: BTreeSet::new(),
            raw_link: None,
            taken_out: BTreeSet::new(),
            block: String::new(),
            block_links: Vec::new(),
            block_citations: Vec::new(),
            citing: Within::default(),
            heading: None,
            headings: Vec::new(),
            anchors: Vec::new(),
            has_top: false,
            title: None,
            begun: false,
            excerpt: String::new(),
            excerpt_settled: false,
            links: Vec::new(),
            total_links: 0,
            mute: false,
            image: None,
            loose_title: None,
            code: None,
            paragraph: 0,
            inline_events: 0,
            quotes: Vec::new(),
            quote_count: 0,
            quoted: Vec::new(),
            label: false,
            table: Table::default(),
            added_cells: 0,
            names: None,
            spots: Spots::default(),
            has_math: false,
            has_code: false,
            blocks: Vec::new(),
            blocks_full: false,
            findings: Vec::new(),
            given_up: false,
        }
    }

    pub fn run(&mut self, options: Options) {
        for (event, range) in citations::parser(self.text, options, !self.way.plain).into_offset_iter() {
            if self.image.is_some() {
                self.in_image(event);
            } else {
                match self.citing.see(&event, &range) {
                    Seen::Nothing => self.event(event, range),
                    Seen::Inside => {}
                    Seen::Whole(range) => self.cite(range),
                }
            }
            if self.given_up {
                return;
            }
        }
    }

    /// `body_start` is where the body begins in the file.
    pub fn finish(mut self, body_start: usize) -> Walked {
        self.close_raw();
        self.end_block();
        self.demote_headings();
        let unused = self.notes.append(&mut self.out, HTML);
        if !HTML {
            for (label, span) in unused {
                self.findings.push(Found {
                    finding: Finding::UnusedFootnote,
                    span,
                    message: format!(
                        "the footnote `{label}` is defined and never referred to; it is left out"
                    ),
                    help: Some(format!("write `[^{label}]` where it belongs, or delete it")),
                });
            }
        }
        let hits = std::mem::take(&mut self.out.hits);
        let named = self.names.and_then(|names| names.settle(hits, body_start));
        Walked {
            bucket: self.out,
            named,
            headings: self.headings,
            anchors: self.anchors,
            quotes: self.quoted,
            title: self.title,
            excerpt: self.excerpt,
            has_math: self.has_math,
            has_code: self.has_code,
            blocks: self.blocks,
            findings: self.findings,
            given_up: self.given_up,
        }
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        if let Some(title) = self.loose_title.take() {
            let alone = self.inline_events == 1 && matches!(event, Event::End(TagEnd::Paragraph));
            self.close_image(&title, alone);
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => {
                if let Some(code) = &mut self.code {
                    match &mut code.block {
                        Some(block) => block.push(&text, self.text, range),
                        None => code.text.push_str(&text),
                    }
                    return;
                }
                self.inline_events += 1;
                if self.mute {
                    return;
                }
                if !HTML && &*text == "[" {
                    self.look_for_undefined_footnote(range.start);
                }
                self.text(&text, &range);
            }
            Event::Code(code) => {
                self.inline_events += 1;
                self.put("<code>");
                self.words(&code);
                self.put("</code>");
            }
            Event::InlineMath(tex) => {
                self.inline_events += 1;
                self.has_math = true;
                self.put("<span class=\"math inline\">");
                self.words(&tex);
                self.put("</span>");
            }
            Event::DisplayMath(tex) => {
                self.inline_events += 1;
                self.has_math = true;
                // A `div` may not stand in a paragraph with other text, so this one is of a block
                // only where it is alone; see the end of a paragraph.
                self.put("<span class=\"math display\">");
                self.words(&tex);
                self.put("</span>");
            }
            Event::Html(html) => {
                if self.way.plain {
                    self.put(&html);
                } else {
                    self.raw_lines.push((self.raw.len(), range.start));
                    self.raw.push_str(&html);
                }
            }
            Event::InlineHtml(html) => {
                self.inline_events += 1;
                self.part_names();
                if self.way.plain {
                    self.put(&html);
                } else {
                    self.raw_html(&html, &[(0, range.start)]);
                }
            }
            Event::FootnoteReference(label) => {
                self.inline_events += 1;
                let note = self.notes.note(&label);
                let at = self.out.html.len();
                self.out.references.push(Reference { at, note });
                // The number of a note that is mentioned in a note depends on the whole body.
                if self.suspended.is_empty() {
                    let mark = self.notes.refer(note);
                    if HTML {
                        write_reference(&mut self.out.html, mark);
                    }
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                let from = self.out.html.len();
                let at = self.block.len();
                match event {
                    Event::SoftBreak => {
                        self.line_break("\n", "\n");
                        if !HTML && self.block.len() > at {
                            self.name_piece(at, &range, false);
                        }
                    }
                    _ => self.line_break("<br />\n", "<br>\n"),
                }
                self.begin_quoted_line(from, range.end);
            }
            Event::Rule => {
                self.begin_block();
                self.put_on_new_line(if self.way.plain { "<hr />\n" } else { "<hr>\n" });
            }
            Event::TaskListMarker(done) => {
                if HTML && self.out.html.ends_with("<li>") {
                    let end = self.out.html.len() - 1;
                    self.out.html.insert_str(end, " class=\"task\"");
                }
                self.put("<label><input type=\"checkbox\" disabled");
                self.put(if done { " checked> " } else { "> " });
                self.label = true;
                self.depth += 1;
            }
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        if !matches!(
            tag,
            Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::Subscript
                | Tag::Superscript
        ) {
            let first = !self.begun;
            self.begin_block();
            if let Tag::Heading { id, classes, level, .. } = tag {
                return self.start_heading(level as u8, id, classes, first);
            }
        }
        match tag {
            Tag::Image { link_type, dest_url, title, .. } => {
                self.inline_events += 1;
                self.image =
                    Some(OpenImage { link_type, url: dest_url, title, range, alt: String::new(), nested: 0 });
                return;
            }
            // It stands beside the blocks, it does not hold them.
            Tag::HtmlBlock => return,
            _ => self.depth += 1,
        }
        match tag {
            Tag::Paragraph => {
                self.new_line();
                self.paragraph = self.out.html.len();
                self.inline_events = 0;
                self.put("<p>");
            }
            Tag::BlockQuote(kind) => {
                self.new_line();
                let at = self.out.html.len();
                match kind.map(alert) {
                    None => self.put("<blockquote>\n"),
                    Some(number) => {
                        self.put("<aside class=\"alert alert-");
                        self.put(ALERTS[number].0);
                        self.put("\">\n<p class=\"alert-title\">");
                        if HTML {
                            let at = self.out.html.len() as u32;
                            self.out.holes.push(Hole { at, link: number as u32, slot: Slot::Alert });
                        }
                        self.put("</p>\n");
                    }
                }
                self.quotes.push(OpenQuote { at, depth: self.depth, kind, quoted: Quoted::default() });
            }
            Tag::CodeBlock(kind) => self.start_code(&kind, range),
            Tag::List(None) => self.put_on_new_line("<ul>\n"),
            Tag::List(Some(1)) => self.put_on_new_line("<ol>\n"),
            Tag::List(Some(start)) => self.put_on_new_line(&format!("<ol start=\"{start}\">\n")),
            Tag::Item => self.put_on_new_line("<li>"),
            Tag::DefinitionList => self.put_on_new_line("<dl>\n"),
            Tag::DefinitionListTitle => self.put_on_new_line("<dt>"),
            Tag::DefinitionListDefinition => self.put_on_new_line("<dd>"),
            Tag::FootnoteDefinition(label) => {
                let span = Span::new(range.start, (range.start + label.len() + 4).min(self.text.len()));
                let body = std::mem::take(&mut self.out);
                self.suspended.push((body, label, span));
            }
            Tag::Table(alignments) => {
                self.table = Table { alignments, ..Table::default() };
                // Wide tables and code scroll, which has to work with the keyboard too.
                self.put_on_new_line("<div class=\"table\" tabindex=\"0\">\n<table>\n");
            }
            Tag::TableHead => {
                self.table.head = true;
                self.table.column = 0;
                self.put("<thead><tr>");
            }
            Tag::TableRow => {
                self.table.column = 0;
                if !std::mem::replace(&mut self.table.has_rows, true) {
                    self.put("<tbody>\n");
                }
                self.put("<tr>");
            }
            Tag::TableCell => self.start_cell(&range),
            Tag::Emphasis => self.start_inline("<em>"),
            Tag::Strong => self.start_inline("<strong>"),
            Tag::Strikethrough => self.start_inline("<del>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.start_link(link_type, &dest_url, &title, range)
            }
            // Not reached: handled above, or of an extension that is off.
            Tag::Heading { .. }
            | Tag::HtmlBlock
            | Tag::Image { .. }
            | Tag::MetadataBlock(_)
            | Tag::Subscript
            | Tag::Superscript => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        let inline = matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link);
        if inline {
            self.part_names();
        }
        if matches!(tag, TagEnd::HtmlBlock) {
            let (raw, lines) = (std::mem::take(&mut self.raw), std::mem::take(&mut self.raw_lines));
            return self.raw_html(&raw, &lines);
        }
        if !inline {
            self.end_label();
        }
        self.close_raw();
        self.depth -= 1;
        match tag {
            TagEnd::Heading(_) => return self.end_heading(range),
            TagEnd::Paragraph => {
                self.end_quoted_paragraph(range.clone());
                self.consider_excerpt();
            }
            _ => {}
        }
        if !inline {
            self.end_block();
        }
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::BlockQuote(_) => self.end_quote(range),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::List(true) => self.put("</ol>\n"),
            TagEnd::List(false) => self.put("</ul>\n"),
            TagEnd::Item => self.put("</li>\n"),
            TagEnd::DefinitionList => self.put("</dl>\n"),
            TagEnd::DefinitionListTitle => self.put("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.put("</dd>\n"),
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::Table => {
                if self.table.has_rows {
                    self.put("</tbody>");
                }
                self.put("</table>\n</div>\n");
            }
            TagEnd::TableHead => {
                self.table.head = false;
                self.put("</tr></thead>\n");
            }
            TagEnd::TableRow => self.put("</tr>\n"),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Emphasis => self.put("</em>"),
            TagEnd::Strong => self.put("</strong>"),
            TagEnd::Strikethrough => self.put("</del>"),
            TagEnd::Link => self.end_link(),
            TagEnd::Heading(_)
            | TagEnd::HtmlBlock
            | TagEnd::Image
            | TagEnd::MetadataBlock(_)
            | TagEnd::Subscript
            | TagEnd::Superscript => {}
        }
    }

    // Blocks.

    /// Before each block.
    fn begin_block(&mut self) {
        self.begun = true;
        self.end_label();
        self.end_block();
        if let Some(quote) = self.quotes.last_mut()
            && quote.depth == self.depth
        {
            quote.quoted.begin_block();
        }
    }

    /// The text of a block is complete: counts its words, and gives its links their sentences.
    fn end_block(&mut self) {
        self.raw_link = None;
        if !self.block_citations.is_empty() {
            self.end_citations();
        }
        if HTML {
            return self.block.clear();
        }
        if self.block.is_empty() {
            return;
        }
        self.keep_quoted();
        self.out.half_words += prose::half_words(&self.block);
        if self.heading.is_none() && self.names.is_some() {
            let (section, heading) = (self.section(), self.heading_above());
            if let Some(names) = &mut self.names {
                // Who is quoted stands in a link of its own.
                let said_by = self.quotes.last().and_then(|quote| quote.quoted.attribution());
                let end = self.block.trim_end().len() - said_by.map_or(0, str::len);
                names.search(&self.block, end, section, heading, &mut self.out.hits);
            }
        }
        if !self.block_links.is_empty() {
            let section = self.heading_above();
            let ends = prose::sentence_ends(&self.block);
            for (link, words) in std::mem::take(&mut self.block_links) {
                let typed = &self.block[words.clone()];
                let start = words.start + typed.len() - typed.trim_start().len();
                let end = start + typed.trim().len();
                if start < end {
                    let (text, mark) = prose::sentence(&self.block, &ends, start..end);
                    self.out.links[link].sentence = Some(Box::new(Sentence { text, mark, section }));
                }
            }
        }
        self.block.clear();
    }

    /// The plain words are wanted here: in a scan all, in a rendering those of headings and quotes.
    fn keeps_words(&self) -> bool {
        !HTML || self.heading.is_some() || !self.quotes.is_empty()
    }

    /// The last heading, for texts of the body; an index into [`Facts::headings`](crate::document::Facts).
    pub(super) fn heading_above(&self) -> Option<u16> {
        let last = self.headings.len().checked_sub(1).filter(|_| self.suspended.is_empty());
        last.and_then(|i| u16::try_from(i).ok())
    }

    /// The number of the section: what stands between two headings is one, and so is each note.
    fn section(&self) -> u16 {
        match self.suspended.last() {
            None => self.headings.len().min(usize::from(NOTES) - 1) as u16,
            Some((_, _, span)) => NOTES | (span.start & u32::from(NOTES - 1)) as u16,
        }
    }

    fn end_label(&mut self) {
        if self.label {
            self.close_raw();
            self.depth -= 1;
            self.label = false;
            self.put("</label>");
        }
    }

    fn start_heading(
        &mut self,
        level: u8,
        explicit: Option<CowStr<'a>>,
        classes: Vec<CowStr<'a>>,
        first: bool,
    ) {
        self.new_line();
        let at = self.out.html.len();
        self.depth += 1;
        // Those of a footnote do not count among the headings of the body.
        let level = if self.suspended.is_empty() || self.way.plain { level } else { level.max(2) };
        self.heading =
            Some(OpenHeading { at, level, explicit, classes, first: first && level == 1 && !self.way.plain });
        self.block.clear();
        if HTML {
            self.out.html.push_str(&format!("<h{level}>"));
        }
    }

    fn end_heading(&mut self, range: Range<usize>) {
        let Some(heading) = self.heading.take() else { return };
        let level = heading.level;
        let words = self.block.trim().to_owned();
        let is_title = heading.first
            && !words.is_empty()
            && self.way.named.is_none_or(|named| slugify(named) == slugify(&words));
        if is_title {
            // It is the first thing in the text, so everything so far belongs to it.
            self.out.html.clear();
            self.out = Bucket { html: std::mem::take(&mut self.out.html), ..Bucket::default() };
            self.total_links = 0;
            self.notes.forget_references();
            self.block.clear();
            self.block_links.clear();
            self.begun = true;
            if self.way.named.is_none() {
                self.title = Some((words, self.span_of_heading(range)));
            }
            return;
        }
        if HTML {
            self.out.html.push_str(&format!("</h{level}>\n"));
        }
        // A footnote can be left out; then its headings would be missing.
        if !self.way.plain && self.suspended.is_empty() {
            self.has_top |= level == 1;
            let id = match &heading.explicit {
                Some(id) => self.ids.explicit(id),
                None => self.ids.of_words(&words),
            };
            if HTML {
                let mut attributes = format!(" id=\"{id}\"");
                if self.way.trusted && !heading.classes.is_empty() {
                    attributes.push_str(" class=\"");
                    escape(&mut attributes, &heading.classes.join(" "));
                    attributes.push('"');
                }
                self.splice(heading.at + 3, 0, &attributes);
                let end = self.out.html.len() - "1>\n".len();
                self.out.levels.extend([heading.at + "<h".len(), end]);
            } else {
                self.headings.push(Heading { level, id, text: words });
            }
        }
        self.end_block();
        self.block.clear();
    }

    /// The id that an element of raw HTML gets for the one that its author typed; `None` in
    /// footnotes, which can be left out, and where ids are not ours.
    pub(super) fn anchor(&mut self, typed: &str) -> Option<String> {
        if self.way.plain || !self.suspended.is_empty() || typed.trim().is_empty() {
            return None;
        }
        let id = self.ids.explicit(typed.trim());
        if !HTML {
            let stands = if self.way.trusted { typed.trim().to_owned() } else { id.clone() };
            self.anchors.push(stands);
        }
        Some(id)
    }

    /// The title is the only heading of level 1 on a page. Where the body has others, all its
    /// headings go down by one level, so that they keep their order among each other.
    fn demote_headings(&mut self) {
        if !self.has_top {
            return;
        }
        for heading in &mut self.headings {
            heading.level = (heading.level + 1).min(6);
        }
        for at in std::mem::take(&mut self.out.levels) {
            if let Some(level) = self.out.html[at..].bytes().next().filter(|level| *level < b'6') {
                self.out.html.replace_range(at..=at, char::from(level + 1).encode_utf8(&mut [0; 4]));
            }
        }
    }

    /// The words of a heading without its markers.
    fn span_of_heading(&self, range: Range<usize>) -> Span {
        let whole = &self.text[range.clone()];
        let words = whole.trim_start_matches(['#', ' ', '\t']);
        let start = range.end - words.len();
        let line = words.split('\n').next().unwrap_or(words).trim_end_matches(['#', ' ', '\t']);
        Span::new(start, start + line.len())
    }

    fn end_paragraph(&mut self) {
        if !HTML {
            return;
        }
        const MATH: &str = "<p><span class=\"math display\">";
        let from = self.paragraph;
        if self.inline_events == 1 && self.out.html[from..].starts_with(MATH) {
            let end = self.out.html.len() - "</span>".len();
            self.out.html.truncate(end);
            self.out.html.push_str("</div>\n");
            self.splice(from, MATH.len(), "<div class=\"math display\">");
        } else if self.out.html[from..].starts_with("<figure>") {
            self.out.html.push_str("</figure>\n");
        } else {
            self.out.html.push_str("</p>\n");
        }
    }

    fn end_quote(&mut self, range: Range<usize>) {
        let Some(quote) = self.quotes.pop() else { return };
        if quote.kind.is_some() {
            return self.put("</aside>\n");
        }
        if !self.end_attributed(quote.at, quote.quoted, range) {
            self.put("</blockquote>\n");
        }
    }

    fn end_footnote(&mut self) {
        let Some((body, label, span)) = self.suspended.pop() else { return };
        let content = std::mem::replace(&mut self.out, body);
        if !self.notes.define(&label, span, content) {
            self.found(
                Finding::UnusedFootnote,
                span,
                || format!("the footnote `{label}` is defined twice; the first one counts"),
                || Some("give one of them another name".to_owned()),
            );
        }
    }

    /// A paragraph can be the excerpt if it is not in a footnote; one that stands in nothing is
    /// better than one in a list or quote; the source of a quote is none.
    fn consider_excerpt(&mut self) {
        let words = self.block.trim();
        if HTML || self.excerpt_settled || !self.suspended.is_empty() || words.is_empty() {
            return;
        }
        let settled = self.depth == 0;
        if settled || (self.excerpt.is_empty() && !words.starts_with(['—', '–', '―'])) {
            self.excerpt = prose::excerpt(words);
            self.excerpt_settled = settled;
        }
    }

    // Tables.

    fn start_cell(&mut self, range: &Range<usize>) {
        if range.is_empty() {
            self.added_cells += 1;
            if self.added_cells > self.text.len() + 1000 {
                self.given_up = true;
                let message = "the rows of a table are so much shorter than its head that most of it would be empty cells; the text is shown as it is";
                self.found(
                    Finding::OverLimit,
                    Span::new(range.start, range.start),
                    || message.to_owned(),
                    || Some("take the columns without cells away".to_owned()),
                );
                return;
            }
        }
        self.put(if self.table.head { "<th scope=\"col\"" } else { "<td" });
        self.put(match self.table.alignments.get(self.table.column) {
            Some(Alignment::Left) => " class=\"left\">",
            Some(Alignment::Center) => " class=\"center\">",
            Some(Alignment::Right) => " class=\"right\">",
            Some(Alignment::None) | None => ">",
        });
        self.table.cell = self.out.html.len();
    }

    fn end_cell(&mut self) {
        self.table.column += 1;
        if HTML && self.table.head && self.out.html.len() == self.table.cell {
            // A heading without words is none; readers would have it announced.
            let from = self.out.html.rfind("<th").unwrap_or(self.table.cell);
            self.out.html.truncate(from);
            self.put("<td></td>");
        } else {
            self.put(if self.table.head { "</th>" } else { "</td>" });
        }
    }

    // Code.

    fn start_code(&mut self, kind: &CodeBlockKind<'a>, range: Range<usize>) {
        let info = match kind {
            CodeBlockKind::Fenced(info) => &**info,
            CodeBlockKind::Indented => "",
        };
        let open = |language: &str, span, block| {
            Some(OpenCode { language: language.to_owned(), span, text: String::new(), block })
        };
        if self.way.plain {
            let language = info.split(' ').next().unwrap_or_default();
            self.code = open(language, Span::default(), None);
            return;
        }
        let language = info.trim_start_matches(['{', '.']);
        let language = language.split([' ', ',', '{', '}', '\t', ':']).next().unwrap_or_default();
        let at = range.start + self.text[range.clone()].find(language).unwrap_or(0);
        let span = match language.is_empty() {
            true => Span::new(range.start, (range.start + 3).min(range.end)),
            false => Span::new(at, (at + language.len()).min(range.end)),
        };
        let block = self.way.blocks.iter().any(|name| name == language);
        self.has_code |= !block;
        self.code = open(language, span, block.then(|| Fenced::new(language, span)));
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        if let Some(block) = code.block {
            return self.fenced_block(block);
        }
        if self.way.plain {
            self.new_line();
            self.put("<pre><code");
            if !code.language.is_empty() {
                self.put(" class=\"language-");
                self.escaped(&code.language);
                self.put("\"");
            }
            self.put(">");
            self.escaped(&code.text);
            return self.put("</code></pre>\n");
        }
        let wanted = !highlight::is_plain(&code.language);
        let language = if wanted { highlight::language(&code.language) } else { None };
        let fits = code.text.len() <= self.way.highlight;
        if HTML {
            self.new_line();
            self.put("<pre class=\"code\" tabindex=\"0\"");
            if !code.language.is_empty() {
                self.put(" data-lang=\"");
                self.escaped(&code.language);
                self.put("\"");
            }
            self.put("><code>");
            match language {
                Some(language) if fits => highlight::highlight(&mut self.out.html, &code.text, language),
                _ => self.escaped(&code.text),
            }
            self.put("</code></pre>\n");
        } else if wanted && language.is_none() && self.unknown_languages.insert(code.language.clone()) {
            let name = &code.language;
            // Comparing with all names takes its time; a text with so many is no text.
            let blocks = self.way.blocks;
            let compared = name.len() <= 40 && self.unknown_languages.len() <= 20;
            self.found(
                Finding::UnknownLanguage,
                code.span,
                || format!("no language `{}` is known; the block is shown without colours", shortened(name)),
                || {
                    let blocks = blocks.iter().map(String::as_str);
                    let known = highlight::names().map(|name| name as &str).chain(blocks);
                    let known = compared.then(|| nearest(name, known)).flatten()?;
                    Some(format!("did you mean `{known}`?"))
                },
            );
        } else if language.is_some() && !fits {
            let bytes = code.text.len();
            let most = self.way.highlight;
            self.found(
                Finding::HighlightGivenUp,
                code.span,
                || format!("the block has {bytes} bytes and is shown without colours; at most {most} get them"),
                || Some("name its language `text`, shorten it, or raise `limits: {highlight: …}` in nutgraf.yaml".to_owned()),
            );
        }
    }

    // Links and images.

    fn start_link(&mut self, link_type: LinkType, url: &CowStr<'a>, title: &str, range: Range<usize>) {
        self.inline_events += 1;
        self.part_names();
        let words_from = self.block.len();
        if self.way.plain {
            self.put("<a href=\"");
            if matches!(link_type, LinkType::Email) {
                self.put("mailto:");
            }
            self.escaped_url(url);
            self.put("\"");
            self.put_title(title);
            self.put(">");
            self.links.push(OpenLink { closes: true, number: None, words_from });
            return;
        }
        let mut open = OpenLink { closes: true, number: None, words_from };
        match self.target(link_type, url) {
            Target::External(address) => {
                self.put("<a href=\"");
                self.escaped_url(&address);
                self.put("\"");
            }
            Target::Site(to) => {
                let style = if is_wiki(link_type) { LinkStyle::Wiki } else { LinkStyle::Path };
                let span = self.span_of(url, &range);
                self.put("<a");
                open.number = self.site_link(style, to, span, Slot::Href);
            }
            Target::Unsafe => {
                self.unsafe_url(url, range.clone());
                open.closes = false;
            }
        }
        if open.closes {
            self.put_title(title);
            self.put(">");
        }
        if let LinkType::WikiLink { has_pothole: false } = link_type {
            let shown = shown_for_wikilink(url);
            self.words(shown);
            self.mute = true;
        }
        self.links.push(open);
    }

    fn end_link(&mut self) {
        self.mute = false;
        let Some(link) = self.links.pop() else { return };
        if link.closes {
            self.put("</a>");
        }
        self.link_words(link.number, link.words_from);
    }

    /// Keeps the words of a link, from there to here, for its sentence.
    pub(super) fn link_words(&mut self, number: Option<usize>, from: usize) {
        if !HTML
            && from < self.block.len()
            && let Some(number) = number
        {
            self.block_links.push((number, from..self.block.len()));
        }
    }

    fn in_image(&mut self, event: Event<'a>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Start(_) => image.nested += 1,
            Event::End(_) if image.nested == 0 => self.end_image(),
            Event::End(_) => image.nested -= 1,
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => image.alt.push_str(&text),
            Event::InlineMath(tex) | Event::DisplayMath(tex) => image.alt.push_str(&tex),
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            _ => {}
        }
    }

    fn end_image(&mut self) {
        let Some(mut image) = self.image.take() else { return };
        if self.way.plain {
            self.put("<img src=\"");
            self.escaped_url(&image.url);
            self.put("\" alt=\"");
            self.escaped(&image.alt);
            self.put("\"");
            self.put_title(&image.title);
            return self.put(" />");
        }
        // `![[map.png|300]]` is a width, as in Obsidian.
        let mut width = None;
        if let LinkType::WikiLink { has_pothole } = image.link_type {
            width = image
                .alt
                .split('x')
                .next()
                .and_then(|w| w.trim().parse::<u16>().ok())
                .filter(|_| has_pothole);
            if !has_pothole || width.is_some() {
                image.alt.clear();
            }
        }
        let target = match self.target(image.link_type, &image.url) {
            // An image is not something to write or to call.
            Target::External(url) if !self.way.trusted && !starts_with_http(&url) => Target::Unsafe,
            target => target,
        };
        match target {
            Target::Unsafe => {
                self.unsafe_url(&image.url, image.range);
                return self.words(&image.alt);
            }
            Target::External(url) => {
                self.put("<img src=\"");
                self.escaped_url(&url);
                self.put("\"");
            }
            Target::Site(to) => {
                let style = if is_wiki(image.link_type) { LinkStyle::WikiImage } else { LinkStyle::Image };
                let span = self.span_of(&image.url, &image.range);
                self.put("<img");
                self.site_link(style, to, span, Slot::Src);
            }
        }
        if image.alt.trim().is_empty() {
            self.missing_alt(Span::new(image.range.start, image.range.end));
        }
        self.put(" alt=\"");
        self.escaped(&image.alt);
        self.put("\"");
        if let Some(width) = width {
            self.put(&format!(" width=\"{width}\""));
        }
        self.put(" loading=\"lazy\" decoding=\"async\"");
        self.loose_title = Some(image.title);
    }

    /// Ends an `<img`. Alone in its paragraph, an image with a title is a figure with a caption.
    fn close_image(&mut self, title: &str, alone: bool) {
        if alone && !title.is_empty() {
            self.put(">\n<figcaption>");
            self.escaped(title);
            self.put("</figcaption>");
            if HTML {
                self.splice(self.paragraph, "<p>".len(), "<figure>");
            }
        } else {
            self.put_title(title);
            self.put(">");
        }
    }

    /// What follows an image that is not closed yet is not its end.
    pub(super) fn end_image_before(&mut self) {
        if let Some(title) = self.loose_title.take() {
            self.close_image(&title, false);
        }
    }

    pub(super) fn in_link_or_heading(&self) -> bool {
        self.heading.is_some() || !self.links.is_empty() || self.raw_open.iter().any(|(name, _)| *name == "a")
    }

    pub(super) fn missing_alt(&mut self, span: Span) {
        self.found(
            Finding::MissingAlt,
            span,
            || "the image has no alternative text".to_owned(),
            || Some("say in the square brackets what it shows, for readers who do not see it".to_owned()),
        );
    }

    fn target(&self, link_type: LinkType, url: &str) -> Target {
        if is_wiki(link_type) && !starts_with_http(url) {
            let (path, rest) = split_wikilink(url);
            let heading = rest.rsplit('#').map(str::trim).find(|part| !part.is_empty());
            return Target::Site(Destination {
                path: path.to_owned(),
                query: String::new(),
                fragment: heading.map(str::to_owned),
            });
        }
        if matches!(link_type, LinkType::Email) {
            return Target::External(format!("mailto:{url}"));
        }
        match safe_url(url) {
            Url::External(url) => Target::External(url),
            Url::Site { path, query, fragment } => Target::Site(Destination { path, query, fragment }),
            Url::Unsafe if self.way.trusted => Target::External(url.to_owned()),
            Url::Unsafe => Target::Unsafe,
        }
    }

    /// Numbers a link into the site and leaves its hole here.
    pub(super) fn site_link(
        &mut self,
        style: LinkStyle,
        to: Destination,
        span: Span,
        slot: Slot,
    ) -> Option<usize> {
        if !self.room_for_links(1, span) {
            return None;
        }
        let number = self.out.link_count;
        self.out.link_count += 1;
        if HTML {
            self.out.holes.push(Hole { at: self.out.html.len() as u32, link: number, slot });
        } else {
            let Destination { path, query, fragment } = to;
            let section = self.section();
            self.out.links.push(Link { style, target: path, query, fragment, section, span, sentence: None });
        }
        Some(number as usize)
    }

    /// Counts links and citations; once there are too many there is room for none, which is noted.
    pub(super) fn room_for_links(&mut self, more: usize, span: Span) -> bool {
        if self.total_links > MOST_LINKS {
            return false;
        }
        self.total_links += more;
        if self.total_links > MOST_LINKS {
            self.found(
                Finding::OverLimit,
                span,
                || format!("the page has more than {MOST_LINKS} links; the rest is shown without"),
                || Some("split the page".to_owned()),
            );
            return false;
        }
        true
    }

    fn unsafe_url(&mut self, url: &CowStr<'a>, range: Range<usize>) {
        let span = self.span_of(url, &range);
        self.report_unsafe_url(url, span);
    }

    pub(super) fn report_unsafe_url(&mut self, url: &str, span: Span) {
        let shown = shortened(url);
        self.found(
            Finding::UnsafeUrl,
            span,
            || format!("the address `{shown}` is not one that a page may link to; the link is left out"),
            || Some("use https:, http:, mailto:, tel:, or a path within the site".to_owned()),
        );
    }

    /// Where an address stands: exactly, if the parser took it from the text as it is.
    fn span_of(&self, url: &CowStr<'a>, range: &Range<usize>) -> Span {
        if let CowStr::Borrowed(part) = url
            && let Some(start) = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)
            && start + part.len() <= self.text.len()
        {
            return Span::new(start, start + part.len());
        }
        Span::new(range.start, range.end)
    }

    /// The parser leaves `[^x]` without a definition as text.
    fn look_for_undefined_footnote(&mut self, at: usize) {
        let Some(rest) = self.text[at..].strip_prefix("[^") else { return };
        let Some(length) =
            rest.bytes().take(100).position(|b| matches!(b, b']' | b'[' | b'\n' | b' ' | b'`'))
        else {
            return;
        };
        if length == 0 || rest.as_bytes()[length] != b']' {
            return;
        }
        let label = &rest[..length];
        self.found(
            Finding::UndefinedFootnote,
            Span::new(at, at + length + 3),
            || format!("the footnote `{label}` is not defined; it is shown as text"),
            || Some(format!("add a line `[^{label}]: …`, or write `\\[^{label}]` if no footnote is meant")),
        );
    }

    pub(super) fn found(
        &mut self,
        finding: Finding,
        span: Span,
        message: impl FnOnce() -> String,
        help: impl FnOnce() -> Option<String>,
    ) {
        if !HTML {
            self.findings.push(Found { finding, span, message: message(), help: help() });
        }
    }

    // Writing.

    pub(super) fn put(&mut self, html: &str) {
        if HTML {
            self.out.html.push_str(html);
        }
    }

    pub(super) fn new_line(&mut self) {
        if HTML && !self.out.html.is_empty() && !self.out.html.ends_with('\n') {
            self.out.html.push('\n');
        }
    }

    fn put_on_new_line(&mut self, html: &str) {
        self.new_line();
        self.put(html);
    }

    fn start_inline(&mut self, html: &str) {
        self.part_names();
        self.inline_events += 1;
        self.put(html);
    }

    pub(super) fn escaped(&mut self, text: &str) {
        if HTML {
            escape(&mut self.out.html, text);
        }
    }

    pub(super) fn escaped_url(&mut self, url: &str) {
        if HTML {
            escape_url(&mut self.out.html, url);
        }
    }

    fn put_title(&mut self, title: &str) {
        if HTML && !title.is_empty() {
            self.out.html.push_str(" title=\"");
            escape(&mut self.out.html, title);
            self.out.html.push('"');
        }
    }

    /// Text that readers see, to where it belongs.
    pub(super) fn words(&mut self, text: &str) {
        if self.keeps_words() {
            self.block.push_str(text);
        }
        self.escaped(text);
    }

    /// Text of the file, in which names may stand.
    fn text(&mut self, text: &str, range: &Range<usize>) {
        if !HTML {
            let at = self.block.len();
            self.words(text);
            return self.name_piece(at, range, self.text.get(range.clone()) == Some(text));
        }
        if self.spots.is_done() {
            return self.words(text);
        }
        let mut done = 0;
        loop {
            let (cut, link, slot) = match self.spots.turn(text, range) {
                Turn::Begin(cut, link) => (cut, link, Slot::Name),
                Turn::End(cut, link) => (cut, link, Slot::NameEnd),
                Turn::Rest => break,
            };
            self.words(&text[done..cut.max(done)]);
            done = cut.max(done);
            self.out.holes.push(Hole { at: self.out.html.len() as u32, link, slot });
        }
        self.words(&text[done..]);
    }

    /// What was added to the plain text of the block from `at` on stands at `range` in the body.
    fn name_piece(&mut self, at: usize, range: &Range<usize>, verbatim: bool) {
        let Some(names) = &mut self.names else { return };
        let barred = self.heading.is_some()
            || !self.links.is_empty()
            || names.barred > 0
            || self.raw_open.iter().any(|(element, _)| BARRED.contains(element));
        if !barred {
            names.piece(at, self.block.len() - at, range.clone(), verbatim);
        }
    }

    fn part_names(&mut self) {
        if let Some(names) = &mut self.names {
            names.part();
        }
    }

    fn line_break(&mut self, plain: &str, ours: &str) {
        self.inline_events += 1;
        if self.mute {
            return;
        }
        if self.keeps_words() {
            self.block.push(' ');
        }
        self.put(if self.way.plain { plain } else { ours });
    }

    /// Replaces HTML that is written already, and moves the holes behind it.
    pub(super) fn splice(&mut self, at: usize, length: usize, html: &str) {
        self.out.html.replace_range(at..at + length, html);
        for hole in self.out.holes.iter_mut().rev().take_while(|hole| hole.at as usize > at) {
            hole.at = (hole.at as usize + html.len() - length) as u32;
        }
        for level in self.out.levels.iter_mut().rev().take_while(|level| **level > at) {
            *level = *level + html.len() - length;
        }
        for reference in self.out.references.iter_mut().rev().take_while(|reference| reference.at > at) {
            reference.at = reference.at + html.len() - length;
        }
    }
}

impl Bucket {
    /// Appends a footnote's HTML, with its mentions of notes written in and its holes moved.
    pub(super) fn append_note(&mut self, note: &Bucket, numbers: &[(u32, u32)]) {
        let mut done = 0;
        let mut holes = note.holes.iter().peekable();
        let marks = note.references.iter().map(|r| r.at).zip(numbers.iter().map(Some));
        for (at, mark) in marks.chain([(note.html.len(), None)]) {
            while let Some(hole) = holes.next_if(|hole| hole.at as usize <= at) {
                let at = self.html.len() + hole.at as usize - done;
                let before = match hole.slot {
                    Slot::Citation => self.citation_count,
                    Slot::Href | Slot::Src | Slot::Poster | Slot::Value => self.link_count,
                    // The others are numbered throughout the text.
                    Slot::Block | Slot::Name | Slot::NameEnd | Slot::SpeakerStart | Slot::SpeakerEnd => 0,
                    Slot::Alert => 0,
                };
                self.holes.push(Hole { at: at as u32, link: hole.link + before, slot: hole.slot });
            }
            self.html.push_str(&note.html[done..at]);
            done = at;
            if let Some(mark) = mark {
                write_reference(&mut self.html, *mark);
            }
        }
    }
}

/// For messages: the beginning of what was typed, on one line.
pub(super) fn shortened(typed: &str) -> String {
    let mut shown: String = typed.chars().filter(|c| !c.is_control()).take(40).collect();
    if shown.len() < typed.len() {
        shown.push('…');
    }
    shown
}

/// Index into [`ALERTS`].
fn alert(kind: BlockQuoteKind) -> usize {
    match kind {
        BlockQuoteKind::Note => 0,
        BlockQuoteKind::Tip => 1,
        BlockQuoteKind::Important => 2,
        BlockQuoteKind::Warning => 3,
        BlockQuoteKind::Caution => 4,
    }
}

pub(super) fn is_wiki(link_type: LinkType) -> bool {
    matches!(link_type, LinkType::WikiLink { .. })
}

pub(super) fn starts_with_http(url: &str) -> bool {
    ["http:", "https:"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)))
}

/// The name and what follows its first `#`. In a table the `|` of a link is typed `\|`, and the
/// parser leaves the backslash.
fn split_wikilink(typed: &str) -> (&str, &str) {
    let typed = typed.trim();
    let typed = typed.strip_suffix('\\').unwrap_or(typed).trim_end();
    let (name, rest) = typed.split_once('#').unwrap_or((typed, ""));
    (name.trim(), rest)
}

/// The words of a wikilink that has none of its own.
pub(super) fn shown_for_wikilink(typed: &str) -> &str {
    if starts_with_http(typed) {
        return typed;
    }
    let (name, rest) = split_wikilink(typed);
    match name {
        "" => rest.rsplit('#').map(str::trim).find(|part| !part.is_empty()).unwrap_or(typed),
        name => name,
    }
}
