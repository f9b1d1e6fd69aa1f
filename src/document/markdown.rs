//! The body of a document: Markdown in, facts and HTML with holes out.
//!
//! [`scan`] and [`render`] walk over the same events with the same code ([`walk`]), once for what the
//! text says and once for its HTML, so that they number links and headings alike. All findings are
//! made in the scan.
//!
//! A page cannot know where its links lead: other files decide it. So links into the site are left
//! as holes, and whoever knows all documents fills them.

mod blocks;
mod citations;
mod ids;
mod names;
mod nesting;
mod notes;
mod prose;
mod quotes;
mod raw;
mod twin;
mod walk;

pub(super) use citations::of_key_point;
pub use citations::write_citation;

use super::blocks::Fenced;
use super::safety::{Url, escape, escape_url, safe_url};
use super::{Facts, Reading};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span};
use crate::source::{Config, Source};
use names::{Names, Spots};
use pulldown_cmark::{Event, Options, Tag, TagEnd};
pub(super) use twin::twin;
use walk::{Walk, Way};

/// The body of a document as HTML with holes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    pub html: String,
    /// Ascending by their place.
    pub holes: Vec<Hole>,
    /// What stands in the holes of [`Slot::Block`].
    pub blocks: Vec<Fenced>,
}

/// Where the address of a link goes, or a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Byte offset in [`Body::html`]: within a tag, where an attribute can stand; within the value of
    /// an attribute for [`Slot::Value`].
    pub at: u32,
    /// Index into [`Facts::outgoing`]; into [`Facts::citations`] for [`Slot::Citation`], and into
    /// [`Body::blocks`] for [`Slot::Block`]; into [`Facts::quotes`] for a speaker; into the
    /// spots of [`Facts::named`](super::Facts) for a name, where each has two; into [`ALERTS`] for [`Slot::Alert`]. Each link and each citation
    /// has one hole at most.
    pub link: u32,
    pub slot: Slot,
}

/// What a hole is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// ` href="…"`
    Href,
    /// ` src="…"`
    Src,
    /// ` poster="…"`
    Poster,
    /// The address alone, within a value that stands already: a candidate of `srcset`.
    Value,
    /// The number of a source, as a link to it; where text stands.
    Citation,
    /// A whole block of HTML, between others.
    Block,
    /// `<a href="…">` before the name of who is quoted; `link` is an index into [`Facts::quotes`].
    SpeakerStart,
    /// `</a>` behind that name.
    SpeakerEnd,
    /// `<a href="…">`: a name that is a link begins here, if it is to be one.
    Name,
    /// `</a>`: it ends here.
    NameEnd,
    /// The title of an alert, in the language of the page; `link` is an index into [`ALERTS`].
    Alert,
}

/// The kinds of alerts: class and, among the words of the interface, title.
pub const ALERTS: [(&str, &str); 5] = [
    ("note", "alert_note"),
    ("tip", "alert_tip"),
    ("important", "alert_important"),
    ("warning", "alert_warning"),
    ("caution", "alert_caution"),
];

impl Slot {
    /// Appends what fills the hole: the address, escaped, with its attribute.
    pub fn write(self, out: &mut String, address: &str) {
        let name = match self {
            Slot::Href => " href=\"",
            Slot::Src => " src=\"",
            Slot::Poster => " poster=\"",
            // The number is an element of its own, and whoever numbers sources writes it.
            Slot::Citation => return,
            Slot::Value => {
                // A comma or a space would end the candidate.
                return escape_url(out, &address.replace(',', "%2C"));
            }
            // The title is a word of the interface, and whoever has those writes it.
            Slot::Block | Slot::Alert => return,
            Slot::SpeakerStart => {
                out.push_str("<a href=\"");
                escape_url(out, address);
                return out.push_str("\">");
            }
            Slot::SpeakerEnd => return out.push_str("</a>"),
            Slot::Name => {
                out.push_str("<a href=\"");
                escape_url(out, address);
                return out.push_str("\">");
            }
            Slot::NameEnd => return out.push_str("</a>"),
        };
        out.push_str(name);
        escape_url(out, address);
        out.push('"');
    }
}

impl Body {
    /// Appends the HTML with its holes filled: `write` is called for each hole in turn and appends
    /// what belongs there ([`Slot::write`]); nothing, for a link that leads nowhere.
    pub fn fill(&self, out: &mut String, mut write: impl FnMut(&Hole, &mut String)) {
        out.reserve(self.html.len() + self.holes.len() * 48);
        let mut done = 0;
        for hole in &self.holes {
            out.push_str(&self.html[done..hole.at as usize]);
            done = hole.at as usize;
            write(hole, out);
        }
        out.push_str(&self.html[done..]);
    }
}

