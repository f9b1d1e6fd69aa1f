//! Raw HTML in a body.
//!
//! On a page that is not trusted, tags are made anew from what is allowed (see
//! [`safety`](crate::document::safety)) and kept in balance: an element may be opened in one HTML
//! block and closed in a later one, with Markdown between, but only beside the same blocks. What is
//! still open where the Markdown element around it ends is closed there, and an end tag without its
//! beginning is dropped. So an author's HTML can neither close an element of ours nor reach beyond
//! the body.
//!
//! A sanitiser of documents, such as ammonia, does not fit: it completes each fragment by itself, so
//! that nothing opened in one block could be closed in another; and given the whole body, it would
//! have to let through the ids, classes and tasks that Markdown makes, and so the author's too. The
//! tests use it as a second opinion.
//!
//! On a trusted page all is passed through as typed, but for addresses that lead into the site: they
//! become holes on every page, because links are checked and a site can stand below a path.

use super::Slot;
use super::names::BARRED;
use super::walk::{Destination, Walk, shortened, starts_with_http};
use crate::diagnostics::{Finding, Span};
use crate::document::LinkStyle;
use crate::document::safety::{
    Attribute, Tag, Token, Tokens, Url, allowed_attribute, allowed_element, decode_entities,
    escape_around_references, is_closed_by_next, is_dropped_whole, is_void, parents, safe_url,
};

/// Most elements of raw HTML in each other.
const DEEPEST: usize = 256;

/// What an address of raw HTML is.
pub(super) enum Address {
    One(LinkStyle, Slot),
    /// `srcset`: several, each with a width or density.
    Candidates,
}

pub(super) fn address(element: &str, attribute: &str) -> Option<Address> {
    Some(match (element, attribute) {
        ("a" | "area", "href") => Address::One(LinkStyle::Path, Slot::Href),
        ("link", "href") => Address::One(LinkStyle::Image, Slot::Href),
        ("img" | "source" | "audio" | "video" | "track", "src") => Address::One(LinkStyle::Image, Slot::Src),
        ("video", "poster") => Address::One(LinkStyle::Image, Slot::Poster),
        ("img" | "source", "srcset") => Address::Candidates,
        _ => return None,
    })
}

