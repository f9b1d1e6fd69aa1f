//! Templates: which file draws a page, and what is said when one of them is at fault.
//!
//! A template is looked for on the shelves of the [`Theme`], and the first that has it wins. That
//! also holds for the templates that others extend and include. Under its long name
//! (`theme/explainer.html`, `base/explainer.html`, `builtin/explainer.html`) the file of a given shelf
//! is meant, so that a file may extend the very one that it replaces.
//!
//! Beside Tera's own filters there are these:
//!
//! - `{{ "/about/" | href }}`: a path of the site with the path under which the site stands;
//! - `{{ "site.css" | asset }}`: the address of a file in `static/` of a theme or of the built-in
//!   templates; an error where there is no such file;
//! - `{{ "head.js" | inline_script }}` and `{{ "head.js" | script_hash }}`: the text of a script, to
//!   stand in a page, and its hash for a content security policy;
//! - `{{ card.title | lines(font=…, width=…, height=…, largest=…, smallest=…) }}` in `card.svg`: a text in
//!   lines, see `cards/lines.rs`;
//! - `{{ words.by | with(name=…) }}` and `{{ words.parts | count(n=…) }}`: a word with values.
//!
//! What stands on every page alike is drawn once a language: the templates in `fixed/` see `site` and
//! `words`, and nothing of a page. A page has what they drew as `fixed.NAME`.

mod blocks;
mod cards;
mod faults;

