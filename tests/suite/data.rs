//! The archive as data: what is in it, what is not, and that its schema tells the truth about it.

use crate::crawl;
use crate::site::{TempSite, tree};
use boon::{Compiler, Draft, Schemas};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A site that has everything that a record can hold.
fn rich() -> TempSite {
    TempSite::new()
        .file("nutgraf.yaml", "title: T\ndescription: D\nbase_url: https://e.org/sub/\npublisher: {name: N, url: https://n.org/}\ndata: {licence: CC BY 4.0}\ntwins: [markdown, json]\n")
        .file("content/plan.png", "png")
        .file("content/sources.yaml", "- {id: shared, title: Shared, author: A, publisher: P, date: 2020, url: https://x.org/, archived: https://y.org/, accessed: 2021-01-01, type: report, status_note: Withdrawn, superseded_by: next}\n- {id: next, title: Next}\n")
        .file(
            "content/explainers/a.md",
            "---\ntitle: The \"first\"\nsummary: S\ndate: 2024-01-05\nupdated: 2024-02\nreview_by: 2030\nlang: en-GB\ntags: [t, hidden]\npeople: [Ada]\nauthors: [Bo Li]\n\
             key_points: [\"*K*\"]\nseries: R\nrelated: [b]\naliases: [/old/, First of all]\nimage: {src: /plan.png, alt: A, caption: C, credit: D}\n\
             sources: [{id: s, title: S, author: A, publisher: P, date: 2020, url: https://x.org/, archived: https://y.org/, accessed: 2021-01-01, type: report, status: retracted, status_note: O, superseded_by: next}, {title: X}]\n\
             timeline: [{id: e, date: 1953-02, until: 1954, event: Flood, detail: D, kind: law, major: true, people: [Ada], source: s}]\n\
             corrections: [{date: 2024-03-01, was: w, now: n, note: o}]\nextra: {k: kept-for-templates}\n---\n\nTo [[B]] and [[Ada]].[^1] Bo Li.[@shared, p. 4; @s] <!-- private -->\n\n> Said.\n>\n> -- Cy Ng, Bath, 3 May 1843 [@next]\n\n> Said too.\n>\n> -- Unknown Person\n\n[//]: # (private)\n\n[^1]: N.\n",
        )
        .file(
            "content/explainers/b.md",
            "---\ntitle: B\ndate: 2024-01-06\nclosed: 2024-02-01\ntags: [u]\ntimeline: [{id: e, date: 1953-02, event: The flood}]\n---\n\nText.\n",
        )
        .file(
            "content/explainers/no.md",
            "---\ntitle: Unlisted\nnoindex: true\ntags: [t]\nsources: [{title: Unlisted source}]\ntimeline: [{date: 1960, event: Unlisted event}, {id: e, date: 1953-02, event: x}]\ncorrections: [{note: Unlisted note}]\n---\n\n[[B]]\n",
        )
        .file("content/explainers/draft.md", "---\ntitle: Unlisted draft\ndraft: true\ntags: [t]\n---\n")
        .file("content/pages/about.md", "---\ntitle: About\ntimeline: [{date: 1970, event: Opened}]\n---\n\n[[Unlisted|that]] [a](../explainers/a.md) [@next]\n\n> Said on a page.\n>\n> -- Ada\n")
        .file(
            "content/people/ada.md",
            "---\nname: Ada\nsummary: S\nnative_name: Äda\nsort_name: A\naliases: [Countess]\nroles: [{title: T, org: O, from: 1842, to: 1843}]\nborn: 1815\ndied: 1852\nlinks: {website: https://a.org/}\nfacts: [{label: L, value: V, source: s}]\ntimeline: [{date: 1971, event: Left}]\n---\n\nText on [[B]]. [@next]\n\n> Said of her.\n>\n> -- Bo Li\n",
        )
        .file("content/people/cy.md", "---\nname: Cy Ng\n---\n\nText.\n")
        .file("content/topics/t.md", "---\ntitle: T\nparent: above\nrelated: [u]\naliases: [tee]\nfacts: [{label: L, value: V}]\ntimeline: [{date: 1972, event: Named}]\n---\n\nText. [@next]\n\n> Said on it.\n>\n> -- Ada\n")
        .file("content/topics/hidden.md", "---\ntitle: hidden\nnoindex: true\n---\n\nText.\n")
}

