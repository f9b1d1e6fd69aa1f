//! Names and texts that nobody would choose, by the hundred: the site is built with every address in
//! its place, or refused with a finding that names the file. It never panics.

use crate::crawl;
use crate::dice::Dice;
use crate::site::{Run, TempSite, tree};
use nutgraf::diagnostics::{Diagnostics, Format, draw};
use nutgraf::document::Document;
use nutgraf::source::{Config, Kind, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;

/// What hostile names are made of.
const PARTS: &[&str] = &[
    "..",
    "/",
    "\\",
    "../../etc/passwd",
    "%2e%2e%2f",
    "%00",
    "%",
    "%zz",
    "CON",
    "nul.txt",
    "com1",
    "aux",
    "PRN",
    "lpt9.md",
    "C:",
    "ß",
    "ss",
    "SS",
    "\u{212A}",
    "k",
    "K",
    "İ",
    "i",
    "ı",
    "I",
    "ſ",
    "s",
    "Σ",
    "ς",
    "ﬃ",
    "ffi",
    "é",
    "e\u{301}",
    "Å",
    "\u{212B}",
    "ǰ",
    "\u{202E}",
    "\u{2066}",
    "\u{200D}",
    "\u{200B}",
    "\u{FEFF}",
    "\u{AD}",
    "\u{301}\u{301}\u{301}",
    "\u{0}",
    "\u{7}",
    "\u{1B}[31m",
    "\u{85}",
    "\u{2028}",
    "\n",
    "\t",
    "שלום",
    "مرحبا",
    "日本語",
    "कि",
    "กำ",
    "👩‍👩‍👧",
    "🇫🇷",
    "🏴‍☠️",
    ".",
    "...",
    "-",
    "--",
    "_",
    " ",
    "\u{A0}",
    "\u{3000}",
    "#",
    "?",
    "&",
    "=",
    "+",
    "++",
    "'",
    "\"",
    "<b>",
    "<script>",
    "]]",
    "[[",
    "|",
    "*",
    ":",
    ";",
    ",",
    "~",
    "$",
    "{{ x }}",
    "{slug}",
    "{%",
    "index",
    "page",
    "topics",
    "people",
    "static",
    "atom.xml",
    "404.html",
    "_redirects",
    "sitemap.xml",
    "page/1",
    "a",
    "b",
    "name",
    "Moon",
    "javascript:alert(1)",
    "//host/x",
    "mailto:x",
    "data:,x",
    "x.",
    "x ",
    " x",
    ".x",
    "null",
    "true",
    "~",
    "0x1F",
    "1e9",
    "\u{10FFFF}",
];

fn name(dice: &mut Dice) -> String {
    match dice.below(12) {
        0 => "x".repeat(1 + dice.below(290)),
        1 => "日".repeat(1 + dice.below(99)),
        2 => dice.pick(PARTS).repeat(1 + dice.below(12)),
        _ => (0..1 + dice.below(4)).map(|_| dice.pick(PARTS)).collect(),
    }
}

/// A text as a YAML scalar that means it.
fn quoted(text: &str) -> String {
    let mut yaml = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => yaml.extend(['\\', c]),
            '\u{FEFF}' | '\u{2028}' | '\u{2029}' | '\u{85}' => drop(write!(yaml, "\\u{:04x}", c as u32)),
            c if c.is_control() => drop(write!(yaml, "\\u{:04x}", c as u32)),
            c => yaml.push(c),
        }
    }
    yaml + "\""
}

