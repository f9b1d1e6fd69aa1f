//! **Document**: what one content file says.
//!
//! *Comes in:* one [`Source`]; for its body, the names that are looked for in texts ([`Gazetteer`]).
//! *Leaves:* a [`Document`]: its [`Facts`] (front matter, headings, outgoing links), and on demand
//! its [`Body`] (HTML with holes where links stand).
//! *Does not know:* any other file. Names, tags and links are as typed; joining them is the
//! archive's work.
//!
//! A document exists even if its file is broken: reading returns it *and* notes findings, so that
//! one bad field does not cause forty broken links elsewhere.
//!
//! The front matter is read before the body ([`Document::head`], [`Document::read_body`]): which names
//! there are is told by the front matters of all files.
//!
//! Texts and bodies are not kept: 100,000 of them would be near a gigabyte. The facts are taken in
//! one reading; the body is made again from the file when its page is made, which costs about a
//! tenth of a millisecond.

mod bibtex;
pub mod blocks;
pub mod date;
mod freshness;
mod front_matter;
pub mod gazetteer;
mod highlight;
mod markdown;
mod outline;
mod plain;
mod safety;
mod slug;
mod sources;

pub use date::{Date, Instant, arabic_indic, uses_arabic_indic};
pub use freshness::{Freshness, Review, ReviewBy, day_of};
pub use front_matter::schema;
pub use gazetteer::Gazetteer;
pub use markdown::{ALERTS, Body, Hole, Slot, commonmark, inline, inline_citing, write_citation};
pub use plain::plain_text;
pub use safety::escape;
pub use slug::{canonical, slugify};
pub use sources::{SharedSource, schema as sources_schema, shared};

use crate::diagnostics::{Diagnostics, Span};
use crate::source::{Autolink, Config, Interval, Kind, SitePath, Source};
use std::hash::{DefaultHasher, Hasher};

/// A value with the place in its file where it stands.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// There is more than front matter in the file.
    pub has_text: bool,
}

impl Document {
    /// Reads facts out of a text; notes what is wrong and goes on with the best it has.
    pub fn parse(source: &Source, kind: Kind, config: &Config, diagnostics: &mut Diagnostics) -> Document {
        let mut document = Document::head(source, kind, config, diagnostics);
        document.read_body(source, config, &Reading::default(), diagnostics);
        document
    }

    /// Reads the front matter alone. Of a person or topic without a name in it, the first heading of
    /// the body is the name, which everyone else has to know: that one is read too.
    pub fn head(source: &Source, kind: Kind, config: &Config, diagnostics: &mut Diagnostics) -> Document {
        let (mut facts, body_start) = front_matter::read(source, kind, config, diagnostics);
        facts.updated = updated(&facts);
        let mut document = Document {
            path: source.path.clone(),
            kind,
            facts,
            body_start: body_start as u32,
            digest: digest(source),
            trusted: config.trusts(&source.path),
            has_text: !source.text[body_start..].trim_ascii().is_empty(),
        };
        if document.facts.title_span.is_none() && matches!(kind, Kind::Person | Kind::Topic) {
            let mut copy = document.clone();
            copy.read_body(source, config, &Reading::default(), &mut Diagnostics::default());
            document.facts.title = copy.facts.title;
        }
        document
    }

    /// Reads the facts of the body, after the front matter, from the same text.
    pub fn read_body(
        &mut self,
        source: &Source,
        config: &Config,
        reading: &Reading,
        diagnostics: &mut Diagnostics,
    ) {
        let body_start = self.body_start as usize;
        markdown::scan(source, body_start, self.trusted, config, reading, &mut self.facts, diagnostics);
        sources::check(source, &self.facts, diagnostics);
    }

    /// The text in short: equal texts, equal digests.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// The text is the one that was read into this document.
    pub fn is_of(&self, source: &Source) -> bool {
        self.digest == digest(source)
    }

    /// The body of the same text as HTML with holes. Findings were noted by [`Document::parse`].
    pub fn body(&self, source: &Source, config: &Config) -> Body {
        markdown::render(source, self.body_start as usize, self.trusted, &self.facts, config)
    }

