//! The body of a Hugo page → a body of ours: shortcodes become Markdown, links lead to where their
//! pages are now.

use super::anatomy::{Anatomy, Link, Style, within};
use super::node::Node;
use super::places::{self, Found, Lead, Places};
use super::report::{Matter, Report};
use super::shortcodes::{Args, Form, Tag};
use super::words::{
    anchor, bold, decode_entities, dedent, escaped, html_escaped, item, literal, quote, table_cell,
};
use std::ops::Range;

/// What a converted body brings along for the front matter.
#[derive(Debug, Default)]
pub struct Converted {
    pub text: String,
    /// Images and files that are named and not there, as the source names them.
    pub images: Vec<Node>,
    pub files: Vec<Node>,
}

/// Converts one body. `line` is the line of the file (from 1) on which the body begins.
pub fn convert(
    text: &str,
    anatomy: &Anatomy,
    line: usize,
    page: usize,
    places: &Places,
    report: &mut Report,
) -> Converted {
    let mut conversion = Conversion {
        text,
        anatomy,
        places,
        page,
        report,
        line_starts: line_starts(text),
        first_line: line,
        used: vec![false; anatomy.tags.len()],
        done: Converted::default(),
    };
    let mut edits = conversion.link_edits();
    conversion.html_edits(&mut edits);
    conversion.heading_edits(&mut edits);
    conversion.images_in_headings(&mut edits);
    edits.extend(anatomy.escapes.iter().map(|&at| Edit { range: at..at, text: "\\".to_owned() }));
    // Stable, so that an insertion comes before what begins at the same place.
    edits.sort_by_key(|e| (e.range.start, e.range.end));
    let mut cursor = Cursor { edits: &edits, edit: 0, tag: 0 };
    let body = conversion.render(0..text.len(), &mut cursor);
    let mut done = conversion.done;
    done.text = body;
    done
}

struct Edit {
    range: Range<usize>,
    text: String,
}

struct Cursor<'a> {
    edits: &'a [Edit],
    edit: usize,
    tag: usize,
}

/// Shortcodes that show an image.
const IMAGES: &[&str] = &[
    "img",
    "img-right",
    "img-left",
    "img-flexible",
    "legacy-img",
    "legacy-img-right",
    "featured-image",
    "figure",
    "image",
];

/// What a shortcode becomes.
enum Piece {
    /// Stands within its line.
    Words(String),
    /// Stands between blank lines.
    Block(String),
    /// A list item: stands at the beginning of its line.
    Item(String),
    /// Not understood.
    Unknown,
}

struct Conversion<'a> {
    text: &'a str,
    anatomy: &'a Anatomy,
    places: &'a Places,
    page: usize,
    report: &'a mut Report,
    line_starts: Vec<usize>,
    first_line: usize,
    /// Tags that a link has taken in.
    used: Vec<bool>,
    done: Converted,
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

