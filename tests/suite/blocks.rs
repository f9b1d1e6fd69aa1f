//! Blocks of data within texts, from the file to the page.

use crate::site::TempSite;

const CHART: &str = "```chart\ntitle: Tides\nfile: tides.csv\n```\n";

#[test]
fn every_kind_of_page_shows_the_blocks_of_its_text() {
    let block = |name: &str| format!("---\n{name}\n---\n\n```facts\nCapital: Canberra\n```\n");
    let site = TempSite::new()
        .file("content/index.md", block("title: Front"))
        .file("content/explainers/x.md", block("title: X\ntags: [t]"))
        .file("content/topics/t.md", block("title: T"))
        .file("content/people/p.md", block("name: P"))
        .file("content/pages/about.md", block("title: About"));
    let run = site.run(&["build", "--strict"]).expect(0);
    for page in [
        "index.html",
        "explainers/x/index.html",
        "topics/t/index.html",
        "people/p/index.html",
        "about/index.html",
    ] {
        run.assert(run.page(page).contains("<dt>Capital</dt><dd>Canberra</dd>"), page);
    }
}

#[test]
fn a_template_of_site_or_theme_makes_or_replaces_a_block() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\ntheme: plain\n")
        .file("themes/plain/templates/blocks/note.html", "<p>theme {{ block }}</p>\n")
        .file("themes/plain/templates/blocks/deep/er.html", "<p>{{ block }}</p>\n")
        .file(
            "templates/blocks/facts.html",
            "{% for fact in block.facts %}<p>own {{ fact.label }}</p>{% endfor %}\n",
        )
        .file(
            "content/explainers/x.md",
            "---\ntitle: X\ntags: [t]\n---\n\n```note\n5 < 6\n```\n\n```facts\na: b\n```\n\n```er\nc\n```\n",
        );
    let run = site.run(&["build"]).expect(0);
    let page = run.page("explainers/x/index.html");
    for part in ["<p>theme 5 &lt; 6</p>", "<p>own a</p>", "data-lang=\"er\""] {
        run.assert(page.contains(part), part);
    }
}

#[test]
fn the_file_of_a_chart_belongs_to_its_page() {
    let mut site = TempSite::new()
        .file("content/explainers/x.md", format!("---\ntitle: X\ntags: [t]\n---\n\n{CHART}"))
        .file("content/explainers/tides.csv", "day,height\n2024-05-01,4.5\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    run.assert(run.page("explainers/x/index.html").contains("<td class=\"right\">4.5</td>"), "the number");
    run.assert(site.root().join("public/explainers/tides.csv").exists(), "the file");

    // Other numbers, another page.
    site.write("content/explainers/tides.csv", "day,height\n2024-05-01,4.75\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    run.assert(
        run.page("explainers/x/index.html").contains("<td class=\"right\">4.75</td>"),
        "the new number",
    );

    // Kept back with a draft.
    site.write("content/explainers/x.md", format!("---\ntitle: X\ntags: [t]\ndraft: true\n---\n\n{CHART}"));
    site = site.file("content/explainers/y.md", "---\ntitle: Y\ntags: [t]\n---\n");
    let run = site.run(&["build", "--strict"]).expect(0);
    run.assert(!site.root().join("public/explainers/tides.csv").exists(), "the file of a draft");

    site.write(
        "content/explainers/y.md",
        "---\ntitle: Y\ntags: [t]\n---\n\n```chart\ntitle: T\nfile: ../../nutgraf.yaml\n```\n",
    );
    site.run(&["build"]).expect(1).complains("missing-asset").assert(true, "");
}

#[test]
fn a_fault_in_a_block_of_a_feed_is_told_once() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nbase_url: https://example.org/\n")
        .file("templates/blocks/own.html", "{{ block.x.y }}\n")
        .file(
            "content/explainers/x.md",
            "---\ntitle: X\ndate: 2024-01-01\ntags: [t]\n---\n\n```own\nx: 1\n```\n",
        );
    let run = site.run(&["build"]).expect(1).complains("the block that was being made");
    assert_eq!(run.stderr.matches("[template-error]").count(), 1, "{run}");
}

#[test]
fn what_stands_in_a_block_never_becomes_html() {
    let evil = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    let text = format!(
        "---\ntitle: X\ntags: [t]\n---\n\n```timeline\n- {{date: 2024, event: '{evil}', detail: '{evil}', people: ['{evil}']}}\n```\n\n\
         ```facts\n'{evil}': '{evil}'\n```\n\n```people\n- '{evil}'\n```\n\n\
         ```compare\ncaption: '{evil}'\ncolumns: ['{evil}', '[a](javascript:alert(1))']\nrows: [['{evil}', '{evil}']]\n```\n\n\
         ```chart\ntitle: '{evil}'\ndescription: '{evil}'\nunit: '{evil}'\nx: '{evil}'\ny: '{evil}'\nsource: '{evil}'\n\
         columns: ['{evil}', '{evil}', B]\nrows: [['{evil}', 1, 2]]\n```\n\n```own\n- '{evil}'\n```\n\n```facts\n'{evil}: [\n```\n"
    );
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nchecks: {yaml-syntax: warning}\n")
        .file(
            "templates/blocks/own.html",
            "{% for x in block %}<p title=\"{{ x }}\">{{ x }}</p>{% endfor %}\n",
        )
        .file("content/explainers/x.md", text);
    let run = site.run(&["build"]).expect(0);
    let page = run.page("explainers/x/index.html");
    for wrong in ["<script>", "<img", "javascript:"] {
        run.assert(!page.contains(wrong), wrong);
    }
    run.assert(page.matches("&lt;script&gt;").count() > 15, "the words are there");
}
