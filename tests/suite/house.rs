//! What the manual, the map and the manifest say is what the program has: neither less nor more.

use crate::site::{TempSite, tree};
use nutgraf::archive::SECTION_IDS;
use nutgraf::diagnostics::Finding;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn read(path: &str) -> String {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&full).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn texts(folder: &str) -> BTreeMap<String, String> {
    tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .into_iter()
        .filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?)))
        .collect()
}

fn chapter(name: &str) -> String {
    read(&format!("docs/content/explainers/{name}.md"))
}

#[test]
fn the_manual_has_one_entry_for_each_finding_and_no_other() {
    let text = chapter("findings");
    let entries: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let known: BTreeSet<&str> = Finding::ALL.iter().map(|finding| finding.name()).collect();
    assert_eq!(known.len(), Finding::ALL.len(), "two findings have one name");
    // A name of several words with a hyphen, or one of the known: an entry; `Set a level` is none.
    let entries: Vec<&str> = entries.into_iter().filter(|e| known.contains(e) || !e.contains(' ')).collect();
    let times = |name: &str| entries.iter().filter(|entry| **entry == name).count();
    let missing: Vec<_> = known.iter().filter(|name| times(name) != 1).collect();
    let strange: Vec<_> = entries.iter().filter(|entry| !known.contains(*entry)).collect();
    assert!(
        missing.is_empty() && strange.is_empty(),
        "without one entry: {missing:?}; of no finding: {strange:?}"
    );
}

/// The level that the manual states in an entry is the one that a finding has.
#[test]
fn the_manual_states_the_level_of_each_finding() {
    let text = chapter("findings");
    for finding in Finding::ALL {
        let start = text.find(&format!("\n## {}\n", finding.name())).expect("an entry") + 4;
        let entry = &text[start..];
        let entry = &entry[..entry.find("\n## ").unwrap_or(entry.len())];
        let level = finding.level().name();
        let stated = entry.lines().take(6).any(|line| line.to_lowercase().contains(level));
        assert!(stated, "{} is of level {level}, its entry begins\n{entry}", finding.name());
    }
}

#[test]
fn the_reference_of_views_names_the_fields_that_views_have() {
    let reference = chapter("views");
    let code = read("src/page/view.rs");
    let mut fields = BTreeMap::new();
    let (mut open, mut renamed) = ("", None);
    for line in code.lines() {
        if let Some(rest) = line.strip_prefix("pub struct ") {
            open = rest.split([' ', '(', '<']).next().unwrap_or_default();
            fields.insert(open, BTreeSet::new());
        } else if let Some(rest) = line.strip_prefix("    pub ")
            && let Some((name, _)) = rest.split_once(':')
            && let Some(list) = fields.get_mut(open)
            && !name.contains(['(', ' '])
        {
            list.insert(renamed.take().unwrap_or(name));
        } else if let Some(name) = line.trim().strip_prefix("#[serde(rename = \"") {
            renamed = name.split('"').next();
        } else if line == "}" {
            open = "";
        }
    }
    let mut wrong = Vec::new();
    for (heading, name) in [
        ("site", "Site"),
        ("Lists of the site", "SiteLists"),
        ("head", "Head"),
        ("explainer.html", "ExplainerView"),
        ("person.html", "PersonView"),
        ("topic.html", "TopicView"),
        ("front.html", "FrontView"),
        ("page.html", "PageView"),
        ("explainers.html", "ListView"),
        ("people.html", "PeopleView"),
        ("topics.html", "TopicsView"),
        ("timeline.html", "TimelineView"),
        ("source.html", "SourcePageView"),
        ("sources.html", "SourcesView"),
        ("namesakes.html", "NamesakesView"),
        ("search.html", "SearchView"),
        ("not_found.html", "NotFoundView"),
        ("redirect.html", "RedirectView"),
        ("corrections.html", "CorrectionsView"),
        ("A quote", "QuoteView"),
        ("A date", "DateView"),
        ("A link", "Link"),
        ("A counted link", "CountedLink"),
        ("A card", "Card"),
        ("A listing", "Listing"),
        ("A pagination", "Pagination"),
        ("A page number", "PageNumber"),
        ("A contents entry", "ContentsEntry"),
        ("An image", "ImageView"),
        ("A person", "PersonLink"),
        ("A namesake", "NamesakeView"),
        ("A source", "SourceView"),
        ("A group of sources", "SourceGroup"),
        ("A citing page", "CitingView"),
        ("A passage", "PassageView"),
        ("Cite this page", "CiteView"),
        ("An event", "EventView"),
        ("Links to events", "EventLinks"),
        ("A correction", "CorrectionView"),
        ("A mention", "Mention"),
        ("A related entry", "RelatedView"),
        ("A series", "SeriesView"),
        ("A role", "RoleView"),
        ("A fact", "FactView"),
        ("Counts", "Counts"),
        ("A group of people", "PeopleGroup"),
        ("A letter or year", "IndexLink"),
        ("A topic entry", "TopicEntry"),
        ("A neighbour", "NeighbourView"),
        ("A year of events", "TimelineYear"),
        ("Previews", "PreviewsView"),
        ("A publisher", "PublisherView"),
        ("A feed", "FeedLink"),
        ("A social card", "CardView"),
        ("A block", "BlockView"),
        ("A page of a block", "BlockPage"),
        ("A timeline block", "TimelineBlock"),
        ("A facts block", "FactsBlock"),
        ("A people block", "PeopleBlock"),
        ("A comparison", "CompareBlock"),
        ("A row of a comparison", "CompareRow"),
        ("A chart", "ChartBlock"),
        ("A row of a chart", "ChartRow"),
    ] {
        let Some(known) = fields.remove(name) else {
            wrong.push(format!("src/page/view.rs has no struct {name}"));
            continue;
        };
        let Some(at) = reference.find(&format!("\n## {heading}\n")) else {
            wrong.push(format!("views.md has no part `{heading}`"));
            continue;
        };
        let part = &reference[at + 4..];
        let part = &part[..part.find("\n## ").unwrap_or(part.len())];
        let told: BTreeSet<&str> = part
            .lines()
            .filter_map(|line| line.strip_prefix("| "))
            .filter_map(|row| row.split(" | ").next())
            .flat_map(|cell| cell.split(", "))
            .filter_map(|cell| cell.trim().strip_prefix('`')?.strip_suffix('`'))
            .collect();
        if told != known {
            let (lacks, more): (Vec<_>, Vec<_>) =
                (known.difference(&told).collect(), told.difference(&known).collect());
            wrong.push(format!(
                "`{heading}` of views.md lacks {lacks:?} and has {more:?} that {name} has not"
            ));
        }
    }
    fields.remove("SafeText");
    fields.remove("Mapping");
    wrong.extend(fields.into_keys().map(|name| format!("{name} of view.rs is told nowhere in views.md")));
    let parts = reference.lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(parts, 64, "a part of views.md is not looked at here");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The names in quotes that follow one of these words.
fn named<'a>(text: &'a str, words: &[&str]) -> Vec<&'a str> {
    let mut found = Vec::new();
    for word in words {
        for part in text.split(word).skip(1) {
            found.extend(part.split('"').next());
        }
    }
    found
}

