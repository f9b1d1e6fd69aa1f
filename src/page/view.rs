//! What a template sees: **the reference for theme authors**.
//!
//! A template is rendered with four variables, and nothing else can be reached from it:
//!
//! | variable | type | what it is |
//! |---|---|---|
//! | `site` | [`Site`] | the same on every page |
//! | `head` | [`Head`] | what every page has: title, address, language, feeds |
//! | `page` | the view of its kind, below | what only this page has |
//! | `words` | a mapping | the words of the interface in the language of the page, by name |
//!
//! | template | `page` is |
//! |---|---|
//! | `explainer.html` | [`ExplainerView`] |
//! | `person.html` | [`PersonView`] |
//! | `topic.html` | [`TopicView`] |
//! | `front.html` | [`FrontView`] |
//! | `explainers.html` | [`ListView`] |
//! | `people.html` | [`PeopleView`] |
//! | `topics.html` | [`TopicsView`] |
//! | `timeline.html` | [`TimelineView`] |
//! | `source.html` | [`SourcePageView`] |
//! | `sources.html` | [`SourcesView`] |
//! | `corrections.html` | [`CorrectionsView`] |
//! | `namesakes.html` | [`NamesakesView`] |
//! | `page.html` | [`PageView`] |
//! | `search.html` | [`SearchView`] |
//! | `not_found.html` | [`NotFoundView`] |
//! | `redirect.html` | [`RedirectView`] |
//!
//! A template in `blocks/` draws a part of a text and sees other variables: [`BlockView`]; `card.svg`
//! draws the social card of a page: [`CardView`].
//!
//! # Rules
//!
//! - **Every field is always there.** What is absent is an empty text, an empty list, `0`, `false` or
//!   `none`, and all of these count as false: `{% if page.summary %}`. So a misspelt field is an
//!   error wherever it is shown. (Only in a bare `{% if page.sumary %}` it counts as false too.)
//! - **Addresses are final.** A field called `url` or `href` can be put into an attribute as it
//!   stands: the path of the site is in it. Whole addresses with scheme and host are only in
//!   [`Head::canonical`], [`Head::image`] and [`Site::origin`].
//! - **Text is text.** It is escaped where it is put into a page. Fields documented as *HTML* are
//!   safe to put in as they stand, and no `| safe` is needed.
//! - **Dates are written out**: [`DateView`] has the words and the form for `datetime`.
//! - Where a field is documented as a *card*, it has the fields of [`Card`]; as an *event*, those of
//!   [`EventView`]. Cards are built once and shared by all pages that show them.

use crate::theme::words::attributes;
use serde::Serialize;
use tera::Value;

/// A day, month or year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DateView {
    /// For `<time datetime>`: `2023-06-17`, `2023-06` or `2023`.
    pub iso: String,
    /// In the language of the page: `17 June 2023`, `June 2023`, `2023`.
    pub text: String,
}

/// Words that lead somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Link {
    pub title: String,
    /// Empty where there is no page to lead to; then only the words are shown.
    pub url: String,
}

impl Link {
    pub fn new(title: impl Into<String>, url: impl Into<String>) -> Link {
        Link { title: title.into(), url: url.into() }
    }
}

/// A topic or person with the number of explainers that it shares with this page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CountedLink {
    pub title: String,
    pub url: String,
    /// Number of explainers.
    pub count: usize,
}

/// `site`: the same on every page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Site {
    pub title: String,
    /// Empty where the settings have none.
    pub description: String,
    /// BCP 47: `en`, `zh-Hans`.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    /// Scheme and host, `https://example.org`, without a final slash; empty where the site has no
    /// `base_url`.
    pub origin: String,
    /// Path under which the site stands, `/repo`, without a final slash; empty at the root of a host.
    pub base_path: String,
    /// Address of the front page.
    pub url: String,
    /// `menu:` of the settings; where they have none, the lists that the site has.
    pub menu: Vec<Link>,
    pub lists: SiteLists,
    /// `none` where the settings name no publisher.
    pub publisher: Option<PublisherView>,
    /// Feeds of the whole site; empty where feeds are off or the site has no `base_url`.
    pub feeds: Vec<FeedLink>,
    /// The words of the interface in the language of the site, by name; `lang` and `dir` say which
    /// that is. On a page in another language `words` has those of that page.
    pub words: Mapping,
    /// The tokens of the theme with the site's own: `site.tokens.color.paper.light`. A token that is
    /// the same on light and on dark ground is a text.
    pub tokens: Mapping,
    /// Addresses of the files that the theme wants fetched at once.
    pub preload: Vec<String>,
    /// Where scripts find what is behind a link; `none` where the theme does not ask for it, or the
    /// settings turn it off.
    pub previews: Option<PreviewsView>,
    /// Address of the site's own `templates/static/custom.css`; empty where there is none.
    pub custom_css: String,
    /// `extra:` of the settings, as typed.
    pub extra: serde_json::Value,
}

