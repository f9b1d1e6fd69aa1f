//! The words of a site's pages, by language: `words/<language>.yaml` on each shelf.
//!
//! A file is a flat mapping of names to texts, or to forms by category of plural (Unicode CLDR).
//! `{name}` in a text stands for a value. A word is looked for in the language of the page, then in
//! that of the site, then in English; within a language the upper shelf goes first.

use super::language::{CATEGORIES, candidates, categories, direction, number, plural};
use super::{File, Files};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span};
use crate::source::SitePath;
use crate::source::yaml::{self, Yaml, shown};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use tera::value::Key;
use tera::{Error, Kwargs, Map, TeraResult, Value, escape_html};

/// Bytes of a file of words.
const LARGEST: usize = 256 << 10;

/// Names that a map of words has beside its words.
const RESERVED: [&str; 4] = ["lang", "dir", "language", "site_language"];

/// Words in every language that the pages of a site are in.
#[derive(Debug)]
pub struct Words {
    /// By language tag in small letters.
    by_language: BTreeMap<String, Phrases>,
    site: String,
}

/// The words of one language, whole: what it has not is there in another. Cloning costs nothing.
#[derive(Clone, Debug)]
pub struct Phrases(Value);

/// A word as a file has it.
#[derive(Clone, Debug)]
struct Word {
    forms: Forms,
    /// The language in which it is.
    lang: String,
    /// Where its name stands.
    key: Place,
    /// Where it stands itself.
    place: Place,
}

#[derive(Clone, Debug)]
enum Forms {
    Plain(String),
    /// By category.
    Plural(BTreeMap<&'static str, String>),
}

type Table = BTreeMap<String, Word>;

impl Words {
    /// Reads the words in `site_language`, in `languages` and in English. `used` are the words that
    /// templates name.
    pub(super) fn load(
        root: &Path,
        shelves: &[Files; 4],
        site_language: &str,
        languages: &BTreeSet<String>,
        used: &BTreeSet<String>,
        diagnostics: &mut Diagnostics,
    ) -> Words {
        // By language, the upper shelf first.
        let mut files: BTreeMap<String, Vec<(String, File)>> = BTreeMap::new();
        for (name, file) in shelves.iter().flatten() {
            let tag = name.strip_prefix("words/").and_then(|name| name.strip_suffix(".yaml"));
            if let Some(tag) = tag {
                files.entry(tag.to_ascii_lowercase()).or_default().push((tag.to_owned(), file.clone()));
            }
        }
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        let (mut read_tables, mut below) = (Vec::new(), Table::new());
        let mut wanted = candidates(site_language);
        wanted.extend(languages.iter().flat_map(|lang| candidates(lang)));
        wanted.push("en".to_owned());
        for tag in wanted {
            if let Some(files) = files.get(&tag)
                && !tables.contains_key(&tag)
            {
                let shelves = files.iter().filter_map(|(lang, file)| {
                    let text = file.text(root, diagnostics)?;
                    read(&file.path, &text, lang, diagnostics)
                });
                let shelves: Vec<Table> = shelves.collect();
                if tag == "en" {
                    let own = |word: &Word| word.place.path.starts_with("templates/");
                    below = lay(shelves
                        .clone()
                        .into_iter()
                        .map(|table| table.into_iter().filter(|(_, word)| !own(word)).collect()));
                }
                read_tables.extend(shelves.iter().cloned());
                tables.insert(tag, lay(shelves));
            }
        }
        let english = tables.get("en").cloned().unwrap_or_default();
        for table in &read_tables {
            check(table, &english, &below, used, diagnostics);
        }
        note_missing(site_language, &tables, &english, diagnostics);

        let mut by_language = BTreeMap::new();
        for lang in languages.iter().map(String::as_str).chain([site_language]) {
            let chain = [candidates(lang), candidates(site_language), vec!["en".to_owned()]].concat();
            let chain: Vec<&Table> = chain.iter().filter_map(|tag| tables.get(tag)).collect();
            let phrases = Phrases::of(&chain, &english, lang, site_language);
            by_language.insert(lang.to_ascii_lowercase(), phrases);
        }
        Words { by_language, site: site_language.to_ascii_lowercase() }
    }

