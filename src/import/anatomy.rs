//! What stands where in the body of a Hugo page: shortcodes, code, HTML, links.
//!
//! A text is looked at with its shortcodes blanked out, byte for byte, so that the Markdown parser sees
//! links, code and HTML as they are meant and every position is one of the original text.

use super::shortcodes::{self, Form, Tag};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag as Mark};
use std::collections::HashSet;
use std::ops::Range;

/// What stands where in a body.
#[derive(Debug)]
pub struct Anatomy {
    pub tags: Vec<Tag>,
    pub closed: Vec<Option<usize>>,
    /// Code spans and fenced code, in order.
    pub code: Vec<Range<usize>>,
    /// Blocks of HTML and tags within text, in order.
    pub html: Vec<Range<usize>>,
    pub comments: Vec<Range<usize>>,
    pub links: Vec<Link>,
    /// The links that enclose words, in order.
    pub worded: Vec<Range<usize>>,
    /// Addresses that stand in the text as they are.
    pub bare: Vec<Range<usize>>,
    /// Places at which a backslash keeps a sign from meaning something that it did not mean before.
    pub escapes: Vec<usize>,
    /// What `#…` may name.
    pub ids: HashSet<String>,
    pub headings: Vec<Heading>,
    /// Attributes of HTML that say how the old site looked or worked, with the space before each.
    pub looks: Vec<(Range<usize>, String)>,
    pub frames: Vec<Frame>,
    /// Blocks of list items that stand in no list.
    pub loose: Vec<Range<usize>>,
    /// `<https://…>` among HTML, where Markdown does not make a link of it.
    pub stray: Vec<Range<usize>>,
}

/// A heading whose id was made from its words.
#[derive(Debug)]
pub struct Heading {
    /// The id on the old site.
    pub id: String,
    /// Its words, without the shortcodes among them.
    pub words: String,
    /// From the beginning of its line to the end of its words.
    pub whole: Range<usize>,
}

/// An `<iframe>`: a page of another site within this one.
#[derive(Debug)]
pub struct Frame {
    /// From its tag to its end tag.
    pub whole: Range<usize>,
    pub source: Range<usize>,
    /// Empty where it has none.
    pub title: String,
}

/// A link or image, in Markdown or HTML.
#[derive(Debug)]
pub struct Link {
    pub whole: Range<usize>,
    pub target: Range<usize>,
    pub style: Style,
}

/// How a link is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Style {
    Inline,
    Image,
    /// `<https://…>`
    Auto,
    /// `[x]: target`
    Definition,
    /// An attribute of HTML; the range is the attribute with the space before it.
    Attribute {
        range: Range<usize>,
        image: bool,
    },
}

/// Looks at a body.
pub fn dissect(text: &str) -> Anatomy {
    let mut tags = shortcodes::scan(text);
    let mut masked = mask(text, &tags);
    let mut anatomy = Anatomy {
        tags: Vec::new(),
        closed: Vec::new(),
        code: Vec::new(),
        html: Vec::new(),
        comments: Vec::new(),
        links: Vec::new(),
        worded: Vec::new(),
        bare: Vec::new(),
        escapes: Vec::new(),
        ids: HashSet::new(),
        headings: Vec::new(),
        looks: Vec::new(),
        frames: Vec::new(),
        stray: Vec::new(),
        loose: Vec::new(),
    };
    // What `highlight` encloses is code when it names a language, and no Markdown.
    let closed = shortcodes::pairs(&tags);
    for (index, end) in closed.iter().enumerate() {
        if let Some(end) = *end
            && tags[index].name == "highlight"
            && !tags[index].args.placed.is_empty()
        {
            let inner = tags[index].range.end..tags[end].range.start;
            let blank = blanked(&masked[inner.clone()]);
            masked.replace_range(inner, &blank);
        }
    }
    anatomy.parse(text, &masked, &tags);
    // A tag in code is code.
    tags.retain(|tag| tag.form == Form::Quoted || !within(&anatomy.code, &tag.range));
    anatomy.closed = shortcodes::pairs(&tags);
    anatomy.tags = tags;
    anatomy.find_bare(&masked);
    anatomy.find_escapes(&masked);
    anatomy
}