impl Site {
    /// A path of the site → a whole address, percent-encoded. Without an origin the path is
    /// returned; what is whole already is left as it is.
    pub fn absolute(&self, url: &str) -> String {
        let whole = url.contains("://") || url.starts_with("//") || self.origin.is_empty();
        percent_encode(&if whole { url.to_owned() } else { format!("{}{url}", self.origin) })
    }
}

/// Spells out every byte that may not stand in a URL (RFC 3986); escapes that are there stay.
pub fn percent_encode(url: &str) -> String {
    let mut encoded = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'!' | b'#'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~' => {
                encoded.push(byte as char);
            }
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                encoded.push('%');
                encoded.push(HEX[usize::from(byte >> 4)] as char);
                encoded.push(HEX[usize::from(byte & 15)] as char);
            }
        }
    }
    encoded
}

/// Addresses of the lists of a site; each is empty where that page is not made.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SiteLists {
    pub explainers: String,
    pub topics: String,
    pub people: String,
    pub timeline: String,
    /// `data/index.json`, which names the files of the archive as data.
    pub data: String,
    pub sources: String,
    pub corrections: String,
    pub search: String,
}

/// Files with a few words on every explainer, topic and person: `base`, a number from 0, `.json`. Each
/// maps addresses of pages (decoded) to `t`, the title, `s`, a summary of at most 200 characters, and
/// `m`, a line on role, dates and number. A page is in the file of the number that is the FNV-1a hash
/// (32 bit) of its address in UTF-8, modulo `shards`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PreviewsView {
    pub base: String,
    pub shards: usize,
}

/// Who publishes the site.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PublisherView {
    pub name: String,
    /// May be empty.
    pub url: String,
    /// Address of an image; may be empty.
    pub logo: String,
    /// What `policies:` lists: corrections, ethics, ….
    pub policies: Vec<Link>,
}

/// A feed or another form of a page, for `<link rel="alternate">` and for readers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FeedLink {
    pub title: String,
    pub href: String,
    /// `application/atom+xml` or `application/feed+json`; of a twin `text/markdown` or
    /// `application/json`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// `head`: what every page has.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Head {
    /// Of this page alone.
    pub title: String,
    /// With the title of the site, for `<title>`.
    pub full_title: String,
    /// One or two sentences; empty where the page has none.
    pub description: String,
    /// Address of this page within the site. A menu compares it with its entries.
    pub url: String,
    /// Whole address of this page; empty where the site has no `base_url`. Each page of a list has
    /// its own.
    pub canonical: String,
    /// The page asks not to be listed by search engines.
    pub noindex: bool,
    /// Language of the page: BCP 47.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    /// Open Graph type: `article`, `profile` or `website`.
    pub og_type: String,
    /// Whole address of the image of the page; empty where it has none.
    pub image: String,
    /// Alternative text of that image; may be empty.
    pub image_alt: String,
    /// Pixels of that image, where it is a social card; else 0.
    pub image_width: u32,
    pub image_height: u32,
    /// `none` for pages without a date.
    pub published: Option<DateView>,
    /// `none` for pages that never changed.
    pub updated: Option<DateView>,
    /// Feeds of this page, then those of the site.
    pub feeds: Vec<FeedLink>,
    /// The same page in other forms; empty where `twins:` of the settings names none.
    pub twins: Vec<FeedLink>,
    /// JSON-LD, *safe inside `<script>`*; empty where the page has none.
    pub json_ld: SafeText,
    /// Address of the page before it in a list of several pages; empty for the first.
    pub prev: String,
    /// Address of the page after it; empty for the last.
    pub next: String,
    /// From the front page down to the page above this one; empty on the front page.
    pub breadcrumbs: Vec<Link>,
    /// The text has formulas.
    pub has_math: bool,
    /// The text has blocks of code.
    pub has_code: bool,
}

/// HTML (or a script's text) that is put into a page as it stands.
#[derive(Clone, Debug)]
pub struct SafeText(Value);

impl SafeText {
    /// `text` must come from a writer that escapes what it was given.
    pub fn new(text: &str) -> SafeText {
        SafeText(Value::safe_string(text))
    }

    /// The attributes `lang` and `dir` of text in another language than its page.
    pub fn attributes(lang: &str) -> SafeText {
        SafeText(attributes(Some(lang)))
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str().unwrap_or_default()
    }
}

impl Default for SafeText {
    fn default() -> SafeText {
        SafeText::new("")
    }
}

impl Serialize for SafeText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Data with names of its own. Cloning it costs nothing.
#[derive(Clone, Debug)]
pub struct Mapping(pub Value);

impl Default for Mapping {
    fn default() -> Mapping {
        Mapping(Value::from(tera::Map::new()))
    }
}