/// The Markdown of nutgraf. Metadata blocks are not in it: the front matter is cut off before, and
/// the option would swallow any later `---` pair.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_SMART_PUNCTUATION)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_WIKILINKS);

/// Fills the facts that the body tells: headings, links, words, excerpt; and the title, where the
/// front matter has none and the body begins with a `# heading`.
pub(super) fn scan(
    source: &Source,
    body_start: usize,
    trusted: bool,
    config: &Config,
    reading: &Reading,
    facts: &mut Facts,
    diagnostics: &mut Diagnostics,
) {
    let body = &source.text[body_start..];
    let place = |span: Span| Place::new(source.path.clone(), span.shifted(body_start));
    if let Some(span) = nesting::too_deep(body, config.limits.nesting) {
        diagnostics.push(
            Diagnostic::new(
                Finding::NestedTooDeep,
                place(span),
                format!(
                    "quotes and lists stand in each other more than {} deep; the text is shown as it is",
                    config.limits.nesting
                ),
            )
            .label("too deep from here")
            .help(
                "take some of the `>` or list markers away, or raise `limits: {nesting: …}` in nutgraf.yaml",
            ),
        );
        return;
    }
    let named = facts.title_span.map(|_| facts.title.clone());
    let way = Way {
        trusted,
        plain: false,
        named: named.as_deref(),
        highlight: config.limits.highlight,
        blocks: &config.blocks,
    };
    let mut walk = Walk::<false>::new(body, way);
    walk.names = Names::new(reading);
    walk.run(EXTENSIONS);
    let scanned = walk.finish(body_start);
    for finding in scanned.findings {
        let mut diagnostic = Diagnostic::new(finding.finding, place(finding.span), finding.message);
        diagnostic.help = finding.help;
        diagnostics.push(diagnostic);
    }
    if scanned.given_up {
        return;
    }
    if let Some((title, span)) = scanned.title {
        let most = config.limits.title;
        if title.len() > most {
            let message = format!(
                "the first heading is the title and has {} bytes; at most {most} are read",
                title.len()
            );
            let help = "shorten it, or give a `title:` in the front matter";
            diagnostics.push(Diagnostic::new(Finding::OverLimit, place(span), message).help(help));
        }
        facts.title = title;
        facts.title_span = Some(span.shifted(body_start));
    }
    facts.headings = scanned.headings;
    facts.anchors = scanned.anchors;
    facts.quotes = scanned.quotes;
    facts.outgoing = scanned.bucket.links;
    for link in &mut facts.outgoing {
        link.span = link.span.shifted(body_start);
    }
    facts.citations.extend(scanned.bucket.citations.into_iter().map(|mut citation| {
        citation.id.span = citation.id.span.shifted(body_start);
        citation
    }));
    for quote in &mut facts.quotes {
        quote.span = quote.span.shifted(body_start);
        quote.speaker.span = quote.speaker.span.shifted(body_start);
    }
    facts.named = scanned.named;
    facts.words = scanned.bucket.half_words.div_ceil(2);
    facts.excerpt = scanned.excerpt;
    facts.has_math = scanned.has_math;
    facts.has_code = scanned.has_code;
    blocks::note(scanned.blocks, body_start, &source.path, config, facts, diagnostics);
}

/// The HTML of the same body. `facts` are those that [`scan`] filled.
pub(super) fn render(
    source: &Source,
    body_start: usize,
    trusted: bool,
    facts: &Facts,
    config: &Config,
) -> Body {
    let body = &source.text[body_start..];
    if nesting::too_deep(body, config.limits.nesting).is_some() {
        return as_it_is(body);
    }
    // A title that stands in the body came from its first heading, which is then left out.
    let named =
        facts.title_span.filter(|span| (span.start as usize) < body_start).map(|_| facts.title.as_str());
    let way =
        Way { trusted, plain: false, named, highlight: config.limits.highlight, blocks: &config.blocks };
    let mut walk = Walk::<true>::new(body, way);
    walk.spots = Spots::new(facts.named.as_ref().map_or(&[], |named| &named.spots), body_start);
    walk.run(EXTENSIONS);
    let rendered = walk.finish(body_start);
    if rendered.given_up {
        return as_it_is(body);
    }
    let mut holes = rendered.bucket.holes;
    let before = facts.citations.iter().take_while(|citation| citation.in_key_point).count() as u32;
    if before > 0 {
        for hole in holes.iter_mut().filter(|hole| hole.slot == Slot::Citation) {
            hole.link += before;
        }
    }
    let blocks = rendered.blocks.into_iter().map(|block| block.shifted(body_start)).collect();
    Body { html: rendered.bucket.html, holes, blocks }
}