#[test]
fn every_built_in_template_is_used_and_every_name_in_one_exists() {
    let files = texts("templates");
    let kinds = [
        "explainer.html",
        "person.html",
        "topic.html",
        "front.html",
        "page.html",
        "explainers.html",
        "people.html",
        "topics.html",
        "timeline.html",
        "source.html",
        "sources.html",
        "namesakes.html",
        "search.html",
        "not_found.html",
        "redirect.html",
        "corrections.html",
    ];
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    // Texts name these.
    open.extend(files.keys().filter(|name| name.starts_with("blocks/")).cloned());
    while let Some(name) = open.pop() {
        let text = files.get(&name).unwrap_or_else(|| panic!("templates/{name} is named and not there"));
        let template = name.ends_with(".html");
        if reached.insert(name) && template {
            open.extend(named(text, &["include \"", "extends \""]).into_iter().map(str::to_owned));
            let assets = text.match_indices("\" | asset").filter_map(|(at, _)| text[..at].rsplit('"').next());
            open.extend(assets.map(|asset| format!("static/{asset}")));
        }
    }
    let words = |name: &str| name.starts_with("words/");
    let unused: Vec<&String> = files.keys().filter(|name| !reached.contains(*name) && !words(name)).collect();
    assert!(unused.is_empty(), "built-in files that nothing uses: {unused:?}");
}

/// Names and values of the words of a file: `feed_of` with `format` and `title`.
fn words_of(text: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut words: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut last = "";
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if !line.starts_with(' ') {
            last = line.split(':').next().unwrap_or_default();
            words.entry(last).or_default();
        }
        let values = line.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
        let names = values.filter(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        words.entry(last).or_default().extend(names);
    }
    words
}

#[test]
fn every_language_that_comes_along_has_every_word_with_its_values() {
    for folder in ["templates/words", "themes/docket/words"] {
        let files = texts(folder);
        for lang in ["en", "es", "fr", "de", "ar", "zh-Hans"] {
            assert!(files.contains_key(&format!("{lang}.yaml")), "{folder} has no {lang}.yaml");
        }
        let english = words_of(&files["en.yaml"]);
        for (file, text) in &files {
            let found = words_of(text);
            let names = |words: &BTreeMap<&str, BTreeSet<&str>>| -> Vec<String> {
                words.keys().map(|name| (*name).to_owned()).collect()
            };
            assert_eq!(names(&found), names(&english), "{folder}/{file}");
            for (name, values) in found {
                // One form or another may do without its number: `one: Voir le dossier`.
                assert_eq!(values, english[name], "{folder}/{file}: {name}");
            }
        }
    }
}