impl Serialize for Mapping {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// A document in a list. Fields that a kind does not have are empty.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Card {
    /// `explainer`, `person`, `topic` or `page`.
    pub kind: String,
    pub url: String,
    pub title: String,
    /// May be empty.
    pub summary: String,
    /// Day of publication.
    pub date: Option<DateView>,
    /// `none` where it never changed since.
    pub updated: Option<DateView>,
    /// The day on which it was closed; `none` while it is kept up.
    pub closed: Option<DateView>,
    /// Empty where it is the language of the site.
    pub lang: String,
    /// `ltr` or `rtl`; empty where `lang` is.
    pub dir: String,
    /// *HTML*: the attributes `lang` and `dir`, to stand in a tag; empty where `lang` is.
    pub language: SafeText,
    /// `draft`, `scheduled` or `expired` in a preview; always empty in a published site.
    pub mark: String,
    /// People: what they are known for, in words.
    pub role: String,
    /// People and topics: number of explainers.
    pub count: usize,
    /// The file it was made from; empty where it has none.
    pub source_path: String,
}

impl Card {
    /// The form in which lists hold it: cloning it costs nothing.
    pub fn value(&self) -> Value {
        Value::from_serializable(self)
    }
}

/// A list, or one page of a long one.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Listing {
    /// What the field that holds the listing says: *cards*, [`Mention`]s, [`QuoteView`]s or
    /// [`CorrectionView`]s.
    pub items: Vec<Value>,
    /// Items on all pages together.
    pub total: usize,
    /// `none` where everything is on this page.
    pub pagination: Option<Pagination>,
}

/// Where this page stands among the pages of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pagination {
    /// From 1.
    pub page: usize,
    pub pages: usize,
    /// Address of the page before; empty on the first.
    pub prev: String,
    /// Address of the page after; empty on the last.
    pub next: String,
    /// The first, the last and those near this one.
    pub numbers: Vec<PageNumber>,
}

/// A page number to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PageNumber {
    pub number: usize,
    pub url: String,
    pub current: bool,
    /// Numbers are left out before this one.
    pub gap: bool,
}

impl Pagination {
    /// `page` of `pages`, both from 1, with the address of each; `None` where there is one page.
    pub fn new(page: usize, pages: usize, url: impl Fn(usize) -> String) -> Option<Pagination> {
        if pages < 2 {
            return None;
        }
        let mut numbers: Vec<PageNumber> = Vec::new();
        let near = page.saturating_sub(2).max(2)..=(page + 2).min(pages - 1);
        for number in std::iter::once(1).chain(near).chain(std::iter::once(pages)) {
            let gap = numbers.last().is_some_and(|last| last.number + 1 < number);
            numbers.push(PageNumber { number, url: url(number), current: number == page, gap });
        }
        Some(Pagination {
            page,
            pages,
            prev: if page > 1 { url(page - 1) } else { String::new() },
            next: if page < pages { url(page + 1) } else { String::new() },
            numbers,
        })
    }
}

/// A heading of the text with those under it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ContentsEntry {
    /// For `href="#…"`.
    pub id: String,
    pub text: String,
    /// Headings one level below; they have no children of their own.
    pub children: Vec<ContentsEntry>,
}

impl ContentsEntry {
    /// Headings in the order of the text, as (level, id, words) → two levels: the highest that
    /// occurs and whatever stands right below it. Deeper headings are left out.
    pub fn nest<'a>(
        headings: impl IntoIterator<Item = (u8, &'a str, &'a str)> + Clone,
    ) -> Vec<ContentsEntry> {
        let top = headings.clone().into_iter().map(|(level, ..)| level).min().unwrap_or(1);
        let mut entries: Vec<ContentsEntry> = Vec::new();
        for (level, id, text) in headings {
            let entry = ContentsEntry { id: id.to_owned(), text: text.to_owned(), children: Vec::new() };
            match entries.last_mut() {
                Some(parent) if level == top + 1 => parent.children.push(entry),
                _ if level <= top + 1 => entries.push(entry),
                _ => {}
            }
        }
        entries
    }
}

/// A picture of the whole page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImageView {
    pub src: String,
    /// May be empty; the image is then decoration.
    pub alt: String,
    pub caption: String,
    pub credit: String,
}

/// A person in a list of people of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PersonLink {
    pub name: String,
    pub url: String,
    /// What they were at the time of the page, in words; an earlier role with its years where they
    /// had none; may be empty.
    pub role: String,
    /// The role that they had then; `none` where they had none.
    pub held: Option<RoleView>,
}

/// A source of a page, or one that several share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceView {
    /// From 1, the number by which the text cites it. Its anchor is `#source-` and the number. `0` on
    /// the pages of shared sources.
    pub n: usize,
    /// As the author named it; may be empty.
    pub id: String,
    pub title: String,
    pub author: String,
    pub publisher: String,
    pub date: Option<DateView>,
    /// `http` or `https`; empty for what is not online.
    pub url: String,
    /// Address of an archived copy; may be empty.
    pub archived: String,
    /// The day on which it was read.
    pub accessed: Option<DateView>,
    /// `article`, `report`, `dataset`, …: free words; may be empty.
    #[serde(rename = "type")]
    pub kind: String,
    /// `retracted`, `corrected`, `superseded`, `dead`; empty otherwise.
    pub status: String,
    /// What happened to it, in words; may be empty.
    pub status_note: String,
    /// The source that took its place; `none` where none is named.
    pub superseded_by: Option<Link>,
    /// Address of its own page; empty for what only this page tells of.
    pub page: String,
    /// Places in the text that cite it, as letters that lead back to them; empty where the text cites
    /// nothing. Of very many the first.
    pub citations: Vec<Link>,
    /// Pages that cite it; `0` in the list of a page.
    pub count: usize,
}

