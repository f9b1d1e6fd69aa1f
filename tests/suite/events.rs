//! Events in an archive that has many: every one is somewhere, once, and links find it.

use crate::crawl;
use crate::site::{Run, TempSite, tree};
use std::collections::BTreeSet;

/// 1 January 2026.
const NOW: [(&str, &str); 1] = [("SOURCE_DATE_EPOCH", "1767225600")];
const ALL: usize = 1300;

/// All events in one topic and with one person, most of them in one year.
fn many(settings: &str) -> TempSite {
    let mut site = TempSite::empty()
        .file("nutgraf.yaml", format!("title: T\nbase_url: https://e.org/r/\n{settings}"))
        .file("content/topics/sea.md", "---\ntitle: Sea\n---\n\nThe [first](#event-e0) and the [last](#event-e1299).\n")
        .file("content/people/ada.md", "---\nname: Ada\n---\n\nText.\n")
        .file(
            "content/explainers/links.md",
            "---\ntitle: Links\ndate: 2020-01-01\ntags: [other]\n---\n\n[a](/timeline/#event-e0) [b](/timeline/#event-e1299) \
             [c](/topics/sea/#event-e0) [d](/topics/sea/#event-e1299) [e](../people/ada.md#event-e0) \
             [f](/topics/sea/timeline/#event-e700) [g](/timeline/2001/) [h](/timeline/2001/events.ics) [i](/people/ada/timeline/)\n",
        );
    for n in 0..13 {
        let mut text = format!("---\ntitle: Part {n}\ndate: 2020-01-{:02}\ntags: [sea]\ntimeline:\n", n + 1);
        for e in n * 100..(n + 1) * 100 {
            // 1,250 of them in 2001.
            let day = match e {
                0..50 => "2000".to_owned(),
                e => {
                    let days = jiff::Span::new().days((e as i64 - 50) * 364 / 1250);
                    jiff::civil::date(2001, 1, 1).saturating_add(days).to_string()
                }
            };
            let major = if e == 3 { ", major: true" } else { "" };
            text.push_str(&format!(
                "  - {{id: e{e}, date: {day}, event: \"Event {e}, so\", people: [Ada]{major}}}\n"
            ));
        }
        text.push_str("---\n\nText.\n");
        site = site.file(&format!("content/explainers/part-{n:02}.md"), text);
    }
    site
}

/// The ids of the events on the pages whose paths begin so.
fn ids(run: &Run, paths: &[String]) -> Vec<String> {
    let pages = paths.iter().map(|path| run.page(path));
    let all = pages.flat_map(|html| {
        crawl::attributes(&html)
            .into_iter()
            .filter(|(name, value)| name == "id" && value.starts_with("event-"))
    });
    all.map(|(_, id)| id).collect()
}

fn paths(run: &Run, fits: impl Fn(&str) -> bool) -> Vec<String> {
    tree(&run.site().root().join("public")).into_keys().filter(|path| fits(path)).collect()
}

#[track_caller]
fn each_once(ids: &[String], what: &str) {
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), distinct.len()), (ALL, ALL), "{what}");
}

