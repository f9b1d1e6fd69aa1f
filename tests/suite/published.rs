//! What stands in public/: the old state or the new one, nothing of anybody else's lost, the same
//! bytes from the same sources.

use crate::site::{TempSite, tree};
use std::fs;

fn site() -> TempSite {
    TempSite::new()
        .file("nutgraf.yaml", "title: T\nbase_url: https://e.org/\n")
        .file(
            "content/explainers/a.md",
            "---\ntitle: A\ndate: 2024-01-05\ntags: [t, u]\npeople: [P Q]\n---\n\nSee [[B]].\n",
        )
        .file(
            "content/explainers/b.md",
            "---\ntitle: B\ndate: 2024-01-06\ntags: [t]\n---\n\n```rust\nfn main() {}\n```\n",
        )
        .file("content/pages/about.md", "---\ntitle: About\n---\n\nUs.\n")
}

#[test]
fn what_a_page_leaves_behind_goes_and_what_others_put_there_stays() {
    let site = site();
    site.run(&["build"]).expect(0);
    for (path, text) in [("public/.git/HEAD", "ref"), ("public/CNAME", "e.org"), ("public/notes.txt", "mine")]
    {
        site.write(path, text);
    }
    fs::rename(site.root().join("content/explainers/b.md"), site.root().join("content/explainers/c.md"))
        .expect("renamed");
    fs::write(site.root().join("content/explainers/a.md"), "---\ntitle: A\n---\n\nSee [[B]].\n")
        .expect("written");
    let run = site.run(&["build"]).expect(0);
    run.assert(!site.root().join("public/explainers/b").exists(), "the old folder gone");
    run.assert(!site.root().join("public/topics/u").exists(), "the old topic gone");
    run.assert(site.root().join("public/explainers/c/index.html").exists(), "the new page there");
    for (path, text) in [("public/.git/HEAD", "ref"), ("public/CNAME", "e.org"), ("public/notes.txt", "mine")]
    {
        assert_eq!(site.text(path), text);
    }
}

#[test]
fn folders_that_are_not_its_own_are_refused() {
    let site = site().file("full/notes.txt", "mine").file("elsewhere/x", "x");
    let before = site.files();
    let home = tempfile::tempdir().expect("a folder");
    fs::write(home.path().join("letter"), "dear").expect("written");
    #[cfg(unix)]
    std::os::unix::fs::symlink(site.root().join("elsewhere"), site.root().join("link")).expect("a link");
    let path = home.path().to_string_lossy().into_owned();
    for out in [".", "content", "content/sub", "..", "full", &path, "/", "link"] {
        let run = site.run_with(&["build", "-o", out], &[("HOME", &path)]);
        run.assert(run.code == Some(2), &format!("-o {out} refused"));
        fs::remove_file(site.root().join("link")).ok();
        assert_eq!(site.files(), before, "-o {out}");
        #[cfg(unix)]
        std::os::unix::fs::symlink(site.root().join("elsewhere"), site.root().join("link")).expect("a link");
    }
    assert_eq!(tree(home.path()).len(), 1);
}

#[test]
fn a_build_with_errors_leaves_the_last_good_site() {
    let site = site();
    site.run(&["build"]).expect(0);
    let good = tree(&site.root().join("public"));
    site.write("content/explainers/b.md", "---\ntitle: B\n---\n\n[x](nowhere.md)\n");
    site.run(&["build"]).expect(1).complains("nothing was written");
    assert_eq!(tree(&site.root().join("public")), good);
    site.write("content/explainers/b.md", "---\ntitle: B\n---\n");
    site.write("templates/page.html", "{{ page.nothing }}");
    site.run(&["build"]).expect(1);
    assert_eq!(tree(&site.root().join("public")), good);
}