/// The page itself as a source, for those who cite it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CiteView {
    /// A sentence: authors, title, site, dates, address.
    pub plain: String,
    /// For LaTeX: `@misc{…}`.
    pub bibtex: String,
    /// For reference managers.
    pub ris: String,
    /// CSL-JSON, for Pandoc and reference managers.
    pub csl: String,
}

/// Something that was wrong, and what was done about it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CorrectionView {
    /// From 1, which is the oldest of its explainer. Its anchor is `#correction-` and the number.
    pub n: usize,
    /// Address of the correction on the page of its explainer.
    pub url: String,
    pub date: Option<DateView>,
    /// What the page said before; may be empty.
    pub was: String,
    /// What it says now; may be empty.
    pub now: String,
    pub note: String,
    /// *Card* of the explainer that was corrected; `none` on its own page.
    pub explainer: Option<Value>,
}

impl CorrectionView {
    /// The form in which listings hold it.
    pub fn value(&self) -> Value {
        Value::from_serializable(self)
    }
}

/// What someone said, as a blockquote with its attribution tells it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct QuoteView {
    /// From 1 in its document. Its anchor is `#quote-` and the number.
    pub n: usize,
    /// Address of the quote in the text where it stands.
    pub url: String,
    /// The words, a text for each paragraph; a very long quote ends in `…`.
    pub paragraphs: Vec<String>,
    /// With what they were when they said it. The address is empty where the speaker has no page.
    pub speaker: PersonLink,
    /// Where, or on what occasion; may be empty.
    pub occasion: String,
    /// `none` where the attribution tells none.
    pub date: Option<DateView>,
    /// The source that is cited for it, by its number and anchor; `none` where none is.
    pub source: Option<Link>,
    /// *Card* of the page that quotes it; `none` on that page.
    pub explainer: Option<Value>,
}

impl QuoteView {
    /// The form in which listings hold it.
    pub fn value(&self) -> Value {
        Value::from_serializable(self)
    }
}

/// An entry of a timeline.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EventView {
    /// For `#event-…`; empty where the author gave none.
    pub id: String,
    pub date: DateView,
    /// Last day of a span; `none` for what happened at one time.
    pub until: Option<DateView>,
    pub text: String,
    /// More words; may be empty.
    pub detail: String,
    /// Free words; may be empty.
    pub kind: String,
    /// It changed what came after.
    pub major: bool,
    /// Who took part, with what they were then; on the page of one of them the others.
    pub people: Vec<PersonLink>,
    /// The source, by its number and anchor; `none` where none is given. On other pages than the
    /// explainer's own the address leads there.
    pub source: Option<Link>,
    /// *Card* of the page that tells of it in these words; `none` on the pages of all that do.
    pub explainer: Option<Value>,
    /// *Cards* of others that tell of it, at most 20.
    pub also: Vec<Value>,
    /// The file in which it stands.
    pub source_path: String,
}

impl EventView {
    /// The form in which timelines hold it: cloning it costs nothing.
    pub fn value(&self) -> Value {
        Value::from_serializable(self)
    }
}

/// The events of a topic, a person or the site, beside those that stand on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EventLinks {
    /// Events on all pages together.
    pub total: usize,
    /// How many of them are not on this page.
    pub more: usize,
    /// Address of the complete timeline of a topic or person; empty where it has none, and on
    /// timelines.
    pub url: String,
    /// Address of a calendar of them (RFC 5545); empty where none is made.
    pub calendar: String,
    /// Address of them as JSON; empty where none is made.
    pub data: String,
}

/// Another page that leads here, with the sentence in which it does.
#[derive(Clone, Debug, Serialize)]
pub struct Mention {
    /// *Card* of the page that holds the sentence.
    pub card: Value,
    /// The sentence before the marked words. The three are empty where there is no sentence.
    pub before: String,
    /// The words that name or lead to this page.
    pub mark: String,
    pub after: String,
    /// The heading above the sentence, and its place on that page; `none` where there is no heading.
    pub section: Option<Link>,
    /// How often that page names or links to a person or topic; otherwise 1.
    pub count: usize,
}

impl Mention {
    pub fn value(&self) -> Value {
        Value::from_serializable(self)
    }
}

/// A page to read next.
#[derive(Clone, Debug, Serialize)]
pub struct RelatedView {
    /// *Card.*
    pub card: Value,
    /// Why it is related, in words: `Chosen by the editors`, `Also on Fentanyl`.
    pub reason: String,
}

/// The series to which an explainer belongs.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SeriesView {
    pub title: String,
    /// *Cards*, in their order, with this page among them.
    pub items: Vec<Value>,
    /// Of this page, from 1.
    pub position: usize,
}