    /// The words of a language; of one that no page is in, those of the site.
    pub fn of(&self, lang: &str) -> Phrases {
        let own = self.by_language.get(lang).or_else(|| self.by_language.get(&lang.to_ascii_lowercase()));
        own.or_else(|| self.by_language.get(&self.site)).cloned().unwrap_or(Phrases(Value::from(Map::new())))
    }

    /// The languages of the site's pages, in small letters.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.by_language.keys().map(String::as_str)
    }

    /// The words of the site's own language.
    pub fn of_site(&self) -> Phrases {
        self.of(&self.site)
    }

    /// There is a word of this name.
    pub fn has(&self, name: &str) -> bool {
        RESERVED.contains(&name) || self.names().any(|known| known == name)
    }

    /// The names of all words.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let first = self.by_language.values().next().and_then(|phrases| phrases.0.as_map());
        first.into_iter().flat_map(|map| map.keys().filter_map(|key| key.as_str()))
    }
}

impl Phrases {
    /// For pages in the language `page`: the words of the first table of `chain` that has them.
    fn of(chain: &[&Table], english: &Table, page: &str, site: &str) -> Phrases {
        let lang = chain.first().and_then(|table| table.values().next()).map_or("en", |word| &word.lang);
        let mut map = Map::new();
        map.insert("lang".into(), Value::from(lang));
        map.insert("dir".into(), Value::from(direction(lang)));
        // Finished attributes: a page has them in a dozen places, and compares no languages there.
        let primary = |tag: &str| tag.split('-').next().map(str::to_ascii_lowercase);
        let other = (primary(lang) != primary(page)).then_some(lang);
        map.insert("language".into(), attributes(other));
        map.insert("site_language".into(), attributes((site != page).then_some(site)));
        for (name, original) in english {
            let word = chain.iter().find_map(|table| table.get(name)).unwrap_or(original);
            let value = match (&word.forms, &original.forms) {
                (Forms::Plain(text), Forms::Plain(_)) => Value::from(text.as_str()),
                // A language may have one form where English has two.
                (Forms::Plain(text), Forms::Plural(_)) => {
                    forms(&word.lang, [("other", text.as_str())].into_iter())
                }
                (Forms::Plural(texts), _) => {
                    forms(&word.lang, texts.iter().map(|(category, text)| (*category, text.as_str())))
                }
            };
            map.insert(name.clone().into(), value);
        }
        Phrases(Value::from(map))
    }

    /// What templates see as `words`.
    pub fn value(&self) -> Value {
        self.0.clone()
    }

    /// A word without values.
    pub fn text(&self, name: &'static str) -> &str {
        self.0.as_map().and_then(|map| map.get(&Key::Str(name))).and_then(Value::as_str).unwrap_or_default()
    }

    /// The form of a word for a number, with the number as the language writes it.
    pub fn count(&self, name: &'static str, n: u64) -> String {
        let word = self.0.as_map().and_then(|map| map.get(&Key::Str(name)));
        let (text, n) = word.map_or(("", String::new()), |word| form(word, n).unwrap_or_default());
        put_text(text, &[("n", &n)])
    }

    /// A word with its values put in.
    pub fn with(&self, name: &'static str, values: &[(&str, &str)]) -> String {
        put_text(self.text(name), values)
    }
}

/// The attributes `lang` and `dir`, to stand in a tag; nothing for `None`.
pub fn attributes(lang: Option<&str>) -> Value {
    let Some(lang) = lang else { return Value::safe_string("") };
    Value::safe_string(&format!(" lang=\"{}\" dir=\"{}\"", quick_xml::escape::escape(lang), direction(lang)))
}

fn put_text(text: &str, values: &[(&str, &str)]) -> String {
    let value = |wanted: &str| values.iter().find(|(name, _)| *name == wanted).map(|(_, v)| *v);
    let mut out = String::new();
    for piece in pieces(text) {
        out.push_str(match piece {
            Piece::Text(text) => text,
            Piece::Value(name) => value(name).unwrap_or_default(),
        });
    }
    out
}

/// The form of a word for a number, and the number as the language writes it. `None` for what is no
/// word.
fn form(word: &Value, n: u64) -> Option<(&str, String)> {
    if let Some(text) = word.as_str() {
        return Some((text, n.to_string()));
    }
    let forms = word.as_map()?;
    let form = |category: &'static str| forms.get(&Key::Str(category)).and_then(Value::as_str);
    let lang = form("lang").unwrap_or("en");
    let text = form(plural(lang, n)).or_else(|| form("other")).unwrap_or_default();
    Some((text, number(lang, n)))
}