use super::cards::lines;
use super::view::{Head, Site};
use crate::archive::encode;
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, Span, nearest};
use crate::theme::{Asset, Assets, Shelf, Template, Theme, Words, keys_used, words};
use faults::{
    Fault, Faults, at_line, called_from, explain, missing, parent_of, starts_at_page, tidy, within,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;
use tera::{Context, ErrorKind, Kwargs, Map, State, Tera, TeraResult, Value};

/// Bytes that a page may have.
const LARGEST_PAGE: usize = 32 << 20;

/// All templates of a site, ready to render. Built whole and replaced whole.
pub struct Templates {
    tera: Tera,
    /// By their names in the engine.
    files: BTreeMap<String, File>,
    words: Arc<Words>,
    /// What the templates in `fixed/` drew, by the language of a page in small letters.
    fixed: BTreeMap<String, Value>,
}

/// Folder of the templates that are drawn once a language.
const FIXED: &str = "fixed/";

#[derive(Clone)]
struct File {
    /// Where an author finds it: `templates/x.html`, `themes/plain/templates/x.html`, or
    /// `builtin:x.html`.
    path: Arc<str>,
    text: String,
}

impl Templates {
    /// Reads all templates. Notes *every* fault of every file; with one, there are no templates.
    pub fn new(theme: &Theme, site: &Site, diagnostics: &mut Diagnostics) -> Option<Templates> {
        let before = diagnostics.iter().count();
        let files = stock(&theme.templates, diagnostics);
        note_unknown_words(&files, &theme.words, diagnostics);
        let mut tera = engine(&site.base_path, theme);
        if tera.add_raw_templates(files.iter().map(|(name, file)| (name, &file.text))).is_err() {
            let engine = engine(&site.base_path, theme);
            Faults { files: &files, engine, diagnostics }.find();
        }
        tera.global_context().insert("site", site);
        let words = theme.words.clone();
        let mut templates = Templates { tera, files, words, fixed: BTreeMap::new() };
        if diagnostics.iter().count() == before {
            templates.draw_fixed(diagnostics);
        }
        (diagnostics.iter().count() == before).then_some(templates)
    }

    fn draw_fixed(&mut self, diagnostics: &mut Diagnostics) {
        let names: Vec<&str> =
            self.files.keys().map(String::as_str).filter(|n| n.starts_with(FIXED)).collect();
        let mut fixed = BTreeMap::new();
        let head = Head { url: "every page".to_owned(), ..Head::default() };
        for lang in self.words.languages() {
            let mut drawn = Map::new();
            let mut context = Context::new();
            context.insert_value("words", self.words.of(lang).value());
            for name in &names {
                let mut output = Capped::default();
                let found = match self.tera.render_to(name, &context, &mut output) {
                    Ok(()) => {
                        let key = name[FIXED.len()..].trim_end_matches(".html").to_owned();
                        let text = String::from_utf8_lossy(&output.bytes);
                        // The line ends around it are those of its file.
                        drawn.insert(key.into(), Value::safe_string(text.trim_matches('\n')));
                        continue;
                    }
                    Err(_) if output.full => self.too_large(name, &head, None),
                    Err(error) => self.failure(name, &context, &error, &head, None),
                };
                diagnostics.push(found);
            }
            fixed.insert(lang.to_owned(), Value::from(drawn));
        }
        self.fixed = fixed;
    }

    fn fixed(&self, lang: &str) -> Value {
        let own = self.fixed.get(lang).or_else(|| self.fixed.get(&lang.to_ascii_lowercase()));
        own.or_else(|| self.fixed.values().next()).cloned().unwrap_or_else(|| Value::from(Map::new()))
    }

    /// Renders a page. `content` is the file whose page it is, for messages; `None` for lists.
    ///
    /// # Errors
    ///
    /// The template is missing, or it failed. The finding names its place, the templates by way of
    /// which it was reached, the page, and for a fault within a list also the file of the entry.
    pub fn render<P: Serialize>(
        &self,
        name: &str,
        head: &Head,
        page: &P,
        content: Option<&Place>,
    ) -> Result<Vec<u8>, Box<Diagnostic>> {
        let mut context = Context::new();
        let mut insert = |variable: &'static str, value: TeraResult<Value>| match value {
            Ok(value) => {
                context.insert_value(variable, value);
                Ok(())
            }
            Err(error) => {
                let place = content.cloned().unwrap_or_else(|| self.place(name, None));
                Err(Box::new(Diagnostic::new(
                    Finding::TemplateError,
                    place,
                    format!("the data of {} cannot be given to a template: {error}", head.url),
                )))
            }
        };
        insert("words", Ok(self.words.of(&head.lang).value()))?;
        insert("fixed", Ok(self.fixed(&head.lang)))?;
        insert("head", Value::try_from_serializable(head))?;
        insert("page", Value::try_from_serializable(page))?;
        let mut output = Capped { bytes: Vec::with_capacity(32 << 10), full: false };
        match self.tera.render_to(name, &context, &mut output) {
            Ok(()) => Ok(output.bytes),
            Err(_) if output.full => Err(Box::new(self.too_large(name, head, content))),
            Err(error) => Err(Box::new(self.failure(name, &context, &error, head, content))),
        }
    }

    /// There is a template of this name on one of the shelves.
    pub fn has(&self, name: &str) -> bool {
        self.tera.contains_template(name)
    }

    /// The finding for a template that does not exist; `place` is where it is named.
    pub fn missing(&self, name: &str, place: Place) -> Diagnostic {
        missing(name, place, &self.files)
    }

    fn too_large(&self, name: &str, head: &Head, content: Option<&Place>) -> Diagnostic {
        let found = Diagnostic::new(
            Finding::OverLimit,
            self.place(name, None),
            format!("{} has more than {} MiB; the template was stopped", head.url, LARGEST_PAGE >> 20),
        )
        .help("split the list that it shows into pages, or look for a loop that grows");
        rendered_for(found, content)
    }

    fn failure(
        &self,
        name: &str,
        context: &Context,
        error: &tera::Error,
        head: &Head,
        content: Option<&Place>,
    ) -> Diagnostic {
        if let ErrorKind::TemplateNotFound(_) = error.kind() {
            let place = content.cloned().unwrap_or_else(|| Place::file(format!("templates/{name}")));
            return self.missing(name, place);
        }
        let Some(fault) = Fault::of(error) else {
            // Only faults without a place come here, such as components that call themselves.
            let found =
                Diagnostic::new(Finding::TemplateError, self.place(name, None), tidy(&error.to_string()))
                    .label(format!("while making {}", head.url));
            return rendered_for(found, content);
        };
        let text = self.files.get(&fault.file).map_or("", |file| file.text.as_str());
        let range = within(text, fault.range.clone());
        let (message, help) = explain(&fault.message, text, &range);
        let mut found =
            Diagnostic::new(Finding::TemplateError, self.place(&fault.file, Some(range.clone())), message)
                .label(format!("while making {}", head.url));
        found.help = help;
        let drawn = error.to_string();
        let calls = called_from(&drawn);
        for &(file, line, column, width) in &calls {
            let text = self.files.get(file).map_or("", |file| file.text.as_str());
            let range = at_line(text, line, column, width);
            found = found.also(self.place(file, Some(range)), "included here");
        }
        let outermost = calls.last().map_or(fault.file.as_str(), |call| call.0);
        for (child, range) in self.way_up(name, outermost).into_iter().rev() {
            found = found.also(self.place(child, Some(range)), "extended here");
        }
        found = rendered_for(found, content);
        if !starts_at_page(text, &range)
            && let Some(path) = self.entry_at_fault(name, context, &fault)
        {
            found = found.also(Place::file(path), "the entry of the list whose data is at fault");
        }
        found
    }

    /// The `extends` tags from a template up to one of its parents; empty where it is none of them.
    fn way_up<'a>(&'a self, from: &'a str, to: &str) -> Vec<(&'a str, Range<usize>)> {
        let (mut way, mut at) = (Vec::new(), from);
        while at != to && way.len() < self.files.len() {
            let Some(file) = self.files.get(at) else { return Vec::new() };
            let Some((parent, range)) = parent_of(&file.text) else { return Vec::new() };
            way.push((at, range));
            at = parent;
        }
        way
    }

    /// The content file of the list entry that makes the template fail. The engine does not tell, so
    /// lists are cut down, by halves, to the shortest that still fails: a few renderings for each list, and
    /// only when something failed already.
    fn entry_at_fault(&self, name: &str, context: &Context, fault: &Fault) -> Option<String> {
        let fails = |page: &Value| {
            let mut trial = context.clone();
            trial.insert_value("page", page.clone());
            let result = self.tera.render_to(name, &trial, Capped::default());
            result.err().and_then(|error| Fault::of(&error)).is_some_and(|found| found == *fault)
        };
        let mut page = context.get("page")?.clone();
        let mut path = Vec::new();
        // A list, an entry of it, a list within that entry: deeper views do not exist.
        for _ in 0..3 {
            let (list, length) = lists(&page, &path).into_iter().find(|(list, _)| {
                replaced(&page, list, Value::from(Vec::<Value>::new())).is_some_and(|p| !fails(&p))
            })?;
            let items = found_at(&page, &list)?.as_array()?.to_vec();
            let (mut fine, mut failing) = (0, length);
            while failing - fine > 1 {
                let half = fine.midpoint(failing);
                let cut = Value::from(items[..half].to_vec());
                if replaced(&page, &list, cut).is_some_and(|p| fails(&p)) {
                    failing = half
                } else {
                    fine = half
                }
            }
            let entry = items[failing - 1].clone();
            let source = ["source_path", "card.source_path"].iter().find_map(|path| {
                entry.get_from_path(path).and_then(Value::as_str).filter(|path| !path.is_empty())
            });
            if let Some(source) = source {
                return Some(source.to_owned());
            }
            page = replaced(&page, &list, Value::from(vec![entry]))?;
            path = list;
            path.push(Step::First);
        }
        None
    }

    fn place(&self, name: &str, range: Option<Range<usize>>) -> Place {
        place(&self.files, name, range)
    }
}

/// The files to load, by their names in the engine: each that wins under its plain name, and each that
/// some file asks for by its long name. Others that are replaced are left out: nothing could reach
/// them, and they would have to fit a `base.html` that they were not made for.
fn stock(templates: &[Template], diagnostics: &mut Diagnostics) -> BTreeMap<String, File> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let mut long: Vec<(String, File)> = Vec::new();
    for template in templates {
        let name = &template.name;
        if template.shelf == Shelf::Site && short(name) != name {
            let message = format!("`{name}` is the long name of a template of another shelf");
            let found = Diagnostic::new(Finding::TemplateSyntax, Place::file(template.path.clone()), message);
            diagnostics.push(found.help("put it into a folder of another name"));
            continue;
        }
        let file = File { path: template.path.clone(), text: template.text.clone() };
        if template.shelf != Shelf::Site {
            long.push((format!("{}{name}", template.shelf.prefix()), file.clone()));
        }
        // Under its plain name the engine finds a file at the first look, several times a page.
        files.entry(name.clone()).or_insert(file);
    }
    // A file that is asked for may ask for another.
    while let Some(at) =
        long.iter().position(|(long, _)| files.values().any(|file| asks_for(&file.text, long)))
    {
        files.extend([long.swap_remove(at)]);
    }
    files
}

