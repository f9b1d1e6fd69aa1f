//! **Document**: what one content file says.
//!
//! *Comes in:* one [`Source`].
//! *Leaves:* a [`Document`]: its [`Facts`] (front matter, headings, outgoing links), and on demand
//! its [`Body`] (HTML with holes where links stand).
//! *Does not know:* any other file. Names, tags and links are as typed; joining them is the
//! archive's work.
//!
//! A document exists even if its file is broken: reading returns it *and* notes findings, so that
//! one bad field does not cause forty broken links elsewhere.
//!
//! Texts and bodies are not kept: 100,000 of them would be near a gigabyte. The facts are taken in
//! one reading; the body is made again from the file when its page is made, which costs about a
//! tenth of a millisecond.

pub mod date;
mod front_matter;
mod highlight;
mod markdown;
mod safety;
mod slug;

pub use date::{Date, Instant, Interval};
pub use front_matter::schema;
pub use markdown::{Body, Hole, Slot, commonmark, inline};
pub use slug::{canonical, slugify};

use crate::diagnostics::{Diagnostics, Span};
use crate::source::{Config, Kind, SitePath, Source};
use std::hash::{DefaultHasher, Hasher};

/// A value with the place in its file where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

/// One content file.
#[derive(Clone, Debug)]
pub struct Document {
    pub path: SitePath,
    pub kind: Kind,
    pub facts: Facts,
    /// Where the body begins in the text, in bytes.
    pub body_start: u32,
    /// Of the text, to see whether the file changed between reading and rendering.
    digest: u64,
    /// Raw HTML is passed through (a `trust:` glob of the settings matches).
    pub trusted: bool,
}

impl Document {
    /// Reads facts out of a text; notes what is wrong and goes on with the best it has.
    pub fn parse(source: &Source, kind: Kind, config: &Config, diagnostics: &mut Diagnostics) -> Document {
        let trusted = config.trusts(&source.path);
        let (mut facts, body_start) = front_matter::read(source, kind, config, diagnostics);
        markdown::scan(source, body_start, trusted, config, &mut facts, diagnostics);
        Document {
            path: source.path.clone(),
            kind,
            facts,
            body_start: body_start as u32,
            digest: digest(source),
            trusted,
        }
    }

    /// The text is the one that was read into this document.
    pub fn is_of(&self, source: &Source) -> bool {
        self.digest == digest(source)
    }

    /// The day on which it is to be looked at again; `None` for closed pieces and where none is set.
    pub fn review_due(&self) -> Option<Date> {
        let facts = &self.facts;
        if facts.closed.is_some() {
            return None;
        }
        let last = facts.updated.max(facts.date);
        facts.review_by.or_else(|| Some(last?.plus(facts.review_every?)))
    }

    /// The body of the same text as HTML with holes. Findings were noted by [`Document::parse`].
    pub fn body(&self, source: &Source, config: &Config) -> Body {
        markdown::render(source, self.body_start as usize, self.trusted, &self.facts, config)
    }
}

/// SipHash with fixed keys: it guards against accidents within one run, and is kept nowhere.
fn digest(source: &Source) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(source.text.as_bytes());
    hasher.finish()
}

