//! What programs read: feeds, sitemap, structured data, addresses in the head.

use crate::site::{Run, TempSite};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Names and texts of an XML file, in their order; panics where it is not well-formed.
fn xml(text: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut open, mut found): (Vec<String>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    let mut words = String::new();
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{e} in\n{text}")) {
            Event::Start(tag) => {
                open.push(tag.name().as_ref().to_owned());
                words.clear();
            }
            Event::Empty(tag) => {
                let href = tag.attributes().flatten().find(|a| a.key.as_ref() == "href");
                let value = href.map_or(String::new(), |a| a.value.clone().into_owned());
                found.push((tag.name().as_ref().to_owned(), value));
            }
            Event::Text(part) => words.push_str(&part),
            Event::GeneralRef(name) => {
                words.push_str(match &*name {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    other => panic!("&{other}; in\n{text}"),
                });
            }
            Event::End(_) => found.push((open.pop().expect("an open tag"), std::mem::take(&mut words))),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?} is not closed in\n{text}");
    found
}

fn values<'a>(found: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    found.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
}

#[test]
fn feeds_are_valid_and_whole_for_any_title() {
    let title = "Compose & <kotlin> \\\"x\\\" ]]> &amp; done";
    let shown = "Compose & <kotlin> \"x\" ]]> &amp; done";
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T & Co\nbase_url: https://e.org/sub/\n")
        .file("content/explainers/x/index.md", format!("---\ntitle: \"{title}\"\ndate: 2024-01-05\nupdated: 2024-02-06\ntags: [a & b]\nauthors: [Ada <x>]\n---\n\n![i](i.png) [l](#h) <img srcset=\"i.png 2x\" src=\"i.png\" alt=\"\"> <a href=\"/explainers/y/\">y</a>\n\n## H\n"))
        .file("content/explainers/x/i.png", b"png")
        .file("content/explainers/y.md", "---\ntitle: Y\ndate: 2023-01-05\ntags: [a & b]\nauthors: [Ada <x>]\n---\n")
        .file("content/explainers/z.md", "---\ntitle: Z\ndate: 2022-01-05\ntags: [a & b]\nauthors: [Ada <x>]\n---\n");
    let run = site.run(&["build"]).expect(0);
    let feed = xml(&run.page("atom.xml"));
    assert_eq!(values(&feed, "title")[1], shown, "{feed:?}");
    assert_eq!(values(&feed, "updated")[0], "2024-02-06T00:00:00Z");
    let content = values(&feed, "content")[0];
    let relative = |p: &&str| p.starts_with('/') || (p.ends_with(".png") && !p.starts_with("https:"));
    assert_eq!(content.split('"').find(relative), None, "{content}");
    for part in [
        "https://e.org/sub/explainers/x/i.png",
        "https://e.org/sub/explainers/y/",
        "https://e.org/sub/explainers/x/#h",
    ] {
        assert!(content.contains(part), "{part} in {content}");
    }
    let json: serde_json::Value = serde_json::from_str(&run.page("feed.json")).expect("JSON");
    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(json["items"][0]["title"], shown);
    for path in ["topics/a-b/atom.xml", "people/ada-x/atom.xml"] {
        let feed = xml(&run.page(path));
        assert_eq!(values(&feed, "entry").len() + values(&feed, "published").len(), 6, "{feed:?}");
    }
    let ids = |run: &Run| {
        values(&xml(&run.page("atom.xml")), "id").iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()
    };
    let before = ids(&run);
    site.write("nutgraf.yaml", "title: Other\nbase_url: https://other.org/\n");
    site.write("content/explainers/y.md", "---\ntitle: New title\nslug: new\ndate: 2023-01-05\ntags: [a & b]\nauthors: [Ada <x>]\naliases: [/explainers/y/]\n---\n");
    assert_eq!(ids(&site.run(&["build"]).expect(0)), before);
}

#[test]
fn small_shelves_have_no_feed_and_long_feeds_end() {
    let mut site =
        TempSite::new().file("nutgraf.yaml", "title: T\nbase_url: https://e.org/\nfeeds: {limit: 5}\n");
    for n in 0..9 {
        let rare = if n < 2 { ", rare" } else { "" };
        site = site.file(
            &format!("content/explainers/x{n}.md"),
            format!("---\ntitle: X{n}\ndate: 2024-01-0{}\ntags: [often{rare}]\n---\n\nText.\n", n + 1),
        );
    }
    let run = site.run(&["build", "--strict"]).expect(0);
    assert_eq!(values(&xml(&run.page("atom.xml")), "published").len(), 5);
    assert!(site.root().join("public/topics/often/atom.xml").exists());
    assert!(!site.root().join("public/topics/rare/atom.xml").exists());
}

