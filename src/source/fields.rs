//! Mappings with known keys: one table says how each is read, which keys there are, and what the
//! JSON Schema of the mapping is, so that the three cannot differ.
//!
//! A type that implements [`Shape`] is one that a key can have; [`fields!`] makes a table of keys.
//! Reading notes what is wrong at its place and goes on with the next key.

use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span, nearest};
use crate::source::SitePath;
use crate::source::yaml::{Value, Yaml, shown};
use serde_json::{Map, Value as Json, json};

/// A type that a value of YAML can be read as.
pub trait Shape: Sized {
    /// In the plural, for `expected a list of …`.
    const MANY: &'static str;
    /// One of them may stand where a list of them is expected.
    const ALONE: bool = true;

    /// Reads it, or notes why it cannot be read. `value` is not empty.
    fn read(value: &Yaml, reader: &mut Reader) -> Option<Self>;

    /// Its JSON Schema, with at least one example.
    fn schema() -> Json;
}

/// A key of a mapping that becomes a `T`. Made by [`fields!`].
pub struct Field<T> {
    pub name: &'static str,
    /// What it is for, in a sentence or two.
    pub doc: &'static str,
    pub schema: fn() -> Json,
    pub read: fn(&Yaml, &mut Reader, &mut T),
}

/// A table of keys: what each is for, its name, the [`Shape`] of its value, and where that goes.
macro_rules! fields {
    ($target:ty; $($(#[doc = $doc:literal])+ $name:literal: $shape:ty => $set:expr;)+) => {
        &[$($crate::source::fields::Field::<$target> {
            name: $name,
            doc: concat!($($doc),+).trim_ascii(),
            schema: <$shape as $crate::source::fields::Shape>::schema,
            read: |value, reader, target| {
                if let Some(found) = <$shape as $crate::source::fields::Shape>::read(value, reader) {
                    let set: fn(&mut $target, $shape) = $set;
                    set(target, found);
                }
            },
        },)+]
    };
}
pub(crate) use fields;

/// Where values are read: the file that they stand in, and where findings go.
pub struct Reader<'r> {
    pub path: &'r SitePath,
    /// The whole text of the file.
    pub text: &'r str,
    /// Most items of a list.
    pub longest_list: usize,
    /// Most bytes of a title.
    pub longest_title: usize,
    pub diagnostics: &'r mut Diagnostics,
}

impl Reader<'_> {
    /// Reads the keys of a mapping that the tables have. A key without a value is left at its
    /// default. `unknown` gives advice for a key that no table has and that resembles none.
    pub fn mapping<T>(
        &mut self,
        value: &Yaml,
        tables: &[&[Field<T>]],
        unknown: impl Fn(&str) -> Option<String>,
        target: &mut T,
    ) {
        let Value::Map(entries) = &value.value else {
            self.expected("`key: value` lines", value);
            return;
        };
        let known = || tables.iter().flat_map(|table| table.iter());
        for (key, value) in entries {
            match known().find(|field| field.name == key.text) {
                Some(_) if value.is_null() => {}
                Some(field) => (field.read)(value, self, target),
                None => {
                    let help = unknown(&key.text).or_else(|| {
                        let name = nearest(&key.text, known().map(|field| field.name))?;
                        Some(format!("did you mean `{name}`?"))
                    });
                    let message = format!("the key {} is not known here", shown(&key.text));
                    self.note(Finding::UnknownKey, key.span, message, help);
                }
            }
        }
    }

    /// A record: a mapping inside a list or under a key.
    pub fn record<T: Default>(&mut self, value: &Yaml, fields: &[Field<T>]) -> Option<T> {
        if value.map().is_none() {
            let names: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
            self.expected(&format!("a mapping with {}", names.join(", ")), value);
            return None;
        }
        let mut target = T::default();
        self.mapping(value, &[fields], |_| None, &mut target);
        Some(target)
    }

    /// The text of a scalar, or a finding that says what was expected.
    pub fn scalar<'y>(&mut self, what: &str, value: &'y Yaml) -> Option<&'y str> {
        let text = value.text();
        if text.is_none() {
            self.expected(what, value);
        }
        text
    }

    /// Notes that a value has another type than the one expected.
    pub fn expected(&mut self, what: &str, value: &Yaml) {
        let bracket = self.text[value.span.start as usize..].starts_with(['[', '{']);
        let help = match &value.value {
            Value::Map(_) if what.starts_with("a list") => Some("begin each item with `- `".to_owned()),
            Value::Scalar { .. } => None,
            _ if what.starts_with("a list") || what.starts_with("a mapping") || !bracket => None,
            _ => Some("quote the value if the bracket belongs to the text".to_owned()),
        };
        let message = format!("expected {what}, found {}", value.what());
        self.note(Finding::WrongType, value.span, message, help);
    }

    pub fn note(
        &mut self,
        finding: Finding,
        span: Span,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        let mut diagnostic =
            Diagnostic::new(finding, Place::new(self.path.clone(), first_line(self.text, span)), message);
        diagnostic.help = help.into();
        self.diagnostics.push(diagnostic);
    }

    /// One of a few words.
    pub fn word(&mut self, value: &Yaml, words: &[&'static str]) -> Option<&'static str> {
        let text = self.scalar("a word", value)?;
        let found = words.iter().find(|word| **word == text).copied();
        if found.is_none() {
            let help = match nearest(text, words.iter().copied()) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("write {}", choice(words)),
            };
            self.note(
                Finding::BadValue,
                value.span,
                format!("{} is not {}", shown(text), choice(words)),
                help,
            );
        }
        found
    }

    /// An address on the web. `also` names what else may stand here.
    fn web_address<'y>(&mut self, value: &'y Yaml, also: &[&str]) -> Option<&'y str> {
        let text = self.scalar("an address", value)?;
        match web_fault(text, also) {
            None => Some(text),
            Some((finding, message, help)) => {
                self.note(finding, value.span, message, Some(help));
                None
            }
        }
    }
}