#[test]
fn a_killed_build_leaves_the_old_site_or_the_new_one() {
    let mut site = site();
    for n in 0..300 {
        site = site.file(
            &format!("content/explainers/n{n}.md"),
            format!("---\ntitle: N{n}\ntags: [t]\n---\n\nText {n}.\n"),
        );
    }
    site.run(&["build"]).expect(0);
    let old = tree(&site.root().join("public"));
    for n in 0..300 {
        site.write(
            &format!("content/explainers/n{n}.md"),
            format!("---\ntitle: New {n}\ntags: [t]\n---\n\nOther {n}.\n"),
        );
    }
    let fresh = TempSite::copy_of(site.root());
    fs::remove_dir_all(fresh.root().join("public")).expect("removed");
    fresh.run(&["build"]).expect(0);
    let new = tree(&fresh.root().join("public"));
    let (mut olds, mut news) = (0, 0);
    for round in 0..24_u64 {
        let mut child =
            site.command(&["build"]).stderr(std::process::Stdio::null()).spawn().expect("a start");
        std::thread::sleep(std::time::Duration::from_millis(round * 6));
        child.kill().expect("a kill");
        child.wait().expect("an end");
        let now = tree(&site.root().join("public"));
        if now == old {
            olds += 1;
        } else {
            assert!(now == new, "a mix after {round} rounds");
            news += 1;
        }
    }
    println!("after a kill: {olds} times the old site, {news} times the new one");
    site.run(&["build"]).expect(0);
    assert_eq!(tree(&site.root().join("public")), new);
}

#[test]
fn nothing_is_written_where_nothing_changed() {
    let site = site();
    site.run(&["build"]).expect(0);
    let stamps = |site: &TempSite| -> Vec<_> {
        let files = tree(&site.root().join("public")).into_keys();
        files
            .map(|f| fs::metadata(site.root().join("public").join(&f)).and_then(|m| m.modified()).ok())
            .collect()
    };
    let before = stamps(&site);
    site.run(&["build"]).expect(0).complains("nothing changed").assert(true, "");
    assert_eq!(stamps(&site), before);
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let first = site();
    first.run(&["build"]).expect(0);
    let bytes = tree(&first.root().join("public"));
    for (jobs, zone, lang) in
        [("1", "Asia/Tokyo", "tr_TR.UTF-8"), ("2", "America/St_Johns", "C"), ("7", "UTC", "de_DE.UTF-8")]
    {
        let other = TempSite::copy_of(first.root());
        fs::remove_dir_all(other.root().join("public")).expect("removed");
        other
            .run_with(&["build", "--jobs", jobs], &[("TZ", zone), ("LANG", lang), ("LC_ALL", lang)])
            .expect(0);
        assert!(tree(&other.root().join("public")) == bytes, "--jobs {jobs} TZ={zone} LANG={lang}");
    }
    for (path, text) in &bytes {
        assert!(!String::from_utf8_lossy(text).contains("localhost"), "{path}");
    }
}

#[test]
fn an_old_address_leads_to_the_new_one() {
    let site =
        site().file("content/explainers/m.md", "---\ntitle: Moved\naliases: [/old/, /older.html]\n---\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    for page in ["old/index.html", "older.html"] {
        let html = run.page(page);
        for part in ["https://e.org/explainers/m/", "rel=\"canonical\"", "noindex", "redirect"] {
            run.assert(html.contains(part), &format!("{part} in {page}"));
        }
    }
    let list = run.page("_redirects");
    run.assert(list.contains("/old/ /explainers/m/ 301"), "a line for hosts");
    run.assert(!run.page("sitemap.xml").contains("/old/"), "no redirect in the sitemap");
    let site = site.file("content/explainers/n.md", "---\ntitle: N\naliases: [/old/, /explainers/a/]\n---\n");
    let run = site.run(&["build"]).expect(1);
    for text in
        ["address-collision", "/old/", "/explainers/a/", "content/explainers/m.md", "content/explainers/n.md"]
    {
        run.assert(run.stderr.contains(text), text);
    }
}

#[test]
fn two_sources_for_one_address_are_an_error_on_every_system() {
    for (name, files) in [
        ("case", vec![("content/explainers/a.md", "x"), ("content/explainers/A.md", "x")]),
        ("index", vec![("content/explainers/x.md", "x"), ("content/explainers/x/index.md", "x")]),
        ("asset", vec![("content/about/index.html", "x"), ("content/pages/about.md", "x")]),
        ("form", vec![("content/caf\u{e9}.txt", "x"), ("content/cafe\u{301}.txt", "x")]),
        ("case of assets", vec![("content/Logo.png", "x"), ("content/logo.png", "x")]),
        ("made", vec![("content/pages/topics.md", "x")]),
    ] {
        let mut site = TempSite::new();
        for (path, text) in &files {
            site = site.file(path, text);
        }
        let run = site.run(&["build"]);
        run.assert(run.code == Some(1) && run.stderr.contains("address-collision"), name);
        for (path, _) in &files {
            run.assert(run.stderr.contains(path), path);
        }
    }
}