/// `page` in `explainer.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ExplainerView {
    pub title: String,
    /// One or two sentences, shown under the title; may be empty.
    pub summary: String,
    /// Day of publication; `none` where the author gave none.
    pub published: Option<DateView>,
    /// `none` where it never changed since.
    pub updated: Option<DateView>,
    /// The day on which the page was last known to be right: the later of the two above. `none`
    /// for a page without dates and for a closed one.
    pub as_of: Option<DateView>,
    /// The day on which it is to be looked at again; `none` where none is set.
    pub review_by: Option<DateView>,
    /// The day on which it was closed: kept as it was, no longer kept up. `none` while it is open.
    pub closed: Option<DateView>,
    /// `draft`, `scheduled` or `expired` in a preview; always empty in a published site.
    pub mark: String,
    pub authors: Vec<PersonLink>,
    /// Whom it is about.
    pub people: Vec<PersonLink>,
    /// "In brief": *HTML*, a sentence or two each.
    pub key_points: Vec<SafeText>,
    pub image: Option<ImageView>,
    /// The text: *HTML*. Its headings begin at level 2.
    pub body: SafeText,
    /// Empty for a text without headings.
    pub contents: Vec<ContentsEntry>,
    /// *Events*, in the order of time.
    pub timeline: Vec<Value>,
    pub sources: Vec<SourceView>,
    /// Newest first.
    pub corrections: Vec<CorrectionView>,
    /// How to cite this page.
    pub cite: CiteView,
    /// Quotes of its text, in their order.
    pub quotes: Vec<QuoteView>,
    /// People whom its text links to or quotes, and whom it is neither about nor by.
    pub mentioned: Vec<PersonLink>,
    pub topics: Vec<Link>,
    pub series: Option<SeriesView>,
    pub related: Vec<RelatedView>,
    /// Pages that lead here.
    pub backlinks: Vec<Mention>,
    pub words: u32,
    /// Time to read it, at least 1; `0` for a page without text.
    pub minutes: u32,
    /// The content file.
    pub source_path: String,
    /// `extra:` of the front matter, as typed; `none` where there is none.
    pub extra: serde_json::Value,
}

/// An office or job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RoleView {
    pub title: String,
    /// May be empty.
    pub org: String,
    /// `none`: not known.
    pub from: Option<DateView>,
    /// `none`: still, or not known.
    pub to: Option<DateView>,
    /// All of it in words: `Secretary of State, United States, 2021–2025`.
    pub text: String,
}

/// "At a glance".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FactView {
    pub label: String,
    pub value: String,
    /// As typed: the `id` of a source, or words; may be empty.
    pub source: String,
    /// The source by its number, where `source` is the `id` of one; otherwise `none`.
    pub source_link: Option<Link>,
}

/// `page` in `person.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PersonView {
    pub name: String,
    /// In their own script; empty where it is the same.
    pub native_name: String,
    /// Other spellings and names.
    pub other_names: Vec<String>,
    /// The page that lists all who have this name; `none` where nobody else has it.
    pub namesakes: Option<Link>,
    /// May be empty.
    pub summary: String,
    /// Newest first.
    pub roles: Vec<RoleView>,
    pub born: Option<DateView>,
    pub died: Option<DateView>,
    pub image: Option<ImageView>,
    /// `website`, `wikidata`, …: pages elsewhere.
    pub links: Vec<Link>,
    pub facts: Vec<FactView>,
    /// *HTML*; empty for a person without a file.
    pub body: SafeText,
    pub contents: Vec<ContentsEntry>,
    /// Explainers about the person: *cards*.
    pub about: Listing,
    /// Explainers by the person: *cards*.
    pub by: Listing,
    /// Explainers whose text names the person: [`Mention`]s.
    pub mentioned: Listing,
    /// What the person said: [`QuoteView`]s, newest first.
    pub quotes: Listing,
    /// The newest corrections of explainers about the person.
    pub corrections: Vec<CorrectionView>,
    /// *Events*, in the order of time: all up to 100; of more, and without a content file, the 25 major
    /// and latest ones.
    pub timeline: Vec<Value>,
    pub events: EventLinks,
    /// What text and facts cite.
    pub sources: Vec<SourceView>,
    /// People named in the same explainers, most often first.
    pub connected: Vec<CountedLink>,
    pub topics: Vec<CountedLink>,
    pub updated: Option<DateView>,
    /// As in [`ExplainerView`]; `none` for a person without text.
    pub as_of: Option<DateView>,
    /// As in [`ExplainerView`].
    pub review_by: Option<DateView>,
    /// As in [`ExplainerView`].
    pub closed: Option<DateView>,
    /// `draft` in a preview; always empty in a published site.
    pub mark: String,
    /// Empty for a person without a file.
    pub source_path: String,
    /// As in [`ExplainerView`].
    pub extra: serde_json::Value,
}