fn forms<'a>(lang: &str, texts: impl Iterator<Item = (&'static str, &'a str)>) -> Value {
    let mut map = Map::new();
    map.insert("lang".into(), Value::from(lang));
    for (category, text) in texts {
        map.insert(category.into(), Value::from(text));
    }
    Value::from(map)
}

/// The tables of one language, the upper shelf first, as one.
fn lay(shelves: impl IntoIterator<Item = Table>) -> Table {
    let mut table = Table::new();
    for shelf in shelves {
        for (name, word) in shelf {
            table.entry(name).or_insert(word);
        }
    }
    table
}

/// A file of words.
fn read(path: &SitePath, text: &str, lang: &str, diagnostics: &mut Diagnostics) -> Option<Table> {
    let root = yaml::parse(path, text, 0, yaml::Limits::of_size(LARGEST), diagnostics)?;
    let mut note = |finding: Finding, span: Span, message: String, help: Option<String>| {
        let mut found = Diagnostic::new(finding, Place::new(path.clone(), span), message);
        found.help = help;
        diagnostics.push(found);
    };
    let mut table = Table::new();
    if root.is_null() {
        return Some(table);
    }
    let Some(entries) = root.map() else {
        note(
            Finding::WrongType,
            root.span,
            format!("expected `name: text` lines, found {}", root.what()),
            None,
        );
        return None;
    };
    for (key, value) in entries {
        if RESERVED.contains(&&*key.text) {
            let message = format!("`{}` is no word: it is told by the name of the file", key.text);
            note(Finding::UnknownKey, key.span, message, Some("delete it".to_owned()));
            continue;
        }
        let forms = match (value.text(), value.map()) {
            (Some(text), _) => Forms::Plain(text.to_owned()),
            (None, Some(entries)) => {
                let mut texts = BTreeMap::new();
                for (category, form) in entries {
                    let known = CATEGORIES.iter().find(|known| **known == category.text);
                    let used = categories(lang);
                    match (known, form.text()) {
                        (Some(known), Some(text)) if used.contains(known) => {
                            texts.insert(*known, text.to_owned());
                        }
                        (Some(_), Some(_)) => {
                            let message = format!("no number is `{}` in `{lang}`", category.text);
                            let help = format!("the forms of this language are {}", listed(&used));
                            note(Finding::UnknownKey, category.span, message, Some(help));
                        }
                        (None, _) => {
                            let message = format!("{} is not a form for numbers", shown(&category.text));
                            let help = format!("the forms of this language are {}", listed(&used));
                            note(Finding::UnknownKey, category.span, message, Some(help));
                        }
                        (_, None) => {
                            let message = format!("expected text, found {}", form.what());
                            note(Finding::WrongType, form.span, message, None);
                        }
                    }
                }
                if !texts.contains_key("other") {
                    let message = format!("{} has no form `other`", shown(&key.text));
                    let help = "every number without a form of its own takes `other`".to_owned();
                    note(Finding::BadValue, key.span, message, Some(help));
                    continue;
                }
                Forms::Plural(texts)
            }
            (None, None) => {
                let message = format!("expected text or forms for numbers, found {}", value.what());
                note(Finding::WrongType, value.span, message, None);
                continue;
            }
        };
        let place = Place::new(path.clone(), at(key.span, value));
        let named = Place::new(path.clone(), key.span);
        table.insert(key.text.to_string(), Word { forms, lang: lang.to_owned(), key: named, place });
    }
    Some(table)
}

