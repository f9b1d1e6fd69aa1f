//! Code blocks: names of languages, and code in colours.
//!
//! The colours are thirteen classes, one `<span>` deep. A theme for syntect whose "colours" are the
//! numbers of the classes does the sorting; nested scopes as syntect writes them by itself would be
//! twenty times the code.

use super::safety::escape;
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex};
use syntect::easy::HighlightLines;
use syntect::highlighting::{Color, ScopeSelectors, StyleModifier, Theme, ThemeItem, ThemeSettings};
use syntect::parsing::{SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

/// A language that can be highlighted.
#[derive(Clone, Copy)]
pub(super) struct Language(&'static SyntaxReference);

/// The language of a name, as in an info string; `None` where it is not known.
pub(super) fn language(name: &str) -> Option<Language> {
    let name = name.to_lowercase();
    SYNTAXES.names.get(name.as_str()).map(|i| Language(&SYNTAXES.set.syntaxes()[*i]))
}

/// Names of text that is deliberately without colours.
pub(super) fn is_plain(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "" | "text" | "txt" | "plain" | "plaintext" | "none" | "mermaid"
    )
}

/// All names that [`language`] knows, in lower case.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SYNTAXES.names.keys().map(String::as_str)
}

/// Longest line that is highlighted, in bytes, and the longest run of one kind of characters in it.
///
/// The patterns of some grammars look from each character of a run to its end, several times over:
/// a line of a thousand blanks takes a second. So such lines stay without colours, which bounds the
/// time of a block by its bytes. The caps look at no clock: the same code gives the same bytes on
/// every machine.
const LONGEST_LINE: usize = 500;
const LONGEST_RUN: usize = 80;

/// Blocks of up to so many bytes are remembered, and so many of them.
const REMEMBERED_BYTES: usize = 4096;
const REMEMBERED_BLOCKS: usize = 512;

/// Code with its language → its HTML. What is remembered is what would be made again, so it never
/// shows in the output.
static REMEMBERED: LazyLock<Mutex<HashMap<String, Arc<str>>>> = LazyLock::new(Mutex::default);

/// Whether a line can be highlighted in little time.
fn is_tame(line: &str) -> bool {
    let kind = |b: u8| match b {
        b' ' | b'\t' => b' ',
        b'_' | 0x80.. => b'a',
        _ if b.is_ascii_alphanumeric() => b'a',
        _ => b,
    };
    line.len() <= LONGEST_LINE
        && line.as_bytes().chunk_by(|a, b| kind(*a) == kind(*b)).all(|run| run.len() <= LONGEST_RUN)
}

/// Appends code as HTML. Time goes by its bytes, about a second for 100 kB of a dense language; the
/// caller sees to it that there are not too many.
///
/// Short blocks are remembered: archives repeat them (a command, a snippet of settings), a feed shows
/// the newest once more, and a hundred bytes cost as much as the rest of their page.
pub(super) fn highlight(out: &mut String, code: &str, language: Language) {
    if code.len() > REMEMBERED_BYTES {
        return colour(out, code, language);
    }
    let key = format!("{}\0{code}", language.0.name);
    let known = REMEMBERED.lock().ok().and_then(|known| known.get(&key).cloned());
    if let Some(html) = known {
        return out.push_str(&html);
    }
    let start = out.len();
    colour(out, code, language);
    if let Ok(mut known) = REMEMBERED.lock()
        && known.len() < REMEMBERED_BLOCKS
    {
        known.insert(key, out[start..].into());
    }
}

fn colour(out: &mut String, code: &str, language: Language) {
    let mut lines = HighlightLines::new(language.0, &THEME);
    let mut run = String::new();
    let mut class = 0;
    for line in LinesWithEndings::from(code) {
        if !is_tame(line) {
            flush(out, &mut run, class);
            class = 0;
            run.push_str(line);
            continue;
        }
        let Ok(parts) = lines.highlight_line(line, &SYNTAXES.set) else {
            // A grammar that refers to a missing one: the rest is shown as it is.
            flush(out, &mut run, class);
            let rest = line.as_ptr() as usize - code.as_ptr() as usize;
            escape(out, &code[rest..]);
            return;
        };
        for (style, text) in parts {
            let next = usize::from(style.foreground.r);
            // White space has no colour, so it never breaks a run.
            if next != class && !text.trim_ascii().is_empty() {
                flush(out, &mut run, class);
                class = next;
            }
            run.push_str(text);
        }
    }
    flush(out, &mut run, class);
}

