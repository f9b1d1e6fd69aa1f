//! What is wrong with a template, in words for its author.
//!
//! The engine tells faults with their places, but one at a time, in its own terms, and some of it
//! only as a drawing. Here they become findings.

use super::{File, place, short};
use crate::diagnostics::{Diagnostic, Diagnostics, Finding, Place, nearest};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use tera::{ErrorKind, Tera};

/// Looks for all faults of a set of templates that the engine refused. The engine stops at the
/// first, so files that have been found faulty are emptied and the rest is tried again.
pub struct Faults<'a> {
    pub files: &'a BTreeMap<String, File>,
    /// Without templates.
    pub engine: Tera,
    pub diagnostics: &'a mut Diagnostics,
}

impl Faults<'_> {
    /// Notes every fault of every file.
    pub fn find(&mut self) {
        let mut emptied = BTreeSet::new();
        for (name, file) in self.files {
            let alone = self.engine.clone().add_raw_template(name, &file.text);
            if let Err(error) = alone
                && let ErrorKind::SyntaxError(report) = error.kind()
            {
                self.syntax(name, report.message(), report.span().range.clone());
                emptied.insert(name.clone());
            }
        }
        // Each turn either ends or empties one more file.
        for _ in 0..=self.files.len() {
            let texts = self.files.iter().map(|(name, file)| {
                let text = if emptied.contains(name) { "" } else { file.text.as_str() };
                (name, text)
            });
            let Err(error) = self.engine.clone().add_raw_templates(texts) else { return };
            match error.kind() {
                ErrorKind::MissingParent { current, parent } => {
                    let range = self.files.get(current).and_then(|file| Some(parent_of(&file.text)?.1));
                    self.diagnostics.push(missing(parent, place(self.files, current, range), self.files));
                    emptied.insert(current.clone());
                }
                ErrorKind::CircularExtend { inheritance_chain: chain, .. } => {
                    emptied.insert(self.circle(chain, "extends"));
                }
                ErrorKind::CircularInclude { include_chain: chain, .. } => {
                    emptied.insert(self.circle(chain, "includes"));
                }
                ErrorKind::Msg(text) => match defined_twice(text) {
                    Some((component, first, second)) => {
                        let message = format!("the component `{component}` is defined twice");
                        let found = Diagnostic::new(
                            Finding::TemplateSyntax,
                            self.component(second, component),
                            message,
                        )
                        .also(self.component(first, component), "first here");
                        self.diagnostics.push(found);
                        emptied.insert(second.to_owned());
                    }
                    None => return self.references(text, !emptied.is_empty()),
                },
                // The engine has no other faults at this stage; whatever it says must not be lost.
                _ => {
                    let place = place(self.files, "base.html", None);
                    return self.diagnostics.push(Diagnostic::new(
                        Finding::TemplateSyntax,
                        place,
                        tidy(&error.to_string()),
                    ));
                }
            }
        }
    }

    fn syntax(&mut self, name: &str, message: &str, range: Range<usize>) {
        let text = &self.files[name].text;
        let range = within(text, range);
        let unclosed = match message {
            "Unexpected end of input" | "Unknown tag" => unbalanced(text),
            _ => None,
        };
        let (range, message, help) = unclosed.unwrap_or_else(|| {
            let (message, help) = reworded(message, text, &range);
            (range, message, help)
        });
        let mut found =
            Diagnostic::new(Finding::TemplateSyntax, place(self.files, name, Some(range)), message);
        found.help = help;
        self.diagnostics.push(found);
    }

    /// Notes a chain of templates that comes back to its last; returns that one.
    fn circle(&mut self, chain: &[String], verb: &str) -> String {
        let last = chain.last().cloned().unwrap_or_default();
        let from = chain.iter().position(|name| *name == last).unwrap_or_default();
        // A circle of `extends` is told without its beginning where it begins at its end.
        let mut circle: Vec<&str> = chain[from..].iter().map(String::as_str).collect();
        if circle.len() == 1 {
            circle = std::iter::once(last.as_str()).chain(chain.iter().map(String::as_str)).collect();
        }
        let circle =
            circle.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(&format!(" {verb} "));
        let range = self.files.get(&last).and_then(|file| {
            let tag = tags(&file.text).into_iter().find(|tag| matches!(tag.word(), "extends" | "include"))?;
            Some(tag.range)
        });
        self.diagnostics.push(
            Diagnostic::new(
                Finding::TemplateSyntax,
                place(self.files, &last, range),
                format!("templates go round in a circle: {circle}"),
            )
            .help(
                "to build on the template that a file replaces, use its long name: `theme/…` or `builtin/…`",
            ),
        );
        last
    }

    fn component(&self, name: &str, component: &str) -> Place {
        let range = self.files.get(name).and_then(|file| {
            let called = |tag: &Tag| tag.word() == "component" && tag.rest().starts_with(component);
            Some(tags(&file.text).into_iter().find(called)?.range)
        });
        place(self.files, name, range)
    }

    /// Notes what is named and does not exist. The engine gives all of it in one drawn text.
    /// `partly`: some files are emptied, and what they would define is missing for that reason.
    fn references(&mut self, drawn: &str, partly: bool) {
        let errors = drawn_errors(drawn);
        if errors.is_empty() {
            let place = place(self.files, "base.html", None);
            self.diagnostics.push(Diagnostic::new(Finding::TemplateSyntax, place, tidy(drawn)));
        }
        for (message, file, line, column, width) in errors {
            let text = self.files.get(file).map_or("", |file| file.text.as_str());
            let range = at_line(text, line, column, width);
            let place = place(self.files, file, Some(range));
            let Some((what, name)) =
                message.split_once('`').and_then(|(what, rest)| Some((what.trim(), rest.split_once('`')?.0)))
            else {
                self.diagnostics.push(Diagnostic::new(Finding::TemplateSyntax, place, tidy(message)));
                continue;
            };
            let known: Vec<String> = match what {
                "Unknown template" => {
                    self.diagnostics.push(missing(name, place, self.files));
                    continue;
                }
                "Unknown component" | "Block" if partly => continue,
                "Unknown filter" => FILTERS.iter().map(|&name| name.to_owned()).collect(),
                "Unknown test" => TESTS.iter().map(|&name| name.to_owned()).collect(),
                "Unknown function" => FUNCTIONS.iter().map(|&name| name.to_owned()).collect(),
                "Unknown component" => self.named("component", &mut self.files.keys().map(String::as_str)),
                _ => self.blocks_above(file),
            };
            let message = match what.strip_prefix("Unknown ") {
                Some(kind) => format!("there is no {kind} `{name}`"),
                None => format!("no template that this one extends has a block `{name}`"),
            };
            let mut found = Diagnostic::new(Finding::TemplateSyntax, place, message)
                .suggest(name, known.iter().map(String::as_str));
            if found.help.is_none() && !known.is_empty() && known.len() <= 12 {
                found.help = Some(format!("there are: {}", known.join(", ")));
            }
            self.diagnostics.push(found);
        }
    }

    /// What the templates define with a tag, in the order of names.
    fn named(&self, word: &str, files: &mut dyn Iterator<Item = &str>) -> Vec<String> {
        let mut names = BTreeSet::new();
        for file in files.filter_map(|name| self.files.get(name)) {
            for tag in tags(&file.text).into_iter().filter(|tag| tag.word() == word) {
                names.insert(tag.rest().split(['(', ' ']).next().unwrap_or_default().to_owned());
            }
        }
        names.into_iter().collect()
    }

    fn blocks_above(&self, name: &str) -> Vec<String> {
        let (mut above, mut at) = (Vec::new(), name);
        while let Some((parent, _)) = self.files.get(at).and_then(|file| parent_of(&file.text)) {
            if above.len() > self.files.len() || !self.files.contains_key(parent) {
                break;
            }
            above.push(parent);
            at = parent;
        }
        self.named("block", &mut above.into_iter())
    }
}