#[test]
fn words_that_views_are_given_exist() {
    let (code, english) = (read("src/page/compose.rs"), read("templates/words/en.yaml"));
    let known = words_of(&english);
    let mut count = 0;
    for call in ["words.text(\"", "words.with(\"", "words.count(\""] {
        for (at, _) in code.match_indices(call) {
            let name = code[at + call.len()..].split('"').next().unwrap_or_default();
            assert!(known.contains_key(name), "compose.rs asks for the word `{name}`");
            count += 1;
        }
    }
    assert!(count > 15, "{count}");
}

#[test]
fn ids_of_templates_are_kept_apart_from_those_of_texts() {
    // No text of an author stands on the page of the search.
    let apart = |file: &str| file.ends_with(".html") && file != "search.html";
    for (file, text) in texts("templates").iter().filter(|(file, _)| apart(file)) {
        for id in named(text, &[" id=\""]) {
            let alone = ["main", "site-search", "target"].contains(&id);
            // `{{ group.id }}` of people and years, and `{{ id }}` of blocks, are made with a prefix by the
            // composer.
            let made = id == "{{ group.id }}"
                || id == "{{ id }}"
                || id == "{{ source.anchor }}"
                || id == "{{ source.id }}";
            let prefixed = SECTION_IDS.iter().any(|prefix| id.starts_with(prefix));
            assert!(alone || made || prefixed, "templates/{file}: the id `{id}` could be that of a heading");
        }
    }
    // The same held for what is made of them.
    let site = TempSite::new()
        .file("content/explainers/x.md", "---\ntitle: X\ntags: [t]\npeople: [P Q]\nsources: [{title: s}]\ntimeline: [{id: e, date: 2024, event: y}]\n---\n\n## main\n\n## part-sources\n\n## Target\n\n## site-search\n\nA[^1].\n\n[^1]: Note.\n");
    let run = site.run(&["build"]).expect(0);
    for page in ["explainers/x", "people", "timeline", "people/p-q", "topics/t", "topics"] {
        let html = run.page(&format!("{page}/index.html"));
        let ids: Vec<String> = crate::crawl::attributes(&html)
            .into_iter()
            .filter(|(name, _)| name == "id")
            .map(|(_, id)| id)
            .collect();
        let distinct: BTreeSet<&String> = ids.iter().collect();
        run.assert(distinct.len() == ids.len(), &format!("each id once in {page}: {ids:?}"));
    }
}

#[test]
fn the_readme_shows_how_to_begin() {
    let text = read("README.md");
    for command in ["cargo run --release -- build", "./test"] {
        assert!(text.contains(command), "README.md does not show `{command}`");
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let text = read("Cargo.toml");
    let (mut section, mut before, mut seen) = ("", "", 0);
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.contains("dependencies") && line.contains(" = ") {
            assert!(
                before.starts_with("# ") && before.ends_with('.'),
                "Cargo.toml: no reason stands above `{line}`"
            );
            seen += 1;
        }
        before = line;
    }
    assert!(seen > 15, "the dependencies were not found");
}

#[test]
fn the_manual_tells_of_every_command_and_flag() {
    let site = TempSite::empty();
    let help = site.run(&["--help"]).expect(0).stdout;
    let text = chapter("commands");
    let commands =
        help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("commands");
    let names: Vec<&str> =
        commands.lines().filter_map(|line| line.split_whitespace().next()).filter(|n| *n != "help").collect();
    assert!(names.len() >= 8, "{names:?}");
    let mut missing = Vec::new();
    for name in names {
        if !text.contains(&format!("nutgraf {name}")) {
            missing.push(format!("nutgraf {name}"));
        }
        let own = site.run(&[name, "--help"]).expect(0).stdout;
        for flag in own.split_whitespace().filter(|word| word.starts_with("--") && *word != "--help") {
            let flag = flag.trim_end_matches([',', '.', ']', ';', '`', '\'']);
            // A value that may be left out stands in brackets: `--poll[=<MS>]`.
            let flag = flag.split('[').next().unwrap_or(flag);
            if !text.contains(flag) {
                missing.push(format!("{flag} of {name}"));
            }
        }
    }
    for line in help.lines().filter_map(|line| line.trim_start().strip_prefix("nutgraf ")) {
        assert!(text.contains(line.split(' ').next().unwrap_or(line)), "{line}");
    }
    assert!(missing.is_empty(), "commands.md does not tell of {missing:?}");
}

