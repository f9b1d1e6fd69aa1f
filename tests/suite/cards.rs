//! Social cards: which pages have one, that they are drawn once, and what becomes of old ones.

use crate::site::{Run, TempSite};
use std::collections::BTreeSet;
use std::path::PathBuf;

const SETTINGS: &str =
    "title: Desk\ndescription: What is known.\nbase_url: https://e.org/r/\ntheme: docket\n";

fn site(settings: &str) -> TempSite {
    TempSite::new()
        .file("nutgraf.yaml", format!("{SETTINGS}{settings}\n"))
        .file("content/explainers/a.md", "---\ntitle: Why talks stopped\ndate: 2024-03-01\ntags: [t]\npeople: [Ada Lovelace]\n---\n\nText.\n")
        .file("content/explainers/b.md", "---\ntitle: Another\ndate: 2024\ntags: [t]\naliases: [/old/]\nimage: {src: own.png, alt: Own}\n---\n\nText.\n")
        .file("content/explainers/own.png", "png")
}

/// The addresses of the images of a page, below the site.
fn image(run: &Run, page: &str) -> Option<String> {
    let html = run.page(page);
    let (_, rest) = html.split_once("<meta property=\"og:image\" content=\"https://e.org/r/")?;
    rest.split('"').next().map(str::to_owned)
}

fn cards(site: &TempSite) -> BTreeSet<String> {
    site.files().into_keys().filter(|path| path.starts_with("public/cards/")).collect()
}

#[test]
fn each_page_has_its_own_card_and_lists_have_that_of_the_site() {
    let site = site("cards: pages");
    let run = site.run(&["build"]).expect(0);
    let of = |page: &str| image(&run, page).unwrap_or_else(|| panic!("{page} has no image"));
    let front = of("index.html");
    let own =
        ["explainers/a", "topics/t", "people/ada-lovelace"].map(|page| of(&format!("{page}/index.html")));
    assert_eq!(own.iter().chain([&front]).collect::<BTreeSet<_>>().len(), 4, "{own:?}, {front}");
    for list in ["explainers/index.html", "people/index.html", "topics/index.html", "404.html"] {
        assert_eq!(of(list), front, "{list}");
    }
    assert_eq!(of("explainers/b/index.html"), "explainers/own.png", "the author's own comes first");
    assert_eq!(image(&run, "old/index.html"), None, "a page that leads on");
    let expected: BTreeSet<String> =
        own.iter().chain([&front]).map(|path| format!("public/{path}")).collect();
    assert_eq!(cards(&site), expected);

    let html = run.page("explainers/a/index.html");
    for part in [
        "<meta property=\"og:image:width\" content=\"1200\">",
        "<meta property=\"og:image:height\" content=\"630\">",
        "content=\"Explainer · Why talks stopped · Correct as of 1 March 2024 · Desk\"",
        &format!("\"image\":\"https://e.org/r/{}\"", own[0]),
    ] {
        run.assert(html.contains(part), part);
    }
    run.assert(!run.page("explainers/b/index.html").contains("og:image:width"), "no size that is not known");
}

#[test]
fn one_card_serves_the_site_unless_it_wants_more_or_none() {
    let site_card = site("");
    let run = site_card.run(&["build"]).expect(0);
    assert_eq!(image(&run, "explainers/a/index.html"), image(&run, "index.html"));
    assert_eq!(cards(&site_card).len(), 1);
    for settings in ["cards: false", "base_url:", "theme: none", "theme: plain"] {
        let key = settings.split(':').next().unwrap_or_default();
        let rest: String =
            SETTINGS.lines().filter(|line| !line.starts_with(key)).map(|l| format!("{l}\n")).collect();
        let none = site("").file("nutgraf.yaml", format!("{rest}{settings}\n"));
        let run = none.run(&["build"]).expect(0);
        assert_eq!(image(&run, "explainers/a/index.html"), None, "{settings}");
        assert_eq!(cards(&none).len(), 0, "{settings}");
    }
}

#[test]
fn what_is_drawn_stays_until_no_page_wants_it() {
    let site = site("cards: pages");
    let run = site.run(&["build"]).expect(0);
    let path = image(&run, "explainers/a/index.html").expect("a card");
    let full = |path: &str| -> PathBuf { site.root().join("public").join(path) };
    let bytes = std::fs::read(full(&path)).expect("a picture");

    // A name that the build finds is trusted no further than its bytes are.
    std::fs::write(full(&path), "damaged").expect("written");
    site.run(&["build"]).expect(0);
    assert!(std::fs::read(full(&path)).expect("a picture") == bytes, "a damaged card is drawn again");

    site.write(
        "content/explainers/a.md",
        "---\ntitle: Why talks began\ndate: 2024-03-01\ntags: [t]\npeople: [Ada Lovelace]\n---\n\nText.\n",
    );
    let run = site.run(&["build"]).expect(0);
    let new = image(&run, "explainers/a/index.html").expect("a card");
    assert_ne!(new, path, "another title, another address");
    assert!(!full(&path).exists() && full(&new).exists(), "what no page wants is removed");
}

#[test]
fn threads_draw_the_same_cards() {
    let built = |jobs: &str| {
        let site = site("cards: pages");
        site.run(&["build", "--jobs", jobs]).expect(0);
        site.files().into_iter().filter(|(path, _)| path.starts_with("public/")).collect::<Vec<_>>()
    };
    let (one, four) = (built("1"), built("4"));
    assert!(one.iter().map(|(path, _)| path).eq(four.iter().map(|(path, _)| path)));
    assert!(one.iter().filter(|(path, _)| path.ends_with(".png")).all(|card| four.contains(card)));
}

#[test]
fn a_title_that_no_face_can_show_is_told_of_and_gets_the_card_of_the_site() {
    let site = site("cards: pages")
        .file("content/explainers/zh.md", "---\ntitle: 会谈\ndate: 2024\ntags: [t]\n---\n\nText.\n")
        .file("content/explainers/zz.md", "---\ntitle: 停止\ndate: 2024\ntags: [t]\n---\n\nText.\n");
    let run = site.run(&["build"]).expect(0);
    assert_eq!(image(&run, "explainers/zh/index.html"), image(&run, "index.html"));
    let found = site.run(&["check", "--format", "short"]).expect(0);
    let text = "content/explainers/zh.md:2:8: note[card-letters]: no face for social cards has the letter `会`: this page and 1 more";
    found.assert(format!("{}{}", found.stdout, found.stderr).contains(text), text);
}

#[test]
fn a_second_build_finds_all_cards_as_they_were() {
    let site = site("cards: pages");
    site.run(&["build"]).expect(0);
    site.run(&["build"]).expect(0).complains("nothing changed");
}

#[test]
fn a_site_can_draw_its_own_cards() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" height=\"630\"><rect width=\"{{ card.title | length }}\" height=\"9\"/></svg>";
    let site = site("cards: pages").file("templates/card.svg", svg);
    let run = site.run(&["build"]).expect(0);
    let path = image(&run, "explainers/a/index.html").expect("a card");
    assert!(site.files()[&format!("public/{path}")].len() < 4000, "it has no letters");

    site.write("templates/card.svg", "<svg><g>{{ card.titel }}</g></svg>");
    site.run(&["build"]).expect(1).complains("templates/card.svg:1:17");
    site.write("templates/card.svg", "<svg><g></svg>");
    site.run(&["build"]).expect(1).complains("what the template makes is no SVG");
}