impl Conversion<'_> {
    fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at) - 1 + self.first_line
    }

    fn remark(&mut self, matter: Matter, at: usize, text: impl Into<String>) {
        let line = self.line(at);
        let path = &self.places.pages[self.page].path;
        self.report.remark(matter, path, line, text);
    }

    fn count_link(&mut self, what: &'static str) {
        *self.report.links.entry(what).or_default() += 1;
    }

    fn count(&mut self, tag: &Tag, became: &'static str) {
        let entry = self.report.shortcodes.entry(tag.name.clone()).or_default();
        entry.converted += 1;
        entry.became = became;
    }

    /// Everything that links change.
    fn link_edits(&mut self) -> Vec<Edit> {
        let mut edits = Vec::new();
        let anatomy = self.anatomy;
        // An image that is replaced as a whole swallows what stands in it.
        let mut swallowed = 0;
        let mut links: Vec<&Link> = anatomy.links.iter().collect();
        links.sort_by_key(|l| (l.whole.start, std::cmp::Reverse(l.whole.end)));
        for link in links {
            if link.whole.start < swallowed || within(&anatomy.comments, &link.target) {
                continue;
            }
            let frame = anatomy.frames.partition_point(|f| f.whole.end <= link.target.start);
            if anatomy.frames.get(frame).is_some_and(|f| f.whole.start < link.target.start) {
                continue;
            }
            let first = anatomy.tags.partition_point(|t| t.range.end <= link.target.start);
            let tag = (first < anatomy.tags.len() && anatomy.tags[first].range.start < link.target.end)
                .then_some(first);
            match tag {
                Some(index) => self.shortcode_link(link, index, &mut edits),
                None => {
                    let before = edits.len();
                    self.plain_link(link, &mut edits);
                    if edits.len() > before && edits.last().is_some_and(|e| e.range == link.whole) {
                        swallowed = link.whole.end;
                    }
                }
            }
        }
        for range in &anatomy.bare {
            let url = &self.text[range.clone()];
            let text = match self.places.lead(url, self.page) {
                Lead::Page { page, tail } => {
                    self.count_link("absolute links to own pages, now site paths");
                    format!("[{}]({}{tail})", escaped(url), self.places.pages[page].address)
                }
                _ => format!("<{url}>"),
            };
            self.count_link("addresses in the text that Hugo made links of, now links");
            edits.push(Edit { range: range.clone(), text });
        }
        edits
    }

    /// What changes in HTML apart from its links: frames become links, and what only said how the
    /// old site looked goes.
    fn html_edits(&mut self, edits: &mut Vec<Edit>) {
        let anatomy = self.anatomy;
        let has_tag = |range: &Range<usize>| {
            let first = anatomy.tags.partition_point(|t| t.range.end <= range.start);
            anatomy.tags.get(first).is_some_and(|t| t.range.start < range.end)
        };
        let mut framed = 0;
        for frame in anatomy.frames.iter().filter(|frame| !has_tag(&frame.whole)) {
            if frame.whole.start < framed {
                continue;
            }
            let url = decode_entities(&self.text[frame.source.clone()]);
            let url = url.trim();
            let url = if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() };
            let Some((host, _)) = places::split_host(&url) else { continue };
            let title = if frame.title.is_empty() { host } else { decode_entities(&frame.title) };
            let block = anatomy.html.partition_point(|html| html.end <= frame.whole.start);
            let alone = anatomy
                .html
                .get(block)
                .is_some_and(|html| self.text[html.clone()].trim().len() == frame.whole.len());
            let text = anchor(&if alone { escaped(&title) } else { title }, &url, !alone);
            self.count_link("frames with pages of other sites, now links");
            framed = frame.whole.end;
            edits.push(Edit { range: frame.whole.clone(), text });
        }
        let in_frame = |range: &Range<usize>| {
            let at = anatomy.frames.partition_point(|f| f.whole.end <= range.start);
            anatomy.frames.get(at).is_some_and(|f| f.whole.start <= range.start)
        };
        for (range, name) in &anatomy.looks {
            if !has_tag(range) && !in_frame(range) {
                *self.report.attributes.entry(name.clone()).or_default() += 1;
                edits.push(Edit { range: range.clone(), text: String::new() });
            }
        }
        for block in &anatomy.loose {
            let text = &self.text[block.clone()];
            let end = block.start + text.trim_end().len();
            edits.push(Edit { range: block.start..block.start, text: "<ul>\n".to_owned() });
            edits.push(Edit { range: end..end, text: "\n</ul>".to_owned() });
        }
        for range in anatomy.stray.iter().filter(|range| !has_tag(range) && !in_frame(range)) {
            let url = &self.text[range.start + 1..range.end - 1];
            let text = anchor(url, url, true);
            self.count_link("addresses in the text that Hugo made links of, now links");
            edits.push(Edit { range: range.clone(), text });
        }
    }

    /// A heading to which links lead keeps the id that they name.
    fn heading_edits(&mut self, edits: &mut Vec<Edit>) {
        let wanted = &self.places.pages[self.page].wanted;
        for heading in &self.anatomy.headings {
            if wanted.contains(&heading.id) && heading.id != id_here(&heading.words) {
                let end = self.text[..heading.whole.end].trim_end().len();
                let text = format!(" {{#{}}}", heading.id);
                edits.push(Edit { range: end..end, text });
            }
        }
    }

    /// An image that floated beside a heading stands under it: its words are not the heading's.
    fn images_in_headings(&mut self, edits: &mut Vec<Edit>) {
        let anatomy = self.anatomy;
        for heading in anatomy.headings.iter().filter(|heading| !heading.words.trim().is_empty()) {
            let line = self.text[..heading.whole.start].rfind('\n').map_or(0, |at| at + 1);
            let own_line = self.text[line..heading.whole.start].trim().is_empty()
                && self.text[heading.whole.start..].trim_start().starts_with('#');
            let first = anatomy.tags.partition_point(|t| t.range.end <= heading.whole.start);
            for (index, tag) in anatomy.tags.iter().enumerate().skip(first) {
                if tag.range.start >= heading.whole.end || !own_line {
                    break;
                }
                let image = IMAGES.contains(&tag.name.as_str()) && tag.form != Form::Close;
                if !image || self.used[index] || anatomy.closed[index].is_some() || self.in_link(&tag.range) {
                    continue;
                }
                if let Piece::Words(words) = self.piece(tag, None, false, false) {
                    self.used[index] = true;
                    let start = self.text[..tag.range.start].trim_end_matches([' ', '\t']).len();
                    let space =
                        if self.text[tag.range.end..].starts_with(char::is_alphanumeric) { " " } else { "" };
                    edits.push(Edit { range: start..tag.range.end, text: space.to_owned() });
                    let end = self.text[heading.whole.end..]
                        .find('\n')
                        .map_or(self.text.len(), |n| heading.whole.end + n);
                    edits.push(Edit { range: end..end, text: format!("\n\n{words}\n") });
                }
            }
        }
    }

    /// A link whose target is, or begins with, a shortcode.
    fn shortcode_link(&mut self, link: &Link, index: usize, edits: &mut Vec<Edit>) {
        let tag = &self.anatomy.tags[index];
        if tag.form != Form::Open && tag.form != Form::Alone {
            return;
        }
        let in_html = matches!(link.style, Style::Attribute { .. });
        let target = match tag.name.as_str() {
            "ref" | "relref" => self.reference(tag, in_html),
            "link" => match tag.args.at("href", 0).filter(|url| !url.contains("://")) {
                Some(_) => self.reference(tag, in_html),
                None => tag.args.at("href", 0).map(str::to_owned),
            },
            "tmp" => {
                self.remark(Matter::RefMissing, tag.range.start, tag.args.placed.join(" "));
                None
            }
            "legacy-file" | "asset-static" => {
                let file = tag.args.at("file", 0).unwrap_or_default().trim_start_matches('/').to_owned();
                if self.places.file_base.is_empty() {
                    self.remark(Matter::FileMissing, tag.range.start, file.clone());
                    self.done.files.push(Node::quoted(file));
                    None
                } else {
                    Some(format!("{}/{file}", self.places.file_base))
                }
            }
            // Any other shortcode as a target is not understood; it stays as text.
            _ => return,
        };
        self.used[index] = true;
        let became = if target.is_some() { "a link" } else { "its words, without the link" };
        let tag = tag.clone();
        self.count(&tag, became);
        let after = self.text[tag.range.end..link.target.end].to_owned();
        match target {
            Some(url) => {
                let url = if in_html { html_escaped(&url) } else { url.replace(' ', "%20") };
                let after = if after.starts_with('"') { format!(" {after}") } else { after };
                edits.push(Edit { range: link.target.start..link.target.end, text: url + &after });
            }
            None => self.unlink(link, edits),
        }
    }

    /// Takes a link away and leaves its words.
    fn unlink(&mut self, link: &Link, edits: &mut Vec<Edit>) {
        match &link.style {
            Style::Attribute { range, .. } => edits.push(Edit { range: range.clone(), text: String::new() }),
            Style::Inline => {
                let Some(close) = self.text[link.whole.start..link.target.start].rfind("](") else { return };
                let close = link.whole.start + close;
                edits.push(Edit { range: link.whole.start..link.whole.start + 1, text: String::new() });
                edits.push(Edit { range: close..link.whole.end, text: String::new() });
            }
            _ => {}
        }
    }

    fn plain_link(&mut self, link: &Link, edits: &mut Vec<Edit>) {
        let url = &self.text[link.target.clone()];
        let image = matches!(link.style, Style::Image | Style::Attribute { image: true, .. });
        let lead = self.places.lead(url, self.page);
        let new = match lead {
            // Half an address: it had the scheme of the page on which it stood.
            Lead::Away if url.starts_with("//") && url.len() > 2 => {
                self.count_link("links to other sites without `https:`, now with it");
                format!("https:{url}")
            }
            Lead::Away
                if places::split_host(url).is_some_and(|(host, _)| self.places.hosts.contains(&host)) =>
            {
                self.count_link(
                    "absolute links to pages of the old site that the source does not have, unchanged",
                );
                self.remark(Matter::LinkElsewhere, link.target.start, url.to_owned());
                return;
            }
            Lead::Away => {
                self.count_link("links to other sites, unchanged");
                return;
            }
            Lead::Anchor(fragment) => {
                self.count_link("links within the page");
                self.check_heading(self.page, &fragment, link.target.start);
                return;
            }
            Lead::Here(path) if is_absolute(url) => {
                self.count_link("absolute links to own pages, now site paths");
                path
            }
            Lead::File(file) => {
                self.count_link("links to files of the source");
                self.places.relative(self.page, &file)
            }
            Lead::Here(_) => {
                self.count_link("site paths, unchanged");
                return;
            }
            Lead::Page { page, tail } => {
                if let Some(fragment) = tail.split_once('#').map(|(_, f)| f.to_owned()) {
                    self.check_heading(page, &fragment, link.target.start);
                }
                self.check_draft(page, link.target.start);
                let what = if is_absolute(url) {
                    "absolute links to own pages, now site paths"
                } else {
                    "site paths to own pages"
                };
                self.count_link(what);
                format!("{}{tail}", self.places.pages[page].address)
            }
            Lead::Elsewhere(_) | Lead::Nowhere if link.style == Style::Image => {
                let inner = &self.text[link.whole.start + 2..link.target.start];
                let alt = inner.rsplit_once("](").map_or(inner, |(alt, _)| alt).to_owned();
                let source = url.to_owned();
                let in_link = self.in_link(&link.whole);
                let words = self.missing_image(&source, &alt, "", link.whole.start, in_link, false, None);
                edits.push(Edit { range: link.whole.clone(), text: words });
                return;
            }
            Lead::Elsewhere(absolute) => {
                let matter = if image { Matter::ImageMissing } else { Matter::LinkElsewhere };
                self.remark(matter, link.target.start, url.to_owned());
                self.count_link("site paths that the source does not have, now absolute");
                absolute
            }
            Lead::Nowhere => {
                self.remark(Matter::LinkBroken, link.target.start, url.to_owned());
                self.count_link("links that the source itself has broken, unchanged");
                return;
            }
        };
        if new == url {
            return;
        }
        match link.style {
            Style::Auto => {
                let text = format!("[{}]({new})", escaped(url));
                edits.push(Edit { range: link.whole.clone(), text });
            }
            Style::Attribute { .. } => {
                edits.push(Edit { range: link.target.clone(), text: html_escaped(&new) })
            }
            _ => edits.push(Edit { range: link.target.clone(), text: new.replace(' ', "%20") }),
        }
    }

    fn check_heading(&mut self, page: usize, fragment: &str, at: usize) {
        let known = fragment.is_empty()
            || fragment == "top"
            || fragment.starts_with(":~:")
            || self.places.pages[page].ids.contains(fragment)
            || self.places.pages[page].ids.contains(&places::decode_percent(fragment));
        if !known {
            let words = if page == self.page {
                format!("#{fragment}")
            } else {
                format!("{}#{fragment}", self.places.pages[page].path)
            };
            self.remark(Matter::HeadingMissing, at, words);
        }
    }

    fn check_draft(&mut self, page: usize, at: usize) {
        if self.places.pages[page].draft && !self.places.pages[self.page].draft {
            let words = self.places.pages[page].path.clone();
            self.remark(Matter::LinkToDraft, at, words);
        }
    }

    /// The target of `ref "path#heading"`; notes what is wrong with it.
    fn reference(&mut self, tag: &Tag, in_html: bool) -> Option<String> {
        let at = tag.range.start;
        let typed = tag.args.at("path", 0).or_else(|| tag.args.at("href", 0)).unwrap_or_default().to_owned();
        let (path, fragment) = match typed.split_once('#') {
            Some((path, fragment)) => (path, format!("#{fragment}")),
            None => (typed.as_str(), String::new()),
        };
        if path.is_empty() && !fragment.is_empty() {
            self.check_heading(self.page, &fragment[1..], at);
            return Some(fragment);
        }
        if path.contains("://") {
            return Some(typed);
        }
        let page = match self.places.reference(path, self.page) {
            Found::One(page) => page,
            Found::First(page, count) => {
                let words =
                    format!("{path}: {count} files have this name; taken: {}", self.places.pages[page].path);
                self.remark(Matter::RefAmbiguous, at, words);
                page
            }
            Found::None => {
                // The folders of a reference are those of the address; a bare file name tells nothing.
                let name = places::logical(path);
                let guess = !self.places.base.is_empty() && (path.contains('/') || path.starts_with('/'));
                if guess && !name.is_empty() {
                    self.remark(Matter::RefElsewhere, at, path.to_owned());
                    self.count_link("references to pages that the source does not have, now absolute");
                    return Some(format!("{}/{name}/{fragment}", self.places.base));
                }
                self.remark(Matter::RefMissing, at, path.to_owned());
                return None;
            }
        };
        if fragment.len() > 1 {
            self.check_heading(page, &fragment[1..], at);
        }
        self.check_draft(page, at);
        self.count_link("references resolved");
        Some(if in_html {
            format!("{}{fragment}", self.places.pages[page].address)
        } else {
            format!("{}{fragment}", self.places.relative(self.page, &self.places.pages[page].out))
        })
    }

    /// Whether a place is in the words of a link, be it Markdown or HTML.
    fn in_link(&self, range: &Range<usize>) -> bool {
        let line = self.line_starts[self.line_starts.partition_point(|start| *start <= range.start) - 1];
        // A long line without a link costs no more than a short one.
        let near = range.start.saturating_sub(2048).max(line);
        let before = self.text.as_bytes()[near..range.start].to_ascii_lowercase();
        let last = |sign: &[u8]| before.windows(sign.len()).rposition(|w| w == sign);
        within(&self.anatomy.worded, range) || last(b"<a ") > last(b"</a>")
    }

    /// Words that stand for an image which is not there.
    #[allow(clippy::too_many_arguments, reason = "one place in the text and all that is known about it")]
    fn missing_image(
        &mut self,
        source: &str,
        alt: &str,
        caption: &str,
        at: usize,
        in_link: bool,
        in_html: bool,
        given: Option<&Args>,
    ) -> String {
        let file = source.trim_start_matches('/');
        let name = file.rsplit('/').next().unwrap_or(file);
        let (alt, caption) = (decode_entities(alt), decode_entities(caption));
        let words = match (alt.trim(), caption.trim()) {
            ("", "") => name.to_owned(),
            ("", caption) => caption.to_owned(),
            (alt, caption) if caption.is_empty() || caption == alt => alt.to_owned(),
            (alt, caption) => format!("{alt} — {caption}"),
        };
        self.remark(Matter::ImageMissing, at, format!("{source} ({words})"));
        let entry = match given {
            Some(args) => Node::Map(
                args.placed
                    .iter()
                    .map(|value| ("src".to_owned(), Node::quoted(value.trim())))
                    .take(1)
                    .chain(args.named.iter().map(|(n, v)| (n.clone(), Node::quoted(v.trim()))))
                    .filter(|(_, value)| !value.is_empty())
                    .fold(Vec::new(), |mut all: Vec<(String, Node)>, entry| {
                        if !all.iter().any(|(name, _)| *name == entry.0) {
                            all.push(entry);
                        }
                        all
                    }),
            ),
            None => Node::Map(vec![
                ("src".to_owned(), Node::quoted(source)),
                ("alt".to_owned(), Node::quoted(alt.trim())),
            ]),
        };
        self.done.images.push(entry);
        let known = !self.places.file_base.is_empty() && file.contains('/') && !file.contains("://");
        let url = known.then(|| format!("{}/{}", self.places.file_base, places::encode(file)));
        match (url, in_html) {
            (Some(url), true) if !in_link => {
                format!("<em><a href=\"{}\">Image: {}</a></em>", html_escaped(&url), html_escaped(&words))
            }
            (_, true) => format!("<em>[Image: {}]</em>", html_escaped(&words)),
            (Some(url), false) if !in_link => format!("*[Image: {}]({url})*", escaped(&words)),
            _ => format!("*\\[Image: {}\\]*", escaped(&words)),
        }
    }

    /// The text of a range with its edits made and its shortcodes converted.
    fn render(&mut self, range: Range<usize>, cursor: &mut Cursor<'_>) -> String {
        let anatomy = self.anatomy;
        let mut out = String::with_capacity(range.len());
        let mut at = range.start;
        loop {
            while anatomy.tags.get(cursor.tag).is_some_and(|t| t.range.start < at)
                || (cursor.tag < anatomy.tags.len() && self.used[cursor.tag])
            {
                cursor.tag += 1;
            }
            while cursor.edits.get(cursor.edit).is_some_and(|e| e.range.start < at) {
                cursor.edit += 1;
            }
            let tag = anatomy.tags.get(cursor.tag).map(|t| t.range.start).filter(|start| *start < range.end);
            // What is put in at the very end of a range is a part of it.
            let edit = cursor
                .edits
                .get(cursor.edit)
                .filter(|e| e.range.start < range.end || e.range == (range.end..range.end))
                .map(|e| e.range.start);
            match (tag, edit) {
                (None, None) => break,
                (tag, Some(start)) if tag.is_none_or(|t| start <= t) => {
                    out.push_str(&self.text[at..start]);
                    let edit = &cursor.edits[cursor.edit];
                    out.push_str(&edit.text);
                    at = edit.range.end;
                    cursor.edit += 1;
                }
                (_, _) => {
                    let index = cursor.tag;
                    let start = anatomy.tags[index].range.start;
                    out.push_str(&self.text[at..start]);
                    cursor.tag += 1;
                    at = self.tag(index, &mut out, cursor);
                }
            }
        }
        out.push_str(&self.text[at.min(range.end)..range.end]);
        out
    }

    /// Writes what one tag becomes; answers where the text goes on.
    fn tag(&mut self, index: usize, out: &mut String, cursor: &mut Cursor<'_>) -> usize {
        let anatomy = self.anatomy;
        let tag = &anatomy.tags[index];
        let in_html = within(&anatomy.html, &tag.range);
        if within(&anatomy.comments, &tag.range) {
            self.report.shortcodes.entry(tag.name.clone()).or_default().untouched += 1;
            self.remark(Matter::ShortcodeUntouched, tag.range.start, tag.name.clone());
            out.push_str(&self.text[tag.range.clone()]);
            return tag.range.end;
        }
        if tag.form == Form::Quoted {
            let (open, close) =
                if self.text[tag.range.clone()].starts_with("{{<") { ("{{<", ">}}") } else { ("{{%", "%}}") };
            out.push_str(&literal(&format!("{open}{}{close}", tag.name), in_html));
            return tag.range.end;
        }
        let close = anatomy.closed[index];
        let end = close.map_or(tag.range.end, |close| anatomy.tags[close].range.end);
        let raw = close.map(|close| tag.range.end..anatomy.tags[close].range.start);
        if let Some(raw) = &raw
            && tag.name == "highlight"
            && let Some(language) = tag.args.placed.first()
        {
            let code = self.text[raw.clone()].trim_matches('\n');
            let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(longest.max(2) + 1);
            self.count(tag, "code");
            push_block(out, &format!("{fence}{language}\n{code}\n{fence}"));
            return end;
        }
        let in_link = self.in_link(&tag.range);
        let inner = raw.map(|raw| self.render(raw, cursor));
        let piece = if tag.form == Form::Close || (in_html && inner.is_some() && tag.name != "highlight") {
            Piece::Unknown
        } else {
            self.piece(tag, inner.as_deref(), in_link, in_html)
        };
        match piece {
            Piece::Words(words) => {
                // A star is emphasis only if it stands free of letters and of other stars.
                let emphasis = words.starts_with('*') && !words.starts_with("**");
                if emphasis && out.ends_with(|c: char| !c.is_whitespace() && !matches!(c, '[' | '(' | '>')) {
                    out.push(' ');
                }
                out.push_str(&words);
                let next = self.text[end..].chars().next();
                if emphasis && next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '*' | '_' | '{')) {
                    out.push(' ');
                }
                end
            }
            Piece::Block(block) if in_html => {
                out.push_str(&block);
                end
            }
            Piece::Block(block) => {
                push_block(out, &block);
                skip_line_end(self.text, end)
            }
            Piece::Item(item) => {
                let indent = out.len() - out.trim_end_matches([' ', '\t']).len();
                out.truncate(out.len() - indent);
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
                out.push_str(&item);
                end
            }
            Piece::Unknown => {
                let entry = self.report.shortcodes.entry(tag.name.clone()).or_default();
                entry.kept += 1;
                let typed = &self.text[tag.range.clone()];
                self.remark(Matter::ShortcodeKept, tag.range.start, typed.to_owned());
                out.push_str(&literal(typed, in_html));
                if let (Some(inner), Some(close)) = (inner, close) {
                    out.push_str(&inner);
                    out.push_str(&literal(&self.text[anatomy.tags[close].range.clone()], in_html));
                }
                end
            }
        }
    }

    /// What a shortcode becomes, by its name.
    fn piece(&mut self, tag: &Tag, inner: Option<&str>, in_link: bool, in_html: bool) -> Piece {
        let args = &tag.args;
        let at = tag.range.start;
        let (piece, became) = match (tag.name.as_str(), inner) {
            ("ref" | "relref", None) => match self.reference(tag, true) {
                Some(path) => (Piece::Words(path), "a link"),
                None => (
                    Piece::Words(args.at("path", 0).unwrap_or_default().to_owned()),
                    "its words, without the link",
                ),
            },
            (name, None) if IMAGES.contains(&name) => {
                let source = args.at("src", 0).unwrap_or_default().to_owned();
                let alt = args.get("alt").or_else(|| args.get("title")).unwrap_or_default().to_owned();
                let caption =
                    args.get("caption").or_else(|| args.get("capton")).unwrap_or_default().to_owned();
                let away = source.contains("://") || source.starts_with("//");
                let found = match self.places.lead(&source, self.page) {
                    _ if away => Some(source.replace("\\_", "_")),
                    Lead::Here(path) => Some(path),
                    Lead::File(file) => Some(self.places.relative(self.page, &file)),
                    _ => None,
                };
                if let Some(url) = found.filter(|_| !in_html) {
                    let mut words =
                        format!("![{}]({})", escaped(&decode_entities(&alt)), url.replace(' ', "%20"));
                    if !caption.is_empty() && caption != alt {
                        words.push_str(&format!(" *{}*", escaped(&decode_entities(&caption))));
                    }
                    (Piece::Words(words), "an image where it can be had, else a note in its place")
                } else {
                    let words = self.missing_image(&source, &alt, &caption, at, in_link, in_html, Some(args));
                    (Piece::Words(words), "an image where it can be had, else a note in its place")
                }
            }
            ("legacy-file" | "asset-static", None) => {
                let file = args.at("file", 0).unwrap_or_default().to_owned();
                let label = args.at("label", 1).unwrap_or(&file).to_owned();
                self.remark(Matter::FileMissing, at, format!("{file} ({label})"));
                self.done.files.push(Node::Map(vec![
                    ("file".to_owned(), Node::quoted(file)),
                    ("label".to_owned(), Node::quoted(label.clone())),
                ]));
                (Piece::Words(format!("*\\[File: {}\\]*", escaped(&label))), "its label, as a note")
            }
            ("note" | "notice" | "callout" | "alert" | "hint" | "admonition", Some(inner)) => {
                let kind = match args.get("variant").or_else(|| args.at("type", 0)).unwrap_or_default() {
                    "alert" | "warning" => "[!WARNING]\n",
                    "danger" | "caution" | "error" => "[!CAUTION]\n",
                    "action" | "important" => "[!IMPORTANT]\n",
                    "tip" | "success" => "[!TIP]\n",
                    "comment" => "",
                    _ => "[!NOTE]\n",
                };
                (
                    Piece::Block(quote(&format!("{kind}{}", dedent(inner)))),
                    "an alert (`> [!NOTE]`), or a quote for a comment",
                )
            }
            ("box", Some(inner)) => (Piece::Block(quote(&dedent(inner))), "a quote"),
            ("ring", Some(inner)) => {
                let title = args.at("title", 0).map(|t| format!("{}\n\n", bold(t))).unwrap_or_default();
                (Piece::Block(quote(&format!("{title}{}", dedent(inner)))), "a quote with its title")
            }
            ("accordion" | "details" | "expand", Some(inner)) => {
                let words = [args.get("kicker"), args.at("title", 0).or_else(|| args.get("summary"))];
                let title: Vec<&str> =
                    words.into_iter().flatten().map(|w| w.trim_matches('*').trim()).collect();
                let title =
                    title.iter().map(|t| t.trim_end_matches(['*', ':'])).collect::<Vec<_>>().join(": ");
                (
                    Piece::Block(format!("{}\n\n{}", bold(&title), dedent(inner))),
                    "its title in bold, then its text",
                )
            }
            ("card-policy", Some(inner)) => {
                let words: Vec<&str> =
                    [args.get("kicker"), args.get("title")].into_iter().flatten().collect();
                let title = words.join(": ");
                let title = match args.get("src").or_else(|| args.get("href")) {
                    Some(url) => format!("**[{title}]({})**", self.address(url)),
                    None => bold(&title),
                };
                (Piece::Block(quote(&format!("{title}\n\n{}", dedent(inner)))), "a quote with its title")
            }
            ("card-prompt", Some(inner)) => {
                let mut text = format!("{}\n\n{}", args.get("intro").unwrap_or_default(), dedent(inner));
                if let Some(url) = args.get("button-url") {
                    let label = args.get("button-text").unwrap_or(url);
                    text.push_str(&format!("\n\n[{label}]({})", self.address(url)));
                }
                (Piece::Block(quote(&text)), "a quote with its link")
            }
            ("quote-block" | "quote" | "blockquote", inner) => {
                let text =
                    args.get("text").map(str::to_owned).or_else(|| inner.map(dedent)).unwrap_or_default();
                let cite = args.get("cite").or_else(|| args.get("author")).map(|c| format!("\n\n— {c}"));
                (Piece::Block(quote(&format!("{text}{}", cite.unwrap_or_default()))), "a quote")
            }
            ("button", None) => match args.at("href", 0).or_else(|| args.get("url")) {
                Some(url) => {
                    let text = args.at("text", 1).unwrap_or(url);
                    let url = self.address(url);
                    (Piece::Words(anchor(text, &url, in_html)), "a link")
                }
                None => return Piece::Unknown,
            },
            ("link", None) => match args.at("href", 0).map(str::to_owned) {
                Some(url) if url.contains("://") => (Piece::Words(url), "a link"),
                Some(_) => (Piece::Words(self.reference(tag, true).unwrap_or_default()), "a link"),
                None => return Piece::Unknown,
            },
            ("tmp", None) => {
                self.remark(Matter::RefMissing, at, args.placed.join(" "));
                (Piece::Words(String::new()), "its words, without the link")
            }
            ("featured-resource", None) => match args.at("link", 0).map(str::to_owned) {
                Some(link) => {
                    let path = format!("/{}", link.trim_start_matches('/'));
                    let title = match self.places.at(&path) {
                        Some(Lead::Page { page, .. }) => self.places.pages[page].title.clone(),
                        _ => link,
                    };
                    let kicker = args
                        .get("kicker")
                        .map(|k| format!("{} ", bold(&format!("{k}:"))))
                        .unwrap_or_default();
                    let url = self.address(&path);
                    (Piece::Block(format!("{kicker}[{}]({url})", escaped(&title))), "a link")
                }
                None => return Piece::Unknown,
            },
            ("youtube" | "vimeo", None) => match args.at("id", 0) {
                Some(id) => {
                    let host = if tag.name == "vimeo" { "vimeo.com/" } else { "www.youtube.com/watch?v=" };
                    let title = args
                        .get("title")
                        .map_or("Video".to_owned(), |t| format!("Video: {}", decode_entities(t)));
                    (
                        Piece::Words(anchor(&escaped(&title), &format!("https://{host}{id}"), in_html)),
                        "a link to the video",
                    )
                }
                None => return Piece::Unknown,
            },
            ("fb-video" | "cspan-iframe" | "iframe", None) => match args.at("src", 0) {
                Some(url) => {
                    let title = args
                        .get("title")
                        .map_or("Video".to_owned(), |t| format!("Video: {}", decode_entities(t)));
                    (Piece::Words(anchor(&escaped(&title), url, in_html)), "a link to the video")
                }
                None => return Piece::Unknown,
            },
            ("tweet" | "twitter" | "x", None) => {
                let user = args.get("user");
                match args.get("id").or_else(|| args.placed.last().map(String::as_str)) {
                    Some(id) => {
                        let by = user.map_or("Tweet".to_owned(), |user| format!("Tweet by @{user}"));
                        let url = format!("https://twitter.com/{}/status/{id}", user.unwrap_or("i"));
                        (Piece::Words(anchor(&escaped(&by), &url, in_html)), "a link to the tweet")
                    }
                    None => return Piece::Unknown,
                }
            }
            ("gist", None) if args.placed.len() >= 2 => {
                let url = format!("https://gist.github.com/{}/{}", args.placed[0], args.placed[1]);
                (Piece::Words(anchor("Gist", &url, in_html)), "a link")
            }
            ("highlight", Some(inner)) => {
                let words = inner.trim();
                let (before, after) = inner.split_once(words).unwrap_or(("", ""));
                let strong = if in_html {
                    format!("<strong>{words}</strong>")
                } else if words.is_empty() || words.contains("**") || words.contains("\n\n") {
                    words.to_owned()
                } else {
                    bold(words)
                };
                (Piece::Words(format!("{before}{strong}{after}")), "bold; code where it names a language")
            }
            ("checklist", Some(inner)) => {
                (Piece::Block(inner.trim_matches('\n').trim_end().to_owned()), "its items")
            }
            ("checklist-sublist", Some(inner)) => {
                (Piece::Item(inner.trim_matches('\n').trim_end().to_owned()), "its items")
            }
            ("checkbox", Some(inner)) => (Piece::Item(item("- [ ] ", inner)), "an item of a task list"),
            ("checkbox-sublist-item", Some(inner)) => {
                (Piece::Item(item("  - [ ] ", inner)), "an item of a task list")
            }
            ("do-row", Some(inner)) => {
                (Piece::Words(format!("| {} ", table_cell(inner))), "a cell of the table")
            }
            ("dont-row", Some(inner)) => {
                (Piece::Words(format!("| {} |", table_cell(inner))), "a cell of the table")
            }
            ("row", Some(inner)) if inner.trim_start().starts_with('|') => {
                (Piece::Item(inner.split_whitespace().collect::<Vec<_>>().join(" ")), "a row of the table")
            }
            ("do-dont-table", Some(inner)) => {
                let rows: Vec<&str> = inner.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                let caption = args.get("caption").map(|c| format!("{}\n\n", bold(c))).unwrap_or_default();
                let table = format!("{caption}| Do | Don’t |\n| --- | --- |\n{}", rows.join("\n"));
                (Piece::Block(table), "a table")
            }
            _ => return Piece::Unknown,
        };
        self.count(tag, became);
        piece
    }

    /// An address that a shortcode names, as it is written now.
    fn address(&self, url: &str) -> String {
        match self.places.lead(url, self.page) {
            Lead::Page { page, tail } => format!("{}{tail}", self.places.pages[page].address),
            Lead::File(file) => self.places.relative(self.page, &file),
            Lead::Elsewhere(absolute) => absolute,
            _ => url.replace(' ', "%20"),
        }
    }
}

