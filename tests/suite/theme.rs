//! Themes as a site uses them: those that come along, copies of their files, previews.

use crate::site::TempSite;
use std::path::Path;

fn sample(theme: &str) -> TempSite {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let site = TempSite::copy_of(&root.join("content"));
    let moved = TempSite::empty();
    for (path, bytes) in site.files() {
        moved.write(&format!("content/{path}"), bytes);
    }
    moved.file("nutgraf.yaml", format!("title: Sample\nbase_url: https://e.org/a/\ntheme: {theme}\n"))
}

#[test]
fn the_themes_that_come_along_make_the_sample_archive_without_a_finding() {
    for theme in ["docket", "plain", "none"] {
        let site = sample(theme);
        let run = site.run(&["build", "--strict"]).expect(0);
        run.assert(!run.stderr.contains("warning["), "no finding");
        for lang in ["es", "fr", "de", "ar", "zh-Hans", "ar-u-nu-latn"] {
            site.write(
                "nutgraf.yaml",
                format!(
                    "title: Sample\nlanguage: {lang}\ntheme: {theme}\nchecks: {{missing-words: error}}\n"
                ),
            );
            site.run(&["check"]).expect(0);
        }
    }
}

#[test]
fn a_new_site_has_the_default_theme_and_its_previews() {
    let site = TempSite::empty();
    site.run(&["init", "s"]).expect(0);
    site.run(&["build", "--root", "s"]).expect(0);
    let page = site.text("s/public/index.html");
    assert!(page.contains("/static/theme."), "{page}");
    let previews: serde_json::Value =
        serde_json::from_str(&site.text("s/public/previews/0.json")).expect("JSON");
    let ada = &previews["/people/ada-lovelace/"];
    assert_eq!(ada["t"], "Ada Lovelace", "{previews}");
    assert!(ada["m"].as_str().is_some_and(|line| line.contains("1815–1852")), "{previews}");
    let settings = site.text("s/nutgraf.yaml");
    site.write("s/nutgraf.yaml", format!("{settings}\npreviews: false\n"));
    site.run(&["build", "--root", "s"]).expect(0);
    assert!(!site.root().join("s/public/previews").exists());
}

#[test]
fn the_plain_theme_is_small_and_has_no_script() {
    let site = sample("plain");
    site.run(&["build"]).expect(0);
    let files = site.files();
    let (_, css) = files
        .iter()
        .find(|(path, _)| path.starts_with("public/static/site."))
        .unwrap_or_else(|| panic!("no style sheet among {:?}", files.keys()));
    assert!(css.len() < 5_000, "{} bytes", css.len());
    let source = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/plain/static/site.css"));
    assert!(source.expect("the style sheet").len() < 4_000);
    assert!(!site.text("public/index.html").contains("<script src"));
}

#[test]
fn a_copied_file_stands_before_the_themes_and_knows_when_that_has_changed() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\ntheme: own\n")
        .file("content/pages/x.md", "---\ntitle: X\n---\n\nText.\n")
        .file("themes/own/templates/partials/footer.html", "<p>the theme's</p>\n")
        .file("themes/own/static/own.css", "a {}\n");
    let list = || site.run(&["theme"]).expect(0).stdout;
    let line = |name: &str| {
        let list = list();
        let found = list.lines().find(|line| line.split_whitespace().next() == Some(name));
        found
            .unwrap_or_else(|| panic!("no {name} in\n{list}"))
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert!(list().starts_with("theme own\n"), "{}", list());
    assert_eq!(line("partials/footer.html"), "partials/footer.html own");
    assert_eq!(line("base.html"), "base.html built-in");

    let copy = site.run(&["theme", "copy", "partials/footer.html"]).expect(0);
    assert_eq!(copy.stdout, "templates/partials/footer.html\n");
    let text = site.text("templates/partials/footer.html");
    let (mark, rest) = text.split_once('\n').expect("two lines");
    assert!(
        mark.starts_with("{#- nutgraf: from own/partials/footer.html ") && mark.ends_with(" -#}"),
        "{mark}"
    );
    assert_eq!(rest, "<p>the theme's</p>\n");
    assert_eq!(line("partials/footer.html"), "partials/footer.html templates (a copy of what the theme has)");
    assert_eq!(site.run(&["theme", "diff", "partials/footer.html"]).expect(0).stdout, "");
    site.run(&["build"]).expect(0);
    assert!(site.text("public/x/index.html").contains("<p>the theme's</p>"));

    site.write("themes/own/templates/partials/footer.html", "<p>the theme's, later</p>\n");
    assert!(line("partials/footer.html").contains("has changed since"), "{}", list());
    let diff = site.run(&["theme", "diff", "templates/partials/footer.html"]).expect(0).stdout;
    assert_eq!(
        diff,
        "--- own/partials/footer.html\n+++ templates/partials/footer.html\n@@ -1 +1 @@\n-<p>the theme's, later</p>\n+<p>the theme's</p>\n"
    );
    let again = site.run(&["theme", "copy", "partials/footer.html"]).expect(2);
    assert!(again.stderr.contains("exists already"), "{again}");
    assert_eq!(site.text("templates/partials/footer.html"), text);

    let unknown = site.run(&["theme", "copy", "partials/foter.html"]).expect(2);
    assert!(unknown.stderr.contains("did you mean `partials/footer.html`?"), "{unknown}");
    site.run(&["theme", "diff", "base.html"]).expect(2);
}

