//! Every file of public/ has a path of its own that every system can keep; what has not is told with
//! the author's file, and not by the disk.

use crate::site::TempSite;

/// Builds a site of these files, which must be refused with a finding in the first of them.
#[track_caller]
fn refused(settings: &str, files: &[(&str, &str)], finding: &str, words: &str) {
    let mut site = TempSite::new().file("nutgraf.yaml", format!("title: T\n{settings}"));
    for (path, text) in files {
        site = site.file(path, text);
    }
    for command in ["check", "build"] {
        let run = site.run(&[command, "--format", "short"]).expect(1);
        let line = run.stdout.lines().find(|line| line.contains(&format!("error[{finding}]")));
        let line = line.unwrap_or_default();
        run.assert(line.starts_with(files[0].0), &format!("{finding} in {}", files[0].0));
        run.assert(line.contains(words), words);
    }
}

fn page(front: &str) -> String {
    format!("---\ntitle: X\n{front}\n---\n")
}

#[test]
fn a_page_at_the_address_of_a_list_or_feed_is_refused() {
    let dated = page("date: 2024-01-05\ntags: [t]");
    let one = "content/explainers/one.md";
    let rest = [
        ("content/explainers/a.md", &*dated),
        ("content/explainers/b.md", &*dated),
        ("content/explainers/c.md", &*dated),
        ("templates/static/own.css", "a {}"),
    ];
    for (settings, url) in [
        ("paginate: 1\n", "/explainers/page/1/"),
        ("paginate: 1\n", "/topics/t/page/1/"),
        ("base_url: https://e.org\n", "/topics/t/atom.xml"),
        ("base_url: https://e.org\n", "/sitemap.xml"),
        ("", "/static/own.css"),
        ("", "/STATIC/Own.css"),
    ] {
        for key in ["url: ", "aliases: "] {
            let text = page(&format!("{key}{url}"));
            let files: Vec<_> = std::iter::once((one, &*text)).chain(rest).collect();
            refused(settings, &files, "address-collision", "");
        }
    }
    let both = [("content/static/own.css", "a {}"), ("templates/static/own.css", "a {}")];
    refused("", &both, "address-collision", "templates/static/own.css");
}

#[test]
fn a_file_where_another_needs_a_folder_is_refused() {
    let (file, folder) = (page("url: /a.b"), page("url: /a.b/"));
    refused(
        "",
        &[("content/pages/x.md", &file), ("content/pages/y.md", &folder)],
        "address-collision",
        "`a.b`",
    );
    refused(
        "",
        &[("content/pages/about.md", ""), ("content/about", "x")],
        "address-collision",
        "content/about",
    );
    refused(
        "",
        &[("content/pages/about.md", ""), ("content/ABOUT", "x")],
        "address-collision",
        "content/ABOUT",
    );
    refused(
        "",
        &[("content/pages/x.md", &page("aliases: [/404.html/x/]"))],
        "address-collision",
        "`404.html`",
    );
    refused(
        "",
        &[("content/a", "x"), ("content/A-B", "x"), ("content/A/b.txt", "x")],
        "address-collision",
        "content/A/b.txt",
    );
}

#[test]
fn a_path_that_some_system_cannot_keep_is_refused() {
    for (path, text, finding) in [
        ("content/pages/x.md", page("url: /con/x"), "bad-address"),
        ("content/pages/x.md", page("url: /.git/x"), "bad-address"),
        ("content/pages/x.md", page("aliases: [/.nutgraf-manifest]"), "bad-address"),
        ("content/pages/x.md", page("aliases: [/LPT1.html]"), "bad-address"),
        ("content/files/nul.txt", String::new(), "unportable-name"),
        ("content/.nutgraf-manifest/x", String::new(), "unportable-name"),
    ] {
        refused("", &[(path, &text)], finding, "cannot be the path");
    }
    refused("permalinks: {pages: \"/aux/{slug}/\"}\n", &[("content/pages/x.md", "")], "bad-address", "aux");
}