/// The JSON Schema of a mapping.
pub fn schema<T>(tables: &[&[Field<T>]]) -> Json {
    let mut properties = Map::new();
    let mut example = Map::new();
    for field in tables.iter().flat_map(|table| table.iter()) {
        let mut schema = (field.schema)();
        if let Some(first) = schema["examples"].get(0) {
            example.insert(field.name.to_owned(), first.clone());
        }
        schema["description"] = json!(field.doc);
        properties.insert(field.name.to_owned(), schema);
    }
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "examples": [example],
    })
}

/// A span without what stands on the lines after its first.
fn first_line(text: &str, span: Span) -> Span {
    let found = &text[span.start as usize..span.end as usize];
    match found.find('\n') {
        Some(end) => Span::new(span.start as usize, span.start as usize + found[..end].trim_end().len()),
        None => span,
    }
}

/// `` `a`, `b` or `c` ``
pub fn choice(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => format!("`{word}`"),
        [words @ .., last] => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", words.join(", "))
        }
    }
}

/// The scheme of an address, without its colon.
pub fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let fits = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    fits.then_some(scheme)
}

/// What is wrong with an address that should be `http(s)` with a host, or one of `also` (`mailto:`,
/// or `/` for a path of the site): finding, message and help.
fn web_fault(address: &str, also: &[&str]) -> Option<(Finding, String, String)> {
    let bad = |message: String, help: String| Some((Finding::BadValue, message, help));
    if address.contains(|c: char| c.is_whitespace() || c.is_control()) {
        let help = "write spaces as %20; list several addresses one by one".to_owned();
        return bad(format!("{} has white space in it", shown(address)), help);
    }
    if also.contains(&"/")
        && address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
    {
        return None;
    }
    let takes: Vec<&str> = ["https://", "http://"].iter().chain(also).copied().collect();
    let Some(scheme) = scheme(address) else {
        let host = address.trim_start_matches('/').split('/').next().unwrap_or_default();
        let help = match address {
            _ if address.starts_with("10.") && address.contains('/') => {
                format!("write https://doi.org/{address}")
            }
            _ if host.contains('.') && !address.starts_with('.') && !address.contains('\\') => {
                format!("write https://{}", address.trim_start_matches('/'))
            }
            _ => format!("begin it with {}", choice(&takes)),
        };
        return bad(format!("{} is not a whole address", shown(address)), help);
    };
    let rest = &address[scheme.len() + 1..];
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https"
            if rest
                .strip_prefix("//")
                .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '\\', '?', '#'])) =>
        {
            None
        }
        "http" | "https" => {
            bad(format!("{} names no host", shown(address)), format!("write {scheme}://, then the host"))
        }
        "mailto" if also.contains(&"mailto:") && rest.contains('@') => None,
        "doi" => bad(
            format!("{} is not an address of the web", shown(address)),
            format!("write https://doi.org/{rest}"),
        ),
        _ if rest.starts_with(|c: char| c.is_ascii_digit()) && scheme.contains('.') => {
            bad(format!("{} is not a whole address", shown(address)), format!("write https://{address}"))
        }
        _ => Some((
            Finding::UnsafeUrl,
            format!("an address of the kind `{scheme}:` is not linked to"),
            format!("begin it with {}", choice(&takes)),
        )),
    }
}

