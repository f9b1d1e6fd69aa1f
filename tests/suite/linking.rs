//! Links of every style, backlinks, and what is said of links that lead nowhere.

use crate::site::TempSite;

#[test]
fn wikilinks_find_pages_by_any_name_and_case() {
    let site = TempSite::new()
        .file(
            "content/explainers/Note Two.md",
            "---\ntitle: Note two\naliases: [Alias of note two]\n---\n\n## Link with space\n\n## Local heading\n\nSee [[#Local heading]].\n",
        )
        .file("content/img.png", b"png")
        .file("content/explainers/a.md", "---\ntitle: A\n---\n\n[[note two]] here.\n")
        .file("content/explainers/b.md", "---\ntitle: B\n---\n\n[[NOTE TWO#link with space]] here.\n")
        .file("content/explainers/c.md", "---\ntitle: C\n---\n\n[[Note Two|text]] and ![[img.png]].\n")
        .file("content/explainers/d.md", "---\ntitle: D\n---\n\n[[Alias of note two]] twice: [[note-two]].\n")
        .file("content/explainers/todo.md", "---\ntitle: todo\n---\n\nx\n")
        .file("content/explainers/another-todo.md", "---\ntitle: another todo\n---\n\n[[todo]]\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    for (page, href) in [
        ("a", "href=\"/explainers/note-two/\""),
        ("b", "href=\"/explainers/note-two/#link-with-space\""),
        ("c", "href=\"/explainers/note-two/\">text</a>"),
        ("c", "src=\"/img.png\""),
        ("d", "href=\"/explainers/note-two/\""),
        ("note-two", "href=\"#local-heading\""),
        ("another-todo", "href=\"/explainers/todo/\""),
    ] {
        run.assert(
            run.page(&format!("explainers/{page}/index.html")).contains(href),
            &format!("{href} in {page}"),
        );
    }
    let page = run.page("explainers/note-two/index.html");
    let back = &page[page.find("id=\"part-backlinks\"").expect("backlinks")..];
    for title in ["A", "B", "C", "D"] {
        assert_eq!(back.matches(&format!(">{title}</a>")).count(), 1, "{title} once in:\n{back}");
    }
}

#[test]
fn an_ambiguous_name_is_settled_by_place_and_reported() {
    let site = TempSite::new()
        .file("content/explainers/a/intro.md", "---\ntitle: Intro of A\nslug: intro-a\n---\n")
        .file("content/explainers/b/intro.md", "---\ntitle: Intro of B\nslug: intro-b\n---\n")
        .file("content/explainers/x.md", "---\ntitle: X\n---\n\nSee [[intro]].\n")
        .file("content/explainers/b/y.md", "---\ntitle: Y\n---\n\nSee [[intro]].\n");
    let run = site.run(&["build"]).expect(0).complains("ambiguous-link");
    let run = run.complains("content/explainers/x.md:5:7").complains("(used content/explainers/a/intro.md)");
    run.assert(run.page("explainers/x/index.html").contains("/explainers/intro-a/"), "the first path");
    run.assert(run.page("explainers/y/index.html").contains("/explainers/intro-b/"), "the same folder");
    site.run(&["build", "--strict"]).expect(1);
    site.write("content/explainers/x.md", "---\ntitle: X\n---\n\nSee [[b/intro]].\n");
    site.write("content/explainers/b/y.md", "---\ntitle: Y\n---\n\nSee [[a/intro]].\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    run.assert(run.page("explainers/x/index.html").contains("/explainers/intro-b/"), "what the path says");
}

#[test]
fn a_file_and_a_folder_of_one_name_are_two_things() {
    let site = TempSite::new()
        .file("content/explainers/stuff.md", "---\ntitle: Stuff\n---\n\n[inside](stuff/inner.md)\n")
        .file("content/explainers/stuff/inner.md", "---\ntitle: Inner\n---\n\n[up](../stuff.md)\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    run.assert(
        run.page("explainers/stuff/index.html").contains("href=\"/explainers/inner/\""),
        "a link down",
    );
    run.assert(run.page("explainers/inner/index.html").contains("href=\"/explainers/stuff/\""), "a link up");
}

#[test]
fn links_lead_to_ids_in_raw_html_and_to_those_that_were_moved() {
    let site = TempSite::new()
        .file(
            "content/explainers/a.md",
            "---\ntitle: A\n---\n\n[x](#spot) [y](b.md#part-1) [z](b.md#spot-b)\n\n<p id=\"spot\">here</p>\n",
        )
        .file(
            "content/explainers/b.md",
            "---\ntitle: B\n---\n\n## One {#part-1}\n\n<a name=\"spot-b\"></a>Text\n",
        );
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("explainers/a/index.html");
    for href in ["#spot", "/explainers/b/#section-part-1", "/explainers/b/#spot-b"] {
        run.assert(page.contains(&format!("href=\"{href}\"")), href);
    }
}

#[test]
fn lists_stand_in_the_folder_of_their_addresses() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\npermalinks: {people: \"/authors/{slug}/\", topics: \"/{slug}/\"}\n")
        .file(
            "content/explainers/a.md",
            "---\ntitle: A\ntags: [t]\nauthors: [Jane]\n---\n\n[all](/authors/)\n",
        );
    let run = site.run(&["build", "--strict"]).expect(0);
    run.assert(run.page("authors/index.html").contains("href=\"/authors/jane/\""), "the list of people");
    run.assert(run.page("topics/index.html").contains("href=\"/t/\""), "the list of topics");
    run.assert(run.page("index.html").contains("href=\"/authors/\""), "the menu");
}

