//! A body as Markdown for others: the author's text with links that work anywhere, and without what
//! the page does not show.
//!
//! The text is not written anew. The same parser says where links, raw HTML, definitions and notes
//! stand, and only these places are changed; everything else is as its author typed it. What leads
//! into the site gets its address, whatever its style; a link that leads nowhere leaves its words.
//! Comments, definitions of links (some write comments as such) and notes that nothing refers to are
//! for nobody but the author and left out; raw HTML keeps what a page would keep of it.

use super::raw::{Address, address};
use super::walk::{is_wiki, shown_for_wikilink, starts_with_http};
use super::{EXTENSIONS, nesting};
use crate::document::safety::{
    Tag as RawTag, Token, Tokens, Url, allowed_attribute, allowed_element, decode_entities, escape,
    is_dropped_whole, safe_url,
};
use crate::document::{Facts, canonical};
use crate::source::{Config, Source};
use pulldown_cmark::{CowStr, Event, LinkType, Parser, Tag, TagEnd};
use std::ops::Range;

/// The body of a text. `address` gives the whole address of an outgoing link by its number; `None`
/// where it leads nowhere.
pub(in crate::document) fn twin(
    source: &Source,
    body_start: usize,
    trusted: bool,
    facts: &Facts,
    config: &Config,
    address: &dyn Fn(usize) -> Option<String>,
) -> String {
    let body = &source.text[body_start..];
    if nesting::too_deep(body, config.limits.nesting).is_some() {
        return body.to_owned();
    }
    // Each link is known by its place, which the scan of the text kept.
    let mut by_place: Vec<(usize, usize)> = facts
        .outgoing
        .iter()
        .enumerate()
        .map(|(number, link)| ((link.span.start as usize).saturating_sub(body_start), number))
        .collect();
    by_place.sort_unstable();
    let leads_to = |place: usize| {
        let at = by_place.binary_search_by_key(&place, |(place, _)| *place).ok()?;
        address(by_place[at].1)
    };
    let mut editor = Editor {
        text: body,
        trusted,
        leads_to: &leads_to,
        edits: Vec::new(),
        links: Vec::new(),
        covered: 0,
        raw: String::new(),
        raw_lines: Vec::new(),
        raw_end: 0,
        raw_is_copied: true,
        notes: Vec::new(),
        open_notes: Vec::new(),
        mentions: Vec::new(),
    };
    for (event, range) in Parser::new_ext(body, EXTENSIONS).into_offset_iter() {
        editor.event(event, range);
    }
    editor.finish()
}

struct Editor<'a> {
    text: &'a str,
    trusted: bool,
    /// From the place of an address in the text to where it leads.
    leads_to: &'a dyn Fn(usize) -> Option<String>,
    /// What stands in place of a part of the text.
    edits: Vec<(Range<usize>, String)>,
    /// Links and images that are open.
    links: Vec<Open<'a>>,
    /// Up to here the text belongs to an event. What is between two events and no marker is the
    /// definition of a link, of which the parser tells nothing.
    covered: usize,
    /// The raw HTML of a block so far.
    raw: String,
    /// Where its lines stand: offset in `raw`, offset in the text.
    raw_lines: Vec<(usize, usize)>,
    /// Where it ends in the text.
    raw_end: usize,
    /// Each of its lines stands in the text as it is.
    raw_is_copied: bool,
    /// Definitions of footnotes: the label and the whole.
    notes: Vec<(String, Range<usize>)>,
    open_notes: Vec<usize>,
    /// Labels with the note in which they are mentioned.
    mentions: Vec<(Option<usize>, String)>,
}

struct Open<'a> {
    image: bool,
    kind: LinkType,
    url: CowStr<'a>,
    title: CowStr<'a>,
    range: Range<usize>,
    /// Where its last words end.
    words_end: usize,
}

/// What becomes of a link.
enum Fate {
    AsTyped,
    /// Only its words stay.
    Words,
    To(String),
}