fn mask(text: &str, tags: &[Tag]) -> String {
    let mut masked = String::with_capacity(text.len());
    for tag in tags {
        masked.push_str(&text[masked.len()..tag.range.start]);
        masked.push_str(&blanked(&text[tag.range.clone()]));
    }
    masked.push_str(&text[masked.len()..]);
    masked
}

fn blanked(text: &str) -> String {
    text.bytes().map(|b| if b == b'\n' { '\n' } else { 'x' }).collect()
}

/// Whether a range lies in one of many, which are in order and do not overlap.
pub fn within(ranges: &[Range<usize>], range: &Range<usize>) -> bool {
    let at = ranges.partition_point(|r| r.end <= range.start);
    ranges.get(at).is_some_and(|r| r.start <= range.start && range.end <= r.end)
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_HEADING_ATTRIBUTES
}

impl Anatomy {
    fn parse(&mut self, text: &str, masked: &str, tags: &[Tag]) {
        let parser = Parser::new_ext(masked, options());
        let mut definitions: Vec<(Range<usize>, String)> = parser
            .reference_definitions()
            .iter()
            .map(|(_, d)| (d.span.clone(), d.dest.to_string()))
            .collect();
        definitions.sort_by_key(|(span, _)| span.start);
        for (span, target) in definitions {
            // The label may hold the same words; the target follows its colon.
            let colon = masked[span.clone()].find("]:").map_or(span.start, |at| span.start + at + 2);
            if let Some(target) = find(masked, colon..span.end, &target) {
                self.links.push(Link { whole: span, target, style: Style::Definition });
            }
        }
        // Links that are open: style, target, range, end of what they enclose.
        let mut open: Vec<(Option<Style>, CowStr<'_>, Range<usize>, usize)> = Vec::new();
        let mut heading: Option<(Option<String>, String, Range<usize>)> = None;
        let mut blocks: Vec<Range<usize>> = Vec::new();
        for (event, range) in parser.into_offset_iter() {
            if let Some(link) = open.last_mut()
                && !matches!(event, Event::End(pulldown_cmark::TagEnd::Link | pulldown_cmark::TagEnd::Image))
            {
                link.3 = link.3.max(range.end);
            }
            if let Some((.., whole)) = &mut heading
                && !matches!(event, Event::End(pulldown_cmark::TagEnd::Heading(_)))
            {
                whole.end = range.end.max(whole.end);
            }
            match event {
                Event::Start(Mark::Link { link_type, dest_url, .. }) => {
                    let style = match link_type {
                        LinkType::Inline => Some(Style::Inline),
                        LinkType::Autolink => Some(Style::Auto),
                        _ => None,
                    };
                    open.push((style, dest_url, range.clone(), range.start + 1));
                }
                Event::Start(Mark::Image { link_type, dest_url, .. }) => {
                    let style = (link_type == LinkType::Inline).then_some(Style::Image);
                    open.push((style, dest_url, range.clone(), range.start + 2));
                }
                Event::End(pulldown_cmark::TagEnd::Link | pulldown_cmark::TagEnd::Image) => {
                    let Some((style, target, whole, inner_end)) = open.pop() else { continue };
                    let from = if style == Some(Style::Auto) { whole.start + 1 } else { inner_end };
                    if let Some(style) = style
                        && let Some(target) = find(masked, from.min(whole.end)..whole.end, &target)
                    {
                        self.links.push(Link { whole, target, style });
                    }
                    if let Some(outer) = open.last_mut() {
                        outer.3 = outer.3.max(range.end);
                    }
                }
                Event::Start(Mark::Heading { id, .. }) => {
                    heading = Some((id.map(|id| id.to_string()), String::new(), range.start..range.start));
                }
                Event::End(pulldown_cmark::TagEnd::Heading(_)) => {
                    let Some((id, words, whole)) = heading.take() else { continue };
                    if let Some(id) = id {
                        self.ids.insert(id);
                        continue;
                    }
                    let id = heading_id(&words);
                    let mut unique = id.clone();
                    let mut number = 1;
                    while !self.ids.insert(unique.clone()) && number < 1000 {
                        unique = format!("{id}-{number}");
                        number += 1;
                    }
                    self.headings.push(Heading { id: unique, words, whole });
                }
                Event::Text(words) => {
                    if let Some((_, heading, _)) = &mut heading {
                        let first = tags.partition_point(|t| t.range.end <= range.start);
                        let mut at = range.start;
                        for tag in tags[first..].iter().take_while(|t| t.range.start < range.end) {
                            heading.push_str(&masked[at.min(tag.range.start)..tag.range.start]);
                            at = tag.range.end;
                        }
                        match at == range.start {
                            true => heading.push_str(&words),
                            false => heading.push_str(&masked[at.min(range.end)..range.end]),
                        }
                    }
                }
                Event::Code(words) => {
                    if let Some((_, heading, _)) = &mut heading {
                        heading.push_str(&words);
                    }
                    self.code.push(range);
                }
                // Indented code is left to be converted: pairs of shortcodes are often indented,
                // and Hugo expands them before it looks for code.
                Event::Start(Mark::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(_))) => {
                    self.code.push(range)
                }
                Event::Start(Mark::HtmlBlock) => blocks.push(range),
                Event::InlineHtml(_) => blocks.push(range),
                Event::FootnoteReference(name) => {
                    self.ids.insert(format!("fnref:{name}"));
                }
                Event::Start(Mark::FootnoteDefinition(name)) => {
                    self.ids.insert(format!("fn:{name}"));
                }
                _ => {}
            }
        }
        for block in blocks {
            self.scan_html(text, masked, block.clone());
            self.html.push(block);
        }
        self.html.sort_by_key(|r| r.start);
        self.find_loose_items(masked);
        self.code.sort_by_key(|r| r.start);
        self.looks.sort_by_key(|(range, _)| range.start);
        self.frames.sort_by_key(|frame| frame.whole.start);
        self.stray.sort_by_key(|range| range.start);
        self.links.sort_by_key(|l| l.target.start);
        let worded = self.links.iter().filter(|l| l.style == Style::Inline);
        self.worded = worded.map(|l| l.whole.clone()).collect();
        self.worded.sort_by_key(|w| w.start);
    }

