//! What `nutgraf search` finds.

use crate::site::TempSite;

fn archive() -> TempSite {
    TempSite::new()
        .file("nutgraf.yaml", "title: T\n")
        .file("content/people/ada.md", "---\nname: Ada Lovelace\naliases: [Countess of Lovelace]\n---\n\nShe wrote notes.\n")
        .file("content/explainers/engine.md", "---\ntitle: The engine\ndate: 2024-02-01\ntags: [Machines]\npeople: [Ada Lovelace]\n---\n\nThe inspectors inspected the cards. A machine & its punched cards.\n")
        .file("content/explainers/cards.md", "---\ntitle: Punched cards\ndate: 2023-02-01\ntags: [Machines]\n---\n\nCards were punched by hand in Zürich. Ada Lovelace knew, Ada did.\n")
        .file("content/explainers/zh.md", "---\ntitle: 测试\ndate: 2022\ntags: [其他]\n---\n\n这是一段简单的测试文本\n")
        .file("content/explainers/draft.md", "---\ntitle: Draft\ndraft: true\ntags: [Machines]\n---\n\nsecretword\n")
        .file("content/pages/quiet.md", "---\ntitle: Quiet\nnoindex: true\n---\n\nquietword\n")
}

/// The titles that each query finds, in their order.
#[test]
fn pages_are_found_by_words_phrases_forms_and_misspellings() {
    let site = archive();
    let check = |words: &str, expected: &[&str]| {
        let run = site.run(&["search", "--json", words]).expect(0);
        let title = |line: &str| {
            let hit: serde_json::Value = serde_json::from_str(line).expect("JSON");
            hit["title"].as_str().expect("a title").to_owned()
        };
        let found: Vec<String> = run.stdout.lines().map(title).collect();
        assert_eq!(found, expected, "{words}");
    };
    check("ada lovelace", &["Ada Lovelace", "Punched cards"]);
    check("COUNTESS of lovelace", &["Ada Lovelace"]);
    check("machines", &["Machines", "The engine", "Punched cards"]);
    check("inspecting", &["The engine"]);
    check("zurich", &["Punched cards"]);
    check("\"punched cards\"", &["Punched cards", "The engine"]);
    check("\"cards punched\"", &[]);
    check("cards -zurich", &["The engine"]);
    check("punchd ", &["Punched cards", "The engine"]);
    check("topic:machines year:2023", &["Punched cards"]);
    check("kind:person ada", &["Ada Lovelace"]);
    check("person:\"Ada Lovelace\"", &["The engine"]);
    for words in ["一段", "简单", "段简", "是一段"] {
        check(words, &["测试"]);
    }
    check("secretword", &[]);
    check("quietword", &[]);
    check("<img onerror", &[]);
}

#[test]
fn a_result_shows_the_sentence_with_its_words_marked() {
    let site = archive();
    let run = site.run(&["search", "machine"]).expect(0);
    assert!(run.stdout.contains("  A *machine* & its punched cards.\n"), "{}", run.stdout);
    let run = site.run(&["search", "nowhereatall"]).expect(0);
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("nothing matches"), "{}", run.stderr);
}

/// What `build` writes below `search/`.
fn published(site: &TempSite) -> Vec<(String, Vec<u8>)> {
    let folder = site.root().join("public/search");
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let entry = entry.expect("a file");
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).expect("it can be read"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_search_is_published_where_the_theme_or_the_settings_have_it_so() {
    let check = |settings: &str, expected: &[&str]| {
        let site = archive().file("nutgraf.yaml", settings);
        site.run(&["build", "--quiet"]).expect(0);
        let files = published(&site);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, expected, "{settings}");
        let front = std::fs::read_to_string(site.root().join("public/index.html")).expect("the front page");
        assert_eq!(front.contains("/search/"), !expected.is_empty(), "{settings}");
    };
    let whole = &["index.html", "index.json", "l0.bin", "m0.bin", "p0.bin", "x0.bin"];
    check("title: T\ntheme: docket\n", whole);
    check("title: T\ntheme: docket\nsearch: {enabled: false}\n", &[]);
    check("title: T\ntheme: docket\nsearch: false\n", &[]);
    check("title: T\ntheme: none\n", &[]);
    check("title: T\ntheme: none\nsearch: {enabled: true}\n", whole);
    check("title: T\ntheme: plain\nsearch: true\n", whole);
}

#[test]
fn a_page_of_the_authors_at_the_address_of_the_search_stays() {
    let site = archive()
        .file("nutgraf.yaml", "title: T\ntheme: docket\n")
        .file("content/pages/find.md", "---\ntitle: Find\nurl: /search/\n---\n\nmineown\n");
    site.run(&["build", "--quiet"]).expect(0);
    let files = published(&site);
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["index.html"]);
    assert!(String::from_utf8_lossy(&files[0].1).contains("mineown"));
}

#[test]
fn the_index_has_the_same_bytes_whatever_threads_make_it() {
    let mut site = archive().file("nutgraf.yaml", "title: T\ntheme: docket\n");
    for n in 0..60 {
        let text = format!(
            "---\ntitle: Piece {n}\ndate: 2021-03-04\ntags: [Pieces]\n---\n\nThe {n}th piece has words.\n"
        );
        site = site.file(&format!("content/explainers/piece-{n}.md"), &text);
    }
    let build = |jobs: &str| {
        site.run(&["build", "--quiet", "--jobs", jobs]).expect(0);
        published(&site)
    };
    let alone = build("1");
    assert!(alone.len() > 5);
    assert!(alone == build("4"));
}
