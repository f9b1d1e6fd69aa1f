//! After any edits, a build into the folder that is there already comes to the same bytes as a build
//! from nothing; and where the edits broke the site, the folder stays as it was.

use crate::dice::Dice;
use crate::site::{TempSite, tree};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

const STEPS: usize = 40;
const FOLDERS: &[&str] = &["", "physics/", "history/", "history/early/"];
const NAMES: &[&str] = &["moon", "tides", "eclipse", "saros", "orbit", "Perigee", "2024-01-05-node"];
const TITLES: &[&str] = &["The Moon", "Tides", "What an eclipse is", "L’orbite & <co>", "潮汐", "Moon"];
const TAGS: &[&str] = &["moon", "Moon", "sea", "sun", "ml", "C#", "history of tides"];
const PEOPLE: &[&str] = &["Ada Lovelace", "ada", "George Darwin", "Thales", "Countess of Lovelace"];
const WORDS: &[&str] = &[
    "The sea",
    "rises",
    "twice a day.",
    "**Nobody**",
    "knew why",
    "`for long`.",
    "Then\n\n## A heading\n\nit",
];
const LINKS: &[&str] = &[
    "[[tides]]",
    "[m](/explainers/moon/)",
    "[[Ada Lovelace]]",
    "[[sea|the sea]]",
    "![c](/chart.svg)",
    "[t](/topics/)",
];

/// An explainer as the test keeps it.
#[derive(Clone, Default)]
struct Draft {
    title: String,
    front: BTreeMap<&'static str, String>,
    body: String,
    /// The front matter is not closed.
    broken: bool,
}

impl Draft {
    fn new(dice: &mut Dice) -> Draft {
        let mut draft = Draft { title: dice.pick(TITLES).to_owned(), body: body(dice), ..Draft::default() };
        for change in [date, tags, people] {
            change(dice, &mut draft);
        }
        draft
    }

    fn text(&self) -> String {
        let mut text = format!("---\ntitle: {:?}\n", self.title);
        for (key, value) in &self.front {
            let _ = writeln!(text, "{key}: {value}");
        }
        let end = if self.broken { "" } else { "---\n" };
        text + end + "\n" + &self.body + "\n"
    }
}

fn body(dice: &mut Dice) -> String {
    let mut words: Vec<&str> = (0..3 + dice.below(9)).map(|_| dice.pick(WORDS)).collect();
    words.extend(dice.some(LINKS, 3));
    words.join(" ")
}

fn date(dice: &mut Dice, draft: &mut Draft) {
    draft.front.insert("date", format!("20{:02}-{:02}-05", 10 + dice.below(14), 1 + dice.below(12)));
}

fn list(values: &[&str]) -> String {
    format!("[{}]", values.iter().map(|v| format!("{v:?}")).collect::<Vec<_>>().join(", "))
}

fn tags(dice: &mut Dice, draft: &mut Draft) {
    draft.front.insert("tags", list(&dice.some(TAGS, 3)));
}

fn people(dice: &mut Dice, draft: &mut Draft) {
    let key = dice.pick(&["people", "authors"]);
    draft.front.insert(key, list(&dice.some(PEOPLE, 2)));
}

/// The site as it ought to stand in the folder.
#[derive(Clone)]
pub struct Desk {
    pub dice: Dice,
    explainers: BTreeMap<String, Draft>,
    /// All other files.
    others: BTreeMap<String, String>,
    settings: BTreeMap<&'static str, String>,
    /// Seconds since 1970.
    pub now: u64,
}

