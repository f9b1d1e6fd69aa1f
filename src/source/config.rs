//! `nutgraf.yaml`: the settings of a site.

use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Severity, Span, nearest};
use crate::source::fields::{
    self, Field, Language, Links, Number, Reader, Shape, Target, WebUrl, fields, words,
};
use crate::source::yaml::{self, Yaml, shown};
use crate::source::{Autolink, Cards, Interval, Kind, Publish, Source, Token};
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The settings, each with its default where the site says nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub title: String,
    pub description: String,
    /// Scheme and host of the published site, without path and final slash; empty where the site
    /// has no `base_url`. Then whatever needs absolute addresses (feeds, sitemap, canonical links)
    /// is left out.
    pub origin: String,
    /// Path of the published site, without final slash: empty at the root of a host, else `/repo`.
    pub base_path: String,
    /// BCP 47, for example `en` or `zh-Hans`.
    pub language: String,
    /// IANA name; decides when an embargo without offset ends.
    pub time_zone: TimeZone,
    pub publisher: Publisher,
    pub theme: Theme,
    pub menu: Vec<MenuItem>,
    pub permalinks: Permalinks,
    /// Entries on a page of a list.
    pub paginate: usize,
    /// Which mentions of a name become links by themselves.
    pub autolink: Autolink,
    /// Related articles on a page.
    pub related: usize,
    pub feeds: Feeds,
    pub data: Data,
    /// `llms.txt` is made.
    pub llms_txt: bool,
    pub twins: Twins,
    pub timelines: Timelines,
    pub review: Review,
    /// What is behind a link is shown before it is followed, in a theme that can.
    pub previews: bool,
    /// Which pages have a social card of their own. None has one without a `base_url`.
    pub cards: Cards,
    /// A search is published; `None`: where the theme has one.
    pub search: Option<bool>,
    /// Findings whose level the site sets; `None`: off.
    pub checks: BTreeMap<Finding, Option<Severity>>,
    /// Globs of content paths whose raw HTML and URLs are passed through.
    pub trust: Vec<String>,
    pub limits: Limits,
    /// Where the site is published.
    pub publish: Box<Publish>,
    /// Symbolic links that leave the site are followed.
    pub follow_outside: bool,
    /// Free data for templates.
    pub extra: Json,
    /// Names of blocks: the templates in `blocks/` of the site, of its theme and of those built in.
    /// No setting: whoever knows the files fills it in.
    pub blocks: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Publisher {
    pub name: String,
    pub url: String,
    pub logo: String,
    /// `corrections`, `ethics`, … → URL or site path.
    pub policies: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theme {
    /// Folder in `themes/`, or a theme that comes with the program; empty where the site names none.
    pub name: String,
    /// Where the name stands.
    pub at: Option<Span>,
    /// Values in place of the theme's own.
    pub tokens: Vec<Token>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct MenuItem {
    pub title: String,
    /// Site path or URL.
    pub url: String,
}

/// Patterns of addresses; parts: `{slug}`, `{year}`, `{month}`, `{day}`, `{folder}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Permalinks {
    pub explainers: String,
    pub topics: String,
    pub people: String,
    pub pages: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Feeds {
    pub enabled: bool,
    /// Entries of a feed.
    pub limit: usize,
    /// The site's feed carries whole texts; otherwise summaries.
    pub full_text: bool,
}

/// What `search:` says.
#[derive(Default)]
struct Search(Option<bool>);

/// The archive as data.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    pub enabled: bool,
    /// On which terms it may be used: words, or an address; empty where the site says nothing.
    pub licence: String,
}

/// The forms in which each page is given once more.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Twins {
    pub markdown: bool,
    pub json: bool,
}

/// Which timelines are made beside those on the pages of topics and people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timelines {
    pub pages: TimelinePages,
    pub data: TimelineData,
}

/// Which topics and people show all of their events, where they are many on pages of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimelinePages {
    None,
    /// Those with a content file.
    #[default]
    Files,
    All,
}

/// For whom events are published as JSON and as a calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TimelineData {
    None,
    #[default]
    Site,
    /// The site, and topics and people with a content file.
    Files,
    /// The site and all topics and people.
    All,
}

/// How often pieces are to be looked at again that do not say so themselves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    /// For kinds that have no interval of their own.
    pub every: Option<Interval>,
    pub explainers: Option<Interval>,
    pub topics: Option<Interval>,
    pub people: Option<Interval>,
    pub pages: Option<Interval>,
}

impl Review {
    /// The interval for a kind of document.
    pub fn of(&self, kind: Kind) -> Option<Interval> {
        let own = match kind {
            Kind::Explainer => self.explainers,
            Kind::Topic => self.topics,
            Kind::Person => self.people,
            Kind::Page | Kind::Front => self.pages,
        };
        own.or(self.every)
    }
}