/// `page` in `topic.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TopicView {
    pub title: String,
    /// May be empty.
    pub summary: String,
    /// The standing text: *HTML*; empty for a topic without a file.
    pub body: SafeText,
    pub contents: Vec<ContentsEntry>,
    pub facts: Vec<FactView>,
    /// From the topmost down to the topic right above this one.
    pub parents: Vec<Link>,
    /// Topics right below it.
    pub children: Vec<CountedLink>,
    /// *Cards*, newest first; those of topics below it are among them.
    pub explainers: Listing,
    /// People whom its explainers are about, most often first.
    pub people: Vec<CountedLink>,
    /// *Events*, in the order of time: all up to 100; of more, and without a content file, the 25 major
    /// and latest ones.
    pub timeline: Vec<Value>,
    /// What text and facts cite.
    pub sources: Vec<SourceView>,
    pub events: EventLinks,
    /// *Cards* of explainers that were changed after they had appeared, the last change first; empty
    /// where all explainers are seen at a glance.
    pub changed: Vec<Value>,
    /// Topics near this one, the closest first.
    pub neighbours: Vec<NeighbourView>,
    /// The newest corrections of its explainers.
    pub corrections: Vec<CorrectionView>,
    /// Explainers that name the topic and are not on it, newest first: at most fifty.
    pub mentioned: Vec<Mention>,
    pub updated: Option<DateView>,
    /// As in [`ExplainerView`]; `none` for a topic without text.
    pub as_of: Option<DateView>,
    /// As in [`ExplainerView`].
    pub review_by: Option<DateView>,
    /// As in [`ExplainerView`].
    pub closed: Option<DateView>,
    /// `draft` in a preview; always empty in a published site.
    pub mark: String,
    /// Empty for a topic without a file.
    pub source_path: String,
    /// As in [`ExplainerView`].
    pub extra: serde_json::Value,
}

/// A topic near this one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NeighbourView {
    pub title: String,
    pub url: String,
    /// Explainers that it shares with this topic; may be `0`.
    pub count: usize,
    /// Why it is near, in words: `12 explainers in common`, `Chosen by the editors`.
    pub reason: String,
}

/// `page` in `namesakes.html`: a name that several people have.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NamesakesView {
    pub name: String,
    /// Other names that the same people share.
    pub other_names: Vec<String>,
    pub people: Vec<NamesakeView>,
}

/// One of several people of a name.
#[derive(Clone, Debug, Serialize)]
pub struct NamesakeView {
    /// *Card* of the person.
    pub card: Value,
    pub born: Option<DateView>,
    pub died: Option<DateView>,
}

/// `page` in `front.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FrontView {
    /// Of `content/index.md`; empty where it has none of its own.
    pub title: String,
    /// Of `content/index.md`: *HTML*; empty without that file.
    pub body: SafeText,
    /// What the text cites.
    pub sources: Vec<SourceView>,
    /// *Card* of the explainer that stands first; `none` in an empty archive.
    pub lead: Option<Value>,
    /// "In brief" of the lead: *HTML*.
    pub lead_points: Vec<SafeText>,
    /// *Cards* of what changed last, the lead left out.
    pub recent: Vec<Value>,
    /// Those with most explainers.
    pub topics: Vec<CountedLink>,
    /// Those in most explainers.
    pub people: Vec<CountedLink>,
    pub counts: Counts,
    /// As in [`ExplainerView`].
    pub extra: serde_json::Value,
}

/// How much the archive holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub explainers: usize,
    pub topics: usize,
    pub people: usize,
    pub events: usize,
}

/// `page` in `explainers.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListView {
    pub title: String,
    /// *Cards*, newest first.
    pub explainers: Listing,
}

/// `page` in `people.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PeopleView {
    pub title: String,
    /// Every initial letter that occurs, with where it begins.
    pub letters: Vec<IndexLink>,
    /// The people of this page, under their letters.
    pub groups: Vec<PeopleGroup>,
    pub total: usize,
    /// `none` where everyone is on this page.
    pub pagination: Option<Pagination>,
}

/// People under one letter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PeopleGroup {
    pub label: String,
    /// For `id="…"`; the letters lead to it.
    pub id: String,
    /// *Cards.*
    pub people: Vec<Value>,
}

/// A letter or year in a row of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct IndexLink {
    pub label: String,
    pub url: String,
    /// Entries under it.
    pub count: usize,
    /// It is on this page, and this page holds only it.
    pub current: bool,
}

/// `page` in `topics.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TopicsView {
    pub title: String,
    /// Letters with a page each; empty where all topics are on one page.
    pub letters: Vec<IndexLink>,
    /// Topics without a parent, each with those below it.
    pub topics: Vec<TopicEntry>,
    pub total: usize,
    /// `none` where all topics are on this page.
    pub pagination: Option<Pagination>,
}

/// A topic in the list of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TopicEntry {
    pub title: String,
    pub url: String,
    /// May be empty.
    pub summary: String,
    /// Explainers, those of topics below it among them.
    pub count: usize,
    /// All topics below it, at whatever depth.
    pub children: Vec<CountedLink>,
}

/// `page` in `timeline.html`: the timeline of the site, or the complete one of a topic or person.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TimelineView {
    pub title: String,
    /// Every year that has entries, the earliest first.
    pub years: Vec<IndexLink>,
    /// The years of this page, the earliest first. The first page of a timeline that is too long for
    /// one page has the latest entries.
    pub groups: Vec<TimelineYear>,
    pub total: usize,
    pub events: EventLinks,
    /// `none` where everything is on this page.
    pub pagination: Option<Pagination>,
}