/// The name of a word where its value has several lines, else the value.
fn at(key: Span, value: &Yaml) -> Span {
    if value.map().is_some() { key } else { value.span }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Notes what files have that no template can want: words that English has not, and places for values
/// that are never given. `below` are the English words of everything but the site's own files.
fn check(
    table: &Table,
    english: &Table,
    below: &Table,
    used: &BTreeSet<String>,
    diagnostics: &mut Diagnostics,
) {
    for (name, word) in table {
        let Some(original) = below.get(name).or_else(|| english.get(name)) else {
            let message = format!("there is no word `{name}`");
            let found = Diagnostic::new(Finding::UnknownKey, word.key.clone(), message);
            diagnostics.push(found.suggest(name, english.keys().map(String::as_str)));
            continue;
        };
        // A site may have words of its own, for its own templates.
        if !below.contains_key(name) && !used.contains(name) {
            let message = format!("no template shows a word `{name}`");
            let found = Diagnostic::new(Finding::UnknownKey, word.key.clone(), message);
            diagnostics.push(found.suggest(name, below.keys().map(String::as_str)));
        }
        let known = values(&original.forms);
        for value in values(&word.forms).difference(&known) {
            let message = format!("no value is given for `{{{value}}}`");
            let found = Diagnostic::new(Finding::BadValue, word.place.clone(), message);
            diagnostics.push(found.suggest(value, known.iter().copied()));
        }
    }
}

/// Notes words of the interface that the language of the site has not.
fn note_missing(
    lang: &str,
    tables: &BTreeMap<String, Table>,
    english: &Table,
    diagnostics: &mut Diagnostics,
) {
    let chain: Vec<&Table> = candidates(lang).iter().filter_map(|tag| tables.get(tag)).collect();
    let missing: Vec<&str> = english
        .keys()
        .filter(|name| !chain.iter().any(|table| table.contains_key(*name)))
        .map(String::as_str)
        .collect();
    let Some(first) = missing.first() else { return };
    let message = match missing.len() == english.len() {
        true => format!("the words of the interface are not there in `{lang}`: pages show English ones"),
        false => format!(
            "{} of {} words of the interface are not there in `{lang}`, `{first}` among them: pages show \
             English ones",
            missing.len(),
            english.len()
        ),
    };
    diagnostics.push(
        Diagnostic::new(Finding::MissingWords, Place::file("nutgraf.yaml"), message)
            .help(format!("write them into templates/words/{lang}.yaml")),
    );
}

/// The names of values in a word.
fn values(forms: &Forms) -> BTreeSet<&str> {
    let texts: Vec<&String> = match forms {
        Forms::Plain(text) => vec![text],
        Forms::Plural(texts) => texts.values().collect(),
    };
    let pieces = texts.into_iter().flat_map(|text| pieces(text));
    pieces
        .filter_map(|piece| match piece {
            Piece::Value(name) => Some(name),
            Piece::Text(_) => None,
        })
        .collect()
}

/// A part of a word.
enum Piece<'a> {
    Text(&'a str),
    /// The name between the brackets.
    Value(&'a str),
}

/// A word as texts and values: `By {name}` is two. Brackets around anything but a name are text.
fn pieces(word: &str) -> Vec<Piece<'_>> {
    let (mut found, mut from, mut at) = (Vec::new(), 0, 0);
    while let Some(open) = word[at..].find('{').map(|open| at + open) {
        at = open + 1;
        let Some(length) = word[at..].find(['}', '{']) else { break };
        let name = &word[at..at + length];
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if is_name && word[at + length..].starts_with('}') {
            if from < open {
                found.push(Piece::Text(&word[from..open]));
            }
            found.push(Piece::Value(name));
            at += length + 1;
            from = at;
        }
    }
    if from < word.len() {
        found.push(Piece::Text(&word[from..]));
    }
    found
}

/// The filter `with`: puts values into a word.
pub fn fill(word: &Value, values: &Kwargs) -> TeraResult<Value> {
    match word.as_str() {
        Some(text) => put(text, values, None),
        None if word.as_map().is_some() => {
            Err(Error::message("this word has forms for numbers: write `count(n=…)` in place of `with`"))
        }
        None => Err(Error::message(format!("`with` takes a word, and not {}", word.name()))),
    }
}

/// The filter `count`: the form of a word for the number `n`, with the values put in.
pub fn count(word: &Value, values: &Kwargs) -> TeraResult<Value> {
    let n: u64 = values.must_get("n")?;
    match form(word, n) {
        Some((text, n)) => put(text, values, Some(n)),
        None => Err(Error::message(format!("`count` takes a word, and not {}", word.name()))),
    }
}

/// A text with its values, and the number `n` as the language writes it. With a value that is safe
/// HTML the whole is: the text and every other value are escaped then.
fn put(text: &str, values: &Kwargs, n: Option<String>) -> TeraResult<Value> {
    let given: Vec<(&str, &Value)> =
        values.iter().filter_map(|(name, value)| Some((name.as_str()?, value))).collect();
    let safe = |value: &Value| value.is_string() && value.is_safe();
    let html = given.iter().any(|(_, value)| safe(value));
    let mut out = Vec::with_capacity(text.len() + 32);
    let mut write = |text: &str, raw: bool| match raw {
        true => std::io::Write::write_all(&mut out, text.as_bytes()),
        false => escape_html(text, &mut out),
    };
    for piece in pieces(text) {
        let written = match piece {
            Piece::Text(text) => write(text, !html),
            Piece::Value("n") if n.is_some() => write(n.as_deref().unwrap_or_default(), true),
            Piece::Value(name) => {
                let Some((_, value)) = given.iter().find(|(known, _)| *known == name) else {
                    let message = format!("the word has `{{{name}}}`, and no value `{name}` is given");
                    return Err(Error::message(message));
                };
                write(&value.to_string(), !html || safe(value))
            }
        };
        written.map_err(Error::message)?;
    }
    let out = String::from_utf8(out).map_err(Error::message)?;
    Ok(if html { Value::safe_string(&out) } else { Value::from(out) })
}

/// The words that a template names, with their places: `words.x` and `site.words.x` within its tags.
pub fn keys_used(template: &str) -> Vec<(&str, Range<usize>)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(open) = template[at..].find('{').map(|open| at + open) {
        let close = match template.as_bytes().get(open + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                at = open + 1;
                continue;
            }
        };
        let Some(length) = template[open + 2..].find(close) else { break };
        let inner = open + 2..open + 2 + length;
        at = inner.end + 2;
        if close != "#}" {
            in_tag(template, inner, &mut found);
        }
    }
    found
}