/// Tera's own, with ours; for "did you mean".
const FILTERS: &[&str] = &[
    "abs",
    "asset",
    "capitalize",
    "count",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "href",
    "indent",
    "inline_script",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "script_hash",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "with",
    "wordcount",
];
const TESTS: &[&str] = &[
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];
const FUNCTIONS: &[&str] = &["range", "super", "throw"];
const TAGS: &[&str] = &[
    "block",
    "break",
    "component",
    "continue",
    "elif",
    "else",
    "endblock",
    "endcomponent",
    "endfilter",
    "endfor",
    "endif",
    "endraw",
    "endset",
    "extends",
    "filter",
    "for",
    "if",
    "include",
    "raw",
    "set",
    "set_global",
];

pub fn missing(name: &str, place: Place, files: &BTreeMap<String, File>) -> Diagnostic {
    let mut known: BTreeSet<String> = files.keys().map(|name| short(name).to_owned()).collect();
    known.extend(files.keys().cloned());
    let mut found =
        Diagnostic::new(Finding::MissingTemplate, place, format!("there is no template `{name}`"))
            .suggest(name, known.iter().map(String::as_str));
    if found.help.is_none() {
        let file = name.rsplit('/').next().unwrap_or(name);
        let elsewhere = known.iter().find(|known| known.rsplit('/').next() == Some(file));
        found.help = Some(match elsewhere {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("create `templates/{name}`, or name one that exists"),
        });
    }
    found
}

