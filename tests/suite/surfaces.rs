//! The same thing wherever it is shown: below any path, under any spelling, at any time.

use crate::crawl;
use crate::site::{TempSite, tree};

fn rich() -> TempSite {
    let mut site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nbase_url: https://e.org/\npaginate: 2\nmenu: [{title: About, url: /about/}]\npublisher: {name: N, logo: /pics/logo.svg, policies: {corrections: /about/}}\n")
        .file("content/pics/logo.svg", "<svg/>")
        .file("content/pics/日本 1.png", "png")
        .file("templates/static/more.css", "a { background: url(/about/) }")
        .file("content/people/ada.md", "---\nname: Ada\naliases: [/people/lovelace/, Countess]\n---\n\n[[Old]]\n\n## Life\n")
        .file("content/pages/about.md", "---\ntitle: About\n---\n\n<a href=\"/topics/\">raw</a> [q](/people/ada/?x=1#life)\n")
        .file("content/explainers/old.md", "---\ntitle: Old\ndate: 2001\naliases: [/old.html, /älter/]\nurl: /archive/ö.html\n---\n\n[[Ada#Life]] [[#H]]\n\n## H\n");
    for n in 0..7 {
        site = site.file(
            &format!("content/explainers/d{n}/index.md"),
            format!(
                "---\ntitle: D{n}\ndate: 2024-01-0{}\ntags: [t, ü {n}]\npeople: [Ada]\nimage: i.png\ntimeline: [{{date: 19{n}0, event: e{n}, source: s}}]\nsources: [{{id: s, title: s}}]\n---\n\n\
                 ![i](i.png) ![j](</pics/日本 1.png>) <img src=\"i.png\" srcset=\"i.png 1x, /pics/logo.svg 2x\" alt=\"\"> <video src=\"i.png\" poster=\"/pics/logo.svg\"></video> \
                 [c](/old.html) [[Countess]] [s](#source-1) [^1]\n\n[^1]: Note.\n",
                n + 1
            ),
        );
        site.write(&format!("content/explainers/d{n}/i.png"), "png");
    }
    site
}

#[test]
fn every_address_works_wherever_the_site_is_published() {
    let site = rich();
    for base in
        ["https://e.org/", "https://u.github.io/repo/", "https://e.org/~user/x/", "http://e.org:8080/a%20b/"]
    {
        let out = format!("out-{}", base.len());
        let run = site.run(&["build", "--base-url", base, "-o", &out]).expect(0);
        let mut public = tree(&site.root().join(&out));
        assert!(public.len() > 40, "{run}");
        // Whoever writes a style sheet of their own knows where the site stands.
        public.retain(|path, _| !path.starts_with("static/more."));
        let broken = crawl::broken(&public, base);
        run.assert(broken.is_empty(), &format!("all addresses fine at {base}:\n{}", broken.join("\n")));
        for (path, bytes) in public {
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("localhost") && !text.contains("127.0.0.1"), "{path}");
        }
    }
}

#[test]
fn any_spelling_of_a_name_leads_to_the_same_page() {
    let site = TempSite::new()
        .file("content/topics/ml.md", "---\ntitle: Machine learning\naliases: [ML]\n---\n")
        .file("content/people/gonza\u{301}lez.md", "---\nname: Gonza\u{301}lez\naliases: [\"Straße\"]\n---\n")
        .file("content/explainers/a.md", "---\ntitle: A\ntags: [no file, ml]\n---\n\nText.\n")
        .file(
            "content/explainers/x.md",
            "---\ntitle: X\ntags: [ml]\n---\n\n[[Machine Learning]] [[MACHINE  LEARNING]] [[ml]] [[Ml]]\n\n[[González]] [[GONZÁLEZ]] [[STRASSE]] [[straße]]\n\n[[No File]] [[no  file]]\n",
        );
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("explainers/x/index.html");
    let text =
        page.split("<div class=\"text\">").nth(1).and_then(|t| t.split("</div>").next()).unwrap_or_default();
    for (href, times) in [("/topics/ml/", 4), ("/people/gonz%C3%A1lez/", 4), ("/topics/no-file/", 2)] {
        assert_eq!(text.matches(&format!("href=\"{href}\"")).count(), times, "{href} in {text}");
    }
}