/// What a document may weigh. Checked before anything is read or parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Bytes of a content file.
    pub file_size: u64,
    /// Bytes of a front matter.
    pub front_matter: usize,
    /// Bytes of a title.
    pub title: usize,
    /// Tags, people or sources of one document.
    pub list: usize,
    /// Quotes and lists inside each other.
    pub nesting: usize,
    /// Bytes of a code block that is highlighted.
    pub highlight: usize,
    /// Bytes of a block of data.
    pub block: usize,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            title: String::new(),
            description: String::new(),
            origin: String::new(),
            base_path: String::new(),
            language: "en".to_owned(),
            time_zone: TimeZone::UTC,
            publisher: Publisher::default(),
            theme: Theme::default(),
            menu: Vec::new(),
            permalinks: Permalinks::default(),
            paginate: 50,
            autolink: Autolink::First,
            related: 6,
            feeds: Feeds::default(),
            data: Data::default(),
            llms_txt: true,
            twins: Twins::default(),
            timelines: Timelines::default(),
            review: Review::default(),
            previews: true,
            cards: Cards::default(),
            search: None,
            checks: BTreeMap::new(),
            trust: Vec::new(),
            limits: Limits::default(),
            publish: Box::default(),
            follow_outside: false,
            extra: Json::Null,
            blocks: Vec::new(),
        }
    }
}

impl Permalinks {
    /// The address of the list of all people: the folder in which theirs stand, else `/people/`.
    pub fn people_list(&self) -> &str {
        list(&self.people).unwrap_or("/people/")
    }

    /// The address of the list of all topics: the folder in which theirs stand, else `/topics/`.
    pub fn topics_list(&self) -> &str {
        list(&self.topics).filter(|folder| *folder != self.people_list()).unwrap_or("/topics/")
    }
}

/// `/authors/` for `/authors/{slug}/`; nothing for a pattern that shares its folder with other pages.
fn list(pattern: &str) -> Option<&str> {
    let folder = pattern.strip_suffix("{slug}/")?;
    (folder.len() > 1 && !folder.contains('{') && !matches!(folder, "/explainers/" | "/timeline/"))
        .then_some(folder)
}

impl Default for Permalinks {
    fn default() -> Permalinks {
        Permalinks {
            explainers: "/explainers/{slug}/".to_owned(),
            topics: "/topics/{slug}/".to_owned(),
            people: "/people/{slug}/".to_owned(),
            pages: "/{slug}/".to_owned(),
        }
    }
}

impl Default for Feeds {
    fn default() -> Feeds {
        Feeds { enabled: true, limit: 50, full_text: true }
    }
}

impl Default for Data {
    fn default() -> Data {
        Data { enabled: true, licence: String::new() }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_size: 4 << 20,
            front_matter: 64 << 10,
            title: 300,
            list: 1000,
            nesting: 100,
            highlight: 32 << 10,
            block: 64 << 10,
        }
    }
}

/// The settings may have so many bytes.
const LARGEST: usize = 256 << 10;

/// The settings: every key that `nutgraf.yaml` can have.
static SETTINGS: &[Field<Config>] = fields! { Config;
    /// Name of the site.
    "title": String => |config, title| config.title = title;
    /// What the site is, in a sentence or two.
    "description": String => |config, text| config.description = text;
    /// Address at which the site is published, with its path: `https://u.github.io/repo/`.
    "base_url": BaseUrl => |config, url| (config.origin, config.base_path) = (url.origin, url.path);
    /// Language of the texts (BCP 47), where a page sets no other.
    "language": Language => |config, language| config.language = language.0;
    /// Time zone (IANA name) in which a day begins for `publish_at` and `expires`.
    "time_zone": TimeZone => |config, zone| config.time_zone = zone;
    /// Who publishes the site.
    "publisher": Publisher => |config, publisher| config.publisher = publisher;
    /// A folder in `themes/`, a theme that comes with nutgraf, or `none`; with tokens of the site's own.
    "theme": Theme => |config, theme| config.theme = theme;
    /// Entries of the main menu.
    "menu": Vec<MenuItem> => |config, menu| config.menu = menu;
    /// Patterns of addresses for each kind of page.
    "permalinks": Permalinks => |config, permalinks| config.permalinks = permalinks;
    /// Entries on a page of a list.
    "paginate": Number<1, 1000> => |config, number| config.paginate = number.0 as usize;
    /// Which mentions of people and topics become links by themselves: `first` in each section, `all`, or `off`.
    "autolink": Autolink => |config, autolink| config.autolink = autolink;
    /// Related articles shown on a page.
    "related": Number<0, 100> => |config, number| config.related = number.0 as usize;
    /// Feeds of the site.
    "feeds": Feeds => |config, feeds| config.feeds = feeds;
    /// The archive as data: `data/index.json` and what it names.
    "data": Data => |config, data| config.data = data;
    /// Whether `llms.txt` is made, a guide to the site for language models.
    "llms_txt": bool => |config, made| config.llms_txt = made;
    /// Forms in which each page is given once more beside its HTML.
    "twins": Vec<Twin> => |config, forms| {
        let wanted = |form: &str| forms.iter().any(|Twin(name)| *name == form);
        config.twins = Twins { markdown: wanted("markdown"), json: wanted("json") };
    };
    /// Complete timelines of topics and people, and events as files.
    "timelines": Timelines => |config, timelines| config.timelines = timelines;
    /// How often pieces are to be looked at again that do not say so themselves.
    "review": Review => |config, review| config.review = review;
    /// Data for previews of links are made, where the theme shows such.
    "previews": bool => |config, previews| config.previews = previews;
    /// Social cards: `pages` draws one for each page, `site` one for all, `false` none.
    "cards": Cards => |config, cards| config.cards = cards;
    /// The search of the site.
    "search": Search => |config, search| config.search = search.0;
    /// Levels of findings: `broken-link: warning`.
    "checks": Checks => |config, checks| config.checks = checks.0;
    /// Content paths whose raw HTML is passed through, with `*`, `**` and `?`.
    "trust": Vec<String> => |config, globs| config.trust = globs;
    /// What a document may weigh.
    "limits": Limits => |config, limits| config.limits = limits;
    /// Where the site is published, by `nutgraf publish`.
    "publish": Publish => |config, publish| *config.publish = publish;
    /// Whether symbolic links may leave the site.
    "follow_symlinks": Follow => |config, follow| config.follow_outside = follow.0 == "outside";
    /// Free data for templates.
    "extra": Json => |config, extra| config.extra = extra;
};