/// What Tera says when a component has two definitions: its name and both templates.
fn defined_twice(text: &str) -> Option<(&str, &str, &str)> {
    let rest = text.strip_prefix("Component `")?;
    let (component, rest) = rest.split_once("` is defined in both `")?;
    let (first, rest) = rest.split_once("` and `")?;
    Some((component, first, rest.strip_suffix('`')?))
}

/// A syntax fault in our words, with help.
fn reworded(message: &str, text: &str, range: &Range<usize>) -> (String, Option<String>) {
    let found = &text[range.clone()];
    if message == "Unexpected end of input" {
        return ("the template ends inside a tag".to_owned(), Some("close it with `}}` or `%}`".to_owned()));
    }
    if message == "Unknown tag" {
        let word = found.trim();
        let help =
            nearest(word, TAGS.iter().copied()).map(|near| format!("did you mean `{{% {near} … %}}`?"));
        return (format!("there is no tag `{{% {word} … %}}`"), help);
    }
    if let Some(rest) = message.strip_prefix("Found ")
        && let Some((_, expected)) = rest.split_once(" but ")
    {
        let expected = expected.trim_start_matches("was ").trim_start_matches("expecting ");
        let expected = expected.trim_start_matches("expected ").trim_end_matches('.');
        // The list of all that may begin an expression helps nobody.
        let expected = match expected.strip_prefix("one of: ") {
            Some(list) if list.contains("integer, float") => "a name or a value",
            _ => expected,
        };
        let signs = !expected.contains(|c: char| c == '`' || c.is_alphanumeric());
        let expected = if signs { format!("`{expected}`") } else { expected.to_owned() };
        let shown = if found.is_empty() || found.contains('\n') { "this" } else { found };
        return (format!("found `{shown}`, expected {expected}"), None);
    }
    (tidy(message), None)
}