impl Desk {
    pub fn new(seed: u64) -> Desk {
        let mut desk = Desk {
            dice: Dice::new(seed),
            explainers: BTreeMap::new(),
            others: BTreeMap::new(),
            settings: BTreeMap::from([
                ("title", "T".to_owned()),
                ("base_url", "https://e.org/a/".to_owned()),
            ]),
            now: 1_750_000_000,
        };
        desk.settings.insert("checks", "{broken-link: warning, missing-asset: warning, broken-output-link: warning, link-to-unpublished: warning, broken-heading: warning, unused-footnote: off}".to_owned());
        desk.others.insert("content/chart.svg".to_owned(), "<svg/>".to_owned());
        desk.others.insert(
            "content/people/ada.md".to_owned(),
            "---\nname: Ada Lovelace\naliases: [Countess of Lovelace]\n---\n\nShe.\n".to_owned(),
        );
        for _ in 0..8 {
            desk.create();
        }
        desk
    }

    fn create(&mut self) {
        let path = self.free_path();
        let draft = Draft::new(&mut self.dice);
        self.explainers.insert(path, draft);
    }

    fn free_path(&mut self) -> String {
        let (folder, name) = (self.dice.pick(FOLDERS), self.dice.pick(NAMES));
        let leaf = if self.dice.once_in(4) { "/index.md" } else { ".md" };
        let number = if self.dice.once_in(8) { String::new() } else { format!("-{}", self.dice.below(1000)) };
        format!("content/explainers/{folder}{name}{number}{leaf}")
    }

    /// The path of any explainer.
    fn any(&mut self) -> Option<String> {
        let place = self.dice.below(self.explainers.len());
        self.explainers.keys().nth(place).cloned()
    }