/// The JSON files of the data and the twins, by path.
fn files(site: &TempSite) -> BTreeMap<String, Value> {
    let made = tree(&site.root().join("public"));
    let is_ours = |path: &str| {
        let of_data = path.starts_with("data/") && path != "data/schema.json";
        of_data || path.ends_with("/index.json") || path == "index.json" || path.ends_with(".html.json")
    };
    let ours = made.iter().filter(|(path, _)| is_ours(path));
    ours.map(|(path, bytes)| (path.clone(), serde_json::from_slice(bytes).expect(path))).collect()
}

fn schema() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/page/data/schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON")
}

/// Fails where a file of a finished site does not fit the schema that was published with it.
#[track_caller]
fn check_valid(site: &TempSite) {
    let schema: Value = serde_json::from_str(&site.text("public/data/schema.json")).expect("JSON");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.set_default_draft(Draft::V2020_12);
    compiler.add_resource("schema.json", schema).expect("a resource");
    let index = compiler.compile("schema.json", &mut schemas).expect("a valid schema");
    for (path, json) in files(site) {
        if let Err(error) = schemas.validate(&json, index) {
            panic!("{path}: {error:#}\n{json:#}");
        }
    }
}

fn records<'a>(files: &'a BTreeMap<String, Value>, path: &str) -> &'a Vec<Value> {
    files.get(path).and_then(|f| f["records"].as_array()).unwrap_or_else(|| panic!("no records in {path}"))
}

fn names(list: &[Value], field: &str) -> Vec<String> {
    list.iter().map(|record| record[field].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_data_is_what_its_schema_says_and_the_schema_says_nothing_else() {
    let site = rich();
    site.run(&["build"]).expect(0);
    check_valid(&site);
    let files = files(&site);
    // Which fields stand in which records: what the schema has besides would be told and never found.
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<(&str, &Value)> = Vec::new();
    for (path, json) in &files {
        match json["kind"].as_str().expect("a kind") {
            "index" => open.push(("index", json)),
            kind if path.starts_with("data/") => {
                let one = match kind {
                    "people" => "person",
                    kind => kind.trim_end_matches('s'),
                };
                open.extend(records(&files, path).iter().map(|record| (one, record)));
                open.push((kind, json));
            }
            _ => open.push(("twin", json)),
        }
    }
    let schema = schema();
    while let Some((name, value)) = open.pop() {
        for (field, value) in value.as_object().expect("a record") {
            let property = &schema["$defs"][name]["properties"][field];
            if property.is_null() {
                continue; // The fields of its record, in a twin.
            }
            found.insert(format!("{name}.{field}"));
            let inner = property["$ref"].as_str().or(property["items"]["$ref"].as_str());
            if let Some(inner) = inner.and_then(|r| r.strip_prefix("#/$defs/")).filter(|r| *r != "date") {
                let one = std::slice::from_ref(value);
                let items = value.as_array().map_or(one, Vec::as_slice);
                open.extend(items.iter().filter(|item| item.is_object()).map(|item| (inner, item)));
            }
            for (name, value) in
                property["properties"].as_object().into_iter().flatten().filter_map(|(name, p)| {
                    Some((p["$ref"].as_str()?.strip_prefix("#/$defs/")?, &value[name]))
                })
            {
                open.push((name, value));
            }
        }
    }
    let told: BTreeSet<String> = schema["$defs"]
        .as_object()
        .expect("definitions")
        .iter()
        .flat_map(|(name, definition)| {
            definition["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .map(move |(f, _)| format!("{name}.{f}"))
        })
        .collect();
    let absent: Vec<&String> =
        told.difference(&found).filter(|field| !UNUSUAL.contains(&field.as_str())).collect();
    assert!(absent.is_empty(), "the schema tells of fields that no record has: {absent:#?}");
}

/// What every file can have, and what the files of [`rich`] do not show again for each kind.
const UNUSUAL: &[&str] = &[
    "page.aliases",
    "page.closed",
    "page.date",
    "page.image",
    "page.old_addresses",
    "page.review_by",
    "page.summary",
    "page.updated",
    "person.closed",
    "person.date",
    "person.image",
    "person.old_addresses",
    "person.review_by",
    "person.updated",
    "topic.closed",
    "topic.date",
    "topic.image",
    "topic.links_to",
    "topic.old_addresses",
    "topic.review_by",
    "topic.updated",
];

#[test]
fn the_manual_has_the_fields_of_the_schema() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/docs/content/explainers/archive-as-data.md"
    ))
    .expect("a chapter");
    let schema = schema();
    let tables = text.split("\n## Fields\n").nth(1).expect("a part with tables");
    let mut parts = tables.split("\n## ").skip(1);
    for name in [
        "explainer",
        "person",
        "topic",
        "page",
        "source",
        "event",
        "correction",
        "quote",
        "shared_source",
        "reference",
        "role",
        "image",
        "fact",
        "twins",
        "index",
        "file_set",
        "file",
        "twin",
    ] {
        let part = parts.next().unwrap_or_else(|| panic!("no table of {name}"));
        let rows: Vec<(String, String)> = part
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"))
            .filter_map(|row| {
                let mut cells = row.split(" | ");
                Some((cells.next()?.trim_end_matches('`').to_owned(), cells.nth(1)?.to_owned()))
            })
            .collect();
        let properties = schema["$defs"][name]["properties"].as_object().expect(name);
        let told: Vec<(String, String)> = properties
            .iter()
            .map(|(field, property)| {
                (field.clone(), property["description"].as_str().expect(field).to_owned())
            })
            .collect();
        assert_eq!(rows, told, "the table of {name}");
    }
    assert_eq!(parts.next(), None, "a table of nothing");
}