/// What a document says, apart from its text. Equal facts: nothing elsewhere changes.
///
/// Every field is as the author typed it, checked for type only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// `title:` (`name:` for people), else the first `# heading`; empty where there is neither, and
    /// the archive takes the file name.
    pub title: String,
    /// Where the title stands; `None` where there is none.
    pub title_span: Option<Span>,
    pub summary: String,
    pub slug: Option<Spanned<String>>,
    pub url: Option<Spanned<String>>,
    /// `aliases` that start with `/`.
    pub old_addresses: Vec<Spanned<String>>,
    /// The other `aliases`: names that links and lists may use.
    pub other_names: Vec<Spanned<String>>,
    pub draft: bool,
    pub date: Option<Date>,
    /// `date` with its time of day, where one was typed.
    pub date_time: Option<Instant>,
    pub updated: Option<Date>,
    pub review_by: Option<Date>,
    /// `review_every`: how long after its last change a piece is looked at again.
    pub review_every: Option<Interval>,
    /// The day on which a piece was closed: shown as it stands, no longer kept up.
    pub closed: Option<Date>,
    pub image: Option<Image>,
    pub lang: Option<String>,
    pub template: Option<Spanned<String>>,
    pub noindex: bool,
    /// Free data for templates; `null` where there is none.
    pub extra: serde_json::Value,

    // Explainers.
    pub tags: Vec<Spanned<String>>,
    pub people: Vec<Spanned<String>>,
    pub authors: Vec<Spanned<String>>,
    /// Inline Markdown, shown as text with emphasis and code.
    pub key_points: Vec<String>,
    pub sources: Vec<SourceEntry>,
    pub timeline: Vec<Event>,
    pub corrections: Vec<Correction>,
    /// Explicitly related pages (explainers; for topics: topics), by path, slug or title.
    pub related: Vec<Spanned<String>>,
    pub series: Option<Spanned<String>>,
    pub publish_at: Option<Spanned<Instant>>,
    pub expires: Option<Spanned<Instant>>,

    // People.
    /// `role` (now) becomes one entry without dates.
    pub roles: Vec<Role>,
    pub native_name: Option<String>,
    pub born: Option<Date>,
    pub died: Option<Date>,
    pub sort_name: Option<String>,
    /// `website`, `wikidata`, … → URL, in the order typed.
    pub links: Vec<(String, String)>,

    // Topics.
    pub parent: Option<Spanned<String>>,
    /// "At a glance", of people and topics.
    pub facts: Vec<GlanceFact>,

    // The body.
    pub headings: Vec<Heading>,
    /// Ids of elements of raw HTML, as they stand in the page; links may lead to them.
    pub anchors: Vec<String>,
    /// Links and images that lead into the site, in the order of the holes of the body.
    pub outgoing: Vec<Link>,
    /// Words of the text; each Han, kana or Thai letter counts as half a word.
    pub words: u32,
    /// The first paragraph as plain text, at most 300 characters, for want of a summary.
    pub excerpt: String,
    /// The text has math, code or a table: themes load only what is needed.
    pub has_math: bool,
    pub has_code: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    pub src: Option<Spanned<String>>,
    pub alt: String,
    pub caption: String,
    pub credit: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceEntry {
    pub id: Option<Spanned<String>>,
    pub title: String,
    pub author: String,
    pub publisher: String,
    pub date: Option<Date>,
    /// Safe to link to: `http` or `https`.
    pub url: Option<String>,
    pub archived: Option<String>,
    pub accessed: Option<Date>,
    /// `article`, `report`, `dataset`, …: free.
    pub kind: String,
    /// `retracted`, `corrected`, `superseded`, `dead`; empty otherwise.
    pub status: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    pub id: Option<Spanned<String>>,
    /// An event without a readable date is not kept.
    pub date: Date,
    pub date_span: Span,
    pub until: Option<Date>,
    pub event: String,
    pub detail: String,
    pub kind: String,
    pub major: bool,
    pub people: Vec<Spanned<String>>,
    /// Id of an entry of `sources`.
    pub source: Option<Spanned<String>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Correction {
    pub date: Option<Date>,
    pub was: String,
    pub now: String,
    pub note: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Role {
    pub title: String,
    pub org: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct GlanceFact {
    pub label: String,
    pub value: String,
    pub source: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    pub id: String,
    /// Plain text.
    pub text: String,
}

/// How a link was written; it settles how its target is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStyle {
    /// `[text](target)`, or `href` in raw HTML: a path relative to the file, or from the root.
    Path,
    /// `[[target]]`: a title, alias, slug or file name.
    Wiki,
    /// `![alt](target)`, or `src` in raw HTML.
    Image,
    /// `![[target]]`.
    WikiImage,
}

/// A link or image of the body that leads into the site.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub style: LinkStyle,
    /// As typed (percent escapes decoded), without fragment and query; empty for a link within
    /// the page.
    pub target: String,
    /// `?…` as typed, with its question mark.
    pub query: String,
    /// Without `#`.
    pub fragment: Option<String>,
    /// The target in the file.
    pub span: Span,
    /// `None` for images and for links without text.
    pub sentence: Option<Box<Sentence>>,
}

/// The sentence in which a link stands, as plain text of at most 300 characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    pub text: String,
    /// The words of the link within it, in bytes.
    pub mark: Span,
    /// Index into [`Facts::headings`] of the section in which it stands.
    pub section: Option<u16>,
}
