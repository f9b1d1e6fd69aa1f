//! Structured data: what a page is about, in the words of schema.org, as JSON-LD.
//!
//! Everything is taken from the finished views, so that it says what the page says. The text that
//! leaves stands safely inside `<script>`: no sequence of characters in a title can end it.

use super::view::{
    CorrectionView, DateView, ExplainerView, Head, PersonLink, PersonView, QuoteView, SafeText, Site,
    SourcePageView, SourceView, TopicView,
};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;

/// For an explainer: `BackgroundNewsArticle`.
pub fn explainer(site: &Site, head: &Head, page: &ExplainerView) -> SafeText {
    let url = site.absolute(&head.url);
    let people = page.people.iter().map(|person| person_link(site, person));
    let topics = page.topics.iter().map(|topic| named("Thing", site, &topic.title, &topic.url));
    let article = Thing::new("BackgroundNewsArticle")
        .text("headline", &page.title)
        .text("description", &page.summary)
        .text("url", url.clone())
        .text("mainEntityOfPage", url)
        .text("inLanguage", &head.lang)
        .date("datePublished", page.published.as_ref())
        .date("dateModified", page.updated.as_ref().or(page.published.as_ref()))
        .text("image", &head.image)
        .list("author", page.authors.iter().map(|author| person_link(site, author)))
        .node("publisher", publisher(site))
        .list("about", people.chain(topics))
        .list("mentions", page.mentioned.iter().map(|person| person_link(site, person)))
        .list("keywords", page.topics.iter().map(|topic| Node::from(&topic.title)))
        .list("citation", page.sources.iter().map(citation))
        .list("correction", page.corrections.iter().map(|one| correction(site, one)))
        .list("hasPart", page.quotes.iter().map(|one| quotation(site, one)))
        .number("wordCount", page.words as usize);
    graph(site, head, Some(article))
}

/// For a person: `Person` within a `ProfilePage`. `own` is the address of their first page: they are
/// the same person on the later pages of their lists.
///
/// `quotes` are those that the page shows.
pub fn person(site: &Site, head: &Head, page: &PersonView, quotes: &[QuoteView], own: &str) -> SafeText {
    let url = site.absolute(own);
    let names = std::iter::once(&page.native_name).chain(&page.other_names);
    let roles = page.roles.iter().map(|role| {
        let occupation = Thing::new("Occupation").text("name", &role.title);
        let role = Thing::new("Role")
            .text("roleName", &role.title)
            .date("startDate", role.from.as_ref())
            .date("endDate", role.to.as_ref());
        role.thing("hasOccupation", occupation).into()
    });
    let person = Thing::new("Person")
        .text("@id", format!("{url}#person"))
        .text("name", &page.name)
        .text("url", url)
        .text("description", &page.summary)
        .list("alternateName", names.filter(|name| !name.is_empty()).map(Node::from))
        .date("birthDate", page.born.as_ref())
        .date("deathDate", page.died.as_ref())
        .text("image", &head.image)
        .list("hasOccupation", roles)
        .list("sameAs", page.links.iter().map(|link| Node::from(&link.url)));
    let profile = Thing::new("ProfilePage")
        .text("url", site.absolute(&head.url))
        .text("inLanguage", &head.lang)
        .date("dateModified", page.updated.as_ref())
        .thing("mainEntity", person)
        .list("hasPart", quotes.iter().map(|one| quotation(site, one)));
    graph(site, head, Some(profile))
}

/// For a topic: `CollectionPage` about a `Thing`.
pub fn topic(site: &Site, head: &Head, page: &TopicView) -> SafeText {
    let about = Thing::new("Thing").text("name", &page.title).text("description", &page.summary);
    let collection = collection(site, head).thing("about", about).date("dateModified", page.updated.as_ref());
    graph(site, head, Some(collection))
}

/// For a shared source: `CollectionPage` about a `CreativeWork`.
pub fn source(site: &Site, head: &Head, page: &SourcePageView) -> SafeText {
    graph(site, head, Some(collection(site, head).node("about", Some(citation(&page.source)))))
}