#[test]
fn a_topic_with_many_events_shows_the_foremost_and_has_a_complete_timeline() {
    let site = many("");
    let run = site.run_with(&["build", "--strict"], &NOW).expect(0);
    let page = run.page("topics/sea/index.html");
    assert_eq!(page.matches("id=\"event-").count(), 25);
    run.assert(
        page.contains("id=\"event-e3\"") && page.contains("id=\"event-e1299\""),
        "the major one and the last",
    );
    run.assert(page.contains("<a href=\"/r/topics/sea/timeline/\">All 1,300 events</a>"), "the way to all");
    for thing in ["topics/sea", "people/ada"] {
        let pages = paths(&run, |path| path.starts_with(&format!("{thing}/timeline/")));
        assert_eq!(pages.len(), 4, "{pages:?}");
        each_once(&ids(&run, &pages), thing);
    }
    let years = paths(&run, |path| path.starts_with("timeline/2") && path.ends_with("index.html"));
    each_once(&ids(&run, &years), "the timeline");

    // Links lead to the page on which the event is.
    let links = run.page("explainers/links/index.html");
    for (words, href) in [
        ("a", "/r/timeline/2000/#event-e0"),
        ("b", "/r/timeline/2001/page/5/#event-e1299"),
        ("c", "/r/topics/sea/timeline/page/1/#event-e0"),
        ("d", "/r/topics/sea/#event-e1299"),
        ("e", "/r/people/ada/timeline/page/1/#event-e0"),
        ("f", "/r/topics/sea/timeline/page/3/#event-e700"),
        ("g", "/r/timeline/2001/"),
        ("h", "/r/timeline/2001/events.ics"),
        ("i", "/r/people/ada/timeline/"),
    ] {
        run.assert(links.contains(&format!("<a href=\"{href}\">{words}</a>")), &format!("{words} to {href}"));
    }
    let broken = crawl::broken(&tree(&site.root().join("public")), "https://e.org/r/");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn complete_timelines_are_made_for_whom_the_settings_say() {
    for (settings, timelines) in [
        ("timelines: {pages: none}\n", &[][..]),
        ("timelines: {pages: files}\n", &["people/ada", "topics/sea"]),
        ("timelines: {pages: all}\n", &["people/ada", "people/zoe", "topics/by-zoe", "topics/sea"]),
    ] {
        let told = |number: usize, who: &str| {
            let events = (0..number).map(|e| format!("{{date: 2000, event: {who} {e}, people: [{who}]}}"));
            let events = events.collect::<Vec<_>>().join(", ");
            format!("---\ntitle: On {who}\ntags: [by {who}]\ntimeline: [{events}]\n---\n")
        };
        let site = many(settings)
            .file("content/explainers/zoe.md", told(101, "Zoe"))
            .file("content/explainers/may.md", told(100, "May"))
            .file("content/people/may.md", "---\nname: May\n---\n");
        site.write("content/explainers/links.md", "---\ntitle: Links\ntags: [other]\n---\n");
        site.write("content/topics/sea.md", "---\ntitle: Sea\n---\n");
        let run = site.run_with(&["build"], &NOW).expect(0);
        let found = paths(&run, |path| path.ends_with("/timeline/index.html"));
        let found: Vec<&str> =
            found.iter().filter_map(|path| path.strip_suffix("/timeline/index.html")).collect();
        assert_eq!(found, timelines, "{settings}");
        let shown = |page: &str| run.page(&format!("{page}/index.html")).matches("class=\"event\"").count();
        let all =
            |page: &str| run.page(&format!("{page}/index.html")).contains("/timeline/\">All 101 events<");
        // Without a file, and with one but not too many.
        assert_eq!((shown("people/zoe"), all("people/zoe")), (25, settings.contains("all")), "{settings}");
        assert_eq!(shown("people/may"), if settings.contains("none") { 25 } else { 100 }, "{settings}");
        let counted = run.page("people/zoe/index.html").contains("25 of 101 events");
        assert_eq!(counted, !settings.contains("all"), "{settings}");
    }
}

#[test]
fn calendars_and_data_hold_every_event_once_and_keep_the_rules_of_their_formats() {
    let site = many("timelines: {data: files}\n");
    let run = site.run_with(&["build"], &NOW).expect(0);
    for (folder, files) in [("timeline/2", 3), ("topics/sea/", 2), ("people/ada/", 2)] {
        let calendars = paths(&run, |path| path.starts_with(folder) && path.ends_with(".ics"));
        assert_eq!(calendars.len(), files, "{calendars:?}");
        let mut uids = Vec::new();
        for path in &calendars {
            let text = run.page(path);
            assert!(text.len() < 1_000_000, "{path}");
            assert!(
                text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n")
            );
            assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{path} has a bare line end");
            assert!(text.split("\r\n").all(|line| line.len() <= 75), "{path} has a long line");
            assert!(text.contains("SUMMARY:Event ") && text.contains("\\, so"), "{path}: commas are escaped");
            let unfolded = text.replace("\r\n ", "");
            uids.extend(unfolded.split("\r\n").filter_map(|l| l.strip_prefix("UID:")).map(str::to_owned));
            for property in ["DTSTAMP:2020", "DTSTART;VALUE=DATE:200", "URL:https://e.org/r/explainers/part-"]
            {
                let number = unfolded.split("\r\n").filter(|line| line.starts_with(property)).count();
                assert_eq!(number, unfolded.matches("BEGIN:VEVENT\r\n").count(), "{path}: {property}");
            }
        }
        each_once(&uids, folder);

        let data = paths(&run, |path| path.starts_with(folder) && path.ends_with(".json"));
        assert_eq!(data.len(), files, "{data:?}");
        let mut found = Vec::new();
        for path in &data {
            let json: serde_json::Value = serde_json::from_str(&run.page(path)).expect("JSON");
            for event in json["events"].as_array().expect("a list") {
                found.push(event["id"].as_str().expect("an id").to_owned());
                assert_eq!(event["topics"][0], "Sea");
            }
            let older = json["older"].as_str().map(|url| url.replace("https://e.org/r/", ""));
            assert!(older.is_none_or(|older| data.contains(&older)), "{path}: {:?}", json["older"]);
        }
        each_once(&found, folder);
    }
    // The calendar of the site has the latest; its data names the years.
    assert_eq!(run.page("timeline/events.ics").matches("BEGIN:VEVENT").count(), 300);
    let index: serde_json::Value = serde_json::from_str(&run.page("timeline/events.json")).expect("JSON");
    assert_eq!((&index["total"], &index["years"][1]["events"]), (&1300.into(), &1250.into()));
    let broken = crawl::broken(&tree(&site.root().join("public")), "https://e.org/r/");
    assert!(broken.is_empty(), "{broken:#?}");

    site.write("nutgraf.yaml", "title: T\ntimelines: {data: none}\n");
    site.write("content/explainers/links.md", "---\ntitle: Links\ntags: [other]\n---\n");
    let run = site.run_with(&["build"], &NOW).expect(0);
    assert_eq!(paths(&run, |path| path.contains("events.")), [""; 0]);
}

#[test]
fn an_event_that_every_page_tells_does_not_list_every_page_on_every_page() {
    let mut site = TempSite::new();
    for n in 0..400 {
        site = site.file(
            &format!("content/explainers/x{n}.md"),
            format!("---\ntitle: X{n}\ntags: [t{n}]\ntimeline: [{{id: e, date: 2020, event: All, people: [P{n}]}}]\n---\n"),
        );
    }
    let run = site.run(&["build"]).expect(0);
    for page in ["explainers/x7", "topics/t7", "people/p7", "timeline"] {
        let html = run.page(&format!("{page}/index.html"));
        assert!(html.len() < 8_000, "{page} weighs {} bytes", html.len());
    }
    assert_eq!(run.page("timeline/index.html").matches("class=\"event\"").count(), 1);
}

/// Whether a page is overdue is told by commands, never on the page.
#[test]
fn a_day_of_review_that_passes_changes_no_page() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\nreview: {every: 1 year, topics: never}\n")
        .file("content/explainers/x.md", "---\ntitle: X\ndate: 2024-01-01\ntags: [t]\n---\n\nText.\n")
        .file("content/people/p.md", "---\nname: P\nupdated: 2024-02\n---\n\nText.\n")
        .file("content/people/q.md", "---\nname: Q\nupdated: 2024-02\n---\n")
        .file("content/topics/t.md", "---\ntitle: T\nupdated: 2024-03-01\n---\n\nText.\n");
    let at = |time: &str| {
        site.run_with(&["build"], &[("SOURCE_DATE_EPOCH", time)]).expect(0);
        tree(&site.root().join("public"))
    };
    // 2024-06 and 2030.
    assert_eq!(at("1717200000"), at("1893456000"));
    let run = site.run_with(&["check"], &[("SOURCE_DATE_EPOCH", "1893456000")]).expect(0);
    run.assert(run.stderr.contains("on 2025-01-01, 1 year after its last change, as `review`"), "the reason");
    let shown = |page: &str| {
        let html = site.text(&format!("public/{page}/index.html"));
        (html.contains("Correct as of"), html.contains("Next review: <time"))
    };
    assert_eq!(shown("explainers/x"), (true, true));
    assert_eq!(shown("people/p"), (true, true));
    // Without a text there is nothing that could be out of date.
    assert_eq!(shown("people/q"), (false, false));
    assert_eq!(shown("topics/t"), (true, false));
}

