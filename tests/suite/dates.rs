//! Dates without time zones, embargoes with one, and values that stay as they were typed.

use crate::site::TempSite;

/// 23 November 2026, 12:00 UTC.
const NOON: (&str, &str) = ("SOURCE_DATE_EPOCH", "1795435200");

#[test]
fn a_day_is_the_same_day_in_every_time_zone() {
    let site = TempSite::new()
        .file(
            "nutgraf.yaml",
            "title: T\nbase_url: https://e.org/\npermalinks: {explainers: \"/{year}/{month}/{day}/{slug}/\"}\n",
        )
        .file("content/explainers/x.md", "---\ntitle: X\ndate: 2024-01-05\n---\n\nText.\n");
    let mut outputs = Vec::new();
    for zone in ["Pacific/Kiritimati", "UTC", "Pacific/Niue"] {
        let run = site.run_with(&["build", "--strict"], &[("TZ", zone)]).expect(0);
        run.assert(run.page("2024/01/05/x/index.html").contains("5 January 2024"), zone);
        run.assert(run.page("atom.xml").contains("2024-01-05"), "the day in the feed");
        outputs.push(site.files());
    }
    assert!(outputs.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn todays_article_is_out_and_later_ones_are_announced() {
    let site = TempSite::new()
        .file("nutgraf.yaml", "title: T\ntime_zone: Pacific/Auckland\n")
        .file("content/explainers/today.md", "---\ntitle: Today\ndate: 2026-11-24\n---\n")
        .file("content/explainers/tonight.md", "---\ntitle: Tonight\npublish_at: 2026-11-24 18:00\n---\n")
        .file("content/explainers/dated.md", "---\ntitle: Dated ahead\ndate: 2026-12-01\n---\n")
        .file("content/explainers/leap.md", "---\ntitle: Leap\ndate: 2024-02-29\nexpires: 2027-01-01\n---\n")
        .file("content/explainers/over.md", "---\ntitle: Over\nexpires: 2026-11-01\n---\n");
    let run = site.run_with(&["build", "--strict"], &[NOON]).expect(0);
    for (path, there) in
        [("today", true), ("tonight", false), ("dated", false), ("leap", true), ("over", false)]
    {
        let exists = site.root().join(format!("public/explainers/{path}/index.html")).exists();
        run.assert(exists == there, path);
    }
    let run = run.complains("next change due 2026-11-24T18:00+13:00 (2 scheduled, 1 to expire)");
    run.complains("2 scheduled, 1 expired").assert(true, "");
    let list = site.run_with(&["list", "--skipped"], &[NOON]).expect(0);
    for line in [
        "tonight.md  scheduled  appears 2026-11-24T18:00+13:00",
        "dated.md  scheduled  appears 2026-12-01T00:00+13:00",
        "over.md  expired",
    ] {
        list.assert(list.stdout.contains(line), line);
    }
    let rows = site.run_with(&["list", "--json"], &[NOON]).expect(0);
    for part in [
        "\"state\":\"scheduled\",\"reason\":\"appears 2026-11-24T18:00+13:00\",\"at\":\"2026-11-24T18:00+13:00\"",
        "\"expires\":\"2027-01-01T00:00+13:00\"",
    ] {
        rows.assert(rows.stdout.contains(part), part);
    }
    // Once its time has come it is there.
    let later = ("SOURCE_DATE_EPOCH", "1795496400");
    site.run_with(&["build"], &[later]).expect(0);
    assert!(site.root().join("public/explainers/tonight/index.html").exists());
}

#[test]
fn the_usual_ways_to_write_a_date_are_read() {
    for date in [
        "2024-01-05",
        "\"2024-01-05\"",
        "2024-01-05 09:00",
        "2024-01-05T09:00:00+0000",
        "2024-01-05T09:00:00+13:00",
        "2024-01-05T09:00:00Z",
    ] {
        let site =
            TempSite::new().file("content/explainers/x.md", format!("---\ntitle: X\ndate: {date}\n---\n"));
        let run = site.run(&["build", "--strict"]).expect(0);
        run.assert(run.page("explainers/x/index.html").contains("5 January 2024"), date);
    }
    let site = TempSite::new()
        .file("content/explainers/x.md", "---\ntitle: X\ndate: 10-12-2024\n---\n")
        .file("content/explainers/y.md", "---\ntitle: Y\ndate: 2024-02-30\n---\n");
    let run = site.run(&["build"]).expect(1).complains("content/explainers/x.md:3:7").complains("2024-12-10");
    run.complains("2024-10-12").complains("content/explainers/y.md:3:7").assert(true, "");
}

#[test]
fn partial_dates_are_dates() {
    let timeline = "timeline:\n  - {date: 2023, event: A year}\n  - {date: 2023-06, event: A month}\n  - {date: 2023-06-17, event: A day}\n";
    let site = TempSite::new()
        .file("content/explainers/x.md", format!("---\ntitle: X\ndate: 2024-01\n{timeline}---\n"));
    let run = site.run(&["build", "--strict"]).expect(0);
    let page = run.page("timeline/index.html");
    for text in [
        "<time datetime=\"2023\">2023</time>",
        "<time datetime=\"2023-06\">June 2023</time>",
        "<time datetime=\"2023-06-17\">17 June 2023</time>",
    ] {
        run.assert(page.contains(text), text);
    }
    assert!(page.find("A year") < page.find("A month") && page.find("A month") < page.find("A day"));
}

#[test]
fn values_stay_as_they_were_typed() {
    let site = TempSite::new()
        .file(
            "content/explainers/x.md",
            "---\ntitle: 1984\ntags: [NO, yes, on, 2024, 1.10, 0x1F, 007, 1e3, null, ~, true, 12:30, '']\n---\n\nText.\n",
        )
        .file("content/explainers/y.md", "---\ntitle: 3.10\ntags: [1.10]\nextra: {version: 1.10}\n---\n");
    let run = site.run(&["build"]).expect(0).complains("empty-item");
    run.assert(run.page("explainers/x/index.html").contains("<h1>1984</h1>"), "the title 1984");
    run.assert(run.page("explainers/y/index.html").contains("<h1>3.10</h1>"), "the title 3.10");
    let list = run.page("topics/index.html");
    for tag in ["NO", "yes", "on", "2024", "1.10", "0x1F", "007", "1e3", "null", "~", "true", "12:30"] {
        run.assert(list.contains(&format!(">{tag}</a>")), tag);
    }
}

#[test]
fn each_explainer_tells_a_shared_event_in_its_own_words_with_its_own_source() {
    let front = |words: &str, sources: &str| {
        format!(
            "---\ntitle: {words}\nsources: [{sources}]\ntimeline:\n  - {{id: e, date: 2023-06, event: {words}, source: s}}\n---\n"
        )
    };
    let site = TempSite::new()
        .file("content/explainers/a.md", front("First", "{id: s, title: S}"))
        .file("content/explainers/b.md", front("Second", "{title: R}, {id: s, title: S}"));
    let run = site.run(&["build", "--strict"]).expect(0);
    let own = |page: &str| {
        let html = run.page(&format!("explainers/{page}/index.html"));
        html[html.find("id=\"part-timeline\"").expect("a timeline")..].to_owned()
    };
    for (page, words, source) in [("a", "First", "#source-1"), ("b", "Second", "#source-2")] {
        let timeline = own(page);
        let event = &timeline[..timeline.find("</section>").expect("its end")];
        assert!(event.contains(&format!("<p class=\"event\">{words}")), "{event}");
        assert!(event.contains(&format!("href=\"{source}\"")), "{event}");
        assert!(!event.contains(">From "), "{event}");
    }
    let all = run.page("timeline/index.html");
    run.assert(all.matches("class=\"event\"").count() == 1, "it is listed once");
    run.assert(all.contains("Second") && all.contains("/explainers/b/#source-2"), "in the fuller wording");
}

#[test]
fn people_have_the_role_of_the_day_and_else_the_one_before_with_its_years() {
    let person = "---\nname: Ada\nroles:\n  - {title: Clerk, from: 2001, to: 2003}\n  - {title: Judge, from: 2005, to: 2009}\n---\n";
    let dated = |day: &str| format!("---\ntitle: On {day}\ndate: {day}\npeople: [Ada]\n---\n");
    let site = TempSite::new()
        .file("content/people/ada.md", person)
        .file("content/explainers/before.md", dated("2000-01-01"))
        .file("content/explainers/then.md", dated("2002-06-01"))
        .file("content/explainers/between.md", dated("2004-06-01"))
        .file("content/explainers/after.md", dated("2012-06-01"));
    let run = site.run(&["build", "--strict"]).expect(0);
    for (page, role) in [
        ("before", ""),
        ("then", ", Clerk"),
        ("between", ", Clerk, 2001–2003"),
        ("after", ", Judge, 2005–2009"),
    ] {
        let html = run.page(&format!("explainers/{page}/index.html"));
        let shown =
            html.split(">Ada</a>").nth(1).and_then(|rest| rest.split("</li>").next()).expect("a person");
        let shown = shown.replace("<span class=\"meta\">", "").replace("</span>", "");
        assert_eq!(shown, role, "{page}");
    }
    run.assert(run.page("people/index.html").contains("Judge, 2005–2009"), "in lists the last one");
}