/// For a list of explainers, people, topics or events: `CollectionPage`.
pub fn list(site: &Site, head: &Head) -> SafeText {
    graph(site, head, Some(collection(site, head)))
}

/// For the log of corrections: `CollectionPage` of `CorrectionComment`.
pub fn corrections(site: &Site, head: &Head, shown: &[CorrectionView]) -> SafeText {
    let comments = shown.iter().map(|one| correction(site, one));
    graph(site, head, Some(collection(site, head).list("hasPart", comments)))
}

/// For the front page: `WebSite`.
pub fn front(site: &Site, head: &Head) -> SafeText {
    let mut website = Thing::new("WebSite")
        .text("name", &site.title)
        .text("description", &site.description)
        .text("url", site.absolute(&site.url))
        .text("inLanguage", &site.lang)
        .node("publisher", publisher(site));
    if !site.lists.search.is_empty() {
        let search = Thing::new("SearchAction")
            .text("target", format!("{}?q={{search_term_string}}", site.absolute(&site.lists.search)))
            .text("query-input", "required name=search_term_string");
        website = website.thing("potentialAction", search);
    }
    graph(site, head, Some(website))
}

/// For pages that stand alone: where they are in the site.
pub fn page(site: &Site, head: &Head) -> SafeText {
    graph(site, head, None)
}

fn collection<'a>(site: &Site, head: &'a Head) -> Thing<'a> {
    Thing::new("CollectionPage")
        .text("name", &head.title)
        .text("description", &head.description)
        .text("url", site.absolute(&head.url))
        .text("inLanguage", &head.lang)
}

/// The main thing and the way to it; empty where there is neither.
fn graph(site: &Site, head: &Head, main: Option<Thing>) -> SafeText {
    let mut things: Vec<Node> = main.into_iter().map(Node::from).collect();
    if !head.breadcrumbs.is_empty() {
        let above = head.breadcrumbs.iter().map(|link| (&link.title, &link.url));
        let way = above.chain(std::iter::once((&head.title, &head.url)));
        let items = way.enumerate().map(|(n, (title, url))| {
            let item = Thing::new("ListItem").number("position", n + 1);
            item.text("name", title).text("item", site.absolute(url)).into()
        });
        things.push(Thing::new("BreadcrumbList").list("itemListElement", items).into());
    }
    if things.is_empty() {
        return SafeText::default();
    }
    let graph = Thing(vec![("@context", "https://schema.org".into()), ("@graph", Node::List(things))]);
    // Texts, numbers, lists and things with names for keys: there is nothing that JSON cannot hold.
    let json = serde_json::to_string(&Node::Thing(graph)).expect("things can be written as JSON");
    SafeText::new(&script_safe(json))
}

/// Spells out what could end a script or a line of it; in JSON these characters stand only inside
/// strings, where an escape means the same.
fn script_safe(json: String) -> String {
    let unsafe_in_scripts = ['<', '>', '&', '\u{2028}', '\u{2029}'];
    if !json.contains(unsafe_in_scripts) {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 64);
    let mut rest = json.as_str();
    while let Some(at) = rest.find(unsafe_in_scripts) {
        let mut letters = rest[at..].chars();
        let code = letters.next().map_or(0, u32::from);
        safe.push_str(&rest[..at]);
        safe.push_str(&format!("\\u{code:04x}"));
        rest = letters.as_str();
    }
    safe.push_str(rest);
    safe
}

fn named<'a>(kind: &'static str, site: &Site, name: &'a str, url: &str) -> Node<'a> {
    let named = Thing::new(kind).text("name", name);
    if url.is_empty() { named.into() } else { named.text("url", site.absolute(url)).into() }
}

fn person_link<'a>(site: &Site, person: &'a PersonLink) -> Node<'a> {
    let mut node = Thing::new("Person").text("name", &person.name);
    if !person.url.is_empty() {
        node = node.text("url", site.absolute(&person.url));
    }
    let Some(role) = &person.held else { return node.into() };
    node = node.text("jobTitle", &role.title);
    if !role.org.is_empty() {
        // A role stands between the two that it joins, and repeats the property that leads to it.
        let role_there = Thing::new("OrganizationRole")
            .text("roleName", &role.title)
            .date("startDate", role.from.as_ref())
            .date("endDate", role.to.as_ref())
            .thing("worksFor", Thing::new("Organization").text("name", &role.org));
        node = node.thing("worksFor", role_there);
    }
    node.into()
}