/// The places on pages to which the links and references of a body lead: page, fragment.
pub fn places_wanted(text: &str, anatomy: &Anatomy, page: usize, places: &Places) -> Vec<(usize, String)> {
    let mut wanted = Vec::new();
    for link in &anatomy.links {
        match places.lead(&text[link.target.clone()], page) {
            Lead::Anchor(fragment) => wanted.push((page, fragment)),
            Lead::Page { page, tail } => {
                wanted.extend(tail.split_once('#').map(|(_, fragment)| (page, fragment.to_owned())));
            }
            _ => {}
        }
    }
    for tag in anatomy.tags.iter().filter(|tag| matches!(tag.name.as_str(), "ref" | "relref" | "link")) {
        let typed = tag.args.at("path", 0).or_else(|| tag.args.at("href", 0)).unwrap_or_default();
        // What follows the tag may be the fragment too: `{{< ref "x" >}}#heading`.
        let after = text[tag.range.end..].split([')', '"', ' ', '\n']).next().unwrap_or("");
        let (path, fragment) = match (typed.split_once('#'), after.strip_prefix('#')) {
            (Some(parts), _) => parts,
            (None, Some(fragment)) => (typed, fragment),
            (None, None) => continue,
        };
        match places.reference(path, page) {
            _ if path.is_empty() => wanted.push((page, fragment.to_owned())),
            Found::One(page) | Found::First(page, _) => wanted.push((page, fragment.to_owned())),
            Found::None => {}
        }
    }
    wanted
}

