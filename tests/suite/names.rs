//! Tags and names: one thing under one label, whatever the spelling; different things never under
//! one address.

use crate::site::{Run, TempSite};

fn explainer(front: &str) -> String {
    format!("---\n{front}\n---\n\nText.\n")
}

/// The folders right below one of public/.
fn folders(run: &Run, below: &str) -> Vec<String> {
    let prefix = format!("public/{below}/");
    let mut names: Vec<String> = run
        .site()
        .files()
        .keys()
        .filter_map(|path| path.strip_prefix(&prefix)?.strip_suffix("/index.html").map(str::to_owned))
        .filter(|name| !name.contains('/'))
        .collect();
    names.sort();
    names
}

#[test]
fn spellings_of_one_tag_are_one_topic_and_reported_once() {
    let site = TempSite::new()
        .file("content/explainers/a.md", explainer("title: A\ntags: [Rust]"))
        .file("content/explainers/b.md", explainer("title: B\ntags: [\"rust \"]"))
        .file("content/explainers/c.md", explainer("title: C\ntags: [RUST]"));
    let run = site.run(&["build"]).expect(0).complains("3 spellings of tag \"Rust\"");
    assert_eq!(run.stderr.matches("[spelling-variants]").count(), 1, "{run}");
    for place in ["explainers/a.md:3", "explainers/b.md:3", "explainers/c.md:3"] {
        run.assert(run.stderr.contains(place), place);
    }
    assert_eq!(folders(&run, "topics"), ["rust"]);
    let page = run.page("topics/rust/index.html");
    for title in [">A</a>", ">B</a>", ">C</a>"] {
        run.assert(page.contains(title), title);
    }
    site.run(&["build", "--strict"]).expect(1);
}

#[test]
fn case_and_unicode_form_do_not_part_a_tag() {
    let site = TempSite::new()
        .file("content/explainers/a.md", explainer("title: A\ntags: [Итоги года, café]"))
        .file("content/explainers/b.md", explainer("title: B\ntags: [Итоги гОда, cafe\u{301}]"));
    let run = site.run(&["build"]).expect(0);
    assert_eq!(folders(&run, "topics"), ["café", "итоги-года"]);
}

#[test]
fn different_tags_get_addresses_of_their_own() {
    let site = TempSite::new().file(
        "content/explainers/a.md",
        explainer("title: A\ntags: [C, \"C#\", C++, .NET, I/O, Disney's, 日本語, AC/DC]"),
    );
    let run = site.run(&["build", "--strict"]).expect(0);
    assert_eq!(
        folders(&run, "topics"),
        ["ac-dc", "c", "c-plus-plus", "c-sharp", "disneys", "dot-net", "i-o", "日本語"]
    );
    let list = run.page("topics/index.html");
    run.assert(list.contains("href=\"/topics/%E6%97%A5%E6%9C%AC%E8%AA%9E/\""), "an encoded address");
}

#[test]
fn names_that_come_to_one_slug_are_parted_and_reported() {
    let site = TempSite::new().file("content/explainers/a.md", explainer("title: A\ntags: [a/b, a:b]"));
    let run = site.run(&["build"]).expect(0).complains("slug-collision");
    assert_eq!(folders(&run, "topics").len(), 2, "{run}");
}

#[test]
fn one_slug_in_two_files_is_an_error_that_names_both() {
    let site = TempSite::new()
        .file("content/topics/a.md", "---\ntitle: A\nslug: same\n---\n")
        .file("content/topics/b.md", "---\ntitle: B\nslug: same\n---\n");
    let run = site.run(&["build"]).expect(1).complains("address-collision");
    let run = run.complains("content/topics/a.md:3").complains("content/topics/b.md:3");
    run.assert(!site.root().join("public/index.html").exists(), "nothing written");
}

