//! Names that link themselves, what counts as a mention, and links written into the sources.

use crate::dice::Dice;
use crate::site::TempSite;

const ADA: &str = "---\nname: Ada Lovelace\naliases: [Countess of Lovelace, Lovelace]\n---\n";
const BRIEN: &str = "---\nname: Conan O'Brien\n---\n";
const TIDES: &str = "---\ntitle: Ebb and flow\n---\n\nThe sea rises and falls.\n";
const OFF: &str = "title: T\nautolink: off\n";

fn site(settings: &str) -> TempSite {
    TempSite::new()
        .file("nutgraf.yaml", settings)
        .file("templates/explainer.html", "{{ page.body }}")
        .file("content/people/ada.md", ADA)
        .file("content/people/conan.md", BRIEN)
        .file("content/topics/tides (sea).md", TIDES)
}

fn explainer(body: &str) -> String {
    format!("---\ntitle: Page\ntags: [sea]\npeople: [Mary Ann]\n---\n\n{body}")
}

/// What `--fix` makes of a body.
fn check(body: &str, expected: &str) {
    let site = site(OFF).file("content/explainers/x.md", explainer(body));
    site.run(&["check", "--fix"]).expect(0);
    assert_eq!(site.text("content/explainers/x.md"), explainer(expected));
    let again = site.run(&["check", "--fix"]).expect(0);
    again.assert(!again.stderr.contains("written into"), "nothing more is written");
    assert_eq!(site.text("content/explainers/x.md"), explainer(expected));
}

#[test]
fn links_are_written_as_an_author_would_write_them() {
    check("Ada Lovelace, and Lovelace.\n", "[[Ada Lovelace]], and Lovelace.\n");
    check("Conan O'Brien, no newline", "[[Conan O'Brien|Conan O'Brien]], no newline");
    check("Conan O’Brien\n", "[[Conan O'Brien|Conan O’Brien]]\n");
    check("Ebb and Flow\n", "[[Ebb and Flow]]\n");
    check("Mary Ann has no file.\n", "[[Mary Ann]] has no file.\n");
    check("Ada\nLovelace over lines\n", "[Ada\nLovelace](../people/ada.md) over lines\n");
    check("> Ebb and\n> flow\n", "> [Ebb and\n> flow](<../topics/tides (sea).md>)\n");
    check("Mary\nAnn\n", "[Mary\nAnn](/people/mary-ann/)\n");
    check("Ada Lovelace\n\n## H\n\nAda Lovelace\n", "[[Ada Lovelace]]\n\n## H\n\n[[Ada Lovelace]]\n");
    check("Ada Lovelace, [by hand](../people/ada.md)\n", "Ada Lovelace, [by hand](../people/ada.md)\n");
}

#[test]
fn tables_and_odd_places_stay_what_they_are() {
    check(
        "| A | B |\n|---|---|\n| Ada Lovelace | Conan O'Brien |\n",
        "| A | B |\n|---|---|\n| [[Ada Lovelace]] | [Conan O'Brien](../people/conan.md) |\n",
    );
    // An image, a reference or a note would come of it.
    check("Look!Ada Lovelace\n", "Look!Ada Lovelace\n");
    check(
        "[Ada Lovelace]\n\n[ada lovelace]: https://example.org/\n",
        "[Ada Lovelace]\n\n[ada lovelace]: https://example.org/\n",
    );
    check("\\*Ada Lovelace\\* &amp; _Mary Ann_\n", "\\*[[Ada Lovelace]]\\* &amp; _[[Mary Ann]]_\n");
    check("`Ada Lovelace` <b>Ada Lovelace</b>\n", "`Ada Lovelace` <b>[[Ada Lovelace]]</b>\n");
}

#[test]
fn line_ends_and_the_mark_at_the_beginning_stay() {
    let raw = "\u{feff}---\r\ntitle: Page\r\ntags: [sea]\r\n---\r\n\r\nÄ Ada Lovelace\r\nand Mary";
    let site = site(OFF).file("content/explainers/x.md", raw);
    site.run(&["check", "--fix"]).expect(0).complains("1 link written into 1 file");
    assert_eq!(site.text("content/explainers/x.md"), raw.replace("Ada Lovelace", "[[Ada Lovelace]]"));
    let files = site.files();
    assert!(!files.keys().any(|path| path.contains("nutgraf-fix")), "{:?}", files.keys());
}