impl<'a> Editor<'a> {
    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        if !matches!(event, Event::End(_))
            && let Some(link) = self.links.last_mut()
        {
            link.words_end = link.words_end.max(range.end.min(link.range.end));
        }
        let container = |tag: &Tag| {
            matches!(
                tag,
                Tag::BlockQuote(_)
                    | Tag::List(_)
                    | Tag::Item
                    | Tag::FootnoteDefinition(_)
                    | Tag::DefinitionList
                    | Tag::DefinitionListDefinition
            )
        };
        match &event {
            Event::End(_) => self.gap(range.end),
            Event::Start(tag) if container(tag) => self.gap(range.start),
            _ => {
                self.gap(range.start);
                self.covered = self.covered.max(range.end);
            }
        }
        match event {
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                self.open(false, link_type, dest_url, title, range);
            }
            Event::Start(Tag::Image { link_type, dest_url, title, .. }) => {
                self.open(true, link_type, dest_url, title, range);
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some(link) = self.links.pop() {
                    self.close(&link);
                }
            }
            // `[!NOTE]` is none either.
            Event::Start(Tag::BlockQuote(Some(_))) => {
                let marker = self.text[range.clone()].find(']').map_or(0, |at| at + 1);
                self.covered = self.covered.max(range.start + marker);
            }
            Event::Start(Tag::FootnoteDefinition(label)) => {
                // `[^label]:` is no definition of a link.
                let marker = self.text[range.clone()].find("]:").map_or(0, |at| at + 2);
                self.covered = self.covered.max(range.start + marker);
                self.open_notes.push(self.notes.len());
                self.notes.push((canonical(&label), range));
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                self.open_notes.pop();
            }
            Event::FootnoteReference(label) => {
                self.mentions.push((self.open_notes.last().copied(), canonical(&label)));
            }
            Event::Html(html) => {
                self.raw_is_copied &= self.text.get(range.start..range.start + html.len()) == Some(&*html);
                self.raw_lines.push((self.raw.len(), range.start));
                self.raw_end = range.end;
                self.raw.push_str(&html);
            }
            Event::End(TagEnd::HtmlBlock) => self.raw_html(true),
            Event::InlineHtml(html) => {
                self.raw_is_copied = self.text.get(range.clone()) == Some(&*html);
                self.raw_lines.push((0, range.start));
                self.raw_end = range.end;
                self.raw.push_str(&html);
                self.raw_html(false);
            }
            _ => {}
        }
    }

    /// Takes out the definitions of links that stand between the last event and this place.
    fn gap(&mut self, to: usize) {
        let from = self.covered;
        if from >= to {
            return;
        }
        self.covered = to;
        let Some(at) = self.text[from..to].find('[').map(|at| from + at) else { return };
        // What stands on the last line before the next event may indent it, or mark a quote.
        let is_mark = |line: &str| line.trim_matches([' ', '\t', '>']).is_empty();
        let newline = self.text[at..to].rfind('\n').map(|newline| at + newline);
        let end = newline.filter(|newline| is_mark(&self.text[newline + 1..to])).unwrap_or(to);
        self.edits.push((at..end, String::new()));
    }

    fn open(&mut self, image: bool, kind: LinkType, url: CowStr<'a>, title: CowStr<'a>, range: Range<usize>) {
        let words_end = range.start + if image { 2 } else { 1 };
        self.links.push(Open { image, kind, url, title, words_end, range });
    }

    fn close(&mut self, link: &Open<'a>) {
        let Range { start, mut end } = link.range;
        // The parser leaves the empty brackets of `[words][]` outside.
        if matches!(link.kind, LinkType::Collapsed) && self.text[end..].starts_with("[]") {
            end += 2;
        }
        if let Some(outer) = self.links.last_mut() {
            outer.words_end = outer.words_end.max(end.min(outer.range.end));
        }
        let fate = self.fate(link);
        if matches!(fate, Fate::AsTyped) {
            return;
        }
        let words_from = start + if link.image { 2 } else { 1 };
        if is_wiki(link.kind) {
            let words = self.words_of_wikilink(link);
            let new = match fate {
                Fate::To(address) => format!("{}[{words}]({address})", if link.image { "!" } else { "" }),
                _ => words,
            };
            self.edits.push((link.range.clone(), new));
            return;
        }
        let typed = &self.text[link.range.clone()];
        let bracket = match link.kind {
            // `<…>`, without words of its own.
            LinkType::Autolink | LinkType::Email => None,
            _ => self.text[link.words_end..end].find(']').map(|at| link.words_end + at),
        };
        let Some(bracket) = bracket else {
            let bare = typed.trim_start_matches('<').trim_end_matches('>');
            self.edits.push((link.range.clone(), bare.to_owned()));
            return;
        };
        match fate {
            Fate::To(address) => {
                let mut rest = format!("]({address}");
                if !link.title.is_empty() {
                    rest.push_str(&format!(" \"{}\"", title(&link.title)));
                }
                rest.push(')');
                self.edits.push((bracket..end, rest));
            }
            _ => {
                self.edits.push((start..words_from, String::new()));
                self.edits.push((bracket..end, String::new()));
            }
        }
    }

    fn fate(&self, link: &Open<'a>) -> Fate {
        let by_reference =
            matches!(link.kind, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut);
        let place = || (self.leads_to)(self.place(&link.url, &link.range)).map(|to| destination(&to));
        if is_wiki(link.kind) && !starts_with_http(&link.url) {
            return place().map_or(Fate::Words, Fate::To);
        }
        if matches!(link.kind, LinkType::Email) {
            return Fate::AsTyped;
        }
        match safe_url(&link.url) {
            Url::External(url) if link.image && !self.trusted && !starts_with_http(&url) => Fate::Words,
            // Its definition is taken out.
            Url::External(url) if by_reference || is_wiki(link.kind) => Fate::To(destination(&url)),
            Url::External(_) => Fate::AsTyped,
            Url::Site { .. } => place().map_or(Fate::Words, Fate::To),
            Url::Unsafe if !self.trusted => Fate::Words,
            Url::Unsafe if by_reference => Fate::To(destination(&link.url)),
            Url::Unsafe => Fate::AsTyped,
        }
    }

    /// Where the scan of the text says that an address stands.
    fn place(&self, url: &CowStr<'a>, range: &Range<usize>) -> usize {
        if let CowStr::Borrowed(part) = url
            && let Some(start) = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)
            && start + part.len() <= self.text.len()
        {
            return start;
        }
        range.start
    }

    fn words_of_wikilink(&self, link: &Open<'a>) -> String {
        let has_words = matches!(link.kind, LinkType::WikiLink { has_pothole: true });
        let typed = &self.text[link.range.clone()];
        let words = typed.split_once('|').map(|(_, words)| words.strip_suffix("]]").unwrap_or(words));
        let width = |words: &str| words.split('x').next().is_some_and(|w| w.trim().parse::<u16>().is_ok());
        match words.filter(|_| has_words) {
            // `![[map.png|300]]` is a width.
            Some(words) if link.image && width(words) => String::new(),
            Some(words) => words.to_owned(),
            None if link.image => String::new(),
            None => shown_for_wikilink(&link.url).replace(['[', ']'], ""),
        }
    }

    /// A stretch of raw HTML is complete: a block of lines, or a tag within a paragraph.
    fn raw_html(&mut self, block: bool) {
        let (raw, lines) = (std::mem::take(&mut self.raw), std::mem::take(&mut self.raw_lines));
        let (raw, lines) = (raw.as_str(), lines.as_slice());
        let copied = std::mem::replace(&mut self.raw_is_copied, true);
        let mut tokens = Tokens::new(raw);
        let mut changed: Vec<(Range<usize>, String)> = Vec::new();
        while let Some((range, token)) = tokens.next() {
            match token {
                Token::Text(_) => {}
                Token::Nothing => changed.push((range, String::new())),
                Token::Close(name) => {
                    if !self.trusted && allowed_element(&name.to_ascii_lowercase()).is_none() {
                        changed.push((range, String::new()));
                    }
                }
                Token::Open(tag) => {
                    let whole = is_dropped_whole(&tag.name);
                    if whole {
                        tokens.skip_past_close(&tag.name);
                    }
                    match self.tag(raw, range.clone(), &tag, lines) {
                        Some(new) if new == raw[range.clone()] => {}
                        Some(new) => changed.push((range, new)),
                        None => changed.push((range.start..tokens.at.max(range.end), String::new())),
                    }
                }
            }
        }
        if block && !replaced(raw, &changed).trim().is_empty() {
            // A line that is empty now, or begins with something else, would end the block or begin
            // another.
            for (range, new) in changed.iter_mut().filter(|(_, new)| new.is_empty()) {
                let before = raw[..range.start].trim_end_matches([' ', '\t']);
                if before.is_empty() || before.ends_with('\n') {
                    new.push_str("<!---->");
                }
            }
        }
        if copied {
            // What stands before the lines of a quote goes with them.
            let there = |range: Range<usize>| in_text(range.start, lines)..in_text(range.end - 1, lines) + 1;
            let edits = changed.into_iter().filter(|(range, _)| !range.is_empty());
            self.edits.extend(edits.map(|(range, new)| (there(range), new.replace('\n', " "))));
        } else if let Some((_, start)) = lines.first() {
            // A tag over several lines of a quote: the parser has joined it. On one line it is safe
            // from what stands before each of them.
            let new = replaced(raw, &changed).replace('\n', " ");
            self.edits.push((*start..self.raw_end, new));
        }
    }

    /// A tag with its addresses; `None` where it may not stand in the page.
    fn tag(&self, raw: &str, range: Range<usize>, tag: &RawTag, lines: &[(usize, usize)]) -> Option<String> {
        let name = match allowed_element(&tag.name) {
            Some(name) => name,
            None if self.trusted => &tag.name,
            None => return None,
        };
        // Of a trusted page everything is kept but what leads into the site.
        let mut new =
            if self.trusted { raw[range.start..tag.after_name].to_owned() } else { format!("<{name}") };
        let mut kept = tag.after_name;
        for attribute in &tag.attributes {
            let key = attribute.name.to_ascii_lowercase();
            let value = decode_entities(attribute.value);
            let mut put = |value: &str| {
                new.push_str(&format!(" {key}=\""));
                escape(&mut new, value);
                new.push('"');
            };
            match (address(name, &key), safe_url(&value)) {
                (Some(Address::One(..)), Url::Site { .. }) => {
                    if self.trusted {
                        new.push_str(&raw[kept..attribute.whole.start]);
                    }
                    let place = in_text(attribute.value_at, lines);
                    if let Some(to) = (self.leads_to)(place) {
                        new.push_str(&format!(" {key}=\""));
                        escape(&mut new, &to);
                        new.push('"');
                    }
                }
                // Smaller copies of `src`.
                (Some(Address::Candidates), _) => {
                    if self.trusted {
                        new.push_str(&raw[kept..attribute.whole.start]);
                    }
                }
                _ if self.trusted => continue,
                (Some(Address::One(..)), Url::External(url)) => put(&url),
                (Some(Address::One(..)), Url::Unsafe) => {}
                (None, _) if key == "id" || (name == "a" && key == "name") => put(&value),
                (None, _) if allowed_attribute(name, &key, &value) => put(&value),
                (None, _) => {}
            }
            kept = attribute.whole.end;
        }
        match self.trusted {
            true => new.push_str(&raw[kept..range.end]),
            false => new.push('>'),
        }
        Some(new)
    }

    fn finish(mut self) -> String {
        self.gap(self.text.len());
        self.drop_unused_notes();
        // Of two that begin at one place the longer one holds the other.
        self.edits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        replaced(self.text, &self.edits)
    }

    /// A page shows a note if the text mentions it, or a note that it shows; and of two notes with
    /// one label the first.
    fn drop_unused_notes(&mut self) {
        let mut first = std::collections::HashMap::new();
        for (number, (label, _)) in self.notes.iter().enumerate() {
            first.entry(label.as_str()).or_insert(number);
        }
        let mut inside: Vec<Vec<&str>> = vec![Vec::new(); self.notes.len()];
        let mut open: Vec<&str> = Vec::new();
        for (note, label) in &self.mentions {
            note.map_or(&mut open, |note| &mut inside[note]).push(label);
        }
        let mut used = vec![false; self.notes.len()];
        while let Some(label) = open.pop() {
            if let Some(note) = first.get(label).copied()
                && !std::mem::replace(&mut used[note], true)
            {
                open.append(&mut inside[note]);
            }
        }
        let unused = self.notes.iter().zip(used).filter(|(_, used)| !used);
        self.edits.extend(unused.map(|((_, range), _)| (range.clone(), String::new())));
    }
}