#[test]
fn a_person_is_one_page_by_name_and_by_alias() {
    let site = TempSite::new()
        .file(
            "content/people/ada.md",
            "---\nname: Ada Lovelace\naliases: [A. Lovelace, Augusta Ada King]\n---\n\nWrote notes.\n",
        )
        .file("content/explainers/a.md", explainer("title: First\npeople: [Ada Lovelace]"))
        .file("content/explainers/b.md", explainer("title: Second\npeople: [A. Lovelace]"))
        .file("content/explainers/c.md", explainer("title: Third\nauthors: [Augusta Ada King]"));
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("people/ada/index.html");
    for text in ["Wrote notes.", ">First</a>", ">Second</a>", ">Third</a>"] {
        run.assert(page.contains(text), text);
    }
    for (file, title) in [("a", "First"), ("b", "Second"), ("c", "Third")] {
        let page = run.page(&format!("explainers/{file}/index.html"));
        run.assert(page.contains("Ada Lovelace</a>"), &format!("the proper name in {title}"));
    }
}

#[test]
fn people_are_grouped_by_their_part() {
    let site = TempSite::new()
        .file("content/people/ada.md", "---\nname: Ada Lovelace\n---\n")
        .file("content/explainers/a.md", explainer("title: First\npeople: [ada]"))
        .file("content/explainers/b.md", explainer("title: Second\nauthors: [ada]"))
        .file(
            "content/explainers/c.md",
            "---\ntitle: Third\n---\n\nShe met [[Ada Lovelace]] in 1833. And left.\n",
        );
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("people/ada/index.html");
    let at = |id: &str| page.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("{id} in:\n{page}"));
    let title =
        |title: &str| page.find(&format!(">{title}</a>")).unwrap_or_else(|| panic!("{title} in:\n{page}"));
    assert!(at("part-about") < title("First") && title("First") < at("part-by"));
    assert!(at("part-by") < title("Second") && title("Second") < at("part-mentioned"));
    assert!(at("part-mentioned") < title("Third"));
    run.assert(
        page.contains("She met <mark>Ada Lovelace</mark> in 1833."),
        "the sentence with the name marked",
    );
}

#[test]
fn a_name_close_to_a_known_one_is_reported_with_its_place() {
    let site = TempSite::new()
        .file("content/people/ada.md", "---\nname: Ada Lovelace\n---\n")
        .file("content/explainers/x.md", explainer("title: X\ndate: 2024-01-01\nauthors: [Ada Lovelase]"));
    let run = site.run(&["build"]).expect(0);
    let run = run.complains("unknown person \"Ada Lovelase\" (did you mean \"Ada Lovelace\"?)");
    let run = run.complains("content/explainers/x.md:4");
    run.assert(!run.page("people/ada-lovelase/index.html").is_empty(), "a page all the same");
}