/// The keys of a schema, with those below them.
fn keys(schema: &serde_json::Value, found: &mut BTreeSet<String>) {
    match schema {
        serde_json::Value::Object(map) => {
            for (name, value) in map {
                if name == "properties"
                    && let Some(properties) = value.as_object()
                {
                    found.extend(properties.keys().cloned());
                }
                if name != "examples" && name != "propertyNames" {
                    keys(value, found);
                }
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

fn schema(of: &str) -> BTreeSet<String> {
    let run = TempSite::empty().run(&["schema", of]).expect(0).stdout;
    let schema: serde_json::Value = serde_json::from_str(&run).expect("JSON");
    let mut found = BTreeSet::new();
    keys(&schema, &mut found);
    assert!(found.contains("title") || found.contains("name"), "no keys in the schema of {of}");
    found
}

#[test]
fn the_manual_tells_of_every_setting() {
    let text = chapter("settings");
    let known: BTreeSet<String> =
        schema("settings").into_iter().filter(|key| !Finding::ALL.iter().any(|f| f.name() == key)).collect();
    let told = |key: &str| {
        text.contains(&format!("\n## {key}\n"))
            || text.contains(&format!("`{key}`"))
            || text.contains(&format!("\n  {key}:"))
    };
    let missing: Vec<&str> = known.iter().map(String::as_str).filter(|key| !told(key)).collect();
    assert_eq!(missing, [""; 0], "settings.md does not tell of these");
    let top: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let strange: Vec<&&str> = top.iter().filter(|key| !known.contains(**key)).collect();
    assert!(strange.is_empty(), "settings.md tells of {strange:?}, which are no settings");
}

#[test]
fn the_manual_tells_of_every_key_of_a_front_matter() {
    let manual: String =
        ["writing", "timelines", "sources", "people-and-topics", "addresses", "related", "links"]
            .map(chapter)
            .join("\n");
    let mut missing = BTreeSet::new();
    for of in ["explainer", "person", "topic", "page", "sources"] {
        missing.extend(
            schema(of)
                .into_iter()
                .filter(|key| !manual.contains(&format!("`{key}`")) && !manual.contains(&format!("`{key}:"))),
        );
    }
    assert!(missing.is_empty(), "the manual does not tell of {missing:?}");
}

/// Names that are the same in every language.
const NAMES: [&str; 6] = ["Atom", "BibTeX", "CSL-JSON", "JSON", "RIS", "JSONAtom"];

/// What a reader sees or hears of a template whatever the words are: text outside of tags and
/// expressions, and values of attributes that are read out.
fn own_words(template: &str) -> Vec<String> {
    let mut text = template.to_owned();
    for (open, close) in [("{#", "#}"), ("{{", "}}"), ("{%", "%}")] {
        while let Some(from) = text.find(open) {
            let to = text[from..].find(close).map_or(text.len(), |at| from + at + close.len());
            text.replace_range(from..to, "");
        }
    }
    let mut found = Vec::new();
    for attribute in ["aria-label", "title", "alt", "placeholder"] {
        let opening = format!(" {attribute}=\"");
        let values = text.split(&opening).skip(1).filter_map(|rest| rest.split('"').next());
        found.extend(values.map(str::to_owned));
    }
    let mut rest = text.as_str();
    while let Some((before, tag)) = rest.split_once('<') {
        found.push(before.to_owned());
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    found.push(rest.to_owned());
    // The arrow of links back has a sign that keeps it from being drawn in colours.
    found.retain(|text| text.replace("&#xFE0E;", "").chars().any(char::is_alphabetic));
    found.iter().map(|text| text.trim().to_owned()).filter(|text| !NAMES.contains(&text.as_str())).collect()
}

#[test]
fn a_built_in_template_says_nothing_without_words() {
    assert_eq!(own_words("<p title=\"A b\">{{ words.x }} C<br>&#xFE0E;</p>"), ["A b", "C"]);
    for folder in ["templates", "themes/docket/templates"] {
        for (name, text) in texts(folder).iter().filter(|(name, _)| name.ends_with(".html")) {
            // They are put into a tag.
            if name.ends_with("_language.html") {
                continue;
            }
            let found = own_words(text);
            assert!(found.is_empty(), "{folder}/{name} has words of one language: {found:?}");
        }
    }
}

#[test]
fn words_of_a_theme_that_are_also_built_in_take_the_same_values() {
    let built_in = texts("templates/words");
    let built_in = words_of(&built_in["en.yaml"]);
    let theme = texts("themes/docket/words");
    for (name, values) in words_of(&theme["en.yaml"]) {
        if let Some(original) = built_in.get(name) {
            assert_eq!(&values, original, "{name}");
        }
    }
}