#[test]
fn the_sitemap_names_what_is_published_and_nothing_else() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nbase_url: https://e.org/\n")
        .file(
            "content/explainers/x.md",
            "---\ntitle: X\ndate: 2024-01-05\nupdated: 2024-03-01\naliases: [/was/]\n---\n",
        )
        .file("content/explainers/undated.md", "---\ntitle: Undated\n---\n")
        .file("content/explainers/hidden.md", "---\ntitle: Hidden\nnoindex: true\n---\n")
        .file("content/explainers/draft.md", "---\ntitle: Draft\ndraft: true\n---\n");
    let run = site.run(&["build"]).expect(0);
    let map = xml(&run.page("sitemap.xml"));
    let urls = values(&map, "loc");
    assert!(urls.contains(&"https://e.org/explainers/x/") && urls.contains(&"https://e.org/"), "{urls:?}");
    for absent in ["was", "hidden", "draft", "404"] {
        assert!(!urls.iter().any(|u| u.contains(absent)), "{absent} in {urls:?}");
    }
    assert_eq!(values(&map, "lastmod"), ["2024-03-01"]);
    run.assert(run.page("robots.txt").contains("Sitemap: https://e.org/sitemap.xml"), "robots.txt");
}

#[test]
fn each_page_has_one_address_and_says_what_it_is() {
    let mut site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nbase_url: https://e.org/sub/\npaginate: 10\n")
        .file("content/people/ada.md", "---\nname: Ada Lovelace\nborn: 1815-12-10\n---\n");
    for n in 0..30 {
        site = site.file(&format!("content/explainers/x{n}.md"), format!("---\ntitle: 'X{n} </script>'\ndate: 2024-01-05\ntags: [T]\nauthors: [ada]\ncorrections: [{{date: 2024-02-01, was: a, now: b}}]\n---\n\nText.\n"));
    }
    let run = site.run(&["build", "--strict"]).expect(0);
    let data = |page: &str| -> serde_json::Value {
        let html = run.page(page);
        let at =
            html.find("<script type=\"application/ld+json\">").unwrap_or_else(|| panic!("JSON-LD in {page}"));
        let rest = &html[at + 35..];
        serde_json::from_str(&rest[..rest.find("</script>").expect("an end")]).expect("JSON")
    };
    let types = |page: &str| data(page).to_string();
    let article = types("explainers/x1/index.html");
    for part in [
        "BackgroundNewsArticle",
        "https://e.org/sub/people/ada/",
        "2024-01-05",
        "CorrectionComment",
        "X1 <",
        "BreadcrumbList",
    ] {
        run.assert(article.contains(part), part);
    }
    run.assert(types("people/ada/index.html").contains("ProfilePage"), "ProfilePage");
    run.assert(types("topics/t/index.html").contains("CollectionPage"), "CollectionPage");
    let map = xml(&run.page("sitemap.xml"));
    let urls: Vec<&str> = values(&map, "loc");
    for (path, bytes) in
        site.files().iter().filter(|(p, _)| p.starts_with("public/") && p.ends_with("index.html"))
    {
        let html = String::from_utf8_lossy(bytes);
        let canonical: Vec<&str> = html
            .split("<link rel=\"canonical\" href=\"")
            .skip(1)
            .filter_map(|p| p.split('"').next())
            .collect();
        assert_eq!(canonical.len(), 1, "{path}");
        let own = format!(
            "https://e.org/sub/{}",
            path.trim_start_matches("public/").trim_end_matches("index.html")
        );
        assert_eq!(canonical[0], own, "{path}");
        assert!(urls.contains(&canonical[0]), "{own} in the sitemap");
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
        assert!(html.contains(&format!("<meta property=\"og:url\" content=\"{own}\">")), "{path}");
    }
    run.assert(
        site.root().join("public/explainers/page/1/index.html").exists(),
        "a numbered page of the list",
    );
}
