//! A site that is built in shares: what `nutgraf join` makes of them is the whole site, or nothing.

use crate::site::{Run, TempSite, tree};
use std::fs;

/// A site with every kind of file: pages, lists, feeds, data, redirects, assets, a chart's numbers.
fn site() -> TempSite {
    let mut site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nbase_url: https://e.org/sub/\npaginate: 5\n")
        .file("content/pages/about.md", "---\ntitle: About\naliases: [/old/]\n---\n\nUs. ![i](i.png)\n")
        .file("content/pages/i.png", b"png")
        .file(
            "content/topics/t.md",
            "---\ntitle: T\n---\n\nA text with a [link](../explainers/e3.md#part).\n",
        )
        .file("content/sources.yaml", "s:\n  title: Source\n");
    for n in 0..23 {
        let text = format!(
            "---\ntitle: E {n}\ndate: 2024-01-{:02}\ntags: [t, u{}]\npeople: [P Q]\n---\n\nSee [[E {}]] [@s].\n\n## Part\n",
            n + 1,
            n % 4,
            (n + 1) % 23
        );
        site = site.file(&format!("content/explainers/e{n}.md"), text);
    }
    site
}

fn build_shares(site: &TempSite, of: usize) -> Vec<String> {
    let folders: Vec<String> = (1..=of).map(|number| format!("shares-{of}/{number}")).collect();
    for (folder, number) in folders.iter().zip(1..) {
        site.run(&["build", "--shard", &format!("{number}/{of}"), "-o", folder]).expect(0);
    }
    folders
}

fn join<'a>(site: &'a TempSite, shares: &[impl AsRef<str>], out: &str) -> Run<'a> {
    let mut arguments = vec!["join", "-o", out];
    arguments.extend(shares.iter().map(AsRef::as_ref));
    site.run(&arguments)
}

#[test]
fn shares_joined_are_the_whole_site_byte_for_byte() {
    let site = site();
    site.run(&["build"]).expect(0);
    let whole = tree(&site.root().join("public"));
    assert!(whole.len() > 60, "{}", whole.len());
    for of in [1, 2, 7] {
        let mut shares = build_shares(&site, of);
        let files: usize = shares.iter().map(|share| tree(&site.root().join(share)).len()).sum();
        // Each share has a list and a mark of its own, and none has a file of another.
        assert_eq!(files - of, whole.len() - 1 + of, "{of} shares");
        shares.reverse();
        let out = format!("joined-{of}");
        join(&site, &shares, &out).expect(0);
        assert_eq!(tree(&site.root().join(out)), whole, "{of} shares");
    }
}

#[test]
fn what_several_shares_need_is_there_once() {
    let settings = "title: T\nbase_url: https://e.org/\ntheme: docket\n";
    let site = site();
    site.write("nutgraf.yaml", settings);
    site.run(&["build"]).expect(0);
    let whole = tree(&site.root().join("public"));
    assert!(whole.keys().any(|path| path.starts_with("cards/")), "a social card");
    join(&site, &build_shares(&site, 3), "joined").expect(0);
    assert_eq!(tree(&site.root().join("joined")), whole);
}

#[test]
fn what_is_not_all_of_one_site_is_refused() {
    let site = site();
    let shares = build_shares(&site, 3);
    let refused = |shares: &[String], why: &str| {
        let run = join(&site, shares, "joined");
        run.assert(run.code == Some(2) && run.stderr.contains(why), why);
        run.assert(!site.root().join("joined").exists(), "nothing written");
    };
    refused(&shares[..2], "share 3 of 3 not there");
    refused(&shares[1..2], "shares 1, 3 of 3 not there");
    refused(&[&shares[..], &shares[..1]].concat(), "are both share 1");
    refused(&["content".to_owned()], "it holds nothing that nutgraf made");

    site.run(&["build"]).expect(0);
    refused(&["public".to_owned()], "it holds a whole site");
    let others = build_shares(&site, 2);
    refused(&[&shares[..1], &others[1..]].concat(), "they are of two builds");

    let share = site.root().join(&shares[1]);
    let page = tree(&share).keys().find(|path| path.ends_with("index.html")).map(|path| share.join(path));
    let page = page.expect("a page");
    let text = fs::read_to_string(&page).expect("a page");
    fs::write(&page, text.replace("<p", "<b")).expect("written");
    refused(&shares, "is not as it was built");
    fs::write(&page, text).expect("written");

    site.write(
        "content/explainers/e7.md",
        "---\ntitle: E 7\ntags: [t]\ndate: 2024-01-08\n---\n\nOther words.\n",
    );
    site.run(&["build", "--shard", "2/3", "-o", "again"]).expect(0);
    refused(&[shares[0].clone(), "again".to_owned(), shares[2].clone()], "not of one site in one state");
    join(&site, &shares, "joined").expect(0);
}

#[test]
fn a_link_to_a_part_that_another_share_does_not_have_is_found() {
    let site = TempSite::new()
        .file(
            "templates/partials/footer.html",
            "{% if head.url == \"/a/\" %}<a href=\"/b/#nowhere\">b</a>{% endif %}",
        )
        .file("content/pages/a.md", "---\ntitle: A\n---\n\nText.\n")
        .file("content/pages/b.md", "---\ntitle: B\n---\n\nText.\n");
    let whole = site.run(&["build"]);
    assert!(whole.stderr.contains("#nowhere"), "{whole}");
    let joined = join(&site, &build_shares(&site, 2), "joined");
    assert!(joined.stderr.contains("/b/#nowhere"), "{joined}");
    assert_eq!(joined.code, whole.code);
}

#[test]
fn a_share_is_not_published_and_drafts_stay_known() {
    let site = site().file("content/explainers/d.md", "---\ntitle: D\ndraft: true\n---\n\nText.\n");
    site.write(
        "nutgraf.yaml",
        "title: T\nbase_url: https://e.org/sub/\npublish: {targets: {live: {type: dir, path: live}}}\n",
    );
    for number in ["1", "2"] {
        let shard = format!("{number}/2");
        site.run(&["build", "--drafts", "--shard", &shard, "-o", number]).expect(0);
    }
    site.run(&["publish", "--from", "1"]).expect(3).complains("is a share of a site");
    join(&site, &["1", "2"], "whole").expect(0);
    site.run(&["publish", "--from", "whole"]).expect(6).complains("draft");
}

#[test]
fn a_share_that_does_not_exist_is_refused() {
    let site = site();
    for (shard, why) in
        [("0/3", "expected 1/3 to 3/3"), ("4/3", "expected 1/3 to 3/3"), ("3", "such as 2/7"), ("1/0", "")]
    {
        let run = site.run(&["build", "--shard", shard]);
        run.assert(run.code == Some(2) && run.stderr.contains(why), shard);
    }
}