/// The id that a heading of these words gets here if no other has the same.
fn id_here(words: &str) -> String {
    let mut id = String::new();
    let mut gap = false;
    for c in words.to_lowercase().chars().filter(|c| !matches!(c, '\'' | '’')) {
        if c.is_alphanumeric() || c == '_' {
            if gap && !id.is_empty() {
                id.push('-');
            }
            id.push(c);
        }
        gap = !(c.is_alphanumeric() || c == '_');
    }
    id
}

fn is_absolute(url: &str) -> bool {
    places::split_host(url).is_some()
}

/// A block on lines of its own, with blank lines around it.
fn push_block(out: &mut String, block: &str) {
    out.truncate(out.trim_end_matches([' ', '\t']).len());
    // Inside a quote the marker stays, and the block goes on under it.
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
    out.push_str(block.trim_end());
    out.push_str("\n\n");
}

/// Past the rest of a line if it is blank, and the blank line after it: a block brings its own.
fn skip_line_end(text: &str, at: usize) -> usize {
    let mut at = at;
    for _ in 0..2 {
        let rest = &text[at..];
        let line = rest.find('\n').map_or(rest.len(), |n| n + 1);
        if !rest[..line].trim().is_empty() {
            // What follows on the same line begins a paragraph.
            return at
                + (rest.len() - rest.trim_start_matches([' ', '\t']).len())
                    * usize::from(at == 0 || !text[..at].ends_with('\n'));
        }
        at += line;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::anatomy::dissect;
    use super::super::places::Place;
    use super::*;

    /// A site of three pages; the text stands on the first.
    fn run(text: &str) -> (Converted, Report) {
        let mut places = Places::default();
        places.base = "https://old.org".into();
        places.hosts.insert("old.org".into());
        let ids = dissect("# Some Heading\n\n<p id=\"spot\">x</p>").ids;
        for (path, out, address) in [
            ("news/2013/a.md", "content/explainers/2013/a.md", "/2013/01/02/a/"),
            ("news/2014/b.md", "content/explainers/2014/b.md", "/2014/01/02/b/"),
            ("topics/mobile/_index.md", "content/topics/mobile.md", "/topics/mobile/"),
        ] {
            places.add(Place {
                path: path.into(),
                out: out.into(),
                address: address.into(),
                title: "A *title*".into(),
                draft: path.contains('b'),
                ids: ids.clone(),
                list: None,
                wanted: ["some-heading".to_owned(), "a--b".to_owned()].into(),
            });
        }
        places.assets.insert("/img/x.png".into());
        let mut report = Report::default();
        let anatomy = dissect(text);
        let converted = convert(text, &anatomy, 10, 0, &places, &mut report);
        (converted, report)
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(run(text).0.text.trim_end(), expected, "{text}");
    }

    fn remarks(text: &str) -> Vec<(Matter, usize)> {
        run(text).1.remarks.iter().map(|r| (r.matter, r.line)).collect()
    }

    #[test]
    fn references_become_links_to_files() {
        check("[x]({{< ref \"b.md\" >}})", "[x](../2014/b.md)");
        check("[x]({{< ref \"b.md#some-heading\" >}} \"T\")", "[x](../2014/b.md#some-heading \"T\")");
        check("[x]({{< ref \"/topics/mobile\" >}}#spot)", "[x](../../topics/mobile.md#spot)");
        check("[x]({{% relref \"b.md\" %}}\"T\")", "[x](../2014/b.md \"T\")");
        check("<a href=\"{{< ref \"b.md\" >}}\">x</a>", "<a href=\"/2014/01/02/b/\">x</a>");
        check(
            "<p>\n<a class=c href=\"{{< ref \"b.md\" >}}\">x</a>\n</p>",
            "<p>\n<a href=\"/2014/01/02/b/\">x</a>\n</p>",
        );
        check("[x]({{< ref \"events/c.md#y\" >}})", "[x](https://old.org/events/c/#y)");
        check("a [x *y*]({{< ref \"gone.md\" >}} \"T\") b", "a x *y* b");
        check("<a id=\"i\" href=\"{{< tmp \"gone\" >}}\">x</a>", "<a id=\"i\">x</a>");
        check("[x]({{< ref \"https://a.org/y.pdf\" >}})", "[x](https://a.org/y.pdf)");
        assert_eq!(remarks("\n[x]({{< ref \"gone.md\" >}})"), [(Matter::RefMissing, 11)]);
        assert_eq!(
            remarks("[x]({{< ref \"b.md#none\" >}})"),
            [(Matter::HeadingMissing, 10), (Matter::LinkToDraft, 10)]
        );
    }

    #[test]
    fn shortcodes_in_code_and_comments_stay() {
        check("`{{< note >}}` and", "`{{< note >}}` and");
        check("```\n{{< ref \"b.md\" >}}\n```", "```\n{{< ref \"b.md\" >}}\n```");
        check("<!-- {{< img src=\"a\" >}} -->", "<!-- {{< img src=\"a\" >}} -->");
        check("{{</* ref \"b.md\" */>}}", "{{< ref \"b.md\" >}}");
    }

    #[test]
    fn what_is_not_understood_stays_as_text() {
        check("a {{< widget x=1 >}} b", "a {{< widget x=1 >}} b");
        check(
            "{{<widget>}}in [x]({{< ref \"b.md\" >}}){{</widget>}}",
            "{{\\<widget>}}in [x](../2014/b.md){{\\</widget>}}",
        );
        check("{{< /note >}}", "{{< /note >}}");
        assert_eq!(remarks("\n\n{{< widget >}}"), [(Matter::ShortcodeKept, 12)]);
    }

    #[test]
    fn blocks_become_quotes() {
        check("a\n\n{{< note >}} b\nc {{< /note >}}\n\nd", "a\n\n> [!NOTE]\n> b\n> c\n\nd");
        check(
            "{{< note variant=\"alert\" >}}\n- b\n\n- c\n{{< /note >}}\nd",
            "> [!WARNING]\n> - b\n>\n> - c\n\nd",
        );
        check("{{< box >}}\n{{< note >}}x{{< /note >}}\n{{< /box >}}", "> > [!NOTE]\n> > x");
        check("{{< ring title=\"T\">}}\n\nx\n\n{{< /ring >}}", "> **T**\n>\n> x");
        check("{{< quote-block text=\"A b.\" cite=\"C\" >}}\n\nd", "> A b.\n>\n> — C\n\nd");
        check("{{< accordion kicker=\"K\" title=\"**T**:\" >}}\nx\n{{< /accordion >}}", "**K: T**\n\nx");
    }

    #[test]
    fn words_become_links_emphasis_and_tables() {
        check("{{< button href=\"/2014/01/02/b\" text=\"Go\" >}}", "[Go](/2014/01/02/b/)");
        check(
            "{{< youtube id=\"a_b\" title=\"T &amp; U\" >}}",
            "[Video: T & U](https://www.youtube.com/watch?v=a_b)",
        );
        check("{{< youtube w7 >}}", "[Video](https://www.youtube.com/watch?v=w7)");
        check("{{< tweet user=\"u_v\" id=\"1\" >}}", "[Tweet by @u\\_v](https://twitter.com/u_v/status/1)");
        check("we {{< highlight >}}use it{{< /highlight >}}.", "we **use it**.");
        check(
            "{{< highlight go \"x=1\" >}}\na := *b [c](/gone)\n{{< /highlight >}}",
            "```go\na := *b [c](/gone)\n```",
        );
        check(
            "  {{< checkbox >}} a {{< /checkbox >}}\n  {{< checkbox >}}b{{< /checkbox >}}",
            "- [ ] a\n- [ ] b",
        );
        check(
            "{{< do-dont-table caption=\"C\" >}}\n{{< row >}}\n  {{< do-row >}} a|b {{< /do-row >}}\n  {{< dont-row >}}c{{< /dont-row >}}\n{{< /row >}}\n{{< /do-dont-table >}}",
            "**C**\n\n| Do | Don’t |\n| --- | --- |\n| a\\|b | c |",
        );
        check(
            "{{< featured-resource link=\"topics/mobile/\" kicker=\"See\">}}",
            "**See:** [A \\*title\\*](/topics/mobile/)",
        );
    }

    #[test]
    fn images_that_are_not_there_leave_a_note() {
        check("{{< img src=\"a-b\" alt=\"An *x*\" caption=\"y\" >}}", "*\\[Image: An \\*x\\* — y\\]*");
        check("{{< img src=\"a-b\" >}}Next", "*\\[Image: a-b\\]* Next");
        check("[{{< img src=\"a\" >}}](https://x.org/a)", "[*\\[Image: a\\]*](https://x.org/a)");
        check("**b**{{< img src=\"a\" >}}**c**", "**b** *\\[Image: a\\]* **c**");
        check("![Al t](/gone.png)", "*\\[Image: Al t\\]*");
        check("{{< figure src=\"/img/x.png\" alt=\"A\" caption=\"C\" >}}", "![A](/img/x.png) *C*");
        check("{{< legacy-img src=\"https://x.org/a.gif\" alt=\"\" >}}", "![](https://x.org/a.gif)");
        let (converted, report) = run("{{< img src=\"a\" inline=\"true\" >}}");
        assert_eq!(converted.images.len(), 1);
        assert_eq!(report.remarks_on(Matter::ImageMissing), 1);
    }

    #[test]
    fn links_lead_to_where_pages_are() {
        check("[a](https://old.org/2014/01/02/b#spot)", "[a](/2014/01/02/b/#spot)");
        check("[a](/2014/01/02/B?x)", "[a](/2014/01/02/b/?x)");
        check("[a](/gone/ \"T\")", "[a](https://old.org/gone/ \"T\")");
        check("[a](https://old.org/gone/)", "[a](https://old.org/gone/)");
        check("[a][r]\n\n[r]: /topics/mobile 'T'", "[a][r]\n\n[r]: /topics/mobile/ 'T'");
        check("<https://old.org/topics/mobile/>", "[https://old.org/topics/mobile/](/topics/mobile/)");
        check("<img src=\"/gone.png\">", "<img src=\"https://old.org/gone.png\">");
        check("[![i](/img/x.png)](https://old.org/topics/mobile)", "[![i](/img/x.png)](/topics/mobile/)");
        check("`[a](/gone/)`", "`[a](/gone/)`");
        assert_eq!(
            remarks("[a](www.x.org) [b](#none) [c](#)"),
            [(Matter::LinkBroken, 10), (Matter::HeadingMissing, 10)]
        );
    }

    #[test]
    fn addresses_in_the_text_become_links() {
        check(
            "see https://x.org/a_b_(c). And (http://y.org)",
            "see <https://x.org/a_b_(c)>. And (<http://y.org>)",
        );
        check("[x](https://x.org) `https://x.org`", "[x](https://x.org) `https://x.org`");
        check("[https://x.org](https://x.org)", "[https://x.org](https://x.org)");
    }

    #[test]
    fn signs_that_mean_something_here_are_escaped() {
        check("$1-$2 and `$3-$4`", "\\$1-\\$2 and `$3-$4`");
        check("from $1 to $2", "from $1 to $2");
        check("[[1]](https://x.org) [[Page]]", "[\\[1\\]](https://x.org) [\\[Page\\]]");
        check("[@x] and [@y](https://y.org)", "[\\@x] and [@y](https://y.org)");
    }

    #[test]
    fn frames_become_links() {
        check(
            "a\n\n<iframe src=\"//x.org/1\" title=\"T & *U*\" width=3></iframe>\n\nb",
            "a\n\n[T & \\*U\\*](https://x.org/1)\n\nb",
        );
        check(
            "<div>\n<iframe src=https://x.org/1></iframe>\n</div>",
            "<div>\n<a href=\"https://x.org/1\">x.org</a>\n</div>",
        );
        check("a <iframe src='https://x.org/1'></iframe> b", "a <a href=\"https://x.org/1\">x.org</a> b");
        check("<iframe src=\"https://x.org/1\">never closed", "[x.org](https://x.org/1)");
    }

    #[test]
    fn html_keeps_what_it_says_and_loses_how_it_looked() {
        check(
            "<p class=\"a\" id='i' style=\"x:y\" data-x>t <img src=\"/img/x.png\" width=20 height=50%></p>",
            "<p id='i'>t <img src=\"/img/x.png\" width=20></p>",
        );
        check("t <span style=\"a\">b</span>", "t <span>b</span>");
        check("`<p class=a>` <!-- <p class=a> -->", "`<p class=a>` <!-- <p class=a> -->");
        check(
            "<a class=x href=\"//y.org\">z</a> [z](//y.org/1)",
            "<a href=\"https://y.org\">z</a> [z](https://y.org/1)",
        );
        check(
            "<div>\nsee <https://x.org/a?b&c>.\n</div>",
            "<div>\nsee <a href=\"https://x.org/a?b&amp;c\">https://x.org/a?b&amp;c</a>.\n</div>",
        );
        let (_, report) = run("<p class=a>x</p> <b class=b onclick=c>x</b>");
        assert_eq!(
            report.attributes.into_iter().collect::<Vec<_>>(),
            [("class".to_owned(), 2), ("onclick".to_owned(), 1)]
        );
    }

    #[test]
    fn list_items_without_a_list_get_one() {
        check("a\n\n<li>\n  b\n</li>\n\nc", "a\n\n<ul>\n<li>\n  b\n</li>\n</ul>\n\nc");
        check("<ul>\n\n<li>b</li>\n\n</ul>", "<ul>\n\n<li>b</li>\n\n</ul>");
        check("<li>never closed", "<li>never closed");
    }

    #[test]
    fn images_beside_headings_stand_under_them() {
        check("## A & b {{< img src=\"x\" >}}\nText", "## A & b {#a--b}\n\n*\\[Image: x\\]*\n\nText");
        check("## {{< img src=\"x\" >}}A\nText", "## A\n\n*\\[Image: x\\]*\n\nText");
        check("## {{< img src=\"x\" >}}", "## *\\[Image: x\\]*");
        check("A {{< img src=\"x\" >}}\n---", "A *\\[Image: x\\]*\n---");
        check("## A -- b {{< img src=\"x\" >}}", "## A -- b\n\n*\\[Image: x\\]*");
    }

    #[test]
    fn links_to_pages_that_were_left_out_are_named() {
        assert_eq!(
            remarks("[a](https://old.org/gone/) [b](https://x.org/)\n[c](/gone/)"),
            [(Matter::LinkElsewhere, 10), (Matter::LinkElsewhere, 11)]
        );
    }

    #[test]
    fn hostile_bodies_are_read_in_time() {
        for text in [
            "{{< note >}}",
            "[x]({{< ref \"b.md\" >}}",
            "[[",
            "$a$",
            "<a href=",
            "https://x.org/ ",
            "<iframe src=//x>",
            "<li>",
            "\n\n<li>x</li>",
            "<p class=a ",
            "<http://",
            "## {{< img src=\"a\" >}} a\n",
        ] {
            run(&text.repeat(5_000));
        }
    }
}