/// All that holds for a site that was built.
#[track_caller]
fn is_sound(run: &Run, sources: &BTreeMap<String, Vec<u8>>) {
    let now = run.site().files();
    for (path, bytes) in &now {
        let ours = path.starts_with("public/") || path.starts_with(".public.nutgraf/");
        run.assert(ours || sources.get(path) == Some(bytes), &format!("{path:?} left alone"));
    }
    for path in sources.keys() {
        run.assert(now.contains_key(path), &format!("{path:?} left alone"));
    }
    let public = tree(&run.site().root().join("public"));
    let mut seen = BTreeMap::new();
    for path in public.keys() {
        let key: String = caseless::default_case_fold_str(&path.nfc().collect::<String>()).nfc().collect();
        let other = seen.insert(key, path);
        run.assert(other.is_none(), &format!("{path:?} and {other:?} apart on every system"));
        for part in path.split('/') {
            let stem = part.split('.').next().unwrap_or_default().to_lowercase();
            let device = ["con", "prn", "aux", "nul"].contains(&stem.as_str())
                || (stem.len() == 4
                    && (stem.starts_with("com") || stem.starts_with("lpt"))
                    && stem.ends_with(|c: char| ('1'..='9').contains(&c)));
            let fine = !device
                && part.len() <= 255
                && !part.is_empty()
                && !part.ends_with(['.', ' '])
                && !part.contains(|c: char| c.is_control() || "\\:*?\"<>|".contains(c));
            run.assert(fine, &format!("{path:?} possible on every system"));
        }
    }
    let broken = crawl::broken(&public, "/");
    run.assert(broken.is_empty(), &format!("no broken address\n{}", broken.join("\n")));
}

/// Builds a site; takes away the files that findings name until it is built, and checks the result.
/// Gives how many files were left.
fn settle(site: &TempSite, seed: u64) -> usize {
    let sources = |site: &TempSite| -> BTreeMap<String, Vec<u8>> {
        site.files()
            .into_iter()
            .filter(|(p, _)| !p.starts_with("public/") && !p.starts_with(".public.nutgraf/"))
            .collect()
    };
    for _ in 0..60 {
        let before = sources(site);
        let run = site.run(&["build", "--format", "json"]);
        run.assert(!run.stderr.contains("panicked"), &format!("no panic (seed {seed})"));
        if run.code == Some(0) {
            is_sound(&run, &before);
            return before.keys().filter(|path| path.starts_with("content/")).count();
        }
        run.assert(run.code == Some(1), &format!("a site that is built or refused (seed {seed})"));
        run.assert(!site.root().join("public").exists(), "nothing written");
        let mut blamed = BTreeSet::new();
        for line in run.stdout.lines() {
            let finding: serde_json::Value = serde_json::from_str(line).expect("JSON");
            if finding["severity"] == "error" {
                let path = finding["path"].as_str().unwrap_or_default().to_owned();
                run.assert(
                    before.contains_key(&path),
                    &format!("a file of the site in {line} (seed {seed})"),
                );
                blamed.insert(path);
            }
        }
        run.assert(!blamed.is_empty(), &format!("findings that say why (seed {seed})"));
        for path in blamed {
            std::fs::remove_file(site.root().join(path)).expect("removed");
        }
    }
    panic!("seed {seed}: not built although everything blamed was taken away");
}

#[test]
fn any_names_of_tags_and_people_are_built() {
    for seed in 0..6 {
        let dice = &mut Dice::new(100 + seed);
        let site = TempSite::new();
        let names: Vec<String> = (0..40).map(|_| quoted(&name(dice))).collect();
        for (number, four) in names.chunks(4).enumerate() {
            let list = four.join(", ");
            let single = &four[0];
            site.write(
                &format!("content/explainers/x{number}.md"),
                format!(
                    "---\ntitle: {single}\ndate: 2024-01-0{}\ntags: [{list}]\npeople: [{list}]\nauthors: [{single}]\nseries: {single}\n\
                     timeline: [{{date: 2024, event: {single}, people: [{list}]}}]\n---\n\nText.\n",
                    1 + number % 9
                ),
            );
        }
        let files = settle(&site, seed);
        // A control character in a title or an empty name may cost a file, but names as such do not.
        assert!(files >= 1, "seed {seed}: no file is left");
    }
}

#[test]
fn any_front_matter_of_people_and_topics_is_built_or_refused() {
    for seed in 0..4 {
        let dice = &mut Dice::new(200 + seed);
        let site =
            TempSite::new().file("content/explainers/e.md", "---\ntitle: E\ntags: [t]\npeople: [P]\n---\n");
        for number in 0..40 {
            let (one, other) = (quoted(&name(dice)), quoted(&name(dice)));
            let (folder, key) = if number % 2 == 0 { ("people", "name") } else { ("topics", "title") };
            let more = match dice.below(6) {
                0 => format!("slug: {other}\n"),
                1 => format!("aliases: [{other}]\n"),
                2 => format!("aliases: [\"/{}]\n", &other[1..]),
                3 => format!("url: {other}\n"),
                4 if folder == "topics" => format!("parent: {other}\n"),
                _ => format!("summary: {other}\n"),
            };
            site.write(
                &format!("content/{folder}/f{number}.md"),
                format!("---\n{key}: {one}\n{more}---\n\nText {number}.\n"),
            );
        }
        let left = settle(&site, seed);
        assert!(left >= 5, "seed {seed}: {left} of 41 files are left");
    }
}