#[test]
fn a_page_that_expires_leaves_with_the_next_build() {
    let site = TempSite::new()
        .file(
            "content/explainers/x.md",
            "---\ntitle: Zyxw\ntags: [zyxwtag]\nexpires: 2026-01-02\naliases: [/zyxwold/]\n---\n\nText.\n",
        )
        .file("content/explainers/y.md", "---\ntitle: Y\ntags: [t]\n---\n\nText.\n");
    let at = |epoch| site.run_with(&["build"], &[("SOURCE_DATE_EPOCH", epoch)]).expect(0);
    at("1767225600").complains("next change due 2026-01-02T00:00+00:00 (0 scheduled, 1 to expire)");
    assert!(site.root().join("public/explainers/x/index.html").exists());
    at("1767312000").complains("1 expired");
    for (path, bytes) in tree(&site.root().join("public")) {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(
            !path.contains("zyxw") && !path.starts_with("explainers/x/") && !text.contains("zyxw"),
            "{path}"
        );
    }
}

#[test]
fn every_entry_of_a_feed_has_the_parts_that_it_must_have() {
    let mut site = TempSite::new().file("nutgraf.yaml", "title: T\nbase_url: https://e.org/\n");
    for n in 0..4 {
        let date = if n < 2 { format!("date: 2024-01-0{}\n", n + 1) } else { String::new() };
        site = site.file(
            &format!("content/explainers/x{n}.md"),
            format!("---\ntitle: X{n}\n{date}tags: [t]\npeople: [P]\n---\n\nText.\n"),
        );
        site.write(
            &format!("content/explainers/undated{n}.md"),
            format!("---\ntitle: U{n}\ntags: [u]\n---\n\nText.\n"),
        );
    }
    let run = site.run(&["build", "--strict"]).expect(0);
    for (feed, entries) in
        [("atom.xml", 2), ("topics/t/atom.xml", 2), ("people/p/atom.xml", 2), ("topics/u/atom.xml", 0)]
    {
        let text = run.page(feed);
        let parts: Vec<&str> = text.split("<entry").collect();
        assert_eq!(parts.len() - 1, entries, "{feed}");
        for part in parts {
            for element in ["<id>", "<title>", "<updated>"] {
                assert_eq!(part.matches(element).count(), 1, "{element} in a part of {feed}:\n{part}");
            }
        }
    }
    let json: serde_json::Value = serde_json::from_str(&run.page("feed.json")).expect("JSON");
    assert_eq!(json["items"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_heading_named_like_a_part_of_the_page_can_be_linked_to() {
    let site = TempSite::new()
        .file("content/explainers/x.md", "---\ntitle: X\ntags: [t]\ntimeline: [{id: flood, date: 1953, event: Flood}]\n---\n\n## Event horizon\n\n## Event flood\n\n## Main\n")
        .file("content/explainers/y.md", "---\ntitle: Y\ntags: [t]\n---\n\n[a](x.md#event-horizon) [[X#Event horizon|b]] [c](x.md#event-flood) [[X#Event flood|d]] [e](x.md#main)\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("explainers/y/index.html");
    for (name, id) in [
        ("a", "section-event-horizon"),
        ("b", "section-event-horizon"),
        ("c", "event-flood"),
        ("d", "section-event-flood"),
        ("e", "section-main"),
    ] {
        run.assert(
            page.contains(&format!("href=\"/explainers/x/#{id}\">{name}</a>")),
            &format!("{name} leads to {id}"),
        );
    }
    assert_eq!(crawl::broken(&tree(&site.root().join("public")), "/"), Vec::<String>::new());
}