/// The entries of a year.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TimelineYear {
    pub year: String,
    /// For `id="…"`; the years lead to it.
    pub id: String,
    /// *Events*, in the order of time.
    pub events: Vec<Value>,
}

/// `page` in `corrections.html`: the log of corrections.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CorrectionsView {
    pub title: String,
    /// [`CorrectionView`]s, newest first.
    pub corrections: Listing,
}

/// `page` in `page.html`: a page that stands alone.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PageView {
    pub title: String,
    /// May be empty.
    pub summary: String,
    pub published: Option<DateView>,
    pub updated: Option<DateView>,
    /// As in [`ExplainerView`].
    pub review_by: Option<DateView>,
    /// As in [`ExplainerView`].
    pub closed: Option<DateView>,
    pub image: Option<ImageView>,
    /// *HTML.*
    pub body: SafeText,
    pub contents: Vec<ContentsEntry>,
    /// *Events*, in the order of time.
    pub timeline: Vec<Value>,
    /// What the text cites.
    pub sources: Vec<SourceView>,
    /// `draft` in a preview; always empty in a published site.
    pub mark: String,
    pub source_path: String,
    /// As in [`ExplainerView`].
    pub extra: serde_json::Value,
}

/// `page` in `source.html`: a source that several pages share.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SourcePageView {
    pub title: String,
    pub source: SourceView,
    /// Pages that cite it: [`CitingView`]s.
    pub cited_by: Listing,
}

/// A page that cites a source.
#[derive(Clone, Debug, Serialize)]
pub struct CitingView {
    /// *Card* of the page.
    pub card: Value,
    /// The first of its citations.
    pub passages: Vec<PassageView>,
    /// How many more there are.
    pub more: usize,
}

impl CitingView {
    pub fn value(&self) -> Value {
        Value::from_serializable(self)
    }
}

/// A place at which a page cites a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PassageView {
    /// The words before the number, up to the beginning of the sentence; may be empty.
    pub before: String,
    /// The rest of the sentence; may be empty.
    pub after: String,
    /// Where in the source: `p. 4`; may be empty.
    pub locator: String,
    /// Address of the place.
    pub url: String,
}

/// `page` in `sources.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SourcesView {
    pub title: String,
    /// Every initial letter that occurs, with where it begins.
    pub letters: Vec<IndexLink>,
    /// The sources of this page, under their letters.
    pub groups: Vec<SourceGroup>,
    pub total: usize,
    /// `none` where all sources are on this page.
    pub pagination: Option<Pagination>,
}

/// Sources under one letter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SourceGroup {
    pub label: String,
    /// For `id="…"`; the letters lead to it.
    pub id: String,
    pub sources: Vec<SourceView>,
}

/// `card` in `card.svg`, which draws a social card and sees `site` and `words` beside it. A text with
/// letters that no face for cards has is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CardView {
    /// `explainer`, `person`, `topic`, `page`, or `site` for the card of the whole site.
    pub kind: String,
    /// The kind in words; empty for a page and the site.
    pub label: String,
    /// Of the page; on the card of the site its name.
    pub title: String,
    /// What the person is known for, or what the site is; may be empty.
    pub line: String,
    /// `Correct as of 12 May 2024`; may be empty.
    pub date: String,
    /// Name of the site; empty on its own card.
    pub site: String,
    /// BCP 47.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: String,
}

/// What a template in `blocks/` sees, beside `site`: each field is a variable of its own.
#[derive(Clone, Debug)]
pub struct BlockView {
    /// What stands in the block. Of the blocks that come with nutgraf it is the view of that name; of
    /// any other the data as typed: a number, `true` and `null` only where they are written so
    /// without quotes, and every other value text (`1.10`, `007` and `2024-01-05` too).
    pub block: Value,
    /// Of the blocks of its text, from 1.
    pub number: usize,
    /// An id that nothing else on the page has; ids within the block may begin with it.
    pub id: String,
    /// The text goes into a feed, where neither style sheets nor drawings are shown.
    pub in_feed: bool,
    pub page: BlockPage,
}

/// The page whose text has a block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BlockPage {
    pub title: String,
    pub url: String,
    /// BCP 47.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    /// The file in which the block stands.
    pub source_path: String,
}

/// `block` in `blocks/timeline.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TimelineBlock {
    /// *Events* in the order typed, without `id`, `source` and `explainer`.
    pub events: Vec<Value>,
}

/// `block` in `blocks/facts.html`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FactsBlock {
    pub facts: Vec<FactView>,
}

/// `block` in `blocks/people.html`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PeopleBlock {
    /// One whom the archive does not know has a name alone.
    pub people: Vec<PersonLink>,
}

/// `block` in `blocks/compare.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CompareBlock {
    /// May be empty.
    pub caption: String,
    /// *HTML.* Heads of all columns; that of the first may be empty.
    pub columns: Vec<SafeText>,
    pub rows: Vec<CompareRow>,
}

