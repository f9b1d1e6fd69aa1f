//! What content cannot do: run code, leave its folder, or be seen before its time.

use crate::site::TempSite;

const HOSTILE: &[&str] = &[
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "<svg/onload=alert(1)>",
    "]]><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
];

#[test]
fn hostile_texts_are_inert_wherever_they_are_shown() {
    let mut site = TempSite::new().file(
        "nutgraf.yaml",
        "title: T\nbase_url: https://e.org/\nchecks: {missing-asset: off, unknown-source: warning}\n",
    );
    for (n, text) in HOSTILE.iter().enumerate() {
        let quoted = serde_json::to_string(text).expect("JSON");
        site = site
            .file(
                &format!("content/explainers/x{n}.md"),
                format!(
                    "---\ntitle: {quoted}\nsummary: {quoted}\ndate: 2024-01-0{}\ntags: [{quoted}]\npeople: [{quoted}]\nkey_points: [{quoted}]\n\
                     image: {{src: /i.png, alt: {quoted}, caption: {quoted}}}\n\
                     sources: [{{title: {quoted}, publisher: {quoted}}}]\n\
                     timeline: [{{date: 2024, event: {quoted}, detail: {quoted}}}]\n\
                     corrections: [{{date: 2024, was: {quoted}, now: {quoted}}}]\n---\n\n\
                     {text}\n\n## {text}\n\n![{text}](/i.png {quoted})\n\n[{text}](/i.png {quoted})\n\n`{text}`\n\n```x\"><script>\n{text}\n```\n\n> {text}\n\n> {text}\n>\n> — {text}, {text}, 2024 [@{text}]\n\n<a href=\"javascript:alert(1)\" onclick=\"alert(1)\">raw</a> <IMG SRC=x ONERROR=alert(1)>\n",
                    n % 9 + 1
                ),
            )
            .file(&format!("content/people/p{n}.md"), format!("---\nname: {}\nrole: {quoted}\n---\n\n{text}\n", serde_json::to_string(&format!("P{n} {text}")).expect("JSON")))
            .file(&format!("content/topics/t{n}.md"), format!("---\ntitle: {}\nsummary: {quoted}\nfacts: [{{label: {quoted}, value: {quoted}}}]\n---\n\n{text}\n", serde_json::to_string(&format!("T{n} {text}")).expect("JSON")));
    }
    let site = site.file("content/i.png", b"png");
    let run = site.run(&["build"]).expect(0).complains("unsafe-url").complains("unsafe-html");
    let mut pages = 0;
    for (path, bytes) in site.files().iter().filter(|(p, _)| p.starts_with("public/")) {
        let text = String::from_utf8_lossy(bytes);
        if path.ends_with(".html") {
            pages += 1;
            for (element, attributes) in elements(&text) {
                let allowed = match element.as_str() {
                    "script" => attributes.iter().any(|(k, v)| {
                        (k == "type" && v == "application/ld+json")
                            || (k == "src" && v.starts_with("/static/"))
                    }),
                    "iframe" | "object" | "embed" | "form" | "style" | "svg" | "math" | "base" => false,
                    _ => true,
                };
                run.assert(allowed, &format!("no <{element}> of the content in {path}"));
                for (name, value) in attributes {
                    run.assert(!name.starts_with("on") && name != "style", &format!("no {name} in {path}"));
                    if ["href", "src", "action", "formaction", "poster", "data"].contains(&name.as_str()) {
                        let value = value.trim().to_ascii_lowercase();
                        run.assert(
                            !value.starts_with("javascript:") && !value.starts_with("data:"),
                            &format!("{value} in {path}"),
                        );
                    }
                }
            }
            for block in text.split("<script type=\"application/ld+json\">").skip(1) {
                let block = &block[..block.find("</script>").expect("an end")];
                let data: serde_json::Value =
                    serde_json::from_str(block).unwrap_or_else(|e| panic!("{path}: {e}\n{block}"));
                assert!(data.get("@context").is_some(), "{path}");
            }
        }
        if path.ends_with("feed.json") {
            let feed: serde_json::Value = serde_json::from_str(&text).expect("a JSON feed");
            let titles: Vec<&str> =
                feed["items"].as_array().expect("items").iter().filter_map(|i| i["title"].as_str()).collect();
            assert!(HOSTILE.iter().all(|t| titles.iter().any(|title| title.ends_with(t))), "{titles:?}");
        }
    }
    assert!(pages > 30);
}