#[test]
fn a_topic_with_many_explainers_names_those_that_changed_last() {
    let mut site = TempSite::new();
    for n in 1..=12 {
        let updated = if n % 2 == 0 { format!("updated: 2025-01-{:02}\n", 20 - n) } else { String::new() };
        site = site.file(
            &format!("content/explainers/x{n}.md"),
            format!("---\ntitle: X{n}\ndate: 2024-01-{n:02}\n{updated}tags: [t, u{}]\n---\n", n % 2),
        );
    }
    let run = site.run(&["build"]).expect(0);
    let html = run.page("topics/t/index.html");
    let part =
        html.split("id=\"part-changed\"").nth(1).and_then(|h| h.split("</section>").next()).unwrap_or("");
    let titles: Vec<&str> = part.split("/\">").skip(1).filter_map(|t| t.split('<').next()).collect();
    assert_eq!(titles, ["X2", "X4", "X6", "X8", "X10"]);
    run.assert(!run.page("topics/u0/index.html").contains("part-changed"), "six are seen at a glance");
}

#[test]
fn lists_and_reasons_say_what_they_were_asked() {
    let site = TempSite::new()
        .file(
            "content/explainers/a.md",
            "---\ntitle: A\ntags: [x, y]\ntimeline: [{date: 2020, event: E, people: [P]}]\n---\n",
        )
        .file(
            "content/explainers/b.md",
            "---\ntitle: B\ntags: [x]\ntimeline: [{date: 2021, event: F}]\n---\n",
        )
        .file("content/topics/x.md", "---\ntitle: x\nparent: z\nrelated: [y]\n---\n");
    let run = site.run(&["list", "events", "--topic", "x", "--person", "p"]).expect(0);
    assert_eq!(run.stdout, "2020  E  content/explainers/a.md\n");
    let run = site.run(&["why", "topics/x", "y"]).expect(0);
    assert_eq!(
        run.stdout,
        "x → y\n  named in `related`\n  1 explainer in common, of 2 and 1: 1.00\n  number 1 of the topics near /topics/x/\n"
    );
    let run = site.run(&["why", "z", "y"]).expect(0);
    run.assert(run.stdout.contains("1 explainer in common, of 2 and 1"), "what is below is counted");
    for (args, message) in [
        (&["list", "events", "--topic", "xx"][..], "there is no topic `xx`"),
        (&["list", "due", "--within", "soon"], "--within soon: not a length of time"),
        (&["list", "--person", "p"], "--person goes with `nutgraf list events`"),
        (&["why", "x", "nothing"], "there is no explainer `x`"),
    ] {
        let run = site.run(args).expect(2);
        run.assert(run.stderr.contains(message), message);
    }
}