    /// Attributes of HTML that name something, and comments.
    fn scan_html(&mut self, text: &str, masked: &str, block: Range<usize>) {
        let bytes = masked.as_bytes();
        let mut at = block.start;
        while at < block.end {
            if masked[at..block.end].starts_with("<!--") {
                let end = masked[at..block.end].find("-->").map_or(block.end, |n| at + n + 3);
                self.comments.push(at..end);
                at = end;
                continue;
            }
            let opens = bytes[at] == b'<' && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
            if !opens {
                at += 1;
                while at < block.end && !masked.is_char_boundary(at) {
                    at += 1;
                }
                continue;
            }
            let skip = |mut at: usize, test: &dyn Fn(u8) -> bool| {
                while at < block.end && test(bytes[at]) {
                    at += 1;
                }
                at
            };
            let name_end = skip(at + 1, &|b| b.is_ascii_alphanumeric() || b == b'-');
            let element = masked[at + 1..name_end].to_ascii_lowercase();
            let opened = at;
            if matches!(element.as_str(), "http" | "https") && masked[name_end..].starts_with("://") {
                let end = skip(name_end, &|b| !b.is_ascii_whitespace() && !matches!(b, b'>' | b'<' | b'"'));
                if bytes.get(end) == Some(&b'>') && end < block.end {
                    self.stray.push(opened..end + 1);
                }
                at = end;
                continue;
            }
            let (mut source, mut title) = (None, String::new());
            at = name_end;
            loop {
                let before = at;
                at = skip(at, &|b| b.is_ascii_whitespace() || b == b'/');
                let name_start = at;
                at = skip(at, &|b| !b.is_ascii_whitespace() && !matches!(b, b'=' | b'>' | b'/' | b'<'));
                if at == name_start {
                    break;
                }
                let name = masked[name_start..at].to_ascii_lowercase();
                let equals = skip(at, &|b| b.is_ascii_whitespace());
                if equals >= block.end || bytes[equals] != b'=' {
                    if is_look(&element, &name, "") {
                        self.looks.push((before..at, name));
                    }
                    continue;
                }
                at = skip(equals + 1, &|b| b.is_ascii_whitespace());
                if at >= block.end {
                    break;
                }
                let value = match bytes[at] {
                    quote @ (b'"' | b'\'') => {
                        let end = skip(at + 1, &|b| b != quote);
                        let value = at + 1..end;
                        at = (end + 1).min(block.end);
                        value
                    }
                    _ => {
                        let end = skip(at, &|b| !b.is_ascii_whitespace() && b != b'>');
                        let value = at..end;
                        at = end;
                        value
                    }
                };
                match name.as_str() {
                    "src" if element == "iframe" => source = Some(value),
                    "title" if element == "iframe" => title = text[value].trim().to_owned(),
                    "href" | "src" | "xlink:href" => self.links.push(Link {
                        whole: before..at,
                        target: value,
                        style: Style::Attribute { range: before..at, image: element == "img" },
                    }),
                    "id" | "name" => {
                        self.ids.insert(text[value].trim().to_owned());
                    }
                    _ if is_look(&element, &name, &masked[value]) => self.looks.push((before..at, name)),
                    _ => {}
                }
            }
            if let Some(source) = source {
                // Within text the end tag is a piece of HTML of its own, and stands near.
                let near = floor(masked, (at + 400).max(block.end));
                let rest = masked[at..near].to_ascii_lowercase();
                let end = rest.find("</iframe>").map_or(block.end, |n| at + n + "</iframe>".len());
                self.frames.push(Frame { whole: opened..end, source, title });
                at = end;
            }
        }
    }