static PUBLISHER: &[Field<Publisher>] = fields! { Publisher;
    /// Name of the publisher.
    "name": String => |publisher, name| publisher.name = name;
    /// Home page of the publisher.
    "url": WebUrl => |publisher, url| publisher.url = url.0;
    /// Logo: a path in the site, or an address.
    "logo": Target => |publisher, logo| publisher.logo = logo.0;
    /// Policies (`corrections`, `ethics`, …) and where they stand.
    "policies": Links => |publisher, links| publisher.policies = links.0;
};

static THEME: &[Field<Theme>] = fields! { Theme;
    /// Folder in `themes/`, a theme that comes with nutgraf, or `none`.
    "name": ThemeName => |theme, name| (theme.name, theme.at) = (name.0, Some(name.1));
    /// Colours, fonts and measures in place of the theme's own.
    "tokens": Vec<Token> => |theme, tokens| theme.tokens = tokens;
};

static MENU_ITEM: &[Field<MenuItem>] = fields! { MenuItem;
    /// Words of the entry.
    "title": String => |item, title| item.title = title;
    /// Path in the site, or an address.
    "url": Target => |item, url| item.url = url.0;
};

static PERMALINKS: &[Field<Permalinks>] = fields! { Permalinks;
    /// Addresses of explainers.
    "explainers": Pattern => |permalinks, pattern| permalinks.explainers = pattern.0;
    /// Addresses of topics.
    "topics": Pattern => |permalinks, pattern| permalinks.topics = pattern.0;
    /// Addresses of people.
    "people": Pattern => |permalinks, pattern| permalinks.people = pattern.0;
    /// Addresses of pages.
    "pages": Pattern => |permalinks, pattern| permalinks.pages = pattern.0;
};

static FEEDS: &[Field<Feeds>] = fields! { Feeds;
    /// Feeds are made.
    "enabled": bool => |feeds, enabled| feeds.enabled = enabled;
    /// Entries of a feed.
    "limit": Number<1, 1000> => |feeds, number| feeds.limit = number.0 as usize;
    /// The site's feed carries whole texts; otherwise summaries.
    "full_text": bool => |feeds, full| feeds.full_text = full;
};

static SEARCH: &[Field<Search>] = fields! { Search;
    /// The page and the index of the search are made.
    "enabled": bool => |search, enabled| search.0 = Some(enabled);
};

static DATA: &[Field<Data>] = fields! { Data;
    /// The data is made.
    "enabled": bool => |data, enabled| data.enabled = enabled;
    /// On which terms it may be used: words, or an address.
    "licence": String => |data, licence| data.licence = licence;
};

static TIMELINES: &[Field<Timelines>] = fields! { Timelines;
    /// Topics and people that show all of their events, with many on pages of their own.
    "pages": PagesOf => |timelines, of| timelines.pages = match of.0 {
        "none" => TimelinePages::None,
        "files" => TimelinePages::Files,
        _ => TimelinePages::All,
    };
    /// For whom events are published as JSON and as a calendar.
    "data": DataOf => |timelines, of| timelines.data = match of.0 {
        "none" => TimelineData::None,
        "site" => TimelineData::Site,
        "files" => TimelineData::Files,
        _ => TimelineData::All,
    };
};

static REVIEW: &[Field<Review>] = fields! { Review;
    /// For every kind of page.
    "every": Interval => |review, interval| review.every = Some(interval);
    /// For explainers.
    "explainers": Interval => |review, interval| review.explainers = Some(interval);
    /// For topics.
    "topics": Interval => |review, interval| review.topics = Some(interval);
    /// For people.
    "people": Interval => |review, interval| review.people = Some(interval);
    /// For other pages.
    "pages": Interval => |review, interval| review.pages = Some(interval);
};

static LIMITS: &[Field<Limits>] = fields! { Limits;
    /// Bytes of a content file.
    "file_size": Number<1, 1_073_741_824> => |limits, number| limits.file_size = number.0;
    /// Bytes of a front matter.
    "front_matter": Number<1, 16_777_216> => |limits, number| limits.front_matter = number.0 as usize;
    /// Bytes of a title.
    "title": Number<1, 10_000> => |limits, number| limits.title = number.0 as usize;
    /// Items of a list in a front matter.
    "list": Number<1, 100_000> => |limits, number| limits.list = number.0 as usize;
    /// Quotes and lists inside each other.
    "nesting": Number<1, 1000> => |limits, number| limits.nesting = number.0 as usize;
    /// Bytes of a code block that is highlighted.
    "highlight": Number<0, 16_777_216> => |limits, number| limits.highlight = number.0 as usize;
    /// Bytes of a block of data.
    "block": Number<1, 16_777_216> => |limits, number| limits.block = number.0 as usize;
};