fn quotation<'a>(site: &Site, quote: &'a QuoteView) -> Node<'a> {
    let mut node = Thing::new("Quotation")
        .text("url", site.absolute(&quote.url))
        .text("text", quote.paragraphs.join("\n"))
        .node("spokenByCharacter", Some(person_link(site, &quote.speaker)))
        .date("dateCreated", quote.date.as_ref());
    if let Some(source) = &quote.source {
        node = node.text("citation", site.absolute(&source.url));
    }
    node.into()
}

fn publisher(site: &Site) -> Option<Node<'_>> {
    let publisher = site.publisher.as_ref()?;
    let mut organization =
        Thing::new("NewsMediaOrganization").text("name", &publisher.name).text("url", &publisher.url);
    if !publisher.logo.is_empty() {
        organization = organization.text("logo", site.absolute(&publisher.logo));
    }
    Some(organization.into())
}

fn citation(source: &SourceView) -> Node<'_> {
    let mut work = Thing::new("CreativeWork").text("name", &source.title).text("author", &source.author);
    if !source.publisher.is_empty() {
        work = work.thing("publisher", Thing::new("Organization").text("name", &source.publisher));
    }
    work.date("datePublished", source.date.as_ref())
        .text("url", &source.url)
        .text("archivedAt", &source.archived)
        .into()
}

fn correction<'a>(site: &Site, correction: &'a CorrectionView) -> Node<'a> {
    let parts = [("Was: ", &correction.was), ("Now: ", &correction.now), ("", &correction.note)];
    let parts =
        parts.iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| format!("{label}{text}"));
    Thing::new("CorrectionComment")
        .text("url", site.absolute(&correction.url))
        .text("text", parts.collect::<Vec<_>>().join(" – "))
        .date("datePublished", correction.date.as_ref())
        .into()
}

/// A thing of schema.org: its properties in their order. Empty ones are left out.
struct Thing<'a>(Vec<(&'static str, Node<'a>)>);

enum Node<'a> {
    Text(Cow<'a, str>),
    Number(usize),
    List(Vec<Node<'a>>),
    Thing(Thing<'a>),
}

impl<'a> Thing<'a> {
    fn new(kind: &'static str) -> Thing<'a> {
        let mut properties = Vec::with_capacity(8);
        properties.push(("@type", Node::Text(Cow::Borrowed(kind))));
        Thing(properties)
    }

    fn text(mut self, key: &'static str, text: impl Into<Cow<'a, str>>) -> Thing<'a> {
        let text = text.into();
        if !text.is_empty() {
            self.0.push((key, Node::Text(text)));
        }
        self
    }

    fn date(self, key: &'static str, date: Option<&'a DateView>) -> Thing<'a> {
        self.text(key, date.map_or("", |date| &date.iso))
    }

    fn number(mut self, key: &'static str, number: usize) -> Thing<'a> {
        if number > 0 {
            self.0.push((key, Node::Number(number)));
        }
        self
    }

    fn list(mut self, key: &'static str, items: impl Iterator<Item = Node<'a>>) -> Thing<'a> {
        let items: Vec<Node> = items.collect();
        if !items.is_empty() {
            self.0.push((key, Node::List(items)));
        }
        self
    }

    fn node(mut self, key: &'static str, node: Option<Node<'a>>) -> Thing<'a> {
        self.0.extend(node.map(|node| (key, node)));
        self
    }

    fn thing(self, key: &'static str, thing: Thing<'a>) -> Thing<'a> {
        self.node(key, Some(thing.into()))
    }
}

impl<'a> From<Thing<'a>> for Node<'a> {
    fn from(thing: Thing<'a>) -> Node<'a> {
        Node::Thing(thing)
    }
}

