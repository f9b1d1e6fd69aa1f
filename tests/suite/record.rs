//! What is on record: who said what, who was what, and what was wrong.

use crate::site::TempSite;

const SETTINGS: &str = "title: T\nbase_url: https://e.org/\npaginate: 2\n";

fn explainer(front_matter: &str, body: &str) -> String {
    format!("---\ntitle: A\ntags: [t]\ndate: 2023-01-01\n{front_matter}\n---\n\n{body}\n")
}

#[test]
fn without_corrections_there_is_no_log_and_no_way_to_it() {
    let site = TempSite::new()
        .file("nutgraf.yaml", SETTINGS)
        .file("content/explainers/a.md", explainer("", "Text."));
    let run = site.run(&["build"]).expect(0);
    run.assert(!site.files().keys().any(|path| path.contains("corrections")), "no log and no feed");
    run.assert(!run.page("explainers/a/index.html").contains("orrections"), "no link to one");
}

#[test]
fn a_page_of_the_author_s_own_stands_in_for_the_log() {
    let site = TempSite::new()
        .file("nutgraf.yaml", SETTINGS)
        .file("content/pages/corrections.md", "---\ntitle: How we correct\n---\n\nBy hand.\n")
        .file("content/explainers/a.md", explainer("corrections: [{date: 2023-02-01, note: x}]", "Text."));
    let run = site.run(&["build", "--strict"]).expect(0);
    run.assert(run.page("corrections/index.html").contains("By hand."), "the author's page");
    run.assert(run.page("corrections/atom.xml").contains("#correction-1"), "the feed");
    let link = "<a href=\"/corrections/\">Corrections</a>";
    run.assert(run.page("index.html").contains(link), "a link to it");
}

/// The ids of the entries of the feed of corrections, with their texts.
fn feed(corrections: &str) -> Vec<(String, String)> {
    let site = TempSite::new()
        .file("nutgraf.yaml", SETTINGS)
        .file("content/explainers/a.md", explainer(&format!("corrections: [{corrections}]"), "Text."));
    let json = site.run(&["build"]).expect(0).page("corrections/feed.json");
    let feed: serde_json::Value = serde_json::from_str(&json).expect("a JSON feed");
    let text = |item: &serde_json::Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    feed["items"].as_array().expect("items").iter().map(|i| (text(i, "id"), text(i, "summary"))).collect()
}