    /// The body of the same text as Markdown that others may have: without comments, and with the
    /// addresses that `address` gives to its outgoing links by their number (`None`: the words alone).
    pub fn twin(
        &self,
        source: &Source,
        config: &Config,
        address: &dyn Fn(usize) -> Option<String>,
    ) -> String {
        markdown::twin(source, self.body_start as usize, self.trusted, &self.facts, config, address)
    }
}

/// A correction is a change: the newest one moves `updated`, wherever that is shown.
fn updated(facts: &Facts) -> Option<Date> {
    let corrected = facts.corrections.iter().filter_map(|correction| correction.date).max();
    match facts.updated {
        Some(updated) => Some(updated).max(corrected),
        None => corrected.filter(|corrected| facts.date.is_none_or(|date| date < *corrected)),
    }
}

/// What is looked for in a body beside what it says: the names of people and topics.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading<'r> {
    /// `None`: nothing.
    pub gazetteer: Option<&'r Gazetteer>,
    /// The person or topic that the document describes: not found on their own page.
    pub own: Option<u32>,
    /// People whom the front matter names: one word of their name is enough in the text.
    pub named: &'r [u32],
    pub autolink: Autolink,
    /// Names that do not become links are noted as well.
    pub unlinked: bool,
}

/// SipHash with fixed keys: it guards against accidents, within one run and between the shares of one
/// site.
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
    /// As typed, or the day of the newest correction where that is later.
    pub updated: Option<Date>,
    pub review_by: Option<Date>,
    /// `review_every`: how long after its last change a piece is looked at again; may be
    /// [`Interval::NEVER`].
    pub review_every: Option<Interval>,
    /// The day on which a piece was closed: shown as it stands, no longer kept up.
    pub closed: Option<Date>,
    pub image: Option<Image>,
    pub lang: Option<String>,
    pub template: Option<Spanned<String>>,
    pub noindex: bool,
    /// Which names become links by themselves: in this text; of a person or topic: this name, in any
    /// text. `None`: as the site has it.
    pub autolink: Option<Autolink>,
    /// Free data for templates; `null` where there is none.
    pub extra: serde_json::Value,

    // Explainers.
    pub tags: Vec<Spanned<String>>,
    pub people: Vec<Spanned<String>>,
    pub authors: Vec<Spanned<String>>,
    /// Inline Markdown, shown as text with emphasis and code.
    pub key_points: Vec<String>,
    pub sources: Vec<SourceEntry>,
    /// Of people, topics and pages too.
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
    /// Links and images that lead into the site, in the order of the holes of the body; then the files
    /// of its blocks, which have no holes.
    pub outgoing: Vec<Link>,
    /// Citations of sources: those of the key points, then those of the body in the order of its
    /// holes.
    pub citations: Vec<Citation>,
    /// Quotes with the name of who said them; the n-th has the id `quote-n`, from 1.
    pub quotes: Vec<Quote>,
    /// Names of people and topics in the text; `None` where there are none.
    pub named: Option<Box<Named>>,
    /// Words of the text; each Han, kana or Thai letter counts as half a word.
    pub words: u32,
    /// The first paragraph as plain text, at most 300 characters, for want of a summary.
    pub excerpt: String,
    /// The text has math, code or a table: themes load only what is needed.
    pub has_math: bool,
    pub has_code: bool,
    /// What blocks of the body take from elsewhere; empty for most documents.
    pub blocks: Vec<blocks::Needs>,
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
    /// More about the status; `None` for almost all.
    pub fate: Option<Box<Fate>>,
}

/// What has become of a source, beside the word for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fate {
    /// Where the status stands in its file.
    pub span: Span,
    /// What happened, in words; may be empty.
    pub note: String,
    /// `id` of the source that took its place.
    pub superseded_by: Option<Spanned<String>>,
}