#[test]
fn any_slugs_addresses_and_links_of_explainers_are_built_or_refused() {
    for seed in 0..4 {
        let dice = &mut Dice::new(300 + seed);
        let site = TempSite::new()
            .file("nutgraf.yaml", "title: T\nchecks: {broken-link: warning, broken-heading: warning}\n");
        for number in 0..40 {
            let value = quoted(&name(dice));
            let link = name(dice).replace(['\n', '\u{0}', '\u{7}', '\u{1B}', '\u{85}'], "");
            let more = match dice.below(5) {
                0 => format!("slug: {value}"),
                1 => format!("url: \"/{}", &value[1..]),
                2 => format!("aliases: [\"/{}]", &value[1..]),
                3 => format!("image: {value}"),
                _ => format!("related: [{value}]"),
            };
            site.write(
                &format!("content/explainers/f{number}.md"),
                format!("---\ntitle: F{number}\n{more}\n---\n\n[[{link}]] [l](<{link}>)\n\n## {link}\n"),
            );
        }
        let left = settle(&site, seed);
        assert!(left >= 5, "seed {seed}: {left} of 40 files are left");
    }
}

#[cfg(unix)]
#[test]
fn any_file_names_are_built_or_refused() {
    for seed in 0..4 {
        let dice = &mut Dice::new(400 + seed);
        let site = TempSite::new();
        for number in 0..40 {
            // A backslash in a name would be taken for a separator by the listing of this test.
            let mut name = name(dice).replace(['\0', '/', '\\'], "");
            while name.len() > 240 {
                name.pop();
            }
            if matches!(name.as_str(), "" | "." | "..") {
                continue;
            }
            let folder = dice.pick(&["explainers", "people", "topics", "pages", "explainers/sub", "files"]);
            let path = match number % 3 {
                0 if folder != "files" => format!("content/{folder}/{name}/index.md"),
                _ if folder != "files" => format!("content/{folder}/{name}.md"),
                _ => format!("content/{folder}/{name}"),
            };
            let at = site.root().join(&path);
            std::fs::create_dir_all(at.parent().expect("a folder")).expect("a folder can be made");
            if !at.exists() {
                site.write(&path, "Text without a front matter.\n");
            }
        }
        let left = settle(&site, seed);
        assert!(left >= 3, "seed {seed}: {left} of 40 files are left");
    }
}

/// Lines of front matters, of which a fuzzed one is put together.
const LINES: &[&str] = &[
    "title: X",
    "title: \"open",
    "title: A: B",
    "title: [a, b]",
    "title: {a: b}",
    "title: |\n  block",
    "title: >-\n  folded\n  text",
    "name: N",
    "tags: [a, b]",
    "tags: [a, [b, {c: d}]]",
    "tags:\n  - a\n  -\n  - b: c",
    "tags: [",
    "tags: *a",
    "tags: &a [x, *a]",
    "date: 2024-01-05",
    "date: 10-12-2024",
    "date: 2024-02-30",
    "date: 99999999-01-01",
    "date: -1",
    "date: 2024-01-05T25:61:61+99:99",
    "updated: 2024",
    "draft: ture",
    "draft: yes",
    "image: {src: ..}",
    "image:\n\tsrc: x",
    "timeline: [{date: 2024}]",
    "timeline:\n  - date: 2024\n    event: x\n    people: [a, [b]]",
    "timeline: {a: [b}",
    "sources: [{id: 日, url: 'x'}]",
    "sources: [a, 1, null]",
    "corrections: [{was: x}]",
    "review_every: 99999999999 years",
    "review_every: 0 days",
    "slug: ../x",
    "url: x",
    "aliases: [/a, b, '', 1]",
    "extra: {a: {b: [1, 2.5, null, ~]}}",
    "? complex\n: key",
    "<<: {a: b}",
    "!!tag x: y",
    "!binary |\n  aGVsbG8=",
    "%YAML 1.2",
    "---",
    "...",
    "\u{FEFF}title: x",
    "日本: 語",
    "👩‍👩‍👧: 👧",
    "\u{2028}",
    "# comment",
    "  indented: x",
    "- item",
    "key",
    ":",
    ": :",
    "''",
    "\"\\uD800\"",
    "\"\\xZZ\"",
    "'it''s'",
    "{}",
    "[]",
    "a: b: c: d",
    "parent: [x]",
    "roles: [{title: x, from: y}]",
    "links: {a: 'javascript:x'}",
    "facts: [{label: x}]",
    "publish_at: 2024-01-01 25:00",
    "expires: soon",
    "lang: '!!'",
    "template: ../../x",
    "noindex: maybe",
    "x: &a [&b [&c [*a, *b]]]",
    "\u{7F}",
    "key_points: [*, **a, '`']",
];