#[test]
fn a_renamed_person_keeps_the_old_address() {
    let site = TempSite::new()
        .file("content/people/ada-king.md", "---\nname: Ada King\naliases: [/people/ada-lovelace/]\n---\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    let old = run.page("people/ada-lovelace/index.html");
    run.assert(old.contains("/people/ada-king/"), "a redirect");
    run.assert(
        run.page("_redirects").contains("/people/ada-lovelace/ /people/ada-king/ 301"),
        "a line in _redirects",
    );
}

#[test]
fn topics_have_other_names_parents_and_descriptions() {
    let site = TempSite::new()
        .file("content/topics/ai.md", "---\ntitle: Artificial intelligence\n---\n")
        .file(
            "content/topics/machine-learning.md",
            "---\ntitle: Machine learning\naliases: [ML]\nparent: ai\nsummary: Programs that learn.\n---\n",
        )
        .file("content/explainers/a.md", explainer("title: Nets\ntags: [ML]"));
    let run = site.run(&["build", "--strict"]).expect(0);
    for page in ["topics/machine-learning/index.html", "topics/ai/index.html"] {
        run.assert(run.page(page).contains(">Nets</a>"), page);
    }
    run.assert(run.page("topics/ml/index.html").contains("/topics/machine-learning/"), "the alias redirects");
    let page = run.page("topics/machine-learning/index.html");
    run.assert(
        page.contains("<meta name=\"description\" content=\"Programs that learn.\">"),
        "a description",
    );
    assert!(page.matches("Programs that learn.").count() > 1, "{page}");
}

#[test]
fn an_alias_of_two_topics_and_a_circle_of_parents_are_errors() {
    let site = TempSite::new()
        .file("content/topics/a.md", "---\ntitle: A topic\naliases: [shared]\nparent: b\n---\n")
        .file("content/topics/b.md", "---\ntitle: B topic\naliases: [Shared]\nparent: a\n---\n");
    let run = site.run(&["build"]).expect(1).complains("name-claimed-twice").complains("parent-cycle");
    let run = run.complains("content/topics/a.md:3").complains("content/topics/b.md:3");
    run.complains("B topic → A topic → B topic").assert(true, "");
}

#[test]
fn a_name_of_two_people_is_never_guessed() {
    let site = TempSite::new()
        .file("content/people/smith-1.md", "---\nname: John Smith\n---\n")
        .file("content/people/smith-2.md", "---\nname: John Smith\n---\n");
    site.run(&["build", "--strict"]).expect(0);
    site.write("content/explainers/a.md", explainer("title: A\npeople: [John Smith]"));
    let run = site.run(&["build"]).expect(1).complains("ambiguous-name");
    run.complains("`smith-1` (content/people/smith-1.md) or `smith-2` (content/people/smith-2.md)")
        .assert(true, "");
    site.write("content/explainers/a.md", explainer("title: A\npeople: [smith-2]"));
    site.run(&["build", "--strict"]).expect(0);
}

#[test]
fn lists_of_names_are_in_the_order_of_readers() {
    let site = TempSite::new().file(
        "content/explainers/a.md",
        explainer("title: A\ntags: [Apple, aSomething, émotion, Zoo, zebra, 10, 9]"),
    );
    let run = site.run(&["build", "--strict"]).expect(0);
    let list = run.page("topics/index.html");
    let main = &list[list.find("<main").expect("main")..];
    let places: Vec<usize> = ["9", "10", "Apple", "aSomething", "émotion", "zebra", "Zoo"]
        .iter()
        .map(|name| main.find(&format!(">{name}</a>")).unwrap_or_else(|| panic!("{name} in {main}")))
        .collect();
    assert!(places.is_sorted(), "{places:?}\n{main}");
}

#[test]
fn a_rare_topic_binds_more_than_a_common_one() {
    let mut site = TempSite::new()
        .file(
            "content/explainers/a.md",
            explainer("title: Page A\ntags: [news, saros-cycle]\ndate: 2020-01-01"),
        )
        .file("content/explainers/b.md", explainer("title: Page B\ntags: [news]\ndate: 2020-01-01"))
        .file("content/explainers/c.md", explainer("title: Page C\ntags: [saros-cycle]\ndate: 2001-01-01"))
        .file("content/explainers/e.md", explainer("title: Page E\ntags: [saros-cycle]\ndate: 2001-01-02"))
        .file("content/explainers/none.md", explainer("title: Page N\ndate: 2020-01-02"));
    for n in 0..40 {
        site = site.file(
            &format!("content/explainers/n{n}.md"),
            explainer(&format!("title: Filler {n}\ntags: [news]\ndate: 2020-01-01")),
        );
    }
    let run = site.run(&["build", "--strict"]).expect(0);
    let related = |page: &str| {
        let html = run.page(page);
        let at = html.find("id=\"part-related\"").unwrap_or_else(|| panic!("related articles in:\n{html}"));
        let end = html[at..].find("</section>").map_or(html.len(), |end| at + end);
        html[at..end].to_owned()
    };
    let list = related("explainers/a/index.html");
    let (c, other) = (list.find(">Page C<"), list.find(">Filler").or(list.find(">Page B<")));
    assert!(c.is_some() && c < other, "{list}");
    assert!(!related("explainers/none/index.html").is_empty());
    run.assert(!related("explainers/a/index.html").contains(">Page A<"), "a page not related to itself");

    let why = site.run(&["why", "a", "c"]).expect(0);
    why.assert(why.stdout.contains("shared topic \"saros-cycle\", on 3 of 45"), "the reason");
    why.assert(why.stdout.contains("score 2."), "the score");
    let check = site.run(&["check"]).expect(0);
    check.assert(
        check.stderr.contains("no-topics") && check.stderr.contains("explainers/none.md"),
        "a note on it",
    );

    site.write(
        "content/explainers/a.md",
        explainer("title: Page A\ntags: [news, saros-cycle]\nrelated: [n7]"),
    );
    let run = site.run(&["build", "--strict"]).expect(0);
    let html = run.page("explainers/a/index.html");
    let list = &html[html.find("id=\"part-related\"").expect("related articles")..];
    assert!(list.find(">Filler 7<") < list.find(">Page C<"), "{list}");
}