#[test]
#[cfg(unix)]
fn a_file_keeps_its_permissions_and_a_link_its_target() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let site = site(OFF).file("content/explainers/x.txt", explainer("Ada Lovelace\n"));
    let real = site.root().join("content/explainers/x.txt");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    let link = site.root().join("content/explainers/x.md");
    symlink(&real, &link).expect("a link");
    site.run(&["check", "--fix"]).expect(0);
    assert_eq!(site.text("content/explainers/x.txt"), explainer("[[Ada Lovelace]]\n"));
    assert!(link.symlink_metadata().expect("a link").is_symlink());
    assert_eq!(real.metadata().expect("a file").permissions().mode() & 0o777, 0o640);
}

/// A text of pieces in which names stand in all sorts of places. It has no bracket, so that all
/// brackets are those of `--fix`.
fn text(dice: &mut Dice) -> String {
    const PIECES: &[&str] = &[
        "Ada Lovelace",
        "Ada\nLovelace",
        "Countess of Lovelace",
        "Lovelace",
        "Conan O'Brien",
        "Conan O’Brien",
        "Mary Ann",
        "ebb and flow",
        "Ebb and\nflow",
        "*Ada* Lovelace",
        "**Mary Ann**",
        "_ebb and flow_",
        "`Mary Ann`",
        "$Ada Lovelace$",
        "\n\n",
        "\n\n",
        "\n",
        " ",
        " ",
        " ",
        ", ",
        ". ",
        "\n\n## Heading Ada Lovelace\n\n",
        "\n\n> ",
        "\n\n- ",
        "\n- ",
        "\n1. ",
        "\n\n| A | B |\n|---|---|\n| ",
        " | ",
        " |\n",
        "!",
        "&amp;",
        "\\",
        "<b>",
        "</b>",
        "\"",
        "'",
        "--",
        "...",
        "\n\n> — ",
        "\n\n    ",
        "\n\n```\n",
        "\n```\n",
        "  \n",
        "é",
        "~~",
        "<div>\n\n",
        "\n\n</div>\n\n",
        "(",
        ")",
        "<kbd>",
        "</kbd>",
        "#",
        "\n: ",
    ];
    (0..3 + dice.below(40)).map(|_| dice.pick(PIECES)).collect()
}

/// The text without what `--fix` puts into it.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['[', ']']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(name) = rest.strip_prefix("[[") {
            let inside = &name[..name.find("]]").expect("an end")];
            rest = inside.find('|').map_or(name, |bar| &name[bar + 1..]);
        } else if let Some(end) = rest.strip_prefix("](") {
            let ends = [".md)", ".md>)", "/)"].map(|close| end.find(close).map(|at| at + close.len()));
            rest = &end[ends.into_iter().flatten().min().expect("an end")..];
        } else {
            rest = rest.strip_prefix("]]").unwrap_or(&rest[1..]);
        }
    }
    out + rest
}

#[test]
fn a_fix_adds_links_and_nothing_else() {
    let mut dice = Dice::new(7);
    let mut site = site(OFF);
    let mut before = Vec::new();
    for number in 0..150 {
        let mut text = explainer(&text(&mut dice)).replace("title: Page", &format!("title: Page {number}"));
        if dice.once_in(4) {
            text = text.replace('\n', "\r\n");
        }
        site = site.file(&format!("content/explainers/x{number}.md"), &text);
        before.push(text);
    }
    let pages = |site: &TempSite| {
        let run = site.run(&["build"]).expect(0);
        let page = |number| run.page(&format!("explainers/x{number}/index.html"));
        (0..150).map(page).collect::<Vec<String>>()
    };
    let plain = |page: &str| {
        let mut out = String::new();
        let mut rest = page;
        while let Some(at) = rest.find("<a href=\"/") {
            out.push_str(&rest[..at]);
            rest = &rest[at + rest[at..].find('>').expect("an end") + 1..];
        }
        (out + rest).replace("</a>", "")
    };
    let shown = pages(&site);
    let run = site.run(&["check", "--fix"]).expect(0);
    run.assert(run.stderr.contains("links written into"), "links");
    let mut links = 0;
    let mut after = Vec::new();
    for (number, old) in before.iter().enumerate() {
        let new = site.text(&format!("content/explainers/x{number}.md"));
        let head = new.find("\n---").expect("front matter") + 4;
        assert_eq!(new[..head], old[..head]);
        assert_eq!(without_links(&new[head..]), old[head..], "{number}");
        links += new.len() - old.len();
        after.push(new);
    }
    assert!(links > 1000, "{links} bytes of links");
    for (number, (now, then)) in pages(&site).iter().zip(&shown).enumerate() {
        assert_eq!(plain(now), plain(then), "{number}: {:?}", after[number]);
    }
    site.run(&["check", "--fix"]).expect(0);
    for (number, new) in after.iter().enumerate() {
        assert_eq!(&site.text(&format!("content/explainers/x{number}.md")), new, "{number}");
    }
}