/// A block that is not closed, or closed by the wrong tag: its place, words and help.
fn unbalanced(text: &str) -> Option<(Range<usize>, String, Option<String>)> {
    let mut open: Vec<Tag> = Vec::new();
    for tag in tags(text) {
        match tag.word() {
            "if" | "for" | "block" | "filter" | "component" => open.push(tag),
            "set" | "set_global" if !tag.rest().contains('=') => open.push(tag),
            word => {
                let Some(closed) = word.strip_prefix("end").filter(|word| !word.is_empty()) else { continue };
                match open.last() {
                    Some(last) if last.word().trim_end_matches("_global") == closed => {
                        open.pop();
                    }
                    Some(last) => {
                        let message =
                            format!("`{{% {} … %}}` is not closed before `{{% end{closed} %}}`", last.word());
                        return Some((last.range.clone(), message, last.closing()));
                    }
                    None if TAGS.contains(&word) => {
                        return Some((tag.range.clone(), format!("`{{% {word} %}}` closes nothing"), None));
                    }
                    None => {}
                }
            }
        }
    }
    let last = open.pop()?;
    Some((last.range.clone(), format!("`{{% {} … %}}` is never closed", last.word()), last.closing()))
}

/// A `{% … %}` of a template.
struct Tag<'a> {
    range: Range<usize>,
    /// Without the signs.
    inner: &'a str,
}

impl<'a> Tag<'a> {
    fn word(&self) -> &'a str {
        self.inner.split([' ', '\n', '\t', '(']).next().unwrap_or_default()
    }

    fn rest(&self) -> &'a str {
        self.inner[self.word().len()..].trim_start()
    }

    fn closing(&self) -> Option<String> {
        Some(format!("add `{{% end{} %}}`", self.word().trim_end_matches("_global")))
    }
}

/// The tags of a text that need not be valid; comments and raw parts are left out.
fn tags(text: &str) -> Vec<Tag<'_>> {
    let (mut tags, mut at) = (Vec::new(), 0);
    let mut raw = false;
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        let (close, is_tag) = match text.as_bytes().get(start + 1) {
            Some(b'%') => ("%}", true),
            Some(b'#') => ("#}", false),
            _ => {
                at = start + 1;
                continue;
            }
        };
        let Some(length) = text[start + 2..].find(close) else { break };
        let end = start + 2 + length + 2;
        let inner = text[start + 2..end - 2].trim_matches('-').trim();
        at = end;
        if !is_tag {
            continue;
        }
        match inner {
            "raw" => raw = true,
            "endraw" => raw = false,
            _ if !raw => tags.push(Tag { range: start..end, inner }),
            _ => {}
        }
    }
    tags
}

/// The template that a text extends, and the place of its name.
pub fn parent_of(text: &str) -> Option<(&str, Range<usize>)> {
    let tag = tags(text).into_iter().next().filter(|tag| tag.word() == "extends")?;
    let name = tag.rest().trim_matches(['"', '\'', '`']);
    let start = tag.range.start + text[tag.range.clone()].find(name)?;
    Some((name, start..start + name.len()))
}

/// A fault of a template while a page is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name in the engine.
    pub file: String,
    pub message: String,
    pub range: Range<usize>,
}

impl Fault {
    /// `None` where the engine gives no place.
    pub fn of(error: &tera::Error) -> Option<Fault> {
        match error.kind() {
            ErrorKind::RenderingError(report) | ErrorKind::SyntaxError(report) => Some(Fault {
                file: report.filename().to_owned(),
                message: report.message().to_owned(),
                range: report.span().range.clone(),
            }),
            _ => None,
        }
    }
}

/// Says what is wrong in our words, with help.
pub fn explain(message: &str, text: &str, range: &Range<usize>) -> (String, Option<String>) {
    let quoted = |message: &str| Some(message.split_once('`')?.1.split_once('`')?.0.to_owned());
    let available = |label: &str| -> Vec<String> {
        let list = message.split_once(label).map_or("", |(_, list)| list);
        list.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    if message.starts_with("Variable `")
        && let Some(name) = quoted(message)
    {
        let known = available("Available variables: ");
        return (format!("there is no variable `{name}` here"), suggestion(&name, &known));
    }
    if message.starts_with("Field `")
        && let Some(name) = quoted(message)
    {
        let known = available("Available fields: ");
        let (whole, field) = expression(text, range);
        let owner = whole[..field.min(whole.len())].trim_end_matches(['.', '?']);
        let owner = if owner.is_empty() { "this value" } else { owner };
        return if known.is_empty() {
            let help = format!("ask first, `{{% if {owner} %}}`, or write `{owner}?.{name} or \"\"`");
            (format!("`{owner}` is empty here and has no field `{name}`"), Some(help))
        } else {
            (format!("`{owner}` has no field `{name}`"), suggestion(&name, &known))
        };
    }
    if message == "Tried to render a variable that is undefined" {
        return (format!("`{}` is not there", &text[range.clone()]), None);
    }
    (tidy(message), None)
}

fn suggestion(name: &str, known: &[String]) -> Option<String> {
    let list = known.join(", ");
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => Some(format!("did you mean `{near}`? There are: {list}")),
        None if known.is_empty() => None,
        None => Some(format!("there are: {list}")),
    }
}