/// CommonMark without extensions through the same walk, as the examples of its specification spell
/// it: no ids, no holes, raw HTML and every address passed through. For conformance tests; what it
/// returns is not safe to publish.
pub fn commonmark(text: &str) -> String {
    let way = Way { trusted: true, plain: true, named: Some(""), highlight: 0, blocks: &[] };
    let mut walk = Walk::<true>::new(text, way);
    walk.run(Options::empty());
    walk.finish(0).bucket.html
}

/// One line of Markdown without blocks, for short texts of a front matter: emphasis, code and
/// strikethrough. Links to other hosts work; of other links and images the words are left. Raw HTML
/// is shown as text.
pub fn inline(text: &str) -> String {
    inline_with(text, None)
}

/// Appends what stands for a citation, of which it is given the number.
pub type Cite<'a> = dyn FnMut(&mut String, usize) + 'a;
/// Appends what stands for a group of citations, as typed.
type CiteGroup<'a> = dyn FnMut(&mut String, &str) + 'a;

/// The same of a text that may cite sources. `cite` is called for each citation in turn, with its
/// number within the text, and appends what stands for it; without it citations are left out.
pub fn inline_citing(text: &str, cite: Option<&mut Cite>) -> String {
    let mut number = 0;
    let mut none = |_: &mut String, _: usize| {};
    let leave_out = cite.is_none();
    let cite = cite.unwrap_or(&mut none);
    inline_with(
        text,
        Some(&mut |html: &mut String, typed: &str| {
            if leave_out {
                html.truncate(html.trim_end().len());
            } else {
                number += citations::write_group(html, typed, |html, nth| cite(html, number + nth));
            }
        }),
    )
}

/// What is read in one line.
const INLINE: Options = Options::ENABLE_STRIKETHROUGH.union(Options::ENABLE_SMART_PUNCTUATION);

/// A text on one line. The bracket before it keeps it from being a list, a heading or any other
/// block, and lets quotes and emphasis open after it.
fn line_of(text: &str) -> String {
    format!("({}", text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `cited` is called with each group of citations as typed; without it they are text.
fn inline_with(text: &str, mut cited: Option<&mut CiteGroup>) -> String {
    let line = line_of(text);
    let mut html = String::with_capacity(line.len() + 32);
    let mut links = Vec::new();
    let mut citation = citations::Within::default();
    let citing = cited.is_some();
    for (event, range) in citations::parser(&line, INLINE, citing).into_offset_iter() {
        if let Some(cited) = &mut cited {
            match citation.see(&event, &range) {
                citations::Seen::Nothing => {}
                citations::Seen::Inside => continue,
                citations::Seen::Whole(range) => {
                    cited(&mut html, &line[range]);
                    continue;
                }
            }
        }
        match event {
            Event::Text(text) | Event::InlineHtml(text) | Event::Html(text) => escape(&mut html, &text),
            Event::Code(code) => {
                html.push_str("<code>");
                escape(&mut html, &code);
                html.push_str("</code>");
            }
            Event::Start(Tag::Emphasis) => html.push_str("<em>"),
            Event::End(TagEnd::Emphasis) => html.push_str("</em>"),
            Event::Start(Tag::Strong) => html.push_str("<strong>"),
            Event::End(TagEnd::Strong) => html.push_str("</strong>"),
            Event::Start(Tag::Strikethrough) => html.push_str("<del>"),
            Event::End(TagEnd::Strikethrough) => html.push_str("</del>"),
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let email = matches!(link_type, pulldown_cmark::LinkType::Email);
                let url = if email { format!("mailto:{dest_url}") } else { dest_url.into_string() };
                let external = match safe_url(&url) {
                    Url::External(url) => Some(url),
                    Url::Site { .. } | Url::Unsafe => None,
                };
                if let Some(url) = &external {
                    html.push_str("<a href=\"");
                    escape_url(&mut html, url);
                    html.push_str("\">");
                }
                links.push(external.is_some());
            }
            Event::End(TagEnd::Link) if links.pop() == Some(true) => html.push_str("</a>"),
            Event::SoftBreak | Event::HardBreak => html.push(' '),
            _ => {}
        }
    }
    html.remove(0);
    html
}

/// A text that is not parsed.
fn as_it_is(body: &str) -> Body {
    let mut html = String::with_capacity(body.len() + 32);
    html.push_str("<pre class=\"unparsed\">");
    escape(&mut html, body);
    html.push_str("</pre>\n");
    Body { html, ..Body::default() }
}

#[cfg(test)]
mod tests;