#[test]
fn a_correction_keeps_its_identity_in_feeds() {
    let before = feed("{date: 2023-02-01, note: one}, {date: 2023-02-01, note: two}");
    let after = feed(
        "{date: 2024-01-01, note: new}, {date: 2023-02-01, note: One}, {date: 2023-02-01, note: two}, {date: 2022-01-01, note: old}",
    );
    let id = |feed: &[(String, String)], text: &str| {
        feed.iter().find(|(_, summary)| summary == text).map(|(id, _)| id.clone()).expect("an entry")
    };
    assert_eq!(id(&before, "one"), id(&after, "One"));
    assert_eq!(id(&before, "two"), id(&after, "two"));
    let mut ids: Vec<String> = after.into_iter().map(|(id, _)| id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[test]
fn a_correction_moves_the_day_of_the_last_change_everywhere() {
    let site = TempSite::new().file("nutgraf.yaml", SETTINGS).file(
        "content/explainers/a.md",
        explainer(
            "updated: 2023-02-01\nreview_every: 1 year\ncorrections: [{date: 2024-05-06, note: x}]",
            "T.",
        ),
    );
    let run = site.run(&["build"]).expect(0);
    let page = run.page("explainers/a/index.html");
    for part in [
        "<dt>Correct as of</dt><dd><time datetime=\"2024-05-06\">",
        "<dt>Updated</dt><dd><time datetime=\"2024-05-06\">",
        "property=\"article:modified_time\" content=\"2024-05-06\"",
        "\"dateModified\":\"2024-05-06\"",
        "Next review: <time datetime=\"2025-05-06\">",
    ] {
        run.assert(page.contains(part), part);
    }
    for (path, part) in [
        ("sitemap.xml", "<lastmod>2024-05-06</lastmod>"),
        ("atom.xml", "<updated>2024-05-06T00:00:00Z</updated>"),
        ("feed.json", "\"date_modified\":\"2024-05-06T00:00:00Z\""),
        ("explainers/index.html", "updated <time datetime=\"2024-05-06\">"),
        ("index.html", "Updated <time datetime=\"2024-05-06\">"),
    ] {
        run.assert(run.page(path).contains(part), &format!("{part} in {path}"));
    }
}

#[test]
fn quotes_of_a_person_stand_on_several_pages_newest_first() {
    let quotes: String =
        (1..=7).map(|n| format!("> Quote number {n}.\n>\n> — Mara Lind, 2023-01-0{n}\n\n")).collect();
    let site = TempSite::new()
        .file("nutgraf.yaml", SETTINGS)
        .file("content/people/mara-lind.md", "---\nname: Mara Lind\n---\n")
        .file("content/explainers/a.md", explainer("", &quotes));
    let run = site.run(&["build", "--strict"]).expect(0);
    let shown = |path: &str| -> Vec<String> {
        let page = run.page(path);
        page.split("<p>Quote number ").skip(1).filter_map(|rest| rest.get(..1)).map(str::to_owned).collect()
    };
    assert_eq!(shown("people/mara-lind/index.html"), ["7", "6", "5"]);
    assert_eq!(shown("people/mara-lind/page/2/index.html"), ["4", "3"]);
    assert_eq!(shown("people/mara-lind/page/1/index.html"), ["2", "1"]);
    run.assert(
        run.page("people/mara-lind/page/1/index.html").contains("href=\"/explainers/a/#quote-1\""),
        "a link to the quote",
    );
    let list = site.run(&["list", "quotes", "--json"]).expect(0).stdout;
    let first: serde_json::Value =
        serde_json::from_str(list.lines().next().unwrap_or_default()).expect("JSON");
    assert_eq!(
        (
            first["speaker"].as_str(),
            first["person"].as_str(),
            first["address"].as_str(),
            first["date"].as_str()
        ),
        (Some("Mara Lind"), Some("/people/mara-lind/"), Some("/explainers/a/#quote-1"), Some("2023-01-01"))
    );
    assert_eq!(list.lines().count(), 7);
}

/// How many findings there are of a site with these two quotes of one person.
fn variants(first: &str, second: &str) -> usize {
    let body = |words: &str| explainer("", &format!("> {words}\n>\n> — Mara Lind"));
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\n")
        .file("content/people/mara-lind.md", "---\nname: Mara Lind\n---\n")
        .file("content/explainers/a.md", body(first))
        .file("content/explainers/b.md", body(second));
    let found = site.run(&["check", "--format", "short"]).stdout;
    found.lines().filter(|line| line.contains("quote-variants")).count()
}

#[test]
fn only_other_words_are_another_wording() {
    let words = "We will keep the old lighthouse burning for as long as there are ships.";
    for (other, expected) in [
        (&*words.replace("keep", "leave"), 1),
        (words, 0),
        ("“we will keep the old lighthouse burning” for as long – as there are ships", 0),
        ("We will keep the old lighthouse … as long as there are ships!", 0),
        ("The old lighthouse burning for as long as there are ships", 0),
        ("We will tear down the old lighthouse before the winter.", 0),
    ] {
        assert_eq!(variants(words, other), expected, "{other}");
    }
    assert_eq!(variants("Stone upon stone.", "Stone on stone."), 0, "too short to tell");
}

#[test]
fn a_quote_in_many_wordings_gives_one_finding_for_each_other_one() {
    let quote = |word: &str| {
        explainer(
            "",
            &format!(
                "> We will {word} the old lighthouse burning for as long as there are ships.\n>\n> — Mara Lind"
            ),
        )
    };
    let site =
        ["keep", "leave", "have", "keep"].iter().enumerate().fold(TempSite::new(), |site, (n, word)| {
            site.file(&format!("content/explainers/a{n}.md"), quote(word))
        });
    let site = site.file("nutgraf.yaml", "title: T\n");
    let found = site.run(&["check", "--format", "short"]).stdout;
    let variants: Vec<&str> = found.lines().filter(|line| line.contains("quote-variants")).collect();
    assert_eq!(variants.len(), 2, "{found}");
    assert!(variants.iter().all(|line| line.contains("[keep]")), "{found}");
}