impl<'a> From<&'a str> for Node<'a> {
    fn from(text: &'a str) -> Node<'a> {
        Node::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Node<'a> {
    fn from(text: &'a String) -> Node<'a> {
        Node::Text(Cow::Borrowed(text))
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Text(text) => serializer.serialize_str(text),
            Node::Number(number) => number.serialize(serializer),
            Node::List(items) => serializer.collect_seq(items),
            Node::Thing(Thing(properties)) => {
                let mut map = serializer.serialize_map(Some(properties.len()))?;
                for (key, value) in properties {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::view::{Link, PublisherView, RoleView};
    use serde_json::{Value, json};

    fn site() -> Site {
        Site {
            title: "Archive".to_owned(),
            origin: "https://e.org".to_owned(),
            base_path: "/r".to_owned(),
            url: "/r/".to_owned(),
            lang: "en".to_owned(),
            publisher: Some(PublisherView {
                name: "Desk".to_owned(),
                logo: "/r/l.svg".to_owned(),
                ..Default::default()
            }),
            ..Site::default()
        }
    }

    fn head(title: &str, url: &str) -> Head {
        Head {
            title: title.to_owned(),
            url: url.to_owned(),
            lang: "en".to_owned(),
            breadcrumbs: vec![Link::new("Archive", "/r/")],
            ..Head::default()
        }
    }

    fn day(iso: &str) -> Option<DateView> {
        Some(DateView { iso: iso.to_owned(), text: iso.to_owned() })
    }

    fn read_back(text: &SafeText) -> Value {
        serde_json::from_str(text.as_str()).expect("JSON")
    }

    #[test]
    fn no_title_can_end_the_script() {
        let title = "</script><!-- & \u{2028} \"'";
        let page = ExplainerView { title: title.to_owned(), ..ExplainerView::default() };
        let text = explainer(&site(), &head(title, "/r/x/"), &page);
        assert!(!text.as_str().contains(['<', '>', '&', '\u{2028}']));
        assert_eq!(read_back(&text)["@graph"][0]["headline"], title);
    }

    #[test]
    fn an_explainer_says_who_when_what_and_whence() {
        let page = ExplainerView {
            title: "T".to_owned(),
            published: day("2024-01-02"),
            authors: vec![PersonLink {
                name: "Ada".to_owned(),
                url: "/r/people/ada/".to_owned(),
                ..Default::default()
            }],
            people: vec![PersonLink { name: "Xi".to_owned(), ..Default::default() }],
            topics: vec![Link::new("Trade", "/r/topics/trade/")],
            sources: vec![SourceView {
                n: 1,
                title: "S".to_owned(),
                url: "https://s.org/".to_owned(),
                ..Default::default()
            }],
            corrections: vec![CorrectionView {
                date: day("2024-02-01"),
                was: "three".to_owned(),
                now: "four".to_owned(),
                ..CorrectionView::default()
            }],
            ..ExplainerView::default()
        };
        let json = read_back(&explainer(&site(), &head("T", "/r/x/"), &page));
        let article = &json["@graph"][0];
        assert_eq!(article["@type"], "BackgroundNewsArticle");
        assert_eq!(article["mainEntityOfPage"], "https://e.org/r/x/");
        assert_eq!(article["dateModified"], "2024-01-02");
        assert_eq!(article["author"][0]["url"], "https://e.org/r/people/ada/");
        assert_eq!(article["about"][0], json!({"@type": "Person", "name": "Xi"}));
        assert_eq!(article["about"][1]["url"], "https://e.org/r/topics/trade/");
        assert_eq!(article["keywords"], json!(["Trade"]));
        assert_eq!(article["citation"][0]["url"], "https://s.org/");
        assert_eq!(article["correction"][0]["text"], "Was: three – Now: four");
        assert_eq!(article["publisher"]["logo"], "https://e.org/r/l.svg");
        assert!(article.get("image").is_none());
        let trail = &json["@graph"][1]["itemListElement"];
        assert_eq!(trail[1]["item"], "https://e.org/r/x/");
        assert_eq!(trail[1]["position"], 2);
    }

    #[test]
    fn a_person_has_the_role_of_the_time_and_a_quote_its_speaker() {
        let held = RoleView {
            title: "Harbour Master".to_owned(),
            org: "Port".to_owned(),
            from: day("2021"),
            to: day("2025-01"),
            text: String::new(),
        };
        let ada = PersonLink { name: "Ada".to_owned(), held: Some(held), ..Default::default() };
        let page = ExplainerView {
            people: vec![ada.clone()],
            mentioned: vec![PersonLink { name: "Xi".to_owned(), ..Default::default() }],
            quotes: vec![QuoteView {
                url: "/r/x/#quote-1".to_owned(),
                paragraphs: vec!["So".to_owned(), "it is.".to_owned()],
                speaker: ada,
                date: day("2023-06-16"),
                source: Some(Link::new("1", "/r/x/#source-1")),
                ..QuoteView::default()
            }],
            ..ExplainerView::default()
        };
        let json = read_back(&explainer(&site(), &head("T", "/r/x/"), &page));
        let ada = json!({
            "@type": "Person", "name": "Ada", "jobTitle": "Harbour Master",
            "worksFor": {
                "@type": "OrganizationRole", "roleName": "Harbour Master", "startDate": "2021", "endDate": "2025-01",
                "worksFor": {"@type": "Organization", "name": "Port"},
            },
        });
        let article = &json["@graph"][0];
        assert_eq!(article["about"], json!([ada]));
        assert_eq!(article["mentions"], json!([{"@type": "Person", "name": "Xi"}]));
        assert_eq!(
            article["hasPart"],
            json!([{
                "@type": "Quotation", "url": "https://e.org/r/x/#quote-1", "text": "So\nit is.",
                "spokenByCharacter": ada, "dateCreated": "2023-06-16", "citation": "https://e.org/r/x/#source-1",
            }])
        );
    }

    #[test]
    fn a_person_is_the_main_thing_of_a_profile() {
        let page = PersonView {
            name: "Ada".to_owned(),
            other_names: vec!["A. Lovelace".to_owned()],
            born: day("1815-12-10"),
            roles: vec![RoleView { title: "Author".to_owned(), from: day("1843"), ..RoleView::default() }],
            links: vec![Link::new("Wikidata", "https://www.wikidata.org/wiki/Q7259")],
            ..PersonView::default()
        };
        let head = head("Ada, page 2", "/r/people/ada/page/1/");
        let json = read_back(&person(&site(), &head, &page, &[], "/r/people/ada/"));
        assert_eq!(json["@graph"][0]["@type"], "ProfilePage");
        assert_eq!(json["@graph"][0]["url"], "https://e.org/r/people/ada/page/1/");
        let ada = &json["@graph"][0]["mainEntity"];
        assert_eq!(ada["@id"], "https://e.org/r/people/ada/#person");
        assert_eq!(ada["url"], "https://e.org/r/people/ada/");
        assert_eq!(ada["birthDate"], "1815-12-10");
        assert_eq!(ada["alternateName"], json!(["A. Lovelace"]));
        assert_eq!(ada["hasOccupation"][0]["startDate"], "1843");
        assert_eq!(ada["sameAs"][0], "https://www.wikidata.org/wiki/Q7259");
    }

    #[test]
    fn lists_topics_and_the_front_say_what_they_are() {
        let json = read_back(&topic(
            &site(),
            &head("Trade", "/r/t/"),
            &TopicView { title: "Trade".to_owned(), ..Default::default() },
        ));
        assert_eq!(json["@graph"][0]["@type"], "CollectionPage");
        assert_eq!(json["@graph"][0]["about"]["name"], "Trade");
        let json = read_back(&list(&site(), &head("People", "/r/people/")));
        assert_eq!(json["@graph"][0]["url"], "https://e.org/r/people/");
        let json = read_back(&front(&site(), &Head { url: "/r/".to_owned(), ..Head::default() }));
        assert_eq!(json["@graph"][0]["@type"], "WebSite");
        assert_eq!(json["@graph"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn a_page_without_a_way_to_it_says_nothing() {
        assert_eq!(page(&site(), &Head::default()).as_str(), "");
    }
}