/// Start tags of a page with their attributes, as a browser's tokenizer takes our own output: tags
/// outside of comments, attributes quoted.
fn elements(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with("!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end + 3..]);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let name: String =
            rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect::<String>().to_lowercase();
        rest = &rest[name.len()..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            let key: String =
                rest.chars().take_while(|c| !c.is_whitespace() && !"=>/".contains(*c)).collect();
            rest = &rest[key.len()..];
            let mut value = String::new();
            if let Some(after) = rest.trim_start().strip_prefix('=') {
                let after = after.trim_start();
                let quote = after.chars().next().filter(|c| *c == '"' || *c == '\'');
                match quote {
                    Some(quote) => {
                        let inner = &after[1..];
                        let end = inner.find(quote).unwrap_or(inner.len());
                        value = inner[..end].to_owned();
                        rest = inner.get(end + 1..).unwrap_or("");
                    }
                    None => {
                        value = after.chars().take_while(|c| !c.is_whitespace() && *c != '>').collect();
                        rest = &after[value.len()..];
                    }
                }
            } else if key.is_empty() {
                rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
            }
            attributes.push((key.to_lowercase(), value));
        }
        let script = name == "script";
        found.push((name, attributes));
        if script {
            rest = rest.find("</script").map_or("", |end| &rest[end..]);
        }
    }
    found
}

#[test]
fn a_trusted_page_keeps_its_html_and_others_do_not() {
    let page = "---\ntitle: X\n---\n\n<iframe src=\"https://example.org/\"></iframe> <span style=\"color:red\">red</span>\n";
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\ntrust: [\"content/pages/embeds/**\"]\n")
        .file("content/pages/embeds/open.md", page.replace("X", "Open"))
        .file("content/pages/closed.md", page.replace("X", "Closed"));
    let run = site.run(&["build"]).expect(0).complains("content/pages/closed.md:5:2");
    run.assert(
        run.page("open/index.html").contains("<iframe src=\"https://example.org/\""),
        "what is trusted",
    );
    let closed = run.page("closed/index.html");
    run.assert(!closed.contains("<iframe") && !closed.contains("style="), "what is not");
    run.assert(!run.stderr.contains("open.md"), "no finding on the trusted page");
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_followed_inside_of_the_site_only() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(outside.path().join("secret.md"), "---\ntitle: Secret\n---\n\nCANARY\n").expect("written");
    let site = TempSite::new()
        .file("shared/inside.md", "---\ntitle: Inside\n---\n\nText.\n")
        .file("content/explainers/x.md", "---\ntitle: X\n---\n");
    let link = |to: &std::path::Path, at: &str| symlink(to, site.root().join(at)).expect("a link");
    link(&site.root().join("shared/inside.md"), "content/explainers/inside.md");
    link(&site.root().join("content"), "content/explainers/loop");
    link(&site.root().join("nowhere"), "content/explainers/broken.md");
    let run = site.run(&["build"]).expect(0).complains("broken-symlink").complains("content/explainers/loop");
    let run = run.complains("content/explainers/broken.md");
    run.assert(run.page("explainers/inside/index.html").contains("Inside"), "a link inside");

    link(&outside.path().join("secret.md"), "content/explainers/secret.md");
    link(outside.path(), "content/pages");
    link(std::path::Path::new("/etc/passwd"), "content/passwd.txt");
    let run =
        site.run(&["build"]).expect(1).complains("symlink-outside").complains("follow_symlinks: outside");
    for path in ["content/explainers/secret.md", "content/pages", "content/passwd.txt"] {
        run.assert(run.stderr.contains(path), path);
    }
    for (path, bytes) in site.files().iter().filter(|(p, _)| p.starts_with("public/")) {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("CANARY") && !text.contains("root:"), "{path}");
    }
    std::fs::remove_file(site.root().join("content/passwd.txt")).expect("removed");
    std::fs::remove_file(site.root().join("content/pages")).expect("removed");
    site.write("nutgraf.yaml", "title: T\nfollow_symlinks: outside\n");
    let run = site.run(&["build"]).expect(0);
    run.assert(run.page("explainers/secret/index.html").contains("CANARY"), "what the settings allow");
}