/// A name without the shelf that it means.
fn short(name: &str) -> &str {
    let prefixes = Shelf::ALL.into_iter().map(Shelf::prefix).filter(|prefix| !prefix.is_empty());
    prefixes.into_iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

/// Notes words that templates name and that do not exist, all of them and once: on pages they would
/// fail one by one.
fn note_unknown_words(files: &BTreeMap<String, File>, words: &Words, diagnostics: &mut Diagnostics) {
    for file in files.values() {
        for (name, range) in keys_used(&file.text).into_iter().filter(|(name, _)| !words.has(name)) {
            let place = Place::new(file.path.clone(), Span::new(range.start, range.end));
            let message = format!("there is no word `{name}`");
            let mut found =
                Diagnostic::new(Finding::TemplateSyntax, place, message).suggest(name, words.names());
            if found.help.is_none() {
                found.help = Some("write it into templates/words/en.yaml".to_owned());
            }
            diagnostics.push(found);
        }
    }
}

fn asks_for(text: &str, long: &str) -> bool {
    ['"', '\'', '`'].iter().any(|quote| text.contains(&format!("{quote}{long}{quote}")))
}

/// An engine without templates: filters and what is escaped must be settled before.
fn engine(base_path: &str, theme: &Theme) -> Tera {
    let assets = &theme.assets;
    let mut tera = Tera::new();
    tera.autoescape_on([".html", ".xml", ".svg"]);
    let faces = theme.faces.clone();
    tera.register_filter("lines", move |text: &str, values: Kwargs, _: &State| lines(&faces, text, &values));
    let base = base_path.to_owned();
    tera.register_filter("href", move |url: &str, _: Kwargs, _: &State| {
        if url.starts_with('/') && !url.starts_with("//") { format!("{base}{url}") } else { url.to_owned() }
    });
    let (base, all) = (base_path.to_owned(), assets.clone());
    tera.register_filter("asset", move |name: &str, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(format!("{base}/static/{}", encode(&asset(&all, name)?.published)))
    });
    let all = assets.clone();
    tera.register_filter("inline_script", move |name: &str, _: Kwargs, _: &State| -> TeraResult<Value> {
        let text = asset(&all, name)?.inline().map_err(tera::Error::message)?;
        Ok(Value::safe_string(text))
    });
    let all = assets.clone();
    tera.register_filter("script_hash", move |name: &str, _: Kwargs, _: &State| -> TeraResult<String> {
        asset(&all, name)?.hash().map_err(tera::Error::message)
    });
    tera.register_filter("with", |word: &Value, values: Kwargs, _: &State| words::fill(word, &values));
    tera.register_filter("count", |word: &Value, values: Kwargs, _: &State| words::count(word, &values));
    tera
}

/// The file that a template names.
fn asset<'a>(assets: &'a Assets, name: &str) -> TeraResult<&'a Asset> {
    assets.get(name).ok_or_else(|| {
        let near = nearest(name, assets.names());
        let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        tera::Error::message(format!("there is no file `{name}` in `static`{near}"))
    })
}