/// The path `a.b.c` in which a range stands, and where in it the last field of the range begins.
fn expression<'a>(text: &'a str, range: &Range<usize>) -> (&'a str, usize) {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '?');
    let start = text[..range.start].trim_end_matches(part).len();
    let whole = &text[start..range.end];
    let field = whole.rfind('.').map_or(0, |dot| dot + 1);
    (whole, field)
}

/// The fault lies in what the page itself has, not in an entry of one of its lists.
pub fn starts_at_page(text: &str, range: &Range<usize>) -> bool {
    let (whole, _) = expression(text, range);
    matches!(whole.split(['.', '?']).next(), Some("page" | "head" | "site"))
}

/// First letter small, no final stop.
pub fn tidy(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The calls in a drawn error, from the innermost: template, line, column, width. Tera keeps them
/// to itself and only draws them.
pub fn called_from(drawn: &str) -> Vec<(&str, usize, usize, usize)> {
    places(drawn, "note: called from ")
        .into_iter()
        .map(|(_, file, line, column, width)| (file, line, column, width))
        .collect()
}

/// The errors in a drawn text: message, template, line, column, width.
fn drawn_errors(drawn: &str) -> Vec<(&str, &str, usize, usize, usize)> {
    places(drawn, "error: ")
}

/// The drawings that begin with `opening`. In one, the words are followed by the place, either in
/// the same line or after an arrow in the next, and three lines on by the carets.
fn places<'a>(drawn: &'a str, opening: &str) -> Vec<(&'a str, &'a str, usize, usize, usize)> {
    let mut found = Vec::new();
    let mut lines = drawn.lines();
    while let Some(line) = lines.next() {
        let Some(words) = line.strip_prefix(opening) else { continue };
        let place = match opening {
            "error: " => lines.next().and_then(|line| line.trim_start().strip_prefix("--> ")),
            _ => Some(words),
        };
        let Some((rest, column)) = place.and_then(|place| place.rsplit_once(':')) else { continue };
        let Some((file, line)) = rest.rsplit_once(':') else { continue };
        let (Ok(line), Ok(column)) = (line.parse(), column.parse::<usize>()) else { continue };
        let carets = lines.nth(2).unwrap_or_default();
        let width = carets.bytes().rev().take_while(|byte| *byte == b'^').count();
        found.push((words, file, line, column, width));
    }
    found
}

/// The range of `width` characters at a line and column, both from 1.
pub fn at_line(text: &str, line: usize, column: usize, width: usize) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut places = text[start..].char_indices().map(|(at, _)| start + at).skip(column.saturating_sub(1));
    let from = places.next().unwrap_or(text.len());
    let to = if width == 0 { from } else { places.nth(width - 1).unwrap_or(text.len()) };
    from..to
}

/// The range, cut so that it lies in the text and between characters.
pub fn within(text: &str, range: Range<usize>) -> Range<usize> {
    let fit = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = fit(range.start);
    start..fit(range.end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_template_is_read_in_linear_time() {
        for unit in ["{% if x %}", "{#", "{", "{% extends", "{% block a %}"] {
            tags(&unit.repeat(100_000 / unit.len()));
            _ = unbalanced(&unit.repeat(100_000 / unit.len()));
        }
    }
}