#[test]
fn fuzzed_front_matters_are_read_without_a_panic() {
    let config = Config::default();
    for seed in 0..500 {
        let dice = &mut Dice::new(seed);
        let mut text = String::from("---\n");
        for _ in 0..1 + dice.below(7) {
            text.push_str(dice.pick(LINES));
            text.push('\n');
        }
        text.push_str(dice.pick(&["---\n\nText.\n", "---", "...\n", "", "--- \nText\n---\n"]));
        for _ in 0..dice.below(4) {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let at = places[dice.below(places.len())];
            match dice.below(3) {
                0 => drop(text.remove(at)),
                1 => text.insert_str(at, dice.pick(PARTS)),
                _ => text.truncate(at),
            }
            if text.is_empty() {
                text.push('-');
            }
        }
        for kind in [Kind::Explainer, Kind::Person, Kind::Topic, Kind::Page] {
            let path = "content/explainers/x.md";
            let source = Source { path: path.into(), text: text.clone() };
            let read = || {
                let mut found = Diagnostics::default();
                let document = Document::parse(&source, kind, &config, &mut found);
                let _ = document.body(&source, &config);
                found.finish(|finding| config.level(finding));
                for format in [Format::Human, Format::Short, Format::Json, Format::Github] {
                    draw(&found, format, true, &|_| Some(source.text.clone()));
                }
                found
            };
            let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
            let Ok(found) = read else { panic!("seed {seed}, {kind:?}: a panic for {text:?}") };
            for place in
                found.iter().flat_map(|d| std::iter::once(&d.place).chain(d.further.iter().map(|(p, _)| p)))
            {
                let inside = place.span.is_none_or(|s| text.get(s.start as usize..s.end as usize).is_some());
                assert!(inside && &*place.path == path, "seed {seed}: {place:?} is outside of {text:?}");
            }
        }
    }
}

#[test]
fn fuzzed_settings_are_read_without_a_panic() {
    const KEYS: &[&str] = &[
        "title",
        "base_url",
        "paginate",
        "permalinks",
        "menu",
        "checks",
        "trust",
        "limits",
        "theme",
        "feeds",
        "time_zone",
        "language",
        "publisher",
        "extra",
        "related",
    ];
    const VALUES: &[&str] = &[
        "x",
        "[]",
        "{}",
        "[a, {b: c}]",
        "-1",
        "1e99",
        "{explainers: '/{slug}'}",
        "{explainers: '/{slug}/{x}/', topics: 1}",
        "[{title: a}]",
        "{broken-link: of}",
        "[\"[\", '**/**', '']",
        "https://e.org/%2e%2e/",
        "Mars/Base",
        "'\u{301}'",
        "{name: ../../x}",
        "true",
        "null",
        "99999999999999999999",
    ];
    for seed in 0..300 {
        let dice = &mut Dice::new(seed);
        let mut text = String::new();
        for _ in 0..1 + dice.below(6) {
            let _ = writeln!(text, "{}: {}", dice.pick(KEYS), dice.pick(VALUES));
        }
        let source = Source { path: "nutgraf.yaml".into(), text: text.clone() };
        let mut found = Diagnostics::default();
        let _ = Config::read(&source, &mut found);
        for d in found.iter() {
            let inside = d.place.span.is_none_or(|s| text.get(s.start as usize..s.end as usize).is_some());
            assert!(inside, "seed {seed}: {d:?} is outside of {text:?}");
        }
    }
}