/// A row of a comparison.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CompareRow {
    /// *HTML.* What is compared.
    pub head: SafeText,
    /// *HTML.* One for each other column; may be empty.
    pub cells: Vec<SafeText>,
}

/// `block` in `blocks/chart.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChartBlock {
    /// `bar`, `line`, `area` or `step`.
    #[serde(rename = "type")]
    pub kind: String,
    /// May be empty.
    pub title: String,
    /// May be empty.
    pub description: String,
    /// What the numbers count; may be empty.
    pub unit: String,
    /// *HTML.* The drawing, an `<svg>` with a title, a description and ids of its own.
    pub svg: SafeText,
    /// *HTML.* The same drawn for a telephone, with letters that can be read there: a theme shows one of the two.
    pub svg_narrow: SafeText,
    /// Heads of all columns; that of the labels may be empty.
    pub columns: Vec<String>,
    pub rows: Vec<ChartRow>,
    /// Where the numbers are from; may be empty.
    pub source: String,
    /// The file of the data; `none` where they stand in the block.
    pub file: Option<Link>,
}

/// A row of a chart's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChartRow {
    pub label: String,
    /// Numbers as the language of the page writes them; empty where one is not known.
    pub cells: Vec<String>,
}

/// `page` in `search.html`. Without a script it leads to the lists.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SearchView {
    pub title: String,
    /// The folder of the index, for `search.js`.
    pub index: String,
    /// Initial letters of people, with where each begins.
    pub people: Vec<IndexLink>,
    /// Topics with the most explainers.
    pub topics: Vec<CountedLink>,
    /// Years of the timeline.
    pub years: Vec<IndexLink>,
}

/// `page` in `not_found.html`, which becomes `/404.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NotFoundView {
    /// *Cards* of what changed last.
    pub recent: Vec<Value>,
}

/// `page` in `redirect.html`: an old address.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RedirectView {
    /// Address of the page that is meant. Its canonical form is in `head`.
    pub to: String,
    /// Its title.
    pub title: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_number_row_names_the_ends_and_the_near() {
        let row = |page, pages| {
            let row = Pagination::new(page, pages, |n| format!("/l/{n}/")).expect("several pages");
            row.numbers
                .iter()
                .map(|n| {
                    format!(
                        "{}{}{}",
                        if n.gap { "…" } else { "" },
                        n.number,
                        if n.current { "*" } else { "" }
                    )
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(row(1, 2), "1* 2");
        assert_eq!(row(2, 3), "1 2* 3");
        assert_eq!(row(1, 9), "1* 2 3 …9");
        assert_eq!(row(5, 9), "1 …3 4 5* 6 7 …9");
        assert_eq!(row(9, 9), "1 …7 8 9*");
        assert_eq!(Pagination::new(1, 1, |_| String::new()), None);
    }

    #[test]
    fn the_ends_of_a_list_have_one_neighbour() {
        let at = |page| Pagination::new(page, 3, |n| n.to_string()).expect("several pages");
        assert_eq!((at(1).prev.as_str(), at(1).next.as_str()), ("", "2"));
        assert_eq!((at(3).prev.as_str(), at(3).next.as_str()), ("2", ""));
    }

    #[test]
    fn contents_have_two_levels_from_the_highest_that_occurs() {
        let headings = [(3, "early", "Early"), (2, "a", "A"), (3, "b", "B"), (4, "c", "C"), (2, "d", "D")];
        let nested = ContentsEntry::nest(headings);
        let shown: Vec<String> = nested
            .iter()
            .map(|e| format!("{}:{}", e.id, e.children.iter().map(|c| &*c.id).collect::<String>()))
            .collect();
        assert_eq!(shown, ["early:", "a:b", "d:"]);
        assert_eq!(ContentsEntry::nest([]), []);
    }

    #[test]
    fn addresses_become_whole_and_encoded_once() {
        let site = Site { origin: "https://e.org".to_owned(), ..Site::default() };
        for (url, expected) in [
            ("/r/x/", "https://e.org/r/x/"),
            ("/日/?q=a b#c", "https://e.org/%E6%97%A5/?q=a%20b#c"),
            ("/a%20b/\"<>/", "https://e.org/a%20b/%22%3C%3E/"),
            ("https://other.org/x", "https://other.org/x"),
        ] {
            assert_eq!(site.absolute(url), expected);
            assert_eq!(percent_encode(expected), expected);
        }
        assert_eq!(Site::default().absolute("/x/"), "/x/");
    }

    #[test]
    fn a_card_in_a_view_is_shared_and_not_copied() {
        let card =
            Card { title: "A title of more than twenty-one bytes".to_owned(), ..Card::default() }.value();
        let view = NotFoundView { recent: vec![card.clone()] };
        let serialised = Value::from_serializable(&view);
        let inside = serialised.get_from_path("recent.0.title").and_then(Value::as_str);
        let outside = card.get_from_path("title").and_then(Value::as_str);
        assert_eq!(inside, outside);
        assert_eq!(inside.map(str::as_ptr), outside.map(str::as_ptr));
    }
}