impl<const HTML: bool> Walk<'_, HTML> {
    /// Reads a fragment. `lines` says where its parts stand in the text.
    pub(super) fn raw_html(&mut self, fragment: &str, lines: &[(usize, usize)]) {
        let mut tokens = Tokens::new(fragment);
        while let Some((range, token)) = tokens.next() {
            let place = |range: std::ops::Range<usize>| {
                let line = lines.partition_point(|(at, _)| *at <= range.start).saturating_sub(1);
                let (at, start) = lines.get(line).copied().unwrap_or_default();
                let start = start + range.start.saturating_sub(at);
                Span::new(start.min(self.text.len()), (start + range.len()).min(self.text.len()))
            };
            match token {
                _ if self.way.trusted => {
                    self.bar_names(&token);
                    if let Token::Open(tag) = token {
                        self.trusted_tag(fragment, range, &tag, lines);
                        if is_dropped_whole(&tag.name) {
                            let from = tokens.at;
                            tokens.skip_past_close(&tag.name);
                            self.put(&fragment[from..tokens.at]);
                        }
                    } else {
                        self.put(&fragment[range]);
                    }
                }
                Token::Text(text) => {
                    // What was taken out leaves no empty lines behind.
                    let needed = !text.trim_ascii().is_empty()
                        || !(self.out.html.is_empty() || self.out.html.ends_with('\n'));
                    if HTML && needed {
                        escape_around_references(&mut self.out.html, text);
                    }
                }
                Token::Nothing => {}
                Token::Close(name) => self.close_tag(below_the_title(&name.to_ascii_lowercase())),
                Token::Open(tag) => {
                    let name_at = place(range.start + 1..range.start + 1 + tag.name.len());
                    match allowed_element(&tag.name).map(below_the_title) {
                        Some(name) if self.may_stand_here(name) => {
                            self.open_tag(
                                name,
                                &tag,
                                lines,
                                Span::new(name_at.start as usize - 1, name_at.end as usize),
                            );
                        }
                        _ => self.take_out(&tag.name, name_at, || {
                            format!(
                                "the element `<{}>` is taken out of a page that is not trusted",
                                shortened(&tag.name)
                            )
                        }),
                    }
                    if is_dropped_whole(&tag.name) {
                        tokens.skip_past_close(&tag.name);
                    }
                }
            }
        }
    }

    /// Counts the elements of a trusted page in which names do not become links.
    fn bar_names(&mut self, token: &Token) {
        let Some(names) = &mut self.names else { return };
        let bars = |name: &str| BARRED.contains(&name.to_ascii_lowercase().as_str());
        match token {
            Token::Open(tag) if bars(&tag.name) && !is_dropped_whole(&tag.name) => names.barred += 1,
            Token::Close(name) if bars(name) => names.barred = names.barred.saturating_sub(1),
            _ => {}
        }
    }

    /// Closes what raw HTML left open in the Markdown element that ends.
    pub(super) fn close_raw(&mut self) {
        while let Some((name, _)) = self.raw_open.pop_if(|(_, depth)| *depth >= self.depth) {
            self.put("</");
            self.put(name);
            self.put(">");
        }
    }

    /// Whether an element may be opened here; ends those that end by themselves before it.
    fn may_stand_here(&mut self, name: &'static str) -> bool {
        let Some(parents) = parents(name) else { return is_void(name) || self.raw_open.len() < DEEPEST };
        while let Some((top, depth)) = self.raw_open.last().copied() {
            if depth != self.depth || parents.contains(&top) || !is_closed_by_next(top) {
                break;
            }
            self.raw_open.pop();
            self.put("</");
            self.put(top);
            self.put(">");
        }
        self.raw_open.len() < DEEPEST
            && self.raw_open.last().is_some_and(|(top, depth)| *depth == self.depth && parents.contains(top))
    }

    fn close_tag(&mut self, name: &str) {
        let beside = |(_, depth): &&(&str, u32)| *depth == self.depth;
        let Some(up) = self.raw_open.iter().rev().take_while(beside).position(|(open, _)| *open == name)
        else {
            return;
        };
        for _ in 0..=up {
            if let Some((name, _)) = self.raw_open.pop() {
                self.put("</");
                self.put(name);
                self.put(">");
                if name == "a" {
                    self.end_raw_link();
                }
            }
        }
    }

    fn open_tag(&mut self, name: &'static str, tag: &Tag, lines: &[(usize, usize)], span: Span) {
        self.put("<");
        self.put(name);
        let mut seen: Vec<String> = Vec::new();
        let mut link = None;
        for attribute in &tag.attributes {
            let key = attribute.name.to_ascii_lowercase();
            // Of two attributes of one name, browsers take the first.
            if seen.contains(&key) {
                continue;
            }
            let value = decode_entities(attribute.value);
            match address(name, &key) {
                Some(Address::One(style, slot)) => {
                    link = self.raw_address(style, slot, &value, span_of(attribute, lines)).or(link);
                }
                Some(Address::Candidates) => {}
                // Old pages name places by `<a name>`.
                None if key == "id" || (name == "a" && key == "name") => {
                    if !seen.iter().any(|key| key == "id" || key == "name")
                        && let Some(id) = self.anchor(&value)
                    {
                        self.put(" id=\"");
                        self.escaped(&id);
                        self.put("\"");
                    }
                }
                None if allowed_attribute(name, &key, &value) => {
                    self.put(" ");
                    self.put(&key);
                    self.put("=\"");
                    self.escaped(&value);
                    self.put("\"");
                }
                // The theme gives what these give; whoever typed them will not miss them.
                None if matches!(
                    key.as_str(),
                    "align" | "valign" | "border" | "loading" | "decoding" | "rel" | "target" | "alt"
                ) => {}
                None => self.take_out(&key, span_of(attribute, lines), || {
                    format!("the attribute `{}` is taken out of a page that is not trusted", shortened(&key))
                }),
            }
            seen.push(key);
        }
        // Holes come directly after the name; the holes of candidates stand in a value.
        for attribute in tag
            .attributes
            .iter()
            .filter(|a| matches!(address(name, &a.name.to_ascii_lowercase()), Some(Address::Candidates)))
            .take(1)
        {
            self.candidates(attribute, lines);
        }
        if name == "img" {
            if !seen.iter().any(|key| key == "alt") {
                self.put(" alt=\"\"");
                self.missing_alt(span);
            }
            self.put(" loading=\"lazy\" decoding=\"async\"");
        }
        self.put(">");
        if !is_void(name) {
            self.raw_open.push((name, self.depth));
            if name == "a" {
                self.raw_link = link.map(|number| (number, self.block.len()));
            }
        }
    }

    /// The words of a raw link end here.
    fn end_raw_link(&mut self) {
        if let Some((number, from)) = self.raw_link.take() {
            self.link_words(Some(number), from);
        }
    }

    /// Writes an address or leaves a hole for it.
    fn raw_address(&mut self, style: LinkStyle, slot: Slot, value: &str, span: Span) -> Option<usize> {
        match safe_url(value) {
            Url::Site { path, query, fragment } => {
                return self.site_link(style, Destination { path, query, fragment }, span, slot);
            }
            Url::External(url) if style == LinkStyle::Path || starts_with_http(&url) => {
                if HTML {
                    slot.write(&mut self.out.html, &url);
                }
            }
            Url::External(_) | Url::Unsafe => self.report_unsafe_url(value, span),
        }
        None
    }

    /// `srcset`: each address that leads into the site becomes a hole.
    fn candidates(&mut self, attribute: &Attribute, lines: &[(usize, usize)]) {
        let value = decode_entities(attribute.value);
        let span = span_of(attribute, lines);
        let mut first = true;
        self.put(" srcset=\"");
        for candidate in
            value.split(", ").flat_map(|part| part.split(",\n")).map(|c| c.trim().trim_end_matches(','))
        {
            let mut parts = candidate.split_whitespace();
            let (Some(url), size) = (parts.next(), parts.next()) else { continue };
            let size = size.filter(|s| s.strip_suffix(['w', 'x']).is_some_and(|n| n.parse::<f32>().is_ok()));
            let target = safe_url(url);
            if matches!(&target, Url::External(url) if !starts_with_http(url)) || target == Url::Unsafe {
                self.report_unsafe_url(url, span);
                continue;
            }
            if !std::mem::replace(&mut first, false) {
                self.put(", ");
            }
            match target {
                Url::Site { path, query, fragment } => {
                    self.site_link(
                        LinkStyle::Image,
                        Destination { path, query, fragment },
                        span,
                        Slot::Value,
                    );
                }
                Url::External(url) => {
                    if HTML {
                        Slot::Value.write(&mut self.out.html, &url);
                    }
                }
                Url::Unsafe => {}
            }
            if let Some(size) = size {
                self.put(" ");
                self.put(size);
            }
        }
        self.put("\"");
    }

    /// A tag as typed, but for addresses that lead into the site.
    fn trusted_tag(
        &mut self,
        fragment: &str,
        range: std::ops::Range<usize>,
        tag: &Tag,
        lines: &[(usize, usize)],
    ) {
        self.put(&fragment[range.start..tag.after_name]);
        let leads_in = |value: &str| matches!(safe_url(&decode_entities(value)), Url::Site { .. });
        let mut rest: Vec<&Attribute> = Vec::new();
        for attribute in &tag.attributes {
            let key = attribute.name.to_ascii_lowercase();
            if key == "id" || (tag.name == "a" && key == "name") {
                self.anchor(&decode_entities(attribute.value));
            }
            match address(&tag.name, &key) {
                Some(Address::One(style, slot)) if leads_in(attribute.value) => {
                    self.raw_address(
                        style,
                        slot,
                        &decode_entities(attribute.value),
                        span_of(attribute, lines),
                    );
                    rest.push(attribute);
                }
                Some(Address::Candidates) => rest.push(attribute),
                _ => {}
            }
        }
        let mut from = tag.after_name;
        for attribute in rest {
            self.put(&fragment[from..attribute.whole.start]);
            if matches!(address(&tag.name, &attribute.name.to_ascii_lowercase()), Some(Address::Candidates)) {
                self.candidates(attribute, lines);
            }
            from = attribute.whole.end;
        }
        self.put(&fragment[from..range.end]);
    }

    /// Notes once per name what is missing from the page.
    fn take_out(&mut self, name: &str, span: Span, message: impl FnOnce() -> String) {
        if !HTML && self.taken_out.insert(name.to_owned()) {
            self.found(Finding::UnsafeHtml, span, message, || {
                Some("write it in Markdown, or list the page under `trust:` in nutgraf.yaml".to_owned())
            });
        }
    }
}

/// A heading of the title's level stands one below it; only the title is an `h1`.
fn below_the_title(name: &str) -> &str {
    if name == "h1" { "h2" } else { name }
}

/// Where the value of an attribute stands in the text.
fn span_of(attribute: &Attribute, lines: &[(usize, usize)]) -> Span {
    let at = attribute.value_at;
    let line = lines.partition_point(|(start, _)| *start <= at).saturating_sub(1);
    let (from, start) = lines.get(line).copied().unwrap_or_default();
    let start = start + at.saturating_sub(from);
    Span::new(start, start + attribute.value.len())
}