/// Writes a run of one class; white space at its ends stays outside of the span.
fn flush(out: &mut String, run: &mut String, class: usize) {
    let text = run.trim_ascii_start();
    let (before, text) = run.split_at(run.len() - text.len());
    let (text, after) = text.split_at(text.trim_ascii_end().len());
    out.push_str(before);
    match class.checked_sub(1).and_then(|i| CLASSES.get(i)) {
        Some((name, _)) if !text.is_empty() => {
            out.push_str("<span class=\"");
            out.push_str(name);
            out.push_str("\">");
            escape(out, text);
            out.push_str("</span>");
        }
        _ => escape(out, text),
    }
    out.push_str(after);
    run.clear();
}

/// Class → the scopes that it covers. The most specific scope wins, whatever the order.
const CLASSES: &[(&str, &str)] = &[
    ("hl-comment", "comment"),
    ("hl-string", "string, markup.raw, markup.inserted"),
    ("hl-escape", "constant.character.escape, string.regexp"),
    ("hl-number", "constant.numeric"),
    ("hl-constant", "constant, support.constant, variable.language"),
    ("hl-keyword", "keyword, storage, storage.type"),
    ("hl-operator", "keyword.operator"),
    (
        "hl-function",
        "entity.name.function, support.function, variable.function, entity.name.macro, support.macro",
    ),
    (
        "hl-type",
        "entity.name.type, entity.name.class, entity.name.struct, entity.name.enum, entity.name.trait, support.type, support.class, entity.other.inherited-class",
    ),
    ("hl-tag", "entity.name.tag, markup.heading, entity.name.section"),
    (
        "hl-attribute",
        "entity.other.attribute-name, support.type.property-name, meta.mapping.key string, entity.name.tag.yaml, entity.name.tag.toml",
    ),
    (
        "hl-variable",
        "variable.parameter, variable.other.readwrite.shell, variable.other.normal.shell, punctuation.definition.variable",
    ),
    ("hl-removed", "markup.deleted, invalid"),
];

struct Syntaxes {
    set: SyntaxSet,
    names: BTreeMap<String, usize>,
}

// Loading takes some eight milliseconds, so it waits for the first block of code.
static SYNTAXES: LazyLock<Syntaxes> = LazyLock::new(|| {
    let set = two_face::syntax::extra_newlines();
    let mut names = BTreeMap::new();
    // As in syntect's own look-up, a later grammar of the same name or ending wins, and an ending
    // goes before a name.
    for (i, syntax) in set.syntaxes().iter().enumerate() {
        names.insert(syntax.name.to_lowercase(), i);
    }
    for (i, syntax) in set.syntaxes().iter().enumerate() {
        for ending in syntax.file_extensions.iter().filter(|ending| !ending.is_empty()) {
            names.insert(ending.to_lowercase(), i);
        }
    }
    for (alias, name) in ALIASES {
        if let Some(i) = names.get(*name).copied() {
            names.entry((*alias).to_owned()).or_insert(i);
        }
    }
    Syntaxes { set, names }
});

static THEME: LazyLock<Theme> = LazyLock::new(|| {
    let number = |i: usize| Color { r: i as u8, g: 0, b: 0, a: 255 };
    let scopes = CLASSES
        .iter()
        .enumerate()
        .filter_map(|(i, (_, selectors))| {
            Some(ThemeItem {
                scope: ScopeSelectors::from_str(selectors).ok()?,
                style: StyleModifier { foreground: Some(number(i + 1)), background: None, font_style: None },
            })
        })
        .collect();
    let settings = ThemeSettings { foreground: Some(number(0)), ..ThemeSettings::default() };
    Theme { name: None, author: None, settings, scopes }
});

