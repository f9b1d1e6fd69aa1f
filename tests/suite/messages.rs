//! What an author is told: every fault of a run, each with its place and a cure.

use crate::site::TempSite;

#[test]
fn five_broken_front_matters_are_reported_in_one_run() {
    let site = TempSite::new()
        .file("content/explainers/quote.md", "---\ntitle: \"Unclosed\ntags: [a]\n---\n\nText.\n")
        .file("content/explainers/colon.md", "---\ntitle: A: B\n---\n\nText.\n")
        .file("content/explainers/tab.md", "---\ntitle: Tab\nimage:\n\tsrc: x.png\n---\n\nText.\n")
        .file("content/explainers/bool.md", "---\ntitle: Bool\ndraft: ture\n---\n\nText.\n")
        .file("content/explainers/fence.md", "---\ntitle: Fence\n\nText.\n");
    let run = site.run(&["check"]).expect(1);
    for (place, help) in [
        ("content/explainers/quote.md:2:8", "quote"),
        ("content/explainers/colon.md:2:", "quote the value"),
        ("content/explainers/tab.md:4:1", "spaces"),
        ("content/explainers/bool.md:3:8", "true"),
        ("content/explainers/fence.md:1:1", "---"),
    ] {
        run.assert(run.stderr.contains(place), place);
        run.assert(run.stderr.contains(help), help);
    }
    run.assert(run.stderr.contains("title: A: B"), "the line itself");
    run.assert(run.stderr.contains('^'), "a caret");
    site.run(&["build"]).expect(1);
    assert!(!site.root().join("public/index.html").exists());
}

#[test]
fn a_key_that_stands_twice_is_named_with_both_lines() {
    let site = TempSite::new()
        .file("content/explainers/x.md", "---\ntitle: X\ntags: [a]\nsummary: s\ntags: [b]\n---\n");
    let run = site.run(&["check", "--format", "short"]).expect(1);
    run.assert(run.stdout.contains("content/explainers/x.md:5:1"), "the second place");
    run.assert(run.stdout.contains("duplicate-key"), "its name");
    let run = site.run(&["check"]).expect(1).complains("3");
    run.assert(run.stderr.contains("3 | tags: [a]") || run.stderr.contains("3 | "), "the first line");
}

#[test]
fn unknown_keys_are_reported_once_with_a_count() {
    let mut site = TempSite::new();
    for n in 0..5 {
        site = site.file(
            &format!("content/explainers/x{n}.md"),
            format!("---\ntitle: X{n}\ntag: [x]\nextra: {{anything: [1, {{deep: true}}]}}\n---\n"),
        );
    }
    let run = site.run(&["build"]).expect(0).complains("`tags`");
    assert_eq!(run.stderr.matches("[unknown-key]").count(), 1, "{run}");
    run.assert(run.stderr.contains('5'), "a count");
    run.assert(!run.stderr.contains("anything"), "free data");
    site.run(&["build", "--strict"]).expect(1);
}

#[test]
fn every_file_is_accounted_for() {
    let mut site = TempSite::new()
        .file("content/img.png", b"png")
        .file("content/.DS_Store", b"x")
        .file("content/notes/stray.md", "Stray.\n")
        .file("content/explainers/draft.md", "---\ntitle: Draft\ndraft: true\n---\n")
        .file("content/explainers/later.md", "---\ntitle: Later\npublish_at: 2999-01-01\n---\n")
        .file("content/explainers/utf16.md", b"\xff\xfet\0i\0");
    for n in 0..94 {
        site = site.file(&format!("content/explainers/e{n}.md"), format!("---\ntitle: E{n}\n---\n\nText.\n"));
    }
    site.write("nutgraf.yaml", "title: T\nchecks: {not-utf8: warning}\n");
    let run = site.run(&["build"]).expect(0);
    let run = run
        .complains("100 files in content: 94 built, 1 copied, 1 draft, 1 scheduled, 2 ignored, 1 unreadable");
    run.assert(run.page("explainers/index.html").contains("E93"), "a page without a date is listed");
    let list = site.run(&["list", "--skipped"]).expect(0);
    for line in [
        "draft.md  draft",
        "later.md  scheduled",
        ".DS_Store  ignored",
        "stray.md  ignored",
        "utf16.md  unreadable",
    ] {
        list.assert(list.stdout.contains(line), line);
    }
    let all = site.run(&["list", "--json"]).expect(0);
    assert_eq!(all.stdout.lines().count(), 100, "{all}");
}