/// Collects a page up to the size that is allowed.
#[derive(Default)]
struct Capped {
    bytes: Vec<u8>,
    full: bool,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.bytes.len() + bytes.len() > LARGEST_PAGE {
            self.full = true;
            return Err(io::Error::other("the page is too large"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn rendered_for(found: Diagnostic, content: Option<&Place>) -> Diagnostic {
    match content {
        Some(place) => found.also(place.clone(), "the page that was being made"),
        None => found,
    }
}

fn place(files: &BTreeMap<String, File>, name: &str, range: Option<Range<usize>>) -> Place {
    match (files.get(name), range) {
        (Some(file), Some(range)) => Place::new(file.path.clone(), Span::new(range.start, range.end)),
        (Some(file), None) => Place::file(file.path.clone()),
        (None, _) => Place::file(format!("templates/{name}")),
    }
}

/// A step into the data of a page.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    First,
}

/// The lists below a place that are reached through fields alone, with their lengths.
fn lists(page: &Value, below: &[Step]) -> Vec<(Vec<Step>, usize)> {
    let mut found = Vec::new();
    let mut open = vec![below.to_vec()];
    while let Some(path) = open.pop() {
        let Some(value) = found_at(page, &path) else { continue };
        if let Some(items) = value.as_array() {
            if !items.is_empty() {
                found.push((path, items.len()));
            }
        } else if let Some(fields) = value.as_map().filter(|_| path.len() < below.len() + 4) {
            let names = fields.keys().rev().filter_map(|key| key.as_str());
            open.extend(names.map(|name| [path.clone(), vec![Step::Field(name.to_owned())]].concat()));
        }
    }
    found
}

fn found_at<'a>(page: &'a Value, path: &[Step]) -> Option<&'a Value> {
    path.iter().try_fold(page, |value, step| match step {
        Step::Field(name) => {
            value.as_map()?.iter().find(|(key, _)| key.as_str() == Some(name)).map(|(_, v)| v)
        }
        Step::First => value.as_array()?.first(),
    })
}

/// The data with another value at a place.
fn replaced(page: &Value, path: &[Step], value: Value) -> Option<Value> {
    let Some((step, rest)) = path.split_first() else { return Some(value) };
    match step {
        Step::Field(name) => {
            let mut fields = page.as_map()?.clone();
            let (_, inner) = fields.iter_mut().find(|(key, _)| key.as_str() == Some(name))?;
            *inner = replaced(inner, rest, value)?;
            Some(Value::from(fields))
        }
        Step::First => {
            let mut items = page.as_array()?.to_vec();
            let first = items.first_mut()?;
            *first = replaced(first, rest, value)?;
            Some(Value::from(items))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::view::*;
    use crate::theme::tests::of_texts;
    use crate::theme::{Bytes, builtin_text};
    use std::collections::BTreeSet;

    const EVIL: &str = "\"><script>alert(1)</script>'&";

    fn site() -> Site {
        Site {
            title: "Archive".to_owned(),
            base_path: "/r".to_owned(),
            url: "/r/".to_owned(),
            words: Mapping(of_texts(&[], &[]).words.of_site().value()),
            ..Site::default()
        }
    }

    fn load(site_files: &[(&str, &str)], theme: &[(&str, &str)]) -> Templates {
        let mut diagnostics = Diagnostics::default();
        let templates = Templates::new(&of_texts(site_files, theme), &site(), &mut diagnostics);
        templates.unwrap_or_else(|| panic!("{:#?}", diagnostics.iter().collect::<Vec<_>>()))
    }

    fn head() -> Head {
        Head {
            title: "T".to_owned(),
            url: "/r/x/".to_owned(),
            lang: "en".to_owned(),
            dir: "ltr".to_owned(),
            ..Head::default()
        }
    }

    fn page() -> PageView {
        PageView { title: "T".to_owned(), ..PageView::default() }
    }

    fn text(templates: &Templates, name: &str) -> String {
        let content = Place::file("content/pages/x.md");
        match templates.render(name, &head(), &page(), Some(&content)) {
            Ok(bytes) => String::from_utf8(bytes).expect("UTF-8"),
            Err(found) => panic!("{found:#?}"),
        }
    }

    /// A finding in one line: name, path, text under the caret, message, help, further places.
    fn line(found: &Diagnostic, files: &[(&str, &str)]) -> String {
        let under = |place: &Place| {
            let name = place.path.strip_prefix("templates/").unwrap_or(&place.path);
            let text = files.iter().find(|(file, _)| *file == name).map_or("", |(_, text)| text);
            let span = place.span.map(|span| text.get(span.start as usize..span.end as usize).unwrap_or("?"));
            match span {
                Some(span) => format!("{} «{span}»", place.path),
                None => place.path.to_string(),
            }
        };
        let further: String =
            found.further.iter().map(|(p, label)| format!(" < {} {label}", under(p))).collect();
        let help = found.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}: {}: {}{help}{further}", found.finding.name(), under(&found.place), found.message)
    }

    /// The findings of templates that cannot be read.
    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        let templates = Templates::new(&of_texts(files, &[]), &site(), &mut diagnostics);
        assert_eq!(templates.is_none(), !diagnostics.is_empty());
        diagnostics.finish(|finding| Some(finding.level()));
        diagnostics.iter().map(|found| line(found, files)).collect()
    }

    /// The finding of a template that fails.
    fn failure<P: Serialize>(files: &[(&str, &str)], name: &str, page: &P) -> String {
        let content = Place::file("content/pages/x.md");
        let found = load(files, &[]).render(name, &head(), page, Some(&content)).expect_err("a failure");
        line(&found, files)
    }

    #[test]
    fn the_site_goes_before_the_theme_and_the_theme_before_what_is_built_in() {
        let templates = load(
            &[
                ("partials/footer.html", "site's footer"),
                (
                    "page.html",
                    "{% extends \"theme/page.html\" %}{% block main %}site, {{ super() }}{% endblock %}",
                ),
            ],
            &[
                ("partials/header.html", "theme's header"),
                ("partials/footer.html", "theme's footer"),
                (
                    "page.html",
                    "{% extends \"builtin/page.html\" %}{% block main %}theme, {{ super() }}{% endblock %}",
                ),
            ],
        );
        let html = text(&templates, "page.html");
        assert!(html.contains("site, theme, \n<article>"), "{html}");
        assert!(html.contains("theme's header"));
        assert!(html.contains("site's footer") && !html.contains("theme's footer"));
        assert!(html.contains("href=\"/r/static/site."));
    }

    #[test]
    fn what_stands_on_every_page_is_drawn_once_and_sees_no_page() {
        let files = [
            ("fixed/ways.html", "\n<p>{{ site.title }}, {{ words.main_menu }}</p>\n"),
            ("a.html", "[{{ fixed.ways }}]"),
        ];
        let (title, menu) = (site().title, "Main");
        assert_eq!(text(&load(&files, &[]), "a.html"), format!("[<p>{title}, {menu}</p>]"));
        assert_eq!(
            faults(&[("fixed/ways.html", "{{ page.title }}")]),
            [
                "template-error: templates/fixed/ways.html «page»: there is no variable `page` here (there are: site, words)"
            ]
        );
    }

    #[test]
    fn a_replaced_template_need_not_fit_another_base() {
        let templates = load(
            &[],
            &[
                ("base.html", "<p>{% block main %}{% endblock %}</p>"),
                ("front.html", "x"),
                ("topics.html", "{% extends \"base.html\" %}{% block main %}own{% endblock %}"),
            ],
        );
        assert_eq!(text(&templates, "topics.html"), "<p>own</p>");
    }

    #[test]
    fn filters_give_addresses_under_the_path_of_the_site() {
        let files = [(
            "a.html",
            "{{ \"/about/\" | href }} {{ \"https://e.org/\" | href }} {{ \"//e.org\" | href }} {{ \"site.css\" | asset }}",
        )];
        let text = text(&load(&files, &[]), "a.html");
        let stamp = text.strip_prefix("/r/about/ https://e.org/ //e.org /r/static/site.");
        assert_eq!(stamp.and_then(|rest| rest.strip_suffix(".css")).map(str::len), Some(8), "{text}");
        assert_eq!(
            failure(&[("a.html", "{{ \"sit.css\" | asset }}")], "a.html", &page()),
            "template-error: templates/a.html «asset»: there is no file `sit.css` in `static`; did you mean \
             `site.css`? < content/pages/x.md the page that was being made"
        );
    }

    #[test]
    fn every_fault_of_every_template_is_found_at_once() {
        let files = [
            ("a.html", "<p>\n{% if page.title %}x\n</p>"),
            ("b.html", "{{ page.title | uper }}{% include \"partials/cardz.html\" %}"),
            ("c.html", "{% extends \"bse.html\" %}"),
            ("d.html", "{{ page.title page }}"),
            ("e.html", "{% extends \"base.html\" %}{% block mian %}{% endblock %}"),
            ("f.html", "{{ page.title | up"),
            ("g.html", "{% for x in page.contents %}{% if x %}{% endfor %}"),
            ("h.html", "{% includ \"a.html\" %}"),
            ("i.html", "x{% endif %}"),
        ];
        assert_eq!(
            faults(&files),
            [
                "template-syntax: templates/a.html «{% if page.title %}»: `{% if … %}` is never closed (add `{% endif %}`)",
                "template-syntax: templates/b.html «uper»: there is no filter `uper` (did you mean `upper`?)",
                "missing-template: templates/b.html «\"partials/cardz.html\"»: there is no template `partials/cardz.html` (did you mean `partials/card.html`?)",
                "missing-template: templates/c.html «bse.html»: there is no template `bse.html` (did you mean `base.html`?)",
                "template-syntax: templates/d.html «page»: found `page`, expected `}}`",
                "template-syntax: templates/f.html «up»: the template ends inside a tag (close it with `}}` or `%}`)",
                "template-syntax: templates/g.html «{% if x %}»: `{% if … %}` is not closed before `{% endfor %}` (add `{% endif %}`)",
                "template-syntax: templates/h.html «includ»: there is no tag `{% includ … %}` (did you mean `{% include … %}`?)",
                "template-syntax: templates/i.html «{% endif %}»: `{% endif %}` closes nothing",
            ]
        );
        assert_eq!(
            faults(&files[4..5]),
            [
                "template-syntax: templates/e.html «mian»: no template that this one extends has a block `mian` (did you mean `main`?)"
            ]
        );
    }

    #[test]
    fn circles_and_doubles_are_told_with_all_their_files() {
        assert_eq!(
            faults(&[
                ("a.html", "{% include \"b.html\" %}"),
                ("b.html", "{% include \"a.html\" %}"),
                ("c.html", "{% extends \"d.html\" %}"),
                ("d.html", "{% extends \"c.html\" %}")
            ]),
            [
                "template-syntax: templates/a.html «{% include \"b.html\" %}»: templates go round in a circle: `a.html` includes `b.html` includes `a.html` (to build on the template that a file replaces, use its long name: `theme/…` or `builtin/…`)",
                "template-syntax: templates/c.html «{% extends \"d.html\" %}»: templates go round in a circle: `c.html` extends `d.html` extends `c.html` (to build on the template that a file replaces, use its long name: `theme/…` or `builtin/…`)",
            ]
        );
        let component = "{% component Box() %}x{% endcomponent Box %}";
        assert_eq!(
            faults(&[("a.html", component), ("b.html", component)]),
            [
                "template-syntax: templates/b.html «{% component Box() %}»: the component `Box` is defined twice < templates/a.html «{% component Box() %}» first here"
            ]
        );
        assert_eq!(
            faults(&[("theme/x.html", "")]),
            [
                "template-syntax: templates/theme/x.html: `theme/x.html` is the long name of a template of another shelf (put it into a folder of another name)"
            ]
        );
    }

    #[test]
    fn a_misspelt_field_is_told_with_those_that_exist() {
        let card = Card { title: "x".to_owned(), ..Card::default() };
        assert_eq!(
            failure(
                &[("a.html", "<b>{{ page.title }} {{ page.titel }}</b>")],
                "a.html",
                &NotFoundView { recent: vec![card.value()] }
            ),
            "template-error: templates/a.html «title»: `page` has no field `title` (there are: recent) < content/pages/x.md the page that was being made"
        );
        let found = failure(&[("a.html", "{{ page.titel }}")], "a.html", &page());
        assert!(
            found.contains(
                "«titel»: `page` has no field `titel` (did you mean `title`? There are: body, closed, contents"
            ),
            "{found}"
        );
        let found = failure(&[("a.html", "{{ pgae.title }}")], "a.html", &page());
        assert!(
            found.contains(
                "there is no variable `pgae` here (did you mean `page`? There are: fixed, head, page, site, words)"
            ),
            "{found}"
        );
        let found = failure(&[("a.html", "{{ page.published.text }}")], "a.html", &page());
        assert!(
            found.contains(
                "`page.published` is empty here and has no field `text` (ask first, `{% if page.published %}`"
            ),
            "{found}"
        );
    }

    #[test]
    fn a_fault_in_an_include_in_an_include_is_traced() {
        let files = [
            ("a.html", "{% extends \"b.html\" %}{% block x %}{% endblock %}"),
            ("b.html", "{% block x %}{% endblock %}\né {% include \"c.html\" %}"),
            ("c.html", "\n  {% include \"d.html\" %}"),
            ("d.html", "{{ page.titel }}"),
        ];
        let found = failure(&files, "a.html", &NotFoundView::default());
        assert_eq!(
            found,
            "template-error: templates/d.html «titel»: `page` has no field `titel` (there are: recent) \
             < templates/c.html «\"d.html\"» included here < templates/b.html «\"c.html\"» included here \
             < templates/a.html «b.html» extended here < content/pages/x.md the page that was being made"
        );
    }

    #[test]
    fn the_entry_of_a_list_that_makes_a_template_fail_is_named() {
        let date = DateView { iso: "2024".to_owned(), text: "2024".to_owned() };
        let cards: Vec<Value> = (0..1000)
            .map(|n| {
                let date = (n != 637).then(|| date.clone());
                Card { date, source_path: format!("content/explainers/{n}.md"), ..Card::default() }.value()
            })
            .collect();
        let files = [("a.html", "{% for p in page.explainers.items %}{{ p.date.text }}{% endfor %}")];
        let explainers = Listing { items: cards.clone(), ..Listing::default() };
        let found = failure(&files, "a.html", &ListView { title: String::new(), explainers });
        assert!(found.contains("`p.date` is empty here"), "{found}");
        assert!(
            found.ends_with("< content/explainers/637.md the entry of the list whose data is at fault"),
            "{found}"
        );

        // The same one level down: lists within the entries of a list.
        let group = |people: &[Value]| PeopleGroup { people: people.to_vec(), ..PeopleGroup::default() };
        let files = [(
            "a.html",
            "{% for g in page.groups %}{% for p in g.people %}{{ p.date.text }}{% endfor %}{% endfor %}",
        )];
        let groups = vec![group(&cards[..10]), group(&cards[600..700]), group(&cards[10..20])];
        let found = failure(&files, "a.html", &PeopleView { groups, ..PeopleView::default() });
        assert!(
            found.ends_with("< content/explainers/637.md the entry of the list whose data is at fault"),
            "{found}"
        );
    }

    #[test]
    fn a_missing_template_is_told_at_the_page_that_names_it() {
        let found = failure(&[], "explaner.html", &page());
        assert_eq!(
            found,
            "missing-template: content/pages/x.md: there is no template `explaner.html` (did you mean `explainer.html`?)"
        );
    }

    #[test]
    fn a_page_that_grows_without_end_is_stopped() {
        let files = [(
            "a.html",
            "{% for a in range(end=9999) %}{% for b in range(end=9999) %}xxxxxxxxxx{% endfor %}{% endfor %}",
        )];
        let found = failure(&files, "a.html", &page());
        assert!(found.starts_with("over-limit: templates/a.html: /r/x/ has more than 32 MiB"), "{found}");
    }

    // ---- The built-in templates ----

    fn full_card(kind: &str) -> Value {
        let day = DateView { iso: "2024-01-02".to_owned(), text: "2 January 2024".to_owned() };
        Card {
            kind: kind.to_owned(),
            url: "/r/c/".to_owned(),
            title: EVIL.to_owned(),
            summary: EVIL.to_owned(),
            date: Some(day.clone()),
            updated: Some(day.clone()),
            closed: Some(day),
            lang: "ar".to_owned(),
            dir: "rtl".to_owned(),
            language: SafeText::attributes("ar"),
            mark: "draft".to_owned(),
            role: EVIL.to_owned(),
            count: 1,
            source_path: "content/c.md".to_owned(),
        }
        .value()
    }

    fn full_pages() -> Vec<(&'static str, Value)> {
        let evil = || EVIL.to_owned();
        let day = || Some(DateView { iso: "2024-01-02".to_owned(), text: "2 January 2024".to_owned() });
        let html = || SafeText::new("<h2 id=\"a\">A</h2><p>text</p>");
        let cards = || vec![full_card("explainer"), full_card("topic")];
        let pagination = || Pagination::new(5, 9, |n| format!("/r/l/{n}/"));
        let listing = |items: Vec<Value>| Listing { total: items.len(), items, pagination: pagination() };
        let counted = || vec![CountedLink { title: evil(), url: "/r/t/".to_owned(), count: 2 }];
        let held = || Some(RoleView { title: evil(), org: evil(), text: evil(), ..RoleView::default() });
        let person = || PersonLink { name: evil(), url: "/r/p/".to_owned(), role: evil(), held: held() };
        let contents = || ContentsEntry::nest([(2, "a", "A"), (3, "b", "B"), (2, "c", EVIL), (2, "d", "D")]);
        let image =
            || Some(ImageView { src: "/r/i.png".to_owned(), alt: evil(), caption: evil(), credit: evil() });
        let mention = || Mention {
            card: full_card("explainer"),
            before: evil(),
            mark: evil(),
            after: evil(),
            section: Some(Link::new(EVIL, "/r/e/#s")),
            count: 3,
        };
        let event = |id: &str| {
            EventView {
                id: id.to_owned(),
                date: day().expect("a day"),
                until: day(),
                text: evil(),
                detail: evil(),
                kind: evil(),
                major: true,
                people: vec![person(), PersonLink { url: String::new(), ..person() }],
                source: Some(Link::new("1", "#source-1")),
                explainer: id.is_empty().then(|| full_card("explainer")),
                also: cards(),
                source_path: String::new(),
            }
            .value()
        };
        let events = || EventLinks {
            total: 9,
            more: 8,
            url: "/r/t/timeline/".to_owned(),
            calendar: "/r/t/events.ics".to_owned(),
            data: "/r/t/events.json".to_owned(),
        };
        let correction = |explainer| CorrectionView {
            n: 1,
            url: "/r/x/#correction-1".to_owned(),
            date: day(),
            was: evil(),
            now: evil(),
            note: evil(),
            explainer,
        };
        let quote = |explainer| QuoteView {
            n: 1,
            url: "/r/x/#quote-1".to_owned(),
            paragraphs: vec![evil(), evil()],
            speaker: person(),
            occasion: evil(),
            date: day(),
            source: Some(Link::new("1", "/r/x/#source-1")),
            explainer,
        };
        let fact = || FactView { label: evil(), value: evil(), source: evil(), source_link: None };
        let row = || {
            let link = IndexLink { label: "A".to_owned(), url: "#a".to_owned(), count: 1, current: true };
            vec![link.clone(), IndexLink { label: "B".to_owned(), current: false, ..link }]
        };
        let explainer = ExplainerView {
            title: evil(),
            summary: evil(),
            published: day(),
            updated: day(),
            as_of: day(),
            review_by: day(),
            closed: day(),
            mark: "scheduled".to_owned(),
            authors: vec![person(), PersonLink { url: String::new(), ..person() }, person()],
            people: vec![person()],
            key_points: vec![SafeText::new("<em>point</em>")],
            image: image(),
            body: html(),
            contents: contents(),
            timeline: vec![event("e1"), event("")],
            sources: vec![
                SourceView {
                    n: 1,
                    id: "s".to_owned(),
                    title: evil(),
                    author: evil(),
                    publisher: evil(),
                    date: day(),
                    url: "https://s.org/?a=1&b=\"".to_owned(),
                    archived: "https://a.org/".to_owned(),
                    accessed: day(),
                    kind: evil(),
                    status: evil(),
                    status_note: evil(),
                    superseded_by: Some(Link::new(EVIL, "#source-2")),
                    page: "/r/sources/s/".to_owned(),
                    citations: vec![Link::new("a", "#cite-1-1"), Link::new("b", "#cite-1-2")],
                    count: 2,
                },
                SourceView {
                    n: 2,
                    url: "https://s.org/".to_owned(),
                    status: "dead".to_owned(),
                    ..SourceView::default()
                },
            ],
            corrections: vec![correction(None)],
            cite: CiteView { plain: evil(), bibtex: evil(), ris: evil(), csl: evil() },
            quotes: vec![quote(None)],
            mentioned: vec![person()],
            topics: vec![Link::new(EVIL, "/r/t/")],
            series: Some(SeriesView { title: evil(), items: cards(), position: 2 }),
            related: vec![RelatedView { card: full_card("explainer"), reason: evil() }],
            backlinks: vec![mention()],
            words: 400,
            minutes: 2,
            source_path: "content/x.md".to_owned(),
            extra: serde_json::Value::Null,
        };
        let person_page = PersonView {
            name: evil(),
            native_name: evil(),
            other_names: vec![evil(), evil()],
            namesakes: Some(Link::new(EVIL, "/r/n/")),
            summary: evil(),
            roles: vec![RoleView { text: evil(), ..RoleView::default() }],
            born: day(),
            died: day(),
            image: image(),
            links: vec![Link::new(EVIL, "https://e.org/")],
            facts: vec![fact()],
            body: html(),
            about: listing(cards()),
            by: listing(cards()),
            mentioned: listing(vec![mention().value()]),
            quotes: listing(vec![quote(Some(full_card("explainer"))).value()]),
            corrections: vec![correction(Some(full_card("explainer")))],
            timeline: vec![event("e1")],
            events: events(),
            connected: counted(),
            topics: counted(),
            updated: day(),
            as_of: day(),
            review_by: day(),
            closed: day(),
            mark: "draft".to_owned(),
            ..PersonView::default()
        };
        let topic = TopicView {
            title: evil(),
            summary: evil(),
            body: html(),
            contents: contents(),
            facts: vec![fact()],
            children: counted(),
            explainers: listing(cards()),
            people: counted(),
            timeline: vec![event("e1")],
            events: EventLinks { url: String::new(), ..events() },
            changed: vec![full_card("explainer")],
            neighbours: vec![NeighbourView {
                title: evil(),
                url: "/r/t/".to_owned(),
                count: 2,
                reason: evil(),
            }],
            corrections: vec![correction(Some(full_card("explainer")))],
            mentioned: vec![mention()],
            updated: day(),
            review_by: day(),
            closed: day(),
            mark: "draft".to_owned(),
            ..TopicView::default()
        };
        let front = FrontView {
            body: SafeText::new("<p>text</p>"),
            lead: Some(full_card("explainer")),
            lead_points: vec![SafeText::new("<em>point</em>")],
            recent: cards(),
            topics: counted(),
            people: counted(),
            ..FrontView::default()
        };
        let group = PeopleGroup { label: "A".to_owned(), id: "letter-a".to_owned(), people: cards() };
        let people = PeopleView {
            title: evil(),
            letters: row(),
            groups: vec![group],
            total: 2,
            pagination: pagination(),
        };
        let entry = TopicEntry {
            title: evil(),
            url: "/r/t/".to_owned(),
            summary: evil(),
            count: 1,
            children: counted(),
        };
        let letters = vec![IndexLink::default()];
        let topics =
            TopicsView { title: evil(), letters, topics: vec![entry], total: 1, pagination: pagination() };
        let year =
            TimelineYear { year: "2024".to_owned(), id: "year-2024".to_owned(), events: vec![event("e1")] };
        let corrections = CorrectionsView {
            title: "Corrections".to_owned(),
            corrections: listing(vec![correction(Some(full_card("explainer"))).value()]),
        };
        let timeline = TimelineView {
            title: evil(),
            years: row(),
            groups: vec![year],
            total: 1,
            events: events(),
            pagination: pagination(),
        };
        let search = SearchView {
            title: evil(),
            index: "/r/search/".to_owned(),
            people: row(),
            topics: counted(),
            years: row(),
        };
        let page = PageView {
            title: evil(),
            summary: evil(),
            published: day(),
            updated: day(),
            image: image(),
            body: html(),
            contents: contents(),
            timeline: vec![event("e1")],
            review_by: day(),
            closed: day(),
            mark: "draft".to_owned(),
            ..PageView::default()
        };
        let citing = CitingView {
            card: full_card("explainer"),
            passages: vec![PassageView {
                before: evil(),
                after: evil(),
                locator: evil(),
                url: "/r/x/#cite-1-1".to_owned(),
            }],
            more: 2,
        };
        let source = SourcePageView {
            title: evil(),
            source: explainer.sources[0].clone(),
            cited_by: listing(vec![citing.value()]),
        };
        let group = SourceGroup {
            label: "A".to_owned(),
            id: "letter-a".to_owned(),
            sources: explainer.sources.clone(),
        };
        let sources = SourcesView {
            title: evil(),
            letters: row(),
            groups: vec![group],
            total: 2,
            pagination: pagination(),
        };
        vec![
            ("explainer.html", Value::from_serializable(&explainer)),
            ("person.html", Value::from_serializable(&person_page)),
            ("topic.html", Value::from_serializable(&topic)),
            ("front.html", Value::from_serializable(&front)),
            (
                "explainers.html",
                Value::from_serializable(&ListView { title: evil(), explainers: listing(cards()) }),
            ),
            ("people.html", Value::from_serializable(&people)),
            ("topics.html", Value::from_serializable(&topics)),
            ("timeline.html", Value::from_serializable(&timeline)),
            ("source.html", Value::from_serializable(&source)),
            ("sources.html", Value::from_serializable(&sources)),
            ("corrections.html", Value::from_serializable(&corrections)),
            ("page.html", Value::from_serializable(&page)),
            (
                "namesakes.html",
                Value::from_serializable(&NamesakesView {
                    name: evil(),
                    other_names: vec![evil()],
                    people: vec![NamesakeView { card: full_card("person"), born: day(), died: day() }],
                }),
            ),
            ("not_found.html", Value::from_serializable(&NotFoundView { recent: cards() })),
            ("search.html", Value::from_serializable(&search)),
            (
                "redirect.html",
                Value::from_serializable(&RedirectView { to: "/r/x/".to_owned(), title: evil() }),
            ),
        ]
    }

    fn empty_pages() -> Vec<(&'static str, Value)> {
        vec![
            ("explainer.html", Value::from_serializable(&ExplainerView::default())),
            ("person.html", Value::from_serializable(&PersonView::default())),
            ("topic.html", Value::from_serializable(&TopicView::default())),
            ("front.html", Value::from_serializable(&FrontView::default())),
            ("explainers.html", Value::from_serializable(&ListView::default())),
            ("people.html", Value::from_serializable(&PeopleView::default())),
            ("topics.html", Value::from_serializable(&TopicsView::default())),
            ("timeline.html", Value::from_serializable(&TimelineView::default())),
            ("source.html", Value::from_serializable(&SourcePageView::default())),
            ("sources.html", Value::from_serializable(&SourcesView::default())),
            ("corrections.html", Value::from_serializable(&CorrectionsView::default())),
            ("page.html", Value::from_serializable(&PageView::default())),
            ("namesakes.html", Value::from_serializable(&NamesakesView::default())),
            ("not_found.html", Value::from_serializable(&NotFoundView::default())),
            ("search.html", Value::from_serializable(&SearchView::default())),
            ("redirect.html", Value::from_serializable(&RedirectView::default())),
        ]
    }

    fn full_site() -> Site {
        let feed = FeedLink {
            title: EVIL.to_owned(),
            href: "/r/feed.xml".to_owned(),
            kind: "application/atom+xml".to_owned(),
        };
        Site {
            title: EVIL.to_owned(),
            description: EVIL.to_owned(),
            origin: "https://e.org".to_owned(),
            menu: vec![Link::new(EVIL, "/r/x/"), Link::new("Topics", "/r/topics/")],
            lists: SiteLists {
                explainers: "/r/e/".to_owned(),
                topics: "/r/t/".to_owned(),
                people: "/r/p/".to_owned(),
                search: "/r/s/".to_owned(),
                ..SiteLists::default()
            },
            publisher: Some(PublisherView {
                name: EVIL.to_owned(),
                url: "https://d.org/".to_owned(),
                logo: String::new(),
                policies: vec![Link::new(EVIL, "/r/c/")],
            }),
            feeds: vec![feed],
            ..site()
        }
    }

    fn full_head(site: &Site) -> Head {
        let day = DateView { iso: "2024-01-02".to_owned(), text: "2 January 2024".to_owned() };
        Head {
            title: EVIL.to_owned(),
            full_title: EVIL.to_owned(),
            description: EVIL.to_owned(),
            canonical: "https://e.org/r/x/".to_owned(),
            noindex: true,
            og_type: "article".to_owned(),
            image: "https://e.org/r/i.png".to_owned(),
            image_alt: EVIL.to_owned(),
            published: Some(day.clone()),
            updated: Some(day),
            feeds: site.feeds.clone(),
            json_ld: SafeText::new("{\"@type\":\"Thing\"}"),
            prev: "/r/l/4/".to_owned(),
            next: "/r/l/6/".to_owned(),
            breadcrumbs: vec![Link::new(EVIL, "/r/")],
            ..head()
        }
    }

    /// What must hold for every page.
    fn assert_sound(name: &str, html: &str) {
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}: {html}");
        assert!(!html.contains("<script>"), "{name} lets a script in: {html}");
        assert!(!html.contains(" style=") && !html.contains("<style"), "{name} has an inline style");
        let mut levels = Vec::new();
        let mut ids = BTreeSet::new();
        let mut open = Vec::new();
        for piece in html.split('<').skip(1) {
            let tag = piece.split('>').next().expect("a tag");
            let word = tag.split([' ', '\n']).next().expect("a name");
            if let Some(level) = word.strip_prefix('h').and_then(|level| level.parse::<u8>().ok()) {
                levels.push(level);
            }
            if let Some((_, rest)) = tag.split_once(" id=\"") {
                let id = rest.split('"').next().expect("an id");
                assert!(!id.is_empty() && ids.insert(id), "{name} has the id `{id}` twice");
            }
            match word.strip_prefix('/') {
                Some(word) => {
                    assert_eq!(open.pop(), Some(word), "{name} closes a wrong element at {tag}: {html}")
                }
                None if matches!(word, "!DOCTYPE" | "meta" | "link" | "img" | "input") => {}
                None => open.push(word),
            }
        }
        assert!(open.is_empty(), "{name} leaves {open:?} open");
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{name} needs one h1");
        assert_eq!(levels.first(), Some(&1), "{name}");
        assert!(
            levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
            "{name} skips a level of headings: {levels:?}"
        );
    }