    /// One edit; says which.
    pub fn edit(&mut self) -> String {
        let what = self.dice.below(22);
        let Some(path) = self.any() else {
            self.create();
            return "create the first".to_owned();
        };
        let dice = &mut self.dice;
        let change = |draft: Option<&mut Draft>, f: &mut dyn FnMut(&mut Draft)| draft.into_iter().for_each(f);
        let draft = self.explainers.get_mut(&path);
        match what {
            0 | 1 => {
                self.create();
                "create".to_owned()
            }
            2..=4 => {
                change(draft, &mut |d| d.body = body(dice));
                format!("replace the body of {path}")
            }
            5 => {
                change(draft, &mut |d| d.title = dice.pick(TITLES).to_owned());
                format!("retitle {path}")
            }
            6 => {
                change(draft, &mut |d| {
                    d.front.insert("slug", format!("slug-{}", dice.below(6)));
                });
                format!("another slug for {path}")
            }
            7 => {
                change(draft, &mut |d| date(dice, d));
                format!("another date for {path}")
            }
            8 => {
                change(draft, &mut |d| tags(dice, d));
                format!("other tags for {path}")
            }
            9 => {
                change(draft, &mut |d| people(dice, d));
                format!("other people for {path}")
            }
            10 => {
                let key = dice.pick(&[
                    "draft",
                    "aliases",
                    "timeline",
                    "publish_at",
                    "expires",
                    "sources",
                    "series",
                ]);
                let value = match key {
                    "draft" => dice.pick(&["true", "false"]).to_owned(),
                    "aliases" => format!("[/old-{}/, Other {}]", dice.below(5), dice.below(5)),
                    "timeline" => {
                        format!("[{{date: {}, event: It rose, people: [Thales]}}]", 1900 + dice.below(40))
                    }
                    "sources" => "[{id: a, title: Of the sea, url: https://e.org/sea}]".to_owned(),
                    "series" => "Of water".to_owned(),
                    _ => format!("2025-0{}-01", 1 + dice.below(9)),
                };
                change(draft, &mut |d| drop(d.front.insert(key, value.clone())));
                format!("{key}: {value} in {path}")
            }
            11 | 12 => {
                let to = self.free_path();
                if !self.explainers.contains_key(&to)
                    && let Some(draft) = self.explainers.remove(&path)
                {
                    self.explainers.insert(to.clone(), draft);
                }
                format!("rename {path} to {to}")
            }
            13 | 14 => {
                self.explainers.remove(&path);
                format!("delete {path}")
            }
            15 => {
                let (from, to) = (dice.pick(&FOLDERS[1..]), dice.pick(&["renamed/", "physics/", "a/b/c/"]));
                let moved =
                    |path: &str| path.replacen(&format!("explainers/{from}"), &format!("explainers/{to}"), 1);
                self.explainers =
                    std::mem::take(&mut self.explainers).into_iter().map(|(p, d)| (moved(&p), d)).collect();
                format!("rename the folder {from} to {to}")
            }
            16 => {
                let (path, texts): (&str, &[&str]) = match dice.below(4) {
                    0 => {
                        ("templates/partials/footer.html", &["", "<footer>Ours {{ site.title }}</footer>\n"])
                    }
                    1 => (
                        "templates/explainers.html",
                        &["", "{{ page.explainers.total }}\n", "{{ page.nothing }}\n"],
                    ),
                    2 => (
                        "templates/explainer.html",
                        &[
                            "",
                            "{% extends \"builtin/explainer.html\" %}{% block main %}{{ super() }}{{ page.words }}{% endblock main %}",
                            "{% if %}",
                        ],
                    ),
                    _ => (
                        "templates/static/site.css",
                        &["", "body { color: red }\n", "body { color: blue }\n"],
                    ),
                };
                let text = dice.pick(texts);
                match text {
                    "" => drop(self.others.remove(path)),
                    text => drop(self.others.insert(path.to_owned(), text.to_owned())),
                }
                format!("{path}: {text:?}")
            }
            17 | 18 => {
                let (key, values): (&'static str, &[&str]) = match dice.below(7) {
                    0 => ("paginate", &["1", "2", "3", "50", "0"]),
                    1 => ("base_url", &["https://e.org/", "https://e.org/a/", "https://u.github.io/b"]),
                    2 => (
                        "permalinks",
                        &[
                            "{explainers: \"/{year}/{slug}/\"}",
                            "{explainers: \"/e/{slug}/\", people: \"/who/{slug}/\"}",
                        ],
                    ),
                    3 => ("related", &["0", "1", "6"]),
                    4 => ("title", &["T", "U", "\"T & <co>\""]),
                    5 => ("language", &["en", "fr", "ar"]),
                    _ => ("feeds", &["false", "{limit: 2}", "{full_text: false}"]),
                };
                let value = dice.pick(values);
                self.settings.insert(key, value.to_owned());
                format!("{key}: {value} in the settings")
            }
            19 => {
                let path = dice.pick(&[
                    "content/chart.svg",
                    "content/explainers/tides/data.csv",
                    "content/CNAME",
                    "content/Chart.svg",
                ]);
                if dice.once_in(3) {
                    self.others.remove(path);
                } else {
                    self.others.insert(path.to_owned(), format!("bytes {}", dice.below(3)));
                }
                format!("the asset {path}")
            }
            20 => {
                let (path, text) = match dice.below(4) {
                    0 => (
                        "content/people/ada.md",
                        format!(
                            "---\nname: Ada {}\naliases: [Countess of Lovelace]\nborn: 1815\n---\n",
                            dice.pick(&["Lovelace", "King"])
                        ),
                    ),
                    1 => {
                        ("content/people/thales.md", "---\nname: Thales\n---\n\nOf [[Miletus]].\n".to_owned())
                    }
                    2 => (
                        "content/topics/sea.md",
                        format!(
                            "---\ntitle: The sea\naliases: [ml]\nparent: {}\n---\n",
                            dice.pick(&["moon", "sun"])
                        ),
                    ),
                    _ => (
                        "content/topics/moon.md",
                        format!("---\ntitle: Moon\nparent: {}\n---\n", dice.pick(&["sun", "sea"])),
                    ),
                };
                if dice.once_in(3) {
                    self.others.remove(path);
                } else {
                    self.others.insert(path.to_owned(), text);
                }
                format!("the file {path}")
            }
            _ => {
                if dice.once_in(2) {
                    change(draft, &mut |d| d.broken = true);
                    return format!("break {path}");
                }
                self.now += 40 * 24 * 3600;
                "let forty days pass".to_owned()
            }
        }
    }