impl Config {
    /// Reads the settings; what is wrong is noted and left at its default.
    pub fn read(source: &Source, diagnostics: &mut Diagnostics) -> Config {
        let mut config = Config::default();
        let limits = yaml::Limits::of_size(LARGEST);
        if let Some(value) = yaml::parse(&source.path, &source.text, 0, limits, diagnostics) {
            if !value.is_null() {
                let mut reader = Reader {
                    path: &source.path,
                    text: &source.text,
                    longest_list: Limits::default().list,
                    longest_title: usize::MAX,
                    diagnostics,
                };
                reader.mapping(&value, &[SETTINGS], |_| None, &mut config);
            }
            if config.title.is_empty() {
                diagnostics.push(
                    Diagnostic::new(
                        Finding::MissingTitle,
                        Place::file(source.path.clone()),
                        "the site has no title",
                    )
                    .help("write `title: Name of the site`"),
                );
            }
        }
        config
    }

    /// JSON Schema (draft 2020-12) of `nutgraf.yaml`.
    pub fn schema() -> Json {
        let mut schema =
            json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "nutgraf.yaml"});
        if let (Json::Object(schema), Json::Object(rest)) = (&mut schema, fields::schema(&[SETTINGS])) {
            schema.extend(rest);
            schema.insert("required".to_owned(), json!(["title"]));
        }
        schema
    }

    /// Publishes under another address than the settings say.
    ///
    /// # Errors
    /// What is expected, in words.
    pub fn set_base_url(&mut self, url: &str) -> Result<(), &'static str> {
        let web = url.starts_with("https://") || url.starts_with("http://");
        let found = BaseUrl::parse(url).filter(|_| web).ok_or(BaseUrl::HELP)?;
        (self.origin, self.base_path) = (found.origin, found.path);
        Ok(())
    }

    /// The level of a finding in this site; `None`: not shown.
    pub fn level(&self, finding: Finding) -> Option<Severity> {
        self.checks.get(&finding).copied().unwrap_or(Some(finding.level()))
    }

    /// A glob of `trust` matches the path of a content file (`content/pages/embed.md`). Globs are
    /// relative to the site or to `content/`; one that ends with `/` means all that is below it.
    pub fn trusts(&self, path: &str) -> bool {
        let below = |text: &str| text.trim_start_matches('/').trim_start_matches("content/").to_owned();
        let path = below(path);
        let parts: Vec<&str> = path.split('/').collect();
        self.trust.iter().any(|glob| {
            let mut glob = below(glob);
            if glob.ends_with('/') || glob.is_empty() {
                glob.push_str("**");
            }
            let glob: Vec<&str> = glob.split('/').collect();
            matches(&glob, &parts, |part| *part == "**", |part, name| name_matches(part, name))
        })
    }
}

/// Whether a name of one folder or file matches a part of a glob with `*` and `?`.
fn name_matches(glob: &str, name: &str) -> bool {
    let (glob, name): (Vec<char>, Vec<char>) = (glob.chars().collect(), name.chars().collect());
    matches(&glob, &name, |c| *c == '*', |c, found| *c == '?' || c == found)
}