fn in_tag<'a>(template: &'a str, tag: Range<usize>, found: &mut Vec<(&'a str, Range<usize>)>) {
    let bytes = template.as_bytes();
    let part = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let mut at = tag.start;
    while at < tag.end {
        match bytes[at] {
            quote @ (b'"' | b'\'' | b'`') => {
                let rest = &bytes[at + 1..tag.end];
                at += 2 + rest.iter().position(|b| *b == quote).unwrap_or(rest.len());
            }
            b if part(b) => {
                // A whole path: `site.words.x`.
                let end = bytes[at..tag.end].iter().position(|b| !part(*b) && *b != b'.');
                let end = end.map_or(tag.end, |length| at + length);
                let path = &template[at..end];
                let rest = path.strip_prefix("site.").unwrap_or(path);
                if let Some(name) = rest.strip_prefix("words.") {
                    let name = name.split('.').next().unwrap_or_default();
                    let start = end - rest.len() + "words.".len();
                    if !name.is_empty() {
                        found.push((name, start..start + name.len()));
                    }
                }
                at = end;
            }
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(lang: &str, text: &str) -> (Table, Vec<String>) {
        let mut diagnostics = Diagnostics::default();
        let path: SitePath = format!("templates/words/{lang}.yaml").into();
        let table = read(&path, text, lang, &mut diagnostics).unwrap_or_default();
        let under = |found: &Diagnostic| {
            let span = found.place.span.expect("a place");
            let help = found.help.as_deref().unwrap_or_default();
            format!("«{}» {} ({help})", &text[span.start as usize..span.end as usize], found.message)
        };
        (table, diagnostics.iter().map(under).collect())
    }

    fn phrases(lang: &str, text: &str) -> Value {
        let (table, found) = table(lang, text);
        assert!(found.is_empty(), "{found:?}");
        Phrases::of(&[&table], &table, lang, lang).value()
    }

    fn word(value: &Value, name: &str) -> Value {
        value.get_from_path(name).expect("a word").clone()
    }

    #[test]
    fn values_are_put_into_words_as_text_or_as_html() {
        let words = phrases("en", "by: By {name} & {other}.\nodd: \"{ {} {a b} {x\"\n");
        let with = |name: Value| {
            let values = Kwargs::from([("name", name), ("other", Value::from("<b>"))]);
            fill(&word(&words, "by"), &values).expect("a text")
        };
        let text = with(Value::from("A"));
        assert_eq!((text.as_str(), text.is_safe()), (Some("By A & <b>."), false));
        let html = with(Value::safe_string("<i>A</i>"));
        assert_eq!((html.as_str(), html.is_safe()), (Some("By <i>A</i> &amp; &lt;b&gt;."), true));
        let odd = fill(&word(&words, "odd"), &Kwargs::default()).expect("a text");
        assert_eq!(odd.as_str(), Some("{ {} {a b} {x"));
        let missing = fill(&word(&words, "by"), &Kwargs::default()).expect_err("no value");
        assert!(missing.to_string().contains("no value `name` is given"), "{missing}");
    }

    #[test]
    fn numbers_take_the_form_and_the_digits_of_the_language() {
        let check = |lang: &str, text: &str, n: u64, expected: &str| {
            let value = count(&word(&phrases(lang, text), "w"), &Kwargs::from([("n", Value::from(n))]));
            assert_eq!(value.expect("a text").as_str(), Some(expected), "{lang} {n}");
        };
        let english = "w: {one: \"{n} page\", other: \"{n} pages\"}";
        check("en", english, 1, "1 page");
        check("en", english, 1234, "1,234 pages");
        check("ar", "w: {two: صفحتان, few: \"{n} صفحات\", other: \"{n} صفحة\"}", 2, "صفحتان");
        check("ar", "w: {two: صفحتان, few: \"{n} صفحات\", other: \"{n} صفحة\"}", 7, "٧ صفحات");
        check("pl", "w: {one: strona, few: \"{n} strony\", other: \"{n} stron\"}", 5, "5 stron");
        check("en", "w: \"{n} of them\"", 3, "3 of them");
        let none = count(&word(&phrases("en", english), "w"), &Kwargs::default());
        assert!(none.is_err());
    }

    #[test]
    fn one_form_serves_where_english_has_two() {
        let (english, _) = table("en", "w: {one: \"{n} page\", other: \"{n} pages\"}");
        let (chinese, _) = table("zh-Hans", "w: \"{n} 页\"");
        let words = Phrases::of(&[&chinese, &english], &english, "zh-Hans", "en");
        assert_eq!(words.count("w", 1200), "1,200 页");
        assert_eq!((words.text("lang"), words.text("dir")), ("zh-Hans", "ltr"));
    }

    #[test]
    fn words_in_another_language_than_the_page_say_so() {
        let (english, _) = table("en", "w: page");
        let check = |page: &str, site: &str, language: &str, site_language: &str| {
            let words = Phrases::of(&[&english], &english, page, site);
            assert_eq!((words.text("language"), words.text("site_language")), (language, site_language));
        };
        check("en", "en", "", "");
        check("en-GB", "en-GB", "", "");
        check("fa", "en", " lang=\"en\" dir=\"ltr\"", " lang=\"en\" dir=\"ltr\"");
        check("en", "ar", "", " lang=\"ar\" dir=\"rtl\"");
    }

    #[test]
    fn what_is_no_word_is_told_at_its_place() {
        let check = |text: &str, expected: &[&str]| assert_eq!(table("en", text).1, expected, "{text}");
        check("a: [x]", &["«[x]» expected text or forms for numbers, found a list ()"]);
        check(
            "a: {few: x, other: y}",
            &["«few» no number is `few` in `en` (the forms of this language are `one`, `other`)"],
        );
        check(
            "a: {oen: x, other: y}",
            &["«oen» `oen` is not a form for numbers (the forms of this language are `one`, `other`)"],
        );
        check(
            "a: {one: x}",
            &["«a» `a` has no form `other` (every number without a form of its own takes `other`)"],
        );
        check("lang: fr", &["«lang» `lang` is no word: it is told by the name of the file (delete it)"]);
        check("", &[]);
    }

    #[test]
    fn words_in_tags_of_templates_are_found_and_no_others() {
        let check = |template: &str, expected: &[&str]| {
            let found: Vec<&str> = keys_used(template).iter().map(|(name, _)| *name).collect();
            assert_eq!(found, expected, "{template}");
            for (name, range) in keys_used(template) {
                assert_eq!(&template[range], name);
            }
        };
        check("{{ words.by | with(name=words.you) }}", &["by", "you"]);
        check("{% if site.words.menu.x %}{{ \"words.text\" | asset }}{% endif %}", &["menu"]);
        check("words.a {# {{ words.b }} #} {{ page.words.c }} {{ my_words.d }}", &[]);
        check("{% set x = words %}{{ words[name] }}{{ words.", &[]);
        check("{{ 'é' ~ words.é }}", &[]);
    }

    #[test]
    fn hostile_templates_and_words_are_read_in_linear_time() {
        for unit in ["{{", "{{ words.", "{{ '", "{", "{x}", "{#"] {
            let text = unit.repeat(200_000 / unit.len());
            keys_used(&text);
            pieces(&text);
        }
    }
}