/// A citation of a source, as in `[@id, p. 4]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Citation {
    /// What stands behind the `@`; the place is that of both.
    pub id: Spanned<String>,
    /// Where in the source: `p. 4`; may be empty.
    pub locator: String,
    /// It stands in a key point, not in the body.
    pub in_key_point: bool,
    /// The sentence that is cited for. Its mark is empty and stands where the number does; `None`
    /// where there are no words.
    pub sentence: Option<Box<Sentence>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    pub id: Option<Spanned<String>>,
    /// An event without a readable date is not kept.
    pub date: Date,
    pub date_span: Span,
    pub until: Option<Date>,
    /// Empty where there is no `until`.
    pub until_span: Span,
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
    pub span: Span,
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
    /// Counted from 0 before the first heading; from 0x8000 in footnotes.
    pub section: u16,
    /// The target in the file.
    pub span: Span,
    /// `None` for images and for links without text.
    pub sentence: Option<Box<Sentence>>,
}

/// The names of people and topics that stand in a text. Entities are numbered by whoever made the
/// [`Gazetteer`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    /// Names that become links, in the order of the file, unless the author links the same thing in the
    /// same section.
    pub spots: Vec<Spot>,
    /// Each entity once, in the order in which they are first named.
    pub mentions: Vec<Mention>,
    /// The first of each section, where names do not become links and it is asked for.
    pub unlinked: Vec<Spot>,
    /// Each entity once: names that are too common to become links, where it is asked for.
    pub below: Vec<Spot>,
}

/// A place in a text where a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub entity: u32,
    /// As in [`Link`].
    pub section: u16,
    /// It becomes a link even where the author links the same thing in the section.
    pub always: bool,
    /// In the file.
    pub span: Span,
}

/// How a text mentions a person or topic.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    pub entity: u32,
    /// How often; links not counted.
    pub count: u32,
    /// Where first, in bytes of the file.
    pub at: u32,
    /// The first of them in its sentence.
    pub sentence: Option<Box<Sentence>>,
}

/// The sentence in which a link or name stands, as plain text of at most 300 characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    pub text: String,
    /// The words of the link or the name within it, in bytes.
    pub mark: Span,
    /// Index into [`Facts::headings`] of the section in which it stands.
    pub section: Option<u16>,
}

/// A blockquote that says whose words it holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quote {
    /// Plain text of at most 2,000 characters, a line for each paragraph.
    pub text: String,
    /// Its first line in the file.
    pub span: Span,
    /// The name as typed, or the words of its link.
    pub speaker: Spanned<String>,
    /// Index into [`Facts::outgoing`] of the link that names the speaker.
    pub link: Option<u32>,
    /// Where, or on what occasion; may be empty.
    pub occasion: String,
    pub date: Option<Date>,
    /// The `id` of the source that is cited for it.
    pub citation: Option<String>,
    /// Index into [`Facts::headings`] of the section in which it stands.
    pub section: Option<u16>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_moves_the_day_of_the_last_change() {
        let check = |front_matter: &str, expected: Option<&str>| {
            let text = format!("---\n{front_matter}\n---\n");
            let source = Source { path: "content/explainers/a.md".into(), text };
            let read =
                Document::parse(&source, Kind::Explainer, &Config::default(), &mut Diagnostics::default());
            assert_eq!(read.facts.updated.map(Date::iso).as_deref(), expected, "{front_matter}");
        };
        let dates = |days: &str| format!("date: 2023-05-01\n{days}");
        check(&dates("updated: 2023-06-01\ncorrections: [{date: 2023-07-02, note: x}]"), Some("2023-07-02"));
        check(&dates("updated: 2023-08-01\ncorrections: [{date: 2023-07-02, note: x}]"), Some("2023-08-01"));
        check(&dates("corrections: [{date: 2023-07, note: x}, {date: 2023-06, note: y}]"), Some("2023-07"));
        check(&dates("corrections: [{date: 2023-05-01, note: the same day}]"), None);
        check(&dates("corrections: [{note: x}]"), None);
        check("corrections: [{date: 2023-07-02, note: x}]", Some("2023-07-02"));
        check("date: 2023\nupdated: 2023-06\ncorrections: [{date: 2023-06-09, note: x}]", Some("2023-06-09"));
    }
}