/// Matches a sequence against one in which a star stands for any run. Only the last star is ever
/// tried again, so that the time is the product of the two lengths at worst.
fn matches<G, T>(glob: &[G], text: &[T], star: impl Fn(&G) -> bool, same: impl Fn(&G, &T) -> bool) -> bool {
    let (mut g, mut t) = (0, 0);
    let mut last: Option<(usize, usize)> = None;
    while t < text.len() {
        if g < glob.len() && star(&glob[g]) {
            last = Some((g, t));
            g += 1;
        } else if g < glob.len() && same(&glob[g], &text[t]) {
            g += 1;
            t += 1;
        } else if let Some((at, from)) = last {
            last = Some((at, from + 1));
            g = at + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    glob[g..].iter().all(star)
}

words! {
    /// How far symbolic links are followed.
    Follow: "inside", "outside"
}
words! {
    /// A form in which a page is given once more.
    Twin: "markdown", "json"
}
words! {
    /// Who has a complete timeline.
    PagesOf: "none", "files", "all"
}
words! {
    /// Whose events are published as files.
    DataOf: "none", "site", "files", "all"
}
words! {
    /// What a finding counts as.
    Level: "error", "warning", "note", "off"
}

/// Where a site is published.
struct BaseUrl {
    /// Scheme and host.
    origin: String,
    /// Without final slash.
    path: String,
}

impl BaseUrl {
    const HELP: &'static str = "write scheme, host and path alone: `https://example.org/archive/`";

    fn parse(url: &str) -> Option<BaseUrl> {
        let (scheme, rest) = url.split_once("://")?;
        let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        // Kept decoded, as all addresses are: it is encoded again where a link is written.
        let path = decoded(path)?;
        let path = path.trim_end_matches('/');
        let odd = rest.contains(['?', '#', '\\'])
            || path.contains(['?', '#', '\\', '%'])
            || path.contains(char::is_control)
            || host.is_empty()
            || host.contains('@')
            || path.contains("//")
            || path.split('/').any(|p| matches!(p, "." | ".."));
        let origin = format!("{}://{}", scheme.to_ascii_lowercase(), host.to_lowercase());
        (!odd).then(|| BaseUrl { origin, path: path.to_owned() })
    }
}

/// Undoes `%20` and its like; `None` where the escapes are none, or come to no text.
fn decoded(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

impl Shape for BaseUrl {
    const MANY: &'static str = "addresses";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<BaseUrl> {
        let WebUrl(url) = WebUrl::read(value, reader)?;
        let found = BaseUrl::parse(&url);
        if found.is_none() {
            let message = format!("{} is not the address of a site", shown(&url));
            reader.note(Finding::BadValue, value.span, message, Some(BaseUrl::HELP.to_owned()));
        }
        found
    }

    fn schema() -> Json {
        let mut schema = WebUrl::schema();
        schema["examples"] = json!(["https://example.org/", "https://u.github.io/repo/"]);
        schema
    }
}

impl Shape for TimeZone {
    const MANY: &'static str = "time zones";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<TimeZone> {
        let text = reader.scalar("the name of a time zone", value)?;
        if let Ok(zone) = TimeZone::get(text) {
            return Some(zone);
        }
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        // Comparing with six hundred names is dear for a text that is no name at all.
        let close = if text.len() < 64 { nearest(text, names.iter().map(String::as_str)) } else { None };
        let help = match close {
            Some(name) => format!("did you mean `{name}`?"),
            None => "write an IANA name, as in `Europe/Berlin`".to_owned(),
        };
        reader.note(Finding::BadValue, value.span, format!("{} is not a time zone", shown(text)), Some(help));
        None
    }

    fn schema() -> Json {
        json!({"type": "string", "examples": ["Pacific/Auckland", "UTC"]})
    }
}

/// Implements [`Shape`] for a mapping with known keys.
macro_rules! record {
    ($name:ident, $fields:ident) => {
        impl Shape for $name {
            const MANY: &'static str = "mappings";
            const ALONE: bool = false;

            fn read(value: &Yaml, reader: &mut Reader) -> Option<Self> {
                reader.record(value, $fields)
            }

            fn schema() -> Json {
                fields::schema(&[$fields])
            }
        }
    };
}
record!(Publisher, PUBLISHER);
record!(Permalinks, PERMALINKS);
record!(Limits, LIMITS);
record!(Timelines, TIMELINES);

impl Shape for MenuItem {
    const MANY: &'static str = "mappings with `title` and `url`";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<MenuItem> {
        let item = reader.record(value, MENU_ITEM)?;
        if item.title.is_empty() || item.url.is_empty() {
            let help = "write `{title: About, url: /about/}`".to_owned();
            reader.note(
                Finding::BadValue,
                value.span,
                "an entry of the menu needs `title` and `url`",
                Some(help),
            );
            return None;
        }
        Some(item)
    }

    fn schema() -> Json {
        fields::schema(&[MENU_ITEM])
    }
}

/// A name alone, or a mapping.
impl Shape for Theme {
    const MANY: &'static str = "themes";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Theme> {
        if value.text().is_none() {
            return reader.record(value, THEME);
        }
        let ThemeName(name, span) = ThemeName::read(value, reader)?;
        Some(Theme { name, at: Some(span), tokens: Vec::new() })
    }

    fn schema() -> Json {
        json!({"anyOf": [{"type": "string"}, fields::schema(&[THEME])], "examples": ["plain"]})
    }
}

/// The name of a theme, with its place.
struct ThemeName(String, Span);

impl Shape for ThemeName {
    const MANY: &'static str = "names of themes";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<ThemeName> {
        let name = reader.scalar("the name of a theme", value)?.trim();
        if name.contains(['/', '\\']) || name.starts_with('.') {
            let help = "write the name of a folder in `themes/`".to_owned();
            let message = format!("{} is not the name of a theme", shown(name));
            reader.note(Finding::BadValue, value.span, message, Some(help));
            return None;
        }
        Some(ThemeName(name.to_owned(), value.span))
    }

    fn schema() -> Json {
        json!({"type": "string", "examples": ["plain"]})
    }
}

/// `false` alone turns them off.
impl Shape for Feeds {
    const MANY: &'static str = "feeds";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Feeds> {
        match value.text() {
            Some(_) => bool::read(value, reader).map(|enabled| Feeds { enabled, ..Feeds::default() }),
            None => reader.record(value, FEEDS),
        }
    }

    fn schema() -> Json {
        json!({"anyOf": [{"type": "boolean"}, fields::schema(&[FEEDS])], "examples": [{"limit": 20}]})
    }
}

/// `true` or `false` alone is `enabled`.
impl Shape for Search {
    const MANY: &'static str = "searches";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Search> {
        match value.text() {
            Some(_) => bool::read(value, reader).map(|enabled| Search(Some(enabled))),
            None => reader.record(value, SEARCH),
        }
    }

    fn schema() -> Json {
        json!({"anyOf": [{"type": "boolean"}, fields::schema(&[SEARCH])], "examples": [{"enabled": true}]})
    }
}

/// `false` alone turns it off.
impl Shape for Data {
    const MANY: &'static str = "data";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Data> {
        match value.text() {
            Some(_) => bool::read(value, reader).map(|enabled| Data { enabled, ..Data::default() }),
            None => reader.record(value, DATA),
        }
    }

    fn schema() -> Json {
        json!({"anyOf": [{"type": "boolean"}, fields::schema(&[DATA])], "examples": [{"licence": "CC BY 4.0"}]})
    }
}

/// An interval alone is that of every kind.
impl Shape for Review {
    const MANY: &'static str = "intervals";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Review> {
        match value.text() {
            Some(_) => {
                Interval::read(value, reader).map(|every| Review { every: Some(every), ..Review::default() })
            }
            None => reader.record(value, REVIEW),
        }
    }

    fn schema() -> Json {
        json!({"anyOf": [Interval::schema(), fields::schema(&[REVIEW])], "examples": [{"every": "2 years"}]})
    }
}