/// A text with parts of it replaced, in their order. What begins within an earlier one is left out.
fn replaced(text: &str, edits: &[(Range<usize>, String)]) -> String {
    let mut out = String::with_capacity(text.len() + 64 * edits.len());
    let mut done = 0;
    for (range, new) in edits {
        if range.start >= done {
            out.push_str(&text[done..range.start]);
            out.push_str(new);
            done = range.end;
        }
    }
    out.push_str(&text[done..]);
    out
}

/// Where a place in raw HTML is in the text.
fn in_text(at: usize, lines: &[(usize, usize)]) -> usize {
    let line = lines.partition_point(|(from, _)| *from <= at).saturating_sub(1);
    let (from, start) = lines.get(line).copied().unwrap_or_default();
    start + at.saturating_sub(from)
}

/// An address as it can stand between round brackets.
fn destination(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            ' ' => out.push_str("%20"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '|' => out.push_str("%7C"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A title as it can stand between quotes.
fn title(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::document::markdown::{render, scan};
    use crate::document::{Reading, plain_text};

    fn source(text: &str) -> Source {
        Source { path: "content/explainers/a.md".into(), text: text.to_owned() }
    }

    fn facts(source: &Source, trusted: bool) -> Facts {
        let mut facts = Facts::default();
        scan(
            source,
            0,
            trusted,
            &Config::default(),
            &Reading::default(),
            &mut facts,
            &mut Diagnostics::default(),
        );
        facts
    }

    /// Each link leads to its target on example.org, but for `gone`.
    fn made(text: &str, trusted: bool) -> String {
        let source = source(text);
        let facts = facts(&source, trusted);
        let address = |number: usize| {
            let link = &facts.outgoing[number];
            let fragment = link.fragment.as_ref().map_or_else(String::new, |f| format!("#{f}"));
            (link.target != "gone").then(|| format!("https://example.org/{}{fragment}", link.target))
        };
        twin(&source, 0, trusted, &facts, &Config::default(), &address)
    }

    /// The words of the page that is made of a text.
    fn words(text: &str, trusted: bool) -> String {
        let source = source(text);
        plain_text(&render(&source, 0, trusted, &facts(&source, trusted), &Config::default()).html)
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let ends = |text: &str| text.trim_matches('\n').to_owned();
        assert_eq!(ends(&made(text, false)), ends(expected), "{text}");
    }

    #[test]
    fn links_of_every_style_get_whole_addresses() {
        check("[a *b*](x 'T')", "[a *b*](https://example.org/x \"T\")");
        check("[a](x#y)", "[a](https://example.org/x#y)");
        check("[a [b] c](x)", "[a [b] c](https://example.org/x)");
        check("[a\\]](x) [](x)", "[a\\]](https://example.org/x) [](https://example.org/x)");
        check("[`]`](x)", "[`]`](https://example.org/x)");
        check("[a](<x (1)>)", "[a](https://example.org/x%20%281%29)");
        check(
            "![a](x.png) [![i](x.png)](y)",
            "![a](https://example.org/x.png) [![i](https://example.org/x.png)](https://example.org/y)",
        );
        check(
            "[[x]] [[x|b *c*]] [[x#H]]",
            "[x](https://example.org/x) [b *c*](https://example.org/x) [x](https://example.org/x#H)",
        );
        check(
            "![[x.png]] ![[x.png|300]] ![[x.png|A]]",
            "![](https://example.org/x.png) ![](https://example.org/x.png) ![A](https://example.org/x.png)",
        );
        check("| a |\n| - |\n| [[x\\|b]] |", "| a |\n| - |\n| [b](https://example.org/x) |");
        check("<a href=\"x\" title=\"t\">b</a>", "<a href=\"https://example.org/x\" title=\"t\">b</a>");
        check("<img src=x alt='a' srcset='y 2x'>", "<img src=\"https://example.org/x\" alt=\"a\">");
    }

    #[test]
    fn links_by_reference_carry_their_address_themselves() {
        check(
            "[a][r] [r][] [r]\n\n[r]: x \"T\"\n",
            "[a](https://example.org/x \"T\") [r](https://example.org/x \"T\") [r](https://example.org/x \"T\")\n\n",
        );
        check("[r]: https://e.org/ 'T'\n\n[r]", "\n\n[r](https://e.org/ \"T\")");
    }

    #[test]
    fn links_out_of_the_site_stay_as_typed() {
        for text in ["[a]( https://e.org/a_(b)  'T' )", "<https://e.org>", "<a@e.org>", "[a](mailto:a@e.org)"]
        {
            check(text, text);
        }
    }

    #[test]
    fn links_that_lead_nowhere_leave_their_words() {
        check("a [b *c*](gone) d", "a b *c* d");
        check("[[gone]] [[gone|b]]", "gone b");
        check("![a](gone)", "a");
        check("[a](javascript:alert)", "a");
        check("[a][r]\n\n[r]: gone", "a\n\n");
        check("<a href=\"gone\">b</a> <a href=\"javascript:x\">c</a>", "<a>b</a> <a>c</a>");
    }

    #[test]
    fn what_its_author_wrote_for_themselves_is_left_out() {
        check("a <!-- private --> b", "a  b");
        check("<!-- private\n\nprivate -->\n\na", "\n\na");
        check("> <div>\n> <!-- private\n> private --> a\n> </div>", "> <div>\n> <!----> a\n> </div>");
        check("<!-- private --> # a", "<!----> # a");
        check("[//]: # (private)\n[//]: # (private again)\n\na", "\n\na");
        check("a\n\n[c]: <> \"private\nprivate\"", "a\n\n");
        check("> [p]: private\n> a", "> \n> a");
        check("- [p]: private\n- a", "- \n- a");
        check("a\n\n    code\n\n[p]: private\n\n    code", "a\n\n    code\n\n\n    code");
        check(
            "a[^1]\n\n[^1]: b[^2]\n\n[^2]: c\n\n[^3]: private[^4]\n\n[^4]: private",
            "a[^1]\n\n[^1]: b[^2]\n\n[^2]: c\n\n",
        );
        check("a <?php private ?> <!DOCTYPE private> b", "a   b");
    }

    #[test]
    fn what_only_looks_like_it_stays() {
        for text in [
            "```\n<!-- a -->\n[p]: x\n[a](x)\n```\n",
            "    <!-- a -->\n",
            "`<!-- a --> [a](x)`",
            "> [!NOTE]\n> a",
            "- [ ] a\n- [x] b",
            "\\[p]: x",
            "a[^1]\n\n[^1]: [b]",
            "[p] [q][r] [s]{t}",
            "Term\n: [a]",
            "# A {#b .c}\n",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn raw_html_is_what_a_page_keeps_of_it() {
        check("<div onclick=\"x\" lang=en>\n\na\n\n</div>", "<div lang=\"en\">\n\na\n\n</div>");
        check("a<script>b</script>c", "abc");
        check("<script>\nb\n</script>\n\nc", "\n\nc");
        check("<x-y>a</x-y>", "a");
        let trusted = "<div onclick=\"x\"><a data-a href=\"y\" class=b>c</a><!-- d --><script>\"<!-- e -->\"</script></div>";
        assert_eq!(
            made(trusted, true),
            "<div onclick=\"x\"><a data-a href=\"https://example.org/y\" class=b>c</a><script>\"<!-- e -->\"</script></div>"
        );
    }

    /// Pieces of texts without raw HTML and lists: what stands between two blocks and is left out can
    /// no longer keep them apart.
    const PIECES: &[&str] = &[
        "a",
        " ",
        "\n",
        "\n\n",
        "> ",
        "[",
        "]",
        "(x)",
        "[a](x)",
        "[b][r]",
        "[r][]",
        "[r]",
        "\n\n[r]: x\n\n",
        "\n\n[q]: # (p)\n\n",
        "[[x]]",
        "[[x|c]]",
        "![i](x)",
        "![[x|3]]",
        "*e*",
        "`",
        "```\n",
        "# ",
        "[^1]",
        "\n\n[^1]: n\n\n",
        "\n\n[^2]: m\n\n",
        "\\",
        "é",
        "[!NOTE]",
        "[ ] ",
        "---\n",
        "&amp;",
    ];
    const RAW: &[&str] = &[
        "<!--",
        "-->",
        "<!-- p -->",
        "<div>",
        "</div>",
        "<a href=\"x\">",
        "</a>",
        "<span\ntitle=\"x\">",
        "<b",
        ">",
        "<script>",
        "</script>",
        "\t",
        "    ",
        "- ",
        "*",
        "|",
        "(gone)",
        ": ",
        "<?",
        "<é",
    ];

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(500))]

        #[test]
        fn a_page_of_the_twin_has_the_words_of_the_page(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..20),
        ) {
            let text = format!("a\n\n{}", pieces.join(" "));
            let twin = made(&text, false);
            proptest::prop_assert_eq!(words(&twin, false), words(&text, false), "{}\n===\n{}", text, twin);
        }

        #[test]
        fn any_text_has_a_twin(
            pieces in proptest::collection::vec(proptest::sample::select([PIECES, RAW].concat()), 0..30),
            trusted: bool,
        ) {
            let twin = made(&pieces.concat(), trusted);
            made(&twin, trusted);
        }
    }
}