    #[test]
    fn built_in_pages_are_sound_with_everything_and_with_nothing() {
        let rich = full_site();
        let mut diagnostics = Diagnostics::default();
        let templates = Templates::new(&of_texts(&[], &[]), &rich, &mut diagnostics).expect("templates");
        let bare = load(&[], &[]);
        for (name, page) in full_pages() {
            let html =
                templates.render(name, &full_head(&rich), &page, None).unwrap_or_else(|e| panic!("{e:#?}"));
            let html = String::from_utf8(html).expect("UTF-8");
            assert_sound(name, &html);
            // Every field with text of authors that is shown comes out escaped.
            assert!(html.contains("&quot;&gt;&lt;script&gt;"), "{name}: {html}");
        }
        for (name, page) in empty_pages() {
            let html = bare.render(name, &head(), &page, None).unwrap_or_else(|e| panic!("{e:#?}"));
            assert_sound(name, &String::from_utf8(html).expect("UTF-8"));
        }
    }

    #[test]
    fn the_built_in_style_is_small_and_all_files_are_embedded() {
        let assets = of_texts(&[], &[]).assets;
        let names: Vec<&str> = assets.names().collect();
        assert_eq!(names, ["redirect.js", "search.js", "site.css"]);
        let small = |bytes: &Bytes| matches!(bytes, Bytes::Made(bytes) if bytes.len() <= 10_000);
        // The script of the search is loaded on one page, and has its own test of size.
        assert!(assets.iter().all(|(name, asset)| name == "search.js" || small(&asset.bytes)));
        assert!(builtin_text("builtin:partials/card.html").is_some());
        assert_eq!(builtin_text("templates/base.html"), None);
    }
}