/// The repository of nutgraf is itself a site: the built-in templates stand in its `templates/`.
#[test]
fn a_template_that_is_the_built_in_one_overrides_nothing() {
    let built_in = include_str!("../../templates/explainer.html");
    let site = sample("docket");
    site.run(&["build"]).expect(0);
    let before = site.text("public/explainers/woodside-summit/index.html");
    site.write("templates/explainer.html", built_in);
    site.run(&["build"]).expect(0);
    assert_eq!(site.text("public/explainers/woodside-summit/index.html"), before);

    site.write("templates/explainer.html", format!("{built_in}{{# mine #}}"));
    site.run(&["build"]).expect(0);
    let after = site.text("public/explainers/woodside-summit/index.html");
    assert!(
        after != before && after.contains("<dl class=\"dates\">"),
        "the site's own stands before the theme's"
    );
}

/// The marks of copies must not get in the way of what they stand before.
#[test]
fn copies_of_all_files_make_the_same_pages() {
    let site = sample("docket");
    site.run(&["build"]).expect(0);
    let before = site.files();
    let list = site.run(&["theme"]).expect(0).stdout;
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let mut copied = 0;
    for name in names.filter(|name| name.ends_with(".html") || name.starts_with("words/")) {
        site.run(&["theme", "copy", name]).expect(0);
        copied += 1;
    }
    assert!(copied > 30, "{list}");
    site.run(&["build"]).expect(0);
    let after = site.files();
    for (path, bytes) in before.iter().filter(|(path, _)| path.ends_with(".html")) {
        let found = after.get(path).unwrap_or_else(|| panic!("{path} is gone"));
        assert!(found == bytes, "{path}: {}", String::from_utf8_lossy(found));
    }
}

#[test]
fn a_text_has_the_words_of_its_own_language() {
    let body = "> [!WARNING]\n> x\n\ny[@s]\n\n```timeline\n- {date: 1953, until: 1954, event: z}\n```\n\n\
                ```chart\ntype: bar\nrows: {a: 1, b: 2}\n```\n";
    for theme in ["none", "docket"] {
        let page = |lang: &str| {
            format!(
                "---\ntitle: T\ndate: 2024\ntags: [t]\n{lang}sources: [{{id: s, title: S, status: retracted}}]\n---\n\n{body}"
            )
        };
        let site = TempSite::new()
            .file("nutgraf.yaml", format!("title: T\nlanguage: fr\ntheme: {theme}\n"))
            .file("content/explainers/french.md", page(""))
            .file("content/explainers/german.md", page("lang: de\n"));
        let run = site.run(&["build"]).expect(0);
        for (path, words) in [
            (
                "french",
                [
                    "Avertissement</p>",
                    "Source 1: S; rétractée",
                    "Graphique en barres",
                    "Les chiffres en tableau",
                ],
            ),
            (
                "german",
                ["Warnung</p>", "Quelle 1: S; zurückgezogen", "Balkendiagramm", "Die Zahlen als Tabelle"],
            ),
        ] {
            let html = run.page(&format!("explainers/{path}/index.html"));
            for word in words {
                run.assert(html.contains(word), &format!("{word} in {path} of {theme}:\n{html}"));
            }
        }
    }
}
