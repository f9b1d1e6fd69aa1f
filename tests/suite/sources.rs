//! Sources that pages share, in numbers that no golden case has, and in the list of the command line.

use crate::crawl;
use crate::site::{TempSite, tree};

#[test]
fn many_sources_are_listed_by_letter_and_every_citation_can_be_reached() {
    let mut list = String::new();
    for n in 0..900 {
        let letter = if n < 450 { 'A' } else { 'B' };
        list.push_str(&format!(
            "- {{id: s{n}, title: {letter} source {n}, url: 'https://example.com/{n}'}}\n"
        ));
    }
    let mut site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nbase_url: https://e.org/b/\npaginate: 20\n")
        .file("content/sources.yaml", list);
    for n in 0..100 {
        let more = (0..60).map(|m| format!("[@s{}]", (n * 60 + m) % 900)).collect::<Vec<_>>().join(" and ");
        site = site.file(
            &format!("content/explainers/x{n}.md"),
            format!("---\ntitle: X{n}\ndate: 2024-01-01\ntags: [t]\n---\nAll say [@s0]. Some say {more}.\n"),
        );
    }
    let run = site.run(&["build"]).expect(0);
    let public = tree(&site.root().join("public"));
    assert_eq!(crawl::broken(&public, "https://e.org/b/"), Vec::<String>::new());
    let first = run.page("sources/index.html");
    assert!(first.contains("Cited most often") && first.contains("/b/sources/a-z/b/"), "{first}");
    assert_eq!(first.matches(">Cited by ").count(), 20, "{first}");
    assert!(run.page("sources/a-z/a/page/2/index.html").contains("A source"));
    // Every page that cites it is on one of the pages of the source, once.
    let shown: usize = public
        .iter()
        .filter(|(path, _)| path.starts_with("sources/s0/"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).matches("<li class=\"card\">").count())
        .sum();
    assert_eq!(shown, 100);
}

#[test]
fn the_back_links_of_a_source_have_an_end() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\n")
        .file("content/sources.yaml", "s: {title: S}\n")
        .file("content/pages/p.md", format!("---\ntitle: P\n---\n{}\n", "Said [@s]. ".repeat(100)));
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("p/index.html");
    assert_eq!(page.matches("href=\"#source-1\"").count(), 100);
    assert_eq!(page.matches("role=\"doc-backlink\"").count(), 26);
    let source = run.page("sources/s/index.html");
    assert_eq!(source.matches("class=\"cite\"").count(), 5);
    assert!(source.contains("and 95 more"), "{source}");
}

#[test]
fn a_site_without_shared_sources_has_no_page_and_no_link_for_them() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\n")
        .file("content/sources.yaml", "# none yet\n")
        .file("content/pages/sources.md", "---\ntitle: Our sources\n---\nText.\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    assert!(run.page("sources/index.html").contains("Our sources"));
    assert!(!run.page("index.html").contains("/sources/"));
}

#[test]
fn the_list_of_sources_counts_the_pages_that_cite_each() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\n")
        .file("content/sources.yaml", "- {id: a, title: The report, status: retracted}\n- {id: b}\n")
        .file("content/library.bib", "@misc{c, title = {Book}}\n")
        .file("content/pages/p.md", "---\ntitle: P\n---\nSaid [@a] and [@a; @c].\n")
        .file("content/pages/q.md", "---\ntitle: Q\n---\nSaid [@a].\n")
        .file("content/pages/d.md", "---\ntitle: D\ndraft: true\n---\nSaid [@b].\n");
    let people = site.run(&["list", "sources"]).expect(0).stdout;
    assert_eq!(
        people,
        "c  Book  cited_by 1  /sources/c/  content/library.bib\n\
         a  The report  retracted  cited_by 2  /sources/a/  content/sources.yaml\n\
         b  cited_by 0  /sources/b/  content/sources.yaml\n"
    );
    let programs = site.run(&["list", "sources", "--json"]).expect(0).stdout;
    let first: serde_json::Value =
        serde_json::from_str(programs.lines().nth(1).expect("a line")).expect("JSON");
    assert_eq!((first["id"].as_str(), first["cited_by"].as_u64()), (Some("a"), Some(2)));
}

#[test]
fn a_citation_of_a_page_is_a_sentence_in_its_language() {
    let text = "---\ntitle: T\nlang: de\ndate: 2024-01-05\nupdated: 2024-03-02\nauthors: [Ada Berg, Bo Cruz]\ntags: [t]\n---\n\nText.\n";
    let site = TempSite::new().file("content/explainers/t.md", text);
    let run = site.run(&["build"]).expect(0);
    let html = run.page("explainers/t/index.html");
    for part in [
        "Ada Berg und Bo Cruz. “T.”",
        ", aktualisiert am 2.\u{a0}März 2024.",
        "{Aktualisiert am 2.\u{a0}März 2024}",
    ] {
        run.assert(html.contains(part) || html.contains(&part.replace('\u{a0}', " ")), part);
    }
}