#[test]
fn every_style_of_link_leads_to_one_address_and_follows_it() {
    let styles = [
        "[x](target.md)",
        "[x](/explainers/target/)",
        "[x](../explainers/target.md)",
        "[[target]]",
        "[[The target|x]]",
    ];
    let mut site = TempSite::new().file("content/explainers/target.md", "---\ntitle: The target\n---\n");
    for (n, style) in styles.iter().enumerate() {
        site = site
            .file(&format!("content/explainers/p{n}.md"), format!("---\ntitle: P{n}\n---\n\nSee {style}.\n"));
    }
    let run = site.run(&["build", "--strict"]).expect(0);
    for (n, style) in styles.iter().enumerate() {
        let page = run.page(&format!("explainers/p{n}/index.html"));
        run.assert(page.contains("See <a href=\"/explainers/target/\""), style);
    }
    let page = run.page("explainers/target/index.html");
    let back = &page[page.find("id=\"part-backlinks\"").expect("backlinks")..];
    for n in 0..styles.len() {
        assert_eq!(back.matches(&format!(">P{n}</a>")).count(), 1, "{back}");
    }
    site.write(
        "content/explainers/target.md",
        "---\ntitle: The target\nslug: moved\naliases: [/explainers/target/]\n---\n",
    );
    let run = site.run(&["build", "--strict"]).expect(0);
    for (n, style) in styles.iter().enumerate() {
        let page = run.page(&format!("explainers/p{n}/index.html"));
        run.assert(page.contains("See <a href=\"/explainers/moved/\""), style);
    }
}

#[test]
fn every_broken_link_of_a_run_is_named_with_its_place() {
    let site = TempSite::new()
        .file("content/explainers/target.md", "---\ntitle: Target\n---\n\n## Real heading\n")
        .file("content/explainers/hidden.md", "---\ntitle: Hidden\ndraft: true\n---\n")
        .file("content/explainers/chart.png", b"png")
        .file(
            "content/explainers/x.md",
            "---\ntitle: X\n---\n\n[a](targte.md)\n[b](target.md#reel-heading)\n![c](chrt.png)\n[d](hidden.md)\n",
        );
    let run = site.run(&["check"]).expect(1);
    for (place, name, help) in [
        ("content/explainers/x.md:5:5", "broken-link", "target.md"),
        ("content/explainers/x.md:6:5", "broken-heading", "real-heading"),
        ("content/explainers/x.md:7:6", "missing-asset", "chart.png"),
        ("content/explainers/x.md:8:5", "link-to-unpublished", "draft"),
    ] {
        run.assert(run.stderr.contains(place), place);
        run.assert(run.stderr.contains(name), name);
        run.assert(run.stderr.contains(help), help);
    }
    run.assert(run.stderr.contains("4 errors"), "a count");
    site.run(&["build"]).expect(1);
    assert!(!site.root().join("public/index.html").exists());
    // A site may decide that such links are no reason to stop.
    site.write(
        "nutgraf.yaml",
        "title: T\nchecks: {broken-link: warning, broken-heading: warning, missing-asset: off, link-to-unpublished: note}\n",
    );
    let run = site.run(&["build"]).expect(0).complains("2 warnings");
    run.assert(!run.stderr.contains("missing-asset"), "a finding that is off");
    site.run(&["build", "--strict"]).expect(1);
}