/// Names of findings with the levels that a site gives them.
struct Checks(BTreeMap<Finding, Option<Severity>>);

impl Shape for Checks {
    const MANY: &'static str = "checks";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Checks> {
        let Some(entries) = value.map() else {
            reader.expected("a mapping of findings to levels", value);
            return None;
        };
        let mut checks = BTreeMap::new();
        for (key, value) in entries {
            let Some(finding) = Finding::ALL.iter().find(|finding| finding.name() == key.text) else {
                let known = Finding::ALL.iter().map(|finding| finding.name());
                let help = nearest(&key.text, known).map(|name| format!("did you mean `{name}`?"));
                let message = format!("{} is not the name of a finding", shown(&key.text));
                reader.note(Finding::UnknownKey, key.span, message, help);
                continue;
            };
            if let Some(Level(level)) = Level::read(value, reader) {
                let level = match level {
                    "error" => Some(Severity::Error),
                    "warning" => Some(Severity::Warning),
                    "note" => Some(Severity::Note),
                    _ => None,
                };
                checks.insert(*finding, level);
            }
        }
        Some(Checks(checks))
    }

    fn schema() -> Json {
        let names: Vec<&str> = Finding::ALL.iter().map(|finding| finding.name()).collect();
        json!({
            "type": "object",
            "propertyNames": {"enum": names},
            "additionalProperties": Level::schema(),
            "examples": [{"broken-link": "warning"}],
        })
    }
}

/// A pattern of addresses.
struct Pattern(String);

/// Parts of a pattern that a page fills in.
const PARTS: &[&str] = &["{slug}", "{year}", "{month}", "{day}", "{folder}"];

impl Shape for Pattern {
    const MANY: &'static str = "patterns";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Pattern> {
        let text = reader.scalar("a pattern of addresses", value)?;
        match pattern_fault(text) {
            None => Some(Pattern(text.to_owned())),
            Some((message, help)) => {
                reader.note(Finding::BadValue, value.span, format!("{} {message}", shown(text)), Some(help));
                None
            }
        }
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": "^/.*\\{slug\\}.*/$", "examples": ["/{year}/{month}/{slug}/"]})
    }
}