    /// Browsers show a `<li>` without a list as one of a list; so each such block gets one around it.
    fn find_loose_items(&mut self, masked: &str) {
        let mut lists = 0_isize;
        for block in &self.html {
            let html = masked[block.clone()].trim().to_ascii_lowercase();
            let count = |tags: [&str; 2]| tags.iter().map(|tag| html.matches(tag).count()).sum::<usize>();
            let (opened, closed) = (count(["<ul", "<ol"]), count(["</ul", "</ol"]));
            let whole = html.starts_with("<li")
                && html.ends_with("</li>")
                && html.matches("<li").count() == html.matches("</li").count();
            if lists <= 0 && whole && opened == closed {
                self.loose.push(block.clone());
            }
            lists = (lists + opened.cast_signed() - closed.cast_signed()).max(0);
        }
    }

    /// Whether a position is text: not code, not HTML, not the target of a link.
    fn is_text(&self, range: &Range<usize>) -> bool {
        let link = self.links.partition_point(|l| l.target.end <= range.start);
        let in_target = self.links.get(link).is_some_and(|l| l.target.start < range.end);
        !within(&self.code, range) && !within(&self.html, range) && !in_target
    }

    /// Hugo makes links of addresses that stand in the text as they are.
    fn find_bare(&mut self, masked: &str) {
        let mut texts: Vec<Range<usize>> = self
            .links
            .iter()
            .filter(|l| !matches!(l.style, Style::Attribute { .. }))
            .map(|l| l.whole.clone())
            .collect();
        texts.sort_by_key(|t| t.start);
        let mut covered = 0;
        let mut next_text = texts.iter().peekable();
        let mut found = Vec::new();
        for (at, _) in masked.match_indices("://") {
            let Some(start) = [5, 4].iter().find_map(|n| {
                let start = at.checked_sub(*n)?;
                matches!(masked.get(start..at)?, "https" | "http").then_some(start)
            }) else {
                continue;
            };
            while let Some(text) = next_text.next_if(|t| t.start <= start) {
                covered = covered.max(text.end);
            }
            let before = masked[..start].chars().next_back();
            let stands_free = before.is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '('));
            if start < covered || !stands_free || !self.is_text(&(start..at)) {
                continue;
            }
            let rest = &masked[start..];
            let mut url = &rest[..rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len())];
            loop {
                let cut =
                    url.trim_end_matches(['?', '!', '.', ',', ':', ';', '*', '_', '~', '\'', '"', '”', '’']);
                let open = cut.matches('(').count();
                let cut = if cut.ends_with(')') && cut.matches(')').count() > open {
                    &cut[..cut.len() - 1]
                } else {
                    cut
                };
                if cut.len() == url.len() {
                    break;
                }
                url = cut;
            }
            let range = start..start + url.len();
            let tag = self.tags.partition_point(|t| t.range.end <= range.start);
            let spoilt = self.tags.get(tag).is_some_and(|t| t.range.start < range.end);
            if url.len() > at - start + 3 && !spoilt && !url.contains(['[', ']', '|', '`', '\\']) {
                found.push(range);
            }
        }
        self.bare = found;
    }

    /// Dollar signs that would begin a formula, and brackets that would name a page or a source:
    /// Hugo knows none of these.
    fn find_escapes(&mut self, masked: &str) {
        let free = |anatomy: &Anatomy, at: usize| {
            anatomy.is_text(&(at..at + 1))
                && !within(&anatomy.bare, &(at..at + 1))
                && !masked[..at].ends_with('\\')
        };
        let mut escapes = Vec::new();
        if masked.matches('$').nth(1).is_some() {
            let formulas = Parser::new_ext(masked, options() | Options::ENABLE_MATH)
                .any(|event| matches!(event, Event::InlineMath(_) | Event::DisplayMath(_)));
            if formulas {
                escapes.extend(masked.match_indices('$').map(|(at, _)| at).filter(|&at| free(self, at)));
            }
        }
        for (at, _) in masked.match_indices("[[") {
            let inner = &masked[at + 2..];
            if let Some(end) = inner.find(['[', ']', '\n'])
                && inner[end..].starts_with("]]")
                && free(self, at)
            {
                escapes.push(at + 1);
                escapes.push(at + 2 + end);
            }
        }
        for (at, _) in masked.match_indices("[@") {
            let is_link = self.worded.binary_search_by_key(&at, |w| w.start).is_ok();
            if !is_link && free(self, at) {
                escapes.push(at + 1);
            }
        }
        escapes.sort_unstable();
        escapes.dedup();
        self.escapes = escapes;
    }
}

/// Whether an attribute only says how something looked, or what scripts of the old site did with it.
fn is_look(element: &str, name: &str, value: &str) -> bool {
    match name {
        "class" | "style" | "cellspacing" | "cellpadding" | "bgcolor" | "nowrap" | "frameborder" | "role"
        | "tabindex" | "aria-describedby" | "aria-labelledby" | "aria-hidden" => true,
        "width" | "height" => {
            !(matches!(element, "img" | "video" | "source")
                && value.parse::<u32>().is_ok_and(|n| n <= 10_000))
        }
        _ => name.starts_with("data-") || (name.starts_with("on") && name.len() > 2),
    }
}

/// The last place before or at `at` where a character begins.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The id that Hugo gives a heading.
fn heading_id(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            c if c.is_alphanumeric() || c == '_' || c == '-' => id.extend(c.to_lowercase()),
            c if c.is_whitespace() => id.push('-'),
            _ => {}
        }
    }
    id
}

fn find(text: &str, range: Range<usize>, needle: &str) -> Option<Range<usize>> {
    if needle.is_empty() {
        return None;
    }
    let at = text.get(range.clone())?.find(needle)? + range.start;
    Some(at..at + needle.len())
}