    pub fn files(&self) -> BTreeMap<String, String> {
        let mut files = self.others.clone();
        files.extend(self.explainers.iter().map(|(path, draft)| (path.clone(), draft.text())));
        let settings = self.settings.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
        files.insert("nutgraf.yaml".to_owned(), settings);
        files
    }
}

/// Makes the sources in the folder those that are wanted, touching only what differs.
pub fn settle(site: &TempSite, wanted: &BTreeMap<String, String>) {
    for (path, bytes) in site.files() {
        let source = !path.starts_with("public/") && !path.starts_with(".public.nutgraf/");
        if source && wanted.get(&path).is_none_or(|text| text.as_bytes() != bytes) {
            fs::remove_file(site.root().join(path)).expect("a source can be removed");
        }
    }
    for (path, text) in wanted {
        if !site.root().join(path).exists() {
            site.write(path, text);
        }
    }
}

fn public(site: &TempSite) -> BTreeMap<String, Vec<u8>> {
    let folder = site.root().join("public");
    if folder.exists() { tree(&folder) } else { BTreeMap::new() }
}

fn check(seed: u64) {
    let mut desk = Desk::new(seed);
    let mut last_good = desk.clone();
    let mut bad_in_a_row = 0;
    let site = TempSite::empty();
    let (mut good, mut bad, mut story) = (0, 0, Vec::new());
    for step in 0..STEPS {
        let before = public(&site);
        let files = desk.files();
        settle(&site, &files);
        let now = desk.now.to_string();
        let clock = [("SOURCE_DATE_EPOCH", now.as_str())];
        let run = site.run_with(&["build", "--quiet"], &clock);
        let fresh = TempSite::empty();
        settle(&fresh, &files);
        let whole = fresh.run_with(&["build", "--quiet"], &clock);
        let told = || {
            format!(
                "seed {seed}, step {step}: {}\n{run}\nafter\n{}",
                story.last().map_or("", String::as_str),
                story.join("\n")
            )
        };
        assert!(
            run.code == whole.code && run.stderr == whole.stderr,
            "other findings than a fresh build's\n{}\n{}",
            told(),
            whole.stderr
        );
        match run.code {
            Some(0) => {
                good += 1;
                bad_in_a_row = 0;
                last_good = desk.clone();
                let (found, expected) = (public(&site), public(&fresh));
                let differ: Vec<&String> = found
                    .keys()
                    .chain(expected.keys())
                    .filter(|path| found.get(*path) != expected.get(*path))
                    .collect();
                assert!(differ.is_empty(), "{differ:?} differ from a fresh build\n{}", told());
            }
            Some(1) => {
                bad += 1;
                bad_in_a_row += 1;
                assert!(public(&site) == before, "a failed build changed public/\n{}", told());
            }
            _ => panic!("neither built nor refused\n{}", told()),
        }
        if bad_in_a_row == 2 {
            // Most edits of a broken site leave it broken, and there would be little to compare.
            last_good.dice = desk.dice;
            desk = last_good.clone();
            story.push("go back to the last good state".to_owned());
        } else {
            story.push(desk.edit());
        }
    }
    println!("seed {seed}: {good} good states, {bad} broken ones");
    assert!(
        good >= STEPS / 2 && bad > 0,
        "seed {seed} tries too little: {good} good, {bad} bad\n{}",
        story.join("\n")
    );
}

#[test]
fn edits_1_come_to_what_a_fresh_build_makes() {
    check(1);
}

#[test]
fn edits_2_come_to_what_a_fresh_build_makes() {
    check(2);
}

#[test]
fn edits_3_come_to_what_a_fresh_build_makes() {
    check(3);
}