/// What keeps a pattern from being one, and what to do.
fn pattern_fault(pattern: &str) -> Option<(String, String)> {
    let fault = |message: &str, help: &str| Some((message.to_owned(), help.to_owned()));
    if !pattern.starts_with('/') || !pattern.ends_with('/') {
        return fault("does not begin and end with `/`", &format!("write `/{}/`", pattern.trim_matches('/')));
    }
    if pattern.contains("//") || pattern.contains("..") || pattern.contains("/./") {
        return fault("has `..`, `.` or nothing between two slashes", "name a folder there");
    }
    let mut words = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        words.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else {
            return fault("has a `{` that is not closed", "close it with `}`");
        };
        let part = &rest[open..=open + close];
        if !PARTS.contains(&part) {
            let help = match nearest(part, PARTS.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("the parts are {}", fields::choice(PARTS)),
            };
            return Some((format!("has the unknown part {}", shown(part)), help));
        }
        rest = &rest[open + close + 1..];
    }
    words.push_str(rest);
    if let Some(c) =
        words.chars().find(|c| c.is_whitespace() || c.is_control() || "\\?#%:*\"<>|{}".contains(*c))
    {
        return fault(
            &format!("has {} in it", shown(&format!("{c:?}"))),
            "use letters, digits, `-`, `_` and `/`",
        );
    }
    if !pattern.contains("{slug}") {
        return fault("has no `{slug}`", "put `{slug}` where the name of the page goes");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SitePath;

    fn read(text: &str) -> (Config, Vec<String>) {
        let source = Source { path: SitePath::from("nutgraf.yaml"), text: text.to_owned() };
        let mut diagnostics = Diagnostics::default();
        let config = Config::read(&source, &mut diagnostics);
        diagnostics.finish(|finding| Some(finding.level()));
        let findings = diagnostics
            .iter()
            .map(|d| {
                let marked = d.place.span.map_or("", |span| &text[span.start as usize..span.end as usize]);
                let help = d.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
                format!("{} |{marked}| {}{help}", d.finding.name(), d.message)
            })
            .collect();
        (config, findings)
    }

    #[test]
    fn all_settings_are_read() {
        let (config, findings) = read(
            "\
title: Archive
description: Explainers
base_url: https://u.github.io/repo/
language: fr
time_zone: Pacific/Auckland
publisher: {name: P, url: https://p.org, logo: /logo.svg, policies: {ethics: /ethics/, corrections: https://p.org/c}}
theme: {name: plain}
menu:
  - {title: About, url: /about/}
permalinks: {explainers: '/{year}/{month}/{slug}/'}
paginate: 20
related: 0
feeds: {limit: 10, full_text: false}
checks: {broken-link: warning, missing-alt: off, no-topics: error}
trust: [pages/embed.md]
limits: {list: 10, front_matter: 131072}
follow_symlinks: outside
extra: {a: 1}
",
        );
        assert_eq!(findings, [""; 0]);
        assert_eq!(
            (config.title.as_str(), config.description.as_str(), config.language.as_str()),
            ("Archive", "Explainers", "fr")
        );
        assert_eq!((config.origin.as_str(), config.base_path.as_str()), ("https://u.github.io", "/repo"));
        assert_eq!(config.time_zone.iana_name(), Some("Pacific/Auckland"));
        assert_eq!(config.publisher.policies[1], ("corrections".to_owned(), "https://p.org/c".to_owned()));
        assert_eq!((config.theme.name.as_str(), config.menu.len()), ("plain", 1));
        assert_eq!(config.permalinks.explainers, "/{year}/{month}/{slug}/");
        assert_eq!(config.permalinks.topics, "/topics/{slug}/");
        assert_eq!((config.paginate, config.related), (20, 0));
        assert_eq!(config.feeds, Feeds { enabled: true, limit: 10, full_text: false });
        assert_eq!(config.level(Finding::BrokenLink), Some(Severity::Warning));
        assert_eq!(config.level(Finding::MissingAlt), None);
        assert_eq!(config.level(Finding::NoTopics), Some(Severity::Error));
        assert_eq!(config.level(Finding::BadDate), Some(Severity::Error));
        assert_eq!((config.limits.list, config.limits.front_matter, config.limits.title), (10, 131_072, 300));
        assert!(config.follow_outside);
        assert_eq!(config.extra, json!({"a": 1}));
        let (config, _) = read("title: A\nfeeds: false\ntheme: dark\n");
        assert!(!config.feeds.enabled);
        assert_eq!(config.theme.name, "dark");
    }

    #[test]
    fn wrong_settings_are_told_with_what_to_write() {
        let pattern = |text: &str, words: &str| {
            (format!("permalinks: {{pages: '{text}'}}"), format!("bad-value |'{text}'| `{text}` {words}"))
        };
        let mut cases: Vec<(String, String)> = [
            ("base_url: e.org", "bad-value |e.org| `e.org` is not a whole address; write https://e.org"),
            ("base_url: e.org:8080/x", "bad-value |e.org:8080/x| `e.org:8080/x` is not a whole address; write https://e.org:8080/x"),
            ("base_url: /repo", "bad-value |/repo| `/repo` is not a whole address; begin it with `https://` or `http://`"),
            ("base_url: https://", "bad-value |https://| `https://` names no host; write https://, then the host"),
            ("base_url: https://e.org/?a", "bad-value |https://e.org/?a| `https://e.org/?a` is not the address of a site; write scheme, host and path alone: `https://example.org/archive/`"),
            ("base_url: https://e.org/a/../b", "bad-value |https://e.org/a/../b| `https://e.org/a/../b` is not the address of a site; write scheme, host and path alone: `https://example.org/archive/`"),
            ("time_zone: Europe/Berlim", "bad-value |Europe/Berlim| `Europe/Berlim` is not a time zone; did you mean `Europe/Berlin`?"),
            ("time_zone: CET+99", "bad-value |CET+99| `CET+99` is not a time zone; write an IANA name, as in `Europe/Berlin`"),
            ("titel: B", "unknown-key |titel| the key `titel` is not known here; did you mean `title`?"),
            ("theme: {nmae: x}", "unknown-key |nmae| the key `nmae` is not known here; did you mean `name`?"),
            ("theme: ../x", "bad-value |../x| `../x` is not the name of a theme; write the name of a folder in `themes/`"),
            ("menu: [{title: A}]", "bad-value |{title: A}| an entry of the menu needs `title` and `url`; write `{title: About, url: /about/}`"),
            ("menu: {title: A, url: /}", "wrong-type |{title: A, url: /}| expected a list of mappings with `title` and `url`, found a mapping; begin each item with `- `"),
            ("paginate: 0", "bad-value |0| `0` is not a whole number from 1 to 1000"),
            ("paginate: many", "bad-value |many| `many` is not a whole number from 1 to 1000"),
            ("paginate: '+5'", "bad-value |'+5'| `+5` is not a whole number from 1 to 1000"),
            ("checks: {broken-lnk: warning}", "unknown-key |broken-lnk| `broken-lnk` is not the name of a finding; did you mean `broken-link`?"),
            ("checks: {broken-link: warn}", "bad-value |warn| `warn` is not `error`, `warning`, `note` or `off`; write `error`, `warning`, `note` or `off`"),
            ("checks: [broken-link]", "wrong-type |[broken-link]| expected a mapping of findings to levels, found a list"),
            ("limits: {list: a}", "bad-value |a| `a` is not a whole number from 1 to 100000"),
            ("follow_symlinks: true", "bad-value |true| `true` is not `inside` or `outside`; write `inside` or `outside`"),
            ("title: B", "duplicate-key |title| the key `title` stands here a second time; keep one of the two"),
        ]
        .map(|(text, words)| (text.to_owned(), words.to_owned()))
        .into();
        cases.extend([
            pattern("{slug}/", "does not begin and end with `/`; write `/{slug}/`"),
            pattern("/x/", "has no `{slug}`; put `{slug}` where the name of the page goes"),
            pattern("/../{slug}/", "has `..`, `.` or nothing between two slashes; name a folder there"),
            pattern("//{slug}/", "has `..`, `.` or nothing between two slashes; name a folder there"),
            pattern("/{yaer}/{slug}/", "has the unknown part `{yaer}`; did you mean `{year}`?"),
            pattern("/{slug}/{/", "has a `{` that is not closed; close it with `}`"),
            pattern("/a b/{slug}/", "has `' '` in it; use letters, digits, `-`, `_` and `/`"),
        ]);
        for (text, words) in cases {
            assert_eq!(read(&format!("title: A\n{text}\n")).1, [words], "{text}");
        }
        for text in ["", "# nothing\n", "title:\n", "language: de\n"] {
            assert_eq!(
                read(text).1,
                ["missing-title || the site has no title; write `title: Name of the site`"]
            );
        }
    }

    #[test]
    fn a_base_url_is_split_into_origin_and_path() {
        for (url, origin, path) in [
            ("https://e.org", "https://e.org", ""),
            ("https://e.org/", "https://e.org", ""),
            ("HTTPS://E.org/", "https://e.org", ""),
            ("https://u.github.io/repo/", "https://u.github.io", "/repo"),
            ("https://e.org/~user/x/", "https://e.org", "/~user/x"),
            ("http://localhost:8080/a/b", "http://localhost:8080", "/a/b"),
            ("https://e.org/a%20b/%e6%97%a5/", "https://e.org", "/a b/日"),
            ("https://e.org/日/", "https://e.org", "/日"),
        ] {
            let (config, findings) = read(&format!("title: A\nbase_url: {url}\n"));
            assert_eq!(findings, [""; 0]);
            assert_eq!((config.origin.as_str(), config.base_path.as_str()), (origin, path));
        }
        for url in [
            "https://e.org/%2e%2e/",
            "https://e.org/%zz/",
            "https://e.org/%",
            "https://e.org/%ff/",
            "https://e.org/%00/",
        ] {
            assert_eq!(BaseUrl::parse(url).map(|found| found.path), None, "{url}");
        }
    }

    #[test]
    fn globs_trust_what_they_match() {
        for (glob, path, expected) in [
            ("pages/embed.md", "content/pages/embed.md", true),
            ("content/pages/embed.md", "content/pages/embed.md", true),
            ("/content/pages/embed.md", "content/pages/embed.md", true),
            ("pages/embed.md", "content/pages/embed.md.md", false),
            ("pages/*", "content/pages/a.md", true),
            ("pages/*", "content/pages/a/b.md", false),
            ("pages/**", "content/pages/a/b.md", true),
            ("pages/", "content/pages/a/b.md", true),
            ("**", "content/pages/a/b.md", true),
            ("**/b.md", "content/pages/a/b.md", true),
            ("**/b.md", "content/b.md", true),
            ("pages/**/b.md", "content/pages/b.md", true),
            ("pages/**/x/**/b.md", "content/pages/a/x/c/d/b.md", true),
            ("pages/**/x/**/b.md", "content/pages/a/c/d/b.md", false),
            ("*.md", "content/a.md", true),
            ("*.md", "content/pages/a.md", false),
            ("pages/?.md", "content/pages/é.md", true),
            ("pages/?.md", "content/pages/ab.md", false),
            ("pages/a*c*.md", "content/pages/abcbcd.md", true),
            ("Pages/*", "content/pages/a.md", false),
        ] {
            let config = Config { trust: vec![glob.to_owned()], ..Config::default() };
            assert_eq!(config.trusts(path), expected, "{glob} {path}");
        }
        assert!(!Config::default().trusts("content/pages/a.md"));
    }

    #[test]
    fn a_hostile_glob_takes_no_longer_than_its_length_allows() {
        let glob = format!("{}b", "*a".repeat(2000));
        let path = "a".repeat(4000);
        assert!(!Config { trust: vec![glob], ..Config::default() }.trusts(&path));
        let glob = format!("{}b", "**/a/".repeat(1000));
        assert!(!Config { trust: vec![glob], ..Config::default() }.trusts(&"a/".repeat(2000)));
    }

    #[test]
    fn lists_stand_where_the_addresses_of_their_kind_do() {
        for (people, topics, expected) in [
            ("/people/{slug}/", "/topics/{slug}/", ["/people/", "/topics/"]),
            ("/authors/{slug}/", "/a/tags/{slug}/", ["/authors/", "/a/tags/"]),
            ("/{slug}/", "/{folder}/{slug}/", ["/people/", "/topics/"]),
            ("/x/{slug}/", "/x/{slug}/", ["/x/", "/topics/"]),
            ("/explainers/{slug}/", "/timeline/{slug}/", ["/people/", "/topics/"]),
        ] {
            let (people, topics) = (people.to_owned(), topics.to_owned());
            let permalinks = Permalinks { people, topics, ..Permalinks::default() };
            assert_eq!([permalinks.people_list(), permalinks.topics_list()], expected);
        }
    }

    #[test]
    fn every_setting_is_read_and_in_the_schema() {
        let schema = Config::schema();
        for field in SETTINGS {
            let name = field.name;
            let title = if name == "title" { "" } else { "title: A\n" };
            let described = &schema["properties"][name];
            assert!(described["description"].is_string(), "{name}");
            for example in described["examples"].as_array().unwrap() {
                let (_, findings) = read(&format!("{title}{name}: {example}\n"));
                assert_eq!(findings, [""; 0], "{name}: {example}");
            }
            if name != "extra" {
                let (_, findings) = read(&format!("{title}{name}: [[x]]\n"));
                assert!(findings.iter().any(|f| f.starts_with("wrong-type")), "{name} takes a list of lists");
            }
        }
        assert_eq!(schema["properties"].as_object().unwrap().len(), SETTINGS.len());
    }
}