/// Automatic links are those that `--fix` writes. (Beside an emphasis, brackets would end it or keep
/// it from ending; there `--fix` leaves a name alone.)
#[test]
fn names_link_where_a_fix_would_link_them() {
    let mut dice = Dice::new(11);
    let mut on = site("title: T\n");
    let mut off = site(OFF);
    for number in 0..100 {
        let text = explainer(&text(&mut dice).replace(['!', '*', '_', '~'], ""))
            .replace("title: Page", &format!("title: Page {number}"));
        on = on.file(&format!("content/explainers/x{number}.md"), &text);
        off = off.file(&format!("content/explainers/x{number}.md"), &text);
    }
    let on = on.run(&["build"]).expect(0);
    off.run(&["check", "--fix"]).expect(0);
    let off = off.run(&["build"]).expect(0);
    let mut links = 0;
    for number in 0..100 {
        let page = format!("explainers/x{number}/index.html");
        links += on.page(&page).matches("<a href=\"/").count();
        assert_eq!(on.page(&page), off.page(&page), "{number}");
    }
    assert!(links > 60, "{links}");
}

#[test]
fn a_name_of_two_leads_to_a_page_of_both_and_links_nowhere_by_itself() {
    let site = TempSite::new()
        .file("content/people/a.md", "---\nname: Jo A. Smith\naliases: [Jo Smith]\nborn: 1900\n---\n")
        .file("content/people/b.md", "---\nname: Jo B. Smith\naliases: [Jo Smith]\n---\n")
        .file("content/explainers/x.md", "---\ntitle: X\ntags: [t]\n---\n\nJo Smith met Jo B. Smith.\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("people/jo-smith/index.html");
    run.assert(page.contains("href=\"/people/a/\"") && page.contains("href=\"/people/b/\""), "both");
    let page = run.page("explainers/x/index.html");
    run.assert(page.contains("Jo Smith met <a href=\"/people/b/\">Jo B. Smith</a>"), "one link");
    site.write("content/explainers/y.md", "---\ntitle: Y\ntags: [t]\n---\n\n[[Jo Smith]]\n");
    let run = site.run(&["build"]).expect(0).complains("ambiguous-link").complains("page that lists them");
    let page = run.page("explainers/y/index.html");
    run.assert(page.contains("href=\"/people/jo-smith/\""), "the page of both");
    site.run(&["check"]).expect(0).complains("\"Jo Smith\" is a name of 2 people").assert(true, "");
    // In a front matter it is still not said who is meant.
    site.write("content/explainers/z.md", "---\ntitle: Z\ntags: [t]\npeople: [Jo Smith]\n---\n");
    site.run(&["build"]).expect(1).complains("ambiguous-name").assert(true, "");
}

#[test]
fn many_names_in_a_long_text_take_linear_time() {
    let names: Vec<String> = (0..200).map(|n| format!("aa {}a", "aa ".repeat(n % 60))).collect();
    let person = format!("---\nname: Aa Aa\naliases: [{}]\n---\n", names.join(", "));
    let site = TempSite::new()
        .file("content/people/a.md", person)
        .file(
            "content/topics/a.md",
            format!("---\ntitle: Aa\naliases: [{}]\n---\n\nText\n", names[1..].join(", ")),
        )
        .file(
            "content/explainers/x.md",
            format!("---\ntitle: X\ntags: [t]\n---\n\n{}\n", "aa ".repeat(300_000)),
        );
    site.run(&["build"]).expect(0);
}