/// `true` or `false`, and nothing else: `yes`, `on` and `1` mean other things elsewhere.
impl Shape for bool {
    const MANY: &'static str = "`true` or `false`";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<bool> {
        let text = reader.scalar("`true` or `false`", value)?;
        match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                let message = format!("{} is not `true` or `false`", shown(text));
                reader.note(
                    Finding::BadValue,
                    value.span,
                    message,
                    Some("write `true` or `false`".to_owned()),
                );
                None
            }
        }
    }

    fn schema() -> Json {
        json!({"type": "boolean", "examples": [true]})
    }
}

/// Text as typed; white space around it is left out.
impl Shape for String {
    const MANY: &'static str = "texts";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<String> {
        reader.scalar("text", value).map(|text| text.trim().to_owned())
    }

    fn schema() -> Json {
        text_schema(&["Words"])
    }
}

/// Editors take `1984` for a number; here it is text as well.
pub fn text_schema(examples: &[&str]) -> Json {
    json!({"type": ["string", "number", "boolean"], "examples": examples})
}

/// Items that are empty are noted and left out. One item needs no list, if its shape allows it.
impl<T: Shape> Shape for Vec<T> {
    const MANY: &'static str = "lists";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Vec<T>> {
        let Some(items) = value.list() else {
            if T::ALONE && value.text().is_some() {
                return if value.is_blank() { None } else { T::read(value, reader).map(|item| vec![item]) };
            }
            reader.expected(&format!("a list of {}", T::MANY), value);
            return None;
        };
        if items.len() > reader.longest_list {
            let message =
                format!("a list of {} items; at most {} are read", items.len(), reader.longest_list);
            let help = "shorten it, or raise `limits: {list: …}` in nutgraf.yaml".to_owned();
            reader.note(Finding::OverLimit, value.span, message, Some(help));
        }
        let mut list = Vec::with_capacity(items.len().min(reader.longest_list));
        for item in items.iter().take(reader.longest_list) {
            if item.is_blank() {
                let help = "delete it".to_owned();
                reader.note(Finding::EmptyItem, item.span, "an item of this list is empty", Some(help));
            } else {
                list.extend(T::read(item, reader));
            }
        }
        Some(list)
    }

    fn schema() -> Json {
        let items = T::schema();
        let example = items["examples"][0].clone();
        let list = json!({"type": "array", "items": items});
        if !T::ALONE {
            return json!({"type": "array", "items": list["items"], "examples": [[example]]});
        }
        json!({"anyOf": [list, list["items"]], "examples": [[example]]})
    }
}

/// Any data, with the types that it has by nature.
impl Shape for Json {
    const MANY: &'static str = "values";

    fn read(value: &Yaml, _: &mut Reader) -> Option<Json> {
        Some(value.to_json())
    }

    fn schema() -> Json {
        json!({"examples": [{"any": ["data", 1, true]}]})
    }
}

