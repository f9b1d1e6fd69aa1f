//! What a large archive must not do to a single page. No clocks: what is looked at are bytes and
//! counts.

use crate::crawl;
use crate::site::{TempSite, tree};

/// An archive of `number` explainers around one that is always the same.
fn archive(number: usize) -> TempSite {
    let mut site = TempSite::new().file("nutgraf.yaml", "title: T\nbase_url: https://e.org/\n").file(
        "content/explainers/fixed.md",
        "---\ntitle: The fixed one\ndate: 2020-01-01\ntags: [common, rare]\npeople: [Ada Lovelace]\nauthors: [Ada Lovelace]\n\
         timeline: [{date: 2020, event: It began}]\n---\n\n## A heading\n\nA text with [[Ada Lovelace]].\n",
    );
    for n in 0..number {
        site = site.file(
            &format!("content/explainers/x{n:04}.md"),
            format!(
                "---\ntitle: Number {n:04}\ndate: {}-{:02}-01\ntags: [common, t{}]\npeople: [{}P{}]\n\
                 timeline: [{{date: {}, event: Event {n}}}]\n---\n\nText {n}.\n",
                1950 + n % 80,
                1 + n % 12,
                n % (1 + number / 3),
                // Not on every page: between two that are, a page more or less would tip the scales.
                if n % 3 == 0 { "Ada Lovelace, " } else { "" },
                n % (1 + number / 4),
                1950 + n % 80
            ),
        );
    }
    site
}

#[test]
fn a_page_weighs_the_same_in_a_small_archive_and_in_a_large_one() {
    let now = [("SOURCE_DATE_EPOCH", "1900000000")];
    let (small, large) = (archive(30), archive(600));
    let (small, large) =
        (small.run_with(&["build"], &now).expect(0), large.run_with(&["build"], &now).expect(0));
    let difference = |page: &str| large.page(page).len() as i64 - small.page(page).len() as i64;
    for page in ["explainers/fixed/index.html", "404.html", "_redirects", "robots.txt"] {
        if page != "_redirects" || small.site().root().join("public/_redirects").exists() {
            assert!(
                difference(page).abs() < 1000,
                "{page} is {} bytes heavier among 600 than among 30",
                difference(page)
            );
        }
    }
    // Pages of lists are longer where there is more to list, and then they are split.
    for page in [
        "index.html",
        "explainers/index.html",
        "topics/common/index.html",
        "people/ada-lovelace/index.html",
        "timeline/index.html",
    ] {
        let weight = large.page(page).len();
        assert!(weight < 150_000, "{page} weighs {weight} bytes among 600");
    }
    for feed in ["atom.xml", "topics/common/atom.xml"] {
        assert!(large.page(feed).matches("<entry>").count() <= 50, "{feed}");
    }
    let broken = crawl::broken(&tree(&large.site().root().join("public")), "https://e.org/");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_topic_on_every_page_gives_each_its_related_articles() {
    let mut site = TempSite::new().file("nutgraf.yaml", "title: T\nrelated: 5\n");
    for n in 0..200 {
        site = site.file(
            &format!("content/explainers/x{n}.md"),
            format!("---\ntitle: Number {n}\ndate: 20{:02}-01-01\ntags: [everywhere]\n---\n\nSee [[Number {}]].\n", n % 24, (n + 1) % 200),
        );
    }
    let run = site.run(&["build", "--strict"]).expect(0);
    for n in 0..200 {
        let html = run.page(&format!("explainers/x{n}/index.html"));
        let part = |id: &str| {
            let at =
                html.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("{id} in Number {n}:\n{html}"));
            html[at..].split("</section>").next().unwrap_or_default().to_owned()
        };
        let related = part("part-related");
        assert_eq!(related.matches("<li").count(), 5, "Number {n}:\n{related}");
        assert!(!related.contains(&format!(">Number {n}</a>")), "Number {n} is related to itself");
        // What the text links to comes first, what links to it next.
        let place = |m: usize| related.find(&format!(">Number {m}</a>")).unwrap_or(usize::MAX);
        assert!(place((n + 1) % 200) < place((n + 199) % 200), "Number {n}:\n{related}");
        assert_eq!(part("part-backlinks").matches("<li").count(), 1, "Number {n}");
    }
    // A topic's page shows a page of the list, and all of them are reached from it.
    let public = tree(&site.root().join("public"));
    let shown: usize = public
        .iter()
        .filter(|(path, _)| path.starts_with("topics/everywhere/"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).matches("<li class=\"card\">").count())
        .sum();
    assert_eq!(shown, 200);
    assert_eq!(crawl::broken(&public, "/"), Vec::<String>::new());
}

#[test]
fn one_more_explainer_changes_few_files() {
    let now = [("SOURCE_DATE_EPOCH", "1900000000")];
    let site = archive(300).file("content/topics/below.md", "---\ntitle: Below\nparent: common\n---\n");
    site.run_with(&["build"], &now).expect(0);
    let before = tree(&site.root().join("public"));
    site.write(
        "content/explainers/new.md",
        "---\ntitle: The newest\ndate: 2030-01-01\ntags: [lonely, below]\n---\n\nText.\n",
    );
    site.run_with(&["build"], &now).expect(0);
    let after = tree(&site.root().join("public"));
    let changed: Vec<&String> =
        after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).map(|(path, _)| path).collect();
    assert!(before.keys().all(|path| after.contains_key(path)));
    // Its page and topic, the lists in which it stands first, feeds, sitemap, the last file of the
    // data with what counts it, and the neighbours in time that fall back to it.
    assert!(changed.len() <= 20, "{changed:#?}");
    assert!(
        !changed.iter().any(|path| path.contains("/page/")),
        "numbered pages stay as they were: {changed:#?}"
    );
}