#[test]
fn what_is_kept_from_search_engines_is_kept_out_of_the_data() {
    for args in [&["build"][..], &["build", "--drafts"]] {
        let site = rich();
        let run = site.run(args).expect(0);
        let public = tree(&site.root().join("public"));
        let ours = |path: &str| {
            path.starts_with("data/")
                || path.ends_with(".md")
                || path == "llms.txt"
                || path.ends_with("index.json")
        };
        for (path, bytes) in public.iter().filter(|(path, _)| ours(path)) {
            let text = String::from_utf8_lossy(bytes);
            run.assert(!text.contains("Unlisted"), &format!("nothing of it in {path}:\n{text}"));
            run.assert(!text.contains("private") && !text.contains("kept-for-templates"), path);
        }
        for path in ["explainers/no/index.md", "explainers/no/index.json", "explainers/draft/index.md"] {
            run.assert(!public.contains_key(path), path);
        }
        let files = files(&site);
        let hidden = &records(&files, "data/explainers-1.json")[0]["topics"][1];
        assert_eq!(hidden.to_string(), r#"{"label":"hidden"}"#);
        assert_eq!(names(records(&files, "data/explainers-1.json"), "title"), ["The \"first\"", "B"]);
        assert_eq!(names(records(&files, "data/events-1.json"), "event"), ["The flood"]);
        check_valid(&site);
    }
}

#[test]
fn every_address_in_data_and_twins_leads_somewhere() {
    for base in ["https://e.org/sub/", "https://e.org/"] {
        let site = rich();
        let run = site.run(&["build", "--base-url", base]).expect(0);
        let broken = crawl::broken(&tree(&site.root().join("public")), base);
        run.assert(broken.is_empty(), &format!("all addresses fine:\n{}", broken.join("\n")));
        for file in files(&site).values() {
            for record in file["records"].as_array().into_iter().flatten().filter(|r| r["kind"].is_string()) {
                let Some(url) = record["url"].as_str() else { continue };
                assert!(
                    url.starts_with(base) && url.ends_with(record["id"].as_str().unwrap_or_default()),
                    "{url}"
                );
            }
        }
    }
}

#[test]
fn without_base_url_the_data_has_paths() {
    let site = rich().file("nutgraf.yaml", "title: T\ntwins: json\n");
    let run = site.run(&["build"]).expect(0);
    check_valid(&site);
    let index: Value = serde_json::from_str(&run.page("data/index.json")).expect("JSON");
    assert_eq!(index["sets"]["people"]["files"][0]["url"], "/data/people-1.json");
    run.assert(run.page("llms.txt").contains("(/explainers/a/): 2024-03-01. S\n"), "paths in llms.txt");
    let twin: Value = serde_json::from_str(&run.page("explainers/a/index.json")).expect("JSON");
    run.assert(
        twin["html"].as_str().is_some_and(|html| html.contains("href=\"/explainers/b/\"")),
        "paths in the text",
    );
    assert_eq!(
        twin["text"],
        "To B and Ada.[a] Bo Li.[1 superseded, p. 4; 2 retracted]\n\nSaid.\n\n— Cy Ng, Bath, 3 May 1843[3]\n\nSaid too.\n\n— Unknown Person\n\nN.\n"
    );
    run.assert(!site.root().join("public/explainers/a/index.md").exists(), "one form alone");
}

#[test]
fn each_part_can_be_turned_off_or_replaced() {
    let site =
        rich().file("nutgraf.yaml", "title: T\nbase_url: https://e.org/\ndata: false\nllms_txt: false\n");
    let run = site.run(&["build"]).expect(0);
    let made = |path: &str| site.root().join("public").join(path).exists();
    run.assert(!made("data") && !made("llms.txt") && !made("explainers/a/index.json"), "nothing of it");
    for (path, bytes) in tree(&site.root().join("public")) {
        run.assert(
            !String::from_utf8_lossy(&bytes).contains("data/index.json"),
            &format!("no link to it in {path}"),
        );
    }
    let site = rich()
        .file("nutgraf.yaml", "title: T\n")
        .file("content/data/index.json", "{\"mine\": 1}")
        .file("content/llms.txt", "Mine");
    let run = site.run(&["build"]).expect(0);
    assert_eq!(
        (run.page("data/index.json").as_str(), run.page("llms.txt").as_str()),
        ("{\"mine\": 1}", "Mine")
    );
    run.assert(!site.root().join("public/data/schema.json").exists(), "none of our files beside it");
    let site = rich().file("nutgraf.yaml", "title: T\ntwins: [jsno]\n");
    site.run(&["build"]).expect(1).complains("did you mean `json`?");
}

#[test]
fn a_page_names_its_twins() {
    let site = rich();
    let run = site.run(&["build"]).expect(0);
    for page in ["explainers/a", "people/ada", "topics/t", "about"] {
        let html = run.page(&format!("{page}/index.html"));
        for (form, ending) in [("text/markdown", "md"), ("application/json", "json")] {
            let address = format!("href=\"/sub/{page}/index.{ending}\"");
            run.assert(html.contains(&format!("<link rel=\"alternate\" type=\"{form}\"")), page);
            assert_eq!(html.matches(&address).count(), 2, "{address} in\n{html}");
        }
    }
    run.assert(!run.page("explainers/no/index.html").contains("index.md"), "none for what has none");
}

/// An archive of explainers that say a lot.
fn large(number: usize, weight: usize) -> TempSite {
    let mut site = TempSite::new().file("nutgraf.yaml", "title: T\nlimits: {front_matter: 2000000}\n");
    for n in 0..number {
        site = site.file(
            &format!("content/explainers/x{n:04}.md"),
            format!(
                "---\ntitle: Number {n}\ndate: {}-{:02}-{:02}\ntags: [t{}]\npeople: [P{n}]\nsummary: {}\nsources: [{{title: s}}]\n---\n\nText.\n",
                1900 + n / 336,
                1 + n % 336 / 28,
                1 + n % 28,
                n % 7,
                "x".repeat(weight)
            ),
        );
    }
    site
}

#[test]
fn a_new_explainer_and_an_edit_change_few_files() {
    let site = large(450, 1);
    let data = || -> BTreeMap<String, Vec<u8>> {
        site.run(&["build"]).expect(0);
        let made = tree(&site.root().join("public"));
        made.into_iter().filter(|(path, _)| path.starts_with("data/")).collect()
    };
    let changed = |before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>| -> Vec<String> {
        let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        paths.into_iter().filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
    };
    let first = data();
    assert!(first.contains_key("data/explainers-3.json") && first.contains_key("data/people-3.json"));
    site.write(
        "content/explainers/a-new-one.md",
        "---\ntitle: New\ndate: 2001-01-01\ntags: [t1]\npeople: [Aaron]\nsources: [{title: s}]\n---\n\nText.\n",
    );
    let second = data();
    assert_eq!(
        changed(&first, &second),
        [
            "data/explainers-3.json",
            "data/index.json",
            "data/people-3.json",
            "data/sources-3.json",
            "data/topics-1.json"
        ]
    );
    site.write(
        "content/explainers/x0001.md",
        "---\ntitle: Number 1\ndate: 1900-01-02\ntags: [t1]\npeople: [P1]\nsources: [{title: s}, {title: another}]\n---\n\nText.\n",
    );
    assert_eq!(
        changed(&second, &data()),
        ["data/explainers-1.json", "data/index.json", "data/sources-1.json"]
    );
}

#[test]
fn files_that_would_be_too_large_are_split() {
    let site = large(201, 7000).file(
        "content/explainers/z.md",
        format!(
            "---\ntitle: Giant\ndate: 2002\ntags: [t]\nsummary: {}\n---\n\nText.\n",
            "y".repeat(1_200_000)
        ),
    );
    site.run(&["build"]).expect(0);
    check_valid(&site);
    let files = files(&site);
    let explainers: Vec<(&str, usize)> = files
        .iter()
        .filter(|(path, _)| path.starts_with("data/explainers"))
        .map(|(path, json)| (path.as_str(), json["records"].as_array().map_or(0, Vec::len)))
        .collect();
    assert_eq!(
        explainers,
        [
            ("data/explainers-1-2.json", 64),
            ("data/explainers-1.json", 136),
            ("data/explainers-2-2.json", 1),
            ("data/explainers-2.json", 1)
        ]
    );
    let set = &files["data/index.json"]["sets"]["explainers"];
    assert_eq!(set["count"], 202);
    for file in set["files"].as_array().expect("files") {
        let path = file["url"].as_str().expect("an address").trim_start_matches('/');
        let bytes = site.text(&format!("public/{path}")).len();
        assert_eq!(file["bytes"], bytes, "{path}");
        assert!(bytes <= 1_000_000 || file["count"] == 1, "{path}: {bytes}");
        assert_eq!(file["count"], records(&files, path).len(), "{path}");
    }
}

#[test]
fn the_front_matter_of_a_twin_is_its_record() {
    let site = rich();
    let run = site.run(&["build"]).expect(0);
    for page in ["explainers/a", "people/ada", "topics/t", "about"] {
        let text = run.page(&format!("{page}/index.md"));
        let json: Value = serde_json::from_str(&run.page(&format!("{page}/index.json"))).expect("JSON");
        let matter =
            text.strip_prefix("---\n").and_then(|t| t.split_once("\n---\n")).expect("a front matter").0;
        let mut lines = matter.lines().peekable();
        let mut fields = serde_json::Map::new();
        while let Some(line) = lines.next() {
            let (key, value) = line.split_once(':').expect("a key");
            let parse =
                |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|e| panic!("{e}: {text}"));
            let value = match value.trim() {
                "" => std::iter::from_fn(|| lines.next_if(|l| l.starts_with("  - ")).map(|l| parse(&l[4..])))
                    .collect(),
                value => parse(value),
            };
            fields.insert(key.to_owned(), value);
        }
        for (key, value) in json.as_object().expect("fields") {
            if !["$schema", "html", "text", "newest"].contains(&key.as_str()) {
                assert_eq!(fields.get(key), Some(value), "{key} of {page}");
            }
        }
    }
    let text = run.page("explainers/a/index.md");
    run.assert(
        text.contains(
            "\nTo [B](https://e.org/sub/explainers/b/) and [Ada](https://e.org/sub/people/ada/).[^1] Bo Li.[@shared, p. 4; @s] \n",
        ),
        &text,
    );
    let topic = run.page("topics/t/index.md");
    run.assert(
        topic
            .ends_with("\n> -- Ada\n\n## Explainers\n\n- [The \"first\"](https://e.org/sub/explainers/a/)\n"),
        &topic,
    );
}

#[test]
fn the_guide_is_short_however_large_the_archive_is() {
    let mut site = large(120, 2000).file(
        "content/explainers/most.md",
        "---\ntitle: Most [linked]\ndate: 1890\ntags: [t]\n---\n\nText.\n",
    );
    site = site.file(
        "content/explainers/linking.md",
        "---\ntitle: Linking\ndate: 1891\ntags: [t]\n---\n\n[a](most.md)\n",
    );
    let run = site.run(&["build"]).expect(0);
    let text = run.page("llms.txt");
    assert!(text.len() < 30_000, "{} bytes", text.len());
    assert!(text.starts_with("# T\n"), "{text}");
    let part = |title: &str| {
        let from = text.find(&format!("\n## {title}\n")).unwrap_or_else(|| panic!("{title} in\n{text}"));
        text[from + 4..].split("\n## ").next().unwrap_or_default().to_owned()
    };
    assert_eq!(part("Latest explainers").matches("\n- [").count(), 30);
    let linked = part("Explainers that most others link to");
    assert!(linked.contains("- [Most \\[linked\\]](/explainers/most/): 1890. Text.\n"), "{linked}");
    assert_eq!(linked.matches("\n- [").count(), 1);
}