/// A whole number between two bounds.
#[derive(Clone, Copy, Debug)]
pub struct Number<const LEAST: u64, const MOST: u64>(pub u64);

impl<const LEAST: u64, const MOST: u64> Shape for Number<LEAST, MOST> {
    const MANY: &'static str = "numbers";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Self> {
        let text = reader.scalar("a number", value)?;
        let number = text.parse().ok().filter(|number| (LEAST..=MOST).contains(number));
        if number.is_none() || !text.bytes().all(|b| b.is_ascii_digit()) {
            let message = format!("{} is not a whole number from {LEAST} to {MOST}", shown(text));
            reader.note(Finding::BadValue, value.span, message, None);
            return None;
        }
        number.map(Number)
    }

    fn schema() -> Json {
        json!({"type": "integer", "minimum": LEAST, "maximum": MOST, "examples": [LEAST + 1]})
    }
}

/// Words of which a value is one.
macro_rules! words {
    ($(#[doc = $doc:literal])+ $visibility:vis $name:ident: $($word:literal),+) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visibility struct $name(pub &'static str);

        impl $crate::source::fields::Shape for $name {
            const MANY: &'static str = "words";

            fn read(value: &$crate::source::yaml::Yaml, reader: &mut $crate::source::fields::Reader) -> Option<Self> {
                reader.word(value, &[$($word),+]).map($name)
            }

            fn schema() -> serde_json::Value {
                serde_json::json!({"enum": [$($word),+], "examples": [$($word),+]})
            }
        }
    };
}
pub(crate) use words;

/// A tag of BCP 47: `en`, `pt-BR`, `zh-Hans`.
#[derive(Clone, Debug)]
pub struct Language(pub String);

impl Shape for Language {
    const MANY: &'static str = "languages";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Language> {
        let text = reader.scalar("a language tag", value)?;
        let mut parts = text.split('-');
        let first = parts.next().unwrap_or_default();
        let fits = matches!(first.len(), 2 | 3)
            && first.bytes().all(|b| b.is_ascii_alphabetic())
            && parts
                .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if fits {
            return Some(Language(text.to_owned()));
        }
        let message = format!("{} is not a language tag", shown(text));
        reader.note(Finding::BadValue, value.span, message, Some("write it as `en` or `pt-BR`".to_owned()));
        None
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", "examples": ["en", "pt-BR"]})
    }
}

/// An address that begins with `http://` or `https://`. Any other is noted and dropped.
#[derive(Clone, Debug)]
pub struct WebUrl(pub String);

impl Shape for WebUrl {
    const MANY: &'static str = "addresses";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<WebUrl> {
        reader.web_address(value, &[]).map(|url| WebUrl(url.to_owned()))
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://", "examples": ["https://example.org/report"]})
    }
}

/// An address on the web or a path of the site.
#[derive(Clone, Debug)]
pub struct Target(pub String);

impl Shape for Target {
    const MANY: &'static str = "addresses";

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Target> {
        reader.web_address(value, &["mailto:", "/"]).map(|url| Target(url.to_owned()))
    }

    fn schema() -> Json {
        json!({"type": "string", "examples": ["https://example.org/", "/about/", "mailto:desk@example.org"]})
    }
}

/// Names of links with their addresses, in the order typed.
#[derive(Clone, Debug)]
pub struct Links(pub Vec<(String, String)>);

impl Shape for Links {
    const MANY: &'static str = "links";
    const ALONE: bool = false;

    fn read(value: &Yaml, reader: &mut Reader) -> Option<Links> {
        let Some(entries) = value.map() else {
            reader.expected("a mapping of names to addresses", value);
            return None;
        };
        let mut links = Vec::new();
        for (key, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
            if let Some(Target(url)) = Target::read(value, reader) {
                links.push((key.text.to_string(), url));
            }
        }
        Some(Links(links))
    }

    fn schema() -> Json {
        json!({
            "type": "object",
            "additionalProperties": Target::schema(),
            "examples": [{"website": "https://example.org/"}],
        })
    }
}