/// Names in use that the grammars do not carry → a name that they do.
const ALIASES: &[(&str, &str)] = &[
    ("c#", "cs"),
    ("console", "bash"),
    ("csharp", "cs"),
    ("dockerfile", "dockerfile"),
    ("docker", "dockerfile"),
    ("golang", "go"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("geojson", "json"),
    ("jsonld", "json"),
    ("make", "makefile"),
    ("mjs", "js"),
    ("cjs", "js"),
    ("node", "js"),
    ("mts", "ts"),
    ("objectivec", "objective-c"),
    ("objc", "objective-c"),
    ("posh", "powershell"),
    ("ps1", "powershell"),
    ("pwsh", "powershell"),
    ("python3", "py"),
    ("rscript", "r"),
    ("shell", "bash"),
    ("shell-session", "bash"),
    ("shellsession", "bash"),
    ("terminal", "bash"),
    ("tera", "html"),
    ("jinja", "html"),
    ("jinja2", "html"),
    ("vue", "html"),
    ("svg", "xml"),
    ("atom", "xml"),
    ("rss", "xml"),
    ("viml", "vim"),
    ("zsh", "bash"),
    ("yml", "yaml"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, code: &str, expected: &str) {
        let mut html = String::new();
        highlight(&mut html, code, language(name).expect(name));
        assert_eq!(html, expected, "{name}: {code}");
    }

    #[test]
    fn code_becomes_flat_spans_that_hold_its_text() {
        check(
            "rust",
            "let x = 1; // <b>\n",
            "<span class=\"hl-keyword\">let</span> x <span class=\"hl-operator\">=</span> <span class=\"hl-number\">1</span>; <span class=\"hl-comment\">// &lt;b&gt;</span>\n",
        );
        check(
            "json",
            "{\"a\": true}\n",
            "{<span class=\"hl-attribute\">&quot;a&quot;</span>: <span class=\"hl-constant\">true</span>}\n",
        );
    }

    #[test]
    fn names_in_use_are_known() {
        for name in [
            "rust",
            "rs",
            "sh",
            "console",
            "jsonc",
            "mjs",
            "C#",
            "ts",
            "tsx",
            "toml",
            "yaml",
            "YML",
            "dockerfile",
            "make",
            "diff",
            "python",
            "py3",
            "sql",
            "html",
            "css",
            "scss",
            "kotlin",
            "swift",
            "go",
            "ruby",
            "java",
            "r",
            "nix",
            "tex",
            "zsh",
            "js",
            "json5",
        ] {
            assert!(language(name).is_some(), "{name}");
        }
        for name in ["", "text", "no-such-language"] {
            assert!(language(name).is_none(), "{name}");
        }
    }

    #[test]
    fn every_alias_leads_to_a_grammar() {
        for (alias, _) in ALIASES.iter().filter(|(_, name)| *name != "powershell") {
            assert!(language(alias).is_some(), "{alias}");
        }
    }

    #[test]
    fn every_class_is_made_of_readable_selectors() {
        assert_eq!(THEME.scopes.len(), CLASSES.len());
    }

    #[test]
    fn lines_that_would_take_long_have_no_colours() {
        let code = |middle: &str| format!("let a;\n{middle}\nlet b;\n");
        for wild in [
            "x".repeat(LONGEST_RUN + 1),
            " ".repeat(LONGEST_RUN + 1),
            "=".repeat(LONGEST_RUN + 1),
            "let x; ".repeat(LONGEST_LINE),
        ] {
            let mut html = String::new();
            highlight(&mut html, &code(&wild), language("rust").expect("rust"));
            assert_eq!(html.matches("<span").count(), 2, "{html}");
            assert!(html.contains(&wild));
        }
    }

    #[test]
    fn hostile_code_is_done_in_time() {
        let lines = |piece: &str, bytes: usize| {
            format!("{}\n", piece.repeat(bytes / piece.len())).repeat(20_000 / bytes)
        };
        for (name, code) in [
            ("js", "var a=function(b){return b?c:d[e](f)};".repeat(27_000)),
            ("makefile", lines("$(eval $(shell ", 490)),
            ("less", lines("\t", 80)),
            ("ts", lines("a", 80)),
            ("css", format!("{}\n", "x".repeat(1 << 20))),
        ] {
            let start = std::time::Instant::now();
            let mut html = String::new();
            highlight(&mut html, &code, language(name).expect(name));
            // Unoptimised builds take ten times as long as the program that people have.
            assert!(start.elapsed().as_secs() < 10, "{name}: {:?}", start.elapsed());
        }
    }
}