#[test]
fn a_fault_of_a_template_names_template_page_and_way() {
    let site = TempSite::new()
        .file("templates/explainers.html", "<ul>\n{% for card in page.explainers.items %}\n{{ card.date.text | upper }}\n{% endfor %}\n</ul>\n")
        .file("content/explainers/a.md", "---\ntitle: A\ndate: 2024-01-01\n---\n")
        .file("content/explainers/x.md", "---\ntitle: X\n---\n");
    let run = site.run(&["build"]).expect(1).complains("templates/explainers.html:3:4");
    run.complains("content/explainers/x.md").assert(true, "");
    assert!(!site.root().join("public/index.html").exists());

    let site = TempSite::new()
        .file("templates/explainer.html", "{% include \"outer.html\" %}\n")
        .file("templates/outer.html", "<p>\n{% include \"inner.html\" %}\n")
        .file("templates/inner.html", "<p>\n\n{{ page.titel }}\n")
        .file("content/explainers/x.md", "---\ntitle: X\n---\n");
    let run = site.run(&["build"]).expect(1).complains("did you mean `title`").complains("summary");
    for place in [
        "templates/inner.html:3:9",
        "templates/outer.html:2",
        "templates/explainer.html:1",
        "content/explainers/x.md",
    ] {
        run.assert(run.stderr.contains(place), place);
    }

    let site = TempSite::new()
        .file("content/explainers/x.md", "---\ntitle: X\ntemplate: explainr.html\n---\n")
        .file("templates/broken.html", "{% if x %}\n");
    let run = site.run(&["build"]).expect(1).complains("templates/broken.html");
    run.assert(true, "");
    site.write("templates/broken.html", "fine\n");
    site.run(&["build"])
        .expect(1)
        .complains("did you mean `explainer.html`")
        .complains("content/explainers/x.md:3:11");
}

#[test]
fn findings_have_a_form_for_programs() {
    let site =
        TempSite::new().file("content/explainers/x.md", "---\ntitle: X\ntags: [t]\n---\n\n[a](nowhere.md)\n");
    let run = site.run(&["check", "--format", "json"]).expect(1);
    let finding: serde_json::Value =
        serde_json::from_str(run.stdout.lines().next().expect("a line")).expect("JSON");
    assert_eq!(finding["name"], "broken-link");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["path"], "content/explainers/x.md");
    assert_eq!((finding["line"].as_u64(), finding["column"].as_u64()), (Some(6), Some(5)));
    let run = site.run(&["check", "--format", "github"]).expect(1);
    run.assert(run.stdout.starts_with("::error file=content/explainers/x.md,line=6"), "an annotation");
    let run = site.run(&["check", "--format", "short"]).expect(1);
    run.assert(run.stdout.starts_with("content/explainers/x.md:6:5: error[broken-link]"), "a line");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let site =
        TempSite::new().file("content/explainers/x.md", "---\ntitle: X\n---\n").file("taken", "a file");
    let run = site.run(&["build", "-o", "taken"]).expect(2);
    run.complains("taken").assert(true, "");
    let run = site.run(&["build", "-o", "taken/below"]).expect(2);
    run.complains("taken").assert(true, "");
}

#[test]
fn texts_in_every_dress_are_read_alike() {
    let plain = "---\ntitle: Dress\ntags: [a]\n---\n\nText *here*.\n";
    let dresses: [Vec<u8>; 4] = [
        plain.as_bytes().to_vec(),
        format!("\u{feff}{plain}").into_bytes(),
        plain.replace('\n', "\r\n").into_bytes(),
        plain.replace("---\n", "---  \n").into_bytes(),
    ];
    let mut pages = Vec::new();
    for dress in dresses {
        let site = TempSite::new().file("content/explainers/x.md", dress);
        pages.push(site.run(&["build", "--strict"]).expect(0).page("explainers/x/index.html"));
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
    for (text, title) in
        [("---\n---\n\nText.\n", "x"), ("Text.\n", "x"), ("# Of the text\n\nText.\n", "Of the text")]
    {
        let site = TempSite::new().file("content/explainers/x.md", text);
        let run = site.run(&["build"]).expect(0);
        run.assert(run.page("explainers/x/index.html").contains(&format!("<h1>{title}</h1>")), title);
    }
}