#[test]
fn images_beside_a_page_have_one_address_wherever_it_is_shown() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nbase_url: https://e.org/\n")
        .file(
            "content/explainers/x/index.md",
            "---\ntitle: X\ndate: 2024-01-01\ntags: [t]\n---\n\n![a](a.png)\n",
        )
        .file("content/explainers/x/a.png", b"png");
    let run = site.run(&["build", "--strict"]).expect(0);
    run.assert(run.page("explainers/x/index.html").contains("src=\"/explainers/x/a.png\""), "its page");
    run.assert(run.page("atom.xml").contains("https://e.org/explainers/x/a.png"), "the feed");
    run.assert(site.root().join("public/explainers/x/a.png").exists(), "the file");
}

#[test]
fn the_form_in_which_a_file_system_keeps_a_name_does_not_matter() {
    let site =
        TempSite::new().file("content/people/Gonza\u{301}lez.md", "---\nname: Gonza\u{301}lez\n---\n").file(
            "content/explainers/x.md",
            "---\ntitle: X\n---\n\nSee [[González]] and [him](../people/González.md).\n",
        );
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("explainers/x/index.html");
    assert!(page.matches("href=\"/people/gonz%C3%A1lez/\"").count() >= 2, "{run}");
    run.assert(!run.page("people/gonzález/index.html").is_empty(), "a folder in NFC");
}

#[test]
fn template_syntax_in_content_is_text() {
    let text = "Prose {{ x }} {% raw %} {# c #} {{< y >}} {{}} and `{{ code }}`.\n\n```\n{{ fence }} {% endraw %}\n```\n";
    let site = TempSite::new()
        .file("content/explainers/x.md", format!("---\ntitle: \"{{{{ t }}}}\"\n---\n\n{text}"));
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("explainers/x/index.html");
    for literal in [
        "{{ x }}",
        "{% raw %}",
        "{# c #}",
        "{{&lt; y &gt;}}",
        "{{}}",
        "{{ code }}",
        "{{ fence }} {% endraw %}",
        "{{ t }}",
    ] {
        run.assert(page.contains(literal), literal);
    }
}

#[test]
fn links_work_below_a_path() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nmenu: [{title: About, url: /about/}]\n")
        .file("content/pages/about.md", "---\ntitle: About\naliases: [/old/deep/about/]\n---\n\n![i](/i.png) <a href=\"/about/\">raw</a>\n")
        .file("content/i.png", b"png")
        .file("content/explainers/x.md", "---\ntitle: X\ntags: [t]\npeople: [P]\n---\n\n[a](/about/) [[P]]\n");
    for (base, path) in [
        ("https://e.org/", ""),
        ("https://u.github.io/repo/", "/repo"),
        ("https://e.org/~user/x/", "/~user/x"),
    ] {
        let run = site.run(&["build", "--strict", "--base-url", base]).expect(0);
        for (file, bytes) in
            site.files().iter().filter(|(f, _)| f.starts_with("public/") && f.ends_with(".html"))
        {
            let html = String::from_utf8_lossy(bytes);
            for part in html.split(['"', '\'']).filter(|p| p.starts_with('/') && !p.starts_with("//")) {
                run.assert(
                    part.starts_with(&format!("{path}/")),
                    &format!("{path} before `{part}` in {file}"),
                );
            }
        }
        run.assert(run.page("about/index.html").contains(&format!("src=\"{path}/i.png\"")), "an image");
    }
    let run = site.run(&["build", "--base-url", "e.org"]).expect(2);
    run.complains("https://").assert(true, "");
    site.write("nutgraf.yaml", "title: T\nbase_url: e.org\n");
    site.run(&["build"]).expect(1).complains("nutgraf.yaml:2");
}

#[test]
fn a_broken_link_of_a_template_is_found_in_the_output() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nmenu: [{title: Gone, url: /gone/}]\n")
        .file("content/explainers/x.md", "---\ntitle: X\n---\n");
    let run = site.run(&["build"]).expect(1).complains("broken-output-link").complains("/gone/");
    run.assert(!site.root().join("public/index.html").exists(), "nothing written");
}

#[test]
fn a_heading_whose_words_are_the_id_of_a_part_is_found() {
    let site = TempSite::new()
        .file("content/explainers/x.md", "---\ntitle: X\n---\n\n## Event conflict\n")
        .file("content/explainers/y.md", "---\ntitle: Y\n---\n\n[a](x.md#event-conflict) [b](x.md#main)\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("explainers/y/index.html");
    for id in ["section-event-conflict", "main"] {
        run.assert(page.contains(&format!("href=\"/explainers/x/#{id}\"")), id);
    }
}