#[test]
fn no_name_or_path_leaves_its_folder() {
    for front in [
        "image: ../../../etc/passwd",
        "url: /../../x",
        "url: \"/%2e%2e/x\"",
        "url: //host/x",
        "url: 'C:\\x'",
        "slug: ../x",
        "slug: a/../../b",
        "slug: /etc",
        "aliases: [/../../x]",
    ] {
        let site = TempSite::new().file("content/explainers/x.md", format!("---\ntitle: X\n{front}\n---\n"));
        let run = site.run(&["build"]).expect(1).complains("bad-address");
        run.complains("content/explainers/x.md:3").assert(true, "");
    }
    // A tag is a name: it gets a safe address instead of an error.
    let site = TempSite::new().file(
        "content/explainers/x.md",
        "---\ntitle: X\ntags: [../../x, .., /etc/passwd, 'a\\b', con]\npeople: [../../p]\n---\n",
    );
    site.run(&["build"]).expect(0);
    for path in site.files().keys().filter(|p| !p.starts_with("public/") && !p.starts_with("content/")) {
        assert_eq!(path, "nutgraf.yaml");
    }
    for path in
        site.files().keys().filter(|p| p.starts_with("public/topics/") || p.starts_with("public/people/"))
    {
        assert!(path.matches('/').count() <= 3 && !path.contains(".."), "{path}");
    }
}

#[test]
fn a_draft_leaves_no_trace() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nbase_url: https://e.org/\n")
        .file(
            "content/explainers/zyxwdraft/index.md",
            "---\ntitle: Zyxwtitle\ndraft: true\ndate: 2024-01-01\ntags: [zyxwtag, common]\npeople: [Zyxw Person]\n\
             authors: [zyxwauthor]\naliases: [/zyxwold/]\ntimeline: [{date: 2024, event: zyxwevent}]\nimage: zyxw.png\n---\n\n\
             Zyxwword [[Other]] ![i](/pics/zyxwfar.png) ![s](/pics/shared.png)\n",
        )
        .file("content/explainers/zyxwdraft/zyxw.png", b"zyxwbytes")
        .file("content/pics/zyxwfar.png", b"zyxwbytes")
        .file("content/pics/shared.png", b"png")
        .file("content/people/zyxwhidden.md", "---\nname: Zyxw Hidden\ndate: 2999-01-01\n---\n\nZyxwbio\n")
        .file("content/topics/common.md", "---\ntitle: Common\n---\n")
        .file("content/explainers/other.md", "---\ntitle: Other\ndate: 2024-01-01\ntags: [common]\n---\n\n![s](/pics/shared.png)\n");
    site.run(&["build", "--strict"]).expect(0);
    for (path, bytes) in site.files().iter().filter(|(p, _)| p.starts_with("public/")) {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        assert!(!text.contains("zyxw") && !path.to_lowercase().contains("zyxw"), "{path}");
    }
    assert!(site.root().join("public/pics/shared.png").exists());
    let list = site.run(&["list", "--skipped"]).expect(0);
    list.assert(list.stdout.contains("content/pics/zyxwfar.png  withheld"), "its image accounted for");
    let run = site.run(&["build", "--drafts"]).expect(0);
    let page = run.page("explainers/zyxwdraft/index.html");
    run.assert(page.contains("Zyxwword") && page.contains("draft"), "a draft that is asked for, marked");
}
